/* An acknowledgement taken in: what it says of each row, what it forgot, and that it came. */
#include "civil/exchange/submission_internal.h"

#include "base/utf8.h"
#include "civil/evidence/keep.h"

#include <stdio.h>

struct taking {
    struct civil *c;
    const struct actor *who;
    const struct submission_form *f;
    const struct receipt *r;
    const char *name, *state;
    char sha256[2 * HASH_BYTES + 1];
    int64_t id, submission;
    bool late, first;
    int64_t accepted, rejected, same, contradicting, extra, missing;
};

static enum status count(struct txn *t, const struct taking *x, const char *sql, int64_t *ret, struct diag *d) {
    return sql_int(t, ret, 0, d, sql, SQL_I(x->c->district), SQL_I(x->submission));
}

/* Which file it answers, and whether it may say anything of it. */
static enum status place_of(struct txn *t, struct taking *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    int64_t before = 0;
    enum status s = sql_int(t, &before, 0, d, "SELECT count(*) FROM exchange_return WHERE district = ? AND target = ? AND kind = 'receipt' AND sha256 = ? AND state = 'taken'", SQL_I(x->c->district),
        SQL_S(x->f->id), SQL_S(x->sha256));
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT id, sm3, due_on, answered_at FROM exchange_submission WHERE district = ? AND target = ? AND number = ?", SQL_I(x->c->district), SQL_S(x->f->id), SQL_I(x->r->number));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s != OK)
        return s;
    x->submission = row ? rows_int(r, 0) : 0;
    x->state = !row ? "unknown" : !span_eq(rows_text(r, 1), x->r->sm3) ? "other" : before ? "duplicate" : "taken";
    x->first = row && rows_null(r, 3);
    x->late = x->first && txn_today(t) > rows_date(r, 2);
    return OK;
}

static enum status one(struct txn *t, struct taking *x, const struct receipt_row *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT state FROM exchange_submission_row WHERE district = ? AND submission = ? AND number = ?", SQL_I(x->c->district), SQL_I(x->submission), SQL_T(w->number));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s != OK)
        return s;
    const char *verdict = w->accepted ? "accepted" : "rejected";
    if (!row)
        x->extra++;
    else if (span_is(rows_text(r, 0), verdict))
        x->same++;
    else if (!span_is(rows_text(r, 0), "waiting"))
        x->contradicting++; /* what they said first stands until a person clears it up with them */
    else {
        rows_free(TAKE(r));
        x->accepted += w->accepted;
        x->rejected += !w->accepted;
        s = sql_exec(t, d, "UPDATE exchange_submission_row SET state = ?, code = ?, reason = ?, theirs = ?, answered_at = ? WHERE district = ? AND submission = ? AND number = ?", SQL_S(verdict),
            w->code.size ? SQL_T(w->code) : SQL_NIL, w->reason.size ? SQL_T(w->reason) : SQL_NIL, w->theirs.size ? SQL_T(w->theirs) : SQL_NIL, SQL_I(txn_now(t)), SQL_I(x->c->district),
            SQL_I(x->submission), SQL_T(w->number));
    }
    return s;
}

static enum status take_rows(struct txn *t, struct taking *x, struct diag *d) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < x->r->count; i++)
        s = one(t, x, &x->r->row[i], d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE exchange_submission SET answered_at = ? WHERE district = ? AND id = ? AND answered_at IS NULL", SQL_I(txn_now(t)), SQL_I(x->c->district), SQL_I(x->submission));
    if (s == OK)
        s = count(t, x, "SELECT count(*) FROM exchange_submission_row WHERE district = ? AND submission = ? AND state = 'waiting'", &x->missing, d);
    if (s == OK && x->first)
        s = evidence_keep_one(x->c, t, x->who, KEPT_SUBMISSION, x->c->district, x->submission, d);
    return s == OK && x->accepted + x->rejected ? evidence_keep_one(x->c, t, x->who, KEPT_SUBMISSION_ROW, x->c->district, x->submission, d) : s;
}

static enum status take_in(struct txn *t, void *arg, struct diag *d) {
    struct taking *x = arg;
    x->accepted = x->rejected = x->same = x->contradicting = x->extra = x->missing = 0;
    enum status s = place_of(t, x, d);
    if (s == OK && strcmp(x->state, "taken") == 0)
        s = take_rows(t, x, d);
    char *figures = arena_printf(txn_arena(t), "{\"rows\":%zu,\"accepted\":%lld,\"rejected\":%lld,\"same\":%lld,\"contradicting\":%lld,\"extra\":%lld,\"missing\":%lld}", x->r->count, (long long)x->accepted,
        (long long)x->rejected, (long long)x->same, (long long)x->contradicting, (long long)x->extra, (long long)x->missing);
    x->id = txn_new_id(t);
    if (s == OK)
        s = !figures ? arena_full(d) : sql_exec(t, d, "INSERT INTO exchange_return (district, id, target, kind, name, sha256, submission, state, late, figures, received_at, received_by) VALUES (?, ?, ?, 'receipt', ?, ?, ?, ?, ?, ?, ?, ?)",
            SQL_I(x->c->district), SQL_I(x->id), SQL_S(x->f->id), SQL_S(x->name), SQL_S(x->sha256), x->submission ? SQL_I(x->submission) : SQL_NIL, SQL_S(x->state), SQL_I(x->late), SQL_S(figures),
            SQL_I(txn_now(t)), SQL_I(x->who->account));
    return s == OK ? evidence_keep_one(x->c, t, x->who, KEPT_SUBMISSION_RETURN, x->c->district, x->id, d) : s;
}

struct showing { struct taking *x; struct json_writer *w; };
static enum status show_in(struct txn *t, void *arg, struct diag *d) {
    struct showing *s = arg;
    return submission_return_json(s->x->c, t, s->x->id, s->w, d);
}

enum status submission_receive(struct civil *c, const struct actor *who, struct arena *a, const char *target, struct span file, const char *name, struct json_writer *w, struct diag *d) {
    struct submission_form f;
    struct receipt r;
    struct taking x = {.c = c, .who = who, .f = &f, .r = &r, .name = name};
    struct showing show = {&x, w};
    enum status s = exchange_role(who, "district_clerk", d);
    if (s == OK)
        s = submission_form(c, target, &f, d);
    if (s == OK && (!utf8_valid(span_of(name)) || utf8_has_hidden(span_of(name), false) || utf8_length(span_of(name)) > 120))
        s = diag_fail(d, E_INPUT, "exchange.file_name");
    if (s == OK)
        s = submission_receipt_read(a, &f, file, &r, d);
    struct hash h = hash_one(HASH_SHA256, file);
    hash_hex(&h, x.sha256);
    if (s == OK)
        s = store_write(c->store, take_in, &x, d);
    return s == OK ? store_read(c->store, show_in, &show, d) : s;
}
