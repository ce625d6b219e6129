#include "unit.h"

#include "crypto/password.h"

static struct diag diag;

static void a_password_opens_its_hash_only(void **state) {
    (void)state;
    char one[128], two[128];
    struct span password = SPAN("正确的密码 correct");
    expect_ok(password_hash(password, one, &diag), &diag);
    expect_ok(password_hash(password, two, &diag), &diag);
    assert_string_not_equal(one, two); /* salted */
    assert_int_equal(strncmp(one, "$argon2id$v=19$m=19456,t=2,p=1$", 31), 0);
    assert_true(password_verify(password, one));
    assert_true(password_verify(password, two));
    assert_false(password_verify(SPAN("正确的密码 correcT"), one));
    assert_false(password_verify(SPAN(""), one));
    assert_false(password_verify(span_bytes(password.at, password.size - 1), one));
    one[strlen(one) - 1] ^= 1;
    assert_false(password_verify(password, one));
}

static void lengths_are_in_characters(void **state) {
    (void)state;
    char out[128], text[600];
    expect_fail(password_hash(SPAN("123456789"), out, &diag), &diag, E_INPUT, "password.short");
    expect_fail(password_hash(SPAN("一二三四五六七八九"), out, &diag), &diag, E_INPUT, "password.short");
    expect_fail(password_hash(SPAN(""), out, &diag), &diag, E_INPUT, "password.short");
    expect_fail(password_hash(SPAN("1234567890\xff"), out, &diag), &diag, E_INPUT, "password.utf8");
    text[0] = '\0';
    for (int i = 0; i < PASSWORD_MAX; i++)
        strcat(text, "密");
    expect_ok(password_hash(span_of(text), out, &diag), &diag);
    assert_true(password_verify(span_of(text), out));
    strcat(text, "码");
    expect_fail(password_hash(span_of(text), out, &diag), &diag, E_INPUT, "password.long");
    assert_false(password_verify(span_of(text), out));
}

/* argon2 -id of "password" with the salt "somesalt", m=256, t=2, p=1: the
 * reference implementation's own test vector. */
static void reference_vector(void **state) {
    (void)state;
    static const char phc[] = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    assert_true(password_verify(SPAN("password"), phc));
    assert_false(password_verify(SPAN("passwore"), phc));
}

static void bad_hashes_are_false(void **state) {
    (void)state;
    static const char *const bad[] = {"", "x", "$argon2id$", "$2y$10$abcdefghijklmnopqrstuv",
        "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=256,t=100000,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=256,t=2,p=1$$", "$argon2id$v=19$m=,t=,p=$c29tZXNhbHQ$AAAA"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(password_verify(SPAN("password"), bad[i]));
    assert_false(password_verify(SPAN("password"), NULL));
}

static void tokens(void **state) {
    (void)state;
    char a[44], b[44];
    token_new(a);
    token_new(b);
    assert_int_equal(strlen(a), 43);
    assert_string_not_equal(a, b);
    assert_int_equal(strspn(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), 43);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_opens_its_hash_only),
        cmocka_unit_test(lengths_are_in_characters),
        cmocka_unit_test(reference_vector),
        cmocka_unit_test(bad_hashes_are_false),
        cmocka_unit_test(tokens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
