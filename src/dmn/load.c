/* A DMN file becomes a model: elements, requirements, order, programs. */
#include "dmn/internal.h"

enum { ELEMENTS_MAX = 20000 }; /* the largest published models have some hundreds */

void dmn_problem_add(struct dmn_loader *l, const struct diag *d, const struct xml *at) {
    struct diag *p = l->problems.size < 1000 ? vec_push_in(l->arena, &l->problems) : NULL;
    const struct xml **place = p ? (const struct xml **)vec_push_in(l->arena, &l->problem_places) : NULL;
    if (!place)
        return;
    *p = *d;
    p->line = at->line;
    *place = at;
    if (l->at) {
        l->at->faulty = true;
        diag_at(p, "%.*s", SPAN_ARG(l->at->name));
    }
}

static enum status limit(struct diag *d) { return arena_full(d); }

/* ---- imports ------------------------------------------------------------------------ */

/* "import.tType" in type references and in FEEL; an import without a name adds
 * to the model's own names. */
static bool import_types(struct dmn_loader *l, const struct dmn_import *i) {
    for (const struct feel_type_entry *e = i->model->scope->type; e; e = e->next) {
        char *name = i->name.size ? arena_printf(l->arena, "%.*s.%.*s", SPAN_ARG(i->name), SPAN_ARG(e->name)) : NULL;
        if (i->name.size && !name)
            return false;
        if (!feel_scope_type(l->model->scope, name ? span_of(name) : e->name, e->type))
            return false;
    }
    return true;
}

/* Only what is surely another language: DMN's own types of imports are written in many ways. */
bool dmn_is_foreign_import(const struct xml *import) {
    static const char dmn[] = "/spec/DMN/", uri[] = "://";
    struct span type = xml_attr(import, "importType");
    return type.size && memmem(type.at, type.size, uri, sizeof uri - 1) && !memmem(type.at, type.size, dmn, sizeof dmn - 1);
}

static enum status load_imports(struct dmn_loader *l, const struct xml *root,
    const struct dmn_imports *imports, struct diag *d) {
    uint32_t base = 0;
    for (const struct xml *e = xml_child(root, "import"); e; e = xml_next(e, "import")) {
        struct span uri = xml_attr(e, "namespace");
        struct diag p = {0};
        if (dmn_is_foreign_import(e)) /* who uses it is told so */
            continue;
        const struct dmn_model *m = imports && imports->find ? imports->find(imports->data, uri, xml_attr(e, "locationURI"), &p) : NULL;
        if (!m) {
            if (p.status == OK)
                diag_fail(&p, E_INPUT, "dmn.import", DIAG_SPAN("namespace", uri));
            dmn_problem_add(l, &p, e);
            continue;
        }
        struct dmn_import *i = vec_push_in(l->arena, &l->imports);
        if (!i)
            return limit(d);
        i->name = feel_name_normal(l->arena, xml_attr(e, "name"));
        i->uri = uri;
        i->model = m;
        i->base = base;
        i->scope = feel_scope_new(l->arena, NULL);
        base += (uint32_t)m->slot_count;
        if (!i->scope || base > ELEMENTS_MAX)
            return limit(d);
        if (!import_types(l, i))
            return limit(d);
        for (size_t k = 0; k < m->element_count; k++)
            if (!feel_scope_global(i->scope, m->element[k].name, i->base + m->own + (uint32_t)k, m->element[k].type) ||
                !feel_scope_property(l->model->scope, m->element[k].name) ||
                !feel_scope_type_properties(l->model->scope, m->element[k].type))
                return limit(d);
    }
    l->model->own = base;
    return OK;
}

/* ---- elements --------------------------------------------------------------------------- */

static bool kind_of(const struct xml *e, enum dmn_element_kind *ret) {
    static const char *const names[] = {"inputData", "decision", "businessKnowledgeModel", "decisionService"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (span_is(e->name, names[i])) {
            *ret = (enum dmn_element_kind)i;
            return true;
        }
    return false;
}

static enum status load_elements(struct dmn_loader *l, const struct xml *root, struct diag *d) {
    enum dmn_element_kind kind;
    size_t n = 0;
    for (const struct xml *e = root->child; e; e = e->next)
        n += kind_of(e, &kind);
    if (n > ELEMENTS_MAX)
        return diag_fail(d, E_LIMIT, "dmn.elements", DIAG_N("limit", ELEMENTS_MAX));
    l->model->element = ARENA_ARRAY(l->arena, n + 1, struct dmn_element);
    if (!l->model->element)
        return limit(d);
    for (const struct xml *e = root->child; e; e = e->next) {
        if (!kind_of(e, &kind))
            continue;
        struct dmn_element *x = &l->model->element[l->model->element_count++];
        const struct xml *v = xml_child(e, "variable");
        struct span name = v ? xml_attr(v, "name") : (struct span){0};
        x->kind = kind;
        x->id = xml_attr(e, "id");
        x->name = feel_name_normal(l->arena, name.size ? name : xml_attr(e, "name"));
        x->xml = e;
        x->key = feel_key(x->name);
        if (!x->name.at)
            return limit(d);
        l->at = x;
        if (v)
            x->type = dmn_type_ref(l, xml_attr(v, "typeRef"));
    }
    l->at = NULL;
    return OK;
}

/* ---- names of imports ------------------------------------------------------------------ */

static int compare_spans(struct span a, struct span b) {
    size_t n = a.size < b.size ? a.size : b.size;
    int c = n ? memcmp(a.at, b.at, n) : 0;
    return c ? c : (a.size > b.size) - (a.size < b.size);
}

struct named { struct span name; const struct xml *xml; };

static int by_name(const void *x, const void *y) {
    const struct named *a = x, *b = y;
    int c = compare_spans(a->name, b->name);
    return c ? c : (a->xml->line > b->xml->line) - (a->xml->line < b->xml->line);
}

static bool is_import(const struct named *n) { return span_is(n->xml->name, "import"); }

/* `list` is all that has one name. */
static void report_clash(struct dmn_loader *l, const struct named *list, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const struct named *other = i ? &list[0] : &list[1];
        if (!is_import(&list[i]) || (i == 0 && is_import(other)))
            continue; /* of two imports the second is told */
        struct diag p = {0};
        diag_fail(&p, E_INPUT, "dmn.import_name", DIAG_SPAN("name", list[i].name), DIAG_N("other_line", other->xml->line));
        dmn_problem_add(l, &p, list[i].xml);
    }
}

/* DMN 1.5, 6.3.3: an import's name is that of no other import, element or type of the file. */
static enum status check_import_names(struct dmn_loader *l, const struct xml *root, struct diag *d) {
    VEC(struct named) list = {0};
    enum dmn_element_kind kind;
    for (const struct xml *e = xml_child(root, "import") ? root->child : NULL; e; e = e->next) {
        struct named one = {feel_name_normal(l->arena, xml_attr(e, "name")), e};
        if (!one.name.size || !(kind_of(e, &kind) || span_is(e->name, "itemDefinition") || is_import(&one)))
            continue;
        struct named *n = vec_push_in(l->arena, &list);
        if (!n)
            return limit(d);
        *n = one;
    }
    if (list.size)
        qsort(list.at, list.size, sizeof *list.at, by_name);
    for (size_t i = 0, n; i < list.size; i += n) {
        for (n = 1; i + n < list.size && span_eq(list.at[i].name, list.at[i + n].name); n++)
            ;
        if (n > 1)
            report_clash(l, &list.at[i], n);
    }
    return OK;
}

/* ---- references ------------------------------------------------------------------------ */

static int by_id(const void *x, const void *y, void *model) {
    const uint32_t *a = x, *b = y;
    const struct dmn_model *m = model;
    int c = compare_spans(m->element[*a].id, m->element[*b].id);
    return c ? c : (*a > *b) - (*a < *b);
}

static bool index_elements(struct dmn_loader *l) {
    size_t n = l->model->element_count;
    l->by_id = ARENA_ARRAY(l->arena, n + 1, uint32_t);
    for (size_t i = 0; l->by_id && i < n; i++)
        l->by_id[i] = (uint32_t)i;
    if (l->by_id && n)
        qsort_r(l->by_id, n, sizeof *l->by_id, by_id, l->model);
    return l->by_id != NULL;
}

/* The first own element of the id. */
static bool find_own(const struct dmn_loader *l, struct span id, uint32_t *ret) {
    const struct dmn_model *m = l->model;
    size_t from = 0, to = m->element_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (compare_spans(m->element[l->by_id[middle]].id, id) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    if (from == m->element_count || !span_eq(m->element[l->by_id[from]].id, id))
        return false;
    *ret = m->own + l->by_id[from];
    return true;
}

static bool find_imported(const struct dmn_import *i, struct span uri, struct span id, uint32_t *ret) {
    const struct dmn_model *m = i->model;
    for (size_t s = 0; s < m->slot_count; s++)
        if (span_eq(m->slot[s].model->uri, uri) && span_eq(m->slot[s].element->id, id)) {
            *ret = i->base + (uint32_t)s;
            return true;
        }
    return false;
}

/* Slot of "#id" or "namespace#id"; false: nobody. */
static bool find_href(const struct dmn_loader *l, struct span href, uint32_t *ret) {
    const char *hash = memchr(href.at ? href.at : "", '#', href.size);
    struct span uri = hash ? (struct span){href.at, (size_t)(hash - href.at)} : (struct span){0};
    struct span id = hash ? (struct span){hash + 1, href.size - uri.size - 1} : href;
    const struct dmn_model *m = l->model;
    if (uri.size == 0 || span_eq(uri, m->uri))
        return find_own(l, id, ret);
    for (int nested = 0; nested < 2; nested++) /* what is imported here, then what that imports */
        for (size_t k = 0; k < l->imports.size; k++)
            if ((nested || span_eq(l->imports.at[k].uri, uri)) && find_imported(&l->imports.at[k], uri, id, ret))
                return true;
    return false;
}

typedef VEC(uint32_t) slots;

static enum status add_href(struct dmn_loader *l, const struct xml *e, slots *list, struct diag *d) {
    uint32_t slot;
    if (!e)
        return OK;
    struct span href = xml_attr(e, "href");
    if (!find_href(l, href, &slot)) {
        struct diag p = {0};
        diag_fail(&p, E_INPUT, "dmn.requirement", DIAG_SPAN("href", href));
        dmn_problem_add(l, &p, e);
        return OK;
    }
    uint32_t *at = vec_push_in(l->arena, list);
    if (!at)
        return limit(d);
    *at = slot;
    return OK;
}

static enum status load_needs(struct dmn_loader *l, struct dmn_element *x, struct diag *d) {
    static const char *const wrappers[] = {"informationRequirement", "knowledgeRequirement"};
    static const char *const refs[] = {"requiredDecision", "requiredInput", "requiredKnowledge"};
    slots need = {0};
    for (size_t w = 0; w < ARRAY_LEN(wrappers); w++)
        for (const struct xml *r = xml_child(x->xml, wrappers[w]); r; r = xml_next(r, wrappers[w]))
            for (size_t k = 0; k < ARRAY_LEN(refs); k++) {
                enum status s = add_href(l, xml_child(r, refs[k]), &need, d);
                if (s != OK)
                    return s;
            }
    x->need = need.at;
    x->need_count = need.size;
    return OK;
}

static enum status add_all(struct dmn_loader *l, const struct xml *e, const char *name, slots *list, struct diag *d) {
    for (const struct xml *c = xml_child(e, name); c; c = xml_next(c, name)) {
        enum status s = add_href(l, c, list, d);
        if (s != OK)
            return s;
    }
    return OK;
}

static const struct dmn_element *element_at(const struct dmn_loader *l, uint32_t slot) {
    if (slot >= l->model->own)
        return &l->model->element[slot - l->model->own];
    for (size_t k = 0; k < l->imports.size; k++) {
        const struct dmn_import *i = &l->imports.at[k];
        if (slot >= i->base && slot < i->base + i->model->slot_count)
            return i->model->slot[slot - i->base].element;
    }
    return NULL;
}

static enum status load_service(struct dmn_loader *l, struct dmn_element *x, struct diag *d) {
    slots in = {0}, out = {0};
    enum status s = add_all(l, x->xml, "inputData", &in, d);
    if (s == OK)
        s = add_all(l, x->xml, "inputDecision", &in, d);
    if (s == OK)
        s = add_all(l, x->xml, "outputDecision", &out, d);
    if (s != OK)
        return s;
    struct feel_key *param = ARENA_ARRAY(l->arena, in.size + 1, struct feel_key);
    x->param_type = (const struct feel_type **)ARENA_ARRAY(l->arena, in.size + 1, struct feel_type *);
    if (!param || !x->param_type)
        return limit(d);
    for (size_t i = 0; i < in.size; i++) {
        const struct dmn_element *e = element_at(l, in.at[i]);
        param[i] = feel_key(e->name);
        x->param_type[i] = e->type;
    }
    x->param = param;
    x->input = in.at;
    x->input_count = in.size;
    x->output = out.at;
    x->output_count = out.size;
    return OK;
}

/* ---- order ---------------------------------------------------------------------------------- */

/* Data, knowledge and services need nothing to exist; decisions follow those
 * they require (Kahn).  What remains is a cycle. */
static enum status order_elements(struct dmn_loader *l, struct diag *d) {
    struct dmn_model *m = l->model;
    size_t total = m->own + m->element_count, n = 0;
    uint32_t *order = ARENA_ARRAY(l->arena, total + 1, uint32_t);
    struct dmn_slot *slot = ARENA_ARRAY(l->arena, total + 1, struct dmn_slot);
    uint32_t *waiting = ARENA_ARRAY(l->arena, total + 1, uint32_t);
    if (!order || !slot || !waiting)
        return limit(d);
    for (size_t k = 0; k < l->imports.size; k++) {
        const struct dmn_import *i = &l->imports.at[k];
        for (size_t s = 0; s < i->model->slot_count; s++) {
            slot[i->base + s] = i->model->slot[s];
            slot[i->base + s].base += i->base;
            order[n++] = i->base + i->model->order[s];
        }
    }
    for (size_t i = 0; i < m->element_count; i++) {
        const struct dmn_element *e = &m->element[i];
        slot[m->own + i] = (struct dmn_slot){e, m, 0};
        for (size_t k = 0; e->kind == DMN_DECISION && k < e->need_count; k++)
            if (e->need[k] >= m->own && m->element[e->need[k] - m->own].kind == DMN_DECISION)
                waiting[i]++;
        if (e->kind != DMN_DECISION)
            order[n++] = m->own + (uint32_t)i;
    }
    /* users[]: who waits for whom, as lists in arrays */
    size_t edges = 0;
    for (size_t i = 0; i < m->element_count; i++)
        edges += m->element[i].need_count;
    uint32_t *head = ARENA_ARRAY(l->arena, m->element_count + 1, uint32_t);
    uint32_t *next = ARENA_ARRAY(l->arena, edges + 1, uint32_t), *user = ARENA_ARRAY(l->arena, edges + 1, uint32_t);
    if (!head || !next || !user)
        return limit(d);
    edges = 0;
    for (size_t i = 0; i < m->element_count; i++)
        for (size_t k = 0; m->element[i].kind == DMN_DECISION && k < m->element[i].need_count; k++) {
            uint32_t to = m->element[i].need[k];
            if (to < m->own || m->element[to - m->own].kind != DMN_DECISION)
                continue;
            user[++edges] = (uint32_t)i;
            next[edges] = head[to - m->own];
            head[to - m->own] = (uint32_t)edges;
        }
    size_t first = n;
    for (size_t i = 0; i < m->element_count; i++)
        if (m->element[i].kind == DMN_DECISION && waiting[i] == 0)
            order[n++] = m->own + (uint32_t)i;
    for (size_t at = first; at < n; at++)
        for (uint32_t x = head[order[at] - m->own]; x; x = next[x])
            if (--waiting[user[x]] == 0)
                order[n++] = m->own + user[x];
    for (size_t i = 0; i < m->element_count; i++)
        if (waiting[i] != 0) {
            diag_fail(d, E_INPUT, "dmn.cycle", DIAG_SPAN("name", m->element[i].name));
            return diag_at(d, "%.*s", SPAN_ARG(m->element[i].name));
        }
    m->order = order;
    m->slot = slot;
    m->slot_count = total;
    return OK;
}

/* ---- programs --------------------------------------------------------------------------------- */

static bool without_name(const struct dmn_loader *l, uint32_t slot) {
    for (size_t k = 0; k < l->imports.size; k++) {
        const struct dmn_import *i = &l->imports.at[k];
        if (!i->name.size && slot >= i->base && slot < i->base + i->model->slot_count)
            return true;
    }
    return false;
}

/* Of an import with a name: what of it the element requires. */
static const struct feel_scope *required_of(struct dmn_loader *l, const struct dmn_element *x, const struct dmn_import *i) {
    struct feel_scope *inside = feel_scope_new(l->arena, NULL);
    uint32_t own = i->base + i->model->own; /* what it imports itself has no name here */
    for (size_t k = 0; inside && k < x->need_count; k++) {
        const struct dmn_element *e = x->need[k] >= own && x->need[k] < i->base + i->model->slot_count ? element_at(l, x->need[k]) : NULL;
        if (e && !feel_scope_global(inside, e->name, x->need[k], e->type))
            return NULL;
    }
    return inside;
}

/* What an element may name: what it requires, and (knowledge) itself. */
static struct feel_scope *element_scope(struct dmn_loader *l, const struct dmn_element *x, uint32_t self) {
    struct feel_scope *s = feel_scope_new(l->arena, l->model->scope);
    if (!s)
        return NULL;
    for (size_t k = 0; k < l->imports.size; k++) {
        const struct dmn_import *import = &l->imports.at[k];
        const struct feel_scope *inside = import->name.size ? required_of(l, x, import) : NULL;
        if (import->name.size && (!inside || !feel_scope_namespace(s, import->name, inside)))
            return NULL;
    }
    if (x->kind == DMN_BKM && !feel_scope_global(s, x->name, self, NULL))
        return NULL;
    for (size_t i = 0; i < x->need_count; i++) {
        const struct dmn_element *e = element_at(l, x->need[i]);
        if ((x->need[i] >= l->model->own || without_name(l, x->need[i])) && !feel_scope_global(s, e->name, x->need[i], e->type))
            return NULL;
    }
    return s;
}

static enum status compile_element(struct dmn_loader *l, struct dmn_element *x, uint32_t self, struct diag *d) {
    if (x->kind != DMN_DECISION && x->kind != DMN_BKM)
        return OK;
    struct feel_scope *scope = element_scope(l, x, self);
    if (!scope)
        return limit(d);
    l->at = x;
    struct feel_ast *ast = NULL;
    if (x->kind == DMN_BKM) {
        const struct xml *logic = xml_child(x->xml, "encapsulatedLogic");
        ast = logic ? dmn_function(l, scope, logic) : NULL;
        if (ast) /* the variable's type is the function's, or as DMN 1.1 has it its result's */
            ast->a = dmn_coerced(l, ast->a, x->type && x->type->kind == FEEL_TYPE_FUNCTION ? x->type->element : x->type);
        if (ast && !ast->a)
            return limit(d);
    } else {
        const struct xml *boxed = dmn_boxed_child(x->xml);
        ast = boxed ? dmn_coerced(l, dmn_boxed(l, scope, boxed), x->type) : NULL;
    }
    if (l->status != OK)
        return limit(d);
    x->ast = ast;
    x->scope = scope;
    if (ast) {
        struct diag p = {0};
        enum status s = feel_compile_ast(l->arena, scope, ast, x->name, &x->program, &p);
        if (s == E_LIMIT)
            return limit(d);
        if (s != OK)
            dmn_problem_add(l, &p, x->xml);
    }
    l->at = NULL;
    return OK;
}

/* ---- entry ---------------------------------------------------------------------------------------- */

static enum status load(struct dmn_loader *l, const struct xml *root, const struct dmn_imports *imports,
    struct diag *d) {
    struct dmn_model *m = l->model;
    m->arena = l->arena;
    m->xml = root;
    m->uri = xml_attr(root, "namespace");
    m->name = xml_attr(root, "name");
    m->scope = feel_scope_new(l->arena, NULL);
    if (!m->scope)
        return limit(d);
    m->scope->plain = l->plain;
    enum status s = load_imports(l, root, imports, d);
    if (s == OK && dmn_types_load(l, root) != OK)
        s = limit(d);
    if (s == OK)
        s = load_elements(l, root, d);
    if (s == OK)
        s = check_import_names(l, root, d);
    if (s == OK && !index_elements(l))
        s = limit(d);
    for (size_t i = 0; s == OK && i < m->element_count; i++) {
        l->at = &m->element[i];
        s = load_needs(l, &m->element[i], d);
        if (s == OK && m->element[i].kind == DMN_SERVICE)
            s = load_service(l, &m->element[i], d);
    }
    l->at = NULL;
    if (s == OK)
        s = order_elements(l, d);
    if (s == OK && !dmn_plan(m))
        s = limit(d);
    for (size_t i = 0; s == OK && i < m->element_count; i++)
        s = compile_element(l, &m->element[i], m->own + (uint32_t)i, d);
    m->import = l->imports.at;
    m->import_count = l->imports.size;
    m->problem = l->problems.at;
    m->problem_count = l->problem_places.size;
    m->problem_place = l->problem_places.at;
    m->source = l->sources.at;
    m->source_count = l->sources.size;
    return s;
}

/* BPMN's root has the same name.  Of no namespace is what a hand or an old tool wrote. */
enum status dmn_root(const struct xml *root, struct diag *d) {
    static const char dmn[] = "omg.org/spec/DMN/"; /* and the version's date */
    if (!span_is(root->name, "definitions"))
        return diag_fail(d, E_INPUT, "dmn.no_definitions");
    if (root->ns.size && !memmem(root->ns.at, root->ns.size, dmn, sizeof dmn - 1))
        return diag_fail(d, E_INPUT, "dmn.not_dmn", DIAG_SPAN("namespace", root->ns));
    return OK;
}

static enum status load_tree(struct arena *a, const struct xml *root, const struct dmn_imports *imports, bool plain,
    const struct dmn_model **ret, struct diag *d) {
    enum status s = dmn_root(root, d);
    if (s != OK)
        return s;
    struct dmn_loader l = {.arena = a, .plain = plain, .model = ARENA_NEW(a, struct dmn_model)};
    if (!l.model)
        return limit(d);
    s = load(&l, root, imports, d);
    if (s == OK)
        *ret = l.model;
    return s;
}

enum status dmn_load_tree(struct arena *a, const struct xml *root, const struct dmn_imports *imports,
    const struct dmn_model **ret, struct diag *d) {
    return load_tree(a, root, imports, false, ret, d);
}

static enum status load_text(struct arena *a, struct span text, const struct dmn_imports *imports, bool plain,
    const struct dmn_model **ret, struct diag *d) {
    const struct xml *root;
    enum status s = xml_parse(a, text, &root, d);
    return s == OK ? load_tree(a, root, imports, plain, ret, d) : s;
}

enum status dmn_load(struct arena *a, struct span text, const struct dmn_imports *imports,
    const struct dmn_model **ret, struct diag *d) {
    return load_text(a, text, imports, false, ret, d);
}

enum status dmn_load_plain(struct arena *a, struct span text, const struct dmn_imports *imports,
    const struct dmn_model **ret, struct diag *d) {
    return load_text(a, text, imports, true, ret, d);
}

struct span dmn_namespace(const struct dmn_model *m) { return m->uri; }
struct span dmn_name(const struct dmn_model *m) { return m->name; }
size_t dmn_element_count(const struct dmn_model *m) { return m->element_count; }
struct dmn_element_info dmn_element(const struct dmn_model *m, size_t i) {
    const struct dmn_element *e = &m->element[i];
    return (struct dmn_element_info){e->kind, e->id, e->name, e->type};
}
size_t dmn_problem_count(const struct dmn_model *m) { return m->problem_count; }
const struct diag *dmn_problem(const struct dmn_model *m, size_t i) { return &m->problem[i]; }
