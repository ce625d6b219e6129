/* RFC 6962 hashing and proofs against vectors and a naive implementation. */
#include "unit.h"

#include "base/buf.h"
#include "tlog/tree.h"

static const enum hash_kind both[] = {HASH_SHA256, HASH_SM3};

/* ---- a naive tree, straight from the text of RFC 6962 section 2.1 ------ */

enum { N = 300 };
struct naive {
    enum hash_kind kind;
    struct hash leaf[N];
    struct hash mth[N + 1][N + 1]; /* memory of MTH(D[lo:hi]) */
    bool known[N + 1][N + 1];
};

static struct hash naive_mth(struct naive *t, unsigned lo, unsigned hi) {
    if (t->known[lo][hi])
        return t->mth[lo][hi];
    struct hash h;
    if (hi == lo) {
        h = hash_one(t->kind, SPAN(""));
    } else if (hi - lo == 1) {
        h = t->leaf[lo];
    } else {
        unsigned k = 1;
        while (2 * k < hi - lo)
            k *= 2;
        struct hash l = naive_mth(t, lo, lo + k), r = naive_mth(t, lo + k, hi);
        struct span part[] = {SPAN("\x01"), span_bytes(l.byte, 32), span_bytes(r.byte, 32)};
        h = hash_of(t->kind, part, 3);
    }
    t->known[lo][hi] = true;
    return t->mth[lo][hi] = h;
}

static void naive_path(struct naive *t, unsigned m, unsigned lo, unsigned hi, struct tlog_proof *p) {
    if (hi - lo == 1)
        return;
    unsigned k = 1;
    while (2 * k < hi - lo)
        k *= 2;
    if (m < k) {
        naive_path(t, m, lo, lo + k, p);
        p->hash[p->count++] = naive_mth(t, lo + k, hi);
    } else {
        naive_path(t, m - k, lo + k, hi, p);
        p->hash[p->count++] = naive_mth(t, lo, lo + k);
    }
}

static void naive_subproof(struct naive *t, unsigned m, unsigned lo, unsigned hi, bool b, struct tlog_proof *p) {
    if (m == hi - lo) {
        if (!b)
            p->hash[p->count++] = naive_mth(t, lo, hi);
        return;
    }
    unsigned k = 1;
    while (2 * k < hi - lo)
        k *= 2;
    if (m <= k) {
        naive_subproof(t, m, lo, lo + k, b, p);
        p->hash[p->count++] = naive_mth(t, lo + k, hi);
    } else {
        naive_subproof(t, m - k, lo + k, hi, false, p);
        p->hash[p->count++] = naive_mth(t, lo, lo + k);
    }
}

static enum status naive_read(void *arg, unsigned height, uint64_t index, struct hash *ret, struct diag *d) {
    uint64_t hi = (index + 1) << height;
    if (hi > N)
        return diag_fail(d, E_NOT_FOUND, "tlog.tile");
    *ret = naive_mth(arg, (unsigned)(index << height), (unsigned)hi);
    return OK;
}

static struct naive *naive_new(enum hash_kind kind) {
    struct naive *t = xcalloc(1, sizeof *t);
    t->kind = kind;
    for (unsigned i = 0; i < N; i++) {
        char text[32];
        int n = snprintf(text, sizeof text, "entry %u", i);
        struct span part[] = {SPAN("\x00"), {text, (size_t)n}};
        t->leaf[i] = hash_of(kind, part, 2);
    }
    return t;
}

static void assert_hash(struct hash a, struct hash b) { assert_memory_equal(a.byte, b.byte, HASH_BYTES); }

static void assert_proof(const struct tlog_proof *a, const struct tlog_proof *b) {
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++)
        assert_hash(a->hash[i], b->hash[i]);
}

/* ---- vectors ---------------------------------------------------------- */

/* The leaves and SHA-256 roots are those of the Certificate Transparency
 * reference tests; the SM3 roots were computed with Python's hashlib. */
static const struct span vector_leaf[8] = {
    {"", 0}, {"\x00", 1}, {"\x10", 1}, {"\x20\x21", 2}, {"\x30\x31", 2}, {"\x40\x41\x42\x43", 4},
    {"\x50\x51\x52\x53\x54\x55\x56\x57", 8},
    {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16},
};
static const char *const vector_root[2][9] = {
    {
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    },
    {
        "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b",
        "2daef60e7a0b8f5e024c81cd2ab3109f2b4f155cf83adeb2ae5532f74a157fdf",
        "0b990fe0c7ad70f1bf1a1262f2c7908ea48146b14253a6db99f2917ab1f5cc4d",
        "209ec96a210d662a964772680e8544d18cab7b88ffec3e00962220349b56ea56",
        "28e4e307ef6d2d0c62d84b11ef96e835efe490f35b93c8f024ecfe38c8dd4377",
        "bb10c996aeebbcdc69be3715fc847344de77442d37a5ab8213da9f41785b103b",
        "8723c1ab1f82ddfba4a3733ac0c80d936d9f4c208c7dbc8cc81ca9fff8584f66",
        "bd36c22a1ac6ff4308e0c3cc1a85bf0ffa30538ec60a55c70413ab15d45db4d2",
        "bc48ba7a709184b5f2a631e1adeb8dc2a0d4c018c1d6cc89b5664fe154c93b38",
    },
};

static void known_roots(void **state) {
    for (size_t k = 0; k < 2; k++) {
        struct tlog_frontier f;
        char hex[65];
        tlog_frontier_init(&f, both[k]);
        for (size_t i = 0;; i++) {
            struct hash root = tlog_frontier_root(&f);
            hash_hex(&root, hex);
            assert_string_equal(hex, vector_root[k][i]);
            if (i == 8)
                break;
            tlog_frontier_push(&f, tlog_leaf_hash(both[k], vector_leaf[i]), NULL, NULL);
        }
    }
}

/* ---- every size -------------------------------------------------------- */

static void frontier_roots(void **state) {
    for (size_t k = 0; k < 2; k++) {
        struct naive *t = naive_new(both[k]);
        struct tlog_reader r = {naive_read, t};
        struct tlog_frontier f;
        tlog_frontier_init(&f, both[k]);
        for (unsigned n = 0; n <= N; n++) {
            struct hash root;
            assert_int_equal(f.size, n);
            assert_hash(tlog_frontier_root(&f), naive_mth(t, 0, n));
            assert_int_equal(tlog_root(&r, both[k], n, &root, NULL), OK);
            assert_hash(root, naive_mth(t, 0, n));

            uint8_t saved[TLOG_FRONTIER_BYTES_MAX];
            size_t bytes = tlog_frontier_save(&f, saved);
            struct tlog_frontier g;
            struct diag d = {0};
            expect_ok(tlog_frontier_load(&g, both[k], n, span_bytes(saved, bytes), &d), &d);
            assert_hash(tlog_frontier_root(&g), tlog_frontier_root(&f));
            expect_fail(tlog_frontier_load(&g, both[k], n, span_bytes(saved, bytes + 1), &d), &d, E_CORRUPT,
                "tlog.frontier");
            f = g;
            if (n < N)
                tlog_frontier_push(&f, t->leaf[n], NULL, NULL);
        }
        free(t);
    }
}

struct seen { struct naive *t; unsigned count; };
static void completed(void *arg, unsigned height, uint64_t index, const struct hash *h) {
    struct seen *s = arg;
    s->count++;
    assert_hash(*h, naive_mth(s->t, (unsigned)(index << height), (unsigned)((index + 1) << height)));
}

static void frontier_tells_completed_subtrees(void **state) {
    struct seen s = {naive_new(HASH_SM3), 0};
    struct tlog_frontier f;
    tlog_frontier_init(&f, HASH_SM3);
    for (unsigned n = 0; n < 256; n++)
        tlog_frontier_push(&f, s.t->leaf[n], completed, &s);
    assert_int_equal(s.count, 511);
    free(s.t);
}

static void inclusion_every_size(void **state) {
    for (size_t k = 0; k < 2; k++) {
        struct naive *t = naive_new(both[k]);
        struct tlog_reader r = {naive_read, t};
        struct tlog_proof p, want;
        for (unsigned n = 0; n <= N; n++) {
            struct hash root = naive_mth(t, 0, n);
            for (unsigned i = 0; i < n; i++) {
                want.count = 0;
                naive_path(t, i, 0, n, &want);
                assert_int_equal(tlog_prove_inclusion(&r, both[k], i, n, &p, NULL), OK);
                assert_proof(&p, &want);
                assert_true(tlog_check_inclusion(both[k], &t->leaf[i], i, n, &p, &root));
            }
            struct diag d = {0};
            expect_fail(tlog_prove_inclusion(&r, both[k], n, n, &p, &d), &d, E_USAGE, "tlog.index");
        }
        free(t);
    }
}

/* The same hashes show the old root to who does not know it; with a hash less,
 * more or altered they show nothing. */
static void assert_prefix(enum hash_kind kind, unsigned m, unsigned n, const struct hash *old, const struct hash *root, struct tlog_proof p) {
    struct hash was, other = {{9}};
    if (m > 0 && m < n && (m & (m - 1)) == 0) {
        memmove(p.hash + 1, p.hash, p.count * sizeof p.hash[0]);
        p.hash[0] = *old;
        p.count++;
    }
    bool shows = m > 0 && m < n;
    assert_int_equal(tlog_prefix_root(kind, m, n, root, &p, &was), shows);
    if (!shows)
        return;
    assert_hash(was, *old);
    assert_false(tlog_prefix_root(kind, m, n, &other, &p, &was));
    p.hash[p.count++] = other;
    assert_false(tlog_prefix_root(kind, m, n, root, &p, &was));
    p.count -= 2;
    assert_false(tlog_prefix_root(kind, m, n, root, &p, &was));
    p.count++;
    for (size_t i = 0; i < p.count; i++) {
        p.hash[i].byte[3] ^= 1;
        assert_false(tlog_prefix_root(kind, m, n, root, &p, &was));
        p.hash[i].byte[3] ^= 1;
    }
}

static void consistency_every_pair(void **state) {
    for (size_t k = 0; k < 2; k++) {
        struct naive *t = naive_new(both[k]);
        struct tlog_reader r = {naive_read, t};
        struct tlog_proof p, want;
        for (unsigned n = 0; n <= N; n++) {
            struct hash root = naive_mth(t, 0, n);
            for (unsigned m = 0; m <= n; m++) {
                struct hash old = naive_mth(t, 0, m);
                want.count = 0;
                if (m > 0)
                    naive_subproof(t, m, 0, n, true, &want);
                assert_int_equal(tlog_prove_consistency(&r, both[k], m, n, &p, NULL), OK);
                assert_proof(&p, &want);
                assert_true(tlog_check_consistency(both[k], m, &old, n, &root, &p));
                assert_prefix(both[k], m, n, &old, &root, p);
            }
            struct diag d = {0};
            expect_fail(tlog_prove_consistency(&r, both[k], n + 1, n, &p, &d), &d, E_USAGE, "tlog.size");
        }
        free(t);
    }
}

/* ---- what must be refused ---------------------------------------------- */

static unsigned seed;
static unsigned below(unsigned n) { return (unsigned)rand_r(&seed) % n; }

static void inclusion_refuses(void **state) {
    struct naive *t = naive_new(HASH_SHA256);
    struct tlog_reader r = {naive_read, t};
    for (int round = 0; round < 2000; round++) {
        unsigned n = 2 + below(N - 1), i = below(n);
        struct hash root = naive_mth(t, 0, n), leaf = t->leaf[i];
        struct tlog_proof p;
        assert_int_equal(tlog_prove_inclusion(&r, HASH_SHA256, i, n, &p, NULL), OK);

        struct tlog_proof bad = p;
        bad.hash[below((unsigned)p.count)].byte[below(32)] ^= (uint8_t)(1U << below(8));
        assert_false(tlog_check_inclusion(HASH_SHA256, &leaf, i, n, &bad, &root));
        bad = p;
        bad.count--;
        assert_false(tlog_check_inclusion(HASH_SHA256, &leaf, i, n, &bad, &root));
        bad = p;
        bad.hash[bad.count++] = root;
        assert_false(tlog_check_inclusion(HASH_SHA256, &leaf, i, n, &bad, &root));
        unsigned other = below(n);
        if (other != i) {
            assert_false(tlog_check_inclusion(HASH_SHA256, &leaf, other, n, &p, &root));
            assert_false(tlog_check_inclusion(HASH_SHA256, &t->leaf[other], i, n, &p, &root));
        }
        assert_false(tlog_check_inclusion(HASH_SHA256, &leaf, i + n, n, &p, &root));
        assert_false(tlog_check_inclusion(HASH_SHA256, &leaf, n, n, &p, &root));
        assert_false(tlog_check_inclusion(HASH_SM3, &leaf, i, n, &p, &root));
        struct hash wrong = root;
        wrong.byte[below(32)] ^= 1;
        assert_false(tlog_check_inclusion(HASH_SHA256, &leaf, i, n, &p, &wrong));
    }
    /* A node taken for a leaf: the prefixes 0 and 1 keep them apart. */
    struct hash root = naive_mth(t, 0, 4), node = naive_mth(t, 0, 2);
    struct tlog_proof half = {1, {naive_mth(t, 2, 4)}};
    assert_false(tlog_check_inclusion(HASH_SHA256, &node, 0, 4, &half, &root));
    char fake[64];
    memcpy(fake, t->leaf[0].byte, 32);
    memcpy(fake + 32, t->leaf[1].byte, 32);
    struct hash forged = tlog_leaf_hash(HASH_SHA256, (struct span){fake, 64});
    assert_false(tlog_check_inclusion(HASH_SHA256, &forged, 0, 2, &half, &root));
    free(t);
}

static void consistency_refuses(void **state) {
    struct naive *t = naive_new(HASH_SM3);
    struct tlog_reader r = {naive_read, t};
    for (int round = 0; round < 2000; round++) {
        unsigned n = 2 + below(N - 1), m = 1 + below(n - 1);
        struct hash root = naive_mth(t, 0, n), old = naive_mth(t, 0, m);
        struct tlog_proof p;
        assert_int_equal(tlog_prove_consistency(&r, HASH_SM3, m, n, &p, NULL), OK);
        assert_true(p.count > 0);

        struct tlog_proof bad = p;
        bad.hash[below((unsigned)p.count)].byte[below(32)] ^= (uint8_t)(1U << below(8));
        assert_false(tlog_check_consistency(HASH_SM3, m, &old, n, &root, &bad));
        bad = p;
        bad.count--;
        assert_false(tlog_check_consistency(HASH_SM3, m, &old, n, &root, &bad));
        bad = p;
        bad.hash[bad.count++] = root;
        assert_false(tlog_check_consistency(HASH_SM3, m, &old, n, &root, &bad));
        struct hash wrong = old;
        wrong.byte[below(32)] ^= 4;
        assert_false(tlog_check_consistency(HASH_SM3, m, &wrong, n, &root, &p));
        wrong = root;
        wrong.byte[below(32)] ^= 4;
        assert_false(tlog_check_consistency(HASH_SM3, m, &old, n, &wrong, &p));
        /* shrinking */
        assert_false(tlog_check_consistency(HASH_SM3, n, &root, m, &old, &p));
    }
    struct tlog_proof none = {0};
    struct hash a = naive_mth(t, 0, 7), b = naive_mth(t, 0, 8), empty = tlog_empty_root(HASH_SM3);
    assert_true(tlog_check_consistency(HASH_SM3, 7, &a, 7, &a, &none));
    assert_false(tlog_check_consistency(HASH_SM3, 7, &a, 7, &b, &none));
    assert_false(tlog_check_consistency(HASH_SM3, 0, &a, 8, &b, &none));
    assert_true(tlog_check_consistency(HASH_SM3, 0, &empty, 8, &b, &none));
    assert_false(tlog_check_consistency(HASH_SM3, 7, &a, TLOG_SIZE_MAX + 1, &b, &none));
    free(t);
}

/* Two perfect trees joined: sizes near the ceiling neither overflow nor loop. */
static enum status constant_read(void *arg, unsigned height, uint64_t index, struct hash *ret, struct diag *d) {
    memset(ret, 0, sizeof *ret);
    struct hash h = tlog_leaf_hash(HASH_SHA256, SPAN("same"));
    for (unsigned i = 0; i < height; i++)
        h = tlog_node_hash(HASH_SHA256, &h, &h);
    *ret = h;
    return OK;
}

static void sizes_at_the_ceiling(void **state) {
    struct tlog_reader r = {constant_read, NULL};
    struct hash leaf = tlog_leaf_hash(HASH_SHA256, SPAN("same"));
    static const uint64_t size[] = {TLOG_SIZE_MAX, TLOG_SIZE_MAX - 1, ((uint64_t)1 << 61) + 1, 100000000};
    for (size_t i = 0; i < ARRAY_LEN(size); i++) {
        struct hash root, old;
        struct tlog_proof p;
        uint64_t m = size[i] / 3;
        struct diag d = {0};
        expect_ok(tlog_root(&r, HASH_SHA256, size[i], &root, &d), &d);
        expect_ok(tlog_root(&r, HASH_SHA256, m, &old, &d), &d);
        expect_ok(tlog_prove_inclusion(&r, HASH_SHA256, m, size[i], &p, &d), &d);
        assert_true(tlog_check_inclusion(HASH_SHA256, &leaf, m, size[i], &p, &root));
        expect_ok(tlog_prove_consistency(&r, HASH_SHA256, m, size[i], &p, &d), &d);
        assert_true(tlog_check_consistency(HASH_SHA256, m, &old, size[i], &root, &p));
    }
}

/* A reader's failure is handed back and the result untouched. */
static enum status failing_read(void *arg, unsigned height, uint64_t index, struct hash *ret, struct diag *d) {
    return diag_fail(d, E_SYSTEM, "tlog.file");
}

static void reader_failure(void **state) {
    struct tlog_reader r = {failing_read, NULL};
    struct tlog_proof p = {.count = 77};
    struct hash h;
    struct diag d = {0};
    expect_fail(tlog_prove_inclusion(&r, HASH_SM3, 3, 9, &p, &d), &d, E_SYSTEM, "tlog.file");
    expect_fail(tlog_prove_consistency(&r, HASH_SM3, 3, 9, &p, &d), &d, E_SYSTEM, "tlog.file");
    expect_fail(tlog_root(&r, HASH_SM3, 9, &h, &d), &d, E_SYSTEM, "tlog.file");
    assert_int_equal(p.count, 77);
}

int main(void) {
    const char *text = getenv("TEST_SEED");
    seed = text ? (unsigned)atoi(text) : 6962;
    print_message("# TEST_SEED=%u\n", seed);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_roots),
        cmocka_unit_test(frontier_roots),
        cmocka_unit_test(frontier_tells_completed_subtrees),
        cmocka_unit_test(inclusion_every_size),
        cmocka_unit_test(consistency_every_pair),
        cmocka_unit_test(inclusion_refuses),
        cmocka_unit_test(consistency_refuses),
        cmocka_unit_test(sizes_at_the_ceiling),
        cmocka_unit_test(reader_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
