/* processes MODEL.bpmn COUNT: runs COUNT instances of the process in memory,
 * start to end, answering its service and completing its task; prints JSON.
 *
 * An instance is three steps, each from a state to a new one; with `stored` the
 * state is also written as JSON and read back between the steps, as the store
 * does. */
#include "bench.h"

#include "bpmn/engine.h"
#include "civil/evaluate/evaluate.h"

#include <stdio.h>
#include <stdlib.h>

enum { TEXT_MAX = 1 << 20 };

struct world {
    const struct bpmn_model *m;
    struct arena *a;
    const struct json *variables, *answer, *output;
    struct buf text;
    size_t state_bytes; /* while the task waits */
    bool stored;
};

static const struct bpmn_state *between(struct world *w, const struct bpmn_state *s) {
    const struct bpmn_state *read;
    if (!w->stored)
        return s;
    buf_clear(&w->text);
    bpmn_state_write(&w->text, w->m, s);
    w->state_bytes = w->text.size;
    BENCH_OK(bpmn_state_read(w->m, buf_span(&w->text), w->a, &read, &bench_diag));
    return read;
}

static bool instance(struct world *w, int64_t number) {
    struct bpmn_result r;
    const struct bpmn_state *s;
    BENCH_OK(bpmn_start(w->m, SPAN(""), SPAN("u1"), w->variables, &evaluate_feel, w->a, &r, &bench_diag));
    s = between(w, r.state);
    BENCH_CHECK(s->wait_count == 1 && s->wait[0].kind == BPMN_WAIT_SERVICE);
    BENCH_OK(bpmn_step(w->m, s, &(struct bpmn_event){.kind = BPMN_EVENT_ANSWER, .key = s->wait[0].key, .payload = w->answer},
        &evaluate_feel, w->a, &r, &bench_diag));
    s = between(w, r.state);
    BENCH_CHECK(s->wait_count == 1 && s->wait[0].kind == BPMN_WAIT_TASK);
    BENCH_OK(bpmn_step(w->m, s, &(struct bpmn_event){.kind = BPMN_EVENT_COMPLETE, .key = s->wait[0].key, .who = SPAN("u2"), .payload = w->output},
        &evaluate_feel, w->a, &r, &bench_diag));
    return r.state->status == BPMN_COMPLETED && number >= 0;
}

static double run(struct world *w, int64_t count, double *ret_cpu) {
    double began = bench_now(), cpu = bench_cpu();
    struct arena_mark mark = arena_mark(w->a);
    for (int64_t i = 0; i < count; i++) {
        BENCH_CHECK(instance(w, i));
        arena_rewind(w->a, mark);
    }
    *ret_cpu = bench_cpu() - cpu;
    return bench_now() - began;
}

static const struct json *object(struct arena *a, const char *text) {
    const struct json *v;
    BENCH_OK(json_parse(a, span_of(text), &v, &bench_diag));
    return v;
}

int main(int argc, char **argv) {
    int64_t count = argc == 3 ? atoll(argv[2]) : 0;
    FILE *f = argc == 3 ? fopen(argv[1], "rb") : NULL;
    if (count < 1 || !f) {
        fprintf(stderr, "usage: processes MODEL.bpmn COUNT\n");
        return 2;
    }
    AUTO(arena) struct arena *model = arena_new(0);
    AUTO(arena) struct arena *a = arena_new(0);
    char *text = arena_alloc(model, TEXT_MAX);
    size_t size = fread(text, 1, TEXT_MAX, f);
    fclose(f);
    struct world w = {.a = a};
    buf_init(&w.text, 0);
    BENCH_OK(bpmn_load(model, span_bytes(text, size), NULL, &evaluate_feel, &w.m, &bench_diag));
    w.variables = object(model, "{\"amount\":120,\"applicant\":\"张三\"}");
    w.answer = object(model, "{\"found\":true,\"income\":980.50}");
    w.output = object(model, "{\"outcome\":\"同意\"}");
    double cpu, cpu_stored;
    double seconds = run(&w, count, &cpu);
    w.stored = true;
    int64_t fewer = count / 4 + 1;
    double stored = run(&w, fewer, &cpu_stored);
    printf("{\"count\":%lld,\"seconds\":%.6f,\"cpu\":%.6f,\"stored_count\":%lld,\"stored_seconds\":%.6f,\"stored_cpu\":%.6f,\"state_bytes\":%zu}\n",
        (long long)count, seconds, cpu, (long long)fewer, stored, cpu_stored, w.state_bytes);
    buf_release(&w.text);
    return 0;
}
