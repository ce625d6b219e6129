/* minzheng serve: the portals and the API, in the foreground. */
#include "cli/cli.h"
#include "cli/log_place.h"

#include "calendar/clock.h"
#include "civil/decision/decision.h"
#include "civil/indicator/measure.h"
#include "civil/screening/snapshot_files.h"
#include "doc/pdf.h"
#include "server/server.h"
#include "store/store.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static void log_line(void *arg, const char *line) {
    (void)arg;
    fprintf(stderr, "%s\n", line);
}

static enum status is_demo(struct txn *t, void *arg, struct diag *d) {
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d, "SELECT count(*) FROM setting WHERE name = 'demo' AND value = '1'");
    *(bool *)arg = n > 0;
    return s;
}

/* What was published compiles, or nobody is served: a text that the program no longer
 * understands must not be found out by the first person who waits for a decision. */
static enum status published(struct txn *t, void *arg, struct diag *d) {
    const struct cli *c = arg;
    const struct policies *p;
    return policies_published(c->policies, t, 0, &p, d);
}

/* What the packs promise, checked whole before anybody is served: a measure that does not compile is found now. */
static enum status plans_load(struct cli *c, struct diag *d) {
    struct plans *p = ARENA_NEW(c->arena, struct plans);
    enum status s = p ? plans_read(c->arena, c->packs, p, d) : arena_full(d);
    if (s == E_NOT_FOUND)
        return diag_clear(d), OK; /* a bureau without plans */
    if (s == OK)
        s = measures_check(c->arena, c->packs, p, clock_today(), d);
    c->civil.plans = p;
    return s;
}

static enum status has_pages(struct cli *c, struct diag *d) {
    const char *file = arena_printf(c->arena, "%s/index.html", c->web_dir);
    if (!file)
        return arena_full(d);
    return access(file, R_OK) == 0 ? OK : diag_fail(d, E_INPUT, "cli.no_web", DIAG_S("folder", c->web_dir));
}

int cmd_serve(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    const char *listen = cli_option(c, &argc, argv, "listen"), *witnesses = cli_option(c, &argc, argv, "witnesses");
    const char *folder = cli_option(c, &argc, argv, "snapshot");
    AUTO(snapshot) struct snapshot *snapshot = NULL;
    const char *texts = cli_option(c, &argc, argv, "texts");
    const struct tlog_trust_file *trust = NULL;
    bool quiet = cli_flag(c, &argc, argv, "quiet"), secure = cli_flag(c, &argc, argv, "secure-cookies"), demo = false;
    if (cli_rest(c, argc, argv, 0, 0, &d) != OK)
        return cli_fail(c, &d);
    /* Signals wait for this thread alone; the others never see them. */
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    enum status s = cli_open(c, CLI_STORE | CLI_VAULT | CLI_PACKS | CLI_LOG_KEYS | CLI_CERTIFICATES | CLI_CALENDAR, &d);
    if (s == OK)
        s = store_read(c->store, is_demo, &demo, &d);
    if (s == OK)
        s = store_read(c->store, published, c, &d);
    if (s == OK)
        s = plans_load(c, &d);
    if (s == OK)
        s = log_trust(c, witnesses, &trust, &d);
    if (s == OK && folder)
        s = snapshot_open(folder, true, &snapshot, &d);
    c->civil.snapshot = snapshot;
    if (s == OK && texts && access(texts, R_OK | X_OK) != 0)
        s = diag_fail(&d, E_INPUT, "serve.no_texts", DIAG_S("folder", texts));
    c->civil.texts_dir = texts;
    struct server_config config = {.trust = trust, .anchor = s == OK ? log_anchor(c) : NULL, .civil = &c->civil, .listen = listen ? listen : "127.0.0.1:8080", .web_dir = c->web_dir, .demo = demo,
        .secure_cookies = secure, .log = quiet ? NULL : log_line};
    struct server *server = NULL;
    if (s == OK)
        s = has_pages(c, &d);
    if (s == OK)
        doc_warm(); /* before anybody waits for a notice */
    if (s == OK)
        s = server_start(&config, &server, &d);
    if (s != OK)
        return cli_fail(c, &d);
    char host[256];
    const char *colon = strrchr(config.listen, ':');
    snprintf(host, sizeof host, "%.*s", (int)(colon - config.listen), config.listen);
    printf("ready http://%s:%d/\n", *host ? host : "127.0.0.1", server_port(server));
    fflush(stdout);
    int which = 0;
    sigwait(&signals, &which);
    server_stop(server);
    return EXIT_DONE;
}
