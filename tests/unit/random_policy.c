/* The text of random policies.  Expressions are typed, so that most of them
 * compute something; now and then a division or a table without a rule for the
 * case gives a rule error. */
#include "random_policy.h"

enum { DECISIONS_MAX = 4 };

struct writing {
    struct buf *out;
    uint64_t *dice;
    unsigned booleans, numbers, tables; /* decisions written so far */
    bool member, item;                  /* m, z are in scope */
    bool bkm;
};

static unsigned roll(struct writing *w, unsigned n) { return (unsigned)((unit_random(w->dice) >> 33) % n); }
static const char *pick(struct writing *w, const char *const *of, unsigned n) { return of[roll(w, n)]; }
#define PICK(w, ...) pick(w, (const char *const[]){__VA_ARGS__}, ARRAY_LEN(((const char *const[]){__VA_ARGS__})))
#define THING(w) PICK(w, "甲", "乙", "丙")

static void number(struct writing *w, int depth);
static void boolean(struct writing *w, int depth);

static void put(struct writing *w, const char *text) {
    for (; *text; text++)
        if (*text == '<')
            buf_adds(w->out, "&lt;");
        else
            buf_addc(w->out, *text);
}

/* ---- texts and lists --------------------------------------------------------------------- */

static void text(struct writing *w, int depth) {
    switch (roll(w, depth > 0 ? 4 : 3)) {
    case 0: buf_addf(w->out, "\"%s\"", THING(w)); break;
    case 1: put(w, w->item ? "z.类" : w->member ? "m.类" : "户.类"); break;
    case 2: put(w, w->member && roll(w, 3) ? "m.类" : "户.类"); break;
    default:
        put(w, "(if ");
        boolean(w, depth - 1);
        buf_addf(w->out, " then \"%s\" else ", THING(w));
        text(w, depth - 1);
        put(w, ")");
    }
}

static void members(struct writing *w, int depth) {
    put(w, "户.成员");
    if (depth > 0 && roll(w, 2)) {
        put(w, PICK(w, "[学]", "[年龄 > 0]", "[类 = \"甲\"]", "[not(学)]", "[额 >= 2]", "[死亡 = null]"));
    }
}

/* A condition on something of a list. */
static void quantified(struct writing *w, int depth) {
    bool outer_member = w->member, outer_item = w->item;
    put(w, roll(w, 2) ? "(some " : "(every ");
    if (w->member && !w->item && roll(w, 2)) {
        put(w, "z in m.项 satisfies ");
        w->item = true;
    } else if (roll(w, 4) == 0) {
        put(w, PICK(w, "b in 在享 satisfies (b.待遇 = \"低保\" and ", "b in 在享 satisfies (b.月额 >= 2 or "));
        boolean(w, depth - 1);
        put(w, "))");
        return;
    } else {
        put(w, "m in ");
        members(w, depth - 1);
        put(w, " satisfies ");
        w->member = true;
        w->item = false;
    }
    boolean(w, depth - 1);
    w->member = outer_member;
    w->item = outer_item;
    put(w, ")");
}

static void folded(struct writing *w, int depth) {
    bool outer_member = w->member, outer_item = w->item;
    switch (roll(w, 5)) {
    case 0:
        put(w, "count(");
        members(w, 1);
        put(w, ")");
        break;
    case 1: put(w, PICK(w, "count(在享[待遇 = \"特困\"])", "sum(append(在享.月额, 0))", "sum(append(在享[待遇 = \"低保\"].月额, 0))", "count(户.标记)")); break;
    case 2:
        if (w->member && !w->item) {
            put(w, "sum(append(for z in m.项 return ");
            w->item = true;
        } else {
            put(w, "sum(append(for m in ");
            members(w, depth - 1);
            put(w, " return ");
            w->member = true;
            w->item = false;
        }
        number(w, depth - 1);
        put(w, ", 0))");
        break;
    case 3:
        put(w, PICK(w, "max(append(for m in 户.成员 return m.额, 0))", "min(append(户.成员.额, 3))", "count(distinct values(户.成员.类))",
            "sum(append(for m in 户.成员 return sum(append(m.项[类 = \"甲\"].额, 0)), 0))"));
        break;
    default:
        put(w, "count(for m in ");
        members(w, depth - 1);
        put(w, " return ");
        w->member = true;
        w->item = false;
        number(w, depth - 1);
        put(w, ")");
    }
    w->member = outer_member;
    w->item = outer_item;
}

/* ---- conditions ---------------------------------------------------------------------------- */

static void comparison(struct writing *w, int depth) {
    number(w, depth);
    put(w, PICK(w, " < ", " <= ", " = ", " > ", " >= ", " != "));
    number(w, depth);
}

static void condition(struct writing *w) {
    switch (roll(w, 10)) {
    case 0: put(w, PICK(w, "户.病", "户.残")); break;
    case 1:
        text(w, 0);
        buf_addf(w->out, " = \"%s\"", THING(w));
        break;
    case 2:
        text(w, 0);
        buf_addf(w->out, " in (\"%s\", \"%s\")", THING(w), THING(w));
        break;
    case 3: put(w, PICK(w, "户.生日 > date(\"2000-01-01\")", "户.生日 <= 日期 - duration(\"P18Y\")",
        "years and months duration(户.生日, 日期).years >= 60", "户.生日 = date(\"2000-01-01\")")); break;
    case 4: put(w, PICK(w, "list contains(户.标记, \"甲\")", "\"乙\" in 户.标记", "list contains(户.标记, 户.类)", "户.病 = 户.残", "户.类 instance of string")); break;
    case 5:
        if (w->booleans) {
            buf_addf(w->out, "判%u", roll(w, w->booleans));
            break;
        } /* fallthrough */
    case 6: put(w, w->item ? "z.额 > 1" : w->member ? PICK(w, "m.学", "m.死亡 = null", "m.年龄 in [1..2]") : "户.级 in [2..3]"); break;
    case 7:
        if (w->bkm) {
            put(w, "辨(");
            text(w, 0);
            put(w, ", ");
            number(w, 0);
            put(w, ")");
            break;
        } /* fallthrough */
    default: comparison(w, 0);
    }
}

static void boolean(struct writing *w, int depth) {
    if (depth <= 0) {
        condition(w);
        return;
    }
    switch (roll(w, 8)) {
    case 0:
    case 1:
    case 2:
        put(w, "(");
        boolean(w, depth - 1);
        put(w, roll(w, 2) ? " and " : " or ");
        boolean(w, depth - 1);
        put(w, ")");
        break;
    case 3:
        put(w, "not(");
        boolean(w, depth - 1);
        put(w, ")");
        break;
    case 4:
    case 5: quantified(w, depth); break;
    case 6:
        put(w, "(if ");
        boolean(w, depth - 1);
        put(w, " then ");
        boolean(w, depth - 1);
        put(w, " else ");
        boolean(w, depth - 1);
        put(w, ")");
        break;
    default:
        put(w, "(");
        comparison(w, depth - 1);
        put(w, ")");
    }
}

/* ---- numbers --------------------------------------------------------------------------------- */

static void amount(struct writing *w) {
    if (w->item && roll(w, 2)) {
        put(w, "z.额");
        return;
    }
    if (w->member && roll(w, 2)) {
        put(w, PICK(w, "m.年龄", "m.额"));
        return;
    }
    if (w->numbers && roll(w, 4) == 0) {
        buf_addf(w->out, "数%u", roll(w, w->numbers));
        return;
    }
    put(w, PICK(w, "0", "1", "2", "3", "4", "线", "户.级", "户.收入", "户.财产", "户.收入"));
}

static void two(struct writing *w, int depth, const char *before, const char *between, const char *after) {
    put(w, before);
    number(w, depth - 1);
    put(w, between);
    number(w, depth - 1);
    put(w, after);
}

static void number(struct writing *w, int depth) {
    if (depth <= 0) {
        amount(w);
        return;
    }
    switch (roll(w, 12)) {
    case 0: two(w, depth, "(", " + ", ")"); break;
    case 1: two(w, depth, "(", " - ", ")"); break;
    case 2: two(w, depth, "max(", ", ", ")"); break;
    case 3: two(w, depth, "max(0, ", " - ", ")"); break;
    case 4: two(w, depth, "min(", ", ", ")"); break;
    case 5:
    case 6:
        put(w, "(if ");
        boolean(w, depth - 1);
        two(w, depth, " then ", " else ", ")");
        break;
    case 7:
        put(w, "(");
        number(w, depth - 1);
        put(w, PICK(w, " * 2)", " / 2)", " * 0.5)"));
        break;
    case 8:
        if (roll(w, 4) == 0) {
            two(w, depth, "floor(", " / ", ")"); /* on the grid again */
            break;
        } /* fallthrough */
    case 9: folded(w, depth); break;
    case 10:
        put(w, PICK(w, "floor(", "ceiling(", "abs("));
        number(w, depth - 1);
        put(w, ")");
        break;
    default: amount(w);
    }
}

/* ---- tables ------------------------------------------------------------------------------------ */

static void cell(struct writing *w, unsigned kind) {
    if (roll(w, 3) == 0)
        put(w, "-");
    else if (kind == 0)
        put(w, roll(w, 2) ? "true" : "false");
    else if (kind == 1)
        switch (roll(w, 3)) {
        case 0: buf_addf(w->out, "\"%s\"", THING(w)); break;
        case 1: buf_addf(w->out, "\"%s\", \"%s\"", THING(w), THING(w)); break;
        default: buf_addf(w->out, "not(\"%s\")", THING(w));
        }
    else
        put(w, PICK(w, "< 2", ">= 线", "[1..3]", "(1..3)", "3", "<= 1", "> 0"));
}

static void row(struct writing *w, const unsigned *kind, unsigned inputs, bool last, bool outputs_boolean) {
    put(w, "");
    buf_adds(w->out, "<rule>");
    for (unsigned i = 0; i < inputs; i++) {
        buf_adds(w->out, "<inputEntry><text>");
        if (last)
            put(w, "-");
        else
            cell(w, kind[i]);
        buf_adds(w->out, "</text></inputEntry>");
    }
    buf_adds(w->out, "<outputEntry><text>");
    if (outputs_boolean)
        put(w, roll(w, 2) ? "true" : "false");
    else
        number(w, roll(w, 3) ? 0 : 1);
    buf_adds(w->out, "</text></outputEntry></rule>");
}

static void table(struct writing *w, bool outputs_boolean) {
    unsigned kind[3], inputs = 1 + roll(w, 3), rules = 1 + roll(w, 4);
    bool sums = !outputs_boolean && roll(w, 3) == 0;
    buf_addf(w->out, "<decisionTable hitPolicy='%s'%s>", sums ? "COLLECT" : PICK(w, "FIRST", "FIRST", "UNIQUE", "ANY", "PRIORITY"),
        sums ? PICK(w, " aggregation='SUM'", " aggregation='MAX'", " aggregation='COUNT'") : "");
    for (unsigned i = 0; i < inputs; i++) {
        kind[i] = roll(w, 3);
        buf_adds(w->out, "<input><inputExpression><text>");
        if (kind[i] == 0)
            boolean(w, 1);
        else if (kind[i] == 1)
            text(w, 1);
        else
            number(w, 1);
        buf_adds(w->out, "</text></inputExpression>");
        if (kind[i] == 1 && roll(w, 6) == 0)
            buf_adds(w->out, "<inputValues><text>\"甲\", \"乙\"</text></inputValues>");
        buf_adds(w->out, "</input>");
    }
    buf_addf(w->out, "<output><outputValues><text>%s</text></outputValues></output>", outputs_boolean ? "true, false" : "4, 3, 2, 1, 0");
    for (unsigned r = 0; r < rules; r++)
        row(w, kind, inputs, false, outputs_boolean);
    if (roll(w, 8))
        row(w, kind, inputs, true, outputs_boolean);
    buf_adds(w->out, "</decisionTable>");
}

/* ---- the model ----------------------------------------------------------------------------------- */

static void literal_open(struct writing *w) { buf_adds(w->out, "<literalExpression><text>"); }
static void literal_close(struct writing *w) { buf_adds(w->out, "</text></literalExpression>"); }

static void needs(struct writing *w) {
    buf_adds(w->out, "<informationRequirement><requiredInput href='#h'/></informationRequirement>"
        "<informationRequirement><requiredInput href='#b'/></informationRequirement>"
        "<informationRequirement><requiredInput href='#d'/></informationRequirement>"
        "<informationRequirement><requiredInput href='#p'/></informationRequirement>");
    for (unsigned i = 0; i < w->booleans; i++)
        buf_addf(w->out, "<informationRequirement><requiredDecision href='#b%u'/></informationRequirement>", i);
    for (unsigned i = 0; i < w->numbers; i++)
        buf_addf(w->out, "<informationRequirement><requiredDecision href='#n%u'/></informationRequirement>", i);
    for (unsigned i = 0; i < w->tables; i++)
        buf_addf(w->out, "<informationRequirement><requiredDecision href='#t%u'/></informationRequirement>", i);
    if (w->bkm)
        buf_adds(w->out, "<knowledgeRequirement><requiredKnowledge href='#k'/></knowledgeRequirement>");
}

static void decision(struct writing *w) {
    unsigned kind = roll(w, 5);
    const char *const name[] = {"判", "判", "数", "数", "表"}, *const id[] = {"b", "b", "n", "n", "t"};
    unsigned *const counter[] = {&w->booleans, &w->booleans, &w->numbers, &w->numbers, &w->tables};
    buf_addf(w->out, "<decision id='%s%u' name='%s%u'><variable name='%s%u'/>", id[kind], *counter[kind], name[kind], *counter[kind],
        name[kind], *counter[kind]);
    needs(w);
    if (kind == 1 || kind == 3) {
        table(w, kind == 1);
    } else {
        literal_open(w);
        if (kind == 0) {
            boolean(w, 2);
        } else if (kind == 2) {
            number(w, 2);
        } else {
            put(w, "for m in ");
            members(w, 1);
            w->member = true;
            put(w, " return { 是: ");
            boolean(w, 1);
            put(w, ", 值: ");
            number(w, 1);
            w->member = false;
            put(w, " }");
        }
        literal_close(w);
    }
    buf_adds(w->out, "</decision>");
    ++*counter[kind];
}

static void knowledge(struct writing *w) {
    struct writing inner = *w;
    buf_adds(w->out, "<businessKnowledgeModel id='k' name='辨'><variable name='辨'/><encapsulatedLogic>"
        "<formalParameter name='词'/><formalParameter name='数'/><decisionTable hitPolicy='FIRST'>"
        "<input><inputExpression><text>词</text></inputExpression></input><input><inputExpression><text>数</text></inputExpression></input><output/>");
    for (int r = 0; r < 2; r++) {
        buf_adds(w->out, "<rule><inputEntry><text>");
        cell(&inner, 1);
        buf_adds(w->out, "</text></inputEntry><inputEntry><text>");
        put(w, PICK(w, "-", "< 2", "> 1", "[1..3]"));
        buf_addf(w->out, "</text></inputEntry><outputEntry><text>%s</text></outputEntry></rule>", roll(w, 2) ? "true" : "false");
    }
    buf_adds(w->out, "<rule><inputEntry><text>-</text></inputEntry><inputEntry><text>-</text></inputEntry>"
        "<outputEntry><text>false</text></outputEntry></rule></decisionTable></encapsulatedLogic></businessKnowledgeModel>");
    w->bkm = true;
}

void rp_policy(struct buf *out, uint64_t *dice) {
    struct writing w = {.out = out, .dice = dice};
    buf_adds(out, "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='m' namespace='m'>"
        "<inputData id='h' name='户'/><inputData id='b' name='在享'/><inputData id='d' name='日期'/><inputData id='p' name='线'/>");
    if (roll(&w, 3) == 0)
        knowledge(&w);
    for (unsigned i = roll(&w, DECISIONS_MAX + 1); i > 0; i--)
        decision(&w);
    buf_adds(out, "<decision id='r' name='结果'><variable name='结果'/>");
    needs(&w);
    literal_open(&w);
    put(&w, "{符合: ");
    boolean(&w, 2);
    put(&w, ", 额: if 符合 then ");
    number(&w, 2);
    put(&w, " else 0");
    if (w.tables && roll(&w, 2))
        put(&w, PICK(&w, ", 明细: 表0[是].值", ", 明细: sum(append(for x in 表0 return x.值, 0))", ", 明细: some x in 表0 satisfies x.是",
            ", 明细: if 符合 then 表0 else []"));
    else if (roll(&w, 4) == 0)
        put(&w, ", 明细: concatenate(if 户.病 then [1] else [], for m in 户.成员[学] return m.年龄)[item > 1]");
    put(&w, "}");
    literal_close(&w);
    buf_adds(out, "</decision></definitions>");
}
