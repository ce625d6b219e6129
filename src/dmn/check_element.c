/* Element by element: the walk over its expression, and what it requires
 * against what it uses. */
#include "dmn/check_type.h"

/* ---- types of elements --------------------------------------------------------------------- */

const struct feel_type *check_service_type(struct checker *c, const struct dmn_element *e) {
    struct feel_type *type = ARENA_NEW(c->arena, struct feel_type);
    struct feel_field *field = ARENA_ARRAY(c->arena, e->input_count + 1, struct feel_field);
    if (!type || !field)
        return c->full = true, NULL;
    for (size_t i = 0; i < e->input_count; i++)
        field[i] = (struct feel_field){e->param[i], e->param_type[i]};
    *type = (struct feel_type){.kind = FEEL_TYPE_FUNCTION, .field = field, .field_count = e->input_count};
    return type;
}

static const struct xml *requirement_of(const struct dmn_element *e, struct span id) {
    static const char *const refs[] = {"requiredDecision", "requiredInput", "requiredKnowledge"};
    for (const struct xml *r = e->xml->child; r; r = r->next)
        for (size_t k = 0; k < ARRAY_LEN(refs); k++) {
            const struct xml *ref = xml_child(r, refs[k]);
            struct span href = ref ? xml_attr(ref, "href") : (struct span){0};
            if (id.size && href.size > id.size && href.at[href.size - id.size - 1] == '#' &&
                span_eq((struct span){href.at + href.size - id.size, id.size}, id))
                return r;
        }
    return NULL;
}

static void unused_requirements(struct checker *c, const struct dmn_element *e, const bool *used) {
    for (size_t i = 0; e->ast && !e->faulty && i < e->need_count; i++) {
        const struct dmn_element *to = c->model->slot[e->need[i]].element;
        bool seen = used[i];
        for (size_t k = 0; k < i; k++)
            seen = seen || e->need[k] == e->need[i]; /* twice is another finding */
        if (seen)
            continue;
        const struct xml *r = requirement_of(e, to->id);
        struct dmn_finding *f = dmn_found(c, "dmn_check.requirement_unused", DMN_WARNING, r ? r : e->xml);
        dmn_found_arg(c, f, "name", to->name);
    }
}

static const struct feel_type *walk_element(struct checker *c, const struct dmn_element *e) {
    struct typing t = {.c = c, .element = e, .at = e->xml, .used = arena_alloc(c->arena, e->need_count + 1)};
    if (!t.used)
        return c->full = true, NULL;
    const struct feel_type *type = check_infer(&t, e->ast, NULL);
    unused_requirements(c, e, t.used);
    return e->kind == DMN_DECISION && e->type ? e->type : type;
}

static const struct feel_type *input_type(const struct checker *c, const struct dmn_element *e) {
    return e->type ? e->type : dmn_check_fact_type(c, e->name);
}

const struct feel_type *check_element_type(struct checker *c, size_t own) {
    const struct dmn_element *e = &c->model->element[own];
    struct check_element *k = &c->known[own];
    if (k->state == TYPE_WALKING)
        return e->kind == DMN_DECISION ? e->type : NULL; /* knowledge that calls itself */
    if (k->state == TYPE_OPEN) {
        k->state = TYPE_WALKING;
        k->type = e->kind == DMN_INPUT ? input_type(c, e) : e->kind == DMN_SERVICE ? check_service_type(c, e) : walk_element(c, e);
        k->state = TYPE_KNOWN;
    }
    return k->type;
}

/* ---- inputs of tables ------------------------------------------------------------------------- */

void check_remember_input(struct checker *c, const struct feel_ast *input, const struct feel_type *type) {
    struct check_input *i = input && type ? vec_push_in(c->arena, &c->inputs) : NULL;
    if (i)
        *i = (struct check_input){input, type};
}

const struct feel_type *dmn_check_input_type(const struct checker *c, const struct feel_ast *input) {
    for (size_t i = 0; input && i < c->inputs.size; i++)
        if (c->inputs.at[i].ast == input)
            return c->inputs.at[i].type;
    return NULL;
}

/* ---- names that broke the syntax ------------------------------------------------------------------ */

static bool plain(struct span name) {
    for (size_t i = 0; i < name.size; i++)
        if ((unsigned char)name.at[i] < 0x80 && !feel_name_part((unsigned char)name.at[i]))
            return false;
    return true;
}

static bool requires(const struct dmn_model *m, const struct dmn_element *e, const struct dmn_element *to) {
    for (size_t i = 0; i < e->need_count; i++)
        if (m->slot[e->need[i]].element == to)
            return true;
    return false;
}

static const struct dmn_element *element_around(const struct dmn_model *m, const struct xml *at) {
    for (; at; at = at->parent)
        for (size_t i = 0; i < m->element_count; i++)
            if (m->element[i].xml == at)
                return &m->element[i];
    return NULL;
}

/* "Full Name" is two words to a scope that does not have it: the syntax error is
 * a missing requirement. */
static void hidden_requirements(struct checker *c) {
    const struct dmn_model *m = c->model;
    for (size_t p = 0; p < m->problem_count; p++) {
        const struct dmn_element *e = element_around(m, m->problem_place[p]);
        struct span text = dmn_child_text(m->problem_place[p], "text");
        if (!e || !text.size || strncmp(m->problem[p].code, "feel.", 5) != 0)
            continue;
        for (size_t i = 0; i < m->element_count; i++) {
            const struct dmn_element *to = &m->element[i];
            if (to != e && to->name.size && !plain(to->name) && !requires(m, e, to) &&
                memmem(text.at, text.size, to->name.at, to->name.size))
                dmn_check_missing(c, e, to, m->problem_place[p]);
        }
    }
}

/* ---- services ------------------------------------------------------------------------------------- */

static bool is_input_of(const struct dmn_element *service, uint32_t slot) {
    for (size_t i = 0; i < service->input_count; i++)
        if (service->input[i] == slot)
            return true;
    return false;
}

/* A service called as a function has nothing but its arguments: input data behind its decisions that it does not list is null. */
static void check_service(struct checker *c, const struct dmn_element *e) {
    const struct dmn_model *m = c->model;
    bool *seen = ARENA_ARRAY(c->arena, m->slot_count + 1, bool);
    uint32_t *todo = ARENA_ARRAY(c->arena, m->slot_count + 1, uint32_t);
    size_t n = 0;
    if (!seen || !todo) {
        c->full = true;
        return;
    }
    for (size_t i = 0; i < e->output_count; i++)
        if (!seen[e->output[i]] && (seen[e->output[i]] = true))
            todo[n++] = e->output[i];
    for (size_t i = 0; i < n; i++) {
        const struct dmn_slot *s = &m->slot[todo[i]];
        if (is_input_of(e, todo[i]) || s->element->kind == DMN_BKM || s->element->kind == DMN_SERVICE)
            continue;
        if (s->element->kind == DMN_INPUT) {
            struct dmn_finding *f = dmn_found(c, "dmn_check.service_input", DMN_ERROR, e->xml);
            dmn_found_arg(c, f, "name", s->element->name);
            dmn_found_arg(c, f, "id", s->element->id);
        }
        for (size_t k = 0; k < s->element->need_count; k++) {
            uint32_t need = s->base + s->element->need[k];
            if (!seen[need] && (seen[need] = true))
                todo[n++] = need;
        }
    }
}

void dmn_check_elements(struct checker *c) {
    c->known = ARENA_ARRAY(c->arena, c->model->element_count + 1, struct check_element);
    if (!c->known || !dmn_check_sources(c)) {
        c->full = true;
        return;
    }
    for (size_t i = 0; i < c->model->element_count; i++)
        (void)check_element_type(c, i);
    for (size_t i = 0; i < c->model->element_count; i++)
        if (c->model->element[i].kind == DMN_SERVICE)
            check_service(c, &c->model->element[i]);
    hidden_requirements(c);
}
