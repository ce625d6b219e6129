#include "tlog/audit_internal.h"
#include "tlog/doubt_internal.h"

#include <inttypes.h>

enum { ROWS_AT_ONCE = 4096 }; /* PostgreSQL hands a result over whole */

void audit_report(struct audit *a, const struct diag *d) {
    a->result.findings++;
    if (a->finding)
        a->finding(a->arg, d);
}

/* ---- heads --------------------------------------------------------------- */

static void head_wrong(struct audit *a, enum hash_kind tree, int64_t size, const char *reason) {
    AUDIT_FIND(a, "tlog.audit_head", DIAG_N("size", size), DIAG_S("tree", tlog_tree_name(tree)),
        DIAG_S("reason", reason));
}

static void signature_wrong(struct audit *a, enum hash_kind tree, int64_t size, const char *key) {
    AUDIT_FIND(a, "tlog.audit_signature", DIAG_N("size", size), DIAG_S("tree", tlog_tree_name(tree)),
        DIAG_S("key", key));
}

/* Signed by one of the log's keys of this tree, under the origin in the text. */
static void check_signature(struct audit *a, enum hash_kind tree, int64_t size, const struct tlog_note *note,
    struct span origin) {
    enum tlog_key_type type = tree == HASH_SM3 ? TLOG_KEY_SM2 : TLOG_KEY_ED25519;
    for (size_t i = 0; i < a->keys; i++)
        if (a->key[i].type == type && span_is(origin, a->key[i].name) &&
            tlog_note_check(note, &a->key[i], NULL, NULL) == OK)
            return;
    char name[TLOG_NAME_MAX + 1] = "";
    if (origin.size <= TLOG_NAME_MAX)
        memcpy(name, origin.at, origin.size);
    signature_wrong(a, tree, size, name);
}

static enum status check_cosignatures(struct audit *a, enum hash_kind tree, int64_t size, struct span text,
    struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(a->txn, &r, d, "SELECT vkey, time_s, line FROM log_cosignature WHERE tree = ? AND size = ?",
        SQL_S(tlog_tree_name(tree)), SQL_I(size));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct tlog_vkey key;
        struct tlog_note note;
        uint64_t time = 0;
        BUF_AUTO b;
        buf_init(&b, TLOG_NOTE_BYTES_MAX);
        buf_add(&b, text);
        buf_addc(&b, '\n');
        buf_add(&b, rows_text(r, 2));
        a->result.cosignatures++;
        if (tlog_vkey_parse(rows_text(r, 0), &key, NULL) != OK)
            head_wrong(a, tree, size, "cosignature.vkey");
        else if (tlog_note_parse(a->arena, buf_span(&b), &note, NULL) != OK || note.count != 1 ||
                 tlog_note_check(&note, &key, &time, NULL) != OK || (int64_t)time != rows_int(r, 1))
            signature_wrong(a, tree, size, key.name);
    }
    return s;
}

enum status audit_head(struct audit *a, enum hash_kind tree, int64_t size, struct hash *ret_root, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(a->txn, &r, d, "SELECT root, note FROM log_head WHERE tree = ? AND size = ?",
        SQL_S(tlog_tree_name(tree)), SQL_I(size));
    if (s != OK)
        return s;
    struct span root = rows_blob(r, 0), text = rows_text(r, 1);
    struct tlog_note note;
    struct tlog_checkpoint c;
    a->result.heads++;
    memset(ret_root, 0, sizeof *ret_root);
    text = (struct span){arena_dup(a->arena, text), text.size};
    if (!text.at)
        return arena_full(d);
    bool root_fits = root.size == HASH_BYTES;
    if (root_fits)
        memcpy(ret_root->byte, root.at, HASH_BYTES);
    if (tlog_note_parse(a->arena, text, &note, NULL) != OK || tlog_checkpoint_parse(note.text, &c, NULL) != OK) {
        head_wrong(a, tree, size, "note");
        return OK;
    }
    if ((int64_t)c.size != size)
        head_wrong(a, tree, size, "size");
    if (!root_fits || !hash_eq(&c.root, ret_root))
        head_wrong(a, tree, size, "root");
    *ret_root = c.root; /* what was signed counts */
    check_signature(a, tree, size, &note, c.origin);
    rows_free(TAKE(r));
    return check_cosignatures(a, tree, size, note.text, d);
}

/* ---- entries ------------------------------------------------------------- */

static void check_row(struct audit *a, int64_t index, int64_t id, struct span kind, int64_t district,
    struct span bytes) {
    struct tlog_entry e;
    if (tlog_entry_read(a->arena, bytes, &e, NULL) != OK) {
        AUDIT_FIND(a, "tlog.audit_format", DIAG_N("index", index), DIAG_N("id", id));
        return;
    }
    if (!span_is(kind, e.kind))
        AUDIT_FIND(a, "tlog.audit_columns", DIAG_N("index", index), DIAG_N("id", id), DIAG_S("column", "kind"));
    if (district != e.district)
        AUDIT_FIND(a, "tlog.audit_columns", DIAG_N("index", index), DIAG_N("id", id), DIAG_S("column", "district"));
}

static enum status push_both(struct audit_tree *tree, int64_t id, const struct span *entry, struct diag *d) {
    enum status s = audit_tree_push(&tree[0], id, entry, d);
    return s == OK ? audit_tree_push(&tree[1], id, entry, d) : s;
}

/* Stored leaves stand in for rows that are gone. */
static enum status push_missing(struct audit_tree *tree, uint64_t until, struct diag *d) {
    enum status s = OK;
    while (s == OK && tree[0].e.size < until) {
        s = push_both(tree, 0, NULL, d);
        if (tree[0].e.size % TLOG_TILE_WIDTH == 0)
            arena_reset(tree[0].audit->arena);
    }
    return s;
}

static enum status one_entry(struct audit *a, struct audit_tree *tree, struct rows *r, struct diag *d) {
    uint64_t want = tree[0].e.size, index = (uint64_t)rows_int(r, 0);
    enum status s = OK;
    if (index != want) {
        AUDIT_FIND(a, "tlog.audit_gap", DIAG_N("want", want), DIAG_N("found", index));
        s = push_missing(tree, index < tree[0].size ? index : tree[0].size, d);
    }
    if (s != OK || tree[0].e.size != index)
        return s;
    struct span bytes = rows_blob(r, 4);
    check_row(a, (int64_t)index, rows_int(r, 1), rows_text(r, 2), rows_int(r, 3), bytes);
    a->result.entries++;
    return push_both(tree, rows_int(r, 1), &bytes, d);
}

static enum status all_entries(struct audit *a, struct audit_tree *tree, struct diag *d) {
    enum status s = OK;
    for (bool row = true; s == OK && row && tree[0].e.size < tree[0].size;) {
        AUTO(rows) struct rows *r = NULL;
        s = sql_query(a->txn, &r, d,
            "SELECT idx, id, kind, district, bytes FROM log_entry WHERE idx >= ? AND idx < ? ORDER BY idx LIMIT ?",
            SQL_I(tree[0].e.size), SQL_I(tree[0].size), SQL_I(ROWS_AT_ONCE));
        uint64_t before = tree[0].e.size;
        while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
            s = one_entry(a, tree, r, d);
            if (tree[0].e.size % TLOG_TILE_WIDTH == 0)
                arena_reset(a->arena);
        }
        row = tree[0].e.size > before;
    }
    if (s == OK && tree[0].e.size < tree[0].size) {
        AUDIT_FIND(a, "tlog.audit_missing", DIAG_N("want", tree[0].size), DIAG_N("found", tree[0].e.size));
        s = push_missing(tree, tree[0].size, d);
    }
    return s;
}

/* ---- the whole ------------------------------------------------------------ */

static enum status check_counts(struct audit *a, const struct tlog_tree_row *row, struct diag *d) {
    int64_t beyond = 0;
    enum status s = sql_int(a->txn, &beyond, 0, d, "SELECT count(*) FROM log_entry WHERE idx >= ?",
        SQL_I(row[0].size));
    if (s != OK)
        return s;
    if (row[0].size != row[1].size)
        AUDIT_FIND(a, "tlog.audit_tree", DIAG_S("tree", "sm3"), DIAG_N("found", row[1].size),
            DIAG_N("want", row[0].size));
    if (beyond > 0)
        AUDIT_FIND(a, "tlog.audit_tree", DIAG_S("tree", "sha256"), DIAG_N("found", row[0].size),
            DIAG_N("want", row[0].size + beyond));
    return OK;
}

/* Every head that was signed is still there; and where the log has its name, there is one. */
static enum status check_heads(struct audit *a, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(a->txn, &r, d, "SELECT t.tree, COALESCE(t.heads, 0), (SELECT count(*) FROM log_head h WHERE h.tree = t.tree) FROM log_tree t WHERE t.heads IS NOT NULL ORDER BY t.tree");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        if (rows_int(r, 1) != rows_int(r, 2))
            AUDIT_FIND(a, "tlog.audit_heads", DIAG_SPAN("tree", rows_text(r, 0)), DIAG_N("want", rows_int(r, 1)), DIAG_N("found", rows_int(r, 2)));
    return s;
}

static enum status check_pending(struct audit *a, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(a->txn, &r, d,
        "SELECT p.id FROM log_pending p JOIN log_entry e ON e.id = p.id ORDER BY p.id LIMIT 100");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        AUDIT_FIND(a, "tlog.audit_pending", DIAG_N("id", rows_int(r, 0)));
    return s;
}

/* The keys of the store itself, those of former names too, when the caller brought none. */
static enum status take_keys(struct audit *a, const struct tlog_tree_row *row, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    int64_t restarts, former;
    bool more = false;
    if (a->keys > 0)
        return OK;
    enum status s = tlog_former_get(a->txn, &restarts, &former, d);
    if (s != OK)
        return s;
    struct tlog_vkey *key = ARENA_ARRAY(txn_arena(a->txn), TLOG_TREES * (1 + (size_t)restarts), struct tlog_vkey);
    if (!key)
        return arena_full(d);
    s = sql_query(a->txn, &r, d, "SELECT vkey, vkey_sm3 FROM log_former");
    while (s == OK && (s = rows_next(r, &more, d)) == OK && more)
        for (int tree = 0; tree < TLOG_TREES; tree++)
            if (tlog_vkey_parse(rows_text(r, tree), &key[a->keys], NULL) == OK)
                a->keys++;
    if (s != OK)
        return s;
    for (int tree = 0; tree < TLOG_TREES; tree++)
        if (row[tree].vkey && tlog_vkey_parse(span_of(row[tree].vkey), &key[a->keys], NULL) == OK)
            a->keys++;
    a->key = key;
    return OK;
}

/* The name under which heads are signed is that of the key. */
static void check_name(struct audit *a, const struct tlog_tree_row *row) {
    struct tlog_vkey key;
    for (int tree = 0; tree < TLOG_TREES; tree++) {
        bool known = row[tree].vkey && tlog_vkey_parse(span_of(row[tree].vkey), &key, NULL) == OK;
        if (row[tree].origin ? !known || strcmp(key.name, row[tree].origin) != 0 : row[tree].vkey != NULL)
            AUDIT_FIND(a, "tlog.audit_name", DIAG_S("tree", tlog_tree_name((enum hash_kind)tree)), DIAG_S("origin", row[tree].origin ? row[tree].origin : ""));
    }
}

static void report_doubt(void *arg, const struct diag *d) { audit_report(arg, d); }

static enum status run(struct txn *t, void *arg, struct diag *d) {
    const struct audit *asked = arg;
    struct audit a = *asked;
    struct tlog_tree_row row[TLOG_TREES];
    struct audit_tree *tree = arena_array(txn_arena(t), TLOG_TREES, sizeof *tree);
    AUTO(arena) struct arena *scratch = arena_new(64 << 20);
    if (!tree || !scratch)
        return arena_full(d);
    a.txn = t;
    a.arena = scratch;
    memset(&a.result, 0, sizeof a.result); /* the closure may run again */
    enum status s = OK;
    for (int i = 0; s == OK && i < TLOG_TREES; i++)
        s = tlog_tree_load(t, (enum hash_kind)i, txn_arena(t), &row[i], d);
    if (s == OK)
        check_name(&a, row);
    if (s == OK)
        s = take_keys(&a, row, d);
    if (s == OK)
        s = check_counts(&a, row, d);
    for (int i = 0; s == OK && i < TLOG_TREES; i++)
        s = audit_tree_start(&tree[i], &a, (enum hash_kind)i, (uint64_t)row[0].size, d);
    if (s == OK)
        s = all_entries(&a, tree, d);
    for (int i = 0; s == OK && i < TLOG_TREES; i++)
        s = audit_tree_end(&tree[i], row[i].frontier, d);
    if (s == OK)
        s = check_heads(&a, d);
    if (s == OK)
        s = check_pending(&a, d);
    if (s == OK)
        s = tlog_doubt_each(t, report_doubt, &a, d);
    ((struct audit *)arg)->result = a.result;
    return s;
}

enum status tlog_verify_store(struct store *s, const struct tlog_vkey *key, size_t keys, tlog_finding_fn finding,
    void *arg, struct tlog_audit *ret, struct diag *d) {
    struct audit a = {.key = key, .keys = keys, .finding = finding, .arg = arg};
    enum status status = store_read(s, run, &a, d);
    if (status == OK)
        *ret = a.result;
    return status;
}
