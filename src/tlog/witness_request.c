/* The body of add-checkpoint: "old N", hashes, an empty line, the checkpoint. */
#include "tlog/witness.h"

#include <inttypes.h>

void tlog_witness_request_write(struct buf *out, const struct tlog_witness_request *q) {
    buf_addf(out, "old %" PRIu64 "\n", q->old);
    for (size_t i = 0; i < q->proof.count; i++) {
        buf_base64(out, span_bytes(q->proof.hash[i].byte, HASH_BYTES));
        buf_addc(out, '\n');
    }
    buf_addc(out, '\n');
    buf_add(out, q->note);
}

static bool take_line(struct span *s, struct span *ret) {
    const char *end = s->size ? memchr(s->at, '\n', s->size) : NULL;
    if (!end)
        return false;
    *ret = (struct span){s->at, (size_t)(end - s->at)};
    *s = (struct span){end + 1, s->size - ret->size - 1};
    return true;
}

static bool read_old(struct span line, uint64_t *ret) {
    if (line.size < 5 || memcmp(line.at, "old ", 4) != 0)
        return false;
    struct span n = {line.at + 4, line.size - 4};
    if (n.size > 19 || (n.at[0] == '0' && n.size > 1))
        return false;
    uint64_t v = 0;
    for (size_t i = 0; i < n.size; i++) {
        if (n.at[i] < '0' || n.at[i] > '9')
            return false;
        v = v * 10 + (uint64_t)(n.at[i] - '0');
    }
    *ret = v;
    return v <= TLOG_SIZE_MAX;
}

/* One spelling a hash: the bits behind the last one of 32 bytes are zero. */
static bool read_hash(struct span line, struct hash *ret) {
    size_t n;
    BUF_AUTO again;
    buf_init(&again, 64);
    if (!base64_decode(line, ret->byte, HASH_BYTES, &n) || n != HASH_BYTES)
        return false;
    buf_base64(&again, span_bytes(ret->byte, HASH_BYTES));
    return span_eq(buf_span(&again), line);
}

enum status tlog_witness_request_read(struct span body, struct tlog_witness_request *ret, struct diag *d) {
    struct tlog_witness_request q = {0};
    struct span line;
    if (!take_line(&body, &line) || !read_old(line, &q.old))
        return diag_fail(d, E_INPUT, "tlog.witness_request", DIAG_S("part", "old"));
    for (;;) {
        if (!take_line(&body, &line))
            return diag_fail(d, E_INPUT, "tlog.witness_request", DIAG_S("part", "proof"));
        if (line.size == 0)
            break;
        if (q.proof.count == TLOG_WITNESS_PROOF_MAX || !read_hash(line, &q.proof.hash[q.proof.count]))
            return diag_fail(d, E_INPUT, "tlog.witness_request", DIAG_S("part", "proof"));
        q.proof.count++;
    }
    if (body.size == 0)
        return diag_fail(d, E_INPUT, "tlog.witness_request", DIAG_S("part", "checkpoint"));
    q.note = body;
    *ret = q;
    return OK;
}
