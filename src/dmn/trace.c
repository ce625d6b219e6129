#include "dmn/dmn.h"

static const char *truth_name(enum dmn_truth t) {
    static const char *const names[] = {"not_tested", "false", "true", "unknown", "error"};
    return names[t];
}

static void write_rule(struct json_writer *w, const struct dmn_trace_table *t, const struct dmn_trace_rule *r) {
    json_object(w);
    json_kspan(w, "id", r->id);
    json_kint(w, "number", (int64_t)r->number);
    json_kstring(w, "held", truth_name(r->held));
    json_kbool(w, "fired", r->fired);
    json_key(w, "cells");
    json_array(w);
    for (size_t i = 0; i < t->input_count; i++)
        json_string(w, truth_name((enum dmn_truth)r->cell[i]));
    json_array_end(w);
    json_key(w, "annotations");
    json_object(w);
    for (size_t i = 0; i < t->annotation_count; i++)
        if (r->annotation[i].size) {
            json_key_span(w, t->annotation_name[i]);
            json_span(w, r->annotation[i]);
        }
    json_object_end(w);
    json_object_end(w);
}

static void write_table(struct json_writer *w, const struct dmn_trace_table *t) {
    json_object(w);
    json_kspan(w, "decision", t->element_id);
    json_kspan(w, "name", t->element_name);
    json_kspan(w, "id", t->table_id);
    json_key(w, "inputs");
    json_array(w);
    for (size_t i = 0; i < t->input_count; i++) {
        json_object(w);
        json_kspan(w, "name", t->input_name[i]);
        json_key(w, "value");
        feel_write_json(w, &t->input[i]);
        json_object_end(w);
    }
    json_array_end(w);
    json_key(w, "rules");
    json_array(w);
    for (size_t i = 0; i < t->rule_count; i++)
        write_rule(w, t, &t->rule[i]);
    json_array_end(w);
    json_key(w, "result");
    feel_write_json(w, &t->result);
    json_object_end(w);
}

static void write_notes(struct json_writer *w, const struct feel_notes *notes) {
    json_key(w, "notes");
    json_array(w);
    for (size_t i = 0; notes && i < notes->count; i++) {
        json_object(w);
        json_kstring(w, "code", notes->note[i].code);
        json_kspan(w, "where", notes->note[i].where);
        json_kint(w, "offset", notes->note[i].offset);
        json_kspan(w, "detail", notes->note[i].detail);
        json_object_end(w);
    }
    json_array_end(w);
}

void dmn_trace_json(struct json_writer *w, const struct dmn_trace *t, const struct feel_notes *notes) {
    json_object(w);
    json_key(w, "decisions");
    json_array(w);
    for (size_t i = 0; i < t->decision_count; i++) {
        const struct dmn_trace_decision *d = &t->decision[i];
        json_object(w);
        json_kspan(w, "id", d->id);
        json_kspan(w, "name", d->name);
        json_key(w, "value");
        feel_write_json(w, &d->value);
        json_object_end(w);
    }
    json_array_end(w);
    json_key(w, "tables");
    json_array(w);
    for (size_t i = 0; i < t->table_count; i++)
        write_table(w, &t->table[i]);
    json_array_end(w);
    write_notes(w, notes);
    json_object_end(w);
}
