/* What is kept from whom, by whose order and for how long.
 *
 * Four kinds of order, each ordered by one person and confirmed by another, each
 * step an entry of the log, the longest time a dated row of a pack's secrecy.csv:
 *
 *   delay   looks at a person with one purpose are shown to him only after a day
 *           (Personal Information Protection Law, article 35: where telling would
 *           hinder the organ's statutory duty).  Ended early by anybody who may
 *           order; renewed only by another than who ordered or renewed it last.
 *   seal    where a guardian's interest conflicts with the child's: cases of the
 *           child, their papers and looks are kept from the guardian, and from the
 *           child's own account, which he may use, until the child is of age.
 *   member  an account belongs to a compartment, to a day.
 *   place   a case is in a compartment; a matter is by its matter.json.
 *
 * Compartments stand beyond role and division: who is no member is answered as if
 * what is in one did not exist.  Memberships are part of the actor (civil/civil.h). */
#ifndef CIVIL_SECRECY_SECRECY_H
#define CIVIL_SECRECY_SECRECY_H

#include "base/date.h"
#include "base/json.h"
#include "civil/civil.h"

struct txn;
struct access;

enum { SECRECY_REASON_MIN = 4, SECRECY_REASON_MAX = 500 }; /* characters */

struct secrecy_new {
    const char *kind, *ground;
    const char *id_number, *against_number; /* delay, seal: of whom; seal: the guardian */
    const char *login;                      /* member */
    const char *case_number;                /* place */
    date_t until;                           /* delay, member; DATE_NONE: as long as may be */
    const char *reason;
};
/* E_FORBIDDEN secrecy.role, secrecy.himself; E_INPUT secrecy.kind, secrecy.ground, secrecy.reason,
 * secrecy.until, secrecy.of_age, secrecy.same; E_NOT_FOUND secrecy.person, secrecy.account,
 * secrecy.case; E_CONFLICT secrecy.exists. */
NODISCARD enum status secrecy_order(struct civil *c, const struct actor *who, const struct secrecy_new *n, int64_t *ret_id, struct diag *d);
/* E_NOT_FOUND secrecy.none; E_CONFLICT secrecy.state; E_FORBIDDEN secrecy.role, secrecy.two_people, secrecy.himself. */
NODISCARD enum status secrecy_confirm(struct civil *c, const struct actor *who, int64_t id, struct diag *d);
/* To a later day; delays and memberships.  E_FORBIDDEN secrecy.renewer; E_INPUT secrecy.until. */
NODISCARD enum status secrecy_renew(struct civil *c, const struct actor *who, int64_t id, date_t until, const char *reason, struct diag *d);
/* Also refuses or takes back what is not confirmed.  A seal or a place in force is
 * ended by another than who ordered it: E_FORBIDDEN secrecy.two_people. */
NODISCARD enum status secrecy_end(struct civil *c, const struct actor *who, int64_t id, const char *reason, struct diag *d);
/* API SecrecyList, newest first, those in force or proposed before the rest. */
NODISCARD enum status secrecy_list_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, struct json_writer *w, struct diag *d);

/* ---- compartments -------------------------------------------------------------- */

/* Fills the actor's memberships in force today. */
NODISCARD enum status secrecy_memberships(struct txn *t, struct actor *a, struct diag *d);
/* SQL, in `a`: a condition that the compartment in `column` is none or one of the
 * actor's; and that the case whose id is in `column` is in none that is not.
 * "1 = 1" for who is not staff.  NULL: memory. */
const char *secrecy_open_column(struct arena *a, const struct actor *who, const char *column);
const char *secrecy_open_case(struct arena *a, const struct actor *who, const char *column);
/* That nobody of the household and not the person (columns; 0: no person) is of a case in a
 * compartment that the actor is not in: what is found about them elsewhere would give it away. */
const char *secrecy_open_people(struct arena *a, const struct actor *who, const char *household, const char *person);
/* A matter's compartment by its matter.json; "": none.  By scheme: may this actor know of it? */
const char *secrecy_of_matter(const struct civil *c, const char *matter);
bool secrecy_open_scheme(const struct civil *c, const struct actor *who, const char *scheme);

/* For whoever has no business with the place where people live: another department (civil/exchange), the counter of another
 * office (civil/case/elsewhere.c).  SQL: the case k is in no compartment, and nobody's order, be it only proposed, concerns it
 * or a party of it; and nor does one concern whoever else lives in its household. */
#define SECRECY_OPEN_CASE "k.compartment IS NULL AND NOT EXISTS (SELECT 1 FROM secrecy_order o WHERE o.ended_at IS NULL AND (o.case_id = k.id OR EXISTS (SELECT 1 FROM case_party y " \
    "WHERE y.district = k.district AND y.case_id = k.id AND y.person_district = o.district AND y.person = o.person)))"
#define SECRECY_OPEN_HOUSE SECRECY_OPEN_CASE " AND NOT EXISTS (SELECT 1 FROM secrecy_order o JOIN household_member m ON m.district = o.district AND m.person = o.person " \
    "WHERE o.ended_at IS NULL AND m.district = k.district AND m.household = k.household AND m.superseded_at IS NULL AND m.valid_to IS NULL)"
/* The same of a person with no case: does an order, in force or proposed, concern him or somebody he lives with, or is one of
 * them a party of a case in a compartment? */
NODISCARD enum status secrecy_protected(struct txn *t, int64_t district, int64_t person, bool *ret, struct diag *d);

/* ---- what it does -------------------------------------------------------------- */

/* A look (`e` of access_entry) at a person (`x` of access_subject) that is kept from
 * him today: a condition with two parameters, both today.  A delay keeps looks made
 * since it was confirmed; a seal, those at the child since, and those that would
 * give it away to the guardian.  Who decides about an order looks too. */
#define SECRECY_LOOK_KEPT                                                                                               \
    "EXISTS (SELECT 1 FROM secrecy_order o WHERE o.district = x.district AND o.person = x.person AND o.ended_at IS NULL AND (" \
    "(o.kind = 'delay' AND o.until_on >= ? AND (e.purpose = 'secrecy_order' OR (o.purpose = e.purpose AND e.at >= o.confirmed_at))) OR " \
    "(o.kind = 'seal' AND o.open_on > ? AND e.kind <> 'self' AND (e.purpose = 'secrecy_order' OR e.at >= o.confirmed_at)))) OR " \
    "EXISTS (SELECT 1 FROM secrecy_order o WHERE o.district = x.district AND o.against = x.person AND o.ended_at IS NULL AND (" \
    "e.purpose = 'secrecy_order' OR (e.at >= o.confirmed_at AND (e.purpose = 'protection_check' OR "                       \
    "e.case_id IN (SELECT s.id FROM case_file s WHERE s.district = o.district AND s.applicant = o.person)))))"

/* A member "delayed" of a look that was kept and no longer is: why, by whom, from when
 * to when; else null. */
NODISCARD enum status secrecy_delayed_json(struct civil *c, struct txn *t, int64_t district, int64_t person, const char *purpose, instant_t looked_at,
    struct json_writer *w, struct diag *d);

/* Is what concerns this child kept from this resident: its guardian under a seal, or
 * the child itself while it is not of age? */
NODISCARD enum status secrecy_sealed(struct txn *t, int64_t district, int64_t child, const struct actor *who, bool *ret, struct diag *d);
/* The same in SQL: conditions under which the case with this applicant is kept from a
 * resident; parameters: his person, his person, today. */
#define SECRECY_CASE_SEALED(district, applicant)                                                                       \
    "EXISTS (SELECT 1 FROM secrecy_order o WHERE o.kind = 'seal' AND o.district = " district " AND o.person = " applicant \
    " AND o.confirmed_at IS NOT NULL AND o.ended_at IS NULL AND (o.against = ? OR (o.person = ? AND o.open_on > ?)))"

#endif
