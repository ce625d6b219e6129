/* Names and paths; and what was meant when there is no such name. */
#include "dmn/check_type.h"

#include "base/utf8.h"

/* ---- nearest ------------------------------------------------------------------------------ */

/* One wrong character in three is still the same word. */
struct near check_near(struct span name) {
    int limit = utf8_valid(name) ? (int)(utf8_length(name) / 3) : -1;
    return (struct near){name, {"", 0}, (limit > 3 ? 3 : limit < 1 ? 1 : limit) + 1};
}

void check_near_try(struct near *n, struct span candidate) {
    if (!candidate.size || !utf8_valid(n->name) || !utf8_valid(candidate))
        return;
    int d = utf8_distance(n->name, candidate, n->least);
    size_t shorter = utf8_length(candidate) < utf8_length(n->name) ? utf8_length(candidate) : utf8_length(n->name);
    if (d < n->least && (size_t)d < shorter)
        n->best = candidate, n->least = d;
}

/* ---- unknown names -------------------------------------------------------------------------- */

static const struct dmn_element *element_named(const struct checker *c, struct span name) {
    for (size_t i = 0; i < c->model->element_count; i++)
        if (span_eq(c->model->element[i].name, name))
            return &c->model->element[i];
    return NULL;
}

static struct span arrow_to(const struct dmn_element *e) {
    static const char *const arrows[] = {"requiredInput", "requiredDecision", "requiredKnowledge", "requiredKnowledge"};
    return span_of(arrows[e->kind]);
}

static void try_scope(struct near *near, const struct typing *t, const struct local *names) {
    for (const struct local *l = names; l; l = l->outer)
        check_near_try(near, l->name);
    for (const struct feel_scope *s = t->element->scope; s; s = s->outer)
        for (const struct feel_scope_entry *e = s->entry; e; e = e->next)
            check_near_try(near, e->name);
    static const struct { const char *name; } builtins[] = {
#define BUILTIN(function, name, min, max, unknown, kind, params) {name},
#include "feel/builtins.def"
#undef BUILTIN
    };
    for (size_t i = 0; i < ARRAY_LEN(builtins); i++)
        check_near_try(near, span_of(builtins[i].name));
}

/* `name`: as the text has it.  `uri` "": of this file. */
static void missing(struct checker *c, const struct dmn_element *from, const struct dmn_element *to, struct span name, struct span uri,
    const struct xml *at) {
    struct dmn_finding *f = dmn_found(c, "dmn_check.missing_requirement", DMN_ERROR, at);
    char *href = f ? arena_printf(c->arena, "%.*s#%.*s", SPAN_ARG(uri), SPAN_ARG(to->id)) : NULL;
    dmn_found_arg(c, f, "name", name);
    dmn_found_arg(c, f, "element", from->name);
    dmn_found_arg(c, f, "arrow", arrow_to(to));
    dmn_found_arg(c, f, "href", href ? span_of(href) : to->id);
}

void dmn_check_missing(struct checker *c, const struct dmn_element *from, const struct dmn_element *to, const struct xml *at) {
    missing(c, from, to, to->name, SPAN(""), at);
}

/* `name` of the import that is called `import`, which the element does not require.  false: it has none. */
static bool missing_import(struct typing *t, struct span import, struct span name) {
    const struct dmn_model *m = t->c->model;
    for (size_t i = 0; i < m->import_count; i++) {
        const struct dmn_import *x = &m->import[i];
        const struct feel_scope_entry *e = span_eq(x->name, import) ? feel_scope_find(x->scope, name) : NULL;
        char *full = !e ? NULL : import.size ? arena_printf(t->c->arena, "%.*s.%.*s", SPAN_ARG(import), SPAN_ARG(name)) : arena_dup(t->c->arena, name);
        if (full)
            return missing(t->c, t->element, m->slot[e->index].element, span_of(full), x->uri, t->at), true;
    }
    return false;
}

/* What an import that is not there would have brought is no finding of its own. */
static bool lost_import(const struct checker *c, struct span name) {
    for (const struct xml *i = xml_child(c->root, "import"); i; i = xml_next(i, "import"))
        if (span_eq(xml_attr(i, "name"), name))
            return true;
    return false;
}

static void unknown(struct typing *t, struct span name, const struct local *names) {
    if (lost_import(t->c, name))
        return;
    const struct dmn_element *other = element_named(t->c, name);
    if (other && other != t->element) {
        dmn_check_missing(t->c, t->element, other, t->at);
        return;
    }
    if (missing_import(t, SPAN(""), name))
        return;
    for (const struct pending *p = t->pending; p; p = p->outer)
        for (size_t i = p->at; i < p->context->count; i++)
            if (span_eq(p->context->name[i], name)) {
                dmn_found_arg(t->c, check_type_found(t, "dmn_check.entry_order", DMN_ERROR), "name", name);
                return;
            }
    struct near near = check_near(name);
    try_scope(&near, t, names);
    for (size_t i = 0; i < t->c->model->element_count; i++)
        check_near_try(&near, t->c->model->element[i].name);
    struct span half = feel_half_width(t->c->arena, name);
    if (half.size)
        near.best = half;
    struct dmn_finding *f = check_type_found(t,
        near.best.size ? "dmn_check.unknown_name_near" : "dmn_check.unknown_name", DMN_ERROR);
    dmn_found_arg(t->c, f, "name", name);
    if (near.best.size)
        dmn_found_arg(t->c, f, "near", near.best);
}

/* ---- names ------------------------------------------------------------------------------------- */

enum where { NOWHERE, HERE, PERHAPS };

static const struct feel_type *field_type(const struct feel_type *t, struct span name, bool *ret_found) {
    *ret_found = false;
    for (size_t i = 0; t && t->kind == FEEL_TYPE_CONTEXT && i < t->field_count; i++)
        if (span_eq(t->field[i].key.text, name)) {
            *ret_found = true;
            return t->field[i].type;
        }
    return NULL;
}

/* Innermost first; a filter's item may have any property when its type is open. */
static enum where find_local(const struct local *names, struct span name, const struct feel_type **ret) {
    enum where where = NOWHERE;
    *ret = NULL;
    for (const struct local *l = names; l; l = l->outer) {
        bool found = false;
        if (l->item) {
            const struct feel_type *type = field_type(l->type, name, &found);
            if (found)
                return *ret = type, where == PERHAPS ? PERHAPS : HERE;
            if (!check_known(l->type) || (l->type->kind == FEEL_TYPE_CONTEXT && l->type->any_field))
                where = PERHAPS;
        }
        if (span_eq(l->name, name)) {
            *ret = where == PERHAPS ? NULL : l->type;
            return where == PERHAPS ? PERHAPS : HERE;
        }
    }
    return where;
}

const struct feel_scope_entry *check_global(const struct typing *t, const struct feel_ast *n, const struct local *names) {
    const struct feel_type *type;
    return n->kind == AST_NAME && find_local(names, n->text, &type) == NOWHERE ? feel_scope_find(t->element->scope, n->text) : NULL;
}

static void mark_used(struct typing *t, uint32_t slot) {
    for (size_t i = 0; i < t->element->need_count; i++)
        if (t->element->need[i] == slot)
            t->used[i] = true;
}

/* Knowledge is called with what its parameters take; the rest of its file is its own matter. */
static const struct feel_type *imported_type(struct typing *t, const struct feel_scope_entry *e) {
    const struct dmn_element *to = t->c->model->slot[e->index].element;
    if (to->kind == DMN_SERVICE)
        return check_service_type(t->c, to);
    if (to->kind != DMN_BKM || !to->ast || to->ast->kind != AST_FUNCTION)
        return e->type;
    struct feel_type *type = ARENA_NEW(t->c->arena, struct feel_type);
    struct feel_field *field = ARENA_ARRAY(t->c->arena, to->ast->count + 1, struct feel_field);
    if (!type || !field)
        return t->c->full = true, NULL;
    for (size_t i = 0; i < to->ast->count; i++)
        field[i] = (struct feel_field){feel_key(to->ast->name[i]), to->ast->type[i]};
    *type = (struct feel_type){.kind = FEEL_TYPE_FUNCTION, .field = field, .field_count = to->ast->count, .element = feel_result_type(to->ast)};
    return type;
}

static const struct feel_type *slot_type(struct typing *t, const struct feel_scope_entry *e) {
    const struct dmn_model *m = t->c->model;
    mark_used(t, e->index);
    if (e->index < m->own)
        return imported_type(t, e);
    if (e->index - m->own >= m->element_count)
        return e->type;
    return check_element_type(t->c, e->index - m->own);
}

const struct feel_type *check_name_type(struct typing *t, const struct feel_ast *n, const struct local *names) {
    const struct feel_type *type;
    enum where where = find_local(names, n->text, &type);
    const struct feel_scope_entry *e = feel_scope_find(t->element->scope, n->text);
    if (where == HERE)
        return type;
    if (e && e->kind == ENTRY_GLOBAL) {
        const struct feel_type *global = slot_type(t, e);
        return where == PERHAPS ? NULL : global;
    }
    if (e || where == PERHAPS)
        return NULL;
    if (feel_builtin_find(n->text))
        return check_simple(FEEL_TYPE_FUNCTION);
    unknown(t, n->text, names);
    return NULL;
}

/* ---- paths --------------------------------------------------------------------------------------- */

static void no_property(struct typing *t, const struct feel_type *of, struct span name) {
    struct near near = check_near(name);
    for (size_t i = 0; of->kind == FEEL_TYPE_CONTEXT && i < of->field_count; i++)
        check_near_try(&near, of->field[i].key.text);
    struct dmn_finding *f = check_type_found(t, near.best.size ? "dmn_check.no_property_near" : "dmn_check.no_property", DMN_ERROR);
    dmn_found_arg(t->c, f, "name", name);
    dmn_found_arg(t->c, f, "type", check_type_text(t, of));
    if (near.best.size)
        dmn_found_arg(t->c, f, "near", near.best);
}

/* year, hour, days …: the machine knows which kind has which. */
static const struct feel_type *own_property(struct typing *t, const struct feel_type *of, struct span name) {
    struct feel_value v;
    struct feel_notes notes;
    if (!check_sample(t, of, &v) || v.kind == FEEL_LIST)
        return NULL;
    struct feel_env env = check_probe_env(t, &notes);
    struct feel_key key = feel_key(name);
    struct feel_value got = feel_path(&env, &v, &key);
    if (feel_is_null(got) && notes.count && strcmp(notes.note[0].code, "feel.no_property") == 0)
        no_property(t, of, name);
    return feel_is_null(got) ? NULL : check_type_of_value(&got);
}

static const struct feel_type *property(struct typing *t, const struct feel_type *of, struct span name) {
    bool found;
    if (!check_known(of) || of->kind == FEEL_TYPE_FUNCTION || of->kind == FEEL_TYPE_RANGE)
        return NULL;
    if (of->kind == FEEL_TYPE_LIST)
        return check_known(of->element) ? check_list_of(t, property(t, of->element, name)) : NULL;
    if (of->kind != FEEL_TYPE_CONTEXT)
        return own_property(t, of, name);
    const struct feel_type *type = field_type(of, name, &found);
    if (!found && !of->any_field)
        no_property(t, of, name);
    return type;
}

const struct feel_type *check_path_type(struct typing *t, const struct feel_ast *n, const struct local *names) {
    const struct feel_scope_entry *e = check_global(t, n->a, names);
    if (e && e->kind == ENTRY_NAMESPACE) {
        const struct feel_scope_entry *inside = feel_scope_find(e->inside, n->text);
        if (inside && inside->kind == ENTRY_GLOBAL)
            return slot_type(t, inside);
        if (missing_import(t, n->a->text, n->text))
            return NULL;
        struct near near = check_near(n->text);
        for (size_t i = 0; i < t->c->model->import_count; i++)
            for (const struct feel_scope_entry *x = t->c->model->import[i].scope->entry; x; x = x->next)
                if (span_eq(t->c->model->import[i].name, n->a->text))
                    check_near_try(&near, x->name);
        struct dmn_finding *f = check_type_found(t, near.best.size ? "dmn_check.unknown_name_near" : "dmn_check.unknown_name", DMN_ERROR);
        dmn_found_arg(t->c, f, "name", n->text);
        if (near.best.size)
            dmn_found_arg(t->c, f, "near", near.best);
        return NULL;
    }
    const struct feel_type *of = check_infer(t, n->a, names);
    if (t->column_input)
        check_remember_input(t->c, n->a, of);
    return property(t, of, n->text);
}
