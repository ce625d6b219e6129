#ifndef SHEET_SHEET_INTERNAL_H
#define SHEET_SHEET_INTERNAL_H

#include "sheet/sheet.h"

#include "base/buf.h"
#include "base/vec.h"

enum status sheet_read_csv(struct span file, struct arena *a, sheet_row_fn *fn, void *arg, struct sheet_info *ret, struct diag *d);
enum status sheet_read_xlsx(struct span file, struct arena *a, sheet_row_fn *fn, void *arg, struct sheet_info *ret, struct diag *d);
enum status sheet_read_xls(struct span file, struct arena *a, sheet_row_fn *fn, void *arg, struct sheet_info *ret, struct diag *d);

/* ---- a row being put together (line.c) --------------------------------------------------- */

struct sheet_merge { int row0, row1, col0, col1; }; /* rows from 1, columns from 0 */

struct sheet_line {
    int row;             /* from 1 */
    size_t width;
    bool any;            /* a cell that says something */
    struct buf text;     /* of the cells, one behind the other */
    VEC(struct sheet_merge) merge;
    bool merged[SHEET_COLUMNS_MAX];
    struct sheet_cell cell[SHEET_COLUMNS_MAX];
    size_t from[SHEET_COLUMNS_MAX], length[SHEET_COLUMNS_MAX];
};
void sheet_line_init(struct sheet_line *l);
void sheet_line_release(struct sheet_line *l);
/* Areas are said before the first row. E_LIMIT sheet.merges, memory. */
enum status sheet_line_merge(struct sheet_line *l, struct arena *a, struct sheet_merge m, struct diag *d);
void sheet_line_begin(struct sheet_line *l, int row);
/* A cell that is there, then its content; col < SHEET_COLUMNS_MAX. */
void sheet_line_cell(struct sheet_line *l, int col, bool formula);
void sheet_line_put(struct sheet_line *l, int col, struct span text, enum sheet_kind kind);
void sheet_line_number(struct sheet_line *l, int col, struct span number, bool day, bool from_1904);
/* Hands the row to `fn` when a cell of it says something. */
enum status sheet_line_end(struct sheet_line *l, sheet_row_fn *fn, void *arg, struct diag *d);

bool sheet_builtin_day(int format);          /* a number format of the standard's list shows a day */
bool sheet_shows_day(struct span code);      /* and so does one of the book's own */

#endif
