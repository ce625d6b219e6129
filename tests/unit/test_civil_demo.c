/* The made-up district: the same people for the same seed, and as the published
 * marginals say (census 2020; Xicheng is older than the city).  DEMO_PEOPLE=100000
 * measures the size that ./run makes. */
#include "../support/civil_world.h"

#include "civil/decision/decision.h"
#include "civil/demo/demo.h"
#include "crypto/hash.h"

#include <math.h>

enum { PEOPLE = 10000, SMALL = 1500 };

static struct demo_result make(struct world *w, int64_t people, uint64_t seed) {
    struct demo_config config = {.district = "110102", .people = people, .seed = seed, .today = date_from_ymd(2026, 11, 22)};
    struct demo_result r = {0};
    expect_ok(demo_population(&w->civil, &config, &r, &w->f->diag), &w->f->diag);
    return r;
}

struct digest { struct world *w; struct hasher *hasher; char hex[65]; };
static enum status digest(struct txn *t, void *arg, struct diag *d) {
    struct digest *x = arg;
    AUTO(rows) struct rows *r = NULL;
    BUF_AUTO all;
    buf_init(&all, 0);
    enum status s = sql_query(t, &r, d,
        "SELECT r.name, r.birth, r.sex, r.division, r.work, m.relation, h.address, p.id_blind FROM person p JOIN person_record r ON r.district = p.district AND r.person = p.id "
        "JOIN household_member m ON m.district = p.district AND m.person = p.id JOIN household h ON h.district = m.district AND h.id = m.household ORDER BY p.id");
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        for (int i = 0; i < 7; i++)
            if (i == 1)
                buf_addf(&all, "%lld|", (long long)rows_int(r, i));
            else
                buf_addf(&all, "%.*s|", SPAN_ARG(rows_text(r, i)));
    }
    struct hash h = hash_one(HASH_SHA256, buf_span(&all));
    hash_hex(&h, x->hex);
    return s;
}

/* Two stores, then another seed. */
static void the_seed_decides_everything(void **state) {
    FIXTURE(f);
    char first[65] = "";
    for (int i = 0; i < 3; i++) {
        struct fixture g = *f;
        struct world w;
        if (i) { /* another store beside the fixture's */
            snprintf(g.url, sizeof g.url, "sqlite:%s/other%d.db", f->folder, i);
            g.store = NULL;
            assert_true(fixture_open(&g));
        }
        world_open(&w, &g);
        (void)make(&w, SMALL, i == 2 ? 8 : 7);
        struct digest x = {.w = &w};
        expect_ok(READ(&w, digest, &x), &g.diag);
        if (i == 0)
            memcpy(first, x.hex, sizeof first);
        else
            assert_int_equal(strcmp(first, x.hex) == 0, i == 1);
        world_close(&w);
        if (i)
            g.store = store_free(g.store);
    }
}

static void it_is_not_mixed_with_anything(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    struct demo_result r;
    struct demo_config config = {.district = "110102", .people = DEMO_PEOPLE_MIN - 1, .seed = 1, .today = date_from_ymd(2026, 11, 22)};
    expect_fail(demo_population(&w.civil, &config, &r, &f->diag), &f->diag, E_USAGE, "demo.size");
    config.people = DEMO_PEOPLE_MIN;
    config.district = "110199";
    expect_fail(demo_population(&w.civil, &config, &r, &f->diag), &f->diag, E_NOT_FOUND, "demo.district");
    config.district = "110102";
    world_person(&w, "真人", 1);
    expect_fail(demo_population(&w.civil, &config, &r, &f->diag), &f->diag, E_CONFLICT, "demo.exists");
    world_close(&w);
}

/* ---- marginals ------------------------------------------------------------------------ */

static double share(struct world *w, const char *where) {
    char sql[512];
    snprintf(sql, sizeof sql, "SELECT count(*) * 100000 / (SELECT count(*) FROM person_record) FROM person_record r WHERE %s", where);
    return (double)ask_int(w->f, sql) / 1000;
}

static int outside;

static void compare(const char *what, double target, double tolerance, double reached) {
    bool good = fabs(reached - target) <= tolerance;
    print_message("# %-28s target %7.2f +-%5.2f  reached %7.2f%s\n", what, target, tolerance, reached, good ? "" : "   <-- outside");
    outside += !good;
}

static const char *older_than(int years) {
    static char text[2][64];
    static int k;
    k ^= 1;
    snprintf(text[k], sizeof text[k], "r.birth <= %d", (int)date_from_ymd(2026 - years, 11, 22));
    return text[k];
}

static void check_numbers(struct world *w);

static void it_looks_like_the_district(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    const char *more = getenv("DEMO_PEOPLE");
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    struct demo_result r = make(&w, more ? strtoll(more, NULL, 10) : PEOPLE, 1);
    clock_gettime(CLOCK_MONOTONIC, &b);
    double seconds = (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9;
    print_message("# %lld people in %lld households, %.1f s, %.0f people a second\n", (long long)r.people, (long long)r.households, seconds, (double)r.people / seconds);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM person"), r.people);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM household"), r.households);
    outside = 0;
    compare("male %", 51.1, 1.5, share(&w, "r.sex = '男'"));
    compare("age 0-14 %", 11.84, 2, 100 - share(&w, older_than(15)));
    compare("age 60+ % (19.6 city, 30 Xicheng)", 26, 5, share(&w, older_than(60)));
    compare("age 65+ % (13.3 city)", 17, 4.5, share(&w, older_than(65)));
    compare("age 80+ %", 4, 2.5, share(&w, older_than(80)));
    compare("household size", 2.31, 0.1, (double)r.people / (double)r.households);
    compare("disabled %", 2.6, 0.8, (double)ask_int(f, "SELECT count(DISTINCT owner) * 100000 / (SELECT count(*) FROM person) FROM reg_disability") / 1000);
    compare("disabled: limb % of them", 50, 8, (double)ask_int(f, "SELECT sum(CASE WHEN kind = '肢体' THEN 1 ELSE 0 END) * 1000 / count(*) FROM reg_disability") / 10);
    compare("disabled: grades 1-2 %", 40, 8, (double)ask_int(f, "SELECT sum(CASE WHEN grade <= 2 THEN 1 ELSE 0 END) * 1000 / count(*) FROM reg_disability") / 10);
    compare("registered elsewhere %", 36, 8, share(&w, "r.hukou = '外埠'"));
    compare("65+ living alone %", 12.5, 5, (double)ask_int(f,
        "SELECT sum(CASE WHEN n = 1 THEN 1 ELSE 0 END) * 1000 / count(*) FROM (SELECT r.person, (SELECT count(*) FROM household_member k "
        "WHERE k.district = m.district AND k.household = m.household) AS n FROM person_record r JOIN household_member m ON m.district = r.district AND m.person = r.person "
        "WHERE r.birth <= -2963) q") / 10);
    compare("couples' ages apart, years", 2.5, 2, (double)ask_int(f,
        "SELECT avg(abs(a.birth - b.birth)) FROM household_member m JOIN household_member k ON k.district = m.district AND k.household = m.household AND k.relation = '配偶' "
        "JOIN person_record a ON a.district = m.district AND a.person = m.person JOIN person_record b ON b.district = k.district AND b.person = k.person WHERE m.relation = '本人'") / 365.25);
    assert_int_equal(outside, 0);
    /* Children are not older than their parents, nobody is older than 117 or born tomorrow. */
    assert_int_equal(ask_int(f, "SELECT count(*) FROM household_member m JOIN household_member k ON k.district = m.district AND k.household = m.household AND k.relation = '子女' "
        "JOIN person_record a ON a.district = m.district AND a.person = m.person JOIN person_record b ON b.district = k.district AND b.person = k.person "
        "WHERE m.relation = '本人' AND b.birth < a.birth + 5844"), 0);
    assert_true(ask_int(f, "SELECT max(birth) FROM person_record") <= date_from_ymd(2026, 11, 22));
    assert_int_equal(ask_int(f, "SELECT count(*) FROM person WHERE synthetic <> 1"), 0);
    /* Something for every article that names an odd situation. */
    static const char *const odd[] = {"r.single_parent = 1", "r.kept_by_relatives = 1", "r.not_counted <> '无'", "r.identities <> ''", "r.collective_hukou = 1",
        "r.serious_illness = 1", "r.work = '失业'", "r.schooling = '研究生'", "r.marriage = '丧偶'"};
    for (size_t i = 0; i < ARRAY_LEN(odd); i++)
        if (share(&w, odd[i]) <= 0)
            fail_msg("nobody with %s", odd[i]);
    check_numbers(&w);
    world_close(&w);
}

/* ---- numbers, facts ------------------------------------------------------------------- */

struct everyone { struct world *w; int64_t after; int seen, decided[4]; struct policies *policies; };

static enum status open_numbers(struct txn *t, void *arg, struct diag *d) {
    struct everyone *x = arg;
    AUTO(rows) struct rows *r = NULL;
    struct access *access = NULL;
    enum status s = access_begin(txn_arena(t), &x->w->clerk, "clerk", "audit", 0, 0, &access, d);
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT p.id, q.birth, q.sex FROM person p JOIN person_record q ON q.district = p.district AND q.person = p.id WHERE p.id > ? ORDER BY p.id LIMIT 500",
            SQL_I(x->after));
    for (bool more = true; s == OK;) {
        struct span number;
        struct citizen_number n;
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        x->after = rows_int(r, 0);
        s = person_reveal(&x->w->civil, t, access, txn_arena(t), DISTRICT, x->after, ACCESS_NUMBER, &number, d);
        if (s == OK)
            s = citizen_number_parse(number, &n, d);
        if (s == OK)
            assert_true(n.birth == rows_date(r, 1) && n.male == span_is(rows_text(r, 2), "男"));
        x->seen++;
    }
    return s;
}

/* Unique by the schema (person_number); here: valid, and the person's own. */
static void check_numbers(struct world *w) {
    struct everyone x = {.w = w};
    for (int before = -1; before != x.seen && x.seen < 5000;) {
        before = x.seen;
        expect_ok(READ(w, open_numbers, &x), &w->f->diag);
    }
    assert_true(x.seen >= 500);
}

static enum status decide_some(struct txn *t, void *arg, struct diag *d) {
    struct everyone *x = arg;
    struct arena *a = txn_arena(t);
    AUTO(rows) struct rows *r = NULL;
    struct access *access = NULL;
    enum status s = access_begin(a, &x->w->clerk, "clerk", "review", 0, 0, &access, d);
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT household, person FROM household_member WHERE relation = '本人' ORDER BY household LIMIT 30");
    for (bool more = true; s == OK;) {
        const struct json *facts = NULL, *sources = NULL;
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        s = household_facts(&x->w->civil, t, access, a, DISTRICT, rows_int(r, 0), rows_int(r, 1), txn_today(t), &facts, &sources, d);
        struct span key[] = {SPAN("日期"), SPAN("户"), SPAN("在享"), SPAN("申请")};
        const struct json *value[] = {json_new_string(a, SPAN("2026-11-22")), facts, json_new_array(a, NULL, 0), json_new_object(a, NULL, NULL, 0)};
        struct decision_request q = {.scheme = "dibao", .facts = s == OK ? json_new_object(a, key, value, 4) : NULL, .as_of = DATE_NONE};
        struct decision made;
        if (s == OK)
            s = decision_make(x->policies, a, &q, &made, d);
        if (s == OK)
            x->decided[made.outcome]++;
    }
    return s;
}

static void the_rules_take_what_the_registers_say(void **state) {
    FIXTURE(f);
    struct world w;
    struct everyone x = {.w = &w};
    world_open(&w, f);
    (void)make(&w, SMALL, 3);
    expect_ok(policies_load(w.packs, &x.policies, &f->diag), &f->diag);
    expect_ok(READ(&w, decide_some, &x), &f->diag);
    print_message("# outcomes of 30 households: %d %d %d %d\n", x.decided[0], x.decided[1], x.decided[2], x.decided[3]);
    int n = 0;
    for (int i = 0; i < 4; i++)
        n += x.decided[i];
    assert_int_equal(n, 30);
    assert_true(x.decided[DECISION_NOT_ELIGIBLE] > 10);
    policies_free(x.policies);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_SQLITE_ONLY(the_seed_decides_everything),
        ON_BOTH(it_is_not_mixed_with_anything),
        ON_SQLITE_ONLY(it_looks_like_the_district),
        ON_BOTH(the_rules_take_what_the_registers_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
