/* A growable string with a ceiling and a sticky error.
 *
 * Always terminated.  After a failed growth `failed` stays true, further
 * writes do nothing, and the owner asks once at the end (buf_ok). */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/base.h"

struct buf {
    char *at;      /* NULL or terminated */
    size_t size;   /* without the terminator */
    size_t room;
    size_t ceiling;
    bool failed;
};

/* `ceiling` in bytes, 0: 256 MiB. */
void buf_init(struct buf *b, size_t ceiling);
void buf_release(struct buf *b);
#define BUF_AUTO __attribute__((cleanup(buf_release))) struct buf

void buf_add(struct buf *b, struct span s);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_cut(struct buf *b, size_t size); /* the first `size` bytes stay */
void buf_clear(struct buf *b); /* size 0, keeps room and clears failed */
static inline bool buf_ok(const struct buf *b) { return !b->failed; }
static inline struct span buf_span(const struct buf *b) {
    return (struct span){b->at ? b->at : "", b->size};
}
/* The string ("" when empty); owned by the buf. */
static inline const char *buf_str(const struct buf *b) {
    return b->at ? b->at : "";
}
/* malloc'ed string handed to the caller; the buf is empty afterwards. */
char *buf_take(struct buf *b);

void buf_hex(struct buf *b, struct span bytes);      /* lower case */
void buf_base64(struct buf *b, struct span bytes);   /* RFC 4648 section 4, padded */
/* Decoders write into `ret` of at least `room` bytes; false on any other
 * character, odd length or missing padding. */
bool hex_decode(struct span text, uint8_t *ret, size_t room, size_t *ret_size);
bool base64_decode(struct span text, uint8_t *ret, size_t room, size_t *ret_size);

#endif
