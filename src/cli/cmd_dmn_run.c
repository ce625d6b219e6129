/* minzheng dmn run FILE.dmn --input FILE.json [--decision NAME] [--labels FILE.csv] [--trace] [--explain zh|en]
 * A model by itself, outside a pack.  Models it imports are looked for beside it. */
#include "cli/model_folder.h"

#include "dmn/labels.h"

#include <stdio.h>
#include <time.h>

enum { RUN_INPUT_MAX = 16 << 20, RUN_LABELS_MAX = 4 << 20, SHANGHAI_OFFSET_S = 28800 };

struct run {
    const char *file, *input, *decision, *labels_file, *explain;
    bool trace;
    const struct dmn_model *model;
    struct feel_value inputs;
    struct dmn_label_table *table;
    struct dmn_labels labels;
    struct feel_notes *notes;
    struct dmn_result result;
    struct dmn_explanation explanation;
};

static enum status run_options(struct cli *c, int argc, char **argv, struct run *r, struct diag *d) {
    r->input = cli_option(c, &argc, argv, "input");
    r->decision = cli_option(c, &argc, argv, "decision");
    r->labels_file = cli_option(c, &argc, argv, "labels");
    r->explain = cli_option(c, &argc, argv, "explain");
    r->trace = cli_flag(c, &argc, argv, "trace");
    enum status s = cli_rest(c, argc, argv, 1, 1, d);
    if (s != OK)
        return s;
    r->file = argv[0];
    if (!r->input)
        return diag_fail(d, E_USAGE, "dmn_run.no_input");
    if (r->explain && strcmp(r->explain, "zh") != 0 && strcmp(r->explain, "en") != 0)
        return diag_fail(d, E_USAGE, "decide.explain");
    return OK;
}

static enum status read_inputs(struct cli *c, struct run *r, struct diag *d) {
    struct span text;
    const struct json *j;
    enum status s = cli_read_file(c, r->input, RUN_INPUT_MAX, &text, d);
    if (s == OK && (s = json_parse(c->arena, text, &j, d)) != OK)
        return diag_under(d, "%s", r->input), s;
    if (s == OK && j->type != JSON_OBJECT)
        return diag_fail(d, E_INPUT, "dmn_run.not_object");
    return s == OK ? feel_from_json(c->arena, j, &r->inputs, d) : s;
}

static enum status read_labels(struct cli *c, struct run *r, struct diag *d) {
    struct span text;
    if (!r->labels_file)
        return OK;
    enum status s = cli_read_file(c, r->labels_file, RUN_LABELS_MAX, &text, d);
    if (s == OK && (s = dmn_label_table_new(c->arena, &r->table, d)) == OK && (s = dmn_label_table_add(r->table, text, d)) != OK)
        return diag_under(d, "%s", r->labels_file), s;
    if (s == OK)
        r->labels = dmn_label_table_labels(r->table);
    return s;
}

static enum status read_model(struct cli *c, struct run *r, struct diag *d) {
    struct span text;
    struct model_folder *folder = ARENA_NEW(c->arena, struct model_folder);
    if (!folder)
        return arena_full(d);
    enum status s = cli_read_file(c, r->file, MODEL_BYTES_MAX, &text, d);
    if (s != OK)
        return s;
    model_folder_open(folder, c, r->file, text);
    s = dmn_load(c->arena, text, &folder->imports, &r->model, d);
    if (s != OK)
        return diag_under(d, "%s", r->file), s;
    return s;
}

/* A model of which a part does not compile would answer null there: what is wrong is said, and nothing run. */
static enum status refuse_faulty(const struct dmn_model *m, struct diag *d) {
    if (!dmn_problem_count(m))
        return OK;
    *d = *dmn_problem(m, 0);
    return d->status = E_INPUT;
}

static enum status run_model(struct cli *c, struct run *r, struct diag *d) {
    struct span name = span_of(r->decision ? r->decision : "");
    struct feel_env env;
    r->notes = ARENA_NEW(c->arena, struct feel_notes);
    if (!r->notes)
        return arena_full(d);
    feel_env_init(&env, c->arena, r->notes);
    env.now = (int64_t)time(NULL) * 1000000;
    env.now_offset = SHANGHAI_OFFSET_S;
    struct dmn_request q = {.model = r->model, .decision = &name, .decision_count = r->decision ? 1 : 0, .inputs = r->inputs,
        .text_inputs = true, .trace = r->trace || r->explain};
    enum status s = dmn_evaluate(&env, &q, &r->result, d);
    return s == OK && r->result.trace ? dmn_explain(c->arena, r->model, r->result.trace, name, &r->explanation, d) : s;
}

static void print_json(struct cli *c, const struct run *r, struct buf *out) {
    const struct dmn_labels *labels = r->table ? &r->labels : NULL;
    struct json_writer w;
    json_begin(&w, out, true);
    if (!c->json && !r->trace) {
        feel_write_json(&w, &r->result.value);
    } else {
        json_object(&w);
        json_key(&w, "value");
        feel_write_json(&w, &r->result.value);
        if (r->result.trace) {
            json_key(&w, "trace");
            dmn_trace_json(&w, r->result.trace, r->notes);
            json_key(&w, "explanation");
            dmn_explanation_json(&w, labels, &r->explanation);
        }
        json_object_end(&w);
    }
    buf_addc(out, '\n');
}

static void print(struct cli *c, const struct run *r) {
    BUF_AUTO out;
    buf_init(&out, 0);
    if (r->explain && !c->json)
        dmn_explanation_text(&out, lang_parse(span_of(r->explain)), r->table ? &r->labels : NULL, &r->explanation, true);
    else
        print_json(c, r, &out);
    fwrite(buf_str(&out), 1, out.size, stdout);
}

/* Why something is null by an error: exit 1, the reasons on stderr. */
static int say_notes(struct cli *c, const struct run *r) {
    if (!feel_find_error(&r->result.value))
        return EXIT_DONE;
    for (size_t i = 0; i < r->notes->count; i++) {
        struct diag d = {0};
        BUF_AUTO b;
        buf_init(&b, 0);
        (void)diag_fail(&d, E_INPUT, r->notes->note[i].code, DIAG_SPAN("name", r->notes->note[i].detail));
        (void)diag_at(&d, "%.*s", SPAN_ARG(r->notes->note[i].where));
        message_render(&b, c->lang, &d);
        fprintf(stderr, "%s\n", buf_str(&b));
    }
    return EXIT_NO;
}

int cmd_dmn_run(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct run r = {0};
    enum status s = run_options(c, argc, argv, &r, &d);
    if (s == OK)
        s = read_model(c, &r, &d);
    if (s == OK)
        s = refuse_faulty(r.model, &d);
    if (s == OK)
        s = read_inputs(c, &r, &d);
    if (s == OK)
        s = read_labels(c, &r, &d);
    if (s == OK)
        s = run_model(c, &r, &d);
    if (s != OK)
        return d.status = s, cli_fail(c, &d);
    print(c, &r);
    return say_notes(c, &r);
}
