#include "bpmn/load_internal.h"

#include <strings.h>

enum status refuse_at(struct loader *l, const struct xml *e, enum status s) {
    const struct xml *named = e;
    while (named && xml_attr(named, "id").size == 0)
        named = named->parent;
    if (named)
        diag_at(l->d, "%.*s", SPAN_ARG(xml_attr(named, "id")));
    if (e)
        diag_line(l->d, e->line);
    return s;
}

bool is_bpmn(const struct xml *e) { return span_is(e->ns, BPMN_NS); }

struct span attr(const struct xml *e, const char *name) {
    struct span v = xml_attr(e, name);
    return v.at ? v : SPAN("");
}

bool attr_is(const struct xml *e, const char *name, const char *value) {
    return span_is(attr(e, name), value);
}

struct span mz_attr(const struct xml *e, const char *name) {
    for (size_t i = 0; i < e->attribute_count; i++)
        if (span_is(e->attribute[i].ns, BPMN_MZ_NS) && span_is(e->attribute[i].name, name))
            return e->attribute[i].value;
    return SPAN("");
}

const char *keep(struct loader *l, struct span s) {
    return s.size == 0 ? "" : arena_dup(l->a, s);
}

static bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

struct span trimmed(struct span s) {
    while (s.size > 0 && blank(s.at[0])) {
        s.at++;
        s.size--;
    }
    while (s.size > 0 && blank(s.at[s.size - 1]))
        s.size--;
    return s;
}

bool ends_with(struct span s, const char *tail) {
    size_t n = strlen(tail);
    return s.size >= n && memcmp(s.at + s.size - n, tail, n) == 0;
}

enum status bpmn_warn(struct loader *l, const struct xml *e, const char *code, struct span what) {
    for (size_t i = 0; i < l->warning.size; i++) {
        struct bpmn_warning *w = &l->warning.at[i];
        if (strcmp(w->code, code) == 0 && span_is(what, w->what)) {
            w->count++;
            return OK;
        }
    }
    if (l->warning.size >= BPMN_WARNINGS_MAX)
        return OK;
    struct bpmn_warning *w = vec_push_in(l->a, &l->warning);
    const char *text = keep(l, what);
    const char *id = e ? keep(l, attr(e, "id")) : "";
    if (!w || !text || !id)
        return arena_full(l->d);
    *w = (struct bpmn_warning){.code = code, .element = id, .what = text, .line = e ? e->line : 0, .count = 1};
    return OK;
}

/* "camunda:class": the name as the file's author wrote it. */
static struct span qualified(struct loader *l, const struct xml *e, struct span ns, struct span name) {
    for (const struct xml *up = e; up; up = up->parent)
        for (size_t i = 0; i < up->ns_count; i++)
            if (span_eq(up->ns_decl[i].value, ns) && up->ns_decl[i].name.size > 0) {
                const char *s = arena_printf(l->a, "%.*s:%.*s", SPAN_ARG(up->ns_decl[i].name), SPAN_ARG(name));
                return s ? span_of(s) : name;
            }
    return name;
}

static bool listed(const char *const *list, size_t n, struct span name) {
    for (size_t i = 0; i < n; i++)
        if (span_is(name, list[i]))
            return true;
    return false;
}
#define LISTED(list, name) listed((list), ARRAY_LEN(list), (name))

static const char *const MZ_ATTRIBUTE[] = {"role", "form", "level", "decision", "handler", "limit", "article",
    "notSameAs", "outcomes", "result", "correlation", "note", "onDuty"};

/* Of flow elements in the BPMN schema; what is not here draws a warning. */
static const char *const KNOWN_ATTRIBUTE[] = {"id", "name", "sourceRef", "targetRef", "default", "attachedToRef",
    "cancelActivity", "isInterrupting", "messageRef", "calledElement", "scriptFormat", "triggeredByEvent",
    "gatewayDirection", "startQuantity", "completionQuantity", "isForCompensation", "parallelMultiple",
    "isExecutable", "isClosed", "processType", "eventGatewayType", "instantiate", "isImmediate", "language",
    "implementation", "operationRef", "definitionalCollaborationRef"};

/* Attributes whose other value would change what the process does. */
static const struct { const char *name, *harmless, *code; } MEANINGFUL[] = {
    {"startQuantity", "1", "bpmn.unsupported_attribute"},
    {"completionQuantity", "1", "bpmn.unsupported_attribute"},
    {"parallelMultiple", "false", "bpmn.parallel_multiple"},
    {"eventGatewayType", "Exclusive", "bpmn.parallel_events"},
    {"instantiate", "false", "bpmn.instantiate"},
};

/* What authors draw that this engine does not run, with a drawing that says the same. */
static const struct { const char *name, *code; } REDRAWN[] = {
    {"complexGateway", "bpmn.complex_gateway"},
    {"adHocSubProcess", "bpmn.ad_hoc"},
};

enum status refuse_element(struct loader *l, const struct xml *e, struct span name) {
    for (size_t i = 0; i < ARRAY_LEN(REDRAWN); i++)
        if (span_is(name, REDRAWN[i].name))
            return refuse(l, e, REDRAWN[i].code);
    return refuse(l, e, "bpmn.unsupported_element", DIAG_SPAN("element", name));
}

/* Children that are read elsewhere or say nothing about running. */
static const char *const QUIET_CHILD[] = {"documentation", "incoming", "outgoing", "script", "conditionExpression",
    "eventDefinitionRef", "multiInstanceLoopCharacteristics", "standardLoopCharacteristics"};

/* Data and people as the standard's executable part describes them; ours are
 * variables and mz: attributes. */
static const char *const IGNORED_CHILD[] = {"ioSpecification", "property", "dataInputAssociation",
    "dataOutputAssociation", "dataInput", "dataOutput", "inputSet", "outputSet", "resourceRole", "performer",
    "humanPerformer", "potentialOwner", "rendering", "auditing", "monitoring", "categoryValueRef",
    "correlationSubscription", "supports", "ioBinding"};

static enum status scan_attributes(struct loader *l, const struct xml *e) {
    for (size_t i = 0; i < e->attribute_count; i++) {
        const struct xml_attribute *at = &e->attribute[i];
        enum status s = OK;
        if (span_is(at->ns, BPMN_MZ_NS)) {
            if (!LISTED(MZ_ATTRIBUTE, at->name))
                return refuse(l, e, "bpmn.unknown_attribute", DIAG_SPAN("attribute", at->name));
        } else if (at->ns.size > 0 && !span_is(at->ns, BPMN_NS)) {
            if (!span_is(at->ns, "http://www.w3.org/2001/XMLSchema-instance"))
                s = bpmn_warn(l, e, "bpmn.ignored_attribute", qualified(l, e, at->ns, at->name));
        } else if (!LISTED(KNOWN_ATTRIBUTE, at->name)) {
            s = bpmn_warn(l, e, "bpmn.ignored_attribute", at->name);
        }
        if (s != OK)
            return s;
    }
    for (size_t i = 0; i < ARRAY_LEN(MEANINGFUL); i++) {
        struct span v = attr(e, MEANINGFUL[i].name);
        if (v.size > 0 && !span_is(v, MEANINGFUL[i].harmless))
            return refuse(l, e, MEANINGFUL[i].code, DIAG_S("attribute", MEANINGFUL[i].name),
                DIAG_SPAN("value", v));
    }
    return OK;
}

static enum status scan_extensions(struct loader *l, const struct xml *e, const struct xml *extensions) {
    for (const struct xml *x = extensions->child; x; x = x->next) {
        if (mapping_element(x))
            continue;
        if (span_is(x->ns, BPMN_MZ_NS))
            return refuse(l, x, "bpmn.unknown_extension", DIAG_SPAN("element", x->name));
        enum status s = bpmn_warn(l, e, "bpmn.ignored_element", qualified(l, x, x->ns, x->name));
        if (s != OK)
            return s;
    }
    return OK;
}

enum status scan_foreign(struct loader *l, const struct xml *e) {
    /* what else a container may hold is decided where it is walked */
    bool container = span_is(e->name, "process") || span_is(e->name, "subProcess") || span_is(e->name, "transaction");
    enum status s = scan_attributes(l, e);
    for (const struct xml *c = e->child; s == OK && c; c = c->next) {
        if (!is_bpmn(c))
            s = bpmn_warn(l, e, "bpmn.ignored_element", qualified(l, c, c->ns, c->name));
        else if (span_is(c->name, "extensionElements"))
            s = scan_extensions(l, e, c);
        else if (LISTED(IGNORED_CHILD, c->name))
            s = bpmn_warn(l, e, "bpmn.ignored_element", c->name);
        else if (!container && !LISTED(QUIET_CHILD, c->name) && !ends_with(c->name, "EventDefinition"))
            return refuse_element(l, c, c->name);
    }
    return s;
}

static bool says_feel(struct span language) {
    for (size_t i = 0; i + 4 <= language.size; i++)
        if (strncasecmp(language.at + i, "feel", 4) == 0)
            return true;
    return false;
}

static struct span language_of(const struct xml *e) {
    return attr(e, "language").size > 0 ? attr(e, "language") : attr(e, "scriptFormat");
}

static enum status readable(struct loader *l, struct span feel, struct diag *d) {
    return l->feel && l->feel->check ? l->feel->check(l->feel->user, feel, d) : OK;
}

static enum status keep_feel(struct loader *l, struct span s, struct span *ret) {
    const char *copy = keep(l, s);
    if (!copy)
        return arena_full(l->d);
    *ret = (struct span){copy, s.size};
    return OK;
}

static struct span without_equals(struct span text) {
    struct span s = trimmed(text);
    return s.size > 0 && s.at[0] == '=' ? trimmed((struct span){s.at + 1, s.size - 1}) : s;
}

/* What is no FEEL, if it can be said in FEEL. */
static enum status translated(struct loader *l, const struct xml *e, struct span s, struct span *ret) {
    BUF_AUTO feel;
    buf_init(&feel, 0);
    if (!vendor_to_feel(s, &feel) || readable(l, buf_span(&feel), NULL) != OK)
        return E_NOT_FOUND;
    enum status st = keep_feel(l, buf_span(&feel), ret);
    return st == OK ? bpmn_warn(l, e, "bpmn.translated", s) : st;
}

enum status take_feel(struct loader *l, const struct xml *e, struct span text, struct span *ret) {
    struct span s = without_equals(text), language = language_of(e);
    bool foreign = language.size > 0 && !says_feel(language), braced = vendor_braced(s);
    struct diag why = {0};
    if (s.size == 0 || (!foreign && !braced && readable(l, s, &why) == OK))
        return keep_feel(l, s, ret);
    enum status st = translated(l, e, s, ret);
    if (st != E_NOT_FOUND)
        return st;
    if (foreign)
        return refuse(l, e, "bpmn.expression_language", DIAG_SPAN("language", language));
    if (braced)
        return refuse(l, e, "bpmn.vendor_expression", DIAG_SPAN("text", s));
    *l->d = why;
    return refuse_at(l, e, E_INPUT);
}

enum status take_script(struct loader *l, const struct xml *e, struct span text, struct span *ret) {
    struct span s = without_equals(text), language = language_of(e);
    if (language.size > 0 && !says_feel(language))
        return refuse(l, e, "bpmn.expression_language", DIAG_SPAN("language", language));
    if (vendor_braced(s))
        return refuse(l, e, "bpmn.vendor_expression", DIAG_SPAN("text", s));
    enum status st = readable(l, s, l->d);
    return st == OK ? keep_feel(l, s, ret) : refuse_at(l, e, st);
}

const struct xml *root_element(struct loader *l, const char *name, struct span qname) {
    const char *colon = memchr(qname.at, ':', qname.size);
    struct span local = qname;
    if (colon)
        local = (struct span){colon + 1, qname.size - (size_t)(colon + 1 - qname.at)};
    for (const struct xml *c = xml_child(l->root, name); c; c = xml_next(c, name))
        if (is_bpmn(c) && (span_eq(attr(c, "id"), qname) || span_eq(attr(c, "id"), local)))
            return c;
    return NULL;
}
