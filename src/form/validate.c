#include "form/form_internal.h"

#include <stdio.h>

static enum status check_fields(struct checker *c, struct form_scope *s, uint32_t first, bool hidden,
    enum form_lock around, struct tree *out);

/* "成员[2]" + path -> "成员[2].收入" */
static const char *place(struct checker *c, const struct form_scope *s, const char *const *path, uint32_t n) {
    const char *where = s->where;
    for (uint32_t i = 0; where && i < n; i++)
        where = where[0] ? arena_printf(c->a, "%s.%s", where, path[i]) : path[i];
    return where;
}

/* ---- keys that the form does not have ------------------------------------------- */

enum knowledge { UNKNOWN, INSIDE, ANSWER };

/* Is `path` an answer of the fields below `first`, or on the way to one? */
static enum knowledge known(const struct form *f, uint32_t first, const char *const *path, uint32_t n) {
    enum knowledge best = UNKNOWN;
    for (uint32_t i = first; best != ANSWER && i != FORM_NONE; i = f->field[i].next) {
        const struct form_field *x = &f->field[i];
        if (x->type == FORM_GROUP) {
            enum knowledge k = known(f, x->first_child, path, n);
            best = k > best ? k : best;
            if (x->path_count < n)
                continue;
        }
        bool prefix = n <= x->path_count;
        for (uint32_t k = 0; prefix && k < n; k++)
            prefix = strcmp(x->path[k], path[k]) == 0;
        if (prefix && n == x->path_count && x->type != FORM_GROUP)
            best = ANSWER;
        else if (prefix && best == UNKNOWN)
            best = INSIDE;
    }
    return best;
}

enum { PATH_MAX_SEGMENTS = 32 };

static enum status check_keys(struct checker *c, const struct form_scope *s, const struct json *o, uint32_t first,
    const char **path, uint32_t n) {
    for (size_t i = 0; i < o->size; i++) {
        path[n] = o->key[i].at;
        enum knowledge k = known(c->f, first, path, n + 1);
        enum status st = OK;
        if (k == UNKNOWN || n + 1 == PATH_MAX_SEGMENTS) {
            const char *where = place(c, s, path, n + 1);
            if (!where)
                return arena_full(c->d);
            st = form_mistake(c, where, NULL, "form.unknown_key", NULL, NULL);
        } else if (k == INSIDE && o->item[i]->type == JSON_OBJECT) {
            st = check_keys(c, s, o->item[i], first, path, n + 1);
        } else if (k == INSIDE && !json_is_null(o->item[i])) {
            const char *where = place(c, s, path, n + 1);
            if (!where)
                return arena_full(c->d);
            st = form_mistake(c, where, NULL, "form.type_object", NULL, NULL);
        }
        if (st != OK)
            return st;
    }
    return OK;
}

static enum status check_unknown(struct checker *c, const struct form_scope *s, uint32_t first) {
    const char *path[PATH_MAX_SEGMENTS];
    return check_keys(c, s, s->sent, first, path, 0);
}

/* ---- one field ------------------------------------------------------------------------ */

static enum status keep(struct checker *c, struct tree *out, const struct form_field *f, const struct json *v) {
    struct tree *t = tree_path(c->a, out, f->path, f->path_count);
    if (!t)
        return arena_full(c->d);
    tree_set(t, v);
    return OK;
}

/* A read-only field says what the server had said, or its default; what came
 * with the submission is only compared. */
static enum status check_readonly(struct checker *c, struct form_scope *s, const struct form_field *f,
    const struct json *v, const char *where, struct tree *out) {
    const struct json *mine = form_get(s->given, f->path, f->path_count);
    if (json_is_null(mine))
        mine = f->default_value;
    bool blank = form_blank(f, v);
    if (!blank && (json_is_null(mine) || !form_same(v, mine)))
        return form_mistake(c, where, f, "form.readonly", NULL, NULL);
    return form_blank(f, mine) ? OK : keep(c, out, f, mine);
}

/* Whether the list has as many entries as it may; otherwise the mistake is noted. */
static enum status check_row_count(struct checker *c, struct form_scope *s, const struct form_field *f, const struct json *v,
    const char *where, bool *ret_good) {
    size_t n = json_is_null(v) ? 0 : v->size;
    const struct json *given = form_get(s->given, f->path, f->path_count);
    long fixed = f->fixed_rows >= 0 && given && given->type == JSON_ARRAY ? (long)given->size : f->fixed_rows;
    *ret_good = false;
    if (!json_is_null(v) && v->type != JSON_ARRAY)
        return form_mistake(c, where, f, "form.type_list", NULL, NULL);
    if (n > FORM_ROWS_MAX)
        return form_mistake(c, where, f, "form.too_many_rows", NULL, NULL);
    if (f->required && n == 0)
        return form_mistake(c, where, f, "form.required", NULL, NULL);
    if (fixed >= 0 && n != (size_t)fixed) {
        char limit[24];
        snprintf(limit, sizeof limit, "%ld", fixed);
        return form_mistake(c, where, f, "form.rows_fixed", "limit", limit);
    }
    if (json_is_null(v)) {
        *ret_good = f->items[0].n <= 0 && f->items[0].feel.size == 0;
        if (*ret_good)
            return OK;
    }
    return form_check_size(c, s, f, f->items, (long)n, FORM_ITEMS_CODE, where, ret_good);
}

static enum status check_list(struct checker *c, struct form_scope *s, const struct form_field *f, const struct json *v,
    const char *where, struct tree *out) {
    bool good;
    enum status most = check_row_count(c, s, f, v, where, &good);
    if (most != OK || !good || json_is_null(v))
        return most;
    struct tree *list = tree_path(c->a, out, f->path, f->path_count);
    if (!list)
        return arena_full(c->d);
    list->kind = TREE_LIST;
    const struct json *given = form_get(s->given, f->path, f->path_count);
    const struct json *full = form_get(s->full, f->path, f->path_count);
    for (size_t i = 0; i < v->size; i++) {
        struct form_scope row = {.parent = s, .sent = v->item[i], .full = json_at(full, i),
            .given = json_at(given, i), .position = i,
            .where = arena_printf(c->a, "%s[%zu]", where, i)};
        struct tree *entry = tree_entry(c->a, list, i);
        if (!row.where || !entry)
            return arena_full(c->d);
        entry->kind = TREE_OBJECT;
        enum status st = OK;
        if (v->item[i]->type != JSON_OBJECT)
            st = form_mistake(c, row.where, f, "form.type_object", NULL, NULL);
        else {
            st = check_unknown(c, &row, f->first_child);
            if (st == OK)
                st = check_fields(c, &row, f->first_child, false, FORM_FREE, entry);
        }
        if (st != OK)
            return st;
    }
    return OK;
}

static enum status check_answer(struct checker *c, struct form_scope *s, const struct form_field *f,
    const struct json *v, const char *where, enum form_lock around, struct tree *out) {
    enum form_lock lock;
    enum status st = form_lock(c, s, f, around, &lock);
    if (st != OK || lock == FORM_DISABLED)
        return st;
    if (lock == FORM_READONLY)
        return check_readonly(c, s, f, v, where, out);
    if (f->type == FORM_LIST)
        return check_list(c, s, f, v, where, out);
    if (form_blank(f, v))
        return f->required ? form_mistake(c, where, f, "form.required", NULL, NULL) : OK;
    const struct json *clean;
    st = form_value(c, s, f, v, where, &clean);
    return st == OK && clean ? keep(c, out, f, clean) : st;
}

static enum status note_hidden(struct checker *c, const char *where) {
    if (!c->ctx->hidden)
        return OK;
    const char **at = vec_push_in(c->a, &c->hidden);
    if (!at)
        return arena_full(c->d);
    *at = where;
    return OK;
}

static enum status check_field(struct checker *c, struct form_scope *s, const struct form_field *f, bool hidden,
    enum form_lock around, struct tree *out) {
    bool hide = hidden;
    enum status st = hidden ? OK : form_holds(c, s, f->hide, &hide);
    if (st != OK)
        return st;
    if (f->type == FORM_GROUP) {
        enum form_lock lock = around;
        st = hide ? OK : form_lock(c, s, f, around, &lock);
        return st == OK ? check_fields(c, s, f->first_child, hide, lock, out) : st;
    }
    const char *where = place(c, s, f->path, f->path_count);
    if (!where)
        return arena_full(c->d);
    if (hide)
        return note_hidden(c, where);
    const struct json *v = form_get(s->sent, f->path, f->path_count);
    if (f->type == FORM_EXPRESSION) {
        v = form_get(s->full, f->path, f->path_count);
        return json_is_null(v) ? OK : keep(c, out, f, v);
    }
    return check_answer(c, s, f, v, where, around, out);
}

static enum status check_fields(struct checker *c, struct form_scope *s, uint32_t first, bool hidden,
    enum form_lock around, struct tree *out) {
    enum status st = OK;
    for (uint32_t i = first; st == OK && i != FORM_NONE; i = c->f->field[i].next)
        st = check_field(c, s, &c->f->field[i], hidden, around, out);
    return st;
}

/* Entries of all lists, up to one more than there may be. */
static size_t rows_in(const struct json *v, size_t n) {
    for (size_t i = 0; v->type >= JSON_ARRAY && i < v->size && n <= FORM_ROWS_ALL_MAX; i++)
        n = rows_in(v->item[i], n + (v->type == JSON_ARRAY && v->item[i]->type == JSON_OBJECT));
    return n;
}

static enum status check_all(struct checker *c, const struct json *data, struct tree *out) {
    if (rows_in(data, 0) > FORM_ROWS_ALL_MAX) {
        char limit[24];
        snprintf(limit, sizeof limit, "%d", FORM_ROWS_ALL_MAX);
        return form_mistake(c, "", NULL, "form.too_many_rows_all", "limit", limit);
    }
    enum status st = form_settle(c);
    struct form_scope top = {.sent = data, .full = c->root, .given = c->ctx->given, .where = ""};
    if (st == OK)
        st = check_unknown(c, &top, c->f->first);
    return st == OK ? check_fields(c, &top, c->f->first, false, FORM_FREE, out) : st;
}

enum status form_validate(const struct form *f, const struct json *data, const struct form_context *ctx,
    struct arena *a, const struct json **ret_clean, struct form_errors *errors, struct diag *d) {
    assert(f && ctx && a && ret_clean && errors);
    struct diag scratch = {0};
    struct checker c = {.f = f, .ctx = ctx, .a = a, .d = d ? d : &scratch};
    *ret_clean = NULL;
    *errors = (struct form_errors){0};
    if (!data || data->type != JSON_OBJECT)
        return diag_fail(c.d, E_INPUT, "form.not_object");
    c.root = form_overlay(a, ctx->given, data);
    struct tree *out = tree_new(a);
    if (!c.root || !out)
        return arena_full(c.d);
    out->kind = TREE_OBJECT;
    enum status st = check_all(&c, data, out);
    if (st != OK)
        return st;
    if (ctx->hidden)
        *ctx->hidden = (struct form_places){c.hidden.at, c.hidden.size};
    *errors = (struct form_errors){c.error.at, c.error.size, c.more};
    if (c.error.size == 0) {
        *ret_clean = tree_json(a, out);
        if (!*ret_clean)
            return arena_full(c.d);
    }
    return OK;
}
