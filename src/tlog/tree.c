#include "tlog/tree.h"

struct hash tlog_leaf_hash(enum hash_kind kind, struct span entry) {
    struct span part[] = {SPAN("\x00"), entry};
    return hash_of(kind, part, ARRAY_LEN(part));
}

struct hash tlog_node_hash(enum hash_kind kind, const struct hash *left, const struct hash *right) {
    /* One block instead of three updates: nodes are as many as entries. */
    uint8_t block[1 + 2 * HASH_BYTES];
    block[0] = 0x01;
    memcpy(block + 1, left->byte, HASH_BYTES);
    memcpy(block + 1 + HASH_BYTES, right->byte, HASH_BYTES);
    return hash_one(kind, span_bytes(block, sizeof block));
}

struct hash tlog_empty_root(enum hash_kind kind) { return hash_one(kind, SPAN("")); }

/* ---- frontier --------------------------------------------------------- */

void tlog_frontier_init(struct tlog_frontier *f, enum hash_kind kind) {
    memset(f, 0, sizeof *f);
    f->kind = kind;
}

void tlog_frontier_push(struct tlog_frontier *f, struct hash leaf, tlog_completed_fn completed, void *arg) {
    assert(f->size < TLOG_SIZE_MAX);
    struct hash h = leaf;
    unsigned height = 0;
    if (completed)
        completed(arg, 0, f->size, &h);
    for (; f->size >> height & 1; height++) {
        h = tlog_node_hash(f->kind, &f->node[height], &h);
        if (completed)
            completed(arg, height + 1, f->size >> (height + 1), &h);
    }
    f->node[height] = h;
    f->size++;
}

struct hash tlog_frontier_root(const struct tlog_frontier *f) {
    if (f->size == 0)
        return tlog_empty_root(f->kind);
    unsigned height = (unsigned)__builtin_ctzll(f->size);
    struct hash root = f->node[height];
    for (height++; height <= TLOG_HEIGHT_MAX; height++)
        if (f->size >> height & 1)
            root = tlog_node_hash(f->kind, &f->node[height], &root);
    return root;
}

size_t tlog_frontier_save(const struct tlog_frontier *f, uint8_t out[TLOG_FRONTIER_BYTES_MAX]) {
    size_t n = 0;
    for (unsigned height = 0; height <= TLOG_HEIGHT_MAX; height++) {
        if (!(f->size >> height & 1))
            continue;
        memcpy(out + n, f->node[height].byte, HASH_BYTES);
        n += HASH_BYTES;
    }
    return n;
}

enum status tlog_frontier_load(struct tlog_frontier *f, enum hash_kind kind, uint64_t size, struct span saved,
    struct diag *d) {
    if (size > TLOG_SIZE_MAX || saved.size != HASH_BYTES * (size_t)__builtin_popcountll(size))
        return diag_fail(d, E_CORRUPT, "tlog.frontier", DIAG_N("size", size), DIAG_N("bytes", saved.size));
    tlog_frontier_init(f, kind);
    f->size = size;
    const char *at = saved.at;
    for (unsigned height = 0; height <= TLOG_HEIGHT_MAX; height++) {
        if (!(size >> height & 1))
            continue;
        memcpy(f->node[height].byte, at, HASH_BYTES);
        at += HASH_BYTES;
    }
    return OK;
}

/* ---- making proofs ---------------------------------------------------- */

/* The largest power of two smaller than n; n > 1. */
static uint64_t split(uint64_t n) {
    assert(n > 1);
    return (uint64_t)1 << (63 - __builtin_clzll(n - 1));
}

/* MTH(D[lo:hi]).  lo is a multiple of the largest power of two <= hi - lo, as
 * all ranges are that splitting [0, size) at `split` gives. */
static enum status range_root(const struct tlog_reader *r, enum hash_kind kind, uint64_t lo, uint64_t hi,
    struct hash *ret, struct diag *d) {
    assert(lo < hi);
    /* The perfect subtrees from the right, smallest first, folded leftwards. */
    struct hash root;
    bool any = false;
    for (uint64_t at = hi; at > lo;) {
        unsigned height = (unsigned)__builtin_ctzll(at - lo);
        struct hash h;
        at -= (uint64_t)1 << height;
        enum status s = r->read(r->arg, height, at >> height, &h, d);
        if (s != OK)
            return s;
        root = any ? tlog_node_hash(kind, &h, &root) : h;
        any = true;
    }
    *ret = root;
    return OK;
}

enum status tlog_root(const struct tlog_reader *r, enum hash_kind kind, uint64_t size, struct hash *ret,
    struct diag *d) {
    if (size > TLOG_SIZE_MAX)
        return diag_fail(d, E_USAGE, "tlog.size", DIAG_N("old", size), DIAG_N("size", TLOG_SIZE_MAX));
    if (size == 0) {
        *ret = tlog_empty_root(kind);
        return OK;
    }
    return range_root(r, kind, 0, size, ret, d);
}

static void proof_reverse(struct tlog_proof *p) {
    for (size_t i = 0, j = p->count; i + 1 < j; i++) {
        struct hash h = p->hash[i];
        p->hash[i] = p->hash[--j];
        p->hash[j] = h;
    }
}

static enum status proof_add(struct tlog_proof *p, const struct tlog_reader *r, enum hash_kind kind, uint64_t lo,
    uint64_t hi, struct diag *d) {
    assert(p->count < TLOG_PROOF_MAX);
    return range_root(r, kind, lo, hi, &p->hash[p->count++], d);
}

enum status tlog_prove_inclusion(const struct tlog_reader *r, enum hash_kind kind, uint64_t index, uint64_t size,
    struct tlog_proof *ret, struct diag *d) {
    if (index >= size || size > TLOG_SIZE_MAX)
        return diag_fail(d, E_USAGE, "tlog.index", DIAG_N("index", index), DIAG_N("size", size));
    struct tlog_proof p = {0};
    for (uint64_t lo = 0, hi = size; hi - lo > 1;) {
        uint64_t middle = lo + split(hi - lo);
        enum status s;
        if (index < middle) {
            s = proof_add(&p, r, kind, middle, hi, d);
            hi = middle;
        } else {
            s = proof_add(&p, r, kind, lo, middle, d);
            lo = middle;
        }
        if (s != OK)
            return s;
    }
    proof_reverse(&p);
    *ret = p;
    return OK;
}

enum status tlog_prove_consistency(const struct tlog_reader *r, enum hash_kind kind, uint64_t old, uint64_t size,
    struct tlog_proof *ret, struct diag *d) {
    if (old > size || size > TLOG_SIZE_MAX)
        return diag_fail(d, E_USAGE, "tlog.size", DIAG_N("old", old), DIAG_N("size", size));
    struct tlog_proof p = {0};
    if (old == 0 || old == size) {
        *ret = p;
        return OK;
    }
    uint64_t lo = 0, hi = size;
    while (old != hi) {
        uint64_t middle = lo + split(hi - lo);
        enum status s;
        if (old <= middle) {
            s = proof_add(&p, r, kind, middle, hi, d);
            hi = middle;
        } else {
            s = proof_add(&p, r, kind, lo, middle, d);
            lo = middle;
        }
        if (s != OK)
            return s;
    }
    /* The verifier knows the old root: when the whole old tree is a subtree
     * of the new one its hash is left out. */
    if (lo != 0) {
        enum status s = proof_add(&p, r, kind, lo, hi, d);
        if (s != OK)
            return s;
    }
    proof_reverse(&p);
    *ret = p;
    return OK;
}

/* ---- checking proofs -------------------------------------------------- */

bool tlog_check_inclusion(enum hash_kind kind, const struct hash *leaf, uint64_t index, uint64_t size,
    const struct tlog_proof *proof, const struct hash *root) {
    if (index >= size || size > TLOG_SIZE_MAX || proof->count > TLOG_PROOF_MAX)
        return false;
    uint64_t fn = index, sn = size - 1;
    struct hash r = *leaf;
    for (size_t i = 0; i < proof->count; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) || fn == sn) {
            r = tlog_node_hash(kind, &proof->hash[i], &r);
            while (!(fn & 1) && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            r = tlog_node_hash(kind, &r, &proof->hash[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && hash_eq(&r, root);
}

/* RFC 9162 section 2.1.4.2, steps 3 to 7: from the subtree `seed` at the right
 * edge of the first `old` leaves to the roots then and now. */
static bool climb(enum hash_kind kind, uint64_t old, uint64_t size, struct hash seed, const struct hash *proof, size_t count,
    struct hash *ret_old_root, struct hash *ret_root) {
    struct hash fr = seed, sr = seed;
    uint64_t fn = old - 1, sn = size - 1;
    while (fn & 1) {
        fn >>= 1;
        sn >>= 1;
    }
    for (size_t i = 0; i < count; i++) {
        const struct hash *c = &proof[i];
        if (sn == 0)
            return false;
        if ((fn & 1) || fn == sn) {
            fr = tlog_node_hash(kind, c, &fr);
            sr = tlog_node_hash(kind, c, &sr);
            while (!(fn & 1) && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            sr = tlog_node_hash(kind, &sr, c);
        }
        fn >>= 1;
        sn >>= 1;
    }
    *ret_old_root = fr;
    *ret_root = sr;
    return sn == 0;
}

bool tlog_check_consistency(enum hash_kind kind, uint64_t old, const struct hash *old_root, uint64_t size,
    const struct hash *root, const struct tlog_proof *proof) {
    if (old > size || size > TLOG_SIZE_MAX || proof->count > TLOG_PROOF_MAX)
        return false;
    if (old == size)
        return proof->count == 0 && hash_eq(old_root, root);
    if (old == 0) {
        struct hash empty = tlog_empty_root(kind);
        return proof->count == 0 && hash_eq(old_root, &empty);
    }
    struct hash was, is;
    bool whole = (old & (old - 1)) == 0; /* the old root is the seed, which the proof leaves out */
    if (!whole && proof->count == 0)
        return false;
    return climb(kind, old, size, whole ? *old_root : proof->hash[0], proof->hash + !whole, proof->count - !whole, &was, &is) &&
           hash_eq(&was, old_root) && hash_eq(&is, root);
}

bool tlog_prefix_root(enum hash_kind kind, uint64_t old, uint64_t size, const struct hash *root, const struct tlog_proof *proof,
    struct hash *ret) {
    struct hash was, is;
    if (old == 0 || old >= size || size > TLOG_SIZE_MAX || proof->count == 0 || proof->count > TLOG_PROOF_MAX ||
        !climb(kind, old, size, proof->hash[0], proof->hash + 1, proof->count - 1, &was, &is) || !hash_eq(&is, root))
        return false;
    *ret = was;
    return true;
}
