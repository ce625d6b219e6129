/* A benefit recorded in one step: the rules decide, two officers act, no process is driven. */
#include "civil/case/case_internal.h"

#include "civil/decision/decision.h"
#include "civil/entitlement/life.h"
#include "civil/evidence/keep.h"
#include "crypto/hash.h"

#include <stdio.h>

struct recording { struct civil *c; const struct actor *clerk, *decider; const struct recorded *x; const struct matter *matter; struct recorded_ref ref; };

static enum status row_in(struct txn *t, struct recording *x, struct access *access, struct case_row *k, struct diag *d) {
    struct person p;
    struct household h = {0};
    struct arena *a = txn_arena(t);
    char number[40];
    enum status s = person_read(x->c, t, access, a, x->x->district, x->x->applicant, &p, d);
    if (s == OK && (!case_staff_may(x->clerk, p.division) || !actor_may(x->decider, "decider", p.division)))
        s = diag_fail(d, E_FORBIDDEN, "case.scope");
    if (s == OK && strcmp(json_str(x->matter->json, "unit", ""), "household") == 0)
        s = household_of(x->c, t, access, a, x->x->district, x->x->applicant, &h, d);
    if (s == OK)
        s = case_next_number(t, x->matter, p.division, number, d);
    if (s != OK)
        return s;
    *k = (struct case_row){.district = x->x->district, .id = txn_new_id(t), .applicant = x->x->applicant, .household = h.id, .entered_by = x->clerk->account, .version = 1,
        .applied_at = txn_now(t), .monthly_fen = -1, .due_on = DATE_NONE, .matter = x->matter, .number = arena_dup(a, span_of(number)), .channel = arena_dup(a, SPAN("counter")),
        .division = arena_dup(a, span_of(p.division)), .subdistrict = arena_printf(a, "%.9s", p.division), .state = arena_dup(a, SPAN("applied")), .process_file = arena_dup(a, SPAN("")),
        .decision_file = arena_dup(a, SPAN("")), .compartment = NULL};
    return k->number && k->channel && k->division && k->subdistrict && k->state && k->process_file && k->decision_file ? OK : arena_full(d);
}

static enum status insert_in(struct txn *t, struct recording *x, struct case_row *k, struct diag *d) {
    struct span form = {0};
    uint8_t salt[TLOG_SALT_BYTES];
    random_bytes(salt, sizeof salt);
    enum status s = case_seal_json(x->c, t, k, "case_file.form", k->id, x->x->facts, &form, d);
    k->form = form;
    if (s == OK)
        s = sql_exec(t, d,
            "INSERT INTO case_file (district, id, number, matter, scheme, process_file, process_sha, decision_file, state, channel, applicant, household, division, subdistrict, "
            "applied_at, due_provisional, form, form_salt, version, entered_by, compartment) VALUES (?, ?, ?, ?, ?, '', '', '', 'applied', 'counter', ?, ?, ?, ?, ?, 0, ?, ?, 1, ?, ?)",
            SQL_I(k->district), SQL_I(k->id), SQL_S(k->number), SQL_S(x->matter->id), SQL_S(x->matter->scheme), SQL_I(k->applicant), k->household ? SQL_I(k->household) : SQL_NIL,
            SQL_S(k->division), SQL_S(k->subdistrict), SQL_I(k->applied_at), SQL_B(form), SQL_B(span_bytes(salt, sizeof salt)), SQL_I(k->entered_by),
            SQL_S(json_str(x->matter->json, "compartment", NULL)));
    for (size_t i = 0; s == OK && i < x->x->party_count; i++) {
        const struct recorded_party *p = &x->x->party[i];
        s = sql_exec(t, d, "INSERT INTO case_party (district, case_id, person, party, relation, person_district, number, consent_needed) VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
            SQL_I(k->district), SQL_I(k->id), SQL_I(p->person), SQL_S(p->person == k->applicant ? "applicant" : "member"), SQL_S(p->relation), SQL_I(k->district), SQL_S(p->number));
    }
    return s == OK && x->x->party_count ? evidence_keep_one(x->c, t, x->clerk, KEPT_PARTIES, k->district, k->id, d) : s;
}

static enum status decided(struct drive *x, const struct recording *y, struct decision *r, struct diag *d) {
    enum status s = decision_keep_of(x, x->k->matter->scheme, y->x->facts, y->x->as_of, r, d);
    if (s == OK && r->outcome == DECISION_UNDECIDED)
        s = diag_fail(d, E_CONFLICT, "case.undecided", DIAG_S("missing", r->missing_count ? r->missing[0] : ""));
    if (s == OK && (r->outcome != DECISION_ELIGIBLE || r->monthly_fen <= 0))
        s = diag_fail(d, E_CONFLICT, "case.not_eligible");
    if (s != OK)
        return s;
    x->who = y->decider;
    x->role = "decider";
    x->note = y->x->words;
    return decision_confirm(x, "approve", d);
}

static enum status open_in(struct txn *t, struct recording *x, struct case_row *k, const struct decision *r, int64_t decision, struct diag *d) {
    struct entitlement_line_new *line = ARENA_ARRAY(txn_arena(t), r->line_count + 1, struct entitlement_line_new);
    date_t review = DATE_NONE;
    size_t n = 0;
    if (!line)
        return arena_full(d);
    for (size_t i = 0; i < r->line_count; i++) {
        int64_t member = 0;
        for (size_t m = 0; r->line[i].member && m < x->x->party_count; m++)
            if (strcmp(x->x->party[m].number, r->line[i].member) == 0)
                member = x->x->party[m].person;
        if (r->line[i].monthly_fen > 0)
            line[n++] = (struct entitlement_line_new){member, r->line[i].item, r->line[i].monthly_fen};
    }
    struct entitlement_new e = {.district = k->district, .case_id = k->id, .decision = decision, .household = k->household, .payee = k->applicant, .scheme = x->matter->scheme,
        .subdistrict = k->subdistrict, .division = k->division, .line = line, .line_count = n};
    enum status s = entitlement_month(x->c, e.scheme, "start", x->x->applied_on, txn_today(t), &e.from, d);
    if (s == OK)
        s = entitlement_review_on(x->c, e.scheme, txn_today(t), &review, d);
    e.next_review = review;
    return s == OK ? entitlement_open_in(x->c, t, x->decider, &e, &x->ref.entitlement, d) : s;
}

static enum status close_in(struct txn *t, struct recording *x, struct case_row *k, struct diag *d) {
    k->state = k->outcome = arena_dup(txn_arena(t), SPAN("approved"));
    k->accepted_at = k->closed_at = txn_now(t);
    if (!k->state)
        return arena_full(d);
    const struct json *name = json_get(json_get(x->matter->json, "states"), "approved");
    const struct json *args = EVENT_ARGS(txn_arena(t), "outcome", json_str(name, "zh", "approved"), "outcome_en", json_str(name, "en", "approved"));
    enum status s = args ? case_event_of(x->c, t, x->decider, "decider", k, "closed", NULL, args, NULL, NULL, d) : arena_full(d);
    return s == OK ? case_row_save(x->c, t, x->decider, k, d) : s;
}

static enum status record_in(struct txn *t, void *arg, struct diag *d) {
    struct recording *x = arg;
    struct access *access = NULL;
    struct case_row k;
    struct decision r;
    struct decision_row row;
    enum status s = access_begin(txn_arena(t), x->clerk, NULL, "counter_application", 0, 0, &access, d);
    if (s == OK)
        s = row_in(t, x, access, &k, d);
    if (s == OK && !x->x->moved_in)
        s = case_not_receiving(t, &k, d);
    if (s == OK)
        s = insert_in(t, x, &k, d);
    const char *role = s == OK ? case_role(x->clerk, k.division) : "clerk";
    struct drive drive = {.c = x->c, .t = t, .who = x->clerk, .role = role, .k = &k};
    const struct json *args = s == OK ? EVENT_ARGS(txn_arena(t), "number", k.number, "channel", k.channel, "matter", json_str(json_get(x->matter->json, "name"), "zh", ""),
        "matter_en", json_str(json_get(x->matter->json, "name"), "en", "")) : NULL;
    if (s == OK)
        s = args ? case_event_of(x->c, t, x->clerk, role, &k, "applied", NULL, args, x->x->facts, NULL, d) : arena_full(d);
    if (s == OK)
        s = decided(&drive, x, &r, d);
    if (s == OK)
        s = decision_latest(x->c, t, &k, &row, d);
    if (s == OK && !x->x->moved_in)
        s = open_in(t, x, &k, &r, row.id, d);
    if (s == OK)
        s = close_in(t, x, &k, d);
    if (s == OK && !access_empty(access))
        s = access_commit_in(x->c, t, access, NULL, d);
    if (s != OK)
        return s;
    x->ref.case_id = k.id;
    x->ref.decision = row.id;
    x->ref.monthly_fen = r.monthly_fen;
    snprintf(x->ref.number, sizeof x->ref.number, "%s", k.number);
    return OK;
}

enum status case_record(struct civil *c, const struct actor *clerk, const struct actor *decider, const struct recorded *x, struct recorded_ref *ret, struct diag *d) {
    struct recording y = {.c = c, .clerk = clerk, .decider = decider, .x = x, .matter = packs_matter(c->packs, x->matter ? x->matter : "")};
    if (!y.matter || !actor_inside(clerk, json_str(y.matter->json, "compartment", NULL)))
        return diag_fail(d, E_NOT_FOUND, "case.no_matter");
    if (clerk->account == decider->account)
        return diag_fail(d, E_FORBIDDEN, "entitlement.two_people");
    if (!x->facts || x->facts->type != JSON_OBJECT)
        return diag_fail(d, E_INPUT, "case.no_data");
    if (!case_said(x->words))
        return diag_fail(d, E_INPUT, "case.reason_needed", DIAG_N("min", CASE_SAID_MIN));
    enum status s = store_write(c->store, record_in, &y, d);
    if (s == OK)
        *ret = y.ref;
    return s;
}
