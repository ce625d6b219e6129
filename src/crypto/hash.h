/* SHA-256, SM3 (GB/T 32905) and their HMACs; random bytes.  OpenSSL inside. */
#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H

#include "base/base.h"

enum { HASH_BYTES = 32 };
enum hash_kind { HASH_SHA256, HASH_SM3 };

struct hash { uint8_t byte[HASH_BYTES]; };

/* Digest of `n` spans one after the other. */
struct hash hash_of(enum hash_kind k, const struct span *part, size_t n);
struct hash hash_one(enum hash_kind k, struct span s);
struct hash hmac_of(enum hash_kind k, struct span key, const struct span *part, size_t n);
bool hash_eq(const struct hash *a, const struct hash *b); /* constant time */
void hash_hex(const struct hash *h, char out[2 * HASH_BYTES + 1]);
bool bytes_eq_constant_time(struct span a, struct span b);

/* From the operating system; aborts when it has none (a bug of the machine). */
void random_bytes(void *out, size_t n);

#endif
