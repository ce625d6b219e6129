/* Tokens, made on demand: what a name is depends on the names in scope. */
#ifndef FEEL_LEX_H
#define FEEL_LEX_H

#include "feel/ast.h"

enum token {
    T_END, T_ERROR, T_NUMBER, T_STRING, T_AT, T_NAME, T_INPUT,
    /* keywords */
    T_IF, T_THEN, T_ELSE, T_FOR, T_IN, T_RETURN, T_SOME, T_EVERY, T_SATISFIES,
    T_AND, T_OR, T_BETWEEN, T_INSTANCE, T_FUNCTION, T_EXTERNAL, T_TRUE, T_FALSE, T_NULL,
    /* signs */
    T_PLUS, T_MINUS, T_STAR, T_SLASH, T_POWER, T_EQ, T_NE, T_LT, T_LE, T_GT, T_GE,
    T_LPAREN, T_RPAREN, T_LBRACKET, T_RBRACKET, T_LBRACE, T_RBRACE,
    T_COMMA, T_COLON, T_DOT, T_DOTS, T_ARROW
};

struct lexer {
    struct arena *arena;
    struct span text;
    const struct feel_scope *scope;
    size_t at;          /* where the next token is looked for */
    size_t work;        /* tokens made; bounded */
    enum token token;
    size_t start, end;  /* of the token */
    struct span name;   /* T_NAME: normalised */
    struct span string; /* T_STRING, T_AT: decoded */
    struct dec number;
    const char *error;  /* catalogue key of T_ERROR */
    bool after_dot;     /* property names are looked for */
};

void lex_next(struct lexer *l);
/* Reads the current token again, after the scope changed. */
void lex_again(struct lexer *l);
size_t lex_skip(const struct lexer *l, size_t at); /* white space and comments */
/* The text up to a ':' when only name characters are before it; 0: none. */
size_t lex_key(const struct lexer *l, size_t at);

#endif
