#include "feel/lex.h"

#include "base/utf8.h"

bool feel_name_start(int32_t c) {
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '?';
    return (c >= 0xC0 && c <= 0x2FF && c != 0xD7 && c != 0xF7) ||
        (c >= 0x370 && c <= 0x1FFF && c != 0x37E && c != 0x1680 && c != 0x180E) ||
        c == 0x200C || c == 0x200D || (c >= 0x2070 && c <= 0x218F) ||
        (c >= 0x2C00 && c <= 0x2FEF) || (c >= 0x3001 && c <= 0xD7FF) ||
        (c >= 0xF900 && c <= 0xFDCF) || (c >= 0xFDF0 && c <= 0xFFFD && c != 0xFEFF) ||
        (c >= 0x10000 && c <= 0xEFFFF);
}

bool feel_name_part(int32_t c) {
    return feel_name_start(c) || (c >= '0' && c <= '9') || c == 0xB7 ||
        (c >= 0x300 && c <= 0x36F) || c == 0x203F || c == 0x2040;
}

bool feel_space(int32_t c) {
    return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 ||
        c == 0x180E || (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 ||
        c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

static int32_t char_at(struct span text, size_t at, size_t *ret_next) {
    if (at >= text.size) {
        *ret_next = at;
        return -1;
    }
    const char *p = text.at + at;
    int32_t c = utf8_next(&p, text.at + text.size);
    *ret_next = (size_t)(p - text.at);
    return c;
}

static size_t skip_space(struct span text, size_t at) {
    for (size_t next; feel_space(char_at(text, at, &next)); at = next)
        ;
    return at;
}

size_t lex_skip(const struct lexer *l, size_t at) {
    struct span t = l->text;
    for (;;) {
        at = skip_space(t, at);
        if (at + 1 >= t.size || t.at[at] != '/')
            return at;
        if (t.at[at + 1] == '/') {
            while (at < t.size && t.at[at] != '\n')
                at++;
        } else if (t.at[at + 1] == '*') {
            const char *end = memmem(t.at + at + 2, t.size - at - 2, "*/", 2);
            if (!end)
                return at; /* a comment without an end is none */
            at = (size_t)(end - t.at) + 2;
        } else {
            return at;
        }
    }
}

struct span feel_name_normal(struct arena *a, struct span s) {
    char *out = arena_alloc(a, s.size + 1);
    if (!out)
        return (struct span){0};
    size_t n = 0;
    bool gap = false;
    for (size_t at = 0, next; at < s.size; at = next) {
        int32_t c = char_at(s, at, &next);
        if (feel_space(c)) {
            gap = n > 0;
            continue;
        }
        if (gap)
            out[n++] = ' ';
        gap = false;
        memcpy(out + n, s.at + at, next - at);
        n += next - at;
    }
    return (struct span){out, n};
}

/* Does `name` (normalised) stand at `at`?  Returns the end, 0: no. */
static size_t match_name(struct span text, size_t at, struct span name) {
    size_t n = 0;
    while (n < name.size) {
        if (name.at[n] == ' ') {
            size_t next = skip_space(text, at);
            if (next == at) {
                /* "a - b" may be written "a-b", but "a b" never "ab" */
                size_t x;
                bool left = n > 0 && feel_name_part((unsigned char)name.at[n - 1]);
                bool right = n + 1 < name.size && feel_name_part(char_at(name, n + 1, &x));
                if (left && right)
                    return 0;
            }
            at = next;
            n++;
            continue;
        }
        size_t text_next, name_next;
        if (at >= text.size)
            return 0;
        int32_t c = char_at(name, n, &name_next);
        size_t skipped = at;
        if (n > 0 && !feel_name_part(c)) /* "a-b" may be written "a - b" */
            skipped = skip_space(text, at);
        if (char_at(text, skipped, &text_next) != c) {
            if (skipped == at || char_at(text, at, &text_next) != c)
                return 0;
            skipped = at;
        }
        at = text_next;
        n = name_next;
    }
    size_t x;
    int32_t last = -1;
    for (size_t i = 0; i < name.size; i = x)
        last = char_at(name, i, &x);
    if (feel_name_part(last) && feel_name_part(char_at(text, at, &x)))
        return 0;
    return at;
}

static void longest_of(const struct feel_scope_entry *e, struct span text, size_t at,
    size_t *best, struct span *ret_name) {
    for (; e; e = e->next) {
        if (e->name.size == 0 || e->name.at[0] != text.at[at])
            continue;
        size_t end = match_name(text, at, e->name);
        if (end > *best) {
            *best = end;
            *ret_name = e->name;
        }
    }
}

/* DMN 1.5 10.3.1.2 rule 3: the longest name known in the scope. */
static size_t longest_name(const struct lexer *l, size_t at, struct span *ret_name) {
    size_t best = 0;
    for (const struct feel_scope *s = l->scope; s; s = s->outer) {
        if (!l->after_dot)
            longest_of(s->entry, l->text, at, &best, ret_name);
        if (l->after_dot || s->dynamic)
            for (const struct feel_scope *t = s; t; t = t->outer)
                longest_of(t->property, l->text, at, &best, ret_name);
    }
    if (l->after_dot) {
        static const char *const fixed[] = {"start included", "end included", "time offset"};
        for (size_t i = 0; i < ARRAY_LEN(fixed); i++) {
            size_t end = match_name(l->text, at, span_of(fixed[i]));
            if (end > best) {
                best = end;
                *ret_name = span_of(fixed[i]);
            }
        }
        return best;
    }
    size_t n = feel_builtin_match((struct span){l->text.at + at, l->text.size - at});
    if (n && at + n > best) {
        best = at + n;
        *ret_name = feel_name_normal(l->arena, (struct span){l->text.at + at, n});
    }
    return best;
}

static const struct { const char *word; enum token token; } keywords[] = {
    {"if", T_IF}, {"then", T_THEN}, {"else", T_ELSE}, {"for", T_FOR}, {"in", T_IN},
    {"return", T_RETURN}, {"some", T_SOME}, {"every", T_EVERY}, {"satisfies", T_SATISFIES},
    {"and", T_AND}, {"or", T_OR}, {"between", T_BETWEEN}, {"instance", T_INSTANCE},
    {"function", T_FUNCTION}, {"external", T_EXTERNAL}, {"true", T_TRUE},
    {"false", T_FALSE}, {"null", T_NULL},
};

static void fail(struct lexer *l, const char *code) {
    l->token = T_ERROR;
    l->error = code;
    l->end = l->start;
}

static void lex_name(struct lexer *l) {
    size_t end = l->start, next;
    while (feel_name_part(char_at(l->text, end, &next)))
        end = next;
    struct span word = {l->text.at + l->start, end - l->start};
    if (word.size == 1 && word.at[0] == '?') {
        l->token = T_INPUT;
        l->end = end;
        return;
    }
    struct span known = word;
    size_t best = longest_name(l, l->start, &known);
    l->token = T_NAME;
    if (best <= end && !l->after_dot)
        for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
            if (span_is(word, keywords[i].word)) {
                l->token = keywords[i].token;
                l->end = end;
                return;
            }
    if (best >= end) {
        l->name = known;
        l->end = best;
    } else {
        l->name = word;
        l->end = end;
    }
}

static bool hex4(struct span t, size_t at, size_t digits, uint32_t *ret) {
    uint32_t n = 0;
    if (at + digits > t.size)
        return false;
    for (size_t i = 0; i < digits; i++) {
        char c = t.at[at + i];
        uint32_t x;
        if (c >= '0' && c <= '9') x = (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f') x = (uint32_t)(c - 'a' + 10);
        else if (c >= 'A' && c <= 'F') x = (uint32_t)(c - 'A' + 10);
        else return false;
        n = n * 16 + x;
    }
    *ret = n;
    return true;
}

/* One escape at text[at] == '\\'; writes to out, returns the new position, 0: bad. */
static size_t lex_escape(struct span t, size_t at, char *out, size_t *n) {
    char c = at + 1 < t.size ? t.at[at + 1] : 0;
    static const char from[] = "nrt\"'\\", to[] = "\n\r\t\"'\\";
    const char *p = c ? strchr(from, c) : NULL;
    if (p) {
        out[(*n)++] = to[p - from];
        return at + 2;
    }
    uint32_t u, low;
    if (c == 'u' && hex4(t, at + 2, 4, &u)) {
        at += 6;
        if (u >= 0xD800 && u < 0xDC00 && at + 1 < t.size && t.at[at] == '\\' &&
            t.at[at + 1] == 'u' && hex4(t, at + 2, 4, &low) && low >= 0xDC00 && low < 0xE000) {
            u = 0x10000 + ((u - 0xD800) << 10) + (low - 0xDC00);
            at += 6;
        }
    } else if (c == 'U' && hex4(t, at + 2, 6, &u)) {
        at += 8;
    } else {
        out[(*n)++] = '\\'; /* regular expressions are written with single ones */
        return at + 1;
    }
    if (u > 0x10FFFF || (u >= 0xD800 && u < 0xE000))
        return 0;
    *n += utf8_encode((int32_t)u, out + *n);
    return at;
}

static void lex_string(struct lexer *l, size_t at, enum token token) {
    struct span t = l->text;
    size_t close = at;
    while (close < t.size && t.at[close] != '"')
        close += t.at[close] == '\\' ? 2 : 1;
    if (close >= t.size) {
        fail(l, "feel.string_open");
        return;
    }
    char *out = arena_alloc(l->arena, close - at + 1);
    if (!out) {
        fail(l, "base.memory");
        return;
    }
    size_t n = 0;
    while (at < close) {
        if (t.at[at] != '\\') {
            out[n++] = t.at[at++];
            continue;
        }
        at = lex_escape(t, at, out, &n);
        if (at == 0) {
            fail(l, "feel.escape");
            return;
        }
    }
    l->token = token;
    l->string = (struct span){out, n};
    l->end = close + 1;
}

static bool digit(struct span t, size_t at) {
    return at < t.size && t.at[at] >= '0' && t.at[at] <= '9';
}

static void lex_number(struct lexer *l) {
    struct span t = l->text;
    size_t at = l->start;
    while (digit(t, at))
        at++;
    if (at < t.size && t.at[at] == '.' && digit(t, at + 1)) {
        at++;
        while (digit(t, at))
            at++;
    }
    if (at < t.size && (t.at[at] == 'e' || t.at[at] == 'E')) {
        size_t e = at + 1;
        if (e < t.size && (t.at[e] == '+' || t.at[e] == '-'))
            e++;
        if (digit(t, e)) {
            while (digit(t, e))
                e++;
            at = e;
        }
    }
    struct span s = {t.at + l->start, at - l->start};
    if (dec_parse(s, &l->number, NULL) != OK) {
        fail(l, "decimal.range"); /* its form is right */
        return;
    }
    l->token = T_NUMBER;
    l->end = at;
}

static const struct { char text[4]; enum token token; } signs[] = {
    {"**", T_POWER}, {"..", T_DOTS}, {"!=", T_NE}, {"<=", T_LE}, {">=", T_GE}, {"->", T_ARROW},
    {"+", T_PLUS}, {"-", T_MINUS}, {"*", T_STAR}, {"/", T_SLASH}, {"=", T_EQ}, {"<", T_LT},
    {">", T_GT}, {"(", T_LPAREN}, {")", T_RPAREN}, {"[", T_LBRACKET}, {"]", T_RBRACKET},
    {"{", T_LBRACE}, {"}", T_RBRACE}, {",", T_COMMA}, {":", T_COLON}, {".", T_DOT},
};

static void lex_sign(struct lexer *l) {
    size_t left = l->text.size - l->start;
    for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
        size_t n = strlen(signs[i].text);
        if (n <= left && memcmp(l->text.at + l->start, signs[i].text, n) == 0) {
            l->token = signs[i].token;
            l->end = l->start + n;
            return;
        }
    }
    fail(l, "feel.character");
}

void lex_next(struct lexer *l) {
    /* Reading a token again is rare; hostile texts must not make it quadratic. */
    if (++l->work > 16 * l->text.size + 1000) {
        l->start = l->at;
        fail(l, "feel.too_complex");
        return;
    }
    l->start = lex_skip(l, l->at);
    size_t next;
    if (l->start >= l->text.size) {
        l->token = T_END;
        l->end = l->start = l->text.size;
    } else {
        char c = l->text.at[l->start];
        if (feel_name_start(char_at(l->text, l->start, &next)))
            lex_name(l);
        else if (digit(l->text, l->start) || (c == '.' && digit(l->text, l->start + 1)))
            lex_number(l);
        else if (c == '"')
            lex_string(l, l->start + 1, T_STRING);
        else if (c == '@') {
            size_t q = lex_skip(l, l->start + 1);
            if (q < l->text.size && l->text.at[q] == '"')
                lex_string(l, q + 1, T_AT);
            else
                fail(l, "feel.character");
        } else
            lex_sign(l);
    }
    l->at = l->end;
}

void lex_again(struct lexer *l) {
    l->at = l->start;
    lex_next(l);
}

size_t lex_key(const struct lexer *l, size_t at) {
    struct span t = l->text;
    at = lex_skip(l, at);
    size_t start = at, next;
    if (!feel_name_start(char_at(t, at, &next)))
        return 0;
    for (; at < t.size; at = next) {
        int32_t c = char_at(t, at, &next);
        if (c == ':')
            return at;
        if (!feel_name_part(c) && !feel_space(c) && !(c < 0x80 && c > 0 && strchr("./-'+*", c)))
            return 0;
        if (at - start > 1000)
            return 0;
    }
    return 0;
}
