#include "civil/screening/program.h"

#include "base/vec.h"

static const struct span NUMBER = {"编号", sizeof "编号" - 1};

#define TEXT(s) {s, sizeof(s) - 1}
const struct cohort_output SCREENING_OUTPUT[SCREENING_OUTPUTS] = {
    {TEXT(DECISION_ELIGIBLE_TEXT), COHORT_OUT_BOOLEAN, 0},
    {TEXT(DECISION_MONTHLY_TEXT), COHORT_OUT_NUMBER, 2},
    {TEXT(DECISION_ONCE_TEXT), COHORT_OUT_NUMBER, 2},
};

/* ---- compiling ------------------------------------------------------------------------ */

static struct cohort_bind bind_of(const struct screening_program *x, struct span name) {
    struct cohort_bind b = {.input = name};
    if (span_is(name, "日期")) {
        b.kind = COHORT_VALUE;
        b.value = feel_date(x->date);
    } else if (span_is(name, "户"))
        b.kind = COHORT_ROW;
    else if (span_is(name, "在享")) {
        b.kind = COHORT_LIST;
        b.list = name;
    } else if (span_is(name, "申请") && x->policy.of_person) {
        b.kind = COHORT_MEMBER;
        b.list = NUMBER;
        b.field = SPAN("对象");
    } else {
        const struct feel_value *figure = feel_get(&x->policy.figures, name);
        b.kind = figure ? COHORT_VALUE : COHORT_UNKNOWN;
        if (figure)
            b.value = *figure;
    }
    return b;
}

static enum status binds(const struct screening_program *x, struct arena *a, const struct cohort_bind **ret, size_t *ret_count, struct diag *d) {
    const struct span *name;
    size_t n;
    enum status s = dmn_inputs_of(a, x->policy.model, SPAN("结果"), &name, &n, d);
    struct cohort_bind *b = s == OK ? ARENA_ARRAY(a, n + 1, struct cohort_bind) : NULL;
    if (s == OK && !b)
        return arena_full(d);
    for (size_t i = 0; s == OK && i < n; i++)
        b[i] = bind_of(x, name[i]);
    *ret = b;
    *ret_count = n;
    return s;
}

enum status screening_compile(const struct policies *p, struct arena *a, const struct cohort_table *household,
    const char *scheme, date_t day, const struct figure_set *set, size_t set_count, struct screening_program *ret, struct diag *d) {
    struct screening_program x = {.policies = p, .household = household, .member = cohort_list_find(household, SPAN("成员")),
        .date = day, .set = set, .set_count = set_count};
    if (!x.member)
        return diag_fail(d, E_INPUT, "screening.no_members");
    struct cohort_request r = {.household = household, .output = SCREENING_OUTPUT, .output_count = SCREENING_OUTPUTS};
    enum status s = decision_policy_on(p, a, scheme, day, set, set_count, &x.policy, d);
    if (s == OK && !x.policy.missing_count) {
        r.model = x.policy.model;
        r.member = x.policy.of_person ? SPAN("成员") : SPAN("");
        r.null_facts = x.policy.null_facts;
        r.null_fact_count = x.policy.null_fact_count;
        s = binds(&x, a, &r.bind, &r.bind_count, d);
        if (s == OK)
            s = cohort_compile(a, &r, &x.program, d);
        if (s != OK)
            diag_under(d, "%s", scheme);
    }
    if (s == OK)
        *ret = x;
    return s;
}

/* ---- rows --------------------------------------------------------------------------------- */

uint64_t screening_rows(const struct screening_program *x) {
    return x->policy.of_person ? x->member->of->count : x->household->count;
}

uint64_t screening_household_of(const struct screening_program *x, uint64_t row) {
    return x->policy.of_person ? cohort_owner(x->member, x->household->count, row) : row;
}

struct span screening_number_of(const struct screening_program *x, uint64_t row) {
    const struct cohort_column *c = x->policy.of_person ? cohort_column_find(x->member->of, NUMBER) : NULL;
    if (!c || c->kind != COHORT_STRING || cohort_bit(c->unknown, row) || cohort_bit(c->null, row))
        return SPAN("");
    return c->word[cohort_stored(c, row)];
}

/* ---- one row by the scalar engine ------------------------------------------------------------ */

/* The columns that are not facts are left out, and 在享 stands beside the household. */
static const struct json *household_facts(struct arena *a, const struct json *all) {
    const struct json **value = ARENA_ARRAY(a, all->size + 1, const struct json *);
    struct span *key = ARENA_ARRAY(a, all->size + 1, struct span);
    size_t n = 0;
    if (!value || !key)
        return NULL;
    for (size_t i = 0; i < all->size; i++)
        if (all->key[i].size && all->key[i].at[0] != '_' && !span_is(all->key[i], "在享")) {
            key[n] = all->key[i];
            value[n++] = all->item[i];
        }
    return json_new_object(a, key, value, n);
}

static const struct json *without_ids(struct arena *a, const struct json *household) {
    const struct json *members = json_get(household, "成员");
    if (!members || members->type != JSON_ARRAY)
        return household;
    const struct json **list = ARENA_ARRAY(a, members->size + 1, const struct json *);
    for (size_t i = 0; list && i < members->size; i++)
        if (!(list[i] = household_facts(a, members->item[i])))
            return NULL;
    const struct json *kept = list ? json_new_array(a, list, members->size) : NULL;
    return kept ? json_with(a, household, "成员", kept) : NULL;
}

static const struct json *application(struct arena *a, struct span number) {
    static const struct span KEY = {"对象", sizeof "对象" - 1};
    const struct json **value = ARENA_ARRAY(a, 1, const struct json *);
    struct span *key = ARENA_ARRAY(a, 1, struct span);
    if (!value || !key || !(value[0] = json_new_string(a, number))) /* words are terminated: table.h */
        return NULL;
    key[0] = KEY;
    return json_new_object(a, key, value, 1);
}

enum status screening_facts(const struct screening_program *x, struct arena *a, uint64_t row, const struct json **ret, struct diag *d) {
    uint64_t household = screening_household_of(x, row);
    struct feel_value v;
    enum status s = cohort_row_value(a, x->household, household, &v, d);
    if (s != OK)
        return s;
    char day[DATE_TEXT_MAX];
    size_t n = date_text(x->date, day);
    const struct json *all = feel_to_json(a, &v), *facts = json_new_object(a, NULL, NULL, 0);
    const struct json *own = all ? household_facts(a, all) : NULL, *held = all ? json_get(all, "在享") : NULL;
    const char *kept = arena_dup(a, (struct span){day, n});
    const struct json *date = kept ? json_new_string(a, (struct span){kept, n}) : NULL;
    own = own ? without_ids(a, own) : NULL;
    facts = facts && own ? json_with(a, facts, "户", own) : NULL;
    facts = facts && date ? json_with(a, facts, "日期", date) : NULL;
    if (facts && held)
        facts = json_with(a, facts, "在享", held);
    if (facts && x->policy.of_person) {
        const struct json *asked = application(a, screening_number_of(x, row));
        facts = asked ? json_with(a, facts, "申请", asked) : NULL;
    }
    *ret = facts;
    return facts ? OK : arena_full(d);
}

enum status screening_whether(const struct screening_program *x, struct arena *a, uint64_t row, unsigned budget, struct decision *ret, struct diag *d) {
    struct decision_request r = {.scheme = x->policy.matter->scheme, .as_of = x->date, .budget = budget, .whether_only = true, .set = x->set, .set_count = x->set_count};
    enum status s = screening_facts(x, a, row, &r.facts, d);
    return s == OK ? decision_make(x->policies, a, &r, ret, d) : s;
}

enum status screening_decide(const struct screening_program *x, struct arena *a, uint64_t row, struct dmn_case_memory *memory, struct decision *ret, struct diag *d) {
    struct decision_request r = {.scheme = x->policy.matter->scheme, .as_of = x->date, .budget = SCREENING_BUDGET, .set = x->set, .set_count = x->set_count,
        .memory = memory};
    enum status s = screening_facts(x, a, row, &r.facts, d);
    return s == OK ? decision_make(x->policies, a, &r, ret, d) : s;
}
