/* minzheng snapshot build DIR [--as-of DATE] [--since BASE] [--db URL]
 * minzheng snapshot build DIR --synthetic N [--seed S] [--missed SHARE] [--lapsed SHARE] [--as-of DATE] [--threads N]
 * minzheng snapshot show DIR [--verify]
 * The registers of one day as column files, for screen and simulate. */
#include "cli/cli.h"

#include "calendar/clock.h"
#include "civil/decision/vocabulary.h"
#include "civil/pack/pack.h"
#include "civil/screening/city.h"
#include "civil/screening/snapshot_files.h"
#include "civil/screening/store_snapshot.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;

static void interrupt(int sig) { interrupted = 1; }

/* Ctrl-C removes what is half written; a second one ends at once. */
static void catch_interrupt(void) {
    struct sigaction a = {.sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGINT, &a, NULL);
    sigaction(SIGTERM, &a, NULL);
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- build ---------------------------------------------------------------------------- */

struct build {
    struct cli *cli;
    const char *dir;
    bool synthetic;
    struct city_config city;
    const char *since;
    struct store_snapshot store;
    struct store_snapshot_result result;
    int percent;
};

static bool progress(void *arg, int64_t people) {
    struct build *b = arg;
    int percent = (int)(people * 100 / b->city.people);
    if (percent != b->percent && isatty(2)) {
        BUF_AUTO text;
        buf_init(&text, 4096);
        message_text(&text, b->cli->lang, "snapshot.people_done", NULL, 0);
        fprintf(stderr, "\r%s %3d %%%s", buf_str(&text), percent, percent == 100 ? "\n" : "");
    }
    b->percent = percent;
    return interrupted;
}

static bool store_progress(void *arg, uint64_t households) {
    struct build *b = arg;
    if (isatty(2)) {
        BUF_AUTO text;
        buf_init(&text, 4096);
        message_text(&text, b->cli->lang, "snapshot.households_done", CLI_ARGS(DIAG_N("households", households)));
        fprintf(stderr, "\r%s", buf_str(&text));
    }
    return interrupted;
}

/* "0.25" in millionths. */
static enum status share(const char *text, int64_t *ret, struct diag *d) {
    struct dec n;
    if (!text)
        return OK;
    if (dec_parse(span_of(text), &n, NULL) != OK || dec_to_int(dec_mul(n, dec_int(1000000)), ret, NULL) != OK)
        return diag_fail(d, E_USAGE, "snapshot.share");
    return OK;
}

static enum status standard(struct cli *c, const char *name, date_t day, int64_t *ret, struct diag *d) {
    const struct parameter *p = packs_parameter(c->packs, name, day);
    struct dec n;
    if (!p || dec_parse(span_of(p->value), &n, NULL) != OK || dec_to_fen(n, ret, NULL) != OK)
        return diag_fail(d, E_INPUT, "snapshot.standard", DIAG_S("name", name));
    return OK;
}

static enum status build_options(struct build *b, int argc, char **argv, struct diag *d) {
    struct cli *c = b->cli;
    int64_t seed = 1, threads = sysconf(_SC_NPROCESSORS_ONLN);
    const char *synthetic = cli_option(c, &argc, argv, "synthetic"), *seed_text = cli_option(c, &argc, argv, "seed"), *missed = cli_option(c, &argc, argv, "missed"),
        *lapsed = cli_option(c, &argc, argv, "lapsed"), *as_of = cli_option(c, &argc, argv, "as-of"), *thread_text = cli_option(c, &argc, argv, "threads");
    b->since = cli_option(c, &argc, argv, "since");
    b->synthetic = synthetic != NULL;
    b->city = (struct city_config){.missed_millionths = 200000, .lapsed_millionths = 40000, .today = clock_today(), .progress = progress, .arg = b};
    enum status s = cli_rest(c, argc, argv, 1, 1, d);
    if (s == OK && (synthetic ? b->since != NULL : seed_text || missed || lapsed || thread_text))
        s = diag_fail(d, E_USAGE, "snapshot.options");
    if (s == OK && synthetic)
        s = cli_number(synthetic, 1, CITY_PEOPLE_MAX, "synthetic", &b->city.people, d);
    if (s == OK && seed_text)
        s = cli_number(seed_text, 0, INT64_MAX, "seed", &seed, d);
    if (s == OK && thread_text)
        s = cli_number(thread_text, 1, 64, "threads", &threads, d);
    if (s == OK)
        s = share(missed, &b->city.missed_millionths, d);
    if (s == OK)
        s = share(lapsed, &b->city.lapsed_millionths, d);
    if (s == OK && as_of && (s = date_parse(span_of(as_of), &b->city.today, d)) != OK)
        return diag_at(d, "--as-of");
    b->dir = argv[0];
    b->store = (struct store_snapshot){.date = b->city.today, .progress = store_progress, .arg = b};
    b->city.seed = (uint64_t)seed;
    b->city.threads = threads > 0 ? (unsigned)threads : 1;
    return s;
}

static enum status build_needs(struct build *b, struct schema *schema, struct diag *d) {
    struct cli *c = b->cli;
    struct vocabulary v;
    enum status s = cli_open(c, b->synthetic ? CLI_PACKS : CLI_PACKS | CLI_STORE, d);
    if (s == OK)
        s = vocabulary_load(c->arena, packs_vocabulary(c->packs), &v, d);
    if (s == OK)
        s = schema_new(c->arena, &v, schema, d);
    if (s != OK || !b->synthetic)
        return s;
    if (s == OK)
        s = cli_read_data(c, "divisions.csv", &b->city.divisions, d);
    if (s == OK)
        s = standard(c, "低保标准", b->city.today, &b->city.dibao_fen, d);
    if (s == OK)
        s = standard(c, "低收入标准", b->city.today, &b->city.low_income_fen, d);
    return s;
}

static enum status build_city(struct build *b, const struct schema *schema, struct snapshot_writer *w, struct diag *d) {
    struct cohort_snapshot about = {.date = b->city.today, .source = {true, b->city.people, b->city.seed, b->city.missed_millionths, b->city.lapsed_millionths}};
    enum status s = city_write(&b->city, schema, w, d);
    return s == OK ? snapshot_finish(w, &about, d) : s;
}

static enum status build_store(struct build *b, const struct schema *schema, struct snapshot_writer *w, struct diag *d) {
    AUTO(snapshot) struct snapshot *base = NULL;
    enum status s = b->since ? snapshot_open(b->since, false, &base, d) : OK;
    b->store.base = base;
    if (s == OK)
        s = store_snapshot_write(&b->cli->civil, &b->store, schema, w, &b->result, d);
    if (isatty(2) && b->result.households)
        fprintf(stderr, "\n");
    return s;
}

static void build_report(const struct build *b, const struct snapshot *s, double took) {
    struct cli *c = b->cli;
    const char *dir = b->dir;
    const struct cohort_table *t = snapshot_household(s);
    const struct cohort_list *members = cohort_list_find(t, SPAN("成员"));
    int64_t people = members ? (int64_t)members->of->count : 0;
    if (!b->synthetic && !t->count)
        cli_note(c, "snapshot.nobody", CLI_ARGS());
    if (!b->synthetic && b->city.today > clock_today())
        cli_note(c, "snapshot.future", CLI_ARGS());
    if (!c->json) {
        cli_say(c, "snapshot.done", CLI_ARGS(DIAG_S("dir", dir), DIAG_N("people", people), DIAG_N("households", t->count), DIAG_N("bytes", snapshot_bytes(s)), DIAG_N("ms", took * 1000)));
        if (!b->synthetic)
            cli_say(c, "snapshot.read", CLI_ARGS(DIAG_N("read", b->result.read), DIAG_N("copied", b->result.households - b->result.read), DIAG_N("left_out", b->result.left_out)));
        return;
    }
    BUF_AUTO out;
    buf_init(&out, 4096);
    struct json_writer w;
    json_begin(&w, &out, true);
    json_object(&w);
    json_kstring(&w, "snapshot", dir);
    json_kstring(&w, "sha256", snapshot_sha256(s));
    json_kint(&w, "people", people);
    json_kint(&w, "households", (int64_t)t->count);
    json_kint(&w, "bytes", (int64_t)snapshot_bytes(s));
    json_kint(&w, "milliseconds", (int64_t)(took * 1000));
    if (!b->synthetic) {
        json_kint(&w, "read", (int64_t)b->result.read);
        json_kint(&w, "left_out", (int64_t)b->result.left_out);
    }
    json_object_end(&w);
    printf("%s\n", buf_str(&out));
}

static int build(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct build b = {.cli = c, .percent = -1};
    struct schema schema;
    AUTO(snapshot_writer) struct snapshot_writer *w = NULL;
    AUTO(snapshot) struct snapshot *made = NULL;
    double began = seconds();
    enum status s = build_options(&b, argc, argv, &d);
    if (s == OK)
        s = build_needs(&b, &schema, &d);
    catch_interrupt();
    if (s == OK)
        s = snapshot_writer_new(b.dir, &schema, &w, &d);
    if (s == OK)
        s = b.synthetic ? build_city(&b, &schema, w, &d) : build_store(&b, &schema, w, &d);
    double took = seconds() - began;
    if (s == OK)
        s = snapshot_open(b.dir, false, &made, &d);
    if (s != OK) {
        if (b.percent >= 0 && b.percent < 100 && isatty(2))
            fprintf(stderr, "\n");
        w = snapshot_writer_free(w); /* before the sentence that says it is gone */
        return cli_fail(c, &d);
    }
    build_report(&b, made, took);
    return EXIT_DONE;
}

/* ---- show --------------------------------------------------------------------------------- */

static uint64_t count_bits(const uint64_t *bits, const uint64_t *but, uint64_t rows) {
    uint64_t n = 0;
    for (uint64_t i = 0; bits && i < (rows + 63) / 64; i++)
        n += (uint64_t)__builtin_popcountll(bits[i] & ~(but ? but[i] : 0));
    return n;
}

struct counts { uint64_t rows, unknown, null; };

static struct counts count_column(const struct cohort_table *t, const struct cohort_column *col) {
    return (struct counts){t->count, count_bits(col->unknown, NULL, t->count), count_bits(col->null, col->unknown, t->count)};
}

static double of_all(uint64_t n, uint64_t rows) { return rows ? 100.0 * (double)n / (double)rows : 0; }

static void show_table(struct cli *c, const struct cohort_table *t, struct buf *out, int depth) {
    buf_addf(out, "%*s%.*s  %llu\n", depth * 2, "", SPAN_ARG(t->name), (unsigned long long)t->count);
    for (size_t i = 0; i < t->column_count; i++) {
        struct counts n = count_column(t, &t->column[i]);
        buf_addf(out, "%*s  %-3d %6.2f %% %6.2f %%  %.*s\n", depth * 2, "", t->column[i].width, of_all(n.rows - n.unknown - n.null, n.rows), of_all(n.unknown, n.rows),
            SPAN_ARG(t->column[i].name.size ? t->column[i].name : t->name));
    }
    for (size_t i = 0; i < t->list_count; i++)
        show_table(c, t->list[i].of, out, depth + 1);
}

static void show_text(struct cli *c, const struct snapshot *s) {
    const struct cohort_snapshot *x = snapshot_content(s);
    char date[DATE_TEXT_MAX];
    date_text(x->date, date);
    cli_say(c, "snapshot.show", CLI_ARGS(DIAG_S("date", date), DIAG_N("bytes", snapshot_bytes(s)), DIAG_S("sha256", snapshot_sha256(s))));
    if (x->source.synthetic)
        cli_say(c, "snapshot.show_synthetic", CLI_ARGS(DIAG_N("people", x->source.people), DIAG_N("seed", x->source.seed)));
    else
        cli_say(c, "snapshot.show_store", CLI_ARGS(DIAG_SPAN("origin", x->log_origin), DIAG_N("size", x->log_size), DIAG_SPAN("root", x->log_root)));
    cli_say(c, "snapshot.show_columns", NULL, 0);
    BUF_AUTO out;
    buf_init(&out, 0);
    show_table(c, snapshot_household(s), &out, 0);
    fputs(buf_str(&out), stdout);
}

static void json_columns(struct json_writer *w, const struct cohort_table *t) {
    json_key(w, "columns");
    json_array(w);
    for (size_t i = 0; i < t->column_count; i++) {
        struct counts n = count_column(t, &t->column[i]);
        json_object(w);
        json_kspan(w, "name", t->column[i].name);
        json_kint(w, "width", t->column[i].width);
        json_kint(w, "known", (int64_t)(n.rows - n.unknown - n.null));
        json_kint(w, "unknown", (int64_t)n.unknown);
        json_kint(w, "null", (int64_t)n.null);
        json_object_end(w);
    }
    json_array_end(w);
}

static void show_json(const struct snapshot *s) {
    const struct cohort_snapshot *x = snapshot_content(s);
    BUF_AUTO out;
    buf_init(&out, 0);
    struct json_writer w;
    json_begin(&w, &out, true);
    json_object(&w);
    json_kdate(&w, "date", x->date);
    json_kstring(&w, "sha256", snapshot_sha256(s));
    json_kint(&w, "bytes", (int64_t)snapshot_bytes(s));
    json_key(&w, "source");
    json_object(&w);
    json_kstring(&w, "kind", x->source.synthetic ? "synthetic" : "store");
    if (x->source.synthetic) {
        json_kint(&w, "people", x->source.people);
        json_kid(&w, "seed", (int64_t)x->source.seed);
        json_key(&w, "missed");
        json_decimal(&w, dec_div(dec_int(x->source.missed_millionths), dec_int(1000000)));
        json_key(&w, "lapsed");
        json_decimal(&w, dec_div(dec_int(x->source.lapsed_millionths), dec_int(1000000)));
    } else {
        json_kinstant(&w, "taken_at", x->taken_at);
        json_kspan(&w, "log_origin", x->log_origin);
        json_kint(&w, "log_size", (int64_t)x->log_size);
        json_kspan(&w, "log_root", x->log_root);
    }
    json_object_end(&w);
    json_key(&w, "tables");
    json_array(&w);
    for (size_t t = 0; t < x->table_count; t++) {
        json_object(&w);
        json_kspan(&w, "name", x->table[t].name);
        json_kint(&w, "rows", (int64_t)x->table[t].count);
        json_columns(&w, &x->table[t]);
        json_object_end(&w);
    }
    json_array_end(&w);
    json_object_end(&w);
    printf("%s\n", buf_str(&out));
}

static int show(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    bool verify = cli_flag(c, &argc, argv, "verify");
    AUTO(snapshot) struct snapshot *s = NULL;
    if (cli_rest(c, argc, argv, 1, 1, &d) != OK || snapshot_open(argv[0], verify, &s, &d) != OK)
        return cli_fail(c, &d);
    if (c->json)
        show_json(s);
    else
        show_text(c, s);
    return EXIT_DONE;
}

int cmd_snapshot(struct cli *c, int argc, char **argv) {
    if (argc >= 1 && strcmp(argv[0], "build") == 0)
        return build(c, argc - 1, argv + 1);
    if (argc >= 1 && strcmp(argv[0], "show") == 0)
        return show(c, argc - 1, argv + 1);
    return cli_usage(c);
}
