/* Cases in work survive a power loss and a kill -9 (crash_case.c). */
#include "crash_test.h"

int main(void) {
    return crash_test(&(struct crash_test){.workload = &crash_case, .power = 40, .kills = 15, .without_syncs = 40, .operations_max = 3000, .threads = true});
}
