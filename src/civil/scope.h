/* Where an actor looks, as a condition of a query: of every list of the desk the same.
 *
 * A division covers every code that begins with it; written as a range, so that an index
 * serves.  The ranges stand in one bracket with nothing else: beside a condition that needs
 * no index ("1 = 0 OR ...") SQLite uses none and reads the whole table. */
#ifndef CIVIL_SCOPE_H
#define CIVIL_SCOPE_H

#include "base/arena.h"
#include "base/buf.h"
#include "civil/civil.h"
#include "store/store.h"

/* Values that scope_of adds at most. */
enum { SCOPE_VALUES_MAX = 2 * ACTOR_GRANTS_MAX };

/* "(column >= ? AND column < ?)": what lies in this division.  Two values are added at v[*n]; they live in `a`,
 * and an arena that is full makes a range with nothing in it. */
void scope_under(struct buf *sql, struct sql_value *v, size_t *n, struct arena *a, const char *column, const char *division);
/* "(... OR ...)": what lies where the actor has one of these roles (NULL ends them; NULL instead of a list: any role);
 * "(1 = 0)" when nowhere.  `also`: the condition of the partial index that serves ("k.state = 'open'"; NULL: none). It
 * stands beside every range, since for one of several SQLite looks for it nowhere else. */
void scope_of(struct buf *sql, struct sql_value *v, size_t *n, struct arena *a, const struct actor *who, const char *column, const char *const *roles, const char *also);

#endif
