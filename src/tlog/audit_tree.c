#include "tlog/audit_internal.h"

static const char *name(const struct audit_tree *x) { return tlog_tree_name(x->kind); }

static enum status next_head(struct audit_tree *x, int64_t after, struct diag *d) {
    return sql_int(x->audit->txn, &x->head, INT64_MAX, d, "SELECT min(size) FROM log_head WHERE tree = ? AND size > ?",
        SQL_S(name(x)), SQL_I(after));
}

enum status audit_tree_start(struct audit_tree *x, struct audit *a, enum hash_kind kind, uint64_t size,
    struct diag *d) {
    memset(x, 0, sizeof *x);
    x->audit = a;
    x->kind = kind;
    x->size = size;
    tlog_frontier_init(&x->e, kind);
    return next_head(x, 0, d);
}

/* ---- stored tiles -------------------------------------------------------- */

static void find_tile(struct audit_tree *x, const char *code, int level, uint64_t n, unsigned width) {
    struct diag d = {0};
    (void)!tlog_tile_fail(&d, E_CORRUPT, code, x->kind, (struct tlog_tile){level, n, width ? width : 1});
    audit_report(x->audit, &d);
}

static enum status load_level(struct audit_tree *x, int level, uint64_t n, struct diag *d) {
    struct audit_level *l = &x->level[level];
    if (l->loaded && l->n == n)
        return OK;
    struct span stored;
    enum status s = tlog_tile_load(x->audit->txn, x->kind, level, n, x->audit->arena, &stored, d);
    if (s != OK)
        return s;
    unsigned width = tlog_tile_width(level, n, x->size);
    *l = (struct audit_level){.loaded = true, .n = n};
    l->size = stored.size < TLOG_TILE_BYTES ? stored.size : TLOG_TILE_BYTES;
    memcpy(l->hashes, stored.at, l->size);
    x->audit->result.tiles++;
    if (stored.size != (size_t)width * HASH_BYTES) {
        l->blamed = true;
        find_tile(x, stored.size == 0 ? "tlog.audit_tile_missing" : "tlog.audit_tile", level, n, width);
    }
    return OK;
}

/* NULL: the stored tile is too short. */
static const uint8_t *stored_hash(const struct audit_tree *x, int level, unsigned at) {
    const struct audit_level *l = &x->level[level];
    return (size_t)(at + 1) * HASH_BYTES <= l->size ? l->hashes + (size_t)at * HASH_BYTES : NULL;
}

static bool same(const uint8_t *stored, const struct hash *h) {
    return memcmp(stored, h->byte, HASH_BYTES) == 0;
}

/* ---- growing ------------------------------------------------------------- */

static void note_e(void *arg, unsigned height, uint64_t index, const struct hash *h) {
    struct audit_tree *x = arg;
    if (height % TLOG_TILE_HEIGHT != 0)
        return;
    x->now[0][height / TLOG_TILE_HEIGHT] = *h;
    x->completed |= 1U << height / TLOG_TILE_HEIGHT;
}

static void note_t(void *arg, unsigned height, uint64_t index, const struct hash *h) {
    struct audit_tree *x = arg;
    if (height % TLOG_TILE_HEIGHT == 0)
        x->now[1][height / TLOG_TILE_HEIGHT] = *h;
}

static void mismatch(struct audit_tree *x, int64_t index, int64_t id) {
    if (!x->split)
        x->t = x->e;
    x->split = true;
    if (x->named < AUDIT_NAMED_MAX) {
        x->mismatch[x->named].index = index;
        x->mismatch[x->named++].id = id;
    }
}

/* Hashes above the leaves: right when they fit either frontier. */
static enum status check_upper(struct audit_tree *x, struct diag *d) {
    for (int level = 1; level < TLOG_LEVELS && x->completed >> level & 1; level++) {
        uint64_t index = (x->e.size >> (level * TLOG_TILE_HEIGHT)) - 1;
        enum status s = load_level(x, level, index / TLOG_TILE_WIDTH, d);
        if (s != OK)
            return s;
        const uint8_t *stored = stored_hash(x, level, (unsigned)(index % TLOG_TILE_WIDTH));
        struct audit_level *l = &x->level[level];
        if (l->blamed || !stored || same(stored, &x->now[0][level]) || (x->split && same(stored, &x->now[1][level])))
            continue;
        l->blamed = true;
        find_tile(x, "tlog.audit_tile", level, l->n, tlog_tile_width(level, l->n, x->size));
    }
    return OK;
}

/* ---- who was changed ------------------------------------------------------ */

static void blame_tiles(struct audit_tree *x) {
    uint64_t last = UINT64_MAX;
    for (size_t i = 0; i < x->named; i++) {
        uint64_t n = (uint64_t)x->mismatch[i].index / TLOG_TILE_WIDTH;
        if (n != last)
            find_tile(x, "tlog.audit_tile", 0, n, tlog_tile_width(0, n, x->size));
        last = n;
    }
}

static void blame_entries(struct audit_tree *x, const char *code) {
    for (size_t i = 0; i < x->named; i++)
        AUDIT_FIND(x->audit, code, DIAG_N("index", x->mismatch[i].index), DIAG_N("id", x->mismatch[i].id),
            DIAG_S("tree", name(x)));
}

/* Is the witness for the entries, or for the tiles?  false: for neither. */
static bool decide(struct audit_tree *x, bool entries, bool tiles) {
    if (entries) {
        blame_tiles(x);
    } else if (x->split && tiles) {
        blame_entries(x, "tlog.audit_entry_changed");
        x->e = x->t;
    } else {
        return false;
    }
    x->split = false;
    x->named = 0;
    return true;
}

static enum status check_head(struct audit_tree *x, struct diag *d) {
    struct hash root;
    enum status s = audit_head(x->audit, x->kind, x->head, &root, d);
    if (s != OK)
        return s;
    struct hash e = tlog_frontier_root(&x->e);
    struct hash t = x->split ? tlog_frontier_root(&x->t) : e;
    bool good = decide(x, hash_eq(&root, &e), hash_eq(&root, &t));
    if (!good && !x->head_failed)
        AUDIT_FIND(x->audit, "tlog.audit_root", DIAG_N("size", x->head), DIAG_S("tree", name(x)));
    x->head_failed = !good;
    return next_head(x, x->head, d);
}

enum status audit_tree_push(struct audit_tree *x, int64_t id, const struct span *entry, struct diag *d) {
    uint64_t index = x->e.size;
    enum status s = load_level(x, 0, index / TLOG_TILE_WIDTH, d);
    if (s != OK)
        return s;
    const uint8_t *stored = stored_hash(x, 0, (unsigned)(index % TLOG_TILE_WIDTH));
    struct hash leaf = {{0}}, stored_leaf;
    if (entry)
        leaf = tlog_leaf_hash(x->kind, *entry);
    else if (stored)
        memcpy(leaf.byte, stored, HASH_BYTES);
    stored_leaf = leaf;
    if (stored && !same(stored, &leaf)) {
        memcpy(stored_leaf.byte, stored, HASH_BYTES);
        mismatch(x, (int64_t)index, id);
    }
    x->completed = 0;
    tlog_frontier_push(&x->e, leaf, note_e, x);
    if (x->split)
        tlog_frontier_push(&x->t, stored_leaf, note_t, x);
    s = check_upper(x, d);
    if (s == OK && (int64_t)x->e.size == x->head)
        s = check_head(x, d);
    return s;
}

/* ---- the end -------------------------------------------------------------- */

static void check_frontier(struct audit_tree *x, struct span frontier) {
    uint8_t e[TLOG_FRONTIER_BYTES_MAX], t[TLOG_FRONTIER_BYTES_MAX];
    size_t n = tlog_frontier_save(&x->e, e);
    size_t m = x->split ? tlog_frontier_save(&x->t, t) : 0;
    if (decide(x, span_eq(frontier, span_bytes(e, n)), m > 0 && span_eq(frontier, span_bytes(t, m))))
        return;
    AUDIT_FIND(x->audit, "tlog.audit_frontier", DIAG_S("tree", name(x)));
    blame_entries(x, "tlog.audit_entry");
}

static enum status find_extra_tiles(struct audit_tree *x, struct diag *d) {
    enum status s = OK;
    for (int level = 0; s == OK && level < TLOG_LEVELS; level++) {
        AUTO(rows) struct rows *r = NULL;
        bool row = false;
        uint64_t hashes = x->size >> (level * TLOG_TILE_HEIGHT);
        s = sql_query(x->audit->txn, &r, d,
            "SELECT n FROM log_tile WHERE tree = ? AND level = ? AND n >= ? ORDER BY n LIMIT 100", SQL_S(name(x)),
            SQL_I(level), SQL_I((hashes + TLOG_TILE_WIDTH - 1) / TLOG_TILE_WIDTH));
        while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
            find_tile(x, "tlog.audit_tile_extra", level, (uint64_t)rows_int(r, 0), TLOG_TILE_WIDTH);
    }
    return s;
}

enum status audit_tree_end(struct audit_tree *x, struct span frontier, struct diag *d) {
    check_frontier(x, frontier);
    enum status s = find_extra_tiles(x, d);
    while (s == OK && x->head != INT64_MAX) {
        AUDIT_FIND(x->audit, "tlog.audit_shrunk", DIAG_N("size", x->head), DIAG_S("tree", name(x)),
            DIAG_N("found", x->e.size));
        s = next_head(x, x->head, d);
    }
    return s;
}
