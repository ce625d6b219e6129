/* Text drawn with faces of our own.
 *
 * cairo 1.16 embeds a CFF font's subroutines by reading the glyphs' programs, and
 * does not count the hints of a subroutine it has read before: depending
 * on which characters come first, it gives up and embeds all subroutines (half a
 * megabyte for Noto CJK), or follows a program out of step.  A face with a
 * synthesis flag is not subset that way: its outlines are written one by one,
 * exactly (the fonts' em is 1000 units, as the fallback's), in a few hundred
 * bytes each.  The flag we set is none that cairo acts upon.
 *
 * Faces are opened once a file and kept; the caller holds the engine's mutex. */
#include "doc/pdf_internal.h"

#include <cairo-ft.h>
#include <fontconfig/fontconfig.h>
#include <pango/pangofc-font.h>

enum { NO_SYNTHESIS = 1u << 8 };
enum { FACES_MAX = 16 }; /* regular, bold and what rare characters need */

static FT_Library library;
static struct face { char *file; int index; FT_Face ft; cairo_font_face_t *face; } faces[FACES_MAX];
static size_t face_count;

static struct face *open_face(const char *file, int index) {
    struct face f = {.index = index};
    if (face_count == FACES_MAX || (!library && FT_Init_FreeType(&library) != 0) || FT_New_Face(library, file, index, &f.ft) != 0)
        return NULL;
    f.file = strdup(file);
    f.face = cairo_ft_font_face_create_for_ft_face(f.ft, FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP);
    if (!f.file || cairo_font_face_status(f.face) != CAIRO_STATUS_SUCCESS) {
        cairo_font_face_destroy(f.face);
        FT_Done_Face(f.ft);
        free(f.file);
        return NULL;
    }
    cairo_ft_font_face_set_synthesize(f.face, NO_SYNTHESIS);
    faces[face_count] = f;
    return &faces[face_count++];
}

/* NULL: this font is drawn as pango does it. */
static cairo_font_face_t *face_of(PangoFont *font) {
    FcChar8 *file = NULL;
    int index = 0;
    FcBool bold = FcFalse;
    FcMatrix *matrix = NULL;
    FcPattern *pattern = PANGO_IS_FC_FONT(font) ? pango_fc_font_get_pattern(PANGO_FC_FONT(font)) : NULL;
    if (!pattern || FcPatternGetString(pattern, FC_FILE, 0, &file) != FcResultMatch || FcPatternGetInteger(pattern, FC_INDEX, 0, &index) != FcResultMatch ||
        index >> 16 != 0)
        return NULL;
    if ((FcPatternGetBool(pattern, FC_EMBOLDEN, 0, &bold) == FcResultMatch && bold) || FcPatternGetMatrix(pattern, FC_MATRIX, 0, &matrix) == FcResultMatch)
        return NULL;
    struct face *f = NULL;
    for (size_t i = 0; i < face_count && !f; i++)
        if (faces[i].index == index && strcmp(faces[i].file, (const char *)file) == 0)
            f = &faces[i];
    if (!f)
        f = open_face((const char *)file, index);
    return f ? f->face : NULL;
}

static bool drawn_as_box(const PangoGlyphString *g) {
    for (int i = 0; i < g->num_glyphs; i++)
        if (g->glyphs[i].glyph & PANGO_GLYPH_UNKNOWN_FLAG)
            return true;
    return false;
}

/* Left to right, one cluster a run of glyphs with the same place in the text. */
static void show_run(cairo_t *cr, struct arena *a, const char *text, PangoGlyphItem *run, double x, double y) {
    const PangoGlyphString *g = run->glyphs;
    cairo_glyph_t *glyph = ARENA_ARRAY(a, (size_t)g->num_glyphs + 1, cairo_glyph_t);
    cairo_text_cluster_t *cluster = ARENA_ARRAY(a, (size_t)g->num_glyphs + 1, cairo_text_cluster_t);
    int n = 0, clusters = 0;
    if (!glyph || !cluster)
        return;
    for (int i = 0; i < g->num_glyphs; i++) {
        const PangoGlyphInfo *info = &g->glyphs[i];
        bool first = i == 0 || g->log_clusters[i] != g->log_clusters[i - 1];
        if (first) {
            int next = i + 1;
            while (next < g->num_glyphs && g->log_clusters[next] == g->log_clusters[i])
                next++;
            int end = next < g->num_glyphs ? g->log_clusters[next] : run->item->length;
            cluster[clusters++].num_bytes = end - g->log_clusters[i];
        }
        if (info->glyph != PANGO_GLYPH_EMPTY) {
            glyph[n++] = (cairo_glyph_t){info->glyph, x + (double)info->geometry.x_offset / PANGO_SCALE, y + (double)info->geometry.y_offset / PANGO_SCALE};
            cluster[clusters - 1].num_glyphs++;
        }
        x += (double)info->geometry.width / PANGO_SCALE;
    }
    cairo_show_text_glyphs(cr, text + run->item->offset, run->item->length, glyph, n, cluster, clusters, 0);
}

void draw_line(cairo_t *cr, struct arena *a, PangoLayoutLine *line, double x, double y) {
    const char *text = pango_layout_get_text(line->layout);
    for (GSList *at = line->runs; at; at = at->next) {
        PangoGlyphItem *run = at->data;
        PangoFont *font = run->item->analysis.font;
        cairo_font_face_t *face = drawn_as_box(run->glyphs) || run->item->analysis.level % 2 ? NULL : face_of(font);
        if (face) {
            cairo_matrix_t m;
            cairo_scaled_font_get_font_matrix(pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(font)), &m);
            cairo_set_font_face(cr, face);
            cairo_set_font_matrix(cr, &m);
            show_run(cr, a, text, run, x, y);
        } else {
            cairo_move_to(cr, x, y);
            pango_cairo_show_glyph_item(cr, text, run);
        }
        x += (double)pango_glyph_string_get_width(run->glyphs) / PANGO_SCALE;
    }
}
