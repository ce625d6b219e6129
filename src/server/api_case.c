/* Cases: asking, following, acting on one. */
#include "server/server_internal.h"

#include "base/vec.h"
#include "civil/access/access.h"
#include "civil/access/access_list.h"
#include "civil/case/case.h"
#include "civil/entitlement/entitlement.h"
#include "store/store.h"
#include "tlog/log.h"

#include <stdio.h>

static const char *purpose_of(struct call *c) {
    return strcmp(c->actor->kind, "resident") == 0 ? NULL : http_query(c->request, "purpose");
}

/* Everything about one case is read the same way: id, access, snapshot. */
static int64_t begin(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = call_access(c, purpose_of(c), id);
    if (s != OK)
        call_fail(c, s);
    return s == OK ? id : 0;
}

/* ---- asking ---------------------------------------------------------------------- */

/* What a resident says of the channel and of who applies would go unheard: it is refused instead. */
static enum status own_fields(struct call *c) {
    const char *field = strcmp(json_str(c->body, "channel", "portal"), "portal") != 0 ? "channel" : !json_is_null(json_get(c->body, "applicant_person")) ? "applicant_person"
        : !json_is_null(json_get(c->body, "applicant_number")) ? "applicant_number" : NULL;
    if (!field)
        return OK;
    (void)!diag_fail(&c->diag, E_USAGE, "api.field_staff");
    return diag_at(&c->diag, "%s", field);
}

struct sent { struct call *call; const struct case_ref *ref; };

static enum status receipt_office(struct txn *t, void *arg, struct diag *d) {
    struct sent *x = arg;
    return case_office_json(t, x->ref->division, "office", &x->call->w, d);
}

void api_case_new(struct call *c) {
    bool resident = strcmp(c->actor->kind, "resident") == 0;
    const struct json *errors = NULL, *person = json_get(c->body, "applicant_person");
    int64_t applicant = c->actor->person;
    const char *number = json_str(c->body, "applicant_number", NULL);
    enum status s = resident ? own_fields(c) : OK;
    if (!resident && number && !json_is_null(person)) { /* one may be another's */
        (void)!diag_fail(&c->diag, E_INPUT, "api.applicant_twice");
        s = diag_at(&c->diag, "applicant_number");
    } else if (!resident && !number)
        s = call_id(c, person && person->type == JSON_STRING ? person->text.at : NULL, &applicant);
    struct application ap = {.matter = json_str(c->body, "matter", ""), .channel = resident ? "portal" : json_str(c->body, "channel", "counter"),
        .data = json_get(c->body, "data"), .applicant_district = resident ? c->actor->district : c->civil->district, .applicant = applicant, .applicant_number = resident ? NULL : number,
        .agent_name = json_str(c->body, "agent_name", NULL), .agent_kind = json_str(c->body, "agent_kind", NULL),
        .idempotency_key = http_header(c->request, "Idempotency-Key")};
    struct case_ref ref = {0};
    if (s == OK && !json_bool(c->body, "declared", false))
        s = diag_fail(&c->diag, E_INPUT, "api.declared");
    if (s == OK)
        s = case_apply(c->civil, c->arena, c->actor, &ap, &ref, &errors, &c->diag);
    if (s != OK) {
        call_fail_errors(c, s, errors);
        return;
    }
    json_object(&c->w);
    json_kid(&c->w, "id", ref.id);
    json_kstring(&c->w, "number", ref.number);
    json_kstring(&c->w, "state", ref.state);
    json_kdate(&c->w, "due_on", ref.due_on);
    access_text_pair(&c->w, "next", "case.next", span_of("applied"));
    json_kid(&c->w, "entry", ref.entry);
    struct sent sent = {c, &ref};
    s = store_read(c->civil->store, receipt_office, &sent, &c->diag);
    json_kbool(&c->w, "elsewhere", ref.elsewhere);
    json_object_end(&c->w);
    if (s != OK)
        call_fail(c, s);
}

/* ---- reading ----------------------------------------------------------------------- */

static enum status read_case(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    int64_t version = 0;
    enum status s = case_json(c->civil, t, c->access, c->actor, call_path_id(c, 0), &c->w, &version, d);
    if (s == OK)
        call_etag(c, version);
    return s;
}
void api_case(struct call *c) {
    if (begin(c))
        call_show(c, OK, read_case);
}

#define CASE_READER(name, fn)                                                                     \
    static enum status read_##name(struct txn *t, void *arg, struct diag *d) {                    \
        struct call *c = arg;                                                                     \
        return fn(c->civil, t, c->access, c->actor, call_path_id(c, 0), &c->w, d);                     \
    }                                                                                             \
    void api_##name(struct call *c) {                                                             \
        if (begin(c))                                                                             \
            call_show(c, OK, read_##name);                                                         \
    }
CASE_READER(case_events, case_events_json)
CASE_READER(case_records, case_records_json)
CASE_READER(case_household, case_household_json)
CASE_READER(case_verification, case_verification_json)
CASE_READER(case_decision, case_decision_json)

static enum status read_process(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return case_process_json(c->civil, t, c->access, c->actor, call_path_id(c, 0), &c->w, d);
}
void api_case_process(struct call *c) {
    if (begin(c))
        call_show(c, OK, read_process);
}

static enum status read_cases(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    struct case_query q = {.state = http_query(c->request, "state"), .division = http_query(c->request, "division"),
        .number = http_query(c->request, "number"), .cursor = http_query(c->request, "cursor"),
        .late = call_query_true(c, "late"), .limit = (int)call_query_int(c, "limit", 0)};
    return case_list_json(c->civil, t, c->access, c->actor, &q, &c->w, d);
}
void api_cases(struct call *c) { call_look(c, OK, NULL, 0, read_cases); }

static enum status read_my_cases(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return my_cases_json(c->civil, t, c->access, c->actor, &c->w, d);
}
void api_my_cases(struct call *c) { call_look(c, OK, NULL, 0, read_my_cases); }

/* What this officer's counter took in for others. */
static enum status read_taken(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    struct taken_query q = {.cursor = http_query(c->request, "cursor"), .open = call_query_true(c, "open"), .limit = (int)call_query_int(c, "limit", 0)};
    return taken_list_json(c->civil, t, c->access, c->actor, &q, &c->w, d);
}
void api_cases_taken(struct call *c) { call_look(c, OK, "counter_application", 0, read_taken); }

static enum status read_taken_one(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return taken_case_json(c->civil, t, c->access, c->actor, call_path_id(c, 0), &c->w, d);
}
void api_case_taken(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    call_look(c, s, "counter_application", id, read_taken_one);
}

/* ---- proofs -------------------------------------------------------------------------- */

static enum status receipt_json(struct txn *t, struct call *c, int64_t entry, struct diag *d) {
    struct tlog_stored e;
    struct span text = {0};
    enum status s = tlog_entry_get(t, entry, txn_arena(t), &e, d);
    if (s == E_NOT_FOUND) /* the same answer for an entry that is there and is not his to know of */
        return diag_fail(d, E_NOT_FOUND, "case.no_entry");
    if (s == OK)
        s = case_receipt(c->civil, t, c->actor, entry, txn_arena(t), &text, d);
    if (s == E_BUSY) { /* waits for the next head: shown without its text */
        diag_clear(d);
        s = OK;
    }
    if (s != OK)
        return s;
    struct tlog_entry read = {0};
    s = tlog_entry_read(txn_arena(t), e.bytes, &read, d);
    json_object(&c->w);
    json_kid(&c->w, "entry", entry);
    json_key(&c->w, "index");
    if (e.index >= 0)
        json_int64(&c->w, e.index);
    else
        json_nothing(&c->w);
    json_kstring(&c->w, "kind", e.kind);
    json_kinstant(&c->w, "at", read.time);
    json_kspan(&c->w, "text", text);
    json_object_end(&c->w);
    return s;
}

static enum status read_receipts(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    int64_t *entry = NULL;
    size_t n = 0;
    enum status s = case_entries(c->civil, t, c->access, c->actor, call_path_id(c, 0), txn_arena(t), &entry, &n, d);
    json_array(&c->w);
    for (size_t i = 0; s == OK && i < n; i++)
        s = receipt_json(t, c, entry[i], d);
    json_array_end(&c->w);
    return s;
}
void api_case_receipts(struct call *c) {
    if (begin(c))
        call_show(c, OK, read_receipts);
}

static enum status read_receipt(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return receipt_json(t, c, call_path_id(c, 0), d);
}
void api_receipt(struct call *c) {
    int64_t id;
    enum status s = call_id(c, c->request->param[0], &id);
    call_show(c, s, read_receipt);
}

/* ---- acting ---------------------------------------------------------------------------- */

void api_case_withdraw(struct call *c) {
    int64_t id = 0, version = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = call_version(c, &version);
    if (s == OK)
        s = case_withdraw(c->civil, c->actor, id, json_str(c->body, "reason", ""), version, &c->diag);
    call_done(c, s);
}

void api_case_transfer(struct call *c) {
    int64_t id = 0, version = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = call_version(c, &version);
    if (s == OK)
        s = case_transfer(c->civil, c->actor, id, json_str(c->body, "division", ""), json_str(c->body, "reason", ""), version, &c->diag);
    call_done(c, s);
}

static enum status read_duplicates(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return case_duplicates_json(c->civil, t, c->access, c->actor, call_path_id(c, 0), &c->w, d);
}
void api_case_duplicates(struct call *c) {
    if (begin(c))
        call_show(c, OK, read_duplicates);
}

void api_case_merge(struct call *c) {
    int64_t id = 0, into = 0, version = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = call_id(c, json_str(c->body, "into", ""), &into);
    if (s == OK)
        s = call_version(c, &version);
    if (s == OK)
        s = case_merge(c->civil, c->actor, id, into, json_str(c->body, "reason", ""), version, &c->diag);
    call_done(c, s);
}

void api_case_unmerge(struct call *c) {
    int64_t id = 0, version = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = call_version(c, &version);
    if (s == OK)
        s = case_unmerge(c->civil, c->actor, id, json_str(c->body, "reason", ""), version, &c->diag);
    call_done(c, s);
}

void api_case_authorise(struct call *c) {
    int64_t id = 0, person = 0, paper = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = call_id(c, json_str(c->body, "person", ""), &person);
    if (s == OK && *json_str(c->body, "paper", ""))
        s = call_id(c, json_str(c->body, "paper", ""), &paper);
    if (s == OK)
        s = case_authorise(c->civil, c->actor, id, person, json_str(c->body, "how", ""), paper, &c->diag);
    call_done(c, s);
}

void api_case_explain(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = case_explain(c->civil, c->actor, id, json_str(c->body, "reason", ""), &c->diag);
    call_done(c, s);
}

struct remedy_read { struct call *call; int64_t remedy; };

static enum status read_remedy(struct txn *t, void *arg, struct diag *d) {
    struct remedy_read *x = arg;
    return case_remedy_json(x->call->civil, t, x->call->actor, x->remedy, &x->call->w, d);
}
void api_case_remedy(struct call *c) {
    int64_t id = 0;
    struct remedy_read x = {c, 0};
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = case_remedy_file(c->civil, c->actor, id, json_str(c->body, "kind", ""), json_str(c->body, "text", ""), &x.remedy, &c->diag);
    if (s == OK)
        s = store_read(c->civil->store, read_remedy, &x, &c->diag);
    if (s != OK)
        call_fail(c, s);
}

void api_case_served(struct call *c) {
    int64_t id = 0, notice = 0, paper = 0;
    instant_t at = 0;
    const char *when = json_str(c->body, "served_at", NULL);
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = call_id(c, json_str(c->body, "notice", ""), &notice);
    if (s == OK && when)
        s = instant_parse(span_of(when), &at, &c->diag);
    if (s == OK && *json_str(c->body, "paper", ""))
        s = call_id(c, json_str(c->body, "paper", ""), &paper);
    if (s == OK)
        s = case_notice_served(c->civil, c->actor, id, notice, json_str(c->body, "how", ""), at, paper, &c->diag);
    call_done(c, s);
}

/* ---- papers and notices ------------------------------------------------------------------- */

void api_paper_add(struct call *c) {
    int64_t id = 0, file = 0;
    const char *name = http_query(c->request, "name"), *kind = http_query(c->request, "kind");
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = case_paper_add(c->civil, c->actor, id, name ? name : "", kind ? kind : "other", c->request->body, &file, &c->diag);
    if (s != OK) {
        call_fail(c, s);
        return;
    }
    struct hash h = hash_one(HASH_SM3, c->request->body);
    char hex[2 * HASH_BYTES + 1];
    hash_hex(&h, hex);
    json_object(&c->w);
    json_kid(&c->w, "id", file);
    json_kstring(&c->w, "name", name);
    json_kstring(&c->w, "kind", kind ? kind : "other");
    json_kint(&c->w, "size", (int64_t)c->request->body.size);
    json_kstring(&c->w, "sha", hex);
    json_object_end(&c->w);
}

/* The paper's own name stays in the list. */
static enum status read_paper(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    struct span body;
    const char *media = NULL, *name = NULL;
    int64_t paper = 0;
    enum status s = call_id(c, c->request->param[1], &paper);
    if (s == OK)
        s = case_paper_open(c->civil, t, c->access, txn_arena(t), c->actor, call_path_id(c, 0), paper, &body, &media, &name, d);
    if (s == OK)
        call_file(c, body, media, "inline", strstr(media, "pdf") ? "paper.pdf" : strstr(media, "png") ? "paper.png" : "paper.jpg");
    return s;
}
void api_paper(struct call *c) {
    if (begin(c))
        call_show(c, OK, read_paper);
}

static enum status read_notice(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    struct span body;
    int64_t notice = 0;
    enum status s = call_id(c, c->request->param[1], &notice);
    if (s == OK)
        s = case_notice_pdf(c->civil, t, c->access, txn_arena(t), c->actor, call_path_id(c, 0), notice, &body, d);
    if (s == OK)
        call_file(c, body, "application/pdf", "inline", "notice.pdf");
    return s;
}
void api_notice_pdf(struct call *c) {
    if (begin(c))
        call_show(c, OK, read_notice);
}

static enum status read_report(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    struct span body;
    enum status s = case_verification_pdf(c->civil, t, c->access, c->actor, call_path_id(c, 0), &body, d);
    if (s == OK)
        call_file(c, body, "application/pdf", "inline", "verification.pdf");
    return s;
}
void api_case_verification_pdf(struct call *c) {
    if (begin(c))
        call_show(c, OK, read_report);
}

/* ---- before the first question ---- */

static enum status read_known(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return case_known_json(c->civil, t, c->access, c->actor, c->actor->district, c->actor->person, c->request->param[0], &c->w, d);
}
void api_my_known(struct call *c) { call_look(c, OK, NULL, 0, read_known); }

static enum status read_known_of(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return case_known_json(c->civil, t, c->access, c->actor, c->civil->district, call_path_id(c, 0), c->request->param[1], &c->w, d);
}
void api_person_known(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    call_look(c, s, http_query(c->request, "purpose"), 0, read_known_of);
}

/* By the whole number and for an application alone: what else a purpose would allow is not asked here. */
static enum status read_elsewhere(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return case_elsewhere_json(c->civil, t, c->access, c->actor, json_str(c->body, "id_number", ""), json_str(c->body, "matter", ""), &c->w, d);
}
void api_person_elsewhere(struct call *c) {
    enum status s = OK;
    if (strcmp(json_str(c->body, "purpose", ""), "counter_application") != 0) {
        (void)!diag_fail(&c->diag, E_INPUT, "access.purpose");
        s = diag_at(&c->diag, "purpose");
    }
    call_look(c, s, "counter_application", 0, read_elsewhere);
}

/* ---- drafts ------------------------------------------------------------------------------------ */

static enum status read_draft(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return draft_json(c->civil, t, c->access, c->actor, c->request->param[0], &c->w, d);
}
void api_draft_get(struct call *c) { call_look(c, OK, NULL, 0, read_draft); }
void api_draft_put(struct call *c) {
    enum status s = draft_save(c->civil, c->actor, c->request->param[0], json_get(c->body, "data"), json_str(c->body, "page", NULL), &c->diag);
    call_look(c, s, NULL, 0, read_draft);
}
void api_draft_delete(struct call *c) { call_done(c, draft_delete(c->civil, c->actor, c->request->param[0], &c->diag)); }

/* ---- the resident's own ---------------------------------------------------------------------------- */

static enum status read_access(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return access_list_json(c->civil, t, c->actor, http_query(c->request, "cursor"), &c->w, d);
}
void api_my_access(struct call *c) { call_show(c, OK, read_access); }

static enum status read_entitlements(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return entitlements_json(c->civil, t, c->access, c->actor, &c->w, d);
}
void api_my_entitlements(struct call *c) { call_look(c, OK, NULL, 0, read_entitlements); }
