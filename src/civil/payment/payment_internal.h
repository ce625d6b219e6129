#ifndef CIVIL_PAYMENT_PAYMENT_INTERNAL_H
#define CIVIL_PAYMENT_PAYMENT_INTERNAL_H

#include "civil/payment/payment.h"
#include "ledger/ledger.h"

struct batch {
    int64_t district, id, month, prepared_by, prepared_at, approved_by, approved_at, count, total_fen, version;
    char scheme[32], state[16], file_sha[65], compartment[24]; /* "": none */
    bool complete;
    char *blocked; /* JSON array, in the transaction's arena */
};
/* E_NOT_FOUND payment.batch; also when it is not complete yet, or of a compartment that `who` is not in. */
NODISCARD enum status batch_read(struct txn *t, const struct actor *who, int64_t id, struct batch *ret, struct diag *d);
/* E_FORBIDDEN payment.role: `role` over the batch's district. */
NODISCARD enum status batch_role(const struct actor *who, const char *role, int64_t district, struct diag *d);
/* E_CONFLICT payment.version, payment.state. version 0: not asked. */
NODISCARD enum status batch_expect(const struct batch *b, const char *state, int64_t version, struct diag *d);

/* Reasons that are written down: a word at least, a page at most.  E_INPUT payment.reason. */
NODISCARD enum status payment_reason_check(const char *reason, struct diag *d);

/* The next payments of a batch in this state, by id: read before they are changed. */
enum { PAYMENT_ROWS = 200 };
struct payment_row { int64_t id, entitlement, payee, fen, month, correction; };
NODISCARD enum status payment_rows(struct txn *t, const struct batch *b, const char *state, struct payment_row row[PAYMENT_ROWS], size_t *ret_n, struct diag *d);

/* The accounts of a district's books. */
struct books { struct ledger_account expense, payable, transit, bank; };
NODISCARD enum status books_open(struct txn *t, int64_t district, struct books *ret, struct diag *d);

/* Key "name": what an account's code means, in both languages. */
struct json_writer;
void account_name_json(struct json_writer *w, struct span code);

/* The last day by which the month is paid: on a day off the working day before. */
date_t batch_due_on(struct civil *c, const struct batch *b);

/* Where the sealed bank file of a batch belongs. */
struct span payment_file_place(struct arena *a, const struct batch *b);

/* What the order to pay again commits to; reason NULL: of a time when none was asked for.  NULL: memory. */
char *payment_reissue_value(struct arena *a, int64_t payment, bool corrected, const char *reason);

/* What the entry of a batch commits to, and that of a payment did before it named who is paid. */
const struct json *payment_value(struct arena *a, int64_t id, int64_t entitlement, month_t m, int64_t fen);
const struct json *payment_line_value(struct arena *a, const struct payment_row *p, int64_t batch);

#endif
