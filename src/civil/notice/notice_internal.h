/* Between the files of civil/notice. */
#ifndef CIVIL_NOTICE_NOTICE_INTERNAL_H
#define CIVIL_NOTICE_NOTICE_INTERNAL_H

#include "civil/notice/notice.h"
#include "doc/pdf.h"


/* fill.c: a template's text in one language with its placeholders filled. */
struct fill {
    struct arena *a;
    const struct json *values, *own; /* own: what the notice itself knows; it comes first */
};
/* `text` may be NULL: then so is *ret.  *ret "" only when the text is one placeholder alone. */
enum status fill_text(const struct fill *f, const char *text, enum lang l, const char **ret, struct diag *d);
enum status fill_both(const struct fill *f, const struct json *text, struct doc_text *ret, struct diag *d); /* text: string or {zh,en} */
/* A value as it is shown; NULL when it is no text, number or pair. */
const char *fill_show(struct arena *a, const struct json *value, enum lang l);
enum status fill_list(const struct fill *f, const char *name, const struct json **ret, struct diag *d);
enum status fill_missing(const char *name, struct diag *d);
char *notice_sentence(struct arena *a, enum lang l, const char *code, const struct diag_arg *arg, size_t n);
bool notice_both(struct arena *a, const char *code, struct doc_text *ret); /* false: memory */

/* content.c: the document without its code. */
struct content {
    const struct json *template_json;
    const char *number, *organ, *seal; /* as they are printed */
    bool synthetic;
    instant_t at;
};
enum status notice_document(const struct fill *f, const struct content *c, struct document *ret, struct diag *d);

/* draw.c: the code that stands on the paper, for an entry. */
enum status notice_code_block(struct civil *c, struct arena *a, struct span master, int64_t entry, const char *digest, struct doc_block *ret, struct diag *d);

/* served.c: salts and openings. */
struct notice_opened { int64_t person, case_id; uint8_t master[TLOG_SALT_BYTES]; const struct json *document; };
enum status notice_opened_in(struct civil *c, struct txn *t, struct arena *a, int64_t district, int64_t notice, struct notice_opened *ret, struct diag *d);
void notice_salt(struct span master, const char *what, uint8_t out[TLOG_SALT_BYTES]);
const struct json *notice_case_value(struct arena *a, int64_t district, int64_t id); /* "district:id" */
const struct json *notice_payload(struct arena *a, const char *digest); /* {"document": digest} */
enum status notice_record(struct txn *t, const struct actor *who, const char *action, int64_t district, int64_t case_id, int64_t person,
    struct span master, const char *payload_salt, const struct json *payload, int64_t *ret_entry, struct diag *d);
enum status notice_digest(const struct json *content, char ret[2 * HASH_BYTES + 1], struct diag *d);
struct span notice_place(struct arena *a, int64_t district, int64_t id);

#endif
