/* labels.csv: what the names of models are called in the two languages, what they
 * are counted in, and whether a person can change them.
 *
 *     name,zh,en,unit,change
 *     家庭月人均收入,,monthly income a head,元/人·月,
 *     成员.户籍,户籍,household registration,,reason
 *
 * A name is a decision, an input, a column's label, a field, a code or a unit; a field
 * of one entity is written entity.field.  zh empty: the name itself.  change: `yes` a
 * person may change it, `reason` it is told as a reason and never as advice, empty
 * neither. */
#ifndef DMN_LABELS_H
#define DMN_LABELS_H

#include "dmn/explain.h"

struct dmn_label_table;
enum dmn_change { DMN_CHANGE_NONE, DMN_CHANGE_YES, DMN_CHANGE_REASON };

NODISCARD enum status dmn_label_table_new(struct arena *a, struct dmn_label_table **ret, struct diag *d);
/* Adds the rows of a file; `csv` is not kept.  A name that is there already keeps what it has
 * and takes what it lacks.  E_INPUT: csv.*, dmn.label_change, dmn.label_empty (with the line). */
NODISCARD enum status dmn_label_table_add(struct dmn_label_table *t, struct span csv, struct diag *d);
/* Sets the unit of a name that has none. */
NODISCARD enum status dmn_label_table_unit(struct dmn_label_table *t, struct span name, struct span unit, struct diag *d);
struct dmn_labels dmn_label_table_labels(const struct dmn_label_table *t);
enum dmn_change dmn_label_table_change(const struct dmn_label_table *t, struct span name);

#endif
