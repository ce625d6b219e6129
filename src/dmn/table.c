/* Decision tables (DMN 1.5 chapter 8), as a host construct of the FEEL machine.
 *
 * Blocks: the input expressions, their allowed values, the cells rule by rule,
 * the outputs rule by rule, the default outputs, the ordered output values, the
 * output values as tests.  Slot i of the construct holds the value of input i;
 * `?` means it in the cells of column i.  The slot behind them holds the output
 * that is tested. */
#include "dmn/table.h"

#include "feel/unknown.h"

enum { CODES_TRIED = 16 };

static const struct feel_ast *block_at(const struct dmn_table_source *s, size_t at) { return s->ast->block[at]; }
const struct feel_ast *dmn_table_input(const struct dmn_table_source *s, size_t i) { return block_at(s, i); }
const struct feel_ast *dmn_table_cell(const struct dmn_table_source *s, size_t r, size_t i) {
    struct dmn_table t = {.inputs = s->inputs};
    return block_at(s, dmn_block_cell(&t, r, i));
}
const struct feel_ast *dmn_table_output(const struct dmn_table_source *s, size_t r, size_t o) {
    struct dmn_table t = {.inputs = s->inputs, .outputs = s->outputs, .rules = s->rules};
    return block_at(s, dmn_block_output(&t, r, o));
}

/* ---- running ------------------------------------------------------------------------- */

struct firing {
    struct feel_vm *vm;
    const struct feel_extern *x;
    const struct dmn_table *t;
    struct feel_env *env;
    struct feel_value *held; /* by rule: true, false, null (error), unknown */
    struct dmn_trace_table *trace;
    struct dmn_trace_rule *trace_rule;
    uint8_t *input_reads; /* where reads are noted: a row an input */
};

static enum dmn_truth truth_of(const struct feel_value *v) {
    if (v->kind == FEEL_BOOLEAN)
        return v->boolean ? DMN_TRUE : DMN_FALSE;
    return v->kind == FEEL_UNKNOWN ? DMN_UNKNOWN_TRUTH : DMN_ERROR_TRUTH;
}

static bool is_false(const struct feel_value *v) { return v->kind == FEEL_BOOLEAN && !v->boolean; }

/* A cell or rule that is null in standard mode simply does not hold. */
/* A cell is tested: what its input loaded was read. */
static void read_input(struct firing *f, size_t i) {
    struct feel_reads *r = f->env->reads;
    for (size_t k = 0; r && f->input_reads && k < r->count; k++)
        r->at[k] |= f->input_reads[i * r->count + k];
}

static struct feel_value rule_holds(struct firing *f, size_t r) {
    struct feel_value all = feel_bool(true);
    struct feel_reads *reads = f->env->reads; /* a cell that is run for the trace alone reads nothing */
    uint8_t *cells = f->trace_rule ? (uint8_t *)(uintptr_t)f->trace_rule[r].cell : NULL;
    for (size_t i = 0; i < f->t->inputs && f->env->status == OK; i++) {
        size_t b = dmn_block_cell(f->t, r, i);
        struct feel_value one = feel_bool(true);
        if (feel_vm_has(f->x, b)) {
            read_input(f, i);
            one = feel_vm_block(f->vm, f->x, b);
        }
        if (cells)
            cells[i] = (uint8_t)truth_of(&one);
        if (!is_false(&all))
            all = feel_and(f->env, &all, &one);
        if (is_false(&all) && !cells)
            break;
        if (is_false(&all))
            f->env->reads = NULL;
    }
    f->env->reads = reads;
    if (f->trace_rule)
        f->trace_rule[r].held = truth_of(&all);
    return all;
}

/* Output values do not change what a table says; what they do not list is noted (8.3.3). */
static void note_unlisted(struct firing *f, size_t o, struct feel_value v) {
    size_t b = dmn_block_listed(f->t, o);
    if (!feel_vm_has(f->x, b) || !f->env->notes || f->env->case_mode)
        return;
    feel_vm_slot(f->vm, f->x, f->t->inputs, v);
    struct feel_value ok = feel_vm_block(f->vm, f->x, b);
    if (!feel_is_true(ok) && f->env->status == OK)
        (void)feel_error(f->env, "dmn.output_value", f->t->output_name[o].size ? f->t->output_name[o] : f->t->element_name);
}

static struct feel_value one_output(struct firing *f, size_t first_block, size_t o) {
    struct feel_value v = feel_vm_has(f->x, first_block + o) ? feel_vm_block(f->vm, f->x, first_block + o) : feel_null();
    note_unlisted(f, o, v);
    return v;
}

static struct feel_value combined(struct firing *f, size_t first_block) {
    const struct dmn_table *t = f->t;
    if (t->outputs == 1)
        return one_output(f, first_block, 0);
    struct feel_value *value = feel_items(f->env, t->outputs);
    for (size_t o = 0; value && o < t->outputs; o++)
        value[o] = one_output(f, first_block, o);
    return value && f->env->status == OK ? feel_new_context(f->env, t->shape, value) : feel_null();
}

static struct feel_value rule_output(struct firing *f, size_t r) {
    if (f->trace_rule && feel_is_true(f->held[r]))
        f->trace_rule[r].fired = true;
    return combined(f, dmn_block_output(f->t, r, 0));
}

static struct feel_value no_match(struct firing *f) {
    return f->t->has_default ? combined(f, dmn_block_default(f->t, 0)) : feel_null();
}

static void hold_rules(struct firing *f);
static struct feel_value first(struct firing *f);

static bool few_codes(const struct feel_value *v) {
    return feel_is_unknown(v) && v->unknown->code_count > 1 && v->unknown->code_count <= CODES_TRIED && !v->unknown->may_error;
}

/* An input of few codes that rules alone do not cover, though together they
 * may; -1: none. */
static int coded_input(const struct firing *f) {
    for (size_t i = 0; f->env->case_mode && i < f->t->inputs; i++)
        if (few_codes(&f->vm->local[f->x->slot + i]))
            return (int)i;
    return -1;
}

/* Code by code, so that a table whose rules name every code has no gap. */
static struct feel_value first_by_code(struct firing *f, size_t input) {
    struct feel_value *slot = &f->vm->local[f->x->slot + input], whole = *slot, result = feel_null();
    struct feel_value *held = f->held;
    struct dmn_trace_rule *trace = f->trace_rule;
    f->trace_rule = NULL;
    f->held = feel_items(f->env, f->t->rules);
    for (size_t k = whole.unknown->code_count; f->held && k-- > 0 && f->env->status == OK;) {
        const struct feel_value *code = &whole.unknown->code[k];
        *slot = *code;
        hold_rules(f);
        struct feel_value here = first(f);
        if (f->env->status != OK)
            break;
        bool last = k + 1 == whole.unknown->code_count;
        struct feel_value choice = last ? feel_null() : feel_unknown_compare(f->env, CMP_EQ, &whole, code);
        result = last ? here : feel_unknown_join(f->env, &choice, &here, &result);
    }
    *slot = whole;
    f->held = held;
    f->trace_rule = trace;
    return result;
}

/* The first rule (in order) that holds decides; open ones join. */
static struct feel_value first(struct firing *f) {
    size_t n = 0;
    while (n < f->t->rules && !feel_is_true(f->held[n]) && !feel_is_null(f->held[n]))
        n++;
    struct feel_value result;
    if (n == f->t->rules && !f->t->has_default && coded_input(f) >= 0)
        return first_by_code(f, (size_t)coded_input(f));
    if (n == f->t->rules)
        result = no_match(f);
    else
        result = feel_is_null(f->held[n]) ? f->held[n] : rule_output(f, n);
    while (n-- > 0 && f->env->status == OK) {
        if (!feel_is_unknown(&f->held[n]))
            continue;
        struct feel_value here = rule_output(f, n);
        result = feel_unknown_join(f->env, &f->held[n], &here, &result);
    }
    return result;
}

static struct feel_value open_result(struct firing *f, uint8_t kind) {
    struct feel_value *all = feel_items(f->env, f->t->rules * 2 + 1);
    size_t n = 0;
    if (!all)
        return feel_null();
    for (size_t r = 0; r < f->t->rules; r++)
        if (!is_false(&f->held[r])) {
            all[n++] = f->held[r];
            all[n++] = rule_output(f, r);
        }
    if (f->env->status != OK)
        return feel_null();
    return feel_unknown_of(f->env, kind, 0x7AB1E, all, n, true);
}

static struct feel_value unique(struct firing *f) {
    size_t candidates = 0, at = 0;
    bool open = false;
    for (size_t r = 0; r < f->t->rules; r++)
        if (!is_false(&f->held[r])) {
            candidates++;
            at = r;
            open = open || feel_is_unknown(&f->held[r]);
        }
    if (candidates <= 1)
        return candidates == 0 || open ? first(f) : rule_output(f, at);
    /* open rules may hold together, which would break uniqueness */
    return open ? open_result(f, FEEL_NULL) : feel_error(f->env, "dmn.not_unique", f->t->element_name);
}

static struct feel_value any(struct firing *f) {
    struct feel_value result = feel_null();
    bool found = false, open = false;
    for (size_t r = 0; r < f->t->rules; r++)
        open = open || feel_is_unknown(&f->held[r]);
    if (open)
        return open_result(f, FEEL_NULL);
    for (size_t r = 0; r < f->t->rules && f->env->status == OK; r++) {
        if (!feel_is_true(f->held[r]))
            continue;
        struct feel_value v = rule_output(f, r);
        bool unknown = found && (feel_has_unknown(&v) || feel_has_unknown(&result));
        if (unknown && feel_value_hash(&v) != feel_value_hash(&result))
            return open_result(f, FEEL_NULL);
        if (found && !unknown && !feel_same(&v, &result))
            return feel_error(f->env, "dmn.any_differs", f->t->element_name);
        found = true;
        result = v;
    }
    return found ? result : no_match(f);
}

/* Place of an output in the ordered output values; unlisted ones come last. */
static size_t rank(const struct feel_value *values, const struct feel_value *v) {
    if (values->kind != FEEL_LIST)
        return 0;
    for (size_t i = 0; i < values->count; i++)
        if (feel_same(&values->item[i], v))
            return i;
    return values->count;
}

static int compare_outputs(struct firing *f, const struct feel_value *order, const struct feel_value *a,
    const struct feel_value *b) {
    for (size_t o = 0; o < f->t->outputs; o++) {
        const struct feel_value *x = f->t->outputs == 1 ? a : &a->value[o];
        const struct feel_value *y = f->t->outputs == 1 ? b : &b->value[o];
        size_t rx = rank(&order[o], x), ry = rank(&order[o], y);
        if (rx != ry)
            return rx < ry ? -1 : 1;
    }
    return 0;
}

static struct feel_value *output_order(struct firing *f) {
    struct feel_value *order = feel_items(f->env, f->t->outputs);
    for (size_t o = 0; order && o < f->t->outputs; o++)
        order[o] = feel_vm_has(f->x, dmn_block_values(f->t, o)) ? feel_vm_block(f->vm, f->x, dmn_block_values(f->t, o)) : feel_null();
    return order;
}

/* Insertion keeps rule order among equals; tables have few matches. */
static void sort_outputs(struct firing *f, struct feel_value *item, size_t n) {
    struct feel_value *order = output_order(f);
    for (size_t i = 1; order && f->env->status == OK && i < n; i++) {
        struct feel_value v = item[i];
        size_t j = i;
        for (; j > 0 && feel_steps(f->env, 1) && compare_outputs(f, order, &v, &item[j - 1]) < 0; j--)
            item[j] = item[j - 1];
        item[j] = v;
    }
}

static struct feel_value call_builtin(struct feel_env *env, const char *name, struct feel_value arg) {
    return feel_builtin_call(env, feel_builtin_find(span_of(name)), &arg, 1);
}

static struct feel_value aggregated(struct firing *f, struct feel_value list) {
    static const char *const names[] = {NULL, "sum", "min", "max", NULL};
    if (f->t->aggregate == AGG_LIST)
        return list;
    if (f->t->aggregate == AGG_COUNT)
        return feel_int((int64_t)list.count);
    return call_builtin(f->env, names[f->t->aggregate], list);
}

/* PRIORITY: of the rules that hold one is the answer, the first of those whose output is. */
static void only_fired(struct firing *f, const struct feel_value *output, const struct feel_value *answer) {
    bool found = false;
    for (size_t r = 0, i = 0; f->trace_rule && r < f->t->rules; r++)
        if (feel_is_true(f->held[r])) {
            bool same = !found && feel_same(&output[i++], answer);
            f->trace_rule[r].fired = same;
            found = found || same;
        }
}

static struct feel_value several(struct firing *f) {
    struct feel_value *item = feel_items(f->env, f->t->rules), *ranked = item;
    size_t n = 0;
    for (size_t r = 0; r < f->t->rules; r++)
        if (feel_is_unknown(&f->held[r]))
            return open_result(f, f->t->hit == HIT_PRIORITY ? FEEL_NULL
                : f->t->hit == HIT_COLLECT && f->t->aggregate != AGG_LIST ? FEEL_NUMBER : FEEL_LIST);
    for (size_t r = 0; item && r < f->t->rules && f->env->status == OK; r++)
        if (feel_is_true(f->held[r]))
            item[n++] = rule_output(f, r);
    if (!item || f->env->status != OK)
        return feel_null();
    if (n == 0)
        return no_match(f);
    bool sorted = f->t->hit == HIT_PRIORITY || f->t->hit == HIT_OUTPUT_ORDER;
    for (size_t i = 0; sorted && n > 1 && i < n; i++)
        if (feel_has_unknown(&item[i])) /* its place is not known either */
            return open_result(f, f->t->hit == HIT_PRIORITY ? FEEL_NULL : FEEL_LIST);
    for (size_t i = 0; f->env->case_mode && f->t->hit == HIT_PRIORITY && i < n; i++)
        if (feel_find_error(&item[i])) /* its place would have decided */
            return item[i];
    if (f->trace_rule && f->t->hit == HIT_PRIORITY) {
        if (!(ranked = feel_items(f->env, n)))
            return feel_null();
        memcpy(ranked, item, n * sizeof *item);
    }
    if (sorted)
        sort_outputs(f, ranked, n);
    if (f->env->status == OK && f->t->hit == HIT_PRIORITY)
        only_fired(f, item, &ranked[0]);
    if (f->t->hit == HIT_PRIORITY)
        return ranked[0];
    struct feel_value list = feel_new_list(f->env, item, n);
    return f->t->hit == HIT_COLLECT ? aggregated(f, list) : list;
}

static struct feel_value by_policy(struct firing *f) {
    switch (f->t->hit) {
    case HIT_FIRST: return first(f);
    case HIT_UNIQUE: return unique(f);
    case HIT_ANY: return any(f);
    default: return several(f);
    }
}

static void trace_open(struct firing *f, struct dmn_run *run) {
    const struct dmn_table *t = f->t;
    struct arena *a = f->env->arena;
    size_t arguments = t->source.function ? t->source.function->count : 0; /* a function's first locals */
    struct feel_value *input = feel_items(f->env, t->inputs + arguments);
    struct dmn_trace_rule *rule = ARENA_ARRAY(a, t->rules + 1, struct dmn_trace_rule);
    uint8_t *cells = arena_alloc(a, t->rules * t->inputs + 1);
    struct dmn_trace_table *tt = ARENA_NEW(a, struct dmn_trace_table);
    if (!input || !rule || !cells || !tt) {
        feel_stop(f->env);
        return;
    }
    for (size_t r = 0; r < t->rules; r++)
        rule[r] = (struct dmn_trace_rule){.id = t->rule_id[r], .number = r + 1,
            .cell = cells + r * t->inputs, .annotation = t->annotation + r * t->annotations};
    for (size_t i = 0; i < t->inputs; i++)
        input[i] = f->vm->local[f->x->slot + i];
    for (size_t i = 0; i < arguments; i++)
        input[t->inputs + i] = f->vm->local[i];
    *tt = (struct dmn_trace_table){.element_id = t->element_id, .element_name = t->element_name,
        .table_id = t->id, .input_count = t->inputs, .rule_count = t->rules,
        .annotation_count = t->annotations, .input_name = t->input_text, .input = input,
        .annotation_name = t->annotation_name, .rule = rule,
        .output_name = t->output_name, .output_count = t->outputs,
        .source = &t->source, .argument = input + t->inputs};
    f->trace = tt;
    f->trace_rule = rule;
    (void)run;
}

static void trace_close(struct firing *f, struct dmn_run *run, struct feel_value result) {
    if (!f->trace || f->env->status != OK)
        return;
    f->trace->result = result;
    struct dmn_trace_table *slot = vec_push_in(f->env->arena, &run->tables);
    if (slot)
        *slot = *f->trace;
    else
        feel_stop(f->env);
}

/* The list of an input's allowed values names codes one by one, and an unknown code is none
 * of them alone; when each that it may be is listed, it is allowed. */
static struct feel_value input_allowed(struct firing *f, size_t input) {
    size_t block = dmn_block_allowed(f->t, input);
    struct feel_value *slot = &f->vm->local[f->x->slot + input], whole = *slot;
    struct feel_value ok = feel_vm_block(f->vm, f->x, block);
    if (!feel_is_unknown(&ok) || !few_codes(&whole))
        return ok;
    size_t listed = 0;
    for (size_t k = 0; k < whole.unknown->code_count && f->env->status == OK; k++) {
        *slot = whole.unknown->code[k];
        struct feel_value one = feel_vm_block(f->vm, f->x, block);
        listed += feel_is_true(one);
    }
    *slot = whole;
    return listed == whole.unknown->code_count ? feel_bool(true) : ok;
}

/* true, unknown, or an error. */
static struct feel_value inputs_allowed(struct firing *f) {
    struct feel_value all = feel_bool(true);
    for (size_t i = 0; i < f->t->inputs; i++) {
        if (!feel_vm_has(f->x, dmn_block_allowed(f->t, i)))
            continue;
        read_input(f, i);
        struct feel_value ok = input_allowed(f, i);
        if (!feel_is_true(ok) && !feel_is_unknown(&ok))
            return feel_error(f->env, "dmn.input_value", f->t->input_text[i]);
        all = feel_and(f->env, &all, &ok);
    }
    return all;
}

/* The same when nobody asks which cells held: empty cells are not looked at, and
 * a cell that compares with a constant or a global is not run.  Not for case
 * mode.  A null among the cells does not hold, and those behind it are run for
 * their notes, as above. */
static bool rule_true(struct firing *f, size_t r) {
    const struct dmn_table *t = f->t;
    bool null = false;
    for (uint32_t k = t->first_tested[r]; k < t->first_tested[r + 1]; k++) {
        size_t b = dmn_block_cell(t, r, t->tested[k]);
        int truth = feel_vm_truth(f->vm, &f->x->block[b]);
        if (truth < 0) {
            struct feel_value one = feel_vm_block(f->vm, f->x, b);
            null = null || one.kind != FEEL_BOOLEAN;
            truth = one.kind != FEEL_BOOLEAN || one.boolean;
        }
        if (!truth)
            return false;
    }
    return !null;
}

/* FIRST: rules behind the one that holds are not looked at. */
static struct feel_value first_true(struct firing *f) {
    for (size_t r = 0; r < f->t->rules && f->env->status == OK; r++)
        if (rule_true(f, r))
            return combined(f, dmn_block_output(f->t, r, 0));
    return f->env->status == OK ? no_match(f) : feel_null();
}

/* Which rules hold for the inputs in their slots. */
static void hold_rules(struct firing *f) {
    struct feel_reads *reads = f->env->reads; /* of the rules behind the one that holds too */
    bool decided = false, quick = f->t->first_tested && !f->trace_rule && !f->env->case_mode;
    for (size_t r = 0; r < f->t->rules && f->env->status == OK; r++) {
        f->held[r] = feel_bool(false);
        if (decided && !f->trace_rule)
            continue;
        if (decided)
            f->env->reads = NULL;
        f->held[r] = quick ? feel_bool(rule_true(f, r)) : rule_holds(f, r);
        if (feel_is_null(f->held[r]) && !f->env->case_mode)
            f->held[r] = feel_bool(false);
        if (f->t->hit == HIT_FIRST && !is_false(&f->held[r]) && !feel_is_unknown(&f->held[r]))
            decided = true;
    }
    f->env->reads = reads;
}

/* Each into its slot; what they load is read when a cell asks. */
static bool run_inputs(struct firing *f) {
    struct feel_reads *reads = f->env->reads, apart = reads ? *reads : (struct feel_reads){0};
    if (reads && !(f->input_reads = arena_alloc(f->env->arena, f->t->inputs * reads->count + 1))) {
        feel_stop(f->env);
        return false;
    }
    for (size_t i = 0; i < f->t->inputs; i++) {
        apart.at = reads ? f->input_reads + i * reads->count : NULL;
        f->env->reads = reads ? &apart : NULL;
        bool has = feel_vm_has(f->x, dmn_block_input(f->t, i));
        feel_vm_slot(f->vm, f->x, i, has ? feel_vm_block(f->vm, f->x, dmn_block_input(f->t, i)) : feel_null());
    }
    f->env->reads = reads;
    return true;
}

static struct feel_value run_table(struct feel_vm *vm, const struct feel_extern *x) {
    const struct dmn_table *t = x->data;
    struct firing f = {.vm = vm, .x = x, .t = t, .env = vm->env};
    struct dmn_run *run = vm->env->user;
    if (!run_inputs(&f))
        return feel_null();
    struct feel_value result = feel_null(), allowed = inputs_allowed(&f);
    if (feel_is_null(allowed))
        return allowed;
    if (run && run->trace)
        trace_open(&f, run);
    if (t->hit == HIT_FIRST && t->first_tested && !f.trace_rule && !vm->env->case_mode && feel_steps(vm->env, t->rules))
        return first_true(&f);
    f.held = feel_items(vm->env, t->rules);
    if (f.held)
        hold_rules(&f);
    if (!f.held || vm->env->status != OK)
        return feel_null();
    for (size_t r = 0; vm->env->case_mode && t->hit != HIT_FIRST && r < t->rules; r++)
        if (feel_is_null(f.held[r])) {
            trace_close(&f, run, f.held[r]);
            return f.held[r];
        }
    result = by_policy(&f);
    if (feel_is_unknown(&allowed)) { /* some completion is outside */
        struct feel_value outside = {.flag = FEEL_FLAG_ERROR};
        result = feel_unknown_join(vm->env, &allowed, &result, &outside);
    }
    trace_close(&f, run, result);
    return result;
}

/* ---- reading ---------------------------------------------------------------------------- */

static enum dmn_hit hit_of(struct span s) {
    static const char *const names[] = {"UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (span_is(s, names[i]))
            return (enum dmn_hit)i;
    return HIT_UNIQUE;
}

static enum dmn_aggregate aggregate_of(struct span s) {
    static const char *const names[] = {"", "SUM", "MIN", "MAX", "COUNT"};
    for (size_t i = 1; i < ARRAY_LEN(names); i++)
        if (span_is(s, names[i]))
            return (enum dmn_aggregate)i;
    return AGG_LIST;
}

static size_t count(const struct xml *e, const char *name) {
    size_t n = 0;
    for (const struct xml *c = xml_child(e, name); c; c = xml_next(c, name))
        n++;
    return n;
}

static struct span tidy(struct span s) {
    while (s.size && feel_blank(s.at[0]))
        s = (struct span){s.at + 1, s.size - 1};
    while (s.size && feel_blank(s.at[s.size - 1]))
        s.size--;
    return s;
}

/* Empty and "-" are no test at all. */
static struct feel_ast *cell(struct dmn_loader *l, const struct feel_scope *scope, const struct xml *e) {
    struct span text = tidy(dmn_child_text(e, "text"));
    return text.size == 0 || span_is(text, "-") ? NULL : dmn_text(l, scope, e, text, PARSE_TESTS);
}

static struct feel_ast *output(struct dmn_loader *l, const struct feel_scope *scope, const struct xml *e) {
    struct span text = tidy(dmn_child_text(e, "text"));
    return text.size == 0 || span_is(text, "-") ? NULL : dmn_text(l, scope, e, text, PARSE_EXPRESSION);
}

static struct feel_ast *value_list(struct dmn_loader *l, const struct feel_scope *scope, const struct xml *e) {
    struct span text = tidy(dmn_child_text(e, "text"));
    if (!text.size)
        return NULL;
    char *list = arena_printf(l->arena, "[%.*s]", SPAN_ARG(text));
    if (!list) {
        l->status = E_LIMIT;
        return NULL;
    }
    return dmn_text(l, scope, e, span_of(list), PARSE_EXPRESSION);
}

struct reading {
    struct dmn_loader *l;
    struct feel_scope *scope;
    struct dmn_table *t;
    struct feel_extern_ast *x;
    const struct feel_type **input_type, **output_type;
};

static void read_inputs(struct reading *r, const struct xml *e, struct span *text, bool *labelled) {
    size_t i = 0;
    for (const struct xml *c = xml_child(e, "input"); c; c = xml_next(c, "input"), i++) {
        const struct xml *ie = xml_child(c, "inputExpression"), *iv = xml_child(c, "inputValues");
        struct span label = xml_attr(c, "label");
        text[i] = label.size ? label : tidy(dmn_child_text(ie, "text"));
        labelled[i] = label.size > 0;
        r->input_type[i] = ie ? dmn_type_ref(r->l, xml_attr(ie, "typeRef")) : NULL;
        r->x->block[dmn_block_input(r->t, i)] = ie ? output(r->l, r->scope, ie) : NULL;
        r->x->block[dmn_block_allowed(r->t, i)] = iv ? cell(r->l, r->scope, iv) : NULL;
        r->x->input[dmn_block_allowed(r->t, i)] = (int)i;
    }
}

/* A list that cannot be read decides nothing: the checker speaks of it, the table runs. */
static struct feel_ast *listed(struct reading *r, struct span text) {
    struct feel_ast *tests = NULL;
    struct diag d = {0};
    return text.size && feel_parse(r->l->arena, r->scope, text, PARSE_TESTS, &tests, &d) == OK ? tests : NULL;
}

/* The codes of a type in their order; a test that is no code has no place in it.  NULL: none. */
static struct feel_ast *type_order(struct reading *r, const struct feel_type *type) {
    const struct feel_ast *tests = type ? type->allowed_ast : NULL;
    if (!tests || tests->kind != AST_TESTS || tests->op)
        return NULL;
    struct feel_ast *list = feel_ast_new(r->l->arena, AST_LIST, 0);
    if (!list || !(list->item = ARENA_ARRAY(r->l->arena, tests->count + 1, struct feel_ast *))) {
        r->l->status = E_LIMIT;
        return NULL;
    }
    for (size_t i = 0; i < tests->count; i++)
        if (tests->item[i]->kind == AST_CONST)
            list->item[list->count++] = tests->item[i];
    return list->count ? list : NULL;
}

/* The type of a sole output may stand at the table, or at the decision that the table is. */
static const struct feel_type *ranked_type(struct reading *r, const struct xml *e, size_t o) {
    const struct feel_type *type = r->output_type[o];
    if (!type && r->t->outputs == 1)
        type = dmn_type_ref(r->l, xml_attr(e, "typeRef"));
    if (!type && r->t->outputs == 1 && e->parent == r->l->at->xml)
        type = r->l->at->type;
    return type;
}

static void read_outputs(struct reading *r, const struct xml *e, struct span *name) {
    size_t o = 0;
    for (const struct xml *c = xml_child(e, "output"); c; c = xml_next(c, "output"), o++) {
        const struct xml *values = xml_child(c, "outputValues"), *other = xml_child(c, "defaultOutputEntry");
        name[o] = feel_name_normal(r->l->arena, xml_attr(c, "name"));
        r->output_type[o] = dmn_type_ref(r->l, xml_attr(c, "typeRef")); /* the column's, applied to each entry */
        if (name[o].size && !feel_scope_property(r->l->model->scope, name[o]))
            r->l->status = E_LIMIT;
        if (r->t->hit == HIT_PRIORITY || r->t->hit == HIT_OUTPUT_ORDER)
            r->x->block[dmn_block_values(r->t, o)] = values ? value_list(r->l, r->scope, values) : type_order(r, ranked_type(r, e, o));
        r->x->block[dmn_block_listed(r->t, o)] = values ? listed(r, tidy(dmn_child_text(values, "text"))) : NULL;
        r->x->input[dmn_block_listed(r->t, o)] = (int)r->t->inputs;
        if (other) {
            r->x->block[dmn_block_default(r->t, o)] = output(r->l, r->scope, other);
            r->t->has_default = true;
        }
    }
}

static void read_rules(struct reading *rd, const struct xml *e, struct span *id, struct span *annotation) {
    struct dmn_table *t = rd->t;
    size_t r = 0;
    for (const struct xml *c = xml_child(e, "rule"); c && rd->l->status == OK; c = xml_next(c, "rule"), r++) {
        size_t i = 0, o = 0, a = 0;
        id[r] = xml_attr(c, "id");
        for (const struct xml *x = xml_child(c, "inputEntry"); x && i < t->inputs; x = xml_next(x, "inputEntry"), i++) {
            rd->x->block[dmn_block_cell(t, r, i)] = cell(rd->l, rd->scope, x);
            rd->x->input[dmn_block_cell(t, r, i)] = (int)i;
        }
        for (const struct xml *x = xml_child(c, "outputEntry"); x && o < t->outputs; x = xml_next(x, "outputEntry"), o++)
            rd->x->block[dmn_block_output(t, r, o)] =
                dmn_coerced(rd->l, output(rd->l, rd->scope, x), rd->output_type[o]);
        for (const struct xml *x = xml_child(c, "annotationEntry"); x && a < t->annotations; x = xml_next(x, "annotationEntry"), a++)
            annotation[r * t->annotations + a] = tidy(dmn_child_text(x, "text"));
    }
}

/* A word that is none of the standard's would otherwise be read as the default,
 * and a policy would mean something else than it says. */
static void check_policy_words(struct dmn_loader *l, const struct xml *e) {
    struct span hit = xml_attr(e, "hitPolicy"), aggregation = xml_attr(e, "aggregation");
    struct diag d = {0};
    if (hit.at && hit_of(hit) == HIT_UNIQUE && !span_is(hit, "UNIQUE"))
        (void)diag_fail(&d, E_INPUT, "dmn.hit_policy", DIAG_SPAN("word", hit));
    else if (aggregation.at && aggregation.size && aggregate_of(aggregation) == AGG_LIST && !span_is(aggregation, "LIST"))
        (void)diag_fail(&d, E_INPUT, "dmn.aggregation", DIAG_SPAN("word", aggregation));
    if (d.status != OK)
        dmn_problem_add(l, &d, e);
}

static bool prepare(struct reading *r, const struct xml *e) {
    struct arena *a = r->l->arena;
    struct dmn_table *t = r->t;
    check_policy_words(r->l, e);
    *t = (struct dmn_table){.element_id = r->l->at->id, .element_name = r->l->at->name, .id = xml_attr(e, "id"),
        .hit = hit_of(xml_attr(e, "hitPolicy")), .aggregate = aggregate_of(xml_attr(e, "aggregation")),
        .inputs = count(e, "input"), .outputs = count(e, "output"), .rules = count(e, "rule"),
        .annotations = count(e, "annotation")};
    r->x->run = run_table;
    r->x->data = t;
    r->x->slot_count = t->inputs + 1;
    r->x->block_count = dmn_block_count(t);
    r->x->block = ARENA_ARRAY(a, r->x->block_count + 1, struct feel_ast *);
    r->x->input = ARENA_ARRAY(a, r->x->block_count + 1, int);
    for (size_t i = 0; r->x->input && i < r->x->block_count; i++)
        r->x->input[i] = -1;
    return r->x->block && r->x->input;
}

static bool note_tested(struct arena *a, struct dmn_table *t, const struct feel_extern_ast *x) {
    uint32_t *first = ARENA_ARRAY(a, t->rules + 1, uint32_t), *tested = ARENA_ARRAY(a, t->rules * t->inputs + 1, uint32_t);
    size_t n = 0;
    if (!first || !tested)
        return false;
    for (size_t r = 0; r < t->rules; r++) {
        for (size_t i = 0; i < t->inputs; i++)
            if (x->block[dmn_block_cell(t, r, i)])
                tested[n++] = (uint32_t)i;
        first[r + 1] = (uint32_t)n;
    }
    t->first_tested = first;
    t->tested = tested;
    return true;
}

struct feel_ast *dmn_table(struct dmn_loader *l, struct feel_scope *scope, const struct xml *e) {
    struct feel_ast *n = feel_ast_new(l->arena, AST_EXTERN, 0);
    struct feel_extern_ast *x = ARENA_NEW(l->arena, struct feel_extern_ast);
    struct dmn_table *t = ARENA_NEW(l->arena, struct dmn_table);
    struct reading r = {.l = l, .scope = scope, .t = t, .x = x};
    if (!n || !x || !t || !prepare(&r, e)) {
        l->status = E_LIMIT;
        return NULL;
    }
    struct span *input = ARENA_ARRAY(l->arena, t->inputs + 1, struct span);
    struct span *name = ARENA_ARRAY(l->arena, t->outputs + 1, struct span);
    struct span *id = ARENA_ARRAY(l->arena, t->rules + 1, struct span);
    struct span *annotation = ARENA_ARRAY(l->arena, t->rules * t->annotations + 1, struct span);
    struct span *annotation_name = ARENA_ARRAY(l->arena, t->annotations + 1, struct span);
    struct feel_key *key = ARENA_ARRAY(l->arena, t->outputs + 1, struct feel_key);
    struct feel_shape *shape = ARENA_NEW(l->arena, struct feel_shape);
    bool *labelled = ARENA_ARRAY(l->arena, t->inputs + 1, bool);
    r.input_type = (const struct feel_type **)ARENA_ARRAY(l->arena, t->inputs + 1, struct feel_type *);
    r.output_type = (const struct feel_type **)ARENA_ARRAY(l->arena, t->outputs + 1, struct feel_type *);
    if (!labelled || !r.input_type || !r.output_type || !input || !name || !id || !annotation || !annotation_name || !key || !shape) {
        l->status = E_LIMIT;
        return NULL;
    }
    read_inputs(&r, e, input, labelled);
    read_outputs(&r, e, name);
    read_rules(&r, e, id, annotation);
    size_t a = 0;
    for (const struct xml *c = xml_child(e, "annotation"); c; c = xml_next(c, "annotation"))
        annotation_name[a++] = xml_attr(c, "name");
    for (size_t o = 0; o < t->outputs; o++)
        key[o] = feel_key(name[o]);
    *shape = (struct feel_shape){t->outputs, key};
    t->xml = e;
    t->input_type = r.input_type;
    t->output_type = r.output_type;
    t->input_text = input;
    t->output_name = name;
    t->rule_id = id;
    t->annotation = annotation;
    t->annotation_name = annotation_name;
    t->shape = shape;
    n->ext = x;
    t->source = (struct dmn_table_source){.element = l->at, .scope = scope, .function = l->function, .ast = x,
        .labelled = labelled, .inputs = t->inputs, .outputs = t->outputs, .rules = t->rules, .first = t->hit == HIT_FIRST,
        .priority = t->hit == HIT_PRIORITY, .ordered = t->hit == HIT_OUTPUT_ORDER, .alone = t->hit == HIT_UNIQUE || t->hit == HIT_ANY};
    if (!scope->plain && !note_tested(l->arena, t, x)) {
        l->status = E_LIMIT;
        return NULL;
    }
    if (!t->outputs) {
        n->kind = AST_CONST; /* no output: the table says nothing */
        n->value.flag = FEEL_FLAG_ERROR;
        n->op = NULL_LOGIC;
    }
    return l->status == OK ? n : NULL;
}
