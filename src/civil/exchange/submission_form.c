/* What the catalogue declares of a target: columns, codes, format and version. */
#include "civil/exchange/submission_internal.h"

int submission_field(struct span name) {
    static const char *const names[SF_COUNT] = {"number", "scheme", "name", "id_number", "relation", "division", "from", "monthly", "state", "case_number", "decided_on"};
    for (int i = 0; i < SF_COUNT; i++)
        if (span_is(name, names[i]))
            return i;
    return -1;
}

int submission_column_of(const struct submission_form *f, enum submission_field field) {
    for (size_t i = 0; i < f->columns; i++)
        if (f->column[i].field == field)
            return (int)i;
    return -1;
}

static enum status wrong(const struct submission_form *f, const char *part, struct diag *d) { return diag_fail(d, E_INPUT, "exchange.catalogue", DIAG_S("id", f->id), DIAG_S("part", part)); }

enum status submission_form_of(const struct json *item, struct submission_form *ret, struct diag *d) {
    static const char *const replies[] = {"title", "number", "verdict", "code", "reason", "theirs"};
    const struct json *columns = json_get(item, "columns"), *schemes = json_get(item, "schemes"), *receipt = json_get(item, "receipt");
    const char *rows = json_str(item, "rows", "");
    struct submission_form *f = ret;
    *f = (struct submission_form){.item = item, .id = json_str(item, "id", ""), .format = json_str(item, "format", ""), .version = json_str(item, "version", ""), .people = strcmp(rows, "people") == 0};
    if (!*f->id || strlen(f->id) > 40 || !*f->format || !*f->version)
        return wrong(f, "format", d);
    if (!f->people && strcmp(rows, "benefits") != 0)
        return wrong(f, "rows", d);
    if (!schemes || schemes->type != JSON_ARRAY || !schemes->size || schemes->size > 20)
        return wrong(f, "schemes", d);
    if (!columns || columns->type != JSON_ARRAY || !columns->size || columns->size > SUBMISSION_COLUMNS_MAX)
        return wrong(f, "columns", d);
    for (size_t i = 0; i < columns->size; i++) {
        int field = submission_field(span_of(json_str(columns->item[i], "field", "")));
        const char *heading = json_str(columns->item[i], "heading", "");
        if (field < 0 || !*heading || submission_column_of(f, (enum submission_field)field) >= 0)
            return wrong(f, "columns", d);
        f->column[f->columns++] = (struct submission_column){(enum submission_field)field, heading};
    }
    if (submission_column_of(f, SF_NUMBER) < 0 || submission_column_of(f, SF_ID_NUMBER) < 0 || submission_column_of(f, SF_SCHEME) < 0 || submission_column_of(f, SF_STATE) < 0)
        return wrong(f, "columns", d);
    for (size_t i = 0; i < ARRAY_LEN(replies); i++)
        if (!*json_str(receipt, replies[i], ""))
            return wrong(f, "receipt", d);
    const struct json *verdicts = json_get(receipt, "verdicts");
    return *json_str(verdicts, "accepted", "") && *json_str(verdicts, "rejected", "") ? OK : wrong(f, "verdicts", d);
}

enum status submission_form(const struct civil *c, const char *target, struct submission_form *ret, struct diag *d) {
    const struct json *item = exchange_item(c, "submissions", target);
    return item ? submission_form_of(item, ret, d) : diag_fail(d, E_NOT_FOUND, "exchange.target");
}
