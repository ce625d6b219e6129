#include "form/form_internal.h"

static const char *const OURS[] = {"mz.fact", "mz.none", "mz.unknown", "mz.number", "mz.idnum", "mz.mask", "mz.protected", "mz.page", "mz.why",
    "mz.plain", "mz.register"};

const char *form_property(const struct form_field *f, const char *name) {
    for (uint32_t i = 0; i < f->property_count; i++)
        if (strcmp(f->property[i].name, name) == 0)
            return f->property[i].value;
    return "";
}

static bool known(const char *name) {
    if (strncmp(name, "mz.", 3) != 0)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(OURS); i++)
        if (strcmp(OURS[i], name) == 0)
            return true;
    return false;
}

/* Strings as they are; true, false and numbers as form-js prints them. */
static const char *as_text(struct arena *a, const struct json *v) {
    char number[DEC_TEXT_MAX];
    switch (v->type) {
    case JSON_STRING:
        return v->text.at;
    case JSON_TRUE:
        return "true";
    case JSON_FALSE:
        return "false";
    case JSON_NUMBER:
        return arena_dup(a, span_bytes(number, dec_text_short(v->number, number)));
    default:
        return "";
    }
}

/* One name, then "[]" or "[7]" behind it. */
static bool fact_part(struct arena *a, struct span part, const char **segment, uint32_t *n) {
    const char *bracket = memchr(part.at, '[', part.size);
    struct span name = {part.at, bracket ? (size_t)(bracket - part.at) : part.size};
    if (name.size == 0 || !(segment[(*n)++] = arena_dup(a, name)))
        return false;
    if (!bracket)
        return true;
    struct span place = {bracket, part.size - name.size};
    if (place.size < 2 || place.size > 5 || place.at[place.size - 1] != ']')
        return false;
    for (size_t i = 1; i + 1 < place.size; i++)
        if (place.at[i] < '0' || place.at[i] > '9')
            return false;
    return (segment[(*n)++] = arena_dup(a, place)) != NULL;
}

static enum status take_path(struct arena *a, const char *text, const char *const **ret, uint32_t *ret_n, struct diag *d) {
    struct span rest = span_of(text);
    /* a part is at least one byte and makes at most two segments */
    const char **segment = ARENA_ARRAY(a, rest.size * 2 + 2, const char *);
    if (!segment)
        return arena_full(d);
    uint32_t n = 0;
    while (rest.size > 0) {
        const char *dot = memchr(rest.at, '.', rest.size);
        struct span part = {rest.at, dot ? (size_t)(dot - rest.at) : rest.size};
        rest = dot ? (struct span){dot + 1, rest.size - part.size - 1} : SPAN("");
        if (!fact_part(a, part, segment, &n) || (dot && rest.size == 0))
            return diag_fail(d, E_INPUT, "form.fact_path", DIAG_S("path", text));
    }
    *ret = segment;
    *ret_n = n;
    return OK;
}

static bool truth(const struct form_field *f, const char *name) { return strcmp(form_property(f, name), "true") == 0; }

enum status form_take_properties(struct arena *a, const struct json *component, struct form_field *f, struct diag *d) {
    f->fact_unknown = f->fact_number = "";
    const struct json *o = json_get(component, "properties");
    if (json_is_null(o))
        return OK;
    if (o->type != JSON_OBJECT)
        return diag_fail(d, E_INPUT, "form.schema", DIAG_S("what", "properties"));
    struct form_property *list = ARENA_ARRAY(a, o->size + 1, struct form_property);
    if (!list)
        return arena_full(d);
    for (size_t i = 0; i < o->size; i++) {
        list[i] = (struct form_property){o->key[i].at, as_text(a, o->item[i])};
        if (!list[i].value)
            return arena_full(d);
        if (!known(list[i].name))
            return diag_fail(d, E_INPUT, "form.unknown_property", DIAG_S("name", list[i].name));
    }
    f->property = list;
    f->property_count = (uint32_t)o->size;
    f->idnum = truth(f, "mz.idnum");
    f->none_fact = truth(f, "mz.none");
    f->fact_unknown = form_property(f, "mz.unknown");
    f->fact_number = form_property(f, "mz.number");
    enum status s = take_path(a, form_property(f, "mz.fact"), &f->fact, &f->fact_count, d);
    return s == OK ? take_path(a, form_property(f, "mz.register"), &f->known, &f->known_count, d) : s;
}

/* How many lists are around a field, itself included. */
static uint32_t lists_around(const struct form *f, uint32_t i) {
    uint32_t n = 0;
    for (; i != FORM_NONE; i = f->field[i].parent)
        n += f->field[i].type == FORM_LIST;
    return n;
}

static bool path_fits(const struct form *f, uint32_t i, const char *const *path, uint32_t n) {
    uint32_t open = 0;
    for (uint32_t k = 0; k < n; k++)
        open += form_any_entry(path[k]);
    bool list = f->field[i].type == FORM_LIST && n > 0;
    return open <= lists_around(f, i) && !(list && !form_any_entry(path[n - 1]));
}

enum status form_check_facts(const struct form *f, struct diag *d) {
    for (uint32_t i = 0; i < f->field_count; i++) {
        const struct form_field *x = &f->field[i];
        bool fact = path_fits(f, i, x->fact, x->fact_count);
        if (!fact || !path_fits(f, i, x->known, x->known_count - form_asks_empty(x))) {
            diag_fail(d, E_INPUT, "form.fact_path", DIAG_S("path", form_property(x, fact ? "mz.register" : "mz.fact")));
            return diag_at(d, "%s", x->key[0] ? x->key : x->id);
        }
    }
    return OK;
}
