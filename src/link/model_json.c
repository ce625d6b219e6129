#include "link/model.h"

static void numbers(struct json_writer *w, const char *key, const double *at) {
    json_key(w, key);
    json_array(w);
    for (int k = 1; k < LINK_LEVELS; k++)
        json_decimal(w, dec_double(at[k]));
    json_array_end(w);
}

void link_model_write(struct json_writer *w, const struct link_schema *s, const struct link_model *m, const struct link_table *left, const struct link_table *right) {
    json_object(w);
    json_key(w, "fields");
    json_array(w);
    for (int f = 0; f < s->count; f++) {
        const struct link_field *field = &s->field[f];
        json_object(w);
        json_kstring(w, "kind", link_kind_name(field->kind));
        json_kspan(w, "left", left->header[field->column[0]]);
        json_kspan(w, "right", right->header[field->column[1]]);
        json_kbool(w, "rarity", m->by_rarity[f]);
        json_kint(w, "implied_by", m->implied_by[f]);
        json_kint(w, "swap", field->swap);
        json_kbool(w, "left_month_first", field->month_first[0]);
        json_kbool(w, "right_month_first", field->month_first[1]);
        numbers(w, "m", m->m[f]);
        numbers(w, "u", m->u[f]);
        if (m->kin > 0)
            numbers(w, "kin", m->k[f]);
        json_object_end(w);
    }
    json_array_end(w);
    json_key(w, "prior");
    json_decimal(w, dec_double(m->prior));
    if (m->kin > 0) {
        json_key(w, "kin");
        json_decimal(w, dec_double(m->kin));
    }
    json_object_end(w);
}

/* ---- reading ---------------------------------------------------------------------------- */

static bool share(const struct json *j, double *ret) {
    double v = j && j->type == JSON_NUMBER ? dec_to_double(j->number) : 0;
    *ret = v;
    return v > 0 && v <= 1;
}

static bool levels(const struct json *j, double to[LINK_LEVELS]) {
    to[0] = 0;
    bool ok = j && j->type == JSON_ARRAY && j->size == LINK_LEVELS - 1;
    for (int k = 1; ok && k < LINK_LEVELS; k++)
        ok = share(json_at(j, (size_t)k - 1), &to[k]);
    return ok;
}

static bool other_field(const struct json *j, const char *key, int count, int *ret) {
    int64_t v = json_int(j, key, -1);
    *ret = (int)v;
    return v >= -1 && v < count;
}

static enum status read_field(const struct json *j, int f, int count, const struct link_table *t[2], struct link_schema *s, struct link_model *m, struct diag *d) {
    static const char *const side_key[] = {"left", "right"}, *const month_key[] = {"left_month_first", "right_month_first"};
    struct link_field *field = &s->field[f];
    field->kind = link_kind_of(span_of(json_str(j, "kind", "")));
    for (int side = 0; side < 2; side++) {
        struct span name = span_of(json_str(j, side_key[side], ""));
        field->column[side] = link_table_column(t[side], name);
        field->month_first[side] = json_bool(j, month_key[side], false);
        if (name.size && field->column[side] < 0)
            return diag_fail(d, E_INPUT, "link.model_column", DIAG_SPAN("column", name));
        if (side == 0)
            memcpy(field->name, name.at, name.size < LINK_FIELD_NAME ? name.size : LINK_FIELD_NAME - 1);
    }
    m->by_rarity[f] = json_bool(j, "rarity", false);
    bool ok = field->kind != LINK_SKIP && field->column[0] >= 0 && field->column[1] >= 0 && levels(json_get(j, "m"), m->m[f]) &&
        levels(json_get(j, "u"), m->u[f]) && (m->kin <= 0 || levels(json_get(j, "kin"), m->k[f])) && other_field(j, "implied_by", count, &m->implied_by[f]) && other_field(j, "swap", count, &field->swap);
    if (!ok) {
        (void)diag_fail(d, E_INPUT, "link.model");
        return diag_at(d, "fields[%d]", f);
    }
    field->inside = m->implied_by[f] >= 0;
    m->implied_from[f] = field->kind == LINK_DAY ? 2 : 4;
    return OK;
}

enum status link_model_read(const struct json *j, const struct link_table *left, const struct link_table *right, struct span id,
    struct link_schema *s, struct link_model *m, struct diag *d) {
    const struct link_table *t[2] = {left, right};
    const struct json *fields = json_get(j, "fields");
    *s = (struct link_schema){0};
    *m = (struct link_model){0};
    for (int side = 0; side < 2; side++)
        if ((s->id[side] = link_table_column(t[side], id)) < 0)
            return diag_fail(d, E_INPUT, "link.id", DIAG_SPAN("column", id));
    if (!fields || fields->type != JSON_ARRAY || fields->size == 0 || fields->size > LINK_FIELDS_MAX || !share(json_get(j, "prior"), &m->prior) || m->prior > 0.99 ||
        (json_get(j, "kin") && !share(json_get(j, "kin"), &m->kin)))
        return diag_fail(d, E_INPUT, "link.model");
    s->count = m->count = (int)fields->size;
    for (int f = 0; f < s->count; f++) {
        enum status st = read_field(json_at(fields, (size_t)f), f, s->count, t, s, m, d);
        if (st != OK)
            return st;
    }
    for (int f = 0; f < s->count; f++) { /* a swap is of two fields of one kind, both of which say so */
        int o = s->field[f].swap;
        if (o >= 0 && (o == f || s->field[o].swap != f || s->field[o].kind != s->field[f].kind))
            return diag_fail(d, E_INPUT, "link.model");
    }
    link_model_weights(m);
    return OK;
}
