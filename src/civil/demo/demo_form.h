/* What the head of a made-up household would enter in the matter's form. */
#ifndef CIVIL_DEMO_DEMO_FORM_H
#define CIVIL_DEMO_DEMO_FORM_H

#include "civil/civil.h"
#include "base/json.h"

struct txn;

/* Form data of packs/assistance/matters/dibao/form.json for this applicant, from
 * the registers; `understate` declares half of the money (a difference for
 * verification to find). */
NODISCARD enum status demo_form(struct civil *c, struct txn *t, struct arena *a, int64_t district, int64_t household, int64_t applicant,
    date_t on, bool understate, const struct json **ret, struct diag *d);

#endif
