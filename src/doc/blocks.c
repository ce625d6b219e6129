/* Each kind of block, onto the page. */
#include "doc/pdf_internal.h"

#include <stdio.h>

char *doc_sentence(struct arena *a, enum lang l, const char *code, const struct diag_arg *arg, size_t n) {
    BUF_AUTO b;
    buf_init(&b, 0);
    message_text(&b, l, code, arg, n);
    return buf_ok(&b) ? arena_dup(a, buf_span(&b)) : NULL;
}

static void rule(struct flow *f, double y, double thick, enum colour c) {
    struct op *op = flow_op(f, OP_FRAME);
    if (op)
        *op = (struct op){.type = OP_FRAME, .page = f->page, .x = LEFT, .y = y, .w = WIDTH, .h = thick, .colour = c};
}

/* GB/T 9704 section 7.2: the issuer in red, the red line below. */
static void letterhead(struct flow *f, const struct doc_block *b) {
    struct style st = {.size = 26, .lead = 34, .bold = true, .colour = RED, .align = PANGO_ALIGN_CENTER, .spacing = 3};
    struct style second = {.size = 9, .lead = 13, .colour = RED, .align = PANGO_ALIGN_CENTER};
    size_t n = b->title.main ? strlen(b->title.main) : 0;
    if (n > 48) /* sixteen characters: a smaller one keeps it on one line */
        st.size = 20, st.lead = 28, st.spacing = 1;
    flow_both(f, &b->title, st, second, LEFT, WIDTH, "P");
    flow_gap(f, 6);
    rule(f, f->y, 1.8, RED);
    rule(f, f->y + 3.4, 0.6, RED);
    f->y += 16;
}

static void title(struct flow *f, const struct doc_block *b) {
    struct style st = {.size = 20, .lead = 30, .bold = true, .align = PANGO_ALIGN_CENTER};
    struct style second = {.size = 10.5, .lead = 15, .colour = GREY, .align = PANGO_ALIGN_CENTER};
    flow_both(f, &b->title, st, second, LEFT, WIDTH, "H1");
    flow_gap(f, 4);
}

static void number(struct flow *f, const struct doc_block *b) {
    struct style st = {.size = 12, .lead = 18, .align = PANGO_ALIGN_CENTER};
    struct style second = {.size = 9, .lead = 13, .colour = GREY, .align = PANGO_ALIGN_CENTER};
    flow_both(f, &b->text, st, second, LEFT, WIDTH, "P");
    flow_gap(f, 12);
}

static void addressee(struct flow *f, const struct doc_block *b) {
    struct style st = STYLE_BODY;
    st.indent = 0;
    flow_both(f, &b->text, st, STYLE_BODY_2, LEFT, WIDTH, "P");
}

static struct style second_indented(void) {
    struct style st = STYLE_BODY_2;
    st.indent = STYLE_BODY.indent;
    return st;
}

static void heading(struct flow *f, const struct doc_text *t) {
    if (doc_text_empty(t->main))
        return;
    flow_gap(f, 4);
    flow_need(f, 3 * STYLE_HEAD.lead);
    struct style st = STYLE_HEAD;
    st.indent = STYLE_BODY.indent;
    flow_both(f, t, st, second_indented(), LEFT, WIDTH, "H2");
}

static void pairs(struct flow *f, const struct doc_block *b) {
    enum { LABEL = 120 };
    for (size_t i = 0; i < b->item_count && f->s == OK; i++) {
        struct style st = STYLE_BODY;
        st.indent = 0;
        flow_need(f, 2 * st.lead);
        double y = f->y;
        unsigned page = f->page;
        flow_both(f, &b->item[i].title, st, STYLE_BODY_2, LEFT + 27, LABEL - 10, "P");
        double left = f->page == page ? f->y : y;
        if (f->page == page)
            f->y = y;
        flow_both(f, &b->item[i].text, st, STYLE_BODY_2, LEFT + 27 + LABEL, WIDTH - 27 - LABEL, "P");
        if (f->page == page && left > f->y)
            f->y = left;
    }
}

static void frame(struct flow *f, double x, double y, double w, double h, enum colour colour) {
    struct op *op = w > 0 ? flow_op(f, OP_FRAME) : NULL;
    if (op) {
        op->x = x, op->y = y, op->w = w, op->h = h;
        op->colour = colour;
    }
}

static double within(double share) { return share > 0 ? share < 1 ? share : 1 : 0; } /* not a number: nothing */

/* A bar and the stroke across it: decoration, for the texts beside it say the same. */
static void one_bar(struct flow *f, const struct doc_bar *b, double x, double y, double width) {
    enum { THICK = 9, OVER = 2 };
    frame(f, x, y, width, THICK, TRACK);
    frame(f, x, y, width * within(b->share), THICK, BAR);
    if (b->mark >= 0)
        frame(f, x + width * within(b->mark) - 0.6, y - OVER, 1.2, THICK + 2 * OVER, BLACK);
}

static void bars(struct flow *f, const struct doc_block *b) {
    enum { LABEL = 170, BAR_WIDTH = 150, GAP = 10 };
    struct style st = {.size = 10, .lead = 15}, head = STYLE_HEAD;
    flow_need(f, 4 * st.lead);
    flow_both(f, &b->title, head, STYLE_BODY_2, LEFT, WIDTH, "P");
    flow_group(f, "L");
    for (size_t i = 0; i < b->item_count && f->s == OK; i++) {
        flow_row(f, "LI");
        flow_need(f, 3 * st.lead); /* a name of three lines stays together */
        double y = f->y, x = LEFT + LABEL + GAP;
        unsigned page = f->page;
        flow_both(f, &b->item[i].title, st, STYLE_CELL_2, LEFT, LABEL, "LBody");
        double low = f->y;
        if (f->page == page)
            f->y = y;
        if (b->bar)
            one_bar(f, &b->bar[i], x, f->y + 3, BAR_WIDTH);
        flow_both(f, &b->item[i].text, st, STYLE_CELL_2, x + BAR_WIDTH + GAP, WIDTH - LABEL - BAR_WIDTH - 2 * GAP, "LBody");
        if (f->page == page && low > f->y)
            f->y = low;
    }
    flow_group(f, NULL);
    flow_both(f, &b->note, STYLE_SMALL, STYLE_BODY_2, LEFT, WIDTH, "P");
}

/* "1. " before the first line, the text beside it. */
static void item(struct flow *f, size_t i, const struct doc_item *it) {
    enum { HANG = 22 };
    char label[24];
    struct style st = STYLE_BODY;
    st.indent = 0;
    snprintf(label, sizeof label, "%zu.", i + 1);
    flow_row(f, "LI");
    struct shaped p = flow_shape(f, label, st, 0);
    flow_need(f, 2 * st.lead);
    if (f->s != OK)
        return;
    flow_line(f, &p, 0, LEFT + STYLE_BODY.indent, f->y, "Lbl");
    struct doc_text text = it->text;
    if (!doc_text_empty(it->source)) {
        struct diag_arg source = DIAG_S("source", it->source);
        char *zh = doc_sentence(f->a, LANG_ZH, "doc.reason_source", &source, 1);
        text.main = zh ? arena_printf(f->a, "%s%s", text.main ? text.main : "", zh) : NULL;
        if (!text.main) {
            f->s = arena_full(f->d);
            return;
        }
    }
    double x = LEFT + STYLE_BODY.indent + HANG;
    flow_both(f, &text, st, STYLE_BODY_2, x, LEFT + WIDTH - x, "LBody");
}

static void list(struct flow *f, const struct doc_block *b) {
    heading(f, &b->title);
    flow_group(f, "L");
    for (size_t i = 0; i < b->item_count && f->s == OK; i++)
        item(f, i, &b->item[i]);
    flow_group(f, NULL);
    flow_gap(f, 4);
}

static void remedies(struct flow *f, const struct doc_block *b) {
    heading(f, &b->title);
    flow_both(f, &b->text, STYLE_BODY, second_indented(), LEFT, WIDTH, "P");
    if (doc_text_empty(b->source) || f->s != OK)
        return;
    struct diag_arg source = DIAG_S("source", b->source);
    struct style st = STYLE_SMALL;
    st.indent = STYLE_BODY.indent;
    char *zh = doc_sentence(f->a, LANG_ZH, "doc.remedy_source", &source, 1);
    if (zh)
        flow_text(f, zh, st, LEFT, WIDTH, "P");
    else
        f->s = arena_full(f->d);
    flow_gap(f, 4);
}

/* The organ over the date, four characters from the right (GB/T 9704 section
 * 7.3.5.1), the seal over both. */
static void signature(struct flow *f, const struct doc_block *b) {
    struct style st = STYLE_BODY, second = STYLE_BODY_2;
    st.indent = 0;
    st.align = second.align = PANGO_ALIGN_CENTER;
    /* The sample's words stand below the date, so its middle is on the date's line. */
    double seal = b->seal == DOC_SEAL_NONE ? 0 : 38 * MM, width = 220, x = LEFT + WIDTH - width - 10;
    double above = seal > 0 ? seal / 2 - st.lead - 10 : 4;
    flow_gap(f, 10);
    flow_need(f, above + st.lead + 10 + seal / 2 + (doc_text_empty(b->note.main) ? 0 : 40));
    f->y += above;
    double y = f->y;
    flow_both(f, &b->title, st, second, x, width, "P");
    flow_both(f, &b->text, st, second, x, width, "P");
    struct op *op = seal > 0 ? flow_op(f, OP_SEAL) : NULL;
    if (op) {
        double middle = y + st.lead + 10;
        op->x = x + width / 2;
        op->y = middle;
        op->w = op->h = seal;
        op->block = b;
        op->tag = "Figure";
        if (middle + seal / 2 > f->y)
            f->y = middle + seal / 2;
    }
    struct style note = STYLE_SMALL;
    note.colour = GREY;
    if (!doc_text_empty(b->note.main))
        flow_gap(f, 6);
    flow_both(f, &b->note, note, (struct style){.size = 8, .lead = 11, .colour = GREY}, LEFT, WIDTH, "P");
}

static void code(struct flow *f, const struct doc_block *b) {
    double size = 27 * MM;
    flow_gap(f, 10);
    flow_need(f, size + 4);
    struct op *op = flow_op(f, OP_CODE);
    if (!op)
        return;
    op->x = LEFT;
    op->y = f->y;
    op->w = op->h = size;
    op->block = b;
    op->tag = "Figure";
    double y = f->y, x = LEFT + size + 10;
    unsigned page = f->page;
    f->y += 6;
    struct style head = STYLE_SMALL, small = {.size = 7.5, .lead = 10.5, .colour = GREY};
    head.bold = true;
    flow_both(f, &b->title, head, small, x, LEFT + WIDTH - x, "P");
    flow_both(f, &b->note, (struct style){.size = 8.5, .lead = 12.5}, small, x, LEFT + WIDTH - x, "P");
    if (f->page == page && f->y < y + size)
        f->y = y + size;
}

void flow_block(struct flow *f, const struct doc_block *b) {
    switch (b->type) {
    case DOC_LETTERHEAD: letterhead(f, b); break;
    case DOC_TITLE: title(f, b); break;
    case DOC_NUMBER: number(f, b); break;
    case DOC_ADDRESSEE: addressee(f, b); break;
    case DOC_PARAGRAPH: flow_both(f, &b->text, STYLE_BODY, second_indented(), LEFT, WIDTH, "P"); break;
    case DOC_PAIRS: pairs(f, b); break;
    case DOC_BARS: bars(f, b); break;
    case DOC_LIST:
    case DOC_REASONS: list(f, b); break;
    case DOC_TABLE: flow_table(f, b); break;
    case DOC_REMEDIES: remedies(f, b); break;
    case DOC_SIGNATURE: signature(f, b); break;
    case DOC_CODE: code(f, b); break;
    }
}
