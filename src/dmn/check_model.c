/* What the XML alone shows: ids and names, logic that is not there, requirements
 * that point nowhere, types that nobody defines, the shape of tables. */
#include "dmn/check_internal.h"

#include "base/utf8.h"

#include <strings.h>

static struct span tidy(struct span s) {
    while (s.size && feel_blank(s.at[0]))
        s = (struct span){s.at + 1, s.size - 1};
    while (s.size && feel_blank(s.at[s.size - 1]))
        s.size--;
    return s;
}

static size_t count(const struct xml *e, const char *name) {
    size_t n = 0;
    for (const struct xml *c = xml_child(e, name); c; c = xml_next(c, name))
        n++;
    return n;
}

static bool is(const struct xml *e, const char *name) { return span_is(e->name, name); }

static bool drawn(const struct xml *e) {
    return is(e, "decision") || is(e, "inputData") || is(e, "businessKnowledgeModel") || is(e, "decisionService");
}

/* Document order, without recursion: files nest up to XML_DEPTH_MAX. */
static const struct xml *following(const struct xml *e, const struct xml *root) {
    if (e->child)
        return e->child;
    for (; e != root; e = e->parent)
        if (e->next)
            return e->next;
    return NULL;
}

/* ---- ids and names ------------------------------------------------------------------------- */

struct named { struct span name; const struct xml *xml; };

static int compare_spans(struct span a, struct span b) {
    size_t n = a.size < b.size ? a.size : b.size;
    int o = n ? memcmp(a.at, b.at, n) : 0;
    return o ? o : (a.size > b.size) - (a.size < b.size);
}

static int by_name(const void *x, const void *y) {
    const struct named *a = x, *b = y;
    int o = compare_spans(a->name, b->name);
    return o ? o : (a->xml->line > b->xml->line) - (a->xml->line < b->xml->line);
}

typedef VEC(struct named) names;

static void add_name(struct checker *c, names *list, struct span name, const struct xml *e) {
    struct named *n = name.size ? vec_push_in(c->arena, list) : NULL;
    if (n)
        *n = (struct named){name, e};
    else
        c->full = c->full || name.size;
}

static void report_twice(struct checker *c, names *list, const char *code) {
    if (list->size)
        qsort(list->at, list->size, sizeof *list->at, by_name);
    for (size_t i = 1; i < list->size; i++)
        if (span_eq(list->at[i].name, list->at[i - 1].name)) {
            struct dmn_finding *f = dmn_found(c, code, DMN_ERROR, list->at[i].xml);
            dmn_found_arg(c, f, "name", list->at[i].name);
            dmn_found_number(c, f, "other_line", (size_t)list->at[i - 1].xml->line);
        }
}

static void check_ids(struct checker *c) {
    names ids = {0};
    for (const struct xml *e = c->root; e; e = following(e, c->root))
        add_name(c, &ids, xml_attr(e, "id"), e);
    report_twice(c, &ids, "dmn_check.duplicate_id");
}

static void check_names(struct checker *c) {
    names elements = {0}, types = {0};
    for (const struct xml *e = c->root->child; e; e = e->next) {
        if (drawn(e)) {
            add_name(c, &elements, feel_name_normal(c->arena, xml_attr(e, "name")), e);
            if (!tidy(xml_attr(e, "id")).size)
                dmn_found(c, "dmn_check.no_id", DMN_INFO, e);
            if (!tidy(xml_attr(e, "name")).size)
                dmn_found(c, "dmn_check.no_name", DMN_ERROR, e);
        } else if (is(e, "itemDefinition")) {
            add_name(c, &types, tidy(xml_attr(e, "name")), e);
            names parts = {0};
            for (const struct xml *p = xml_child(e, "itemComponent"); p; p = xml_next(p, "itemComponent"))
                add_name(c, &parts, feel_name_normal(c->arena, xml_attr(p, "name")), p);
            report_twice(c, &parts, "dmn_check.duplicate_part");
        }
    }
    report_twice(c, &elements, "dmn_check.duplicate_name");
    report_twice(c, &types, "dmn_check.duplicate_type");
    if (!c->root->child || !(elements.size || types.size || c->findings.size))
        dmn_found(c, "dmn_check.empty", DMN_ERROR, c->root);
}

/* The variable is what expressions see; another name than the drawn one misleads. */
static void check_variable(struct checker *c, const struct xml *e) {
    const struct xml *v = xml_child(e, "variable");
    struct span name = v ? feel_name_normal(c->arena, xml_attr(v, "name")) : (struct span){0};
    struct span drawn_name = feel_name_normal(c->arena, xml_attr(e, "name"));
    if (!name.size || !drawn_name.size || span_eq(name, drawn_name))
        return;
    struct dmn_finding *f = dmn_found(c, "dmn_check.variable_name", DMN_WARNING, v);
    dmn_found_arg(c, f, "variable", name);
    dmn_found_arg(c, f, "name", drawn_name);
}

/* ---- types ---------------------------------------------------------------------------------- */

static const struct xml *definition(const struct checker *c, struct span name) {
    for (const struct xml *e = xml_child(c->root, "itemDefinition"); e; e = xml_next(e, "itemDefinition"))
        if (span_eq(tidy(xml_attr(e, "name")), name))
            return e;
    return NULL;
}

static struct span after(struct span s, const char *sign) {
    return (struct span){sign + 1, (size_t)(span_end(s) - sign - 1)};
}

static bool loaded(const struct checker *c, const struct xml *import) {
    for (size_t i = 0; c->model && i < c->model->import_count; i++)
        if (span_eq(c->model->import[i].uri, xml_attr(import, "namespace")))
            return true;
    return false;
}

/* Of an import that is not there, which is the finding: nobody knows its types. */
static bool of_lost_import(const struct checker *c, struct span ref) {
    for (const struct xml *i = xml_child(c->root, "import"); i; i = xml_next(i, "import")) {
        struct span name = xml_attr(i, "name");
        bool of = ref.size > name.size + 1 && ref.at[name.size] == '.' && memcmp(ref.at, name.at, name.size) == 0;
        if ((!name.size || of) && !loaded(c, i) && (of || !dmn_is_foreign_import(i)))
            return true;
    }
    return false;
}

static bool type_known(const struct checker *c, struct span ref) {
    const char *colon = memchr(ref.at, ':', ref.size);
    if (feel_type_builtin(ref) || definition(c, ref))
        return true;
    if (colon && (feel_type_builtin(after(ref, colon)) || definition(c, after(ref, colon))))
        return true;
    return (c->model && feel_scope_find_type(c->model->scope, ref)) || of_lost_import(c, ref);
}

void dmn_check_suggest_type(struct checker *c, struct dmn_finding *f, struct span ref) {
    static const char *const simple[] = {"number", "string", "boolean", "date", "time", "date and time",
        "days and time duration", "years and months duration", "Any"};
    struct span best = {"", 0};
    int least = 3;
    for (size_t i = 0; i < ARRAY_LEN(simple); i++) {
        int n = utf8_valid(ref) ? utf8_distance(ref, span_of(simple[i]), 2) : least;
        if (n < least)
            best = span_of(simple[i]), least = n;
    }
    for (const struct xml *e = xml_child(c->root, "itemDefinition"); e; e = xml_next(e, "itemDefinition")) {
        struct span name = tidy(xml_attr(e, "name"));
        int n = name.size && utf8_valid(ref) ? utf8_distance(ref, name, 2) : least;
        if (n < least)
            best = name, least = n;
    }
    for (const struct feel_type_entry *e = c->model ? c->model->scope->type : NULL; e; e = e->next) { /* imported ones */
        int n = utf8_valid(ref) ? utf8_distance(ref, e->name, 2) : least;
        if (n < least)
            best = e->name, least = n;
    }
    if (f && best.size) {
        f->code = "dmn_check.type_ref_near";
        dmn_found_arg(c, f, "near", best);
    }
}

static void check_type_ref(struct checker *c, const struct xml *e, struct span ref) {
    if (!ref.at)
        return;
    ref = tidy(ref);
    if (!ref.size) {
        dmn_found(c, "dmn_check.empty_type", DMN_WARNING, e);
    } else if (!type_known(c, ref)) {
        struct dmn_finding *f = dmn_found(c, "dmn_check.type_ref", DMN_ERROR, e);
        dmn_found_arg(c, f, "type", ref);
        dmn_check_suggest_type(c, f, ref);
    }
}

void dmn_check_types(struct checker *c) {
    for (const struct xml *e = c->root; e; e = following(e, c->root)) {
        check_type_ref(c, e, xml_attr(e, "typeRef"));
        check_type_ref(c, e, xml_attr(e, "outputTypeRef"));
        if (is(e, "typeRef") && e->parent && (is(e->parent, "itemDefinition") || is(e->parent, "itemComponent")))
            check_type_ref(c, e, e->text.at ? e->text : SPAN(""));
    }
}

/* ---- requirements ------------------------------------------------------------------------------ */

static int by_id(const void *x, const void *y) {
    const struct check_drawn *a = x, *b = y;
    int o = compare_spans(xml_attr(a->xml, "id"), xml_attr(b->xml, "id"));
    return o ? o : (a->place > b->place) - (a->place < b->place);
}

static void index_elements(struct checker *c) {
    size_t n = 0;
    for (const struct xml *e = c->root->child; e; e = e->next)
        n += drawn(e);
    c->drawn = ARENA_ARRAY(c->arena, n + 1, struct check_drawn);
    if (!c->drawn) {
        c->full = true;
        return;
    }
    for (const struct xml *e = c->root->child; e; e = e->next)
        if (drawn(e)) {
            c->drawn[c->drawn_count] = (struct check_drawn){e, c->drawn_count};
            c->drawn_count++;
        }
    qsort(c->drawn, n, sizeof *c->drawn, by_id);
}

static const struct xml *element_of(const struct checker *c, struct span href) {
    struct span uri = xml_attr(c->root, "namespace");
    const char *hash = memchr(href.at ? href.at : "", '#', href.size);
    struct span id = hash ? after(href, hash) : href;
    size_t before = hash ? (size_t)(hash - href.at) : 0;
    if (before && !span_eq((struct span){href.at, before}, uri))
        return NULL;
    size_t low = 0, high = c->drawn_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_spans(xml_attr(c->drawn[middle].xml, "id"), id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < c->drawn_count && span_eq(xml_attr(c->drawn[low].xml, "id"), id) ? c->drawn[low].xml : NULL;
}

static const struct { const char *wrapper, *ref, *kind[2]; } arrows[] = {
    {"informationRequirement", "requiredDecision", {"decision", NULL}},
    {"informationRequirement", "requiredInput", {"inputData", NULL}},
    {"knowledgeRequirement", "requiredKnowledge", {"businessKnowledgeModel", "decisionService"}},
};

static void check_arrow(struct checker *c, const struct xml *r, names *seen) {
    bool any = false;
    for (size_t k = 0; k < ARRAY_LEN(arrows); k++) {
        const struct xml *ref = is(r, arrows[k].wrapper) ? xml_child(r, arrows[k].ref) : NULL;
        struct span href = ref ? tidy(xml_attr(ref, "href")) : (struct span){0};
        if (!href.size)
            continue;
        any = true;
        add_name(c, seen, href, r);
        const struct xml *to = element_of(c, href);
        if (!to || is(to, arrows[k].kind[0]) || (arrows[k].kind[1] && is(to, arrows[k].kind[1])))
            continue;
        struct dmn_finding *f = dmn_found(c, "dmn_check.requirement_kind", DMN_ERROR, r);
        dmn_found_arg(c, f, "name", xml_attr(to, "name"));
        dmn_found_arg(c, f, "reference", ref->name);
        dmn_found_arg(c, f, "kind", to->name);
    }
    if (!any)
        dmn_found(c, "dmn_check.requirement_empty", DMN_ERROR, r);
}

static void check_requirements(struct checker *c, const struct xml *e) {
    names seen = {0};
    for (const struct xml *r = e->child; r; r = r->next)
        if (is(r, "informationRequirement") || is(r, "knowledgeRequirement"))
            check_arrow(c, r, &seen);
    report_twice(c, &seen, "dmn_check.requirement_twice");
}

/* ---- cycles ------------------------------------------------------------------------------------- */

struct walk { const struct xml *decision; const struct xml *next; struct walk *above; };
enum { NEW, ON_PATH, DONE };
struct visited { const struct xml **decision; uint8_t *state; size_t count; };

static uint8_t *state_of(struct visited *v, const struct xml *decision) {
    for (size_t i = 0; i < v->count; i++)
        if (v->decision[i] == decision)
            return &v->state[i];
    return NULL;
}

static void report_cycle(struct checker *c, const struct walk *top, const struct xml *back_to) {
    BUF_AUTO path;
    buf_init(&path, 4096);
    const struct walk *w = top;
    buf_add(&path, xml_attr(back_to, "name"));
    for (; w && w->decision != back_to; w = w->above) {
        buf_adds(&path, " ← ");
        buf_add(&path, xml_attr(w->decision, "name"));
    }
    buf_adds(&path, " ← ");
    buf_add(&path, xml_attr(back_to, "name"));
    char *text = arena_dup(c->arena, buf_span(&path));
    struct dmn_finding *f = dmn_found(c, "dmn_check.cycle", DMN_ERROR, back_to);
    if (text)
        dmn_found_arg(c, f, "path", span_of(text));
}

static const struct xml *required_decision(const struct checker *c, const struct xml *r) {
    const struct xml *ref = is(r, "informationRequirement") ? xml_child(r, "requiredDecision") : NULL;
    const struct xml *to = ref ? element_of(c, xml_attr(ref, "href")) : NULL;
    return to && is(to, "decision") ? to : NULL;
}

/* Depth first with its own stack: a chain may be as long as the file. */
static bool walk_from(struct checker *c, struct visited *v, const struct xml *start) {
    struct walk *top = ARENA_NEW(c->arena, struct walk);
    bool found = false;
    if (!top)
        return c->full = true, false;
    *top = (struct walk){start, start->child, NULL};
    *state_of(v, start) = ON_PATH;
    while (top) {
        const struct xml *r = top->next;
        if (!r) {
            *state_of(v, top->decision) = DONE;
            top = top->above;
            continue;
        }
        top->next = r->next;
        const struct xml *to = required_decision(c, r);
        uint8_t *state = to ? state_of(v, to) : NULL;
        if (!state || *state == DONE)
            continue;
        if (*state == ON_PATH) {
            report_cycle(c, top, to);
            found = true;
            continue;
        }
        struct walk *w = ARENA_NEW(c->arena, struct walk);
        if (!w)
            return c->full = true, found;
        *w = (struct walk){to, to->child, top};
        *state = ON_PATH;
        top = w;
    }
    return found;
}

bool dmn_check_cycles(struct checker *c) {
    size_t n = count(c->root, "decision");
    struct visited v = {ARENA_ARRAY(c->arena, n + 1, const struct xml *), arena_alloc(c->arena, n + 1), 0};
    bool found = false;
    if (!v.decision || !v.state)
        return c->full = true, false;
    for (const struct xml *e = xml_child(c->root, "decision"); e; e = xml_next(e, "decision"))
        v.decision[v.count++] = e;
    for (size_t i = 0; i < v.count; i++)
        if (v.state[i] == NEW)
            found = walk_from(c, &v, v.decision[i]) || found;
    return found;
}

/* ---- logic ------------------------------------------------------------------------------------------ */

static void check_logic(struct checker *c, const struct xml *e) {
    bool decision = is(e, "decision");
    if (!decision && !is(e, "businessKnowledgeModel"))
        return;
    const struct xml *holds = decision ? e : xml_child(e, "encapsulatedLogic");
    if (!dmn_boxed_child(holds) && !(holds && xml_attr(holds, "kind").size))
        dmn_found(c, "dmn_check.no_logic", DMN_WARNING, e);
}

static void check_parameters(struct checker *c, const struct xml *logic) {
    names seen = {0};
    for (const struct xml *p = xml_child(logic, "formalParameter"); p; p = xml_next(p, "formalParameter"))
        add_name(c, &seen, feel_name_normal(c->arena, xml_attr(p, "name")), p);
    report_twice(c, &seen, "dmn_check.duplicate_parameter");
}

static void check_relation(struct checker *c, const struct xml *relation) {
    size_t want = count(relation, "column"), number = 0;
    for (const struct xml *r = xml_child(relation, "row"); r; r = xml_next(r, "row")) {
        size_t have = 0;
        number++;
        for (const struct xml *e = r->child; e; e = e->next)
            have += !is(e, "description") && !is(e, "extensionElements");
        if (have == want)
            continue;
        struct dmn_finding *f = dmn_found(c, "dmn_check.relation_row", DMN_ERROR, r);
        dmn_found_number(c, f, "row", number);
        dmn_found_number(c, f, "have", have);
        dmn_found_number(c, f, "want", want);
    }
}

static void check_service(struct checker *c, const struct xml *e) {
    if (!xml_child(e, "outputDecision"))
        dmn_found(c, "dmn_check.no_output_decision", DMN_ERROR, e);
}

/* ---- the shape of tables ------------------------------------------------------------------------------ */

static void check_rule_shape(struct checker *c, const struct xml *table, const struct xml *rule, size_t number) {
    struct { const char *entry, *column, *code; } sides[] = {
        {"inputEntry", "input", "dmn_check.rule_inputs"}, {"outputEntry", "output", "dmn_check.rule_outputs"}};
    for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
        size_t have = count(rule, sides[i].entry), want = count(table, sides[i].column);
        if (have == want)
            continue;
        struct dmn_finding *f = dmn_found(c, sides[i].code, DMN_ERROR, rule);
        if (f)
            f->rule = number;
        dmn_found_number(c, f, "have", have);
        dmn_found_number(c, f, "want", want);
    }
}

static void check_outputs(struct checker *c, const struct xml *t) {
    size_t n = count(t, "output");
    names seen = {0};
    if (n == 0)
        dmn_found(c, "dmn_check.no_output", DMN_ERROR, t);
    for (const struct xml *o = xml_child(t, "output"); n > 1 && o; o = xml_next(o, "output")) {
        if (!tidy(xml_attr(o, "name")).size)
            dmn_found(c, "dmn_check.output_name", DMN_ERROR, o);
        add_name(c, &seen, feel_name_normal(c->arena, xml_attr(o, "name")), o);
    }
    report_twice(c, &seen, "dmn_check.output_twice");
}

static void check_policy(struct checker *c, const struct xml *t) {
    struct span hit = xml_attr(t, "hitPolicy"), aggregation = xml_attr(t, "aggregation");
    if (aggregation.size && !span_is(hit, "COLLECT"))
        dmn_found(c, "dmn_check.aggregation_unused", DMN_WARNING, t);
    if (aggregation.size && span_is(hit, "COLLECT") && count(t, "output") > 1 && !span_is(aggregation, "LIST"))
        dmn_found(c, "dmn_check.aggregation_outputs", DMN_ERROR, t);
}

static void check_table(struct checker *c, const struct xml *t) {
    size_t number = 0, column = 0;
    for (const struct xml *i = xml_child(t, "input"); i; i = xml_next(i, "input")) {
        column++;
        if (tidy(dmn_child_text(xml_child(i, "inputExpression"), "text")).size)
            continue;
        struct dmn_finding *f = dmn_found(c, "dmn_check.no_input_expression", DMN_ERROR, i);
        if (f)
            f->column = column;
    }
    check_outputs(c, t);
    check_policy(c, t);
    for (const struct xml *r = xml_child(t, "rule"); r; r = xml_next(r, "rule"))
        check_rule_shape(c, t, r, ++number);
    if (!number)
        dmn_found(c, "dmn_check.no_rules", DMN_WARNING, t);
}

/* ---- the whole ------------------------------------------------------------------------------------------ */

static void check_language(struct checker *c, const struct xml *e) {
    struct span language = tidy(xml_attr(e, "expressionLanguage"));
    if (!dmn_is_feel(language))
        dmn_found_arg(c, dmn_found(c, "dmn_check.language", DMN_ERROR, e), "language", language);
}

void dmn_check_structure(struct checker *c) {
    index_elements(c);
    check_ids(c);
    check_names(c);
    for (const struct xml *e = c->root->child; e; e = e->next) {
        if (!drawn(e))
            continue;
        check_variable(c, e);
        check_requirements(c, e);
        check_logic(c, e);
        if (is(e, "decisionService"))
            check_service(c, e);
    }
    for (const struct xml *e = c->root; e; e = following(e, c->root)) {
        check_language(c, e);
        if (is(e, "decisionTable"))
            check_table(c, e);
        if (is(e, "encapsulatedLogic") || is(e, "functionDefinition"))
            check_parameters(c, e);
        if (is(e, "relation"))
            check_relation(c, e);
        if (is(e, "literalExpression") && !tidy(dmn_child_text(e, "text")).size && !xml_child(e, "importedValues"))
            dmn_found(c, "dmn_check.empty_text", DMN_WARNING, e);
    }
}
