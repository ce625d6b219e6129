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

#endif
