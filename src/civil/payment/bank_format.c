#include "civil/payment/bank_format.h"

#include "base/message.h"
#include "civil/pack/pack.h"

static const char *const VALUES[] = {"payment", "sequence", "name", "account", "bank", "amount", "remark", "month", "scheme", "batch"};

enum status bank_wrong(const char *id, const char *part, struct diag *d) {
    return diag_fail(d, E_INPUT, "payment.format_wrong", DIAG_S("id", id), DIAG_S("part", part));
}

static bool one_of(const char *s, const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(s, list[i]) == 0)
            return true;
    return false;
}

const struct json *bank_section(const struct packs *p, const char *key) {
    for (size_t i = 0; p && i < packs_count(p); i++)
        if (packs_at(p, i)->bank_formats)
            return json_get(packs_at(p, i)->bank_formats, key);
    return NULL;
}

const struct json *bank_item(const struct packs *p, const char *key, const char *id) {
    const struct json *list = bank_section(p, key);
    for (size_t i = 0; !json_is_null(list) && i < list->size; i++)
        if (!id || !*id || strcmp(json_str(list->item[i], "id", ""), id) == 0)
            return list->item[i];
    return NULL;
}

static enum status read_texts(const struct json *list, const char *part, const char *id, const char *ret[BANK_TEXTS_MAX], size_t *ret_n, struct diag *d) {
    *ret_n = 0;
    if (json_is_null(list))
        return OK;
    if (list->type != JSON_ARRAY || list->size > BANK_TEXTS_MAX)
        return bank_wrong(id, part, d);
    for (size_t i = 0; i < list->size; i++) {
        if (list->item[i]->type != JSON_STRING)
            return bank_wrong(id, part, d);
        ret[(*ret_n)++] = list->item[i]->text.at;
    }
    return OK;
}

static enum status read_columns(struct bank_format *f, const struct json *list, struct diag *d) {
    if (json_is_null(list) || list->type != JSON_ARRAY || list->size < 1 || list->size > BANK_COLUMNS_MAX)
        return bank_wrong(f->id, "columns", d);
    for (size_t i = 0; i < list->size; i++) {
        const struct json *j = list->item[i];
        struct bank_column *c = &f->column[f->columns++];
        const char *pad = json_str(j, "pad", " ");
        *c = (struct bank_column){json_str(j, "value", NULL), json_str(j, "text", NULL), (int)json_int(j, "width", 0), strcmp(json_str(j, "align", "left"), "right") == 0, pad[0]};
        if (!c->value == !c->text || (c->value && !one_of(c->value, VALUES, ARRAY_LEN(VALUES))) || pad[0] == 0 || pad[1] != 0)
            return bank_wrong(f->id, "columns", d);
        if (c->width < 0 || c->width > 1000 || (f->kind == BANK_FIXED && c->width == 0))
            return bank_wrong(f->id, "width", d);
    }
    return OK;
}

static enum status read_pain(struct bank_format *f, const struct json *j, struct diag *d) {
    const struct json *debtor = json_get(j, "debtor");
    f->debtor_name = json_str(debtor, "name", "");
    f->debtor_account = json_str(debtor, "account", "");
    f->debtor_clearing = json_str(debtor, "clearing", "");
    f->purpose = json_str(j, "purpose", "");
    bool whole = *f->debtor_name && *f->debtor_account && strlen(f->debtor_account) <= 34 && *f->debtor_clearing && strlen(f->debtor_clearing) <= 35 && strlen(f->purpose) <= 4;
    return whole && !f->fen ? OK : bank_wrong(f->id, "debtor", d);
}

static enum status read_format(const struct json *j, struct bank_format *f, struct diag *d) {
    static const char *const kinds[] = {"delimited", "fixed", "pain.001.001.09", "pain.001.001.03"};
    *f = (struct bank_format){.id = json_str(j, "id", ""), .json = j};
    const char *kind = json_str(j, "kind", ""), *encoding = json_str(j, "encoding", "UTF-8"), *unit = json_str(j, "unit", ""), *end = json_str(j, "line_end", "crlf"),
               *separator = json_str(j, "separator", ",");
    size_t k = 0;
    while (k < ARRAY_LEN(kinds) && strcmp(kind, kinds[k]) != 0)
        k++;
    if (!*f->id || k == ARRAY_LEN(kinds))
        return bank_wrong(f->id, "kind", d);
    f->kind = (enum bank_kind)k;
    f->gb18030 = strcmp(encoding, "GB18030") == 0;
    f->fen = strcmp(unit, "fen") == 0;
    f->crlf = strcmp(end, "crlf") == 0;
    f->quote = json_bool(j, "quote", false);
    f->separator = separator[0];
    if ((!f->gb18030 && strcmp(encoding, "UTF-8") != 0) || (!f->fen && strcmp(unit, "yuan") != 0) || (!f->crlf && strcmp(end, "lf") != 0))
        return bank_wrong(f->id, "encoding", d);
    if (separator[0] == 0 || separator[1] != 0 || (f->quote && separator[0] != ','))
        return bank_wrong(f->id, "separator", d);
    if (f->kind >= BANK_PAIN_09)
        return read_pain(f, j, d);
    enum status s = read_texts(json_get(j, "header"), "header", f->id, f->header, &f->headers, d);
    if (s == OK)
        s = read_texts(json_get(j, "trailer"), "trailer", f->id, f->trailer, &f->trailers, d);
    return s == OK ? read_columns(f, json_get(j, "columns"), d) : s;
}

enum status bank_format_find(const struct packs *p, const char *id, struct bank_format *ret, struct diag *d) {
    const struct json *found = bank_item(p, "formats", id);
    return found ? read_format(found, ret, d) : diag_fail(d, E_INPUT, "payment.format", DIAG_S("id", id ? id : ""));
}

enum status bank_formats_check(const struct packs *p, struct diag *d) {
    const struct json *list = bank_section(p, "formats");
    struct bank_format f;
    enum status s = json_is_null(list) || list->size == 0 ? diag_fail(d, E_INPUT, "payment.format", DIAG_S("id", "")) : OK;
    for (size_t i = 0; s == OK && i < list->size; i++)
        s = read_format(list->item[i], &f, d);
    return s;
}

void bank_formats_json(const struct packs *p, struct json_writer *w) {
    const struct json *list = bank_section(p, "formats");
    json_object(w);
    json_key(w, "items");
    json_array(w);
    for (size_t i = 0; !json_is_null(list) && i < list->size; i++) {
        json_object(w);
        json_kstring(w, "id", json_str(list->item[i], "id", ""));
        json_key(w, "name");
        json_value(w, json_get(list->item[i], "name"));
        json_kstring(w, "kind", json_str(list->item[i], "kind", ""));
        json_kstring(w, "confidence", json_str(list->item[i], "confidence", ""));
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
}

const char *bank_reason(const struct packs *p, struct span code) {
    const struct json *found = json_get_span(bank_section(p, "reasons"), code);
    return found && found->type == JSON_STRING ? found->text.at : "other";
}
