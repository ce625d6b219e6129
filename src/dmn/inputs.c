/* What a decision needs from outside, in the end. */
#include "dmn/check_type.h"

typedef VEC(struct span) names;

static bool listed(const names *list, struct span name) {
    for (size_t i = 0; i < list->size; i++)
        if (span_eq(list->at[i], name))
            return true;
    return false;
}

struct reach { const struct dmn_model *model; bool *seen; uint32_t *todo; size_t count; };

static void reach(struct reach *r, uint32_t slot) {
    if (!r->seen[slot]) {
        r->seen[slot] = true;
        r->todo[r->count++] = slot;
    }
}

/* Requirements of an element; of a service also what its decisions are made of. */
static void reach_needs(struct reach *r, uint32_t slot) {
    const struct dmn_slot *s = &r->model->slot[slot];
    for (size_t i = 0; i < s->element->need_count; i++)
        reach(r, s->base + s->element->need[i]);
    for (size_t i = 0; i < s->element->output_count; i++)
        reach(r, s->base + s->element->output[i]);
}

static bool find_decision(const struct dmn_model *m, struct span name, uint32_t *ret) {
    for (size_t i = 0; i < m->element_count; i++)
        if ((m->element[i].kind == DMN_DECISION || m->element[i].kind == DMN_SERVICE) && (span_eq(m->element[i].name, name) || span_eq(m->element[i].id, name))) {
            *ret = m->own + (uint32_t)i;
            return true;
        }
    return false;
}

enum status dmn_reach(struct arena *a, const struct dmn_model *m, struct span decision, const bool **ret, struct diag *d) {
    struct reach r = {m, ARENA_ARRAY(a, m->slot_count + 1, bool), ARENA_ARRAY(a, m->slot_count + 1, uint32_t), 0};
    uint32_t first;
    if (!r.seen || !r.todo)
        return arena_full(d);
    if (!find_decision(m, decision, &first))
        return diag_fail(d, E_NOT_FOUND, "dmn.no_such_decision", DIAG_SPAN("name", decision));
    reach(&r, first);
    for (size_t i = 0; i < r.count; i++)
        reach_needs(&r, r.todo[i]);
    *ret = r.seen;
    return OK;
}

enum status dmn_inputs_of(struct arena *a, const struct dmn_model *m, struct span decision,
    const struct span **ret, size_t *ret_count, struct diag *d) {
    const bool *seen;
    names list = {0};
    enum status s = dmn_reach(a, m, decision, &seen, d);
    for (size_t i = 0; s == OK && i < m->slot_count; i++) { /* in the order of the files */
        const struct dmn_element *e = m->slot[i].element;
        if (!seen[i] || e->kind != DMN_INPUT || listed(&list, e->name))
            continue;
        struct span *slot = vec_push_in(a, &list);
        if (!slot)
            return arena_full(d);
        *slot = e->name;
    }
    *ret = list.at;
    *ret_count = list.size;
    return s;
}

/* The element that a place of the XML lies in; NULL: it is the model's. */
static const struct dmn_element *element_around(const struct dmn_model *m, const struct xml *at, size_t *ret) {
    for (; at; at = at->parent)
        for (size_t i = 0; at->parent == m->xml && i < m->element_count; i++)
            if (m->element[i].xml == at)
                return *ret = i, &m->element[i];
    return NULL;
}

/* A problem of no element may be in any value. */
static bool model_is_sound(const struct dmn_model *m) {
    size_t at;
    for (size_t i = 0; i < m->problem_count; i++)
        if (!element_around(m, m->problem_place[i], &at))
            return false;
    for (size_t i = 0; i < m->import_count; i++)
        if (!model_is_sound(m->import[i].model))
            return false;
    return true;
}

enum status dmn_problem_of(struct arena *a, const struct dmn_model *m, struct span decision,
    const struct diag **ret_problem, bool *ret_imported, struct diag *d) {
    const bool *seen;
    enum status s = dmn_reach(a, m, decision, &seen, d);
    *ret_problem = NULL;
    *ret_imported = false;
    for (size_t i = 0; s == OK && i < m->problem_count && !*ret_problem; i++) {
        size_t at;
        if (!element_around(m, m->problem_place[i], &at) || seen[m->own + at])
            *ret_problem = &m->problem[i];
    }
    for (size_t i = 0; s == OK && i < m->own; i++)
        *ret_imported = *ret_imported || (seen[i] && m->slot[i].element->faulty);
    for (size_t i = 0; s == OK && i < m->import_count; i++)
        *ret_imported = *ret_imported || !model_is_sound(m->import[i].model);
    return s;
}

/* Is `name` "namespace#name" of the element? */
bool dmn_is_qualified(struct span name, const struct dmn_slot *s) {
    struct span uri = s->model->uri, own = s->element->name;
    return name.size == uri.size + 1 + own.size && name.at[uri.size] == '#' &&
        (!uri.size || memcmp(name.at, uri.at, uri.size) == 0) &&
        (!own.size || memcmp(name.at + uri.size + 1, own.at, own.size) == 0);
}

bool dmn_input_known(const struct dmn_model *m, struct span name, struct span *ret_near) {
    struct near near = check_near(name);
    for (size_t i = 0; i < m->slot_count; i++) {
        const struct dmn_slot *s = &m->slot[i];
        bool read = s->element->kind == DMN_INPUT || (s->element->kind == DMN_DECISION && i >= m->own);
        if (dmn_is_qualified(name, s) || (read && span_eq(name, s->element->name)))
            return true;
        if (read)
            check_near_try(&near, s->element->name);
    }
    for (size_t i = 0; i < m->import_count; i++)
        if (span_eq(name, m->import[i].name))
            return true;
    *ret_near = near.best;
    return false;
}
