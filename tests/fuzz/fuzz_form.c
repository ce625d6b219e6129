/* Any bytes as a form and what was filled in: SCHEMA, a zero byte, DATA, and perhaps
 * another and what the server had given.  What is clean is clean when sent again. */
#include "form/form.h"
#include "fuzz.h"
#include "fuzz_evaluator.h"

#include <stdlib.h>

static const struct json *part(struct arena *a, struct span *rest) {
    const char *end = memchr(rest->at, 0, rest->size);
    struct span s = {rest->at, end ? (size_t)(end - rest->at) : rest->size};
    const struct json *j = NULL;
    *rest = end ? (struct span){end + 1, rest->size - s.size - 1} : SPAN("");
    return s.size > 0 && json_parse(a, s, &j, NULL) == OK ? j : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO(arena) struct arena *a = arena_new(64 << 20);
    struct span rest = span_bytes(data, size);
    const char *end = size > 0 ? memchr(data, 0, size) : NULL;
    const struct form *form;
    const struct json *clean, *again, *facts;
    struct form_errors errors;
    struct form_places hidden;
    struct diag d = {0};
    if (!end || size > 65536 || form_load(a, (struct span){rest.at, (size_t)(end - rest.at)}, NULL, &form, &d) != OK)
        return 0;
    rest = (struct span){end + 1, rest.size - (size_t)(end + 1 - rest.at)};
    const struct json *sent = part(a, &rest), *given = part(a, &rest);
    struct form_context ctx = {.feel = &FUZZ_EVALUATOR, .today = 20000, .given = given, .hidden = &hidden};
    if (!sent || (given && given->type != JSON_OBJECT) || form_validate(form, sent, &ctx, a, &clean, &errors, &d) != OK || !clean)
        return 0;
    (void)!form_facts(form, clean, a, &facts, &d);
    /* this evaluator answers by an expression's text and the number of names: another number, other answers */
    if (form_validate(form, clean, &ctx, a, &again, &errors, &d) == E_USAGE)
        abort();
    return 0;
}
