/* 资金分配: a sum that is shared out over divisions by factors (factors.h), kept, decided by two people and posted.
 *
 * A cashier drafts it with the table of factors; it is reckoned at once and its divisions are kept.  A finance officer
 * other than the author approves it: each division's amount is posted.  Taking one back is asked for by a
 * cashier with a reason and done by a finance officer other than he; it posts the counter-postings.  The steps are not kept:
 * the table is, and factors_allocate says the same of it at any time (allotment_check_in proves that).
 *
 * In the ledger: debit 8401.<year>.<fund> (shared out), credit 8501.<division>.<year>.<fund> (a division's), kinds
 * fund.allotted and fund.recalled, one a division, reference its row.
 * Everything is under evidence (KEPT_ALLOTMENT, KEPT_ALLOTMENT_ROW). */
#ifndef CIVIL_BUDGET_ALLOTMENT_H
#define CIVIL_BUDGET_ALLOTMENT_H

#include "base/json.h"
#include "base/message.h"
#include "civil/civil.h"

struct txn;

enum { ALLOTMENT_TABLE_MAX = 512 << 10 /* 10,000 divisions with four factors; a body of JSON stays below HTTP's 1 MiB */, ALLOTMENT_WORDS_MAX = 200 /* characters of a document or reason */,
    ALLOTMENT_FUND_MAX = 40 };

struct allotment_new {
    int64_t year, total_fen, unit_fen;
    const char *fund;     /* 2 to ALLOTMENT_FUND_MAX letters and digits: the name is part of accounts */
    const char *document; /* by which the sum was granted */
    struct span factors;  /* a table as factors_read takes it; every division is one of the store's, below the district's own */
};

/* E_FORBIDDEN payment.role; E_INPUT budget.year, allotment.fund, budget.document, allotment.unit, allotment.division (line, division), factors.*. */
NODISCARD enum status allotment_draft(struct civil *c, const struct actor *who, const struct allotment_new *x, int64_t *ret, struct diag *d);
/* What happens to one.  withdraw: its author, while it is a draft.  approve: a finance officer, not the author.  ask: a cashier, with a
 * reason.  keep: a finance officer refuses to take it back.  revoke: a finance officer who did not ask.
 * E_FORBIDDEN payment.role, payment.two_people; E_NOT_FOUND allotment.none; E_CONFLICT allotment.state; E_INPUT allotment.act, allotment.reason. */
NODISCARD enum status allotment_act(struct civil *c, const struct actor *who, int64_t id, const char *act, const char *reason, struct diag *d);

/* API AllotmentList of a year, the last first. */
NODISCARD enum status allotments_json(struct civil *c, struct txn *t, const struct actor *who, int64_t year, struct json_writer *w, struct diag *d);
/* API Allotment: with every step of the reckoning.  E_NOT_FOUND allotment.none. */
NODISCARD enum status allotment_json(struct civil *c, struct txn *t, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d);
/* API Allocation of what is not kept; errors as allotment_draft. */
NODISCARD enum status allotment_try_json(struct civil *c, struct txn *t, const struct actor *who, const struct allotment_new *x, struct json_writer *w, struct diag *d);

/* Findings for check-store: rows that are not what the table says, or not what is posted. */
NODISCARD enum status allotment_check_in(struct txn *t, enum lang l, struct buf *out, int *count, struct diag *d);

#endif
