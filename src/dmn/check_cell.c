/* What a cell compares its input with.
 *
 * Names in a cell are replaced by sample values in a copy of its tree, so that
 * the cell runs alone, with nothing but `?`. */
#include "dmn/check_table.h"

#include "feel/temporal.h"

enum { DEEP = 200 }; /* FEEL_NEST_MAX bounds the text; chains are deep too */

/* What the column's own expression becomes in a cell that repeats it: "年龄 < 18" in the
 * column 年龄.  It is a global of the cell's program and not `?`, since a cell that names
 * `?` is a condition, and one that does not is a value to compare with as well. */
static const char own_name[] = "\x01";

static bool names_alone(const struct feel_ast *n) {
    while (n->kind == AST_PATH)
        n = n->a;
    return n->kind == AST_NAME;
}

bool check_ast_same(const struct feel_ast *a, const struct feel_ast *b) {
    if (!a || !b)
        return a == b;
    if (a->kind != b->kind || a->op != b->op || a->count != b->count || !span_eq(a->text, b->text) || a->ext || b->ext)
        return false;
    if (a->kind == AST_CONST && (a->value.kind != b->value.kind || !feel_same(&a->value, &b->value)))
        return false;
    if (a->kind == AST_INSTANCE || a->kind == AST_COERCE || a->kind == AST_FUNCTION)
        return false; /* types are not compared */
    for (size_t i = 0; i < a->count; i++)
        if ((a->name && b->name && !span_eq(a->name[i], b->name[i])) || (a->item && !check_ast_same(a->item[i], b->item[i])))
            return false;
    return check_ast_same(a->a, b->a) && check_ast_same(a->b, b->b) && check_ast_same(a->c, b->c);
}

/* ---- names --------------------------------------------------------------------------------- */

static bool callee(const struct feel_ast *n) {
    static const char *const moving[] = {"now", "today"};
    if (n->kind != AST_NAME || !feel_builtin_find(n->text))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(moving); i++)
        if (span_is(n->text, moving[i]))
            return false;
    return true;
}

static bool path_text(struct buf *out, const struct feel_ast *n) {
    if (n->kind == AST_NAME) {
        buf_add(out, n->text);
        return true;
    }
    if (n->kind != AST_PATH || !path_text(out, n->a))
        return false;
    buf_addc(out, '.');
    buf_add(out, n->text);
    return true;
}

static struct span kept_path(struct checker *c, const struct feel_ast *n) {
    BUF_AUTO text;
    buf_init(&text, 4096);
    path_text(&text, n);
    char *copy = arena_dup(c->arena, buf_span(&text));
    c->full = c->full || !copy;
    return span_of(copy);
}

struct span check_path_of(struct checker *c, const struct feel_ast *n) {
    return n && (n->kind == AST_NAME || (n->kind == AST_PATH && names_alone(n))) ? kept_path(c, n) : SPAN("");
}

static enum feel_kind kind_of(const struct feel_type *t) {
    static const enum feel_kind kinds[] = {FEEL_NULL, FEEL_NULL, FEEL_BOOLEAN, FEEL_NUMBER, FEEL_STRING, FEEL_DATE,
        FEEL_TIME, FEEL_DATE_TIME, FEEL_YM_DURATION, FEEL_DT_DURATION, FEEL_NULL, FEEL_NULL, FEEL_NULL, FEEL_NULL};
    return t ? kinds[t->kind] : FEEL_NULL;
}

static enum feel_kind symbol_kind(const struct checker *c, const struct feel_ast *n, enum feel_kind like) {
    const struct feel_scope_entry *e = n->kind == AST_NAME && c->element ? feel_scope_find(c->element->scope, n->text) : NULL;
    return e && kind_of(e->type) ? kind_of(e->type) : like;
}

struct seeker {
    struct checker *c;
    enum feel_kind like;
    const struct feel_ast *const *column;
    size_t column_count;
    check_symbols *symbols;
    const struct feel_ast *own;
};

static bool repeats(const struct feel_ast *own, const struct feel_ast *n) {
    return own && own->kind != AST_CONST && check_ast_same(own, n);
}

static bool add_symbol(struct seeker *s, const struct feel_ast *n) {
    for (size_t i = 0; i < s->column_count; i++)
        if (check_ast_same(s->column[i], n))
            return false;
    struct span text = kept_path(s->c, n);
    for (size_t i = 0; i < s->symbols->size; i++)
        if (span_eq(s->symbols->at[i].text, text))
            return true;
    enum feel_kind kind = symbol_kind(s->c, n, s->like);
    struct check_symbol *x = kind ? vec_push_in(s->c->arena, s->symbols) : NULL;
    if (x)
        *x = (struct check_symbol){text, kind, feel_null()};
    return x != NULL;
}

static bool seek(struct seeker *s, const struct feel_ast *n, int depth);

static bool seek_children(struct seeker *s, const struct feel_ast *n, int depth) {
    for (size_t i = 0; i < n->count; i++)
        if (!seek(s, n->item[i], depth + 1))
            return false;
    return seek(s, n->a, depth + 1) && seek(s, n->b, depth + 1) && seek(s, n->c, depth + 1);
}

/* false: something that needs more than constants to run. */
static bool seek(struct seeker *s, const struct feel_ast *n, int depth) {
    if (!n || repeats(s->own, n))
        return true;
    if (depth > DEEP)
        return false;
    switch (n->kind) {
    case AST_NAME: return add_symbol(s, n);
    case AST_PATH: return names_alone(n) ? add_symbol(s, n) : seek(s, n->a, depth + 1);
    case AST_CALL:
        for (size_t i = 0; i < n->count; i++)
            if (!seek(s, n->item[i], depth + 1))
                return false;
        return callee(n->a);
    case AST_FILTER: case AST_FUNCTION: case AST_FOR: case AST_SOME: case AST_EVERY: case AST_CONTEXT:
    case AST_EXTERN: case AST_COERCE:
        return false; /* names of their own */
    default: return seek_children(s, n, depth);
    }
}

bool check_cell_symbols(struct checker *c, const struct feel_ast *cell, const struct feel_ast *own, enum feel_kind like,
    const struct feel_ast *const *column, size_t column_count, check_symbols *symbols) {
    struct seeker s = {c, like, column, column_count, symbols, own};
    return seek(&s, cell, 0);
}

static struct feel_value sample(enum feel_kind kind, int64_t n) {
    static const char *const words[] = {"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"};
    struct feel_value v = {.kind = (uint8_t)kind};
    switch (kind) {
    case FEEL_BOOLEAN: return feel_bool(n % 2 == 1);
    case FEEL_NUMBER: return feel_int(100 * n);
    case FEEL_STRING: return feel_string(span_of(words[(size_t)n % ARRAY_LEN(words)]));
    case FEEL_DATE: return feel_date(feel_days(2020, 1, 1) + 100 * n);
    case FEEL_YM_DURATION: return feel_months(12 * n);
    case FEEL_DT_DURATION: return feel_seconds((__int128)n * 10 * FEEL_DAY_NANOS);
    case FEEL_TIME:
        v.nano = n % 24 * 3600 * FEEL_NANOS;
        return v;
    case FEEL_DATE_TIME:
        v.day = feel_days(2020, 1, 1) + 100 * n;
        return v;
    default: return feel_null();
    }
}

void check_symbol_values(check_symbols *symbols, bool turned) {
    for (size_t i = 0; i < symbols->size; i++) {
        struct check_symbol *s = &symbols->at[i];
        s->value = sample(s->kind, (int64_t)(turned ? symbols->size - i : i + 1));
    }
}

/* A copy in which names are constants; a constant that was a name keeps it as
 * its text.  The column's own expression is a name of its own. */
static struct feel_ast *replaced(struct checker *c, const struct feel_ast *n, const struct feel_ast *own, const check_symbols *symbols) {
    if (!n)
        return NULL;
    struct feel_ast *copy = feel_ast_new(c->arena, n->kind, n->offset);
    if (!copy)
        return c->full = true, NULL;
    *copy = *n;
    if (repeats(own, n)) {
        *copy = (struct feel_ast){.kind = AST_NAME, .offset = n->offset, .text = {own_name, 1}};
        return copy;
    }
    if (n->kind == AST_NAME || (n->kind == AST_PATH && names_alone(n))) {
        struct span text = kept_path(c, n);
        for (size_t i = 0; i < symbols->size; i++)
            if (span_eq(symbols->at[i].text, text)) {
                *copy = (struct feel_ast){.kind = AST_CONST, .offset = n->offset, .text = text, .value = symbols->at[i].value};
                return copy;
            }
        return copy;
    }
    copy->a = n->kind == AST_CALL ? n->a : replaced(c, n->a, own, symbols);
    copy->b = replaced(c, n->b, own, symbols);
    copy->c = replaced(c, n->c, own, symbols);
    copy->item = ARENA_ARRAY(c->arena, n->count + 1, struct feel_ast *);
    if (!copy->item)
        return c->full = true, NULL;
    for (size_t i = 0; n->item && i < n->count; i++)
        copy->item[i] = replaced(c, n->item[i], own, symbols);
    return copy;
}

/* ---- running --------------------------------------------------------------------------------- */

bool check_run(struct checker *c, const struct feel_program *p, const struct feel_value *input, struct feel_value *ret) {
    struct feel_env env;
    struct diag d = {0};
    feel_env_init(&env, c->arena, NULL);
    env.steps_left = 100000; /* a cell is small; one that is not is left open */
    return feel_run(p, &env, input, input, ret, &d) == OK; /* the one global is the column's own expression */
}

static const struct feel_program *compiled(struct checker *c, const struct feel_ast *n) {
    const struct feel_program *p = NULL;
    struct diag d = {0};
    return feel_compile_ast(c->arena, c->cell_scope, n, SPAN(""), &p, &d) == OK ? p : NULL;
}

static bool is_own(const struct feel_ast *n) { return n->kind == AST_NAME && n->text.at == own_name; }
static bool is_input(const struct feel_ast *n) { return n->kind == AST_INPUT || is_own(n); }

bool check_cell_scope(struct checker *c) {
    c->cell_scope = feel_scope_new(c->arena, c->model->scope);
    return c->cell_scope && feel_scope_global(c->cell_scope, (struct span){own_name, 1}, 0, NULL);
}

static bool has_input(const struct feel_ast *n) {
    if (!n || is_input(n))
        return n != NULL;
    for (size_t i = 0; n->item && i < n->count; i++)
        if (has_input(n->item[i]))
            return true;
    return has_input(n->a) || has_input(n->b) || has_input(n->c);
}

static bool is_named(const struct feel_ast *n) {
    if (!n)
        return false;
    if (n->kind == AST_CONST)
        return n->text.size > 0;
    for (size_t i = 0; n->item && i < n->count; i++)
        if (is_named(n->item[i]))
            return true;
    return is_named(n->a) || is_named(n->b) || is_named(n->c);
}

bool check_constant_value(struct checker *c, const struct feel_ast *n, struct feel_value *ret) {
    check_symbols none = {0};
    if (n->kind == AST_CONST) {
        *ret = n->value;
        return true;
    }
    if (has_input(n) || !check_cell_symbols(c, n, NULL, FEEL_NULL, NULL, 0, &none) || none.size)
        return false;
    const struct feel_program *p = compiled(c, n);
    return p && check_run(c, p, NULL, ret);
}

/* ---- constants --------------------------------------------------------------------------------- */

bool check_kind_ordered(enum feel_kind kind) {
    return kind == FEEL_NUMBER || kind == FEEL_DATE || kind == FEEL_TIME || kind == FEEL_DATE_TIME ||
        kind == FEEL_YM_DURATION || kind == FEEL_DT_DURATION;
}

static bool is_scalar(const struct feel_value *v) {
    return check_kind_ordered((enum feel_kind)v->kind) || v->kind == FEEL_STRING || v->kind == FEEL_BOOLEAN ||
        (v->kind == FEEL_NULL && !(v->flag & FEEL_FLAG_ERROR));
}

static void add(struct checker *c, struct check_cell *cell, struct feel_value v, const struct feel_ast *source, bool named) {
    struct check_constant *k = vec_push_in(c->arena, &cell->constant);
    if (k)
        *k = (struct check_constant){v, source, named};
    else
        c->full = true;
}

static void less(struct check_cell *cell) {
    if (cell->kind == CELL_EXACT)
        cell->kind = CELL_SAMPLED;
}

/* A string has no neighbours: what lies between two of them is not one atom. */
static void compared(struct check_cell *cell, const struct feel_value *v, bool by_order) {
    if (!is_scalar(v) || (by_order && !check_kind_ordered((enum feel_kind)v->kind)))
        less(cell);
}

static void take_value(struct checker *c, struct check_cell *cell, const struct feel_value *v,
    const struct feel_ast *source, bool named, bool by_order) {
    if (v->kind == FEEL_RANGE) {
        if (named)
            less(cell);
        const struct feel_value *end[] = {&v->range->start, &v->range->end};
        for (size_t i = 0; i < 2; i++)
            if (!feel_is_null(*end[i])) {
                bool order = !v->range->is_test || !(v->range->start_included && v->range->end_included);
                compared(cell, end[i], order);
                add(c, cell, *end[i], source, named);
            }
    } else if (v->kind == FEEL_LIST) {
        if (named)
            less(cell);
        for (size_t i = 0; i < v->count; i++) {
            if (v->item[i].kind == FEEL_LIST)
                less(cell);
            else
                take_value(c, cell, &v->item[i], source, named, by_order);
        }
    } else {
        compared(cell, v, by_order);
        if (is_scalar(v))
            add(c, cell, *v, source, named);
    }
}

/* A tree without `?`. */
static void take_constant(struct checker *c, struct check_cell *cell, const struct feel_ast *n, bool by_order) {
    struct feel_value v;
    if (n->kind == AST_LIST || n->kind == AST_RANGE || n->kind == AST_TEST) {
        bool order = by_order || n->kind == AST_RANGE || (n->kind == AST_TEST && n->op != CMP_EQ && n->op != CMP_NE);
        for (size_t i = 0; i < n->count; i++)
            take_constant(c, cell, n->item[i], order);
        if (n->a)
            take_constant(c, cell, n->a, order);
        if (n->b)
            take_constant(c, cell, n->b, order);
    } else if (check_constant_value(c, n, &v)) {
        take_value(c, cell, &v, n, is_named(n), by_order);
    } else {
        less(cell);
    }
}

/* Constants anywhere in a tree that is not decided by them: places to look. */
static void hint(struct checker *c, struct check_cell *cell, const struct feel_ast *n) {
    if (!n)
        return;
    if (n->kind == AST_CONST && is_scalar(&n->value))
        add(c, cell, n->value, n, n->text.size > 0);
    for (size_t i = 0; n->item && i < n->count; i++)
        hint(c, cell, n->item[i]);
    hint(c, cell, n->a);
    hint(c, cell, n->b);
    hint(c, cell, n->c);
}

static void sampled(struct checker *c, struct check_cell *cell, const struct feel_ast *n) {
    less(cell);
    hint(c, cell, n);
}

static void take_tests(struct checker *c, struct check_cell *cell, const struct feel_ast *n);

static void take_compare(struct checker *c, struct check_cell *cell, const struct feel_ast *n) {
    const struct feel_ast *other = is_input(n->a) ? n->b : is_input(n->b) ? n->a : NULL;
    if (other && !has_input(other))
        take_constant(c, cell, other, n->op != CMP_EQ && n->op != CMP_NE);
    else
        sampled(c, cell, n);
}

static void take_in(struct checker *c, struct check_cell *cell, const struct feel_ast *n) {
    if (!is_input(n->a)) {
        sampled(c, cell, n);
        return;
    }
    for (size_t i = 0; i < n->count; i++)
        if (has_input(n->item[i]))
            sampled(c, cell, n->item[i]);
        else
            take_constant(c, cell, n->item[i], false);
}

static void take_with_input(struct checker *c, struct check_cell *cell, const struct feel_ast *n) {
    switch (n->kind) {
    case AST_COMPARE: take_compare(c, cell, n); break;
    case AST_IN: take_in(c, cell, n); break;
    case AST_BETWEEN:
        if (!is_input(n->a) || has_input(n->b) || has_input(n->c)) {
            sampled(c, cell, n);
            break;
        }
        take_constant(c, cell, n->b, true);
        take_constant(c, cell, n->c, true);
        break;
    case AST_AND: case AST_OR:
        take_tests(c, cell, n->a);
        take_tests(c, cell, n->b);
        break;
    case AST_CALL:
        if (n->a->kind == AST_NAME && span_is(n->a->text, "not") && n->count == 1)
            take_tests(c, cell, n->item[0]);
        else
            sampled(c, cell, n);
        break;
    default: sampled(c, cell, n);
    }
}

static void take_tests(struct checker *c, struct check_cell *cell, const struct feel_ast *n) {
    if (n->kind == AST_TESTS)
        for (size_t i = 0; i < n->count; i++)
            take_tests(c, cell, n->item[i]);
    else if (has_input(n))
        take_with_input(c, cell, n);
    else
        take_constant(c, cell, n, false);
}

struct check_cell check_cell_read(struct checker *c, const struct feel_ast *n, const struct feel_ast *own, const check_symbols *symbols) {
    struct check_cell cell = {.kind = n ? CELL_EXACT : CELL_ANY};
    const struct feel_ast *copy = n ? replaced(c, n, own, symbols) : NULL;
    if (!copy)
        return cell;
    check_symbols left = {0};
    const struct feel_ast self = {.kind = AST_NAME, .text = {own_name, 1}};
    cell.program = check_cell_symbols(c, copy, &self, FEEL_NUMBER, NULL, 0, &left) && !left.size ? compiled(c, copy) : NULL;
    if (!cell.program)
        cell.kind = CELL_OPEN;
    else
        take_tests(c, &cell, copy);
    return cell;
}
