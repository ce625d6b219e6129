#include "tlog/log_internal.h"

enum status tlog_tree_load(struct txn *t, enum hash_kind tree, struct arena *a, struct tlog_tree_row *ret,
    struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    *ret = (struct tlog_tree_row){0};
    enum status s = sql_query(t, &r, d, "SELECT size, frontier, origin, vkey FROM log_tree WHERE tree = ?",
        SQL_S(tlog_tree_name(tree)));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s != OK || !row)
        return s;
    struct span frontier = rows_blob(r, 1);
    ret->size = rows_int(r, 0);
    ret->frontier = (struct span){arena_dup(a, frontier), frontier.size};
    ret->origin = rows_null(r, 2) ? NULL : rows_dup(r, 2, a);
    ret->vkey = rows_null(r, 3) ? NULL : rows_dup(r, 3, a);
    return ret->frontier.at ? OK : arena_full(d);
}

enum status tlog_tile_fail(struct diag *d, enum status s, const char *code, enum hash_kind tree,
    struct tlog_tile tile) {
    char path[TLOG_TILE_PATH_MAX];
    tlog_tile_path(tile, path);
    return diag_fail(d, s, code, DIAG_S("path", path), DIAG_S("tree", tlog_tree_name(tree)));
}

enum status tlog_tile_load(struct txn *t, enum hash_kind tree, int level, uint64_t n, struct arena *a,
    struct span *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT hashes FROM log_tile WHERE tree = ? AND level = ? AND n = ?",
        SQL_S(tlog_tree_name(tree)), SQL_I(level), SQL_I(n));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s != OK)
        return s;
    *ret = (struct span){"", 0};
    if (!row)
        return OK;
    struct span hashes = rows_blob(r, 0);
    *ret = (struct span){arena_dup(a, hashes), hashes.size};
    return ret->at ? OK : arena_full(d);
}

/* ---- the edge ---------------------------------------------------------- */

static enum status save_edge(struct tlog_grower *g, int level) {
    struct tlog_edge *e = &g->edge[level];
    e->dirty = false;
    return sql_exec(g->txn, g->diag,
        "INSERT INTO log_tile (tree, level, n, hashes) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (tree, level, n) DO UPDATE SET hashes = excluded.hashes",
        SQL_S(tlog_tree_name(g->frontier.kind)), SQL_I(level), SQL_I(e->n),
        SQL_B(span_bytes(e->hashes, (size_t)e->width * HASH_BYTES)));
}

static void completed(void *arg, unsigned height, uint64_t index, const struct hash *h) {
    struct tlog_grower *g = arg;
    if (height % TLOG_TILE_HEIGHT != 0)
        return;
    struct tlog_edge *e = &g->edge[height / TLOG_TILE_HEIGHT];
    assert(e->n * TLOG_TILE_WIDTH + e->width == index);
    memcpy(e->hashes + (size_t)e->width * HASH_BYTES, h->byte, HASH_BYTES);
    e->width++;
    e->dirty = true;
    if (e->width < TLOG_TILE_WIDTH)
        return;
    enum status s = save_edge(g, (int)(height / TLOG_TILE_HEIGHT));
    g->status = g->status == OK ? s : g->status;
    e->n++;
    e->width = 0;
}

enum status tlog_grower_empty(struct tlog_grower *g, struct txn *t, enum hash_kind tree, struct diag *d) {
    g->txn = t;
    g->diag = d;
    g->status = OK;
    tlog_frontier_init(&g->frontier, tree);
    for (int level = 0; level < TLOG_LEVELS; level++) {
        g->edge[level].n = 0;
        g->edge[level].width = 0;
        g->edge[level].dirty = false;
    }
    return OK;
}

static enum status load_edge(struct tlog_grower *g, int level, struct arena *a) {
    struct tlog_edge *e = &g->edge[level];
    uint64_t hashes = g->frontier.size >> (level * TLOG_TILE_HEIGHT);
    e->n = hashes / TLOG_TILE_WIDTH;
    e->width = (unsigned)(hashes % TLOG_TILE_WIDTH);
    if (e->width == 0)
        return OK;
    struct span stored;
    enum status s = tlog_tile_load(g->txn, g->frontier.kind, level, e->n, a, &stored, g->diag);
    if (s != OK)
        return s;
    if (stored.size != (size_t)e->width * HASH_BYTES)
        return tlog_tile_fail(g->diag, E_CORRUPT, "tlog.audit_tile", g->frontier.kind,
            (struct tlog_tile){level, e->n, e->width});
    memcpy(e->hashes, stored.at, stored.size);
    return OK;
}

enum status tlog_grower_load(struct tlog_grower *g, struct txn *t, enum hash_kind tree, struct diag *d) {
    struct arena *a = txn_arena(t);
    struct tlog_tree_row row;
    enum status s = tlog_grower_empty(g, t, tree, d);
    if (s == OK)
        s = tlog_tree_load(t, tree, a, &row, d);
    if (s == OK)
        s = tlog_frontier_load(&g->frontier, tree, (uint64_t)row.size, row.frontier, d);
    for (int level = 0; s == OK && level < TLOG_LEVELS; level++)
        s = load_edge(g, level, a);
    return s;
}

void tlog_grower_push(struct tlog_grower *g, struct span entry) {
    tlog_frontier_push(&g->frontier, tlog_leaf_hash(g->frontier.kind, entry), completed, g);
}

enum status tlog_grower_save_tiles(struct tlog_grower *g) {
    for (int level = 0; g->status == OK && level < TLOG_LEVELS; level++)
        if (g->edge[level].dirty && g->edge[level].width > 0)
            g->status = save_edge(g, level);
    return g->status;
}

enum status tlog_grower_save_tree(struct tlog_grower *g) {
    uint8_t frontier[TLOG_FRONTIER_BYTES_MAX];
    size_t n = tlog_frontier_save(&g->frontier, frontier);
    return sql_exec(g->txn, g->diag,
        "INSERT INTO log_tree (tree, size, frontier) VALUES (?, ?, ?)"
        " ON CONFLICT (tree) DO UPDATE SET size = excluded.size, frontier = excluded.frontier",
        SQL_S(tlog_tree_name(g->frontier.kind)), SQL_I(g->frontier.size), SQL_B(span_bytes(frontier, n)));
}
