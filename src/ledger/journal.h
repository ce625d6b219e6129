/* The books as text that other programs read, and balances at a moment.
 *
 * The journal is what hledger and ledger understand: a directive `account` for each
 * account, then each transfer as a transaction of two postings in CNY with two decimals
 * (docs/formats/journal.md).  It holds numbers of payments and batches, no person.
 *
 * The root of an account is told by the first digit of its code, as charts of public
 * accounting have it: 1 assets, 2 liabilities, 3 equity, 4 revenues, 5 expenses;
 * 8 is the budget's, a ring of its own that adds up to zero. */
#ifndef LEDGER_JOURNAL_H
#define LEDGER_JOURNAL_H

#include "base/arena.h"
#include "base/date.h"
#include "ledger/ledger.h"

/* Takes a piece of the text, which dies with the call. */
typedef enum status (*ledger_sink)(void *arg, struct span text, struct diag *d);

/* Transfers before `until` (0: all) of one district (0: all), in the order of their writing. */
NODISCARD enum status ledger_journal(struct txn *t, int64_t district, instant_t until, ledger_sink sink, void *arg, struct diag *d);

/* "assets:110102:1002.9"; E_CORRUPT ledger.code: its first digit names no root. */
NODISCARD enum status ledger_account_path(int64_t district, struct span code, char out[64], struct diag *d);

struct ledger_balance { int64_t account; const char *code; int64_t debit_fen, credit_fen; };
/* Of each account that was moved before `until`, added up from the transfers, by code. */
NODISCARD enum status ledger_balances(struct txn *t, int64_t district, instant_t until, struct arena *a, struct ledger_balance **ret, size_t *ret_n, int64_t *ret_transfers,
    struct diag *d);

#endif
