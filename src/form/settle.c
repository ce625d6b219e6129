/* What conditions see.
 *
 * A hidden answer is none: it may not steer another condition, or who sends what
 * the page does not show would open and close the rest.  A condition may hang on an
 * answer that a condition hides, so the fields are gone through in the form's
 * order, each answer taken out or put back as its condition says of the data so
 * far, until a pass changes nothing.  Conditions that chase each other never come
 * to rest; after PASSES_MAX they count as they then stand. */
#include "form/form_internal.h"

enum { PASSES_MAX = 8 }; /* chains against the form's order of more than seven: none was seen with two */

/* Copy of `o` with the value at the path; without it when `value` is NULL. */
static const struct json *with_path(struct arena *a, const struct json *o, const char *const *path, uint32_t n,
    const struct json *value) {
    const struct json *inner = o && o->type == JSON_OBJECT ? json_get(o, path[0]) : NULL;
    if (!value && !inner)
        return o;
    if (!o || o->type != JSON_OBJECT)
        o = json_new_object(a, NULL, NULL, 0);
    if (n > 1)
        value = with_path(a, inner, path + 1, n - 1, value);
    if (value || !o)
        return o ? json_with(a, o, path[0], value) : NULL;
    struct span *key = ARENA_ARRAY(a, o->size, struct span);
    const struct json **item = ARENA_ARRAY(a, o->size, const struct json *);
    size_t kept = 0;
    for (size_t i = 0; key && item && i < o->size; i++)
        if (o->item[i] != inner || !span_is(o->key[i], path[0])) {
            key[kept] = o->key[i];
            item[kept++] = o->item[i];
        }
    return key && item ? json_new_object(a, key, item, kept) : NULL;
}

/* Leaves a place that already reads so as it is: most do. */
static enum status put(struct checker *c, struct form_scope *s, const struct form_field *f, const struct json *v) {
    const struct json *was = form_get(s->full, f->path, f->path_count);
    if (v == was || (v && was && form_same(v, was)))
        return OK;
    s->full = with_path(c->a, s->full, f->path, f->path_count, v);
    if (!s->full)
        return arena_full(c->d);
    s->names = NULL;
    if (!s->parent)
        c->root = s->full;
    c->moved = true;
    return OK;
}

enum status form_lock(struct checker *c, struct form_scope *s, const struct form_field *f, enum form_lock around,
    enum form_lock *ret) {
    bool yes = around == FORM_DISABLED;
    *ret = around;
    enum status st = yes ? OK : form_holds(c, s, f->disabled, &yes);
    if (st != OK || yes) {
        *ret = FORM_DISABLED;
        return st;
    }
    st = form_holds(c, s, f->readonly, &yes);
    if (st == OK && yes)
        *ret = FORM_READONLY;
    return st;
}

static enum status settle(struct checker *c, struct form_scope *s, uint32_t first, const struct json *all, bool hidden,
    enum form_lock around);

static enum status settle_rows(struct checker *c, struct form_scope *s, const struct form_field *f, const struct json *all) {
    const struct json *list = form_get(all, f->path, f->path_count), *seen = form_get(s->full, f->path, f->path_count);
    if (!list || list->type != JSON_ARRAY || list->size > FORM_ROWS_MAX)
        return put(c, s, f, list);
    const struct json *given = form_get(s->given, f->path, f->path_count);
    const struct json **row = ARENA_ARRAY(c->a, list->size + 1, const struct json *);
    if (!row)
        return arena_full(c->d);
    bool changed = !seen || seen->type != JSON_ARRAY || seen->size != list->size;
    for (size_t i = 0; i < list->size; i++) {
        struct form_scope inner = {.parent = s, .full = changed ? list->item[i] : seen->item[i],
            .given = json_at(given, i), .position = i};
        row[i] = inner.full;
        if (row[i]->type != JSON_OBJECT)
            continue;
        enum status st = settle(c, &inner, f->first_child, list->item[i], false, FORM_FREE);
        if (st != OK)
            return st;
        changed |= inner.full != row[i];
        row[i] = inner.full;
    }
    if (!changed)
        return OK;
    const struct json *now = json_new_array(c->a, row, list->size);
    return now ? put(c, s, f, now) : arena_full(c->d);
}

/* What a person may not change has the server's value for every condition,
 * whatever was sent in its place. */
static const struct json *server_value(const struct form_scope *s, const struct form_field *f) {
    const struct json *v = form_get(s->given, f->path, f->path_count);
    v = json_is_null(v) ? f->default_value : v;
    return json_is_null(v) ? NULL : v;
}

static enum status settle_field(struct checker *c, struct form_scope *s, const struct form_field *f,
    const struct json *all, enum form_lock around) {
    enum form_lock lock;
    enum status st = form_lock(c, s, f, around, &lock);
    const struct json *v = NULL;
    if (st != OK)
        return st;
    if (f->type == FORM_EXPRESSION) {
        st = form_feel(c, s, f->expression, &v);
        v = st == OK && !json_is_null(v) ? v : NULL; /* as in the browser, one that fails is absent */
        return st == OK || st == E_INPUT ? put(c, s, f, v) : st;
    }
    if (lock != FORM_FREE)
        v = server_value(s, f);
    else if (f->type == FORM_LIST)
        return settle_rows(c, s, f, all);
    else
        v = form_get(all, f->path, f->path_count);
    return put(c, s, f, f->type == FORM_LIST ? v : form_seen(c->a, f, v));
}

static enum status settle(struct checker *c, struct form_scope *s, uint32_t first, const struct json *all, bool hidden,
    enum form_lock around) {
    enum status st = OK;
    for (uint32_t i = first; st == OK && i != FORM_NONE; i = c->f->field[i].next) {
        const struct form_field *f = &c->f->field[i];
        bool hide = hidden;
        enum form_lock lock = around;
        if (!hide)
            st = form_holds(c, s, f->hide, &hide);
        if (st == OK && f->type == FORM_GROUP) {
            st = hide ? OK : form_lock(c, s, f, around, &lock);
            if (st == OK)
                st = settle(c, s, f->first_child, all, hide, lock);
        } else if (st == OK) {
            st = hide ? put(c, s, f, NULL) : settle_field(c, s, f, all, around);
        }
    }
    return st;
}

enum status form_settle(struct checker *c) {
    const struct json *all = c->root;
    enum status st = OK;
    c->moved = true;
    for (int pass = 0; st == OK && c->moved && pass < PASSES_MAX; pass++) {
        struct form_scope top = {.full = c->root, .given = c->ctx->given};
        c->moved = false;
        st = settle(c, &top, c->f->first, all, false, FORM_FREE);
    }
    return st;
}
