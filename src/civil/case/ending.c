/* How a case ended without a decision on what was asked (not accepted, papers
 * that never came): by a written notice that can be attacked like a decision. */
#include "civil/case/case_internal.h"

#include "civil/access/access_list.h"
#include "civil/notice/notice.h"

bool case_attackable(const struct matter *m, const char *kind) {
    const struct json *blocks = json_get(matter_notice(m, kind), "blocks");
    for (size_t i = 0; blocks && i < blocks->size; i++)
        if (strcmp(json_str(blocks->item[i], "type", ""), "remedies") == 0)
            return true;
    return false;
}

struct last { int64_t id; char *kind, *number; instant_t issued_at; };

/* The latest notice that can be attacked; id 0: none. */
static enum status last_attackable(struct txn *t, const struct case_row *k, struct last *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    *ret = (struct last){0};
    enum status s = sql_query(t, &r, d, "SELECT id, kind, number, issued_at FROM notice WHERE district = ? AND case_id = ? ORDER BY id DESC", SQL_I(k->district), SQL_I(k->id));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct last n = {rows_int(r, 0), rows_dup(r, 1, txn_arena(t)), rows_dup(r, 2, txn_arena(t)), rows_int(r, 3)};
        if (!n.kind || !n.number)
            return arena_full(d);
        if (case_attackable(k->matter, n.kind)) {
            *ret = n;
            return OK;
        }
    }
    return s;
}

static enum status decided(struct txn *t, const struct case_row *k, bool *ret, struct diag *d) {
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d, "SELECT COUNT(*) FROM decision_record WHERE district = ? AND case_id = ? AND state = 'confirmed'", SQL_I(k->district), SQL_I(k->id));
    *ret = n > 0;
    return s;
}

/* What the notice says before it names the remedies. */
static void text_of(struct json_writer *w, const struct json *document) {
    const struct json *blocks = json_get(document, "blocks");
    json_key(w, "text");
    json_array(w);
    for (size_t i = 0; blocks && i < blocks->size; i++) {
        const char *type = json_str(blocks->item[i], "type", "");
        const struct json *text = json_get(blocks->item[i], "text");
        if (strcmp(type, "remedies") == 0)
            break;
        if (strcmp(type, "paragraph") != 0 || !text || text->size == 0)
            continue;
        const char *zh = text->item[0]->text.at;
        text_pair(w, NULL, zh, text->size > 1 ? text->item[1]->text.at : zh);
    }
    json_array_end(w);
}

enum status ending_json(struct civil *c, struct txn *t, struct access *x, struct case_row *k, struct json_writer *w, struct diag *d) {
    struct last n;
    bool signed_one = false;
    const struct json *document = NULL;
    enum status s = last_attackable(t, k, &n, d);
    if (s == OK && n.id)
        s = decided(t, k, &signed_one, d);
    if (s == OK && n.id && !signed_one)
        s = notice_content_in(c, t, txn_arena(t), k->district, n.id, &document, d);
    if (s == E_NOT_FOUND) { /* the person's key was erased, or the dossier destroyed */
        diag_clear(d);
        s = OK;
    }
    if (s == OK && document)
        s = access_add(x, k->district, k->applicant, ACCESS_CASE, d);
    json_key(w, "ending");
    if (s != OK || !document) {
        json_nothing(w);
        return s;
    }
    const struct json *made_of = matter_notice(k->matter, n.kind);
    json_object(w);
    json_kid(w, "notice", n.id);
    text_json(w, "name", json_get(made_of, "title"));
    json_kstring(w, "number", n.number);
    json_kinstant(w, "issued_at", n.issued_at);
    text_of(w, document);
    json_kstring(w, "article", json_str(made_of, "article", ""));
    json_object_end(w);
    return OK;
}
