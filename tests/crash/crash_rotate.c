/* Changing the master key while the power fails: over and over a new key, every
 * value sealed anew, the former key destroyed.
 *
 * Afterwards everything opens with what is in the key file, every finished change
 * has its entry, and the broken one can be finished.  A value under a destroyed
 * key would be lost for good: that is what is looked for. */
#include "crash.h"

#include "base/idnum.h"
#include "civil/archive/rotate.h"
#include "civil/register/register.h"
#include "crypto/vault.h"
#include "store/migrations.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DISTRICT = 110102, PEOPLE = 410, CHANGES = 60 };

static const char key_file[] = "crash-rotate.key";
static char first_key[4096]; /* as prepared; inherited by every child */

struct ack { int64_t changes; };
struct office { struct civil civil; struct vault *vault; };

static enum status open_office(struct store *s, struct office *x, struct diag *d) {
    *x = (struct office){0};
    enum status st = vault_open_or_create(key_file, &x->vault, d);
    x->civil = (struct civil){.store = s, .vault = x->vault, .log_origin = "crash.example/log", .district = DISTRICT};
    return st;
}

static enum status fill(struct txn *t, void *arg, struct diag *d) {
    struct office *x = arg;
    struct actor system = actor_system();
    enum status s = OK;
    for (int i = 0; s == OK && i < PEOPLE; i++) {
        char number[19] = "";
        int64_t person;
        snprintf(number, sizeof number, "11010219%02d0101%03d", 40 + i / 205, (i % 205) * 2 + 1);
        number[17] = citizen_check_digit(number);
        struct person_new p = {.id_number = {number, 18}, .name = "示范人", .male = true, .birth = date_from_ymd(1940 + i / 205, 1, 1), .division = "110102001001",
            .phone = i % 2 ? "19012345678" : NULL, .bank_account = "6888000011112222", .bank_name = "示范银行", .source = "synthetic"};
        s = person_add(&x->civil, t, &system, DISTRICT, &p, &person, d);
    }
    return s;
}

static enum status prepare(struct store *s, void *arg, struct diag *d) {
    struct office x = {0};
    (void)arg;
    enum status st = store_migrate(s, store_migrations, store_migration_count, d);
    if (st == OK)
        st = open_office(s, &x, d);
    if (st == OK)
        st = store_write(s, fill, &x, d);
    vault_free(x.vault);
    FILE *f = st == OK ? fopen(key_file, "rb") : NULL;
    if (f && fread(first_key, 1, sizeof first_key - 1, f) == 0)
        st = diag_fail(d, E_SYSTEM, "crash.keys");
    if (f)
        fclose(f);
    return st;
}

static enum status one_change(struct store *s, struct archive_rotation *ret, struct diag *d) {
    struct office x;
    struct actor system = actor_system();
    enum status st = open_office(s, &x, d);
    if (st == OK && vault_key_count(x.vault) == 1) {
        x.vault = vault_free(x.vault);
        st = vault_rotate(key_file, d);
        if (st == OK)
            st = open_office(s, &x, d);
    }
    if (st == OK)
        st = archive_rotate(&x.civil, &system, key_file, false, ret, d);
    vault_free(x.vault);
    return st;
}

static void run(struct store *s, const struct crash_client *client) {
    struct diag d = {0};
    unlink(key_file);
    int old = umask(077);
    FILE *f = fopen(key_file, "wb");
    umask(old);
    bool ready = f && fputs(first_key, f) >= 0;
    ready = f && fclose(f) == 0 && ready;
    enum status st = ready ? OK : diag_fail(&d, E_SYSTEM, "crash.keys");
    int64_t changes = 0;
    for (int n = 0; st == OK && n < CHANGES; n++) {
        struct archive_rotation done;
        diag_clear(&d);
        st = one_change(s, &done, &d);
        if (st == OK && done.retired)
            crash_ack(client, &(struct ack){++changes});
        if (st == E_SYSTEM && client->faults)
            st = OK;
    }
    if (st != OK) {
        fprintf(stderr, "rotate: %s %s\n", status_name(st), d.code);
        _exit(4);
    }
}

/* ---- after ----------------------------------------------------------------------- */

struct seen { int64_t changes, people; };

/* Reading everything is what the change does too: values that do not open stop it. */
static enum status acts(struct txn *t, void *arg, struct diag *d) {
    struct seen *x = arg;
    enum status s = sql_int(t, &x->changes, 0, d, "SELECT count(*) FROM archive_act WHERE action = 'key.rotated'");
    return s == OK ? sql_int(t, &x->people, 0, d, "SELECT count(*) FROM person") : s;
}

static bool verify(struct store *s, const struct crash_acks *acks, void *arg, struct diag *d) {
    struct ack last = {0};
    struct seen seen = {0};
    struct archive_rotation done = {0};
    struct vault *v = NULL;
    if (acks->count)
        memcpy(&last, acks->at + (acks->count - 1) * acks->ack_size, sizeof last);
    enum status st = store_read(s, acts, &seen, d);
    if (st == OK && (seen.changes < last.changes || seen.people != PEOPLE))
        st = diag_fail(d, E_CORRUPT, "crash.acts", DIAG_N("acknowledged", last.changes), DIAG_N("found", seen.changes));
    if (st == OK) /* the broken one to its end, or another one */
        st = one_change(s, &done, d);
    if (st == OK && (!done.retired || done.persons != PEOPLE || done.values < 3 * PEOPLE))
        st = diag_fail(d, E_CORRUPT, "crash.rotation", DIAG_N("persons", done.persons), DIAG_N("values", done.values));
    if (st == OK)
        st = vault_open(key_file, &v, d);
    if (st == OK && vault_key_count(v) != 1)
        st = diag_fail(d, E_CORRUPT, "crash.keys_left", DIAG_N("keys", vault_key_count(v)));
    vault_free(v);
    return st == OK;
}

const struct crash_workload crash_rotate = {
    .name = "rotate",
    .ack_size = sizeof(struct ack),
    .prepare = prepare,
    .run = run,
    .verify = verify,
};
