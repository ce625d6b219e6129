#include "civil/access/usage.h"

#include "civil/secrecy/secrecy.h"
#include "store/store.h"

#include <stdio.h>

#define FROM_LOOKS                                                             \
    "FROM access_subject x JOIN access_entry e ON e.district = x.district AND e.id = x.access_id "
#define WHERE_LOOKS "WHERE x.district = ? AND x.person = ? AND e.kind <> 'self' AND e.at >= ? AND e.at <= ? AND NOT (" SECRECY_LOOK_KEPT ") "

static void word(struct buf *out, enum lang l, const char *prefix, struct span code) {
    char key[96];
    snprintf(key, sizeof key, "%s.%.*s", prefix, (int)code.size, code.at);
    message_text(out, l, key, NULL, 0);
}

/* "To handle your application (Name, Income)" */
static void action(struct json_writer *w, enum lang l, struct span purpose, struct span fields) {
    BUF_AUTO b;
    buf_init(&b, 8192);
    word(&b, l, "access.purpose", purpose);
    buf_adds(&b, l == LANG_ZH ? "（" : " (");
    for (bool first = true; fields.size; first = false) {
        const char *bar = memchr(fields.at, '|', fields.size);
        struct span one = {fields.at, bar ? (size_t)(bar - fields.at) : fields.size};
        if (!first)
            buf_adds(&b, l == LANG_ZH ? "、" : ", ");
        word(&b, l, "access.field", one);
        size_t n = one.size + (bar != NULL);
        fields = (struct span){fields.at + n, fields.size - n};
    }
    buf_adds(&b, l == LANG_ZH ? "）" : ")");
    json_kspan(w, "action", buf_span(&b));
}

static void usage(const struct rows *r, enum lang l, struct json_writer *w) {
    json_object(w);
    json_kinstant(w, "logtime", rows_int(r, 0));
    action(w, l, rows_text(r, 1), rows_text(r, 2));
    json_kspan(w, "receiverCode", rows_text(r, 3));
    if (!rows_null(r, 4))
        json_kspan(w, "receiverName", rows_text(r, 4));
    json_kstring(w, "receiverSystem", "minzheng");
    json_object_end(w);
}

enum status usage_find_json(struct txn *t, const struct usage_query *q, enum lang l, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    int64_t total = 0;
    enum status s = sql_int(t, &total, 0, d, "SELECT count(*) " FROM_LOOKS WHERE_LOOKS, SQL_I(q->district), SQL_I(q->person), SQL_I(q->from), SQL_I(q->to),
        SQL_D(txn_today(t)), SQL_D(txn_today(t)));
    if (s == OK)
        s = sql_query(t, &r, d,
            "SELECT e.at, e.purpose, e.fields, e.office, v.name " FROM_LOOKS "LEFT JOIN division v ON v.code = e.office " WHERE_LOOKS
            "ORDER BY e.at DESC, e.id DESC LIMIT ? OFFSET ?",
            SQL_I(q->district), SQL_I(q->person), SQL_I(q->from), SQL_I(q->to), SQL_D(txn_today(t)), SQL_D(txn_today(t)), SQL_I(q->limit), SQL_I(q->offset));
    json_object(w);
    json_kint(w, "totalUsages", total);
    json_key(w, "usages");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        usage(r, l, w);
    json_array_end(w);
    json_object_end(w);
    return s;
}

enum status usage_period_json(struct txn *t, struct json_writer *w, struct diag *d) {
    int64_t from = 0;
    enum status s = sql_int(t, &from, txn_now(t), d, "SELECT min(at) FROM access_entry");
    json_object(w);
    json_kinstant(w, "periodStart", from);
    json_object_end(w);
    return s;
}
