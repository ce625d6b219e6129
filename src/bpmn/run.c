#include "bpmn/engine_internal.h"

#define COPY(r, list, from, n)                                                 \
    for (uint32_t i_ = 0; i_ < (n); i_++) {                                    \
        __typeof__((from)) slot_ = vec_push_in((r)->a, &(r)->list);            \
        if (!slot_)                                                            \
            return arena_full((r)->d);                                         \
        *slot_ = (from)[i_];                                                   \
    }

enum status run_from(struct run *r, const struct bpmn_state *s) {
    r->status = s->status;
    r->end = s->end;
    r->error = s->error;
    r->next = s->next;
    r->variables = s->variables;
    COPY(r, scope, s->scope, s->scope_count);
    COPY(r, token, s->token, s->token_count);
    COPY(r, wait, s->wait, s->wait_count);
    COPY(r, done, s->done, s->done_count);
    COPY(r, record, s->record, s->record_count);
    for (uint32_t i = 0; i < s->token_count; i++)
        r->locals |= s->token[i].local != NULL || s->token[i].index >= 0;
    return OK;
}

enum status run_result(struct run *r, struct bpmn_result *ret) {
    struct bpmn_state *s = ARENA_NEW(r->a, struct bpmn_state);
    if (!s)
        return arena_full(r->d);
    *s = (struct bpmn_state){
        .status = r->status, .end = r->end, .error = r->error, .next = r->next, .variables = r->variables,
        .scope = r->scope.at, .scope_count = (uint32_t)r->scope.size,
        .token = r->token.at, .token_count = (uint32_t)r->token.size,
        .wait = r->wait.at, .wait_count = (uint32_t)r->wait.size,
        .done = r->done.at, .done_count = (uint32_t)r->done.size,
        .record = r->record.at, .record_count = (uint32_t)r->record.size,
    };
    *ret = (struct bpmn_result){s, r->effect.at, (uint32_t)r->effect.size};
    return OK;
}

enum status run_emit(struct run *r, struct bpmn_effect e) {
    struct bpmn_effect *slot = vec_push_in(r->a, &r->effect);
    if (!slot)
        return arena_full(r->d);
    if (!e.text)
        e.text = "";
    if (!e.correlation)
        e.correlation = "";
    *slot = e;
    return OK;
}

enum status emit_node(struct run *r, enum bpmn_effect_kind kind, uint32_t node) {
    return run_emit(r, (struct bpmn_effect){.kind = kind, .node = node});
}

enum status fail_at(struct run *r, uint32_t node, enum status s) {
    diag_at(r->d, "%s", r->m->node[node].id);
    if (r->m->node[node].line > 0)
        diag_line(r->d, r->m->node[node].line);
    return s;
}

/* ---- FEEL ---------------------------------------------------------------- */

enum status feel_value(struct run *r, struct place p, struct span text, const struct json **ret) {
    if (!r->feel)
        return fail_at(r, p.node, diag_fail(r->d, E_INPUT, "bpmn.no_evaluator"));
    const struct json *names = names_at(r, p);
    if (!names)
        return arena_full(r->d);
    *ret = NULL;
    enum status s = r->feel->value(r->feel->user, r->a, text, names, ret, r->d);
    if (s != OK)
        return fail_at(r, p.node, s);
    if (!*ret)
        *ret = json_null();
    return OK;
}

enum status feel_true(struct run *r, struct place p, struct span condition, bool *ret) {
    *ret = condition.size == 0;
    if (*ret)
        return OK;
    const struct json *v;
    enum status s = feel_value(r, p, condition, &v);
    if (s == OK && v->type != JSON_TRUE && v->type != JSON_FALSE && v->type != JSON_NULL)
        return fail_at(r, p.node, diag_fail(r->d, E_INPUT, "bpmn.condition", DIAG_SPAN("text", condition)));
    if (s == OK)
        *ret = v->type == JSON_TRUE;
    return s;
}

enum status bpmn_text(struct run *r, struct place p, struct span text, const char *code, const char **ret) {
    const struct json *v;
    enum status s = feel_value(r, p, text, &v);
    if (s != OK)
        return s;
    if (v->type == JSON_STRING) {
        *ret = v->text.at;
        return OK;
    }
    if (v->type != JSON_NUMBER)
        return fail_at(r, p.node, diag_fail(r->d, E_INPUT, code, DIAG_SPAN("text", text)));
    char number[DEC_TEXT_MAX];
    size_t n = dec_text_short(v->number, number);
    *ret = arena_dup(r->a, span_bytes(number, n));
    return *ret ? OK : arena_full(r->d);
}
