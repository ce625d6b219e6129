/* Signed notes, vkeys, checkpoints, cosignatures (C2SP). */
#include "unit.h"

#include "tlog/note.h"

static struct arena *arena;
static int set_up(void **state) { return (arena = arena_new(0)) ? 0 : -1; }
static int tear_down(void **state) { arena = arena_free(arena); return 0; }

/* The example in the documentation of Go's golang.org/x/mod/sumdb/note. */
static const char peter_vkey[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
static const char peter_note[] =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\xe2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

static void foreign_note(void **state) {
    struct tlog_vkey k;
    struct tlog_note n;
    struct diag d = {0};
    char text[TLOG_VKEY_MAX];
    uint64_t time = 99;
    expect_ok(tlog_vkey_parse(span_of(peter_vkey), &k, &d), &d);
    assert_string_equal(k.name, "PeterNeumann");
    assert_int_equal(k.id, 0xc74f20a3);
    assert_int_equal(tlog_vkey_text(&k, text), strlen(peter_vkey));
    assert_string_equal(text, peter_vkey);
    expect_ok(tlog_note_parse(arena, span_of(peter_note), &n, &d), &d);
    assert_int_equal(n.count, 1);
    expect_ok(tlog_note_check(&n, &k, &time, &d), &d);
    assert_int_equal(time, 0);
}

/* Any changed byte: no longer a note, another key's line, or a bad signature. */
static void foreign_note_tampered(void **state) {
    struct tlog_vkey k;
    assert_int_equal(tlog_vkey_parse(span_of(peter_vkey), &k, NULL), OK);
    char copy[sizeof peter_note];
    for (size_t i = 0; i < sizeof peter_note - 1; i++)
        for (int bit = 0; bit < 8; bit++) {
            struct tlog_note n;
            memcpy(copy, peter_note, sizeof copy);
            copy[i] ^= (char)(1 << bit);
            if (tlog_note_parse(arena, span_bytes(copy, sizeof copy - 1), &n, NULL) == OK)
                assert_int_not_equal(tlog_note_check(&n, &k, NULL, NULL), OK);
        }
}

#define SIG "\xe2\x80\x94 k AAAAAAA=\n" /* five bytes */

static void hostile_notes(void **state) {
    static const struct { struct span bytes; const char *code; } bad[] = {
        {SPAN(""), "tlog.note_parts"},
        {SPAN("\n"), "tlog.note_parts"},
        {SPAN("\n\n"), "tlog.note_parts"},
        {SPAN("a"), "tlog.note_parts"},
        {SPAN("a\n"), "tlog.note_parts"},
        {SPAN("a\n\n"), "tlog.note_parts"},
        {SPAN("\n\n" SIG), "tlog.note_parts"},
        {SPAN("a\n" SIG), "tlog.note_parts"},
        {SPAN("a\n\n\xe2\x80\x94 k AAAAAAA="), "tlog.note_parts"},
        {SPAN("a\r\n\r\n" SIG), "tlog.note_characters"},
        {SPAN("a\tb\n\n" SIG), "tlog.note_characters"},
        {SPAN("a\0b\n\n" SIG), "tlog.note_characters"},
        {SPAN("a\xff\n\n" SIG), "tlog.note_characters"},
        {SPAN("a\xed\xa0\x80\n\n" SIG), "tlog.note_characters"},
        {SPAN("a\n\nb\n"), "tlog.note_signature_line"},
        {SPAN("a\n\n" SIG "b\n"), "tlog.note_signature_line"},
        {SPAN("a\n\n- k AAAAAAA=\n"), "tlog.note_signature_line"},
        {SPAN("a\n\n\xe2\x80\x93 k AAAAAAA=\n"), "tlog.note_signature_line"},
        {SPAN("a\n\n\xe2\x80\x94k AAAAAAA=\n"), "tlog.note_signature_line"},
        {SPAN("a\n\n\xe2\x80\x94 \n"), "tlog.note_signature_line"},
        {SPAN("a\n\n\xe2\x80\x94 k\n"), "tlog.note_signature_line"},
        {SPAN("a\n\n\xe2\x80\x94 k \n"), "tlog.note_signature_line"},
        {SPAN("a\n\n\xe2\x80\x94  AAAAAAA=\n"), "tlog.note_signature_line"},
        {SPAN("a\n\n\xe2\x80\x94 k+l AAAAAAA=\n"), "tlog.note_signature_line"},
        {SPAN("a\n\n\xe2\x80\x94 k\xe3\x80\x80l AAAAAAA=\n"), "tlog.note_signature_line"},
        {SPAN("a\n\n\xe2\x80\x94 k\xc2\xa0l AAAAAAA=\n"), "tlog.note_signature_line"},
        {SPAN("a\n\n\xe2\x80\x94 k AAAAAA==\n"), "tlog.note_signature_line"},   /* four bytes: no signature */
        {SPAN("a\n\n\xe2\x80\x94 k AAAAAAA\n"), "tlog.note_signature_line"},
        {SPAN("a\n\n\xe2\x80\x94 k AAAAAAB=\n"), "tlog.note_signature_line"},   /* unused bits set */
        {SPAN("a\n\n\xe2\x80\x94 k AAAAAAA= \n"), "tlog.note_signature_line"},
        {SPAN("a\n\n\xe2\x80\x94 k AAAA AAA=\n"), "tlog.note_signature_line"},
        {SPAN("a\n\n\xe2\x80\x94 k AAAA-_A=\n"), "tlog.note_signature_line"},
        {SPAN("a\n\n\xe2\x80\x94 k AAAAAAA=AAAA\n"), "tlog.note_signature_line"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct tlog_note n;
        struct diag d = {0};
        if (tlog_note_parse(arena, bad[i].bytes, &n, &d) == OK)
            fail_msg("accepted note %zu", i);
        assert_string_equal(d.code, bad[i].code);
    }
}

static void note_limits(void **state) {
    struct tlog_note n;
    struct diag d = {0};
    BUF_AUTO b;
    buf_init(&b, 0);
    buf_adds(&b, "a\n\n");
    for (int i = 0; i < TLOG_NOTE_SIGNATURES_MAX; i++)
        buf_adds(&b, SIG);
    expect_ok(tlog_note_parse(arena, buf_span(&b), &n, &d), &d);
    assert_int_equal(n.count, TLOG_NOTE_SIGNATURES_MAX);
    buf_adds(&b, SIG);
    expect_fail(tlog_note_parse(arena, buf_span(&b), &n, &d), &d, E_LIMIT, "tlog.note_signatures");
    while (b.size <= TLOG_NOTE_BYTES_MAX)
        buf_adds(&b, SIG);
    expect_fail(tlog_note_parse(arena, buf_span(&b), &n, &d), &d, E_LIMIT, "tlog.note_size");

    /* The text may hold empty lines: the last one counts. */
    expect_ok(tlog_note_parse(arena, SPAN("a\n\nb\n\n" SIG), &n, &d), &d);
    assert_true(span_is(n.text, "a\n\nb\n"));
    assert_true(span_is(n.signature[0].name, "k"));
    assert_true(span_is(n.signature[0].line, SIG));
}

static void hostile_vkeys(void **state) {
    static const char *const bad[] = {
        "", "+", "++", "PeterNeumann", "PeterNeumann+c74f20a3", "PeterNeumann+c74f20a3+",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+0c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "peterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T=",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWAA==",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
        " PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct tlog_vkey k;
        struct diag d = {0};
        if (tlog_vkey_parse(span_of(bad[i]), &k, &d) == OK)
            fail_msg("accepted '%s'", bad[i]);
        assert_string_equal(d.code, "tlog.vkey");
    }
    struct tlog_vkey *k;
    size_t n;
    struct diag d = {0};
    char file[400];
    snprintf(file, sizeof file, "# keys\n\n  %s\r\n%s\n", peter_vkey, peter_vkey);
    expect_ok(tlog_vkeys_parse(arena, span_of(file), &k, &n, &d), &d);
    assert_int_equal(n, 2);
    snprintf(file, sizeof file, "%s\n\n# +\nnonsense+\n", peter_vkey);
    expect_fail(tlog_vkeys_parse(arena, span_of(file), &k, &n, &d), &d, E_INPUT, "tlog.vkey");
    assert_int_equal(d.line, 4);
}

static void names(void **state) {
    assert_true(tlog_name_valid(SPAN("example.com/log")));
    assert_true(tlog_name_valid(SPAN("\xe6\xb0\x91\xe6\x94\xbf")));
    assert_false(tlog_name_valid(SPAN("")));
    assert_false(tlog_name_valid(SPAN("a b")));
    assert_false(tlog_name_valid(SPAN("a+b")));
    assert_false(tlog_name_valid(SPAN("a\nb")));
    assert_false(tlog_name_valid(SPAN("a\xe2\x80\xa8")));
    assert_false(tlog_name_valid(SPAN("a\x7f")));
    assert_false(tlog_name_valid(SPAN("\xc0\x80")));
    char longer[TLOG_NAME_MAX + 1];
    memset(longer, 'a', sizeof longer);
    assert_true(tlog_name_valid((struct span){longer, TLOG_NAME_MAX}));
    assert_false(tlog_name_valid((struct span){longer, TLOG_NAME_MAX + 1}));
}

static void hostile_checkpoints(void **state) {
#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
    static const struct { struct span text; const char *code; } bad[] = {
        {SPAN(""), "tlog.checkpoint_origin"},
        {SPAN("o"), "tlog.checkpoint_origin"},
        {SPAN("\n1\n" ROOT "\n"), "tlog.checkpoint_origin"},
        {SPAN("o\n"), "tlog.checkpoint_size"},
        {SPAN("o\n\n" ROOT "\n"), "tlog.checkpoint_size"},
        {SPAN("o\n01\n" ROOT "\n"), "tlog.checkpoint_size"},
        {SPAN("o\n00\n" ROOT "\n"), "tlog.checkpoint_size"},
        {SPAN("o\n-1\n" ROOT "\n"), "tlog.checkpoint_size"},
        {SPAN("o\n+1\n" ROOT "\n"), "tlog.checkpoint_size"},
        {SPAN("o\n 1\n" ROOT "\n"), "tlog.checkpoint_size"},
        {SPAN("o\n0x1\n" ROOT "\n"), "tlog.checkpoint_size"},
        {SPAN("o\n4611686018427387905\n" ROOT "\n"), "tlog.checkpoint_size"},
        {SPAN("o\n99999999999999999999\n" ROOT "\n"), "tlog.checkpoint_size"},
        {SPAN("o\n1\n"), "tlog.checkpoint_root"},
        {SPAN("o\n1\n" ROOT), "tlog.checkpoint_root"},
        {SPAN("o\n1\nAAAA\n"), "tlog.checkpoint_root"},
        {SPAN("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n"), "tlog.checkpoint_root"},
        {SPAN("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n"), "tlog.checkpoint_root"},
        {SPAN("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2IA\n"), "tlog.checkpoint_root"},
        {SPAN("o\n1\n" ROOT "\n\n"), "tlog.checkpoint_extension"},
        {SPAN("o\n1\n" ROOT "\n\nx\n"), "tlog.checkpoint_extension"},
        {SPAN("o\n1\n" ROOT "\nx"), "tlog.checkpoint_extension"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct tlog_checkpoint c;
        struct diag d = {0};
        if (tlog_checkpoint_parse(bad[i].text, &c, &d) == OK)
            fail_msg("accepted checkpoint %zu", i);
        assert_string_equal(d.code, bad[i].code);
    }
    struct tlog_checkpoint c;
    struct diag d = {0};
    static const char good[] = "example.com/behind-the-sofa\n20852163\n" ROOT "\n";
    expect_ok(tlog_checkpoint_parse(SPAN(good), &c, &d), &d);
    assert_int_equal(c.size, 20852163);
    BUF_AUTO b;
    buf_init(&b, 0);
    tlog_checkpoint_text(&b, &c);
    assert_string_equal(buf_str(&b), good);
    expect_ok(tlog_checkpoint_parse(SPAN("o\n0\n" ROOT "\nextension\n"), &c, &d), &d);
}

/* Each type of key: signs, verifies, and nothing of it serves another key. */
static void sign_and_check(void **state) {
    struct diag d = {0};
    static const char text[] = "example.org/log\n1\n" ROOT "\n";
    AUTO(sign_key) struct sign_key *ed = NULL;
    AUTO(sign_key) struct sign_key *sm2 = NULL;
    AUTO(sign_key) struct sign_key *witness = NULL;
    expect_ok(sign_key_new(SIGN_ED25519, &ed, &d), &d);
    expect_ok(sign_key_new(SIGN_SM2, &sm2, &d), &d);
    expect_ok(sign_key_new(SIGN_ED25519, &witness, &d), &d);
    struct tlog_vkey key[4];
    expect_ok(tlog_vkey_of("example.org/log", ed, false, &key[0], &d), &d);
    expect_ok(tlog_vkey_of("example.org/log/sm3", sm2, false, &key[1], &d), &d);
    expect_ok(tlog_vkey_of("witness.example/w", witness, true, &key[2], &d), &d);
    expect_ok(tlog_vkey_of("witness.example/w", witness, false, &key[3], &d), &d);
    assert_int_not_equal(key[2].id, key[3].id);
    expect_fail(tlog_vkey_of("a b", ed, false, &key[3], &d), &d, E_USAGE, "tlog.key_name");

    BUF_AUTO b;
    buf_init(&b, 0);
    buf_adds(&b, text);
    buf_adds(&b, "\n");
    expect_ok(tlog_note_sign(&b, SPAN(text), &key[0], ed, 0, &d), &d);
    expect_ok(tlog_note_sign(&b, SPAN(text), &key[1], sm2, 0, &d), &d);
    expect_ok(tlog_note_sign(&b, SPAN(text), &key[2], witness, 1679315147, &d), &d);

    struct tlog_note n;
    uint64_t time;
    expect_ok(tlog_note_parse(arena, buf_span(&b), &n, &d), &d);
    assert_int_equal(n.count, 3);
    assert_int_equal(n.signature[2].bytes.size, TLOG_COSIGNATURE_BYTES);
    for (int i = 0; i < 3; i++) {
        struct tlog_vkey again;
        char vkey[TLOG_VKEY_MAX];
        size_t size = tlog_vkey_text(&key[i], vkey);
        expect_ok(tlog_vkey_parse(span_bytes(vkey, size), &again, &d), &d);
        expect_ok(tlog_note_check(&n, &again, &time, &d), &d);
        assert_int_equal(time, i == 2 ? 1679315147 : 0);
    }
    expect_fail(tlog_note_check(&n, &key[3], NULL, &d), &d, E_NOT_FOUND, "tlog.not_signed");

    /* The cosignature's time is signed. */
    char *stamp = (char *)(uintptr_t)n.signature[2].bytes.at;
    stamp[7] ^= 1;
    expect_fail(tlog_note_check(&n, &key[2], NULL, &d), &d, E_CORRUPT, "tlog.signature");
    /* A second line by the same key that does not verify spoils the note. */
    stamp[7] ^= 1;
    n.signature[0].name = n.signature[2].name;
    n.signature[0].id = n.signature[2].id;
    expect_fail(tlog_note_check(&n, &key[2], NULL, &d), &d, E_CORRUPT, "tlog.signature");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(foreign_note, set_up, tear_down),
        cmocka_unit_test_setup_teardown(foreign_note_tampered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hostile_notes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(note_limits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hostile_vkeys, set_up, tear_down),
        cmocka_unit_test(names),
        cmocka_unit_test(hostile_checkpoints),
        cmocka_unit_test_setup_teardown(sign_and_check, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
