/* The product's payments under power loss, kill -9 and a failing disk (crash_payment.c). */
#include "crash_test.h"

int main(void) {
    return crash_test(&(struct crash_test){.workload = &crash_payment, .power = 40, .kills = 15, .faults = 15, .without_syncs = 40, .operations_max = 1500, .left = {"crash-payment.key"}});
}
