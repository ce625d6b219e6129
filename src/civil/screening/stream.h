/* One array of a snapshot growing in its file (snapshot_write.c only).
 *
 * The file is made when the first byte that is not zero comes; what lay before is a
 * hole.  So a column that nobody knows costs nothing. */
#ifndef CIVIL_SCREENING_STREAM_H
#define CIVIL_SCREENING_STREAM_H

#include "cohort/snapshot.h"

enum { STREAM_NAME_MAX = 48 };

struct stream {
    int folder;              /* of the snapshot */
    char name[STREAM_NAME_MAX];
    int fd;                  /* -1: only zeros so far */
    uint64_t bytes;          /* of the array, buffered ones included */
    uint8_t *buffer;
    size_t buffered;
    uint64_t bits, word;     /* bit streams: rows so far, and the word being filled */
};

void stream_init(struct stream *s, int folder, const char *name);
void stream_release(struct stream *s); /* closes; the file stays */
NODISCARD enum status stream_write(struct stream *s, const void *p, size_t n, struct diag *d);
/* `n` zeros. */
NODISCARD enum status stream_zeros(struct stream *s, uint64_t n, struct diag *d);
/* A bit for each of `cell` that is `kind`. */
NODISCARD enum status stream_bits(struct stream *s, const uint8_t *cell, size_t n, uint8_t kind, struct diag *d);
/* The values of `from` bytes in `to` bytes. */
NODISCARD enum status stream_widen(struct stream *s, int from, int to, struct diag *d);
/* Pads and writes the header of f, whose part, place and rows are set; its name and bytes are filled. */
NODISCARD enum status stream_finish(struct stream *s, struct cohort_snapshot_file *f, struct diag *d);
/* Then, when all are finished (the first sync carries the others' data with it): syncs, fills in the sum, closes. */
NODISCARD enum status stream_sync(struct stream *s, struct cohort_snapshot_file *f, struct diag *d);

/* E_SYSTEM snapshot.full or snapshot.file, by errno. */
enum status snapshot_system(struct diag *d, const char *name);

#endif
