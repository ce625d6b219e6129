#include "form/form_internal.h"

struct tree *tree_new(struct arena *a) { return ARENA_NEW(a, struct tree); }

static bool become(struct tree *t, int kind) {
    if (t->kind == TREE_EMPTY)
        t->kind = kind;
    return (int)t->kind == kind;
}

struct tree *tree_member(struct arena *a, struct tree *t, struct span name) {
    if (!t || !become(t, TREE_OBJECT))
        return NULL;
    for (size_t i = 0; i < t->name.size; i++)
        if (span_eq(t->name.at[i], name))
            return t->item.at[i];
    struct span *n = vec_push_in(a, &t->name);
    struct tree **item = vec_push_in(a, &t->item);
    if (!n || !item)
        return NULL;
    *n = name;
    *item = tree_new(a);
    return *item;
}

struct tree *tree_entry(struct arena *a, struct tree *t, size_t index) {
    if (!t || !become(t, TREE_LIST))
        return NULL;
    while (t->item.size <= index)
        if (!vec_push_in(a, &t->item))
            return NULL;
    if (!t->item.at[index])
        t->item.at[index] = tree_new(a);
    return t->item.at[index];
}

struct tree *tree_path(struct arena *a, struct tree *t, const char *const *path, uint32_t n) {
    for (uint32_t i = 0; t && i < n; i++)
        t = tree_member(a, t, span_of(path[i]));
    return t;
}

void tree_set(struct tree *t, const struct json *value) {
    if (t->kind != TREE_EMPTY)
        return;
    t->kind = TREE_LEAF;
    t->leaf = value;
}

/* "1", "2" ... under `key` for the entries that have none. */
static const struct json *numbered(struct arena *a, const struct json *entry, const char *key, size_t i) {
    if (entry->type != JSON_OBJECT || json_get(entry, key))
        return entry;
    const char *text = arena_printf(a, "%zu", i + 1);
    const struct json *number = text ? json_new_string(a, span_of(text)) : NULL;
    return number ? json_with(a, entry, key, number) : NULL;
}

static bool nothing(const struct tree *t) {
    return !t || t->kind == TREE_EMPTY || (t->kind == TREE_LIST && t->item.size == 0 && t->not_empty);
}

const struct json *tree_json(struct arena *a, const struct tree *t) {
    if (nothing(t))
        return json_null();
    if (t->kind == TREE_LEAF)
        return t->leaf;
    const struct json **value = ARENA_ARRAY(a, t->item.size + 1, const struct json *);
    struct span *key = ARENA_ARRAY(a, t->item.size + 1, struct span);
    if (!value || !key)
        return NULL;
    size_t n = 0;
    for (size_t i = 0; i < t->item.size; i++) {
        if (t->kind == TREE_OBJECT && nothing(t->item.at[i]))
            continue;
        value[n] = tree_json(a, t->item.at[i]);
        if (value[n] && t->number_key && t->kind == TREE_LIST)
            value[n] = numbered(a, value[n], t->number_key, i);
        if (!value[n])
            return NULL;
        if (t->kind == TREE_OBJECT)
            key[n] = t->name.at[i];
        n++;
    }
    return t->kind == TREE_LIST ? json_new_array(a, value, n) : json_new_object(a, key, value, n);
}
