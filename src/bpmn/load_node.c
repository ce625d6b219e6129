#include "bpmn/load_internal.h"

#include <ctype.h>

/* ---- event definitions -------------------------------------------------- */

static const struct { const char *name; enum bpmn_trigger trigger; } DEFINITION[] = {
    {"messageEventDefinition", BPMN_MESSAGE},
    {"timerEventDefinition", BPMN_TIMER},
    {"signalEventDefinition", BPMN_SIGNAL},
    {"errorEventDefinition", BPMN_ERROR},
    {"escalationEventDefinition", BPMN_ESCALATION},
    {"linkEventDefinition", BPMN_LINK},
    {"terminateEventDefinition", BPMN_TERMINATE},
    {"conditionalEventDefinition", BPMN_CONDITIONAL},
    {"compensateEventDefinition", BPMN_COMPENSATION},
    {"cancelEventDefinition", BPMN_CANCEL},
};

/* Which triggers the standard allows where (BPMN 2.0.2, table 10.93), as far
 * as this engine knows them.  Starts of sub-processes are checked with their
 * parent, in load.c. */
static bool allowed(enum bpmn_kind kind, enum bpmn_trigger t) {
    switch (kind) {
    case BPMN_START:
        return t != BPMN_LINK && t != BPMN_TERMINATE && t != BPMN_CANCEL;
    case BPMN_END:
        return t != BPMN_TIMER && t != BPMN_LINK && t != BPMN_CONDITIONAL;
    case BPMN_CATCH:
        return t == BPMN_MESSAGE || t == BPMN_TIMER || t == BPMN_SIGNAL || t == BPMN_LINK || t == BPMN_CONDITIONAL;
    case BPMN_THROW:
        return t == BPMN_PLAIN || t == BPMN_MESSAGE || t == BPMN_SIGNAL || t == BPMN_LINK || t == BPMN_ESCALATION ||
               t == BPMN_COMPENSATION;
    case BPMN_BOUNDARY:
        return t != BPMN_PLAIN && t != BPMN_LINK && t != BPMN_TERMINATE;
    default:
        return t == BPMN_PLAIN;
    }
}

/* The name a root element goes by: `attribute`, else its name, else its id. */
static struct span root_name(const struct xml *r, const char *attribute) {
    struct span v = attribute ? attr(r, attribute) : SPAN("");
    if (v.size == 0)
        v = attr(r, "name");
    return v.size > 0 ? v : attr(r, "id");
}

/* Engines take an error or escalation that is declared nowhere for its code. */
static enum status refer(struct loader *l, const struct xml *e, struct span qname, const char *element,
    const char *attribute, const char **ret) {
    const struct xml *r = root_element(l, element, qname);
    if (!r && attribute) {
        *ret = keep(l, qname);
        return *ret ? bpmn_warn(l, e, "bpmn.undeclared_code", qname) : arena_full(l->d);
    }
    if (!r)
        return refuse(l, e, "bpmn.unknown_reference", DIAG_S("element", element), DIAG_SPAN("reference", qname));
    *ret = keep(l, root_name(r, attribute));
    return *ret ? OK : arena_full(l->d);
}

enum status load_message(struct loader *l, const struct xml *e, const struct xml *ref, struct bpmn_node *n) {
    struct span qname = attr(ref, "messageRef");
    if (qname.size > 0)
        return refer(l, ref, qname, "message", NULL, &n->reference);
    n->reference = n->id;
    return bpmn_warn(l, e, "bpmn.message_unnamed", SPAN(""));
}

static bool looks_literal(enum bpmn_time kind, struct span s) {
    if (kind == BPMN_TIME_DURATION)
        return s.at[0] == 'P' && s.size > 1 && (isdigit((unsigned char)s.at[1]) || s.at[1] == 'T');
    if (kind == BPMN_TIME_CYCLE)
        return s.at[0] != '=' && s.at[0] != '$' && s.at[0] != '#';
    return s.at[0] >= '0' && s.at[0] <= '9';
}

static enum status load_time(struct loader *l, const struct xml *def, struct bpmn_node *n) {
    static const struct { const char *name; enum bpmn_time kind; } CHILD[] = {
        {"timeDuration", BPMN_TIME_DURATION}, {"timeDate", BPMN_TIME_DATE}, {"timeCycle", BPMN_TIME_CYCLE}};
    const struct xml *found = NULL;
    for (size_t i = 0; i < ARRAY_LEN(CHILD); i++) {
        const struct xml *c = xml_child(def, CHILD[i].name);
        if (!c)
            continue;
        if (found)
            return refuse(l, def, "bpmn.time_twice");
        found = c;
        n->time_kind = CHILD[i].kind;
    }
    if (!found || trimmed(found->text).size == 0)
        return refuse(l, def, "bpmn.time_missing");

    struct span raw = trimmed(found->text);
    if (!looks_literal(n->time_kind, raw)) {
        n->time_is_feel = true;
        return take_feel(l, found, raw, &n->time);
    }
    const char *copy = keep(l, raw);
    if (!copy)
        return arena_full(l->d);
    n->time = (struct span){copy, raw.size};
    return bpmn_time_valid(n->time_kind, raw) ? OK : refuse(l, found, "bpmn.time", DIAG_SPAN("text", raw));
}

static enum status load_definition(struct loader *l, const struct xml *e, const struct xml *def, struct bpmn_node *n) {
    switch (n->trigger) {
    case BPMN_MESSAGE:
        return load_message(l, e, def, n);
    case BPMN_SIGNAL:
        if (attr(def, "signalRef").size > 0)
            return refer(l, def, attr(def, "signalRef"), "signal", NULL, &n->reference);
        n->reference = n->id;
        return bpmn_warn(l, e, "bpmn.signal_unnamed", SPAN(""));
    case BPMN_ERROR:
        return attr(def, "errorRef").size == 0
                   ? OK
                   : refer(l, def, attr(def, "errorRef"), "error", "errorCode", &n->reference);
    case BPMN_ESCALATION:
        return attr(def, "escalationRef").size == 0
                   ? OK
                   : refer(l, def, attr(def, "escalationRef"), "escalation", "escalationCode", &n->reference);
    case BPMN_LINK:
        n->reference = keep(l, attr(def, "name"));
        return n->reference ? OK : arena_full(l->d);
    case BPMN_TIMER:
        return load_time(l, def, n);
    case BPMN_CONDITIONAL: {
        const struct xml *condition = xml_child(def, "condition");
        if (!condition || trimmed(condition->text).size == 0)
            return refuse(l, def, "bpmn.condition_missing");
        return take_feel(l, condition, condition->text, &n->condition);
    }
    default:
        return OK;
    }
}

static enum status one_definition(struct loader *l, const struct xml *e, const struct xml *def, int *count,
    struct bpmn_node *n) {
    if (++*count > 1)
        return refuse(l, e, "bpmn.several_definitions");
    for (size_t i = 0; i < ARRAY_LEN(DEFINITION); i++)
        if (span_is(def->name, DEFINITION[i].name)) {
            n->trigger = DEFINITION[i].trigger;
            return load_definition(l, e, def, n);
        }
    return refuse_element(l, e, def->name);
}

static const struct xml *definition_by_id(struct loader *l, struct span id) {
    for (const struct xml *c = l->root->child; c; c = c->next)
        if (is_bpmn(c) && ends_with(c->name, "EventDefinition") && span_eq(attr(c, "id"), id))
            return c;
    return NULL;
}

enum status load_trigger(struct loader *l, const struct xml *e, struct bpmn_node *n) {
    int count = 0;
    for (const struct xml *c = e->child; c; c = c->next) {
        if (!is_bpmn(c))
            continue;
        const struct xml *def = NULL;
        if (span_is(c->name, "eventDefinitionRef")) {
            def = definition_by_id(l, trimmed(c->text));
            if (!def)
                return refuse(l, c, "bpmn.unknown_reference", DIAG_S("element", "eventDefinition"),
                    DIAG_SPAN("reference", trimmed(c->text)));
        } else if (ends_with(c->name, "EventDefinition")) {
            def = c;
        }
        enum status s = def ? one_definition(l, e, def, &count, n) : OK;
        if (s != OK)
            return s;
    }
    if (!allowed(n->kind, n->trigger))
        return count == 0 ? refuse(l, e, "bpmn.event_missing")
                          : refuse(l, e, "bpmn.event_not_here", DIAG_S("type", bpmn_type(n)));
    return OK;
}

/* ---- our attributes ----------------------------------------------------- */

static enum status load_outcomes(struct loader *l, const struct xml *e, struct bpmn_node *n) {
    struct span rest = mz_attr(e, "outcomes");
    VEC(const char *) list = {0};
    while (rest.size > 0) {
        const char *comma = memchr(rest.at, ',', rest.size);
        struct span one = {rest.at, comma ? (size_t)(comma - rest.at) : rest.size};
        rest = comma ? (struct span){comma + 1, rest.size - one.size - 1} : SPAN("");
        one = trimmed(one);
        for (size_t i = 0; i < list.size; i++)
            if (span_is(one, list.at[i]))
                return refuse(l, e, "bpmn.outcome_twice", DIAG_SPAN("outcome", one));
        if (one.size == 0)
            return refuse(l, e, "bpmn.outcome_empty");
        const char **slot = vec_push_in(l->a, &list);
        if (!slot || !(*slot = keep(l, one)))
            return arena_full(l->d);
    }
    n->outcome = list.at;
    n->outcome_count = (uint32_t)list.size;
    return OK;
}

static enum status load_ours(struct loader *l, const struct xml *e, struct bpmn_node *n) {
    static const struct { const char *name; size_t at; bool task_only; } TEXT[] = {
        {"role", offsetof(struct bpmn_node, role), true},
        {"form", offsetof(struct bpmn_node, form), false},
        {"level", offsetof(struct bpmn_node, level), true},
        {"decision", offsetof(struct bpmn_node, decision), true},
        {"handler", offsetof(struct bpmn_node, handler), true},
        {"limit", offsetof(struct bpmn_node, limit), true},
        {"article", offsetof(struct bpmn_node, article), false},
        {"note", offsetof(struct bpmn_node, note), false},
        {"result", offsetof(struct bpmn_node, result), true},
    };
    for (size_t i = 0; i < ARRAY_LEN(TEXT); i++) {
        struct span v = mz_attr(e, TEXT[i].name);
        const char *copy = keep(l, v);
        if (!copy)
            return arena_full(l->d);
        memcpy((char *)n + TEXT[i].at, &copy, sizeof copy);
        if (v.size > 0 && TEXT[i].task_only && !bpmn_activity(n))
            return refuse(l, e, "bpmn.attribute_not_here", DIAG_S("attribute", TEXT[i].name));
    }
    static const char *const LEVEL[] = {"", "community", "subdistrict", "district", "city"};
    bool level_known = false;
    for (size_t i = 0; i < ARRAY_LEN(LEVEL); i++)
        level_known |= strcmp(n->level, LEVEL[i]) == 0;
    if (!level_known)
        return refuse(l, e, "bpmn.level", DIAG_S("level", n->level));

    struct bpmn_duration ignored;
    if (n->limit[0] && bpmn_duration_parse(span_of(n->limit), &ignored, l->d) != OK)
        return refuse_at(l, e, E_INPUT);

    if (mz_attr(e, "outcomes").size > 0 && !bpmn_by_person(n))
        return refuse(l, e, "bpmn.attribute_not_here", DIAG_S("attribute", "outcomes"));
    if (mz_attr(e, "notSameAs").size > 0 && !bpmn_by_person(n))
        return refuse(l, e, "bpmn.attribute_not_here", DIAG_S("attribute", "notSameAs"));
    struct span duty = mz_attr(e, "onDuty");
    n->on_duty = span_is(duty, "true");
    if (duty.size > 0 && (!bpmn_by_person(n) || (!n->on_duty && !span_is(duty, "false"))))
        return refuse(l, e, "bpmn.attribute_not_here", DIAG_S("attribute", "onDuty"));
    enum status s = take_feel(l, e, mz_attr(e, "correlation"), &n->correlation);
    return s == OK ? load_outcomes(l, e, n) : s;
}

/* The attribute, or Zeebe's extension element. */
static struct span called_element(const struct xml *e) {
    const struct xml *extensions = xml_child(e, "extensionElements");
    const struct xml *zeebe = extensions ? xml_child(extensions, "calledElement") : NULL;
    return zeebe && attr(e, "calledElement").size == 0 ? attr(zeebe, "processId") : attr(e, "calledElement");
}

static enum status load_kind(struct loader *l, const struct xml *e, struct bpmn_node *n) {
    switch (n->kind) {
    case BPMN_SCRIPT_TASK: {
        const struct xml *script = xml_child(e, "script");
        if (!script || trimmed(script->text).size == 0)
            return refuse(l, e, "bpmn.script_missing");
        return take_script(l, e, script->text, &n->script);
    }
    case BPMN_RECEIVE_TASK:
        return load_message(l, e, e, n);
    case BPMN_SEND_TASK:
        return n->handler[0] && attr(e, "messageRef").size == 0 ? OK : load_message(l, e, e, n);
    case BPMN_CALL: {
        n->called = keep(l, called_element(e));
        if (!n->called)
            return arena_full(l->d);
        if (n->called[0] == '\0')
            return refuse(l, e, "bpmn.called_missing");
        return root_element(l, "process", span_of(n->called)) ? OK
                                                              : bpmn_warn(l, e, "bpmn.called_elsewhere", span_of(n->called));
    }
    default:
        return OK;
    }
}

enum status load_node(struct loader *l, const struct xml *e, struct bpmn_node *n) {
    struct span id = attr(e, "id");
    /* the schema lets an element have no id; the state needs one */
    n->id = id.size > 0 ? keep(l, id) : arena_printf(l->a, "_node%zu", l->node.size);
    n->name = keep(l, attr(e, "name"));
    if (!n->id || !n->name)
        return arena_full(l->d);
    n->line = e->line;
    n->attached = n->link = n->default_flow = n->compensated = BPMN_NONE;
    n->compensates = attr_is(e, "isForCompensation", "true");
    n->transaction = span_is(e->name, "transaction");
    n->reference = n->called = "";
    n->shape = map_has(l->drawn, span_of(n->id));
    n->interrupting = n->kind == BPMN_BOUNDARY ? !attr_is(e, "cancelActivity", "false")
                                               : !attr_is(e, "isInterrupting", "false");
    enum status s = scan_foreign(l, e);
    if (s == OK && id.size == 0)
        s = bpmn_warn(l, e, "bpmn.id_missing", e->name);
    if (s == OK)
        s = load_ours(l, e, n);
    if (s == OK && n->kind <= BPMN_BOUNDARY)
        s = load_trigger(l, e, n);
    if (s == OK)
        s = load_kind(l, e, n);
    return s == OK ? load_data(l, e, n) : s;
}
