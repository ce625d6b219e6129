#include "civil/register/population_ids.h"

#include "base/vec.h"
#include "civil/evidence/keep.h"

#include <stdlib.h>

enum status ids_add(struct arena *a, struct id_list *list, int64_t id, struct diag *d) {
    if (list->size == list->capacity) {
        size_t n = list->capacity ? 2 * list->capacity : 64;
        int64_t *at = arena_array(a, n, sizeof *at);
        if (!at)
            return arena_full(d);
        if (list->size)
            memcpy(at, list->at, list->size * sizeof *at);
        list->at = at;
        list->capacity = n;
    }
    list->at[list->size++] = id;
    return OK;
}

static enum status read(struct txn *t, struct rows *r, struct id_list *list, struct diag *d) {
    bool row = false;
    enum status s = OK;
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        s = ids_add(txn_arena(t), list, rows_int(r, 0), d);
    return s;
}

enum status ids_find(struct txn *t, const char *sql, struct sql_value first, struct sql_value second, struct id_list *list, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, sql, first, second);
    return s == OK ? read(t, r, list, d) : s;
}

enum status ids_between(struct txn *t, const char *sql, struct sql_value batch, int64_t after, int64_t last, struct id_list *list, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, sql, batch, SQL_I(after), SQL_I(last));
    return s == OK ? read(t, r, list, d) : s;
}

static int by_value(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

enum status ids_keep(struct txn *t, const struct population_batch *b, const char *name, struct id_list *list, struct diag *d) {
    size_t n = 0;
    enum status s = OK;
    if (list->size)
        qsort(list->at, list->size, sizeof *list->at, by_value);
    for (size_t i = 0; i < list->size; i++)
        if (i == 0 || list->at[i] != list->at[n - 1])
            list->at[n++] = list->at[i];
    for (size_t i = 0; s == OK && i < n; i += EVIDENCE_KEPT_MAX) {
        struct arena_mark mark = arena_mark(txn_arena(t)); /* a batch may be a million */
        s = evidence_keep_in(b->civil, t, b->who, name, b->civil->district, list->at + i, n - i < EVIDENCE_KEPT_MAX ? n - i : EVIDENCE_KEPT_MAX, d);
        arena_rewind(txn_arena(t), mark);
    }
    return s;
}

enum status population_keep(struct txn *t, const struct population_batch *b, struct diag *d) {
    enum status s = ids_keep(t, b, KEPT_HOUSEHOLD, &b->touched->household, d);
    if (s == OK)
        s = ids_keep(t, b, KEPT_PERSON_RECORD, &b->touched->person, d);
    return s == OK ? ids_keep(t, b, KEPT_MEMBER, &b->touched->member, d) : s;
}
