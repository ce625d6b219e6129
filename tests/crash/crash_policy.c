/* Policies drafted, submitted and published while the power fails.
 *
 * Whatever was acknowledged is there; a version is whole (its text, its entry in
 * the log, the end of its draft) or not there at all; and the work goes on. */
#include "crash.h"

#include "base/buf.h"
#include "civil/decision/decision.h"
#include "civil/pack/pack.h"
#include "civil/policy/policy.h"
#include "store/migrations.h"

#include <stdio.h>
#include <unistd.h>

enum { DISTRICT = 110102, VERSIONS = 200 };
#define MATTER "low_income" /* its cases take no time: it has none of its own */

enum step { BEGUN = 1, SAVED, SUBMITTED, PUBLISHED };
struct ack { int64_t draft; int32_t step; };

/* Made once in the parent and inherited by every child. */
static struct packs *packs;
static struct policies *policies;

static struct actor officer(int64_t account, const char *role) {
    struct actor a = {.account = account, .kind = "staff", .grant_count = 1};
    snprintf(a.grant[0].role, sizeof a.grant[0].role, "%s", role);
    snprintf(a.grant[0].division, sizeof a.grant[0].division, "110102");
    return a;
}

static struct civil civil_in(struct store *s) {
    return (struct civil){.store = s, .packs = packs, .policies = policies, .log_origin = "crash.example/log", .district = DISTRICT};
}

static enum status prepare(struct store *s, void *arg, struct diag *d) {
    char dir[1024];
    const char *root = getenv("SOURCE_ROOT");
    snprintf(dir, sizeof dir, "%s/packs", root ? root : ".");
    enum status st = packs ? OK : packs_load(dir, &packs, d);
    if (st == OK && !policies)
        st = policies_load(packs, &policies, d);
    return st == OK ? store_migrate(s, store_migrations, store_migration_count, d) : st;
}

/* ---- the work -------------------------------------------------------------------------- */

static char *text_of(struct arena *a, int n) {
    const struct matter *m = packs_matter(packs, MATTER);
    return arena_printf(a, "%.*s<!-- %d -->\n", SPAN_ARG(m->decision[0].text), n);
}

static enum status one(struct civil *c, const struct crash_client *client, int n, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct actor author = officer(21, "policy"), second = officer(22, "leader");
    struct policy_edit e = {.text = a ? text_of(a, n) : NULL, .note = "试验", .article = "试验文件", .valid_from = date_from_ymd(2100, 1, 1)};
    struct ack k = {0};
    enum status s = e.text ? policy_draft_new(c, &author, MATTER, "decision.dmn", &k.draft, d) : arena_full(d);
    for (int step = BEGUN; s == OK && step <= PUBLISHED; step++) {
        if (step == SAVED)
            s = policy_draft_save(c, &author, k.draft, 1, &e, d);
        else if (step == SUBMITTED)
            s = policy_draft_submit(c, &author, k.draft, 2, d);
        else if (step == PUBLISHED)
            s = policy_draft_publish(c, &second, k.draft, 3, d);
        k.step = step;
        if (s == OK && client)
            crash_ack(client, &k);
    }
    return s;
}

static void run(struct store *s, const struct crash_client *client) {
    struct civil c = civil_in(s);
    struct diag d = {0};
    enum status st = OK;
    for (int n = 0; st == OK && n < VERSIONS; n++) {
        diag_clear(&d);
        st = one(&c, client, n, &d);
        if (st == E_SYSTEM && client->faults)
            st = OK;
    }
    if (st != OK) {
        fprintf(stderr, "policy: %s %s\n", status_name(st), d.code);
        _exit(4);
    }
}

/* ---- afterwards ---------------------------------------------------------------------------- */

static enum status check_ack(struct txn *t, const struct ack *a, struct diag *d) {
    int64_t reached = 0;
    enum status s = sql_int(t, &reached, 0, d,
        "SELECT CASE state WHEN 'published' THEN 4 WHEN 'submitted' THEN 3 ELSE CASE WHEN sha256 <> base_sha THEN 2 ELSE 1 END END FROM policy_draft WHERE id = ?", SQL_I(a->draft));
    return s == OK && reached < a->step ? diag_fail(d, E_CORRUPT, "policy.state", DIAG_N("acknowledged", a->step), DIAG_N("state", reached)) : s;
}

static enum status check(struct txn *t, void *arg, struct diag *d) {
    const struct crash_acks *acks = arg;
    const struct policies *p;
    int64_t apart = 0;
    int count = 0;
    BUF_AUTO out;
    buf_init(&out, 0);
    enum status s = policy_check_in(t, LANG_EN, &out, &count, d);
    if (s == OK && count)
        s = diag_fail(d, E_CORRUPT, "policy.entry", DIAG_S("findings", buf_str(&out)));
    if (s == OK)
        s = sql_int(t, &apart, 0, d,
            "SELECT (SELECT count(*) FROM policy_draft x WHERE (x.state = 'published') <> EXISTS (SELECT 1 FROM policy_version v WHERE v.id = x.id)) + "
            "(SELECT count(*) FROM log_pending) - (SELECT count(*) FROM policy_version)");
    if (s == OK && apart)
        s = diag_fail(d, E_CORRUPT, "policy.state", DIAG_N("apart", apart));
    for (size_t i = 0; s == OK && i < acks->count; i++) {
        struct ack a;
        memcpy(&a, acks->at + i * acks->ack_size, sizeof a);
        s = check_ack(t, &a, d);
    }
    return s == OK ? policies_published(policies, t, 0, &p, d) : s;
}

static bool verify(struct store *s, const struct crash_acks *acks, void *arg, struct diag *d) {
    struct civil c = civil_in(s);
    enum status st = store_read(s, check, (void *)acks, d);
    if (st == OK)
        st = one(&c, NULL, VERSIONS, d);
    if (st == OK)
        st = store_read(s, check, (void *)acks, d);
    return st == OK;
}

const struct crash_workload crash_policy = {
    .name = "policy",
    .ack_size = sizeof(struct ack),
    .prepare = prepare,
    .run = run,
    .verify = verify,
};
