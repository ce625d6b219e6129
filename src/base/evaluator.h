/* How an engine asks for the value of a FEEL expression without knowing FEEL.
 *
 * src/bpmn and src/form are given one of these; the programs build it on
 * src/feel, tests on whatever they like.  The engines pass expression texts
 * that live as long as their model, without a leading '=': an evaluator may
 * keep compiled expressions by address and length. */
#ifndef BASE_EVALUATOR_H
#define BASE_EVALUATOR_H

#include "base/json.h"

struct evaluator {
    void *user;
    /* The value of `text` where the members of the object `names` are the
     * names in scope.  FEEL null is JSON null.  The result lives in `a` (or
     * longer).  E_INPUT: the expression cannot be read, or the answer is an
     * error and not a null; E_LIMIT. */
    enum status (*value)(void *user, struct arena *a, struct span text, const struct json *names,
        const struct json **ret, struct diag *d);
    /* May be NULL: can `text` be read at all?  Asked when a model is loaded. */
    enum status (*check)(void *user, struct span text, struct diag *d);
};

#endif
