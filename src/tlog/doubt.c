#include "tlog/doubt_internal.h"

#include <stdio.h>

/* ---- claims --------------------------------------------------------------- */

/* Which witnesses of the trust file claim something of this tree. */
static enum status claimants(struct txn *t, enum hash_kind tree, const struct tlog_trust_file *f, uint32_t *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    *ret = 0;
    enum status s = sql_query(t, &r, d, "SELECT vkey FROM log_doubt WHERE tree = ?", SQL_S(tlog_tree_name(tree)));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        for (size_t i = 0; i < f->witnesses; i++) {
            char vkey[TLOG_VKEY_MAX];
            tlog_vkey_text(&f->witness[i].vkey, vkey);
            if (span_is(rows_text(r, 0), vkey))
                *ret |= (uint32_t)1 << i;
        }
    return s;
}

static enum status weigh(struct txn *t, enum hash_kind tree, const struct tlog_trust_file *f, struct diag *d) {
    uint32_t bits;
    enum status s = claimants(t, tree, f, &bits, d);
    if (s != OK)
        return s;
    bool stops = bits && f->quorum >= 0 && !tlog_trust_met(f, ~bits);
    return sql_exec(t, d, "UPDATE log_doubt SET stops = ? WHERE tree = ? AND note = ''", SQL_I(stops), SQL_S(tlog_tree_name(tree)));
}

enum status doubt_claim(struct txn *t, enum hash_kind tree, const struct tlog_trust_file *f, const char *vkey, uint64_t size, uint64_t asked,
    struct diag *d) {
    int64_t n, former;
    enum status s = tlog_former_get(t, &n, &former, d);
    if (s != OK || (int64_t)asked <= former) /* an answer about the former name */
        return s;
    s = sql_exec(t, d,
        "INSERT INTO log_doubt (tree, vkey, size, note, stops, seen_at) VALUES (?, ?, ?, '', 0, ?)"
        " ON CONFLICT (tree, vkey) DO UPDATE SET size = excluded.size WHERE log_doubt.note = ''",
        SQL_S(tlog_tree_name(tree)), SQL_S(vkey), SQL_I(size), SQL_I(txn_now(t)));
    return s == OK ? weigh(t, tree, f, d) : s;
}

enum status doubt_withdraw(struct txn *t, enum hash_kind tree, const struct tlog_trust_file *f, const char *vkey, struct diag *d) {
    /* Weighed in any case: a claimant may have been taken out of the trust file since. */
    enum status s = sql_exec(t, d, "DELETE FROM log_doubt WHERE tree = ? AND vkey = ? AND note = ''", SQL_S(tlog_tree_name(tree)), SQL_S(vkey));
    return s == OK ? weigh(t, tree, f, d) : s;
}

struct unshown { enum hash_kind tree; char vkey[TLOG_VKEY_MAX]; int64_t n; };

static enum status unshown(struct txn *t, void *arg, struct diag *d) {
    struct unshown *x = arg;
    return sql_int(t, &x->n, 0, d, "SELECT count(*) FROM log_doubt WHERE tree = ? AND vkey = ? AND note = ''", SQL_S(tlog_tree_name(x->tree)), SQL_S(x->vkey));
}

enum status tlog_doubt_unshown(struct store *s, enum hash_kind tree, const struct tlog_vkey *witness, bool *ret, struct diag *d) {
    struct unshown x = {.tree = tree};
    tlog_vkey_text(witness, x.vkey);
    enum status st = store_read(s, unshown, &x, d);
    *ret = st == OK && x.n > 0;
    return st;
}

/* ---- what is shown ---------------------------------------------------------- */

/* Is that head one of this store's tree? */
static enum status contained(struct txn *t, enum hash_kind tree, const struct tlog_checkpoint *c, bool *ret, struct diag *d) {
    struct tlog_tree_row row;
    struct tlog_reader r;
    struct hash root;
    *ret = false;
    enum status s = tlog_tree_load(t, tree, txn_arena(t), &row, d);
    if (s != OK || c->size > (uint64_t)row.size)
        return s;
    s = tlog_reader_new(t, tree, txn_arena(t), &r, d);
    if (s == OK)
        s = tlog_root(&r, tree, c->size, &root, d);
    *ret = s == OK && hash_eq(&root, &c->root);
    return s;
}

struct show { enum hash_kind tree; char vkey[TLOG_VKEY_MAX]; struct span note; };

static enum status show(struct txn *t, void *arg, struct diag *d) {
    const struct show *x = arg;
    struct tlog_tree_row row;
    struct tlog_note note;
    struct tlog_checkpoint c;
    struct tlog_vkey own;
    bool here = false;
    enum status s = tlog_tree_load(t, x->tree, txn_arena(t), &row, d);
    if (s != OK || !row.origin || !row.vkey || tlog_vkey_parse(span_of(row.vkey), &own, NULL) != OK)
        return s;
    if (tlog_note_parse(txn_arena(t), x->note, &note, NULL) != OK || tlog_checkpoint_parse(note.text, &c, NULL) != OK ||
        !span_is(c.origin, row.origin) || tlog_note_check(&note, &own, NULL, NULL) != OK)
        return OK; /* the log did not sign it */
    s = contained(t, x->tree, &c, &here, d);
    if (s != OK || here)
        return s;
    return sql_exec(t, d,
        "INSERT INTO log_doubt (tree, vkey, size, note, stops, seen_at) VALUES (?, ?, ?, ?, 1, ?)"
        " ON CONFLICT (tree, vkey) DO UPDATE SET size = excluded.size, note = excluded.note, stops = 1",
        SQL_S(tlog_tree_name(x->tree)), SQL_S(x->vkey), SQL_I(c.size), SQL_T(x->note), SQL_I(txn_now(t)));
}

enum status tlog_doubt_show(struct store *s, enum hash_kind tree, const struct tlog_vkey *witness, struct span note, struct diag *d) {
    struct show x = {.tree = tree, .note = note};
    tlog_vkey_text(witness, x.vkey);
    return store_write(s, show, &x, d);
}

/* ---- looking ------------------------------------------------------------------ */

/* What was shown and has come back (the newer copy was put in place) is no doubt any more. */
static enum status standing(struct txn *t, struct rows *r, bool *ret, struct diag *d) {
    struct span text = rows_text(r, 3);
    struct tlog_note note;
    struct tlog_checkpoint c;
    bool here = false;
    enum hash_kind tree = span_is(rows_text(r, 0), "sm3") ? HASH_SM3 : HASH_SHA256;
    *ret = true;
    if (text.size == 0)
        return OK;
    text = (struct span){arena_dup(txn_arena(t), text), text.size};
    if (!text.at)
        return arena_full(d);
    if (tlog_note_parse(txn_arena(t), text, &note, NULL) != OK || tlog_checkpoint_parse(note.text, &c, NULL) != OK)
        return OK;
    enum status s = contained(t, tree, &c, &here, d);
    *ret = !here;
    return s;
}

static void say(const struct rows *r, struct diag *d) {
    struct tlog_vkey k;
    const char *code = rows_text(r, 3).size ? "tlog.doubt_shown" : rows_int(r, 4) ? "tlog.doubt_claimed" : "tlog.doubt_noted";
    bool known = tlog_vkey_parse(rows_text(r, 1), &k, NULL) == OK;
    (void)!diag_fail(d, E_CORRUPT, code, DIAG_S("witness", known ? k.name : "?"), DIAG_SPAN("tree", rows_text(r, 0)), DIAG_N("size", rows_int(r, 2)));
}

static const char DOUBTS[] = "SELECT tree, vkey, size, note, stops FROM log_doubt ORDER BY stops DESC, tree, seen_at, vkey";

enum status tlog_doubt_check(struct txn *t, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false, stands = false;
    enum status s = sql_query(t, &r, d, DOUBTS);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row && rows_int(r, 4)) {
        s = standing(t, r, &stands, d);
        if (s == OK && stands) {
            say(r, d);
            return E_CORRUPT;
        }
    }
    return s;
}

enum status tlog_doubt_each(struct txn *t, void (*finding)(void *arg, const struct diag *d), void *arg, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false, stands = false;
    enum status s = sql_query(t, &r, d, DOUBTS);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct diag found = {0};
        s = standing(t, r, &stands, d);
        if (s != OK || !stands)
            continue;
        say(r, &found);
        finding(arg, &found);
    }
    return s;
}

/* ---- the way out ---------------------------------------------------------------- */

enum status tlog_former_get(struct txn *t, int64_t *ret_count, int64_t *ret_size, struct diag *d) {
    enum status s = sql_int(t, ret_count, 0, d, "SELECT count(*) FROM log_former");
    return s == OK ? sql_int(t, ret_size, 0, d, "SELECT max(size) FROM log_former") : s;
}

enum status tlog_restart_in(struct txn *t, struct tlog_restarted *ret, struct diag *d) {
    struct span own[TLOG_TREES];
    int64_t former = 0;
    enum status s = tlog_own_vkeys(t, txn_arena(t), own, d);
    if (s == OK)
        s = tlog_former_get(t, &ret->n, &former, d);
    if (s == OK)
        s = sql_int(t, &ret->size, 0, d, "SELECT max(size) FROM log_head");
    if (s != OK)
        return s;
    ret->n++;
    s = sql_exec(t, d, "INSERT INTO log_former (n, size, vkey, vkey_sm3, ended_at) VALUES (?, ?, ?, ?, ?)", SQL_I(ret->n), SQL_I(ret->size),
        SQL_T(own[HASH_SHA256]), SQL_T(own[HASH_SM3]), SQL_I(txn_now(t)));
    if (s == OK)
        s = sql_exec(t, d, "UPDATE log_tree SET origin = NULL, vkey = NULL");
    if (s == OK)
        s = sql_exec(t, d, "DELETE FROM log_doubt");
    return s == OK ? sql_exec(t, d, "DELETE FROM log_witness") : s;
}

enum status tlog_name_former(struct txn *t, struct span origin, bool *ret_former, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    *ret_former = false;
    enum status s = sql_query(t, &r, d, "SELECT vkey, vkey_sm3 FROM log_former");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        for (int i = 0; i < TLOG_TREES; i++) {
            struct tlog_vkey k;
            *ret_former = *ret_former || (tlog_vkey_parse(rows_text(r, i), &k, NULL) == OK && span_is(origin, k.name));
        }
    return s;
}
