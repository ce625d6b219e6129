/* Papers and produced documents, known by the SM3 of their content.  Each is
 * sealed (SM4-CTR, then HMAC-SM3) with a key of its own, that with the person's
 * data key, and that with the master key: erasing any of the three erases the
 * content, and a new master key has only persons' keys to wrap again. */
#ifndef CIVIL_ARCHIVE_ARCHIVE_H
#define CIVIL_ARCHIVE_ARCHIVE_H

#include "civil/civil.h"
#include "base/arena.h"

struct txn;
struct access;

enum { ARCHIVE_FILE_MAX = 10 * 1024 * 1024 }; /* a scanned page at 300 dpi stays below 3 MB; three pages */

/* Takes PDF, PNG, JPEG by their content, not their name (E_INPUT archive.type,
 * archive.cut, archive.damaged, archive.empty, archive.name; E_LIMIT archive.size). `ret_entry` may be NULL. */
NODISCARD enum status archive_add_in(struct civil *c, struct txn *t, const struct actor *who, int64_t district, int64_t person,
    int64_t case_id, const char *name, const char *kind, struct span content, int64_t *ret_file, struct diag *d);
NODISCARD enum status archive_open_in(struct civil *c, struct txn *t, struct access *x, struct arena *a, int64_t district, int64_t file,
    struct span *ret, const char **ret_media, const char **ret_name, struct diag *d); /* E_CORRUPT archive.hash */

#endif
