#include "tlog/cosign.h"

#include "tlog/doubt_internal.h"
#include "tlog/log_internal.h"
#include "tlog/witness.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- asking --------------------------------------------------------------- */

struct ask {
    enum hash_kind tree;
    const struct tlog_vkey *witness;
    bool anyway;
    char vkey[TLOG_VKEY_MAX];
    struct arena *arena;
    struct tlog_cosign_request *ret;
};

static enum status proof_from(struct txn *t, struct ask *x, uint64_t old, const struct tlog_head *head, struct diag *d) {
    struct tlog_witness_request q = {.old = old, .note = head->note};
    struct tlog_reader r;
    enum status s = tlog_reader_new(t, x->tree, txn_arena(t), &r, d);
    if (s == OK)
        s = tlog_prove_consistency(&r, x->tree, old, head->size, &q.proof, d);
    if (s != OK)
        return s;
    BUF_AUTO b;
    buf_init(&b, TLOG_WITNESS_BODY_MAX);
    tlog_witness_request_write(&b, &q);
    if (!buf_ok(&b))
        return diag_fail(d, E_LIMIT, "tlog.note_size", DIAG_N("limit", TLOG_WITNESS_BODY_MAX));
    x->ret->body = (struct span){arena_dup(x->arena, buf_span(&b)), b.size};
    return x->ret->body.at ? OK : arena_full(d);
}

static enum status ask(struct txn *t, void *arg, struct diag *d) {
    struct ask *x = arg;
    struct tlog_head head;
    int64_t known = 0, has = 0, restarts, former;
    const char *tree = tlog_tree_name(x->tree);
    enum status s = tlog_head_get(t, x->tree, 0, txn_arena(t), &head, d);
    if (s == OK)
        s = tlog_former_get(t, &restarts, &former, d);
    if (s == OK && (int64_t)head.size <= former) /* under the log's present name there is none */
        s = diag_fail(d, E_NOT_FOUND, "tlog.head");
    if (s == OK)
        s = sql_int(t, &known, 0, d, "SELECT size FROM log_witness WHERE tree = ? AND vkey = ?", SQL_S(tree), SQL_S(x->vkey));
    if (s == OK)
        s = sql_int(t, &has, 0, d, "SELECT count(*) FROM log_cosignature WHERE tree = ? AND vkey = ? AND size = ?", SQL_S(tree),
            SQL_S(x->vkey), SQL_I(head.size));
    if (s != OK)
        return s;
    *x->ret = (struct tlog_cosign_request){.size = head.size, .done = has > 0 && !x->anyway};
    if (x->ret->done)
        return OK;
    /* A size beyond ours is not provable: from nothing the witness says again what it has. */
    uint64_t old = known >= 0 && (uint64_t)known <= head.size ? (uint64_t)known : 0;
    return proof_from(t, x, old, &head, d);
}

enum status tlog_cosign_ask(struct store *s, enum hash_kind tree, const struct tlog_vkey *witness, bool anyway, struct arena *a,
    struct tlog_cosign_request *ret, struct diag *d) {
    assert(witness->type == TLOG_KEY_COSIGNATURE);
    struct ask x = {.tree = tree, .witness = witness, .anyway = anyway, .arena = a, .ret = ret};
    tlog_vkey_text(witness, x.vkey);
    return store_read(s, ask, &x, d);
}

/* ---- the answer ------------------------------------------------------------- */

struct take {
    enum hash_kind tree;
    const struct tlog_trust_file *trust;
    const struct tlog_vkey *witness;
    char vkey[TLOG_VKEY_MAX];
    uint64_t size;
    const struct tlog_cosign_answer *answer;
    bool again;
};

static enum status record(struct txn *t, const struct take *x, uint64_t size, const char *state, const char *detail, struct diag *d) {
    bool cosigned = strcmp(state, "cosigned") == 0;
    return sql_exec(t, d,
        "INSERT INTO log_witness (tree, vkey, size, state, detail, asked_at, cosigned_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (tree, vkey) DO UPDATE SET size = excluded.size, state = excluded.state, detail = excluded.detail,"
        " asked_at = excluded.asked_at, cosigned_at = COALESCE(excluded.cosigned_at, log_witness.cosigned_at)",
        SQL_S(tlog_tree_name(x->tree)), SQL_S(x->vkey), SQL_I(size), SQL_S(state), SQL_S(detail), SQL_I(txn_now(t)),
        cosigned ? SQL_I(txn_now(t)) : SQL_NIL);
}

static enum status known_size(struct txn *t, const struct take *x, uint64_t *ret, struct diag *d) {
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d, "SELECT size FROM log_witness WHERE tree = ? AND vkey = ?", SQL_S(tlog_tree_name(x->tree)),
        SQL_S(x->vkey));
    *ret = n > 0 ? (uint64_t)n : 0;
    return s;
}

/* The first line of the answer that is this witness's and verifies; others are ignored. */
static bool own_line(struct txn *t, const struct take *x, struct span text, struct span *ret) {
    struct arena *a = txn_arena(t);
    struct tlog_note n, alone;
    BUF_AUTO b;
    buf_init(&b, TLOG_NOTE_BYTES_MAX);
    buf_add(&b, text);
    buf_addc(&b, '\n');
    size_t head = b.size;
    buf_add(&b, x->answer->body);
    if (!buf_ok(&b) || tlog_note_parse(a, buf_span(&b), &n, NULL) != OK || !span_eq(n.text, text))
        return false;
    for (size_t i = 0; i < n.count; i++) {
        BUF_AUTO one;
        buf_init(&one, TLOG_NOTE_BYTES_MAX);
        buf_add(&one, (struct span){buf_span(&b).at, head});
        buf_add(&one, n.signature[i].line);
        if (buf_ok(&one) && tlog_note_parse(a, buf_span(&one), &alone, NULL) == OK && tlog_note_check(&alone, x->witness, NULL, NULL) == OK) {
            *ret = (struct span){arena_dup(a, n.signature[i].line), n.signature[i].line.size};
            return ret->at != NULL;
        }
    }
    return false;
}

static enum status mark_final(struct txn *t, const struct take *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    uint32_t bits = 0;
    enum status s = sql_query(t, &r, d, "SELECT vkey FROM log_cosignature WHERE tree = ? AND size = ?", SQL_S(tlog_tree_name(x->tree)),
        SQL_I(x->size));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        for (size_t i = 0; i < x->trust->witnesses; i++) {
            char vkey[TLOG_VKEY_MAX];
            tlog_vkey_text(&x->trust->witness[i].vkey, vkey);
            if (span_is(rows_text(r, 0), vkey))
                bits |= (uint32_t)1 << i;
        }
    rows_free(TAKE(r));
    if (s != OK || x->trust->quorum < 0 || !tlog_trust_met(x->trust, bits))
        return s;
    return sql_exec(t, d, "UPDATE log_head SET final_at = ? WHERE tree = ? AND size = ? AND final_at IS NULL", SQL_I(txn_now(t)),
        SQL_S(tlog_tree_name(x->tree)), SQL_I(x->size));
}

static enum status take_lines(struct txn *t, struct take *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct tlog_note note;
    struct span line;
    uint64_t before;
    enum status s = sql_query(t, &r, d, "SELECT note FROM log_head WHERE tree = ? AND size = ?", SQL_S(tlog_tree_name(x->tree)), SQL_I(x->size));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s == OK && !row)
        s = diag_fail(d, E_NOT_FOUND, "tlog.head");
    struct span text = {s == OK ? arena_dup(txn_arena(t), rows_text(r, 0)) : NULL, s == OK ? rows_text(r, 0).size : 0};
    rows_free(TAKE(r));
    if (s == OK)
        s = text.at ? tlog_note_parse(txn_arena(t), text, &note, d) : arena_full(d);
    if (s == OK)
        s = known_size(t, x, &before, d);
    if (s != OK)
        return s;
    if (!own_line(t, x, note.text, &line))
        return record(t, x, before, "invalid", "200", d);
    s = tlog_cosignature_add_in(t, x->tree, x->size, x->witness, line, d);
    if (s == OK)
        s = record(t, x, x->size, "cosigned", "", d);
    if (s == OK)
        s = doubt_withdraw(t, x->tree, x->trust, x->vkey, d);
    return s == OK ? mark_final(t, x, d) : s;
}

/* "N\n" */
static bool read_size(struct span body, uint64_t *ret) {
    uint64_t v = 0;
    if (body.size < 2 || body.size > 20 || body.at[body.size - 1] != '\n')
        return false;
    for (size_t i = 0; i + 1 < body.size; i++) {
        if (body.at[i] < '0' || body.at[i] > '9')
            return false;
        v = v * 10 + (uint64_t)(body.at[i] - '0');
    }
    *ret = v;
    return v <= TLOG_SIZE_MAX;
}

static enum status take_conflict(struct txn *t, struct take *x, struct diag *d) {
    uint64_t before, told;
    char text[24];
    enum status s = known_size(t, x, &before, d);
    if (s != OK)
        return s;
    if (!read_size(x->answer->body, &told))
        return record(t, x, before, "invalid", "409", d);
    snprintf(text, sizeof text, "%" PRIu64, told);
    if (told > x->size) {
        /* Between the asking and the answer the log may have signed more, which another asked it for. */
        int64_t now = 0;
        s = sql_int(t, &now, 0, d, "SELECT max(size) FROM log_head WHERE tree = ?", SQL_S(tlog_tree_name(x->tree)));
        if (s == OK && told > (uint64_t)now)
            s = doubt_claim(t, x->tree, x->trust, x->vkey, told, x->size, d);
        return s != OK ? s : told > (uint64_t)now ? record(t, x, before, "ahead", text, d) : record(t, x, told, "refused", "409", d);
    }
    if (told == before && told == x->size) { /* the size that it was asked for: its root is another */
        s = doubt_claim(t, x->tree, x->trust, x->vkey, told, x->size, d);
        if (s != OK)
            return s;
    }
    x->again = told != before;
    return record(t, x, told, "refused", "409", d);
}

static enum status take(struct txn *t, void *arg, struct diag *d) {
    struct take *x = arg;
    uint64_t before;
    char text[16];
    x->again = false;
    switch (x->answer->status) {
    case 200: return take_lines(t, x, d);
    case 409: return take_conflict(t, x, d);
    default: break;
    }
    enum status s = known_size(t, x, &before, d);
    if (s != OK)
        return s;
    if (x->answer->status == 422 && before > 0 && before <= x->size) /* to a proof that is right: what it has at that size is another history */
        s = doubt_claim(t, x->tree, x->trust, x->vkey, before, x->size, d);
    if (s != OK)
        return s;
    bool away = x->answer->status == 0 || x->answer->status >= 500 || x->answer->status == 429;
    snprintf(text, sizeof text, "%d", x->answer->status);
    return record(t, x, before, away ? "away" : "refused", text, d);
}

enum status tlog_cosign_take(struct store *s, enum hash_kind tree, const struct tlog_trust_file *f, size_t witness, uint64_t size,
    const struct tlog_cosign_answer *answer, bool *ret_again, struct diag *d) {
    assert(witness < f->witnesses);
    struct take x = {.tree = tree, .trust = f, .witness = &f->witness[witness].vkey, .size = size, .answer = answer};
    tlog_vkey_text(x.witness, x.vkey);
    enum status status = store_write(s, take, &x, d);
    *ret_again = status == OK && x.again;
    return status;
}

/* ---- looking ------------------------------------------------------------------ */

enum status tlog_cosign_state_get(struct txn *t, enum hash_kind tree, const struct tlog_vkey *witness, struct arena *a,
    struct tlog_cosign_state *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    char vkey[TLOG_VKEY_MAX];
    int64_t time_s = 0;
    tlog_vkey_text(witness, vkey);
    *ret = (struct tlog_cosign_state){.state = "unasked", .detail = ""};
    enum status s = sql_query(t, &r, d, "SELECT state, detail, asked_at FROM log_witness WHERE tree = ? AND vkey = ?",
        SQL_S(tlog_tree_name(tree)), SQL_S(vkey));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s != OK || !row)
        return s;
    ret->state = rows_dup(r, 0, a);
    ret->detail = rows_dup(r, 1, a);
    ret->asked_at = rows_int(r, 2);
    rows_free(TAKE(r));
    int64_t size = 0;
    s = sql_int(t, &size, 0, d, "SELECT max(size) FROM log_cosignature WHERE tree = ? AND vkey = ?", SQL_S(tlog_tree_name(tree)), SQL_S(vkey));
    if (s == OK)
        s = sql_int(t, &time_s, 0, d, "SELECT time_s FROM log_cosignature WHERE tree = ? AND vkey = ? AND size = ?",
            SQL_S(tlog_tree_name(tree)), SQL_S(vkey), SQL_I(size));
    ret->size = (uint64_t)size;
    ret->cosigned_at = time_s * 1000000;
    return s == OK && (!ret->state || !ret->detail) ? arena_full(d) : s;
}

enum status tlog_final_get(struct txn *t, enum hash_kind tree, struct tlog_final *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    *ret = (struct tlog_final){0};
    /* Of the present name: a receipt has both trees under one. */
    enum status s = sql_query(t, &r, d,
        "SELECT size, final_at FROM log_head WHERE tree = ? AND final_at IS NOT NULL AND size > (SELECT COALESCE(max(size), 0) FROM log_former)"
        " ORDER BY size DESC LIMIT 1",
        SQL_S(tlog_tree_name(tree)));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s == OK && row)
        *ret = (struct tlog_final){(uint64_t)rows_int(r, 0), rows_int(r, 1)};
    return s;
}
