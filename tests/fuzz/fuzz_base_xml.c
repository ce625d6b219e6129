/* The XML reader on any bytes; every element of what it accepts is visited. */
#include "fuzz.h"

#include "base/xml.h"

#include <stdlib.h>

enum { MEMORY_MAX = 1 << 22 };

static void visit(const struct xml *e, int depth) {
    if (depth > XML_DEPTH_MAX || !e->name.size || e->line < 1)
        abort();
    for (const struct xml *child = e->child; child; child = child->next) {
        if (child->parent != e)
            abort();
        visit(child, depth + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *a = arena_new(MEMORY_MAX);
    struct diag d = {0};
    const struct xml *root = NULL;
    if (xml_parse(a, (struct span){(const char *)data, size}, &root, &d) == OK)
        visit(root, 1);
    arena_free(a);
    return 0;
}
