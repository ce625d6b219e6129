/* Statements of the bank under power loss, kill -9 and a failing disk (crash_bank.c). */
#include "crash_test.h"

int main(void) {
    return crash_test(&(struct crash_test){.workload = &crash_bank, .power = 8, .kills = 4, .faults = 4, .without_syncs = 15, .operations_max = 900, .left = {"crash-bank.key"}});
}
