#include "bpmn/pools.h"

#include "base/xml.h"

static bool ours(const struct xml *e) { return span_is(e->ns, BPMN_NS); }

static struct span value(const struct xml *e, const char *name) {
    struct span v = xml_attr(e, name);
    return v.at ? v : SPAN("");
}

/* Is it in the diagram as a pool? */
static bool takes_part(const struct xml *root, struct span process) {
    for (const struct xml *c = xml_child(root, "collaboration"); c; c = xml_next(c, "collaboration"))
        for (const struct xml *p = xml_child(c, "participant"); p; p = xml_next(p, "participant")) {
            struct span ref = value(p, "processRef");
            const char *colon = memchr(ref.at, ':', ref.size);
            struct span local = colon ? (struct span){colon + 1, ref.size - (size_t)(colon + 1 - ref.at)} : ref;
            if (ours(p) && (span_eq(ref, process) || span_eq(local, process)))
                return true;
        }
    return false;
}

static bool is_called(const struct xml *e, struct span process) {
    for (const struct xml *c = e->child; c; c = c->next)
        if ((span_is(c->name, "callActivity") && span_eq(value(c, "calledElement"), process)) || is_called(c, process))
            return true;
    return false;
}

static bool begins(const struct bpmn_model *m) {
    bool any = false;
    for (uint32_t i = 0; i < m->node_count; i++) {
        const struct bpmn_node *n = &m->node[i];
        if (n->kind != BPMN_START || n->parent != BPMN_NONE)
            continue;
        if (n->trigger == BPMN_PLAIN)
            return m->executable;
        any = true;
    }
    return m->executable && !any;
}

static enum status add_pool(struct arena *a, struct span file, struct span id, const struct evaluator *feel,
    struct pools *p, struct diag *d) {
    const struct bpmn_model *m;
    const char *name = arena_dup(a, id);
    if (!name)
        return arena_full(d);
    enum status s = bpmn_load(a, file, name, feel, &m, NULL);
    if (s == E_LIMIT)
        return arena_full(d);
    if (s != OK)
        return OK;
    struct pool *slot = vec_push_in(a, &p->pool);
    if (!slot)
        return arena_full(d);
    *slot = (struct pool){m, begins(m)};
    return OK;
}

static enum status add_posts(struct arena *a, const struct xml *collaboration, struct pools *p, struct diag *d) {
    for (const struct xml *f = xml_child(collaboration, "messageFlow"); f; f = xml_next(f, "messageFlow")) {
        struct post *slot = vec_push_in(a, &p->post);
        const char *from = arena_dup(a, value(f, "sourceRef")), *to = arena_dup(a, value(f, "targetRef"));
        if (!slot || !from || !to)
            return arena_full(d);
        *slot = (struct post){from, to};
    }
    return OK;
}

enum status pools_read(struct arena *a, struct span file, const struct bpmn_model *main, const struct evaluator *feel,
    struct pools *ret, struct diag *d) {
    const struct xml *root;
    enum status s = xml_parse(a, file, &root, d);
    if (s != OK || !takes_part(root, span_of(main->id)))
        return s;
    for (const struct xml *p = xml_child(root, "process"); s == OK && p; p = xml_next(p, "process")) {
        struct span id = value(p, "id");
        if (ours(p) && id.size > 0 && !span_is(id, main->id) && takes_part(root, id) && !is_called(root, id))
            s = add_pool(a, file, id, feel, ret, d);
    }
    for (const struct xml *c = xml_child(root, "collaboration"); s == OK && c; c = xml_next(c, "collaboration"))
        s = add_posts(a, c, ret, d);
    return s;
}

const char *pools_target(const struct pools *p, const char *from) {
    for (size_t i = 0; i < p->post.size; i++)
        if (strcmp(p->post.at[i].from, from) == 0)
            return p->post.at[i].to;
    return NULL;
}

uint32_t pools_start(const struct bpmn_model *m, const char *id, const char *name) {
    for (uint32_t i = 0; i < m->node_count; i++) {
        const struct bpmn_node *n = &m->node[i];
        if (n->kind == BPMN_START && n->parent == BPMN_NONE && n->trigger == BPMN_MESSAGE &&
            (id ? strcmp(n->id, id) == 0 : strcmp(n->reference, name) == 0))
            return i;
    }
    return BPMN_NONE;
}
