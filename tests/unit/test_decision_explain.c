/* What would change a refusal, over the worked cases of the packs: the policy is asked again about
 * every change that is told, and about one step less. */
#include "unit.h"

#include "civil/decision/explanation.h"

#include <dirent.h>

enum { FILES_MAX = 400, FILE_BYTES_MAX = 1 << 20 };

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

static const struct json *read_case(struct arena *a, const char *path) {
    FILE *f = fopen(path, "rb");
    char *text = arena_alloc(a, FILE_BYTES_MAX);
    const struct json *j;
    struct diag d = {0};
    assert_non_null(f);
    size_t n = fread(text, 1, FILE_BYTES_MAX, f);
    fclose(f);
    expect_ok(json_parse(a, (struct span){text, n}, &j, &d), &d);
    return j;
}

static enum decision_outcome outcome(struct arena *a, const char *scheme, const struct json *facts, date_t day) {
    struct decision r;
    struct diag d = {0};
    struct decision_request q = {.scheme = scheme, .facts = facts, .as_of = day};
    assert_non_null(facts);
    if (decision_make(policies, a, &q, &r, &d) != OK)
        return DECISION_UNDECIDED;
    return r.outcome;
}

/* One step back towards what is. */
static const struct json *step_back(struct arena *a, const struct decision_move *m) {
    if (m->type == FACT_DATE) {
        date_t day;
        char text[DATE_TEXT_MAX];
        assert_int_equal(date_parse(m->to->text, &day, NULL), OK);
        size_t n = date_text(day - m->direction, text);
        return json_new_string(a, (struct span){arena_dup(a, (struct span){text, n}), n});
    }
    return json_new_number(a, m->direction < 0 ? dec_add(m->to->number, m->step_size) : dec_sub(m->to->number, m->step_size));
}

struct seen { size_t refusals, changes, thresholds, pairs, reasons, incomplete; };

static void check_change(const struct decision *r, const struct decision_change *c, struct seen *seen) {
    AUTO(arena) struct arena *a = arena_new(0);
    assert_int_equal(outcome(a, r->scheme, decision_changed(a, r->facts, c), r->date), DECISION_ELIGIBLE);
    seen->changes++;
    seen->pairs += c->count == 2;
    for (size_t i = 0; i < c->count; i++) {
        struct decision_change less = *c;
        if (c->move[i].number) {
            less.move[i].to = step_back(a, &c->move[i]);
            seen->thresholds++;
        } else if (c->count == 2) { /* minimal: the other one alone is not enough */
            less = (struct decision_change){{c->move[1 - i]}, 1};
        } else
            continue;
        assert_int_not_equal(outcome(a, r->scheme, decision_changed(a, r->facts, &less), r->date), DECISION_ELIGIBLE);
    }
}

static void check_case(const struct json *j, struct seen *seen) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct decision r;
    struct decision_explanation x;
    struct diag d = {0};
    struct decision_request q = {.scheme = json_str(j, "scheme", ""), .facts = json_get(j, "input"), .as_of = DATE_NONE};
    expect_ok(decision_make(policies, a, &q, &r, &d), &d);
    expect_ok(decision_explain(policies, a, &r, 0, &x, &d), &d);
    assert_true(x.tried <= x.budget);
    if (r.outcome != DECISION_NOT_ELIGIBLE) {
        assert_int_equal(x.change_count + x.reason_count + x.tried, 0);
        return;
    }
    seen->refusals++;
    seen->incomplete += !x.complete;
    seen->reasons += x.reason_count;
    for (size_t i = 0; i < x.change_count; i++)
        check_change(&r, &x.change[i], seen);
    for (size_t i = 0; i < x.reason_count; i++)
        check_change(&r, &x.reason[i], seen);
}

static void every_change_told_flips_the_answer(void **state) {
    struct seen seen = {0};
    char dir[1024], path[1600];
    (void)state;
    for (size_t i = 0; i < packs_count(packs); i++)
        for (size_t k = 0; k < packs_at(packs, i)->matter_count; k++) {
            snprintf(dir, sizeof dir, "%s/packs/%s/matters/%s/cases", getenv("SOURCE_ROOT"), packs_at(packs, i)->id, packs_at(packs, i)->matter[k].id);
            DIR *d = opendir(dir);
            for (struct dirent *e; d && (e = readdir(d));) {
                if (e->d_name[0] == '.')
                    continue;
                AUTO(arena) struct arena *a = arena_new(0);
                snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
                check_case(read_case(a, path), &seen);
            }
            if (d)
                closedir(d);
        }
    print_message("# %zu refusals: %zu changes and reasons (%zu reasons), %zu pairs, %zu thresholds; %zu searches ended by the budget\n",
        seen.refusals, seen.changes, seen.reasons, seen.pairs, seen.thresholds, seen.incomplete);
    assert_true(seen.refusals >= 10 && seen.thresholds >= 5 && seen.reasons > 0);
}

#define PERSON(income, money, vehicles)                                        \
    "{\"日期\":\"2024-08-15\",\"户\":{\"成员\":[{\"编号\":\"1\",\"与申请人关系\":\"本人\",\"性别\":\"男\",\"出生日期\":\"1979-03-02\",\"户籍\":\"本市\"," \
    "\"就学迁入集体户\":false,\"婚姻状况\":\"未婚\",\"就业状态\":\"失业\",\"收入\":[{\"类别\":\"养老金\",\"月金额\":" income "}],\"残疾\":[],\"重大疾病\":false," \
    "\"劳动能力\":\"有\",\"在读\":\"无\",\"单独抚养\":false,\"依靠兄弟姐妹或老人扶养\":false,\"特殊身份\":[],\"不计入事由\":\"无\"}]," \
    "\"货币财产\":" money ",\"机动车\":" vehicles ",\"住房\":[],\"工商登记\":[],\"赡养人家庭\":[]},\"在享\":[],\"申请\":{}}"

static void explained(struct arena *a, const char *facts, struct decision *r, struct decision_explanation *x, unsigned budget) {
    const struct json *j;
    struct diag d = {0};
    expect_ok(json_parse(a, span_of(facts), &j, &d), &d);
    struct decision_request q = {.scheme = "dibao", .facts = j, .as_of = DATE_NONE};
    expect_ok(decision_make(policies, a, &q, r, &d), &d);
    expect_ok(decision_explain(policies, a, r, budget, x, &d), &d);
}

static void says(const struct decision_explanation *x, enum lang l, const char *want) {
    BUF_AUTO b;
    buf_init(&b, 0);
    decision_change_text(&b, l, x, &x->change[0], false);
    assert_string_equal(want, buf_str(&b));
}

static void the_threshold_is_to_the_fen(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct decision r;
    struct decision_explanation x;
    (void)state;
    explained(a, PERSON("1650", "3000", "[]"), &r, &x, 0);
    assert_int_equal(x.change_count, 1);
    assert_true(x.complete && x.change[0].move[0].beyond);
    says(&x, LANG_ZH, "若成员 1（本人）的收入 1（养老金）的月金额由 1,650.00 元/月减少 200.01 元，至 1,449.99 元/月或更少，即符合条件");
    says(&x, LANG_EN, "If amount a month of income 1 (pension) of member 1 (applicant) falls from 1,650.00 yuan a month by 200.01 yuan, to 1,449.99 yuan a month or less, it is eligible");
}

static void two_facts_when_one_is_not_enough(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct decision r;
    struct decision_explanation x;
    (void)state;
    explained(a, PERSON("1650", "3000", "[{\"用途\":\"生活\",\"价值\":50000}]"), &r, &x, 0);
    assert_int_equal(x.change_count, 1);
    assert_int_equal(x.change[0].count, 2);
    says(&x, LANG_EN, "If amount a month of income 1 (pension) of member 1 (applicant) falls from 1,650.00 yuan a month by 200.01 yuan, to 1,449.99 yuan a month or less"
        " and there is no vehicle 1 (daily life) any more, it is eligible");
}

static void three_facts_are_not_looked_for(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct decision r;
    struct decision_explanation x;
    (void)state;
    explained(a, PERSON("1650", "300000", "[{\"用途\":\"生活\",\"价值\":50000}]"), &r, &x, 0);
    assert_int_equal(x.change_count, 0);
    assert_true(x.complete);
}

static void a_budget_that_ends_says_so(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct decision r;
    struct decision_explanation x;
    (void)state;
    explained(a, PERSON("1650", "3000", "[]"), &r, &x, 10);
    assert_int_equal(x.tried, 10);
    assert_false(x.complete);
    assert_int_equal(x.change_count, 0); /* a threshold that was not found to the fen is not told */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_change_told_flips_the_answer),
        cmocka_unit_test(the_threshold_is_to_the_fen),
        cmocka_unit_test(two_facts_when_one_is_not_enough),
        cmocka_unit_test(three_facts_are_not_looked_for),
        cmocka_unit_test(a_budget_that_ends_says_so),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
