#include "bpmn/engine.h"

#include "bpmn/engine_internal.h"

static const char *const EFFECT[BPMN_EFFECT_COUNT] = {
    [BPMN_TASK_OPENED] = "task_opened",
    [BPMN_TASK_CLOSED] = "task_closed",
    [BPMN_SERVICE_WANTED] = "service_wanted",
    [BPMN_SERVICE_CLOSED] = "service_closed",
    [BPMN_DECISION_WANTED] = "decision_wanted",
    [BPMN_DECISION_CLOSED] = "decision_closed",
    [BPMN_CALL_WANTED] = "call_wanted",
    [BPMN_CALL_CLOSED] = "call_closed",
    [BPMN_TIMER_SET] = "timer_set",
    [BPMN_TIMER_CLOSED] = "timer_closed",
    [BPMN_MESSAGE_AWAITED] = "message_awaited",
    [BPMN_MESSAGE_CLOSED] = "message_closed",
    [BPMN_SIGNAL_AWAITED] = "signal_awaited",
    [BPMN_SIGNAL_CLOSED] = "signal_closed",
    [BPMN_CONDITION_AWAITED] = "condition_awaited",
    [BPMN_CONDITION_CLOSED] = "condition_closed",
    [BPMN_MESSAGE_SENT] = "message_sent",
    [BPMN_SIGNAL_SENT] = "signal_sent",
    [BPMN_MOVED] = "moved",
    [BPMN_ENDED] = "ended",
    [BPMN_ENTERED] = "entered",
    [BPMN_LEFT] = "left",
    [BPMN_CANCELLED_NODE] = "cancelled",
    [BPMN_TAKEN] = "taken",
};

const char *bpmn_effect_name(enum bpmn_effect_kind k) {
    assert(k < BPMN_EFFECT_COUNT);
    return EFFECT[k];
}

const char *bpmn_status_name(enum bpmn_status s) {
    static const char *const NAME[] = {"running", "completed", "terminated", "cancelled", "error"};
    assert((size_t)s < ARRAY_LEN(NAME));
    return NAME[s];
}

/* Tokens that only wait for each other would wait for ever: the model is at
 * fault, and the step that leads there does not happen. */
static enum status refuse_deadlock(struct run *r) {
    if (r->status != BPMN_RUNNING || r->wait.size > 0)
        return OK;
    assert(r->token.size > 0);
    for (size_t i = 0; i < r->token.size; i++)
        if (node_joins(&r->m->node[r->token.at[i].node]))
            return fail_at(r, r->token.at[i].node, diag_fail(r->d, E_INPUT, "bpmn.deadlock"));
    return fail_at(r, r->token.at[0].node, diag_fail(r->d, E_INPUT, "bpmn.deadlock"));
}

enum status settle(struct run *r, struct bpmn_result *ret) {
    enum status s = run_ready(r);
    if (s == OK)
        s = refuse_deadlock(r);
    return s == OK ? run_result(r, ret) : s;
}

/* ---- starting --------------------------------------------------------------------- */

static enum status named_start(struct run *r, struct span id, uint32_t *ret) {
    *ret = bpmn_node_find(r->m, id);
    if (*ret == BPMN_NONE || r->m->node[*ret].kind != BPMN_START || r->m->node[*ret].parent != BPMN_NONE)
        return diag_fail(r->d, E_INPUT, "bpmn.start_unknown", DIAG_SPAN("start", id));
    return OK;
}

/* BPMN_NONE: the process has no start event, what has no way in starts. */
static enum status only_start(struct run *r, uint32_t *ret) {
    uint32_t plain = BPMN_NONE, any = BPMN_NONE;
    int plains = 0, count = 0;
    for (uint32_t i = 0; i < r->m->node_count; i++) {
        const struct bpmn_node *n = &r->m->node[i];
        if (n->kind != BPMN_START || n->parent != BPMN_NONE)
            continue;
        any = i;
        count++;
        if (n->trigger == BPMN_PLAIN) {
            plain = i;
            plains++;
        }
    }
    *ret = plains == 1 ? plain : any;
    if (plains == 1 || count <= 1)
        return OK;
    return diag_fail(r->d, E_INPUT, "bpmn.start_ambiguous", DIAG_N("count", count));
}

static enum status start_all(struct run *r, uint64_t scope) {
    enum status s = OK;
    for (uint32_t i = 0; s == OK && i < r->m->node_count; i++) {
        const struct bpmn_node *n = &r->m->node[i];
        if (n->parent == BPMN_NONE && bpmn_begins_by_itself(n))
            s = arrive(r, scope, i, BPMN_NONE);
    }
    if (s == OK && r->token.size == 0)
        return diag_fail(r->d, E_INPUT, "bpmn.start_unknown", DIAG_S("start", ""));
    return s;
}

enum status bpmn_start(const struct bpmn_model *m, struct span start, struct span who, const struct json *variables,
    const struct evaluator *feel, struct arena *a, struct bpmn_result *ret, struct diag *d) {
    assert(m && a && ret);
    struct diag scratch = {0};
    struct run r = {.m = m, .feel = feel, .a = a, .d = d ? d : &scratch, .status = BPMN_RUNNING, .end = BPMN_NONE,
        .error = "", .next = 1};
    r.variables = json_new_object(a, NULL, NULL, 0);
    if (!r.variables)
        return arena_full(r.d);
    uint32_t node;
    enum status s = start.size > 0 ? named_start(&r, start, &node) : only_start(&r, &node);
    uint64_t root = 0;
    if (s == OK)
        s = merge(&r, (struct place){BPMN_NONE, 0, 0}, variables);
    if (s == OK)
        s = open_scope(&r, BPMN_SCOPE_BODY, BPMN_NONE, 0, &root);
    if (s == OK)
        s = node == BPMN_NONE ? start_all(&r, root) : arrive(&r, root, node, BPMN_NONE);
    if (s == OK && node != BPMN_NONE)
        s = remember_who(&r, node, who);
    return s == OK ? settle(&r, ret) : s;
}

/* ---- a step ------------------------------------------------------------------------- */

enum status bpmn_step(const struct bpmn_model *m, const struct bpmn_state *state, const struct bpmn_event *event,
    const struct evaluator *feel, struct arena *a, struct bpmn_result *ret, struct diag *d) {
    assert(m && state && event && a && ret);
    struct diag scratch = {0};
    struct run r = {.m = m, .feel = feel, .a = a, .d = d ? d : &scratch};
    if (state->status != BPMN_RUNNING)
        return diag_fail(r.d, E_CONFLICT, "bpmn.ended", DIAG_S("status", bpmn_status_name(state->status)));
    enum status s = run_from(&r, state);
    if (s == OK)
        s = take_event(&r, event);
    return s == OK ? settle(&r, ret) : s;
}

enum status bpmn_may_complete(const struct bpmn_model *m, const struct bpmn_state *state, uint64_t key,
    struct span who, struct diag *d) {
    for (uint32_t i = 0; i < state->wait_count; i++)
        if (state->wait[i].key == key && state->wait[i].kind == BPMN_WAIT_TASK)
            return four_eyes(m, state->done, state->done_count, state->wait[i].node, who, d);
    return diag_fail(d, E_CONFLICT, "bpmn.stale_key", DIAG_N("key", key));
}
