/* A statement as a table, by a template of the packs: lines of "label, value", then rows under a heading. */
#include "civil/bank/statement.h"

#include "base/json.h"
#include "base/message.h"
#include "base/vec.h"
#include "civil/payment/bank_format.h"
#include "civil/payment/bank_results.h"
#include "sheet/sheet.h"

#include <stdio.h>

const char *statement_account(const struct packs *p) { return json_str(bank_section(p, "account"), "number", ""); }

enum head { HEAD_ACCOUNT, HEAD_NUMBER, HEAD_FROM, HEAD_TO, HEAD_OPENING, HEAD_CLOSING, HEADS };
enum column { COL_DATE, COL_DEBIT, COL_CREDIT, COL_BALANCE, COL_PAYMENT, COL_BATCH, COL_REFERENCE, COL_CODE, COL_TEXT, COLS };
static const char *const HEAD[HEADS] = {"account", "number", "from", "to", "opening", "closing"};
static const char *const COLUMN[COLS] = {"date", "debit", "credit", "balance", "payment", "batch", "reference", "code", "text"};

struct template { const char *id, *end, *head[HEADS], *column[COLS]; bool fen, compact; };

static enum status read_template(const struct json *j, struct template *t, struct diag *d) {
    const char *unit = json_str(j, "unit", ""), *date = json_str(j, "date", "");
    *t = (struct template){.id = json_str(j, "id", ""), .end = json_str(j, "end", NULL), .fen = strcmp(unit, "fen") == 0, .compact = strcmp(date, "yyyymmdd") == 0};
    if (!*t->id || (!t->fen && strcmp(unit, "yuan") != 0))
        return bank_wrong(t->id, "unit", d);
    if (!t->compact && strcmp(date, "yyyy-mm-dd") != 0)
        return bank_wrong(t->id, "date", d);
    for (int i = 0; i < HEADS; i++)
        if (!(t->head[i] = json_str(json_get(j, "head"), HEAD[i], NULL)))
            return bank_wrong(t->id, HEAD[i], d);
    for (int i = 0; i < COLS; i++)
        if (!(t->column[i] = json_str(json_get(j, "columns"), COLUMN[i], NULL)) && i <= COL_CREDIT)
            return bank_wrong(t->id, COLUMN[i], d);
    return OK;
}

static enum status find_template(const struct packs *p, const char *id, struct template *ret, struct diag *d) {
    const struct json *found = bank_item(p, "statements", id);
    return found ? read_template(found, ret, d) : diag_fail(d, E_INPUT, "bank.template", DIAG_S("id", id ? id : ""));
}

enum status statement_templates_check(const struct packs *p, struct diag *d) {
    const struct json *list = bank_section(p, "statements");
    struct template t;
    enum status s = OK;
    for (size_t i = 0; s == OK && !json_is_null(list) && i < list->size; i++)
        s = read_template(list->item[i], &t, d);
    return s;
}

void statement_templates_json(const struct packs *p, struct json_writer *w) {
    const struct json *list = bank_section(p, "statements");
    json_key(w, "templates");
    json_array(w);
    for (size_t i = 0; !json_is_null(list) && i < list->size; i++) {
        json_object(w);
        json_kstring(w, "id", json_str(list->item[i], "id", ""));
        json_key(w, "name");
        json_value(w, json_get(list->item[i], "name"));
        json_kstring(w, "confidence", json_str(list->item[i], "confidence", ""));
        json_object_end(w);
    }
    json_array_end(w);
}

struct reading {
    struct arena *a;
    struct template t;
    struct statement s;
    VEC(struct statement_entry) list;
    int at[COLS]; /* of the heading; -1: not there */
    bool head[HEADS], heading, ended, balanced;
    int64_t running;
};

static struct span cell(const struct reading *x, const struct sheet_row *row, enum column c) {
    if (x->at[c] < 0 || (size_t)x->at[c] >= row->cells || row->cell[x->at[c]].kind == SHEET_ERROR)
        return (struct span){"", 0};
    struct span s = row->cell[x->at[c]].text;
    while (s.size && strchr(" \t", s.at[0])) {
        s.at++;
        s.size--;
    }
    while (s.size && strchr(" \t", s.at[s.size - 1]))
        s.size--;
    return s.size ? s : (struct span){"", 0};
}

/* "1,450.00", "-12", ""; of a template in fen whole numbers. */
static bool fen_of(const struct template *t, struct span s, bool signed_too, int64_t *ret) {
    char plain[32];
    size_t n = 0;
    for (size_t i = 0; i < s.size; i++) {
        if (s.at[i] == ',')
            continue;
        if (n + 1 >= sizeof plain)
            return false;
        plain[n++] = s.at[i];
    }
    if (!n || !statement_fen((struct span){plain, n}, signed_too, ret))
        return false;
    if (t->fen && *ret % 100 != 0)
        return false;
    *ret = t->fen ? *ret / 100 : *ret;
    return true;
}

static bool day_of(const struct template *t, struct span s, date_t *ret) {
    char dashed[11];
    if (t->compact && s.size == 8) {
        snprintf(dashed, sizeof dashed, "%.4s-%.2s-%.2s", s.at, s.at + 4, s.at + 6);
        return date_parse(span_of(dashed), ret, NULL) == OK;
    }
    return date_parse(s, ret, NULL) == OK; /* a spreadsheet's own date comes like this in any case */
}

static enum status head_value(struct reading *x, enum head h, const struct sheet_row *row, struct span v, struct diag *d) {
    int64_t n = 0;
    date_t day = 0;
    if (x->head[h])
        return statement_wrong(row->line, x->t.head[h], d);
    x->head[h] = true;
    bool ok = h == HEAD_ACCOUNT ? v.size && v.size < sizeof x->s.account : h == HEAD_NUMBER ? bank_number(v, &n) : h <= HEAD_TO ? day_of(&x->t, v, &day) : fen_of(&x->t, v, true, &n);
    if (!ok)
        return statement_wrong(row->line, x->t.head[h], d);
    if (h == HEAD_ACCOUNT)
        snprintf(x->s.account, sizeof x->s.account, "%.*s", SPAN_ARG(v));
    else if (h == HEAD_FROM || h == HEAD_TO)
        *(h == HEAD_FROM ? &x->s.from : &x->s.to) = day;
    else
        *(h == HEAD_NUMBER ? &x->s.number : h == HEAD_OPENING ? &x->s.opening : &x->s.closing) = n;
    return OK;
}

/* Labels with their value in the next cell that says something, several a row. */
static enum status head_row(struct reading *x, const struct sheet_row *row, struct diag *d) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < row->cells; i++)
        for (int h = 0; s == OK && h < HEADS; h++) {
            size_t n = strlen(x->t.head[h]);
            struct span c = row->cell[i].text;
            if (c.size < n || memcmp(c.at, x->t.head[h], n) != 0 || (c.size > n && !span_is((struct span){c.at + n, c.size - n}, ":") && !span_is((struct span){c.at + n, c.size - n}, "：")))
                continue;
            s = head_value(x, (enum head)h, row, i + 1 < row->cells ? row->cell[i + 1].text : (struct span){"", 0}, d);
        }
    return s;
}

static bool is_heading(struct reading *x, const struct sheet_row *row) {
    for (int c = 0; c < COLS; c++) {
        x->at[c] = -1;
        for (size_t i = 0; x->t.column[c] && i < row->cells; i++)
            if (span_is(row->cell[i].text, x->t.column[c]))
                x->at[c] = (int)i;
    }
    return x->at[COL_DATE] >= 0 && x->at[COL_DEBIT] >= 0 && x->at[COL_CREDIT] >= 0;
}

static enum status entry_row(struct reading *x, const struct sheet_row *row, struct diag *d) {
    struct statement_entry e = {.text = {"", 0}};
    struct span out = cell(x, row, COL_DEBIT), in = cell(x, row, COL_CREDIT), text = cell(x, row, COL_TEXT), own = cell(x, row, COL_REFERENCE), code = cell(x, row, COL_CODE);
    int64_t debit = 0, credit = 0, balance = 0;
    if (!day_of(&x->t, cell(x, row, COL_DATE), &e.booked))
        return diag_fail(d, E_INPUT, "bank.date", DIAG_N("line", row->line));
    if ((out.size && !fen_of(&x->t, out, false, &debit)) || (in.size && !fen_of(&x->t, in, false, &credit)) || (debit != 0) == (credit != 0))
        return diag_fail(d, E_INPUT, "bank.amount", DIAG_N("line", row->line));
    e.fen = credit - debit;
    x->running += e.fen;
    struct span left = cell(x, row, COL_BALANCE);
    if (left.size && (!fen_of(&x->t, left, true, &balance) || balance != x->running))
        return diag_fail(d, E_INPUT, "bank.running", DIAG_N("line", row->line));
    if (!bank_number(cell(x, row, COL_PAYMENT), &e.payment))
        e.payment = 0;
    if (e.payment || !bank_number(cell(x, row, COL_BATCH), &e.batch))
        e.batch = 0;
    snprintf(e.reference, sizeof e.reference, "%.*s", own.size < sizeof e.reference ? (int)own.size : 0, own.at);
    snprintf(e.code, sizeof e.code, "%.*s", code.size < sizeof e.code ? (int)code.size : 0, code.at);
    size_t n = text.size > 140 ? 140 : text.size;
    while (n && n < text.size && ((unsigned char)text.at[n] & 0xC0) == 0x80)
        n--;
    char *kept = arena_printf(x->a, "%.*s", (int)n, text.at);
    if (x->list.size >= BANK_ENTRIES_MAX)
        return diag_fail(d, E_LIMIT, "bank.entries", DIAG_N("limit", BANK_ENTRIES_MAX));
    struct statement_entry *to = kept ? vec_push_in(x->a, &x->list) : NULL;
    if (!to)
        return arena_full(d);
    e.text = span_of(kept);
    *to = e;
    return OK;
}

static enum status on_row(void *arg, const struct sheet_row *row, struct diag *d) {
    struct reading *x = arg;
    if (x->ended)
        return OK;
    if (!x->heading) {
        if (!is_heading(x, row))
            return head_row(x, row, d);
        x->heading = true;
        x->running = x->s.opening;
        return x->head[HEAD_OPENING] ? OK : statement_wrong(row->line, x->t.head[HEAD_OPENING], d);
    }
    for (size_t i = 0; x->t.end && i < row->cells; i++)
        if (span_is(row->cell[i].text, x->t.end)) {
            x->ended = true;
            return OK;
        }
    return entry_row(x, row, d);
}

enum status statement_table_read(struct arena *a, const struct packs *p, const char *format, struct span file, struct statements *ret, struct diag *d) {
    struct reading *x = arena_alloc(a, sizeof *x);
    struct sheet_info info;
    *ret = (struct statements){0};
    if (!x)
        return arena_full(d);
    *x = (struct reading){.a = a, .s = {.line = 1}};
    enum status s = find_template(p, format, &x->t, d);
    if (s == OK)
        s = sheet_read(file, a, on_row, x, &info, d);
    if (s == OK && !x->heading)
        s = statement_wrong(1, x->t.column[COL_DATE], d);
    for (int h = 0; s == OK && h < HEADS; h++)
        if (!x->head[h])
            s = statement_wrong(1, x->t.head[h], d);
    x->s.entry = x->list.at;
    x->s.count = x->list.size;
    if (s == OK)
        s = statement_whole(&x->s, d);
    *ret = (struct statements){&x->s, 1, x->t.id};
    return s;
}

enum status statements_read(struct arena *a, const struct packs *p, const char *format, struct span file, struct statements *ret, struct diag *d) {
    return bank_results_is_xml(file) ? statements_read_camt(a, file, ret, d) : statement_table_read(a, p, format, file, ret, d);
}
