/* What the rooms of the checker share (internal to dmn). */
#ifndef DMN_CHECK_INTERNAL_H
#define DMN_CHECK_INTERNAL_H

#include "dmn/check.h"
#include "dmn/internal.h"

struct checker {
    struct arena *arena;
    const struct xml *root;
    const struct dmn_model *model;     /* NULL: it did not load (a cycle) */
    const struct dmn_check_options *options;
    const struct dmn_element *element; /* being examined */
    VEC(struct dmn_finding) findings;
    size_t lost;
    bool full;                         /* memory ended */
};

/* A new finding about `at` (may be NULL) inside the element that holds it; NULL
 * when there are too many, or memory ended.  The pointer is good until the next. */
struct dmn_finding *dmn_found(struct checker *c, const char *code, enum dmn_severity severity, const struct xml *at);
/* No-ops when `f` is NULL. */
void dmn_found_arg(struct checker *c, struct dmn_finding *f, const char *name, struct span value);
void dmn_found_number(struct checker *c, struct dmn_finding *f, const char *name, size_t value);

/* check_model.c: what the XML alone shows. */
void dmn_check_structure(struct checker *c);
/* Decisions that require each other; true: some do. */
bool dmn_check_cycles(struct checker *c);

#endif
