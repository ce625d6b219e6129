/* keep.c alone: the list of what is kept. */
#ifndef CIVIL_EVIDENCE_KEEP_INTERNAL_H
#define CIVIL_EVIDENCE_KEEP_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

/* What a row says.  Columns: i number, t text, b bytes (their SM3), s sealed by the vault (as it opens).  A file that
 * has been released never loses a column here: what is new gets a name of its own. */
struct kept {
    const char *name, *table, *district, *id, *which; /* district "0": the table has none; which rows are kept */
    const char *columns;
    bool gives_way;    /* a row may be replaced by another */
    const char *order; /* of the rows that share an id: they are kept as one; NULL: an id is one row */
};
extern const struct kept evidence_kept[];
extern const size_t evidence_kept_count;

#endif
