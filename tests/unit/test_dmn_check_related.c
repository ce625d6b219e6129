/* Tables whose columns are compared with each other, against brute force: every order of two
 * inputs and the constants, on a fine lattice. */
#include "unit.h"

#include "dmn/check.h"

enum { ROUNDS = 400, RULES_MAX = 4, TOP = 64 /* quarters from -6 to 10 */ };

/* Of column a (0) or b (1): the text, with %s for the other column. */
static const char *const CELLS[] = {"-", "> %s", "<= %s", "< %s", ">= %s", "%s", "!= %s", "< 2", ">= 2", "3", "[1..3)", "not(%s)", "> %s, < 1", "? > %s and ? < 4",
    "> %s + 1", "<= %s + 1", "[%s..%s + 1]", "< %s - 1", "not(> %s + 1)", "? - %s >= 1", "? + 1 = %s, 2"};

static bool cell_holds(size_t cell, double v, double other) {
    switch (cell) {
    case 0: return true;
    case 1: return v > other;
    case 2: return v <= other;
    case 3: return v < other;
    case 4: return v >= other;
    case 5: return v == other;
    case 6: return v != other;
    case 7: return v < 2;
    case 8: return v >= 2;
    case 9: return v == 3;
    case 10: return v >= 1 && v < 3;
    case 11: return v != other;
    case 12: return v > other || v < 1;
    case 13: return v > other && v < 4;
    case 14: return v > other + 1;
    case 15: return v <= other + 1;
    case 16: return v >= other && v <= other + 1;
    case 17: return v < other - 1;
    case 18: return v <= other + 1;
    case 19: return v - other >= 1;
    default: return v + 1 == other || v == 2;
    }
}

struct table { size_t rules, cell[RULES_MAX][2]; bool first; };

static void write_cell(struct buf *out, size_t cell, const char *other) {
    BUF_AUTO text;
    buf_init(&text, 0);
    for (const char *p = CELLS[cell]; *p; p++) {
        if (*p == '%') {
            buf_adds(&text, other);
            p++;
        } else
            buf_addc(&text, *p);
    }
    buf_adds(out, "<inputEntry><text>");
    for (const char *p = buf_str(&text); *p; p++)
        buf_adds(out, *p == '<' ? "&lt;" : (char[]){*p, 0});
    buf_adds(out, "</text></inputEntry>");
}

static void write_table(struct buf *out, const struct table *t) {
    buf_adds(out, "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' id='m' name='m' namespace='m'>"
        "<inputData id='i_a' name='a'><variable name='a' typeRef='number'/></inputData><inputData id='i_b' name='b'><variable name='b' typeRef='number'/></inputData>"
        "<decision id='d' name='y'><variable name='y'/><informationRequirement><requiredInput href='#i_a'/></informationRequirement>"
        "<informationRequirement><requiredInput href='#i_b'/></informationRequirement>");
    buf_addf(out, "<decisionTable hitPolicy='%s'>", t->first ? "FIRST" : "UNIQUE");
    buf_adds(out, "<input><inputExpression><text>a</text></inputExpression></input><input><inputExpression><text>b</text></inputExpression></input><output name='o'/>");
    for (size_t r = 0; r < t->rules; r++) {
        buf_adds(out, "<rule>");
        write_cell(out, t->cell[r][0], "b");
        write_cell(out, t->cell[r][1], "a");
        buf_addf(out, "<outputEntry><text>%zu</text></outputEntry></rule>", r);
    }
    buf_adds(out, "</decisionTable></decision></definitions>");
}

static bool holds(const struct table *t, size_t r, double a, double b) { return cell_holds(t->cell[r][0], a, b) && cell_holds(t->cell[r][1], b, a); }

/* Bit 31: a gap; overlap[r]: rules it overlaps; fired: rules that decide somewhere. */
struct truth { bool gap; unsigned overlap[RULES_MAX], fired; };

static struct truth brute_force(const struct table *t) {
    struct truth x = {0};
    for (int i = 0; i <= TOP; i++)
        for (int k = 0; k <= TOP; k++) {
            double a = i / 4.0 - 6, b = k / 4.0 - 6;
            unsigned held = 0;
            for (size_t r = 0; r < t->rules; r++)
                held |= holds(t, r, a, b) ? 1u << r : 0;
            x.gap = x.gap || !held;
            for (size_t r = 0; r < t->rules; r++)
                if (held >> r & 1) {
                    x.overlap[r] |= held & ~(1u << r);
                    if (!t->first || !(held & ((1u << r) - 1)))
                        x.fired |= 1u << r;
                }
        }
    return x;
}

/* The values of an example; false: something else stands there. */
static bool example_of(const struct dmn_finding *f, double *a, double *b) {
    return f->example_count == 2 && sscanf(f->example[0].text.at, "%lf", a) == 1 && sscanf(f->example[1].text.at, "%lf", b) == 1;
}

static void compare(const struct table *t, const struct dmn_findings *f, const char *xml) {
    struct truth want = brute_force(t);
    bool gap = false, ok = true, related = false;
    unsigned overlap[RULES_MAX] = {0}, dead = 0;
    for (size_t r = 0; r < t->rules; r++)
        for (size_t c = 0; c < 2; c++)
            related = related || strchr(CELLS[t->cell[r][c]], '%');
    for (size_t i = 0; i < f->count; i++) {
        const struct dmn_finding *x = &f->at[i];
        const char *code = x->code + strlen("dmn_check.");
        double a = 0, b = 0;
        if (strcmp(code, "gap") == 0) {
            gap = true;
            ok = ok && (!related || example_of(x, &a, &b));
            for (size_t r = 0; related && r < t->rules; r++)
                ok = ok && !holds(t, r, a, b);
        } else if (strcmp(code, "overlap") == 0) {
            overlap[x->rule - 1] |= 1u << (x->other_rule - 1);
            overlap[x->other_rule - 1] |= 1u << (x->rule - 1);
        } else if (strcmp(code, "never") == 0 || strcmp(code, "never_alone") == 0 || strcmp(code, "masked") == 0 || strcmp(code, "contradiction") == 0 || strcmp(code, "only_null") == 0) /* no null here */
            dead |= 1u << (x->rule - 1);
        ok = ok && strcmp(code, "sampled") != 0;
    }
    ok = ok && gap == want.gap && dead == (~want.fired & ((1u << t->rules) - 1));
    for (size_t r = 0; r < t->rules && !t->first; r++)
        ok = ok && overlap[r] == want.overlap[r];
    if (!ok) {
        print_error("gap %d %d, dead %x, fired %x\n%s\n", gap, want.gap, dead, want.fired, xml);
        for (size_t i = 0; i < f->count; i++)
            print_error("  %s rule %zu\n", f->at[i].code, f->at[i].rule);
    }
    assert_true(ok);
}

static void test_random(void **state) {
    (void)state;
    uint64_t seed = unit_seed("dmn_check_related");
    for (int round = 0; round < ROUNDS; round++) {
        AUTO(arena) struct arena *a = arena_new(0);
        BUF_AUTO xml;
        buf_init(&xml, 0);
        struct table t = {.rules = 1 + unit_random(&seed) % RULES_MAX, .first = unit_random(&seed) % 2};
        for (size_t r = 0; r < t.rules; r++)
            for (size_t c = 0; c < 2; c++)
                t.cell[r][c] = unit_random(&seed) % 3 ? unit_random(&seed) % ARRAY_LEN(CELLS) : 0;
        write_table(&xml, &t);
        const struct dmn_findings *f = NULL;
        struct diag d = {0};
        assert_int_equal(OK, dmn_check(a, buf_span(&xml), NULL, &f, &d));
        compare(&t, f, buf_str(&xml));
    }
}

/* ---- cases ------------------------------------------------------------------------------------ */

#define MODEL(body) "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' id='m' name='m' namespace='m'>" body "</definitions>"
#define DATA(n, type) "<inputData id='i_" n "' name='" n "'><variable name='" n "' typeRef='" type "'/></inputData>"
#define NEEDS(n) "<informationRequirement><requiredInput href='#i_" n "'/></informationRequirement>"
#define COLUMN(t) "<input><inputExpression><text>" t "</text></inputExpression></input>"
#define CELL(t) "<inputEntry><text>" t "</text></inputEntry>"
#define RULE(cells) "<rule>" cells "<outputEntry><text>1</text></outputEntry></rule>"
#define TABLE(needs, policy, columns, rules) "<decision id='d' name='r'><variable name='r'/>" needs "<decisionTable hitPolicy='" policy "'>" \
    columns "<output name='o'/>" rules "</decisionTable></decision>"
#define POSITIVE "<itemDefinition name='标准'><typeRef>number</typeRef><allowedValues><text>[0..99999]</text></allowedValues></itemDefinition>"

/* What is found, in order: codes, rules and the example's values. */
static const struct { const char *xml, *found; } cases[] = {
    /* names are free, within the allowed values of their types */
    {MODEL(POSITIVE DATA("收入", "number") DATA("月标准", "标准") TABLE(NEEDS("收入") NEEDS("月标准"), "UNIQUE", COLUMN("收入"),
        RULE(CELL("&lt; 月标准")) RULE(CELL("[月标准..月标准 * 1.5]")) RULE(CELL("> 月标准 * 1.5")))), ""},
    {MODEL(POSITIVE DATA("收入", "number") DATA("月标准", "标准") TABLE(NEEDS("收入") NEEDS("月标准"), "UNIQUE", COLUMN("收入"),
        RULE(CELL("&lt; 月标准")) RULE(CELL("(月标准..月标准 * 1.5]")) RULE(CELL("> 月标准 * 1.5")))), "gap 收入=0 月标准=0; "},
    {MODEL(DATA("v", "number") DATA("a", "number") DATA("b", "number") TABLE(NEEDS("v") NEEDS("a") NEEDS("b"), "UNIQUE", COLUMN("v"),
        RULE(CELL("[a..b]")) RULE(CELL("&lt; a")) RULE(CELL("> b")))), "overlap 2 3 v=1 a=2 b=0; "},
    /* columns that are sums depend on each other */
    {MODEL(DATA("a", "number") TABLE(NEEDS("a"), "UNIQUE", COLUMN("a") COLUMN("a + 1"),
        RULE(CELL("&lt; 5") CELL("-")) RULE(CELL(">= 5") CELL(">= 6")))), ""},
    {MODEL(DATA("a", "number") DATA("b", "number") TABLE(NEEDS("a") NEEDS("b"), "UNIQUE", COLUMN("a - b") COLUMN("a"),
        RULE(CELL("&lt; 0") CELL("-")) RULE(CELL(">= 0") CELL("> b")))), "gap (a - b)=0 a=0 b=0; "},
    {MODEL(DATA("a", "number") DATA("b", "number") TABLE(NEEDS("a") NEEDS("b"), "FIRST", COLUMN("a - b") COLUMN("a"),
        RULE(CELL(">= 0") CELL("-")) RULE(CELL("-") CELL(">= b")) RULE(CELL("-") CELL("-")))), "only_null 2; "},
    /* dates and what lies between them; a month is no number of days */
    {MODEL(DATA("a", "date") DATA("b", "date") TABLE(NEEDS("a") NEEDS("b"), "UNIQUE", COLUMN("a") COLUMN("b"),
        RULE(CELL("&lt;= b - duration(\"P30D\")") CELL("-")) RULE(CELL("> b") CELL("-")) RULE(CELL("(b - duration(\"P30D\")..b]") CELL("-")))), ""},
    {MODEL(DATA("a", "date") DATA("b", "date") TABLE(NEEDS("a") NEEDS("b"), "UNIQUE", COLUMN("a") COLUMN("b"),
        RULE(CELL("&lt;= b - duration(\"P30D\")") CELL("-")) RULE(CELL("> b - duration(\"P29D\")") CELL("-")))),
        "gap a=@\"2020-01-02\" b=@\"2020-01-31\"; "},
    {MODEL(DATA("a", "date") DATA("b", "date") TABLE(NEEDS("a") NEEDS("b"), "UNIQUE", COLUMN("a") COLUMN("b"),
        RULE(CELL("&lt; b - duration(\"P1M\")") CELL("-")) RULE(CELL(">= b - duration(\"P1M\")") CELL("-")))), "sampled 1; "},
    /* a third has no decimal: nothing is claimed of it */
    {MODEL(DATA("a", "number") DATA("b", "number") TABLE(NEEDS("a") NEEDS("b"), "UNIQUE", COLUMN("a") COLUMN("b"),
        RULE(CELL("&lt; b / 3") CELL("-")) RULE(CELL(">= b / 3") CELL("-")))), "sampled 1; "},
    /* whole numbers alone */
    {MODEL(DATA("l", "Any") DATA("n", "number") TABLE(NEEDS("l") NEEDS("n"), "UNIQUE", COLUMN("count(l)") COLUMN("n"),
        RULE(CELL("&lt; n") CELL("[2..3]")) RULE(CELL(">= n") CELL("-")) RULE(CELL("&lt; n") CELL("> 3, &lt; 2")))), ""},
    {MODEL(DATA("l", "Any") DATA("k", "Any") TABLE(NEEDS("l") NEEDS("k"), "UNIQUE", COLUMN("count(l)") COLUMN("string length(k)"),
        RULE(CELL("&lt;= 2") CELL("-")) RULE(CELL(">= 3") CELL("-")))), ""},
    /* texts and truths: equal or not */
    {MODEL(DATA("a", "string") DATA("b", "string") TABLE(NEEDS("a") NEEDS("b"), "UNIQUE", COLUMN("a") COLUMN("b"),
        RULE(CELL("b") CELL("-")) RULE(CELL("not(b)") CELL("\"x\"")) RULE(CELL("not(b)") CELL("not(\"x\")")))), ""},
    {MODEL(DATA("a", "string") DATA("b", "string") TABLE(NEEDS("a") NEEDS("b"), "UNIQUE", COLUMN("a") COLUMN("b"),
        RULE(CELL("b") CELL("-")) RULE(CELL("not(b)") CELL("\"x\"")) RULE(CELL("not(b)") CELL("not(\"x\", \"z\")")))),
        "gap a=\"x\" b=\"z\"; "},
    {MODEL(DATA("a", "boolean") DATA("b", "boolean") TABLE(NEEDS("a") NEEDS("b"), "UNIQUE", COLUMN("a") COLUMN("b"),
        RULE(CELL("? = b") CELL("-")) RULE(CELL("true") CELL("-")))), "overlap 1 2 a=true b=true; gap a=false b=true; "},
    {MODEL(DATA("a", "string") DATA("b", "string") TABLE(NEEDS("a") NEEDS("b"), "FIRST", COLUMN("a") COLUMN("b"),
        RULE(CELL("&lt; b") CELL("-")) RULE(CELL(">= b") CELL("-")))), "sampled 1; "},
    /* other columns stay boxes */
    {MODEL(DATA("x", "number") DATA("z", "number") DATA("s", "string") TABLE(NEEDS("x") NEEDS("z") NEEDS("s"), "UNIQUE", COLUMN("x") COLUMN("z") COLUMN("s"),
        RULE(CELL("> z + 100") CELL("-") CELL("-")) RULE(CELL("&lt;= z + 100") CELL("-") CELL("\"a\"")) RULE(CELL("&lt; z + 50") CELL("-") CELL("not(\"a\")")))),
        "gap x=51 z=0 s=\"…\"; "},
};

static void test_cases(void **state) {
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        const struct dmn_findings *f = NULL;
        struct diag d = {0};
        BUF_AUTO got;
        buf_init(&got, 0);
        expect_ok(dmn_check(a, span_of(cases[i].xml), NULL, &f, &d), &d);
        for (size_t k = 0; k < f->count; k++) {
            const struct dmn_finding *x = &f->at[k];
            buf_adds(&got, x->code + strlen("dmn_check."));
            if (x->rule)
                buf_addf(&got, " %zu", x->rule);
            if (x->other_rule)
                buf_addf(&got, " %zu", x->other_rule);
            for (size_t n = 0; n < x->example_count; n++)
                buf_addf(&got, " %.*s=%.*s", SPAN_ARG(x->example[n].name), SPAN_ARG(x->example[n].text));
            buf_adds(&got, "; ");
        }
        if (strcmp(buf_str(&got), cases[i].found) != 0)
            fail_msg("case %zu\n  want %s\n  got  %s", i, cases[i].found, buf_str(&got));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random), cmocka_unit_test(test_cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
