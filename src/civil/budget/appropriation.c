#include "civil/budget/appropriation.h"

#include "base/json.h"
#include "base/utf8.h"
#include "civil/books/books.h"
#include "civil/budget/funding.h"
#include "civil/evidence/evidence.h"
#include "civil/evidence/keep.h"
#include "civil/pack/pack.h"
#include "civil/payment/payment_internal.h"
#include "crypto/hash.h"
#include "ledger/ledger.h"
#include "store/store.h"
#include "tlog/log.h"

#include <stdio.h>

const char *const budget_level[BUDGET_LEVELS] = {"central", "city", "district"};

/* ---- accounts ------------------------------------------------------------------------ */

enum fund_side { APPROPRIATED, AVAILABLE, LOCKED, SPENT };

static enum status fund(struct txn *t, int64_t district, enum fund_side side, int level, const char *scheme, int64_t year, struct ledger_account *ret, struct diag *d) {
    static const struct { const char *code, *kind, *normal; } sides[] = {{"8001", "appropriated", "debit"}, {"8101", "available", "credit"}, {"8201", "locked", "credit"}, {"8301", "spent", "credit"}};
    char code[96];
    snprintf(code, sizeof code, "%s.%s.%s.%lld", sides[side].code, budget_level[level], scheme, (long long)year);
    return ledger_account_get(t, district, code, sides[side].kind, sides[side].normal, ret, d);
}

static enum status move(struct txn *t, const struct budget_batch *b, enum fund_side from, enum fund_side to, int level, int64_t fen, const char *kind, int64_t reference, struct diag *d) {
    struct ledger_account debit, credit;
    if (!fen)
        return OK;
    enum status s = fund(t, b->district, from, level, b->scheme, b->month / 12, &debit, d);
    if (s == OK)
        s = fund(t, b->district, to, level, b->scheme, b->month / 12, &credit, d);
    struct ledger_transfer x = {b->district, debit.id, credit.id, fen, kind, reference, b->batch};
    return s == OK ? ledger_post(t, &x, d) : s;
}

/* ---- entering and registering ----------------------------------------------------------- */

struct entering { struct civil *c; const struct actor *who; const struct appropriation_new *x; int64_t id; };

static int level_of(const char *name) {
    for (int i = 0; i < BUDGET_LEVELS; i++)
        if (strcmp(name, budget_level[i]) == 0)
            return i;
    return -1;
}

static enum status enter_in(struct txn *t, void *arg, struct diag *d) {
    struct entering *e = arg;
    enum status s = batch_role(e->who, "cashier", e->c->district, d);
    e->id = txn_new_id(t);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO appropriation (district, id, year, scheme, level, amount_fen, document, state, entered_by, entered_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'entered', ?, ?)",
            SQL_I(e->c->district), SQL_I(e->id), SQL_I(e->x->year), SQL_S(e->x->scheme), SQL_S(e->x->level), SQL_I(e->x->amount_fen), SQL_S(e->x->document),
            SQL_I(e->who->account), SQL_I(txn_now(t)));
    return s == OK ? evidence_keep_one(e->c, t, e->who, KEPT_APPROPRIATION, e->c->district, e->id, d) : s;
}

static enum status wrong(const char *code, const char *where, struct diag *d) {
    (void)!diag_fail(d, E_INPUT, code);
    return diag_at(d, "%s", where);
}

enum status appropriation_enter(struct civil *c, const struct actor *who, const struct appropriation_new *x, int64_t *ret, struct diag *d) {
    enum { DOCUMENT_MIN = 2, DOCUMENT_MAX = 200 };
    size_t length = utf8_valid(span_of(x->document)) ? utf8_length(span_of(x->document)) : 0;
    struct entering e = {c, who, x, 0};
    if (x->year < 2000 || x->year > 2100)
        return wrong("budget.year", "year", d);
    if (!packs_scheme_known(c->packs, x->scheme))
        return wrong("payment.scheme", "scheme", d);
    if (level_of(x->level) < 0)
        return wrong("budget.level", "level", d);
    if (x->amount_fen <= 0 || x->amount_fen > (int64_t)1 << 50)
        return wrong("budget.amount", "amount_fen", d);
    if (utf8_written(span_of(x->document)) < DOCUMENT_MIN || length > DOCUMENT_MAX)
        return wrong("budget.document", "document", d);
    enum status s = store_write(c->store, enter_in, &e, d);
    if (s == OK)
        *ret = e.id;
    return s;
}

static const struct json *appropriation_value(struct arena *a, int64_t id, int64_t year, const char *scheme, const char *level, int64_t fen, const char *document) {
    char *s = scheme && level && document ? arena_printf(a, "%lld|%lld|%s|%s|%lld|%s", (long long)id, (long long)year, scheme, level, (long long)fen, document) : NULL;
    return s ? json_new_string(a, span_of(s)) : NULL;
}

struct registering { struct civil *c; const struct actor *who; int64_t id; };
struct appropriation_row { int64_t year, fen, by; char *scheme, *level, *document; bool entered; };

static enum status read_row(struct txn *t, const struct registering *x, struct appropriation_row *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct arena *a = txn_arena(t);
    enum status s = sql_one(t, &r, d, "SELECT year, scheme, level, amount_fen, document, state, entered_by FROM appropriation WHERE district = ? AND id = ?", SQL_I(x->c->district), SQL_I(x->id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "budget.none");
    if (s != OK)
        return s;
    *ret = (struct appropriation_row){rows_int(r, 0), rows_int(r, 3), rows_int(r, 6), rows_dup(r, 1, a), rows_dup(r, 2, a), rows_dup(r, 4, a), span_is(rows_text(r, 5), "entered")};
    return ret->scheme && ret->level && ret->document ? OK : arena_full(d);
}

static enum status record(struct txn *t, const struct registering *x, const struct json *value, struct span salt, int64_t *ret_entry, struct diag *d) {
    struct tlog_commitment payload;
    enum status s = value ? tlog_entry_commit(salt, value, &payload, d) : arena_full(d);
    const char *office = actor_division(x->who, "finance");
    struct tlog_entry e = {.kind = TLOG_PAYMENT, .time = txn_now(t), .district = x->c->district, .office = *office ? office : "system", .role = "finance",
        .action = "appropriation.registered", .payload = &payload};
    return s == OK ? tlog_record(t, &e, ret_entry, d) : s;
}

static enum status register_in(struct txn *t, void *arg, struct diag *d) {
    struct registering *x = arg;
    struct appropriation_row a = {0};
    int64_t entry = 0;
    uint8_t bytes[TLOG_SALT_BYTES];
    random_bytes(bytes, sizeof bytes);
    struct span salt = span_bytes(bytes, sizeof bytes);
    enum status s = batch_role(x->who, "finance", x->c->district, d);
    if (s == OK)
        s = read_row(t, x, &a, d);
    if (s != OK)
        return s;
    if (!a.entered)
        return diag_fail(d, E_CONFLICT, "budget.registered");
    if (a.by == x->who->account)
        return diag_fail(d, E_FORBIDDEN, "payment.two_people");
    struct budget_batch b = {x->c->district, 0, a.year * 12, a.scheme};
    s = record(t, x, appropriation_value(txn_arena(t), x->id, a.year, a.scheme, a.level, a.fen, a.document), salt, &entry, d);
    if (s == OK)
        s = move(t, &b, APPROPRIATED, AVAILABLE, level_of(a.level), a.fen, "fund.appropriated", x->id, d);
    if (s == OK)
        s = books_keep_in(x->c, t, x->who, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE appropriation SET state = 'registered', registered_by = ?, registered_at = ?, salt = ?, entry = ? WHERE district = ? AND id = ?",
            SQL_I(x->who->account), SQL_I(txn_now(t)), SQL_B(salt), SQL_I(entry), SQL_I(x->c->district), SQL_I(x->id));
    return s == OK ? evidence_keep_one(x->c, t, x->who, KEPT_APPROPRIATION, x->c->district, x->id, d) : s;
}

enum status appropriation_register(struct civil *c, const struct actor *who, int64_t id, struct diag *d) {
    struct registering x = {c, who, id};
    return store_write(c->store, register_in, &x, d);
}

/* ---- locking -------------------------------------------------------------------------------- */

static enum status sum_shares(struct txn *t, const struct budget_batch *b, const int64_t rule[BUDGET_LEVELS], int64_t ret[BUDGET_LEVELS], struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    for (int i = 0; i < BUDGET_LEVELS; i++)
        ret[i] = 0;
    enum status s = sql_query(t, &r, d, "SELECT amount_fen, count(*) FROM payment WHERE district = ? AND batch = ? AND state <> 'cancelled' GROUP BY amount_fen", SQL_I(b->district), SQL_I(b->batch));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        int64_t part[BUDGET_LEVELS];
        funding_split(rule, rows_int(r, 0), part);
        for (int i = 0; i < BUDGET_LEVELS; i++)
            ret[i] += part[i] * rows_int(r, 1);
    }
    return s;
}

static enum status controlled(struct txn *t, const struct budget_batch *b, bool *ret, struct diag *d) {
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d, "SELECT count(*) FROM appropriation WHERE district = ? AND year = ? AND state = 'registered'", SQL_I(b->district), SQL_I(b->month / 12));
    *ret = n > 0;
    return s;
}

/* The shares stay with the batch: what is locked is freed or spent by them, whatever the packs say later. */
static enum status kept_shares(struct txn *t, const struct budget_batch *b, bool *ret_locked, int64_t ret[BUDGET_LEVELS], struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT funding_central, funding_city, funding_district FROM payment_batch WHERE district = ? AND id = ?", SQL_I(b->district), SQL_I(b->batch));
    *ret_locked = s == OK && !rows_null(r, 0);
    for (int i = 0; s == OK && i < BUDGET_LEVELS; i++)
        ret[i] = rows_int(r, i);
    return s;
}

static enum status lacking(struct txn *t, const struct budget_batch *b, int level, int64_t fen, struct diag *d) {
    struct ledger_account a;
    enum status s = fund(t, b->district, AVAILABLE, level, b->scheme, b->month / 12, &a, d);
    if (s != OK || a.credit_fen - a.debit_fen >= fen)
        return s;
    int64_t more = fen - (a.credit_fen - a.debit_fen);
    char yuan[32];
    snprintf(yuan, sizeof yuan, "%lld.%02lld", (long long)(more / 100), (long long)(more % 100));
    return diag_fail(d, E_CONFLICT, "budget.lacking", DIAG_S("level", budget_level[level]), DIAG_S("scheme", b->scheme), DIAG_N("year", b->month / 12), DIAG_S("yuan", yuan));
}

enum status budget_lock_in(struct civil *c, struct txn *t, const struct budget_batch *b, struct diag *d) {
    static const char *const kinds[BUDGET_LEVELS] = {"fund.lock.central", "fund.lock.city", "fund.lock.district"};
    int64_t rule[BUDGET_LEVELS], share[BUDGET_LEVELS];
    bool on = false, done = false;
    enum status s = controlled(t, b, &on, d);
    if (s == OK && on)
        s = kept_shares(t, b, &done, rule, d); /* by who began to approve it */
    if (s != OK || !on || done)
        return s;
    s = funding_shares(c->packs, b->scheme, b->month, rule, d);
    if (s == OK)
        s = sum_shares(t, b, rule, share, d);
    for (int i = 0; s == OK && i < BUDGET_LEVELS; i++)
        if (share[i])
            s = lacking(t, b, i, share[i], d);
    for (int i = 0; s == OK && i < BUDGET_LEVELS; i++)
        s = move(t, b, AVAILABLE, LOCKED, i, share[i], kinds[i], b->batch, d);
    return s == OK ? sql_exec(t, d, "UPDATE payment_batch SET funding_central = ?, funding_city = ?, funding_district = ? WHERE district = ? AND id = ?", SQL_I(rule[0]), SQL_I(rule[1]),
                         SQL_I(rule[2]), SQL_I(b->district), SQL_I(b->batch)) : s;
}

enum status budget_moves_begin(struct txn *t, const struct budget_batch *b, struct budget_moves *m, struct diag *d) {
    *m = (struct budget_moves){0};
    return kept_shares(t, b, &m->locked, m->share, d);
}

void budget_moves_add(struct budget_moves *m, bool paid, int64_t fen) {
    int64_t part[BUDGET_LEVELS];
    if (!m->locked)
        return;
    funding_split(m->share, fen, part);
    for (int i = 0; i < BUDGET_LEVELS; i++)
        *(paid ? &m->spent[i] : &m->released[i]) += part[i];
}

enum status budget_moves_post(struct txn *t, const struct budget_batch *b, const struct budget_moves *m, struct diag *d) {
    enum status s = OK;
    for (int i = 0; s == OK && i < BUDGET_LEVELS; i++) {
        s = move(t, b, LOCKED, SPENT, i, m->spent[i], "fund.spent", txn_new_id(t), d);
        if (s == OK)
            s = move(t, b, LOCKED, AVAILABLE, i, m->released[i], "fund.released", txn_new_id(t), d);
    }
    return s;
}

/* ---- shown -------------------------------------------------------------------------------------- */

static enum status rows_json(struct civil *c, struct txn *t, const struct actor *who, int64_t year, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false, finance = batch_role(who, "finance", c->district, NULL) == OK;
    enum status s = sql_query(t, &r, d, "SELECT id, scheme, level, amount_fen, document, state, entered_by FROM appropriation WHERE district = ? AND year = ? ORDER BY id DESC LIMIT 500", SQL_I(c->district), SQL_I(year));
    json_key(w, "items");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        json_object(w);
        json_kid(w, "id", rows_int(r, 0));
        json_kspan(w, "scheme", rows_text(r, 1));
        json_kspan(w, "level", rows_text(r, 2));
        json_kint(w, "amount_fen", rows_int(r, 3));
        json_kspan(w, "document", rows_text(r, 4));
        json_kspan(w, "state", rows_text(r, 5));
        json_kbool(w, "may_register", finance && span_is(rows_text(r, 5), "entered") && rows_int(r, 6) != who->account);
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

static enum status funds_json(struct txn *t, int64_t district, int64_t year, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT DISTINCT scheme, level FROM appropriation WHERE district = ? AND year = ? AND state = 'registered' ORDER BY scheme, level", SQL_I(district), SQL_I(year));
    json_key(w, "funds");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        char *scheme = rows_dup(r, 0, txn_arena(t)), *level = rows_dup(r, 1, txn_arena(t));
        static const char *const keys[] = {"appropriated_fen", "available_fen", "locked_fen", "spent_fen"};
        if (!scheme || !level)
            return arena_full(d);
        json_object(w);
        json_kstring(w, "scheme", scheme);
        json_kstring(w, "level", level);
        for (int side = APPROPRIATED; s == OK && side <= SPENT; side++) {
            static const char *const codes[] = {"8001", "8101", "8201", "8301"};
            char code[96];
            int64_t fen = 0;
            snprintf(code, sizeof code, "%s.%s.%s.%lld", codes[side], level, scheme, (long long)year);
            s = sql_int(t, &fen, 0, d, "SELECT credit_fen - debit_fen FROM ledger_account WHERE district = ? AND code = ?", SQL_I(district), SQL_S(code));
            json_kint(w, keys[side], side == APPROPRIATED ? -fen : fen);
        }
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

enum status budget_json(struct civil *c, struct txn *t, const struct actor *who, int64_t year, struct json_writer *w, struct diag *d) {
    enum status s = batch_role(who, NULL, c->district, d);
    if (s != OK)
        return s;
    json_object(w);
    json_kint(w, "year", year);
    s = rows_json(c, t, who, year, w, d);
    if (s == OK)
        s = funds_json(t, c->district, year, w, d);
    json_object_end(w);
    return s;
}

enum status appropriation_evidence(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct arena *a = txn_arena(x->txn);
    enum status s = sql_query(x->txn, &r, d, "SELECT id, entry, salt, registered_at, year, scheme, level, amount_fen, document FROM appropriation WHERE state = 'registered' ORDER BY district, id");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct evidence_row e = {.what = "appropriation", .id = rows_int(r, 0), .entry = rows_int(r, 1), .kind = TLOG_PAYMENT, .action = "appropriation.registered", .at = rows_int(r, 3)};
        e.claim[e.claims++] = (struct evidence_claim){EVIDENCE_PAYLOAD, rows_blob(r, 2),
            appropriation_value(a, rows_int(r, 0), rows_int(r, 4), rows_dup(r, 5, a), rows_dup(r, 6, a), rows_int(r, 7), rows_dup(r, 8, a))};
        s = evidence_expect(x, &e, d);
    }
    return s;
}
