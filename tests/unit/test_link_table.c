/* CSV in pieces: the same rows as base/csv.h reads, whatever the pieces cut through; and what is refused. */
#include "unit.h"

#include "base/buf.h"
#include "base/csv.h"
#include "link/link.h"

static char scratch[LINK_UNQUOTE];

static void add_random_row(struct buf *b, uint64_t *seed, int row) {
    for (int k = 0; k < 3; k++) {
        if (k)
            buf_addc(b, ',');
        switch (unit_random(seed) % 6) {
        case 0: buf_addf(b, "%d", row); break;
        case 1: buf_adds(b, "\"a\nb, \"\"c\"\"\""); break;
        case 2: buf_adds(b, "张伟"); break;
        case 3: buf_adds(b, "\"\""); break;
        case 4:
            for (uint64_t n = unit_random(seed) % 4000; n-- > 0;)
                buf_addc(b, 'x');
            buf_addf(b, "%d", k);
            break;
        default: buf_adds(b, "\"\n\n\""); break;
        }
    }
    buf_adds(b, unit_random(seed) % 4 ? "\n" : unit_random(seed) % 2 ? "\r\n" : "\n\n");
}

static void same_rows(void **state) {
    uint64_t seed = unit_seed("same_rows");
    struct diag d = {0};
    BUF_AUTO text;
    buf_init(&text, 0);
    buf_adds(&text, "\xef\xbb\xbfid , b,c\n");
    int rows = 0;
    while (text.size < (size_t)LINK_PIECE * 5 / 2)
        add_random_row(&text, &seed, rows++);
    AUTO(arena) struct arena *a = arena_new(0);
    AUTO(arena) struct arena *fields = arena_new(0);
    struct link_table t;
    struct csv c;
    expect_ok(link_table_open(&t, a, buf_span(&text), NULL, &d), &d);
    expect_ok(csv_open(&c, fields, buf_span(&text), NULL, &d), &d);
    struct arena_mark mark = arena_mark(fields);
    assert_int_equal(t.columns, 3);
    assert_int_equal(link_table_column(&t, SPAN("id")), 0);
    assert_int_equal(t.pieces, 3);
    for (size_t piece = 0; piece < t.pieces; piece++) {
        struct link_cursor k;
        size_t in_piece = 0;
        link_cursor_init(&k, &t, piece, scratch);
        for (bool row = true;;) {
            expect_ok(link_cursor_next(&k, &row, &d), &d);
            if (!row)
                break;
            bool other = false;
            if (arena_used(fields) > 200 << 20) /* for csv.h keeps what it reads */
                arena_rewind(fields, mark);
            expect_ok(csv_next(&c, &other, &d), &d);
            assert_true(other);
            for (int i = 0; i < 3; i++)
                if (!span_eq(k.field[i], c.field[i]))
                    fail_msg("piece %zu, line %d, field %d: '%.*s', not '%.*s'", piece, c.line, i, SPAN_ARG(k.field[i]), SPAN_ARG(c.field[i]));
            char own[LINK_UNQUOTE];
            assert_true(span_eq(link_field_at(&t, (uint64_t)(k.row - t.text.at), 2, own), c.field[2]));
            in_piece++;
        }
        assert_true(in_piece <= t.piece[piece].rows);
    }
    bool more = true;
    expect_ok(csv_next(&c, &more, &d), &d);
    assert_false(more);
}

static enum status whole(struct span text, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct link_table t;
    enum status s = link_table_open(&t, a, text, NULL, d);
    for (size_t piece = 0; s == OK && piece < t.pieces; piece++) {
        struct link_cursor k;
        link_cursor_init(&k, &t, piece, scratch);
        for (bool row = true; s == OK && row;)
            s = link_cursor_next(&k, &row, d);
    }
    return s;
}

static void refused(void **state) {
    static const struct { struct span text; const char *code; int line; } bad[] = {
        {{"", 0}, "csv.empty", 0}, {SPAN("\xef\xbb\xbf"), "csv.empty", 0}, {SPAN("\n1\n"), "csv.empty", 0}, {SPAN("a,b\n1\n"), "csv.columns", 2}, {SPAN("a,b\n1,2\n3,4,5\n"), "csv.columns", 3},
        {SPAN("a,b\n1,\"2\n"), "csv.quote", 2}, {SPAN("a,b\n1,2\"3\n"), "csv.quote", 2}, {SPAN("a,b\n1,\"2\"3\n"), "csv.quote", 2}, {SPAN("\"a,b\n"), "csv.quote", 1},
        {SPAN("a,b\n1,2\0" "3\n"), "link.nul", 0}, {SPAN("a,a\n1,2\n"), "link.header_twice", 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct diag d = {0};
        assert_int_equal(whole(bad[i].text, &d), E_INPUT);
        if (strcmp(d.code, bad[i].code) != 0 || (bad[i].line && d.line != bad[i].line))
            fail_msg("%zu: %s line %d, wanted %s line %d", i, d.code, d.line, bad[i].code, bad[i].line);
    }
    BUF_AUTO b;
    struct diag d = {0};
    buf_init(&b, 0);
    for (int i = 0; i <= LINK_COLUMNS_MAX; i++)
        buf_addf(&b, "%sc%d", i ? "," : "", i);
    assert_int_equal(whole(buf_span(&b), &d), E_INPUT);
    assert_string_equal(d.code, "link.columns");
}

/* Kinds are guessed from what the columns hold; the other table may call them otherwise. */
static void guessed(void **state) {
    struct diag d = {0};
    BUF_AUTO left, right;
    buf_init(&left, 0);
    buf_init(&right, 0);
    buf_adds(&left, "编号,姓名,性别,出生,证件,电话,住址,cluster,number\n");
    buf_adds(&right, "编号,名字,sex,born,号码,tel,地址\n");
    static const char *const family[] = {"张", "王", "李", "赵"}, *const given[] = {"伟", "建国", "秀英", "芳", "小明"};
    for (int i = 0; i < 200; i++) {
        char first17[32];
        snprintf(first17, sizeof first17, "110105%04d%02d%02d%03d", 1950 + i % 60, 1 + i % 12, 1 + i % 28, i);
        for (int side = 0; side < 2; side++) {
            struct buf *b = side ? &right : &left;
            buf_addf(b, side ? "%d,%s%s,%d,%d/%d/%d,%.17s1,139%08d,海淀区中关村南大街%d号%d室" : "%d,%s%s,%d,%04d-%02d-%02d,%.17s1,139%08d,海淀区中关村南大街%d号%d室", i, family[i % 4], given[i % 5], i % 2 + 1,
                side ? 1 + i % 28 : 1950 + i % 60, 1 + i % 12, side ? 1950 + i % 60 : 1 + i % 28, first17, i * 7919, i, i % 30);
            buf_addf(b, side ? "\n" : ",%d,%d\n", i / 2, i);
        }
    }
    AUTO(arena) struct arena *a = arena_new(0);
    struct link_table t[2];
    struct link_schema s;
    expect_ok(link_table_open(&t[0], a, buf_span(&left), NULL, &d), &d);
    expect_ok(link_table_open(&t[1], a, buf_span(&right), NULL, &d), &d);
    expect_ok(link_guess(&s, a, &t[0], &t[1], SPAN("编号"), NULL, 0, &d), &d);
    static const struct { const char *name; enum link_kind kind; int right; } wanted[] = {{"证件", LINK_CITIZEN, 4}, {"姓名", LINK_NAME, 1}, {"出生", LINK_DAY, 3}, {"电话", LINK_PHONE, 5}, {"住址", LINK_ADDRESS, 6}, {"性别", LINK_CODE, 2}};
    assert_int_equal(s.count, ARRAY_LEN(wanted));
    for (int f = 0; f < s.count; f++) {
        assert_string_equal(s.field[f].name, wanted[f].name);
        assert_int_equal(s.field[f].kind, wanted[f].kind);
        assert_int_equal(s.field[f].column[1], wanted[f].right);
    }
    expect_fail(link_guess(&s, a, &t[0], &t[1], SPAN("nobody"), NULL, 0, &d), &d, E_INPUT, "link.id");
    const struct span all[] = {SPAN("证件"), SPAN("姓名"), SPAN("出生"), SPAN("电话"), SPAN("住址"), SPAN("性别")};
    expect_fail(link_guess(&s, a, &t[0], &t[1], SPAN("编号"), all, ARRAY_LEN(all), &d), &d, E_INPUT, "link.no_fields");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(same_rows), cmocka_unit_test(refused), cmocka_unit_test(guessed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
