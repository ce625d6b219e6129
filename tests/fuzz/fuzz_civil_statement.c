/* A bank's statement (camt.053): read or refused; what is read adds up and keeps its bounds. */
#include "fuzz.h"

#include "civil/bank/statement.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *a = arena_new(64 << 20);
    struct diag d = {0};
    struct statements r;
    if (statements_read_camt(a, (struct span){(const char *)data, size}, &r, &d) == OK) {
        size_t total = 0;
        for (size_t i = 0; i < r.count; i++) {
            const struct statement *s = &r.item[i];
            int64_t sum = s->opening;
            if (!s->account[0] || strlen(s->account) > 35 || s->number < 1 || s->from > s->to || strlen(s->bank) > 140)
                abort();
            for (size_t k = 0; k < s->count; k++) {
                const struct statement_entry *e = &s->entry[k];
                if (!e->fen || e->payment < 0 || e->batch < 0 || (e->payment && e->batch) || e->booked < s->from || e->booked > s->to || e->text.size > 140 || strlen(e->code) > 35 || strlen(e->reference) > 35)
                    abort();
                sum += e->fen;
            }
            if (sum != s->closing)
                abort();
            total += s->count;
        }
        if (r.count < 1 || r.count > BANK_STATEMENTS_MAX || total > BANK_ENTRIES_MAX)
            abort();
    }
    arena_free(a);
    return 0;
}
