#include "civil/indicator/writing.h"

#include "crypto/hash.h"
#include "store/store.h"
#include "tlog/log.h"

const char *writing_say(const struct writing *w, const char *code, const struct diag_arg *args, size_t n) {
    BUF_AUTO b;
    buf_init(&b, 0);
    message_text(&b, w->lang, code, args, n);
    return arena_dup(w->a, buf_span(&b));
}

enum status writing_block(struct writing *w, struct doc_block b, struct diag *d) {
    struct doc_block *slot = vec_push_in(w->a, &w->blocks);
    if (!slot)
        return arena_full(d);
    *slot = b;
    return OK;
}

enum status writing_paragraph(struct writing *w, const char *text, struct diag *d) {
    return text ? writing_block(w, (struct doc_block){.type = DOC_PARAGRAPH, .text = {.main = text}}, d) : arena_full(d);
}

enum status writing_rests_on(struct writing *w, const struct report_base *b, bool demo, struct diag *d) {
    enum status s = demo && b->demo ? writing_paragraph(w, SAY(w, "plan.report.demo"), d) : OK;
    return s == OK && b->log_size ? writing_paragraph(w, SAY(w, "plan.report.log", DIAG_N("size", (int64_t)b->log_size), DIAG_S("root", b->log_root)), d) : s;
}

enum status report_base_read(struct txn *t, struct arena *a, struct report_base *ret, struct diag *d) {
    struct tlog_head head = {0};
    char hex[2 * HASH_BYTES + 1] = "";
    int64_t demo = 0;
    enum status s = sql_int(t, &demo, 0, d, "SELECT count(*) FROM setting WHERE name = 'demo' AND value = '1'");
    if (s == OK && (s = tlog_head_get(t, HASH_SHA256, 0, txn_arena(t), &head, d)) == E_NOT_FOUND)
        s = (diag_clear(d), OK);
    else if (s == OK)
        hash_hex(&head.root, hex);
    *ret = (struct report_base){head.size, arena_dup(a, span_of(hex)), demo > 0};
    return s == OK && !ret->log_root ? arena_full(d) : s;
}

enum status writing_pdf(struct writing *w, const char *title, const char *author, instant_t made_at, struct buf *out, struct diag *d) {
    struct document doc = {.title = title, .author = author, .subject = title, .language = w->lang == LANG_ZH ? "zh-CN" : "en", .made_at = made_at,
        .block = w->blocks.at, .block_count = w->blocks.size};
    return title ? doc_pdf(&doc, out, NULL, d) : arena_full(d);
}
