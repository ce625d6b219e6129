/* Statements: what was approved, paid, came back and is under way, by month and by scheme, subdistrict or fund; of all, or
 * of one person.  As rows, as the API's JSON, as a file for a spreadsheet or on paper. */
#ifndef CIVIL_BOOKS_STATEMENT_H
#define CIVIL_BOOKS_STATEMENT_H

#include "civil/books/books.h"

struct access;

struct statement_line { const char *key; month_t month; int64_t count, approved, paid, returned, correction; };
struct statement {
    const char *by;          /* scheme, division, fund */
    const char *name;        /* of one person; NULL: of all */
    month_t from, to;
    struct statement_line *line; size_t count;
    int64_t approved, paid;
};
/* Fund: central, city, district, as the batch was shared out when it was approved, else as the packs share it; a payment counts in
 * each fund that bears of it.  Batches of compartments that `who` is not in are left out.
 * E_FORBIDDEN payment.role; E_INPUT books.range (at most ten years), books.by; E_LIMIT books.range. */
NODISCARD enum status statement_read(struct civil *c, struct txn *t, const struct actor *who, const char *by, month_t from, month_t to, struct statement *ret, struct diag *d);
/* Of the person who is paid by the entitlement (0: the resident himself), by scheme.  E_NOT_FOUND as benefit_json. */
NODISCARD enum status statement_person(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t entitlement, month_t from, month_t to, struct statement *ret, struct diag *d);

/* csv, xlsx or pdf.  *ret_media is static.  E_INPUT books.format; E_LIMIT doc.pages. */
NODISCARD enum status statement_file(struct civil *c, struct txn *t, const struct statement *s, const char *format, enum lang l, struct buf *out, const char **ret_media, struct diag *d);

#endif
