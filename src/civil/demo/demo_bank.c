#include "civil/demo/demo_bank.h"

#include "civil/bank/statement.h"
#include "store/store.h"

#include <stdio.h>

enum { WAN = 1000000 }; /* ten thousand yuan, in fen: the treasury sends round sums */

struct telling { struct buf out; int64_t sum, n; date_t from, to; };

static instant_t begins(date_t d) { return ((int64_t)d * 86400 - 8 * 3600) * 1000000; }

static void amount(struct buf *out, int64_t fen) {
    int64_t plain = fen < 0 ? -fen : fen;
    buf_addf(out, "<Amt Ccy=\"CNY\">%lld.%02lld</Amt><CdtDbtInd>%s</CdtDbtInd>", (long long)(plain / 100), (long long)(plain % 100), fen < 0 ? "DBIT" : "CRDT");
}

static void balance(struct buf *out, const char *code, int64_t fen, date_t on) {
    char day[DATE_TEXT_MAX];
    date_text(on, day);
    buf_addf(out, "<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp>", code);
    amount(out, fen);
    buf_addf(out, "<Dt><Dt>%s</Dt></Dt></Bal>\n", day);
}

/* details: the inside of NtryDtls, "" none. */
static void entry(struct telling *x, date_t on, int64_t fen, const char *reference, const char *details, const char *words) {
    char day[DATE_TEXT_MAX];
    date_text(on, day);
    x->sum += fen;
    x->n++;
    buf_adds(&x->out, "<Ntry>");
    amount(&x->out, fen);
    buf_addf(&x->out, "<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>%s</Dt></BookgDt><ValDt><Dt>%s</Dt></ValDt><AcctSvcrRef>%s</AcctSvcrRef><BkTxCd><Prtry><Cd>%s</Cd></Prtry></BkTxCd>", day, day, reference,
        fen < 0 ? "PAY" : "RCV");
    if (*details)
        buf_addf(&x->out, "<NtryDtls>%s</NtryDtls>", details);
    if (*words)
        buf_addf(&x->out, "<AddtlNtryInf>%s</AddtlNtryInf>", words);
    buf_adds(&x->out, "</Ntry>\n");
}

/* Each file that was handed in: the treasury's money, then the batch in one sum. */
static enum status batches(struct civil *c, struct txn *t, struct telling *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT b.id, b.total_fen, f.made_at FROM payment_file f JOIN payment_batch b ON b.district = f.district AND b.id = f.batch "
        "WHERE f.district = ? AND f.made_at >= ? AND f.made_at < ? ORDER BY f.made_at, b.id", SQL_I(c->district), SQL_I(begins(x->from)), SQL_I(begins(x->to + 1)));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        char reference[36], details[120];
        date_t on = instant_date(rows_int(r, 2));
        int64_t total = rows_int(r, 1);
        snprintf(reference, sizeof reference, DEMO_BANK_FUNDING "%lld", (long long)rows_int(r, 0));
        entry(x, on, (total + WAN - 1) / WAN * WAN, reference, "", "财政国库集中支付中心拨款");
        snprintf(reference, sizeof reference, "DF%lld", (long long)rows_int(r, 0));
        snprintf(details, sizeof details, "<Btch><PmtInfId>%lld-1</PmtInfId></Btch>", (long long)rows_int(r, 0));
        entry(x, on, -total, reference, details, "批量代发");
    }
    return s;
}

/* Payments that it could not make, each by itself; and money that people gave back. */
static enum status credits(struct civil *c, struct txn *t, struct telling *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT x.kind, x.reference, x.amount_fen, x.at FROM ledger_transfer x WHERE x.district = ? AND x.kind IN ('returned', 'recovered') AND x.at >= ? AND x.at < ? ORDER BY x.id",
        SQL_I(c->district), SQL_I(begins(x->from)), SQL_I(begins(x->to + 1)));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        char reference[36], details[200] = "";
        bool back = span_is(rows_text(r, 0), "returned");
        snprintf(reference, sizeof reference, "%s%lld", back ? "TH" : "HK", (long long)rows_int(r, 1));
        if (back)
            snprintf(details, sizeof details, "<TxDtls><Refs><EndToEndId>%lld</EndToEndId></Refs><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>", (long long)rows_int(r, 1));
        entry(x, instant_date(rows_int(r, 3)), rows_int(r, 2), reference, details, back ? "代发退回" : "还款");
    }
    return s;
}

static enum status last_statement(struct civil *c, struct txn *t, int64_t year, int64_t *ret_number, int64_t *ret_opening, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT year, number, closing_fen FROM bank_statement WHERE district = ? ORDER BY year DESC, number DESC LIMIT 1", SQL_I(c->district));
    if (s == OK)
        s = rows_next(r, &row, d);
    *ret_number = s == OK && row && rows_int(r, 0) == year ? rows_int(r, 1) + 1 : 1;
    *ret_opening = s == OK && row ? rows_int(r, 2) : 0;
    return s;
}

static void loose_ends(struct telling *x) {
    entry(x, x->to, -1250, "SF1", "", "代发手续费");
    entry(x, x->to, 321, "LX1", "", "结息");
    entry(x, x->to, 20000, "WZ1", "", "转账存入，未注明事由");
}

enum status demo_bank_statement(struct civil *c, struct txn *t, date_t from, date_t to, bool loose, struct buf *out, struct diag *d) {
    struct telling x = {.from = from, .to = to};
    int64_t demo = 0, number = 0, opening = 0;
    char at[INSTANT_TEXT_MAX], first[DATE_TEXT_MAX], last[DATE_TEXT_MAX];
    buf_init(&x.out, 0);
    enum status s = sql_int(t, &demo, 0, d, "SELECT count(*) FROM account WHERE demo = 1");
    if (s == OK && !demo)
        s = diag_fail(d, E_FORBIDDEN, "demo.bank");
    if (s == OK)
        s = last_statement(c, t, date_ymd(to).year, &number, &opening, d);
    if (s == OK)
        s = batches(c, t, &x, d);
    if (s == OK)
        s = credits(c, t, &x, d);
    if (s == OK && loose)
        loose_ends(&x);
    instant_text(txn_now(t), at);
    date_text(from, first);
    date_text(to, last);
    buf_clear(out);
    buf_addf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><GrpHdr><MsgId>SIM-%lld</MsgId><CreDtTm>%s</CreDtTm></GrpHdr>\n"
        "<Stmt><Id>SIM-%s</Id><ElctrncSeqNb>%lld</ElctrncSeqNb><CreDtTm>%s</CreDtTm><FrToDt><FrDtTm>%sT00:00:00+08:00</FrDtTm><ToDtTm>%sT23:59:59+08:00</ToDtTm></FrToDt>"
        "<Acct><Id><Othr><Id>%s</Id></Othr></Id><Ccy>CNY</Ccy><Svcr><FinInstnId><Nm>模拟银行（演示数据）</Nm></FinInstnId></Svcr></Acct>\n",
        (long long)number, at, last, (long long)number, at, first, last, statement_account(c->packs));
    balance(out, "OPBD", opening, from);
    balance(out, "CLBD", opening + x.sum, to);
    buf_add(out, buf_span(&x.out));
    buf_adds(out, "<AddtlStmtInf>SIMULATED</AddtlStmtInf></Stmt></BkToCstmrStmt></Document>\n");
    bool whole = buf_ok(&x.out) && buf_ok(out);
    buf_release(&x.out);
    return s == OK && !whole ? arena_full(d) : s;
}
