#include "unit.h"

static void nothing_yet(void **state) { (void)state; skip(); }

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_yet)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
