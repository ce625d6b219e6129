/* What was acknowledged survives a power loss, a kill -9 and a disk that fails now and then (ledger.c). */
#include "crash_test.h"

int main(void) {
    return crash_test(&(struct crash_test){.workload = &crash_ledger, .power = 60, .kills = 20, .faults = 40, .without_syncs = 40});
}
