/* minzheng import REGISTER FILE [--dry-run | --wait] ... | --confirm BATCH | --undo BATCH; people: --as LOGIN --purpose PURPOSE [--yes] */
#include "cli/cli.h"
#include "cli/out_file.h"

#include "civil/import/import.h"
#include "store/store.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { FILE_MAX = 512 << 20 };

static enum status write_rejected(const char *path, const struct buf *text, struct diag *d) {
    return out_file_whole(path, OUT_OVER | OUT_PRIVATE, buf_span(text), d);
}

static void report(struct cli *c, const struct import_result *r, const char *rejected) {
    if (c->json) {
        BUF_AUTO b;
        struct json_writer w;
        buf_init(&b, 0);
        json_begin(&w, &b, false);
        json_object(&w);
        json_key(&w, "batch");
        if (r->batch)
            json_id(&w, r->batch);
        else
            json_nothing(&w);
        json_kint(&w, "rows", r->rows);
        json_kint(&w, "added", r->added);
        json_kint(&w, "changed", r->changed);
        json_kint(&w, "same", r->same);
        json_kint(&w, "rejected", r->rejected);
        json_kint(&w, "possible", r->possible);
        json_kbool(&w, "waits", r->waits);
        json_kstring(&w, "rejected_file", rejected);
        json_kint(&w, "heading_line", r->heading_line);
        json_kbool(&w, "resumed", r->resumed);
        json_kbool(&w, "macros", r->macros);
        json_kstring(&w, "format", r->format);
        json_kstring(&w, "encoding", r->encoding);
        json_key(&w, "columns");
        json_value(&w, r->columns);
        json_object_end(&w);
        printf("%s\n", buf_str(&b));
        return;
    }
    for (size_t i = 0; i < r->columns->size; i++) {
        const char *column = json_str(r->columns->item[i], "column", NULL);
        cli_say(c, column ? "import_command.column" : "import_command.column_left", CLI_ARGS(DIAG_S("heading", json_str(r->columns->item[i], "heading", "")), DIAG_S("column", column ? column : "")));
    }
    if (r->macros)
        cli_say(c, "import_command.macros", NULL, 0);
    if (r->resumed)
        cli_say(c, "import_command.resumed", NULL, 0);
    cli_say(c, r->batch ? "import_command.done" : "import_command.preview", CLI_ARGS(DIAG_N("rows", r->rows), DIAG_N("added", r->added), DIAG_N("changed", r->changed),
        DIAG_N("same", r->same), DIAG_N("rejected", r->rejected), DIAG_N("batch", r->batch)));
    if (r->possible)
        cli_say(c, "import_command.possible", CLI_ARGS(DIAG_N("possible", r->possible)));
    if (r->waits)
        cli_say(c, "import_command.waits", CLI_ARGS(DIAG_N("batch", r->batch)));
    if (rejected)
        cli_say(c, "import_command.rejected", CLI_ARGS(DIAG_S("file", rejected)));
}

/* Whose import it is: the system's, or whom --as names. */
static enum status acting_as(struct cli *c, const char *login, struct actor *ret, struct diag *d) {
    *ret = actor_system();
    ret->lang = c->lang;
    return login ? cli_actor(c, login, ret, d) : OK;
}

static int confirm(struct cli *c, const char *text, const char *login) {
    struct diag d = {0};
    struct actor who;
    int64_t batch = 0, overtaken = 0;
    enum status s = cli_number(text, 1, INT64_MAX, "--confirm", &batch, &d);
    if (s == OK)
        s = cli_open(c, CLI_STORE | CLI_VAULT | CLI_PACKS, &d);
    if (s == OK)
        s = acting_as(c, login, &who, &d);
    if (s == OK)
        s = import_confirm(&c->civil, &who, batch, &overtaken, &d);
    if (s != OK)
        return cli_fail(c, &d);
    if (c->json)
        printf("{\"batch\":\"%lld\",\"overtaken\":%lld}\n", (long long)batch, (long long)overtaken);
    else
        cli_say(c, "import_command.confirmed", CLI_ARGS(DIAG_N("batch", batch), DIAG_N("overtaken", overtaken)));
    return EXIT_DONE;
}

static int undo(struct cli *c, const char *text, const char *login) {
    struct diag d = {0};
    struct actor who;
    int64_t batch = 0, undone = 0, kept = 0;
    enum status s = cli_number(text, 1, INT64_MAX, "--undo", &batch, &d);
    if (s == OK)
        s = cli_open(c, CLI_STORE | CLI_VAULT | CLI_PACKS, &d);
    if (s == OK)
        s = acting_as(c, login, &who, &d);
    if (s == OK)
        s = import_undo(&c->civil, &who, batch, &undone, &kept, &d);
    if (s != OK)
        return cli_fail(c, &d);
    if (c->json)
        printf("{\"undone\":%lld,\"kept\":%lld}\n", (long long)undone, (long long)kept);
    else
        cli_say(c, "import_command.undone", CLI_ARGS(DIAG_N("undone", undone), DIAG_N("kept", kept)));
    return EXIT_DONE;
}

static void progress(void *arg, int64_t rows) {
    enum { EVERY = 20000 };
    if (rows % EVERY == 0 && isatty(2))
        cli_note(arg, "import_command.progress", CLI_ARGS(DIAG_N("rows", rows)));
}

int cmd_import(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    const char *back = cli_option(c, &argc, argv, "undo"), *agreed = cli_option(c, &argc, argv, "confirm"), *login = cli_option(c, &argc, argv, "as"), *from = cli_option(c, &argc, argv, "from");
    struct import_asked x = {.map = cli_option(c, &argc, argv, "map"), .purpose = cli_option(c, &argc, argv, "purpose"), .dry_run = cli_flag(c, &argc, argv, "dry-run"), .at_once = !cli_flag(c, &argc, argv, "wait"),
        .valid_from = DATE_NONE, .progress = progress, .progress_arg = c};
    bool yes = cli_flag(c, &argc, argv, "yes");
    enum status s = cli_rest(c, argc, argv, back || agreed ? 0 : 2, back || agreed ? 0 : 2, &d);
    if (s != OK)
        return cli_fail(c, &d);
    if (back)
        return undo(c, back, login);
    if (agreed)
        return confirm(c, agreed, login);
    struct actor who = actor_system();
    struct import_result r;
    x.reg = argv[0];
    x.at_once &= strcmp(x.reg, "population") != 0 || yes; /* of people somebody says so */
    x.name = strrchr(argv[1], '/') ? strrchr(argv[1], '/') + 1 : argv[1];
    x.purpose = x.purpose ? x.purpose : strcmp(x.reg, "population") == 0 ? "" : "statistics"; /* of people it is said */
    BUF_AUTO rejected;
    buf_init(&rejected, (size_t)1 << 30);
    if (from)
        s = date_parse(span_of(from), &x.valid_from, &d);
    if (s == OK)
        s = cli_read_file(c, argv[1], FILE_MAX, &x.file, &d);
    if (s == OK)
        s = cli_open(c, CLI_STORE | CLI_VAULT | CLI_PACKS | (x.dry_run ? CLI_READ_ONLY : 0), &d);
    if (s == OK)
        s = acting_as(c, login, &who, &d);
    if (s == OK)
        s = import_run(&c->civil, &who, c->arena, &x, &rejected, &r, &d);
    char *path = arena_printf(c->arena, "%s.rejected.csv", argv[1]);
    if (s == OK && !path)
        s = arena_full(&d);
    if (s == OK && rejected.size)
        s = write_rejected(path, &rejected, &d);
    if (s != OK)
        return cli_fail(c, &d);
    report(c, &r, rejected.size ? path : NULL);
    return r.rejected ? EXIT_NO : EXIT_DONE;
}
