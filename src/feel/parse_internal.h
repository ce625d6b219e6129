/* The parser's state and the small tools its rooms share:
 *   parse_node.c     tokens, tree nodes, names
 *   parse_primary.c  literals, brackets, constructs that start with a word
 *   parse.c          what follows a primary, operators, unary tests, entry
 *   parse_type.c     type expressions
 *   parse_error.c    what is told of a text that does not parse */
#ifndef FEEL_PARSE_INTERNAL_H
#define FEEL_PARSE_INTERNAL_H

#include "feel/lex.h"

struct parser {
    struct lexer lex;
    struct arena *arena;
    struct feel_scope *props; /* this text's scope: keys seen, for paths */
    int depth;
    bool cell; /* unary tests are read: `?` is their input */
    const char *error;
    size_t error_at;
    bool instance;     /* reading the type of `instance of`: an unknown name is null when it runs */
    bool unknown_type; /* such a name was read */
    bool bare_type; /* a list, range, context or function without its parameters was read (rule 54) */
};

/* parse_node.c: NULL or false means that the error is kept. */
void *parse_failed(struct parser *p, const char *code);
static inline bool parse_is(const struct parser *p, enum token t) { return p->lex.token == t; }
static inline bool parse_accept(struct parser *p, enum token t) {
    if (p->lex.token != t)
        return false;
    lex_next(&p->lex);
    return true;
}
bool parse_expect(struct parser *p, enum token t);
struct feel_ast *parse_node(struct parser *p, enum feel_ast_kind kind, size_t at);
struct feel_ast *parse_node2(struct parser *p, enum feel_ast_kind kind, size_t at, int op,
    struct feel_ast *a, struct feel_ast *b);
struct feel_ast *parse_constant(struct parser *p, size_t at, struct feel_value v);
/* Makes of `n` a null that says why whenever it is read. */
void parse_null(struct feel_ast *n, enum feel_null_why why, struct span about);
/* Lists of children grow by doubling in the arena. */
bool parse_add_item(struct parser *p, struct feel_ast *n, struct feel_ast *item);
/* Called before parse_add_item of the same index. */
bool parse_add_name(struct parser *p, struct feel_ast *n, struct span name);
struct feel_scope *parse_push_scope(struct parser *p);
static inline void parse_pop_scope(struct parser *p) { p->lex.scope = p->lex.scope->outer; }
bool parse_bind(struct parser *p, struct span name);
/* A name followed by ':' (context key, named argument, parameter). */
bool parse_key_name(struct parser *p, struct span *ret);
/* A name that ends at a word or sign: `for x y in`, `function(a b, c)`. */
bool parse_raw_name(struct parser *p, struct span *ret, const char *word, const char *signs);

/* parse_primary.c */
struct feel_ast *parse_primary(struct parser *p);
/* Is this '[' the end of a half-open range rather than a filter? */
bool parse_closes_range(const struct parser *p);
struct feel_ast *parse_range_rest(struct parser *p, size_t at, bool closed, struct feel_ast *from);
int parse_compare_op(enum token t); /* enum feel_cmp, -1: none */

/* parse.c */
struct feel_ast *parse_expression(struct parser *p);
struct feel_ast *parse_binary(struct parser *p, int level);
/* A test in a place where a value may also stand: `<5`, `=x`, or an expression. */
struct feel_ast *parse_one_test(struct parser *p);

/* parse_type.c */
const struct feel_type *parse_type(struct parser *p);

struct feel_ast *parse_domain(struct parser *p);

/* parse_error.c: OK, or the kept error in `d`. */
enum status parse_status(struct parser *p, struct diag *d);

#endif
