#include "bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct diag bench_diag;

bool bench_tiny(void) {
    const char *e = getenv("MINZHENG_BENCH");
    return e && strcmp(e, "tiny") == 0;
}

static double seconds(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double bench_now(void) { return seconds(CLOCK_MONOTONIC); }
double bench_cpu(void) { return seconds(CLOCK_PROCESS_CPUTIME_ID); }

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_percentile(double *at, size_t n, double p) {
    if (n == 0)
        return NAN;
    qsort(at, n, sizeof *at, ascending);
    size_t rank = (size_t)ceil(p * (double)n);
    return at[rank ? rank - 1 : 0];
}

void bench_head(const char *beside) { printf("%-44s %14s %14s %9s\n", "", "ours", beside, "ratio"); }

void bench_row(const char *what, double ours, const char *unit, double beside, const char *note) {
    char a[32], b[32] = "", r[32] = "";
    snprintf(a, sizeof a, ours < 100 ? "%.2f %s" : "%.0f %s", ours, unit);
    if (!isnan(beside)) {
        snprintf(b, sizeof b, beside < 100 ? "%.2f %s" : "%.0f %s", beside, unit);
        snprintf(r, sizeof r, "%.2f", ours / beside);
    }
    printf("%-44s %14s %14s %9s%s%s\n", what, a, b, r, note ? "  " : "", note ? note : "");
    fflush(stdout);
}

void bench_machine(void) {
    double load[3] = {0};
    if (getloadavg(load, 3) < 1)
        load[0] = NAN;
    printf("machine: %ld processors, load %.1f (others work on it too: read the ratios)\n", sysconf(_SC_NPROCESSORS_ONLN), load[0]);
}

void bench_ok(enum status s, const char *what, struct diag *d) {
    if (s == OK)
        return;
    fprintf(stderr, "%s: %s", what, d->code);
    for (int i = 0; i < d->arg_count; i++)
        fprintf(stderr, " %s=%s", d->arg[i].name, d->arg[i].value);
    fprintf(stderr, " %s\n", d->where);
    exit(1);
}

void bench_check(bool condition, const char *what, const char *file, int line) {
    if (condition)
        return;
    fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
    exit(1);
}
