/* The machine: one honest long dispatch loop over flat code.
 *
 * Errors are values; the only thing that stops it is env->status, which every
 * failing allocation and the step budget set (with steps_left = 0, so that the
 * loop's own check ends it). */
#include "feel/vm.h"

#include "feel/temporal.h"
#include "feel/unknown.h"

/* ---- frames ------------------------------------------------------------------- */

/* Values of all running frames; chunks are never freed before the arena. */
struct feel_stack { struct feel_stack *below; size_t used, room; struct feel_value value[]; };
enum { STACK_CHUNK = 512 };

static struct feel_value *frame_open(struct feel_env *env, size_t n) {
    struct feel_stack *s = env->stack;
    if (!s || s->room - s->used < n) {
        size_t room = n > STACK_CHUNK ? n : STACK_CHUNK;
        struct feel_stack *more = arena_alloc(env->arena, sizeof *more + room * sizeof *more->value);
        if (!more)
            return NULL;
        more->below = s;
        more->room = room;
        env->stack = s = more;
    }
    struct feel_value *v = s->value + s->used;
    s->used += n;
    return v;
}

static void frame_close(struct feel_env *env, size_t n) {
    struct feel_stack *s = env->stack;
    assert(s && s->used >= n);
    s->used -= n;
    if (s->used == 0 && s->below)
        env->stack = s->below;
}

/* ---- lists under construction and iterators -------------------------------------- */

/* `poison`: the whole result is this, whatever else is appended. */
/* `open`: an element of a list of unknown length was among the domains, so the
 * items stand for any number of elements; `cause` is what that depends on. */
struct build {
    struct feel_value *item; size_t count, room;
    bool poisoned; struct feel_value poison;
    bool open, open_may_error; struct feel_value cause; size_t count_min;
    const struct feel_unknown *through; /* the last open domain */
};
struct iterator {
    const struct feel_value *item;
    size_t count, at;
    const struct iterator *outer; /* of the same construct */
    const struct feel_value *open; /* the unknown list whose element is the only item ... */
    bool coded;                    /* ... or whose elements can be these items, each there or not */
    bool range;
    uint8_t kind; /* of a range: FEEL_NUMBER or FEEL_DATE */
    int64_t next, last, step;
};
enum { KIND_MACHINE = 100 }; /* kind of a local that holds one of these; never leaves */

static struct feel_value machine_value(const void *p) {
    struct feel_value v = {.kind = KIND_MACHINE};
    v.item = p;
    return v;
}
static struct build *build_of(const struct feel_value *v) { return (struct build *)(uintptr_t)v->item; }
static struct iterator *iterator_of(const struct feel_value *v) { return (struct iterator *)(uintptr_t)v->item; }

static void build_new(struct feel_env *env, struct feel_value *slot) {
    struct build *b = ARENA_NEW(env->arena, struct build);
    if (!b) {
        feel_stop(env);
        return;
    }
    *slot = machine_value(b);
}

static void build_add(struct feel_env *env, struct build *b, struct feel_value v) {
    if (b->count == b->room) {
        size_t room = b->room ? b->room * 2 : 8;
        struct feel_value *more = feel_items(env, room);
        if (!more)
            return;
        if (b->count)
            memcpy(more, b->item, b->count * sizeof *more);
        b->item = more;
        b->room = room;
    }
    b->item[b->count++] = v;
}

static void build_poison(struct feel_env *env, struct build *b, struct feel_value v) {
    if (b->poisoned && feel_is_null(b->poison))
        return;
    if (b->poisoned && feel_is_unknown(&v) && feel_is_unknown(&b->poison)) {
        struct feel_value both[2] = {b->poison, v};
        v = feel_unknown_of(env, FEEL_LIST, 'p', both, 2, true);
    }
    b->poisoned = true;
    b->poison = v;
}

static void build_open(struct feel_env *env, struct build *b, const struct feel_value *cause, bool may_error) {
    /* which place it is about: the same causes elsewhere make another list */
    struct feel_value parts[3] = {b->cause, *cause, feel_int((int64_t)b->count)};
    b->cause = feel_unknown_of(env, FEEL_LIST, 'o', parts, 3, false);
    b->open = true;
    b->open_may_error = b->open_may_error || may_error;
}

static struct feel_value open_value(struct feel_env *env, const struct build *b) {
    if (b->count == 0 && !b->open_may_error)
        return feel_new_list(env, NULL, 0);
    struct feel_value any = b->count ? b->item[0] : feel_null();
    for (size_t i = 1; i < b->count && env->status == OK; i++)
        any = feel_unknown_hull(env, &any, &b->item[i]);
    struct feel_value args[2] = {b->cause, feel_new_list(env, b->item, b->count)};
    return feel_unknown_list(env, 'L', args, 2, &any, b->count_min, b->open_may_error, b->through);
}

static struct feel_value build_value(struct feel_env *env, const struct build *b) {
    if (b->poisoned) {
        /* what was gathered so far decides with it */
        if (feel_is_unknown(&b->poison) && b->count) {
            struct feel_value parts[2] = {b->poison, feel_new_list(env, b->item, b->count)};
            return feel_unknown_of(env, FEEL_LIST, 'P', parts, 2, true);
        }
        return b->poison;
    }
    return b->open ? open_value(env, b) : feel_new_list(env, b->item, b->count);
}

static bool int_of(const struct feel_value *v, int64_t *ret) {
    if (v->kind == FEEL_NUMBER)
        return dec_to_int(v->number, ret, NULL) == OK;
    *ret = v->day;
    return v->kind == FEEL_DATE;
}

static bool range_iterator(struct iterator *i, const struct feel_range *r) {
    int64_t from, to;
    if (r->start.kind != r->end.kind || !int_of(&r->start, &from) || !int_of(&r->end, &to))
        return false;
    i->range = true;
    i->kind = r->start.kind;
    i->step = to >= from ? 1 : -1;
    i->next = r->start_included ? from : from + i->step;
    i->last = r->end_included ? to : to - i->step;
    if (from == to && !(r->start_included && r->end_included))
        i->last = i->next - i->step; /* nothing */
    return true;
}

/* NULL: not something to iterate over; the reason goes to *ret. */
static struct iterator *iterator_new(struct feel_env *env, const struct feel_value *domain,
    struct feel_value *ret) {
    struct iterator *i = ARENA_NEW(env->arena, struct iterator);
    if (!i) {
        *ret = feel_stop(env);
        return NULL;
    }
    switch ((enum feel_kind)domain->kind) {
    case FEEL_NULL:
        *ret = domain->flag & FEEL_FLAG_ERROR ? *domain : feel_error(env, "feel.no_list", SPAN("null"));
        return NULL;
    case FEEL_UNKNOWN: {
        struct feel_value *copy = feel_is_open_list(domain) ? feel_items(env, 2) : NULL;
        *ret = *domain;
        if (!copy)
            return NULL;
        copy[0] = feel_unknown_element(env, domain);
        copy[1] = *domain;
        i->item = copy;
        i->open = copy + 1;
        i->count = 1;
        return i;
    }
    case FEEL_RANGE:
        if (feel_has_unknown(domain)) {
            *ret = feel_unknown_of(env, FEEL_LIST, 'r', domain, 1, true);
            return NULL;
        }
        if (range_iterator(i, domain->range))
            return i;
        *ret = feel_error(env, "feel.range_iteration", (struct span){0});
        return NULL;
    case FEEL_LIST:
        i->item = domain->item;
        i->count = domain->count;
        return i;
    default: {
        struct feel_value *one = feel_items(env, 1);
        if (!one)
            return NULL;
        *one = *domain;
        i->item = one;
        i->count = 1;
        return i;
    }
    }
}

static bool iterator_next(struct iterator *i, struct feel_value *ret) {
    if (!i->range) {
        if (i->at == i->count)
            return false;
        *ret = i->item[i->at++];
        return true;
    }
    if (i->step > 0 ? i->next > i->last : i->next < i->last)
        return false;
    *ret = i->kind == FEEL_NUMBER ? feel_int(i->next) : feel_date(i->next);
    i->next += i->step;
    return true;
}

/* The domain of an iterator was no list: what the whole construct becomes. */
static void no_domain(struct feel_env *env, struct feel_value *result, uint32_t kind, struct feel_value why) {
    if (kind == AST_FOR || kind == AST_FILTER) {
        if (feel_is_unknown(&why))
            why = feel_unknown_of(env, FEEL_LIST, kind, &why, 1, true);
        build_poison(env, build_of(result), why);
        return;
    }
    if (feel_is_unknown(&why))
        why = feel_unknown_of(env, FEEL_BOOLEAN, kind, &why, 1, true);
    *result = kind == AST_SOME ? feel_or(env, result, &why) : feel_and(env, result, &why);
}

/* A list of a few codes is the set of those in it: gone through code by code. */
static void iterator_codes(struct iterator *it) {
    const struct feel_value *e = it->open->unknown->element;
    if (!feel_is_unknown(e) || !e->unknown->code_count || e->unknown->may_error || it->open->unknown->may_error)
        return;
    it->item = e->unknown->code;
    it->count = e->unknown->code_count;
    it->coded = true;
}

/* An iterator over a list of unknown length opens what is built from it. */
static void iterator_enter(struct feel_vm *vm, struct iterator *it, uint32_t word, uint32_t result) {
    uint32_t kind = word & 255, outer = word >> 8;
    it->outer = outer ? iterator_of(&vm->local[outer]) : NULL;
    if (it->open && (kind == AST_SOME || kind == AST_EVERY))
        iterator_codes(it);
    if (!it->open || (kind != AST_FOR && kind != AST_FILTER))
        return;
    struct build *b = build_of(&vm->local[result]);
    /* only a loop with one domain keeps its length */
    b->count_min = kind == AST_FOR && !it->outer && b->count == 0 && !b->open ? it->open->unknown->count_min : 0;
    build_open(vm->env, b, it->open, it->open->unknown->may_error);
    b->through = it->open->unknown;
}

/* The truth for one code counts if the list has it. */
static struct feel_value where_present(struct feel_env *env, const struct iterator *it, struct feel_value v, bool some) {
    struct feel_value parts[2] = {*it->open, it->item[it->at - 1]};
    struct feel_value has = feel_unknown_question(env, feel_unknown_of(env, FEEL_BOOLEAN, 'h', parts, 2, false));
    if (some)
        return feel_and(env, &has, &v);
    has = feel_not(env, &has);
    return feel_or(env, &has, &v);
}

/* The truth for one element counts for some element of every open domain. */
static struct feel_value weakened(struct feel_env *env, const struct iterator *it, struct feel_value v, bool some) {
    for (; it; it = it->outer)
        if (it->coded)
            v = where_present(env, it, v, some);
        else if (it->open)
            v = feel_unknown_weaken(env, it->open, &v, !some);
    return v;
}

/* ---- calls ------------------------------------------------------------------------- */

static void run(struct feel_vm *vm, uint32_t pc, uint32_t end);

static struct feel_value call_user(struct feel_env *env, const struct feel_function *f,
    const struct feel_value *arg, size_t n) {
    const struct feel_proto *p = f->proto;
    if (p->external)
        return feel_error(env, "feel.external_function", (struct span){0});
    size_t room = p->locals + p->stack + 1;
    struct feel_value *frame = frame_open(env, room);
    if (!frame)
        return feel_stop(env);
    memset(frame, 0, p->locals * sizeof *frame);
    bool fits = true;
    for (size_t i = 0; i < n; i++) {
        frame[i] = arg[i];
        if (p->param_type && p->param_type[i] && !feel_coerce(env, p->param_type[i], &frame[i]))
            fits = false;
    }
    struct feel_value result;
    if (fits) {
        struct feel_vm vm = {env, f->program, f->globals, f->captured, frame, frame + p->locals};
        struct span where = env->where;
        env->where = f->program->where;
        run(&vm, p->start, p->end);
        env->where = where;
        result = env->status == OK ? vm.top[-1] : feel_null();
    } else {
        result = feel_error(env, "feel.argument_type", (struct span){0});
    }
    frame_close(env, room);
    return result;
}

static size_t param_count(const struct feel_function *f) {
    return f->kind == FEEL_FUNCTION_USER ? f->proto->param_count : f->param_count;
}

struct feel_value feel_apply(struct feel_env *env, const struct feel_value *f,
    const struct feel_value *arg, size_t n) {
    if (feel_is_unknown(f))
        return feel_unknown_of(env, FEEL_NULL, 'c', f, 1, true);
    if (f->kind != FEEL_FUNCTION) {
        if (feel_is_null(*f) && (f->flag & FEEL_FLAG_ERROR))
            return *f;
        return feel_error(env, "feel.not_a_function", span_of(feel_kind_name(f->kind)));
    }
    const struct feel_function *fn = f->function;
    if (fn->kind == FEEL_FUNCTION_BUILTIN)
        return feel_builtin_call(env, fn->builtin, arg, n);
    if (n != param_count(fn))
        return feel_error(env, "feel.argument_count", (struct span){0});
    if (env->depth >= FEEL_CALL_DEPTH_MAX)
        return feel_stop(env);
    env->depth++;
    struct feel_value v = fn->kind == FEEL_FUNCTION_USER ? call_user(env, fn, arg, n)
                                                         : fn->host(env, fn, arg, n);
    env->depth--;
    return v;
}

static struct feel_value call_named(struct feel_env *env, const struct feel_value *f,
    const struct feel_shape *s, const struct feel_value *arg) {
    if (f->kind != FEEL_FUNCTION)
        return feel_apply(env, f, arg, s->count);
    const struct feel_function *fn = f->function;
    struct feel_value ordered[64];
    if (s->count > ARRAY_LEN(ordered))
        return feel_error(env, "feel.argument_count", (struct span){0});
    if (fn->kind == FEEL_FUNCTION_BUILTIN)
        return feel_error(env, "feel.named_builtin_value", span_of(fn->builtin->name));
    size_t n = param_count(fn);
    if (n != s->count)
        return feel_error(env, "feel.argument_count", (struct span){0});
    const struct feel_key *param = fn->kind == FEEL_FUNCTION_USER ? fn->proto->param : fn->param;
    for (size_t i = 0; i < n; i++) {
        size_t j = 0;
        while (j < n && !span_eq(s->key[j].text, param[i].text))
            j++;
        if (j == n)
            return feel_error(env, "feel.argument_name", param[i].text);
        ordered[i] = arg[j];
    }
    return feel_apply(env, f, ordered, n);
}

static struct feel_value closure(struct feel_vm *vm, const struct feel_proto *p) {
    struct feel_function *f = ARENA_NEW(vm->env->arena, struct feel_function);
    struct feel_value *captured = p->capture_count ? feel_items(vm->env, p->capture_count) : NULL;
    if (!f || (p->capture_count && !captured))
        return feel_stop(vm->env);
    for (size_t i = 0; i < p->capture_count; i++) {
        const struct feel_value *from = p->capture[i].local ? &vm->local[p->capture[i].index]
                                                           : &vm->captured[p->capture[i].index];
        captured[i] = from->kind == KIND_MACHINE ? feel_null() : *from;
    }
    f->kind = FEEL_FUNCTION_USER;
    f->program = vm->program;
    f->globals = vm->globals;
    f->proto = p;
    f->captured = captured;
    struct feel_value v = {.kind = FEEL_FUNCTION};
    v.function = f;
    return v;
}

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
    struct build *b = build_of(&vm->local[i->a]);
    const struct iterator *it = iterator_of(&vm->local[i[1].b]);
    switch ((enum feel_kind)cond.kind) {
    case FEEL_BOOLEAN:
        if (cond.boolean)
            build_add(env, b, vm->local[i[1].a]);
        b->count_min += cond.boolean && !it->open;
        return true;
    case FEEL_NUMBER: {
        if (it->open) {
            build_poison(env, b, feel_unknown_of(env, FEEL_NULL, 'n', it->open, 1, true));
            return true;
        }
        struct feel_value list = it->range ? feel_null() : feel_list(it->item, it->count);
        b->poisoned = true;
        b->poison = feel_index(env, &list, &cond);
        return false;
    }
    case FEEL_UNKNOWN:
        if (cond.unknown->kind == FEEL_BOOLEAN) { /* it may stay */
            build_open(env, b, &cond, cond.unknown->may_error);
            build_add(env, b, vm->local[i[1].a]);
            return true;
        }
        build_poison(env, b, feel_unknown_of(env, FEEL_NULL, 'f', &cond, 1, true));
        return true;
    case FEEL_NULL:
        if (it->open)
            build_open(env, b, it->open, true);
        else if (env->case_mode)
            build_poison(env, b, cond.flag & FEEL_FLAG_ERROR ? cond
                : feel_error(env, "feel.condition", SPAN("null")));
        return true;
    default:
        build_poison(env, b, feel_error(env, "feel.condition", span_of(feel_kind_name(cond.kind))));
        return true;
    }
}

/* Both parts of an `if` whose condition is open; leaves the joined value. */
static uint32_t branch_both(struct feel_vm *vm, uint32_t pc, uint32_t else_at, struct feel_value cond) {
    struct feel_env *env = vm->env;
    uint32_t end = vm->program->insn[else_at - 1].b;
    run(vm, pc, else_at - 1);
    if (env->status != OK)
        return end;
    struct feel_value yes = *--vm->top;
    run(vm, else_at, end);
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
    run(vm, x->block[block].start, x->block[block].end);
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

static void run(struct feel_vm *vm, uint32_t pc, uint32_t end) {
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
        case FEEL_OP_BUILD: build_new(env, &vm->local[i->a]); break;
        case FEEL_OP_BUILT: *vm->top++ = build_value(env, build_of(&vm->local[i->a])); break;
        case FEEL_OP_APPEND: {
            struct feel_value v = *--vm->top;
            build_add(env, build_of(&vm->local[i->a]), v);
            break;
        }
        case FEEL_OP_ITER: {
            struct feel_value domain = *--vm->top, why = feel_null();
            struct iterator *it = iterator_new(env, &domain, &why);
            if (env->status != OK)
                return;
            if (it) {
                vm->local[i->a] = machine_value(it);
                iterator_enter(vm, it, i[1].b, i[1].a);
                pc++;
            } else {
                no_domain(env, &vm->local[i[1].a], i[1].b & 255, why);
                pc = i->b;
            }
            break;
        }
        case FEEL_OP_NEXT:
            if (iterator_next(iterator_of(&vm->local[i->a]), &vm->local[i[1].a]))
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
                v = weakened(env, iterator_of(&vm->local[i[1].a]), v, some);
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
        case FEEL_OP_CLOSURE: *vm->top++ = closure(vm, &p->proto[i->a]); break;
        case FEEL_OP_CALL:
            vm->top -= i->b;
            vm->top[-1] = feel_apply(env, &vm->top[-1], vm->top, i->b);
            break;
        case FEEL_OP_CALL_NAMED:
            vm->top -= i->b;
            vm->top[-1] = call_named(env, &vm->top[-1], &p->shape[i->a], vm->top);
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
    struct feel_value *frame = env->status == OK ? frame_open(env, room) : NULL;
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
    run(&vm, main->start, main->end);
    if (env->status != OK)
        return stopped(env, d);
    env->where = where;
    *ret = vm.top[-1];
    frame_close(env, room);
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
