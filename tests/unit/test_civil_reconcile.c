/* The bank beside the books: statements good, bad and hostile; matching by number, batch and amount; what is left is told to
 * the fen and settled by a person; a month is closed on that. */
#include "../support/payment_world.h"

#include "base/buf.h"
#include "civil/bank/bank.h"
#include "civil/bank/statement.h"
#include "civil/books/books.h"
#include "civil/entitlement/life.h"
#include "civil/evidence/evidence.h"
#include "civil/payment/payment.h"
#include "ledger/ledger.h"

#include <iconv.h>
#include <stdio.h>

enum { MONTH = 2026 * 12 + 10 }; /* 2026-11, the month of test_instant: the 22nd */
#define DAY_US (INT64_C(86400) * 1000000)
#define ACCOUNT "0000000000000000"

/* ---- a statement being written -------------------------------------------------------------- */

struct stating { struct buf entries; int64_t sum; const char *day; };
static void begin(struct stating *x, const char *day) {
    *x = (struct stating){.day = day};
    buf_init(&x->entries, 0);
}
/* inside: of Ntry, after the booking date. */
static void entry(struct stating *x, int64_t fen, const char *inside) {
    int64_t plain = fen < 0 ? -fen : fen;
    x->sum += fen;
    buf_addf(&x->entries, "<Ntry><Amt Ccy=\"CNY\">%lld.%02lld</Amt><CdtDbtInd>%s</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>%s</Dt></BookgDt>%s</Ntry>", (long long)(plain / 100), (long long)(plain % 100),
        fen < 0 ? "DBIT" : "CRDT", x->day, inside);
}
static void by_payment(struct stating *x, int64_t fen, int64_t payment) {
    char inside[160];
    snprintf(inside, sizeof inside, "<NtryDtls><TxDtls><Refs><EndToEndId>%lld</EndToEndId></Refs></TxDtls></NtryDtls>", (long long)payment);
    entry(x, fen, inside);
}
static void by_batch(struct stating *x, int64_t fen, int64_t batch) {
    char inside[160];
    snprintf(inside, sizeof inside, "<NtryDtls><Btch><PmtInfId>%lld-1</PmtInfId></Btch></NtryDtls>", (long long)batch);
    entry(x, fen, inside);
}
static void balance(struct buf *out, const char *code, int64_t fen, const char *day) {
    int64_t plain = fen < 0 ? -fen : fen;
    buf_addf(out, "<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">%lld.%02lld</Amt><CdtDbtInd>%s</CdtDbtInd><Dt><Dt>%s</Dt></Dt></Bal>", code, (long long)(plain / 100),
        (long long)(plain % 100), fen < 0 ? "DBIT" : "CRDT", day);
}
static void finish(struct stating *x, int number, const char *from, int64_t opening, struct buf *out) {
    buf_clear(out);
    buf_addf(out, "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><GrpHdr/><Stmt><ElctrncSeqNb>%d</ElctrncSeqNb><FrToDt><FrDtTm>%sT00:00:00</FrDtTm></FrToDt>"
        "<Acct><Id><Othr><Id>" ACCOUNT "</Id></Othr></Id></Acct>", number, from);
    balance(out, "OPBD", opening, from);
    balance(out, "CLBD", opening + x->sum, x->day);
    buf_add(out, buf_span(&x->entries));
    buf_adds(out, "</Stmt></BkToCstmrStmt></Document>");
    buf_release(&x->entries);
}

static const struct json *parsed(struct world *w, struct buf *out) {
    const struct json *j = NULL;
    expect_ok(json_parse(w->arena, buf_span(out), &j, &w->f->diag), &w->f->diag);
    return j;
}

static enum status take(struct world *w, struct span file, const char *format, const struct json **ret) {
    BUF_AUTO out;
    struct json_writer jw;
    buf_init(&out, 0);
    json_begin(&jw, &out, false);
    diag_clear(&w->f->diag);
    enum status s = bank_import(&w->civil, w->arena, &w->cashier, format, file, &jw, &w->f->diag);
    if (s == OK && ret)
        *ret = parsed(w, &out);
    return s;
}
static const struct json *taken(struct world *w, struct stating *x, int number, const char *from, int64_t opening) {
    const struct json *ret = NULL;
    BUF_AUTO file;
    buf_init(&file, 0);
    finish(x, number, from, opening, &file);
    expect_ok(take(w, buf_span(&file), NULL, &ret), &w->f->diag);
    return ret;
}

/* ---- what is open ------------------------------------------------------------------------------ */

struct showing { struct world *w; month_t month; bool list; struct buf out; };
static enum status show_in(struct txn *t, void *arg, struct diag *d) {
    struct showing *x = arg;
    struct json_writer jw;
    buf_clear(&x->out);
    json_begin(&jw, &x->out, false);
    return x->list ? bank_statements_json(&x->w->civil, t, &x->w->finance, &jw, d) : bank_differences_json(&x->w->civil, t, &x->w->finance, x->month, &jw, d);
}
static const struct json *shown(struct world *w, bool list, month_t m) {
    struct showing x = {w, m, list, {0}};
    buf_init(&x.out, 0);
    expect_ok(READ(w, show_in, &x), &w->f->diag);
    const struct json *j = parsed(w, &x.out);
    const struct json *p = json_get(j, "position");
    assert_int_equal(json_int(p, "explained_fen", -1), json_int(p, "difference_fen", -2));
    assert_int_equal(json_int(p, "bank_fen", 0) - json_int(p, "books_fen", 0), json_int(p, "difference_fen", -2));
    buf_release(&x.out);
    return j;
}
static const struct json *open_now(struct world *w, int entries, int transfers) {
    const struct json *j = shown(w, false, 0);
    assert_int_equal(json_get(j, "entries")->size, entries);
    assert_int_equal(json_get(j, "transfers")->size, transfers);
    return j;
}
static const struct json *why(const struct json *differences, const char *wanted) {
    const struct json *list = json_get(differences, "entries");
    for (size_t i = 0; i < list->size; i++)
        if (strcmp(json_str(list->item[i], "why", ""), wanted) == 0)
            return list->item[i];
    fail_msg("nothing open because %s", wanted);
    return NULL;
}
static int64_t number_of(const struct json *j) { return strtoll(json_str(j, "id", "0"), NULL, 10); }

/* Of ours alone: the world's cases and decisions are bare rows. */
static void on_finding(void *arg, const struct diag *f) {
    BUF_AUTO text;
    buf_init(&text, 0);
    message_render(&text, LANG_EN, f);
    if (!strstr(buf_str(&text), "Bank ") && !strstr(buf_str(&text), "Settlement of a difference") && !strstr(buf_str(&text), "Acceptance of open items"))
        return;
    print_message("%s\n", buf_str(&text));
    ++*(int *)arg;
}
struct checking { struct world *w; int n; };
static enum status check_in(struct txn *t, void *arg, struct diag *d) {
    struct checking *x = arg;
    BUF_AUTO out;
    buf_init(&out, 0);
    x->n = 0;
    enum status s = bank_check_in(t, LANG_EN, &out, &x->n, d);
    if (x->n)
        print_message("%s", buf_str(&out));
    struct evidence_check e = {.civil = &x->w->civil, .txn = t, .finding = on_finding, .arg = &x->n};
    return s == OK ? kept_evidence(&e, d) : s;
}
static int findings(struct world *w) {
    struct checking x = {w, 0};
    BUF_AUTO out;
    buf_init(&out, 0);
    expect_ok(READ(w, check_in, &x), &w->f->diag);
    expect_ok(payment_check(&w->civil, LANG_ZH, &out, &x.n, &w->f->diag), &w->f->diag);
    return x.n;
}

/* ---- a month paid: three arrive, the fourth comes back -------------------------------------------- */

struct paid { int64_t batch, payment[4], fen[4]; };

static void results(struct world *w, const struct paid *p, unsigned said) {
    BUF_AUTO file, out;
    struct json_writer jw;
    buf_init(&file, 0);
    buf_init(&out, 0);
    json_begin(&jw, &out, false);
    buf_adds(&file, "付款编号,金额,状态,原因\n");
    for (unsigned i = 0; i < 4; i++)
        if (said & (1u << i))
            buf_addf(&file, "%lld,%lld.%02lld,%s,\n", (long long)p->payment[i], (long long)(p->fen[i] / 100), (long long)(p->fen[i] % 100), i < 3 ? "成功" : "失败");
    expect_ok(payment_batch_returns(&w->civil, w->arena, &w->cashier, p->batch, buf_span(&file), &jw, &w->f->diag), &w->f->diag);
}

static struct paid pay(struct world *w, unsigned said) {
    struct paid p = {0};
    struct span file;
    const char *name;
    for (int i = 0; i < 4; i++)
        grant_one(w, i + 1, 90000 + 1357 * i, MONTH);
    expect_ok(payment_batch_prepare(&w->civil, &w->cashier, DISTRICT, "dibao", MONTH, &p.batch, NULL, &w->f->diag), &w->f->diag);
    expect_ok(payment_batch_approve(&w->civil, &w->finance, p.batch, 0, &w->f->diag), &w->f->diag);
    expect_ok(payment_batch_file(&w->civil, w->arena, &w->cashier, p.batch, &file, &name, &w->f->diag), &w->f->diag);
    for (int i = 0; i < 4; i++) {
        char sql[160];
        snprintf(sql, sizeof sql, "SELECT id FROM payment WHERE amount_fen = %d", 90000 + 1357 * i);
        p.payment[i] = ask_int(w->f, sql);
        p.fen[i] = 90000 + 1357 * i;
    }
    if (said)
        results(w, &p, said);
    return p;
}
static int64_t total(const struct paid *p) { return p->fen[0] + p->fen[1] + p->fen[2] + p->fen[3]; }

/* ---- reading ------------------------------------------------------------------------------------- */

#define NS "xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\""
#define DOC(x) "<Document " NS "><BkToCstmrStmt><GrpHdr/>" x "</BkToCstmrStmt></Document>"
#define ACCT "<Acct><Id><Othr><Id>1</Id></Othr></Id></Acct>"
#define BAL(c, n) "<Bal><Tp><CdOrPrtry><Cd>" c "</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">" n "</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-20</Dt></Dt></Bal>"
#define NTRY(n, rest) "<Ntry><Amt Ccy=\"CNY\">" n "</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt>" rest "</Ntry>"
#define STMT(x) DOC("<Stmt><LglSeqNb>1</LglSeqNb>" ACCT BAL("OPBD", "1.00") BAL("CLBD", "3.00") x "</Stmt>")

static void what_is_no_statement_is_refused(void **state) {
    (void)state;
    static const struct { const char *text, *code; } bad[] = {
        {"<", "xml.syntax"}, {"<a/>", "bank.form"}, {"<Document/>", "bank.form"}, {"<Document " NS "/>", "bank.form"}, {DOC(""), "bank.form"}, {DOC("<Stmt/>"), "bank.form"},
        {"<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.09\"><BkToCstmrStmt><GrpHdr/><Stmt/></BkToCstmrStmt></Document>", "bank.form"},
        {"<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.01\"><BkToCstmrStmt><GrpHdr/><Stmt/></BkToCstmrStmt></Document>", "bank.form"},
        {"<!DOCTYPE a [<!ENTITY b 'c'>]>" STMT(""), "xml.doctype"},
        {STMT(""), "bank.balance"}, {STMT(NTRY("2.01", "")), "bank.balance"}, {STMT(NTRY("2.001", "")), "bank.form"}, {STMT(NTRY("-2.00", "")), "bank.form"}, {STMT(NTRY("1e9999", "")), "bank.form"},
        {STMT(NTRY("999999999999999999999", "")), "bank.form"}, {STMT("<Ntry/>"), "bank.form"},
        {STMT("<Ntry><Amt Ccy=\"USD\">2.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt></Ntry>"), "bank.form"},
        {STMT("<Ntry><Amt Ccy=\"CNY\">2.00</Amt><CdtDbtInd>BOTH</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt></Ntry>"), "bank.form"},
        {STMT("<Ntry><Amt Ccy=\"CNY\">2.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>SOME</Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt></Ntry>"), "bank.form"},
        {STMT("<Ntry><Amt Ccy=\"CNY\">2.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-21</Dt></BookgDt></Ntry>"), "bank.form"},
        {STMT(NTRY("2.00", "<NtryDtls><TxDtls><Amt Ccy=\"CNY\">1.00</Amt></TxDtls><TxDtls><Amt Ccy=\"CNY\">0.99</Amt></TxDtls></NtryDtls>")), "bank.form"},
        {DOC("<Stmt><LglSeqNb>0</LglSeqNb>" ACCT BAL("OPBD", "1.00") BAL("CLBD", "1.00") "</Stmt>"), "bank.form"},
        {DOC("<Stmt><LglSeqNb>1</LglSeqNb>" BAL("OPBD", "1.00") BAL("CLBD", "1.00") "</Stmt>"), "bank.form"},
        {DOC("<Stmt><LglSeqNb>1</LglSeqNb>" ACCT BAL("CLBD", "1.00") "</Stmt>"), "bank.form"},
        {DOC("<Stmt><LglSeqNb>1</LglSeqNb>" ACCT BAL("OPBD", "1.00") BAL("OPBD", "1.00") BAL("CLBD", "1.00") "</Stmt>"), "bank.form"},
        {DOC("<Stmt><LglSeqNb>1</LglSeqNb><Acct><Id><Othr><Id>1</Id></Othr></Id><Ccy>EUR</Ccy></Acct>" BAL("OPBD", "1.00") BAL("CLBD", "1.00") "</Stmt>"), "bank.form"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        struct statements r;
        struct diag d = {0};
        enum status s = statements_read_camt(a, span_of(bad[i].text), &r, &d);
        if (s != E_INPUT || strcmp(d.code, bad[i].code) != 0)
            fail_msg("%zu: %s %s", i, status_name(s), d.code);
    }
}

static void versions_and_shapes_are_read(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    struct statements r;
    struct diag d = {0};
    for (char v = '2'; v <= '8'; v++) {
        char text[2000];
        snprintf(text, sizeof text, "%s", STMT(NTRY("2.00", "<NtryDtls><TxDtls><Refs><EndToEndId>9001</EndToEndId><PmtInfId>7-1</PmtInfId></Refs><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls></NtryDtls>")));
        *(strstr(text, "053.001.0") + 9) = v;
        expect_ok(statements_read_camt(a, span_of(text), &r, &d), &d);
        assert_int_equal(r.count, 1);
        assert_int_equal(r.item[0].entry[0].payment, 9001);
        assert_int_equal(r.item[0].entry[0].batch, 0); /* a payment says its batch itself */
        assert_string_equal(r.item[0].entry[0].code, "AC04");
    }
    /* Told one by one: as many entries. */
    expect_ok(statements_read_camt(a, span_of(STMT(NTRY("2.00", "<NtryDtls><TxDtls><Refs><EndToEndId>1</EndToEndId></Refs><Amt Ccy=\"CNY\">1.50</Amt></TxDtls>"
        "<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy=\"CNY\">0.50</Amt></TxAmt></AmtDtls></TxDtls></NtryDtls>"))), &r, &d), &d);
    assert_int_equal(r.item[0].count, 2);
    assert_int_equal(r.item[0].entry[1].fen, 50);
    assert_int_equal(r.item[0].entry[1].payment, 0);
    /* What is not booked is in no balance. */
    expect_ok(statements_read_camt(a, span_of(STMT(NTRY("2.00", "") "<Ntry><Amt Ccy=\"CNY\">9.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts></Ntry>")), &r, &d), &d);
    assert_int_equal(r.item[0].count, 1);
}

#define TABLE(rows) "对账单\n账号：," ACCOUNT "\n对账单编号,1,起始日期,2026-11-01\n截止日期,2026-11-22,期初余额,\"1,000.00\",期末余额,900.00\n交易日期,摘要,借方金额,贷方金额,余额,客户付款编号\n" rows

static enum status read_table(struct arena *a, struct world *w, const char *text, const char *format, struct statements *r, struct diag *d) {
    diag_clear(d);
    return statements_read(a, w->packs, format, span_of(text), r, d);
}

static void a_table_is_read_by_its_template(void **state) {
    FIXTURE(f);
    struct world w;
    struct statements r;
    struct diag *d = &f->diag;
    world_open(&w, f);
    struct arena *a = w.arena;
    expect_ok(statement_templates_check(w.packs, d), d);
    expect_ok(read_table(a, &w, TABLE("2026-11-20,代发,150.00,,850.00,9001\n2026-11-21,利息,0.00,50.00,900.00,\n合计,,150.00,50.00,,\n制表人,x,x,x,x,x\n"), NULL, &r, d), d);
    assert_int_equal(r.item[0].count, 2);
    assert_int_equal(r.item[0].entry[0].fen, -15000);
    assert_int_equal(r.item[0].entry[0].payment, 9001);
    assert_int_equal(r.item[0].entry[1].fen, 5000);
    assert_int_equal(r.item[0].opening, 100000);
    assert_true(span_is(r.item[0].entry[1].text, "利息"));
    expect_fail(read_table(a, &w, TABLE("2026-11-20,x,100.00,,900.00,\n") "x", "nothing", &r, d), d, E_INPUT, "bank.template");
    expect_fail(read_table(a, &w, TABLE("2026-11-20,x,100.00,,901.00,\n"), NULL, &r, d), d, E_INPUT, "bank.running");
    expect_fail(read_table(a, &w, TABLE("2026-11-20,x,100.00,1.00,900.00,\n"), NULL, &r, d), d, E_INPUT, "bank.amount");
    expect_fail(read_table(a, &w, TABLE("2026-11-20,x,,,900.00,\n"), NULL, &r, d), d, E_INPUT, "bank.amount");
    expect_fail(read_table(a, &w, TABLE("2026-11-20,x,100.001,,900.00,\n"), NULL, &r, d), d, E_INPUT, "bank.amount");
    expect_fail(read_table(a, &w, TABLE("2026-11-31,x,100.00,,900.00,\n"), NULL, &r, d), d, E_INPUT, "bank.date");
    expect_fail(read_table(a, &w, TABLE("2026-11-20,x,99.00,,,\n"), NULL, &r, d), d, E_INPUT, "bank.balance");
    expect_fail(read_table(a, &w, TABLE("2026-12-20,x,100.00,,,\n"), NULL, &r, d), d, E_INPUT, "bank.form");
    expect_fail(read_table(a, &w, "账号,1\n交易日期,借方金额,贷方金额\n", NULL, &r, d), d, E_INPUT, "bank.form");
    expect_fail(read_table(a, &w, "a,b\nc,d\n", NULL, &r, d), d, E_INPUT, "bank.form");
    /* As a bank's website writes it. */
    char text[] = "查询账号," ACCOUNT ",对账单号,2\n开始日期,20261101,结束日期,20261122\n上期余额,5.00,本期余额,6.00\n记账日期,收入,支出,用途\n20261105,1.00,,拨款\n总计,1.00,,\n", out[1024], *in = text, *to = out;
    size_t left = strlen(text), room = sizeof out;
    iconv_t cd = iconv_open("GB18030", "UTF-8");
    assert_int_equal(iconv(cd, &in, &left, &to, &room), 0);
    iconv_close(cd);
    expect_ok(statements_read(a, w.packs, "statement-gb18030", (struct span){out, sizeof out - room}, &r, d), d);
    assert_int_equal(r.item[0].entry[0].fen, 100);
    assert_true(span_is(r.item[0].entry[0].text, "拨款"));
    world_close(&w);
}

/* ---- matching -------------------------------------------------------------------------------------- */

static void payments_one_by_one(void **state) {
    FIXTURE(f);
    struct world w;
    struct stating x;
    paying_open(&w, f);
    struct paid p = pay(&w, 0xF);
    begin(&x, "2026-11-22");
    for (int i = 0; i < 4; i++)
        by_payment(&x, -p.fen[i], p.payment[i]);
    by_payment(&x, p.fen[3], p.payment[3]);
    const struct json *j = taken(&w, &x, 1, "2026-11-01", 0);
    assert_int_equal(json_int(j, "matched", 0), 5);
    open_now(&w, 0, 0);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM bank_entry WHERE state = 'returned'"), 2);
    j = shown(&w, true, 0);
    assert_int_equal(json_int(json_get(j, "position"), "difference_fen", -1), 0);
    assert_int_equal(json_int(json_at(json_get(j, "items"), 0), "matched", 0), 3);
    assert_int_equal(findings(&w), 0);
    world_close(&w);
}

static void a_batch_in_one_sum(void **state) {
    FIXTURE(f);
    struct world w;
    struct stating x;
    paying_open(&w, f);
    struct paid p = pay(&w, 0x7); /* of the fourth nothing is known yet */
    begin(&x, "2026-11-22");
    by_batch(&x, -total(&p), p.batch);
    by_payment(&x, p.fen[3], p.payment[3]);
    taken(&w, &x, 1, "2026-11-01", 0);
    const struct json *j = open_now(&w, 2, 3);
    why(j, "awaited");
    int64_t matched = 0;
    results(&w, &p, 0x8);
    expect_ok(bank_match_again(&w.civil, &w.cashier, &matched, &f->diag), &f->diag);
    assert_int_equal(matched, 2);
    open_now(&w, 0, 0);
    assert_int_equal(findings(&w), 0);
    /* And one that names no number at all is found by its sum. */
    must_run(f, "DELETE FROM bank_matched");
    must_run(f, "UPDATE bank_entry SET state = 'open', match = NULL");
    must_run(f, "UPDATE bank_entry SET batch = NULL");
    expect_ok(bank_match_again(&w.civil, &w.cashier, &matched, &f->diag), &f->diag);
    assert_int_equal(matched, 2);
    world_close(&w);
}

static void what_is_only_on_one_side(void **state) {
    FIXTURE(f);
    struct world w;
    struct stating x;
    struct diag *d = &f->diag;
    paying_open(&w, f);
    struct paid p = pay(&w, 0xF);
    begin(&x, "2026-11-22");
    by_payment(&x, -p.fen[0], p.payment[0]);
    by_payment(&x, -p.fen[0], p.payment[0]);     /* twice */
    by_payment(&x, -p.fen[1] - 1, p.payment[1]); /* another sum */
    by_payment(&x, -100, 12345);                 /* nobody's number */
    by_payment(&x, -p.fen[3], p.payment[3]);     /* went, and did not come back */
    by_batch(&x, -1, 999);
    entry(&x, 100000, "<AddtlNtryInf>财政拨款</AddtlNtryInf>");
    entry(&x, -500, "<AddtlNtryInf>手续费</AddtlNtryInf>");
    taken(&w, &x, 1, "2026-11-01", 777); /* and 7.77 were there before the books began */
    const struct json *j = open_now(&w, 8, 2);
    static const char *const reasons[] = {"opening", "twice", "amount", "no_payment", "returned_books", "no_batch", "unknown"};
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        why(j, reasons[i]);
    const struct json *position = json_get(j, "position");
    assert_int_equal(json_int(position, "only_bank_fen", 0), 777 - p.fen[0] - p.fen[1] - 1 - 100 - p.fen[3] - 1 + 100000 - 500);
    assert_int_equal(json_int(position, "only_books_fen", 0), -p.fen[1] - p.fen[2]);
    assert_string_equal(json_str(why(j, "unknown"), "text", ""), "财政拨款");
    int64_t opening = number_of(why(j, "opening")), amount = number_of(why(j, "amount")), unknown = number_of(why(j, "unknown"));
    int64_t transfer = number_of(json_at(json_get(j, "transfers"), 0));

    /* Settled by whom, how, and why. */
    expect_fail(bank_settle(&w.civil, &w.cashier, unknown, "funding", "拨款", d), d, E_FORBIDDEN, "payment.role");
    struct actor both = w.cashier;
    both.grant[both.grant_count++] = w.finance.grant[0];
    expect_fail(bank_settle(&w.civil, &both, unknown, "funding", "拨款", d), d, E_FORBIDDEN, "bank.two_people");
    expect_fail(bank_settle(&w.civil, &w.finance, 5, "funding", "拨款", d), d, E_NOT_FOUND, "bank.entry");
    expect_fail(bank_settle(&w.civil, &w.finance, unknown, "fee", "拨款", d), d, E_INPUT, "bank.kind");
    expect_fail(bank_settle(&w.civil, &w.finance, unknown, "opening", "拨款", d), d, E_INPUT, "bank.kind");
    expect_fail(bank_settle(&w.civil, &w.finance, opening, "funding", "期初", d), d, E_INPUT, "bank.kind");
    expect_fail(bank_settle(&w.civil, &w.finance, unknown, "x", "拨款", d), d, E_INPUT, "bank.kind");
    expect_fail(bank_settle(&w.civil, &w.finance, unknown, "funding", " ", d), d, E_INPUT, "payment.reason");
    expect_ok(bank_settle(&w.civil, &w.finance, unknown, "funding", "市级拨款，文号一", d), d);
    expect_fail(bank_settle(&w.civil, &w.finance, unknown, "funding", "拨款", d), d, E_CONFLICT, "bank.settled");
    expect_ok(bank_settle(&w.civil, &w.finance, opening, "opening", "启用时的余额", d), d);
    expect_ok(bank_settle(&w.civil, &w.finance, amount, "unclear", "银行多付一分，已去函", d), d);
    expect_fail(bank_counter(&w.civil, &w.cashier, transfer, "未付出", d), d, E_FORBIDDEN, "payment.role");
    expect_fail(bank_counter(&w.civil, &w.finance, 7, "未付出", d), d, E_NOT_FOUND, "bank.transfer");
    expect_ok(bank_counter(&w.civil, &w.finance, transfer, "银行未付出，待查", d), d);
    expect_fail(bank_counter(&w.civil, &w.finance, transfer, "未付出", d), d, E_CONFLICT, "bank.settled");
    expect_fail(bank_counter(&w.civil, &w.finance, ask_int(f, "SELECT reference FROM bank_matched WHERE match IN (SELECT id FROM bank_entry WHERE state = 'matched')"), "未付出", d), d, E_CONFLICT, "bank.settled");
    open_now(&w, 5, 1);
    assert_int_equal(ask_int(f, "SELECT credit_fen FROM ledger_account WHERE code = '4001'"), 100000);
    assert_int_equal(findings(&w), 0);

    /* Whatever is changed is found. */
    static const char *const planted[][2] = {
        {"UPDATE bank_entry SET fen = fen + 1 WHERE line = 1", "UPDATE bank_entry SET fen = fen - 1 WHERE line = 1"},
        {"UPDATE bank_statement SET closing_fen = closing_fen + 1", "UPDATE bank_statement SET closing_fen = closing_fen - 1"},
        {"UPDATE bank_settlement SET fen = fen + 1", "UPDATE bank_settlement SET fen = fen - 1"},
        {"UPDATE bank_settlement SET reason = reason || 'x'", "UPDATE bank_settlement SET reason = substr(reason, 1, length(reason) - 1)"},
        {"UPDATE bank_matched SET match = match + 1", "UPDATE bank_matched SET match = match - 1"},
        {"UPDATE bank_matched SET what = 'batch'", "UPDATE bank_matched SET what = 'transfer'"},
    };
    for (size_t i = 0; i < ARRAY_LEN(planted); i++) {
        must_run(f, planted[i][0]);
        if (findings(&w) == 0)
            fail_msg("not found: %s", planted[i][0]);
        must_run(f, planted[i][1]);
        assert_int_equal(findings(&w), 0);
    }
    world_close(&w);
}

static void statements_follow_each_other(void **state) {
    FIXTURE(f);
    struct world w;
    struct stating x;
    struct diag *d = &f->diag;
    BUF_AUTO file;
    buf_init(&file, 0);
    paying_open(&w, f);
    begin(&x, "2026-11-10");
    entry(&x, 500, "");
    finish(&x, 4, "2026-11-09", 100, &file);
    expect_ok(take(&w, buf_span(&file), NULL, NULL), d);
    expect_fail(take(&w, buf_span(&file), NULL, NULL), d, E_CONFLICT, "bank.known");
    begin(&x, "2026-11-14"); /* the fifth is not here */
    entry(&x, 50, "");
    taken(&w, &x, 6, "2026-11-13", 650);
    const struct json *j = shown(&w, true, 0), *first = json_at(json_get(j, "items"), 0);
    assert_true(json_bool(first, "gap", false));
    assert_int_equal(json_int(first, "apart_fen", 0), 50);
    assert_int_equal(json_int(json_get(j, "position"), "gaps_fen", 0), 50);
    begin(&x, "2026-11-08");
    finish(&x, 3, "2026-11-08", 100, &file);
    expect_fail(take(&w, buf_span(&file), NULL, NULL), d, E_CONFLICT, "bank.before");
    begin(&x, "2026-11-12");
    entry(&x, 50, "");
    taken(&w, &x, 5, "2026-11-11", 600); /* there it is */
    j = shown(&w, true, 0);
    assert_int_equal(json_int(json_get(j, "position"), "gaps", -1), 0);
    begin(&x, "2026-11-23");
    finish(&x, 7, "2026-11-15", 700, &file);
    expect_fail(take(&w, buf_span(&file), NULL, NULL), d, E_INPUT, "bank.future");
    struct actor mine = w.cashier;
    w.cashier = w.finance;
    expect_fail(take(&w, buf_span(&file), NULL, NULL), d, E_FORBIDDEN, "payment.role");
    w.cashier = mine;
    char *at = strstr(file.at, ACCOUNT);
    *at = '9';
    test_instant += DAY_US;
    expect_fail(take(&w, buf_span(&file), NULL, NULL), d, E_INPUT, "bank.account");
    test_instant -= DAY_US;
    assert_int_equal(ask_int(f, "SELECT count(*) FROM bank_statement"), 3);
    assert_int_equal(findings(&w), 0);
    world_close(&w);
}

/* ---- by amount, and a month closed on it ------------------------------------------------------------ */

static void a_month_is_closed_on_what_agrees(void **state) {
    FIXTURE(f);
    struct world w;
    struct stating x;
    struct diag *d = &f->diag;
    instant_t november = test_instant;
    paying_open(&w, f);
    struct paid p = pay(&w, 0xF);
    test_instant = november + 12 * DAY_US; /* the 4th of December */
    expect_fail(books_closing_ask(&w.civil, &w.cashier, MONTH, d), d, E_CONFLICT, "bank.unreconciled"); /* three payments and no statement */
    begin(&x, "2026-11-30");
    by_batch(&x, -total(&p), p.batch);
    by_payment(&x, p.fen[3], p.payment[3]);
    entry(&x, -500, "<AddtlNtryInf>手续费</AddtlNtryInf>");
    taken(&w, &x, 1, "2026-11-01", 0);
    expect_fail(books_closing_ask(&w.civil, &w.cashier, MONTH, d), d, E_CONFLICT, "bank.unreconciled");
    expect_fail(bank_accept(&w.civil, &w.cashier, MONTH, "手续费下月记账", d), d, E_FORBIDDEN, "payment.role");
    expect_fail(bank_accept(&w.civil, &w.finance, MONTH, "", d), d, E_INPUT, "payment.reason");
    expect_fail(bank_accept(&w.civil, &w.finance, MONTH + 1, "手续费下月记账", d), d, E_CONFLICT, "books.running");
    expect_fail(bank_accept(&w.civil, &w.finance, MONTH - 1, "手续费下月记账", d), d, E_CONFLICT, "bank.nothing_open");
    expect_ok(bank_accept(&w.civil, &w.finance, MONTH, "手续费下月记账", d), d);
    const struct json *j = shown(&w, false, MONTH);
    assert_string_equal(json_str(j, "accepted_reason", ""), "手续费下月记账");
    expect_ok(books_closing_ask(&w.civil, &w.cashier, MONTH, d), d);
    /* Something else is open now: what was accepted does not cover it. */
    must_run(f, "UPDATE bank_entry SET booked_on = booked_on + 0, state = 'open', match = NULL WHERE state = 'returned'");
    expect_fail(books_closing_close(&w.civil, &w.finance, MONTH, d), d, E_CONFLICT, "bank.unreconciled");
    must_run(f, "DELETE FROM bank_matched");
    must_run(f, "UPDATE bank_entry SET state = 'open', match = NULL");
    expect_ok(books_closing_close(&w.civil, &w.finance, MONTH, d), d); /* all of it is matched again */
    /* Settled in December: of November it is a matter of days. */
    expect_ok(bank_settle(&w.civil, &w.finance, number_of(why(j, "unknown")), "fee", "十一月手续费", d), d);
    j = shown(&w, false, MONTH);
    assert_int_equal(json_int(j, "items", -1), 0);
    assert_int_equal(json_int(json_get(j, "position"), "days_fen", 0), -500);
    assert_int_equal(findings(&w), 0);
    test_instant = november;
    world_close(&w);
}

static enum status recovered_in(struct txn *t, void *arg, struct diag *d) {
    struct ledger_account bank, claim;
    enum status s = ledger_account_get(t, DISTRICT, "1002", "bank", "either", &bank, d);
    if (s == OK)
        s = ledger_account_get(t, DISTRICT, "1221", "claim", "either", &claim, d);
    struct ledger_transfer x = {DISTRICT, bank.id, claim.id, 30000, "recovered", *(int64_t *)arg, 0};
    return s == OK ? ledger_post(t, &x, d) : s;
}

static void money_without_a_number_is_matched_when_it_can_be_no_other(void **state) {
    FIXTURE(f);
    struct world w;
    struct stating x;
    int64_t reference = 1;
    paying_open(&w, f);
    expect_ok(WRITE(&w, recovered_in, &reference), &f->diag);
    begin(&x, "2026-11-20");
    entry(&x, 30000, "");
    const struct json *j = taken(&w, &x, 1, "2026-11-20", 0);
    assert_int_equal(json_int(j, "matched", 0), 1);
    begin(&x, "2026-11-21");
    entry(&x, 30000, "");
    entry(&x, 30000, "");
    expect_ok(WRITE(&w, recovered_in, (reference++, &reference)), &f->diag);
    j = taken(&w, &x, 2, "2026-11-21", 30000);
    assert_int_equal(json_int(j, "matched", -1), 0); /* two entries, one transfer */
    begin(&x, "2026-11-22");
    entry(&x, -30000, ""); /* the other way */
    j = taken(&w, &x, 3, "2026-11-22", 90000);
    assert_int_equal(json_int(j, "matched", -1), 0);
    assert_int_equal(findings(&w), 0);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_statement_is_refused),
        cmocka_unit_test(versions_and_shapes_are_read),
        ON_SQLITE_ONLY(a_table_is_read_by_its_template),
        ON_BOTH(payments_one_by_one),
        ON_BOTH(a_batch_in_one_sum),
        ON_BOTH(what_is_only_on_one_side),
        ON_BOTH(statements_follow_each_other),
        ON_BOTH(a_month_is_closed_on_what_agrees),
        ON_BOTH(money_without_a_number_is_matched_when_it_can_be_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
