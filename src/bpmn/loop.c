/* Activities that repeat (BPMN 2.0.2, 13.3.6 and 13.3.7).
 *
 * The token of the activity stands where it came; inside it a LOOP scope holds
 * one token an instance, each at the same node with its number in `index` and
 * its item in `local`.  An instance acts as the activity would without the
 * loop; when it is done it does not leave by the flows but comes here. */
#include "bpmn/engine_internal.h"

static enum status bad(struct run *r, uint32_t node, const char *code, struct span text) {
    return fail_at(r, node, diag_fail(r->d, E_INPUT, code, DIAG_SPAN("text", text), DIAG_N("limit", BPMN_TOKENS_MAX)));
}

/* ---- counters as variables ---------------------------------------------------- */

const struct json *loop_names(struct run *r, const struct bpmn_scope *scope, const struct bpmn_token *token) {
    struct span key[7];
    const struct json *value[7];
    size_t n = 0;
    int active = scope->started - scope->done;
    struct { const char *name, *other; int count; } counter[] = {
        {"numberOfInstances", "nrOfInstances", scope->total},
        {"numberOfActiveInstances", "nrOfActiveInstances", active},
        {"numberOfCompletedInstances", "nrOfCompletedInstances", scope->done}};
    if (token && token->index >= 0) {
        key[n] = SPAN("loopCounter");
        value[n++] = json_of_int(r->a, token->index + 1);
    }
    for (size_t i = scope->total < 0; i < ARRAY_LEN(counter); i++) {
        const struct json *count = json_of_int(r->a, counter[i].count);
        key[n] = span_of(counter[i].name);
        value[n++] = count;
        key[n] = span_of(counter[i].other);
        value[n++] = count;
    }
    for (size_t i = 0; i < n; i++)
        if (!value[i])
            return NULL;
    return json_new_object(r->a, key, value, n);
}

/* ---- instances ------------------------------------------------------------------ */

static enum status start_instance(struct run *r, uint64_t scope) {
    struct bpmn_scope *s = scope_find(r, scope);
    uint32_t node = s->node;
    const struct json *item = s->items ? json_at(s->items, (size_t)s->started) : NULL;
    int index = s->started++;
    enum status st = arrive(r, scope, node, BPMN_NONE);
    if (st != OK)
        return st;
    struct bpmn_token *t = &r->token.at[r->token.size - 1];
    t->index = index;
    r->locals = true;
    const char *element = r->m->node[node].element;
    if (item && element[0] != '\0') {
        struct span key = span_of(element);
        t->local = json_new_object(r->a, &key, &item, 1);
        if (!t->local)
            return arena_full(r->d);
    }
    return OK;
}

/* All are done: the activity is. */
static enum status close_loop(struct run *r, uint64_t scope) {
    struct bpmn_scope s = *scope_find(r, scope);
    const struct bpmn_node *n = &r->m->node[s.node];
    enum status st = kill_scope_content(r, scope);
    if (st == OK)
        st = hand_over(r, s);
    if (st != OK)
        return st;
    forget_scope(r, scope);
    if (s.results) {
        struct span key = span_of(n->collect);
        const struct json *object = json_new_object(r->a, &key, &s.results, 1);
        struct place around = {BPMN_NONE, 0, token_find(r, s.token)->scope};
        st = object ? merge(r, around, object) : arena_full(r->d);
    }
    return st == OK ? depart(r, s.token) : st;
}

/* ---- how often ------------------------------------------------------------------- */

static enum status count_items(struct run *r, struct place p, struct bpmn_scope *s) {
    const struct bpmn_node *n = &r->m->node[p.node];
    const struct json *v;
    enum status st = feel_value(r, p, n->collection, &v);
    if (st != OK)
        return st;
    if (v->type != JSON_ARRAY || v->size >= BPMN_TOKENS_MAX)
        return bad(r, p.node, "bpmn.loop_collection", n->collection);
    s->items = v;
    s->total = (int)v->size;
    return OK;
}

static enum status count_times(struct run *r, struct place p, struct bpmn_scope *s) {
    const struct bpmn_node *n = &r->m->node[p.node];
    const struct json *v;
    int64_t times;
    enum status st = feel_value(r, p, n->cardinality, &v);
    if (st != OK)
        return st;
    if (v->type != JSON_NUMBER || dec_to_int(v->number, &times, NULL) != OK || times < 0 || times >= BPMN_TOKENS_MAX)
        return bad(r, p.node, "bpmn.loop_cardinality", n->cardinality);
    s->total = (int)times;
    return OK;
}

static enum status empty_results(struct run *r, struct bpmn_scope *s) {
    const struct json **item = ARENA_ARRAY(r->a, (size_t)s->total + 1, const struct json *);
    if (!item)
        return arena_full(r->d);
    for (int i = 0; i < s->total; i++)
        item[i] = json_null();
    s->results = json_new_array(r->a, item, (size_t)s->total);
    return s->results ? OK : arena_full(r->d);
}

static enum status plan(struct run *r, struct place p, struct bpmn_scope *s) {
    const struct bpmn_node *n = &r->m->node[p.node];
    if (n->loop == BPMN_LOOP) {
        s->total = -1;
        return OK;
    }
    enum status st = n->collection.size > 0 ? count_items(r, p, s) : count_times(r, p, s);
    return st == OK && n->collect[0] != '\0' ? empty_results(r, s) : st;
}

/* ---- coming and going -------------------------------------------------------------- */

enum status enter_loop(struct run *r, uint64_t token) {
    struct place p = token_place(r, token);
    const struct bpmn_node *n = &r->m->node[p.node];
    struct bpmn_scope planned = {0};
    uint64_t scope = 0;
    enum status s = emit_node(r, BPMN_ENTERED, p.node);
    if (s == OK)
        s = plan(r, p, &planned);
    if (s == OK)
        s = boundaries_open(r, token);
    if (s == OK)
        s = open_scope(r, BPMN_SCOPE_LOOP, p.node, token, &scope);
    if (s != OK)
        return s;
    struct bpmn_scope *made = scope_find(r, scope);
    made->total = planned.total;
    made->items = planned.items;
    made->results = planned.results;
    bool again = planned.total != 0;
    if (n->loop == BPMN_LOOP && n->test_before) {
        r->locals = true;
        s = feel_true(r, (struct place){p.node, 0, scope}, n->loop_condition, &again);
    }
    if (s == OK && !again)
        return close_loop(r, scope);
    int at_once = n->loop == BPMN_AT_ONCE ? planned.total : 1;
    for (int i = 0; s == OK && i < at_once; i++)
        s = start_instance(r, scope);
    if (s == OK && n->loop == BPMN_AT_ONCE)
        scope_find(r, scope)->items = NULL; /* each has its own now */
    return s;
}

static enum status keep_result(struct run *r, uint64_t token, uint64_t scope) {
    struct place p = token_place(r, token);
    const struct bpmn_node *n = &r->m->node[p.node];
    const struct json *v, *old = scope_find(r, scope)->results;
    enum status s = feel_value(r, p, n->collect_value, &v);
    if (s != OK)
        return s;
    const struct json **item = ARENA_ARRAY(r->a, old->size + 1, const struct json *);
    if (!item)
        return arena_full(r->d);
    memcpy(item, old->item, old->size * sizeof *item);
    item[token_find(r, token)->index] = v;
    const struct json *results = json_new_array(r->a, item, old->size);
    scope_find(r, scope)->results = results;
    return results ? OK : arena_full(r->d);
}

static enum status is_over(struct run *r, uint64_t token, const struct bpmn_scope *s, bool *ret) {
    const struct bpmn_node *n = &r->m->node[s->node];
    bool answer = n->loop == BPMN_LOOP; /* without a condition only the maximum counts */
    enum status st = OK;
    if (n->loop_condition.size > 0)
        st = feel_true(r, token_place(r, token), n->loop_condition, &answer);
    if (n->loop == BPMN_LOOP)
        *ret = !answer || (n->loop_max > 0 && s->done >= n->loop_max);
    else
        *ret = answer || s->done == s->total;
    return st;
}

enum status instance_done(struct run *r, uint64_t token) {
    uint64_t scope = loop_around(r, token)->id;
    bool over = false;
    enum status s = waits_close_of(r, token);
    if (s == OK && scope_find(r, scope)->results)
        s = keep_result(r, token, scope);
    if (s != OK)
        return s;
    struct bpmn_scope *around = scope_find(r, scope);
    around->done++;
    s = is_over(r, token, around, &over);
    if (s != OK)
        return s;
    forget_token(r, token);
    if (over)
        return close_loop(r, scope);
    return r->m->node[around->node].loop == BPMN_AT_ONCE ? OK : start_instance(r, scope);
}
