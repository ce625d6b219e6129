/* Private to the checks: check.c (graph), check_outcome.c (conditions on what
 * people chose), explore.c (states). */
#ifndef BPMN_CHECK_INTERNAL_H
#define BPMN_CHECK_INTERNAL_H

#include "base/vec.h"
#include "bpmn/check.h"

struct checker {
    struct arena *a;
    const struct bpmn_model *m;
    VEC(struct bpmn_finding) finding;
    struct diag *d;
};

NODISCARD enum status report_node(struct checker *c, enum bpmn_severity severity, const char *code, uint32_t node,
    const char *other);

/* When every condition of the gateway asks what was chosen in one task,
 * compares them with the task's outcomes: *ret_total when all are covered. */
NODISCARD enum status check_outcomes(struct checker *c, uint32_t gateway, bool *ret_total);

/* Deadlocks and lack of synchronisation. */
NODISCARD enum status check_states(struct checker *c);

#endif
