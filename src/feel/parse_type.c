/* Type expressions (DMN 1.5 10.3.1.2, rules 64 to 67). */
#include "feel/parse_internal.h"

static struct feel_type *new_type(struct parser *p, enum feel_type_kind kind) {
    struct feel_type *t = ARENA_NEW(p->arena, struct feel_type);
    if (!t)
        return parse_failed(p, "base.memory");
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

/* "foo", "a.foo": what is behind a word that nobody knows cannot be its second word. */
static const struct feel_type *unknown_type(struct parser *p) {
    if (!p->instance || !parse_is(p, T_NAME))
        return parse_failed(p, "feel.type_name");
    p->unknown_type = true;
    lex_next(&p->lex);
    while (parse_accept(p, T_DOT))
        if (!parse_expect(p, T_NAME))
            return NULL;
    return feel_type_builtin(SPAN("Any"));
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
        return unknown_type(p);
    p->lex.at = best;
    lex_next(&p->lex);
    return found;
}

static const struct feel_type *function_type(struct parser *p, struct feel_type *t) {
    struct feel_field field[32];
    while (!parse_is(p, T_GT)) {
        if (t->field_count == ARRAY_LEN(field))
            return parse_failed(p, "feel.too_complex");
        memset(&field[t->field_count], 0, sizeof *field);
        if (!(field[t->field_count].type = parse_type(p)))
            return NULL;
        t->field_count++;
        if (!parse_accept(p, T_COMMA))
            break;
    }
    struct feel_field *copy = ARENA_ARRAY(p->arena, t->field_count + 1, struct feel_field);
    if (!copy)
        return parse_failed(p, "base.memory");
    memcpy(copy, field, t->field_count * sizeof *field);
    t->field = copy;
    t->any_field = false;
    if (!parse_expect(p, T_GT) || !parse_expect(p, T_ARROW))
        return NULL;
    return (t->element = parse_type(p)) ? t : NULL;
}

static const struct feel_type *context_type(struct parser *p, struct feel_type *t) {
    struct feel_field field[64];
    do {
        struct span name;
        if (t->field_count == ARRAY_LEN(field))
            return parse_failed(p, "feel.too_complex");
        if (!parse_key_name(p, &name))
            return parse_failed(p, "feel.key");
        field[t->field_count].key = feel_key(name);
        if (!(field[t->field_count].type = parse_type(p)))
            return NULL;
        t->field_count++;
    } while (parse_accept(p, T_COMMA));
    struct feel_field *copy = ARENA_ARRAY(p->arena, t->field_count + 1, struct feel_field);
    if (!copy)
        return parse_failed(p, "base.memory");
    memcpy(copy, field, t->field_count * sizeof *field);
    t->field = copy;
    t->any_field = false;
    return parse_expect(p, T_GT) ? t : NULL;
}

const struct feel_type *parse_type(struct parser *p) {
    if (++p->depth > FEEL_NEST_MAX)
        return parse_failed(p, "feel.too_deep");
    const struct feel_type *base = named_type(p);
    if (base && parse_is(p, T_LT)) {
        struct feel_type *t = new_type(p, base->kind);
        if (!t)
            return NULL;
        lex_next(&p->lex);
        if (base->kind == FEEL_TYPE_LIST || base->kind == FEEL_TYPE_RANGE) {
            t->element = parse_type(p);
            base = t->element && parse_expect(p, T_GT) ? t : NULL;
        } else if (base->kind == FEEL_TYPE_CONTEXT) {
            base = context_type(p, t);
        } else if (base->kind == FEEL_TYPE_FUNCTION) {
            base = function_type(p, t);
        } else {
            base = parse_failed(p, "feel.type_name");
        }
    } else if (base && (base == feel_type_builtin(SPAN("list")) || base == feel_type_builtin(SPAN("range")) ||
                        base == feel_type_builtin(SPAN("context")) || base == feel_type_builtin(SPAN("function")))) {
        p->bare_type = true;
    }
    p->depth--;
    return base;
}
