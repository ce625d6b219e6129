/* Their own list beside ours: only here, only there, different.  Read in a snapshot; the looks and that it was done are one write. */
#include "civil/exchange/submission_internal.h"

#include "base/idnum.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "civil/access/access.h"
#include "civil/evidence/keep.h"
#include "civil/register/register.h"

#include <stdio.h>

enum { SHOWN = 500, LOOKS_AN_ENTRY = 1000 };

struct field_difference { size_t column; struct span here, there; };
struct difference { const char *kind; struct span number, name, id, scheme; struct field_difference field[SUBMISSION_COLUMNS_MAX]; size_t fields; };

struct comparing {
    struct civil *c;
    const struct actor *who;
    struct arena *a;
    struct submission_form f;
    struct their_list list;
    const struct list_row **by_number, **by_id;
    int number, id, scheme, name;
    VEC(int64_t) seen;                /* people that were read */
    VEC(struct difference) shown;
    const char *file;
    char sha256[2 * HASH_BYTES + 1];
    int64_t here, same, only_here, only_there, different;
};

/* ---- their rows, to be found ------------------------------------------------------------------------- */

static int spans(struct span x, struct span y) {
    size_t n = x.size < y.size ? x.size : y.size;
    int c = n ? strncasecmp(x.at, y.at, n) : 0;
    return c ? c : (x.size > y.size) - (x.size < y.size);
}
static int ordered(const void *p, const void *q, void *arg) {
    const struct list_row *const *x = p, *const *y = q;
    const int *column = arg;
    int c = spans((*x)->value[column[0]], (*y)->value[column[0]]);
    if (!c && column[1] >= 0)
        c = spans((*x)->value[column[1]], (*y)->value[column[1]]);
    return c;
}

static struct list_row *lookup(const struct comparing *x, const struct list_row *const *sorted, int first, int second, const struct submission_row *row) {
    size_t low = 0, high = x->list.count;
    int columns[2] = {first, second};
    struct list_row key = {0};
    const struct list_row *at = &key;
    key.value[first] = row->value[first];
    if (second >= 0)
        key.value[second] = row->value[second];
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (ordered(&sorted[mid], &at, columns) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    for (; low < x->list.count && ordered(&sorted[low], &at, columns) == 0; low++)
        if (!sorted[low]->seen)
            return &x->list.row[sorted[low] - x->list.row];
    return NULL;
}

/* By our number, else by who and which benefit. */
static struct list_row *theirs(const struct comparing *x, const struct submission_row *row) {
    struct list_row *l = x->list.has[x->number] && row->value[x->number].size ? lookup(x, x->by_number, x->number, -1, row) : NULL;
    return l ? l : lookup(x, x->by_id, x->id, x->list.has[x->scheme] ? x->scheme : -1, row);
}

static enum status index_list(struct comparing *x, struct diag *d) {
    size_t n = x->list.count;
    int number[2] = {x->number, -1}, id[2] = {x->id, x->list.has[x->scheme] ? x->scheme : -1};
    x->by_number = ARENA_ARRAY(x->a, n + 1, const struct list_row *);
    x->by_id = ARENA_ARRAY(x->a, n + 1, const struct list_row *);
    if (!x->by_number || !x->by_id)
        return arena_full(d);
    for (size_t i = 0; i < n; i++)
        x->by_number[i] = x->by_id[i] = &x->list.row[i];
    qsort_r(x->by_number, n, sizeof *x->by_number, ordered, number);
    qsort_r(x->by_id, n, sizeof *x->by_id, ordered, id);
    return OK;
}

/* ---- what is told of a difference: masked ----------------------------------------------------------------- */

static enum status shown_text(struct arena *a, enum submission_field f, struct span text, struct span *ret, struct diag *d) {
    BUF_AUTO b;
    buf_init(&b, 4096);
    char *own = NULL;
    if (f == SF_NAME && text.size) {
        char *name = arena_dup(a, text);
        if (!name)
            return arena_full(d);
        person_name_masked(&b, name);
        own = arena_dup(a, buf_span(&b));
    } else {
        own = arena_dup(a, text);
        if (own && f == SF_ID_NUMBER)
            number_mask(own, text.size);
    }
    *ret = own ? span_of(own) : SPAN("");
    return own ? OK : arena_full(d);
}

static enum status tell(struct comparing *x, const char *kind, const struct span *here, const struct span *there, struct difference *ret, struct diag *d) {
    const struct span *known = here ? here : there;
    *ret = (struct difference){.kind = kind};
    enum status s = shown_text(x->a, SF_NUMBER, known[x->number], &ret->number, d);
    if (s == OK && x->name >= 0)
        s = shown_text(x->a, SF_NAME, known[x->name], &ret->name, d);
    if (s == OK)
        s = shown_text(x->a, SF_ID_NUMBER, known[x->id], &ret->id, d);
    return s == OK ? shown_text(x->a, SF_SCHEME, known[x->scheme], &ret->scheme, d) : s;
}

static enum status keep_difference(struct comparing *x, const char *kind, const struct span *here, const struct span *there, const size_t *column, size_t columns, struct diag *d) {
    if (x->shown.size >= SHOWN)
        return OK;
    struct difference *out = vec_push_in(x->a, &x->shown);
    enum status s = out ? tell(x, kind, here, there, out, d) : arena_full(d);
    for (size_t i = 0; s == OK && i < columns; i++) {
        struct field_difference *f = &out->field[out->fields++];
        f->column = column[i];
        s = shown_text(x->a, x->f.column[column[i]].field, here[column[i]], &f->here, d);
        if (s == OK)
            s = shown_text(x->a, x->f.column[column[i]].field, there[column[i]], &f->there, d);
    }
    return s;
}

static enum status beside(struct comparing *x, const struct submission_row *row, struct diag *d) {
    struct list_row *l = theirs(x, row);
    size_t column[SUBMISSION_COLUMNS_MAX], n = 0;
    if (row->ended && !l)
        return OK; /* gone on both sides */
    x->here += !row->ended;
    if (!l) {
        x->only_here++;
        return keep_difference(x, "here", row->value, NULL, NULL, 0, d);
    }
    l->seen = true;
    for (size_t i = 0; i < x->f.columns; i++)
        if (x->list.has[i] && (int)i != x->number && !submission_same(x->f.column[i].field, row->value[i], l->value[i]))
            column[n++] = i;
    x->same += !n;
    x->different += n > 0;
    return n ? keep_difference(x, "differs", row->value, l->value, column, n, d) : OK;
}

static enum status compare_in(struct txn *t, void *arg, struct diag *d) {
    struct comparing *x = arg;
    const struct actor reader = submission_reader(x->who, &x->f);
    int64_t *benefit = NULL;
    size_t n = 0;
    AUTO(arena) struct arena *own = arena_new(0);
    enum status s = own ? submission_benefits(x->c, t, x->a, &x->f, actor_division(x->who, "district_clerk"), &benefit, &n, d) : arena_full(d);
    for (size_t i = 0; s == OK && i < n; i++) {
        struct access *look = NULL;
        struct submission_row *row = NULL;
        size_t rows = 0;
        arena_reset(own);
        s = access_begin(own, &reader, "consumer", "exchange", 0, 0, &look, d);
        if (s == OK)
            s = submission_rows_of(x->c, t, look, own, &x->f, benefit[i], &row, &rows, d);
        for (size_t k = 0; s == OK && k < rows; k++) {
            int64_t *slot = vec_push_in(x->a, &x->seen);
            if (!slot)
                return arena_full(d);
            *slot = row[k].person;
            s = beside(x, &row[k], d);
        }
    }
    for (size_t i = 0; s == OK && i < x->list.count; i++)
        if (!x->list.row[i].seen) {
            x->only_there++;
            s = keep_difference(x, "there", NULL, x->list.row[i].value, NULL, 0, d);
        }
    return s;
}

/* ---- that it was done ------------------------------------------------------------------------------------- */

/* By the clerk, who sees what differs. */
static enum status looks(struct comparing *x, struct txn *t, struct diag *d) {
    enum status s = OK;
    int64_t entry = 0;
    for (size_t i = 0; s == OK && i < x->seen.size;) {
        struct access *look = NULL;
        const struct actor reader = submission_reader(x->who, &x->f);
        s = access_begin(txn_arena(t), &reader, "consumer", "exchange", 0, 0, &look, d);
        for (; s == OK && i < x->seen.size && access_count(look) < LOOKS_AN_ENTRY; i++)
            s = access_add(look, x->c->district, x->seen.at[i], ACCESS_NAME | ACCESS_NUMBER | ACCESS_PAYMENT, d);
        if (s == OK)
            s = access_commit_in(x->c, t, look, &entry, d);
    }
    return s;
}

static enum status record_in(struct txn *t, void *arg, struct diag *d) {
    struct comparing *x = arg;
    int64_t id = txn_new_id(t);
    char *figures = arena_printf(txn_arena(t), "{\"here\":%lld,\"there\":%zu,\"same\":%lld,\"only_here\":%lld,\"only_there\":%lld,\"different\":%lld}", (long long)x->here, x->list.count, (long long)x->same,
        (long long)x->only_here, (long long)x->only_there, (long long)x->different);
    enum status s = figures ? looks(x, t, d) : arena_full(d);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO exchange_return (district, id, target, kind, name, sha256, submission, state, late, figures, received_at, received_by) VALUES (?, ?, ?, 'list', ?, ?, NULL, 'taken', 0, ?, ?, ?)",
            SQL_I(x->c->district), SQL_I(id), SQL_S(x->f.id), SQL_S(x->file), SQL_S(x->sha256), SQL_S(figures), SQL_I(txn_now(t)), SQL_I(x->who->account));
    return s == OK ? evidence_keep_one(x->c, t, x->who, KEPT_SUBMISSION_RETURN, x->c->district, id, d) : s;
}

static void difference_json(const struct comparing *x, const struct difference *f, struct json_writer *w) {
    json_object(w);
    json_kstring(w, "kind", f->kind);
    json_kspan(w, "number", f->number);
    json_kspan(w, "name", f->name);
    json_kspan(w, "id_masked", f->id);
    json_kspan(w, "scheme", f->scheme);
    json_key(w, "fields");
    json_array(w);
    for (size_t i = 0; i < f->fields; i++) {
        json_object(w);
        json_kstring(w, "heading", x->f.column[f->field[i].column].heading);
        json_kspan(w, "here", f->field[i].here);
        json_kspan(w, "there", f->field[i].there);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
}

static void report(const struct comparing *x, struct json_writer *w) {
    json_object(w);
    json_kstring(w, "target", x->f.id);
    json_kint(w, "here", x->here);
    json_kint(w, "there", (int64_t)x->list.count);
    json_kint(w, "same", x->same);
    json_kint(w, "only_here", x->only_here);
    json_kint(w, "only_there", x->only_there);
    json_kint(w, "different", x->different);
    json_kbool(w, "more", x->only_here + x->only_there + x->different > (int64_t)x->shown.size);
    json_key(w, "items");
    json_array(w);
    for (size_t i = 0; i < x->shown.size; i++)
        difference_json(x, &x->shown.at[i], w);
    json_array_end(w);
    json_object_end(w);
}

enum status submission_compare(struct civil *c, const struct actor *who, struct arena *a, const char *target, const char *map, struct span file, const char *name, struct json_writer *w, struct diag *d) {
    struct comparing *x = ARENA_NEW(a, struct comparing);
    if (!x)
        return arena_full(d);
    *x = (struct comparing){.c = c, .who = who, .a = a, .file = name};
    enum status s = exchange_role(who, "district_clerk", d);
    if (s == OK)
        s = submission_form(c, target, &x->f, d);
    if (s == OK && (!utf8_valid(span_of(name)) || utf8_has_hidden(span_of(name), false) || utf8_length(span_of(name)) > 120))
        s = diag_fail(d, E_INPUT, "exchange.file_name");
    if (s == OK)
        s = submission_list_read(a, &x->f, map, file, &x->list, d);
    x->number = submission_column_of(&x->f, SF_NUMBER);
    x->id = submission_column_of(&x->f, SF_ID_NUMBER);
    x->scheme = submission_column_of(&x->f, SF_SCHEME);
    x->name = submission_column_of(&x->f, SF_NAME);
    struct hash h = hash_one(HASH_SHA256, file);
    hash_hex(&h, x->sha256);
    if (s == OK)
        s = index_list(x, d);
    if (s == OK)
        s = store_read(c->store, compare_in, x, d);
    if (s == OK)
        s = store_write(c->store, record_in, x, d);
    if (s == OK)
        report(x, w);
    return s;
}
