#include "civil/screening/rows_json.h"

#include "base/arena.h"
#include "civil/screening/snapshot_files.h"

static enum status no_room(bool ok, struct diag *d) { return ok ? OK : arena_full(d); }

static const struct schema *schema_of(const struct filling *f) { return f->batch->schema; }

/* ---- one value ------------------------------------------------------------------------ */

static struct dec power_of_ten(uint8_t n) {
    int64_t p = 1;
    while (n--)
        p *= 10;
    return dec_int(p);
}

/* false: it does not fit. */
static bool stored(const struct schema_column *c, const struct json *j, int64_t *ret) {
    date_t day;
    switch (c->kind) {
    case COHORT_BOOLEAN:
        *ret = j->type == JSON_TRUE;
        return j->type == JSON_TRUE || j->type == JSON_FALSE;
    case COHORT_DATE:
        if (j->type != JSON_STRING || date_parse(j->text, &day, NULL) != OK)
            return false;
        *ret = day;
        return true;
    case COHORT_NUMBER:
        return j->type == JSON_NUMBER && dec_to_int(dec_mul(j->number, power_of_ten(c->scale)), ret, NULL) == OK;
    case COHORT_STRING:
        return j->type == JSON_STRING;
    }
    return false;
}

static enum status put_value(struct filling *f, size_t column, const struct json *j, struct diag *d) {
    int64_t v = 0;
    enum status s = OK;
    if (json_is_null(j))
        return OK;
    const struct schema_column *c = &schema_of(f)->column[column];
    if (!stored(c, j, &v)) {
        f->left_out++;
        return OK;
    }
    if (c->kind == COHORT_STRING)
        s = snapshot_word(f->writer, column, j->text, &v, d);
    if (s == OK)
        batch_set(f->batch, column, v);
    return s;
}

/* ---- an object --------------------------------------------------------------------------- */

static size_t column_named(const struct schema *s, size_t table, struct span name) {
    for (size_t i = s->table[table].column, end = i + s->table[table].column_count; i < end; i++)
        if (span_eq(s->column[i].name, name))
            return i;
    return SIZE_MAX;
}

static size_t list_named(const struct schema *s, size_t table, struct span name) {
    for (size_t t = 1; t < s->table_count; t++)
        if (s->table[t].parent == table && span_eq(s->table[t].name, name))
            return t;
    return SIZE_MAX;
}

static enum status put_list(struct filling *f, size_t list, const struct json *j, struct diag *d) {
    if (json_is_null(j))
        return OK;
    if (j->type != JSON_ARRAY) {
        f->left_out++;
        return OK;
    }
    enum status s = OK;
    batch_known(f->batch, list);
    size_t plain = column_named(schema_of(f), list, SPAN(""));
    for (size_t i = 0; s == OK && i < j->size; i++) {
        s = no_room(batch_row(f->batch, list), d);
        if (s == OK)
            s = plain != SIZE_MAX ? put_value(f, plain, j->item[i], d) : filling_object(f, list, j->item[i], d);
    }
    return s;
}

/* A member's date of death is null unless it is there. */
static void absent_means_no(struct filling *f, size_t table, const struct json *object) {
    const struct schema *s = schema_of(f);
    const struct schema_table *t = &s->table[table];
    for (size_t i = t->column; i < t->column + t->column_count; i++)
        if (s->column[i].absent_no && json_is_null(json_get_span(object, s->column[i].name)))
            batch_null(f->batch, i);
}

enum status filling_object(struct filling *f, size_t table, const struct json *object, struct diag *d) {
    enum status s = OK;
    if (object->type != JSON_OBJECT) {
        f->left_out++;
        return OK;
    }
    for (size_t i = 0; s == OK && i < object->size; i++) {
        size_t column = column_named(schema_of(f), table, object->key[i]), list = list_named(schema_of(f), table, object->key[i]);
        if (column != SIZE_MAX)
            s = put_value(f, column, object->item[i], d);
        else if (list != SIZE_MAX)
            s = put_list(f, list, object->item[i], d);
        else
            f->left_out++;
    }
    absent_means_no(f, table, object);
    return s;
}

/* ---- a row of another snapshot --------------------------------------------------------------- */

static enum status copy_cell(struct filling *f, size_t column, const struct cohort_column *c, uint64_t row, struct diag *d) {
    int64_t v = cohort_stored(c, row);
    enum status s = OK;
    if (cohort_bit(c->unknown, row))
        return OK;
    if (cohort_bit(c->null, row)) {
        batch_null(f->batch, column);
        return OK;
    }
    if (c->kind == COHORT_STRING)
        s = snapshot_word(f->writer, column, c->word[v], &v, d);
    if (s == OK)
        batch_set(f->batch, column, v);
    return s;
}

/* A column that nobody knew is not there, and unknown in the copy too; of another kind or scale it is another's. */
static enum status copy_columns(struct filling *f, size_t table, const struct cohort_table *from, uint64_t row, struct diag *d) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < from->column_count; i++) {
        const struct cohort_column *c = &from->column[i];
        size_t column = column_named(schema_of(f), table, c->name);
        if (column == SIZE_MAX || schema_of(f)->column[column].kind != c->kind || schema_of(f)->column[column].scale != c->scale)
            return diag_fail(d, E_INPUT, "snapshot.base");
        s = copy_cell(f, column, c, row, d);
    }
    return s;
}

enum status filling_copy(struct filling *f, size_t table, const struct cohort_table *from, uint64_t row, const char *except, struct diag *d) {
    enum status s = copy_columns(f, table, from, row, d);
    for (size_t i = 0; s == OK && i < from->list_count; i++) {
        const struct cohort_list *l = &from->list[i];
        size_t list = list_named(schema_of(f), table, l->name);
        if (except && span_is(l->name, except))
            continue;
        if (list == SIZE_MAX)
            return diag_fail(d, E_INPUT, "snapshot.base");
        if (cohort_bit(l->unknown, row))
            continue;
        batch_known(f->batch, list);
        for (uint64_t k = l->offset[row]; s == OK && k < l->offset[row + 1]; k++) {
            s = no_room(batch_row(f->batch, list), d);
            if (s == OK)
                s = filling_copy(f, list, l->of, k, NULL, d);
        }
    }
    return s;
}
