/* The log in the store: append, sequence, checkpoint, prove, cosign. */
#include "tlog_world.h"

#include <pthread.h>

/* ---- receipts ------------------------------------------------------------- */

struct prove { int64_t id; struct span receipt; const struct tlog_opening *opening; size_t openings; };
static enum status prove(struct txn *t, void *arg, struct diag *d) {
    struct prove *p = arg;
    return tlog_prove(t, p->id, p->opening, p->openings, w.arena, &p->receipt, d);
}

static void assert_proves(int64_t id, uint64_t index, uint64_t size, const struct tlog_trust *trust) {
    struct diag d = {0};
    struct prove p = {.id = id};
    struct tlog_receipt r;
    struct tlog_verdict v;
    struct arena_mark mark = arena_mark(w.arena);
    expect_ok(store_read(w.store, prove, &p, &d), &d);
    expect_ok(tlog_receipt_read(w.arena, p.receipt, &r, &d), &d);
    expect_ok(tlog_receipt_verify(w.arena, &r, trust, &v, &d), &d);
    assert_int_equal(v.index, index);
    assert_int_equal(v.size, size);
    assert_true(v.entry_known);
    arena_rewind(w.arena, mark);
}

static void append_sequence_prove(void **state) {
    WORLD;
    enum { N = 700 };
    int64_t id[N + 3];
    struct diag d = {0};
    struct tlog_trust none = {0};
    struct prove p = {0};
    world_add(3, id);
    for (int i = 1; i < 3; i++)
        assert_true(id[i] > id[i - 1]);
    struct tlog_state st = world_state();
    assert_int_equal(st.pending, 3);
    assert_int_equal(st.sequenced, 0);

    p.id = id[0];
    expect_fail(store_read(w.store, prove, &p, &d), &d, E_BUSY, "tlog.not_yet");
    p.id = 42;
    expect_fail(store_read(w.store, prove, &p, &d), &d, E_NOT_FOUND, "tlog.no_entry");

    bool made = true;
    expect_ok(tlog_checkpoint_make(w.store, &w.keys, &made, &d), &d);
    assert_false(made); /* an empty log gets none */
    int64_t n;
    expect_ok(tlog_sequence(w.store, &n, &d), &d);
    assert_int_equal(n, 3);
    p.id = id[0];
    expect_fail(store_read(w.store, prove, &p, &d), &d, E_BUSY, "tlog.not_yet");
    expect_ok(tlog_checkpoint_make(w.store, &w.keys, &made, &d), &d);
    assert_true(made);
    expect_ok(tlog_checkpoint_make(w.store, &w.keys, &made, &d), &d);
    assert_false(made); /* nothing new */
    for (int i = 0; i < 3; i++)
        assert_proves(id[i], (uint64_t)i, 3, &none);

    world_grow(N, id + 3);
    st = world_state();
    assert_int_equal(st.sequenced, N + 3);
    assert_int_equal(st.signed_size, N + 3);
    assert_int_equal(st.pending, 0);
    for (int i = 0; i < N + 3; i += 13)
        assert_proves(id[i], (uint64_t)i, N + 3, &none);
    expect_ok(tlog_sequence(w.store, &n, &d), &d);
    assert_int_equal(n, 0);
    world_sound();
}

/* ---- commit and event together -------------------------------------------- */

static void refused_closure_leaves_nothing(void **state) {
    WORLD;
    struct diag d = {0};
    struct add a = {.count = 5, .answer = E_CONFLICT};
    expect_fail(store_write(w.store, add_entries, &a, &d), &d, E_CONFLICT, "test.refused");
    assert_int_equal(world_int("SELECT count(*) FROM log_pending"), 0);
    int64_t n;
    expect_ok(tlog_sequence(w.store, &n, &d), &d);
    assert_int_equal(n, 0);
    assert_int_equal(world_int("SELECT count(*) FROM log_tree"), 0);
    world_grow(2, NULL);
    world_sound();
}

static enum status append_size(struct txn *t, void *arg, struct diag *d) {
    int64_t id;
    size_t size = *(size_t *)arg;
    char *bytes = arena_alloc(txn_arena(t), size + 1);
    return tlog_append(t, "case.event", 110102, span_bytes(bytes, size), &id, d);
}

static void entry_sizes(void **state) {
    WORLD;
    struct diag d = {0};
    size_t size = TLOG_ENTRY_BYTES_MAX + 1;
    expect_fail(store_write(w.store, append_size, &size, &d), &d, E_LIMIT, "tlog.entry_size");
    for (int i = 0; i < 40; i++) { /* more than one chunk by bytes */
        size = TLOG_ENTRY_BYTES_MAX;
        expect_ok(store_write(w.store, append_size, &size, &d), &d);
    }
    size = 0;
    expect_ok(store_write(w.store, append_size, &size, &d), &d);
    int64_t n;
    expect_ok(tlog_sequence(w.store, &n, &d), &d);
    assert_int_equal(n, 41);
    struct findings f;
    world_audit(&f);
    assert_int_equal(f.count, 41); /* none of them is an entry */
    assert_string_equal(f.first[0].code, "tlog.audit_format");
}

/* ---- interruptions --------------------------------------------------------- */

/* The last step of a chunk fails: all of it is undone, and run again it gives
 * the same log as one that was never interrupted. */
static void interrupted_sequencing(void **state) {
    WORLD;
    struct diag d = {0};
    int64_t id[3000], n;
    world_grow(300, id);
    world_add(2700, id + 300);
    world_run("ALTER TABLE log_tree RENAME TO log_tree_away");
    assert_int_not_equal(tlog_sequence(w.store, &n, &d), OK);
    world_run("ALTER TABLE log_tree_away RENAME TO log_tree");

    /* An index that is taken already: the move fails behind the tiles. */
    world_run("INSERT INTO log_entry (idx, id, kind, district, bytes)"
                  " SELECT 2500, -1, kind, district, bytes FROM log_entry WHERE idx = 0");
    assert_int_not_equal(tlog_sequence(w.store, &n, &d), OK);
    assert_int_equal(world_int("SELECT size FROM log_tree WHERE tree = 'sm3'"), 2348);
    assert_int_equal(world_int("SELECT count(*) FROM log_pending"), 652);
    world_run("DELETE FROM log_entry WHERE idx = 2500");
    expect_ok(tlog_sequence(w.store, &n, &d), &d);
    assert_int_equal(n, 652);
    assert_int_equal(world_int("SELECT size FROM log_tree WHERE tree = 'sm3'"), 3000);
    bool made;
    expect_ok(tlog_checkpoint_make(w.store, &w.keys, &made, &d), &d);
    world_sound();
    struct tlog_trust none = {0};
    for (int i = 0; i < 3000; i += 271)
        assert_proves(id[i], (uint64_t)i, 3000, &none);
}

enum { THREADS = 3, EACH = 60 };
static void *appender(void *arg) {
    for (int i = 0; i < EACH; i++) {
        struct add a = {.count = 7, .from = i};
        struct diag d = {0};
        enum status s;
        while ((s = store_write(w.store, add_entries, &a, &d)) == E_BUSY)
            ;
        if (s != OK)
            return arg;
    }
    return NULL;
}
static void *sequencer(void *arg) {
    for (int i = 0; i < EACH; i++) {
        struct diag d = {0};
        int64_t n;
        enum status s = tlog_sequence(w.store, &n, &d);
        if (s == OK)
            s = tlog_checkpoint_make(w.store, &w.keys, NULL, &d);
        if (s != OK && s != E_BUSY) {
            print_message("# %s %s %s\n", d.code, d.arg[0].value, d.arg[1].value);
            return arg;
        }
    }
    return NULL;
}

static void many_at_once(void **state) {
    WORLD;
    pthread_t thread[2 * THREADS];
    struct diag d = {0};
    for (int i = 0; i < 2 * THREADS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, i % 2 ? sequencer : appender, &w), 0);
    for (int i = 0; i < 2 * THREADS; i++) {
        void *bad;
        assert_int_equal(pthread_join(thread[i], &bad), 0);
        assert_null(bad);
    }
    int64_t n;
    expect_ok(tlog_sequence(w.store, &n, &d), &d);
    expect_ok(tlog_checkpoint_make(w.store, &w.keys, NULL, &d), &d);
    assert_int_equal(world_state().signed_size, THREADS * EACH * 7);
    world_sound();
}

/* ---- checkpoints ------------------------------------------------------------ */

static void origin_and_keys_are_fixed(void **state) {
    WORLD;
    struct diag d = {0};
    world_grow(5, NULL);
    world_add(1, NULL);
    expect_ok(tlog_sequence(w.store, NULL, &d), &d);
    struct tlog_keys other = w.keys;
    other.origin = "minzheng.example/110101";
    expect_fail(tlog_checkpoint_make(w.store, &other, NULL, &d), &d, E_CONFLICT, "tlog.origin");
    other = w.keys;
    other.ed25519 = w.witness;
    expect_fail(tlog_checkpoint_make(w.store, &other, NULL, &d), &d, E_CONFLICT, "tlog.origin");
    other.origin = "not a name";
    expect_fail(tlog_checkpoint_make(w.store, &other, NULL, &d), &d, E_USAGE, "tlog.key_name");
    expect_ok(tlog_checkpoint_make(w.store, &w.keys, NULL, &d), &d);
}

static enum status flip_frontier(struct txn *t, void *arg, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT frontier FROM log_tree WHERE tree = 'sm3'");
    if (s != OK)
        return s;
    struct span f = rows_blob(r, 0);
    char *copy = arena_dup(txn_arena(t), f);
    copy[f.size - 1] ^= 1;
    rows_free(TAKE(r));
    return sql_exec(t, d, "UPDATE log_tree SET frontier = ? WHERE tree = 'sm3'", SQL_B(span_bytes(copy, f.size)));
}

static void nothing_false_is_signed(void **state) {
    WORLD;
    struct diag d = {0};
    world_grow(300, NULL);
    world_add(10, NULL);
    expect_ok(tlog_sequence(w.store, NULL, &d), &d);

    expect_ok(store_write(w.store, flip_frontier, NULL, &d), &d);
    expect_fail(tlog_checkpoint_make(w.store, &w.keys, NULL, &d), &d, E_CORRUPT, "tlog.frontier_root");
    expect_ok(store_write(w.store, flip_frontier, NULL, &d), &d);

    world_run("UPDATE log_head SET size = 299 WHERE tree = 'sha256'"); /* another tree than was signed */
    expect_fail(tlog_checkpoint_make(w.store, &w.keys, NULL, &d), &d, E_CORRUPT, "tlog.fork");
    world_run("UPDATE log_head SET size = 400 WHERE tree = 'sha256'"); /* the log shrank */
    expect_fail(tlog_checkpoint_make(w.store, &w.keys, NULL, &d), &d, E_CORRUPT, "tlog.fork");
    world_run("UPDATE log_head SET size = 300 WHERE tree = 'sha256'");

    world_run("DELETE FROM log_tile WHERE level = 0 AND n = 1 AND tree = 'sha256'");
    expect_fail(tlog_checkpoint_make(w.store, &w.keys, NULL, &d), &d, E_CORRUPT, "tlog.audit_tile_missing");
    assert_int_equal(world_state().signed_size, 300);
    expect_ok(tlog_rebuild_tiles(w.store, &d), &d);
    expect_ok(tlog_checkpoint_make(w.store, &w.keys, NULL, &d), &d);
    assert_int_equal(world_state().signed_size, 310);
    world_sound();
}

static void rebuild_tiles(void **state) {
    WORLD;
    struct diag d = {0};
    world_grow(2700, NULL);
    world_add(10, NULL);
    expect_ok(tlog_sequence(w.store, NULL, &d), &d);
    world_run("UPDATE log_tile SET n = n + 50 WHERE level = 0");
    struct findings f;
    world_audit(&f);
    assert_true(f.count > 20);
    expect_ok(tlog_rebuild_tiles(w.store, &d), &d);
    world_sound();
    world_run("DELETE FROM log_tile");
    expect_ok(tlog_rebuild_tiles(w.store, &d), &d);
    world_sound();
    /* Not over changed entries: the tiles are evidence against them. */
    world_run("UPDATE log_entry SET bytes = (SELECT bytes FROM log_entry WHERE idx = 8) WHERE idx = 7");
    expect_fail(tlog_rebuild_tiles(w.store, &d), &d, E_CORRUPT, "tlog.audit_frontier");
    world_run("DELETE FROM log_entry WHERE idx >= 2600");
    expect_fail(tlog_rebuild_tiles(w.store, &d), &d, E_CORRUPT, "tlog.audit_missing");
}

/* ---- cosignatures ------------------------------------------------------------ */

struct head { enum hash_kind tree; uint64_t below; struct tlog_head head; };
static enum status read_head(struct txn *t, void *arg, struct diag *d) {
    struct head *h = arg;
    return tlog_head_get(t, h->tree, h->below, w.arena, &h->head, d);
}

static void cosignatures(void **state) {
    WORLD;
    struct diag d = {0};
    int64_t id[20];
    struct tlog_vkey log, sm3, witness;
    struct tlog_note note;
    BUF_AUTO line;
    buf_init(&line, 0);
    world_grow(20, id);
    expect_ok(tlog_vkey_of("minzheng.example/110102", w.ed25519, false, &log, &d), &d);
    expect_ok(tlog_vkey_of("minzheng.example/110102/sm3", w.sm2, false, &sm3, &d), &d);
    expect_ok(tlog_vkey_of("audit.example/w1", w.witness, true, &witness, &d), &d);
    struct head h = {HASH_SHA256, 0, {0}};
    expect_ok(store_read(w.store, read_head, &h, &d), &d);
    assert_int_equal(h.head.size, 20);
    expect_ok(tlog_note_parse(w.arena, h.head.note, &note, &d), &d);
    expect_ok(tlog_note_check(&note, &log, NULL, &d), &d);

    expect_ok(tlog_note_sign(&line, note.text, &witness, w.witness, 1795314700, &d), &d);
    expect_fail(tlog_cosignature_add(w.store, HASH_SHA256, 19, &witness, buf_span(&line), &d), &d, E_NOT_FOUND, "tlog.head");
    expect_fail(tlog_cosignature_add(w.store, HASH_SM3, 20, &witness, buf_span(&line), &d), &d, E_CORRUPT, "tlog.signature");
    expect_fail(tlog_cosignature_add(w.store, HASH_SHA256, 20, &witness, SPAN(""), &d), &d, E_INPUT, "tlog.note_parts");
    expect_fail(tlog_cosignature_add(w.store, HASH_SHA256, 20, &witness, note.signature[0].line, &d), &d, E_NOT_FOUND,
        "tlog.not_signed");
    BUF_AUTO twice;
    buf_init(&twice, 0);
    buf_add(&twice, buf_span(&line));
    buf_add(&twice, buf_span(&line));
    expect_fail(tlog_cosignature_add(w.store, HASH_SHA256, 20, &witness, buf_span(&twice), &d), &d, E_INPUT,
        "tlog.note_signature_line");
    expect_ok(tlog_cosignature_add(w.store, HASH_SHA256, 20, &witness, buf_span(&line), &d), &d);
    expect_ok(tlog_cosignature_add(w.store, HASH_SHA256, 20, &witness, buf_span(&line), &d), &d);

    struct tlog_vkey key[] = {log, sm3, witness};
    assert_proves(id[7], 7, 20, &(struct tlog_trust){key, 3, 1});
    struct findings f;
    struct tlog_audit a = world_audit(&f);
    assert_int_equal(a.cosignatures, 1);
    assert_int_equal(f.count, 0);
    world_run("UPDATE log_cosignature SET time_s = time_s + 1");
    world_audit(&f);
    assert_int_equal(f.count, 1);
    assert_string_equal(f.first[0].code, "tlog.audit_signature");
    assert_string_equal(f.first[0].arg[2].value, "audit.example/w1");
}

/* ---- tiles as served ---------------------------------------------------------- */

struct get { struct tlog_tile tile; enum hash_kind tree; struct span bytes; };
static enum status get_tile(struct txn *t, void *arg, struct diag *d) {
    struct get *g = arg;
    return tlog_tile_get(t, g->tree, g->tile, w.arena, &g->bytes, d);
}

static void tiles_served(void **state) {
    WORLD;
    struct diag d = {0};
    world_grow(600, NULL);
    world_add(5, NULL);
    expect_ok(tlog_sequence(w.store, NULL, &d), &d);
    static const struct { struct tlog_tile tile; bool there; } row[] = {
        {{0, 0, 256}, true}, {{0, 1, 256}, true}, {{0, 2, 88}, true}, {{0, 2, 1}, true}, {{1, 0, 2}, true},
        {{0, 0, 255}, true}, {{TLOG_TILE_ENTRIES, 0, 256}, true}, {{TLOG_TILE_ENTRIES, 2, 88}, true},
        {{0, 2, 89}, false}, /* sequenced, not signed yet */
        {{0, 2, 256}, false}, {{0, 3, 1}, false}, {{1, 0, 3}, false}, {{2, 0, 1}, false},
        {{TLOG_TILE_ENTRIES, 2, 89}, false}, {{0, TLOG_SIZE_MAX, 1}, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        for (int tree = 0; tree < 2; tree++) {
            struct get g = {row[i].tile, (enum hash_kind)tree, {0}};
            if (!row[i].there) {
                expect_fail(store_read(w.store, get_tile, &g, &d), &d, E_NOT_FOUND, "tlog.tile");
                continue;
            }
            expect_ok(store_read(w.store, get_tile, &g, &d), &d);
            if (g.tile.level >= 0)
                assert_int_equal(g.bytes.size, g.tile.width * 32);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WORLD_TEST(append_sequence_prove),
        WORLD_TEST(refused_closure_leaves_nothing),
        WORLD_TEST(entry_sizes),
        WORLD_TEST(interrupted_sequencing),
        WORLD_TEST(many_at_once),
        WORLD_TEST(origin_and_keys_are_fixed),
        WORLD_TEST(nothing_false_is_signed),
        WORLD_TEST(rebuild_tiles),
        WORLD_TEST(cosignatures),
        WORLD_TEST(tiles_served),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
