#include "form/form_internal.h"

#include <ctype.h>
#include <stdio.h>

#include "base/idnum.h"
#include "base/utf8.h"

/* ---- mistakes ------------------------------------------------------------------ */

enum status form_mistake(struct checker *c, const char *where, const struct form_field *f, const char *code,
    const char *name, const char *value) {
    if (c->error.size >= FORM_ERRORS_MAX) {
        c->more = true;
        return OK;
    }
    struct diag *e = vec_push_in(c->a, &c->error);
    if (!e)
        return arena_full(c->d);
    const char *label = f ? f->label : "";
    if (name)
        diag_fail(e, E_INPUT, code, DIAG_S("label", label), DIAG_S(name, value));
    else
        diag_fail(e, E_INPUT, code, DIAG_S("label", label));
    diag_at(e, "%s", where);
    return OK;
}

#define MISTAKE(code) form_mistake(c, where, f, (code), NULL, NULL)

/* ---- blank ------------------------------------------------------------------------ */

struct span form_trimmed(struct span s) {
    while (s.size > 0 && ((unsigned char)s.at[0] <= ' ')) {
        s.at++;
        s.size--;
    }
    while (s.size > 0 && ((unsigned char)s.at[s.size - 1] <= ' '))
        s.size--;
    return s;
}

bool form_blank(const struct form_field *f, const struct json *v) {
    if (json_is_null(v))
        return true;
    if (v->type == JSON_STRING)
        return form_trimmed(v->text).size == 0;
    return v->type == JSON_ARRAY && v->size == 0 && f->type != FORM_LIST;
}

/* ---- text ------------------------------------------------------------------------- */

/* The length as the browser counts it: UTF-16 units. */
static long browser_length(struct span s) {
    long n = 0;
    for (const char *p = s.at; p < s.at + s.size;)
        n += utf8_next(&p, s.at + s.size) > 0xFFFF ? 2 : 1;
    return n;
}

static bool is_digit(char ch) { return ch >= '0' && ch <= '9'; }

/* name@host.name: the usual letters before, labels of a host name after. */
static bool is_email(struct span s) {
    const char *sign = memchr(s.at, '@', s.size);
    if (!sign || sign == s.at || s.size > 254)
        return false;
    for (const char *p = s.at; p < sign; p++)
        if (!isalnum((unsigned char)*p) && !strchr(".!#$%&'*+/=?^_`{|}~-", *p))
            return false;
    size_t label = 0;
    for (const char *p = sign + 1; p <= s.at + s.size; p++) {
        if (p == s.at + s.size || *p == '.') {
            if (label == 0 || label > 63 || p[-1] == '-')
                return false;
            label = 0;
        } else if (isalnum((unsigned char)*p) || (*p == '-' && label > 0)) {
            label++;
        } else {
            return false;
        }
    }
    return true;
}

/* A mobile number, a landline with its area code, or an international number;
 * spaces, hyphens and brackets are how people group digits. */
static bool is_phone(struct span s) {
    char digits[20];
    size_t n = 0;
    bool plus = s.size > 0 && s.at[0] == '+';
    for (size_t i = plus; i < s.size; i++) {
        if (strchr(" -()", s.at[i]) && s.at[i])
            continue;
        if (!is_digit(s.at[i]) || n == sizeof digits)
            return false;
        digits[n++] = s.at[i];
    }
    if (plus)
        return n >= 7 && n <= 15;
    if (n == 11 && digits[0] == '1')
        return digits[1] >= '3';
    if (n > 2 && digits[0] == '0' && digits[1] == '0')
        return n >= 9 && n <= 17;
    return digits[0] == '0' && n >= 10 && n <= 12;
}

static enum status citizen(struct checker *c, const struct form_field *f, struct span s, const char *where,
    const struct json **ret) {
    struct citizen_number number;
    struct diag d = {0};
    if (citizen_number_parse(s, &number, &d) != OK)
        return form_mistake(c, where, f, d.code, d.arg_count > 0 ? d.arg[0].name : NULL, d.arg[0].value);
    *ret = json_new_string(c->a, span_bytes(arena_dup(c->a, span_of(number.text)), strlen(number.text)));
    return *ret ? OK : arena_full(c->d);
}

static enum status bound(struct checker *c, struct form_scope *s, bool has, struct dec n, struct span feel, bool *ret_has,
    struct dec *ret);

/* `bounds` are of lengths or of how many entries there are; `n` is one. */
enum status form_check_size(struct checker *c, struct form_scope *s, const struct form_field *f,
    const struct form_count *bounds, long n, const char *const code[2], const char *where, bool *ret_good) {
    *ret_good = true;
    for (int i = 0; i < 2; i++) {
        bool has;
        struct dec limit;
        char text[DEC_TEXT_MAX];
        enum status st = bound(c, s, bounds[i].n >= 0, dec_int(bounds[i].n), bounds[i].feel, &has, &limit);
        if (st != OK)
            return st;
        int order = has ? dec_cmp(dec_int(n), limit) : 0;
        if (i == 0 ? order >= 0 : order <= 0)
            continue;
        *ret_good = false;
        dec_text_short(limit, text);
        return form_mistake(c, where, f, code[i], "limit", text);
    }
    return OK;
}

static enum status check_text(struct checker *c, struct form_scope *scope, const struct form_field *f, const struct json *v,
    const char *where, const struct json **ret) {
    static const char *const CODE[] = {"form.min_length", "form.max_length"};
    if (v->type != JSON_STRING)
        return MISTAKE("form.type_text");
    struct span s = form_trimmed(v->text);
    if (s.size > FORM_TEXT_MAX)
        return MISTAKE("form.too_long_text");
    if (utf8_has_hidden(s, f->lines))
        return MISTAKE("form.characters");
    bool fits = true;
    enum status st = form_check_size(c, scope, f, f->length, browser_length(s), CODE, where, &fits);
    if (st != OK || !fits)
        return st;
    if (f->pattern[0] && form_pattern_test(f->pattern, s, &fits, NULL) != OK)
        fits = false; /* it took too long: nothing that a person meant to write */
    if (!fits)
        return MISTAKE("form.pattern");
    if (f->validation == FORM_EMAIL && !is_email(s))
        return MISTAKE("form.email");
    if (f->validation == FORM_PHONE && !is_phone(s))
        return MISTAKE("form.phone");
    if (f->idnum)
        return citizen(c, f, s, where, ret);
    *ret = json_new_string(c->a, s);
    return *ret ? OK : arena_full(c->d);
}

/* ---- numbers ------------------------------------------------------------------------ */

/* A bound is a number, or FEEL that gives one; a bound that gives none does
 * not bind. */
static enum status bound(struct checker *c, struct form_scope *s, bool has, struct dec n, struct span feel, bool *ret_has,
    struct dec *ret) {
    *ret_has = has;
    *ret = n;
    if (feel.size == 0)
        return OK;
    const struct json *v;
    enum status st = form_feel(c, s, feel, &v);
    if (st == E_INPUT)
        return OK;
    *ret_has = st == OK && v->type == JSON_NUMBER;
    if (*ret_has)
        *ret = v->number;
    return st;
}

static enum status check_range(struct checker *c, struct form_scope *s, const struct form_field *f, struct dec n,
    const char *where, bool *ret_good) {
    bool has;
    struct dec limit;
    char text[DEC_TEXT_MAX];
    *ret_good = false;
    enum status st = bound(c, s, f->has_min, f->min, f->min_feel, &has, &limit);
    if (st == OK && has && dec_cmp(n, limit) < 0) {
        dec_text_short(limit, text);
        return form_mistake(c, where, f, "form.min", "limit", text);
    }
    if (st == OK)
        st = bound(c, s, f->has_max, f->max, f->max_feel, &has, &limit);
    if (st == OK && has && dec_cmp(n, limit) > 0) {
        dec_text_short(limit, text);
        return form_mistake(c, where, f, "form.max", "limit", text);
    }
    *ret_good = st == OK;
    return st;
}

/* As the form keeps it: a number, or its text (serializeToString). */
static const struct json *form_number(struct arena *a, const struct form_field *f, struct dec n) {
    char text[DEC_TEXT_MAX];
    if (!f->as_text)
        return json_new_number(a, n);
    struct span s = span_bytes(text, dec_text_short(n, text));
    const char *kept = arena_dup(a, s);
    return kept ? json_new_string(a, (struct span){kept, s.size}) : NULL;
}

static enum status check_number(struct checker *c, struct form_scope *s, const struct form_field *f,
    const struct json *v, const char *where, const struct json **ret) {
    struct dec n;
    char text[24];
    if (v->type == JSON_NUMBER)
        n = v->number;
    else if (v->type != JSON_STRING || dec_parse(form_trimmed(v->text), &n, NULL) != OK)
        return MISTAKE("form.type_number");
    /* beyond this no figure of a form is meant */
    if (dec_cmp(dec_abs(n), dec_int(INT64_C(1000000000000000))) > 0)
        return MISTAKE("form.number_size");
    if (f->decimals >= 0 && dec_cmp(dec_round(n, f->decimals, DEC_DOWN), n) != 0) {
        snprintf(text, sizeof text, "%d", f->decimals);
        return f->decimals == 0 ? MISTAKE("form.integer") : form_mistake(c, where, f, "form.decimals", "limit", text);
    }
    if (dec_sign(f->step) > 0 && !dec_zero(dec_modulo(n, f->step))) {
        char step[DEC_TEXT_MAX];
        dec_text_short(f->step, step);
        return form_mistake(c, where, f, "form.step", "step", step);
    }
    bool good;
    enum status st = check_range(c, s, f, n, where, &good);
    if (st != OK || !good)
        return st;
    *ret = form_number(c->a, f, n);
    return *ret ? OK : arena_full(c->d);
}

/* ---- choices -------------------------------------------------------------------------- */

/* {label, value}, or the value itself. */
static bool offered(const struct json *values, const struct json *v) {
    for (size_t i = 0; values && values->type == JSON_ARRAY && i < values->size; i++) {
        const struct json *o = values->item[i];
        const struct json *value = o->type == JSON_OBJECT ? json_get(o, "value") : o;
        if (!json_is_null(value) && form_same(value, v))
            return true;
    }
    return false;
}

static enum status choices(struct checker *c, struct form_scope *s, const struct form_field *f,
    const struct json **ret) {
    *ret = f->values_key[0] ? json_get(c->root, f->values_key) : f->values;
    if (f->values_feel.size == 0)
        return OK;
    enum status st = form_feel(c, s, f->values_feel, ret);
    return st == E_INPUT ? diag_fail(c->d, E_INPUT, "form.expression", DIAG_S("label", f->label)) : st;
}

/* `v` if it has as many entries as it may. */
static enum status form_check_items(struct checker *c, struct form_scope *s, const struct form_field *f,
    const struct json *v, const char *where, const struct json **ret) {
    bool good;
    enum status st = form_check_size(c, s, f, f->items, (long)v->size, FORM_ITEMS_CODE, where, &good);
    if (st == OK && good)
        *ret = v;
    return st;
}

static enum status check_choice(struct checker *c, struct form_scope *s, const struct form_field *f,
    const struct json *v, const char *where, const struct json **ret) {
    const struct json *values;
    enum status st = choices(c, s, f, &values);
    if (st != OK)
        return st;
    if (!offered(values, v))
        return MISTAKE("form.not_offered");
    *ret = v;
    return OK;
}

static enum status check_choices(struct checker *c, struct form_scope *s, const struct form_field *f,
    const struct json *v, const char *where, const struct json **ret) {
    const struct json *values;
    enum status st = choices(c, s, f, &values);
    if (st != OK)
        return st;
    if (v->type != JSON_ARRAY)
        return MISTAKE("form.type_list");
    for (size_t i = 0; i < v->size; i++) {
        if (!offered(values, v->item[i]))
            return MISTAKE("form.not_offered");
        for (size_t k = 0; k < i; k++)
            if (form_same(v->item[i], v->item[k]))
                return MISTAKE("form.twice");
    }
    return form_check_items(c, s, f, v, where, ret);
}

/* ---- files ----------------------------------------------------------------------------------- */

/* An upload's id, as our API gives it or as form-js writes it. */
static bool file_id(const struct json *v, struct span *ret) {
    if (v->type != JSON_STRING)
        return false;
    struct span s = v->text;
    if (s.size > 7 && memcmp(s.at, "files::", 7) == 0)
        s = (struct span){s.at + 7, s.size - 7};
    for (size_t i = 0; i < s.size; i++)
        if (!isalnum((unsigned char)s.at[i]) && s.at[i] != '-' && s.at[i] != '_')
            return false;
    *ret = s;
    return s.size > 0 && s.size <= 80;
}

static enum status check_files(struct checker *c, struct form_scope *scope, const struct form_field *f, const struct json *v, const char *where,
    const struct json **ret) {
    size_t n = v->type == JSON_ARRAY ? v->size : 1;
    if (n > 1 && !f->multiple)
        return MISTAKE("form.one_file");
    if (n > FORM_ROWS_MAX)
        return MISTAKE("form.too_many_rows");
    const struct json **id = ARENA_ARRAY(c->a, n + 1, const struct json *);
    for (size_t i = 0; id && i < n; i++) {
        struct span s;
        if (!file_id(v->type == JSON_ARRAY ? v->item[i] : v, &s))
            return MISTAKE("form.type_file");
        if (!(id[i] = json_new_string(c->a, s)))
            return arena_full(c->d);
    }
    v = id ? json_new_array(c->a, id, n) : NULL;
    return v ? form_check_items(c, scope, f, v, where, ret) : arena_full(c->d);
}

/* ---- what conditions see ------------------------------------------------------------------------ */

/* Read as form_value reads it, without a check: what cannot be read stays as
 * it was sent, the mistake follows.  NULL: no answer. */
const struct json *form_seen(struct arena *a, const struct form_field *f, const struct json *v) {
    struct dec n;
    if (f->type == FORM_CHECKBOX && json_is_null(v))
        return json_new_bool(false);
    if (form_blank(f, v))
        return NULL;
    if (f->type == FORM_NUMBER && (v->type == JSON_NUMBER || v->type == JSON_STRING)) {
        if (v->type == JSON_STRING && dec_parse(form_trimmed(v->text), &n, NULL) != OK)
            return v;
        return form_number(a, f, v->type == JSON_STRING ? n : v->number);
    }
    if (v->type != JSON_STRING)
        return v;
    switch (f->type) {
    case FORM_TEXT:
        return json_new_string(a, form_trimmed(v->text));
    case FORM_TIME:
    case FORM_DATETIME:
    case FORM_DATE:
        return form_moment_seen(a, f, v);
    default:
        return v;
    }
}

enum status form_value(struct checker *c, struct form_scope *s, const struct form_field *f, const struct json *v,
    const char *where, const struct json **ret) {
    *ret = NULL;
    switch (f->type) {
    case FORM_TEXT:
        return check_text(c, s, f, v, where, ret);
    case FORM_NUMBER:
        return check_number(c, s, f, v, where, ret);
    case FORM_CHECKBOX:
        if (v->type != JSON_TRUE && v->type != JSON_FALSE)
            return MISTAKE("form.type_boolean");
        if (f->required && v->type == JSON_FALSE)
            return MISTAKE("form.required");
        *ret = v;
        return OK;
    case FORM_CHOICE:
        return check_choice(c, s, f, v, where, ret);
    case FORM_CHOICES:
        return check_choices(c, s, f, v, where, ret);
    case FORM_DATE:
    case FORM_TIME:
    case FORM_DATETIME:
        return form_check_moment(c, f, v, where, ret);
    case FORM_FILES:
        return check_files(c, s, f, v, where, ret);
    case FORM_EXPRESSION:
    case FORM_GROUP:
    case FORM_LIST:
        break;
    }
    assert(!"no answer of its own");
    return E_USAGE;
}
