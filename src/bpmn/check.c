#include "bpmn/check_internal.h"

static enum status report(struct checker *c, enum bpmn_severity severity, const char *code, const char *element,
    const char *name, const char *other, int line) {
    struct bpmn_finding *f = vec_push_in(c->a, &c->finding);
    if (!f)
        return arena_full(c->d);
    *f = (struct bpmn_finding){severity, code, element, name, other, line};
    return OK;
}

enum status report_node(struct checker *c, enum bpmn_severity severity, const char *code, uint32_t node,
    const char *other) {
    const struct bpmn_node *n = &c->m->node[node];
    return report(c, severity, code, n->id, n->name, other, n->line);
}

/* ---- walking the graph ----------------------------------------------------------- */

/* Where a token may be next, besides the flows: boundary events, links, the
 * inside of a sub-process. */
struct walk {
    bool *seen;
    uint32_t *stack;
    uint32_t size;
};

static bool walk_new(struct checker *c, struct walk *w) {
    w->seen = ARENA_ARRAY(c->a, c->m->node_count + 1, bool);
    w->stack = ARENA_ARRAY(c->a, c->m->node_count + 1, uint32_t);
    w->size = 0;
    return w->seen && w->stack;
}

static void visit(struct walk *w, uint32_t node) {
    if (!w->seen[node]) {
        w->seen[node] = true;
        w->stack[w->size++] = node;
    }
}

/* What begins when `container` does: its start events, else what has no way
 * in; and its event sub-processes, which may begin at any time. */
static void visit_inside(const struct bpmn_model *m, struct walk *w, uint32_t container) {
    bool started = false;
    for (uint32_t i = 0; i < m->node_count; i++)
        if (m->node[i].parent == container &&
            (m->node[i].kind == BPMN_START || m->node[i].kind == BPMN_EVENT_SUBPROCESS)) {
            visit(w, i);
            started |= m->node[i].kind == BPMN_START;
        }
    for (uint32_t i = 0; !started && i < m->node_count; i++)
        if (m->node[i].parent == container && bpmn_begins_by_itself(&m->node[i]))
            visit(w, i);
}

static void walk_forward(const struct bpmn_model *m, struct walk *w) {
    while (w->size > 0) {
        uint32_t at = w->stack[--w->size];
        const struct bpmn_node *n = &m->node[at];
        for (uint32_t i = 0; i < n->out_count; i++)
            visit(w, bpmn_out(m, at, i)->to);
        for (uint32_t i = 0; i < n->boundary_count; i++)
            visit(w, m->boundary[n->boundary + i]);
        if (n->link != BPMN_NONE)
            visit(w, n->link);
        if (n->kind == BPMN_SUBPROCESS || n->kind == BPMN_EVENT_SUBPROCESS)
            visit_inside(m, w, at);
    }
}

static enum status check_reached(struct checker *c) {
    struct walk w;
    if (!walk_new(c, &w))
        return arena_full(c->d);
    visit_inside(c->m, &w, BPMN_NONE);
    if (w.size == 0)
        return report(c, BPMN_ERROR_FINDING, "bpmn.check_no_start", "", c->m->name, "", 0);
    walk_forward(c->m, &w);
    enum status s = OK;
    for (uint32_t i = 0; s == OK && i < c->m->node_count; i++)
        if (!w.seen[i])
            s = report_node(c, BPMN_ERROR_FINDING, "bpmn.check_unreachable", i, "");
    return s;
}

/* Backwards from the ends: what cannot get to one goes round for ever. */
static enum status check_ends(struct checker *c) {
    struct walk w;
    if (!walk_new(c, &w))
        return arena_full(c->d);
    bool any = false;
    for (uint32_t i = 0; i < c->m->node_count; i++) {
        const struct bpmn_node *n = &c->m->node[i];
        any |= n->kind == BPMN_END && n->parent == BPMN_NONE;
        if (n->out_count == 0 && n->link == BPMN_NONE)
            visit(&w, i);
    }
    while (w.size > 0) {
        uint32_t at = w.stack[--w.size];
        const struct bpmn_node *n = &c->m->node[at];
        for (uint32_t i = 0; i < n->in_count; i++)
            visit(&w, c->m->flow[c->m->in[n->in + i]].from);
        if (n->kind == BPMN_BOUNDARY)
            visit(&w, n->attached);
        for (uint32_t i = 0; i < c->m->node_count; i++)
            if (c->m->node[i].link == at)
                visit(&w, i);
    }
    enum status s = OK;
    for (uint32_t i = 0; s == OK && i < c->m->node_count; i++)
        if (!w.seen[i])
            s = report_node(c, BPMN_ERROR_FINDING, "bpmn.check_no_end", i, "");
    return s == OK && !any ? report(c, BPMN_WARNING_FINDING, "bpmn.check_no_end_event", "", c->m->name, "", 0) : s;
}

/* ---- single nodes ------------------------------------------------------------------- */

static enum status check_gateway(struct checker *c, uint32_t i) {
    const struct bpmn_node *n = &c->m->node[i];
    enum status s = OK;
    if (n->out_count == 0)
        return report_node(c, BPMN_WARNING_FINDING, "bpmn.check_gateway_no_way", i, "");
    if (n->out_count < 2)
        return OK;
    bool every = true;
    for (uint32_t k = 0; s == OK && k < n->out_count; k++) {
        uint32_t f = c->m->out[n->out + k];
        if (f == n->default_flow || c->m->flow[f].condition.size > 0)
            continue;
        every = false;
        s = report_node(c, BPMN_ERROR_FINDING, "bpmn.check_gateway_condition", i, c->m->flow[f].id);
    }
    bool total = false;
    if (s == OK)
        s = check_outcomes(c, i, &total);
    return s == OK && every && !total && n->default_flow == BPMN_NONE
               ? report_node(c, BPMN_WARNING_FINDING, "bpmn.check_gateway_default", i, "")
               : s;
}

static enum status check_task(struct checker *c, uint32_t i) {
    const struct bpmn_node *n = &c->m->node[i];
    enum status s = OK;
    if (n->kind == BPMN_USER_TASK && n->role[0] == '\0')
        s = report_node(c, BPMN_WARNING_FINDING, "bpmn.check_task_role", i, "");
    if (s == OK && n->kind == BPMN_SERVICE_TASK && n->handler[0] == '\0')
        s = report_node(c, BPMN_WARNING_FINDING, "bpmn.check_service_handler", i, "");
    if (s == OK && n->kind == BPMN_RULE_TASK && n->decision[0] == '\0')
        s = report_node(c, BPMN_WARNING_FINDING, "bpmn.check_rule_decision", i, "");
    if (s == OK && n->limit[0] != '\0' && n->article[0] == '\0')
        s = report_node(c, BPMN_WARNING_FINDING, "bpmn.check_limit_article", i, n->limit);
    return s;
}

static enum status check_node(struct checker *c, uint32_t i) {
    const struct bpmn_node *n = &c->m->node[i];
    enum status s = OK;
    if (n->kind == BPMN_EXCLUSIVE || n->kind == BPMN_INCLUSIVE)
        s = check_gateway(c, i);
    else if (n->kind >= BPMN_TASK && n->kind <= BPMN_CALL)
        s = check_task(c, i);
    if (s == OK && !n->shape)
        s = report_node(c, BPMN_WARNING_FINDING, "bpmn.check_not_drawn", i, "");
    return s;
}

static enum status check_flows(struct checker *c) {
    enum status s = OK;
    for (uint32_t i = 0; s == OK && i < c->m->flow_count; i++) {
        const struct bpmn_flow *f = &c->m->flow[i];
        if (!f->drawn)
            s = report(c, BPMN_WARNING_FINDING, "bpmn.check_not_drawn", f->id, f->name, "", f->line);
    }
    return s;
}

static enum status take_warnings(struct checker *c) {
    enum status s = OK;
    for (uint32_t i = 0; s == OK && i < c->m->warning_count; i++) {
        const struct bpmn_warning *w = &c->m->warning[i];
        s = report(c, BPMN_WARNING_FINDING, w->code, w->element, "", w->what, w->line);
    }
    return s;
}

enum status bpmn_check(struct arena *a, const struct bpmn_model *m, struct bpmn_finding **ret, uint32_t *ret_count,
    struct diag *d) {
    assert(a && m && ret && ret_count);
    struct checker c = {.a = a, .m = m, .d = d};
    enum status s = check_reached(&c);
    if (s == OK)
        s = check_ends(&c);
    if (s == OK)
        s = check_states(&c);
    for (uint32_t i = 0; s == OK && i < m->node_count; i++)
        s = check_node(&c, i);
    if (s == OK)
        s = check_flows(&c);
    if (s == OK && !m->executable)
        s = report(&c, BPMN_WARNING_FINDING, "bpmn.check_not_executable", "", m->name, "", 0);
    if (s == OK)
        s = take_warnings(&c);
    if (s != OK)
        return s;
    *ret = c.finding.at;
    *ret_count = (uint32_t)c.finding.size;
    return OK;
}
