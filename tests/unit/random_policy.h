/* Random small policies and what is partly known of a household, for tests of
 * case mode: a DMN text, the vocabulary, an input with facts left out, and its
 * completions over small domains that hold both sides of every threshold the
 * policies can write. */
#ifndef RANDOM_POLICY_H
#define RANDOM_POLICY_H

#include "unit.h"

#include "dmn/case.h"

enum { RP_PLACES_MAX = 40, RP_OPTIONS_MAX = 48 };

extern const char rp_vocabulary[];
extern const struct span rp_null_facts[1];

/* A DMN text: decisions 判…, 数…, 表… and 结果, which needs them. */
void rp_policy(struct buf *out, uint64_t *dice);

/* ---- inputs ------------------------------------------------------------------ */

struct rp_field;
struct rp_node;
/* What a completion chooses: a scalar nobody knows, or a whole list. */
struct rp_place {
    const struct rp_field *field;
    const char *label;                      /* 户.收入 */
    size_t count;
    struct feel_value option[RP_OPTIONS_MAX];
};
struct rp_input {
    struct arena *arena;
    struct rp_node *root;
    struct rp_place place[RP_PLACES_MAX];
    size_t count, completions; /* product of the options */
};
/* A random input with unknown places, `completions` at most `most`.  Values live in `a`. */
void rp_input(struct rp_input *in, struct arena *a, uint64_t *dice, size_t most);
/* As JSON, what is unknown absent or null. */
void rp_json(const struct rp_input *in, struct buf *out, uint64_t *dice);
/* The input with place i at value[i]. */
struct feel_value rp_complete(const struct rp_input *in, struct arena *a, const struct feel_value *value);
/* Some value the place may have, off the grid as well. */
struct feel_value rp_any(const struct rp_place *p, struct arena *a, uint64_t *dice);

#endif
