/* Pages that another machine sends: any bytes end in a table or a refusal. */
#include "fuzz.h"

#include "civil/exchange/exchange_internal.h"

struct feed { struct span left; };

/* A page ends with a zero byte. */
static enum status page(void *arg, const char *url, size_t max, struct arena *a, struct span *ret, struct diag *d) {
    struct feed *f = arg;
    const char *end = f->left.size ? memchr(f->left.at, 0, f->left.size) : NULL;
    size_t n = end ? (size_t)(end - f->left.at) : f->left.size;
    if (!f->left.size)
        return diag_fail(d, E_BUSY, "http.timeout");
    *ret = (struct span){f->left.at, n};
    f->left.at += n + (end != NULL);
    f->left.size -= n + (end != NULL);
    return OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO(arena) struct arena *a = arena_new(0);
    const struct json *source = NULL;
    struct diag d = {0};
    struct feed f = {{(const char *)data, size}};
    struct exchange_asked x = {.source = "s", .place = "http://x/?a=1", .page = page, .page_arg = &f};
    struct arrival got;
    BUF_AUTO csv;
    buf_init(&csv, 1 << 20);
    if (!a || json_parse(a, SPAN("{\"id\":\"s\",\"items\":\"items\",\"next\":\"next\",\"cursor\":\"c\",\"fields\":[\"name\",\"beds\"]}"), &source, &d) != OK)
        return 0;
    if (exchange_by_http(source, a, &x, &csv, &got, &d) == OK)
        assert(got.rows >= 0 && got.body.size == csv.size);
    return 0;
}
