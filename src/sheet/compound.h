/* A compound file ([MS-CFB]): a small file system in one file, in which XLS keeps its stream.
 *
 * Every number in it is untrusted: sectors outside the file, chains that run in circles and sizes
 * beyond the file end in sheet.xls_damaged. */
#ifndef SHEET_COMPOUND_H
#define SHEET_COMPOUND_H

#include "base/arena.h"

struct compound {
    struct span file;
    struct arena *a;
    unsigned shift, mini_shift, mini_cutoff;
    uint32_t *fat, *mini_fat;
    size_t fat_count, mini_count;
    struct span directory, mini; /* the mini stream, which small streams live in */
};

/* E_INPUT sheet.xls_damaged, E_LIMIT. */
NODISCARD enum status compound_open(struct compound *c, struct span file, struct arena *a, struct diag *d);
/* The stream's bytes, in the arena; *ret_there false when there is none of that name (ASCII, any case). */
NODISCARD enum status compound_stream(struct compound *c, const char *name, struct span *ret, bool *ret_there, struct diag *d);
bool compound_has(const struct compound *c, const char *name); /* a stream or a storage */

#endif
