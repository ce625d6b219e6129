/* Benefits asked again and what came out worked off, while the power fails: a finding, a raise with its
 * back payment and its entry is whole or not there at all. */
#include "crash_steps.h"

#include "base/idnum.h"
#include "base/json.h"
#include "civil/case/case.h"
#include "civil/case/models.h"
#include "civil/decision/decision.h"
#include "civil/entitlement/life.h"
#include "civil/evidence/evidence.h"
#include "civil/recheck/recheck.h"
#include "civil/register/register.h"
#include "crypto/vault.h"

#include <stdio.h>
#include <unistd.h>

enum { HOMES = 9, GRANTED_DAYS_AGO = 30 }; /* the last is asked about when all is over */
enum step { FOUND = 1, GRANTED };

static struct vault *vault;
static struct policies *policies;
static struct case_models *models;
static struct { int64_t person, household, entitlement; } home[HOMES];

/* ---- before ------------------------------------------------------------------------- */

#define FACTS                                                                                                                                        \
    "{\"日期\":\"2026-07-01\",\"户\":{\"成员\":[{\"编号\":\"1\",\"与申请人关系\":\"本人\",\"性别\":\"男\",\"出生日期\":\"1970-01-01\",\"户籍\":\"本市\","           \
    "\"就学迁入集体户\":false,\"婚姻状况\":\"未婚\",\"就业状态\":\"失业\",\"收入\":[],\"残疾\":[],\"重大疾病\":false,\"劳动能力\":\"有\",\"在读\":\"无\","          \
    "\"单独抚养\":false,\"依靠兄弟姐妹或老人扶养\":false,\"特殊身份\":[],\"不计入事由\":\"无\"}],\"货币财产\":3000,\"机动车\":[],\"住房\":[],\"工商登记\":[],"       \
    "\"赡养人家庭\":[]},\"在享\":[],\"申请\":{}}"

struct making { struct civil *c; int n; };

static enum status settle(struct txn *t, void *arg, struct diag *d) {
    struct making *x = arg;
    const struct actor system = actor_system();
    char number[19];
    snprintf(number, sizeof number, "11010219700101%03u", (unsigned)(x->n * 2 + 101) % 1000u);
    number[17] = citizen_check_digit(number);
    number[18] = 0;
    struct person_new p = {.id_number = span_bytes(number, 18), .name = "示范人", .male = true, .birth = date_from_ymd(1970, 1, 1), .division = "110102001001", .hukou = "本市",
        .synthetic = true, .source = "entered"};
    enum status s = person_add(x->c, t, &system, CRASH_DISTRICT, &p, &home[x->n].person, d);
    if (s == OK)
        s = household_add(x->c, t, &system, CRASH_DISTRICT, "110102001001", "一号楼", true, &home[x->n].household, d);
    return s == OK ? household_join(x->c, t, &system, CRASH_DISTRICT, home[x->n].household, home[x->n].person, "本人", txn_today(t) - 900, d) : s;
}

/* A certificate of today, which the decision of a month ago did not know. */
static enum status learn(struct txn *t, void *arg, struct diag *d) {
    struct making *x = arg;
    const struct actor system = actor_system();
    const struct json *facts = NULL;
    enum status s = json_parse(txn_arena(t), SPAN("{\"类别\":\"视力\",\"等级\":1}"), &facts, d);
    return s == OK ? register_add(x->c, t, &system, "disability", CRASH_DISTRICT, home[x->n].person, facts, txn_today(t), "disabled", d) : s;
}

static enum status divisions(struct txn *t, void *arg, struct diag *d) {
    struct making *x = arg;
    enum status s = division_load(x->c, t, SPAN("code,name,level,parent\n11,北京市,1,\n110102,西城区,2,11\n110102001,东街道,3,110102\n110102001001,一社区,4,110102001\n"), d);
    return s == OK ? register_create_tables(x->c, t, d) : s;
}

static enum status today(struct txn *t, void *arg, struct diag *d) {
    *(date_t *)arg = txn_today(t);
    return OK;
}

static enum status one_home(struct civil *c, int n, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct making x = {c, n};
    const struct actor clerk = crash_officer(11, "clerk"), decider = crash_officer(21, "decider");
    struct recorded_ref ref = {0};
    date_t day = 0;
    enum status s = a ? store_write(c->store, settle, &x, d) : arena_full(d);
    struct recorded_party party = {home[n].person, "1", "本人"};
    struct recorded r = {.matter = "dibao", .district = CRASH_DISTRICT, .applicant = home[n].person, .party = &party, .party_count = 1, .words = "纸质决定"};
    if (s == OK)
        s = store_read(c->store, today, &day, d);
    r.as_of = day - GRANTED_DAYS_AGO;
    r.applied_on = r.as_of;
    if (s == OK)
        s = json_parse(a, SPAN(FACTS), &r.facts, d);
    if (s == OK)
        s = case_record(c, &clerk, &decider, &r, &ref, d);
    home[n].entitlement = ref.entitlement;
    return s == OK ? store_write(c->store, learn, &x, d) : s;
}

static enum status open_once(const struct packs *packs, struct diag *d) {
    const char *folder = getenv("TMPDIR");
    char file[1024];
    if (vault)
        return OK;
    snprintf(file, sizeof file, "%s/crash-recheck-%d.key", folder ? folder : P_tmpdir, (int)getpid());
    enum status s = vault_open_or_create(file, &vault, d);
    unlink(file);
    if (s == OK)
        s = policies_load(packs, &policies, d);
    return s == OK ? case_models_load(packs, &models, d) : s;
}

static void fill(struct civil *c) {
    c->vault = vault;
    c->policies = policies;
    c->models = models;
}

static enum status prepare(struct store *store, const struct packs *packs, struct diag *d) {
    enum status s = open_once(packs, d);
    struct civil c = {.store = store, .packs = packs, .log_origin = "crash.example/log", .district = CRASH_DISTRICT};
    fill(&c);
    struct making x = {&c, 0};
    if (s == OK)
        s = store_write(store, divisions, &x, d);
    for (int n = 0; s == OK && n < HOMES; n++)
        s = one_home(&c, n, d);
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
    enum status s = store_read(c->store, today, &day, d);
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

static void remember(void *arg, const struct diag *f) {
    struct diag *first = arg;
    if (first->status == OK)
        *first = *f;
}

static enum status check(struct civil *c, struct txn *t, struct diag *d) {
    struct diag found = {0};
    struct evidence_check e = {.civil = c, .txn = t, .finding = remember, .arg = &found};
    int64_t apart = 0;
    int n = 0;
    BUF_AUTO said;
    buf_init(&said, 0);
    enum status s = evidence_check_in(&e, d);
    if (s == OK && e.findings) {
        *d = found;
        s = E_CORRUPT;
    }
    if (s == OK)
        s = entitlement_check_in(c, t, LANG_EN, &said, &n, d);
    if (s == OK) /* what an officer granted was raised; a raise whose finding is still open was interrupted between the two */
        s = sql_int(t, &apart, 0, d, "SELECT count(*) FROM recheck_finding f WHERE f.state = 'granted' AND NOT EXISTS "
            "(SELECT 1 FROM entitlement_act a WHERE a.district = f.district AND a.entitlement = f.entitlement AND a.kind = 'raised')");
    return s == OK && (n || apart) ? diag_fail(d, E_CORRUPT, "entitlement.check.state", DIAG_N("id", apart)) : s;
}

static struct crash_steps steps = {
    .name = "recheck", .items = HOMES - 1, .prepare = prepare, .fill = fill, .one = one, .check = check,
    .reached = "SELECT COALESCE((SELECT max(CASE state WHEN 'granted' THEN 2 ELSE 1 END) FROM recheck_finding WHERE entitlement = ?), 0)",
};
const struct crash_workload crash_recheck = CRASH_STEPS("recheck", &steps);
