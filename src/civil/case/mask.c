/* Numbers of people in a form's data, masked for officers. */
#include "base/idnum.h"
#include "base/vec.h"
#include "civil/case/case_internal.h"

struct keys { struct arena *arena; VEC(struct span) key; bool failed; };

static void collect(struct keys *k, const struct json *component) {
    const struct json *p = json_get(component, "properties"), *key = json_get(component, "key");
    bool number = strcmp(json_str(p, "mz.idnum", ""), "true") == 0 || strcmp(json_str(p, "mz.mask", ""), "true") == 0;
    if (number && key && key->type == JSON_STRING) {
        struct span *slot = vec_push_in(k->arena, &k->key);
        if (slot)
            *slot = key->text;
        k->failed |= !slot;
    }
    const struct json *inside = json_get(component, "components");
    for (size_t i = 0; inside && i < inside->size; i++)
        collect(k, inside->item[i]);
}

static const struct json *masked_text(struct arena *a, struct span text) {
    char *out = arena_dup(a, text);
    if (!out)
        return NULL;
    number_mask(out, text.size);
    return json_new_string(a, (struct span){out, text.size});
}

static const struct json *masked(struct keys *k, const struct json *j) {
    if (j->type != JSON_ARRAY && j->type != JSON_OBJECT)
        return j;
    const struct json **item = ARENA_ARRAY(k->arena, j->size ? j->size : 1, const struct json *);
    if (!item)
        return NULL;
    for (size_t i = 0; i < j->size; i++) {
        bool number = false;
        for (size_t n = 0; j->type == JSON_OBJECT && n < k->key.size; n++)
            number |= span_eq(j->key[i], k->key.at[n]);
        item[i] = number && j->item[i]->type == JSON_STRING ? masked_text(k->arena, j->item[i]->text) : masked(k, j->item[i]);
        if (!item[i])
            return NULL;
    }
    return j->type == JSON_ARRAY ? json_new_array(k->arena, item, j->size) : json_new_object(k->arena, j->key, item, j->size);
}

const struct json *case_mask(struct arena *a, const struct json *form, const struct json *data) {
    struct keys k = {.arena = a};
    collect(&k, form);
    return k.failed ? NULL : masked(&k, data);
}
