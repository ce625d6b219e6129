/* Where the time goes: durations, what waits, limits kept; against a clock
 * that the test moves. */
#include "case_world.h"

#include "civil/case/statistics.h"

static struct statistics_query query;

static enum status statistics_reader(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t none, struct json_writer *w, struct diag *d) {
    return case_statistics_json(c, t, who, &query, w, d);
}

static const struct json *step(const struct json *list, const char *element) {
    for (size_t i = 0; list && i < list->size; i++)
        if (strcmp(json_str(list->item[i], "element", ""), element) == 0)
            return list->item[i];
    fail_msg("no step %s", element);
    return NULL;
}

static struct case_ref of_somebody(const char *name, int day) {
    struct made m[] = {{name, 1979, 3, day, true, "本人", FACTS("未婚", "无业"), 0, ""}};
    b.household = household(m, 1, "{\"货币财产\":3000}", NULL);
    b.person = m[0].id;
    b.resident = resident_of(b.person, name);
    return applied();
}

static void times_are_those_of_the_clock(void **state) {
    CASE_WORLD;
    query = (struct statistics_query){.from = DATE_NONE, .until = DATE_NONE};
    struct case_ref one = of_somebody("甲", 2), two = of_somebody("乙", 3), three = of_somebody("丙", 4); /* Monday, 9 o'clock */
    clock_days(1);
    done(b.clerk, one.id, "accept", "受理", NULL); /* within a working day */
    clock_days(2);
    done(b.clerk, two.id, "accept", "受理", NULL); /* Thursday: late */
    clock_days(4);
    const struct json *j = shown(statistics_reader, &b.district_clerk, 0);
    assert_int_equal(json_int(j, "cases", 0), 3);
    assert_int_equal(json_int(j, "open", 0), 3);
    const struct json *accept = step(json_get(j, "steps"), "accept"), *authorise = step(json_get(j, "steps"), "authorise");
    assert_int_equal(json_int(accept, "done", 0), 2);
    assert_int_equal(json_int(accept, "median_s", 0), 86400);
    assert_int_equal(json_int(accept, "p90_s", 0), 3 * 86400);
    assert_int_equal(json_int(accept, "limited", 0), 2);
    assert_int_equal(json_int(accept, "on_time", 0), 1);
    assert_int_equal(json_int(accept, "waiting", 0), 1);
    assert_int_equal(json_int(accept, "longest_s", 0), 7 * 86400);
    assert_int_equal(json_int(accept, "late_open", 0), 1);
    assert_int_equal(json_int(authorise, "waiting", 0), 2);
    assert_int_equal(json_int(authorise, "longest_s", 0), 6 * 86400);
    assert_int_equal(json_int(authorise, "done", 9), 0);
    const struct json *place = json_at(json_get(j, "divisions"), 0);
    assert_int_equal(json_get(j, "divisions")->size, 1);
    assert_string_equal(json_str(place, "division", ""), "110102003");
    assert_int_equal(json_int(step(json_get(place, "steps"), "accept"), "waiting", 0), 1);
    /* Where it ends, it no longer waits. */
    must(case_withdraw(&b.civil, &b.resident, three.id, "不办了", 0, &b.d));
    j = shown(statistics_reader, &b.district_clerk, 0);
    assert_int_equal(json_int(step(json_get(j, "steps"), "accept"), "waiting", 9), 0);
    assert_int_equal(json_int(step(json_get(j, "steps"), "accept"), "done", 9), 2); /* broken off is not done */
    assert_int_equal(json_int(j, "open", 9), 2);
}

static void only_what_is_asked_and_allowed(void **state) {
    CASE_WORLD;
    query = (struct statistics_query){.from = DATE_NONE, .until = DATE_NONE};
    (void)of_somebody("甲", 2);
    assert_int_equal(json_int(shown(statistics_reader, &b.stranger, 0), "cases", 9), 0); /* of another subdistrict */
    query.division = "110102003";
    const struct json *none = NULL;
    refused(try_read(statistics_reader, &b.stranger, 0, &none), E_FORBIDDEN, "case.scope");
    assert_int_equal(json_int(shown(statistics_reader, &b.district_clerk, 0), "cases", 0), 1);
    refused(try_read(statistics_reader, &b.resident, 0, &none), E_FORBIDDEN, "case.scope");
    query = (struct statistics_query){.from = date_from_ymd(2020, 1, 1), .until = date_from_ymd(2020, 12, 31)};
    assert_int_equal(json_int(shown(statistics_reader, &b.district_clerk, 0), "cases", 9), 0);
    query = (struct statistics_query){.file = "process-2019.bpmn", .from = DATE_NONE, .until = DATE_NONE};
    assert_int_equal(json_int(shown(statistics_reader, &b.district_clerk, 0), "cases", 9), 0);
    query.file = "process-1999.bpmn";
    refused(try_read(statistics_reader, &b.district_clerk, 0, &none), E_NOT_FOUND, "case.no_process");
    query = (struct statistics_query){.matter = "nothing", .from = DATE_NONE, .until = DATE_NONE};
    refused(try_read(statistics_reader, &b.district_clerk, 0, &none), E_NOT_FOUND, "case.no_matter");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE_TEST(times_are_those_of_the_clock),
        CASE_TEST(only_what_is_asked_and_allowed),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, load_packs, unload_packs);
}
