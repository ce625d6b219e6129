/* Recursive descent over the tokens of lex.c (DMN 1.5 10.3.1.2).
 *
 * Binary operators climb by precedence in one function, so that nesting, not
 * the grammar's layers, is what uses stack; FEEL_NEST_MAX bounds it. */
#include "feel/parse_internal.h"

#include "base/utf8.h"

/* ---- what follows a primary ---------------------------------------------------- */

static struct feel_ast *call(struct parser *p, struct feel_ast *callee) {
    struct feel_ast *n = parse_node(p, AST_CALL, p->lex.start);
    if (!n)
        return NULL;
    n->offset = callee->offset;
    n->a = callee;
    lex_next(&p->lex);
    if (parse_accept(p, T_RPAREN))
        return n;
    bool named = false;
    do {
        struct span key;
        bool has_key = parse_key_name(p, &key);
        if (p->error || (n->count > 0 && has_key != named))
            return parse_failed(p, "feel.named_arguments");
        named = has_key;
        if (named && !parse_add_name(p, n, key))
            return NULL;
        if (!parse_add_item(p, n, parse_one_test(p)))
            return NULL;
    } while (parse_accept(p, T_COMMA));
    return parse_expect(p, T_RPAREN) ? n : NULL;
}

static struct feel_ast *path(struct parser *p, struct feel_ast *of) {
    p->lex.after_dot = true;
    lex_next(&p->lex);
    p->lex.after_dot = false;
    if (!parse_is(p, T_NAME))
        return parse_failed(p, "feel.property");
    struct feel_ast *n = parse_node(p, AST_PATH, p->lex.start);
    if (!n)
        return NULL;
    n->a = of;
    n->text = p->lex.name;
    lex_next(&p->lex);
    return n;
}

static struct feel_ast *filter(struct parser *p, struct feel_ast *of) {
    struct feel_ast *n = parse_node(p, AST_FILTER, p->lex.start);
    struct feel_scope *s = parse_push_scope(p);
    if (!n || !s)
        return NULL;
    s->dynamic = true;
    if (!parse_bind(p, SPAN("item")))
        return NULL;
    lex_next(&p->lex);
    n->a = of;
    n->b = parse_expression(p);
    parse_pop_scope(p);
    return n->b && parse_expect(p, T_RBRACKET) ? n : NULL;
}

static struct feel_ast *postfix(struct parser *p) {
    struct feel_ast *n = parse_primary(p);
    for (unsigned chain = 0; n; chain++) {
        if (chain > 1000) /* a.b.c… is a deep tree though a flat text */
            return parse_failed(p, "feel.too_complex");
        if (parse_is(p, T_DOT))
            n = path(p, n);
        else if (parse_is(p, T_LPAREN))
            n = call(p, n);
        else if (parse_is(p, T_LBRACKET) && !parse_closes_range(p))
            n = filter(p, n);
        else
            break;
    }
    return n;
}

static struct feel_ast *instance_of(struct parser *p, struct feel_ast *n) {
    lex_next(&p->lex);
    if (!parse_is(p, T_NAME) || !span_is(p->lex.name, "of"))
        return parse_failed(p, "feel.syntax");
    struct feel_ast *i = parse_node(p, AST_INSTANCE, n->offset);
    lex_next(&p->lex);
    if (!i)
        return NULL;
    i->a = n;
    i->type = (const struct feel_type **)ARENA_ARRAY(p->arena, 1, struct feel_type *);
    if (!i->type)
        return parse_failed(p, "base.memory");
    p->bare_type = p->unknown_type = false;
    p->instance = true;
    size_t from = p->lex.start;
    i->type[0] = parse_type(p);
    p->instance = false;
    if (i->type[0] && (p->bare_type || p->unknown_type)) /* no node of the lattice: null (table 61) */
        parse_null(i, p->unknown_type ? NULL_TYPE_NAME : NULL_TYPE, (struct span){p->lex.text.at + from, p->lex.start - from});
    return i->type[0] ? i : NULL;
}

static struct feel_ast *instances(struct parser *p, struct feel_ast *n) {
    while (n && parse_is(p, T_INSTANCE))
        n = instance_of(p, n);
    return n;
}

static struct feel_ast *unary(struct parser *p) {
    size_t at = p->lex.start;
    if (parse_is(p, T_MINUS)) {
        lex_next(&p->lex);
        if (parse_is(p, T_NUMBER)) { /* the sign belongs to the literal (rule 37) */
            p->lex.number = dec_neg(p->lex.number);
            return instances(p, postfix(p));
        }
        if (++p->depth > FEEL_NEST_MAX)
            return parse_failed(p, "feel.too_deep");
        struct feel_ast *a = unary(p);
        p->depth--;
        if (!a)
            return NULL;
        struct feel_ast *n = parse_node(p, AST_NEGATE, at);
        if (n)
            n->a = a;
        return n;
    }
    return instances(p, postfix(p));
}

/* ---- operators ------------------------------------------------------------------ */

struct feel_ast *parse_one_test(struct parser *p) {
    int op = parse_compare_op(p->lex.token);
    if (op < 0)
        return parse_expression(p);
    struct feel_ast *n = parse_node(p, AST_TEST, p->lex.start);
    lex_next(&p->lex);
    if (!n)
        return NULL;
    n->op = op;
    n->a = parse_binary(p, 4);
    return n->a ? n : NULL;
}

static struct feel_ast *in_tests(struct parser *p, struct feel_ast *value) {
    struct feel_ast *n = parse_node(p, AST_IN, p->lex.start);
    if (!n)
        return NULL;
    n->a = value;
    n->op = !p->cell;
    lex_next(&p->lex);
    if (!parse_is(p, T_LPAREN)) {
        int op = parse_compare_op(p->lex.token);
        return parse_add_item(p, n, op >= 0 ? parse_one_test(p) : parse_binary(p, 4)) ? n : NULL;
    }
    size_t at = p->lex.start;
    lex_next(&p->lex);
    struct feel_ast *first = parse_one_test(p);
    if (first && parse_accept(p, T_DOTS))
        first = parse_range_rest(p, at, false, first);
    else {
        if (!parse_add_item(p, n, first))
            return NULL;
        while (parse_accept(p, T_COMMA))
            if (!parse_add_item(p, n, parse_one_test(p)))
                return NULL;
        return parse_expect(p, T_RPAREN) ? n : NULL;
    }
    return parse_add_item(p, n, first) ? n : NULL;
}

static struct feel_ast *between(struct parser *p, struct feel_ast *value) {
    struct feel_ast *n = parse_node(p, AST_BETWEEN, p->lex.start);
    lex_next(&p->lex);
    if (!n || !(n->b = parse_binary(p, 4)) || !parse_expect(p, T_AND) || !(n->c = parse_binary(p, 4)))
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
    struct feel_ast *right = parse_binary(p, level + 1);
    switch (op) {
    case T_OR: return parse_node2(p, AST_OR, at, 0, left, right);
    case T_AND: return parse_node2(p, AST_AND, at, 0, left, right);
    case T_PLUS: return parse_node2(p, AST_ARITH, at, '+', left, right);
    case T_MINUS: return parse_node2(p, AST_ARITH, at, '-', left, right);
    case T_STAR: return parse_node2(p, AST_ARITH, at, '*', left, right);
    case T_SLASH: return parse_node2(p, AST_ARITH, at, '/', left, right);
    case T_POWER: return parse_node2(p, AST_ARITH, at, '^', left, right);
    default: return parse_node2(p, AST_COMPARE, at, parse_compare_op(op), left, right);
    }
}

/* Left-associative operators of `level` and tighter. */
struct feel_ast *parse_binary(struct parser *p, int level) {
    if (++p->depth > FEEL_NEST_MAX)
        return parse_failed(p, "feel.too_deep");
    struct feel_ast *n = level >= 7 ? unary(p) : NULL;
    if (level < 7)
        n = unary(p);
    for (unsigned chain = 0; n; chain++) {
        int l = level_of(p->lex.token);
        if (l == 0 || l < level)
            break;
        if (chain > 1000)
            return parse_failed(p, "feel.too_complex");
        n = combine(p, n, l);
    }
    p->depth--;
    return n;
}

struct feel_ast *parse_expression(struct parser *p) { return parse_binary(p, 0); }

/* ---- unary tests ------------------------------------------------------------------ */

static struct feel_ast *test_list(struct parser *p) {
    struct feel_ast *n = parse_node(p, AST_TESTS, p->lex.start);
    if (!n)
        return NULL;
    do
        if (!parse_add_item(p, n, parse_one_test(p)))
            return NULL;
    while (parse_accept(p, T_COMMA));
    return n;
}

static struct feel_ast *tests(struct parser *p) {
    struct lexer *l = &p->lex;
    if (parse_is(p, T_MINUS) && lex_skip(l, l->end) >= l->text.size) {
        lex_next(l);
        return parse_constant(p, 0, feel_bool(true));
    }
    /* not( … ) around the whole cell; a call of not() on an expression is the same. */
    if (parse_is(p, T_NAME) && span_is(l->name, "not") && lex_skip(l, l->end) < l->text.size &&
        l->text.at[lex_skip(l, l->end)] == '(') {
        struct lexer before = *l;
        lex_next(l);
        lex_next(l);
        struct feel_ast *n = test_list(p);
        if (n && parse_accept(p, T_RPAREN) && parse_is(p, T_END)) {
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

/* ---- entry -------------------------------------------------------------------------- */

enum status feel_parse(struct arena *a, const struct feel_scope *scope, struct span text,
    enum feel_parse_mode mode, struct feel_ast **ret, struct diag *d) {
    if (text.size > FEEL_TEXT_MAX)
        return diag_fail(d, E_LIMIT, "feel.text_size", DIAG_N("limit", FEEL_TEXT_MAX));
    if (!utf8_valid(text)) /* a model's is; an expression from elsewhere may be anything */
        return diag_fail(d, E_INPUT, "feel.utf8");
    struct parser p = {.arena = a, .cell = mode == PARSE_TESTS};
    p.lex.arena = a;
    p.lex.text = text;
    p.lex.scope = scope;
    p.props = parse_push_scope(&p);
    if (!p.props)
        return arena_full(d);
    lex_next(&p.lex);
    struct feel_ast *n = NULL;
    if (mode == PARSE_TYPE) {
        const struct feel_type *t = parse_type(&p);
        if (t && (n = parse_node(&p, AST_INSTANCE, 0))) {
            n->type = (const struct feel_type **)ARENA_ARRAY(a, 1, struct feel_type *);
            if (n->type)
                n->type[0] = t;
            else
                n = NULL;
        }
    } else {
        n = mode == PARSE_TESTS ? tests(&p) : mode == PARSE_DOMAIN ? parse_domain(&p) : parse_one_test(&p);
    }
    if (n && !parse_is(&p, T_END))
        parse_failed(&p, "feel.syntax");
    if (!n)
        parse_failed(&p, "feel.syntax");
    enum status s = parse_status(&p, d);
    if (s == OK)
        *ret = n;
    return s;
}
