/* Targets, files that were sent, what came back: the API's types. */
#include "civil/exchange/submission_internal.h"
#include "civil/row_json.h"

enum { SHOWN = 100, ROWS_SHOWN = 500 };

static void target_json(const struct json *item, struct json_writer *w) {
    struct submission_form f;
    struct diag d = {0};
    json_object(w);
    exchange_common_json(w, item);
    json_kstring(w, "rows", json_str(item, "rows", ""));
    json_kstring(w, "format", json_str(item, "format", ""));
    json_kstring(w, "version", json_str(item, "version", ""));
    json_key(w, "schemes");
    json_value(w, json_get(item, "schemes"));
    json_key(w, "headings");
    json_array(w);
    if (submission_form_of(item, &f, &d) == OK)
        for (size_t i = 0; i < f.columns; i++)
            json_string(w, f.column[i].heading);
    json_array_end(w);
    json_object_end(w);
}

#define SUBMISSION_COLUMNS "SELECT b.id, b.target, b.number, b.format, b.again, b.as_of, b.due_on, b.rows, b.total_fen, b.more, b.basis, b.sm3, b.made_at, b.answered_at, COALESCE(a.name, ''), " \
    "(SELECT count(*) FROM exchange_submission_row w WHERE w.district = b.district AND w.submission = b.id AND w.state = 'accepted'), " \
    "(SELECT count(*) FROM exchange_submission_row w WHERE w.district = b.district AND w.submission = b.id AND w.state = 'rejected') FROM exchange_submission b LEFT JOIN account a ON a.id = b.made_by WHERE b.district = ? "

static void submission_json(struct txn *t, const struct rows *r, struct json_writer *w) {
    bool answered = !rows_null(r, 13);
    int64_t open = rows_int(r, 7) - rows_int(r, 15) - rows_int(r, 16);
    json_object(w);
    json_kid(w, "id", rows_int(r, 0));
    json_kspan(w, "target", rows_text(r, 1));
    json_kint(w, "number", rows_int(r, 2));
    json_kspan(w, "format", rows_text(r, 3));
    row_id_or_null(w, "again", r, 4);
    json_kdate(w, "as_of", rows_date(r, 5));
    json_kdate(w, "due_on", rows_date(r, 6));
    json_kint(w, "rows", rows_int(r, 7));
    json_kint(w, "total_fen", rows_int(r, 8));
    json_kbool(w, "more", rows_int(r, 9) != 0);
    json_kspan(w, "basis", rows_text(r, 10));
    json_kspan(w, "sm3", rows_text(r, 11));
    json_kinstant(w, "made_at", rows_int(r, 12));
    row_instant_or_null(w, "answered_at", r, 13);
    json_kspan(w, "made_by", rows_text(r, 14));
    json_kint(w, "accepted", rows_int(r, 15));
    json_kint(w, "rejected", rows_int(r, 16));
    json_kint(w, "missing", answered ? open : 0);
    json_kstring(w, "state", answered ? (open ? "partly" : "answered") : txn_today(t) > rows_date(r, 6) ? "late" : "waiting");
    json_object_end(w);
}

static void return_json(struct txn *t, const struct rows *r, struct json_writer *w) {
    const struct json *figures = NULL;
    struct diag d = {0};
    json_object(w);
    json_kid(w, "id", rows_int(r, 0));
    json_kspan(w, "target", rows_text(r, 1));
    json_kspan(w, "kind", rows_text(r, 2));
    json_kspan(w, "name", rows_text(r, 3));
    row_id_or_null(w, "submission", r, 4);
    json_key(w, "number");
    if (rows_null(r, 5))
        json_nothing(w);
    else
        json_int64(w, rows_int(r, 5));
    json_kspan(w, "state", rows_text(r, 6));
    json_kbool(w, "late", rows_int(r, 7) != 0);
    json_key(w, "figures");
    if (json_parse(txn_arena(t), rows_text(r, 8), &figures, &d) == OK)
        json_value(w, figures);
    else
        json_nothing(w);
    json_kinstant(w, "received_at", rows_int(r, 9));
    json_kspan(w, "received_by", rows_text(r, 10));
    json_object_end(w);
}

#define RETURN_COLUMNS "SELECT x.id, x.target, x.kind, x.name, x.submission, b.number, x.state, x.late, x.figures, x.received_at, COALESCE(a.name, '') FROM exchange_return x " \
    "LEFT JOIN exchange_submission b ON b.district = x.district AND b.id = x.submission LEFT JOIN account a ON a.id = x.received_by WHERE x.district = ? "

enum status submission_return_json(struct civil *c, struct txn *t, int64_t id, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, RETURN_COLUMNS "AND x.id = ?", SQL_I(c->district), SQL_I(id));
    if (s == OK)
        return_json(t, r, w);
    return s;
}

typedef void row_json_fn(struct txn *t, const struct rows *r, struct json_writer *w);
static enum status list(struct civil *c, struct txn *t, const char *key, const char *sql, row_json_fn *fn, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, sql, SQL_I(c->district), SQL_I(SHOWN));
    json_key(w, key);
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        fn(t, r, w);
    json_array_end(w);
    return s;
}

enum status submissions_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d) {
    const struct json *targets = exchange_items(c, "submissions");
    json_object(w);
    json_kbool(w, "may_send", *actor_division(who, "district_clerk"));
    json_key(w, "targets");
    json_array(w);
    for (size_t i = 0; !json_is_null(targets) && i < targets->size; i++)
        target_json(targets->item[i], w);
    json_array_end(w);
    enum status s = list(c, t, "items", SUBMISSION_COLUMNS "ORDER BY b.id DESC LIMIT ?", submission_json, w, d);
    if (s == OK)
        s = list(c, t, "returns", RETURN_COLUMNS "ORDER BY x.id DESC LIMIT ?", return_json, w, d);
    json_object_end(w);
    return s;
}

static enum status left_json(struct civil *c, struct txn *t, int64_t id, bool answered, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    int n = 0;
    enum status s = sql_query(t, &r, d, "SELECT line, number, state, code, reason FROM exchange_submission_row WHERE district = ? AND submission = ? AND state <> 'accepted' ORDER BY line LIMIT ?",
        SQL_I(c->district), SQL_I(id), SQL_I(ROWS_SHOWN + 1));
    json_key(w, "items");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row && n++ < ROWS_SHOWN) {
        bool rejected = span_is(rows_text(r, 2), "rejected");
        json_object(w);
        json_kint(w, "line", rows_int(r, 0));
        json_kspan(w, "number", rows_text(r, 1));
        json_kstring(w, "state", rejected ? "rejected" : answered ? "missing" : "waiting");
        row_text_or_null(w, "code", r, 3);
        row_text_or_null(w, "reason", r, 4);
        json_object_end(w);
    }
    json_array_end(w);
    json_kbool(w, "more", n > ROWS_SHOWN);
    return s;
}

enum status submission_rows_json(struct civil *c, struct txn *t, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    (void)who;
    enum status s = sql_one(t, &r, d, SUBMISSION_COLUMNS "AND b.id = ?", SQL_I(c->district), SQL_I(id));
    if (s == E_NOT_FOUND) {
        diag_clear(d);
        return diag_fail(d, E_NOT_FOUND, "exchange.submission");
    }
    if (s != OK)
        return s;
    json_object(w);
    json_key(w, "submission");
    submission_json(t, r, w);
    s = left_json(c, t, id, !rows_null(r, 13), w, d);
    json_object_end(w);
    return s;
}
