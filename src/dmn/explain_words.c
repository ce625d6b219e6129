/* Names, values and expressions as people write them. */
#include "dmn/explain_internal.h"

struct span dmn_label_of(const struct dmn_labels *labels, enum lang l, struct span name) {
    struct dmn_label x = {0};
    if (!labels || !labels->find(labels->data, name, &x))
        return name;
    struct span s = l == LANG_EN ? x.en : x.zh;
    return s.size ? s : name;
}

/* ---- values ---------------------------------------------------------------------------- */

/* 1650.5 -> 1,650.5; the digits of a whole part of three and more. */
static void grouped(struct buf *out, const char *number) {
    const char *p = number;
    if (*p == '-')
        buf_addc(out, *p++);
    size_t whole = strspn(p, "0123456789");
    bool plain = !p[whole] || p[whole] == '.';
    for (size_t i = 0; i < whole; i++) {
        if (plain && i && (whole - i) % 3 == 0)
            buf_addc(out, ',');
        buf_addc(out, p[i]);
    }
    buf_adds(out, p + whole);
}

static bool is_money(struct span unit) { return unit.size >= 3 && memcmp(unit.at, "元", 3) == 0; }

/* To the fen, and not said. */
static const struct span MONEY = {"元 ", 4};

static void number_text(struct buf *out, enum lang l, const struct dmn_labels *labels, struct dec n, struct span unit) {
    char text[DEC_TEXT_MAX];
    if (span_is(unit, "比例")) {
        dec_text_short(dec_mul(n, dec_int(100)), text);
        grouped(out, text);
        buf_addc(out, '%');
        return;
    }
    if (is_money(unit))
        dec_text(dec_round(n, 2, DEC_HALF_UP), text);
    else
        dec_text_short(dec_round(n, 4, DEC_HALF_UP), text);
    grouped(out, text);
    if (unit.size && unit.at != MONEY.at) {
        buf_addc(out, ' ');
        buf_add(out, dmn_label_of(labels, l, unit));
    }
}

static void date_words(struct buf *out, enum lang l, int64_t day) {
    static const char *const MONTH[] = {"explain.month_1", "explain.month_2", "explain.month_3", "explain.month_4", "explain.month_5", "explain.month_6",
        "explain.month_7", "explain.month_8", "explain.month_9", "explain.month_10", "explain.month_11", "explain.month_12"};
    struct ymd x = date_ymd((date_t)day);
    BUF_AUTO month;
    buf_init(&month, 0);
    message_text(&month, l, MONTH[x.month - 1], NULL, 0);
    EXPLAIN_SAY(out, l, "explain.date", DIAG_N("year", x.year), DIAG_SPAN("month", buf_span(&month)), DIAG_N("day", x.day));
}

static void list_text(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct feel_value *v, struct span unit) {
    for (size_t i = 0; i < v->count; i++) {
        if (i)
            message_text(out, l, "explain.or", NULL, 0);
        dmn_value_text(out, l, labels, &v->item[i], unit);
    }
    if (!v->count)
        message_text(out, l, "explain.none", NULL, 0);
}

/* Days that the calendar of base/date.h has; FEEL's go much farther. */
static bool in_calendar(int64_t day) { return day > -4000000 && day < 2900000; }

static bool of_time(const struct feel_value *v) { return v->kind == FEEL_DATE || v->kind == FEEL_TIME || v->kind == FEEL_DATE_TIME; }

void explain_range(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct feel_range *r, struct span unit) {
    static const char *const CODE[2][2][2] = {
        {{"explain.from_open", "explain.from"}, {"explain.date_from_open", "explain.date_from"}},
        {{"explain.to_open", "explain.to"}, {"explain.date_to_open", "explain.date_to"}}};
    bool time = of_time(&r->start) || of_time(&r->end);
    BUF_AUTO low, high, from, to;
    buf_init(&low, 0);
    buf_init(&high, 0);
    buf_init(&from, 0);
    buf_init(&to, 0);
    dmn_value_text(&low, l, labels, &r->start, unit);
    dmn_value_text(&high, l, labels, &r->end, unit);
    EXPLAIN_SAY(&from, l, CODE[0][time][r->start_included], DIAG_SPAN("limit", buf_span(&low)));
    EXPLAIN_SAY(&to, l, CODE[1][time][r->end_included], DIAG_SPAN("limit", buf_span(&high)));
    EXPLAIN_SAY(out, l, "explain.from_to", DIAG_SPAN("from", buf_span(&from)), DIAG_SPAN("to", buf_span(&to)));
}

void dmn_value_text(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct feel_value *v, struct span unit) {
    switch ((enum feel_kind)v->kind) {
    case FEEL_NULL: message_text(out, l, "explain.none", NULL, 0); return;
    case FEEL_BOOLEAN: message_text(out, l, v->boolean ? "explain.yes" : "explain.no", NULL, 0); return;
    case FEEL_NUMBER: number_text(out, l, labels, v->number, unit); return;
    case FEEL_STRING: EXPLAIN_SAY(out, l, "explain.quoted", DIAG_SPAN("name", dmn_label_of(labels, l, v->string))); return;
    case FEEL_DATE:
        if (in_calendar(v->day))
            date_words(out, l, v->day);
        else
            feel_text(out, v, false);
        return;
    case FEEL_LIST: list_text(out, l, labels, v, unit); return;
    case FEEL_RANGE: {
        if (!v->range->start_included || !v->range->end_included) {
            explain_range(out, l, labels, v->range, unit);
            return;
        }
        BUF_AUTO low, high;
        buf_init(&low, 0);
        buf_init(&high, 0);
        dmn_value_text(&low, l, labels, &v->range->start, unit);
        dmn_value_text(&high, l, labels, &v->range->end, unit);
        EXPLAIN_SAY(out, l, "explain.range", DIAG_SPAN("low", buf_span(&low)), DIAG_SPAN("high", buf_span(&high)));
        return;
    }
    default: feel_text(out, v, false);
    }
}

/* ---- expressions -------------------------------------------------------------------------- */

enum { CALL_ARGUMENTS_TOLD = 4 }; /* knowledge of more is a table that tells itself which of its rules held */

struct bound { const struct feel_ast *by; const struct bound *outer; };
struct speech { struct buf *out; enum lang l; const struct dmn_labels *labels; const struct bound *bound; const struct dmn_formula *values; bool names; /* values: names stay, and only ways of `if` are told */ };

static void speak(const struct speech *s, const struct feel_ast *n);

/* A number in a formula: money to the fen, a share as per cent, and no unit. */
static void amount_text(struct buf *out, const struct dmn_labels *labels, const struct feel_value *v, const struct feel_ast *n) {
    struct span unit = explain_unit_in(labels, n);
    bool minus = dec_sign(v->number) < 0;
    if (minus)
        buf_addc(out, '(');
    number_text(out, LANG_ZH, NULL, v->number, is_money(unit) ? MONEY : span_is(unit, "比例") ? unit : (struct span){0});
    if (minus)
        buf_addc(out, ')');
}

/* Of an `if` of a formula the way that was taken; else the tree itself. */
static const struct feel_ast *taken(const struct speech *s, const struct feel_ast *n) {
    for (size_t i = 0; s->values && n->kind == AST_IF && i < s->values->operand_count; i++) {
        const struct dmn_operand *o = &s->values->operand[i];
        if (o->at == n && o->value.kind == FEEL_BOOLEAN)
            return taken(s, o->value.boolean ? n->b : n->c);
    }
    return n;
}

/* Says what an operand was. */
static bool valued(const struct speech *s, const struct feel_ast *n) {
    for (size_t i = 0; s->values && !s->names && n->kind != AST_IF && i < s->values->operand_count; i++)
        if (s->values->operand[i].at == n) {
            amount_text(s->out, s->labels, &s->values->operand[i].value, n);
            return true;
        }
    return false;
}

static void speak_items(const struct speech *s, const struct feel_ast *n) {
    for (size_t i = 0; i < n->count; i++) {
        if (i)
            buf_adds(s->out, ", ");
        speak(s, n->item[i]);
    }
}

static void pair(const struct speech *s, const struct feel_ast *n, const char *between) {
    speak(s, n->a);
    buf_adds(s->out, between);
    speak(s, n->b);
}

static bool is_sum(const struct feel_ast *n) { return n->kind == AST_ARITH && (n->op == '+' || n->op == '-'); }

/* Products of sums need brackets. */
static void factor(const struct speech *s, const struct feel_ast *n, bool right_of_minus) {
    n = taken(s, n);
    bool brackets = is_sum(n) || n->kind == AST_IF || right_of_minus;
    if (brackets)
        buf_addc(s->out, '(');
    speak(s, n);
    if (brackets)
        buf_addc(s->out, ')');
}

static void arithmetic(const struct speech *s, const struct feel_ast *n) {
    const char *sign = n->op == '+' ? " + " : n->op == '-' ? " − " : n->op == '*' ? " × " : n->op == '/' ? " ÷ " : " ^ ";
    bool tight = !is_sum(n);
    if (tight)
        factor(s, n->a, false);
    else
        speak(s, n->a);
    buf_adds(s->out, sign);
    if (tight || n->op == '-')
        factor(s, n->b, n->op != '*' && n->b->kind == AST_ARITH);
    else
        speak(s, n->b);
}

/* "m in 成员", one a name; then what is asked of them. */
static void loop(const struct speech *s, const struct feel_ast *n) {
    const char *one = n->kind == AST_SOME ? "explain.any_in" : "explain.each_in";
    const char *all = n->kind == AST_FOR ? "explain.for" : n->kind == AST_SOME ? "explain.some" : "explain.every";
    struct bound here = {n, s->bound};
    BUF_AUTO each, body;
    buf_init(&each, 0);
    buf_init(&body, 0);
    for (size_t i = 0; i < n->count; i++) {
        BUF_AUTO list;
        buf_init(&list, 0);
        if (i)
            message_text(&each, s->l, "explain.or", NULL, 0);
        speak(&(struct speech){&list, s->l, s->labels, s->bound, s->values, s->names}, n->item[i]);
        EXPLAIN_SAY(&each, s->l, one, DIAG_SPAN("name", n->name[i]), DIAG_SPAN("list", buf_span(&list)));
    }
    speak(&(struct speech){&body, s->l, s->labels, &here, s->values, s->names}, n->a);
    EXPLAIN_SAY(s->out, s->l, all, DIAG_SPAN("each", buf_span(&each)), DIAG_SPAN("body", buf_span(&body)));
}

static bool is_bound(const struct bound *b, const struct feel_ast *n) {
    for (; n->kind == AST_NAME && b; b = b->outer)
        for (size_t i = 0; i < b->by->count; i++)
            if (span_eq(b->by->name[i], n->text))
                return true;
    return false;
}

/* 成员.收入 is 收入 to a reader; of a member that a name stands for, which one is said. */
static void path(const struct speech *s, const struct feel_ast *n) {
    if (is_bound(s->bound, n->a)) {
        buf_add(s->out, n->a->text);
        buf_addc(s->out, '.');
    }
    buf_add(s->out, dmn_label_of(s->labels, s->l, n->text));
}

static void joined(const struct speech *s, const struct feel_ast *n, const char *code) {
    BUF_AUTO word;
    buf_init(&word, 0);
    message_text(&word, s->l, code, NULL, 0);
    buf_addc(&word, ' ');
    speak(s, n->a);
    buf_addc(s->out, ' ');
    buf_add(s->out, buf_span(&word));
    speak(s, n->b);
}

static void choice(const struct speech *s, const struct feel_ast *n) {
    struct buf part[3];
    const struct feel_ast *tree[3] = {n->a, n->b, n->c};
    for (size_t i = 0; i < 3; i++) {
        buf_init(&part[i], 0);
        speak(&(struct speech){&part[i], s->l, s->labels, s->bound, s->values, s->names}, tree[i]);
    }
    EXPLAIN_SAY(s->out, s->l, "explain.if", DIAG_SPAN("condition", buf_span(&part[0])), DIAG_SPAN("then", buf_span(&part[1])),
        DIAG_SPAN("else", buf_span(&part[2])));
    for (size_t i = 0; i < 3; i++)
        buf_release(&part[i]);
}

static void range(const struct speech *s, const struct feel_ast *n) {
    buf_addc(s->out, n->op & 1 ? '[' : '(');
    pair(s, n, "..");
    buf_addc(s->out, n->op & 2 ? ']' : ')');
}

/* Functions of FEEL that formulas are made of, by what people call them. */
static const char *function_code(const struct feel_ast *n) {
    static const char *const NAME[][2] = {{"max", "explain.fn_max"}, {"min", "explain.fn_min"}, {"sum", "explain.fn_sum"}, {"count", "explain.fn_count"},
        {"floor", "explain.fn_floor"}, {"ceiling", "explain.fn_ceiling"}, {"abs", "explain.fn_abs"}, {"round half up", "explain.fn_round"},
        {"decimal", "explain.fn_round"}};
    for (size_t i = 0; n->a->kind == AST_NAME && i < ARRAY_LEN(NAME); i++)
        if (span_is(n->a->text, NAME[i][0]))
            return NAME[i][1];
    return NULL;
}

/* append(list, 0) is how a sum of nothing becomes 0. */
static const struct feel_ast *listed(const struct feel_ast *n) {
    bool padded = n->kind == AST_CALL && n->a->kind == AST_NAME && span_is(n->a->text, "append") && n->count == 2 &&
        n->item[1]->kind == AST_CONST && n->item[1]->value.kind == FEEL_NUMBER && dec_zero(n->item[1]->value.number);
    return padded ? n->item[0] : n;
}

/* The sum of what a loop over one list gives: what is asked of each needs no name for it. */
static bool sum_of(const struct speech *s, const struct feel_ast *n) {
    const struct feel_ast *each = n->count == 1 ? listed(n->item[0]) : NULL;
    while (each && each->kind == AST_COERCE)
        each = each->a;
    if (!each || each->kind != AST_FOR || each->count != 1 || n->a->kind != AST_NAME || !span_is(n->a->text, "sum"))
        return false;
    BUF_AUTO list, body;
    buf_init(&list, 0);
    buf_init(&body, 0);
    struct speech to_list = *s, to_body = *s;
    to_list.out = &list;
    to_body.out = &body;
    speak(&to_list, each->item[0]);
    factor(&to_body, each->a, false);
    EXPLAIN_SAY(s->out, s->l, "explain.fn_sum_of", DIAG_SPAN("list", buf_span(&list)), DIAG_SPAN("body", buf_span(&body)));
    return true;
}

static void call(const struct speech *s, const struct feel_ast *n) {
    const char *code = function_code(n);
    if (sum_of(s, n))
        return;
    if (code && n->count) {
        BUF_AUTO all;
        buf_init(&all, 0);
        struct speech inside = *s;
        inside.out = &all;
        for (size_t i = 0; i < n->count; i++) {
            if (i)
                message_text(&all, s->l, "explain.comma", NULL, 0);
            speak(&inside, n->count == 1 ? listed(n->item[i]) : n->item[i]);
        }
        EXPLAIN_SAY(s->out, s->l, code, DIAG_SPAN("list", buf_span(&all)));
        return;
    }
    speak(s, n->a);
    if (n->count > CALL_ARGUMENTS_TOLD) {
        buf_adds(s->out, "(…)");
        return;
    }
    buf_addc(s->out, '(');
    speak_items(s, n);
    buf_addc(s->out, ')');
}

/* A word as people say it; without labels the text is FEEL. */
static void constant(const struct speech *s, const struct feel_value *v) {
    if (s->labels && v->kind == FEEL_STRING)
        EXPLAIN_SAY(s->out, s->l, "explain.quoted", DIAG_SPAN("name", dmn_label_of(s->labels, s->l, v->string)));
    else
        feel_text(s->out, v, true);
}

static void speak(const struct speech *s, const struct feel_ast *n) {
    static const char *const SIGN[] = {" = ", " ≠ ", " < ", " ≤ ", " > ", " ≥ "};
    if (!n)
        return;
    n = taken(s, n);
    if (valued(s, n))
        return;
    switch (n->kind) {
    case AST_CONST: constant(s, &n->value); return;
    case AST_NAME: buf_add(s->out, is_bound(s->bound, n) ? n->text : dmn_label_of(s->labels, s->l, n->text)); return;
    case AST_PATH: path(s, n); return;
    case AST_INPUT: buf_addc(s->out, '?'); return;
    case AST_COERCE: speak(s, n->a); return;
    case AST_COMPARE: pair(s, n, SIGN[n->op]); return;
    case AST_TEST: buf_adds(s->out, SIGN[n->op] + 1); speak(s, n->a); return;
    case AST_ARITH: arithmetic(s, n); return;
    case AST_NEGATE: buf_adds(s->out, "−"); speak(s, n->a); return;
    case AST_AND: joined(s, n, "explain.and_word"); return;
    case AST_OR: joined(s, n, "explain.or_word"); return;
    case AST_RANGE: range(s, n); return;
    case AST_BETWEEN: pair(s, n, " between "); buf_adds(s->out, " and "); speak(s, n->c); return;
    case AST_IN: speak(s, n->a); buf_adds(s->out, " in ("); speak_items(s, n); buf_addc(s->out, ')'); return;
    case AST_TESTS: speak_items(s, n); return;
    case AST_CALL: call(s, n); return;
    case AST_LIST: buf_addc(s->out, '['); speak_items(s, n); buf_addc(s->out, ']'); return;
    case AST_FILTER: pair(s, n, "["); buf_addc(s->out, ']'); return;
    case AST_FOR: case AST_SOME: case AST_EVERY: loop(s, n); return;
    case AST_IF: choice(s, n); return;
    case AST_INSTANCE: speak(s, n->a); buf_adds(s->out, " instance of"); return;
    case AST_CONTEXT: buf_adds(s->out, "{…}"); return;
    case AST_FUNCTION: buf_adds(s->out, "function(…)"); return;
    case AST_EXTERN: buf_adds(s->out, "…"); return;
    }
}

void explain_expression(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct feel_ast *n) {
    struct speech s = {.out = out, .l = l, .labels = labels};
    speak(&s, n);
}

void explain_operands(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct dmn_formula *f, bool names) {
    struct speech s = {.out = out, .l = l, .labels = labels, .values = f, .names = names};
    speak(&s, f->ast);
}
