/* The checker's front room: what is run in which order, and where findings are
 * kept. */
#include "dmn/check_internal.h"

/* ---- findings ------------------------------------------------------------------------ */

/* The element or definition that holds a place of the XML. */
static const struct xml *holder(const struct xml *at) {
    const struct xml *below = NULL;
    for (; at && at->parent; at = at->parent)
        below = at;
    return below;
}

static struct span id_near(const struct xml *at) {
    for (; at && at->parent; at = at->parent)
        if (xml_attr(at, "id").size)
            return xml_attr(at, "id");
    return (struct span){"", 0};
}

struct dmn_finding *dmn_found(struct checker *c, const char *code, enum dmn_severity severity, const struct xml *at) {
    if (c->findings.size >= DMN_CHECK_FINDINGS_MAX) {
        c->lost++;
        return NULL;
    }
    struct dmn_finding *f = vec_push_in(c->arena, &c->findings);
    if (!f) {
        c->full = true;
        return NULL;
    }
    const struct xml *h = holder(at);
    *f = (struct dmn_finding){.code = code, .severity = severity, .at = id_near(at), .line = at ? at->line : 0};
    if (h) {
        f->element_id = xml_attr(h, "id");
        f->element_name = xml_attr(h, "name");
    }
    return f;
}

void dmn_found_arg(struct checker *c, struct dmn_finding *f, const char *name, struct span value) {
    if (!f)
        return;
    struct dmn_check_arg *more = ARENA_ARRAY(c->arena, f->arg_count + 1, struct dmn_check_arg);
    if (!more) {
        c->full = true;
        return;
    }
    if (f->arg_count)
        memcpy(more, f->arg, f->arg_count * sizeof *more);
    more[f->arg_count++] = (struct dmn_check_arg){name, value.at ? value : SPAN("")};
    f->arg = more;
}

void dmn_found_number(struct checker *c, struct dmn_finding *f, const char *name, size_t value) {
    char *text = f ? arena_printf(c->arena, "%zu", value) : NULL;
    if (text)
        dmn_found_arg(c, f, name, span_of(text));
    else
        c->full = c->full || f;
}

/* The same said twice of one place: an unknown name used twice in a text.  A line is no place: a whole model may stand on one. */
static bool same_finding(const struct dmn_finding *a, const struct dmn_finding *b) {
    if (strcmp(a->code, b->code) != 0 || a->line != b->line || a->rule != b->rule || a->other_rule != b->other_rule ||
        a->column != b->column || !span_eq(a->element_id, b->element_id) || !span_eq(a->element_name, b->element_name) ||
        !span_eq(a->at, b->at) || a->arg_count != b->arg_count || a->example_count || b->example_count)
        return false;
    for (size_t i = 0; i < a->arg_count; i++)
        if (!span_eq(a->arg[i].value, b->arg[i].value))
            return false;
    return true;
}

static void drop_doubles(struct checker *c) {
    size_t n = 0;
    for (size_t i = 0; i < c->findings.size; i++) {
        bool again = false;
        for (size_t k = n; k > 0 && !again && c->findings.at[k - 1].line == c->findings.at[i].line; k--)
            again = same_finding(&c->findings.at[k - 1], &c->findings.at[i]);
        if (!again)
            c->findings.at[n++] = c->findings.at[i];
    }
    c->findings.size = n;
}

/* A requirement into a model that could not be imported: the import is the finding. */
static bool into_lost_import(const struct checker *c, const struct diag *p) {
    if (strcmp(p->code, "dmn.requirement") != 0 || !p->arg_count)
        return false;
    struct span href = span_of(p->arg[0].value);
    for (const struct xml *i = xml_child(c->root, "import"); i; i = xml_next(i, "import")) {
        struct span uri = xml_attr(i, "namespace");
        if (dmn_is_foreign_import(i))
            continue;
        bool there = !uri.size || href.size <= uri.size || href.at[uri.size] != '#' || memcmp(href.at, uri.at, uri.size) != 0;
        for (size_t k = 0; k < c->model->import_count && !there; k++)
            there = span_eq(c->model->import[k].uri, uri);
        if (!there)
            return true;
    }
    return false;
}

/* What dmn_load could not read: the diagnostics have codes of their own. */
static void take_problems(struct checker *c) {
    for (size_t i = 0; i < c->model->problem_count; i++) {
        const struct diag *p = &c->model->problem[i];
        if (into_lost_import(c, p) || strcmp(p->code, "dmn.language") == 0) /* the structure's check says it */
            continue;
        char *code = arena_dup(c->arena, span_of(p->code));
        struct dmn_finding *f = code ? dmn_found(c, code, DMN_ERROR, c->model->problem_place[i]) : NULL;
        for (int k = 0; f && k < p->arg_count; k++)
            dmn_found_arg(c, f, p->arg[k].name, span_of(p->arg[k].value));
        c->full = c->full || !code;
    }
}

/* ---- tables ------------------------------------------------------------------------- */

/* Tables of a tree, boxed expressions and functions around them included. */
static void check_tables(struct checker *c, const struct feel_ast *n, int depth) {
    if (!n || depth > 1500)
        return;
    if (n->kind == AST_EXTERN) {
        dmn_check_table(c, n);
        return;
    }
    for (size_t i = 0; n->item && i < n->count; i++)
        check_tables(c, n->item[i], depth + 1);
    check_tables(c, n->a, depth + 1);
    check_tables(c, n->b, depth + 1);
    check_tables(c, n->c, depth + 1);
}

static void check_all_tables(struct checker *c) {
    for (size_t i = 0; i < c->model->element_count; i++) {
        c->element = &c->model->element[i];
        check_tables(c, c->element->ast, 0);
    }
    c->element = NULL;
}

/* ---- the whole ------------------------------------------------------------------------ */

/* By line, which is by element; what belongs to no line comes first. */
static void sort_findings(struct checker *c) {
    for (size_t i = 1; i < c->findings.size; i++) {
        struct dmn_finding f = c->findings.at[i];
        size_t j = i;
        for (; j > 0 && c->findings.at[j - 1].line > f.line; j--)
            c->findings.at[j] = c->findings.at[j - 1];
        c->findings.at[j] = f;
    }
}

enum status dmn_check(struct arena *a, struct span text, const struct dmn_check_options *options,
    const struct dmn_findings **ret, struct diag *d) {
    static const struct dmn_check_options none = {0};
    struct checker c = {.arena = a, .options = options ? options : &none};
    enum status s = xml_parse(a, text, &c.root, d);
    if (s != OK)
        return s;
    s = dmn_root(c.root, d);
    if (s != OK)
        return s;
    dmn_check_structure(&c);
    dmn_check_recursion(&c);
    if (c.options->policy)
        dmn_check_articles(&c);
    if (dmn_check_cycles(&c)) {
        dmn_check_types(&c);
    } else {
        s = dmn_load_tree(a, c.root, c.options->imports, &c.model, d);
        if (s != OK)
            return s;
        take_problems(&c);
        dmn_check_circles(&c);
        dmn_check_types(&c);
        dmn_check_facts(&c);
        dmn_check_elements(&c);
        if (!check_cell_scope(&c))
            return arena_full(d);
        check_all_tables(&c);
    }
    struct dmn_findings *f = ARENA_NEW(a, struct dmn_findings);
    if (c.full || !f)
        return arena_full(d);
    sort_findings(&c);
    drop_doubles(&c);
    *f = (struct dmn_findings){c.findings.at, c.findings.size, c.lost};
    *ret = f;
    return OK;
}

size_t dmn_findings_counted(const struct dmn_findings *f) {
    size_t n = f->lost;
    for (size_t i = 0; i < f->count; i++)
        n += f->at[i].severity != DMN_INFO;
    return n;
}
