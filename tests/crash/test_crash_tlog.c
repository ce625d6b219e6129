/* The evidence log under power loss, kill -9 and a failing disk (crash_tlog.c). */
#include "crash_test.h"

int main(void) {
    return crash_test(&(struct crash_test){.workload = &crash_tlog, .power = 12, .kills = 8, .faults = 5, .without_syncs = 40, .operations_max = 600, .left = {"crash-tlog.pem"}});
}
