/* Signed notes, checkpoints, verifier keys and witness cosignatures
 * (C2SP signed-note, tlog-checkpoint, tlog-cosignature).
 *
 * Three kinds of signature are known:
 *   0x01  Ed25519 over the text: the log `<origin>` (SHA-256)
 *   0x04  Ed25519 over "cosignature/v1\ntime T\n" and the text: a witness
 *   0xff  followed by TLOG_SM2_NAME: SM2 with SM3 over the text, signature as
 *         DER: the log `<origin>/sm3`.  docs/formats/log-note.md.
 * Lines of other keys are ignored, as the specification asks. */
#ifndef TLOG_NOTE_H
#define TLOG_NOTE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "crypto/sign.h"
#include "tlog/tree.h"

enum {
    TLOG_NOTE_BYTES_MAX = 1000000, /* as Go's sumdb/note */
    TLOG_NOTE_SIGNATURES_MAX = 100,/* as Go's sumdb/note; the specification asks 16 at least */
    TLOG_NAME_MAX = 200,
    TLOG_VKEY_MAX = 400,           /* characters of a vkey, NUL included */
    TLOG_COSIGNATURE_BYTES = 72
};
#define TLOG_SM2_NAME "GB/T 32918 SM2 with SM3" /* after 0xff, in key id and vkey */

enum tlog_key_type { TLOG_KEY_ED25519 = 0x01, TLOG_KEY_COSIGNATURE = 0x04, TLOG_KEY_SM2 = 0xff };

/* A public key with its name: what a verifier trusts. */
struct tlog_vkey {
    char name[TLOG_NAME_MAX + 1];
    uint32_t id;
    enum tlog_key_type type;
    uint8_t key[65];
    size_t key_size;
};
/* Non-empty, valid UTF-8, neither Unicode space, control character nor '+'. */
bool tlog_name_valid(struct span name);
/* Ed25519 keys give 0x01 (or 0x04 when `cosigner`), SM2 keys 0xff.
 * E_USAGE tlog.key_name. */
NODISCARD enum status tlog_vkey_of(const char *name, const struct sign_key *key, bool cosigner,
    struct tlog_vkey *ret, struct diag *d);
/* name+hhhhhhhh+base64 */
NODISCARD enum status tlog_vkey_parse(struct span text, struct tlog_vkey *ret, struct diag *d); /* E_INPUT tlog.vkey */
size_t tlog_vkey_text(const struct tlog_vkey *k, char out[TLOG_VKEY_MAX]);
/* White-space separated vkeys, '#' starts a comment line.  E_INPUT tlog.vkey with its line. */
NODISCARD enum status tlog_vkeys_parse(struct arena *a, struct span text, struct tlog_vkey **ret, size_t *ret_count,
    struct diag *d);

/* ---- notes ------------------------------------------------------------ */

struct tlog_signature {
    struct span name;
    uint32_t id;
    struct span bytes; /* behind the key id; in the arena */
    struct span line;  /* the whole line with its newline, in the note */
};
struct tlog_note {
    struct span text;  /* with its last newline; in the caller's bytes */
    size_t count;
    struct tlog_signature *signature;
};
/* E_INPUT tlog.note_characters, tlog.note_parts, tlog.note_signature_line;
 * E_LIMIT tlog.note_size, tlog.note_signatures. */
NODISCARD enum status tlog_note_parse(struct arena *a, struct span bytes, struct tlog_note *ret, struct diag *d);
/* Is there a valid signature by `key`?  OK: *ret_time gets the cosignature's
 * time in seconds, 0 for other types (may be NULL).  E_NOT_FOUND
 * tlog.not_signed: no line by this key.  E_CORRUPT tlog.signature: a line by
 * this key does not verify. */
NODISCARD enum status tlog_note_check(const struct tlog_note *n, const struct tlog_vkey *key, uint64_t *ret_time,
    struct diag *d);
/* Appends one signature line over `text` to `out`. `time_s` is for cosigners. */
NODISCARD enum status tlog_note_sign(struct buf *out, struct span text, const struct tlog_vkey *vkey,
    const struct sign_key *key, uint64_t time_s, struct diag *d);

/* ---- checkpoints ------------------------------------------------------ */

struct tlog_checkpoint {
    struct span origin;
    uint64_t size;
    struct hash root;
};
void tlog_checkpoint_text(struct buf *out, const struct tlog_checkpoint *c);
/* The text of a note; extension lines are allowed and ignored.  E_INPUT
 * tlog.checkpoint_origin, _size, _root, _extension. */
NODISCARD enum status tlog_checkpoint_parse(struct span text, struct tlog_checkpoint *ret, struct diag *d);

#endif
