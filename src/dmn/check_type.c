/* The type of every node of an expression. */
#include "dmn/check_type.h"

#include "base/utf8.h"
#include "feel/temporal.h"

enum { LISTS_SHOWN = 5, TYPES_DEEP = 100, PAIRS_MAX = 20000 };
enum { DEEP = 1500 }; /* chains of operators are deep trees though flat texts */

/* ---- types --------------------------------------------------------------------------- */

const struct feel_type *check_simple(enum feel_type_kind kind) {
    static const struct feel_type simple[] = {
        {FEEL_TYPE_ANY}, {FEEL_TYPE_NULL}, {FEEL_TYPE_BOOLEAN}, {FEEL_TYPE_NUMBER}, {FEEL_TYPE_STRING},
        {FEEL_TYPE_DATE}, {FEEL_TYPE_TIME}, {FEEL_TYPE_DATE_TIME}, {FEEL_TYPE_YM_DURATION}, {FEEL_TYPE_DT_DURATION},
        {FEEL_TYPE_LIST}, {FEEL_TYPE_CONTEXT, .any_field = true}, {FEEL_TYPE_RANGE},
        {FEEL_TYPE_FUNCTION, .any_field = true}};
    return kind == FEEL_TYPE_ANY ? NULL : &simple[kind];
}

const struct feel_type *check_list_of(struct typing *t, const struct feel_type *element) {
    struct feel_type *list = element ? ARENA_NEW(t->c->arena, struct feel_type) : NULL;
    if (!list)
        return check_simple(FEEL_TYPE_LIST);
    *list = (struct feel_type){.kind = FEEL_TYPE_LIST, .element = element};
    return list;
}

bool check_known(const struct feel_type *t) { return t && t->kind != FEEL_TYPE_ANY && t->kind != FEEL_TYPE_NULL; }

static enum feel_type_kind type_kind(enum feel_kind kind) {
    static const enum feel_type_kind kinds[] = {FEEL_TYPE_NULL, FEEL_TYPE_BOOLEAN, FEEL_TYPE_NUMBER, FEEL_TYPE_STRING,
        FEEL_TYPE_DATE, FEEL_TYPE_TIME, FEEL_TYPE_DATE_TIME, FEEL_TYPE_YM_DURATION, FEEL_TYPE_DT_DURATION, FEEL_TYPE_LIST,
        FEEL_TYPE_CONTEXT, FEEL_TYPE_RANGE, FEEL_TYPE_FUNCTION, FEEL_TYPE_ANY};
    return kinds[kind];
}

/* An error is nobody's type. */
const struct feel_type *check_type_of_value(const struct feel_value *v) {
    if (v->kind == FEEL_NULL && (v->flag & FEEL_FLAG_ERROR))
        return NULL;
    return check_simple(type_kind((enum feel_kind)v->kind));
}

static enum feel_kind value_kind(enum feel_type_kind t) {
    static const enum feel_kind kinds[] = {FEEL_NULL, FEEL_NULL, FEEL_BOOLEAN, FEEL_NUMBER, FEEL_STRING, FEEL_DATE,
        FEEL_TIME, FEEL_DATE_TIME, FEEL_YM_DURATION, FEEL_DT_DURATION, FEEL_LIST, FEEL_CONTEXT, FEEL_RANGE, FEEL_FUNCTION};
    return kinds[t];
}

static struct span type_text(struct typing *t, const struct feel_type *type, int lists) {
    if (!type)
        return SPAN("Any");
    const char *name = feel_kind_name(value_kind(type->kind));
    struct span entity = dmn_check_fact_entity(t->c, type);
    if (entity.size)
        return entity;
    if (type->kind != FEEL_TYPE_LIST || !type->element || lists == LISTS_SHOWN)
        return span_of(name);
    struct span inner = type_text(t, type->element, lists + 1);
    char *text = arena_printf(t->c->arena, "list<%.*s>", SPAN_ARG(inner));
    return text ? span_of(text) : span_of(name);
}

struct span check_type_text(struct typing *t, const struct feel_type *type) { return type_text(t, type, 0); }

enum { SHOWN_DEEP = 8 };

static void around(struct typing *t, struct span *text, const char *head, struct span name) {
    char *more = name.at ? arena_printf(t->c->arena, "%s<%.*s: %.*s>", head, SPAN_ARG(name), SPAN_ARG(*text))
        : arena_printf(t->c->arena, "%s<%.*s>", head, SPAN_ARG(*text));
    if (more)
        *text = span_of(more);
}

static const struct feel_field *field_of(const struct feel_type *type, struct span name) {
    for (size_t i = 0; i < type->field_count; i++)
        if (span_eq(type->field[i].key.text, name))
            return &type->field[i];
    return NULL;
}

static void differ(struct typing *t, const struct feel_type *have, const struct feel_type *want, int depth, struct span *a, struct span *b);

static void differ_context(struct typing *t, const struct feel_type *have, const struct feel_type *want, int depth, struct span *a, struct span *b) {
    for (size_t i = 0; i < want->field_count; i++) {
        struct span name = want->field[i].key.text;
        const struct feel_field *own = field_of(have, name);
        if (own && !check_never(own->type, want->field[i].type))
            continue;
        if (own)
            differ(t, own->type, want->field[i].type, depth + 1, a, b);
        else
            *b = type_text(t, want->field[i].type, 0);
        around(t, b, "context", name);
        if (own)
            around(t, a, "context", name);
        else
            *a = SPAN("context<>");
        return;
    }
}

/* Two types of one name are told apart by the property that keeps them from each other:
 * context<a: context<b: number>> and context<a: context<b: string>>. */
static void differ(struct typing *t, const struct feel_type *have, const struct feel_type *want, int depth, struct span *a, struct span *b) {
    *a = check_type_text(t, have);
    *b = check_type_text(t, want);
    if (!have || !want || have->kind != want->kind || depth > SHOWN_DEEP || !check_never(have, want))
        return;
    if (have->kind == FEEL_TYPE_CONTEXT)
        differ_context(t, have, want, depth, a, b);
    if (have->kind == FEEL_TYPE_LIST && have->element && want->element) {
        differ(t, have->element, want->element, depth + 1, a, b);
        around(t, a, "list", (struct span){0});
        around(t, b, "list", (struct span){0});
    }
}

void check_type_args(struct typing *t, struct dmn_finding *f, const char *a, const struct feel_type *have, const char *b, const struct feel_type *want) {
    struct span left, right;
    differ(t, have, want, 0, &left, &right);
    dmn_found_arg(t->c, f, a, left);
    dmn_found_arg(t->c, f, b, right);
}

const struct feel_type *check_join(const struct feel_type *a, const struct feel_type *b) {
    if (a == b || !a || !b)
        return a == b ? a : NULL;
    if (a->kind == FEEL_TYPE_NULL)
        return b;
    if (b->kind == FEEL_TYPE_NULL)
        return a;
    if (a->kind != b->kind || a->kind == FEEL_TYPE_FUNCTION)
        return NULL;
    return check_simple(a->kind); /* elements and fields may differ */
}

/* Types may contain themselves: what is not told apart within the budget may agree. */
struct budget { int depth; unsigned *pairs; };
static struct budget below(struct budget b) { return (struct budget){b.depth + 1, b.pairs}; }
static bool out(struct budget b) { return b.depth > TYPES_DEEP || ++*b.pairs > PAIRS_MAX; }

static bool never(const struct feel_type *type, const struct feel_type *want, struct budget b);

static bool never_list(const struct feel_type *type, const struct feel_type *want, struct budget b) {
    if (want->kind == FEEL_TYPE_LIST)
        return type->kind == FEEL_TYPE_LIST ? check_known(type->element) && never(type->element, want->element, below(b))
            : never(type, want->element, below(b));
    return check_known(type->element) && never(type->element, want, below(b)); /* a list of one is its element */
}

static bool never_context(const struct feel_type *type, const struct feel_type *want, struct budget b) {
    for (size_t i = 0; !type->any_field && !want->any_field && i < want->field_count; i++) {
        size_t k = 0;
        while (k < type->field_count && !span_eq(type->field[k].key.text, want->field[i].key.text))
            k++;
        if (k == type->field_count || never(type->field[k].type, want->field[i].type, below(b)))
            return true;
    }
    return false;
}

static bool never(const struct feel_type *type, const struct feel_type *want, struct budget b) {
    if (!check_known(type) || !check_known(want) || type == want || out(b))
        return false;
    if (type->kind == FEEL_TYPE_LIST || want->kind == FEEL_TYPE_LIST)
        return never_list(type, want, b);
    if (type->kind == FEEL_TYPE_DATE && want->kind == FEEL_TYPE_DATE_TIME)
        return false;
    if (type->kind != want->kind)
        return true;
    return type->kind == FEEL_TYPE_CONTEXT && never_context(type, want, b);
}

bool check_never(const struct feel_type *type, const struct feel_type *want) {
    unsigned pairs = 0;
    return never(type, want, (struct budget){0, &pairs});
}

/* ---- samples ------------------------------------------------------------------------------- */

static bool sample(struct typing *t, const struct feel_type *type, struct feel_value *ret, int depth);

static bool sample_list(struct typing *t, const struct feel_type *type, struct feel_value *ret, int depth) {
    enum { LONG = 3 }; /* a list of one is its element to some functions, a place to others */
    struct feel_value *item = ARENA_ARRAY(t->c->arena, LONG, struct feel_value);
    if (!item || !check_known(type->element) || depth > LISTS_SHOWN || !sample(t, type->element, item, depth + 1))
        return false;
    for (size_t i = 1; i < LONG; i++)
        item[i] = item[0];
    *ret = feel_list(item, t->variant & 1 ? LONG : 1);
    return true;
}

static bool sample(struct typing *t, const struct feel_type *type, struct feel_value *ret, int depth) {
    if (!check_known(type))
        return false;
    *ret = (struct feel_value){.kind = (uint8_t)value_kind(type->kind)};
    switch (type->kind) {
    case FEEL_TYPE_BOOLEAN: *ret = feel_bool(true); return true;
    case FEEL_TYPE_NUMBER: *ret = feel_int(t->variant & 2 ? 2 : 1); return true;
    case FEEL_TYPE_STRING: *ret = feel_string(SPAN("a")); return true;
    case FEEL_TYPE_DATE: case FEEL_TYPE_DATE_TIME: ret->day = feel_days(2020, 2, 2); return true;
    case FEEL_TYPE_TIME: return true;
    case FEEL_TYPE_YM_DURATION: *ret = feel_months(2); return true;
    case FEEL_TYPE_DT_DURATION: *ret = feel_seconds(2 * (__int128)FEEL_DAY_NANOS); return true;
    case FEEL_TYPE_LIST: return sample_list(t, type, ret, depth);
    default: return false;
    }
}

bool check_sample(struct typing *t, const struct feel_type *type, struct feel_value *ret) { return sample(t, type, ret, 0); }

struct feel_env check_probe_env(struct typing *t, struct feel_notes *notes) {
    struct feel_env env;
    *notes = (struct feel_notes){0};
    feel_env_init(&env, t->c->arena, notes);
    env.steps_left = 10000;
    return env;
}

static bool mismatched(const struct feel_value *v, const struct feel_notes *notes) {
    return feel_is_null(*v) && notes->count && strcmp(notes->note[0].code, "feel.type_mismatch") == 0;
}

bool check_incomparable(struct typing *t, int op, const struct feel_type *a, const struct feel_type *b) {
    struct feel_notes notes;
    struct feel_value x, y;
    if (!check_sample(t, a, &x) || !check_sample(t, b, &y))
        return false;
    struct feel_env env = check_probe_env(t, &notes);
    struct feel_value v = feel_compare(&env, op, &x, &y);
    return mismatched(&v, &notes);
}

/* ---- findings -------------------------------------------------------------------------------- */

/* The expression in a sentence: its beginning, on one line. */
static struct span on_one_line(struct checker *c, struct span text) {
    enum { SHOWN = 60 };
    if (!utf8_valid(text))
        return SPAN("");
    struct span shown = utf8_length(text) > SHOWN ? utf8_take(text, SHOWN) : text;
    shown = feel_name_normal(c->arena, shown);
    char *copy = shown.size ? arena_printf(c->arena, "%.*s%s", SPAN_ARG(shown), utf8_length(text) > SHOWN ? "…" : "") : NULL;
    return copy ? span_of(copy) : SPAN("");
}

struct dmn_finding *check_type_found(struct typing *t, const char *code, enum dmn_severity severity) {
    struct dmn_finding *f = dmn_found(t->c, code, severity, t->at);
    if (f) {
        f->rule = t->rule;
        f->column = t->column;
        f->output = t->output;
        f->text = t->text;
    }
    /* a boxed expression is no text: its element's name stands for it */
    dmn_found_arg(t->c, f, "text", on_one_line(t->c, t->text.size || !t->element ? t->text : t->element->name));
    return f;
}

static int by_tree(const void *x, const void *y) {
    uintptr_t a = (uintptr_t)((const struct dmn_source *)x)->ast, b = (uintptr_t)((const struct dmn_source *)y)->ast;
    return (a > b) - (a < b);
}

/* When `n` is the tree of a text, that text is what is walked now. */
static void enter(struct typing *t, const struct feel_ast *n) {
    struct dmn_source key = {.ast = n};
    const struct checker *c = t->c;
    const struct dmn_source *s = c->source_count ? bsearch(&key, c->source, c->source_count, sizeof key, by_tree) : NULL;
    if (s) {
        t->at = s->xml;
        t->text = s->text;
    }
}

static void found_types(struct typing *t, const char *code, const char *op, const struct feel_type *a, const struct feel_type *b) {
    struct dmn_finding *f = check_type_found(t, code, DMN_ERROR);
    if (op)
        dmn_found_arg(t->c, f, "operator", span_of(op));
    if (b)
        check_type_args(t, f, "left", a, "right", b);
    else
        dmn_found_arg(t->c, f, "left", check_type_text(t, a));
}

/* `n` was walked: a boxed part has a text of its own. */
static void need_boolean(struct typing *t, const struct feel_ast *n, const struct feel_type *type) {
    if (!check_known(type) || type->kind == FEEL_TYPE_BOOLEAN)
        return;
    struct typing here = *t;
    enter(&here, n);
    found_types(&here, "dmn_check.type_condition", NULL, type, NULL);
}

/* ---- allowed values ---------------------------------------------------------------------------- */

static bool allows(struct typing *t, const struct feel_type *type, const struct feel_value *v) {
    struct feel_notes notes;
    struct feel_value ok;
    struct diag d = {0};
    struct feel_env env = check_probe_env(t, &notes);
    return feel_run(type->allowed, &env, type->allowed_globals, v, &ok, &d) != OK || ok.kind != FEEL_BOOLEAN || ok.boolean;
}

static struct span near_code(const struct feel_type *type, const struct feel_value *v) {
    if (v->kind != FEEL_STRING || !type->allowed_ast || type->allowed_ast->kind != AST_TESTS)
        return (struct span){"", 0};
    struct near near = check_near(v->string);
    for (size_t i = 0; i < type->allowed_ast->count; i++) {
        const struct feel_ast *code = type->allowed_ast->item[i];
        if (code->kind == AST_CONST && code->value.kind == FEEL_STRING)
            check_near_try(&near, code->value.string);
    }
    return near.best;
}

static struct span in_feel(struct typing *t, const struct feel_value *v) {
    BUF_AUTO text;
    buf_init(&text, 0);
    feel_text(&text, v, true);
    char *copy = arena_dup(t->c->arena, buf_span(&text));
    t->c->full = t->c->full || !copy;
    return span_of(copy);
}

void check_allowed(struct typing *t, const struct feel_type *type, const struct feel_ast *n) {
    for (size_t i = 0; type && n->kind == AST_LIST && i < n->count; i++)
        check_allowed(t, type, n->item[i]);
    if (!type || !type->allowed || n->kind != AST_CONST || feel_is_null(n->value) ||
        value_kind(type->kind) != (enum feel_kind)n->value.kind || allows(t, type, &n->value))
        return;
    struct span near = near_code(type, &n->value);
    struct feel_value meant = feel_string(near);
    struct dmn_finding *f = check_type_found(t, near.size ? "dmn_check.not_a_value_near" : "dmn_check.not_a_value", DMN_ERROR);
    dmn_found_arg(t->c, f, "value", in_feel(t, &n->value));
    if (near.size)
        dmn_found_arg(t->c, f, "near", in_feel(t, &meant));
}

/* ---- operators ---------------------------------------------------------------------------------- */

static const char *compare_name(int op) {
    static const char *const names[] = {"=", "!=", "<", "<=", ">", ">="};
    return names[op];
}

static void compare(struct typing *t, int op, const struct feel_type *a, const struct feel_type *b) {
    if (check_incomparable(t, op, a, b))
        found_types(t, "dmn_check.type_compare", compare_name(op), a, b);
}

static const char *arith_name(int op) {
    return op == '+' ? "+" : op == '-' ? "-" : op == '*' ? "*" : op == '/' ? "/" : "**";
}

static bool is_day(const struct feel_type *t) { return t->kind == FEEL_TYPE_DATE || t->kind == FEEL_TYPE_DATE_TIME; }

static const struct feel_type *arith(struct typing *t, const struct feel_ast *n, const struct local *names) {
    const struct feel_type *a = check_infer(t, n->a, names), *b = check_infer(t, n->b, names);
    struct feel_value x, y;
    struct feel_notes notes;
    if (!check_sample(t, a, &x) || !check_sample(t, b, &y))
        return NULL;
    if (n->op == '-' && is_day(a) && is_day(b))
        return check_simple(FEEL_TYPE_DT_DURATION); /* zones decide, and types do not show them */
    struct feel_env env = check_probe_env(t, &notes);
    struct feel_value v = feel_arith(&env, n->op, &x, &y);
    if (mismatched(&v, &notes))
        found_types(t, "dmn_check.type_arith", arith_name(n->op), a, b);
    return check_type_of_value(&v);
}

static const struct feel_type *negate(struct typing *t, const struct feel_ast *n, const struct local *names) {
    const struct feel_type *a = check_infer(t, n->a, names);
    if (!check_known(a) || a->kind == FEEL_TYPE_LIST)
        return NULL;
    if (a->kind != FEEL_TYPE_NUMBER && a->kind != FEEL_TYPE_YM_DURATION && a->kind != FEEL_TYPE_DT_DURATION)
        found_types(t, "dmn_check.type_negate", NULL, a, NULL);
    return a;
}

static const struct feel_type *if_type(struct typing *t, const struct feel_ast *n, const struct local *names) {
    const struct feel_type *condition = check_infer(t, n->a, names);
    need_boolean(t, n->a, condition);
    if (n->a->kind == AST_CONST && n->a->value.kind == FEEL_BOOLEAN) {
        struct typing here = *t;
        enter(&here, n->a);
        check_type_found(&here, n->a->value.boolean ? "dmn_check.else_unreachable" : "dmn_check.then_unreachable", DMN_WARNING);
    }
    const struct feel_type *b = check_infer(t, n->b, names), *c = check_infer(t, n->c, names);
    return check_join(b, c);
}

static const struct feel_type *between(struct typing *t, const struct feel_ast *n, const struct local *names) {
    const struct feel_type *a = check_infer(t, n->a, names);
    compare(t, CMP_GE, a, check_infer(t, n->b, names));
    compare(t, CMP_LE, a, check_infer(t, n->c, names));
    return check_simple(FEEL_TYPE_BOOLEAN);
}

static const struct feel_type *range(struct typing *t, const struct feel_ast *n, const struct local *names) {
    const struct feel_type *a = check_infer(t, n->a, names), *b = check_infer(t, n->b, names);
    compare(t, CMP_LE, a, b);
    struct feel_type *r = ARENA_NEW(t->c->arena, struct feel_type);
    if (r)
        *r = (struct feel_type){.kind = FEEL_TYPE_RANGE, .element = check_known(a) ? a : check_known(b) ? b : NULL};
    return r;
}

/* ---- what binds names ------------------------------------------------------------------------------ */

static const struct feel_type *element_of(const struct feel_type *domain) {
    if (!domain)
        return NULL;
    return domain->kind == FEEL_TYPE_LIST || domain->kind == FEEL_TYPE_RANGE ? domain->element : domain;
}

/* for, some, every: the names one after the other, then the body. */
static const struct feel_type *iterate(struct typing *t, const struct feel_ast *n, const struct local *names, size_t i) {
    if (i < n->count) {
        const struct feel_type *domain = check_infer(t, n->item[i], names);
        struct local l = {.name = n->name[i], .type = n->type && n->type[i] ? n->type[i] : element_of(domain), .outer = names};
        return iterate(t, n, &l, i + 1);
    }
    struct local partial = {.name = SPAN("partial"), .type = check_simple(FEEL_TYPE_LIST), .outer = names};
    const struct feel_type *body = check_infer(t, n->a, n->kind == AST_FOR ? &partial : names);
    if (n->kind == AST_FOR)
        return check_list_of(t, body);
    need_boolean(t, n->a, body);
    return check_simple(FEEL_TYPE_BOOLEAN);
}

static void found_filter(struct typing *t, const struct feel_ast *n, const struct feel_type *by) {
    struct typing here = *t;
    enter(&here, n);
    found_types(&here, "dmn_check.type_filter", NULL, by, NULL);
}

static const struct feel_type *filter(struct typing *t, const struct feel_ast *n, const struct local *names) {
    const struct feel_type *of = check_infer(t, n->a, names);
    const struct feel_type *element = of && of->kind == FEEL_TYPE_LIST ? of->element : of;
    struct local item = {.name = SPAN("item"), .type = element, .item = true, .outer = names};
    const struct feel_type *by = check_infer(t, n->b, &item);
    if (!check_known(by))
        return NULL;
    if (by->kind != FEEL_TYPE_BOOLEAN && by->kind != FEEL_TYPE_NUMBER)
        found_filter(t, n->b, by);
    if (by->kind == FEEL_TYPE_NUMBER)
        return element;
    return by->kind == FEEL_TYPE_BOOLEAN ? check_list_of(t, check_known(element) ? element : NULL) : NULL;
}

static struct feel_type *with_fields(struct typing *t, enum feel_type_kind kind, const struct feel_ast *n, size_t count) {
    struct feel_type *type = ARENA_NEW(t->c->arena, struct feel_type);
    struct feel_field *field = ARENA_ARRAY(t->c->arena, count + 1, struct feel_field);
    if (!type || !field) {
        t->c->full = true;
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        field[i].key = feel_key(n->name[i]);
    *type = (struct feel_type){.kind = kind, .field = field, .field_count = count};
    return type;
}

static const struct feel_type *context(struct typing *t, const struct feel_ast *n, const struct local *names) {
    struct feel_type *type = with_fields(t, FEEL_TYPE_CONTEXT, n, n->count);
    struct local *bound = ARENA_ARRAY(t->c->arena, n->count + 1, struct local);
    if (!type || !bound)
        return t->c->full = true, NULL;
    for (size_t i = 0; i < n->count; i++) {
        struct pending pending = {n, i, t->pending};
        t->pending = &pending;
        const struct feel_type *v = check_infer(t, n->item[i], names);
        t->pending = pending.outer;
        for (size_t k = 0; k < i; k++)
            if (n->count < 1000 && span_eq(n->name[k], n->name[i]))
                dmn_found_arg(t->c, check_type_found(t, "dmn_check.duplicate_entry", DMN_ERROR), "name", n->name[i]);
        ((struct feel_field *)(uintptr_t)type->field)[i].type = v;
        bound[i] = (struct local){.name = n->name[i], .type = v, .outer = names};
        names = &bound[i];
    }
    return n->b ? check_infer(t, n->b, names) : type;
}

static const struct feel_type *function(struct typing *t, const struct feel_ast *n, const struct local *names) {
    struct feel_type *type = with_fields(t, FEEL_TYPE_FUNCTION, n, n->count);
    struct local *bound = ARENA_ARRAY(t->c->arena, n->count + 1, struct local);
    if (!type || !bound)
        return t->c->full = true, NULL;
    for (size_t i = 0; i < n->count; i++) {
        ((struct feel_field *)(uintptr_t)type->field)[i].type = n->type[i];
        bound[i] = (struct local){.name = n->name[i], .type = n->type[i], .outer = names};
        names = &bound[i];
    }
    type->element = n->op ? NULL : check_infer(t, n->a, names);
    return type;
}

static const struct feel_type *list(struct typing *t, const struct feel_ast *n, const struct local *names) {
    const struct feel_type *all = NULL;
    for (size_t i = 0; i < n->count; i++) {
        const struct feel_type *one = check_infer(t, n->item[i], names);
        all = i ? check_join(all, one) : one;
    }
    return check_list_of(t, all);
}

/* ---- conformance -------------------------------------------------------------------------------------- */

static void constant_not_allowed(struct typing *t, const struct feel_ast *n, const struct feel_type *want) {
    struct feel_notes notes;
    struct feel_env env = check_probe_env(t, &notes);
    if (n->kind != AST_CONST || feel_is_null(n->value) || !want->allowed)
        return;
    struct feel_value v = n->value;
    if (!feel_coerce(&env, want, &v) && env.status == OK)
        check_type_found(t, "dmn_check.value_not_allowed", DMN_ERROR);
}

static const struct feel_type *coerce(struct typing *t, const struct feel_ast *n, const struct local *names) {
    const struct feel_type *have = check_infer(t, n->a, names), *want = n->type[0];
    const struct feel_ast *inside = n->a;
    struct typing here = *t;
    while (inside->kind == AST_COERCE)
        inside = inside->a;
    enter(&here, inside); /* the type may stand outside the text: at the variable, at the column */
    if (check_never(have, want))
        found_types(&here, "dmn_check.type_result", NULL, have, want);
    else if (want)
        constant_not_allowed(&here, n->a, want);
    return want ? want : have;
}

/* ---- the walk ------------------------------------------------------------------------------------------- */

/* `x instance of nothing` was read as null: x is used, and the type is the mistake. */
static const struct feel_type *constant(struct typing *t, const struct feel_ast *n, const struct local *names) {
    if (n->a)
        (void)check_infer(t, n->a, names);
    if (feel_is_null(n->value) && (n->value.flag & FEEL_FLAG_ERROR) && n->op == NULL_TYPE_NAME) {
        struct dmn_finding *f = check_type_found(t, "dmn_check.type_ref", DMN_ERROR);
        dmn_found_arg(t->c, f, "type", n->text);
        dmn_check_suggest_type(t->c, f, n->text);
    }
    return check_type_of_value(&n->value);
}

static const struct feel_type *walk(struct typing *t, const struct feel_ast *n, const struct local *names) {
    const struct feel_type *boolean = check_simple(FEEL_TYPE_BOOLEAN);
    switch (n->kind) {
    case AST_CONST: return constant(t, n, names);
    case AST_NAME: return check_name_type(t, n, names);
    case AST_INPUT: return t->input;
    case AST_LIST: return list(t, n, names);
    case AST_CONTEXT: return context(t, n, names);
    case AST_RANGE: return range(t, n, names);
    case AST_TEST: (void)check_infer(t, n->a, names); return NULL;
    case AST_PATH: return check_path_type(t, n, names);
    case AST_FILTER: return filter(t, n, names);
    case AST_CALL: return check_call_type(t, n, names);
    case AST_FUNCTION: return function(t, n, names);
    case AST_IF: return if_type(t, n, names);
    case AST_FOR: case AST_SOME: case AST_EVERY: return iterate(t, n, names, 0);
    case AST_AND: case AST_OR:
        need_boolean(t, n->a, check_infer(t, n->a, names));
        need_boolean(t, n->b, check_infer(t, n->b, names));
        return boolean;
    case AST_COMPARE: {
        const struct feel_type *a = check_infer(t, n->a, names), *b = check_infer(t, n->b, names);
        compare(t, n->op, a, b);
        if (n->op == CMP_EQ || n->op == CMP_NE) {
            check_allowed(t, a, n->b);
            check_allowed(t, b, n->a);
        }
        return boolean;
    }
    case AST_ARITH: return arith(t, n, names);
    case AST_NEGATE: return negate(t, n, names);
    case AST_BETWEEN: return between(t, n, names);
    case AST_IN:
        check_tests(t, n, check_infer(t, n->a, names), names);
        return boolean;
    case AST_TESTS: check_tests(t, n, t->input, names); return boolean;
    case AST_INSTANCE: (void)check_infer(t, n->a, names); return boolean;
    case AST_COERCE: return coerce(t, n, names);
    case AST_EXTERN: return check_table_type(t, n, names);
    }
    return NULL;
}

bool dmn_check_sources(struct checker *c) {
    c->source_count = c->model->source_count;
    c->source = ARENA_ARRAY(c->arena, c->source_count + 1, struct dmn_source);
    if (!c->source)
        return c->full = true, false;
    if (c->source_count) {
        memcpy(c->source, c->model->source, c->source_count * sizeof *c->source);
        qsort(c->source, c->source_count, sizeof *c->source, by_tree);
    }
    return true;
}

const struct feel_type *check_infer(struct typing *t, const struct feel_ast *n, const struct local *names) {
    if (!n || t->depth >= DEEP || t->c->full)
        return NULL;
    const struct xml *at = t->at;
    struct span text = t->text;
    size_t found = t->c->findings.size;
    enter(t, n);
    t->depth++;
    const struct feel_type *type = walk(t, n, names);
    t->depth--;
    if (t->text.at != text.at && t->c->findings.size == found) /* a whole text, of which nothing is said yet */
        check_null_constants(t, n);
    t->at = at;
    t->text = text;
    return type && type->kind == FEEL_TYPE_ANY ? NULL : type;
}
