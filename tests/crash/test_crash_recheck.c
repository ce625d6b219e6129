/* Re-checks under power loss, kill -9 and a failing disk (crash_recheck.c). */
#include "crash_test.h"

int main(void) {
    return crash_test(&(struct crash_test){.workload = &crash_recheck, .power = 6, .kills = 4, .faults = 4, .without_syncs = 20, .operations_max = 400, .faults_max = 800});
}
