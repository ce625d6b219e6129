#include "civil/budget/factors.h"

#include "base/csv.h"
#include "base/vec.h"

#include <string.h>

enum { COLUMNS_BEFORE = 3 }; /* division, floor, cap */
#define VALUE_MAX 1000000000000000 /* 1e15: a value, a sum of 10,000 of them and a weight stay within 34 digits */

static enum status number_of(const struct csv *c, size_t column, struct dec *ret, struct diag *d) {
    char *column_name = arena_dup(c->arena, c->header[column]);
    if (!column_name)
        return arena_full(d);
    if (dec_parse(c->field[column], ret, NULL) != OK || dec_sign(*ret) < 0 || dec_cmp(*ret, dec_int(VALUE_MAX)) > 0)
        return diag_fail(d, E_INPUT, "factors.value", DIAG_N("line", c->line), DIAG_S("column", column_name), DIAG_S("text", c->field[column].at));
    return OK;
}

/* Yuan; an empty cell: none. */
static enum status amount_of(const struct csv *c, size_t column, int64_t none, int64_t *ret_fen, struct diag *d) {
    struct dec yuan;
    *ret_fen = none;
    if (c->field[column].size == 0)
        return OK;
    enum status s = number_of(c, column, &yuan, d);
    if (s == OK && dec_cmp(yuan, dec_from_fen(FACTOR_TOTAL_MAX_FEN)) > 0)
        s = diag_fail(d, E_INPUT, "factors.value", DIAG_N("line", c->line), DIAG_S("column", column == 1 ? "floor" : "cap"), DIAG_S("text", c->field[column].at));
    return s == OK ? dec_to_fen(yuan, ret_fen, d) : s;
}

static bool is_code(struct span s) {
    for (size_t i = 0; i < s.size; i++)
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
    return s.size == 2 || s.size == 4 || s.size == 6 || s.size == 9 || s.size == 12;
}

static enum status read_weights(struct csv *c, struct allocation *x, struct diag *d) {
    x->factor_count = c->columns - COLUMNS_BEFORE;
    x->factor = arena_array(c->arena, x->factor_count, sizeof *x->factor);
    if (!x->factor)
        return arena_full(d);
    for (size_t k = 0; k < x->factor_count; k++) {
        struct factor *f = &x->factor[k];
        if (!(f->name = arena_dup(c->arena, c->header[COLUMNS_BEFORE + k])))
            return arena_full(d);
        enum status s = number_of(c, COLUMNS_BEFORE + k, &f->weight, d);
        if (s != OK)
            return s;
        if (dec_sign(f->weight) == 0 || dec_cmp(f->weight, dec_int(1)) > 0)
            return diag_fail(d, E_INPUT, "factors.weight", DIAG_S("factor", f->name));
    }
    return OK;
}

static enum status read_row(struct csv *c, size_t factors, struct factor_row *ret, struct diag *d) {
    struct dec *value = arena_array(c->arena, factors, sizeof *value);
    *ret = (struct factor_row){.division = arena_dup(c->arena, c->field[0]), .value = value, .line = c->line};
    if (!value || !ret->division)
        return arena_full(d);
    if (!is_code(c->field[0]))
        return diag_fail(d, E_INPUT, "factors.division", DIAG_N("line", c->line), DIAG_S("text", ret->division));
    enum status s = amount_of(c, 1, 0, &ret->floor_fen, d);
    if (s == OK)
        s = amount_of(c, 2, FACTOR_NO_CAP, &ret->cap_fen, d);
    for (size_t k = 0; s == OK && k < factors; k++)
        s = number_of(c, COLUMNS_BEFORE + k, &value[k], d);
    return s;
}

static bool header_good(const struct csv *c) {
    return c->columns > COLUMNS_BEFORE && c->columns <= COLUMNS_BEFORE + FACTOR_MAX && span_is(c->header[0], "division") && span_is(c->header[1], "floor") && span_is(c->header[2], "cap");
}

enum status factors_read(struct arena *a, struct span text, struct allocation *ret, struct diag *d) {
    struct csv c;
    bool row = false;
    enum status s = csv_open(&c, a, text, NULL, d);
    if (s == OK && !header_good(&c))
        s = diag_fail(d, E_INPUT, "factors.header", DIAG_N("most", FACTOR_MAX));
    if (s == OK)
        s = csv_next(&c, &row, d);
    if (s == OK && (!row || !span_is(c.field[0], "weight")))
        s = diag_fail(d, E_INPUT, "factors.weight_row");
    if (s == OK)
        s = read_weights(&c, ret, d);
    for (size_t room = 0; s == OK && (s = csv_next(&c, &row, d)) == OK && row;) {
        if (ret->row_count == FACTOR_DIVISIONS_MAX)
            return diag_fail(d, E_INPUT, "factors.many", DIAG_N("most", FACTOR_DIVISIONS_MAX));
        if (ret->row_count == room) {
            struct factor_row *more = arena_array(a, room = room ? 2 * room : 32, sizeof *more);
            if (!more)
                return arena_full(d);
            if (ret->row_count)
                memcpy(more, ret->row, ret->row_count * sizeof *more);
            ret->row = more;
        }
        s = read_row(&c, ret->factor_count, &ret->row[ret->row_count], d);
        ret->row_count += s == OK;
    }
    return s;
}
