/* access_day: a day of officers looking at households, written as the server writes it.
 *
 *   access_day looks DB STAFF LOOKS THREADS SECONDS   LOOKS looks by STAFF clerks, or as many as SECONDS allow, THREADS at
 *                                               a time, each durable before it is answered; the log is sequenced and
 *                                               signed beside, and how far it is goes to stderr every ten seconds
 *   access_day plain FROM TO GROUP              the rows that say who looked, of FROM, inserted into TO by plain
 *                                               SQLite, GROUP looks a transaction: without a log, without purposes
 *
 * Nine looks in ten are at a household, the tenth is a page of a list with LIST households.  Prints JSON. */
#include "bench.h"

#include "calendar/clock.h"
#include "civil/access/access.h"
#include "cli/cli.h"
#include "store/store.h"
#include "tlog/log.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { LIST = 20, LIST_EVERY = 10, FIELDS = ACCESS_NAME | ACCESS_NUMBER | ACCESS_FAMILY | ACCESS_INCOME | ACCESS_PROPERTY };

struct member { int64_t household, person; };

struct day {
    struct cli cli;
    int64_t staff, looks;
    struct member *member; /* by household */
    size_t members, households;
    size_t *first;         /* of each household; one more at the end */
    atomic_int_fast64_t next, subjects;
    atomic_bool over;
    double *waited;        /* seconds, a look each */
    double until;          /* no look begins later */
};

static enum status read_members(struct txn *t, void *arg, struct diag *d) {
    struct day *day = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, "SELECT household, person FROM household_member WHERE superseded_at IS NULL AND valid_to IS NULL ORDER BY household, person");
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        if ((day->members & (day->members + 1)) == 0) { /* 0, 1, 3, 7 ... */
            day->member = realloc(day->member, (day->members * 2 + 2) * sizeof *day->member);
            day->first = realloc(day->first, (day->members * 2 + 3) * sizeof *day->first);
            BENCH_CHECK(day->member && day->first);
        }
        struct member m = {rows_int(r, 0), rows_int(r, 1)};
        if (day->members == 0 || day->member[day->members - 1].household != m.household)
            day->first[day->households++] = day->members;
        day->member[day->members++] = m;
    }
    day->first[day->households] = day->members;
    return s;
}

/* Look number n: who looks and at whom hang on n alone. */
static void look(struct day *day, int64_t n, struct arena *a, struct diag *d) {
    struct actor who = {.kind = "staff", .account = 1 + n % day->staff};
    struct access *x = NULL;
    BENCH_OK(access_begin(a, &who, "clerk", "case_handling", 0, 0, &x, d));
    size_t at = (size_t)((uint64_t)n * 2654435761u % day->households), pages = n % LIST_EVERY ? 1 : LIST;
    int64_t subjects = 0;
    for (size_t h = at; h < at + pages && h < day->households; h++)
        for (size_t i = day->first[h]; i < day->first[h + 1]; i++, subjects++)
            BENCH_OK(access_add(x, day->cli.civil.district, day->member[i].person, FIELDS, d));
    double t = bench_now();
    BENCH_OK(access_commit(&day->cli.civil, x, d));
    day->waited[n] = bench_now() - t;
    atomic_fetch_add(&day->subjects, subjects);
}

static void *officer(void *arg) {
    struct day *day = arg;
    AUTO(arena) struct arena *a = arena_new(0);
    for (int64_t n; bench_now() < day->until && (n = atomic_fetch_add(&day->next, 1)) < day->looks; arena_reset(a)) {
        struct diag d = {0};
        look(day, n, a, &d);
    }
    return NULL;
}

static void publish(struct day *day) {
    struct diag d = {0};
    struct tlog_keys keys = {.origin = day->cli.civil.log_origin, .ed25519 = day->cli.ed25519, .sm2 = day->cli.sm2};
    enum status s = tlog_sequence(day->cli.store, NULL, &d);
    if (s == OK)
        s = tlog_checkpoint_make(day->cli.store, &keys, NULL, &d);
    bench_ok(s, "publish", &d);
}

static void *sequencer(void *arg) {
    struct day *day = arg;
    const struct timespec pause = {.tv_sec = 1};
    double began = bench_now(), said = began;
    while (!atomic_load(&day->over)) {
        publish(day);
        double now = bench_now();
        int64_t n = atomic_load(&day->next);
        if (now - said >= 10) {
            fprintf(stderr, "  %lld looks in %.0f s: %.0f/s\n", (long long)n, now - began, (double)n / (now - began));
            said = now;
        }
        nanosleep(&pause, NULL);
    }
    return NULL;
}

static int day_of_looks(char **argv) {
    enum { THREADS_MAX = 256 };
    struct day day = {.cli = {.db = argv[0], .arena = arena_new(0)}, .staff = strtoll(argv[1], NULL, 10), .looks = strtoll(argv[2], NULL, 10)};
    size_t threads = (size_t)strtoul(argv[3], NULL, 10);
    BENCH_CHECK(day.staff > 0 && day.looks > 0 && threads > 0 && threads <= THREADS_MAX);
    BENCH_OK(clock_start(&bench_diag));
    BENCH_OK(cli_open(&day.cli, CLI_STORE | CLI_VAULT | CLI_LOG_KEYS, &bench_diag));
    BENCH_OK(store_read(day.cli.store, read_members, &day, &bench_diag));
    BENCH_CHECK(day.households > LIST && (day.waited = calloc((size_t)day.looks, sizeof *day.waited)));
    pthread_t thread[THREADS_MAX], beside;
    double began = bench_now(), cpu = bench_cpu();
    day.until = began + strtod(argv[4], NULL);
    BENCH_CHECK(pthread_create(&beside, NULL, sequencer, &day) == 0);
    for (size_t i = 0; i < threads; i++)
        BENCH_CHECK(pthread_create(&thread[i], NULL, officer, &day) == 0);
    for (size_t i = 0; i < threads; i++)
        pthread_join(thread[i], NULL);
    atomic_store(&day.over, true);
    publish(&day);
    double seconds = bench_now() - began; /* not the sequencer's last pause */
    pthread_join(beside, NULL);
    cpu = bench_cpu() - cpu;
    if (atomic_load(&day.next) < day.looks) /* every number that was taken was looked at */
        day.looks = atomic_load(&day.next);
    BENCH_CHECK(day.looks > 0);
    size_t n = (size_t)day.looks;
    double p50 = bench_percentile(day.waited, n, 0.5), p99 = bench_percentile(day.waited, n, 0.99);
    printf("{\"looks\":%lld,\"subjects\":%lld,\"seconds\":%.6f,\"cpu_seconds\":%.6f,\"p50_ms\":%.3f,\"p99_ms\":%.3f}\n", (long long)day.looks,
        (long long)atomic_load(&day.subjects), seconds, cpu, p50 * 1e3, p99 * 1e3);
    store_free(day.cli.store);
    free(day.waited);
    free(day.member);
    free(day.first);
    arena_free(day.cli.arena);
    return 0;
}

/* ---- the same rows by plain SQLite ------------------------------------------- */

static void sql(sqlite3 *db, int rc) {
    if (rc != SQLITE_OK) {
        fprintf(stderr, "access_day: %s\n", sqlite3_errmsg(db));
        exit(1);
    }
}

static sqlite3_int64 number(sqlite3 *db, const char *text) {
    sqlite3_stmt *st = NULL;
    sql(db, sqlite3_prepare_v2(db, text, -1, &st, NULL));
    BENCH_CHECK(sqlite3_step(st) == SQLITE_ROW);
    sqlite3_int64 n = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return n;
}

static int plain(char **argv) {
    sqlite3 *db = NULL;
    sql(db, sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, NULL));
    char *attach = sqlite3_mprintf("ATTACH %Q AS done; PRAGMA main.journal_mode = WAL; PRAGMA main.synchronous = FULL; PRAGMA cache_size = -65536;"
        "CREATE TEMP TABLE look AS SELECT row_number() OVER (ORDER BY rowid) AS n, id FROM done.access_entry"
        " WHERE id NOT IN (SELECT id FROM main.access_entry); CREATE UNIQUE INDEX temp.look_id ON look (id);"
        "CREATE TEMP TABLE entry AS SELECT l.n, e.* FROM done.access_entry e JOIN temp.look l ON l.id = e.id; CREATE UNIQUE INDEX temp.entry_n ON entry (n);"
        "CREATE TEMP TABLE subject AS SELECT l.n, s.* FROM done.access_subject s JOIN temp.look l ON l.id = s.access_id; CREATE INDEX temp.subject_n ON subject (n)", argv[0]);
    sql(db, sqlite3_exec(db, attach, NULL, NULL, NULL));
    sqlite3_free(attach);
    sqlite3_stmt *entry = NULL, *subject = NULL;
    sql(db, sqlite3_prepare_v2(db, "INSERT INTO main.access_entry SELECT district, id, at, account, role, office, kind, purpose, case_id, fields, subjects, salt, entry FROM temp.entry WHERE n = ?", -1, &entry, NULL));
    sql(db, sqlite3_prepare_v2(db, "INSERT INTO main.access_subject SELECT district, person, access_id FROM temp.subject WHERE n = ?", -1, &subject, NULL));
    sqlite3_int64 looks = number(db, "SELECT count(*) FROM temp.look"), group = strtoll(argv[2], NULL, 10);
    BENCH_CHECK(looks > 0 && group > 0);
    double t = bench_now(), cpu = bench_cpu();
    for (sqlite3_int64 n = 1; n <= looks; n++) {
        if ((n - 1) % group == 0)
            sql(db, sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL));
        sqlite3_stmt *const both[] = {entry, subject};
        for (size_t i = 0; i < ARRAY_LEN(both); i++) {
            sqlite3_bind_int64(both[i], 1, n);
            BENCH_CHECK(sqlite3_step(both[i]) == SQLITE_DONE);
            sqlite3_reset(both[i]);
        }
        if (n % group == 0 || n == looks)
            sql(db, sqlite3_exec(db, "COMMIT", NULL, NULL, NULL));
    }
    t = bench_now() - t;
    cpu = bench_cpu() - cpu;
    sqlite3_finalize(entry);
    sqlite3_finalize(subject);
    BENCH_CHECK(number(db, "SELECT (SELECT count(*) FROM main.access_subject) = (SELECT count(*) FROM done.access_subject)"
                           " AND (SELECT count(*) FROM main.access_entry) = (SELECT count(*) FROM done.access_entry)"));
    printf("{\"looks\":%lld,\"seconds\":%.6f,\"cpu_seconds\":%.6f}\n", (long long)looks, t, cpu);
    sqlite3_close(db);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 7 && strcmp(argv[1], "looks") == 0)
        return day_of_looks(argv + 2);
    if (argc == 5 && strcmp(argv[1], "plain") == 0)
        return plain(argv + 2);
    fprintf(stderr, "access_day looks DB STAFF LOOKS THREADS | plain FROM TO GROUP\n");
    return 2;
}
