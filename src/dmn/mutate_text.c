/* Mutations of one FEEL text, token by token.
 *
 * The text is scanned, not parsed: what matters are strings, numbers, signs and
 * a few words, and none of these can be part of a name in our files (a name
 * with " - " inside would be seen as a difference; such a mutant does not
 * compile and is counted as that). */
#include "dmn/mutate_internal.h"

#include "base/date.h"
#include "base/decimal.h"

#include <ctype.h>

struct scan { struct dmn_mutator *m; struct span text; bool cell; };

static bool name_byte(char c) { return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80; }

/* ---- strings: codes, dates, durations ------------------------------------------------- */

static bool quoted_in(struct span text, struct span code) {
    for (size_t i = 1; i + code.size < text.size; i++)
        if (text.at[i - 1] == '"' && text.at[i + code.size] == '"' && memcmp(text.at + i, code.at, code.size) == 0)
            return true;
    return false;
}

/* How many of the list's codes the text names: the one it speaks of names most. */
static size_t codes_named(const struct dmn_codes *c, struct span text) {
    size_t n = 0;
    for (size_t i = 0; i < c->count; i++)
        n += quoted_in(text, c->code[i]);
    return n;
}

/* The next code of the list that the text does not name yet. */
static struct span neighbour(const struct scan *s, struct span code) {
    const struct dmn_mutate_options *o = s->m->options;
    const struct dmn_codes *best = NULL;
    size_t most = 0, at = 0;
    for (size_t i = 0; i < o->codes_count; i++) {
        const struct dmn_codes *c = &o->codes[i];
        for (size_t k = 0; k < c->count; k++)
            if (span_eq(c->code[k], code) && codes_named(c, s->text) > most) {
                best = c;
                at = k;
                most = codes_named(c, s->text);
            }
    }
    for (size_t k = 1; best && k < best->count; k++) {
        struct span x = best->code[(at + k) % best->count];
        if (!quoted_in(s->text, x))
            return x;
    }
    return (struct span){0};
}

static void replace(struct scan *s, size_t at, size_t size, struct span to) { dmn_mutate_replace(s->m, at, size, to); }

static void printed(struct scan *s, size_t at, size_t size, char *to) {
    if (to)
        replace(s, at, size, span_of(to));
    else
        s->m->full = true;
}

static void days(struct scan *s, size_t at, date_t day) {
    for (int by = -1; by <= 1; by += 2) {
        char text[DATE_TEXT_MAX];
        size_t n = date_text(day + by, text);
        replace(s, at, n, (struct span){text, n});
    }
}

/* at: the opening quote; size with both. */
static void string(struct scan *s, size_t at, size_t size) {
    struct span inner = {s->text.at + at + 1, size - 2};
    date_t day;
    if (inner.size == 10 && date_parse(inner, &day, NULL) == OK) {
        days(s, at + 1, day);
        return;
    }
    struct span next = neighbour(s, inner);
    if (next.size)
        replace(s, at + 1, inner.size, next);
    else if (inner.size && inner.at[0] != 'P') /* durations: their numbers, below */
        printed(s, at + 1, inner.size, arena_printf(s->m->arena, "%.*s'", SPAN_ARG(inner)));
}

/* ---- numbers --------------------------------------------------------------------------- */

static size_t number_size(struct span t) {
    size_t n = 0;
    while (n < t.size && isdigit((unsigned char)t.at[n]))
        n++;
    if (n + 1 < t.size && t.at[n] == '.' && isdigit((unsigned char)t.at[n + 1]))
        for (n++; n < t.size && isdigit((unsigned char)t.at[n]);)
            n++;
    return n;
}

/* One unit of the last place up and down. */
static void number(struct scan *s, size_t at, size_t size) {
    struct span text = {s->text.at + at, size};
    const char *point = memchr(text.at, '.', size);
    struct dec n, unit = dec_int(1);
    if (dec_parse(text, &n, NULL) != OK)
        return;
    for (size_t i = point ? (size_t)(text.at + size - point - 1) : 0; i > 0; i--)
        unit = dec_div(unit, dec_int(10));
    const struct dec to[] = {dec_add(n, unit), dec_sub(n, unit)};
    for (size_t i = 0; i < ARRAY_LEN(to); i++) {
        char out[DEC_TEXT_MAX];
        if (dec_sign(to[i]) >= 0)
            replace(s, at, size, (struct span){out, dec_text(to[i], out)});
    }
}

/* ---- signs and words ------------------------------------------------------------------------ */

struct exchange { const char *from, *to; bool word, spaced; };
/* Longer signs before those they begin with. */
static const struct exchange EXCHANGES[] = {
    {"<=", "<", false, false}, {">=", ">", false, false}, {"!=", "=", false, false}, {"<", "<=", false, false}, {">", ">=", false, false},
    {"=", "!=", false, false}, {"+", "-", false, true}, {"-", "+", false, true}, {"and", "or", true, false}, {"or", "and", true, false},
    {"true", "false", true, false}, {"false", "true", true, false}, {"some", "every", true, false}, {"every", "some", true, false}};

static bool found(struct span t, size_t at, const struct exchange *x) {
    size_t n = strlen(x->from);
    if (at + n > t.size || memcmp(t.at + at, x->from, n) != 0)
        return false;
    char before = at ? t.at[at - 1] : ' ', after = at + n < t.size ? t.at[at + n] : ' ';
    if (x->word)
        return !name_byte(before) && !name_byte(after);
    return !x->spaced || (before == ' ' && after == ' ');
}

static size_t sign(struct scan *s, size_t at) {
    for (size_t i = 0; i < ARRAY_LEN(EXCHANGES); i++)
        if (found(s->text, at, &EXCHANGES[i])) {
            replace(s, at, strlen(EXCHANGES[i].from), span_of(EXCHANGES[i].to));
            return strlen(EXCHANGES[i].from);
        }
    return 0;
}

/* The ends of a cell's range: [1..3] to (1..3] and [1..3). */
static void range_end(struct scan *s, size_t at) {
    bool dots = memmem(s->text.at, s->text.size, "..", 2) != NULL;
    if (!s->cell || !dots)
        return;
    switch (s->text.at[at]) {
    case '[': replace(s, at, 1, SPAN("(")); break;
    case ']': replace(s, at, 1, SPAN(")")); break;
    case '(': replace(s, at, 1, SPAN("[")); break;
    case ')': replace(s, at, 1, SPAN("]")); break;
    }
}

static size_t string_size(struct span t, size_t at) {
    size_t i = at + 1;
    while (i < t.size && t.at[i] != '"')
        i += t.at[i] == '\\' ? 2 : 1;
    return i < t.size ? i + 1 - at : t.size - at;
}

void dmn_mutate_tokens(struct dmn_mutator *m, bool cell) {
    struct scan s = {m, m->text, cell};
    size_t quote_end = 0; /* inside a duration's text the numbers are looked at */
    for (size_t at = 0; at < s.text.size && !m->full;) {
        char c = s.text.at[at];
        size_t n = 0;
        if (c == '"' && at + 1 > quote_end) {
            n = string_size(s.text, at);
            string(&s, at, n);
            if (n > 2 && s.text.at[at + 1] == 'P' && isdigit((unsigned char)s.text.at[at + 2])) {
                quote_end = at + n;
                at += 2;
                continue;
            }
        } else if (isdigit((unsigned char)c) && (at < quote_end || at == 0 || !name_byte(s.text.at[at - 1]))) {
            n = number_size((struct span){s.text.at + at, s.text.size - at});
            number(&s, at, n);
        } else if (at >= quote_end) {
            range_end(&s, at);
            n = sign(&s, at);
        }
        at += n ? n : 1;
    }
}
