/* Everything a household may receive: every scheme asked at once, as an estimate.
 *
 * Household schemes once, schemes of a person for each member, in the order that
 * between.h gives.  What comes out eligible is put into 在享 for the schemes after it
 * (a hypothesis: nobody has granted it), unless what the household receives is not known.
 * A person who would have to choose is examined as if this benefit were chosen.
 * What excludes another takes it out, and those that built on it are asked again.  A person's benefit
 * that excludes a household's (destitute support, the subsistence allowance) takes out that person: the
 * household is asked again as if he received it, so its own policy counts and pays without him.
 *
 * The proposal is what may be received together: of two to choose between the larger.
 * Nothing is stored; the facts are in the caller's memory alone. */
#ifndef CIVIL_DECISION_EXAMINE_H
#define CIVIL_DECISION_EXAMINE_H

#include "civil/decision/between.h"
#include "civil/decision/decision.h"

enum { EXAMINE_MEMBERS_MAX = 30, EXAMINE_BUDGET = 150 /* evaluations a decision: 80 decisions stay within a second or two */ };

enum examined_state {
    EXAMINED_PROPOSED,     /* eligible, and part of the proposal */
    EXAMINED_NOT_CHOSEN,   /* eligible; another is proposed in its place (`because`) */
    EXAMINED_EXCLUDED,     /* would be eligible, but for another (`because`) */
    EXAMINED_UNDECIDED,
    EXAMINED_NOT_ELIGIBLE
};
const char *examined_state_name(enum examined_state s);

struct examined {
    const struct matter *matter;
    const char *member;               /* 编号; NULL: the household */
    enum examined_state state;
    const struct between_row *because;
    const struct json *assumed;       /* entries put into 在享 for this decision; array, may be empty */
    struct decision decision;
};

struct examination {
    date_t date;
    struct examined *item;            /* in the order of examination */
    size_t count;
    const struct between_row *const *note; /* what else holds between those that came out eligible */
    size_t note_count;
    int64_t monthly_fen, once_fen;    /* of the proposal */
    bool to_confirm;                  /* a figure of the proposal is still to be confirmed */
};

/* E_INPUT: those of decision_make, decision.too_many_members; E_LIMIT. */
NODISCARD enum status decision_examine(const struct policies *p, struct arena *a, const struct json *facts, date_t as_of,
    struct examination *ret, struct diag *d);

/* The same states and amounts, with figures in place of the packs'; without traces, and what is missing is not
 * gathered (decision_request.whether_only): a fraction of the time where facts are open. */
NODISCARD enum status decision_examine_amounts(const struct policies *p, struct arena *a, const struct json *facts, date_t as_of,
    const struct figure_set *set, size_t set_count, struct examination *ret, struct diag *d);

/* {"date","estimate":true,"items":[…],"proposal":{"monthly_fen","once_fen","to_confirm"},"notes":[…]} */
void examination_json(struct json_writer *w, const struct examination *x);
void examination_text(struct buf *out, enum lang l, const struct examination *x);

#endif
