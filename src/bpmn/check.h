/* What is wrong with a model that can be loaded, before it meets a case.
: what is never reached or
 * never ends, joins that wait for ever and flows that carry two tokens (by
 * playing the model within a budget), gateways that may have no way out, names
 * of tasks and outcomes that do not exist, what is not drawn. */
#ifndef BPMN_CHECK_H
#define BPMN_CHECK_H

#include "bpmn/model.h"

enum bpmn_severity { BPMN_ERROR_FINDING, BPMN_WARNING_FINDING };

/* The sentence of a finding is message_text of its code with the arguments
 * element, name and other. */
struct bpmn_finding {
    enum bpmn_severity severity;
    const char *code;    /* catalogue key: bpmn.check_unreachable ... */
    const char *element; /* id of the node or flow, "" for the process */
    const char *name;    /* what the drawing calls it, "" */
    const char *other;   /* what the finding is about besides: an id, a word; "" */
    int line;
};

/* Findings about reaching first, then about states, then node by node in
 * document order, then the warnings of the loader.  E_LIMIT only. */
NODISCARD enum status bpmn_check(struct arena *a, const struct bpmn_model *m,
    struct bpmn_finding **ret, uint32_t *ret_count, struct diag *d);

#endif
