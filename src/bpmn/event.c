#include "bpmn/engine_internal.h"

#include <limits.h>

/* ---- which wait is meant ------------------------------------------------------ */

static struct place place_of_wait(const struct bpmn_wait *w) { return (struct place){w->node, w->token, w->scope}; }

/* A boundary event is outside the activity that it watches. */
static struct place place_of_message(struct run *r, const struct bpmn_wait *w) {
    struct place p = place_of_wait(w);
    bool inside = w->token && token_find(r, w->token)->node == w->node;
    return inside ? p : (struct place){p.node, 0, p.scope};
}

static enum status stale(struct run *r, uint64_t key) {
    return diag_fail(r->d, E_CONFLICT, "bpmn.stale_key", DIAG_N("key", key));
}

static enum status by_key(struct run *r, uint64_t key, size_t *ret) {
    for (size_t i = 0; i < r->wait.size; i++)
        if (r->wait.at[i].key == key) {
            *ret = i;
            return OK;
        }
    return stale(r, key);
}

static enum status of_kind(struct run *r, const struct bpmn_event *e, unsigned kinds, size_t *ret) {
    enum status s = by_key(r, e->key, ret);
    if (s == OK && !(kinds & 1u << r->wait.at[*ret].kind))
        return fail_at(r, r->wait.at[*ret].node,
            diag_fail(r->d, E_CONFLICT, "bpmn.wrong_key", DIAG_N("key", e->key)));
    return s;
}

static bool meant(const struct bpmn_wait *w, enum bpmn_wait_kind kind, const struct bpmn_event *e) {
    return w->kind == kind && span_is(e->name, w->text) &&
           (w->correlation[0] == '\0' || span_is(e->correlation, w->correlation));
}

static enum status by_message(struct run *r, const struct bpmn_event *e, size_t *ret) {
    if (e->key != 0) {
        enum status s = of_kind(r, e, 1u << BPMN_WAIT_MESSAGE, ret);
        if (s != OK || meant(&r->wait.at[*ret], BPMN_WAIT_MESSAGE, e))
            return s;
    } else {
        for (size_t i = 0; i < r->wait.size; i++)
            if (meant(&r->wait.at[i], BPMN_WAIT_MESSAGE, e)) {
                *ret = i;
                return OK;
            }
    }
    return diag_fail(r->d, E_CONFLICT, "bpmn.not_awaited", DIAG_SPAN("name", e->name));
}

/* ---- the wait is over ----------------------------------------------------------- */

/* A boundary or event sub-process that does not interrupt waits on: a message
 * or signal for the next one, a cycle for its next time. */
static enum status wait_on(struct run *r, const struct bpmn_wait *w) {
    if (r->m->node[w->node].interrupting)
        return OK;
    if (w->kind != BPMN_WAIT_TIMER) {
        enum status s = wait_open(r, w->kind, w->node, w->token, w->scope, INT_MIN);
        if (s == OK) /* a condition that is true must first be false again */
            r->wait.at[r->wait.size - 1].left = w->left;
        return s;
    }
    if (w->left == 0)
        return OK;
    return wait_open(r, w->kind, w->node, w->token, w->scope, w->left > 0 ? w->left - 1 : -1);
}

/* The race at an event gateway is won by the event at `node`. */
static enum status win_race(struct run *r, uint64_t token, uint32_t node) {
    struct bpmn_token *t = token_find(r, token);
    uint32_t gateway = t->node, flow = BPMN_NONE;
    for (uint32_t i = 0; i < r->m->node[gateway].out_count; i++)
        if (bpmn_out(r->m, gateway, i)->to == node)
            flow = r->m->out[r->m->node[gateway].out + i];
    enum status s = waits_close_of(r, token);
    if (s == OK)
        s = emit_node(r, BPMN_LEFT, gateway);
    if (s == OK)
        s = emit_node(r, BPMN_TAKEN, flow);
    t = token_find(r, token);
    t->node = node;
    t->flow = flow;
    return s == OK ? emit_node(r, BPMN_ENTERED, node) : s;
}

enum status fire_wait(struct run *r, size_t index) {
    struct bpmn_wait w = r->wait.at[index];
    enum status s = wait_close(r, index, true);
    if (s != OK)
        return s;
    const struct bpmn_node *n = &r->m->node[w.node];
    if (w.token == 0) {
        s = wait_on(r, &w);
        return s == OK ? fire_event_subprocess(r, w.scope, w.node) : s;
    }
    if (n->kind == BPMN_BOUNDARY) {
        s = wait_on(r, &w);
        return s == OK ? fire_boundary(r, w.token, w.node) : s;
    }
    if (r->m->node[token_find(r, w.token)->node].kind == BPMN_EVENT_GATEWAY)
        s = win_race(r, w.token, w.node);
    return s == OK ? leave(r, w.token) : s;
}

/* ---- a person completes ----------------------------------------------------------- */

enum status four_eyes(const struct bpmn_model *m, const struct bpmn_done *done, size_t count, uint32_t node,
    struct span who, struct diag *d) {
    const struct bpmn_node *n = &m->node[node];
    for (uint32_t i = 0; i < n->not_same_as_count; i++)
        for (size_t k = 0; k < count; k++) {
            if (done[k].node != n->not_same_as[i] || (who.size > 0 && !span_is(who, done[k].who)))
                continue;
            diag_fail(d, E_FORBIDDEN, "bpmn.four_eyes", DIAG_S("task", m->node[done[k].node].name));
            if (d)
                diag_at(d, "%s", n->id);
            return E_FORBIDDEN;
        }
    return OK;
}

enum status remember_who(struct run *r, uint32_t node, struct span who) {
    if (who.size == 0)
        return OK;
    const char *copy = arena_dup(r->a, who);
    if (!copy)
        return arena_full(r->d);
    for (size_t i = 0; i < r->done.size; i++)
        if (r->done.at[i].node == node) {
            r->done.at[i].who = copy;
            return OK;
        }
    struct bpmn_done *slot = vec_push_in(r->a, &r->done);
    if (!slot)
        return arena_full(r->d);
    *slot = (struct bpmn_done){node, copy};
    return OK;
}

static enum status take_outcome(struct run *r, uint32_t node, const struct json *output) {
    const struct bpmn_node *n = &r->m->node[node];
    if (n->outcome_count == 0)
        return OK;
    const struct json *chosen = json_get(output, "outcome");
    if (!chosen || chosen->type != JSON_STRING)
        return fail_at(r, node, diag_fail(r->d, E_INPUT, "bpmn.outcome_missing", DIAG_S("task", n->name)));
    bool known = false;
    for (uint32_t i = 0; i < n->outcome_count; i++)
        known |= span_is(chosen->text, n->outcome[i]);
    if (!known)
        return fail_at(r, node, diag_fail(r->d, E_INPUT, "bpmn.outcome_unknown", DIAG_S("task", n->name)));
    const struct json *all = json_get(r->variables, "outcomes");
    if (!all || all->type != JSON_OBJECT)
        all = json_new_object(r->a, NULL, NULL, 0);
    all = all ? json_with(r->a, all, n->id, chosen) : NULL;
    r->variables = all ? json_with(r->a, r->variables, "outcomes", all) : NULL;
    return r->variables ? OK : arena_full(r->d);
}

static enum status complete(struct run *r, const struct bpmn_event *e) {
    size_t i;
    enum status s = of_kind(r, e, 1u << BPMN_WAIT_TASK, &i);
    if (s != OK)
        return s;
    uint32_t node = r->wait.at[i].node;
    struct place here = place_of_wait(&r->wait.at[i]);
    s = four_eyes(r->m, r->done.at, r->done.size, node, e->who, r->d);
    /* what others have chosen is not for this person to say */
    if (s == OK && json_get(e->payload, "outcomes"))
        return fail_at(r, node, diag_fail(r->d, E_INPUT, "bpmn.reserved", DIAG_S("name", "outcomes")));
    if (s == OK)
        s = merge(r, here, e->payload);
    if (s == OK)
        s = take_outcome(r, node, e->payload);
    if (s == OK)
        s = remember_who(r, node, e->who);
    return s == OK ? fire_wait(r, i) : s;
}

/* ---- services ------------------------------------------------------------------------ */

enum { ASKED = 1u << BPMN_WAIT_SERVICE | 1u << BPMN_WAIT_DECISION | 1u << BPMN_WAIT_CALL };

static enum status answer(struct run *r, const struct bpmn_event *e) {
    size_t i;
    enum status s = of_kind(r, e, ASKED, &i);
    if (s == OK)
        s = take_answer(r, place_of_wait(&r->wait.at[i]), e->payload);
    return s == OK ? fire_wait(r, i) : s;
}

static enum status failed(struct run *r, const struct bpmn_event *e) {
    size_t i;
    enum status s = of_kind(r, e, ASKED, &i);
    if (s != OK)
        return s;
    struct bpmn_wait w = r->wait.at[i];
    const char *code = arena_dup(r->a, e->name);
    if (!code)
        return arena_full(r->d);
    s = merge(r, place_of_wait(&w), e->payload);
    if (s == OK)
        s = wait_close(r, i, true);
    bool caught = false;
    if (s == OK)
        s = propagate(r, w.token, BPMN_ERROR, code, &caught);
    if (s == OK && !caught)
        return fail_at(r, w.node, diag_fail(r->d, E_INPUT, "bpmn.error_uncaught", DIAG_S("code", code)));
    return s;
}

/* ---- messages and signals -------------------------------------------------------------- */

static enum status message(struct run *r, const struct bpmn_event *e) {
    size_t i;
    enum status s = by_message(r, e, &i);
    if (s == OK)
        s = merge(r, place_of_message(r, &r->wait.at[i]), e->payload);
    return s == OK ? fire_wait(r, i) : s;
}

/* Everything that waits now is told; what begins to wait because of it is not. */
enum status fire_signal(struct run *r, struct span name, const struct json *payload, bool *ret_any) {
    enum status s = OK;
    uint64_t before = r->next;
    *ret_any = false;
    for (size_t i = 0; s == OK && i < r->wait.size;) {
        const struct bpmn_wait *w = &r->wait.at[i];
        if (w->key >= before || w->kind != BPMN_WAIT_SIGNAL || !span_is(name, w->text)) {
            i++;
            continue;
        }
        if (!*ret_any)
            s = merge(r, (struct place){w->node, 0, r->scope.at[0].id}, payload);
        *ret_any = true;
        if (s == OK)
            s = fire_wait(r, i);
        i = 0; /* firing may have closed others */
    }
    return s;
}

static enum status signal_all(struct run *r, const struct bpmn_event *e) {
    bool any;
    enum status s = fire_signal(r, e->name, e->payload, &any);
    return s == OK && !any ? diag_fail(r->d, E_CONFLICT, "bpmn.not_awaited", DIAG_SPAN("name", e->name)) : s;
}

enum status take_event(struct run *r, const struct bpmn_event *e) {
    size_t i;
    enum status s;
    switch (e->kind) {
    case BPMN_EVENT_COMPLETE:
        return complete(r, e);
    case BPMN_EVENT_TIMER:
        s = of_kind(r, e, 1u << BPMN_WAIT_TIMER, &i);
        return s == OK ? fire_wait(r, i) : s;
    case BPMN_EVENT_MESSAGE:
        return message(r, e);
    case BPMN_EVENT_SIGNAL:
        return signal_all(r, e);
    case BPMN_EVENT_ANSWER:
        return answer(r, e);
    case BPMN_EVENT_FAIL:
        return failed(r, e);
    case BPMN_EVENT_CANCEL:
        return finish(r, BPMN_CANCELLED);
    }
    assert(!"unknown event kind");
    return E_USAGE;
}
