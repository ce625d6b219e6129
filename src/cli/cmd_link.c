/* minzheng link --left A.csv [--right B.csv] --id COLUMN (--auto | --model M.json) --out PAIRS.csv */
#include "cli/cli.h"
#include "cli/out_file.h"

#include "base/csv.h"
#include "cli/link_crew.h"
#include "link/cluster.h"
#include "link/link.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <sys/resource.h>

enum { MODEL_MAX = 1 << 20, IGNORED_MAX = 32 };
static const size_t MEMORY = (size_t)8 << 30; /* a ceiling against mistakes; a million rows need 0.3 GiB */

struct line {
    const char *left, *right, *id, *model, *out, *save, *clusters;
    struct span ignore[IGNORED_MAX];
    size_t ignored;
    bool one_to_one;
    int64_t threads;
};

static enum status read_line(struct cli *c, int argc, char **argv, struct line *l, struct diag *d) {
    const struct { const char *name; const char **to; bool needed; } options[] = {
        {"left", &l->left, true}, {"right", &l->right, false}, {"id", &l->id, true}, {"model", &l->model, false}, {"out", &l->out, true},
        {"save-model", &l->save, false}, {"clusters", &l->clusters, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(options); i++) {
        *options[i].to = cli_option(c, &argc, argv, options[i].name);
        if (options[i].needed && !*options[i].to) {
            char option[32];
            snprintf(option, sizeof option, "--%s", options[i].name);
            return diag_fail(d, E_USAGE, "link_command.required", DIAG_S("option", option));
        }
    }
    const char *ignore = cli_option(c, &argc, argv, "ignore"), *threads = cli_option(c, &argc, argv, "threads");
    for (const char *p = ignore; p && *p && l->ignored < IGNORED_MAX;) {
        size_t n = strcspn(p, ",");
        l->ignore[l->ignored++] = (struct span){p, n};
        p += n + (p[n] == ',');
    }
    l->one_to_one = cli_flag(c, &argc, argv, "one-to-one");
    if (cli_flag(c, &argc, argv, "auto") == (l->model != NULL))
        return diag_fail(d, E_USAGE, "link_command.auto");
    if (threads) {
        enum status s = cli_number(threads, 1, LINK_CREW_MAX, "--threads", &l->threads, d);
        if (s != OK)
            return s;
    }
    return cli_rest(c, argc, argv, 0, 0, d);
}

/* ---- files out ------------------------------------------------------------------------------ */

static void write_id(struct buf *b, struct span id) {
    while (id.size && (unsigned char)*id.at <= ' ')
        id.at++, id.size--;
    while (id.size && (unsigned char)id.at[id.size - 1] <= ' ')
        id.size--;
    csv_write(b, id);
}

enum { LINES = 2048 }; /* each may fault in sixteen pages of the right file, which are let go behind every so many */
struct lines { struct link_job *job; const struct link_pairs *pairs; struct buf *text; char *scratch; };

static void make_lines(void *context, int worker, size_t i) {
    struct lines *w = context;
    struct buf *b = &w->text[i];
    char *scratch = w->scratch + (size_t)worker * LINK_UNQUOTE;
    buf_init(b, 0);
    for (size_t k = i * LINES; k < w->pairs->count && k < (i + 1) * LINES; k++) {
        const struct link_pair *p = &w->pairs->at[k];
        write_id(b, link_field_at(w->job->left, w->job->left_at[p->left], w->job->schema.id[0], scratch));
        buf_addc(b, ',');
        write_id(b, link_field_at(w->job->right, p->right, w->job->schema.id[1], scratch));
        char number[64];
        int n = snprintf(number, sizeof number, ",%.3f,%.6f\n", (double)p->weight, link_probability((double)p->weight));
        buf_add(b, (struct span){number, (size_t)n});
    }
    if (w->job->crew->released && w->job->right->text.size > (size_t)512 << 20) /* a smaller file may stay */
        w->job->crew->released(w->job->crew->arg, w->job->right->text.at, w->job->right->text.size);
}

static enum status write_pairs(struct cli *c, struct link_job *job, const struct link_pairs *pairs, const char *path, struct diag *d) {
    size_t n = (pairs->count + LINES - 1) / LINES;
    struct lines w = {job, pairs, ARENA_ARRAY(c->arena, n + 1, struct buf), arena_alloc_raw(c->arena, (size_t)job->crew->size * LINK_UNQUOTE)};
    if (!w.text || !w.scratch)
        return arena_full(d);
    link_crew_run(job->crew, n, make_lines, &w);
    struct out_file f = {0};
    enum status s = out_file_open(path, OUT_OVER, &f, d);
    if (s == OK)
        s = out_file_write(&f, SPAN("left_id,right_id,weight,probability\n"), d);
    for (size_t i = 0; i < n; i++) {
        if (s == OK)
            s = buf_ok(&w.text[i]) ? out_file_write(&f, buf_span(&w.text[i]), d) : arena_full(d);
        buf_release(&w.text[i]);
    }
    return out_file_close(&f, s, d);
}

static enum status write_model(struct cli *c, const struct link_job *job, const char *path, struct diag *d) {
    BUF_AUTO b;
    struct json_writer w;
    buf_init(&b, 0);
    json_begin(&w, &b, true);
    link_model_write(&w, &job->schema, &job->model, job->left, job->right);
    buf_addc(&b, '\n');
    return out_file_whole(path, OUT_OVER, buf_span(&b), d);
}

static enum status write_clusters(struct cli *c, struct link_job *job, const struct link_pairs *pairs, const char *path, struct diag *d) {
    struct link_clusters k;
    char *scratch = arena_alloc_raw(c->arena, LINK_UNQUOTE);
    if (!scratch)
        return arena_full(d);
    enum status s = link_clusters(pairs, 0.5, job->left == job->right ? job->left_at : NULL, job->left->rows_max, c->arena, &k, d);
    BUF_AUTO b;
    buf_init(&b, (size_t)1 << 31);
    buf_adds(&b, "cluster,side,id\n");
    for (size_t i = 0; s == OK && i < k.count; i++) {
        bool right = k.member[i].right;
        const struct link_table *t = right ? job->right : job->left;
        buf_addf(&b, "%zu,%s,", (size_t)k.member[i].cluster + 1, right ? "right" : "left");
        write_id(&b, link_field_at(t, right ? k.member[i].at : job->left_at[k.member[i].at], job->schema.id[right], scratch));
        buf_addc(&b, '\n');
    }
    return s == OK ? out_file_whole(path, OUT_OVER, buf_span(&b), d) : s;
}

/* ---- the report -------------------------------------------------------------------------------- */

static void pass_name(const struct link_job *job, const struct link_pass *p, struct buf *b) {
    for (int i = 0; i < p->count; i++)
        buf_addf(b, "%s%s/%d", i ? " + " : "", job->schema.field[p->atom[i].field].name, p->atom[i].part);
}

static void report_json(const struct link_job *job, size_t pairs, double all) {
    BUF_AUTO out, name;
    buf_init(&out, 0);
    buf_init(&name, 0);
    struct json_writer w;
    json_begin(&w, &out, true);
    json_object(&w);
    json_kint(&w, "left_rows", (int64_t)job->rows[0]);
    json_kint(&w, "right_rows", (int64_t)job->rows[1]);
    json_kint(&w, "candidates", (int64_t)job->candidates);
    json_kint(&w, "pairs", (int64_t)pairs);
    struct rusage use;
    if (getrusage(RUSAGE_SELF, &use) == 0)
        json_kint(&w, "memory_mib", use.ru_maxrss / 1024);
    const struct link_seconds *t = &job->seconds;
    const struct { const char *key; double seconds; } times[] = {{"sample_ms", t->sample}, {"load_left_ms", t->load}, {"index_ms", t->index}, {"train_ms", t->train},
        {"load_right_ms", t->stream_load}, {"compare_ms", t->stream}, {"finish_ms", t->finish}, {"linking_ms", t->sample + t->index + t->train + t->stream + t->finish}, {"all_ms", all}};
    json_key(&w, "time");
    json_object(&w);
    for (size_t i = 0; i < ARRAY_LEN(times); i++)
        json_kint(&w, times[i].key, (int64_t)(times[i].seconds * 1000 + 0.5));
    json_object_end(&w);
    json_key(&w, "blocking");
    json_array(&w);
    for (int i = 0; i < job->layout.passes; i++) {
        buf_clear(&name);
        pass_name(job, &job->layout.pass[i], &name);
        json_object(&w);
        json_kspan(&w, "key", buf_span(&name));
        json_kint(&w, "pairs_estimated", (int64_t)job->layout.pass[i].pairs);
        json_key(&w, "recall_added");
        json_decimal(&w, dec_double(job->layout.pass[i].recall));
        json_object_end(&w);
    }
    json_array_end(&w);
    json_key(&w, "training");
    json_object(&w);
    json_kint(&w, "rows_sampled", (int64_t)job->report.sampled);
    json_kint(&w, "candidates", (int64_t)job->report.candidates);
    json_kint(&w, "random_pairs", (int64_t)job->report.random);
    json_kint(&w, "rounds", job->report.iterations);
    json_kbool(&w, "settled", job->report.settled);
    json_key(&w, "matches_expected");
    json_decimal(&w, dec_double(job->report.matches));
    json_object_end(&w);
    json_key(&w, "model");
    link_model_write(&w, &job->schema, &job->model, job->left, job->right);
    json_object_end(&w);
    printf("%s\n", buf_str(&out));
}

static void report(struct cli *c, const struct link_job *job, size_t pairs, double all) {
    const struct link_seconds *t = &job->seconds;
    if (c->json) {
        report_json(job, pairs, all);
        return;
    }
    for (int f = 0; f < job->schema.count; f++) {
        char agree[32], differ[32];
        double u = job->model.u[f][LINK_LEVELS - 1];
        snprintf(agree, sizeof agree, "%+.1f", log2(job->model.m[f][LINK_LEVELS - 1] / u));
        snprintf(differ, sizeof differ, "%+.1f", (double)job->model.weight[f][1]);
        cli_say(c, "link_command.field", CLI_ARGS(DIAG_S("column", job->schema.field[f].name), DIAG_S("kind", link_kind_name(job->schema.field[f].kind)),
            DIAG_S("agree", agree), DIAG_S("differ", differ)));
    }
    cli_say(c, "link_command.done", CLI_ARGS(DIAG_N("left", job->rows[0]), DIAG_N("right", job->rows[1]), DIAG_N("candidates", job->candidates),
        DIAG_N("pairs", pairs), DIAG_N("ms", all * 1000), DIAG_N("link", (t->sample + t->index + t->train + t->stream + t->finish) * 1000)));
}

/* ---- the command ---------------------------------------------------------------------------------- */

static enum status link_files(struct cli *c, const struct line *l, struct crew_file file[2], struct link_crew *crew, struct diag *d) {
    double start = link_seconds(crew);
    struct link_table table[2];
    struct link_job job = {.crew = crew, .arena = c->arena, .left = &table[0], .right = l->right ? &table[1] : &table[0]};
    struct link_options o = {.trained = l->model != NULL};
    enum status s = OK;
    for (int side = 0; side < (l->right ? 2 : 1) && s == OK; side++) {
        const char *path = side ? l->right : l->left;
        if ((s = crew_file_open(&file[side], path, d)) == OK) {
            crew->released = file[0].own || file[1].own ? NULL : crew_released;
            s = link_table_open(&table[side], c->arena, file[side].text, crew, d);
        }
        if (s != OK)
            (void)diag_at(d, "%s", path);
    }
    if (s == OK && l->model) {
        struct span text;
        const struct json *j;
        if ((s = cli_read_file(c, l->model, MODEL_MAX, &text, d)) == OK && (s = json_parse(c->arena, text, &j, d)) == OK)
            s = link_model_read(j, job.left, job.right, span_of(l->id), &job.schema, &job.model, d);
    } else if (s == OK) {
        s = link_guess(&job.schema, c->arena, job.left, job.right, span_of(l->id), l->ignore, l->ignored, d);
    }
    if (s == OK)
        s = link_prepare(&job, &o, d);
    struct link_pairs pairs = {0};
    if (s == OK)
        s = link_stream(&job, &o, &pairs, d);
    if (s == OK && l->one_to_one)
        s = link_one_to_one(&pairs, job.left->rows_max, c->arena, d);
    if (s == OK)
        s = write_pairs(c, &job, &pairs, l->out, d);
    if (s == OK && l->save)
        s = write_model(c, &job, l->save, d);
    if (s == OK && l->clusters)
        s = write_clusters(c, &job, &pairs, l->clusters, d);
    if (s == OK)
        report(c, &job, pairs.count, link_seconds(crew) - start);
    link_pairs_release(&pairs);
    return s;
}

int cmd_link(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct line l = {0};
    struct crew_file file[2] = {{{0}}};
    if (read_line(c, argc, argv, &l, &d) != OK) {
        (void)cli_fail(c, &d);
        return cli_usage(c);
    }
    struct link_crew crew = crew_of((int)l.threads);
    arena_free(c->arena);
    c->arena = arena_new(MEMORY);
    if (!c->arena)
        return EXIT_SYSTEM;
    enum status s = link_files(c, &l, file, &crew, &d);
    crew_file_close(&file[0]);
    crew_file_close(&file[1]);
    return s == OK ? EXIT_DONE : cli_fail(c, &d);
}
