/* Programs over columns: known results, sizes that do not fit, requests that are wrong. */
#include "unit.h"

#include "cohort/cohort.h"
#include "cohort_values.h"
#include "dibao-like/households.h"

enum { HOUSEHOLDS = 30000, MEMBERS_MAX = 7 };

struct world { struct arena *a, *scratch; struct diag d; };

static int open_world(void **state) {
    struct world *w = calloc(1, sizeof *w);
    w->a = arena_new(0);
    w->scratch = arena_new(0);
    *state = w;
    return 0;
}

static int close_world(void **state) {
    struct world *w = *state;
    arena_free(w->a);
    arena_free(w->scratch);
    free(w);
    return 0;
}

static const struct dmn_model *model(struct world *w, const char *text) {
    const struct dmn_model *m = NULL;
    expect_ok(dmn_load(w->a, span_of(text), NULL, &m, &w->d), &w->d);
    assert_int_equal(0, dmn_problem_count(m));
    return m;
}

/* ---- a policy whose results are known -------------------------------------------------- */

static char *file_text(struct world *w, const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", getenv("SOURCE_ROOT"), name);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    char *text = arena_alloc(w->a, 1 << 20);
    assert_true(fread(text, 1, (1 << 20) - 1, f) > 0);
    fclose(f);
    return text;
}

#define COLUMN(n, t, kind_, bytes, lo, hi) {.name = {n, sizeof n - 1}, .kind = kind_, .width = bytes, .value = t, .low = lo, .high = hi}

static const struct cohort_table *households(struct world *w, size_t n) {
    int32_t *deposits = arena_array(w->a, n, 4), *rent = arena_array(w->a, n, 4), *medical = arena_array(w->a, n, 4);
    int8_t *cars = arena_array(w->a, n, 1), *homes = arena_array(w->a, n, 1), *local = arena_array(w->a, n, 1);
    uint64_t *offset = arena_array(w->a, n + 1, 8);
    int8_t *age = arena_array(w->a, MEMBERS_MAX * n, 1), *grade = arena_array(w->a, MEMBERS_MAX * n, 1), *student = arena_array(w->a, MEMBERS_MAX * n, 1);
    int32_t *income = arena_array(w->a, MEMBERS_MAX * n, 4);
    struct household_draw draw;
    household_start(&draw);
    for (size_t i = 0; i < n; i++) {
        struct household h;
        household_next(&draw, &h);
        deposits[i] = h.deposits;
        rent[i] = h.rent;
        medical[i] = h.medical;
        cars[i] = (int8_t)h.cars;
        homes[i] = (int8_t)h.homes;
        local[i] = h.local;
        offset[i + 1] = offset[i] + (uint64_t)h.count;
        for (int k = 0; k < h.count; k++) {
            age[offset[i] + (uint64_t)k] = (int8_t)h.member[k].age;
            income[offset[i] + (uint64_t)k] = h.member[k].income;
            grade[offset[i] + (uint64_t)k] = (int8_t)h.member[k].grade;
            student[offset[i] + (uint64_t)k] = h.member[k].student;
        }
    }
    struct cohort_column own[] = {COLUMN("存款", deposits, COHORT_NUMBER, 4, 0, 500000), COLUMN("机动车", cars, COHORT_NUMBER, 1, 0, 2),
        COLUMN("住房套数", homes, COHORT_NUMBER, 1, 0, 2), COLUMN("本市户籍", local, COHORT_BOOLEAN, 1, 0, 1),
        COLUMN("房租", rent, COHORT_NUMBER, 4, 0, 3000), COLUMN("医疗支出", medical, COHORT_NUMBER, 4, 0, 4000)};
    struct cohort_column of[] = {COLUMN("年龄", age, COHORT_NUMBER, 1, 0, 91), COLUMN("月收入", income, COHORT_NUMBER, 4, 0, 17642),
        COLUMN("残疾等级", grade, COHORT_NUMBER, 1, 0, 4), COLUMN("在校学生", student, COHORT_BOOLEAN, 1, 0, 1)};
    struct cohort_table *t = ARENA_NEW(w->a, struct cohort_table), *m = ARENA_NEW(w->a, struct cohort_table);
    struct cohort_list *l = ARENA_NEW(w->a, struct cohort_list);
    struct cohort_column *columns = arena_array(w->a, 10, sizeof *columns);
    memcpy(columns, own, sizeof own);
    memcpy(columns + ARRAY_LEN(own), of, sizeof of);
    *m = (struct cohort_table){.name = SPAN("成员"), .count = offset[n], .column = columns + ARRAY_LEN(own), .column_count = ARRAY_LEN(of)};
    *l = (struct cohort_list){.name = SPAN("家庭成员"), .of = m, .offset = offset};
    *t = (struct cohort_table){.name = SPAN("户"), .count = n, .column = columns, .column_count = ARRAY_LEN(own), .list = l, .list_count = 1};
    return t;
}

#define BIND(n, k) {.input = {n, sizeof n - 1}, .kind = k}
static const struct cohort_bind dibao_binds[] = {BIND("家庭成员", COHORT_LIST), BIND("存款", COHORT_COLUMN), BIND("机动车", COHORT_COLUMN),
    BIND("住房套数", COHORT_COLUMN), BIND("本市户籍", COHORT_COLUMN), BIND("房租", COHORT_COLUMN), BIND("医疗支出", COHORT_COLUMN)};
#define OUTPUT(text, k, digits) {{text, sizeof text - 1}, k, digits}

static void known_results(void **state) {
    struct world *w = *state;
    const struct cohort_output outputs[] = {OUTPUT("结果.月金额", COHORT_OUT_NUMBER, 0), OUTPUT("结果.认定 = \"非本市户籍\"", COHORT_OUT_BOOLEAN, 0),
        OUTPUT("结果.认定 = \"有机动车\"", COHORT_OUT_BOOLEAN, 0), OUTPUT("结果.认定 = \"住房超标\"", COHORT_OUT_BOOLEAN, 0),
        OUTPUT("结果.认定 = \"存款超标\"", COHORT_OUT_BOOLEAN, 0), OUTPUT("结果.认定 = \"收入超标\"", COHORT_OUT_BOOLEAN, 0)};
    struct cohort_request q = {.model = model(w, file_text(w, "bench/dibao-like/dibao-like.dmn")), .household = households(w, HOUSEHOLDS),
        .bind = dibao_binds, .bind_count = ARRAY_LEN(dibao_binds), .output = outputs, .output_count = ARRAY_LEN(outputs)};
    const struct cohort_program *p = NULL;
    expect_ok(cohort_compile(w->a, &q, &p, &w->d), &w->d);
    assert_int_equal(0, cohort_fallback_count(p));
    assert_int_equal(HOUSEHOLDS, cohort_rows(p));
    uint8_t *states = arena_array(w->a, HOUSEHOLDS, 1);
    int64_t *value[ARRAY_LEN(outputs)];
    for (size_t i = 0; i < ARRAY_LEN(outputs); i++)
        value[i] = arena_array(w->a, HOUSEHOLDS, 8);
    size_t before = arena_used(w->scratch);
    /* in unequal pieces */
    for (uint64_t from = 0, n = 1; from < HOUSEHOLDS; from += n, n = n * 3 + 1) {
        n = HOUSEHOLDS - from < n ? HOUSEHOLDS - from : n;
        int64_t *part[ARRAY_LEN(outputs)];
        for (size_t i = 0; i < ARRAY_LEN(outputs); i++)
            part[i] = value[i] + from;
        struct cohort_result r = {states + from, part};
        expect_ok(cohort_run(p, w->scratch, from, n, &r, &w->d), &w->d);
    }
    assert_int_equal(before, arena_used(w->scratch));
    struct household_draw draw;
    household_start(&draw);
    for (size_t i = 0; i < HOUSEHOLDS; i++) {
        struct household h;
        int amount;
        household_next(&draw, &h);
        int finding = household_decide(&h, &amount);
        assert_int_equal(COHORT_DECIDED, states[i]);
        assert_int_equal(amount, value[0][i]);
        for (int k = 1; k < (int)ARRAY_LEN(outputs); k++)
            assert_int_equal(k == finding, value[k][i]);
    }
}

/* ---- small policies ------------------------------------------------------------------------ */

#define POLICY(expression)                                                               \
    "<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/' name='m' namespace='m'><inputData id='h' name='户'/>" \
    "<decision id='r' name='结果'><informationRequirement><requiredInput href='#h'/></informationRequirement><literalExpression><text>" \
    expression "</text></literalExpression></decision></definitions>"

static const struct cohort_bind row_bind[] = {BIND("户", COHORT_ROW)};

struct small { const struct cohort_program *p; uint8_t state[8]; int64_t value[8]; };

static struct small run_small(struct world *w, const char *policy, const struct cohort_table *t, unsigned digits) {
    struct small s = {0};
    struct cohort_output *o = ARENA_NEW(w->a, struct cohort_output);
    *o = (struct cohort_output){SPAN("结果"), COHORT_OUT_NUMBER, (uint8_t)digits};
    struct cohort_request q = {.model = model(w, policy), .household = t, .bind = row_bind, .bind_count = 1, .output = o, .output_count = 1};
    int64_t *value[1] = {s.value};
    struct cohort_result r = {s.state, value};
    expect_ok(cohort_compile(w->a, &q, &s.p, &w->d), &w->d);
    assert_true(t->count <= ARRAY_LEN(s.state));
    expect_ok(cohort_run(s.p, w->scratch, 0, t->count, &r, &w->d), &w->d);
    return s;
}

static const struct cohort_table *numbers(struct world *w, const int64_t *x, const int64_t *y, size_t n, uint8_t scale) {
    int64_t *a = arena_array(w->a, n, 8), *b = arena_array(w->a, n, 8);
    struct cohort_column *c = arena_array(w->a, 2, sizeof *c);
    struct cohort_table *t = ARENA_NEW(w->a, struct cohort_table);
    memcpy(a, x, n * 8);
    memcpy(b, y, n * 8);
    for (int k = 0; k < 2; k++) {
        const int64_t *v = k ? b : a;
        c[k] = (struct cohort_column){.name = k ? SPAN("乙") : SPAN("甲"), .kind = COHORT_NUMBER, .width = 8, .scale = scale, .value = v, .low = v[0], .high = v[0]};
        for (size_t i = 0; i < n; i++) {
            c[k].low = v[i] < c[k].low ? v[i] : c[k].low;
            c[k].high = v[i] > c[k].high ? v[i] : c[k].high;
        }
    }
    *t = (struct cohort_table){.name = SPAN("户"), .count = n, .column = c, .column_count = 2};
    return t;
}

/* Beyond 64 bits, and quotients whose digits never end. */
static void decimals(void **state) {
    struct world *w = *state;
    const int64_t big[] = {INT64_MAX, 3, -INT64_MAX, 0}, small[] = {4, 7, 2, 0};
    const struct cohort_table *t = numbers(w, big, small, 4, 0);
    struct small s = run_small(w, POLICY("(户.甲 * 户.甲 - 户.甲 * 户.甲) + 户.乙"), t, 0);
    assert_int_equal(0, cohort_fallback_count(s.p));
    for (int i = 0; i < 4; i++) {
        /* 34 digits hold the square of 19: the difference is nothing */
        assert_int_equal(COHORT_DECIDED, s.state[i]);
        assert_int_equal(small[i], s.value[i]);
    }
    const int64_t x[] = {1, 2, 10, 5}, y[] = {3, 3, 4, 0};
    t = numbers(w, x, y, 4, 0);
    s = run_small(w, POLICY("户.甲 / 户.乙 * 户.乙"), t, 0); /* 0.333… * 3 is not 1 */
    assert_int_equal(COHORT_ERROR, s.state[0]);
    assert_int_equal(COHORT_DECIDED, s.state[2]);
    assert_int_equal(10, s.value[2]);
    assert_int_equal(COHORT_ERROR, s.state[3]); /* by zero */
    s = run_small(w, POLICY("round half up(10 - 户.甲 / 户.乙, 2)"), t, 2);
    assert_int_equal(967, s.value[0]);
    assert_int_equal(933, s.value[1]);
    assert_int_equal(750, s.value[2]);
    assert_int_equal(COHORT_ERROR, s.state[3]);
    s = run_small(w, POLICY("if 户.乙 = 0 then 0 else if 户.甲 / 户.乙 &lt; 1 then 1 else 2"), t, 0);
    assert_int_equal(1, s.value[0]);
    assert_int_equal(2, s.value[2]);
    assert_int_equal(COHORT_DECIDED, s.state[3]);
}

/* More digits than the output keeps are an error of the row, not another number. */
static void too_many_digits(void **state) {
    struct world *w = *state;
    const int64_t x[] = {100, 125}, y[] = {1, 1};
    struct small s = run_small(w, POLICY("户.甲 + 户.乙"), numbers(w, x, y, 2, 2), 1);
    assert_int_equal(COHORT_ERROR, s.state[0]); /* 1.01 */
    const int64_t z[] = {0, 5};
    s = run_small(w, POLICY("户.甲 + 户.乙"), numbers(w, x, z, 2, 2), 1);
    assert_int_equal(10, s.value[0]);
    assert_int_equal(13, s.value[1]);
}

/* What columns cannot do runs row by row and gives the same. */
static void row_by_row(void **state) {
    struct world *w = *state;
    const int64_t x[] = {1, 2}, y[] = {3, 3};
    struct small s = run_small(w, POLICY("户.甲 ** 户.乙"), numbers(w, x, y, 2, 0), 0);
    assert_int_equal(1, cohort_fallback_count(s.p));
    assert_true(span_is(cohort_fallback(s.p, 0).where, "结果"));
    assert_true(cohort_fallback(s.p, 0).why.size > 0);
    assert_int_equal(1, s.value[0]);
    assert_int_equal(8, s.value[1]);
    BUF_AUTO plan;
    buf_init(&plan, 0);
    cohort_plan_text(&plan, s.p);
    assert_non_null(strstr(buf_str(&plan), "row by row"));
}

/* Numbers and lists that nobody knows, each with the least it can be. */
static void bounds_decide(void **state) {
    struct world *w = *state;
    struct cohort_table *t = ARENA_NEW(w->a, struct cohort_table), *m = ARENA_NEW(w->a, struct cohort_table);
    struct cohort_list *l = ARENA_NEW(w->a, struct cohort_list);
    struct cohort_column *own = arena_array(w->a, 2, sizeof *own), *c = arena_array(w->a, 2, sizeof *c);
    /* incomes: 30 and unknown; a list nobody knows; 5 and 5; 5 and unknown; too many of them unknown; the deposits of the last unknown */
    static const uint64_t offset[] = {0, 2, 2, 4, 6, 9, 10};
    int8_t *amount = arena_array(w->a, 10, 1), *kept = arena_array(w->a, 10, 1), *money = arena_array(w->a, 6, 1), *rent = arena_array(w->a, 6, 1);
    static const int8_t amounts[] = {30, 0, 5, 5, 5, 0, 0, 0, 0, 9}, counts[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 0}, moneys[] = {0, 40, 1, 1, 1, 0};
    memcpy(amount, amounts, sizeof amounts);
    memcpy(kept, counts, sizeof counts);
    memcpy(money, moneys, sizeof moneys);
    memset(rent, 1, 6);
    uint64_t *unknown = arena_array(w->a, 4, 8); /* the last: of rents, in no row */
    unknown[0] = 1 << 1 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 8;
    unknown[1] = 1 << 1; /* of lists */
    unknown[2] = 1 << 5; /* of deposits */
    c[0] = (struct cohort_column)COLUMN("额", amount, COHORT_NUMBER, 1, 5, 30);
    c[0].unknown = &unknown[0];
    c[1] = (struct cohort_column)COLUMN("计", kept, COHORT_BOOLEAN, 1, 0, 1);
    own[0] = (struct cohort_column)COLUMN("存款", money, COHORT_NUMBER, 1, 0, 40);
    own[0].unknown = &unknown[2];
    own[1] = (struct cohort_column)COLUMN("房租", rent, COHORT_NUMBER, 1, 0, 40);
    own[1].unknown = &unknown[3];
    *m = (struct cohort_table){.name = SPAN("成员"), .count = 10, .column = c, .column_count = 2};
    *l = (struct cohort_list){.name = SPAN("成员"), .of = m, .offset = offset, .unknown = &unknown[1]};
    *t = (struct cohort_table){.name = SPAN("户"), .count = 6, .column = own, .column_count = 2, .list = l, .list_count = 1};
    static const struct { const char *policy; const char *is; } cases[] = {
        /* '?': open; the rest a known number */
        {POLICY("if sum(append(户.成员.额, 0)) + 户.存款 &gt; 20 then 1 else 2"), "112???"},
        {POLICY("if sum(append(户.成员[计].额, 0)) * 2 &lt;= 19 - 户.存款 then 1 else 2"), "222???"},
        {POLICY("if count(户.成员) &gt;= 3 then 1 else 2"), "2?2212"},
        {POLICY("if sum(append(户.成员.额, 0)) / 2 &gt;= 15 then 1 else 2"), "1?2??2"},
        {POLICY("if 户.存款 &lt; 0 then 1 else if 户.存款 = 40 then 3 else 2"), "23222?"},
        {POLICY("if sum(append(户.成员.额, 0)) = 4 then 1 else 2"), "2?22?2"},
        {POLICY("if (some m in 户.成员 satisfies m.额 &gt; 20) or sum(for m in append(户.成员, {额: 25}) return m.额) &gt;= 25 then 1 else 2"), "111111"},
        /* a condition that may be null may be an error, whatever bounds say of both ways */
        {POLICY("if (if (if 户.存款 &gt; 10 then false else null) then 1 else 2) &gt; 5 then 1 else 2"), "e2eee?"},
        /* not null is null, and null is not true */
        {POLICY("if not(if 户.存款 &gt; 10 then false else null) = true then 1 else 2"), "21222?"},
        /* what is known in all rows that are left is still there when its bounds are asked */
        {POLICY("if max(0, 2 - (if 户.存款 &gt; 10 then 户.房租 else 户.房租 + 3)) &gt; 0 then 1 else 2"), "21222?"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct small s = run_small(w, cases[i].policy, t, 0);
        for (size_t k = 0; k < 6; k++) {
            char is = s.state[k] == COHORT_OPEN ? '?' : s.state[k] == COHORT_ERROR ? 'e' : (char)('0' + s.value[k]);
            if (is != cases[i].is[k])
                fail_msg("case %zu, row %zu: %c, not %c", i, k, is, cases[i].is[k]);
        }
    }
}

/* What belongs to whom, and how long lists are. */
static void lists_of_rows(void **state) {
    struct world *w = *state;
    static const uint64_t offset[] = {0, 2, 2, 5};
    const struct cohort_list l = {.offset = offset};
    uint64_t shortest, longest;
    static const int owner[] = {0, 0, 2, 2, 2};
    for (uint64_t i = 0; i < 5; i++)
        assert_int_equal(owner[i], cohort_owner(&l, 3, i));
    cohort_list_lengths(&l, 3, &shortest, &longest);
    assert_int_equal(0, shortest);
    assert_int_equal(3, longest);
    for (int width = 1; width <= 8; width *= 8) {
        int64_t values[5] = {1, 2, 1, 2, 63};
        int8_t *small = arena_array(w->a, 8, 1);
        struct cohort_column c = {.kind = COHORT_NUMBER, .width = (uint8_t)width, .low = 1, .high = 63};
        for (int twice = 0; twice < 2; twice++) {
            values[4] = twice ? 1 : 63;
            for (int i = 0; i < 5; i++)
                small[i] = (int8_t)values[i];
            c.value = width == 1 ? (const void *)small : values;
            assert_int_equal(!twice, cohort_distinct(&l, 3, &c));
        }
    }
}

/* A household of more members than a block has room for. */
static void large_household(void **state) {
    enum { MANY = 100000 };
    struct world *w = *state;
    struct cohort_table *t = ARENA_NEW(w->a, struct cohort_table), *m = ARENA_NEW(w->a, struct cohort_table);
    struct cohort_list *l = ARENA_NEW(w->a, struct cohort_list);
    struct cohort_column *c = ARENA_NEW(w->a, struct cohort_column);
    int8_t *age = arena_array(w->a, MANY + 6, 1);
    static const uint64_t offset[] = {0, 2, 2, MANY + 2, MANY + 5};
    memset(age, 30, MANY + 6);
    age[0] = 10;
    *c = (struct cohort_column)COLUMN("年龄", age, COHORT_NUMBER, 1, 10, 30);
    *m = (struct cohort_table){.name = SPAN("成员"), .count = MANY + 5, .column = c, .column_count = 1};
    *l = (struct cohort_list){.name = SPAN("成员"), .of = m, .offset = offset};
    *t = (struct cohort_table){.name = SPAN("户"), .count = 4, .list = l, .list_count = 1};
    struct small s = run_small(w, POLICY("sum(append(户.成员.年龄, 0)) + count(户.成员[年龄 &lt; 18])"), t, 0);
    assert_int_equal(0, cohort_fallback_count(s.p));
    assert_int_equal(41, s.value[0]);
    assert_int_equal(0, s.value[1]);
    assert_int_equal(30 * MANY, s.value[2]);
    assert_int_equal(90, s.value[3]);
}

/* ---- requests that are wrong ------------------------------------------------------------------ */

static void wrong_requests(void **state) {
    struct world *w = *state;
    const int64_t x[] = {1}, y[] = {3};
    const struct cohort_table *t = numbers(w, x, y, 1, 0);
    const struct dmn_model *m = model(w, POLICY("户.甲"));
    const struct cohort_bind other[] = {BIND("家", COHORT_ROW)};
    const struct cohort_output good = OUTPUT("结果", COHORT_OUT_NUMBER, 0), stray = OUTPUT("结论 + 1", COHORT_OUT_NUMBER, 0),
        broken = OUTPUT("结果 +", COHORT_OUT_NUMBER, 0), text = OUTPUT("\"甲\"", COHORT_OUT_NUMBER, 0);
    const struct cohort_program *p;
    struct cohort_request q = {.model = m, .household = t, .bind = other, .bind_count = 1, .output = &good, .output_count = 1};
    expect_fail(cohort_compile(w->a, &q, &p, &w->d), &w->d, E_NOT_FOUND, "cohort.no_input");
    q.bind = row_bind;
    q.output = &stray;
    expect_fail(cohort_compile(w->a, &q, &p, &w->d), &w->d, E_NOT_FOUND, "cohort.no_column");
    q.output = &broken;
    expect_fail(cohort_compile(w->a, &q, &p, &w->d), &w->d, E_INPUT, "feel.syntax_end");
    q.output = &good;
    q.member = SPAN("成员");
    expect_fail(cohort_compile(w->a, &q, &p, &w->d), &w->d, E_NOT_FOUND, "cohort.no_list");
    q.member = (struct span){0};
    q.output = &text;
    expect_ok(cohort_compile(w->a, &q, &p, &w->d), &w->d);
    uint8_t s = 9;
    int64_t v = 9, *value[1] = {&v};
    struct cohort_result r = {&s, value};
    expect_ok(cohort_run(p, w->scratch, 0, 0, &r, &w->d), &w->d);
    assert_int_equal(9, s);
    expect_ok(cohort_run(p, w->scratch, 0, 1, &r, &w->d), &w->d);
    assert_int_equal(COHORT_ERROR, s);
    assert_int_equal(0, v);
    AUTO(arena) struct arena *little = arena_new(4096);
    expect_fail(cohort_run(p, little, 0, 1, &r, &w->d), &w->d, E_LIMIT, "base.memory");
}

static void rows_as_values(void **state) {
    struct world *w = *state;
    struct feel_value v;
    BUF_AUTO text;
    buf_init(&text, 0);
    expect_ok(cohort_row_value(w->a, households(w, 2), 1, &v, &w->d), &w->d);
    const struct feel_value *members = feel_get(&v, SPAN("家庭成员"));
    assert_true(v.kind == FEEL_CONTEXT && v.shape->count == 7 && members && members->kind == FEEL_LIST && members->count > 0);
    assert_true(feel_get(&members->item[0], SPAN("在校学生"))->kind == FEEL_BOOLEAN);
    uint64_t bit = 2;
    struct cohort_table t = *households(w, 2);
    struct cohort_column *c = arena_array(w->a, t.column_count, sizeof *c);
    memcpy(c, t.column, t.column_count * sizeof *c);
    c[0].unknown = &bit;
    c[1].null = &bit;
    t.column = c;
    expect_ok(cohort_row_value(w->a, &t, 1, &v, &w->d), &w->d);
    assert_null(feel_get(&v, SPAN("存款")));
    assert_true(feel_get(&v, SPAN("机动车"))->kind == FEEL_NULL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)
int main(void) {
    const struct CMUnitTest tests[] = {TEST(known_results), TEST(decimals), TEST(too_many_digits), TEST(row_by_row), TEST(bounds_decide), TEST(lists_of_rows), TEST(large_household),
        TEST(wrong_requests), TEST(rows_as_values)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
