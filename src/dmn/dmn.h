/* Decision models: DMN 1.1 to 1.5 files read into programs, and run.
 *
 * dmn_load turns a file into an immutable model in the caller's arena; any
 * number of threads may evaluate it, each with its own feel_env.  A decision
 * is evaluated once in an evaluation, after what it requires.
 *
 * A faulty expression does not refuse the model: the element is marked, its
 * value is null with a note, and dmn_problem lists it.  What refuses a model:
 * broken XML, no definitions, a cycle of requirements, limits. */
#ifndef DMN_DMN_H
#define DMN_DMN_H

#include "feel/feel.h"

struct dmn_model;

/* Another model for an import: by its namespace, and the locationURI that tells two of one
 * namespace apart ("" when the import has none; a host may have its own way to tell).
 * NULL: not there, and when `why` is filled (it has no status yet) that is the problem. */
struct dmn_imports {
    const struct dmn_model *(*find)(void *data, struct span namespace_uri, struct span location, struct diag *why);
    void *data;
};

/* `imports` may be NULL.  E_INPUT: xml.*, dmn.no_definitions, dmn.not_dmn, dmn.cycle (where
 * names the element); E_LIMIT. */
NODISCARD enum status dmn_load(struct arena *a, struct span xml,
    const struct dmn_imports *imports, const struct dmn_model **ret, struct diag *d);

struct span dmn_namespace(const struct dmn_model *m);
struct span dmn_name(const struct dmn_model *m);

enum dmn_element_kind { DMN_INPUT, DMN_DECISION, DMN_BKM, DMN_SERVICE };
struct dmn_element_info {
    enum dmn_element_kind kind;
    struct span id, name;
    const struct feel_type *type; /* NULL: any */
};
size_t dmn_element_count(const struct dmn_model *m);
struct dmn_element_info dmn_element(const struct dmn_model *m, size_t i);
/* The input data that a decision needs in the end, imported models' included,
 * each name once.  The list lives in `a`.  E_NOT_FOUND dmn.no_such_decision; E_LIMIT. */
NODISCARD enum status dmn_inputs_of(struct arena *a, const struct dmn_model *m, struct span decision,
    const struct span **ret, size_t *ret_count, struct diag *d);

/* Does an evaluation of the model read an input of this name (input data, a decision
 * that it replaces, an import, "namespace#name")?  false: `ret_near` is the nearest
 * name that one reads, or "". */
bool dmn_input_known(const struct dmn_model *m, struct span name, struct span *ret_near);

/* Expressions that did not compile; the model runs without them. */
size_t dmn_problem_count(const struct dmn_model *m);
const struct diag *dmn_problem(const struct dmn_model *m, size_t i);

/* What keeps the decision (or service) from being evaluated as the model means it: a problem of an
 * element that it needs in the end, or of the model's types and imports.  ret_problem is NULL when
 * nothing does, or when it is in an imported model, which ret_imported tells.
 * E_NOT_FOUND dmn.no_such_decision; E_LIMIT. */
NODISCARD enum status dmn_problem_of(struct arena *a, const struct dmn_model *m, struct span decision,
    const struct diag **ret_problem, bool *ret_imported, struct diag *d);

/* ---- trace --------------------------------------------------------------- */

enum dmn_truth { DMN_NOT_TESTED, DMN_FALSE, DMN_TRUE, DMN_UNKNOWN_TRUTH, DMN_ERROR_TRUTH };

struct dmn_trace_rule {
    struct span id;      /* XML id of the rule: what dmn-js lights */
    size_t number;       /* from 1 */
    enum dmn_truth held; /* all cells */
    bool fired;          /* its output is (part of) the result */
    const uint8_t *cell; /* enum dmn_truth, one an input column */
    const struct span *annotation; /* one a dmn_trace_table.annotation_name */
};
struct dmn_trace_table {
    struct span element_id, element_name; /* decision or BKM it belongs to */
    struct span table_id;
    size_t input_count, rule_count, annotation_count;
    const struct span *input_name;        /* text of the input expressions */
    const struct feel_value *input;
    const struct span *annotation_name;
    const struct dmn_trace_rule *rule;
    const struct span *output_name; size_t output_count;
    struct feel_value result;
    /* for dmn/explain.h: the table's trees, and the arguments of the function it is the body of */
    const struct dmn_table_source *source;
    const struct feel_value *argument;
};
struct dmn_trace_decision {
    struct span id, name;
    struct feel_value value;
    size_t table_first, table_count; /* tables run while it was evaluated */
    uint64_t steps;                  /* of the budget, taken by itself and not by what it requires */
};
struct dmn_trace {
    const struct dmn_trace_decision *decision; size_t decision_count; /* in order of completion */
    const struct dmn_trace_table *table; size_t table_count;          /* in order of completion */
    const struct feel_value *value; size_t value_count; /* every element's, by the model's slots */
    const struct feel_notes *notes;                     /* errors kept, by where they were; NULL: nobody kept them */
    const uint8_t *read;                                /* by slot: loaded on the way to what was asked for */
};
/* Was an input of this name loaded?  What no rule came to is not: the answer does not hang on its value. */
bool dmn_trace_read(const struct dmn_model *m, const struct dmn_trace *t, struct span name);
/* So of decision `i` of the trace: its value went into what was asked for. */
bool dmn_trace_used(const struct dmn_model *m, const struct dmn_trace *t, size_t i);
/* {"decisions":[{"id","name","value"}],"tables":[{"decision","id","inputs":[{"name","value"}],
 *  "rules":[{"id","number","held","fired","cells":["true"…],"annotations":{…}}],"result"}],"notes":[…]} */
void dmn_trace_json(struct json_writer *w, const struct dmn_trace *t, const struct feel_notes *notes);

/* ---- evaluation ------------------------------------------------------------ */

struct dmn_request {
    const struct dmn_model *model;
    const struct span *decision; /* names or ids of decisions, "namespace#name" of imported ones; */
    size_t decision_count;       /* 0: every decision of the model.  One decision service alone is
                                    evaluated with the inputs; what it is not given is null */
    struct feel_value inputs;    /* context: name of the input data -> value.  A decision's name
                                    here replaces that decision.  An imported model's: a
                                    context under the import's name, or "namespace#name". */
    bool text_inputs;            /* inputs come from JSON: coerce texts by declared type */
    bool trace;
    const struct feel_value *known; /* by slot, of an evaluation of the same request: what is known there (dmn_known)
                                       is not evaluated again, nor noted; NULL: everything is */
    const uint8_t *known_slot;
};
struct dmn_result {
    struct feel_value value;     /* one decision: its value; several: context name -> value */
    const struct feel_value *slot; /* every element's value, as far as it was needed */
    const struct dmn_trace *trace; /* NULL unless asked for */
};
/* Results live in env->arena.  E_NOT_FOUND: dmn.no_such_decision; E_LIMIT. */
NODISCARD enum status dmn_evaluate(struct feel_env *env, const struct dmn_request *r,
    struct dmn_result *ret, struct diag *d);
/* By slot, which inputs and decisions of `r` hold nothing unknown and no error: they are the same whatever the unknown
 * facts are.  NULL: memory ended. */
const uint8_t *dmn_known(struct arena *a, const struct dmn_model *m, const struct dmn_result *r);
/* A business knowledge model or decision service called by name with named
 * arguments (a context). */
NODISCARD enum status dmn_invoke(struct feel_env *env, const struct dmn_model *m,
    struct span name, const struct feel_value *args, struct feel_value *ret, struct diag *d);

#endif
