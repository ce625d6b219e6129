/* Ed25519 (RFC 8032) and SM2 with SM3 (GB/T 32918, signer id "1234567812345678"). */
#ifndef CRYPTO_SIGN_H
#define CRYPTO_SIGN_H

#include "base/arena.h"

enum sign_kind { SIGN_ED25519, SIGN_SM2 };
enum { SIGNATURE_MAX = 128 }; /* Ed25519 64; SM2 as DER, at most 72 */

struct sign_key; /* private */
NODISCARD enum status sign_key_new(enum sign_kind k, struct sign_key **ret, struct diag *d);
/* PKCS#8 PEM, not encrypted.  E_INPUT sign.key_syntax, sign.key_kind. */
NODISCARD enum status sign_key_read(struct span pem, struct sign_key **ret, struct diag *d);
NODISCARD enum status sign_key_write(const struct sign_key *k, struct arena *a, struct span *ret_pem, struct diag *d);
enum sign_kind sign_key_kind(const struct sign_key *k);
/* Ed25519: 32 bytes.  SM2: 65 bytes, uncompressed point. */
NODISCARD enum status sign_key_public(const struct sign_key *k, uint8_t out[65], size_t *ret_size, struct diag *d);
NODISCARD enum status sign(const struct sign_key *k, struct span message, uint8_t out[SIGNATURE_MAX], size_t *ret_size, struct diag *d);
bool sign_verify(enum sign_kind kind, struct span public_key, struct span message, struct span signature);
struct sign_key *sign_key_free(struct sign_key *k);
DEFINE_AUTO(sign_key)

#endif
