/* What is fused, folded or skipped against the plain programs: random
 * expressions and decision tables give the same value and the same notes, also
 * with an unknown among the names.  UNIT_SEED=N draws others. */
#include "unit.h"

#include <inttypes.h>

#include "base/buf.h"
#include "dmn/internal.h"
#include "feel/unknown.h"

static uint64_t state;

static uint32_t draw(uint32_t n) { return (uint32_t)(unit_random(&state) % n); }

#define PICK(list) list[draw(ARRAY_LEN(list))]

static void seed(void) {
    if (!state)
        state = unit_seed("dmn_fused");
}

/* ---- expressions ------------------------------------------------------------------- */

static void number(struct buf *b, int depth);
static void truth(struct buf *b, int depth);

static void leaf(struct buf *b) {
    static const char *const leaves[] = {"0", "1", "2", "3.50", "-7", "1e20", "数", "另数", "文", "真", "空", "null",
        "\"甲\"", "\"\"", "true", "m", "m.岁", "m.名", "item", "岁", "date(\"2024-01-31\")", "[1, 2]", "[1..3]", "无此名"};
    buf_adds(b, PICK(leaves));
}

static void list(struct buf *b, int depth) {
    static const char *const lists[] = {"众", "众", "众", "[1, 2, 3]", "[]", "空", "[数, \"甲\", null]", "数"};
    if (depth > 0 && draw(3) == 0) {
        buf_adds(b, "众[");
        truth(b, depth - 1);
        buf_adds(b, "]");
        return;
    }
    buf_adds(b, PICK(lists));
}

static void number(struct buf *b, int depth) {
    static const char *const plain[] = {"数", "另数", "1", "25", "0.10", "m.岁", "岁", "item.岁"};
    static const char *const arith[] = {" + ", " - ", " * ", " / "};
    static const char *const folds[] = {"count(", "sum(", "max(", "min("};
    switch (depth > 0 ? draw(7) : 0) {
    case 1:
        buf_adds(b, "(");
        number(b, depth - 1);
        buf_adds(b, PICK(arith));
        number(b, depth - 1);
        buf_adds(b, ")");
        return;
    case 2:
        buf_adds(b, "count(");
        list(b, 0);
        buf_adds(b, "[");
        truth(b, depth - 1);
        buf_adds(b, "])");
        return;
    case 3:
        buf_adds(b, PICK(folds));
        buf_adds(b, "for m in ");
        list(b, depth - 1);
        buf_adds(b, " return ");
        number(b, depth - 1);
        buf_adds(b, ")");
        return;
    case 4:
        buf_adds(b, "(if ");
        truth(b, depth - 1);
        buf_adds(b, " then ");
        number(b, depth - 1);
        buf_adds(b, " else ");
        number(b, depth - 1);
        buf_adds(b, ")");
        return;
    case 5: leaf(b); return;
    default: buf_adds(b, PICK(plain)); return;
    }
}

static void truth(struct buf *b, int depth) {
    static const char *const compare[] = {" < ", " <= ", " > ", " >= ", " = ", " != "};
    static const char *const in[] = {" in [1..25]", " in (1..3)", " in (\"甲\", \"乙\")", " in (< 3, > 20)", " in < 18",
        " in [1, 2, 25]", " in 众", " in ([1..2], 7)", " in ]0..数]", " in [3..1]", " in null"};
    switch (draw(depth > 0 ? 9 : 5)) {
    case 0:
        number(b, depth - 1);
        buf_adds(b, PICK(compare));
        number(b, depth - 1);
        return;
    case 1:
        leaf(b);
        buf_adds(b, PICK(compare));
        leaf(b);
        return;
    case 2:
        number(b, 0);
        buf_adds(b, PICK(in));
        return;
    case 3: buf_adds(b, "名 = \"甲\""); return;
    case 4: leaf(b); return;
    case 5:
    case 6:
        buf_adds(b, "(");
        truth(b, depth - 1);
        buf_adds(b, draw(2) ? " and " : " or ");
        truth(b, depth - 1);
        buf_adds(b, ")");
        return;
    case 7:
        buf_adds(b, draw(2) ? "(some m in " : "(every m in ");
        list(b, depth - 1);
        buf_adds(b, " satisfies ");
        truth(b, depth - 1);
        buf_adds(b, ")");
        return;
    default:
        buf_adds(b, "(");
        number(b, 0);
        buf_adds(b, " between 1 and ");
        number(b, depth - 1);
        buf_adds(b, ")");
        return;
    }
}

/* ---- running both ---------------------------------------------------------------------- */

enum { NAMES = 6 };
static const char *const names[NAMES] = {"数", "另数", "文", "真", "空", "众"};

static struct feel_value person(struct arena *a, int64_t age, const char *name) {
    struct span key[] = {SPAN("岁"), SPAN("名"), SPAN("item")};
    struct feel_value v[] = {feel_int(age), name ? feel_string(span_of(name)) : feel_null(), feel_int(age + 1)};
    return feel_context(a, key, v, name && age > 30 ? 3 : 2);
}

/* With `unknown` the second number is anything from 0 to 100. */
static void globals(struct feel_env *env, struct feel_value *v, bool unknown) {
    struct arena *a = env->arena;
    struct feel_value *people = ARENA_ARRAY(a, 4, struct feel_value);
    assert_non_null(people);
    people[0] = person(a, 17, "甲");
    people[1] = person(a, 25, "乙");
    people[2] = person(a, 70, NULL);
    people[3] = person(a, 3, "甲");
    v[0] = feel_int(2);
    v[1] = feel_int(25);
    if (unknown)
        v[1] = feel_unknown_cell(env, FEEL_NUMBER, 0, (struct feel_bound){feel_int(0), false}, (struct feel_bound){feel_int(100), false}, NULL, 0);
    v[2] = feel_string(SPAN("甲"));
    v[3] = feel_bool(true);
    v[4] = feel_null();
    v[5] = feel_new_list(env, people, 4);
}

struct outcome { enum status status; struct feel_value value; struct feel_notes notes; };

static bool same_notes(const struct feel_notes *a, const struct feel_notes *b) {
    if (a->count != b->count || a->lost != b->lost)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->note[i].code, b->note[i].code) != 0 || !span_eq(a->note[i].where, b->note[i].where) ||
            a->note[i].offset != b->note[i].offset || !span_eq(a->note[i].detail, b->note[i].detail))
            return false;
    return true;
}

static void describe(const char *which, const struct outcome *o) {
    BUF_AUTO t;
    buf_init(&t, 0);
    feel_text(&t, &o->value, true);
    print_error("%s: %.*s\n", which, SPAN_ARG(buf_span(&t)));
    for (size_t i = 0; i < o->notes.count; i++)
        print_error("    %s at %u %.*s\n", o->notes.note[i].code, o->notes.note[i].offset, SPAN_ARG(o->notes.note[i].detail));
}

static bool same_value(const struct feel_value *a, const struct feel_value *b);
/* The bound of an unknown context has unknowns inside. */
static bool same_bound(struct feel_bound a, struct feel_bound b) { return a.open == b.open && same_value(&a.value, &b.value); }

/* An unknown's name holds the place in the program where it was asked for, so
 * what it may be is compared instead. */
static bool same_value(const struct feel_value *a, const struct feel_value *b) {
    bool same = a->kind == b->kind;
    if (same && a->kind == FEEL_UNKNOWN) {
        const struct feel_unknown *x = a->unknown, *y = b->unknown;
        return x->kind == y->kind && x->may_error == y->may_error && x->count_min == y->count_min && x->cell == y->cell &&
            x->code_count == y->code_count && same_bound(x->lo, y->lo) && same_bound(x->hi, y->hi) &&
            x->deps[0] == y->deps[0] && !x->element == !y->element && (!x->element || same_value(x->element, y->element));
    }
    if (!same || (a->kind != FEEL_LIST && a->kind != FEEL_CONTEXT))
        return same && feel_same(a, b);
    size_t n = a->kind == FEEL_LIST ? a->count : a->shape->count;
    same = n == (b->kind == FEEL_LIST ? b->count : b->shape->count);
    for (size_t i = 0; same && i < n; i++)
        same = a->kind == FEEL_LIST ? same_value(&a->item[i], &b->item[i]) : same_value(&a->value[i], &b->value[i]);
    return same;
}

static void same(const char *text, const struct outcome *plain, const struct outcome *fused) {
    if (plain->status == fused->status && same_value(&plain->value, &fused->value) && same_notes(&plain->notes, &fused->notes))
        return;
    describe("plain", plain);
    describe("fused", fused);
    fail_msg("%s", text);
}

/* false: it does not compile. */
static bool run_expression(struct arena *a, struct span text, bool plain, bool unknown, struct outcome *ret) {
    struct feel_scope *scope = feel_scope_new(a, NULL);
    const struct feel_program *p;
    struct feel_env env;
    struct feel_unknown_hints hints = {.words = 4};
    struct feel_value v[NAMES];
    struct diag d = {0};
    scope->plain = plain;
    for (uint32_t i = 0; i < NAMES; i++)
        assert_true(feel_scope_global(scope, span_of(names[i]), i, NULL));
    if (feel_compile(a, scope, text, SPAN("试"), &p, &d) != OK)
        return false;
    *ret = (struct outcome){0};
    feel_env_init(&env, a, &ret->notes);
    env.hints = &hints;
    env.case_mode = unknown;
    globals(&env, v, unknown);
    ret->status = feel_run(p, &env, v, &v[0], &ret->value, &d);
    return true;
}

static void expressions(void **unused) {
    (void)unused;
    seed();
    AUTO(arena) struct arena *a = arena_new(0);
    int compiled = 0, known = 0, rounds = 20000;
    for (int i = 0; i < rounds; i++) {
        BUF_AUTO text;
        struct outcome plain, fused;
        arena_reset(a);
        buf_init(&text, 0);
        if (draw(2))
            truth(&text, 3);
        else
            number(&text, 3);
        bool unknown = draw(3) == 0, one = run_expression(a, buf_span(&text), true, unknown, &plain);
        assert_int_equal(run_expression(a, buf_span(&text), false, unknown, &fused), one);
        if (!one)
            continue;
        buf_addc(&text, 0);
        same(text.at, &plain, &fused);
        compiled++;
        known += plain.value.kind != FEEL_NULL;
    }
    assert_true(compiled > rounds / 2 && known > rounds / 4); /* else little was compared */
}

/* ---- tables ---------------------------------------------------------------------------- */

static void escaped(struct buf *b, const char *s) {
    for (; *s; s++)
        if (*s == '<')
            buf_adds(b, "&lt;");
        else
            buf_addc(b, *s);
}

static void tag(struct buf *b, const char *name, const char *text) {
    buf_addf(b, "<%s><text>", name);
    escaped(b, text);
    buf_addf(b, "</text></%s>", name);
}

static void table(struct buf *b) {
    static const char *const hits[] = {"FIRST", "FIRST", "FIRST", "UNIQUE", "ANY", "RULE ORDER", "COLLECT"};
    static const char *const inputs[] = {"数", "另数", "文", "真", "空", "数 + 1", "count(众[岁 < 18])", "数 / 0"};
    static const char *const cells[] = {"-", "-", "-", "< 3", "<= 数", "> 另数", "2", "25", "\"甲\"", "\"甲\", \"乙\"", "true", "false",
        "not(2)", "[1..25]", "数", "null", "? > 1", "!= 2", "not(\"甲\")", "文", "1e1"};
    static const char *const outputs[] = {"1", "\"结果\"", "数", "数 * 2", "true", "null", "1 / 0"};
    uint32_t columns = 1 + draw(4), rules = draw(6);
    buf_addf(b, "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" name=\"t\" namespace=\"t\">");
    for (int i = 0; i < NAMES; i++)
        buf_addf(b, "<inputData id=\"i%d\" name=\"%s\"><variable name=\"%s\"/></inputData>", i, names[i], names[i]);
    buf_adds(b, "<decision id=\"d\" name=\"答\">");
    if (draw(3))
        buf_adds(b, draw(2) ? "<variable name=\"答\" typeRef=\"number\"/>" : "<variable name=\"答\" typeRef=\"string\"/>");
    for (int i = 0; i < NAMES; i++)
        buf_addf(b, "<informationRequirement><requiredInput href=\"#i%d\"/></informationRequirement>", i);
    buf_addf(b, "<decisionTable hitPolicy=\"%s\">", PICK(hits));
    for (uint32_t i = 0; i < columns; i++) {
        buf_adds(b, "<input>");
        tag(b, "inputExpression", PICK(inputs));
        buf_adds(b, "</input>");
    }
    buf_addf(b, "<output%s>", draw(2) ? "" : " typeRef=\"number\"");
    if (draw(3) == 0)
        tag(b, "defaultOutputEntry", PICK(outputs));
    buf_adds(b, "</output>");
    for (uint32_t r = 0; r < rules; r++) {
        buf_adds(b, "<rule>");
        for (uint32_t i = 0; i < columns; i++)
            tag(b, "inputEntry", PICK(cells));
        tag(b, "outputEntry", PICK(outputs));
        buf_adds(b, "</rule>");
    }
    buf_adds(b, "</decisionTable></decision></definitions>");
}

static void run_table(struct arena *a, struct span xml, bool plain, bool unknown, bool trace, struct outcome *ret) {
    const struct dmn_model *m = NULL;
    struct diag d = {0};
    struct feel_env env;
    struct feel_unknown_hints hints = {.words = 4};
    struct feel_value v[NAMES];
    struct span key[NAMES], answer = SPAN("答");
    struct dmn_result r = {0};
    assert_int_equal((plain ? dmn_load_plain : dmn_load)(a, xml, NULL, &m, &d), OK);
    *ret = (struct outcome){0};
    feel_env_init(&env, a, &ret->notes);
    env.hints = &hints;
    env.case_mode = unknown;
    globals(&env, v, unknown);
    for (int i = 0; i < NAMES; i++)
        key[i] = span_of(names[i]);
    struct dmn_request q = {.model = m, .decision = &answer, .decision_count = 1, .inputs = feel_context(a, key, v, NAMES), .trace = trace};
    ret->status = dmn_evaluate(&env, &q, &r, &d);
    ret->value = r.value;
}

static void tables(void **unused) {
    (void)unused;
    seed();
    AUTO(arena) struct arena *a = arena_new(0);
    int known = 0, rounds = 5000;
    for (int i = 0; i < rounds; i++) {
        BUF_AUTO xml;
        struct outcome plain, fused, traced;
        bool unknown = draw(3) == 0;
        arena_reset(a);
        buf_init(&xml, 0);
        table(&xml);
        struct span text = {arena_dup(a, buf_span(&xml)), xml.size};
        run_table(a, text, true, unknown, false, &plain);
        run_table(a, text, false, unknown, false, &fused);
        same(text.at, &plain, &fused);
        run_table(a, text, false, unknown, true, &traced);
        assert_true(same_value(&plain.value, &traced.value));
        known += plain.value.kind != FEEL_NULL;
    }
    assert_true(known > rounds / 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(expressions), cmocka_unit_test(tables)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
