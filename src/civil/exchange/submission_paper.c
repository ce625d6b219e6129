/* The file as it is written, and what comes back as it is read.  Pure: a declared form, bytes, rows. */
#include "civil/exchange/submission_internal.h"

#include "base/csv.h"
#include "base/decimal.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "sheet/sheet.h"

#include <stdio.h>

static const char END[] = "合计";

/* ---- written ------------------------------------------------------------------------------------ */

void submission_write(struct buf *out, const struct submission_form *f, const struct submission_head *h, const struct submission_row *const *row, size_t n, char sm3[2 * HASH_BYTES + 1]) {
    char day[DATE_TEXT_MAX];
    int64_t fen = 0;
    (void)date_text(h->as_of, day);
    buf_adds(out, "\xef\xbb\xbf报送,");
    csv_write(out, span_of(f->format));
    buf_addc(out, ',');
    csv_write(out, span_of(f->version));
    buf_addf(out, ",%s,%lld,%lld,%s,%s,%zu\r\n序号", f->id, (long long)h->district, (long long)h->number, day, h->kind, n);
    for (size_t i = 0; i < f->columns; i++) {
        buf_addc(out, ',');
        csv_write(out, span_of(f->column[i].heading));
    }
    for (size_t k = 0; k < n; k++) {
        buf_addf(out, "\r\n%zu", k + 1);
        for (size_t i = 0; i < f->columns; i++) {
            buf_addc(out, ',');
            csv_write(out, row[k]->value[i]);
        }
        fen += row[k]->fen;
    }
    buf_adds(out, "\r\n");
    struct hash all = hash_one(HASH_SM3, buf_span(out));
    hash_hex(&all, sm3);
    buf_addf(out, "%s,%zu,%lld.%02d,SM3,%s\r\n", END, n, (long long)(fen / 100), (int)(fen % 100), sm3);
}

/* ---- read --------------------------------------------------------------------------------------- */

static enum status bad_row(int line, const char *part, struct diag *d) { return diag_fail(d, E_INPUT, "exchange.receipt_row", DIAG_N("line", line), DIAG_S("part", part)); }

static struct span trimmed(struct span s) {
    while (s.size && (unsigned char)s.at[0] <= ' ')
        s = (struct span){s.at + 1, s.size - 1};
    while (s.size && (unsigned char)s.at[s.size - 1] <= ' ')
        s.size--;
    return s.size ? s : SPAN("");
}

/* A cell that says what it means, or why it cannot be taken. */
static enum status cell(struct arena *a, const struct sheet_row *row, int at, const char *heading, struct span *ret, struct diag *d) {
    *ret = SPAN("");
    if (at < 0 || (size_t)at >= row->cells)
        return OK;
    const struct sheet_cell *c = &row->cell[at];
    struct span s = trimmed(c->text);
    if (c->kind == SHEET_ERROR || c->rounded || c->merged || !utf8_valid(s) || utf8_has_hidden(s, false) || utf8_length(s) > SUBMISSION_TEXT_MAX)
        return bad_row(row->line, heading, d);
    char *own = arena_dup(a, s);
    if (!own)
        return arena_full(d);
    *ret = (struct span){own, s.size};
    return OK;
}

static bool blank(const struct sheet_row *row) {
    for (size_t i = 0; i < row->cells; i++)
        if (trimmed(row->cell[i].text).size)
            return false;
    return true;
}

static struct span plain(const struct sheet_row *row, size_t at) { return at < row->cells ? trimmed(row->cell[at].text) : SPAN(""); }

static int heading_span(const struct sheet_row *row, struct span heading) {
    for (size_t i = 0; i < row->cells; i++)
        if (span_eq(trimmed(row->cell[i].text), heading))
            return (int)i;
    return -1;
}
static int heading_at(const struct sheet_row *row, const char *heading) { return heading_span(row, span_of(heading)); }

static bool number_of(struct span s, int64_t *ret) {
    *ret = 0;
    for (size_t i = 0; i < s.size; i++) {
        if (s.at[i] < '0' || s.at[i] > '9' || *ret > 99999999)
            return false;
        *ret = *ret * 10 + (s.at[i] - '0');
    }
    return s.size > 0;
}

enum { RC_NUMBER, RC_VERDICT, RC_CODE, RC_REASON, RC_THEIRS, RC_COUNT };
struct receipt_reading {
    struct arena *a;
    const struct submission_form *f;
    struct receipt *r;
    VEC(struct receipt_row) list;
    const char *heading[RC_COUNT], *yes, *no;
    int at[RC_COUNT];
    enum { AT_HEAD, AT_HEADINGS, AT_ROWS, AT_END } stage;
};

static enum status bad_head(const char *part, struct diag *d) { return diag_fail(d, E_INPUT, "exchange.receipt_head", DIAG_S("part", part)); }

/* 回执,format,version,target,number,SM3,day */
static enum status receipt_head(struct receipt_reading *x, const struct sheet_row *row, struct diag *d) {
    const struct submission_form *f = x->f;
    struct span sm3 = plain(row, 5);
    if (!span_is(plain(row, 0), json_str(json_get(f->item, "receipt"), "title", "")) || !span_is(plain(row, 1), f->format))
        return bad_head("format", d);
    if (!span_is(plain(row, 2), f->version))
        return bad_head("version", d);
    if (!span_is(plain(row, 3), f->id))
        return bad_head("target", d);
    if (!number_of(plain(row, 4), &x->r->number) || x->r->number < 1)
        return bad_head("number", d);
    if (sm3.size != (size_t)2 * HASH_BYTES)
        return bad_head("SM3", d);
    if (date_parse(plain(row, 6), &x->r->as_of, NULL) != OK)
        return bad_head("date", d);
    char *own = arena_dup(x->a, sm3);
    for (char *c = own; c && *c; c++)
        if (*c >= 'A' && *c <= 'F')
            *c = (char)(*c + 32);
    x->r->sm3 = own ? span_of(own) : SPAN("");
    return own ? OK : arena_full(d);
}

static enum status receipt_line(struct receipt_reading *x, const struct sheet_row *row, struct diag *d) {
    struct span verdict;
    if (x->list.size >= 2 * SUBMISSION_ROWS_MAX)
        return diag_fail(d, E_LIMIT, "exchange.receipt_rows", DIAG_N("limit", 2 * SUBMISSION_ROWS_MAX));
    struct receipt_row *slot = vec_push_in(x->a, &x->list);
    if (!slot)
        return arena_full(d);
    slot->line = row->line;
    enum status s = cell(x->a, row, x->at[RC_NUMBER], x->heading[RC_NUMBER], &slot->number, d);
    if (s == OK)
        s = cell(x->a, row, x->at[RC_VERDICT], x->heading[RC_VERDICT], &verdict, d);
    if (s == OK)
        s = cell(x->a, row, x->at[RC_CODE], x->heading[RC_CODE], &slot->code, d);
    if (s == OK)
        s = cell(x->a, row, x->at[RC_REASON], x->heading[RC_REASON], &slot->reason, d);
    if (s == OK)
        s = cell(x->a, row, x->at[RC_THEIRS], x->heading[RC_THEIRS], &slot->theirs, d);
    if (s != OK)
        return s;
    if (!slot->number.size || row->unfinished)
        return bad_row(row->line, x->heading[RC_NUMBER], d);
    slot->accepted = span_is(verdict, x->yes);
    if (!slot->accepted && !span_is(verdict, x->no))
        return bad_row(row->line, x->heading[RC_VERDICT], d);
    /* Refused without a reason cannot be mended. */
    return slot->accepted || slot->reason.size || slot->code.size ? OK : bad_row(row->line, x->heading[RC_REASON], d);
}

static enum status receipt_row_in(void *arg, const struct sheet_row *row, struct diag *d) {
    struct receipt_reading *x = arg;
    int64_t n = 0;
    enum status s = OK;
    if (blank(row))
        return OK;
    switch (x->stage) {
    case AT_HEAD:
        s = receipt_head(x, row, d);
        x->stage = AT_HEADINGS;
        return s;
    case AT_HEADINGS:
        for (int i = 0; i < RC_COUNT; i++)
            if ((x->at[i] = heading_at(row, x->heading[i])) < 0)
                return diag_fail(d, E_INPUT, "exchange.receipt_heading", DIAG_S("name", x->heading[i]));
        x->stage = AT_ROWS;
        return OK;
    case AT_ROWS:
        if (!span_is(plain(row, 0), END))
            return receipt_line(x, row, d);
        x->stage = AT_END;
        return number_of(plain(row, 1), &n) && (size_t)n == x->list.size ? OK : diag_fail(d, E_INPUT, "exchange.receipt_total", DIAG_N("rows", (int64_t)x->list.size));
    case AT_END: break;
    }
    return bad_row(row->line, END, d); /* nothing comes behind the end */
}

static int by_number(const void *p, const void *q) {
    const struct receipt_row *x = p, *y = q;
    size_t n = x->number.size < y->number.size ? x->number.size : y->number.size;
    int c = n ? memcmp(x->number.at, y->number.at, n) : 0;
    if (!c)
        c = (x->number.size > y->number.size) - (x->number.size < y->number.size);
    return c ? c : (x->line > y->line) - (x->line < y->line);
}

enum status submission_receipt_read(struct arena *a, const struct submission_form *f, struct span file, struct receipt *ret, struct diag *d) {
    const struct json *says = json_get(f->item, "receipt"), *verdicts = json_get(says, "verdicts");
    struct sheet_info info;
    struct receipt_reading x = {.a = a, .f = f, .r = ret, .yes = json_str(verdicts, "accepted", ""), .no = json_str(verdicts, "rejected", ""),
        .heading = {json_str(says, "number", ""), json_str(says, "verdict", ""), json_str(says, "code", ""), json_str(says, "reason", ""), json_str(says, "theirs", "")}};
    *ret = (struct receipt){0};
    enum status s = sheet_read(file, a, receipt_row_in, &x, &info, d);
    if (s == OK && x.stage != AT_END)
        s = diag_fail(d, E_INPUT, "exchange.receipt_total", DIAG_N("rows", (int64_t)x.list.size));
    if (s == OK && x.list.size)
        qsort(x.list.at, x.list.size, sizeof *x.list.at, by_number);
    for (size_t i = 1; s == OK && i < x.list.size; i++)
        if (span_eq(x.list.at[i].number, x.list.at[i - 1].number)) /* one row, two words */
            s = bad_row(x.list.at[i].line, x.heading[RC_NUMBER], d);
    ret->row = x.list.at;
    ret->count = x.list.size;
    return s;
}

/* ---- their own list ------------------------------------------------------------------------------- */

enum { HEADING_ROWS = 20 };
struct list_reading { struct arena *a; const struct submission_form *f; struct span called[SUBMISSION_COLUMNS_MAX]; /* what they call our columns */ struct their_list *r; VEC(struct list_row) list; int at[SUBMISSION_COLUMNS_MAX], id, rows; bool heading, ended; };

static bool list_heading(struct list_reading *x, const struct sheet_row *row) {
    if (heading_span(row, x->called[x->id]) < 0)
        return false;
    for (size_t i = 0; i < x->f->columns; i++)
        x->r->has[i] = (x->at[i] = heading_span(row, x->called[i])) >= 0;
    return true;
}

/* "their heading=our heading,..." */
static enum status called(struct list_reading *x, const char *map, struct diag *d) {
    for (size_t i = 0; i < x->f->columns; i++)
        x->called[i] = span_of(x->f->column[i].heading);
    for (const char *at = map; at && *at;) {
        size_t n = strcspn(at, ","), cut = strcspn(at, "=");
        struct span theirs = trimmed((struct span){at, cut < n ? cut : n}), ours = cut < n ? trimmed((struct span){at + cut + 1, n - cut - 1}) : SPAN("");
        size_t k = 0;
        while (k < x->f->columns && !span_is(ours, x->f->column[k].heading))
            k++;
        if (k == x->f->columns || !theirs.size || ours.size > 120)
            return diag_fail(d, E_INPUT, "exchange.map");
        x->called[k] = theirs;
        at += n + (at[n] == ',');
    }
    return OK;
}

static enum status list_row_in(void *arg, const struct sheet_row *row, struct diag *d) {
    struct list_reading *x = arg;
    enum status s = OK;
    if (blank(row) || x->ended)
        return OK;
    if (!x->heading) {
        x->heading = list_heading(x, row);
        return x->heading || ++x->rows < HEADING_ROWS ? OK : diag_fail(d, E_INPUT, "exchange.receipt_heading", DIAG_S("name", x->f->column[x->id].heading));
    }
    if (span_is(plain(row, 0), END)) {
        x->ended = true;
        return OK;
    }
    if (x->list.size >= SUBMISSION_LIST_MAX)
        return diag_fail(d, E_LIMIT, "exchange.receipt_rows", DIAG_N("limit", SUBMISSION_LIST_MAX));
    struct list_row *slot = vec_push_in(x->a, &x->list);
    if (!slot)
        return arena_full(d);
    slot->line = row->line;
    for (size_t i = 0; s == OK && i < x->f->columns; i++)
        s = cell(x->a, row, x->at[i], x->f->column[i].heading, &slot->value[i], d);
    return s == OK && (!slot->value[x->id].size || row->unfinished) ? bad_row(row->line, x->f->column[x->id].heading, d) : s;
}

enum status submission_list_read(struct arena *a, const struct submission_form *f, const char *map, struct span file, struct their_list *ret, struct diag *d) {
    struct sheet_info info;
    struct list_reading x = {.a = a, .f = f, .r = ret, .id = submission_column_of(f, SF_ID_NUMBER)};
    *ret = (struct their_list){0};
    enum status s = called(&x, map, d);
    if (s == OK)
        s = sheet_read(file, a, list_row_in, &x, &info, d);
    if (s == OK && !x.heading)
        s = diag_fail(d, E_INPUT, "exchange.receipt_heading", DIAG_S("name", f->column[x.id].heading));
    ret->row = x.list.at;
    ret->count = x.list.size;
    return s;
}

static size_t digits(struct span s, char out[32]) {
    size_t n = 0;
    for (size_t i = 0; i < s.size && n < 31; i++)
        if (s.at[i] >= '0' && s.at[i] <= '9')
            out[n++] = s.at[i];
    return n;
}

bool submission_same(enum submission_field f, struct span a, struct span b) {
    struct dec x, y;
    char p[32], q[32];
    if (span_eq(a, b))
        return true;
    if (f == SF_MONTHLY)
        return dec_parse(a, &x, NULL) == OK && dec_parse(b, &y, NULL) == OK && dec_cmp(x, y) == 0;
    if (f == SF_ID_NUMBER) /* a small x at the end */
        return a.size == b.size && a.size && strncasecmp(a.at, b.at, a.size) == 0;
    if (f != SF_FROM && f != SF_DECIDED)
        return false;
    size_t n = digits(a, p), m = digits(b, q);
    return n && n == m && memcmp(p, q, n) == 0;
}
