/* What an evaluation loaded on the way to what it was asked for, and what of it hangs on nothing unknown. */
#include "dmn/internal.h"

#include "feel/unknown.h"

bool dmn_reads_open(struct dmn_run *run) {
    size_t n = run->model->slot_count;
    return !run->trace || (run->read = arena_alloc(run->env->arena, n * n + 1));
}

const uint8_t *dmn_reads(const struct dmn_run *run, const uint32_t *slot, size_t count) {
    size_t n = run->model->slot_count, todo_count = 0;
    uint8_t *read = arena_alloc(run->env->arena, n + 1);
    uint32_t *todo = ARENA_ARRAY(run->env->arena, n + 1, uint32_t);
    if (!read || !todo)
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (!read[slot[i]]) {
            read[slot[i]] = 1;
            todo[todo_count++] = slot[i];
        }
    for (size_t i = 0; i < todo_count; i++)
        for (uint32_t k = 0; k < n; k++)
            if (run->read[todo[i] * n + k] && !read[k]) {
                read[k] = 1;
                todo[todo_count++] = k;
            }
    return read;
}

bool dmn_trace_read(const struct dmn_model *m, const struct dmn_trace *t, struct span name) {
    for (size_t i = 0; i < t->value_count; i++)
        if (t->read[i] && m->slot[i].element->kind == DMN_INPUT && span_eq(m->slot[i].element->name, name))
            return true;
    return false;
}

bool dmn_trace_used(const struct dmn_model *m, const struct dmn_trace *t, size_t i) {
    for (size_t k = 0; k < t->value_count; k++)
        if (t->read[k] && m->slot[k].element->kind == DMN_DECISION && m->slot[k].element->name.at == t->decision[i].name.at)
            return true;
    return false;
}

const uint8_t *dmn_known(struct arena *a, const struct dmn_model *m, const struct dmn_result *r) {
    uint8_t *known = arena_alloc(a, m->slot_count + 1);
    for (size_t i = 0; known && i < m->slot_count; i++) {
        const struct feel_value *v = &r->slot[i];
        enum dmn_element_kind kind = m->slot[i].element->kind;
        known[i] = (kind == DMN_INPUT || kind == DMN_DECISION) && v->kind != FEEL_FUNCTION && !feel_has_unknown(v) && !feel_find_error(v);
    }
    return known;
}
