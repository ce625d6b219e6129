#include "civil/evaluate/evaluate.h"

#include "feel/feel.h"

/* A gateway's condition takes some ten steps; one that takes more than this
 * is a loop. */
enum { STEPS_MAX = 200000, CHECK_BYTES_MAX = 16 << 20 };

static enum status value(void *user, struct arena *a, struct span text, const struct json *names, const struct json **ret, struct diag *d) {
    struct feel_notes *notes = ARENA_NEW(a, struct feel_notes);
    struct feel_value scope = feel_null(), v = feel_null();
    if (!notes)
        return arena_full(d);
    enum status s = names ? feel_from_json(a, names, &scope, d) : OK;
    struct feel_env env;
    feel_env_init(&env, a, notes);
    env.steps_left = STEPS_MAX;
    if (s == OK)
        s = feel_eval_text(&env, text, &scope, &v, d);
    if (s != OK)
        return s;
    *ret = feel_to_json(a, &v);
    return *ret ? OK : arena_full(d);
}

/* Names that are not known yet are read as such, so this finds what could
 * never be read. */
static enum status check(void *user, struct span text, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(CHECK_BYTES_MAX);
    const struct feel_program *p;
    return a ? feel_compile(a, NULL, text, SPAN(""), &p, d) : arena_full(d);
}

const struct evaluator evaluate_feel = {.value = value, .check = check};
