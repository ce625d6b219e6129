/* What the archive draws as PDF: blocks with sentences of messages.csv in two languages. */
#ifndef CIVIL_ARCHIVE_PAPER_H
#define CIVIL_ARCHIVE_PAPER_H

#include "base/arena.h"
#include "base/message.h"
#include "doc/pdf.h"

enum { PAPER_BLOCKS_MAX = 16 };
struct paper {
    struct arena *a;
    struct doc_block block[PAPER_BLOCKS_MAX];
    size_t count;
    bool full; /* memory */
};
/* The sentence in both languages. */
struct doc_text paper_text(struct paper *p, const char *code, const struct diag_arg *arg, size_t n);
struct doc_text paper_plain(const char *main, const char *second);
struct doc_block *paper_add(struct paper *p, enum doc_type type);
/* 2026年8月25日; 25 August 2026. */
struct doc_text paper_date(struct paper *p, date_t day);
/* `sample`: an installation with made-up people.  The PDF in p->a. */
NODISCARD enum status paper_pdf(struct paper *p, const char *title, const char *author, const char *subject, bool sample, instant_t at, struct span *ret, struct diag *d);

#endif
