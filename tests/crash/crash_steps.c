#include "crash_steps.h"

#include "civil/evidence/evidence.h"
#include "civil/pack/pack.h"
#include "store/migrations.h"

#include <stdio.h>
#include <unistd.h>

static struct packs *packs; /* made once in the parent and inherited by every child */

struct actor crash_officer(int64_t account, const char *role) {
    struct actor a = {.account = account, .kind = "staff", .grant_count = 1};
    snprintf(a.grant[0].role, sizeof a.grant[0].role, "%s", role);
    snprintf(a.grant[0].division, sizeof a.grant[0].division, "110102");
    return a;
}

void crash_step_done(const struct crash_client *client, int64_t item, int step) {
    struct crash_step_ack a;
    memset(&a, 0, sizeof a); /* its padding goes through the pipe too */
    a.item = item;
    a.step = step;
    if (client)
        crash_ack(client, &a);
}

static void remember(void *arg, const struct diag *f) {
    struct diag *first = arg;
    if (first->status == OK)
        *first = *f;
}

enum status crash_evidence_check(struct civil *c, struct txn *t, struct diag *d) {
    struct diag found = {0};
    struct evidence_check e = {.civil = c, .txn = t, .finding = remember, .arg = &found};
    enum status s = evidence_check_in(&e, d);
    if (s == OK && e.findings) {
        *d = found;
        s = E_CORRUPT;
    }
    return s;
}

static struct civil civil_in(struct store *s, const struct crash_steps *w) {
    struct civil c = {.store = s, .packs = packs, .log_origin = "crash.example/log", .district = CRASH_DISTRICT};
    w->fill(&c);
    return c;
}

enum status crash_steps_prepare(struct store *s, void *steps, struct diag *d) {
    const struct crash_steps *w = steps;
    char dir[1024];
    const char *root = getenv("SOURCE_ROOT");
    snprintf(dir, sizeof dir, "%s/packs", root ? root : ".");
    enum status st = packs ? OK : packs_load(dir, &packs, d);
    if (st == OK)
        st = store_migrate(s, store_migrations, store_migration_count, d);
    return st == OK ? w->prepare(s, packs, d) : st;
}

void crash_steps_run(struct store *s, const struct crash_client *client) {
    const struct crash_steps *w = client->arg;
    struct civil c = civil_in(s, w);
    struct diag d = {0};
    enum status st = OK;
    for (int n = 0; st == OK && n < w->items; n++) {
        do {
            diag_clear(&d);
            st = w->one(&c, client, n, &d);
        } while (st == E_SYSTEM && client->faults && w->again); /* the power fails in the end */
        if (st == E_SYSTEM && client->faults)
            st = OK;
    }
    if (st != OK) {
        fprintf(stderr, "%s: %s %s\n", w->name, status_name(st), d.code);
        _exit(4);
    }
}

struct checking { const struct crash_steps *w; struct civil *c; const struct crash_acks *acks; };

static enum status check(struct txn *t, void *arg, struct diag *d) {
    struct checking *x = arg;
    enum status s = x->w->check(x->c, t, d);
    for (size_t i = 0; s == OK && i < x->acks->count; i++) {
        struct crash_step_ack a;
        int64_t reached = 0;
        memcpy(&a, x->acks->at + i * x->acks->ack_size, sizeof a);
        s = sql_int(t, &reached, 0, d, x->w->reached, SQL_I(a.item));
        if (s == OK && reached < a.step)
            s = diag_fail(d, E_CORRUPT, "crash.step", DIAG_N("acknowledged", a.step), DIAG_N("reached", reached));
    }
    return s;
}

bool crash_steps_verify(struct store *s, const struct crash_acks *acks, void *steps, struct diag *d) {
    const struct crash_steps *w = steps;
    struct civil c = civil_in(s, w);
    struct checking x = {w, &c, acks};
    enum status st = store_read(s, check, &x, d);
    if (st == OK)
        st = w->one(&c, NULL, w->items, d);
    if (st == OK)
        st = store_read(s, check, &x, d);
    return st == OK;
}
