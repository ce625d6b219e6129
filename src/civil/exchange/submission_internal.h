#ifndef CIVIL_EXCHANGE_SUBMISSION_INTERNAL_H
#define CIVIL_EXCHANGE_SUBMISSION_INTERNAL_H

#include "civil/exchange/exchange_internal.h"
#include "civil/exchange/submission.h"
#include "base/buf.h"
#include "crypto/hash.h"

struct access;

enum { SUBMISSION_COLUMNS_MAX = 24, SUBMISSION_LIST_MAX = 50000, SUBMISSION_TEXT_MAX = 200 };

/* What a column says; the catalogue's names in this order (submission_row.c). */
enum submission_field { SF_NUMBER, SF_SCHEME, SF_NAME, SF_ID_NUMBER, SF_RELATION, SF_DIVISION, SF_FROM, SF_MONTHLY, SF_STATE, SF_CASE, SF_DECIDED, SF_COUNT };
int submission_field(struct span name); /* -1: none */
/* The target's columns; E_INPUT exchange.catalogue. */
struct submission_column { enum submission_field field; const char *heading; };
struct submission_form { const struct json *item; const char *id, *format, *version; bool people; struct submission_column column[SUBMISSION_COLUMNS_MAX]; size_t columns; };
NODISCARD enum status submission_form(const struct civil *c, const char *target, struct submission_form *ret, struct diag *d); /* E_NOT_FOUND exchange.target */
NODISCARD enum status submission_form_of(const struct json *item, struct submission_form *ret, struct diag *d);
int submission_column_of(const struct submission_form *f, enum submission_field field); /* -1: it has none */

/* ---- rows as they are today (submission_row.c) -------------------------------------------------- */

struct submission_row {
    int64_t entitlement, person, fen;
    const char *number;                        /* MZ and the benefit's, of people P and the person's */
    struct span value[SUBMISSION_COLUMNS_MAX]; /* by column, as the file says it */
    char content[2 * HASH_BYTES + 1];
    bool ended;
};
/* Of a benefit: its payee, or the people of its household and those who were in a file before and are no more. */
NODISCARD enum status submission_rows_of(struct civil *c, struct txn *t, struct access *look, struct arena *a, const struct submission_form *f, int64_t entitlement,
    struct submission_row **ret, size_t *ret_n, struct diag *d);
/* Benefits of the target's schemes that may be told, in the clerk's division; ended ones when they were in a file.  In `a`. */
NODISCARD enum status submission_benefits(struct civil *c, struct txn *t, struct arena *a, const struct submission_form *f, const char *division, int64_t **ret, size_t *ret_n, struct diag *d);
/* Looks for the target: it is the office that reads. */
struct actor submission_reader(const struct actor *who, const struct submission_form *f);

/* ---- paper (submission_paper.c): pure ------------------------------------------------------------ */

struct submission_head { int64_t district, number; date_t as_of; const char *kind; };
void submission_write(struct buf *out, const struct submission_form *f, const struct submission_head *h, const struct submission_row *const *row, size_t n, char sm3[2 * HASH_BYTES + 1]);

struct receipt_row { int line; struct span number, code, reason, theirs; bool accepted; };
struct receipt { int64_t number; struct span sm3; date_t as_of; struct receipt_row *row; size_t count; };
NODISCARD enum status submission_receipt_read(struct arena *a, const struct submission_form *f, struct span file, struct receipt *ret, struct diag *d);

struct list_row { int line; struct span value[SUBMISSION_COLUMNS_MAX]; bool seen; };
struct their_list { bool has[SUBMISSION_COLUMNS_MAX]; struct list_row *row; size_t count; };
NODISCARD enum status submission_list_read(struct arena *a, const struct submission_form *f, const char *map, struct span file, struct their_list *ret, struct diag *d);
/* One value of a column said in two ways: 1450 and 1450.00, 202611 and 2026-11. */
bool submission_same(enum submission_field f, struct span a, struct span b);

/* One return as API ExchangeReturn (submission_json.c). */
NODISCARD enum status submission_return_json(struct civil *c, struct txn *t, int64_t id, struct json_writer *w, struct diag *d);

#endif
