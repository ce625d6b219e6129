/* A household as JSON facts (户 of the vocabulary) put into a batch, and rows of one snapshot
 * put into another. */
#ifndef CIVIL_SCREENING_ROWS_JSON_H
#define CIVIL_SCREENING_ROWS_JSON_H

#include "base/json.h"
#include "civil/screening/rows.h"

struct snapshot_writer;

struct filling {
    struct batch *batch;
    struct snapshot_writer *writer; /* whose dictionaries grow */
    uint64_t left_out;              /* values that fit no column: unknown in the snapshot */
};

/* The facts of an object into the last row of `table`, and rows of its lists.  What the vocabulary does not know, and what
 * is of another type or more exact than its column, is left out and counted.  Facts that are absent because they are not so
 * (column absent of the vocabulary) are null.  E_LIMIT. */
NODISCARD enum status filling_object(struct filling *f, size_t table, const struct json *object, struct diag *d);

/* Row `row` of `from` as the last row of `table`, its lists with it, but for those named in `except` (NULL: none). */
NODISCARD enum status filling_copy(struct filling *f, size_t table, const struct cohort_table *from, uint64_t row, const char *except, struct diag *d);

#endif
