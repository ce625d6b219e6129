/* One salt is stored with a thing; each of its commitments has its own, derived
 * one way, so that opening one tells nothing of the others.  The same derivation
 * as civil/case's evidence_salt. */
#ifndef CIVIL_SALT_H
#define CIVIL_SALT_H

#include "crypto/hash.h"
#include "tlog/log.h"

struct civil_salt { uint8_t byte[TLOG_SALT_BYTES]; };

/* what: matter, subject, payload */
static inline struct civil_salt civil_salt(struct span master, const char *what) {
    struct civil_salt ret;
    struct span part = span_of(what);
    struct hash h = hmac_of(HASH_SM3, master, &part, 1);
    memcpy(ret.byte, h.byte, TLOG_SALT_BYTES);
    return ret;
}

#endif
