/* A template and its values become the document. */
#include "civil/notice/notice_internal.h"

#include "base/message.h"

#include <stdio.h>

enum { BLOCKS_MAX = 64 }; /* the longest template of the packs has eleven */

struct making {
    const struct fill *f;
    const struct content *c;
    struct doc_block block[BLOCKS_MAX];
    size_t count;
    bool wants_reasons, has_reasons;
};

static struct doc_block *add(struct making *m, enum doc_type type) {
    if (m->count == BLOCKS_MAX)
        return NULL;
    struct doc_block *b = &m->block[m->count++];
    *b = (struct doc_block){.type = type};
    return b;
}

static bool empty(const char *s) { return !s || !*s; }

/* ---- the kinds of blocks -------------------------------------------------------------- */

static enum status paragraph(struct making *m, const struct json *j, struct diag *d) {
    struct doc_text text;
    bool written = strcmp(json_str(json_get(j, "text"), "zh", ""), "{written_reasons}") == 0;
    enum status s = fill_both(m->f, json_get(j, "text"), &text, d);
    m->wants_reasons |= written;
    if (s != OK || empty(text.main))
        return s;
    m->has_reasons |= written;
    add(m, DOC_PARAGRAPH)->text = text;
    return OK;
}

static enum status shown(const struct fill *f, const struct json *v, const char *where, size_t i, struct doc_text *ret, struct diag *d) {
    ret->main = fill_show(f->a, v, LANG_ZH);
    ret->second = v && v->type == JSON_OBJECT ? fill_show(f->a, v, LANG_EN) : NULL;
    if (ret->main && ret->second && strcmp(ret->main, ret->second) == 0)
        ret->second = NULL;
    if (ret->main)
        return OK;
    char name[64];
    snprintf(name, sizeof name, "%s[%zu]", where, i);
    return fill_missing(name, d);
}

static enum status list(struct making *m, const struct json *j, struct diag *d) {
    const char *name = json_str(j, "items", "");
    const struct json *items;
    enum status s = fill_list(m->f, name, &items, d);
    if (s != OK)
        return s;
    struct doc_item *item = ARENA_ARRAY(m->f->a, items->size + 1, struct doc_item);
    if (!item)
        return arena_full(d);
    if (items->size == 0)
        return fill_missing(name, d);
    for (size_t i = 0; s == OK && i < items->size; i++) {
        s = shown(m->f, items->item[i], name, i, &item[i].text, d);
        if (s == OK && empty(item[i].text.main))
            s = fill_missing(name, d);
    }
    struct doc_block *b = s == OK ? add(m, DOC_LIST) : NULL;
    if (b) {
        b->item = item;
        b->item_count = items->size;
        s = fill_both(m->f, json_get(j, "title"), &b->title, d);
    }
    return s;
}

static enum status reasons(struct making *m, const struct json *j, struct diag *d) {
    const struct json *items;
    const char *name = json_str(j, "items", "reasons");
    enum status s = fill_list(m->f, name, &items, d);
    if (s != OK || items->size == 0)
        return s;
    struct doc_item *item = ARENA_ARRAY(m->f->a, items->size, struct doc_item);
    if (!item)
        return arena_full(d);
    for (size_t i = 0; s == OK && i < items->size; i++) {
        s = shown(m->f, items->item[i], name, i, &item[i].text, d);
        item[i].source = json_str(items->item[i], "article", NULL);
    }
    struct doc_block *b = s == OK ? add(m, DOC_REASONS) : NULL;
    if (b) {
        b->item = item;
        b->item_count = items->size;
        m->has_reasons = true;
        s = fill_both(m->f, json_get(j, "title"), &b->title, d);
    }
    return s;
}

/* Amounts and counts: digits, perhaps a sign and a fraction. */
static enum status cells(struct making *m, const char *name, const struct json *rows, const struct json *columns, struct doc_text *cell, struct diag *d) {
    enum status s = OK;
    for (size_t r = 0; s == OK && r < rows->size; r++)
        for (size_t c = 0; s == OK && c < columns->size; c++) {
            const char *key = json_str(columns->item[c], "key", "");
            s = shown(m->f, json_get(rows->item[r], key), name, r, &cell[r * columns->size + c], d);
            if (s != OK) {
                char where[96];
                snprintf(where, sizeof where, "%s[%zu].%s", name, r, key);
                s = fill_missing(where, d);
            }
        }
    return s;
}

static enum status total_row(struct making *m, const struct json *total, const struct json *columns, struct doc_text *cell, struct diag *d) {
    enum status s = OK;
    for (size_t c = 0; s == OK && c < columns->size; c++)
        if (strcmp(json_str(columns->item[c], "key", ""), json_str(total, "key", "")) == 0)
            s = fill_text(m->f, json_str(total, "value", ""), LANG_ZH, &cell[c].main, d);
    return s == OK ? fill_both(m->f, json_get(total, "title"), &cell[0], d) : s;
}

static enum status table(struct making *m, const struct json *j, struct diag *d) {
    const char *name = json_str(j, "rows", "");
    const struct json *rows, *columns = json_get(j, "columns"), *total = json_get(j, "total");
    enum status s = fill_list(m->f, name, &rows, d);
    if (s != OK)
        return s;
    if (!columns || columns->size == 0 || columns->size > DOC_COLUMNS_MAX)
        return diag_fail(d, E_INPUT, "notice.template_bad", DIAG_S("text", "columns"));
    struct doc_column *column = ARENA_ARRAY(m->f->a, columns->size, struct doc_column);
    struct doc_text *cell = ARENA_ARRAY(m->f->a, (rows->size + 2) * columns->size, struct doc_text);
    if (!column || !cell)
        return arena_full(d);
    for (size_t c = 0; s == OK && c < columns->size; c++)
        s = fill_both(m->f, json_get(columns->item[c], "title"), &column[c].title, d);
    if (s == OK)
        s = cells(m, name, rows, columns, cell, d);
    size_t count = rows->size;
    if (s == OK && count == 0 && !notice_both(m->f->a, "notice.no_rows", &cell[count++ * columns->size]))
        s = arena_full(d);
    if (s == OK && total)
        s = total_row(m, total, columns, &cell[count++ * columns->size], d);
    struct doc_block *b = s == OK ? add(m, DOC_TABLE) : NULL;
    if (b) {
        *b = (struct doc_block){.type = DOC_TABLE, .column = column, .column_count = columns->size, .cell = cell, .row_count = count, .total = total != NULL};
        doc_align(b, column);
    }
    return s;
}

static enum status remedies(struct making *m, const struct json *j, struct diag *d) {
    struct doc_block *b = add(m, DOC_REMEDIES);
    const struct json *articles = json_get(j, "articles");
    BUF_AUTO source;
    buf_init(&source, 4096);
    for (size_t i = 0; articles && i < articles->size; i++) {
        buf_adds(&source, i ? "；" : "");
        buf_add(&source, articles->item[i]->text);
    }
    b->source = buf_ok(&source) ? arena_dup(m->f->a, buf_span(&source)) : NULL;
    if (!b->source)
        return arena_full(d);
    enum status s = fill_both(m->f, json_get(j, "title"), &b->title, d);
    return s == OK ? fill_both(m->f, json_get(j, "text"), &b->text, d) : s;
}

static enum status signature(struct making *m, const struct json *j, struct diag *d) {
    struct doc_block *b = add(m, DOC_SIGNATURE);
    const char *seal = NULL;
    enum status s = fill_text(m->f, json_str(j, "organ", "{in_name_of}"), LANG_ZH, &b->title.main, d);
    if (s == OK && empty(b->title.main))
        s = fill_missing("organ", d);
    if (s == OK)
        s = fill_text(m->f, json_str(j, "date", "{issued_on}"), LANG_ZH, &b->text.main, d);
    if (s == OK)
        s = fill_text(m->f, json_str(j, "seal", ""), LANG_ZH, &seal, d);
    if (s == OK)
        s = fill_both(m->f, json_get(j, "note"), &b->note, d);
    if (s != OK || empty(seal))
        return s;
    b->seal = m->c->synthetic ? DOC_SEAL_SAMPLE : DOC_SEAL_PLACE;
    b->seal_organ = b->title.main;
    b->seal_name = m->c->seal;
    return OK;
}

static enum status block(struct making *m, const struct json *j, struct diag *d) {
    static const struct { const char *type; enum status (*make)(struct making *, const struct json *, struct diag *); } kinds[] = {
        {"paragraph", paragraph}, {"list", list}, {"table", table}, {"reasons", reasons}, {"remedies", remedies}, {"signature", signature}};
    const char *type = json_str(j, "type", "");
    if (strcmp(type, "receipt") == 0)
        return OK; /* every notice ends with its code */
    if (m->count + 2 > BLOCKS_MAX)
        return diag_fail(d, E_INPUT, "notice.template_bad", DIAG_S("text", "blocks"));
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strcmp(type, kinds[i].type) == 0)
            return kinds[i].make(m, j, d);
    return diag_fail(d, E_INPUT, "notice.template_bad", DIAG_S("text", type));
}

/* ---- the whole ----------------------------------------------------------------------- */

static enum status head(struct making *m, struct diag *d) {
    const struct json *t = m->c->template_json;
    add(m, DOC_LETTERHEAD)->title.main = m->c->organ;
    enum status s = fill_both(m->f, json_get(t, "title"), &add(m, DOC_TITLE)->title, d);
    add(m, DOC_NUMBER)->text.main = m->c->number;
    struct doc_text to;
    if (s == OK)
        s = fill_both(m->f, json_get(t, "addressee"), &to, d);
    if (s == OK && !empty(to.main))
        add(m, DOC_ADDRESSEE)->text = to;
    return s;
}

static enum status body(struct making *m, struct diag *d) {
    const struct json *blocks = json_get(m->c->template_json, "blocks");
    enum status s = OK;
    for (size_t i = 0; s == OK && blocks && i < blocks->size; i++)
        s = block(m, blocks->item[i], d);
    /* A decision with room for written reasons is one against a person: it states them, by rule or in words. */
    if (s == OK && m->wants_reasons && !m->has_reasons)
        s = diag_fail(d, E_INPUT, "notice.reasons");
    return s;
}

enum status notice_document(const struct fill *f, const struct content *c, struct document *ret, struct diag *d) {
    struct making *m = ARENA_NEW(f->a, struct making);
    if (!m)
        return arena_full(d);
    m->f = f;
    m->c = c;
    enum status s = head(m, d);
    if (s == OK)
        s = body(m, d);
    if (s != OK)
        return s;
    *ret = (struct document){.author = c->organ, .subject = c->number, .title = m->block[1].title.main, .language = lang_tag(LANG_ZH), .made_at = c->at,
        .block = m->block, .block_count = m->count};
    return notice_both(f->a, c->synthetic ? "notice.footer_sample" : "notice.footer", &ret->footer) ? OK : arena_full(d);
}
