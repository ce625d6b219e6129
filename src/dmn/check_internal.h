/* What the rooms of the checker share (internal to dmn). */
#ifndef DMN_CHECK_INTERNAL_H
#define DMN_CHECK_INTERNAL_H

#include "dmn/check.h"
#include "dmn/internal.h"

struct check_element { enum { TYPE_OPEN, TYPE_WALKING, TYPE_KNOWN } state; const struct feel_type *type; };
struct check_input { const struct feel_ast *ast; const struct feel_type *type; };

struct check_drawn { const struct xml *xml; size_t place; };

struct checker {
    struct arena *arena;
    const struct xml *root;
    const struct dmn_model *model;     /* NULL: it did not load (a cycle) */
    const struct dmn_check_options *options;
    struct feel_scope *cell_scope;     /* in which cells of tables are compiled to be run alone */
    const struct dmn_element *element; /* being examined */
    struct dmn_source *source;         /* the model's, sorted by tree */
    size_t source_count;
    struct check_element *known;       /* by own element */
    VEC(struct check_input) inputs;
    struct check_drawn *drawn;         /* elements of the file by id, those of one id in the file's order */
    size_t drawn_count;
    const struct feel_type *facts;     /* by entity of the vocabulary; NULL: there is none */
    VEC(struct dmn_finding) findings;
    size_t lost;
    bool full;                         /* memory ended */
};

/* A new finding about `at` (may be NULL) inside the element that holds it; NULL
 * when there are too many, or memory ended.  The pointer is good until the next. */
struct dmn_finding *dmn_found(struct checker *c, const char *code, enum dmn_severity severity, const struct xml *at);
/* No-ops when `f` is NULL. */
void dmn_found_arg(struct checker *c, struct dmn_finding *f, const char *name, struct span value);
/* Of a finding about a type that is not there: the type nearest to `ref`, if one is. */
void dmn_check_suggest_type(struct checker *c, struct dmn_finding *f, struct span ref);
void dmn_found_number(struct checker *c, struct dmn_finding *f, const char *name, size_t value);

/* check_type.c: readies the walk. */
bool dmn_check_sources(struct checker *c);
/* check_fact.c: makes the types of the vocabulary's entities. */
void dmn_check_facts(struct checker *c);
/* Of an input that the vocabulary has; NULL: any. */
const struct feel_type *dmn_check_fact_type(const struct checker *c, struct span input);
/* The entity whose type it is; "": none. */
struct span dmn_check_fact_entity(const struct checker *c, const struct feel_type *type);
/* check_element.c: types, names and requirements of every element. */
void dmn_check_elements(struct checker *c);
/* The type found for a column's input expression; NULL: any. */
const struct feel_type *dmn_check_input_type(const struct checker *c, const struct feel_ast *input);
/* check_type_name.c: `from` uses `to`, an element of this file, and does not require it. */
void dmn_check_missing(struct checker *c, const struct dmn_element *from, const struct dmn_element *to, const struct xml *at);
/* check_import.c: circles among the files that are imported. */
void dmn_check_circles(struct checker *c);

/* check_cell.c: once, before the tables.  false: memory ended. */
bool check_cell_scope(struct checker *c);
/* check_table.c: `n` is the AST_EXTERN of a decision table. */
void dmn_check_table(struct checker *c, const struct feel_ast *n);

/* check_model.c: what the XML alone shows. */
void dmn_check_structure(struct checker *c);
/* References to types, once the imports' types are known. */
void dmn_check_types(struct checker *c);
/* check_recursion.c: types that are defined by themselves. */
void dmn_check_recursion(struct checker *c);
/* check_policy.c: what a pack's policy owes its readers. */
void dmn_check_articles(struct checker *c);
/* Decisions that require each other; true: some do. */
bool dmn_check_cycles(struct checker *c);

#endif
