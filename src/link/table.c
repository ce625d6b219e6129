#include "link/table.h"

#include "link/text.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* ---- which bytes matter --------------------------------------------------------------- */

/* Of 16 bytes, a bit for each that is a comma, a line end or a quote. */
#ifdef __SSE2__
static inline uint32_t marks_of(const char *p) {
    __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
    __m128i m = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8(',')), _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('\n')), _mm_cmpeq_epi8(v, _mm_set1_epi8('"'))));
    return (uint32_t)_mm_movemask_epi8(m);
}
#else
static inline uint32_t marks_of(const char *p) {
    uint32_t m = 0;
    for (int i = 0; i < 16; i++)
        m |= (uint32_t)(p[i] == ',' || p[i] == '\n' || p[i] == '"') << i;
    return m;
}
#endif

/* The next byte that matters at or behind `p`, or `end`. */
static inline const char *next_mark(struct link_cursor *c, const char *p) {
    if (c->block && p - c->block < 16) {
        uint32_t m = c->marks >> (p - c->block);
        if (m)
            return p + __builtin_ctz(m);
        p = c->block + 16;
    }
    for (; c->end - p >= 16; p += 16) {
        uint32_t m = marks_of(p);
        if (m) {
            c->block = p;
            c->marks = m;
            return p + __builtin_ctz(m);
        }
    }
    c->block = NULL;
    while (p < c->end && *p != ',' && *p != '\n' && *p != '"')
        p++;
    return p;
}

/* ---- rows ------------------------------------------------------------------------------- */

static enum status row_fail(struct link_cursor *c, const char *code, struct diag *d) {
    int line = 1;
    for (const char *p = c->table->text.at; p < c->row; p++)
        line += *p == '\n';
    (void)diag_fail(d, E_INPUT, code, DIAG_N("line", line));
    return diag_line(d, line);
}

/* A quoted field from its first quote; *ret behind its last. */
static bool quoted(struct link_cursor *c, const char *p, struct span *field, const char **ret) {
    const char *from = ++p;
    bool doubled = false;
    for (;;) {
        p = memchr(p, '"', (size_t)(c->end - p));
        if (!p)
            return false;
        if (p + 1 < c->end && p[1] == '"') {
            doubled = true;
            p += 2;
            continue;
        }
        break;
    }
    *field = (struct span){from, (size_t)(p - from)};
    *ret = p + 1;
    if (doubled) {
        char *to = c->scratch + c->scratch_used;
        size_t n = 0, room = LINK_UNQUOTE - c->scratch_used;
        for (const char *q = from; q < p && n < room; q++) {
            to[n++] = *q;
            q += *q == '"';
        }
        *field = (struct span){to, n};
        c->scratch_used += n;
    }
    return true;
}

/* One row from c->at into c->field; returns how many, 0: a quote is wrong. */
static size_t split(struct link_cursor *c) {
    const char *p = c->at;
    size_t n = 0;
    c->scratch_used = 0;
    c->block = NULL;
    for (;;) {
        struct span field;
        const char *q;
        if (p < c->end && *p == '"') {
            if (!quoted(c, p, &field, &q))
                return 0;
            if (q < c->end && *q == '\r' && (q + 1 == c->end || q[1] == '\n'))
                q++;
            if (q < c->end && *q != ',' && *q != '\n')
                return 0;
            if (c->block && q - c->block >= 16)
                c->block = NULL;
        } else {
            q = next_mark(c, p);
            if (q < c->end && *q == '"')
                return 0;
            field = (struct span){p, (size_t)(q - p)};
            if ((q == c->end || *q == '\n') && field.size && q[-1] == '\r')
                field.size--;
        }
        if (n < LINK_COLUMNS_MAX)
            c->field[n] = field;
        n++;
        if (q >= c->end || *q == '\n') {
            c->at = q < c->end ? q + 1 : c->end;
            return n;
        }
        p = q + 1;
    }
}

enum status link_cursor_next(struct link_cursor *c, bool *ret_row, struct diag *d) {
    *ret_row = false;
    while (c->at <= c->stop && c->at < c->end) {
        c->row = c->at;
        size_t n = split(c);
        if (n == 0)
            return row_fail(c, "csv.quote", d);
        if (n == 1 && c->field[0].size == 0 && c->table->columns > 1)
            continue; /* an empty line */
        if (n == 1 && c->field[0].size == 0 && c->row[0] != '"')
            continue;
        if (n != c->table->columns)
            return row_fail(c, "csv.columns", d);
        *ret_row = true;
        return OK;
    }
    return OK;
}

void link_cursor_init(struct link_cursor *c, const struct link_table *t, size_t piece, char *scratch) {
    const char *base = t->text.at, *end = span_end(t->text);
    size_t from = t->body + piece * (size_t)LINK_PIECE, to = from + LINK_PIECE;
    *c = (struct link_cursor){.table = t, .end = end, .scratch = scratch};
    c->stop = to >= t->text.size ? end : base + to;
    const char *p = base + from;
    bool inside = t->piece[piece].inside;
    if (piece == 0) {
        c->at = p;
        return;
    }
    /* Behind the first line end outside quotes; a doubled quote changes sides twice. */
    while (p < end && (inside || *p != '\n')) {
        inside ^= *p == '"';
        p++;
    }
    c->at = p < end ? p + 1 : end;
    /* The line end must stand before `stop`; else the row is another piece's. */
    if (c->at > c->stop)
        c->at = end;
}

struct span link_field_at(const struct link_table *t, uint64_t offset, int column, char *scratch) {
    struct link_cursor c = {.table = t, .at = t->text.at + offset, .end = span_end(t->text), .scratch = scratch};
    size_t n = split(&c);
    assert(n > (size_t)column);
    return (size_t)column < n ? c.field[column] : (struct span){0};
}

/* ---- opening ------------------------------------------------------------------------------ */

struct count { uint32_t quotes, outside, inside; bool nul; }; /* line ends by the number of quotes before, even or odd */
struct counting { const struct link_table *t; struct count *count; const struct link_crew *crew; };

static void count_piece(void *context, int worker, size_t i) {
    struct counting *w = context;
    size_t from = w->t->body + i * (size_t)LINK_PIECE, to = from + LINK_PIECE < w->t->text.size ? from + LINK_PIECE : w->t->text.size;
    const char *p = w->t->text.at + from, *end = w->t->text.at + to;
    struct count c = {0};
    c.nul = memchr(p, 0, (size_t)(end - p)) != NULL;
    if (!memchr(p, '"', (size_t)(end - p))) {
        for (; p < end; p++)
            c.outside += *p == '\n';
    } else {
        for (; p < end; p++) {
            c.quotes += *p == '"';
            if (*p == '\n')
                *(c.quotes & 1 ? &c.inside : &c.outside) += 1;
        }
    }
    w->count[i] = c;
    if (w->crew && w->crew->released)
        w->crew->released(w->crew->arg, w->t->text.at + from, to - from);
}

static enum status header(struct link_table *t, struct arena *a, struct diag *d) {
    struct link_cursor c = {.table = t, .at = t->text.at + t->body, .end = span_end(t->text)};
    char *scratch = arena_alloc(a, LINK_UNQUOTE);
    if (!scratch)
        return arena_full(d);
    c.scratch = scratch;
    c.row = c.at;
    size_t n = c.at < c.end ? split(&c) : 0;
    if (n == 0)
        return c.at < c.end ? row_fail(&c, "csv.quote", d) : diag_fail(d, E_INPUT, "csv.empty");
    if (n > LINK_COLUMNS_MAX)
        return diag_fail(d, E_INPUT, "link.columns", DIAG_N("limit", LINK_COLUMNS_MAX));
    if (n == 1 && c.field[0].size == 0)
        return diag_fail(d, E_INPUT, "csv.empty");
    for (size_t i = 0; i < n; i++) {
        struct span s = c.field[i];
        while (s.size && (unsigned char)*s.at <= ' ')
            s.at++, s.size--;
        while (s.size && (unsigned char)s.at[s.size - 1] <= ' ')
            s.size--;
        char *name = arena_dup(a, s);
        if (!name)
            return arena_full(d);
        t->header[i] = (struct span){name, s.size};
        for (size_t k = 0; k < i; k++)
            if (s.size && span_eq(t->header[k], t->header[i]))
                return diag_fail(d, E_INPUT, "link.header_twice", DIAG_SPAN("column", s));
    }
    t->columns = n;
    t->body = (size_t)(c.at - t->text.at);
    return OK;
}

enum status link_table_open(struct link_table *t, struct arena *a, struct span text, const struct link_crew *crew, struct diag *d) {
    *t = (struct link_table){.text = text};
    if (text.size >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0)
        t->body = 3;
    enum status s = header(t, a, d);
    if (s != OK)
        return s;
    t->pieces = (text.size - t->body + LINK_PIECE - 1) / LINK_PIECE;
    struct count *count = ARENA_ARRAY(a, t->pieces + 1, struct count);
    t->piece = ARENA_ARRAY(a, t->pieces + 1, struct link_piece);
    if (!count || !t->piece)
        return arena_full(d);
    struct counting w = {t, count, crew};
    link_crew_run(crew, t->pieces, count_piece, &w);
    bool inside = false;
    for (size_t i = 0; i < t->pieces; i++) {
        t->piece[i] = (struct link_piece){t->rows_max, (inside ? count[i].inside : count[i].outside) + (i == 0), inside};
        t->rows_max += t->piece[i].rows;
        inside ^= count[i].quotes & 1;
        if (count[i].nul)
            return diag_fail(d, E_INPUT, "link.nul");
    }
    return OK;
}

int link_table_column(const struct link_table *t, struct span name) {
    for (size_t i = 0; i < t->columns; i++)
        if (span_eq(t->header[i], name))
            return (int)i;
    return -1;
}
