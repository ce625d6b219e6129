/* The answers of witnesses, as cosign.c hears them.  Private to src/tlog. */
#ifndef TLOG_DOUBT_INTERNAL_H
#define TLOG_DOUBT_INTERNAL_H

#include "tlog/doubt.h"
#include "tlog/log_internal.h"

/* `vkey` says that the log has `size` entries, or other ones; asked was for the head of `asked`. */
NODISCARD enum status doubt_claim(struct txn *t, enum hash_kind tree, const struct tlog_trust_file *f, const char *vkey, uint64_t size, uint64_t asked,
    struct diag *d);
/* It has cosigned a head of this store. */
NODISCARD enum status doubt_withdraw(struct txn *t, enum hash_kind tree, const struct tlog_trust_file *f, const char *vkey, struct diag *d);

/* How often the log was restarted, and the size up to which heads have a former name. */
NODISCARD enum status tlog_former_get(struct txn *t, int64_t *ret_count, int64_t *ret_size, struct diag *d);

#endif
