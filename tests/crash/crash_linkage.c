/* Duplicates called one by one officer, confirmed by another and taken apart again, while the power fails: a verdict, a merge with the
 * place that the merged row gives up, and their evidence are whole or not there at all. */
#include "crash_homes.h"

#include "civil/evidence/keep.h"
#include "civil/linkage/linkage.h"
#include "civil/register/merge.h"

enum { HOMES = 10, PAIRS = HOMES / 2, GRANTED_DAYS_AGO = 30 }; /* the last pair is worked on when all is over */
enum step { PROPOSED = 1, MERGED, ASKED, PARTED };

static struct crash_home home[HOMES];
static int64_t pair[PAIRS], kept[PAIRS];

/* ---- before ------------------------------------------------------------------------- */

static enum status ended(struct txn *t, void *arg, struct diag *d) {
    struct civil *c = arg;
    const struct actor system = actor_system();
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_exec(t, d, "UPDATE entitlement SET state = 'ended' WHERE state <> 'ended'");
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT id FROM entitlement ORDER BY id");
    return s == OK ? evidence_keep_found(c, t, &system, KEPT_TERMS, CRASH_DISTRICT, r, d) : s;
}

static enum status pairs(struct txn *t, void *arg, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    int64_t used[2 * PAIRS];
    size_t n = 0;
    enum status s = sql_query(t, &r, d, "SELECT id, one, other FROM linkage_pair WHERE state = 'open' ORDER BY id");
    while (s == OK && n < PAIRS && (s = rows_next(r, &row, d)) == OK && row) { /* no row in two of them */
        bool free = true;
        for (size_t i = 0; i < 2 * n; i++)
            free &= used[i] != rows_int(r, 1) && used[i] != rows_int(r, 2);
        if (!free)
            continue;
        used[2 * n] = rows_int(r, 1);
        used[2 * n + 1] = rows_int(r, 2);
        pair[n] = rows_int(r, 0);
        kept[n++] = rows_int(r, 1);
    }
    return s == OK && n < PAIRS ? diag_fail(d, E_CORRUPT, "linkage.none") : s;
}

/* Men of one name, birthday and house: each pair of them may be one. */
static enum status prepare(struct store *store, const struct packs *packs, struct diag *d) {
    enum status s = crash_homes_make(store, packs, GRANTED_DAYS_AGO, home, HOMES, d);
    struct civil c = {.store = store, .packs = packs, .log_origin = "crash.example/log", .district = CRASH_DISTRICT};
    const struct actor system = actor_system();
    crash_homes_fill(&c);
    if (s == OK)
        s = store_write(store, ended, &c, d);
    if (s == OK)
        s = linkage_run(&c, &system, NULL, 0, NULL, d);
    return s == OK ? store_read(store, pairs, NULL, d) : s;
}

/* ---- the work --------------------------------------------------------------------------- */

struct asked { int64_t pair, version; int reached; };

static enum status how_far(struct txn *t, void *arg, struct diag *d) {
    struct asked *x = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT version, CASE state WHEN 'open' THEN 0 WHEN 'gone' THEN 0 WHEN 'proposed' THEN 1 WHEN 'merged' THEN 2 WHEN 'parting' THEN 3 ELSE 4 END FROM linkage_pair WHERE id = ?",
        SQL_I(x->pair));
    if (s == OK) {
        x->version = rows_int(r, 0);
        x->reached = (int)rows_int(r, 1);
    }
    return s;
}

static enum status one(struct civil *c, const struct crash_client *client, int n, struct diag *d) {
    const struct actor first = crash_officer(31, "district_clerk"), second = crash_officer(32, "reviewer");
    static const struct { const char *how; int by; } steps[] = {{"same", 0}, {"confirm", 1}, {"part", 0}, {"confirm", 1}};
    struct asked x = {.pair = pair[n]};
    enum status s = store_read(c->store, how_far, &x, d);
    while (s == OK && x.reached < PARTED) {
        struct linkage_verdict v = {.pair = x.pair, .version = x.version, .kept = kept[n], .how = steps[x.reached].how, .words = "看过户口簿"};
        s = linkage_say(c, steps[x.reached].by ? &second : &first, &v, d);
        if (s == OK)
            crash_step_done(client, x.pair, x.reached + 1);
        if (s == OK)
            s = store_read(c->store, how_far, &x, d);
    }
    return s;
}

/* ---- afterwards ------------------------------------------------------------------------------ */

static enum status check(struct civil *c, struct txn *t, struct diag *d) {
    int64_t homeless = 0, acts = 0;
    int n = 0;
    BUF_AUTO said;
    buf_init(&said, 0);
    enum status s = crash_evidence_check(c, t, d);
    if (s == OK)
        s = linkage_check_in(t, LANG_EN, &said, &n, d);
    if (s == OK) /* who is not merged away lives where he lived, and who is lives nowhere */
        s = sql_int(t, &homeless, 0, d, "SELECT count(*) FROM person p WHERE (SELECT count(*) FROM household_member m WHERE m.district = p.district AND m.person = p.id AND m.superseded_at IS NULL "
            "AND m.valid_to IS NULL) <> CASE WHEN " REGISTER_ONE("p", "id") " THEN 1 ELSE 0 END");
    if (s == OK) /* each step has what was said */
        s = sql_int(t, &acts, 0, d, "SELECT count(*) FROM linkage_pair p WHERE (SELECT count(*) FROM linkage_act a WHERE a.pair = p.id) <> "
            "CASE state WHEN 'open' THEN 0 WHEN 'gone' THEN 0 WHEN 'proposed' THEN 1 WHEN 'merged' THEN 2 WHEN 'parting' THEN 3 ELSE 4 END");
    return s == OK && (n || homeless || acts) ? diag_fail(d, E_CORRUPT, "linkage.check.apart", DIAG_N("id", homeless ? homeless : acts)) : s;
}

static struct crash_steps steps = {
    .name = "linkage", .items = PAIRS - 1, .prepare = prepare, .fill = crash_homes_fill, .one = one, .check = check,
    .reached = "SELECT COALESCE((SELECT max(CASE state WHEN 'open' THEN 0 WHEN 'gone' THEN 0 WHEN 'proposed' THEN 1 WHEN 'merged' THEN 2 WHEN 'parting' THEN 3 ELSE 4 END) FROM linkage_pair WHERE id = ?), 0)",
};
const struct crash_workload crash_linkage = CRASH_STEPS("linkage", &steps);
