/* Writing the made-up people into the store, a slice of households in a write
 * of its own.  A slice is drawn before it is written, so a write that is run
 * again writes the same people.  A run that was interrupted is refused
 * afterwards (demo.exists) rather than continued. */
#include "civil/demo/demo.h"

#include "base/idnum.h"
#include "base/json.h"
#include "base/vec.h"
#include "civil/demo/household_model.h"
#include "civil/evidence/keep.h"
#include "civil/register/register.h"
#include "store/store.h"

#include <stdio.h>

/* Share of households made poor on purpose.  About 1 % of the city's people
 * receive dibao or low-income help (seeds: 220,000 hardship households of some
 * 8 million); twice that qualify on income alone before verification. */
static const double POOR_SHARE = 0.022;

struct community { const char *code, *name; };

struct population {
    struct civil *civil;
    const struct demo_config *config;
    struct chance chance;
    struct arena *arena; /* of the run */
    struct community *community;
    size_t communities;
    /* How many numbers were given for a birth date and sex, so that none comes twice. */
    uint16_t *used;
    date_t first_birth;
    int64_t people, households, poor;
};

enum {
    BIRTH_DAYS = 43000, /* 117 years */
    SLICE = 120         /* households a write: some 40 ms */
};

/* ---- identity numbers ---------------------------------------------------------- */

/* 17 digits and the check digit; sequence numbers are odd for men. A day has
 * 500 for each sex and area; areas rotate when it is used up. */
static void id_number(struct population *x, const struct model_person *p, char out[19]) {
    static const char *const local[] = {"110102", "110101", "110105", "110106", "110108", "110103", "110104", "110107"};
    static const char *const elsewhere[] = {"130102", "130602", "131002", "370102", "410102", "220102", "140102", "340102"};
    size_t slot = (size_t)(p->birth - x->first_birth) * 2 + p->male;
    uint16_t n = x->used[slot]++;
    const char *area = (p->local ? local : elsewhere)[n / 500 % 8];
    struct ymd y = date_ymd(p->birth);
    snprintf(out, 19, "%s%04d%02d%02d%03d", area, y.year % 10000, y.month, y.day, (n % 500) * 2 + (p->male ? 1 : 0));
    out[17] = citizen_check_digit(out);
    out[18] = 0;
}

/* Not a number of any bank: 6888 is no issuer's range. */
static void bank_account(struct population *x, char out[20]) {
    snprintf(out, 20, "6888%015llu", (unsigned long long)(chance_next(&x->chance) % 1000000000000000u));
}

/* ---- facts as JSON ----------------------------------------------------------------- */

static const struct json *text(struct arena *a, const char *s) { return s ? json_new_string(a, span_of(s)) : json_null(); }

static const struct json *member_facts(struct arena *a, const struct model_person *p) {
    struct span key[16];
    const struct json *value[16];
    size_t n = 0;
#define PUT(k, v) (key[n] = span_of(k), value[n++] = (v))
    PUT("就学迁入集体户", json_new_bool(p->collective));
    PUT("婚姻状况", text(a, p->marriage));
    PUT("就业状态", text(a, p->work));
    PUT("劳动能力", text(a, p->capacity));
    PUT("在读", text(a, p->schooling));
    PUT("重大疾病", json_new_bool(p->ill));
    PUT("单独抚养", json_new_bool(p->single_parent));
    PUT("依靠兄弟姐妹或老人扶养", json_new_bool(p->kept));
    PUT("不计入事由", text(a, p->not_counted));
    if (!p->local)
        PUT("居住证", json_new_bool(p->permit));
    const struct json **identity = ARENA_ARRAY(a, 1, const struct json *);
    if (identity)
        identity[0] = text(a, p->identity);
    PUT("特殊身份", json_new_array(a, identity, *p->identity ? 1 : 0));
#undef PUT
    return json_new_object(a, key, value, n);
}

static const struct json *object2(struct arena *a, const char *k1, const struct json *v1, const char *k2, const struct json *v2) {
    struct span key[2] = {span_of(k1), k2 ? span_of(k2) : (struct span){0}};
    const struct json *value[2] = {v1, v2};
    return json_new_object(a, key, value, k2 ? 2 : 1);
}

static const struct json *number(struct arena *a, int64_t n) { return json_new_number(a, dec_int(n)); }

static const struct json *area(struct arena *a, double m2) { return json_new_number(a, dec_int((int64_t)m2)); }

/* ---- drawing: everything chance decides, before anything is written ------------------ */

struct drawn_person { char number[19], account[20], phone[16]; bool has_account; };
struct drawn {
    struct model_household m;
    const struct community *where;
    char address[96];
    struct drawn_person person[MODEL_PEOPLE_MAX];
};

static void draw_person(struct population *x, const struct model_person *m, struct drawn_person *ret) {
    id_number(x, m, ret->number);
    bank_account(x, ret->account);
    snprintf(ret->phone, sizeof ret->phone, "190%08llu", (unsigned long long)(chance_next(&x->chance) % 100000000u));
    ret->has_account = chance_of(&x->chance, 0.97);
}

static void draw(struct population *x, struct drawn *ret) {
    bool poor = chance_of(&x->chance, POOR_SHARE);
    model_draw(&x->chance, x->config->today, poor, &ret->m);
    ret->where = &x->community[chance_next(&x->chance) % x->communities];
    int building = (int)chance_between(&x->chance, 1, 38), stair = (int)chance_between(&x->chance, 1, 6);
    int floor = (int)chance_between(&x->chance, 1, 18), door = (int)chance_between(&x->chance, 1, 4);
    snprintf(ret->address, sizeof ret->address, "%s%d号楼%d单元%d0%d", ret->where->name, building, stair, floor, door);
    for (int i = 0; i < ret->m.people; i++)
        draw_person(x, &ret->m.person[i], &ret->person[i]);
    x->people += ret->m.people;
    x->households++;
    x->poor += poor;
}

/* ---- writing one household ------------------------------------------------------------- */

struct writer { struct population *x; struct txn *t; struct actor system; int64_t district; struct diag *d; };

static enum status business_rows(struct writer *w, const char *name, int64_t owner, const struct json *fields, date_t from) {
    return register_add(w->x->civil, w->t, &w->system, name, w->district, owner, fields, from, "synthetic", w->d);
}

/* Nobody earned before he was born. */
static date_t since(const struct writer *w, const struct model_person *p, int days) {
    date_t from = w->x->config->today - days;
    return p->birth > from ? p->birth : from;
}

static enum status write_person(struct writer *w, const struct model_person *p, const struct drawn_person *q, const char *division, int64_t *ret) {
    struct arena *a = txn_arena(w->t);
    struct person_new n = {.id_number = span_of(q->number), .name = p->name, .male = p->male, .birth = p->birth, .division = division,
        .hukou = p->local ? "本市" : "外埠", .phone = q->phone, .bank_account = q->has_account ? q->account : NULL, .bank_name = "示范银行",
        .facts = member_facts(a, p), .synthetic = true, .source = "synthetic"};
    enum status s = person_add(w->x->civil, w->t, &w->system, w->district, &n, ret, w->d);
    for (int i = 0; s == OK && i < p->incomes; i++)
        s = business_rows(w, "income", *ret, object2(a, "类别", text(a, p->income[i].kind), "月金额", number(a, p->income[i].yuan)), since(w, p, 400));
    if (s == OK && p->disability)
        s = business_rows(w, "disability", *ret, object2(a, "类别", text(a, p->disability), "等级", number(a, p->grade)), since(w, p, 400));
    return s;
}

static enum status write_supporter(struct writer *w, int64_t household, const struct model_supporter *m, date_t from) {
    struct arena *a = txn_arena(w->t);
    struct span key[] = {SPAN("关系"), SPAN("人数"), SPAN("月收入"), SPAN("住房套数"), SPAN("人均住房面积"), SPAN("人均财产"), SPAN("有重病重残成员"),
        SPAN("在享救助"), SPAN("应赡养家庭数"), SPAN("文书金额"), SPAN("实付金额")};
    const struct json *value[] = {text(a, "赡养"), number(a, m->people), number(a, m->income), number(a, m->homes), area(a, m->area_each), number(a, m->property_each),
        json_new_bool(m->ill), json_new_bool(m->assisted), number(a, m->families), number(a, 0), number(a, 0)};
    return business_rows(w, "supporter", household, json_new_object(a, key, value, ARRAY_LEN(key)), from);
}

static enum status write_property(struct writer *w, int64_t household, const struct model_household *m) {
    struct arena *a = txn_arena(w->t);
    date_t from = w->x->config->today - 400;
    enum status s = business_rows(w, "money", household, object2(a, "货币财产", number(a, m->money), NULL, NULL), from);
    for (int i = 0; s == OK && i < m->homes; i++) {
        struct span key[] = {SPAN("建筑面积"), SPAN("性质"), SPAN("用途")};
        const struct json *value[] = {area(a, m->area[i]), text(a, i ? "自有" : m->tenure), text(a, i ? "出租" : "自住")};
        s = business_rows(w, "home", household, json_new_object(a, key, value, 3), from);
    }
    if (s == OK && m->car)
        s = business_rows(w, "vehicle", household, object2(a, "用途", text(a, m->car_for_disabled ? "残疾代步" : "生活"), "价值", number(a, m->car_value)), from);
    if (s == OK && m->business)
        s = business_rows(w, "business", household, object2(a, "认缴资本", number(a, m->capital), "存续", json_new_bool(true)), from);
    for (int i = 0; s == OK && i < m->supporters; i++)
        s = write_supporter(w, household, &m->supporter[i], from);
    return s;
}

static enum status write_household(struct writer *w, const struct drawn *h) {
    int64_t household = 0, person = 0;
    enum status s = household_add(w->x->civil, w->t, &w->system, w->district, h->where->code, h->address, true, &household, w->d);
    for (int i = 0; s == OK && i < h->m.people; i++) {
        s = write_person(w, &h->m.person[i], &h->person[i], h->where->code, &person);
        if (s == OK)
            s = household_join(w->x->civil, w->t, &w->system, w->district, household, person, h->m.person[i].relation, since(w, &h->m.person[i], 900), w->d);
    }
    return s == OK ? write_property(w, household, &h->m) : s;
}

/* ---- the run ------------------------------------------------------------------------------ */

static enum status load_communities(struct txn *t, void *arg, struct diag *d) {
    struct population *x = arg;
    int64_t people = 0;
    VEC(struct community) list = {0};
    char *prefix = arena_printf(txn_arena(t), "%s%%", x->config->district);
    enum status s = sql_int(t, &people, 0, d, "SELECT count(*) FROM person");
    if (s == OK && people)
        return diag_fail(d, E_CONFLICT, "demo.exists");
    AUTO(rows) struct rows *r = NULL;
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT code, name FROM division WHERE level = 4 AND code LIKE ? ORDER BY code", SQL_S(prefix));
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        struct community *c = vec_push_in(x->arena, &list);
        if (!c)
            return arena_full(d);
        *c = (struct community){rows_dup(r, 0, x->arena), rows_dup(r, 1, x->arena)};
    }
    if (s == OK && list.size == 0)
        s = diag_fail(d, E_NOT_FOUND, "demo.district", DIAG_S("code", x->config->district));
    x->community = list.at;
    x->communities = list.size;
    return s;
}

/* The same households again when it is rerun. */
struct slice { struct population *x; struct drawn drawn[SLICE]; size_t n; };

static enum status write_slice(struct txn *t, void *arg, struct diag *d) {
    struct slice *slice = arg;
    struct writer w = {slice->x, t, actor_system(), strtoll(slice->x->config->district, NULL, 10), d};
    w.system.keeps_later = true;
    enum status s = OK;
    for (size_t i = 0; s == OK && i < slice->n; i++)
        s = write_household(&w, &slice->drawn[i]);
    return s;
}

static enum status run(struct population *x, struct diag *d) {
    struct slice *slice = ARENA_NEW(x->arena, struct slice);
    if (!slice)
        return arena_full(d);
    slice->x = x;
    enum status s = OK;
    while (s == OK && x->people < x->config->people) {
        for (slice->n = 0; slice->n < SLICE && x->people < x->config->people;)
            draw(x, &slice->drawn[slice->n++]);
        s = store_write(x->civil->store, write_slice, slice, d);
        int64_t done = x->people < x->config->people ? x->people : x->config->people;
        if (s == OK && x->config->progress)
            x->config->progress(x->config->arg, "demo.people", (int)(done * 1000 / x->config->people));
    }
    return s;
}

enum status demo_population(struct civil *c, const struct demo_config *config, struct demo_result *ret, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct population x = {.civil = c, .config = config, .chance = {config->seed}, .arena = a, .first_birth = config->today - BIRTH_DAYS};
    if (!a || !(x.used = arena_array(a, (size_t)BIRTH_DAYS * 2 + 2, sizeof *x.used)))
        return arena_full(d);
    if (config->people < DEMO_PEOPLE_MIN || config->people > DEMO_PEOPLE_MAX)
        return diag_fail(d, E_USAGE, "demo.size", DIAG_N("min", DEMO_PEOPLE_MIN), DIAG_N("max", DEMO_PEOPLE_MAX));
    enum status s = store_read(c->store, load_communities, &x, d);
    if (s == OK)
        s = run(&x, d);
    if (s == OK)
        s = evidence_adopt(c, KEPT_PERSON_ACCOUNT, d);
    if (s == OK)
        s = evidence_adopt_registers(c, d);
    if (s == OK)
        s = store_analyze(c->store, d);
    if (s == OK) {
        ret->people = x.people;
        ret->households = x.households;
        ret->eligible_hint = x.poor;
    }
    return s;
}
