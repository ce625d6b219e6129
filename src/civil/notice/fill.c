/* Placeholders. */
#include "civil/notice/notice_internal.h"

#include "base/message.h"

enum { NAME_MAX_BYTES = 48 };

enum status fill_missing(const char *name, struct diag *d) {
    diag_fail(d, E_INPUT, "notice.placeholder", DIAG_S("name", name));
    return diag_at(d, "%s", name);
}

char *notice_sentence(struct arena *a, enum lang l, const char *code, const struct diag_arg *arg, size_t n) {
    BUF_AUTO b;
    buf_init(&b, 0);
    message_text(&b, l, code, arg, n);
    return buf_ok(&b) ? arena_dup(a, buf_span(&b)) : NULL;
}

bool notice_both(struct arena *a, const char *code, struct doc_text *ret) {
    ret->main = notice_sentence(a, LANG_ZH, code, NULL, 0);
    ret->second = notice_sentence(a, LANG_EN, code, NULL, 0);
    return ret->main && ret->second;
}

/* ---- values ---------------------------------------------------------------------- */

/* 2026-11-22 and 2026-11 become what Chinese writes; English keeps ISO 8601. */
static char *show_date(struct arena *a, struct span s) {
    date_t day;
    bool month = s.size == 7;
    char whole[16];
    struct diag ignored = {0};
    if ((s.size != 7 && s.size != 10) || s.at[4] != '-')
        return NULL;
    memcpy(whole, s.at, s.size);
    memcpy(whole + s.size, month ? "-01" : "", month ? 4 : 1);
    if (date_parse(span_of(whole), &day, &ignored) != OK)
        return NULL;
    struct ymd y = date_ymd(day);
    const struct diag_arg arg[] = {DIAG_N("year", y.year), DIAG_N("month", y.month), DIAG_N("day", y.day)};
    return notice_sentence(a, LANG_ZH, month ? "notice.month" : "notice.date", arg, month ? 2 : 3);
}

/* Text boxes send CR LF and tabs; a document has line feeds and spaces. */
static char *show_text(struct arena *a, struct span s) {
    char *text = arena_dup(a, s), *to = text;
    for (const char *p = text; p && *p; p++)
        if (*p != '\r')
            *to++ = *p == '\t' ? ' ' : *p;
        else if (p[1] != '\n')
            *to++ = '\n';
    if (text)
        *to = 0;
    return text;
}

const char *fill_show(struct arena *a, const struct json *v, enum lang l) {
    if (v && v->type == JSON_OBJECT) {
        const struct json *en = json_get(v, "en"), *zh = json_get(v, "zh");
        v = l == LANG_EN && en && en->type == JSON_STRING && en->text.size ? en : zh;
    }
    if (!v)
        return NULL;
    if (v->type == JSON_STRING) {
        const char *day = l == LANG_ZH ? show_date(a, v->text) : NULL;
        return day ? day : show_text(a, v->text);
    }
    if (v->type != JSON_NUMBER)
        return NULL;
    BUF_AUTO b;
    buf_init(&b, 256);
    json_canonical(&b, v);
    return buf_ok(&b) ? arena_dup(a, buf_span(&b)) : NULL;
}

static const char *value(const struct fill *f, const char *name, enum lang l) {
    const struct json *own = json_get(f->own, name);
    return fill_show(f->a, own ? own : json_get(f->values, name), l);
}

enum status fill_list(const struct fill *f, const char *name, const struct json **ret, struct diag *d) {
    const struct json *list = json_get(f->values, name);
    if (!list || list->type != JSON_ARRAY)
        return fill_missing(name, d);
    *ret = list;
    return OK;
}

/* ---- texts ---------------------------------------------------------------------- */

/* The placeholder that begins at p ("{name}"); its end, or NULL when it is none. */
static const char *placeholder(const char *p, char name[NAME_MAX_BYTES]) {
    size_t n = strcspn(p + 1, "{}");
    if (n == 0 || n >= NAME_MAX_BYTES || p[1 + n] != '}')
        return NULL;
    memcpy(name, p + 1, n);
    name[n] = 0;
    return p + n + 2;
}

enum status fill_text(const struct fill *f, const char *text, enum lang l, const char **ret, struct diag *d) {
    BUF_AUTO b;
    char name[NAME_MAX_BYTES];
    *ret = NULL;
    if (!text)
        return OK;
    buf_init(&b, 1 << 20);
    for (const char *p = text; *p;) {
        if (*p != '{' && *p != '}') {
            buf_addc(&b, *p++);
            continue;
        }
        const char *end = *p == '{' ? placeholder(p, name) : NULL;
        if (!end)
            return diag_fail(d, E_INPUT, "notice.template_bad", DIAG_S("text", text));
        const char *v = value(f, name, l);
        bool alone = p == text && !*end;
        if (!v || (!*v && !alone))
            return fill_missing(name, d);
        buf_adds(&b, v);
        p = end;
    }
    *ret = buf_ok(&b) ? arena_dup(f->a, buf_span(&b)) : NULL;
    return *ret ? OK : arena_full(d);
}

enum status fill_both(const struct fill *f, const struct json *text, struct doc_text *ret, struct diag *d) {
    *ret = (struct doc_text){0};
    if (json_is_null(text))
        return OK;
    if (text->type == JSON_STRING)
        return fill_text(f, text->text.at, LANG_ZH, &ret->main, d);
    enum status s = fill_text(f, json_str(text, "zh", NULL), LANG_ZH, &ret->main, d);
    if (s == OK)
        s = fill_text(f, json_str(text, "en", NULL), LANG_EN, &ret->second, d);
    /* Said once when both languages say the same: a name, a number, an official's own words. */
    if (s == OK && ret->main && ret->second && strcmp(ret->main, ret->second) == 0)
        ret->second = NULL;
    return s;
}
