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

/* range("[1..3]"): the text of a range whose ends are literals. */
BUILTIN_FN(range) {
    if (arg->kind != FEEL_STRING || arg->string.size > 1000)
        return feel_bad_argument(env, arg);
    struct feel_ast *ast;
    if (feel_parse(env->arena, NULL, arg->string, PARSE_EXPRESSION, &ast, NULL) != OK)
        return feel_bad_value(env);
    const struct feel_program *p;
    struct feel_value r;
    if ((ast->kind != AST_RANGE && ast->kind != AST_TEST) ||
        feel_compile_ast(env->arena, NULL, ast, env->where, &p, NULL) != OK ||
        feel_run(p, env, NULL, NULL, &r, NULL) != OK || r.kind != FEEL_RANGE)
        return env->status ? feel_null() : feel_bad_value(env);
    return r;
}
