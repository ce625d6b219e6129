#include "civil/case/case_check.h"

#include "civil/case/case_internal.h"

static void finding(enum lang l, struct buf *findings, int *count, const char *code, const struct case_row *k, int64_t id) {
    struct diag_arg args[] = {DIAG_S("number", k ? k->number : ""), DIAG_N("id", id)};
    message_text(findings, l, code, args, ARRAY_LEN(args));
    buf_addc(findings, '\n');
    ++*count;
}

static bool waits(const struct bpmn_state *state, uint64_t key, enum bpmn_wait_kind kind) {
    for (uint32_t i = 0; i < state->wait_count; i++)
        if (state->wait[i].key == key)
            return state->wait[i].kind == kind;
    return false;
}

/* Keys are unique on both sides, so equal numbers and none unknown means the same. */
static enum status same_waits(struct txn *t, const struct case_row *k, const struct bpmn_state *state, bool *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    uint32_t n = 0, held = 0;
    bool merged = false;
    *ret = true;
    enum status s = case_merge_waits(t, k, &merged, &held, d);
    if (s == OK)
        s = sql_query(t, &r, d,
        "SELECT key, 1 FROM case_task WHERE district = ? AND case_id = ? AND state = 'open' UNION ALL "
        "SELECT key, 2 FROM case_timer WHERE district = ? AND case_id = ? UNION ALL "
        "SELECT key, 3 FROM case_subscription WHERE district = ? AND case_id = ?",
        SQL_I(k->district), SQL_I(k->id), SQL_I(k->district), SQL_I(k->id), SQL_I(k->district), SQL_I(k->id));
    for (bool more = true; s == OK; n++) {
        static const enum bpmn_wait_kind kinds[] = {[1] = BPMN_WAIT_TASK, [2] = BPMN_WAIT_TIMER, [3] = BPMN_WAIT_MESSAGE};
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        *ret = *ret && waits(state, strtoull(rows_dup(r, 0, txn_arena(t)), NULL, 10), kinds[rows_int(r, 1)]);
    }
    *ret = *ret && n + held == state->wait_count; /* held: until a merge is taken apart */
    return s;
}

static enum status check_one(struct civil *c, struct txn *t, int64_t id, enum lang l, struct buf *findings, int *count, struct diag *d) {
    struct case_row k;
    const struct bpmn_state *state = NULL;
    bool same = false;
    enum status s = case_row_read(c, t, id, &k, d);
    if (s == E_CORRUPT || s == E_NOT_FOUND) { /* a process or matter that the packs no longer have */
        diag_clear(d);
        finding(l, findings, count, "case.check.model", NULL, id);
        return OK;
    }
    if (s == OK)
        s = case_state_read(c, t, &k, &state, NULL, d);
    if (s == E_CORRUPT || s == E_INPUT) {
        diag_clear(d);
        finding(l, findings, count, "case.check.state", &k, id);
        return OK;
    }
    if (s == OK)
        s = same_waits(t, &k, state, &same, d);
    if (s == OK && !same)
        finding(l, findings, count, "case.check.between_steps", &k, id);
    return s;
}

enum status case_check_in(struct civil *c, struct txn *t, enum lang l, struct buf *findings, int *ret_count, struct diag *d) {
    if (!c->models)
        return OK;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, "SELECT case_id FROM case_process ORDER BY district, case_id");
    struct arena_mark mark = arena_mark(txn_arena(t));
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        arena_rewind(txn_arena(t), mark);
        s = check_one(c, t, rows_int(r, 0), l, findings, ret_count, d);
    }
    return s;
}
