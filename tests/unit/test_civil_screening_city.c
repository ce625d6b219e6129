/* The made-up city: the same bytes for the same seed and any number of threads, and
 * marginals as ../shared/population lists them (census 2020, the plans).  Target and
 * reached are printed; each row can fail.  CITY_PEOPLE=1000000 measures another size, UNIT_SEED
 * another city. */
#include "../support/test_store.h"

#include "base/buf.h"
#include "civil/decision/decision.h"
#include "civil/pack/pack.h"
#include "civil/screening/city.h"
#include "civil/screening/program.h"
#include "civil/screening/rows.h"
#include "civil/screening/snapshot_files.h"

#include <math.h>
#include <stdio.h>

enum { PEOPLE = 100000, SMALL = 20000 };
static const date_t TODAY = 20779; /* 2026-11-22 */

struct town {
    struct arena *a;
    struct schema schema;
    struct span divisions;
};

static struct span whole(struct arena *a, const char *root, const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", root, name);
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    char *text = arena_alloc(a, 1 << 20);
    size_t n = fread(text, 1, 1 << 20, in);
    fclose(in);
    return (struct span){text, n};
}

/* The sixteen districts, each with forty communities. */
static struct span communities(struct arena *a) {
    static const int district[] = {110101, 110102, 110105, 110106, 110107, 110108, 110109, 110111, 110112, 110113, 110114, 110115, 110116, 110117, 110118, 110119};
    struct buf text;
    buf_init(&text, 1 << 20);
    buf_adds(&text, "code,name,level,parent\n11,北京市,1,\n");
    for (size_t i = 0; i < ARRAY_LEN(district); i++)
        for (int k = 0; k < 40; k++)
            buf_addf(&text, "%d%03d%03d,社区,4,%d%03d\n", district[i], k / 10 + 1, k % 10 + 1, district[i], k / 10 + 1);
    struct span copy = {arena_dup(a, buf_span(&text)), text.size};
    buf_release(&text);
    return copy;
}

static void town_open(struct town *t, struct fixture *f) {
    *t = (struct town){.a = arena_new(0)};
    struct vocabulary v;
    expect_ok(vocabulary_load(t->a, whole(t->a, getenv("SOURCE_ROOT"), "packs/vocabulary.csv"), &v, &f->diag), &f->diag);
    expect_ok(schema_new(t->a, &v, &t->schema, &f->diag), &f->diag);
    t->divisions = communities(t->a);
}

static struct city_config config_of(const struct town *t, int64_t people, uint64_t seed, unsigned threads) {
    return (struct city_config){.people = people, .seed = seed, .today = TODAY, .missed_millionths = 200000, .lapsed_millionths = 40000, .dibao_fen = 145000,
        .low_income_fen = 254000, .divisions = t->divisions, .threads = threads};
}

static struct snapshot *make(struct town *t, struct fixture *f, const char *name, const struct city_config *c) {
    AUTO(snapshot_writer) struct snapshot_writer *w = NULL;
    struct snapshot *s = NULL;
    char dir[600];
    snprintf(dir, sizeof dir, "%s/%s", f->folder, name);
    expect_ok(snapshot_writer_new(dir, &t->schema, &w, &f->diag), &f->diag);
    expect_ok(city_write(c, &t->schema, w, &f->diag), &f->diag);
    struct cohort_snapshot about = {.date = c->today, .source = {.synthetic = true}};
    expect_ok(snapshot_finish(w, &about, &f->diag), &f->diag);
    expect_ok(snapshot_open(dir, true, &s, &f->diag), &f->diag);
    return s;
}

static void the_seed_decides_everything(void **state) {
    FIXTURE(f);
    struct town t;
    town_open(&t, f);
    struct city_config one = config_of(&t, SMALL + 3, 5, 1), three = config_of(&t, SMALL + 3, 5, 3), other = config_of(&t, SMALL + 3, 6, 2);
    AUTO(snapshot) struct snapshot *a = make(&t, f, "a", &one), *b = make(&t, f, "b", &three), *c = make(&t, f, "c", &other);
    assert_string_equal(snapshot_sha256(a), snapshot_sha256(b));
    assert_string_not_equal(snapshot_sha256(a), snapshot_sha256(c));
    assert_int_equal(cohort_list_find(snapshot_household(a), SPAN("成员"))->of->count, SMALL + 3);
    arena_free(t.a);
}

static void any_size_and_nothing_else(void **state) {
    FIXTURE(f);
    struct town t;
    town_open(&t, f);
    static const int64_t sizes[] = {1, 2, 3, 7, 8193};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        char name[16];
        snprintf(name, sizeof name, "n%zu", i);
        struct city_config c = config_of(&t, sizes[i], 9, 2);
        AUTO(snapshot) struct snapshot *s = make(&t, f, name, &c);
        assert_int_equal(cohort_list_find(snapshot_household(s), SPAN("成员"))->of->count, sizes[i]);
    }
    AUTO(snapshot_writer) struct snapshot_writer *w = NULL;
    char dir[600];
    snprintf(dir, sizeof dir, "%s/refused", f->folder);
    expect_ok(snapshot_writer_new(dir, &t.schema, &w, &f->diag), &f->diag);
    struct city_config c = config_of(&t, 0, 1, 1);
    expect_fail(city_write(&c, &t.schema, w, &f->diag), &f->diag, E_USAGE, "snapshot.people");
    c = config_of(&t, 10, 1, 1);
    c.missed_millionths = 1000000;
    expect_fail(city_write(&c, &t.schema, w, &f->diag), &f->diag, E_USAGE, "snapshot.share");
    c.missed_millionths = 0;
    c.divisions = SPAN("code,name,level,parent\n31,上海市,1,\n");
    expect_fail(city_write(&c, &t.schema, w, &f->diag), &f->diag, E_INPUT, "snapshot.divisions");
    c.divisions = SPAN("not,divisions\n");
    expect_fail(city_write(&c, &t.schema, w, &f->diag), &f->diag, E_INPUT, "csv.header");
    arena_free(t.a);
}

static bool stop_at_once(void *arg, int64_t people) { return ++*(int *)arg == 2; }

static void it_can_be_stopped(void **state) {
    FIXTURE(f);
    struct town t;
    town_open(&t, f);
    int calls = 0;
    struct city_config c = config_of(&t, 50000, 1, 2);
    c.progress = stop_at_once;
    c.arg = &calls;
    char dir[600];
    snprintf(dir, sizeof dir, "%s/stopped", f->folder);
    AUTO(snapshot_writer) struct snapshot_writer *w = NULL;
    expect_ok(snapshot_writer_new(dir, &t.schema, &w, &f->diag), &f->diag);
    expect_fail(city_write(&c, &t.schema, w, &f->diag), &f->diag, E_SYSTEM, "snapshot.interrupted");
    assert_int_equal(calls, 2);
    arena_free(t.a);
}

/* ---- what it looks like ---------------------------------------------------------------------- */

struct look {
    const struct cohort_table *household, *member, *income, *disability, *benefit;
    const struct cohort_list *members, *incomes, *disabilities, *benefits;
    const struct cohort_column *sex, *birth, *hukou, *relation, *school, *kind, *amount, *dis_kind, *dis_grade, *what, *for_whom, *made;
    const int64_t *division;
    bool ok;
};

static const struct cohort_column *column(const struct cohort_table *t, const char *name) {
    const struct cohort_column *c = cohort_column_find(t, span_of(name));
    if (!c)
        fail_msg("no column %s", name);
    return c;
}

static struct look look_at(const struct snapshot *s) {
    struct look l = {.household = snapshot_household(s), .ok = true, .division = snapshot_divisions(s)};
    l.members = cohort_list_find(l.household, SPAN("成员"));
    l.benefits = cohort_list_find(l.household, SPAN("在享"));
    l.member = l.members->of;
    l.benefit = l.benefits->of;
    l.incomes = cohort_list_find(l.member, SPAN("收入"));
    l.income = l.incomes->of;
    l.disabilities = cohort_list_find(l.member, SPAN("残疾"));
    l.disability = l.disabilities->of;
    l.sex = column(l.member, "性别"), l.birth = column(l.member, "出生日期"), l.hukou = column(l.member, "户籍"), l.relation = column(l.member, "与申请人关系");
    l.school = column(l.member, "在读"), l.kind = column(l.income, "类别"), l.amount = column(l.income, "月金额"), l.made = column(l.household, "_made");
    l.dis_kind = column(l.disability, "类别"), l.dis_grade = column(l.disability, "等级"), l.what = column(l.benefit, "待遇"), l.for_whom = column(l.benefit, "对象");
    return l;
}

static bool is(const struct cohort_column *c, uint64_t row, const char *word) { return span_is(c->word[cohort_stored(c, row)], word); }

/* Within `by` of the target, relatively. */
static void expect(struct look *l, const char *what, double target, double reached, double by) {
    bool ok = fabs(reached - target) <= by * target;
    print_message("# %-44s target %10.2f  reached %10.2f%s\n", what, target, reached, ok ? "" : "  <-- outside");
    l->ok &= ok;
}

/* A tolerance for what is counted: three standard deviations of a count, and `by` of the model's own. */
static void expect_count(struct look *l, const char *what, double city, double count, double by) {
    double scale = 21893095.0 / (double)l->member->count, target = city / scale;
    bool ok = fabs(count - target) <= by * target + 3 * sqrt(target);
    print_message("# %-44s target %10.0f  reached %10.0f (in the city)%s\n", what, city, count * scale, ok ? "" : "  <-- outside");
    l->ok &= ok;
}

static void ages_and_homes(struct look *l) {
    double people = (double)l->member->count, male = 0, age[4] = {0}, local = 0, alone65 = 0, xicheng = 0, xicheng60 = 0, students = 0, old_students = 0;
    for (uint64_t h = 0; h < l->household->count; h++)
        for (uint64_t m = l->members->offset[h]; m < l->members->offset[h + 1]; m++) {
            int years = date_age((date_t)cohort_stored(l->birth, m), TODAY);
            assert_in_range(years, 0, 110);
            male += is(l->sex, m, "男");
            age[years < 15 ? 0 : years < 60 ? 1 : years < 65 ? 2 : 3]++;
            local += is(l->hukou, m, "本市");
            alone65 += years >= 65 && l->members->offset[h + 1] - l->members->offset[h] == 1;
            xicheng += l->division[h] / 1000000 == 110102;
            xicheng60 += l->division[h] / 1000000 == 110102 && years >= 60;
            students += !is(l->school, m, "无");
            old_students += !is(l->school, m, "无") && years >= 25;
        }
    expect(l, "men, %", 51.1, 100 * male / people, 0.015);
    expect(l, "aged 0-14, %", 11.84, 100 * age[0] / people, 0.05);
    expect(l, "aged 15-59, %", 68.53, 100 * age[1] / people, 0.02);
    expect(l, "aged 60+, %", 19.63, 100 * (age[2] + age[3]) / people, 0.05);
    expect(l, "aged 65+, %", 13.30, 100 * age[3] / people, 0.05);
    expect(l, "people a household", 2.31, people / (double)l->household->count, 0.02);
    expect(l, "registered in Beijing, %", 64, 100 * local / people, 0.04);
    expect(l, "of those 65+ living alone, %", 12.5, 100 * alone65 / age[3], 0.12);
    expect(l, "Xicheng, of the city's people, %", 5.05, 100 * xicheng / people, 0.1);
    expect(l, "Xicheng, aged 60+, %", 30, 100 * xicheng60 / xicheng, 0.04 + 3 * sqrt(1.5 * 0.7 / (0.3 * xicheng))); /* old people live together: 1.5 */
    assert_true(students > 0.1 * people && old_students == 0);
}

static int larger(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Each person with the income a head of the household, where all incomes are known. */
static void incomes(struct look *l) {
    double *of = calloc(l->member->count, sizeof *of), sum = 0, weighted = 0;
    size_t n = 0;
    for (uint64_t h = 0; h < l->household->count; h++) {
        uint64_t first = l->members->offset[h], end = l->members->offset[h + 1];
        double all = 0;
        bool known = true;
        for (uint64_t m = first; m < end; m++) {
            known &= !cohort_bit(l->incomes->unknown, m);
            for (uint64_t i = l->incomes->offset[m]; i < l->incomes->offset[m + 1]; i++)
                all += (double)cohort_stored(l->amount, i) / 100;
        }
        for (uint64_t m = first; known && m < end; m++)
            of[n++] = all / (double)(end - first);
    }
    qsort(of, n, sizeof *of, larger);
    for (size_t i = 0; i < n; i++) {
        sum += of[i];
        weighted += (2.0 * (double)i + 1 - (double)n) * of[i];
    }
    expect(l, "disposable income a head and year, yuan", 81752, 12 * sum / (double)n, 0.04);
    expect(l, "Gini of it", 0.38, weighted / ((double)n * sum), 0.05);
    print_message("# median %.0f a year, poorest tenth below %.0f, richest above %.0f\n", 12 * of[n / 2], 12 * of[n / 10], 12 * of[n - n / 10]);
    free(of);
}

static void disability(struct look *l) {
    static const struct { const char *kind; double share, by; } kinds[] = {{"肢体", 50, 0.12}, {"视力", 14, 0.3}, {"听力", 13, 0.3}, {"精神", 9.5, 0.3}, {"智力", 9.5, 0.3}, {"言语", 4, 0.5}};
    double holders = 0, severe = 0, first[ARRAY_LEN(kinds)] = {0};
    for (uint64_t m = 0; m < l->member->count; m++) {
        uint64_t at = l->disabilities->offset[m];
        if (at == l->disabilities->offset[m + 1])
            continue;
        holders++;
        severe += cohort_stored(l->dis_grade, at) <= 2;
        for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
            first[k] += is(l->dis_kind, at, kinds[k].kind);
    }
    expect_count(l, "disability certificates", 575000, holders, 0.06);
    expect(l, "of them grades 1 and 2, %", 40, 100 * severe / holders, 0.1);
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
        expect(l, kinds[k].kind, kinds[k].share, 100 * first[k] / holders, kinds[k].by);
}

static void benefits(struct look *l) {
    double dibao = 0, subsidies = 0, on_file = 0, old_age = 0, tekun = 0, eighty = 0, made[6] = {0};
    for (uint64_t h = 0; h < l->household->count; h++) {
        bool hard = false;
        double people = (double)(l->members->offset[h + 1] - l->members->offset[h]);
        made[cohort_stored(l->made, h)]++;
        for (uint64_t b = l->benefits->offset[h]; b < l->benefits->offset[h + 1]; b++) {
            bool two = is(l->what, b, "困难残疾人生活补贴") || is(l->what, b, "重度残疾人护理补贴");
            dibao += is(l->what, b, "低保") ? people : 0;
            tekun += is(l->what, b, "特困");
            subsidies += two;
            old_age += is(l->what, b, "高龄津贴");
            hard |= is(l->what, b, "困难残疾人生活补贴") || is(l->what, b, "困难老年人养老服务补贴") || is(l->what, b, "困境儿童生活费") || is(l->what, b, "低保") || is(l->what, b, "低收入") || is(l->what, b, "特困");
        }
        on_file += hard;
    }
    for (uint64_t m = 0; m < l->member->count; m++)
        eighty += date_age((date_t)cohort_stored(l->birth, m), TODAY) >= 80 && is(l->hukou, m, "本市");
    expect_count(l, "persons on dibao", 100000, dibao, 0.08);
    expect_count(l, "persons on destitute support", 9000, tekun, 0.15);
    expect_count(l, "the two subsidies for disabled people", 324300, subsidies, 0.06);
    expect_count(l, "hardship households on file", 220000, on_file, 0.12);
    expect(l, "of residents aged 80+ with the old-age allowance, %", 97, 100 * old_age / eighty, 0.03);
    double right = made[MADE_PAID] + made[MADE_MISSED];
    expect(l, "made to qualify and missed, %", 20, 100 * made[MADE_MISSED] / right, 0.01 + 3 * sqrt(0.8 / (0.2 * right)));
    expect(l, "receiving and lapsed, %", 4, 100 * made[MADE_LAPSED] / (made[MADE_PAID] + made[MADE_LAPSED]), 0.01 + 3 * sqrt(0.96 / (0.04 * made[MADE_PAID])));
}

/* Couples are of an age: half of them within two years, hardly any beyond ten. */
static void couples(struct look *l) {
    double n = 0, near = 0, far = 0;
    for (uint64_t h = 0; h < l->household->count; h++)
        for (uint64_t first = l->members->offset[h], m = first + 1; m < l->members->offset[h + 1]; m++)
            if (is(l->relation, m, "配偶")) {
                double years = fabs((double)(cohort_stored(l->birth, m) - cohort_stored(l->birth, first))) / 365.25;
                n++;
                near += years <= 3;
                far += years > 10;
                assert_true(cohort_stored(l->sex, m) != cohort_stored(l->sex, first));
            }
    print_message("# couples: %.0f %% within three years, %.2f %% beyond ten\n", 100 * near / n, 100 * far / n);
    assert_true(near > 0.5 * n && far < 0.01 * n);
}

static void it_looks_like_the_city(void **state) {
    FIXTURE(f);
    struct town t;
    town_open(&t, f);
    const char *size = getenv("CITY_PEOPLE"), *seed = getenv("UNIT_SEED");
    struct city_config c = config_of(&t, size ? strtoll(size, NULL, 10) : PEOPLE, seed ? strtoull(seed, NULL, 10) : 1, 2);
    AUTO(snapshot) struct snapshot *s = make(&t, f, "city", &c);
    struct look l = look_at(s);
    ages_and_homes(&l);
    incomes(&l);
    disability(&l);
    benefits(&l);
    couples(&l);
    assert_true(l.ok);
    arena_free(t.a);
}

/* ---- what the policy says of those made ------------------------------------------------------- */

/* Made to qualify, they do, unless nobody has looked at their deposits; made to lapse, they do not. */
static void the_policy_sees_what_was_made(void **state) {
    FIXTURE(f);
    struct town t;
    town_open(&t, f);
    struct city_config c = config_of(&t, 12000, 3, 2);
    c.missed_millionths = 400000;
    c.lapsed_millionths = 200000;
    AUTO(snapshot) struct snapshot *s = make(&t, f, "city", &c);
    struct packs *packs = NULL;
    struct policies *policies = NULL;
    char dir[600];
    snprintf(dir, sizeof dir, "%s/packs", getenv("SOURCE_ROOT"));
    expect_ok(packs_load(dir, &packs, &f->diag), &f->diag);
    expect_ok(policies_load(packs, &policies, &f->diag), &f->diag);
    struct screening_program x;
    expect_ok(screening_compile(policies, t.a, snapshot_household(s), "dibao", TODAY, NULL, 0, &x, &f->diag), &f->diag);
    const struct cohort_column *made = column(snapshot_household(s), "_made"), *money = column(snapshot_household(s), "货币财产");
    int of[6] = {0}, as_meant[6] = {0};
    for (uint64_t h = 0; h < snapshot_household(s)->count; h++) {
        int m = (int)cohort_stored(made, h);
        if (m != MADE_PAID && m != MADE_LAPSED && !(m == MADE_MISSED && !cohort_bit(money->unknown, h)))
            continue;
        AUTO(arena) struct arena *a = arena_new(0);
        struct decision r;
        expect_ok(screening_decide(&x, a, h, NULL, &r, &f->diag), &f->diag);
        of[m]++;
        as_meant[m] += r.outcome == (m == MADE_LAPSED ? DECISION_NOT_ELIGIBLE : DECISION_ELIGIBLE);
    }
    print_message("# as meant: paid %d of %d, missed %d of %d, lapsed %d of %d\n", as_meant[MADE_PAID], of[MADE_PAID], as_meant[MADE_MISSED], of[MADE_MISSED],
        as_meant[MADE_LAPSED], of[MADE_LAPSED]);
    assert_true(of[MADE_PAID] > 15 && of[MADE_MISSED] > 2 && of[MADE_LAPSED] > 2);
    for (int m = MADE_PAID; m <= MADE_LAPSED; m++)
        assert_int_equal(as_meant[m], of[m]);
    policies_free(policies);
    packs_free(packs);
    arena_free(t.a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_SQLITE_ONLY(the_seed_decides_everything),
        ON_SQLITE_ONLY(any_size_and_nothing_else),
        ON_SQLITE_ONLY(it_can_be_stopped),
        ON_SQLITE_ONLY(it_looks_like_the_city),
        ON_SQLITE_ONLY(the_policy_sees_what_was_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
