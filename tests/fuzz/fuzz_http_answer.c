/* What a machine on the network answers, on any bytes: what is done when it
 * comes in one piece is done when more follows, and says the same. */
#include "fuzz.h"

#include "http/client_answer.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *a = arena_new(1 << 24);
    struct http_answer open = {0}, ended = {0};
    struct span s = {(const char *)data, size};
    if (!a)
        abort();
    enum http_progress p = http_answer_read(a, s, false, &open), q = http_answer_read(a, s, true, &ended);
    if (q == HTTP_MORE || (p == HTTP_DONE && (q != HTTP_DONE || open.status != ended.status || !span_eq(open.body, ended.body))))
        abort();
    if (q == HTTP_DONE && (ended.status < 200 || ended.body.size > size))
        abort();
    arena_free(a);
    return 0;
}
