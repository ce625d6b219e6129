/* A decision over a whole register: the policy compiled to columns beside the same decision
 * written by hand in C, in one run, results found equal first (bench/dibao-like); then the
 * packs' own dibao over a made-up city.  COHORT_PEOPLE=N: another size of the city.
 *
 *   bench_cohort FOLDER
 *
 * writes the made-up households as households.csv and members.csv, and prints the first part's figures as one JSON object:
 * for bench_duckdb.mjs. */
#include "bench.h"
#include "dibao-like/by_hand.h"
#include "dibao-like/households.h"

#include "civil/screening/city.h"
#include "civil/screening/program.h"
#include "civil/screening/snapshot_files.h"

#include <ftw.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { HOUSEHOLDS = 1000000, TINY = 30000, THREADS_MAX = 2, TURNS = 12, FINDINGS = 6, OUTPUTS = 2, MEMBERS_MAX = 7 };
static const date_t TODAY = 20779; /* 2026-11-22 */

struct register_ { /* of made-up households */
    struct dibao_columns c;
    struct cohort_table household, member;
    struct cohort_list list;
    struct cohort_column own[6], of[4];
    uint64_t *offset;
};

static void *zeros(size_t n) {
    void *p = aligned_alloc(64, (n + 127) / 64 * 64);
    BENCH_CHECK(p != NULL);
    memset(p, 0, (n + 127) / 64 * 64);
    return p;
}

static void *whole_file(const char *path, struct span *ret) {
    FILE *f = fopen(path, "rb");
    char *text = zeros(1 << 20);
    BENCH_CHECK(f != NULL);
    *ret = (struct span){text, fread(text, 1, 1 << 20, f)};
    BENCH_CHECK(fclose(f) == 0 && ret->size > 0);
    return text;
}

/* ---- the households ------------------------------------------------------------------------ */

#define COLUMN(text, kind_, bytes, at, lo, hi) {.name = {text, sizeof text - 1}, .kind = kind_, .width = bytes, .value = at, .low = lo, .high = hi}

static void draw(struct register_ *r, int64_t n) {
    int32_t *deposits = zeros((size_t)n * 4), *rent = zeros((size_t)n * 4), *medical = zeros((size_t)n * 4), *income = zeros((size_t)n * 4 * MEMBERS_MAX);
    int8_t *cars = zeros((size_t)n), *homes = zeros((size_t)n), *local = zeros((size_t)n), *age = zeros((size_t)n * MEMBERS_MAX);
    int8_t *grade = zeros((size_t)n * MEMBERS_MAX), *student = zeros((size_t)n * MEMBERS_MAX);
    uint32_t *first = zeros((size_t)(n + 1) * 4);
    struct household_draw d;
    int64_t m = 0;
    household_start(&d);
    r->offset = zeros((size_t)(n + 1) * 8);
    for (int64_t i = 0; i < n; i++) {
        struct household h;
        household_next(&d, &h);
        deposits[i] = h.deposits;
        rent[i] = h.rent;
        medical[i] = h.medical;
        cars[i] = (int8_t)h.cars;
        homes[i] = (int8_t)h.homes;
        local[i] = h.local;
        for (int k = 0; k < h.count; k++, m++) {
            age[m] = (int8_t)h.member[k].age;
            income[m] = h.member[k].income;
            grade[m] = (int8_t)h.member[k].grade;
            student[m] = h.member[k].student;
        }
        first[i + 1] = (uint32_t)m;
        r->offset[i + 1] = (uint64_t)m;
    }
    r->c = (struct dibao_columns){n, m, deposits, rent, medical, cars, homes, local, first, age, grade, student, income};
    const struct cohort_column own[] = {COLUMN("存款", COHORT_NUMBER, 4, deposits, 0, 500000), COLUMN("机动车", COHORT_NUMBER, 1, cars, 0, 2),
        COLUMN("住房套数", COHORT_NUMBER, 1, homes, 0, 2), COLUMN("本市户籍", COHORT_BOOLEAN, 1, local, 0, 1),
        COLUMN("房租", COHORT_NUMBER, 4, rent, 0, 3000), COLUMN("医疗支出", COHORT_NUMBER, 4, medical, 0, 4000)};
    const struct cohort_column of[] = {COLUMN("年龄", COHORT_NUMBER, 1, age, 0, 91), COLUMN("月收入", COHORT_NUMBER, 4, income, 0, 17642),
        COLUMN("残疾等级", COHORT_NUMBER, 1, grade, 0, 4), COLUMN("在校学生", COHORT_BOOLEAN, 1, student, 0, 1)};
    memcpy(r->own, own, sizeof own);
    memcpy(r->of, of, sizeof of);
    r->member = (struct cohort_table){.name = SPAN("成员"), .count = (uint64_t)m, .column = r->of, .column_count = ARRAY_LEN(of)};
    r->list = (struct cohort_list){.name = SPAN("家庭成员"), .of = &r->member, .offset = r->offset};
    r->household = (struct cohort_table){.name = SPAN("户"), .count = (uint64_t)n, .column = r->own, .column_count = ARRAY_LEN(own), .list = &r->list, .list_count = 1};
}

/* ---- running -------------------------------------------------------------------------------- */

typedef void (*by_hand)(const struct dibao_columns *, int64_t, int64_t, int8_t *, int32_t *);

struct job { /* a range of rows on one thread */
    const struct cohort_program *p;
    struct arena *scratch;
    uint64_t from, count;
    struct cohort_result result;
    int64_t *value[4];
    const struct dibao_columns *c;
    by_hand hand;
    int8_t *finding;
    int32_t *amount;
    double cpu;      /* seconds of this thread's processor time, the turn's */
};

static double thread_cpu(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void *work(void *arg) {
    struct job *j = arg;
    struct diag d = {0};
    double from = thread_cpu();
    if (j->hand)
        j->hand(j->c, (int64_t)j->from, (int64_t)(j->from + j->count), j->finding, j->amount);
    else
        bench_ok(cohort_run(j->p, j->scratch, j->from, j->count, &j->result, &d), "cohort_run", &d);
    j->cpu = thread_cpu() - from;
    return NULL;
}

/* Of the best turn: seconds of the clock, and of the processor for the slowest thread, which
 * others' work disturbs less. */
struct taken { double wall, cpu; };

static struct taken best(struct job *job, int threads) {
    struct taken least = {INFINITY, INFINITY};
    for (int k = 0; k < (bench_tiny() ? 1 : TURNS); k++) {
        pthread_t t[THREADS_MAX];
        double from = bench_now();
        for (int i = 1; i < threads; i++)
            BENCH_CHECK(pthread_create(&t[i], NULL, work, &job[i]) == 0);
        work(&job[0]);
        for (int i = 1; i < threads; i++)
            BENCH_CHECK(pthread_join(t[i], NULL) == 0);
        double s = bench_now() - from, cpu = job[0].cpu;
        for (int i = 1; i < threads; i++)
            cpu = job[i].cpu > cpu ? job[i].cpu : cpu;
        least.wall = s < least.wall ? s : least.wall;
        least.cpu = cpu < least.cpu ? cpu : least.cpu;
    }
    return least;
}

/* The same rows on one thread, or half of them on each of two. */
static int shared(const struct job *whole, struct job *ret, int threads, uint64_t rows) {
    for (int i = 0; i < threads; i++) {
        ret[i] = *whole;
        ret[i].from = rows * (uint64_t)i / (uint64_t)threads;
        ret[i].count = rows * (uint64_t)(i + 1) / (uint64_t)threads - ret[i].from;
        ret[i].scratch = arena_new(0);
        BENCH_CHECK(ret[i].scratch != NULL);
        if (whole->hand)
            continue;
        ret[i].result.state = whole->result.state + ret[i].from;
        for (int o = 0; o < 4; o++)
            ret[i].value[o] = whole->value[o] ? whole->value[o] + ret[i].from : NULL;
        ret[i].result.value = ret[i].value;
    }
    return threads;
}

static struct taken seconds(const struct job *whole, int threads, uint64_t rows) {
    struct job job[THREADS_MAX];
    struct taken s = best(job, shared(whole, job, threads, rows));
    for (int i = 0; i < threads; i++)
        arena_free(job[i].scratch);
    return s;
}

/* ---- the decision that is written by hand ------------------------------------------------------ */

#define BIND(text, k) {.input = {text, sizeof text - 1}, .kind = k}
static const struct cohort_bind binds[] = {BIND("家庭成员", COHORT_LIST), BIND("存款", COHORT_COLUMN), BIND("机动车", COHORT_COLUMN),
    BIND("住房套数", COHORT_COLUMN), BIND("本市户籍", COHORT_COLUMN), BIND("房租", COHORT_COLUMN), BIND("医疗支出", COHORT_COLUMN)};
#define FINDING "if 结果.认定 = \"符合\" then 0 else if 结果.认定 = \"非本市户籍\" then 1 else if 结果.认定 = \"有机动车\" then 2 " \
    "else if 结果.认定 = \"住房超标\" then 3 else if 结果.认定 = \"存款超标\" then 4 else 5"
static const struct cohort_output outputs[OUTPUTS] = {{{FINDING, sizeof FINDING - 1}, COHORT_OUT_NUMBER, 0}, {{"结果.月金额", 16}, COHORT_OUT_NUMBER, 0}};

/* Counts by finding, the sum of the amounts, and of amount * (number % 97): from a program that has no engine. */
static void known(int64_t n, const struct household_sums *s) {
    static const int64_t counts[FINDINGS] = {276304, 79835, 230462, 54698, 233411, 125290};
    BENCH_CHECK(n != HOUSEHOLDS || (memcmp(counts, s->count, sizeof counts) == 0 && s->sum == 540936077 && s->check == 25952824159));
}

static void same(const struct register_ *r, const struct job *ours, const struct job *hand) {
    struct household_sums s = {0};
    for (int64_t i = 0; i < r->c.households; i++) {
        BENCH_CHECK(ours->result.state[i] == COHORT_DECIDED && ours->value[0][i] == hand->finding[i] && ours->value[1][i] == hand->amount[i]);
        household_add(&s, (int)ours->value[0][i], ours->value[1][i]);
    }
    known(r->c.households, &s);
}

static void job_room(struct job *j, uint64_t rows, int outputs_count) {
    j->result.state = zeros(rows);
    for (int o = 0; o < outputs_count; o++)
        j->value[o] = zeros(rows * 8);
    j->result.value = j->value;
}

/* ---- reading alone ------------------------------------------------------------------------------ */

static uint64_t sum_of(const void *at, size_t bytes) {
    const uint64_t *v = at;
    uint64_t sum = 0;
    for (size_t i = 0; i < bytes / sizeof *v; i++)
        sum += v[i];
    return sum;
}

/* Bytes that the decision reads of the register, and the seconds that adding them all up takes. */
static double plain_read(const struct register_ *r, double *ret_bytes) {
    static volatile uint64_t kept;
    double least = INFINITY;
    uint64_t n = r->household.count, m = r->member.count;
    for (int k = 0; k < (bench_tiny() ? 1 : TURNS); k++) {
        double from = thread_cpu();
        uint64_t sum = sum_of(r->offset, (n + 1) * 8);
        *ret_bytes = (double)(n + 1) * 8;
        for (size_t i = 0; i < ARRAY_LEN(r->own); i++)
            sum += sum_of(r->own[i].value, n * r->own[i].width), *ret_bytes += (double)(n * r->own[i].width);
        for (size_t i = 0; i < ARRAY_LEN(r->of); i++)
            sum += sum_of(r->of[i].value, m * r->of[i].width), *ret_bytes += (double)(m * r->of[i].width);
        kept = sum;
        double took = thread_cpu() - from;
        least = took < least ? took : least;
    }
    (void)kept;
    return least;
}

/* ---- for another engine ----------------------------------------------------------------------- */

static FILE *table(const char *folder, const char *name, const char *head) {
    char path[600];
    snprintf(path, sizeof path, "%s/%s.csv", folder, name);
    FILE *f = fopen(path, "w");
    BENCH_CHECK(f != NULL);
    fputs(head, f);
    return f;
}

static void tables(const struct dibao_columns *c, const char *folder) {
    FILE *h = table(folder, "households", "id,deposits,cars,homes,local,rent,medical\n"), *m = table(folder, "members", "household,age,income,grade,student\n");
    for (int64_t i = 0; i < c->households; i++) {
        fprintf(h, "%lld,%d,%d,%d,%d,%d,%d\n", (long long)i, c->deposits[i], c->cars[i], c->homes[i], c->local[i], c->rent[i], c->medical[i]);
        for (uint32_t k = c->first[i]; k < c->first[i + 1]; k++)
            fprintf(m, "%lld,%d,%d,%d,%d\n", (long long)i, c->age[k], c->income[k], c->grade[k], c->student[k]);
    }
    BENCH_CHECK(fclose(h) == 0 && fclose(m) == 0);
}

static void beside(const struct register_ *r, const struct taken *one, const struct taken *two, const struct job *ours, const char *folder) {
    struct household_sums s = {0};
    for (int64_t i = 0; i < r->c.households; i++)
        household_add(&s, (int)ours->value[0][i], ours->value[1][i]);
    tables(&r->c, folder);
    printf("{\"households\":%lld,\"members\":%lld,\"wall\":[%.9f,%.9f],\"cpu\":[%.9f,%.9f],\"counts\":[", (long long)r->c.households, (long long)r->c.members,
        one->wall, two->wall, one->cpu, two->cpu * 2);
    for (int i = 0; i < FINDINGS; i++)
        printf("%s%lld", i ? "," : "", (long long)s.count[i]);
    printf("],\"sum\":%lld,\"check\":%lld}\n", (long long)s.sum, (long long)s.check);
}

static void like_dibao(const char *root, const char *folder) {
    struct register_ r;
    AUTO(arena) struct arena *a = arena_new(0);
    const struct dmn_model *m;
    const struct cohort_program *p;
    struct span text;
    char path[600];
    uint64_t n = bench_tiny() ? TINY : HOUSEHOLDS;
    snprintf(path, sizeof path, "%s/bench/dibao-like/dibao-like.dmn", root);
    void *kept = whole_file(path, &text);
    draw(&r, (int64_t)n);
    BENCH_OK(dmn_load(a, text, NULL, &m, &bench_diag));
    struct cohort_request q = {.model = m, .household = &r.household, .bind = binds, .bind_count = ARRAY_LEN(binds), .output = outputs, .output_count = OUTPUTS};
    double from = bench_now();
    BENCH_OK(cohort_compile(a, &q, &p, &bench_diag));
    double compiling = bench_now() - from;
    BENCH_CHECK(cohort_fallback_count(p) == 0);
    struct job ours = {.p = p}, plain = {.c = &r.c, .hand = by_hand_plain}, free_ = {.c = &r.c, .hand = by_hand_branch_free};
    job_room(&ours, n, OUTPUTS);
    plain.finding = free_.finding = zeros(n);
    plain.amount = free_.amount = zeros(n * 4);
    struct taken t_plain = seconds(&plain, 1, n), t1 = seconds(&ours, 1, n);
    same(&r, &ours, &plain);
    struct taken t_free = seconds(&free_, 1, n), t2 = seconds(&ours, 2, n), t_plain2 = seconds(&plain, 2, n);
    same(&r, &ours, &free_);
    if (folder) {
        beside(&r, &t1, &t2, &ours, folder);
        free(kept);
        return;
    }
    double bytes = (double)n * (4 + 4 + 4 + 3 + 8) + (double)r.c.members * 7, million = (double)n / 1e6;
    char note[120];
    bench_head("C by hand");
    snprintf(note, sizeof note, "%.1f bytes a household read, %.1f GB/s", bytes / (double)n, bytes / t1.cpu / 1e9);
    bench_row("households; C as first written", million / t1.wall, "M/s", million / t_plain.wall, note);
    bench_row("  of the processor's time", million / t1.cpu, "M/s", million / t_plain.cpu, NULL);
    bench_row("households; C branch-free", million / t1.wall, "M/s", million / t_free.wall, NULL);
    bench_row("  of the processor's time", million / t1.cpu, "M/s", million / t_free.cpu, NULL);
    bench_row("two threads; C as first written", million / t2.wall, "M/s", million / t_plain2.wall, NULL);
    bench_row("  beside one", t1.wall / t2.wall, "times", t_plain.wall / t_plain2.wall, NULL);
    bench_row("  beside one, of the processor's time", t1.cpu / t2.cpu, "times", t_plain.cpu / t_plain2.cpu, NULL);
    double read_bytes, reading = plain_read(&r, &read_bytes);
    snprintf(note, sizeof note, "of one thread's processor time; %.1f bytes a household", read_bytes / (double)n);
    bench_head("reading them");
    bench_row("bytes of the columns", read_bytes / t1.cpu / 1e9, "GB/s", read_bytes / reading / 1e9, note);
    bench_row("compiling the policy", compiling * 1e3, "ms", NAN, NULL);
    free(kept);
}

/* ---- the packs' policies over a city --------------------------------------------------------------- */

static int remove_one(const char *path, const struct stat *s, int flag, struct FTW *ftw) {
    (void)s, (void)flag, (void)ftw;
    return remove(path);
}

static struct snapshot *city(struct arena *a, const char *root, const char *folder, int64_t people) {
    AUTO(snapshot_writer) struct snapshot_writer *w = NULL;
    struct snapshot *s = NULL;
    struct vocabulary v;
    struct schema schema;
    struct span csv;
    char path[600];
    snprintf(path, sizeof path, "%s/packs/vocabulary.csv", root);
    whole_file(path, &csv);
    BENCH_OK(vocabulary_load(a, csv, &v, &bench_diag));
    BENCH_OK(schema_new(a, &v, &schema, &bench_diag));
    struct city_config c = {.people = people, .seed = 1, .today = TODAY, .missed_millionths = 200000, .lapsed_millionths = 40000,
        .dibao_fen = 145000, .low_income_fen = 254000, .threads = 2,
        .divisions = SPAN("code,name,level,parent\n11,北京市,1,\n110101001001,社区,4,110101001\n110105001001,社区,4,110105001\n")};
    snprintf(path, sizeof path, "%s/city", folder);
    BENCH_OK(snapshot_writer_new(path, &schema, &w, &bench_diag));
    BENCH_OK(city_write(&c, &schema, w, &bench_diag));
    struct cohort_snapshot about = {.date = TODAY, .source = {.synthetic = true}};
    BENCH_OK(snapshot_finish(w, &about, &bench_diag));
    BENCH_OK(snapshot_open(path, true, &s, &bench_diag));
    return s;
}

static void scheme(const struct policies *p, const struct cohort_table *t, const char *name) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct screening_program x;
    double from = bench_now();
    BENCH_OK(screening_compile(p, a, t, name, TODAY, NULL, 0, &x, &bench_diag));
    double compiling = bench_now() - from;
    BENCH_CHECK(x.program && cohort_fallback_count(x.program) == 0);
    struct job whole = {.p = x.program};
    uint64_t n = cohort_rows(x.program), open = 0;
    job_room(&whole, n, SCREENING_OUTPUTS);
    struct taken t1 = seconds(&whole, 1, n);
    for (uint64_t i = 0; i < n; i++)
        open += whole.result.state[i] == COHORT_OPEN;
    char what[64], note[120];
    snprintf(what, sizeof what, "%s, of the processor's time", name);
    snprintf(note, sizeof note, "%llu %s, %.1f %% open; compiled in %.0f ms", (unsigned long long)n, x.policy.of_person ? "people" : "households",
        100.0 * (double)open / (double)n, compiling * 1e3);
    bench_row(what, (double)n / t1.cpu / 1e6, "M/s", NAN, note);
    free(whole.result.state);
    for (int o = 0; o < SCREENING_OUTPUTS; o++)
        free(whole.value[o]);
}

static void real_schemes(const char *root) {
    static const char *const schemes[] = {"dibao", "low_income", "tekun", "temporary", "disability_living", "disability_care", "elderly_living",
        "elderly_care", "elderly_age", "children"};
    AUTO(arena) struct arena *a = arena_new(0);
    AUTO(packs) struct packs *packs = NULL;
    AUTO(policies) struct policies *policies = NULL;
    char folder[] = "/var/tmp/minzheng-bench-XXXXXX", dir[600];
    const char *size = getenv("COHORT_PEOPLE");
    int64_t people = bench_tiny() ? 3000 : size ? atoll(size) : 500000;
    BENCH_CHECK(mkdtemp(folder));
    snprintf(dir, sizeof dir, "%s/packs", root);
    BENCH_OK(packs_load(dir, &packs, &bench_diag));
    BENCH_OK(policies_load(packs, &policies, &bench_diag));
    AUTO(snapshot) struct snapshot *s = city(a, root, folder, people);
    bench_head("");
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
        scheme(policies, snapshot_household(s), schemes[i]);
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int main(int argc, char **argv) {
    const char *root = getenv("SOURCE_ROOT");
    if (argc > 1)
        return like_dibao(root ? root : ".", argv[1]), 0;
    bench_machine();
    like_dibao(root ? root : ".", NULL);
    real_schemes(root ? root : ".");
    return 0;
}
