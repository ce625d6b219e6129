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

/* ---- alike ------------------------------------------------------------------------- */

bool form_same(const struct json *x, const struct json *y) {
    if (x == y)
        return true;
    if (x->type != y->type)
        return false;
    if (x->type == JSON_STRING)
        return span_eq(x->text, y->text);
    if (x->type == JSON_NUMBER)
        return dec_cmp(x->number, y->number) == 0;
    if (x->type < JSON_ARRAY)
        return true;
    bool same = x->size == y->size;
    for (size_t i = 0; same && i < x->size; i++) {
        const struct json *other = x->type == JSON_ARRAY ? y->item[i] : json_get_span(y, x->key[i]);
        same = other && form_same(x->item[i], other);
    }
    return same;
}
