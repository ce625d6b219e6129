/* Recursive descent over the tokens of lex.c (DMN 1.5 10.3.1.2).
 *
 * Binary operators climb by precedence in one function, so that nesting, not
 * the grammar's layers, is what uses stack; FEEL_NEST_MAX bounds it. */
#include "feel/lex.h"

struct parser {
    struct lexer lex;
    struct arena *arena;
    struct feel_scope *props; /* this text's scope: keys seen, for paths */
    int depth;
    const char *error;
    size_t error_at;
};

static struct feel_ast *expression(struct parser *p);
static struct feel_ast *binary(struct parser *p, int level);
static const struct feel_type *type_expression(struct parser *p);
static struct feel_ast *one_test(struct parser *p);

static void *failed(struct parser *p, const char *code) {
    if (!p->error) {
        p->error = p->lex.token == T_ERROR ? p->lex.error : code;
        p->error_at = p->lex.start;
    }
    return NULL;
}

static bool is(const struct parser *p, enum token t) { return p->lex.token == t; }

static bool accept(struct parser *p, enum token t) {
    if (p->lex.token != t)
        return false;
    lex_next(&p->lex);
    return true;
}

static bool expect(struct parser *p, enum token t) {
    if (accept(p, t))
        return true;
    failed(p, "feel.syntax");
    return false;
}

struct feel_ast *feel_ast_new(struct arena *a, enum feel_ast_kind kind, uint32_t offset) {
    struct feel_ast *n = ARENA_NEW(a, struct feel_ast);
    if (n) {
        n->kind = kind;
        n->offset = offset;
    }
    return n;
}

static struct feel_ast *node(struct parser *p, enum feel_ast_kind kind, size_t at) {
    struct feel_ast *n = feel_ast_new(p->arena, kind, (uint32_t)at);
    return n ? n : failed(p, "base.memory");
}

static struct feel_ast *node2(struct parser *p, enum feel_ast_kind kind, size_t at, int op,
    struct feel_ast *a, struct feel_ast *b) {
    if (!a || !b)
        return NULL;
    struct feel_ast *n = node(p, kind, at);
    if (n) {
        n->op = op;
        n->a = a;
        n->b = b;
    }
    return n;
}

static struct feel_ast *constant(struct parser *p, size_t at, struct feel_value v) {
    struct feel_ast *n = node(p, AST_CONST, at);
    if (n)
        n->value = v;
    return n;
}

/* Lists of children grow by doubling in the arena. */
static bool add_item(struct parser *p, struct feel_ast *n, struct feel_ast *item) {
    if (!item)
        return false;
    if ((n->count & (n->count + 1)) == 0) {
        struct feel_ast **more = ARENA_ARRAY(p->arena, (n->count + 1) * 2, struct feel_ast *);
        if (!more)
            return failed(p, "base.memory"), false;
        if (n->count)
            memcpy(more, n->item, n->count * sizeof *more);
        n->item = more;
    }
    n->item[n->count++] = item;
    return true;
}

/* Called before add_item of the same index. */
static bool add_name(struct parser *p, struct feel_ast *n, struct span name) {
    if ((n->count & (n->count + 1)) == 0) {
        struct span *more = ARENA_ARRAY(p->arena, (n->count + 1) * 2, struct span);
        const struct feel_type **types =
            (const struct feel_type **)ARENA_ARRAY(p->arena, (n->count + 1) * 2, struct feel_type *);
        if (!more || !types)
            return failed(p, "base.memory"), false;
        if (n->count) {
            memcpy(more, n->name, n->count * sizeof *more);
            memcpy(types, n->type, n->count * sizeof *types);
        }
        n->name = more;
        n->type = types;
    }
    n->name[n->count] = name;
    return true;
}

static struct feel_scope *push_scope(struct parser *p) {
    struct feel_scope *s = feel_scope_new(p->arena, p->lex.scope);
    if (!s)
        return failed(p, "base.memory");
    p->lex.scope = s;
    return s;
}

static void pop_scope(struct parser *p) { p->lex.scope = p->lex.scope->outer; }

static bool bind(struct parser *p, struct span name) {
    struct feel_scope *s = (struct feel_scope *)p->lex.scope;
    return feel_scope_local(s, name) || (failed(p, "base.memory"), false);
}

/* A name followed by ':' (context key, named argument, parameter). */
static bool key_name(struct parser *p, struct span *ret) {
    size_t colon = lex_key(&p->lex, p->lex.start);
    if (!colon)
        return false;
    size_t from = lex_skip(&p->lex, p->lex.start);
    *ret = feel_name_normal(p->arena, (struct span){p->lex.text.at + from, colon - from});
    p->lex.at = colon + 1;
    lex_next(&p->lex);
    return ret->at != NULL;
}

/* A name that ends at a word or sign: `for x y in`, `function(a b, c)`. */
static bool raw_name(struct parser *p, struct span *ret, const char *word, const char *signs) {
    struct span t = p->lex.text;
    size_t from = p->lex.start, at = from, last = from;
    while (at < t.size) {
        if (strchr(signs, t.at[at]) && t.at[at])
            break;
        size_t w = strlen(word);
        if (w && at > from && feel_blank(t.at[at - 1]) && at + w < t.size &&
            memcmp(t.at + at, word, w) == 0 && !feel_name_part((unsigned char)t.at[at + w]))
            break;
        if (!feel_blank(t.at[at]))
            last = at + 1;
        at++;
    }
    *ret = feel_name_normal(p->arena, (struct span){t.at + from, last - from});
    const char *c = ret->at;
    if (ret->size == 0 || (c[0] >= '0' && c[0] <= '9') || memchr(c, '"', ret->size) ||
        memchr(c, '(', ret->size) || memchr(c, '[', ret->size))
        return failed(p, "feel.name"), false;
    p->lex.at = at;
    lex_next(&p->lex);
    return true;
}

/* ---- constructs that start with a word -------------------------------------- */

static struct feel_ast *if_expression(struct parser *p) {
    struct feel_ast *n = node(p, AST_IF, p->lex.start);
    lex_next(&p->lex);
    if (!n || !(n->a = expression(p)) || !expect(p, T_THEN) || !(n->b = expression(p)) ||
        !expect(p, T_ELSE) || !(n->c = expression(p)))
        return NULL;
    return n;
}

static struct feel_ast *iterator_domain(struct parser *p) {
    size_t at = p->lex.start;
    struct feel_ast *from = binary(p, 0);
    if (!from || !is(p, T_DOTS))
        return from;
    lex_next(&p->lex);
    return node2(p, AST_RANGE, at, 3 | 4, from, binary(p, 0));
}

static struct feel_ast *iteration(struct parser *p, enum feel_ast_kind kind, enum token before_body) {
    struct feel_ast *n = node(p, kind, p->lex.start);
    if (!n || !push_scope(p))
        return NULL;
    /* The variable's name is read raw, so the token after the word is not used. */
    p->lex.at = p->lex.end;
    do {
        struct span name;
        p->lex.start = lex_skip(&p->lex, p->lex.at);
        if (!raw_name(p, &name, "in", ",:"))
            return NULL;
        const struct feel_type *type = NULL;
        if (is(p, T_COLON)) {
            lex_next(&p->lex);
            if (!(type = type_expression(p)))
                return NULL;
        }
        if (!expect(p, T_IN))
            return NULL;
        struct feel_ast *domain = iterator_domain(p);
        if (!domain || !add_name(p, n, name))
            return NULL;
        n->type[n->count] = type;
        if (!add_item(p, n, domain) || !bind(p, name))
            return NULL;
        if (!is(p, T_COMMA))
            break;
        p->lex.at = p->lex.end;
    } while (true);
    if (kind == AST_FOR && !bind(p, SPAN("partial")))
        return NULL;
    if (!is(p, before_body))
        return failed(p, "feel.syntax");
    lex_next(&p->lex);
    if (!(n->a = expression(p)))
        return NULL;
    pop_scope(p);
    lex_again(&p->lex);
    return n;
}

static struct feel_ast *function_definition(struct parser *p) {
    struct feel_ast *n = node(p, AST_FUNCTION, p->lex.start);
    lex_next(&p->lex);
    if (!n || !push_scope(p) || !is(p, T_LPAREN))
        return failed(p, "feel.syntax");
    p->lex.at = p->lex.end;
    p->lex.start = lex_skip(&p->lex, p->lex.at);
    if (p->lex.start < p->lex.text.size && p->lex.text.at[p->lex.start] == ')') {
        lex_next(&p->lex);
    } else {
        do {
            struct span name;
            if (!raw_name(p, &name, "", ",:)"))
                return NULL;
            const struct feel_type *type = NULL;
            if (accept(p, T_COLON) && !(type = type_expression(p)))
                return NULL;
            if (!add_name(p, n, name))
                return NULL;
            n->type[n->count] = type;
            n->count++; /* names without items: keep the doubling in step */
            if (!bind(p, name))
                return NULL;
            if (!is(p, T_COMMA))
                break;
            p->lex.at = p->lex.end;
            p->lex.start = lex_skip(&p->lex, p->lex.at);
        } while (true);
    }
    if (!expect(p, T_RPAREN))
        return NULL;
    if (accept(p, T_EXTERNAL)) {
        if (!expression(p))
            return NULL;
        n->op = 1; /* external functions are not run: calling one is null */
        n->a = constant(p, n->offset, feel_null());
    } else {
        lex_again(&p->lex);
        n->a = expression(p);
    }
    pop_scope(p);
    lex_again(&p->lex);
    return n->a ? n : NULL;
}

/* ---- brackets ---------------------------------------------------------------- */

/* Is this '[' the end of a half-open range rather than a filter? */
static bool closes_range(const struct parser *p) {
    size_t at = lex_skip(&p->lex, p->lex.end);
    struct span t = p->lex.text;
    if (at >= t.size || strchr(")].,;}=<>*/+!", t.at[at]))
        return true;
    static const char *const words[] = {"and", "or", "then", "else", "return", "satisfies", "in",
        "between", "instance"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        size_t n = strlen(words[i]);
        if (at + n < t.size && memcmp(t.at + at, words[i], n) == 0 &&
            !feel_name_part((unsigned char)t.at[at + n]))
            return true;
    }
    return false;
}

static struct feel_ast *range_rest(struct parser *p, size_t at, bool closed, struct feel_ast *from) {
    struct feel_ast *to = binary(p, 0);
    if (!to)
        return NULL;
    int op = closed ? 1 : 0;
    if (is(p, T_RBRACKET))
        op |= 2;
    else if (!is(p, T_RPAREN) && !is(p, T_LBRACKET))
        return failed(p, "feel.syntax");
    lex_next(&p->lex);
    return node2(p, AST_RANGE, at, op, from, to);
}

static struct feel_ast *list_or_range(struct parser *p) {
    size_t at = p->lex.start;
    lex_next(&p->lex);
    struct feel_ast *n = node(p, AST_LIST, at);
    if (!n || accept(p, T_RBRACKET))
        return n;
    struct feel_ast *first = one_test(p);
    if (!first)
        return NULL;
    if (accept(p, T_DOTS))
        return range_rest(p, at, true, first);
    if (!add_item(p, n, first))
        return NULL;
    while (accept(p, T_COMMA))
        if (!add_item(p, n, one_test(p)))
            return NULL;
    return expect(p, T_RBRACKET) ? n : NULL;
}

static int compare_op(enum token t) {
    switch (t) {
    case T_EQ: return CMP_EQ;
    case T_NE: return CMP_NE;
    case T_LT: return CMP_LT;
    case T_LE: return CMP_LE;
    case T_GT: return CMP_GT;
    case T_GE: return CMP_GE;
    default: return -1;
    }
}

static struct feel_ast *parenthesis(struct parser *p) {
    size_t at = p->lex.start;
    lex_next(&p->lex);
    struct feel_ast *n = one_test(p);
    if (!n)
        return NULL;
    if (accept(p, T_DOTS))
        return range_rest(p, at, false, n);
    return expect(p, T_RPAREN) ? n : NULL;
}

static struct feel_ast *context(struct parser *p) {
    struct feel_ast *n = node(p, AST_CONTEXT, p->lex.start);
    if (!n || !push_scope(p))
        return NULL;
    lex_next(&p->lex);
    if (!is(p, T_RBRACE)) {
        do {
            struct span key;
            if (is(p, T_STRING)) {
                key = p->lex.string;
                lex_next(&p->lex);
                if (!expect(p, T_COLON))
                    return NULL;
            } else if (!key_name(p, &key)) {
                return failed(p, "feel.key");
            }
            struct feel_ast *v = expression(p);
            if (!v || !add_name(p, n, key) || !add_item(p, n, v) || !bind(p, key))
                return NULL;
            if (!feel_scope_property(p->props, key))
                return failed(p, "base.memory");
        } while (accept(p, T_COMMA));
    }
    pop_scope(p);
    return expect(p, T_RBRACE) ? n : NULL;
}

static struct feel_ast *at_literal(struct parser *p) {
    struct feel_value v;
    struct span s = p->lex.string;
    if (!feel_parse_date(s, &v) && !feel_parse_date_time(p->arena, s, &v) &&
        !feel_parse_time(p->arena, s, &v) && !feel_parse_duration(s, &v)) {
        /* An impossible date is null, not a syntax error: the TCK's @"foo". */
        v = feel_null();
        v.flag = FEEL_FLAG_ERROR;
    }
    struct feel_ast *n = constant(p, p->lex.start, v);
    lex_next(&p->lex);
    return n;
}

static struct feel_ast *primary(struct parser *p) {
    struct lexer *l = &p->lex;
    size_t at = l->start;
    struct feel_ast *n = NULL;
    switch (l->token) {
    case T_NUMBER: n = constant(p, at, feel_number(l->number)); break;
    case T_STRING: n = constant(p, at, feel_string(l->string)); break;
    case T_TRUE: n = constant(p, at, feel_bool(true)); break;
    case T_FALSE: n = constant(p, at, feel_bool(false)); break;
    case T_NULL: n = constant(p, at, feel_null()); break;
    case T_INPUT: n = node(p, AST_INPUT, at); break;
    case T_NAME:
        n = node(p, AST_NAME, at);
        if (n)
            n->text = l->name;
        break;
    case T_AT: return at_literal(p);
    case T_LPAREN: return parenthesis(p);
    case T_LBRACKET: return list_or_range(p);
    case T_RBRACKET: {
        lex_next(l);
        struct feel_ast *from = binary(p, 0);
        return from && expect(p, T_DOTS) ? range_rest(p, at, false, from) : NULL;
    }
    case T_LBRACE: return context(p);
    case T_IF: return if_expression(p);
    case T_FOR: return iteration(p, AST_FOR, T_RETURN);
    case T_SOME: return iteration(p, AST_SOME, T_SATISFIES);
    case T_EVERY: return iteration(p, AST_EVERY, T_SATISFIES);
    case T_FUNCTION: return function_definition(p);
    default: return failed(p, "feel.syntax");
    }
    lex_next(l);
    return n;
}

/* ---- what follows a primary ---------------------------------------------------- */

static struct feel_ast *call(struct parser *p, struct feel_ast *callee) {
    struct feel_ast *n = node(p, AST_CALL, p->lex.start);
    if (!n)
        return NULL;
    n->offset = callee->offset;
    n->a = callee;
    lex_next(&p->lex);
    if (accept(p, T_RPAREN))
        return n;
    bool named = false;
    do {
        struct span key;
        bool has_key = key_name(p, &key);
        if (p->error || (n->count > 0 && has_key != named))
            return failed(p, "feel.named_arguments");
        named = has_key;
        if (named && !add_name(p, n, key))
            return NULL;
        if (!add_item(p, n, one_test(p)))
            return NULL;
    } while (accept(p, T_COMMA));
    return expect(p, T_RPAREN) ? n : NULL;
}

static struct feel_ast *path(struct parser *p, struct feel_ast *of) {
    p->lex.after_dot = true;
    lex_next(&p->lex);
    p->lex.after_dot = false;
    if (!is(p, T_NAME))
        return failed(p, "feel.property");
    struct feel_ast *n = node(p, AST_PATH, p->lex.start);
    if (!n)
        return NULL;
    n->a = of;
    n->text = p->lex.name;
    lex_next(&p->lex);
    return n;
}

static struct feel_ast *filter(struct parser *p, struct feel_ast *of) {
    struct feel_ast *n = node(p, AST_FILTER, p->lex.start);
    struct feel_scope *s = push_scope(p);
    if (!n || !s)
        return NULL;
    s->dynamic = true;
    if (!bind(p, SPAN("item")))
        return NULL;
    lex_next(&p->lex);
    n->a = of;
    n->b = expression(p);
    pop_scope(p);
    return n->b && expect(p, T_RBRACKET) ? n : NULL;
}

static struct feel_ast *postfix(struct parser *p) {
    struct feel_ast *n = primary(p);
    for (unsigned chain = 0; n; chain++) {
        if (chain > 1000) /* a.b.c… is a deep tree though a flat text */
            return failed(p, "feel.too_complex");
        if (is(p, T_DOT))
            n = path(p, n);
        else if (is(p, T_LPAREN))
            n = call(p, n);
        else if (is(p, T_LBRACKET) && !closes_range(p))
            n = filter(p, n);
        else
            break;
    }
    return n;
}

static struct feel_ast *instance_of(struct parser *p, struct feel_ast *n) {
    lex_next(&p->lex);
    if (!is(p, T_NAME) || !span_is(p->lex.name, "of"))
        return failed(p, "feel.syntax");
    struct feel_ast *i = node(p, AST_INSTANCE, n->offset);
    lex_next(&p->lex);
    if (!i)
        return NULL;
    i->a = n;
    i->type = (const struct feel_type **)ARENA_ARRAY(p->arena, 1, struct feel_type *);
    if (!i->type)
        return failed(p, "base.memory");
    i->type[0] = type_expression(p);
    return i->type[0] ? i : NULL;
}

static struct feel_ast *unary(struct parser *p) {
    size_t at = p->lex.start;
    if (is(p, T_MINUS)) {
        lex_next(&p->lex);
        if (++p->depth > FEEL_NEST_MAX)
            return failed(p, "feel.too_deep");
        struct feel_ast *a = unary(p);
        p->depth--;
        if (!a)
            return NULL;
        if (a->kind == AST_CONST && a->value.kind == FEEL_NUMBER) {
            a->value.number = dec_neg(a->value.number);
            a->offset = (uint32_t)at;
            return a;
        }
        struct feel_ast *n = node(p, AST_NEGATE, at);
        if (n)
            n->a = a;
        return n;
    }
    struct feel_ast *n = postfix(p);
    while (n && is(p, T_INSTANCE))
        n = instance_of(p, n);
    return n;
}

/* ---- operators ------------------------------------------------------------------ */

/* A test in a place where a value may also stand: `<5`, `=x`, or an expression. */
static struct feel_ast *one_test(struct parser *p) {
    int op = compare_op(p->lex.token);
    if (op < 0)
        return expression(p);
    struct feel_ast *n = node(p, AST_TEST, p->lex.start);
    lex_next(&p->lex);
    if (!n)
        return NULL;
    n->op = op;
    n->a = binary(p, 4);
    return n->a ? n : NULL;
}

static struct feel_ast *in_tests(struct parser *p, struct feel_ast *value) {
    struct feel_ast *n = node(p, AST_IN, p->lex.start);
    if (!n)
        return NULL;
    n->a = value;
    lex_next(&p->lex);
    if (!is(p, T_LPAREN)) {
        int op = compare_op(p->lex.token);
        return add_item(p, n, op >= 0 ? one_test(p) : binary(p, 4)) ? n : NULL;
    }
    size_t at = p->lex.start;
    lex_next(&p->lex);
    struct feel_ast *first = one_test(p);
    if (first && accept(p, T_DOTS))
        first = range_rest(p, at, false, first);
    else {
        if (!add_item(p, n, first))
            return NULL;
        while (accept(p, T_COMMA))
            if (!add_item(p, n, one_test(p)))
                return NULL;
        return expect(p, T_RPAREN) ? n : NULL;
    }
    return add_item(p, n, first) ? n : NULL;
}

static struct feel_ast *between(struct parser *p, struct feel_ast *value) {
    struct feel_ast *n = node(p, AST_BETWEEN, p->lex.start);
    lex_next(&p->lex);
    if (!n || !(n->b = binary(p, 4)) || !expect(p, T_AND) || !(n->c = binary(p, 4)))
        return NULL;
    n->a = value;
    return n;
}

static int level_of(enum token t) {
    switch (t) {
    case T_OR: return 1;
    case T_AND: return 2;
    case T_EQ: case T_NE: case T_LT: case T_LE: case T_GT: case T_GE:
    case T_BETWEEN: case T_IN: return 3;
    case T_PLUS: case T_MINUS: return 4;
    case T_STAR: case T_SLASH: return 5;
    case T_POWER: return 6;
    default: return 0;
    }
}

static struct feel_ast *combine(struct parser *p, struct feel_ast *left, int level) {
    enum token op = p->lex.token;
    size_t at = p->lex.start;
    if (op == T_BETWEEN)
        return between(p, left);
    if (op == T_IN)
        return in_tests(p, left);
    lex_next(&p->lex);
    struct feel_ast *right = binary(p, level + 1);
    switch (op) {
    case T_OR: return node2(p, AST_OR, at, 0, left, right);
    case T_AND: return node2(p, AST_AND, at, 0, left, right);
    case T_PLUS: return node2(p, AST_ARITH, at, '+', left, right);
    case T_MINUS: return node2(p, AST_ARITH, at, '-', left, right);
    case T_STAR: return node2(p, AST_ARITH, at, '*', left, right);
    case T_SLASH: return node2(p, AST_ARITH, at, '/', left, right);
    case T_POWER: return node2(p, AST_ARITH, at, '^', left, right);
    default: return node2(p, AST_COMPARE, at, compare_op(op), left, right);
    }
}

/* Left-associative operators of `level` and tighter. */
static struct feel_ast *binary(struct parser *p, int level) {
    if (++p->depth > FEEL_NEST_MAX)
        return failed(p, "feel.too_deep");
    struct feel_ast *n = level >= 7 ? unary(p) : NULL;
    if (level < 7)
        n = unary(p);
    for (unsigned chain = 0; n; chain++) {
        int l = level_of(p->lex.token);
        if (l == 0 || l < level)
            break;
        if (chain > 1000)
            return failed(p, "feel.too_complex");
        n = combine(p, n, l);
    }
    p->depth--;
    return n;
}

static struct feel_ast *expression(struct parser *p) { return binary(p, 0); }

/* ---- unary tests ------------------------------------------------------------------ */

static struct feel_ast *test_list(struct parser *p) {
    struct feel_ast *n = node(p, AST_TESTS, p->lex.start);
    if (!n)
        return NULL;
    do
        if (!add_item(p, n, one_test(p)))
            return NULL;
    while (accept(p, T_COMMA));
    return n;
}

static struct feel_ast *tests(struct parser *p) {
    struct lexer *l = &p->lex;
    if (is(p, T_MINUS) && lex_skip(l, l->end) >= l->text.size) {
        lex_next(l);
        return constant(p, 0, feel_bool(true));
    }
    /* not( … ) around the whole cell; a call of not() on an expression is the same. */
    if (is(p, T_NAME) && span_is(l->name, "not") && lex_skip(l, l->end) < l->text.size &&
        l->text.at[lex_skip(l, l->end)] == '(') {
        struct lexer before = *l;
        lex_next(l);
        lex_next(l);
        struct feel_ast *n = test_list(p);
        if (n && accept(p, T_RPAREN) && is(p, T_END)) {
            n->op = 1;
            return n;
        }
        size_t work = l->work;
        *l = before;
        l->work = work;
        p->error = NULL;
        p->depth = 0;
    }
    return test_list(p);
}

/* ---- types ------------------------------------------------------------------------- */

static struct feel_type *new_type(struct parser *p, enum feel_type_kind kind) {
    struct feel_type *t = ARENA_NEW(p->arena, struct feel_type);
    if (!t)
        return failed(p, "base.memory");
    t->kind = kind;
    return t;
}

static bool type_name_at(const struct parser *p, struct span name, size_t *ret_end) {
    struct span t = p->lex.text;
    size_t at = p->lex.start;
    for (size_t i = 0; i < name.size; i++) {
        if (name.at[i] == ' ') {
            size_t next = lex_skip(&p->lex, at);
            if (next == at)
                return false;
            at = next;
        } else if (at >= t.size || t.at[at++] != name.at[i]) {
            return false;
        }
    }
    if (at < t.size && feel_name_part((unsigned char)t.at[at]) && (unsigned char)t.at[at] < 0x80)
        return false;
    *ret_end = at;
    return true;
}

static const struct feel_type *named_type(struct parser *p) {
    static const char *const names[] = {"Any", "Null", "boolean", "number", "string", "date",
        "time", "date and time", "years and months duration", "year month duration",
        "days and time duration", "day time duration", "context", "list", "range", "function",
        "yearMonthDuration", "dayTimeDuration", "dateTime"};
    size_t best = 0, end;
    const struct feel_type *found = NULL;
    for (const struct feel_scope *s = p->lex.scope; s; s = s->outer)
        for (const struct feel_type_entry *e = s->type; e; e = e->next)
            if (type_name_at(p, e->name, &end) && end > best) {
                best = end;
                found = e->type;
            }
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (type_name_at(p, span_of(names[i]), &end) && end > best) {
            best = end;
            found = feel_type_builtin(span_of(names[i]));
        }
    if (!found)
        return failed(p, "feel.type_name");
    p->lex.at = best;
    lex_next(&p->lex);
    return found;
}

static const struct feel_type *function_type(struct parser *p, struct feel_type *t) {
    struct feel_field field[32];
    while (!is(p, T_GT)) {
        if (t->field_count == ARRAY_LEN(field))
            return failed(p, "feel.too_complex");
        memset(&field[t->field_count], 0, sizeof *field);
        if (!(field[t->field_count].type = type_expression(p)))
            return NULL;
        t->field_count++;
        if (!accept(p, T_COMMA))
            break;
    }
    struct feel_field *copy = ARENA_ARRAY(p->arena, t->field_count + 1, struct feel_field);
    if (!copy)
        return failed(p, "base.memory");
    memcpy(copy, field, t->field_count * sizeof *field);
    t->field = copy;
    t->any_field = false;
    if (!expect(p, T_GT) || !expect(p, T_ARROW))
        return NULL;
    return (t->element = type_expression(p)) ? t : NULL;
}

static const struct feel_type *context_type(struct parser *p, struct feel_type *t) {
    struct feel_field field[64];
    do {
        struct span name;
        if (t->field_count == ARRAY_LEN(field))
            return failed(p, "feel.too_complex");
        if (!key_name(p, &name))
            return failed(p, "feel.key");
        field[t->field_count].key = feel_key(name);
        if (!(field[t->field_count].type = type_expression(p)))
            return NULL;
        t->field_count++;
    } while (accept(p, T_COMMA));
    struct feel_field *copy = ARENA_ARRAY(p->arena, t->field_count + 1, struct feel_field);
    if (!copy)
        return failed(p, "base.memory");
    memcpy(copy, field, t->field_count * sizeof *field);
    t->field = copy;
    t->any_field = false;
    return expect(p, T_GT) ? t : NULL;
}

static const struct feel_type *type_expression(struct parser *p) {
    if (++p->depth > FEEL_NEST_MAX)
        return failed(p, "feel.too_deep");
    const struct feel_type *base = named_type(p);
    if (base && is(p, T_LT)) {
        struct feel_type *t = new_type(p, base->kind);
        if (!t)
            return NULL;
        lex_next(&p->lex);
        if (base->kind == FEEL_TYPE_LIST || base->kind == FEEL_TYPE_RANGE) {
            t->element = type_expression(p);
            base = t->element && expect(p, T_GT) ? t : NULL;
        } else if (base->kind == FEEL_TYPE_CONTEXT) {
            base = context_type(p, t);
        } else if (base->kind == FEEL_TYPE_FUNCTION) {
            base = function_type(p, t);
        } else {
            base = failed(p, "feel.type_name");
        }
    }
    p->depth--;
    return base;
}

/* ---- entry -------------------------------------------------------------------------- */

static enum status parse_status(struct parser *p, struct diag *d) {
    if (!p->error)
        return OK;
    enum status s = strcmp(p->error, "base.memory") == 0 ? E_LIMIT : E_INPUT;
    size_t n = p->lex.text.size - p->error_at;
    struct span near = {p->lex.text.at + p->error_at, n > 40 ? 40 : n};
    if (d)
        d->where[0] = 0;
    diag_fail(d, s, p->error, DIAG_N("offset", p->error_at), DIAG_SPAN("near", near));
    return s;
}

enum status feel_parse(struct arena *a, const struct feel_scope *scope, struct span text,
    enum feel_parse_mode mode, struct feel_ast **ret, struct diag *d) {
    if (text.size > FEEL_TEXT_MAX)
        return diag_fail(d, E_LIMIT, "feel.text_size", DIAG_N("limit", FEEL_TEXT_MAX));
    struct parser p = {.arena = a};
    p.lex.arena = a;
    p.lex.text = text;
    p.lex.scope = scope;
    p.props = push_scope(&p);
    if (!p.props)
        return arena_full(d);
    lex_next(&p.lex);
    struct feel_ast *n = NULL;
    if (mode == PARSE_TYPE) {
        const struct feel_type *t = type_expression(&p);
        if (t && (n = node(&p, AST_INSTANCE, 0))) {
            n->type = (const struct feel_type **)ARENA_ARRAY(a, 1, struct feel_type *);
            if (n->type)
                n->type[0] = t;
            else
                n = NULL;
        }
    } else {
        n = mode == PARSE_TESTS ? tests(&p) : one_test(&p);
    }
    if (n && !is(&p, T_END))
        failed(&p, "feel.syntax");
    if (!n)
        failed(&p, "feel.syntax");
    enum status s = parse_status(&p, d);
    if (s == OK)
        *ret = n;
    return s;
}
