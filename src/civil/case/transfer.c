/* Another office of the district takes a case over: the applicant moved, or it was taken in at the wrong
 * counter.  The case goes on where it stands: its process, its number and its legal limits stay; who had
 * taken a task up there has no business with it here. */
#include "civil/case/case_internal.h"

#include "civil/register/register.h"

enum { DISTRICT_DIGITS = 6, COMMUNITY_DIGITS = 12 };

struct transfer { struct civil *c; const struct actor *who; int64_t case_id, version; const char *division, *reason; };

bool case_transfer_may(const struct actor *who, const struct case_row *k) {
    static const char *const roles[] = {"clerk", "district_clerk", "leader"};
    if (k->closed_at || k->decided_at || !*k->process_file)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        if (strcmp(who->kind, "staff") == 0 && actor_may(who, roles[i], k->division))
            return true;
    return false;
}

/* A community of this district: another district has an installation and books of its own. */
static enum status check_place(struct txn *t, const struct transfer *x, const struct case_row *k, struct diag *d) {
    int64_t known = 0;
    bool here = strlen(x->division) == COMMUNITY_DIGITS && strncmp(x->division, k->division, DISTRICT_DIGITS) == 0;
    enum status s = here ? sql_int(t, &known, 0, d, "SELECT COUNT(*) FROM division WHERE code = ?", SQL_S(x->division)) : OK;
    if (s == OK && !known) {
        (void)diag_fail(d, E_INPUT, "case.transfer_where");
        return diag_at(d, "division");
    }
    if (s == OK && strcmp(x->division, k->division) == 0) {
        (void)diag_fail(d, E_INPUT, "case.transfer_same");
        return diag_at(d, "division");
    }
    return s;
}

static enum status check(struct txn *t, const struct transfer *x, const struct case_row *k, struct diag *d) {
    int64_t published = 0;
    if (k->closed_at || k->decided_at)
        return diag_fail(d, E_CONFLICT, "case.transfer_decided");
    if (!case_transfer_may(x->who, k))
        return diag_fail(d, E_FORBIDDEN, "case.transfer_who");
    if (x->version && x->version != k->version)
        return diag_fail(d, E_CONFLICT, "case.changed");
    if (!case_said(x->reason)) {
        (void)diag_fail(d, E_INPUT, "case.reason_needed", DIAG_N("min", CASE_SAID_MIN));
        return diag_at(d, "reason");
    }
    enum status s = check_place(t, x, k, d);
    if (s == OK) /* its notice hangs where people know the applicant, until the days are over */
        s = sql_int(t, &published, 0, d, "SELECT COUNT(*) FROM publication WHERE district = ? AND case_id = ? AND ended_at IS NULL", SQL_I(k->district), SQL_I(k->id));
    return s == OK && published ? diag_fail(d, E_CONFLICT, "case.transfer_published") : s;
}

static enum status told(struct txn *t, const struct transfer *x, struct case_row *k, struct diag *d) {
    const char *from = "", *to = "";
    struct arena *a = txn_arena(t);
    char *subdistrict = arena_printf(a, "%.9s", x->division), *from_name = NULL, *to_name = NULL;
    const char *from_sub = "", *to_sub = "";
    enum status s = subdistrict ? division_name(t, a, k->division, &from, d) : arena_full(d);
    if (s == OK)
        s = division_name(t, a, k->subdistrict, &from_sub, d);
    if (s == OK)
        s = division_name(t, a, x->division, &to, d);
    if (s == OK)
        s = division_name(t, a, subdistrict, &to_sub, d);
    if (s != OK)
        return s;
    from_name = arena_printf(a, "%s%s", from_sub, from);
    to_name = arena_printf(a, "%s%s", to_sub, to);
    if (!from_name || !to_name)
        return arena_full(d);
    const struct json *args = EVENT_ARGS(a, "from", from_name, "to", to_name), *body = EVENT_ARGS(a, "note", x->reason);
    return args && body ? case_event_of(x->c, t, x->who, case_role(x->who, k->division), k, "transferred", NULL, args, body, NULL, d) : arena_full(d);
}

static enum status transfer_closure(struct txn *t, void *arg, struct diag *d) {
    struct transfer *x = arg;
    struct case_row k;
    enum case_eye eye;
    enum status s = case_for(x->c, t, x->who, x->case_id, &k, &eye, d);
    if (s == OK && eye != EYE_STAFF && eye != EYE_LEADER)
        return diag_fail(d, E_FORBIDDEN, "case.staff_only");
    if (s == OK)
        s = check(t, x, &k, d);
    if (s == OK)
        s = told(t, x, &k, d);
    if (s != OK)
        return s;
    k.division = arena_dup(txn_arena(t), span_of(x->division));
    k.subdistrict = arena_printf(txn_arena(t), "%.9s", x->division);
    if (!k.division || !k.subdistrict)
        return arena_full(d);
    s = sql_exec(t, d, "UPDATE case_file SET division = ?, subdistrict = ? WHERE district = ? AND id = ?", SQL_S(k.division), SQL_S(k.subdistrict), SQL_I(k.district), SQL_I(k.id));
    struct drive drive = {.c = x->c, .t = t, .who = x->who, .k = &k};
    if (s == OK)
        s = drive_transferred(&drive, d);
    return s == OK ? case_row_save(x->c, t, x->who, &k, d) : s;
}

enum status case_transfer(struct civil *c, const struct actor *who, int64_t case_id, const char *division, const char *reason, int64_t version, struct diag *d) {
    struct transfer x = {c, who, case_id, version, division ? division : "", reason};
    return store_write(c->store, transfer_closure, &x, d);
}
