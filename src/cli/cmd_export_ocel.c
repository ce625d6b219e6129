/* minzheng export ocel FILE [--matter M]: the history of cases for process mining, pseudonymised. */
#include "cli/cli.h"
#include "cli/out_file.h"

#include "civil/access/access.h"
#include "civil/case/statistics.h"
#include "store/store.h"

#include <stdio.h>

static enum status put(void *arg, struct span text, struct diag *d) { return out_file_write(arg, text, d); }

struct exporting { struct cli *cli; const char *matter; struct ocel_out out; struct ocel_counts n; };

static enum status write_all(struct txn *t, void *arg, struct diag *d) {
    struct exporting *x = arg;
    return case_ocel_write(&x->cli->civil, t, x->matter, &x->out, &x->n, d);
}

/* Bulk use of cases is one entry of the log. */
static enum status remember(struct txn *t, void *arg, struct diag *d) {
    struct exporting *x = arg;
    struct actor system = actor_system();
    int64_t cases = 0;
    enum status s = sql_int(t, &cases, 0, d, "SELECT COUNT(*) FROM case_file");
    return s == OK ? access_bulk_in(&x->cli->civil, t, &system, NULL, "screening", "export ocel", cases, NULL, d) : s;
}

static enum status export_ocel(struct cli *c, struct exporting *x, const char *file, struct diag *d) {
    struct out_file to;
    enum status s = out_file_open(file, OUT_PRIVATE, &to, d);
    if (s != OK)
        return s;
    x->out = (struct ocel_out){put, &to};
    s = store_write(c->store, remember, x, d);
    if (s == OK)
        s = store_read(c->store, write_all, x, d);
    return out_file_close(&to, s, d);
}

int cli_export_ocel(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct exporting x = {.cli = c, .matter = cli_option(c, &argc, argv, "matter")};
    enum status s = cli_rest(c, argc, argv, 2, 2, &d);
    if (s == OK)
        s = cli_open(c, CLI_STORE | CLI_PACKS, &d);
    if (s == OK)
        s = export_ocel(c, &x, argv[1], &d);
    if (s != OK)
        return cli_fail(c, &d);
    if (c->json)
        printf("{\"objects\": %lld, \"events\": %lld}\n", (long long)x.n.objects, (long long)x.n.events);
    else
        cli_say(c, "export.ocel", CLI_ARGS(DIAG_N("objects", x.n.objects), DIAG_N("events", x.n.events), DIAG_S("file", argv[1])));
    return EXIT_DONE;
}
