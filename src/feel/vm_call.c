/* Frames, calls and closures. */
#include "feel/vm_internal.h"

/* ---- frames ------------------------------------------------------------------- */

/* Values of all running frames; chunks are never freed before the arena. */
struct feel_stack { struct feel_stack *below; size_t used, room; struct feel_value value[]; };
enum { STACK_CHUNK = 512 };

struct feel_value *vm_frame_open(struct feel_env *env, size_t n) {
    struct feel_stack *s = env->stack;
    if (!s || s->room - s->used < n) {
        size_t room = n > STACK_CHUNK ? n : STACK_CHUNK;
        struct feel_stack *more = arena_alloc_raw(env->arena, sizeof *more + room * sizeof *more->value);
        if (!more)
            return NULL;
        more->below = s;
        more->room = room;
        more->used = 0;
        env->stack = s = more;
    }
    struct feel_value *v = s->value + s->used;
    s->used += n;
    return v;
}

void vm_frame_close(struct feel_env *env, size_t n) {
    struct feel_stack *s = env->stack;
    assert(s && s->used >= n);
    s->used -= n;
    if (s->used == 0 && s->below)
        env->stack = s->below;
}

/* ---- calls ------------------------------------------------------------------------- */

static struct feel_value call_user(struct feel_env *env, const struct feel_function *f,
    const struct feel_value *arg, size_t n) {
    const struct feel_proto *p = f->proto;
    if (p->external)
        return feel_error(env, "feel.external_function", (struct span){0});
    size_t room = p->locals + p->stack + 1;
    struct feel_value *frame = vm_frame_open(env, room);
    if (!frame)
        return feel_stop(env);
    size_t wrong = n;
    for (size_t i = 0; i < n; i++) {
        frame[i] = arg[i];
        if (p->param_type && p->param_type[i] && !feel_coerce(env, p->param_type[i], &frame[i]) && wrong == n)
            wrong = i;
    }
    struct feel_value result;
    if (wrong == n) {
        struct feel_vm vm = {env, f->program, f->globals, f->captured, frame, frame + p->locals};
        struct span where = env->where;
        env->where = f->program->where;
        vm_run(&vm, p->start, p->end);
        env->where = where;
        result = env->status == OK ? vm.top[-1] : feel_null();
    } else {
        result = feel_error(env, "feel.argument_type", p->param[wrong].text);
    }
    vm_frame_close(env, room);
    return result;
}

static size_t param_count(const struct feel_function *f) {
    return f->kind == FEEL_FUNCTION_USER ? f->proto->param_count : f->param_count;
}

/* As the call that is running names it; else the element it was written in. */
static struct span function_name(const struct feel_env *env, const struct feel_function *f) {
    const struct feel_insn *call = env->program ? &env->program->insn[env->pc] : NULL;
    if (call && call->op == FEEL_OP_CALL && call->a)
        return env->program->key[call->a - 1].text;
    struct span name = f->kind == FEEL_FUNCTION_USER ? f->program->where : f->name;
    return name.size ? name : SPAN("function");
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
        return feel_error(env, "feel.argument_count", function_name(env, fn));
    if (env->depth >= FEEL_CALL_DEPTH_MAX)
        return feel_stop(env);
    env->depth++;
    struct feel_value v = fn->kind == FEEL_FUNCTION_USER ? call_user(env, fn, arg, n)
                                                         : fn->host(env, fn, arg, n);
    env->depth--;
    return v;
}

/* As compile_call does for a builtin called by its own name. */
static struct feel_value builtin_named(struct feel_env *env, const struct feel_builtin *b,
    const struct feel_shape *s, const struct feel_value *arg) {
    struct feel_value ordered[16] = {0};
    struct span name[16];
    int order[16], last = b->min - 1;
    if (s->count > ARRAY_LEN(name))
        return feel_error(env, "feel.argument_count", span_of(b->name));
    for (size_t i = 0; i < s->count; i++)
        name[i] = s->key[i].text;
    size_t fit = feel_builtin_order(b, name, s->count, order);
    if (fit < s->count)
        return feel_error(env, "feel.argument_name", name[fit]);
    for (size_t i = 0; i < s->count; i++) {
        ordered[order[i]] = arg[i];
        last = order[i] > last ? order[i] : last;
    }
    return feel_builtin_call(env, b, ordered, (size_t)(last + 1));
}

struct feel_value vm_call_named(struct feel_env *env, const struct feel_value *f,
    const struct feel_shape *s, const struct feel_value *arg) {
    if (f->kind != FEEL_FUNCTION)
        return feel_apply(env, f, arg, s->count);
    const struct feel_function *fn = f->function;
    struct feel_value ordered[64];
    if (s->count > ARRAY_LEN(ordered))
        return feel_error(env, "feel.argument_count", function_name(env, fn));
    if (fn->kind == FEEL_FUNCTION_BUILTIN)
        return builtin_named(env, fn->builtin, s, arg);
    size_t n = param_count(fn);
    if (n > ARRAY_LEN(ordered))
        return feel_error(env, "feel.argument_count", function_name(env, fn));
    const struct feel_key *param = fn->kind == FEEL_FUNCTION_USER ? fn->proto->param : fn->param;
    for (size_t i = 0; i < n; i++)
        ordered[i] = feel_null(); /* a parameter that is not supplied is null (10.3.2.13.5) */
    for (size_t j = 0; j < s->count; j++) {
        size_t i = 0;
        while (i < n && !span_eq(s->key[j].text, param[i].text))
            i++;
        if (i == n)
            return feel_error(env, "feel.argument_name", s->key[j].text);
        ordered[i] = arg[j];
    }
    return feel_apply(env, f, ordered, n);
}

struct feel_value vm_closure(struct feel_vm *vm, const struct feel_proto *p) {
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
