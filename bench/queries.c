/* queries: plain SQLite beside a page: the page's primary rows read with one
 * prepared statement, without HTTP, permission, decryption, evidence or JSON.
 *
 *   queries DB THREADS TIMES QUERIES
 *
 * QUERIES: a line "NAME<tab>SQL" each.  THREADS connections run every query TIMES
 * times.  Standard output: one JSON object, name to {rows, p50_ms, p99_ms}. */
#include "bench.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct work { const char *db, *sql; int times; double *seconds; long rows; pthread_barrier_t *start; };

static void fail(sqlite3 *db, const char *sql) {
    fprintf(stderr, "queries: %s: %s\n", sqlite3_errmsg(db), sql);
    exit(1);
}

static void *run(void *arg) {
    struct work *w = arg;
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    size_t bytes = 0;
    if (sqlite3_open_v2(w->db, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
        sqlite3_exec(db, "PRAGMA case_sensitive_like = ON; PRAGMA mmap_size = 67108864; PRAGMA cache_size = -16384", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, w->sql, -1, &st, NULL) != SQLITE_OK)
        fail(db, w->sql);
    pthread_barrier_wait(w->start);
    for (int i = 0; i < w->times; i++) {
        double t = bench_now();
        int rc;
        w->rows = 0;
        while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
            w->rows++;
            for (int k = sqlite3_column_count(st); k-- > 0;)
                bytes += sqlite3_column_blob(st, k) ? (size_t)sqlite3_column_bytes(st, k) : 0;
        }
        if (rc != SQLITE_DONE)
            fail(db, w->sql);
        sqlite3_reset(st);
        w->seconds[i] = bench_now() - t;
    }
    sqlite3_finalize(st);
    sqlite3_close(db);
    return (void *)bytes;
}

static void measure(const char *db, int threads, int times, const char *name, const char *sql, bool first) {
    pthread_barrier_t start;
    pthread_t id[256];
    struct work work[256];
    double *seconds = calloc((size_t)threads * (size_t)times, sizeof *seconds);
    BENCH_CHECK(seconds);
    pthread_barrier_init(&start, NULL, (unsigned)threads);
    for (int i = 0; i < threads; i++) {
        work[i] = (struct work){.db = db, .sql = sql, .times = times, .seconds = seconds + (size_t)i * (size_t)times, .start = &start};
        BENCH_CHECK(pthread_create(&id[i], NULL, run, &work[i]) == 0);
    }
    for (int i = 0; i < threads; i++)
        pthread_join(id[i], NULL);
    size_t n = (size_t)threads * (size_t)times;
    printf("%s\"%s\": {\"rows\": %ld, \"p50_ms\": %.5f", first ? "" : ", ", name, work[0].rows, bench_percentile(seconds, n, 0.5) * 1e3);
    printf(", \"p99_ms\": %.5f}", bench_percentile(seconds, n, 0.99) * 1e3);
    free(seconds);
}

int main(int argc, char **argv) {
    int threads = argc == 5 ? atoi(argv[2]) : 0, times = argc == 5 ? atoi(argv[3]) : 0;
    FILE *f = threads > 0 && threads <= 256 && times > 0 ? fopen(argv[4], "r") : NULL;
    if (!f) {
        fprintf(stderr, "queries DB THREADS TIMES QUERIES\n");
        return 2;
    }
    char *line = NULL;
    size_t capacity = 0;
    putchar('{');
    for (bool first = true; getline(&line, &capacity, f) > 0; first = false) {
        char *sql = strchr(line, '\t');
        BENCH_CHECK(sql);
        *sql++ = 0;
        measure(argv[1], threads, times, line, sql, first);
    }
    puts("}");
    free(line);
    fclose(f);
    return 0;
}
