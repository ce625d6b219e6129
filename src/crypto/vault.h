/* Field encryption and blind indexes.
 *
 * Sealed: key id (1 byte version, 4 bytes key id) | 16 byte nonce | SM4-CTR
 * ciphertext | 32 byte HMAC-SM3 over all before it and the associated data
 * (encrypt, then authenticate).  The associated data is the place of the
 * field ("person.id_number|<district>|<person id>"), so a value moved to
 * another row does not open.
 *
 * The master key (32 bytes, hex in a file of mode 0600 outside store and
 * backup) yields the field keys, the blind-index key and the key that wraps
 * persons' data keys by HKDF-like HMAC-SM3.  Former keys stay in the file, newest
 * last, so that what they sealed opens until it is sealed again (civil/archive).
 * The blind indexes stay as they were: they must go on finding rows written
 * before.  Their key is the oldest key's until that one is retired; then it is
 * kept by itself in a line "blind HEX", which opens nothing.  Lines that are
 * empty or begin with '#' are skipped.
 *
 * An open vault holds its file shared; vault_rotate wants it for itself, so no
 * program goes on sealing with a key that is about to be retired. */
#ifndef CRYPTO_VAULT_H
#define CRYPTO_VAULT_H

#include "base/arena.h"
#include "crypto/hash.h"

struct vault;
/* Reads the key file; E_SYSTEM vault.file, E_INPUT vault.syntax, and refuses a
 * file others may read (vault.permissions). */
NODISCARD enum status vault_open(const char *file, struct vault **ret, struct diag *d);
/* Creates the file with a fresh key when it does not exist, then opens. */
NODISCARD enum status vault_open_or_create(const char *file, struct vault **ret, struct diag *d);
/* Adds a fresh newest key to the file.  E_BUSY vault.in_use: some program has it open. */
NODISCARD enum status vault_rotate(const char *file, struct diag *d);
/* Leaves only the newest key and the blind indexes' in the file.  What is still
 * sealed with a former key is lost: ask the store first (civil/archive/rotate.h).
 * Other programs may have the file open: they seal with the newest already. */
NODISCARD enum status vault_retire(const char *file, struct diag *d);

/* How many keys the vault knows, and what the k-th is called, newest last: eight
 * hexadecimal digits that give nothing away. */
enum { VAULT_KEY_NAME_MAX = 9 };
size_t vault_key_count(const struct vault *v);
void vault_key_name(const struct vault *v, size_t k, char out[VAULT_KEY_NAME_MAX]);
/* What values sealed with the k-th key, and what keys wrapped with it, begin with. */
enum { VAULT_HEAD_BYTES = 5 };
void vault_head(const struct vault *v, size_t k, bool wrapped, uint8_t out[VAULT_HEAD_BYTES]);
struct vault *vault_free(struct vault *v);
DEFINE_AUTO(vault)

NODISCARD enum status vault_seal(const struct vault *v, struct span plain, struct span place,
    struct arena *a, struct span *ret, struct diag *d);
/* E_CORRUPT vault.authentication */
NODISCARD enum status vault_unseal(const struct vault *v, struct span sealed, struct span place,
    struct arena *a, struct span *ret, struct diag *d);
/* Sealed or wrapped with the newest key?  Otherwise unseal and seal again. */
bool vault_is_current(const struct vault *v, struct span sealed);
/* What vault_seal or vault_person_key_new made, under the newest key; *ret is
 * `sealed` itself when it is already.  E_CORRUPT vault.authentication. */
NODISCARD enum status vault_renew(const struct vault *v, struct span sealed, struct span place, struct arena *a,
    struct span *ret, struct diag *d);
/* Keyed hash for look-up; `what` separates uses ("id_number", "id_last4", "birth"). */
struct hash vault_blind(const struct vault *v, const char *what, struct span value);

/* A person's data key: made once, stored wrapped; erasing the wrapped key
 * erases everything sealed with it. */
struct person_key { uint8_t byte[32]; };
NODISCARD enum status vault_person_key_new(const struct vault *v, struct span place, struct arena *a,
    struct person_key *ret, struct span *ret_wrapped, struct diag *d);
NODISCARD enum status vault_person_key_unwrap(const struct vault *v, struct span wrapped, struct span place,
    struct person_key *ret, struct diag *d);
NODISCARD enum status person_seal(const struct person_key *k, struct span plain, struct span place,
    struct arena *a, struct span *ret, struct diag *d);
NODISCARD enum status person_unseal(const struct person_key *k, struct span sealed, struct span place,
    struct arena *a, struct span *ret, struct diag *d);

#endif
