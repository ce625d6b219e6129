/* What the bank says beside what the books say (对账).
 *
 * A statement is imported once, whole or not at all, its entries chained: opening + entries = closing, and
 * what the next one begins with is what this one ended with, or the gap is told.  Matching:
 *   by the end-to-end number   a debit and the `paid` transfer of that payment; a debit and a credit of a payment that came back
 *   by the batch               a debit of its total, the credits of what came back of it, and all that was paid of it
 *   by amount and days         what names no number, when it is the only one of its sum on both sides within five days
 * What is left is only in the bank or only in the books.  A finance officer settles it with a reason: by a posting
 *   funding  1002 / 4001   interest 1002 / 4301   returned_late, unclear  1002 / 2203   opening 1002 / 3001   fee 5003 / 1002
 * (the other way round where money went), or for a transfer of the books a counter-posting against 2203.  At the end of a
 * day the bank's balance less the books' is what is open on either side, what both have on different days, and gaps: to
 * the fen.  A month is closed when nothing of it is open, or a finance officer accepted it with a reason. */
#ifndef CIVIL_BANK_BANK_H
#define CIVIL_BANK_BANK_H

#include "civil/entitlement/entitlement.h"

struct txn;
struct json_writer;
struct arena;
struct buf;

/* API BankImport.  E_FORBIDDEN payment.role; E_INPUT of statement.h, bank.account; E_CONFLICT bank.known, bank.before. */
NODISCARD enum status bank_import(struct civil *c, struct arena *a, const struct actor *who, const char *format, struct span file, struct json_writer *w, struct diag *d);
/* Looks again, after results came in: how many entries found their transfer. E_FORBIDDEN payment.role. */
NODISCARD enum status bank_match_again(struct civil *c, const struct actor *who, int64_t *ret_matched, struct diag *d);
/* E_FORBIDDEN payment.role, bank.two_people (who imported does not settle); E_NOT_FOUND bank.entry; E_CONFLICT bank.settled; E_INPUT bank.kind (not for this direction), payment.reason. */
NODISCARD enum status bank_settle(struct civil *c, const struct actor *who, int64_t entry, const char *kind, const char *reason, struct diag *d);
/* The counter-posting of a transfer that the bank does not have.  E_NOT_FOUND bank.transfer; E_CONFLICT bank.settled. */
NODISCARD enum status bank_counter(struct civil *c, const struct actor *who, int64_t transfer, const char *reason, struct diag *d);
/* What is open of a month as it is now.  E_CONFLICT bank.nothing_open. */
NODISCARD enum status bank_accept(struct civil *c, const struct actor *who, month_t m, const char *reason, struct diag *d);

/* API BankStatementList, with the position at the last statement's end. */
NODISCARD enum status bank_statements_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d);
/* API BankDifferences: what is open at the end of a month (0: of the last statement), 200 of each side at most. */
NODISCARD enum status bank_differences_json(struct civil *c, struct txn *t, const struct actor *who, month_t m, struct json_writer *w, struct diag *d);

/* For the closing of a month: matches what can be, then E_CONFLICT bank.unreconciled (items) unless that was accepted. */
NODISCARD enum status bank_month_ready_in(struct txn *t, int64_t district, month_t m, struct diag *d);
/* For check-store: statements add up, each match is the same sum on both sides, settlements have their posting, the differences add up. */
NODISCARD enum status bank_check_in(struct txn *t, enum lang l, struct buf *findings, int *ret_count, struct diag *d);

#endif
