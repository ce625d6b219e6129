/* A new master key for the store.
 *
 * What hangs on the master stands in civil/archive/sealed.h.  What events, notices
 * and papers say is sealed with the person's key and stays as it is: its key has
 * another wrapping.
 *
 * Safe at every moment: the new key is on disk before the first value is sealed
 * with it, a value is under the one or the other key, and the former key goes
 * when a second reading of everything found nothing under it.  Broken off
 * anywhere, the same call goes on. */
#ifndef CIVIL_ARCHIVE_ROTATE_H
#define CIVIL_ARCHIVE_ROTATE_H

#include "civil/civil.h"

struct archive_rotation {
    int64_t persons, values, bank_files; /* under the new key now; values: the bank's files apart */
    int64_t renewed;                     /* of these by this call */
    char from[9], to[9];                 /* names of the newest former key and the new one; from "": there was no former */
    bool retired;                        /* the former keys are gone from the file */
};
/* `c->vault` was opened on `key_file` after vault_rotate, so it knows both keys;
 * with one key only everything is checked and nothing changes.  `keep`: former keys stay in
 * the file, for backups made before.  One entry in the log for each new key.
 * E_CORRUPT archive.sealed, archive.sealed_left: something does not open under any
 * key, or is in no list; nothing is retired then. */
NODISCARD enum status archive_rotate(struct civil *c, const struct actor *who, const char *key_file, bool keep, struct archive_rotation *ret,
    struct diag *d);

#endif
