#include "bpmn/load_internal.h"

static const struct { const char *name; enum bpmn_kind kind; } ELEMENT[] = {
    {"startEvent", BPMN_START},
    {"endEvent", BPMN_END},
    {"intermediateCatchEvent", BPMN_CATCH},
    {"intermediateThrowEvent", BPMN_THROW},
    {"boundaryEvent", BPMN_BOUNDARY},
    {"task", BPMN_TASK},
    {"userTask", BPMN_USER_TASK},
    {"manualTask", BPMN_MANUAL_TASK},
    {"serviceTask", BPMN_SERVICE_TASK},
    {"businessRuleTask", BPMN_RULE_TASK},
    {"scriptTask", BPMN_SCRIPT_TASK},
    {"sendTask", BPMN_SEND_TASK},
    {"receiveTask", BPMN_RECEIVE_TASK},
    {"callActivity", BPMN_CALL},
    {"subProcess", BPMN_SUBPROCESS},
    {"transaction", BPMN_SUBPROCESS},
    {"exclusiveGateway", BPMN_EXCLUSIVE},
    {"parallelGateway", BPMN_PARALLEL},
    {"inclusiveGateway", BPMN_INCLUSIVE},
    {"eventBasedGateway", BPMN_EVENT_GATEWAY},
};

/* Children of a process or sub-process that are no flow elements. */
static const char *const NO_FLOW_ELEMENT[] = {"documentation", "extensionElements", "incoming", "outgoing",
    "laneSet", "dataObject", "dataObjectReference", "dataStoreReference", "textAnnotation", "association", "group",
    "ioSpecification", "property", "dataInputAssociation", "dataOutputAssociation", "resourceRole", "performer",
    "humanPerformer", "potentialOwner", "auditing", "monitoring", "correlationSubscription", "supports",
    "ioBinding", "multiInstanceLoopCharacteristics", "standardLoopCharacteristics"};

static bool quiet(struct span name) {
    for (size_t i = 0; i < ARRAY_LEN(NO_FLOW_ELEMENT); i++)
        if (span_is(name, NO_FLOW_ELEMENT[i]))
            return true;
    return false;
}

/* An id means one thing only. */
static enum status claim(struct loader *l, const struct xml *e, const char *id) {
    if (map_has(l->ids, span_of(id)))
        return refuse(l, e, "bpmn.duplicate_id", DIAG_S("id", id));
    return map_put(l->ids, span_of(id), (void *)(uintptr_t)e) ? OK : arena_full(l->d);
}

/* ---- first pass: nodes and flows ---------------------------------------- */

static enum status walk(struct loader *l, const struct xml *container, uint32_t parent);

static enum status add_flow(struct loader *l, const struct xml *e) {
    if (l->flow.size >= BPMN_FLOWS_MAX)
        return diag_fail(l->d, E_LIMIT, "bpmn.too_large", DIAG_N("limit", BPMN_FLOWS_MAX));
    struct bpmn_flow *f = vec_push_in(l->a, &l->flow);
    const struct xml **source = vec_push_in(l->a, &l->flow_source);
    if (!f || !source)
        return arena_full(l->d);
    *source = e;
    struct span id = attr(e, "id");
    /* The schema lets a flow have no id; the trace and the state need one. */
    f->id = id.size > 0 ? keep(l, id) : arena_printf(l->a, "_flow%zu", l->flow.size);
    f->name = keep(l, attr(e, "name"));
    if (!f->id || !f->name)
        return arena_full(l->d);
    f->line = e->line;
    f->drawn = map_has(l->drawn, span_of(f->id));
    enum status s = claim(l, e, f->id);
    if (s == OK)
        s = scan_foreign(l, e);
    const struct xml *condition = xml_child(e, "conditionExpression");
    return s == OK && condition ? take_feel(l, condition, condition->text, &f->condition) : s;
}

static enum status add_node(struct loader *l, const struct xml *e, enum bpmn_kind kind, uint32_t parent) {
    if (l->node.size >= BPMN_NODES_MAX)
        return diag_fail(l->d, E_LIMIT, "bpmn.too_large", DIAG_N("limit", BPMN_NODES_MAX));
    uint32_t index = (uint32_t)l->node.size;
    struct bpmn_node *n = vec_push_in(l->a, &l->node);
    const struct xml **source = vec_push_in(l->a, &l->source);
    if (!n || !source)
        return arena_full(l->d);
    *source = e;
    n->kind = kind == BPMN_SUBPROCESS && attr_is(e, "triggeredByEvent", "true") ? BPMN_EVENT_SUBPROCESS : kind;
    n->parent = parent;
    enum status s = load_node(l, e, n);
    if (s == OK)
        s = claim(l, e, n->id);
    return s == OK && kind == BPMN_SUBPROCESS ? walk(l, e, index) : s;
}

static enum status walk(struct loader *l, const struct xml *container, uint32_t parent) {
    for (const struct xml *e = container->child; e; e = e->next) {
        if (!is_bpmn(e) || quiet(e->name))
            continue;
        enum status s = E_NOT_FOUND;
        if (span_is(e->name, "sequenceFlow"))
            s = add_flow(l, e);
        for (size_t i = 0; s == E_NOT_FOUND && i < ARRAY_LEN(ELEMENT); i++)
            if (span_is(e->name, ELEMENT[i].name))
                s = add_node(l, e, ELEMENT[i].kind, parent);
        if (s == E_NOT_FOUND)
            return refuse_element(l, e, e->name);
        if (s != OK)
            return s;
    }
    return OK;
}

/* ---- second pass: references -------------------------------------------- */

/* Node numbers by id, for the second pass: the value is number + 1. */
static uint32_t number_of(const struct map *numbers, struct span id) {
    uintptr_t v = (uintptr_t)map_get(numbers, id);
    return v == 0 ? BPMN_NONE : (uint32_t)(v - 1);
}

static enum status join_flow(struct loader *l, const struct map *numbers, size_t i) {
    struct bpmn_flow *f = &l->flow.at[i];
    const struct xml *e = l->flow_source.at[i];
    struct span from = attr(e, "sourceRef"), to = attr(e, "targetRef");
    f->from = number_of(numbers, from);
    f->to = number_of(numbers, to);
    if (f->from == BPMN_NONE || f->to == BPMN_NONE)
        return refuse(l, e, "bpmn.unknown_reference", DIAG_S("element", f->from == BPMN_NONE ? "sourceRef" : "targetRef"),
            DIAG_SPAN("reference", f->from == BPMN_NONE ? from : to));
    const struct bpmn_node *a = &l->node.at[f->from], *b = &l->node.at[f->to];
    if (a->parent != b->parent)
        return refuse(l, e, "bpmn.flow_crosses", DIAG_S("from", a->id), DIAG_S("to", b->id));
    if (a->kind == BPMN_END || a->kind == BPMN_EVENT_SUBPROCESS ||
        (a->kind == BPMN_THROW && a->trigger == BPMN_LINK))
        return refuse(l, e, "bpmn.flow_from", DIAG_S("element", a->id));
    if (b->kind == BPMN_START || b->kind == BPMN_BOUNDARY || b->kind == BPMN_EVENT_SUBPROCESS ||
        (b->kind == BPMN_CATCH && b->trigger == BPMN_LINK))
        return refuse(l, e, "bpmn.flow_to", DIAG_S("element", b->id));
    bool decides = a->kind == BPMN_EXCLUSIVE || a->kind == BPMN_INCLUSIVE ||
                   bpmn_activity(a);
    if (f->condition.size > 0 && !decides) {
        f->condition = SPAN("");
        return bpmn_warn(l, e, "bpmn.condition_ignored", SPAN(""));
    }
    return OK;
}

/* Flow numbers grouped by node: count, prefix sum, fill. */
static enum status index_flows(struct loader *l) {
    uint32_t n = (uint32_t)l->flow.size;
    uint32_t *out = ARENA_ARRAY(l->a, n + 1, uint32_t), *in = ARENA_ARRAY(l->a, n + 1, uint32_t);
    if (!out || !in)
        return arena_full(l->d);
    for (uint32_t i = 0; i < n; i++) {
        l->node.at[l->flow.at[i].from].out_count++;
        l->node.at[l->flow.at[i].to].in_count++;
    }
    uint32_t o = 0, p = 0;
    for (size_t i = 0; i < l->node.size; i++) {
        struct bpmn_node *node = &l->node.at[i];
        node->out = o;
        node->in = p;
        o += node->out_count;
        p += node->in_count;
        node->out_count = node->in_count = 0;
    }
    for (uint32_t i = 0; i < n; i++) {
        struct bpmn_node *from = &l->node.at[l->flow.at[i].from], *to = &l->node.at[l->flow.at[i].to];
        out[from->out + from->out_count++] = i;
        in[to->in + to->in_count++] = i;
    }
    l->m->out = out;
    l->m->in = in;
    return OK;
}

static enum status take_default(struct loader *l, uint32_t i) {
    struct bpmn_node *n = &l->node.at[i];
    struct span id = attr(l->source.at[i], "default");
    if (id.size == 0)
        return OK;
    bool decides = n->kind == BPMN_EXCLUSIVE || n->kind == BPMN_INCLUSIVE ||
                   bpmn_activity(n);
    for (uint32_t k = 0; decides && k < n->out_count; k++) {
        uint32_t f = l->m->out[n->out + k];
        if (!span_is(id, l->flow.at[f].id))
            continue;
        n->default_flow = f;
        if (l->flow.at[f].condition.size == 0)
            return OK;
        l->flow.at[f].condition = SPAN("");
        return bpmn_warn(l, l->flow_source.at[f], "bpmn.condition_ignored", SPAN(""));
    }
    return refuse(l, l->source.at[i], "bpmn.unknown_reference", DIAG_S("element", "default"),
        DIAG_SPAN("reference", id));
}

static enum status take_attached(struct loader *l, const struct map *numbers, uint32_t i) {
    struct bpmn_node *n = &l->node.at[i];
    if (n->kind != BPMN_BOUNDARY)
        return OK;
    struct span id = attr(l->source.at[i], "attachedToRef");
    n->attached = number_of(numbers, id);
    if (n->attached == BPMN_NONE)
        return refuse(l, l->source.at[i], "bpmn.unknown_reference", DIAG_S("element", "attachedToRef"),
            DIAG_SPAN("reference", id));
    const struct bpmn_node *activity = &l->node.at[n->attached];
    if (activity->parent != n->parent || !bpmn_activity(activity))
        return refuse(l, l->source.at[i], "bpmn.attached_to", DIAG_S("element", activity->id));
    if (n->trigger == BPMN_ERROR || n->trigger == BPMN_CANCEL)
        n->interrupting = true; /* the standard knows no other */
    if (n->trigger == BPMN_CANCEL && !activity->transaction)
        return refuse(l, l->source.at[i], "bpmn.cancel_place");
    return OK;
}

/* ---- compensation -------------------------------------------------------- */

/* The activity at the other end of the association of a boundary event. */
static enum status take_handler(struct loader *l, const struct map *numbers, uint32_t i) {
    struct bpmn_node *n = &l->node.at[i];
    if (n->kind != BPMN_BOUNDARY || n->trigger != BPMN_COMPENSATION)
        return OK;
    const struct xml *e = l->source.at[i];
    for (const struct xml *a = xml_child(e->parent, "association"); a; a = xml_next(a, "association")) {
        bool from = span_is(attr(a, "sourceRef"), n->id);
        if (!from && !span_is(attr(a, "targetRef"), n->id))
            continue;
        uint32_t handler = number_of(numbers, attr(a, from ? "targetRef" : "sourceRef"));
        if (handler == BPMN_NONE) /* a note */
            continue;
        struct bpmn_node *h = &l->node.at[handler];
        if (h->parent != n->parent || !bpmn_activity(h) || handler == n->attached)
            return refuse(l, a, "bpmn.handler", DIAG_S("element", h->id));
        h->compensates = true;
        n->link = handler;
    }
    return n->link != BPMN_NONE ? OK : bpmn_warn(l, e, "bpmn.handler_missing", span_of(n->id));
}

static enum status take_compensated(struct loader *l, const struct map *numbers, uint32_t i) {
    struct bpmn_node *n = &l->node.at[i];
    if (n->trigger == BPMN_CANCEL && n->kind == BPMN_END &&
        (n->parent == BPMN_NONE || !l->node.at[n->parent].transaction))
        return refuse(l, l->source.at[i], "bpmn.cancel_place");
    if (n->trigger != BPMN_COMPENSATION || (n->kind != BPMN_THROW && n->kind != BPMN_END))
        return OK;
    const struct xml *def = xml_child(l->source.at[i], "compensateEventDefinition");
    struct span id = def ? attr(def, "activityRef") : SPAN("");
    if (id.size == 0)
        return OK;
    n->compensated = number_of(numbers, id);
    if (n->compensated == BPMN_NONE || !bpmn_activity(&l->node.at[n->compensated]))
        return refuse(l, def, "bpmn.unknown_reference", DIAG_S("element", "activityRef"), DIAG_SPAN("reference", id));
    return OK;
}

static enum status index_boundary(struct loader *l) {
    uint32_t *list = ARENA_ARRAY(l->a, l->node.size + 1, uint32_t);
    if (!list)
        return arena_full(l->d);
    uint32_t used = 0;
    for (uint32_t i = 0; i < l->node.size; i++) {
        l->node.at[i].boundary = used;
        if (!bpmn_activity(&l->node.at[i]))
            continue;
        for (uint32_t k = 0; k < l->node.size; k++)
            if (l->node.at[k].kind == BPMN_BOUNDARY && l->node.at[k].attached == i)
                list[used++] = k;
        l->node.at[i].boundary_count = used - l->node.at[i].boundary;
    }
    l->m->boundary = list;
    return OK;
}

static enum status take_link(struct loader *l, uint32_t i) {
    struct bpmn_node *n = &l->node.at[i];
    if (n->trigger != BPMN_LINK || n->kind != BPMN_THROW)
        return OK;
    for (uint32_t k = 0; k < l->node.size; k++) {
        const struct bpmn_node *c = &l->node.at[k];
        if (c->trigger != BPMN_LINK || c->kind != BPMN_CATCH || c->parent != n->parent ||
            strcmp(c->reference, n->reference) != 0)
            continue;
        if (n->link != BPMN_NONE)
            return refuse(l, l->source.at[k], "bpmn.link_twice", DIAG_S("link", n->reference));
        n->link = k;
    }
    return n->link != BPMN_NONE ? OK : refuse(l, l->source.at[i], "bpmn.link_missing", DIAG_S("link", n->reference));
}

static enum status take_four_eyes(struct loader *l, const struct map *numbers, uint32_t i) {
    struct span rest = mz_attr(l->source.at[i], "notSameAs");
    VEC(uint32_t) list = {0};
    while (rest.size > 0) {
        const char *comma = memchr(rest.at, ',', rest.size);
        struct span one = {rest.at, comma ? (size_t)(comma - rest.at) : rest.size};
        rest = comma ? (struct span){comma + 1, rest.size - one.size - 1} : SPAN("");
        uint32_t other = number_of(numbers, trimmed(one));
        if (other == BPMN_NONE || other == i || !bpmn_remembers_who(&l->node.at[other]))
            return refuse(l, l->source.at[i], "bpmn.unknown_reference", DIAG_S("element", "mz:notSameAs"),
                DIAG_SPAN("reference", trimmed(one)));
        uint32_t *slot = vec_push_in(l->a, &list);
        if (!slot)
            return arena_full(l->d);
        *slot = other;
    }
    l->node.at[i].not_same_as = list.at;
    l->node.at[i].not_same_as_count = (uint32_t)list.size;
    return OK;
}

/* ---- third pass: places that the engine relies on ------------------------ */

static enum status check_event_gateway(struct loader *l, uint32_t i) {
    const struct bpmn_node *n = &l->node.at[i];
    if (n->out_count == 0)
        return refuse(l, l->source.at[i], "bpmn.event_gateway", DIAG_S("element", n->id));
    for (uint32_t k = 0; k < n->out_count; k++) {
        const struct bpmn_node *to = &l->node.at[l->flow.at[l->m->out[n->out + k]].to];
        if (to->kind != BPMN_CATCH && to->kind != BPMN_RECEIVE_TASK)
            return refuse(l, l->source.at[i], "bpmn.event_gateway", DIAG_S("element", to->id));
    }
    return OK;
}

/* A sub-process starts in one place; an event sub-process at one event. */
static enum status check_starts(struct loader *l, uint32_t i) {
    const struct bpmn_node *sub = &l->node.at[i];
    int starts = 0, insides = 0;
    for (uint32_t k = 0; k < l->node.size; k++) {
        const struct bpmn_node *n = &l->node.at[k];
        if (n->parent != i)
            continue;
        insides++;
        if (n->kind != BPMN_START)
            continue;
        starts++;
        if ((sub->kind == BPMN_EVENT_SUBPROCESS) == (n->trigger == BPMN_PLAIN))
            return refuse(l, l->source.at[k], "bpmn.start_in_subprocess", DIAG_S("element", sub->id));
    }
    if (sub->kind == BPMN_SUBPROCESS && insides == 0)
        return bpmn_warn(l, l->source.at[i], "bpmn.subprocess_empty", span_of(sub->id));
    if (sub->kind == BPMN_EVENT_SUBPROCESS ? starts != 1 : starts > 1)
        return refuse(l, l->source.at[i], "bpmn.subprocess_starts", DIAG_N("count", starts));
    return OK;
}

static enum status check_places(struct loader *l) {
    enum status s = OK;
    for (uint32_t i = 0; s == OK && i < l->node.size; i++) {
        const struct bpmn_node *n = &l->node.at[i];
        if (n->kind == BPMN_EVENT_GATEWAY)
            s = check_event_gateway(l, i);
        else if (n->kind == BPMN_SUBPROCESS || n->kind == BPMN_EVENT_SUBPROCESS)
            s = check_starts(l, i);
        else if (n->kind == BPMN_START && n->parent == BPMN_NONE &&
                 (n->trigger == BPMN_ERROR || n->trigger == BPMN_ESCALATION || n->trigger == BPMN_COMPENSATION))
            s = refuse(l, l->source.at[i], "bpmn.event_not_here", DIAG_S("type", bpmn_type(n)));
    }
    return s;
}

static enum status resolve(struct loader *l) {
    struct map *numbers = map_new(l->a, 0);
    if (!numbers)
        return arena_full(l->d);
    for (size_t i = 0; i < l->node.size; i++)
        if (!map_put(numbers, span_of(l->node.at[i].id), (void *)(uintptr_t)(i + 1)))
            return arena_full(l->d);
    enum status s = OK;
    for (size_t i = 0; s == OK && i < l->flow.size; i++)
        s = join_flow(l, numbers, i);
    if (s == OK)
        s = index_flows(l);
    for (uint32_t i = 0; s == OK && i < l->node.size; i++) {
        s = take_default(l, i);
        if (s == OK)
            s = take_attached(l, numbers, i);
        if (s == OK)
            s = take_handler(l, numbers, i);
        if (s == OK)
            s = take_compensated(l, numbers, i);
        if (s == OK)
            s = take_link(l, i);
        if (s == OK)
            s = take_four_eyes(l, numbers, i);
    }
    if (s == OK)
        s = index_boundary(l);
    return s == OK ? check_places(l) : s;
}

/* ---- the file ------------------------------------------------------------ */

static bool has_nodes(const struct xml *process) {
    for (const struct xml *e = process->child; e; e = e->next)
        for (size_t i = 0; i < ARRAY_LEN(ELEMENT); i++)
            if (span_is(e->name, ELEMENT[i].name))
                return true;
    return false;
}

static enum status choose(struct loader *l, const char *id, const struct xml **ret) {
    const struct xml *executable = NULL, *drawn = NULL;
    for (const struct xml *p = xml_child(l->root, "process"); p; p = xml_next(p, "process")) {
        if (!is_bpmn(p))
            continue;
        if (id && attr_is(p, "id", id)) {
            *ret = p;
            return OK;
        }
        if (!executable && attr_is(p, "isExecutable", "true") && has_nodes(p))
            executable = p;
        if (!drawn && has_nodes(p))
            drawn = p;
    }
    *ret = id ? NULL : executable ? executable : drawn;
    if (!*ret)
        return id ? diag_fail(l->d, E_NOT_FOUND, "bpmn.no_process", DIAG_S("process", id))
                  : diag_fail(l->d, E_NOT_FOUND, "bpmn.nothing_to_run");
    for (const struct xml *p = xml_child(l->root, "process"); p; p = xml_next(p, "process"))
        if (p != *ret && has_nodes(p)) {
            enum status s = bpmn_warn(l, p, "bpmn.other_process", attr(p, "id"));
            if (s != OK)
                return s;
        }
    return OK;
}

/* Which elements the diagram interchange part draws. */
static enum status take_drawn(struct loader *l, const struct xml *e) {
    for (const struct xml *c = e->child; c; c = c->next) {
        struct span id = xml_attr(c, "bpmnElement");
        if (id.size > 0) {
            const char *colon = memchr(id.at, ':', id.size);
            if (colon && !map_put(l->drawn, (struct span){colon + 1, id.size - (size_t)(colon + 1 - id.at)}, l))
                return arena_full(l->d);
            if (!map_put(l->drawn, id, l))
                return arena_full(l->d);
        }
        enum status s = c->child ? take_drawn(l, c) : OK;
        if (s != OK)
            return s;
    }
    return OK;
}

static enum status compile(struct loader *l, const char *process_id) {
    const struct xml *process;
    if (!is_bpmn(l->root) || !span_is(l->root->name, "definitions"))
        return refuse(l, l->root, "bpmn.not_bpmn", DIAG_SPAN("element", l->root->name));
    enum status s = OK;
    for (const struct xml *c = l->root->child; s == OK && c; c = c->next)
        if (span_is(c->name, "BPMNDiagram"))
            s = take_drawn(l, c);
    if (s == OK)
        s = choose(l, process_id, &process);
    if (s == OK)
        s = scan_foreign(l, process);
    if (s == OK)
        s = walk(l, process, BPMN_NONE);
    if (s == OK && l->node.size == 0)
        return refuse(l, process, "bpmn.empty");
    if (s == OK)
        s = resolve(l);
    if (s != OK)
        return s;
    l->m->id = keep(l, attr(process, "id"));
    l->m->name = keep(l, attr(process, "name"));
    l->m->executable = attr_is(process, "isExecutable", "true");
    l->m->node = l->node.at;
    l->m->node_count = (uint32_t)l->node.size;
    l->m->flow = l->flow.at;
    l->m->flow_count = (uint32_t)l->flow.size;
    l->m->warning = l->warning.at;
    l->m->warning_count = (uint32_t)l->warning.size;
    return l->m->id && l->m->name ? OK : arena_full(l->d);
}

enum status bpmn_load(struct arena *a, struct span text, const char *process_id, const struct evaluator *feel,
    const struct bpmn_model **ret, struct diag *d) {
    assert(a && ret);
    struct diag scratch = {0};
    struct loader l = {.a = a, .feel = feel, .d = d ? d : &scratch};
    enum status s = xml_parse(a, text, &l.root, l.d);
    if (s != OK)
        return s;
    l.m = ARENA_NEW(a, struct bpmn_model);
    l.ids = map_new(a, 0);
    l.drawn = map_new(a, 0);
    if (!l.m || !l.ids || !l.drawn)
        return arena_full(l.d);
    s = compile(&l, process_id);
    if (s == OK)
        *ret = l.m;
    return s;
}
