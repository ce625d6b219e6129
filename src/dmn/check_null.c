/* What is written out and can only be null: 1/0, date("2023-02-30"), > null.
 *
 * A part without names and input has one value, which the machine gives; the largest such
 * parts of a text are run.  A null that was written as null is meant, but nothing is ordered
 * before or after it. */
#include "dmn/check_table.h"
#include "dmn/check_type.h"
#include "feel/regex.h"

/* Notes whose sentence needs no argument: the reason can be told. */
static bool tellable(const char *code) {
    static const char *const codes[] = {"feel.division_by_zero", "feel.argument_value", "feel.number_range", "feel.date_range",
        "feel.range_bounds", "feel.range_open", "feel.index", "feel.no_list", "feel.pattern", "feel.pattern_empty"};
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (strcmp(code, codes[i]) == 0)
            return true;
    return false;
}

static void found(struct typing *t, const char *note) {
    bool told = note && tellable(note);
    struct dmn_finding *f = check_type_found(t, told ? "dmn_check.always_null_why" : "dmn_check.always_null", DMN_ERROR);
    if (told)
        dmn_found_arg(t->c, f, "why", span_of(note + strlen("feel.")));
}

/* The value of a part without names; false: it has some. */
static bool constant(struct typing *t, const struct feel_ast *n, struct feel_value *ret, const char **ret_note) {
    struct feel_notes notes = {0};
    *ret_note = NULL;
    if (!check_constant_value(t->c, n, ret))
        return false;
    if (!feel_find_error(ret))
        return true;
    const struct feel_program *p = NULL;
    struct diag d = {0};
    struct feel_env env = check_probe_env(t, &notes);
    if (feel_compile_ast(t->c->arena, t->c->model->scope, n, SPAN(""), &p, &d) == OK && feel_run(p, &env, NULL, NULL, ret, &d) == OK && notes.count)
        *ret_note = notes.note[0].code;
    return true;
}

static bool is_order(int op) { return op != CMP_EQ && op != CMP_NE; }

static bool written_null(const struct feel_ast *n) { return n && n->kind == AST_CONST && feel_is_null(n->value) && !(n->value.flag & FEEL_FLAG_ERROR); }

/* The argument at a place or of a name; NULL: there is none. */
static const struct feel_ast *argument(const struct feel_ast *call, size_t at, const char *name) {
    for (size_t i = 0; call->name && i < call->count; i++)
        if (span_is(call->name[i], name))
            return call->item[i];
    return !call->name && at < call->count ? call->item[at] : NULL;
}

static bool written_text(struct typing *t, const struct feel_ast *n, struct span *ret) {
    struct feel_value v;
    if (!n || !check_constant_value(t->c, n, &v) || v.kind != FEEL_STRING)
        return false;
    *ret = v.string;
    return true;
}

/* A pattern is written out though the text is not: it can be read without it. */
static void check_pattern(struct typing *t, const struct feel_ast *n) {
    static const struct { const char *function, *pattern; size_t flags; } list[] = {
        {"matches", "pattern", 2}, {"replace", "pattern", 3}, {"split", "delimiter", SIZE_MAX}};
    for (size_t i = 0; n->a && n->a->kind == AST_NAME && i < ARRAY_LEN(list); i++) {
        struct span pattern, flags = SPAN("");
        struct feel_notes notes;
        const struct feel_ast *f = argument(n, list[i].flags, "flags");
        if (!span_is(n->a->text, list[i].function) || feel_scope_find(t->element && t->element->scope ? t->element->scope : t->c->model->scope, n->a->text) ||
            !written_text(t, argument(n, 1, list[i].pattern), &pattern) || (f && !written_text(t, f, &flags)))
            continue;
        struct feel_env env = check_probe_env(t, &notes);
        struct feel_regex_flags known;
        if (!feel_regex_flags(flags, &known))
            found(t, "feel.argument_value");
        else if (!feel_pattern_ok(&env, pattern, flags))
            found(t, "feel.pattern");
    }
}

/* Tests have an input; a range with an end that is null is no null. */
static bool evaluable(const struct feel_ast *n) {
    return n->kind != AST_TESTS && n->kind != AST_TEST && n->kind != AST_IN && n->kind != AST_RANGE && n->kind != AST_EXTERN;
}

/* What is null whatever the names in it are: x / 0, list[0]. */
static const char *zero_in(struct typing *t, const struct feel_ast *n) {
    struct feel_value v;
    bool divided = n->kind == AST_ARITH && n->op == '/';
    if ((!divided && n->kind != AST_FILTER) || !n->b || !check_constant_value(t->c, n->b, &v) || v.kind != FEEL_NUMBER || !dec_zero(v.number))
        return NULL;
    return divided ? "feel.division_by_zero" : "feel.index";
}

void check_null_constants(struct typing *t, const struct feel_ast *n) {
    struct feel_value v;
    const char *note;
    if (!n || n->kind == AST_EXTERN || t->c->full)
        return;
    bool null_order = (n->kind == AST_TEST && is_order(n->op) && written_null(n->a)) ||
        (n->kind == AST_COMPARE && is_order(n->op) && (written_null(n->a) || written_null(n->b)));
    if (null_order) {
        check_type_found(t, "dmn_check.null_order", DMN_ERROR);
        return;
    }
    if (evaluable(n) && constant(t, n, &v, &note)) {
        if (feel_find_error(&v))
            found(t, note);
        return;
    }
    const char *zero = zero_in(t, n);
    if (zero) {
        found(t, zero);
        return;
    }
    if (n->kind == AST_CALL)
        check_pattern(t, n);
    for (size_t i = 0; n->item && i < n->count; i++)
        check_null_constants(t, n->item[i]);
    if (n->kind != AST_CALL)
        check_null_constants(t, n->a);
    check_null_constants(t, n->b);
    check_null_constants(t, n->c);
}
