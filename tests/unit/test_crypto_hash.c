#include "unit.h"

#include "base/buf.h"
#include "crypto/hash.h"

static void check_hex(struct hash h, const char *wanted) {
    char hex[2 * HASH_BYTES + 1];
    hash_hex(&h, hex);
    assert_string_equal(hex, wanted);
}

static void sha256_vectors(void **state) {
    (void)state; /* FIPS 180-4 examples */
    check_hex(hash_one(HASH_SHA256, SPAN("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check_hex(hash_one(HASH_SHA256, SPAN("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check_hex(hash_one(HASH_SHA256, SPAN("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void sm3_vectors(void **state) {
    (void)state; /* GB/T 32905-2016 appendix A */
    check_hex(hash_one(HASH_SM3, SPAN("abc")), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    check_hex(hash_one(HASH_SM3, SPAN("abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd")),
        "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
}

static void parts_are_one_text(void **state) {
    (void)state;
    struct span part[] = {SPAN("a"), SPAN(""), SPAN("bc")};
    for (enum hash_kind k = HASH_SHA256; k <= HASH_SM3; k++) {
        struct hash a = hash_of(k, part, ARRAY_LEN(part)), b = hash_one(k, SPAN("abc"));
        assert_true(hash_eq(&a, &b));
        b.byte[31] ^= 1;
        assert_false(hash_eq(&a, &b));
        struct hash none = hash_of(k, NULL, 0), empty = hash_one(k, SPAN(""));
        assert_true(hash_eq(&none, &empty));
    }
}

static void hmac_sha256_vectors(void **state) {
    (void)state; /* RFC 4231 cases 1, 2, 6 */
    uint8_t key[131];
    memset(key, 0x0b, 20);
    struct span text = SPAN("Hi There");
    check_hex(hmac_of(HASH_SHA256, span_bytes(key, 20), &text, 1),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    struct span part[] = {SPAN("what do ya want "), SPAN("for nothing?")};
    check_hex(hmac_of(HASH_SHA256, SPAN("Jefe"), part, 2),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof key);
    text = SPAN("Test Using Larger Than Block-Size Key - Hash Key First");
    check_hex(hmac_of(HASH_SHA256, span_bytes(key, sizeof key), &text, 1),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

/* The definition, H(k^opad | H(k^ipad | m)), with our own hash: independent of
 * OpenSSL's HMAC. */
static struct hash hmac_by_definition(enum hash_kind k, struct span key, struct span text) {
    uint8_t inner[64] = {0}, outer[64];
    memcpy(inner, key.at, key.size);
    memcpy(outer, inner, sizeof outer);
    for (size_t i = 0; i < 64; i++) {
        inner[i] ^= 0x36;
        outer[i] ^= 0x5c;
    }
    struct span in[] = {span_bytes(inner, 64), text};
    struct hash h = hash_of(k, in, 2);
    struct span out[] = {span_bytes(outer, 64), span_bytes(h.byte, HASH_BYTES)};
    return hash_of(k, out, 2);
}

static void hmac_sm3_follows_its_definition(void **state) {
    (void)state;
    uint8_t key[64];
    for (size_t size = 0; size <= sizeof key; size++) {
        random_bytes(key, sizeof key);
        struct span k = span_bytes(key, size), text = SPAN("民政");
        struct hash a = hmac_of(HASH_SM3, k, &text, 1), b = hmac_by_definition(HASH_SM3, k, text);
        assert_true(hash_eq(&a, &b));
        a = hmac_of(HASH_SHA256, k, &text, 1), b = hmac_by_definition(HASH_SHA256, k, text);
        assert_true(hash_eq(&a, &b));
    }
}

static void constant_time_equality(void **state) {
    (void)state;
    assert_true(bytes_eq_constant_time(SPAN(""), span_bytes(NULL, 0)));
    assert_true(bytes_eq_constant_time(SPAN("abc"), SPAN("abc")));
    assert_false(bytes_eq_constant_time(SPAN("abc"), SPAN("abd")));
    assert_false(bytes_eq_constant_time(SPAN("abc"), SPAN("ab")));
}

static void random_bytes_differ(void **state) {
    (void)state;
    uint8_t a[32], b[32];
    random_bytes(a, sizeof a);
    random_bytes(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_vectors),
        cmocka_unit_test(sm3_vectors),
        cmocka_unit_test(parts_are_one_text),
        cmocka_unit_test(hmac_sha256_vectors),
        cmocka_unit_test(hmac_sm3_follows_its_definition),
        cmocka_unit_test(constant_time_equality),
        cmocka_unit_test(random_bytes_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
