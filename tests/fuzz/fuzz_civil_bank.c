/* A bank's answer (pain.002): read or refused; numbers and reasons within their bounds. */
#include "fuzz.h"

#include "civil/payment/bank_results.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *a = arena_new(64 << 20);
    struct diag d = {0};
    struct bank_results r;
    struct span text = {(const char *)data, size};
    (void)bank_results_is_xml(text);
    if (bank_results_read(a, text, &r, &d) == OK) {
        if (r.batch < 0 || r.count > BANK_RESULTS_MAX || strlen(r.code) > 35)
            abort();
        for (size_t i = 0; i < r.count; i++)
            if (r.item[i].payment < 0 || r.item[i].fen < -1 || strlen(r.item[i].code) > 35)
                abort();
    }
    arena_free(a);
    return 0;
}
