/* Benefits asked again and what came out worked off, while the power fails: a finding, a raise with its
 * back payment and its entry is whole or not there at all. */
#include "crash_homes.h"

#include "base/json.h"
#include "civil/recheck/recheck.h"
#include "civil/register/register.h"

enum { HOMES = 9, GRANTED_DAYS_AGO = 30 }; /* the last is asked about when all is over */
enum step { FOUND = 1, GRANTED };

static struct crash_home home[HOMES];

/* ---- before ------------------------------------------------------------------------- */

struct making { struct civil *c; int n; };

/* A certificate of today, which the decision of a month ago did not know. */
static enum status learn(struct txn *t, void *arg, struct diag *d) {
    struct making *x = arg;
    const struct actor system = actor_system();
    const struct json *facts = NULL;
    enum status s = json_parse(txn_arena(t), SPAN("{\"类别\":\"视力\",\"等级\":1}"), &facts, d);
    return s == OK ? register_add(x->c, t, &system, "disability", CRASH_DISTRICT, home[x->n].person, facts, txn_today(t), "disabled", d) : s;
}

static enum status prepare(struct store *store, const struct packs *packs, struct diag *d) {
    enum status s = crash_homes_make(store, packs, GRANTED_DAYS_AGO, home, HOMES, d);
    struct civil c = {.store = store, .packs = packs, .log_origin = "crash.example/log", .district = CRASH_DISTRICT};
    crash_homes_fill(&c);
    for (int n = 0; s == OK && n < HOMES; n++)
        s = store_write(store, learn, &(struct making){&c, n}, d);
    return s;
}

/* ---- the work --------------------------------------------------------------------------- */

struct asked { int64_t entitlement, finding, raised; };

static enum status finding_of(struct txn *t, void *arg, struct diag *d) {
    struct asked *x = arg;
    enum status s = sql_int(t, &x->finding, 0, d, "SELECT id FROM recheck_finding WHERE entitlement = ? AND state = 'open' AND kind = 'higher'", SQL_I(x->entitlement));
    return s == OK ? sql_int(t, &x->raised, 0, d, "SELECT count(*) FROM entitlement_act WHERE entitlement = ? AND kind = 'raised'", SQL_I(x->entitlement)) : s;
}

static enum status one(struct civil *c, const struct crash_client *client, int n, struct diag *d) {
    const struct actor cashier = crash_officer(12, "cashier"), decider = crash_officer(21, "decider");
    struct asked x = {.entitlement = home[n].entitlement};
    date_t day = 0;
    enum status s = crash_today(c, &day, d);
    bool did = false;
    if (s == OK && n % 3 == 2) /* what the registers told waits to be asked about: the run finds the same */
        s = recheck_asked(c, &did, d);
    if (s == OK)
        s = recheck_month(c, &cashier, CRASH_DISTRICT, "dibao", month_of(day) + 1, NULL, d);
    if (s == OK)
        s = store_read(c->store, finding_of, &x, d);
    if (s == OK && !x.finding) /* done before the crash, and then only once */
        return x.raised == 1 ? OK : diag_fail(d, E_CORRUPT, "recheck.none");
    if (s == OK)
        crash_step_done(client, x.entitlement, FOUND);
    if (s == OK)
        s = recheck_close(c, &decider, x.finding, "grant", "残疾证核实", d);
    if (s == OK)
        crash_step_done(client, x.entitlement, GRANTED);
    return s;
}

/* ---- afterwards ------------------------------------------------------------------------------ */

/* What an officer granted was raised; a raise whose finding is still open was interrupted between the two. */
static enum status check(struct civil *c, struct txn *t, struct diag *d) {
    return crash_homes_check(c, t, "SELECT count(*) FROM recheck_finding f WHERE f.state = 'granted' AND NOT EXISTS "
        "(SELECT 1 FROM entitlement_act a WHERE a.district = f.district AND a.entitlement = f.entitlement AND a.kind = 'raised')", d);
}

static struct crash_steps steps = {
    .name = "recheck", .items = HOMES - 1, .prepare = prepare, .fill = crash_homes_fill, .one = one, .check = check,
    .reached = "SELECT COALESCE((SELECT max(CASE state WHEN 'granted' THEN 2 ELSE 1 END) FROM recheck_finding WHERE entitlement = ?), 0)",
};
const struct crash_workload crash_recheck = CRASH_STEPS("recheck", &steps);
