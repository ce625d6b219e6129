/* Written notices: numbered, under the seal of the organ of that date, as a
 * PDF in the archive, with a QR code that holds the receipt id and the opening of
 * the commitment. */
#ifndef CIVIL_NOTICE_NOTICE_H
#define CIVIL_NOTICE_NOTICE_H

#include "civil/civil.h"
#include "base/json.h"

struct txn;

struct notice_request {
    int64_t district, case_id, person; /* person: whom it is addressed to */
    const char *matter, *kind;         /* template packs/<pack>/matters/<matter>/notices/<kind>.json */
    const struct json *values;         /* placeholders; the list of amounts as "lines", reasons as "reasons" */
    const char *organ_name, *seal, *in_name_of;
};
NODISCARD enum status notice_issue_in(struct civil *c, struct txn *t, const struct actor *who, const struct notice_request *r,
    int64_t *ret_notice, struct diag *d);
NODISCARD enum status notice_served_in(struct civil *c, struct txn *t, const struct actor *who, int64_t district, int64_t notice,
    const char *how, instant_t at, int64_t paper, struct diag *d); /* E_CONFLICT notice.already_served; E_INPUT notice.how */

#endif
