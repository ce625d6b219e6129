/* CSV as RFC 4180 has it, UTF-8, strict: a quote inside a bare field, text
 * after a closing quote, an open quote at the end and rows of another width
 * than the header are errors with their line. A byte-order mark is skipped,
 * CRLF and LF end a row, empty lines are skipped. */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/arena.h"

enum { CSV_COLUMNS_MAX = 64 };

struct csv {
    struct arena *arena;
    struct span rest;
    int line;                 /* of the row last read */
    size_t columns;           /* of the header */
    struct span header[CSV_COLUMNS_MAX];
    struct span field[CSV_COLUMNS_MAX]; /* of the row last read, terminated, in the arena */
};

/* Reads the header.  `expected`: its names joined by ',' when they must be exactly these, or NULL.
 * E_INPUT: csv.empty, csv.header, csv.quote, csv.columns, csv.utf8 (with the line). */
NODISCARD enum status csv_open(struct csv *c, struct arena *a, struct span text, const char *expected, struct diag *d);
/* *ret_row false at the end. */
NODISCARD enum status csv_next(struct csv *c, bool *ret_row, struct diag *d);
/* Index of a column by name, or -1. */
int csv_column(const struct csv *c, const char *name);
/* Writes one field, quoted when it must be. */
struct buf;
void csv_write(struct buf *out, struct span field);

#endif
