/* The document as JSON and back: what digests are computed over.  Its shape is part of
 * docs/formats/notice-qr.md; what is empty is left out. */
#include "doc/pdf.h"

static const char *const TYPES[] = {
    [DOC_LETTERHEAD] = "letterhead", [DOC_TITLE] = "title", [DOC_NUMBER] = "number", [DOC_ADDRESSEE] = "addressee", [DOC_PARAGRAPH] = "paragraph",
    [DOC_PAIRS] = "pairs", [DOC_LIST] = "list", [DOC_TABLE] = "table", [DOC_BARS] = "bars", [DOC_REASONS] = "reasons", [DOC_REMEDIES] = "remedies",
    [DOC_SIGNATURE] = "signature", [DOC_CODE] = "code"};
static const char *const SEALS[] = {[DOC_SEAL_NONE] = "", [DOC_SEAL_PLACE] = "place", [DOC_SEAL_SAMPLE] = "sample"};

static void write_string(struct json_writer *w, const char *key, const char *s) {
    if (s && *s)
        json_kstring(w, key, s);
}

static void write_text(struct json_writer *w, const char *key, struct doc_text t) {
    bool main = t.main && *t.main, second = t.second && *t.second;
    if (!main && !second)
        return;
    json_key(w, key);
    json_array(w);
    json_string(w, main ? t.main : "");
    if (second)
        json_string(w, t.second);
    json_array_end(w);
}

static void write_items(struct json_writer *w, const struct doc_block *b) {
    json_key(w, "items");
    json_array(w);
    for (size_t i = 0; i < b->item_count; i++) {
        json_object(w);
        write_text(w, "title", b->item[i].title);
        write_text(w, "text", b->item[i].text);
        write_string(w, "source", b->item[i].source);
        json_object_end(w);
    }
    json_array_end(w);
}

static void write_cell(struct json_writer *w, struct doc_text t) {
    json_array(w);
    json_string(w, t.main ? t.main : "");
    if (t.second && *t.second)
        json_string(w, t.second);
    json_array_end(w);
}

static void write_table(struct json_writer *w, const struct doc_block *b) {
    json_key(w, "columns");
    json_array(w);
    for (size_t i = 0; i < b->column_count; i++)
        write_cell(w, b->column[i].title);
    json_array_end(w);
    json_key(w, "rows");
    json_array(w);
    for (size_t r = 0; r < b->row_count; r++) {
        json_array(w);
        for (size_t c = 0; c < b->column_count; c++)
            write_cell(w, b->cell[r * b->column_count + c]);
        json_array_end(w);
    }
    json_array_end(w);
    if (b->total)
        json_kbool(w, "total", true);
}

static void write_block(struct json_writer *w, const struct doc_block *b) {
    json_object(w);
    json_kstring(w, "type", TYPES[b->type]);
    write_text(w, "title", b->title);
    write_text(w, "text", b->text);
    write_text(w, "note", b->note);
    write_string(w, "source", b->source);
    if (b->item_count)
        write_items(w, b);
    if (b->column_count)
        write_table(w, b);
    if (b->type == DOC_SIGNATURE) {
        write_string(w, "seal", SEALS[b->seal]);
        write_string(w, "seal_organ", b->seal_organ);
        write_string(w, "seal_name", b->seal_name);
    }
    json_object_end(w);
}

void doc_json(const struct document *doc, struct json_writer *w) {
    json_object(w);
    write_string(w, "title", doc->title);
    write_string(w, "author", doc->author);
    write_string(w, "subject", doc->subject);
    write_string(w, "language", doc->language);
    write_text(w, "footer", doc->footer);
    json_kinstant(w, "made_at", doc->made_at);
    json_key(w, "blocks");
    json_array(w);
    for (size_t i = 0; i < doc->block_count; i++)
        if (doc->block[i].type != DOC_CODE)
            write_block(w, &doc->block[i]);
    json_array_end(w);
    json_object_end(w);
}

static bool numeric(const char *s) {
    size_t n = strlen(s);
    return n > 0 && strspn(s, "0123456789.,-") == n;
}

void doc_align(const struct doc_block *b, struct doc_column *column) {
    for (size_t c = 0; c < b->column_count; c++) {
        column[c].right = true;
        for (size_t r = 0; r < b->row_count; r++) {
            const char *s = b->cell[r * b->column_count + c].main;
            column[c].right &= !s || !*s || numeric(s);
        }
    }
}

/* ---- and back ---------------------------------------------------------------------- */

static const char *string_of(const struct json *j, const char *key) { return json_str(j, key, NULL); }

static struct doc_text pair_of(const struct json *j) {
    struct doc_text t = {0};
    if (j && j->type == JSON_ARRAY && j->size >= 1 && j->item[0]->type == JSON_STRING)
        t.main = j->item[0]->text.at;
    if (j && j->type == JSON_ARRAY && j->size >= 2 && j->item[1]->type == JSON_STRING)
        t.second = j->item[1]->text.at;
    return t;
}

static size_t word(const char *text, const char *const *list, size_t n) {
    for (size_t i = 0; text && i < n; i++)
        if (strcmp(list[i], text) == 0)
            return i;
    return SIZE_MAX;
}

static bool read_items(const struct json *list, struct arena *a, struct doc_block *b) {
    struct doc_item *item = ARENA_ARRAY(a, list->size + 1, struct doc_item);
    for (size_t i = 0; item && i < list->size; i++) {
        const struct json *j = list->item[i];
        item[i] = (struct doc_item){pair_of(json_get(j, "title")), pair_of(json_get(j, "text")), string_of(j, "source")};
    }
    b->item = item;
    b->item_count = list->size;
    return item != NULL;
}

static bool read_table(const struct json *j, const struct json *columns, struct arena *a, struct doc_block *b) {
    const struct json *rows = json_get(j, "rows");
    size_t n = columns->size, m = rows && rows->type == JSON_ARRAY ? rows->size : 0;
    if (n > DOC_COLUMNS_MAX)
        return false;
    struct doc_column *column = ARENA_ARRAY(a, n + 1, struct doc_column);
    struct doc_text *cell = ARENA_ARRAY(a, n * m + 1, struct doc_text);
    for (size_t i = 0; column && i < n; i++)
        column[i] = (struct doc_column){.title = pair_of(columns->item[i])};
    for (size_t r = 0; cell && r < m; r++) {
        if (rows->item[r]->type != JSON_ARRAY || rows->item[r]->size != n)
            return false;
        for (size_t k = 0; k < n; k++)
            cell[r * n + k] = pair_of(rows->item[r]->item[k]);
    }
    b->column = column;
    b->column_count = n;
    b->cell = cell;
    b->row_count = m;
    b->total = json_bool(j, "total", false);
    if (column && cell)
        doc_align(b, column);
    return column && cell;
}

static bool read_block(const struct json *j, struct arena *a, struct doc_block *b) {
    size_t type = word(string_of(j, "type"), TYPES, ARRAY_LEN(TYPES)), seal = word(json_str(j, "seal", ""), SEALS, ARRAY_LEN(SEALS));
    if (type == SIZE_MAX || type == DOC_CODE || seal == SIZE_MAX)
        return false;
    *b = (struct doc_block){.type = (enum doc_type)type, .title = pair_of(json_get(j, "title")), .text = pair_of(json_get(j, "text")),
        .note = pair_of(json_get(j, "note")), .source = string_of(j, "source"), .seal = (enum doc_seal)seal, .seal_organ = string_of(j, "seal_organ"),
        .seal_name = string_of(j, "seal_name")};
    const struct json *items = json_get(j, "items"), *columns = json_get(j, "columns");
    bool ok = !items || items->type != JSON_ARRAY || read_items(items, a, b);
    return ok && (!columns || columns->type != JSON_ARRAY || read_table(j, columns, a, b));
}

enum status doc_read(const struct json *j, const struct doc_block *code, struct arena *a, struct document *ret, struct diag *d) {
    const struct json *blocks = json_get(j, "blocks");
    if (!blocks || blocks->type != JSON_ARRAY)
        return diag_fail(d, E_CORRUPT, "doc.json");
    struct doc_block *block = ARENA_ARRAY(a, blocks->size + 1, struct doc_block);
    if (!block)
        return arena_full(d);
    for (size_t i = 0; i < blocks->size; i++)
        if (!read_block(blocks->item[i], a, &block[i]))
            return diag_fail(d, E_CORRUPT, "doc.json");
    if (code)
        block[blocks->size] = *code;
    *ret = (struct document){.title = string_of(j, "title"), .author = string_of(j, "author"), .subject = string_of(j, "subject"),
        .language = string_of(j, "language"), .footer = pair_of(json_get(j, "footer")), .block = block, .block_count = blocks->size + (code != NULL)};
    return instant_parse(span_of(json_str(j, "made_at", "")), &ret->made_at, NULL) == OK ? OK : diag_fail(d, E_CORRUPT, "doc.json");
}
