/* A statement as CSV or XLSX for a spreadsheet, or as PDF for paper. */
#include "civil/books/statement.h"

#include "base/csv.h"
#include "civil/pack/pack.h"
#include "civil/register/register.h"
#include "doc/by_path.h"
#include "doc/pdf.h"
#include "store/store.h"

#include <stdio.h>
#include <xlsxwriter.h>

enum { COLUMNS = 8 };
static const char *const heads[COLUMNS] = {"books.col.key", "books.col.month", "books.col.count", "books.col.approved", "books.col.paid", "books.col.returned", "books.col.under_way", "books.col.correction"};

struct table { struct civil *c; struct txn *t; const struct statement *s; enum lang lang; struct arena *a; };

static const char *say(const struct table *x, enum lang l, const char *code, const struct diag_arg *args, size_t n) {
    BUF_AUTO b;
    buf_init(&b, 0);
    message_text(&b, l, code, args, n);
    return arena_dup(x->a, buf_span(&b));
}

/* The one of a family. */
static const char *say_of(const struct table *x, enum lang l, const char *family, const char *which, const struct diag_arg *args, size_t n) {
    char code[48];
    snprintf(code, sizeof code, "%s.%s", family, which);
    return say(x, l, code, args, n);
}

/* What the key is called: a scheme, a subdistrict, a fund. */
static const char *called(const struct table *x, const char *key) {
    const struct matter *m = strcmp(x->s->by, "scheme") == 0 ? packs_scheme(x->c->packs, key) : NULL;
    const char *name = NULL;
    struct diag none = {0};
    if (m)
        return json_str(json_get(m->json, "name"), x->lang == LANG_ZH ? "zh" : "en", key);
    if (strcmp(x->s->by, "division") == 0)
        return division_name(x->t, x->a, key, &name, &none) == OK ? name : key;
    return strcmp(x->s->by, "fund") == 0 ? say_of(x, x->lang, "books.fund", key, NULL, 0) : key;
}

static const char *title(const struct table *x, enum lang l) {
    char from[8], to[8];
    month_text(x->s->from, from);
    month_text(x->s->to, to);
    const struct diag_arg args[] = {DIAG_S("from", from), DIAG_S("to", to), DIAG_S("name", x->s->name ? x->s->name : "")};
    return say_of(x, l, "books.title", x->s->name ? "person" : x->s->by, args, ARRAY_LEN(args));
}

/* The amounts of a row, in the order of heads from "approved" on. */
static void amounts(const struct statement_line *l, int64_t ret[5]) {
    const int64_t all[5] = {l->approved, l->paid, l->returned, l->approved - l->paid - l->returned, l->correction};
    memcpy(ret, all, sizeof all);
}

static struct statement_line total_of(const struct statement *s) {
    struct statement_line sum = {0};
    for (size_t i = 0; i < s->count; i++) {
        sum.count += s->line[i].count;
        sum.approved += s->line[i].approved;
        sum.paid += s->line[i].paid;
        sum.returned += s->line[i].returned;
        sum.correction += s->line[i].correction;
    }
    return sum;
}

/* A row in words: COLUMNS texts; `l->key` NULL: the sum.  NULL: memory. */
static const char **row(const struct table *x, const struct statement_line *l) {
    const char **cell = ARENA_ARRAY(x->a, COLUMNS, const char *);
    int64_t fen[5];
    char month[8];
    if (!cell)
        return NULL;
    month_text(l->month, month);
    cell[0] = l->key ? called(x, l->key) : say(x, x->lang, "books.sum", NULL, 0);
    cell[1] = l->key ? arena_dup(x->a, span_of(month)) : "";
    cell[2] = arena_printf(x->a, "%lld", (long long)l->count);
    amounts(l, fen);
    for (int i = 0; i < 5; i++)
        cell[3 + i] = arena_printf(x->a, "%s%lld.%02lld", fen[i] < 0 ? "-" : "", llabs((long long)fen[i]) / 100, llabs((long long)fen[i]) % 100);
    for (int i = 0; i < COLUMNS; i++)
        if (!cell[i])
            return NULL;
    return cell;
}

/* A spreadsheet takes a cell of CSV that begins so for a formula (CWE-1236). */
static void csv_cell(struct buf *out, const char *text, bool words) {
    BUF_AUTO safe;
    buf_init(&safe, 65536);
    if (words && *text && strchr("=+-@\t\r", *text))
        buf_addc(&safe, '\'');
    buf_adds(&safe, text);
    csv_write(out, buf_span(&safe));
}

static enum status csv(const struct table *x, struct buf *out, struct diag *d) {
    struct statement_line sum = total_of(x->s);
    buf_adds(out, "\xEF\xBB\xBF"); /* else Excel reads GBK */
    for (int i = 0; i < COLUMNS; i++) {
        buf_adds(out, i ? "," : "");
        csv_cell(out, say(x, x->lang, heads[i], NULL, 0), true);
    }
    buf_adds(out, "\r\n");
    for (size_t i = 0; i <= x->s->count; i++) {
        const char **cell = row(x, i < x->s->count ? &x->s->line[i] : &sum);
        if (!cell)
            return arena_full(d);
        for (int k = 0; k < COLUMNS; k++) {
            buf_adds(out, k ? "," : "");
            csv_cell(out, cell[k], k == 0);
        }
        buf_adds(out, "\r\n");
    }
    return buf_ok(out) ? OK : arena_full(d);
}

/* ---- XLSX ---------------------------------------------------------------------------- */

static enum status sheet(const char *path, void *arg, struct diag *d) {
    const struct table *x = arg;
    struct statement_line sum = total_of(x->s);
    enum status s = OK;
    lxw_workbook *book = workbook_new(path);
    if (!book)
        return arena_full(d);
    lxw_worksheet *at = workbook_add_worksheet(book, NULL);
    lxw_format *head = workbook_add_format(book), *yuan = workbook_add_format(book);
    format_set_bold(head);
    format_set_num_format(yuan, "#,##0.00");
    worksheet_set_column(at, 0, 0, 28, NULL);
    worksheet_set_column(at, 1, COLUMNS - 1, 16, NULL);
    worksheet_write_string(at, 0, 0, title(x, x->lang), head);
    for (lxw_col_t k = 0; k < COLUMNS; k++)
        worksheet_write_string(at, 1, k, say(x, x->lang, heads[k], NULL, 0), head);
    worksheet_freeze_panes(at, 2, 1);
    for (size_t i = 0; s == OK && i <= x->s->count; i++) {
        const struct statement_line *l = i < x->s->count ? &x->s->line[i] : &sum;
        const char **cell = row(x, l);
        int64_t fen[5];
        if (!cell) {
            s = arena_full(d);
            break;
        }
        amounts(l, fen);
        worksheet_write_string(at, (lxw_row_t)i + 2, 0, cell[0], NULL);
        worksheet_write_string(at, (lxw_row_t)i + 2, 1, cell[1], NULL);
        worksheet_write_number(at, (lxw_row_t)i + 2, 2, (double)l->count, NULL);
        for (lxw_col_t k = 0; k < 5; k++)
            worksheet_write_number(at, (lxw_row_t)i + 2, k + 3, (double)fen[k] / 100, yuan);
    }
    return workbook_close(book) == LXW_NO_ERROR || s != OK ? s : diag_fail(d, E_SYSTEM, "doc.file");
}

static enum status xlsx(const struct table *x, struct buf *out, struct diag *d) {
    struct table t = *x;
    return doc_by_path(sheet, &t, out, d);
}

/* ---- PDF ------------------------------------------------------------------------------ */

/* What fits the width of a page. */
static const int on_paper[] = {0, 1, 3, 4, 5, 7};
enum { PAPER_COLUMNS = ARRAY_LEN(on_paper) };

static enum status pdf(const struct table *x, struct buf *out, struct diag *d) {
    struct statement_line sum = total_of(x->s);
    enum lang other = x->lang == LANG_ZH ? LANG_EN : LANG_ZH;
    size_t n = x->s->count + 1;
    struct doc_column column[PAPER_COLUMNS];
    struct doc_text *cell = ARENA_ARRAY(x->a, n * PAPER_COLUMNS, struct doc_text);
    if (!cell)
        return arena_full(d);
    for (int k = 0; k < PAPER_COLUMNS; k++)
        column[k] = (struct doc_column){{say(x, x->lang, heads[on_paper[k]], NULL, 0), say(x, other, heads[on_paper[k]], NULL, 0)}, on_paper[k] >= 2};
    for (size_t i = 0; i < n; i++) {
        const char **text = row(x, i < x->s->count ? &x->s->line[i] : &sum);
        if (!text)
            return arena_full(d);
        for (int k = 0; k < PAPER_COLUMNS; k++)
            cell[i * PAPER_COLUMNS + (size_t)k] = (struct doc_text){text[on_paper[k]], NULL};
    }
    struct doc_block block[] = {
        {.type = DOC_TITLE, .title = {title(x, x->lang), title(x, other)}},
        {.type = DOC_PARAGRAPH, .text = {say(x, x->lang, "books.means", NULL, 0), say(x, other, "books.means", NULL, 0)}},
        {.type = DOC_TABLE, .column = column, .column_count = PAPER_COLUMNS, .cell = cell, .row_count = n, .total = true},
    };
    struct document doc = {.title = block[0].title.main, .author = "minzheng", .subject = "", .language = x->lang == LANG_ZH ? "zh-CN" : "en", .made_at = txn_now(x->t), .block = block, .block_count = ARRAY_LEN(block)};
    return doc_pdf(&doc, out, NULL, d);
}

enum status statement_file(struct civil *c, struct txn *t, const struct statement *s, const char *format, enum lang l, struct buf *out, const char **ret_media, struct diag *d) {
    static const struct { const char *format, *media; enum status (*write)(const struct table *, struct buf *, struct diag *); } known[] = {
        {"csv", "text/csv; charset=utf-8", csv},
        {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx},
        {"pdf", "application/pdf", pdf},
    };
    struct table x = {c, t, s, l, txn_arena(t)};
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strcmp(format, known[i].format) == 0) {
            *ret_media = known[i].media;
            return known[i].write(&x, out, d);
        }
    return diag_fail(d, E_INPUT, "books.format");
}
