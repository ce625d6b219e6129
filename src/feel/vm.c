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
    bool ordered = feel_is_null(v[0]) || feel_is_null(v[1]) || feel_order(&v[0], &v[1]) != 2;
    if (!ordered || (feel_is_null(v[0]) && feel_is_null(v[1])))
        return feel_error(env, "feel.range_bounds", (struct span){0});
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

struct feel_value feel_vm_block(struct feel_vm *vm, const struct feel_extern *x, size_t block) {
    vm_run(vm, x->block[block].start, x->block[block].end);
    return vm->env->status == OK ? *--vm->top : feel_null();
}

static struct feel_value run_extern(struct feel_vm *vm, const struct feel_extern *x) {
    struct span where = vm->env->where;
    struct feel_value v = x->run(vm, x);
    vm->env->where = where;
    return v;
}

static struct feel_value no_name(struct feel_env *env, struct span name, uint32_t why) {
    static const char *const codes[] = {"feel.unknown_name", "feel.argument_name", "feel.duplicate_key"};
    return feel_error(env, codes[why < 3 ? why : 0], name);
}

static inline bool fast_numbers(const struct feel_value *top) {
    return top[-1].kind == FEEL_NUMBER && top[-2].kind == FEEL_NUMBER;
}

/* ---- the loop ------------------------------------------------------------------------- */

#define TOP2_ARITH(fast, sign)                                                 \
    if (fast_numbers(vm->top)) {                                               \
        struct dec r_ = fast(vm->top[-2].number, vm->top[-1].number);          \
        if (dec_finite(r_)) {                                                  \
            vm->top--;                                                         \
            vm->top[-1].number = r_;                                           \
            break;                                                             \
        }                                                                      \
    }                                                                          \
    vm->top--;                                                                 \
    vm->top[-1] = feel_arith(env, sign, &vm->top[-1], &vm->top[0]);            \
    break

void vm_run(struct feel_vm *vm, uint32_t pc, uint32_t end) {
    struct feel_env *env = vm->env;
    const struct feel_program *p = vm->program;
    while (pc < end) {
        const struct feel_insn *i = &p->insn[pc];
        if (env->steps_left == 0) {
            env->status = E_LIMIT;
            return;
        }
        env->steps_left--;
        env->at = p->offset[pc];
        env->pc = pc;
        pc++;
        switch ((enum feel_opcode)i->op) {
        case FEEL_OP_CONST: *vm->top++ = p->constant[i->a]; break;
        case FEEL_OP_LOCAL: *vm->top++ = vm->local[i->a]; break;
        case FEEL_OP_SET_LOCAL: vm->local[i->a] = *--vm->top; break;
        case FEEL_OP_CAPTURED: *vm->top++ = vm->captured[i->a]; break;
        case FEEL_OP_GLOBAL: *vm->top++ = vm->globals[i->b]; break;
        case FEEL_OP_POP: vm->top--; break;
        case FEEL_OP_NO_NAME: *vm->top++ = no_name(env, p->key[i->a].text, i->b); break;
        case FEEL_OP_ADD: TOP2_ARITH(dec_add, '+');
        case FEEL_OP_SUB: TOP2_ARITH(dec_sub, '-');
        case FEEL_OP_MUL: TOP2_ARITH(dec_mul, '*');
        case FEEL_OP_DIV:
            vm->top--;
            vm->top[-1] = feel_arith(env, '/', &vm->top[-1], &vm->top[0]);
            break;
        case FEEL_OP_POW:
            vm->top--;
            vm->top[-1] = feel_arith(env, '^', &vm->top[-1], &vm->top[0]);
            break;
        case FEEL_OP_NEG: vm->top[-1] = feel_negate(env, &vm->top[-1]); break;
        case FEEL_OP_COMPARE:
            vm->top--;
            vm->top[-1] = feel_compare(env, i->a, &vm->top[-1], &vm->top[0]);
            break;
        case FEEL_OP_BETWEEN:
            vm->top -= 2;
            vm->top[-1] = between(env, &vm->top[-1]);
            break;
        case FEEL_OP_IN:
            vm->top--;
            vm->top[-1] = feel_in(env, &vm->top[-1], &vm->top[0]);
            break;
        case FEEL_OP_TEST:
            vm->top--;
            vm->top[-1] = test(env, &vm->top[-1], &vm->top[0]);
            break;
        case FEEL_OP_TRUTH:
            if (vm->top[-1].kind != FEEL_BOOLEAN && vm->top[-1].kind != FEEL_UNKNOWN &&
                !feel_is_null(vm->top[-1]))
                vm->top[-1] = feel_error(env, "feel.condition", span_of(feel_kind_name(vm->top[-1].kind)));
            break;
        case FEEL_OP_NOT: vm->top[-1] = feel_not(env, &vm->top[-1]); break;
        case FEEL_OP_AND_JUMP:
            if (vm->top[-1].kind == FEEL_BOOLEAN && !vm->top[-1].boolean)
                pc = i->b;
            break;
        case FEEL_OP_OR_JUMP:
            if (vm->top[-1].kind == FEEL_BOOLEAN && vm->top[-1].boolean)
                pc = i->b;
            break;
        case FEEL_OP_AND:
            vm->top--;
            vm->top[-1] = feel_and(env, &vm->top[-1], &vm->top[0]);
            break;
        case FEEL_OP_OR:
            vm->top--;
            vm->top[-1] = feel_or(env, &vm->top[-1], &vm->top[0]);
            break;
        case FEEL_OP_JUMP: pc = i->b; break;
        case FEEL_OP_BRANCH: pc = branch(vm, pc, i->b); break;
        case FEEL_OP_LIST: {
            struct feel_value *item = feel_items(env, i->b);
            if (!item)
                return;
            vm->top -= i->b;
            if (i->b)
                memcpy(item, vm->top, i->b * sizeof *item);
            *vm->top++ = feel_new_list(env, item, i->b);
            break;
        }
        case FEEL_OP_CONTEXT: {
            const struct feel_shape *s = &p->shape[i->a];
            struct feel_value *value = feel_items(env, s->count);
            if (!value)
                return;
            vm->top -= s->count;
            if (s->count)
                memcpy(value, vm->top, s->count * sizeof *value);
            *vm->top++ = feel_new_context(env, s, value);
            break;
        }
        case FEEL_OP_RANGE:
            vm->top--;
            vm->top[-1] = make_range(env, i->a, &vm->top[-1]);
            break;
        case FEEL_OP_TEST_RANGE: vm->top[-1] = test_range(env, i->a, vm->top[-1]); break;
        case FEEL_OP_PATH: vm->top[-1] = feel_path(env, &vm->top[-1], &p->key[i->a]); break;
        case FEEL_OP_ITEM_NAME: {
            struct feel_value item = *--vm->top;
            const struct feel_value *v = feel_get_key(&item, &p->key[i->a]);
            if (v) {
                *vm->top++ = *v;
                pc = i->b;
            } else if (item.kind == FEEL_UNKNOWN &&
                (item.unknown->kind == FEEL_CONTEXT || item.unknown->kind == FEEL_NULL)) {
                *vm->top++ = feel_path(env, &item, &p->key[i->a]);
                pc = i->b;
            }
            break;
        }
        case FEEL_OP_INDEX:
            vm->top--;
            vm->top[-1] = feel_index(env, &vm->top[-1], &vm->top[0]);
            break;
        case FEEL_OP_BUILD: vm_build_new(env, &vm->local[i->a]); break;
        case FEEL_OP_BUILT: *vm->top++ = vm_build_value(env, vm_build_of(&vm->local[i->a])); break;
        case FEEL_OP_APPEND: {
            struct feel_value v = *--vm->top;
            vm_build_add(env, vm_build_of(&vm->local[i->a]), v);
            break;
        }
        case FEEL_OP_ITER: {
            struct feel_value domain = *--vm->top, why = feel_null();
            struct iterator *it = vm_iterator_new(env, &domain, &why);
            if (env->status != OK)
                return;
            if (it) {
                vm->local[i->a] = vm_machine_value(it);
                vm_iterator_enter(vm, it, i[1].b, i[1].a);
                pc++;
            } else {
                vm_no_domain(env, &vm->local[i[1].a], i[1].b & 255, why);
                pc = i->b;
            }
            break;
        }
        case FEEL_OP_NEXT:
            if (vm_iterator_next(vm_iterator_of(&vm->local[i->a]), &vm->local[i[1].a]))
                pc++;
            else
                pc = i->b;
            break;
        case FEEL_OP_WORD: assert(!"operands are skipped"); break;
        case FEEL_OP_SOME:
        case FEEL_OP_EVERY: {
            struct feel_value v = *--vm->top, *so_far = &vm->local[i->a];
            bool some = i->op == FEEL_OP_SOME;
            if (v.kind != FEEL_BOOLEAN && v.kind != FEEL_NULL && v.kind != FEEL_UNKNOWN) {
                *so_far = feel_error(env, "feel.condition", span_of(feel_kind_name(v.kind)));
                pc = i->b;
                break;
            }
            if (env->case_mode)
                v = vm_weakened(env, vm_iterator_of(&vm->local[i[1].a]), v, some);
            *so_far = some ? feel_or(env, so_far, &v) : feel_and(env, so_far, &v);
            if (so_far->kind == FEEL_BOOLEAN && so_far->boolean == some)
                pc = i->b;
            else
                pc++;
            break;
        }
        case FEEL_OP_FILTER: {
            struct feel_value cond = *--vm->top;
            pc = filter_step(vm, i, cond) ? pc + 1 : i->b;
            break;
        }
        case FEEL_OP_CLOSURE: *vm->top++ = vm_closure(vm, &p->proto[i->a]); break;
        case FEEL_OP_CALL:
            vm->top -= i->b;
            vm->top[-1] = feel_apply(env, &vm->top[-1], vm->top, i->b);
            break;
        case FEEL_OP_CALL_NAMED:
            vm->top -= i->b;
            vm->top[-1] = vm_call_named(env, &vm->top[-1], &p->shape[i->a], vm->top);
            break;
        case FEEL_OP_BUILTIN:
            vm->top -= i->b;
            *vm->top = feel_builtin_call(env, feel_builtin_at(i->a), vm->top, i->b);
            vm->top++;
            break;
        case FEEL_OP_INSTANCE:
            if (feel_is_unknown(&vm->top[-1]))
                vm->top[-1] = feel_unknown_of(env, FEEL_BOOLEAN, 'i', &vm->top[-1], 1, true);
            else
                vm->top[-1] = feel_bool(feel_instance(env, p->type[i->a], &vm->top[-1]));
            break;
        case FEEL_OP_COERCE:
            if (!feel_coerce(env, p->type[i->a], &vm->top[-1]))
                vm->top[-1] = feel_error(env, "feel.type_mismatch", span_of(feel_kind_name(vm->top[-1].kind)));
            break;
        case FEEL_OP_EXTERN: {
            struct feel_value v = run_extern(vm, &p->external[i->a]);
            *vm->top++ = v;
            break;
        }
        case FEEL_OP_END: return;
        case FEEL_OP_COUNT: assert(!"no such operation"); break;
        }
    }
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
    memset(frame, 0, main->locals * sizeof *frame);
    if (input)
        frame[0] = *input;
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
