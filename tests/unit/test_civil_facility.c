/* Service circles on a small district: distances and people by hand, gaps, a place that closes one, what is refused. */
#include "case_world.h"

#include "civil/facility/circle.h"
#include "civil/register/record.h"

struct placing { const char *values; };
static enum status place(struct txn *t, void *arg, struct diag *d) {
    struct placing *x = arg;
    struct actor who = actor_system();
    struct record_act act = {.act = "new", .on = date_from_ymd(2020, 1, 1), .source = "test"};
    int64_t id = 0;
    enum status s = json_parse(txn_arena(t), span_of(x->values), &act.values, d);
    return s == OK ? record_write_json(&b.civil, t, &who, "facility", &act, &id, d) : s;
}
static void facility(const char *name, const char *kind, const char *division, const char *latitude, int capacity, const char *state) {
    char text[600];
    snprintf(text, sizeof text, "{\"name\":\"%s\",\"kind\":\"%s\",\"division\":\"%s\",\"longitude\":116.36,\"latitude\":%s,\"capacity\":%d,\"state\":\"%s\"}", name, kind, division, latitude,
        capacity, state);
    struct placing x = {text};
    must(store_write(b.civil.store, place, &x, &b.d));
}

struct asking { struct circle_query q; const struct json *ret; };
static enum status ask_circles(struct txn *t, void *arg, struct diag *d) {
    struct asking *x = arg;
    BUF_AUTO text;
    struct json_writer w;
    buf_init(&text, 0);
    json_begin(&w, &text, false);
    enum status s = circles_json(&b.civil, t, &x->q, &w, d);
    return s == OK ? json_parse(b.arena, buf_span(&text), &x->ret, d) : s;
}
static const struct json *circles(const char *group, int64_t radius, int64_t add) {
    struct asking x = {.q = {"care_station", group, radius, add, 0}};
    must(store_read(b.civil.store, ask_circles, &x, &b.d));
    return x.ret;
}

/* One of 71 and one of 47 live in 西里, whose service centre stands 0.0045 degrees (500 m) south of the only open station. */
static void reach(void **state) {
    CASE_WORLD;
    poor_man();
    pensioner();
    facility("西里社区服务站", "community_service", "110102003001", "39.93", 0, "open");
    facility("汽北驿站", "care_station", "110102004001", "39.9345", 20, "open");
    facility("在建驿站", "care_station", "110102003001", "39.93", 20, "building");
    const struct json *x = circles("elderly", 1000, 0), *one = json_get(x, "communities")->item[0];
    assert_int_equal(json_get(x, "communities")->size, 2); /* 汽北 lies where its station stands */
    assert_string_equal(json_str(one, "code", ""), "110102003001");
    assert_int_equal(json_int(one, "people", 0), 1);
    assert_int_equal(json_int(one, "nearest_m", 0), 500);
    assert_true(json_bool(one, "within", false));
    assert_int_equal(json_int(x, "served", 0), 1);
    assert_int_equal(json_int(circles("all", 1000, 0), "within", 0), 2);
    assert_int_equal(json_int(circles("aged", 1000, 0), "people", 9), 0);
    assert_int_equal(json_int(circles("minor", 1000, 0), "people", 9), 0);
    x = circles("elderly", 499, 0);
    assert_int_equal(json_int(x, "within", 9), 0);
    assert_int_equal(json_int(json_get(x, "ages")->item[2], "people", 0), 1); /* 60 to 79 */
    assert_int_equal(json_int(json_get(x, "ages")->item[2], "within", 9), 0);
    x = circles("elderly", 499, 1);
    assert_int_equal(json_int(x, "served", 9), 0);
    assert_int_equal(json_int(x, "served_after", 0), 1);
    assert_int_equal(json_int(x, "bound", 0), 1);
    assert_true(json_bool(x, "best", false));
    assert_string_equal(json_str(json_get(x, "sites")->item[0], "division", ""), "110102003001");
    assert_int_equal(json_int(json_get(x, "sites")->item[0], "capacity", 0), 20); /* as the one there */
}

static void refusals(void **state) {
    CASE_WORLD;
    static const struct { struct circle_query q; const char *code; } bad[] = {
        {{"no_such", "all", 1000, 0, 0}, "circle.kind"}, {{"care_station", "old", 1000, 0, 0}, "circle.group"}, {{"care_station", "all", 0, 0, 0}, "circle.radius"},
        {{"care_station", "all", -5, 0, 0}, "circle.radius"}, {{"care_station", "all", 100001, 0, 0}, "circle.radius"}, {{"care_station", "all", 1000, -1, 0}, "circle.add"},
        {{"care_station", "all", 1000, 51, 0}, "circle.add"}, {{"care_station", "all", 1000, 1, -1}, "circle.add"}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct asking x = {.q = bad[i].q};
        refused(store_read(b.civil.store, ask_circles, &x, &b.d), E_INPUT, bad[i].code);
    }
    const struct json *x = circles("all", 1000, 3); /* no facility at all: nobody lies anywhere */
    assert_int_equal(json_get(x, "communities")->size, 0);
    assert_int_equal(json_int(x, "without_point", 0), 2);
    assert_int_equal(json_get(x, "sites")->size, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {CASE_TEST(reach), CASE_TEST(refusals)};
    return cmocka_run_group_tests(tests, load_packs, unload_packs);
}
