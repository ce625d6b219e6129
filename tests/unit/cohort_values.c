#include "cohort_values.h"

#include "base/vec.h"
#include "unit.h"

enum { SCALE = 6, ALIGN = 64 };

static void *room(struct arena *a, size_t n) {
    char *p = arena_alloc(a, n + 2 * ALIGN);
    assert_non_null(p);
    return p + (ALIGN - (uintptr_t)p % ALIGN) % ALIGN;
}

static struct span cut(struct span *line, char at) {
    const char *end = line->size ? memchr(line->at, at, line->size) : NULL;
    struct span part = {line->at, end ? (size_t)(end - line->at) : line->size};
    size_t skip = end ? part.size + 1 : part.size;
    *line = (struct span){line->at + skip, line->size - skip};
    return part;
}

/* ---- columns --------------------------------------------------------------------------- */

static int64_t digits(struct dec d, unsigned scale) {
    int64_t n;
    struct diag why = {0};
    for (unsigned i = 0; i < scale; i++)
        d = dec_mul(d, dec_int(10));
    expect_ok(dec_to_int(d, &n, &why), &why);
    return n;
}

static unsigned scale_of(const struct feel_value *v, size_t n) {
    unsigned scale = 0;
    for (size_t i = 0; i < n; i++)
        for (; v[i].kind == FEEL_NUMBER && scale < SCALE; scale++) {
            struct dec d = v[i].number;
            for (unsigned k = 0; k < scale; k++)
                d = dec_mul(d, dec_int(10));
            if (dec_is_int(d))
                break;
        }
    return scale;
}

static int64_t word_index(struct arena *a, struct cohort_column *c, struct span word) {
    for (uint32_t i = 0; i < c->word_count; i++)
        if (span_eq(c->word[i], word))
            return i;
    struct span *more = room(a, (c->word_count + 1) * sizeof *more);
    if (c->word_count)
        memcpy(more, c->word, c->word_count * sizeof *more);
    more[c->word_count] = word;
    c->word = more;
    return c->word_count++;
}

static int64_t stored(struct arena *a, struct cohort_column *c, const struct feel_value *v) {
    switch (c->kind) {
    case COHORT_BOOLEAN: assert_int_equal(FEEL_BOOLEAN, v->kind); return v->boolean;
    case COHORT_NUMBER: assert_int_equal(FEEL_NUMBER, v->kind); return digits(v->number, c->scale);
    case COHORT_DATE: assert_int_equal(FEEL_DATE, v->kind); return v->day;
    case COHORT_STRING: assert_int_equal(FEEL_STRING, v->kind); return word_index(a, c, v->string);
    }
    return 0;
}

static void put(void *at, unsigned width, size_t i, int64_t x) {
    switch (width) {
    case 1: ((int8_t *)at)[i] = (int8_t)x; break;
    case 2: ((int16_t *)at)[i] = (int16_t)x; break;
    case 4: ((int32_t *)at)[i] = (int32_t)x; break;
    default: ((int64_t *)at)[i] = x; break;
    }
}

static struct cohort_column column(struct arena *a, struct span name, struct span type, const struct feel_value *v, size_t n) {
    struct cohort_column c = {.name = name, .low = 1, .high = 0};
    c.kind = span_is(type, "boolean") ? COHORT_BOOLEAN : span_is(type, "number") ? COHORT_NUMBER : span_is(type, "date") ? COHORT_DATE : COHORT_STRING;
    c.scale = c.kind == COHORT_NUMBER ? (uint8_t)scale_of(v, n) : 0;
    int64_t *k = room(a, (n + 1) * sizeof *k);
    uint64_t *unknown = room(a, n / 8 + 16), *null = room(a, n / 8 + 16);
    bool some_unknown = false, some_null = false;
    for (size_t i = 0; i < n; i++) {
        if (v[i].kind == FEEL_UNKNOWN || v[i].kind == FEEL_NULL) {
            bool u = v[i].kind == FEEL_UNKNOWN;
            *(u ? &some_unknown : &some_null) = true;
            (u ? unknown : null)[i / 64] |= (uint64_t)1 << (i % 64);
            continue;
        }
        k[i] = stored(a, &c, &v[i]);
        if (c.low > c.high)
            c.low = c.high = k[i];
        c.low = k[i] < c.low ? k[i] : c.low;
        c.high = k[i] > c.high ? k[i] : c.high;
    }
    bool none = c.low > c.high;
    c.width = none || (c.low >= INT8_MIN && c.high <= INT8_MAX) ? 1 : c.low >= INT16_MIN && c.high <= INT16_MAX ? 2
        : c.low >= INT32_MIN && c.high <= INT32_MAX ? 4 : 8;
    void *value = room(a, (n + 1) * c.width);
    for (size_t i = 0; i < n; i++)
        put(value, c.width, i, k[i]);
    c.value = value;
    c.unknown = some_unknown ? unknown : NULL;
    c.null = some_null ? null : NULL;
    return c;
}

/* ---- tables --------------------------------------------------------------------------------- */

struct field { struct span name, type; };
typedef VEC(struct field) fields_t;

static void fields_of(struct arena *a, struct span csv, const char *entity, fields_t *ret) {
    cut(&csv, '\n');
    while (csv.size) {
        struct span line = cut(&csv, '\n'), of = cut(&line, ',');
        if (!span_is(of, entity))
            continue;
        struct field *f = vec_push_in(a, ret);
        assert_non_null(f);
        f->name = cut(&line, ',');
        f->type = cut(&line, ',');
    }
}

static bool is_scalar(struct span type) {
    return span_is(type, "boolean") || span_is(type, "number") || span_is(type, "date") || span_is(type, "string");
}

static bool list_of(struct span type, struct span *ret) {
    if (type.size < 7 || memcmp(type.at, "list<", 5) != 0)
        return false;
    *ret = (struct span){type.at + 5, type.size - 6};
    return true;
}

static struct cohort_list list(struct arena *a, struct span csv, struct span name, struct span of, const struct feel_value *v, size_t n) {
    struct cohort_list l = {.name = name};
    uint64_t *offset = room(a, (n + 1) * sizeof *offset), *unknown = room(a, n / 8 + 16);
    bool some = false;
    for (size_t i = 0; i < n; i++) {
        bool known = v[i].kind == FEEL_LIST;
        assert_true(known || v[i].kind == FEEL_UNKNOWN);
        offset[i + 1] = offset[i] + (known ? v[i].count : 0);
        if (!known) {
            some = true;
            unknown[i / 64] |= (uint64_t)1 << (i % 64);
        }
    }
    struct feel_value *item = room(a, (offset[n] + 1) * sizeof *item);
    for (size_t i = 0; i < n; i++)
        if (v[i].kind == FEEL_LIST && v[i].count)
            memcpy(item + offset[i], v[i].item, v[i].count * sizeof *item);
    l.offset = offset;
    l.unknown = some ? unknown : NULL;
    if (!is_scalar(of)) {
        l.of = cv_table(a, csv, arena_dup(a, of), item, offset[n]);
        return l;
    }
    struct cohort_table *plain = ARENA_NEW(a, struct cohort_table);
    struct cohort_column *c = ARENA_NEW(a, struct cohort_column);
    *c = column(a, (struct span){0}, of, item, offset[n]);
    *plain = (struct cohort_table){.name = name, .count = offset[n], .column = c, .column_count = 1};
    l.of = plain;
    return l;
}

struct cohort_table *cv_table(struct arena *a, struct span csv, const char *entity, const struct feel_value *row, size_t count) {
    fields_t fields = {0};
    struct cohort_table *t = ARENA_NEW(a, struct cohort_table);
    fields_of(a, csv, entity, &fields);
    struct cohort_column *columns = ARENA_ARRAY(a, fields.size + 1, struct cohort_column);
    struct cohort_list *lists = ARENA_ARRAY(a, fields.size + 2, struct cohort_list);
    *t = (struct cohort_table){.name = span_of(arena_dup(a, span_of(entity))), .count = count, .column = columns, .list = lists};
    for (size_t i = 0; i < fields.size; i++) {
        struct span of;
        struct feel_value *v = room(a, (count + 1) * sizeof *v);
        for (size_t r = 0; r < count; r++) {
            const struct feel_value *x = feel_get(&row[r], fields.at[i].name);
            v[r] = x ? *x : cv_unknown();
        }
        if (is_scalar(fields.at[i].type))
            columns[t->column_count++] = column(a, fields.at[i].name, fields.at[i].type, v, count);
        else if (list_of(fields.at[i].type, &of))
            lists[t->list_count++] = list(a, csv, fields.at[i].name, of, v, count);
    }
    return t;
}

void cv_add_list(struct arena *a, struct cohort_table *t, struct span csv, const char *name, const char *entity, const struct feel_value *v) {
    struct cohort_list *lists = (struct cohort_list *)(uintptr_t)t->list;
    lists[t->list_count++] = list(a, csv, span_of(name), span_of(entity), v, t->count);
}
