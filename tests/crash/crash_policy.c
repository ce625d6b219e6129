/* Policies drafted, submitted and published while the power fails: a version is whole
 * (its text, its entry in the log, the end of its draft) or not there at all. */
#include "crash_steps.h"

#include "base/buf.h"
#include "civil/decision/decision.h"
#include "civil/pack/pack.h"
#include "civil/policy/policy.h"
#include "store/store.h"

#define MATTER "low_income" /* its cases take no time: it has none of its own */

enum { REFORM = 77 };
enum step { BEGUN = 1, SAVED, SUBMITTED, PUBLISHED };

static struct policies *policies;

/* A reform that was computed and kept: every second version is weighed with it. */
static enum status reform(struct txn *t, void *arg, struct diag *d) {
    (void)arg;
    return sql_exec(t, d, "INSERT INTO reform (district, id, name, made_at, made_by, day, figures, report) VALUES (?, ?, '收紧', 1, 21, 20000, '{}', '{}')",
        SQL_I(CRASH_DISTRICT), SQL_I(REFORM));
}

static enum status prepare(struct store *s, const struct packs *packs, struct diag *d) {
    enum status st = policies ? OK : policies_load(packs, &policies, d);
    return st == OK ? store_write(s, reform, NULL, d) : st;
}
static void fill(struct civil *c) { c->policies = policies; }

static char *text_of(struct civil *c, struct arena *a, int n) {
    const struct matter *m = packs_matter(c->packs, MATTER);
    return arena_printf(a, "%.*s<!-- %d -->\n", SPAN_ARG(m->decision[0].text), n);
}

static enum status one(struct civil *c, const struct crash_client *client, int n, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct actor author = crash_officer(21, "policy"), second = crash_officer(22, "leader");
    struct policy_edit e = {.text = a ? text_of(c, a, n) : NULL, .note = "试验", .article = "试验文件", .valid_from = date_from_ymd(2100, 1, 1),
        .reform = n % 2 ? REFORM : 0};
    int64_t draft = 0;
    enum status s = e.text ? policy_draft_new(c, &author, MATTER, "decision.dmn", &draft, d) : arena_full(d);
    for (int step = BEGUN; s == OK && step <= PUBLISHED; step++) {
        if (step == SAVED)
            s = policy_draft_save(c, &author, draft, 1, &e, d);
        else if (step == SUBMITTED)
            s = policy_draft_submit(c, &author, draft, 2, d);
        else if (step == PUBLISHED)
            s = policy_draft_publish(c, &second, draft, 3, d);
        if (s == OK)
            crash_step_done(client, draft, step);
    }
    return s;
}

static enum status check(struct civil *c, struct txn *t, struct diag *d) {
    const struct policies *p;
    int64_t apart = 0;
    int count = 0;
    BUF_AUTO out;
    buf_init(&out, 0);
    enum status s = policy_check_in(c, t, LANG_EN, &out, &count, d);
    if (s == OK && count)
        s = diag_fail(d, E_CORRUPT, "policy.entry", DIAG_S("findings", buf_str(&out)));
    if (s == OK)
        s = sql_int(t, &apart, 0, d,
            "SELECT (SELECT count(*) FROM policy_draft x WHERE (x.state = 'published') <> EXISTS (SELECT 1 FROM policy_version v WHERE v.id = x.id)) + "
            "(SELECT count(*) FROM log_pending) - (SELECT count(*) FROM policy_version) - (SELECT count(DISTINCT entry) FROM evidence_row) + "
            "(SELECT count(*) FROM policy_version WHERE (reform IS NULL) <> (reform_sha IS NULL))");
    if (s == OK && apart)
        s = diag_fail(d, E_CORRUPT, "policy.state", DIAG_N("apart", apart));
    return s == OK ? policies_published(policies, t, 0, &p, d) : s;
}

static struct crash_steps steps = {
    .name = "policy", .items = 200, .prepare = prepare, .fill = fill, .one = one, .check = check,
    .reached = "SELECT CASE state WHEN 'published' THEN 4 WHEN 'submitted' THEN 3 ELSE CASE WHEN sha256 <> base_sha THEN 2 ELSE 1 END END FROM policy_draft WHERE id = ?",
};
const struct crash_workload crash_policy = CRASH_STEPS("policy", &steps);
