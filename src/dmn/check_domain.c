/* The values a column's expression can have: count(a) is a number of things, a.month one of twelve. */
#include "dmn/check_table.h"
#include "dmn/check_type.h"

enum { DEEP = 40 };

struct whole_numbers { const char *name; bool has_low, has_high; int64_t low, high; };

static struct check_domain of_row(const struct whole_numbers *w) {
    return (struct check_domain){.integer = true, .has_low = w->has_low, .has_high = w->has_high, .low = w->low, .high = w->high};
}

static bool find_row(const struct whole_numbers *w, size_t n, struct span name, struct check_domain *ret) {
    for (size_t i = 0; i < n; i++)
        if (span_is(name, w[i].name)) {
            *ret = of_row(&w[i]);
            return true;
        }
    return false;
}

/* Tables 65 and 66 of DMN 1.5. */
static bool property(const struct feel_type *of, struct span name, struct check_domain *ret) {
    static const struct whole_numbers moment[] = {{.name = "year"}, {"month", true, true, 1, 12}, {"day", true, true, 1, 31},
        {"weekday", true, true, 1, 7}, {"hour", true, true, 0, 23}, {"minute", true, true, 0, 59}};
    static const struct whole_numbers duration[] = {{.name = "years"}, {"months", true, true, -11, 11}, {.name = "days"},
        {"hours", true, true, -23, 23}, {"minutes", true, true, -59, 59}};
    enum feel_type_kind kind = of ? of->kind : FEEL_TYPE_ANY;
    if ((kind == FEEL_TYPE_TIME || kind == FEEL_TYPE_DATE_TIME) && span_is(name, "second")) {
        *ret = (struct check_domain){.has_low = true, .has_high = true, .high = 60, .below_high = true};
        return true;
    }
    if (kind == FEEL_TYPE_DT_DURATION && span_is(name, "seconds")) {
        *ret = (struct check_domain){.has_low = true, .has_high = true, .low = -60, .high = 60, .above_low = true, .below_high = true};
        return true;
    }
    switch (kind) {
    case FEEL_TYPE_DATE: case FEEL_TYPE_TIME: case FEEL_TYPE_DATE_TIME: return find_row(moment, ARRAY_LEN(moment), name, ret);
    case FEEL_TYPE_YM_DURATION: case FEEL_TYPE_DT_DURATION: return find_row(duration, ARRAY_LEN(duration), name, ret);
    default: return false;
    }
}

static bool scale_is_zero(struct checker *c, const struct feel_ast *call) {
    struct feel_value v;
    return call->count == 1 || (call->count == 2 && !call->name && call->item[1] && check_constant_value(c, call->item[1], &v) &&
        v.kind == FEEL_NUMBER && dec_zero(v.number));
}

static bool number(struct checker *c, const struct feel_ast *n, struct check_domain *ret, int depth);

/* What is left has the divisor's sign and is nearer to zero. */
static bool remainder_of(struct checker *c, const struct feel_ast *n, struct check_domain *ret, int depth) {
    struct check_domain dividend = {0};
    struct feel_value v;
    int64_t by;
    if (n->count != 2 || n->name || !check_constant_value(c, n->item[1], &v) || v.kind != FEEL_NUMBER || dec_zero(v.number) ||
        dec_to_int(v.number, &by, NULL) != OK)
        return false;
    bool whole = number(c, n->item[0], &dividend, depth + 1) && dividend.integer;
    *ret = (struct check_domain){.integer = whole, .has_low = true, .has_high = true, .low = by < 0 ? by : 0, .high = by < 0 ? 0 : by,
        .above_low = by < 0, .below_high = by > 0};
    return true;
}

static bool words(struct checker *c, const char *const *word, size_t n, struct check_domain *ret) {
    for (size_t i = 0; i < n; i++) {
        struct feel_value *slot = vec_push_in(c->arena, &ret->value);
        if (!slot)
            return c->full = true, false;
        *slot = feel_string(span_of(word[i]));
    }
    return true;
}

static bool hidden(const struct checker *c, const struct feel_ast *function) {
    return function->kind != AST_NAME || (c->element && feel_scope_find(c->element->scope, function->text));
}

/* The two functions that give one of some texts (10.3.4.11). */
static bool text_call(struct checker *c, const struct feel_ast *n, struct check_domain *ret) {
    static const char *const days[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
    static const char *const months[] = {"January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December"};
    if (n->kind != AST_CALL || hidden(c, n->a))
        return false;
    if (span_is(n->a->text, "day of week"))
        return words(c, days, ARRAY_LEN(days), ret);
    return span_is(n->a->text, "month of year") && words(c, months, ARRAY_LEN(months), ret);
}

static bool call(struct checker *c, const struct feel_ast *n, struct check_domain *ret, int depth) {
    static const struct whole_numbers of_whole[] = {{"count", true, false, 0, 0}, {"string length", true, false, 0, 0},
        {"day of year", true, true, 1, 366}, {"week of year", true, true, 1, 53}};
    static const char *const rounding[] = {"floor", "ceiling", "round up", "round down", "round half up", "round half down", "decimal"};
    if (hidden(c, n->a))
        return false; /* by a name of the model */
    if (span_is(n->a->text, "modulo"))
        return remainder_of(c, n, ret, depth);
    if (find_row(of_whole, ARRAY_LEN(of_whole), n->a->text, ret))
        return true;
    if (span_is(n->a->text, "abs")) {
        *ret = (struct check_domain){.has_low = true};
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(rounding); i++)
        if (span_is(n->a->text, rounding[i]) && scale_is_zero(c, n)) {
            *ret = (struct check_domain){.integer = true};
            return true;
        }
    return false;
}

/* The constants that an if gives, each branch one; false: another expression. */
static bool branches(struct checker *c, const struct feel_ast *n, enum feel_kind kind, struct check_domain *ret, int depth) {
    struct feel_value v;
    if (!n || depth > DEEP)
        return false;
    if (n->kind == AST_IF)
        return branches(c, n->b, kind, ret, depth + 1) && branches(c, n->c, kind, ret, depth + 1);
    if (!check_constant_value(c, n, &v) || (v.kind != (uint8_t)kind && !feel_is_null(v)))
        return false;
    struct feel_value *slot = feel_is_null(v) ? NULL : vec_push_in(c->arena, &ret->value);
    if (slot)
        *slot = v;
    else if (!feel_is_null(v))
        c->full = true;
    return true;
}

/* Sums, differences and products of whole numbers are whole. */
static bool arithmetic(struct checker *c, const struct feel_ast *n, struct check_domain *ret, int depth) {
    struct check_domain a, b;
    if ((n->op != '+' && n->op != '-' && n->op != '*') || !number(c, n->a, &a, depth + 1) || !number(c, n->b, &b, depth + 1) ||
        !a.integer || !b.integer)
        return false;
    bool counts = n->op != '-' && a.has_low && b.has_low && a.low >= 0 && b.low >= 0;
    *ret = (struct check_domain){.integer = true, .has_low = counts};
    return true;
}

static bool number(struct checker *c, const struct feel_ast *n, struct check_domain *ret, int depth) {
    if (!n || depth > DEEP)
        return false;
    switch (n->kind) {
    case AST_CONST:
        *ret = (struct check_domain){.integer = true, .has_low = n->value.kind == FEEL_NUMBER && dec_sign(n->value.number) >= 0};
        return n->value.kind == FEEL_NUMBER && dec_is_int(n->value.number);
    case AST_PATH: return property(dmn_check_input_type(c, n->a), n->text, ret);
    case AST_CALL: return call(c, n, ret, depth);
    case AST_ARITH: return arithmetic(c, n, ret, depth);
    default: return false;
    }
}

struct check_domain check_domain_of(struct checker *c, const struct feel_ast *input, enum feel_kind kind) {
    struct check_domain d = {0}, none = {0};
    if (!input || !kind)
        return none;
    if (branches(c, input, kind, &d, 0)) /* of a constant, that one */
        return d;
    if (input->kind == AST_IF)
        return none;
    if (kind == FEEL_STRING)
        return text_call(c, input, &d) ? d : none;
    return kind == FEEL_NUMBER && number(c, input, &d, 0) ? d : none;
}

bool check_domain_limits(const struct check_domain *d) { return d->integer || d->has_low || d->has_high || d->value.size; }

bool check_domain_admits(const struct check_domain *d, const struct feel_value *v) {
    bool listed = !d->value.size;
    for (size_t i = 0; i < d->value.size && !listed; i++)
        listed = feel_same(&d->value.at[i], v);
    if (v->kind != FEEL_NUMBER)
        return listed;
    return listed && (!d->integer || dec_is_int(v->number)) && (!d->has_low || dec_cmp(v->number, dec_int(d->low)) >= d->above_low) &&
        (!d->has_high || dec_cmp(v->number, dec_int(d->high)) <= -d->below_high);
}

bool check_domain_between(const struct check_domain *d, const struct feel_value *a, const struct feel_value *b, struct feel_value *ret) {
    if (!check_value_between(a, b, ret))
        return false;
    if (!d->integer || ret->kind != FEEL_NUMBER || dec_is_int(ret->number))
        return true;
    struct dec down = dec_round(ret->number, 0, DEC_FLOOR), up = dec_round(ret->number, 0, DEC_CEILING);
    ret->number = !a || dec_cmp(a->number, down) < 0 ? down : up;
    return (!a || dec_cmp(a->number, ret->number) < 0) && (!b || dec_cmp(ret->number, b->number) < 0);
}
