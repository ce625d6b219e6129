#include "base/csv.h"

#include "base/buf.h"
#include "base/utf8.h"

static enum status bad(const struct csv *c, const char *code, struct diag *d) {
    if (d)
        d->line = c->line;
    return diag_fail(d, E_INPUT, code, DIAG_N("line", c->line));
}

/* One quoted field; `*at` stands on the opening quote and ends behind the closing one. */
static enum status quoted(struct csv *c, const char **at, const char *end, struct span *ret, struct diag *d) {
    char *out = arena_alloc(c->arena, (size_t)(end - *at) + 1);
    if (!out)
        return arena_full(d);
    size_t n = 0;
    const char *p = *at + 1;
    for (;; p++) {
        if (p >= end)
            return bad(c, "csv.quote", d);
        if (*p == '"') {
            if (p + 1 < end && p[1] == '"')
                p++;
            else
                break;
        }
        out[n++] = *p;
    }
    *at = p + 1;
    *ret = (struct span){out, n};
    return OK;
}

static enum status bare(struct csv *c, const char **at, const char *end, struct span *ret, struct diag *d) {
    const char *p = *at;
    while (p < end && *p != ',' && *p != '\n' && *p != '\r') {
        if (*p == '"')
            return bad(c, "csv.quote", d);
        p++;
    }
    const char *copy = arena_dup(c->arena, (struct span){*at, (size_t)(p - *at)});
    if (!copy)
        return arena_full(d);
    *ret = (struct span){copy, (size_t)(p - *at)};
    *at = p;
    return OK;
}

/* Reads one row into `field`; *ret_count 0 at the end. */
static enum status row(struct csv *c, struct span *field, size_t *ret_count, struct diag *d) {
    const char *p = c->rest.at, *end = c->rest.at + c->rest.size;
    *ret_count = 0;
    while (p < end && (*p == '\n' || *p == '\r')) {
        c->line += *p == '\n';
        p++;
    }
    if (p >= end) {
        c->rest.size = 0;
        return OK;
    }
    c->line++;
    int line = c->line;
    for (;;) {
        if (*ret_count == CSV_COLUMNS_MAX)
            return bad(c, "csv.columns", d);
        struct span *f = &field[(*ret_count)++];
        enum status s = p < end && *p == '"' ? quoted(c, &p, end, f, d) : bare(c, &p, end, f, d);
        if (s != OK)
            return s;
        for (size_t i = 0; i < f->size; i++)
            line += f->at[i] == '\n';
        if (p < end && *p == ',') {
            p++;
            continue;
        }
        if (p < end && *p != '\n' && *p != '\r')
            return bad(c, "csv.quote", d);
        break;
    }
    if (p < end && *p == '\r')
        p++;
    if (p < end && *p == '\n')
        p++;
    c->line = line;
    c->rest = (struct span){p, (size_t)(end - p)};
    return OK;
}

enum status csv_open(struct csv *c, struct arena *a, struct span text, const char *expected, struct diag *d) {
    memset(c, 0, sizeof *c);
    c->arena = a;
    if (text.size >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0)
        text = (struct span){text.at + 3, text.size - 3};
    c->rest = text;
    if (!utf8_valid(text) || memchr(text.at ? text.at : "", 0, text.size))
        return bad(c, "csv.utf8", d);
    enum status s = row(c, c->header, &c->columns, d);
    if (s != OK)
        return s;
    if (c->columns == 0)
        return bad(c, "csv.empty", d);
    if (!expected)
        return OK;
    const char *e = expected;
    for (size_t i = 0; i < c->columns; i++) {
        size_t n = strcspn(e, ",");
        if (!span_eq(c->header[i], (struct span){e, n}))
            return diag_fail(d, E_INPUT, "csv.header", DIAG_S("expected", expected));
        e += n + (e[n] == ',');
    }
    return *e ? diag_fail(d, E_INPUT, "csv.header", DIAG_S("expected", expected)) : OK;
}

enum status csv_next(struct csv *c, bool *ret_row, struct diag *d) {
    size_t n = 0;
    enum status s = row(c, c->field, &n, d);
    if (s != OK)
        return s;
    if (n && n != c->columns)
        return bad(c, "csv.columns", d);
    *ret_row = n != 0;
    return OK;
}

int csv_column(const struct csv *c, const char *name) {
    for (size_t i = 0; i < c->columns; i++)
        if (span_is(c->header[i], name))
            return (int)i;
    return -1;
}

void csv_write(struct buf *out, struct span field) {
    bool quote = false;
    for (size_t i = 0; i < field.size; i++)
        quote |= strchr(",\"\r\n", field.at[i]) != NULL;
    if (!quote) {
        buf_add(out, field);
        return;
    }
    buf_addc(out, '"');
    for (size_t i = 0; i < field.size; i++) {
        if (field.at[i] == '"')
            buf_addc(out, '"');
        buf_addc(out, field.at[i]);
    }
    buf_addc(out, '"');
}
