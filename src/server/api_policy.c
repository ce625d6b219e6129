/* The studio: policies, their drafts, and trying them. */
#include "server/server_internal.h"

#include "civil/policy/policy.h"
#include "store/store.h"
#include "tlog/entry.h"
#include "tlog/log.h"

#include <stdio.h>

static enum status list(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return policies_json(c->civil, t, c->actor, &c->w, d);
}
void api_policies(struct call *c) { call_show(c, OK, list); }

static enum status cases(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return policy_cases_json(c->civil, t, c->request->param[0], &c->w, d);
}
void api_policy_cases(struct call *c) { call_show(c, OK, cases); }

/* ---- trying -------------------------------------------------------------------------- */

void api_policy_check(struct call *c) {
    enum status s = policy_findings_json(c->civil, c->arena, c->request->lang, c->request->param[0], json_str(c->body, "text", ""), &c->w, &c->diag);
    if (s != OK)
        call_fail(c, s);
}

static enum status run_tests(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return policy_tests_json(c->civil, t, c->request->param[0], json_str(c->body, "text", ""), json_get(c->body, "cases"), &c->w, d);
}
void api_policy_test(struct call *c) { call_show(c, OK, run_tests); }

static enum status try_household(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    date_t day = DATE_NONE;
    const char *text = json_str(c->body, "text", NULL), *on = json_str(c->body, "as_of", NULL);
    enum status s = on ? date_parse(span_of(on), &day, d) : OK;
    return s == OK ? policy_try_json(c->civil, t, c->request->param[0], text, json_get(c->body, "facts"), day, &c->w, d) : s;
}
void api_policy_try(struct call *c) { call_show(c, OK, try_household); }

/* ---- drafts ---------------------------------------------------------------------------- */

struct one { struct call *call; int64_t id, version; };

static enum status one(struct txn *t, void *arg, struct diag *d) {
    struct one *x = arg;
    return policy_draft_json(x->call->civil, t, x->call->actor, x->id, &x->call->w, &x->version, d);
}

static void reply_draft(struct call *c, enum status s, int64_t id) {
    struct one x = {c, id, 0};
    if (s == OK && (s = store_read(c->civil->store, one, &x, &c->diag)) == OK)
        call_etag(c, x.version);
    if (s != OK)
        call_fail(c, s);
}

void api_policy_draft_new(struct call *c) {
    int64_t id = 0;
    enum status s = policy_draft_new(c->civil, c->actor, json_str(c->body, "matter", ""), json_str(c->body, "file", ""), &id, &c->diag);
    reply_draft(c, s, id);
}

void api_policy_draft(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    reply_draft(c, s, id);
}

static enum status id_and_version(struct call *c, int64_t *id, int64_t *version) {
    enum status s = call_id(c, c->request->param[0], id);
    return s == OK ? call_version(c, version) : s;
}

void api_policy_draft_put(struct call *c) {
    int64_t id = 0, version = 0;
    const char *from = json_str(c->body, "valid_from", NULL);
    struct policy_edit e = {json_str(c->body, "text", ""), json_str(c->body, "note", NULL), json_str(c->body, "article", NULL),
        json_str(c->body, "retroactive", NULL), json_str(c->body, "differences", NULL), DATE_NONE, json_get(c->body, "cases"), 0};
    enum status s = id_and_version(c, &id, &version);
    if (s == OK && *json_str(c->body, "reform", ""))
        s = call_id(c, json_str(c->body, "reform", ""), &e.reform);
    if (s == OK && from)
        s = date_parse(span_of(from), &e.valid_from, &c->diag);
    if (s == OK)
        s = policy_draft_save(c->civil, c->actor, id, version, &e, &c->diag);
    reply_draft(c, s, id);
}

void api_policy_draft_delete(struct call *c) {
    int64_t id = 0, version = 0;
    enum status s = id_and_version(c, &id, &version);
    if (s == OK)
        s = policy_draft_delete(c->civil, c->actor, id, version, &c->diag);
    call_done(c, s);
}

void api_policy_draft_submit(struct call *c) {
    int64_t id = 0, version = 0;
    enum status s = id_and_version(c, &id, &version);
    if (s == OK)
        s = policy_draft_submit(c->civil, c->actor, id, version, &c->diag);
    reply_draft(c, s, id);
}

void api_policy_draft_return(struct call *c) {
    int64_t id = 0, version = 0;
    enum status s = id_and_version(c, &id, &version);
    if (s == OK)
        s = policy_draft_return(c->civil, c->actor, id, version, json_str(c->body, "reason", ""), &c->diag);
    reply_draft(c, s, id);
}

void api_policy_draft_publish(struct call *c) {
    int64_t id = 0, version = 0;
    enum status s = id_and_version(c, &id, &version);
    if (s == OK)
        s = policy_draft_publish(c->civil, c->actor, id, version, &c->diag);
    reply_draft(c, s, id);
}

/* ---- proof -------------------------------------------------------------------------------- */

static enum status receipt(struct txn *t, void *arg, struct diag *d) {
    struct one *x = arg;
    struct json_writer *w = &x->call->w;
    struct tlog_stored stored;
    struct tlog_entry entry;
    struct span text;
    enum status s = policy_receipt(t, x->id, txn_arena(t), &text, d);
    if (s == OK)
        s = tlog_entry_get(t, x->id, txn_arena(t), &stored, d);
    if (s == OK)
        s = tlog_entry_read(txn_arena(t), stored.bytes, &entry, d);
    if (s != OK)
        return s;
    json_object(w);
    json_kid(w, "entry", x->id);
    json_kint(w, "index", stored.index);
    json_kstring(w, "kind", stored.kind);
    json_kinstant(w, "at", entry.time);
    json_kspan(w, "text", text);
    json_object_end(w);
    return OK;
}

void api_policy_receipt(struct call *c) {
    struct one x = {c, 0, 0};
    enum status s = call_id(c, c->request->param[0], &x.id);
    if (s == OK)
        s = store_read(c->civil->store, receipt, &x, &c->diag);
    if (s != OK)
        call_fail(c, s);
}
