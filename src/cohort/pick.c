/* Some rows of a register as a register of their own: for asking again about the few that changed. */
#include "cohort/table.h"

#include "base/arena.h"

enum { ALIGNED = 64 };

static void *room(struct arena *a, uint64_t bytes) {
    char *p = arena_alloc(a, bytes + 2 * ALIGNED);
    return p ? p + (ALIGNED - (uintptr_t)p % ALIGNED) % ALIGNED : NULL;
}

static const uint64_t *bits_of(struct arena *a, const uint64_t *from, const uint64_t *row, uint64_t n, bool *ok) {
    uint64_t *to = from ? room(a, n / 8 + 16) : NULL;
    *ok = *ok && (!from || to);
    for (uint64_t i = 0; to && i < n; i++)
        to[i / 64] |= (uint64_t)cohort_bit(from, row[i]) << (i % 64);
    return to;
}

static bool column_of(struct arena *a, const struct cohort_column *c, const uint64_t *row, uint64_t n, struct cohort_column *ret) {
    char *value = room(a, n * c->width);
    bool ok = value != NULL;
    for (uint64_t i = 0; ok && i < n; i++)
        memcpy(value + i * c->width, (const char *)c->value + row[i] * c->width, c->width);
    *ret = *c;
    ret->value = value;
    ret->unknown = bits_of(a, c->unknown, row, n, &ok);
    ret->null = bits_of(a, c->null, row, n, &ok);
    return ok;
}

static enum status list_of(struct arena *a, const struct cohort_list *l, const uint64_t *row, uint64_t n, struct cohort_list *ret, struct diag *d) {
    uint64_t *offset = room(a, (n + 1) * sizeof *offset), count = 0, at = 0;
    bool ok = offset != NULL;
    for (uint64_t i = 0; ok && i < n; i++) {
        count += l->offset[row[i] + 1] - l->offset[row[i]];
        offset[i + 1] = count;
    }
    uint64_t *element = ok ? room(a, (count + 1) * sizeof *element) : NULL;
    struct cohort_table *of = ARENA_NEW(a, struct cohort_table);
    *ret = *l;
    ret->offset = offset;
    ret->of = of;
    ret->measured = false;
    ret->unknown = bits_of(a, l->unknown, row, n, &ok);
    if (!ok || !element || !of)
        return arena_full(d);
    for (uint64_t i = 0; i < n; i++)
        for (uint64_t k = l->offset[row[i]]; k < l->offset[row[i] + 1]; k++)
            element[at++] = k;
    return cohort_pick(a, l->of, element, count, of, d);
}

enum status cohort_pick(struct arena *a, const struct cohort_table *t, const uint64_t *row, uint64_t n, struct cohort_table *ret, struct diag *d) {
    struct cohort_column *column = ARENA_ARRAY(a, t->column_count + 1, struct cohort_column);
    struct cohort_list *list = ARENA_ARRAY(a, t->list_count + 1, struct cohort_list);
    enum status s = column && list ? OK : arena_full(d);
    for (size_t i = 0; s == OK && i < t->column_count; i++)
        s = column_of(a, &t->column[i], row, n, &column[i]) ? OK : arena_full(d);
    for (size_t i = 0; s == OK && i < t->list_count; i++)
        s = list_of(a, &t->list[i], row, n, &list[i], d);
    *ret = (struct cohort_table){t->name, n, column, t->column_count, list, t->list_count};
    return s;
}
