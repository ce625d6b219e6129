/* The operations, page by page, with their structure tags (ISO 32000-1 section
 * 14.8).  A structure element does not cross pages: what goes on on the next
 * page is an element of its own there. */
#include "doc/pdf_internal.h"

void draw_colour(cairo_t *cr, enum colour c) {
    if (c == RED)
        cairo_set_source_rgb(cr, 0.80, 0.07, 0.10);
    else if (c == BAR)
        cairo_set_source_rgb(cr, 0.05, 0.43, 0.37);
    else if (c == TRACK)
        cairo_set_source_rgb(cr, 0.90, 0.92, 0.92);
    else if (c == GREY)
        cairo_set_source_rgb(cr, 0.36, 0.36, 0.36);
    else
        cairo_set_source_rgb(cr, 0, 0, 0);
}

/* Which elements are open: Table > TR > TD, or the last alone. */
struct open {
    cairo_t *cr;
    unsigned group, row, text;
    const char *group_tag, *row_tag, *tag;
};

static void end(struct open *o, const char **tag) {
    if (*tag)
        cairo_tag_end(o->cr, *tag);
    *tag = NULL;
}

static void close_all(struct open *o) {
    end(o, &o->tag);
    end(o, &o->row_tag);
    end(o, &o->group_tag);
}

static void begin(struct open *o, const char **tag, const char *wanted) {
    if (!*tag && wanted)
        cairo_tag_begin(o->cr, wanted, "");
    *tag = wanted;
}

static void enter(struct open *o, const struct op *op) {
    bool group = o->group_tag && (o->group != op->group || !op->group_tag);
    bool row = group || (o->row_tag && (o->row != op->row || !op->row_tag));
    bool text = row || (op->group_tag && !o->group_tag) || (op->row_tag && !o->row_tag) || op->type != OP_LINE || op->text != o->text;
    if (text)
        end(o, &o->tag);
    if (row)
        end(o, &o->row_tag);
    if (group)
        end(o, &o->group_tag);
    begin(o, &o->group_tag, op->group_tag);
    begin(o, &o->row_tag, op->row_tag);
    begin(o, &o->tag, op->tag);
    o->group = op->group;
    o->row = op->row;
    o->text = op->text;
}

static enum status draw_op(struct flow *f, cairo_t *cr, const struct op *op) {
    draw_colour(cr, op->colour);
    switch (op->type) {
    case OP_LINE:
        draw_line(cr, f->a, op->line, op->x, op->y);
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
    case OP_CODE: return draw_code(cr, f->a, op, f->d);
    }
    return OK;
}

/* Rules first, outside all elements: they are decoration. */
static enum status draw_page(struct flow *f, cairo_t *cr, size_t from, size_t to) {
    struct open o = {.cr = cr};
    for (size_t i = from; i < to && f->s == OK; i++)
        if (!f->op.at[i].tag)
            f->s = draw_op(f, cr, &f->op.at[i]);
    for (size_t i = from; i < to && f->s == OK; i++)
        if (f->op.at[i].tag) {
            enter(&o, &f->op.at[i]);
            f->s = draw_op(f, cr, &f->op.at[i]);
        }
    close_all(&o);
    return f->s;
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
    draw_page(f, cr, first, f->op.size);
    f->op.size = first;
    return f->s;
}

enum status draw_document(struct flow *f, const struct document *doc, cairo_t *cr) {
    unsigned pages = f->page + 1;
    size_t from = 0, count = f->op.size;
    cairo_tag_begin(cr, "Document", "");
    for (unsigned page = 0; page < pages && f->s == OK; page++) {
        size_t to = from;
        while (to < count && f->op.at[to].page == page)
            to++;
        if (draw_page(f, cr, from, to) == OK)
            footer(f, doc, cr, page, pages);
        from = to;
        if (page + 1 == pages)
            cairo_tag_end(cr, "Document");
        cairo_show_page(cr);
    }
    return f->s;
}
