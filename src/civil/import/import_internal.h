#ifndef CIVIL_IMPORT_IMPORT_INTERNAL_H
#define CIVIL_IMPORT_IMPORT_INTERNAL_H

#include "civil/import/import.h"
#include "civil/register/record.h"
#include "sheet/sheet.h"

/* Which field each column is: -1 none.  In the arena it was made in. */
struct mapping {
    int line;                         /* of the heading row */
    size_t columns;
    struct span heading[SHEET_COLUMNS_MAX];
    int field[SHEET_COLUMNS_MAX];
    char key[65];                     /* SHA-256 of the headings */
};

/* headings.c: finds the heading row.  E_INPUT as import_run. */
NODISCARD enum status mapping_find(struct civil *c, struct arena *a, const struct schema *s, const struct import_asked *x, struct mapping *ret, struct sheet_info *info, struct diag *d);
NODISCARD enum status mapping_keep(struct txn *t, const struct actor *who, const struct schema *s, const struct mapping *m, struct diag *d);

/* row.c: the cells of a row as values of the schema's fields; *ret ROW_REJECTED: one cannot be meant.  Fails only when the store does. */
enum row_outcome { ROW_ADDED, ROW_CHANGED, ROW_SAME, ROW_REJECTED };
struct import_row { int line; struct sheet_cell *cell; size_t cells; bool unfinished; };
struct row_reason { struct span heading; struct diag diag; };
NODISCARD enum status row_cells(struct civil *c, struct txn *t, const struct schema *s, const struct mapping *m, const struct import_row *row, struct sql_value *v, bool *given,
    enum row_outcome *ret, struct row_reason *reason, struct diag *d);
bool row_from_store(const struct diag *d); /* a failure of the store, not of the row */

/* people.c: one row into the population register; *ret_remark: what was left undone of a row that was taken, or NULL. */
struct population_batch;
NODISCARD enum status people_import(struct txn *t, const struct population_batch *b, const struct schema *s, const struct mapping *m, const struct import_row *row,
    enum row_outcome *ret, struct row_reason *reason, const char **ret_remark, struct diag *d);
bool people_is(const char *reg);
/* May he keep the register of people for this purpose? */
NODISCARD enum status people_allowed(struct civil *c, struct arena *a, const struct schema *s, const struct actor *who, const char *purpose, struct diag *d);

/* import.c: a cell of a file that goes back. */
void reject_cell(struct buf *out, struct span text);

/* batch.c */
/* May he confirm it and take it back?  Who began it, and who may write for the whole district. */
bool batch_writable(struct civil *c, const struct schema *s, const struct actor *who, int64_t begun_by);
/* Of its register; E_NOT_FOUND import.batch (also of one in a compartment that he is not in). */
NODISCARD enum status batch_schema(struct civil *c, struct txn *t, const struct actor *who, int64_t batch, struct arena *a, struct schema *ret, struct diag *d);

/* row.c: one row into the register or into the reason why not. */
/* Fails only when the store does. */
NODISCARD enum status row_import(struct txn *t, const struct record_writing *w, const struct mapping *m, const struct import_row *row, date_t valid_from, bool dry_run,
    enum row_outcome *ret, struct row_reason *reason, struct diag *d);

#endif
