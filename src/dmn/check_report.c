/* Findings as sentences and as JSON. */
#include "dmn/check.h"

const char *dmn_severity_name(enum dmn_severity s) {
    static const char *const names[] = {"info", "warning", "error"};
    return names[s];
}

struct span dmn_type_word(enum lang l, struct span name, struct buf *room) {
    static const struct { const char *name, *code; } words[] = {{"Null", "dmn.type_null"}, {"boolean", "dmn.type_boolean"}, {"number", "dmn.type_number"},
        {"string", "dmn.type_string"}, {"date", "dmn.type_date"}, {"time", "dmn.type_time"}, {"date and time", "dmn.type_date_time"},
        {"years and months duration", "dmn.type_months"}, {"days and time duration", "dmn.type_days"}, {"list", "dmn.type_list"},
        {"context", "dmn.type_context"}, {"range", "dmn.type_range"}, {"function", "dmn.type_function"}};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (span_is(name, words[i].name)) {
            message_text(room, l, words[i].code, NULL, 0);
            return buf_span(room);
        }
    return name;
}

/* Arguments that are types; any other may have a type's name by chance. */
static bool is_type(const char *argument) {
    static const char *const names[] = {"left", "right", "have", "want", "test", "input", "type"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(argument, names[i]) == 0)
            return true;
    return false;
}

static void add_example(struct buf *out, enum lang l, const struct dmn_finding *f) {
    BUF_AUTO values;
    buf_init(&values, 0);
    for (size_t i = 0; i < f->example_count; i++) {
        if (i)
            message_text(&values, l, "dmn_check.and_value", NULL, 0);
        buf_add(&values, f->example[i].name);
        buf_adds(&values, " = ");
        buf_add(&values, f->example[i].text);
    }
    message_text(out, l, "dmn_check.example", (const struct diag_arg[]){DIAG_S("values", buf_str(&values))}, 1);
}

void dmn_finding_text(struct buf *out, enum lang l, const struct dmn_finding *f) {
    enum { ARGS = 8 };
    struct diag_arg arg[ARGS] = {0};
    size_t n = 0;
    struct buf word[ARGS];
    bool types = strncmp(f->code, "dmn_check.type_ref", strlen("dmn_check.type_ref")) != 0; /* what was written there is quoted */
    for (; n < f->arg_count && n < ARGS; n++) {
        buf_init(&word[n], 0);
        struct span value = types && is_type(f->arg[n].name) ? dmn_type_word(l, f->arg[n].value, &word[n]) : f->arg[n].value;
        arg[n] = DIAG_SPAN(f->arg[n].name, value);
    }
    message_text(out, l, f->code, arg, n);
    for (size_t i = 0; i < n; i++)
        buf_release(&word[i]);
    if (f->example_count)
        add_example(out, l, f);
}

static void add_place(struct buf *out, enum lang l, const char *code, struct diag_arg arg) {
    if (out->size)
        buf_addc(out, ' ');
    message_text(out, l, code, &arg, 1);
}

void dmn_finding_place(struct buf *out, enum lang l, const struct dmn_finding *f) {
    struct span name = f->element_name.size ? f->element_name : f->element_id;
    if (name.size)
        add_place(out, l, "dmn_check.place_element", DIAG_SPAN("name", name));
    if (f->rule)
        add_place(out, l, "dmn_check.place_rule", DIAG_N("rule", f->rule));
    if (f->column)
        add_place(out, l, f->output ? "dmn_check.place_output" : "dmn_check.place_input", DIAG_N("column", f->column));
    if (f->line && !f->rule)
        add_place(out, l, "dmn_check.place_line", DIAG_N("line", f->line));
}

static void write_pairs(struct json_writer *w, const struct dmn_finding *f) {
    json_key(w, "example");
    json_array(w);
    for (size_t i = 0; i < f->example_count; i++) {
        json_object(w);
        json_kspan(w, "name", f->example[i].name);
        json_kspan(w, "value", f->example[i].text);
        json_object_end(w);
    }
    json_array_end(w);
    json_key(w, "arguments");
    json_object(w);
    for (size_t i = 0; i < f->arg_count; i++)
        json_kspan(w, f->arg[i].name, f->arg[i].value);
    json_object_end(w);
}

static void write_number(struct json_writer *w, const char *key, size_t n) {
    if (n)
        json_kint(w, key, (int64_t)n);
}

void dmn_finding_json(struct json_writer *w, enum lang l, const struct dmn_finding *f) {
    BUF_AUTO text;
    buf_init(&text, 0);
    dmn_finding_text(&text, l, f);
    json_object(w);
    json_kstring(w, "code", f->code);
    json_kstring(w, "severity", dmn_severity_name(f->severity));
    json_key(w, "element");
    json_object(w);
    json_kspan(w, "id", f->element_id);
    json_kspan(w, "name", f->element_name);
    json_object_end(w);
    json_kspan(w, "at", f->at);
    write_number(w, "line", (size_t)f->line);
    write_number(w, "rule", f->rule);
    write_number(w, "other_rule", f->other_rule);
    write_number(w, "column", f->column);
    json_kbool(w, "output", f->output);
    json_kspan(w, "text", f->text);
    write_pairs(w, f);
    json_kspan(w, "message", buf_span(&text));
    json_object_end(w);
}

void dmn_findings_json(struct json_writer *w, enum lang l, const struct dmn_findings *f) {
    json_object(w);
    json_key(w, "findings");
    json_array(w);
    for (size_t i = 0; i < f->count; i++)
        dmn_finding_json(w, l, &f->at[i]);
    json_array_end(w);
    json_kint(w, "counted", (int64_t)dmn_findings_counted(f));
    json_kint(w, "lost", (int64_t)f->lost);
    json_object_end(w);
}
