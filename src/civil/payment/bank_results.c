#include "civil/payment/bank_results.h"

#include "base/decimal.h"
#include "base/message.h"
#include "base/vec.h"
#include "base/xml.h"

#include <stdio.h>

bool bank_number(struct span text, int64_t *ret) {
    int64_t n = 0;
    if (text.size < 1 || text.size > 18)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
        n = n * 10 + (text.at[i] - '0');
    }
    *ret = n;
    return n > 0;
}

bool bank_fen(struct span text, int64_t *ret) {
    struct dec n;
    return dec_parse(text, &n, NULL) == OK && dec_sign(n) > 0 && dec_to_fen(n, ret, NULL) == OK && dec_cmp(dec_from_fen(*ret), n) == 0;
}

bool bank_results_is_xml(struct span text) {
    size_t i = text.size >= 3 && memcmp(text.at, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (i < text.size && strchr(" \t\r\n", text.at[i]) && text.at[i])
        i++;
    return i < text.size && text.at[i] == '<';
}

static struct span trimmed(const struct xml *e) {
    struct span s = e ? e->text : (struct span){"", 0};
    while (s.size && strchr(" \t\r\n", s.at[0])) {
        s.at++;
        s.size--;
    }
    while (s.size && strchr(" \t\r\n", s.at[s.size - 1]))
        s.size--;
    return s;
}

static struct span text_of(const struct xml *e, const char *name) { return trimmed(e ? xml_child(e, name) : NULL); }

/* StsRsnInf/Rsn/Cd, or Prtry, the bank's own. */
static void reason_of(const struct xml *e, char out[36]) {
    const struct xml *info = xml_child(e, "StsRsnInf"), *reason = info ? xml_child(info, "Rsn") : NULL;
    struct span code = text_of(reason, "Cd");
    if (!code.size)
        code = text_of(reason, "Prtry");
    snprintf(out, 36, "%.*s", code.size < 36 ? (int)code.size : 0, code.size ? code.at : ""); /* Max35Text; what is longer is none */
}

/* ExternalPaymentTransactionStatus1Code: what is final, what is on its way, what came back. */
static enum bank_status status_of(struct span s) {
    static const struct { const char *code; enum bank_status status; } table[] = {{"ACSC", BANK_PAID}, {"ACCC", BANK_PAID}, {"RJCT", BANK_RETURNED}, {"CANC", BANK_RETURNED},
        {"ACTC", BANK_PENDING}, {"ACCP", BANK_PENDING}, {"ACSP", BANK_PENDING}, {"ACWC", BANK_PENDING}, {"ACWP", BANK_PENDING}, {"PDNG", BANK_PENDING}, {"RCVD", BANK_PENDING},
        {"PATC", BANK_PENDING}, {"ACFC", BANK_PENDING}};
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (span_is(s, table[i].code))
            return table[i].status;
    return BANK_UNKNOWN;
}

static int64_t amount_of(const struct xml *tx) {
    const struct xml *ref = xml_child(tx, "OrgnlTxRef"), *amt = ref ? xml_child(ref, "Amt") : NULL, *sum = amt ? xml_child(amt, "InstdAmt") : NULL;
    int64_t fen = 0;
    if (!sum)
        return 0;
    return span_is(xml_attr(sum, "Ccy"), "CNY") && bank_fen(trimmed(sum), &fen) ? fen : -1;
}

static void read_one(const struct xml *tx, struct bank_result *x) {
    *x = (struct bank_result){.line = tx->line, .status = status_of(text_of(tx, "TxSts")), .fen = amount_of(tx)};
    if (!bank_number(text_of(tx, "OrgnlEndToEndId"), &x->payment))
        x->payment = 0;
    reason_of(tx, x->code);
}

static enum status form(const char *part, struct diag *d) { return diag_fail(d, E_INPUT, "payment.results_form", DIAG_S("part", part)); }

enum status bank_results_read(struct arena *a, struct span text, struct bank_results *ret, struct diag *d) {
    static const char space[] = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.";
    const struct xml *root = NULL;
    VEC(struct bank_result) list = {0};
    *ret = (struct bank_results){0};
    enum status s = xml_parse(a, text, &root, d);
    if (s != OK)
        return s;
    if (!span_is(root->name, "Document") || root->ns.size != sizeof space - 1 + 2 || memcmp(root->ns.at, space, sizeof space - 1) != 0)
        return form("Document", d);
    const struct xml *report = xml_child(root, "CstmrPmtStsRpt"), *group = report ? xml_child(report, "OrgnlGrpInfAndSts") : NULL;
    if (!report || !xml_child(report, "GrpHdr"))
        return form("CstmrPmtStsRpt", d);
    if (!group || xml_next(group, "OrgnlGrpInfAndSts"))
        return form("OrgnlGrpInfAndSts", d);
    if (!bank_number(text_of(group, "OrgnlMsgId"), &ret->batch))
        ret->batch = 0;
    ret->all_returned = status_of(text_of(group, "GrpSts")) == BANK_RETURNED;
    reason_of(group, ret->code);
    for (const struct xml *p = xml_child(report, "OrgnlPmtInfAndSts"); p; p = xml_next(p, "OrgnlPmtInfAndSts")) {
        if (status_of(text_of(p, "PmtInfSts")) == BANK_RETURNED) {
            ret->all_returned = true; /* a batch has one payment information */
            if (!ret->code[0])
                reason_of(p, ret->code);
        }
        for (const struct xml *tx = xml_child(p, "TxInfAndSts"); tx; tx = xml_next(tx, "TxInfAndSts")) {
            struct bank_result *x = list.size < BANK_RESULTS_MAX ? vec_push_in(a, &list) : NULL;
            if (!x)
                return list.size < BANK_RESULTS_MAX ? arena_full(d) : diag_fail(d, E_LIMIT, "payment.returns_rows", DIAG_N("limit", BANK_RESULTS_MAX));
            read_one(tx, x);
        }
    }
    ret->item = list.at;
    ret->count = list.size;
    return ret->all_returned && list.size ? form("GrpSts", d) : OK; /* rejected whole and in part: it must say which */
}
