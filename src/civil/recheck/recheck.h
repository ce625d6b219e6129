/* Asking again before money goes out (动态管理).
 *
 * Before a month is paid (payment_batch_prepare does it, and approval asks), every benefit that is due in it is decided once more: with the facts it was granted on,
 * changed where the registers tell something else of today than of the day of that decision, with the bureau's own
 * books of what the household receives, by the policy and the figures of the month's first day.  (A register that was
 * wrong on that day and was corrected since is no change: then the case is reopened.)
 *
 * The machine changes nothing.  What comes out otherwise is a finding that an officer works off: more is granted by
 * a decider, less or nothing is proposed to the person by a clerk (civil/entitlement/life.h), or it is kept as it is
 * with the reason.  Until then, and where a fact is missing, what is in payment goes on.  One exception each way: a
 * payee whom the register calls dead is suspended (a person confirms it), and a benefit whose rules fail is not paid,
 * alone, until somebody looked.
 *
 * What a person kept as it is does not come up again in that month, nor what is proposed before that is decided.
 *
 * The run is one look of a bulk kind in the log (purpose review); what changed is sealed with the payee's key. */
#ifndef CIVIL_RECHECK_RECHECK_H
#define CIVIL_RECHECK_RECHECK_H

#include "base/json.h"
#include "civil/entitlement/entitlement.h"

struct actor;
struct access;

enum recheck_kind { RECHECK_SAME, RECHECK_HIGHER, RECHECK_LOWER, RECHECK_ENDS, RECHECK_UNDECIDED, RECHECK_FAILED, RECHECK_DEATH, RECHECK_KINDS };
/* "same", "higher", ... : the column and the API's word. */
const char *recheck_kind_name(enum recheck_kind k);

/* All of a scheme's benefits that are due in the month, in chunks: what was interrupted goes on with the next call,
 * what is complete is asked anew.  By a cashier of the district, or the system.
 * E_INPUT recheck.scheme; E_FORBIDDEN recheck.role; E_CONFLICT recheck.month (further ahead than the next). */
struct recheck_report { int64_t asked, count[RECHECK_KINDS]; };
NODISCARD enum status recheck_month(struct civil *c, const struct actor *who, int64_t district, const char *scheme, month_t m, struct recheck_report *ret, struct diag *d);

/* What a register told anew since (civil/register/touched.h): the benefits in payment that rest on it, asked at once, some twenty people a call; the findings are
 * as a run's, for this month or the one in which the benefit begins.  *ret_did is set when there may be more.  What fails waits longer each time. */
NODISCARD enum status recheck_asked(struct civil *c, bool *ret_did, struct diag *d);

/* A run of the month is complete, and none is under way. */
NODISCARD enum status recheck_done_in(struct txn *t, int64_t district, const char *scheme, month_t m, bool *ret, struct diag *d);

/* The rules failed for it and nobody has looked yet: it is not paid. */
NODISCARD enum status recheck_holds_in(struct txn *t, int64_t district, int64_t entitlement, bool *ret, struct diag *d);

/* API RecheckList: the runs of a month (0: the latest of each scheme) and the open findings in the officer's divisions,
 * newest first, 100 a page behind `cursor` (NULL: the first).  E_INPUT recheck.cursor. */
NODISCARD enum status recheck_list_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, month_t m, const char *cursor, struct json_writer *w, struct diag *d);

/* API RecheckRun: one run. */
NODISCARD enum status recheck_run_json(struct txn *t, int64_t district, const char *scheme, month_t m, struct json_writer *w, struct diag *d);

/* Works a finding off: "grant" (by a decider: what is higher is due from the month the scheme's rule says),
 * "propose" (by a clerk: what is lower or ends), "keep" (by a clerk: it stays as it is, or was looked at; failed ones
 * are paid again).  The act or proposal and the closing are one transaction.  E_NOT_FOUND recheck.none; E_CONFLICT recheck.closed, recheck.kind; those of
 * entitlement_change and entitlement_propose; E_INPUT entitlement.words. */
NODISCARD enum status recheck_close(struct civil *c, const struct actor *who, int64_t finding, const char *how, const char *words, struct diag *d);

#endif
