/* Another database and another machine: what they say becomes a table with headings, the same bytes for the same rows. */
#include "civil/exchange/exchange_internal.h"

#include "base/csv.h"

#include <stdio.h>
#include <time.h>

static enum status too_big(const char *name, struct diag *d) { return diag_fail(d, E_LIMIT, "exchange.size", DIAG_S("name", name), DIAG_N("limit", EXCHANGE_BYTES_MAX >> 20)); }

/* ---- a declared query ------------------------------------------------------------------------- */

enum { SQL_ROWS_MAX = 500000 };
struct asking { const char *query, *place; struct buf *csv; int64_t rows; };

static instant_t clock_now(void *arg) {
    struct timespec t;
    (void)arg;
    clock_gettime(CLOCK_REALTIME, &t);
    return (instant_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t monotonic_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static enum status query_in(struct txn *t, void *arg, struct diag *d) {
    struct asking *x = arg;
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, x->query);
    for (int i = 0; s == OK && i < rows_columns(r); i++) {
        if (i)
            buf_addc(x->csv, ',');
        csv_write(x->csv, span_of(rows_column_name(r, i)));
    }
    buf_adds(x->csv, "\n");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        for (int i = 0; i < rows_columns(r); i++) {
            if (i)
                buf_addc(x->csv, ',');
            if (!rows_null(r, i))
                csv_write(x->csv, rows_text(r, i));
        }
        buf_adds(x->csv, "\n");
        x->rows++;
        if (!buf_ok(x->csv))
            return too_big("SQL", d);
    }
    return s == OK && x->rows == SQL_ROWS_MAX ? too_big("SQL", d) : s; /* there may be more */
}

enum status exchange_by_sql(const struct json *source, struct arena *a, const char *place, struct buf *csv, struct arrival *ret, struct diag *d) {
    const char *query = json_str(source, "query", NULL);
    const struct json *fields = json_get(source, "fields");
    struct asking x = {.place = place, .csv = csv};
    BUF_AUTO sql;
    buf_init(&sql, 65536);
    AUTO(store) struct store *other = NULL;
    struct store_options o = {.now = clock_now, .readers = 1, .read_only = true};
    (void)a;
    if (!query)
        return diag_fail(d, E_INPUT, "exchange.way");
    /* The catalogue's fields and no others, each as text on either database. */
    for (size_t i = 0; i < fields->size; i++)
        buf_addf(&sql, "%sCAST(q.%s AS TEXT) AS %s", i ? ", " : "SELECT ", fields->item[i]->text.at, fields->item[i]->text.at);
    buf_addf(&sql, " FROM (%s) q LIMIT %d", query, SQL_ROWS_MAX);
    x.query = buf_str(&sql);
    enum status s = store_open(place, &o, &other, d);
    if (s == OK)
        s = store_read(other, query_in, &x, d);
    *ret = (struct arrival){.way = "sql", .name = json_str(source, "id", ""), .body = buf_span(csv), .as_of = DATE_NONE, .rows = x.rows};
    return s;
}

/* ---- a JSON list, page by page ------------------------------------------------------------------ */

static void percent(struct buf *out, struct span text) {
    for (size_t i = 0; i < text.size; i++) {
        unsigned char ch = (unsigned char)text.at[i];
        bool plain = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || strchr("-._~", ch);
        if (plain && ch)
            buf_addc(out, (char)ch);
        else
            buf_addf(out, "%%%02X", ch);
    }
}

/* A value as an office would write it into a cell. */
static enum status cell(struct buf *csv, const struct json *v, const char *column, struct diag *d) {
    char text[DEC_TEXT_MAX];
    if (json_is_null(v))
        return OK;
    switch (v->type) {
    case JSON_STRING: csv_write(csv, v->text); return OK;
    case JSON_NUMBER: dec_text(v->number, text); csv_write(csv, span_of(text)); return OK;
    case JSON_TRUE: buf_adds(csv, "是"); return OK;
    case JSON_FALSE: buf_adds(csv, "否"); return OK;
    default: return diag_fail(d, E_INPUT, "exchange.value", DIAG_S("field", column));
    }
}

static enum status list_rows(const struct json *items, const struct json *fields, struct buf *csv, int64_t *rows, struct diag *d) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < items->size; i++) {
        if (items->item[i]->type != JSON_OBJECT)
            return diag_fail(d, E_INPUT, "exchange.answer");
        for (size_t k = 0; s == OK && k < fields->size; k++) {
            if (k)
                buf_addc(csv, ',');
            s = cell(csv, json_get_span(items->item[i], fields->item[k]->text), fields->item[k]->text.at, d);
        }
        buf_adds(csv, "\n");
        ++*rows;
    }
    return s == OK && (!buf_ok(csv) || csv->size > EXCHANGE_BYTES_MAX) ? too_big("HTTP", d) : s;
}

enum { CURSOR_MAX = 200 };
struct paging { const struct json *source; const struct exchange_asked *x; struct buf *csv; struct arrival *ret; char cursor[CURSOR_MAX + 1]; bool more; };

static enum status page_read(struct paging *p, struct arena *a, struct span body, struct diag *d) {
    const struct json *j = NULL, *fields = json_get(p->source, "fields");
    enum status s = json_parse(a, body, &j, d);
    const struct json *items = s == OK && j->type == JSON_OBJECT ? json_get(j, json_str(p->source, "items", "items")) : NULL;
    if (s != OK || !items || items->type != JSON_ARRAY)
        return diag_fail(d, E_INPUT, "exchange.answer");
    const struct json *next = json_get(j, json_str(p->source, "next", "next"));
    p->ret->simulated |= json_bool(j, "simulated", false);
    const char *as_of = json_str(j, "as_of", "");
    if (*as_of && date_parse(span_of(as_of), &p->ret->as_of, d) != OK)
        return diag_fail(d, E_INPUT, "exchange.answer");
    s = list_rows(items, fields, p->csv, &p->ret->rows, d);
    p->more = s == OK && !json_is_null(next);
    if (!p->more)
        return s;
    /* A cursor, never an address: where to ask is ours to say. */
    if (next->type != JSON_STRING || !next->text.size || next->text.size > CURSOR_MAX || span_is(next->text, p->cursor))
        return diag_fail(d, E_INPUT, "exchange.loop");
    snprintf(p->cursor, sizeof p->cursor, "%.*s", SPAN_ARG(next->text));
    return OK;
}

enum status exchange_by_http(const struct json *source, struct arena *a, const struct exchange_asked *x, struct buf *csv, struct arrival *ret, struct diag *d) {
    struct paging p = {.source = source, .x = x, .csv = csv, .ret = ret, .more = true};
    const struct json *fields = json_get(source, "fields");
    enum status s = OK;
    int64_t within = x->within_seconds > 0 ? x->within_seconds : EXCHANGE_WITHIN_SECONDS, from = monotonic_ms();
    *ret = (struct arrival){.way = "http", .name = json_str(source, "id", ""), .as_of = DATE_NONE};
    if (!json_get(source, "items") || !x->page)
        return diag_fail(d, E_INPUT, "exchange.way");
    for (size_t k = 0; k < fields->size; k++)
        buf_addf(csv, "%s%s", k ? "," : "", fields->item[k]->text.at);
    buf_adds(csv, "\n");
    for (int n = 0; s == OK && p.more; n++) {
        AUTO(arena) struct arena *page = arena_new(0);
        BUF_AUTO url;
        struct span body = {"", 0};
        buf_init(&url, 0);
        buf_adds(&url, x->place);
        if (p.cursor[0]) {
            buf_addf(&url, "%s%s=", strchr(x->place, '?') ? "&" : "?", json_str(source, "cursor", "cursor"));
            percent(&url, span_of(p.cursor));
        }
        if (n >= EXCHANGE_PAGES_MAX)
            return diag_fail(d, E_INPUT, "exchange.loop");
        if (n && monotonic_ms() - from >= within * 1000) /* each page has its own limit, all of them this one */
            return diag_fail(d, E_BUSY, "exchange.within", DIAG_N("seconds", within));
        s = page && buf_ok(&url) ? x->page(x->page_arg, buf_str(&url), EXCHANGE_BYTES_MAX, page, &body, d) : arena_full(d);
        if (s == OK)
            s = page_read(&p, page, body, d);
    }
    (void)a;
    ret->body = buf_span(csv);
    return s;
}
