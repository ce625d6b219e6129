/* minzheng init: creates or migrates the store and loads what it needs to be
 * used: divisions, the packs' registers, settings. */
#include "cli/cli.h"

#include "civil/evidence/keep.h"
#include "civil/register/register.h"
#include "civil/register/search.h"
#include "store/store.h"

#include <stdio.h>

struct init {
    struct cli *cli;
    struct span divisions;
    const char *district;
};

static enum status setting(struct txn *t, const char *name, const char *value, struct diag *d) {
    return sql_exec(t, d, "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        SQL_S(name), SQL_S(value));
}

static enum status fill(struct txn *t, void *arg, struct diag *d) {
    struct init *in = arg;
    struct civil *c = &in->cli->civil;
    enum status s = division_load(c, t, in->divisions, d);
    if (s == OK)
        s = register_create_tables(c, t, d);
    if (s == OK && in->district) {
        int64_t known = 0;
        s = sql_int(t, &known, 0, d, "SELECT count(*) FROM division WHERE code = ? AND level = 2", SQL_S(in->district));
        if (s == OK && !known)
            s = diag_fail(d, E_INPUT, "cli.district", DIAG_S("code", in->district));
        char origin[64];
        snprintf(origin, sizeof origin, "minzheng.example/%s", in->district);
        int64_t same = 0; /* both settings stand already */
        if (s == OK)
            s = sql_int(t, &same, 0, d, "SELECT count(*) FROM setting WHERE (name = 'district' AND value = ?) OR (name = 'log_origin' AND value = ?)", SQL_S(in->district), SQL_S(origin));
        if (s == OK)
            s = setting(t, "district", in->district, d);
        if (s == OK)
            s = setting(t, "log_origin", origin, d);
        struct actor system = actor_system();
        int64_t kept = 0; /* a new store: evidence_adopt_all takes them in with all the others */
        c->district = strtoll(in->district, NULL, 10);
        if (s == OK)
            s = sql_int(t, &kept, 0, d, "SELECT count(*) FROM evidence_name WHERE name = ?", SQL_S(KEPT_SETTING));
        if (s == OK && kept && same < 2)
            s = evidence_keep_one(c, t, &system, KEPT_SETTING, 0, 0, d);
    }
    return s;
}

/* People from before the search of names. */
static enum status fill_search(struct txn *t, void *arg, bool *done, struct diag *d) { return search_fill(t, done, d); }

int cmd_init(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct init in = {.cli = c, .district = cli_option(c, &argc, argv, "district")};
    if (cli_rest(c, argc, argv, 0, 0, &d) != OK)
        return cli_fail(c, &d);
    enum status s = cli_open(c, CLI_STORE | CLI_VAULT | CLI_PACKS | CLI_LOG_KEYS | CLI_MIGRATE | CLI_CALENDAR, &d);
    if (s == OK)
        s = cli_read_data(c, "divisions.csv", &in.divisions, &d);
    if (s == OK)
        s = store_write(c->store, fill, &in, &d);
    if (s == OK)
        s = store_write_chunks(c->store, fill_search, NULL, &d);
    if (s == OK)
        s = cli_settings(c, &d);
    if (s == OK)
        s = evidence_adopt_all(&c->civil, &d);
    if (s != OK)
        return cli_fail(c, &d);
    if (c->json && strcmp(c->command, "init") == 0)
        printf("{\"store\": \"%s\"}\n", store_backend(c->store));
    else if (!c->json) /* demo reports for itself */
        cli_say(c, "init.done", CLI_ARGS(DIAG_S("store", store_backend(c->store))));
    return EXIT_DONE;
}
