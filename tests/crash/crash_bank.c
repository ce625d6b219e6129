/* Statements imported and their entries settled while the power fails: a statement with its entries and its evidence, a
 * settlement with its posting and its match are whole or not there at all. */
#include "crash_steps.h"

#include "base/buf.h"
#include "base/json.h"
#include "civil/bank/bank.h"
#include "civil/evidence/keep.h"
#include "civil/pack/pack.h"
#include "crypto/vault.h"

#include <stdio.h>
#include <unistd.h>

enum step { IMPORTED = 1, SETTLED };

static struct vault *vault;

static enum status prepare(struct store *s, const struct packs *packs, struct diag *d) {
    (void)s;
    (void)packs;
    unlink("crash-bank.key");
    return vault ? OK : vault_open_or_create("crash-bank.key", &vault, d);
}
static void fill(struct civil *c) { c->vault = vault; }

static enum status next_in(struct txn *t, void *arg, struct diag *d) { return sql_int(t, arg, 1, d, "SELECT count(*) + 1 FROM bank_statement"); }
struct found { int64_t number, entry; };
static enum status open_in(struct txn *t, void *arg, struct diag *d) {
    struct found *x = arg;
    return sql_int(t, &x->entry, 0, d, "SELECT COALESCE(min(e.id), 0) FROM bank_entry e JOIN bank_statement b ON b.id = e.statement WHERE b.number = ? AND e.state = 'open'", SQL_I(x->number));
}

/* A day of the year 2000 each: a yuan comes, ten fen go. */
static void statement(struct buf *out, int64_t number) {
    char day[DATE_TEXT_MAX];
    date_text(date_from_ymd(2000, 1, 1) + (date_t)number - 1, day);
    buf_addf(out, "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><GrpHdr/><Stmt><LglSeqNb>%lld</LglSeqNb><Acct><Id><Othr><Id>0000000000000000</Id></Othr></Id></Acct>", (long long)number);
    for (int i = 0; i < 2; i++)
        buf_addf(out, "<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">%lld.%02lld</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>%s</Dt></Dt></Bal>", i ? "CLBD" : "OPBD",
            (long long)((number - 1 + i) * 90 / 100), (long long)((number - 1 + i) * 90 % 100), day);
    buf_addf(out, "<Ntry><Amt Ccy=\"CNY\">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>%s</Dt></BookgDt><AddtlNtryInf>利息</AddtlNtryInf></Ntry>"
        "<Ntry><Amt Ccy=\"CNY\">0.10</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>%s</Dt></BookgDt></Ntry></Stmt></BkToCstmrStmt></Document>", day, day);
}

static enum status one(struct civil *c, const struct crash_client *client, int n, struct diag *d) {
    (void)n;
    struct actor cashier = crash_officer(12, "cashier"), finance = crash_officer(13, "finance");
    AUTO(arena) struct arena *a = arena_new(0);
    struct found x = {0};
    struct json_writer w;
    BUF_AUTO file, report;
    buf_init(&file, 0);
    buf_init(&report, 0);
    json_begin(&w, &report, false);
    enum status s = a ? store_read(c->store, next_in, &x.number, d) : arena_full(d);
    statement(&file, x.number);
    if (s == OK)
        s = bank_import(c, a, &cashier, NULL, buf_span(&file), &w, d);
    if (s == OK)
        crash_step_done(client, x.number, IMPORTED);
    for (int i = 0; s == OK && i < 2; i++) {
        s = store_read(c->store, open_in, &x, d);
        if (s == OK && x.entry)
            s = bank_settle(c, &finance, x.entry, "unclear", "待查", d);
    }
    if (s == OK)
        crash_step_done(client, x.number, SETTLED);
    return s;
}

static enum status check(struct civil *c, struct txn *t, struct diag *d) {
    (void)c;
    int64_t apart = 0;
    int count = 0;
    BUF_AUTO out;
    buf_init(&out, 0);
    enum status s = bank_check_in(t, LANG_EN, &out, &count, d);
    if (s == OK && count)
        s = diag_fail(d, E_CORRUPT, "bank.check.match", DIAG_S("findings", buf_str(&out)));
    if (s == OK) /* every entry of the log is of something kept; a statement, its entries, each settlement and its posting are */
        s = sql_int(t, &apart, 0, d, "SELECT abs((SELECT count(*) FROM log_pending) - (SELECT count(DISTINCT entry) FROM evidence_row)) + "
            "abs((SELECT count(*) FROM bank_statement) - (SELECT count(DISTINCT id) FROM evidence_row WHERE name = '" KEPT_BANK_STATEMENT "')) + "
            "abs((SELECT count(*) FROM bank_statement) - (SELECT count(DISTINCT id) FROM evidence_row WHERE name = '" KEPT_BANK_ENTRY "')) + "
            "abs((SELECT count(*) FROM bank_settlement) - (SELECT count(DISTINCT id) FROM evidence_row WHERE name = '" KEPT_BANK_SETTLEMENT "')) + "
            "abs((SELECT count(*) FROM ledger_transfer) - (SELECT count(DISTINCT id) FROM evidence_row WHERE name = '" KEPT_TRANSFER "')) + "
            "abs((SELECT count(*) FROM bank_entry) - 2 * (SELECT count(*) FROM bank_statement))");
    return s == OK && apart ? diag_fail(d, E_CORRUPT, "bank.check.settlement", DIAG_N("apart", apart)) : s;
}

static struct crash_steps steps = {
    .name = "bank", .items = 100, .prepare = prepare, .fill = fill, .one = one, .check = check,
    .reached = "SELECT CASE WHEN count(e.id) = 2 AND sum(CASE WHEN e.state = 'settled' THEN 1 ELSE 0 END) = 2 THEN 2 WHEN count(e.id) = 2 THEN 1 ELSE 0 END "
        "FROM bank_statement b JOIN bank_entry e ON e.statement = b.id WHERE b.number = ?",
};
const struct crash_workload crash_bank = CRASH_STEPS("bank", &steps);
