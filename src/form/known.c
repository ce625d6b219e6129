#include "form/form_internal.h"

struct giver {
    const struct form *f;
    const struct json *known;
    struct arena *a;
    struct diag *d;
    size_t at[16]; /* positions in the lists around, the outermost first */
    uint32_t depth;
};

/* Entries of the list at path[0..n) that fields with a fixed place take. */
static size_t taken(const struct form *f, const char *const *path, uint32_t n) {
    size_t most = 0;
    for (uint32_t i = 0; i < f->field_count; i++) {
        const struct form_field *x = &f->field[i];
        bool same = x->known_count > n && form_fixed_entry(x->known[n]);
        for (uint32_t k = 0; same && k < n; k++)
            same = strcmp(x->known[k], path[k]) == 0;
        size_t place = same ? (size_t)atoi(x->known[n] + 1) + 1 : 0;
        most = place > most ? place : most;
    }
    return most;
}

/* What is known at the first `n` parts of a path; NULL: nothing. */
static const struct json *known_at(const struct giver *x, const char *const *path, uint32_t n) {
    const struct json *j = x->known;
    uint32_t open = 0;
    for (uint32_t i = 0; j && i < n; i++) {
        if (form_any_entry(path[i])) {
            assert(open < x->depth);
            size_t place = taken(x->f, path, i) + x->at[open++];
            j = j->type == JSON_ARRAY && place < j->size ? j->item[place] : NULL;
        } else if (form_fixed_entry(path[i])) {
            size_t place = (size_t)atoi(path[i] + 1);
            j = j->type == JSON_ARRAY && place < j->size ? j->item[place] : NULL;
        } else {
            j = j->type == JSON_OBJECT ? json_get(j, path[i]) : NULL;
        }
    }
    return j && j->type != JSON_NULL ? j : NULL;
}

/* {label, value}, or the value itself. */
static bool offered(const struct form_field *f, const struct json *v) {
    for (size_t i = 0; f->values && i < f->values->size; i++) {
        const struct json *o = f->values->item[i], *value = o->type == JSON_OBJECT ? json_get(o, "value") : o;
        if (value && form_same(value, v))
            return true;
    }
    return false;
}

static bool all_offered(const struct form_field *f, const struct json *v) {
    for (size_t i = 0; i < v->size; i++)
        if (!offered(f, v->item[i]))
            return false;
    return v->size > 0;
}

static bool could_be(const struct form_field *f, const struct json *v) {
    switch (f->type) {
    case FORM_TEXT:
    case FORM_DATE:
    case FORM_TIME:
    case FORM_DATETIME:
        return v->type == JSON_STRING;
    case FORM_NUMBER:
        return v->type == JSON_NUMBER && !f->as_text;
    case FORM_CHECKBOX:
        return v->type == JSON_TRUE || v->type == JSON_FALSE;
    case FORM_CHOICE:
        return offered(f, v);
    case FORM_CHOICES:
        return v->type == JSON_ARRAY && all_offered(f, v);
    default: /* uploads, and what is computed */
        return false;
    }
}

static const struct json *answer(const struct giver *x, const struct form_field *f) {
    if (!form_asks_empty(f))
        return known_at(x, f->known, f->known_count);
    const struct json *list = known_at(x, f->known, f->known_count - 1);
    return list && list->type == JSON_ARRAY ? json_new_bool(list->size <= taken(x->f, f->known, f->known_count - 1)) : NULL;
}

static enum status give(struct giver *x, uint32_t first, struct tree *here);

static enum status give_rows(struct giver *x, const struct form_field *f, struct tree *here) {
    const struct json *list = f->known_count ? known_at(x, f->known, f->known_count - 1) : NULL;
    size_t before = list ? taken(x->f, f->known, f->known_count - 1) : 0;
    if (!list || list->type != JSON_ARRAY || f->fixed_rows >= 0)
        return OK;
    if (list->size > before + FORM_ROWS_MAX)
        return diag_fail(x->d, E_LIMIT, "form.too_many_rows", DIAG_S("label", f->label));
    assert(x->depth < ARRAY_LEN(x->at)); /* form_load refuses deeper ones */
    enum status s = OK;
    struct tree *rows = list->size > before ? tree_path(x->a, here, f->path, f->path_count) : NULL;
    x->depth++;
    for (size_t i = 0; s == OK && before + i < list->size; i++) {
        struct tree *row = tree_entry(x->a, rows, i);
        if (!row)
            s = arena_full(x->d);
        else {
            row->kind = TREE_OBJECT;
            x->at[x->depth - 1] = i;
            s = give(x, f->first_child, row);
        }
    }
    x->depth--;
    return s;
}

static enum status give(struct giver *x, uint32_t first, struct tree *here) {
    enum status s = OK;
    for (uint32_t i = first; s == OK && i != FORM_NONE; i = x->f->field[i].next) {
        const struct form_field *f = &x->f->field[i];
        if (f->type == FORM_GROUP) {
            s = give(x, f->first_child, here);
            continue;
        }
        if (f->type == FORM_LIST) {
            s = give_rows(x, f, here);
            continue;
        }
        const struct json *v = f->known_count ? answer(x, f) : NULL;
        if (!v || !could_be(f, v))
            continue;
        struct tree *t = tree_path(x->a, here, f->path, f->path_count);
        if (!t)
            return arena_full(x->d);
        tree_set(t, v);
    }
    return s;
}

enum status form_known(const struct form *f, const struct json *known, struct arena *a, const struct json **ret, struct diag *d) {
    assert(f && known && a && ret);
    struct giver x = {.f = f, .known = known, .a = a, .d = d};
    struct tree *root = tree_new(a);
    if (!root)
        return arena_full(d);
    root->kind = TREE_OBJECT;
    enum status s = give(&x, f->first, root);
    if (s == OK && !(*ret = tree_json(a, root)))
        s = arena_full(d);
    return s;
}
