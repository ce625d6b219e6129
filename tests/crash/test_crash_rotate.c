/* A change of the master key under power loss and kill -9 (crash_rotate.c). */
#include "crash_test.h"

int main(void) {
    return crash_test(&(struct crash_test){.workload = &crash_rotate, .power = 10, .kills = 6, .without_syncs = 20, .operations_max = 2500, .left = {"crash-rotate.key"}});
}
