/* Any bytes as the text of a FEEL construct of each kind, as a regular expression
 * and as a temporal or range literal: read or refused, never a crash. */
#include "feel/ast.h"
#include "feel/regex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void literals(struct arena *a, struct span text) {
    struct feel_value v;
    struct buf b;
    buf_init(&b, 1 << 16);
    if (feel_parse_date(text, &v) || feel_parse_time(a, text, &v) || feel_parse_date_time(a, text, &v) ||
        feel_parse_duration(text, &v))
        feel_text(&b, &v, false);
    buf_release(&b);
}

static void patterns(struct span text) {
    for (unsigned bits = 0; bits < 16; bits++) {
        struct feel_regex_flags flags = {bits & 1, bits & 2, bits & 4, bits & 8};
        struct buf b;
        buf_init(&b, 1 << 20);
        (void)feel_regex_translate(text, flags, &b);
        buf_release(&b);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const enum feel_parse_mode modes[] = {PARSE_EXPRESSION, PARSE_TESTS, PARSE_TYPE, PARSE_DOMAIN};
    if (size > 4096)
        return 0;
    struct span text = span_bytes(data, size);
    AUTO(arena) struct arena *a = arena_new(32 << 20);
    struct feel_scope *scope = feel_scope_new(a, NULL);
    if (!feel_scope_global(scope, SPAN("monthly income"), 0, NULL) || !feel_scope_global(scope, SPAN("a - b"), 1, NULL) ||
        !feel_scope_property(scope, SPAN("full name")) || !feel_scope_type(scope, SPAN("kit.tShare"), feel_type_builtin(SPAN("number"))))
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        struct feel_ast *ast;
        struct diag d = {0};
        (void)!feel_parse(a, scope, text, modes[i], &ast, &d);
    }
    literals(a, text);
    patterns(text);
    return 0;
}
