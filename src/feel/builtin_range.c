/* Relations of points and ranges (10.3.4.8, tables 77 and 78; Allen's interval algebra).
 * A point is the range [p..p]; one table of conditions serves all forms.  An end that a
 * range does not have is null: a comparison with it is open, as FEEL's own is null, and
 * `and` and `or` may still decide without it (NO < OPEN < YES: the least and the greatest). */
#include "feel/builtin.h"

enum truth { NO, OPEN, YES };

static enum truth truth(bool b) { return b ? YES : NO; }
static enum truth both(enum truth a, enum truth b) { return a < b ? a : b; }
static enum truth either(enum truth a, enum truth b) { return a > b ? a : b; }

static enum truth less(const struct feel_value *a, const struct feel_value *b) {
    return feel_is_null(*a) || feel_is_null(*b) ? OPEN : truth(feel_order(a, b) < 0);
}
/* Two starts or two ends: both missing are the same, as null = null. */
static enum truth same(const struct feel_value *a, const struct feel_value *b) {
    if (feel_is_null(*a) || feel_is_null(*b))
        return truth(feel_is_null(*a) && feel_is_null(*b));
    return truth(feel_tie(a, b));
}
/* An end and a start: both missing lie at opposite sides. */
static enum truth meeting(const struct feel_value *end, const struct feel_value *start) {
    return feel_is_null(*end) && feel_is_null(*start) ? OPEN : same(end, start);
}

static bool points(const struct feel_value *a) { return a->kind != FEEL_RANGE; }

static bool as_range(const struct feel_value *v, struct feel_range *r) {
    if (!points(v)) {
        *r = *v->range;
        return !r->negated;
    }
    *r = (struct feel_range){*v, *v, true, true, false, false};
    return v->kind >= FEEL_NUMBER && v->kind <= FEEL_DT_DURATION;
}

static bool comparable(const struct feel_range *a, const struct feel_range *b) {
    const struct feel_value *x[2] = {&a->start, &a->end}, *y[2] = {&b->start, &b->end};
    for (int i = 0; i < 4; i++)
        if (!feel_is_null(*x[i / 2]) && !feel_is_null(*y[i % 2]) && feel_order(x[i / 2], y[i % 2]) == 2)
            return false;
    return true;
}

static enum truth wholly_before(const struct feel_range *a, const struct feel_range *b) {
    return either(less(&a->end, &b->start),
        both(truth(!a->end_included || !b->start_included), meeting(&a->end, &b->start)));
}
static enum truth touches(const struct feel_range *a, const struct feel_range *b) {
    return both(truth(a->end_included && b->start_included), meeting(&a->end, &b->start));
}
static enum truth reaches(const struct feel_range *a, const struct feel_range *b) {
    return either(less(&b->start, &a->end), touches(a, b));
}
static enum truth starts_before(const struct feel_range *a, const struct feel_range *b) {
    return either(less(&a->start, &b->start), both(truth(a->start_included && !b->start_included), same(&a->start, &b->start)));
}
static enum truth starts_by(const struct feel_range *a, const struct feel_range *b) {
    return either(less(&a->start, &b->start), both(truth(a->start_included || !b->start_included), same(&a->start, &b->start)));
}
static enum truth ends_by(const struct feel_range *a, const struct feel_range *b) {
    return either(less(&a->end, &b->end), both(truth(!a->end_included || b->end_included), same(&a->end, &b->end)));
}
static enum truth same_start(const struct feel_range *a, const struct feel_range *b) {
    return both(truth(a->start_included == b->start_included), same(&a->start, &b->start));
}
static enum truth same_end(const struct feel_range *a, const struct feel_range *b) {
    return both(truth(a->end_included == b->end_included), same(&a->end, &b->end));
}
static enum truth overlap(const struct feel_range *a, const struct feel_range *b) { return both(reaches(a, b), reaches(b, a)); }
static enum truth overlap_first(const struct feel_range *a, const struct feel_range *b) {
    return both(overlap(a, b), both(starts_before(a, b), ends_by(a, b)));
}
/* A point on an end that is included needs no other end. */
static enum truth covers(const struct feel_range *a, const struct feel_range *b, bool point) {
    enum truth within = both(starts_by(a, b), ends_by(b, a));
    return within == OPEN && point ? either(within, either(same_start(a, b), same_end(a, b))) : within;
}
static enum truth finish(const struct feel_range *a, const struct feel_range *b, bool point) {
    return both(same_end(a, b), point && feel_is_null(b->start) ? YES : starts_by(b, a));
}
static enum truth start(const struct feel_range *a, const struct feel_range *b, bool point) {
    return both(same_start(a, b), point && feel_is_null(b->end) ? YES : ends_by(a, b));
}

static struct feel_value answer(struct feel_env *env, enum truth t) {
    return t == OPEN ? feel_error(env, "feel.range_open", (struct span){0}) : feel_bool(t == YES);
}

/* Which of two arguments the relation cannot take; NULL: none. */
static const struct feel_value *refused(const struct feel_value *arg, bool need_range_a, bool need_range_b,
    struct feel_range *a, struct feel_range *b) {
    if (!as_range(&arg[0], a) || (need_range_a && points(&arg[0])))
        return &arg[0];
    return !as_range(&arg[1], b) || (need_range_b && points(&arg[1])) || !comparable(a, b) ? &arg[1] : NULL;
}

#define RELATION(name, need_range_a, need_range_b, condition)                  \
    BUILTIN_FN(name) {                                                         \
        struct feel_range x, y, *a = &x, *b = &y;                              \
        const struct feel_value *bad = refused(arg, need_range_a, need_range_b, a, b); \
        return bad ? feel_bad_argument(env, bad) : answer(env, condition);     \
    }

RELATION(before, false, false, wholly_before(a, b))
RELATION(after, false, false, wholly_before(b, a))
RELATION(meets, true, true, touches(a, b))
RELATION(met_by, true, true, touches(b, a))
RELATION(overlaps, true, true, overlap(a, b))
RELATION(overlaps_before, true, true, overlap_first(a, b))
RELATION(overlaps_after, true, true, overlap_first(b, a))
RELATION(finishes, false, true, finish(a, b, points(&arg[0])))
RELATION(finished_by, true, false, finish(b, a, points(&arg[1])))
RELATION(includes, true, false, covers(a, b, points(&arg[1])))
RELATION(during, false, true, covers(b, a, points(&arg[0])))
RELATION(starts, false, true, start(a, b, points(&arg[0])))
RELATION(started_by, true, false, start(b, a, points(&arg[1])))
/* two points or two ranges: table 78 has no mixed form */
RELATION(coincides, !points(&arg[1]), !points(&arg[0]), both(same_start(a, b), same_end(a, b)))

/* ---- range("[1..3]") ------------------------------------------------------------ */

/* An endpoint is a number, a string or a temporal literal, date("…") included. */
static bool is_literal(const struct feel_ast *n) {
    static const char *const makers[] = {"date", "time", "date and time", "duration"};
    if (n->kind == AST_CONST)
        return n->value.kind >= FEEL_NUMBER && n->value.kind <= FEEL_DT_DURATION;
    if (n->kind != AST_CALL || n->a->kind != AST_NAME || n->count != 1 || n->name || n->item[0]->kind != AST_CONST)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(makers); i++)
        if (span_is(n->a->text, makers[i]))
            return true;
    return false;
}

static bool endpoint(struct feel_env *env, struct span text, struct feel_value *ret) {
    struct feel_ast *ast;
    const struct feel_program *p;
    return feel_parse(env->arena, NULL, text, PARSE_EXPRESSION, &ast, NULL) == OK && is_literal(ast) &&
        feel_compile_ast(env->arena, NULL, ast, env->where, &p, NULL) == OK &&
        feel_run(p, env, NULL, NULL, ret, NULL) == OK && !feel_is_null(*ret);
}

static struct span trimmed(struct span s) {
    while (s.size && feel_blank(s.at[0]))
        s = (struct span){s.at + 1, s.size - 1};
    while (s.size && feel_blank(s.at[s.size - 1]))
        s.size--;
    return s;
}

/* The two dots outside of strings; NULL: none. */
static const char *dots(struct span s) {
    bool quoted = false;
    for (size_t i = 0; i + 1 < s.size; i++) {
        if (s.at[i] == '"' && !(i && s.at[i - 1] == '\\'))
            quoted = !quoted;
        if (!quoted && s.at[i] == '.' && s.at[i + 1] == '.')
            return s.at + i;
    }
    return NULL;
}

/* Rule 66: `[a..b]`, `(..b]`, `[a..)`; an end that is missing is an open one. */
BUILTIN_FN(range) {
    if (arg->kind != FEEL_STRING || arg->string.size > 1000)
        return feel_bad_argument(env, arg);
    struct span s = trimmed(arg->string);
    struct feel_range r = {0};
    const char *middle = dots(s);
    if (s.size < 4 || !middle || !strchr("[](", s.at[0]) || !strchr("[])", s.at[s.size - 1]))
        return feel_bad_value(env);
    struct span from = trimmed((struct span){s.at + 1, (size_t)(middle - s.at) - 1});
    struct span to = trimmed((struct span){middle + 2, s.size - (size_t)(middle + 3 - s.at)});
    bool closed_start = s.at[0] == '[', closed_end = s.at[s.size - 1] == ']';
    if ((from.size ? !endpoint(env, from, &r.start) : closed_start) ||
        (to.size ? !endpoint(env, to, &r.end) : closed_end) || (!from.size && !to.size))
        return env->status ? feel_null() : feel_bad_value(env);
    r.start_included = closed_start;
    r.end_included = closed_end;
    r.is_test = !from.size || !to.size; /* the same range as (<b) or (>=a) */
    if (!r.is_test && feel_order(&r.start, &r.end) > 0)
        return feel_bad_value(env);
    return feel_new_range(env, r);
}
