/* The operations, page by page, with their structure tags (ISO 32000-1 section
 * 14.8).  A structure element does not cross pages: what goes on on the next
 * page is an element of its own there. */
#include "doc/pdf_internal.h"

void draw_colour(cairo_t *cr, enum colour c) {
    if (c == RED)
        cairo_set_source_rgb(cr, 0.80, 0.07, 0.10);
    else if (c == GREY)
        cairo_set_source_rgb(cr, 0.36, 0.36, 0.36);
    else
        cairo_set_source_rgb(cr, 0, 0, 0);
}

/* Which elements are open. */
struct open {
    cairo_t *cr;
    unsigned group, row;
    const char *group_tag, *row_tag;
};

static void close_row(struct open *o) {
    if (o->row_tag)
        cairo_tag_end(o->cr, o->row_tag);
    o->row_tag = NULL;
}

static void close_group(struct open *o) {
    close_row(o);
    if (o->group_tag)
        cairo_tag_end(o->cr, o->group_tag);
    o->group_tag = NULL;
}

static void enter(struct open *o, const struct op *op) {
    if (o->group_tag && (o->group != op->group || !op->group_tag))
        close_group(o);
    if (op->group_tag && !o->group_tag) {
        cairo_tag_begin(o->cr, op->group_tag, "");
        o->group_tag = op->group_tag;
        o->group = op->group;
    }
    if (o->row_tag && (o->row != op->row || !op->row_tag))
        close_row(o);
    if (op->row_tag && !o->row_tag) {
        cairo_tag_begin(o->cr, op->row_tag, "");
        o->row_tag = op->row_tag;
        o->row = op->row;
    }
}

static enum status draw_op(struct flow *f, struct open *o, const struct op *op) {
    enum status s = OK;
    cairo_t *cr = o->cr;
    if (op->tag) {
        enter(o, op);
        cairo_tag_begin(cr, op->tag, "");
    }
    draw_colour(cr, op->colour);
    switch (op->type) {
    case OP_LINE:
        cairo_move_to(cr, op->x, op->y);
        pango_cairo_show_layout_line(cr, op->line);
        break;
    case OP_RULE:
        cairo_set_line_width(cr, 0.6);
        cairo_move_to(cr, op->x, op->y);
        cairo_rel_line_to(cr, op->w, op->h);
        cairo_stroke(cr);
        break;
    case OP_FRAME:
        cairo_rectangle(cr, op->x, op->y, op->w, op->h);
        cairo_fill(cr);
        break;
    case OP_SEAL: draw_seal(cr, f->context, op); break;
    case OP_CODE: s = draw_code(cr, f->a, op, f->d); break;
    }
    if (op->tag)
        cairo_tag_end(cr, op->tag);
    return s;
}

static bool bilingual(const struct document *doc) {
    for (size_t i = 0; i < doc->block_count; i++)
        if (!doc_text_empty(doc->block[i].title.second) || !doc_text_empty(doc->block[i].text.second))
            return true;
    return false;
}

/* Numbers of pages, and the document's own line above them. */
static enum status footer(struct flow *f, const struct document *doc, cairo_t *cr, unsigned page, unsigned pages) {
    const struct diag_arg arg[] = {DIAG_N("page", page + 1), DIAG_N("pages", pages)};
    char *zh = doc_sentence(f->a, LANG_ZH, "doc.page", arg, 2), *en = doc_sentence(f->a, LANG_EN, "doc.page", arg, 2);
    const char *text = zh && en ? bilingual(doc) ? arena_printf(f->a, "%s　%s", zh, en) : zh : NULL;
    if (!text)
        return arena_full(f->d);
    struct style st = {.size = 9, .lead = 13, .align = PANGO_ALIGN_CENTER}, small = {.size = 7.5, .lead = 10, .align = PANGO_ALIGN_CENTER, .colour = GREY};
    const char *line[] = {doc->footer.main, doc->footer.second, text};
    double y = BOTTOM + 8 * MM;
    size_t first = f->op.size;
    for (size_t i = 0; i < ARRAY_LEN(line) && f->s == OK; i++) {
        if (doc_text_empty(line[i]))
            continue;
        struct style use = i == 2 ? st : small;
        struct shaped p = flow_shape(f, line[i], use, WIDTH);
        if (p.lines)
            flow_line(f, &p, 0, LEFT, y, NULL);
        y += use.lead;
    }
    struct open o = {.cr = cr};
    for (size_t i = first; i < f->op.size && f->s == OK; i++)
        f->s = draw_op(f, &o, &f->op.at[i]);
    f->op.size = first;
    return f->s;
}

enum status draw_document(struct flow *f, const struct document *doc, cairo_t *cr) {
    unsigned pages = f->page + 1;
    size_t at = 0, count = f->op.size;
    for (unsigned page = 0; page < pages && f->s == OK; page++) {
        struct open o = {.cr = cr};
        for (; at < count && f->op.at[at].page == page && f->s == OK; at++)
            f->s = draw_op(f, &o, &f->op.at[at]);
        close_group(&o);
        if (f->s == OK)
            f->s = footer(f, doc, cr, page, pages);
        cairo_show_page(cr);
    }
    return f->s;
}
