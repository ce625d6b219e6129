#include "cohort/table.h"

const struct cohort_column *cohort_column_find(const struct cohort_table *t, struct span name) {
    for (size_t i = 0; i < t->column_count; i++)
        if (span_eq(t->column[i].name, name))
            return &t->column[i];
    return NULL;
}

const struct cohort_list *cohort_list_find(const struct cohort_table *t, struct span name) {
    for (size_t i = 0; i < t->list_count; i++)
        if (span_eq(t->list[i].name, name))
            return &t->list[i];
    return NULL;
}

int64_t cohort_stored(const struct cohort_column *c, uint64_t row) {
    switch (c->width) {
    case 1: return ((const int8_t *)c->value)[row];
    case 2: return ((const int16_t *)c->value)[row];
    case 4: return ((const int32_t *)c->value)[row];
    default: return ((const int64_t *)c->value)[row];
    }
}

int64_t cohort_fen(const struct cohort_column *c, uint64_t row) {
    int64_t v = cohort_stored(c, row);
    for (int scale = c->scale; scale < 2; scale++)
        v *= 10;
    for (int scale = c->scale; scale > 2; scale--)
        v = (v + 5) / 10;
    return v;
}

int64_t cohort_units(const struct cohort_column *c, int64_t fen) {
    for (int scale = 2; scale < c->scale; scale++)
        fen *= 10;
    for (int scale = 2; scale > c->scale; scale--)
        fen /= 10;
    return fen;
}

uint64_t cohort_owner(const struct cohort_list *l, uint64_t parents, uint64_t element) {
    uint64_t low = 0, high = parents; /* offset[low] <= element < offset[high] */
    while (high - low > 1) {
        uint64_t middle = low + (high - low) / 2;
        if (l->offset[middle] <= element)
            low = middle;
        else
            high = middle;
    }
    return low;
}

void cohort_list_lengths(const struct cohort_list *l, uint64_t parents, uint64_t *ret_shortest, uint64_t *ret_longest) {
    const uint64_t *offset = l->offset;
    uint64_t shortest = UINT64_MAX, longest = 0, before = parents ? offset[0] : 0;
    for (uint64_t i = 0; i < parents; i++) {
        uint64_t after = offset[i + 1], n = after - before;
        longest = n > longest ? n : longest;
        shortest = n < shortest ? n : shortest;
        before = after;
    }
    *ret_shortest = shortest;
    *ret_longest = longest;
}

/* Small values: a bit each. */
static bool distinct_small(const uint64_t *offset, uint64_t parents, const int8_t *v) {
    for (uint64_t r = 0; r < parents; r++) {
        uint64_t seen = 0, twice = 0;
        for (uint64_t i = offset[r]; i < offset[r + 1]; i++) {
            uint64_t bit = (uint64_t)1 << (v[i] & 63);
            twice |= seen & bit;
            seen |= bit;
        }
        if (twice)
            return false;
    }
    return true;
}

bool cohort_distinct(const struct cohort_list *l, uint64_t parents, const struct cohort_column *c) {
    enum { SIDE_BY_SIDE = 64 }; /* longer lists are not looked at pair by pair */
    if (c->distinct || c->unknown || c->null)
        return c->distinct;
    if (c->width == 1 && c->low >= 0 && c->high < 64)
        return distinct_small(l->offset, parents, c->value);
    for (uint64_t r = 0; r < parents; r++) {
        uint64_t from = l->offset[r], to = l->offset[r + 1];
        if (to - from > SIDE_BY_SIDE)
            return false;
        for (uint64_t i = from; i < to; i++)
            for (uint64_t j = from; j < i; j++)
                if (cohort_stored(c, i) == cohort_stored(c, j))
                    return false;
    }
    return true;
}
