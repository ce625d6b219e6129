/* Files that import each other. */
#include "dmn/check_internal.h"

struct circles { struct checker *c; VEC(const struct dmn_model *) seen; const struct xml *at; };

static bool seen_before(struct circles *x, const struct dmn_model *m) {
    for (size_t i = 0; i < x->seen.size; i++)
        if (x->seen.at[i] == m)
            return true;
    const struct dmn_model **slot = (const struct dmn_model **)vec_push_in(x->c->arena, &x->seen);
    if (slot)
        *slot = m;
    else
        x->c->full = true;
    return !slot;
}

static void take_circles(struct circles *x, const struct dmn_model *m) {
    for (size_t i = 0; i < m->problem_count; i++) {
        const struct diag *p = &m->problem[i];
        struct dmn_finding *f = strcmp(p->code, "dmn.import_circle") == 0 ? dmn_found(x->c, "dmn.import_circle", DMN_ERROR, x->at) : NULL;
        for (int k = 0; f && k < p->arg_count; k++)
            dmn_found_arg(x->c, f, p->arg[k].name, span_of(p->arg[k].value));
    }
}

/* Where a circle closes lies in the last file of it, which refuses the import; who checks the first is told
 * as well.  Each model once: two may import the same. */
void dmn_check_circles(struct checker *c) {
    struct circles x = {.c = c};
    size_t todo = 0;
    for (size_t i = 0; i < c->model->import_count; i++) {
        for (const struct xml *e = xml_child(c->root, "import"); e; e = xml_next(e, "import"))
            if (span_eq(xml_attr(e, "namespace"), c->model->import[i].uri))
                x.at = e;
        if (!seen_before(&x, c->model->import[i].model))
            take_circles(&x, c->model->import[i].model);
        for (; todo < x.seen.size; todo++) {
            const struct dmn_model *m = x.seen.at[todo];
            for (size_t k = 0; k < m->import_count; k++)
                if (!seen_before(&x, m->import[k].model))
                    take_circles(&x, m->import[k].model);
        }
    }
}
