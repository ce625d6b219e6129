#ifndef CIVIL_BANK_BANK_INTERNAL_H
#define CIVIL_BANK_BANK_INTERNAL_H

#include "civil/bank/bank.h"
#include "ledger/ledger.h"
#include "store/store.h"

/* A day in Shanghai begins. */
static inline instant_t bank_day(date_t d) { return ((int64_t)d * 86400 - 8 * 3600) * 1000000; }

/* SQL of a transfer x that no match holds. */
#define BANK_FREE \
    "NOT EXISTS (SELECT 1 FROM bank_matched m WHERE m.district = x.district AND m.what = 'transfer' AND m.reference = x.id) " \
    "AND (x.kind <> 'paid' OR NOT EXISTS (SELECT 1 FROM bank_matched m WHERE m.district = x.district AND m.what = 'batch' AND m.reference = x.batch))"

/* The account 1002, and the first moment that statements tell of (0: there is none). */
struct cash { struct ledger_account account; instant_t start; };
NODISCARD enum status bank_cash(struct txn *t, int64_t district, struct cash *ret, struct diag *d);
/* Everything that can be matched; *ret: entries that were. */
NODISCARD enum status bank_match_in(struct txn *t, int64_t district, int64_t *ret, struct diag *d);

/* The account at the end of a day.  bank - books = only_bank - only_books + days + gaps. */
struct position {
    bool any;              /* a statement reaches the day or ends before it */
    date_t on;             /* the last day that statements tell of, until then */
    instant_t until;       /* its end; without a statement that of the day asked for */
    int64_t bank, books, only_bank, only_books, days, gaps;
    int64_t entries, transfers, gap_count; /* open ones */
    int64_t mark;          /* of which ones */
    bool uncovered;        /* money moved, and no statement tells of the day asked for */
};
NODISCARD enum status bank_position(struct txn *t, int64_t district, date_t day, struct position *ret, struct diag *d);
static inline int64_t position_items(const struct position *p) { return p->entries + p->transfers + p->gap_count + p->uncovered; }
enum { BANK_PRINT_MAX = 128 };
void bank_print(const struct position *p, char out[BANK_PRINT_MAX]);

/* Of the packs' reasons: 2 to 500 characters.  E_INPUT payment.reason. */
NODISCARD enum status bank_reason_ok(const char *reason, struct diag *d);

#endif
