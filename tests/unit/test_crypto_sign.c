#include "unit.h"

#include "base/buf.h"
#include "crypto/sign.h"

static struct diag diag;

/* RFC 8032 section 7.1, tests 1 and 3, the seed wrapped as PKCS#8 (RFC 8410). */
static struct sign_key *ed25519_from_seed(const char *seed_hex) {
    uint8_t der[48] = {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};
    size_t n;
    assert_true(hex_decode(span_of(seed_hex), der + 16, 32, &n));
    BUF_AUTO pem;
    buf_init(&pem, 0);
    buf_adds(&pem, "-----BEGIN PRIVATE KEY-----\n");
    buf_base64(&pem, span_bytes(der, sizeof der));
    buf_adds(&pem, "\n-----END PRIVATE KEY-----\n");
    struct sign_key *k = NULL;
    expect_ok(sign_key_read(buf_span(&pem), &k, &diag), &diag);
    assert_int_equal(sign_key_kind(k), SIGN_ED25519);
    return k;
}

static void check_ed25519(const char *seed, const char *public_hex, struct span message, const char *signature_hex) {
    AUTO(sign_key) struct sign_key *k = ed25519_from_seed(seed);
    uint8_t public[65], wanted[64], out[SIGNATURE_MAX];
    size_t size, n;
    expect_ok(sign_key_public(k, public, &size, &diag), &diag);
    assert_true(hex_decode(span_of(public_hex), wanted, sizeof wanted, &n));
    assert_int_equal(size, 32);
    assert_memory_equal(public, wanted, 32);
    expect_ok(sign(k, message, out, &size, &diag), &diag);
    assert_true(hex_decode(span_of(signature_hex), wanted, sizeof wanted, &n));
    assert_int_equal(size, 64);
    assert_memory_equal(out, wanted, 64);
    assert_true(sign_verify(SIGN_ED25519, span_bytes(public, 32), message, span_bytes(out, 64)));
}

static void ed25519_vectors(void **state) {
    (void)state;
    check_ed25519("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", SPAN(""),
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
    check_ed25519("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", span_bytes("\xaf\x82", 2),
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
}

static void tampering_is_seen(enum sign_kind kind) {
    AUTO(sign_key) struct sign_key *k = NULL;
    AUTO(sign_key) struct sign_key *other = NULL;
    expect_ok(sign_key_new(kind, &k, &diag), &diag);
    expect_ok(sign_key_new(kind, &other, &diag), &diag);
    uint8_t public[65], other_public[65], out[SIGNATURE_MAX];
    size_t public_size, size;
    expect_ok(sign_key_public(k, public, &public_size, &diag), &diag);
    expect_ok(sign_key_public(other, other_public, &public_size, &diag), &diag);
    assert_int_equal(public_size, kind == SIGN_SM2 ? 65 : 32);
    struct span p = span_bytes(public, public_size), message = SPAN("救助决定书");
    expect_ok(sign(k, message, out, &size, &diag), &diag);
    assert_true(size <= SIGNATURE_MAX);
    assert_true(sign_verify(kind, p, message, span_bytes(out, size)));
    for (size_t i = 0; i < size; i++)
        for (int bit = 0; bit < 8; bit++) {
            out[i] ^= (uint8_t)(1 << bit);
            assert_false(sign_verify(kind, p, message, span_bytes(out, size)));
            out[i] ^= (uint8_t)(1 << bit);
        }
    for (size_t n = 0; n < size; n++)
        assert_false(sign_verify(kind, p, message, span_bytes(out, n)));
    assert_false(sign_verify(kind, p, SPAN("救助决定信"), span_bytes(out, size)));
    assert_false(sign_verify(kind, p, SPAN(""), span_bytes(out, size)));
    assert_false(sign_verify(kind, span_bytes(other_public, public_size), message, span_bytes(out, size)));
    assert_false(sign_verify(kind, span_bytes(public, public_size - 1), message, span_bytes(out, size)));
    assert_false(sign_verify(kind, SPAN(""), message, span_bytes(out, size)));
    assert_false(sign_verify(!kind, p, message, span_bytes(out, size)));
}

static void ed25519_tampering(void **state) {
    (void)state;
    tampering_is_seen(SIGN_ED25519);
}

static void sm2_tampering(void **state) {
    (void)state;
    tampering_is_seen(SIGN_SM2);
}

static void keys_survive_their_file(void **state) {
    (void)state;
    for (enum sign_kind kind = SIGN_ED25519; kind <= SIGN_SM2; kind++) {
        AUTO(arena) struct arena *a = arena_new(0);
        AUTO(sign_key) struct sign_key *k = NULL;
        AUTO(sign_key) struct sign_key *read = NULL;
        expect_ok(sign_key_new(kind, &k, &diag), &diag);
        struct span pem;
        expect_ok(sign_key_write(k, a, &pem, &diag), &diag);
        expect_ok(sign_key_read(pem, &read, &diag), &diag);
        assert_int_equal(sign_key_kind(read), kind);
        uint8_t before[65], after[65], out[SIGNATURE_MAX];
        size_t size, signature_size;
        expect_ok(sign_key_public(k, before, &size, &diag), &diag);
        expect_ok(sign_key_public(read, after, &size, &diag), &diag);
        assert_memory_equal(before, after, size);
        expect_ok(sign(read, SPAN("x"), out, &signature_size, &diag), &diag);
        assert_true(sign_verify(kind, span_bytes(before, size), SPAN("x"), span_bytes(out, signature_size)));
    }
}

static void bad_keys_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {
        "", "x", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct sign_key *k = NULL;
        expect_fail(sign_key_read(span_of(bad[i]), &k, &diag), &diag, E_INPUT, "sign.key_syntax");
        assert_null(k);
    }
    /* X25519: a key, of a kind that cannot sign. */
    struct sign_key *k = NULL;
    expect_fail(sign_key_read(SPAN("-----BEGIN PRIVATE KEY-----\n"
        "MC4CAQAwBQYDK2VuBCIEIHcHbQpzGKV9PBbBclGyZkXfTC+H68CZKrF3+6UduSwq\n-----END PRIVATE KEY-----\n"),
        &k, &diag), &diag, E_INPUT, "sign.key_kind");
}

static void a_point_off_the_curve_is_no_key(void **state) {
    (void)state;
    uint8_t point[65] = {4, 1, 2, 3};
    assert_false(sign_verify(SIGN_SM2, span_bytes(point, 65), SPAN("x"), SPAN("0\x06\x02\x01\x01\x02\x01\x01")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ed25519_vectors),
        cmocka_unit_test(ed25519_tampering),
        cmocka_unit_test(sm2_tampering),
        cmocka_unit_test(keys_survive_their_file),
        cmocka_unit_test(bad_keys_are_refused),
        cmocka_unit_test(a_point_off_the_curve_is_no_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
