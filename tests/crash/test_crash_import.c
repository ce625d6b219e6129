/* Imports under power loss, kill -9 and a failing disk (crash_import.c). */
#include "crash_test.h"

int main(void) {
    return crash_test(&(struct crash_test){.workload = &crash_import, .power = 12, .kills = 8, .faults = 6, .without_syncs = 20, .operations_max = 2000});
}
