/* The store, clock and people of a worked life. */
#include "civil/life/life_internal.h"

#include "base/idnum.h"
#include "civil/demo/demo.h"
#include "civil/pack/pack.h"
#include "civil/register/register.h"
#include "crypto/vault.h"
#include "store/migrations.h"

#include <stdio.h>

static instant_t now_of(void *arg) { return ((const struct life *)arg)->now; }

void life_clock(struct life *x, date_t day, int hour) { x->now = (((int64_t)day * 24) + hour - 8) * 3600 * INT64_C(1000000); }

/* ---- facts ----------------------------------------------------------------------- */

static const struct json *merge_people(struct arena *a, const struct json *list, const struct json *patch) {
    const struct json **item = ARENA_ARRAY(a, list->size + patch->size + 1, const struct json *);
    size_t n = 0;
    if (!item)
        return NULL;
    for (size_t i = 0; i < list->size; i++) {
        const struct json *p = json_get(patch, json_str(list->item[i], "编号", ""));
        if (p && p->type == JSON_NULL)
            continue;
        item[n++] = p ? life_merge(a, list->item[i], p) : list->item[i];
    }
    for (size_t k = 0; k < patch->size; k++) {
        bool known = patch->item[k]->type == JSON_NULL;
        for (size_t i = 0; i < list->size; i++)
            known = known || span_is(patch->key[k], json_str(list->item[i], "编号", ""));
        if (!known)
            item[n++] = json_with(a, patch->item[k], "编号", json_new_string(a, patch->key[k]));
    }
    for (size_t i = 0; i < n; i++)
        if (!item[i])
            return NULL;
    return json_new_array(a, item, n);
}

const struct json *life_merge(struct arena *a, const struct json *target, const struct json *patch) {
    if (patch->type == JSON_OBJECT && target && target->type == JSON_ARRAY)
        return merge_people(a, target, patch);
    if (patch->type != JSON_OBJECT || !target || target->type != JSON_OBJECT)
        return patch;
    for (size_t i = 0; target && i < patch->size; i++) {
        struct span key = patch->key[i];
        const char *name = arena_dup(a, key);
        const struct json *value = patch->item[i]->type == JSON_NULL ? NULL : life_merge(a, json_get_span(target, key), patch->item[i]);
        if (patch->item[i]->type == JSON_NULL)
            target = json_without(a, target, key);
        else
            target = name && value ? json_with(a, target, name, value) : NULL;
    }
    return target;
}

/* ---- people ------------------------------------------------------------------------- */

static struct actor staff(int64_t account, const char *role) {
    struct actor a = {.account = account, .kind = "staff", .grant_count = 1, .lang = LANG_ZH};
    snprintf(a.login, sizeof a.login, "%s", role);
    snprintf(a.name, sizeof a.name, "%s", role);
    snprintf(a.grant[0].role, sizeof a.grant[0].role, "%s", role);
    snprintf(a.grant[0].division, sizeof a.grant[0].division, "11");
    return a;
}

static void number_of(date_t birth, bool male, int64_t district, size_t i, char out[19]) {
    struct ymd y = date_ymd(birth);
    snprintf(out, 19, "%06u%04u%02u%02u%03u", (unsigned)district % 1000000u, (unsigned)y.year % 10000u, (unsigned)y.month % 100u, (unsigned)y.day % 100u,
        ((unsigned)i * 2u + (unsigned)male + 100u) % 1000u);
    out[17] = citizen_check_digit(out);
    out[18] = 0;
}

struct settling { struct life *x; int64_t district; };

static enum status person_in(struct txn *t, struct settling *y, const struct json *m, size_t i, struct diag *d) {
    struct life *x = y->x;
    char number[19], account[24], division[16];
    date_t birth = DATE_NONE;
    bool male = strcmp(json_str(m, "性别", "男"), "男") == 0;
    struct actor system = actor_system();
    if (date_parse(span_of(json_str(m, "出生日期", "1980-01-01")), &birth, d) != OK)
        return E_INPUT;
    number_of(birth, male, y->district, i, number);
    snprintf(account, sizeof account, "6888%06u%08u", (unsigned)y->district % 1000000u, (unsigned)i % 100000000u);
    snprintf(division, sizeof division, "%06u001001", (unsigned)y->district % 1000000u);
    const struct json *none = json_new_object(txn_arena(t), NULL, NULL, 0);
    struct person_new p = {.id_number = span_of(number), .name = "示例人", .male = male, .birth = birth, .division = division, .hukou = "本市", .bank_account = account,
        .bank_name = "示例银行", .facts = none, .synthetic = true, .source = "life"};
    enum status s = none ? person_add(&x->civil, t, &system, y->district, &p, &x->member[i].person, d) : arena_full(d);
    if (s == OK)
        s = household_join(&x->civil, t, &system, y->district, x->household, x->member[i].person, json_str(m, "与申请人关系", "本人"), txn_today(t) - 30, d);
    x->member[i].number = json_str(m, "编号", "");
    x->member[i].relation = json_str(m, "与申请人关系", "");
    return s;
}

static enum status settle(struct txn *t, void *arg, struct diag *d) {
    struct settling *y = arg;
    struct life *x = y->x;
    char division[16];
    const struct json *people = json_get(json_get(x->facts, "户"), "成员");
    const char *object = json_str(json_get(x->facts, "申请"), "对象", NULL);
    struct actor system = actor_system();
    snprintf(division, sizeof division, "%06u001001", (unsigned)y->district % 1000000u);
    enum status s = household_add(&x->civil, t, &system, y->district, division, "示例胡同1号", true, &x->household, d);
    if (!people || people->type != JSON_ARRAY || people->size == 0 || people->size > LIFE_MEMBERS_MAX)
        return diag_fail(d, E_INPUT, "life.file", DIAG_S("key", "facts.户.成员"));
    x->members = people->size;
    for (size_t i = 0; s == OK && i < people->size; i++)
        s = person_in(t, y, people->item[i], i, d);
    x->payee = 0;
    for (size_t i = 0; i < x->members; i++)
        if (object ? strcmp(x->member[i].number, object) == 0 : strcmp(x->member[i].relation, "本人") == 0)
            x->payee = x->member[i].person;
    x->district = y->district;
    return s != OK || x->payee ? s : diag_fail(d, E_INPUT, "life.file", DIAG_S("key", "facts.申请.对象"));
}

enum status life_settle_in_district(struct life *x, int64_t district, struct diag *d) {
    struct settling y = {x, district};
    return store_write(x->store, settle, &y, d);
}

/* ---- the store ------------------------------------------------------------------------- */

static const char DIVISIONS[] =
    "code,name,level,parent\n11,北京市,1,\n"
    "110102,西城区,2,11\n110102001,一街道,3,110102\n110102001001,一社区,4,110102001\n"
    "110115,大兴区,2,11\n110115001,南街道,3,110115\n110115001001,南社区,4,110115001\n";

static enum status fill(struct txn *t, void *arg, struct diag *d) {
    struct life *x = arg;
    enum status s = division_load(&x->civil, t, span_of(DIVISIONS), d);
    return s == OK ? register_create_tables(&x->civil, t, d) : s;
}

enum status life_open(struct life *x, struct diag *d) {
    char *path = arena_printf(x->a, "%s/life.db", x->world->folder), *key = arena_printf(x->a, "%s/master.key", x->world->folder);
    struct store_options o = {.now = now_of, .now_arg = x, .unsafe_no_sync = true, .readers = 1}; /* nobody will want it after the run */
    if (!path || !key)
        return arena_full(d);
    enum status s = store_open(path, &o, &x->store, d);
    if (s == OK)
        s = store_migrate(x->store, store_migrations, store_migration_count, d);
    if (s == OK)
        s = vault_open_or_create(key, &x->vault, d);
    x->civil = (struct civil){.store = x->store, .vault = x->vault, .calendar = x->world->calendar, .packs = x->world->packs, .policies = x->world->policies,
        .models = x->world->models, .log_origin = "life.example/110102", .district = 110102};
    x->clerk = staff(11, "clerk");
    x->decider = staff(12, "decider");
    x->cashier = staff(13, "cashier");
    x->finance = staff(14, "finance");
    if (s == OK)
        s = store_write(x->store, fill, x, d);
    if (s == OK) /* a history asks what the rules pay, not whether the bureau confirmed the figure */
        s = demo_confirm_parameters(&x->civil, d);
    return s == OK ? life_settle_in_district(x, 110102, d) : s;
}

void life_close(struct life *x) {
    store_free(x->store);
    vault_free(x->vault);
}

struct asking { const char *sql; int64_t argument, answer; };
static enum status ask(struct txn *t, void *arg, struct diag *d) {
    struct asking *x = arg;
    return sql_int(t, &x->answer, 0, d, x->sql, SQL_I(x->argument));
}

int64_t life_ask(struct life *x, const char *sql, int64_t argument) {
    struct asking y = {sql, argument, 0};
    struct diag d = {0};
    return store_read(x->store, ask, &y, &d) == OK ? y.answer : -1;
}
