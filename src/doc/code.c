/* QR codes (ISO/IEC 18004), bytes in UTF-8 (runs of digits shorter, as the
 * library likes), error correction M: a folded or stained paper still reads. */
#include "doc/pdf_internal.h"

#include <errno.h>
#include <qrencode.h>

enum status doc_code(const char *text, struct arena *a, uint8_t **ret_module, int *ret_size, struct diag *d) {
    if (doc_text_empty(text))
        return diag_fail(d, E_INPUT, "doc.code");
    errno = 0;
    QRcode *q = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (!q)
        return errno == ENOMEM ? arena_full(d) : diag_fail(d, E_INPUT, "doc.code");
    size_t n = (size_t)q->width * (size_t)q->width;
    uint8_t *m = arena_alloc(a, n);
    for (size_t i = 0; m && i < n; i++)
        m[i] = q->data[i] & 1;
    *ret_size = q->width;
    QRcode_free(q);
    if (!m)
        return arena_full(d);
    *ret_module = m;
    return OK;
}

enum status draw_code(cairo_t *cr, struct arena *a, const struct op *op, struct diag *d) {
    uint8_t *m = NULL;
    int n = 0;
    enum status s = doc_code(op->block->text.main, a, &m, &n, d);
    if (s != OK)
        return s;
    /* Four modules of white on each side (section 6.3.8); runs drawn as one. */
    double side = op->w / (n + 8);
    for (int y = 0; y < n; y++)
        for (int x = 0, run; x < n; x += run ? run : 1) {
            for (run = 0; x + run < n && m[y * n + x + run]; run++)
                ;
            if (run)
                cairo_rectangle(cr, op->x + (x + 4) * side, op->y + (y + 4) * side, run * side, side);
        }
    cairo_set_source_rgb(cr, 0, 0, 0);
    cairo_fill(cr);
    return OK;
}
