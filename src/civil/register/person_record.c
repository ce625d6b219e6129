/* person_record: a member's facts by name, in two times. */
#include "civil/register/register_internal.h"

#include "base/vec.h"
#include "store/store.h"

#include <stdio.h>

enum kind { TEXT, BOOLEAN, DATE, LIST };

/* Column by fact of the vocabulary (packs/vocabulary.csv, entity 成员). */
static const struct { const char *fact, *column; enum kind kind; } columns[] = {
    {"性别", "sex", TEXT},
    {"出生日期", "birth", DATE},
    {"户籍", "hukou", TEXT},
    {"居住证", "residence_permit", BOOLEAN},
    {"就学迁入集体户", "collective_hukou", BOOLEAN},
    {"婚姻状况", "marriage", TEXT},
    {"就业状态", "work", TEXT},
    {"劳动能力", "capacity", TEXT},
    {"能力等级", "ability", TEXT},
    {"在读", "schooling", TEXT},
    {"重大疾病", "serious_illness", BOOLEAN},
    {"单独抚养", "single_parent", BOOLEAN},
    {"依靠兄弟姐妹或老人扶养", "kept_by_relatives", BOOLEAN},
    {"不计入事由", "not_counted", TEXT},
    {"特殊身份", "identities", LIST},
    {"死亡日期", "died_on", DATE},
    {"迁出本市日期", "moved_out_on", DATE},
    {"就业申报日期", "work_reported_on", DATE},
};
enum { COLUMNS = ARRAY_LEN(columns) };

#define COLUMN_LIST                                                                                                   \
    "sex, birth, hukou, residence_permit, collective_hukou, marriage, work, capacity, ability, schooling, "           \
    "serious_illness, single_parent, kept_by_relatives, not_counted, identities, died_on, moved_out_on, work_reported_on"

bool fact_add(struct fact_list *f, struct arena *a, const char *key, const struct json *value) {
    if (!value || f->n == ARRAY_LEN(f->key))
        return false;
    f->key[f->n] = span_of(key);
    f->value[f->n++] = value;
    return true;
}

/* ---- JSON -> columns ------------------------------------------------------------ */

static enum status wrong(size_t i, struct diag *d) {
    (void)diag_fail(d, E_INPUT, "register.fact_type", DIAG_S("fact", columns[i].fact));
    return diag_at(d, "成员.%s", columns[i].fact);
}

static enum status joined(struct arena *a, const struct json *list, size_t i, struct sql_value *ret, struct diag *d) {
    BUF_AUTO b;
    buf_init(&b, 4096);
    for (size_t k = 0; k < list->size; k++) {
        if (list->item[k]->type != JSON_STRING || memchr(list->item[k]->text.at, '|', list->item[k]->text.size))
            return wrong(i, d);
        if (k)
            buf_addc(&b, '|');
        buf_add(&b, list->item[k]->text);
    }
    char *text = arena_dup(a, buf_span(&b));
    if (!text || !buf_ok(&b))
        return arena_full(d);
    *ret = SQL_T(((struct span){text, b.size}));
    return OK;
}

static enum status column_value(struct arena *a, const struct json *j, size_t i, struct sql_value *ret, struct diag *d) {
    date_t day;
    *ret = SQL_NIL;
    if (json_is_null(j))
        return OK;
    switch (columns[i].kind) {
    case TEXT:
        if (j->type != JSON_STRING || j->text.size > 60)
            return wrong(i, d);
        *ret = SQL_T(j->text);
        return OK;
    case BOOLEAN:
        if (j->type != JSON_TRUE && j->type != JSON_FALSE)
            return wrong(i, d);
        *ret = SQL_I(j->type == JSON_TRUE);
        return OK;
    case DATE:
        if (j->type != JSON_STRING || date_parse(j->text, &day, d) != OK)
            return wrong(i, d);
        *ret = SQL_D(day);
        return OK;
    case LIST:
        return j->type == JSON_ARRAY ? joined(a, j, i, ret, d) : wrong(i, d);
    }
    return wrong(i, d);
}

static enum status insert(struct txn *t, const struct actor *who, int64_t district, int64_t person, instant_t recorded_at, date_t valid_from,
    const char *source, struct sql_value name, struct sql_value division, const struct sql_value v[COLUMNS], struct diag *d) {
    return sql_exec(t, d,
        "INSERT INTO person_record (district, person, recorded_at, valid_from, valid_to, superseded_at, recorded_by, source, name, division, " COLUMN_LIST ") "
        "VALUES (?, ?, ?, ?, NULL, NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        SQL_I(district), SQL_I(person), SQL_I(recorded_at), SQL_I(valid_from), SQL_I(who->account), SQL_S(source), name, division, v[0], v[1], v[2], v[3],
        v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11], v[12], v[13], v[14], v[15], v[16], v[17]);
}

enum status person_record_add(struct txn *t, const struct actor *who, int64_t district, int64_t person, const struct person_new *p,
    instant_t recorded_at, date_t valid_from, struct diag *d) {
    struct sql_value v[COLUMNS];
    enum status s = OK;
    for (size_t i = 0; s == OK && i < COLUMNS; i++)
        s = column_value(txn_arena(t), json_get(p->facts, columns[i].fact), i, &v[i], d);
    if (s != OK)
        return s;
    v[0] = SQL_S(p->male ? "男" : "女");
    v[1] = SQL_D(p->birth);
    v[2] = SQL_S(p->hukou ? p->hukou : "本市");
    if (v[14].type == SQL_NULL)
        v[14] = SQL_S("");
    return insert(t, who, district, person, recorded_at, valid_from, p->source ? p->source : "entered", SQL_S(p->name), SQL_S(p->division), v, d);
}

/* ---- changing --------------------------------------------------------------------- */

/* Closes the row believed now and adds its successor: a change ends the
 * former's valid time, a correction ends its recorded time. */
static enum status close_current(struct txn *t, int64_t district, int64_t person, date_t valid_from, bool correction, struct diag *d) {
    int64_t changed = 0;
    enum status s = correction
        ? sql_exec_count(t, &changed, d, "UPDATE person_record SET superseded_at = ? WHERE district = ? AND person = ? AND superseded_at IS NULL AND valid_to IS NULL",
              SQL_I(txn_now(t)), SQL_I(district), SQL_I(person))
        : sql_exec_count(t, &changed, d,
              "UPDATE person_record SET valid_to = ? WHERE district = ? AND person = ? AND superseded_at IS NULL AND valid_to IS NULL AND valid_from < ?",
              SQL_D(valid_from), SQL_I(district), SQL_I(person), SQL_D(valid_from));
    return s == OK && changed != 1 ? diag_fail(d, E_CONFLICT, "register.valid_from") : s;
}

enum status person_change(struct civil *c, struct txn *t, const struct actor *who, int64_t district, int64_t person, date_t valid_from,
    const struct json *facts, const char *source, bool correction, struct diag *d) {
    struct arena *a = txn_arena(t);
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d,
        "SELECT name, division, valid_from, " COLUMN_LIST " FROM person_record WHERE district = ? AND person = ? AND superseded_at IS NULL AND valid_to IS NULL",
        SQL_I(district), SQL_I(person));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "register.person");
    struct sql_value v[COLUMNS], name, division;
    if (s != OK)
        return s;
    name = SQL_S(rows_dup(r, 0, a));
    division = SQL_S(rows_dup(r, 1, a));
    if (correction)
        valid_from = rows_date(r, 2);
    for (size_t i = 0; s == OK && i < COLUMNS; i++) {
        int k = (int)i + 3;
        bool text = columns[i].kind == TEXT || columns[i].kind == LIST;
        v[i] = rows_null(r, k) ? SQL_NIL : text ? SQL_S(rows_dup(r, k, a)) : SQL_I(rows_int(r, k));
        if (json_get(facts, columns[i].fact))
            s = column_value(a, json_get(facts, columns[i].fact), i, &v[i], d);
    }
    rows_free(TAKE(r));
    if (s == OK)
        s = close_current(t, district, person, valid_from, correction, d);
    return s == OK ? insert(t, who, district, person, txn_now(t), valid_from, source, name, division, v, d) : s;
}

/* ---- columns -> JSON ----------------------------------------------------------------- */

static const struct json *split(struct arena *a, struct span s) {
    VEC(const struct json *) list = {0};
    const char *p = s.at, *end = p ? p + s.size : p;
    while (p && p < end) {
        const char *bar = memchr(p, '|', (size_t)(end - p));
        size_t n = bar ? (size_t)(bar - p) : (size_t)(end - p);
        const struct json **slot = vec_push_in(a, &list);
        char *text = arena_dup(a, (struct span){p, n});
        if (!slot || !text || !(*slot = json_new_string(a, (struct span){text, n})))
            return NULL;
        p = bar ? bar + 1 : end;
    }
    return json_new_array(a, list.at, list.size);
}

static const struct json *column_json(struct arena *a, struct rows *r, size_t i, int column) {
    switch (columns[i].kind) {
    case TEXT:
        return json_new_string(a, span_of(rows_dup(r, column, a)));
    case BOOLEAN:
        return json_new_bool(rows_int(r, column) != 0);
    case DATE: {
        char text[DATE_TEXT_MAX];
        size_t n = date_text(rows_date(r, column), text);
        char *copy = arena_dup(a, (struct span){text, n});
        return copy ? json_new_string(a, (struct span){copy, n}) : NULL;
    }
    case LIST:
        return split(a, rows_text(r, column));
    }
    return NULL;
}

enum status person_record_facts(struct txn *t, struct arena *a, int64_t district, int64_t person, date_t as_of, struct fact_list *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d,
        "SELECT " COLUMN_LIST " FROM person_record WHERE district = ? AND person = ? AND superseded_at IS NULL AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)",
        SQL_I(district), SQL_I(person), SQL_D(as_of), SQL_D(as_of));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "register.person");
    for (size_t i = 0; s == OK && i < COLUMNS; i++)
        if (!rows_null(r, (int)i) && !fact_add(ret, a, columns[i].fact, column_json(a, r, i, (int)i)))
            s = arena_full(d);
    return s;
}
