/* The JSON reader on any bytes; what it accepts is written, read again and
 * written again: both texts are the same. */
#include "fuzz.h"

#include "base/json.h"

#include <stdlib.h>
#include <string.h>

enum { MEMORY_MAX = 1 << 22, TEXT_MAX = 1 << 22 };

static const struct json *parse(struct arena *a, struct span text) {
    struct diag d = {0};
    const struct json *j = NULL;
    return json_parse(a, text, &j, &d) == OK ? j : NULL;
}

static void write(const struct json *j, struct buf *out) {
    struct json_writer w;
    json_begin(&w, out, false);
    json_value(&w, j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *a = arena_new(MEMORY_MAX);
    struct buf first, second;
    buf_init(&first, TEXT_MAX);
    buf_init(&second, TEXT_MAX);
    const struct json *j = parse(a, (struct span){(const char *)data, size});
    if (j)
        write(j, &first);
    if (j && buf_ok(&first)) {
        const struct json *again = parse(a, buf_span(&first));
        if (!again)
            abort();
        write(again, &second);
        struct span x = buf_span(&first), y = buf_span(&second);
        if (x.size != y.size || memcmp(x.at, y.at, x.size) != 0)
            abort();
    }
    buf_release(&first);
    buf_release(&second);
    arena_free(a);
    return 0;
}
