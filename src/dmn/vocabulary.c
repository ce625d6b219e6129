#include "base/csv.h"
#include "dmn/case_internal.h"

struct row { struct span entity, name, type, codes; int line; };

static bool prefix(struct span s, const char *p) {
    size_t n = strlen(p);
    return s.size >= n && memcmp(s.at, p, n) == 0;
}

static const struct fact_entity *find_entity(const struct dmn_vocabulary *v, struct span name) {
    for (size_t i = 0; i < v->count; i++)
        if (span_eq(v->entity[i].name, name))
            return &v->entity[i];
    return NULL;
}

static bool codes_of(struct arena *a, struct fact *f, struct span text) {
    struct feel_value *code = ARENA_ARRAY(a, CODES_MAX, struct feel_value);
    if (!code)
        return false;
    const char *dots = memmem(text.at ? text.at : "", text.size, "..", 2);
    f->code = code;
    if (f->kind == FACT_NUMBER && dots) {
        struct dec lo, hi;
        if (dec_parse((struct span){text.at, (size_t)(dots - text.at)}, &lo, NULL) != OK ||
            dec_parse((struct span){dots + 2, text.size - (size_t)(dots + 2 - text.at)}, &hi, NULL) != OK)
            return true;
        for (; f->code_count < CODES_MAX && dec_cmp(lo, hi) <= 0; lo = dec_add(lo, dec_int(1)))
            code[f->code_count++] = feel_number(lo);
        return true;
    }
    if (f->kind != FACT_STRING || !memchr(text.at ? text.at : "", '|', text.size))
        return true; /* a unit or a remark */
    while (text.size && f->code_count < CODES_MAX) {
        const char *bar = memchr(text.at, '|', text.size);
        size_t n = bar ? (size_t)(bar - text.at) : text.size;
        code[f->code_count++] = feel_string((struct span){text.at, n});
        text = bar ? (struct span){bar + 1, text.size - n - 1} : (struct span){0};
    }
    return true;
}

static bool type_of(const struct dmn_vocabulary *v, struct fact *f, struct span type) {
    if (prefix(type, "list<") && type.at[type.size - 1] == '>') {
        f->list = true;
        type = (struct span){type.at + 5, type.size - 6};
    }
    f->entity = find_entity(v, type);
    if (span_is(type, "date")) f->kind = FACT_DATE;
    else if (span_is(type, "number")) f->kind = FACT_NUMBER;
    else if (span_is(type, "boolean")) f->kind = FACT_BOOLEAN;
    else if (span_is(type, "string")) f->kind = FACT_STRING;
    else if (span_is(type, "context")) {
        f->kind = FACT_CONTEXT;
        f->entity = find_entity(v, f->name);
    } else {
        f->kind = FACT_ENTITY;
        return f->entity != NULL;
    }
    return true;
}

static enum status add_row(struct arena *a, struct dmn_vocabulary *v, const struct row *r, struct span root,
    struct diag *d) {
    struct fact_entity *e = (struct fact_entity *)find_entity(v, r->entity);
    struct fact *f = &e->fact[e->count++];
    f->id = v->fact_count++;
    f->name = r->name;
    const char *label = arena_printf(a, "%.*s.%.*s", SPAN_ARG(r->entity), SPAN_ARG(r->name));
    if (!label)
        return arena_full(d);
    f->label = span_eq(r->entity, root) ? r->name : span_of(label);
    if (!type_of(v, f, r->type)) {
        diag_fail(d, E_INPUT, "dmn.vocabulary_type", DIAG_SPAN("type", r->type));
        return diag_line(d, r->line);
    }
    return codes_of(a, f, r->codes) ? OK : arena_full(d);
}

typedef VEC(struct row) rows;

static enum status read_rows(struct arena *a, struct span text, rows *list, struct diag *d) {
    struct csv c;
    bool more;
    static const char *const columns[] = {"entity", "name", "type", "codes_or_unit"};
    enum status s = csv_open(&c, a, text, NULL, d);
    for (size_t i = 0; s == OK && i < ARRAY_LEN(columns); i++)
        if (i >= c.columns || !span_is(c.header[i], columns[i]))
            return diag_fail(d, E_INPUT, "csv.header", DIAG_S("expected", "entity,name,type,codes_or_unit,…"));
    while (s == OK && (s = csv_next(&c, &more, d)) == OK && more) {
        struct row *r = vec_push_in(a, list);
        if (!r)
            return arena_full(d);
        *r = (struct row){c.field[0], c.field[1], c.field[2], c.field[3], c.line};
    }
    return s;
}

enum status dmn_vocabulary_load(struct arena *a, struct span text, struct span root,
    const struct dmn_vocabulary **ret, struct diag *d) {
    rows list = {0};
    enum status s = read_rows(a, text, &list, d);
    struct dmn_vocabulary *v = ARENA_NEW(a, struct dmn_vocabulary);
    struct fact_entity *entity = s == OK ? ARENA_ARRAY(a, list.size + 1, struct fact_entity) : NULL;
    if (s != OK)
        return s;
    if (!v || !entity)
        return arena_full(d);
    v->entity = entity;
    for (size_t i = 0; i < list.size; i++) {
        struct fact_entity *e = (struct fact_entity *)find_entity(v, list.at[i].entity);
        if (!e) {
            e = &entity[v->count++];
            e->name = list.at[i].entity;
        }
        e->count++;
    }
    for (size_t i = 0; i < v->count; i++) {
        entity[i].fact = ARENA_ARRAY(a, entity[i].count, struct fact);
        if (!entity[i].fact)
            return arena_full(d);
        entity[i].count = 0;
    }
    for (size_t i = 0; i < list.size && s == OK; i++)
        s = add_row(a, v, &list.at[i], root, d);
    v->root = find_entity(v, root);
    if (s == OK && !v->root)
        return diag_fail(d, E_INPUT, "dmn.vocabulary_root", DIAG_SPAN("entity", root));
    if (s == OK)
        *ret = v;
    return s;
}
