/* The loaded model (internal to dmn).
 *
 * Every element has a slot of one array of globals.  An imported model's
 * elements occupy a block of it, so that its programs, compiled for slots from
 * 0, run with the array advanced by the block's start. */
#ifndef DMN_INTERNAL_H
#define DMN_INTERNAL_H

#include "base/map.h"
#include "base/vec.h"
#include "base/xml.h"
#include "dmn/dmn.h"
#include "feel/ast.h"
#include "feel/vm.h"

struct dmn_element {
    enum dmn_element_kind kind;
    struct span id, name;
    struct feel_key key;                /* of the name */
    const struct feel_type *type;
    const struct xml *xml;
    const struct feel_program *program; /* decision, knowledge; NULL: no logic */
    const struct feel_ast *ast;         /* what it was compiled from, and in which scope */
    const struct feel_scope *scope;
    bool faulty;                        /* did not compile */
    const uint32_t *need;               /* slots this one requires */
    size_t need_count;
    const uint32_t *plan;               /* decision: slots to evaluate, itself last; NULL: not planned */
    size_t plan_count;
    /* service */
    const uint32_t *input, *output;     /* slots: data then decisions; output decisions */
    size_t input_count, output_count;
    const struct feel_key *param;
    const struct feel_type **param_type;
};

struct dmn_slot { const struct dmn_element *element; const struct dmn_model *model; uint32_t base; };
struct dmn_import { struct span name, uri; const struct dmn_model *model; uint32_t base; struct feel_scope *scope; };

/* The tree that a text of the file became. */
struct dmn_source { const struct feel_ast *ast; const struct xml *xml; struct span text; };

struct dmn_model {
    struct arena *arena;
    const struct xml *xml;
    struct span uri, name;
    struct dmn_element *element; /* own */
    size_t element_count;
    uint32_t own;                /* slot of element[0] */
    const struct dmn_slot *slot; /* in an order that satisfies every requirement */
    const uint32_t *order;       /* slots in order of evaluation */
    size_t slot_count;
    struct map *by_name;         /* names and ids of own elements, the first of each */
    const struct dmn_import *import;
    size_t import_count;
    struct feel_scope *scope;    /* types and property names */
    const struct diag *problem;
    size_t problem_count;
    const struct xml *const *problem_place;
    const struct dmn_source *source; /* in order of reading */
    size_t source_count;
};

/* Where dmn_load gathers what becomes the model. */
struct dmn_loader {
    struct arena *arena;
    struct dmn_model *model;
    VEC(struct diag) problems;
    VEC(const struct xml *) problem_places;
    VEC(struct dmn_source) sources;
    VEC(struct dmn_import) imports;
    uint32_t *by_id;             /* own elements in order of id, those of one id in the file's order */
    struct dmn_element *at;      /* element being compiled */
    const struct feel_ast *function; /* innermost boxed function being read, or NULL */
    enum status status;          /* E_LIMIT stops */
    int depth;
    bool plain;                  /* see struct feel_scope */
};
/* dmn_load with programs as plain as they can be: the reference for tests. */
enum status dmn_load_plain(struct arena *a, struct span xml, const struct dmn_imports *imports,
    const struct dmn_model **ret, struct diag *d);
/* dmn_load of a tree that is parsed already. */
enum status dmn_load_tree(struct arena *a, const struct xml *root, const struct dmn_imports *imports,
    const struct dmn_model **ret, struct diag *d);
/* Is it the root of a DMN file?  E_INPUT dmn.no_definitions, dmn.not_dmn. */
NODISCARD enum status dmn_root(const struct xml *root, struct diag *d);
void dmn_problem_add(struct dmn_loader *l, const struct diag *d, const struct xml *at);

/* type.c */
enum status dmn_types_load(struct dmn_loader *l, const struct xml *root);
/* NULL: any. */
const struct feel_type *dmn_type_ref(struct dmn_loader *l, struct span ref);
bool dmn_type_is_collection(const struct xml *item);
/* "tns:tAge" -> "tAge", "feel:number" -> "number"; no prefix: "". */
struct span dmn_without_prefix(struct span ref);

/* boxed.c: a boxed expression as a tree. NULL: none, or memory ended. */
struct feel_ast *dmn_boxed(struct dmn_loader *l, struct feel_scope *scope, const struct xml *e);
struct feel_ast *dmn_function(struct dmn_loader *l, struct feel_scope *scope, const struct xml *e);
/* The expression among the children of `parent`. */
const struct xml *dmn_boxed_child(const struct xml *parent);
struct feel_ast *dmn_text(struct dmn_loader *l, const struct feel_scope *scope, const struct xml *e,
    struct span text, enum feel_parse_mode mode);
/* "", "FEEL", "s-feel", https://www.omg.org/spec/DMN/20230324/FEEL/: by whatever name. */
bool dmn_is_feel(struct span language);
/* Another language than DMN's, as XML Schema's and PMML's: nothing of it is read. */
bool dmn_is_foreign_import(const struct xml *import);
struct span dmn_child_text(const struct xml *e, const char *name);
struct feel_ast *dmn_coerced(struct dmn_loader *l, struct feel_ast *ast, const struct feel_type *t);

/* plan.c: after the order is known.  false: memory ended. */
bool dmn_plan(struct dmn_model *m);

/* inputs.c: by slot, whether the decision needs it in the end.  E_NOT_FOUND dmn.no_such_decision; E_LIMIT. */
NODISCARD enum status dmn_reach(struct arena *a, const struct dmn_model *m, struct span decision, const bool **ret, struct diag *d);

bool dmn_is_qualified(struct span name, const struct dmn_slot *s);

/* unfit.c: null, with a note of what in `v` does not conform to `t`, and where: "applicant.age", "ages[2]". */
struct feel_value dmn_unfit(struct feel_env *env, const struct feel_type *t, const struct feel_value *v, bool text, struct span name);

/* table.c */
struct feel_ast *dmn_table(struct dmn_loader *l, struct feel_scope *scope, const struct xml *e);
/* What an explanation reads of a table: its trees and what their names mean. */
struct dmn_table_source {
    const struct dmn_element *element;
    const struct feel_scope *scope;
    const struct feel_ast *function; /* whose body it is, or NULL: name[], count */
    const struct feel_extern_ast *ast;
    const bool *labelled;            /* input_name is a label, not the expression's text */
    size_t inputs, outputs, rules;
    bool first;                      /* hit policy FIRST: a rule waits for those above it */
    bool priority, ordered;          /* PRIORITY, OUTPUT ORDER */
    bool alone;                      /* UNIQUE, ANY: rules that hold together may clash */
};
/* NULL: nothing is written there ("-"). */
const struct feel_ast *dmn_table_input(const struct dmn_table_source *t, size_t i);
const struct feel_ast *dmn_table_cell(const struct dmn_table_source *t, size_t rule, size_t i);
const struct feel_ast *dmn_table_output(const struct dmn_table_source *t, size_t rule, size_t o);

struct dmn_run;
/* reads.c.  Room to note what is loaded, where there is a trace.  false: memory ended. */
bool dmn_reads_open(struct dmn_run *run);
/* By slot: these, what their elements loaded, what those did, and so on.  NULL: memory ended. */
const uint8_t *dmn_reads(const struct dmn_run *run, const uint32_t *slot, size_t count);

/* A running evaluation. */
struct dmn_run {
    const struct dmn_model *model;
    struct feel_env *env;
    struct feel_value *value; /* by slot */
    uint8_t *state;           /* 0 not needed, 1 needed, 2 done */
    struct feel_value inputs;
    bool text_inputs;
    bool trace;
    const struct feel_value *known; /* of an earlier evaluation, by slot: taken where known_slot says so */
    const uint8_t *known_slot;
    uint8_t *read;            /* trace: a row a slot, of the slots that its element loaded */
    const uint32_t *asked;    /* the slots whose values are the answer */
    size_t asked_count;
    VEC(struct dmn_trace_decision) decisions;
    VEC(struct dmn_trace_table) tables;
};

#endif
