/* Lists under construction and iterators. */
#include "feel/vm_internal.h"

void vm_build_new(const struct feel_env *env, struct feel_value *slot, bool length) {
    struct build *b = vm_build_of(slot);
    b->kind = KIND_MACHINE;
    b->poisoned = b->open = b->open_may_error = false;
    b->counting = length && !env->case_mode;
    b->item = NULL;
    b->count = b->room = b->count_min = b->measured = 0;
    b->zone = 0;
    b->poison = b->cause = feel_null();
    b->through = NULL;
}

void vm_build_add(struct feel_env *env, struct build *b, struct feel_value v) {
    if (b->counting) {
        b->count++;
        return;
    }
    if (b->count == b->room) {
        size_t room = b->room ? b->room * 2 : 8;
        struct feel_value *more = feel_items_raw(env, room);
        if (!more)
            return;
        if (b->count)
            memcpy(more, b->item, b->count * sizeof *more);
        b->item = more;
        b->room = room;
    }
    b->item[b->count++] = v;
}

void vm_build_poison(struct feel_env *env, struct build *b, struct feel_value v) {
    if (b->poisoned && feel_is_null(b->poison))
        return;
    if (b->poisoned && feel_is_unknown(&v) && feel_is_unknown(&b->poison)) {
        struct feel_value both[2] = {b->poison, v};
        v = feel_unknown_of(env, FEEL_LIST, 'p', both, 2, true);
    }
    b->poisoned = true;
    b->poison = v;
}

void vm_build_open(struct feel_env *env, struct build *b, const struct feel_value *cause, bool may_error) {
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

static struct feel_value list_so_far(struct feel_env *env, struct build *b) {
    int32_t added;
    const struct feel_value *fresh = b->item ? b->item + b->measured : NULL; /* nothing yet: nowhere */
    if (!feel_measure(fresh, b->count - b->measured, &added))
        return feel_stop(env);
    int32_t depth = (added & 255) > (b->zone & 255) ? added & 255 : b->zone & 255;
    int32_t nodes = (added >> 8) + (b->measured ? (b->zone >> 8) - 1 : 0);
    if (nodes > FEEL_VALUE_NODES_MAX)
        return feel_stop(env);
    b->zone = nodes << 8 | depth;
    b->measured = b->count;
    struct feel_value v = feel_list(b->item, b->count);
    v.zone = b->zone;
    return v;
}

struct feel_value vm_build_value(struct feel_env *env, struct build *b) {
    if (b->poisoned) {
        /* what was gathered so far decides with it, and whether anything was there to be gone through */
        if (feel_is_unknown(&b->poison) && (b->count || b->open)) {
            struct feel_value parts[3] = {b->poison, feel_new_list(env, b->item, b->count), b->cause};
            return feel_unknown_of(env, FEEL_LIST, 'P', parts, 3, true);
        }
        return b->poison;
    }
    return b->open ? open_value(env, b) : list_so_far(env, b);
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
    i->range_kind = r->start.kind;
    i->step = to >= from ? 1 : -1;
    i->next = r->start_included ? from : from + i->step;
    i->last = r->end_included ? to : to - i->step;
    if (from == to && !(r->start_included && r->end_included))
        i->last = i->next - i->step; /* nothing */
    return true;
}

bool vm_iterator_new(struct feel_env *env, const struct feel_value *domain, struct iterator *i,
    struct feel_value *ret) {
    *i = (struct iterator){.kind = KIND_MACHINE};
    switch ((enum feel_kind)domain->kind) {
    case FEEL_NULL:
        *ret = domain->flag & FEEL_FLAG_ERROR ? *domain : feel_error(env, "feel.no_list", SPAN("null"));
        return false;
    case FEEL_UNKNOWN: {
        struct feel_value *copy = feel_is_open_list(domain) ? feel_items(env, 2) : NULL;
        *ret = *domain;
        if (!copy)
            return false;
        copy[0] = feel_unknown_element(env, domain);
        copy[1] = *domain;
        i->item = copy;
        i->open = copy + 1;
        i->count = 1;
        return true;
    }
    case FEEL_RANGE:
        if (feel_has_unknown(domain)) {
            *ret = feel_unknown_of(env, FEEL_LIST, 'r', domain, 1, true);
            return false;
        }
        if (range_iterator(i, domain->range))
            return true;
        *ret = feel_error(env, "feel.range_iteration", (struct span){0});
        return false;
    case FEEL_LIST:
        i->item = domain->item;
        i->count = domain->count;
        return true;
    default: {
        struct feel_value *one = feel_items(env, 1);
        if (!one)
            return false;
        *one = *domain;
        i->item = one;
        i->count = 1;
        return true;
    }
    }
}

bool vm_iterator_range_next(struct iterator *i, struct feel_value *ret) {
    if (i->step > 0 ? i->next > i->last : i->next < i->last)
        return false;
    *ret = i->range_kind == FEEL_NUMBER ? feel_int(i->next) : feel_date(i->next);
    i->next += i->step;
    return true;
}

void vm_no_domain(struct feel_env *env, struct feel_value *result, uint32_t kind, struct feel_value why) {
    if (kind == AST_FOR || kind == AST_FILTER) {
        if (feel_is_unknown(&why))
            why = feel_unknown_of(env, FEEL_LIST, kind, &why, 1, true);
        vm_build_poison(env, vm_build_of(result), why);
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

void vm_iterator_enter(struct feel_vm *vm, struct iterator *it, uint32_t word, uint32_t result) {
    uint32_t kind = word & 255, outer = word >> 8;
    it->outer = outer ? vm_iterator_of(&vm->local[outer]) : NULL;
    if (it->open && (kind == AST_SOME || kind == AST_EVERY))
        iterator_codes(it);
    if (!it->open || (kind != AST_FOR && kind != AST_FILTER))
        return;
    struct build *b = vm_build_of(&vm->local[result]);
    /* only a loop with one domain keeps its length */
    b->count_min = kind == AST_FOR && !it->outer && b->count == 0 && !b->open ? it->open->unknown->count_min : 0;
    vm_build_open(vm->env, b, it->open, it->open->unknown->may_error);
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

struct feel_value vm_weakened(struct feel_env *env, const struct iterator *it, struct feel_value v, bool some) {
    for (; it; it = it->outer)
        if (it->coded)
            v = where_present(env, it, v, some);
        else if (it->open)
            v = feel_unknown_weaken(env, it->open, &v, !some);
    return v;
}
