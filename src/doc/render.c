/* One document through pango and cairo.
 *
 * A font map is not for several threads, and one for each thread would read
 * the fonts again in each: there is one, behind a mutex. */
#include "doc/pdf_internal.h"

#include <cairo-pdf.h>
#include <pthread.h>
#include <stdio.h>

/* Fifty full pages take a twentieth of it. */
enum { ARENA_CEILING = 64 << 20 };

/* fontconfig keeps its patterns behind encoded pointers, cairo and pango their
 * faces in tables of their own, for the life of the process: LeakSanitizer
 * cannot follow them.  Asked for only in builds with that sanitizer. */
const char *__lsan_default_suppressions(void);
__attribute__((weak, used)) const char *__lsan_default_suppressions(void) {
    return "leak:libfontconfig\nleak:libpango\nleak:libcairo\n";
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static PangoFontMap *fonts; /* lives as long as the process */

static PangoContext *context_new(void) {
    if (!fonts)
        fonts = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
    if (!fonts)
        return NULL;
    PangoContext *c = pango_font_map_create_context(fonts);
    cairo_font_options_t *o = cairo_font_options_create();
    cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(o, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(c, o);
    cairo_font_options_destroy(o);
    pango_cairo_context_set_resolution(c, 72);
    pango_context_set_language(c, pango_language_from_string("zh-cn"));
    pango_context_set_round_glyph_positions(c, FALSE);
    return c;
}

static cairo_status_t write_out(void *closure, const unsigned char *data, unsigned int length) {
    struct buf *out = closure;
    buf_add(out, span_bytes(data, length));
    return buf_ok(out) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_NO_MEMORY;
}

static void metadata(cairo_surface_t *surface, const struct document *doc) {
    char text[INSTANT_TEXT_MAX], at[INSTANT_TEXT_MAX];
    instant_text(doc->made_at, text);
    /* cairo reads whole seconds only: 2026-11-22T10:30:00 without its fraction. */
    snprintf(at, sizeof at, "%.*s+08:00", (int)strcspn(text, ".+"), text);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, doc->title ? doc->title : "");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, doc->author ? doc->author : "");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, doc->subject ? doc->subject : "");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, at);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, at);
}

static enum status draw(struct flow *f, const struct document *doc, struct buf *out) {
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(write_out, out, PAGE_WIDTH, PAGE_HEIGHT);
    cairo_t *cr = cairo_create(surface);
    metadata(surface, doc);
    enum status s = draw_document(f, doc, cr);
    cairo_status_t c = cairo_status(cr);
    cairo_destroy(cr);
    cairo_surface_finish(surface);
    if (c == CAIRO_STATUS_SUCCESS)
        c = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if (s != OK)
        return s;
    if (c == CAIRO_STATUS_NO_MEMORY || !buf_ok(out))
        return arena_full(f->d);
    if (c != CAIRO_STATUS_SUCCESS)
        return diag_fail(f->d, E_SYSTEM, "doc.render", DIAG_S("reason", cairo_status_to_string(c)));
    return pdf_finish(doc->language ? doc->language : "zh-CN", out, f->d);
}

/* A signature does not stand alone on a page (GB/T 9704 section 7.3.5.5): the
 * block before it goes over with it. */
static void with_signature(struct flow *f, const struct doc_block *before, const struct doc_block *signature, struct flow_mark m) {
    unsigned page = f->page;
    struct flow_mark here = flow_mark(f);
    flow_block(f, signature);
    bool alone = f->page == page + 1 && f->op.size > here.op && f->op.at[here.op].page == f->page && m.page == page && m.y > TOP;
    if (!alone || f->s != OK)
        return;
    flow_rewind(f, m);
    flow_page(f);
    flow_block(f, before);
    flow_block(f, signature);
}

static enum status lay_out(struct flow *f, const struct document *doc) {
    struct flow_mark before = {0};
    f->y = TOP;
    for (size_t i = 0; i < doc->block_count && f->s == OK; i++) {
        struct flow_mark m = flow_mark(f);
        if (i > 0 && doc->block[i].type == DOC_SIGNATURE)
            with_signature(f, &doc->block[i - 1], &doc->block[i], before);
        else
            flow_block(f, &doc->block[i]);
        before = m;
        if (f->s != OK)
            diag_under(f->d, "block[%zu]", i);
    }
    return f->s;
}

enum status doc_pdf(const struct document *doc, struct buf *out, struct doc_pdf_facts *ret_facts, struct diag *d) {
    enum status s = doc_check(doc, d);
    if (s != OK)
        return s;
    AUTO(arena) struct arena *a = arena_new(ARENA_CEILING);
    if (!a)
        return arena_full(d);
    BUF_AUTO pdf;
    buf_init(&pdf, out->ceiling);
    pthread_mutex_lock(&mutex);
    struct flow f = {.a = a, .context = context_new(), .d = d};
    s = f.context ? lay_out(&f, doc) : diag_fail(d, E_SYSTEM, "doc.render", DIAG_S("reason", "fonts"));
    struct doc_pdf_facts facts = {.pages = f.page + 1, .unknown_characters = f.unknown};
    if (s == OK)
        s = draw(&f, doc, &pdf);
    flow_release(&f);
    if (f.context)
        g_object_unref(f.context);
    pthread_mutex_unlock(&mutex);
    if (s != OK)
        return s;
    buf_add(out, buf_span(&pdf));
    if (!buf_ok(out))
        return arena_full(d);
    if (ret_facts)
        *ret_facts = facts;
    return OK;
}
