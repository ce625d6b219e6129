#ifndef CIVIL_LIFE_LIFE_INTERNAL_H
#define CIVIL_LIFE_LIFE_INTERNAL_H

#include "civil/life/life.h"

#include "civil/case/case.h"
#include "civil/decision/decision.h"
#include "civil/entitlement/life.h"
#include "store/store.h"

enum { LIFE_MEMBERS_MAX = 30, LIFE_MONTHS_MAX = 600 };

struct life {
    const struct life_world *world;
    struct arena *a;
    struct civil civil;
    struct vault *vault;
    struct store *store;
    instant_t now;
    const char *scheme;
    const struct json *facts; /* as they are now */
    struct actor clerk, decider, cashier, finance;
    struct recorded_party member[LIFE_MEMBERS_MAX];
    size_t members;
    int64_t district, payee, household; /* of the entitlement in force */
    int64_t entitlement, root, proposal;
    month_t first, last;                /* months that are run */
    int64_t paid[LIFE_MONTHS_MAX];      /* what arrived by the run of first + i */
    month_t come_back[16]; size_t come_backs; /* runs whose money the bank sends back */
};

void life_clock(struct life *x, date_t day, int hour);
/* RFC 7396, and an object over a list of people changes those whose 编号 are its keys (null: gone, new: joined).  NULL: memory. */
const struct json *life_merge(struct arena *a, const struct json *target, const struct json *patch);
/* The store, the people, the figures confirmed. */
NODISCARD enum status life_open(struct life *x, struct diag *d);
void life_close(struct life *x);
/* The people and their household in a district; x->payee and x->household are those of it. */
NODISCARD enum status life_settle_in_district(struct life *x, int64_t district, struct diag *d);
/* What the rules say of the facts on a day. */
NODISCARD enum status life_decide(struct life *x, date_t day, struct decision *ret, struct diag *d);
NODISCARD enum status life_event(struct life *x, const struct json *event, date_t on, struct diag *d);
/* The month's run, from preparing to the bank's answer. */
NODISCARD enum status life_pay(struct life *x, month_t m, struct diag *d);
int64_t life_ask(struct life *x, const char *sql, int64_t argument);

#endif
