/* A decision table as data: what runs it and what checks it (internal to dmn).
 *
 * The table is an AST_EXTERN whose blocks are, in this order: the input
 * expressions, their allowed values, the cells rule by rule, the outputs rule
 * by rule, the default outputs, the ordered output values, the output values as
 * tests (`?` is the output). */
#ifndef DMN_TABLE_H
#define DMN_TABLE_H

#include "dmn/internal.h"

enum dmn_hit { HIT_UNIQUE, HIT_ANY, HIT_PRIORITY, HIT_FIRST, HIT_RULE_ORDER, HIT_OUTPUT_ORDER, HIT_COLLECT };
enum dmn_aggregate { AGG_LIST, AGG_SUM, AGG_MIN, AGG_MAX, AGG_COUNT };

struct dmn_table {
    const struct xml *xml;
    struct span element_id, element_name, id;
    enum dmn_hit hit;
    enum dmn_aggregate aggregate;
    size_t inputs, outputs, rules, annotations;
    const struct feel_type *const *input_type, *const *output_type; /* entries may be NULL: any */
    const struct span *input_text, *output_name, *annotation_name, *rule_id;
    const struct span *annotation; /* rules * annotations */
    const struct feel_shape *shape; /* of several outputs */
    bool has_default;
    struct dmn_table_source source;
    /* Cells that test anything, rule by rule: rule r has those of `tested` from
     * first_tested[r] to first_tested[r + 1].  NULL in plain programs. */
    const uint32_t *first_tested;
    const uint32_t *tested; /* columns */
};

static inline size_t dmn_block_input(const struct dmn_table *t, size_t i) { (void)t; return i; }
static inline size_t dmn_block_allowed(const struct dmn_table *t, size_t i) { return t->inputs + i; }
static inline size_t dmn_block_cell(const struct dmn_table *t, size_t r, size_t i) {
    return 2 * t->inputs + r * t->inputs + i;
}
static inline size_t dmn_block_output(const struct dmn_table *t, size_t r, size_t o) {
    return 2 * t->inputs + t->rules * t->inputs + r * t->outputs + o;
}
static inline size_t dmn_block_default(const struct dmn_table *t, size_t o) { return dmn_block_output(t, t->rules, o); }
static inline size_t dmn_block_values(const struct dmn_table *t, size_t o) {
    return dmn_block_default(t, t->outputs) + o;
}
static inline size_t dmn_block_listed(const struct dmn_table *t, size_t o) { return dmn_block_values(t, t->outputs + o); }
static inline size_t dmn_block_count(const struct dmn_table *t) { return dmn_block_listed(t, t->outputs); }

#endif
