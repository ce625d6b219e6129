/* Tables as offices send them: CSV of whatever dialect, XLSX, XLS.  Read row by row, nothing executed.
 *
 * What came is told: whether a cell is a number that a spreadsheet has rounded (more than 15 digits, IEEE 754), a
 * formula's last result, an error, part of a merged area.  What to make of it is the caller's.
 * Bounds stand against hostile files: rows, columns, bytes of a cell, bytes unpacked.  The file is in memory; what is
 * unpacked of it is not, but for the texts that a workbook shares, and the stream of an XLS.
 *
 * Formats: RFC 4180 with the delimiters , ; TAB in UTF-8, UTF-16 (with its mark) or GB18030; ECMA-376 part 1
 * (SpreadsheetML) and [MS-XLS] (BIFF8: Excel 97 to 2003), the first sheet that is shown. */
#ifndef SHEET_SHEET_H
#define SHEET_SHEET_H

#include "base/arena.h"

enum {
    SHEET_COLUMNS_MAX = 256,
    SHEET_ROWS_MAX = 2000000,   /* XLSX ends at 1,048,576 */
    SHEET_CELL_MAX = 65536      /* Excel: 32,767 characters */
};

enum sheet_kind { SHEET_EMPTY, SHEET_TEXT, SHEET_NUMBER, SHEET_DATE, SHEET_BOOL, SHEET_ERROR };
struct sheet_cell {
    struct span text;   /* UTF-8; a number in plain digits, a date as 2026-11-22, true/false */
    enum sheet_kind kind;
    bool formula, merged;
    bool rounded;       /* a number of more than 15 digits: the last ones are gone */
};
struct sheet_row { int line; const struct sheet_cell *cell; size_t cells; bool unfinished; /* an open quote */ };
struct sheet_info { const char *format, *encoding; bool macros; };

/* `fn` ends the reading by another status than OK; what it is given lives until it returns.
 * E_INPUT sheet.format, sheet.encoding, sheet.zip, sheet.xml, sheet.xls_damaged, sheet.xls_old, sheet.markup, sheet.encrypted, sheet.empty; E_LIMIT sheet.rows, sheet.columns,
 * sheet.cell, sheet.bomb, base.memory. */
typedef enum status sheet_row_fn(void *arg, const struct sheet_row *row, struct diag *d);
NODISCARD enum status sheet_read(struct span file, struct arena *a, sheet_row_fn *fn, void *arg, struct sheet_info *ret, struct diag *d);

/* A text file's encoding alone: `ret` is `file` or its UTF-8 in `a`, without a mark.  E_INPUT sheet.encoding. */
NODISCARD enum status sheet_utf8(struct span file, struct arena *a, struct span *ret, struct diag *d);

#endif
