/* What is reported as a file (报送): benefits to the system above, identities to the departments that build on them.
 *
 * A target of the catalogue (exchange.json "submissions") declares columns, codes, format and version.  A file has the
 * rows that are new or say something else than what was sent last, a number without holes, the day, the sum and the SM3 of
 * its own text.  What comes back names that number and that SM3, and says of each row whether it was taken, or why not.
 * A row that was refused or forgotten goes again when it was mended, or when somebody says so; what was taken never goes
 * twice.  Nobody types a case again there: their own list beside ours says what is only here, only there or different.
 *
 * Nothing of a compartment, nor of a case or person that somebody keeps secret.  Each person in a file is an entry of the
 * access log with the target as office, when it is made and each time it is handed out.  All by the district's clerk.
 * Format: docs/formats/submission.md. */
#ifndef CIVIL_EXCHANGE_SUBMISSION_H
#define CIVIL_EXCHANGE_SUBMISSION_H

#include "civil/civil.h"
#include "base/arena.h"
#include "base/json.h"

struct txn;

enum { SUBMISSION_ROWS_MAX = 2000 /* of a file: one write, one commitment; what is over goes with the next */ };

struct submission_asked {
    const char *target, *basis; /* basis: the document by which the bureau confirmed that it may */
    int64_t again;              /* the file whose refused and forgotten rows go again; 0: what is new or changed */
};
/* E_FORBIDDEN exchange.role; E_NOT_FOUND exchange.target, exchange.submission; E_INPUT exchange.basis_needed; E_CONFLICT exchange.submission_nothing. */
NODISCARD enum status submission_make(struct civil *c, const struct actor *who, const struct submission_asked *x, int64_t *ret, struct diag *d);
/* In `a`.  E_NOT_FOUND exchange.submission. */
NODISCARD enum status submission_file(struct civil *c, const struct actor *who, struct arena *a, int64_t id, struct span *ret_body, const char **ret_name, struct diag *d);

/* An acknowledgement, as CSV, XLSX or XLS: API ExchangeReturn.  state: taken; duplicate (this very file was read before), unknown (no file of
 * that number), other (its SM3 is not that of our file): these change nothing and are on record.  Believed as a whole or not at all:
 * E_INPUT sheet.*, exchange.receipt_head (part), exchange.receipt_heading (name), exchange.receipt_row (line, part), exchange.receipt_total; E_LIMIT exchange.receipt_rows. */
NODISCARD enum status submission_receive(struct civil *c, const struct actor *who, struct arena *a, const char *target, struct span file, const char *name, struct json_writer *w, struct diag *d);
/* Their own list beside what we would report today: API ExchangeDifference.  Personal values masked.  E_INPUT sheet.*, exchange.receipt_heading,
 * exchange.receipt_row, exchange.map; E_LIMIT exchange.receipt_rows.  map: "their heading=our heading,...", NULL: they say as we do; so a bureau's own
 * books of a month are set beside what we would pay, to the fen. */
NODISCARD enum status submission_compare(struct civil *c, const struct actor *who, struct arena *a, const char *target, const char *map, struct span file, const char *name, struct json_writer *w, struct diag *d);

/* API ExchangeSubmissionList (the newest hundred), ExchangeSubmissionRows (those that were refused or forgotten; E_NOT_FOUND exchange.submission). */
NODISCARD enum status submissions_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d);
NODISCARD enum status submission_rows_json(struct civil *c, struct txn *t, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d);

#endif
