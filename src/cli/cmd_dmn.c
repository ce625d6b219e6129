/* minzheng dmn test DIR... [--results FILE.csv]; check, run and mutate have their own files. */
#include "cli/cli.h"
#include "cli/out_file.h"

#include "base/csv.h"
#include "dmn/tck.h"

#include <errno.h>
#include <stdio.h>

/* ---- test ------------------------------------------------------------------------ */

struct results { struct out_file file; struct cli *cli; };

static void write_result(void *data, const struct dmn_tck_result *r) {
    static const char *const names[] = {"passed", "failed", "skipped"};
    struct results *x = data;
    BUF_AUTO line, why;
    buf_init(&line, 0);
    buf_init(&why, 0);
    if (r->why && r->outcome != DMN_TCK_PASSED)
        message_render(&why, x->cli->lang, r->why);
    const struct span field[] = {r->folder, r->file, r->case_id, r->node, span_of(names[r->outcome]), r->expected, why.size ? buf_span(&why) : r->actual};
    for (size_t i = 0; i < ARRAY_LEN(field); i++) {
        if (i)
            buf_addc(&line, ',');
        csv_write(&line, field[i]);
    }
    if (x->file.file)
        fprintf(x->file.file, "%s\n", buf_str(&line));
    else if (r->outcome == DMN_TCK_FAILED)
        printf("%.*s %.*s: %.*s\n", SPAN_ARG(r->file), SPAN_ARG(r->case_id), SPAN_ARG(field[6]));
}

static int test(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    const char *csv = cli_option(c, &argc, argv, "results");
    struct dmn_tck_count count = {0};
    struct results x = {.cli = c};
    enum status s = cli_rest(c, argc, argv, 1, 1000, &d);
    if (s == OK && csv)
        s = out_file_open(csv, OUT_OVER, &x.file, &d);
    if (x.file.file)
        fprintf(x.file.file, "folder,file,case,node,outcome,expected,actual\n");
    for (int i = 0; s == OK && i < argc; i++)
        s = dmn_tck_directory(argv[i], write_result, &x, &count, &d);
    s = out_file_close(&x.file, s, &d);
    if (s != OK)
        return cli_fail(c, &d);
    printf("%zu passed, %zu failed", count.passed, count.failed);
    if (count.skipped)
        printf(", %zu skipped", count.skipped);
    printf("\n");
    return count.failed || count.passed == 0 ? EXIT_NO : EXIT_DONE;
}

int cmd_dmn(struct cli *c, int argc, char **argv) {
    if (argc && strcmp(argv[0], "test") == 0)
        return test(c, argc - 1, argv + 1);
    if (argc && strcmp(argv[0], "check") == 0)
        return cmd_dmn_check(c, argc - 1, argv + 1);
    if (argc && strcmp(argv[0], "run") == 0)
        return cmd_dmn_run(c, argc - 1, argv + 1);
    if (argc && strcmp(argv[0], "mutate") == 0)
        return cmd_dmn_mutate(c, argc - 1, argv + 1);
    return cli_usage(c);
}
