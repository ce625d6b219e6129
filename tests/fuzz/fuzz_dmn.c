/* Any bytes as a DMN file; what loads is evaluated with every decision. */
#include "dmn/dmn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO(arena) struct arena *a = arena_new(64 << 20);
    struct feel_notes *notes = ARENA_NEW(a, struct feel_notes);
    const struct dmn_model *m;
    struct diag d = {0};
    if (size > 65536 || dmn_load(a, span_bytes(data, size), NULL, &m, &d) != OK)
        return 0;
    struct feel_env env;
    feel_env_init(&env, a, notes);
    env.steps_left = 50000;
    struct dmn_request r = {.model = m, .trace = true};
    struct dmn_result result;
    if (dmn_evaluate(&env, &r, &result, &d) != OK)
        return 0;
    struct buf b;
    buf_init(&b, 4 << 20);
    struct json_writer w;
    json_begin(&w, &b, false);
    dmn_trace_json(&w, result.trace, notes);
    buf_release(&b);
    return 0;
}
