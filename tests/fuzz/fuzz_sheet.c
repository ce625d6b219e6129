/* The spreadsheet reader on any bytes: CSV of every dialect and XLSX; what it hands on keeps its promises. */
#include "fuzz.h"

#include "base/utf8.h"
#include "sheet/sheet.h"

#include <stdlib.h>

enum { MEMORY_MAX = 1 << 24 };

static enum status look(void *arg, const struct sheet_row *row, struct diag *d) {
    int *line = arg;
    if (row->line <= *line || row->cells > SHEET_COLUMNS_MAX)
        abort();
    *line = row->line;
    for (size_t i = 0; i < row->cells; i++) {
        const struct sheet_cell *c = &row->cell[i];
        if ((c->kind == SHEET_EMPTY) != (c->text.size == 0) || c->text.size > SHEET_CELL_MAX || !utf8_valid(c->text))
            abort();
    }
    return OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *a = arena_new(MEMORY_MAX);
    struct diag d = {0};
    struct sheet_info info;
    int line = 0;
    enum status s = sheet_read((struct span){(const char *)data, size}, a, look, &line, &info, &d);
    if (s != OK && !d.code[0])
        abort();
    arena_free(a);
    return 0;
}
