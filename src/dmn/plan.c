/* What a decision needs, found once when the model is loaded: the slots of its
 * requirements, and theirs, in the model's order, itself last. */
#include "dmn/internal.h"

enum { PLAN_SLOTS_MAX = 1 << 18 }; /* of all plans together, 1 MiB; decisions beyond have none */

struct planner {
    struct dmn_model *m;
    uint32_t *place; /* in the order, by slot */
    uint32_t *seen;  /* by slot: number of the plan that has it */
    uint32_t *found, *stack;
};

static int ascending(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Places in the order of everything `slot` needs. */
static size_t closure(struct planner *p, uint32_t slot, uint32_t stamp) {
    size_t n = 0, depth = 0;
    p->stack[depth++] = slot;
    p->seen[slot] = stamp;
    while (depth) {
        const struct dmn_slot *s = &p->m->slot[p->stack[--depth]];
        p->found[n++] = p->place[p->stack[depth]];
        for (size_t k = 0; k < s->element->need_count; k++) {
            uint32_t need = s->base + s->element->need[k];
            if (p->seen[need] == stamp)
                continue;
            p->seen[need] = stamp;
            p->stack[depth++] = need;
        }
    }
    qsort(p->found, n, sizeof *p->found, ascending);
    return n;
}

/* An element is found by its name before another by its id; of two, the first. */
static bool plan_names(struct dmn_model *m) {
    enum { NAMES = 3 };
    m->by_name = map_new(m->arena, 0);
    for (size_t k = 0; m->by_name && k < NAMES; k++)
        for (size_t i = 0; i < m->element_count; i++) {
            struct dmn_element *e = &m->element[i];
            struct span names[NAMES] = {e->name, e->id, xml_attr(e->xml, "name")};
            if (!map_has(m->by_name, names[k]) && !map_put(m->by_name, names[k], e))
                return false;
        }
    return m->by_name != NULL;
}

bool dmn_plan(struct dmn_model *m) {
    size_t n = m->slot_count, total = 0;
    struct planner p = {.m = m, .place = ARENA_ARRAY(m->arena, n + 1, uint32_t), .seen = ARENA_ARRAY(m->arena, n + 1, uint32_t),
        .found = ARENA_ARRAY(m->arena, n + 1, uint32_t), .stack = ARENA_ARRAY(m->arena, n + 1, uint32_t)};
    if (!plan_names(m) || !p.place || !p.seen || !p.found || !p.stack)
        return false;
    for (size_t i = 0; i < n; i++)
        p.place[m->order[i]] = (uint32_t)i;
    for (size_t i = 0; i < m->element_count && total < PLAN_SLOTS_MAX; i++) {
        struct dmn_element *e = &m->element[i];
        if (e->kind != DMN_DECISION)
            continue;
        size_t count = closure(&p, m->own + (uint32_t)i, (uint32_t)i + 1);
        uint32_t *plan = ARENA_ARRAY(m->arena, count, uint32_t);
        if (!plan)
            return false;
        for (size_t k = 0; k < count; k++)
            plan[k] = m->order[p.found[k]];
        e->plan = plan;
        e->plan_count = count;
        total += count;
    }
    return true;
}
