/* Argon2id passwords (OWASP: 19 MiB, t=2, p=1; about 60 ms on this kind of
 * machine) in the PHC string format, and session tokens. */
#ifndef CRYPTO_PASSWORD_H
#define CRYPTO_PASSWORD_H

#include "base/arena.h"

/* In characters of UTF-8. */
enum { PASSWORD_MIN = 10, PASSWORD_MAX = 128 }; /* NIST SP 800-63B asks 8 at least; bureaux' 等保 asks 10 */

NODISCARD enum status password_hash(struct span password, char out[128], struct diag *d); /* E_INPUT password.short, password.long, password.utf8 */
/* false also for a text that is no Argon2id hash or asks for outrageous work. */
bool password_verify(struct span password, const char *phc);
/* 32 random bytes as base64url without padding: 43 characters + NUL. */
void token_new(char out[44]);

#endif
