/* minzheng export REGISTER [--on DATE] [--format csv|xlsx]: a register on standard output; personal fields masked.
 * minzheng export ocel FILE: cmd_export_ocel.c. */
#include "cli/cli.h"

#include "civil/register/record.h"

#include <stdio.h>

int cmd_export(struct cli *c, int argc, char **argv) {
    if (argc && strcmp(argv[0], "ocel") == 0)
        return cli_export_ocel(c, argc, argv);
    struct diag d = {0};
    struct record_query q = {.on = DATE_NONE};
    struct actor who = actor_system();
    int64_t rows = 0;
    const char *on = cli_option(c, &argc, argv, "on"), *format = cli_option(c, &argc, argv, "format");
    enum status s = cli_rest(c, argc, argv, 1, 1, &d);
    if (s == OK && format && strcmp(format, "csv") != 0 && strcmp(format, "xlsx") != 0)
        s = diag_fail(&d, E_USAGE, "export.format", DIAG_S("format", format));
    if (s == OK && on)
        s = date_parse(span_of(on), &q.on, &d);
    if (s == OK)
        s = cli_open(c, CLI_STORE | CLI_VAULT | CLI_PACKS, &d);
    who.lang = c->lang;
    BUF_AUTO out;
    buf_init(&out, (size_t)1 << 30);
    if (s == OK)
        s = (format && strcmp(format, "xlsx") == 0 ? records_export_xlsx : records_export)(&c->civil, &who, argv[0], &q, NULL, &out, &rows, &d);
    if (s != OK)
        return cli_fail(c, &d);
    return fwrite(buf_str(&out), 1, out.size, stdout) == out.size && fflush(stdout) == 0 ? EXIT_DONE : EXIT_SYSTEM;
}
