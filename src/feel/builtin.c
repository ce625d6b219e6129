#include "feel/builtin.h"

#include "feel/lex.h"

static const struct feel_builtin table[] = {
#define BUILTIN(function, name, min, max, unknown, kind, params)               \
    {name, min, max, unknown, kind, params, feel_builtin_##function},
#include "feel/builtins.def"
#undef BUILTIN
};

const struct feel_builtin *feel_builtin_at(size_t i) { return &table[i]; }
size_t feel_builtin_index(const struct feel_builtin *b) { return (size_t)(b - table); }

const struct feel_builtin *feel_builtin_find(struct span name) {
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (span_is(name, table[i].name))
            return &table[i];
    return NULL;
}

/* Does `name` start `s`, its spaces standing for any white space? */
static size_t match(struct span s, const char *name) {
    size_t at = 0;
    for (const char *p = name; *p; p++) {
        if (at >= s.size)
            return 0;
        if (*p == ' ') {
            size_t from = at;
            while (at < s.size && feel_blank(s.at[at]))
                at++;
            if (at == from)
                return 0;
        } else if (s.at[at++] != *p) {
            return 0;
        }
    }
    return at < s.size && feel_name_part((unsigned char)s.at[at]) ? 0 : at;
}

size_t feel_builtin_match(struct span s) {
    size_t best = 0;
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        size_t n = table[i].name[0] == s.at[0] ? match(s, table[i].name) : 0;
        if (n > best)
            best = n;
    }
    return best;
}

/* Position of `name` in one form; -1. */
static int position(struct span form, struct span name) {
    int at = 0;
    while (form.size) {
        const char *comma = memchr(form.at, ',', form.size);
        size_t len = comma ? (size_t)(comma - form.at) : form.size;
        if (span_eq((struct span){form.at, len}, name))
            return at;
        at++;
        size_t skip = comma ? len + 1 : len;
        form = (struct span){form.at + skip, form.size - skip};
    }
    return -1;
}

/* How many names, from the first, the form has, each once; n: all. */
static size_t order_in(struct span form, const struct span *name, size_t n, int *ret) {
    for (size_t i = 0; i < n; i++) {
        ret[i] = position(form, name[i]);
        if (ret[i] < 0)
            return i;
        for (size_t j = 0; j < i; j++)
            if (ret[j] == ret[i])
                return i;
    }
    return n;
}

static bool as_written(const int *order, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (order[i] != (int)i)
            return false;
    return true;
}

/* before(point, range) and before(range, point) have the same names: the order in which they are written
 * tells one from the other (table 78). */
static bool has_written_form(const struct feel_builtin *b, const struct span *name, size_t n, int *ret) {
    for (const char *at = b->params, *end; *at; at = *end ? end + 1 : end) {
        end = strchrnul(at, ';');
        if (order_in((struct span){at, (size_t)(end - at)}, name, n, ret) == n && as_written(ret, n))
            return true;
    }
    return false;
}

size_t feel_builtin_order(const struct feel_builtin *b, const struct span *name, size_t n, int *ret) {
    const char *at = b->params;
    size_t best = 0;
    if (has_written_form(b, name, n, ret))
        return n;
    while (*at) {
        const char *end = strchrnul(at, ';');
        size_t fits = order_in((struct span){at, (size_t)(end - at)}, name, n, ret);
        if (fits == n)
            return n;
        best = fits > best ? fits : best;
        at = *end ? end + 1 : end;
    }
    return best;
}

static bool any_unknown(const struct feel_builtin *b, const struct feel_value *arg, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (b->unknown == U_DEEP ? feel_has_unknown(&arg[i]) : feel_is_unknown(&arg[i]))
            return true;
    return false;
}

/* A list of one stands for its element where a function wants no list
 * (10.3.2.9.4). */
static const struct feel_value *singletons(const struct feel_builtin *b, const struct feel_value *arg,
    size_t n, struct feel_value *spare) {
    static const char *const wants_value[] = {"from", "string", "input", "n", "number", "dividend", "date",
        "negand"};
    bool convert = false, any = false;
    for (size_t i = 0; i < n; i++)
        any = any || (arg[i].kind == FEEL_LIST && arg[i].count == 1);
    if (!any)
        return arg;
    size_t first = strcspn(b->params, ",;");
    for (size_t i = 0; i < ARRAY_LEN(wants_value); i++)
        convert = convert || span_is((struct span){b->params, first}, wants_value[i]);
    if (!convert || n > 8 || strcmp(b->name, "string") == 0)
        return arg;
    for (size_t i = 0; i < n; i++)
        spare[i] = arg[i].kind == FEEL_LIST && arg[i].count == 1 ? arg[i].item[0] : arg[i];
    return spare;
}

struct feel_value feel_builtin_call(struct feel_env *env, const struct feel_builtin *b,
    const struct feel_value *arg, size_t n) {
    if ((int)n < b->min || (b->max >= 0 && (int)n > b->max))
        return feel_error(env, "feel.argument_count", span_of(b->name));
    if (env->case_mode) {
        for (size_t i = 0; i < n; i++)
            if (feel_is_null(arg[i]) && (arg[i].flag & FEEL_FLAG_ERROR))
                return arg[i];
        if (b->unknown != U_SELF && any_unknown(b, arg, n))
            return feel_unknown_of(env, b->result, (uint64_t)feel_builtin_index(b) + 1000, arg, n, true);
    }
    struct feel_value unwrapped[8];
    return b->run(env, singletons(b, arg, n, unwrapped), n);
}

struct feel_value feel_bad_argument(struct feel_env *env, const struct feel_value *arg) {
    return feel_error(env, "feel.argument_type", span_of(feel_kind_name(arg->kind)));
}

struct feel_value feel_bad_value(struct feel_env *env) {
    return feel_error(env, "feel.argument_value", (struct span){0});
}

bool feel_int_argument(const struct feel_value *v, int64_t *ret) {
    return v->kind == FEEL_NUMBER && dec_to_int(v->number, ret, NULL) == OK;
}

struct feel_value feel_elements(const struct feel_value *arg, size_t n) {
    return n == 1 && arg[0].kind == FEEL_LIST ? arg[0] : feel_list(arg, n);
}
