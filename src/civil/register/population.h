/* Rows of a file into the population register, as a batch that is believed as a whole or not at all.
 *
 * Two steps.  population_stage writes a row hidden: a person new to the register stands in its tables while the
 * batch is in import_hidden, a change of somebody on record waits with superseded_at = 0.  population_confirm makes
 * all of it what the register says, in one transaction: of new people no row is written but the counts of households, yet every row of the batch is
 * looked at, so it takes longer with the batch; each change is two updates.  population_take_back undoes either.
 *
 * Who is meant is found by the ID number's blind index alone.  A row without one that fits somebody by name and birth date
 * is E_CONFLICT import.possible: a person decides, nothing is merged.
 *
 * Not changed here, because they have no history: name, telephone, bank account of people on record. */
#ifndef CIVIL_REGISTER_POPULATION_H
#define CIVIL_REGISTER_POPULATION_H

#include "base/idnum.h"
#include "civil/register/register.h"

/* One row; what it does not say is NULL or DATE_NONE. */
struct schema;
struct population_row {
    int line;
    const char *name;                    /* never NULL */
    const char *number;                  /* ID number, checked */
    date_t birth;                        /* where there is no number */
    const char *division, *address;      /* of residence */
    const char *hukou, *registered_division, *registered_address, *marriage, *service_groups, *phone;
    date_t died_on, moved_out_on;
    const char *household_number, *head_number, *relation; /* relation to the head */
    const char *guardian_number;
    instant_t at;                        /* filled: behind every record of the person */
};
/* The batch it belongs to. */
struct population_batch {
    struct civil *civil;
    const struct actor *who;
    int64_t id;
    date_t valid_from;
    const char *source;
    const struct schema *schema;         /* who may write where */
    bool dry;                            /* nothing is written */
    struct population_touched *touched;  /* what population_stage wrote since it was cleared; population_keep puts it under evidence */
};
/* Ids, in an arena; one may stand twice. */
struct id_list { int64_t *at; size_t size, capacity; };
struct population_touched { struct id_list household, person, member; };
NODISCARD enum status population_keep(struct txn *t, const struct population_batch *b, struct diag *d);
enum population_outcome { POPULATION_ADDED, POPULATION_CHANGED, POPULATION_SAME };

/* Fails with a code of the store only when the store does; else the row is not taken:
 * E_INPUT register.*, import.death, import.needed, import.no_number; E_CONFLICT import.name_differs, import.possible, import.twice,
 * import.other_batch, import.other_district, import.two_heads, register.valid_from.
 * *ret_remark: a code of the catalogue for what was left undone of a row that was taken; NULL: nothing. */
NODISCARD enum status population_stage(struct txn *t, const struct population_batch *b, const struct population_row *row, enum population_outcome *ret,
    const char **ret_remark, struct diag *d);
/* Guardians named by rows of the batch, some hundred from line `after` on; `fn` is told of those whom neither register nor file has. *ret_last 0: no more. */
typedef enum status population_guardian_fn(void *arg, struct txn *t, int line, struct diag *d);
NODISCARD enum status population_guardians(struct txn *t, const struct population_batch *b, int64_t after, int64_t *ret_last, population_guardian_fn *fn, void *arg, struct diag *d);

/* Of any register (REGISTER_SHOWN). */
NODISCARD enum status population_hide(struct txn *t, int64_t batch, struct diag *d);
NODISCARD enum status population_show(struct txn *t, int64_t batch, struct diag *d);
NODISCARD enum status population_hidden(struct txn *t, int64_t batch, bool *ret, struct diag *d);
/* *ret_overtaken: changes left out because somebody changed the person since. */
NODISCARD enum status population_confirm(struct txn *t, const struct population_batch *b, int64_t *ret_overtaken, struct diag *d);
/* Of a batch that is hidden still, or confirmed: from now on it is nobody's belief, and what it changed is believed as before.  Whom somebody else has
 * changed since, and who has a case or an account, is kept.  What is left is put away by population_clean, in the order of persons. */
NODISCARD enum status population_take_back(struct txn *t, const struct population_batch *b, bool confirmed, int64_t *ret_undone, int64_t *ret_kept, struct diag *d);
NODISCARD enum status population_clean(struct txn *t, const struct population_batch *b, int64_t after, int64_t *ret_last, int64_t *ret_undone, struct diag *d);

/* What the batch changes of people on record: at most `max` from person `after` on, an array of ImportChange; a look at each.  `scope`: a division
 * prefix, others are left out.  *ret_last: where the next page begins; 0: there is none. */
struct json_writer;
NODISCARD enum status population_changes_json(struct civil *c, struct txn *t, struct access *look, const struct schema *schema, int64_t batch, const char *scope, int64_t after, int max,
    bool english, struct json_writer *w, int64_t *ret_last, struct diag *d);

#endif
