/* Asking: the form checked, the case opened, its process started. */
#include "civil/case/case_internal.h"

#include "civil/decision/decision.h"
#include "civil/evidence/keep.h"
#include "civil/parameter/parameter.h"

#include <stdio.h>

struct apply {
    struct civil *c;
    const struct actor *who;
    const struct application *ap;
    const struct matter *matter;
    const struct process *process;
    const struct json *clean, *facts;
    const struct json *said;  /* the same without the numbers that the register gave */
    const struct json *taken; /* who reported: never part of the case (protected.c); NULL: nothing */
    struct hash body;
    int64_t district, person;  /* the applicant; by his number: found in each run of the closure */
    const char *counter;       /* the office that takes it in for another; NULL: none */
    const char *registered;    /* where the register has him registered; NULL: not said */
    struct case_ref ref;
};

/* ---- the form ------------------------------------------------------------------- */

static enum status check_form(struct apply *x, struct arena *a, date_t today, const struct json **ret_errors, struct diag *d) {
    const struct form *form = case_form(x->c->models, x->matter);
    if (!form)
        return diag_fail(d, E_CORRUPT, "case.no_form", DIAG_S("matter", x->matter->id));
    struct form_context ctx = {.feel = case_feel(x->c->models), .today = today};
    struct form_errors errors = {0};
    struct case_referred *referred = NULL;
    const struct json *data = NULL;
    enum status s = case_known_take(x->c, a, x->who, x->district, x->person, x->matter->form, x->ap->data, &data, &referred, d);
    if (s == OK)
        s = form_validate(form, data, &ctx, a, &x->clean, &errors, d);
    if (s != OK)
        return s;
    if (errors.size) {
        *ret_errors = case_form_errors(a, errors.at, errors.size, x->matter->form_en, x->who->lang);
        return *ret_errors ? diag_fail(d, E_INPUT, "case.form", DIAG_N("count", (long long)errors.size)) : arena_full(d);
    }
    if ((s = case_protected_take(a, x->matter->form, x->clean, &x->clean, &x->taken, d)) != OK)
        return s;
    if (!(x->said = case_known_said(a, x->matter->form, x->clean, referred)))
        return arena_full(d);
    return form_facts(form, x->clean, a, &x->facts, d);
}

/* ---- numbers and times -------------------------------------------------------------- */

enum status case_next_number(struct txn *t, const struct matter *m, const char *division, char out[40], struct diag *d) {
    const char *pattern = json_str(json_get(m->json, "number_pattern"), "case", "{year}{division6}{seq5}");
    int64_t year = date_ymd(txn_today(t)).year, seq = 0;
    char series[64];
    snprintf(series, sizeof series, "case.%s.%.6s", m->id, division);
    enum status s = sql_int(t, &seq, 0, d,
        "INSERT INTO number_series (name, year, last) VALUES (?, ?, 1) ON CONFLICT (name, year) DO UPDATE SET last = number_series.last + 1 RETURNING last",
        SQL_S(series), SQL_I(year));
    if (s != OK)
        return s;
    BUF_AUTO b;
    buf_init(&b, 39);
    for (const char *p = pattern; *p;) {
        if (strncmp(p, "{year}", 6) == 0)
            buf_addf(&b, "%lld", (long long)year), p += 6;
        else if (strncmp(p, "{division6}", 11) == 0)
            buf_addf(&b, "%.6s", division), p += 11;
        else if (strncmp(p, "{seq5}", 6) == 0)
            buf_addf(&b, "%05lld", (long long)seq), p += 6;
        else
            buf_addc(&b, *p++);
    }
    if (!buf_ok(&b))
        return diag_fail(d, E_CORRUPT, "case.number_pattern", DIAG_S("matter", m->id));
    snprintf(out, 40, "%s", buf_str(&b));
    return OK;
}

/* ---- the case --------------------------------------------------------------------------- */

/* The same key with the same body is the same application; with another body, a mistake. */
static enum status seen_before(struct txn *t, struct apply *x, int64_t *ret_case, struct diag *d) {
    *ret_case = 0;
    if (!x->ap->idempotency_key)
        return OK;
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT case_id, body_sha FROM case_idempotency WHERE account = ? AND key = ?", SQL_I(x->who->account), SQL_S(x->ap->idempotency_key));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s != OK || !row)
        return s;
    if (!span_eq(rows_blob(r, 1), span_bytes(x->body.byte, HASH_BYTES)))
        return diag_fail(d, E_CONFLICT, "case.idempotency");
    *ret_case = rows_int(r, 0);
    return OK;
}

static enum status ref_of(struct civil *c, struct txn *t, int64_t id, struct case_ref *ret, struct diag *d) {
    struct case_row k;
    enum status s = case_row_read(c, t, id, &k, d);
    if (s != OK)
        return s;
    *ret = (struct case_ref){.district = k.district, .id = id, .due_on = k.due_on};
    snprintf(ret->number, sizeof ret->number, "%s", k.number);
    snprintf(ret->state, sizeof ret->state, "%s", k.state);
    snprintf(ret->division, sizeof ret->division, "%s", k.division);
    ret->elsewhere = k.taken_in != NULL;
    return sql_int(t, &ret->entry, 0, d, "SELECT entry FROM case_event WHERE district = ? AND case_id = ? AND seq = 1", SQL_I(k.district), SQL_I(id));
}

/* Whoever has the number: of this officer's divisions, or of the city, and then his counter takes it in for another. */
static enum status find_applicant(struct txn *t, struct apply *x, struct access *access, struct diag *d) {
    struct elsewhere e;
    x->counter = x->registered = NULL;
    if (!x->ap->applicant_number)
        return OK;
    enum status s = case_elsewhere(x->c, t, access, x->who, x->matter, x->ap->applicant_number, &e, d);
    if (s != OK)
        return s;
    x->district = e.person.district;
    x->person = e.person.id;
    x->counter = e.counter;
    x->registered = e.counter ? e.person.registered_division : NULL;
    return e.counter ? access_act_as(access, "clerk", d) : OK;
}

/* Where the case belongs: where the applicant lives.  Without his number staff enter cases of their own division only. */
static enum status check_place(struct txn *t, struct apply *x, struct access *access, char division[13], struct diag *d) {
    struct person p;
    enum status s = person_read(x->c, t, access, txn_arena(t), x->district, x->person, &p, d);
    if (s != OK)
        return s;
    snprintf(division, 13, "%s", p.division);
    if (strcmp(x->who->kind, "staff") == 0 && !x->counter && !case_staff_may(x->who, division)) /* as if he were not registered */
        return diag_fail(d, E_NOT_FOUND, "register.person");
    if (strcmp(x->who->kind, "resident") == 0 && (x->who->person != x->person || x->who->district != x->district))
        return diag_fail(d, E_FORBIDDEN, "case.scope");
    return OK;
}

static enum status household_id(struct txn *t, struct apply *x, struct access *access, int64_t *ret, struct diag *d) {
    struct household h;
    enum status s = household_of(x->c, t, access, txn_arena(t), x->district, x->person, &h, d);
    *ret = s == OK ? h.id : 0;
    if (s == E_NOT_FOUND) {
        diag_clear(d);
        return OK;
    }
    return s;
}

static enum status insert_row(struct txn *t, struct apply *x, struct case_row *k, struct diag *d) {
    uint8_t salt[TLOG_SALT_BYTES];
    random_bytes(salt, sizeof salt);
    struct span form = {0}, agent = {0};
    const struct policies *policies;
    enum status s = policies_published(x->c->policies, t, 0, &policies, d);
    if (s != OK)
        return s;
    const struct pack_file *decision = policies_file(policies, x->matter->scheme, txn_today(t));
    s = case_seal_json(x->c, t, k, "case_file.form", k->id, x->clean, &form, d);
    if (s == OK && x->ap->agent_name)
        s = case_seal(x->c, t, k, "case_file.agent_name", k->id, span_of(x->ap->agent_name), &agent, d);
    if (s != OK)
        return s;
    k->form = form;
    s = sql_exec(t, d,
        "INSERT INTO case_file (district, id, number, matter, scheme, process_file, process_sha, decision_file, state, channel, applicant, household, "
        "agent_name, agent_kind, division, subdistrict, applied_at, due_on, due_provisional, form, form_salt, version, entered_by, compartment, taken_in, registered_division) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)",
        SQL_I(k->district), SQL_I(k->id), SQL_S(k->number), SQL_S(x->matter->id), SQL_S(x->matter->scheme), SQL_S(x->process->file->name),
        SQL_S(x->process->file->sha256), SQL_S(decision ? decision->name : ""), SQL_S(k->state), SQL_S(k->channel), SQL_I(k->applicant),
        k->household ? SQL_I(k->household) : SQL_NIL, agent.size ? SQL_B(agent) : SQL_NIL, SQL_S(x->ap->agent_kind), SQL_S(k->division),
        SQL_S(k->subdistrict), SQL_I(k->applied_at), SQL_D(k->due_on), SQL_I(k->due_provisional), SQL_B(form),
        SQL_B(span_bytes(salt, sizeof salt)), SQL_I(k->entered_by), SQL_S(json_str(x->matter->json, "compartment", NULL)),
        SQL_S(k->taken_in), SQL_S(x->registered));
    /* case_file_one_open: the other application came first, on another connection */
    if (s == E_CONFLICT)
        return diag_fail(d, E_CONFLICT, "case.already_open");
    return s == OK && k->taken_in ? evidence_keep_one(x->c, t, x->who, KEPT_TAKEN_IN, k->district, k->id, d) : s;
}

static enum status check_open(struct txn *t, const struct apply *x, struct diag *d) {
    int64_t open = 0;
    enum status s = sql_int(t, &open, 0, d, "SELECT id FROM case_file WHERE district = ? AND applicant = ? AND matter = ? AND closed_at IS NULL",
        SQL_I(x->district), SQL_I(x->person), SQL_S(x->matter->id));
    return s == OK && open ? diag_fail(d, E_CONFLICT, "case.already_open") : s;
}

/* Only what a resident sends himself: the counter applies for many. */
static enum status check_day(struct txn *t, const struct apply *x, struct diag *d) {
    int64_t n = 0;
    if (strcmp(x->who->kind, "resident") != 0)
        return OK;
    enum status s = sql_int(t, &n, 0, d, "SELECT COUNT(*) FROM case_file WHERE district = ? AND applicant = ? AND entered_by = ? AND applied_at >= ?",
        SQL_I(x->district), SQL_I(x->person), SQL_I(x->who->account), SQL_I(day_end(txn_today(t) - 1)));
    return s == OK && n >= CASE_APPLICATIONS_A_DAY ? diag_fail(d, E_CONFLICT, "case.applications_a_day", DIAG_N("limit", CASE_APPLICATIONS_A_DAY)) : s;
}

static enum status remember_key(struct txn *t, const struct apply *x, const struct case_row *k, struct diag *d) {
    if (!x->ap->idempotency_key)
        return OK;
    return sql_exec(t, d, "INSERT INTO case_idempotency (account, key, district, case_id, body_sha, at) VALUES (?, ?, ?, ?, ?, ?)", SQL_I(x->who->account),
        SQL_S(x->ap->idempotency_key), SQL_I(k->district), SQL_I(k->id), SQL_B(span_bytes(x->body.byte, HASH_BYTES)), SQL_I(txn_now(t)));
}

static enum status open_case(struct txn *t, struct apply *x, struct access *access, struct case_row *k, struct diag *d) {
    char division[13], number[40];
    struct due due = {0};
    *k = (struct case_row){.district = x->district, .id = txn_new_id(t), .applicant = x->person, .entered_by = x->who->account,
        .version = 1, .applied_at = txn_now(t), .state = arena_dup(txn_arena(t), SPAN("applied")), .monthly_fen = -1, .due_on = DATE_NONE, .matter = x->matter, .process = x->process};
    enum status s = check_place(t, x, access, division, d);
    if (s == OK)
        s = check_open(t, x, d);
    if (s == OK)
        s = check_day(t, x, d);
    if (s == OK)
        s = household_id(t, x, access, &k->household, d);
    if (s == OK)
        s = case_not_receiving(t, k, d);
    if (s == OK)
        s = case_next_number(t, x->matter, division, number, d);
    if (s != OK)
        return s;
    k->number = arena_dup(txn_arena(t), span_of(number));
    k->channel = arena_dup(txn_arena(t), span_of(x->ap->channel));
    k->division = arena_dup(txn_arena(t), span_of(division));
    k->subdistrict = arena_printf(txn_arena(t), "%.9s", division);
    k->taken_in = x->counter ? arena_dup(txn_arena(t), span_of(x->counter)) : NULL;
    if ((x->counter && !k->taken_in) || !k->state || !k->number || !k->channel || !k->division || !k->subdistrict)
        return arena_full(d);
    s = case_whole_limit(x->c, k, txn_now(t), &due, d);
    k->due_on = due.on;
    k->due_provisional = due.provisional;
    return s == OK ? insert_row(t, x, k, d) : s;
}

/* The history says who took it in, and for whom. */
static enum status told_elsewhere(struct txn *t, struct apply *x, struct case_row *k, const char *role, struct diag *d) {
    const char *office = "", *to = "";
    if (!k->taken_in)
        return OK;
    enum status s = case_office_name(t, k->taken_in, &office, d);
    if (s == OK)
        s = case_office_name(t, k->division, &to, d);
    const struct json *args = s == OK ? EVENT_ARGS(txn_arena(t), "from", office, "to", to) : NULL;
    if (s == OK && !args)
        return arena_full(d);
    return s == OK ? case_event_of(x->c, t, x->who, role, k, "taken_in", NULL, args, NULL, NULL, d) : s;
}

static enum status start(struct txn *t, struct apply *x, struct case_row *k, struct diag *d) {
    const char *role = case_eye_role(x->who, k, k->taken_in ? EYE_COUNTER : EYE_STAFF);
    struct drive drive = {.c = x->c, .t = t, .who = x->who, .role = role, .k = k};
    const struct json *args = EVENT_ARGS(txn_arena(t), "number", k->number, "channel", k->channel,
        "matter", json_str(json_get(x->matter->json, "name"), "zh", ""), "matter_en", json_str(json_get(x->matter->json, "name"), "en", ""));
    enum status s = args ? case_event_of(x->c, t, x->who, role, k, "applied", "start", args, x->said, &x->ref.entry, d) : arena_full(d);
    if (s == OK)
        s = told_elsewhere(t, x, k, role, d);
    /* The process sees codes only: its state is not sealed. */
    const struct json *variables = EVENT_ARGS(txn_arena(t), "channel", k->channel);
    if (s == OK)
        s = variables ? drive_start(&drive, variables, d) : arena_full(d);
    return s == OK ? remember_key(t, x, k, d) : s;
}

static enum status apply_closure(struct txn *t, void *arg, struct diag *d) {
    struct apply *x = arg;
    struct access *access = NULL;
    struct case_row k;
    int64_t former = 0;
    bool resident = strcmp(x->who->kind, "resident") == 0;
    enum status s = seen_before(t, x, &former, d);
    if (s != OK || former)
        return s == OK ? ref_of(x->c, t, former, &x->ref, d) : s;
    s = access_begin(txn_arena(t), x->who, NULL, resident ? "self" : "counter_application", 0, 0, &access, d);
    if (s == OK)
        s = find_applicant(t, x, access, d);
    if (s == OK)
        s = open_case(t, x, access, &k, d);
    if (s == OK)
        s = case_parties_make(x->c, t, access, &k, x->clean, x->facts, d);
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_PARTIES, k.district, k.id, d);
    if (s == OK)
        s = case_protected_save(x->c, t, &k, x->taken, d);
    if (s == OK)
        s = start(t, x, &k, d);
    if (s == OK && !access_empty(access))
        s = access_commit_in(x->c, t, access, NULL, d);
    if (s == OK)
        s = sql_exec(t, d, "DELETE FROM case_draft WHERE account = ? AND matter = ?", SQL_I(x->who->account), SQL_S(x->matter->id));
    if (s != OK)
        return s;
    x->ref = (struct case_ref){.district = k.district, .id = k.id, .due_on = k.due_on, .entry = x->ref.entry};
    snprintf(x->ref.number, sizeof x->ref.number, "%s", k.number);
    snprintf(x->ref.state, sizeof x->ref.state, "%s", k.state);
    snprintf(x->ref.division, sizeof x->ref.division, "%s", k.division);
    x->ref.elsewhere = k.taken_in != NULL;
    return OK;
}

static const char *const channels[] = {"portal", "counter", "phone", "agent", "community"};

static enum status check_channel(struct arena *a, const char *channel, struct diag *d) {
    const char *allowed = "";
    for (size_t i = 0; allowed && i < ARRAY_LEN(channels); i++) {
        if (channel && strcmp(channel, channels[i]) == 0)
            return OK;
        allowed = arena_printf(a, "%s%s%s", allowed, i ? ", " : "", channels[i]);
    }
    if (!allowed)
        return arena_full(d);
    (void)!diag_fail(d, E_INPUT, "case.channel", DIAG_S("allowed", allowed));
    return diag_at(d, "channel");
}

/* A refusal tells of somebody of another division too (he has an open case, a benefit): that look stands on record, or the
 * answer is not given. */
static enum status look_closure(struct txn *t, void *arg, struct diag *d) {
    struct apply *x = arg;
    struct access *access = NULL;
    enum status s = access_begin(txn_arena(t), x->who, "clerk", "counter_application", 0, 0, &access, d);
    if (s == OK)
        s = access_add(access, x->district, x->person, ACCESS_NUMBER | ACCESS_CASE, d);
    return s == OK ? access_commit_in(x->c, t, access, NULL, d) : s;
}

static enum status refused_there(struct apply *x, enum status s, struct diag *d) {
    struct diag told = *d;
    if (!x->counter || s == E_SYSTEM || s == E_BUSY || s == E_CORRUPT) /* of us, not of him */
        return s;
    enum status looked = store_write(x->c->store, look_closure, x, d);
    if (looked == OK)
        *d = told;
    return looked == OK ? s : looked;
}

static enum status today_closure(struct txn *t, void *arg, struct diag *d) {
    *(date_t *)arg = txn_today(t);
    return OK;
}

enum status case_apply(struct civil *c, struct arena *a, const struct actor *who, const struct application *ap,
    struct case_ref *ret, const struct json **ret_errors, struct diag *d) {
    assert(c->models);
    struct apply x = {.c = c, .who = who, .ap = ap, .district = ap->applicant_number ? 0 : ap->applicant_district, .person = ap->applicant_number ? 0 : ap->applicant, .matter = packs_matter(c->packs, ap->matter ? ap->matter : "")};
    date_t today = DATE_NONE;
    *ret_errors = NULL;
    if (!x.matter || !actor_inside(who, json_str(x.matter->json, "compartment", NULL)))
        return diag_fail(d, E_NOT_FOUND, "case.no_matter");
    enum status s = check_channel(a, ap->channel, d);
    if (s != OK)
        return s;
    if (!ap->data || ap->data->type != JSON_OBJECT)
        return diag_fail(d, E_INPUT, "case.no_data");
    if ((s = store_read(c->store, today_closure, &today, d)) != OK)
        return s;
    x.process = case_process_on(c->models, x.matter, today);
    if (!x.process)
        return diag_fail(d, E_CONFLICT, "case.no_process");
    if ((s = check_form(&x, a, today, ret_errors, d)) != OK)
        return s;
    BUF_AUTO body;
    buf_init(&body, 0);
    json_canonical(&body, x.clean);
    x.body = hash_one(HASH_SHA256, buf_span(&body));
    s = store_write(c->store, apply_closure, &x, d);
    if (s == E_CONFLICT && ap->idempotency_key) { /* perhaps our own first try, committed meanwhile */
        diag_clear(d);
        s = store_write(c->store, apply_closure, &x, d);
    }
    if (s == OK)
        *ret = x.ref;
    return s == OK ? OK : refused_there(&x, s, d);
}
