#include "crypto/vault.h"

#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    KEY_BYTES = 32,
    KEY_ID_BYTES = 4,
    NONCE_BYTES = 16,
    HEAD_BYTES = 1 + KEY_ID_BYTES,
    SEAL_BYTES = HEAD_BYTES + NONCE_BYTES + HASH_BYTES,
    KEYS_MAX = 64,     /* a change of key each year for a working life */
    FILE_BYTES_MAX = 16384,
    SM4_KEY_BYTES = 16,
    VERSION_VAULT = 1, /* sealed with a key of the file */
    VERSION_PERSON = 2 /* sealed with a person's data key */
};

/* What a 32-byte secret yields: independent keys for encrypting and
 * authenticating, and a name that gives nothing away. */
struct seal_key {
    uint8_t id[KEY_ID_BYTES];
    uint8_t encrypt[SM4_KEY_BYTES];
    uint8_t authenticate[HASH_BYTES];
};

struct vault_key {
    struct seal_key field;
    struct seal_key wrap;
};

struct vault {
    size_t size;
    struct vault_key key[KEYS_MAX]; /* oldest first */
    uint8_t blind[HASH_BYTES];      /* of the oldest: a look-up must go on finding old rows */
    bool blind_kept;                /* by a line of its own: the oldest has been retired */
    int file;                       /* held shared while the vault is open; 0: none */
};

/* ---- keys from a secret ------------------------------------------------------ */

static struct hash derive(const uint8_t secret[KEY_BYTES], const char *label) {
    struct span part = span_of(label);
    return hmac_of(HASH_SM3, span_bytes(secret, KEY_BYTES), &part, 1);
}

static void derive_into(void *out, size_t n, const uint8_t secret[KEY_BYTES], const char *use, const char *part) {
    char label[64];
    snprintf(label, sizeof label, "minzheng v1 %s %s", use, part);
    struct hash h = derive(secret, label);
    assert(n <= sizeof h.byte);
    memcpy(out, h.byte, n);
    OPENSSL_cleanse(&h, sizeof h);
}

static void seal_key_from(struct seal_key *k, const uint8_t secret[KEY_BYTES], const char *use) {
    derive_into(k->id, sizeof k->id, secret, use, "id");
    derive_into(k->encrypt, sizeof k->encrypt, secret, use, "encrypt");
    derive_into(k->authenticate, sizeof k->authenticate, secret, use, "authenticate");
}

/* ---- sealing ------------------------------------------------------------------- */

static pthread_once_t fetched = PTHREAD_ONCE_INIT;
static EVP_CIPHER *sm4_ctr;

static void fetch_cipher(void) {
    sm4_ctr = EVP_CIPHER_fetch(NULL, "SM4-CTR", NULL);
}

/* Counter mode: the same for both directions.  The nonce is the whole first
 * counter block, drawn at random. */
static bool sm4(const struct seal_key *k, const uint8_t nonce[NONCE_BYTES], const void *in, size_t n, void *out) {
    pthread_once(&fetched, fetch_cipher);
    EVP_CIPHER_CTX *ctx = sm4_ctr ? EVP_CIPHER_CTX_new() : NULL;
    int written = 0;
    bool ok = ctx && n <= INT_MAX && EVP_EncryptInit_ex2(ctx, sm4_ctr, k->encrypt, nonce, NULL) == 1
        && (n == 0 || EVP_EncryptUpdate(ctx, out, &written, in, (int)n) == 1)
        && (size_t)written == n;
    EVP_CIPHER_CTX_free(ctx);
    return ok;
}

/* The size of the place goes first, so that no byte can change sides. */
static struct hash tag_of(const struct seal_key *k, struct span place, struct span before) {
    uint8_t size[8];
    for (int i = 0; i < 8; i++)
        size[i] = (uint8_t)((uint64_t)place.size >> (56 - 8 * i));
    struct span part[] = {span_bytes(size, sizeof size), place, before};
    return hmac_of(HASH_SM3, span_bytes(k->authenticate, sizeof k->authenticate), part, ARRAY_LEN(part));
}

static enum status seal_with(const struct seal_key *k, uint8_t version, struct span plain, struct span place,
    struct arena *a, struct span *ret, struct diag *d) {
    uint8_t *out = plain.size > INT_MAX ? NULL : arena_alloc(a, plain.size + SEAL_BYTES);
    if (!out)
        return arena_full(d);
    uint8_t *nonce = out + HEAD_BYTES, *cipher = nonce + NONCE_BYTES;
    out[0] = version;
    memcpy(out + 1, k->id, KEY_ID_BYTES);
    random_bytes(nonce, NONCE_BYTES);
    if (!sm4(k, nonce, plain.at, plain.size, cipher))
        return diag_fail(d, E_SYSTEM, "vault.cipher");
    size_t before = HEAD_BYTES + NONCE_BYTES + plain.size;
    struct hash tag = tag_of(k, place, span_bytes(out, before));
    memcpy(out + before, tag.byte, HASH_BYTES);
    *ret = span_bytes(out, before + HASH_BYTES);
    return OK;
}

static enum status not_authentic(struct diag *d) {
    return diag_fail(d, E_CORRUPT, "vault.authentication");
}

static enum status unseal_with(const struct seal_key *k, struct span sealed, struct span place,
    struct arena *a, struct span *ret, struct diag *d) {
    assert(sealed.size >= SEAL_BYTES);
    size_t before = sealed.size - HASH_BYTES, n = sealed.size - SEAL_BYTES;
    struct hash tag = tag_of(k, place, span_bytes(sealed.at, before));
    if (!bytes_eq_constant_time(span_bytes(tag.byte, HASH_BYTES), span_bytes(sealed.at + before, HASH_BYTES)))
        return not_authentic(d);
    char *out = arena_alloc(a, n + 1);
    if (!out)
        return arena_full(d);
    const uint8_t *nonce = (const uint8_t *)sealed.at + HEAD_BYTES;
    if (!sm4(k, nonce, nonce + NONCE_BYTES, n, out))
        return diag_fail(d, E_SYSTEM, "vault.cipher");
    out[n] = '\0';
    *ret = span_bytes(out, n);
    return OK;
}

static bool sealed_by(struct span sealed, uint8_t version, const struct seal_key *k) {
    return sealed.size >= SEAL_BYTES && (uint8_t)sealed.at[0] == version
        && memcmp(sealed.at + 1, k->id, KEY_ID_BYTES) == 0;
}

static const struct vault_key *newest(const struct vault *v) {
    return &v->key[v->size - 1];
}

enum status vault_seal(const struct vault *v, struct span plain, struct span place,
    struct arena *a, struct span *ret, struct diag *d) {
    assert(v && a && ret);
    return seal_with(&newest(v)->field, VERSION_VAULT, plain, place, a, ret, d);
}

enum status vault_unseal(const struct vault *v, struct span sealed, struct span place,
    struct arena *a, struct span *ret, struct diag *d) {
    assert(v && a && ret);
    for (size_t i = v->size; i-- > 0;)
        if (sealed_by(sealed, VERSION_VAULT, &v->key[i].field))
            return unseal_with(&v->key[i].field, sealed, place, a, ret, d);
    return not_authentic(d);
}

bool vault_is_current(const struct vault *v, struct span sealed) {
    return sealed_by(sealed, VERSION_VAULT, &newest(v)->field)
        || sealed_by(sealed, VERSION_VAULT, &newest(v)->wrap);
}

/* The same bytes under another key: a wrapped key stays a wrapped key. */
enum status vault_renew(const struct vault *v, struct span sealed, struct span place, struct arena *a, struct span *ret, struct diag *d) {
    assert(v && a && ret);
    for (size_t i = v->size; i-- > 0;) {
        bool field = sealed_by(sealed, VERSION_VAULT, &v->key[i].field);
        if (!field && !sealed_by(sealed, VERSION_VAULT, &v->key[i].wrap))
            continue;
        struct span plain;
        enum status s = unseal_with(field ? &v->key[i].field : &v->key[i].wrap, sealed, place, a, &plain, d);
        if (s != OK)
            return s;
        *ret = sealed;
        if (i + 1 < v->size)
            s = seal_with(field ? &newest(v)->field : &newest(v)->wrap, VERSION_VAULT, plain, place, a, ret, d);
        OPENSSL_cleanse((void *)(uintptr_t)plain.at, plain.size);
        return s;
    }
    return not_authentic(d);
}

size_t vault_key_count(const struct vault *v) { return v->size; }

void vault_key_name(const struct vault *v, size_t k, char out[VAULT_KEY_NAME_MAX]) {
    assert(k < v->size);
    const uint8_t *id = v->key[k].field.id;
    snprintf(out, VAULT_KEY_NAME_MAX, "%02x%02x%02x%02x", id[0], id[1], id[2], id[3]);
}

void vault_head(const struct vault *v, size_t k, bool wrapped, uint8_t out[VAULT_HEAD_BYTES]) {
    static_assert((int)VAULT_HEAD_BYTES == (int)HEAD_BYTES, "");
    assert(k < v->size);
    out[0] = VERSION_VAULT;
    memcpy(out + 1, wrapped ? v->key[k].wrap.id : v->key[k].field.id, KEY_ID_BYTES);
}

struct hash vault_blind(const struct vault *v, const char *what, struct span value) {
    assert(v && what);
    /* The NUL ends `what`, so "ab"+"c" is not "a"+"bc". */
    struct span part[] = {span_bytes(what, strlen(what) + 1), value};
    return hmac_of(HASH_SM3, span_bytes(v->blind, sizeof v->blind), part, ARRAY_LEN(part));
}

/* ---- persons' keys ----------------------------------------------------------------- */

enum status vault_person_key_new(const struct vault *v, struct span place, struct arena *a,
    struct person_key *ret, struct span *ret_wrapped, struct diag *d) {
    assert(v && a && ret && ret_wrapped);
    struct person_key k;
    random_bytes(k.byte, sizeof k.byte);
    enum status s = seal_with(&newest(v)->wrap, VERSION_VAULT, span_bytes(k.byte, sizeof k.byte), place, a, ret_wrapped, d);
    if (s == OK)
        *ret = k;
    OPENSSL_cleanse(&k, sizeof k);
    return s;
}

enum status vault_person_key_unwrap(const struct vault *v, struct span wrapped, struct span place,
    struct person_key *ret, struct diag *d) {
    assert(v && ret);
    if (wrapped.size != SEAL_BYTES + sizeof ret->byte)
        return not_authentic(d);
    for (size_t i = v->size; i-- > 0;) {
        if (!sealed_by(wrapped, VERSION_VAULT, &v->key[i].wrap))
            continue;
        AUTO(arena) struct arena *a = arena_new(4096);
        struct span plain;
        enum status s = a ? unseal_with(&v->key[i].wrap, wrapped, place, a, &plain, d) : arena_full(d);
        if (s != OK)
            return s;
        memcpy(ret->byte, plain.at, sizeof ret->byte);
        OPENSSL_cleanse((void *)(uintptr_t)plain.at, plain.size);
        return OK;
    }
    return not_authentic(d);
}

enum status person_seal(const struct person_key *k, struct span plain, struct span place,
    struct arena *a, struct span *ret, struct diag *d) {
    assert(k && a && ret);
    struct seal_key s;
    seal_key_from(&s, k->byte, "person");
    enum status status = seal_with(&s, VERSION_PERSON, plain, place, a, ret, d);
    OPENSSL_cleanse(&s, sizeof s);
    return status;
}

enum status person_unseal(const struct person_key *k, struct span sealed, struct span place,
    struct arena *a, struct span *ret, struct diag *d) {
    assert(k && a && ret);
    struct seal_key s;
    seal_key_from(&s, k->byte, "person");
    enum status status = sealed_by(sealed, VERSION_PERSON, &s)
        ? unseal_with(&s, sealed, place, a, ret, d) : not_authentic(d);
    OPENSSL_cleanse(&s, sizeof s);
    return status;
}

/* ---- the file ------------------------------------------------------------------------ */

static enum status file_fail(struct diag *d) {
    return diag_fail(d, E_SYSTEM, "vault.file", DIAG_S("detail", errno_name(errno)));
}

static enum status syntax_fail(struct diag *d, int line) {
    diag_fail(d, E_INPUT, "vault.syntax");
    diag_line(d, line);
    return E_INPUT;
}

static enum status add_key(struct vault *v, struct span hex, int line, struct diag *d) {
    uint8_t secret[KEY_BYTES];
    size_t n = 0;
    if (hex.size != 2 * KEY_BYTES || !hex_decode(hex, secret, sizeof secret, &n) || v->size == KEYS_MAX)
        return syntax_fail(d, line);
    struct vault_key *k = &v->key[v->size];
    seal_key_from(&k->field, secret, "field");
    seal_key_from(&k->wrap, secret, "wrap");
    bool twice = false;
    for (size_t i = 0; i < v->size; i++)
        twice = twice || memcmp(v->key[i].field.id, k->field.id, KEY_ID_BYTES) == 0;
    if (!twice && v->size++ == 0 && !v->blind_kept)
        derive_into(v->blind, sizeof v->blind, secret, "blind", "index");
    OPENSSL_cleanse(secret, sizeof secret);
    return twice ? syntax_fail(d, line) : OK;
}

/* "blind HEX", once. */
static enum status add_blind(struct vault *v, struct span hex, int line, struct diag *d) {
    size_t n = 0;
    if (v->blind_kept || hex.size != 2 * HASH_BYTES || !hex_decode(hex, v->blind, sizeof v->blind, &n))
        return syntax_fail(d, line);
    v->blind_kept = true;
    return OK;
}

static const char blind_word[] = "blind ";

/* A key a line, empty lines and lines with '#' between them. */
static enum status parse_keys(struct vault *v, struct span text, struct diag *d) {
    int line = 0;
    while (text.size > 0) {
        const char *end = memchr(text.at, '\n', text.size);
        size_t n = end ? (size_t)(end - text.at) : text.size;
        size_t used = end ? n + 1 : n;
        struct span s = span_bytes(text.at, n > 0 && text.at[n - 1] == '\r' ? n - 1 : n);
        line++;
        if (s.size > 0 && s.at[0] != '#') {
            size_t word = sizeof blind_word - 1;
            bool blind = s.size > word && memcmp(s.at, blind_word, word) == 0;
            enum status status = blind ? add_blind(v, span_bytes(s.at + word, s.size - word), line, d) : add_key(v, s, line, d);
            if (status != OK)
                return status;
        }
        text = span_bytes(text.at + used, text.size - used);
    }
    return v->size > 0 ? OK : syntax_fail(d, line);
}

/* Who may read the file may read every identity number: only its owner. */
static enum status check_file(int fd, struct diag *d) {
    struct stat st;
    if (fstat(fd, &st) != 0)
        return file_fail(d);
    if (!S_ISREG(st.st_mode) || st.st_size > FILE_BYTES_MAX)
        return diag_fail(d, E_INPUT, "vault.syntax");
    if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0 || (st.st_uid != geteuid() && st.st_uid != 0))
        return diag_fail(d, E_SYSTEM, "vault.permissions");
    return OK;
}

static enum status read_keys(struct vault *v, int fd, struct diag *d) {
    char text[FILE_BYTES_MAX];
    size_t size = 0;
    ssize_t n;
    while (size < sizeof text && (n = read(fd, text + size, sizeof text - size)) != 0) {
        if (n < 0 && errno != EINTR)
            return file_fail(d);
        size += n > 0 ? (size_t)n : 0;
    }
    enum status s = parse_keys(v, span_bytes(text, size), d);
    OPENSSL_cleanse(text, sizeof text);
    return s;
}

/* The file of that name, held: shared, or for ourselves if nobody has it.
 * vault_rotate puts another file in its place while others wait for this one;
 * they must not go on with the old keys. */
static enum status hold(const char *file, bool alone, int *ret, struct diag *d) {
    for (;;) {
        struct stat mine, now;
        int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        if (fd < 0)
            return file_fail(d);
        enum status s = check_file(fd, d);
        if (s == OK && flock(fd, alone ? LOCK_EX | LOCK_NB : LOCK_SH) != 0)
            s = errno == EWOULDBLOCK ? diag_fail(d, E_BUSY, "vault.in_use") : file_fail(d);
        if (s == OK && fstat(fd, &mine) == 0 && stat(file, &now) == 0 && mine.st_ino == now.st_ino && mine.st_dev == now.st_dev) {
            *ret = fd;
            return OK;
        }
        close(fd);
        if (s != OK)
            return s;
    }
}

static enum status open_held(const char *file, bool alone, struct vault **ret, struct diag *d) {
    AUTO(vault) struct vault *v = calloc(1, sizeof *v);
    enum status s = v ? hold(file, alone, &v->file, d) : diag_fail(d, E_LIMIT, "base.memory");
    if (s == OK)
        s = read_keys(v, v->file, d);
    if (s == OK)
        *ret = TAKE(v);
    return s;
}

enum status vault_open(const char *file, struct vault **ret, struct diag *d) {
    assert(file && ret);
    return open_held(file, false, ret, d);
}

static bool sync_directory_of(const char *file) {
    char copy[PATH_MAX];
    snprintf(copy, sizeof copy, "%s", file);
    int dir = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = dir >= 0 && fsync(dir) == 0;
    if (dir >= 0)
        close(dir);
    return ok;
}

static void wipe(struct buf *b) {
    if (b->at)
        OPENSSL_cleanse(b->at, b->size);
}

static void fresh_key_line(struct buf *out) {
    uint8_t secret[KEY_BYTES];
    random_bytes(secret, sizeof secret);
    buf_hex(out, span_bytes(secret, sizeof secret));
    buf_addc(out, '\n');
    OPENSSL_cleanse(secret, sizeof secret);
}

/* On disk before the first value is sealed with it: a lost key loses the data. */
static enum status put_file(const char *file, struct span text, bool fresh, struct diag *d) {
    char partial[PATH_MAX];
    if ((size_t)snprintf(partial, sizeof partial, "%s.%d.new", file, (int)getpid()) >= sizeof partial)
        return diag_fail(d, E_INPUT, "vault.syntax");
    int fd = open(partial, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0)
        return file_fail(d);
    bool ok = write(fd, text.at, text.size) == (ssize_t)text.size && fsync(fd) == 0;
    close(fd);
    /* link does not replace: of two programs that start together one key wins. */
    ok = ok && (fresh ? link(partial, file) == 0 || errno == EEXIST : rename(partial, file) == 0);
    ok = ok && sync_directory_of(file);
    enum status s = ok ? OK : file_fail(d);
    unlink(partial);
    return s;
}

enum status vault_open_or_create(const char *file, struct vault **ret, struct diag *d) {
    assert(file && ret);
    if (access(file, F_OK) != 0) {
        BUF_AUTO text;
        buf_init(&text, FILE_BYTES_MAX);
        fresh_key_line(&text);
        enum status s = buf_ok(&text) ? put_file(file, buf_span(&text), true, d) : arena_full(d);
        wipe(&text);
        if (s != OK)
            return s;
    }
    return vault_open(file, ret, d);
}

static enum status read_text(const char *file, struct buf *out, struct diag *d) {
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return file_fail(d);
    char chunk[1024];
    ssize_t n;
    while ((n = read(fd, chunk, sizeof chunk)) > 0)
        buf_add(out, span_bytes(chunk, (size_t)n));
    close(fd);
    OPENSSL_cleanse(chunk, sizeof chunk);
    return n == 0 && buf_ok(out) ? OK : file_fail(d);
}

enum status vault_rotate(const char *file, struct diag *d) {
    assert(file);
    AUTO(vault) struct vault *v = NULL; /* refuses to touch a file that is not one */
    enum status s = open_held(file, true, &v, d);
    if (s != OK)
        return s;
    if (v->size == KEYS_MAX)
        return diag_fail(d, E_LIMIT, "vault.full", DIAG_N("max", KEYS_MAX));
    BUF_AUTO text;
    buf_init(&text, FILE_BYTES_MAX);
    s = read_text(file, &text, d);
    if (s == OK) {
        if (text.size > 0 && text.at[text.size - 1] != '\n')
            buf_addc(&text, '\n');
        fresh_key_line(&text);
        s = buf_ok(&text) ? put_file(file, buf_span(&text), false, d) : arena_full(d);
    }
    wipe(&text);
    return s;
}

/* The last line that is a key, as it stands in the text. */
static struct span last_key_line(struct span text) {
    struct span found = {0};
    for (const char *at = text.at, *end = text.at + text.size; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t n = (size_t)((stop ? stop : end) - at);
        if (n >= 2 * KEY_BYTES && *at != '#' && memcmp(at, blind_word, sizeof blind_word - 1) != 0)
            found = span_bytes(at, 2 * KEY_BYTES);
        at += n + 1;
    }
    return found;
}

enum status vault_retire(const char *file, struct diag *d) {
    assert(file);
    AUTO(vault) struct vault *v = NULL;
    enum status s = open_held(file, false, &v, d);
    if (s != OK || v->size == 1)
        return s;
    BUF_AUTO before;
    BUF_AUTO after;
    buf_init(&before, FILE_BYTES_MAX);
    buf_init(&after, FILE_BYTES_MAX);
    s = read_text(file, &before, d);
    if (s == OK) {
        buf_adds(&after, blind_word);
        buf_hex(&after, span_bytes(v->blind, sizeof v->blind));
        buf_addc(&after, '\n');
        buf_add(&after, last_key_line(buf_span(&before)));
        buf_addc(&after, '\n');
        s = buf_ok(&after) ? put_file(file, buf_span(&after), false, d) : arena_full(d);
    }
    wipe(&before);
    wipe(&after);
    return s;
}

struct vault *vault_free(struct vault *v) {
    if (v) {
        if (v->file > 0)
            close(v->file);
        OPENSSL_cleanse(v, sizeof *v);
        free(v);
    }
    return NULL;
}
