/* A small bureau for the tests of civil/case: divisions, made-up people,
 * staff, packs of the repository, a clock that the test moves; on both
 * backends (support/test_store.h).
 *
 *     static void pays(void **state) { CASE_WORLD; ... }
 *     const struct CMUnitTest tests[] = { CASE_TEST(pays) }; */
#ifndef CASE_WORLD_H
#define CASE_WORLD_H

#include "../support/test_store.h"

#include "base/idnum.h"
#include "calendar/calendar.h"
#include "civil/access/access.h"
#include "civil/case/case.h"
#include "civil/case/models.h"
#include "civil/evidence/keep.h"
#include "civil/decision/decision.h"
#include "civil/demo/demo_form.h"
#include "civil/register/register.h"
#include "crypto/sign.h"
#include "crypto/vault.h"
#include "store/migrations.h"
#include "tlog/log.h"

enum { DISTRICT = 110102 };

/* Loaded once: packs are the same for every test. */
static struct packs *packs;
static struct policies *policies;
static struct case_models *models;

static struct bureau {
    struct fixture *fixture;
    struct arena *arena;
    struct civil civil;
    struct vault *vault;
    struct sign_key *ed25519, *sm2;
    struct actor clerk, second, third, reviewer, second_reviewer, decider, district_clerk, district_reviewer, district_decider, community, stranger, resident;
    int64_t household, person; /* the applicant's */
    struct diag d;
} b;

#define CASE_WORLD                                                             \
    if (b.fixture->left_out)                                                   \
    skip()
#define must(call)                                                             \
    do {                                                                       \
        diag_clear(&b.d);                                                      \
        if ((call) != OK)                                                      \
            fail_msg("%s: %s at '%s' %s=%s", status_name(b.d.status), b.d.code,\
                b.d.where, b.d.arg_count ? b.d.arg[0].name : "",               \
                b.d.arg_count ? b.d.arg[0].value : "");                        \
    } while (0)
#define refused(call, status, code) expect_fail(call, &b.d, status, code)

/* ---- the clock ------------------------------------------------------------------ */

static inline void clock_at(int year, int month, int day, int hour) {
    test_instant = ((int64_t)date_from_ymd(year, month, day) * 24 + hour - 8) * 3600 * INT64_C(1000000);
}
static void clock_days(int days) { test_instant += (int64_t)days * 86400 * 1000000; }

/* ---- writing ----------------------------------------------------------------------- */

struct in_txn { enum status (*fn)(struct txn *t, void *arg, struct diag *d); void *arg; };

static inline struct actor staff(const char *login, const char *role, const char *division) {
    static int64_t next = 1000;
    struct actor a = {.account = ++next, .grant_count = 1, .lang = LANG_ZH};
    char sql[600];
    snprintf(a.login, sizeof a.login, "%s", login);
    snprintf(a.name, sizeof a.name, "%s", login);
    snprintf(a.kind, sizeof a.kind, "staff");
    snprintf(a.grant[0].role, sizeof a.grant[0].role, "%s", role);
    snprintf(a.grant[0].division, sizeof a.grant[0].division, "%s", division);
    snprintf(sql, sizeof sql,
        "INSERT INTO account (id, login, password, name, kind, state, demo, must_change, failed, created_at) "
        "VALUES (%lld, '%s', '!', '%s', 'staff', 'active', 1, 0, 0, 0)", (long long)a.account, login, login);
    must_run(b.fixture, sql);
    must(evidence_adopt(&b.civil, KEPT_ACCOUNT, &b.d));
    return a;
}

static inline struct actor resident_of(int64_t person, const char *login) {
    struct actor a = staff(login, "resident", "");
    a.grant_count = 0;
    snprintf(a.kind, sizeof a.kind, "resident");
    a.district = DISTRICT;
    a.person = person;
    return a;
}

/* People: number made from birth and a sequence; facts by vocabulary name. */
struct made { const char *name; int year, month, day; bool male; const char *relation, *facts; int64_t id; char number[19]; };
struct making { struct made *m; size_t n; const char *money, *incomes; int64_t household; };

static inline void number_of(const struct made *m, int sequence, char out[19]) {
    snprintf(out, 19, "110102%04d%02d%02d%03d", m->year, m->month, m->day, sequence * 2 + m->male);
    out[17] = citizen_check_digit(out);
    out[18] = 0;
}

static inline enum status make_household(struct txn *t, void *arg, struct diag *d) {
    struct making *x = arg;
    struct actor system = actor_system();
    struct arena *a = txn_arena(t);
    enum status s = household_add(&b.civil, t, &system, DISTRICT, "110102003001", "示例胡同1号", true, &x->household, d);
    for (size_t i = 0; s == OK && i < x->n; i++) {
        static int sequence = 100;
        struct made *m = &x->m[i];
        const struct json *facts = NULL;
        number_of(m, sequence++ % 400 + 50, m->number);
        s = json_parse(a, span_of(m->facts), &facts, d);
        struct person_new p = {.id_number = span_of(m->number), .name = m->name, .male = m->male, .birth = date_from_ymd(m->year, m->month, m->day),
            .division = "110102003001", .hukou = "本市", .bank_account = "6888000000000001", .bank_name = "示例银行", .facts = facts, .synthetic = true, .source = "test"};
        if (s == OK)
            s = person_add(&b.civil, t, &system, DISTRICT, &p, &m->id, d);
        if (s == OK)
            s = household_join(&b.civil, t, &system, DISTRICT, x->household, m->id, m->relation, txn_today(t) - 900, d);
    }
    const struct json *j = NULL;
    if (s == OK && (s = json_parse(a, span_of(x->money), &j, d)) == OK)
        s = register_add(&b.civil, t, &system, "money", DISTRICT, x->household, j, txn_today(t) - 900, "test", d);
    if (s == OK && x->incomes && (s = json_parse(a, span_of(x->incomes), &j, d)) == OK)
        s = register_add(&b.civil, t, &system, "income", DISTRICT, x->m[0].id, j, txn_today(t) - 900, "test", d);
    return s;
}

#define FACTS(marriage, work)                                                  \
    "{\"婚姻状况\":\"" marriage "\",\"就业状态\":\"" work "\",\"劳动能力\":\"有\",\"在读\":\"无\",\"重大疾病\":false,\"单独抚养\":false," \
    "\"依靠兄弟姐妹或老人扶养\":false,\"不计入事由\":\"无\",\"特殊身份\":[],\"就学迁入集体户\":false}"

static inline int64_t household(struct made *m, size_t n, const char *money, const char *incomes) {
    struct making x = {m, n, money, incomes, 0};
    must(store_write(b.civil.store, make_household, &x, &b.d));
    return x.household;
}

static inline enum status base_rows(struct txn *t, void *arg, struct diag *d) {
    enum status s = division_load(&b.civil, t, SPAN("code,name,level,parent\n11,北京市,1,\n110102,西城区,2,11\n110102003,新街口街道,3,110102\n110102003001,西里社区,4,110102003\n"
                                                    "110102004,月坛街道,3,110102\n110102004001,汽北社区,4,110102004\n"), d);
    return s == OK ? register_create_tables(&b.civil, t, d) : s;
}

/* ---- set up ---------------------------------------------------------------------------- */

static inline int load_packs(void **state) {
    char dir[1024];
    struct diag d = {0};
    snprintf(dir, sizeof dir, "%s/packs", getenv("SOURCE_ROOT"));
    expect_ok(packs_load(dir, &packs, &d), &d);
    expect_ok(policies_load(packs, &policies, &d), &d);
    expect_ok(case_models_load(packs, &models, &d), &d);
    return 0;
}

static inline int unload_packs(void **state) {
    case_models_free(models);
    policies_free(policies);
    packs_free(packs);
    return 0;
}

static const char holidays[] = "date,kind,name\n2025-01-01,holiday,元旦\n2025-10-01,holiday,国庆节\n2026-01-01,holiday,元旦\n2026-10-01,holiday,国庆节\n";

static inline int bureau_set_up(void **state, enum test_backend backend) {
    if (fixture_set_up_(state, backend) != 0)
        return -1;
    b = (struct bureau){.fixture = *state};
    if (b.fixture->left_out)
        return 0;
    char key[128];
    snprintf(key, sizeof key, "%s/master.key", b.fixture->folder);
    b.arena = arena_new(0);
    clock_at(2026, 8, 10, 9); /* a Monday under the law of July 2026 */
    must(store_migrate(b.fixture->store, store_migrations, store_migration_count, &b.d));
    must(vault_open_or_create(key, &b.vault, &b.d));
    must(sign_key_new(SIGN_ED25519, &b.ed25519, &b.d));
    must(sign_key_new(SIGN_SM2, &b.sm2, &b.d));
    must(calendar_load(b.arena, SPAN(holidays), &b.civil.calendar, &b.d));
    b.civil = (struct civil){.store = b.fixture->store, .vault = b.vault, .calendar = b.civil.calendar, .packs = packs, .policies = policies, .models = models,
        .log_origin = "minzheng.example/110102", .log_ed25519 = b.ed25519, .log_sm2 = b.sm2, .district = DISTRICT};
    must(store_write(b.civil.store, base_rows, NULL, &b.d));
    b.clerk = staff("clerk", "clerk", "110102003");
    b.second = staff("second", "clerk", "110102003");
    b.third = staff("third", "clerk", "110102003");
    b.reviewer = staff("reviewer", "reviewer", "110102003");
    b.second_reviewer = staff("reviewer2", "reviewer", "110102003");
    b.decider = staff("decider", "decider", "110102003");
    b.district_clerk = staff("district_clerk", "district_clerk", "110102");
    b.district_reviewer = staff("district_clerk2", "district_clerk", "110102");
    b.district_decider = staff("district_decider", "district_decider", "110102");
    b.community = staff("community", "community", "110102003001");
    b.stranger = staff("stranger", "clerk", "110102004");
    return 0;
}
static int bureau_sqlite(void **state) { return bureau_set_up(state, ON_SQLITE); }
static int bureau_postgres(void **state) { return bureau_set_up(state, ON_POSTGRES); }
static inline int bureau_tear_down(void **state) {
    sign_key_free(b.ed25519);
    sign_key_free(b.sm2);
    int r = fixture_tear_down(state);
    vault_free(b.vault);
    arena_free(b.arena);
    return r;
}
#define CASE_TEST(f)                                                           \
    {#f " sqlite", f, bureau_sqlite, bureau_tear_down, NULL},                  \
    {#f " postgresql", f, bureau_postgres, bureau_tear_down, NULL}

/* ---- asking ------------------------------------------------------------------------------ */

/* A man alone without income: 1450 yuan. */
static inline void poor_man(void) {
    struct made m[] = {{"张试一", 1979, 3, 2, true, "本人", FACTS("未婚", "无业"), 0, ""}};
    b.household = household(m, 1, "{\"货币财产\":3000}", NULL);
    b.person = m[0].id;
    b.resident = resident_of(b.person, "zhang");
}

/* The same with a pension of 5000. */
static inline void pensioner(void) {
    struct made m[] = {{"李试二", 1955, 6, 9, true, "本人", FACTS("丧偶", "退休"), 0, ""}};
    b.household = household(m, 1, "{\"货币财产\":3000}", "{\"类别\":\"养老金\",\"月金额\":5000}");
    b.person = m[0].id;
    b.resident = resident_of(b.person, "li");
}

struct filling { bool understate; const struct json *form; };
static inline enum status fill(struct txn *t, void *arg, struct diag *d) {
    struct filling *f = arg;
    return demo_form(&b.civil, t, b.arena, DISTRICT, b.household, b.person, txn_today(t), f->understate, &f->form, d);
}
static inline const struct json *form_data(bool understate) {
    struct filling f = {understate, NULL};
    must(store_read(b.civil.store, fill, &f, &b.d));
    return f.form;
}

static inline enum status apply_as(const struct actor *who, const char *channel, const struct json *data, const char *key, struct case_ref *ret) {
    const struct json *errors = NULL;
    struct application ap = {.matter = "dibao", .channel = channel, .data = data, .applicant_district = DISTRICT, .applicant = b.person, .idempotency_key = key};
    diag_clear(&b.d);
    enum status s = case_apply(&b.civil, b.arena, who, &ap, ret, &errors, &b.d);
    if (s != OK && errors)
        for (size_t i = 0; i < errors->size; i++)
            print_message("  %s %s %s\n", json_str(errors->item[i], "path", ""), json_str(errors->item[i], "code", ""), json_str(errors->item[i], "message", ""));
    return s;
}

static inline struct case_ref applied(void) {
    struct case_ref r;
    must(apply_as(&b.resident, "portal", form_data(false), NULL, &r));
    return r;
}

/* ---- acting ---------------------------------------------------------------------------------- */

static inline int64_t ask(const char *format, ...) PRINTF(1, 2);
static inline int64_t ask(const char *format, ...) {
    char sql[1000];
    va_list v;
    va_start(v, format);
    vsnprintf(sql, sizeof sql, format, v);
    va_end(v);
    return ask_int(b.fixture, sql);
}

static inline int64_t task_at(int64_t case_id, const char *element) {
    return ask("SELECT id FROM case_task WHERE case_id = %lld AND element = '%s' AND state = 'open'", (long long)case_id, element);
}

/* What the pack gives as an example of the step's form; NULL: it has none. */
static inline const struct json *example_data(const char *element) {
    return desk_example(b.arena, packs_matter(packs, "dibao"), element, instant_date(test_instant));
}

static inline enum status complete(const struct actor *who, int64_t case_id, const char *element, const char *outcome, const char *note) {
    int64_t task = task_at(case_id, element);
    if (task < 0)
        fail_msg("no open task at %s", element);
    diag_clear(&b.d);
    const struct json *errors = NULL;
    enum status s = case_task_complete(&b.civil, b.arena, who, task, outcome, note, example_data(element), &errors, &b.d);
    if (s != OK && errors)
        for (size_t i = 0; i < errors->size; i++)
            print_message("  %s %s %s\n", json_str(errors->item[i], "path", ""), json_str(errors->item[i], "code", ""), json_str(errors->item[i], "message", ""));
    return s;
}
#define done(who, id, element, outcome, note) must(complete(&(who), (id), (element), (outcome), (note)))

static inline void sweep(void) {
    bool did = true;
    for (int i = 0; did && i < 50; i++)
        must(case_sweep(&b.civil, &did, &b.d));
}

static inline enum status state_is(struct txn *t, void *arg, struct diag *d) {
    struct { int64_t id; char *text; } *x = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT state FROM case_file WHERE id = ?", SQL_I(x->id));
    if (s == OK)
        x->text = rows_dup(r, 0, b.arena);
    return s;
}
static inline const char *state_of(int64_t id) {
    struct { int64_t id; char *text; } x = {id, NULL};
    must(store_read(b.civil.store, state_is, &x, &b.d));
    return x.text;
}

static inline void serve_latest(const struct actor *who, int64_t id) {
    int64_t notice = ask("SELECT MAX(id) FROM notice WHERE case_id = %lld", (long long)id);
    must(case_notice_served(&b.civil, who, id, notice, "in_person", 0, 0, &b.d));
}

/* From the application to the findings, verification included. */
static inline void investigated(int64_t id) {
    done(b.clerk, id, "accept", "受理", NULL);
    done(b.clerk, id, "authorise", "全部授权", NULL);
    done(b.clerk, id, "visit", "已调查", NULL);
    done(b.second, id, "visit_second", "属实", NULL);
    for (int i = 0; i < 20 && task_at(id, "findings") < 0; i++) {
        clock_days(1);
        sweep();
    }
    if (task_at(id, "findings") < 0)
        fail_msg("the report did not come: %s", state_of(id));
}

static inline void spot_checked(int64_t id) {
    if (task_at(id, "spotcheck_visit") >= 0)
        done(b.district_clerk, id, "spotcheck_visit", "属实", NULL);
}

/* ---- reading ---------------------------------------------------------------------------------- */

typedef enum status (*reader_fn)(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d);
struct reading { reader_fn fn; const struct actor *who; int64_t id; const struct json *json; };

static inline enum status case_reader(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    int64_t version;
    return case_json(c, t, x, who, id, w, &version, d);
}

static inline enum status read_closure(struct txn *t, void *arg, struct diag *d) {
    struct reading *r = arg;
    struct access *x = NULL;
    BUF_AUTO out;
    struct json_writer w;
    buf_init(&out, 0);
    json_begin(&w, &out, false);
    enum status s = access_begin(txn_arena(t), r->who, r->who->person ? "resident" : r->who->grant[0].role, NULL, 0, 0, &x, d);
    if (s == OK)
        s = r->fn(&b.civil, t, x, r->who, r->id, &w, d);
    return s == OK ? json_parse(b.arena, buf_span(&out), &r->json, d) : s;
}
static inline enum status try_read(reader_fn fn, const struct actor *who, int64_t id, const struct json **ret) {
    struct reading r = {fn, who, id, NULL};
    diag_clear(&b.d);
    enum status s = store_read(b.civil.store, read_closure, &r, &b.d);
    *ret = r.json;
    return s;
}
static inline const struct json *shown(reader_fn fn, const struct actor *who, int64_t id) {
    const struct json *j = NULL;
    must(try_read(fn, who, id, &j));
    return j;
}

#endif
