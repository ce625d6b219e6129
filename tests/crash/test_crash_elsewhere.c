/* Applications that another office takes in, under power loss, kill -9 and a failing disk (crash_elsewhere.c). */
#include "crash_test.h"

int main(void) {
    return crash_test(&(struct crash_test){.workload = &crash_elsewhere, .power = 10, .kills = 6, .faults = 5, .each = 40, .without_syncs = 20, .operations_max = 2000});
}
