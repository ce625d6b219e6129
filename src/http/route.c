#include "http/route.h"

/* Matches one segment against its template ("cases", "{case}", "{notice}.pdf"). */
static bool segment_matches(struct span tmpl, struct span text, struct span *ret_param) {
    *ret_param = (struct span){0};
    if (tmpl.size == 0 || tmpl.at[0] != '{')
        return span_eq(tmpl, text);
    const char *close = memchr(tmpl.at, '}', tmpl.size);
    assert(close);
    struct span ending = {close + 1, tmpl.size - (size_t)(close + 1 - tmpl.at)};
    if (text.size <= ending.size || memcmp(text.at + text.size - ending.size, ending.at, ending.size) != 0)
        return false;
    *ret_param = (struct span){text.at, text.size - ending.size};
    return true;
}

static struct span segment(const char **at) {
    const char *start = *at;
    const char *end = strchr(start, '/');
    size_t n = end ? (size_t)(end - start) : strlen(start);
    *at = end ? end + 1 : NULL;
    return (struct span){start, n};
}

static bool path_matches(const char *tmpl, const char *path, struct span param[HTTP_PARAMS_MAX], size_t *count) {
    const char *t = tmpl + 1, *p = path + 1;
    *count = 0;
    while (t && p) {
        struct span value, a = segment(&t), b = segment(&p);
        if (!segment_matches(a, b, &value))
            return false;
        if (value.at) {
            assert(*count < HTTP_PARAMS_MAX);
            param[(*count)++] = value;
        }
    }
    return !t && !p;
}

static enum route_match find(const struct route_template *table, size_t n, size_t stride, const char *method, const char *path,
    struct span param[HTTP_PARAMS_MAX], size_t *count, size_t *ret_index) {
    enum route_match best = ROUTE_NONE;
    if (path[0] != '/')
        return best;
    for (size_t i = 0; i < n; i++) {
        const struct route_template *r = (const void *)((const char *)table + i * stride);
        if (!path_matches(r->path, path, param, count))
            continue;
        *ret_index = i;
        if (strcmp(r->method, method) == 0)
            return ROUTE_FOUND;
        best = ROUTE_METHOD;
    }
    return best;
}

enum route_match route_lookup(const struct route_template *table, size_t n, size_t stride, const char *method, const char *path, size_t *ret_index) {
    struct span param[HTTP_PARAMS_MAX];
    size_t count;
    return find(table, n, stride, method, path, param, &count, ret_index);
}

enum route_match route_find(const struct route_template *table, size_t n, size_t stride, struct http_request *r, size_t *ret_index) {
    struct span param[HTTP_PARAMS_MAX];
    size_t count;
    enum route_match m = find(table, n, stride, r->method, r->path, param, &count, ret_index);
    if (m == ROUTE_FOUND)
        for (size_t i = 0; i < count; i++)
            if (!(r->param[i] = arena_dup(r->arena, param[i])))
                return ROUTE_NONE;
    return m;
}
