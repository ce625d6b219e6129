/* Tokens, nodes and names for the parser. */
#include "feel/parse_internal.h"

void *parse_failed(struct parser *p, const char *code) {
    if (!p->error) {
        p->error = p->lex.token == T_ERROR ? p->lex.error : code;
        p->error_at = p->lex.start;
    }
    return NULL;
}

bool parse_expect(struct parser *p, enum token t) {
    if (parse_accept(p, t))
        return true;
    parse_failed(p, "feel.syntax");
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

struct feel_ast *parse_node(struct parser *p, enum feel_ast_kind kind, size_t at) {
    struct feel_ast *n = feel_ast_new(p->arena, kind, (uint32_t)at);
    return n ? n : parse_failed(p, "base.memory");
}

struct feel_ast *parse_node2(struct parser *p, enum feel_ast_kind kind, size_t at, int op,
    struct feel_ast *a, struct feel_ast *b) {
    if (!a || !b)
        return NULL;
    struct feel_ast *n = parse_node(p, kind, at);
    if (n) {
        n->op = op;
        n->a = a;
        n->b = b;
    }
    return n;
}

struct feel_ast *parse_constant(struct parser *p, size_t at, struct feel_value v) {
    struct feel_ast *n = parse_node(p, AST_CONST, at);
    if (n)
        n->value = v;
    return n;
}

void parse_null(struct feel_ast *n, enum feel_null_why why, struct span about) {
    while (about.size && feel_blank(about.at[about.size - 1]))
        about.size--;
    n->kind = AST_CONST;
    n->value = feel_null();
    n->value.flag = FEEL_FLAG_ERROR;
    n->op = (int)why;
    n->text = about;
}

bool parse_add_item(struct parser *p, struct feel_ast *n, struct feel_ast *item) {
    if (!item)
        return false;
    if ((n->count & (n->count + 1)) == 0) {
        struct feel_ast **more = ARENA_ARRAY(p->arena, (n->count + 1) * 2, struct feel_ast *);
        if (!more)
            return parse_failed(p, "base.memory"), false;
        if (n->count)
            memcpy(more, n->item, n->count * sizeof *more);
        n->item = more;
    }
    n->item[n->count++] = item;
    return true;
}

bool parse_add_name(struct parser *p, struct feel_ast *n, struct span name) {
    if ((n->count & (n->count + 1)) == 0) {
        struct span *more = ARENA_ARRAY(p->arena, (n->count + 1) * 2, struct span);
        const struct feel_type **types =
            (const struct feel_type **)ARENA_ARRAY(p->arena, (n->count + 1) * 2, struct feel_type *);
        if (!more || !types)
            return parse_failed(p, "base.memory"), false;
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

struct feel_scope *parse_push_scope(struct parser *p) {
    struct feel_scope *s = feel_scope_new(p->arena, p->lex.scope);
    if (!s)
        return parse_failed(p, "base.memory");
    p->lex.scope = s;
    return s;
}

bool parse_bind(struct parser *p, struct span name) {
    struct feel_scope *s = (struct feel_scope *)p->lex.scope;
    return feel_scope_local(s, name) || (parse_failed(p, "base.memory"), false);
}

bool parse_key_name(struct parser *p, struct span *ret) {
    size_t colon = lex_key(&p->lex, p->lex.start);
    if (!colon)
        return false;
    size_t from = lex_skip(&p->lex, p->lex.start);
    *ret = feel_name_normal(p->arena, (struct span){p->lex.text.at + from, colon - from});
    p->lex.at = colon + 1;
    lex_next(&p->lex);
    return ret->at != NULL;
}

bool parse_raw_name(struct parser *p, struct span *ret, const char *word, const char *signs) {
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
        return parse_failed(p, "feel.name"), false;
    p->lex.at = at;
    lex_next(&p->lex);
    return true;
}
