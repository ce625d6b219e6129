/* All that the log reads from outside, on any bytes: notes, checkpoints,
 * verifier keys, tile paths, entries, receipts, trust files, witness requests.  What is accepted is spelled
 * in one way only, so written again it is the same. */
#include "fuzz.h"

#include "tlog/receipt.h"
#include "tlog/tile.h"
#include "tlog/trust.h"
#include "tlog/witness.h"

#include <stdlib.h>
#include <string.h>

enum { MEMORY_MAX = 1 << 26 };

static void must(bool good) {
    if (!good)
        abort();
}

static void note(struct arena *a, struct span s) {
    struct tlog_note n;
    struct tlog_checkpoint c;
    if (tlog_note_parse(a, s, &n, NULL) != OK)
        return;
    size_t size = n.text.size + 1;
    for (size_t i = 0; i < n.count; i++)
        size += n.signature[i].line.size;
    must(size == s.size);
    if (tlog_checkpoint_parse(n.text, &c, NULL) == OK) {
        BUF_AUTO b;
        buf_init(&b, 0);
        tlog_checkpoint_text(&b, &c);
        must(b.size <= n.text.size && memcmp(b.at, n.text.at, b.size) == 0);
    }
}

static void names(struct arena *a, struct span s) {
    struct tlog_vkey k, *list;
    struct tlog_tile tile;
    size_t count;
    char vkey[TLOG_VKEY_MAX], path[TLOG_TILE_PATH_MAX];
    if (tlog_vkey_parse(s, &k, NULL) == OK)
        must(span_eq(s, span_bytes(vkey, tlog_vkey_text(&k, vkey))));
    if (tlog_vkeys_parse(a, s, &list, &count, NULL) == OK)
        must(count <= s.size / 3);
    if (tlog_tile_parse(s, &tile, NULL) == OK)
        must(span_eq(s, span_bytes(path, tlog_tile_path(tile, path))));
}

static void entry(struct arena *a, struct span s) {
    struct tlog_entry e;
    BUF_AUTO b;
    buf_init(&b, 0);
    if (tlog_entry_read(a, s, &e, NULL) == OK) {
        must(tlog_entry_write(&e, &b, NULL) == OK);
        must(span_eq(s, buf_span(&b)));
    }
}

static void receipt(struct arena *a, struct span s) {
    struct tlog_receipt r;
    struct tlog_verdict v;
    struct tlog_trust none = {0};
    if (tlog_receipt_read(a, s, &r, NULL) == OK)
        (void)!tlog_receipt_verify(a, &r, &none, &v, NULL);
}

static void others(struct arena *a, struct span s) {
    const struct tlog_trust_file *f;
    struct tlog_witness_request q;
    BUF_AUTO b;
    buf_init(&b, 0);
    if (tlog_trust_parse(a, s, &f, NULL) == OK)
        must(f->quorum < 0 || (tlog_trust_met(f, UINT32_MAX) && !tlog_trust_met(f, 0)));
    if (tlog_witness_request_read(s, &q, NULL) == OK) {
        tlog_witness_request_write(&b, &q);
        must(span_eq(s, buf_span(&b)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *a = arena_new(MEMORY_MAX);
    struct span s = {(const char *)data, size}, rest = s, one;
    must(a != NULL);
    note(a, s);
    names(a, s);
    entry(a, s);
    receipt(a, s);
    others(a, s);
    while (tlog_bundle_next(&rest, &one))
        must(one.size <= TLOG_ENTRY_BYTES_MAX);
    arena_free(a);
    return 0;
}
