/* Memberships ordered, confirmed, renewed and ended while the power fails.
 *
 * Whatever was acknowledged is there; a step is whole (the order as it stands, its
 * act, its entry in the log) or not there at all; and the work goes on. */
#include "crash.h"

#include "civil/evidence/evidence.h"
#include "civil/pack/pack.h"
#include "civil/secrecy/secrecy.h"
#include "crypto/vault.h"
#include "store/migrations.h"

#include <stdio.h>
#include <unistd.h>

enum { DISTRICT = 110102, ORDERS = 200, FIRST = 1000 };

enum step { ORDERED = 1, CONFIRMED, RENEWED, ENDED };
struct ack { int64_t order; int32_t step; };

/* Made once in the parent and inherited by every child. */
static struct packs *packs;
static struct vault *vault;

static struct actor officer(int64_t account) {
    struct actor a = {.account = account, .kind = "staff", .grant_count = 1};
    snprintf(a.grant[0].role, sizeof a.grant[0].role, "leader");
    snprintf(a.grant[0].division, sizeof a.grant[0].division, "110102");
    return a;
}

static struct civil civil_in(struct store *s) {
    return (struct civil){.store = s, .packs = packs, .vault = vault, .log_origin = "crash.example/log", .district = DISTRICT};
}

static enum status accounts(struct txn *t, void *arg, struct diag *d) {
    enum status s = OK;
    for (int64_t i = 0; s == OK && i <= ORDERS + 1; i++) {
        char login[32];
        snprintf(login, sizeof login, "officer%lld", (long long)i);
        s = sql_exec(t, d, "INSERT INTO account (id, login, password, name, kind, state, demo, must_change, failed, created_at) VALUES (?, ?, '!', ?, 'staff', 'active', 1, 0, 0, 0)",
            SQL_I(FIRST + i), SQL_S(login), SQL_S(login));
    }
    return s;
}

static enum status open_vault(struct diag *d) {
    const char *folder = getenv("TMPDIR");
    char file[1024];
    snprintf(file, sizeof file, "%s/crash-secrecy-%d.key", folder ? folder : P_tmpdir, (int)getpid());
    enum status s = vault_open_or_create(file, &vault, d);
    unlink(file);
    return s;
}

static enum status prepare(struct store *s, void *arg, struct diag *d) {
    char dir[1024];
    const char *root = getenv("SOURCE_ROOT");
    snprintf(dir, sizeof dir, "%s/packs", root ? root : ".");
    enum status st = packs ? OK : packs_load(dir, &packs, d);
    if (st == OK && !vault)
        st = open_vault(d);
    if (st == OK)
        st = store_migrate(s, store_migrations, store_migration_count, d);
    return st == OK ? store_write(s, accounts, NULL, d) : st;
}

/* ---- the work -------------------------------------------------------------------------- */

static enum status today(struct txn *t, void *arg, struct diag *d) {
    *(date_t *)arg = txn_today(t);
    return OK;
}

static enum status one(struct civil *c, const struct crash_client *client, int n, struct diag *d) {
    struct actor first = officer(21), second = officer(22);
    char login[32];
    date_t day = 0;
    struct ack k = {0};
    snprintf(login, sizeof login, "officer%d", n);
    enum status s = store_read(c->store, today, &day, d);
    struct secrecy_new wanted = {.kind = "member", .ground = "mental_health", .login = login, .until = day + 5, .reason = "试验用的理由"};
    for (int step = ORDERED; s == OK && step <= ENDED; step++) {
        if (step == ORDERED)
            s = secrecy_order(c, &first, &wanted, &k.order, d);
        else if (step == CONFIRMED)
            s = secrecy_confirm(c, &second, k.order, d);
        else if (step == RENEWED)
            s = secrecy_renew(c, &second, k.order, day + 9, "再用几天", d);
        else
            s = secrecy_end(c, &first, k.order, "用完了收回", d);
        k.step = step;
        if (s == OK && client)
            crash_ack(client, &k);
    }
    return s;
}

static void run(struct store *s, const struct crash_client *client) {
    struct civil c = civil_in(s);
    struct diag d = {0};
    enum status st = OK;
    for (int n = 0; st == OK && n < ORDERS; n++) {
        diag_clear(&d);
        st = one(&c, client, n, &d);
        if (st == E_SYSTEM && client->faults)
            st = OK;
    }
    if (st != OK) {
        fprintf(stderr, "secrecy: %s %s\n", status_name(st), d.code);
        _exit(4);
    }
}

/* ---- afterwards ---------------------------------------------------------------------------- */

static enum status check_ack(struct txn *t, const struct ack *a, struct diag *d) {
    int64_t reached = 0;
    enum status s = sql_int(t, &reached, 0, d,
        "SELECT CASE WHEN ended_at IS NOT NULL THEN 4 WHEN holder <> ordered_by THEN 3 WHEN confirmed_at IS NOT NULL THEN 2 ELSE 1 END FROM secrecy_order WHERE id = ?", SQL_I(a->order));
    return s == OK && reached < a->step ? diag_fail(d, E_CORRUPT, "secrecy.state", DIAG_N("acknowledged", a->step), DIAG_N("state", reached)) : s;
}

static void remember(void *arg, const struct diag *f) {
    struct diag *first = arg;
    if (first->status == OK)
        *first = *f;
}

static enum status check(struct txn *t, void *arg, struct diag *d) {
    const struct crash_acks *acks = arg;
    struct civil c = civil_in(txn_store(t));
    struct diag found = {0};
    int64_t apart = 0;
    struct evidence_check e = {.civil = &c, .txn = t, .finding = remember, .arg = &found};
    enum status s = evidence_check_in(&e, d);
    if (s == OK && e.findings) {
        *d = found;
        s = E_CORRUPT;
    }
    if (s == OK)
        s = sql_int(t, &apart, 0, d, "SELECT (SELECT count(*) FROM log_pending WHERE kind = 'secrecy') - (SELECT count(*) FROM secrecy_act)");
    if (s == OK && apart)
        s = diag_fail(d, E_CORRUPT, "secrecy.state", DIAG_N("apart", apart));
    for (size_t i = 0; s == OK && i < acks->count; i++) {
        struct ack a;
        memcpy(&a, acks->at + i * acks->ack_size, sizeof a);
        s = check_ack(t, &a, d);
    }
    return s;
}

static bool verify(struct store *s, const struct crash_acks *acks, void *arg, struct diag *d) {
    struct civil c = civil_in(s);
    enum status st = store_read(s, check, (void *)acks, d);
    if (st == OK)
        st = one(&c, NULL, ORDERS, d);
    if (st == OK)
        st = store_read(s, check, (void *)acks, d);
    return st == OK;
}

const struct crash_workload crash_secrecy = {
    .name = "secrecy",
    .ack_size = sizeof(struct ack),
    .prepare = prepare,
    .run = run,
    .verify = verify,
};
