/* CSV as it comes: encoding and delimiter are found out, a row of another width is a row. */
#include "sheet/sheet_internal.h"

#include "base/buf.h"
#include "base/utf8.h"

#include <errno.h>
#include <iconv.h>

/* ---- encoding ------------------------------------------------------------------------------ */

static enum status convert(struct span file, const char *from, struct buf *out, struct diag *d) {
    iconv_t cd = iconv_open("UTF-8", from);
    char room[65536];
    char *in = (char *)(uintptr_t)file.at;
    size_t left = file.size;
    if (cd == (iconv_t)-1)
        return diag_fail(d, E_INPUT, "sheet.encoding");
    bool ok = true;
    while (ok && left) {
        char *to = room;
        size_t free_bytes = sizeof room;
        size_t n = iconv(cd, &in, &left, &to, &free_bytes);
        buf_add(out, (struct span){room, sizeof room - free_bytes});
        ok = n != (size_t)-1 || errno == E2BIG;
    }
    iconv_close(cd);
    if (!buf_ok(out))
        return arena_full(d);
    return ok ? OK : diag_fail(d, E_INPUT, "sheet.encoding");
}

static enum status decode(struct span *file, struct buf *own, struct sheet_info *ret, struct diag *d) {
    const unsigned char *b = (const unsigned char *)file->at;
    enum status s = OK;
    ret->encoding = "UTF-8";
    if (file->size >= 3 && memcmp(b, "\xEF\xBB\xBF", 3) == 0) {
        *file = (struct span){file->at + 3, file->size - 3};
        return utf8_valid(*file) ? OK : diag_fail(d, E_INPUT, "sheet.encoding");
    }
    if (file->size >= 2 && (memcmp(b, "\xFF\xFE", 2) == 0 || memcmp(b, "\xFE\xFF", 2) == 0)) {
        ret->encoding = b[0] == 0xFF ? "UTF-16LE" : "UTF-16BE";
        s = convert((struct span){file->at + 2, file->size - 2}, ret->encoding, own, d);
    } else if (utf8_valid(*file)) {
        return OK;
    } else { /* GB2312 and GBK are parts of it */
        ret->encoding = "GB18030";
        s = convert(*file, "GB18030", own, d);
    }
    *file = buf_span(own);
    return s;
}

enum status sheet_utf8(struct span file, struct arena *a, struct span *ret, struct diag *d) {
    struct sheet_info info;
    BUF_AUTO own;
    buf_init(&own, 0);
    enum status s = decode(&file, &own, &info, d);
    if (s != OK || own.size == 0) {
        *ret = file;
        return s;
    }
    char *text = arena_dup(a, file);
    *ret = (struct span){text, file.size};
    return text ? OK : arena_full(d);
}

/* The delimiter that the first line has most of. */
static char delimiter(struct span text) {
    static const char candidates[] = {',', '\t', ';'};
    size_t best = 0, count[sizeof candidates] = {0};
    bool quoted = false;
    for (size_t i = 0; i < text.size && (quoted || text.at[i] != '\n'); i++) {
        quoted ^= text.at[i] == '"';
        for (size_t k = 0; k < sizeof candidates; k++)
            count[k] += !quoted && text.at[i] == candidates[k];
    }
    for (size_t k = 1; k < sizeof candidates; k++)
        if (count[k] > count[best])
            best = k;
    return candidates[best];
}

/* ---- rows ------------------------------------------------------------------------------------ */

struct reader {
    const char *p, *end;
    char delimiter;
    int line;
    struct buf text;     /* of the row's cells, one behind the other */
    struct sheet_cell cell[SHEET_COLUMNS_MAX];
    size_t from[SHEET_COLUMNS_MAX + 1];
    size_t cells;
    bool unfinished;
};

static void quoted_cell(struct reader *r, int *lines) {
    r->p++;
    size_t start = r->text.size;
    while (r->p < r->end) {
        if (*r->p == '"' && r->p + 1 < r->end && r->p[1] == '"') {
            buf_addc(&r->text, '"');
            r->p += 2;
        } else if (*r->p == '"') {
            r->p++;
            return;
        } else {
            *lines += *r->p == '\n';
            buf_addc(&r->text, *r->p++);
        }
        if (r->text.size - start > SHEET_CELL_MAX)
            return;
    }
    r->unfinished = true;
}

static enum status read_row(struct reader *r, struct diag *d) {
    int lines = 1;
    r->cells = 0;
    r->unfinished = false;
    buf_clear(&r->text);
    for (;;) {
        if (r->cells == SHEET_COLUMNS_MAX)
            return diag_line(d, r->line), diag_fail(d, E_LIMIT, "sheet.columns", DIAG_N("limit", SHEET_COLUMNS_MAX), DIAG_N("row", r->line));
        size_t from = r->text.size;
        r->from[r->cells++] = from;
        if (r->p < r->end && *r->p == '"')
            quoted_cell(r, &lines);
        const char *plain = r->p;
        while (r->p < r->end && *r->p != r->delimiter && *r->p != '\n')
            r->p++;
        size_t n = (size_t)(r->p - plain);
        n -= n && plain[n - 1] == '\r' && (r->p == r->end || *r->p == '\n');
        buf_add(&r->text, (struct span){plain, n});
        if (r->text.size - from > SHEET_CELL_MAX)
            return diag_fail(d, E_LIMIT, "sheet.cell", DIAG_N("row", r->line), DIAG_N("column", (int)r->cells));
        if (r->p >= r->end || *r->p++ == '\n')
            break;
    }
    r->from[r->cells] = r->text.size;
    r->line += lines;
    return buf_ok(&r->text) ? OK : arena_full(d);
}

static bool blank(const struct reader *r) {
    for (size_t i = 0; i < r->text.size; i++)
        if ((unsigned char)r->text.at[i] > ' ')
            return false;
    return true;
}

enum status sheet_read_csv(struct span file, struct arena *a, sheet_row_fn *fn, void *arg, struct sheet_info *ret, struct diag *d) {
    BUF_AUTO own;
    buf_init(&own, (size_t)1 << 30);
    ret->format = "csv";
    enum status s = decode(&file, &own, ret, d);
    if (s == OK && memchr(file.at, 0, file.size))
        s = diag_fail(d, E_INPUT, "sheet.format");
    struct reader *r = s == OK ? ARENA_NEW(a, struct reader) : NULL;
    if (s != OK || !r)
        return s == OK ? arena_full(d) : s;
    *r = (struct reader){.p = file.at, .end = file.at + file.size, .delimiter = delimiter(file), .line = 1};
    buf_init(&r->text, (size_t)SHEET_COLUMNS_MAX * SHEET_CELL_MAX);
    for (int rows = 0; s == OK && r->p < r->end; rows++) {
        int line = r->line;
        if (rows >= SHEET_ROWS_MAX)
            s = diag_fail(d, E_LIMIT, "sheet.rows", DIAG_N("limit", SHEET_ROWS_MAX));
        if (s == OK)
            s = read_row(r, d);
        if (s != OK || blank(r))
            continue;
        for (size_t i = 0; i < r->cells; i++) {
            struct span text = {r->text.at + r->from[i], r->from[i + 1] - r->from[i]};
            r->cell[i] = (struct sheet_cell){.text = text, .kind = text.size ? SHEET_TEXT : SHEET_EMPTY};
        }
        struct sheet_row row = {.line = line, .cell = r->cell, .cells = r->cells, .unfinished = r->unfinished};
        s = fn(arg, &row, d);
    }
    buf_release(&r->text);
    return s;
}
