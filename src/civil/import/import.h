/* A file of an office into a register (civil/register/record.h).
 *
 * The heading row is found among the first rows (titles above it are skipped); a column is a field by the heading's
 * words (schema names), by what the caller says, or by what was said for the same headings before.  Codes, names of divisions, dates and
 * yes/no come as offices write them.  A record is found by the register's key: it is added, changed from the given day on where a cell
 * says otherwise, or left.  An empty cell says nothing.  A row that cannot be meant is rejected with its cell and reason;
 * the others go on: a value wrong for its field, a number that the spreadsheet rounded, an error, a merged
 * cell, a cell too many, an open quote, a key for the second time.
 *
 * It runs in chunks, and what they write nobody sees until import_confirm: until then the batch waits, and its counts and
 * import_batch_json are the preview.  The same file for the same register and day goes on where it stopped.  A batch
 * is taken back as a whole, but for records that were changed since.
 *
 * The register "population" takes people (civil/register/population.h).  One entry of the log a batch, when its last row is in. */
#ifndef CIVIL_IMPORT_IMPORT_H
#define CIVIL_IMPORT_IMPORT_H

#include "civil/civil.h"
#include "base/buf.h"
#include "base/json.h"

enum { IMPORT_HEADING_ROWS = 20, IMPORT_CHUNK_ROWS = 200 };

struct import_asked {
    const char *reg;             /* the register */
    struct span file;
    const char *name;            /* of the file, as the batch shows it */
    date_t valid_from;           /* DATE_NONE: today */
    const char *purpose;         /* of the log's entry */
    const char *map;             /* "heading=column,heading=column"; NULL: none; "heading=" leaves a column out */
    bool dry_run;
    bool at_once;                /* confirmed when its last row is in */
    void (*progress)(void *arg, int64_t rows); /* after each chunk; may be NULL */
    void *progress_arg;
    int64_t stop_after;          /* tests: fails with E_BUSY import.stopped behind so many chunks; 0: never */
};
struct import_result {
    int64_t batch, rows, added, changed, same, rejected, entry;
    int64_t possible;            /* of the rejected: may be somebody on record */
    bool waits;                  /* to be confirmed */
    int64_t overtaken;           /* confirmed at once: as import_confirm */
    int heading_line;
    bool resumed, macros;
    const char *format, *encoding;
    const struct json *columns;  /* [{heading, column or null}] */
    const struct json *fields;   /* [{column, name: {zh, en}}]: what a column may be */
};

/* `rejected` gets the heading row and every rejected row with two more columns, heading and reason: CSV with its mark; empty when there is none.
 * E_INPUT import.headings (no row fits), import.required, import.twice_mapped, import.map, sheet.*; E_NOT_FOUND register.unknown;
 * E_FORBIDDEN register.write; E_CONFLICT import.done (this file is in already); E_BUSY import.elsewhere (another program imports it).
 * People: E_INPUT access.purpose, E_FORBIDDEN access.purpose_role. */
NODISCARD enum status import_run(struct civil *c, const struct actor *who, struct arena *a, const struct import_asked *x, struct buf *rejected,
    struct import_result *ret, struct diag *d);

/* To whoever neither began a batch nor writes for the whole district it does not exist: E_NOT_FOUND import.batch.
 * A waiting batch becomes what the register says, at once.  *ret_overtaken: changes left out, somebody changed the person since.
 * E_NOT_FOUND import.batch; E_CONFLICT import.unfinished, import.confirmed, import.undone; E_FORBIDDEN register.write, of a record that he may write no more. */
NODISCARD enum status import_confirm(struct civil *c, const struct actor *who, int64_t batch, int64_t *ret_overtaken, struct diag *d);
/* E_NOT_FOUND import.batch; E_CONFLICT import.undone; E_FORBIDDEN register.write, as above. */
NODISCARD enum status import_undo(struct civil *c, const struct actor *who, int64_t batch, int64_t *ret_undone, int64_t *ret_kept, struct diag *d);

/* ---- the API's types: batches of registers that he may write --------------------------------------- */

struct access;
struct txn;
/* ImportBatchList: the newest hundred. */
NODISCARD enum status import_batches_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d);
/* ImportBatch: what it changes of each person or record, before and after, personal values masked, from `after` on; the rows that were
 * rejected.  x: of people never NULL.  E_NOT_FOUND import.batch; E_INPUT access.purpose. */
NODISCARD enum status import_batch_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t batch, int64_t after, struct json_writer *w, struct diag *d);
/* Is it one of people, so that a look has a purpose?  E_NOT_FOUND import.batch. */
NODISCARD enum status import_is_people(struct civil *c, struct txn *t, int64_t batch, bool *ret, struct diag *d);
/* Line, heading and reason of every rejected row: CSV with its mark. */
NODISCARD enum status import_rejects_csv(struct civil *c, struct txn *t, const struct actor *who, int64_t batch, struct buf *out, struct diag *d);

#endif
