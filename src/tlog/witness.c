#include "tlog/witness.h"

#include "store/store.h"

#include <inttypes.h>

static const struct migration migrations[] = {
    {1, "0001_witness",
        "CREATE TABLE witness_head (origin TEXT NOT NULL, vkey TEXT NOT NULL, size BIGINT NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL,\n"
        "  cosigned_at BIGINT NOT NULL, CONSTRAINT witness_head_key PRIMARY KEY (origin)) STRICT;\n"
        "CREATE TABLE witness_evidence (id BIGINT NOT NULL, origin TEXT NOT NULL, at BIGINT NOT NULL, old BIGINT NOT NULL, known_size BIGINT NOT NULL,\n"
        "  note TEXT NOT NULL, known_note TEXT NOT NULL, CONSTRAINT witness_evidence_key PRIMARY KEY (id)) STRICT;\n"
        "CREATE INDEX witness_evidence_of ON witness_evidence (origin);\n"},
    /* Until then a proof that failed was kept as well, which shows nothing: what stays is two roots of one size. */
    {2, "0002_proven",
        "ALTER TABLE witness_evidence ADD COLUMN size BIGINT NOT NULL DEFAULT 0;\n"
        "ALTER TABLE witness_evidence ADD COLUMN root BLOB NOT NULL DEFAULT x'';\n"
        "ALTER TABLE witness_evidence ADD COLUMN proof TEXT NOT NULL DEFAULT '';\n"
        "DELETE FROM witness_evidence WHERE instr(note, origin || char(10) || known_size || char(10)) <> 1;\n"
        "UPDATE witness_evidence SET size = known_size;\n"},
};

enum status tlog_witness_migrate(struct store *s, struct diag *d) { return store_migrate(s, migrations, ARRAY_LEN(migrations), d); }

/* ---- what needs no state --------------------------------------------------- */

struct add {
    const struct tlog_witness *witness;
    struct arena *arena;
    struct tlog_witness_request request;
    struct tlog_note note;
    struct tlog_checkpoint checkpoint;
    const struct tlog_vkey *log;
    enum hash_kind kind;
    struct tlog_witness_reply reply;
};

static const char plain[] = "text/plain; charset=utf-8";

static enum status answer(struct add *x, int status, struct span body) {
    x->reply = (struct tlog_witness_reply){status, plain, body};
    return OK;
}

static const struct tlog_vkey *log_of(const struct tlog_witness *w, struct span origin) {
    for (size_t i = 0; i < w->logs; i++)
        if (span_is(origin, w->log[i].name))
            return &w->log[i];
    return NULL;
}

/* A log may have several keys, as while it changes them. */
static bool signed_by_log(const struct add *x) {
    for (size_t i = 0; i < x->witness->logs; i++) {
        const struct tlog_vkey *k = &x->witness->log[i];
        if (span_is(x->checkpoint.origin, k->name) && (k->type == TLOG_KEY_SM2) == (x->log->type == TLOG_KEY_SM2) &&
            tlog_note_check(&x->note, k, NULL, NULL) == OK)
            return true;
    }
    return false;
}

/* false: answered. */
static bool check_request(struct add *x, struct span body) {
    if (tlog_witness_request_read(body, &x->request, NULL) != OK)
        return answer(x, 400, SPAN("bad request\n")) != OK;
    if (tlog_note_parse(x->arena, x->request.note, &x->note, NULL) != OK ||
        tlog_checkpoint_parse(x->note.text, &x->checkpoint, NULL) != OK)
        return answer(x, 400, SPAN("bad checkpoint\n")) != OK;
    x->log = log_of(x->witness, x->checkpoint.origin);
    if (!x->log)
        return answer(x, 404, SPAN("unknown origin\n")) != OK;
    x->kind = x->log->type == TLOG_KEY_SM2 ? HASH_SM3 : HASH_SHA256;
    if (!signed_by_log(x))
        return answer(x, 403, SPAN("no signature of a known key\n")) != OK;
    if (x->request.old > x->checkpoint.size)
        return answer(x, 400, SPAN("old size is above the checkpoint's\n")) != OK;
    return true;
}

/* ---- against the state ------------------------------------------------------- */

struct known { uint64_t size; struct hash root; struct span note; };

static enum status load_known(struct txn *t, const struct add *x, struct known *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    *ret = (struct known){.root = tlog_empty_root(x->kind), .note = SPAN("")};
    enum status s = sql_query(t, &r, d, "SELECT size, root, note FROM witness_head WHERE origin = ?", SQL_T(x->checkpoint.origin));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s != OK || !row)
        return s;
    struct span root = rows_blob(r, 1);
    if (root.size != HASH_BYTES)
        return diag_fail(d, E_CORRUPT, "tlog.witness_state", DIAG_SPAN("origin", x->checkpoint.origin));
    ret->size = (uint64_t)rows_int(r, 0);
    memcpy(ret->root.byte, root.at, HASH_BYTES);
    ret->note = (struct span){arena_dup(txn_arena(t), rows_text(r, 2)), rows_text(r, 2).size};
    return ret->note.at ? OK : arena_full(d);
}

static enum status proof_text(struct buf *b, const struct tlog_proof *p, struct diag *d) {
    buf_init(b, 8192);
    for (size_t i = 0; i < p->count; i++) {
        buf_base64(b, span_bytes(p->hash[i].byte, HASH_BYTES));
        buf_addc(b, '\n');
    }
    return buf_ok(b) ? OK : arena_full(d);
}

/* Two notes of the log that cannot both be true: whoever holds both (and the
 * hashes, when one tree is longer) can show it.  A note counts once; when the
 * places are taken, the last one goes to the newest. */
static enum status keep_evidence(struct txn *t, const struct add *x, const struct known *k, const struct tlog_proof *shown, struct diag *d) {
    struct sql_value origin = SQL_T(x->checkpoint.origin), size = SQL_I(x->checkpoint.size),
                     root = SQL_B(span_bytes(x->checkpoint.root.byte, HASH_BYTES));
    BUF_AUTO proof;
    int64_t n = 0, known = 0;
    enum status s = proof_text(&proof, shown, d);
    if (s == OK)
        s = sql_int(t, &known, 0, d, "SELECT count(*) FROM witness_evidence WHERE origin = ? AND size = ? AND root = ?", origin, size, root);
    if (s != OK || known)
        return s;
    s = sql_int(t, &n, 0, d, "SELECT count(*) FROM witness_evidence WHERE origin = ?", origin);
    if (s == OK && n >= TLOG_WITNESS_EVIDENCE_MAX)
        s = sql_exec(t, d, "DELETE FROM witness_evidence WHERE id = (SELECT max(id) FROM witness_evidence WHERE origin = ?)", origin);
    if (s != OK)
        return s;
    return sql_exec(t, d,
        "INSERT INTO witness_evidence (id, origin, at, old, known_size, note, known_note, size, root, proof) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        SQL_I(txn_new_id(t)), origin, SQL_I(txn_now(t)), SQL_I(x->request.old), SQL_I(k->size), SQL_T(x->request.note), SQL_T(k->note),
        size, root, SQL_T(buf_span(&proof)));
}

/* Another root of the known size, or a longer tree that the sent hashes show to
 * begin otherwise. */
static enum status weigh(struct txn *t, const struct add *x, const struct known *k, struct diag *d) {
    static const struct tlog_proof none;
    struct hash was;
    if (k->size == 0)
        return OK;
    if (x->checkpoint.size == k->size)
        return hash_eq(&x->checkpoint.root, &k->root) ? OK : keep_evidence(t, x, k, &none, d);
    if (x->request.old != k->size || !tlog_prefix_root(x->kind, k->size, x->checkpoint.size, &x->checkpoint.root, &x->request.proof, &was))
        return OK;
    return hash_eq(&was, &k->root) ? OK : keep_evidence(t, x, k, &x->request.proof, d);
}

static enum status conflict(struct add *x, const struct known *k, struct diag *d) {
    char *text = arena_printf(x->arena, "%" PRIu64 "\n", k->size);
    if (!text)
        return arena_full(d);
    x->reply = (struct tlog_witness_reply){409, "text/x.tlog.size", span_of(text)};
    return OK;
}

static enum status cosign(struct txn *t, struct add *x, struct diag *d) {
    BUF_AUTO line;
    buf_init(&line, 4096);
    char vkey[TLOG_VKEY_MAX];
    instant_t now = txn_now(t);
    tlog_vkey_text(x->log, vkey);
    enum status s = tlog_note_sign(&line, x->note.text, &x->witness->vkey, x->witness->key, (uint64_t)(now / 1000000), d);
    if (s == OK)
        s = sql_exec(t, d,
            "INSERT INTO witness_head (origin, vkey, size, root, note, cosigned_at) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (origin) DO UPDATE SET vkey = excluded.vkey, size = excluded.size, root = excluded.root, note = excluded.note,"
            " cosigned_at = excluded.cosigned_at",
            SQL_T(x->checkpoint.origin), SQL_S(vkey), SQL_I(x->checkpoint.size), SQL_B(span_bytes(x->checkpoint.root.byte, HASH_BYTES)),
            SQL_T(x->request.note), SQL_I(now));
    if (s != OK)
        return s;
    char *body = arena_dup(x->arena, buf_span(&line));
    return body ? answer(x, 200, (struct span){body, line.size}) : arena_full(d);
}

static enum status decide(struct txn *t, void *arg, struct diag *d) {
    struct add *x = arg;
    struct known k;
    enum status s = load_known(t, x, &k, d);
    if (s != OK)
        return s;
    s = weigh(t, x, &k, d);
    if (s != OK)
        return s;
    if (x->request.old != k.size || (k.size > 0 && x->checkpoint.size == k.size && !hash_eq(&x->checkpoint.root, &k.root)))
        return conflict(x, &k, d);
    if (!tlog_check_consistency(x->kind, k.size, &k.root, x->checkpoint.size, &x->checkpoint.root, &x->request.proof))
        return answer(x, 422, SPAN("the proof does not verify\n"));
    return cosign(t, x, d);
}

enum status tlog_witness_add(const struct tlog_witness *w, struct span body, struct arena *a, struct tlog_witness_reply *ret,
    struct diag *d) {
    struct add x = {.witness = w, .arena = a};
    if (check_request(&x, body)) {
        enum status s = store_write(w->store, decide, &x, d);
        if (s != OK)
            return s;
    }
    *ret = x.reply;
    return OK;
}

/* ---- looking ------------------------------------------------------------------- */

struct look { const struct tlog_witness *witness; struct arena *arena; struct tlog_witnessed *list; };

static enum status keep_span(struct arena *a, struct span s, struct span *ret, struct diag *d) {
    *ret = (struct span){arena_dup(a, s), s.size};
    return ret->at ? OK : arena_full(d);
}

static enum status contradictions(struct txn *t, struct arena *a, struct tlog_witnessed *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    w->contradiction = arena_array(a, TLOG_WITNESS_EVIDENCE_MAX, sizeof *w->contradiction);
    if (!w->contradiction)
        return arena_full(d);
    enum status s = sql_query(t, &r, d, "SELECT at, size, known_size, note, known_note, proof FROM witness_evidence WHERE origin = ? ORDER BY id", SQL_S(w->origin));
    while (s == OK && w->evidence < TLOG_WITNESS_EVIDENCE_MAX && (s = rows_next(r, &row, d)) == OK && row) {
        struct tlog_contradiction *x = &w->contradiction[w->evidence++];
        *x = (struct tlog_contradiction){.at = rows_int(r, 0), .size = (uint64_t)rows_int(r, 1), .known_size = (uint64_t)rows_int(r, 2)};
        s = keep_span(a, rows_text(r, 3), &x->note, d);
        if (s == OK)
            s = keep_span(a, rows_text(r, 4), &x->known, d);
        if (s == OK)
            s = keep_span(a, rows_text(r, 5), &x->proof, d);
    }
    return s;
}

static enum status look_at(struct txn *t, struct look *x, size_t i, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct tlog_witnessed w = {.origin = arena_dup(x->arena, span_of(x->witness->log[i].name)), .note = SPAN("")};
    if (!w.origin)
        return arena_full(d);
    enum status s = contradictions(t, x->arena, &w, d);
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT size, cosigned_at, note FROM witness_head WHERE origin = ?", SQL_S(w.origin));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s == OK && row) {
        w.size = (uint64_t)rows_int(r, 0);
        w.at = rows_int(r, 1);
        w.note = (struct span){arena_dup(x->arena, rows_text(r, 2)), rows_text(r, 2).size};
        if (!w.note.at)
            return arena_full(d);
    }
    x->list[i] = w;
    return s;
}

static enum status look(struct txn *t, void *arg, struct diag *d) {
    struct look *x = arg;
    enum status s = OK;
    for (size_t i = 0; s == OK && i < x->witness->logs; i++)
        s = look_at(t, x, i, d);
    return s;
}

enum status tlog_witness_state(const struct tlog_witness *w, struct arena *a, struct tlog_witnessed **ret, struct diag *d) {
    struct look x = {w, a, ARENA_ARRAY(a, w->logs + 1, struct tlog_witnessed)};
    if (!x.list)
        return arena_full(d);
    enum status s = store_read(w->store, look, &x, d);
    if (s == OK)
        *ret = x.list;
    return s;
}
