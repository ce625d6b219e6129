/* Any bytes as a FEEL expression or as unary tests, in standard mode and with
 * unknown values in scope: never a crash, always within the budget. */
#include "feel/unknown.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct feel_value unknown_number(struct feel_env *env, int32_t cell) {
    return feel_unknown_cell(env, FEEL_NUMBER, cell, (struct feel_bound){feel_int(0), false},
        (struct feel_bound){0}, NULL, 0);
}

/* x number, b boolean, s one of two texts, d date, l list of contexts, k known */
static struct feel_value names(struct feel_env *env, bool unknown) {
    static const struct span keys[] = {{"x", 1}, {"b", 1}, {"s", 1}, {"d", 1}, {"l", 1}, {"k", 1}};
    static struct feel_value codes[2];
    codes[0] = feel_string(SPAN("a"));
    codes[1] = feel_string(SPAN("b"));
    struct feel_value v[6] = {feel_int(7), feel_bool(true), codes[0], feel_date(19000), feel_list(NULL, 0), feel_int(3)};
    struct feel_bound none = {0}, lo = {feel_date(0), false}, hi = {feel_date(30000), false};
    if (unknown) {
        v[0] = unknown_number(env, 0);
        v[1] = feel_unknown_cell(env, FEEL_BOOLEAN, 1, none, none, NULL, 0);
        v[2] = feel_unknown_cell(env, FEEL_STRING, 2, none, none, codes, 2);
        v[3] = feel_unknown_cell(env, FEEL_DATE, 3, lo, hi, NULL, 0);
        struct feel_value mark = feel_unknown_cell(env, FEEL_LIST, 4, none, none, NULL, 0);
        struct feel_value fields[2] = {v[0], v[1]};
        struct feel_value element = feel_context(env->arena, keys, fields, 2);
        v[4] = feel_unknown_list(env, 1, &mark, 1, &element, 1, false, NULL);
    }
    return feel_context(env->arena, keys, v, 6);
}

static void run(struct span text, bool unknown) {
    AUTO(arena) struct arena *a = arena_new(32 << 20);
    struct feel_notes *notes = ARENA_NEW(a, struct feel_notes);
    struct feel_unknown_hints hints = {.words = 1};
    struct feel_env env;
    struct feel_value v;
    struct diag d = {0};
    feel_env_init(&env, a, notes);
    env.steps_left = 50000;
    env.case_mode = unknown;
    env.hints = &hints;
    struct feel_value scope = names(&env, unknown);
    if (feel_eval_text(&env, text, &scope, &v, &d) != OK)
        return;
    struct buf b;
    buf_init(&b, 1 << 20);
    feel_text(&b, &v, true);
    buf_release(&b);
    (void)feel_same(&v, &v);
    (void)feel_to_json(a, &v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 4096)
        return 0;
    struct span text = span_bytes(data, size);
    AUTO(arena) struct arena *a = arena_new(32 << 20);
    const struct feel_program *p;
    struct diag d = {0};
    run(text, false);
    run(text, true);
    if (feel_compile_tests(a, NULL, text, SPAN("cell"), &p, &d) == OK) {
        struct buf b;
        buf_init(&b, 1 << 20);
        feel_disassemble(&b, p);
        buf_release(&b);
    }
    return 0;
}
