#include "crash_homes.h"

#include "base/idnum.h"
#include "base/json.h"
#include "calendar/calendar.h"
#include "civil/case/case.h"
#include "civil/case/models.h"
#include "civil/decision/decision.h"
#include "civil/entitlement/life.h"
#include "civil/register/register.h"
#include "crypto/vault.h"

#include <stdio.h>
#include <unistd.h>

static struct vault *vault;
static struct policies *policies;
static struct case_models *models;
static struct arena *arena;
static const struct calendar *calendar;

#define FACTS                                                                                                                                        \
    "{\"日期\":\"2026-07-01\",\"户\":{\"成员\":[{\"编号\":\"1\",\"与申请人关系\":\"本人\",\"性别\":\"男\",\"出生日期\":\"1970-01-01\",\"户籍\":\"本市\","           \
    "\"就学迁入集体户\":false,\"婚姻状况\":\"未婚\",\"就业状态\":\"失业\",\"收入\":[],\"残疾\":[],\"重大疾病\":false,\"劳动能力\":\"有\",\"在读\":\"无\","          \
    "\"单独抚养\":false,\"依靠兄弟姐妹或老人扶养\":false,\"特殊身份\":[],\"不计入事由\":\"无\"}],\"货币财产\":3000,\"机动车\":[],\"住房\":[],\"工商登记\":[],"       \
    "\"赡养人家庭\":[]},\"在享\":[],\"申请\":{}}"

struct making { struct civil *c; struct crash_home *home; int n; };

static enum status settle(struct txn *t, void *arg, struct diag *d) {
    struct making *x = arg;
    const struct actor system = actor_system();
    char number[19];
    snprintf(number, sizeof number, "11010219700101%03u", (unsigned)(x->n * 2 + 101) % 1000u);
    number[17] = citizen_check_digit(number);
    number[18] = 0;
    struct person_new p = {.id_number = span_bytes(number, 18), .name = "示范人", .male = true, .birth = date_from_ymd(1970, 1, 1), .division = "110102001001", .hukou = "本市",
        .bank_account = "6888000011112222", .bank_name = "示范银行", .synthetic = true, .source = "entered"};
    enum status s = person_add(x->c, t, &system, CRASH_DISTRICT, &p, &x->home->person, d);
    if (s == OK)
        s = household_add(x->c, t, &system, CRASH_DISTRICT, "110102001001", "一号楼", true, &x->home->household, d);
    return s == OK ? household_join(x->c, t, &system, CRASH_DISTRICT, x->home->household, x->home->person, "本人", txn_today(t) - 900, d) : s;
}

static enum status divisions(struct txn *t, void *arg, struct diag *d) {
    struct civil *c = arg;
    enum status s = division_load(c, t, SPAN("code,name,level,parent\n11,北京市,1,\n110102,西城区,2,11\n110102001,东街道,3,110102\n110102001001,一社区,4,110102001\n"), d);
    return s == OK ? register_create_tables(c, t, d) : s;
}

static enum status today(struct txn *t, void *arg, struct diag *d) {
    *(date_t *)arg = txn_today(t);
    return OK;
}
enum status crash_today(struct civil *c, date_t *ret, struct diag *d) { return store_read(c->store, today, ret, d); }

static enum status one_home(struct civil *c, int days_ago, struct crash_home *home, int n, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct making x = {c, home, n};
    const struct actor clerk = crash_officer(11, "clerk"), decider = crash_officer(21, "decider");
    struct recorded_ref ref = {0};
    date_t day = 0;
    enum status s = a ? store_write(c->store, settle, &x, d) : arena_full(d);
    struct recorded_party party = {home->person, "1", "本人"};
    struct recorded r = {.matter = "dibao", .district = CRASH_DISTRICT, .applicant = home->person, .party = &party, .party_count = 1, .words = "纸质决定"};
    if (s == OK)
        s = crash_today(c, &day, d);
    r.as_of = day - days_ago;
    r.applied_on = r.as_of;
    if (s == OK)
        s = json_parse(a, SPAN(FACTS), &r.facts, d);
    if (s == OK)
        s = case_record(c, &clerk, &decider, &r, &ref, d);
    home->entitlement = ref.entitlement;
    return s;
}

static enum status open_once(const struct packs *packs, struct diag *d) {
    const char *folder = getenv("TMPDIR");
    char file[1024];
    if (vault)
        return OK;
    snprintf(file, sizeof file, "%s/crash-homes-%d.key", folder ? folder : P_tmpdir, (int)getpid());
    arena = arena_new(0);
    enum status s = arena ? vault_open_or_create(file, &vault, d) : arena_full(d);
    unlink(file);
    if (s == OK)
        s = policies_load(packs, &policies, d);
    if (s == OK)
        s = calendar_load(arena, SPAN("date,kind,name\n2026-01-01,holiday,元旦\n2026-10-01,holiday,国庆节\n"), &calendar, d);
    return s == OK ? case_models_load(packs, &models, d) : s;
}

void crash_homes_fill(struct civil *c) {
    c->vault = vault;
    c->policies = policies;
    c->models = models;
    c->calendar = calendar;
}

enum status crash_homes_make(struct store *store, const struct packs *packs, int days_ago, struct crash_home *home, int n, struct diag *d) {
    enum status s = open_once(packs, d);
    struct civil c = {.store = store, .packs = packs, .log_origin = "crash.example/log", .district = CRASH_DISTRICT};
    crash_homes_fill(&c);
    if (s == OK)
        s = store_write(store, divisions, &c, d);
    for (int i = 0; s == OK && i < n; i++)
        s = one_home(&c, days_ago, &home[i], i, d);
    return s;
}

/* ---- afterwards ------------------------------------------------------------------------------ */

enum status crash_homes_check(struct civil *c, struct txn *t, const char *wrong, struct diag *d) {
    int64_t apart = 0;
    int n = 0;
    BUF_AUTO said;
    buf_init(&said, 0);
    enum status s = crash_evidence_check(c, t, d);
    if (s == OK)
        s = entitlement_check_in(c, t, LANG_EN, &said, &n, d);
    if (s == OK)
        s = sql_int(t, &apart, 0, d, wrong);
    return s == OK && (n || apart) ? diag_fail(d, E_CORRUPT, "entitlement.check.state", DIAG_N("id", apart)) : s;
}
