/* Dossiers, their destruction, and certificates. */
#include "server/server_internal.h"

#include "civil/access/access.h"
#include "civil/archive/certificate.h"
#include "civil/archive/retention.h"
#include "store/store.h"
#include "tlog/note.h"

enum { PAGE_DEFAULT = 50 };

static int64_t page_size(const struct call *c) { return call_query_int(c, "limit", PAGE_DEFAULT); }

/* ---- dossiers -------------------------------------------------------------------- */

static enum status dossiers(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return archive_dossiers_json(c->civil, t, c->actor, call_query_int(c, "cursor", 0), page_size(c), &c->w, d);
}
void api_dossiers(struct call *c) { call_show(c, OK, dossiers); }

static enum status dossier_files(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    int64_t id;
    enum status s = call_id(c, c->request->param[0], &id);
    return s == OK ? archive_files_json(c->civil, t, c->access, id, &c->w, d) : s;
}
void api_dossier_files(struct call *c) {
    int64_t id;
    enum status s = call_id(c, c->request->param[0], &id);
    call_look(c, s, http_query(c->request, "purpose"), id, dossier_files);
}

void api_dossier_file(struct call *c) {
    int64_t id;
    enum status s = call_id(c, c->request->param[0], &id);
    call_done(c, s == OK ? archive_file(c->civil, c->actor, id, json_str(c->body, "location", ""), &c->diag) : s);
}
void api_dossier_hold(struct call *c) {
    int64_t id;
    enum status s = call_id(c, c->request->param[0], &id);
    call_done(c, s == OK ? archive_hold(c->civil, c->actor, id, json_str(c->body, "reason", ""), &c->diag) : s);
}
void api_dossier_release(struct call *c) {
    int64_t id;
    enum status s = call_id(c, c->request->param[0], &id);
    call_done(c, s == OK ? archive_release(c->civil, c->actor, id, json_str(c->body, "reason", ""), &c->diag) : s);
}

/* ---- destruction ------------------------------------------------------------------- */

static enum status destructions(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return archive_lists_json(c->civil, t, c->actor, &c->w, d);
}
void api_destructions(struct call *c) { call_show(c, OK, destructions); }

static enum status destruction(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    int64_t id;
    enum status s = call_id(c, c->request->param[0], &id);
    return s == OK ? archive_list_json(c->civil, t, c->actor, id, &c->w, d) : s;
}
void api_destruction(struct call *c) { call_show(c, OK, destruction); }

void api_destruction_new(struct call *c) {
    int64_t id = 0;
    enum status s = archive_propose(c->civil, c->actor, json_str(c->body, "compartment", NULL), json_str(c->body, "reason", ""), &id, &c->diag);
    call_made(c, s, id);
}

static void decide(struct call *c, bool destroy) {
    int64_t id;
    struct archive_decided x = {0};
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = archive_decide(c->civil, c->actor, id, destroy, json_str(c->body, "reason", ""), &x, &c->diag);
    if (s != OK) {
        call_fail(c, s);
        return;
    }
    json_object(&c->w);
    json_kint(&c->w, "cases", x.cases);
    json_kint(&c->w, "files", x.files);
    json_kint(&c->w, "struck", x.struck);
    json_object_end(&c->w);
}
void api_destruction_destroy(struct call *c) { decide(c, true); }
void api_destruction_refuse(struct call *c) { decide(c, false); }

static enum status destruction_pdf(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    struct span body;
    int64_t id;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = archive_destruction_pdf(c->civil, t, txn_arena(t), c->actor, id, &body, d);
    if (s == OK)
        call_file(c, body, "application/pdf", "attachment", "destruction.pdf");
    return s;
}
void api_destruction_pdf(struct call *c) { call_show(c, OK, destruction_pdf); }

/* ---- certificates --------------------------------------------------------------------- */

static enum status certificate_page(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    struct certificate_query q = {.max = page_size(c), .after = call_query_int(c, "cursor", 0), .state = http_query(c->request, "state")};
    enum status s = c->request->param[0] ? call_id(c, c->request->param[0], &q.case_id) : OK;
    return s == OK ? certificate_list_json(c->civil, t, c->access, &q, &c->w, d) : s;
}

static void list_certificates(struct call *c) {
    int64_t id = 0;
    enum status s = c->request->param[0] ? call_id(c, c->request->param[0], &id) : OK;
    call_look(c, s, NULL, id, certificate_page);
}
void api_certificates(struct call *c) { list_certificates(c); }
void api_my_certificates(struct call *c) { list_certificates(c); }
void api_case_certificates(struct call *c) { list_certificates(c); }

void api_certificate_new(struct call *c) {
    int64_t case_id, id = 0;
    enum status s = call_id(c, c->request->param[0], &case_id);
    if (s == OK)
        s = certificate_issue(c->civil, c->actor, case_id, &id, &c->diag);
    call_made(c, s, id);
}

void api_certificate_revoke(struct call *c) {
    int64_t id;
    enum status s = call_id(c, c->request->param[0], &id);
    call_done(c, s == OK ? certificate_revoke(c->civil, c->actor, id, json_str(c->body, "reason", ""), &c->diag) : s);
}

static enum status certificate_pdf(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    struct span body;
    int64_t id;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = certificate_pdf_in(c->civil, t, c->access, txn_arena(t), id, &body, d);
    if (s == OK)
        call_file(c, body, "application/pdf", "attachment", "certificate.pdf");
    return s;
}
static enum status certificate_note(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    struct span note;
    const char *code;
    int64_t id;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = certificate_read_in(c->civil, t, c->access, txn_arena(t), id, &note, &code, d);
    if (s == OK)
        call_file(c, note, "text/plain; charset=utf-8", "attachment", "certificate.txt");
    return s;
}

static void certificate_file(struct call *c, call_read_fn fn) {
    call_look(c, OK, http_query(c->request, "purpose"), 0, fn);
}
void api_certificate_pdf(struct call *c) { certificate_file(c, certificate_pdf); }
void api_certificate_file(struct call *c) { certificate_file(c, certificate_note); }

/* ---- for everybody ---------------------------------------------------------------------- */

static enum status check(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    const char *code = json_str(c->body, "code", ""), *file = json_str(c->body, "file", "");
    struct span text = span_of(code);
    while (text.size && (unsigned char)text.at[text.size - 1] <= ' ')
        text.size--;
    while (text.size && (unsigned char)*text.at <= ' ')
        text = (struct span){text.at + 1, text.size - 1};
    if (!text.size == !*file)
        return diag_fail(d, E_INPUT, "certificate.one_of");
    return text.size ? certificate_code_json(c->civil, t, text, &c->w, d) : certificate_file_json(c->civil, t, span_of(file), &c->w, d);
}
void api_certificate_check(struct call *c) { call_show(c, OK, check); }

static enum status revoked(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return certificate_revoked_json(c->civil, t, &c->w, d);
}
void api_certificates_revoked(struct call *c) { call_show(c, OK, revoked); }

void api_certificate_key(struct call *c) {
    struct tlog_vkey vkey;
    char text[TLOG_VKEY_MAX];
    enum status s = certificate_vkey(c->civil, &vkey, &c->diag);
    if (s != OK) {
        call_fail(c, s);
        return;
    }
    tlog_vkey_text(&vkey, text);
    json_object(&c->w);
    json_kstring(&c->w, "vkey", text);
    json_object_end(&c->w);
}
