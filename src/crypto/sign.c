#include "crypto/sign.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

enum { ED25519_PUBLIC_BYTES = 32, SM2_PUBLIC_BYTES = 65 };

/* The default signer id of GB/T 35276: everybody who does not say otherwise. */
static const char sm2_id[] = "1234567812345678";

struct sign_key {
    enum sign_kind kind;
    EVP_PKEY *pkey;
};

static enum status fail(struct diag *d, enum status s, const char *code) {
    ERR_clear_error();
    return diag_fail(d, s, code);
}

static enum status wrap(EVP_PKEY *pkey, enum sign_kind kind, struct sign_key **ret, struct diag *d) {
    struct sign_key *k = calloc(1, sizeof *k);
    if (!k) {
        EVP_PKEY_free(pkey);
        return fail(d, E_LIMIT, "base.memory");
    }
    k->kind = kind;
    k->pkey = pkey;
    *ret = k;
    return OK;
}

enum status sign_key_new(enum sign_kind kind, struct sign_key **ret, struct diag *d) {
    assert(ret);
    EVP_PKEY *pkey = kind == SIGN_ED25519
        ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
        : EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
    if (!pkey)
        return fail(d, E_SYSTEM, "sign.key_new");
    return wrap(pkey, kind, ret, d);
}

/* A key file never asks at the terminal for a pass phrase. */
static int no_pass_phrase(char *buffer, int size, int writing, void *arg) {
    (void)buffer, (void)size, (void)writing, (void)arg;
    return -1;
}

static bool kind_of(EVP_PKEY *pkey, enum sign_kind *ret) {
    if (EVP_PKEY_is_a(pkey, "ED25519"))
        *ret = SIGN_ED25519;
    else if (EVP_PKEY_is_a(pkey, "SM2"))
        *ret = SIGN_SM2;
    else
        return false;
    return true;
}

enum status sign_key_read(struct span pem, struct sign_key **ret, struct diag *d) {
    assert(ret);
    if (pem.size > 16384)
        return fail(d, E_INPUT, "sign.key_syntax");
    BIO *bio = BIO_new_mem_buf(pem.size ? pem.at : "", (int)pem.size);
    EVP_PKEY *pkey = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_pass_phrase, NULL) : NULL;
    BIO_free(bio);
    if (!pkey)
        return fail(d, E_INPUT, "sign.key_syntax");
    enum sign_kind kind;
    if (!kind_of(pkey, &kind)) {
        EVP_PKEY_free(pkey);
        return fail(d, E_INPUT, "sign.key_kind");
    }
    return wrap(pkey, kind, ret, d);
}

enum status sign_key_write(const struct sign_key *k, struct arena *a, struct span *ret_pem, struct diag *d) {
    assert(k && a && ret_pem);
    BIO *bio = BIO_new(BIO_s_secmem());
    if (!bio || PEM_write_bio_PKCS8PrivateKey(bio, k->pkey, NULL, NULL, 0, NULL, NULL) != 1) {
        BIO_free(bio);
        return fail(d, E_LIMIT, "base.memory");
    }
    char *at = NULL;
    long size = BIO_get_mem_data(bio, &at);
    char *copy = arena_dup(a, span_bytes(at, (size_t)size));
    BIO_free(bio);
    if (!copy)
        return arena_full(d);
    *ret_pem = span_bytes(copy, (size_t)size);
    return OK;
}

enum sign_kind sign_key_kind(const struct sign_key *k) {
    return k->kind;
}

enum status sign_key_public(const struct sign_key *k, uint8_t out[65], size_t *ret_size, struct diag *d) {
    assert(k && out && ret_size);
    size_t size = SM2_PUBLIC_BYTES;
    bool ok;
    if (k->kind == SIGN_ED25519) {
        ok = EVP_PKEY_get_raw_public_key(k->pkey, out, &size) == 1 && size == ED25519_PUBLIC_BYTES;
    } else {
        /* The key may carry its point compressed; the contract says it is not. */
        ok = EVP_PKEY_set_utf8_string_param(k->pkey, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "uncompressed") == 1
            && EVP_PKEY_get_octet_string_param(k->pkey, OSSL_PKEY_PARAM_PUB_KEY, out, SM2_PUBLIC_BYTES, &size) == 1
            && size == SM2_PUBLIC_BYTES && out[0] == 4;
    }
    if (!ok)
        return fail(d, E_SYSTEM, "sign.key_kind");
    *ret_size = size;
    return OK;
}

/* ---- signatures ------------------------------------------------------------ */

/* SM2 hashes its signer's id and public key before the message, so the id must
 * be in place before the digest begins. */
static EVP_MD_CTX *context_for(enum sign_kind kind, EVP_PKEY *pkey, bool verify) {
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    EVP_PKEY_CTX *ctx = md ? EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL) : NULL;
    if (!ctx) {
        EVP_MD_CTX_free(md);
        return NULL;
    }
    EVP_MD_CTX_set_pkey_ctx(md, ctx);
    const char *digest = kind == SIGN_SM2 ? "SM3" : NULL;
    bool ok = kind != SIGN_SM2 || EVP_PKEY_CTX_set1_id(ctx, sm2_id, sizeof sm2_id - 1) == 1;
    if (ok)
        ok = verify ? EVP_DigestVerifyInit_ex(md, NULL, digest, NULL, NULL, pkey, NULL) == 1
                    : EVP_DigestSignInit_ex(md, NULL, digest, NULL, NULL, pkey, NULL) == 1;
    if (ok)
        return md;
    EVP_PKEY_CTX_free(ctx);
    EVP_MD_CTX_free(md);
    return NULL;
}

static void context_free(EVP_MD_CTX *md) {
    /* set_pkey_ctx leaves the key's context to its maker. */
    EVP_PKEY_CTX *ctx = md ? EVP_MD_CTX_get_pkey_ctx(md) : NULL;
    EVP_MD_CTX_free(md);
    EVP_PKEY_CTX_free(ctx);
}

enum status sign(const struct sign_key *k, struct span message, uint8_t out[SIGNATURE_MAX],
    size_t *ret_size, struct diag *d) {
    assert(k && out && ret_size);
    EVP_MD_CTX *md = context_for(k->kind, k->pkey, false);
    size_t size = SIGNATURE_MAX;
    const unsigned char *at = (const unsigned char *)(message.at ? message.at : "");
    bool ok = md && EVP_DigestSign(md, out, &size, at, message.size) == 1;
    context_free(md);
    if (!ok)
        return fail(d, E_SYSTEM, "sign.failed");
    *ret_size = size;
    return OK;
}

static EVP_PKEY *sm2_public(struct span key) {
    EVP_PKEY *pkey = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
    char group[] = "SM2";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)(uintptr_t)key.at, key.size),
        OSSL_PARAM_construct_end(),
    };
    if (ctx && EVP_PKEY_fromdata_init(ctx) == 1)
        EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params);
    EVP_PKEY_CTX_free(ctx);
    return pkey;
}

static EVP_PKEY *public_key(enum sign_kind kind, struct span key) {
    if (kind == SIGN_ED25519)
        return key.size == ED25519_PUBLIC_BYTES
            ? EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL, (const unsigned char *)key.at, key.size) : NULL;
    return key.size == SM2_PUBLIC_BYTES && key.at[0] == 4 ? sm2_public(key) : NULL;
}

bool sign_verify(enum sign_kind kind, struct span key, struct span message, struct span signature) {
    EVP_PKEY *pkey = public_key(kind, key);
    EVP_MD_CTX *md = pkey ? context_for(kind, pkey, true) : NULL;
    const unsigned char *at = (const unsigned char *)(message.at ? message.at : "");
    bool ok = md && signature.size > 0 && signature.size <= SIGNATURE_MAX
        && EVP_DigestVerify(md, (const unsigned char *)signature.at, signature.size, at, message.size) == 1;
    context_free(md);
    EVP_PKEY_free(pkey);
    ERR_clear_error();
    return ok;
}

struct sign_key *sign_key_free(struct sign_key *k) {
    if (k) {
        EVP_PKEY_free(k->pkey);
        free(k);
    }
    return NULL;
}
