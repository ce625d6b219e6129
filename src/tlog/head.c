/* Checkpoints of both trees, and witnesses' cosignatures on them. */
#include "tlog/doubt_internal.h"

#include <stdio.h>

struct signer {
    const struct sign_key *key;
    struct tlog_vkey vkey;
    char text[TLOG_VKEY_MAX];
};
struct make {
    const struct tlog_keys *keys;
    struct signer signer[TLOG_TREES];
    bool made;
};

/* After a restart the log has a name of its own: the same keys, another log. */
static enum status signers(struct txn *t, struct make *m, struct diag *d) {
    const struct tlog_keys *k = m->keys;
    assert(sign_key_kind(k->ed25519) == SIGN_ED25519 && sign_key_kind(k->sm2) == SIGN_SM2);
    char name[TLOG_NAME_MAX + 32], twin[TLOG_NAME_MAX + 40];
    int64_t restarts, former;
    enum status s = tlog_former_get(t, &restarts, &former, d);
    if (s != OK)
        return s;
    int n = snprintf(name, sizeof name, "%s", k->origin);
    if (restarts && n > 0 && n <= TLOG_NAME_MAX)
        n += snprintf(name + n, sizeof name - (size_t)n, "/r%lld", (long long)restarts);
    if (n < 0 || (size_t)n + strlen(TLOG_SM3_SUFFIX) > TLOG_NAME_MAX)
        return diag_fail(d, E_USAGE, "tlog.key_name", DIAG_S("name", k->origin));
    snprintf(twin, sizeof twin, "%s" TLOG_SM3_SUFFIX, name);
    m->signer[HASH_SHA256].key = k->ed25519;
    m->signer[HASH_SM3].key = k->sm2;
    s = tlog_vkey_of(name, k->ed25519, false, &m->signer[HASH_SHA256].vkey, d);
    if (s == OK)
        s = tlog_vkey_of(twin, k->sm2, false, &m->signer[HASH_SM3].vkey, d);
    for (int tree = 0; s == OK && tree < TLOG_TREES; tree++)
        tlog_vkey_text(&m->signer[tree].vkey, m->signer[tree].text);
    return s;
}

/* ---- making ------------------------------------------------------------ */

/* The first checkpoint fixes origin and key. */
static enum status pin(struct txn *t, enum hash_kind tree, const struct tlog_tree_row *row, const struct signer *by,
    struct diag *d) {
    if (!row->origin)
        return sql_exec(t, d, "UPDATE log_tree SET origin = ?, vkey = ? WHERE tree = ?", SQL_S(by->vkey.name),
            SQL_S(by->text), SQL_S(tlog_tree_name(tree)));
    if (strcmp(row->origin, by->vkey.name) != 0 || !row->vkey || strcmp(row->vkey, by->text) != 0)
        return diag_fail(d, E_CONFLICT, "tlog.origin", DIAG_S("origin", row->origin));
    return OK;
}

struct last { uint64_t size; struct hash root; }; /* size 0: no head yet */

static enum status last_head(struct txn *t, enum hash_kind tree, struct last *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    *ret = (struct last){0};
    enum status s = sql_query(t, &r, d, "SELECT size, root FROM log_head WHERE tree = ? ORDER BY size DESC LIMIT 1",
        SQL_S(tlog_tree_name(tree)));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s != OK || !row)
        return s;
    struct span root = rows_blob(r, 1);
    ret->size = (uint64_t)rows_int(r, 0);
    /* A root of another length equals none: the fork check below says so. */
    if (root.size == HASH_BYTES)
        memcpy(ret->root.byte, root.at, HASH_BYTES);
    return OK;
}

/* The tiles must give the frontier's root now and the signed root then: both
 * from the same hashes, so the signed tree is a prefix of this one. */
static enum status check_prefix(struct txn *t, enum hash_kind tree, const struct tlog_frontier *f,
    const struct last *last, struct hash *ret_root, struct diag *d) {
    struct tlog_reader r;
    struct hash root, old;
    if (f->size < last->size)
        return diag_fail(d, E_CORRUPT, "tlog.fork", DIAG_S("tree", tlog_tree_name(tree)), DIAG_N("size", last->size));
    enum status s = tlog_reader_new(t, tree, txn_arena(t), &r, d);
    if (s == OK)
        s = tlog_root(&r, tree, f->size, &root, d);
    if (s == OK)
        s = tlog_root(&r, tree, last->size, &old, d);
    if (s != OK)
        return s;
    *ret_root = tlog_frontier_root(f);
    if (!hash_eq(&root, ret_root))
        return diag_fail(d, E_CORRUPT, "tlog.frontier_root", DIAG_S("tree", tlog_tree_name(tree)),
            DIAG_N("size", f->size));
    if (last->size > 0 && !hash_eq(&old, &last->root))
        return diag_fail(d, E_CORRUPT, "tlog.fork", DIAG_S("tree", tlog_tree_name(tree)), DIAG_N("size", last->size));
    return OK;
}

static enum status sign_head(struct txn *t, enum hash_kind tree, uint64_t size, const struct hash *root,
    const struct signer *by, struct diag *d) {
    BUF_AUTO text;
    BUF_AUTO note;
    buf_init(&text, 4096);
    buf_init(&note, 4096);
    struct tlog_checkpoint c = {span_of(by->vkey.name), size, *root};
    tlog_checkpoint_text(&text, &c);
    buf_add(&note, buf_span(&text));
    buf_addc(&note, '\n');
    enum status s = tlog_note_sign(&note, buf_span(&text), &by->vkey, by->key, 0, d);
    if (s != OK)
        return s;
    s = sql_exec(t, d, "INSERT INTO log_head (tree, size, root, signed_at, note) VALUES (?, ?, ?, ?, ?)",
        SQL_S(tlog_tree_name(tree)), SQL_I(size), SQL_B(span_bytes(root->byte, HASH_BYTES)), SQL_I(txn_now(t)),
        SQL_T(buf_span(&note)));
    if (s == OK) /* of a store from before: all that there are */
        s = sql_exec(t, d, "UPDATE log_tree SET heads = COALESCE(heads + 1, (SELECT count(*) FROM log_head h WHERE h.tree = log_tree.tree)) WHERE tree = ?", SQL_S(tlog_tree_name(tree)));
    return s;
}

static enum status make_one(struct txn *t, enum hash_kind tree, struct make *m, struct diag *d) {
    struct tlog_tree_row row;
    struct tlog_frontier f;
    struct last last;
    struct hash root;
    enum status s = tlog_tree_load(t, tree, txn_arena(t), &row, d);
    if (s == OK)
        s = tlog_frontier_load(&f, tree, (uint64_t)row.size, row.frontier, d);
    if (s == OK)
        s = last_head(t, tree, &last, d);
    if (s != OK || (row.size == 0 && last.size == 0))
        return s;
    s = pin(t, tree, &row, &m->signer[tree], d);
    if (s != OK || f.size == last.size)
        return s;
    s = check_prefix(t, tree, &f, &last, &root, d);
    if (s != OK)
        return s;
    /* Two that sign at once: see lock_log in sequence.c. */
    s = sql_exec(t, d, "UPDATE log_tree SET size = size WHERE tree = ?", SQL_S(tlog_tree_name(tree)));
    if (s != OK)
        return s;
    m->made = true;
    return sign_head(t, tree, f.size, &root, &m->signer[tree], d);
}

static enum status make(struct txn *t, void *arg, struct diag *d) {
    struct make *m = arg;
    m->made = false;
    enum status s = tlog_doubt_check(t, d);
    if (s == OK)
        s = signers(t, m, d);
    if (s == OK)
        s = make_one(t, HASH_SHA256, m, d);
    return s == OK ? make_one(t, HASH_SM3, m, d) : s;
}

enum status tlog_checkpoint_make(struct store *s, const struct tlog_keys *k, bool *ret_new, struct diag *d) {
    struct make m = {.keys = k};
    enum status status = store_write(s, make, &m, d);
    if (status == OK && ret_new)
        *ret_new = m.made;
    return status;
}

/* ---- cosignatures ------------------------------------------------------- */

struct cosign {
    enum hash_kind tree;
    uint64_t size;
    const struct tlog_vkey *witness;
    struct span line;
};

/* The head's text with the witness's line alone: nothing else may ride along. */
static enum status check_line(struct txn *t, const struct cosign *c, struct span note, uint64_t *ret_time,
    struct diag *d) {
    struct arena *a = txn_arena(t);
    struct tlog_note n;
    BUF_AUTO b;
    buf_init(&b, TLOG_NOTE_BYTES_MAX);
    enum status s = tlog_note_parse(a, note, &n, d);
    if (s != OK)
        return s;
    buf_add(&b, n.text);
    buf_addc(&b, '\n');
    buf_add(&b, c->line);
    if (!buf_ok(&b))
        return diag_fail(d, E_LIMIT, "tlog.note_size", DIAG_N("limit", TLOG_NOTE_BYTES_MAX));
    struct tlog_note alone;
    s = tlog_note_parse(a, buf_span(&b), &alone, d);
    if (s == OK && (alone.count != 1 || !span_eq(alone.text, n.text)))
        s = diag_fail(d, E_INPUT, "tlog.note_signature_line");
    return s == OK ? tlog_note_check(&alone, c->witness, ret_time, d) : s;
}

static enum status add_cosignature(struct txn *t, void *arg, struct diag *d) {
    const struct cosign *c = arg;
    AUTO(rows) struct rows *r = NULL;
    char vkey[TLOG_VKEY_MAX];
    uint64_t time = 0;
    bool row = false;
    tlog_vkey_text(c->witness, vkey);
    enum status s = sql_query(t, &r, d, "SELECT note FROM log_head WHERE tree = ? AND size = ?",
        SQL_S(tlog_tree_name(c->tree)), SQL_I(c->size));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s == OK && !row)
        s = diag_fail(d, E_NOT_FOUND, "tlog.head");
    if (s == OK)
        s = check_line(t, c, rows_text(r, 0), &time, d);
    if (s != OK)
        return s;
    /* A witness may sign again later; the newest stays. */
    return sql_exec(t, d,
        "INSERT INTO log_cosignature (tree, size, vkey, time_s, line) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (tree, size, vkey) DO UPDATE SET time_s = excluded.time_s, line = excluded.line"
        " WHERE excluded.time_s > log_cosignature.time_s",
        SQL_S(tlog_tree_name(c->tree)), SQL_I(c->size), SQL_S(vkey), SQL_I(time), SQL_T(c->line));
}

enum status tlog_cosignature_add_in(struct txn *t, enum hash_kind tree, uint64_t size, const struct tlog_vkey *witness,
    struct span line, struct diag *d) {
    struct cosign c = {tree, size, witness, line};
    return add_cosignature(t, &c, d);
}

enum status tlog_cosignature_add(struct store *s, enum hash_kind tree, uint64_t size, const struct tlog_vkey *witness,
    struct span line, struct diag *d) {
    assert(witness->type == TLOG_KEY_COSIGNATURE);
    struct cosign c = {tree, size, witness, line};
    return store_write(s, add_cosignature, &c, d);
}
