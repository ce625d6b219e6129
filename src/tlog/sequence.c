/* Indices for entries, in chunks.
 *
 * A chunk reads waiting entries in order of their ids, hashes them into both
 * trees, moves them to log_entry and saves tiles, frontiers and sizes, all in
 * one transaction: after a crash either the whole chunk is there or nothing of
 * it.  Two sequencers at once are harmless. */
#include "tlog/log_internal.h"

/* About 40 ms on the machine of 2026 (SM3 does 125 MB/s): the writer must not
 * be held longer (DESIGN section 6). */
enum { CHUNK_ENTRIES = 2048, CHUNK_BYTES = 2 << 20 };

struct chunk {
    struct tlog_grower tree[TLOG_TREES];
    int64_t count;
    int64_t last_id;
    bool more;
};

/* Two sequencers would take the same index: on PostgreSQL whoever is second at
 * this row fails to serialize and runs again, instead of breaking a key. */
static enum status lock_log(struct txn *t, struct diag *d) {
    return sql_exec(t, d,
        "INSERT INTO log_tree (tree, size, frontier) VALUES ('sha256', 0, ?)"
        " ON CONFLICT (tree) DO UPDATE SET size = log_tree.size",
        SQL_B(SPAN("")));
}

static enum status hash_waiting(struct txn *t, struct chunk *c, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    size_t bytes = 0;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT id, bytes FROM log_pending ORDER BY id LIMIT ?", SQL_I(CHUNK_ENTRIES));
    while (s == OK && bytes < CHUNK_BYTES && (s = rows_next(r, &row, d)) == OK && row) {
        struct span entry = rows_blob(r, 1);
        c->last_id = rows_int(r, 0);
        c->count++;
        bytes += entry.size;
        for (int tree = 0; tree < TLOG_TREES; tree++)
            tlog_grower_push(&c->tree[tree], entry);
    }
    c->more = bytes >= CHUNK_BYTES || c->count == CHUNK_ENTRIES;
    return s;
}

static enum status move_waiting(struct txn *t, struct chunk *c, int64_t first, struct diag *d) {
    int64_t moved = 0, left = 0;
    enum status s = sql_exec_count(t, &moved, d,
        "INSERT INTO log_entry (idx, id, kind, district, bytes)"
        " SELECT CAST(? AS BIGINT) + row_number() OVER (ORDER BY id) - 1, id, kind, district, bytes"
        " FROM log_pending WHERE id <= ? ORDER BY id",
        SQL_I(first), SQL_I(c->last_id));
    if (s == OK)
        s = sql_exec_count(t, &left, d, "DELETE FROM log_pending WHERE id <= ?", SQL_I(c->last_id));
    assert(s != OK || (moved == c->count && left == c->count));
    return s;
}

static enum status sequence_chunk(struct txn *t, void *arg, struct diag *d) {
    struct chunk *c = arg;
    int64_t waiting = 0;
    c->count = 0;
    c->more = false;
    enum status s = sql_int(t, &waiting, 0, d, "SELECT 1 FROM log_pending LIMIT 1");
    if (s != OK || !waiting)
        return s;
    s = lock_log(t, d);
    for (int tree = 0; s == OK && tree < TLOG_TREES; tree++)
        s = tlog_grower_load(&c->tree[tree], t, (enum hash_kind)tree, d);
    if (s != OK)
        return s;
    int64_t first = (int64_t)c->tree[0].frontier.size;
    if (c->tree[1].frontier.size != c->tree[0].frontier.size)
        return diag_fail(d, E_CORRUPT, "tlog.audit_tree", DIAG_S("tree", "sm3"), DIAG_N("want", first),
            DIAG_N("found", c->tree[1].frontier.size));
    s = hash_waiting(t, c, d);
    if (s != OK || c->count == 0)
        return s;
    s = move_waiting(t, c, first, d);
    for (int tree = 0; s == OK && tree < TLOG_TREES; tree++)
        if ((s = tlog_grower_save_tiles(&c->tree[tree])) == OK)
            s = tlog_grower_save_tree(&c->tree[tree]);
    return s;
}

enum status tlog_sequence(struct store *s, int64_t *ret_count, struct diag *d) {
    struct chunk *c = malloc(sizeof *c);
    if (!c)
        return diag_fail(d, E_LIMIT, "base.memory");
    int64_t total = 0;
    enum status status;
    do {
        status = store_write(s, sequence_chunk, c, d);
        if (status == OK)
            total += c->count;
    } while (status == OK && c->more);
    free(c);
    if (ret_count)
        *ret_count = total;
    return status;
}

/* ---- rebuilding -------------------------------------------------------- */

/* Tiles are derived: they can be made again from the entries.  Each chunk
 * starts from a copy of the state that the last committed one left. */
struct rebuild {
    struct tlog_grower done[TLOG_TREES], now[TLOG_TREES];
    bool end;
};

/* Tiles that no entry stands behind. */
static enum status delete_beyond(struct txn *t, const struct tlog_grower *g, struct diag *d) {
    struct sql_value tree = SQL_S(tlog_tree_name(g->frontier.kind));
    enum status s = OK;
    for (int level = 0; s == OK && level < TLOG_LEVELS; level++)
        s = sql_exec(t, d, "DELETE FROM log_tile WHERE tree = ? AND level = ? AND n >= ?", tree, SQL_I(level),
            SQL_I(g->edge[level].n + (g->edge[level].width > 0)));
    return s;
}

static enum status rebuild_chunk(struct txn *t, void *arg, struct diag *d) {
    struct rebuild *b = arg;
    memcpy(b->now, b->done, sizeof b->now);
    for (int tree = 0; tree < TLOG_TREES; tree++) {
        b->now[tree].txn = t;
        b->now[tree].diag = d;
    }
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    size_t bytes = 0;
    int64_t want = (int64_t)b->now[0].frontier.size, count = 0;
    enum status s = sql_query(t, &r, d, "SELECT idx, bytes FROM log_entry WHERE idx >= ? ORDER BY idx LIMIT ?",
        SQL_I(want), SQL_I(CHUNK_ENTRIES));
    while (s == OK && bytes < CHUNK_BYTES && (s = rows_next(r, &row, d)) == OK && row) {
        if (rows_int(r, 0) != want)
            return diag_fail(d, E_CORRUPT, "tlog.audit_gap", DIAG_N("want", want), DIAG_N("found", rows_int(r, 0)));
        struct span entry = rows_blob(r, 1);
        bytes += entry.size;
        want++;
        count++;
        for (int tree = 0; tree < TLOG_TREES; tree++)
            tlog_grower_push(&b->now[tree], entry);
    }
    rows_free(TAKE(r));
    b->end = bytes < CHUNK_BYTES && count < CHUNK_ENTRIES;
    /* Only at the end: a shorter prefix of a tile must not replace a longer one. */
    for (int tree = 0; s == OK && b->end && tree < TLOG_TREES; tree++)
        if ((s = tlog_grower_save_tiles(&b->now[tree])) == OK)
            s = delete_beyond(t, &b->now[tree], d);
    return s;
}

/* The entries must still give what was signed: else the tiles are the better
 * witness and stay. */
static enum status check_entries(struct txn *t, void *arg, struct diag *d) {
    struct rebuild *b = arg;
    AUTO(rows) struct rows *r = NULL;
    for (int tree = 0; tree < TLOG_TREES; tree++)
        tlog_frontier_init(&b->now[tree].frontier, (enum hash_kind)tree);
    struct tlog_tree_row row[TLOG_TREES];
    bool more = false;
    enum status s = OK;
    for (int tree = 0; s == OK && tree < TLOG_TREES; tree++)
        s = tlog_tree_load(t, (enum hash_kind)tree, txn_arena(t), &row[tree], d);
    int64_t at = 0;
    while (s == OK && at < row[0].size) {
        int64_t from = at;
        s = sql_query(t, &r, d, "SELECT bytes FROM log_entry WHERE idx >= ? ORDER BY idx LIMIT ?", SQL_I(at),
            SQL_I(CHUNK_ENTRIES));
        while (s == OK && (s = rows_next(r, &more, d)) == OK && more) {
            for (int tree = 0; tree < TLOG_TREES; tree++)
                tlog_frontier_push(&b->now[tree].frontier,
                    tlog_leaf_hash((enum hash_kind)tree, rows_blob(r, 0)), NULL, NULL);
            at++;
        }
        rows_free(TAKE(r));
        if (s == OK && at == from)
            return diag_fail(d, E_CORRUPT, "tlog.audit_missing", DIAG_N("want", row[0].size), DIAG_N("found", at));
    }
    for (int tree = 0; s == OK && tree < TLOG_TREES; tree++) {
        uint8_t frontier[TLOG_FRONTIER_BYTES_MAX];
        size_t n = tlog_frontier_save(&b->now[tree].frontier, frontier);
        if (!span_eq(span_bytes(frontier, n), row[tree].frontier))
            s = diag_fail(d, E_CORRUPT, "tlog.audit_frontier", DIAG_S("tree", tlog_tree_name((enum hash_kind)tree)));
    }
    return s;
}

enum status tlog_rebuild_tiles(struct store *s, struct diag *d) {
    struct rebuild *b = calloc(1, sizeof *b);
    if (!b)
        return diag_fail(d, E_LIMIT, "base.memory");
    enum status status = store_read(s, check_entries, b, d);
    for (int tree = 0; status == OK && tree < TLOG_TREES; tree++)
        status = tlog_grower_empty(&b->done[tree], NULL, (enum hash_kind)tree, d);
    while (status == OK && !b->end)
        if ((status = store_write(s, rebuild_chunk, b, d)) == OK)
            memcpy(b->done, b->now, sizeof b->done);
    free(b);
    return status;
}
