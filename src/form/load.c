#include "form/form_internal.h"

/* Groups in lists in groups ...; a form that a person can follow has three. */
enum { DEPTH_MAX = 12 };

struct loader {
    struct arena *a;
    const struct evaluator *feel;
    VEC(struct form_field) field;
    int depth;
    struct diag *d;
};

static const struct { const char *name; enum form_type type; } TYPE[] = {
    {"textfield", FORM_TEXT},
    {"textarea", FORM_TEXT},
    {"number", FORM_NUMBER},
    {"checkbox", FORM_CHECKBOX},
    {"radio", FORM_CHOICE},
    {"select", FORM_CHOICE},
    {"checklist", FORM_CHOICES},
    {"taglist", FORM_CHOICES},
    {"datetime", FORM_DATE},
    {"filepicker", FORM_FILES},
    {"expression", FORM_EXPRESSION},
    {"group", FORM_GROUP},
    {"dynamiclist", FORM_LIST},
};

/* Shown, but nothing is sent. */
static const char *const SHOWN_ONLY[] = {"text", "html", "image", "separator", "spacer", "button", "iframe", "table",
    "documentPreview"};

static enum status at(struct loader *l, const struct form_field *f, enum status s) {
    if (s != OK && s != E_LIMIT && l->d && l->d->where[0] == '\0')
        diag_at(l->d, "%s", f->key[0] ? f->key : f->id);
    return s;
}

#define wrong(l, what) diag_fail((l)->d, E_INPUT, "form.schema", DIAG_S("what", (what)))

/* ---- expressions ------------------------------------------------------------- */

/* "=a > 1" -> "a > 1"; *ret stays empty when it is no expression. */
static enum status take_feel(struct loader *l, const struct json *v, struct span *ret) {
    *ret = SPAN("");
    if (!v || v->type != JSON_STRING || v->text.size == 0 || v->text.at[0] != '=')
        return OK;
    *ret = (struct span){v->text.at + 1, v->text.size - 1};
    return l->feel && l->feel->check ? l->feel->check(l->feel->user, *ret, l->d) : OK;
}

/* true, false or an expression. */
static enum status take_condition(struct loader *l, const struct json *v, const char *what, struct span *ret) {
    *ret = SPAN("");
    if (json_is_null(v) || v->type == JSON_FALSE)
        return OK;
    if (v->type == JSON_TRUE) {
        *ret = SPAN("true");
        return OK;
    }
    enum status s = take_feel(l, v, ret);
    return s == OK && ret->size == 0 ? wrong(l, what) : s;
}

/* ---- rules --------------------------------------------------------------------- */

static enum status take_bound(struct loader *l, const struct json *v, const char *what, bool *has, struct dec *n,
    struct span *feel) {
    *feel = SPAN("");
    if (json_is_null(v) || (v->type == JSON_STRING && v->text.size == 0))
        return OK;
    if (v->type == JSON_STRING && v->text.at[0] == '=')
        return take_feel(l, v, feel);
    *has = true;
    if (v->type == JSON_NUMBER) {
        *n = v->number;
        return OK;
    }
    return v->type == JSON_STRING && dec_parse(v->text, n, NULL) == OK ? OK : wrong(l, what);
}

static enum status take_count(struct loader *l, const struct json *v, const char *what, long *ret) {
    int64_t n;
    *ret = -1;
    if (json_is_null(v))
        return OK;
    if (v->type != JSON_NUMBER || dec_to_int(v->number, &n, NULL) != OK || n < 0 || n > FORM_TEXT_MAX)
        return wrong(l, what);
    *ret = (long)n;
    return OK;
}

/* A count, or FEEL that gives one. */
static enum status take_limit(struct loader *l, const struct json *v, const char *what, struct form_count *ret) {
    enum status s = take_feel(l, v, &ret->feel);
    ret->n = -1;
    if (s != OK || ret->feel.size > 0 || (v && v->type == JSON_STRING && v->text.size == 0))
        return s;
    struct dec n;
    if (v && v->type == JSON_STRING && dec_parse(v->text, &n, NULL) == OK)
        v = json_new_number(l->a, n);
    return take_count(l, v, what, &ret->n);
}

static enum status take_validate(struct loader *l, const struct json *component, struct form_field *f) {
    const struct json *v = json_get(component, "validate");
    for (int i = 0; i < 2; i++)
        f->length[i] = f->items[i] = (struct form_count){-1, SPAN("")};
    f->pattern = "";
    f->min_feel = f->max_feel = SPAN("");
    if (json_is_null(v))
        return OK;
    if (v->type != JSON_OBJECT)
        return wrong(l, "validate");
    f->required = json_bool(v, "required", false);
    enum status s = take_bound(l, json_get(v, "min"), "validate.min", &f->has_min, &f->min, &f->min_feel);
    if (s == OK)
        s = take_bound(l, json_get(v, "max"), "validate.max", &f->has_max, &f->max, &f->max_feel);
    if (s == OK)
        s = take_limit(l, json_get(v, "minLength"), "validate.minLength", &f->length[0]);
    if (s == OK)
        s = take_limit(l, json_get(v, "maxLength"), "validate.maxLength", &f->length[1]);
    if (s == OK)
        s = take_limit(l, json_get(v, "minItems"), "validate.minItems", &f->items[0]);
    if (s == OK)
        s = take_limit(l, json_get(v, "maxItems"), "validate.maxItems", &f->items[1]);
    if (s != OK)
        return s;
    const char *kind = json_str(v, "validationType", "");
    f->validation = strcmp(kind, "email") == 0 ? FORM_EMAIL : strcmp(kind, "phone") == 0 ? FORM_PHONE : FORM_PLAIN;
    f->pattern = json_str(v, "pattern", "");
    return f->pattern[0] ? form_pattern_check(f->pattern, l->d) : OK;
}

static enum status take_number(struct loader *l, const struct json *component, struct form_field *f) {
    long decimals;
    bool has_step = false;
    struct span ignored;
    enum status s = take_count(l, json_get(component, "decimalDigits"), "decimalDigits", &decimals);
    f->decimals = decimals > 30 ? 30 : (int)decimals;
    f->as_text = json_bool(component, "serializeToString", false);
    if (s == OK)
        s = take_bound(l, json_get(component, "increment"), "increment", &has_step, &f->step, &ignored);
    return s == OK && has_step && dec_sign(f->step) <= 0 ? wrong(l, "increment") : s;
}

/* values: [{label, value}] or plain values -> the values. */
static enum status take_values(struct loader *l, const struct json *component, struct form_field *f) {
    const struct json *values = json_get(component, "values");
    f->values_key = json_str(component, "valuesKey", "");
    enum status s = take_feel(l, json_get(component, "valuesExpression"), &f->values_feel);
    if (s != OK || f->values_feel.size > 0 || f->values_key[0])
        return s;
    if (!values || values->type != JSON_ARRAY || values->size == 0)
        return wrong(l, "values");
    f->values = values;
    return OK;
}

static enum status take_date(struct loader *l, const struct json *component, struct form_field *f) {
    const char *subtype = json_str(component, "subtype", "date");
    f->type = strcmp(subtype, "date") == 0   ? FORM_DATE
              : strcmp(subtype, "time") == 0 ? FORM_TIME
                                             : FORM_DATETIME;
    if (f->type == FORM_DATETIME && strcmp(subtype, "datetime") != 0)
        return wrong(l, "subtype");
    f->no_past = json_bool(component, "disallowPassedDates", false);
    static const char *const ZONE[] = {"", "no_timezone", "utc_offset", "utc_normalized"};
    const char *zone = f->type == FORM_DATE ? "" : json_str(component, "timeSerializingFormat", "");
    for (size_t i = 0; i < ARRAY_LEN(ZONE); i++)
        if (strcmp(ZONE[i], zone) == 0) {
            f->zone = i;
            return OK;
        }
    return wrong(l, "timeSerializingFormat");
}

/* Rows that nobody may add or take away. */
static enum status take_rows(struct loader *l, const struct json *component, struct form_field *f) {
    long rows;
    enum status s = take_count(l, json_get(component, "defaultRepetitions"), "defaultRepetitions", &rows);
    if (s == OK && rows > FORM_ROWS_MAX)
        return wrong(l, "defaultRepetitions");
    if (s == OK && !json_bool(component, "allowAddRemove", true))
        f->fixed_rows = rows < 0 ? 1 : rows;
    return s;
}

static enum status take_kind(struct loader *l, const struct json *component, struct form_field *f) {
    f->decimals = -1;
    f->values_feel = f->expression = SPAN("");
    f->values_key = "";
    f->fixed_rows = -1;
    f->lines = strcmp(json_str(component, "type", ""), "textarea") == 0;
    switch (f->type) {
    case FORM_LIST:
        return take_rows(l, component, f);
    case FORM_NUMBER:
        return take_number(l, component, f);
    case FORM_CHOICE:
    case FORM_CHOICES:
        return take_values(l, component, f);
    case FORM_DATE:
        return take_date(l, component, f);
    case FORM_FILES:
        f->multiple = json_bool(component, "multiple", false);
        return OK;
    case FORM_EXPRESSION: {
        enum status s = take_feel(l, json_get(component, "expression"), &f->expression);
        return s == OK && f->expression.size == 0 ? wrong(l, "expression") : s;
    }
    default:
        return OK;
    }
}

/* ---- where the answer is ---------------------------------------------------------- */

/* The path of the nearest group around, up to the list (whose entries begin
 * anew). */
static const struct form_field *outer_path(const struct loader *l, const struct form_field *f) {
    uint32_t p = f->parent;
    return p == FORM_NONE || l->field.at[p].type == FORM_LIST ? NULL : &l->field.at[p];
}

static enum status take_path(struct loader *l, const struct json *component, struct form_field *f) {
    bool container = f->type == FORM_GROUP || f->type == FORM_LIST;
    f->key = json_str(component, container ? "path" : "key", "");
    if (f->key[0] == '\0' && f->type != FORM_GROUP)
        return wrong(l, container ? "path" : "key");
    const struct form_field *outer = outer_path(l, f);
    struct span rest = span_of(f->key);
    size_t room = (outer ? outer->path_count : 0) + 1, n = 0;
    for (size_t i = 0; i < rest.size; i++)
        room += rest.at[i] == '.';
    const char **path = ARENA_ARRAY(l->a, room + 1, const char *);
    if (!path)
        return arena_full(l->d);
    for (uint32_t i = 0; outer && i < outer->path_count; i++)
        path[n++] = outer->path[i];
    while (rest.size > 0) {
        const char *dot = memchr(rest.at, '.', rest.size);
        struct span part = {rest.at, dot ? (size_t)(dot - rest.at) : rest.size};
        rest = dot ? (struct span){dot + 1, rest.size - part.size - 1} : SPAN("");
        if (part.size == 0 || (dot && rest.size == 0))
            return wrong(l, "key");
        if (!(path[n++] = arena_dup(l->a, part)))
            return arena_full(l->d);
    }
    f->path = path;
    f->path_count = (uint32_t)n;
    return OK;
}

/* ---- components --------------------------------------------------------------------- */

static enum status take_components(struct loader *l, const struct json *list, uint32_t parent, uint32_t *first);

static enum status take_component(struct loader *l, const struct json *c, enum form_type type, uint32_t parent,
    uint32_t index) {
    struct form_field f = {.type = type, .parent = parent, .first_child = FORM_NONE, .next = FORM_NONE};
    f.id = json_str(c, "id", "");
    f.label = json_str(c, "label", "");
    if (f.label[0] == '\0' && type == FORM_DATE)
        f.label = json_str(c, "dateLabel", json_str(c, "timeLabel", ""));
    enum status s = take_path(l, c, &f);
    if (f.label[0] == '\0')
        f.label = f.key;
    if (s == OK)
        s = take_condition(l, json_get(json_get(c, "conditional"), "hide"), "conditional.hide", &f.hide);
    if (s == OK)
        s = take_condition(l, json_get(c, "readonly"), "readonly", &f.readonly);
    if (s == OK)
        s = take_condition(l, json_get(c, "disabled"), "disabled", &f.disabled);
    if (s == OK)
        s = take_validate(l, c, &f);
    if (s == OK)
        s = take_kind(l, c, &f);
    if (s == OK)
        s = form_take_properties(l->a, c, &f, l->d);
    f.default_value = json_get(c, "defaultValue");
    l->field.at[index] = f;
    if (s != OK)
        return at(l, &f, s);
    uint32_t first = FORM_NONE;
    if (type == FORM_GROUP || type == FORM_LIST)
        s = take_components(l, json_get(c, "components"), index, &first);
    l->field.at[index].first_child = first;
    return s;
}

static enum status type_of(struct loader *l, const struct json *c, int *ret) {
    const char *name = json_str(c, "type", "");
    *ret = -1;
    for (size_t i = 0; i < ARRAY_LEN(TYPE); i++)
        if (strcmp(TYPE[i].name, name) == 0)
            *ret = (int)TYPE[i].type;
    if (*ret == FORM_LIST && !json_bool(c, "isRepeating", true))
        *ret = FORM_GROUP; /* one object at its path */
    if (*ret >= 0)
        return OK;
    for (size_t i = 0; i < ARRAY_LEN(SHOWN_ONLY); i++)
        if (strcmp(SHOWN_ONLY[i], name) == 0)
            return OK;
    diag_fail(l->d, E_INPUT, "form.unknown_type", DIAG_S("type", name));
    if (l->d)
        diag_at(l->d, "%s", json_str(c, "id", json_str(c, "key", "")));
    return E_INPUT;
}

static enum status take_components(struct loader *l, const struct json *list, uint32_t parent, uint32_t *first) {
    if (json_is_null(list))
        return OK;
    if (list->type != JSON_ARRAY)
        return wrong(l, "components");
    if (++l->depth > DEPTH_MAX)
        return diag_fail(l->d, E_LIMIT, "form.too_deep", DIAG_N("limit", DEPTH_MAX));
    uint32_t last = FORM_NONE;
    for (size_t i = 0; i < list->size; i++) {
        int type;
        if (list->item[i]->type != JSON_OBJECT)
            return wrong(l, "components");
        enum status s = type_of(l, list->item[i], &type);
        if (s != OK)
            return s;
        if (type < 0)
            continue;
        if (l->field.size >= FORM_COMPONENTS_MAX)
            return diag_fail(l->d, E_LIMIT, "form.too_large", DIAG_N("limit", FORM_COMPONENTS_MAX));
        uint32_t index = (uint32_t)l->field.size;
        if (!vec_push_in(l->a, &l->field))
            return arena_full(l->d);
        s = take_component(l, list->item[i], (enum form_type)type, parent, index);
        if (s != OK)
            return s;
        if (last == FORM_NONE)
            *first = index;
        else
            l->field.at[last].next = index;
        last = index;
    }
    l->depth--;
    return OK;
}

/* ---- two fields, one place -------------------------------------------------------------- */

static uint32_t list_around(const struct loader *l, uint32_t i) {
    do
        i = l->field.at[i].parent;
    while (i != FORM_NONE && l->field.at[i].type != FORM_LIST);
    return i;
}

/* One path may not lie inside another: `a` and `a.b` cannot both be answers. */
static bool clash(const struct form_field *x, const struct form_field *y) {
    uint32_t n = x->path_count < y->path_count ? x->path_count : y->path_count;
    for (uint32_t i = 0; i < n; i++)
        if (strcmp(x->path[i], y->path[i]) != 0)
            return false;
    return true;
}

static enum status check_places(struct loader *l) {
    for (uint32_t i = 0; i < l->field.size; i++)
        for (uint32_t k = 0; k < i; k++) {
            const struct form_field *x = &l->field.at[i], *y = &l->field.at[k];
            if (x->type == FORM_GROUP || y->type == FORM_GROUP || !clash(x, y) ||
                list_around(l, i) != list_around(l, k))
                continue;
            return at(l, x, diag_fail(l->d, E_INPUT, "form.duplicate_key", DIAG_S("key", x->key)));
        }
    return OK;
}

enum status form_load(struct arena *a, struct span schema, const struct evaluator *feel, const struct form **ret,
    struct diag *d) {
    assert(a && ret);
    struct diag scratch = {0};
    struct loader l = {.a = a, .feel = feel, .d = d ? d : &scratch};
    const struct json *root;
    enum status s = json_parse(a, schema, &root, l.d);
    if (s != OK)
        return s;
    if (root->type != JSON_OBJECT || !json_get(root, "components"))
        return wrong(&l, "components");
    struct form *f = ARENA_NEW(a, struct form);
    if (!f)
        return arena_full(l.d);
    f->id = json_str(root, "id", "");
    f->first = FORM_NONE;
    s = take_components(&l, json_get(root, "components"), FORM_NONE, &f->first);
    if (s == OK)
        s = check_places(&l);
    f->field = l.field.at;
    f->field_count = (uint32_t)l.field.size;
    if (s == OK)
        s = form_check_facts(f, l.d);
    if (s == OK)
        *ret = f;
    return s;
}
