#include "unit.h"

#include "base/utf8.h"

static void round_trip(void **state) {
    (void)state;
    for (int32_t c = 0; c <= 0x10ffff; c++) {
        if (c >= 0xd800 && c <= 0xdfff)
            continue;
        char text[4];
        size_t n = utf8_encode(c, text);
        const char *at = text;
        if (utf8_next(&at, text + n) != c || at != text + n)
            fail_msg("U+%04X", (unsigned)c);
    }
}

static void invalid(void **state) {
    (void)state;
    static const char *const bad[] = {
        "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", /* overlong */
        "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", /* surrogates */
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xfe",                 /* above U+10FFFF */
        "\xe6", "\xe6\xb0", "\xf0\x9f\x98", "\xc3", "\xe6\xb0z", "\xc3(", "\xe6(\x91",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_false(utf8_valid(span_of(bad[i])));
        const char *at = bad[i];
        assert_int_equal(utf8_next(&at, bad[i] + strlen(bad[i])), -1);
        assert_ptr_equal(at, bad[i] + 1); /* one byte on, so that reading ends */
    }
    assert_true(utf8_valid(SPAN("")));
    assert_true(utf8_valid((struct span){NULL, 0}));
    assert_true(utf8_valid(SPAN("民政 𠮷 é")));
    assert_true(utf8_valid(span_bytes("a\0b", 3)));
}

static void never_reads_behind(void **state) {
    (void)state;
    uint64_t seed = unit_seed("utf8");
    for (int i = 0; i < 20000; i++) {
        size_t n = unit_random(&seed) % 8;
        char *text = malloc(n ? n : 1); /* exactly n: AddressSanitizer watches */
        for (size_t k = 0; k < n; k++)
            text[k] = (char)(unit_random(&seed) % 3 ? 0x80 + unit_random(&seed) % 128 : 'a');
        struct span s = {text, n};
        for (size_t max = 0; max <= n + 1; max++) {
            size_t cut = utf8_cut(s, max);
            assert_true(cut <= n && cut <= max);
        }
        utf8_valid(s);
        utf8_skip(s, 3);
        utf8_distance(s, SPAN("ab"), 3);
        free(text);
    }
}

static void cut_take_skip(void **state) {
    (void)state;
    struct span s = SPAN("a民政𠮷");
    assert_int_equal(utf8_length(s), 4);
    static const size_t cut[] = {0, 1, 1, 1, 4, 4, 4, 7, 7, 7, 7, 11, 11};
    for (size_t i = 0; i < ARRAY_LEN(cut); i++)
        assert_int_equal(utf8_cut(s, i), cut[i]);
    assert_true(span_is(utf8_take(s, 2), "a民"));
    assert_true(span_is(utf8_skip(s, 2), "政𠮷"));
    assert_true(span_is(utf8_take(s, 99), "a民政𠮷"));
    assert_int_equal(utf8_skip(s, 99).size, 0);
    assert_int_equal(utf8_take((struct span){NULL, 0}, 2).size, 0);
}

static void distance(void **state) {
    (void)state;
    assert_int_equal(utf8_distance(SPAN("kitten"), SPAN("sitting"), 5), 3);
    assert_int_equal(utf8_distance(SPAN("家庭月收入"), SPAN("家庭年收入"), 2), 1);
    assert_int_equal(utf8_distance(SPAN(""), SPAN("ab"), 2), 2);
    assert_int_equal(utf8_distance(SPAN("abc"), SPAN("abc"), 0), 0);
    assert_int_equal(utf8_distance(SPAN("abcdef"), SPAN("zzzzzz"), 2), 3);
    assert_int_equal(utf8_distance(SPAN("a"), SPAN("abcdefgh"), 2), 3);
    char text[300];
    memset(text, 'x', sizeof text);
    assert_int_equal(utf8_distance(span_bytes(text, 300), SPAN("x"), 4), 5);
    assert_int_equal(utf8_distance(span_bytes(text, 300), span_bytes(text, 300), 4), 0);
}

static void hidden(void **state) {
    (void)state;
    static const int32_t bad[] = {0, 7, '\n', '\t', 0x7f, 0x85, 0xad, 0x61c, 0x180e, 0x200b, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e,
        0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0x206f, 0x3164, 0xfeff, 0xfff9, 0xffff, 0x1fffe, 0xe0001, 0xe0041};
    static const int32_t good[] = {' ', 'a', 0xa0, 0xe9, 0x3000, 0x5317, 0xfe0f, 0xff0c, 0x1f468, 0x20bb7, 0xe0100, 0xe01ef};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (!utf8_hidden(bad[i]))
            fail_msg("U+%04X is welcome", (unsigned)bad[i]);
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        if (utf8_hidden(good[i]))
            fail_msg("U+%04X is refused", (unsigned)good[i]);
    assert_false(utf8_has_hidden(SPAN("一\r\n二\t三"), true));
    assert_true(utf8_has_hidden(SPAN("一\n二"), false));
    assert_true(utf8_has_hidden(SPAN("张\u202e三"), true));
    assert_false(utf8_has_hidden(SPAN(""), false));
}

static void written(void **state) {
    (void)state;
    static const struct { const char *text; size_t n; } are[] = {
        {"", 0}, {"   ", 0}, {"\t\r\n", 0}, {"\u3000\u00a0", 0}, {"\u2003\u2028\u205f\u1680\u2800", 0}, {"\u200b\ufeff\u3164", 0}, {" 无 ", 1}, {"理由", 2},
        {"\u3000一 二\n", 3}, {"a\u00a0", 1}, {"\u200b\u20bb7\u200b", 2}, {"理由\xff", 0}, {"\xe3\x80", 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(are); i++)
        if (utf8_written(span_of(are[i].text)) != are[i].n)
            fail_msg("\"%s\": %zu", are[i].text, utf8_written(span_of(are[i].text)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip), cmocka_unit_test(invalid),
        cmocka_unit_test(never_reads_behind), cmocka_unit_test(cut_take_skip),
        cmocka_unit_test(distance), cmocka_unit_test(hidden), cmocka_unit_test(written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
