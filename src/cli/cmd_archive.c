/* minzheng archive: a new master key; what is held; what is destroyed, by two people; certificates. */
#include "cli/cli.h"
#include "cli/out_file.h"

#include "calendar/clock.h"
#include "civil/access/access.h"
#include "civil/account/account.h"
#include "civil/archive/certificate.h"
#include "civil/archive/retention.h"
#include "civil/archive/rotate.h"
#include "crypto/vault.h"
#include "store/store.h"

#include <errno.h>
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
        {"list", 1, false}, {"lists", 1, false}, {"fonds", 2, false}, {"hold", 2, true}, {"release", 2, true}, {"propose", 1, true}, {"destroy", 2, true}, {"refuse", 2, true},
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
    bool fonds = strcmp(verb, "fonds") == 0;
    if (s == OK && verbs[k].want == 2 && !fonds)
        s = cli_number(argv[1], 1, INT64_MAX, verb, &number, &d);
    if (s == OK)
        s = cli_open(c, CLI_STORE | CLI_PACKS, &d);
    if (s == OK)
        s = cli_actor(c, x.login, &x.actor, &d);
    if (s == OK && fonds)
        s = done(c, archive_fonds(&c->civil, &x.actor, argv[1], &d), "archive.fonds_named", 0);
    else if (s == OK && strcmp(verb, "list") == 0)
        s = print(c, &x, read_dossiers, &d);
    else if (s == OK && strcmp(verb, "lists") == 0)
        s = print(c, &x, read_lists, &d);
    else if (s == OK && strcmp(verb, "hold") == 0)
        s = done(c, archive_hold(&c->civil, &x.actor, number, reason, &d), "archive.on_hold", 0);
    else if (s == OK && strcmp(verb, "release") == 0)
        s = done(c, archive_release(&c->civil, &x.actor, number, reason, &d), "archive.off_hold", 0);
    else if (s == OK && strcmp(verb, "propose") == 0)
        s = archive_propose(&c->civil, &x.actor, NULL, reason, &number, &d) == OK ? done(c, OK, "archive.proposed", number) : d.status;
    else if (s == OK)
        s = decide(c, &x.actor, number, strcmp(verb, "destroy") == 0, reason, &d);
    return s == OK ? EXIT_DONE : cli_fail(c, &d);
}

/* ---- certificates -------------------------------------------------------------------- */

enum { CERTIFICATE_MAX = 65536 };

struct reading { struct acting *by; struct access *access; int64_t id; struct span note; const char *code; };

static enum status read_certificate(struct txn *t, void *arg, struct diag *d) {
    struct reading *x = arg;
    return certificate_read_in(&x->by->cli->civil, t, x->access, x->by->cli->arena, x->id, &x->note, &x->code, d);
}

/* On record before the file is there. */
static enum status save(struct cli *c, struct acting *x, int64_t id, const char *path, struct diag *d) {
    struct reading r = {.by = x, .id = id};
    enum status s = access_begin(c->arena, &x->actor, NULL, "case_handling", 0, 0, &r.access, d);
    if (s == OK)
        s = store_read(c->store, read_certificate, &r, d);
    if (s == OK)
        s = access_commit(&c->civil, r.access, d);
    if (s != OK)
        return s;
    if ((s = out_file_whole(path, OUT_PRIVATE, r.note, d)) != OK)
        return s;
    cli_say(c, "archive.certificate_saved", CLI_ARGS(DIAG_S("file", path), DIAG_S("code", r.code)));
    return OK;
}

static enum status read_revoked(struct txn *t, void *arg, struct diag *d) {
    struct acting *x = arg;
    return certificate_revoked_json(&x->cli->civil, t, &x->w, d);
}

/* A list as `archive revoked --json` prints it. */
static enum status listed(struct cli *c, const char *path, const char *sm3, bool *ret, struct diag *d) {
    struct span text;
    const struct json *j = NULL;
    enum status s = cli_read_file(c, path, 64 << 20, &text, d);
    if (s == OK)
        s = json_parse(c->arena, text, &j, d);
    const struct json *items = s == OK ? json_get(j, "items") : NULL;
    if (s == OK && (!items || items->type != JSON_ARRAY))
        s = diag_fail(d, E_INPUT, "archive.revoked_list", DIAG_S("file", path));
    for (size_t i = 0; s == OK && i < items->size; i++)
        *ret = *ret || strcmp(json_str(items->item[i], "sm3", ""), sm3) == 0;
    return s;
}

/* Without a store: the file, the bureau's key, and the list of revoked ones if there is one. */
static int check_certificate(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    const char *key = cli_option(c, &argc, argv, "key"), *revoked = cli_option(c, &argc, argv, "revoked"), *on = cli_option(c, &argc, argv, "on");
    struct tlog_vkey vkey;
    struct certificate_seen seen = {0};
    struct span file;
    bool is_revoked = false;
    date_t day = instant_date(clock_now());
    if (!key)
        return cli_usage(c);
    enum status s = cli_rest(c, argc, argv, 2, 2, &d);
    if (s == OK && on)
        s = date_parse(span_of(on), &day, &d);
    if (s == OK)
        s = tlog_vkey_parse(span_of(key), &vkey, &d);
    if (s == OK)
        s = cli_read_file(c, argv[1], CERTIFICATE_MAX, &file, &d);
    if (s == OK)
        s = certificate_check(c->arena, file, &vkey, &seen, &d);
    if (s == OK && revoked)
        s = listed(c, revoked, seen.sm3, &is_revoked, &d);
    if (s == E_CORRUPT || s == E_NOT_FOUND) {
        (void)cli_fail(c, &d);
        return EXIT_NO;
    }
    if (s != OK)
        return cli_fail(c, &d);
    bool expired = seen.valid_until < day;
    const char *code = is_revoked ? "archive.certificate_revoked" : expired ? "archive.certificate_expired" : "archive.certificate_valid";
    const struct json *name = json_get(seen.json, "name"), *holder = json_get(seen.json, "holder");
    if (c->json)
        printf("{\"status\": \"%s\", \"sm3\": \"%s\"}\n", is_revoked ? "revoked" : expired ? "expired" : "valid", seen.sm3);
    else
        cli_say(c, code, CLI_ARGS(DIAG_S("name", json_str(name, c->lang == LANG_ZH ? "zh" : "en", "")), DIAG_S("holder", json_str(holder, "name", "")),
            DIAG_S("until", json_str(seen.json, "valid_until", ""))));
    return is_revoked || expired ? EXIT_NO : EXIT_DONE;
}

static int print_key(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct tlog_vkey vkey;
    char text[TLOG_VKEY_MAX];
    enum status s = cli_rest(c, argc, argv, 1, 1, &d);
    if (s == OK)
        s = cli_open(c, CLI_STORE | CLI_CERTIFICATES | CLI_LOG_KEYS, &d);
    if (s == OK)
        s = certificate_vkey(&c->civil, &vkey, &d);
    if (s != OK)
        return cli_fail(c, &d);
    tlog_vkey_text(&vkey, text);
    printf("%s\n", text);
    return EXIT_DONE;
}

static int certificates(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct acting x = {.cli = c, .login = cli_option(c, &argc, argv, "as")};
    const char *reason = cli_option(c, &argc, argv, "reason"), *verb = argv[0];
    bool revoked = strcmp(verb, "revoked") == 0, revoking = strcmp(verb, "revoke") == 0, saving = strcmp(verb, "certificate") == 0;
    if ((!x.login && !revoked) || revoking != (reason != NULL))
        return cli_usage(c);
    int64_t number = 0;
    int want = revoked ? 1 : saving ? 3 : 2;
    enum status s = cli_rest(c, argc, argv, want, want, &d);
    if (s == OK && !revoked)
        s = cli_number(argv[1], 1, INT64_MAX, verb, &number, &d);
    if (s == OK)
        s = cli_open(c, CLI_STORE | CLI_VAULT | CLI_PACKS | CLI_LOG_KEYS | CLI_CERTIFICATES, &d);
    if (s == OK && !revoked)
        s = cli_actor(c, x.login, &x.actor, &d);
    if (s == OK && revoked)
        s = print(c, &x, read_revoked, &d);
    else if (s == OK && saving)
        s = save(c, &x, number, argv[2], &d);
    else if (s == OK && revoking)
        s = done(c, certificate_revoke(&c->civil, &x.actor, number, reason, &d), "archive.revoked", number);
    else if (s == OK)
        s = certificate_issue(&c->civil, &x.actor, number, &number, &d) == OK ? done(c, OK, "archive.issued", number) : d.status;
    return s == OK ? EXIT_DONE : cli_fail(c, &d);
}

int cmd_archive(struct cli *c, int argc, char **argv) {
    static const struct { const char *name; int (*run)(struct cli *c, int argc, char **argv); } verbs[] = {
        {"rotate", rotate}, {"issue", certificates}, {"revoke", certificates}, {"certificate", certificates}, {"revoked", certificates},
        {"check", check_certificate}, {"key", print_key},
    };
    for (size_t i = 0; argc && i < ARRAY_LEN(verbs); i++)
        if (strcmp(verbs[i].name, argv[0]) == 0)
            return verbs[i].run(c, argc, argv);
    return retention(c, argc, argv);
}
