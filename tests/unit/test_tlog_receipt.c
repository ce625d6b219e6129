/* Receipts: written, read, verified; nothing in the file is free. */
#include "unit.h"

#include "tlog/receipt.h"
#include "tlog/tile.h"

enum { LOG_SIZE = 11, INDEX = 6 };

struct world {
    struct arena *arena;
    struct sign_key *ed25519, *sm2, *witness;
    struct tlog_vkey key[3]; /* log, sm3 log, witness */
    struct hash leaf[2][LOG_SIZE];
    struct span entry;
    struct tlog_opening opening[2];
    struct span vkey[3];
    struct tlog_receipt receipt;
    struct buf file;
};
static struct world w;

static enum status read_leaves(void *arg, unsigned height, uint64_t index, struct hash *ret, struct diag *d) {
    enum hash_kind kind = *(enum hash_kind *)arg;
    if (height == 0) {
        *ret = w.leaf[kind][index];
        return OK;
    }
    struct hash l, r;
    enum status s = read_leaves(arg, height - 1, 2 * index, &l, d);
    if (s == OK)
        s = read_leaves(arg, height - 1, 2 * index + 1, &r, d);
    if (s == OK)
        *ret = tlog_node_hash(kind, &l, &r);
    return s;
}

static struct span keep(struct buf *b) {
    struct span s = {arena_dup(w.arena, buf_span(b)), b->size};
    buf_clear(b);
    return s;
}

static struct span make_entry(void) {
    struct diag d = {0};
    const struct json *matter, *payload;
    static struct tlog_commitment c[2];
    expect_ok(json_parse(w.arena, SPAN("{\"case\":\"7301\"}"), &matter, &d), &d);
    expect_ok(json_parse(w.arena, SPAN("{\"amount_fen\":145000,\"members\":[1,2.5,null,true],\"outcome\":\"eligible\"}"),
        &payload, &d), &d);
    w.opening[0] = (struct tlog_opening){SPAN("0123456789abcdef"), matter};
    w.opening[1] = (struct tlog_opening){SPAN("\0\1\2\3\4\5\6\7\x8\x9\xa\xb\xc\xd\xe\xf"), payload};
    for (int i = 0; i < 2; i++)
        expect_ok(tlog_entry_commit(w.opening[i].salt, w.opening[i].value, &c[i], &d), &d);
    struct tlog_entry e = {
        .kind = TLOG_NOTICE, .time = 1795314600000000, .district = 110102, .office = "110102000000",
        .role = "decider", .action = "served", .matter = &c[0], .payload = &c[1],
    };
    BUF_AUTO b;
    buf_init(&b, 0);
    expect_ok(tlog_entry_write(&e, &b, &d), &d);
    return keep(&b);
}

static void make_half(enum hash_kind kind, struct tlog_inclusion *in) {
    struct diag d = {0};
    struct tlog_reader r = {read_leaves, &kind};
    struct tlog_checkpoint c = {span_of(w.key[kind == HASH_SM3].name), LOG_SIZE, {{0}}};
    expect_ok(tlog_root(&r, kind, LOG_SIZE, &c.root, &d), &d);
    expect_ok(tlog_prove_inclusion(&r, kind, INDEX, LOG_SIZE, &in->proof, &d), &d);
    in->index = INDEX;
    BUF_AUTO b;
    buf_init(&b, 0);
    tlog_checkpoint_text(&b, &c);
    struct span text = keep(&b);
    buf_add(&b, text);
    buf_addc(&b, '\n');
    if (kind == HASH_SM3) {
        expect_ok(tlog_note_sign(&b, text, &w.key[1], w.sm2, 0, &d), &d);
    } else {
        expect_ok(tlog_note_sign(&b, text, &w.key[0], w.ed25519, 0, &d), &d);
    }
    expect_ok(tlog_note_sign(&b, text, &w.key[2], w.witness, kind == HASH_SM3 ? 1795314701 : 1795314700, &d), &d);
    in->checkpoint = keep(&b);
}

static int set_up(void **state) {
    struct diag d = {0};
    memset(&w, 0, sizeof w);
    w.arena = arena_new(0);
    buf_init(&w.file, 0);
    expect_ok(sign_key_new(SIGN_ED25519, &w.ed25519, &d), &d);
    expect_ok(sign_key_new(SIGN_SM2, &w.sm2, &d), &d);
    expect_ok(sign_key_new(SIGN_ED25519, &w.witness, &d), &d);
    expect_ok(tlog_vkey_of("minzheng.example/110102", w.ed25519, false, &w.key[0], &d), &d);
    expect_ok(tlog_vkey_of("minzheng.example/110102/sm3", w.sm2, false, &w.key[1], &d), &d);
    expect_ok(tlog_vkey_of("audit.example/w1", w.witness, true, &w.key[2], &d), &d);
    w.entry = make_entry();
    for (unsigned i = 0; i < LOG_SIZE; i++)
        for (int k = 0; k < 2; k++)
            w.leaf[k][i] = tlog_leaf_hash((enum hash_kind)k, i == INDEX ? w.entry : span_bytes(&i, sizeof i));
    for (int i = 0; i < 3; i++) {
        char *text = arena_alloc(w.arena, TLOG_VKEY_MAX);
        w.vkey[i] = (struct span){text, tlog_vkey_text(&w.key[i], text)};
    }
    w.receipt = (struct tlog_receipt){
        .entry = w.entry, .opening = w.opening, .opening_count = 2, .vkey = w.vkey, .vkey_count = 3,
    };
    expect_ok(tlog_receipt_name_openings(w.arena, &w.receipt, &d), &d);
    make_half(HASH_SHA256, &w.receipt.sha256);
    make_half(HASH_SM3, &w.receipt.sm3);
    expect_ok(tlog_receipt_write(&w.receipt, &w.file, &d), &d);
    return 0;
}

static int tear_down(void **state) {
    buf_release(&w.file);
    sign_key_free(w.ed25519);
    sign_key_free(w.sm2);
    sign_key_free(w.witness);
    arena_free(w.arena);
    return 0;
}

static enum status check(struct span file, const struct tlog_trust *trust, struct tlog_verdict *v, struct diag *d) {
    struct tlog_receipt r;
    enum status s = tlog_receipt_read(w.arena, file, &r, d);
    return s == OK ? tlog_receipt_verify(w.arena, &r, trust, v, d) : s;
}

static enum status check_receipt(const struct tlog_receipt *r, const struct tlog_trust *trust, struct diag *d) {
    BUF_AUTO b;
    struct tlog_verdict v;
    buf_init(&b, 0);
    expect_ok(tlog_receipt_write(r, &b, d), d);
    return check(keep(&b), trust, &v, d);
}

static void good(void **state) {
    struct diag d = {0};
    struct tlog_verdict v;
    struct tlog_trust none = {0}, all = {w.key, 3, 1};
    expect_ok(check(buf_span(&w.file), &none, &v, &d), &d);
    assert_true(v.own_keys);
    assert_int_equal(v.cosignatures, 1);
    expect_ok(check(buf_span(&w.file), &all, &v, &d), &d);
    assert_false(v.own_keys);
    assert_string_equal(v.origin, "minzheng.example/110102");
    assert_int_equal(v.index, INDEX);
    assert_int_equal(v.size, LOG_SIZE);
    assert_int_equal(v.sm3_size, LOG_SIZE);
    assert_int_equal(v.cosignatures, 1);
    assert_int_equal(v.cosigned_at_s, 1795314700);
    assert_true(v.entry_known);
    assert_string_equal(v.entry.kind, "notice");
    assert_int_equal(v.openings, 2);
    assert_int_equal(v.sm3_cosignatures, 1);
    assert_true(!v.matter_closed && !v.payload_closed && v.subjects_closed == 0);
}

/* With everybody's keys, with the logs' alone (the witness's is in the file
 * then) and with none: no bit is free. */
static void every_bit(void **state) {
    const struct tlog_trust trust[] = {{w.key, 3, 1}, {w.key, 2, 0}, {0}};
    struct tlog_verdict v;
    char *copy = xmalloc(w.file.size);
    memcpy(copy, w.file.at, w.file.size);
    for (size_t i = 0; i < 8 * w.file.size; i++) {
        copy[i / 8] ^= (char)(1 << i % 8);
        struct arena_mark mark = arena_mark(w.arena);
        /* each byte meets all three, by different bits */
        if (check(span_bytes(copy, w.file.size), &trust[i % ARRAY_LEN(trust)], &v, NULL) == OK)
            fail_msg("bit %zu of byte %zu is free, trust %zu", i % 8, i / 8, i % ARRAY_LEN(trust));
        arena_rewind(w.arena, mark);
        copy[i / 8] ^= (char)(1 << i % 8);
    }
    /* and cut anywhere */
    for (size_t n = 0; n < w.file.size; n += 7)
        assert_int_not_equal(check((struct span){w.file.at, n}, &trust[0], &v, NULL), OK);
    free(copy);
}

/* A line that nobody's key at hand made is no ornament. */
static void strangers(void **state) {
    struct diag d = {0};
    struct tlog_trust all = {w.key, 3, 1}, logs = {w.key, 2, 0}, none = {0};
    struct tlog_receipt r = w.receipt;
    AUTO(sign_key) struct sign_key *other = NULL;
    struct tlog_vkey key;
    r.vkey_count = 2;
    expect_ok(check_receipt(&r, &all, &d), &d); /* brought */
    expect_fail(check_receipt(&r, &logs, &d), &d, E_CORRUPT, "tlog.receipt_stranger");
    expect_fail(check_receipt(&r, &none, &d), &d, E_CORRUPT, "tlog.receipt_stranger");
    expect_ok(sign_key_new(SIGN_ED25519, &other, &d), &d);
    expect_ok(tlog_vkey_of("stranger.example/x", other, true, &key, &d), &d);
    for (int half = 0; half < 2; half++) {
        struct tlog_inclusion *in = half ? &r.sm3 : &r.sha256;
        BUF_AUTO b;
        r = w.receipt;
        buf_init(&b, 0);
        buf_add(&b, in->checkpoint);
        size_t text = (size_t)((const char *)memmem(in->checkpoint.at, in->checkpoint.size, "\n\n", 2) - in->checkpoint.at) + 1;
        expect_ok(tlog_note_sign(&b, (struct span){in->checkpoint.at, text}, &key, other, 5, &d), &d);
        in->checkpoint = keep(&b);
        expect_fail(check_receipt(&r, &all, &d), &d, E_CORRUPT, "tlog.receipt_stranger");
        assert_string_equal(d.arg[0].value, "stranger.example/x");
    }
    /* the twin's cosignature over another time than it says */
    r = w.receipt;
    char *twin = arena_dup(w.arena, r.sm3.checkpoint);
    char *line = strstr(twin, "audit.example/w1 ");
    line[strlen("audit.example/w1 ") + 8] ^= 1;
    r.sm3.checkpoint.at = twin;
    assert_int_not_equal(check_receipt(&r, &all, &d), OK);
}

/* What was not opened is said; what is named and gone is missed. */
static void openings_taken_out(void **state) {
    struct diag d = {0};
    struct tlog_verdict v;
    struct tlog_trust all = {w.key, 3, 1};
    struct tlog_receipt r = w.receipt;
    BUF_AUTO b;
    buf_init(&b, 0);
    r.opening_count = 1;
    expect_fail(check_receipt(&r, &all, &d), &d, E_CORRUPT, "tlog.receipt_opening_missing");
    r.opening_count = 0;
    expect_fail(check_receipt(&r, &all, &d), &d, E_CORRUPT, "tlog.receipt_opening_missing");
    r = w.receipt;
    r.opens_count = 1;
    expect_fail(check_receipt(&r, &all, &d), &d, E_CORRUPT, "tlog.receipt_opening_missing");
    struct span swapped[] = {SPAN("payload"), SPAN("matter")}, twice[] = {SPAN("matter"), SPAN("matter")};
    r = w.receipt;
    r.opens = swapped;
    expect_fail(check_receipt(&r, &all, &d), &d, E_CORRUPT, "tlog.receipt_opening");
    struct tlog_opening same[] = {w.opening[0], w.opening[0]};
    r.opens = twice;
    r.opening = same;
    expect_fail(check_receipt(&r, &all, &d), &d, E_CORRUPT, "tlog.receipt_opening");
    static const char *const name[] = {"", "subject", "subject.", "subject.0", "subject.1", "subject.01", "subject.99999999999999999999", "Matter", "matter "};
    for (size_t i = 0; i < ARRAY_LEN(name); i++) {
        struct span of = span_of(name[i]);
        r = w.receipt;
        r.opens = &of;
        r.opens_count = r.opening_count = 1;
        expect_fail(check_receipt(&r, &all, &d), &d, E_CORRUPT, "tlog.receipt_opening");
    }
    r = w.receipt; /* its holder keeps the content to himself: valid, and said */
    r.opens_count = r.opening_count = 1;
    expect_ok(tlog_receipt_write(&r, &b, &d), &d);
    expect_ok(check(keep(&b), &all, &v, &d), &d);
    assert_true(!v.matter_closed && v.payload_closed);
    assert_int_equal(v.openings, 1);
}

static void forged_pieces(void **state) {
    struct diag d = {0};
    struct tlog_trust all = {w.key, 3, 1};
    struct tlog_receipt r = w.receipt;

    r.entry = SPAN("{\"v\":1}");
    expect_fail(check_receipt(&r, &all, &d), &d, E_CORRUPT, "tlog.receipt_root");
    r = w.receipt;
    r.sha256.index = INDEX + 1;
    expect_fail(check_receipt(&r, &all, &d), &d, E_CORRUPT, "tlog.receipt_root");
    r = w.receipt;
    r.sm3.proof.count--;
    expect_fail(check_receipt(&r, &all, &d), &d, E_CORRUPT, "tlog.receipt_root");
    r = w.receipt;
    r.sha256.proof.hash[r.sha256.proof.count++] = w.leaf[0][0];
    expect_fail(check_receipt(&r, &all, &d), &d, E_CORRUPT, "tlog.receipt_root");
    r = w.receipt;
    r.sm3 = r.sha256; /* the SHA-256 half twice */
    expect_fail(check_receipt(&r, &all, &d), &d, E_NOT_FOUND, "tlog.not_signed");

    struct tlog_opening forged[2] = {w.opening[0], w.opening[1]};
    forged[1].value = json_null();
    r = w.receipt;
    r.opening = forged;
    expect_fail(check_receipt(&r, &all, &d), &d, E_CORRUPT, "tlog.receipt_opening");
    assert_string_equal(d.arg[0].value, "2");
    forged[1] = w.opening[1];
    forged[1].salt = w.opening[0].salt;
    expect_fail(check_receipt(&r, &all, &d), &d, E_CORRUPT, "tlog.receipt_opening");
}

/* Another log's keys, a missing witness, a quorum too high. */
static void trust(void **state) {
    struct diag d = {0};
    struct tlog_verdict v;
    AUTO(sign_key) struct sign_key *other = NULL;
    struct tlog_vkey key[3] = {w.key[0], w.key[1], w.key[2]};
    expect_ok(sign_key_new(SIGN_ED25519, &other, &d), &d);
    expect_ok(tlog_vkey_of("minzheng.example/110102", other, false, &key[0], &d), &d);
    expect_fail(check(buf_span(&w.file), &(struct tlog_trust){key, 3, 0}, &v, &d), &d, E_NOT_FOUND, "tlog.not_signed");
    expect_fail(check(buf_span(&w.file), &(struct tlog_trust){w.key, 1, 0}, &v, &d), &d, E_NOT_FOUND, "tlog.not_signed");
    expect_fail(check(buf_span(&w.file), &(struct tlog_trust){w.key, 2, 1}, &v, &d), &d, E_NOT_FOUND, "tlog.quorum");
    expect_fail(check(buf_span(&w.file), &(struct tlog_trust){w.key, 3, 2}, &v, &d), &d, E_NOT_FOUND, "tlog.quorum");
    expect_ok(check(buf_span(&w.file), &(struct tlog_trust){w.key, 2, 0}, &v, &d), &d);
    /* One witness named twice, or under a second name, is one. */
    struct tlog_vkey twice[5] = {w.key[0], w.key[1], w.key[2], w.key[2], w.key[2]};
    expect_ok(tlog_vkey_of("audit.example/alias", w.witness, true, &twice[4], &d), &d);
    expect_ok(check(buf_span(&w.file), &(struct tlog_trust){twice, 5, 1}, &v, &d), &d);
    assert_int_equal(v.cosignatures, 1);
    expect_fail(check(buf_span(&w.file), &(struct tlog_trust){twice, 5, 2}, &v, &d), &d, E_NOT_FOUND, "tlog.quorum");
    twice[2] = twice[4]; /* the name that has no line first */
    expect_ok(check(buf_span(&w.file), &(struct tlog_trust){twice, 5, 1}, &v, &d), &d);
    assert_int_equal(v.cosignatures, 1);
    /* The witness's key as a log key, and a log key as a witness, count for nothing. */
    expect_ok(tlog_vkey_of("audit.example/w1", other, true, &key[2], &d), &d);
    key[0] = w.key[0];
    expect_fail(check(buf_span(&w.file), &(struct tlog_trust){key, 3, 1}, &v, &d), &d, E_NOT_FOUND, "tlog.quorum");
}

/* A whole log of his own, signed with his own keys, under our name: only the
 * trusted keys tell. */
static void rewritten_history(void **state) {
    struct diag d = {0};
    struct tlog_trust ours = {(struct tlog_vkey[]){w.key[0], w.key[1]}, 2, 0}, none = {0};
    struct tlog_vkey kept[2] = {w.key[0], w.key[1]};
    ours.key = kept;
    struct sign_key *was = w.ed25519;
    AUTO(sign_key) struct sign_key *forger = NULL;
    expect_ok(sign_key_new(SIGN_ED25519, &forger, &d), &d);
    w.ed25519 = forger;
    expect_ok(tlog_vkey_of("minzheng.example/110102", forger, false, &w.key[0], &d), &d);
    char text[TLOG_VKEY_MAX];
    w.vkey[0] = (struct span){text, tlog_vkey_text(&w.key[0], text)};
    make_half(HASH_SHA256, &w.receipt.sha256);
    w.ed25519 = was;
    expect_ok(check_receipt(&w.receipt, &none, &d), &d); /* consistent with itself */
    expect_fail(check_receipt(&w.receipt, &ours, &d), &d, E_NOT_FOUND, "tlog.not_signed");
}

static void hostile_files(void **state) {
    static const struct { struct span text; const char *code; } bad[] = {
        {SPAN(""), "tlog.receipt_header"},
        {SPAN("c2sp.org/tlog-proof@v2\n"), "tlog.receipt_header"},
        {SPAN("c2sp.org/tlog-proof@v1"), "tlog.receipt_header"},
        {SPAN("c2sp.org/tlog-proof@v1\n"), "tlog.receipt_index"},
        {SPAN("c2sp.org/tlog-proof@v1\nextra \n"), "tlog.receipt_extra"},
        {SPAN("c2sp.org/tlog-proof@v1\nextra ????\n"), "tlog.receipt_extra"},
        {SPAN("c2sp.org/tlog-proof@v1\nindex -1\n\n"), "tlog.receipt_index"},
        {SPAN("c2sp.org/tlog-proof@v1\nindex 18446744073709551616\n\n"), "tlog.receipt_index"},
        {SPAN("c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\n"), "tlog.receipt_proof"},
        {SPAN("c2sp.org/tlog-proof@v1\nindex 1\n"), "tlog.receipt_proof"},
        {SPAN("c2sp.org/tlog-proof@v1\nindex 1\n\n"), "tlog.receipt_extra"}, /* a tlog-proof, no receipt */
        {SPAN("c2sp.org/tlog-proof@v1\nextra e30=\nindex 1\n\n"), "tlog.receipt_extra"},
        {SPAN("c2sp.org/tlog-proof@v1\nextra bnVsbA==\nindex 1\n\n"), "tlog.receipt_extra"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct tlog_receipt r;
        struct diag d = {0};
        if (tlog_receipt_read(w.arena, bad[i].text, &r, &d) == OK)
            fail_msg("accepted receipt %zu", i);
        if (strcmp(d.code, bad[i].code) != 0)
            fail_msg("receipt %zu: %s instead of %s", i, d.code, bad[i].code);
    }
    char *big = xcalloc(1, TLOG_RECEIPT_BYTES_MAX + 1);
    struct tlog_receipt r;
    struct diag d = {0};
    expect_fail(tlog_receipt_read(w.arena, (struct span){big, TLOG_RECEIPT_BYTES_MAX + 1}, &r, &d), &d, E_LIMIT,
        "tlog.receipt_size");
    free(big);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(good, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_bit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(strangers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(openings_taken_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(forged_pieces, set_up, tear_down),
        cmocka_unit_test_setup_teardown(trust, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rewritten_history, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hostile_files, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
