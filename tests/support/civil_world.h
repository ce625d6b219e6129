/* What the tests of src/civil work with: a migrated store on either backend,
 * a vault, the repository's packs, a small table of divisions.
 *
 *     struct world w; world_open(&w, f);  ...  world_close(&w);
 *
 * The people are made up; their numbers are valid and belong to nobody. */
#ifndef SUPPORT_CIVIL_WORLD_H
#define SUPPORT_CIVIL_WORLD_H

#include "test_store.h"

#include "base/idnum.h"
#include "base/json.h"
#include "calendar/calendar.h"
#include "civil/access/access.h"
#include "civil/civil.h"
#include "civil/pack/pack.h"
#include "civil/register/register.h"
#include "crypto/vault.h"
#include "store/migrations.h"

enum { DISTRICT = 110102 };

struct world {
    struct fixture *f;
    struct arena *arena;
    struct vault *vault;
    struct packs *packs;
    struct civil civil;
    struct actor clerk, cashier, finance;
};

static const char world_divisions[] =
    "code,name,level,parent\n"
    "11,北京市,1,\n"
    "110102,西城区,2,11\n"
    "110102001,东街道,3,110102\n"
    "110102002,西街道,3,110102\n"
    "110102001001,一社区,4,110102001\n"
    "110102001002,二社区,4,110102001\n"
    "110102002001,三社区,4,110102002\n"
    "110115,大兴区,2,11\n"
    "110115001,南街道,3,110115\n"
    "110115001001,南社区,4,110115001\n";

static inline struct actor world_actor(int64_t account, const char *role, const char *division) {
    struct actor a = {.account = account, .kind = "staff", .grant_count = 1};
    snprintf(a.login, sizeof a.login, "%s%lld", role, (long long)account);
    snprintf(a.name, sizeof a.name, "%s", role);
    snprintf(a.grant[0].role, sizeof a.grant[0].role, "%s", role);
    snprintf(a.grant[0].division, sizeof a.grant[0].division, "%s", division);
    return a;
}

static inline enum status world_fill_(struct txn *t, void *arg, struct diag *d) {
    struct world *w = arg;
    enum status s = division_load(&w->civil, t, span_of(world_divisions), d);
    return s == OK ? register_create_tables(&w->civil, t, d) : s;
}

static inline void world_load(struct world *w) {
    struct diag d = {0};
    char dir[1024];
    const struct calendar *calendar = NULL;
    w->arena = arena_new(0);
    snprintf(dir, sizeof dir, "%s/packs", getenv("SOURCE_ROOT"));
    expect_ok(packs_load(dir, &w->packs, &d), &d);
    expect_ok(calendar_load(w->arena, SPAN("date,kind,name\n2026-01-01,holiday,元旦\n"), &calendar, &d), &d);
    w->civil = (struct civil){.store = w->f->store, .vault = w->vault, .calendar = calendar, .packs = w->packs, .log_origin = "test.example/log", .district = DISTRICT};
    w->clerk = world_actor(11, "clerk", "110102001");
    w->cashier = world_actor(12, "cashier", "110102");
    w->finance = world_actor(13, "finance", "110102");
}

static inline void world_open(struct world *w, struct fixture *f) {
    char file[128];
    *w = (struct world){.f = f};
    expect_ok(store_migrate(f->store, store_migrations, store_migration_count, &f->diag), &f->diag);
    snprintf(file, sizeof file, "%s/key", f->folder);
    expect_ok(vault_open_or_create(file, &w->vault, &f->diag), &f->diag);
    world_load(w);
    expect_ok(store_write(f->store, world_fill_, w, &f->diag), &f->diag);
}

static inline void world_close(struct world *w) {
    w->vault = vault_free(w->vault);
    w->packs = packs_free(w->packs);
    w->arena = arena_free(w->arena);
}

/* ---- closures with one pointer -------------------------------------------------- */

#define WRITE(w, fn, arg) (diag_clear(&(w)->f->diag), store_write((w)->f->store, (fn), (arg), &(w)->f->diag))
#define READ(w, fn, arg) (diag_clear(&(w)->f->diag), store_read((w)->f->store, (fn), (arg), &(w)->f->diag))

/* ---- people -------------------------------------------------------------------------- */

/* The n-th valid number of somebody born on that day. */
static inline void world_number(char out[19], date_t birth, bool male, int n) {
    struct ymd y = date_ymd(birth);
    char text[64];
    snprintf(text, sizeof text, "110102%04d%02d%02d%03d", y.year, y.month, y.day, (n * 2 + male) % 1000);
    memcpy(out, text, 17);
    out[17] = citizen_check_digit(out);
    out[18] = 0;
}

struct world_person {
    struct world *w;
    const char *name, *division, *phone, *account, *facts;
    date_t birth;
    bool male;
    int n;           /* makes the number another one */
    char number[19]; /* filled */
    int64_t id;      /* filled */
};

static inline enum status world_person_in(struct txn *t, void *arg, struct diag *d) {
    struct world_person *x = arg;
    const struct json *facts = NULL;
    if (x->facts) {
        enum status s = json_parse(txn_arena(t), span_of(x->facts), &facts, d);
        if (s != OK)
            return s;
    }
    if (!x->number[0])
        world_number(x->number, x->birth, x->male, x->n);
    struct person_new n = {.id_number = span_of(x->number), .name = x->name, .male = x->male, .birth = x->birth, .division = x->division ? x->division : "110102001001",
        .phone = x->phone, .bank_account = x->account, .bank_name = "示范银行", .facts = facts, .source = "entered"};
    struct actor who = actor_system();
    return person_add(&x->w->civil, t, &who, DISTRICT, &n, &x->id, d);
}

static inline int64_t world_person(struct world *w, const char *name, int n) {
    char account[24];
    snprintf(account, sizeof account, "68880000%08d", n);
    struct world_person x = {.w = w, .name = name, .birth = date_from_ymd(1970, 1, 1), .n = n, .phone = "19012345678", .account = account};
    expect_ok(WRITE(w, world_person_in, &x), &w->f->diag);
    return x.id;
}

#endif
