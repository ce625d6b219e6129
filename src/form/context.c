#include "form/form_internal.h"

const struct json *form_get(const struct json *o, const char *const *path, uint32_t n) {
    for (uint32_t i = 0; o && i < n; i++)
        o = json_get(o, path[i]);
    return o;
}

/* ---- names ------------------------------------------------------------------ */

struct pairs {
    struct span *key;
    const struct json **value;
    size_t n;
};

static void pair(struct pairs *p, const char *key, const struct json *value) {
    p->key[p->n] = span_of(key);
    p->value[p->n++] = value;
}

/* i: positions in the lists around, the outermost first, from 1. */
static const struct json *positions(struct arena *a, const struct form_scope *s) {
    size_t n = 0;
    for (const struct form_scope *x = s; x->parent; x = x->parent)
        n++;
    const struct json **item = ARENA_ARRAY(a, n + 1, const struct json *);
    if (!item)
        return NULL;
    size_t i = n;
    for (const struct form_scope *x = s; x->parent; x = x->parent)
        if (!(item[--i] = json_new_number(a, dec_int((int64_t)x->position + 1))))
            return NULL;
    return json_new_array(a, item, n);
}

/* As form-js builds it: this, parent, i; over them the data of the form; over
 * them _this_, _parent_, _i_. */
enum status form_names(struct checker *c, struct form_scope *s, const struct json **ret) {
    static const char *const SPECIAL[] = {"this", "parent", "i"}, *const WRAPPED[] = {"_this_", "_parent_", "_i_"};
    if (s->names) {
        *ret = s->names;
        return OK;
    }
    struct pairs p = {0};
    size_t room = c->root->size + 6;
    p.key = ARENA_ARRAY(c->a, room, struct span);
    p.value = ARENA_ARRAY(c->a, room, const struct json *);
    const struct json *i = positions(c->a, s);
    if (!p.key || !p.value || !i)
        return arena_full(c->d);
    const struct json *value[] = {s->full, s->parent ? s->parent->full : json_null(), i};
    for (size_t k = 0; k < ARRAY_LEN(SPECIAL); k++)
        if (!json_get(c->root, SPECIAL[k]))
            pair(&p, SPECIAL[k], value[k]);
    for (size_t k = 0; k < c->root->size; k++) {
        bool wrapped = false;
        for (size_t w = 0; w < ARRAY_LEN(WRAPPED); w++)
            wrapped |= span_is(c->root->key[k], WRAPPED[w]);
        if (!wrapped)
            pair(&p, c->root->key[k].at, c->root->item[k]);
    }
    for (size_t k = 0; k < ARRAY_LEN(WRAPPED); k++)
        pair(&p, WRAPPED[k], value[k]);
    s->names = json_new_object(c->a, p.key, p.value, p.n);
    if (!s->names)
        return arena_full(c->d);
    *ret = s->names;
    return OK;
}

enum status form_feel(struct checker *c, struct form_scope *s, struct span text, const struct json **ret) {
    if (!c->ctx->feel)
        return diag_fail(c->d, E_USAGE, "form.no_evaluator");
    const struct json *names;
    enum status st = form_names(c, s, &names);
    if (st != OK)
        return st;
    *ret = NULL;
    st = c->ctx->feel->value(c->ctx->feel->user, c->a, text, names, ret, c->d);
    if (st == OK && !*ret)
        *ret = json_null();
    return st;
}

enum status form_holds(struct checker *c, struct form_scope *s, struct span text, bool *ret) {
    *ret = false;
    if (text.size == 0)
        return OK;
    if (span_is(text, "true")) {
        *ret = true;
        return OK;
    }
    const struct json *v;
    enum status st = form_feel(c, s, text, &v);
    if (st == E_INPUT) /* as the browser: a condition that cannot be computed is none */
        return OK;
    *ret = st == OK && v->type == JSON_TRUE;
    return st;
}

/* ---- given and sent -------------------------------------------------------------- */

/* What was sent over what was given; objects member by member, lists whole. */
const struct json *form_overlay(struct arena *a, const struct json *given, const struct json *sent) {
    if (!given || given->type != JSON_OBJECT || sent->type != JSON_OBJECT)
        return sent;
    const struct json *o = given;
    for (size_t i = 0; o && i < sent->size; i++) {
        const struct json *old = json_get_span(given, sent->key[i]);
        const struct json *v = form_overlay(a, old, sent->item[i]);
        o = v ? json_with(a, o, sent->key[i].at, v) : NULL;
    }
    return o;
}

/* ---- locked and computed fields ----------------------------------------------------------- */

/* Copy of `o` with the value at the path. */
static const struct json *with_path(struct arena *a, const struct json *o, const char *const *path, uint32_t n,
    const struct json *value) {
    if (!o || o->type != JSON_OBJECT)
        o = json_new_object(a, NULL, NULL, 0);
    if (o && n > 1)
        value = with_path(a, json_get(o, path[0]), path + 1, n - 1, value);
    return o && value ? json_with(a, o, path[0], value) : NULL;
}

static enum status compute(struct checker *c, struct form_scope *s, uint32_t first);

static enum status put(struct checker *c, struct form_scope *s, const struct form_field *f, const struct json *v) {
    s->full = with_path(c->a, s->full, f->path, f->path_count, v);
    if (!s->full)
        return arena_full(c->d);
    s->names = NULL;
    if (!s->parent)
        c->root = s->full;
    return OK;
}

static enum status compute_rows(struct checker *c, struct form_scope *s, const struct form_field *f) {
    const struct json *list = form_get(s->full, f->path, f->path_count);
    if (!list || list->type != JSON_ARRAY || list->size > FORM_ROWS_MAX)
        return OK;
    const struct json *given = form_get(s->given, f->path, f->path_count);
    const struct json **row = ARENA_ARRAY(c->a, list->size + 1, const struct json *);
    if (!row)
        return arena_full(c->d);
    for (size_t i = 0; i < list->size; i++) {
        struct form_scope inner = {.parent = s, .full = list->item[i], .given = json_at(given, i), .position = i};
        row[i] = list->item[i];
        if (row[i]->type != JSON_OBJECT)
            continue;
        enum status st = compute(c, &inner, f->first_child);
        if (st != OK)
            return st;
        row[i] = inner.full;
    }
    const struct json *changed = json_new_array(c->a, row, list->size);
    return changed ? put(c, s, f, changed) : arena_full(c->d);
}

/* What a person may not change has the server's value for every condition,
 * whatever was sent in its place. */
static enum status lock(struct checker *c, struct form_scope *s, const struct form_field *f) {
    bool locked = false;
    enum status st = form_holds(c, s, f->disabled, &locked);
    if (st == OK && !locked)
        st = form_holds(c, s, f->readonly, &locked);
    if (st != OK || !locked || json_is_null(form_get(s->full, f->path, f->path_count)))
        return st;
    const struct json *v = form_get(s->given, f->path, f->path_count);
    if (json_is_null(v))
        v = f->default_value;
    return put(c, s, f, v ? v : json_null());
}

static enum status compute(struct checker *c, struct form_scope *s, uint32_t first) {
    enum status st = OK;
    for (uint32_t i = first; st == OK && i != FORM_NONE; i = c->f->field[i].next) {
        const struct form_field *f = &c->f->field[i];
        const struct json *v = json_null();
        if (f->type == FORM_GROUP) {
            st = compute(c, s, f->first_child);
        } else if (f->type == FORM_LIST) {
            st = compute_rows(c, s, f);
        } else if (f->type == FORM_EXPRESSION) {
            st = form_feel(c, s, f->expression, &v);
            if (st == E_INPUT) {
                v = json_null();
                st = OK;
            }
            if (st == OK)
                st = put(c, s, f, v);
        } else if (f->readonly.size > 0 || f->disabled.size > 0) {
            st = lock(c, s, f);
        }
    }
    return st;
}

static bool computes(const struct form *f) {
    for (uint32_t i = 0; i < f->field_count; i++)
        if (f->field[i].type == FORM_EXPRESSION || f->field[i].readonly.size > 0 || f->field[i].disabled.size > 0)
            return true;
    return false;
}

/* Twice, so that a field may use one that stands further down. */
enum status form_compute(struct checker *c) {
    enum status st = OK;
    for (int pass = 0; st == OK && pass < 2 && computes(c->f); pass++) {
        struct form_scope top = {.full = c->root, .given = c->ctx->given};
        st = compute(c, &top, c->f->first);
    }
    return st;
}
