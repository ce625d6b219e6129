#include "civil/budget/factors.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Far below a fen and far above the 34th digit of a quotient: what differs there is the division's own rounding. */
enum { NOISE_DIGITS = 12 };

static int by_code(const void *a, const void *b) {
    const struct factor_row *const *x = a, *const *y = b;
    return strcmp((*x)->division, (*y)->division);
}

/* ---- what is given ------------------------------------------------------------------------ */

static enum status bad(struct diag *d, const struct factor_row *r, const char *code) {
    return diag_fail(d, E_INPUT, code, DIAG_N("line", r->line), DIAG_S("division", r->division));
}

static enum status check_rows(struct arena *a, const struct allocation *x, struct diag *d) {
    const struct factor_row **order = arena_array(a, x->row_count, sizeof *order);
    if (!order)
        return arena_full(d);
    __int128 floors = 0, caps = 0;
    for (size_t i = 0; i < x->row_count; i++) {
        const struct factor_row *r = order[i] = &x->row[i];
        if (r->floor_fen > r->cap_fen)
            return bad(d, r, "factors.bounds");
        if (r->floor_fen % x->unit_fen || (r->cap_fen != FACTOR_NO_CAP && r->cap_fen % x->unit_fen))
            return bad(d, r, "factors.units");
        floors += r->floor_fen;
        caps += r->cap_fen;
    }
    qsort(order, x->row_count, sizeof *order, by_code);
    for (size_t i = 1; i < x->row_count; i++)
        if (strcmp(order[i - 1]->division, order[i]->division) == 0)
            return bad(d, order[i - 1]->line > order[i]->line ? order[i - 1] : order[i], "factors.twice");
    if (floors > x->total_fen)
        return diag_fail(d, E_INPUT, "factors.floors");
    return caps < x->total_fen ? diag_fail(d, E_INPUT, "factors.caps") : OK;
}

static enum status check(struct arena *a, const struct allocation *x, struct diag *d) {
    struct dec weights = dec_int(0);
    if (x->total_fen <= 0 || x->total_fen > FACTOR_TOTAL_MAX_FEN || x->total_fen % x->unit_fen)
        return diag_fail(d, E_INPUT, "factors.total");
    if (x->row_count == 0)
        return diag_fail(d, E_INPUT, "factors.empty");
    for (size_t k = 0; k < x->factor_count; k++)
        weights = dec_add(weights, x->factor[k].weight);
    if (dec_cmp(weights, dec_int(1)) != 0) {
        char text[DEC_TEXT_MAX];
        dec_text_short(weights, text);
        return diag_fail(d, E_INPUT, "factors.weights", DIAG_S("sum", text));
    }
    return check_rows(a, x, d);
}

/* ---- shares ------------------------------------------------------------------------------- */

static enum status share(struct arena *a, struct allocation *x, struct diag *d) {
    struct dec *points = arena_array(a, x->row_count * x->factor_count, sizeof *points);
    if (!points)
        return arena_full(d);
    for (size_t k = 0; k < x->factor_count; k++) {
        struct factor *f = &x->factor[k];
        f->sum = dec_int(0);
        for (size_t i = 0; i < x->row_count; i++)
            f->sum = dec_add(f->sum, x->row[i].value[k]);
        if (dec_zero(f->sum))
            return diag_fail(d, E_INPUT, "factors.nobody", DIAG_S("factor", f->name));
    }
    for (size_t i = 0; i < x->row_count; i++) {
        struct factor_row *r = &x->row[i];
        r->points = points + i * x->factor_count;
        r->share = dec_int(0);
        for (size_t k = 0; k < x->factor_count; k++) {
            r->points[k] = dec_div(dec_mul(x->factor[k].weight, r->value[k]), x->factor[k].sum);
            r->share = dec_add(r->share, r->points[k]);
        }
    }
    return OK;
}

/* ---- rounds ------------------------------------------------------------------------------- */

/* What all who are free get of the rest; how far they are below their floors and above their caps altogether. */
static void give(struct allocation *x, const struct factor_round *g, struct dec *ret_below, struct dec *ret_above) {
    *ret_below = *ret_above = dec_int(0);
    for (size_t i = 0; i < x->row_count; i++) {
        struct factor_row *r = &x->row[i];
        if (r->held)
            continue;
        r->exact_fen = dec_zero(g->rest_share) ? dec_int(0) : dec_round(dec_div(dec_mul(g->rest_fen, r->share), g->rest_share), NOISE_DIGITS, DEC_HALF_EVEN);
        struct dec below = dec_sub(dec_int(r->floor_fen), r->exact_fen), above = dec_sub(r->exact_fen, dec_int(r->cap_fen));
        if (dec_sign(below) > 0)
            *ret_below = dec_add(*ret_below, below);
        if (dec_sign(above) > 0)
            *ret_above = dec_add(*ret_above, above);
    }
}

/* The larger of the two sums is held first: with more missing below than left above, the amount per share can only fall,
 * so who is below stays below (and the other way round); held once, nobody has to be freed again. */
static void hold(struct allocation *x, struct factor_round *g, int number, int sense) {
    for (size_t i = 0; i < x->row_count; i++) {
        struct factor_row *r = &x->row[i];
        if (r->held)
            continue;
        if (sense <= 0 && dec_cmp(r->exact_fen, dec_int(r->floor_fen)) < 0) {
            r->held = -number;
            r->exact_fen = dec_int(r->floor_fen);
            g->at_floor++;
        } else if (sense >= 0 && dec_cmp(r->exact_fen, dec_int(r->cap_fen)) > 0) {
            r->held = number;
            r->exact_fen = dec_int(r->cap_fen);
            g->at_cap++;
        }
    }
}

static struct factor_round begin(const struct allocation *x) {
    struct factor_round g = {.rest_fen = dec_int(x->total_fen), .rest_share = dec_int(0)};
    for (size_t i = 0; i < x->row_count; i++)
        if (x->row[i].held) {
            g.rest_fen = dec_sub(g.rest_fen, x->row[i].exact_fen);
        } else {
            g.rest_share = dec_add(g.rest_share, x->row[i].share);
            g.free++;
        }
    return g;
}

static enum status rounds(struct arena *a, struct allocation *x, struct diag *d) {
    x->round = arena_array(a, x->row_count + 1, sizeof *x->round); /* each but the last holds somebody */
    if (!x->round)
        return arena_full(d);
    for (x->round_count = 0;;) {
        struct factor_round *g = &x->round[x->round_count++];
        struct dec below, above;
        *g = begin(x);
        if (dec_zero(g->rest_share) && dec_sign(g->rest_fen) > 0) /* everybody with a share is at the cap */
            return diag_fail(d, E_INPUT, "factors.shares");
        give(x, g, &below, &above);
        if (dec_zero(below) && dec_zero(above))
            return OK;
        hold(x, g, (int)x->round_count, dec_cmp(above, below));
    }
}

/* ---- whole units -------------------------------------------------------------------------- */

static struct dec remainder_of(const struct factor_row *r) { return dec_sub(r->exact_fen, dec_int(r->amount_fen)); }

static int by_remainder(const void *a, const void *b) {
    const struct factor_row *const *x = a, *const *y = b;
    int c = dec_cmp(remainder_of(*y), remainder_of(*x));
    return c ? c : by_code(a, b);
}

static enum status whole_units(struct arena *a, struct allocation *x, struct diag *d) {
    struct factor_row **order = arena_array(a, x->row_count, sizeof *order);
    if (!order)
        return arena_full(d);
    int64_t left = x->total_fen;
    for (size_t i = 0; i < x->row_count; i++) {
        struct factor_row *r = order[i] = &x->row[i];
        int64_t units;
        enum status s = dec_to_int(dec_round(dec_div(r->exact_fen, dec_int(x->unit_fen)), 0, DEC_FLOOR), &units, d);
        if (s != OK)
            return s;
        r->amount_fen = units * x->unit_fen;
        left -= r->amount_fen;
    }
    qsort(order, x->row_count, sizeof *order, by_remainder);
    x->units_left = left / x->unit_fen;
    assert(left >= 0 && x->units_left <= (int64_t)x->row_count);
    for (int64_t i = 0; i < x->units_left; i++) {
        order[i]->amount_fen += x->unit_fen;
        order[i]->extra = true;
    }
    return OK;
}

enum status factors_allocate(struct arena *a, struct allocation *x, struct diag *d) {
    enum status s = check(a, x, d);
    if (s == OK)
        s = share(a, x, d);
    if (s == OK)
        s = rounds(a, x, d);
    return s == OK ? whole_units(a, x, d) : s;
}

/* ---- API Allocation ----------------------------------------------------------------------- */

static void number(struct json_writer *w, const char *key, struct dec n, int scale) {
    char text[DEC_TEXT_MAX];
    dec_text_short(dec_round(n, scale, DEC_HALF_EVEN), text);
    json_kstring(w, key, text);
}

enum { SHARE_DIGITS = 8 /* a capital's sum of 10^13 fen shows to the last 10 yuan */ };

static void row_json(const struct allocation *x, const struct factor_row *r, struct json_writer *w) {
    json_object(w);
    json_kstring(w, "division", r->division);
    json_key(w, "factors");
    json_array(w);
    for (size_t k = 0; k < x->factor_count; k++) {
        json_object(w);
        number(w, "value", r->value[k], SHARE_DIGITS);
        number(w, "points", r->points[k], SHARE_DIGITS);
        json_object_end(w);
    }
    json_array_end(w);
    number(w, "share", r->share, SHARE_DIGITS);
    json_kint(w, "floor_fen", r->floor_fen);
    json_key(w, "cap_fen");
    if (r->cap_fen == FACTOR_NO_CAP)
        json_nothing(w);
    else
        json_int64(w, r->cap_fen);
    json_kstring(w, "held", r->held < 0 ? "floor" : r->held > 0 ? "cap" : "free");
    json_kint(w, "round", abs(r->held));
    number(w, "exact_fen", r->exact_fen, 2);
    json_kbool(w, "extra", r->extra);
    json_kint(w, "amount_fen", r->amount_fen);
    json_object_end(w);
}

void factors_json(const struct allocation *x, struct json_writer *w) {
    json_object(w);
    json_kint(w, "total_fen", x->total_fen);
    json_kint(w, "unit_fen", x->unit_fen);
    json_key(w, "factors");
    json_array(w);
    for (size_t k = 0; k < x->factor_count; k++) {
        json_object(w);
        json_kstring(w, "name", x->factor[k].name);
        number(w, "weight", x->factor[k].weight, SHARE_DIGITS);
        number(w, "sum", x->factor[k].sum, SHARE_DIGITS);
        json_object_end(w);
    }
    json_array_end(w);
    json_key(w, "rounds");
    json_array(w);
    for (size_t i = 0; i < x->round_count; i++) {
        const struct factor_round *g = &x->round[i];
        json_object(w);
        number(w, "rest_fen", g->rest_fen, 2);
        number(w, "rest_share", g->rest_share, SHARE_DIGITS);
        json_kint(w, "free", (int64_t)g->free);
        json_kint(w, "at_floor", (int64_t)g->at_floor);
        json_kint(w, "at_cap", (int64_t)g->at_cap);
        json_object_end(w);
    }
    json_array_end(w);
    json_kint(w, "units_left", x->units_left);
    json_key(w, "divisions");
    json_array(w);
    for (size_t i = 0; i < x->row_count; i++)
        row_json(x, &x->row[i], w);
    json_array_end(w);
    json_object_end(w);
}
