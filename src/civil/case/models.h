/* The processes and forms of the packs, compiled once at start. */
#ifndef CIVIL_CASE_MODELS_H
#define CIVIL_CASE_MODELS_H

#include "bpmn/model.h"
#include "civil/pack/pack.h"
#include "form/form.h"

struct process {
    const struct matter *matter;
    const struct pack_file *file;
    const struct bpmn_model *model;
};

struct case_models;

/* `packs` must outlive it.  E_INPUT bpmn.*, form.*, case.process_element (a step that
 * nothing here carries out), with the file and element in d->where. */
NODISCARD enum status case_models_load(const struct packs *packs, struct case_models **ret, struct diag *d);
struct case_models *case_models_free(struct case_models *m);
DEFINE_AUTO(case_models)

/* The process of a matter in force on `day`; the one of that file name.  NULL: none. */
const struct process *case_process_on(const struct case_models *m, const struct matter *matter, date_t day);
const struct process *case_process_named(const struct case_models *m, const struct matter *matter, const char *file);
/* A step by its id: of this version, else (a case that was moved did it on another) of one that has it.  NULL: none. */
const struct bpmn_node *case_step_named(const struct case_models *m, const struct process *p, const char *element);
const struct form *case_form(const struct case_models *m, const struct matter *matter); /* NULL: none */
/* The form of a step, by its mz:form; NULL: none. */
const struct form *case_task_form(const struct case_models *m, const struct matter *matter, const char *name);
const struct evaluator *case_feel(const struct case_models *m);

/* Services that a process may name (mz:handler; handlers.c). */
bool case_handler_known(const char *name);
bool case_handler_closes(const char *name); /* its mz:note is one of desk.closings */

/* What the matter's sheet says of an element, outcome or message (matter.json
 * "desk").  NULL or "" when it says nothing. */
const struct json *desk_element(const struct matter *m, const char *element);
/* The matter's example of the step's form, its dates being `today`; NULL: it has none, or memory. */
const struct json *desk_example(struct arena *a, const struct matter *m, const char *element, date_t today);
const struct json *desk_outcome(const struct matter *m, const char *outcome);
const char *desk_message(const struct matter *m, const char *role); /* papers, report, explanation, objection, withdrawal */

#endif
