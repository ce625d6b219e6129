/* Any bytes as a BPMN file; what loads is checked and run to its end. */
#include "bpmn/check.h"
#include "bpmn/trace.h"
#include "fuzz.h"
#include "fuzz_evaluator.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO(arena) struct arena *a = arena_new(64 << 20);
    const struct bpmn_model *m;
    struct bpmn_finding *f;
    uint32_t n;
    struct bpmn_trace t;
    struct diag d = {0};
    if (size > 65536 || bpmn_load(a, span_bytes(data, size), NULL, &FUZZ_EVALUATOR, &m, &d) != OK)
        return 0;
    (void)!bpmn_check(a, m, &f, &n, &d);
    if (bpmn_run(a, span_bytes(data, size), m, SPAN(""), NULL, NULL, &FUZZ_EVALUATOR, &t, &d) != OK)
        return 0;
    struct buf out;
    buf_init(&out, 4 << 20);
    bpmn_trace_write(&out, &t);
    buf_release(&out);
    return 0;
}
