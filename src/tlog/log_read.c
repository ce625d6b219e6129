#include "tlog/log_internal.h"

#include "base/map.h"
#include "tlog/cosign.h"

/* ---- entries ------------------------------------------------------------ */

static enum status entry_from(struct rows *r, struct arena *a, struct tlog_stored *ret, struct diag *d) {
    struct span bytes = rows_blob(r, 4);
    *ret = (struct tlog_stored){
        .index = rows_int(r, 0), .id = rows_int(r, 1), .district = rows_int(r, 3),
        .kind = rows_dup(r, 2, a),
        .bytes = {arena_dup(a, bytes), bytes.size},
    };
    return ret->kind && ret->bytes.at ? OK : arena_full(d);
}

enum status tlog_entry_get(struct txn *t, int64_t entry_id, struct arena *a, struct tlog_stored *ret,
    struct diag *d) {
    static const char *const sql[] = {
        "SELECT idx, id, kind, district, bytes FROM log_entry WHERE id = ?",
        "SELECT CAST(-1 AS BIGINT), id, kind, district, bytes FROM log_pending WHERE id = ?",
    };
    for (size_t i = 0; i < ARRAY_LEN(sql); i++) {
        AUTO(rows) struct rows *r = NULL;
        bool row = false;
        enum status s = sql_query(t, &r, d, sql[i], SQL_I(entry_id));
        if (s == OK)
            s = rows_next(r, &row, d);
        if (s == OK && row)
            return entry_from(r, a, ret, d);
        if (s != OK)
            return s;
    }
    return diag_fail(d, E_NOT_FOUND, "tlog.no_entry", DIAG_N("id", entry_id));
}

enum status tlog_bundle_load(struct txn *t, uint64_t first, unsigned count, struct buf *out, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    uint64_t at = first;
    enum status s = sql_query(t, &r, d, "SELECT idx, bytes FROM log_entry WHERE idx >= ? AND idx < ? ORDER BY idx",
        SQL_I(first), SQL_I(first + count));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        if ((uint64_t)rows_int(r, 0) != at)
            break;
        struct span entry = rows_blob(r, 1);
        if (entry.size > TLOG_ENTRY_BYTES_MAX)
            return diag_fail(d, E_CORRUPT, "tlog.entry_size", DIAG_N("bytes", entry.size),
                DIAG_N("limit", TLOG_ENTRY_BYTES_MAX));
        tlog_bundle_add(out, entry);
        at++;
    }
    if (s == OK && at != first + count)
        return diag_fail(d, E_CORRUPT, "tlog.audit_missing", DIAG_N("want", first + count), DIAG_N("found", at));
    return s == OK && !buf_ok(out) ? diag_fail(d, E_LIMIT, "base.memory") : s;
}

/* ---- heads -------------------------------------------------------------- */

static enum status add_cosignatures(struct txn *t, enum hash_kind tree, uint64_t size, struct buf *note,
    struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT line FROM log_cosignature WHERE tree = ? AND size = ? ORDER BY vkey",
        SQL_S(tlog_tree_name(tree)), SQL_I(size));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        buf_add(note, rows_text(r, 0));
    return s;
}

enum status tlog_head_get(struct txn *t, enum hash_kind tree, uint64_t below, struct arena *a, struct tlog_head *ret,
    struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d,
        "SELECT size, root, signed_at, note FROM log_head WHERE tree = ? AND size < ? ORDER BY size DESC LIMIT 1",
        SQL_S(tlog_tree_name(tree)), SQL_I(below ? below : INT64_MAX));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s != OK)
        return s;
    if (!row)
        return diag_fail(d, E_NOT_FOUND, "tlog.head");
    struct tlog_head h = {.size = (uint64_t)rows_int(r, 0), .at = rows_int(r, 2)};
    struct span root = rows_blob(r, 1);
    if (root.size != HASH_BYTES)
        return diag_fail(d, E_CORRUPT, "tlog.audit_head", DIAG_N("size", h.size),
            DIAG_S("tree", tlog_tree_name(tree)), DIAG_S("reason", "root"));
    memcpy(h.root.byte, root.at, HASH_BYTES);
    BUF_AUTO note;
    buf_init(&note, TLOG_NOTE_BYTES_MAX);
    buf_add(&note, rows_text(r, 3));
    s = add_cosignatures(t, tree, h.size, &note, d);
    if (s != OK)
        return s;
    h.note = (struct span){arena_dup(a, buf_span(&note)), note.size};
    if (!h.note.at || !buf_ok(&note))
        return arena_full(d);
    *ret = h;
    return OK;
}

enum status tlog_state_get(struct txn *t, struct tlog_state *ret, struct diag *d) {
    enum status s = sql_int(t, &ret->sequenced, 0, d, "SELECT size FROM log_tree WHERE tree = 'sha256'");
    if (s == OK)
        s = sql_int(t, &ret->pending, 0, d, "SELECT count(*) FROM log_pending");
    if (s == OK)
        s = sql_int(t, &ret->signed_size, 0, d, "SELECT max(size) FROM log_head WHERE tree = 'sha256'");
    return s;
}

enum status tlog_own_vkeys(struct txn *t, struct arena *a, struct span ret[TLOG_TREES], struct diag *d) {
    for (int tree = 0; tree < TLOG_TREES; tree++) {
        struct tlog_tree_row row;
        enum status s = tlog_tree_load(t, (enum hash_kind)tree, a, &row, d);
        if (s != OK)
            return s;
        if (!row.vkey)
            return diag_fail(d, E_NOT_FOUND, "tlog.head");
        ret[tree] = span_of(row.vkey);
    }
    return OK;
}

/* ---- tiles -------------------------------------------------------------- */

/* An entry that was changed in the store is found before it is handed out. */
static enum status check_bundle(struct txn *t, enum hash_kind tree, struct tlog_tile tile, struct span bundle,
    struct arena *a, struct diag *d) {
    struct span stored, entry;
    enum status s = tlog_tile_load(t, tree, 0, tile.index, a, &stored, d);
    if (s != OK)
        return s;
    if (stored.size < (size_t)tile.width * HASH_BYTES)
        return tlog_tile_fail(d, E_CORRUPT, "tlog.audit_tile_missing", tree,
            (struct tlog_tile){0, tile.index, tile.width});
    for (unsigned i = 0; tlog_bundle_next(&bundle, &entry); i++) {
        struct hash leaf = tlog_leaf_hash(tree, entry);
        if (memcmp(leaf.byte, stored.at + (size_t)i * HASH_BYTES, HASH_BYTES) != 0)
            return diag_fail(d, E_CORRUPT, "tlog.audit_bundle", DIAG_N("index", tile.index * TLOG_TILE_WIDTH + i),
                DIAG_S("tree", tlog_tree_name(tree)));
    }
    return OK;
}

enum status tlog_tile_get(struct txn *t, enum hash_kind tree, struct tlog_tile tile, struct arena *a,
    struct span *ret, struct diag *d) {
    /* Only what a checkpoint covers: an index is public when it is signed. */
    int64_t size = 0;
    enum status s = sql_int(t, &size, 0, d, "SELECT max(size) FROM log_head WHERE tree = ?",
        SQL_S(tlog_tree_name(tree)));
    if (s != OK)
        return s;
    if (tlog_tile_width(tile.level, tile.index, (uint64_t)size) < tile.width)
        return tlog_tile_fail(d, E_NOT_FOUND, "tlog.tile", tree, tile);
    if (tile.level == TLOG_TILE_ENTRIES) {
        BUF_AUTO b;
        buf_init(&b, 0);
        s = tlog_bundle_load(t, tile.index * TLOG_TILE_WIDTH, tile.width, &b, d);
        if (s == OK)
            s = check_bundle(t, tree, tile, buf_span(&b), a, d);
        if (s != OK)
            return s;
        *ret = (struct span){arena_dup(a, buf_span(&b)), b.size};
        return ret->at ? OK : arena_full(d);
    }
    struct span stored;
    s = tlog_tile_load(t, tree, tile.level, tile.index, a, &stored, d);
    if (s != OK)
        return s;
    if (stored.size < (size_t)tile.width * HASH_BYTES)
        return tlog_tile_fail(d, E_CORRUPT, "tlog.audit_tile_missing", tree, tile);
    *ret = (struct span){stored.at, (size_t)tile.width * HASH_BYTES};
    return OK;
}

/* ---- reader ------------------------------------------------------------- */

struct reader {
    struct txn *txn;
    enum hash_kind tree;
    struct arena *arena;
    struct map *tile; /* struct span, by level and number */
};

static enum status cached_tile(struct reader *r, int level, uint64_t n, struct span *ret, struct diag *d) {
    struct { uint64_t n, level; } key = {n, (uint64_t)level};
    struct span *hit = map_get(r->tile, span_bytes(&key, sizeof key));
    if (!hit) {
        hit = ARENA_NEW(r->arena, struct span);
        if (!hit)
            return arena_full(d);
        enum status s = tlog_tile_load(r->txn, r->tree, level, n, r->arena, hit, d);
        if (s != OK)
            return s;
        if (!map_put(r->tile, span_bytes(&key, sizeof key), hit))
            return arena_full(d);
    }
    *ret = *hit;
    return OK;
}

static enum status read_subtree(void *arg, unsigned height, uint64_t index, struct hash *ret, struct diag *d) {
    struct reader *r = arg;
    struct tlog_tile_place p = tlog_tile_place(height, index);
    struct span tile;
    enum status s = cached_tile(r, p.level, p.tile, &tile, d);
    if (s != OK)
        return s;
    unsigned width = (p.index + 1) << p.height;
    if (tile.size < (size_t)width * HASH_BYTES)
        return tlog_tile_fail(d, E_CORRUPT, "tlog.audit_tile_missing", r->tree,
            (struct tlog_tile){p.level, p.tile, width});
    *ret = tlog_tile_hash(r->tree, tile, p.height, p.index);
    return OK;
}

enum status tlog_reader_new(struct txn *t, enum hash_kind tree, struct arena *a, struct tlog_reader *ret,
    struct diag *d) {
    struct reader *r = ARENA_NEW(a, struct reader);
    if (!r)
        return arena_full(d);
    *r = (struct reader){t, tree, a, map_new(a, 0)};
    if (!r->tile)
        return arena_full(d);
    *ret = (struct tlog_reader){read_subtree, r};
    return OK;
}

/* ---- receipts ----------------------------------------------------------- */

/* The latest head that witnesses made final, when it has the entry: that
 * receipt convinces those who do not trust the log. */
static enum status receipt_head(struct txn *t, enum hash_kind tree, int64_t index, struct arena *a, struct tlog_head *ret, struct diag *d) {
    struct tlog_final final;
    enum status s = tlog_final_get(t, tree, &final, d);
    if (s != OK)
        return s;
    bool has = index >= 0 && final.size > (uint64_t)index;
    return tlog_head_get(t, tree, has ? final.size + 1 : 0, a, ret, d);
}

static enum status prove_half(struct txn *t, enum hash_kind tree, const struct tlog_stored *e, struct arena *a,
    struct tlog_inclusion *ret, uint64_t *ret_size, struct diag *d) {
    struct tlog_head head;
    struct tlog_reader r;
    enum status s = receipt_head(t, tree, e->index, a, &head, d);
    if (s == E_NOT_FOUND || (s == OK && (e->index < 0 || (uint64_t)e->index >= head.size)))
        return diag_fail(d, E_BUSY, "tlog.not_yet", DIAG_N("id", e->id));
    if (s == OK)
        s = tlog_reader_new(t, tree, a, &r, d);
    if (s == OK)
        s = tlog_prove_inclusion(&r, tree, (uint64_t)e->index, head.size, &ret->proof, d);
    if (s != OK)
        return s;
    /* What is handed out must verify: a damaged row is found here, not by the citizen. */
    struct hash leaf = tlog_leaf_hash(tree, e->bytes);
    if (!tlog_check_inclusion(tree, &leaf, (uint64_t)e->index, head.size, &ret->proof, &head.root))
        return diag_fail(d, E_CORRUPT, "tlog.audit_entry", DIAG_N("index", e->index), DIAG_N("id", e->id),
            DIAG_S("tree", tlog_tree_name(tree)));
    ret->index = (uint64_t)e->index;
    ret->checkpoint = head.note;
    *ret_size = head.size;
    return OK;
}

/* The log's keys, and of everybody whose line is under one of both heads: a receipt has no line that it cannot check. */
static enum status receipt_keys(struct txn *t, const uint64_t size[TLOG_TREES], struct arena *a, struct tlog_receipt *r, struct diag *d) {
    AUTO(rows) struct rows *rows = NULL;
    struct span *vkey = ARENA_ARRAY(a, TLOG_TREES + 2 * TLOG_NOTE_SIGNATURES_MAX, struct span);
    bool row = false;
    if (!vkey)
        return arena_full(d);
    enum status s = tlog_own_vkeys(t, a, vkey, d);
    if (s == OK)
        s = sql_query(t, &rows, d, "SELECT DISTINCT vkey FROM log_cosignature WHERE (tree = 'sha256' AND size = ?) OR (tree = 'sm3' AND size = ?) ORDER BY vkey",
            SQL_I(size[HASH_SHA256]), SQL_I(size[HASH_SM3]));
    size_t n = TLOG_TREES;
    while (s == OK && n < TLOG_TREES + 2 * TLOG_NOTE_SIGNATURES_MAX && (s = rows_next(rows, &row, d)) == OK && row) {
        vkey[n] = (struct span){rows_dup(rows, 0, a), rows_text(rows, 0).size};
        if (!vkey[n++].at)
            s = arena_full(d);
    }
    r->vkey = vkey;
    r->vkey_count = n;
    return s;
}

enum status tlog_prove(struct txn *t, int64_t entry_id, const struct tlog_opening *opening, size_t openings,
    struct arena *a, struct span *ret_receipt, struct diag *d) {
    struct tlog_stored e;
    uint64_t size[TLOG_TREES];
    struct tlog_receipt r = {.opening = opening, .opening_count = openings};
    enum status s = tlog_entry_get(t, entry_id, a, &e, d);
    if (s != OK)
        return s;
    r.entry = e.bytes;
    s = prove_half(t, HASH_SHA256, &e, a, &r.sha256, &size[HASH_SHA256], d);
    if (s == OK)
        s = prove_half(t, HASH_SM3, &e, a, &r.sm3, &size[HASH_SM3], d);
    if (s == OK)
        s = receipt_keys(t, size, a, &r, d);
    if (s == OK)
        s = tlog_receipt_name_openings(a, &r, d);
    if (s != OK)
        return s;
    BUF_AUTO b;
    buf_init(&b, 0);
    s = tlog_receipt_write(&r, &b, d);
    if (s != OK)
        return s;
    *ret_receipt = (struct span){arena_dup(a, buf_span(&b)), b.size};
    return ret_receipt->at ? OK : arena_full(d);
}
