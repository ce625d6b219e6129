#include "unit.h"

#include "base/buf.h"

static void grows(void **state) {
    (void)state;
    BUF_AUTO b;
    buf_init(&b, 0);
    assert_string_equal(buf_str(&b), "");
    for (int i = 0; i < 1000; i++)
        buf_addf(&b, "%d,", i);
    assert_true(buf_ok(&b));
    assert_int_equal(b.size, 10 * 2 + 90 * 3 + 900 * 4);
    assert_int_equal(strlen(buf_str(&b)), b.size);
    buf_clear(&b);
    buf_addc(&b, '\0');
    buf_adds(&b, "x");
    assert_true(span_eq(buf_span(&b), span_bytes("\0x", 2)));
}

static void error_sticks(void **state) {
    (void)state;
    BUF_AUTO b;
    buf_init(&b, 5);
    buf_adds(&b, "12345");
    assert_true(buf_ok(&b));
    buf_addc(&b, '6');
    assert_false(buf_ok(&b));
    assert_string_equal(buf_str(&b), "12345");
    buf_adds(&b, "");
    buf_addf(&b, "%s", "");
    buf_hex(&b, SPAN("x"));
    buf_base64(&b, SPAN("x"));
    assert_false(buf_ok(&b));
    assert_string_equal(buf_str(&b), "12345");
    buf_clear(&b);
    buf_addf(&b, "%d", 123456);
    assert_false(buf_ok(&b));
    buf_clear(&b);
    buf_adds(&b, "ok");
    assert_true(buf_ok(&b));
    assert_string_equal(buf_str(&b), "ok");
}

static void taken(void **state) {
    (void)state;
    BUF_AUTO b;
    buf_init(&b, 0);
    char *empty = buf_take(&b);
    assert_string_equal(empty, "");
    free(empty);
    buf_adds(&b, "text");
    char *text = buf_take(&b);
    assert_string_equal(text, "text");
    free(text);
    assert_int_equal(b.size, 0);
    buf_adds(&b, "again");
    assert_string_equal(buf_str(&b), "again");
}

static void hex(void **state) {
    (void)state;
    BUF_AUTO b;
    buf_init(&b, 0);
    buf_hex(&b, span_bytes("\x00\xff\x10z", 4));
    assert_string_equal(buf_str(&b), "00ff107a");
    uint8_t out[4];
    size_t n;
    assert_true(hex_decode(SPAN("00Ff107a"), out, sizeof out, &n));
    assert_int_equal(n, 4);
    assert_memory_equal(out, "\x00\xff\x10z", 4);
    static const char *const bad[] = {"0", "0g", "00ff107a00", " 0", "0x"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(hex_decode(span_of(bad[i]), out, sizeof out, &n));
}

/* RFC 4648 section 10 */
static void base64(void **state) {
    (void)state;
    static const char *const pairs[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="},
        {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"},
        {"\xff\xfe\xfb", "//77"}};
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        BUF_AUTO b;
        buf_init(&b, 0);
        buf_base64(&b, span_of(pairs[i][0]));
        assert_string_equal(buf_str(&b), pairs[i][1]);
        uint8_t out[8];
        size_t n;
        assert_true(base64_decode(span_of(pairs[i][1]), out, sizeof out, &n));
        assert_int_equal(n, strlen(pairs[i][0]));
        assert_memory_equal(out, pairs[i][0], n);
    }
}

static void base64_refused(void **state) {
    (void)state;
    static const char *const bad[] = {"Zg", "Zg=", "Z===", "====", "Zg==Zg==", "Zm9-", "Zm 9",
        "Zh==", "Zm9=", "=m9v", "Zm9vZm9vZm9v", "Zm\n9"};
    uint8_t out[8];
    size_t n;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (base64_decode(span_of(bad[i]), out, sizeof out, &n))
            fail_msg("%s was accepted", bad[i]);
    assert_false(base64_decode(span_bytes("AA\0A", 4), out, sizeof out, &n));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows), cmocka_unit_test(error_sticks), cmocka_unit_test(taken),
        cmocka_unit_test(hex), cmocka_unit_test(base64), cmocka_unit_test(base64_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
