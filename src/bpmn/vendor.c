/* Expressions of other makers, as FEEL text.
 *
 * Read: the unified expression language of Java's engines, whole (`${a}`) or in
 * a text (`Dear ${name}`), and the same operators as Python and JavaScript
 * write them.  Variables, members, positions, literals, comparison, logic,
 * arithmetic, `? :`, `empty`, execution.getVariable('x') and the comparison
 * functions of Flowable (vars:eq ...) have a meaning in FEEL.  Everything else
 * calls code that is not in the file, and is refused.
 *
 * A recursive descent that writes what it reads.  Positions count from 0 there
 * and from 1 in FEEL, and so does loopCounter. */
#include "bpmn/load_internal.h"

enum { DEPTH_MAX = 64 };

struct reader {
    const char *at, *end;
    struct buf *out;
    unsigned depth;
    bool ok;
};

static void give_up(struct reader *r) { r->ok = false; }

static void space(struct reader *r) {
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r'))
        r->at++;
}

static bool word_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80;
}

/* An operator or a word, whole. */
static bool take(struct reader *r, const char *token) {
    space(r);
    size_t n = strlen(token);
    if ((size_t)(r->end - r->at) < n || memcmp(r->at, token, n) != 0)
        return false;
    if (word_char(token[n - 1]) && r->at + n < r->end && word_char(r->at[n]))
        return false;
    r->at += n;
    return true;
}

static struct span name(struct reader *r) {
    space(r);
    const char *from = r->at;
    if (r->at < r->end && *r->at >= '0' && *r->at <= '9')
        return (struct span){from, 0};
    while (r->at < r->end && word_char(*r->at))
        r->at++;
    return (struct span){from, (size_t)(r->at - from)};
}

static void whole(struct reader *r);

/* ---- literals ------------------------------------------------------------------- */

static void text(struct reader *r, char quote) {
    buf_addc(r->out, '"');
    for (r->at++; r->at < r->end && *r->at != quote; r->at++) {
        if (*r->at == '\\' && r->at + 1 < r->end)
            r->at++;
        if (*r->at == '"' || *r->at == '\\')
            buf_addc(r->out, '\\');
        buf_addc(r->out, *r->at);
    }
    if (r->at++ >= r->end)
        give_up(r);
    buf_addc(r->out, '"');
}

static void number(struct reader *r) {
    const char *from = r->at;
    while (r->at < r->end && ((*r->at >= '0' && *r->at <= '9') || *r->at == '.'))
        r->at++;
    if (r->at < r->end && word_char(*r->at))
        give_up(r);
    buf_add(r->out, (struct span){from, (size_t)(r->at - from)});
}

/* ---- functions that have a meaning here ------------------------------------------- */

static bool listed(struct span s, const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (span_is(s, list[i]))
            return true;
    return false;
}
#define LISTED(s, ...) listed((s), (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* execution.getVariable('x'): the name itself. */
static void variable_by_name(struct reader *r) {
    space(r);
    char quote = r->at < r->end ? *r->at : 0;
    if (quote != '\'' && quote != '"')
        return give_up(r);
    r->at++;
    struct span n = name(r);
    if (n.size == 0 || r->at >= r->end || *r->at++ != quote || !take(r, ")"))
        return give_up(r);
    buf_add(r->out, n);
}

/* vars:eq(a, 1) */
static void comparison_function(struct reader *r, struct span function) {
    static const struct { const char *name, *other, *operator; } KNOWN[] = {{"eq", "equals", " = "},
        {"ne", "notEquals", " != "}, {"lt", "lessThan", " < "}, {"lte", "lessThanOrEquals", " <= "},
        {"gt", "greaterThan", " > "}, {"gte", "greaterThanOrEquals", " >= "}};
    for (size_t i = 0; i < ARRAY_LEN(KNOWN); i++)
        if (span_is(function, KNOWN[i].name) || span_is(function, KNOWN[i].other)) {
            buf_adds(r->out, "((");
            whole(r);
            if (!take(r, ","))
                return give_up(r);
            buf_addf(r->out, ")%s(", KNOWN[i].operator);
            whole(r);
            buf_adds(r->out, "))");
            return take(r, ")") ? (void)0 : give_up(r);
        }
    give_up(r);
}

/* ---- operands ------------------------------------------------------------------------ */

static void position(struct reader *r) {
    space(r);
    if (r->at < r->end && (*r->at == '\'' || *r->at == '"')) { /* a["b"]: a.b */
        char quote = *r->at++;
        struct span n = name(r);
        if (n.size == 0 || r->at >= r->end || *r->at++ != quote || !take(r, "]"))
            return give_up(r);
        buf_addf(r->out, ".%.*s", SPAN_ARG(n));
        return;
    }
    buf_adds(r->out, "[(");
    whole(r);
    buf_adds(r->out, ") + 1]");
    if (!take(r, "]"))
        give_up(r);
}

static void members(struct reader *r) {
    while (r->ok) {
        if (take(r, "[")) {
            position(r);
        } else if (take(r, ".")) {
            struct span n = name(r);
            space(r);
            if (n.size == 0 || (r->at < r->end && *r->at == '('))
                return give_up(r);
            buf_addf(r->out, ".%.*s", SPAN_ARG(n));
        } else {
            return;
        }
    }
}

static void named(struct reader *r) {
    struct span n = name(r);
    if (n.size == 0)
        return give_up(r);
    if (LISTED(n, "null", "None", "undefined"))
        return (void)buf_adds(r->out, "null");
    if (LISTED(n, "true", "True"))
        return (void)buf_adds(r->out, "true");
    if (LISTED(n, "false", "False"))
        return (void)buf_adds(r->out, "false");
    if (LISTED(n, "vars", "var", "variables") && take(r, ":")) {
        struct span function = name(r);
        if (!take(r, "("))
            return give_up(r);
        if (LISTED(function, "get"))
            return variable_by_name(r);
        return comparison_function(r, function);
    }
    if (LISTED(n, "execution") && take(r, ".")) {
        if (!LISTED(name(r), "getVariable", "getVariableLocal") || !take(r, "("))
            return give_up(r);
        variable_by_name(r);
        return members(r);
    }
    space(r);
    if (r->at < r->end && *r->at == '(')
        return give_up(r);
    /* the engines that have these see the variables under them */
    if (LISTED(n, "variables") && take(r, "."))
        return named(r);
    if (LISTED(n, "environment") && take(r, ".")) {
        if (!LISTED(name(r), "variables", "output") || !take(r, "."))
            return give_up(r);
        return named(r);
    }
    if (LISTED(n, "loopCounter"))
        return (void)buf_adds(r->out, "(loopCounter - 1)");
    buf_add(r->out, n);
    members(r);
}

static void unary(struct reader *r) {
    space(r);
    if (r->at >= r->end || r->depth >= DEPTH_MAX)
        return give_up(r);
    r->depth++;
    if (take(r, "-")) {
        buf_adds(r->out, "-");
        unary(r);
    } else if ((*r->at == '!' && r->at + 1 < r->end && r->at[1] != '=' && take(r, "!"))) {
        buf_adds(r->out, "not(");
        unary(r);
        buf_adds(r->out, ")");
    } else if (take(r, "empty")) {
        /* null, "" and [] */
        const char *from = r->at;
        buf_adds(r->out, "((");
        unary(r);
        buf_adds(r->out, ") in (null, \"\", []))");
        r->ok &= r->at > from;
    } else if (take(r, "(")) {
        buf_adds(r->out, "(");
        whole(r);
        buf_adds(r->out, ")");
        if (!take(r, ")"))
            give_up(r);
    } else if (*r->at == '\'' || *r->at == '"') {
        text(r, *r->at);
    } else if (*r->at >= '0' && *r->at <= '9') {
        number(r);
    } else {
        named(r);
    }
    r->depth--;
}

/* ---- operators ----------------------------------------------------------------------- */

struct operator { const char *token, *feel; };

static bool take_operator(struct reader *r, const struct operator *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (take(r, list[i].token)) {
            buf_addf(r->out, " %s ", list[i].feel);
            return true;
        }
    return false;
}

static void chain(struct reader *r, const struct operator *list, size_t n, void (*operand)(struct reader *)) {
    operand(r);
    while (r->ok && take_operator(r, list, n))
        operand(r);
}

static void product(struct reader *r) {
    static const struct operator LIST[] = {{"*", "*"}, {"/", "/"}, {"div", "/"}};
    chain(r, LIST, ARRAY_LEN(LIST), unary);
}

static void sum(struct reader *r) {
    static const struct operator LIST[] = {{"+", "+"}, {"-", "-"}};
    chain(r, LIST, ARRAY_LEN(LIST), product);
}

static void comparison(struct reader *r) {
    static const struct operator LIST[] = {{"===", "="}, {"!==", "!="}, {"==", "="}, {"!=", "!="}, {"<=", "<="},
        {">=", ">="}, {"<", "<"}, {">", ">"}, {"eq", "="}, {"ne", "!="}, {"le", "<="}, {"ge", ">="}, {"lt", "<"},
        {"gt", ">"}};
    sum(r);
    if (r->ok && take_operator(r, LIST, ARRAY_LEN(LIST)))
        sum(r);
}

/* Python's `not` binds looser than a comparison, `!` tighter. */
static void negation(struct reader *r) {
    if (!take(r, "not"))
        return comparison(r);
    if (r->depth++ >= DEPTH_MAX)
        return give_up(r);
    buf_adds(r->out, "not(");
    negation(r);
    buf_adds(r->out, ")");
    r->depth--;
}

static void both(struct reader *r) {
    static const struct operator LIST[] = {{"&&", "and"}, {"and", "and"}};
    chain(r, LIST, ARRAY_LEN(LIST), negation);
}

static void either(struct reader *r) {
    static const struct operator LIST[] = {{"||", "or"}, {"or", "or"}};
    chain(r, LIST, ARRAY_LEN(LIST), both);
}

static void whole(struct reader *r) {
    if (!r->ok || r->depth++ >= DEPTH_MAX)
        return give_up(r);
    size_t start = r->out->size;
    either(r);
    if (r->ok && take(r, "?")) {
        /* a ? b : c, and the condition is written already */
        struct buf condition;
        buf_init(&condition, 0);
        buf_add(&condition, (struct span){r->out->at + start, r->out->size - start});
        buf_cut(r->out, start);
        buf_addf(r->out, "(if %s then ", buf_str(&condition));
        buf_release(&condition);
        whole(r);
        if (!take(r, ":"))
            return give_up(r);
        buf_adds(r->out, " else ");
        whole(r);
        buf_adds(r->out, ")");
    }
    r->depth--;
}

/* ---- a text ----------------------------------------------------------------------------- */

static bool translate(struct span s, struct buf *out) {
    struct reader r = {.at = s.at, .end = s.at + s.size, .out = out, .ok = true};
    whole(&r);
    space(&r);
    return r.ok && r.at == r.end;
}

/* The end of ${...} that starts at `at`, behind its brace; NULL: it has none. */
static const char *closing(const char *at, const char *end) {
    char quote = 0;
    for (at += 2; at < end; at++) {
        if (quote ? *at == quote : *at == '\'' || *at == '"')
            quote = quote ? 0 : *at;
        else if (!quote && *at == '}')
            return at + 1;
    }
    return NULL;
}

static void quoted(struct buf *out, struct span s) {
    buf_addc(out, '"');
    for (size_t i = 0; i < s.size; i++) {
        if (s.at[i] == '"' || s.at[i] == '\\')
            buf_addc(out, '\\');
        buf_addc(out, s.at[i]);
    }
    buf_addc(out, '"');
}

static const char *opening(const char *at, const char *end) {
    for (; at + 1 < end; at++)
        if ((*at == '$' || *at == '#') && at[1] == '{')
            return at;
    return NULL;
}

bool vendor_braced(struct span s) { return opening(s.at, s.at + s.size) != NULL; }

/* "Dear ${name}": the parts joined. */
static bool translate_template(struct span s, struct buf *out) {
    const char *at = s.at, *end = s.at + s.size, *open;
    bool first = true;
    while (at < end) {
        open = opening(at, end);
        const char *stop = open ? open : end;
        if (stop > at) {
            buf_adds(out, first ? "" : " + ");
            quoted(out, (struct span){at, (size_t)(stop - at)});
            first = false;
        }
        if (!open)
            break;
        const char *close = closing(open, end);
        if (!close)
            return false;
        bool alone = open == s.at && close == end;
        buf_adds(out, first ? "" : " + ");
        buf_adds(out, alone ? "" : "string(");
        if (!translate((struct span){open + 2, (size_t)(close - open - 3)}, out))
            return false;
        buf_adds(out, alone ? "" : ")");
        first = false;
        at = close;
    }
    return !first;
}

bool vendor_to_feel(struct span s, struct buf *out) {
    return (vendor_braced(s) ? translate_template(s, out) : translate(s, out)) && buf_ok(out);
}
