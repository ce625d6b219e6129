/* Service circles. */
#include "server/server_internal.h"

#include "civil/facility/circle.h"
#include "store/store.h"

#include <stdlib.h>

static int64_t number(struct call *c, const char *name, int64_t otherwise) {
    const char *text = http_query(c->request, name);
    return text ? strtoll(text, NULL, 10) : otherwise; /* the route's types checked it */
}

static enum status read_circles(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    const char *kind = http_query(c->request, "kind"), *group = http_query(c->request, "group");
    struct circle_query q = {.kind = kind ? kind : "care_station", .group = group ? group : "elderly", .radius_m = number(c, "radius", CIRCLE_RADIUS_M),
        .add = number(c, "add", 0), .capacity = number(c, "capacity", 0)};
    return circles_json(c->civil, t, &q, &c->w, d);
}

void api_circles(struct call *c) {
    enum status s = call_read(c, read_circles);
    if (s != OK)
        call_fail(c, s);
}
