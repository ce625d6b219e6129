/* One row of a file into a register. */
#include "civil/import/import_internal.h"

bool row_from_store(const struct diag *d) { return strncmp(d->code, "store.", 6) == 0 || d->status == E_LIMIT || d->status == E_BUSY || d->status == E_SYSTEM || d->status == E_CORRUPT; }

/* 1.10102E+17: what a spreadsheet leaves of a long number when it saves CSV. */
static bool scientific(struct span s) {
    size_t i = 0, digits = 0;
    for (; i < s.size && ((s.at[i] >= '0' && s.at[i] <= '9') || s.at[i] == '.'); i++)
        digits++;
    if (!digits || s.size - i < 3 || (s.at[i] != 'E' && s.at[i] != 'e') || s.at[i + 1] != '+')
        return false;
    for (i += 2; i < s.size; i++)
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
    return true;
}

static bool counts(const struct field *f) { return f->type == FIELD_INT || f->type == FIELD_DECIMAL || f->type == FIELD_MONEY; }

/* What a person would not have meant, whatever the field. */
static const char *cell_fault(const struct field *f, const struct sheet_cell *c) {
    if (c->merged)
        return "import.merged";
    if (c->kind == SHEET_ERROR)
        return "import.cell_error";
    if (!counts(f) && (c->rounded || scientific(c->text)))
        return "import.rounded";
    return NULL;
}

static enum status reject(const struct mapping *m, size_t column, const struct diag *why, enum row_outcome *ret, struct row_reason *reason) {
    *ret = ROW_REJECTED;
    *reason = (struct row_reason){column < m->columns ? m->heading[column] : SPAN(""), *why};
    return OK;
}

static enum status reject_code(const struct mapping *m, size_t column, const char *code, enum row_outcome *ret, struct row_reason *reason) {
    struct diag why = {0};
    (void)diag_fail(&why, E_INPUT, code);
    return reject(m, column, &why, ret, reason);
}

static size_t column_of(const struct mapping *m, size_t field) {
    for (size_t i = 0; i < m->columns; i++)
        if (m->field[i] == (int)field)
            return i;
    return m->columns;
}

/* The cells' values over what is on record (v); `given` says which. */
enum status row_cells(struct civil *c, struct txn *t, const struct schema *schema, const struct mapping *m, const struct import_row *row, struct sql_value *v, bool *given,
    enum row_outcome *ret, struct row_reason *reason, struct diag *d) {
    *ret = ROW_SAME;
    if (row->unfinished)
        return reject_code(m, row->cells ? row->cells - 1 : 0, "import.quote", ret, reason);
    for (size_t i = 0; i < schema->fields; i++) {
        v[i] = SQL_NIL;
        given[i] = false;
    }
    for (size_t i = 0; i < row->cells; i++)
        if (i >= m->columns && row->cell[i].kind != SHEET_EMPTY)
            return reject_code(m, m->columns, "import.width", ret, reason);
    for (size_t i = 0; i < m->columns && i < row->cells; i++) {
        if (m->field[i] < 0 || (row->cell[i].kind == SHEET_EMPTY && !row->cell[i].merged))
            continue;
        const struct field *f = &schema->field[m->field[i]];
        struct field_value value;
        struct diag why = {0};
        const char *fault = cell_fault(f, &row->cell[i]);
        if (fault)
            return reject_code(m, i, fault, ret, reason);
        struct field optional = *f;
        optional.required = false; /* blanks say nothing, as an empty cell does */
        enum status s = field_parse(c, t, schema, &optional, row->cell[i].text, true, &value, &why);
        if (s != OK && row_from_store(&why))
            return *d = why, s;
        if (s != OK)
            return reject(m, i, &why, ret, reason);
        if (value.v.type == SQL_NULL)
            continue;
        v[m->field[i]] = value.v;
        given[m->field[i]] = true;
    }
    return OK;
}

static bool equal(struct sql_value a, struct sql_value b) {
    return a.type == b.type && (a.type == SQL_NULL || (a.type == SQL_INT ? a.number == b.number : span_eq(a.bytes, b.bytes)));
}

/* What the row is compared with: what is on record, or what an earlier row of the file says of it. */
static enum status former_of(struct txn *t, const struct record_writing *w, int64_t id, int64_t waits, struct record *ret, bool *ret_told, struct diag *d) {
    struct record pending;
    struct diag own = {0};
    *ret_told = waits != 0;
    if (waits && waits != w->batch)
        return diag_fail(d, E_CONFLICT, "import.other_batch");
    if (waits)
        return record_waiting(w->civil, t, w->schema, 0, id, ret, d);
    enum status s = record_read(w->civil, t, w->schema, id, ret, d);
    if (s != OK)
        return s;
    s = record_waiting(w->civil, t, w->schema, ret->district, id, &pending, &own);
    if (s == E_NOT_FOUND)
        return OK;
    if (s != OK)
        return *d = own, s;
    if (pending.batch != w->batch)
        return diag_fail(d, E_CONFLICT, "import.other_batch");
    *ret = pending;
    *ret_told = true;
    return OK;
}

static enum status write_row(struct txn *t, const struct record_writing *w, const struct sql_value *cells, const bool *given, int64_t id, int64_t waits, date_t valid_from, bool dry_run,
    enum row_outcome *ret, struct diag *d) {
    struct record former;
    struct sql_value v[SCHEMA_FIELDS_MAX];
    if (!id) {
        *ret = ROW_ADDED;
        memcpy(v, cells, sizeof v);
        if (!schema_writable(w->civil, w->schema, w->who, w->schema->division >= 0 ? v[w->schema->division].bytes.at : ""))
            return diag_fail(d, E_FORBIDDEN, "register.write");
        return dry_run ? OK : record_add(t, w, v, valid_from, &id, d);
    }
    bool told = false, differs = false;
    enum status s = former_of(t, w, id, waits, &former, &told, d);
    if (s != OK)
        return s;
    memcpy(v, former.v, sizeof v);
    for (size_t i = 0; i < w->schema->fields; i++)
        if (given[i] && !equal(v[i], cells[i])) {
            v[i] = cells[i];
            differs = true;
        }
    *ret = differs ? ROW_CHANGED : ROW_SAME;
    if (!differs)
        return OK;
    if (told)
        return diag_fail(d, E_CONFLICT, "import.twice");
    if (valid_from < former.valid_from)
        return diag_fail(d, E_CONFLICT, "register.valid_from");
    return dry_run ? OK : record_pend(t, w, &former, v, valid_from, d);
}

enum status row_import(struct txn *t, const struct record_writing *w, const struct mapping *m, const struct import_row *row, date_t valid_from, bool dry_run,
    enum row_outcome *ret, struct row_reason *reason, struct diag *d) {
    struct sql_value v[SCHEMA_FIELDS_MAX] = {0};
    bool given[SCHEMA_FIELDS_MAX] = {0};
    int64_t id = 0, waits = 0;
    enum status s = row_cells(w->civil, t, w->schema, m, row, v, given, ret, reason, d);
    if (s != OK || *ret == ROW_REJECTED)
        return s;
    bool keyed = w->schema->keys > 0;
    for (size_t i = 0; i < w->schema->keys; i++)
        if (!given[w->schema->key[i]]) {
            return reject_code(m, column_of(m, w->schema->key[i]), "import.no_key", ret, reason);
        }
    if (keyed && (s = record_by_key(t, w->schema, v, &id, &waits, d)) != OK)
        return s;
    for (size_t i = 0; !id && i < w->schema->fields; i++)
        if (w->schema->field[i].required && !given[i])
            return reject_code(m, column_of(m, i), "import.needed", ret, reason);
    struct diag why = {0};
    s = write_row(t, w, v, given, id, waits, valid_from, dry_run, ret, &why);
    if (s == OK)
        return OK;
    if (row_from_store(&why))
        return *d = why, s;
    return reject(m, m->columns, &why, ret, reason);
}
