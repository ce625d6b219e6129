/* Has the log's heads cosigned: a thread for each witness of the trust file, so
 * that one that is away or slow delays nobody.  One that claims to know another
 * history is asked to show it (GET its state, as our own witnesses give it). */
#ifndef SERVER_COSIGNING_H
#define SERVER_COSIGNING_H

#include "tlog/trust.h"

struct store;
struct cosigning;
struct cosigning_config {
    struct store *store;
    const struct tlog_trust_file *trust; /* outlives it */
    void (*log)(void *arg, const char *line); /* NULL: none; what a witness answers for the first time */
    void *log_arg;
};

/* One round with one witness for both trees (`anyway` as in tlog/cosign.h): *ret_cosigned trees' latest heads
 * have its cosignature now.  What the witness answers is in the store
 * (tlog_cosign_state_get), not a failure. */
NODISCARD enum status cosigning_round(const struct cosigning_config *c, size_t witness, bool anyway, int *ret_cosigned, struct diag *d);

NODISCARD enum status cosigning_start(const struct cosigning_config *c, struct cosigning **ret, struct diag *d);
/* Has every witness been asked once since the start (whatever it said)?  Before that
 * a store put back from an old backup would sign what a witness knows to be wrong. */
bool cosigning_asked(struct cosigning *x);
struct cosigning *cosigning_stop(struct cosigning *x);

#endif
