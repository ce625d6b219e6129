/* A CSV text read in place and in pieces, so that several threads read it.
 *
 * base/csv.h copies every field and goes from the front; registers of millions
 * of rows need neither. The same strict form: RFC 4180, rows as wide as the header. A piece is
 * about a mebibyte; it owns the rows that start behind its first line end.
 * Nothing is kept of a piece when it has been read, so memory stays bounded. */
#ifndef LINK_TABLE_H
#define LINK_TABLE_H

#include "base/arena.h"
#include "link/crew.h"

enum { LINK_COLUMNS_MAX = 64, LINK_PIECE = 1 << 20, LINK_UNQUOTE = 65536 };

struct link_piece { uint64_t rows_before; uint32_t rows; bool inside; }; /* rows: at most; inside: starts within quotes */

struct link_table {
    struct span text;
    size_t body;  /* offset of the first row */
    size_t columns;
    struct span header[LINK_COLUMNS_MAX]; /* white space removed, in the arena */
    struct link_piece *piece;
    size_t pieces;
    uint64_t rows_max; /* rows that end in a line end; empty lines among them */
};

/* `text` must stay. E_INPUT: csv.empty, csv.quote, csv.header (two columns of one name), link.columns, link.nul. */
NODISCARD enum status link_table_open(struct link_table *t, struct arena *a, struct span text, const struct link_crew *crew, struct diag *d);
int link_table_column(const struct link_table *t, struct span name); /* -1: none */

struct link_cursor {
    const struct link_table *table;
    const char *at, *stop, *end;
    const char *row;  /* where the row last read starts */
    const char *block; /* the 16 bytes looked at, and which of them matter */
    uint32_t marks;
    struct span field[LINK_COLUMNS_MAX]; /* of the row last read; valid until the next */
    char *scratch;    /* LINK_UNQUOTE bytes for fields with doubled quotes */
    size_t scratch_used;
};
void link_cursor_init(struct link_cursor *c, const struct link_table *t, size_t piece, char *scratch);
/* *ret_row false at the end of the piece. E_INPUT csv.quote, csv.columns with the line. */
NODISCARD enum status link_cursor_next(struct link_cursor *c, bool *ret_row, struct diag *d);

/* One field of the row that starts at `offset` (as link_cursor_next gave it). */
struct span link_field_at(const struct link_table *t, uint64_t offset, int column, char *scratch);

#endif
