/* Taking a statement in: the statements of a file, their entries, what matches and the evidence are one write. */
#include "civil/bank/bank_internal.h"

#include "base/json.h"
#include "civil/bank/statement.h"
#include "civil/evidence/keep.h"
#include "civil/payment/payment_internal.h"
#include "crypto/hash.h"
#include "crypto/vault.h"

#include <stdio.h>

struct importing { struct civil *c; const struct actor *who; const struct statements *file; char sm3[65]; int64_t matched, open; };

static enum status sealed_text(struct txn *t, const struct importing *x, int64_t statement, struct span text, struct sql_value *ret, struct diag *d) {
    struct span sealed;
    *ret = SQL_NIL;
    if (!text.size)
        return OK;
    char *place = arena_printf(txn_arena(t), "bank_entry.text|%lld|%lld", (long long)x->c->district, (long long)statement);
    enum status s = place ? vault_seal(x->c->vault, text, span_of(place), txn_arena(t), &sealed, d) : arena_full(d);
    *ret = s == OK ? SQL_B(sealed) : SQL_NIL;
    return s;
}

static enum status insert_entry(struct txn *t, const struct importing *x, int64_t statement, int64_t line, const struct statement_entry *e, struct diag *d) {
    struct sql_value text;
    enum status s = sealed_text(t, x, statement, e->text, &text, d);
    return s == OK ? sql_exec(t, d, "INSERT INTO bank_entry (district, id, statement, line, booked_on, fen, payment, batch, reference, code, text, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')",
                         SQL_I(x->c->district), SQL_I(txn_new_id(t)), SQL_I(statement), SQL_I(line), SQL_I(e->booked), SQL_I(e->fen), e->payment ? SQL_I(e->payment) : SQL_NIL,
                         e->batch ? SQL_I(e->batch) : SQL_NIL, SQL_S(e->reference), SQL_S(e->code), text) : s;
}

/* The first statement: what the account held that the books do not know of is an item like any other. */
static enum status opening_item(struct txn *t, const struct importing *x, int64_t id, const struct statement *s, struct diag *d) {
    struct ledger_account cash;
    int64_t before = 0;
    enum status st = ledger_account_get(t, x->c->district, "1002", "bank", "either", &cash, d);
    if (st == OK)
        st = sql_int(t, &before, 0, d, "SELECT sum(CASE WHEN debit = ? THEN amount_fen ELSE -amount_fen END) FROM ledger_transfer WHERE district = ? AND (debit = ? OR credit = ?) AND at < ?",
            SQL_I(cash.id), SQL_I(x->c->district), SQL_I(cash.id), SQL_I(cash.id), SQL_I(bank_day(s->from)));
    struct statement_entry e = {.booked = s->from, .fen = s->opening - before, .text = {"", 0}};
    return st == OK && e.fen ? insert_entry(t, x, id, 0, &e, d) : st;
}

/* Known already, or of before the first: what the books held then is in the first one's opening. */
static enum status place_of(struct txn *t, const struct importing *x, const struct statement *s, int64_t year, bool *ret_first, struct diag *d) {
    int64_t known = 0, all = 0, later = 0;
    enum status st = sql_int(t, &known, 0, d, "SELECT count(*) FROM bank_statement WHERE district = ? AND account = ? AND year = ? AND number = ?", SQL_I(x->c->district), SQL_S(s->account), SQL_I(year), SQL_I(s->number));
    if (st == OK)
        st = sql_int(t, &all, 0, d, "SELECT count(*) FROM bank_statement WHERE district = ?", SQL_I(x->c->district));
    if (st == OK)
        st = sql_int(t, &later, 0, d, "SELECT count(*) FROM bank_statement WHERE district = ? AND (year < ? OR (year = ? AND number < ?)) AND from_on <= ?", SQL_I(x->c->district), SQL_I(year), SQL_I(year),
            SQL_I(s->number), SQL_I(s->from));
    if (st == OK && known)
        return diag_fail(d, E_CONFLICT, "bank.known", DIAG_N("year", year), DIAG_N("number", s->number));
    *ret_first = all == 0;
    return st == OK && all && !later ? diag_fail(d, E_CONFLICT, "bank.before", DIAG_N("number", s->number)) : st;
}

static enum status import_one(struct txn *t, struct importing *x, const struct statement *s, struct diag *d) {
    int64_t id = txn_new_id(t), year = date_ymd(s->to).year;
    bool first = false;
    enum status st = strcmp(s->account, statement_account(x->c->packs)) == 0 ? OK : diag_fail(d, E_INPUT, "bank.account", DIAG_S("account", s->account));
    if (st == OK && s->to > txn_today(t))
        st = diag_fail(d, E_INPUT, "bank.future", DIAG_N("number", s->number));
    if (st == OK)
        st = place_of(t, x, s, year, &first, d);
    if (st == OK)
        st = sql_exec(t, d, "INSERT INTO bank_statement (district, id, account, year, number, from_on, to_on, opening_fen, closing_fen, entries, format, bank, simulated, sm3, imported_at, imported_by) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", SQL_I(x->c->district), SQL_I(id), SQL_S(s->account), SQL_I(year), SQL_I(s->number), SQL_I(s->from), SQL_I(s->to), SQL_I(s->opening),
            SQL_I(s->closing), SQL_I((int64_t)s->count), SQL_S(x->file->format), SQL_S(s->bank), SQL_I(s->simulated), SQL_S(x->sm3), SQL_I(txn_now(t)), SQL_I(x->who->account));
    if (st == OK && first)
        st = opening_item(t, x, id, s, d);
    struct arena_mark mark = arena_mark(txn_arena(t));
    for (size_t i = 0; st == OK && i < s->count; i++) {
        arena_rewind(txn_arena(t), mark);
        st = insert_entry(t, x, id, (int64_t)i + 1, &s->entry[i], d);
    }
    int64_t rows = 0;
    if (st == OK)
        st = evidence_keep_one(x->c, t, x->who, KEPT_BANK_STATEMENT, x->c->district, id, d);
    if (st == OK)
        st = sql_int(t, &rows, 0, d, "SELECT count(*) FROM bank_entry WHERE district = ? AND statement = ?", SQL_I(x->c->district), SQL_I(id));
    return st == OK && rows ? evidence_keep_one(x->c, t, x->who, KEPT_BANK_ENTRY, x->c->district, id, d) : st;
}

static enum status import_in(struct txn *t, void *arg, struct diag *d) {
    struct importing *x = arg;
    enum status s = batch_role(x->who, "cashier", x->c->district, d);
    for (size_t i = 0; s == OK && i < x->file->count; i++)
        s = import_one(t, x, &x->file->item[i], d);
    if (s == OK)
        s = bank_match_in(t, x->c->district, &x->matched, d);
    return s == OK ? sql_int(t, &x->open, 0, d, "SELECT count(*) FROM bank_entry WHERE district = ? AND state = 'open'", SQL_I(x->c->district)) : s;
}

/* As they followed each other, whatever the file's order. */
static int in_order(const void *a, const void *b) {
    const struct statement *x = a, *y = b;
    return x->to != y->to ? (x->to < y->to ? -1 : 1) : (x->number > y->number) - (x->number < y->number);
}

enum status bank_import(struct civil *c, struct arena *a, const struct actor *who, const char *format, struct span file, struct json_writer *w, struct diag *d) {
    struct statements read;
    struct importing x = {.c = c, .who = who, .file = &read};
    enum status s = batch_role(who, "cashier", c->district, d);
    if (s == OK)
        s = statements_read(a, c->packs, format, file, &read, d);
    if (s != OK)
        return s;
    qsort(read.item, read.count, sizeof *read.item, in_order);
    struct hash h = hash_one(HASH_SM3, file);
    hash_hex(&h, x.sm3);
    if ((s = store_write(c->store, import_in, &x, d)) != OK)
        return s;
    int64_t entries = 0;
    for (size_t i = 0; i < read.count; i++)
        entries += (int64_t)read.item[i].count;
    json_object(w);
    json_kint(w, "statements", (int64_t)read.count);
    json_kint(w, "entries", entries);
    json_kint(w, "matched", x.matched);
    json_kint(w, "open", x.open);
    json_object_end(w);
    return OK;
}

struct again { struct civil *c; const struct actor *who; int64_t matched; };
static enum status again_in(struct txn *t, void *arg, struct diag *d) {
    struct again *x = arg;
    enum status s = batch_role(x->who, "cashier", x->c->district, NULL) == OK ? OK : batch_role(x->who, "finance", x->c->district, d);
    return s == OK ? bank_match_in(t, x->c->district, &x->matched, d) : s;
}

enum status bank_match_again(struct civil *c, const struct actor *who, int64_t *ret_matched, struct diag *d) {
    struct again x = {c, who, 0};
    enum status s = store_write(c->store, again_in, &x, d);
    *ret_matched = x.matched;
    return s;
}
