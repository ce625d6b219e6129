/* Appropriations (预算指标): how much of a year may be paid for a scheme out of which level's money.
 *
 * Registered by two people (a cashier enters, a finance officer registers), by the document that grants it.  From the
 * first one of a year on, no batch of that year is approved without: approval locks each level's share of every
 * line first, and refuses the batch, with how much is lacking, before anything is posted.  What
 * arrives is spent, what comes back is free again.  A year without any is not controlled:
 * nothing is locked, and its batches move no fund.
 *
 * Who bears what is the packs' funding.csv, dated: shares of a scheme add up to 1; a scheme that
 * is not there is the district's own.  A line is split to the fen by largest remainders, line by line, then summed.
 *
 * In the ledger (level, scheme and year in the code): 8001 appropriated, 8101 available, 8201 locked, 8301 spent.
 *   fund.appropriated  debit 8001 credit 8101      fund.lock.<level>  debit 8101 credit 8201, one a batch
 *   fund.spent         debit 8201 credit 8301      fund.released      debit 8201 credit 8101 */
#ifndef CIVIL_BUDGET_APPROPRIATION_H
#define CIVIL_BUDGET_APPROPRIATION_H

#include "civil/civil.h"
#include "civil/entitlement/entitlement.h"

struct txn;
struct json_writer;

enum { BUDGET_LEVELS = 3 };
extern const char *const budget_level[BUDGET_LEVELS]; /* "central", "city", "district" */

struct appropriation_new { int64_t year; const char *scheme, *level, *document; int64_t amount_fen; };
/* E_FORBIDDEN payment.role; E_INPUT budget.year, payment.scheme, budget.level, budget.amount, budget.document. */
NODISCARD enum status appropriation_enter(struct civil *c, const struct actor *who, const struct appropriation_new *x, int64_t *ret, struct diag *d);
/* E_FORBIDDEN payment.role, payment.two_people; E_NOT_FOUND budget.none; E_CONFLICT budget.registered. */
NODISCARD enum status appropriation_register(struct civil *c, const struct actor *who, int64_t id, struct diag *d);

/* One batch towards the budget.  Lock: once, at approval; E_CONFLICT budget.lacking (level, scheme, year, yuan).  The others
 * do nothing for a batch that was not locked; `fen` is a line that arrived or came back. */
struct budget_batch { int64_t district, batch; month_t month; const char *scheme; };
NODISCARD enum status budget_lock_in(struct civil *c, struct txn *t, const struct budget_batch *b, struct diag *d);
struct budget_moves { bool locked; int64_t share[BUDGET_LEVELS], spent[BUDGET_LEVELS], released[BUDGET_LEVELS]; };
NODISCARD enum status budget_moves_begin(struct txn *t, const struct budget_batch *b, struct budget_moves *m, struct diag *d);
void budget_moves_add(struct budget_moves *m, bool paid, int64_t fen);
NODISCARD enum status budget_moves_post(struct txn *t, const struct budget_batch *b, const struct budget_moves *m, struct diag *d);

/* API Budget: appropriations, and what of each fund is available, locked, spent. */
NODISCARD enum status budget_json(struct civil *c, struct txn *t, const struct actor *who, int64_t year, struct json_writer *w, struct diag *d);

#endif
