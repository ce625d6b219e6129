#include "store/store_internal.h"

static enum status pg_open(struct store *s, const char *url, struct diag *d) {
    (void)s, (void)url;
    return diag_fail(d, E_SYSTEM, "store.open");
}
static void pg_close(struct store *s) { (void)s; }
const struct store_backend store_pg = {.postgres = true, .open = pg_open, .close = pg_close};
