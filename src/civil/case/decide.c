/* Computing a decision by the rules, and a person signing it.
 *
 * What the rules cannot decide, or fail to compute, goes to a person; it is
 * neither paid nor refused by the machine.  What they do not grant cannot be
 * granted by hand, nor refused what they grant: the way back is to correct the facts. */
#include "civil/case/case_internal.h"

#include "civil/decision/explanation.h"
#include "civil/evidence/keep.h"

#include <stdio.h>

/* The search for changes runs inside the write: some hundred questions, a few tens of milliseconds. */
enum { CHANGE_BUDGET = 400 };

/* ---- keeping it ---------------------------------------------------------------------- */

typedef void (*writer_fn)(struct json_writer *w, const void *x);

struct traced { const struct decision *r; const struct case_facts *f; const struct decision_explanation *x; };

static void write_result(struct json_writer *w, const void *x) { decision_json(w, x, false, NULL); }

static void write_trace(struct json_writer *w, const void *x) {
    const struct traced *y = x;
    json_object(w);
    json_key(w, "values");
    decision_values_json(w, y->r);
    json_key(w, "rules");
    decision_rules_json(w, y->r);
    json_key(w, "explanation");
    decision_explanation_json(w, y->x, false);
    json_key(w, "conflicts");
    json_array(w);
    for (size_t i = 0; i < y->f->conflict_count; i++) {
        json_object(w);
        json_kstring(w, "fact", y->f->conflict[i].fact);
        json_kstring(w, "source", y->f->conflict[i].source);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
}

static enum status built(struct arena *a, writer_fn fn, const void *x, const struct json **ret, struct diag *d) {
    BUF_AUTO b;
    struct json_writer w;
    buf_init(&b, 0);
    json_begin(&w, &b, false);
    fn(&w, x);
    return buf_ok(&b) ? json_parse(a, buf_span(&b), ret, d) : arena_full(d);
}

static void write_parameters(struct json_writer *w, const void *x) { decision_parameters_json(w, x); }

struct sealed { struct span input, result, trace; };

static enum status seal_all(struct drive *x, int64_t id, const struct json *input, const struct json *result, const struct json *trace, struct sealed *ret, struct diag *d) {
    enum status s = case_seal_json(x->c, x->t, x->k, "decision_record.input", id, input, &ret->input, d);
    if (s == OK)
        s = case_seal_json(x->c, x->t, x->k, "decision_record.result", id, result, &ret->result, d);
    return s == OK ? case_seal_json(x->c, x->t, x->k, "decision_record.trace", id, trace, &ret->trace, d) : s;
}

/* What the log commits to.  as_of NULL: as it did before it named day and parameters. */
const struct json *decision_value(struct arena *a, const struct json *input, const struct json *result, const char *policy, const char *as_of, const char *parameters) {
    struct span keys[] = {SPAN("input"), SPAN("result"), SPAN("policy"), SPAN("as_of"), SPAN("parameters")};
    const struct json *values[] = {input, result, json_new_string(a, span_of(policy)), as_of ? json_new_string(a, span_of(as_of)) : json_null(),
        parameters ? json_new_string(a, span_of(parameters)) : json_null()};
    return values[2] && values[3] && values[4] ? json_new_object(a, keys, values, as_of ? ARRAY_LEN(keys) : 3) : NULL;
}

static enum status supersede(struct drive *x, struct diag *d) {
    return sql_exec(x->t, d, "UPDATE decision_record SET state = 'superseded' WHERE district = ? AND case_id = ? AND state = 'proposed'", SQL_I(x->k->district), SQL_I(x->k->id));
}

static enum status keep(struct drive *x, const struct decision *r, const struct case_facts *f, const struct decision_explanation *why, struct diag *d) {
    struct arena *a = txn_arena(x->t);
    const struct json *result = NULL, *trace = NULL, *parameters = NULL;
    struct sealed sealed;
    struct evidence e;
    int64_t id = txn_new_id(x->t), entry = 0;
    struct traced traced = {r, f, why};
    enum status s = built(a, write_result, r, &result, d);
    if (s == OK)
        s = built(a, write_trace, &traced, &trace, d);
    if (s == OK)
        s = built(a, write_parameters, r, &parameters, d);
    if (s == OK)
        s = seal_all(x, id, f->facts, result, trace, &sealed, d);
    BUF_AUTO text;
    buf_init(&text, 0);
    if (s == OK)
        json_canonical(&text, parameters);
    char day[DATE_TEXT_MAX];
    date_text(r->date, day);
    char *kept = s == OK && buf_ok(&text) ? arena_dup(a, buf_span(&text)) : NULL;
    const struct json *payload = kept ? decision_value(a, f->facts, result, r->policy->sha256, day, kept) : NULL;
    if (s == OK && !payload)
        return arena_full(d);
    if (s == OK)
        s = evidence_record(x->t, x->who, x->role, TLOG_DECISION, "computed", x->k, x->k->district, x->k->applicant, payload, &e, &entry, d);
    if (s == OK)
        s = supersede(x, d);
    if (s != OK)
        return s;
    return sql_exec(x->t, d,
        "INSERT INTO decision_record (district, id, case_id, scheme, as_of, policy_sha, policy_file, parameters, outcome, monthly_fen, once_fen, "
        "input, result, trace, salt, state, computed_at, entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'proposed', ?, ?)",
        SQL_I(x->k->district), SQL_I(id), SQL_I(x->k->id), SQL_S(r->scheme), SQL_D(r->date), SQL_S(r->policy->sha256), SQL_S(r->policy->name),
        SQL_T(buf_span(&text)), SQL_S(decision_outcome_name(r->outcome)), SQL_I(r->monthly_fen), SQL_I(r->once_fen), SQL_B(sealed.input),
        SQL_B(sealed.result), SQL_B(sealed.trace), SQL_B(span_bytes(e.salt, sizeof e.salt)), SQL_I(txn_now(x->t)), SQL_I(entry));
}

/* ---- computing --------------------------------------------------------------------------- */

static enum status answer(struct drive *x, const char *outcome, int64_t monthly_fen, const struct json **ret, struct diag *d) {
    struct arena *a = txn_arena(x->t);
    const struct json *j = EVENT_ARGS(a, "outcome", outcome);
    const struct json *n = json_new_number(a, dec_int(monthly_fen));
    *ret = j && n ? json_with(a, j, "monthly_fen", n) : NULL;
    return *ret ? OK : arena_full(d);
}

static enum status failed(struct drive *x, const struct bpmn_node *n, const struct diag *why, const struct json **ret, struct diag *d) {
    const struct json *args = EVENT_ARGS(txn_arena(x->t), "code", why->code);
    enum status s = supersede(x, d);
    if (s == OK)
        s = args ? case_event_of(x->c, x->t, x->who, x->role, x->k, "compute_failed", n->id, args, NULL, NULL, d) : arena_full(d);
    x->k->monthly_fen = -1;
    return s == OK ? answer(x, "error", 0, ret, d) : s;
}

static enum status computed(struct drive *x, const struct bpmn_node *n, const struct decision *r, const struct json **ret, struct diag *d) {
    static const char *const KIND[] = {"computed_eligible", "computed_not_eligible", "computed_undecided"};
    char amount[32];
    int64_t fen = r->monthly_fen ? r->monthly_fen : r->once_fen;
    snprintf(amount, sizeof amount, "%lld.%02lld", (long long)(fen / 100), (long long)(fen % 100));
    const struct json *args = EVENT_ARGS(txn_arena(x->t), "amount", amount);
    x->k->monthly_fen = r->outcome == DECISION_ELIGIBLE ? r->monthly_fen : -1;
    enum status s = args ? case_event_of(x->c, x->t, x->who, x->role, x->k, r->outcome == DECISION_ELIGIBLE && !r->monthly_fen && r->once_fen ? "computed_once" : KIND[r->outcome], n->id, args, NULL, NULL, d) : arena_full(d);
    return s == OK ? answer(x, decision_outcome_name(r->outcome), r->monthly_fen, ret, d) : s;
}

enum status handle_decision(struct drive *x, const struct bpmn_node *n, const struct json **ret, struct diag *d) {
    assert(x->c->policies);
    struct arena *a = txn_arena(x->t);
    struct access *access = NULL;
    struct case_facts facts;
    struct decision r;
    struct diag why = {0};
    enum status s = access_begin(a, x->who, x->role, "decision", x->k->district, x->k->id, &access, d);
    if (s == OK)
        s = case_facts(x->c, x->t, access, x->k, &facts, d);
    if (s == OK && !access_empty(access))
        s = access_commit_in(x->c, x->t, access, NULL, d);
    if (s != OK)
        return s;
    struct decision_request q = {.scheme = n->decision, .facts = facts.facts, .as_of = txn_today(x->t)};
    const struct policies *policies;
    if ((s = policies_published(x->c->policies, x->t, 0, &policies, d)) != OK)
        return s;
    s = decision_make(policies, a, &q, &r, &why);
    if (s == E_INPUT || s == E_LIMIT || s == E_NOT_FOUND)
        return failed(x, n, &why, ret, d);
    if (s != OK) {
        *d = why;
        return s;
    }
    struct decision_explanation explanation;
    s = decision_explain(policies, a, &r, CHANGE_BUDGET, &explanation, d);
    if (s == OK)
        s = keep(x, &r, &facts, &explanation, d);
    return s == OK ? computed(x, n, &r, ret, d) : s;
}

enum status decision_keep_of(struct drive *x, const char *scheme, const struct json *facts, date_t as_of, struct decision *ret, struct diag *d) {
    struct arena *a = txn_arena(x->t);
    struct case_facts f = {.facts = facts};
    struct decision_explanation explanation;
    const struct policies *policies;
    struct decision_request q = {.scheme = scheme, .facts = facts, .as_of = as_of};
    enum status s = policies_published(x->c->policies, x->t, 0, &policies, d);
    if (s == OK)
        s = decision_make(policies, a, &q, ret, d);
    if (s == OK)
        s = decision_explain(policies, a, ret, CHANGE_BUDGET, &explanation, d);
    f.facts = s == OK ? ret->facts : facts;
    return s == OK ? keep(x, ret, &f, &explanation, d) : s;
}

/* ---- the latest ------------------------------------------------------------------------------- */

enum status decision_latest(struct civil *c, struct txn *t, struct case_row *k, struct decision_row *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct arena *a = txn_arena(t);
    enum status s = sql_one(t, &r, d,
        "SELECT id, outcome, state, monthly_fen, entry, result, once_fen FROM decision_record WHERE district = ? AND case_id = ? AND state <> 'superseded' ORDER BY +id DESC LIMIT 1",
        SQL_I(k->district), SQL_I(k->id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "case.no_decision");
    if (s != OK)
        return s;
    *ret = (struct decision_row){.id = rows_int(r, 0), .outcome = rows_dup(r, 1, a), .state = rows_dup(r, 2, a), .monthly_fen = rows_int(r, 3), .once_fen = rows_int(r, 6), .entry = rows_int(r, 4)};
    return case_unseal_json(c, t, k, "decision_record.result", ret->id, rows_blob(r, 5), &ret->result, d);
}

enum status decision_input(struct civil *c, struct txn *t, struct case_row *k, const struct json **ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT id, input FROM decision_record WHERE district = ? AND case_id = ? AND state <> 'superseded' ORDER BY +id DESC LIMIT 1",
        SQL_I(k->district), SQL_I(k->id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "case.no_decision");
    return s == OK ? case_unseal_json(c, t, k, "decision_record.input", rows_int(r, 0), rows_blob(r, 1), ret, d) : s;
}

/* ---- signing --------------------------------------------------------------------------------------- */

const struct organ *case_organ(const struct civil *c, const struct case_row *k, date_t day) { return packs_organ(c->packs, k->matter->id, day); }

static void organ_fields(struct json_writer *w, const struct organ *o) {
    json_object(w);
    json_kstring(w, "name", o->name);
    json_kstring(w, "name_en", o->name_en);
    json_kstring(w, "power", o->power);
    json_kstring(w, "in_name_of", o->in_name_of);
    json_kstring(w, "in_name_of_en", o->in_name_of_en);
    json_kstring(w, "seal", o->seal);
    json_kstring(w, "citation", o->citation);
    json_object_end(w);
}

void organ_json(struct json_writer *w, const char *key, const struct organ *o) {
    json_key(w, key);
    if (o)
        organ_fields(w, o);
    else
        json_nothing(w);
}

static enum status sign_row(struct drive *x, const struct decision_row *row, const struct organ *o, struct diag *d) {
    struct span reasons = {0};
    enum status s = OK;
    if (x->note && *x->note)
        s = case_seal(x->c, x->t, x->k, "decision_record.written_reasons", row->id, span_of(x->note), &reasons, d);
    BUF_AUTO organ;
    struct json_writer w;
    buf_init(&organ, 0);
    json_begin(&w, &organ, false);
    organ_fields(&w, o);
    if (s != OK)
        return s;
    s = sql_exec(x->t, d,
        "UPDATE decision_record SET state = 'confirmed', decided_by = ?, decided_at = ?, written_reasons = ?, organ = ? WHERE district = ? AND id = ?",
        SQL_I(x->who->account), SQL_I(txn_now(x->t)), reasons.size ? SQL_B(reasons) : SQL_NIL, SQL_T(buf_span(&organ)), SQL_I(x->k->district), SQL_I(row->id));
    return s == OK ? evidence_keep_in(x->c, x->t, x->who, KEPT_DECISION, x->k->district, &row->id, 1, d) : s;
}

static bool process_hears(const struct bpmn_model *m) {
    for (uint32_t i = 0; i < m->node_count; i++)
        if (strcmp(m->node[i].handler, "notice.issue") == 0 && strcmp(m->node[i].form, "findings") == 0)
            return true;
    return false;
}

/* Were the findings on this computation brought to the person?  Who explained them knows them, whoever recorded no service. */
static enum status heard(struct drive *x, const struct decision_row *row, struct diag *d) {
    int64_t told = 0;
    if (!x->k->process || !process_hears(x->k->process->model))
        return OK;
    enum status s = sql_int(x->t, &told, 0, d,
        "SELECT COUNT(*) FROM notice n WHERE n.district = ? AND n.case_id = ? AND n.kind = 'findings' "
        "AND n.issued_at >= (SELECT r.computed_at FROM decision_record r WHERE r.district = n.district AND r.id = ?) AND (n.served_at IS NOT NULL OR "
        "EXISTS (SELECT 1 FROM case_event e WHERE e.district = n.district AND e.case_id = n.case_id AND e.kind = 'explained' AND e.at >= n.issued_at))",
        SQL_I(x->k->district), SQL_I(x->k->id), SQL_I(row->id));
    return s == OK && !told ? diag_fail(d, E_CONFLICT, "case.not_heard") : s;
}

/* What the rules grant is not refused, and what they do not grant is not granted. */
static enum status may_sign(struct drive *x, const struct decision_row *row, bool approve, struct diag *d) {
    bool eligible = strcmp(row->outcome, "eligible") == 0;
    if (approve && !eligible)
        return diag_fail(d, E_CONFLICT, "case.not_eligible");
    enum status s = eligible ? case_counted_once(x, row, d) : OK;
    if (approve || (s != OK && s != E_CONFLICT))
        return s;
    if (eligible && s == OK)
        return diag_fail(d, E_CONFLICT, "case.eligible");
    diag_clear(d); /* supported already: that is refused like what the rules do not grant */
    return heard(x, row, d);
}

/* In the name of the organ that the table names for the day. */
enum status decision_confirm(struct drive *x, const char *how, struct diag *d) {
    bool approve = strcmp(how, "approve") == 0;
    struct decision_row row;
    const struct organ *o = case_organ(x->c, x->k, txn_today(x->t));
    if (!o)
        return diag_fail(d, E_CONFLICT, "case.no_organ");
    if (!approve && !case_said(x->note))
        return diag_fail(d, E_INPUT, "case.reason_needed", DIAG_N("min", CASE_SAID_MIN));
    enum status s = decision_latest(x->c, x->t, x->k, &row, d);
    if (s == OK)
        s = may_sign(x, &row, approve, d);
    if (s == OK)
        s = sign_row(x, &row, o, d);
    if (s != OK)
        return s;
    x->k->decided_at = txn_now(x->t);
    x->k->monthly_fen = approve ? row.monthly_fen : -1;
    struct arena *a = txn_arena(x->t);
    const struct json *state = json_get(json_get(x->k->matter->json, "states"), approve ? "approved" : "refused");
    const struct json *args = EVENT_ARGS(a, "outcome", json_str(state, "zh", how), "outcome_en", json_str(state, "en", how), "organ", o->in_name_of, "organ_en", o->in_name_of_en);
    return args ? case_event_of(x->c, x->t, x->who, x->role, x->k, "decided", NULL, args, NULL, NULL, d) : arena_full(d);
}
