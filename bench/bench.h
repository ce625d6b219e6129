/* What the benchmarks share: a clock, percentiles, a table, and giving up.
 *
 * A figure stands beside an alternative measured in the same run, after the
 * results of both were found equal; the ratio is what lasts, for the machine is
 * shared.  MINZHENG_BENCH=tiny asks for the smallest size, in which a test runs
 * every benchmark for its checks. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include "base/base.h"

#include <stdint.h>

bool bench_tiny(void);
double bench_now(void);     /* seconds, monotonic */
double bench_cpu(void);     /* seconds of processor time of this process */

/* Sorts `at`; p from 0 to 1, the nearest rank. */
double bench_percentile(double *at, size_t n, double p);

/* A row each: what, ours, beside, ours / beside.  Without one: NAN. */
void bench_head(const char *beside);
void bench_row(const char *what, double ours, const char *unit, double beside, const char *note);
void bench_machine(void);

/* A check that fails ends the benchmark: its figures would mean nothing. */
#define BENCH_OK(e) bench_ok((e), #e, &bench_diag)
#define BENCH_CHECK(condition) bench_check((condition), #condition, __FILE__, __LINE__)
extern struct diag bench_diag;
void bench_ok(enum status s, const char *what, struct diag *d);
void bench_check(bool condition, const char *what, const char *file, int line);

#endif
