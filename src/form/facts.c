#include "form/form_internal.h"

struct mapper {
    const struct form *f;
    struct arena *a;
    struct tree *root;
    struct diag *d;
};

/* The field and the positions in the lists around it, the outermost first. */
struct place_in_lists {
    size_t at[16];
    uint32_t depth;
};

/* How many entries of the list at path[0..n) have a fixed place anywhere in
 * the form; entries that a person adds come after them. */
static size_t fixed_entries(const struct form *f, const char *const *path, uint32_t n) {
    size_t most = 0;
    for (uint32_t i = 0; i < f->field_count; i++) {
        const struct form_field *x = &f->field[i];
        bool same = x->fact_count > n && form_fixed_entry(x->fact[n]);
        for (uint32_t k = 0; same && k < n; k++)
            same = strcmp(x->fact[k], path[k]) == 0;
        size_t place = same ? (size_t)atoi(x->fact[n] + 1) + 1 : 0;
        most = place > most ? place : most;
    }
    return most;
}

/* The key that numbers the entries of the list at path[0..n), said by the
 * dynamiclist that states it; NULL. */
static const char *number_key(const struct form *f, const char *const *path, uint32_t n) {
    for (uint32_t i = 0; i < f->field_count; i++) {
        const struct form_field *x = &f->field[i];
        bool same = x->type == FORM_LIST && x->fact_number[0] && x->fact_count == n + 1;
        for (uint32_t k = 0; same && k < n; k++)
            same = strcmp(x->fact[k], path[k]) == 0;
        if (same)
            return x->fact_number;
    }
    return NULL;
}

/* The tree at a fact's path; NULL when memory ends or the path runs through
 * something that another field has made a plain value. */
static struct tree *at_fact(struct mapper *x, const struct form_field *f, uint32_t count,
    const struct place_in_lists *rows) {
    struct tree *t = x->root;
    uint32_t open = 0;
    for (uint32_t i = 0; t && i < count; i++) {
        if (f->fact[i][0] == '[' && t->number_key == NULL)
            t->number_key = number_key(x->f, f->fact, i);
        if (form_any_entry(f->fact[i])) {
            assert(open < rows->depth);
            t = tree_entry(x->a, t, fixed_entries(x->f, f->fact, i) + rows->at[open++]);
        } else if (form_fixed_entry(f->fact[i])) {
            t = tree_entry(x->a, t, (size_t)atoi(f->fact[i] + 1));
        } else {
            t = tree_member(x->a, t, span_of(f->fact[i]));
        }
    }
    return t;
}

static bool says_unknown(const struct form_field *f, const struct json *v) {
    return f->fact_unknown[0] && v->type == JSON_STRING && span_is(v->text, f->fact_unknown);
}

static enum status state_fact(struct mapper *x, const struct form_field *f, const struct json *v,
    const struct place_in_lists *rows) {
    struct dec n;
    if (f->fact_count == 0 || json_is_null(v) || says_unknown(f, v))
        return OK;
    if (f->as_text && v->type == JSON_STRING && dec_parse(v->text, &n, NULL) == OK && !(v = json_new_number(x->a, n)))
        return arena_full(x->d);
    struct tree *t = at_fact(x, f, f->fact_count, rows);
    if (!t)
        return diag_fail(x->d, E_INPUT, "form.fact_clash", DIAG_S("path", form_property(f, "mz.fact")));
    if (!f->none_fact)
        tree_set(t, v);
    else if (v->type != JSON_TRUE)
        t->not_empty = true; /* "there are some", none named: unknown */
    else if (t->kind == TREE_EMPTY)
        t->kind = TREE_LIST;
    return OK;
}

static enum status walk(struct mapper *x, uint32_t first, const struct json *o, struct place_in_lists *rows);

static enum status walk_rows(struct mapper *x, const struct form_field *f, const struct json *list,
    struct place_in_lists *rows) {
    if (!list || list->type != JSON_ARRAY)
        return OK;
    if (f->fact_count > 0) {
        struct tree *t = at_fact(x, f, f->fact_count - 1, rows);
        if (!t || (t->kind != TREE_EMPTY && t->kind != TREE_LIST))
            return diag_fail(x->d, E_INPUT, "form.fact_clash", DIAG_S("path", form_property(f, "mz.fact")));
        t->kind = TREE_LIST;
    }
    if (rows->depth == ARRAY_LEN(rows->at))
        return diag_fail(x->d, E_LIMIT, "form.too_deep", DIAG_N("limit", (long)ARRAY_LEN(rows->at)));
    enum status s = OK;
    rows->depth++;
    for (size_t i = 0; s == OK && i < list->size; i++) {
        rows->at[rows->depth - 1] = i;
        struct tree *entry = f->fact_count > 0 ? at_fact(x, f, f->fact_count, rows) : NULL;
        if (entry && entry->kind == TREE_EMPTY && f->first_child != FORM_NONE)
            entry->kind = TREE_OBJECT; /* an entry of which nothing is known is still one */
        s = walk(x, f->first_child, list->item[i], rows);
    }
    rows->depth--;
    return s;
}

static enum status walk(struct mapper *x, uint32_t first, const struct json *o, struct place_in_lists *rows) {
    enum status s = OK;
    for (uint32_t i = first; s == OK && i != FORM_NONE; i = x->f->field[i].next) {
        const struct form_field *f = &x->f->field[i];
        const struct json *v = form_get(o, f->path, f->path_count);
        if (f->type == FORM_GROUP)
            s = walk(x, f->first_child, o, rows);
        else if (f->type == FORM_LIST)
            s = walk_rows(x, f, v, rows);
        else
            s = state_fact(x, f, v, rows);
    }
    return s;
}

enum status form_facts(const struct form *f, const struct json *clean, struct arena *a, const struct json **ret,
    struct diag *d) {
    assert(f && a && ret);
    struct mapper x = {f, a, tree_new(a), d};
    struct place_in_lists rows = {.depth = 0};
    if (!x.root)
        return arena_full(d);
    x.root->kind = TREE_OBJECT;
    enum status s = walk(&x, f->first, clean, &rows);
    if (s != OK)
        return s;
    const struct json *facts = tree_json(a, x.root);
    if (!facts)
        return arena_full(d);
    *ret = facts;
    return OK;
}
