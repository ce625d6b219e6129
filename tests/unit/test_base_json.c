#include "unit.h"

#include "base/date.h"
#include "base/json.h"

static const struct json *read_json(struct arena *a, struct span text) {
    struct diag d = {0};
    const struct json *j = NULL;
    if (json_parse(a, text, &j, &d) != OK)
        fail_msg("%.*s: %s line %d", SPAN_ARG(text), d.code, d.line);
    return j;
}
#define READ(a, text) read_json((a), SPAN(text))

static const char *number(const struct json *j) {
    static char out[DEC_TEXT_MAX];
    assert_int_equal(j->type, JSON_NUMBER);
    dec_text(j->number, out);
    return out;
}

static void a_document(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    const struct json *j = READ(a, " {\"姓名\" : \"张\\u4e09\", \"n\":[1, 2.50 ,-3e2],\r\n\t\"t\":true,"
        "\"f\":false,\"z\":null,\"o\":{},\"e\":[],\"s\":\"\"} ");
    assert_int_equal(j->size, 8);
    assert_string_equal(json_str(j, "姓名", ""), "张三");
    assert_true(span_is(j->key[0], "姓名"));
    const struct json *n = json_get(j, "n");
    assert_int_equal(n->size, 3);
    assert_string_equal(number(json_at(n, 0)), "1");
    assert_string_equal(number(json_at(n, 1)), "2.50");
    assert_string_equal(number(json_at(n, 2)), "-300");
    assert_null(json_at(n, 3));
    assert_null(json_at(j, 0));
    assert_true(json_bool(j, "t", false));
    assert_false(json_bool(j, "f", true));
    assert_int_equal(READ(a, "\xef\xbb\xbf {}")->size, 0); /* RFC 8259, 8.1 */
    assert_true(json_bool(j, "z", true));
    assert_true(json_is_null(json_get(j, "z")));
    assert_true(json_is_null(json_get(j, "absent")));
    assert_false(json_is_null(json_get(j, "o")));
    assert_int_equal(json_get(j, "o")->size, 0);
    assert_string_equal(json_str(j, "t", "other"), "other");
    assert_int_equal(json_int(json_get(j, "n"), "x", 7), 7);
    assert_null(json_get(NULL, "x"));
    assert_int_equal(READ(a, "7")->type, JSON_NUMBER);
    assert_string_equal(READ(a, "\"x\"")->text.at, "x");
}

static void refused(void **state) {
    (void)state;
    static const struct { const char *text, *code; int line; } bad[] = {
        {"", "json.unfinished", 1}, {"  \n ", "json.unfinished", 2}, {"{", "json.unfinished", 1},
        {"[1,", "json.unfinished", 1}, {"{\"a\"", "json.unfinished", 1}, {"{\"a\":", "json.unfinished", 1},
        {"\"abc", "json.unfinished", 1}, {"\"abc\\\"", "json.unfinished", 1}, {"[\n\n\"a", "json.unfinished", 3},
        {"{\"a\":1,}", "json.syntax", 1}, {"[1,]", "json.syntax", 1}, {"[,1]", "json.syntax", 1},
        {"[1 2]", "json.syntax", 1}, {"{a:1}", "json.syntax", 1}, {"{'a':1}", "json.syntax", 1},
        {"{\"a\" 1}", "json.syntax", 1}, {"{1:1}", "json.syntax", 1}, {"[1}", "json.syntax", 1},
        {"nul", "json.syntax", 1}, {"True", "json.syntax", 1}, {"NaN", "json.syntax", 1},
        {"Infinity", "json.syntax", 1}, {"// x\n1", "json.syntax", 1}, {"\xef\xbb\xbf", "json.unfinished", 1}, {" \xef\xbb\xbf{}", "json.syntax", 1},
        {"\xef\xbb\xbf\xef\xbb\xbf{}", "json.syntax", 1},
        {"{}\n\nx", "json.trailing", 3}, {"1 2", "json.trailing", 1}, {"{}{}", "json.trailing", 1},
        {"nullx", "json.trailing", 1}, {"01", "json.syntax", 1}, {"-", "json.syntax", 1},
        {"+1", "json.syntax", 1}, {".5", "json.syntax", 1}, {"1.", "json.syntax", 1}, {"1e", "json.syntax", 1},
        {"1e+", "json.syntax", 1}, {"0x10", "json.trailing", 1}, {"１", "json.syntax", 1},
        {"1e7000", "json.number_range", 1}, {"-1e99999999999999999999", "json.number_range", 1},
        {"1e-7000", "json.number_range", 1},
        {"12345678901234567890123456789012345", "json.number_precision", 1},
        {"0.12345678901234567890123456789012345", "json.number_precision", 1},
        {"{\"a\":1,\"b\":2,\n\"a\":3}", "json.duplicate_key", 2}, {"{\"\":1,\"\":1}", "json.duplicate_key", 1},
        {"{\"\\u0061\":1,\"a\":1}", "json.duplicate_key", 1}, {"[[{\"x\":{\"k\":1,\"k\":1}}]]", "json.duplicate_key", 1},
        {"\"a\tb\"", "json.control", 1}, {"\"a\nb\"", "json.control", 1}, {"\"\x01\"", "json.control", 1},
        {"\"\\u0000\"", "json.nul", 1}, {"{\"a\\u0000b\":1}", "json.nul", 1},
        {"\"\\x\"", "json.escape", 1}, {"\"\\u12\"", "json.escape", 1}, {"\"\\u12g4\"", "json.escape", 1},
        {"\"\\ud83d\"", "json.escape", 1}, {"\"\\ude00\"", "json.escape", 1}, {"\"\\ud83dx\"", "json.escape", 1},
        {"\"\\ud83d\\ud83d\"", "json.escape", 1}, {"\"\\ud83d\\u0041\"", "json.escape", 1},
        {"\"\\U0041\"", "json.escape", 1}, {"\"\xff\"", "json.utf8", 1}, {"\"\xc0\x80\"", "json.utf8", 1},
        {"\"\xed\xa0\x80\"", "json.utf8", 1}, {"\"\xe6\xb0\"", "json.utf8", 1}, {"{\"\xf5\":1}", "json.utf8", 1},
    };
    AUTO(arena) struct arena *a = arena_new(0);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct diag d = {0};
        const struct json *j = NULL;
        if (json_parse(a, span_of(bad[i].text), &j, &d) != E_INPUT ||
            strcmp(d.code, bad[i].code) != 0 || d.line != bad[i].line)
            fail_msg("'%s': %s at line %d, not %s", bad[i].text, d.code, d.line, bad[i].code);
        assert_null(j);
    }
    struct diag d = {0};
    const struct json *j;
    expect_fail(json_parse(a, span_bytes("\"a\0b\"", 5), &j, &d), &d, E_INPUT, "json.nul");
    expect_fail(json_parse(a, span_bytes("\0", 1), &j, &d), &d, E_INPUT, "json.nul");
    expect_fail(json_parse(a, span_bytes("{}\0", 3), &j, &d), &d, E_INPUT, "json.nul");
    expect_fail(json_parse(a, (struct span){NULL, 0}, &j, &d), &d, E_INPUT, "json.unfinished");
}

static void numbers_are_exact(void **state) {
    (void)state;
    static const char *const exact[] = {"1450.10", "0.1", "9007199254740993", "12345678901234567890.123456789",
        "1234567890123456789012345678901234", "0.00", "100000000000000000000", "2.675", "1E+400"};
    AUTO(arena) struct arena *a = arena_new(0);
    for (size_t i = 0; i < ARRAY_LEN(exact); i++)
        assert_string_equal(number(read_json(a, span_of(exact[i]))), exact[i]);
    assert_string_equal(number(READ(a, "1e400")), "1E+400"); /* within decimal128 */
    assert_true(dec_zero(READ(a, "-0")->number));
    /* noughts are no digits */
    assert_string_equal(number(READ(a, "1000000000000000000000000000000000000000")), "1000000000000000000000000000000000000000");
    int64_t fen;
    assert_int_equal(dec_to_fen(READ(a, "1450.10")->number, &fen, NULL), OK);
    assert_int_equal(fen, 145010);
}

static void strings(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    assert_string_equal(READ(a, "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\\u6C11\"")->text.at,
        "\"\\/\b\f\n\r\té😀民");
    assert_string_equal(READ(a, "\"\\\\\"")->text.at, "\\");
    assert_string_equal(READ(a, "\"\x7f𠮷\"")->text.at, "\x7f𠮷");
}

static void nest(struct buf *b, int depth, const char *open, const char *close) {
    for (int i = 0; i < depth; i++)
        buf_adds(b, open);
    buf_adds(b, "1");
    for (int i = 0; i < depth; i++)
        buf_adds(b, close);
}

static void depth(void **state) {
    (void)state;
    static const char *const shape[][2] = {{"[", "]"}, {"{\"a\":", "}"}};
    for (size_t i = 0; i < 2; i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        struct diag d = {0};
        const struct json *j;
        BUF_AUTO b;
        buf_init(&b, 0);
        nest(&b, JSON_DEPTH_MAX, shape[i][0], shape[i][1]);
        expect_ok(json_parse(a, buf_span(&b), &j, &d), &d);
        buf_clear(&b);
        nest(&b, JSON_DEPTH_MAX + 1, shape[i][0], shape[i][1]);
        expect_fail(json_parse(a, buf_span(&b), &j, &d), &d, E_INPUT, "json.depth");
        buf_clear(&b);
        nest(&b, 1000000, shape[i][0], "");
        expect_fail(json_parse(a, buf_span(&b), &j, &d), &d, E_INPUT, "json.depth");
    }
    /* Brothers are not deep. */
    AUTO(arena) struct arena *a = arena_new(0);
    struct diag d = {0};
    const struct json *j;
    BUF_AUTO b;
    buf_init(&b, 0);
    buf_adds(&b, "[");
    for (int i = 0; i < 1000; i++)
        buf_adds(&b, "[],{},");
    buf_adds(&b, "0]");
    expect_ok(json_parse(a, buf_span(&b), &j, &d), &d);
    assert_int_equal(j->size, 2001);
}

static void many_keys(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    BUF_AUTO b;
    buf_init(&b, 0);
    buf_adds(&b, "{");
    for (int i = 0; i < 20000; i++)
        buf_addf(&b, "\"k%d\":%d,", i, i);
    size_t size = b.size;
    buf_adds(&b, "\"last\":1}");
    const struct json *j = read_json(a, buf_span(&b));
    assert_int_equal(j->size, 20001);
    assert_int_equal(json_int(j, "k19999", -1), 19999);
    assert_true(span_is(j->key[7], "k7")); /* document order */
    b.size = size;
    buf_adds(&b, "\"k777\":1}");
    struct diag d = {0};
    expect_fail(json_parse(a, buf_span(&b), &j, &d), &d, E_INPUT, "json.duplicate_key");
}

static void memory_ends(void **state) {
    (void)state;
    struct span text = SPAN("{\"a\":[1,2,{\"b\":\"text\"}],\"c\":null,\"d\":\"\\u4e09\"}");
    size_t refusals = 0;
    for (size_t room = 16;; room += 16) {
        struct diag d = {0};
        AUTO(arena) struct arena *a = arena_new(room);
        const struct json *j;
        enum status s = json_parse(a, text, &j, &d);
        if (s == OK)
            break;
        assert_int_equal(s, E_LIMIT);
        assert_string_equal(d.code, "base.memory");
        refusals++;
    }
    assert_true(refusals > 20);
}

static void writing(void **state) {
    (void)state;
    BUF_AUTO b;
    buf_init(&b, 0);
    struct json_writer w;
    json_begin(&w, &b, false);
    json_object(&w);
    json_kstring(&w, "文", "a\"\\\n\x01民");
    json_kstring(&w, "none", NULL);
    json_kint(&w, "int", -5);
    json_kid(&w, "id", INT64_MAX);
    json_kbool(&w, "bool", true);
    json_kdate(&w, "date", date_from_ymd(2026, 7, 15));
    json_kdate(&w, "nodate", DATE_NONE);
    json_kinstant(&w, "at", 0);
    json_key(&w, "list");
    json_array(&w);
    json_decimal(&w, dec_from_fen(145010));
    json_decimal(&w, dec_div(dec_int(1), dec_int(0)));
    json_array(&w);
    json_array_end(&w);
    json_object(&w);
    json_object_end(&w);
    json_stringf(&w, "%d%%", 7);
    json_kspan(&(struct json_writer){.out = &b, .depth = 1, .need_comma = true}, "x", SPAN("y"));
    json_array_end(&w);
    json_object_end(&w);
    assert_string_equal(buf_str(&b), "{\"文\":\"a\\\"\\\\\\n\\u0001民\",\"none\":null,\"int\":-5,"
        "\"id\":\"9223372036854775807\",\"bool\":true,\"date\":\"2026-07-15\",\"nodate\":null,"
        "\"at\":\"1970-01-01T08:00:00.000+08:00\",\"list\":[1450.10,null,[],{},\"7%\",\"x\":\"y\"]}");
}

static void pretty(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    BUF_AUTO b;
    buf_init(&b, 0);
    struct json_writer w;
    json_begin(&w, &b, true);
    json_value(&w, READ(a, "{\"a\":[1,{\"b\":2}],\"c\":[],\"d\":{}}"));
    assert_string_equal(buf_str(&b),
        "{\n  \"a\": [\n    1,\n    {\n      \"b\": 2\n    }\n  ],\n  \"c\": [],\n  \"d\": {}\n}");
}

static void broken_text_becomes_valid(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    uint64_t seed = unit_seed("json strings");
    for (int i = 0; i < 20000; i++) {
        char text[12];
        size_t n = unit_random(&seed) % sizeof text;
        for (size_t k = 0; k < n; k++)
            text[k] = (char)(1 + unit_random(&seed) % 255);
        BUF_AUTO b;
        buf_init(&b, 0);
        struct json_writer w;
        json_begin(&w, &b, false);
        json_span(&w, span_bytes(text, n));
        const struct json *j = read_json(a, buf_span(&b));
        assert_int_equal(j->type, JSON_STRING);
        arena_reset(a);
    }
}

static void canonical(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    static const char *const same[] = {
        "{\"b\":1.50,\"a\":[1e3,-0,0.0],\"民\":\"\\u00e9/\",\"aa\":null,\"\":true}",
        "{ \"\":true,\"aa\":null,\"民\":\"é\\/\",\"a\":[1000.00, 0, -0e7],\"b\":1.5 }"};
    for (size_t i = 0; i < 2; i++) {
        BUF_AUTO b;
        buf_init(&b, 0);
        json_canonical(&b, read_json(a, span_of(same[i])));
        assert_string_equal(buf_str(&b), "{\"\":true,\"a\":[1000,0,0],\"aa\":null,\"b\":1.5,\"民\":\"é/\"}");
    }
}

static void builders(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    const struct json *items[] = {json_new_number(a, dec_int(1)), json_new_bool(true), NULL};
    struct span keys[] = {SPAN("x"), SPAN("list")};
    const struct json *values[] = {json_new_string(a, SPAN("s")), json_new_array(a, items, 3)};
    const struct json *o = json_new_object(a, keys, values, 2);
    const struct json *p = json_with(a, json_with(a, o, "new", json_new_bool(false)), "x", json_null());
    BUF_AUTO b;
    buf_init(&b, 0);
    struct json_writer w;
    json_begin(&w, &b, false);
    json_array(&w);
    json_value(&w, o);
    json_value(&w, p);
    json_array_end(&w);
    assert_string_equal(buf_str(&b), "[{\"x\":\"s\",\"list\":[1,true,null]},{\"x\":null,\"list\":[1,true,null],\"new\":false}]");
    AUTO(arena) struct arena *small = arena_new(64);
    assert_null(json_new_object(small, keys, values, 2));
}

/* Cut and damaged anywhere: an error with a line, or a tree that writes and
 * reads back to itself. */
static void damaged(void **state) {
    (void)state;
    static const char text[] = "{\"a\":[1.50,-2e3,true,null],\"\\u6c11\":{\"b\":\"\\ud83d\\ude00 民\"},\"c\":\"\"}";
    uint64_t seed = unit_seed("json damage");
    AUTO(arena) struct arena *a = arena_new(0);
    int good = 0;
    for (int i = 0; i < 50000; i++) {
        size_t n = unit_random(&seed) % 4 ? sizeof text - 1 : unit_random(&seed) % sizeof text;
        char *copy = malloc(n ? n : 1);
        memcpy(copy, text, n);
        for (int k = 0; k < 2 && n; k++)
            copy[unit_random(&seed) % n] = unit_random(&seed) % 4 ? text[unit_random(&seed) % (sizeof text - 1)]
                                                                  : (char)unit_random(&seed);
        struct diag d = {0};
        const struct json *j = NULL;
        if (json_parse(a, span_bytes(copy, n), &j, &d) != OK) {
            assert_true(d.line > 0);
            assert_null(j);
        } else {
            BUF_AUTO b, again;
            buf_init(&b, 0);
            buf_init(&again, 0);
            json_canonical(&b, j);
            json_canonical(&again, read_json(a, buf_span(&b)));
            assert_string_equal(buf_str(&b), buf_str(&again));
            good++;
        }
        free(copy);
        arena_reset(a);
    }
    assert_true(good > 50);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document), cmocka_unit_test(refused), cmocka_unit_test(numbers_are_exact),
        cmocka_unit_test(strings), cmocka_unit_test(depth), cmocka_unit_test(many_keys),
        cmocka_unit_test(memory_ends), cmocka_unit_test(writing), cmocka_unit_test(pretty),
        cmocka_unit_test(broken_text_becomes_valid), cmocka_unit_test(canonical),
        cmocka_unit_test(builders), cmocka_unit_test(damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
