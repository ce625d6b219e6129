/* The document as JSON: what digests are computed over.  Its shape is part of
 * docs/formats/notice-qr.md; what is empty is left out. */
#include "doc/pdf.h"

static const char *const TYPES[] = {
    [DOC_LETTERHEAD] = "letterhead", [DOC_TITLE] = "title", [DOC_NUMBER] = "number", [DOC_ADDRESSEE] = "addressee", [DOC_PARAGRAPH] = "paragraph",
    [DOC_PAIRS] = "pairs", [DOC_LIST] = "list", [DOC_TABLE] = "table", [DOC_REASONS] = "reasons", [DOC_REMEDIES] = "remedies",
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
