#include "tlog/note.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/utf8.h"

/* ---- names and keys --------------------------------------------------- */

/* Unicode White_Space, and what C2SP forbids beside it. */
static bool name_char(int32_t c) {
    if (c <= 0x20 || c == '+' || c == 0x7f || c == 0x85 || c == 0xa0 || c == 0x1680)
        return false;
    if (c >= 0x2000 && c <= 0x200a)
        return false;
    return c != 0x2028 && c != 0x2029 && c != 0x202f && c != 0x205f && c != 0x3000;
}

bool tlog_name_valid(struct span name) {
    if (name.size == 0 || name.size > TLOG_NAME_MAX)
        return false;
    for (const char *at = name.at, *end = name.at + name.size; at < end;)
        if (!name_char(utf8_next(&at, end)))
            return false;
    return true;
}

/* The bytes behind the name in key id and vkey: type, its long name, key. */
enum { KEY_BYTES_MAX = 1 + sizeof TLOG_SM2_NAME + 65 };
static size_t key_bytes(const struct tlog_vkey *k, uint8_t out[KEY_BYTES_MAX]) {
    size_t n = 0;
    out[n++] = (uint8_t)k->type;
    if (k->type == TLOG_KEY_SM2) {
        memcpy(out + n, TLOG_SM2_NAME, strlen(TLOG_SM2_NAME));
        n += strlen(TLOG_SM2_NAME);
    }
    memcpy(out + n, k->key, k->key_size);
    return n + k->key_size;
}

static uint32_t big_endian32(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint32_t key_id(const struct tlog_vkey *k) {
    uint8_t bytes[KEY_BYTES_MAX];
    size_t n = key_bytes(k, bytes);
    struct span part[] = {span_of(k->name), SPAN("\n"), span_bytes(bytes, n)};
    struct hash h = hash_of(HASH_SHA256, part, ARRAY_LEN(part));
    return big_endian32(h.byte);
}

enum status tlog_vkey_of(const char *name, const struct sign_key *key, bool cosigner, struct tlog_vkey *ret,
    struct diag *d) {
    struct tlog_vkey k = {0};
    if (!tlog_name_valid(span_of(name)))
        return diag_fail(d, E_USAGE, "tlog.key_name", DIAG_S("name", name));
    memcpy(k.name, name, strlen(name));
    enum status s = sign_key_public(key, k.key, &k.key_size, d);
    if (s != OK)
        return s;
    if (sign_key_kind(key) == SIGN_SM2)
        k.type = TLOG_KEY_SM2;
    else
        k.type = cosigner ? TLOG_KEY_COSIGNATURE : TLOG_KEY_ED25519;
    k.id = key_id(&k);
    *ret = k;
    return OK;
}

size_t tlog_vkey_text(const struct tlog_vkey *k, char out[TLOG_VKEY_MAX]) {
    uint8_t bytes[KEY_BYTES_MAX];
    BUF_AUTO b;
    buf_init(&b, TLOG_VKEY_MAX);
    buf_addf(&b, "%s+%08" PRIx32 "+", k->name, k->id);
    buf_base64(&b, span_bytes(bytes, key_bytes(k, bytes)));
    assert(buf_ok(&b) && b.size < TLOG_VKEY_MAX);
    memcpy(out, buf_str(&b), b.size + 1);
    return b.size;
}

static bool vkey_decode(struct span text, struct tlog_vkey *k) {
    const char *plus = text.size ? memchr(text.at, '+', text.size) : NULL;
    if (!plus || text.size >= TLOG_VKEY_MAX)
        return false;
    struct span name = {text.at, (size_t)(plus - text.at)};
    struct span rest = {plus + 1, text.size - name.size - 1};
    if (!tlog_name_valid(name) || rest.size < 9 || rest.at[8] != '+')
        return false;
    memcpy(k->name, name.at, name.size);

    uint8_t id[4], bytes[KEY_BYTES_MAX];
    size_t n;
    if (!hex_decode((struct span){rest.at, 8}, id, sizeof id, &n))
        return false;
    k->id = big_endian32(id);
    if (!base64_decode((struct span){rest.at + 9, rest.size - 9}, bytes, sizeof bytes, &n) || n < 1)
        return false;
    const uint8_t *key = bytes + 1;
    n--;
    k->type = (enum tlog_key_type)bytes[0];
    switch (bytes[0]) {
    case TLOG_KEY_ED25519:
    case TLOG_KEY_COSIGNATURE:
        k->key_size = 32;
        break;
    case TLOG_KEY_SM2:
        k->key_size = 65;
        if (n < strlen(TLOG_SM2_NAME) || memcmp(key, TLOG_SM2_NAME, strlen(TLOG_SM2_NAME)) != 0)
            return false;
        key += strlen(TLOG_SM2_NAME);
        n -= strlen(TLOG_SM2_NAME);
        break;
    default:
        return false;
    }
    if (n != k->key_size)
        return false;
    memcpy(k->key, key, n);
    return k->id == key_id(k);
}

enum status tlog_vkey_parse(struct span text, struct tlog_vkey *ret, struct diag *d) {
    struct tlog_vkey k = {0};
    char again[TLOG_VKEY_MAX];
    if (!vkey_decode(text, &k) || !span_eq(text, span_bytes(again, tlog_vkey_text(&k, again))))
        return diag_fail(d, E_INPUT, "tlog.vkey", DIAG_SPAN("vkey", text));
    *ret = k;
    return OK;
}

static bool blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

enum status tlog_vkeys_parse(struct arena *a, struct span text, struct tlog_vkey **ret, size_t *ret_count,
    struct diag *d) {
    size_t room = 0;
    for (size_t i = 0; i < text.size; i++)
        room += text.at[i] == '+';
    struct tlog_vkey *key = ARENA_ARRAY(a, room / 2 + 1, struct tlog_vkey);
    if (!key)
        return arena_full(d);

    size_t count = 0;
    int line = 1;
    for (size_t i = 0; i < text.size;) {
        if (blank(text.at[i])) {
            line += text.at[i++] == '\n';
            continue;
        }
        if (text.at[i] == '#') {
            while (i < text.size && text.at[i] != '\n')
                i++;
            continue;
        }
        size_t start = i;
        while (i < text.size && !blank(text.at[i]))
            i++;
        struct tlog_vkey k;
        enum status s = tlog_vkey_parse((struct span){text.at + start, i - start}, &k, d);
        if (s != OK)
            return diag_line(d, line), s;
        key[count++] = k; /* a vkey has two '+' at least, so there is room */
    }
    *ret = key;
    *ret_count = count;
    return OK;
}

/* ---- notes ------------------------------------------------------------ */

static const char dash[] = "\xe2\x80\x94 "; /* em dash, space */
enum { DASH = sizeof dash - 1 };

/* "— name base64\n" without the newline. */
static enum status signature_parse(struct arena *a, struct span line, struct tlog_signature *ret, struct diag *d) {
    if (line.size <= DASH || memcmp(line.at, dash, DASH) != 0)
        goto bad;
    struct span rest = {line.at + DASH, line.size - DASH};
    const char *space = memchr(rest.at, ' ', rest.size);
    if (!space)
        goto bad;
    struct span name = {rest.at, (size_t)(space - rest.at)};
    struct span text = {space + 1, rest.size - name.size - 1};
    if (!tlog_name_valid(name))
        goto bad;
    size_t room = text.size / 4 * 3, n;
    uint8_t *bytes = arena_alloc(a, room + 1);
    if (!bytes)
        return arena_full(d);
    if (!base64_decode(text, bytes, room, &n) || n < 5)
        goto bad;
    *ret = (struct tlog_signature){
        .name = name,
        .id = big_endian32(bytes),
        .bytes = span_bytes(bytes + 4, n - 4),
        .line = {line.at, line.size + 1},
    };
    return OK;
bad:
    return diag_fail(d, E_INPUT, "tlog.note_signature_line");
}

/* The byte behind the last "\n\n", 0 when there is none. */
static size_t last_blank_line(struct span s) {
    for (size_t i = s.size; i >= 2; i--)
        if (s.at[i - 1] == '\n' && s.at[i - 2] == '\n')
            return i;
    return 0;
}

enum status tlog_note_parse(struct arena *a, struct span bytes, struct tlog_note *ret, struct diag *d) {
    if (bytes.size > TLOG_NOTE_BYTES_MAX)
        return diag_fail(d, E_LIMIT, "tlog.note_size", DIAG_N("limit", TLOG_NOTE_BYTES_MAX));
    for (size_t i = 0; i < bytes.size; i++)
        if ((uint8_t)bytes.at[i] < 0x20 && bytes.at[i] != '\n')
            return diag_fail(d, E_INPUT, "tlog.note_characters");
    if (!utf8_valid(bytes))
        return diag_fail(d, E_INPUT, "tlog.note_characters");

    size_t split = last_blank_line(bytes);
    if (split < 3 || split == bytes.size || bytes.at[bytes.size - 1] != '\n')
        return diag_fail(d, E_INPUT, "tlog.note_parts");

    struct tlog_note n = {.text = {bytes.at, split - 1}};
    size_t lines = 0;
    for (size_t i = split; i < bytes.size; i++)
        lines += bytes.at[i] == '\n';
    if (lines > TLOG_NOTE_SIGNATURES_MAX)
        return diag_fail(d, E_LIMIT, "tlog.note_signatures", DIAG_N("limit", TLOG_NOTE_SIGNATURES_MAX));
    n.signature = ARENA_ARRAY(a, lines, struct tlog_signature);
    if (!n.signature)
        return arena_full(d);
    for (size_t at = split; at < bytes.size;) {
        size_t end = (size_t)((const char *)memchr(bytes.at + at, '\n', bytes.size - at) - bytes.at);
        enum status s = signature_parse(a, (struct span){bytes.at + at, end - at}, &n.signature[n.count], d);
        if (s != OK)
            return s;
        n.count++;
        at = end + 1;
    }
    *ret = n;
    return OK;
}

static uint64_t big_endian64(const char *p) {
    uint64_t v = 0;
    for (int i = 0; i < 8; i++)
        v = v << 8 | (uint8_t)p[i];
    return v;
}

/* What a witness signs (C2SP tlog-cosignature). */
static void cosigned_message(struct buf *out, struct span text, uint64_t time_s) {
    buf_addf(out, "cosignature/v1\ntime %" PRIu64 "\n", time_s);
    buf_add(out, text);
}

static bool signature_good(const struct tlog_signature *g, struct span text, const struct tlog_vkey *key,
    uint64_t *ret_time) {
    struct span public_key = span_bytes(key->key, key->key_size);
    *ret_time = 0;
    if (key->type == TLOG_KEY_SM2)
        return sign_verify(SIGN_SM2, public_key, text, g->bytes);
    if (key->type == TLOG_KEY_ED25519)
        return sign_verify(SIGN_ED25519, public_key, text, g->bytes);
    if (g->bytes.size != TLOG_COSIGNATURE_BYTES)
        return false;
    BUF_AUTO message;
    buf_init(&message, TLOG_NOTE_BYTES_MAX + 64);
    *ret_time = big_endian64(g->bytes.at);
    cosigned_message(&message, text, *ret_time);
    return buf_ok(&message) && sign_verify(SIGN_ED25519, public_key, buf_span(&message),
        (struct span){g->bytes.at + 8, g->bytes.size - 8});
}

enum status tlog_note_check(const struct tlog_note *n, const struct tlog_vkey *key, uint64_t *ret_time,
    struct diag *d) {
    bool signed_by = false;
    uint64_t latest = 0;
    for (size_t i = 0; i < n->count; i++) {
        const struct tlog_signature *g = &n->signature[i];
        if (g->id != key->id || !span_is(g->name, key->name))
            continue;
        uint64_t time;
        if (!signature_good(g, n->text, key, &time))
            return diag_fail(d, E_CORRUPT, "tlog.signature", DIAG_S("key", key->name));
        signed_by = true;
        latest = time > latest ? time : latest;
    }
    if (!signed_by)
        return diag_fail(d, E_NOT_FOUND, "tlog.not_signed", DIAG_S("key", key->name));
    if (ret_time)
        *ret_time = latest;
    return OK;
}

enum status tlog_note_sign(struct buf *out, struct span text, const struct tlog_vkey *vkey, const struct sign_key *key,
    uint64_t time_s, struct diag *d) {
    uint8_t bytes[4 + 8 + SIGNATURE_MAX];
    size_t n = 0, size;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes[n++] = (uint8_t)(vkey->id >> shift);

    BUF_AUTO message;
    buf_init(&message, TLOG_NOTE_BYTES_MAX + 64);
    if (vkey->type == TLOG_KEY_COSIGNATURE) {
        for (int shift = 56; shift >= 0; shift -= 8)
            bytes[n++] = (uint8_t)(time_s >> shift);
        cosigned_message(&message, text, time_s);
        if (!buf_ok(&message))
            return diag_fail(d, E_LIMIT, "tlog.note_size", DIAG_N("limit", TLOG_NOTE_BYTES_MAX));
        text = buf_span(&message);
    }
    uint8_t signature[SIGNATURE_MAX];
    enum status s = sign(key, text, signature, &size, d);
    if (s != OK)
        return s;
    memcpy(bytes + n, signature, size);
    buf_addf(out, "%s%s ", dash, vkey->name);
    buf_base64(out, span_bytes(bytes, n + size));
    buf_addc(out, '\n');
    return buf_ok(out) ? OK : diag_fail(d, E_LIMIT, "tlog.note_size", DIAG_N("limit", TLOG_NOTE_BYTES_MAX));
}

/* ---- checkpoints ------------------------------------------------------ */

void tlog_checkpoint_text(struct buf *out, const struct tlog_checkpoint *c) {
    buf_add(out, c->origin);
    buf_addf(out, "\n%" PRIu64 "\n", c->size);
    buf_base64(out, span_bytes(c->root.byte, HASH_BYTES));
    buf_addc(out, '\n');
}

/* Takes a line that ends in a newline off the front. */
static bool take_line(struct span *s, struct span *ret) {
    const char *end = s->size ? memchr(s->at, '\n', s->size) : NULL;
    if (!end)
        return false;
    *ret = (struct span){s->at, (size_t)(end - s->at)};
    *s = (struct span){end + 1, s->size - ret->size - 1};
    return true;
}

static bool parse_size(struct span s, uint64_t *ret) {
    if (s.size == 0 || s.size > 19 || (s.at[0] == '0' && s.size > 1))
        return false;
    uint64_t v = 0;
    for (size_t i = 0; i < s.size; i++) {
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
        v = v * 10 + (uint64_t)(s.at[i] - '0');
    }
    *ret = v;
    return v <= TLOG_SIZE_MAX;
}

enum status tlog_checkpoint_parse(struct span text, struct tlog_checkpoint *ret, struct diag *d) {
    struct tlog_checkpoint c;
    struct span line;
    size_t n;
    if (!take_line(&text, &c.origin) || c.origin.size == 0)
        return diag_fail(d, E_INPUT, "tlog.checkpoint_origin");
    if (!take_line(&text, &line) || !parse_size(line, &c.size))
        return diag_fail(d, E_INPUT, "tlog.checkpoint_size");
    if (!take_line(&text, &line) || !base64_decode(line, c.root.byte, HASH_BYTES, &n) || n != HASH_BYTES)
        return diag_fail(d, E_INPUT, "tlog.checkpoint_root");
    while (text.size)
        if (!take_line(&text, &line) || line.size == 0)
            return diag_fail(d, E_INPUT, "tlog.checkpoint_extension");
    *ret = c;
    return OK;
}
