/* Unknown values: what is still possible for a value nobody knows (case mode).
 *
 * An unknown is a set of possible values, held as bounds or as a code list,
 * together with the cells (unknown facts) it depends on.  Operations give a
 * superset of what they could give over all completions, never a subset: a
 * concrete result is proof that the cells do not matter to it.
 *
 * `hash` numbers values by how they were computed: two unknowns with the same
 * hash are the same function of the cells.  `may_error`: some completion may
 * make it an error null. */
#ifndef FEEL_UNKNOWN_H
#define FEEL_UNKNOWN_H

#include "feel/feel.h"

struct feel_bound {
    struct feel_value value; /* number, date, date and time, duration; FEEL_NULL: none */
    bool open;               /* the value itself is excluded */
};

struct feel_unknown {
    uint8_t kind;            /* enum feel_kind; FEEL_NULL: any */
    bool may_error;
    /* list of unknown length: any of its elements (NULL: nothing is known of
     * them), and how many there are at least.  An element stands for many, so
     * each loop gives it a fresh hash (feel_unknown_element). */
    const struct feel_value *element;
    size_t count_min;
    struct feel_bound lo, hi;
    const struct feel_value *code; /* finite set of possible values; 0: bounds only */
    size_t code_count;
    /* value = factor * cell + offset, when it is that: gives exact thresholds */
    int32_t cell;            /* -1: it is not */
    struct dec factor, offset;
    /* Does it stand for many values, one for each element of an open list that is
     * being gone through?  0: no; else which element (feel_unknown_hints.element),
     * FEEL_EACH_SEVERAL: of more than one. */
    uint32_t each;
    uint64_t hash;
    const uint64_t *deps;    /* bit set of cells, hints->words words */
};

/* Where unknown facts left a condition open: material for splitting. */
struct feel_hint { int32_t cell; struct feel_value at; };
enum { FEEL_HINTS_MAX = 64, FEEL_EACH_SEVERAL = 0x7FFFFFFF };
struct feel_unknown_hints {
    size_t words;            /* of every deps set */
    /* Makes what was asked of a list of unknown length (some element is …, sum,
     * count), or a condition that no threshold of one cell decides, a cell of its
     * own, or gives it back; may be NULL. */
    struct feel_value (*question)(void *user, struct feel_env *env, struct feel_value v);
    void *user;
    const struct feel_unknown **element; /* the list that element i + 1 is of; room may be 0 */
    size_t elements, elements_room;
    size_t count;
    struct feel_hint hint[FEEL_HINTS_MAX];
};

/* A fresh unknown cell. */
struct feel_value feel_unknown_cell(struct feel_env *env, uint8_t kind, int32_t cell,
    struct feel_bound lo, struct feel_bound hi, const struct feel_value *code, size_t code_count);

/* ---- for the evaluator ------------------------------------------------------- */

static inline bool feel_is_unknown(const struct feel_value *v) { return v->kind == FEEL_UNKNOWN; }
/* An unknown of this kind computed by `tag` from `args` (unknowns inside are
 * found at any depth); may_error unless told otherwise. */
struct feel_value feel_unknown_of(struct feel_env *env, uint8_t kind, uint64_t tag,
    const struct feel_value *args, size_t count, bool may_error);
struct feel_value feel_unknown_arith(struct feel_env *env, int op,
    const struct feel_value *a, const struct feel_value *b);
/* op: enum feel_cmp of ast.h */
struct feel_value feel_unknown_compare(struct feel_env *env, int op,
    const struct feel_value *a, const struct feel_value *b);
struct feel_value feel_unknown_and(struct feel_env *env, const struct feel_value *a, const struct feel_value *b);
struct feel_value feel_unknown_or(struct feel_env *env, const struct feel_value *a, const struct feel_value *b);
struct feel_value feel_unknown_not(struct feel_env *env, const struct feel_value *a);
/* a or b, nobody knows which: `choice` is the open condition. */
struct feel_value feel_unknown_join(struct feel_env *env, const struct feel_value *choice,
    const struct feel_value *a, const struct feel_value *b);
/* The result of applying a monotone function to both bounds. */
struct feel_value feel_unknown_bounds(struct feel_env *env, uint8_t kind, uint64_t tag,
    const struct feel_value *args, size_t count, struct feel_bound lo, struct feel_bound hi, bool may_error);
/* A list of at least count_min elements like `element`; depends on `args`.  When
 * made by going through the list `through` (may be NULL), it is one value again. */
struct feel_value feel_unknown_list(struct feel_env *env, uint64_t tag, const struct feel_value *args,
    size_t count, const struct feel_value *element, size_t count_min, bool may_error,
    const struct feel_unknown *through);
/* One element of an unknown list, distinct from those of other loops that can
 * be running: named by the place in the program, so that the same question has
 * the same name in every evaluation. */
struct feel_value feel_unknown_element(struct feel_env *env, const struct feel_value *list);
static inline bool feel_is_open_list(const struct feel_value *v) {
    return v->kind == FEEL_UNKNOWN && v->unknown->kind == FEEL_LIST && v->unknown->element;
}
/* Either of two, whichever: a value that stands for both. */
struct feel_value feel_unknown_hull(struct feel_env *env, const struct feel_value *a, const struct feel_value *b);
/* A condition on some element of an unknown list: stays `settled`, or is open. */
struct feel_value feel_unknown_weaken(struct feel_env *env, const struct feel_value *list,
    const struct feel_value *condition, bool settled);
/* What may become a cell: see feel_unknown_hints.question. */
struct feel_value feel_unknown_question(struct feel_env *env, struct feel_value v);
bool feel_may_error(const struct feel_value *v);
uint64_t feel_value_hash(const struct feel_value *v);
/* Cells that anything inside depends on are added to `deps`. */
void feel_unknown_deps(const struct feel_env *env, const struct feel_value *v, uint64_t *deps);
struct feel_bound feel_lower(const struct feel_value *v); /* of known values too */
struct feel_bound feel_upper(const struct feel_value *v);

#endif
