/* Overnight and holiday duty (值班): a post held for hours.  During them its roles are the
 * officer's, as those of a holder are on his days (civil/account/post.h), and cases of an
 * emergency go to him (mz:onDuty, civil/case).  One at a time; who takes over is a shift of
 * its own, so that it stays on record who was to be there and who was.
 * Every shift and its end is an entry of the log. */
#ifndef CIVIL_ACCOUNT_SHIFT_H
#define CIVIL_ACCOUNT_SHIFT_H

#include "base/json.h"
#include "civil/civil.h"

struct txn;

enum { SHIFT_TURNS_MAX = 31, SHIFT_DAYS_MAX = 62, SHIFT_HOURS_MAX = 24, SHIFTS_SHOWN_MAX = 300, SHIFT_NIGHTS_SHOWN = 7, SHIFT_SHOWN_BACK = 7 };

struct shift_plan {
    int64_t post;
    const char *login[SHIFT_TURNS_MAX]; /* one shift each in turn, from the first again */
    size_t logins;
    date_t from, until;                 /* the days on which a shift begins, both included */
    const char *begins, *ends;          /* "17:00"; an end not after the beginning is of the day after */
    const char *days;                   /* all, working, off (rest days and holidays, by the calendar) */
    const char *telephone;
};
/* All shifts of the plan or none.  By a leader of the post's division, of others.  E_FORBIDDEN post.who, post.self;
 * E_NOT_FOUND post.none, account.unknown; E_INPUT shift.days, shift.hours, shift.people, shift.telephone, shift.which, shift.empty;
 * E_CONFLICT shift.held (where: the day). */
NODISCARD enum status shift_plan(struct civil *c, const struct actor *who, const struct shift_plan *p, int *ret_made, struct diag *d);

struct shift_replacement { int64_t shift; const char *login, *telephone /* NULL or "": as before */, *reason; };
/* What is left of its hours, from now on: by a leader, or by who has it himself, to a colleague of the place.
 * E_FORBIDDEN shift.who, post.self; E_NOT_FOUND shift.none, account.unknown; E_CONFLICT shift.ended;
 * E_INPUT shift.same, shift.reason, shift.telephone, absence.deputy. */
NODISCARD enum status shift_replace(struct civil *c, const struct actor *who, const struct shift_replacement *r, int64_t *ret, struct diag *d);
/* At once, by a leader: nobody has these hours then.  E_FORBIDDEN post.who; E_NOT_FOUND shift.none; E_CONFLICT shift.ended. */
NODISCARD enum status shift_end(struct civil *c, const struct actor *who, int64_t shift, struct diag *d);

/* Who is on duty now with this role for this division, in the transaction's arena: the nearest post, there the first. "" nobody. */
NODISCARD enum status shift_now(struct txn *t, const char *role, const char *division, const char **ret_login, struct diag *d);

/* API ShiftList: of the actor's divisions, those above and below, from a week back on; and which of the coming nights nobody has. */
NODISCARD enum status shifts_json(struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d);

#endif
