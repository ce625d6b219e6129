/* The catalogue with how each source stands, runs, tokens: the API's types. */
#include "civil/exchange/exchange_internal.h"
#include "civil/access/access_list.h"
#include "civil/row_json.h"
#include "civil/verification/source.h"

enum { RUNS_SHOWN = 100 };

static void text(struct json_writer *w, const struct json *item, const char *key) {
    const struct json *j = json_get(item, key);
    json_kboth(w, key, json_str(j, "zh", ""), json_str(j, "en", ""));
}

void exchange_common_json(struct json_writer *w, const struct json *item) {
    json_kstring(w, "id", json_str(item, "id", ""));
    text(w, item, "name");
    text(w, item, "counterpart");
    text(w, item, "purpose");
    text(w, item, "basis");
    json_kstring(w, "confidence", json_str(json_get(item, "basis"), "confidence", ""));
    json_kstring(w, "schedule", json_str(item, "schedule", ""));
    json_kint(w, "fresh_days", json_int(item, "fresh_days", 0));
    json_kbool(w, "personal", json_bool(item, "personal", true));
}

static void common(struct json_writer *w, const struct json *item) {
    exchange_common_json(w, item);
    json_key(w, "fields");
    json_value(w, json_get(item, "fields"));
}

/* A line for each language (run.c). */
static void reason(struct json_writer *w, enum lang l, struct span text) {
    const char *cut = text.size ? memchr(text.at, '\n', text.size) : NULL;
    size_t first = cut ? (size_t)(cut - text.at) : text.size;
    json_key(w, "error");
    if (!text.size)
        json_nothing(w);
    else if (l == LANG_EN && cut)
        json_span(w, (struct span){cut + 1, text.size - first - 1});
    else
        json_span(w, (struct span){text.at, first});
}

#define RUN_COLUMNS "SELECT r.id, r.source, r.way, r.name, r.begun_at, r.ended_at, r.as_of, r.state, r.error, r.batch, r.rows, r.added, r.changed, r.same, r.rejected, r.former_rows, r.simulated, " \
    "COALESCE(a.name, '') FROM exchange_run r LEFT JOIN account a ON a.id = r.begun_by WHERE r.district = ? "

/* Far fewer than the time before: probably not all of it came. */
static bool is_short(int64_t rows, int64_t former) { return rows * 2 < former; }

static void run_json(struct civil *c, struct txn *t, const struct rows *r, enum lang l, struct json_writer *w) {
    const struct json *source = exchange_item(c, "sources", rows_dup(r, 1, txn_arena(t)));
    json_object(w);
    json_kid(w, "id", rows_int(r, 0));
    json_kspan(w, "source", rows_text(r, 1));
    json_kboth(w, "name", json_str(json_get(source, "name"), "zh", ""), json_str(json_get(source, "name"), "en", ""));
    json_kspan(w, "way", rows_text(r, 2));
    json_kspan(w, "file", rows_text(r, 3));
    json_kinstant(w, "begun_at", rows_int(r, 4));
    row_instant_or_null(w, "ended_at", r, 5);
    json_kdate(w, "as_of", rows_date(r, 6));
    json_kspan(w, "state", rows_text(r, 7));
    reason(w, l, rows_text(r, 8));
    row_id_or_null(w, "batch", r, 9);
    static const char *const names[] = {"rows", "added", "changed", "same", "rejected"};
    for (int i = 0; i < (int)ARRAY_LEN(names); i++)
        json_kint(w, names[i], rows_int(r, 10 + i));
    json_kbool(w, "short", span_is(rows_text(r, 7), "done") && is_short(rows_int(r, 10), rows_int(r, 15)));
    json_kbool(w, "simulated", rows_int(r, 16) != 0);
    json_kspan(w, "begun_by", rows_text(r, 17));
    json_object_end(w);
}

static enum status runs(struct civil *c, struct txn *t, const char *source, int64_t limit, enum lang l, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, RUN_COLUMNS "AND (? = '' OR r.source = ?) ORDER BY r.id DESC LIMIT ?", SQL_I(c->district), SQL_S(source ? source : ""),
        SQL_S(source ? source : ""), SQL_I(limit));
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        run_json(c, t, r, l, w);
    json_array_end(w);
    return s;
}

enum status exchange_runs_json(struct civil *c, struct txn *t, const struct actor *who, const char *source, struct json_writer *w, struct diag *d) {
    json_object(w);
    json_key(w, "items");
    enum status s = runs(c, t, source, RUNS_SHOWN, who->lang, w, d);
    json_object_end(w);
    return s;
}

enum status exchange_runs_named(struct civil *c, struct txn *t, const struct actor *who, const int64_t *id, size_t n, struct json_writer *w, struct diag *d) {
    enum status s = OK;
    json_object(w);
    json_key(w, "items");
    json_array(w);
    for (size_t i = 0; s == OK && i < n; i++) {
        AUTO(rows) struct rows *r = NULL;
        s = sql_one(t, &r, d, RUN_COLUMNS "AND r.id = ?", SQL_I(c->district), SQL_I(id[i]));
        if (s == OK)
            run_json(c, t, r, who->lang, w);
    }
    json_array_end(w);
    json_object_end(w);
    return s;
}

/* The day from which it is to be asked again: a day, a week, a month after the last answer. */
static date_t due_after(const char *schedule, date_t asked) {
    return strcmp(schedule, "daily") == 0 ? asked + 1 : strcmp(schedule, "weekly") == 0 ? asked + 7 : date_add_months(asked, 1);
}

enum status exchange_stand(struct civil *c, struct txn *t, const struct json *source, struct exchange_standing *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    int64_t asked = 0;
    const char *id = json_str(source, "id", "");
    enum status s = sql_query(t, &r, d, "SELECT as_of, rows, rejected FROM exchange_run WHERE district = ? AND source = ? AND state = 'done' ORDER BY as_of DESC, id DESC LIMIT 1", SQL_I(c->district), SQL_S(id));
    if (s == OK)
        s = rows_next(r, &row, d);
    *ret = (struct exchange_standing){.state = "never", .as_of = DATE_NONE, .due_on = txn_today(t)};
    if (s == OK && row) {
        *ret = (struct exchange_standing){.as_of = rows_date(r, 0), .rows = rows_int(r, 1), .rejected = rows_int(r, 2)};
        ret->state = txn_today(t) - ret->as_of > json_int(source, "fresh_days", 0) ? "late" : "fresh";
    }
    if (s == OK)
        s = sql_int(t, &asked, 0, d, "SELECT max(begun_at) FROM exchange_run WHERE district = ? AND source = ? AND state IN ('done', 'empty')", SQL_I(c->district), SQL_S(id));
    ret->due_on = asked ? due_after(json_str(source, "schedule", ""), instant_date(asked)) : txn_today(t);
    return s;
}

static enum status source_json(struct civil *c, struct txn *t, const struct json *item, const struct actor *who, struct json_writer *w, struct diag *d) {
    struct exchange_standing at;
    enum status s = exchange_stand(c, t, item, &at, d);
    json_object(w);
    common(w, item);
    text(w, item, "missing");
    json_kstring(w, "register", json_str(item, "register", ""));
    json_kstring(w, "state", at.state);
    json_kdate(w, "as_of", at.as_of);
    json_kdate(w, "due_on", at.due_on);
    json_kint(w, "rows", at.rows);
    json_kint(w, "rejected", at.rejected);
    json_key(w, "last");
    if (s == OK)
        s = runs(c, t, json_str(item, "id", ""), 1, who->lang, w, d);
    json_object_end(w);
    return s;
}

/* Who is asked about one household (civil/verification/source.h): how they answer, and whether they are played. */
static enum status checks_json(struct civil *c, struct txn *t, struct json_writer *w, struct diag *d) {
    enum status s = OK;
    json_array(w);
    for (size_t i = 0; s == OK && i < VERIFICATION_SOURCE_COUNT; i++) {
        const struct verification_source *v = &VERIFICATION_SOURCES[i];
        AUTO(rows) struct rows *r = NULL;
        s = sql_one(t, &r, d, "SELECT count(*), COALESCE(sum(CASE WHEN q.state = 'waiting' THEN 1 ELSE 0 END), 0), COALESCE(sum(CASE WHEN q.state = 'waiting' AND q.due_on < ? THEN 1 ELSE 0 END), 0), max(q.answered_at) "
            "FROM verification_request q JOIN case_file k ON k.district = q.district AND k.id = q.case_id WHERE q.district = ? AND q.source = ? AND k.compartment IS NULL", SQL_D(txn_today(t)), SQL_I(c->district), SQL_S(v->id));
        if (s != OK)
            break;
        json_object(w);
        json_kstring(w, "id", v->id);
        access_text_pair(w, "name", "verification.source", span_of(v->id));
        json_kbool(w, "simulated", v->simulated);
        json_kint(w, "asked", rows_int(r, 0));
        json_kint(w, "waiting", rows_int(r, 1));
        json_kint(w, "late", rows_int(r, 2));
        row_instant_or_null(w, "answered_at", r, 3);
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

static enum status tokens_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false, all = actor_may(who, "auditor", "") || *actor_division(who, "auditor");
    enum status s = sql_query(t, &r, d,
        "SELECT k.id, k.consumer, k.name, k.offer, k.division, k.per_minute, k.expires_on, k.basis, k.created_at, COALESCE(a.name, ''), k.revoked_at, (SELECT count(*) FROM exchange_read x WHERE x.district = k.district "
        "AND x.token = k.id), (SELECT COALESCE(sum(x.rows), 0) FROM exchange_read x WHERE x.district = k.district AND x.token = k.id), (SELECT max(x.at) FROM exchange_read x WHERE x.district = k.district AND x.token = k.id) "
        "FROM exchange_token k LEFT JOIN account a ON a.id = k.created_by WHERE k.district = ? ORDER BY k.id DESC LIMIT 200", SQL_I(c->district));
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        char *division = rows_dup(r, 4, txn_arena(t));
        if (!all && !actor_may(who, "leader", division))
            continue;
        json_object(w);
        json_kid(w, "id", rows_int(r, 0));
        json_kspan(w, "consumer", rows_text(r, 1));
        json_kspan(w, "name", rows_text(r, 2));
        json_kspan(w, "offer", rows_text(r, 3));
        json_kstring(w, "division", division);
        json_kint(w, "per_minute", rows_int(r, 5));
        json_kdate(w, "expires_on", rows_date(r, 6));
        json_kspan(w, "basis", rows_text(r, 7));
        json_kinstant(w, "created_at", rows_int(r, 8));
        json_kspan(w, "created_by", rows_text(r, 9));
        json_kstring(w, "state", !rows_null(r, 10) ? "revoked" : rows_date(r, 6) < txn_today(t) ? "expired" : "open");
        json_kint(w, "reads", rows_int(r, 11));
        json_kint(w, "rows", rows_int(r, 12));
        row_instant_or_null(w, "read_at", r, 13);
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

static enum status offer_json(struct civil *c, struct txn *t, const struct json *item, const struct actor *who, struct json_writer *w, struct diag *d) {
    json_object(w);
    common(w, item);
    json_kbool(w, "whole", json_bool(item, "whole", false));
    json_object_end(w);
    return OK;
}

typedef enum status item_json_fn(struct civil *c, struct txn *t, const struct json *item, const struct actor *who, struct json_writer *w, struct diag *d);
static enum status each(struct civil *c, struct txn *t, const struct json *items, const struct actor *who, item_json_fn *fn, struct json_writer *w, struct diag *d) {
    enum status s = OK;
    json_array(w);
    for (size_t i = 0; s == OK && !json_is_null(items) && i < items->size; i++)
        s = fn(c, t, items->item[i], who, w, d);
    json_array_end(w);
    return s;
}

enum status exchange_list_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d) {
    const struct json *sources = exchange_items(c, "sources"), *offers = exchange_items(c, "offers");
    enum status s = exchange_check(c, txn_arena(t), d);
    json_object(w);
    json_kbool(w, "may_make", *actor_division(who, "leader"));
    json_kstring(w, "division", actor_division(who, "leader"));
    json_kdate(w, "today", txn_today(t));
    json_key(w, "sources");
    if (s == OK)
        s = each(c, t, sources, who, source_json, w, d);
    json_key(w, "offers");
    if (s == OK)
        s = each(c, t, offers, who, offer_json, w, d);
    json_key(w, "checks");
    if (s == OK)
        s = checks_json(c, t, w, d);
    json_key(w, "tokens");
    if (s == OK)
        s = tokens_json(c, t, who, w, d);
    json_object_end(w);
    return s;
}
