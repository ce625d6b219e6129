/* The life of a benefit: what it was and is, proposals to change it, what was overpaid and is owed. */
#include "server/server_internal.h"

#include "civil/entitlement/letter.h"
#include "civil/entitlement/life_json.h"

static struct life_query query_of(const struct call *c) {
    return (struct life_query){http_query(c->request, "state"), http_query(c->request, "division"), http_query(c->request, "cursor")};
}

/* ---- reading ------------------------------------------------------------------------ */

static enum status read_benefits(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    struct life_query q = query_of(c);
    return benefits_json(c->civil, t, c->access, c->actor, call_query_int(c, "case", 0), &q, &c->w, d);
}
void api_benefits(struct call *c) { call_look(c, OK, NULL, 0, read_benefits); }

typedef enum status (*list_fn)(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct life_query *q, struct json_writer *w, struct diag *d);

static enum status read_list(struct call *c, struct txn *t, list_fn list, struct diag *d) {
    struct life_query q = query_of(c);
    return list(c->civil, t, c->access, c->actor, &q, &c->w, d);
}
static enum status read_proposals(struct txn *t, void *c, struct diag *d) { return read_list(c, t, proposals_json, d); }
static enum status read_recoveries(struct txn *t, void *c, struct diag *d) { return read_list(c, t, recoveries_json, d); }
static enum status read_back_payments(struct txn *t, void *c, struct diag *d) { return read_list(c, t, back_payments_json, d); }
void api_proposals(struct call *c) { call_look(c, OK, NULL, 0, read_proposals); }
void api_recoveries(struct call *c) { call_look(c, OK, NULL, 0, read_recoveries); }
void api_back_payments(struct call *c) { call_look(c, OK, NULL, 0, read_back_payments); }

static enum status read_benefit(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return benefit_json(c->civil, t, c->access, c->actor, call_path_id(c, 0), &c->w, d);
}
static enum status read_proposal(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return proposal_json(c->civil, t, c->access, c->actor, call_path_id(c, 0), &c->w, d);
}
static enum status read_recovery(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return recovery_json(c->civil, t, c->access, c->actor, call_path_id(c, 0), &c->w, d);
}
static void one(struct call *c, call_read_fn fn) {
    int64_t id;
    enum status s = call_id(c, c->request->param[0], &id);
    call_look(c, s, NULL, 0, fn);
}
void api_benefit(struct call *c) { one(c, read_benefit); }
void api_proposal(struct call *c) { one(c, read_proposal); }
void api_recovery(struct call *c) { one(c, read_recovery); }

static enum status read_my_proposals(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return my_proposals_json(c->civil, t, c->access, c->actor, &c->w, d);
}
static enum status read_my_recoveries(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return my_recoveries_json(c->civil, t, c->access, c->actor, &c->w, d);
}
void api_my_proposals(struct call *c) { call_look(c, OK, NULL, 0, read_my_proposals); }
void api_my_recoveries(struct call *c) { call_look(c, OK, NULL, 0, read_my_recoveries); }

/* ---- letters --------------------------------------------------------------------------- */

enum { LETTER_BYTES_MAX = 16 << 20 };

static enum status reply_letter(struct call *c, enum status s, const struct buf *out, const char *name) {
    if (s == OK) {
        c->reply->body.size = 0; /* a closure may run again */
        call_file(c, buf_span(out), "application/pdf", "inline", name);
    }
    return s;
}

static enum status read_proposal_letter(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    const char *kind = http_query(c->request, "kind");
    BUF_AUTO out;
    buf_init(&out, LETTER_BYTES_MAX);
    return reply_letter(c, proposal_letter(c->civil, t, c->access, c->actor, call_path_id(c, 0), kind, &out, d), &out, kind && strcmp(kind, "hearing") == 0 ? "notice.pdf" : "decision.pdf");
}
static enum status read_recovery_letter(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    BUF_AUTO out;
    buf_init(&out, LETTER_BYTES_MAX);
    return reply_letter(c, recovery_letter(c->civil, t, c->access, c->actor, call_path_id(c, 0), &out, d), &out, "recovery.pdf");
}
void api_proposal_letter(struct call *c) { one(c, read_proposal_letter); }
void api_recovery_letter(struct call *c) { one(c, read_recovery_letter); }

/* ---- proposing ----------------------------------------------------------------------- */

void api_proposal_new(struct call *c) {
    struct entitlement_proposal_new x = {.kind = json_str(c->body, "kind", ""), .cause = json_str(c->body, "cause", ""), .words = json_str(c->body, "words", ""), .by_hand = true};
    struct entitlement_line_new *line = NULL;
    int64_t id = 0;
    enum status s = call_id(c, json_str(c->body, "entitlement", ""), &x.entitlement);
    if (s == OK)
        s = call_body_date(c, "event", &x.event);
    const char *month = json_str(c->body, "month", NULL);
    if (s == OK && month)
        s = month_parse(span_of(month), &x.month, &c->diag);
    if (s == OK)
        s = entitlement_lines_of(c->arena, json_get(c->body, "lines"), &line, &x.line_count, &c->diag);
    x.line = line;
    if (s == OK)
        s = entitlement_propose(c->civil, c->actor, &x, &id, &c->diag);
    call_made(c, s, id);
}

void api_proposal_serve(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    call_done(c, s == OK ? entitlement_hearing_served(c->civil, c->actor, id, json_str(c->body, "how", ""), &c->diag) : s);
}

void api_proposal_answer(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    call_done(c, s == OK ? entitlement_answer(c->civil, c->actor, id, json_str(c->body, "words", ""), &c->diag) : s);
}

void api_my_proposal_answer(struct call *c) { api_proposal_answer(c); }

void api_proposal_decide(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    call_done(c, s == OK ? entitlement_decide(c->civil, c->actor, id, json_bool(c->body, "adopt", false), json_str(c->body, "words", ""), NULL, &c->diag) : s);
}

void api_proposal_serve_decision(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    call_done(c, s == OK ? entitlement_decision_served(c->civil, c->actor, id, json_str(c->body, "how", ""), &c->diag) : s);
}

void api_proposal_withdraw(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    call_done(c, s == OK ? entitlement_withdraw(c->civil, c->actor, id, json_str(c->body, "words", ""), &c->diag) : s);
}

void api_proposal_restore(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    call_done(c, s == OK ? entitlement_restore(c->civil, c->actor, id, json_str(c->body, "words", ""), NULL, &c->diag) : s);
}

/* A death that a comparison found: confirmed by a paper, or refuted. */
void api_benefit_death(struct call *c) {
    int64_t id = 0;
    date_t died = DATE_NONE;
    bool confirm = json_bool(c->body, "confirm", false);
    const char *words = json_str(c->body, "words", "");
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = call_body_date(c, "died", &died);
    if (s == OK)
        s = confirm ? entitlement_death_confirm(c->civil, c->actor, id, died, words, NULL, &c->diag) : entitlement_death_refute(c->civil, c->actor, id, words, NULL, &c->diag);
    call_done(c, s);
}

/* ---- recovering ------------------------------------------------------------------------ */

/* [{due_on, amount_fen}].  E_INPUT recovery.plan. */
static enum status instalments_of(struct call *c, struct instalment **ret, size_t *ret_n) {
    const struct json *list = json_get(c->body, "instalments");
    size_t n = list && list->type == JSON_ARRAY ? list->size : 0;
    struct instalment *x = n && n <= INSTALMENTS_MAX ? ARENA_ARRAY(c->arena, n, struct instalment) : NULL;
    struct diag quiet = {0};
    for (size_t i = 0; x && i < n; i++) {
        x[i].amount_fen = json_int(list->item[i], "amount_fen", 0);
        if (date_parse(span_of(json_str(list->item[i], "due_on", "")), &x[i].due_on, &quiet) != OK)
            x = NULL;
    }
    if (!x)
        return diag_fail(&c->diag, E_INPUT, "recovery.plan");
    *ret = x;
    *ret_n = n;
    return OK;
}

void api_recovery_plan(struct call *c) {
    struct instalment *list = NULL;
    size_t n = 0;
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = instalments_of(c, &list, &n);
    call_done(c, s == OK ? recovery_plan(c->civil, c->actor, id, list, n, &c->diag) : s);
}

void api_recovery_receive(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    call_done(c, s == OK ? recovery_receive(c->civil, c->actor, id, json_int(c->body, "amount_fen", 0), json_str(c->body, "words", ""), &c->diag) : s);
}

void api_recovery_waiver_ask(struct call *c) {
    int64_t id = 0, waiver = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = recovery_waiver_ask(c->civil, c->actor, id, json_int(c->body, "amount_fen", 0), json_str(c->body, "words", ""), &waiver, &c->diag);
    call_made(c, s, waiver);
}

void api_recovery_waiver_answer(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    call_done(c, s == OK ? recovery_waiver_answer(c->civil, c->actor, id, json_bool(c->body, "approve", false), json_str(c->body, "words", ""), &c->diag) : s);
}
