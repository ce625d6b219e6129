/* What schemes are to each other (packs/<pack>/between.csv): kind,scheme,other,article,zh,en.
 *
 *   feeds       the other's rules ask whether the scheme is received: it is examined later
 *   excludes    who receives the scheme does not receive the other; a person's against a household's: the household
 *               is asked again as if that person received it, and its policy says who still counts
 *   choose      of the two a person receives the one chosen
 *   not_income  the scheme's money is no income to the other
 *   together    both may be received
 *   review      when both come out, staff settle how
 *
 * This is the one place; the policies' own rules decide, and this says in which order
 * they are asked and what may be received together. */
#ifndef CIVIL_DECISION_BETWEEN_H
#define CIVIL_DECISION_BETWEEN_H

#include "civil/pack/pack.h"

enum between_kind { BETWEEN_FEEDS, BETWEEN_EXCLUDES, BETWEEN_CHOOSE, BETWEEN_NOT_INCOME, BETWEEN_TOGETHER, BETWEEN_REVIEW, BETWEEN_KINDS };

struct between_row { enum between_kind kind; const struct matter *scheme, *other; const char *article, *zh, *en; };

struct between {
    const struct between_row *row;
    size_t count;
    const struct matter *const *order; /* every matter, after those that feed it */
    size_t matters;
};

/* Lives in `a`, with the packs.  E_INPUT: csv.*, decision.between_kind, decision.between_scheme (with the
 * line), decision.between_circle (schemes that feed each other). */
NODISCARD enum status between_load(struct arena *a, const struct packs *packs, struct between *ret, struct diag *d);

const char *between_kind_name(enum between_kind k);

#endif
