/* Tables: column widths, rows over pages, the header on each. */
#include "doc/pdf_internal.h"

#include "base/utf8.h"

enum { ROWS_MEASURED = 200 }; /* enough to know how wide a column's texts are */
#define PAD 5.0

struct table {
    const struct doc_block *b;
    double width[DOC_COLUMNS_MAX], x[DOC_COLUMNS_MAX];
};

/* ---- widths ------------------------------------------------------------------ */

/* Estimated, not shaped: somewhat over half an em for what is narrow, one for Chinese. */
static double wide(const char *s, double size) {
    double w = 0;
    if (!s)
        return 0;
    for (const char *at = s, *end = s + strlen(s); at < end;)
        w += utf8_next(&at, end) < 0x2e80 ? 0.58 : 1.0;
    return w * size;
}

static double column_need(const struct doc_block *b, size_t c) {
    size_t rows = b->row_count < ROWS_MEASURED ? b->row_count : ROWS_MEASURED;
    double need = wide(b->column[c].title.main, STYLE_CELL.size), second = wide(b->column[c].title.second, STYLE_CELL_2.size);
    need = second > need ? second : need;
    for (size_t r = 0; r < rows; r++) {
        double w = wide(b->cell[r * b->column_count + c].main, STYLE_CELL.size);
        need = w > need ? w : need;
    }
    need += 2 * PAD + 4;
    return need < WIDTH * 0.6 ? need : WIDTH * 0.6;
}

/* Columns get what they need; when all need more than there is, those within
 * their even share keep it and the others divide the rest by need. */
static void widths(struct table *t) {
    size_t n = t->b->column_count;
    double need[DOC_COLUMNS_MAX], sum = 0, modest = 0, greedy = 0, share = WIDTH / (double)n, x = LEFT;
    for (size_t c = 0; c < n; c++) {
        sum += need[c] = column_need(t->b, c);
        *(need[c] <= share ? &modest : &greedy) += need[c];
    }
    for (size_t c = 0; c < n; c++) {
        double w = sum <= WIDTH ? need[c] * WIDTH / sum : need[c] <= share ? need[c] : (WIDTH - modest) * need[c] / greedy;
        t->width[c] = w;
        t->x[c] = x;
        x += w;
    }
}

/* ---- rows --------------------------------------------------------------------- */

struct cell { struct shaped main, second; };

static void rule(struct flow *f, double x, double y, double w, double h) {
    struct op *op = flow_op(f, OP_RULE);
    if (op)
        *op = (struct op){.type = OP_RULE, .page = f->page, .x = x, .y = y, .w = w, .h = h};
}

static double row_shape(struct flow *f, const struct table *t, const struct doc_text *text, bool head, bool total, struct cell *cell) {
    double height = 0;
    for (size_t c = 0; c < t->b->column_count && f->s == OK; c++) {
        struct style st = STYLE_CELL, second = STYLE_CELL_2;
        st.bold = head || total;
        st.align = second.align = head ? PANGO_ALIGN_CENTER : t->b->column[c].right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT;
        double w = t->width[c] - 2 * PAD;
        cell[c] = (struct cell){0};
        if (!doc_text_empty(text[c].main))
            cell[c].main = flow_shape(f, text[c].main, st, w);
        if (!doc_text_empty(text[c].second))
            cell[c].second = flow_shape(f, text[c].second, second, w);
        double h = cell[c].main.height + cell[c].second.height;
        height = h > height ? h : height;
    }
    return (height < STYLE_CELL.lead ? STYLE_CELL.lead : height) + 6;
}

/* From `skip` points of the row's inside on, as much as fits into `room`; returns what was put. */
static double row_slice(struct flow *f, const struct table *t, const struct cell *cell, double skip, double room, const char *tag) {
    double put = 0;
    for (size_t c = 0; c < t->b->column_count; c++) {
        const struct shaped *part[] = {&cell[c].main, &cell[c].second};
        double at = 0;
        for (size_t k = 0; k < 2; k++)
            for (int i = 0; i < part[k]->lines && f->s == OK; i++, at += part[k]->style.lead)
                if (at >= skip - 0.01 && at + part[k]->style.lead <= skip + room + 0.01) {
                    flow_line(f, part[k], i, t->x[c] + PAD, f->y + 3 + at - skip, tag);
                    put = at + part[k]->style.lead - skip > put ? at + part[k]->style.lead - skip : put;
                }
    }
    return put;
}

static void row_frame(struct flow *f, const struct table *t, double height) {
    rule(f, LEFT, f->y, WIDTH, 0);
    rule(f, LEFT, f->y + height, WIDTH, 0);
    for (size_t c = 0; c < t->b->column_count; c++)
        rule(f, t->x[c], f->y, 0, height);
    rule(f, LEFT + WIDTH, f->y, 0, height);
}

static void head_row(struct flow *f, const struct table *t) {
    struct doc_text title[DOC_COLUMNS_MAX];
    struct cell cell[DOC_COLUMNS_MAX];
    for (size_t c = 0; c < t->b->column_count; c++)
        title[c] = t->b->column[c].title;
    flow_row(f, "TR");
    double h = row_shape(f, t, title, true, false, cell);
    if (f->s != OK)
        return;
    row_slice(f, t, cell, 0, h, "TH");
    row_frame(f, t, h);
    f->y += h;
}

static void next_page(struct flow *f, const struct table *t) {
    flow_page(f);
    head_row(f, t);
}

static void body_row(struct flow *f, const struct table *t, size_t r) {
    struct cell cell[DOC_COLUMNS_MAX];
    double h = row_shape(f, t, t->b->cell + r * t->b->column_count, false, t->b->total && r + 1 == t->b->row_count, cell);
    if (f->y + h > BOTTOM && f->s == OK)
        next_page(f, t);
    flow_row(f, "TR");
    /* A row higher than a page goes on on the next. */
    for (double done = 0, inside = h - 6; f->s == OK && done < inside - 0.01;) {
        double room = BOTTOM - f->y - 6;
        double put = inside - done <= room ? inside - done : room;
        double lines = row_slice(f, t, cell, done, put, "TD");
        if (inside - done > room)
            put = lines > 0 ? lines : put;
        row_frame(f, t, put + 6);
        f->y += put + 6;
        done += put;
        if (done < inside - 0.01)
            next_page(f, t);
    }
}

void flow_table(struct flow *f, const struct doc_block *b) {
    struct table t = {.b = b};
    if (b->column_count == 0)
        return;
    widths(&t);
    flow_gap(f, 4);
    flow_need(f, 2.5 * (STYLE_CELL.lead + STYLE_CELL_2.lead + 6));
    flow_group(f, "Table");
    head_row(f, &t);
    /* What was shaped for a row is not needed for the next but for its lines,
     * which the operations hold; the flow keeps it until all is drawn. */
    for (size_t r = 0; r < b->row_count && f->s == OK; r++)
        body_row(f, &t, r);
    flow_group(f, NULL);
    flow_gap(f, 8);
}
