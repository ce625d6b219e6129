/* person_record: a member's facts by name, in two times. */
#include "civil/register/register_internal.h"

#include "base/vec.h"
#include "civil/evidence/keep.h"
#include "civil/register/touched.h"
#include "store/store.h"

#include <stdio.h>

enum kind { TEXT, BOOLEAN, DATE, LIST };

/* Column by fact of the vocabulary (packs/vocabulary.csv, entity 成员). */
static const struct { const char *fact, *column; enum kind kind; bool given; /* never unknown */ } columns[] = {
    {"性别", "sex", TEXT, true},
    {"出生日期", "birth", DATE, true},
    {"户籍", "hukou", TEXT, true},
    {"居住证", "residence_permit", BOOLEAN, false},
    {"就学迁入集体户", "collective_hukou", BOOLEAN, false},
    {"婚姻状况", "marriage", TEXT, false},
    {"就业状态", "work", TEXT, false},
    {"劳动能力", "capacity", TEXT, false},
    {"能力等级", "ability", TEXT, false},
    {"在读", "schooling", TEXT, false},
    {"重大疾病", "serious_illness", BOOLEAN, false},
    {"单独抚养", "single_parent", BOOLEAN, false},
    {"依靠兄弟姐妹或老人扶养", "kept_by_relatives", BOOLEAN, false},
    {"不计入事由", "not_counted", TEXT, false},
    {"特殊身份", "identities", LIST, false},
    {"死亡日期", "died_on", DATE, false},
    {"迁出本市日期", "moved_out_on", DATE, false},
    {"就业申报日期", "work_reported_on", DATE, false},
};
enum { COLUMNS = ARRAY_LEN(columns), SEX = 0, BIRTH = 1, HUKOU = 2 };

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
    *ret = columns[i].kind == LIST ? SQL_S("") : SQL_NIL;
    if (json_is_null(j))
        return columns[i].given ? wrong(i, d) : OK;
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

/* A name that is no fact of a member would be lost in silence. */
static enum status facts_known(const struct json *facts, struct diag *d) {
    if (facts && facts->type != JSON_OBJECT)
        return diag_fail(d, E_INPUT, "register.facts");
    for (size_t k = 0; facts && k < facts->size; k++) {
        bool known = false;
        for (size_t i = 0; i < COLUMNS; i++)
            known |= span_is(facts->key[k], columns[i].fact);
        if (!known)
            return diag_fail(d, E_INPUT, "register.fact_unknown", DIAG_SPAN("fact", facts->key[k]));
    }
    return OK;
}

/* What a record says beside the facts of the vocabulary (RESIDENCE_COLUMNS). */
enum { RESIDENCES = 4 };
struct residence { struct sql_value name, division, more[RESIDENCES]; };

static enum status insert(struct txn *t, const struct actor *who, int64_t district, int64_t person, instant_t recorded_at, date_t valid_from,
    const char *source, const struct residence *at, const struct sql_value v[COLUMNS], int64_t batch, struct sql_value superseded_at, struct diag *d) {
    return sql_exec(t, d,
        "INSERT INTO person_record (district, person, recorded_at, valid_from, valid_to, superseded_at, recorded_by, source, name, division, " RESIDENCE_COLUMNS ", batch, " RECORD_COLUMNS ") "
        "VALUES (?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        SQL_I(district), SQL_I(person), SQL_I(recorded_at), SQL_I(valid_from), superseded_at, SQL_I(who->account), SQL_S(source), at->name, at->division,
        at->more[0], at->more[1], at->more[2], at->more[3], batch ? SQL_I(batch) : SQL_NIL, v[0], v[1], v[2], v[3],
        v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11], v[12], v[13], v[14], v[15], v[16], v[17]);
}

enum status person_record_add(struct txn *t, const struct actor *who, int64_t district, int64_t person, const struct person_new *p,
    instant_t recorded_at, date_t valid_from, struct diag *d) {
    struct sql_value v[COLUMNS] = {[SEX] = SQL_S(p->male ? "男" : "女"), [BIRTH] = SQL_D(p->birth), [HUKOU] = SQL_S(p->hukou ? p->hukou : "本市")};
    enum status s = facts_known(p->facts, d);
    for (size_t i = HUKOU + 1; s == OK && i < COLUMNS; i++)
        s = column_value(txn_arena(t), json_get(p->facts, columns[i].fact), i, &v[i], d);
    struct residence at = {SQL_S(p->name), SQL_S(p->division), {SQL_S(p->address), SQL_S(p->registered_division), SQL_S(p->registered_address), SQL_S(p->service_groups)}};
    return s == OK ? insert(t, who, district, person, recorded_at, valid_from, p->source ? p->source : "entered", &at, v, p->batch, SQL_NIL, d) : s;
}

/* ---- changing --------------------------------------------------------------------- */

/* The row believed now, and when it was recorded. */
struct current { instant_t recorded_at; date_t valid_from; struct residence at; struct sql_value v[COLUMNS]; };

static enum status read_current(struct txn *t, int64_t district, int64_t person, struct current *ret, struct diag *d) {
    struct arena *a = txn_arena(t);
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d,
        "SELECT name, division, valid_from, recorded_at, " RESIDENCE_COLUMNS ", " RECORD_COLUMNS " FROM person_record r "
        "WHERE district = ? AND person = ? AND superseded_at IS NULL AND valid_to IS NULL AND " REGISTER_SHOWN("r"),
        SQL_I(district), SQL_I(person));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "register.person");
    if (s != OK)
        return s;
    ret->at.name = SQL_S(rows_dup(r, 0, a));
    ret->at.division = SQL_S(rows_dup(r, 1, a));
    for (int i = 0; i < RESIDENCES; i++)
        ret->at.more[i] = rows_null(r, 4 + i) ? SQL_NIL : SQL_S(rows_dup(r, 4 + i, a));
    ret->valid_from = rows_date(r, 2);
    ret->recorded_at = rows_int(r, 3);
    for (size_t i = 0; i < COLUMNS; i++) {
        int k = (int)i + 4 + RESIDENCES;
        bool text = columns[i].kind == TEXT || columns[i].kind == LIST;
        ret->v[i] = rows_null(r, k) ? SQL_NIL : text ? SQL_S(rows_dup(r, k, a)) : SQL_I(rows_int(r, k));
        if (text && !rows_null(r, k) && ret->v[i].type == SQL_NULL)
            return arena_full(d);
    }
    return OK;
}

static bool same_value(struct sql_value a, struct sql_value b) {
    return a.type == b.type && (a.type == SQL_INT ? a.number == b.number : span_eq(a.bytes, b.bytes));
}

/* Closes the row believed now for its successor: a change ends the former's
 * valid time, a correction ends its recorded time. */
static enum status close_current(struct txn *t, int64_t district, int64_t person, date_t valid_from, instant_t at, bool correction, struct diag *d) {
    int64_t changed = 0;
    enum status s = correction
        ? sql_exec_count(t, &changed, d, "UPDATE person_record SET superseded_at = ? WHERE district = ? AND person = ? AND superseded_at IS NULL AND valid_to IS NULL",
              SQL_I(at), SQL_I(district), SQL_I(person))
        : sql_exec_count(t, &changed, d,
              "UPDATE person_record SET valid_to = ? WHERE district = ? AND person = ? AND superseded_at IS NULL AND valid_to IS NULL AND valid_from < ?",
              SQL_D(valid_from), SQL_I(district), SQL_I(person), SQL_D(valid_from));
    return s == OK && changed != 1 ? diag_fail(d, E_CONFLICT, "register.valid_from") : s;
}

enum status person_change(struct civil *c, struct txn *t, const struct actor *who, int64_t district, int64_t person, date_t valid_from,
    const struct json *facts, const char *source, bool correction, struct diag *d) {
    struct current now;
    enum status s = facts_known(facts, d);
    if (s == OK && !correction && (valid_from == DATE_NONE || valid_from > txn_today(t)))
        s = diag_fail(d, E_INPUT, "register.future");
    if (s == OK)
        s = read_current(t, district, person, &now, d);
    if (s != OK)
        return s;
    struct sql_value sex = now.v[SEX], birth = now.v[BIRTH];
    for (size_t i = 0; s == OK && i < COLUMNS; i++)
        if (json_get(facts, columns[i].fact))
            s = column_value(txn_arena(t), json_get(facts, columns[i].fact), i, &now.v[i], d);
    /* Both follow from the identity number, and the blind index with them. */
    if (s == OK && (!same_value(sex, now.v[SEX]) || !same_value(birth, now.v[BIRTH])))
        s = diag_fail(d, E_INPUT, "register.number_differs");
    /* Two records of one instant (a clock that stands, two in one transaction) keep their order. */
    instant_t at = txn_now(t) > now.recorded_at ? txn_now(t) : now.recorded_at + 1;
    if (s == OK)
        s = close_current(t, district, person, valid_from, at, correction, d);
    if (s == OK)
        s = insert(t, who, district, person, at, correction ? now.valid_from : valid_from, source, &now.at, now.v, 0, SQL_NIL, d);
    if (s == OK && !who->keeps_later)
        s = register_touched_person(t, district, person, d);
    return s == OK && !who->keeps_later ? evidence_keep_one(c, t, who, KEPT_PERSON_RECORD, district, person, d) : s;
}

static void tell(struct sql_value *slot, const char *text, bool *differs) {
    if (!text || same_value(*slot, SQL_S(text)))
        return;
    *slot = SQL_S(text);
    *differs = true;
}

enum status person_record_pend(struct txn *t, const struct actor *who, int64_t district, int64_t person, int64_t batch, instant_t recorded_at, date_t valid_from, const char *source,
    const struct person_told *told, bool dry, bool *ret_differs, struct diag *d) {
    struct current now;
    bool differs = false;
    enum status s = facts_known(told->facts, d);
    if (s == OK)
        s = read_current(t, district, person, &now, d);
    if (s != OK)
        return s;
    tell(&now.at.division, told->division, &differs);
    const char *const more[RESIDENCES] = {told->address, told->registered_division, told->registered_address, told->service_groups};
    for (int i = 0; i < RESIDENCES; i++)
        tell(&now.at.more[i], more[i], &differs);
    for (size_t i = 0; i < COLUMNS; i++) {
        struct sql_value v;
        if (!json_get(told->facts, columns[i].fact))
            continue;
        if ((s = column_value(txn_arena(t), json_get(told->facts, columns[i].fact), i, &v, d)) != OK)
            return s;
        differs |= !same_value(v, now.v[i]);
        now.v[i] = v;
    }
    *ret_differs = differs;
    if (differs && now.valid_from >= valid_from)
        return diag_fail(d, E_CONFLICT, "register.valid_from");
    return differs && !dry ? insert(t, who, district, person, recorded_at, valid_from, source, &now.at, now.v, batch, SQL_I(0), d) : OK;
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

enum status person_record_take(struct rows *r, int first, struct arena *a, struct fact_list *ret, struct diag *d) {
    for (size_t i = 0; i < COLUMNS; i++)
        if (!rows_null(r, first + (int)i) && !fact_add(ret, a, columns[i].fact, column_json(a, r, i, first + (int)i)))
            return arena_full(d);
    return OK;
}

enum status person_record_facts(struct txn *t, struct arena *a, int64_t district, int64_t person, date_t as_of, struct fact_list *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d,
        "SELECT " RECORD_COLUMNS " FROM person_record r WHERE district = ? AND person = ? AND superseded_at IS NULL AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?) "
        "AND " REGISTER_SHOWN("r"),
        SQL_I(district), SQL_I(person), SQL_D(as_of), SQL_D(as_of));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "register.person");
    return s == OK ? person_record_take(r, 0, a, ret, d) : s;
}
