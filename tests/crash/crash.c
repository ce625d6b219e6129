#include "crash.h"

#include "base/buf.h"
#include "base/message.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    OPERATIONS_MAX = 800,
    /* A checkpoint every 20 pages, so that most runs die in or near one. */
    CHECKPOINT_PAGES = 20,
    CHILD_WENT_WRONG = 3
};

static instant_t machine_now(void *arg) {
    (void)arg;
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (instant_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static struct store_options options_of(const struct crash_workload *w) {
    return (struct store_options){.now = w->now ? w->now : machine_now, .now_arg = w->arg};
}

/* ---- files ----------------------------------------------------------------------- */

struct place {
    char store[PATH_MAX], wal[PATH_MAX], shm[PATH_MAX];
};

static void place_of(struct place *p, const char *folder, const char *name) {
    snprintf(p->store, sizeof p->store, "%s/%s", folder, name);
    snprintf(p->wal, sizeof p->wal, "%s/%s-wal", folder, name);
    snprintf(p->shm, sizeof p->shm, "%s/%s-shm", folder, name);
}

static void remove_place(const struct place *p) {
    unlink(p->store);
    unlink(p->wal);
    unlink(p->shm);
}

static void move_place(const struct place *from, const struct place *to) {
    remove_place(to);
    (void)!rename(from->store, to->store);
    (void)!rename(from->wal, to->wal);
}

static bool copy_file(const char *from, const char *to) {
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    bool ok = in && out;
    char block[65536];
    size_t n;
    while (ok && (n = fread(block, 1, sizeof block, in)) > 0)
        ok = fwrite(block, 1, n, out) == n;
    ok = ok && !ferror(in);
    if (in)
        fclose(in);
    if (out && fclose(out) != 0)
        ok = false;
    return ok;
}

/* ---- the child ------------------------------------------------------------------------ */

void crash_ack(const struct crash_client *c, const void *record) {
    ssize_t n;
    do
        n = write(c->pipe, record, c->ack_size);
    while (n < 0 && errno == EINTR);
    if (n != (ssize_t)c->ack_size)
        _exit(CHILD_WENT_WRONG);
}

static enum status check_often(struct txn *t, void *arg, struct diag *d) {
    (void)arg;
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA wal_autocheckpoint = %d", CHECKPOINT_PAGES);
    return sql_exec(t, d, sql);
}

/* 1..max.  Seeds that follow one another (a Weyl sequence of the golden ratio) cover the whole range
 * evenly, however few the runs: by chance alone a handful of them may all end before the first write. */
static uint64_t end_of(uint64_t seed, uint64_t max) {
    uint64_t part = seed * 0x9e3779b97f4a7c15u;
    return 1 + (uint64_t)((unsigned __int128)part * max >> 64);
}

static void child(const struct crash_workload *w, const struct crash_options *o, const char *store,
    uint64_t seed, int pipe_end) {
    crashvfs_register();
    struct store_options so = options_of(w);
    so.sqlite_vfs = CRASHVFS_NAME;
    so.unsafe_no_sync = o->unsafe_no_sync;
    struct store *s = NULL;
    struct diag d = {0};
    if (store_open(store, &so, &s, &d) != OK || store_write(s, check_often, NULL, &d) != OK)
        _exit(CHILD_WENT_WRONG);
    uint64_t max = o->operations_max ? o->operations_max : OPERATIONS_MAX;
    crashvfs_arm(o->kind, seed, o->each ? seed - o->seed + 1 : end_of(seed, max));
    struct crash_client c = {.seed = seed, .faults = o->kind == CRASH_FAULTS, .pipe = pipe_end, .ack_size = w->ack_size, .arg = w->arg};
    w->run(s, &c);
    store_free(s);
    _exit(0);
}

/* ---- the parent -------------------------------------------------------------------------- */

static void read_acks(int fd, struct buf *acks) {
    char block[65536];
    ssize_t n;
    while ((n = read(fd, block, sizeof block)) != 0) {
        if (n < 0 && errno != EINTR)
            break;
        if (n > 0)
            buf_add(acks, span_bytes(block, (size_t)n));
    }
}

static bool as_planned(const struct crash_options *o, int status, struct crash_tally *t) {
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    bool crashed = o->kind == CRASH_KILL ? WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL
                                         : WIFEXITED(status) && WEXITSTATUS(status) == CRASHVFS_POWER_LOSS;
    t->crashes += crashed;
    return crashed;
}

static void report(const struct crash_workload *w, uint64_t seed, const char *what, const struct diag *d) {
    fprintf(stderr, "%s, seed %llu: %s %s", w->name, (unsigned long long)seed, what, d->code);
    for (int i = 0; i < d->arg_count; i++)
        fprintf(stderr, " %s=%s", d->arg[i].name, d->arg[i].value);
    fputc('\n', stderr);
}

/* true: everything promised is there. */
static bool look(const struct crash_workload *w, const struct crash_options *o, const char *store,
    uint64_t seed, const struct crash_acks *acks, struct crash_tally *t) {
    struct store_options so = options_of(w);
    struct diag d = {0};
    AUTO(store) struct store *s = NULL;
    if (store_open(store, &so, &s, &d) != OK || store_check(s, &d) != OK) {
        t->damaged++;
        if (o->verbose)
            report(w, seed, "damaged:", &d);
        return false;
    }
    if (w->verify(s, acks, w->arg, &d))
        return true;
    t->broken++;
    if (o->verbose)
        report(w, seed, "broken:", &d);
    return false;
}

static enum status start(const struct crash_workload *w, const struct crash_options *o, const char *store,
    uint64_t seed, pid_t *ret_pid, int *ret_pipe, struct diag *d) {
    int ends[2];
    if (pipe(ends) != 0)
        return diag_fail(d, E_SYSTEM, "store.io", DIAG_S("detail", "pipe"));
    fflush(NULL);
    *ret_pid = fork();
    if (*ret_pid < 0)
        return diag_fail(d, E_SYSTEM, "store.io", DIAG_S("detail", "fork"));
    if (*ret_pid == 0) {
        close(ends[0]);
        child(w, o, store, seed, ends[1]);
    }
    close(ends[1]);
    *ret_pipe = ends[0];
    return OK;
}

static enum status one_run(const struct crash_workload *w, const struct crash_options *o, const char *folder,
    uint64_t seed, struct crash_tally *t, struct diag *d) {
    struct place template, run, broken;
    place_of(&template, folder, "template.db");
    place_of(&run, folder, "run.db");
    place_of(&broken, folder, "broken.db");
    remove_place(&run);
    if (!copy_file(template.store, run.store))
        return diag_fail(d, E_SYSTEM, "store.io", DIAG_S("detail", "copy"));

    BUF_AUTO acks;
    buf_init(&acks, 0);
    pid_t pid = -1;
    int fd = -1, status = 0;
    enum status s = start(w, o, run.store, seed, &pid, &fd, d);
    if (s != OK)
        return s;
    read_acks(fd, &acks);
    close(fd);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    t->runs++;
    t->acks += acks.size / w->ack_size;
    if (!as_planned(o, status, t)) {
        t->failed++;
        fprintf(stderr, "%s, seed %llu: the child ended with status %#x\n", w->name, (unsigned long long)seed, (unsigned)status);
    }
    if (o->kind == CRASH_POWER)
        unlink(run.shm); /* memory */
    struct crash_acks got = {buf_str(&acks), acks.size / w->ack_size, w->ack_size};
    if (!look(w, o, run.store, seed, &got, t) && t->broken + t->damaged == 1)
        move_place(&run, &broken);
    remove_place(&run);
    return OK;
}

static enum status prepare(const struct crash_workload *w, const char *folder, struct diag *d) {
    struct place template;
    place_of(&template, folder, "template.db");
    remove_place(&template);
    struct store_options so = options_of(w);
    AUTO(store) struct store *s = NULL;
    enum status status = store_open(template.store, &so, &s, d);
    return status == OK ? w->prepare(s, w->arg, d) : status;
}

enum status crash_runs(const struct crash_workload *w, const struct crash_options *o,
    const char *folder, struct crash_tally *ret, struct diag *d) {
    assert(w->ack_size > 0 && w->ack_size <= 512);
    *ret = (struct crash_tally){0};
    enum status s = prepare(w, folder, d);
    for (unsigned k = 0; s == OK && k < o->runs; k++) {
        s = one_run(w, o, folder, o->seed + k, ret, d);
        if (o->stop_at_first_loss && ret->broken + ret->damaged > 0)
            break;
    }
    struct place template;
    place_of(&template, folder, "template.db");
    remove_place(&template);
    return s;
}
