/* Why a decision came out as it did, read from its trace.
 *
 * The trace (dmn.h) keeps values and truths and nothing else, so that tracing
 * stays cheap; everything here is worked out afterwards, from the model's trees
 * and the trace.  A condition is one comparison: `and`, `or`, `not`, `if`, a
 * cell's list of tests are taken apart until the comparisons that decided
 * remain.  What cannot be taken apart (a quantifier, a call) stays one condition
 * with its expression.
 *
 * A condition always says what was needed: of `not(x < 5)` it says x >= 5; of a
 * rule above in a FIRST table, the opposite of what held. */
#ifndef DMN_EXPLAIN_H
#define DMN_EXPLAIN_H

#include "base/message.h"
#include "dmn/dmn.h"

struct feel_ast;

enum dmn_operator {
    DMN_OP_EQ, DMN_OP_NE, DMN_OP_LT, DMN_OP_LE, DMN_OP_GT, DMN_OP_GE, /* actual op limit */
    DMN_OP_IN, DMN_OP_NOT_IN,           /* limit: list */
    DMN_OP_WITHIN, DMN_OP_NOT_WITHIN,   /* limit: range */
    DMN_OP_IS                           /* a yes or no: limit is the boolean needed */
};
const char *dmn_operator_name(enum dmn_operator op); /* "eq" ... "not_within", "is" */

struct dmn_condition {
    struct span name;        /* of what is compared: column label, decision, field; "": `subject` is an expression */
    bool counted;            /* what is compared is how many there are of it */
    struct span source;      /* input data or decision it is part of; "" when none alone is */
    struct feel_value actual;
    enum dmn_operator op;
    struct feel_value limit;
    struct span limit_name;  /* decision, parameter or field the limit is; "": a literal, or `limit_ast` is an expression */
    enum dmn_truth held;     /* DMN_UNKNOWN_TRUTH, DMN_ERROR_TRUTH: could not be told */
    bool has_distance;       /* both are numbers, or both dates: */
    struct dec distance;     /* |actual - limit|; of dates in days */
    size_t blocked_by;       /* number of the FIRST table's earlier rule that must not hold; 0: the rule's own */
    const struct feel_ast *subject, *limit_ast; /* for the text; limit_ast may be NULL */
    const struct feel_ast *also;                /* end of a range */
    struct span missing;     /* the input that was not given, which is why it cannot be told; "": none */
    const struct dmn_condition *other; size_t other_count; /* of a cell with several tests, of which one is enough: all, this one too */
    size_t member;           /* of a quantifier: the place of the first that decided it, from 1; 0: none did alone */
    const struct dmn_condition *why; size_t why_count;     /* of that member */
};

/* How a number came about: 差额 = 低保标准 × 人数 = 1,450.00 × 2 = 2,900.00 元. */
struct dmn_operand { const struct feel_ast *at; struct feel_value value; /* of `if`: which way it went */ };
struct dmn_formula {
    struct span name;        /* decision, output or entry that it is; "": an item of a list */
    const struct feel_ast *ast;
    struct feel_value value; /* null: there is one for each item of a list */
    const struct dmn_operand *operand; size_t operand_count; /* what the tree computes with */
    bool whole;              /* every operand is a known number */
};

struct dmn_fired_rule {
    const struct dmn_trace_rule *rule;
    const struct dmn_condition *condition; /* that held */
    size_t count;
    const struct dmn_formula *formula; size_t formula_count; /* of its outputs */
};
/* A rule that would have given something else. */
struct dmn_near_rule {
    const struct dmn_trace_rule *rule;
    const struct dmn_condition *condition; /* that failed */
    size_t count;
    double distance;         /* sum over the conditions of distance / limit, 1 where it has none */
    size_t decided;          /* conditions on a word that another decision found, which the chain goes on to tell */
};
struct dmn_outranked_rule { const struct dmn_trace_rule *rule; struct feel_value output; };
struct dmn_explained_table {
    const struct dmn_trace_table *table;
    const struct dmn_fired_rule *fired; size_t fired_count;
    const struct dmn_fired_rule *clash; size_t clash_count; /* UNIQUE, ANY: held together where the policy does not let them; then none fired */
    const struct dmn_outranked_rule *outranked; size_t outranked_count; /* PRIORITY: hold, and another's output comes first */
    bool ordered; /* OUTPUT ORDER, of several results */
    const struct span *uses; size_t use_count; /* decisions that the outputs of the fired rules name */
    bool open; /* the result is not known: `near` are rules that may hold, with what is not known of them; none fired for sure */
    const struct dmn_near_rule *near; size_t near_count; /* nearest first: fewest conditions, then distance, then most on words that decisions found, then rule number */
};
struct dmn_explained_decision {
    const struct dmn_trace_decision *decision;
    const struct dmn_condition *held; size_t held_count; /* of its own expression: what made it so */
    const struct dmn_condition *would; size_t would_count; /* what would have made it other */
    const struct dmn_formula *formula; size_t formula_count; /* how its numbers came about */
    const struct span *uses; size_t use_count; /* decisions they were computed from */
    const size_t *need; size_t need_count; /* decisions it requires, by their place in the trace */
    const struct span *not_given; size_t not_given_count; /* of one without a result: required inputs that were not given */
};
struct dmn_explanation {
    const struct dmn_trace *trace;
    const struct dmn_explained_decision *decision; size_t decision_count; /* as in the trace */
    const struct dmn_explained_table *table; size_t table_count;          /* as in the trace */
    const size_t *chain; size_t chain_count; /* decisions, from each answer down to what it hung on */
    const size_t *computed; size_t computed_count; /* further ones that numbers of the chain were computed from */
};

enum { DMN_NEAR_MAX = 3 };

/* `answer`: the decision to begin the chain with, by name or id; "": each that no other
 * requires, one after the other.  Lives in `a` and refers to the trace and the model.  E_LIMIT. */
NODISCARD enum status dmn_explain(struct arena *a, const struct dmn_model *m, const struct dmn_trace *t,
    struct span answer, struct dmn_explanation *ret, struct diag *d);

/* ---- words -------------------------------------------------------------------------- */

/* What a name of the model is called and counted in.  Units that begin with 元
 * are money; 比例 is shown as a percentage. */
struct dmn_label { struct span zh, en, unit; };
struct dmn_labels {
    /* false: nothing is known of it. */
    bool (*find)(const void *data, struct span name, struct dmn_label *ret);
    const void *data;
};
/* The name in a language: the label, or the name itself. `labels` may be NULL. */
struct span dmn_label_of(const struct dmn_labels *labels, enum lang l, struct span name);
/* A value as people write it: 1,650.00 元, 2026年11月22日, 20%. */
void dmn_value_text(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct feel_value *v, struct span unit);
/* 家庭月人均收入 1,650.00 元，高于低保标准 1,395.00 元，高出 255.00 元 */
void dmn_condition_text(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct dmn_condition *c);
/* What a name is counted in; "": not known. */
struct span dmn_unit_of(const struct dmn_labels *labels, struct span name);
/* A value that a line can say: no list, context, range or function, not null. */
bool dmn_value_is_short(const struct feel_value *v);
/* 差额 = 低保标准 × 人数 = 1,450.00 × 2 = 2,900.00 元/月 */
void dmn_formula_text(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct dmn_formula *f);
/* An item of a list, its fields that a line can say: 成员 “2”，项目 “分类救助增发”，月金额 362.50 元/月 */
void dmn_item_text(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct feel_value *v);
/* The rule's annotations: those whose name ends with _en in English, where there are. */
void dmn_rule_text(struct buf *out, enum lang l, const struct dmn_trace_table *t, const struct dmn_trace_rule *r);
/* The chain, a line each; with `otherwise` also what would have made each other. */
void dmn_explanation_text(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct dmn_explanation *x, bool otherwise);
/* docs/formats/explanation.md */
void dmn_explanation_json(struct json_writer *w, const struct dmn_labels *labels, const struct dmn_explanation *x);
void dmn_condition_json(struct json_writer *w, const struct dmn_labels *labels, const struct dmn_condition *c);

#endif
