/* What speaks against this store being the log's whole history.
 *
 * A store that was put back from an old backup, with the keys and the anchor
 * of that day, is sound in itself.  Only others know better: a witness has a
 * checkpoint that the store does not contain.  While such a doubt stops the log,
 * no head is signed (tlog_checkpoint_make); entries are still taken in, since
 * nobody's case may wait for it, and get their receipts when it is over.
 *
 * shown    the witness shows a checkpoint with the log's own signature.  That is
 *          proof, and stops, until the store contains it.
 * claimed  its answer alone says so (409 with a size that was never here, 409 or
 *          422 to a proof that is right).  One that lies must not stop a log, so a
 *          claim stops when without the claimants no quorum is left: then no head
 *          could become final anyway.  It ends when the witness cosigns again.
 *
 * The way out is the lost part, put back from a newer copy.  When it is lost for
 * good, tlog_restart_in gives the log a new name: under the old one every further
 * head would be a fork. */
#ifndef TLOG_DOUBT_H
#define TLOG_DOUBT_H

#include "tlog/log.h"
#include "tlog/trust.h"

/* E_CORRUPT tlog.doubt_shown, tlog.doubt_claimed: the log is stopped.  OK: it may sign. */
NODISCARD enum status tlog_doubt_check(struct txn *t, struct diag *d);
/* Every doubt that stands, those that do not stop (tlog.doubt_noted) too. */
NODISCARD enum status tlog_doubt_each(struct txn *t, void (*finding)(void *arg, const struct diag *d), void *arg, struct diag *d);

/* Has this witness claimed what it has not shown? */
NODISCARD enum status tlog_doubt_unshown(struct store *s, enum hash_kind tree, const struct tlog_vkey *witness, bool *ret, struct diag *d);
/* What it shows for it.  Kept when the log's key signed it and the store does not
 * contain it; else nothing changes. */
NODISCARD enum status tlog_doubt_show(struct store *s, enum hash_kind tree, const struct tlog_vkey *witness, struct span note, struct diag *d);

/* Under the next head the log has the name <origin>/r1, /r2 and so on, and goes
 * on with what is here; former heads stay, doubts end, witnesses are asked anew.
 * E_NOT_FOUND tlog.head: there is no head yet. */
struct tlog_restarted { int64_t n, size; };
NODISCARD enum status tlog_restart_in(struct txn *t, struct tlog_restarted *ret, struct diag *d);
/* Is it the name of the log, or of one before a restart, here?  `ret_former`: before. */
NODISCARD enum status tlog_name_former(struct txn *t, struct span origin, bool *ret_former, struct diag *d);

#endif
