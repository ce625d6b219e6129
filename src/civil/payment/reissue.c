/* Paying again what came back. */
#include "civil/evidence/keep.h"
#include "civil/payment/payment_internal.h"

#include "base/json.h"
#include "base/utf8.h"
#include "civil/register/register.h"
#include "crypto/hash.h"
#include "store/store.h"
#include "tlog/log.h"

enum { BANK_NAME_MAX = 60 };

struct reissue { struct civil *civil; const struct actor *who; int64_t payment; const char *account, *bank, *reason; };
struct returned { int64_t district, payee; bool returned, ordered; };

static enum status read_payment(struct txn *t, const struct reissue *x, struct returned *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d,
        "SELECT p.district, p.payee, p.state, CASE WHEN o.payment IS NULL THEN 0 ELSE 1 END, b.compartment FROM payment p JOIN payment_batch b ON b.district = p.district AND b.id = p.batch "
        "LEFT JOIN payment_reissue o ON o.district = p.district AND o.payment = p.id WHERE p.id = ?", SQL_I(x->payment));
    if (s == OK && !actor_inside(x->who, rows_null(r, 4) ? NULL : rows_dup(r, 4, txn_arena(t))))
        s = E_NOT_FOUND;
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "payment.none");
    if (s == OK)
        *ret = (struct returned){rows_int(r, 0), rows_int(r, 1), span_is(rows_text(r, 2), "returned"), rows_int(r, 3) != 0};
    return s;
}

char *payment_reissue_value(struct arena *a, int64_t payment, bool corrected, const char *reason) {
    const char *what = corrected ? "corrected" : "same";
    return reason ? arena_printf(a, "%lld|%s|%s", (long long)payment, what, reason) : arena_printf(a, "%lld|%s", (long long)payment, what);
}

static enum status record(struct txn *t, const struct reissue *x, const struct returned *p, struct span salt, int64_t *ret_entry, struct diag *d) {
    char *text = payment_reissue_value(txn_arena(t), x->payment, *x->account != 0, x->reason);
    const struct json *j = text ? json_new_string(txn_arena(t), span_of(text)) : NULL;
    struct tlog_commitment payload;
    enum status s = j ? tlog_entry_commit(salt, j, &payload, d) : arena_full(d);
    const char *office = actor_division(x->who, "cashier");
    struct tlog_entry e = {.kind = TLOG_PAYMENT, .time = txn_now(t), .district = p->district, .office = *office ? office : "system", .role = "cashier",
        .action = "reissued", .payload = &payload};
    return s == OK ? tlog_record(t, &e, ret_entry, d) : s;
}

static enum status order(struct txn *t, void *arg, struct diag *d) {
    struct reissue *x = arg;
    struct returned p = {0};
    int64_t entry = 0;
    uint8_t bytes[TLOG_SALT_BYTES];
    random_bytes(bytes, sizeof bytes);
    struct span salt = span_bytes(bytes, sizeof bytes);
    enum status s = read_payment(t, x, &p, d);
    if (s == OK)
        s = batch_role(x->who, "cashier", p.district, d);
    if (s == OK && !p.returned)
        s = diag_fail(d, E_CONFLICT, "payment.not_returned");
    if (s == OK && p.ordered)
        s = diag_fail(d, E_CONFLICT, "payment.reissued");
    if (s == OK && *x->account)
        s = person_set_account(x->civil, t, x->who, p.district, p.payee, x->account, x->bank, d);
    if (s == OK)
        s = record(t, x, &p, salt, &entry, d);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO payment_reissue (district, payment, ordered_at, ordered_by, corrected, salt, entry, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            SQL_I(p.district), SQL_I(x->payment), SQL_I(txn_now(t)), SQL_I(x->who->account), SQL_I(*x->account != 0), SQL_B(salt), SQL_I(entry), SQL_S(x->reason));
    return s == OK ? evidence_keep_one(x->civil, t, x->who, KEPT_REISSUE, p.district, x->payment, d) : s;
}

enum status payment_reissue(struct civil *c, const struct actor *who, int64_t payment, const char *bank_account, const char *bank_name, const char *reason, struct diag *d) {
    struct reissue x = {c, who, payment, bank_account ? bank_account : "", bank_name ? bank_name : "", reason};
    size_t length = utf8_valid(span_of(x.bank)) ? utf8_length(span_of(x.bank)) : 0;
    if (*x.account && (length < 2 || length > BANK_NAME_MAX))
        return diag_fail(d, E_INPUT, "payment.bank_name");
    enum status s = payment_reason_check(reason, d);
    return s == OK ? store_write(c->store, order, &x, d) : s;
}
