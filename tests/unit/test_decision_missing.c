/* Which facts are missing, against brute force: worked cases of a matter lose
 * some of their facts at random; completions of what is then unknown are
 * sampled and decided one by one, as wholly known households, and one fact at a
 * time is changed in them.
 *
 * A change that gives another answer proves a fact missing: it must be named.
 * What is named as exact and was not proven is counted, since sampling proves
 * no absence.  MISSING_CASES (folders, ':'), MISSING_TRIALS, MISSING_MOST and
 * MISSING_BUDGET widen the run; MISSING_TELL prints each trial that is not exact. */
#include "unit.h"

#include "base/vec.h"
#include "civil/decision/decision.h"
#include "civil/pack/pack.h"

#include <dirent.h>

enum { PLACES_MAX = 400, MEMBERS_MAX = 64, MOST = 8 };

static struct packs *packs;
static struct policies *policies;
static char *policy_text; /* of the model: a field that it never writes cannot matter */

static char *read_file(const char *path) {
    FILE *f = fopen(path, "rb");
    if (!f)
        return NULL;
    char *text = calloc(1, 1 << 20);
    assert_non_null(text);
    size_t n = fread(text, 1, (1 << 20) - 1, f);
    text[n] = 0;
    fclose(f);
    return text;
}

static int load(void **state) {
    char dir[1024], file[1200];
    struct diag d = {0};
    snprintf(dir, sizeof dir, "%s/packs", getenv("SOURCE_ROOT"));
    expect_ok(packs_load(dir, &packs, &d), &d);
    expect_ok(policies_load(packs, &policies, &d), &d);
    snprintf(file, sizeof file, "%s/assistance/matters/dibao/decision.dmn", dir);
    policy_text = read_file(file);
    assert_non_null(policy_text);
    return 0;
}
static int unload(void **state) {
    free(policy_text);
    policies_free(policies);
    packs_free(packs);
    return 0;
}

/* ---- walking an input against the vocabulary ------------------------------------------ */

/* A place of the input: a scalar or a whole list. */
struct place { const struct fact *fact; bool known; bool element; };

enum doing { LISTING, DELETING, COMPLETING };
struct walk {
    struct arena *a;
    enum doing doing;
    struct place place[PLACES_MAX];
    size_t count;
    const bool *gone;           /* DELETING: by place */
    const uint64_t *seed;       /* COMPLETING: by place */
    date_t day;
};

static const struct json *entity(struct walk *w, struct span name, const struct json *j);
static const struct json *made_entity(struct walk *w, struct span name, uint64_t *r);

static bool absent_means_no(const struct fact *f) {
    return span_is(f->name, "死亡日期") || span_is(f->name, "迁出本市日期");
}

static const struct json *text_json(struct arena *a, const char *s) { return json_new_string(a, span_of(s)); }

static const struct json *decimal_json(struct arena *a, const char *s) {
    struct dec n;
    assert_int_equal(OK, dec_parse(span_of(s), &n, NULL));
    return json_new_number(a, n);
}

static const struct json *made_number(struct walk *w, uint64_t *r) {
    static const char *const POOL[] = {"0", "0", "0", "1", "2", "3", "6", "15", "30", "34.02", "50", "120", "400", "900", "966.67",
        "967", "1170", "1200", "1395", "1449.99", "1450", "1450.01", "1500", "2000", "2320", "2175", "2900", "2900.01", "3480", "4350",
        "5000", "6000", "8000", "11000", "20000", "34800", "34800.01", "69600", "69600.01", "104400", "104401", "139201", "200000", "1000000"};
    char text[64];
    if (unit_random(r) % 3)
        return decimal_json(w->a, POOL[unit_random(r) % ARRAY_LEN(POOL)]);
    static const uint64_t SIZE[] = {10, 100, 1000, 5000, 20000, 200000};
    uint64_t fen = unit_random(r) % (SIZE[unit_random(r) % ARRAY_LEN(SIZE)] * 100);
    snprintf(text, sizeof text, "%llu.%02llu", (unsigned long long)fen / 100, (unsigned long long)fen % 100);
    return decimal_json(w->a, text);
}

static const struct json *made_date(struct walk *w, bool birth, uint64_t *r) {
    static const int YEARS[] = {3, 10, 15, 16, 17, 18, 30, 50, 55, 58, 60, 61, 80};
    static const int DAYS[] = {0, 1, 30, 80, 89, 91, 100, 150, 181, 185, 400};
    date_t day = w->day - (date_t)(unit_random(r) % 36000);
    if (unit_random(r) % 2) {
        struct ymd t = date_ymd(w->day);
        day = date_from_ymd(t.year - YEARS[unit_random(r) % ARRAY_LEN(YEARS)], t.month, t.day > 28 ? 28 : t.day) -
            (date_t)(unit_random(r) % 3) + 1;
    }
    if (!birth && unit_random(r) % 3)
        day = w->day - DAYS[unit_random(r) % ARRAY_LEN(DAYS)] + (unit_random(r) % 4 == 0 ? 40 : 0);
    if (birth && day > w->day)
        day = w->day;
    char text[DATE_TEXT_MAX];
    date_text(day, text);
    return text_json(w->a, arena_dup(w->a, span_of(text)));
}

static const struct json *made_value(struct walk *w, const struct fact *f, uint64_t *r) {
    switch (f->kind) {
    case FACT_DATE: return made_date(w, span_is(f->name, "出生日期"), r);
    case FACT_BOOLEAN: return json_new_bool(unit_random(r) % 2);
    case FACT_NUMBER:
        if (!f->ranged)
            return made_number(w, r);
        return json_new_number(w->a, dec_int(f->low + (int64_t)(unit_random(r) % (uint64_t)(f->high - f->low + 1))));
    case FACT_STRING:
        return json_new_string(w->a, f->code_count ? f->code[unit_random(r) % f->code_count] : span_of("户"));
    case FACT_ENTITY: return made_entity(w, f->of, r);
    }
    return NULL;
}

static const struct json *made_fact(struct walk *w, const struct fact *f, uint64_t *r) {
    static const size_t LENGTHS[] = {0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 4, 5};
    if (!f->list)
        return made_value(w, f, r);
    size_t n = LENGTHS[unit_random(r) % ARRAY_LEN(LENGTHS)];
    const struct json **item = ARENA_ARRAY(w->a, n + 1, const struct json *);
    for (size_t i = 0; i < n; i++)
        item[i] = made_value(w, f, r);
    return json_new_array(w->a, item, n);
}

static const struct json *made_entity(struct walk *w, struct span name, uint64_t *r) {
    const struct vocabulary *v = policies_vocabulary(policies);
    struct span key[MEMBERS_MAX];
    const struct json *value[MEMBERS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < v->count; i++)
        if (span_eq(v->fact[i].entity, name) && !absent_means_no(&v->fact[i])) {
            key[n] = v->fact[i].name;
            value[n++] = made_fact(w, &v->fact[i], r);
        }
    return json_new_object(w->a, key, value, n);
}

/* The place's value in the walk's result; NULL leaves it out. */
static const struct json *at_place(struct walk *w, const struct fact *f, const struct json *j, bool element) {
    bool known = !json_is_null(j);
    assert_true(w->count < PLACES_MAX);
    size_t i = w->count++;
    w->place[i] = (struct place){f, known, element};
    if (w->doing == DELETING && known && w->gone[i])
        return element ? json_null() : NULL;
    if (w->doing != COMPLETING || known)
        return j;
    uint64_t r = w->seed[i];
    return element ? made_value(w, f, &r) : made_fact(w, f, &r);
}

/* A whole list is a place; so are its elements' fields, when it is there. */
static const struct json *fact_json(struct walk *w, const struct fact *f, const struct json *j) {
    if (absent_means_no(f) || (f->kind == FACT_STRING && !f->code_count) || span_is(f->name, "日期"))
        return j;
    if (!f->list)
        return f->kind == FACT_ENTITY ? entity(w, f->of, j) : at_place(w, f, j, false);
    const struct json *here = span_is(f->name, "成员") ? j : at_place(w, f, j, false);
    if (json_is_null(here) || json_is_null(j))
        return here;
    const struct json **item = ARENA_ARRAY(w->a, j->size + 1, const struct json *);
    for (size_t i = 0; i < j->size; i++)
        item[i] = f->kind == FACT_ENTITY ? entity(w, f->of, j->item[i]) : at_place(w, f, j->item[i], true);
    return json_new_array(w->a, item, j->size);
}

static const struct json *entity(struct walk *w, struct span name, const struct json *j) {
    const struct vocabulary *v = policies_vocabulary(policies);
    struct span key[MEMBERS_MAX];
    const struct json *value[MEMBERS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < v->count; i++) {
        const struct fact *f = &v->fact[i];
        if (!span_eq(f->entity, name))
            continue;
        bool context = span_is(f->name, "申请");
        const struct json *x = context ? entity(w, span_of("申请"), json_get(j, "申请")) : fact_json(w, f, json_get_span(j, f->name));
        key[n] = f->name;
        if (x)
            value[n++] = x;
    }
    return json_new_object(w->a, key, value, n);
}

static const struct json *walk(struct walk *w, struct arena *a, enum doing doing, const struct json *facts) {
    w->a = a;
    w->doing = doing;
    w->count = 0;
    return entity(w, span_of("输入"), facts);
}

/* ---- deciding ----------------------------------------------------------------------------- */

enum { RULE_ERROR = -1, NO_HOUSEHOLD = -2 }; /* beside enum decision_outcome */
struct outcome { int outcome; int64_t monthly_fen, once_fen; };

static bool same_outcome(const struct outcome *a, const struct outcome *b) {
    return a->outcome == b->outcome && a->monthly_fen == b->monthly_fen && a->once_fen == b->once_fen;
}

/* What the door refuses is no household, and so no completion. */
static bool no_household(const struct diag *d) {
    static const char *const code[] = {"decision.applicants", "decision.no_applicant", "decision.entries", "decision.spouses",
        "decision.too_young_to_work", "decision.parent_younger", "decision.child_older", "decision.fact_whole", "decision.fact_none", "decision.reported_later", "decision.two_grades",
        "decision.fact_code" /* of what was chosen: the word drawn is no benefit */};
    for (size_t i = 0; i < ARRAY_LEN(code); i++)
        if (strcmp(d->code, code[i]) == 0)
            return true;
    return false;
}

static struct outcome decide_known(struct arena *a, const struct json *facts) {
    struct diag d = {0};
    struct decision r;
    struct decision_request q = {.scheme = "dibao", .facts = facts, .as_of = DATE_NONE};
    enum status s = decision_make(policies, a, &q, &r, &d);
    if (s != OK && no_household(&d))
        return (struct outcome){.outcome = NO_HOUSEHOLD};
    if (s != OK && strcmp(d.code, "dmn.rule_error") != 0)
        fail_msg("a completion is refused: %s at %s", d.code, d.where);
    if (s != OK)
        return (struct outcome){.outcome = RULE_ERROR};
    if (r.outcome == DECISION_UNDECIDED)
        fail_msg("a completion is undecided: %s", r.missing[0]);
    return (struct outcome){(int)r.outcome, r.monthly_fen, r.once_fen};
}

static double now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* ---- one trial -------------------------------------------------------------------------------- */

struct tally { unsigned trials, exact, lost, unproven, wrong, undecided; double ms[4096]; };

static bool matters_at_all(const struct fact *f) {
    char name[128];
    snprintf(name, sizeof name, ".%.*s", SPAN_ARG(f->name));
    return span_is(f->name, "在享") || strstr(policy_text, name) != NULL;
}

static bool is_label(const struct fact *f, const char *label) {
    char text[160];
    snprintf(text, sizeof text, "%.*s.%.*s", SPAN_ARG(f->entity), SPAN_ARG(f->name));
    return strcmp(label, text) == 0 || span_is(f->name, label);
}

static bool same_label(const struct fact *a, const struct fact *b) { return a == b; }

struct proof { bool place[PLACES_MAX]; size_t count; bool any, varies; struct outcome first; };

static bool label_proven(const struct walk *w, const struct proof *p, const struct fact *f) {
    for (size_t i = 0; i < w->count; i++)
        if (p->place[i] && same_label(w->place[i].fact, f))
            return true;
    return false;
}

static bool all_proven(const struct walk *w, const struct proof *p, const struct decision *r) {
    for (size_t k = 0; k < r->missing_count; k++) {
        bool found = false;
        for (size_t i = 0; i < w->count && !found; i++)
            found = p->place[i] && is_label(w->place[i].fact, r->missing[k]);
        if (!found)
            return false;
    }
    return true;
}

/* Samples completions, more of them while something named is not proven, and changes one unknown place at a time. */
static void prove(const struct json *facts, date_t day, unsigned bases, const struct decision *r, uint64_t *random, struct proof *p) {
    AUTO(arena) struct arena *a = arena_new(0);
    static struct walk w;
    uint64_t seed[PLACES_MAX];
    memset(p, 0, sizeof *p);
    memset(&w, 0, sizeof w);
    w.day = day;
    w.seed = seed;
    for (unsigned b = 0; b < bases || (b < 25 * bases && !all_proven(&w, p, r)); b++) {
        for (size_t i = 0; i < PLACES_MAX; i++)
            seed[i] = unit_random(random);
        arena_reset(a);
        struct outcome base = decide_known(a, walk(&w, a, COMPLETING, facts));
        if (base.outcome == NO_HOUSEHOLD)
            continue;
        if (!p->any)
            p->first = base;
        p->any = true;
        p->varies = p->varies || !same_outcome(&base, &p->first);
        for (size_t i = 0; i < w.count; i++) {
            if (w.place[i].known || !matters_at_all(w.place[i].fact) || label_proven(&w, p, w.place[i].fact))
                continue;
            uint64_t own = seed[i];
            unsigned changes = w.place[i].fact->kind == FACT_BOOLEAN && !w.place[i].fact->list ? 4 : 10;
            for (unsigned k = 0; k < changes && !p->place[i]; k++) {
                seed[i] = unit_random(random);
                arena_reset(a);
                struct outcome other = decide_known(a, walk(&w, a, COMPLETING, facts));
                p->place[i] = other.outcome != NO_HOUSEHOLD && !same_outcome(&other, &base);
            }
            seed[i] = own;
        }
    }
    for (size_t i = 0; i < w.count; i++)
        p->count += p->place[i];
}

static void tell(const char *name, const struct walk *full, const bool *gone, const struct walk *w, const struct decision *r, const struct proof *p, double ms) {
    printf("# %s without", name);
    for (size_t i = 0; i < full->count; i++)
        if (gone[i])
            printf(" %.*s.%.*s(%zu)", SPAN_ARG(full->place[i].fact->entity), SPAN_ARG(full->place[i].fact->name), i);
    printf(": %s, %s, %u evaluations, %.1f ms, missing", decision_outcome_name(r->outcome), r->missing_exact ? "exact" : "INEXACT", r->evaluations, ms);
    for (size_t i = 0; i < r->missing_count; i++)
        printf(" %s", r->missing[i]);
    printf("; proven");
    for (size_t i = 0; i < w->count; i++)
        if (p->place[i])
            printf(" %.*s.%.*s", SPAN_ARG(w->place[i].fact->entity), SPAN_ARG(w->place[i].fact->name));
    printf("\n");
}

static unsigned number(const char *name, unsigned otherwise) {
    const char *text = getenv(name);
    return text ? (unsigned)strtoul(text, NULL, 10) : otherwise;
}

static void trial(const char *name, const struct json *facts, size_t deleted, unsigned bases, uint64_t *random, struct tally *t) {
    AUTO(arena) struct arena *a = arena_new(0);
    static struct walk full, cut;
    static struct proof p;
    bool gone[PLACES_MAX] = {false};
    struct diag d = {0};
    date_t day;
    expect_ok(date_parse(json_get(facts, "日期")->text, &day, &d), &d);
    memset(&full, 0, sizeof full);
    full.day = day;
    walk(&full, a, LISTING, facts);
    size_t known[PLACES_MAX], n = 0;
    for (size_t i = 0; i < full.count; i++)
        if (full.place[i].known && matters_at_all(full.place[i].fact))
            known[n++] = i;
    for (size_t k = 0; k < deleted && n; k++) {
        size_t at = unit_random(random) % n;
        gone[known[at]] = true;
        known[at] = known[--n];
    }
    cut = full;
    cut.gone = gone;
    const struct json *less = walk(&cut, a, DELETING, facts);
    struct decision r;
    struct decision_request q = {.scheme = "dibao", .facts = less, .as_of = DATE_NONE, .budget = number("MISSING_BUDGET", 0)};
    double began = now_ms();
    enum status s = decision_make(policies, a, &q, &r, &d);
    double ms = now_ms() - began;
    if (s != OK)
        fail_msg("%s: %s at %s", name, d.code, d.where);
    prove(less, day, bases, &r, random, &p);
    walk(&cut, a, LISTING, less);
    bool lost = false, unproven;
    for (size_t i = 0; i < cut.count; i++) {
        bool named = false;
        for (size_t k = 0; k < r.missing_count; k++)
            named = named || is_label(cut.place[i].fact, r.missing[k]);
        lost = lost || (p.place[i] && !named);
    }
    unproven = !all_proven(&cut, &p, &r);
    struct outcome got = {(int)r.outcome, r.monthly_fen, r.once_fen};
    bool wrong = r.outcome != DECISION_UNDECIDED && p.any && (p.varies || !same_outcome(&got, &p.first));
    t->ms[t->trials++ % ARRAY_LEN(t->ms)] = ms;
    t->exact += r.missing_exact;
    t->undecided += r.outcome == DECISION_UNDECIDED;
    t->lost += lost;
    t->wrong += wrong;
    t->unproven += unproven;
    if (lost || wrong || ((unproven || !r.missing_exact || ms > 1000) && getenv("MISSING_TELL")))
        tell(name, &full, gone, &cut, &r, &p, ms);
}

/* ---- the cases ------------------------------------------------------------------------------------- */

struct worked { const char *name; const struct json *facts; };
typedef VEC(struct worked) worked_cases;

static void read_cases(struct arena *a, const char *dir, worked_cases *out) {
    DIR *folder = opendir(dir);
    assert_non_null(folder);
    for (struct dirent *e; (e = readdir(folder));) {
        char path[1400];
        const struct json *j;
        struct diag d = {0};
        if (!strstr(e->d_name, ".json"))
            continue;
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        char *text = read_file(path);
        assert_non_null(text);
        struct span kept = {arena_dup(a, span_of(text)), strlen(text)};
        free(text);
        expect_ok(json_parse(a, kept, &j, &d), &d);
        if (strcmp(json_str(j, "scheme", ""), "dibao") != 0)
            continue;
        struct worked *w = vec_push_in(a, out);
        assert_non_null(w);
        w->name = arena_dup(a, (struct span){e->d_name, strcspn(e->d_name, ".")});
        w->facts = json_get(j, "input");
    }
    closedir(folder);
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct worked *)a)->name, ((const struct worked *)b)->name);
}

static int by_time(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void names_what_could_change_the_answer(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    worked_cases cases = {0};
    char dir[1100];
    uint64_t random = unit_seed("decision_missing");
    snprintf(dir, sizeof dir, "%s/packs/assistance/matters/dibao/cases", getenv("SOURCE_ROOT"));
    read_cases(a, dir, &cases);
    const char *more = getenv("MISSING_CASES");
    while (more && *more) {
        snprintf(dir, sizeof dir, "%.*s", (int)strcspn(more, ":"), more);
        read_cases(a, dir, &cases);
        more += strcspn(more, ":");
        more += *more == ':';
    }
    assert_true(cases.size > 10);
    qsort(cases.at, cases.size, sizeof *cases.at, by_name);
    unsigned trials = number("MISSING_TRIALS", 12), most = number("MISSING_MOST", 3), bases = number("MISSING_BASES", 12);
    for (size_t deleted = number("MISSING_LEAST", 1); deleted <= most && deleted <= MOST; deleted++) {
        static struct tally t;
        memset(&t, 0, sizeof t);
        for (unsigned i = 0; i < trials; i++) {
            const struct worked *w = &cases.at[unit_random(&random) % cases.size];
            trial(w->name, w->facts, deleted, bases, &random, &t);
        }
        size_t n = t.trials < ARRAY_LEN(t.ms) ? t.trials : ARRAY_LEN(t.ms);
        qsort(t.ms, n, sizeof *t.ms, by_time);
        printf("# %zu deleted: %u of %u exact (%u undecided), %u named but not proven, %u lost, %u wrong; median %.1f ms, 90%% %.1f ms, most %.1f ms\n",
            deleted, t.exact, t.trials, t.undecided, t.unproven, t.lost, t.wrong, t.ms[n / 2], t.ms[n * 9 / 10], t.ms[n - 1]);
        assert_int_equal(0, t.lost);
        assert_int_equal(0, t.wrong);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_what_could_change_the_answer)};
    return cmocka_run_group_tests(tests, load, unload);
}
