/* Boxed expressions as FEEL trees (DMN 1.5 10.2), so that one compiler and one
 * machine serve both notations. */
#include "dmn/internal.h"

struct span dmn_child_text(const struct xml *e, const char *name) {
    const struct xml *c = e ? xml_child(e, name) : NULL;
    return c ? c->text : (struct span){0};
}

static void *stop(struct dmn_loader *l) {
    l->status = E_LIMIT;
    return NULL;
}

static struct feel_ast *node(struct dmn_loader *l, enum feel_ast_kind kind) {
    struct feel_ast *n = feel_ast_new(l->arena, kind, 0);
    return n ? n : stop(l);
}

static struct feel_ast *null_ast(struct dmn_loader *l, bool error) {
    struct feel_ast *n = node(l, AST_CONST);
    if (n && error) {
        n->value.flag = FEEL_FLAG_ERROR;
        n->op = NULL_LOGIC;
    }
    return n;
}

static bool children(struct dmn_loader *l, struct feel_ast *n, size_t count, bool names) {
    n->item = ARENA_ARRAY(l->arena, count + 1, struct feel_ast *);
    if (names) {
        n->name = ARENA_ARRAY(l->arena, count + 1, struct span);
        n->type = (const struct feel_type **)ARENA_ARRAY(l->arena, count + 1, struct feel_type *);
    }
    if (!n->item || (names && (!n->name || !n->type)))
        return stop(l), false;
    return true;
}

static size_t count_children(const struct xml *e, const char *name) {
    size_t n = 0;
    for (const struct xml *c = xml_child(e, name); c; c = xml_next(c, name))
        n++;
    return n;
}

struct feel_ast *dmn_coerced(struct dmn_loader *l, struct feel_ast *ast, const struct feel_type *t) {
    if (!ast || !t)
        return ast;
    struct feel_ast *n = node(l, AST_COERCE);
    if (!n)
        return NULL;
    n->a = ast;
    n->type = (const struct feel_type **)ARENA_ARRAY(l->arena, 1, struct feel_type *);
    if (!n->type)
        return stop(l);
    n->type[0] = t;
    return n;
}

bool dmn_is_feel(struct span language) {
    static const char feel[] = "feel";
    bool blank = true;
    for (size_t i = 0; i < language.size; i++) {
        if (i + strlen(feel) <= language.size && strncasecmp(language.at + i, feel, strlen(feel)) == 0)
            return true;
        blank = blank && feel_blank(language.at[i]);
    }
    return blank;
}

/* The text's own, else the model's (DMN 1.5 7.3.1). */
static struct span language_of(const struct dmn_loader *l, const struct xml *e) {
    struct span own = xml_attr(e, "expressionLanguage");
    return own.size ? own : xml_attr(l->model->xml, "expressionLanguage");
}

/* A faulty text, or one of another language, is null with an error; the problem is listed. */
struct feel_ast *dmn_text(struct dmn_loader *l, const struct feel_scope *scope, const struct xml *e,
    struct span text, enum feel_parse_mode mode) {
    struct feel_ast *ast;
    struct diag d = {0};
    if (!dmn_is_feel(language_of(l, e))) {
        diag_fail(&d, E_INPUT, "dmn.language", DIAG_SPAN("language", language_of(l, e)));
        dmn_problem_add(l, &d, e);
        return null_ast(l, true);
    }
    enum status s = feel_parse(l->arena, scope, text, mode, &ast, &d);
    if (s == OK) {
        struct dmn_source *source = vec_push_in(l->arena, &l->sources);
        if (!source)
            return stop(l);
        *source = (struct dmn_source){ast, e, text};
        return ast;
    }
    if (s == E_LIMIT && strcmp(d.code, "base.memory") == 0)
        return stop(l);
    dmn_problem_add(l, &d, e);
    return null_ast(l, true);
}

static bool blank(struct span s) {
    for (size_t i = 0; i < s.size; i++)
        if (!feel_blank(s.at[i]))
            return false;
    return true;
}

static const char *const boxed_names[] = {"literalExpression", "decisionTable", "context",
    "invocation", "functionDefinition", "relation", "list", "conditional", "filter", "for", "some", "every"};

const struct xml *dmn_boxed_child(const struct xml *parent) {
    for (const struct xml *c = parent ? parent->child : NULL; c; c = c->next)
        for (size_t i = 0; i < ARRAY_LEN(boxed_names); i++)
            if (span_is(c->name, boxed_names[i]))
                return c;
    return NULL;
}

/* The expression wrapped by a child (`in`, `return`, …). */
static struct feel_ast *inside(struct dmn_loader *l, struct feel_scope *scope, const struct xml *e, const char *name) {
    const struct xml *c = dmn_boxed_child(xml_child(e, name));
    return c ? dmn_boxed(l, scope, c) : null_ast(l, true);
}

static struct span variable_name(struct dmn_loader *l, const struct xml *e) {
    const struct xml *v = xml_child(e, "variable");
    struct span name = v ? xml_attr(v, "name") : (struct span){0};
    return name.size ? feel_name_normal(l->arena, name) : name;
}

static struct feel_ast *context(struct dmn_loader *l, struct feel_scope *outer, const struct xml *e) {
    struct feel_scope *scope = feel_scope_new(l->arena, outer);
    struct feel_ast *n = node(l, AST_CONTEXT);
    if (!scope || !n || !children(l, n, count_children(e, "contextEntry"), true))
        return stop(l);
    for (const struct xml *c = xml_child(e, "contextEntry"); c; c = xml_next(c, "contextEntry")) {
        const struct xml *boxed = dmn_boxed_child(c), *v = xml_child(c, "variable");
        struct span name = variable_name(l, c);
        struct feel_ast *value = boxed ? dmn_boxed(l, scope, boxed) : null_ast(l, false);
        if (!value)
            return NULL;
        value = dmn_coerced(l, value, v ? dmn_type_ref(l, xml_attr(v, "typeRef")) : NULL);
        if (!name.size) { /* the last entry without a name is the result */
            n->b = value;
            break;
        }
        if (!feel_scope_local(scope, name) || !feel_scope_property(l->model->scope, name))
            return stop(l);
        n->name[n->count] = name;
        n->item[n->count++] = value;
    }
    return n;
}

static struct feel_ast *invocation(struct dmn_loader *l, struct feel_scope *scope, const struct xml *e) {
    const struct xml *callee = dmn_boxed_child(e);
    struct feel_ast *n = node(l, AST_CALL);
    if (!callee || !n || !children(l, n, count_children(e, "binding"), true))
        return callee ? stop(l) : null_ast(l, true);
    n->a = dmn_boxed(l, scope, callee);
    for (const struct xml *b = xml_child(e, "binding"); b; b = xml_next(b, "binding")) {
        const struct xml *p = xml_child(b, "parameter"), *boxed = dmn_boxed_child(b);
        if (!p)
            continue;
        n->name[n->count] = feel_name_normal(l->arena, xml_attr(p, "name"));
        n->item[n->count] = boxed ? dmn_boxed(l, scope, boxed) : null_ast(l, false);
        if (!n->item[n->count++])
            return NULL;
    }
    if (!n->count)
        n->name = NULL;
    return n->a ? n : NULL;
}

struct feel_ast *dmn_function(struct dmn_loader *l, struct feel_scope *outer, const struct xml *e) {
    struct feel_scope *scope = feel_scope_new(l->arena, outer);
    struct feel_ast *n = node(l, AST_FUNCTION);
    if (!scope || !n || !children(l, n, count_children(e, "formalParameter"), true))
        return stop(l);
    for (const struct xml *p = xml_child(e, "formalParameter"); p; p = xml_next(p, "formalParameter")) {
        struct span name = feel_name_normal(l->arena, xml_attr(p, "name"));
        const struct feel_type *type = dmn_type_ref(l, xml_attr(p, "typeRef"));
        if (!feel_scope_local(scope, name) || !feel_scope_type_properties(scope, type))
            return stop(l);
        n->type[n->count] = type;
        n->name[n->count++] = name;
    }
    struct span kind = xml_attr(e, "kind");
    n->op = kind.size && !span_is(kind, "FEEL");
    const struct xml *body = dmn_boxed_child(e);
    const struct feel_ast *outer_function = l->function;
    l->function = n;
    n->a = body && !n->op ? dmn_boxed(l, scope, body) : null_ast(l, true);
    l->function = outer_function;
    return n->a ? n : NULL;
}

static struct feel_ast *list(struct dmn_loader *l, struct feel_scope *scope, const struct xml *e) {
    struct feel_ast *n = node(l, AST_LIST);
    size_t count = 0;
    for (const struct xml *c = e->child; c; c = c->next)
        count++;
    if (!n || !children(l, n, count, false))
        return NULL;
    for (const struct xml *c = e->child; c; c = c->next)
        for (size_t i = 0; i < ARRAY_LEN(boxed_names); i++)
            if (span_is(c->name, boxed_names[i]) && !(n->item[n->count++] = dmn_boxed(l, scope, c)))
                return NULL;
    return n;
}

/* A row of a relation is a context of its columns. */
static struct feel_ast *relation(struct dmn_loader *l, struct feel_scope *scope, const struct xml *e) {
    size_t columns = count_children(e, "column");
    struct feel_ast *n = node(l, AST_LIST);
    if (!n || !children(l, n, count_children(e, "row"), false))
        return NULL;
    const struct xml **column = (const struct xml **)ARENA_ARRAY(l->arena, columns + 1, struct xml *), **next = column;
    if (!column)
        return stop(l);
    for (const struct xml *c = xml_child(e, "column"); c; c = xml_next(c, "column"))
        *next++ = c;
    for (const struct xml *r = xml_child(e, "row"); r; r = xml_next(r, "row")) {
        struct feel_ast *cells = list(l, scope, r), *row = node(l, AST_CONTEXT);
        if (!cells || !row || !children(l, row, columns, true))
            return NULL;
        while (row->count < columns && row->count < cells->count) {
            const struct xml *c = column[row->count];
            struct span name = feel_name_normal(l->arena, xml_attr(c, "name"));
            if (!feel_scope_property(l->model->scope, name))
                return stop(l);
            row->name[row->count] = name;
            row->item[row->count] = dmn_coerced(l, cells->item[row->count], dmn_type_ref(l, xml_attr(c, "typeRef")));
            if (!row->item[row->count++])
                return NULL;
        }
        n->item[n->count++] = row;
    }
    return n;
}

static struct feel_ast *conditional(struct dmn_loader *l, struct feel_scope *scope, const struct xml *e) {
    struct feel_ast *n = node(l, AST_IF);
    if (!n || !(n->a = inside(l, scope, e, "if")) || !(n->b = inside(l, scope, e, "then")) ||
        !(n->c = inside(l, scope, e, "else")))
        return NULL;
    return n;
}

static struct feel_ast *filter(struct dmn_loader *l, struct feel_scope *outer, const struct xml *e) {
    struct feel_ast *n = node(l, AST_FILTER);
    struct feel_scope *scope = feel_scope_new(l->arena, outer);
    if (!n || !scope || !feel_scope_local(scope, SPAN("item")))
        return stop(l);
    scope->dynamic = true;
    n->a = inside(l, outer, e, "in");
    n->b = inside(l, scope, e, "match");
    return n->a && n->b ? n : NULL;
}

/* A literal expression may be written 1..n here, as in the text of a loop. */
static struct feel_ast *domain(struct dmn_loader *l, struct feel_scope *scope, const struct xml *e, const struct xml *in) {
    const struct xml *c = dmn_boxed_child(in);
    struct span text = c && span_is(c->name, "literalExpression") ? dmn_child_text(c, "text") : (struct span){0};
    if (blank(text))
        return inside(l, scope, e, "in");
    return dmn_coerced(l, dmn_text(l, scope, c, text, PARSE_DOMAIN), dmn_type_ref(l, xml_attr(c, "typeRef")));
}

static struct feel_ast *iteration(struct dmn_loader *l, struct feel_scope *outer, const struct xml *e,
    enum feel_ast_kind kind) {
    struct feel_ast *n = node(l, kind);
    struct feel_scope *scope = feel_scope_new(l->arena, outer);
    struct span name = feel_name_normal(l->arena, xml_attr(e, "iteratorVariable"));
    if (!n || !scope || !feel_scope_local(scope, name) || !children(l, n, 1, true) ||
        (kind == AST_FOR && !feel_scope_local(scope, SPAN("partial"))))
        return stop(l);
    n->name[0] = name;
    n->count = 1;
    const struct xml *in = xml_child(e, "in");
    n->type[0] = in ? dmn_type_ref(l, xml_attr(in, "typeRef")) : NULL;
    n->item[0] = domain(l, outer, e, in);
    n->a = inside(l, scope, e, kind == AST_FOR ? "return" : "satisfies");
    return n->item[0] && n->a ? n : NULL;
}

static struct feel_ast *boxed(struct dmn_loader *l, struct feel_scope *scope, const struct xml *e) {
    struct span name = e->name;
    if (span_is(name, "literalExpression")) {
        struct span text = dmn_child_text(e, "text");
        return blank(text) ? null_ast(l, false) : dmn_text(l, scope, e, text, PARSE_EXPRESSION);
    }
    if (span_is(name, "decisionTable")) return dmn_table(l, scope, e);
    if (span_is(name, "context")) return context(l, scope, e);
    if (span_is(name, "invocation")) return invocation(l, scope, e);
    if (span_is(name, "functionDefinition")) return dmn_function(l, scope, e);
    if (span_is(name, "relation")) return relation(l, scope, e);
    if (span_is(name, "list")) return list(l, scope, e);
    if (span_is(name, "conditional")) return conditional(l, scope, e);
    if (span_is(name, "filter")) return filter(l, scope, e);
    if (span_is(name, "for")) return iteration(l, scope, e, AST_FOR);
    if (span_is(name, "some")) return iteration(l, scope, e, AST_SOME);
    return iteration(l, scope, e, AST_EVERY);
}

struct feel_ast *dmn_boxed(struct dmn_loader *l, struct feel_scope *scope, const struct xml *e) {
    if (l->status != OK)
        return NULL;
    if (++l->depth > 100) { /* boxes in boxes; the XML itself may be deeper */
        struct diag d = {0};
        diag_fail(&d, E_INPUT, "feel.too_deep");
        dmn_problem_add(l, &d, e);
        l->depth--;
        return null_ast(l, true);
    }
    struct feel_ast *n = boxed(l, scope, e);
    if (!span_is(e->name, "functionDefinition"))
        n = dmn_coerced(l, n, dmn_type_ref(l, xml_attr(e, "typeRef")));
    l->depth--;
    return n;
}
