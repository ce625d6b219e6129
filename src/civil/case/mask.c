/* Numbers of people in a form's data: found by the form's properties, and masked. */
#include "base/idnum.h"
#include "base/vec.h"
#include "civil/case/case_internal.h"

struct keys { struct arena *arena; const struct number_change *change; VEC(struct span) key; bool failed; };

static void collect(struct keys *k, const struct json *component) {
    const struct json *p = json_get(component, "properties"), *key = json_get(component, "key");
    if (k->change->of(p) && key && key->type == JSON_STRING) {
        struct span *slot = vec_push_in(k->arena, &k->key);
        if (slot)
            *slot = key->text;
        k->failed |= !slot;
    }
    const struct json *inside = json_get(component, "components");
    for (size_t i = 0; inside && i < inside->size; i++)
        collect(k, inside->item[i]);
}

static const struct json *changed(struct keys *k, const struct json *j) {
    if (j->type != JSON_ARRAY && j->type != JSON_OBJECT)
        return j;
    const struct json **item = ARENA_ARRAY(k->arena, j->size ? j->size : 1, const struct json *);
    if (!item)
        return NULL;
    for (size_t i = 0; i < j->size; i++) {
        bool number = false;
        for (size_t n = 0; j->type == JSON_OBJECT && n < k->key.size; n++)
            number |= span_eq(j->key[i], k->key.at[n]);
        item[i] = number && j->item[i]->type == JSON_STRING ? k->change->to(k->arena, k->change->arg, j->item[i]) : changed(k, j->item[i]);
        if (!item[i])
            return NULL;
    }
    return j->type == JSON_ARRAY ? json_new_array(k->arena, item, j->size) : json_new_object(k->arena, j->key, item, j->size);
}

const struct json *case_numbers_change(struct arena *a, const struct json *form, const struct json *data, const struct number_change *change) {
    struct keys k = {.arena = a, .change = change};
    collect(&k, form);
    return k.failed ? NULL : changed(&k, data);
}

/* ---- masking -------------------------------------------------------------------- */

static bool is(const struct json *properties, const char *name) { return strcmp(json_str(properties, name, ""), "true") == 0; }

static bool of_citizen(const struct json *properties) { return is(properties, "mz.idnum"); }
static bool of_any(const struct json *properties) { return is(properties, "mz.idnum") || is(properties, "mz.mask"); }

static const struct json *masked(struct arena *a, void *arg, const struct json *text) {
    char *out = arena_dup(a, text->text);
    if (!out)
        return NULL;
    number_mask(out, text->text.size);
    return json_new_string(a, (struct span){out, text->text.size});
}

const struct json *case_mask(struct arena *a, const struct json *form, const struct json *data, bool own) {
    return case_numbers_change(a, form, data, &(struct number_change){own ? of_citizen : of_any, masked, NULL});
}
