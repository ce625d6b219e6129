/* minzheng archive rotate: a new master key. */
#include "cli/cli.h"

#include "civil/archive/rotate.h"
#include "crypto/vault.h"

#include <stdio.h>

static void report(struct cli *c, const struct archive_rotation *x) {
    if (c->json) {
        printf("{\"from\": \"%s\", \"to\": \"%s\", \"persons\": %lld, \"values\": %lld, \"bank_files\": %lld, \"renewed\": %lld, \"retired\": %s}\n", x->from, x->to,
            (long long)x->persons, (long long)x->values, (long long)x->bank_files, (long long)x->renewed, x->retired ? "true" : "false");
        return;
    }
    cli_say(c, "archive.rotated", CLI_ARGS(DIAG_S("from", x->from), DIAG_S("to", x->to), DIAG_N("persons", x->persons), DIAG_N("values", x->values),
        DIAG_N("files", x->bank_files), DIAG_N("renewed", x->renewed)));
    cli_say(c, x->retired ? "archive.retired" : "archive.kept", NULL, 0);
}

/* A file with several keys is a change that was broken off, or kept its former
 * keys on purpose: that one is finished first. */
static enum status fresh_key(struct cli *c, const char *file, struct diag *d) {
    if (vault_key_count(c->vault) > 1)
        return OK;
    c->vault = vault_free(c->vault);
    c->civil.vault = NULL;
    enum status s = vault_rotate(file, d);
    if (s == OK)
        s = vault_open(file, &c->vault, d);
    c->civil.vault = c->vault;
    return s;
}

static int rotate(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct archive_rotation x;
    struct actor system = actor_system();
    bool keep = cli_flag(c, &argc, argv, "keep");
    enum status s = cli_rest(c, argc, argv, 1, 1, &d);
    if (s == OK)
        s = cli_open(c, CLI_STORE | CLI_VAULT, &d);
    const char *file = s == OK ? arena_printf(c->arena, "%s/master.key", c->keys_dir) : NULL;
    if (s == OK)
        s = file ? fresh_key(c, file, &d) : arena_full(&d);
    if (s == OK)
        s = archive_rotate(&c->civil, &system, file, keep, &x, &d);
    if (s != OK)
        return cli_fail(c, &d);
    report(c, &x);
    return EXIT_DONE;
}

int cmd_archive(struct cli *c, int argc, char **argv) {
    const char *verb = argc ? argv[0] : "";
    return strcmp(verb, "rotate") == 0 ? rotate(c, argc, argv) : cli_usage(c);
}
