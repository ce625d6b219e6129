/* Data mappings and loops: the standard's, ours, and those of other makers
 * that say the same in other words. */
#include "bpmn/load_internal.h"

/* ---- mappings ------------------------------------------------------------------- */

struct lists {
    VEC(struct bpmn_mapping) input, output;
};

/* A name or a dotted path's head: what a mapping may write. */
static bool plain_name(struct span s) {
    if (s.size == 0 || (s.at[0] >= '0' && s.at[0] <= '9'))
        return false;
    for (size_t i = 0; i < s.size; i++)
        if (strchr("\t\r\n.${}()[]\"'+-*/,;:=<>", s.at[i]))
            return false;
    return true;
}

static enum status add_mapping(struct loader *l, const struct xml *e, struct lists *x, bool in, struct span target,
    struct span source) {
    struct bpmn_mapping *m = in ? vec_push_in(l->a, &x->input) : vec_push_in(l->a, &x->output);
    target = trimmed(target);
    if (!m || !(m->target = keep(l, target)))
        return arena_full(l->d);
    if (!plain_name(target))
        return refuse(l, e, "bpmn.mapping_target", DIAG_SPAN("name", target));
    if (trimmed(source).size == 0)
        return refuse(l, e, "bpmn.mapping_source", DIAG_SPAN("name", target));
    return take_feel(l, e, source, &m->source);
}

static struct span either(const struct xml *e, const char *one, const char *other) {
    return attr(e, one).size > 0 ? attr(e, one) : attr(e, other);
}

/* Ours; Zeebe's input and output; Camunda's inputParameter and
 * outputParameter; Flowable's and Camunda's in and out of call activities. */
static enum status take_extension(struct loader *l, const struct xml *e, struct lists *x) {
    bool ours = span_is(e->ns, BPMN_MZ_NS);
    bool in = span_is(e->name, "input") || span_is(e->name, "inputParameter") || span_is(e->name, "in");
    bool out = span_is(e->name, "output") || span_is(e->name, "outputParameter") || span_is(e->name, "out");
    if (!in && !out)
        return OK;
    if (ours)
        return add_mapping(l, e, x, in, attr(e, "name"), attr(e, "value"));
    if (ends_with(e->name, "Parameter")) {
        if (e->child) /* a list, a map or a script */
            return refuse(l, e, "bpmn.mapping_source", DIAG_SPAN("name", attr(e, "name")));
        struct span value = trimmed(e->text);
        /* what has no braces is a text there */
        if (value.size == 0 || (!vendor_braced(value) && value.at[0] != '=')) {
            const char *quoted = arena_printf(l->a, "\"%.*s\"", SPAN_ARG(value));
            if (!quoted)
                return arena_full(l->d);
            value = span_of(quoted);
        }
        return add_mapping(l, e, x, in, attr(e, "name"), value);
    }
    struct span source = either(e, "source", "sourceExpression");
    if (source.size == 0) /* businessKey, variables="all": what happens anyway */
        return bpmn_warn(l, e, "bpmn.ignored_element", e->name);
    return add_mapping(l, e, x, in, attr(e, "target"), source);
}

static enum status take_extensions(struct loader *l, const struct xml *parent, struct lists *x) {
    enum status s = OK;
    for (const struct xml *e = parent->child; s == OK && e; e = e->next) {
        if (span_is(e->name, "ioMapping") || span_is(e->name, "inputOutput"))
            s = take_extensions(l, e, x);
        else
            s = take_extension(l, e, x);
    }
    return s;
}

/* <dataInputAssociation><assignment><from>FEEL</from><to>name</to> */
static enum status take_assignments(struct loader *l, const struct xml *association, bool in, struct lists *x) {
    enum status s = OK;
    for (const struct xml *c = xml_child(association, "assignment"); s == OK && c; c = xml_next(c, "assignment")) {
        const struct xml *from = xml_child(c, "from"), *to = xml_child(c, "to");
        if (!from || !to)
            return refuse(l, c, "bpmn.mapping_source", DIAG_S("name", ""));
        s = add_mapping(l, from, x, in, to->text, from->text);
    }
    return s;
}

bool mapping_element(const struct xml *e) {
    static const char *const NAME[] = {"ioMapping", "inputOutput", "in", "out", "input", "output"};
    for (size_t i = 0; i < ARRAY_LEN(NAME); i++)
        if (span_is(e->name, NAME[i]))
            return true;
    return false;
}

static enum status load_mappings(struct loader *l, const struct xml *e, struct bpmn_node *n) {
    struct lists x = {0};
    enum status s = OK;
    for (const struct xml *c = e->child; s == OK && c; c = c->next) {
        if (!is_bpmn(c))
            continue;
        if (span_is(c->name, "extensionElements"))
            s = take_extensions(l, c, &x);
        else if (span_is(c->name, "dataInputAssociation"))
            s = take_assignments(l, c, true, &x);
        else if (span_is(c->name, "dataOutputAssociation"))
            s = take_assignments(l, c, false, &x);
    }
    n->input = x.input.at;
    n->input_count = (uint32_t)x.input.size;
    n->output = x.output.at;
    n->output_count = (uint32_t)x.output.size;
    return s;
}

/* ---- loops ------------------------------------------------------------------------- */

/* An attribute of ours or of another maker, by its local name. */
static struct span foreign_attr(const struct xml *e, const char *name) {
    for (size_t i = 0; i < e->attribute_count; i++)
        if (e->attribute[i].ns.size > 0 && span_is(e->attribute[i].name, name))
            return e->attribute[i].value;
    return SPAN("");
}

/* Ours must be known, as on every element. */
static enum status check_ours(struct loader *l, const struct xml *e) {
    static const char *const KNOWN[] = {"collection", "element", "collect", "collectValue"};
    for (size_t i = 0; i < e->attribute_count; i++) {
        bool known = !span_is(e->attribute[i].ns, BPMN_MZ_NS);
        for (size_t k = 0; !known && k < ARRAY_LEN(KNOWN); k++)
            known = span_is(e->attribute[i].name, KNOWN[k]);
        if (!known)
            return refuse(l, e, "bpmn.unknown_attribute", DIAG_SPAN("attribute", e->attribute[i].name));
    }
    return OK;
}

static const struct xml *below(const struct xml *e, const char *name) {
    const struct xml *extensions = xml_child(e, "extensionElements");
    return extensions ? xml_child(extensions, name) : NULL;
}

static enum status feel_of_child(struct loader *l, const struct xml *e, const char *name, struct span *ret) {
    const struct xml *c = xml_child(e, name);
    return c && trimmed(c->text).size > 0 ? take_feel(l, c, c->text, ret) : OK;
}

/* The variable a data item stands for: its name where that is one, else its id. */
static struct span item_name(const struct xml *item) {
    if (!item)
        return SPAN("");
    return plain_name(attr(item, "name")) ? attr(item, "name") : attr(item, "id");
}

static struct span reference(const struct xml *e, const char *name) {
    const struct xml *c = xml_child(e, name);
    return c ? trimmed(c->text) : SPAN("");
}

static struct span first_of(struct span a, struct span b, struct span c) { return a.size ? a : b.size ? b : c; }

static enum status load_multi(struct loader *l, const struct xml *e, struct bpmn_node *n) {
    const struct xml *zeebe = below(e, "loopCharacteristics");
    struct span none = SPAN("");
    n->loop = attr_is(e, "isSequential", "true") ? BPMN_SEQUENTIAL : BPMN_AT_ONCE;
    struct span collection = first_of(foreign_attr(e, "collection"), zeebe ? attr(zeebe, "inputCollection") : none,
        reference(e, "loopDataInputRef"));
    struct span element = first_of(foreign_attr(e, "element"), foreign_attr(e, "elementVariable"),
        first_of(zeebe ? attr(zeebe, "inputElement") : none, item_name(xml_child(e, "inputDataItem")), none));
    struct span collect = first_of(foreign_attr(e, "collect"), zeebe ? attr(zeebe, "outputCollection") : none,
        reference(e, "loopDataOutputRef"));
    struct span value = first_of(foreign_attr(e, "collectValue"), zeebe ? attr(zeebe, "outputElement") : none,
        item_name(xml_child(e, "outputDataItem")));
    enum status s = check_ours(l, e);
    if (s == OK)
        s = feel_of_child(l, e, "loopCardinality", &n->cardinality);
    if (s == OK)
        s = feel_of_child(l, e, "completionCondition", &n->loop_condition);
    if (s == OK && collection.size > 0)
        s = take_feel(l, e, collection, &n->collection);
    if (s == OK && collect.size > 0 && value.size == 0)
        return refuse(l, e, "bpmn.mapping_source", DIAG_SPAN("name", collect));
    if (s == OK && collect.size > 0)
        s = take_feel(l, e, value, &n->collect_value);
    if (s != OK)
        return s;
    n->element = keep(l, element);
    n->collect = keep(l, collect);
    if (!n->element || !n->collect)
        return arena_full(l->d);
    if (n->collection.size == 0 && n->cardinality.size == 0) {
        n->loop = BPMN_ONCE;
        return bpmn_warn(l, e, "bpmn.loop_once", span_of(n->id));
    }
    return OK;
}

static enum status load_standard(struct loader *l, const struct xml *e, struct bpmn_node *n) {
    struct span max = attr(e, "loopMaximum");
    n->loop = BPMN_LOOP;
    n->test_before = attr_is(e, "testBefore", "true");
    if (max.size > 0) {
        struct dec number;
        int64_t times = 0;
        if (dec_parse(max, &number, NULL) != OK || dec_to_int(number, &times, NULL) != OK || times < 1 ||
            times > 1000000)
            return refuse(l, e, "bpmn.loop_maximum", DIAG_SPAN("text", max));
        n->loop_max = (int)times;
    }
    enum status s = feel_of_child(l, e, "loopCondition", &n->loop_condition);
    if (s == OK && n->loop_condition.size == 0 && n->loop_max == 0) {
        n->loop = BPMN_ONCE;
        return bpmn_warn(l, e, "bpmn.loop_once", span_of(n->id));
    }
    return s;
}

static enum status load_loop(struct loader *l, const struct xml *e, struct bpmn_node *n) {
    const struct xml *multi = xml_child(e, "multiInstanceLoopCharacteristics");
    const struct xml *standard = xml_child(e, "standardLoopCharacteristics");
    if (!bpmn_activity(n) || (!multi && !standard))
        return OK;
    return multi ? load_multi(l, multi, n) : load_standard(l, standard, n);
}

enum status load_data(struct loader *l, const struct xml *e, struct bpmn_node *n) {
    n->element = n->collect = "";
    bool mapped = bpmn_activity(n) || n->kind == BPMN_CATCH || n->kind == BPMN_THROW;
    enum status s = mapped ? load_mappings(l, e, n) : OK;
    return s == OK ? load_loop(l, e, n) : s;
}
