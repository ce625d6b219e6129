/* The log's last head in a file outside the store, beside the keys.
 *
 * A store that was put back from an old backup is sound in itself and would go
 * on from there: another history under the same sizes.  The anchor remembers
 * what was signed; while the store does not contain it, nothing is signed. */
#ifndef SERVER_ANCHOR_H
#define SERVER_ANCHOR_H

#include "base/base.h"

struct store;
/* No file, or the store has the head that it names, or the log was restarted
 * since under another name (tlog/doubt.h): OK.  E_CORRUPT
 * tlog.anchor_behind: the store is shorter than what was signed;
 * tlog.anchor_fork: its tree had another root at that size.  E_INPUT
 * tlog.anchor_file: not an anchor. */
NODISCARD enum status anchor_check(struct store *s, const char *path, struct diag *d);
/* Writes the latest head, durably, in one step.  E_SYSTEM cli.file. */
NODISCARD enum status anchor_write(struct store *s, const char *path, struct diag *d);

#endif
