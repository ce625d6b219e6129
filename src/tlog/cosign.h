/* The log's side of witnessing: what to ask a witness, what to make of its
 * answer, and when a head is final.
 *
 * Transport is the caller's.  A round with one witness and one tree:
 *
 *     tlog_cosign_ask(...)        the body of add-checkpoint for the latest head
 *     POST <url>/add-checkpoint
 *     tlog_cosign_take(...)       keeps what verifies; *ret_again: the witness
 *                                 named another size, ask once more
 *
 * Nothing a witness says is believed but a signature that verifies and the size
 * that the next proof shall begin with. */
#ifndef TLOG_COSIGN_H
#define TLOG_COSIGN_H

#include "tlog/log.h"
#include "tlog/trust.h"

struct tlog_cosign_request {
    uint64_t size; /* of the head that is to be cosigned */
    struct span body;
    bool done;     /* this witness has cosigned it: nothing to ask */
};
/* `anyway`: ask although it has cosigned this head, as after a start: a witness
 * that has a longer one says so, and an old backup is found out at once.
 * E_NOT_FOUND tlog.head: no head yet. */
NODISCARD enum status tlog_cosign_ask(struct store *s, enum hash_kind tree, const struct tlog_vkey *witness, bool anyway, struct arena *a,
    struct tlog_cosign_request *ret, struct diag *d);

/* What came back; status 0: nothing did. */
struct tlog_cosign_answer { int status; struct span body; };
/* `witness` is an index into f->witness.  A head that now has the quorum is
 * marked final. */
NODISCARD enum status tlog_cosign_take(struct store *s, enum hash_kind tree, const struct tlog_trust_file *f, size_t witness,
    uint64_t size, const struct tlog_cosign_answer *answer, bool *ret_again, struct diag *d);

struct tlog_cosign_state {
    uint64_t size;        /* the head it cosigned last, 0: none */
    const char *state;    /* cosigned, away, refused, ahead, invalid; "unasked" */
    const char *detail;   /* HTTP status, or the size it claims */
    instant_t asked_at;   /* 0: never */
    instant_t cosigned_at;/* by its own clock, 0: never */
};
NODISCARD enum status tlog_cosign_state_get(struct txn *t, enum hash_kind tree, const struct tlog_vkey *witness, struct arena *a,
    struct tlog_cosign_state *ret, struct diag *d);
/* The latest final head: size 0 when there is none. */
struct tlog_final { uint64_t size; instant_t at; };
NODISCARD enum status tlog_final_get(struct txn *t, enum hash_kind tree, struct tlog_final *ret, struct diag *d);

#endif
