/* Item definitions become feel_type structures; a name may be used before its
 * definition, so all structures exist before any is filled. */
#include "dmn/internal.h"

struct definition { const struct xml *xml; struct feel_type *type; enum { OPEN, FILLING, FILLED } state; struct definition *next; };
struct types { struct dmn_loader *l; struct definition *first; };

static const struct feel_type any_type = {.kind = FEEL_TYPE_ANY};

static struct span trimmed(struct span s) {
    while (s.size && feel_blank(s.at[0]))
        s = (struct span){s.at + 1, s.size - 1};
    while (s.size && feel_blank(s.at[s.size - 1]))
        s.size--;
    return s;
}

struct span dmn_without_prefix(struct span ref) {
    const char *colon = ref.size ? memchr(ref.at, ':', ref.size) : NULL;
    return colon ? (struct span){colon + 1, ref.size - (size_t)(colon + 1 - ref.at)} : (struct span){0};
}

/* "xs.tType" where `xs` imports another language. */
static void refuse_foreign(struct dmn_loader *l, struct span ref) {
    for (const struct xml *i = xml_child(l->model->xml, "import"); i; i = xml_next(i, "import")) {
        struct span name = xml_attr(i, "name");
        struct diag d = {0};
        if (!name.size || ref.size <= name.size || memcmp(ref.at, name.at, name.size) != 0 || ref.at[name.size] != '.' || !dmn_is_foreign_import(i))
            continue;
        diag_fail(&d, E_INPUT, "dmn.foreign_type", DIAG_SPAN("type", ref), DIAG_SPAN("language", xml_attr(i, "importType")));
        dmn_problem_add(l, &d, l->at ? l->at->xml : i);
        return;
    }
}

/* "feel:number" and "number", "imported.tType" */
const struct feel_type *dmn_type_ref(struct dmn_loader *l, struct span ref) {
    ref = trimmed(ref);
    if (!ref.size)
        return NULL;
    const struct feel_type *t = feel_scope_find_type(l->model->scope, ref);
    struct span local = dmn_without_prefix(ref);
    if (!t && local.size)
        t = feel_scope_find_type(l->model->scope, local);
    if (!t)
        refuse_foreign(l, ref);
    return t && t->kind == FEEL_TYPE_ANY && !t->allowed ? NULL : t;
}

static void fill(struct types *ts, const struct xml *e, struct feel_type *t, int depth);

static struct definition *find_definition(const struct types *ts, struct span name) {
    for (struct definition *d = name.size ? ts->first : NULL; d; d = d->next)
        if (span_eq(trimmed(xml_attr(d->xml, "name")), name))
            return d;
    return NULL;
}

/* A definition of the name as it stands comes before one of the name behind its prefix. */
static const struct feel_type *ref_type(struct types *ts, struct span ref, int depth) {
    ref = trimmed(ref);
    struct definition *d = find_definition(ts, ref);
    if (!d && ref.size && !feel_type_builtin(dmn_without_prefix(ref)))
        d = find_definition(ts, dmn_without_prefix(ref));
    if (d && d->state == OPEN && depth < 100) {
        d->state = FILLING;
        fill(ts, d->xml, d->type, depth + 1);
        d->state = FILLED;
    }
    if (d)
        return d->type;
    const struct feel_type *t = dmn_type_ref(ts->l, ref);
    return t ? t : &any_type;
}

static void fill_components(struct types *ts, const struct xml *e, struct feel_type *t, int depth) {
    size_t n = 0;
    for (const struct xml *c = xml_child(e, "itemComponent"); c; c = xml_next(c, "itemComponent"))
        n++;
    struct feel_field *field = ARENA_ARRAY(ts->l->arena, n, struct feel_field);
    if (!field) {
        ts->l->status = E_LIMIT;
        return;
    }
    n = 0;
    for (const struct xml *c = xml_child(e, "itemComponent"); c; c = xml_next(c, "itemComponent"), n++) {
        struct feel_type *ct = ARENA_NEW(ts->l->arena, struct feel_type);
        struct span name = feel_name_normal(ts->l->arena, xml_attr(c, "name"));
        if (!ct || !name.at || !feel_scope_property(ts->l->model->scope, name)) {
            ts->l->status = E_LIMIT;
            return;
        }
        field[n] = (struct feel_field){feel_key(name), ct};
        fill(ts, c, ct, depth + 1);
    }
    t->kind = FEEL_TYPE_CONTEXT;
    t->field = field;
    t->field_count = n;
}

static void fill_function(struct types *ts, const struct xml *f, struct feel_type *t, int depth) {
    size_t n = 0;
    for (const struct xml *p = xml_child(f, "parameters"); p; p = xml_next(p, "parameters"))
        n++;
    struct feel_field *field = ARENA_ARRAY(ts->l->arena, n + 1, struct feel_field);
    if (!field) {
        ts->l->status = E_LIMIT;
        return;
    }
    n = 0;
    for (const struct xml *p = xml_child(f, "parameters"); p; p = xml_next(p, "parameters"))
        field[n++] = (struct feel_field){feel_key(xml_attr(p, "name")), ref_type(ts, xml_attr(p, "typeRef"), depth)};
    t->kind = FEEL_TYPE_FUNCTION;
    t->field = field;
    t->field_count = n;
    t->element = ref_type(ts, xml_attr(f, "outputTypeRef"), depth);
}

/* The tests among the children of `e` that every value of `t` must pass. */
static bool allowed_values(struct types *ts, const struct xml *e, const char *child, struct feel_type *t) {
    struct dmn_loader *l = ts->l;
    struct span text = trimmed(dmn_child_text(xml_child(e, child), "text"));
    struct feel_ast *ast = NULL;
    struct diag d = {0};
    if (!text.size)
        return false;
    enum status s = feel_parse(l->arena, l->model->scope, text, PARSE_TESTS, &ast, &d);
    if (s == OK)
        s = feel_compile_ast(l->arena, l->model->scope, ast, xml_attr(e, "name"), &t->allowed, &d);
    if (s != OK) {
        dmn_problem_add(l, &d, e);
        return false;
    }
    t->allowed_ast = ast;
    return true;
}

/* A narrower type keeps the constraint of what it narrows. */
static bool keep_constraint(struct types *ts, struct feel_type *t) {
    if (!t->allowed)
        return true;
    struct feel_type *wider = ARENA_NEW(ts->l->arena, struct feel_type);
    if (!wider) {
        ts->l->status = E_LIMIT;
        return false;
    }
    *wider = *t;
    t->also = wider;
    return true;
}

static void fill(struct types *ts, const struct xml *e, struct feel_type *t, int depth) {
    if (depth > 100)
        return;
    struct feel_type base = {.kind = FEEL_TYPE_ANY};
    const struct xml *ref = xml_child(e, "typeRef"), *function = xml_child(e, "functionItem");
    if (xml_child(e, "itemComponent"))
        fill_components(ts, e, &base, depth);
    else if (function)
        fill_function(ts, function, &base, depth);
    else if (ref)
        base = *ref_type(ts, ref->text, depth);
    struct feel_type allowed = {0};
    bool limited = allowed_values(ts, e, "allowedValues", &allowed);
    if (limited && ref && !keep_constraint(ts, &base))
        return;
    struct span many = trimmed(xml_attr(e, "isCollection"));
    bool collection = span_is(many, "true") || span_is(many, "1");
    if (limited && base.kind == FEEL_TYPE_LIST && !collection && base.element) {
        struct feel_type *element = ARENA_NEW(ts->l->arena, struct feel_type);
        if (element) {
            *element = *base.element;
            element->also = base.element->allowed ? base.element : base.element->also;
            element->allowed = allowed.allowed;
            element->allowed_ast = allowed.allowed_ast;
            base.element = element;
        }
    } else if (limited) {
        base.allowed = allowed.allowed;
        base.allowed_ast = allowed.allowed_ast;
    }
    if (collection) {
        struct feel_type *element = ARENA_NEW(ts->l->arena, struct feel_type);
        if (!element) {
            ts->l->status = E_LIMIT;
            return;
        }
        *element = base;
        base = (struct feel_type){.kind = FEEL_TYPE_LIST, .element = element};
    }
    struct feel_type whole = {0};
    if (allowed_values(ts, e, "typeConstraint", &whole)) {
        if (!keep_constraint(ts, &base))
            return;
        base.allowed = whole.allowed;
        base.allowed_ast = whole.allowed_ast;
    }
    *t = base;
}

enum status dmn_types_load(struct dmn_loader *l, const struct xml *root) {
    struct types ts = {.l = l};
    for (const struct xml *e = xml_child(root, "itemDefinition"); e; e = xml_next(e, "itemDefinition")) {
        struct definition *d = ARENA_NEW(l->arena, struct definition);
        struct feel_type *t = ARENA_NEW(l->arena, struct feel_type);
        struct span name = trimmed(xml_attr(e, "name"));
        if (!d || !t || (name.size && !feel_scope_type(l->model->scope, name, t)))
            return E_LIMIT;
        t->kind = FEEL_TYPE_ANY;
        *d = (struct definition){e, t, OPEN, ts.first};
        ts.first = d;
    }
    for (struct definition *d = ts.first; d; d = d->next)
        if (d->state == OPEN) {
            d->state = FILLING;
            fill(&ts, d->xml, d->type, 0);
            d->state = FILLED;
        }
    return l->status;
}
