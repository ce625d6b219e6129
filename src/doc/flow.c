/* Lines onto pages.
 *
 * Lines stand at distances of our own, not at the font's: a rare character
 * from another font does not push its line away. */
#include "doc/pdf_internal.h"

/* Song (宋体) as documents use it; the first that is installed. */
static const char FAMILIES[] = "Noto Serif CJK SC, Source Han Serif SC, Songti SC, SimSun, Noto Sans CJK SC, serif";

const struct style STYLE_BODY = {.size = 12.5, .lead = 20.5, .indent = 25};
const struct style STYLE_BODY_2 = {.size = 8.5, .lead = 11.5, .colour = GREY};
const struct style STYLE_CELL = {.size = 11.5, .lead = 17};
const struct style STYLE_CELL_2 = {.size = 8, .lead = 10.5, .colour = GREY};
const struct style STYLE_HEAD = {.size = 12.5, .lead = 20.5, .bold = true};
const struct style STYLE_SMALL = {.size = 9, .lead = 13};

static void fail_memory(struct flow *f) {
    if (f->s == OK)
        f->s = arena_full(f->d);
}

void flow_release(struct flow *f) {
    for (size_t i = 0; i < f->layout.size; i++)
        g_object_unref(f->layout.at[i]);
    vec_release(&f->layout);
    vec_release(&f->op);
}

static PangoAttrList *spacing(double points) {
    PangoAttrList *list = pango_attr_list_new();
    pango_attr_list_insert(list, pango_attr_letter_spacing_new((int)(points * PANGO_SCALE)));
    return list;
}

struct shaped flow_shape(struct flow *f, const char *text, struct style st, double width) {
    struct shaped p = {.style = st};
    PangoLayout **slot = f->s == OK ? vec_push(&f->layout) : NULL;
    if (!slot) {
        fail_memory(f);
        return p;
    }
    p.layout = *slot = pango_layout_new(f->context);
    p.id = (unsigned)f->layout.size;
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family_static(font, FAMILIES);
    pango_font_description_set_weight(font, st.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(font, st.size * PANGO_SCALE);
    pango_layout_set_font_description(p.layout, font);
    pango_font_description_free(font);
    pango_layout_set_auto_dir(p.layout, FALSE);
    pango_layout_set_wrap(p.layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(p.layout, st.align);
    pango_layout_set_indent(p.layout, (int)(st.indent * PANGO_SCALE));
    if (width > 0)
        pango_layout_set_width(p.layout, (int)(width * PANGO_SCALE));
    if (st.spacing > 0) {
        PangoAttrList *list = spacing(st.spacing);
        pango_layout_set_attributes(p.layout, list);
        pango_attr_list_unref(list);
    }
    pango_layout_set_text(p.layout, text ? text : "", -1);
    p.lines = pango_layout_get_line_count(p.layout);
    p.height = p.lines * st.lead;
    f->unknown += (unsigned)pango_layout_get_unknown_glyphs_count(p.layout);
    return p;
}

struct op *flow_op(struct flow *f, int type) {
    struct op *op = f->s == OK ? vec_push(&f->op) : NULL;
    if (!op) {
        fail_memory(f);
        return NULL;
    }
    op->type = type;
    op->page = f->page;
    op->group_tag = f->group_tag;
    op->row_tag = f->row_tag;
    op->group = f->group;
    op->row = f->row;
    return op;
}

void flow_line(struct flow *f, const struct shaped *p, int i, double x, double y, const char *tag) {
    struct op *op = flow_op(f, OP_LINE);
    if (!op)
        return;
    PangoLayoutIter *at = pango_layout_get_iter(p->layout);
    for (int k = 0; k < i && pango_layout_iter_next_line(at); k++)
        ;
    PangoRectangle logical;
    pango_layout_iter_get_line_extents(at, NULL, &logical);
    op->line = pango_layout_iter_get_line_readonly(at);
    pango_layout_iter_free(at);
    op->x = x + (double)logical.x / PANGO_SCALE;
    /* A Chinese character's square reaches 0.88 em above the baseline, 0.12 below. */
    op->y = y + (p->style.lead - p->style.size) / 2 + 0.88 * p->style.size;
    op->colour = p->style.colour;
    op->tag = tag;
    op->text = p->id;
}

struct flow_mark flow_mark(const struct flow *f) {
    return (struct flow_mark){.op = f->op.size, .page = f->page, .unknown = f->unknown, .y = f->y};
}

void flow_rewind(struct flow *f, struct flow_mark m) {
    f->op.size = m.op;
    f->page = m.page;
    f->unknown = m.unknown;
    f->y = m.y;
}

void flow_page(struct flow *f) {
    if (f->s == OK && f->page + 1 >= DOC_PAGES_MAX)
        f->s = diag_fail(f->d, E_LIMIT, "doc.pages", DIAG_N("limit", DOC_PAGES_MAX));
    f->page++;
    f->y = TOP;
}

void flow_need(struct flow *f, double height) {
    if (f->y + height > BOTTOM && f->y > TOP)
        flow_page(f);
}

void flow_gap(struct flow *f, double height) {
    if (f->y > TOP)
        f->y += height;
}

void flow_text(struct flow *f, const char *text, struct style st, double x, double width, const char *tag) {
    if (doc_text_empty(text) || f->s != OK)
        return;
    struct shaped p = flow_shape(f, text, st, width);
    /* No line alone at the foot of a page; short texts stay together. */
    flow_need(f, p.lines <= 3 ? p.height : 2 * st.lead);
    for (int i = 0; i < p.lines && f->s == OK; i++) {
        flow_need(f, st.lead);
        flow_line(f, &p, i, x, f->y, tag);
        f->y += st.lead;
    }
}

void flow_both(struct flow *f, const struct doc_text *t, struct style main, struct style second, double x, double width, const char *tag) {
    flow_text(f, t->main, main, x, width, tag);
    if (!doc_text_empty(t->second) && f->s == OK) {
        flow_text(f, t->second, second, x, width, tag[0] == 'H' ? "P" : tag);
        flow_gap(f, 3);
    }
}

void flow_group(struct flow *f, const char *tag) {
    f->group_tag = tag;
    f->row_tag = NULL;
    f->group++;
}

void flow_row(struct flow *f, const char *tag) {
    f->row_tag = tag;
    f->row++;
}
