/* A witness: follows logs, cosigns what grows out of what it saw, and refuses
 * the rest (C2SP tlog-witness, tlog-cosignature).
 *
 * It keeps the latest checkpoint of each log in a store of its own, which must
 * outlive the key: a witness that forgot could be led to cosign a fork.  The
 * look at the old head and the writing of the new one are one transaction, so
 * two requests at once cannot roll it back, and the answer leaves after the
 * commit.
 *
 * Evidence against the log is kept when two checkpoints, both signed by it,
 * contradict each other: two roots of one size, or a longer tree of which the
 * sent hashes show that its beginning is another than the one known
 * (tlog_prefix_root).  A proof that merely fails shows nothing, since whoever
 * sends it chooses it: such a request leaves no trace.
 *
 * Key types say which tree a log is: 0x01 SHA-256, 0xff SM3. */
#ifndef TLOG_WITNESS_H
#define TLOG_WITNESS_H

#include "tlog/note.h"

struct store;

enum {
    TLOG_WITNESS_PROOF_MAX = 63,          /* tlog-witness: no more lines than this */
    TLOG_WITNESS_BODY_MAX = 128 << 10,    /* the proof is 3 KB, a note with 100 signatures some 20 KB */
    TLOG_WITNESS_EVIDENCE_MAX = 100       /* contradictions kept of one log, each once: the first ones, and the latest in the last place */
};

/* The body of add-checkpoint. */
struct tlog_witness_request {
    uint64_t old;
    struct tlog_proof proof;
    struct span note;
};
void tlog_witness_request_write(struct buf *out, const struct tlog_witness_request *q);
/* Points into `body`.  E_INPUT tlog.witness_request. */
NODISCARD enum status tlog_witness_request_read(struct span body, struct tlog_witness_request *ret, struct diag *d);

struct tlog_witness {
    struct store *store;
    const struct sign_key *key;
    struct tlog_vkey vkey;
    const struct tlog_vkey *log; /* the logs it follows; the key's name is the origin */
    size_t logs;
};
/* The tables of the witness's own store. */
NODISCARD enum status tlog_witness_migrate(struct store *s, struct diag *d);

struct tlog_witness_reply {
    int status;        /* 200, 400, 403, 404, 409, 422 */
    const char *media; /* "text/plain; charset=utf-8", 409: "text/x.tlog.size" */
    struct span body;  /* 200: signature lines; 409: the size and a newline; else a word */
};
/* OK whenever there is an answer for the caller; failures of the store and of
 * memory are handed back (500). */
NODISCARD enum status tlog_witness_add(const struct tlog_witness *w, struct span body, struct arena *a,
    struct tlog_witness_reply *ret, struct diag *d);

/* Two notes that the log signed and that cannot both be true. */
struct tlog_contradiction {
    instant_t at;            /* when the second was shown */
    uint64_t size, known_size;
    struct span note, known; /* shown; cosigned before */
    struct span proof;       /* hashes, base64, a line each; empty where both sizes are one */
};
struct tlog_witnessed {
    char *origin;
    uint64_t size;      /* 0: none yet */
    instant_t at;
    int64_t evidence;   /* checkpoints signed by the log that contradict it */
    struct span note;
    struct tlog_contradiction *contradiction; /* `evidence` of them, the oldest first */
};
/* One for each log the witness follows, in their order. */
NODISCARD enum status tlog_witness_state(const struct tlog_witness *w, struct arena *a, struct tlog_witnessed **ret,
    struct diag *d);

#endif
