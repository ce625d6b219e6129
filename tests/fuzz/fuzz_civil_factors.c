/* The table of factors (因素法), read and shared out; what comes out adds up. */
#include "fuzz.h"

#include "civil/budget/factors.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *a = arena_new(64 << 20);
    struct diag d = {0};
    struct allocation x = {.total_fen = 123456700, .unit_fen = 100};
    if (factors_read(a, (struct span){(const char *)data, size}, &x, &d) == OK && factors_allocate(a, &x, &d) == OK) {
        int64_t sum = 0;
        for (size_t i = 0; i < x.row_count; i++) {
            if (x.row[i].amount_fen < x.row[i].floor_fen || x.row[i].amount_fen > x.row[i].cap_fen)
                abort();
            sum += x.row[i].amount_fen;
        }
        if (sum != x.total_fen)
            abort();
    }
    arena_free(a);
    return 0;
}
