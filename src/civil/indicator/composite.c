#include "civil/indicator/composite.h"

#include "base/csv.h"
#include "base/vec.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>

#define COMPOSITE_COLUMNS "index,index_zh,index_en,part,part_zh,part_en,group_zh,group_en,series,weight,better,low,high"
enum { POINTS = 100, POINT_DIGITS = 2 };

/* ---- the file ------------------------------------------------------------------------------ */

static const char *cell(const struct csv *c, const char *name) { return c->field[csv_column(c, name)].at; }

/* The unit of the series; NULL: there is no such series. */
static const char *unit_of(const struct plans *p, const char *series) {
    static const char prefix[] = "definition:";
    if (strncmp(series, prefix, sizeof prefix - 1) != 0) {
        const struct indicator *i = plans_indicator(p, series);
        return i ? i->unit : NULL;
    }
    for (size_t i = 0; i < p->definition_count; i++)
        if (strcmp(p->definition[i].key, series + sizeof prefix - 1) == 0)
            return p->definition[i].unit;
    return NULL;
}

static bool part_read(const struct csv *c, const struct plans *p, const struct composite_part *before, size_t n, struct composite_part *x) {
    const char *low = cell(c, "low"), *high = cell(c, "high"), *better = cell(c, "better");
    *x = (struct composite_part){.index = cell(c, "index"), .index_name = cell(c, "index_zh"), .index_name_en = cell(c, "index_en"), .key = cell(c, "part"),
        .name = cell(c, "part_zh"), .name_en = cell(c, "part_en"), .group = cell(c, "group_zh"), .group_en = cell(c, "group_en"), .series = cell(c, "series"),
        .unit = unit_of(p, cell(c, "series")), .down = strcmp(better, "down") == 0, .bounded = *low};
    size_t same = 0;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(before[i].index, x->index) != 0)
            continue;
        if (same++ == 0)
            x->index_name = before[i].index_name, x->index_name_en = before[i].index_name_en;
        if (strcmp(before[i].key, x->key) == 0 || strcmp(before[n - 1].index, x->index) != 0)
            return false; /* twice, or its rows do not stand together */
    }
    bool numbers = dec_parse(span_of(cell(c, "weight")), &x->weight, NULL) == OK && dec_sign(x->weight) > 0;
    if (x->bounded)
        numbers = numbers && dec_parse(span_of(low), &x->low, NULL) == OK && dec_parse(span_of(high), &x->high, NULL) == OK && dec_cmp(x->low, x->high) < 0;
    return numbers && *x->index && *x->index_name && *x->index_name_en && *x->key && *x->name && *x->name_en && *x->group && *x->group_en && x->unit && same < COMPOSITE_PARTS_MAX &&
        !*low == !*high && (x->down || strcmp(better, "up") == 0);
}

enum status composites_read(struct arena *a, struct span text, const struct plans *p, const struct composite_part **ret, size_t *ret_n, struct diag *d) {
    struct csv c;
    VEC(struct composite_part) list = {0};
    bool more = true;
    enum status s = csv_open(&c, a, text, COMPOSITE_COLUMNS, d);
    while (s == OK && (s = csv_next(&c, &more, d)) == OK && more) {
        struct composite_part *x = vec_push_in(a, &list);
        if (!x)
            return arena_full(d);
        if (!part_read(&c, p, list.at, list.size - 1, x))
            s = diag_fail(d, E_INPUT, "plan.file", DIAG_S("file", "indexes.csv"), DIAG_N("line", c.line));
    }
    *ret = list.at;
    *ret_n = list.size;
    return s;
}

/* ---- points and ranks ---------------------------------------------------------------------- */

static struct dec points_of(const struct composite_part *p, struct dec value, struct dec low, struct dec high) {
    if (dec_cmp(low, high) >= 0)
        return dec_int(POINTS);
    struct dec x = dec_div(dec_mul(dec_int(POINTS), p->down ? dec_sub(high, value) : dec_sub(value, low)), dec_sub(high, low));
    return dec_sign(x) < 0 ? dec_int(0) : dec_cmp(x, dec_int(POINTS)) > 0 ? dec_int(POINTS) : x;
}

static void points(struct composite *x, size_t k) {
    struct dec low = x->part[k].low, high = x->part[k].high;
    for (size_t i = 0; i < x->rows && !x->part[k].bounded; i++) {
        struct dec v = x->row[i].cell[k].value;
        low = !i || dec_cmp(v, low) < 0 ? v : low;
        high = !i || dec_cmp(v, high) > 0 ? v : high;
    }
    for (size_t i = 0; i < x->rows; i++)
        x->row[i].cell[k].points = points_of(&x->part[k], x->row[i].cell[k].value, low, high);
}

/* Scores by these weights; ranks into `rank`: equal scores share the better one. */
static bool ranks(const struct composite *x, const struct dec *weight, struct dec *score, int *rank) {
    struct dec sum = dec_int(0);
    for (size_t k = 0; k < x->parts; k++)
        if (x->used[k])
            sum = dec_add(sum, weight[k]);
    if (dec_sign(sum) <= 0)
        return false;
    for (size_t i = 0; i < x->rows; i++) {
        score[i] = dec_int(0);
        for (size_t k = 0; k < x->parts; k++)
            if (x->used[k])
                score[i] = dec_add(score[i], dec_mul(weight[k], x->row[i].cell[k].points));
        score[i] = dec_div(score[i], sum);
    }
    for (size_t i = 0; i < x->rows; i++) {
        rank[i] = 1;
        for (size_t j = 0; j < x->rows; j++)
            rank[i] += dec_cmp(score[j], score[i]) > 0;
    }
    return true;
}

/* One weight up and down by the spread: who changes places. */
static void shake(struct composite *x, size_t k, struct dec *weight, struct dec *score, int *rank) {
    struct dec was = weight[k], step = dec_div(dec_mul(was, dec_int(x->spread)), dec_int(100));
    for (int up = 0; up < 2; up++) {
        int moved = 0;
        weight[k] = up ? dec_add(was, step) : dec_sub(was, step);
        if (!ranks(x, weight, score, rank))
            continue; /* it alone counted, and went to nothing */
        for (size_t i = 0; i < x->rows; i++) {
            struct composite_row *r = &x->row[i];
            moved += rank[i] != r->rank;
            r->best = rank[i] < r->best ? rank[i] : r->best;
            r->worst = rank[i] > r->worst ? rank[i] : r->worst;
        }
        x->moves[k] = moved > x->moves[k] ? moved : x->moves[k];
    }
    weight[k] = was;
}

static int by_rank(const void *a, const void *b) {
    const struct composite_row *x = a, *y = b;
    return x->rank != y->rank ? (x->rank > y->rank) - (x->rank < y->rank) : strcmp(x->division, y->division);
}

enum status composite_rank(struct arena *a, struct composite *x, struct diag *d) {
    struct dec *score = ARENA_ARRAY(a, x->rows + 1, struct dec);
    int *rank = ARENA_ARRAY(a, x->rows + 1, int);
    x->used = ARENA_ARRAY(a, x->parts + 1, bool);
    x->moves = ARENA_ARRAY(a, x->parts + 1, int);
    x->without = ARENA_ARRAY(a, x->parts + 1, size_t);
    if (!score || !rank || !x->used || !x->moves || !x->without)
        return arena_full(d);
    for (size_t k = 0; k < x->parts; k++) {
        for (size_t i = 0; i < x->rows; i++)
            x->without[k] += !x->row[i].cell[k].has;
        x->used[k] = x->rows && !x->without[k] && dec_sign(x->weight[k]) > 0;
        if (x->used[k])
            points(x, k);
    }
    if (!ranks(x, x->weight, score, rank))
        return OK; /* nothing that all of them have: no ranks */
    for (size_t i = 0; i < x->rows; i++) {
        struct composite_row *r = &x->row[i];
        r->score = score[i];
        r->rank = r->best = r->worst = rank[i];
    }
    for (size_t k = 0; k < x->parts; k++)
        if (x->used[k])
            shake(x, k, x->weight, score, rank);
    qsort(x->row, x->rows, sizeof *x->row, by_rank);
    return OK;
}

/* ---- from the store ------------------------------------------------------------------------- */

static enum status wrong_weights(const char *where, struct diag *d) {
    diag_at(d, "weights");
    return diag_fail(d, E_INPUT, "composite.weights", DIAG_S("text", where));
}

/* "part=2 other=0.5" over what the file says. */
static enum status weights_read(struct arena *a, const char *text, struct composite *x, struct diag *d) {
    for (size_t k = 0; k < x->parts; k++)
        x->weight[k] = x->part[k].weight;
    for (const char *at = text ? text : ""; *at;) {
        size_t n = strcspn(at, " ");
        char *pair = arena_dup(a, span_bytes(at, n)), *value = pair ? strchr(pair, '=') : NULL;
        struct dec weight = dec_int(0);
        size_t k = 0;
        if (!pair)
            return arena_full(d);
        if (value)
            *value++ = '\0';
        while (k < x->parts && strcmp(x->part[k].key, pair) != 0)
            k++;
        if (!value || k == x->parts || dec_parse(span_of(value), &weight, NULL) != OK || dec_sign(weight) < 0 || dec_cmp(weight, dec_int(1000000)) > 0)
            return wrong_weights(pair, d);
        x->weight[k] = weight;
        at += n + strspn(at + n, " ");
    }
    return OK;
}

static enum status divisions_read(struct civil *c, struct txn *t, struct arena *a, struct composite *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    VEC(struct composite_row) list = {0};
    char district[24];
    bool row = false;
    snprintf(district, sizeof district, "%lld", (long long)c->district);
    enum status s = sql_query(t, &r, d, "SELECT code, name FROM division WHERE parent = ? ORDER BY code", SQL_S(district));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct composite_row *one = vec_push_in(a, &list);
        if (!one)
            return arena_full(d);
        *one = (struct composite_row){.division = rows_dup(r, 0, a), .name = rows_dup(r, 1, a), .cell = ARENA_ARRAY(a, x->parts + 1, struct composite_cell)};
        if (!one->division || !one->name || !one->cell)
            return arena_full(d);
    }
    x->row = list.at;
    x->rows = list.size;
    return s;
}

/* The latest computed value; an imported one where nothing was computed. */
static void values(struct composite *x, const struct observed *o, size_t n) {
    for (size_t i = 0; i < x->rows; i++)
        for (size_t k = 0; k < x->parts; k++)
            for (size_t j = 0; j < n; j++) {
                struct composite_cell *to = &x->row[i].cell[k];
                if (strcmp(o[j].o.key, x->part[k].series) != 0 || strcmp(o[j].o.division, x->row[i].division) != 0)
                    continue;
                bool computed = strcmp(o[j].source, "computed") == 0, had = to->has && strcmp(to->source, "computed") == 0;
                if (!to->has || (computed && !had) || (computed == had && o[j].o.day >= to->day))
                    *to = (struct composite_cell){.has = true, .value = o[j].o.value, .day = o[j].o.day, .source = o[j].source};
            }
}

static void only_known(struct composite *x) {
    size_t kept = 0;
    for (size_t i = 0; i < x->rows; i++) {
        bool any = false;
        for (size_t k = 0; k < x->parts; k++)
            any = any || x->row[i].cell[k].has;
        if (any)
            x->row[kept++] = x->row[i];
    }
    x->rows = kept;
}

enum status composite_read(struct civil *c, struct txn *t, struct arena *a, const struct plans *p, const struct composite_query *q, struct composite *ret, struct diag *d) {
    char district[24];
    struct observed *o = NULL;
    size_t n = 0, first = 0;
    *ret = (struct composite){.as_of = q->as_of, .spread = q->spread};
    while (first < p->composite_count && strcmp(p->composite[first].index, q->index) != 0)
        first++;
    ret->part = p->composite + first;
    while (first + ret->parts < p->composite_count && strcmp(p->composite[first + ret->parts].index, q->index) == 0)
        ret->parts++;
    if (!ret->parts)
        return diag_fail(d, E_NOT_FOUND, "composite.none", DIAG_S("index", q->index));
    if (q->spread < 0 || q->spread > COMPOSITE_SPREAD_MAX)
        return diag_at(d, "spread"), diag_fail(d, E_INPUT, "composite.spread");
    if (!(ret->weight = ARENA_ARRAY(a, ret->parts, struct dec)))
        return arena_full(d);
    snprintf(district, sizeof district, "%lld", (long long)c->district);
    enum status s = weights_read(a, q->weights, ret, d);
    if (s == OK)
        s = divisions_read(c, t, a, ret, d);
    if (s == OK)
        s = observations_load(c, t, a, district, q->as_of, &o, &n, d);
    if (s != OK)
        return s;
    values(ret, o, n);
    only_known(ret);
    return composite_rank(a, ret, d);
}

/* ---- told --------------------------------------------------------------------------------------- */

static void number(struct json_writer *w, const char *key, bool has, struct dec value, int digits) {
    json_key(w, key);
    if (has)
        json_decimal(w, dec_round(value, digits, DEC_HALF_UP));
    else
        json_nothing(w);
}

static void part_json(const struct composite *x, size_t k, struct dec sum, struct json_writer *w) {
    const struct composite_part *p = &x->part[k];
    json_object(w);
    json_kstring(w, "key", p->key);
    json_kboth(w, "name", p->name, p->name_en);
    json_kboth(w, "group", p->group, p->group_en);
    json_kstring(w, "unit", p->unit);
    json_kstring(w, "series", p->series);
    json_kstring(w, "better", p->down ? "down" : "up");
    number(w, "weight", true, x->weight[k], 6);
    number(w, "share", x->used[k], x->used[k] ? dec_div(dec_mul(dec_int(100), x->weight[k]), sum) : dec_int(0), POINT_DIGITS);
    number(w, "low", p->bounded, p->low, 6);
    number(w, "high", p->bounded, p->high, 6);
    json_kbool(w, "used", x->used[k]);
    json_kint(w, "without", (int64_t)x->without[k]);
    json_kint(w, "moves", x->moves[k]);
    json_object_end(w);
}

static void row_json(const struct composite *x, const struct composite_row *r, struct json_writer *w) {
    json_object(w);
    json_kstring(w, "code", r->division);
    json_kstring(w, "name", r->name);
    number(w, "score", r->rank > 0, r->score, POINT_DIGITS);
    json_kint(w, "rank", r->rank);
    json_kint(w, "best", r->best);
    json_kint(w, "worst", r->worst);
    json_key(w, "cells");
    json_array(w);
    for (size_t k = 0; k < x->parts; k++) {
        const struct composite_cell *c = &r->cell[k];
        json_object(w);
        number(w, "value", c->has, c->value, 6);
        number(w, "points", c->has && x->used[k], c->points, POINT_DIGITS);
        json_key(w, "day");
        if (c->has) {
            char day[DATE_TEXT_MAX];
            date_text(c->day, day);
            json_string(w, day);
        } else
            json_nothing(w);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
}

void composite_json(const struct composite *x, struct json_writer *w) {
    struct dec sum = dec_int(0);
    for (size_t k = 0; k < x->parts; k++)
        sum = x->used[k] ? dec_add(sum, x->weight[k]) : sum;
    json_object(w);
    json_kstring(w, "index", x->part->index);
    json_kboth(w, "name", x->part->index_name, x->part->index_name_en);
    json_kdate(w, "as_of", x->as_of);
    json_kint(w, "spread", x->spread);
    json_key(w, "parts");
    json_array(w);
    for (size_t k = 0; k < x->parts; k++)
        part_json(x, k, sum, w);
    json_array_end(w);
    json_key(w, "items");
    json_array(w);
    for (size_t i = 0; i < x->rows; i++)
        row_json(x, &x->row[i], w);
    json_array_end(w);
    json_object_end(w);
}
