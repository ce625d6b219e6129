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
