#include "unit.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calendar/clock.h"

/* The clock is set once a process, so each question is asked in a child. */
static int in_child(const char *now, int (*ask)(void)) {
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (now)
            setenv("MINZHENG_NOW", now, 1);
        else
            unsetenv("MINZHENG_NOW");
        struct rlimit no_core = {0, 0};
        setrlimit(RLIMIT_CORE, &no_core);
        signal(SIGABRT, SIG_DFL); /* not cmocka's */
        _exit(ask());
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int real(void) {
    struct diag d = {0};
    int64_t before = (int64_t)time(NULL) * 1000000;
    if (clock_start(&d) != OK || clock_is_set())
        return 1;
    instant_t now = clock_now();
    if (now < before - 1000000 || now > before + 60 * (int64_t)1000000)
        return 2;
    return clock_today() == instant_date(now) || clock_today() == instant_date(clock_now()) ? 0 : 3;
}

static int set_and_running(void) {
    struct diag d = {0};
    instant_t start;
    if (clock_start(&d) != OK || !clock_is_set() ||
        instant_parse(SPAN("2026-07-14T23:59:59.950+08:00"), &start, NULL) != OK)
        return 1;
    instant_t first = clock_now();
    if (first < start || first > start + 30 * (int64_t)1000000)
        return 2;
    usleep(100000);
    instant_t second = clock_now();
    if (second < first + 100000)
        return 3;
    return clock_today() == date_from_ymd(2026, 7, 15) ? 0 : 4;
}

static int set_by_date(void) {
    return clock_is_set() && clock_today() == date_from_ymd(2024, 2, 29) ? 0 : 1;
}

static int refused(void) {
    struct diag d = {0};
    return clock_start(&d) == E_USAGE && strcmp(d.code, "clock.now") == 0 ? 0 : 1;
}

static int not_asked(void) { return clock_now() > 0 ? 0 : 1; }

static void follows_the_system(void **state) {
    (void)state;
    assert_int_equal(in_child(NULL, real), 0);
    assert_int_equal(in_child("", real), 0);
}

static void can_be_set(void **state) {
    (void)state;
    assert_int_equal(in_child("2026-07-14T23:59:59.950+08:00", set_and_running), 0);
    assert_int_equal(in_child("2026-07-14T15:59:59.950Z", set_and_running), 0);
    assert_int_equal(in_child("2024-02-29", set_by_date), 0);
}

static void wrong_settings(void **state) {
    (void)state;
    static const char *const bad[] = {"tomorrow", "2026-02-30", "2026-07-15T09:00", "1752537600", " 2026-07-15"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(in_child(bad[i], refused), 0);
    assert_int_equal(in_child("tomorrow", not_asked), -SIGABRT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_the_system), cmocka_unit_test(can_be_set),
        cmocka_unit_test(wrong_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
