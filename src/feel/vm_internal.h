/* What the rooms of the machine share: vm.c (the loop, constructs, entry),
 * vm_loop.c (lists under construction and iterators), vm_call.c (frames, calls). */
#ifndef FEEL_VM_INTERNAL_H
#define FEEL_VM_INTERNAL_H

#include "feel/unknown.h"
#include "feel/vm.h"

/* Both live in locals of the frame, FEEL_BUILD_LOCALS and FEEL_ITERATOR_LOCALS
 * of them; `kind` is where a value has its own. */
enum { KIND_MACHINE = 100 };

/* `poison`: the whole result is this, whatever else is appended. */
/* `open`: an element of a list of unknown length was among the domains, so the
 * items stand for any number of elements; `cause` is what that depends on. */
struct build {
    uint8_t kind;
    bool poisoned, open, open_may_error;
    int32_t zone;
    bool counting; /* only `count` is kept */
    struct feel_value *item; size_t count, room;
    size_t measured; /* `zone` is feel_measure of the items before it: `partial` is read in every round */
    struct feel_value poison, cause;
    size_t count_min;
    const struct feel_unknown *through; /* the last open domain */
};
struct iterator {
    uint8_t kind;
    bool coded;                    /* the elements of `open` can be these items, each there or not */
    bool range;
    uint8_t range_kind;            /* FEEL_NUMBER or FEEL_DATE */
    const struct feel_value *item;
    size_t count, at;
    const struct iterator *outer;  /* of the same construct */
    const struct feel_value *open; /* the unknown list whose element is the only item, or see `coded` */
    int64_t next, last, step;      /* of a range */
};
static_assert(sizeof(struct build) <= FEEL_BUILD_LOCALS * sizeof(struct feel_value), "a build fits its locals");
static_assert(sizeof(struct iterator) <= FEEL_ITERATOR_LOCALS * sizeof(struct feel_value), "an iterator fits its locals");

static inline struct build *vm_build_of(struct feel_value *v) { return (struct build *)v; }
static inline struct iterator *vm_iterator_of(struct feel_value *v) { return (struct iterator *)v; }

/* `length`: only how long it becomes is wanted. */
void vm_build_new(const struct feel_env *env, struct feel_value *slot, bool length);
void vm_build_add(struct feel_env *env, struct build *b, struct feel_value v);
void vm_build_poison(struct feel_env *env, struct build *b, struct feel_value v);
void vm_build_open(struct feel_env *env, struct build *b, const struct feel_value *cause, bool may_error);
struct feel_value vm_build_value(struct feel_env *env, struct build *b);

/* false: not something to iterate over; the reason goes to *ret. */
bool vm_iterator_new(struct feel_env *env, const struct feel_value *domain, struct iterator *i,
    struct feel_value *ret);
bool vm_iterator_range_next(struct iterator *i, struct feel_value *ret);
static inline bool vm_iterator_next(struct iterator *i, struct feel_value *ret) {
    if (i->range)
        return vm_iterator_range_next(i, ret);
    if (i->at == i->count)
        return false;
    *ret = i->item[i->at++];
    return true;
}
/* The domain of an iterator was no list: what the whole construct becomes. */
void vm_no_domain(struct feel_env *env, struct feel_value *result, uint32_t kind, struct feel_value why);
/* An iterator over a list of unknown length opens what is built from it. */
void vm_iterator_enter(struct feel_vm *vm, struct iterator *it, uint32_t word, uint32_t result);
/* The truth for one element counts for some element of every open domain. */
struct feel_value vm_weakened(struct feel_env *env, const struct iterator *it, struct feel_value v, bool some);

/* Slots for n values, NULL: memory ended. */
struct feel_value *vm_frame_open(struct feel_env *env, size_t n);
void vm_frame_close(struct feel_env *env, size_t n);
struct feel_value vm_call_named(struct feel_env *env, const struct feel_value *f,
    const struct feel_shape *s, const struct feel_value *arg);
struct feel_value vm_closure(struct feel_vm *vm, const struct feel_proto *p);

/* Runs from instruction `pc` up to `end`; what stops it is in env->status. */
void vm_run(struct feel_vm *vm, uint32_t pc, uint32_t end);

#endif
