/* The verification report on paper: the same as the desk shows (report.c), for the file. */
#include "civil/verification/verification_internal.h"

#include "base/utf8.h"
#include "civil/archive/paper.h"

enum { VALUE_TEXT_MAX = 2000, COLUMNS_MAX = 5 };

/* ---- values ----------------------------------------------------------------------------------- */

/* A fact as a person reads it; nested ones in one line. */
static void value_text(struct buf *b, enum lang l, const struct json *v) {
    char number[DEC_TEXT_MAX];
    switch (v ? v->type : JSON_NULL) {
    case JSON_NULL: buf_adds(b, "\u2014"); break;
    case JSON_FALSE: message_text(b, l, "verification.report.no", NULL, 0); break;
    case JSON_TRUE: message_text(b, l, "verification.report.yes", NULL, 0); break;
    case JSON_NUMBER: buf_add(b, (struct span){number, dec_text_short(v->number, number)}); break;
    case JSON_STRING: buf_add(b, v->text); break;
    case JSON_ARRAY:
        if (v->size == 0)
            message_text(b, l, "verification.report.nothing", NULL, 0);
        for (size_t i = 0; i < v->size; i++) {
            buf_adds(b, i ? "\uff1b" : "");
            value_text(b, l, v->item[i]);
        }
        break;
    case JSON_OBJECT:
        for (size_t i = 0; i < v->size; i++) {
            buf_adds(b, i ? "\uff0c" : "");
            buf_add(b, v->key[i]);
            buf_adds(b, " ");
            value_text(b, l, v->item[i]);
        }
        break;
    }
}

static struct doc_text value(struct paper *p, const struct json *v) {
    BUF_AUTO b;
    buf_init(&b, (size_t)1 << 20);
    value_text(&b, LANG_ZH, v);
    struct span s = buf_span(&b);
    s.size = utf8_cut(s, VALUE_TEXT_MAX);
    char *text = buf_ok(&b) ? arena_dup(p->a, s) : NULL;
    p->full = p->full || !text;
    return paper_plain(text, "");
}

static struct doc_text text_of(const struct json *o, const char *key) { return paper_plain(json_str(o, key, "\u2014"), ""); }
static struct doc_text pair_of(const struct json *v) { return paper_plain(json_str(v, "zh", ""), json_str(v, "en", "")); }

/* A source's name: in the list of those asked; else a register of ours. */
static struct doc_text source_of(struct paper *p, const struct json *report, const char *id) {
    const struct json *list = json_get(report, "sources");
    for (size_t i = 0; list && i < list->size; i++)
        if (strcmp(json_str(list->item[i], "source", ""), id) == 0)
            return pair_of(json_get(list->item[i], "name"));
    return paper_text(p, "verification.source.register", NULL, 0);
}

static struct doc_text day_of(struct paper *p, date_t day) { return day == DATE_NONE ? paper_plain("\u2014", "") : paper_date(p, day); }

/* The civil day of an instant of the report. */
static struct doc_text day_at(struct paper *p, const struct json *o, const char *key) {
    instant_t at = 0;
    const struct json *v = json_get(o, key);
    return day_of(p, v && v->type == JSON_STRING && instant_parse(v->text, &at, NULL) == OK ? instant_date(at) : DATE_NONE);
}

static struct doc_text date_at(struct paper *p, const struct json *o, const char *key) {
    date_t day = DATE_NONE;
    const struct json *v = json_get(o, key);
    return day_of(p, v && v->type == JSON_STRING && date_parse(v->text, &day, NULL) == OK ? day : DATE_NONE);
}

/* ---- tables --------------------------------------------------------------------------------------- */

static struct doc_text *table(struct paper *p, const char *heading, const char *const columns[], size_t count, size_t rows) {
    paper_add(p, DOC_PARAGRAPH)->text = paper_text(p, heading, NULL, 0);
    struct doc_block *b = paper_add(p, DOC_TABLE);
    struct doc_column *column = ARENA_ARRAY(p->a, COLUMNS_MAX, struct doc_column);
    struct doc_text *cell = ARENA_ARRAY(p->a, rows * count + 1, struct doc_text);
    if (!column || !cell) {
        p->full = true;
        p->count--;
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        column[i].title = paper_text(p, columns[i], NULL, 0);
    *b = (struct doc_block){.type = DOC_TABLE, .column = column, .column_count = count, .cell = cell, .row_count = rows};
    return cell;
}

static struct doc_text consent_text(struct paper *p, const char *state) {
    static const char *const words[] = {"given", "waiting", "expired", "refused", "withdrawn"};
    static const char *const codes[] = {"verification.consent.given", "verification.consent.waiting", "verification.consent.expired", "verification.consent.refused", "verification.consent.withdrawn"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcmp(words[i], state) == 0)
            return paper_text(p, codes[i], NULL, 0);
    return paper_text(p, "verification.consent.none", NULL, 0);
}

static void consents(struct paper *p, const struct party *party, size_t n, date_t today) {
    static const char *const columns[] = {"verification.report.name", "verification.report.relation", "verification.report.consent", "verification.report.given_on", "verification.report.until"};
    struct doc_text *c = table(p, "verification.report.consents", columns, ARRAY_LEN(columns), n);
    for (size_t i = 0; c && i < n; i++, c += ARRAY_LEN(columns)) {
        c[0] = paper_plain(party_name_to(&party[i], false), "");
        c[1] = paper_plain(party[i].relation, "");
        c[2] = consent_text(p, verification_consent_state(&party[i], today));
        c[3] = day_of(p, party[i].authorised_at ? instant_date(party[i].authorised_at) : DATE_NONE);
        c[4] = day_of(p, party[i].authorised_until);
    }
}

static struct doc_text state_text(struct paper *p, const char *state) {
    return paper_text(p, strcmp(state, "answered") == 0 ? "verification.report.answered" : strcmp(state, "waiting") == 0 ? "verification.report.waiting" : "verification.report.silent", NULL, 0);
}

static void sources(struct paper *p, const struct json *list) {
    static const char *const columns[] = {"verification.report.source", "verification.report.state", "verification.report.answered_at", "verification.report.due"};
    struct doc_text *c = list->size ? table(p, "verification.report.sources", columns, ARRAY_LEN(columns), list->size) : NULL;
    for (size_t i = 0; c && i < list->size; i++, c += ARRAY_LEN(columns)) {
        const struct json *s = list->item[i];
        c[0] = pair_of(json_get(s, "name"));
        c[1] = state_text(p, json_str(s, "state", ""));
        c[2] = day_at(p, s, "answered_at");
        c[3] = date_at(p, s, "due_on");
    }
}

static void findings(struct paper *p, const struct json *report) {
    static const char *const columns[] = {"verification.report.fact", "verification.report.found", "verification.report.source", "verification.report.as_of"};
    const struct json *list = json_get(report, "sources");
    size_t n = 0;
    for (size_t i = 0; i < list->size; i++)
        n += json_get(list->item[i], "findings")->size;
    struct doc_text *c = n ? table(p, "verification.report.findings", columns, ARRAY_LEN(columns), n) : NULL;
    for (size_t i = 0; c && i < list->size; i++) {
        const struct json *found = json_get(list->item[i], "findings");
        for (size_t k = 0; k < found->size; k++, c += ARRAY_LEN(columns)) {
            c[0] = text_of(found->item[k], "name");
            c[1] = value(p, json_get(found->item[k], "value"));
            c[2] = pair_of(json_get(list->item[i], "name"));
            c[3] = date_at(p, found->item[k], "as_of");
        }
    }
}

static void conflicts(struct paper *p, const struct json *report) {
    static const char *const columns[] = {"verification.report.fact", "verification.report.declared", "verification.report.found", "verification.report.source"};
    const struct json *list = json_get(report, "conflicts");
    if (list->size == 0) {
        paper_add(p, DOC_PARAGRAPH)->text = paper_text(p, "verification.report.agrees", NULL, 0);
        return;
    }
    struct doc_text *c = table(p, "verification.report.conflicts", columns, ARRAY_LEN(columns), list->size);
    for (size_t i = 0; c && i < list->size; i++, c += ARRAY_LEN(columns)) {
        c[0] = text_of(list->item[i], "fact");
        c[1] = value(p, json_get(list->item[i], "declared"));
        c[2] = value(p, json_get(list->item[i], "found"));
        c[3] = source_of(p, report, json_str(list->item[i], "source", ""));
    }
}

/* ---- the whole ------------------------------------------------------------------------------------- */

enum status verification_pdf(struct civil *c, struct txn *t, struct access *x, struct case_row *k, bool officer, struct span *ret, struct diag *d) {
    struct paper *p = ARENA_NEW(txn_arena(t), struct paper);
    struct json_writer w;
    const struct json *report = NULL;
    struct party *party = NULL;
    size_t n = 0;
    BUF_AUTO b;
    buf_init(&b, (size_t)64 << 20);
    json_begin(&w, &b, false);
    if (!p)
        return arena_full(d);
    p->a = txn_arena(t);
    enum status s = verification_json(c, t, x, k, officer, &w, d);
    if (s == OK)
        s = buf_ok(&b) ? json_parse(p->a, buf_span(&b), &report, d) : arena_full(d);
    if (s == OK)
        s = case_parties(c, t, x, k, &party, &n, d);
    if (s != OK)
        return s;
    if (strcmp(json_str(report, "state", ""), "none") == 0)
        return diag_fail(d, E_NOT_FOUND, "verification.none");
    struct doc_text title = paper_text(p, "verification.report.title", NULL, 0);
    paper_add(p, DOC_TITLE)->title = title;
    paper_add(p, DOC_NUMBER)->text = paper_plain(k->number, "");
    struct doc_item *item = ARENA_ARRAY(p->a, 3, struct doc_item);
    if (!item)
        return arena_full(d);
    item[0] = (struct doc_item){.title = paper_text(p, "verification.report.applicant", NULL, 0), .text = paper_plain(n ? party_name_to(&party[0], false) : "", "")};
    item[1] = (struct doc_item){.title = paper_text(p, "verification.report.asked", NULL, 0), .text = day_at(p, report, "requested_at")};
    item[2] = (struct doc_item){.title = paper_text(p, "verification.report.made", NULL, 0), .text = paper_date(p, txn_today(t))};
    *paper_add(p, DOC_PAIRS) = (struct doc_block){.type = DOC_PAIRS, .item = item, .item_count = 3};
    consents(p, party, n, txn_today(t));
    sources(p, json_get(report, "sources"));
    conflicts(p, report);
    findings(p, report);
    bool simulated = json_bool(report, "simulated", true);
    paper_add(p, DOC_PARAGRAPH)->text = paper_text(p, "verification.report.notes", NULL, 0);
    if (simulated)
        paper_add(p, DOC_PARAGRAPH)->text = paper_text(p, "verification.report.simulated", NULL, 0);
    return paper_pdf(p, title.main, k->division, k->number, simulated, txn_now(t), ret, d);
}
