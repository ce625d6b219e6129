/* What cairo 1.16 leaves out of the catalogue: that the document is tagged, its
 * language, and that a viewer shows its title, not its file name.  All are asked
 * of an accessible PDF (ISO 14289-1 sections 7.1 and 7.2).
 *
 * Written as an incremental update (ISO 32000-1 section 7.5.6): the catalogue
 * once more with three entries added, a cross-reference section for it, and a
 * trailer that points back.  What cairo wrote stays byte for byte. */
#include "doc/pdf_internal.h"

#include <stdio.h>

/* The last occurrence; NULL: none. */
static const char *last(const struct buf *b, const char *word) {
    size_t n = strlen(word);
    for (size_t i = b->size < n ? 0 : b->size - n + 1; i-- > 0;)
        if (memcmp(b->at + i, word, n) == 0)
            return b->at + i;
    return NULL;
}

/* The number behind a name of the trailer; -1: none. */
static long number_of(const char *trailer, const char *name) {
    const char *at = strstr(trailer, name);
    return at ? strtol(at + strlen(name), NULL, 10) : -1;
}

/* "ret" is the text between << and >> of the catalogue. */
static bool catalogue(const struct buf *b, long root, struct span *ret) {
    char head[48];
    snprintf(head, sizeof head, "\n%ld 0 obj\n", root);
    const char *at = last(b, head), *from = at ? strstr(at, "<<") : NULL, *to = from ? strstr(from, "\nendobj") : NULL;
    while (to && to > from && !(to[-1] == '>' && to[-2] == '>'))
        to--;
    if (!to || to < from + 4)
        return false;
    *ret = (struct span){from + 2, (size_t)(to - 2 - (from + 2))};
    return true;
}

static bool language_ok(const char *s) {
    return *s && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") == strlen(s) && strlen(s) < 36;
}

enum status pdf_finish(const char *language, struct buf *out, struct diag *d) {
    const char *trailer = last(out, "trailer"), *start = last(out, "startxref");
    long size = trailer ? number_of(trailer, "/Size ") : -1, root = trailer ? number_of(trailer, "/Root ") : -1,
         info = trailer ? number_of(trailer, "/Info ") : -1, before = start ? strtol(start + 9, NULL, 10) : -1;
    struct span old;
    if (size < 0 || root < 0 || before < 0 || !language_ok(language) || !catalogue(out, root, &old))
        return diag_fail(d, E_SYSTEM, "doc.render", DIAG_S("reason", "trailer"));
    BUF_AUTO add;
    buf_init(&add, 0);
    size_t base = out->size;
    buf_addf(&add, "%ld 0 obj\n<<", root);
    buf_add(&add, old);
    buf_addf(&add, "   /MarkInfo << /Marked true >>\n   /Lang (%s)\n   /ViewerPreferences << /DisplayDocTitle true >>\n>>\nendobj\n", language);
    size_t xref = base + add.size;
    buf_addf(&add, "xref\n%ld 1\n%010zu 00000 n \ntrailer\n<< /Size %ld /Root %ld 0 R", root, base, size, root);
    if (info >= 0)
        buf_addf(&add, " /Info %ld 0 R", info);
    buf_addf(&add, " /Prev %ld >>\nstartxref\n%zu\n%%%%EOF\n", before, xref);
    buf_add(out, buf_span(&add));
    return buf_ok(&add) && buf_ok(out) ? OK : arena_full(d);
}
