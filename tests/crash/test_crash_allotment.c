/* Sums shared out under power loss, kill -9 and a failing disk (crash_allotment.c). */
#include "crash_test.h"

int main(void) {
    return crash_test(&(struct crash_test){.workload = &crash_allotment, .power = 8, .kills = 5, .faults = 5, .without_syncs = 20, .operations_max = 400});
}
