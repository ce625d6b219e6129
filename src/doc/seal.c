/* Where the seal stands.  Never the likeness of a real one: a dashed ring to
 * stamp into, or a sample that says so in its middle. */
#include "doc/pdf_internal.h"

#include "base/utf8.h"

#include <math.h>

static PangoLayout *seal_text(PangoContext *context, const char *text, size_t bytes, double size, bool bold) {
    PangoLayout *l = pango_layout_new(context);
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family_static(font, "Noto Serif CJK SC, Source Han Serif SC, Songti SC, SimSun, serif");
    pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_layout_set_font_description(l, font);
    pango_font_description_free(font);
    pango_layout_set_text(l, text, (int)bytes);
    return l;
}

/* Outlines, not text: the scattered characters of the arc would disturb who
 * reads or copies the document's text. */
static void outline(cairo_t *cr, PangoLayout *l, double x, double y, double wide_max) {
    PangoRectangle ink;
    pango_layout_get_extents(l, &ink, NULL);
    double w = (double)ink.width / PANGO_SCALE, h = (double)ink.height / PANGO_SCALE, scale = w > wide_max && w > 0 ? wide_max / w : 1;
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, scale, 1);
    cairo_move_to(cr, -(double)ink.x / PANGO_SCALE - w / 2, -(double)ink.y / PANGO_SCALE - h / 2);
    pango_cairo_layout_path(cr, l);
    cairo_restore(cr);
    cairo_fill(cr);
}

static void arc(cairo_t *cr, PangoContext *context, const char *text, double r) {
    size_t n = utf8_length(span_of(text));
    if (n == 0)
        return;
    /* Closer together the more there are, over at most 240 degrees. */
    double step = n > 1 ? fmin(26, 240.0 / (double)(n - 1)) * M_PI / 180 : 0, size = fmin(15, step > 0 ? r * step * 0.92 : 15);
    double angle = -step * (double)(n - 1) / 2;
    for (const char *at = text, *end = text + strlen(text); at < end; angle += step) {
        const char *begin = at;
        utf8_next(&at, end);
        PangoLayout *l = seal_text(context, begin, (size_t)(at - begin), size, true);
        cairo_save(cr);
        cairo_rotate(cr, angle);
        outline(cr, l, 0, -r, size * 1.2);
        cairo_restore(cr);
        g_object_unref(l);
    }
}

static void middle(cairo_t *cr, PangoContext *context, const char *code, double size, double y, double wide_max) {
    BUF_AUTO b;
    buf_init(&b, 0);
    message_text(&b, LANG_ZH, code, NULL, 0);
    PangoLayout *l = seal_text(context, buf_str(&b), b.size, size, true);
    outline(cr, l, 0, y, wide_max);
    g_object_unref(l);
}

void draw_seal(cairo_t *cr, PangoContext *context, const struct op *op) {
    const struct doc_block *b = op->block;
    double r = op->w / 2 - 2;
    cairo_save(cr);
    cairo_translate(cr, op->x, op->y);
    if (b->seal == DOC_SEAL_PLACE) {
        static const double DASH[] = {4, 3};
        cairo_set_source_rgb(cr, 0.6, 0.6, 0.6);
        cairo_set_line_width(cr, 0.8);
        cairo_set_dash(cr, DASH, 2, 0);
    } else {
        cairo_set_source_rgba(cr, 0.80, 0.07, 0.10, 0.82);
        cairo_set_line_width(cr, 2.2);
    }
    cairo_new_path(cr);
    cairo_arc(cr, 0, 0, r, 0, 2 * M_PI);
    cairo_stroke(cr);
    if (b->seal == DOC_SEAL_PLACE) {
        middle(cr, context, "doc.seal_place", 9, -r * 0.62, r);
    } else {
        arc(cr, context, doc_text_empty(b->seal_organ) ? "" : b->seal_organ, r - 12);
        middle(cr, context, "doc.seal_sample", 19, r * 0.42, r);
        const char *name = doc_text_empty(b->seal_name) ? "" : b->seal_name;
        PangoLayout *l = seal_text(context, name, strlen(name), 7.5, true);
        outline(cr, l, 0, r * 0.74, r * 1.1);
        g_object_unref(l);
    }
    cairo_restore(cr);
}
