/* Double entry in the store.
 *
 * A transfer debits one account and credits another with one positive amount,
 * so the books are balanced in every row and at every moment; there is no way
 * to write half of it.  An account knows its normal side; one that would go
 * over to the other side is refused (E_CONFLICT ledger.overdrawn), by the
 * schema.  A transfer happens once: (kind, reference) is unique, so a job that is
 * run again finds it done (E_CONFLICT ledger.done_already).  A posting is of the
 * moment at which it is made; none goes into a month that is closed (E_CONFLICT
 * ledger.closed): what was wrong there is countered in a later one.
 *
 * Amounts are fen.  Works in the caller's transaction. */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "base/message.h"
#include "store/store.h"

struct ledger_account { int64_t id; int64_t debit_fen, credit_fen; };

/* The account of this code; opened when it is not there. normal: debit, credit, either. */
NODISCARD enum status ledger_account_get(struct txn *t, int64_t district, const char *code, const char *kind, const char *normal,
    struct ledger_account *ret, struct diag *d);

struct ledger_transfer {
    int64_t district, debit, credit, amount_fen;
    const char *kind;   /* "approve", "send" ... */
    int64_t reference;  /* what it is for: a payment */
    int64_t batch;      /* 0: none */
};
NODISCARD enum status ledger_post(struct txn *t, const struct ledger_transfer *x, struct diag *d);
/* n of them at once, all or (with the caller's transaction) none: each account is brought up to date once, so an account of
 * them that is empty in between and covered at their end is none that is overdrawn.  Else as ledger_post; n 0: OK. */
NODISCARD enum status ledger_post_all(struct txn *t, const struct ledger_transfer *x, size_t n, struct diag *d);

/* Recomputes every balance from the transfers; a line a finding. */
NODISCARD enum status ledger_check(struct txn *t, enum lang l, struct buf *findings, int *ret_count, struct diag *d);

#endif
