/* A synthetic demonstration district: reproducible from a seed, marked as
 * synthetic in every row, nobody in it exists.
 *
 * What it must look like is measured from published marginals (census 2020 and
 * the plans); tests/unit/test_civil_demo.c prints target and reached.  The
 * joint distribution is a model: income goes with age, work, disability and
 * household type; deposits and homes with age; couples are of similar age; a few
 * households in a thousand are in every odd situation an article names. */
#ifndef CIVIL_DEMO_DEMO_H
#define CIVIL_DEMO_DEMO_H

#include "civil/civil.h"

struct txn;

struct demo_config {
    const char *district;  /* six digits, must be loaded */
    int64_t people;        /* at least; households are whole */
    uint64_t seed;
    date_t today;
    /* Progress, from 0 to 1000, with a code of the catalogue; may be NULL. */
    void (*progress)(void *arg, const char *code, int permille);
    void *arg;
};
struct demo_result {
    int64_t people, households, eligible_hint; /* households made poor on purpose */
    int64_t cases, batches;
};

enum { DEMO_PEOPLE_MIN = 500, DEMO_PEOPLE_MAX = 2000000 };

/* E_CONFLICT demo.exists: the store holds people already (a demonstration is
 * never mixed with real data). */
NODISCARD enum status demo_population(struct civil *c, const struct demo_config *config, struct demo_result *ret, struct diag *d);
/* Accounts of every role and of some residents; the password is DEMO_PASSWORD. */
#define DEMO_PASSWORD "minzheng-demo"
/* The login of the resident whose household earns too much: its case is refused. */
#define DEMO_EARNING "resident13"
NODISCARD enum status demo_accounts(struct civil *c, const struct demo_config *config, struct diag *d);
/* Each account that demo_accounts made, once, in the transaction's arena. */
struct demo_account { const char *login, *name, *role, *division; }; /* role: "resident" or a code; division: its name */
NODISCARD enum status demo_account_list(struct txn *t, struct demo_account **ret, size_t *ret_count, struct diag *d);
/* Organisations and facilities of the first subdistricts, through the registers' own door. */
NODISCARD enum status demo_registers(struct civil *c, const struct demo_config *config, struct diag *d);
/* Confirms the parameters that are marked to be confirmed, as assumptions. */
NODISCARD enum status demo_confirm_parameters(struct civil *c, struct diag *d);
/* Cases in every state and payments of the past months, made through the same
 * functions people use, with the clock moved: *clock is what the store's
 * clock shows (microseconds). */
NODISCARD enum status demo_cases(struct civil *c, const struct demo_config *config, instant_t *clock, struct demo_result *ret, struct diag *d);

/* Made-up series of the district's own plan, and the indicators that registers give for the past twelve
 * months and the past year. */
struct plans;
NODISCARD enum status demo_tasks(struct civil *c, const struct plans *plans, const struct demo_config *config, struct diag *d); /* part of demo_plan */
NODISCARD enum status demo_plan(struct civil *c, const struct demo_config *config, struct diag *d);

#endif
