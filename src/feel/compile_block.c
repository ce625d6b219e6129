/* What is known before a program runs. */
#include "feel/compile_internal.h"

#include "feel/vm_internal.h"

/* ---- constants ------------------------------------------------------------------- */

static bool scalar(const struct feel_value *v) { return v->kind != FEEL_NULL && v->kind < FEEL_LIST; }

static bool is_constant(const struct feel_ast *n) { return n->kind == AST_CONST && scalar(&n->value); }

/* Only those that are well formed: the others are errors when they are met. */
static bool folded_range(struct compiler *c, const struct feel_ast *n, struct feel_value *ret) {
    if ((n->op & 4) || !is_constant(n->a) || !is_constant(n->b))
        return false;
    int order = feel_order(&n->a->value, &n->b->value);
    struct feel_range *r = order == -1 || order == 0 ? ARENA_NEW(c->arena, struct feel_range) : NULL;
    if (!r)
        return false;
    *r = (struct feel_range){n->a->value, n->b->value, n->op & 1, n->op & 2, false, false};
    *ret = (struct feel_value){.kind = FEEL_RANGE};
    ret->range = r;
    return true;
}

static bool folded_list(struct compiler *c, const struct feel_ast *n, struct feel_value *ret) {
    for (size_t i = 0; i < n->count; i++)
        if (!is_constant(n->item[i]))
            return false;
    struct feel_value *item = n->count ? ARENA_ARRAY(c->arena, n->count, struct feel_value) : NULL;
    if (!item)
        return false;
    for (size_t i = 0; i < n->count; i++)
        item[i] = n->item[i]->value;
    *ret = feel_list(item, n->count);
    return feel_measure(item, n->count, &ret->zone);
}

bool compile_folded(struct compiler *c, const struct feel_ast *n, struct feel_value *ret) {
    if (n->kind == AST_RANGE)
        return folded_range(c, n, ret);
    return n->kind == AST_LIST && folded_list(c, n, ret);
}

/* ---- blocks ---------------------------------------------------------------------- */

void compile_block_form(const struct compiler *c, struct feel_block *b) {
    const struct feel_insn *i = c->insn.at + b->start;
    size_t n = c->error ? 0 : b->end - b->start;
    if (n < 2 || i[n - 1].op != FEEL_OP_END)
        return;
    n--;
    if (n == 2 && i[0].op == FEEL_OP_CONST && i[1].op == FEEL_OP_COERCE && feel_conforms(c->type.at[i[1].a], &c->constant.at[i[0].a]))
        n = 1;
    if (n == 1 && i[0].op == FEEL_OP_CONST) {
        b->form = BLOCK_CONST;
        b->index = i[0].a;
    } else if (n == 1 && i[0].op == FEEL_OP_LOCAL) {
        b->form = BLOCK_LOCAL;
        b->slot = i[0].a;
    } else if (n == 1 && i[0].op == FEEL_OP_GLOBAL) {
        b->form = BLOCK_GLOBAL;
        b->index = i[0].b;
    } else if (n == 2 && i[0].op == FEEL_OP_LOCAL && i[1].op == FEEL_OP_COMPARE_CONST && scalar(&c->constant.at[i[1].b])) {
        b->form = BLOCK_COMPARE;
        b->slot = i[0].a;
        b->op = i[1].a;
        b->index = i[1].b;
    } else if (n == 3 && i[0].op == FEEL_OP_LOCAL && i[1].op == FEEL_OP_CONST && i[2].op == FEEL_OP_TEST &&
        scalar(&c->constant.at[i[1].a])) {
        b->form = BLOCK_COMPARE;
        b->slot = i[0].a;
        b->op = CMP_EQ;
        b->index = i[1].a;
    } else if (n == 3 && i[0].op == FEEL_OP_LOCAL && i[1].op == FEEL_OP_GLOBAL && i[2].op == FEEL_OP_COMPARE) {
        b->form = BLOCK_COMPARE_GLOBAL;
        b->slot = i[0].a;
        b->op = i[2].a;
        b->index = i[1].b;
    }
}
