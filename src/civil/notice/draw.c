/* Drawing a notice from what was committed, outside the write that issued it. */
#include "civil/notice/notice_internal.h"

#include "civil/access/access.h"
#include "civil/archive/archive.h"
#include "civil/evidence/keep.h"
#include "store/store.h"

#include <stdio.h>

struct drawing {
    struct civil *c;
    struct arena *a;
    int64_t district, notice; /* notice 0: nothing to draw */
    int64_t after;            /* of the sweep: these cannot be drawn */
    int64_t file, entry, person, case_id;
    struct document doc;
    const char *name;
    struct span pdf;
};

/* mz1:<origin>:<entry>:<salt>:<sm3>, docs/formats/notice-qr.md. */
enum status notice_code_block(struct civil *c, struct arena *a, struct span master, int64_t entry, const char *digest, struct doc_block *ret, struct diag *d) {
    uint8_t salt[TLOG_SALT_BYTES];
    BUF_AUTO b;
    notice_salt(master, "payload", salt);
    buf_init(&b, 1024);
    buf_addf(&b, "mz1:%s:%lld:", c->log_origin, (long long)entry);
    buf_base64(&b, span_bytes(salt, sizeof salt));
    buf_addf(&b, ":%s", digest);
    *ret = (struct doc_block){.type = DOC_CODE, .text.main = buf_ok(&b) ? arena_dup(a, buf_span(&b)) : NULL};
    return ret->text.main && notice_both(a, "notice.code", &ret->title) && notice_both(a, "notice.code_note", &ret->note) ? OK : arena_full(d);
}

static enum status row_of(struct txn *t, struct drawing *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT file, entry FROM notice WHERE district = ? AND id = ?", SQL_I(x->district), SQL_I(x->notice));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "notice.none");
    if (s != OK)
        return s;
    x->file = rows_null(r, 0) ? 0 : rows_int(r, 0);
    x->entry = rows_int(r, 1);
    return OK;
}

/* The document as it was issued, with its code; everything in x->a. */
static enum status gather(struct txn *t, struct drawing *x, struct diag *d) {
    struct notice_opened o;
    struct doc_block code;
    char digest[2 * HASH_BYTES + 1];
    enum status s = notice_opened_in(x->c, t, x->a, x->district, x->notice, &o, d);
    if (s == OK)
        s = notice_digest(o.document, digest, d);
    if (s == OK)
        s = notice_code_block(x->c, x->a, span_bytes(o.master, sizeof o.master), x->entry, digest, &code, d);
    if (s == OK)
        s = doc_read(o.document, &code, x->a, &x->doc, d);
    if (s != OK)
        return s;
    x->person = o.person;
    x->case_id = o.case_id;
    x->name = arena_printf(x->a, "%s %s.pdf", x->doc.title, x->doc.subject);
    return x->name ? OK : arena_full(d);
}

static enum status draw(struct drawing *x, struct diag *d) {
    BUF_AUTO pdf;
    buf_init(&pdf, ARCHIVE_FILE_MAX);
    enum status s = doc_pdf(&x->doc, &pdf, NULL, d);
    char *kept = s == OK ? arena_dup(x->a, buf_span(&pdf)) : NULL;
    if (s == OK && !kept)
        return arena_full(d);
    x->pdf = (struct span){kept, buf_span(&pdf).size};
    return s;
}

enum status notice_pdf_in(struct civil *c, struct txn *t, struct access *access, struct arena *a, int64_t district, int64_t notice, struct span *ret, struct diag *d) {
    struct drawing x = {.c = c, .a = a, .district = district, .notice = notice};
    const char *media, *name;
    enum status s = row_of(t, &x, d);
    if (s == OK && x.file)
        return archive_open_in(c, t, access, a, district, x.file, ret, &media, &name, d);
    if (s == OK)
        s = gather(t, &x, d);
    if (s == OK)
        s = draw(&x, d);
    if (s == OK)
        *ret = x.pdf;
    return s == OK ? access_add(access, district, x.person, ACCESS_PAPERS, d) : s;
}

/* ---- the sweep --------------------------------------------------------------------------- */

static enum status next(struct txn *t, void *arg, struct diag *d) {
    struct drawing *x = arg;
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    x->notice = 0;
    enum status s = sql_query(t, &r, d, "SELECT district, id FROM notice WHERE file IS NULL AND id > ? ORDER BY id LIMIT 1", SQL_I(x->after));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s != OK || !row)
        return s;
    x->district = rows_int(r, 0);
    x->notice = rows_int(r, 1);
    rows_free(TAKE(r));
    s = row_of(t, x, d);
    return s == OK ? gather(t, x, d) : s;
}

/* Another sweeper may have been first: archived once. */
static enum status keep(struct txn *t, void *arg, struct diag *d) {
    struct drawing *x = arg;
    struct actor who = actor_system();
    struct drawing now = {.district = x->district, .notice = x->notice};
    int64_t file = 0;
    enum status s = row_of(t, &now, d);
    if (s != OK || now.file)
        return s;
    s = archive_add_in(x->c, t, &who, x->district, x->person, x->case_id, x->name, "notice", x->pdf, &file, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE notice SET file = ? WHERE district = ? AND id = ?", SQL_I(file), SQL_I(x->district), SQL_I(x->notice));
    return s == OK ? evidence_keep_one(x->c, t, &who, KEPT_NOTICE, x->district, x->notice, d) : s;
}

enum status notice_sweep(struct civil *c, bool *ret_did, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct drawing x = {.c = c, .a = a};
    struct diag first = {0};
    enum status s = a ? OK : arena_full(d);
    *ret_did = false;
    while (s == OK) {
        s = store_read(c->store, next, &x, d);
        if (s == OK && !x.notice)
            break;
        if (s == OK)
            s = draw(&x, d);
        if (s == OK)
            s = store_write(c->store, keep, &x, d);
        if (s == OK) {
            *ret_did = true;
            return OK;
        }
        if (!x.notice)
            return s;
        if (s != E_NOT_FOUND && first.status == OK) /* erased persons' papers stay undrawn; all else is said */
            first = *d;
        x.after = x.notice;
        diag_clear(d);
        s = OK;
    }
    if (s == OK && first.status != OK) {
        *d = first;
        return first.status;
    }
    return s;
}
