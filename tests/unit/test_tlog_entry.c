/* The entry format: what each kind must say, and what is refused. */
#include "unit.h"

#include "tlog/entry.h"
#include "tlog/tile.h"

static struct arena *arena;
static int set_up(void **state) { return (arena = arena_new(0)) ? 0 : -1; }
static int tear_down(void **state) { arena = arena_free(arena); return 0; }

static const char salt[] = "0123456789abcdef";

static struct tlog_commitment commit(const char *json) {
    const struct json *j;
    struct tlog_commitment c;
    assert_int_equal(json_parse(arena, span_of(json), &j, NULL), OK);
    assert_int_equal(tlog_entry_commit((struct span){salt, TLOG_SALT_BYTES}, j, &c, NULL), OK);
    return c;
}

/* Python: hashlib.new(alg, b'0123456789abcdef' + '{"a":"低保","b":1}'.encode()).hexdigest() */
static void commitment_vector(void **state) {
    char hex[65];
    struct tlog_commitment c = commit("{ \"b\": 1, \"a\": \"\xe4\xbd\x8e\xe4\xbf\x9d\" }");
    hash_hex(&c.sha256, hex);
    assert_string_equal(hex, "0921f552237d044c4f26c42fae0d2e930ce7ba7667d715693f010d08ef520617");
    hash_hex(&c.sm3, hex);
    assert_string_equal(hex, "0d9afd5cc6342013ede8b84549b13f124bf98e1d8352eeb4244f0cac52d0a812");
    struct tlog_commitment other = commit("{\"a\":\"\xe4\xbd\x8e\xe4\xbf\x9d\",\"b\":2}");
    assert_true(tlog_commitment_eq(&c, &c));
    assert_false(tlog_commitment_eq(&c, &other));
    other = c;
    other.sm3.byte[31] ^= 1;
    assert_false(tlog_commitment_eq(&c, &other));
}

static struct tlog_commitment matter, subject[2], payload;
static const char *const fields[] = {"name", "income"};

/* Everything filled: each test takes away what the kind may not have. */
static struct tlog_entry full(const char *kind) {
    matter = commit("\"matter\"");
    subject[0] = commit("\"one\"");
    subject[1] = commit("\"two\"");
    payload = commit("{\"outcome\":\"eligible\"}");
    return (struct tlog_entry){
        .kind = kind, .time = 1795314600123456, .district = 110102,
        .office = "110102003000", .role = "reviewer", .action = "signed",
        .purpose = "casework", .field = fields, .field_count = 2,
        .matter = &matter, .subject = subject, .subject_count = 2, .subjects = 2, .payload = &payload,
    };
}

static enum status write(const struct tlog_entry *e, struct buf *out, struct diag *d) {
    buf_init(out, 0);
    return tlog_entry_write(e, out, d);
}

static void decision_text(void **state) {
    struct tlog_entry e = full(TLOG_DECISION), back;
    struct diag d = {0};
    e.purpose = NULL;
    e.field_count = 0;
    BUF_AUTO b;
    expect_ok(write(&e, &b, &d), &d);
    assert_memory_equal(b.at, "{\"action\":\"signed\",\"actor\":{\"office\":\"110102003000\",\"role\":\"reviewer\"},"
                              "\"district\":110102,\"kind\":\"decision\",\"matter\":{\"sha256\":\"", 119);
    assert_non_null(strstr(b.at, ",\"subjects\":2,\"time\":\"2026-11-22T10:30:00.123456+08:00\",\"v\":1}"));
    expect_ok(tlog_entry_read(arena, buf_span(&b), &back, &d), &d);
    assert_string_equal(back.kind, "decision");
    assert_true(back.time == e.time);
    assert_int_equal(back.district, 110102);
    assert_string_equal(back.office, "110102003000");
    assert_string_equal(back.role, "reviewer");
    assert_null(back.purpose);
    assert_true(tlog_commitment_eq(back.matter, &matter));
    assert_int_equal(back.subject_count, 2);
    assert_true(tlog_commitment_eq(&back.subject[1], &subject[1]));
    assert_true(tlog_commitment_eq(back.payload, &payload));

    /* The text is what json_canonical would write. */
    const struct json *j;
    BUF_AUTO c;
    buf_init(&c, 0);
    expect_ok(json_parse(arena, buf_span(&b), &j, &d), &d);
    json_canonical(&c, j);
    assert_string_equal(buf_str(&c), buf_str(&b));
}

static void each_kind(void **state) {
    enum { PU = 1, FI = 2, MA = 4, SU = 8, PA = 16, ALL = 32 };
    static const struct { const char *kind; unsigned must, may; } row[] = {
        {"case.event", MA | PA, SU},
        {"decision", MA | SU | PA, 0},
        {"payment", PA, MA | SU},
        {"access", PU | FI | SU, MA | PA},
        {"verification", SU | PA, MA | PU | FI},
        {"notice", MA | PA, SU},
        {"policy.publish", PA, 0},
        {"account", SU, PA},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        for (unsigned has = 0; has < ALL; has++) {
            struct tlog_entry e = full(row[i].kind), back;
            struct diag d = {0};
            if (!(has & PU)) e.purpose = NULL;
            if (!(has & FI)) e.field_count = 0;
            if (!(has & MA)) e.matter = NULL;
            if (!(has & SU)) e.subject_count = 0, e.subjects = 0;
            if (!(has & PA)) e.payload = NULL;
            BUF_AUTO b;
            bool right = (has & row[i].must) == row[i].must && !(has & ~(row[i].must | row[i].may));
            if (right) {
                expect_ok(write(&e, &b, &d), &d);
                expect_ok(tlog_entry_read(arena, buf_span(&b), &back, &d), &d);
            } else {
                expect_fail(write(&e, &b, &d), &d, E_USAGE, "tlog.entry_field");
                assert_int_equal(b.size, 0);
            }
        }
}

static void incomplete(void **state) {
    static const struct { const char *field; int what; } row[] = {
        {"kind", 0}, {"kind", 1}, {"district", 2}, {"district", 3}, {"actor.office", 4}, {"actor.role", 5},
        {"action", 6}, {"action", 7}, {"fields", 8}, {"subjects", 9}, {"subjects", 10}, {"purpose", 11},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct tlog_entry e = full(TLOG_ACCESS);
        struct diag d = {0};
        static const char *const hole[] = {"name", ""};
        switch (row[i].what) {
        case 0: e.kind = NULL; break;
        case 1: e.kind = "decisions"; break;
        case 2: e.district = 0; break;
        case 3: e.district = 110102003000; break;
        case 4: e.office = ""; break;
        case 5: e.role = NULL; break;
        case 6: e.action = NULL; break;
        case 7: e.action = ""; break;
        case 8: e.field = hole; break;
        case 9: e.subjects = 0; break;
        case 10: e.subjects = -2; break;
        case 11: e.purpose = ""; break;
        }
        BUF_AUTO b;
        expect_fail(write(&e, &b, &d), &d, E_USAGE, "tlog.entry_field");
        assert_string_equal(d.arg[0].value, row[i].field);
    }
}

static void too_large(void **state) {
    struct tlog_entry e = full(TLOG_DECISION);
    struct diag d = {0};
    static struct tlog_commitment many[600];
    e.purpose = NULL;
    e.field_count = 0;
    e.subject = many;
    e.subject_count = 600;
    e.subjects = 600;
    BUF_AUTO b;
    expect_fail(write(&e, &b, &d), &d, E_LIMIT, "tlog.entry_size");
    char *big = xcalloc(1, TLOG_ENTRY_BYTES_MAX + 1);
    struct tlog_entry back;
    expect_fail(tlog_entry_read(arena, (struct span){big, TLOG_ENTRY_BYTES_MAX + 1}, &back, &d), &d, E_LIMIT,
        "tlog.entry_size");
    free(big);
}

/* Any change of one byte is refused or changes what is read. */
static void every_byte_matters(void **state) {
    struct tlog_entry e = full(TLOG_ACCESS), back;
    struct diag d = {0};
    BUF_AUTO b;
    expect_ok(write(&e, &b, &d), &d);
    char *copy = xmalloc(b.size);
    for (size_t i = 0; i < b.size; i++)
        for (int bit = 0; bit < 8; bit++) {
            memcpy(copy, b.at, b.size);
            copy[i] ^= (char)(1 << bit);
            struct arena_mark mark = arena_mark(arena);
            if (tlog_entry_read(arena, span_bytes(copy, b.size), &back, NULL) == OK) {
                BUF_AUTO again;
                expect_ok(write(&back, &again, &d), &d);
                assert_true(span_eq(buf_span(&again), span_bytes(copy, b.size)));
            }
            arena_rewind(arena, mark);
        }
    free(copy);
}

static void hostile_texts(void **state) {
#define H "{\"sha256\":\"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\",\"sm3\":\"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\"}"
#define HEAD "{\"action\":\"a\",\"actor\":{\"office\":\"o\",\"role\":\"r\"},\"district\":110102,\"kind\":\"policy.publish\","
#define TAIL "\"time\":\"2026-11-22T10:30:00.000+08:00\",\"v\":1}"
    struct tlog_entry e;
    struct diag d = {0};
    expect_ok(tlog_entry_read(arena, SPAN(HEAD "\"payload\":" H "," TAIL), &e, &d), &d);
    static const struct { struct span text; const char *code; } bad[] = {
        {SPAN(""), "json.unfinished"},
        {SPAN("{}"), "tlog.entry_bad"},
        {SPAN("[]"), "tlog.entry_bad"},
        {SPAN("null"), "tlog.entry_bad"},
        {SPAN(HEAD TAIL), "tlog.entry_bad"},
        {SPAN(HEAD "\"payload\":{}," TAIL), "tlog.entry_bad"},
        {SPAN(HEAD "\"payload\":null," TAIL), "tlog.entry_bad"},
        {SPAN(HEAD "\"payload\":\"x\"," TAIL), "tlog.entry_bad"},
        {SPAN(HEAD "\"payload\":" H ",\"subject\":7," TAIL), "tlog.entry_bad"},
        {SPAN(HEAD "\"payload\":" H ",\"subject\":[null],\"subjects\":1," TAIL), "tlog.entry_bad"},
        {SPAN(HEAD "\"payload\":" H ",\"purpose\":\"p\"," TAIL), "tlog.entry_bad"},
        {SPAN(HEAD "\"payload\":" H ",\"name\":\"x\"," TAIL), "tlog.entry_spelling"},
        {SPAN(HEAD "\"payload\":" H ", " TAIL), "tlog.entry_spelling"},
        {SPAN(HEAD "\"payload\":" H "," TAIL "\n"), "tlog.entry_spelling"},
        {SPAN(HEAD "\"payload\":" H ",\"time\":\"2026-11-22T02:30:00Z\",\"v\":1}"), "tlog.entry_spelling"},
        {SPAN(HEAD "\"payload\":" H ",\"time\":\"yesterday\",\"v\":1}"), "tlog.entry_bad"},
        {SPAN(HEAD "\"payload\":" H ",\"time\":\"2026-11-22T10:30:00.000+08:00\",\"v\":2}"), "tlog.entry_bad"},
        {SPAN(HEAD "\"payload\":" H ",\"time\":\"2026-11-22T10:30:00.000+08:00\",\"v\":1.0}"), "tlog.entry_spelling"},
        {SPAN(HEAD "\"payload\":" H "," TAIL "{}"), "json.trailing"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        diag_clear(&d);
        if (tlog_entry_read(arena, bad[i].text, &e, &d) == OK)
            fail_msg("accepted entry %zu", i);
        if (strcmp(d.code, bad[i].code) != 0)
            fail_msg("entry %zu: %s instead of %s", i, d.code, bad[i].code);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(commitment_vector, set_up, tear_down),
        cmocka_unit_test_setup_teardown(decision_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_kind, set_up, tear_down),
        cmocka_unit_test_setup_teardown(incomplete, set_up, tear_down),
        cmocka_unit_test_setup_teardown(too_large, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_byte_matters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hostile_texts, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
