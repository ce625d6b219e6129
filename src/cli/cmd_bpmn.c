/* minzheng bpmn run FILE.bpmn [--input FILE.json] [--answers FILE.json] [--start ID] [--trace FILE.jsonl] [--json]
 * minzheng bpmn check FILE.bpmn [--json]
 * minzheng bpmn migrate ... (cmd_bpmn_migrate.c) */
#include "cli/cli.h"
#include "cli/out_file.h"

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
    return out_file_whole(file, OUT_OVER, buf_span(&out), d);
}

static enum status read_json(struct cli *c, const char *file, const struct json **ret, struct diag *d) {
    struct span text;
    *ret = NULL;
    if (!file)
        return OK;
    enum status s = cli_read_file(c, file, INPUT_MAX, &text, d);
    return s == OK ? json_parse(c->arena, text, ret, d) : s;
}

static void say_end(struct cli *c, const struct bpmn_trace *t) {
    bool waits = t->status == BPMN_RUNNING;
    if (!c->json) {
        printf("%s%s%s%s%s\n", bpmn_status_name(t->status), waits ? " " : "", waits ? t->waits_at : "", waits ? " " : "",
            waits ? t->waits_for : "");
        return;
    }
    BUF_AUTO out;
    buf_init(&out, 0);
    struct json_writer w;
    json_begin(&w, &out, true);
    json_object(&w);
    json_kstring(&w, "status", bpmn_status_name(t->status));
    json_kstring(&w, "waits_at", waits ? t->waits_at : NULL);
    json_kstring(&w, "waits_for", waits ? t->waits_for : NULL);
    json_kint(&w, "steps", t->steps);
    json_key(&w, "variables");
    json_value(&w, t->variables);
    json_object_end(&w);
    printf("%s\n", buf_str(&out));
}

static int run(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    const char *input = cli_option(c, &argc, argv, "input"), *trace = cli_option(c, &argc, argv, "trace");
    const char *given = cli_option(c, &argc, argv, "answers"), *start = cli_option(c, &argc, argv, "start");
    const struct evaluator *feel = &evaluate_feel;
    struct span text;
    const struct bpmn_model *m = NULL;
    const struct json *variables = NULL, *answers = NULL;
    struct bpmn_trace t = {0};
    enum status s = cli_rest(c, argc, argv, 1, 1, &d);
    if (s == OK)
        s = load(c, argv[0], feel, &text, &m, &d);
    if (s == OK)
        s = read_json(c, input, &variables, &d);
    if (s == OK)
        s = read_json(c, given, &answers, &d);
    if (s != OK)
        return cli_fail(c, &d);
    s = bpmn_run(c->arena, text, m, start ? span_of(start) : SPAN(""), variables, answers, feel, &t, &d);
    struct diag file_diag = {0};
    if (trace && write_trace(trace, &t, &file_diag) != OK)
        return cli_fail(c, &file_diag);
    if (s != OK)
        return cli_fail(c, &d);
    say_end(c, &t);
    return t.status == BPMN_RUNNING ? EXIT_NO : EXIT_DONE;
}

static void say_finding(struct cli *c, const char *file, const struct bpmn_finding *f, struct json_writer *w) {
    BUF_AUTO b;
    buf_init(&b, 0);
    message_text(&b, c->lang, f->code,
        CLI_ARGS(DIAG_S("element", f->element), DIAG_S("name", f->name), DIAG_S("other", f->other)));
    if (!c->json) {
        printf("%s:%d: %s %s\n", file, f->line, f->element, buf_str(&b));
        return;
    }
    json_object(w);
    json_kstring(w, "severity", f->severity == BPMN_ERROR_FINDING ? "error" : "warning");
    json_kstring(w, "code", f->code);
    json_kstring(w, "element", f->element);
    json_kint(w, "line", f->line);
    json_kspan(w, "text", buf_span(&b));
    json_object_end(w);
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
    BUF_AUTO out;
    buf_init(&out, 0);
    struct json_writer w;
    json_begin(&w, &out, true);
    json_object(&w);
    json_kstring(&w, "file", argv[0]);
    json_key(&w, "findings");
    json_array(&w);
    for (uint32_t i = 0; i < n; i++)
        say_finding(c, argv[0], &finding[i], &w);
    json_array_end(&w);
    json_object_end(&w);
    if (c->json)
        printf("%s\n", buf_str(&out));
    else if (n == 0) {
        BUF_AUTO good;
        buf_init(&good, 0);
        message_text(&good, c->lang, "cli.bpmn_good", CLI_ARGS(DIAG_S("file", argv[0]), DIAG_N("nodes", m->node_count), DIAG_N("flows", m->flow_count)));
        printf("%s\n", buf_str(&good));
    }
    return n ? EXIT_NO : EXIT_DONE;
}

int cmd_bpmn(struct cli *c, int argc, char **argv) {
    if (argc && strcmp(argv[0], "run") == 0)
        return run(c, argc - 1, argv + 1);
    if (argc && strcmp(argv[0], "check") == 0)
        return check(c, argc - 1, argv + 1);
    if (argc && strcmp(argv[0], "migrate") == 0)
        return cmd_bpmn_migrate(c, argc - 1, argv + 1);
    return cli_usage(c);
}
