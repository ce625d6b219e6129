/* The builtin functions, one C function each; the table is builtins.def. */
#ifndef FEEL_BUILTIN_H
#define FEEL_BUILTIN_H

#include "feel/temporal.h"
#include "feel/unknown.h"
#include "feel/vm.h"

#define BUILTIN(function, name, min, max, unknown, kind, params)               \
    struct feel_value feel_builtin_##function(struct feel_env *env,            \
        const struct feel_value *arg, size_t n);
#include "feel/builtins.def"
#undef BUILTIN

#define BUILTIN_FN(function)                                                   \
    struct feel_value feel_builtin_##function(struct feel_env *env,            \
        const struct feel_value *arg, size_t n)

/* Null with the note that argument i is of a wrong type. */
struct feel_value feel_bad_argument(struct feel_env *env, const struct feel_value *arg);
struct feel_value feel_bad_value(struct feel_env *env);
/* Argument i when it is a number that is an integer. */
bool feel_int_argument(const struct feel_value *v, int64_t *ret);
/* A function of one list or of its elements one by one: the elements. */
struct feel_value feel_elements(const struct feel_value *arg, size_t n);

/* The first of `n` arguments that is no string, NULL: all are. */
const struct feel_value *feel_not_string(const struct feel_value *arg, size_t n);
#define NEED_STRINGS(arg, n)                                                   \
    do {                                                                       \
        const struct feel_value *bad_ = feel_not_string((arg), (n));           \
        if (bad_)                                                              \
            return feel_bad_argument(env, bad_);                               \
    } while (0)
/* UTF-16, which ICU speaks, in the arena; NULL: env->status says why. */
uint16_t *feel_utf16(struct feel_env *env, struct span s, int32_t *ret_size);
struct feel_value feel_from_utf16(struct feel_env *env, const uint16_t *s, int32_t n);

#endif
