/* The shape of a body and of a query, from the route table's types: what is
 * not written there is refused before a handler sees it. */
#include "server/server_internal.h"

#include "base/utf8.h"
#include "civil/entitlement/entitlement.h"

#include <stdio.h>

static bool is_digits(struct span s) {
    for (size_t i = 0; i < s.size; i++)
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
    return s.size > 0 && s.size <= 19;
}

static bool is_int(const struct api_field *f, struct span s) {
    bool minus = s.size > 0 && s.at[0] == '-';
    if (minus)
        s.at++, s.size--;
    if (!is_digits(s) || s.size > 18) /* all of them fit an int64_t */
        return false;
    int64_t v = 0;
    for (size_t i = 0; i < s.size; i++)
        v = v * 10 + (s.at[i] - '0');
    v = minus ? -v : v;
    return v >= f->min && v <= f->max;
}

/* GB/T 2260 and the statistical code: province, city, district, subdistrict, community. */
static bool is_division(struct span s) {
    return is_digits(s) && (s.size == 2 || s.size == 4 || s.size == 6 || s.size == 9 || s.size == 12);
}

static bool listed(const char *codes, struct span text) {
    for (const char *at = codes; *at;) {
        size_t n = strcspn(at, "|");
        if (n == text.size && memcmp(at, text.at, n) == 0)
            return true;
        at += n + (at[n] == '|');
    }
    return false;
}

/* Text of a kind; an empty id or date means none, as forms send it. */
static bool text_fits(const struct api_field *f, struct span text) {
    struct diag d = {0};
    date_t day;
    month_t month;
    instant_t at;
    switch (f->kind) {
    case API_ID: return is_digits(text) || (f->optional && text.size == 0);
    case API_DATE: return (f->optional && text.size == 0) || date_parse(text, &day, &d) == OK;
    case API_INSTANT: return (f->optional && text.size == 0) || instant_parse(text, &at, &d) == OK;
    case API_CODE: return listed(f->codes, text);
    case API_MONTH: return month_parse(text, &month, &d) == OK;
    case API_DIVISION: return is_division(text);
    case API_BOOL: return span_is(text, "true") || span_is(text, "false");
    case API_INT: return is_int(f, text);
    case API_STRING:
    case API_JSON: return true;
    }
    return false;
}

static bool value_fits(const struct api_field *f, const struct json *v) {
    int64_t whole = 0;
    if (v->type == JSON_NULL)
        return f->optional || f->kind == API_JSON;
    switch (f->kind) {
    case API_JSON: return true;
    case API_BOOL: return v->type == JSON_TRUE || v->type == JSON_FALSE;
    case API_INT: return v->type == JSON_NUMBER && dec_to_int(v->number, &whole, NULL) == OK && whole >= f->min && whole <= f->max;
    default: return v->type == JSON_STRING && text_fits(f, v->text);
    }
}

static const struct api_field *field_named(const struct api_field *fields, struct span name) {
    for (const struct api_field *f = fields; f && f->name; f++)
        if (span_is(name, f->name))
            return f;
    return NULL;
}

static enum status refuse(struct diag *d, const char *code, struct span name) {
    snprintf(d->where, sizeof d->where, "%.*s", (int)(name.size < 100 ? name.size : 100), name.at);
    /* The name came from outside and may have been cut inside a character. */
    while (d->where[0] && !utf8_valid(span_of(d->where)))
        d->where[strlen(d->where) - 1] = 0;
    return diag_fail(d, E_INPUT, code);
}

/* What a person reads as one text must be one: /\u202e/ in a reason or a file's
 * name turns it round.  The form checks its own (API_JSON). */
static bool text_misleads(const struct api_field *f, struct span text) {
    return f->kind == API_STRING && utf8_has_hidden(text, true);
}

enum status fields_check_body(const struct api_field *fields, const struct json *body, struct diag *d) {
    for (size_t i = 0; i < body->size; i++) {
        const struct api_field *f = field_named(fields, body->key[i]);
        if (!f)
            return refuse(d, "api.field_unknown", body->key[i]);
        if (!value_fits(f, body->item[i]))
            return refuse(d, "api.field_type", body->key[i]);
        if (body->item[i]->type == JSON_STRING && text_misleads(f, body->item[i]->text))
            return refuse(d, "api.field_characters", body->key[i]);
    }
    for (const struct api_field *f = fields; f && f->name; f++)
        if (!f->optional && !json_get(body, f->name))
            return refuse(d, "api.field_missing", span_of(f->name));
    return OK;
}

enum { QUERY_FIELDS_MAX = 16 };
struct query { const struct api_field *fields; struct diag *d; bool seen[QUERY_FIELDS_MAX]; };

static bool query_field(void *arg, struct span name, struct span value) {
    struct query *q = arg;
    const struct api_field *f = field_named(q->fields, name);
    if (!f)
        return refuse(q->d, "api.query_unknown", name) == OK;
    size_t i = (size_t)(f - q->fields);
    assert(i < QUERY_FIELDS_MAX);
    if (q->seen[i])
        return refuse(q->d, "api.query_twice", name) == OK;
    q->seen[i] = true;
    if (!utf8_valid(value) || !text_fits(f, value))
        return refuse(q->d, "api.query_value", name) == OK;
    return !text_misleads(f, value) || refuse(q->d, "api.field_characters", name) == OK;
}

enum status fields_check_query(const struct api_field *fields, const struct http_request *r, struct diag *d) {
    struct query q = {.fields = fields, .d = d};
    if (!http_query_each(r, query_field, &q))
        return d->status;
    for (const struct api_field *f = fields; f && f->name; f++)
        if (!f->optional && !q.seen[f - fields])
            return refuse(d, "api.field_missing", span_of(f->name));
    return OK;
}
