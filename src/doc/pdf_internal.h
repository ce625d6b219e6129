/* Between the rooms of the document engine.
 *
 * flow.c turns blocks into drawing operations, page by page; draw.c draws them
 * when the number of pages is known. */
#ifndef DOC_PDF_INTERNAL_H
#define DOC_PDF_INTERNAL_H

#include "doc/pdf.h"

#include "base/message.h"

#include "base/vec.h"

#include <pango/pangocairo.h>

/* Points.  Margins of GB/T 9704-2012 section 5.2 to the sides (28 mm left, 26 mm right);
 * less above and below than its 37 and 35 mm, so that a decision in two languages stays on two sheets. */
#define PAGE_WIDTH 595.276
#define PAGE_HEIGHT 841.890
#define MM 2.834646
#define LEFT (28 * MM)
#define WIDTH (PAGE_WIDTH - 54 * MM)
#define TOP (26 * MM)
#define BOTTOM (PAGE_HEIGHT - 25 * MM)

enum colour { BLACK, GREY, RED, BAR, TRACK };

struct style {
    double size;            /* points */
    double lead;            /* distance of lines */
    bool bold;
    enum colour colour;
    PangoAlignment align;
    double indent;          /* of the first line */
    double spacing;         /* between characters */
};

extern const struct style STYLE_BODY, STYLE_BODY_2, STYLE_CELL, STYLE_CELL_2, STYLE_HEAD, STYLE_SMALL;

struct op {
    enum { OP_LINE, OP_RULE, OP_FRAME, OP_SEAL, OP_CODE } type;
    unsigned page;
    double x, y, w, h;      /* OP_LINE: start and baseline */
    enum colour colour;
    PangoLayoutLine *line;  /* its layout is kept by the flow */
    const char *tag;        /* P, H1, TH ...; NULL: decoration */
    const char *group_tag, *row_tag; /* Table, TR; L, LI */
    unsigned group, row, text; /* lines of one text are one element */
    const struct doc_block *block; /* OP_SEAL, OP_CODE */
};

/* A text given its lines. */
struct shaped {
    unsigned id;
    PangoLayout *layout;
    struct style style;
    int lines;
    double height;
};

struct flow {
    struct arena *a;
    PangoContext *context;
    VEC(struct op) op;
    VEC(PangoLayout *) layout;
    unsigned page;
    double y;
    const char *group_tag, *row_tag;
    unsigned group, row;
    unsigned unknown;
    struct diag *d;
    enum status s;          /* sticky */
};

/* check.c */
bool doc_text_empty(const char *s);

/* flow.c */
struct flow_mark { size_t op; unsigned page, unknown; double y; };
struct flow_mark flow_mark(const struct flow *f);
void flow_rewind(struct flow *f, struct flow_mark m); /* as it was, before anything is drawn */
void flow_release(struct flow *f);
struct shaped flow_shape(struct flow *f, const char *text, struct style st, double width);
void flow_line(struct flow *f, const struct shaped *p, int i, double x, double y, const char *tag);
void flow_page(struct flow *f);
void flow_need(struct flow *f, double height); /* a new page when less is left */
void flow_gap(struct flow *f, double height);  /* nothing at the top of a page */
/* Line by line over the pages. */
void flow_text(struct flow *f, const char *text, struct style st, double x, double width, const char *tag);
void flow_both(struct flow *f, const struct doc_text *t, struct style main, struct style second, double x, double width, const char *tag);
struct op *flow_op(struct flow *f, int type);
void flow_group(struct flow *f, const char *tag); /* NULL ends it */
void flow_row(struct flow *f, const char *tag);

/* blocks.c, table.c */
void flow_block(struct flow *f, const struct doc_block *b);
void flow_table(struct flow *f, const struct doc_block *b);
char *doc_sentence(struct arena *a, enum lang l, const char *code, const struct diag_arg *arg, size_t n);

/* draw.c, face.c, seal.c, code.c */
void draw_line(cairo_t *cr, struct arena *a, PangoLayoutLine *line, double x, double y);
enum status draw_document(struct flow *f, const struct document *doc, cairo_t *cr);
void draw_colour(cairo_t *cr, enum colour c);
void draw_seal(cairo_t *cr, PangoContext *context, const struct op *op);
enum status draw_code(cairo_t *cr, struct arena *a, const struct op *op, struct diag *d);

/* finish.c: appends an update that tells the language and to show the title. */
enum status pdf_finish(const char *language, struct buf *out, struct diag *d);

#endif
