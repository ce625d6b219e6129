/* Models of other engines' test suites, when they lie beside the checkout
 * (BPMN_MODELS, or ../shared/bpmn-models): none may crash the loader, the
 * checks or a run; what is refused is refused with a code of the catalogue.
 * The counts are printed. */
#include "unit.h"

#include <ftw.h>

#include "base/message.h"
#include "bpmn/check.h"
#include "bpmn/trace.h"
#include "mini_feel.h"

static int seen, loaded, finished, waiting, stopped;

static void run_one(const char *path, struct span text) {
    AUTO(arena) struct arena *a = arena_new(256u << 20);
    const struct bpmn_model *m;
    struct bpmn_finding *f;
    uint32_t n;
    struct bpmn_trace t;
    struct diag d = {0};
    seen++;
    enum status s = bpmn_load(a, text, NULL, NULL, &m, &d);
    if (s != OK) {
        if (!message_known(d.code))
            fail_msg("%s: %s is not in the catalogue", path, d.code);
        if (s == E_INPUT && d.line < 1)
            fail_msg("%s: %s without a line", path, d.code);
        return;
    }
    loaded++;
    expect_ok(bpmn_check(a, m, &f, &n, &d), &d);
    s = bpmn_run(a, text, m, SPAN(""), NULL, NULL, &MINI_FEEL, &t, &d);
    if (s != OK)
        stopped++;
    else if (t.status == BPMN_RUNNING)
        waiting++;
    else
        finished++;
}

static int visit(const char *path, const struct stat *info, int type, struct FTW *ftw) {
    (void)info;
    (void)ftw;
    if (type != FTW_F || (!strstr(path, ".bpmn")))
        return 0;
    FILE *file = fopen(path, "rb");
    if (!file)
        return 0;
    BUF_AUTO b;
    buf_init(&b, 0);
    char part[65536];
    for (size_t n; (n = fread(part, 1, sizeof part, file)) > 0;)
        buf_add(&b, (struct span){part, n});
    fclose(file);
    run_one(path, buf_span(&b));
    return 0;
}

static void models(void **state) {
    (void)state;
    char path[512];
    const char *given = getenv("BPMN_MODELS"), *root = getenv("SOURCE_ROOT");
    snprintf(path, sizeof path, "%s%s", given ? given : root ? root : ".", given ? "" : "/../shared/bpmn-models");
    (void)!nftw(path, visit, 16, FTW_PHYS);
    if (seen == 0) { /* cmocka's TAP counts skip() as a failure */
        fprintf(stderr, "left out: there are no models at BPMN_MODELS or beside the checkout\n");
        return;
    }
    fprintf(stderr, "models %d, loaded %d: finished %d, waiting %d, stopped by an expression or a missing process %d\n",
        seen, loaded, finished, waiting, stopped);
    assert_true(loaded * 2 > seen);
    assert_true(finished * 2 > loaded);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(models)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
