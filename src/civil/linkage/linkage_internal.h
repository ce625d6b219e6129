#ifndef CIVIL_LINKAGE_LINKAGE_INTERNAL_H
#define CIVIL_LINKAGE_LINKAGE_INTERNAL_H

#include "civil/linkage/linkage.h"
#include "store/store.h"

struct linkage_pair {
    int64_t district, id, one, other, weight_milli, probability_milli, kept, merge, said_by, version;
    instant_t found_at, said_at;
    char *state, *why;
};
#define LINKAGE_COLUMNS "p.district, p.id, p.one, p.other, p.weight_milli, p.probability_milli, p.kept, p.merge, p.said_by, p.version, p.found_at, p.said_at, p.state, p.why"
NODISCARD enum status linkage_take(const struct rows *r, struct arena *a, struct linkage_pair *ret, struct diag *d);
NODISCARD enum status linkage_pair_read(struct txn *t, int64_t id, struct linkage_pair *ret, struct diag *d);

/* In which of the roles that work on duplicates he is in charge of this division; NULL: in none. */
const char *linkage_role(const struct actor *who, const char *division);
/* What `who` may say of it now; NULL ends. */
enum { LINKAGE_HOWS = 6 };
void linkage_may(const struct actor *who, const struct linkage_pair *p, const char *ret[LINKAGE_HOWS + 1]);

/* What an officer said, sealed with the key of the pair's first person. */
NODISCARD enum status linkage_words_seal(struct civil *c, struct txn *t, const struct linkage_pair *p, int64_t act, const char *words, struct span *ret, struct diag *d);
NODISCARD enum status linkage_words_open(struct civil *c, struct txn *t, const struct linkage_pair *p, int64_t act, struct span sealed, struct span *ret, struct diag *d);

#endif
