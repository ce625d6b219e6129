/* What becomes of a lead. */
#include "civil/lead/lead_internal.h"

#include "base/utf8.h"
#include "civil/evidence/keep.h"
#include "civil/secrecy/secrecy.h"

const char *const LEAD_CAUSES[] = {"wrong_data", "already_receives", "moved", "died", "refused", "applied", "settled", "not_found_again", NULL};

const char *const lead_roles[] = {"community", "clerk", "reviewer", "district_clerk", "leader", NULL};

bool lead_may(const struct actor *who, const char *division) {
    for (size_t i = 0; lead_roles[i]; i++)
        if (actor_may(who, lead_roles[i], division))
            return true;
    return false;
}

struct handling { struct civil *civil; const struct actor *who; int64_t lead, version; const char *state, *cause, *note; };

/* "not_found_again" is a run's own word. */
static bool cause_known(const char *cause) {
    for (size_t i = 0; LEAD_CAUSES[i + 1]; i++)
        if (strcmp(LEAD_CAUSES[i], cause) == 0)
            return true;
    return false;
}

static enum status check(const struct handling *x, struct diag *d) {
    bool closing = strcmp(x->state, "closed") == 0;
    if (!closing && strcmp(x->state, "visit") != 0 && strcmp(x->state, "offered") != 0)
        return diag_at(d, "state"), diag_fail(d, E_INPUT, "lead.state");
    if (closing != (x->cause && *x->cause) || (closing && !cause_known(x->cause)))
        return diag_at(d, "cause"), diag_fail(d, E_INPUT, "lead.cause");
    size_t words = x->note ? utf8_length(span_of(x->note)) : 0;
    bool needed = closing && (strcmp(x->cause, "wrong_data") == 0 || strcmp(x->cause, "settled") == 0);
    if (words > LEAD_NOTE_MAX || (needed && words == 0))
        return diag_at(d, "note"), diag_fail(d, E_INPUT, "lead.note", DIAG_N("most", LEAD_NOTE_MAX));
    return OK;
}

static enum status handle(struct txn *t, void *arg, struct diag *d) {
    struct handling *x = arg;
    AUTO(rows) struct rows *r = NULL;
    const char *open = secrecy_open_people(txn_arena(t), x->who, "household", "person");
    char *sql = open ? arena_printf(txn_arena(t), "SELECT division, state, version, scheme FROM lead WHERE district = ? AND id = ? AND %s", open) : NULL;
    enum status s = sql ? sql_one(t, &r, d, sql, SQL_I(x->civil->district), SQL_I(x->lead)) : arena_full(d);
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "lead.none");
    if (s != OK)
        return s;
    char *division = rows_dup(r, 0, txn_arena(t)), *scheme = rows_dup(r, 3, txn_arena(t));
    if (!division || !scheme)
        return arena_full(d);
    if (!secrecy_open_scheme(x->civil, x->who, scheme))
        return diag_fail(d, E_NOT_FOUND, "lead.none");
    if (!lead_may(x->who, division))
        return diag_fail(d, E_NOT_FOUND, "lead.none");
    if (span_is(rows_text(r, 1), "closed"))
        return diag_fail(d, E_CONFLICT, "lead.closed");
    if (rows_int(r, 2) != x->version)
        return diag_fail(d, E_CONFLICT, "lead.changed");
    s = sql_exec(t, d, "UPDATE lead SET state = ?, cause = ?, note = ?, handled_by = ?, handled_at = ?, version = version + 1 WHERE district = ? AND id = ?",
        SQL_S(x->state), x->cause && *x->cause ? SQL_S(x->cause) : SQL_NIL, x->note && *x->note ? SQL_S(x->note) : SQL_NIL, SQL_I(x->who->account),
        SQL_I(txn_now(t)), SQL_I(x->civil->district), SQL_I(x->lead));
    return s == OK ? evidence_keep_one(x->civil, t, x->who, KEPT_LEAD, x->civil->district, x->lead, d) : s;
}

enum status lead_handle(struct civil *c, const struct actor *who, int64_t lead, int64_t version, const char *state,
    const char *cause, const char *note, struct diag *d) {
    struct handling x = {c, who, lead, version, state, cause, note};
    enum status s = check(&x, d);
    return s == OK ? store_write(c->store, handle, &x, d) : s;
}
