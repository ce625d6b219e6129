/* Closing a month.  The balances are added up in a reading, not in the write: a month
 * that is over takes no posting any more but by a clock that was set back, and that check-store finds. */
#include "civil/books/books.h"

#include "base/json.h"
#include "civil/bank/bank.h"
#include "civil/evidence/evidence.h"
#include "civil/evidence/keep.h"
#include "civil/payment/payment_internal.h"
#include "crypto/hash.h"
#include "ledger/journal.h"
#include "store/store.h"
#include "tlog/log.h"

#include <stdio.h>

instant_t books_month_end(month_t m) { return ((int64_t)month_first(m + 1) * 86400 - 8 * 3600) * 1000000; }

/* ---- balances and their digest -------------------------------------------------------- */

struct closing {
    struct civil *civil;
    const struct actor *who;
    month_t month;
    struct arena *arena;
    struct ledger_balance *balance;
    size_t n;
    int64_t transfers;
    char sm3[65];
};

static enum status digest(struct closing *x, struct diag *d) {
    BUF_AUTO b;
    buf_init(&b, 1 << 24);
    buf_addf(&b, "%lld\n", (long long)x->transfers);
    for (size_t i = 0; i < x->n; i++)
        buf_addf(&b, "%s,%lld,%lld\n", x->balance[i].code, (long long)x->balance[i].debit_fen, (long long)x->balance[i].credit_fen);
    if (!buf_ok(&b))
        return arena_full(d);
    struct hash h = hash_one(HASH_SM3, buf_span(&b));
    hash_hex(&h, x->sm3);
    return OK;
}

static enum status add_up(struct txn *t, void *arg, struct diag *d) {
    struct closing *x = arg;
    enum status s = ledger_balances(t, x->civil->district, books_month_end(x->month), x->arena, &x->balance, &x->n, &x->transfers, d);
    return s == OK ? digest(x, d) : s;
}

/* ---- asking --------------------------------------------------------------------------- */

/* Some month before it has postings and is not closed. */
static enum status in_order(struct txn *t, const struct closing *x, struct diag *d) {
    int64_t last = 0, open = 0;
    enum status s = sql_int(t, &last, 0, d, "SELECT max(until) FROM ledger_closing WHERE district = ? AND state = 'closed'", SQL_I(x->civil->district));
    if (s == OK)
        s = sql_int(t, &open, 0, d, "SELECT count(*) FROM ledger_transfer WHERE district = ? AND at >= ? AND at < ?", SQL_I(x->civil->district), SQL_I(last),
            SQL_I(books_month_end(x->month - 1)));
    return s == OK && open ? diag_fail(d, E_CONFLICT, "books.order") : s;
}

static enum status state_of(struct txn *t, const struct closing *x, char state[16], char sm3[65], int64_t *ret_by, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool found = false;
    enum status s = sql_query(t, &r, d, "SELECT state, sm3, asked_by FROM ledger_closing WHERE district = ? AND month = ?", SQL_I(x->civil->district), SQL_I(x->month));
    if (s == OK)
        s = rows_next(r, &found, d);
    snprintf(state, 16, "%.*s", found ? (int)rows_text(r, 0).size : 0, found ? rows_text(r, 0).at : "");
    snprintf(sm3, 65, "%.*s", found ? (int)rows_text(r, 1).size : 0, found ? rows_text(r, 1).at : "");
    *ret_by = found ? rows_int(r, 2) : 0;
    return s;
}

static enum status keep_balances(struct txn *t, const struct closing *x, struct diag *d) {
    struct sql_value district = SQL_I(x->civil->district), month = SQL_I(x->month);
    enum status s = sql_exec(t, d, "DELETE FROM ledger_closing_balance WHERE district = ? AND month = ?", district, month);
    for (size_t i = 0; s == OK && i < x->n; i++)
        s = sql_exec(t, d, "INSERT INTO ledger_closing_balance (district, month, account, debit_fen, credit_fen) VALUES (?, ?, ?, ?, ?)", district, month,
            SQL_I(x->balance[i].account), SQL_I(x->balance[i].debit_fen), SQL_I(x->balance[i].credit_fen));
    return s;
}

static enum status ask_in(struct txn *t, void *arg, struct diag *d) {
    struct closing *x = arg;
    char state[16], sm3[65];
    int64_t by = 0;
    enum status s = batch_role(x->who, "cashier", x->civil->district, d);
    if (s == OK && x->month >= month_of(txn_today(t)))
        s = diag_fail(d, E_CONFLICT, "books.running");
    if (s == OK)
        s = state_of(t, x, state, sm3, &by, d);
    if (s == OK && strcmp(state, "closed") == 0)
        s = diag_fail(d, E_CONFLICT, "books.closed");
    if (s == OK)
        s = in_order(t, x, d);
    if (s == OK)
        s = bank_month_ready_in(t, x->civil->district, x->month, d);
    if (s == OK)
        s = sql_exec(t, d,
            "INSERT INTO ledger_closing (district, month, until, state, transfers, sm3, asked_by, asked_at) VALUES (?, ?, ?, 'asked', ?, ?, ?, ?) "
            "ON CONFLICT (district, month) DO UPDATE SET transfers = excluded.transfers, sm3 = excluded.sm3, asked_by = excluded.asked_by, asked_at = excluded.asked_at",
            SQL_I(x->civil->district), SQL_I(x->month), SQL_I(books_month_end(x->month)), SQL_I(x->transfers), SQL_S(x->sm3), SQL_I(x->who->account), SQL_I(txn_now(t)));
    if (s == OK)
        s = evidence_keep_one(x->civil, t, x->who, KEPT_CLOSING, x->civil->district, x->month, d);
    return s == OK ? keep_balances(t, x, d) : s;
}

static enum status with_balances(struct closing *x, txn_fn write, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    x->arena = a;
    enum status s = a ? batch_role(x->who, NULL, x->civil->district, d) : arena_full(d);
    if (s == OK)
        s = store_read(x->civil->store, add_up, x, d);
    return s == OK ? store_write(x->civil->store, write, x, d) : s;
}

enum status books_closing_ask(struct civil *c, const struct actor *who, month_t m, struct diag *d) {
    struct closing x = {.civil = c, .who = who, .month = m};
    return with_balances(&x, ask_in, d);
}

/* ---- closing ---------------------------------------------------------------------------- */

static const struct json *closing_value(struct arena *a, int64_t month, const char *sm3, int64_t transfers) {
    char text[8];
    month_text((month_t)month, text);
    char *s = arena_printf(a, "%s|%s|%lld", text, sm3, (long long)transfers);
    return s ? json_new_string(a, span_of(s)) : NULL;
}

static enum status record(struct txn *t, const struct closing *x, struct span salt, int64_t *ret_entry, struct diag *d) {
    const struct json *value = closing_value(txn_arena(t), x->month, x->sm3, x->transfers);
    struct tlog_commitment payload;
    enum status s = value ? tlog_entry_commit(salt, value, &payload, d) : arena_full(d);
    const char *office = actor_division(x->who, "finance");
    struct tlog_entry e = {.kind = TLOG_PAYMENT, .time = txn_now(t), .district = x->civil->district, .office = *office ? office : "system", .role = "finance",
        .action = "month.closed", .payload = &payload};
    return s == OK ? tlog_record(t, &e, ret_entry, d) : s;
}

static enum status close_in(struct txn *t, void *arg, struct diag *d) {
    struct closing *x = arg;
    char state[16], sm3[65];
    int64_t by = 0, entry = 0;
    uint8_t bytes[TLOG_SALT_BYTES];
    random_bytes(bytes, sizeof bytes);
    struct span salt = span_bytes(bytes, sizeof bytes);
    enum status s = batch_role(x->who, "finance", x->civil->district, d);
    if (s == OK)
        s = state_of(t, x, state, sm3, &by, d);
    if (s == OK && strcmp(state, "asked") != 0)
        s = diag_fail(d, E_CONFLICT, *state ? "books.closed" : "books.not_asked");
    if (s == OK && by == x->who->account)
        s = diag_fail(d, E_FORBIDDEN, "payment.two_people");
    if (s == OK && strcmp(sm3, x->sm3) != 0)
        s = diag_fail(d, E_CONFLICT, "books.changed");
    if (s == OK)
        s = in_order(t, x, d);
    if (s == OK)
        s = bank_month_ready_in(t, x->civil->district, x->month, d);
    if (s == OK)
        s = record(t, x, salt, &entry, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE ledger_closing SET state = 'closed', closed_by = ?, closed_at = ?, salt = ?, entry = ? WHERE district = ? AND month = ?",
            SQL_I(x->who->account), SQL_I(txn_now(t)), SQL_B(salt), SQL_I(entry), SQL_I(x->civil->district), SQL_I(x->month));
    return s == OK ? evidence_keep_one(x->civil, t, x->who, KEPT_CLOSING, x->civil->district, x->month, d) : s;
}

enum status books_closing_close(struct civil *c, const struct actor *who, month_t m, struct diag *d) {
    struct closing x = {.civil = c, .who = who, .month = m};
    return with_balances(&x, close_in, d);
}

/* ---- shown -------------------------------------------------------------------------------- */

static void balance_json(struct json_writer *w, struct span code, int64_t debit, int64_t credit) {
    json_object(w);
    json_kspan(w, "account", code);
    account_name_json(w, code);
    json_kint(w, "debit_fen", debit);
    json_kint(w, "credit_fen", credit);
    json_object_end(w);
}

static enum status kept_json(struct txn *t, int64_t district, int64_t month, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    json_key(w, "balances");
    json_array(w);
    enum status s = sql_query(t, &r, d,
        "SELECT a.code, b.debit_fen, b.credit_fen FROM ledger_closing_balance b JOIN ledger_account a ON a.district = b.district AND a.id = b.account "
        "WHERE b.district = ? AND b.month = ? ORDER BY a.code", SQL_I(district), SQL_I(month));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        balance_json(w, rows_text(r, 0), rows_int(r, 1), rows_int(r, 2));
    json_array_end(w);
    return s;
}

enum status books_months_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = batch_role(who, NULL, c->district, d);
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT k.month, k.state, k.transfers, k.sm3, k.asked_by, a.name, k.closed_at, b.name FROM ledger_closing k LEFT JOIN account a ON a.id = k.asked_by "
            "LEFT JOIN account b ON b.id = k.closed_by WHERE k.district = ? ORDER BY k.month DESC LIMIT 120", SQL_I(c->district));
    json_object(w);
    json_key(w, "items");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        char month[8];
        month_text((month_t)rows_int(r, 0), month);
        bool asked = span_is(rows_text(r, 1), "asked");
        json_object(w);
        json_kstring(w, "month", month);
        json_kspan(w, "state", rows_text(r, 1));
        json_kint(w, "transfers", rows_int(r, 2));
        json_kspan(w, "sm3", rows_text(r, 3));
        json_kspan(w, "asked_by", rows_text(r, 5));
        if (!asked)
            json_kspan(w, "closed_by", rows_text(r, 7));
        if (!asked)
            json_kinstant(w, "closed_at", (instant_t)rows_int(r, 6));
        json_kbool(w, "may_close", asked && rows_int(r, 4) != who->account && batch_role(who, "finance", c->district, NULL) == OK);
        s = kept_json(t, c->district, rows_int(r, 0), w, d);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
    return s;
}

enum status books_balances_json(struct civil *c, struct txn *t, const struct actor *who, month_t m, struct json_writer *w, struct diag *d) {
    struct ledger_balance *list = NULL;
    size_t n = 0;
    int64_t transfers = 0;
    enum status s = batch_role(who, NULL, c->district, d);
    if (s == OK)
        s = ledger_balances(t, c->district, m ? books_month_end(m) : INT64_MAX, txn_arena(t), &list, &n, &transfers, d);
    if (s != OK)
        return s;
    json_object(w);
    json_kint(w, "transfers", transfers);
    json_key(w, "balances");
    json_array(w);
    for (size_t i = 0; i < n; i++)
        balance_json(w, span_of(list[i].code), list[i].debit_fen, list[i].credit_fen);
    json_array_end(w);
    json_object_end(w);
    return OK;
}

/* ---- checked -------------------------------------------------------------------------------- */

struct checking { struct txn *t; enum lang lang; struct buf *out; int *count; };

static void find(struct checking *x, const char *code, int64_t month) {
    char text[8];
    month_text((month_t)month, text);
    struct diag_arg arg = DIAG_S("month", text);
    message_text(x->out, x->lang, code, &arg, 1);
    buf_addc(x->out, '\n');
    ++*x->count;
}

/* A month as it was closed against the transfers of now. */
static enum status check_month(struct checking *x, struct civil *c, month_t m, const char *sm3, struct diag *d) {
    struct closing k = {.civil = c, .month = m, .arena = txn_arena(x->t)};
    int64_t apart = 0;
    enum status s = add_up(x->t, &k, d);
    if (s == OK && strcmp(sm3, k.sm3) != 0)
        find(x, "books.check.closed", m);
    for (size_t i = 0; s == OK && i < k.n; i++) {
        int64_t same = 0;
        s = sql_int(x->t, &same, 0, d, "SELECT count(*) FROM ledger_closing_balance WHERE district = ? AND month = ? AND account = ? AND debit_fen = ? AND credit_fen = ?",
            SQL_I(c->district), SQL_I(m), SQL_I(k.balance[i].account), SQL_I(k.balance[i].debit_fen), SQL_I(k.balance[i].credit_fen));
        apart += !same;
    }
    int64_t rows = 0;
    if (s == OK)
        s = sql_int(x->t, &rows, 0, d, "SELECT count(*) FROM ledger_closing_balance WHERE district = ? AND month = ?", SQL_I(c->district), SQL_I(m));
    if (s == OK && (apart || rows != (int64_t)k.n))
        find(x, "books.check.balance", m);
    return s;
}

struct kept { int64_t district; month_t month; char sm3[65]; };
enum { CHECKED_MAX = 2400 }; /* ten districts of twenty years a store */

enum status books_check_in(struct txn *t, enum lang l, struct buf *findings, int *ret_count, struct diag *d) {
    struct checking x = {t, l, findings, ret_count};
    struct kept *list = ARENA_ARRAY(txn_arena(t), CHECKED_MAX, struct kept);
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    size_t n = 0;
    if (!list)
        return arena_full(d);
    enum status s = sql_query(t, &r, d, "SELECT district, month, sm3 FROM ledger_closing WHERE state = 'closed' ORDER BY month DESC, district LIMIT ?", SQL_I(CHECKED_MAX));
    while (s == OK && n < CHECKED_MAX && (s = rows_next(r, &row, d)) == OK && row) {
        list[n] = (struct kept){rows_int(r, 0), (month_t)rows_int(r, 1), ""};
        snprintf(list[n++].sm3, sizeof list->sm3, "%.*s", SPAN_ARG(rows_text(r, 2)));
    }
    rows_free(TAKE(r));
    for (size_t i = 0; s == OK && i < n; i++)
        s = check_month(&x, &(struct civil){.district = list[i].district}, list[i].month, list[i].sm3, d);
    return s;
}

enum status books_evidence(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct arena *a = txn_arena(x->txn);
    enum status s = sql_query(x->txn, &r, d, "SELECT month, entry, salt, closed_at, sm3, transfers FROM ledger_closing WHERE state = 'closed' ORDER BY district, month");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct evidence_row e = {.what = "ledger_closing", .id = rows_int(r, 0), .entry = rows_int(r, 1), .kind = TLOG_PAYMENT, .action = "month.closed", .at = (instant_t)rows_int(r, 3)};
        char *sm3 = rows_dup(r, 4, a);
        if (!sm3)
            return arena_full(d);
        e.claim[e.claims++] = (struct evidence_claim){EVIDENCE_PAYLOAD, rows_blob(r, 2), closing_value(a, rows_int(r, 0), sm3, rows_int(r, 5))};
        s = evidence_expect(x, &e, d);
    }
    return s;
}
