/* Benefits asked again because a register told something new, without waiting for the month. */
#include "civil/recheck/recheck_internal.h"

#include "civil/decision/policies.h"
#include "civil/evidence/keep.h"
#include "civil/register/touched.h"

#include <stdio.h>

enum { PASS = 20 /* asked in a pass of the sweeper: some 50 ms */, BENEFITS = 50 /* of one person or household */, RETRY_US = 60 * 1000000 };

struct asking {
    struct civil *c;
    bool there;
    int64_t district, person, household;
    char scheme[BENEFITS][64]; /* of those where somebody died: the last run of the closure */
    size_t dead;
};

static enum status next_asked(struct txn *t, struct asking *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, "SELECT district, person, household FROM recheck_asked WHERE at <= ? ORDER BY at, person, household LIMIT 1", SQL_I(txn_now(t)));
    if (s == OK)
        s = rows_next(r, &x->there, d);
    if (s == OK && x->there) {
        x->district = rows_int(r, 0);
        x->person = rows_int(r, 1);
        x->household = rows_int(r, 2);
    }
    return s;
}

/* In payment this month, or from the next on. */
static enum status due_now(struct txn *t, int64_t district, int64_t id, struct due *ret, char scheme[64], month_t *ret_month, bool *ret_is, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    month_t now = month_of(txn_today(t));
    bool row = false;
    enum status s = sql_query(t, &r, d,
        "SELECT e.id, e.payee, COALESCE(e.household, 0), COALESCE((SELECT a.decision FROM entitlement_act a WHERE a.district = e.district AND a.entitlement = e.id AND a.decision IS NOT NULL "
        "ORDER BY a.seq DESC LIMIT 1), e.decision), e.monthly_fen, e.scheme, e.from_month FROM entitlement e WHERE e.district = ? AND e.id = ? AND e.state = 'active' AND e.from_month <= ? "
        "AND (e.to_month IS NULL OR e.to_month > ?)", SQL_I(district), SQL_I(id), SQL_I(now + 1), SQL_I(now));
    if (s == OK)
        s = rows_next(r, &row, d);
    *ret_is = s == OK && row;
    if (*ret_is) {
        *ret = (struct due){rows_int(r, 0), rows_int(r, 1), rows_int(r, 2), rows_int(r, 3), rows_int(r, 4)};
        snprintf(scheme, 64, "%.*s", SPAN_ARG(rows_text(r, 5)));
        *ret_month = rows_int(r, 6) > now ? rows_int(r, 6) : now;
    }
    return s;
}

static enum status ask_in(struct txn *t, void *arg, struct diag *d) {
    struct asking *x = arg;
    const struct actor system = actor_system();
    int64_t id[BENEFITS], people = 0;
    size_t n = 0;
    x->dead = 0;
    enum status s = next_asked(t, x, d);
    if (s != OK || !x->there)
        return s;
    s = register_touches(t, x->district, x->person, x->household, 0, id, BENEFITS, &n, d);
    for (size_t i = 0; s == OK && i < n; i++) {
        struct due e;
        month_t month = 0;
        bool is = false, died = false;
        char scheme[64];
        s = due_now(t, x->district, id[i], &e, scheme, &month, &is, d);
        if (s == OK && is)
            s = recheck_one_in(x->c, t, &system, x->district, scheme, month, &e, &people, &died, d);
        if (s == OK && is && died)
            memcpy(x->scheme[x->dead++], scheme, sizeof scheme);
    }
    if (s == OK)
        s = access_bulk_in(x->c, t, &system, "cashier", "review", "recheck: a register changed", people, NULL, d);
    return s == OK ? sql_exec(t, d, "DELETE FROM recheck_asked WHERE district = ? AND person = ? AND household = ?", SQL_I(x->district), SQL_I(x->person), SQL_I(x->household)) : s;
}

/* What cannot be asked holds up nobody: it is tried again, later each time. */
static enum status later(struct txn *t, void *arg, struct diag *d) {
    struct asking *x = arg;
    return sql_exec(t, d, "UPDATE recheck_asked SET tries = tries + 1, at = ? + ? * (tries + 1) WHERE district = ? AND person = ? AND household = ?", SQL_I(txn_now(t)), SQL_I(RETRY_US), SQL_I(x->district),
        SQL_I(x->person), SQL_I(x->household));
}

enum status recheck_asked(struct civil *c, bool *ret_did, struct diag *d) {
    struct asking x = {.c = c, .there = true};
    enum status s = OK;
    for (int i = 0; s == OK && x.there && i < PASS; i++) {
        x.district = 0;
        s = store_write(c->store, ask_in, &x, d);
        for (size_t k = 0; s == OK && x.there && k < x.dead; k++)
            s = recheck_suspend_the_dead(c, x.district, x.scheme[k], d);
        if (s != OK && x.district) {
            struct diag why = *d;
            enum status put_off = store_write(c->store, later, &x, &(struct diag){0});
            *d = why;
            return put_off == OK ? s : put_off;
        }
        *ret_did |= s == OK && x.there;
    }
    return s;
}
