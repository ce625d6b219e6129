/* Made-up organisations and facilities: a care provider with its places in each subdistrict. */
#include "civil/demo/demo.h"

#include "base/idnum.h"
#include "base/vec.h"
#include "civil/demo/names.h"
#include "civil/demo/random.h"
#include "civil/register/record.h"

#include <stdio.h>
#include <string.h>

enum { SUBDISTRICTS_MAX = 15, FACILITY_KINDS = 4 };

struct place { char *code, *name, *community; int64_t x, y; };
struct making { struct civil *c; const struct demo_config *config; int subdistrict, subdistricts, made[FACILITY_KINDS]; };

static enum status places(struct txn *t, const char *district, struct place *ret, size_t *ret_n, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d,
        "SELECT v.code, v.name, (SELECT min(k.code) FROM division k WHERE k.parent = v.code), COALESCE(v.tile_x, 0), COALESCE(v.tile_y, 0) FROM division v WHERE v.parent = ? AND v.level = 3 ORDER BY v.code LIMIT ?",
        SQL_S(district), SQL_I(SUBDISTRICTS_MAX));
    for (bool row = true; s == OK && (s = rows_next(r, &row, d)) == OK && row;) {
        struct place *p = &ret[(*ret_n)++];
        *p = (struct place){rows_dup(r, 0, txn_arena(t)), rows_dup(r, 1, txn_arena(t)), rows_dup(r, 2, txn_arena(t)), rows_int(r, 3), rows_int(r, 4)};
        if (!p->code || !p->name || !p->community)
            return arena_full(d);
    }
    return s;
}

static enum status add(struct civil *c, struct txn *t, const char *name, date_t from, const char *values, int64_t *ret_id, struct diag *d) {
    struct actor who = actor_system();
    struct record_act x = {.act = "new", .on = from, .source = "synthetic"};
    enum status s = values ? json_parse(txn_arena(t), span_of(values), &x.values, d) : arena_full(d);
    return s == OK ? record_write_json(c, t, &who, name, &x, ret_id, d) : s;
}

/* Code of a non-profit body (52) of this district; GB 32100-2015. */
static void credit_code(char out[19], const char *district, int n) {
    char text[64];
    snprintf(text, sizeof text, "52%.6sMJ9%06d", district, n);
    memcpy(out, text, 17);
    out[17] = credit_check_digit(out);
    out[18] = 0;
}

/* Made up: subdistricts lie as on the tile map, some 1.2 km apart, and their communities within in rows of five.  Millionths of a degree. */
static int longitude(const struct place *p, int k) { return 116330000 + 14000 * (int)p->x + 2600 * (k % 5); }
static int latitude(const struct place *p, int k) { return 39930000 - 11000 * (int)p->y - 2000 * (k / 5); }

static enum status organisation(struct making *m, struct txn *t, const struct place *p, int n, struct chance *ch, int64_t *ret_id, struct diag *d) {
    char code[19], who[32];
    credit_code(code, m->config->district, n);
    demo_name(ch, demo_surname(ch), chance_of(ch, 0.5), 1975, who);
    const char *values = arena_printf(txn_arena(t),
        "{\"credit_code\":\"%s\",\"name\":\"%s示范养老服务中心\",\"kind\":\"service_body\",\"division\":\"%s\",\"address\":\"%s示范路%d号\",\"registered_on\":\"2016-03-15\","
        "\"registrar\":\"示范区民政局\",\"supervisor\":\"示范区民政局\",\"capital\":%d000000,\"state\":\"active\",\"representative\":\"%s\",\"phone\":\"190%08d\"}",
        code, p->name, p->community, p->name, n + 1, (int)chance_between(ch, 1, 9), who, (int)chance_between(ch, 0, 99999999));
    return add(m->c, t, "organisation", date_from_ymd(2016, 3, 15), values, ret_id, d);
}

/* Some opened while the plan ran: one of eight. */
static const char *opened(int n) {
    static const char *const later[] = {"2021-09-01", "2022-06-01", "2023-10-01", "2024-05-01", "2025-03-01"};
    return n % 8 == 7 ? later[n / 8 % 5] : "2018-06-01";
}

/* `k`: the community of the subdistrict it stands in, `n`: the how many-th of its kind. */
static enum status facility(struct making *m, struct txn *t, const struct place *p, int kind, int k, int n, int64_t operator_id, struct chance *ch, struct diag *d) {
    static const struct { const char *code, *zh; int beds, capacity; } kinds[FACILITY_KINDS] = {
        {"care_centre", "养老照料中心", 120, 120}, {"care_station", "养老服务驿站", 4, 60}, {"meal", "老年助餐点", 0, 150}, {"minor_protection", "未成年人保护工作站", 0, 40},
    };
    int beds = kinds[kind].beds ? kinds[kind].beds / 2 + (int)chance_between(ch, 0, kinds[kind].beds) : 0;
    char number[80] = "";
    if (beds)
        snprintf(number, sizeof number, ",\"beds\":%d,\"care_beds\":%d", beds, beds / 2);
    int east = longitude(p, k) + (int)chance_between(ch, 0, 9000), north = latitude(p, k) - (int)chance_between(ch, 0, 6000);
    char managed[64] = "";
    if (kind < 3)
        snprintf(managed, sizeof managed, ",\"operator\":\"%lld\"", (long long)operator_id);
    const char *values = arena_printf(txn_arena(t),
        "{\"name\":\"%s%s\",\"kind\":\"%s\",\"division\":\"%s\",\"address\":\"%s示范路%d号\",\"longitude\":%d.%06d,\"latitude\":%d.%06d,\"capacity\":%d,\"opened_on\":\"%s\",\"state\":\"open\"%s%s}",
        p->name, kinds[kind].zh, kinds[kind].code, p->community, p->name, 10 + kind, east / 1000000, east % 1000000, north / 1000000, north % 1000000,
        kinds[kind].capacity, opened(n), number, managed);
    int64_t id = 0;
    return add(m->c, t, "facility", date_from_ymd(2018, 6, 1), values, &id, d);
}

/* Further care centres and stations in communities of their own, so that the district has about as many as its plan
 * counts: four in five subdistricts have a second centre, each has two or three more stations. */
static enum status more_care(struct making *m, struct txn *t, const struct place *p, const struct place *at, int k, int64_t operator_id, struct chance *ch, struct diag *d) {
    int kind = k == 1 ? 0 : 1;
    if (k < 1 || k > (m->subdistrict * 3 < m->subdistricts * 2 ? 4 : 3) || (k == 1 && m->subdistrict * 5 >= m->subdistricts * 4))
        return OK;
    struct place one = {.code = p->code, .name = at->name, .community = at->code, .x = p->x, .y = p->y};
    return facility(m, t, &one, kind, k, m->made[kind]++, operator_id, ch, d);
}

/* Each community has its service centre: its point on the map. */
static enum status centres(struct making *m, struct txn *t, const struct place *p, int64_t operator_id, struct chance *ch, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    VEC(struct place) list = {0};
    struct arena *a = txn_arena(t);
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT code, name FROM division WHERE parent = ? ORDER BY code", SQL_S(p->code));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct place *one = vec_push_in(a, &list);
        if (!one)
            return arena_full(d);
        *one = (struct place){.code = rows_dup(r, 0, a), .name = rows_dup(r, 1, a)};
        if (!one->code || !one->name)
            return arena_full(d);
    }
    r = rows_free(r);
    for (size_t k = 0; s == OK && k < list.size; k++) {
        int east = longitude(p, (int)k), north = latitude(p, (int)k);
        int64_t id = 0;
        s = add(m->c, t, "facility", date_from_ymd(2018, 6, 1), arena_printf(a,
            "{\"name\":\"%s服务站\",\"kind\":\"community_service\",\"division\":\"%s\",\"longitude\":%d.%06d,\"latitude\":%d.%06d,\"opened_on\":\"2018-06-01\",\"state\":\"open\"}",
            list.at[k].name, list.at[k].code, east / 1000000, east % 1000000, north / 1000000, north % 1000000), &id, d);
        if (s == OK)
            s = more_care(m, t, p, &list.at[k], (int)k, operator_id, ch, d);
    }
    return s;
}

static enum status registry(struct making *m, struct txn *t, const struct place *p, struct diag *d) {
    int64_t id = 0;
    return add(m->c, t, "facility", date_from_ymd(2018, 6, 1), arena_printf(txn_arena(t),
        "{\"name\":\"示范区民政局婚姻登记处\",\"kind\":\"marriage\",\"division\":\"%s\",\"star\":5,\"longitude\":%d.%06d,\"latitude\":%d.%06d,\"opened_on\":\"2023-05-20\",\"state\":\"open\"}",
        p->community, longitude(p, 0) / 1000000, longitude(p, 0) % 1000000, latitude(p, 0) / 1000000, latitude(p, 0) % 1000000), &id, d);
}

static enum status fill(struct txn *t, void *arg, struct diag *d) {
    struct making *m = arg;
    struct place p[SUBDISTRICTS_MAX] = {0};
    size_t n = 0;
    struct chance ch, more;
    more.state = m->config->seed ^ 0x6d6f7265;
    ch.state = m->config->seed ^ 0x7265676973746572u; /* a run of its own: the people stay who they are */
    enum status s = places(t, m->config->district, p, &n, d);
    m->subdistricts = (int)n;
    memset(m->made, 0, sizeof m->made); /* a closure may run again */
    if (s == OK && n)
        s = registry(m, t, &p[0], d);
    for (size_t i = 0; s == OK && i < n; i++) {
        int64_t operator_id = 0;
        m->subdistrict = (int)i;
        s = organisation(m, t, &p[i], (int)i, &ch, &operator_id, d);
        for (int kind = 0; s == OK && kind < FACILITY_KINDS; kind++)
            s = facility(m, t, &p[i], kind, 0, m->made[kind]++, operator_id, &ch, d);
        if (s == OK)
            s = centres(m, t, &p[i], operator_id, &more, d);
    }
    return s;
}

enum status demo_registers(struct civil *c, const struct demo_config *config, struct diag *d) {
    struct making m = {.c = c, .config = config};
    return store_write(c->store, fill, &m, d);
}
