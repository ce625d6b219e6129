/* A batch: read, checked, cancelled; the books it is posted to. */
#include "civil/evidence/keep.h"
#include "civil/payment/payment_internal.h"

#include "base/json.h"
#include "base/utf8.h"
#include "civil/secrecy/secrecy.h"
#include "crypto/hash.h"
#include "store/store.h"
#include "tlog/log.h"

#include <stdio.h>

enum status batch_read(struct txn *t, const struct actor *who, int64_t id, struct batch *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d,
        "SELECT district, month, scheme, state, prepared_by, prepared_at, approved_by, approved_at, count, total_fen, file_sha, blocked, complete, version, compartment "
        "FROM payment_batch WHERE id = ?", SQL_I(id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "payment.batch");
    if (s != OK)
        return s;
    *ret = (struct batch){.district = rows_int(r, 0), .id = id, .month = rows_int(r, 1), .prepared_by = rows_int(r, 4), .prepared_at = rows_int(r, 5),
        .approved_by = rows_int(r, 6), .approved_at = rows_int(r, 7), .count = rows_int(r, 8), .total_fen = rows_int(r, 9), .version = rows_int(r, 13),
        .complete = rows_int(r, 12) != 0, .blocked = rows_dup(r, 11, txn_arena(t))};
    snprintf(ret->scheme, sizeof ret->scheme, "%.*s", SPAN_ARG(rows_text(r, 2)));
    snprintf(ret->state, sizeof ret->state, "%.*s", SPAN_ARG(rows_text(r, 3)));
    snprintf(ret->file_sha, sizeof ret->file_sha, "%.*s", SPAN_ARG(rows_text(r, 10)));
    snprintf(ret->compartment, sizeof ret->compartment, "%.*s", SPAN_ARG(rows_null(r, 14) ? SPAN("") : rows_text(r, 14)));
    char code[16];
    snprintf(code, sizeof code, "%lld", (long long)ret->district);
    return ret->complete && actor_inside(who, ret->compartment) && actor_may(who, NULL, code) ? OK : diag_fail(d, E_NOT_FOUND, "payment.batch");
}

enum status batch_role(const struct actor *who, const char *role, int64_t district, struct diag *d) {
    char code[16];
    snprintf(code, sizeof code, "%lld", (long long)district);
    return actor_may(who, role, code) ? OK : diag_fail(d, E_FORBIDDEN, "payment.role");
}

enum status batch_expect(const struct batch *b, const char *state, int64_t version, struct diag *d) {
    if (version && version != b->version)
        return diag_fail(d, E_CONFLICT, "payment.version");
    return strcmp(b->state, state) == 0 ? OK : diag_fail(d, E_CONFLICT, "payment.state", DIAG_S("state", b->state));
}

enum status books_open(struct txn *t, int64_t district, struct books *ret, struct diag *d) {
    enum status s = ledger_account_get(t, district, "5001", "expense", "debit", &ret->expense, d);
    if (s == OK)
        s = ledger_account_get(t, district, "2202", "liability", "credit", &ret->payable, d);
    if (s == OK)
        s = ledger_account_get(t, district, "1002.9", "transit", "credit", &ret->transit, d);
    /* The fund's appropriations come with the budget capability; until then the
     * bank account may stand on either side. */
    return s == OK ? ledger_account_get(t, district, "1002", "bank", "either", &ret->bank, d) : s;
}

enum status payment_rows(struct txn *t, const struct batch *b, const char *state, struct payment_row row[PAYMENT_ROWS], size_t *ret_n, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, "SELECT id, entitlement, payee, amount_fen, month, correction FROM payment WHERE district = ? AND batch = ? AND state = ? ORDER BY id LIMIT ?",
        SQL_I(b->district), SQL_I(b->id), SQL_S(state), SQL_I(PAYMENT_ROWS));
    size_t n = 0;
    for (bool more = true; s == OK && n < PAYMENT_ROWS;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        row[n++] = (struct payment_row){rows_int(r, 0), rows_int(r, 1), rows_int(r, 2), rows_int(r, 3), rows_int(r, 4), rows_int(r, 5)};
    }
    *ret_n = n;
    return s;
}

enum status payment_payee_in_scope(struct civil *c, struct txn *t, const struct actor *who, int64_t district, int64_t person, struct diag *d) {
    int64_t n = 0;
    const char *open = secrecy_open_column(txn_arena(t), who, "b.compartment");
    char *sql = open ? arena_printf(txn_arena(t),
        "SELECT count(*) FROM payment p JOIN payment_batch b ON b.district = p.district AND b.id = p.batch "
        "WHERE p.district = ? AND p.payee = ? AND p.state <> 'cancelled' AND b.prepared_by = ? AND %s", open) : NULL;
    enum status s = sql ? batch_role(who, "cashier", district, d) : arena_full(d);
    if (s == OK)
        s = sql_int(t, &n, 0, d, sql, SQL_I(district), SQL_I(person), SQL_I(who->account));
    return s == OK && n == 0 ? diag_fail(d, E_NOT_FOUND, "register.person") : s;
}

enum { REASON_MIN = 2, REASON_MAX = 500 }; /* characters */

enum status payment_reason_check(const char *reason, struct diag *d) {
    size_t length = reason && utf8_valid(span_of(reason)) ? utf8_length(span_of(reason)) : 0;
    if (!reason || utf8_written(span_of(reason)) < REASON_MIN || length > REASON_MAX)
        return diag_fail(d, E_INPUT, "payment.reason", DIAG_N("min", REASON_MIN), DIAG_N("max", REASON_MAX));
    return OK;
}

/* ---- cancelling ---------------------------------------------------------------------- */

struct cancel { struct civil *civil; const struct actor *who; int64_t batch, version; const char *reason; };

static enum status record(struct txn *t, struct cancel *x, const struct batch *b, struct span salt, int64_t *ret_entry, struct diag *d) {
    char *text = arena_printf(txn_arena(t), "%lld|%s", (long long)b->id, x->reason);
    const struct json *j = text ? json_new_string(txn_arena(t), span_of(text)) : NULL;
    struct tlog_commitment payload;
    enum status s = j ? tlog_entry_commit(salt, j, &payload, d) : arena_full(d);
    const char *role = batch_role(x->who, "finance", b->district, NULL) == OK ? "finance" : "cashier", *office = actor_division(x->who, role);
    struct tlog_entry e = {.kind = TLOG_PAYMENT, .time = txn_now(t), .district = b->district, .office = *office ? office : "system", .role = role,
        .action = "batch.cancelled", .payload = &payload};
    return s == OK ? tlog_record(t, &e, ret_entry, d) : s;
}

static enum status cancel(struct txn *t, void *arg, struct diag *d) {
    struct cancel *x = arg;
    struct batch b;
    int64_t entry = 0;
    uint8_t bytes[TLOG_SALT_BYTES];
    random_bytes(bytes, sizeof bytes);
    struct span salt = span_bytes(bytes, sizeof bytes);
    enum status s = batch_read(t, x->who, x->batch, &b, d);
    if (s == OK && batch_role(x->who, "cashier", b.district, NULL) != OK)
        s = batch_role(x->who, "finance", b.district, d);
    if (s == OK)
        s = batch_expect(&b, "draft", x->version, d);
    if (s == OK && b.approved_by) /* its approval is under way: part of it is in the books */
        s = diag_fail(d, E_CONFLICT, "payment.approving");
    if (s == OK)
        s = record(t, x, &b, salt, &entry, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE payment SET state = 'cancelled' WHERE district = ? AND batch = ?", SQL_I(b.district), SQL_I(b.id));
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO payment_cancel (district, batch, reason, cancelled_at, cancelled_by, salt, entry) VALUES (?, ?, ?, ?, ?, ?, ?)",
            SQL_I(b.district), SQL_I(b.id), SQL_S(x->reason), SQL_I(txn_now(t)), SQL_I(x->who->account), SQL_B(salt), SQL_I(entry));
    if (s == OK)
        s = evidence_keep_one(x->civil, t, x->who, KEPT_CANCEL, b.district, b.id, d);
    return s == OK ? sql_exec(t, d, "UPDATE payment_batch SET state = 'cancelled', version = version + 1 WHERE district = ? AND id = ?", SQL_I(b.district), SQL_I(b.id)) : s;
}

enum status payment_batch_cancel(struct civil *c, const struct actor *who, int64_t batch, int64_t version, const char *reason, struct diag *d) {
    struct cancel x = {c, who, batch, version, reason};
    enum status s = payment_reason_check(reason, d);
    return s == OK ? store_write(c->store, cancel, &x, d) : s;
}
