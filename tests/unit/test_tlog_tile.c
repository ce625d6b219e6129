/* Tile names, widths and bundles (C2SP tlog-tiles). */
#include "unit.h"

#include "tlog/tile.h"

static void paths(void **state) {
    static const struct { struct tlog_tile tile; const char *path; } row[] = {
        {{0, 0, 256}, "tile/0/000"},
        {{0, 999, 256}, "tile/0/999"},
        {{0, 1000, 256}, "tile/0/x001/000"},
        {{0, 1234067, 256}, "tile/0/x001/x234/067"},
        {{1, 0, 17}, "tile/1/000.p/17"},
        {{2, 273, 1}, "tile/2/273.p/1"},
        {{TLOG_TILE_ENTRIES, 0, 256}, "tile/entries/000"},
        {{TLOG_TILE_ENTRIES, 1234067, 255}, "tile/entries/x001/x234/067.p/255"},
        {{7, TLOG_SIZE_MAX, 256}, "tile/7/x004/x611/x686/x018/x427/x387/904"},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        char text[TLOG_TILE_PATH_MAX];
        struct tlog_tile t;
        struct diag d = {0};
        assert_int_equal(tlog_tile_path(row[i].tile, text), strlen(row[i].path));
        assert_string_equal(text, row[i].path);
        expect_ok(tlog_tile_parse(span_of(text), &t, &d), &d);
        assert_int_equal(t.level, row[i].tile.level);
        assert_true(t.index == row[i].tile.index);
        assert_int_equal(t.width, row[i].tile.width);
    }
}

static void hostile_paths(void **state) {
    static const char *const bad[] = {
        "", "/", "tile", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/0/x000/000",
        "tile/0/x000", "tile/0/000/000", "tile/0/000/", "tile/0/000.p", "tile/0/000.p/", "tile/0/000.p/0",
        "tile/0/000.p/00", "tile/0/000.p/01", "tile/0/000.p/256", "tile/0/000.p/1000", "tile/0/000.p/1/",
        "tile/00/000", "tile/01/000", "tile/8/000", "tile/64/000", "tile/-1/000", "tile/+1/000", "tile/1e1/000",
        "tile/0/x001/x23/067", "tile/0/x001/234/067", "tile/0/X001/000", "tile/0/-01", "tile/0/ 01", "Tile/0/000",
        "/tile/0/000", "tile/0/../000", "tile//000", "tile/entries", "tile/entries/", "tile/entries/0",
        "tile/Entries/000", "tile/8/0/000", "tile/0/x009/x223/x372/x036/x854/x775/808",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999", "tile/0/x004/x611/x686/x018/x427/x387/905",
        "tile/0/000.p/1 ", "tile/0/000\n", "tile/0/\xef\xbc\x90\xef\xbc\x90\xef\xbc\x90", "tile/entries/000.p/-1",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct tlog_tile t;
        struct diag d = {0};
        if (tlog_tile_parse(span_of(bad[i]), &t, &d) == OK)
            fail_msg("accepted '%s'", bad[i]);
        assert_string_equal(d.code, "tlog.tile_path");
    }
    struct diag d = {0};
    struct tlog_tile t;
    expect_fail(tlog_tile_parse((struct span){"tile/0/000\0", 11}, &t, &d), &d, E_INPUT, "tlog.tile_path");
}

/* The example of the specification: a tree of 70,000 entries. */
static void widths(void **state) {
    assert_int_equal(tlog_tile_width(0, 272, 70000), 256);
    assert_int_equal(tlog_tile_width(0, 273, 70000), 112);
    assert_int_equal(tlog_tile_width(0, 274, 70000), 0);
    assert_int_equal(tlog_tile_width(1, 0, 70000), 256);
    assert_int_equal(tlog_tile_width(1, 1, 70000), 17);
    assert_int_equal(tlog_tile_width(2, 0, 70000), 1);
    assert_int_equal(tlog_tile_width(3, 0, 70000), 0);
    assert_int_equal(tlog_tile_width(0, 1, 256), 0);
    assert_int_equal(tlog_tile_width(1, 0, 256), 1);
    assert_int_equal(tlog_tile_width(TLOG_TILE_ENTRIES, 273, 70000), 112);
    assert_int_equal(tlog_tile_width(0, 0, 0), 0);
    assert_int_equal(tlog_tile_width(7, UINT64_MAX, TLOG_SIZE_MAX), 0);
}

/* Every subtree found through its tile equals the one that the frontier made. */
struct grown {
    struct buf level[3];
    struct { unsigned height; uint64_t index; struct hash h; } seen[4000];
    size_t count;
};
static void grow(void *arg, unsigned height, uint64_t index, const struct hash *h) {
    struct grown *g = arg;
    g->seen[g->count].height = height;
    g->seen[g->count].index = index;
    g->seen[g->count++].h = *h;
    if (height % TLOG_TILE_HEIGHT == 0)
        buf_add(&g->level[height / TLOG_TILE_HEIGHT], span_bytes(h->byte, HASH_BYTES));
}

static void subtrees_of_tiles(void **state) {
    struct grown *g = xcalloc(1, sizeof *g);
    for (int i = 0; i < 3; i++)
        buf_init(&g->level[i], 0);
    struct tlog_frontier f;
    tlog_frontier_init(&f, HASH_SM3);
    for (unsigned i = 0; i < 1000; i++)
        tlog_frontier_push(&f, tlog_leaf_hash(HASH_SM3, span_bytes(&i, sizeof i)), grow, g);
    for (size_t i = 0; i < g->count; i++) {
        struct tlog_tile_place p = tlog_tile_place(g->seen[i].height, g->seen[i].index);
        struct span level = buf_span(&g->level[p.level]);
        size_t at = p.tile * TLOG_TILE_BYTES;
        size_t left = level.size - at < TLOG_TILE_BYTES ? level.size - at : TLOG_TILE_BYTES;
        struct hash h = tlog_tile_hash(HASH_SM3, (struct span){level.at + at, left}, p.height, p.index);
        assert_memory_equal(h.byte, g->seen[i].h.byte, HASH_BYTES);
    }
    assert_int_equal(g->count, 1994); /* 2n less the bits of n: 1000 has six */
    for (int i = 0; i < 3; i++)
        buf_release(&g->level[i]);
    free(g);
}

static void bundles(void **state) {
    BUF_AUTO b;
    buf_init(&b, 0);
    char *big = xmalloc(TLOG_ENTRY_BYTES_MAX);
    memset(big, 'x', TLOG_ENTRY_BYTES_MAX);
    const struct span entry[] = {SPAN("one"), SPAN(""), {big, TLOG_ENTRY_BYTES_MAX}, SPAN("\0\0\0")};
    for (size_t i = 0; i < ARRAY_LEN(entry); i++)
        tlog_bundle_add(&b, entry[i]);
    assert_memory_equal(b.at, "\0\3one\0\0\xff\xff", 9);

    struct span rest = buf_span(&b), got;
    for (size_t i = 0; i < ARRAY_LEN(entry); i++) {
        assert_true(tlog_bundle_next(&rest, &got));
        assert_true(span_eq(got, entry[i]));
    }
    assert_int_equal(rest.size, 0);
    assert_false(tlog_bundle_next(&rest, &got));

    /* Torn anywhere: what is left over says so. */
    static const struct { const char *at; size_t size; } torn[] = {{"\0", 1}, {"\0\1", 2}, {"\0\3on", 4}, {"\xff\xff", 2}};
    for (size_t i = 0; i < ARRAY_LEN(torn); i++) {
        rest = (struct span){torn[i].at, torn[i].size};
        assert_false(tlog_bundle_next(&rest, &got));
        assert_int_equal(rest.size, torn[i].size);
    }
    free(big);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths),
        cmocka_unit_test(hostile_paths),
        cmocka_unit_test(widths),
        cmocka_unit_test(subtrees_of_tiles),
        cmocka_unit_test(bundles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
