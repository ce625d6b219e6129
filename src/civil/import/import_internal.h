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

/* row.c: one row into the register or into the reason why not. */
enum row_outcome { ROW_ADDED, ROW_CHANGED, ROW_SAME, ROW_REJECTED };
struct import_row { int line; struct sheet_cell *cell; size_t cells; bool unfinished; };
struct row_reason { struct span heading; struct diag diag; };
/* Fails only when the store does. */
NODISCARD enum status row_import(struct txn *t, const struct record_writing *w, const struct mapping *m, const struct import_row *row, date_t valid_from, bool dry_run,
    enum row_outcome *ret, struct row_reason *reason, struct diag *d);

#endif
