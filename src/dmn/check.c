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
    more[f->arg_count++] = (struct dmn_check_arg){name, value};
    f->arg = more;
}

void dmn_found_number(struct checker *c, struct dmn_finding *f, const char *name, size_t value) {
    char *text = f ? arena_printf(c->arena, "%zu", value) : NULL;
    if (text)
        dmn_found_arg(c, f, name, span_of(text));
    else
        c->full = c->full || f;
}

/* What dmn_load could not read: the diagnostics have codes of their own. */
static void take_problems(struct checker *c) {
    for (size_t i = 0; i < c->model->problem_count; i++) {
        const struct diag *p = &c->model->problem[i];
        char *code = arena_dup(c->arena, span_of(p->code));
        struct dmn_finding *f = code ? dmn_found(c, code, DMN_ERROR, c->model->problem_place[i]) : NULL;
        for (int k = 0; f && k < p->arg_count; k++)
            dmn_found_arg(c, f, p->arg[k].name, span_of(p->arg[k].value));
        c->full = c->full || !code;
    }
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
    if (!span_is(c.root->name, "definitions"))
        return diag_fail(d, E_INPUT, "dmn.no_definitions");
    dmn_check_structure(&c);
    if (!dmn_check_cycles(&c)) {
        s = dmn_load_tree(a, c.root, c.options->imports, &c.model, d);
        if (s != OK)
            return s;
        take_problems(&c);
    }
    struct dmn_findings *f = ARENA_NEW(a, struct dmn_findings);
    if (c.full || !f)
        return arena_full(d);
    sort_findings(&c);
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
