/* A worked life: a household's history over years, told in JSON, lived through the same functions that
 * officers use (case_record, entitlement_*, payment_batch_*) in a store of its own with a clock of its own,
 * and held month by month against the amounts that were worked out beforehand.  docs/formats/life.md. */
#ifndef CIVIL_LIFE_LIFE_H
#define CIVIL_LIFE_LIFE_H

#include "base/json.h"
#include "civil/civil.h"

struct life_world {
    const struct packs *packs;
    const struct policies *policies;
    const struct case_models *models;
    const struct calendar *calendar;
    const char *folder; /* empty, for the store; the caller removes it */
};

/* Appends {"id","same","differences":[{"what","month","expected_fen","fen"}],"findings":n,"paid":{},"due":{}} to `w`.
 * *ret_same: every expected amount came out and check-store found nothing.
 * E_INPUT life.file (what is wrong with the history), or the refusal of the step that failed, with its
 * number in d->line. */
NODISCARD enum status life_run(const struct life_world *x, struct arena *a, const struct json *history, struct json_writer *w, bool *ret_same, struct diag *d);

#endif
