/* Accounts, passwords, sessions, roles.
 *
 * OWASP: Argon2id, session tokens of 32 random bytes in a cookie (stored as
 * their SHA-256), a CSRF token bound to the session, 12 hours absolute and 30
 * minutes idle life, lock-out that doubles from the fifth failure on (1 min,
 * 2, 4 ... 60), the same answer and the same time for an unknown name. */
#ifndef CIVIL_ACCOUNT_ACCOUNT_H
#define CIVIL_ACCOUNT_ACCOUNT_H

#include "civil/civil.h"

struct txn;

struct session {
    struct actor actor;
    char token[44];  /* for the cookie; only from session_open */
    char csrf[44];
    instant_t expires_at;
    bool must_change_password;
};

struct account_new {
    const char *login, *name, *kind; /* staff, resident */
    struct span password;
    int64_t district, person;        /* residents */
    bool demo, must_change;
    const struct grant *grant;
    size_t grant_count;
};
/* E_INPUT account.login, password.*; E_CONFLICT account.taken: the login, or the person has one. */
NODISCARD enum status account_add_in(struct civil *c, struct txn *t, const struct account_new *n, int64_t *ret, struct diag *d);
/* The actor of a login, for commands run on the machine itself (who can read the
 * key file needs no password).  E_NOT_FOUND account.unknown. */
NODISCARD enum status account_actor_in(struct txn *t, const char *login, struct actor *ret, struct diag *d);
/* E_AUTH account.refused (unknown, wrong, closed: one answer, one time); E_BUSY
 * account.locked with `minutes` once locked out, even for the right password. */
NODISCARD enum status session_open(struct civil *c, struct span login, struct span password, struct session *ret, struct diag *d);
/* E_AUTH account.no_session.  Extends the idle life at most once a minute. */
NODISCARD enum status session_find(struct civil *c, struct span token, struct session *ret, struct diag *d);
NODISCARD enum status session_close(struct civil *c, struct span token, struct diag *d);
/* Ends every session of the account.  E_AUTH account.refused; E_INPUT password.*. */
NODISCARD enum status account_change_password(struct civil *c, int64_t account, struct span former, struct span password, struct diag *d);
NODISCARD enum status session_sweep(struct civil *c, struct diag *d); /* forgets expired ones */

#endif
