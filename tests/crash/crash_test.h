/* What the tests of every workload share: power losses, kills and a failing disk
 * lose nothing; without syncs a loss must be caught, or the test could not fail. */
#ifndef TESTS_CRASH_CRASH_TEST_H
#define TESTS_CRASH_CRASH_TEST_H

#include "crash.h"

struct crash_test {
    const struct crash_workload *workload;
    unsigned power, kills, faults; /* runs of each kind; no faults: 0 */
    unsigned each;                 /* kills, one at every write from the first on; none: 0 */
    unsigned without_syncs;        /* runs at most, until a loss is caught */
    uint64_t operations_max;       /* of a run; 0: the harness's own */
    uint64_t faults_max;           /* of a run on a failing disk, which goes on after what failed; 0: the same */
    bool threads;                  /* several; without syncs one may meet the damage before the end */
    const char *left[2];           /* other files a run leaves behind; NULL ends */
};

/* Runs them as a group of tests; the exit status of main.  UNIT_SEED repeats a run. */
int crash_test(const struct crash_test *test);

#endif
