#include "base/map.h"
#include "base/vec.h"
#include "feel/ast.h"

enum { LISTS_MAX = 100 }; /* a type may be a list of itself */

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
    return feel_scope_type_properties(s, type);
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

/* Seeded by where it lies: names come from files, and their order in a map is that of coming. */
static bool put(struct feel_scope *s, struct map **map, struct span name, void *value) {
    if (!*map)
        *map = map_new(s->arena, (uint64_t)(uintptr_t)s);
    return *map && map_put(*map, name, value);
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
    struct feel_scope_entry *e;
    if (s->property_of && map_has(s->property_of, name))
        return true;
    e = ARENA_NEW(s->arena, struct feel_scope_entry);
    if (!e)
        return false;
    e->name = feel_name_normal(s->arena, name);
    e->next = s->property;
    s->property = e;
    return e->name.at && put(s, &s->property_of, e->name, e);
}

/* Copies of a type share its fields, and a type may contain itself. */
struct walk { struct arena *arena; VEC(const struct feel_field *) fields; VEC(const struct feel_type *) todo; };

static bool walked(struct walk *w, const struct feel_type *t) {
    for (size_t i = 0; i < w->fields.size; i++)
        if (w->fields.at[i] == t->field)
            return true;
    return false;
}

static bool enter(struct walk *w, const struct feel_type *t) {
    const struct feel_type **todo;
    const struct feel_field **seen;
    for (int lists = 0; t && t->kind == FEEL_TYPE_LIST && lists < LISTS_MAX; lists++)
        t = t->element;
    if (!t || t->kind != FEEL_TYPE_CONTEXT || !t->field_count || walked(w, t))
        return true;
    todo = vec_push_in(w->arena, &w->todo);
    seen = vec_push_in(w->arena, &w->fields);
    if (!todo || !seen)
        return false;
    *todo = t;
    *seen = t->field;
    return true;
}

bool feel_scope_type_properties(struct feel_scope *s, const struct feel_type *t) {
    struct walk w = {.arena = s->arena};
    if (!enter(&w, t))
        return false;
    while (w.todo.size) {
        t = w.todo.at[--w.todo.size];
        for (size_t i = 0; i < t->field_count; i++)
            if (!feel_scope_property(s, t->field[i].key.text) || !enter(&w, t->field[i].type))
                return false;
    }
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
    return e->name.at && put(s, &s->type_of, e->name, e);
}

const struct feel_scope_entry *feel_scope_find(const struct feel_scope *s, struct span name) {
    for (; s; s = s->outer)
        for (const struct feel_scope_entry *e = s->entry; e; e = e->next)
            if (span_eq(e->name, name))
                return e;
    return NULL;
}

const struct feel_type *feel_scope_find_type(const struct feel_scope *s, struct span name) {
    for (; s; s = s->outer) {
        const struct feel_type_entry *e = s->type_of ? map_get(s->type_of, name) : NULL;
        if (e)
            return e->type;
    }
    return feel_type_builtin(name);
}
