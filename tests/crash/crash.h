/* Does a workload keep its promises when the power fails?
 *
 * A run: a child process opens a copy of the prepared store on the VFS that can
 * lose power, works with several threads and acknowledges through a pipe what
 * the store has answered.  At a random write, sync or truncation it dies.  The
 * parent opens what is left on the machine's own VFS, lets the backend check it
 * and asks the workload whether everything acknowledged is there.
 *
 * The product's own workloads are one struct crash_workload each. */
#ifndef CRASH_CRASH_H
#define CRASH_CRASH_H

#include "../support/crashvfs.h"

#include "store/store.h"

/* In the child, handed to `run`. */
struct crash_client {
    uint64_t seed;    /* of this run */
    bool faults;      /* E_SYSTEM is to be expected, and means: it may be there or not */
    int pipe;
    size_t ack_size;
    void *arg;
};
/* Tells the parent: from now on this must survive.  `record` has the workload's
 * ack_size bytes.  Any thread. */
void crash_ack(const struct crash_client *c, const void *record);

/* In the parent: every record, in the order they arrived. */
struct crash_acks {
    const char *at;
    size_t count, ack_size;
};

struct crash_workload {
    const char *name;
    size_t ack_size; /* of a record, at most 512: a pipe takes it whole */
    void *arg;
    instant_t (*now)(void *arg); /* the stores' clock; NULL: the machine's */
    /* Schema and first rows; once, nothing fails. */
    enum status (*prepare)(struct store *s, void *arg, struct diag *d);
    /* Writes until it dies, or returns when it has done enough. */
    void (*run)(struct store *s, const struct crash_client *c);
    /* After the loss.  false with a diagnostic (code and arguments are printed):
     * a promise is broken.  May write. */
    bool (*verify)(struct store *s, const struct crash_acks *acks, void *arg, struct diag *d);
};

struct crash_options {
    enum crash_kind kind;
    unsigned runs;
    uint64_t seed;            /* run k uses seed + k */
    uint64_t operations_max;  /* it dies within these; 0: 800 */
    bool each;                /* run k dies at its k-th write, sync or truncation: none is left out */
    bool unsafe_no_sync;
    bool stop_at_first_loss;
    bool verbose;             /* says on stderr what a broken run lost, with its seed */
};

struct crash_tally {
    unsigned runs;
    unsigned crashes;  /* the others finished before their end came */
    unsigned broken;   /* verify said no */
    unsigned damaged;  /* could not be opened or failed the backend's check */
    unsigned failed;   /* the child itself went wrong: a bug of the test */
    uint64_t acks;
};

/* `folder` exists and is writable; what is made in it is removed, except the
 * store of the first broken run ("broken.db"). */
enum status crash_runs(const struct crash_workload *w, const struct crash_options *o,
    const char *folder, struct crash_tally *ret, struct diag *d);

/* A command that runs a workload by the thousand; its usage is in crash_main.c. */
int crash_main(const struct crash_workload *w, int argc, char **argv);

/* The workload of this folder: transfers between accounts (ledger.c). */
extern const struct crash_workload crash_ledger;
/* The product's payments (crash_payment.c), in its own test. */
extern const struct crash_workload crash_payment;
/* Policies, from draft to version (crash_policy.c), in its own test. */
extern const struct crash_workload crash_policy;
/* Closing months of the books (crash_books.c), in its own test. */
extern const struct crash_workload crash_allotment;
extern const struct crash_workload crash_books;
/* Statements of the bank (crash_bank.c), in its own test. */
extern const struct crash_workload crash_bank;
/* Orders about what is kept secret (crash_secrecy.c), in its own test. */
extern const struct crash_workload crash_secrecy;
/* Files into a register (crash_import.c), in its own test. */
extern const struct crash_workload crash_import;
/* Duplicates of people called one, merged and taken apart (crash_linkage.c), in its own test. */
extern const struct crash_workload crash_linkage;
/* Files reported, acknowledged and reported again (crash_submission.c), in its own test. */
extern const struct crash_workload crash_submission;
/* Benefits asked again before they are paid (crash_recheck.c), in its own test. */
extern const struct crash_workload crash_recheck;
/* Benefits corrected, reduced, ended and recovered (crash_life.c), in its own test. */
extern const struct crash_workload crash_life;
/* Drafts, assignments, absences, handover, migrations (crash_duty.c), in its own test. */
extern const struct crash_workload crash_duty;
/* Cases that another office takes in, with their papers (crash_elsewhere.c), in its own test. */
extern const struct crash_workload crash_elsewhere;
/* Cases of one household merged and taken apart (crash_merge.c), in its own test. */
extern const struct crash_workload crash_merge;
/* The product's cases, from the application to payment (crash_case.c). */
extern const struct crash_workload crash_case;
/* Changes of the master key (crash_rotate.c), in its own test. */
extern const struct crash_workload crash_rotate;
/* The evidence log (crash_tlog.c), in its own test. */
extern const struct crash_workload crash_tlog;

#endif
