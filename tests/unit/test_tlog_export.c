/* The files of an export, read again with the pure half of tlog alone. */
#include "tlog_world.h"

#include <sys/stat.h>

static struct span file(const char *dir, const char *name) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "rb");
    if (!f)
        fail_msg("no file %s", path);
    size_t room = 20 << 20;
    char *bytes = arena_alloc(w.arena, room);
    size_t n = fread(bytes, 1, room, f);
    fclose(f);
    return (struct span){bytes, n};
}

static bool exists(const char *dir, const char *name) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    struct stat st;
    return stat(path, &st) == 0;
}

/* Everything as a stranger would: root from the bundles, tiles from the
 * entries, checkpoint by the vkey in the directory. */
static uint64_t check_dir(const char *dir, enum hash_kind kind, const char *checkpoint) {
    struct diag d = {0};
    struct tlog_vkey *key;
    size_t keys;
    struct tlog_note note;
    struct tlog_checkpoint c;
    struct arena_mark mark = arena_mark(w.arena);
    expect_ok(tlog_vkeys_parse(w.arena, file(dir, "vkeys"), &key, &keys, &d), &d);
    expect_ok(tlog_note_parse(w.arena, file(dir, checkpoint), &note, &d), &d);
    expect_ok(tlog_checkpoint_parse(note.text, &c, &d), &d);
    assert_true(span_is(c.origin, key[0].name));
    expect_ok(tlog_note_check(&note, &key[0], NULL, &d), &d);

    struct tlog_frontier f;
    tlog_frontier_init(&f, kind);
    bool newest = strcmp(checkpoint, "checkpoint") == 0;
    while (f.size < c.size) {
        char name[TLOG_TILE_PATH_MAX];
        uint64_t n = f.size / TLOG_TILE_WIDTH;
        struct tlog_tile tile = {TLOG_TILE_ENTRIES, n, tlog_tile_width(0, n, c.size)};
        tlog_tile_path(tile, name);
        struct span rest = file(dir, name), entry, hashes = {0};
        if (newest) {
            tile.level = 0;
            tlog_tile_path(tile, name);
            hashes = file(dir, name);
            assert_int_equal(hashes.size, tile.width * 32);
        }
        for (unsigned i = 0; i < tile.width; i++) {
            assert_true(tlog_bundle_next(&rest, &entry));
            struct hash leaf = tlog_leaf_hash(kind, entry);
            if (newest)
                assert_memory_equal(hashes.at + i * 32, leaf.byte, 32);
            tlog_frontier_push(&f, leaf, NULL, NULL);
        }
        assert_int_equal(rest.size, 0);
    }
    struct hash root = tlog_frontier_root(&f);
    assert_memory_equal(root.byte, c.root.byte, 32);
    arena_rewind(w.arena, mark);
    return c.size;
}

static void export_twice(void **state) {
    WORLD;
    struct diag d = {0};
    char dir[80], twin[100];
    struct tlog_vkey witness;
    snprintf(dir, sizeof dir, "%s/out/deep", w.dir);
    snprintf(twin, sizeof twin, "%s/sm3", dir);
    expect_ok(tlog_vkey_of("audit.example/w1", w.witness, true, &witness, &d), &d);
    expect_fail(tlog_export(w.store, dir, NULL, 0, &d), &d, E_NOT_FOUND, "tlog.head");

    world_grow(300, NULL);
    expect_ok(tlog_export(w.store, dir, NULL, 0, &d), &d);
    assert_int_equal(check_dir(dir, HASH_SHA256, "checkpoint"), 300);
    assert_int_equal(check_dir(twin, HASH_SM3, "checkpoint"), 300);
    assert_false(exists(dir, "checkpoint.old"));
    assert_true(exists(dir, "tile/1/000.p/1"));

    world_grow(500, NULL);
    world_add(3, NULL); /* not signed, not exported */
    expect_ok(tlog_sequence(w.store, NULL, &d), &d);
    expect_ok(tlog_export(w.store, dir, &witness, 1, &d), &d);
    assert_int_equal(check_dir(dir, HASH_SHA256, "checkpoint"), 800);
    assert_int_equal(check_dir(twin, HASH_SM3, "checkpoint"), 800);
    assert_int_equal(check_dir(dir, HASH_SHA256, "checkpoint.old"), 300);
    assert_int_equal(check_dir(twin, HASH_SM3, "checkpoint.old"), 300);
    assert_true(exists(dir, "tile/1/000.p/3"));
    assert_false(exists(dir, "tile/2/000.p/1"));
    struct tlog_vkey *key;
    size_t keys;
    expect_ok(tlog_vkeys_parse(w.arena, file(dir, "vkeys"), &key, &keys, &d), &d);
    assert_int_equal(keys, 2);
    assert_int_equal(key[0].type, TLOG_KEY_ED25519);
    assert_int_equal(key[1].type, TLOG_KEY_COSIGNATURE);
}

/* What the store itself shows to be changed is not handed to anybody. */
static void changed_entry(void **state) {
    WORLD;
    struct diag d = {0};
    char dir[80];
    snprintf(dir, sizeof dir, "%s/out", w.dir);
    world_grow(10, NULL);
    world_run("UPDATE log_entry SET bytes = (SELECT bytes FROM log_entry WHERE idx = 8) WHERE idx = 7");
    expect_fail(tlog_export(w.store, dir, NULL, 0, &d), &d, E_CORRUPT, "tlog.audit_bundle");
    assert_string_equal(d.arg[0].value, "7");
    assert_false(exists(dir, "checkpoint"));
}

/* A directory with another log is left alone. */
static void foreign_directory(void **state) {
    WORLD;
    struct diag d = {0};
    char dir[80], path[120];
    snprintf(dir, sizeof dir, "%s/out", w.dir);
    world_grow(10, NULL);
    expect_ok(tlog_export(w.store, dir, NULL, 0, &d), &d);
    struct span good = file(dir, "checkpoint");
    snprintf(path, sizeof path, "%s/checkpoint", dir);
    static const char *const other[] = {
        "nonsense",
        "minzheng.example/110102\n9\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\xe2\x80\x94 k AAAAAAA=\n",
        "elsewhere\n9\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\xe2\x80\x94 k AAAAAAA=\n",
        "minzheng.example/110102\n11\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\xe2\x80\x94 k AAAAAAA=\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(other); i++) {
        FILE *f = fopen(path, "wb");
        assert_non_null(f);
        fputs(other[i], f);
        fclose(f);
        expect_fail(tlog_export(w.store, dir, NULL, 0, &d), &d, E_CONFLICT, "tlog.unsafe_export");
    }
    FILE *f = fopen(path, "wb");
    fwrite(good.at, 1, good.size, f);
    fclose(f);
    expect_ok(tlog_export(w.store, dir, NULL, 0, &d), &d);
    snprintf(path, sizeof path, "%s/store.db/x", w.dir);
    if (!w.postgres)
        expect_fail(tlog_export(w.store, path, NULL, 0, &d), &d, E_SYSTEM, "tlog.file");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WORLD_TEST(export_twice),
        WORLD_TEST(changed_entry),
        WORLD_TEST(foreign_directory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
