/* The books of a district seen as a whole: closing a month, balances, statements.
 *
 * A month is closed by two people: a cashier asks, which fixes the balances at its end and
 * their digest; a finance officer closes it, when they are the same still.  Only a month that is
 * over can be closed, in order, and only when the bank and the books agree or somebody accepted what is open (civil/bank/bank.h).  A closed month takes no posting (ledger.closed); what
 * was wrong in it is countered later.  Closing is an entry of the log. */
#ifndef CIVIL_BOOKS_BOOKS_H
#define CIVIL_BOOKS_BOOKS_H

#include "civil/civil.h"
#include "civil/entitlement/entitlement.h"

struct txn;
struct json_writer;

/* The first instant after the month, in Shanghai. */
instant_t books_month_end(month_t m);

/* E_FORBIDDEN payment.role; E_CONFLICT books.running (not over), books.order (one before it is open), books.closed, bank.unreconciled.
 * Asked again, while it is not closed: the balances of now, in the name of who asks. */
NODISCARD enum status books_closing_ask(struct civil *c, const struct actor *who, month_t m, struct diag *d);
/* E_FORBIDDEN payment.role, payment.two_people; E_CONFLICT books.not_asked, books.closed, books.changed, bank.unreconciled. */
NODISCARD enum status books_closing_close(struct civil *c, const struct actor *who, month_t m, struct diag *d);
/* API LedgerMonths: each with its balances. */
NODISCARD enum status books_months_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d);
/* API LedgerBalances: at the end of a month (0: now), added up from the transfers. */
NODISCARD enum status books_balances_json(struct civil *c, struct txn *t, const struct actor *who, month_t m, struct json_writer *w, struct diag *d);

/* API LedgerStatement: what was approved, paid, returned of months; by "scheme", "division" (the subdistrict) or "fund" (statement.h).  Batches of
 * compartments that `who` is not in are left out.  E_INPUT books.range (at most ten years), books.by. */
NODISCARD enum status books_statement_json(struct civil *c, struct txn *t, const struct actor *who, const char *by, month_t from, month_t to, struct json_writer *w, struct diag *d);

/* For check-store: digests and rows of closed months against the transfers, no gap, nothing later posted into one. */
NODISCARD enum status books_check_in(struct txn *t, enum lang l, struct buf *findings, int *ret_count, struct diag *d);

/* What this transaction posted (ledger_post) and the accounts that it opened come under evidence.  Called once, behind the last posting. */
NODISCARD enum status books_keep_in(struct civil *c, struct txn *t, const struct actor *who, struct diag *d);

#endif
