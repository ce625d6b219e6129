/* minzheng log witness init|serve|status: a witness of somebody's log, on a
 * machine of its own.  It needs neither store nor keys of the bureau.
 *
 * Its folder holds witness.pem, name, logs (verifier keys) and witness.db.  The
 * key without its memory would cosign anything, so `serve` makes neither. */
#include "cli/log_place.h"
#include "cli/out_file.h"

#include "calendar/clock.h"
#include "crypto/sign.h"
#include "server/witness_server.h"
#include "store/store.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum { LOGS_BYTES_MAX = 1 << 20 };

struct place {
    const char *folder, *key, *name, *logs, *store;
    struct tlog_witness witness;
    struct sign_key *sign;
    struct tlog_vkey *log;
};

static instant_t now_of(void *arg) {
    (void)arg;
    return clock_now();
}

static enum status find(struct cli *c, const char *folder, struct place *p, struct diag *d) {
    *p = (struct place){.folder = folder, .key = arena_printf(c->arena, "%s/witness.pem", folder), .name = arena_printf(c->arena, "%s/name", folder),
        .logs = arena_printf(c->arena, "%s/logs", folder), .store = arena_printf(c->arena, "%s/witness.db", folder)};
    return p->key && p->name && p->logs && p->store ? OK : arena_full(d);
}

static enum status open_store(struct place *p, struct diag *d) {
    struct store_options o = {.now = now_of};
    enum status s = store_open(p->store, &o, &p->witness.store, d);
    return s == OK ? tlog_witness_migrate(p->witness.store, d) : s;
}

static enum status load(struct cli *c, struct place *p, struct diag *d) {
    struct span text;
    if (access(p->key, F_OK) != 0 || access(p->name, F_OK) != 0)
        return diag_fail(d, E_INPUT, "log.witness_none", DIAG_S("folder", p->folder));
    if (access(p->store, F_OK) != 0)
        return diag_fail(d, E_CORRUPT, "log.witness_forgot", DIAG_S("file", p->store));
    enum status s = cli_read_file(c, p->name, TLOG_NAME_MAX + 1, &text, d);
    if (s != OK)
        return s;
    while (text.size && text.at[text.size - 1] == '\n')
        text.size--;
    char *name = arena_dup(c->arena, text);
    if (!name)
        return arena_full(d);
    s = log_key_file(c, p->key, SIGN_ED25519, false, &p->sign, d);
    if (s == OK)
        s = tlog_vkey_of(name, p->sign, true, &p->witness.vkey, d);
    if (s == OK)
        s = cli_read_file(c, p->logs, LOGS_BYTES_MAX, &text, d);
    if (s == OK)
        s = tlog_vkeys_parse(c->arena, text, &p->log, &p->witness.logs, d);
    for (size_t i = 0; s == OK && i < p->witness.logs; i++)
        if (p->log[i].type == TLOG_KEY_COSIGNATURE)
            s = diag_fail(d, E_INPUT, "log.witness_log_key", DIAG_S("name", p->log[i].name));
    if (s == OK && p->witness.logs == 0)
        s = diag_fail(d, E_INPUT, "log.trust_empty", DIAG_S("file", p->logs));
    p->witness.key = p->sign;
    p->witness.log = p->log;
    return s == OK ? open_store(p, d) : s;
}

static void unload(struct place *p) {
    store_free(p->witness.store);
    sign_key_free(p->sign);
}

static void say_vkey(const struct tlog_vkey *k) {
    char text[TLOG_VKEY_MAX];
    tlog_vkey_text(k, text);
    printf("%s\n", text);
    fflush(stdout);
}

/* ---- init ------------------------------------------------------------------------- */

static enum status make(struct cli *c, struct place *p, const char *name, struct span logs, struct diag *d) {
    if (access(p->key, F_OK) == 0 || access(p->store, F_OK) == 0)
        return diag_fail(d, E_CONFLICT, "log.witness_exists", DIAG_S("folder", p->folder));
    enum status s = cli_folder(p->folder, 0700, d);
    if (s == OK)
        s = open_store(p, d);
    if (s == OK)
        s = out_file_whole(p->logs, OUT_PRIVATE, logs, d);
    if (s == OK)
        s = out_file_whole(p->name, OUT_PRIVATE, span_of(name), d);
    if (s == OK) /* last: a folder with a key is complete */
        s = log_key_file(c, p->key, SIGN_ED25519, true, &p->sign, d);
    return s == OK ? tlog_vkey_of(name, p->sign, true, &p->witness.vkey, d) : s;
}

static int cmd_init_(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct place p = {0};
    struct span logs;
    struct tlog_vkey *key;
    size_t keys;
    const char *name = cli_option(c, &argc, argv, "name"), *file = cli_option(c, &argc, argv, "logs");
    enum status s = cli_rest(c, argc, argv, 1, 1, &d);
    if (s == OK && (!name || !file))
        s = diag_fail(&d, E_USAGE, "log.witness_name");
    if (s == OK && !tlog_name_valid(span_of(name)))
        s = diag_fail(&d, E_USAGE, "tlog.key_name", DIAG_S("name", name));
    if (s == OK)
        s = cli_read_file(c, file, LOGS_BYTES_MAX, &logs, &d);
    if (s == OK)
        s = tlog_vkeys_parse(c->arena, logs, &key, &keys, &d);
    if (s == OK && keys == 0)
        s = diag_fail(&d, E_INPUT, "log.trust_empty", DIAG_S("file", file));
    if (s == OK)
        s = find(c, argv[0], &p, &d);
    if (s == OK)
        s = make(c, &p, name, logs, &d);
    if (s == OK)
        say_vkey(&p.witness.vkey);
    unload(&p);
    return s == OK ? EXIT_DONE : (d.status = s, cli_fail(c, &d));
}

/* ---- serve ------------------------------------------------------------------------- */

static void log_line(void *arg, const char *line) {
    (void)arg;
    fprintf(stderr, "%s\n", line);
}

static int cmd_serve_(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct place p = {0};
    struct witness_server *server = NULL;
    const char *listen = cli_option(c, &argc, argv, "listen");
    enum status s = cli_rest(c, argc, argv, 1, 1, &d);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    if (s == OK)
        s = find(c, argv[0], &p, &d);
    if (s == OK)
        s = load(c, &p, &d);
    struct witness_server_config config = {&p.witness, listen ? listen : "127.0.0.1:8090", log_line, NULL};
    if (s == OK)
        s = witness_server_start(&config, &server, &d);
    if (s == OK) {
        int which = 0;
        const char *colon = strrchr(config.listen, ':');
        printf("ready http://%.*s:%d/\n", (int)(colon - config.listen), config.listen, witness_server_port(server));
        fflush(stdout);
        sigwait(&signals, &which);
        witness_server_stop(server);
    }
    unload(&p);
    return s == OK ? EXIT_DONE : (d.status = s, cli_fail(c, &d));
}

/* ---- status ------------------------------------------------------------------------- */

static void contradiction_json(struct json_writer *w, const struct tlog_contradiction *x) {
    json_object(w);
    json_kinstant(w, "at", x->at);
    json_kint(w, "size", (int64_t)x->size);
    json_kint(w, "known_size", (int64_t)x->known_size);
    json_kspan(w, "note", x->note);
    json_kspan(w, "known_note", x->known);
    json_kspan(w, "proof", x->proof);
    json_object_end(w);
}

/* Both notes as they were signed: who holds them can show it to anybody. */
static void show(struct cli *c, const struct tlog_contradiction *x) {
    char at[INSTANT_TEXT_MAX];
    instant_text(x->at, at);
    cli_say(c, "log.witness_shown", CLI_ARGS(DIAG_S("at", at), DIAG_N("size", x->size)));
    printf("%.*s", SPAN_ARG(x->note));
    cli_say(c, "log.witness_known", CLI_ARGS(DIAG_N("size", x->known_size)));
    printf("%.*s", SPAN_ARG(x->known));
    if (x->proof.size) {
        cli_say(c, "log.witness_proof", NULL, 0);
        printf("%.*s", SPAN_ARG(x->proof));
    }
}

static void state_json(const struct place *p, const struct tlog_witnessed *list) {
    BUF_AUTO b;
    struct json_writer w;
    char vkey[TLOG_VKEY_MAX];
    tlog_vkey_text(&p->witness.vkey, vkey);
    buf_init(&b, 0);
    json_begin(&w, &b, true);
    json_object(&w);
    json_kstring(&w, "vkey", vkey);
    json_key(&w, "logs");
    json_array(&w);
    for (size_t i = 0; i < p->witness.logs; i++) {
        json_object(&w);
        json_kstring(&w, "origin", list[i].origin);
        json_kint(&w, "size", (int64_t)list[i].size);
        json_kint(&w, "evidence", list[i].evidence);
        json_key(&w, "contradictions");
        json_array(&w);
        for (int64_t k = 0; k < list[i].evidence; k++)
            contradiction_json(&w, &list[i].contradiction[k]);
        json_array_end(&w);
        json_kspan(&w, "checkpoint", list[i].note);
        json_object_end(&w);
    }
    json_array_end(&w);
    json_object_end(&w);
    printf("%s\n", buf_str(&b));
}

static int cmd_status_(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct place p = {0};
    struct tlog_witnessed *list = NULL;
    int64_t evidence = 0;
    enum status s = cli_rest(c, argc, argv, 1, 1, &d);
    if (s == OK)
        s = find(c, argv[0], &p, &d);
    if (s == OK)
        s = load(c, &p, &d);
    if (s == OK)
        s = tlog_witness_state(&p.witness, c->arena, &list, &d);
    if (s == OK && c->json)
        state_json(&p, list);
    for (size_t i = 0; s == OK && i < p.witness.logs; i++) {
        evidence += list[i].evidence;
        if (!c->json)
            cli_say(c, list[i].evidence ? "log.witness_doubt" : "log.witness_line",
                CLI_ARGS(DIAG_S("origin", list[i].origin), DIAG_N("size", list[i].size), DIAG_N("count", list[i].evidence)));
        for (int64_t k = 0; !c->json && k < list[i].evidence; k++)
            show(c, &list[i].contradiction[k]);
    }
    unload(&p);
    return s == OK ? (evidence ? EXIT_NO : EXIT_DONE) : (d.status = s, cli_fail(c, &d));
}

int cmd_log_witness(struct cli *c, int argc, char **argv) {
    static const struct { const char *verb; command_fn *run; } verbs[] = {{"init", cmd_init_}, {"serve", cmd_serve_}, {"status", cmd_status_}};
    for (size_t i = 0; argc > 0 && i < ARRAY_LEN(verbs); i++)
        if (strcmp(argv[0], verbs[i].verb) == 0)
            return verbs[i].run(c, argc - 1, argv + 1);
    return cli_usage(c);
}
