/* minzheng archive: a new master key; what is held; what is destroyed, by two people. */
#include "cli/cli.h"

#include "civil/account/account.h"
#include "civil/archive/retention.h"
#include "civil/archive/rotate.h"
#include "crypto/vault.h"
#include "store/store.h"

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

/* ---- retention ---------------------------------------------------------------------- */

struct acting { struct cli *cli; const char *login; struct actor actor; struct json_writer w; int64_t after; };

static enum status find_actor(struct txn *t, void *arg, struct diag *d) {
    struct acting *x = arg;
    return account_actor_in(t, x->login, &x->actor, d);
}

enum { PAGE = 500 };

static enum status read_dossiers(struct txn *t, void *arg, struct diag *d) {
    struct acting *x = arg;
    return archive_dossiers_json(&x->cli->civil, t, &x->actor, x->after, PAGE, &x->w, d);
}
static enum status read_lists(struct txn *t, void *arg, struct diag *d) {
    struct acting *x = arg;
    return archive_lists_json(&x->cli->civil, t, &x->actor, &x->w, d);
}

static enum status print(struct cli *c, struct acting *x, txn_fn read, struct diag *d) {
    BUF_AUTO out;
    buf_init(&out, 0);
    json_begin(&x->w, &out, true);
    enum status s = store_read(c->store, read, x, d);
    if (s == OK)
        printf("%s\n", buf_str(&out));
    return s;
}

static enum status decide(struct cli *c, const struct actor *who, int64_t list, bool destroy, const char *reason, struct diag *d) {
    struct archive_decided x;
    enum status s = archive_decide(&c->civil, who, list, destroy, reason, &x, d);
    if (s == OK)
        cli_say(c, destroy ? "archive.destroyed_list" : "archive.refused_list", CLI_ARGS(DIAG_N("cases", x.cases), DIAG_N("files", x.files), DIAG_N("struck", x.struck)));
    return s;
}

static enum status done(struct cli *c, enum status s, const char *code, int64_t list) {
    if (s == OK)
        cli_say(c, code, CLI_ARGS(DIAG_N("list", list)));
    return s;
}

static int retention(struct cli *c, int argc, char **argv) {
    static const struct { const char *name; int want; bool reason; } verbs[] = {
        {"list", 1, false}, {"lists", 1, false}, {"hold", 2, true}, {"release", 2, true}, {"propose", 1, true}, {"destroy", 2, true}, {"refuse", 2, true},
    };
    struct diag d = {0};
    struct acting x = {.cli = c, .login = cli_option(c, &argc, argv, "as")};
    const char *reason = cli_option(c, &argc, argv, "reason"), *verb = argc ? argv[0] : "";
    size_t k = 0;
    while (k < ARRAY_LEN(verbs) && strcmp(verbs[k].name, verb) != 0)
        k++;
    if (k == ARRAY_LEN(verbs) || !x.login || verbs[k].reason != (reason != NULL))
        return cli_usage(c);
    int64_t number = 0;
    enum status s = cli_rest(c, argc, argv, verbs[k].want, verbs[k].want, &d);
    if (s == OK && verbs[k].want == 2)
        s = cli_number(argv[1], 1, INT64_MAX, verb, &number, &d);
    if (s == OK)
        s = cli_open(c, CLI_STORE | CLI_PACKS, &d);
    if (s == OK)
        s = store_read(c->store, find_actor, &x, &d);
    if (s == OK && strcmp(verb, "list") == 0)
        s = print(c, &x, read_dossiers, &d);
    else if (s == OK && strcmp(verb, "lists") == 0)
        s = print(c, &x, read_lists, &d);
    else if (s == OK && strcmp(verb, "hold") == 0)
        s = done(c, archive_hold(&c->civil, &x.actor, number, reason, &d), "archive.on_hold", 0);
    else if (s == OK && strcmp(verb, "release") == 0)
        s = done(c, archive_release(&c->civil, &x.actor, number, reason, &d), "archive.off_hold", 0);
    else if (s == OK && strcmp(verb, "propose") == 0)
        s = archive_propose(&c->civil, &x.actor, reason, &number, &d) == OK ? done(c, OK, "archive.proposed", number) : d.status;
    else if (s == OK)
        s = decide(c, &x.actor, number, strcmp(verb, "destroy") == 0, reason, &d);
    return s == OK ? EXIT_DONE : cli_fail(c, &d);
}

int cmd_archive(struct cli *c, int argc, char **argv) {
    const char *verb = argc ? argv[0] : "";
    return strcmp(verb, "rotate") == 0 ? rotate(c, argc, argv) : retention(c, argc, argv);
}
