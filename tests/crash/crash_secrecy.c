/* Memberships ordered, confirmed, renewed and ended while the power fails: a step is whole
 * (the order as it stands, its act, its entry in the log) or not there at all. */
#include "crash_steps.h"

#include "civil/evidence/keep.h"
#include "civil/secrecy/secrecy.h"
#include "crypto/vault.h"

#include <stdio.h>
#include <unistd.h>

enum { ORDERS = 200, FIRST = 1000 };
enum step { ORDERED = 1, CONFIRMED, RENEWED, ENDED };

static struct vault *vault;

static enum status accounts(struct txn *t, void *arg, struct diag *d) {
    enum status s = OK;
    struct civil c = {.store = txn_store(t), .vault = vault, .district = 110102};
    struct actor system = actor_system();
    for (int64_t i = 0; s == OK && i <= ORDERS + 1; i++) {
        char login[32];
        snprintf(login, sizeof login, "officer%lld", (long long)i);
        s = sql_exec(t, d, "INSERT INTO account (id, login, password, name, kind, state, demo, must_change, failed, created_at) VALUES (?, ?, '!', ?, 'staff', 'active', 1, 0, 0, 0)",
            SQL_I(FIRST + i), SQL_S(login), SQL_S(login));
        if (s == OK)
            s = evidence_keep_one(&c, t, &system, KEPT_ACCOUNT, 0, FIRST + i, d);
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

static enum status prepare(struct store *s, const struct packs *packs, struct diag *d) {
    enum status st = vault ? OK : open_vault(d);
    return st == OK ? store_write(s, accounts, NULL, d) : st;
}
static void fill(struct civil *c) { c->vault = vault; }

static enum status today(struct txn *t, void *arg, struct diag *d) {
    *(date_t *)arg = txn_today(t);
    return OK;
}

static enum status one(struct civil *c, const struct crash_client *client, int n, struct diag *d) {
    struct actor first = crash_officer(21, "leader"), second = crash_officer(22, "leader");
    char login[32];
    date_t day = 0;
    int64_t order = 0;
    snprintf(login, sizeof login, "officer%d", n);
    enum status s = store_read(c->store, today, &day, d);
    struct secrecy_new wanted = {.kind = "member", .ground = "mental_health", .login = login, .until = day + 5, .reason = "试验用的理由"};
    for (int step = ORDERED; s == OK && step <= ENDED; step++) {
        if (step == ORDERED)
            s = secrecy_order(c, &first, &wanted, &order, d);
        else if (step == CONFIRMED)
            s = secrecy_confirm(c, &second, order, d);
        else if (step == RENEWED)
            s = secrecy_renew(c, &second, order, day + 9, "再用几天", d);
        else
            s = secrecy_end(c, &first, order, "用完了收回", d);
        if (s == OK)
            crash_step_done(client, order, step);
    }
    return s;
}

static enum status check(struct civil *c, struct txn *t, struct diag *d) {
    int64_t apart = 0;
    enum status s = crash_evidence_check(c, t, d);
    if (s == OK)
        s = sql_int(t, &apart, 0, d, "SELECT (SELECT count(*) FROM log_pending WHERE kind = 'secrecy') - (SELECT count(*) FROM secrecy_act)");
    return s == OK && apart ? diag_fail(d, E_CORRUPT, "secrecy.state", DIAG_N("apart", apart)) : s;
}

static struct crash_steps steps = {
    .name = "secrecy", .items = ORDERS, .prepare = prepare, .fill = fill, .one = one, .check = check,
    .reached = "SELECT CASE WHEN ended_at IS NOT NULL THEN 4 WHEN holder <> ordered_by THEN 3 WHEN confirmed_at IS NOT NULL THEN 2 ELSE 1 END FROM secrecy_order WHERE id = ?",
};
const struct crash_workload crash_secrecy = CRASH_STEPS("secrecy", &steps);
