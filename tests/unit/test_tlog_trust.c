/* Trust files (C2SP tlog-policy): what is read, what a quorum means, what is refused. */
#include "unit.h"

#include "tlog/trust.h"

#include <stdio.h>

enum { KEYS = 40 };
static struct arena *arena;
static char vkey[KEYS][TLOG_VKEY_MAX], log_vkey[TLOG_VKEY_MAX];

static int set_up(void **state) {
    struct diag d = {0};
    arena = arena_new(0);
    for (int i = 0; i <= KEYS; i++) {
        AUTO(sign_key) struct sign_key *k = NULL;
        struct tlog_vkey v;
        char name[32];
        snprintf(name, sizeof name, "w%d.example", i);
        if (sign_key_new(SIGN_ED25519, &k, &d) != OK || tlog_vkey_of(name, k, i < KEYS, &v, &d) != OK)
            return -1;
        tlog_vkey_text(&v, i < KEYS ? vkey[i] : log_vkey);
    }
    return 0;
}
static int tear_down(void **state) {
    arena = arena_free(arena);
    return 0;
}

/* "$0" to "$9" are witnesses' keys, "$L" the log's. */
static struct span fill(const char *text) {
    BUF_AUTO b;
    buf_init(&b, 0);
    for (const char *p = text; *p; p++)
        if (*p == '$')
            p++, buf_adds(&b, *p == 'L' ? log_vkey : vkey[*p - '0']);
        else
            buf_addc(&b, *p);
    return (struct span){arena_dup(arena, buf_span(&b)), b.size};
}

static const struct tlog_trust_file *read_good(const char *text) {
    struct diag d = {0};
    const struct tlog_trust_file *f = NULL;
    expect_ok(tlog_trust_parse(arena, fill(text), &f, &d), &d);
    return f;
}

static void reads(void **state) {
    const struct tlog_trust_file *f = read_good("# who\n\nlog $L https://log.example/\n\twitness  区 $0 https://w0.example/\n witness b $1\ngroup g 2 区 b\nquorum g");
    assert_int_equal(f->logs, 1);
    assert_int_equal(f->witnesses, 2);
    assert_true(span_is(f->witness[0].name, "区"));
    assert_true(span_is(f->witness[0].url, "https://w0.example/"));
    assert_int_equal(f->witness[1].url.size, 0);
    assert_true(span_is(f->log[0].name, "w40.example"));
}

static void quorum(void **state) {
    static const struct { const char *tail; uint32_t met[4], not_met[4]; } row[] = {
        {"quorum none\n", {0, 1, 31, 0}, {~0u}},
        {"quorum a\n", {1, 3, 31, 1}, {0, 2, 30, ~0u}},
        {"group g any a b c\nquorum g\n", {1, 2, 4, 7}, {0, 8, 24, ~0u}},
        {"group g all a b c\nquorum g\n", {7, 15, 31, 7}, {0, 3, 5, 6}},
        {"group g 2 a b c\nquorum g\n", {3, 5, 6, 7}, {0, 1, 2, 12 & 8}},
        {"group x 2 a b c\ngroup y any d e\ngroup z all x y\nquorum z\n", {11, 13, 30, 31}, {7, 9, 24, 3}},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        char text[600];
        snprintf(text, sizeof text, "witness a $0\nwitness b $1\nwitness c $2\nwitness d $3\nwitness e $4\n%s", row[i].tail);
        const struct tlog_trust_file *f = read_good(text);
        for (int k = 0; k < 4; k++) {
            if (!tlog_trust_met(f, row[i].met[k]))
                fail_msg("%s with %u is no quorum", row[i].tail, row[i].met[k]);
            if (row[i].not_met[k] != ~0u && tlog_trust_met(f, row[i].not_met[k]))
                fail_msg("%s with %u is a quorum", row[i].tail, row[i].not_met[k]);
            if (row[i].not_met[k] == ~0u)
                break;
        }
    }
}

static void refuses(void **state) {
    static const struct { const char *text; int line; } row[] = {
        {"", 0}, {"witness a $0\n", 0}, {"quorum a\n", 1}, {"quorum none\nquorum none\n", 2}, {"quorum\n", 1}, {"quorum none none\n", 1},
        {"witness a $0\nwitness a $1\nquorum a\n", 2}, {"witness none $0\nquorum none\n", 1}, {"witness a $0\nwitness b $0\nquorum a\n", 2},
        {"witness a $L\nquorum a\n", 1}, {"log $0\nquorum none\n", 1}, {"log $L\nlog $L\nquorum none\n", 2}, {"log\nquorum none\n", 1},
        {"witness a\nquorum none\n", 1}, {"witness a nokey\nquorum none\n", 1}, {"witness a $0 url more\nquorum none\n", 1},
        {"group g any a\nwitness a $0\nquorum g\n", 1}, {"witness a $0\ngroup g any g\nquorum g\n", 2}, {"witness a $0\ngroup g any none\nquorum g\n", 2},
        {"witness a $0\ngroup g any\nquorum g\n", 2}, {"witness a $0\ngroup g\nquorum g\n", 2}, {"witness a $0\ngroup g 0 a\nquorum g\n", 2},
        {"witness a $0\ngroup g 2 a\nquorum g\n", 2}, {"witness a $0\ngroup g 01 a\nquorum g\n", 2}, {"witness a $0\ngroup g -1 a\nquorum g\n", 2},
        {"witness a $0\ngroup g all a a\nquorum g\n", 2}, {"witness a $0\nwitness b $1\ngroup g any a\ngroup h any a b\nquorum h\n", 4},
        {"witness a $0\ngroup a any a\nquorum a\n", 2}, {"trust a\nquorum none\n", 1}, {"quorum none\r\n", 1}, {"witness a\x01 $0\nquorum none\n", 1},
        {"Witness a $0\nquorum none\n", 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct diag d = {0};
        const struct tlog_trust_file *f = NULL;
        enum status s = tlog_trust_parse(arena, fill(row[i].text), &f, &d);
        if (s != E_INPUT || d.line != row[i].line)
            fail_msg("%s: %s at line %d", row[i].text, status_name(s), d.line);
    }
}

static void limits(void **state) {
    BUF_AUTO b;
    struct diag d = {0};
    const struct tlog_trust_file *f;
    buf_init(&b, 0);
    for (int i = 0; i < 32; i++)
        buf_addf(&b, "witness w%d %s\n", i, vkey[i]);
    size_t full = b.size;
    buf_adds(&b, "quorum w31\n");
    expect_ok(tlog_trust_parse(arena, buf_span(&b), &f, &d), &d);
    assert_true(tlog_trust_met(f, 1u << 31));
    assert_false(tlog_trust_met(f, ~(1u << 31)));
    b.size = full;
    buf_addf(&b, "witness w32 %s\n", vkey[32]);
    assert_int_equal(tlog_trust_parse(arena, buf_span(&b), &f, &d), E_LIMIT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads), cmocka_unit_test(quorum), cmocka_unit_test(refuses), cmocka_unit_test(limits),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
