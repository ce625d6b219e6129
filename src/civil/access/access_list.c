/* 谁看过我的信息: what a resident sees of the looks at his record. */
#include "civil/access/access_list.h"

#include "civil/access/question.h"
#include "civil/secrecy/secrecy.h"
#include "civil/row_json.h"

#include "store/store.h"

#include <stdio.h>

enum { PAGE = 30 };

static void sentence(struct buf *out, enum lang l, const char *prefix, const char *code, size_t n) {
    char key[96];
    snprintf(key, sizeof key, "%s.%.*s", prefix, (int)n, code);
    message_text(out, l, key, NULL, 0);
}

void access_text_pair(struct json_writer *w, const char *key, const char *prefix, struct span code) {
    if (key)
        json_key(w, key);
    json_object(w);
    for (int l = LANG_ZH; l <= LANG_EN; l++) {
        BUF_AUTO b;
        buf_init(&b, 4096);
        sentence(&b, (enum lang)l, prefix, code.at, code.size);
        json_kspan(w, l == LANG_ZH ? "zh" : "en", buf_span(&b));
    }
    json_object_end(w);
}

void access_fields_json(struct json_writer *w, struct span fields) {
    json_key(w, "fields");
    json_array(w);
    const char *p = fields.at, *end = fields.at + fields.size;
    while (p && p < end) {
        const char *bar = memchr(p, '|', (size_t)(end - p));
        size_t n = bar ? (size_t)(bar - p) : (size_t)(end - p);
        access_text_pair(w, NULL, "access.field", (struct span){p, n});
        p = bar ? bar + 1 : end;
    }
    json_array_end(w);
}

/* A name of an office has no translation. */
static void same_in_both(struct json_writer *w, const char *key, struct span name) {
    json_key(w, key);
    json_object(w);
    json_kspan(w, "zh", name);
    json_kspan(w, "en", name);
    json_object_end(w);
}

static enum status one(struct civil *c, struct txn *t, const struct actor *who, struct rows *r, struct json_writer *w, struct diag *d) {
    json_object(w);
    json_kinstant(w, "at", rows_int(r, 1));
    if (rows_null(r, 9))
        access_text_pair(w, "office", "access.office", rows_text(r, 2));
    else
        same_in_both(w, "office", rows_text(r, 9));
    json_kspan(w, "role", rows_text(r, 3));
    access_text_pair(w, "purpose", "access.purpose", rows_text(r, 4));
    row_text_or_null(w, "case_number", r, 5);
    access_fields_json(w, rows_text(r, 6));
    json_kid(w, "entry", rows_int(r, 7));
    json_kspan(w, "kind", rows_text(r, 8));
    char *purpose = rows_dup(r, 4, txn_arena(t));
    enum status s = purpose ? secrecy_delayed_json(c, t, who->district, who->person, purpose, rows_int(r, 1), w, d) : arena_full(d);
    if (s == OK)
        s = access_question_json(c, t, who->district, who->person, rows_int(r, 0), w, d);
    json_object_end(w);
    return s;
}

enum status access_list_json(struct civil *c, struct txn *t, const struct actor *who, const char *cursor, struct json_writer *w, struct diag *d) {
    int64_t before = INT64_MAX;
    if (cursor && *cursor) {
        char *end = NULL;
        before = strtoll(cursor, &end, 10);
        if (*end || before <= 0) {
            (void)diag_fail(d, E_INPUT, "access.cursor");
            return diag_at(d, "cursor");
        }
    }
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d,
        "SELECT e.id, e.at, e.office, e.role, e.purpose, f.number, e.fields, e.entry, e.kind, v.name "
        "FROM access_subject x JOIN access_entry e ON e.district = x.district AND e.id = x.access_id "
        "LEFT JOIN division v ON v.code = e.office "
        "LEFT JOIN case_file f ON f.district = e.district AND f.id = e.case_id AND "
        "EXISTS (SELECT 1 FROM case_party p WHERE p.district = f.district AND p.case_id = f.id AND p.person = x.person) "
        "WHERE x.district = ? AND x.person = ? AND x.access_id < ? AND NOT (" SECRECY_LOOK_KEPT ") ORDER BY x.access_id DESC LIMIT ?",
        SQL_I(who->district), SQL_I(who->person), SQL_I(before), SQL_D(txn_today(t)), SQL_D(txn_today(t)), SQL_I(PAGE + 1));
    json_object(w);
    json_key(w, "items");
    json_array(w);
    int n = 0;
    int64_t last = 0;
    bool more = true;
    for (; s == OK; n++) {
        if ((s = rows_next(r, &more, d)) != OK || !more || n == PAGE)
            break;
        last = rows_int(r, 0);
        s = one(c, t, who, r, w, d);
    }
    json_array_end(w);
    json_key(w, "next");
    if (s == OK && more)
        json_stringf(w, "%lld", (long long)last);
    else
        json_nothing(w);
    json_object_end(w);
    return s;
}
