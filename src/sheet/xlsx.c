/* XLSX (ECMA-376 part 1): a zip of XML parts, unpacked piece by piece through expat.
 *
 * Order: which sheet is the first, whether days count from 1904 (workbook.xml), which styles are dates (styles.xml), the
 * shared texts (sharedStrings.xml); then the sheet twice: merged areas stand behind the rows they concern. */
#include "sheet/sheet_internal.h"

#include "base/buf.h"
#include "base/vec.h"

#include <expat.h>
#include <stdio.h>
#include <zip.h>

enum { STYLES_MAX = 65536 };
static const uint64_t UNPACKED_MAX = (uint64_t)1 << 30, RATIO_FREE = 16u << 20; /* a sheet below 16 MiB may be as regular as it likes */
enum { RATIO_MAX = 300 }; /* deflate ends at 1032:1; wide sheets of one value reach about 150 */

struct book {
    zip_t *zip;
    struct arena *a;
    sheet_row_fn *fn;
    void *arg;
    struct diag *d;
    enum status s;
    XML_Parser parser;
    /* of the book */
    bool from_1904, in_text, in_formats, in_phonetic;
    char sheet_id[64], sheet_path[300];
    VEC(struct span) shared;
    VEC(bool) date_style;
    VEC(int) date_format; /* ids of the book's own formats that show a day */
    /* of the place being read */
    struct buf text;
    char type[16];
    int col, style, rows;
    bool in_value, formula;
    struct sheet_line line;
};

static void stop(struct book *b, enum status s) {
    b->s = s;
    XML_StopParser(b->parser, XML_FALSE);
}

static const char *local(const char *name) {
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

static const char *attribute(const char **at, const char *name) {
    for (; at && *at; at += 2)
        if (strcmp(local(at[0]), name) == 0)
            return at[1];
    return NULL;
}

/* An attribute with its prefix: <sheet name= sheetId= r:id=>. */
static const char *exactly(const char **at, const char *name) {
    for (; at && *at; at += 2)
        if (strcmp(at[0], name) == 0)
            return at[1];
    return NULL;
}

/* ---- parts ---------------------------------------------------------------------------------- */

typedef void start_fn(void *book, const char *name, const char **at);
typedef void end_fn(void *book, const char *name);
static void characters(void *book, const char *s, int n) {
    struct book *b = book;
    if (!b->in_value)
        return;
    buf_add(&b->text, (struct span){s, (size_t)n});
    if (b->text.size > SHEET_CELL_MAX)
        stop(b, diag_fail(b->d, E_LIMIT, "sheet.cell", DIAG_N("row", b->line.row), DIAG_N("column", b->col + 1)));
}

static void no_doctype(void *book, const char *name, const char *sysid, const char *pubid, int internal) {
    struct book *b = book;
    stop(b, diag_fail(b->d, E_INPUT, "sheet.xml"));
}

static enum status bomb_check(const struct book *b, const zip_stat_t *st, uint64_t unpacked) {
    uint64_t packed = st->comp_size ? st->comp_size : 1;
    return unpacked > UNPACKED_MAX || (unpacked > RATIO_FREE && unpacked / packed > RATIO_MAX)
        ? diag_fail(b->d, E_LIMIT, "sheet.bomb", DIAG_N("megabytes", (long long)(unpacked >> 20))) : OK;
}

/* *ret_there NULL: the part must be there. */
static enum status part(struct book *b, const char *name, start_fn *start, end_fn *end, bool *ret_there) {
    zip_stat_t st;
    if (ret_there)
        *ret_there = false;
    if (zip_stat(b->zip, name, ZIP_FL_NOCASE, &st) != 0)
        return ret_there ? OK : diag_fail(b->d, E_INPUT, "sheet.zip");
    if (st.encryption_method != ZIP_EM_NONE)
        return diag_fail(b->d, E_INPUT, "sheet.encrypted");
    zip_file_t *f = zip_fopen_index(b->zip, st.index, 0);
    b->parser = f ? XML_ParserCreate(NULL) : NULL;
    if (!b->parser) {
        if (f)
            zip_fclose(f);
        return diag_fail(b->d, E_INPUT, "sheet.zip");
    }
    XML_SetUserData(b->parser, b);
    XML_SetElementHandler(b->parser, start, end);
    XML_SetCharacterDataHandler(b->parser, characters);
    XML_SetStartDoctypeDeclHandler(b->parser, no_doctype); /* no part has one; entities are defined in one */
    static const int PIECE = 65536;
    uint64_t unpacked = 0;
    b->s = OK;
    b->in_value = false;
    buf_clear(&b->text);
    for (bool more = true; b->s == OK && more;) {
        void *room = XML_GetBuffer(b->parser, PIECE);
        zip_int64_t n = room ? zip_fread(f, room, (zip_uint64_t)PIECE) : -1;
        more = n > 0;
        unpacked += n > 0 ? (uint64_t)n : 0;
        enum status s = n < 0 ? diag_fail(b->d, E_INPUT, "sheet.zip") : bomb_check(b, &st, unpacked);
        if (s != OK)
            b->s = s;
        else if (XML_ParseBuffer(b->parser, (int)n, !more) == XML_STATUS_ERROR && b->s == OK)
            b->s = diag_fail(b->d, E_INPUT, "sheet.xml");
    }
    XML_ParserFree(b->parser);
    zip_fclose(f);
    if (b->s == OK && !buf_ok(&b->text))
        b->s = arena_full(b->d);
    if (ret_there)
        *ret_there = true;
    return b->s;
}

/* ---- workbook, relations, styles, shared texts ------------------------------------------------ */

static void ignore_end(void *book, const char *name) {}

static void book_start(void *book, const char *name, const char **at) {
    struct book *b = book;
    name = local(name);
    if (strcmp(name, "workbookPr") == 0) {
        const char *v = attribute(at, "date1904");
        b->from_1904 = v && (strcmp(v, "1") == 0 || strcmp(v, "true") == 0);
    } else if (strcmp(name, "sheet") == 0 && !*b->sheet_id) {
        const char *state = attribute(at, "state"), *id = exactly(at, "r:id");
        if (!state || strcmp(state, "visible") == 0)
            snprintf(b->sheet_id, sizeof b->sheet_id, "%s", id ? id : "");
    }
}

static void relation_start(void *book, const char *name, const char **at) {
    struct book *b = book;
    const char *id = attribute(at, "Id"), *target = attribute(at, "Target");
    if (strcmp(local(name), "Relationship") != 0 || !id || !target || strcmp(id, b->sheet_id) != 0)
        return;
    if (*target == '/')
        snprintf(b->sheet_path, sizeof b->sheet_path, "%s", target + 1);
    else
        snprintf(b->sheet_path, sizeof b->sheet_path, "xl/%s", target);
}

static void style_start(void *book, const char *name, const char **at) {
    struct book *b = book;
    name = local(name);
    if (strcmp(name, "numFmt") == 0) {
        const char *id = attribute(at, "numFmtId"), *code = attribute(at, "formatCode");
        int *slot = id && code && sheet_shows_day(span_of(code)) && b->date_format.size < STYLES_MAX ? vec_push_in(b->a, &b->date_format) : NULL;
        if (slot)
            *slot = atoi(id);
    } else if (strcmp(name, "cellXfs") == 0) {
        b->in_formats = true;
    } else if (strcmp(name, "xf") == 0 && b->in_formats && b->date_style.size < STYLES_MAX) {
        const char *text = attribute(at, "numFmtId");
        int id = text ? atoi(text) : 0;
        bool date = sheet_builtin_day(id);
        for (size_t i = 0; i < b->date_format.size; i++)
            date |= b->date_format.at[i] == id;
        bool *slot = vec_push_in(b->a, &b->date_style);
        if (!slot)
            stop(b, arena_full(b->d));
        else
            *slot = date;
    }
}

static void style_end(void *book, const char *name) {
    if (strcmp(local(name), "cellXfs") == 0)
        ((struct book *)book)->in_formats = false;
}

static void shared_start(void *book, const char *name, const char **at) {
    struct book *b = book;
    name = local(name);
    if (strcmp(name, "si") == 0)
        buf_clear(&b->text);
    b->in_phonetic |= strcmp(name, "rPh") == 0; /* how it is read, not what it says */
    b->in_value = strcmp(name, "t") == 0 && !b->in_phonetic;
}

static void shared_end(void *book, const char *name) {
    struct book *b = book;
    name = local(name);
    b->in_value = false;
    if (strcmp(name, "rPh") == 0)
        b->in_phonetic = false;
    if (strcmp(name, "si") != 0)
        return;
    struct span *slot = vec_push_in(b->a, &b->shared);
    char *copy = arena_dup(b->a, buf_span(&b->text));
    if (!slot || !copy)
        stop(b, arena_full(b->d));
    else
        *slot = (struct span){copy, b->text.size};
}

/* ---- the sheet ----------------------------------------------------------------------------------- */

/* "AB12" to column 27, row 12; false for anything else. */
static bool place(const char *ref, int *col, int *row) {
    int c = 0, r = 0;
    const char *p = ref;
    for (; *p >= 'A' && *p <= 'Z' && c < 20000; p++)
        c = c * 26 + (*p - 'A' + 1);
    if (p == ref || *p < '1' || *p > '9')
        return false;
    for (; *p >= '0' && *p <= '9' && r < 100000000; p++)
        r = r * 10 + (*p - '0');
    *col = c - 1;
    *row = r;
    return *p == 0 || *p == ':';
}

static void merge_start(void *book, const char *name, const char **at) {
    struct book *b = book;
    const char *ref = attribute(at, "ref"), *colon = ref ? strchr(ref, ':') : NULL;
    struct sheet_merge m;
    if (strcmp(local(name), "mergeCell") != 0 || !colon || !place(ref, &m.col0, &m.row0) || !place(colon + 1, &m.col1, &m.row1))
        return;
    enum status s = sheet_line_merge(&b->line, b->a, m, b->d);
    if (s != OK)
        stop(b, s);
}

static void cell_start(struct book *b, const char **at) {
    const char *ref = attribute(at, "r"), *type = attribute(at, "t"), *style = attribute(at, "s");
    int col = b->col + 1, row = b->line.row;
    if (ref && !place(ref, &col, &row))
        stop(b, diag_fail(b->d, E_INPUT, "sheet.xml"));
    if (col < 0 || col >= SHEET_COLUMNS_MAX) {
        stop(b, diag_fail(b->d, E_LIMIT, "sheet.columns", DIAG_N("limit", SHEET_COLUMNS_MAX), DIAG_N("row", b->line.row)));
        return;
    }
    b->col = col;
    b->style = style ? atoi(style) : 0;
    b->formula = false;
    snprintf(b->type, sizeof b->type, "%s", type ? type : "n");
    buf_clear(&b->text);
}

static void sheet_start(void *book, const char *name, const char **at) {
    struct book *b = book;
    name = local(name);
    if (strcmp(name, "row") == 0) {
        const char *r = attribute(at, "r");
        int row = r ? atoi(r) : b->line.row + 1;
        sheet_line_begin(&b->line, row > b->line.row ? row : b->line.row + 1);
        b->col = -1;
        if (++b->rows > SHEET_ROWS_MAX)
            stop(b, diag_fail(b->d, E_LIMIT, "sheet.rows", DIAG_N("limit", SHEET_ROWS_MAX)));
    } else if (strcmp(name, "c") == 0) {
        cell_start(b, at);
    } else if (strcmp(name, "f") == 0) {
        b->formula = true;
    } else if (strcmp(name, "rPh") == 0) {
        b->in_phonetic = true;
    } else if (strcmp(name, "v") == 0 || (strcmp(name, "t") == 0 && !b->in_phonetic)) {
        b->in_value = true;
    }
}

static void cell_end(struct book *b) {
    struct sheet_line *l = &b->line;
    struct span text = buf_span(&b->text);
    sheet_line_cell(l, b->col, b->formula);
    if (strcmp(b->type, "s") == 0) {
        char *end = NULL;
        unsigned long i = text.size ? strtoul(text.at, &end, 10) : 0;
        if (!text.size)
            return;
        if (*end || i >= b->shared.size)
            stop(b, diag_fail(b->d, E_INPUT, "sheet.xml"));
        else
            sheet_line_put(l, b->col, b->shared.at[i], SHEET_TEXT);
    } else if (strcmp(b->type, "b") == 0) {
        sheet_line_put(l, b->col, span_is(text, "1") ? SPAN("true") : SPAN("false"), SHEET_BOOL);
    } else if (strcmp(b->type, "e") == 0) {
        sheet_line_put(l, b->col, text, SHEET_ERROR);
    } else if (strcmp(b->type, "n") == 0) {
        bool day = b->style >= 0 && (size_t)b->style < b->date_style.size && b->date_style.at[b->style];
        if (text.size)
            sheet_line_number(l, b->col, text, day, b->from_1904);
    } else if (strcmp(b->type, "d") == 0) {
        sheet_line_put(l, b->col, (struct span){text.at, text.size > 10 ? 10 : text.size}, SHEET_DATE);
    } else {
        sheet_line_put(l, b->col, text, SHEET_TEXT); /* str, inlineStr */
    }
}

static void sheet_end(void *book, const char *name) {
    struct book *b = book;
    name = local(name);
    b->in_value = false;
    if (strcmp(name, "rPh") == 0)
        b->in_phonetic = false;
    if (strcmp(name, "c") == 0 && b->col >= 0)
        cell_end(b);
    if (strcmp(name, "row") != 0 || b->s != OK)
        return;
    enum status s = sheet_line_end(&b->line, b->fn, b->arg, b->d);
    if (s != OK)
        stop(b, s);
}

/* ---- all ------------------------------------------------------------------------------------------- */

static enum status read_book(struct book *b, struct sheet_info *ret) {
    bool there = false;
    enum status s = part(b, "xl/workbook.xml", book_start, ignore_end, NULL);
    if (s == OK && *b->sheet_id)
        s = part(b, "xl/_rels/workbook.xml.rels", relation_start, ignore_end, &there);
    if (s == OK && !*b->sheet_path)
        snprintf(b->sheet_path, sizeof b->sheet_path, "xl/worksheets/sheet1.xml");
    if (s == OK)
        s = part(b, "xl/styles.xml", style_start, style_end, &there);
    if (s == OK)
        s = part(b, "xl/sharedStrings.xml", shared_start, shared_end, &there);
    if (s == OK)
        s = part(b, b->sheet_path, merge_start, ignore_end, NULL);
    ret->macros = zip_name_locate(b->zip, "xl/vbaProject.bin", ZIP_FL_NOCASE) >= 0;
    b->line.row = 0;
    return s == OK ? part(b, b->sheet_path, sheet_start, sheet_end, NULL) : s;
}

enum status sheet_read_xlsx(struct span file, struct arena *a, sheet_row_fn *fn, void *arg, struct sheet_info *ret, struct diag *d) {
    zip_error_t e;
    zip_error_init(&e);
    zip_source_t *source = zip_source_buffer_create(file.at, file.size, 0, &e);
    zip_t *zip = source ? zip_open_from_source(source, ZIP_RDONLY, &e) : NULL;
    zip_error_fini(&e);
    ret->format = "xlsx";
    ret->encoding = "UTF-8";
    if (!zip) {
        if (source)
            zip_source_free(source);
        return diag_fail(d, E_INPUT, "sheet.zip");
    }
    struct book *b = ARENA_NEW(a, struct book);
    enum status s = b ? OK : arena_full(d);
    if (s == OK) {
        *b = (struct book){.zip = zip, .a = a, .fn = fn, .arg = arg, .d = d};
        buf_init(&b->text, SHEET_CELL_MAX * 2 + 65536);
        sheet_line_init(&b->line);
        s = read_book(b, ret);
        buf_release(&b->text);
        sheet_line_release(&b->line);
    }
    zip_discard(zip);
    return s;
}
