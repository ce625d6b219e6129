/* The demonstration's accounts: every role, two subdistricts, some residents. */
#include "civil/demo/demo.h"

#include "base/vec.h"
#include "civil/account/account.h"
#include "civil/pack/pack.h"
#include "civil/parameter/parameter.h"
#include "civil/register/contact.h"
#include "store/store.h"

#include <stdio.h>
#include <string.h>

enum { POOR = 12, RESIDENTS = POOR + 1, SUBDISTRICTS = 2 };

struct place { char subdistrict[13], community[13], name[64]; };
struct accounts { struct civil *civil; const struct demo_config *config; struct place place[SUBDISTRICTS]; int places; };

/* The subdistricts with the most people, so that their desks are busy. */
static enum status find_places(struct txn *t, void *arg, struct diag *d) {
    struct accounts *x = arg;
    AUTO(rows) struct rows *r = NULL;
    char *prefix = arena_printf(txn_arena(t), "%s%%", x->config->district);
    enum status s = sql_query(t, &r, d,
        "SELECT substr(h.division, 1, 9), min(h.division), v.name, count(*) FROM household h JOIN division v ON v.code = substr(h.division, 1, 9) "
        "WHERE h.division LIKE ? GROUP BY substr(h.division, 1, 9), v.name ORDER BY count(*) DESC, 1 LIMIT 2", SQL_S(prefix));
    x->places = 0;
    for (bool more = true; s == OK && x->places < SUBDISTRICTS;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        struct place *p = &x->place[x->places++];
        snprintf(p->subdistrict, sizeof p->subdistrict, "%.*s", SPAN_ARG(rows_text(r, 0)));
        snprintf(p->community, sizeof p->community, "%.*s", SPAN_ARG(rows_text(r, 1)));
        snprintf(p->name, sizeof p->name, "%.*s", SPAN_ARG(rows_text(r, 2)));
    }
    return s;
}

static enum status staff(struct accounts *x, struct txn *t, const char *login, const char *name, const char *role, const char *division, struct diag *d) {
    struct account_new n = {.login = login, .name = name, .kind = "staff", .password = SPAN(DEMO_PASSWORD), .demo = true, .grant_count = 1};
    struct grant g = {0};
    snprintf(g.role, sizeof g.role, "%s", role);
    snprintf(g.division, sizeof g.division, "%.*s", (int)sizeof g.division - 1, division);
    n.grant = &g;
    int64_t id;
    return account_add_in(x->civil, t, &n, &id, d);
}

static enum status add_staff(struct txn *t, void *arg, struct diag *d) {
    struct accounts *x = arg;
    static const struct { const char *login, *name, *role; int where; } list[] = {
        /* where: 0 district, 1 first subdistrict, 2 its community, 3 second subdistrict, 4 city */
        {"community", "杨帆", "community", 2},
        {"clerk", "李静", "clerk", 1},
        {"clerk2", "王强", "clerk", 1},
        {"reviewer", "张敏", "reviewer", 1},
        {"reviewer2", "钱林", "reviewer", 1},
        {"decider", "赵刚", "decider", 1},
        {"clerk3", "周宁", "clerk", 3},
        {"district", "陈洁", "district_clerk", 0},
        {"district-decider", "刘伟", "district_decider", 0},
        {"cashier", "孙丽", "cashier", 0},
        {"finance", "吴涛", "finance", 0},
        {"policy", "郑颖", "policy", 0},
        {"leader", "何毅", "leader", 0},
        {"auditor", "高松", "auditor", 0},
        {"city", "马宁", "city", 4},
    };
    enum status s = OK;
    for (size_t i = 0; s == OK && i < ARRAY_LEN(list); i++) {
        const struct place *p = &x->place[list[i].where == 3 && x->places > 1 ? 1 : 0];
        const char *where = list[i].where == 0 ? x->config->district : list[i].where == 2 ? p->community : list[i].where == 4 ? "11" : p->subdistrict;
        s = staff(x, t, list[i].login, list[i].name, list[i].role, where, d);
    }
    return s;
}

/* A subscriber's number in Beijing does not begin with 0, so nobody is called by these. */
static enum status add_contacts(struct txn *t, void *arg, struct diag *d) {
    struct accounts *x = arg;
    struct actor system = actor_system();
    struct arena *a = txn_arena(t);
    struct { char code[13]; char *name; } place[64];
    size_t n = 0;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, "SELECT code, name FROM division WHERE code = ? OR parent = ? ORDER BY code", SQL_S(x->config->district), SQL_S(x->config->district));
    for (bool more = true; s == OK && n < ARRAY_LEN(place);) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        snprintf(place[n].code, sizeof place[n].code, "%.*s", SPAN_ARG(rows_text(r, 0)));
        if (!(place[n++].name = rows_dup(r, 1, a)))
            return arena_full(d);
    }
    r = rows_free(r);
    for (size_t i = 0; s == OK && i < n; i++) {
        bool district = strcmp(place[i].code, x->config->district) == 0;
        struct contact k = {
            .division = place[i].code, .office = district ? "区民政局服务窗口" : "民政服务窗口", .office_en = district ? "District civil-affairs bureau, service window" : "Civil-affairs service window",
            .telephone = arena_printf(a, "010-0000 %04d", 1100 + (int)i), .address = arena_printf(a, "%s示范路 %d 号（示范数据，不是真地址）", place[i].name, (int)i + 1),
            .address_en = arena_printf(a, "%d Demonstration Road, %s (made up, no real address)", (int)i + 1, place[i].name),
            .hours = "工作日 9:00–12:00、13:30–17:00", .hours_en = "Working days 9:00–12:00 and 13:30–17:00",
        };
        s = k.telephone && k.address && k.address_en ? contact_put_in(x->civil, t, &system, &k, d) : arena_full(d);
    }
    return s;
}

/* Residents who can try it: heads of households with little money of their own,
 * and one who earns too much, so that there is a refusal to read. */
struct resident { int64_t person; char login[24], name[64]; };
struct residents { struct accounts *x; struct resident list[RESIDENTS]; int n; };

#define HEADS \
    "SELECT p.person, p.name, p.hukou, h.division, q.amount_fen, " \
    "(SELECT count(*) FROM reg_vehicle v WHERE v.district = m.district AND v.owner = m.household) AS vehicles, " \
    "(SELECT count(*) FROM reg_home o WHERE o.district = m.district AND o.owner = m.household) AS homes, " \
    "(SELECT count(*) FROM household_member k WHERE k.district = m.district AND k.household = m.household AND k.superseded_at IS NULL AND k.valid_to IS NULL) AS people, " \
    "COALESCE((SELECT sum(i.monthly_fen) FROM household_member k JOIN reg_income i ON i.district = k.district AND i.owner = k.person " \
    "WHERE k.district = m.district AND k.household = m.household), 0) AS income " \
    "FROM household h " \
    "JOIN household_member m ON m.district = h.district AND m.household = h.id AND m.relation = '本人' AND m.superseded_at IS NULL AND m.valid_to IS NULL " \
    "JOIN person_record p ON p.district = m.district AND p.person = m.person AND p.superseded_at IS NULL AND p.valid_to IS NULL " \
    "JOIN reg_money q ON q.district = m.district AND q.owner = m.household"

/* Made by the demonstration for itself; the rows are synthetic, so no access is
 * recorded.  The first subdistrict's first, then those who own little, then
 * those who earn little: however small the district, somebody can sign in. */
static const char POOR_SQL[] =
    "SELECT person, name FROM (" HEADS ") heads WHERE division LIKE ? AND hukou = '本市' "
    "ORDER BY CASE WHEN division LIKE ? THEN 0 ELSE 1 END, CASE WHEN amount_fen >= 2500000 OR vehicles > 0 OR homes > 1 THEN 1 ELSE 0 END, income, person LIMIT ?";
/* Owns little enough, earns between once and three times too much. */
static const char EARNING_SQL[] =
    "SELECT person, name FROM (" HEADS ") heads WHERE division LIKE ? AND hukou = '本市' AND income BETWEEN people * 200000 AND people * 500000 "
    "ORDER BY CASE WHEN division LIKE ? THEN 0 ELSE 1 END, CASE WHEN amount_fen >= 2500000 OR vehicles > 0 OR homes > 1 THEN 1 ELSE 0 END, amount_fen, person LIMIT ?";

static bool has_account(const struct residents *x, int64_t person) {
    for (int i = 0; i < x->n; i++)
        if (x->list[i].person == person)
            return true;
    return false;
}

static enum status find_heads(struct txn *t, struct residents *x, const char *sql, int most, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    char *prefix = arena_printf(txn_arena(t), "%s%%", x->x->place[0].subdistrict), *district = arena_printf(txn_arena(t), "%s%%", x->x->config->district);
    enum status s = sql_query(t, &r, d, sql, SQL_S(district), SQL_S(prefix), SQL_I(most));
    for (bool more = true; s == OK && x->n < RESIDENTS;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        if (has_account(x, rows_int(r, 0))) /* a district of a few hundred people */
            continue;
        struct resident *one = &x->list[x->n++];
        *one = (struct resident){.person = rows_int(r, 0)};
        snprintf(one->name, sizeof one->name, "%.*s", SPAN_ARG(rows_text(r, 1)));
        if (most == 1)
            snprintf(one->login, sizeof one->login, "%s", DEMO_EARNING);
        else
            snprintf(one->login, sizeof one->login, x->n > 1 ? "resident%d" : "resident", x->n);
    }
    return s;
}

static enum status find_residents(struct txn *t, void *arg, struct diag *d) {
    struct residents *x = arg;
    x->n = 0;
    enum status s = find_heads(t, x, POOR_SQL, POOR, d);
    return s == OK ? find_heads(t, x, EARNING_SQL, 1, d) : s;
}

static enum status add_residents(struct txn *t, void *arg, struct diag *d) {
    struct residents *x = arg;
    enum status s = OK;
    for (int i = 0; s == OK && i < x->n; i++) {
        int64_t id;
        struct account_new n = {.login = x->list[i].login, .name = x->list[i].name, .kind = "resident", .password = SPAN(DEMO_PASSWORD), .demo = true,
            .district = strtoll(x->x->config->district, NULL, 10), .person = x->list[i].person};
        s = account_add_in(x->x->civil, t, &n, &id, d);
    }
    return s;
}

enum status demo_accounts(struct civil *c, const struct demo_config *config, struct diag *d) {
    struct accounts x = {.civil = c, .config = config};
    struct residents residents = {.x = &x};
    enum status s = store_read(c->store, find_places, &x, d);
    if (s == OK && x.places == 0)
        s = diag_fail(d, E_NOT_FOUND, "demo.district", DIAG_S("code", config->district));
    if (s == OK)
        s = store_write(c->store, add_staff, &x, d);
    if (s == OK)
        s = store_write(c->store, add_contacts, &x, d);
    if (s == OK)
        s = store_read(c->store, find_residents, &residents, d);
    return s == OK ? store_write(c->store, add_residents, &residents, d) : s;
}

/* ---- who may try it -------------------------------------------------------------------- */

enum status demo_account_list(struct txn *t, struct demo_account **ret, size_t *ret_count, struct diag *d) {
    VEC(struct demo_account) list = {0};
    struct arena *a = txn_arena(t);
    AUTO(rows) struct rows *r = NULL;
    /* Whoever has several roles is shown with the first, which names his office. */
    enum status s = sql_query(t, &r, d,
        "SELECT a.login, a.name, COALESCE(g.role, 'resident'), COALESCE(v.name, '') FROM account a "
        "LEFT JOIN account_role g ON g.account = a.id AND g.role = (SELECT min(f.role) FROM account_role f WHERE f.account = a.id) "
        "LEFT JOIN division v ON v.code = COALESCE(g.division, CAST(a.district AS TEXT)) WHERE a.demo = 1 AND a.kind <> 'system' ORDER BY a.id");
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        struct demo_account *slot = vec_push_in(a, &list);
        if (!slot)
            return arena_full(d);
        *slot = (struct demo_account){rows_dup(r, 0, a), rows_dup(r, 1, a), rows_dup(r, 2, a), rows_dup(r, 3, a)};
        if (!slot->login || !slot->name || !slot->role || !slot->division)
            return arena_full(d);
    }
    *ret = list.at;
    *ret_count = list.size;
    return s;
}

/* ---- assumptions ---------------------------------------------------------------------- */

static enum status confirm_all(struct txn *t, void *arg, struct diag *d) {
    struct civil *c = arg;
    struct actor system = actor_system();
    enum status s = OK;
    for (size_t i = 0; i < packs_count(c->packs); i++) {
        const struct pack *p = packs_at(c->packs, i);
        for (size_t k = 0; s == OK && k < p->parameter_count; k++) {
            bool done = false;
            if (!p->parameter[k].to_confirm)
                continue;
            s = parameter_confirmed(t, &p->parameter[k], &done, NULL, d);
            if (s == OK && !done)
                s = parameter_confirm_in(c, t, &system, p->parameter[k].name, p->parameter[k].valid_from, "示范数据的假设，未经核实", true, d);
        }
    }
    return s;
}

enum status demo_confirm_parameters(struct civil *c, struct diag *d) { return store_write(c->store, confirm_all, c, d); }
