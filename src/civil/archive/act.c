#include "civil/archive/act.h"

#include "civil/evidence/evidence.h"
#include "civil/evidence/keep.h"
#include "crypto/hash.h"
#include "store/store.h"
#include "tlog/log.h"

enum status archive_act_in(struct civil *c, struct txn *t, const struct actor *who, int64_t district, const char *action, const struct json *body, int64_t *ret_id,
    struct diag *d) {
    uint8_t bytes[TLOG_SALT_BYTES];
    struct span salt = span_bytes(bytes, sizeof bytes);
    struct tlog_commitment payload;
    BUF_AUTO text;
    buf_init(&text, 0);
    random_bytes(bytes, sizeof bytes);
    json_canonical(&text, body);
    enum status s = buf_ok(&text) ? tlog_entry_commit(salt, body, &payload, d) : arena_full(d);
    const char *office = actor_division(who, NULL);
    struct tlog_entry e = {.kind = TLOG_ARCHIVE, .time = txn_now(t), .district = district, .office = *office ? office : who->kind,
        .role = who->grant_count ? who->grant[0].role : who->kind, .action = action, .payload = &payload};
    int64_t entry = 0, id = txn_new_id(t);
    if (s == OK)
        s = tlog_record(t, &e, &entry, d);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO archive_act (district, id, action, body, at, by, salt, entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", SQL_I(district), SQL_I(id),
            SQL_S(action), SQL_T(buf_span(&text)), SQL_I(txn_now(t)), SQL_I(who->account), SQL_B(salt), SQL_I(entry));
    if (s == OK)
        s = evidence_keep_one(c, t, who, KEPT_ARCHIVE_ACT, district, id, d);
    if (s == OK && ret_id)
        *ret_id = id;
    return s;
}

enum status archive_act_evidence(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct arena *a = txn_arena(x->txn);
    struct arena_mark mark = arena_mark(a);
    enum status s = sql_query(x->txn, &r, d, "SELECT id, action, body, at, salt, entry FROM archive_act ORDER BY district, id");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        arena_rewind(a, mark);
        const struct json *body = NULL;
        if (json_parse(a, rows_text(r, 2), &body, NULL) != OK)
            body = json_new_string(a, rows_text(r, 2)); /* altered: it opens nothing */
        struct evidence_row e = {.what = "archive_act", .id = rows_int(r, 0), .entry = rows_int(r, 5), .kind = TLOG_ARCHIVE, .action = rows_dup(r, 1, a),
            .at = rows_int(r, 3), .claims = 1, .claim = {{EVIDENCE_PAYLOAD, rows_blob(r, 4), body}}};
        s = evidence_expect(x, &e, d);
    }
    return s;
}
