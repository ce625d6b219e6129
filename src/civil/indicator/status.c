#include "civil/indicator/status.h"

#include "base/vec.h"

#include <math.h>

/* ---- reading --------------------------------------------------------------------------- */

static const struct series_point *last_of(const struct series_point *p, size_t n) { return n ? &p[n - 1] : NULL; }

static enum status read_row(struct arena *a, const struct plans *p, const struct plan *plan, date_t as_of, const struct observed *o, size_t n, struct standing_row *row, struct diag *d) {
    struct series_point *computed = NULL, *imported = NULL;
    size_t computed_n = 0, imported_n = 0;
    enum status s = observation_series(a, row->indicator, o, n, plan->division, "computed", &computed, &computed_n, d);
    if (s == OK)
        s = observation_series(a, row->indicator, o, n, plan->division, "imported", &imported, &imported_n, d);
    if (s != OK)
        return s;
    const struct series_point *shown = last_of(computed_n ? computed : imported, computed_n ? computed_n : imported_n);
    const struct series_point *other = computed_n ? last_of(imported, imported_n) : NULL;
    row->series = computed_n ? computed : imported;
    row->series_count = computed_n ? computed_n : imported_n;
    if (shown)
        row->standing = (struct indicator_standing){.has_value = true, .value = shown->value, .day = shown->day, .source = shown->source};
    if (other) {
        row->standing.has_other = true;
        row->standing.other = other->value;
    }
    const struct indicator *i = row->indicator;
    if (i->kind == INDICATOR_NUMBER && as_of < plan_year_end(i->due_year)) {
        struct indicator_point *point = ARENA_ARRAY(a, row->series_count + 1, struct indicator_point);
        if (!point)
            return arena_full(d);
        for (size_t k = 0; k < row->series_count; k++)
            point[k] = (struct indicator_point){row->series[k].day, row->series[k].value};
        row->has_forecast = indicator_forecast(point, row->series_count, plan_year_end(i->due_year), &row->forecast);
    }
    return indicator_judge(p, i, as_of, a, &row->standing, d);
}

enum status plan_state_read(struct civil *c, struct txn *t, struct arena *a, const struct plans *p, const struct plan *plan, date_t as_of, struct plan_state *ret, struct diag *d) {
    struct observed *o = NULL;
    size_t n = 0;
    *ret = (struct plan_state){.plan = plan, .as_of = as_of, .row = ARENA_ARRAY(a, p->indicator_count + 1, struct standing_row)};
    enum status s = !ret->row ? arena_full(d) : c ? observations_load(c, t, a, plan->division, as_of, &o, &n, d) : OK;
    for (size_t i = 0; s == OK && i < p->indicator_count; i++) {
        if (strcmp(p->indicator[i].plan, plan->id) != 0)
            continue;
        struct standing_row *row = &ret->row[ret->count++];
        row->indicator = &p->indicator[i];
        s = read_row(a, p, plan, as_of, o, n, row, d);
    }
    return s;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

/* As printed: a number where it is one, else its text; null where nothing is printed. */
static void printed(struct json_writer *w, const char *key, const char *text, bool is_number, struct dec value) {
    json_key(w, key);
    if (is_number)
        json_decimal(w, value);
    else
        json_string(w, *text ? text : NULL);
}

static void year(struct json_writer *w, const char *key, int y) {
    json_key(w, key);
    if (y)
        json_int64(w, y);
    else
        json_nothing(w);
}

static void decimal(struct json_writer *w, const char *key, bool has, struct dec value) {
    json_key(w, key);
    if (has)
        json_decimal(w, value);
    else
        json_nothing(w);
}

static struct dec four(double x) { return dec_round(dec_double(x), 4, DEC_HALF_EVEN); }

static void row_json(const struct standing_row *r, bool series, struct json_writer *w) {
    static const char *const kinds[] = {"number", "milestone", "baseline", "outlook"};
    const struct indicator *i = r->indicator;
    const struct indicator_standing *s = &r->standing;
    struct dec no = dec_int(0);
    bool numbered = *i->no && dec_parse(span_of(i->no), &no, NULL) == OK;
    json_object(w);
    json_kstring(w, "key", i->key);
    json_kstring(w, "section", i->section);
    printed(w, "no", i->no, numbered, no);
    json_kstring(w, "domain", i->domain);
    json_kstring(w, "name", i->name);
    json_kstring(w, "name_en", i->name_en);
    json_kstring(w, "unit", i->unit);
    year(w, "base_year", i->base_year);
    printed(w, "base", i->base, i->has_base, i->base_value);
    year(w, "target_year", i->target_year);
    json_kstring(w, "operator", i->op);
    printed(w, "target", i->target, i->has_target, i->target_value);
    json_kstring(w, "attribute", i->attribute);
    json_kstring(w, "kind", kinds[i->kind]);
    json_kstring(w, "better", i->down ? "down" : "up");
    json_kbool(w, "year_assumed", i->year_assumed);
    json_kbool(w, "computable", i->definition != NULL);
    json_kboth(w, "note", i->note, i->note_en);
    decimal(w, "current", s->has_value, s->value);
    json_kdate(w, "current_on", s->has_value ? s->day : DATE_NONE);
    json_kstring(w, "source", s->source);
    decimal(w, "imported", s->has_other, s->other);
    json_kstring(w, "status", s->status);
    decimal(w, "progress", s->has_progress, dec_round(s->done, 4, DEC_HALF_EVEN));
    decimal(w, "elapsed", s->has_progress, dec_round(s->time, 4, DEC_HALF_EVEN));
    json_kstring(w, "rule", s->why);
    json_key(w, "forecast");
    if (r->has_forecast) {
        json_object(w);
        json_kint(w, "year", i->due_year);
        decimal(w, "value", true, four(r->forecast.value));
        decimal(w, "low", true, four(r->forecast.low));
        decimal(w, "high", true, four(r->forecast.high));
        json_object_end(w);
    } else
        json_nothing(w);
    if (series) {
        json_key(w, "series");
        json_array(w);
        for (size_t k = 0; k < r->series_count; k++) {
            json_object(w);
            json_kdate(w, "day", r->series[k].day);
            decimal(w, "value", true, r->series[k].value);
            json_kint(w, "divisions", r->series[k].below);
            json_object_end(w);
        }
        json_array_end(w);
    }
    json_object_end(w);
}

static void summary_json(const struct plan_state *s, struct json_writer *w) {
    static const char *const states[] = {"met", "ahead", "on_track", "at_risk", "missed", "no_data"};
    json_object(w);
    for (size_t k = 0; k < ARRAY_LEN(states); k++) {
        int64_t n = 0;
        for (size_t i = 0; i < s->count; i++)
            n += s->row[i].standing.status && strcmp(s->row[i].standing.status, states[k]) == 0;
        json_kint(w, states[k], n);
    }
    json_object_end(w);
}

void plan_state_json(const struct plan_state *s, bool series, struct json_writer *w) {
    json_object(w);
    json_kstring(w, "plan", s->plan->id);
    json_kboth(w, "name", s->plan->name, s->plan->name_en);
    json_kstring(w, "division", s->plan->division);
    json_kint(w, "from", s->plan->from);
    json_kint(w, "to", s->plan->to);
    json_kdate(w, "as_of", s->as_of);
    json_key(w, "evaluation");
    json_value(w, json_get(s->plan->json, "evaluation"));
    json_key(w, "appraisal");
    json_value(w, json_get(s->plan->json, "appraisal"));
    json_key(w, "veto");
    json_value(w, json_get(s->plan->json, "veto"));
    json_key(w, "summary");
    summary_json(s, w);
    json_key(w, "indicators");
    json_array(w);
    for (size_t i = 0; i < s->count; i++)
        row_json(&s->row[i], series, w);
    json_array_end(w);
    json_object_end(w);
}
