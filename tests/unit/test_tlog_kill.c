/* A process that appends, sequences and signs is killed at any moment: what it
 * acknowledged is there, the log is sound, and it goes on from where it was. */
#include "tlog_world.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

enum { ROUNDS = 12, ADD = 25, WAIT_MS_MAX = 60 };

struct ack { int64_t entries, signed_size; };

/* Never returns.  Each acknowledgement is written after the store's answer. */
static void work(int out, struct ack at) {
    struct diag d = {0};
    if (!fixture_open(w.fixture))
        _exit(1);
    for (;;) {
        struct add a = {.count = ADD, .from = at.entries};
        int64_t n;
        if (store_write(w.fixture->store, add_entries, &a, &d) != OK)
            _exit(2);
        at.entries += ADD;
        if (write(out, &at, sizeof at) != sizeof at)
            _exit(3);
        if (tlog_sequence(w.fixture->store, &n, &d) != OK ||
            tlog_checkpoint_make(w.fixture->store, &w.keys, NULL, &d) != OK)
            _exit(4);
        at.signed_size = at.entries;
        if (write(out, &at, sizeof at) != sizeof at)
            _exit(5);
    }
}

static struct ack work_until_killed(struct ack at, unsigned wait_ms) {
    int pipe_[2];
    struct ack last = at, next;
    assert_int_equal(pipe2(pipe_, O_CLOEXEC), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        work(pipe_[1], at);
    close(pipe_[1]);
    /* the clock starts with the first sign of life */
    assert_int_equal(read(pipe_[0], &next, sizeof next), sizeof next);
    last = next;
    usleep(wait_ms * 1000);
    kill(pid, SIGKILL);
    while (read(pipe_[0], &next, sizeof next) == sizeof next)
        last = next;
    close(pipe_[0]);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (!WIFSIGNALED(status))
        fail_msg("the worker ended by itself: %d", WEXITSTATUS(status));
    return last;
}

static void killed(void **state) {
    WORLD;
    struct ack at = {0, 0};
    struct diag d = {0};
    unsigned seed = 42;
    for (int round = 0; round < ROUNDS; round++) {
        w.fixture->store = store_free(w.fixture->store); /* its threads would not survive the fork */
        at = work_until_killed(at, (unsigned)rand_r(&seed) % WAIT_MS_MAX);
        assert_true(fixture_open(w.fixture));
        w.store = w.fixture->store;

        struct tlog_state st = world_state();
        world_sound();
        if (st.sequenced + st.pending < at.entries || st.signed_size < at.signed_size)
            fail_msg("round %d: %lld entries and head %lld of %lld and %lld acknowledged", round,
                (long long)(st.sequenced + st.pending), (long long)st.signed_size, (long long)at.entries,
                (long long)at.signed_size);
        assert_int_equal((st.sequenced + st.pending) % ADD, 0); /* each write whole */
        at.entries = st.sequenced + st.pending;
        at.signed_size = st.signed_size;
    }
    expect_ok(tlog_sequence(w.store, NULL, &d), &d);
    expect_ok(tlog_checkpoint_make(w.store, &w.keys, NULL, &d), &d);
    struct tlog_state end = world_state();
    assert_int_equal(end.pending, 0);
    assert_int_equal(end.signed_size, end.sequenced);
    assert_true(end.signed_size >= at.entries);
    world_sound();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WORLD_TEST(killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
