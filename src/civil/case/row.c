/* Reading and writing case_file, and who may look at it. */
#include "civil/case/case_internal.h"
#include "civil/evidence/keep.h"
#include "civil/secrecy/secrecy.h"

#include <stdio.h>

/* Roles that work on cases, then those that look on; cashiers, policy officers
 * and the city's statisticians do not see them. */
const char *const case_reader_roles[] = {"clerk", "reviewer", "decider", "district_clerk", "district_decider", "community", "auditor", "leader", NULL};
enum { WORKING_ROLES = 6, READER_ROLES = ARRAY_LEN(case_reader_roles) - 1 };

static instant_t instant_at(const struct rows *r, int column) { return rows_null(r, column) ? 0 : rows_int(r, column); }

static char *dup_or_null(const struct rows *r, int column, struct arena *a) { return rows_null(r, column) ? NULL : rows_dup(r, column, a); }

static struct span blob_dup(const struct rows *r, int column, struct arena *a) {
    struct span b = rows_blob(r, column);
    char *at = arena_dup(a, b);
    return (struct span){at, at ? b.size : 0};
}

static enum status models_of(struct civil *c, struct case_row *k, const char *matter, struct diag *d) {
    k->matter = packs_matter(c->packs, matter);
    if (!k->matter)
        return diag_fail(d, E_CORRUPT, "case.matter", DIAG_S("matter", matter));
    if (!*k->process_file) /* recorded, not driven (recorded.c) */
        return OK;
    k->process = c->models ? case_process_named(c->models, k->matter, k->process_file) : NULL;
    if (c->models && !k->process)
        return diag_fail(d, E_CORRUPT, "case.process", DIAG_S("file", k->process_file));
    return OK;
}

enum status case_row_read(struct civil *c, struct txn *t, int64_t id, struct case_row *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct arena *a = txn_arena(t);
    enum status s = sql_one(t, &r, d,
        "SELECT district, id, number, channel, division, subdistrict, process_file, decision_file, state, outcome, special, "
        "applicant, household, entered_by, version, applied_at, accepted_at, decided_at, closed_at, due_on, due_provisional, "
        "monthly_fen, form, form_salt, matter, compartment, taken_in FROM case_file WHERE id = ?",
        SQL_I(id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "case.none");
    if (s != OK)
        return s;
    struct case_row k = {.district = rows_int(r, 0), .id = rows_int(r, 1), .number = rows_dup(r, 2, a), .channel = rows_dup(r, 3, a),
        .division = rows_dup(r, 4, a), .subdistrict = rows_dup(r, 5, a), .process_file = rows_dup(r, 6, a), .decision_file = rows_dup(r, 7, a),
        .state = rows_dup(r, 8, a), .outcome = dup_or_null(r, 9, a), .special = dup_or_null(r, 10, a), .applicant = rows_int(r, 11),
        .household = rows_int(r, 12), .entered_by = rows_int(r, 13), .version = rows_int(r, 14), .applied_at = rows_int(r, 15),
        .accepted_at = instant_at(r, 16), .decided_at = instant_at(r, 17), .closed_at = instant_at(r, 18), .due_on = rows_date(r, 19),
        .due_provisional = rows_int(r, 20) != 0, .monthly_fen = rows_null(r, 21) ? -1 : rows_int(r, 21),
        .form = blob_dup(r, 22, a), .form_salt = blob_dup(r, 23, a)};
    char *matter = rows_dup(r, 24, a);
    k.compartment = dup_or_null(r, 25, a);
    k.taken_in = dup_or_null(r, 26, a);
    if ((!k.compartment && !rows_null(r, 25)) || (!k.taken_in && !rows_null(r, 26)) || !k.number || !k.state || !k.process_file || !k.form.at || !matter)
        return arena_full(d);
    if ((s = models_of(c, &k, matter, d)) == OK)
        *ret = k;
    return s;
}

#define INSTANT(x) ((x) ? SQL_I(x) : SQL_NIL)

enum status case_tasks_keep(struct civil *c, struct txn *t, const struct actor *who, int64_t district, int64_t case_id, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, "SELECT DISTINCT case_id FROM case_task WHERE district = ? AND case_id = ?", SQL_I(district), SQL_I(case_id));
    return s == OK ? evidence_keep_found(c, t, who, KEPT_TASKS, district, r, d) : s; /* there may be none */
}

enum status case_row_save(struct civil *c, struct txn *t, const struct actor *who, struct case_row *k, struct diag *d) {
    int64_t changed = 0;
    enum status s = sql_exec_count(t, &changed, d,
        "UPDATE case_file SET state = ?, outcome = ?, special = ?, accepted_at = ?, decided_at = ?, closed_at = ?, due_on = ?, "
        "due_provisional = ?, monthly_fen = ?, version = version + 1 WHERE district = ? AND id = ? AND version = ?",
        SQL_S(k->state), SQL_S(k->outcome), SQL_S(k->special), INSTANT(k->accepted_at), INSTANT(k->decided_at), INSTANT(k->closed_at),
        SQL_D(k->due_on), SQL_I(k->due_provisional), k->monthly_fen >= 0 ? SQL_I(k->monthly_fen) : SQL_NIL,
        SQL_I(k->district), SQL_I(k->id), SQL_I(k->version));
    if (s == OK && changed != 1)
        return diag_fail(d, E_CONFLICT, "case.changed");
    k->version++;
    if (s == OK)
        s = evidence_keep_one(c, t, who, KEPT_CASE, k->district, k->id, d);
    return s == OK ? case_tasks_keep(c, t, who, k->district, k->id, d) : s;
}

/* ---- who looks ---------------------------------------------------------------------- */

static bool has_role(const struct actor *who, const char *division, size_t roles) {
    for (size_t i = 0; i < roles; i++)
        if (actor_may(who, case_reader_roles[i], division))
            return true;
    return false;
}

bool case_staff_may(const struct actor *who, const char *division) { return has_role(who, division, WORKING_ROLES); }

bool case_reader_may(const struct actor *who, const char *division) { return has_role(who, division, READER_ROLES); }

const char *case_role(const struct actor *who, const char *division) {
    for (size_t i = 0; i < READER_ROLES; i++)
        if (actor_may(who, case_reader_roles[i], division))
            return case_reader_roles[i];
    return who->kind;
}

static enum status party_eye(struct txn *t, const struct actor *who, const struct case_row *k, enum case_eye *eye, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT party FROM case_party WHERE district = ? AND case_id = ? AND person = ? AND person_district = ?",
        SQL_I(k->district), SQL_I(k->id), SQL_I(who->person), SQL_I(who->district));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s != OK || !row)
        return s;
    struct span party = rows_text(r, 0);
    *eye = span_is(party, "applicant") ? EYE_APPLICANT : span_is(party, "supporter") ? EYE_SUPPORTER : EYE_MEMBER;
    return OK;
}

enum status case_for(struct civil *c, struct txn *t, const struct actor *who, int64_t id, struct case_row *ret, enum case_eye *eye, struct diag *d) {
    *eye = EYE_NONE;
    enum status s = case_row_read(c, t, id, ret, d);
    if (s != OK)
        return s;
    if (strcmp(who->kind, "system") == 0) {
        *eye = EYE_STAFF;
        return OK;
    }
    if (strcmp(who->kind, "resident") == 0) {
        s = party_eye(t, who, ret, eye, d);
        bool over = ret->closed_at || ret->decided_at; /* a supporter was asked to consent; how it ended is not his */
        bool sealed = false;
        if (s == OK && *eye != EYE_NONE)
            s = secrecy_sealed(t, ret->district, ret->applicant, who, &sealed, d);
        if (s == OK && (sealed || *eye == EYE_NONE || (*eye == EYE_SUPPORTER && over))) /* that it exists is nobody's business */
            return diag_fail(d, E_NOT_FOUND, "case.none");
        return s;
    }
    if (!actor_inside(who, ret->compartment))
        return diag_fail(d, E_NOT_FOUND, "case.none");
    if (!case_reader_may(who, ret->division)) /* nor of an officer of another place */
        return diag_fail(d, E_NOT_FOUND, "case.none");
    const char *role = case_role(who, ret->division);
    *eye = strcmp(role, "auditor") == 0 ? EYE_AUDITOR : strcmp(role, "leader") == 0 ? EYE_LEADER : EYE_STAFF;
    return OK;
}

enum status case_read_for(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct case_row *ret, enum case_eye *eye, struct diag *d) {
    enum status s = case_for(c, t, who, id, ret, eye, d);
    return s == OK && strcmp(who->kind, "staff") == 0 ? access_act_as(x, case_role(who, ret->division), d) : s;
}

enum status case_inside_for(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct case_row *ret, enum case_eye *eye, struct diag *d) {
    enum status s = case_read_for(c, t, x, who, id, ret, eye, d);
    return s == OK && ret->compartment && strcmp(who->kind, "staff") == 0 ? access_add(x, ret->district, ret->applicant, ACCESS_CASE, d) : s;
}

/* ---- compartments -------------------------------------------------------------- */

enum status case_numbered_for(struct civil *c, struct txn *t, const struct actor *who, const char *number, int64_t *ret_district, int64_t *ret_id, struct diag *d) {
    struct case_row k;
    enum case_eye eye;
    int64_t id = 0;
    enum status s = sql_int(t, &id, 0, d, "SELECT id FROM case_file WHERE number = ?", SQL_S(number));
    if (s == OK && !id)
        return diag_fail(d, E_NOT_FOUND, "case.none");
    if (s == OK)
        s = case_for(c, t, who, id, &k, &eye, d);
    if (s == OK) {
        *ret_district = k.district;
        *ret_id = k.id;
    }
    return s;
}

enum status case_compartment_set(struct civil *c, struct txn *t, int64_t id, const char *compartment, struct diag *d) {
    struct case_row k;
    enum status s = case_row_read(c, t, id, &k, d);
    const char *own = s == OK ? json_str(k.matter->json, "compartment", NULL) : NULL;
    struct actor system = actor_system(); /* who ordered it stands in the order's own entry */
    if (s == OK)
        s = sql_exec(t, d, "UPDATE case_file SET compartment = ? WHERE district = ? AND id = ?", SQL_S(compartment ? compartment : own), SQL_I(k.district), SQL_I(k.id));
    return s == OK ? evidence_keep_one(c, t, &system, KEPT_CASE, k.district, k.id, d) : s;
}

/* ---- sealing ---------------------------------------------------------------------------- */

static enum status key_of(struct civil *c, struct txn *t, struct case_row *k, struct diag *d) {
    if (k->has_key)
        return OK;
    enum status s = person_data_key(c, t, k->district, k->applicant, &k->key, d);
    k->has_key = s == OK;
    return s;
}

static struct span place_of(const struct case_row *k, const char *place, int64_t id, char out[128]) {
    int n = snprintf(out, 128, "%s|%lld|%lld", place, (long long)k->district, (long long)id);
    assert(n > 0 && n < 128);
    return (struct span){out, (size_t)n};
}

enum status case_seal(struct civil *c, struct txn *t, struct case_row *k, const char *place, int64_t id, struct span plain, struct span *ret, struct diag *d) {
    char text[128];
    enum status s = key_of(c, t, k, d);
    return s == OK ? person_seal(&k->key, plain, place_of(k, place, id, text), txn_arena(t), ret, d) : s;
}

enum status case_unseal(struct civil *c, struct txn *t, struct case_row *k, const char *place, int64_t id, struct span sealed, struct span *ret, struct diag *d) {
    char text[128];
    enum status s = key_of(c, t, k, d);
    return s == OK ? person_unseal(&k->key, sealed, place_of(k, place, id, text), txn_arena(t), ret, d) : s;
}

enum status case_seal_json(struct civil *c, struct txn *t, struct case_row *k, const char *place, int64_t id, const struct json *j, struct span *ret, struct diag *d) {
    BUF_AUTO b;
    buf_init(&b, 0);
    json_canonical(&b, j);
    return buf_ok(&b) ? case_seal(c, t, k, place, id, buf_span(&b), ret, d) : arena_full(d);
}

enum status case_unseal_json(struct civil *c, struct txn *t, struct case_row *k, const char *place, int64_t id, struct span sealed, const struct json **ret, struct diag *d) {
    struct span plain;
    enum status s = case_unseal(c, t, k, place, id, sealed, &plain, d);
    return s == OK ? json_parse(txn_arena(t), plain, ret, d) : s;
}

enum status case_form_data(struct civil *c, struct txn *t, struct case_row *k, const struct json **ret, struct diag *d) {
    return case_unseal_json(c, t, k, "case_file.form", k->id, k->form, ret, d);
}
