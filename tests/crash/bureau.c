#include "bureau.h"

#include "base/idnum.h"
#include "base/json.h"
#include "calendar/calendar.h"
#include "civil/case/models.h"
#include "civil/decision/decision.h"
#include "civil/demo/demo.h"
#include "civil/demo/demo_form.h"
#include "civil/evidence/keep.h"
#include "civil/register/register.h"
#include "crypto/sign.h"
#include "crypto/vault.h"
#include "store/migrations.h"
#include "store/store.h"

#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static struct bureau b;
static struct arena *arena;
static _Atomic int64_t now;

/* ---- the clock ---------------------------------------------------------------------- */

static instant_t at(int year, int month, int day, int hour) {
    return ((int64_t)date_from_ymd(year, month, day) * 24 + hour - 8) * 3600 * INT64_C(1000000);
}
instant_t bureau_start(void) { return at(2026, 8, 10, 9); }
instant_t bureau_now(void *arg) {
    (void)arg;
    return now ? now : bureau_start();
}
void bureau_set_clock(instant_t t) { now = t; }
void bureau_pass(int64_t seconds) {
    if (now < at(2026, 12, 20, 9))
        now += seconds * 1000000;
}

/* ---- who and with what ----------------------------------------------------------------- */

const struct bureau *bureau(void) { return &b; }

struct civil bureau_in(struct store *s) {
    struct civil c = b.civil;
    c.store = s;
    return c;
}

const struct actor *bureau_officer(const char *role, const char *division, int k) {
    for (int i = 0; i < b.staff_count; i++)
        if (actor_may(&b.staff[i], role, division) && k-- == 0)
            return &b.staff[i];
    return NULL;
}

static const char holidays[] = "date,kind,name\n2026-01-01,holiday,元旦\n2026-10-01,holiday,国庆节\n";
static const char divisions[] =
    "code,name,level,parent\n11,北京市,1,\n110102,西城区,2,11\n110102003,新街口街道,3,110102\n110102003001,西里社区,4,110102003\n"
    "110102004,月坛街道,3,110102\n110102004001,汽北社区,4,110102004\n";

/* The key is read once; its file need not stay. */
static enum status open_vault(struct vault **ret, struct diag *d) {
    char file[64];
    snprintf(file, sizeof file, "crash-case-%ld.key", (long)getpid());
    unlink(file);
    enum status s = vault_open_or_create(file, ret, d);
    unlink(file);
    return s;
}

static enum status load(struct diag *d) {
    static struct packs *packs;
    static struct policies *policies;
    static struct case_models *models;
    static struct vault *vault;
    static struct sign_key *ed25519, *sm2;
    const char *root = getenv("SOURCE_ROOT");
    if (models)
        return OK;
    arena = arena_new(0);
    char *dir = arena ? arena_printf(arena, "%s/packs", root ? root : ".") : NULL;
    enum status s = dir ? packs_load(dir, &packs, d) : arena_full(d);
    if (s == OK)
        s = policies_load(packs, &policies, d);
    if (s == OK)
        s = open_vault(&vault, d);
    if (s == OK)
        s = sign_key_new(SIGN_ED25519, &ed25519, d);
    if (s == OK)
        s = sign_key_new(SIGN_SM2, &sm2, d);
    if (s == OK)
        s = calendar_load(arena, SPAN(holidays), &b.civil.calendar, d);
    if (s == OK)
        s = case_models_load(packs, &models, d);
    b.civil.packs = packs;
    b.civil.policies = policies;
    b.civil.models = models;
    b.civil.vault = vault;
    b.civil.log_ed25519 = ed25519;
    b.civil.log_sm2 = sm2;
    b.civil.log_origin = "crash.example/110102";
    b.civil.district = BUREAU_DISTRICT;
    return s;
}

/* ---- rows ---------------------------------------------------------------------------------- */

static enum status account(struct txn *t, struct actor *a, int64_t id, const char *kind, const char *login, const char *role, const char *division, struct diag *d) {
    *a = (struct actor){.account = id, .grant_count = role ? 1 : 0, .lang = LANG_ZH};
    snprintf(a->login, sizeof a->login, "%s%lld", login, (long long)id);
    snprintf(a->name, sizeof a->name, "%s", a->login);
    snprintf(a->kind, sizeof a->kind, "%s", kind);
    if (role) {
        snprintf(a->grant[0].role, sizeof a->grant[0].role, "%s", role);
        snprintf(a->grant[0].division, sizeof a->grant[0].division, "%s", division);
    }
    enum status s = sql_exec(t, d, "INSERT INTO account (id, login, password, name, kind, state, demo, must_change, failed, created_at) VALUES (?, ?, '!', ?, ?, 'active', 1, 0, 0, 0)",
        SQL_I(id), SQL_S(a->login), SQL_S(a->name), SQL_S(kind));
    struct civil c = bureau_in(txn_store(t));
    struct actor system = actor_system();
    if (s == OK)
        s = evidence_keep_one(&c, t, &system, KEPT_ACCOUNT, 0, id, d);
    if (s == OK && role)
        s = sql_exec(t, d, "INSERT INTO account_role (account, role, division) VALUES (?, ?, ?)", SQL_I(id), SQL_S(role), SQL_S(division));
    return s == OK && role ? evidence_keep_one(&c, t, &system, KEPT_ACCOUNT_ROLE, 0, id, d) : s;
}

static enum status staff(struct txn *t, struct diag *d) {
    static const struct { const char *role, *division; } posts[] = {
        {"clerk", "110102003"}, {"clerk", "110102003"}, {"clerk", "110102003"}, {"reviewer", "110102003"}, {"reviewer", "110102003"},
        {"decider", "110102003"}, {"community", "110102003001"}, {"district_clerk", "110102"}, {"district_clerk", "110102"},
        {"district_decider", "110102"}, {"cashier", "110102"}, {"finance", "110102"}, {"leader", "110102"}, {"clerk", "110102004"},
    };
    static_assert(ARRAY_LEN(posts) <= BUREAU_STAFF, "more posts than room");
    enum status s = OK;
    b.staff_count = 0;
    for (size_t i = 0; s == OK && i < ARRAY_LEN(posts); i++)
        s = account(t, &b.staff[b.staff_count++], 1000 + (int64_t)i, "staff", posts[i].role, posts[i].role, posts[i].division, d);
    return s;
}

static void number_of(int i, char out[19]) {
    snprintf(out, 19, "11010219790302%03d", 101 + 2 * i);
    out[17] = citizen_check_digit(out);
    out[18] = 0;
}

/* A man alone; every fourth has a pension that is too high. */
static enum status make_home(struct txn *t, int i, struct diag *d) {
    static const char facts[] = "{\"婚姻状况\":\"未婚\",\"就业状态\":\"无业\",\"劳动能力\":\"有\",\"在读\":\"无\",\"重大疾病\":false,\"单独抚养\":false,"
                                "\"依靠兄弟姐妹或老人扶养\":false,\"不计入事由\":\"无\",\"特殊身份\":[],\"就学迁入集体户\":false}";
    static const char money[] = "{\"货币财产\":3000}", pension[] = "{\"类别\":\"养老金\",\"月金额\":5000}";
    struct civil c = bureau_in(txn_store(t));
    struct actor system = actor_system();
    struct bureau_household *h = &b.home[i];
    struct arena *a = txn_arena(t);
    const struct json *j = NULL;
    char number[19];
    number_of(i, number);
    date_t from = txn_today(t) - 900;
    enum status s = household_add(&c, t, &system, BUREAU_DISTRICT, "110102003001", "示例胡同1号", true, &h->household, d);
    if (s == OK)
        s = json_parse(a, SPAN(facts), &j, d);
    struct person_new p = {.id_number = span_of(number), .name = "张试", .male = true, .birth = date_from_ymd(1979, 3, 2), .division = "110102003001",
        .hukou = "本市", .bank_account = "6888000000000001", .bank_name = "示例银行", .facts = j, .synthetic = true, .source = "test"};
    if (s == OK)
        s = person_add(&c, t, &system, BUREAU_DISTRICT, &p, &h->person, d);
    if (s == OK)
        s = household_join(&c, t, &system, BUREAU_DISTRICT, h->household, h->person, "本人", from, d);
    if (s == OK && (s = json_parse(a, SPAN(money), &j, d)) == OK)
        s = register_add(&c, t, &system, "money", BUREAU_DISTRICT, h->household, j, from, "test", d);
    if (s == OK && i % 4 == 3 && (s = json_parse(a, SPAN(pension), &j, d)) == OK)
        s = register_add(&c, t, &system, "income", BUREAU_DISTRICT, h->person, j, from, "test", d);
    if (s == OK)
        s = account(t, &h->resident, 2000 + i, "resident", "resident", NULL, NULL, d);
    h->resident.district = BUREAU_DISTRICT;
    h->resident.person = h->person;
    return s;
}

static enum status first_rows(struct txn *t, void *arg, struct diag *d) {
    struct civil c = bureau_in(txn_store(t));
    enum status s = division_load(&c, t, SPAN(divisions), d);
    if (s == OK)
        s = register_create_tables(&c, t, d);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO setting (name, value) VALUES ('verification_delay_seconds', '3')");
    struct actor system = actor_system();
    if (s == OK)
        s = evidence_keep_one(&c, t, &system, KEPT_SETTING, 0, 0, d);
    if (s == OK)
        s = staff(t, d);
    for (int i = 0; s == OK && i < BUREAU_HOUSEHOLDS; i++)
        s = make_home(t, i, d);
    return s;
}

static enum status fill_forms(struct txn *t, void *arg, struct diag *d) {
    struct civil c = bureau_in(txn_store(t));
    enum status s = OK;
    for (int i = 0; s == OK && i < BUREAU_HOUSEHOLDS; i++)
        s = demo_form(&c, t, arena, BUREAU_DISTRICT, b.home[i].household, b.home[i].person, txn_today(t), false, &b.home[i].form, d);
    return s;
}

enum status bureau_make(struct store *s, struct diag *d) {
    bureau_set_clock(bureau_start());
    enum status st = load(d);
    if (st == OK)
        st = store_migrate(s, store_migrations, store_migration_count, d);
    if (st == OK)
        st = store_write(s, first_rows, NULL, d);
    struct civil c = bureau_in(s);
    if (st == OK)
        st = demo_confirm_parameters(&c, d);
    return st == OK ? store_read(s, fill_forms, NULL, d) : st;
}
