/* The life of a benefit after it was granted.
 *
 * What is due in a month is never stored as such: it is what the latest act says
 * of that month, else the lines that the entitlement was opened with, between its
 * first month and its end.  An act is added, never changed, with its evidence,
 * its effect on months already paid (a back payment, or an overpayment to be
 * recovered) and its postings in one transaction.
 *
 * To the disadvantage of a person only by proposal, hearing, decision of another
 * officer with written reasons, and service.  A death found by comparison
 * suspends; only a person confirms it.
 *
 * From which month something counts is the pack's: matter.json "life" names dated
 * parameters with their articles (docs/formats/pack.md).  Amounts are fen. */
#ifndef CIVIL_ENTITLEMENT_LIFE_H
#define CIVIL_ENTITLEMENT_LIFE_H

#include "civil/entitlement/entitlement.h"

/* ---- months ----------------------------------------------------------------------- */

/* The first month that a change counts from, by the scheme's rule "start", "change", "death" or "move":
 * counted from the decision, or from the event.  E_CONFLICT entitlement.no_rule. */
NODISCARD enum status entitlement_month(const struct civil *c, const char *scheme, const char *rule, date_t event, date_t decided, month_t *ret, struct diag *d);
/* When the next review falls due; DATE_NONE: the scheme has none. */
NODISCARD enum status entitlement_review_on(const struct civil *c, const char *scheme, date_t from, date_t *ret, struct diag *d);

/* ---- acts --------------------------------------------------------------------------- */

/* What is due in month `m`. */
NODISCARD enum status entitlement_due_in(struct txn *t, int64_t district, int64_t entitlement, month_t m, int64_t *ret, struct diag *d);

/* To the person's advantage, decided by one officer (decider): "raised" from `month`, "resumed" (with what
 * is not paid since `month`), "corrected" (also for months that were paid), "reviewed" (nothing of it changes; the next review).
 * E_FORBIDDEN entitlement.role; E_CONFLICT entitlement.ended, entitlement.not_suspended, entitlement.lower (that is a proposal),
 * entitlement.approving (a batch with it is being approved); E_INPUT entitlement.lines, entitlement.month_before. */
struct entitlement_change {
    int64_t entitlement;
    const char *kind, *cause;
    date_t event;            /* what happened, when; the month follows by the rule "change" */
    month_t month;           /* 0: by the rule */
    const struct entitlement_line_new *line; size_t line_count;
    int64_t decision;        /* a decision_record; 0: none */
    const char *words;       /* reasons */
    int64_t proposal;        /* that it was proposed by, whose notes say why; 0: none */
};
NODISCARD enum status entitlement_change(struct civil *c, const struct actor *who, const struct entitlement_change *x, int64_t *ret_act, struct diag *d);
/* The same within another's transaction. */
NODISCARD enum status entitlement_change_in(struct civil *c, struct txn *t, const struct actor *who, const struct entitlement_change *x, int64_t *ret_act, struct diag *d);

/* A comparison found that the person of this entitlement died: it is suspended from the month after the
 * last one that is due by the rule "death", or the next that is not paid.  Done already: OK, *ret_act 0. */
NODISCARD enum status entitlement_death_found(struct civil *c, const struct actor *who, int64_t entitlement, date_t died, const char *source, int64_t *ret_act, struct diag *d);
/* An officer (decider) confirms it by a paper and it ends; or the finding was wrong and it goes on, with what was held back. */
NODISCARD enum status entitlement_death_confirm(struct civil *c, const struct actor *who, int64_t entitlement, date_t died, const char *paper, int64_t *ret_act, struct diag *d);
NODISCARD enum status entitlement_death_refute(struct civil *c, const struct actor *who, int64_t entitlement, const char *words, int64_t *ret_act, struct diag *d);

/* The person moved: this entitlement ends with month m-1 and one of the same root begins in the other district with month m,
 * never a month that was paid already.  The payee is known there under `payee`.  A case and a decision of that
 * district carry it on.  E_INPUT entitlement.move. */
struct entitlement_move { int64_t entitlement, district, payee, household, case_id, decision; const char *subdistrict, *division; date_t moved; const char *words; };
NODISCARD enum status entitlement_move(struct civil *c, const struct actor *who, const struct entitlement_move *x, int64_t *ret_entitlement, struct diag *d);

/* ---- proposals: by one, decided by another ----------------------------------------------- */

struct entitlement_proposal_new {
    int64_t entitlement;
    const char *kind;        /* the person is heard first: reduce, end, suspend; to his advantage, decided at once: raise, correct, resume */
    const char *cause;
    date_t event;
    month_t month;           /* correct: from which on; resume: the same, 0 since it was suspended; the others go by the rule */
    const struct entitlement_line_new *line; size_t line_count; /* reduce: what remains; raise, correct: what is due */
    int64_t decision;
    const char *words;       /* the facts and the article, as the person will read them */
    bool by_hand;            /* lines that somebody wrote: of those that are due, of a reduction none of them more.  E_INPUT entitlement.lines_known, entitlement.lines_same */
};
/* Lines as a person wrote them: [{member, item, monthly_fen}], a member's id as text or null; NULL or null: none.  In `a`.  E_INPUT entitlement.lines. */
NODISCARD enum status entitlement_lines_of(struct arena *a, const struct json *list, struct entitlement_line_new **ret, size_t *ret_n, struct diag *d);

/* Of another division, compartment or resident a benefit, proposal or recovery is not there (E_NOT_FOUND); an officer who declared
 * somebody of the case neither proposes, decides nor waives (E_FORBIDDEN case.recused).
 * By a clerk.  E_CONFLICT entitlement.proposal_open (one at a time), entitlement.ended, entitlement.suspended, entitlement.not_suspended,
 * entitlement.death_open, entitlement.not_lower, entitlement.not_higher; E_INPUT entitlement.words, entitlement.month_before. */
NODISCARD enum status entitlement_propose(struct civil *c, const struct actor *who, const struct entitlement_proposal_new *x, int64_t *ret, struct diag *d);
NODISCARD enum status entitlement_propose_in(struct civil *c, struct txn *t, const struct actor *who, const struct entitlement_proposal_new *x, int64_t *ret, struct diag *d);
/* The notice was served: the period to answer runs.  how: as of any notice.  E_CONFLICT entitlement.proposal_state. */
NODISCARD enum status entitlement_hearing_served(struct civil *c, const struct actor *who, int64_t proposal, const char *how, struct diag *d);
/* What the person says: he himself, or an officer who wrote it down. */
NODISCARD enum status entitlement_answer(struct civil *c, const struct actor *who, int64_t proposal, const char *words, struct diag *d);
/* By a decider who did not propose it; of what is to his disadvantage when the person was heard or the period is over.
 * E_FORBIDDEN entitlement.two_people; E_CONFLICT entitlement.not_heard; E_INPUT entitlement.words. */
NODISCARD enum status entitlement_decide(struct civil *c, const struct actor *who, int64_t proposal, bool adopt, const char *words, int64_t *ret_act, struct diag *d);
/* By a clerk, before it is decided. */
NODISCARD enum status entitlement_withdraw(struct civil *c, const struct actor *who, int64_t proposal, const char *words, struct diag *d);
NODISCARD enum status entitlement_decision_served(struct civil *c, const struct actor *who, int64_t proposal, const char *how, struct diag *d);
/* A reconsideration, court or the bureau itself undid a decision to the person's disadvantage: what was due before it is due
 * again.  E_INPUT entitlement.kind: what was to his advantage is lowered by a proposal. */
NODISCARD enum status entitlement_restore(struct civil *c, const struct actor *who, int64_t proposal, const char *words, int64_t *ret_act, struct diag *d);

/* ---- recovering ------------------------------------------------------------------------- */

struct instalment { date_t due_on; int64_t amount_fen; };
enum { INSTALMENTS_MAX = 120 };
/* The plan that was agreed, in place of any former one; its sum is what is open.  E_INPUT recovery.plan; E_CONFLICT recovery.settled. */
NODISCARD enum status recovery_plan(struct civil *c, const struct actor *who, int64_t recovery, const struct instalment *list, size_t n, struct diag *d);
/* Money that came back.  E_INPUT recovery.amount; E_CONFLICT recovery.more (than is open). */
NODISCARD enum status recovery_receive(struct civil *c, const struct actor *who, int64_t recovery, int64_t fen, const char *words, struct diag *d);
/* Asked for by one, answered by another with finance.  E_FORBIDDEN entitlement.two_people. */
NODISCARD enum status recovery_waiver_ask(struct civil *c, const struct actor *who, int64_t recovery, int64_t fen, const char *words, int64_t *ret, struct diag *d);
NODISCARD enum status recovery_waiver_answer(struct civil *c, const struct actor *who, int64_t waiver, bool approve, const char *words, struct diag *d);

/* Reasons as all of these take them: two characters that one sees, a few pages at most.  E_INPUT entitlement.words. */
enum { ENTITLEMENT_WORDS_MIN = 2, ENTITLEMENT_WORDS_MAX = 2000 };
NODISCARD enum status entitlement_words_check(const char *words, struct diag *d);

/* For check-store. */
NODISCARD enum status entitlement_check_in(struct civil *c, struct txn *t, enum lang l, struct buf *findings, int *ret_count, struct diag *d);

#endif
