/* Literals, brackets and the constructs that start with a word. */
#include "feel/parse_internal.h"

/* ---- constructs that start with a word -------------------------------------- */

static struct feel_ast *if_expression(struct parser *p) {
    struct feel_ast *n = parse_node(p, AST_IF, p->lex.start);
    lex_next(&p->lex);
    if (!n || !(n->a = parse_expression(p)) || !parse_expect(p, T_THEN) || !(n->b = parse_expression(p)) ||
        !parse_expect(p, T_ELSE) || !(n->c = parse_expression(p)))
        return NULL;
    return n;
}

struct feel_ast *parse_domain(struct parser *p) {
    size_t at = p->lex.start;
    struct feel_ast *from = parse_binary(p, 0);
    if (!from || !parse_is(p, T_DOTS))
        return from;
    lex_next(&p->lex);
    return parse_node2(p, AST_RANGE, at, 3 | 4, from, parse_binary(p, 0));
}

static struct feel_ast *iteration(struct parser *p, enum feel_ast_kind kind, enum token before_body) {
    struct feel_ast *n = parse_node(p, kind, p->lex.start);
    if (!n || !parse_push_scope(p))
        return NULL;
    /* The variable's name is read raw, so the token after the word is not used. */
    p->lex.at = p->lex.end;
    do {
        struct span name;
        p->lex.start = lex_skip(&p->lex, p->lex.at);
        if (!parse_raw_name(p, &name, "in", ",:"))
            return NULL;
        const struct feel_type *type = NULL;
        if (parse_is(p, T_COLON)) {
            lex_next(&p->lex);
            if (!(type = parse_type(p)))
                return NULL;
        }
        if (!parse_expect(p, T_IN))
            return NULL;
        struct feel_ast *domain = parse_domain(p);
        if (!domain || !parse_add_name(p, n, name))
            return NULL;
        n->type[n->count] = type;
        if (!parse_add_item(p, n, domain) || !parse_bind(p, name))
            return NULL;
        if (!parse_is(p, T_COMMA))
            break;
        p->lex.at = p->lex.end;
    } while (true);
    if (kind == AST_FOR && !parse_bind(p, SPAN("partial")))
        return NULL;
    if (!parse_is(p, before_body))
        return parse_failed(p, "feel.syntax");
    lex_next(&p->lex);
    if (!(n->a = parse_expression(p)))
        return NULL;
    parse_pop_scope(p);
    lex_again(&p->lex);
    return n;
}

static struct feel_ast *function_definition(struct parser *p) {
    struct feel_ast *n = parse_node(p, AST_FUNCTION, p->lex.start);
    lex_next(&p->lex);
    if (!n || !parse_push_scope(p) || !parse_is(p, T_LPAREN))
        return parse_failed(p, "feel.syntax");
    p->lex.at = p->lex.end;
    p->lex.start = lex_skip(&p->lex, p->lex.at);
    if (p->lex.start < p->lex.text.size && p->lex.text.at[p->lex.start] == ')') {
        lex_next(&p->lex);
    } else {
        do {
            struct span name;
            if (!parse_raw_name(p, &name, "", ",:)"))
                return NULL;
            const struct feel_type *type = NULL;
            if (parse_accept(p, T_COLON) && !(type = parse_type(p)))
                return NULL;
            if (!parse_add_name(p, n, name))
                return NULL;
            n->type[n->count] = type;
            n->count++; /* names without items: keep the doubling in step */
            if (!parse_bind(p, name))
                return NULL;
            if (!parse_is(p, T_COMMA))
                break;
            p->lex.at = p->lex.end;
            p->lex.start = lex_skip(&p->lex, p->lex.at);
        } while (true);
    }
    if (!parse_expect(p, T_RPAREN))
        return NULL;
    if (parse_accept(p, T_EXTERNAL)) {
        if (!parse_expression(p))
            return NULL;
        n->op = 1; /* external functions are not run: calling one is null */
        n->a = parse_constant(p, n->offset, feel_null());
    } else {
        lex_again(&p->lex);
        n->a = parse_expression(p);
    }
    parse_pop_scope(p);
    lex_again(&p->lex);
    return n->a ? n : NULL;
}

/* ---- brackets ---------------------------------------------------------------- */

bool parse_closes_range(const struct parser *p) {
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

struct feel_ast *parse_range_rest(struct parser *p, size_t at, bool closed, struct feel_ast *from) {
    struct feel_ast *to = parse_binary(p, 0);
    if (!to)
        return NULL;
    int op = closed ? 1 : 0;
    if (parse_is(p, T_RBRACKET))
        op |= 2;
    else if (!parse_is(p, T_RPAREN) && !parse_is(p, T_LBRACKET))
        return parse_failed(p, "feel.syntax");
    lex_next(&p->lex);
    return parse_node2(p, AST_RANGE, at, op, from, to);
}

static struct feel_ast *list_or_range(struct parser *p) {
    size_t at = p->lex.start;
    lex_next(&p->lex);
    struct feel_ast *n = parse_node(p, AST_LIST, at);
    if (!n || parse_accept(p, T_RBRACKET))
        return n;
    struct feel_ast *first = parse_one_test(p);
    if (!first)
        return NULL;
    if (parse_accept(p, T_DOTS))
        return parse_range_rest(p, at, true, first);
    if (!parse_add_item(p, n, first))
        return NULL;
    while (parse_accept(p, T_COMMA))
        if (!parse_add_item(p, n, parse_one_test(p)))
            return NULL;
    return parse_expect(p, T_RBRACKET) ? n : NULL;
}

int parse_compare_op(enum token t) {
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
    struct feel_ast *n = parse_one_test(p);
    if (!n)
        return NULL;
    if (parse_accept(p, T_DOTS))
        return parse_range_rest(p, at, false, n);
    return parse_expect(p, T_RPAREN) ? n : NULL;
}

static struct feel_ast *context(struct parser *p) {
    struct feel_ast *n = parse_node(p, AST_CONTEXT, p->lex.start);
    if (!n || !parse_push_scope(p))
        return NULL;
    lex_next(&p->lex);
    if (!parse_is(p, T_RBRACE)) {
        do {
            struct span key;
            if (parse_is(p, T_STRING)) {
                key = p->lex.string;
                lex_next(&p->lex);
                if (!parse_expect(p, T_COLON))
                    return NULL;
            } else if (!parse_key_name(p, &key)) {
                return parse_failed(p, "feel.key");
            }
            struct feel_ast *v = parse_expression(p);
            if (!v || !parse_add_name(p, n, key) || !parse_add_item(p, n, v) || !parse_bind(p, key))
                return NULL;
            if (!feel_scope_property(p->props, key))
                return parse_failed(p, "base.memory");
        } while (parse_accept(p, T_COMMA));
    }
    parse_pop_scope(p);
    return parse_expect(p, T_RBRACE) ? n : NULL;
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
    struct feel_ast *n = parse_constant(p, p->lex.start, v);
    if (n && feel_is_null(v))
        parse_null(n, NULL_LITERAL, s);
    lex_next(&p->lex);
    return n;
}

struct feel_ast *parse_primary(struct parser *p) {
    struct lexer *l = &p->lex;
    size_t at = l->start;
    struct feel_ast *n = NULL;
    switch (l->token) {
    case T_NUMBER: n = parse_constant(p, at, feel_number(l->number)); break;
    case T_STRING: n = parse_constant(p, at, feel_string(l->string)); break;
    case T_TRUE: n = parse_constant(p, at, feel_bool(true)); break;
    case T_FALSE: n = parse_constant(p, at, feel_bool(false)); break;
    case T_NULL: n = parse_constant(p, at, feel_null()); break;
    case T_INPUT: n = parse_node(p, AST_INPUT, at); break;
    case T_NAME:
        n = parse_node(p, AST_NAME, at);
        if (n)
            n->text = l->name;
        break;
    case T_AT: return at_literal(p);
    case T_LPAREN: return parenthesis(p);
    case T_LBRACKET: return list_or_range(p);
    case T_RBRACKET: {
        lex_next(l);
        struct feel_ast *from = parse_binary(p, 0);
        return from && parse_expect(p, T_DOTS) ? parse_range_rest(p, at, false, from) : NULL;
    }
    case T_LBRACE: return context(p);
    case T_IF: return if_expression(p);
    case T_FOR: return iteration(p, AST_FOR, T_RETURN);
    case T_SOME: return iteration(p, AST_SOME, T_SATISFIES);
    case T_EVERY: return iteration(p, AST_EVERY, T_SATISFIES);
    case T_FUNCTION: return function_definition(p);
    default: return parse_failed(p, "feel.syntax");
    }
    lex_next(l);
    return n;
}
