/* Publishing policies under power loss, kill -9 and a failing disk
 * (crash_policy.c); without syncs the loss must be caught. */
#include "../unit/unit.h"

#include "crash.h"

#include <time.h>
#include <unistd.h>

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
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char path[64];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    return rmdir(folder);
}

static uint64_t fresh_seed(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    uint64_t seed = (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
    print_message("# seed %llu\n", (unsigned long long)seed);
    return seed;
}

static struct crash_tally run_all(struct crash_options o) {
    struct crash_tally t;
    o.operations_max = 500;
    expect_ok(crash_runs(&crash_policy, &o, folder, &t, &diag), &diag);
    print_message("# %u runs, %u crashes, %llu acknowledged, %u broken, %u damaged\n",
        t.runs, t.crashes, (unsigned long long)t.acks, t.broken, t.damaged);
    assert_int_equal(t.failed, 0);
    return t;
}

static void nothing_is_lost(enum crash_kind kind, unsigned runs) {
    struct crash_tally t = run_all((struct crash_options){.kind = kind, .runs = runs, .seed = fresh_seed(), .verbose = true});
    assert_int_equal(t.broken + t.damaged, 0);
    assert_int_equal(t.runs, runs);
    assert_true(t.crashes >= runs * 9 / 10);
    assert_true(t.acks > runs); /* they died at work */
}

static void power_losses(void **state) {
    (void)state;
    nothing_is_lost(CRASH_POWER, 10);
}

static void kills(void **state) {
    (void)state;
    nothing_is_lost(CRASH_KILL, 6);
}

static void failing_operations(void **state) {
    (void)state;
    nothing_is_lost(CRASH_FAULTS, 5);
}

static void without_syncs_it_is_caught(void **state) {
    (void)state;
    struct crash_tally t = run_all((struct crash_options){.kind = CRASH_POWER, .runs = 20, .seed = fresh_seed(),
        .unsafe_no_sync = true, .stop_at_first_loss = true});
    assert_true(t.broken + t.damaged > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(power_losses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(kills, set_up, tear_down),
        cmocka_unit_test_setup_teardown(failing_operations, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_syncs_it_is_caught, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
