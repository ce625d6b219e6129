/* What is told of a text that does not parse: the place in characters, and what was probably meant. */
#include "feel/parse_internal.h"

#include "base/utf8.h"

enum { NEAR_BYTES = 40, WORDS_ASIDE = 4, RUN_BYTES_MAX = 200 };

static const char *const BUILTIN_NAMES[] = {
#define BUILTIN(function, name, min, max, unknown, kind, params) name,
#include "feel/builtins.def"
#undef BUILTIN
};

/* ---- full-width signs -------------------------------------------------------------- */

/* The sign that a full-width one was meant to be; 0: it is none. */
static char half_width(int32_t c) {
    char half = c >= 0xFF01 && c <= 0xFF5E ? (char)(c - 0xFEE0) : 0;
    return half && strchr(",():+-<>=", half) ? half : 0;
}

struct span feel_half_width(struct arena *a, struct span name) {
    char *out = arena_dup(a, name), *to = out, half;
    bool any = false;
    for (const char *at = name.at, *end = name.at + name.size, *from; out && at < end;) {
        from = at;
        if ((half = half_width(utf8_next(&at, end)))) {
            *to++ = half;
            any = true;
        } else {
            memcpy(to, from, (size_t)(at - from));
            to += at - from;
        }
    }
    return any ? (struct span){out, (size_t)(to - out)} : (struct span){0};
}

/* Does a name of the scope stand there, with the sign in it: 收入（元）? */
static bool in_a_name(const struct parser *p, size_t at) {
    struct span t = p->lex.text;
    for (const struct feel_scope *s = p->lex.scope; s; s = s->outer)
        for (const struct feel_scope_entry *e = s->entry; e; e = e->next)
            for (size_t k = 0; k < e->name.size && k <= at; k++)
                if (e->name.at[k] == t.at[at] && e->name.size <= t.size - (at - k) &&
                    memcmp(t.at + at - k, e->name.at, e->name.size) == 0)
                    return true;
    return false;
}

/* The first outside of strings that no name in scope holds; false: none. */
static bool full_width(const struct parser *p, struct span *ret_sign, char *ret_half) {
    struct span t = p->lex.text;
    bool quoted = false;
    for (const char *at = t.at, *end = t.at + t.size, *from; at < end;) {
        from = at;
        int32_t c = utf8_next(&at, end);
        if (quoted && c == '\\' && at < end)
            (void)utf8_next(&at, end);
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (*ret_half = half_width(c)) && !in_a_name(p, (size_t)(from - t.at))) {
            *ret_sign = (struct span){from, (size_t)(at - from)};
            return true;
        }
    }
    return false;
}

/* ---- names of several words -------------------------------------------------------- */

static bool word_byte(char c) { return (unsigned char)c >= 0x80 || feel_name_part((unsigned char)c); }

struct guess { struct span run, best; int least; };

static void try_name(struct guess *g, struct span name) {
    size_t a = utf8_length(g->run), b = utf8_length(name);
    if ((a > b ? a - b : b - a) >= (size_t)g->least)
        return;
    int d = utf8_distance(g->run, name, g->least);
    if (d < g->least && (size_t)d < (a < b ? a : b)) {
        g->best = name;
        g->least = d;
    }
}

static void try_names(const struct parser *p, struct guess *g) {
    for (const struct feel_scope *s = p->lex.scope; s; s = s->outer)
        for (const struct feel_scope_entry *e = s->entry; e; e = e->next)
            try_name(g, e->name);
    for (size_t i = 0; i < ARRAY_LEN(BUILTIN_NAMES); i++)
        try_name(g, span_of(BUILTIN_NAMES[i]));
}

/* The starts of the words before the failing one, nearest first, in a row with it. */
static size_t words_before(struct span t, size_t at, size_t *ret) {
    size_t n = 0;
    while (n < WORDS_ASIDE) {
        size_t end = at;
        while (end && feel_blank(t.at[end - 1]))
            end--;
        size_t start = end;
        while (start && word_byte(t.at[start - 1]))
            start--;
        if (start == end || end == at)
            break;
        ret[n++] = at = start;
    }
    return n;
}

/* The ends of the failing word and of those after it, in a row. */
static size_t words_after(struct span t, size_t at, size_t *ret) {
    size_t n = 0;
    while (n < WORDS_ASIDE) {
        size_t end = at;
        while (end < t.size && word_byte(t.at[end]))
            end++;
        if (end == at)
            break;
        ret[n++] = at = end;
        while (at < t.size && feel_blank(t.at[at]))
            at++;
    }
    return n;
}

/* A run of words around the failing one that is almost a name; one wrong character in three
 * is still the same name. */
static bool misspelt(const struct parser *p, struct span *ret_run, struct span *ret_name) {
    struct span t = p->lex.text;
    size_t from[WORDS_ASIDE], to[WORDS_ASIDE], before = words_before(t, p->error_at, from), after = words_after(t, p->error_at, to);
    int least = 4;
    *ret_name = (struct span){0};
    for (size_t i = 0; i < before; i++)
        for (size_t j = 0; j < after; j++) {
            struct span run = {t.at + from[i], to[j] - from[i]};
            if (run.size > RUN_BYTES_MAX)
                continue;
            int limit = (int)(utf8_length(run) / 3) + 1;
            struct guess g = {feel_name_normal(p->arena, run), {0}, limit < least ? limit : least};
            if (!g.run.at)
                return false;
            try_names(p, &g);
            if (g.best.size) {
                *ret_run = run;
                *ret_name = g.best;
                least = g.least;
            }
        }
    return ret_name->size > 0;
}

/* ---- the diagnostic ---------------------------------------------------------------- */

static bool about_signs(const char *code) {
    static const char *const codes[] = {"feel.syntax", "feel.character", "feel.key", "feel.name"};
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (strcmp(code, codes[i]) == 0)
            return true;
    return false;
}

enum status parse_status(struct parser *p, struct diag *d) {
    if (!p->error)
        return OK;
    if (strcmp(p->error, "base.memory") == 0)
        return arena_full(d);
    struct span t = p->lex.text, near = {t.at + p->error_at, t.size - p->error_at}, run, name;
    char half[2] = {0};
    near.size = utf8_cut(near, NEAR_BYTES);
    size_t position = utf8_length((struct span){t.at, p->error_at}) + 1;
    if (d)
        d->where[0] = 0;
    if (about_signs(p->error) && full_width(p, &run, half))
        return diag_fail(d, E_INPUT, "feel.full_width", DIAG_N("position", utf8_length((struct span){t.at, (size_t)(run.at - t.at)}) + 1),
            DIAG_SPAN("sign", run), DIAG_S("half", half));
    if (strcmp(p->error, "feel.syntax") == 0 && near.size && misspelt(p, &run, &name))
        return diag_fail(d, E_INPUT, "feel.syntax_name", DIAG_SPAN("near", run), DIAG_SPAN("name", name));
    if (strcmp(p->error, "feel.syntax") == 0 && !near.size)
        return diag_fail(d, E_INPUT, "feel.syntax_end");
    return diag_fail(d, E_INPUT, p->error, DIAG_N("position", position), DIAG_SPAN("near", near));
}
