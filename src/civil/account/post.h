/* Posts (岗位): a post gives roles in a division to whoever holds it that day, as an
 * account's own roles do.  One holder at a time, and beside him somebody who acts
 * for a time; a deputy for days of absence is civil/account/absence.h, hours of duty are civil/account/shift.h.  Only roles
 * that handle cases are given so: money, secrecy and leading are not.
 * Appointments and their ends are entries of the log. */
#ifndef CIVIL_ACCOUNT_POST_H
#define CIVIL_ACCOUNT_POST_H

#include "base/json.h"
#include "civil/civil.h"

struct txn;

enum { POST_ROLES_MAX = 6, POSTS_SHOWN_MAX = 500, POST_HOLDERS_SHOWN_MAX = 50, POST_LEFT_SHOWN_MAX = 20 };

/* SQL of who has which role where today, (account, role, division): for a FROM.
 * NULL: memory. */
const char *account_powers_sql(struct txn *t);

struct post_new { const char *name, *division, *role[POST_ROLES_MAX]; size_t role_count; };
/* By a leader of that division.  E_FORBIDDEN post.who; E_INPUT post.name, post.role; E_CONFLICT post.exists. */
NODISCARD enum status post_add(struct civil *c, const struct actor *who, const struct post_new *n, int64_t *ret, struct diag *d);

struct post_holding { int64_t post; const char *login; date_t from, until /* DATE_NONE: until further notice */; bool acting; };
/* By a leader of the division, of somebody else.  E_FORBIDDEN post.who, post.self; E_NOT_FOUND post.none,
 * account.unknown; E_INPUT post.days; E_CONFLICT post.held. */
NODISCARD enum status post_appoint(struct civil *c, const struct actor *who, const struct post_holding *h, int64_t *ret, struct diag *d);
/* At once.  E_NOT_FOUND post.none; E_CONFLICT post.ended; E_FORBIDDEN post.who. */
NODISCARD enum status post_leave(struct civil *c, const struct actor *who, int64_t holding, struct diag *d);

/* Posts of the actor's divisions, those above and below, with present and coming holders and those who left last (API PostList). */
NODISCARD enum status posts_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d);

#endif
