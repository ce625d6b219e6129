/* One thing is changed in a sound log; the audit says which. */
#include "tlog_world.h"

#include <ctype.h>

/* 700 entries, heads at 300 and 600, and 100 entries behind the last head. */
enum { FIRST = 300, SECOND = 600, ALL = 700 };

static void grow(void) {
    struct diag d = {0};
    world_grow(FIRST, NULL);
    world_grow(SECOND - FIRST, NULL);
    world_add(ALL - SECOND, NULL);
    expect_ok(tlog_sequence(w.store, NULL, &d), &d);
}

/* ---- changing one byte -------------------------------------------------------- */

struct flip {
    const char *select, *update; /* update's first parameter is the new value */
    size_t at;
    bool text;
};
/* In a text a letter or digit becomes another one, so that it stays of the same form (a signature is random: one in
 * sixteen has a character here whose neighbour is none of base64's).  Twice changes nothing. */
static size_t place(const struct flip *f, struct span v) {
    size_t at = f->at < v.size ? f->at : v.size - 1;
    while (f->text && at + 1 < v.size && !(isalnum((unsigned char)v.at[at]) && isalnum((unsigned char)v.at[at] ^ 1)))
        at++;
    return at;
}

static enum status flip_byte(struct txn *t, void *arg, struct diag *d) {
    const struct flip *f = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, f->select);
    if (s != OK)
        return s;
    struct span v = f->text ? rows_text(r, 0) : rows_blob(r, 0);
    v.at = arena_dup(txn_arena(t), v);
    ((char *)(uintptr_t)v.at)[place(f, v)] ^= 1;
    rows_free(TAKE(r));
    struct sql_value value = f->text ? SQL_T(v) : SQL_B(v);
    return sql_exec(t, d, f->update, value);
}
#define BLOB(table, column, where) "SELECT " column " FROM " table " WHERE " where, "UPDATE " table " SET " column " = ? WHERE " where

struct expected { const char *code; const char *arg0, *arg1; };
static void assert_finding(const struct findings *f, const char *what, int i, const char *code, const char *arg0,
    const char *arg1) {
    if (i >= f->count)
        fail_msg("%s: %s is not found", what, code);
    const struct diag *d = &f->first[i];
    if (strcmp(d->code, code) != 0 || strcmp(d->arg[0].value, arg0) != 0 || (arg1 && strcmp(d->arg[1].value, arg1) != 0))
        fail_msg("%s: %s(%s, %s) instead of %s(%s, %s)", what, d->code, d->arg[0].value, d->arg[1].value, code, arg0,
            arg1);
}

static void one_byte(void **state) {
    WORLD;
    static const struct { struct flip flip; struct expected want[3]; } row[] = {
        /* An entry under two heads: both trees say that the entry was changed. */
        {{BLOB("log_entry", "bytes", "idx = 5"), 12, false},
            {{"tlog.audit_entry_changed", "5", NULL}, {"tlog.audit_entry_changed", "5", NULL}}},
        {{BLOB("log_entry", "bytes", "idx = 299"), 12, false},
            {{"tlog.audit_entry_changed", "299", NULL}, {"tlog.audit_entry_changed", "299", NULL}}},
        /* Behind the last head the stored frontier is the witness. */
        {{BLOB("log_entry", "bytes", "idx = 650"), 12, false},
            {{"tlog.audit_entry_changed", "650", NULL}, {"tlog.audit_entry_changed", "650", NULL}}},
        /* A byte that leaves no entry at all. */
        {{BLOB("log_entry", "bytes", "idx = 0"), 0, false},
            {{"tlog.audit_format", "0", NULL}, {"tlog.audit_entry_changed", "0", NULL}, {"tlog.audit_entry_changed", "0", NULL}}},
        {{BLOB("log_tile", "hashes", "tree = 'sha256' AND level = 0 AND n = 0"), 40, false},
            {{"tlog.audit_tile", "tile/0/000", "sha256"}}},
        {{BLOB("log_tile", "hashes", "tree = 'sm3' AND level = 0 AND n = 2"), 6000, false},
            {{"tlog.audit_tile", "tile/0/002.p/188", "sm3"}}},
        {{BLOB("log_tile", "hashes", "tree = 'sm3' AND level = 1 AND n = 0"), 33, false},
            {{"tlog.audit_tile", "tile/1/000.p/2", "sm3"}}},
        {{BLOB("log_tree", "frontier", "tree = 'sha256'"), 3, false}, {{"tlog.audit_frontier", "sha256", NULL}}},
        {{BLOB("log_head", "root", "tree = 'sm3' AND size = 300"), 3, false}, {{"tlog.audit_head", "300", "sm3"}}},
        /* One character of the signed note: name, size, root, signature. */
        {{BLOB("log_head", "note", "tree = 'sha256' AND size = 600"), 2, true}, {{"tlog.audit_signature", "600", "sha256"}}},
        {{BLOB("log_head", "note", "tree = 'sha256' AND size = 600"), 26, true},
            {{"tlog.audit_head", "600", "sha256"}, {"tlog.audit_signature", "600", "sha256"}}},
        {{BLOB("log_head", "note", "tree = 'sha256' AND size = 600"), 40, true},
            {{"tlog.audit_head", "600", "sha256"}, {"tlog.audit_signature", "600", "sha256"}, {"tlog.audit_root", "600", "sha256"}}},
        {{BLOB("log_head", "note", "tree = 'sm3' AND size = 300"), 140, true}, {{"tlog.audit_signature", "300", "sm3"}}},
    };
    grow();
    world_sound();
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct diag d = {0};
        struct findings f;
        struct flip flip = row[i].flip;
        expect_ok(store_write(w.store, flip_byte, &flip, &d), &d);
        struct tlog_audit a = world_audit(&f);
        assert_int_equal(a.entries, ALL);
        assert_int_equal(a.heads, 4);
        int n = 0;
        for (; n < 3 && row[i].want[n].code; n++)
            assert_finding(&f, flip.select, n, row[i].want[n].code, row[i].want[n].arg0, row[i].want[n].arg1);
        if (f.count != n)
            fail_msg("%s: %d findings, the next is %s", flip.select, f.count, f.first[n].code);
        expect_ok(store_write(w.store, flip_byte, &flip, &d), &d);
    }
    world_sound();
}

/* ---- rows that come and go ------------------------------------------------------ */

static void rows_changed(void **state) {
    WORLD;
    static const struct { const char *change, *undo; struct expected want[3]; } row[] = {
        {"UPDATE log_entry SET kind = 'decision' WHERE idx = 3", "UPDATE log_entry SET kind = 'case.event' WHERE idx = 3",
            {{"tlog.audit_columns", "3", NULL}}},
        {"UPDATE log_entry SET district = 110101 WHERE idx = 3", "UPDATE log_entry SET district = 110102 WHERE idx = 3",
            {{"tlog.audit_columns", "3", NULL}}},
        {"UPDATE log_entry SET idx = 5000 WHERE idx = 699", "UPDATE log_entry SET idx = 699 WHERE idx = 5000",
            {{"tlog.audit_tree", "sha256", NULL}, {"tlog.audit_missing", "700", "699"}}},
        {"UPDATE log_entry SET idx = 5000 WHERE idx = 100", "UPDATE log_entry SET idx = 100 WHERE idx = 5000",
            {{"tlog.audit_tree", "sha256", NULL}, {"tlog.audit_gap", "100", "101"}}},
        /* two entries change places */
        {"UPDATE log_entry SET idx = 5020 - idx WHERE idx = 10 OR idx = 20",
            "UPDATE log_entry SET idx = 5020 - idx WHERE idx >= 5000",
            {{"tlog.audit_tree", "sha256", NULL}, {"tlog.audit_gap", "10", "11"}, {"tlog.audit_gap", "20", "21"}}},
        {"UPDATE log_tile SET n = 7 WHERE tree = 'sm3' AND level = 0 AND n = 1",
            "UPDATE log_tile SET n = 1 WHERE tree = 'sm3' AND level = 0 AND n = 7",
            {{"tlog.audit_tile_missing", "tile/0/001", "sm3"}, {"tlog.audit_tile_extra", "tile/0/007", "sm3"}}},
        {"UPDATE log_head SET size = 601 WHERE tree = 'sm3' AND size = 600",
            "UPDATE log_head SET size = 600 WHERE tree = 'sm3' AND size = 601",
            {{"tlog.audit_head", "601", "sm3"}, {"tlog.audit_root", "601", "sm3"}}},
        /* an old backup: the log is shorter than what was signed */
        {"UPDATE log_head SET size = 900 WHERE tree = 'sha256' AND size = 600",
            "UPDATE log_head SET size = 600 WHERE tree = 'sha256' AND size = 900",
            {{"tlog.audit_shrunk", "900", "sha256"}}},
        {"INSERT INTO log_pending (id, kind, district, bytes) SELECT id, kind, district, bytes FROM log_entry WHERE idx = 0",
            "DELETE FROM log_pending", {{"tlog.audit_pending", NULL, NULL}}},
    };
    grow();
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct findings f;
        world_run(row[i].change);
        world_audit(&f);
        int n = 0;
        for (; n < 3 && row[i].want[n].code; n++)
            assert_finding(&f, row[i].change, n, row[i].want[n].code,
                row[i].want[n].arg0 ? row[i].want[n].arg0 : f.first[n].arg[0].value, row[i].want[n].arg1);
        if (f.count != n)
            fail_msg("%s: %d findings, the next is %s", row[i].change, f.count, f.first[n].code);
        world_run(row[i].undo);
        world_sound();
    }
}

/* ---- forgeries that fit together ------------------------------------------------- */

static enum status move_tile_leaf(struct txn *t, void *arg, struct diag *d) {
    /* Writes the leaf of the present entry 5 into both tiles of level 0. */
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT bytes FROM log_entry WHERE idx = 5");
    if (s != OK)
        return s;
    struct span entry = rows_blob(r, 0);
    entry.at = arena_dup(txn_arena(t), entry);
    for (int tree = 0; s == OK && tree < 2; tree++) {
        struct tlog_tile tile = {0, 0, 256};
        const char *name = tree ? "sm3" : "sha256";
        rows_free(TAKE(r));
        s = sql_one(t, &r, d, "SELECT hashes FROM log_tile WHERE level = 0 AND n = 0 AND tree = ?", SQL_S(name));
        if (s != OK)
            return s;
        struct span hashes = rows_blob(r, 0);
        char *copy = arena_dup(txn_arena(t), hashes);
        struct hash leaf = tlog_leaf_hash((enum hash_kind)tree, entry);
        memcpy(copy + 5 * 32, leaf.byte, 32);
        s = sql_exec(t, d, "UPDATE log_tile SET hashes = ? WHERE level = 0 AND n = ? AND tree = ?",
            SQL_B(span_bytes(copy, hashes.size)), SQL_I(tile.index), SQL_S(name));
    }
    return s;
}

/* The mistake of CVE-2026-56865: entry and tile changed together. */
static void entry_and_tile_together(void **state) {
    WORLD;
    struct diag d = {0};
    struct findings f;
    grow();
    world_run("UPDATE log_entry SET bytes = (SELECT bytes FROM log_entry WHERE idx = 6) WHERE idx = 5");
    expect_ok(store_write(w.store, move_tile_leaf, NULL, &d), &d);
    world_audit(&f);
    assert_true(f.count >= 4);
    bool root[2] = {false, false};
    for (int i = 0; i < f.count; i++)
        if (strcmp(f.first[i].code, "tlog.audit_root") == 0) {
            assert_string_equal(f.first[i].arg[0].value, "300");
            root[strcmp(f.first[i].arg[1].value, "sm3") == 0] = true;
        }
    assert_true(root[0] && root[1]);
    world_add(1, NULL);
    expect_ok(tlog_sequence(w.store, NULL, &d), &d);
    /* nothing is signed over it once the proof crosses the forged tile */
    assert_int_not_equal(tlog_rebuild_tiles(w.store, &d), OK);
}

/* All of history written anew, tiles and frontiers with it, and signed with
 * another key: the log's known keys tell. */
static void rewritten_and_signed(void **state) {
    WORLD;
    struct diag d = {0};
    struct tlog_vkey known[2];
    struct findings f = {0};
    struct tlog_audit a;
    AUTO(sign_key) struct sign_key *forger = NULL;
    expect_ok(tlog_vkey_of("minzheng.example/110102", w.ed25519, false, &known[0], &d), &d);
    expect_ok(tlog_vkey_of("minzheng.example/110102/sm3", w.sm2, false, &known[1], &d), &d);
    expect_ok(sign_key_new(SIGN_ED25519, &forger, &d), &d);
    w.keys.ed25519 = forger;
    grow();
    world_sound(); /* consistent with itself */
    expect_ok(tlog_verify_store(w.store, known, 2, keep_finding, &f, &a, &d), &d);
    assert_int_equal(f.count, 2);
    assert_string_equal(f.first[0].code, "tlog.audit_signature");
    assert_string_equal(f.first[0].arg[0].value, "300");
}

static void empty_store(void **state) {
    WORLD;
    struct findings f;
    struct tlog_audit a = world_audit(&f);
    assert_int_equal(a.entries, 0);
    assert_int_equal(a.findings, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WORLD_TEST(one_byte),
        WORLD_TEST(rows_changed),
        WORLD_TEST(entry_and_tile_together),
        WORLD_TEST(rewritten_and_signed),
        WORLD_TEST(empty_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
