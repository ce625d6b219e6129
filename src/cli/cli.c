#include "cli/cli.h"
#include "cli/key_folder.h"
#include "cli/log_place.h"

#include "base/utf8.h"
#include "calendar/calendar.h"
#include "calendar/clock.h"
#include "civil/account/account.h"
#include "civil/case/models.h"
#include "civil/decision/decision.h"
#include "civil/pack/pack.h"
#include "crypto/sign.h"
#include "crypto/vault.h"
#include "store/migrations.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int exit_of(enum status s) {
    switch (s) {
    case OK: return EXIT_DONE;
    case E_USAGE: return EXIT_USAGE;
    case E_INPUT:
    case E_LIMIT:
    case E_NOT_FOUND: return EXIT_INPUT;
    case E_AUTH:
    case E_FORBIDDEN:
    case E_CONFLICT: return EXIT_NO;
    case E_BUSY:
    case E_CORRUPT:
    case E_SYSTEM: return EXIT_SYSTEM;
    }
    return EXIT_SYSTEM;
}

void cli_problem(struct cli *c, const struct diag *d, struct json_writer *w) {
    BUF_AUTO text;
    buf_init(&text, 0);
    message_render(&text, c->lang, d);
    json_key(w, "problem");
    json_object(w);
    json_kstring(w, "code", d->code);
    json_kspan(w, "detail", buf_span(&text));
    if (d->where[0])
        json_kstring(w, "where", d->where);
    if (d->line)
        json_kint(w, "line", d->line);
    json_object_end(w);
}

int cli_fail(struct cli *c, const struct diag *d) {
    BUF_AUTO text;
    buf_init(&text, 0);
    message_render(&text, c->lang, d);
    fprintf(stderr, "minzheng: %s\n", buf_str(&text));
    if (c->json) {
        BUF_AUTO out;
        buf_init(&out, 0);
        struct json_writer w;
        json_begin(&w, &out, true);
        json_object(&w);
        cli_problem(c, d, &w);
        json_object_end(&w);
        printf("%s\n", buf_str(&out));
    }
    return exit_of(d->status == OK ? E_SYSTEM : d->status);
}

static void say_to(FILE *f, struct cli *c, const char *code, const struct diag_arg *args, size_t n) {
    BUF_AUTO text;
    buf_init(&text, 0);
    message_text(&text, c->lang, code, args, n);
    fprintf(f, "%s\n", buf_str(&text));
    fflush(f);
}

void cli_say(struct cli *c, const char *code, const struct diag_arg *args, size_t n) { say_to(stdout, c, code, args, n); }
void cli_note(struct cli *c, const char *code, const struct diag_arg *args, size_t n) { say_to(stderr, c, code, args, n); }

int cli_usage(struct cli *c) {
    char code[64];
    snprintf(code, sizeof code, "usage.%s", c->command ? c->command : "minzheng");
    for (char *p = code; *p; p++)
        if (*p == '-')
            *p = '_';
    cli_note(c, message_known(code) ? code : "usage.minzheng", NULL, 0);
    return EXIT_USAGE;
}

enum status cli_read_file(struct cli *c, const char *path, size_t max, struct span *ret, struct diag *d) {
    bool standard = strcmp(path, "-") == 0;
    struct stat sb;
    /* to open a pipe waits for its other end; what a shell hands over as /dev/fd/63 has one */
    if (!standard && stat(path, &sb) == 0 && !S_ISREG(sb.st_mode) && !S_ISDIR(sb.st_mode) && strncmp(path, "/dev/", 5) != 0)
        return diag_fail(d, E_INPUT, "cli.file_kind", DIAG_S("file", path));
    FILE *f = standard ? stdin : fopen(path, "rb");
    if (!f || (!standard && fstat(fileno(f), &sb) == 0 && S_ISDIR(sb.st_mode))) {
        const char *reason = errno_name(f ? EISDIR : errno);
        if (f)
            fclose(f);
        return diag_fail(d, E_INPUT, "cli.file", DIAG_S("file", path), DIAG_S("reason", reason));
    }
    BUF_AUTO b;
    buf_init(&b, max + 1);
    char piece[65536];
    for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0 && buf_ok(&b);)
        buf_add(&b, (struct span){piece, n});
    bool failed = ferror(f) != 0;
    if (!standard)
        fclose(f);
    if (failed)
        return diag_fail(d, E_SYSTEM, "cli.file", DIAG_S("file", path), DIAG_S("reason", errno_name(errno)));
    if (!buf_ok(&b) || b.size > max)
        return diag_fail(d, E_LIMIT, "cli.file_size", DIAG_S("file", path), DIAG_N("limit", max));
    char *text = arena_dup(c->arena, buf_span(&b));
    if (!text)
        return arena_full(d);
    *ret = (struct span){text, b.size};
    return OK;
}

/* ---- options --------------------------------------------------------------- */

static void take_out(int *argc, char **argv, int at, int n) {
    for (int i = at; i + n < *argc; i++)
        argv[i] = argv[i + n];
    *argc -= n;
}

static void was_taken(struct cli *c, const char *name) {
    if (c->taken_count < ARRAY_LEN(c->taken))
        c->taken[c->taken_count++] = name;
}

static bool taken_already(const struct cli *c, const char *option) {
    size_t n = strcspn(option, "=");
    for (size_t i = 0; i < c->taken_count; i++)
        if (n == strlen(c->taken[i]) + 2 && strncmp(option + 2, c->taken[i], n - 2) == 0)
            return true;
    return false;
}

const char *cli_option(struct cli *c, int *argc, char **argv, const char *name) {
    size_t n = strlen(name);
    for (int i = 0; i < *argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--", 2) != 0 || strncmp(argv[i] + 2, name, n) != 0)
            continue;
        if (argv[i][2 + n] == '=') {
            const char *v = argv[i] + 3 + n;
            was_taken(c, name);
            take_out(argc, argv, i, 1);
            return v;
        }
        if (argv[i][2 + n] == 0 && (i + 1 == *argc || strncmp(argv[i + 1], "--", 2) == 0))
            c->without_value = argv[i];
        else if (argv[i][2 + n] == 0) {
            const char *v = argv[i + 1];
            was_taken(c, name);
            take_out(argc, argv, i, 2);
            return v;
        }
    }
    return NULL;
}

bool cli_flag(struct cli *c, int *argc, char **argv, const char *name) {
    for (int i = 0; i < *argc && strcmp(argv[i], "--") != 0; i++)
        if (strncmp(argv[i], "--", 2) == 0 && strcmp(argv[i] + 2, name) == 0) {
            was_taken(c, name);
            take_out(argc, argv, i, 1);
            return true;
        }
    return false;
}

enum status cli_rest(struct cli *c, int argc, char **argv, int min, int max, struct diag *d) {
    if (c->without_value)
        return diag_fail(d, E_USAGE, "cli.option_value", DIAG_S("option", c->without_value));
    for (int i = 0; i < argc; i++)
        if (argv[i][0] == '-' && argv[i][1] != 0)
            return diag_fail(d, E_USAGE, taken_already(c, argv[i]) ? "cli.option_twice" : "cli.unknown_option", DIAG_S("option", argv[i]));
    if (argc < min || argc > max)
        return diag_fail(d, E_USAGE, "cli.arguments", DIAG_S("command", c->command));
    return OK;
}

enum status cli_number(const char *text, int64_t min, int64_t max, const char *name, int64_t *ret, struct diag *d) {
    char *end = NULL;
    errno = 0;
    long long v = strtoll(text, &end, 10);
    if (errno || end == text || *end || v < min || v > max)
        return diag_fail(d, E_USAGE, "cli.number", DIAG_S("option", name), DIAG_N("min", min), DIAG_N("max", max));
    *ret = v;
    return OK;
}

/* ---- opening ------------------------------------------------------------------ */

static instant_t now_of(void *arg) {
    const struct cli *c = arg;
    return c->moved_now ? c->moved_now : clock_now();
}

enum { DATA_FILE_MAX = 64 << 20 };

/* The folder of the program's file, so that a built tree and an installed one
 * both find what they carry. */
static const char *program_dir(struct cli *c) {
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (n <= 0)
        return ".";
    path[n] = 0;
    return arena_dup(c->arena, span_of(dirname(path)));
}

/* PROGRAM'S FOLDER/../x is FOLDER ABOVE/x: people read it. */
static const char *beside(struct cli *c, const char *path) {
    char dir[PATH_MAX];
    snprintf(dir, sizeof dir, "%s", program_dir(c));
    char *above = strrchr(dir, '/');
    if (strncmp(path, "../", 3) == 0 && above && above[1] && strcmp(above, "/..") != 0) {
        *above = 0;
        path += 3;
    }
    return arena_printf(c->arena, "%s/%s", dir, path);
}

static const char *first_existing(struct cli *c, const char *env, const char *a, const char *b) {
    const char *e = getenv(env);
    if (e && *e)
        return e;
    const char *x = beside(c, a);
    return access(x, R_OK) == 0 ? x : beside(c, b);
}

void cli_places(struct cli *c) {
    if (!c->db)
        c->db = getenv("MINZHENG_DB");
    if (!c->db || !*c->db)
        c->db = "data/minzheng.db";
    if (!c->packs_dir)
        c->packs_dir = first_existing(c, "MINZHENG_PACKS", "../packs", "../share/minzheng/packs");
    if (!c->data_dir)
        c->data_dir = first_existing(c, "MINZHENG_DATA", "data", "../share/minzheng/data");
    if (!c->web_dir)
        c->web_dir = first_existing(c, "MINZHENG_WEB", "../web/dist", "../share/minzheng/web");
    if (!c->keys_dir)
        c->keys_dir = getenv("MINZHENG_KEYS");
    if (c->keys_dir && *c->keys_dir)
        return;
    c->keys_dir = key_folder_default(c);
}

enum status cli_folder(const char *path, unsigned mode, struct diag *d) {
    char part[PATH_MAX];
    if (strlen(path) >= sizeof part)
        return diag_fail(d, E_LIMIT, "cli.folder", DIAG_S("folder", path), DIAG_S("reason", errno_name(ENAMETOOLONG)));
    strcpy(part, path);
    for (char *p = part + 1;; p++) {
        if (*p && *p != '/')
            continue;
        char keep = *p;
        *p = 0;
        if (mkdir(part, mode) != 0 && errno != EEXIST)
            return diag_fail(d, E_SYSTEM, "cli.folder", DIAG_S("folder", part), DIAG_S("reason", errno_name(errno)));
        *p = keep;
        if (!keep)
            return OK;
    }
}

static enum status open_store(struct cli *c, unsigned what, struct diag *d) {
    struct store_options o = {.now = now_of, .now_arg = c, .read_only = (what & CLI_READ_ONLY) != 0};
    const char *path = strncmp(c->db, "sqlite:", 7) == 0 ? c->db + 7 : c->db;
    enum status s = OK;
    if (!strstr(path, "://") && (what & CLI_MIGRATE)) {
        char *copy = arena_dup(c->arena, span_of(path));
        s = copy ? cli_folder(dirname(copy), 0755, d) : arena_full(d);
    } else if (!strstr(path, "://") && access(path, F_OK) != 0) {
        s = diag_fail(d, E_INPUT, "cli.no_store", DIAG_S("file", path));
    }
    if (s == OK && (s = store_open(c->db, &o, &c->store, d)) != OK && !strstr(path, "://") && !d->where[0])
        snprintf(d->where, sizeof d->where, "%s", path);
    if (s == OK && (what & CLI_MIGRATE))
        s = store_migrate(c->store, store_migrations, store_migration_count, d);
    else if (s == OK && !(what & CLI_ANY_VERSION))
        s = store_is_current(c->store, store_migrations, store_migration_count, d);
    c->civil.store = c->store;
    return s;
}

enum status cli_read_data(struct cli *c, const char *name, struct span *ret, struct diag *d) {
    const char *file = arena_printf(c->arena, "%s/%s", c->data_dir, name);
    if (!file)
        return arena_full(d);
    if (access(file, F_OK) != 0)
        return diag_fail(d, E_INPUT, "cli.no_data", DIAG_S("file", file));
    return cli_read_file(c, file, DATA_FILE_MAX, ret, d);
}

static enum status open_calendar(struct cli *c, struct diag *d) {
    struct span text;
    const struct calendar *calendar = NULL;
    enum status s = cli_read_data(c, "holidays.csv", &text, d);
    if (s == OK)
        s = calendar_load(c->arena, text, &calendar, d);
    c->civil.calendar = calendar;
    return s;
}

static enum status log_key(struct cli *c, const char *name, enum sign_kind kind, struct sign_key **ret, struct diag *d) {
    const char *path = arena_printf(c->arena, "%s/%s", c->keys_dir, name);
    return path ? log_key_file(c, path, kind, true, ret, d) : arena_full(d);
}

static enum status open_keys(struct cli *c, unsigned what, struct diag *d) {
    const char *master = arena_printf(c->arena, "%s/master.key", c->keys_dir);
    enum status s = master ? cli_folder(c->keys_dir, 0700, d) : arena_full(d);
    if (s == OK && (what & CLI_VAULT)) {
        s = what & CLI_MIGRATE ? vault_open_or_create(master, &c->vault, d) : vault_open(master, &c->vault, d);
        c->civil.vault = c->vault;
    }
    if (s == OK && (what & CLI_LOG_KEYS) && (s = log_key(c, "log-ed25519.pem", SIGN_ED25519, &c->ed25519, d)) == OK)
        s = log_key(c, "log-sm2.pem", SIGN_SM2, &c->sm2, d);
    if (s == OK && (what & CLI_CERTIFICATES))
        s = log_key(c, "certificates-sm2.pem", SIGN_SM2, &c->certificates, d);
    c->civil.certificate_sm2 = c->certificates;
    c->civil.log_ed25519 = c->ed25519;
    c->civil.log_sm2 = c->sm2;
    return s;
}

static enum status open_vault_if(struct cli *c, struct diag *d) {
    const char *master = arena_printf(c->arena, "%s/master.key", c->keys_dir);
    if (!master)
        return arena_full(d);
    enum status s = access(master, F_OK) == 0 ? vault_open(master, &c->vault, d) : OK;
    c->civil.vault = c->vault;
    return s;
}

static enum status read_settings(struct txn *t, void *arg, struct diag *d) {
    struct cli *c = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, "SELECT name, value FROM setting");
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        if (span_is(rows_text(r, 0), "log_origin"))
            c->civil.log_origin = rows_dup(r, 1, c->arena);
        else if (span_is(rows_text(r, 0), "district"))
            c->civil.district = strtoll(rows_dup(r, 1, c->arena), NULL, 10);
    }
    return s;
}

enum status cli_settings(struct cli *c, struct diag *d) {
    enum status s = store_read(c->store, read_settings, c, d);
    if (!c->civil.log_origin)
        c->civil.log_origin = "minzheng.example/110000"; /* a store of the city without a district of its own */
    return s;
}

struct find { const char *login; struct actor *ret; };

static enum status find_actor(struct txn *t, void *arg, struct diag *d) {
    struct find *x = arg;
    return account_actor_in(t, x->login, x->ret, d);
}

enum status cli_actor(struct cli *c, const char *login, struct actor *ret, struct diag *d) {
    struct find x = {login, ret};
    enum status s = store_read(c->store, find_actor, &x, d);
    if (s == OK)
        ret->lang = c->lang;
    return s;
}

enum status cli_open(struct cli *c, unsigned what, struct diag *d) {
    cli_places(c);
    bool keys = (what & (CLI_VAULT | CLI_LOG_KEYS)) != 0;
    enum status s = c->keys_dir ? OK : arena_full(d);
    if (s == OK && keys && (what & CLI_MIGRATE))
        s = key_folder_free(c, d);
    if (s != OK)
        return s;
    if (what & CLI_CALENDAR)
        s = open_calendar(c, d);
    if (s == OK && (what & CLI_PACKS)) {
        s = access(c->packs_dir, F_OK) == 0 ? packs_load(c->packs_dir, &c->packs, d) : diag_fail(d, E_INPUT, "cli.no_packs", DIAG_S("folder", c->packs_dir));
        c->civil.packs = c->packs;
    }
    if (s == OK && (what & CLI_PACKS) && (what & CLI_VAULT)) {
        if ((s = policies_load(c->packs, &c->policies, d)) == OK)
            s = case_models_load(c->packs, &c->models, d);
        c->civil.policies = c->policies;
        c->civil.models = c->models;
    }
    if (s == OK && (what & CLI_STORE))
        s = open_store(c, what, d);
    if (s == OK && keys)
        s = open_keys(c, what, d);
    if (s == OK && keys && (what & CLI_STORE))
        s = key_folder_claim(c, !(what & CLI_READ_ONLY), d);
    if (s == OK && (what & CLI_VAULT_IF))
        s = open_vault_if(c, d);
    return s == OK && (what & CLI_STORE) ? cli_settings(c, d) : s;
}
