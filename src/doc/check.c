/* What may stand in a document. */
#include "doc/pdf_internal.h"

#include "base/utf8.h"

/* Fifty pages hold some 60,000 characters; a longer text cannot fit, and
 * breaking it into lines would take the time all the same. */
enum { TEXT_BYTES_MAX = 262144 };

bool doc_text_empty(const char *s) { return !s || !*s; }

static enum status check(const char *s, bool line_feed, struct diag *d) {
    if (doc_text_empty(s))
        return OK;
    size_t n = strlen(s);
    if (n > TEXT_BYTES_MAX)
        return diag_fail(d, E_LIMIT, "doc.text_size", DIAG_N("limit", TEXT_BYTES_MAX));
    int position = 0;
    for (const char *at = s, *end = s + n; at < end;) {
        int32_t c = utf8_next(&at, end);
        position++;
        if (c < 0)
            return diag_fail(d, E_INPUT, "doc.utf8");
        if (utf8_hidden(c) && !(line_feed && c == '\n'))
            return diag_fail(d, E_INPUT, "doc.control", DIAG_N("position", position));
    }
    return OK;
}

static enum status check_text(struct doc_text t, bool line_feed, struct diag *d) {
    enum status s = check(t.main, line_feed, d);
    return s == OK ? check(t.second, line_feed, d) : s;
}

static enum status check_parts(const struct doc_block *b, struct diag *d) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < b->item_count; i++) {
        if ((s = check_text(b->item[i].title, false, d)) == OK && (s = check_text(b->item[i].text, true, d)) == OK)
            s = check(b->item[i].source, false, d);
        if (s != OK)
            diag_at(d, "item[%zu]", i);
    }
    for (size_t i = 0; s == OK && i < b->column_count; i++)
        if ((s = check_text(b->column[i].title, false, d)) != OK)
            diag_at(d, "column[%zu]", i);
    for (size_t i = 0; s == OK && i < b->column_count * b->row_count; i++)
        if ((s = check_text(b->cell[i], true, d)) != OK)
            diag_at(d, "row[%zu].column[%zu]", i / b->column_count, i % b->column_count);
    return s;
}

static enum status check_block(const struct doc_block *b, struct diag *d) {
    bool lines = b->type == DOC_PARAGRAPH || b->type == DOC_REMEDIES;
    enum status s = check_text(b->title, false, d);
    if (s == OK)
        s = check_text(b->text, lines, d);
    if (s == OK)
        s = check_text(b->note, true, d);
    const char *one[] = {b->source, b->seal_organ, b->seal_name};
    for (size_t i = 0; s == OK && i < ARRAY_LEN(one); i++)
        s = check(one[i], false, d);
    if (s == OK && b->type == DOC_CODE && doc_text_empty(b->text.main))
        s = diag_fail(d, E_INPUT, "doc.code");
    return s == OK ? check_parts(b, d) : s;
}

enum status doc_check(const struct document *doc, struct diag *d) {
    const char *one[] = {doc->title, doc->author, doc->subject, doc->footer.main, doc->footer.second};
    if (doc->block_count == 0)
        return diag_fail(d, E_INPUT, "doc.empty");
    for (size_t i = 0; i < ARRAY_LEN(one); i++) {
        enum status s = check(one[i], false, d);
        if (s != OK)
            return s;
    }
    for (size_t i = 0; i < doc->block_count; i++) {
        assert(doc->block[i].column_count <= DOC_COLUMNS_MAX);
        enum status s = check_block(&doc->block[i], d);
        if (s != OK)
            return diag_under(d, "block[%zu]", i);
    }
    return OK;
}

/* ---- length ------------------------------------------------------------------------ */

/* Twenty lines of 20 points fit a page at its most wasteful, 20 full-width
 * characters a line; a table shares the line among its columns. */
enum { LINES_A_PAGE = 20, CHARACTERS_A_LINE = 20 };

static size_t lines_of(const char *s, size_t columns) {
    if (doc_text_empty(s))
        return 0;
    size_t width = CHARACTERS_A_LINE / columns, lines = 1;
    for (const char *at = s; *at; at++)
        lines += *at == '\n';
    return lines + utf8_length(span_of(s)) / (width ? width : 1);
}

static size_t text_lines(struct doc_text t, size_t columns) { return lines_of(t.main, columns) + lines_of(t.second, columns); }

static size_t block_lines(const struct doc_block *b) {
    size_t n = text_lines(b->title, 1) + text_lines(b->text, 1) + text_lines(b->note, 1) + lines_of(b->source, 1) + 1;
    for (size_t i = 0; i < b->item_count; i++)
        n += text_lines(b->item[i].title, 2) + text_lines(b->item[i].text, 2) + lines_of(b->item[i].source, 1);
    for (size_t i = 0; i < b->column_count * b->row_count; i++)
        n += text_lines(b->cell[i], b->column_count);
    return n;
}

enum status doc_fits(const struct document *doc, struct diag *d) {
    size_t n = 0;
    for (size_t i = 0; i < doc->block_count; i++)
        n += block_lines(&doc->block[i]);
    return n <= LINES_A_PAGE * DOC_PAGES_MAX ? OK : diag_fail(d, E_LIMIT, "doc.pages", DIAG_N("limit", DOC_PAGES_MAX));
}
