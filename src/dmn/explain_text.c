/* Conditions and the chain as sentences (messages.csv, explain.*). */
#include "dmn/explain_internal.h"

/* ---- units --------------------------------------------------------------------------- */

struct span dmn_unit_of(const struct dmn_labels *labels, struct span name) {
    struct dmn_label x = {0};
    return labels && name.size && labels->find(labels->data, name, &x) ? x.unit : (struct span){0};
}

/* A sum a head times a number of heads is a sum of all of them. */
static struct span of_all(struct span a_head) {
    static const char *const all[][2] = {{"元/人·月", "元/月"}, {"元/人·年", "元/年"}, {"元/人", "元"}, {"平方米/人", "m²"}};
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (span_is(a_head, all[i][0]))
            return span_of(all[i][1]);
    return a_head;
}

/* The first name of an expression that is counted in something. */
static struct span unit_in(const struct dmn_labels *labels, const struct feel_ast *n, int depth) {
    struct span u = {0};
    if (!n || depth > 8)
        return u;
    if (n->kind == AST_NAME || n->kind == AST_PATH)
        return dmn_unit_of(labels, n->text);
    if (n->kind == AST_ARITH && n->op == '*') {
        struct span a = unit_in(labels, n->a, depth + 1), b = unit_in(labels, n->b, depth + 1);
        return span_is(a, "人") ? of_all(b) : span_is(b, "人") ? of_all(a) : a.size ? a : b;
    }
    const struct feel_ast *part[] = {n->a, n->b};
    for (size_t i = 0; i < ARRAY_LEN(part) && !u.size && n->kind != AST_CALL; i++)
        u = unit_in(labels, part[i], depth + 1);
    for (size_t i = 0; n->kind == AST_CALL && i < n->count && !u.size; i++)
        u = unit_in(labels, n->item[i], depth + 1);
    return u;
}

struct span explain_unit_in(const struct dmn_labels *labels, const struct feel_ast *n) { return unit_in(labels, n, 0); }

static struct span unit_for(const struct dmn_labels *labels, const struct dmn_condition *c) {
    if (c->counted)
        return (struct span){0};
    struct span u = dmn_unit_of(labels, c->name);
    if (!u.size)
        u = unit_in(labels, c->subject, 0);
    if (!u.size)
        u = dmn_unit_of(labels, c->limit_name);
    return u.size ? u : unit_in(labels, c->limit_ast, 0);
}

/* 元/人·月 -> 元: a difference is just money. */
struct span explain_bare_unit(struct span u) {
    const char *slash = u.at ? memchr(u.at, '/', u.size) : NULL;
    return slash ? (struct span){u.at, (size_t)(slash - u.at)} : u;
}

/* ---- a condition ------------------------------------------------------------------------- */

struct words { struct buf name, actual, limit, distance; };

static void words_open(struct words *w) {
    buf_init(&w->name, 0);
    buf_init(&w->actual, 0);
    buf_init(&w->limit, 0);
    buf_init(&w->distance, 0);
}
static void words_close(struct words *w) {
    buf_release(&w->name);
    buf_release(&w->actual);
    buf_release(&w->limit);
    buf_release(&w->distance);
}

static void name_words(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct dmn_condition *c) {
    BUF_AUTO plain;
    buf_init(&plain, 0);
    if (c->name.size)
        buf_add(&plain, dmn_label_of(labels, l, c->name));
    else
        explain_expression(&plain, l, labels, c->subject);
    bool expression = !c->name.size && c->subject->kind != AST_ARITH && c->subject->kind != AST_NEGATE;
    const char *code = c->counted && c->name.size ? "explain.count_of" : expression ? "explain.quoted" : NULL;
    if (code)
        EXPLAIN_SAY(out, l, code, DIAG_SPAN("name", buf_span(&plain)));
    else
        buf_add(out, buf_span(&plain));
}

static bool composed(const struct feel_ast *n) { return n && n->kind != AST_CONST && n->kind != AST_NAME && n->kind != AST_PATH; }

static bool open_range(const struct feel_value *v) {
    return v->kind == FEEL_RANGE && (!v->range->start_included || !v->range->end_included);
}

static void limit_words(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct dmn_condition *c, struct span unit) {
    BUF_AUTO name, value;
    buf_init(&name, 0);
    buf_init(&value, 0);
    dmn_value_text(&value, l, labels, &c->limit, unit);
    if (c->limit_name.size)
        buf_add(&name, dmn_label_of(labels, l, c->limit_name));
    else if (c->op <= DMN_OP_GE && composed(c->limit_ast) && c->limit_ast->kind == AST_ARITH && c->limit.kind == FEEL_NUMBER)
        explain_expression(&name, l, labels, c->limit_ast);
    if (name.size)
        EXPLAIN_SAY(out, l, "explain.with_limit", DIAG_SPAN("name", buf_span(&name)), DIAG_SPAN("limit", buf_span(&value)));
    else {
        if (open_range(&c->limit)) {
            buf_add(out, buf_span(&value));
            return;
        }
        if (c->limit.kind == FEEL_NUMBER || c->limit.kind == FEEL_DATE || c->limit.kind == FEEL_RANGE)
            buf_adds(out, l == LANG_ZH ? " " : "");
        buf_add(out, buf_span(&value));
        if (l == LANG_ZH && c->limit.kind == FEEL_RANGE && value.size && (unsigned char)value.at[value.size - 1] < 0x80)
            buf_addc(out, ' '); /* 在 10 到 20 之间 */
    }
}

static void distance_words(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct dmn_condition *c, struct span unit) {
    struct feel_value v = feel_number(c->distance);
    char days[DEC_TEXT_MAX];
    if (!c->has_distance)
        return;
    if (c->actual.kind != FEEL_DATE) {
        dmn_value_text(out, l, labels, &v, explain_bare_unit(unit));
        return;
    }
    dec_text_short(c->distance, days);
    EXPLAIN_SAY(out, l, "explain.days", DIAG_S("n", days));
}

/* Ordered comparisons: which side it is on, and whether it had to be there. */
static const char *ordered_code(const struct dmn_condition *c) {
    static const char *const HELD[2][4] = {
        {"explain.held_lt", "explain.held_le", "explain.held_gt", "explain.held_ge"},
        {"explain.date_held_lt", "explain.date_held_le", "explain.date_held_gt", "explain.date_held_ge"}};
    static const char *const FAILED[2][2][2] = {
        {{"explain.below", "explain.below_at"}, {"explain.above", "explain.above_at"}},
        {{"explain.date_below", "explain.date_below_at"}, {"explain.date_above", "explain.date_above_at"}}};
    bool date = c->actual.kind == FEEL_DATE, above = c->op == DMN_OP_LT || c->op == DMN_OP_LE;
    return c->held == DMN_TRUE ? HELD[date][c->op - DMN_OP_LT] : FAILED[date][above][c->has_distance && dec_zero(c->distance)];
}

static const char *open_code(const struct dmn_condition *c) {
    bool away = c->has_distance && !dec_zero(c->distance);
    if (c->op == DMN_OP_NOT_WITHIN)
        return c->held == DMN_TRUE ? "explain.open_outside_held" : "explain.open_inside_not";
    return c->held == DMN_TRUE ? "explain.open_inside" : away ? "explain.open_outside_by" : "explain.open_outside";
}

static const char *condition_code(const struct dmn_condition *c) {
    bool held = c->held == DMN_TRUE;
    if (c->held == DMN_UNKNOWN_TRUTH)
        return "explain.not_known";
    if (c->missing.size)
        return "explain.not_given";
    if (c->held == DMN_ERROR_TRUTH)
        return "explain.no_answer";
    if (open_range(&c->limit) && (c->op == DMN_OP_WITHIN || c->op == DMN_OP_NOT_WITHIN))
        return open_code(c);
    switch (c->op) {
    case DMN_OP_EQ: case DMN_OP_IN: return held ? "explain.is" : "explain.must_be";
    case DMN_OP_NE: case DMN_OP_NOT_IN: return held ? "explain.is_not" : "explain.must_not_be";
    case DMN_OP_WITHIN: return held ? "explain.inside" : c->has_distance ? "explain.outside_by" : "explain.outside";
    case DMN_OP_NOT_WITHIN: return held ? "explain.outside_held" : "explain.inside_not";
    case DMN_OP_IS: return held ? "explain.is" : "explain.must_be";
    default: return ordered_code(c);
    }
}

static void condition_words(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct dmn_condition *c) {
    struct words w;
    struct span unit = unit_for(labels, c);
    words_open(&w);
    if (c->missing.size && c->held != DMN_UNKNOWN_TRUTH)
        buf_add(&w.name, dmn_label_of(labels, l, c->missing));
    else
        name_words(&w.name, l, labels, c);
    dmn_value_text(&w.actual, l, labels, &c->actual, unit);
    limit_words(&w.limit, l, labels, c, unit);
    distance_words(&w.distance, l, labels, c, unit);
    EXPLAIN_SAY(out, l, condition_code(c), DIAG_SPAN("name", buf_span(&w.name)), DIAG_SPAN("actual", buf_span(&w.actual)),
        DIAG_SPAN("limit", buf_span(&w.limit)), DIAG_SPAN("distance", buf_span(&w.distance)));
    words_close(&w);
}

/* What would do, without what is: "below 1,000". */
static void needed_words(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct dmn_condition *c) {
    static const char *const CODE[2][4] = {{"explain.to_open", "explain.to", "explain.from_open", "explain.from"},
        {"explain.date_to_open", "explain.date_to", "explain.date_from_open", "explain.date_from"}};
    BUF_AUTO value;
    buf_init(&value, 0);
    dmn_value_text(&value, l, labels, &c->limit, unit_for(labels, c));
    if (c->limit_name.size) {
        BUF_AUTO named;
        buf_init(&named, 0);
        EXPLAIN_SAY(&named, l, "explain.with_limit", DIAG_SPAN("name", dmn_label_of(labels, l, c->limit_name)), DIAG_SPAN("limit", buf_span(&value)));
        buf_clear(&value);
        buf_add(&value, buf_span(&named));
    }
    if (c->op >= DMN_OP_LT && c->op <= DMN_OP_GE)
        EXPLAIN_SAY(out, l, CODE[c->limit.kind == FEEL_DATE][c->op - DMN_OP_LT], DIAG_SPAN("limit", buf_span(&value)));
    else if (c->op == DMN_OP_NE || c->op == DMN_OP_NOT_IN || c->op == DMN_OP_NOT_WITHIN)
        EXPLAIN_SAY(out, l, "explain.not", DIAG_SPAN("limit", buf_span(&value)));
    else
        buf_add(out, buf_span(&value));
}

static void several_words(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct dmn_condition *c) {
    BUF_AUTO list, actual, name;
    buf_init(&list, 0);
    buf_init(&actual, 0);
    buf_init(&name, 0);
    for (size_t i = 0; i < c->other_count; i++) {
        if (i)
            message_text(&list, l, "explain.or", NULL, 0);
        needed_words(&list, l, labels, &c->other[i]);
    }
    name_words(&name, l, labels, c);
    dmn_value_text(&actual, l, labels, &c->actual, unit_for(labels, c));
    EXPLAIN_SAY(out, l, "explain.must_one_of", DIAG_SPAN("name", buf_span(&name)), DIAG_SPAN("actual", buf_span(&actual)), DIAG_SPAN("list", buf_span(&list)));
}

static void whole_words(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct dmn_condition *c) {
    BUF_AUTO why;
    buf_init(&why, 0);
    if (c->other_count)
        several_words(out, l, labels, c);
    else
        condition_words(out, l, labels, c);
    for (size_t i = 0; i < c->why_count; i++) {
        if (i)
            message_text(&why, l, "dmn_check.and_value", NULL, 0);
        whole_words(&why, l, labels, &c->why[i]);
    }
    if (c->member && c->why_count)
        EXPLAIN_SAY(out, l, "explain.member", DIAG_N("number", c->member), DIAG_SPAN("why", buf_span(&why)));
}

void dmn_condition_text(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct dmn_condition *c) {
    if (!c->blocked_by) {
        whole_words(out, l, labels, c);
        return;
    }
    BUF_AUTO text;
    buf_init(&text, 0);
    whole_words(&text, l, labels, c);
    EXPLAIN_SAY(out, l, "explain.no_longer", DIAG_N("rule", c->blocked_by), DIAG_SPAN("text", buf_span(&text)));
}

/* ---- rules ------------------------------------------------------------------------------------ */

static bool is_english(struct span name) { return name.size > 3 && memcmp(name.at + name.size - 3, "_en", 3) == 0; }

static struct span annotation_in(const struct dmn_trace_table *t, const struct dmn_trace_rule *r, size_t i, enum lang l) {
    struct span name = t->annotation_name[i];
    for (size_t k = 0; l == LANG_EN && k < t->annotation_count; k++) {
        struct span other = t->annotation_name[k];
        if (is_english(other) && other.size == name.size + 3 && memcmp(other.at, name.at, name.size) == 0)
            return r->annotation[k];
    }
    return r->annotation[i];
}

void dmn_rule_text(struct buf *out, enum lang l, const struct dmn_trace_table *t, const struct dmn_trace_rule *r) {
    size_t before = out->size;
    for (size_t i = 0; i < t->annotation_count; i++) {
        if (is_english(t->annotation_name[i]))
            continue;
        struct span s = annotation_in(t, r, i, l);
        if (s.size && out->size > before)
            buf_addc(out, ' ');
        buf_add(out, s);
    }
}

/* ---- the chain ----------------------------------------------------------------------------------- */

struct page { struct buf *out; enum lang l; const struct dmn_labels *labels; bool otherwise; };

#define LINE(p, ...) (EXPLAIN_SAY((p)->out, (p)->l, __VA_ARGS__), buf_addc((p)->out, '\n'))

/* A line that is the one above it once more says nothing. */
static void drop_repeated(struct buf *out, size_t from) {
    size_t n = out->size - from;
    if (n && n <= from && memcmp(out->at + from, out->at + from - n, n) == 0)
        buf_cut(out, from);
}
#define LINE_ONCE(p, ...)                                                      \
    do {                                                                       \
        size_t line_from = (p)->out->size;                                     \
        LINE(p, __VA_ARGS__);                                                  \
        drop_repeated((p)->out, line_from);                                    \
    } while (0)

static void conditions(const struct page *p, const char *code, const struct dmn_condition *list, size_t n) {
    for (size_t i = 0; i < n; i++) {
        BUF_AUTO text;
        buf_init(&text, 0);
        dmn_condition_text(&text, p->l, p->labels, &list[i]);
        LINE(p, code, DIAG_SPAN("text", buf_span(&text)));
    }
}

static void formulas(const struct page *p, const struct dmn_formula *list, size_t n) {
    for (size_t i = 0; i < n; i++) {
        BUF_AUTO text;
        buf_init(&text, 0);
        dmn_formula_text(&text, p->l, p->labels, &list[i]);
        LINE(p, "explain.condition", DIAG_SPAN("text", buf_span(&text)));
    }
}

enum { ITEMS_TOLD = 20 }; /* a household has fewer members; a longer list is in the JSON */

static void items(const struct page *p, const struct feel_value *v) {
    for (size_t i = 0; v->kind == FEEL_LIST && i < v->count && i < ITEMS_TOLD; i++) {
        BUF_AUTO text;
        buf_init(&text, 0);
        dmn_item_text(&text, p->l, p->labels, &v->item[i]);
        if (text.size)
            LINE(p, "explain.condition", DIAG_SPAN("text", buf_span(&text)));
    }
}

static void rule_around(struct buf *out, const struct page *p, const struct dmn_trace_table *t, const struct dmn_trace_rule *r) {
    BUF_AUTO text;
    buf_init(&text, 0);
    dmn_rule_text(&text, p->l, t, r);
    if (text.size)
        EXPLAIN_SAY(out, p->l, "explain.near_text", DIAG_SPAN("text", buf_span(&text)));
}

/* Of a table that is not the decision's own: `once`, and its conditions are as good as those of one. */
static void fired(const struct page *p, const struct dmn_explained_table *t, bool own, bool once) {
    for (size_t i = 0; i < t->fired_count; i++) {
        BUF_AUTO text, around;
        buf_init(&text, 0);
        buf_init(&around, 0);
        dmn_rule_text(&text, p->l, t->table, t->fired[i].rule);
        rule_around(&around, p, t->table, t->fired[i].rule);
        size_t number = t->fired[i].rule->number;
        struct span table = dmn_label_of(p->labels, p->l, t->table->element_name);
        if (own && text.size)
            LINE(p, "explain.fired", DIAG_N("number", number), DIAG_SPAN("text", buf_span(&text)));
        else if (own)
            LINE(p, "explain.fired_bare", DIAG_N("number", number));
        else if (once)
            LINE(p, "explain.fired_rule_in", DIAG_SPAN("table", table), DIAG_N("number", number), DIAG_SPAN("text", buf_span(&around)));
        else if (text.size)
            LINE_ONCE(p, "explain.fired_in", DIAG_SPAN("table", table), DIAG_SPAN("text", buf_span(&text)));
        if (own || once) {
            conditions(p, "explain.condition", t->fired[i].condition, t->fired[i].count);
            formulas(p, t->fired[i].formula, t->fired[i].formula_count);
        }
    }
    for (size_t i = 0; i < t->outranked_count; i++) {
        BUF_AUTO output, answer, around;
        buf_init(&output, 0);
        buf_init(&answer, 0);
        buf_init(&around, 0);
        dmn_value_text(&output, p->l, p->labels, &t->outranked[i].output, SPAN(""));
        dmn_value_text(&answer, p->l, p->labels, &t->table->result, SPAN(""));
        rule_around(&around, p, t->table, t->outranked[i].rule);
        LINE(p, "explain.outranked", DIAG_N("number", t->outranked[i].rule->number), DIAG_SPAN("text", buf_span(&around)),
            DIAG_SPAN("output", buf_span(&output)), DIAG_SPAN("answer", buf_span(&answer)));
    }
    if (t->ordered)
        LINE(p, "explain.ordered");
}

static void clash(const struct page *p, const struct dmn_explained_table *t) {
    LINE(p, "explain.clash", DIAG_SPAN("table", dmn_label_of(p->labels, p->l, t->table->element_name)));
    for (size_t i = 0; i < t->clash_count; i++) {
        BUF_AUTO text, around;
        buf_init(&text, 0);
        buf_init(&around, 0);
        dmn_rule_text(&text, p->l, t->table, t->clash[i].rule);
        if (text.size)
            EXPLAIN_SAY(&around, p->l, "explain.near_text", DIAG_SPAN("text", buf_span(&text)));
        LINE(p, "explain.clash_rule", DIAG_N("number", t->clash[i].rule->number), DIAG_SPAN("text", buf_span(&around)));
        conditions(p, "explain.condition", t->clash[i].condition, t->clash[i].count);
    }
}

static void nearest(const struct page *p, const struct dmn_explained_table *t, const struct dmn_near_rule *near) {
    BUF_AUTO text, around;
    buf_init(&text, 0);
    buf_init(&around, 0);
    dmn_rule_text(&text, p->l, t->table, near->rule);
    if (text.size)
        EXPLAIN_SAY(&around, p->l, "explain.near_text", DIAG_SPAN("text", buf_span(&text)));
    LINE(p, t->open ? "explain.open" : "explain.near", DIAG_N("number", near->rule->number), DIAG_SPAN("text", buf_span(&around)), DIAG_N("count", near->count));
    conditions(p, "explain.condition", near->condition, near->count);
}

static bool run_once(const struct dmn_explanation *x, const struct dmn_trace_decision *t, const struct dmn_explained_table *e) {
    size_t n = 0;
    for (size_t i = 0; i < t->table_count; i++)
        n += x->table[t->table_first + i].table->source == e->table->source;
    return n == 1;
}

static bool noted_before(const struct feel_notes *notes, size_t i) {
    const struct feel_note *n = &notes->note[i];
    for (size_t k = 0; k < i; k++)
        if (strcmp(notes->note[k].code, n->code) == 0 && span_eq(notes->note[k].where, n->where) && span_eq(notes->note[k].detail, n->detail))
            return true;
    return false;
}

/* What left an error behind: the inputs that were not given and the decisions without a result; else the errors. */
static void no_result(const struct page *p, const struct dmn_explanation *x, const struct dmn_explained_decision *d, struct span name) {
    const struct feel_notes *notes = x->trace->notes;
    size_t told = 0, errors = 0;
    LINE(p, "explain.no_result", DIAG_SPAN("name", name));
    for (size_t i = 0; notes && i < notes->count; i++)
        errors += span_eq(notes->note[i].where, d->decision->name);
    for (size_t i = 0; i < d->decision->table_count; i++)
        if (x->table[d->decision->table_first + i].clash_count)
            errors = 0; /* which is told rule by rule */
    for (size_t i = 0; errors && i < d->not_given_count; i++, told++)
        LINE(p, "explain.no_result_input", DIAG_SPAN("name", dmn_label_of(p->labels, p->l, d->not_given[i])));
    for (size_t i = 0; errors && i < d->need_count; i++) {
        const struct dmn_trace_decision *need = x->decision[d->need[i]].decision;
        if (!feel_is_null(need->value))
            continue;
        told++;
        LINE(p, "explain.no_result_need", DIAG_SPAN("name", dmn_label_of(p->labels, p->l, need->name)));
    }
    for (size_t i = 0; errors && !told && i < notes->count; i++) {
        const struct feel_note *n = &notes->note[i];
        if (!span_eq(n->where, d->decision->name) || noted_before(notes, i))
            continue;
        BUF_AUTO why;
        buf_init(&why, 0);
        EXPLAIN_SAY(&why, p->l, n->code, DIAG_SPAN("name", n->detail));
        LINE(p, "explain.no_result_why", DIAG_SPAN("why", buf_span(&why)));
    }
}

static void decision_lines(const struct page *p, const struct dmn_explanation *x, const struct dmn_explained_decision *d) {
    const struct dmn_trace_decision *t = d->decision;
    struct span name = dmn_label_of(p->labels, p->l, t->name);
    size_t from = p->out->size;
    BUF_AUTO value;
    buf_init(&value, 0);
    dmn_value_text(&value, p->l, p->labels, &t->value, dmn_unit_of(p->labels, t->name));
    if (feel_is_null(t->value))
        no_result(p, x, d, name);
    else if (dmn_value_is_short(&t->value))
        LINE(p, "explain.decision", DIAG_SPAN("name", name), DIAG_SPAN("value", buf_span(&value)));
    else
        LINE(p, "explain.decision_only", DIAG_SPAN("name", name));
    size_t head = p->out->size;
    if (d->formula_count)
        items(p, &t->value);
    conditions(p, "explain.because", d->held, d->held_count);
    formulas(p, d->formula, d->formula_count);
    if (p->otherwise)
        conditions(p, "explain.otherwise", d->would, d->would_count);
    for (size_t i = 0; i < t->table_count; i++) {
        const struct dmn_explained_table *e = &x->table[t->table_first + i];
        bool own = span_eq(e->table->element_id, t->id) && span_eq(e->table->element_name, t->name);
        bool once = !own && run_once(x, t, e);
        fired(p, e, own, once);
        if (e->clash_count)
            clash(p, e);
        for (size_t k = 0; (own || once) && k < e->near_count && (e->open || (k == 0 && p->otherwise)); k++)
            nearest(p, e, &e->near[k]);
    }
    if (p->out->size == head && !dmn_value_is_short(&t->value) && !feel_is_null(t->value) && from) /* a list of which there is nothing to say */
        buf_cut(p->out, from);
}

void dmn_explanation_text(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct dmn_explanation *x, bool otherwise) {
    struct page p = {out, l, labels, otherwise};
    if (x->chain_count)
        LINE(&p, "explain.title");
    for (size_t i = 0; i < x->chain_count; i++)
        decision_lines(&p, x, &x->decision[x->chain[i]]);
    if (x->computed_count)
        LINE(&p, "explain.computed");
    p.otherwise = false; /* what would do is told of the reasons */
    for (size_t i = 0; i < x->computed_count; i++)
        decision_lines(&p, x, &x->decision[x->computed[i]]);
}
