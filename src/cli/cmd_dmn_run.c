/* minzheng dmn run FILE.dmn --input FILE.json [--decision NAME] [--labels FILE.csv] [--trace] [--explain zh|en]
 * A model by itself, outside a pack.  Models it imports are looked for beside it.
 * Every error of the run goes to standard error and into the report, with the name of the element.
 * Exit 1 whenever something is said of the inputs or of the run: an input that the model does not have,
 * is not of its type or was needed and not given, an error that left a null somewhere, an output that is
 * none of its values.  Exit 3 when something of what was asked does not
 * compile: of one decision nothing is run then, of all the rest is. */
#include "cli/model_folder.h"

#include "dmn/check.h"
#include "dmn/labels.h"

#include <stdio.h>
#include <time.h>

enum { RUN_INPUT_MAX = 16 << 20, RUN_LABELS_MAX = 4 << 20, SHANGHAI_OFFSET_S = 28800 };

struct run {
    const char *file, *input, *decision, *labels_file, *explain;
    bool trace;
    const struct dmn_model *model;
    const struct model_folder *folder;
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
    r->folder = folder;
    s = model_folder_open(folder, c, r->file, d);
    if (s == OK)
        s = dmn_load(c->arena, text, &folder->imports, &r->model, d);
    if (s != OK)
        return diag_under(d, "%s", r->file), s;
    return s;
}

/* What one decision needs and does not compile would answer null: what is wrong is said, and nothing run.
 * It needs its requirements only; what is wrong elsewhere is said beside its value.  Of all decisions
 * those that can run do, and the others are null beside their reasons: print. */
static enum status refuse_faulty(struct cli *c, const struct run *r, struct diag *d) {
    const struct diag *problem = dmn_problem_count(r->model) ? dmn_problem(r->model, 0) : NULL;
    bool imported = !problem;
    if (!r->decision)
        return OK;
    if (!strchr(r->decision, '#')) { /* of an imported one the whole model is asked */
        enum status s = dmn_problem_of(c->arena, r->model, span_of(r->decision), &problem, &imported, d);
        if (s != OK)
            return s;
    }
    if (!problem)
        return imported ? model_folder_faulty(r->folder, d) : OK;
    *d = *problem;
    return d->status = E_INPUT;
}

static void open_env(struct cli *c, const struct run *r, struct feel_env *env) {
    feel_env_init(env, c->arena, r->notes);
    env->now = (int64_t)time(NULL) * 1000000;
    env->now_offset = SHANGHAI_OFFSET_S;
}

/* One decision took more than all may: each by itself, and the values of the others are not lost. */
static enum status run_each(struct cli *c, struct run *r, struct diag *d) {
    size_t n = dmn_element_count(r->model), count = 0;
    struct span *name = ARENA_ARRAY(c->arena, n + 1, struct span);
    struct feel_value *value = ARENA_ARRAY(c->arena, n + 1, struct feel_value);
    if (!name || !value)
        return arena_full(d);
    for (size_t i = 0; i < n; i++) {
        struct dmn_element_info e = dmn_element(r->model, i);
        struct feel_env env;
        struct dmn_request q = {.model = r->model, .decision = &e.name, .decision_count = 1, .inputs = r->inputs, .text_inputs = true};
        struct dmn_result one = {0};
        struct diag why = {0};
        if (e.kind != DMN_DECISION)
            continue;
        open_env(c, r, &env);
        enum status s = dmn_evaluate(&env, &q, &one, &why);
        if (s != OK && (s != E_LIMIT || env.steps_left))
            return *d = why, s;
        if (s != OK) {
            one.value = feel_null();
            one.value.flag = FEEL_FLAG_ERROR;
            if (r->notes->count < FEEL_NOTES_MAX)
                r->notes->note[r->notes->count++] = (struct feel_note){"feel.budget", e.name, 0, e.name};
        }
        name[count] = e.name;
        value[count++] = one.value;
    }
    r->result = (struct dmn_result){.value = feel_context(c->arena, name, value, count)};
    return OK;
}

static enum status run_model(struct cli *c, struct run *r, struct diag *d) {
    struct span name = span_of(r->decision ? r->decision : "");
    struct feel_env env;
    r->notes = ARENA_NEW(c->arena, struct feel_notes);
    if (!r->notes)
        return arena_full(d);
    open_env(c, r, &env);
    struct dmn_request q = {.model = r->model, .decision = &name, .decision_count = r->decision ? 1 : 0, .inputs = r->inputs,
        .text_inputs = true, .trace = r->trace || r->explain};
    enum status s = dmn_evaluate(&env, &q, &r->result, d);
    if (s == E_LIMIT && !env.steps_left && !r->decision && !q.trace)
        return run_each(c, r, d);
    return s == OK && r->result.trace ? dmn_explain(c->arena, r->model, r->result.trace, name, &r->explanation, d) : s;
}

/* One thing to say: to standard error, and with --json into the report. */
static void say(struct cli *c, struct json_writer *w, const struct diag *d) {
    BUF_AUTO b;
    buf_init(&b, 0);
    message_render(&b, c->lang, d);
    fprintf(stderr, "%s\n", buf_str(&b));
    if (!w)
        return;
    json_object(w);
    json_kstring(w, "code", d->code);
    json_kspan(w, "detail", buf_span(&b));
    json_object_end(w);
}

static bool say_unknown_inputs(struct cli *c, const struct run *r, struct json_writer *w) {
    bool any = false;
    for (size_t i = 0; i < r->inputs.shape->count; i++) {
        struct span name = r->inputs.shape->key[i].text, near = SPAN("");
        if (dmn_input_known(r->model, name, &near))
            continue;
        struct diag d = {0};
        (void)diag_fail(&d, E_INPUT, near.size ? "dmn_run.unknown_input_near" : "dmn_run.unknown_input", DIAG_SPAN("name", name), DIAG_SPAN("near", near));
        say(c, w, &d);
        any = true;
    }
    return any;
}

static bool said_before(const struct feel_notes *notes, size_t i) {
    const struct feel_note *n = &notes->note[i];
    for (size_t k = 0; k < i; k++) {
        const struct feel_note *x = &notes->note[k];
        if (strcmp(x->code, n->code) == 0 && span_eq(x->where, n->where) && span_eq(x->detail, n->detail))
            return true;
    }
    return false;
}

static void say_problems(struct cli *c, const struct run *r, struct json_writer *w) {
    struct diag d = {0};
    for (size_t i = 0; i < dmn_problem_count(r->model); i++)
        say(c, w, dmn_problem(r->model, i));
    if (model_folder_faulty(r->folder, &d) != OK)
        say(c, w, &d);
}

/* What is wrong with the inputs, and every error of the run, each once: a column or a condition that is
 * null by an error does not hold, and the value behind it looks sound.  true: the result is not. */
static bool say_notes(struct cli *c, const struct run *r, struct json_writer *w) {
    say_problems(c, r, w);
    bool wrong = say_unknown_inputs(c, r, w) || feel_find_error(&r->result.value);
    for (size_t i = 0; i < r->notes->count; i++) {
        const struct feel_note *n = &r->notes->note[i];
        wrong = true;
        if (said_before(r->notes, i))
            continue;
        struct diag d = {0};
        BUF_AUTO word;
        buf_init(&word, 0);
        bool type = strcmp(n->code, "feel.type_mismatch") == 0 || strcmp(n->code, "feel.condition") == 0;
        struct span detail = type ? dmn_type_word(c->lang, n->detail, &word) : n->detail;
        (void)diag_fail(&d, E_INPUT, n->code, DIAG_SPAN("name", detail));
        (void)diag_at(&d, "%.*s", SPAN_ARG(n->where));
        say(c, w, &d);
    }
    if (r->notes->lost) {
        struct diag d = {0};
        (void)diag_fail(&d, E_LIMIT, "dmn_run.lost", DIAG_N("count", r->notes->lost));
        say(c, w, &d);
    }
    return wrong;
}

/* true: the result is wrong, or may be. */
static bool print_json(struct cli *c, const struct run *r, struct buf *out) {
    const struct dmn_labels *labels = r->table ? &r->labels : NULL;
    struct json_writer w;
    bool wrong;
    json_begin(&w, out, true);
    if (!c->json && !r->trace) {
        feel_write_json(&w, &r->result.value);
        wrong = say_notes(c, r, NULL);
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
        json_key(&w, "notes");
        json_array(&w);
        wrong = say_notes(c, r, &w);
        json_array_end(&w);
        json_object_end(&w);
    }
    buf_addc(out, '\n');
    return wrong;
}

static bool is_faulty(const struct run *r) {
    struct diag d = {0};
    return dmn_problem_count(r->model) || model_folder_faulty(r->folder, &d) != OK;
}

static int print(struct cli *c, const struct run *r) {
    BUF_AUTO out;
    buf_init(&out, 0);
    bool wrong;
    if (r->explain && !c->json) {
        dmn_explanation_text(&out, lang_parse(span_of(r->explain)), r->table ? &r->labels : NULL, &r->explanation, true);
        wrong = say_notes(c, r, NULL);
    } else
        wrong = print_json(c, r, &out);
    fwrite(buf_str(&out), 1, out.size, stdout);
    if (!r->decision && is_faulty(r))
        return EXIT_INPUT;
    return wrong ? EXIT_NO : EXIT_DONE;
}

int cmd_dmn_run(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct run r = {0};
    enum status s = run_options(c, argc, argv, &r, &d);
    if (s == OK)
        s = read_model(c, &r, &d);
    if (s == OK)
        s = refuse_faulty(c, &r, &d);
    if (s == OK)
        s = read_inputs(c, &r, &d);
    if (s == OK)
        s = read_labels(c, &r, &d);
    if (s == OK)
        s = run_model(c, &r, &d);
    if (s != OK)
        return d.status = s, cli_fail(c, &d);
    return print(c, &r);
}
