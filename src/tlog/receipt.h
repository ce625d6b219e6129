/* The receipt: a file that proves, without our server, that an entry is in
 * the log.
 *
 * It is a C2SP tlog-proof (so others' tools check it too) whose `extra` line
 * carries, as canonical JSON, the entry, the openings of its commitments and
 * their names, the same proof for the SM3 tree and the verifier keys of the log
 * and of the witnesses that cosigned.  The keys in the file are a convenience:
 * who needs certainty brings his own.
 *
 * No byte of it is free: the spelling is fixed, and every signature line of
 * both notes must verify under a key that is in the file or was brought.  What
 * its holder took out on purpose, an opening with its name, cannot be missed; the
 * verdict says what was not opened. */
#ifndef TLOG_RECEIPT_H
#define TLOG_RECEIPT_H

#include "base/arena.h"
#include "base/json.h"
#include "tlog/entry.h"
#include "tlog/note.h"

struct tlog_trust_file;

enum { TLOG_RECEIPT_BYTES_MAX = 4 << 20 }; /* an entry of 64 KiB, two notes with 100 signatures, openings */

struct tlog_opening {
    struct span salt;         /* TLOG_SALT_BYTES */
    const struct json *value; /* what was committed to */
};

/* One tree's half. */
struct tlog_inclusion {
    uint64_t index;
    struct tlog_proof proof;
    struct span checkpoint;   /* signed note, verbatim */
};

struct tlog_receipt {
    struct span entry;
    struct tlog_inclusion sha256;
    struct tlog_inclusion sm3;
    const struct tlog_opening *opening;
    size_t opening_count;
    const struct span *opens; /* what each opens: "matter", "payload", "subject.1" and so on */
    size_t opens_count;       /* claimed; the same as openings, or the receipt is not valid */
    const struct span *vkey;  /* of both logs and of who cosigned, as text */
    size_t vkey_count;
};

/* Sets `opens`, in `a`, from the entry.  E_CORRUPT tlog.receipt_opening: one opens
 * nothing of it. */
NODISCARD enum status tlog_receipt_name_openings(struct arena *a, struct tlog_receipt *r, struct diag *d);
NODISCARD enum status tlog_receipt_write(const struct tlog_receipt *r, struct buf *out, struct diag *d);
/* Only the spelling that tlog_receipt_write makes: no byte is free.
 * E_INPUT tlog.receipt_header, _extra, _index, _proof, _spelling; E_LIMIT
 * tlog.receipt_size. */
NODISCARD enum status tlog_receipt_read(struct arena *a, struct span text, struct tlog_receipt *ret, struct diag *d);

/* Whom the verifier believes.  Keys of type 0x01 and 0xff are the logs', 0x04
 * witnesses'.  No keys: the keys in the receipt are used and the result says
 * so. */
struct tlog_trust {
    const struct tlog_vkey *key;
    size_t count;
    unsigned quorum; /* valid cosignatures needed on the SHA-256 checkpoint */
    const struct tlog_trust_file *policy; /* or a trust file, whose logs and quorum count then; NULL: none */
};
struct tlog_verdict {
    bool own_keys;          /* the receipt's own keys were used */
    char origin[TLOG_NAME_MAX + 1];
    uint64_t index;
    uint64_t size;          /* of the SHA-256 checkpoint */
    uint64_t sm3_size;
    unsigned cosignatures;  /* on the SHA-256 checkpoint, by keys that were brought (or, own_keys, by those of the file) */
    unsigned sm3_cosignatures;
    uint64_t cosigned_at_s; /* the latest of the first, 0: none */
    bool entry_known;       /* the entry reads as one of ours */
    struct tlog_entry entry;
    size_t openings;        /* every one opened the commitment that it names */
    bool matter_closed, payload_closed; /* committed to in the entry and not opened here */
    size_t subjects_closed;
};
/* OK: everything holds, in both trees.  E_CORRUPT tlog.receipt_root,
 * tlog.signature, tlog.receipt_stranger, tlog.receipt_opening,
 * tlog.receipt_opening_missing, tlog.receipt_origin; E_NOT_FOUND tlog.not_signed,
 * tlog.quorum. */
NODISCARD enum status tlog_receipt_verify(struct arena *a, const struct tlog_receipt *r, const struct tlog_trust *trust,
    struct tlog_verdict *ret, struct diag *d);

#endif
