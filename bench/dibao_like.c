/* dibao_like: a household decision from a DMN file, many times.
 *
 *   dibao_like MODEL.dmn FACTS.csv COUNT FILE.jsonl LINES [LARGE.dmn]
 *
 * Decides COUNT made-up households from values in memory, one thread, and
 * checks each against the rule by hand; then a tenth of them with the trace,
 * in case mode and from JSON.  The first LINES households go to FILE.jsonl for
 * the other engines.  LARGE.dmn is compiled.  Figures: one JSON object on
 * standard output; seconds of the clock and of the processor. */
#include "bench.h"
#include "dibao-like/households.h"

#include "dmn/case.h"
#include "dmn/dmn.h"

#include <stdio.h>
#include <stdlib.h>

enum { CHUNK = 2000, INPUTS = 7, FIELDS = 4 };

struct bench {
    struct arena *arena, *chunk, *run;
    const struct dmn_model *model;
    const struct dmn_vocabulary *vocabulary;
    struct feel_shape inputs, member;
    struct feel_key input_key[INPUTS], member_key[FIELDS];
};
struct span_time { double wall, cpu; int64_t count; };
struct clock { double wall, cpu; };

static struct clock start(void) { return (struct clock){bench_now(), bench_cpu()}; }
static void stop(struct span_time *t, struct clock from, int64_t count) {
    t->wall += bench_now() - from.wall;
    t->cpu += bench_cpu() - from.cpu;
    t->count += count;
}

/* ---- households as values and as JSON ------------------------------------------------ */

static const char *const input_names[INPUTS] = {"家庭成员", "存款", "机动车", "住房套数", "本市户籍", "房租", "医疗支出"};
static const char *const field_names[FIELDS] = {"年龄", "月收入", "残疾等级", "在校学生"};

static void shapes(struct bench *b) {
    for (int i = 0; i < INPUTS; i++)
        b->input_key[i] = feel_key(span_of(input_names[i]));
    for (int i = 0; i < FIELDS; i++)
        b->member_key[i] = feel_key(span_of(field_names[i]));
    b->inputs = (struct feel_shape){INPUTS, b->input_key};
    b->member = (struct feel_shape){FIELDS, b->member_key};
}

static struct feel_value context_of(const struct feel_shape *s, const struct feel_value *v) {
    struct feel_value c = {.kind = FEEL_CONTEXT};
    c.shape = s;
    c.value = v;
    return c;
}

static struct feel_value *values(struct arena *a, size_t n) {
    struct feel_value *v = ARENA_ARRAY(a, n, struct feel_value);
    BENCH_CHECK(v != NULL);
    return v;
}

static struct feel_value household_value(const struct bench *b, const struct household *h) {
    struct feel_value *v = values(b->chunk, INPUTS), *m = values(b->chunk, (size_t)h->count);
    for (int i = 0; i < h->count; i++) {
        struct feel_value *f = values(b->chunk, FIELDS);
        f[0] = feel_int(h->member[i].age);
        f[1] = feel_int(h->member[i].income);
        f[2] = feel_int(h->member[i].grade);
        f[3] = feel_bool(h->member[i].student);
        m[i] = context_of(&b->member, f);
    }
    v[0] = feel_list(m, (size_t)h->count);
    v[1] = feel_int(h->deposits);
    v[2] = feel_int(h->cars);
    v[3] = feel_int(h->homes);
    v[4] = feel_bool(h->local);
    v[5] = feel_int(h->rent);
    v[6] = feel_int(h->medical);
    return context_of(&b->inputs, v);
}

static void household_json(struct buf *out, const struct household *h) {
    buf_addf(out, "{\"家庭成员\":[");
    for (int i = 0; i < h->count; i++)
        buf_addf(out, "%s{\"年龄\":%d,\"月收入\":%d,\"残疾等级\":%d,\"在校学生\":%s}", i ? "," : "", h->member[i].age,
            h->member[i].income, h->member[i].grade, h->member[i].student ? "true" : "false");
    buf_addf(out, "],\"存款\":%d,\"机动车\":%d,\"住房套数\":%d,\"本市户籍\":%s,\"房租\":%d,\"医疗支出\":%d}", h->deposits,
        h->cars, h->homes, h->local ? "true" : "false", h->rent, h->medical);
}

static void write_lines(const char *path, int64_t lines) {
    FILE *f = fopen(path, "w");
    struct household_draw draw;
    household_start(&draw);
    BENCH_CHECK(f != NULL);
    for (int64_t i = 0; i < lines; i++) {
        struct household h;
        BUF_AUTO line;
        buf_init(&line, 0);
        household_next(&draw, &h);
        household_json(&line, &h);
        BENCH_CHECK(fprintf(f, "%.*s\n", SPAN_ARG(buf_span(&line))) > 0);
    }
    BENCH_CHECK(fclose(f) == 0);
}

/* ---- deciding --------------------------------------------------------------------------- */

struct result { struct span finding; int64_t amount; };

static struct result result_of(const struct feel_value *v) {
    struct result r = {0};
    BENCH_CHECK(v->kind == FEEL_CONTEXT && v->shape->count == 2);
    const struct feel_value *finding = &v->value[0], *amount = &v->value[1];
    BENCH_CHECK(finding->kind == FEEL_STRING && amount->kind == FEEL_NUMBER);
    r.finding = finding->string;
    BENCH_OK(dec_to_int(amount->number, &r.amount, &bench_diag));
    return r;
}

static const struct span answer = {"结果", 6};

static struct feel_value decide(const struct bench *b, struct feel_value inputs, bool trace, const struct dmn_trace **ret) {
    struct feel_env env;
    struct dmn_result r;
    struct dmn_request q = {.model = b->model, .decision = &answer, .decision_count = 1, .inputs = inputs, .trace = trace};
    feel_env_init(&env, b->run, NULL);
    BENCH_OK(dmn_evaluate(&env, &q, &r, &bench_diag));
    if (ret)
        *ret = r.trace;
    return r.value;
}

/* Finding and amount as the rule by hand has them. */
static void check(const struct household *h, struct result r, struct household_sums *sums) {
    int amount, finding = household_decide(h, &amount);
    BENCH_CHECK(span_is(r.finding, household_findings[finding]) && r.amount == amount);
    if (sums)
        household_add(sums, finding, amount);
}

struct figures {
    struct span_time memory, trace, trace_json, known, unknown, read, from_json;
    struct household_sums at[3]; /* after the first 1,000 and 30,000, and all */
    int64_t undecided, evaluations, trace_bytes;
};

struct chunk { struct household h[CHUNK]; struct feel_value v[CHUNK]; struct result r[CHUNK]; int64_t count; };

static void draw_chunk(struct bench *b, struct household_draw *d, struct chunk *c, int64_t count) {
    arena_reset(b->chunk);
    c->count = count;
    for (int64_t i = 0; i < count; i++) {
        household_next(d, &c->h[i]);
        c->v[i] = household_value(b, &c->h[i]);
    }
}

static void from_memory(struct bench *b, struct figures *f, struct chunk *c, int64_t total) {
    struct household_draw draw;
    struct household_sums sums = {0};
    household_start(&draw);
    for (int64_t done = 0; done < total; done += c->count) {
        draw_chunk(b, &draw, c, total - done < CHUNK ? total - done : CHUNK);
        struct clock t = start();
        for (int64_t i = 0; i < c->count; i++) {
            arena_reset(b->run);
            struct feel_value v = decide(b, c->v[i], false, NULL);
            c->r[i] = result_of(&v);
        }
        stop(&f->memory, t, c->count);
        for (int64_t i = 0; i < c->count; i++) {
            check(&c->h[i], c->r[i], &sums);
            if (sums.number == 1000)
                f->at[0] = sums;
            if (sums.number == 30000)
                f->at[1] = sums;
        }
    }
    f->at[2] = sums;
}

static void with_trace(struct bench *b, struct figures *f, struct chunk *c, int64_t total) {
    struct household_draw draw;
    household_start(&draw);
    for (int64_t done = 0; done < total; done += c->count) {
        draw_chunk(b, &draw, c, total - done < CHUNK ? total - done : CHUNK);
        struct clock t = start();
        for (int64_t i = 0; i < c->count; i++) {
            const struct dmn_trace *trace;
            arena_reset(b->run);
            struct feel_value v = decide(b, c->v[i], true, &trace);
            c->r[i] = result_of(&v);
            BENCH_CHECK(trace->decision_count == 11 && trace->table_count == 1);
        }
        stop(&f->trace, t, c->count);
        for (int64_t i = 0; i < c->count; i++)
            check(&c->h[i], c->r[i], NULL);
        t = start();
        for (int64_t i = 0; i < c->count; i++) {
            const struct dmn_trace *trace;
            struct json_writer w;
            BUF_AUTO out;
            arena_reset(b->run);
            decide(b, c->v[i], true, &trace);
            buf_init(&out, 0);
            json_begin(&w, &out, false);
            dmn_trace_json(&w, trace, NULL);
            f->trace_bytes += (int64_t)out.size;
        }
        stop(&f->trace_json, t, c->count);
    }
}

static struct dmn_case_answer decide_case(const struct bench *b, const struct json *facts) {
    struct feel_env env;
    struct feel_notes notes = {0};
    struct dmn_case_answer r;
    struct dmn_case q = {.model = b->model, .answer = answer, .vocabulary = b->vocabulary, .facts = facts};
    feel_env_init(&env, b->run, &notes);
    BENCH_OK(dmn_case_decide(&env, &q, &r, &bench_diag));
    return r;
}

/* Read from JSON, decided, then in case mode: every fact known, and 存款 unknown. */
static void with_json(struct bench *b, struct figures *f, int64_t total) {
    struct household_draw draw;
    household_start(&draw);
    for (int64_t done = 0; done < total; done++) {
        struct household h;
        BUF_AUTO text;
        const struct json *j;
        struct feel_value v;
        buf_init(&text, 0);
        household_next(&draw, &h);
        household_json(&text, &h);
        arena_reset(b->chunk);
        arena_reset(b->run);
        struct clock t = start();
        BENCH_OK(json_parse(b->chunk, buf_span(&text), &j, &bench_diag));
        BENCH_OK(feel_from_json(b->chunk, j, &v, &bench_diag));
        stop(&f->read, t, 1);
        t = start();
        struct feel_value r = decide(b, v, false, NULL);
        stop(&f->from_json, t, 1);
        check(&h, result_of(&r), NULL);
        t = start();
        struct dmn_case_answer known = decide_case(b, j);
        stop(&f->known, t, 1);
        BENCH_CHECK(known.decided && known.evaluations > 0);
        check(&h, result_of(&known.value), NULL);
        const struct json *less = json_with(b->chunk, j, "存款", json_null());
        t = start();
        struct dmn_case_answer doubt = decide_case(b, less);
        stop(&f->unknown, t, 1);
        if (doubt.decided)
            check(&h, result_of(&doubt.value), NULL);
        else
            BENCH_CHECK(doubt.missing_count == 1 && span_is(doubt.missing[0], "存款"));
        f->undecided += !doubt.decided;
        f->evaluations += doubt.evaluations;
    }
}

/* ---- compiling ----------------------------------------------------------------------------- */

static struct span read_file(struct arena *a, const char *path) {
    FILE *f = fopen(path, "rb");
    BENCH_CHECK(f && fseek(f, 0, SEEK_END) == 0);
    long size = ftell(f);
    char *text = size >= 0 ? arena_alloc(a, (size_t)size + 1) : NULL;
    BENCH_CHECK(text && fseek(f, 0, SEEK_SET) == 0 && fread(text, 1, (size_t)size, f) == (size_t)size);
    BENCH_CHECK(fclose(f) == 0);
    return (struct span){text, (size_t)size};
}

/* Seconds, the best of five; the last model stays when `keep` is given. */
static double compile(const char *path, const struct dmn_model **ret, struct arena *keep) {
    double best = 1e9;
    for (int i = 0; i < 5; i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        struct arena *to = keep && i == 4 ? keep : a;
        struct span text = read_file(to, path);
        double t = bench_now();
        BENCH_OK(dmn_load(to, text, NULL, ret, &bench_diag));
        t = bench_now() - t;
        best = t < best ? t : best;
    }
    return best;
}

/* ---- entry ---------------------------------------------------------------------------------- */

static void print_time(const char *name, const struct span_time *t) {
    printf("\"%s\":{\"count\":%lld,\"wall\":%.6f,\"cpu\":%.6f},", name, (long long)t->count, t->wall, t->cpu);
}

static void print_sums(const struct household_sums *s) {
    printf("{\"number\":%lld,\"counts\":[%lld,%lld,%lld,%lld,%lld,%lld],\"sum\":%lld,\"check\":%lld}", (long long)s->number,
        (long long)s->count[0], (long long)s->count[1], (long long)s->count[2], (long long)s->count[3],
        (long long)s->count[4], (long long)s->count[5], (long long)s->sum, (long long)s->check);
}

int main(int argc, char **argv) {
    if (argc != 6 && argc != 7) {
        fprintf(stderr, "dibao_like MODEL.dmn FACTS.csv COUNT FILE.jsonl LINES [LARGE.dmn]\n");
        return 2;
    }
    struct bench b = {.arena = arena_new(0), .chunk = arena_new(0), .run = arena_new(0)};
    struct chunk *c = calloc(1, sizeof *c);
    int64_t count = strtoll(argv[3], NULL, 10), lines = strtoll(argv[5], NULL, 10);
    struct figures f = {0};
    BENCH_CHECK(b.arena && b.chunk && b.run && c && count > 0 && lines >= 0);
    shapes(&b);
    double small = compile(argv[1], &b.model, b.arena);
    BENCH_CHECK(dmn_problem_count(b.model) == 0);
    BENCH_OK(dmn_vocabulary_load(b.arena, read_file(b.arena, argv[2]), SPAN("输入"), &b.vocabulary, &bench_diag));
    write_lines(argv[4], lines);
    from_memory(&b, &f, c, count);
    int64_t part = count / 10 > 1000 ? count / 10 : count < 1000 ? count : 1000;
    with_trace(&b, &f, c, part);
    with_json(&b, &f, part / 2);
    printf("{");
    print_time("memory", &f.memory);
    print_time("trace", &f.trace);
    print_time("trace_json", &f.trace_json);
    print_time("read", &f.read);
    print_time("from_json", &f.from_json);
    print_time("known", &f.known);
    print_time("unknown", &f.unknown);
    printf("\"undecided\":%lld,\"evaluations\":%lld,\"trace_bytes\":%lld,", (long long)f.undecided, (long long)f.evaluations,
        (long long)f.trace_bytes);
    printf("\"compile\":%.9f,", small);
    if (argc == 7) {
        const struct dmn_model *large;
        printf("\"compile_large\":%.9f,", compile(argv[6], &large, NULL));
    }
    printf("\"sums\":[");
    for (int i = 0; i < 3; i++) {
        if (f.at[i].number)
            print_sums(&f.at[i]);
        else
            printf("null");
        printf(i < 2 ? "," : "]}\n");
    }
    free(c);
    arena_free(b.arena);
    arena_free(b.chunk);
    arena_free(b.run);
    return 0;
}
