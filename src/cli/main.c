#include "cli/cli.h"

#include "calendar/clock.h"
#include "civil/case/models.h"
#include "civil/decision/decision.h"
#include "civil/pack/pack.h"
#include "crypto/sign.h"
#include "crypto/vault.h"
#include "store/store.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>

static const struct {
    const char *name;
    command_fn *run;
} commands[] = {
    {"init", cmd_init},       {"demo", cmd_demo},     {"serve", cmd_serve}, {"decide", cmd_decide},
    {"feel", cmd_feel},       {"dmn", cmd_dmn},       {"bpmn", cmd_bpmn},   {"form", cmd_form},   {"pay", cmd_pay},
    {"log", cmd_log},         {"check-store", cmd_check_store}, {"archive", cmd_archive},
    {"screen", cmd_screen},   {"simulate", cmd_simulate},
    {"backup", cmd_backup},   {"restore", cmd_restore}, {"snapshot", cmd_snapshot}, {"link", cmd_link},
    {"export", cmd_export},
    {"duplicates", cmd_duplicates},
    {"quality", cmd_quality},
    {"exchange", cmd_exchange},
    {"submission", cmd_submission},
    {"plan", cmd_plan},
    {"life", cmd_life},
    {"benefit", cmd_benefit},
    {"bank", cmd_bank},
    {"ledger", cmd_ledger},
    {"import", cmd_import},
    {"search", cmd_search},
};

static enum lang environment_lang(void) {
    static const char *const names[] = {"MINZHENG_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *v = getenv(names[i]);
        if (v && *v && strcmp(v, "C") != 0 && strncmp(v, "C.", 2) != 0 && strcmp(v, "POSIX") != 0)
            return lang_parse(span_of(v));
    }
    return LANG_ZH;
}

/* Everything a command may have opened, in the order it must be closed. */
static void cli_close(struct cli *c) {
    store_free(c->store);
    case_models_free(c->models);
    policies_free(c->policies);
    packs_free(c->packs);
    vault_free(c->vault);
    sign_key_free(c->ed25519);
    sign_key_free(c->sm2);
    sign_key_free(c->certificates);
    arena_free(c->arena);
}

/* What every command understands: each once, and with something in it. */
static enum status check_options(const struct cli *c, const char *lang, int argc, char **argv, struct diag *d) {
    const struct { const char *name, *value; } given[] = {{"lang", lang}, {"db", c->db}, {"packs", c->packs_dir}, {"keys", c->keys_dir}};
    for (size_t i = 0; i < ARRAY_LEN(given); i++) {
        char option[16];
        size_t n = (size_t)snprintf(option, sizeof option, "--%s", given[i].name);
        for (int k = 0; given[i].value && k < argc && strcmp(argv[k], "--") != 0; k++)
            if (strncmp(argv[k], option, n) == 0 && (argv[k][n] == 0 || argv[k][n] == '='))
                return diag_fail(d, E_USAGE, "cli.option_twice", DIAG_S("option", option));
        if (given[i].value && !*given[i].value)
            return diag_fail(d, E_USAGE, "cli.option_empty", DIAG_S("option", option));
    }
    bool known = !lang || ((strncmp(lang, "zh", 2) == 0 || strncmp(lang, "en", 2) == 0) && (!lang[2] || strchr("-_.", lang[2]))); /* zh, zh-CN, zh_CN.UTF-8 */
    return known ? OK : diag_fail(d, E_USAGE, "cli.lang", DIAG_S("lang", lang));
}

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file at its limit is a failed write like a full disk, and what is half written is cleared away */
    setlocale(LC_CTYPE, "C.UTF-8");
    struct cli c = {.lang = environment_lang(), .arena = arena_new(0)};
    if (!c.arena)
        return EXIT_SYSTEM;
    argc--;
    argv++;
    const char *lang = cli_option(&c, &argc, argv, "lang");
    if (lang && *lang)
        c.lang = lang_parse(span_of(lang));
    c.json = cli_flag(&c, &argc, argv, "json");
    c.db = cli_option(&c, &argc, argv, "db");
    c.packs_dir = cli_option(&c, &argc, argv, "packs");
    c.keys_dir = cli_option(&c, &argc, argv, "keys");
    int exit = -1;
    struct diag option_diag = {0};
    if (check_options(&c, lang, argc, argv, &option_diag) != OK)
        return cli_fail(&c, &option_diag);
    struct diag clock_diag = {0};
    if (clock_start(&clock_diag) != OK)
        return cli_fail(&c, &clock_diag);
    if (argc == 0 || strcmp(argv[0], "help") == 0 || strcmp(argv[0], "--help") == 0) {
        cli_say(&c, "usage.minzheng", NULL, 0);
        exit = argc ? EXIT_DONE : EXIT_USAGE;
    } else if (strcmp(argv[0], "--version") == 0) {
        printf("minzheng %s\n", MINZHENG_VERSION);
        exit = EXIT_DONE;
    }
    for (size_t i = 0; exit < 0 && i < ARRAY_LEN(commands); i++)
        if (strcmp(commands[i].name, argv[0]) == 0) {
            c.command = commands[i].name;
            if (cli_flag(&c, &argc, argv, "help")) {
                (void)cli_usage(&c);
                exit = EXIT_DONE;
            } else {
                exit = commands[i].run(&c, argc - 1, argv + 1);
            }
        }
    if (exit < 0) {
        struct diag d = {0};
        (void)diag_fail(&d, E_USAGE, "cli.unknown_command", DIAG_S("command", argv[0]));
        exit = cli_fail(&c, &d);
        cli_note(&c, "usage.minzheng", NULL, 0);
    }
    if ((fflush(stdout) != 0 || ferror(stdout)) && exit == EXIT_DONE) /* a long text fails before its end */
        exit = EXIT_SYSTEM;
    cli_close(&c);
    return exit;
}
