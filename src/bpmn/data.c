/* Variables of one instance.
 *
 * There is one object for the whole instance; a token may have a second one
 * (`local`) for what only its activity sees: input mappings, the item of a
 * multi-instance activity.  An expression sees the locals of its token, of the
 * sub-processes around it, and then the instance's. */
#include "bpmn/engine_internal.h"

struct place token_place(struct run *r, uint64_t token) {
    const struct bpmn_token *t = token_find(r, token);
    return (struct place){t->node, token, t->scope};
}

const struct json *json_of_int(struct arena *a, int64_t n) { return json_new_number(a, dec_int(n)); }

/* `old` with the members of `newer` in place of its own. */
static const struct json *overlay(struct arena *a, const struct json *old, const struct json *newer) {
    size_t room = old->size + newer->size, n = 0;
    struct span *key = ARENA_ARRAY(a, room + 1, struct span);
    const struct json **value = ARENA_ARRAY(a, room + 1, const struct json *);
    if (!key || !value)
        return NULL;
    for (size_t i = 0; i < old->size; i++) {
        const struct json *v = json_get_span(newer, old->key[i]);
        key[n] = old->key[i];
        value[n++] = v ? v : old->item[i];
    }
    for (size_t i = 0; i < newer->size; i++) {
        if (json_get_span(old, newer->key[i]))
            continue;
        key[n] = newer->key[i];
        value[n++] = newer->item[i];
    }
    return json_new_object(a, key, value, n);
}

/* ---- seeing ----------------------------------------------------------------- */

/* From the outside in.  The depth is that of the drawing's sub-processes, twice. */
static const struct json *names_of(struct run *r, uint64_t token, uint64_t scope) {
    const struct bpmn_scope *s = scope_find(r, scope);
    const struct bpmn_token *t = token ? token_find(r, token) : NULL;
    const struct bpmn_token *around = s && s->token ? token_find(r, s->token) : NULL;
    const struct json *names = around ? names_of(r, around->id, around->scope) : r->variables;
    if (names && s && s->kind == BPMN_SCOPE_LOOP) {
        const struct json *counters = loop_names(r, s, t);
        names = counters ? overlay(r->a, names, counters) : NULL;
    }
    return names && t && t->local ? overlay(r->a, names, t->local) : names;
}

const struct json *names_at(struct run *r, struct place p) {
    return r->locals ? names_of(r, p.token, p.scope) : r->variables;
}

/* ---- writing ------------------------------------------------------------------ */

/* The token whose local variable of this name is nearest; NULL: none has one. */
static struct bpmn_token *owner_of(struct run *r, struct place p, struct span key) {
    uint64_t token = p.token;
    uint64_t scope = p.scope;
    for (;;) {
        struct bpmn_token *t = token ? token_find(r, token) : NULL;
        if (t && t->local && json_get_span(t->local, key))
            return t;
        const struct bpmn_scope *s = scope_find(r, t ? t->scope : scope);
        if (!s || s->token == 0)
            return NULL;
        token = s->token;
    }
}

static enum status write_one(struct run *r, struct place p, struct span key, const struct json *value) {
    struct bpmn_token *t = owner_of(r, p, key);
    const struct json **where = t ? &t->local : &r->variables;
    const struct json *all = json_with(r->a, *where, key.at, value);
    if (!all)
        return arena_full(r->d);
    *where = all;
    return OK;
}

static enum status write_local(struct run *r, uint64_t token, const struct json *object) {
    struct bpmn_token *t = token_find(r, token);
    t->local = t->local ? overlay(r->a, t->local, object) : object;
    r->locals = true;
    return t->local ? OK : arena_full(r->d);
}

enum status merge(struct run *r, struct place p, const struct json *object) {
    if (json_is_null(object))
        return OK;
    if (object->type != JSON_OBJECT)
        return diag_fail(r->d, E_INPUT, "bpmn.payload");
    if (p.token && r->m->node[p.node].output_count > 0)
        return write_local(r, p.token, object);
    if (r->locals) {
        enum status s = OK;
        for (size_t i = 0; s == OK && i < object->size; i++)
            s = write_one(r, p, object->key[i], object->item[i]);
        return s;
    }
    r->variables = overlay(r->a, r->variables, object);
    return r->variables ? OK : arena_full(r->d);
}

enum status take_answer(struct run *r, struct place p, const struct json *answer) {
    const struct bpmn_node *n = &r->m->node[p.node];
    if (n->result[0] != '\0') {
        struct span key = span_of(n->result);
        const struct json *value = answer ? answer : json_null();
        const struct json *object = json_new_object(r->a, &key, &value, 1);
        return object ? merge(r, p, object) : arena_full(r->d);
    }
    if (!json_is_null(answer) && answer->type != JSON_OBJECT)
        return fail_at(r, p.node, diag_fail(r->d, E_INPUT, "bpmn.result_unnamed"));
    return merge(r, p, answer);
}

/* ---- mappings -------------------------------------------------------------------- */

static enum status mapped(struct run *r, struct place p, const struct bpmn_mapping *list, uint32_t n,
    const struct json **ret) {
    *ret = json_new_object(r->a, NULL, NULL, 0);
    for (uint32_t i = 0; *ret && i < n; i++) {
        const struct json *v;
        enum status s = feel_value(r, p, list[i].source, &v);
        if (s != OK)
            return s;
        *ret = json_with(r->a, *ret, list[i].target, v);
    }
    return *ret ? OK : arena_full(r->d);
}

enum status map_input(struct run *r, uint64_t token) {
    struct place p = token_place(r, token);
    const struct bpmn_node *n = &r->m->node[p.node];
    const struct json *values;
    if (n->input_count == 0)
        return OK;
    enum status s = mapped(r, p, n->input, n->input_count, &values);
    return s == OK ? write_local(r, token, values) : s;
}

enum status map_output(struct run *r, uint64_t token) {
    struct place p = token_place(r, token);
    const struct bpmn_node *n = &r->m->node[p.node];
    const struct json *values;
    if (n->output_count == 0)
        return OK;
    enum status s = mapped(r, p, n->output, n->output_count, &values);
    if (s != OK)
        return s;
    /* written from outside: the activity's own variables end with it */
    const struct bpmn_scope *scope = scope_find(r, p.scope);
    struct place outside = {p.node, scope->token, scope->token ? token_find(r, scope->token)->scope : p.scope};
    for (size_t i = 0; s == OK && i < values->size; i++)
        s = write_one(r, outside, values->key[i], values->item[i]);
    return s;
}

const struct json *bpmn_variables_at(const struct bpmn_model *m, const struct bpmn_state *state, uint64_t key,
    struct arena *a) {
    struct diag scratch = {0};
    struct run r = {.m = m, .a = a, .d = &scratch};
    if (run_from(&r, state) != OK)
        return NULL;
    for (uint32_t i = 0; i < state->wait_count; i++) {
        const struct bpmn_wait *w = &state->wait[i];
        if (w->key != key)
            continue;
        const struct bpmn_token *t = w->token ? token_find(&r, w->token) : NULL;
        if (w->kind == BPMN_WAIT_CALL && t && m->node[w->node].input_count > 0)
            return t->local;
        return names_at(&r, (struct place){w->node, w->token, w->scope});
    }
    return NULL;
}
