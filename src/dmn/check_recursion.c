/* Types that are nothing but themselves, in one step or several: another name of itself says
 * nothing.  A type that contains itself (a person with persons, a list of lists) is a type. */
#include "dmn/check_internal.h"

enum { NEW, ON_PATH, DONE };
struct definition { const struct xml *xml; struct span name; uint8_t state; };
/* `at`: the typeRef by which the walk goes on to the step below. */
struct step { struct definition *definition; const struct xml *at; struct step *above; };
struct recursion { struct checker *c; struct definition *definition; size_t count; };

static struct span trimmed(struct span s) {
    while (s.size && feel_blank(s.at[0]))
        s = (struct span){s.at + 1, s.size - 1};
    while (s.size && feel_blank(s.at[s.size - 1]))
        s.size--;
    return s;
}

/* The next typeRef in or below `root` behind `e`. */
static const struct xml *next_reference(const struct xml *e, const struct xml *root) {
    do {
        if (e->child)
            e = e->child;
        else {
            while (e != root && !e->next)
                e = e->parent;
            if (e == root)
                return NULL;
            e = e->next;
        }
    } while (!span_is(e->name, "typeRef"));
    return e;
}

static struct definition *definition_of(const struct recursion *r, struct span name) {
    for (size_t i = 0; i < r->count; i++)
        if (name.size && span_eq(r->definition[i].name, name))
            return &r->definition[i];
    return NULL;
}

static void report(struct recursion *r, const struct step *top, struct definition *back_to) {
    const struct step *w = top;
    bool alias = true;
    BUF_AUTO path;
    buf_init(&path, 4096);
    buf_add(&path, back_to->name);
    for (; w; w = w->above) {
        alias = alias && w->at->parent == w->definition->xml && !dmn_type_is_collection(w->definition->xml);
        buf_adds(&path, " ← ");
        buf_add(&path, w->definition->name);
        if (w->definition == back_to)
            break;
    }
    if (!alias)
        return;
    char *text = arena_dup(r->c->arena, buf_span(&path));
    struct dmn_finding *f = dmn_found(r->c, "dmn_check.type_cycle", DMN_ERROR, back_to->xml);
    dmn_found_arg(r->c, f, "name", back_to->name);
    dmn_found_arg(r->c, f, "path", text ? span_of(text) : SPAN(""));
}

static struct step *enter(struct recursion *r, struct definition *d, struct step *above) {
    struct step *s = ARENA_NEW(r->c->arena, struct step);
    if (!s)
        return r->c->full = true, NULL;
    *s = (struct step){d, d->xml, above};
    d->state = ON_PATH;
    return s;
}

/* Depth first with its own stack: a chain may be as long as the file. */
static void walk_from(struct recursion *r, struct definition *start) {
    struct step *top = enter(r, start, NULL);
    while (top) {
        top->at = next_reference(top->at, top->definition->xml);
        if (!top->at) {
            top->definition->state = DONE;
            top = top->above;
            continue;
        }
        struct span name = trimmed(top->at->text);
        struct definition *to = definition_of(r, name);
        if (!to && !feel_type_builtin(dmn_without_prefix(name)))
            to = definition_of(r, dmn_without_prefix(name));
        if (to && to->state == ON_PATH)
            report(r, top, to);
        else if (to && to->state == NEW)
            top = enter(r, to, top);
    }
}

void dmn_check_recursion(struct checker *c) {
    size_t n = 0;
    for (const struct xml *e = xml_child(c->root, "itemDefinition"); e; e = xml_next(e, "itemDefinition"))
        n++;
    struct recursion r = {c, ARENA_ARRAY(c->arena, n + 1, struct definition), 0};
    if (!r.definition) {
        c->full = true;
        return;
    }
    for (const struct xml *e = xml_child(c->root, "itemDefinition"); e; e = xml_next(e, "itemDefinition"))
        r.definition[r.count++] = (struct definition){e, trimmed(xml_attr(e, "name")), NEW};
    for (size_t i = 0; i < r.count && !c->full; i++)
        if (r.definition[i].state == NEW)
            walk_from(&r, &r.definition[i]);
}
