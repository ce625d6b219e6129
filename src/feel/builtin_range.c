/* Relations of points and ranges (10.3.4.8, table 78; Allen's interval algebra).
 * A point is the range [p..p]; one table of conditions serves all forms. */
#include "feel/builtin.h"

static bool as_range(const struct feel_value *v, struct feel_range *r) {
    if (v->kind == FEEL_RANGE) {
        *r = *v->range;
        return !feel_is_null(r->start) && !feel_is_null(r->end);
    }
    *r = (struct feel_range){*v, *v, true, true, false, false};
    return v->kind >= FEEL_NUMBER && v->kind <= FEEL_DT_DURATION;
}

static bool points(const struct feel_value *a) { return a->kind != FEEL_RANGE; }

/* Both as ranges; forms that the standard does not have are errors. */
static bool two(const struct feel_value *arg, struct feel_range *a, struct feel_range *b, bool *comparable) {
    bool ok = as_range(&arg[0], a) && as_range(&arg[1], b);
    *comparable = ok && feel_order(&a->start, &b->start) != 2 && feel_order(&a->end, &b->end) != 2 &&
        feel_order(&a->start, &b->end) != 2;
    return *comparable;
}

static bool wholly_before(const struct feel_range *a, const struct feel_range *b) {
    int o = feel_order(&a->end, &b->start);
    return o < 0 || (o == 0 && (!a->end_included || !b->start_included));
}
static bool starts_before(const struct feel_range *a, const struct feel_range *b) {
    int o = feel_order(&a->start, &b->start);
    return o < 0 || (o == 0 && a->start_included && !b->start_included);
}
static bool ends_after(const struct feel_range *a, const struct feel_range *b) {
    int o = feel_order(&a->end, &b->end);
    return o > 0 || (o == 0 && a->end_included && !b->end_included);
}
static bool same_start(const struct feel_range *a, const struct feel_range *b) {
    return feel_order(&a->start, &b->start) == 0 && a->start_included == b->start_included;
}
static bool same_end(const struct feel_range *a, const struct feel_range *b) {
    return feel_order(&a->end, &b->end) == 0 && a->end_included == b->end_included;
}
static bool covers(const struct feel_range *a, const struct feel_range *b) {
    return !starts_before(b, a) && !ends_after(b, a);
}
static bool touches(const struct feel_range *a, const struct feel_range *b) {
    return feel_order(&a->end, &b->start) == 0 && a->end_included && b->start_included;
}
static bool apart(const struct feel_range *a, const struct feel_range *b) {
    return wholly_before(a, b) || wholly_before(b, a);
}

#define RELATION(name, need_range_a, need_range_b, condition)                  \
    BUILTIN_FN(name) {                                                         \
        struct feel_range x, y, *a = &x, *b = &y;                              \
        bool comparable;                                                       \
        if (!two(arg, a, b, &comparable) || (need_range_a && points(&arg[0])) || \
            (need_range_b && points(&arg[1])))                                 \
            return feel_bad_argument(env, &arg[0]);                            \
        return feel_bool(condition);                                           \
    }

RELATION(before, false, false, wholly_before(a, b))
RELATION(after, false, false, wholly_before(b, a))
RELATION(meets, true, true, touches(a, b))
RELATION(met_by, true, true, touches(b, a))
RELATION(overlaps, true, true, !apart(a, b))
RELATION(overlaps_before, true, true, !apart(a, b) && starts_before(a, b) && !ends_after(a, b))
RELATION(overlaps_after, true, true, !apart(a, b) && starts_before(b, a) && !ends_after(b, a))
RELATION(finishes, false, true, same_end(a, b) && !starts_before(a, b))
RELATION(finished_by, true, false, same_end(a, b) && !starts_before(b, a))
RELATION(includes, true, false, covers(a, b))
RELATION(during, false, true, covers(b, a))
RELATION(starts, false, true, same_start(a, b) && !ends_after(a, b))
RELATION(started_by, true, false, same_start(a, b) && !ends_after(b, a))
RELATION(coincides, false, false, same_start(a, b) && same_end(a, b) && points(&arg[0]) == points(&arg[1]))

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
