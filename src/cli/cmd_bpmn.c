/* minzheng bpmn run FILE.bpmn [--input FILE.json] [--trace FILE.jsonl]; minzheng bpmn check FILE.bpmn */
#include "cli/cli.h"

#include "bpmn/check.h"
#include "bpmn/trace.h"
#include "civil/evaluate/evaluate.h"

#include <errno.h>
#include <stdio.h>

enum { MODEL_MAX = 16 << 20, INPUT_MAX = 16 << 20 };

static enum status load(struct cli *c, const char *file, const struct evaluator *feel, struct span *ret_text, const struct bpmn_model **ret, struct diag *d) {
    enum status s = cli_read_file(c, file, MODEL_MAX, ret_text, d);
    return s == OK ? bpmn_load(c->arena, *ret_text, NULL, feel, ret, d) : s;
}

static enum status write_trace(const char *file, const struct bpmn_trace *t, struct diag *d) {
    BUF_AUTO out;
    buf_init(&out, 0);
    bpmn_trace_write(&out, t);
    FILE *f = fopen(file, "w");
    bool ok = f && fwrite(out.at, 1, out.size, f) == out.size;
    if (f && fclose(f) != 0)
        ok = false;
    return ok ? OK : diag_fail(d, E_SYSTEM, "cli.file", DIAG_S("file", file), DIAG_S("reason", strerror(errno)));
}

static int run(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    const char *input = cli_option(c, &argc, argv, "input"), *trace = cli_option(c, &argc, argv, "trace");
    const struct evaluator *feel = &evaluate_feel;
    struct span text, input_text;
    const struct bpmn_model *m = NULL;
    const struct json *variables = NULL;
    struct bpmn_trace t = {0};
    enum status s = cli_rest(c, argc, argv, 1, 1, &d);
    if (s == OK)
        s = load(c, argv[0], feel, &text, &m, &d);
    if (s == OK && input && (s = cli_read_file(c, input, INPUT_MAX, &input_text, &d)) == OK)
        s = json_parse(c->arena, input_text, &variables, &d);
    if (s != OK)
        return cli_fail(c, &d);
    s = bpmn_run(c->arena, text, m, variables, NULL, feel, &t, &d);
    struct diag file_diag = {0};
    if (trace && write_trace(trace, &t, &file_diag) != OK)
        return cli_fail(c, &file_diag);
    if (s != OK)
        return cli_fail(c, &d);
    printf("%s", bpmn_status_name(t.status));
    if (t.status == BPMN_RUNNING)
        printf(" %s %s", t.waits_at, t.waits_for);
    printf("\n");
    return t.status == BPMN_RUNNING ? EXIT_NO : EXIT_DONE;
}

static int check(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    const struct evaluator *feel = &evaluate_feel;
    struct span text;
    const struct bpmn_model *m = NULL;
    struct bpmn_finding *finding = NULL;
    uint32_t n = 0;
    enum status s = cli_rest(c, argc, argv, 1, 1, &d);
    if (s == OK)
        s = load(c, argv[0], feel, &text, &m, &d);
    if (s == OK)
        s = bpmn_check(c->arena, m, &finding, &n, &d);
    if (s != OK)
        return cli_fail(c, &d);
    for (uint32_t i = 0; i < n; i++) {
        BUF_AUTO b;
        buf_init(&b, 0);
        message_text(&b, c->lang, finding[i].code, CLI_ARGS(DIAG_S("element", finding[i].element), DIAG_S("name", finding[i].name), DIAG_S("other", finding[i].other)));
        printf("%s:%d: %s %s\n", argv[0], finding[i].line, finding[i].element, buf_str(&b));
    }
    return n ? EXIT_NO : EXIT_DONE;
}

int cmd_bpmn(struct cli *c, int argc, char **argv) {
    if (argc && strcmp(argv[0], "run") == 0)
        return run(c, argc - 1, argv + 1);
    if (argc && strcmp(argv[0], "check") == 0)
        return check(c, argc - 1, argv + 1);
    return cli_usage(c);
}
