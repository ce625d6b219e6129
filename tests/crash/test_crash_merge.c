/* Cases merged and taken apart under power loss, kill -9 and a failing disk (crash_merge.c). */
#include "crash_test.h"

int main(void) {
    return crash_test(&(struct crash_test){.workload = &crash_merge, .power = 10, .kills = 6, .faults = 5, .each = 40, .without_syncs = 20, .operations_max = 500});
}
