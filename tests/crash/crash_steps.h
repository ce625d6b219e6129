/* Workloads of one kind: many items, each carried through the same few steps by two
 * officers, every step a write of its own.  What was acknowledged is there afterwards,
 * a step is whole or not there at all, and the work goes on. */
#ifndef TESTS_CRASH_STEPS_H
#define TESTS_CRASH_STEPS_H

#include "crash.h"

#include "civil/civil.h"

enum { CRASH_DISTRICT = 110102 };

struct crash_step_ack { int64_t item; int32_t step; };

struct crash_steps {
    const char *name;
    int items;
    /* Once in the parent, after the schema is there: what every child inherits. */
    enum status (*prepare)(struct store *s, const struct packs *packs, struct diag *d);
    /* What the capability works with besides store, packs and district. */
    void (*fill)(struct civil *c);
    /* The n-th item through all its steps; each is told to `client` (NULL: nobody) by crash_step_done. */
    enum status (*one)(struct civil *c, const struct crash_client *client, int n, struct diag *d);
    bool again; /* `one` goes on where it stopped: on a failing disk it is called until the item is through, else the next comes */
    /* Afterwards, in a snapshot: everything agrees with everything. */
    enum status (*check)(struct civil *c, struct txn *t, struct diag *d);
    /* SQL of how far an item came, a number of a step; its parameter is the item. */
    const char *reached;
};

struct actor crash_officer(int64_t account, const char *role);
/* The evidence of everything kept; the first finding in `d`.  E_CORRUPT. */
enum status crash_evidence_check(struct civil *c, struct txn *t, struct diag *d);
void crash_step_done(const struct crash_client *client, int64_t item, int step);

/* For struct crash_workload: .ack_size = sizeof(struct crash_step_ack), .arg = the struct crash_steps. */
enum status crash_steps_prepare(struct store *s, void *steps, struct diag *d);
void crash_steps_run(struct store *s, const struct crash_client *client);
bool crash_steps_verify(struct store *s, const struct crash_acks *acks, void *steps, struct diag *d);
#define CRASH_STEPS(label, steps) {.name = (label), .ack_size = sizeof(struct crash_step_ack), .arg = (steps), \
    .prepare = crash_steps_prepare, .run = crash_steps_run, .verify = crash_steps_verify}

#endif
