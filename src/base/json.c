#include "base/json.h"

#include "base/utf8.h"
#include "base/vec.h"

/* The reader: RFC 8259, one pass, straight into the arena.  Members of the
 * containers still open wait on two stacks and are copied when it closes. */

struct reader {
    struct arena *arena;
    const char *start, *at, *end;
    int depth;
    struct diag *diag;
    VEC(const struct json *) values;
    VEC(struct span) keys;
};

static enum status wrong(struct reader *r, const char *code) {
    int line = 1;
    for (const char *p = r->start; p < r->at; p++)
        line += *p == '\n';
    enum status s = diag_fail(r->diag, E_INPUT, code);
    diag_line(r->diag, line);
    return s;
}

static void skip_space(struct reader *r) {
    while (r->at < r->end &&
           (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r'))
        r->at++;
}

static bool next_is(struct reader *r, char c) {
    skip_space(r);
    if (r->at == r->end || *r->at != c)
        return false;
    r->at++;
    return true;
}

/* ---- strings ---------------------------------------------------------------- */

static int hex4(struct reader *r) {
    int v = 0;
    if (r->end - r->at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        char c = *r->at++;
        int d = c >= '0' && c <= '9' ? c - '0'
              : c >= 'a' && c <= 'f' ? c - 'a' + 10
              : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (d < 0)
            return -1;
        v = v * 16 + d;
    }
    return v;
}

/* Behind "\u".  Surrogates come in pairs or not at all. */
static enum status unicode_escape(struct reader *r, char *out, size_t *n) {
    int c = hex4(r);
    if (c == 0)
        return wrong(r, "json.nul");
    if (c >= 0xd800 && c <= 0xdbff) {
        bool pair = r->end - r->at >= 2 && r->at[0] == '\\' && r->at[1] == 'u';
        r->at += pair ? 2 : 0;
        int low = pair ? hex4(r) : -1;
        if (low < 0xdc00 || low > 0xdfff)
            return wrong(r, "json.escape");
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    } else if (c < 0 || (c >= 0xdc00 && c <= 0xdfff))
        return wrong(r, "json.escape");
    *n += utf8_encode(c, out + *n);
    return OK;
}

static enum status escape(struct reader *r, char *out, size_t *n) {
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char c = r->at < r->end ? *r->at++ : '\0';
    if (c == 'u')
        return unicode_escape(r, out, n);
    const char *p = c ? strchr(from, c) : NULL;
    if (!p)
        return wrong(r, "json.escape");
    out[(*n)++] = to[p - from];
    return OK;
}

/* Where the string that begins at r->at ends: its closing quote. */
static const char *closing_quote(const struct reader *r) {
    for (const char *p = r->at; p < r->end; p++) {
        if (*p == '"')
            return p;
        p += *p == '\\';
    }
    return NULL;
}

static enum status read_string(struct reader *r, struct span *ret) {
    const char *close = closing_quote(r);
    if (!close) {
        r->at = r->end;
        return wrong(r, "json.unfinished");
    }
    /* No escape is shorter than the bytes it stands for. */
    char *out = arena_alloc(r->arena, (size_t)(close - r->at) + 1);
    if (!out)
        return arena_full(r->diag);
    size_t n = 0;
    while (r->at < close) {
        const char *from = r->at;
        unsigned char c = (unsigned char)*from;
        if (c == '\\') {
            r->at++;
            enum status s = escape(r, out, &n);
            if (s != OK)
                return s;
            continue;
        }
        if (c < 0x20)
            return wrong(r, c ? "json.control" : "json.nul");
        if (utf8_next(&r->at, close) < 0)
            return wrong(r, "json.utf8");
        memcpy(out + n, from, (size_t)(r->at - from));
        n += (size_t)(r->at - from);
    }
    r->at = close + 1;
    *ret = (struct span){out, n};
    return OK;
}

/* ---- numbers ---------------------------------------------------------------- */

static size_t skip_digits(struct reader *r) {
    const char *from = r->at;
    while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
        r->at++;
    return (size_t)(r->at - from);
}

/* Digits between the first and the last that are not zero. */
static int significant_digits(struct span s) {
    int n = 0, count = 0;
    for (size_t i = 0; i < s.size && s.at[i] != 'e' && s.at[i] != 'E'; i++) {
        if (s.at[i] < '0' || s.at[i] > '9' || (n == 0 && s.at[i] == '0'))
            continue;
        n++;
        count = s.at[i] == '0' ? count : n;
    }
    return count;
}

enum { DIGITS_MAX = 34 }; /* decimal128 */

static enum status read_number(struct reader *r, struct json *j) {
    const char *from = r->at;
    if (*r->at == '-')
        r->at++;
    const char *whole = r->at;
    size_t n = skip_digits(r);
    if (n == 0 || (n > 1 && *whole == '0'))
        return wrong(r, "json.syntax");
    if (r->at < r->end && *r->at == '.') {
        r->at++;
        if (skip_digits(r) == 0)
            return wrong(r, "json.syntax");
    }
    if (r->at < r->end && (*r->at == 'e' || *r->at == 'E')) {
        r->at++;
        if (r->at < r->end && (*r->at == '+' || *r->at == '-'))
            r->at++;
        if (skip_digits(r) == 0)
            return wrong(r, "json.syntax");
    }
    struct span text = {from, (size_t)(r->at - from)};
    if (significant_digits(text) > DIGITS_MAX)
        return wrong(r, "json.number_precision");
    j->type = JSON_NUMBER;
    if (dec_parse(text, &j->number, NULL) != OK)
        return wrong(r, "json.number_range");
    return OK;
}

/* ---- containers -------------------------------------------------------------- */

static int by_key(const void *a, const void *b) {
    const struct span *x = a, *y = b;
    size_t n = x->size < y->size ? x->size : y->size;
    int c = n ? memcmp(x->at, y->at, n) : 0;
    return c ? c : (x->size > y->size) - (x->size < y->size);
}

/* Sorting is n log n whatever the keys are; a hash would need a secret seed. */
static enum status refuse_duplicates(struct reader *r, const struct json *j) {
    struct arena_mark mark = arena_mark(r->arena);
    struct span *sorted = ARENA_ARRAY(r->arena, j->size, struct span);
    if (!sorted)
        return arena_full(r->diag);
    bool twice = false;
    if (j->size)
        memcpy(sorted, j->key, j->size * sizeof *sorted);
    qsort(sorted, j->size, sizeof *sorted, by_key);
    for (size_t i = 1; i < j->size; i++)
        twice |= span_eq(sorted[i - 1], sorted[i]);
    arena_rewind(r->arena, mark);
    return twice ? wrong(r, "json.duplicate_key") : OK;
}

/* Moves what was read since `values`, `keys` from the stacks into `j`. */
static enum status close_container(struct reader *r, struct json *j, size_t values, size_t keys) {
    j->size = r->values.size - values;
    j->item = ARENA_ARRAY(r->arena, j->size, const struct json *);
    if (!j->item)
        return arena_full(r->diag);
    if (j->size)
        memcpy(j->item, r->values.at + values, j->size * sizeof *j->item);
    r->values.size = values;
    if (j->type == JSON_ARRAY)
        return OK;
    struct span *key = ARENA_ARRAY(r->arena, j->size, struct span);
    if (!key)
        return arena_full(r->diag);
    if (j->size)
        memcpy(key, r->keys.at + keys, j->size * sizeof *key);
    r->keys.size = keys;
    j->key = key;
    return refuse_duplicates(r, j);
}

static enum status read_value(struct reader *r, const struct json **ret);

static enum status read_member(struct reader *r, bool object) {
    enum status s;
    if (object) {
        struct span key;
        if (!next_is(r, '"'))
            return wrong(r, r->at == r->end ? "json.unfinished" : "json.syntax");
        if ((s = read_string(r, &key)) != OK)
            return s;
        if (!next_is(r, ':'))
            return wrong(r, r->at == r->end ? "json.unfinished" : "json.syntax");
        struct span *slot = vec_push(&r->keys);
        if (!slot)
            return arena_full(r->diag);
        *slot = key;
    }
    const struct json *value;
    if ((s = read_value(r, &value)) != OK)
        return s;
    const struct json **slot = vec_push(&r->values);
    if (!slot)
        return arena_full(r->diag);
    *slot = value;
    return OK;
}

static enum status read_container(struct reader *r, struct json *j, char close) {
    size_t values = r->values.size, keys = r->keys.size;
    j->type = close == '}' ? JSON_OBJECT : JSON_ARRAY;
    if (++r->depth > JSON_DEPTH_MAX)
        return wrong(r, "json.depth");
    if (!next_is(r, close)) {
        do {
            enum status s = read_member(r, close == '}');
            if (s != OK)
                return s;
        } while (next_is(r, ','));
        if (!next_is(r, close))
            return wrong(r, r->at == r->end ? "json.unfinished" : "json.syntax");
    }
    r->depth--;
    return close_container(r, j, values, keys);
}

static bool word(struct reader *r, const char *w) {
    size_t n = strlen(w);
    if ((size_t)(r->end - r->at) < n || memcmp(r->at, w, n) != 0)
        return false;
    r->at += n;
    return true;
}

static enum status read_value(struct reader *r, const struct json **ret) {
    skip_space(r);
    if (r->at == r->end)
        return wrong(r, "json.unfinished");
    struct json *j = ARENA_NEW(r->arena, struct json);
    if (!j)
        return arena_full(r->diag);
    *ret = j;
    switch (*r->at) {
    case '{':
        r->at++;
        return read_container(r, j, '}');
    case '[':
        r->at++;
        return read_container(r, j, ']');
    case '"':
        r->at++;
        j->type = JSON_STRING;
        return read_string(r, &j->text);
    case 't': j->type = JSON_TRUE; return word(r, "true") ? OK : wrong(r, "json.syntax");
    case 'f': j->type = JSON_FALSE; return word(r, "false") ? OK : wrong(r, "json.syntax");
    case 'n': j->type = JSON_NULL; return word(r, "null") ? OK : wrong(r, "json.syntax");
    case '\0': return wrong(r, "json.nul");
    default:
        if (*r->at == '-' || (*r->at >= '0' && *r->at <= '9'))
            return read_number(r, j);
        return wrong(r, "json.syntax");
    }
}

enum status json_parse(struct arena *a, struct span text, const struct json **ret, struct diag *d) {
    struct reader r = {.arena = a, .start = text.at, .at = text.at,
        .end = span_end(text), .diag = d};
    const struct json *j;
    if (text.size >= 3 && memcmp(text.at, "\xEF\xBB\xBF", 3) == 0) /* RFC 8259, 8.1: may be ignored; editors write it */
        r.at += 3;
    enum status s = read_value(&r, &j);
    if (s == OK) {
        skip_space(&r);
        if (r.at != r.end)
            s = wrong(&r, *r.at ? "json.trailing" : "json.nul");
    }
    vec_release(&r.values);
    vec_release(&r.keys);
    if (s == OK)
        *ret = j;
    return s;
}

/* ---- looking things up -------------------------------------------------------- */

const struct json *json_get_span(const struct json *j, struct span key) {
    if (!j || j->type != JSON_OBJECT)
        return NULL;
    for (size_t i = 0; i < j->size; i++)
        if (span_eq(j->key[i], key))
            return j->item[i];
    return NULL;
}

const struct json *json_get(const struct json *j, const char *key) {
    return json_get_span(j, span_of(key));
}

const struct json *json_at(const struct json *j, size_t i) {
    return j && j->type == JSON_ARRAY && i < j->size ? j->item[i] : NULL;
}

const char *json_str(const struct json *j, const char *key, const char *otherwise) {
    const struct json *v = json_get(j, key);
    return v && v->type == JSON_STRING ? v->text.at : otherwise;
}

bool json_bool(const struct json *j, const char *key, bool otherwise) {
    const struct json *v = json_get(j, key);
    if (v && (v->type == JSON_TRUE || v->type == JSON_FALSE))
        return v->type == JSON_TRUE;
    return otherwise;
}

int64_t json_int(const struct json *j, const char *key, int64_t otherwise) {
    const struct json *v = json_get(j, key);
    int64_t n;
    if (v && v->type == JSON_NUMBER && dec_to_int(v->number, &n, NULL) == OK)
        return n;
    return otherwise;
}

bool json_is_null(const struct json *j) { return !j || j->type == JSON_NULL; }

/* ---- making trees --------------------------------------------------------------- */

const struct json *json_new_string(struct arena *a, struct span s) {
    struct json *j = ARENA_NEW(a, struct json);
    char *copy = j ? arena_dup(a, s) : NULL;
    if (!copy)
        return NULL;
    j->type = JSON_STRING;
    j->text = (struct span){copy, s.size};
    return j;
}

const struct json *json_new_number(struct arena *a, struct dec n) {
    struct json *j = ARENA_NEW(a, struct json);
    if (!j)
        return NULL;
    j->type = JSON_NUMBER;
    j->number = n;
    return j;
}

const struct json *json_new_bool(bool b) {
    static const struct json yes = {.type = JSON_TRUE}, no = {.type = JSON_FALSE};
    return b ? &yes : &no;
}

const struct json *json_null(void) {
    static const struct json null = {.type = JSON_NULL};
    return &null;
}

const struct json *json_new_array(struct arena *a, const struct json **items, size_t n) {
    struct json *j = ARENA_NEW(a, struct json);
    const struct json **copy = j ? ARENA_ARRAY(a, n, const struct json *) : NULL;
    if (!copy)
        return NULL;
    for (size_t i = 0; i < n; i++)
        copy[i] = items[i] ? items[i] : json_null();
    j->type = JSON_ARRAY;
    j->size = n;
    j->item = copy;
    return j;
}

const struct json *json_new_object(struct arena *a, const struct span *keys, const struct json **values, size_t n) {
    struct json *j = (struct json *)json_new_array(a, values, n);
    struct span *copy = j ? ARENA_ARRAY(a, n, struct span) : NULL;
    if (!copy)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        char *key = arena_dup(a, keys[i]);
        if (!key)
            return NULL;
        copy[i] = (struct span){key, keys[i].size};
    }
    j->type = JSON_OBJECT;
    j->key = copy;
    return j;
}

const struct json *json_without(struct arena *a, const struct json *object, struct span key) {
    assert(object && object->type == JSON_OBJECT);
    struct span *keys = ARENA_ARRAY(a, object->size + 1, struct span);
    const struct json **values = ARENA_ARRAY(a, object->size + 1, const struct json *);
    size_t n = 0;
    for (size_t i = 0; keys && values && i < object->size; i++)
        if (!span_eq(object->key[i], key)) {
            keys[n] = object->key[i];
            values[n++] = object->item[i];
        }
    return keys && values ? json_new_object(a, keys, values, n) : NULL;
}

bool json_same(const struct json *x, const struct json *y) {
    if (json_is_null(x) || json_is_null(y))
        return json_is_null(x) && json_is_null(y);
    BUF_AUTO a, b;
    buf_init(&a, 0);
    buf_init(&b, 0);
    json_canonical(&a, x);
    json_canonical(&b, y);
    return buf_ok(&a) && buf_ok(&b) && span_eq(buf_span(&a), buf_span(&b));
}

const struct json *json_with(struct arena *a, const struct json *object, const char *key, const struct json *value) {
    assert(object && object->type == JSON_OBJECT);
    size_t n = object->size, at = 0;
    while (at < n && !span_is(object->key[at], key))
        at++;
    size_t size = at == n ? n + 1 : n;
    struct json *j = ARENA_NEW(a, struct json);
    const struct json **item = ARENA_ARRAY(a, size, const struct json *);
    struct span *keys = ARENA_ARRAY(a, size, struct span);
    char *name = at == n ? arena_dup(a, span_of(key)) : NULL;
    if (!j || !item || !keys || (at == n && !name))
        return NULL;
    for (size_t i = 0; i < n; i++) {
        item[i] = object->item[i];
        keys[i] = object->key[i];
    }
    item[at] = value ? value : json_null();
    if (at == n)
        keys[at] = span_of(name);
    *j = (struct json){.type = JSON_OBJECT, .size = size, .item = item, .key = keys};
    return j;
}
