/* Case mode: deciding when facts are unknown (DESIGN section 6, "Unknown").
 *
 * A fact that the vocabulary knows and the input leaves out (or null) is
 * unknown.  Unknown facts vary independently over their domains.  A fact is
 * missing when two completions that differ in it alone give a different
 * answer; the answer is undecided when any fact is missing.  An absent list is
 * one fact, its elements included.
 *
 * Method: the decision is evaluated with unknowns as intervals and code sets,
 * in Kleene logic.  Where the answer stays open the space of completions is
 * split at codes and at the thresholds met, until each box has one answer;
 * boxes that touch along one fact and answer differently prove it missing.
 * `exact` is false when the budget ended first: `missing` is then a superset.
 *
 * A null that a rule computes by error (FEEL_FLAG_ERROR), or a null answer, is
 * a rule error, in whatever part of the answer; if every completion gives one, so does dmn_case_decide
 * (E_INPUT dmn.rule_error).  If only some do, that counts as a different answer. */
#ifndef DMN_CASE_H
#define DMN_CASE_H

#include "dmn/dmn.h"

struct dmn_vocabulary;
/* CSV text whose header begins with entity,name,type,codes_or_unit (meanings may follow); types are
 * date, number, boolean, string, context, list<T>, or an entity.  Codes are
 * a|b|c, numbers a..b.  `root_entity` (输入) names the entity of the top level.
 * Lives in `a`, immutable.  E_INPUT: dmn.vocabulary_* with the line. */
NODISCARD enum status dmn_vocabulary_load(struct arena *a, struct span csv,
    struct span root_entity, const struct dmn_vocabulary **ret, struct diag *d);

/* What other cases showed of which facts are missing, where many are decided one after the other: the
 * same answers sooner, and `exact` more often; where searches of cases of the same
 * pattern did not narrow what is missing, all that may be is named.  One thread at a time; lives in `a`, NULL: memory ended. */
struct dmn_case_memory;
struct dmn_case_memory *dmn_case_memory_new(struct arena *a, const struct dmn_vocabulary *v);

/* A text fact that in this case is one of these: the number of a member is one of the members'. */
struct dmn_case_codes { struct span fact; const struct feel_value *code; size_t count; /* 1 to 63 */ };

struct dmn_case {
    const struct dmn_model *model;
    struct span answer;            /* the decision whose value must be the same */
    const struct feel_program *compared; /* of the answer (global 0) what must be the same; NULL: all of it */
    const struct dmn_vocabulary *vocabulary;
    const struct json *facts;      /* object: 日期, 户, 在享, 申请 … */
    struct feel_value extra;       /* context of further inputs that are known (parameters); null: none */
    const struct span *null_facts; /* "成员.死亡日期": absent means null, not unknown */
    size_t null_fact_count;
    const struct dmn_case_codes *codes;
    size_t code_list_count;
    unsigned evaluation_budget;    /* evaluations, 0: 1,500 */
    bool whether_only;             /* stops as soon as one fact is proven missing: `missing` is then whatever was met */
    bool trace;
    struct dmn_case_memory *memory; /* NULL: none; of one vocabulary and, to be of use, one policy */
};

struct dmn_case_answer {
    bool decided;
    struct feel_value value;       /* decided: the answer; else null.  Where completions agree in what
                                      is compared alone, the answer of one of them. */
    const struct span *missing;    /* entity.field, sorted, each once */
    size_t missing_count;
    bool exact;
    bool certain;                  /* that it is decided, or that it is not: one fact at least is proven missing */
    unsigned evaluations;
    const struct dmn_trace *trace; /* decided: of an evaluation that gives the answer;
                                      else of the one with everything unknown */
};

/* env gives arena, steps (of all evaluations together; the first must do with them) and notes;
 * case_mode is set for the time of the call.
 * E_INPUT: case.fact_type, case.fact_code (a fact outside its domain, where =
 * 户.成员[2].性别), dmn.rule_error (where = the note's expression); E_LIMIT;
 * E_NOT_FOUND dmn.no_such_decision. */
NODISCARD enum status dmn_case_decide(struct feel_env *env, const struct dmn_case *c,
    struct dmn_case_answer *ret, struct diag *d);

#endif
