/* A department or institution that answers questions about people's means.
 *
 * A real one is another program far away; what it says comes in as a call of
 * its own, days later, and `answer` hands out what has come.  The sources of
 * today are simulated: they answer from the registers, when the question's time
 * has come, and everything they say is marked so. */
#ifndef CIVIL_VERIFICATION_SOURCE_H
#define CIVIL_VERIFICATION_SOURCE_H

#include "civil/civil.h"
#include "base/json.h"

struct access;
struct txn;

struct verification_question {
    int64_t request, case_district, case_id;
    int64_t person, person_district; /* 0: not in the register */
    int64_t applicant;               /* of the case, in case_district */
    const char *party;               /* applicant, member, supporter */
    size_t place;                    /* supporters: entry of 户.赡养人家庭 */
    instant_t asked_at;
};

struct verification_source {
    const char *id;        /* "tax" */
    const char *name;      /* catalogue key */
    bool simulated;
    bool supporters;       /* is asked about supporters too */
    int days_min, days_max;/* working days until it answers: an assumption, no article says (policy notes) */
    /* The answer: {"成员": {...}, "户": {...}} or {"赡养人家庭": {...}}; null when it does not know the person.
     * Reads go through `x`. */
    enum status (*answer)(const struct verification_source *self, struct civil *c, struct txn *t, struct access *x,
        const struct verification_question *q, const struct json **ret, struct diag *d);
};

extern const struct verification_source VERIFICATION_SOURCES[];
extern const size_t VERIFICATION_SOURCE_COUNT;
const struct verification_source *verification_source_find(const char *id); /* NULL */

#endif
