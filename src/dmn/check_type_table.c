/* Cells against the type of their column, outputs against theirs. */
#include "dmn/check_table.h"
#include "dmn/check_type.h"

/* ---- tests ------------------------------------------------------------------------------------ */

static bool has_input(const struct feel_ast *n) {
    if (!n || n->kind == AST_INPUT)
        return n != NULL;
    for (size_t i = 0; n->item && i < n->count; i++)
        if (has_input(n->item[i]))
            return true;
    return has_input(n->a) || has_input(n->b) || has_input(n->c);
}

static void mismatch(struct typing *t, const struct feel_type *input, const struct feel_type *test) {
    struct dmn_finding *f = check_type_found(t, "dmn_check.type_cell", DMN_ERROR);
    dmn_found_arg(t->c, f, "input", check_type_text(t, input));
    dmn_found_arg(t->c, f, "test", check_type_text(t, test));
}

/* An input that is a list may be compared as a whole or by its elements. */
static bool never_equal(struct typing *t, const struct feel_type *input, const struct feel_type *test) {
    if (!check_known(input) || !check_known(test) || input->kind == FEEL_TYPE_LIST)
        return false;
    if (test->kind == FEEL_TYPE_LIST || test->kind == FEEL_TYPE_RANGE)
        return never_equal(t, input, test->element);
    return check_incomparable(t, CMP_EQ, input, test);
}

static void one_test(struct typing *t, const struct feel_ast *n, const struct feel_type *input, const struct local *names) {
    const struct feel_type *before = t->input;
    if (n->kind == AST_TEST) {
        const struct feel_type *end = check_infer(t, n->a, names);
        if (!(input && input->kind == FEEL_TYPE_LIST) && check_incomparable(t, n->op, input, end))
            mismatch(t, input, end);
        if (n->op == CMP_EQ || n->op == CMP_NE)
            check_allowed(t, input, n->a);
        return;
    }
    t->input = input;
    const struct feel_type *type = check_infer(t, n, names);
    t->input = before;
    /* a condition that is no literal is true or false by itself */
    bool condition = has_input(n) || (type && type->kind == FEEL_TYPE_BOOLEAN && n->kind != AST_CONST);
    if (!condition && never_equal(t, input, type))
        mismatch(t, input, type);
    /* an input that is a list is compared by its elements */
    if (!condition)
        check_allowed(t, input && input->kind == FEEL_TYPE_LIST ? input->element : input, n);
}

/* [5..3] is null: no cell with it ever holds.  What `for` runs over may go down. */
static void backward_ranges(struct typing *t, const struct feel_ast *n) {
    struct feel_value a, b;
    if (!n || n->kind == AST_FOR || n->kind == AST_SOME || n->kind == AST_EVERY)
        return;
    if (n->kind == AST_RANGE && check_constant_value(t->c, n->a, &a) && check_constant_value(t->c, n->b, &b) && feel_order(&a, &b) == 1)
        check_type_found(t, "dmn_check.range_backward", DMN_ERROR);
    for (size_t i = 0; n->item && i < n->count; i++)
        backward_ranges(t, n->item[i]);
    backward_ranges(t, n->a);
    backward_ranges(t, n->b);
    backward_ranges(t, n->c);
}

void check_tests(struct typing *t, const struct feel_ast *n, const struct feel_type *input, const struct local *names) {
    for (size_t i = 0; i < n->count; i++) {
        backward_ranges(t, n->item[i]);
        one_test(t, n->item[i], input, names);
    }
}

/* ---- columns -------------------------------------------------------------------------------------- */

struct table_typing { struct typing *t; const struct dmn_table *table; const struct feel_ast *const *block; const struct local *names; };

static const struct xml *child_at(const struct xml *e, const char *name, size_t i) {
    const struct xml *c = xml_child(e, name);
    while (c && i--)
        c = xml_next(c, name);
    return c;
}

static const struct feel_type *input_column(struct table_typing *k, size_t i) {
    const struct feel_type *declared = k->table->input_type[i], *have;
    k->t->rule = 0;
    k->t->column = i + 1;
    bool outer = k->t->column_input;
    k->t->column_input = true;
    have = check_infer(k->t, k->block[dmn_block_input(k->table, i)], k->names);
    k->t->column_input = outer;
    if (check_never(have, declared)) {
        struct dmn_finding *f = check_type_found(k->t, "dmn_check.type_input", DMN_ERROR);
        check_type_args(k->t, f, "have", have, "want", declared);
    }
    /* the table tests what the expression gives; its declared type is a remark */
    const struct feel_type *type = check_known(have) ? have : declared;
    check_remember_input(k->t->c, k->block[dmn_block_input(k->table, i)], type);
    const struct feel_ast *allowed = k->block[dmn_block_allowed(k->table, i)];
    const struct feel_type *before = k->t->input;
    k->t->input = type;
    (void)check_infer(k->t, allowed, k->names);
    for (size_t r = 0; r < k->table->rules; r++) {
        k->t->rule = r + 1;
        (void)check_infer(k->t, k->block[dmn_block_cell(k->table, r, i)], k->names);
    }
    k->t->input = before;
    return type;
}

/* Constants that the column's outputValues do not list. */
static void output_values(struct table_typing *k, size_t o) {
    struct typing *t = k->t;
    struct feel_ast *tests = NULL;
    const struct feel_program *p = NULL;
    struct diag d = {0};
    struct span text = dmn_child_text(xml_child(child_at(k->table->xml, "output", o), "outputValues"), "text");
    if (!text.size || feel_parse(t->c->arena, t->element->scope, text, PARSE_TESTS, &tests, &d) != OK ||
        feel_compile_ast(t->c->arena, t->c->model->scope, tests, SPAN(""), &p, &d) != OK)
        return;
    for (size_t r = 0; r <= k->table->rules; r++) {
        const struct feel_ast *n = k->block[r < k->table->rules ? dmn_block_output(k->table, r, o) : dmn_block_default(k->table, o)];
        while (n && n->kind == AST_COERCE)
            n = n->a;
        struct feel_notes notes;
        struct feel_value ok;
        struct feel_env env = check_probe_env(t, &notes);
        if (!n || n->kind != AST_CONST || feel_is_null(n->value) || feel_run(p, &env, NULL, &n->value, &ok, &d) != OK ||
            ok.kind != FEEL_BOOLEAN || ok.boolean)
            continue;
        t->rule = r < k->table->rules ? r + 1 : 0;
        BUF_AUTO value;
        buf_init(&value, 0);
        feel_text(&value, &n->value, true);
        char *copy = arena_dup(t->c->arena, buf_span(&value));
        struct dmn_finding *f = check_type_found(t, "dmn_check.output_value", DMN_ERROR);
        dmn_found_arg(t->c, f, "value", copy ? span_of(copy) : SPAN(""));
        dmn_found_arg(t->c, f, "allowed", text);
    }
}

static const struct feel_type *output_column(struct table_typing *k, size_t o) {
    const struct feel_type *all = NULL;
    k->t->output = true;
    k->t->column = o + 1;
    for (size_t r = 0; r < k->table->rules; r++) {
        k->t->rule = r + 1;
        const struct feel_type *one = check_infer(k->t, k->block[dmn_block_output(k->table, r, o)], k->names);
        all = r ? check_join(all, one) : one;
    }
    k->t->rule = 0;
    const struct feel_ast *other = k->block[dmn_block_default(k->table, o)];
    const struct feel_type *fallback = check_infer(k->t, other, k->names);
    if (check_never(fallback, k->table->output_type[o])) {
        struct dmn_finding *f = check_type_found(k->t, "dmn_check.type_default", DMN_ERROR);
        check_type_args(k->t, f, "have", fallback, "want", k->table->output_type[o]);
    }
    output_values(k, o);
    k->t->output = false;
    if (k->table->output_type[o])
        return k->table->output_type[o];
    return other ? check_join(all, fallback) : all;
}

static const struct feel_type *row_type(struct table_typing *k, const struct feel_type **output) {
    if (k->table->outputs == 1)
        return output[0];
    struct feel_type *type = ARENA_NEW(k->t->c->arena, struct feel_type);
    struct feel_field *field = ARENA_ARRAY(k->t->c->arena, k->table->outputs + 1, struct feel_field);
    if (!type || !field)
        return k->t->c->full = true, NULL;
    for (size_t o = 0; o < k->table->outputs; o++)
        field[o] = (struct feel_field){feel_key(k->table->output_name[o]), output[o]};
    *type = (struct feel_type){.kind = FEEL_TYPE_CONTEXT, .field = field, .field_count = k->table->outputs};
    return type;
}

/* Several outputs of a collection may be asked for by a list or by one value;
 * nothing is claimed of what they give. */
const struct feel_type *check_table_type(struct typing *t, const struct feel_ast *n, const struct local *names) {
    const struct dmn_table *table = n->ext->data;
    struct table_typing k = {t, table, (const struct feel_ast *const *)n->ext->block, names};
    const struct feel_type **output = (const struct feel_type **)ARENA_ARRAY(t->c->arena, table->outputs + 1, struct feel_type *);
    const struct xml *at = t->at;
    if (!output)
        return t->c->full = true, NULL;
    t->at = table->xml;
    for (size_t i = 0; i < table->inputs; i++)
        (void)input_column(&k, i);
    for (size_t o = 0; o < table->outputs; o++)
        output[o] = output_column(&k, o);
    t->rule = t->column = 0;
    if (table->outputs == 1 && table->hit == HIT_COLLECT && table->aggregate == AGG_SUM && check_known(output[0]) && check_never(output[0], check_simple(FEEL_TYPE_NUMBER))) {
        struct dmn_finding *f = check_type_found(t, "dmn_check.type_sum", DMN_ERROR);
        dmn_found_arg(t->c, f, "type", check_type_text(t, output[0]));
    }
    t->at = at;
    const struct feel_type *row = row_type(&k, output);
    bool several = table->hit == HIT_COLLECT || table->hit == HIT_RULE_ORDER || table->hit == HIT_OUTPUT_ORDER;
    return several ? table->aggregate == AGG_SUM || table->aggregate == AGG_COUNT ? check_simple(FEEL_TYPE_NUMBER) : NULL : row;
}
