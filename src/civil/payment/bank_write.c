/* Writing a bank's file by its format.  ISO 20022: the order of elements is the message
 * definition's (CustomerCreditTransferInitiation V03 and V09); the test goes through it again. */
#include "civil/payment/bank_format.h"

#include "base/csv.h"
#include "base/message.h"
#include "base/utf8.h"
#include "crypto/hash.h"

#include <iconv.h>
#include <stdio.h>

/* ---- text ----------------------------------------------------------------------------- */

static enum status encode(const struct bank_format *f, struct span text, struct buf *out, struct diag *d) {
    if (!f->gb18030) {
        buf_add(out, text);
        return OK;
    }
    char room[1024];
    char *in = (char *)(uintptr_t)text.at;
    size_t left = text.size;
    iconv_t cd = iconv_open("GB18030", "UTF-8");
    if (cd == (iconv_t)-1)
        return diag_fail(d, E_SYSTEM, "payment.encoding");
    bool ok = true;
    while (ok && left) {
        char *to = room;
        size_t free_bytes = sizeof room, before = left;
        size_t n = iconv(cd, &in, &left, &to, &free_bytes);
        buf_add(out, (struct span){room, sizeof room - free_bytes});
        ok = n != (size_t)-1 || left < before; /* full: the rest goes on */
    }
    iconv_close(cd);
    return ok ? OK : diag_fail(d, E_CONFLICT, "payment.encoding");
}

static void money(const struct bank_format *f, int64_t fen, struct buf *out) {
    if (f->fen)
        buf_addf(out, "%lld", (long long)fen);
    else
        buf_addf(out, "%lld.%02lld", (long long)(fen / 100), (long long)(fen % 100));
}

static void named(const struct bank_format *f, const struct bank_batch *b, const char *name, size_t n, const char *sm3, struct buf *out) {
    struct span s = {name, n};
    if (span_is(s, "batch"))
        buf_addf(out, "%lld", (long long)b->batch);
    else if (span_is(s, "month"))
        buf_adds(out, b->month);
    else if (span_is(s, "scheme"))
        buf_adds(out, b->scheme);
    else if (span_is(s, "count"))
        buf_addf(out, "%lld", (long long)b->count);
    else if (span_is(s, "total"))
        money(f, b->total_fen, out);
    else if (span_is(s, "sm3"))
        buf_adds(out, sm3);
}

/* "{count}|{total}": what stands in braces is put in, what it does not know is left out. */
static enum status template_line(const struct bank_format *f, const struct bank_batch *b, const char *text, const char *sm3, struct buf *out, struct diag *d) {
    BUF_AUTO line;
    buf_init(&line, 4096);
    for (const char *p = text; *p; p++) {
        const char *end = *p == '{' ? strchr(p, '}') : NULL;
        if (end) {
            named(f, b, p + 1, (size_t)(end - p - 1), sm3, &line);
            p = end;
        } else
            buf_addc(&line, *p);
    }
    buf_adds(&line, f->crlf ? "\r\n" : "\n");
    return buf_ok(&line) ? encode(f, buf_span(&line), out, d) : arena_full(d);
}

/* ---- rows -------------------------------------------------------------------------------- */

static void value_of(const struct bank_format *f, const struct bank_batch *b, const struct bank_line *l, const struct bank_column *c, struct buf *out) {
    const char *v = c->value;
    if (c->text)
        buf_adds(out, c->text);
    else if (strcmp(v, "payment") == 0)
        buf_addf(out, "%lld", (long long)l->payment);
    else if (strcmp(v, "sequence") == 0)
        buf_addf(out, "%lld", (long long)l->sequence);
    else if (strcmp(v, "name") == 0)
        buf_add(out, l->name);
    else if (strcmp(v, "account") == 0)
        buf_add(out, l->account);
    else if (strcmp(v, "bank") == 0)
        buf_add(out, l->bank);
    else if (strcmp(v, "amount") == 0)
        money(f, l->fen, out);
    else if (strcmp(v, "remark") == 0)
        buf_adds(out, l->remark);
    else if (strcmp(v, "month") == 0)
        buf_adds(out, b->month);
    else if (strcmp(v, "scheme") == 0)
        buf_adds(out, b->scheme);
    else
        buf_addf(out, "%lld", (long long)b->batch);
}

static bool carries(const struct bank_format *f, struct span value) {
    for (size_t i = 0; i < value.size; i++)
        if ((unsigned char)value.at[i] < ' ' || (f->kind == BANK_DELIMITED && !f->quote && value.at[i] == f->separator))
            return f->quote && f->kind == BANK_DELIMITED;
    return true;
}

/* Width is in bytes of the file's encoding, as such interfaces count. */
static bool pad(const struct bank_column *c, struct span value, struct buf *out) {
    if (value.size > (size_t)c->width)
        return false;
    for (size_t i = value.size; c->right && i < (size_t)c->width; i++)
        buf_addc(out, c->pad);
    buf_add(out, value);
    for (size_t i = value.size; !c->right && i < (size_t)c->width; i++)
        buf_addc(out, c->pad);
    return true;
}

static enum status text_line(const struct bank_format *f, const struct bank_batch *b, const struct bank_line *l, struct buf *out, struct diag *d) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < f->columns; i++) {
        const struct bank_column *c = &f->column[i];
        BUF_AUTO value, own;
        buf_init(&value, 4096);
        buf_init(&own, 8192);
        value_of(f, b, l, c, &value);
        bool fits = buf_ok(&value) && carries(f, buf_span(&value));
        if (i && f->kind == BANK_DELIMITED)
            buf_addc(out, f->separator);
        if (fits && f->quote) {
            BUF_AUTO quoted;
            buf_init(&quoted, 8192);
            csv_write(&quoted, buf_span(&value));
            s = encode(f, buf_span(&quoted), &own, d);
        } else if (fits)
            s = encode(f, buf_span(&value), &own, d);
        if (s == OK && fits && c->width)
            fits = pad(c, buf_span(&own), out);
        else if (s == OK && fits)
            buf_add(out, buf_span(&own));
        if (s == OK && !fits)
            s = diag_fail(d, E_CONFLICT, "payment.format_value", DIAG_N("payment", l->payment), DIAG_S("column", c->value ? c->value : c->text));
    }
    buf_adds(out, f->crlf ? "\r\n" : "\n");
    return s;
}

/* ---- ISO 20022 ------------------------------------------------------------------------------- */

/* Characters that XML 1.0 cannot say, or that close something, never reach the file as they are. */
static void xml_text(struct buf *out, struct span text, size_t max) {
    const char *at = text.at, *end = text.at + text.size;
    for (size_t n = 0; at < end && n < max; n++) {
        const char *from = at;
        int32_t c = utf8_next(&at, end);
        if (c < 0)
            break;
        if (c == '<')
            buf_adds(out, "&lt;");
        else if (c == '&')
            buf_adds(out, "&amp;");
        else if (c == '>')
            buf_adds(out, "&gt;");
        else if (c < ' ' || c == 0xFFFE || c == 0xFFFF)
            buf_addc(out, ' ');
        else
            buf_add(out, (struct span){from, (size_t)(at - from)});
    }
}

static void element(struct buf *out, const char *name, struct span text, size_t max) {
    buf_addf(out, "<%s>", name);
    xml_text(out, text, max);
    buf_addf(out, "</%s>", name);
}

static void pain_begin(const struct bank_format *f, const struct bank_batch *b, struct buf *out) {
    bool v9 = f->kind == BANK_PAIN_09;
    char at[INSTANT_TEXT_MAX], on[DATE_TEXT_MAX], sum[32];
    instant_text(b->made_at, at);
    date_text(b->pay_on, on);
    snprintf(sum, sizeof sum, "%lld.%02lld", (long long)(b->total_fen / 100), (long long)(b->total_fen % 100));
    buf_addf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:%s\">\n<CstmrCdtTrfInitn>\n", v9 ? "pain.001.001.09" : "pain.001.001.03");
    buf_addf(out, "<GrpHdr><MsgId>%lld</MsgId><CreDtTm>%s</CreDtTm><NbOfTxs>%lld</NbOfTxs><CtrlSum>%s</CtrlSum><InitgPty>", (long long)b->batch, at, (long long)b->count, sum);
    element(out, "Nm", span_of(f->debtor_name), 140);
    buf_addf(out, "</InitgPty></GrpHdr>\n<PmtInf><PmtInfId>%lld-1</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>false</BtchBookg><NbOfTxs>%lld</NbOfTxs><CtrlSum>%s</CtrlSum>", (long long)b->batch,
        (long long)b->count, sum);
    buf_addf(out, v9 ? "<ReqdExctnDt><Dt>%s</Dt></ReqdExctnDt><Dbtr>" : "<ReqdExctnDt>%s</ReqdExctnDt><Dbtr>", on);
    element(out, "Nm", span_of(f->debtor_name), 140);
    buf_adds(out, "</Dbtr><DbtrAcct><Id><Othr>");
    element(out, "Id", span_of(f->debtor_account), 34);
    buf_adds(out, "</Othr></Id><Ccy>CNY</Ccy></DbtrAcct><DbtrAgt><FinInstnId><ClrSysMmbId><ClrSysId><Cd>CNAPS</Cd></ClrSysId>");
    element(out, "MmbId", span_of(f->debtor_clearing), 35);
    buf_adds(out, "</ClrSysMmbId></FinInstnId></DbtrAgt>\n");
}

static enum status pain_line(const struct bank_format *f, const struct bank_line *l, struct buf *out, struct diag *d) {
    if (l->account.size == 0 || l->account.size > 34 || l->name.size == 0)
        return diag_fail(d, E_CONFLICT, "payment.format_value", DIAG_N("payment", l->payment), DIAG_S("column", l->name.size ? "account" : "name"));
    buf_addf(out, "<CdtTrfTxInf><PmtId><EndToEndId>%lld</EndToEndId></PmtId><Amt><InstdAmt Ccy=\"CNY\">%lld.%02lld</InstdAmt></Amt>", (long long)l->payment, (long long)(l->fen / 100),
        (long long)(l->fen % 100));
    if (l->bank.size) {
        buf_adds(out, "<CdtrAgt><FinInstnId>");
        element(out, "Nm", l->bank, 140);
        buf_adds(out, "</FinInstnId></CdtrAgt>");
    }
    buf_adds(out, "<Cdtr>");
    element(out, "Nm", l->name, 140);
    buf_adds(out, "</Cdtr><CdtrAcct><Id><Othr>");
    element(out, "Id", l->account, 34);
    buf_adds(out, "</Othr></Id></CdtrAcct>");
    if (*f->purpose)
        buf_addf(out, "<Purp><Cd>%s</Cd></Purp>", f->purpose);
    buf_adds(out, "<RmtInf>");
    element(out, "Ustrd", span_of(l->remark), 140);
    buf_adds(out, "</RmtInf></CdtTrfTxInf>\n");
    return OK;
}

/* ---- a file -------------------------------------------------------------------------------------- */

enum status bank_file_begin(const struct bank_format *f, const struct bank_batch *b, struct buf *out, struct diag *d) {
    enum status s = OK;
    if (f->kind >= BANK_PAIN_09)
        pain_begin(f, b, out);
    else
        for (size_t i = 0; s == OK && i < f->headers; i++)
            s = template_line(f, b, f->header[i], "", out, d);
    return s;
}

enum status bank_file_line(const struct bank_format *f, const struct bank_batch *b, const struct bank_line *l, struct buf *out, struct diag *d) {
    return f->kind >= BANK_PAIN_09 ? pain_line(f, l, out, d) : text_line(f, b, l, out, d);
}

enum status bank_file_end(const struct bank_format *f, const struct bank_batch *b, struct buf *out, char sm3[65], struct diag *d) {
    enum status s = OK;
    bool stated = false;
    if (f->kind >= BANK_PAIN_09)
        buf_adds(out, "</PmtInf>\n</CstmrCdtTrfInitn>\n</Document>\n");
    struct hash h = hash_one(HASH_SM3, buf_span(out));
    hash_hex(&h, sm3);
    for (size_t i = 0; s == OK && f->kind < BANK_PAIN_09 && i < f->trailers; i++) {
        stated = stated || strstr(f->trailer[i], "{sm3}");
        s = template_line(f, b, f->trailer[i], sm3, out, d);
    }
    if (s == OK && f->trailers && !stated) {
        h = hash_one(HASH_SM3, buf_span(out));
        hash_hex(&h, sm3);
    }
    return s == OK && !buf_ok(out) ? arena_full(d) : s;
}

const char *bank_file_ending(const struct bank_format *f) { return f->kind >= BANK_PAIN_09 ? "xml" : f->quote ? "csv" : "txt"; }
const char *bank_file_media(const struct bank_format *f) {
    return f->kind >= BANK_PAIN_09 ? "application/xml" : f->gb18030 ? "text/plain; charset=gb18030" : "text/csv; charset=utf-8";
}
