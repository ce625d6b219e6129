/* Text as comparators want it: folded, hashed, and compared by its letters.
 *
 * Folding makes one of what people write as one: full-width forms become ASCII,
 * capitals small, accents go (Müller, muller; ß is ss), white space is one blank.
 * What stands for "nothing" (-, 无, NULL, NA …) is nothing. */
#ifndef LINK_TEXT_H
#define LINK_TEXT_H

#include "base/base.h"

/* At most `room` bytes of UTF-8 into `out`, cut at a character; its size. */
size_t link_fold(struct span text, char *out, size_t room);
/* White space at both ends removed; empty when it says nothing. */
struct span link_said(struct span text);

static inline uint64_t link_mix(uint64_t h) {
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93u;
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93u;
    return h ^ h >> 32;
}
/* Two keys into one; 0, nothing, stays 0. */
static inline uint32_t link_join(uint32_t a, uint32_t b) {
    uint32_t h = (uint32_t)link_mix((uint64_t)a << 32 | b);
    return a && b ? h | 1 : 0;
}
uint64_t link_hash(const void *at, size_t size); /* not for hostile keys */

/* Jaro's similarity with Winkler's prefix (0.1 a letter, four at most), 0 to 1:
 * Winkler 1990. Bytes; texts beyond 64 are cut. */
double link_jaro_winkler(const char *a, size_t na, const char *b, size_t nb);
/* Insert, delete, replace, swap two neighbours (optimal string alignment);
 * at most limit + 1. Bytes, cut at 64. */
int link_distance(const char *a, size_t na, const char *b, size_t nb, int limit);
/* Russell and Odell's Soundex as the US National Archives publish it: a letter
 * and three digits, 0 when there is no letter. Folded text. */
uint32_t link_soundex(const char *text, size_t n);

/* ---- the slot of a text in a record ---- */

enum { LINK_TEXT_BYTES = 32 };
struct link_text { uint32_t hash; uint8_t size; char at[27]; }; /* folded, cut; hash of all of it */
static_assert(sizeof(struct link_text) == LINK_TEXT_BYTES, "a slot");

bool link_text_read(struct span text, struct link_text *ret); /* false: nothing there */
/* 7 equal · 6 one edit · 5 Jaro-Winkler 0.92 · 4 one begins the other, two edits, or 0.88
 * · 3 sounds alike or 0.8 · 2 0.7 · 1 other */
int link_text_compare(const struct link_text *a, const struct link_text *b);
/* The same of addresses of mail: 6 the same name before the @. */
int link_mail_compare(const struct link_text *a, const struct link_text *b);

#endif
