#include "crypto/password.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "crypto/hash.h"

#include <argon2.h>

/* OWASP Password Storage Cheat Sheet, Argon2id. */
enum { MEMORY_KIB = 19 * 1024, PASSES = 2, LANES = 1, SALT_BYTES = 16, TAG_BYTES = 32 };
/* A stored hash may not make the server work more than this for one log-in. */
enum { MEMORY_KIB_MAX = 256 * 1024, PASSES_MAX = 16, LANES_MAX = 8, PHC_MAX = 127 };

/* Lengths are in characters: NIST SP 800-63B counts code points. */
enum status password_hash(struct span password, char out[128], struct diag *d) {
    if (!utf8_valid(password))
        return diag_fail(d, E_INPUT, "password.utf8");
    size_t n = utf8_length(password);
    if (n < PASSWORD_MIN)
        return diag_fail(d, E_INPUT, "password.short", DIAG_N("min", PASSWORD_MIN));
    if (n > PASSWORD_MAX)
        return diag_fail(d, E_INPUT, "password.long", DIAG_N("max", PASSWORD_MAX));
    uint8_t salt[SALT_BYTES];
    random_bytes(salt, sizeof salt);
    int rc = argon2id_hash_encoded(PASSES, MEMORY_KIB, LANES, password.at, password.size,
        salt, sizeof salt, TAG_BYTES, out, 128);
    return rc == ARGON2_OK ? OK : diag_fail(d, E_LIMIT, "base.memory");
}

static bool number_after(const char *phc, const char *key, unsigned long max) {
    const char *at = strstr(phc, key);
    if (!at)
        return false;
    char *end = NULL;
    unsigned long n = strtoul(at + strlen(key), &end, 10);
    return end != at + strlen(key) && n > 0 && n <= max;
}

static bool acceptable(const char *phc) {
    return strnlen(phc, PHC_MAX + 1) <= PHC_MAX && strncmp(phc, "$argon2id$v=19$", 15) == 0
        && number_after(phc, "$m=", MEMORY_KIB_MAX) && number_after(phc, ",t=", PASSES_MAX)
        && number_after(phc, ",p=", LANES_MAX);
}

bool password_verify(struct span password, const char *phc) {
    /* Above four bytes a character nothing was ever hashed: no work for it. */
    if (!phc || password.size > 4 * PASSWORD_MAX || !acceptable(phc))
        return false;
    return argon2id_verify(phc, password.at ? password.at : "", password.size) == ARGON2_OK;
}

void token_new(char out[44]) {
    uint8_t bytes[32];
    random_bytes(bytes, sizeof bytes);
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (size_t i = 0, o = 0; o < 43; i += 3) {
        uint32_t w = (uint32_t)bytes[i] << 16 | (i + 1 < 32 ? (uint32_t)bytes[i + 1] << 8 : 0)
            | (i + 2 < 32 ? bytes[i + 2] : 0);
        for (int shift = 18; shift >= 0 && o < 43; shift -= 6)
            out[o++] = digit[w >> shift & 63];
    }
    out[43] = '\0';
}
