/* A row of a workbook: what XLSX and XLS have in common. */
#include "sheet/sheet_internal.h"

#include "base/date.h"
#include "base/decimal.h"

enum { MERGES_MAX = 5000, DIGITS_EXACT = 15 };

void sheet_line_init(struct sheet_line *l) {
    *l = (struct sheet_line){0};
    buf_init(&l->text, (size_t)SHEET_COLUMNS_MAX * SHEET_CELL_MAX);
}

void sheet_line_release(struct sheet_line *l) { buf_release(&l->text); }

/* ---- merged areas ------------------------------------------------------------------------------ */

enum status sheet_line_merge(struct sheet_line *l, struct arena *a, struct sheet_merge m, struct diag *d) {
    if (l->merge.size >= MERGES_MAX)
        return diag_fail(d, E_LIMIT, "sheet.merges", DIAG_N("limit", MERGES_MAX));
    struct sheet_merge *slot = vec_push_in(a, &l->merge);
    if (!slot)
        return arena_full(d);
    *slot = m;
    return OK;
}

/* The columns of this row that lie in a merged area: once a row, so that many areas cost rows x areas at most. */
static void merged_columns(struct sheet_line *l) {
    memset(l->merged, 0, sizeof l->merged);
    for (size_t i = 0; i < l->merge.size; i++) {
        const struct sheet_merge *m = &l->merge.at[i];
        if (l->row < m->row0 || l->row > m->row1)
            continue;
        for (int col = m->col0 < 0 ? 0 : m->col0; col <= m->col1 && col < SHEET_COLUMNS_MAX; col++)
            l->merged[col] = true;
    }
}

/* ---- the row -------------------------------------------------------------------------------------- */

void sheet_line_begin(struct sheet_line *l, int row) {
    l->row = row;
    l->width = 0;
    l->any = false;
    merged_columns(l);
    buf_clear(&l->text);
    memset(l->cell, 0, sizeof l->cell);
    memset(l->length, 0, sizeof l->length);
}

void sheet_line_cell(struct sheet_line *l, int col, bool formula) {
    assert(col >= 0 && col < SHEET_COLUMNS_MAX);
    l->cell[col].formula = formula;
    if ((size_t)col + 1 > l->width)
        l->width = (size_t)col + 1;
}

void sheet_line_put(struct sheet_line *l, int col, struct span text, enum sheet_kind kind) {
    l->from[col] = l->text.size;
    l->length[col] = text.size;
    buf_add(&l->text, text);
    l->cell[col].kind = text.size ? kind : SHEET_EMPTY;
    l->any |= text.size > 0;
}

enum status sheet_line_end(struct sheet_line *l, sheet_row_fn *fn, void *arg, struct diag *d) {
    if (!buf_ok(&l->text))
        return arena_full(d);
    if (!l->any)
        return OK;
    for (size_t i = 0; i < l->width; i++) {
        l->cell[i].text = l->length[i] ? (struct span){l->text.at + l->from[i], l->length[i]} : SPAN("");
        /* The area's other cells have no value of their own. */
        l->cell[i].merged = l->merged[i];
    }
    struct sheet_row row = {.line = l->row, .cell = l->cell, .cells = l->width};
    return fn(arg, &row, d);
}

/* ---- numbers and days ------------------------------------------------------------------------------- */

bool sheet_builtin_day(int id) {
    return (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 58); /* ECMA-376 18.8.30; 27.. are Chinese ones */
}

/* A number format that shows a day: y or d outside quotes and brackets; m alone may be minutes. */
bool sheet_shows_day(struct span code) {
    for (const char *p = code.at, *end = span_end(code); p < end; p++) {
        if (*p == '"' || *p == '[') {
            const char *close = memchr(p + 1, *p == '"' ? '"' : ']', (size_t)(end - p - 1));
            if (!close)
                return false;
            p = close;
        } else if (*p == '\\' && p + 1 < end) {
            p++;
        } else if (*p && strchr("yYdD", *p)) {
            return true;
        }
    }
    return false;
}

/* Days since 1899-12-30, since Excel has a 29 February 1900 that never was (days 1 to 60 are one less). */
static bool put_day(struct sheet_line *l, int col, struct dec n, bool from_1904) {
    int64_t serial;
    char text[DATE_TEXT_MAX];
    if (dec_to_int(dec_round(n, 0, DEC_FLOOR), &serial, NULL) != OK || serial < 1 || serial > 2958465)
        return false;
    date_t day = from_1904 ? date_from_ymd(1904, 1, 1) + (date_t)serial : date_from_ymd(1899, 12, 30) + (date_t)serial + (serial < 61);
    sheet_line_put(l, col, (struct span){text, date_text(day, text)}, SHEET_DATE);
    return true;
}

void sheet_line_number(struct sheet_line *l, int col, struct span number, bool day, bool from_1904) {
    struct dec n;
    char plain[DEC_TEXT_MAX];
    if (dec_parse(number, &n, NULL) != OK) {
        sheet_line_put(l, col, number, SHEET_ERROR);
        return;
    }
    if (day && put_day(l, col, n, from_1904))
        return;
    /* 0.1 + 0.2 is written 0.30000000000000004: to 15 digits it is what the person saw. */
    struct dec a = dec_abs(n);
    l->cell[col].rounded = dec_cmp(a, dec_int(999999999999999)) > 0;
    if (!l->cell[col].rounded && !dec_is_int(n)) {
        int whole = 0;
        for (struct dec x = a; dec_cmp(x, dec_int(1)) >= 0; x = dec_div(x, dec_int(10)))
            whole++;
        n = dec_round(n, DIGITS_EXACT - whole, DEC_HALF_EVEN);
    }
    sheet_line_put(l, col, (struct span){plain, dec_text_short(n, plain)}, SHEET_NUMBER);
}
