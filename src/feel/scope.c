#include "feel/ast.h"

struct feel_scope *feel_scope_new(struct arena *a, const struct feel_scope *outer) {
    struct feel_scope *s = ARENA_NEW(a, struct feel_scope);
    if (s) {
        s->arena = a;
        s->outer = outer;
        s->plain = outer && outer->plain;
    }
    return s;
}

static struct feel_scope_entry *add(struct feel_scope *s, struct span name) {
    struct feel_scope_entry *e = ARENA_NEW(s->arena, struct feel_scope_entry);
    if (!e)
        return NULL;
    e->name = feel_name_normal(s->arena, name);
    if (!e->name.at)
        return NULL;
    e->next = s->entry;
    s->entry = e;
    return e;
}

bool feel_scope_global(struct feel_scope *s, struct span name, uint32_t index,
    const struct feel_type *type) {
    struct feel_scope_entry *e = add(s, name);
    if (!e)
        return false;
    e->kind = ENTRY_GLOBAL;
    e->index = index;
    e->type = type;
    return feel_scope_type_properties(s, type, 0);
}

bool feel_scope_local(struct feel_scope *s, struct span name) {
    struct feel_scope_entry *e = add(s, name);
    if (e)
        e->kind = ENTRY_LOCAL;
    return e != NULL;
}

bool feel_scope_namespace(struct feel_scope *s, struct span name, const struct feel_scope *inside) {
    struct feel_scope_entry *e = add(s, name);
    if (!e)
        return false;
    e->kind = ENTRY_NAMESPACE;
    e->inside = inside;
    return true;
}

/* Only names that a plain identifier cannot hold need to be known. */
static bool plain(struct span name) {
    for (size_t i = 0; i < name.size; i++)
        if ((unsigned char)name.at[i] < 0x80 && !feel_name_part((unsigned char)name.at[i]))
            return false;
    return true;
}

bool feel_scope_property(struct feel_scope *s, struct span name) {
    if (plain(name))
        return true;
    for (const struct feel_scope_entry *e = s->property; e; e = e->next)
        if (span_eq(e->name, name))
            return true;
    struct feel_scope_entry *e = ARENA_NEW(s->arena, struct feel_scope_entry);
    if (!e)
        return false;
    e->name = feel_name_normal(s->arena, name);
    e->next = s->property;
    s->property = e;
    return e->name.at != NULL;
}

bool feel_scope_type_properties(struct feel_scope *s, const struct feel_type *t, int depth) {
    if (!t || depth > 20)
        return true;
    if (t->kind == FEEL_TYPE_LIST)
        return feel_scope_type_properties(s, t->element, depth + 1);
    if (t->kind != FEEL_TYPE_CONTEXT)
        return true;
    for (size_t i = 0; i < t->field_count; i++)
        if (!feel_scope_property(s, t->field[i].key.text) ||
            !feel_scope_type_properties(s, t->field[i].type, depth + 1))
            return false;
    return true;
}

bool feel_scope_type(struct feel_scope *s, struct span name, const struct feel_type *type) {
    struct feel_type_entry *e = ARENA_NEW(s->arena, struct feel_type_entry);
    if (!e)
        return false;
    e->name = feel_name_normal(s->arena, name);
    e->type = type;
    e->next = s->type;
    s->type = e;
    return e->name.at != NULL;
}

const struct feel_scope_entry *feel_scope_find(const struct feel_scope *s, struct span name) {
    for (; s; s = s->outer)
        for (const struct feel_scope_entry *e = s->entry; e; e = e->next)
            if (span_eq(e->name, name))
                return e;
    return NULL;
}

const struct feel_type *feel_scope_find_type(const struct feel_scope *s, struct span name) {
    for (; s; s = s->outer)
        for (const struct feel_type_entry *e = s->type; e; e = e->next)
            if (span_eq(e->name, name))
                return e->type;
    return feel_type_builtin(name);
}
