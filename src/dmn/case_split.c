/* Boxes of completions, and how an open one is cut up. */
#include "dmn/case_internal.h"

#include "feel/vm.h"

/* ---- boxes ------------------------------------------------------------------------------- */

/* A copy whose cell `cell` can be written. */
struct box case_box_copy(struct search *s, const struct box *b, int32_t cell) {
    struct box copy = *b;
    size_t n = (size_t)(cell + 1) > b->count ? (size_t)(cell + 1) : b->count;
    copy.domain = ARENA_ARRAY(s->keep, n + 1, struct domain);
    copy.count = n;
    if (!copy.domain) {
        s->status = arena_full(s->d);
        copy.count = 0;
        return copy;
    }
    if (b->count)
        memcpy(copy.domain, b->domain, b->count * sizeof *b->domain);
    return copy;
}

struct box case_restricted(struct search *s, const struct box *b, int32_t cell, struct domain d) {
    struct box copy = case_box_copy(s, b, cell);
    d.set = true;
    if (copy.count)
        copy.domain[cell] = d;
    return copy;
}

/* ---- splitting ------------------------------------------------------------------------------ */

static void add_part(struct search *s, const struct box *b, int32_t cell, struct domain d, struct parts *out) {
    if (out->count < PARTS_MAX)
        out->box[out->count++] = case_restricted(s, b, cell, d);
}

/* Texts that a condition names one by one, the rest together; without such, and
 * small numbers, all one by one. */
static void split_codes(struct search *s, const struct box *b, int32_t cell, struct domain d,
    const struct answer *a, struct parts *out) {
    const struct cell *c = &s->cells.at[cell];
    uint64_t all = d.codes, named = 0;
    const struct feel_value *code = c->fact->kind == FACT_BOOLEAN ? NULL : c->fact->code;
    for (size_t k = 0; code && k < a->hint_count; k++) {
        const struct feel_value *at = &a->hint[k].at;
        for (int i = 0; a->hint[k].cell == cell && at->kind == FEEL_STRING && i < 64; i++)
            if ((all >> i & 1) && feel_same(&code[i], at))
                named |= 1ULL << i;
    }
    for (int i = 0; i < 64; i++)
        if ((named ? named : all) >> i & 1) {
            d.codes = 1ULL << i;
            add_part(s, b, cell, d, out);
        }
    if (named && (all & ~named)) {
        d.codes = all & ~named;
        add_part(s, b, cell, d, out);
    }
}

static void split_dates(struct search *s, const struct box *b, int32_t cell, struct domain d,
    const struct feel_value *at, struct parts *out) {
    int64_t lo = d.lo.value.day + d.lo.open, hi = d.hi.value.day - d.hi.open, mid;
    d.lo.open = d.hi.open = false;
    if (hi <= lo)
        return;
    bool given = at && at->kind == FEEL_DATE && at->day >= lo && at->day <= hi;
    mid = given ? at->day : lo + (hi - lo) / 2;
    int64_t edge[4][2] = {{lo, given ? mid - 1 : mid}, {mid, mid}, {mid + 1, hi}, {1, 0}};
    for (int i = 0; i < 3; i++) {
        if ((i == 1 && !given) || edge[i][0] > edge[i][1])
            continue;
        d.lo.value = feel_date(edge[i][0]);
        d.hi.value = feel_date(edge[i][1]);
        add_part(s, b, cell, d, out);
    }
}

static bool inside(const struct domain *d, struct dec x) {
    int low = feel_is_null(d->lo.value) ? 1 : dec_cmp(x, d->lo.value.number);
    if (low < 0 || (low == 0 && d->lo.open))
        return false;
    if (feel_is_null(d->hi.value))
        return true;
    int high = dec_cmp(x, d->hi.value.number);
    return high < 0 || (high == 0 && !d->hi.open);
}

/* Below, at, above; empty parts are left out. */
static void split_numbers(struct search *s, const struct box *b, int32_t cell, struct domain d,
    const struct feel_value *at, struct parts *out) {
    bool lowest = !feel_is_null(d.lo.value);
    struct dec lo = lowest ? d.lo.value.number : dec_int(0), x;
    if (at && at->kind == FEEL_NUMBER && inside(&d, at->number)) {
        x = at->number;
    } else if (!lowest) {
        x = dec_int(0);
        if (!inside(&d, x))
            return;
    } else if (feel_is_null(d.hi.value)) {
        if (dec_cmp(lo, dec_int(1000000000000)) > 0)
            return;
        x = dec_add(dec_mul(lo, dec_int(10)), dec_int(1000));
    } else {
        struct dec width = dec_sub(d.hi.value.number, lo);
        if (dec_cmp(dec_mul(width, dec_int(100)), dec_int(1)) < 0) /* below a fen */
            return;
        x = dec_add(lo, dec_div(width, dec_int(2)));
    }
    struct domain low = d, mid = d, high = d;
    low.hi = (struct feel_bound){feel_number(x), true};
    mid.lo = mid.hi = (struct feel_bound){feel_number(x), false};
    high.lo = (struct feel_bound){feel_number(x), true};
    if (!lowest || dec_cmp(x, lo) > 0)
        add_part(s, b, cell, low, out);
    add_part(s, b, cell, mid, out);
    if (feel_is_null(d.hi.value) || dec_cmp(x, d.hi.value.number) < 0)
        add_part(s, b, cell, high, out);
}

static void split_length(struct search *s, const struct box *b, int32_t cell, struct domain d, struct parts *out) {
    if (!d.tail || d.length >= LIST_TRIED)
        return;
    for (; d.length < LIST_TRIED; d.length++) {
        d.tail = false;
        add_part(s, b, cell, d, out);
    }
    d.tail = true;
    add_part(s, b, cell, d, out);
}

/* A string without codes: the texts it was compared with, and another one. */
static void split_text(struct search *s, const struct box *b, int32_t cell, struct domain d,
    const struct answer *a, struct parts *out) {
    if (!feel_is_null(d.exactly))
        return;
    s->texts = true;
    for (size_t i = 0; i < a->hint_count; i++) {
        if (a->hint[i].cell != cell || a->hint[i].at.kind != FEEL_STRING)
            continue;
        char *copy = arena_dup(s->keep, a->hint[i].at.string);
        d.exactly = copy ? feel_string((struct span){copy, a->hint[i].at.string.size}) : feel_null();
        add_part(s, b, cell, d, out);
    }
    d.exactly = feel_string(SPAN("\x01"));
    add_part(s, b, cell, d, out);
}

static bool split_cell(struct search *s, const struct box *b, int32_t cell, const struct feel_value *at,
    const struct answer *a, struct parts *out) {
    struct domain d = cell_domain(s, b, cell);
    const struct cell *c = &s->cells.at[cell];
    out->count = 0;
    out->cell = cell;
    if (c->length)
        split_length(s, b, cell, d, out);
    else if (d.codes)
        split_codes(s, b, cell, d, a, out);
    else if (c->fact->kind == FACT_DATE)
        split_dates(s, b, cell, d, at, out);
    else if (c->fact->kind == FACT_NUMBER)
        split_numbers(s, b, cell, d, at, out);
    else if (c->fact->kind == FACT_STRING)
        split_text(s, b, cell, d, a, out);
    return out->count > 1 && s->status == OK;
}

/* Worth of splitting a cell without a hint: small sets first. */
static int eagerness(struct search *s, const struct box *b, int32_t cell) {
    const struct cell *c = &s->cells.at[cell];
    struct domain d = cell_domain(s, b, cell);
    if (d.codes)
        return 100 - __builtin_popcountll(d.codes);
    return c->length ? 30 : c->fact->kind == FACT_DATE ? 20 : 10;
}

/* Is cutting this cell worth it?  Of a fact already proven only what a condition
 * turns on is cut: thresholds, codes, questions, not the amount itself. */
static bool worth(const struct search *s, int32_t cell, const struct feel_value *at) {
    const struct cell *c = &s->cells.at[cell];
    if (!s->proven[c->group] || cell_code_count(c))
        return true;
    return at && (at->kind == FEEL_NUMBER || at->kind == FEEL_DATE);
}

static bool split_without_hint(struct search *s, const struct box *b, const struct answer *a, int32_t group,
    int32_t not_group, struct parts *out) {
    for (int least = 100; least > 0; least -= 10)
        for (size_t cell = 0; cell < s->cells.size; cell++) {
            int32_t g = s->cells.at[cell].group;
            if (!has_bit(a->deps, cell) || (group >= 0 && g != group) || g == not_group)
                continue;
            int e = eagerness(s, b, (int32_t)cell);
            bool fits = group >= 0 || s->cells.at[cell].length || worth(s, (int32_t)cell, NULL);
            if (fits && e >= least - 9 && e <= least && split_cell(s, b, (int32_t)cell, NULL, a, out))
                return true;
        }
    return false;
}

/* Conditions come in the order of evaluation: the first one open stands before
 * all that hangs on it. */
bool case_split(struct search *s, const struct box *b, const struct answer *a, int32_t group, int32_t not_group,
    struct parts *out) {
    for (size_t i = 0; i < a->hint_count; i++) {
        const struct feel_hint *h = &a->hint[i];
        int32_t g = s->cells.at[h->cell].group;
        bool fits = g != not_group && (group >= 0 ? g == group : worth(s, h->cell, &h->at));
        if (fits && has_bit(a->deps, (size_t)h->cell) && split_cell(s, b, h->cell, &h->at, a, out))
            return true;
    }
    return split_without_hint(s, b, a, group, not_group, out);
}
