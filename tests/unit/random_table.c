#include "unit.h"

#include "random_table.h"

enum { NUMBER_MAX = 6, CODES = 4, OTHER_CODE = CODES }; /* "A" to "D", and a code that no cell has */

static int below(uint64_t *seed, int n) { return (int)(unit_random(seed) % (uint64_t)n); }
static bool chance(uint64_t *seed, int percent) { return below(seed, 100) < percent; }

/* ---- texts --------------------------------------------------------------------------- */

void rt_value_text(struct buf *out, enum rt_kind kind, struct rt_value v) {
    if (v.null)
        buf_adds(out, "null");
    else if (v.foreign)
        buf_adds(out, kind == RT_NUMBER ? "\"elsewhere\"" : "12345");
    else if (kind == RT_NUMBER)
        buf_addf(out, "%s%d%s", v.at < 0 ? "-" : "", abs(v.at) / 2, v.at % 2 ? ".5" : "");
    else if (kind == RT_STRING)
        buf_addf(out, "\"%c\"", 'A' + v.at);
    else
        buf_adds(out, v.at ? "true" : "false");
}

static void add_xml(struct buf *out, const char *text) {
    for (; *text; text++)
        if (*text == '<')
            buf_adds(out, "&lt;");
        else
            buf_addc(out, *text);
}

/* ---- tests of a cell -------------------------------------------------------------------- */

enum op { EQ, NE, LT, LE, GT, GE, RANGE, IS_NULL, NOT_NULL, DOUBLED, IS_EVEN, IS_ODD };
struct one { enum op op; int a, b; bool open_a, open_b; };

static enum rt_truth not3(enum rt_truth x) { return x == RT_NULL ? RT_NULL : x == RT_TRUE ? RT_FALSE : RT_TRUE; }
static enum rt_truth or3(enum rt_truth x, enum rt_truth y) {
    return x == RT_TRUE || y == RT_TRUE ? RT_TRUE : x == RT_NULL || y == RT_NULL ? RT_NULL : RT_FALSE;
}
static enum rt_truth and3(enum rt_truth x, enum rt_truth y) { return not3(or3(not3(x), not3(y))); }
static enum rt_truth truth(bool b) { return b ? RT_TRUE : RT_FALSE; }

static enum rt_truth holds(const struct one *o, struct rt_value v) {
    if (o->op == IS_NULL || o->op == NOT_NULL)
        return truth(v.null == (o->op == IS_NULL));
    if (v.foreign)
        return RT_NULL;
    if (v.null)
        return o->op == EQ ? RT_FALSE : o->op == NE ? RT_TRUE : RT_NULL;
    switch (o->op) {
    case EQ: return truth(v.at == o->a);
    case NE: return truth(v.at != o->a);
    case LT: return truth(v.at < o->a);
    case LE: return truth(v.at <= o->a);
    case GT: return truth(v.at > o->a);
    case GE: return truth(v.at >= o->a);
    case RANGE: return truth((o->open_a ? v.at > o->a : v.at >= o->a) && (o->open_b ? v.at < o->b : v.at <= o->b));
    case DOUBLED: return truth(v.at * 2 > o->a);
    case IS_EVEN: return truth(v.at % 4 == 0);
    case IS_ODD: return truth(v.at % 4 == 2 || v.at % 4 == -2);
    default: return RT_FALSE;
    }
}

static int constant(uint64_t *seed, enum rt_kind kind) {
    return kind == RT_NUMBER ? 2 * below(seed, NUMBER_MAX + 1) : below(seed, kind == RT_STRING ? CODES : 2);
}

static struct one random_one(uint64_t *seed, enum rt_kind kind, bool with_input) {
    struct one o = {.op = EQ, .a = constant(seed, kind), .b = constant(seed, kind)};
    if (kind == RT_NUMBER && chance(seed, 75)) {
        static const enum op ops[] = {LT, LE, GT, GE, RANGE, RANGE, RANGE};
        o.op = ops[below(seed, (int)ARRAY_LEN(ops))];
        o.open_a = chance(seed, 40);
        o.open_b = chance(seed, 40);
        if (o.op == RANGE && o.a > o.b) {
            int a = o.a;
            o.a = o.b;
            o.b = a;
        }
    }
    if (chance(seed, 4))
        o.op = IS_NULL;
    if (with_input && chance(seed, 15))
        o.op = o.op == IS_NULL ? NOT_NULL : o.op == EQ ? NE : o.op;
    return o;
}

static void add_constant(struct buf *out, enum rt_kind kind, int at) {
    rt_value_text(out, kind, (struct rt_value){.at = at});
}

static void add_one(struct buf *out, enum rt_kind kind, const struct one *o, bool with_input, const char *input) {
    static const char *const signs[] = {"=", "!=", "<", "<=", ">", ">="};
    if (o->op == IS_EVEN || o->op == IS_ODD) {
        buf_addf(out, "%s(%s)", o->op == IS_EVEN ? "even" : "odd", input);
        return;
    }
    if (with_input)
        buf_addf(out, "%s%s", input, o->op == RANGE ? " in " : o->op == DOUBLED ? " * 2 > " : " ");
    if (o->op == RANGE) {
        buf_addc(out, o->open_a ? '(' : '[');
        add_constant(out, kind, o->a);
        buf_adds(out, "..");
        add_constant(out, kind, o->b);
        buf_addc(out, o->open_b ? ')' : ']');
    } else if (o->op == IS_NULL || o->op == NOT_NULL) {
        buf_adds(out, with_input ? o->op == IS_NULL ? "= null" : "!= null" : "null");
    } else {
        if (o->op != DOUBLED && (with_input || o->op != EQ))
            buf_addf(out, "%s ", signs[o->op]);
        add_constant(out, kind, o->a);
    }
}

static void note(struct rt_column *c, const struct one *o) { c->null_named = c->null_named || o->op == IS_NULL || o->op == NOT_NULL; }

/* ---- cells ------------------------------------------------------------------------------- */

enum form { ANYTHING, LIST, NOT_LIST, BOTH, EITHER, AMONG, BETWEEN, ODD, FORMS };
/* named: it says x1 where others say `?`. */
struct test { enum form form; struct one part[3]; int parts; bool named; };

static struct test random_test(uint64_t *seed, enum rt_kind kind, bool loose) {
    static const enum form forms[] = {ANYTHING, ANYTHING, LIST, LIST, LIST, LIST, NOT_LIST, BOTH, EITHER, AMONG, BETWEEN};
    struct test c = {.form = forms[below(seed, (int)ARRAY_LEN(forms))]};
    if (loose && kind == RT_NUMBER && chance(seed, 20))
        c.form = ODD;
    if (c.form == BETWEEN && kind != RT_NUMBER)
        c.form = LIST;
    c.parts = c.form == ANYTHING ? 0 : c.form == LIST || c.form == NOT_LIST || c.form == AMONG ? 1 + below(seed, 3) :
        c.form == BOTH || c.form == EITHER ? 2 : 1;
    for (int i = 0; i < c.parts; i++)
        c.part[i] = random_one(seed, kind, c.form == BOTH || c.form == EITHER);
    if (c.form == BETWEEN)
        c.part[0] = (struct one){.op = RANGE, .a = constant(seed, kind), .b = 2 * NUMBER_MAX};
    c.named = kind != RT_BOOLEAN && chance(seed, 40) && (c.form == BOTH || c.form == EITHER || c.form == AMONG || c.form == BETWEEN);
    if (c.form == ODD)
        c.part[0] = (struct one){.op = DOUBLED + (enum op)below(seed, 3), .a = constant(seed, kind)};
    return c;
}

static enum rt_truth test_holds(const struct test *c, struct rt_value v) {
    enum rt_truth all = c->form == ANYTHING ? RT_TRUE : holds(&c->part[0], v);
    for (int i = 1; i < c->parts; i++) {
        enum rt_truth one = holds(&c->part[i], v);
        all = c->form == BOTH ? and3(all, one) : or3(all, one);
    }
    if (c->named && all == RT_NULL) /* without `?` it is a value to compare with, too */
        return truth(v.null);
    return c->form == NOT_LIST ? not3(all) : all;
}

static void test_text(struct buf *out, enum rt_kind kind, const struct test *c, size_t column) {
    char name[24] = "?";
    if (c->named)
        (void)snprintf(name, sizeof name, "x%zu", column);
    bool with_input = c->form == BOTH || c->form == EITHER || c->form == ODD;
    if (c->form == ANYTHING)
        buf_addc(out, '-');
    if (c->form == BETWEEN) {
        buf_addf(out, "%s between ", name);
        add_constant(out, kind, c->part[0].a);
        buf_adds(out, " and ");
        add_constant(out, kind, c->part[0].b);
        return;
    }
    if (c->form == AMONG)
        buf_addf(out, "%s in (", name);
    buf_adds(out, c->form == NOT_LIST ? "not(" : "");
    for (int i = 0; i < c->parts; i++) {
        if (i)
            buf_adds(out, c->form == BOTH ? " and " : c->form == EITHER ? " or " : ", ");
        add_one(out, kind, &c->part[i], with_input, name);
    }
    buf_adds(out, c->form == NOT_LIST || c->form == AMONG ? ")" : "");
}

/* ---- columns ------------------------------------------------------------------------------ */

static const char *const expressions[] = {"x%zu", "floor(x%zu)", "count(if x%zu = 0 then [] else for i in 1..x%zu return i)", "date(2024, x%zu, 1).month",
    "abs(x%zu)", "if x%zu = null then null else if x%zu = \"A\" then \"A\" else \"B\""};

static void add_value(struct rt_column *c, struct rt_value v) { c->value[c->values++] = v; }

static bool in_domain(const struct rt_column *c, int at) {
    switch (c->domain) {
    case RT_WHOLE: return at % 2 == 0;
    case RT_COUNT: return at % 2 == 0 && at >= 0;
    case RT_MONTH: return at % 2 == 0 && at >= 2 && at <= 24;
    case RT_NOT_NEGATIVE: return at >= 0;
    case RT_BRANCHES: return at < 2;
    default: return true;
    }
}

static enum rt_domain random_domain(const struct rt_column *c, uint64_t *seed) {
    if (!c->typed || c->kind == RT_BOOLEAN || !chance(seed, 30))
        return RT_PLAIN;
    return c->kind == RT_STRING ? RT_BRANCHES : (enum rt_domain)(RT_WHOLE + below(seed, RT_BRANCHES - RT_WHOLE));
}

static void make_column(struct rt_table *t, size_t i, uint64_t *seed) {
    struct rt_column *c = &t->column[i];
    *c = (struct rt_column){.kind = (enum rt_kind)below(seed, RT_KINDS), .same_as = -1, .typed = !t->loose || chance(seed, 60)};
    c->domain = random_domain(c, seed);
    int low = c->kind == RT_NUMBER ? -2 : 0;
    int high = c->domain == RT_MONTH ? 24 : c->kind == RT_NUMBER ? 2 * NUMBER_MAX + 2 : c->kind == RT_STRING ? OTHER_CODE : 1;
    for (int v = low; v <= high; v++)
        if (in_domain(c, v))
            add_value(c, (struct rt_value){.at = v});
    add_value(c, (struct rt_value){.null = true});
    if (!c->typed)
        add_value(c, (struct rt_value){.foreign = true});
    for (size_t v = 0; v < c->values; v++)
        c->comes[v] = 1;
    if (i && chance(seed, 12)) {
        size_t of = (size_t)below(seed, (int)i);
        *c = t->column[of];
        c->same_as = c->same_as < 0 ? (int)of : c->same_as;
    }
}

/* What the type, or the column, lists; the column refuses null unless it lists it. */
static void allow(struct rt_table *t, size_t i, uint64_t *seed, struct buf *type, struct buf *column) {
    struct rt_column *c = &t->column[i];
    if (!c->typed || c->kind == RT_BOOLEAN || c->same_as >= 0 || !chance(seed, 25))
        return;
    bool by_type = chance(seed, 50) && c->domain == RT_PLAIN;
    struct test list = {.form = LIST, .parts = 1 + below(seed, 2)};
    for (int k = 0; k < list.parts; k++) {
        list.part[k] = (struct one){.op = EQ, .a = constant(seed, c->kind)};
        if (c->kind == RT_NUMBER)
            list.part[k] = (struct one){.op = k ? EQ : GE, .a = constant(seed, c->kind)};
    }
    if (!by_type && chance(seed, 25))
        list.part[list.parts++] = (struct one){.op = IS_NULL};
    for (int k = 0; k < list.parts; k++)
        note(c, &list.part[k]);
    test_text(by_type ? type : column, c->kind, &list, i);
    c->named_type = by_type;
    for (size_t v = 0; v < c->values; v++)
        c->comes[v] = test_holds(&list, c->value[v]) == RT_TRUE || (by_type && c->value[v].null);
}

/* ---- the file ------------------------------------------------------------------------------- */

static const char *const type_names[] = {"number", "string", "boolean"};

static void add_inputs(struct rt_table *t, const struct buf *type) {
    for (size_t i = 0; i < t->columns; i++) {
        const struct rt_column *c = &t->column[i];
        if (c->same_as >= 0)
            continue;
        if (c->named_type) {
            buf_addf(&t->xml, "<itemDefinition name='T%zu'><typeRef>%s</typeRef><allowedValues><text>", i, type_names[c->kind]);
            add_xml(&t->xml, buf_str(&type[i]));
            buf_adds(&t->xml, "</text></allowedValues></itemDefinition>");
        }
        buf_addf(&t->xml, "<inputData id='i%zu' name='x%zu'><variable name='x%zu'", i, i, i);
        if (c->typed && c->named_type)
            buf_addf(&t->xml, " typeRef='T%zu'", i);
        else if (c->typed)
            buf_addf(&t->xml, " typeRef='%s'", type_names[c->kind]);
        buf_adds(&t->xml, "/></inputData>");
    }
}

static size_t name_of(const struct rt_table *t, size_t i) { return t->column[i].same_as >= 0 ? (size_t)t->column[i].same_as : i; }

static void add_expression(struct buf *out, enum rt_domain domain, size_t name) {
    const char *at = expressions[domain];
    for (const char *x; (x = strstr(at, "%zu")); at = x + strlen("%zu"))
        buf_addf(out, "%.*s%zu", (int)(x - at), at, name);
    buf_adds(out, at);
}

static void add_columns(struct rt_table *t, const struct buf *allowed) {
    static const char *const hits[] = {"UNIQUE", "ANY", "FIRST", "PRIORITY", "COLLECT"};
    buf_adds(&t->xml, "<decision id='d' name='d'><variable name='d'/>");
    for (size_t i = 0; i < t->columns; i++)
        if (t->column[i].same_as < 0)
            buf_addf(&t->xml, "<informationRequirement><requiredInput href='#i%zu'/></informationRequirement>", i);
    buf_addf(&t->xml, "<decisionTable id='t' hitPolicy='%s'>", hits[t->hit]);
    for (size_t i = 0; i < t->columns; i++) {
        buf_addf(&t->xml, "<input id='c%zu'><inputExpression><text>", i);
        add_expression(&t->xml, t->column[i].domain, name_of(t, i));
        buf_adds(&t->xml, "</text></inputExpression>");
        if (allowed[i].size) {
            buf_adds(&t->xml, "<inputValues><text>");
            add_xml(&t->xml, buf_str(&allowed[i]));
            buf_adds(&t->xml, "</text></inputValues>");
        }
        buf_adds(&t->xml, "</input>");
    }
    buf_adds(&t->xml, "<output id='o'><outputValues><text>3, 1, 2</text></outputValues>");
    buf_adds(&t->xml, t->has_default ? "<defaultOutputEntry><text>1</text></defaultOutputEntry></output>" : "</output>");
}

static void add_rule(struct rt_table *t, size_t r, uint64_t *seed) {
    BUF_AUTO text;
    buf_init(&text, 0);
    buf_addf(&t->xml, "<rule id='r%zu'>", r + 1);
    for (size_t i = 0; i < t->columns; i++) {
        struct rt_column *c = &t->column[i];
        struct test cell = random_test(seed, c->kind, t->loose);
        cell.named = cell.named && c->domain == RT_PLAIN;
        for (int k = 0; k < cell.parts; k++)
            note(c, &cell.part[k]);
        for (size_t v = 0; v < c->values; v++)
            c->truth[r][v] = (uint8_t)test_holds(&cell, c->value[v]);
        buf_clear(&text);
        test_text(&text, c->kind, &cell, name_of(t, i));
        buf_adds(&t->xml, "<inputEntry><text>");
        add_xml(&t->xml, buf_str(&text));
        buf_adds(&t->xml, "</text></inputEntry>");
    }
    t->output[r] = t->hit == RT_ANY && chance(seed, 10) ? 0 : 1 + below(seed, 3);
    if (t->output[r] && chance(seed, 80))
        buf_addf(&t->xml, "<outputEntry><text>%d</text></outputEntry></rule>", t->output[r]);
    else if (t->output[r])
        buf_addf(&t->xml, "<outputEntry><text>%d + 1</text></outputEntry></rule>", t->output[r] - 1);
    else
        buf_adds(&t->xml, "<outputEntry><text>count([x0])</text></outputEntry></rule>");
}

/* Columns of one expression have one value: what one names, all have. */
static void settle(struct rt_table *t) {
    for (size_t i = t->columns; i-- > 0;)
        if (t->column[i].same_as >= 0 && t->column[i].null_named)
            t->column[t->column[i].same_as].null_named = true;
    for (size_t i = 0; i < t->columns; i++)
        for (size_t v = 0; v < t->column[i].values; v++) {
            struct rt_column *c = &t->column[i];
            c->inside[v] = c->comes[v] && !c->value[v].foreign && (!c->value[v].null || c->null_named);
        }
}

int rt_rank(int output) { return output == 3 ? 0 : output; }

void rt_table_make(struct rt_table *t, uint64_t *seed) {
    struct buf type[RT_COLUMNS_MAX], column[RT_COLUMNS_MAX];
    *t = (struct rt_table){.hit = (enum rt_hit)below(seed, RT_HITS), .columns = 1 + (size_t)below(seed, RT_COLUMNS_MAX),
        .rules = 1 + (size_t)below(seed, RT_RULES_MAX), .has_default = chance(seed, 25), .loose = chance(seed, 15)};
    buf_init(&t->xml, 0);
    for (size_t i = 0; i < t->columns; i++) {
        buf_init(&type[i], 0);
        buf_init(&column[i], 0);
        make_column(t, i, seed);
        allow(t, i, seed, &type[i], &column[i]);
    }
    buf_adds(&t->xml, "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='m' namespace='m'>");
    add_inputs(t, type);
    add_columns(t, column);
    for (size_t r = 0; r < t->rules; r++)
        add_rule(t, r, seed);
    buf_adds(&t->xml, "</decisionTable></decision></definitions>");
    settle(t);
    for (size_t i = 0; i < t->columns; i++) {
        buf_release(&type[i]);
        buf_release(&column[i]);
    }
}

void rt_table_release(struct rt_table *t) { buf_release(&t->xml); }
