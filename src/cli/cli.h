/* The `minzheng` command: one file a command (cmd_*.c), one table (main.c).
 *
 * Exit statuses (DESIGN section 5): 0 done, 1 the answer is no or a check found
 * something, 2 usage, 3 bad input, 4 system.
 *
 * Options every command understands, anywhere on its line, are taken out by
 * cli_start before the command sees them:
 *   --json            machine-readable report
 *   --db URL          store: sqlite path or postgresql://...; else MINZHENG_DB, else data/minzheng.db
 *   --lang zh|en      else MINZHENG_LANG, LC_ALL, LANG; Chinese for anything else
 *   --packs DIR       else MINZHENG_PACKS, else beside the program
 *   --keys DIR        else MINZHENG_KEYS, else <file>.keys beside the SQLite file, data/<database>.keys (key_folder.h) */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/json.h"
#include "base/message.h"
#include "civil/civil.h"

enum cli_exit { EXIT_DONE = 0, EXIT_NO = 1, EXIT_USAGE = 2, EXIT_INPUT = 3, EXIT_SYSTEM = 4 };

struct cli {
    bool json;
    enum lang lang;
    const char *db, *packs_dir, *keys_dir, *data_dir, *web_dir;
    const char *command; /* "decide" */
    const char *without_value; /* an option that cli_option saw without one, NULL */
    const char *taken[32]; size_t taken_count; /* options and flags that were found: a second one is no unknown option */
    struct arena *arena; /* for the life of the process */
    /* The demo tells the past: when set, the store's clock shows this instant. */
    instant_t moved_now;
    /* filled by cli_open */
    struct civil civil;
    struct store *store;
    struct vault *vault;
    struct calendar *calendar;
    struct packs *packs;
    struct policies *policies;   /* with CLI_PACKS and CLI_VAULT: what handles cases */
    struct case_models *models;
    struct sign_key *ed25519, *sm2, *certificates;
};

int exit_of(enum status s);
/* Prints the sentence to standard error (with --json: a problem object to
 * standard output as well) and returns the exit status. */
int cli_fail(struct cli *c, const struct diag *d);
/* The same as the member "problem" of the object being written: code, detail, where, line. */
void cli_problem(struct cli *c, const struct diag *d, struct json_writer *w);
/* The command's usage (catalogue usage.<command>) to standard error; EXIT_USAGE. */
int cli_usage(struct cli *c);
/* A sentence of the catalogue to standard output / error, with a newline. */
void cli_say(struct cli *c, const char *code, const struct diag_arg *args, size_t n);
void cli_note(struct cli *c, const char *code, const struct diag_arg *args, size_t n);
#define CLI_ARGS(...) (const struct diag_arg[]){{0}, ##__VA_ARGS__} + 1,       \
    sizeof((const struct diag_arg[]){{0}, ##__VA_ARGS__}) / sizeof(struct diag_arg) - 1

/* Reads a whole file ("-": standard input) of at most `max` bytes into the arena. */
NODISCARD enum status cli_read_file(struct cli *c, const char *path, size_t max, struct span *ret, struct diag *d);

/* A file that the build takes from npm packages (divisions.csv, holidays.csv).  E_INPUT cli.no_data. */
NODISCARD enum status cli_read_data(struct cli *c, const char *name, struct span *ret, struct diag *d);

/* Makes a folder and those above it. E_SYSTEM cli.folder. */
NODISCARD enum status cli_folder(const char *path, unsigned mode, struct diag *d);

/* The value of --NAME, removed from the line; NULL when absent.  A missing value is E_USAGE, reported by cli_rest. */
const char *cli_option(struct cli *c, int *argc, char **argv, const char *name);
bool cli_flag(struct cli *c, int *argc, char **argv, const char *name);
/* After all options: E_USAGE cli.option_twice, cli.unknown_option when an option is left, cli.arguments when
 * there are fewer than min or more than max arguments. */
NODISCARD enum status cli_rest(struct cli *c, int argc, char **argv, int min, int max, struct diag *d);
NODISCARD enum status cli_number(const char *text, int64_t min, int64_t max, const char *name, int64_t *ret, struct diag *d);

enum { CLI_STORE = 1, CLI_VAULT = 2, CLI_PACKS = 4, CLI_LOG_KEYS = 8, CLI_MIGRATE = 16, CLI_CALENDAR = 32, CLI_READ_ONLY = 64,
    CLI_CERTIFICATES = 256, /* the key that signs certificates */
    CLI_ANY_VERSION = 512, /* a backup is made before a migration too */
    CLI_VAULT_IF = 128 /* the vault when its key is here: who audits a copy has none */ };
/* Where the store, the packs and the keys are when nobody says; cli_open asks it first. */
void cli_places(struct cli *c);
/* Opens what the command needs into c->civil. */
NODISCARD enum status cli_open(struct cli *c, unsigned what, struct diag *d);

/* Who acts (--as LOGIN), in the command's language.  E_NOT_FOUND account.unknown. */
struct actor;
NODISCARD enum status cli_actor(struct cli *c, const char *login, struct actor *ret, struct diag *d);

/* Reads district and log origin from the store again, after a command has set them. */
NODISCARD enum status cli_settings(struct cli *c, struct diag *d);

typedef int command_fn(struct cli *c, int argc, char **argv); /* argv[0]: first argument */
/* minzheng export ocel FILE [--matter M] (cmd_export_ocel.c). */
int cli_export_ocel(struct cli *c, int argc, char **argv);

/* A line each letter: two people add a command each, and neither is in the other's way. */
command_fn cmd_archive;
command_fn cmd_backup, cmd_benefit, cmd_bpmn;
command_fn cmd_check_store;
command_fn cmd_decide, cmd_demo, cmd_dmn;
command_fn cmd_duplicates, cmd_quality, cmd_exchange, cmd_submission, cmd_export;
command_fn cmd_feel;
command_fn cmd_form;
command_fn cmd_import, cmd_init;
command_fn cmd_bank, cmd_ledger, cmd_life, cmd_link, cmd_log;
command_fn cmd_pay, cmd_plan;
command_fn cmd_restore;
command_fn cmd_screen, cmd_search, cmd_serve, cmd_simulate, cmd_snapshot;
command_fn cmd_bpmn_migrate; /* part of cmd_bpmn */
command_fn cmd_plan_allocate, cmd_plan_index, cmd_plan_siting, cmd_plan_work; /* parts of cmd_plan */
/* E_INPUT plan.none, with those that there are. */
struct plan;
struct plans;
NODISCARD enum status cli_plan(const struct plans *p, const char *id, const struct plan **ret, struct diag *d);
command_fn cmd_log_witness, cmd_log_restart, cmd_log_adopt; /* parts of cmd_log */
command_fn cmd_dmn_check, cmd_dmn_run, cmd_dmn_mutate; /* part of cmd_dmn */

#endif
