/* Moves a running instance to another version of its process.
 *
 * An element goes to the one that the mapping names, else to the one with the
 * same id.  Nothing happens in a migration but that: tokens stay where they
 * are, tasks stay open under their keys, clocks keep the moment they began and
 * take the new version's limit.  What the new version has beside a waiting activity and the old had not (a boundary
 * timer, an event sub-process) begins now; what it has no longer is closed.
 *
 * A mapping is checked against the two models before any case is touched, and
 * against the case before its state is given back: the new state is one that
 * bpmn_state_read accepts with the new model, or there is none.
 *
 * An element may go to one of the same kind only (user and manual tasks are
 * one kind), in the container to which its container goes, repeating in the
 * same way, and joining if it joins. */
#ifndef BPMN_MIGRATE_H
#define BPMN_MIGRATE_H

#include "bpmn/check.h"
#include "bpmn/engine.h"

/* Ids of nodes or flows. */
struct bpmn_move { const char *from, *to; };

/* What is wrong with the mapping itself: ids that do not exist, elements that
 * are not alike, two lines for one element.  Findings are about `from`, with the
 * other id in `other`.  E_LIMIT only. */
NODISCARD enum status bpmn_migration_check(struct arena *a, const struct bpmn_model *from, const struct bpmn_model *to,
    const struct bpmn_move *move, uint32_t count, struct bpmn_finding **ret, uint32_t *ret_count, struct diag *d);

/* `state` belongs to `from`, the new state and the effects to `to`.  Effects:
 * BPMN_MOVED for every wait that stays (its row may have another element, role,
 * article or limit now; a timer's limit is in `text`), ..._CLOSED with node BPMN_NONE for what is gone, and those
 * of a step for what begins.
 * E_CONFLICT, with the id of the old element: bpmn.migrate_element (it has no
 * like in the new version), bpmn.migrate_place (it is in another container),
 * bpmn.migrate_twice (two tokens at different elements would stand at one),
 * bpmn.migrate_join (a token waits at a join and its way in is gone),
 * bpmn.ended; E_INPUT: those of a step. */
NODISCARD enum status bpmn_migrate(const struct bpmn_model *from, const struct bpmn_state *state,
    const struct bpmn_model *to, const struct bpmn_move *move, uint32_t count, const struct evaluator *feel,
    struct arena *a, struct bpmn_result *ret, struct diag *d);

#endif
