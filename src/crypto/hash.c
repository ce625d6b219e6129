#include "crypto/hash.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <pthread.h>

/* Fetched once for the process: a fetch by name takes locks and a look-up
 * every time, which would double the price of a small digest. */
static pthread_once_t fetched = PTHREAD_ONCE_INIT;
static EVP_MD *md_sha256;
static EVP_MD *md_sm3;
static EVP_MAC *mac_hmac;

/* A thread's own contexts, one for each digest: making one costs as much as the
 * digest of a tree's node.  Freed when the thread ends. */
struct contexts { EVP_MD_CTX *of[2]; };
static pthread_key_t own_contexts;

static void free_contexts(void *at) {
    struct contexts *c = at;
    EVP_MD_CTX_free(c->of[HASH_SHA256]);
    EVP_MD_CTX_free(c->of[HASH_SM3]);
    free(c);
}

/* Digests cannot fail on any input: a failure means OpenSSL is broken or out
 * of memory, and going on with a wrong hash would be worse than stopping. */
static void must(bool ok) {
    if (!ok)
        abort();
}

static void fetch_all(void) {
    md_sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    md_sm3 = EVP_MD_fetch(NULL, "SM3", NULL);
    mac_hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    must(md_sha256 && md_sm3 && mac_hmac && pthread_key_create(&own_contexts, free_contexts) == 0);
}

static const EVP_MD *md_of(enum hash_kind k) {
    must(pthread_once(&fetched, fetch_all) == 0);
    return k == HASH_SHA256 ? md_sha256 : md_sm3;
}

static EVP_MD_CTX *context_of(enum hash_kind k) {
    const EVP_MD *md = md_of(k);
    struct contexts *c = pthread_getspecific(own_contexts);
    if (!c) {
        c = calloc(1, sizeof *c);
        must(c && pthread_setspecific(own_contexts, c) == 0);
    }
    if (!c->of[k])
        must((c->of[k] = EVP_MD_CTX_new()) != NULL);
    must(EVP_DigestInit_ex2(c->of[k], md, NULL) == 1);
    return c->of[k];
}

struct hash hash_of(enum hash_kind k, const struct span *part, size_t n) {
    assert(part || n == 0);

    struct hash h;
    EVP_MD_CTX *ctx = context_of(k);
    for (size_t i = 0; i < n; i++)
        must(EVP_DigestUpdate(ctx, part[i].at, part[i].size) == 1);
    must(EVP_DigestFinal_ex(ctx, h.byte, NULL) == 1);
    return h;
}

struct hash hash_one(enum hash_kind k, struct span s) {
    return hash_of(k, &s, 1);
}

struct hash hmac_of(enum hash_kind k, struct span key, const struct span *part, size_t n) {
    assert(part || n == 0);

    md_of(k);
    char digest[8];
    memcpy(digest, k == HASH_SHA256 ? "SHA256" : "SM3\0\0\0", 7);
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    struct hash h;
    size_t size = 0;
    EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(mac_hmac);
    /* OpenSSL reads a NULL key as "the former key". */
    const unsigned char *key_bytes = key.size ? (const unsigned char *)key.at : (const unsigned char *)"";
    must(ctx && EVP_MAC_init(ctx, key_bytes, key.size, params) == 1);
    for (size_t i = 0; i < n; i++)
        must(EVP_MAC_update(ctx, (const unsigned char *)part[i].at, part[i].size) == 1);
    must(EVP_MAC_final(ctx, h.byte, &size, sizeof h.byte) == 1 && size == HASH_BYTES);
    EVP_MAC_CTX_free(ctx);
    return h;
}

bool bytes_eq_constant_time(struct span a, struct span b) {
    return a.size == b.size && (a.size == 0 || CRYPTO_memcmp(a.at, b.at, a.size) == 0);
}

bool hash_eq(const struct hash *a, const struct hash *b) {
    return CRYPTO_memcmp(a->byte, b->byte, HASH_BYTES) == 0;
}

void hash_hex(const struct hash *h, char out[2 * HASH_BYTES + 1]) {
    static const char digit[] = "0123456789abcdef";
    for (size_t i = 0; i < HASH_BYTES; i++) {
        out[2 * i] = digit[h->byte[i] >> 4];
        out[2 * i + 1] = digit[h->byte[i] & 15];
    }
    out[2 * HASH_BYTES] = '\0';
}

void random_bytes(void *out, size_t n) {
    assert(n <= INT32_MAX);
    must(RAND_bytes(out, (int)n) == 1);
}
