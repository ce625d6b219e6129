/* A document written block by block, in one language: for the reports and bulletins of this folder. */
#ifndef CIVIL_INDICATOR_WRITING_H
#define CIVIL_INDICATOR_WRITING_H

#include "base/message.h"
#include "base/vec.h"
#include "civil/indicator/report.h"
#include "doc/pdf.h"

struct writing {
    enum lang lang;
    struct arena *a;
    const struct plan_report *r; /* NULL: no plan's */
    VEC(struct doc_block) blocks;
};

/* A message's text, in the arena; NULL: no memory, which shows again at the next block. */
const char *writing_say(const struct writing *w, const char *code, const struct diag_arg *args, size_t n);
#define SAY(w, code, ...) writing_say((w), (code), (const struct diag_arg[]){{0}, ##__VA_ARGS__} + 1, sizeof((const struct diag_arg[]){{0}, ##__VA_ARGS__}) / sizeof(struct diag_arg) - 1)
NODISCARD enum status writing_block(struct writing *w, struct doc_block b, struct diag *d);
NODISCARD enum status writing_paragraph(struct writing *w, const char *text, struct diag *d);
/* The log head that the figures rest on; `demo`: also that they are made up, where they are. */
NODISCARD enum status writing_rests_on(struct writing *w, const struct report_base *b, bool demo, struct diag *d);
NODISCARD enum status writing_pdf(struct writing *w, const char *title, const char *author, instant_t made_at, struct buf *out, struct diag *d);

#endif
