/* The bank's files: every format of the packs, pain.001 against its message definition, pain.002
 * good, bad and hostile, on both backends where money moves. */
#include "../support/payment_world.h"

#include "base/xml.h"
#include "civil/payment/bank_format.h"
#include "civil/payment/bank_results.h"
#include "civil/payment/payment.h"

#include <stdio.h>

enum { MONTH = 2026 * 12 + 10 };

static struct packs *load_packs(void) {
    struct packs *p = NULL;
    struct diag d = {0};
    char dir[1024];
    snprintf(dir, sizeof dir, "%s/packs", getenv("SOURCE_ROOT"));
    expect_ok(packs_load(dir, &p, &d), &d);
    return p;
}

static const struct bank_batch BATCH = {.batch = 7001, .count = 2, .total_fen = 245001, .month = "2026-11", .scheme = "dibao", .pay_on = 20778, .made_at = INT64_C(1795314600000000)};

static enum status write_two(const struct bank_format *f, const char *name, const char *account, struct buf *out, char sm3[65], struct diag *d) {
    struct bank_line a = {.payment = 9001, .fen = 145000, .name = span_of(name), .account = span_of(account), .bank = SPAN("示范银行"), .remark = "dibao 2026-11", .sequence = 1};
    struct bank_line b = {.payment = 9002, .fen = 100001, .name = SPAN("乙"), .account = SPAN("6888000000000002"), .bank = SPAN(""), .remark = "dibao 2026-11", .sequence = 2};
    enum status s = bank_file_begin(f, &BATCH, out, d);
    if (s == OK)
        s = bank_file_line(f, &BATCH, &a, out, d);
    if (s == OK)
        s = bank_file_line(f, &BATCH, &b, out, d);
    return s == OK ? bank_file_end(f, &BATCH, out, sm3, d) : s;
}

static void written(struct packs *p, const char *id, const char *name, struct buf *out, char sm3[65]) {
    struct bank_format f;
    struct diag d = {0};
    buf_clear(out);
    expect_ok(bank_format_find(p, id, &f, &d), &d);
    expect_ok(write_two(&f, name, "6888000000000001", out, sm3, &d), &d);
}

static void text_formats_to_the_byte(void **state) {
    (void)state;
    struct packs *p = load_packs();
    struct diag d = {0};
    char sm3[65];
    BUF_AUTO out;
    buf_init(&out, 0);
    expect_ok(bank_formats_check(p, &d), &d);
    written(p, "", "甲", &out, sm3);
    assert_non_null(strstr(buf_str(&out), "#minzheng-payment,1,7001,2026-11,2,2450.01\r\n付款编号,户名,账号,开户行,金额,摘要\r\n9001,甲,6888000000000001,示范银行,1450.00,dibao 2026-11\r\n"));
    assert_non_null(strstr(buf_str(&out), sm3)); /* stated */
    written(p, "pipe-gb18030", "甲", &out, sm3);
    assert_string_equal(buf_str(&out), "2|245001|2026-11|7001\r\n1|6888000000000001|\xBC\xD7|145000|9001|\xC3\xF1\xD5\xFE\xBE\xC8\xD6\xFA\r\n2|6888000000000002|\xD2\xD2|100001|9002|\xC3\xF1\xD5\xFE\xBE\xC8\xD6\xFA\r\n");
    written(p, "fixed-gb18030", "𠮷", &out, sm3); /* four bytes in GB18030, not in GBK */
    const char *row = strchr(buf_str(&out), '\n') + 1;
    assert_memory_equal(row, "D000000016888000000000001                ", 41);
    assert_int_equal(strcspn(row, "\r"), 1 + 8 + 32 + 60 + 15 + 20);
    assert_memory_equal(row + 41 + 60, "0000000001450009001                ", 35);
    assert_non_null(strstr(buf_str(&out), "T2|245001\r\n"));
    struct bank_format f;
    expect_fail(bank_format_find(p, "none", &f, &d), &d, E_INPUT, "payment.format");
    packs_free(p);
}

static void what_a_format_cannot_carry_is_refused(void **state) {
    (void)state;
    struct packs *p = load_packs();
    static const struct { const char *format, *name, *account; } bad[] = {
        {"pipe-gb18030", "甲|乙", "1"}, {"pipe-gb18030", "甲\r\n2|x", "1"}, {"pipe-gb18030", "甲\t", "1"}, {"fixed-gb18030", "甲\n", "1"},
        {"fixed-gb18030", "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一", "1"}, {"fixed-gb18030", "甲", "123456789012345678901234567890123"},
        {"pain.001.001.09", "甲", ""}, {"pain.001.001.09", "", "1"}, {"pain.001.001.03", "甲", "12345678901234567890123456789012345"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct bank_format f;
        struct diag d = {0};
        char sm3[65];
        BUF_AUTO out;
        buf_init(&out, 0);
        expect_ok(bank_format_find(p, bad[i].format, &f, &d), &d);
        expect_fail(write_two(&f, bad[i].name, bad[i].account, &out, sm3, &d), &d, E_CONFLICT, "payment.format_value");
    }
    packs_free(p);
}

/* ---- pain.001 against its definition ------------------------------------------------------ */

/* ISO 20022 message definitions: children in their order; those in brackets may be left out, + may be repeated.
 * Only what a payment office says; another element is not known and so refused. */
static const struct { const char *parent, *v3, *v9; } DEFINITION[] = {
    {"Document", "CstmrCdtTrfInitn", NULL},
    {"CstmrCdtTrfInitn", "GrpHdr PmtInf+", NULL},
    {"GrpHdr", "MsgId CreDtTm [Authstn] NbOfTxs [CtrlSum] InitgPty [FwdgAgt]", NULL},
    {"PmtInf", "PmtInfId PmtMtd [BtchBookg] [NbOfTxs] [CtrlSum] [PmtTpInf] ReqdExctnDt [PoolgAdjstmntDt] Dbtr DbtrAcct DbtrAgt [DbtrAgtAcct] [UltmtDbtr] [ChrgBr] [ChrgsAcct] [ChrgsAcctAgt] CdtTrfTxInf+", NULL},
    {"ReqdExctnDt", "", "Dt"},
    {"DbtrAcct", "Id [Tp] [Ccy] [Nm]", NULL},
    {"CdtrAcct", "Id [Tp] [Ccy] [Nm]", NULL},
    {"Id", "Othr", NULL},
    {"Othr", "Id [SchmeNm] [Issr]", NULL},
    {"DbtrAgt", "FinInstnId [BrnchId]", NULL},
    {"CdtrAgt", "FinInstnId [BrnchId]", NULL},
    {"FinInstnId", "[BIC] [ClrSysMmbId] [Nm] [PstlAdr] [Othr]", "[BICFI] [ClrSysMmbId] [LEI] [Nm] [PstlAdr] [Othr]"},
    {"ClrSysMmbId", "[ClrSysId] MmbId", NULL},
    {"ClrSysId", "Cd", NULL},
    {"CdtTrfTxInf", "PmtId [PmtTpInf] Amt [XchgRateInf] [ChrgBr] [ChqInstr] [UltmtDbtr] [CdtrAgt] [CdtrAgtAcct] [Cdtr] [CdtrAcct] [UltmtCdtr] [InstrForCdtrAgt] [InstrForDbtrAgt] [Purp] [RgltryRptg] [Tax] [RltdRmtInf] [RmtInf]", NULL},
    {"PmtId", "[InstrId] EndToEndId", "[InstrId] EndToEndId [UETR]"},
    {"Amt", "InstdAmt", NULL},
    {"InitgPty", "[Nm] [PstlAdr] [Id]", NULL}, {"Dbtr", "[Nm] [PstlAdr] [Id]", NULL}, {"Cdtr", "[Nm] [PstlAdr] [Id]", NULL},
    {"Purp", "Cd", NULL},
    {"RmtInf", "[Ustrd] [Strd]", NULL},
};

static const char *children_of(const struct xml *e, bool v9) {
    if (span_is(e->name, "Id") && span_is(e->parent->name, "Othr"))
        return ""; /* a text there */
    for (size_t i = 0; i < ARRAY_LEN(DEFINITION); i++)
        if (span_is(e->name, DEFINITION[i].parent))
            return v9 && DEFINITION[i].v9 ? DEFINITION[i].v9 : DEFINITION[i].v3;
    return "";
}

static void check_element(const struct xml *e, bool v9) {
    const char *p = children_of(e, v9);
    const struct xml *c = e->child;
    while (*p) {
        char word[32];
        size_t n = strcspn(p, " ");
        bool optional = p[0] == '[', many = p[n - 1] == '+';
        snprintf(word, sizeof word, "%.*s", (int)(n - (optional ? 2 : many ? 1 : 0)), p + optional);
        int seen = 0;
        for (; c && span_is(c->name, word); c = c->next, seen++)
            check_element(c, v9);
        if ((!optional && !seen) || (!many && seen > 1))
            fail_msg("%.*s: %d of %s", SPAN_ARG(e->name), seen, word);
        p += n + (p[n] == ' ');
    }
    if (c)
        fail_msg("%.*s has no %.*s here", SPAN_ARG(e->name), SPAN_ARG(c->name));
}

static const struct xml *down(const struct xml *e, const char *path) {
    char word[32];
    while (*path) {
        size_t n = strcspn(path, "/");
        snprintf(word, sizeof word, "%.*s", (int)n, path);
        e = xml_child(e, word);
        assert_non_null(e);
        path += n + (path[n] == '/');
    }
    return e;
}

static void pain_001_is_as_its_definition(void **state) {
    (void)state;
    struct packs *p = load_packs();
    static const char *const ids[] = {"pain.001.001.03", "pain.001.001.09"};
    for (int v = 0; v < 2; v++) {
        AUTO(arena) struct arena *a = arena_new(0);
        const struct xml *root = NULL;
        struct diag d = {0};
        char sm3[65];
        BUF_AUTO out;
        buf_init(&out, 0);
        written(p, ids[v], "甲<&>\"'𠮷", &out, sm3);
        expect_ok(xml_parse(a, buf_span(&out), &root, &d), &d);
        assert_int_equal(root->ns.size, strlen("urn:iso:std:iso:20022:tech:xsd:") + 15);
        check_element(root, v == 1);
        const struct xml *pay = down(root, "CstmrCdtTrfInitn/PmtInf"), *tx = down(pay, "CdtTrfTxInf");
        assert_true(span_is(down(root, "CstmrCdtTrfInitn/GrpHdr/NbOfTxs")->text, "2"));
        assert_true(span_is(down(pay, "CtrlSum")->text, "2450.01"));
        assert_true(span_is(down(tx, "PmtId/EndToEndId")->text, "9001"));
        assert_true(span_is(down(tx, "Amt/InstdAmt")->text, "1450.00"));
        assert_true(span_is(xml_attr(down(tx, "Amt/InstdAmt"), "Ccy"), "CNY"));
        assert_true(span_is(down(tx, "Cdtr/Nm")->text, "甲<&>\"'𠮷"));
        assert_true(span_is(down(tx, "CdtrAcct/Id/Othr/Id")->text, "6888000000000001"));
        assert_true(span_is(down(pay, v ? "ReqdExctnDt/Dt" : "ReqdExctnDt")->text, "2026-11-21"));
    }
    packs_free(p);
}

/* ---- pain.002 ------------------------------------------------------------------------------- */

#define NS "xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.10\""
#define REPORT(group, rest) "<Document " NS "><CstmrPmtStsRpt><GrpHdr><MsgId>b</MsgId></GrpHdr><OrgnlGrpInfAndSts>" group "</OrgnlGrpInfAndSts>" rest "</CstmrPmtStsRpt></Document>"

static void answers_that_cannot_be_read(void **state) {
    (void)state;
    static const struct { const char *text, *code; } bad[] = {
        {"<", "xml.syntax"}, {"<a/>", "payment.results_form"}, {"<Document/>", "payment.results_form"}, {"<Document " NS "/>", "payment.results_form"},
        {"<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\"><CstmrPmtStsRpt/></Document>", "payment.results_form"},
        {"<Document " NS "><CstmrPmtStsRpt><GrpHdr/></CstmrPmtStsRpt></Document>", "payment.results_form"},
        {"<Document " NS "><CstmrPmtStsRpt><GrpHdr/><OrgnlGrpInfAndSts/><OrgnlGrpInfAndSts/></CstmrPmtStsRpt></Document>", "payment.results_form"},
        {"<!DOCTYPE a [<!ENTITY b 'c'>]>" REPORT("", ""), "xml.doctype"},
        {REPORT("<OrgnlMsgId>1</OrgnlMsgId><GrpSts>RJCT</GrpSts>", "<OrgnlPmtInfAndSts><TxInfAndSts/></OrgnlPmtInfAndSts>"), "payment.results_form"},
        {REPORT("", "") "x", "xml.syntax"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        struct bank_results r;
        struct diag d = {0};
        expect_fail(bank_results_read(a, span_of(bad[i].text), &r, &d), &d, E_INPUT, bad[i].code);
        assert_true(bank_results_is_xml(span_of(bad[i].text)));
    }
    AUTO(arena) struct arena *a = arena_new(0);
    struct bank_results r;
    struct diag d = {0};
    expect_ok(bank_results_read(a, SPAN(REPORT("<OrgnlMsgId>99999999999999999999</OrgnlMsgId>",
        "<OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>-1</OrgnlEndToEndId><TxSts>ACSC</TxSts></TxInfAndSts><TxInfAndSts><OrgnlEndToEndId> 12 </OrgnlEndToEndId><TxSts>XXXX</TxSts>"
        "<StsRsnInf><Rsn><Prtry>123456789012345678901234567890123456</Prtry></Rsn></StsRsnInf><OrgnlTxRef><Amt><InstdAmt Ccy=\"USD\">1.00</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts></OrgnlPmtInfAndSts>")),
        &r, &d), &d);
    assert_int_equal(r.batch, 0);
    assert_int_equal(r.count, 2);
    assert_int_equal(r.item[0].payment, 0);
    assert_int_equal(r.item[1].payment, 12);
    assert_int_equal(r.item[1].status, BANK_UNKNOWN);
    assert_int_equal(r.item[1].fen, -1);
    assert_string_equal(r.item[1].code, "");
    assert_false(bank_results_is_xml(SPAN("付款编号,金额\n")));
    assert_false(bank_results_is_xml(SPAN("")));
}

static int findings(struct world *w) {
    BUF_AUTO out;
    int n = 0;
    buf_init(&out, 0);
    expect_ok(payment_check(&w->civil, LANG_EN, &out, &n, &w->f->diag), &w->f->diag);
    return n;
}

static const struct json *answer(struct world *w, int64_t batch, const char *text) {
    BUF_AUTO out;
    struct json_writer jw;
    const struct json *j = NULL;
    buf_init(&out, 0);
    json_begin(&jw, &out, false);
    expect_ok(payment_batch_returns(&w->civil, w->arena, &w->cashier, batch, span_of(text), &jw, &w->f->diag), &w->f->diag);
    expect_ok(json_parse(w->arena, buf_span(&out), &j, &w->f->diag), &w->f->diag);
    return j;
}

static int64_t payment_of(struct world *w, int fen) {
    char sql[96];
    snprintf(sql, sizeof sql, "SELECT max(id) FROM payment WHERE amount_fen = %d", fen);
    return ask_int(w->f, sql);
}

static int64_t sent(struct world *w, month_t m, const char *format, struct payment_file *file) {
    int64_t batch = 0;
    expect_ok(payment_batch_prepare(&w->civil, &w->cashier, DISTRICT, "dibao", m, &batch, NULL, &w->f->diag), &w->f->diag);
    expect_ok(payment_batch_approve(&w->civil, &w->finance, batch, 0, &w->f->diag), &w->f->diag);
    expect_ok(payment_batch_file_as(&w->civil, w->arena, &w->cashier, batch, format, file, &w->f->diag), &w->f->diag);
    return batch;
}

static void the_bank_answers_in_iso_20022(void **state) {
    FIXTURE(f);
    struct world w;
    struct payment_file file, again;
    paying_open(&w, f);
    for (int i = 1; i <= 4; i++)
        grant_one(&w, i, 1000 * i, MONTH);
    int64_t batch = sent(&w, MONTH, "pain.001.001.09", &file);
    assert_string_equal(file.media, "application/xml");
    assert_non_null(strstr(file.body.at, "<CtrlSum>100.00</CtrlSum>"));
    /* Whatever is asked for later: these bytes went out. */
    expect_ok(payment_batch_file_as(&w.civil, w.arena, &w.cashier, batch, NULL, &again, &f->diag), &f->diag);
    assert_string_equal(again.format, "pain.001.001.09");
    assert_memory_equal(again.body.at, file.body.at, file.body.size);
    expect_fail(payment_batch_file_as(&w.civil, w.arena, &w.cashier, batch, "none", &again, &f->diag), &f->diag, E_INPUT, "payment.format");

    char *text = arena_printf(w.arena,
        REPORT("<OrgnlMsgId>%lld</OrgnlMsgId>", "<OrgnlPmtInfAndSts>"
            "<TxInfAndSts><OrgnlEndToEndId>%lld</OrgnlEndToEndId><TxSts>ACSC</TxSts></TxInfAndSts>"
            "<TxInfAndSts><OrgnlEndToEndId>%lld</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts>"
            "<TxInfAndSts><OrgnlEndToEndId>%lld</OrgnlEndToEndId><TxSts>PDNG</TxSts></TxInfAndSts>"
            "<TxInfAndSts><OrgnlEndToEndId>%lld</OrgnlEndToEndId><TxSts>ACSC</TxSts><OrgnlTxRef><Amt><InstdAmt Ccy=\"CNY\">40.01</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>"
            "</OrgnlPmtInfAndSts>"),
        (long long)batch, (long long)payment_of(&w, 1000), (long long)payment_of(&w, 2000), (long long)payment_of(&w, 3000), (long long)payment_of(&w, 4000));
    const struct json *r = answer(&w, batch, text);
    assert_int_equal(json_int(r, "paid", -1), 1);
    assert_int_equal(json_int(r, "returned", -1), 1);
    assert_string_equal(json_str(json_at(json_get(r, "rejected"), 0), "code", ""), "payment.results_pending");
    assert_string_equal(json_str(json_at(json_get(r, "rejected"), 1), "code", ""), "payment.returns_differs");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM payment WHERE return_code = 'closed' AND bank_code = 'AC04'"), 1);
    assert_int_equal(findings(&w), 0);
    assert_string_equal(json_str(json_at(json_get(answer(&w, batch, text), "rejected"), 0), "code", ""), "payment.returns_again");

    /* Of another batch, or of one that says nothing. */
    BUF_AUTO out;
    struct json_writer jw;
    buf_init(&out, 0);
    json_begin(&jw, &out, false);
    expect_fail(payment_batch_returns(&w.civil, w.arena, &w.cashier, batch, SPAN(REPORT("<OrgnlMsgId>5</OrgnlMsgId><GrpSts>RJCT</GrpSts>", "")), &jw, &f->diag), &f->diag, E_INPUT, "payment.results_other");
    char *empty = arena_printf(w.arena, REPORT("<OrgnlMsgId>%lld</OrgnlMsgId><GrpSts>ACTC</GrpSts>", ""), (long long)batch);
    expect_fail(payment_batch_returns(&w.civil, w.arena, &w.cashier, batch, span_of(empty), &jw, &f->diag), &f->diag, E_INPUT, "payment.returns_empty");
    /* Taken back whole: what is still under way comes back, and only that. */
    char *whole = arena_printf(w.arena, REPORT("<OrgnlMsgId>%lld</OrgnlMsgId><GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf>", ""), (long long)batch);
    assert_int_equal(json_int(answer(&w, batch, whole), "returned", -1), 2);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM payment WHERE return_code = 'funds'"), 2);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM payment_batch WHERE state = 'settled'"), 1);
    assert_int_equal(findings(&w), 0);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_formats_to_the_byte),
        cmocka_unit_test(what_a_format_cannot_carry_is_refused),
        cmocka_unit_test(pain_001_is_as_its_definition),
        cmocka_unit_test(answers_that_cannot_be_read),
        ON_BOTH(the_bank_answers_in_iso_20022),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
