/* The machine: one honest long dispatch loop over flat code.
 *
 * Errors are values; the only thing that stops it is env->status, which every
 * failing allocation and the step budget set (with steps_left = 0, so that the
 * loop's own check ends it). */
#include "feel/vm_internal.h"

/* ---- constructs ---------------------------------------------------------------------- */

static struct feel_value make_range(struct feel_env *env, unsigned bits, const struct feel_value *v) {
    struct feel_range r = {v[0], v[1], bits & 1, bits & 2, false, false};
    if (feel_is_unknown(&v[0]) || feel_is_unknown(&v[1]) || (bits & 4))
        return feel_new_range(env, r);
    if (feel_is_null(v[0]) && feel_is_null(v[1]))
        return feel_error(env, "feel.range_open", (struct span){0});
    if (!feel_is_null(v[0]) && !feel_is_null(v[1]) && feel_order(&v[0], &v[1]) > 0)
        return feel_error(env, "feel.range_bounds", (struct span){0});
    return feel_new_range(env, r);
}

static struct feel_value test_range(struct feel_env *env, int op, struct feel_value v) {
    struct feel_range r = {.is_test = true};
    switch ((enum feel_cmp)op) {
    case CMP_LT: r.end = v; break;
    case CMP_LE: r.end = v; r.end_included = true; break;
    case CMP_GT: r.start = v; break;
    case CMP_GE: r.start = v; r.start_included = true; break;
    case CMP_NE: r.negated = true; /* fall through */
    case CMP_EQ:
        r.start = r.end = v;
        r.start_included = r.end_included = true;
        break;
    }
    return feel_new_range(env, r);
}

static struct feel_value between(struct feel_env *env, const struct feel_value *v) {
    struct feel_value low = feel_compare(env, CMP_GE, &v[0], &v[1]);
    struct feel_value high = feel_compare(env, CMP_LE, &v[0], &v[2]);
    return feel_and(env, &low, &high);
}

/* An expression as a unary test (10.3.1.4): true, or the value itself, or among it. */
static struct feel_value test(struct feel_env *env, const struct feel_value *input,
    const struct feel_value *e) {
    if (e->kind == FEEL_LIST || e->kind == FEEL_RANGE)
        return feel_in(env, input, e);
    if (e->kind == FEEL_BOOLEAN && input->kind != FEEL_BOOLEAN && !feel_is_unknown(input))
        return *e;
    return feel_equal(env, input, e);
}

/* The value of a name that may be the item's; false: it has none. */
static bool item_name(struct feel_env *env, const struct feel_value *item, const struct feel_key *key, struct feel_value *ret) {
    const struct feel_value *v = feel_get_key(item, key);
    if (v)
        *ret = *v;
    else if (item->kind == FEEL_UNKNOWN && (item->unknown->kind == FEEL_CONTEXT || item->unknown->kind == FEEL_NULL))
        *ret = feel_path(env, item, key);
    else
        return false;
    return true;
}

/* One more condition of some or every; true: it is settled. */
static bool quantified(struct feel_vm *vm, const struct feel_insn *i, struct feel_value v) {
    struct feel_env *env = vm->env;
    struct feel_value *so_far = &vm->local[i->a];
    bool some = i->op == FEEL_OP_SOME;
    if (v.kind != FEEL_BOOLEAN && v.kind != FEEL_NULL && v.kind != FEEL_UNKNOWN) {
        *so_far = feel_error(env, "feel.condition", span_of(feel_kind_name(v.kind)));
        return true;
    }
    if (env->case_mode)
        v = vm_weakened(env, vm_iterator_of(&vm->local[i[1].a]), v, some);
    *so_far = some ? feel_or(env, so_far, &v) : feel_and(env, so_far, &v);
    return so_far->kind == FEEL_BOOLEAN && so_far->boolean == some;
}

/* false: the filter is over (an index). */
static bool filter_step(struct feel_vm *vm, const struct feel_insn *i, struct feel_value cond) {
    struct feel_env *env = vm->env;
    struct build *b = vm_build_of(&vm->local[i->a]);
    const struct iterator *it = vm_iterator_of(&vm->local[i[1].b]);
    switch ((enum feel_kind)cond.kind) {
    case FEEL_BOOLEAN:
        if (cond.boolean)
            vm_build_add(env, b, vm->local[i[1].a]);
        b->count_min += cond.boolean && !it->open;
        return true;
    case FEEL_NUMBER: {
        if (it->open) {
            vm_build_poison(env, b, feel_unknown_of(env, FEEL_NULL, 'n', it->open, 1, true));
            return true;
        }
        struct feel_value list = it->range ? feel_null() : feel_list(it->item, it->count);
        b->poisoned = true;
        b->poison = feel_index(env, &list, &cond);
        return false;
    }
    case FEEL_UNKNOWN:
        if (cond.unknown->kind == FEEL_BOOLEAN) { /* it may stay */
            vm_build_open(env, b, &cond, cond.unknown->may_error);
            vm_build_add(env, b, vm->local[i[1].a]);
            return true;
        }
        vm_build_poison(env, b, feel_unknown_of(env, FEEL_NULL, 'f', &cond, 1, true));
        return true;
    case FEEL_NULL:
        if (it->open)
            vm_build_open(env, b, it->open, true);
        else if (env->case_mode)
            vm_build_poison(env, b, cond.flag & FEEL_FLAG_ERROR ? cond
                : feel_error(env, "feel.condition", SPAN("null")));
        return true;
    default:
        vm_build_poison(env, b, feel_error(env, "feel.condition", span_of(feel_kind_name(cond.kind))));
        return true;
    }
}

/* Both parts of an `if` whose condition is open; leaves the joined value. */
static uint32_t branch_both(struct feel_vm *vm, uint32_t pc, uint32_t else_at, struct feel_value cond) {
    struct feel_env *env = vm->env;
    uint32_t end = vm->program->insn[else_at - 1].b;
    vm_run(vm, pc, else_at - 1);
    if (env->status != OK)
        return end;
    struct feel_value yes = *--vm->top;
    vm_run(vm, else_at, end);
    if (env->status != OK)
        return end;
    vm->top[-1] = feel_unknown_join(env, &cond, &yes, &vm->top[-1]);
    return end;
}

/* Where to go on after popping the condition of an `if`. */
static uint32_t branch(struct feel_vm *vm, uint32_t pc, uint32_t else_at) {
    struct feel_env *env = vm->env;
    struct feel_value cond = *--vm->top;
    if (cond.kind == FEEL_BOOLEAN)
        return cond.boolean ? pc : else_at;
    if (cond.kind == FEEL_UNKNOWN)
        return branch_both(vm, pc, else_at, cond);
    if (cond.kind != FEEL_NULL || env->case_mode) {
        struct feel_value e = cond;
        if (!feel_is_null(cond) || !(cond.flag & FEEL_FLAG_ERROR))
            e = feel_error(env, "feel.condition", span_of(feel_kind_name(cond.kind)));
        if (env->case_mode || !feel_is_null(cond)) { /* a rule must not turn on a null */
            *vm->top++ = e;
            return vm->program->insn[else_at - 1].b;
        }
    }
    return else_at;
}

static const struct feel_value *global(const struct feel_vm *vm, uint32_t index) {
    const struct feel_value *v = &vm->globals[index];
    struct feel_reads *r = vm->env->reads;
    if (r && v >= r->base && v < r->base + r->count)
        r->at[v - r->base] = 1;
    return v;
}

struct feel_value feel_vm_block(struct feel_vm *vm, const struct feel_extern *x, size_t block) {
    const struct feel_block *b = &x->block[block];
    int truth;
    switch (b->form) {
    case BLOCK_CONST: return vm->program->constant[b->index];
    case BLOCK_LOCAL: return vm->local[b->slot];
    case BLOCK_GLOBAL: return *global(vm, b->index);
    case BLOCK_COMPARE:
    case BLOCK_COMPARE_GLOBAL:
        truth = feel_vm_truth(vm, b);
        if (truth >= 0)
            return feel_bool(truth);
        break;
    case BLOCK_RUN: break;
    }
    vm_run(vm, b->start, b->end);
    return vm->env->status == OK ? *--vm->top : feel_null();
}

static struct feel_value run_extern(struct feel_vm *vm, const struct feel_extern *x) {
    struct span where = vm->env->where;
    struct feel_value v = x->run(vm, x);
    vm->env->where = where;
    return v;
}

static struct feel_value no_name(struct feel_env *env, struct span name, uint32_t why) {
    static const char *const codes[] = {"feel.unknown_name", "feel.argument_name", "feel.duplicate_key", "feel.literal",
        "feel.bare_type", "feel.unknown_type", "feel.no_value"};
    static_assert(ARRAY_LEN(codes) == NULL_WHY_COUNT, "a note for each reason");
    if (why == NULL_NAME && feel_half_width(env->arena, name).size)
        return feel_error(env, "feel.unknown_name_sign", name);
    return feel_error(env, codes[why], name);
}

/* ---- the frequent cases -------------------------------------------------------------- */

static inline bool holds(enum feel_cmp op, int order) {
    switch (op) {
    case CMP_EQ: return order == 0;
    case CMP_NE: return order != 0;
    case CMP_LT: return order < 0;
    case CMP_LE: return order <= 0;
    case CMP_GT: return order > 0;
    case CMP_GE: return order >= 0;
    }
    return false;
}

/* Two known values of one kind of the commonest: 1, 0; else -1, and
 * feel_compare knows more. */
static inline int compared(enum feel_cmp op, const struct feel_value *a, const struct feel_value *b) {
    if (a->kind != b->kind)
        return -1;
    if (a->kind == FEEL_NUMBER)
        return holds(op, dec_cmp(a->number, b->number));
    if (op != CMP_EQ && op != CMP_NE)
        return -1;
    if (a->kind == FEEL_STRING)
        return span_eq(a->string, b->string) == (op == CMP_EQ);
    return a->kind == FEEL_BOOLEAN ? (a->boolean == b->boolean) == (op == CMP_EQ) : -1;
}

int feel_vm_truth(const struct feel_vm *vm, const struct feel_block *b) {
    switch (b->form) {
    case BLOCK_COMPARE: return compared(b->op, &vm->local[b->slot], &vm->program->constant[b->index]);
    case BLOCK_COMPARE_GLOBAL: return compared(b->op, &vm->local[b->slot], global(vm, b->index));
    default: return -1;
    }
}

static inline void compare(struct feel_env *env, enum feel_cmp op, struct feel_value *a, const struct feel_value *b) {
    int truth = compared(op, a, b);
    *a = truth >= 0 ? feel_bool(truth) : feel_compare(env, (int)op, a, b);
}

static inline bool booleans(const struct feel_value *top) {
    return top[-1].kind == FEEL_BOOLEAN && top[-2].kind == FEEL_BOOLEAN;
}

static void call_builtin(struct feel_env *env, size_t index, struct feel_value *arg, size_t n) {
    *arg = feel_builtin_call(env, feel_builtin_at(index), arg, n);
}

static struct feel_value length_of(struct feel_env *env, struct build *b) {
    if (b->counting && !b->poisoned)
        return feel_int((int64_t)b->count);
    struct feel_value list = vm_build_value(env, b);
    return feel_builtin_call(env, feel_builtin_find(SPAN("count")), &list, 1);
}

/* ---- the loop ------------------------------------------------------------------------- */

/* Steps are taken where code is run again or another's is entered; what lies
 * between is bounded by the program's length. */
#define STEPS(n)                                                               \
    if (!feel_steps(env, (n)))                                                 \
        goto out;                                                              \
    break

#define ARITH(fast, sign)                                                      \
    top--;                                                                     \
    if (top[-1].kind == FEEL_NUMBER && top[0].kind == FEEL_NUMBER) {           \
        struct dec r_ = fast(top[-1].number, top[0].number);                   \
        if (dec_finite(r_)) {                                                  \
            top[-1].number = r_;                                               \
            break;                                                             \
        }                                                                      \
    }                                                                          \
    top[-1] = feel_arith(env, sign, &top[-1], &top[0]);                        \
    break

void vm_run(struct feel_vm *vm, uint32_t pc, uint32_t end) {
    struct feel_env *env = vm->env;
    const struct feel_program *p = vm->program, *outer = env->program;
    const uint32_t outer_pc = env->pc;
    struct feel_value *top = vm->top, *const local = vm->local;
    env->program = p;
    if (!feel_steps(env, end - pc))
        goto out;
    while (pc < end && env->status == OK) {
        const struct feel_insn *i = &p->insn[pc];
        env->pc = pc;
        pc++;
        switch ((enum feel_opcode)i->op) {
        case FEEL_OP_CONST: *top++ = p->constant[i->a]; break;
        case FEEL_OP_LOCAL: *top++ = local[i->a]; break;
        case FEEL_OP_SET_LOCAL: local[i->a] = *--top; break;
        case FEEL_OP_CAPTURED: *top++ = vm->captured[i->a]; break;
        case FEEL_OP_GLOBAL: *top++ = *global(vm, i->b); break;
        case FEEL_OP_POP: top--; break;
        case FEEL_OP_NO_NAME: *top++ = no_name(env, p->key[i->a].text, i->b); break;
        case FEEL_OP_ADD: ARITH(dec_add, '+');
        case FEEL_OP_SUB: ARITH(dec_sub, '-');
        case FEEL_OP_MUL: ARITH(dec_mul, '*');
        case FEEL_OP_DIV:
            top--;
            top[-1] = feel_arith(env, '/', &top[-1], &top[0]);
            break;
        case FEEL_OP_POW:
            top--;
            top[-1] = feel_arith(env, '^', &top[-1], &top[0]);
            break;
        case FEEL_OP_NEG: top[-1] = feel_negate(env, &top[-1]); break;
        case FEEL_OP_COMPARE:
            top--;
            compare(env, i->a, &top[-1], &top[0]);
            break;
        case FEEL_OP_COMPARE_CONST: compare(env, i->a, &top[-1], &p->constant[i->b]); break;
        case FEEL_OP_BETWEEN:
            top -= 2;
            top[-1] = between(env, &top[-1]);
            break;
        case FEEL_OP_IN:
            top--;
            top[-1] = feel_in(env, &top[-1], &top[0]);
            break;
        case FEEL_OP_IN_CONST: top[-1] = feel_in(env, &top[-1], &p->constant[i->a]); break;
        case FEEL_OP_TEST:
            top--;
            top[-1] = test(env, &top[-1], &top[0]);
            break;
        case FEEL_OP_TRUTH:
            if (top[-1].kind != FEEL_BOOLEAN && top[-1].kind != FEEL_UNKNOWN && !feel_is_null(top[-1]))
                top[-1] = feel_error(env, "feel.condition", span_of(feel_kind_name(top[-1].kind)));
            break;
        case FEEL_OP_NOT: top[-1] = feel_not(env, &top[-1]); break;
        case FEEL_OP_AND_JUMP:
            if (top[-1].kind == FEEL_BOOLEAN && !top[-1].boolean)
                pc = i->b;
            break;
        case FEEL_OP_OR_JUMP:
            if (top[-1].kind == FEEL_BOOLEAN && top[-1].boolean)
                pc = i->b;
            break;
        case FEEL_OP_AND:
            top--;
            if (booleans(top + 1))
                top[-1].boolean = top[-1].boolean && top[0].boolean;
            else
                top[-1] = feel_and(env, &top[-1], &top[0]);
            break;
        case FEEL_OP_OR:
            top--;
            if (booleans(top + 1))
                top[-1].boolean = top[-1].boolean || top[0].boolean;
            else
                top[-1] = feel_or(env, &top[-1], &top[0]);
            break;
        case FEEL_OP_JUMP:
            if (i->b < pc) {
                uint32_t body = pc - i->b;
                pc = i->b;
                STEPS(body);
            }
            pc = i->b;
            break;
        case FEEL_OP_BRANCH:
            if (top[-1].kind == FEEL_BOOLEAN) {
                pc = (--top)->boolean ? pc : i->b;
                break;
            }
            vm->top = top;
            pc = branch(vm, pc, i->b);
            top = vm->top;
            break;
        case FEEL_OP_LIST: {
            struct feel_value *item = feel_items_raw(env, i->b);
            if (!item)
                goto out;
            top -= i->b;
            if (i->b)
                memcpy(item, top, i->b * sizeof *item);
            *top++ = feel_new_list(env, item, i->b);
            break;
        }
        case FEEL_OP_CONTEXT: {
            const struct feel_shape *s = &p->shape[i->a];
            struct feel_value *value = feel_items_raw(env, s->count);
            if (!value)
                goto out;
            top -= s->count;
            if (s->count)
                memcpy(value, top, s->count * sizeof *value);
            *top++ = feel_new_context(env, s, value);
            break;
        }
        case FEEL_OP_RANGE:
            top--;
            top[-1] = make_range(env, i->a, &top[-1]);
            break;
        case FEEL_OP_TEST_RANGE: top[-1] = test_range(env, i->a, top[-1]); break;
        case FEEL_OP_PATH: top[-1] = feel_path(env, &top[-1], &p->key[i->a]); break;
        case FEEL_OP_PATH_LOCAL: {
            const struct feel_value *v = feel_get_key(&local[i->b], &p->key[i->a]);
            *top++ = v ? *v : feel_path(env, &local[i->b], &p->key[i->a]);
            break;
        }
        case FEEL_OP_ITEM_NAME:
            top--;
            if (item_name(env, &top[0], &p->key[i->a], top)) {
                top++;
                pc = i->b;
            }
            break;
        case FEEL_OP_ITEM_LOCAL:
            pc++;
            if (item_name(env, &local[i[1].a], &p->key[i->a], top)) {
                top++;
                pc = i->b;
            }
            break;
        case FEEL_OP_INDEX:
            top--;
            top[-1] = feel_index(env, &top[-1], &top[0]);
            break;
        case FEEL_OP_BUILD: vm_build_new(env, &local[i->a], i->b); break;
        case FEEL_OP_BUILT: *top++ = vm_build_value(env, vm_build_of(&local[i->a])); break;
        case FEEL_OP_BUILT_COUNT: *top++ = length_of(env, vm_build_of(&local[i->a])); break;
        case FEEL_OP_APPEND:
            top--;
            vm_build_add(env, vm_build_of(&local[i->a]), top[0]);
            break;
        case FEEL_OP_ITER: {
            struct feel_value why = feel_null();
            struct iterator *it = vm_iterator_of(&local[i->a]);
            top--;
            if (vm_iterator_new(env, &top[0], it, &why)) {
                vm_iterator_enter(vm, it, i[1].b, i[1].a);
                pc++;
            } else if (env->status == OK) {
                vm_no_domain(env, &local[i[1].a], i[1].b & 255, why);
                pc = i->b;
            }
            break;
        }
        case FEEL_OP_NEXT:
            if (vm_iterator_next(vm_iterator_of(&local[i->a]), &local[i[1].a]))
                pc++;
            else
                pc = i->b;
            break;
        case FEEL_OP_LOOP:
            if (vm_iterator_next(vm_iterator_of(&local[i->a]), &local[i[1].a])) {
                uint32_t body = pc - i->b;
                pc = i->b;
                STEPS(body);
            }
            pc++;
            break;
        case FEEL_OP_WORD: assert(!"operands are skipped"); break;
        case FEEL_OP_SOME:
        case FEEL_OP_EVERY:
            top--;
            pc = quantified(vm, i, top[0]) ? i->b : pc + 1;
            break;
        case FEEL_OP_FILTER:
            top--;
            pc = filter_step(vm, i, top[0]) ? pc + 1 : i->b;
            break;
        case FEEL_OP_CLOSURE: *top++ = vm_closure(vm, &p->proto[i->a]); break;
        case FEEL_OP_CALL:
            top -= i->b;
            top[-1] = feel_apply(env, &top[-1], top, i->b);
            break;
        case FEEL_OP_CALL_NAMED:
            top -= i->b;
            top[-1] = vm_call_named(env, &top[-1], &p->shape[i->a], top);
            break;
        case FEEL_OP_BUILTIN:
            top -= i->b;
            call_builtin(env, i->a, top, i->b);
            top++;
            STEPS(1);
        case FEEL_OP_INSTANCE:
            if (feel_is_unknown(&top[-1]))
                top[-1] = feel_unknown_of(env, FEEL_BOOLEAN, 'i', &top[-1], 1, true);
            else
                top[-1] = feel_bool(feel_instance(env, p->type[i->a], &top[-1]));
            break;
        case FEEL_OP_COERCE:
            if (!feel_conforms(p->type[i->a], &top[-1]) && !feel_coerce(env, p->type[i->a], &top[-1]))
                top[-1] = feel_error(env, "feel.type_mismatch", span_of(feel_kind_name(top[-1].kind)));
            break;
        case FEEL_OP_EXTERN:
            vm->top = top;
            *top = run_extern(vm, &p->external[i->a]);
            top++;
            break;
        case FEEL_OP_END: goto out;
        case FEEL_OP_COUNT: assert(!"no such operation"); break;
        }
    }
out:
    vm->top = top;
    env->program = outer;
    env->pc = outer_pc;
}

/* ---- entry ------------------------------------------------------------------------------ */

void feel_env_init(struct feel_env *env, struct arena *arena, struct feel_notes *notes) {
    *env = (struct feel_env){.arena = arena, .steps_left = FEEL_STEPS_DEFAULT,
        .now_offset = 8 * 3600, .notes = notes};
}

static enum status stopped(struct feel_env *env, struct diag *d) {
    if (env->steps_left == 0 || env->depth >= FEEL_CALL_DEPTH_MAX)
        return diag_fail(d, E_LIMIT, "feel.budget", DIAG_SPAN("where", env->where));
    return arena_full(d);
}

enum status feel_run(const struct feel_program *p, struct feel_env *env,
    const struct feel_value *globals, const struct feel_value *input,
    struct feel_value *ret, struct diag *d) {
    const struct feel_proto *main = &p->proto[0];
    size_t room = main->locals + main->stack + 1;
    struct feel_value *frame = env->status == OK ? vm_frame_open(env, room) : NULL;
    if (!frame) {
        feel_stop(env);
        return stopped(env, d);
    }
    frame[0] = input ? *input : feel_null();
    struct feel_vm vm = {env, p, globals, NULL, frame, frame + main->locals};
    struct span where = env->where;
    env->where = p->where;
    vm_run(&vm, main->start, main->end);
    if (env->status != OK)
        return stopped(env, d);
    env->where = where;
    *ret = vm.top[-1];
    vm_frame_close(env, room);
    return OK;
}

enum status feel_call(struct feel_env *env, const struct feel_value *function,
    const struct feel_value *args, size_t count, struct feel_value *ret, struct diag *d) {
    struct feel_value v = feel_apply(env, function, args, count);
    if (env->status != OK)
        return stopped(env, d);
    *ret = v;
    return OK;
}

/* Keys with spaces, to any depth, so that paths over them can be written. */
static bool properties_of(struct feel_scope *s, const struct feel_value *v, int depth) {
    if (depth > 8)
        return true;
    if (v->kind == FEEL_LIST) {
        for (size_t i = 0; i < v->count && i < 16; i++)
            if (!properties_of(s, &v->item[i], depth + 1))
                return false;
        return true;
    }
    for (size_t i = 0; v->kind == FEEL_CONTEXT && i < v->shape->count; i++)
        if (!feel_scope_property(s, v->shape->key[i].text) || !properties_of(s, &v->value[i], depth + 1))
            return false;
    return true;
}

enum status feel_eval_text(struct feel_env *env, struct span text, const struct feel_value *names,
    struct feel_value *ret, struct diag *d) {
    struct feel_scope *scope = feel_scope_new(env->arena, NULL);
    if (!scope)
        return arena_full(d);
    const struct feel_value *globals = NULL;
    if (names && names->kind == FEEL_CONTEXT) {
        globals = names->value;
        for (size_t i = 0; i < names->shape->count; i++)
            if (!feel_scope_global(scope, names->shape->key[i].text, (uint32_t)i, NULL))
                return arena_full(d);
        if (!properties_of(scope, names, 0))
            return arena_full(d);
    }
    const struct feel_program *p;
    enum status s = feel_compile(env->arena, scope, text, (struct span){0}, &p, d);
    return s == OK ? feel_run(p, env, globals, NULL, ret, d) : s;
}
