/* A decision explained: what it hung on, and what would have to change.
 *
 * A change is looked for by asking the policy again with one fact made different
 * (a number moved to the threshold, to the fen; each other code; a thing given up),
 * then with two, when one is not enough.  It is told only when the policy has
 * answered "eligible" to it.  Facts that a person cannot change (labels.csv,
 * change `reason`) are kept apart: they are reasons, not advice.
 *
 * It is advice and no decision: nothing here binds the bureau. */
#ifndef CIVIL_DECISION_EXPLANATION_H
#define CIVIL_DECISION_EXPLANATION_H

#include "civil/decision/decision.h"

enum { DECISION_CHANGE_BUDGET = 1500 }; /* evaluations of the policy */

enum decision_move_kind { MOVE_SET, MOVE_REMOVE, MOVE_REMOVE_ALL };

/* One fact made different.  A place is a path of keys and positions in the facts. */
struct decision_step { struct span key; size_t index; }; /* key.at NULL: the item at `index` */
struct decision_move {
    enum decision_move_kind kind;
    const struct decision_step *step; size_t step_count;
    struct span entity, field;         /* 收入, 月金额 */
    enum fact_kind type;
    const struct json *from, *to;      /* to NULL: given up */
    bool number;                       /* a threshold: one step less is not enough */
    bool beyond;                       /* every point tried beyond `to` does too, the farthest among them */
    int direction;                     /* -1 less, 1 more; of a date earlier, later; 0 other */
    struct dec step_size;              /* 0.01, 1 */
};
struct decision_change { struct decision_move move[2]; size_t count; };

struct decision_explanation {
    const struct decision *decision;
    const struct dmn_explanation *why; /* NULL: parameters are missing, nothing was evaluated */
    const struct decision_change *change; size_t change_count; /* advice, in the order of the facts */
    const struct decision_change *reason; size_t reason_count; /* what nobody can change */
    unsigned tried, budget;            /* evaluations */
    bool complete;                     /* every single change was looked at, and every pair when no single one was enough */
};

/* Lives in `a`; refers to the decision, the policies and the packs.  Only a refusal is searched
 * for changes.  `budget` 0: DECISION_CHANGE_BUDGET.  E_LIMIT. */
NODISCARD enum status decision_explain(const struct policies *p, struct arena *a, const struct decision *r, unsigned budget,
    struct decision_explanation *ret, struct diag *d);

/* The facts after a change: for checks and previews.  NULL: memory ended. */
const struct json *decision_changed(struct arena *a, const struct json *facts, const struct decision_change *c);

/* The chain, the changes and what they are worth, for people. */
void decision_explanation_text(struct buf *out, enum lang l, const struct decision_explanation *x);
/* 若成员 1（本人）的收入（养老金）的月金额由 … 减少 …，即符合条件 */
void decision_change_text(struct buf *out, enum lang l, const struct decision_explanation *x, const struct decision_change *c, bool reason);
/* How the amounts came about, from what is paid down to the facts: [{"name","value","rules","formulas","items"}]. */
void decision_amounts_json(struct json_writer *w, const struct decision_explanation *x);
/* {"nearest","changes","unchangeable","amounts","tried","budget","complete","advisory"}, docs/formats/explanation.md; "why" null unless `whole`. */
void decision_explanation_json(struct json_writer *w, const struct decision_explanation *x, bool whole);

#endif
