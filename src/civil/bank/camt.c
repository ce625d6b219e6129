/* camt.053: which elements mean what is the message definition's (BankToCustomerStatementV02 to V08). */
#include "civil/bank/statement.h"

#include "base/decimal.h"
#include "base/message.h"
#include "base/vec.h"
#include "base/xml.h"
#include "civil/payment/bank_results.h"

#include <stdio.h>

enum { TEXT_MAX = 140 };
static const int64_t FEN_MAX = 10000000000000; /* a hundred billion yuan: BANK_ENTRIES_MAX of them do not leave an int64_t */

enum status statement_wrong(int line, const char *part, struct diag *d) {
    return diag_fail(d, E_INPUT, "bank.form", DIAG_N("line", line), DIAG_S("part", part));
}

bool statement_fen(struct span text, bool signed_too, int64_t *ret) {
    struct dec n;
    if (text.size < 1 || text.size > 24 || dec_parse(text, &n, NULL) != OK || dec_to_fen(n, ret, NULL) != OK || dec_cmp(dec_from_fen(*ret), n) != 0)
        return false;
    return *ret <= FEN_MAX && *ret >= (signed_too ? -FEN_MAX : 0);
}

enum status statement_whole(const struct statement *s, struct diag *d) {
    int64_t sum = s->opening;
    if (s->from > s->to)
        return statement_wrong(s->line, "FrToDt", d);
    for (size_t i = 0; i < s->count; i++) {
        if (s->entry[i].booked < s->from || s->entry[i].booked > s->to)
            return statement_wrong(s->line, "BookgDt", d);
        sum += s->entry[i].fen;
    }
    return sum == s->closing ? OK : diag_fail(d, E_INPUT, "bank.balance", DIAG_N("number", s->number), DIAG_N("apart", s->closing - sum));
}

static struct span text_of(const struct xml *e) {
    struct span s = e ? e->text : (struct span){"", 0};
    while (s.size && strchr(" \t\r\n", s.at[0])) {
        s.at++;
        s.size--;
    }
    while (s.size && strchr(" \t\r\n", s.at[s.size - 1]))
        s.size--;
    return s;
}

/* "Refs/EndToEndId" from `e` on; NULL when a step is missing. */
static const struct xml *down(const struct xml *e, const char *path) {
    while (e && *path) {
        char name[32];
        size_t n = strcspn(path, "/");
        snprintf(name, sizeof name, "%.*s", (int)n, path);
        e = xml_child(e, name);
        path += n + (path[n] == '/');
    }
    return e;
}

static void copy(char *out, size_t room, struct span s) { snprintf(out, room, "%.*s", s.size < room ? (int)s.size : 0, s.size ? s.at : ""); }

/* Dt, or the day of DtTm. */
static bool day_of(const struct xml *e, date_t *ret) {
    const struct xml *dt = e ? xml_child(e, "Dt") : NULL, *at = e ? xml_child(e, "DtTm") : NULL;
    struct span s = text_of(dt ? dt : at);
    s.size = s.size > 10 ? 10 : s.size;
    return e && date_parse(s, ret, NULL) == OK;
}

static bool money_of(const struct xml *e, int64_t *ret) {
    return e && span_is(xml_attr(e, "Ccy"), "CNY") && statement_fen(text_of(e), false, ret);
}

/* CRDT came, DBIT went. */
static bool signed_of(const struct xml *e, int64_t *ret) {
    struct span side = text_of(xml_child(e, "CdtDbtInd"));
    bool debit = span_is(side, "DBIT");
    if ((!debit && !span_is(side, "CRDT")) || !money_of(xml_child(e, "Amt"), ret))
        return false;
    *ret = debit ? -*ret : *ret;
    return true;
}

/* Our batch: its number as MsgId, or the number and "-1" as PmtInfId (bank_write.c). */
static int64_t batch_of(const struct xml *refs) {
    int64_t n = 0;
    struct span id = text_of(refs ? xml_child(refs, "PmtInfId") : NULL);
    if (id.size > 2 && memcmp(id.at + id.size - 2, "-1", 2) == 0 && bank_number((struct span){id.at, id.size - 2}, &n))
        return n;
    return bank_number(text_of(refs ? xml_child(refs, "MsgId") : NULL), &n) ? n : 0;
}

static void details_of(const struct xml *tx, struct statement_entry *e) {
    const struct xml *refs = xml_child(tx, "Refs"), *reason = down(tx, "RtrInf/Rsn");
    if (!bank_number(text_of(refs ? xml_child(refs, "EndToEndId") : NULL), &e->payment))
        e->payment = 0;
    if (!e->batch)
        e->batch = batch_of(refs);
    if (e->payment)
        e->batch = 0;
    struct span own = text_of(refs ? xml_child(refs, "AcctSvcrRef") : NULL), code = text_of(reason ? xml_child(reason, "Cd") : NULL);
    if (own.size)
        copy(e->reference, sizeof e->reference, own);
    copy(e->code, sizeof e->code, code.size ? code : text_of(reason ? xml_child(reason, "Prtry") : NULL));
    struct span words = text_of(down(tx, "RmtInf/Ustrd"));
    if (words.size)
        e->text = words;
}

typedef VEC(struct statement_entry) entry_list;

static enum status add(struct arena *a, entry_list *list, const struct statement_entry *e, struct diag *d) {
    if (list->size >= BANK_ENTRIES_MAX)
        return diag_fail(d, E_LIMIT, "bank.entries", DIAG_N("limit", BANK_ENTRIES_MAX));
    struct statement_entry *x = vec_push_in(a, list);
    if (!x)
        return arena_full(d);
    *x = *e;
    x->text.size = x->text.size > TEXT_MAX ? TEXT_MAX : x->text.size;
    while (x->text.size && x->text.size == TEXT_MAX && ((unsigned char)x->text.at[x->text.size] & 0xC0) == 0x80)
        x->text.size--; /* not within a character */
    return OK;
}

/* A batch that was booked as one and told one by one: its transactions, when each states its amount. */
static enum status split(struct arena *a, const struct xml *details, const struct statement_entry *whole, entry_list *list, bool *ret_split, struct diag *d) {
    int64_t sum = 0, fen = 0;
    size_t n = 0;
    *ret_split = false;
    for (const struct xml *tx = xml_child(details, "TxDtls"); tx; tx = xml_next(tx, "TxDtls"), n++) {
        const struct xml *amount = xml_child(tx, "Amt") ? xml_child(tx, "Amt") : down(tx, "AmtDtls/TxAmt/Amt");
        if (!amount)
            return OK;
        if (!money_of(amount, &fen) || !fen || n >= BANK_ENTRIES_MAX)
            return statement_wrong(tx->line, "TxDtls", d);
        sum += fen;
    }
    if (n < 2)
        return OK;
    if (sum != (whole->fen < 0 ? -whole->fen : whole->fen))
        return statement_wrong(details->line, "TxDtls", d);
    *ret_split = true;
    enum status s = OK;
    for (const struct xml *tx = xml_child(details, "TxDtls"); s == OK && tx; tx = xml_next(tx, "TxDtls")) {
        struct statement_entry e = *whole;
        if (!money_of(xml_child(tx, "Amt") ? xml_child(tx, "Amt") : down(tx, "AmtDtls/TxAmt/Amt"), &fen))
            return statement_wrong(tx->line, "TxDtls", d);
        e.fen = whole->fen < 0 ? -fen : fen;
        details_of(tx, &e);
        s = add(a, list, &e, d);
    }
    return s;
}

static enum status read_entry(struct arena *a, const struct xml *x, entry_list *list, struct diag *d) {
    const struct xml *status = xml_child(x, "Sts"), *details = xml_child(x, "NtryDtls");
    struct statement_entry e = {.text = {"", 0}};
    struct span booked = text_of(status && xml_child(status, "Cd") ? xml_child(status, "Cd") : status);
    if (span_is(booked, "PDNG") || span_is(booked, "INFO") || span_is(booked, "FUTR"))
        return OK; /* in no balance yet */
    if (!span_is(booked, "BOOK"))
        return statement_wrong(x->line, "Sts", d);
    if (!signed_of(x, &e.fen))
        return statement_wrong(x->line, "Amt", d);
    if (!day_of(xml_child(x, "BookgDt"), &e.booked))
        return statement_wrong(x->line, "BookgDt", d);
    if (!e.fen)
        return OK;
    copy(e.reference, sizeof e.reference, text_of(xml_child(x, "AcctSvcrRef")));
    e.text = text_of(xml_child(x, "AddtlNtryInf"));
    const struct xml *batch = details ? xml_child(details, "Btch") : NULL, *tx = details ? xml_child(details, "TxDtls") : NULL;
    e.batch = batch_of(batch);
    bool parts = false;
    enum status s = details && !xml_next(details, "NtryDtls") ? split(a, details, &e, list, &parts, d) : OK;
    if (s != OK || parts)
        return s;
    if (tx && !xml_next(tx, "TxDtls"))
        details_of(tx, &e);
    return add(a, list, &e, d);
}

/* The balance of this code; PRCD of the day before is as good as OPBD. */
static enum status read_balance(const struct xml *stmt, const char *code, const char *other, int64_t *ret, date_t *ret_day, struct diag *d) {
    const struct xml *found = NULL;
    for (const struct xml *b = xml_child(stmt, "Bal"); b; b = xml_next(b, "Bal")) {
        struct span cd = text_of(down(b, "Tp/CdOrPrtry/Cd"));
        if (!span_is(cd, code) && (!other || !span_is(cd, other)))
            continue;
        if (found && span_is(cd, code) && span_is(text_of(down(found, "Tp/CdOrPrtry/Cd")), code))
            return statement_wrong(b->line, code, d); /* said twice */
        if (!found || span_is(cd, code))
            found = b;
    }
    if (!found || !signed_of(found, ret) || !day_of(xml_child(found, "Dt"), ret_day))
        return statement_wrong(stmt->line, code, d);
    return OK;
}

static enum status read_one(struct arena *a, const struct xml *x, struct statement *s, size_t *total, struct diag *d) {
    const struct xml *account = xml_child(x, "Acct"), *number = xml_child(x, "LglSeqNb") ? xml_child(x, "LglSeqNb") : xml_child(x, "ElctrncSeqNb");
    struct span id = text_of(down(account, "Id/Othr/Id")), currency = text_of(account ? xml_child(account, "Ccy") : NULL);
    entry_list list = {0};
    date_t opened = DATE_NONE, from = DATE_NONE;
    *s = (struct statement){.line = x->line, .to = DATE_NONE};
    if (!id.size)
        id = text_of(down(account, "Id/IBAN"));
    if (!id.size || id.size >= sizeof s->account)
        return statement_wrong(x->line, "Acct", d);
    if (currency.size && !span_is(currency, "CNY"))
        return statement_wrong(x->line, "Ccy", d);
    if (!bank_number(text_of(number), &s->number))
        return statement_wrong(x->line, "LglSeqNb", d);
    copy(s->account, sizeof s->account, id);
    copy(s->bank, sizeof s->bank, text_of(down(account, "Svcr/FinInstnId/Nm")));
    s->simulated = span_is(text_of(xml_child(x, "AddtlStmtInf")), "SIMULATED");
    enum status st = read_balance(x, "OPBD", "PRCD", &s->opening, &opened, d);
    if (st == OK)
        st = read_balance(x, "CLBD", NULL, &s->closing, &s->to, d);
    for (const struct xml *e = xml_child(x, "Ntry"); st == OK && e; e = xml_next(e, "Ntry"))
        st = read_entry(a, e, &list, d);
    if (st != OK)
        return st;
    const struct xml *range = xml_child(x, "FrToDt");
    struct span begin = text_of(range ? xml_child(range, "FrDtTm") : NULL);
    begin.size = begin.size > 10 ? 10 : begin.size;
    if (range && date_parse(begin, &from, NULL) != OK)
        return statement_wrong(x->line, "FrToDt", d);
    s->from = range ? from : s->to;
    for (size_t i = 0; !range && i < list.size; i++) /* not said: from the first booking on */
        s->from = list.at[i].booked < s->from ? list.at[i].booked : s->from;
    s->entry = list.at;
    s->count = list.size;
    *total += list.size;
    return *total > BANK_ENTRIES_MAX ? diag_fail(d, E_LIMIT, "bank.entries", DIAG_N("limit", BANK_ENTRIES_MAX)) : statement_whole(s, d);
}

enum status statements_read_camt(struct arena *a, struct span text, struct statements *ret, struct diag *d) {
    static const char space[] = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.0";
    const struct xml *root = NULL;
    VEC(struct statement) list = {0};
    size_t total = 0;
    *ret = (struct statements){.format = "camt.053"};
    enum status s = xml_parse(a, text, &root, d);
    if (s != OK)
        return s;
    char version = root->ns.size == sizeof space ? root->ns.at[root->ns.size - 1] : '0';
    if (!span_is(root->name, "Document") || version < '2' || version > '8' || memcmp(root->ns.at, space, sizeof space - 1) != 0)
        return statement_wrong(root->line, "Document", d);
    const struct xml *report = xml_child(root, "BkToCstmrStmt");
    if (!report || !xml_child(report, "GrpHdr") || !xml_child(report, "Stmt"))
        return statement_wrong(root->line, "BkToCstmrStmt", d);
    for (const struct xml *x = xml_child(report, "Stmt"); s == OK && x; x = xml_next(x, "Stmt")) {
        struct statement *one = list.size < BANK_STATEMENTS_MAX ? vec_push_in(a, &list) : NULL;
        if (!one)
            return list.size < BANK_STATEMENTS_MAX ? arena_full(d) : statement_wrong(x->line, "Stmt", d);
        s = read_one(a, x, one, &total, d);
    }
    ret->item = list.at;
    ret->count = list.size;
    return s;
}
