/* The table checker against brute force: random small tables, every point of a
 * grid.  Gaps, overlaps and rules that never fire must be the same ones, and
 * every example must do what it says when the table is evaluated with it.
 *
 * Tables with cells that the checker only samples, or inputs of no declared
 * type, must not be wrongly accused; something may be missed there.
 *
 *   UNIT_SEED=N CHECK_ROUNDS=100000 test_dmn_check_tables      the long run
 *   CHECK_TABLE=N one table alone */
#include "unit.h"

#include "dmn/check.h"
#include "random_table.h"

enum { ROUNDS = 3000, POINTS_EVALUATED = 3, GAPS_TOLD = 10 };

/* ---- what is true ----------------------------------------------------------------------- */

struct dim { size_t column; const struct rt_column *c; uint32_t mask[RT_VALUES_MAX]; };
struct truth {
    struct dim dim[RT_COLUMNS_MAX];
    size_t dims;
    uint32_t fires;        /* rules that hold somewhere */
    uint32_t wins, wins_inside; /* that no better rule beats there */
    bool gap;
    uint32_t overlap[RT_RULES_MAX];
    uint32_t better[RT_RULES_MAX];
};

static void find_dims(const struct rt_table *t, struct truth *x) {
    for (size_t i = 0; i < t->columns; i++)
        if (t->column[i].same_as < 0)
            x->dim[x->dims++] = (struct dim){.column = i, .c = &t->column[i]};
    for (size_t d = 0; d < x->dims; d++)
        for (size_t v = 0; v < x->dim[d].c->values; v++)
            for (size_t r = 0; r < t->rules; r++) {
                bool all = true;
                for (size_t i = 0; i < t->columns; i++)
                    if (i == x->dim[d].column || t->column[i].same_as == (int)x->dim[d].column)
                        all = all && t->column[i].truth[r][v] == RT_TRUE;
                x->dim[d].mask[v] |= (uint32_t)all << r;
            }
}

static void take_point(const struct rt_table *t, struct truth *x, uint32_t held, bool inside) {
    x->fires |= held;
    for (size_t r = 0; r < t->rules; r++) {
        if (!(held >> r & 1))
            continue;
        bool wins = !(held & x->better[r]);
        x->wins |= (uint32_t)wins << r;
        x->wins_inside |= (uint32_t)(wins && inside) << r;
        if (inside)
            x->overlap[r] |= held;
    }
    x->gap = x->gap || (inside && !held);
}

static void every_point(const struct rt_table *t, struct truth *x, size_t d, uint32_t held, bool inside) {
    if (d >= x->dims || d >= RT_COLUMNS_MAX) {
        take_point(t, x, held, inside);
        return;
    }
    const struct rt_column *c = x->dim[d].c;
    for (size_t v = 0; v < c->values; v++)
        if (c->comes[v])
            every_point(t, x, d + 1, held & x->dim[d].mask[v], inside && c->inside[v]);
}

static void work_out(const struct rt_table *t, struct truth *x) {
    memset(x, 0, sizeof *x);
    find_dims(t, x);
    for (size_t r = 0; r < t->rules; r++)
        for (size_t q = 0; q < t->rules; q++) {
            bool first = t->hit == RT_FIRST && q < r;
            int a = rt_rank(t->output[q]), b = rt_rank(t->output[r]);
            bool ranked = t->hit == RT_PRIORITY && q != r && (a < b || (a == b && q < r));
            x->better[r] |= (uint32_t)(first || ranked) << q;
        }
    every_point(t, x, 0, (1u << t->rules) - 1, true);
}

/* ---- what the table says ------------------------------------------------------------------ */

struct round {
    struct arena *a;
    struct rt_table table;
    struct truth truth;
    const struct dmn_model *model;
    const struct dmn_findings *found;
    uint64_t seed;
};
struct tally { unsigned tables, gaps, overlaps, dead, only_null; };

/* Not a line of a random test says which table it was. */
#define ROUND_FAIL(r, ...)                                                     \
    do {                                                                       \
        fprintf(stderr, "CHECK_TABLE=%llu\n%s\n", (unsigned long long)(r)->seed, buf_str(&(r)->table.xml)); \
        fail_msg(__VA_ARGS__);                                                 \
    } while (0)

/* The rules that hold, as the engine sees it. */
static uint32_t evaluate(struct round *r, struct span inputs, struct feel_value *ret_value) {
    struct feel_env env;
    struct feel_value names;
    struct dmn_result result;
    struct diag d = {0};
    uint32_t held = 0;
    feel_env_init(&env, r->a, NULL);
    expect_ok(feel_eval_text(&env, inputs, NULL, &names, &d), &d);
    struct dmn_request q = {.model = r->model, .inputs = names, .trace = true};
    expect_ok(dmn_evaluate(&env, &q, &result, &d), &d);
    if (result.trace->table_count != 1)
        ROUND_FAIL(r, "the table refuses %.*s", SPAN_ARG(inputs));
    for (size_t i = 0; i < r->table.rules; i++)
        held |= (uint32_t)(result.trace->table[0].rule[i].held == DMN_TRUE) << i;
    *ret_value = result.trace->table[0].result;
    return held;
}

static bool evaluates_null(const struct feel_value *v) { return feel_is_null(*v); }

/* The grid's truth is the engine's: else both could be wrong together. */
static void compare_points(struct round *r, uint64_t *seed) {
    for (int n = 0; n < POINTS_EVALUATED; n++) {
        BUF_AUTO text;
        buf_init(&text, 0);
        uint32_t want = (1u << r->table.rules) - 1;
        bool comes = true;
        for (size_t d = 0; d < r->truth.dims; d++) {
            const struct dim *x = &r->truth.dim[d];
            size_t v = unit_random(seed) % x->c->values;
            comes = comes && x->c->comes[v];
            want &= x->mask[v];
            buf_addf(&text, "%s\"x%zu\": ", d ? ", " : "{", x->column);
            rt_value_text(&text, x->c->kind, x->c->value[v]);
        }
        buf_addc(&text, '}');
        struct feel_value v;
        uint32_t held = comes ? evaluate(r, buf_span(&text), &v) : want;
        if (held != want)
            ROUND_FAIL(r, "%s: rules %x hold, not %x", buf_str(&text), held, want);
    }
}

/* ---- findings -------------------------------------------------------------------------------- */

static bool is(const struct dmn_finding *f, const char *code) { return strcmp(f->code + strlen("dmn_check."), code) == 0; }

static const struct dmn_finding *find(const struct round *r, const char *code, size_t rule, size_t other) {
    for (size_t i = 0; i < r->found->count; i++) {
        const struct dmn_finding *f = &r->found->at[i];
        if (is(f, code) && f->rule == rule && (!other || f->other_rule == other))
            return f;
    }
    return NULL;
}

/* "-": any value that the column may have. */
static void any_value(const struct round *r, size_t column, struct buf *out) {
    const struct rt_column *c = &r->table.column[column];
    for (size_t v = 0; v < c->values; v++)
        if (c->inside[v]) {
            rt_value_text(out, c->kind, c->value[v]);
            return;
        }
}

static uint32_t example_holds(struct round *r, const struct dmn_finding *f, struct feel_value *ret_value) {
    BUF_AUTO text;
    buf_init(&text, 0);
    if (f->example_count < r->table.columns)
        ROUND_FAIL(r, "%s: an example of %zu values", f->code, f->example_count);
    for (size_t i = r->table.columns; i < f->example_count; i++) { /* what to enter: these columns are as large as their input */
        size_t of = r->table.columns;
        if (sscanf(f->example[i].name.at, "x%zu", &of) != 1 || of >= r->table.columns || !span_eq(f->example[i].text, f->example[of].text))
            ROUND_FAIL(r, "%s: %.*s is to be entered as %.*s", f->code, SPAN_ARG(f->example[i].name), SPAN_ARG(f->example[i].text));
    }
    for (size_t i = 0; i < r->table.columns; i++) {
        if (r->table.column[i].same_as >= 0)
            continue; /* has the value of the other */
        buf_addf(&text, "%s\"x%zu\": ", text.size ? ", " : "{", i);
        if (span_is(f->example[i].text, "-"))
            any_value(r, i, &text);
        else
            buf_add(&text, f->example[i].text);
    }
    buf_addc(&text, '}');
    return evaluate(r, buf_span(&text), ret_value);
}

static void check_gaps(struct round *r, struct tally *n) {
    static const char *const codes[] = {"gap", "gap_default", "gap_collect"};
    const struct rt_table *t = &r->table;
    size_t wanted = t->has_default ? 1 : t->hit == RT_COLLECT ? 2 : 0, count = 0;
    for (size_t i = 0; i < r->found->count; i++) {
        const struct dmn_finding *f = &r->found->at[i];
        struct feel_value v;
        if (memcmp(f->code, "dmn_check.gap", strlen("dmn_check.gap")) != 0)
            continue;
        count++;
        if (!is(f, codes[wanted]))
            ROUND_FAIL(r, "%s, not %s", f->code, codes[wanted]);
        if (example_holds(r, f, &v))
            ROUND_FAIL(r, "%s: a rule holds at the example", f->code);
        if (evaluates_null(&v) == t->has_default)
            ROUND_FAIL(r, "%s: the default output and the example disagree", f->code);
    }
    if (count > (wanted ? 1 : GAPS_TOLD) || (count && !r->truth.gap && !t->loose) || (!count && r->truth.gap && !t->loose))
        ROUND_FAIL(r, "%zu gaps told, gaps there are: %d", count, r->truth.gap);
    n->gaps += count > 0;
}

static const char *overlap_code(const struct rt_table *t, size_t a, size_t b) {
    if (t->hit == RT_UNIQUE)
        return "overlap";
    return t->output[a] && t->output[b] ? t->output[a] == t->output[b] ? NULL : "any_differs"
        : t->output[a] == t->output[b] ? NULL : "any_unsure";
}

static void check_overlaps(struct round *r, struct tally *n) {
    const struct rt_table *t = &r->table;
    static const char *const codes[] = {"overlap", "any_differs", "any_unsure"};
    for (size_t a = 0; a < t->rules; a++)
        for (size_t b = a + 1; b < t->rules; b++)
            for (size_t k = 0; k < ARRAY_LEN(codes); k++) {
                const char *code = t->hit == RT_UNIQUE || t->hit == RT_ANY ? overlap_code(t, a, b) : NULL;
                bool kind = code && strcmp(code, codes[k]) == 0, want = kind && (r->truth.overlap[a] >> b & 1);
                const struct dmn_finding *f = find(r, codes[k], a + 1, b + 1);
                struct feel_value v;
                if (f ? !want && !(kind && t->loose) : want && !t->loose) /* loose: between the lattice, the example shows it */
                    ROUND_FAIL(r, "%s of rules %zu and %zu: %s", codes[k], a + 1, b + 1, f ? "there is none" : "not found");
                uint32_t held = f ? example_holds(r, f, &v) : 0;
                if (f && !((held >> a & 1) && (held >> b & 1)))
                    ROUND_FAIL(r, "%s of rules %zu and %zu: the example holds for %x", codes[k], a + 1, b + 1, held);
                n->overlaps += f != NULL;
            }
}

/* The column of a rule that no value satisfies, from 1; false: values that may
 * not come would. */
static size_t empty_column(const struct round *r, size_t rule, bool *ret_forbidden) {
    const struct rt_table *t = &r->table;
    for (size_t i = 0; i < t->columns; i++) {
        size_t of = t->column[i].same_as >= 0 ? (size_t)t->column[i].same_as : i, d = 0;
        while (r->truth.dim[d].column != of)
            d++;
        bool some = *ret_forbidden = false;
        for (size_t v = 0; v < r->truth.dim[d].c->values; v++)
            if (r->truth.dim[d].mask[v] >> rule & 1) {
                *ret_forbidden = true;
                some = some || r->truth.dim[d].c->comes[v];
            }
        if (!some)
            return i + 1;
    }
    return 0;
}

static void check_dead(struct round *r, struct tally *n) {
    const struct rt_table *t = &r->table;
    for (size_t k = 0; k < t->rules; k++) {
        bool fires = r->truth.fires >> k & 1, wins = r->truth.wins >> k & 1, inside = r->truth.wins_inside >> k & 1, forbidden = false;
        bool ordered = t->hit == RT_PRIORITY || (t->hit == RT_FIRST && k > 0);
        size_t column = fires ? 0 : empty_column(r, k, &forbidden);
        const struct { const char *code; bool want; } all[] = {
            {"contradiction", !fires && (!forbidden || t->loose)}, {"not_allowed", !fires && (forbidden || t->loose)},
            {"masked", ordered && (fires || t->loose) && !wins}, {"only_null", ordered && (wins || t->loose) && !inside}}; /* at most for null, where only sampled */
        for (size_t i = 0; i < ARRAY_LEN(all); i++) {
            const struct dmn_finding *f = find(r, all[i].code, k + 1, 0);
            if (f ? !all[i].want : all[i].want && !t->loose)
                ROUND_FAIL(r, "rule %zu: %s is %s", k + 1, all[i].code, f ? "not true" : "not found");
            if (f && i < 2 && !t->loose && f->column != column)
                ROUND_FAIL(r, "rule %zu: %s of column %zu, not %zu", k + 1, all[i].code, f->column, column);
            n->dead += f && i < 3;
            n->only_null += f && i == 3;
        }
        const struct dmn_finding *never = find(r, "never", k + 1, 0);
        if (!never)
            never = find(r, "never_alone", k + 1, 0);
        if (never && (!t->loose || inside))
            ROUND_FAIL(r, "rule %zu: never is not true", k + 1);
    }
}

/* Nothing else is found: no type is wrong, nothing is too large. */
static void check_others(struct round *r) {
    static const char *const known[] = {"gap", "more_gaps", "gap_default", "gap_collect", "overlap", "any_differs", "any_unsure",
        "contradiction", "not_allowed", "masked", "only_null", "never", "never_alone", "sampled", "not_a_value", "not_a_value_near"};
    for (size_t i = 0; i < r->found->count; i++) {
        bool expected = false;
        for (size_t k = 0; k < ARRAY_LEN(known); k++)
            expected = expected || is(&r->found->at[i], known[k]);
        if (!expected || (is(&r->found->at[i], "sampled") && !r->table.loose))
            ROUND_FAIL(r, "%s", r->found->at[i].code);
    }
}

/* ---- rounds --------------------------------------------------------------------------------------- */

static void one_table(struct arena *a, uint64_t seed, struct tally *n) {
    struct round r = {.a = a, .seed = seed};
    struct diag d = {0};
    rt_table_make(&r.table, &seed);
    work_out(&r.table, &r.truth);
    expect_ok(dmn_load(a, buf_span(&r.table.xml), NULL, &r.model, &d), &d);
    expect_ok(dmn_check(a, buf_span(&r.table.xml), NULL, &r.found, &d), &d);
    compare_points(&r, &seed);
    check_others(&r);
    check_gaps(&r, n);
    check_overlaps(&r, n);
    check_dead(&r, n);
    n->tables++;
    rt_table_release(&r.table);
}

static void test_random_tables(void **state) {
    (void)state;
    const char *rounds = getenv("CHECK_ROUNDS"), *only = getenv("CHECK_TABLE");
    uint64_t seed = unit_seed("dmn_check_tables");
    AUTO(arena) struct arena *a = arena_new(0);
    struct tally n = {0};
    if (only) {
        one_table(a, strtoull(only, NULL, 10), &n);
        return;
    }
    for (long i = rounds ? atol(rounds) : ROUNDS; i > 0; i--) {
        arena_reset(a);
        one_table(a, unit_random(&seed), &n);
    }
    print_message("%u tables: %u with gaps, %u overlaps, %u rules that never fire, %u for null alone\n", n.tables, n.gaps,
        n.overlaps, n.dead, n.only_null);
    assert_true(n.gaps && n.overlaps && n.dead && n.only_null);
}

/* ---- large tables ------------------------------------------------------------------------ */

enum { LARGE = 2000, HOLE = 700, DOUBLE = 1500 };

/* Rule i takes [10i..10i + 10) of the first column; HOLE leaves its first value out, DOUBLE begins one early.
 * FIRST: the last rule takes what two before it took.  Every other column is 'any' or split by two rules. */
static void write_large(struct buf *out, const char *policy, size_t columns, bool last) {
    buf_adds(out, "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' id='m' name='m' namespace='m'>");
    for (size_t c = 0; c < columns; c++)
        buf_addf(out, "<inputData id='i%zu' name='x%zu'><variable name='x%zu' typeRef='number'/></inputData>", c, c, c);
    buf_adds(out, "<decision id='d' name='d'><variable name='d' typeRef='number'/>");
    for (size_t c = 0; c < columns; c++)
        buf_addf(out, "<informationRequirement><requiredInput href='#i%zu'/></informationRequirement>", c);
    buf_addf(out, "<decisionTable hitPolicy='%s'>", policy);
    for (size_t c = 0; c < columns; c++)
        buf_addf(out, "<input><inputExpression typeRef='number'><text>x%zu</text></inputExpression></input>", c);
    buf_adds(out, "<output typeRef='number'/>");
    for (int i = 0; i < LARGE; i++)
        for (size_t half = 0; half < columns; half++) {
            if (half == 2)
                break; /* the third column is never looked at */
            buf_addf(out, "<rule><inputEntry><text>%s%d..%d)</text></inputEntry>", i == HOLE ? "(" : "[", i == DOUBLE ? i * 10 - 1 : i * 10, i * 10 + 10);
            for (size_t c = 1; c < columns; c++)
                buf_addf(out, "<inputEntry><text>%s</text></inputEntry>", c > 1 ? "-" : half ? ">= 5" : "&lt; 5");
            buf_addf(out, "<outputEntry><text>%d</text></outputEntry></rule>", i);
        }
    for (int i = 0; i < 2; i++)
        buf_addf(out, "<rule><inputEntry><text>%s</text></inputEntry>%s<outputEntry><text>0</text></outputEntry></rule>", i ? ">= 20000" : "&lt; 0",
            columns == 3 ? "<inputEntry><text>-</text></inputEntry><inputEntry><text>-</text></inputEntry>" : "");
    if (last)
        buf_adds(out, "<rule><inputEntry><text>[9995..10005]</text></inputEntry><outputEntry><text>0</text></outputEntry></rule>");
    buf_adds(out, "</decisionTable></decision></definitions>");
}

static const struct dmn_finding *found_one(const struct dmn_findings *f, const char *code, size_t want) {
    const struct dmn_finding *one = NULL;
    size_t n = 0;
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->at[i].code, code) == 0 && !n++)
            one = &f->at[i];
    assert_int_equal(want, n);
    return one;
}

/* Thousands of rules are looked at whole: the one gap, the one overlap, the one dead rule. */
static void test_large_tables(void **state) {
    static const struct { const char *policy; size_t columns; bool last; } list[] = {
        {"UNIQUE", 1, false}, {"UNIQUE", 3, false}, {"FIRST", 1, true}, {"FIRST", 3, false}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        const struct dmn_findings *f = NULL;
        struct diag d = {0};
        BUF_AUTO xml;
        buf_init(&xml, 0);
        write_large(&xml, list[i].policy, list[i].columns, list[i].last);
        expect_ok(dmn_check(a, buf_span(&xml), NULL, &f, &d), &d);
        found_one(f, "dmn_check.budget", 0);
        bool unique = list[i].policy[0] == 'U', one = list[i].columns == 1;
        const struct dmn_finding *gap = found_one(f, "dmn_check.gap", 1);
        const struct dmn_finding *both = found_one(f, "dmn_check.overlap", !unique ? 0 : one ? 1 : 2);
        const struct dmn_finding *dead = found_one(f, "dmn_check.masked", list[i].last ? 1 : 0);
        assert_true(span_is(gap->example[0].text, "7000"));
        if (both) {
            assert_true(span_is(both->example[0].text, "14999"));
            assert_int_equal(one ? DOUBLE : 2 * DOUBLE - 1, both->rule);
            assert_int_equal(one ? DOUBLE + 1 : 2 * DOUBLE + 1, both->other_rule);
        }
        if (dead)
            assert_int_equal(LARGE + 3, dead->rule);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_tables), cmocka_unit_test(test_large_tables)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
