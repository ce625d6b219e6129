/* Types of the inputs that a vocabulary of facts describes: 户, its members and
 * their properties, the codes that a property may have. */
#include "dmn/case_internal.h"
#include "dmn/check_type.h"

/* Codes as the unary tests of an allowed-values list. */
static bool limit_to_codes(struct checker *c, const struct fact *f, struct feel_type *type) {
    struct feel_ast *tests = feel_ast_new(c->arena, AST_TESTS, 0);
    struct diag d = {0};
    if (tests)
        tests->item = ARENA_ARRAY(c->arena, f->code_count, struct feel_ast *);
    if (!tests || !tests->item)
        return false;
    for (size_t i = 0; i < f->code_count; i++) {
        struct feel_ast *code = tests->item[tests->count++] = feel_ast_new(c->arena, AST_CONST, 0);
        if (!code)
            return false;
        code->value = f->code[i];
    }
    type->allowed_ast = tests;
    return feel_compile_ast(c->arena, c->model->scope, tests, f->label, &type->allowed, &d) == OK;
}

/* NULL: any. */
static const struct feel_type *entity_type(const struct checker *c, const struct fact_entity *e) {
    return e ? &c->facts[e - c->options->vocabulary->entity] : NULL;
}

static const struct feel_type *fact_type(struct checker *c, const struct fact *f) {
    static const enum feel_type_kind kinds[] = {FEEL_TYPE_DATE, FEEL_TYPE_NUMBER, FEEL_TYPE_BOOLEAN, FEEL_TYPE_STRING,
        FEEL_TYPE_CONTEXT, FEEL_TYPE_CONTEXT};
    const struct feel_type *one = check_simple(kinds[f->kind]);
    if (f->kind == FACT_CONTEXT || f->kind == FACT_ENTITY)
        one = f->entity ? entity_type(c, f->entity) : one;
    if (f->code_count && f->code_count < CODES_MAX) { /* a list that long may have been cut */
        struct feel_type *coded = ARENA_NEW(c->arena, struct feel_type);
        if (!coded || (*coded = *one, !limit_to_codes(c, f, coded)))
            return c->full = true, NULL;
        one = coded;
    }
    if (!f->list)
        return one;
    struct feel_type *list = ARENA_NEW(c->arena, struct feel_type);
    if (!list)
        return c->full = true, NULL;
    *list = (struct feel_type){.kind = FEEL_TYPE_LIST, .element = one};
    return list;
}

void dmn_check_facts(struct checker *c) {
    const struct dmn_vocabulary *v = c->options->vocabulary;
    if (!v)
        return;
    struct feel_type *type = ARENA_ARRAY(c->arena, v->count, struct feel_type);
    if (!type) {
        c->full = true;
        return;
    }
    c->facts = type; /* entities name each other */
    for (size_t i = 0; i < v->count; i++) {
        const struct fact_entity *e = &v->entity[i];
        struct feel_field *field = ARENA_ARRAY(c->arena, e->count, struct feel_field);
        if (!field) {
            c->full = true;
            return;
        }
        type[i] = (struct feel_type){.kind = FEEL_TYPE_CONTEXT, .field = field, .field_count = e->count};
        for (size_t k = 0; k < e->count; k++)
            field[k] = (struct feel_field){feel_key(e->fact[k].name), fact_type(c, &e->fact[k])};
    }
}

const struct feel_type *dmn_check_fact_type(const struct checker *c, struct span input) {
    const struct feel_type *root = c->facts ? entity_type(c, c->options->vocabulary->root) : NULL;
    for (size_t i = 0; root && i < root->field_count; i++)
        if (span_eq(root->field[i].key.text, input))
            return root->field[i].type;
    return NULL;
}

struct span dmn_check_fact_entity(const struct checker *c, const struct feel_type *type) {
    for (size_t i = 0; c->facts && i < c->options->vocabulary->count; i++)
        if (&c->facts[i] == type)
            return c->options->vocabulary->entity[i].name;
    return (struct span){"", 0};
}
