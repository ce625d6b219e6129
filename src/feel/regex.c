#include "feel/regex.h"

#include "base/utf8.h"
#include "base/vec.h"

#include <unicode/uset.h>

enum { NEST_MAX = 60, GROUPS_MAX = 99, PATTERN_BYTES_MAX = 1 << 16 };

#define NAME_START ":A-Z_a-z\\x{C0}-\\x{D6}\\x{D8}-\\x{F6}\\x{F8}-\\x{2FF}\\x{370}-\\x{37D}"   \
    "\\x{37F}-\\x{1FFF}\\x{200C}-\\x{200D}\\x{2070}-\\x{218F}\\x{2C00}-\\x{2FEF}\\x{3001}-\\x{D7FF}" \
    "\\x{F900}-\\x{FDCF}\\x{FDF0}-\\x{FFFD}\\x{10000}-\\x{EFFFF}"
#define NAME_CHAR NAME_START "\\-.0-9\\x{B7}\\x{300}-\\x{36F}\\x{203F}-\\x{2040}"
#define SPACES "\\x{20}\\x{9}\\x{A}\\x{D}"
#define ANY "[\\s\\S]"

struct regex {
    struct span p;
    size_t at;
    struct feel_regex_flags flags;
    struct buf *out;
    int nest;
    int groups;                  /* opened so far */
    bool marked;                 /* an empty group opens each group, to tell whether it took part */
    bool closed[GROUPS_MAX + 1]; /* whose parenthesis is closed: what \N may name */
};

bool feel_regex_flags(struct span text, struct feel_regex_flags *ret) {
    *ret = (struct feel_regex_flags){0};
    for (size_t i = 0; i < text.size; i++)
        switch (text.at[i]) {
        case 's': ret->dot_all = true; break;
        case 'm': ret->lines = true; break;
        case 'i': ret->any_case = true; break;
        case 'x': ret->no_spaces = true; break;
        default: return false;
        }
    return true;
}

static bool more(const struct regex *r) { return r->at < r->p.size; }
static char now(const struct regex *r) { return more(r) ? r->p.at[r->at] : 0; }
static char ahead(const struct regex *r, size_t n) { return r->at + n < r->p.size ? r->p.at[r->at + n] : 0; }
static bool one_of(char c, const char *set) { return c && strchr(set, c); }

static bool take(struct regex *r, char c) {
    if (!more(r) || r->p.at[r->at] != c)
        return false;
    r->at++;
    return true;
}

static int32_t next_char(struct regex *r) {
    const char *p = r->p.at + r->at;
    int32_t c = utf8_next(&p, r->p.at + r->p.size);
    r->at = (size_t)(p - r->p.at);
    return c;
}

/* ---- escapes ---------------------------------------------------------------- */

/* The set a letter after the backslash stands for, as the inside of a class; NULL: none. */
static const char *set_of(char c) {
    switch (c) {
    case 'd': return "\\p{Nd}";
    case 'D': return "\\P{Nd}";
    case 's': return SPACES;
    case 'S': return "[^" SPACES "]";
    case 'w': return "[^\\p{P}\\p{Z}\\p{C}]";
    case 'W': return "\\p{P}\\p{Z}\\p{C}";
    case 'i': return NAME_START;
    case 'I': return "[^" NAME_START "]";
    case 'c': return NAME_CHAR;
    case 'C': return "[^" NAME_CHAR "]";
    default: return NULL;
    }
}

/* \n \r \t and the characters that otherwise mean something; -1: none of them. */
static int32_t escaped_char(char c) {
    switch (c) {
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return one_of(c, "\\|.-^?*+{}()[]$") ? c : -1;
    }
}

static bool is_category(struct span s) {
    static const char *const second[] = {"Lultmo", "Mnce", "Ndlo", "Pcdseifo", "Zslp", "Smcko", "Ccfon"};
    for (size_t i = 0; i < ARRAY_LEN(second); i++)
        if (s.size && s.at[0] == second[i][0])
            return s.size == 1 || (s.size == 2 && strchr(second[i] + 1, s.at[1]));
    return false;
}

static bool is_block(struct span s) {
    if (s.size < 3 || memcmp(s.at, "Is", 2) != 0)
        return false;
    for (size_t i = 2; i < s.size; i++) {
        char c = s.at[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '-')
            return false;
    }
    return true;
}

/* After \p or \P: {Lu} or {IsBasicLatin}. */
static bool property(struct regex *r, char letter, struct buf *set) {
    if (!take(r, '{'))
        return false;
    const char *close = memchr(r->p.at + r->at, '}', r->p.size - r->at);
    if (!close)
        return false;
    struct span name = {r->p.at + r->at, (size_t)(close - r->p.at) - r->at};
    r->at += name.size + 1;
    if (is_block(name))
        buf_addf(set, "\\%c{blk=%.*s}", letter, (int)name.size - 2, name.at + 2);
    else if (is_category(name))
        buf_addf(set, "\\%c{%.*s}", letter, SPAN_ARG(name));
    else
        return false;
    return true;
}

/* ---- classes ------------------------------------------------------------------ */

static void add_char(struct buf *set, int32_t c) { buf_addf(set, "\\x{%X}", (unsigned)c); }

static bool has_any(int32_t low, int32_t high, int32_t a, int32_t b, int32_t c) {
    return (low <= a && a <= high) || (low <= b && b <= high) || (low <= c && c <= high);
}

/* Two characters are variants of each other when their lower case or their upper case is the same
 * (F&O 3.1 5.6.2): always one character for one, so that ß is not ss.  Unicode's case folding classes
 * are just these but for the dotless i, which is I in upper case, and two thetas of no common case. */
static USet *variants(int32_t low, int32_t high) {
    enum { DOTLESS = 0x131, THETA_SMALL = 0x3B8, THETA = 0x398, THETA_SYMBOL = 0x3D1, THETA_OTHER = 0x3F4 };
    USet *set = uset_open(low, high);
    if (!set)
        return NULL;
    uset_closeOver(set, USET_CASE_INSENSITIVE);
    uset_removeAllStrings(set);
    if (has_any(low, high, 'I', 'i', 'i'))
        uset_add(set, DOTLESS);
    if (has_any(low, high, DOTLESS, DOTLESS, DOTLESS)) {
        uset_add(set, 'I');
        uset_add(set, 'i');
    }
    if (!has_any(low, high, THETA_SMALL, THETA, THETA_OTHER))
        uset_remove(set, THETA_OTHER);
    if (!has_any(low, high, THETA_SMALL, THETA, THETA_SYMBOL))
        uset_remove(set, THETA_SYMBOL);
    return set;
}

/* A range as the inside of a class, with flag i its variants, too. */
static bool add_range(const struct regex *r, struct buf *out, int32_t low, int32_t high) {
    USet *set = r->flags.any_case ? variants(low, high) : NULL;
    if (!set) {
        add_char(out, low);
        buf_addc(out, '-');
        add_char(out, high);
        return !r->flags.any_case;
    }
    for (int32_t i = 0; i < uset_getItemCount(set); i++) {
        UErrorCode err = U_ZERO_ERROR;
        UChar32 from, to;
        uset_getItem(set, i, &from, &to, NULL, 0, &err);
        add_char(out, from);
        buf_addc(out, '-');
        add_char(out, to);
    }
    uset_close(set);
    return buf_ok(out);
}

/* Alone, outside a class. */
static bool literal(struct regex *r, int32_t c) {
    if (!r->flags.any_case) {
        add_char(r->out, c);
        return true;
    }
    buf_addc(r->out, '[');
    bool ok = add_range(r, r->out, c, c);
    buf_addc(r->out, ']');
    return ok;
}

/* One end of a range, or a character alone; -1: neither. */
static int32_t class_char(struct regex *r) {
    if (!more(r) || one_of(now(r), "[]"))
        return -1;
    if (!take(r, '\\'))
        return next_char(r);
    int32_t c = escaped_char(now(r));
    r->at++;
    return c;
}

static bool class_range(struct regex *r, struct buf *chars) {
    int32_t low = class_char(r), high;
    if (low < 0)
        return false;
    if (now(r) != '-' || one_of(ahead(r, 1), "[]"))
        return add_range(r, chars, low, low);
    r->at++;
    if (now(r) == '-' || (high = class_char(r)) < low)
        return false;
    return add_range(r, chars, low, high);
}

/* One part of a class: a set, a character or a range. */
static bool class_part(struct regex *r, struct buf *chars, struct buf *sets) {
    if (now(r) != '\\')
        return class_range(r, chars);
    char c = ahead(r, 1);
    const char *set = set_of(c);
    if (set || c == 'p' || c == 'P')
        r->at += 2;
    if (set)
        buf_adds(sets, set);
    else if (c == 'p' || c == 'P')
        return property(r, c, sets);
    else
        return class_range(r, chars);
    return true;
}

static bool class_body(struct regex *r);

/* -[…] and the end of the class around it: written before what it is taken from. */
static bool class_minus(struct regex *r) {
    buf_adds(r->out, "(?:(?!");
    r->at += 2;
    if (!class_body(r) || !take(r, ']'))
        return false;
    buf_addc(r->out, ')');
    return true;
}

/* After '['. */
static bool class_body(struct regex *r) {
    BUF_AUTO chars;
    BUF_AUTO sets;
    buf_init(&chars, PATTERN_BYTES_MAX * 10);
    buf_init(&sets, PATTERN_BYTES_MAX * 10);
    if (++r->nest > NEST_MAX)
        return false;
    bool negated = take(r, '^'), minus = false;
    for (bool first = true; minus || !take(r, ']'); first = false) {
        if (!first && now(r) == '-' && ahead(r, 1) == '[') {
            if (!class_minus(r))
                return false;
            minus = true;
            break;
        }
        bool dash = now(r) == '-';
        if (dash && !first && ahead(r, 1) != ']')
            return false; /* a bare '-' stands first or last */
        if (dash) {
            add_char(&chars, '-');
            r->at++;
        } else if (!class_part(r, &chars, &sets)) {
            return false;
        }
    }
    r->nest--;
    if (!chars.size && !sets.size)
        return false;
    buf_addf(r->out, "[%s%s%s]", negated ? "^" : "", buf_str(&chars), buf_str(&sets));
    if (minus)
        buf_addc(r->out, ')');
    return buf_ok(&chars) && buf_ok(&sets) && buf_ok(r->out);
}

/* ---- atoms --------------------------------------------------------------------- */

/* \N: the longest number that counts groups opened so far; its group must be closed.  A group
 * that took no part is the empty text (F&O 3.1 5.6.1), where ICU's would not match: its mark tells. */
static bool back_reference(struct regex *r) {
    int n = now(r) - '0';
    r->at++;
    while (now(r) >= '0' && now(r) <= '9' && n * 10 + (now(r) - '0') <= r->groups)
        n = n * 10 + (r->p.at[r->at++] - '0');
    if (n > r->groups || !r->closed[n])
        return false;
    buf_addf(r->out, r->flags.any_case ? "(?:(?i:\\%d)|(?!\\%d))" : "(?:\\%d|(?!\\%d))", 2 * n - 1, 2 * n);
    return true;
}

static bool set_atom(struct regex *r, const char *set) {
    buf_addf(r->out, "[%s]", set); /* no variants: flag i does not touch sets */
    return true;
}

static bool escape(struct regex *r) {
    char c = now(r);
    if (c >= '1' && c <= '9')
        return back_reference(r);
    r->at++;
    const char *set = set_of(c);
    if (set)
        return set_atom(r, set);
    if (c == 'p' || c == 'P') {
        BUF_AUTO b;
        buf_init(&b, 1000);
        return property(r, c, &b) && buf_ok(&b) && set_atom(r, buf_str(&b));
    }
    int32_t one = escaped_char(c);
    return one >= 0 && literal(r, one);
}

static bool regexp(struct regex *r);

static bool group(struct regex *r) {
    int number = 0;
    if (now(r) == '?') {
        if (ahead(r, 1) != ':') /* look-around is not in the standard */
            return false;
        r->at += 2;
        buf_adds(r->out, "(?:");
    } else {
        if (r->groups == GROUPS_MAX)
            return false;
        number = ++r->groups;
        buf_adds(r->out, r->marked ? "(()" : "(");
    }
    if (++r->nest > NEST_MAX || !regexp(r) || !take(r, ')'))
        return false;
    r->nest--;
    r->closed[number] = true;
    buf_addc(r->out, ')');
    return true;
}

static bool atom(struct regex *r) {
    char c = now(r);
    if (one_of(c, "*+?{}])|"))
        return false;
    if (!one_of(c, "([\\.^$")) {
        int32_t one = next_char(r);
        return one >= 0 && literal(r, one);
    }
    r->at++;
    switch (c) {
    case '(': return group(r);
    case '[': return class_body(r);
    case '\\': return escape(r);
    case '.': buf_adds(r->out, r->flags.dot_all ? ANY : "[^\\n\\r]"); return true;
    case '^': buf_adds(r->out, r->flags.lines ? "(?:\\A|(?<=\\n)(?!\\z))" : "(?:\\A)"); return true;
    default: buf_adds(r->out, r->flags.lines ? "(?:(?=\\n)|\\z)" : "(?:\\z)"); return true;
    }
}

static bool count(struct regex *r, int *ret) {
    size_t from = r->at;
    for (*ret = 0; now(r) >= '0' && now(r) <= '9'; r->at++) {
        *ret = *ret * 10 + (now(r) - '0');
        if (*ret > 100000)
            return false;
    }
    return r->at > from;
}

/* {n}, {n,} or {n,m} */
static bool counted(struct regex *r) {
    int low, high = -1;
    if (!count(r, &low))
        return false;
    buf_addf(r->out, "{%d", low);
    if (take(r, ',')) {
        buf_addc(r->out, ',');
        if (now(r) != '}') {
            if (!count(r, &high) || high < low)
                return false;
            buf_addf(r->out, "%d", high);
        }
    }
    buf_addc(r->out, '}');
    return take(r, '}');
}

static bool piece(struct regex *r) {
    if (!atom(r))
        return false;
    char c = now(r);
    if (!one_of(c, "*+?{"))
        return true;
    r->at++;
    if (c == '{' && !counted(r))
        return false;
    if (c != '{')
        buf_addc(r->out, c);
    if (take(r, '?'))
        buf_addc(r->out, '?');
    return true;
}

static bool regexp(struct regex *r) {
    for (;;) {
        while (more(r) && !one_of(now(r), "|)"))
            if (!piece(r))
                return false;
        if (!take(r, '|'))
            return buf_ok(r->out);
        buf_addc(r->out, '|');
    }
}

bool feel_regex_refers_back(struct span p) {
    for (size_t i = 0; i < p.size; i++) {
        if (p.at[i] != '\\')
            continue;
        while (++i < p.size && one_of(p.at[i], " \t\n\r")) /* flag x takes it out */
            ;
        if (i < p.size && p.at[i] >= '1' && p.at[i] <= '9')
            return true;
    }
    return false;
}

/* Flag x: white space goes, but for that inside classes. */
static void squeeze(struct span p, struct buf *out) {
    int depth = 0;
    bool escaped = false;
    for (size_t i = 0; i < p.size; i++) {
        char c = p.at[i];
        if (depth == 0 && one_of(c, " \t\n\r"))
            continue;
        buf_addc(out, c);
        if (escaped)
            escaped = false;
        else if (c == '\\')
            escaped = true;
        else if (c == '[')
            depth++;
        else if (c == ']' && depth)
            depth--;
    }
}

bool feel_regex_translate(struct span pattern, struct feel_regex_flags flags, struct buf *out) {
    BUF_AUTO squeezed;
    buf_init(&squeezed, PATTERN_BYTES_MAX);
    if (pattern.size > PATTERN_BYTES_MAX)
        return false;
    if (flags.no_spaces)
        squeeze(pattern, &squeezed);
    struct regex r = {.p = flags.no_spaces ? buf_span(&squeezed) : pattern, .flags = flags, .out = out,
        .marked = feel_regex_refers_back(pattern)};
    buf_adds(out, "(?:"); /* an empty pattern is one, too */
    if (!regexp(&r) || more(&r))
        return false;
    buf_addc(out, ')');
    return buf_ok(out) && buf_ok(&squeezed);
}
