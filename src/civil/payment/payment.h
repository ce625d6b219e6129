/* Monthly payment runs (发放批次).
 *
 * prepare -> approve (another person) -> bank file -> returns.  Preparing asks every benefit of the month again first
 * (civil/recheck/recheck.h), whoever prepares and by whatever door.  A run is long:
 * it is prepared in chunks and visible when complete; every step that was
 * interrupted is taken up by the same call.  Paying an
 * entitlement twice for a month cannot be written (payment_once).  The ledger:
 *   prepare  nothing
 *   approve  debit 5001 assistance expense   credit 2202 benefits payable
 *   send     debit 2202 benefits payable     credit 1002.9 money in transit
 *   paid     debit 1002.9 money in transit   credit 1002 bank
 *   returned debit 1002.9 money in transit   credit 2202 benefits payable
 *   reversal debit 2202 benefits payable     credit 5001 assistance expense
 * one transfer a payment.  A returned payment is paid again by a new line of a
 * later batch, when a cashier ordered it (with a corrected account, or the same
 * one); the approval of that line reverses the expense of the returned one; it pays what is due of the month by then.
 * What is owed of months that were run (civil/entitlement/life.h) is a line of its own, paid with the next batch.  What
 * was overpaid is a claim:
 *   overpaid         debit 1221 overpaid   credit 5001
 *   overpaid.undone  debit 5001            credit 1221
 *   recovered        debit 1002 bank       credit 1221
 *   waived           debit 5002 waived     credit 1221 */
#ifndef CIVIL_PAYMENT_PAYMENT_H
#define CIVIL_PAYMENT_PAYMENT_H

#include "base/message.h"
#include "civil/entitlement/entitlement.h"

/* *ret_made (may be NULL): this call opened the batch; false: it finished one that was under way, its
 * own or an interrupted one.  `c` needs its policies.  E_CONFLICT payment.batch_exists (an open batch of the month),
 * payment.month_future, payment.nothing_new (all of the month is in other batches, or nobody is entitled). */
NODISCARD enum status payment_batch_prepare(struct civil *c, const struct actor *who, int64_t district, const char *scheme, month_t m, int64_t *ret_batch,
    bool *ret_made, struct diag *d);
/* The same for one compartment, of which `who` is a member: E_INPUT payment.compartment.  NULL: what is in none. */
NODISCARD enum status payment_batch_prepare_of(struct civil *c, const struct actor *who, int64_t district, const char *scheme, const char *compartment, month_t m, int64_t *ret_batch,
    bool *ret_made, struct diag *d);
/* Orders a returned payment to be paid again, by the next batch of its month.  bank_account "" or NULL: the
 * account is right as it is.  reason: what was found out, under evidence.  E_NOT_FOUND payment.none; E_FORBIDDEN payment.role; E_CONFLICT payment.not_returned,
 * payment.reissued; E_INPUT register.bank_account, register.bank_name, payment.bank_name, payment.reason. */
NODISCARD enum status payment_reissue(struct civil *c, const struct actor *who, int64_t payment, const char *bank_account, const char *bank_name, const char *reason, struct diag *d);
/* E_FORBIDDEN payment.two_people; E_CONFLICT payment.state, payment.version, payment.empty, payment.unconfirmed (a parameter to be confirmed blocks all of it),
 * payment.not_rechecked, payment.recheck_open (a finding of the re-check says of one of its lines that it must not be paid as it stands),
 * budget.lacking: nothing is approved that the year's appropriations do not cover (civil/budget/appropriation.h). */
NODISCARD enum status payment_batch_approve(struct civil *c, const struct actor *who, int64_t batch, int64_t version, struct diag *d);
/* A draft only; the payments' month is free again.  E_CONFLICT payment.state, payment.version, payment.approving; E_INPUT payment.reason. */
NODISCARD enum status payment_batch_cancel(struct civil *c, const struct actor *who, int64_t batch, int64_t version, const char *reason, struct diag *d);
/* The bank file, in the packs' format of this id (NULL: their first; docs/formats/bank-file.md).  The first export
 * sends the batch and keeps the bytes; every other gives the same, whatever format it names.
 * E_INPUT payment.format; E_CONFLICT payment.format_value (a value that the format cannot carry). */
struct payment_file { struct span body; const char *name, *media, *format; };
NODISCARD enum status payment_batch_file_as(struct civil *c, struct arena *a, const struct actor *who, int64_t batch, const char *format, struct payment_file *ret, struct diag *d);
NODISCARD enum status payment_batch_file(struct civil *c, struct arena *a, const struct actor *who, int64_t batch, struct span *ret, const char **ret_name, struct diag *d);
/* The returns file: our CSV, or pain.002 (bank_results.h).  Bad rows are reported and the rest goes on; a row twice, unknown, or
 * with another amount is refused, and so are all rows of a payment that contradict each other. */
NODISCARD enum status payment_batch_returns(struct civil *c, struct arena *a, const struct actor *who, int64_t batch, struct span file, struct json_writer *w, struct diag *d);

NODISCARD enum status payment_batches_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d);
NODISCARD enum status payment_batch_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t batch, const char *cursor, const char *state, struct json_writer *w, int64_t *ret_version, struct diag *d);
NODISCARD enum status payment_batch_one_json(struct civil *c, struct txn *t, const struct actor *who, int64_t batch, struct json_writer *w, struct diag *d);

/* API BatchPreview: the batch against the batches of the month before, every difference with its reason; `reason` (may be NULL)
 * lists its entitlements, 200 at most. */
NODISCARD enum status payment_preview_json(struct civil *c, struct txn *t, const struct actor *who, int64_t batch, const char *reason, struct json_writer *w, struct diag *d);

/* Is the person a payee of a batch that this cashier prepared?  E_FORBIDDEN payment.role; E_NOT_FOUND register.person. */
NODISCARD enum status payment_payee_in_scope(struct civil *c, struct txn *t, const struct actor *who, int64_t district, int64_t person, struct diag *d);

/* Invariants for check-store: balances equal the sum of transfers, no month twice, batch totals. */
NODISCARD enum status payment_check(struct civil *c, enum lang l, struct buf *findings, int *ret_count, struct diag *d);

#endif
