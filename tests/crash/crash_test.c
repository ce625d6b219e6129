#include "crash_test.h"

#include "../unit/unit.h"

#include <unistd.h>

static const struct crash_test *test;
static char folder[32];
static struct diag diag;

static int set_up(void **state) {
    (void)state;
    snprintf(folder, sizeof folder, "crash-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    static const char *const names[] = {"broken.db", "broken.db-wal"};
    for (size_t i = 0; i < ARRAY_LEN(test->left) && test->left[i]; i++)
        unlink(test->left[i]);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char path[64];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    return rmdir(folder);
}

static struct crash_tally run_all(struct crash_options o) {
    struct crash_tally t;
    o.seed = unit_seed("crash");
    o.operations_max = o.kind == CRASH_FAULTS && test->faults_max ? test->faults_max : test->operations_max;
    expect_ok(crash_runs(test->workload, &o, folder, &t, &diag), &diag);
    print_message("# %u runs, %u crashes, %llu acknowledged, %u broken, %u damaged\n",
        t.runs, t.crashes, (unsigned long long)t.acks, t.broken, t.damaged);
    if (!o.unsafe_no_sync || !test->threads)
        assert_int_equal(t.failed, 0);
    return t;
}

static void nothing_is_lost(enum crash_kind kind, unsigned runs) {
    struct crash_tally t = run_all((struct crash_options){.kind = kind, .runs = runs, .verbose = true});
    assert_int_equal(t.broken + t.damaged, 0);
    assert_int_equal(t.runs, runs);
    assert_true(t.crashes >= runs * 9 / 10);
    assert_true(t.acks > runs); /* they died at work */
}

static void power_losses(void **state) {
    (void)state;
    nothing_is_lost(CRASH_POWER, test->power);
}

static void kills(void **state) {
    (void)state;
    nothing_is_lost(CRASH_KILL, test->kills);
}

static void kills_at_each_write(void **state) {
    (void)state;
    struct crash_tally t = run_all((struct crash_options){.kind = CRASH_KILL, .runs = test->each, .each = true, .verbose = true});
    assert_int_equal(t.broken + t.damaged, 0);
    assert_int_equal(t.crashes, test->each);
}

static void failing_operations(void **state) {
    (void)state;
    nothing_is_lost(CRASH_FAULTS, test->faults);
}

static void without_syncs_it_is_caught(void **state) {
    (void)state;
    struct crash_tally t = run_all((struct crash_options){.kind = CRASH_POWER, .runs = test->without_syncs, .unsafe_no_sync = true, .stop_at_first_loss = true});
    assert_true(t.broken + t.damaged > 0);
}

int crash_test(const struct crash_test *one) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(power_losses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(kills, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_syncs_it_is_caught, set_up, tear_down),
        /* not every workload has these */
        cmocka_unit_test_setup_teardown(failing_operations, set_up, tear_down),
        cmocka_unit_test_setup_teardown(kills_at_each_write, set_up, tear_down),
    };
    struct CMUnitTest asked[ARRAY_LEN(tests)];
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(tests); i++)
        if ((tests[i].test_func != failing_operations || one->faults) && (tests[i].test_func != kills_at_each_write || one->each))
            asked[n++] = tests[i];
    test = one;
    return _cmocka_run_group_tests("crash", asked, n, NULL, NULL);
}
