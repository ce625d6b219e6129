/* What every capability works with: the opened store, keys, calendar, packs.
 *
 * Built once by the program (cli, server) and read-only afterwards, so it is
 * shared by all threads.  A capability takes `struct civil *` first, then the
 * transaction it works in: capabilities compose inside ONE transaction of the
 * caller, so that a business event, its ledger rows and its evidence commit
 * together.  Functions named *_in take a txn; others open their own. */
#ifndef CIVIL_CIVIL_H
#define CIVIL_CIVIL_H

#include "base/date.h"
#include "base/message.h"

struct store;
struct vault;
struct calendar;
struct packs; /* civil/decision: loaded packs: matters, policies, parameters, forms, processes */
struct policies;    /* civil/decision: the packs' decision files, compiled */
struct case_models; /* civil/case: the packs' processes and forms, compiled */
struct sign_key;
struct plans;       /* civil/indicator: what plans promise */
struct snapshot;    /* civil/screening: columns of the register, for what-if computations */

struct civil {
    struct store *store;
    struct vault *vault;
    const struct calendar *calendar;
    const struct packs *packs;
    const struct policies *policies;    /* these two: NULL in commands that handle no case */
    const struct case_models *models;
    const char *log_origin;             /* "minzheng.example/xicheng" */
    const struct sign_key *log_ed25519; /* NULL in commands that sign no heads */
    const struct sign_key *log_sm2;
    const struct sign_key *certificate_sm2; /* NULL in commands that issue no certificates */
    const char *texts_dir;              /* the bureau's own texts of regulations; NULL: none */
    const struct plans *plans;          /* NULL: the packs hold none */
    const struct snapshot *snapshot;    /* NULL: none was given */
    int64_t district;                   /* home district of this installation, 110102 */
    const char *draw_seed;              /* NULL; while a demonstration is made: its seed, so that
                                         * draws are the same again; else nobody may know it before */
};

/* Who acts.  Filled from a session (civil/account) or by a command; copied
 * into closures, so it holds no pointers into a request. */
enum { ACTOR_GRANTS_MAX = 16 };
struct grant {
    char role[24];
    char division[13]; /* "110102" covers every code that begins with it; "11" the city */
    int64_t deputy_for;       /* the absent colleague whose it is (civil/account/absence.h); 0: his own */
    char deputy_for_name[64];
};
enum { ACTOR_COMPARTMENTS_MAX = 8 };
struct actor {
    int64_t account; /* 0: the system itself */
    char login[64];
    char name[64];
    char kind[12];       /* staff, resident, system */
    int64_t district;    /* residents: where their person row is */
    int64_t person;      /* residents: who they are; 0 otherwise */
    int grant_count;
    struct grant grant[ACTOR_GRANTS_MAX];
    int compartment_count;  /* memberships in force today (civil/secrecy) */
    char compartment[ACTOR_COMPARTMENTS_MAX][24];
    enum lang lang;
    bool keeps_later;   /* writes many rows and puts them under evidence himself (civil/evidence/keep.h) */
};

/* Has `role` (NULL: any role) over the division `code`? */
bool actor_may(const struct actor *a, const char *role, const char *code);
/* The division of the first grant with this role; "" when none. */
const char *actor_division(const struct actor *a, const char *role);
/* For whom he acts there: the absent colleague's grant, when he has none of his own for it; NULL: for himself. */
const struct grant *actor_deputises(const struct actor *a, const char *role, const char *code);
/* Does he stand in for this account today? */
bool actor_stands_in(const struct actor *a, int64_t account);
struct actor actor_system(void);
/* May this actor know what is in the compartment?  NULL and "": in none, so yes;
 * the system and a resident, whose own matters they are, may. */
bool actor_inside(const struct actor *a, const char *compartment);

#endif
