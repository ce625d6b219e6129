#include "civil/plan/act.h"

#include "civil/evidence/evidence.h"
#include "civil/evidence/keep.h"
#include "crypto/hash.h"
#include "store/store.h"
#include "tlog/log.h"

const struct json *plan_act_value(struct arena *a, struct span text) {
    const struct json *j = NULL;
    return json_parse(a, text, &j, NULL) == OK ? j : NULL;
}

enum status plan_act_in(struct civil *c, struct txn *t, const struct actor *who, int64_t subject, const char *action, const struct buf *body, struct diag *d) {
    uint8_t bytes[TLOG_SALT_BYTES];
    struct span salt = span_bytes(bytes, sizeof bytes);
    struct tlog_commitment payload;
    const struct json *value = buf_ok(body) ? plan_act_value(txn_arena(t), buf_span(body)) : NULL;
    random_bytes(bytes, sizeof bytes);
    enum status s = value ? tlog_entry_commit(salt, value, &payload, d) : arena_full(d);
    const char *office = actor_division(who, NULL);
    struct tlog_entry e = {.kind = TLOG_PLAN, .time = txn_now(t), .district = c->district, .office = *office ? office : who->kind,
        .role = who->grant_count ? who->grant[0].role : who->kind, .action = action, .payload = &payload};
    int64_t entry = 0, id = txn_new_id(t);
    if (s == OK)
        s = tlog_record(t, &e, &entry, d);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO plan_act (district, id, subject, action, body, at, by_account, salt, entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", SQL_I(c->district),
            SQL_I(id), SQL_I(subject), SQL_S(action), SQL_T(buf_span(body)), SQL_I(txn_now(t)), SQL_I(who->account), SQL_B(salt), SQL_I(entry));
    return s == OK ? evidence_keep_one(c, t, who, KEPT_PLAN_ACT, c->district, id, d) : s;
}

enum status plan_acts_json(struct civil *c, struct txn *t, int64_t subject, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT p.at, p.action, p.body, p.entry, COALESCE(a.name, '') FROM plan_act p LEFT JOIN account a ON a.id = p.by_account "
        "WHERE p.district = ? AND p.subject = ? ORDER BY p.id", SQL_I(c->district), SQL_I(subject));
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        json_object(w);
        json_kinstant(w, "at", rows_int(r, 0));
        json_kspan(w, "action", rows_text(r, 1));
        json_kspan(w, "by", rows_text(r, 4));
        json_key(w, "body");
        json_value(w, plan_act_value(txn_arena(t), rows_text(r, 2)));
        json_kid(w, "entry", rows_int(r, 3));
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

enum status plan_evidence(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct arena *a = txn_arena(x->txn);
    enum status s = sql_query(x->txn, &r, d, "SELECT id, action, body, at, salt, entry FROM plan_act ORDER BY district, id");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct arena_mark mark = arena_mark(a);
        const struct json *body = plan_act_value(a, rows_text(r, 2));
        if (!body)
            body = json_new_string(a, rows_text(r, 2)); /* altered: it opens nothing */
        struct evidence_row e = {.what = "plan_act", .id = rows_int(r, 0), .entry = rows_int(r, 5), .kind = TLOG_PLAN, .action = rows_dup(r, 1, a), .at = rows_int(r, 3),
            .claims = 1, .claim = {{EVIDENCE_PAYLOAD, rows_blob(r, 4), body}}};
        s = evidence_expect(x, &e, d);
        arena_rewind(a, mark);
    }
    return s;
}
