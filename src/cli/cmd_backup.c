/* minzheng backup FILE, minzheng restore FILE. */
#include "cli/cli.h"

#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <unistd.h>

int cmd_backup(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    if (cli_rest(c, argc, argv, 1, 1, &d) != OK)
        return cli_fail(c, &d);
    enum status s = cli_open(c, CLI_STORE | CLI_ANY_VERSION, &d);
    if (s == OK && access(argv[0], F_OK) == 0)
        s = diag_fail(&d, E_CONFLICT, "backup.exists", DIAG_S("file", argv[0]));
    if (s == OK && (s = store_backup(c->store, argv[0], &d)) != OK)
        snprintf(d.where, sizeof d.where, "%s", argv[0]);
    if (s != OK)
        return cli_fail(c, &d);
    cli_say(c, "backup.done", CLI_ARGS(DIAG_S("file", argv[0])));
    return EXIT_DONE;
}

/* Copies a checked backup to where the store shall be; never over a store.  Personal data: for its owner alone, as
 * store_open makes it. */
static enum status copy_file(const char *from, const char *to, struct diag *d) {
    FILE *in = fopen(from, "rb");
    int fd = in ? open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    FILE *out = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (fd >= 0 && !out)
        close(fd);
    bool ok = in && out;
    char piece[1 << 16];
    for (size_t n; ok && (n = fread(piece, 1, sizeof piece, in)) > 0;)
        ok = fwrite(piece, 1, n, out) == n;
    ok = ok && !ferror(in) && fflush(out) == 0 && fsync(fileno(out)) == 0;
    int e = errno;
    bool reading = !in || ferror(in);
    if (in)
        fclose(in);
    if (out)
        fclose(out);
    if (!ok && out)
        unlink(to);
    return ok ? OK : diag_fail(d, E_SYSTEM, "cli.file", DIAG_S("file", reading ? from : to), DIAG_S("reason", errno_name(e)));
}

/* A reader of SQLite's leaves two files beside what it read; beside a backup they are litter. */
static const char *const BESIDE[] = {"-wal", "-shm"};

static bool beside(struct cli *c, const char *file, bool take_away) {
    bool any = false;
    for (size_t i = 0; i < ARRAY_LEN(BESIDE); i++) {
        const char *path = arena_printf(c->arena, "%s%s", file, BESIDE[i]);
        any = any || !path || access(path, F_OK) == 0;
        if (path && take_away)
            unlink(path);
    }
    return any;
}

int cmd_restore(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    if (cli_rest(c, argc, argv, 1, 1, &d) != OK)
        return cli_fail(c, &d);
    const char *to = c->db && *c->db ? c->db : getenv("MINZHENG_DB");
    if (!to || !*to)
        to = "data/minzheng.db";
    if (strncmp(to, "sqlite:", 7) == 0)
        to += 7;
    enum status s = OK;
    if (strstr(to, "://"))
        s = diag_fail(&d, E_USAGE, "restore.postgres");
    else if (access(to, F_OK) == 0)
        s = diag_fail(&d, E_CONFLICT, "restore.exists", DIAG_S("file", to));
    bool had = s != OK || beside(c, argv[0], false);
    c->db = argv[0];
    if (s == OK)
        s = cli_open(c, CLI_STORE | CLI_READ_ONLY | CLI_ANY_VERSION, &d);
    if (s == OK)
        s = store_check(c->store, &d);
    c->store = store_free(c->store);
    if (!had)
        beside(c, argv[0], true);
    char *copy = s == OK ? arena_dup(c->arena, span_of(to)) : NULL;
    if (s == OK)
        s = copy ? cli_folder(dirname(copy), 0755, &d) : arena_full(&d);
    if (s == OK)
        s = copy_file(argv[0], to, &d);
    if (s != OK)
        return cli_fail(c, &d);
    cli_say(c, "restore.done", CLI_ARGS(DIAG_S("file", to)));
    return EXIT_DONE;
}
