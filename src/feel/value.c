#include "feel/value.h"

#include "base/map.h"
#include "feel/temporal.h"
#include "feel/unknown.h"
#include "feel/vm.h"

const char *feel_kind_name(enum feel_kind kind) {
    static const char *const names[] = {"Null", "boolean", "number", "string", "date", "time",
        "date and time", "years and months duration", "days and time duration", "list",
        "context", "range", "function", "unknown"};
    static_assert(ARRAY_LEN(names) == FEEL_KIND_COUNT, "a name a kind");
    return names[kind];
}

struct feel_key feel_key(struct span text) {
    return (struct feel_key){text, hash_bytes(text, 0)};
}

struct feel_value feel_context(struct arena *a, const struct span *keys,
    const struct feel_value *values, size_t count) {
    struct feel_value v = {.kind = FEEL_CONTEXT};
    struct feel_shape *s = ARENA_NEW(a, struct feel_shape);
    struct feel_key *k = ARENA_ARRAY(a, count + 1, struct feel_key);
    struct feel_value *copy = ARENA_ARRAY(a, count + 1, struct feel_value);
    if (!s || !k || !copy)
        return (struct feel_value){.flag = FEEL_FLAG_ERROR};
    for (size_t i = 0; i < count; i++)
        k[i] = feel_key(keys[i]);
    if (count)
        memcpy(copy, values, count * sizeof *copy);
    s->count = count;
    s->key = k;
    v.shape = s;
    v.value = copy;
    return v;
}

const struct feel_value *feel_get(const struct feel_value *v, struct span key) {
    if (v->kind != FEEL_CONTEXT)
        return NULL;
    struct feel_key k = feel_key(key);
    return feel_get_key(v, &k);
}

/* ---- sameness --------------------------------------------------------------- */

static bool same_context(const struct feel_value *a, const struct feel_value *b) {
    if (a->shape->count != b->shape->count)
        return false;
    for (size_t i = 0; i < a->shape->count; i++) {
        const struct feel_value *other = feel_get_key(b, &a->shape->key[i]);
        if (!other || !feel_same(&a->value[i], other))
            return false;
    }
    return true;
}

static bool same_when(const struct feel_value *a, const struct feel_value *b) {
    struct feel_when x = feel_when(a), y = feel_when(b);
    return x.day == y.day && x.nano == y.nano && x.has_offset == y.has_offset &&
        x.offset == y.offset && span_eq(x.zone, y.zone);
}

bool feel_same(const struct feel_value *a, const struct feel_value *b) {
    if (a->kind != b->kind)
        return false;
    switch ((enum feel_kind)a->kind) {
    case FEEL_NULL: return true;
    case FEEL_BOOLEAN: return a->boolean == b->boolean;
    case FEEL_NUMBER: return dec_cmp(a->number, b->number) == 0;
    case FEEL_STRING: return span_eq(a->string, b->string);
    case FEEL_DATE: return a->day == b->day;
    case FEEL_TIME:
    case FEEL_DATE_TIME: return same_when(a, b);
    case FEEL_YM_DURATION: return a->months == b->months;
    case FEEL_DT_DURATION: return a->seconds == b->seconds && a->second_nano == b->second_nano;
    case FEEL_LIST:
        if (a->count != b->count)
            return false;
        for (size_t i = 0; i < a->count; i++)
            if (!feel_same(&a->item[i], &b->item[i]))
                return false;
        return true;
    case FEEL_CONTEXT: return same_context(a, b);
    case FEEL_RANGE:
        return feel_same(&a->range->start, &b->range->start) &&
            feel_same(&a->range->end, &b->range->end) &&
            a->range->start_included == b->range->start_included &&
            a->range->end_included == b->range->end_included &&
            a->range->negated == b->range->negated;
    case FEEL_FUNCTION: return a->function == b->function;
    case FEEL_UNKNOWN: return a->unknown->hash == b->unknown->hash;
    default: return false;
    }
}

bool feel_has_unknown(const struct feel_value *v) {
    switch ((enum feel_kind)v->kind) {
    case FEEL_UNKNOWN: return true;
    case FEEL_LIST:
        for (size_t i = 0; i < v->count; i++)
            if (feel_has_unknown(&v->item[i]))
                return true;
        return false;
    case FEEL_CONTEXT:
        for (size_t i = 0; i < v->shape->count; i++)
            if (feel_has_unknown(&v->value[i]))
                return true;
        return false;
    case FEEL_RANGE: return feel_has_unknown(&v->range->start) || feel_has_unknown(&v->range->end);
    default: return false;
    }
}

const struct feel_value *feel_find_error(const struct feel_value *v) {
    const struct feel_value *found = NULL;
    switch ((enum feel_kind)v->kind) {
    case FEEL_NULL: return v->flag & FEEL_FLAG_ERROR ? v : NULL;
    case FEEL_LIST:
        for (size_t i = 0; i < v->count && !found; i++)
            found = feel_find_error(&v->item[i]);
        return found;
    case FEEL_CONTEXT:
        for (size_t i = 0; i < v->shape->count && !found; i++)
            found = feel_find_error(&v->value[i]);
        return found;
    default: return NULL;
    }
}

/* ---- JSON ------------------------------------------------------------------- */

static struct feel_value from_array(struct arena *a, const struct json *j, bool *ok);
static struct feel_value from_object(struct arena *a, const struct json *j, bool *ok);

static struct feel_value from_json(struct arena *a, const struct json *j, bool *ok) {
    switch (j->type) {
    case JSON_FALSE: return feel_bool(false);
    case JSON_TRUE: return feel_bool(true);
    case JSON_NUMBER: return feel_number(j->number);
    case JSON_STRING: return feel_string(j->text);
    case JSON_ARRAY: return from_array(a, j, ok);
    case JSON_OBJECT: return from_object(a, j, ok);
    case JSON_NULL: break;
    }
    return feel_null();
}

static struct feel_value from_array(struct arena *a, const struct json *j, bool *ok) {
    struct feel_value *item = ARENA_ARRAY(a, j->size + 1, struct feel_value);
    if (!item) {
        *ok = false;
        return feel_null();
    }
    for (size_t i = 0; i < j->size; i++)
        item[i] = from_json(a, j->item[i], ok);
    struct feel_value v = feel_list(item, j->size);
    (void)feel_measure(item, j->size, &v.zone); /* JSON shares nothing: its own limits bound it */
    return v;
}

static struct feel_value from_object(struct arena *a, const struct json *j, bool *ok) {
    struct feel_value *value = ARENA_ARRAY(a, j->size + 1, struct feel_value);
    if (!value) {
        *ok = false;
        return feel_null();
    }
    for (size_t i = 0; i < j->size; i++)
        value[i] = from_json(a, j->item[i], ok);
    struct feel_value v = feel_context(a, j->key, value, j->size);
    if (v.kind != FEEL_CONTEXT)
        *ok = false;
    else
        (void)feel_measure(value, j->size, &v.zone);
    return v;
}

enum status feel_from_json(struct arena *a, const struct json *j, struct feel_value *ret,
    struct diag *d) {
    bool ok = true;
    struct feel_value v = j ? from_json(a, j, &ok) : feel_null();
    if (!ok)
        return arena_full(d);
    *ret = v;
    return OK;
}

static struct span text_of(struct arena *a, const struct feel_value *v) {
    struct buf b;
    buf_init(&b, 0);
    feel_text(&b, v, false);
    char *copy = arena_dup(a, buf_span(&b));
    struct span s = {copy, copy ? b.size : 0};
    buf_release(&b);
    return s;
}

const struct json *feel_to_json(struct arena *a, const struct feel_value *v) {
    if (!v)
        return json_null();
    switch ((enum feel_kind)v->kind) {
    case FEEL_NULL:
    case FEEL_UNKNOWN: return json_null();
    case FEEL_BOOLEAN: return json_new_bool(v->boolean);
    case FEEL_NUMBER: return json_new_number(a, v->number);
    case FEEL_STRING: return json_new_string(a, v->string);
    case FEEL_LIST: {
        const struct json **item = (const struct json **)ARENA_ARRAY(a, v->count + 1, struct json *);
        for (size_t i = 0; item && i < v->count; i++)
            if (!(item[i] = feel_to_json(a, &v->item[i])))
                return NULL;
        return item ? json_new_array(a, item, v->count) : NULL;
    }
    case FEEL_CONTEXT: {
        size_t n = v->shape->count;
        const struct json **item = (const struct json **)ARENA_ARRAY(a, n + 1, struct json *);
        struct span *key = ARENA_ARRAY(a, n + 1, struct span);
        for (size_t i = 0; item && key && i < n; i++) {
            key[i] = v->shape->key[i].text;
            if (!(item[i] = feel_to_json(a, &v->value[i])))
                return NULL;
        }
        return item && key ? json_new_object(a, key, item, n) : NULL;
    }
    default: return json_new_string(a, text_of(a, v));
    }
}

void feel_write_json(struct json_writer *w, const struct feel_value *v) {
    switch ((enum feel_kind)v->kind) {
    case FEEL_NULL:
    case FEEL_UNKNOWN: json_nothing(w); break;
    case FEEL_BOOLEAN: json_boolean(w, v->boolean); break;
    case FEEL_NUMBER: json_decimal(w, v->number); break;
    case FEEL_STRING: json_span(w, v->string); break;
    case FEEL_LIST:
        json_array(w);
        for (size_t i = 0; i < v->count; i++)
            feel_write_json(w, &v->item[i]);
        json_array_end(w);
        break;
    case FEEL_CONTEXT:
        json_object(w);
        for (size_t i = 0; i < v->shape->count; i++) {
            json_key_span(w, v->shape->key[i].text);
            feel_write_json(w, &v->value[i]);
        }
        json_object_end(w);
        break;
    default: {
        struct buf b;
        buf_init(&b, 0);
        feel_text(&b, v, false);
        json_span(w, buf_span(&b));
        buf_release(&b);
    }
    }
}

/* ---- text ------------------------------------------------------------------- */

static void text_string(struct buf *out, struct span s) {
    buf_addc(out, '"');
    for (size_t i = 0; i < s.size; i++) {
        char c = s.at[i];
        if (c == '"' || c == '\\')
            buf_addc(out, '\\');
        if (c == '\n')
            buf_adds(out, "\\n");
        else if (((unsigned char)c < 0x20 && c != 9 && c != 13) || c == 0x7f) /* no reader stops at it, no terminal obeys it */
            buf_addf(out, "\\u%04X", (unsigned)c);
        else
            buf_addc(out, c);
    }
    buf_addc(out, '"');
}

static void text_range(struct buf *out, const struct feel_range *r) {
    if (r->negated) {
        buf_adds(out, "!=");
        feel_text(out, &r->start, true);
        return;
    }
    if (feel_is_null(r->start) != feel_is_null(r->end)) {
        bool low = feel_is_null(r->start);
        buf_adds(out, low ? (r->end_included ? "<=" : "<") : (r->start_included ? ">=" : ">"));
        feel_text(out, low ? &r->end : &r->start, true);
        return;
    }
    buf_addc(out, r->start_included ? '[' : '(');
    feel_text(out, &r->start, true);
    buf_adds(out, " .. ");
    feel_text(out, &r->end, true);
    buf_addc(out, r->end_included ? ']' : ')');
}

static bool is_name(struct span s) {
    for (size_t i = 0; i < s.size; i++)
        if (!feel_name_part((unsigned char)s.at[i]) && (unsigned char)s.at[i] < 0x80 && s.at[i] != ' ')
            return false;
    return s.size > 0;
}

void feel_text(struct buf *out, const struct feel_value *v, bool quoted) {
    char number[DEC_TEXT_MAX];
    switch ((enum feel_kind)v->kind) {
    case FEEL_NULL: buf_adds(out, "null"); break;
    case FEEL_BOOLEAN: buf_adds(out, v->boolean ? "true" : "false"); break;
    case FEEL_NUMBER: {
        size_t n = dec_text(v->number, number);
        buf_add(out, (struct span){number, n});
        break;
    }
    case FEEL_STRING:
        if (quoted)
            text_string(out, v->string);
        else
            buf_add(out, v->string);
        break;
    case FEEL_LIST:
        buf_addc(out, '[');
        for (size_t i = 0; i < v->count; i++) {
            buf_adds(out, i ? ", " : "");
            feel_text(out, &v->item[i], true);
        }
        buf_addc(out, ']');
        break;
    case FEEL_CONTEXT:
        buf_addc(out, '{');
        for (size_t i = 0; i < v->shape->count; i++) {
            buf_adds(out, i ? ", " : "");
            if (is_name(v->shape->key[i].text))
                buf_add(out, v->shape->key[i].text);
            else
                text_string(out, v->shape->key[i].text);
            buf_adds(out, ": ");
            feel_text(out, &v->value[i], true);
        }
        buf_addc(out, '}');
        break;
    case FEEL_RANGE: text_range(out, v->range); break;
    case FEEL_FUNCTION: buf_adds(out, "function"); break;
    case FEEL_UNKNOWN: buf_adds(out, "unknown"); break;
    default: feel_temporal_text(out, v);
    }
}
