/* Deciding: one household, one matter, one day; with reasons and articles.
 *
 * The rules are the matter's DMN file of that day, the figures the pack's
 * parameters of that day; nothing of either is in C.  An input of the DMN model
 * that the vocabulary does not know is a parameter by its name: one that has no
 * row in force, or is past its review, makes the case undecided with
 * "参数.<name>" missing.
 *
 * A decision is a proposal: a person signs it (civil/case). */
#ifndef CIVIL_DECISION_DECISION_H
#define CIVIL_DECISION_DECISION_H

#include "civil/decision/vocabulary.h"
#include "civil/pack/pack.h"
#include "base/message.h"
#include "dmn/explain.h"

struct policies; /* every decision file of every matter, compiled; immutable, shared by threads */
struct txn;
struct dmn_findings;

/* `packs` must outlive it.  E_INPUT: dmn.*, decision.policy_faulty (an expression
 * that does not compile), decision.policy_result (no decision 结果), with the file in d->where. */
NODISCARD enum status policies_load(const struct packs *packs, struct policies **ret, struct diag *d);
struct policies *policies_free(struct policies *p);
DEFINE_AUTO(policies)
const struct vocabulary *policies_vocabulary(const struct policies *p);
struct dmn_labels policies_labels(const struct policies *p); /* live as long as `p` */
/* The packs' policies and what the store has published since (civil/policy), as this transaction
 * sees it; with `known_at` (0: all) what was published up to then.  What was compiled once is kept, under
 * a lock of its own; *ret lives as long as `p`, which is what policies_load gave.  As policies_load. */
NODISCARD enum status policies_published(const struct policies *p, struct txn *t, instant_t known_at, const struct policies **ret, struct diag *d);
/* One text as the only policy of its matter, whatever the day; what it imports is of the day.  Lives
 * in `a` with `text`, and with `p`.  As policies_load. */
NODISCARD enum status policies_of_draft(const struct policies *p, struct arena *a, const struct matter *m, struct span text,
    const struct policies **ret, struct diag *d);
/* A decision file from elsewhere; `name` is what a complaint calls it. */
struct policy_text { const char *name; struct span text; };
/* The set with these texts in the place of the policies and shared models whose namespace they bear, from that day on;
 * what imports one sees it too.  Lives in `a` with the texts, and with `p`.  E_NOT_FOUND decision.no_policy_of (a namespace
 * that neither has); as policies_load. */
NODISCARD enum status policies_reform(const struct policies *p, struct arena *a, const struct policy_text *text, size_t count, date_t from,
    const struct policies **ret, struct diag *d);
/* May these texts be reckoned with: each of another policy or model, and none that dmn check calls wrong (a name that no fact
 * has would be an unasked fact).  E_INPUT decision.text_twice, decision.text_wrong; E_NOT_FOUND as policies_reform. */
NODISCARD enum status policies_sound(const struct policies *p, struct arena *a, const struct policy_text *text, size_t count, struct diag *d);
/* Would the whole set still compile with this text from that day on?  Others may import it. */
NODISCARD enum status policies_admit(const struct policies *p, struct arena *a, const struct matter *m, struct span text, date_t from, struct diag *d);
/* dmn_check of the text as a policy of the matter, with what it imports under the latest version. */
NODISCARD enum status policies_check(const struct policies *p, struct arena *a, const struct matter *m, struct span text,
    const struct dmn_findings **ret, struct diag *d);
/* The file that decides on `day`; NULL before the first. */
const struct pack_file *policies_file(const struct policies *p, const char *scheme, date_t day);

enum decision_outcome { DECISION_ELIGIBLE, DECISION_NOT_ELIGIBLE, DECISION_UNDECIDED };
const char *decision_outcome_name(enum decision_outcome o); /* "eligible", "not_eligible", "undecided" */

struct decision_line {
    const char *member;      /* 编号; NULL: the household */
    const char *item;        /* 低保金 */
    int64_t monthly_fen, once_fen;
};
struct decision_reason { const char *rule, *article, *zh, *en; bool against; /* it is why the answer is no */ };

/* What a reader should know beside the answer: a document it cites was not in force yet, whom it takes to be meant. */
struct decision_note { const char *code, *where /* 在享[0].起 */, *zh, *en; };

/* Everything lives in the arena of the call, or with policies and packs. */
struct decision {
    const char *scheme;
    date_t date;
    enum decision_outcome outcome;
    int64_t monthly_fen, once_fen;     /* sums of the lines; 0 unless eligible */
    const struct decision_line *line;
    size_t line_count;
    const struct decision_reason *reason; /* those that refuse come first; none when undecided */
    size_t reason_count;
    const struct decision_note *note;
    size_t note_count;
    const char *const *missing;        /* "户.货币财产", sorted */
    size_t missing_count;
    bool missing_exact;
    const struct parameter *const *parameter; /* rows that this answer read; all of the policy's where nothing was evaluated or traced */
    size_t parameter_count;
    bool to_confirm;                   /* one of them is still to be confirmed: blocks payment */
    const struct matter *matter;
    const struct pack_file *policy;
    const struct json *facts;          /* as decided: 日期 is the day */
    const struct dmn_trace *trace;     /* NULL when parameters are missing */
    struct dmn_labels labels;          /* what names are called */
    struct feel_value figures;         /* context: name of a parameter -> its value */
    unsigned evaluations;
    bool certain;                      /* that it is undecided, or not: the budget sufficed */
};

/* A figure in place of the pack's: what a reform would set. */
struct figure_set { struct span name; struct dec value; };

struct decision_request {
    const char *scheme;      /* "dibao" */
    const struct json *facts;
    date_t as_of;            /* DATE_NONE: 日期 of the facts */
    unsigned budget;         /* evaluations, 0: the engine's own */
    bool whether_only;       /* which facts are missing does not matter: no trace, no reasons from it */
    const struct figure_set *set; size_t set_count;
    struct dmn_case_memory *memory; /* where many cases of a scheme are decided one after the other; NULL: none */
};

/* E_NOT_FOUND decision.no_scheme; E_INPUT decision.no_date, decision.no_policy (before the first
 * policy of the matter), those of vocabulary_check, dmn.rule_error; E_LIMIT. */
NODISCARD enum status decision_make(const struct policies *p, struct arena *a,
    const struct decision_request *r, struct decision *ret, struct diag *d);

/* {"scheme","date","outcome","monthly_fen","once_fen","lines","reasons","notes","missing","missing_exact",
 *  "parameters","to_confirm","policy"}; with `trace` also "inputs", "values" and "rules" (API DecisionValue, FiredRule),
 *  with an explanation "explanation". */
struct decision_explanation; /* civil/decision/explanation.h */
void decision_json(struct json_writer *w, const struct decision *r, bool trace, const struct decision_explanation *x /* or NULL */);
void decision_lines_json(struct json_writer *w, const struct decision *r);  /* array */
void decision_reasons_json(struct json_writer *w, const struct decision *r); /* array */
void decision_values_json(struct json_writer *w, const struct decision *r); /* array */
void decision_rules_json(struct json_writer *w, const struct decision *r);  /* array */
void decision_parameters_json(struct json_writer *w, const struct decision *r); /* array */
/* "key": {"zh","en"} of a name, an item, a unit, or a fact with its entity (户.货币财产).  `key` NULL: the
 * value alone; `p` NULL: the name in both languages. */
void policies_name_json(struct json_writer *w, const char *key, const struct policies *p, const char *name);
/* 户.货币财产, in English: money and securities (household) */
void decision_fact_text(struct buf *out, enum lang l, const struct dmn_labels *labels, const char *fact);
/* A page for people: result, amounts, reasons with articles, what is missing, figures used. */
void decision_text(struct buf *out, enum lang l, const struct decision *r);
/* One sentence for all figures that are out of force or past their review on that day; false: none is. */
bool decision_figures_text(struct buf *out, enum lang l, const struct decision *r);

#endif
