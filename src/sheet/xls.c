/* XLS of Excel 97 to 2003 ([MS-XLS], BIFF8): a stream of records in a compound file.
 *
 * First the records of the book: whether days count from 1904, which formats show a day, the texts that cells share,
 * where the first sheet that is shown begins.  Then the sheet twice: merged areas stand behind the rows they concern.
 * Formulas are not computed and macros not run; a cell holds what the spreadsheet last showed. */
#include "sheet/sheet_internal.h"

#include "base/utf8.h"
#include "sheet/compound.h"

#include <math.h>
#include <stdio.h>

enum record { /* [MS-XLS] 2.3.1 */
    R_FORMULA = 0x06, R_EOF = 0x0a, R_DATE1904 = 0x22, R_FILEPASS = 0x2f, R_CONTINUE = 0x3c, R_BOUNDSHEET = 0x85, R_MULRK = 0xbd, R_RSTRING = 0xd6,
    R_XF = 0xe0, R_MERGECELLS = 0xe5, R_SST = 0xfc, R_LABELSST = 0xfd, R_NUMBER = 0x203, R_LABEL = 0x204, R_BOOLERR = 0x205, R_STRING = 0x207,
    R_RK = 0x27e, R_FORMAT = 0x41e, R_BOF = 0x809,
};
enum { BIFF8 = 0x600, STYLES_MAX = 65536, FORMULA_NONE = -1 };

struct book {
    struct arena *a;
    struct diag *d;
    struct span stream;
    bool from_1904;
    size_t sheet;               /* where it begins; 0: none is shown */
    VEC(struct span) shared;
    VEC(uint16_t) date_format;  /* ids of the book's own formats that show a day */
    VEC(bool) date_style;
    struct sheet_line line;
    struct buf text;
    int formula_col;            /* whose text the next STRING is; FORMULA_NONE */
    sheet_row_fn *fn;
    void *arg;
};

static uint16_t u16(const char *p) { return (uint16_t)((uint8_t)p[0] | (uint8_t)p[1] << 8); }
static uint32_t u32(const char *p) { return u16(p) | (uint32_t)u16(p + 2) << 16; }
static enum status damaged(const struct book *b) { return diag_fail(b->d, E_INPUT, "sheet.xls_damaged"); }

/* ---- records ---------------------------------------------------------------------------------- */

struct reader { struct span stream; size_t next; uint16_t type; struct span body; };

static bool next_record(struct reader *r) {
    if (r->stream.size < 4 || r->next > r->stream.size - 4)
        return false;
    const char *p = r->stream.at + r->next;
    size_t n = u16(p + 2);
    if (n > r->stream.size - r->next - 4)
        return false;
    r->type = u16(p);
    r->body = (struct span){p + 4, n};
    r->next += 4 + n;
    return true;
}

/* A byte of a body that goes on in CONTINUE records. */
static bool byte(struct reader *r, uint8_t *ret) {
    while (r->body.size == 0) {
        if (r->stream.size < 4 || r->next > r->stream.size - 4 || u16(r->stream.at + r->next) != R_CONTINUE || !next_record(r))
            return false;
    }
    *ret = (uint8_t)*r->body.at;
    r->body.at++;
    r->body.size--;
    return true;
}

static bool little(struct reader *r, int bytes, uint32_t *ret) {
    *ret = 0;
    for (int i = 0; i < bytes; i++) {
        uint8_t x;
        if (!byte(r, &x))
            return false;
        *ret |= (uint32_t)x << 8 * i;
    }
    return true;
}

static bool skip(struct reader *r, uint64_t n) {
    for (uint8_t x; n > 0;) {
        if (r->body.size == 0) {
            if (!byte(r, &x))
                return false;
            n--;
            continue;
        }
        size_t k = n < r->body.size ? (size_t)n : r->body.size;
        r->body.at += k;
        r->body.size -= k;
        n -= k;
    }
    return true;
}

static void put_unit(struct buf *out, uint16_t unit, uint16_t *high) {
    char utf8[4];
    int32_t c = unit;
    if (unit >= 0xd800 && unit < 0xdc00) {
        *high = unit;
        return;
    }
    if (unit >= 0xdc00 && unit < 0xe000)
        c = *high ? 0x10000 + ((*high - 0xd800) << 10) + (unit - 0xdc00) : 0xfffd;
    *high = 0;
    buf_add(out, (struct span){utf8, utf8_encode(c, utf8)});
}

/* `count` characters; where a CONTINUE begins in their midst it says anew how wide they are (2.5.293). */
static bool characters(struct reader *r, uint32_t count, bool wide, struct buf *out) {
    uint16_t high = 0;
    for (; count > 0; count--) {
        uint8_t low, up = 0;
        if (r->body.size == 0) {
            if (!byte(r, &up))
                return false;
            wide = up & 1;
        }
        if (!byte(r, &low) || (wide && !byte(r, &up)))
            return false;
        put_unit(out, (uint16_t)(low | (wide ? up << 8 : 0)), &high);
    }
    return true;
}

/* XLUnicodeRichExtendedString and, where `rich` is false, XLUnicodeString: the first has formatting and readings behind it. */
static bool string(struct reader *r, struct buf *out) {
    uint32_t count, flags, runs = 0, extra = 0;
    buf_clear(out);
    if (!little(r, 2, &count) || !little(r, 1, &flags) || (flags & 8 && !little(r, 2, &runs)) || (flags & 4 && !little(r, 4, &extra)))
        return false;
    return characters(r, count, flags & 1, out) && skip(r, (uint64_t)runs * 4 + extra);
}

/* ---- the book ------------------------------------------------------------------------------------ */

static enum status shared_texts(struct book *b, struct reader *r) {
    uint32_t all, count;
    if (!little(r, 4, &all) || !little(r, 4, &count))
        return damaged(b);
    for (uint32_t i = 0; i < count; i++) {
        if (!string(r, &b->text))
            return damaged(b);
        if (!buf_ok(&b->text) || b->text.size > SHEET_CELL_MAX)
            return diag_fail(b->d, E_LIMIT, "sheet.cell", DIAG_N("row", 0), DIAG_N("column", 0));
        struct span *slot = vec_push_in(b->a, &b->shared);
        char *copy = arena_dup(b->a, buf_span(&b->text));
        if (!slot || !copy)
            return arena_full(b->d);
        *slot = (struct span){copy, b->text.size};
    }
    return OK;
}

static enum status book_format(struct book *b, struct reader *r) {
    uint32_t id;
    if (!little(r, 2, &id) || !string(r, &b->text))
        return damaged(b);
    if (!sheet_shows_day(buf_span(&b->text)) || b->date_format.size >= STYLES_MAX)
        return OK;
    uint16_t *slot = vec_push_in(b->a, &b->date_format);
    if (!slot)
        return arena_full(b->d);
    *slot = (uint16_t)id;
    return OK;
}

static enum status book_style(struct book *b, const struct reader *r) {
    if (r->body.size < 4)
        return damaged(b);
    if (b->date_style.size >= STYLES_MAX)
        return OK;
    uint16_t id = u16(r->body.at + 2);
    bool date = sheet_builtin_day(id);
    for (size_t i = 0; i < b->date_format.size; i++)
        date |= b->date_format.at[i] == id;
    bool *slot = vec_push_in(b->a, &b->date_style);
    if (!slot)
        return arena_full(b->d);
    *slot = date;
    return OK;
}

static enum status book_record(struct book *b, struct reader *r) {
    struct span s = r->body;
    switch ((enum record)r->type) {
    case R_FILEPASS:
        return diag_fail(b->d, E_INPUT, "sheet.encrypted");
    case R_DATE1904:
        b->from_1904 = s.size >= 2 && u16(s.at) != 0;
        return OK;
    case R_BOUNDSHEET: /* visible, and a sheet of cells, not a chart or a macro */
        if (s.size >= 8 && b->sheet == 0 && (s.at[4] & 3) == 0 && s.at[5] == 0)
            b->sheet = u32(s.at);
        return OK;
    case R_FORMAT: return book_format(b, r);
    case R_XF: return book_style(b, r);
    case R_SST: return shared_texts(b, r);
    default: return OK;
    }
}

static enum status read_globals(struct book *b) {
    struct reader r = {.stream = b->stream};
    if (!next_record(&r) || r.type != R_BOF || r.body.size < 4)
        return damaged(b);
    if (u16(r.body.at) != BIFF8)
        return diag_fail(b->d, E_INPUT, "sheet.xls_old");
    while (next_record(&r)) {
        if (r.type == R_EOF)
            return b->sheet ? OK : damaged(b);
        enum status s = book_record(b, &r);
        if (s != OK)
            return s;
    }
    return damaged(b);
}

/* ---- the sheet --------------------------------------------------------------------------------------- */

/* Rows come in order; a cell of the next one ends the one before. */
static enum status at_cell(struct book *b, struct span s, int *ret_col) {
    int row = u16(s.at) + 1, col = u16(s.at + 2);
    b->formula_col = FORMULA_NONE;
    if (col >= SHEET_COLUMNS_MAX)
        return diag_fail(b->d, E_LIMIT, "sheet.columns", DIAG_N("limit", SHEET_COLUMNS_MAX), DIAG_N("row", row));
    if (row < b->line.row)
        return damaged(b);
    *ret_col = col;
    if (row == b->line.row)
        return OK;
    enum status st = b->line.row ? sheet_line_end(&b->line, b->fn, b->arg, b->d) : OK;
    if (st == OK)
        sheet_line_begin(&b->line, row);
    return st;
}

static void put_number(struct book *b, int col, unsigned style, double v) {
    char text[40];
    snprintf(text, sizeof text, "%.17g", v);
    bool day = style < b->date_style.size && b->date_style.at[style];
    sheet_line_number(&b->line, col, span_of(text), day, b->from_1904);
}

static double number_at(const char *p) {
    uint64_t bits = u32(p) | (uint64_t)u32(p + 4) << 32;
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

/* 2.5.217: 30 bits of a double or an integer, a hundredth of it perhaps. */
static double rk(uint32_t v) {
    double n;
    if (v & 2) {
        n = (double)((int32_t)v >> 2);
    } else {
        uint64_t bits = (uint64_t)(v & ~3u) << 32;
        memcpy(&n, &bits, sizeof n);
    }
    return v & 1 ? n / 100 : n;
}

static const char *error_name(uint8_t code) {
    switch (code) {
    case 0x00: return "#NULL!";
    case 0x07: return "#DIV/0!";
    case 0x0f: return "#VALUE!";
    case 0x17: return "#REF!";
    case 0x1d: return "#NAME?";
    case 0x24: return "#NUM!";
    default: return "#N/A";
    }
}

static void put_flag(struct book *b, int col, uint8_t value, bool error) {
    sheet_line_put(&b->line, col, span_of(error ? error_name(value) : value ? "true" : "false"), error ? SHEET_ERROR : SHEET_BOOL);
}

/* The result: a number, or FF FF at its end and what it is otherwise (2.5.133). */
static void formula(struct book *b, int col, struct span s) {
    const char *v = s.at + 6;
    if (u16(v + 6) != 0xffff)
        put_number(b, col, u16(s.at + 4), number_at(v));
    else if (*v == 0)
        b->formula_col = col;
    else if (*v == 1 || *v == 2)
        put_flag(b, col, (uint8_t)v[2], *v == 2);
}

static enum status put_string(struct book *b, struct reader *r, int col) {
    if (!string(r, &b->text))
        return damaged(b);
    if (b->text.size > SHEET_CELL_MAX)
        return diag_fail(b->d, E_LIMIT, "sheet.cell", DIAG_N("row", b->line.row), DIAG_N("column", col + 1));
    sheet_line_put(&b->line, col, buf_span(&b->text), SHEET_TEXT);
    return OK;
}

static enum status many_numbers(struct book *b, struct span s, int col) {
    size_t n = (s.size - 6) / 6;
    if (s.size < 12 || col + n > SHEET_COLUMNS_MAX)
        return damaged(b);
    for (size_t i = 0; i < n; i++) {
        const char *p = s.at + 4 + 6 * i;
        sheet_line_cell(&b->line, col + (int)i, false);
        put_number(b, col + (int)i, u16(p), rk(u32(p + 2)));
    }
    return OK;
}

static enum status cell(struct book *b, struct reader *r) {
    static const struct { enum record type; size_t least; } sizes[] = {{R_FORMULA, 20}, {R_MULRK, 12}, {R_RSTRING, 9}, {R_LABELSST, 10}, {R_NUMBER, 14}, {R_LABEL, 9}, {R_BOOLERR, 8}, {R_RK, 10}};
    struct span s = r->body;
    int col = 0;
    size_t least = 0;
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
        least = r->type == sizes[i].type ? sizes[i].least : least;
    if (s.size < least)
        return damaged(b);
    enum status st = at_cell(b, s, &col);
    if (st != OK)
        return st;
    sheet_line_cell(&b->line, col, r->type == R_FORMULA);
    switch ((enum record)r->type) {
    case R_NUMBER: put_number(b, col, u16(s.at + 4), number_at(s.at + 6)); break;
    case R_RK: put_number(b, col, u16(s.at + 4), rk(u32(s.at + 6))); break;
    case R_MULRK: return many_numbers(b, s, col);
    case R_BOOLERR: put_flag(b, col, (uint8_t)s.at[6], s.at[7] != 0); break;
    case R_FORMULA: formula(b, col, s); break;
    case R_LABELSST:
        if (u32(s.at + 6) >= b->shared.size)
            return damaged(b);
        sheet_line_put(&b->line, col, b->shared.at[u32(s.at + 6)], SHEET_TEXT);
        break;
    case R_LABEL:
    case R_RSTRING:
        r->body = (struct span){s.at + 6, s.size - 6};
        return put_string(b, r, col);
    default: break;
    }
    return OK;
}

static bool is_cell(uint16_t type) {
    return type == R_NUMBER || type == R_RK || type == R_MULRK || type == R_BOOLERR || type == R_FORMULA || type == R_LABELSST || type == R_LABEL || type == R_RSTRING;
}

static enum status merges(struct book *b, struct span s) {
    size_t n = s.size >= 2 ? u16(s.at) : 0;
    enum status st = s.size >= 2 + 8 * n ? OK : damaged(b);
    for (size_t i = 0; st == OK && i < n; i++) {
        const char *p = s.at + 2 + 8 * i;
        st = sheet_line_merge(&b->line, b->a, (struct sheet_merge){u16(p) + 1, u16(p + 2) + 1, u16(p + 4), u16(p + 6)}, b->d);
    }
    return st;
}

/* The sheet's records: once for the areas, once for the cells.  A chart within it has a BOF and an EOF of its own. */
static enum status read_sheet(struct book *b, bool cells) {
    struct reader r = {.stream = b->stream, .next = b->sheet};
    enum status s = OK;
    if (b->sheet >= b->stream.size || !next_record(&r) || r.type != R_BOF)
        return damaged(b);
    for (int depth = 1; s == OK && depth > 0;) {
        if (!next_record(&r))
            return damaged(b);
        depth += r.type == R_BOF ? 1 : r.type == R_EOF ? -1 : 0;
        if (depth != 1)
            continue;
        if (!cells && r.type == R_MERGECELLS)
            s = merges(b, r.body);
        else if (cells && is_cell(r.type))
            s = cell(b, &r);
        else if (cells && r.type == R_STRING && b->formula_col != FORMULA_NONE)
            s = put_string(b, &r, b->formula_col);
    }
    return s == OK && cells && b->line.row ? sheet_line_end(&b->line, b->fn, b->arg, b->d) : s;
}

/* ---- all ------------------------------------------------------------------------------------------------ */

enum status sheet_read_xls(struct span file, struct arena *a, sheet_row_fn *fn, void *arg, struct sheet_info *ret, struct diag *d) {
    struct compound c;
    struct span stream;
    bool there = false;
    ret->format = "xls";
    ret->encoding = "UTF-16LE";
    enum status s = compound_open(&c, file, a, d);
    if (s == OK && compound_has(&c, "EncryptedPackage")) /* an XLSX under a password */
        return diag_fail(d, E_INPUT, "sheet.encrypted");
    if (s == OK)
        s = compound_stream(&c, "Workbook", &stream, &there, d);
    bool old = s == OK && compound_has(&c, "Book");
    if (s == OK && !there)
        return diag_fail(d, E_INPUT, old ? "sheet.xls_old" : "sheet.format");
    struct book *b = s == OK ? ARENA_NEW(a, struct book) : NULL;
    if (s != OK || !b)
        return s == OK ? arena_full(d) : s;
    *b = (struct book){.a = a, .d = d, .stream = stream, .fn = fn, .arg = arg, .formula_col = FORMULA_NONE};
    ret->macros = compound_has(&c, "_VBA_PROJECT_CUR") || compound_has(&c, "_VBA_PROJECT");
    buf_init(&b->text, (size_t)SHEET_CELL_MAX * 4);
    sheet_line_init(&b->line);
    s = read_globals(b);
    if (s == OK)
        s = read_sheet(b, false);
    if (s == OK)
        s = read_sheet(b, true);
    buf_release(&b->text);
    sheet_line_release(&b->line);
    return s;
}
