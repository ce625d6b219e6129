/* Finding somebody by what a citizen says at the counter: a name in characters (or their variants), in pinyin or by its
 * initials, the end of an ID number, a birth date or year, an address; in any order, divided by blanks.
 *
 * Numbers and birth dates are found by the keyed blind indexes; names and addresses, which the volume protects
 * (DESIGN section 6), by person_token.  Characters are folded as src/link folds them: traditional to simplified; a rare character
 * (extension B, private use) is itself.
 *
 * One page of at most SEARCH_MAX people, the best first; no second: who needs more must say more.  One fact that many share is refused
 * (E_INPUT register.query): a name needs two characters, two syllables or three initials, a birth date or the last four another fact. */
#ifndef CIVIL_REGISTER_SEARCH_H
#define CIVIL_REGISTER_SEARCH_H

#include "civil/register/register.h"

enum { SEARCH_MAX = 20, SEARCH_TEXT_MAX = 200, SEARCH_TERMS_MAX = 6 };

/* Every person found is added to the access.  `scope`: a division prefix of at least six digits, "": the whole district. */
NODISCARD enum status search_persons(struct civil *c, struct txn *t, struct access *x, struct arena *a, struct span text, const char *scope,
    struct person **ret, size_t *ret_count, bool *ret_more, struct diag *d);
/* PersonFoundList */
NODISCARD enum status search_json(struct civil *c, struct txn *t, struct access *x, struct span text, const char *scope, struct json_writer *w, struct diag *d);

/* Two writings of one name: folded they are equal, or every character sounds or looks alike. */
bool search_name_alike(struct span a, struct span b);

/* What a person is found by; called by whoever writes one.  Nothing is taken away: a former place is passed over when its row is read. */
struct search_about { const char *name, *division, *address; date_t birth; };
NODISCARD enum status search_put(struct txn *t, int64_t district, int64_t person, const struct search_about *p, struct diag *d);
NODISCARD enum status search_put_address(struct txn *t, int64_t district, int64_t person, const struct search_about *p, struct diag *d);
/* People who have no token yet, some hundred; *done: there are no more. */
NODISCARD enum status search_fill(struct txn *t, bool *done, struct diag *d);

#endif
