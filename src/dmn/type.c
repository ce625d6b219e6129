/* Item definitions become feel_type structures; a name may be used before its
 * definition, so all structures exist before any is filled.
 *
 * A type takes over what the type it refers to holds, so it waits while that one
 * is being filled: a component or the element of a collection is filled later,
 * when the definition around it is whole.  So a type may contain itself to any
 * depth; values end, and checking walks them. */
#include "base/map.h"
#include "dmn/internal.h"

struct definition { const struct xml *xml; struct feel_type *type; enum { OPEN, FILLING, FILLED } state; struct definition *next; };
/* `whole`: a component; else the element of the collection that `xml` defines. */
struct waiting { const struct xml *xml; struct feel_type *type; bool whole, done; };
struct types { struct dmn_loader *l; struct definition *first; struct map *by_name; VEC(struct waiting) waiting; };

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

/* false: it waits for a type that is not filled yet; nothing was done. */
static bool fill(struct types *ts, const struct xml *e, struct feel_type *t, int depth);

enum { FILL_DEPTH_MAX = 100 }; /* below, things wait for their turn */

static void wait_for(struct types *ts, const struct xml *e, struct feel_type *t, bool whole) {
    struct waiting *w = vec_push_in(ts->l->arena, &ts->waiting);
    if (w)
        *w = (struct waiting){e, t, whole, false};
    else
        ts->l->status = E_LIMIT;
}

static bool is_waiting(const struct types *ts, const struct feel_type *t) {
    for (size_t i = 0; i < ts->waiting.size; i++)
        if (ts->waiting.at[i].type == t && !ts->waiting.at[i].done)
            return true;
    return false;
}

static void try_definition(struct types *ts, struct definition *d, int depth) {
    d->state = FILLING;
    d->state = fill(ts, d->xml, d->type, depth) ? FILLED : OPEN;
}

static struct definition *find_definition(const struct types *ts, struct span name) {
    return name.size && ts->by_name ? map_get(ts->by_name, name) : NULL;
}

/* A definition of the name as it stands comes before one of the name behind its prefix.
 * *ret_filled: what it holds may be taken over. */
static const struct feel_type *ref_type(struct types *ts, struct span ref, int depth, bool *ret_filled) {
    ref = trimmed(ref);
    struct definition *d = find_definition(ts, ref);
    if (!d && ref.size && !feel_type_builtin(dmn_without_prefix(ref)))
        d = find_definition(ts, dmn_without_prefix(ref));
    if (d && d->state == OPEN && depth < FILL_DEPTH_MAX)
        try_definition(ts, d, depth + 1);
    *ret_filled = !d || d->state == FILLED;
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
        if (!fill(ts, c, ct, depth + 1))
            wait_for(ts, c, ct, true);
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
    bool filled; /* these are pointed to, not taken over */
    for (const struct xml *p = xml_child(f, "parameters"); p; p = xml_next(p, "parameters"))
        field[n++] = (struct feel_field){feel_key(xml_attr(p, "name")), ref_type(ts, xml_attr(p, "typeRef"), depth, &filled)};
    t->kind = FEEL_TYPE_FUNCTION;
    t->field = field;
    t->field_count = n;
    t->element = ref_type(ts, xml_attr(f, "outputTypeRef"), depth, &filled);
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

/* Allowed values of what is a list by reference are those of its elements. */
static void limit_element(struct types *ts, struct feel_type *list, const struct feel_type *allowed) {
    struct feel_type *element = ARENA_NEW(ts->l->arena, struct feel_type);
    if (!element) {
        ts->l->status = E_LIMIT;
        return;
    }
    *element = *list->element;
    element->also = list->element->allowed ? list->element : list->element->also;
    element->allowed = allowed->allowed;
    element->allowed_ast = allowed->allowed_ast;
    list->element = element;
}

bool dmn_type_is_collection(const struct xml *e) {
    struct span many = trimmed(xml_attr(e, "isCollection"));
    return span_is(many, "true") || span_is(many, "1");
}

/* One value: of the collection, when it is one. */
static bool fill_one(struct types *ts, const struct xml *e, struct feel_type *t, int depth) {
    struct feel_type base = {.kind = FEEL_TYPE_ANY};
    const struct xml *ref = xml_child(e, "typeRef"), *function = xml_child(e, "functionItem");
    bool filled = true;
    if (xml_child(e, "itemComponent"))
        fill_components(ts, e, &base, depth);
    else if (function)
        fill_function(ts, function, &base, depth);
    else if (ref)
        base = *ref_type(ts, ref->text, depth, &filled);
    bool in_list = base.kind == FEEL_TYPE_LIST && !dmn_type_is_collection(e) && base.element;
    if (!filled || (in_list && is_waiting(ts, base.element)))
        return false;
    struct feel_type allowed = {0};
    bool limited = allowed_values(ts, e, "allowedValues", &allowed);
    if (limited && ref && !keep_constraint(ts, &base))
        return true;
    if (limited && in_list) {
        limit_element(ts, &base, &allowed);
    } else if (limited) {
        base.allowed = allowed.allowed;
        base.allowed_ast = allowed.allowed_ast;
    }
    *t = base;
    return true;
}

static bool fill(struct types *ts, const struct xml *e, struct feel_type *t, int depth) {
    struct feel_type base = {.kind = FEEL_TYPE_ANY}, whole = {0};
    if (depth > FILL_DEPTH_MAX)
        return false;
    if (dmn_type_is_collection(e)) {
        struct feel_type *element = ARENA_NEW(ts->l->arena, struct feel_type);
        if (!element)
            return ts->l->status = E_LIMIT, true;
        if (!fill_one(ts, e, element, depth))
            wait_for(ts, e, element, false);
        base = (struct feel_type){.kind = FEEL_TYPE_LIST, .element = element};
    } else if (!fill_one(ts, e, &base, depth)) {
        return false;
    }
    if (allowed_values(ts, e, "typeConstraint", &whole)) {
        if (!keep_constraint(ts, &base))
            return true;
        base.allowed = whole.allowed;
        base.allowed_ast = whole.allowed_ast;
    }
    *t = base;
    return true;
}

/* What waits, as long as some of it finds what it waited for.  A type that is only
 * another name of itself waits for ever and stays any. */
static void fill_waiting(struct types *ts) {
    for (bool progress = true; progress && ts->l->status == OK;) {
        progress = false;
        for (struct definition *d = ts->first; d; d = d->next)
            if (d->state == OPEN) {
                try_definition(ts, d, 0);
                progress = progress || d->state == FILLED;
            }
        for (size_t i = 0; i < ts->waiting.size; i++) {
            struct waiting w = ts->waiting.at[i]; /* the list may move */
            if (w.done || !(w.whole ? fill(ts, w.xml, w.type, 0) : fill_one(ts, w.xml, w.type, 0)))
                continue;
            ts->waiting.at[i].done = progress = true;
        }
    }
}

enum status dmn_types_load(struct dmn_loader *l, const struct xml *root) {
    struct types ts = {.l = l, .by_name = map_new(l->arena, (uint64_t)(uintptr_t)root)};
    if (!ts.by_name)
        return E_LIMIT;
    for (const struct xml *e = xml_child(root, "itemDefinition"); e; e = xml_next(e, "itemDefinition")) {
        struct definition *d = ARENA_NEW(l->arena, struct definition);
        struct feel_type *t = ARENA_NEW(l->arena, struct feel_type);
        struct span name = trimmed(xml_attr(e, "name"));
        if (!d || !t || (name.size && !feel_scope_type(l->model->scope, name, t)))
            return E_LIMIT;
        t->kind = FEEL_TYPE_ANY;
        *d = (struct definition){e, t, OPEN, ts.first};
        ts.first = d;
        if (name.size && !map_put(ts.by_name, name, d))
            return E_LIMIT;
    }
    fill_waiting(&ts);
    return l->status;
}
