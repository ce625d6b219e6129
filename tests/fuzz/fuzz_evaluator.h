/* Answers every expression with something that follows from its text: all
 * kinds of values, and now and then an error. */
#ifndef FUZZ_EVALUATOR_H
#define FUZZ_EVALUATOR_H

#include "base/evaluator.h"

static enum status fuzz_value(void *user, struct arena *a, struct span text, const struct json *names,
    const struct json **ret, struct diag *d) {
    uint32_t hash = 2166136261u + (uint32_t)names->size;
    for (size_t i = 0; i < text.size; i++)
        hash = (hash ^ (uint8_t)text.at[i]) * 16777619u;
    const struct json *three[3] = {json_new_bool(true), json_null(), json_new_number(a, dec_int(2))};
    switch (hash >> 8 & 15) {
    case 0: return diag_fail(d, E_INPUT, "bpmn.condition");
    case 1: *ret = json_null(); break;
    case 2: case 3: case 4: case 5: *ret = json_new_bool(hash & 1); break;
    case 6: case 7: case 8: *ret = json_new_number(a, dec_int((int64_t)(hash & 7) - 1)); break;
    case 9: *ret = json_new_number(a, dec_int(100000)); break;
    case 10: *ret = json_new_string(a, SPAN("PT5M")); break;
    case 11: *ret = json_new_string(a, SPAN("R3/P1D")); break;
    case 12: *ret = json_new_object(a, NULL, NULL, 0); break;
    default: *ret = json_new_array(a, three, hash & 3); break;
    }
    return *ret ? OK : arena_full(d);
}

static const struct evaluator FUZZ_EVALUATOR = {.value = fuzz_value};

#endif
