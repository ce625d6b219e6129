#include "civil/archive/paper.h"

#include "base/buf.h"
#include "civil/archive/archive.h"

struct doc_text paper_text(struct paper *p, const char *code, const struct diag_arg *arg, size_t n) {
    const char *text[2] = {NULL, NULL};
    for (int l = 0; l < 2; l++) {
        BUF_AUTO b;
        buf_init(&b, 0);
        message_text(&b, l == 0 ? LANG_ZH : LANG_EN, code, arg, n);
        text[l] = buf_ok(&b) ? arena_dup(p->a, buf_span(&b)) : NULL;
        p->full = p->full || !text[l];
    }
    return (struct doc_text){text[0], text[1]};
}

struct doc_text paper_plain(const char *main, const char *second) { return (struct doc_text){main ? main : "", second ? second : ""}; }

struct doc_block *paper_add(struct paper *p, enum doc_type type) {
    assert(p->count < PAPER_BLOCKS_MAX);
    struct doc_block *b = &p->block[p->count++];
    *b = (struct doc_block){.type = type};
    return b;
}

struct doc_text paper_date(struct paper *p, date_t day) {
    struct ymd y = date_ymd(day);
    return paper_text(p, "notice.date", (const struct diag_arg[]){DIAG_N("year", y.year), DIAG_N("month", y.month), DIAG_N("day", y.day)}, 3);
}

enum status paper_pdf(struct paper *p, const char *title, const char *author, const char *subject, bool sample, instant_t at, struct span *ret, struct diag *d) {
    struct document doc = {.title = title, .author = author, .subject = subject, .language = lang_tag(LANG_ZH), .made_at = at, .block = p->block, .block_count = p->count,
        .footer = paper_text(p, sample ? "notice.footer_sample" : "notice.footer", NULL, 0)};
    BUF_AUTO pdf;
    buf_init(&pdf, ARCHIVE_FILE_MAX);
    if (p->full)
        return arena_full(d);
    enum status s = doc_pdf(&doc, &pdf, NULL, d);
    char *kept = s == OK ? arena_dup(p->a, buf_span(&pdf)) : NULL;
    if (s == OK && !kept)
        return arena_full(d);
    *ret = (struct span){kept, buf_span(&pdf).size};
    return s;
}
