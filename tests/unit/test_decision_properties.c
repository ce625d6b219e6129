/* What holds of every household, whatever its facts: random households in the whole vocabulary, every fact known.
 *
 *   - decided twice, and with its members in another order, the answer is the same;
 *   - one more yuan of income raises no benefit;
 *   - one more member, local, a child and without income, lowers no household's sum.
 *
 * Where an article says otherwise, the exception has its name here, the article and a condition on the household;
 * what is outside the condition fails.  PROPERTY_HOUSEHOLDS widens the run, UNIT_SEED repeats one. */
#include "unit.h"

#include "base/buf.h"
#include "civil/decision/decision.h"
#include "civil/pack/pack.h"

static struct packs *packs;
static struct policies *policies;

static int load(void **state) {
    char dir[1024];
    struct diag d = {0};
    snprintf(dir, sizeof dir, "%s/packs", getenv("SOURCE_ROOT"));
    expect_ok(packs_load(dir, &packs, &d), &d);
    expect_ok(policies_load(packs, &policies, &d), &d);
    return 0;
}
static int unload(void **state) {
    policies_free(policies);
    packs_free(packs);
    return 0;
}

/* ---- a household -------------------------------------------------------------------------- */

enum { MEMBERS_MAX = 4, DAYS_FROM = 17897 /* 2019-01-01 */, DAYS_SPAN = 2900 };

struct draw {
    uint64_t seed;
    struct buf *out;
    date_t day;
    size_t members, member; /* being written */
};

static size_t below(struct draw *g, size_t n) { return (size_t)(unit_random(&g->seed) % n); }
static bool one_in(struct draw *g, size_t n) { return below(g, n) == 0; }

static void write_entity(struct draw *g, struct span entity);

/* Mostly of the size that rules ask about, sometimes none. */
static void write_number(struct draw *g, const struct fact *f) {
    static const int MOST[] = {0, 3, 40, 600, 1500, 3000, 8000, 60000};
    if (f->ranged)
        buf_addf(g->out, "%lld", (long long)(f->low + (int64_t)below(g, (size_t)(f->high - f->low + 1))));
    else
        buf_addf(g->out, "%zu", below(g, (size_t)MOST[below(g, ARRAY_LEN(MOST))] + 1));
}

static void write_date(struct draw *g, const struct fact *f) {
    char text[DATE_TEXT_MAX];
    bool birth = span_is(f->name, "出生日期");
    date_text(g->day - (date_t)below(g, birth ? 36500 : 1500), text);
    buf_addf(g->out, "\"%s\"", text);
}

static void write_code(struct draw *g, const struct fact *f, size_t i) { buf_addf(g->out, "\"%.*s\"", SPAN_ARG(f->code[i])); }

static void write_string(struct draw *g, const struct fact *f) {
    if (span_is(f->name, "编号"))
        buf_addf(g->out, "\"%zu\"", g->member + 1);
    else if (span_is(f->name, "与申请人关系"))
        write_code(g, f, g->member ? 1 + below(g, f->code_count - 1) : 0);
    else if (span_is(f->name, "对象") && span_is(f->entity, "申请"))
        buf_adds(g->out, "\"1\"");
    else if (span_is(f->name, "对象"))
        one_in(g, 2) ? buf_adds(g->out, "\"户\"") : buf_addf(g->out, "\"%zu\"", below(g, g->members) + 1);
    else if (f->code_count)
        write_code(g, f, one_in(g, 2) ? 0 : below(g, f->code_count));
    else
        buf_adds(g->out, "\"困难残疾人生活补贴\"");
}

static void write_value(struct draw *g, const struct fact *f) {
    switch (f->kind) {
    case FACT_DATE: write_date(g, f); break;
    case FACT_NUMBER: write_number(g, f); break;
    case FACT_BOOLEAN: buf_adds(g->out, one_in(g, 5) ? "true" : "false"); break;
    case FACT_STRING: write_string(g, f); break;
    case FACT_ENTITY: write_entity(g, f->of); break;
    }
}

static size_t length_of(struct draw *g, const struct fact *f) {
    if (span_is(f->name, "成员"))
        return g->members;
    if (span_is(f->name, "父母状况") || span_is(f->name, "父母状况期限月数"))
        return 2;
    return one_in(g, span_is(f->entity, "户") ? 5 : 2) ? 1 + below(g, 2) : 0; /* a car or a second flat ends most questions */
}

static void write_fact(struct draw *g, const struct fact *f) {
    if (!f->list) {
        write_value(g, f);
        return;
    }
    size_t n = length_of(g, f);
    bool members = span_is(f->name, "成员");
    buf_addc(g->out, '[');
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_addc(g->out, ',');
        if (members)
            g->member = i;
        write_value(g, f);
    }
    buf_addc(g->out, ']');
}

/* These mean "not so" where they are absent, and mostly are. */
static bool left_out(struct draw *g, const struct fact *f) {
    return (span_is(f->name, "死亡日期") || span_is(f->name, "迁出本市日期")) && !one_in(g, 20);
}

static void write_entity(struct draw *g, struct span entity) {
    const struct vocabulary *v = policies_vocabulary(policies);
    bool first = true;
    buf_addc(g->out, '{');
    for (size_t i = 0; i < v->count; i++) {
        const struct fact *f = &v->fact[i];
        if (!span_eq(f->entity, entity) || left_out(g, f))
            continue;
        buf_addf(g->out, "%s\"%.*s\":", first ? "" : ",", SPAN_ARG(f->name));
        first = false;
        if (span_is(f->name, "日期") && span_is(f->entity, "输入")) {
            char text[DATE_TEXT_MAX];
            date_text(g->day, text);
            buf_addf(g->out, "\"%s\"", text);
        } else
            write_fact(g, f);
    }
    buf_addc(g->out, '}');
}

static const struct json *household(struct arena *a, uint64_t *seed) {
    BUF_AUTO out;
    const struct json *j;
    struct diag d = {0};
    buf_init(&out, 0);
    struct draw g = {.seed = *seed, .out = &out};
    g.day = DAYS_FROM + (date_t)below(&g, DAYS_SPAN);
    g.members = 1 + below(&g, MEMBERS_MAX - 1);
    write_entity(&g, SPAN("输入"));
    *seed = g.seed;
    char *text = arena_dup(a, buf_span(&out));
    expect_ok(json_parse(a, span_of(text), &j, &d), &d);
    return j;
}

/* ---- deciding ------------------------------------------------------------------------------- */

struct outcome { enum status status; enum decision_outcome outcome; int64_t fen; size_t lines; };

/* false: what no household can be (a date of death before birth), which is no household to ask about. */
static bool decide(struct arena *a, const char *scheme, const struct json *facts, struct outcome *ret) {
    struct diag d = {0};
    struct decision r = {0};
    struct decision_request q = {.scheme = scheme, .facts = facts, .as_of = DATE_NONE};
    enum status s = decision_make(policies, a, &q, &r, &d);
    if (s == E_INPUT && strcmp(d.code, "dmn.rule_error") != 0)
        return false;
    if (s != OK)
        print_error("%s: %s %s\n", scheme, d.code, d.where);
    assert_int_equal(s, OK);
    *ret = (struct outcome){s, r.outcome, r.monthly_fen + r.once_fen, r.line_count};
    return r.outcome != DECISION_UNDECIDED; /* a year without figures */
}

static const struct json *with_household(struct arena *a, const struct json *facts, const char *key, const struct json *value) {
    const struct json *h = json_with(a, json_get(facts, "户"), key, value);
    assert_non_null(h);
    return json_with(a, facts, "户", h);
}

static const struct json *with_members(struct arena *a, const struct json *facts, const struct json **list, size_t n) {
    return with_household(a, facts, "成员", json_new_array(a, list, n));
}

static const struct json *members_of(const struct json *facts) { return json_get(json_get(facts, "户"), "成员"); }

static const struct json *reversed(struct arena *a, const struct json *facts) {
    const struct json *m = members_of(facts);
    const struct json **list = ARENA_ARRAY(a, m->size, const struct json *);
    for (size_t i = 0; i < m->size; i++)
        list[i] = m->item[m->size - 1 - i];
    return with_members(a, facts, list, m->size);
}

/* One more yuan a month for the member. */
static const struct json *richer(struct arena *a, const struct json *facts, size_t who, const char *entry) {
    const struct json *m = members_of(facts), *income = json_get(m->item[who], "收入"), *yuan;
    struct diag d = {0};
    const struct json **list = ARENA_ARRAY(a, m->size, const struct json *), **incomes = ARENA_ARRAY(a, income->size + 1, const struct json *);
    memcpy(list, m->item, m->size * sizeof *list);
    if (income->size)
        memcpy(incomes, income->item, income->size * sizeof *incomes);
    expect_ok(json_parse(a, span_of(entry), &yuan, &d), &d);
    incomes[income->size] = yuan;
    list[who] = json_with(a, m->item[who], "收入", json_new_array(a, incomes, income->size + 1));
    return with_members(a, facts, list, m->size);
}

/* A child of the applicant, local, at school, without income, illness or disability. */
static const struct json *larger(struct arena *a, const struct json *facts) {
    static const char CHILD[] = "{\"编号\":\"9\",\"与申请人关系\":\"子女\",\"性别\":\"女\",\"出生日期\":\"2012-05-05\",\"户籍\":\"本市\",\"居住证\":false,\"就学迁入集体户\":false,"
        "\"婚姻状况\":\"未婚\",\"就业状态\":\"学生\",\"收入\":[],\"个人稳定性收入\":0,\"残疾\":[],\"重大疾病\":false,\"劳动能力\":\"有\",\"能力等级\":\"能力完好\",\"自理能力\":\"全自理\","
        "\"在读\":\"义务教育\",\"单独抚养\":false,\"依靠兄弟姐妹或老人扶养\":false,\"有法定赡养抚养扶养人\":true,\"法定义务人有履行能力\":true,\"特殊身份\":[],\"不计入事由\":\"无\","
        "\"儿童类别\":\"无\",\"父母状况\":[\"健在\",\"健在\"],\"居住方式\":\"家庭\",\"领取工伤生活护理费\":false,\"享受托养补贴\":false,\"享受困境家庭入住机构补贴\":false,"
        "\"见义勇为致残护理补贴\":false,\"父母状况期限月数\":[0,0],\"有其他监护人抚养\":false,\"临时无人抚养认定\":false,\"机构集体户口\":false}";
    const struct json *m = members_of(facts), *child;
    struct diag d = {0};
    const struct json **list = ARENA_ARRAY(a, m->size + 1, const struct json *);
    memcpy(list, m->item, m->size * sizeof *list);
    expect_ok(json_parse(a, span_of(CHILD), &child, &d), &d);
    list[m->size] = child;
    return with_members(a, facts, list, m->size + 1);
}

/* ---- the exceptions that articles make ------------------------------------------------------------ */

struct exception { const char *property, *scheme, *article, *why; bool (*holds)(const struct json *facts, const struct json *changed, struct arena *a); size_t met; };

/* A value on the way to the subsistence allowance; null when it was not reached. */
static struct feel_value on_the_way(struct arena *a, const struct json *facts, const char *name) {
    struct diag d = {0};
    struct decision r = {0};
    struct decision_request q = {.scheme = "dibao", .facts = facts, .as_of = DATE_NONE};
    if (decision_make(policies, a, &q, &r, &d) == OK && r.trace)
        for (size_t i = 0; i < r.trace->decision_count; i++)
            if (span_is(r.trace->decision[i].name, name))
                return r.trace->decision[i].value;
    return feel_null();
}

/* The household itself, not a member taken in alone (445号 二(二)). */
static bool qualifies(struct arena *a, const struct json *facts) {
    struct feel_value v = on_the_way(a, facts, "家庭认定");
    return v.kind == FEEL_BOOLEAN && v.boolean;
}
static bool leaves_dibao(const struct json *facts, const struct json *changed, struct arena *a) { return qualifies(a, facts) && !qualifies(a, changed); }
static bool enters_dibao(const struct json *facts, const struct json *changed, struct arena *a) { return leaves_dibao(changed, facts, a); }

/* The taper pays what the household had before, which may be more than what it would get now. */
static bool tapers(const struct json *facts, const struct json *changed, struct arena *a) {
    struct feel_value v = on_the_way(a, facts, "渐退低保金");
    return v.kind == FEEL_NUMBER && !dec_zero(v.number);
}

/* Does 445号 二 leave everybody out? */
static bool nobody_counts(const struct json *facts, const struct json *changed, struct arena *a) {
    struct feel_value v = on_the_way(a, facts, "家庭人数");
    return v.kind == FEEL_NUMBER && dec_zero(v.number);
}

static struct exception EXCEPTIONS[] = {
    {"income", "low_income", "445号 十一(一)", "a household above the subsistence standard is low-income; below it, it is not", leaves_dibao, 0},
    {"member", "low_income", "445号 十一(一)", "a household that falls below the subsistence standard gets dibao instead", enters_dibao, 0},
    {"member", "dibao", "445号 十(四)", "the taper pays the former amount for six months; with the new member the household gets the ordinary amount at once", tapers, 0},
    {"member", "temporary", "86号 三(一)；445号 二", "where nobody counts the ceiling is by those who live there; with one who counts, by those who count", nobody_counts, 0},
};

static bool excepted(const char *property, const char *scheme, const struct json *facts, const struct json *changed, struct arena *a) {
    for (size_t i = 0; i < ARRAY_LEN(EXCEPTIONS); i++)
        if (strcmp(EXCEPTIONS[i].property, property) == 0 && strcmp(EXCEPTIONS[i].scheme, scheme) == 0 && EXCEPTIONS[i].holds(facts, changed, a)) {
            EXCEPTIONS[i].met++;
            return true;
        }
    return false;
}

static void broken(const char *property, const char *scheme, const struct json *facts, const struct outcome *before, const struct outcome *after) {
    BUF_AUTO out;
    struct json_writer w;
    buf_init(&out, 0);
    json_begin(&w, &out, false);
    json_value(&w, facts);
    print_error("%s, %s: %lld fen before, %lld after\n%s\n", property, scheme, (long long)before->fen, (long long)after->fen, buf_str(&out));
}

/* ---- the run ------------------------------------------------------------------------------------------ */

typedef size_t property_fn(struct arena *a, const char *scheme, bool household_scheme, const struct json *facts, size_t *ret_asked);

static size_t same_again(struct arena *a, const char *scheme, bool household_scheme, const struct json *facts, size_t *ret_asked) {
    struct outcome one, two, other;
    if (!decide(a, scheme, facts, &one) || !decide(a, scheme, facts, &two) || !decide(a, scheme, reversed(a, facts), &other))
        return 0;
    ++*ret_asked;
    bool same = one.outcome == two.outcome && one.fen == two.fen && one.outcome == other.outcome && one.fen == other.fen && one.lines == other.lines;
    if (!same)
        broken("order", scheme, facts, &one, &other);
    return !same;
}

static size_t income(struct arena *a, const char *scheme, bool household_scheme, const struct json *facts, size_t *ret_asked) {
    static const char *const YUAN[] = {"{\"类别\":\"其他转移\",\"月金额\":1}", "{\"类别\":\"工资性\",\"月金额\":1}", "{\"类别\":\"养老金\",\"月金额\":1}"};
    struct outcome before, after;
    size_t failed = 0;
    for (size_t i = 0; i < ARRAY_LEN(YUAN); i++) {
        const struct json *changed = richer(a, facts, 0, YUAN[i]);
        if (!decide(a, scheme, facts, &before) || !decide(a, scheme, changed, &after))
            return 0;
        ++*ret_asked;
        if (after.fen <= before.fen || excepted("income", scheme, facts, changed, a))
            continue;
        broken("income", scheme, facts, &before, &after);
        failed++;
    }
    return failed;
}

static size_t member(struct arena *a, const char *scheme, bool household_scheme, const struct json *facts, size_t *ret_asked) {
    struct outcome before, after;
    const struct json *changed = larger(a, facts);
    if (!household_scheme || !decide(a, scheme, facts, &before) || !decide(a, scheme, changed, &after))
        return 0;
    ++*ret_asked;
    if (after.fen >= before.fen || excepted("member", scheme, facts, changed, a))
        return 0;
    broken("member", scheme, facts, &before, &after);
    return 1;
}

static void run(property_fn *property, const char *name) {
    const char *wide = getenv("PROPERTY_HOUSEHOLDS");
    size_t n = wide ? strtoul(wide, NULL, 10) : 150, failed = 0, asked = 0;
    uint64_t seed = unit_seed(name);
    AUTO(arena) struct arena *a = arena_new(0);
    for (size_t i = 0; i < n && failed < 3; i++) {
        arena_reset(a);
        const struct json *facts = household(a, &seed);
        for (size_t p = 0; p < packs_count(packs); p++)
            for (size_t k = 0; k < packs_at(packs, p)->matter_count; k++) {
                const struct matter *m = &packs_at(packs, p)->matter[k];
                failed += property(a, m->scheme, strcmp(json_str(m->json, "unit", ""), "person") != 0, facts, &asked);
            }
    }
    assert_int_equal(failed, 0);
    assert_true(asked > n); /* most households are ones that can be decided */
}

static void the_same_answer(void **state) { run(same_again, "properties: order"); }
static void income_raises_nothing(void **state) { run(income, "properties: income"); }
static void a_member_lowers_nothing(void **state) { run(member, "properties: member"); }

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_same_answer), cmocka_unit_test(income_raises_nothing), cmocka_unit_test(a_member_lowers_nothing)};
    return cmocka_run_group_tests(tests, load, unload);
}
