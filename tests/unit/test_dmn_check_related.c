/* Tables whose columns are compared with each other, against brute force: every order of two
 * inputs and the constants, on a fine lattice. */
#include "unit.h"

#include "dmn/check.h"

enum { ROUNDS = 400, RULES_MAX = 4, TOP = 24 /* quarters from -1 to 5 */ };

/* Of column a (0) or b (1): the text, with %s for the other column. */
static const char *const CELLS[] = {"-", "> %s", "<= %s", "< %s", ">= %s", "%s", "!= %s", "< 2", ">= 2", "3", "[1..3)", "not(%s)", "> %s, < 1", "? > %s and ? < 4"};

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
    default: return v > other && v < 4;
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
            double a = i / 4.0 - 1, b = k / 4.0 - 1;
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
        } else if (strcmp(code, "never") == 0 || strcmp(code, "masked") == 0 || strcmp(code, "contradiction") == 0 || strcmp(code, "only_null") == 0) /* no null here */
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

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
