#ifndef SHEET_SHEET_INTERNAL_H
#define SHEET_SHEET_INTERNAL_H

#include "sheet/sheet.h"

enum status sheet_read_csv(struct span file, struct arena *a, sheet_row_fn *fn, void *arg, struct sheet_info *ret, struct diag *d);
enum status sheet_read_xlsx(struct span file, struct arena *a, sheet_row_fn *fn, void *arg, struct sheet_info *ret, struct diag *d);

#endif
