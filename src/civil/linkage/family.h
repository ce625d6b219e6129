/* Family finding (寻亲): who of the register may be the person of whom only little is known, for somebody who has no papers or lost his family.
 *
 * One pass over everybody (link/find.h): age, sex, province, how the name sounds.  It proposes; people decide.  Reading everybody is one look of the bulk kind, durable before
 * anything of it is handed on; who is shown, masked, is a look each, with the purpose family_finding. */
#ifndef CIVIL_LINKAGE_FAMILY_H
#define CIVIL_LINKAGE_FAMILY_H

#include "base/json.h"
#include "civil/civil.h"
#include "link/crew.h"

struct access;

enum { FAMILY_TOP = 10, FAMILY_NAME_MAX = 60 /* bytes */ };

struct family_asked {
    const char *name;             /* characters or pinyin, "?" for one that is not remembered; NULL: unknown */
    bool given_only;              /* the family name is not known */
    int64_t year, year_error;     /* estimated year of birth, 0 unknown; the error is one standard deviation, 0: five years */
    const char *sex;              /* 男, 女; NULL: unknown */
    int64_t province;             /* two digits of GB/T 2260; 0 unknown */
};
/* API FamilyFound.  Of divisions where he may look (clerk, district_clerk).  Its own transactions; `x` gets who is shown, and is the caller's to commit.
 * E_INPUT linkage.family_nothing (nothing is known), linkage.family_name, linkage.family_year, linkage.family_sex, linkage.family_province; E_FORBIDDEN register.read. */
NODISCARD enum status family_find(struct civil *c, const struct actor *who, struct access *x, const struct link_crew *crew, const struct family_asked *q, struct json_writer *w, struct diag *d);

#endif
