/* What the rooms of unknown.h share: unknown.c (making, bounds, comparing,
 * logic), unknown_join.c (either of two, lists of unknown length) and
 * unknown_arith.c. */
#ifndef FEEL_UNKNOWN_INTERNAL_H
#define FEEL_UNKNOWN_INTERNAL_H

#include "feel/temporal.h"
#include "feel/unknown.h"
#include "feel/vm.h"

enum { UNKNOWN_CODES_MAX = 32 }; /* larger sets are kept as bounds only */

uint64_t unknown_mix(uint64_t a, uint64_t b);
/* NULL: env is stopped. */
struct feel_unknown *unknown_new(struct feel_env *env, uint8_t kind, uint64_t tag,
    const struct feel_value *args, size_t count);
struct feel_value unknown_value(struct feel_env *env, const struct feel_unknown *u);
/* `each` when all elements of `list` have been gone through. */
uint32_t unknown_discharged(const struct feel_env *env, uint32_t each, const struct feel_unknown *list);
static inline bool unknown_no_bound(struct feel_bound b) { return feel_is_null(b.value); }
static inline uint8_t unknown_kind(const struct feel_value *v) {
    return feel_is_unknown(v) ? v->unknown->kind : v->kind;
}
static inline bool unknown_ordered(uint8_t kind) {
    return kind >= FEEL_NUMBER && kind <= FEEL_DT_DURATION;
}
/* A boolean cell that decides by itself is a hint. */
void unknown_hint_condition(struct feel_env *env, const struct feel_value *v);
/* value = factor * cell + offset of a number, known ones with factor 0. */
bool unknown_affine(const struct feel_value *v, int32_t *cell, struct dec *factor, struct dec *offset);
/* The codes of a value: itself when known. */
size_t unknown_codes(const struct feel_value *v, const struct feel_value **ret);

#endif
