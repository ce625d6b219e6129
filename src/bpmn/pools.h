/* Private to the run in memory: the other pools of a collaboration and the
 * message flows between them. */
#ifndef BPMN_POOLS_H
#define BPMN_POOLS_H

#include "base/vec.h"
#include "bpmn/model.h"

struct pool {
    const struct bpmn_model *m;
    bool begins; /* executable, and it starts without being told */
};
struct post { const char *from, *to; }; /* element ids; `to` may be a pool */

struct pools {
    VEC(struct pool) pool; /* without the one that is run */
    VEC(struct post) post;
};

/* What the diagram of `file` has besides `main`.  A pool that cannot be loaded,
 * or that another process calls, is left out.  E_LIMIT only. */
NODISCARD enum status pools_read(struct arena *a, struct span file, const struct bpmn_model *main,
    const struct evaluator *feel, struct pools *ret, struct diag *d);

/* The element at which the message thrown at `from` arrives, NULL: no flow says. */
const char *pools_target(const struct pools *p, const char *from);
/* A message start event of the process: with this id, or (NULL) this name. */
uint32_t pools_start(const struct bpmn_model *m, const char *id, const char *name);

#endif
