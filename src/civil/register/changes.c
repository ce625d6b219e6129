/* What a batch that waits will change: each person or record, before and after. */
#include "civil/register/population.h"

#include "civil/access/access.h"
#include "civil/register/record_internal.h"
#include "civil/register/register_internal.h"

#include <stdio.h>

/* ---- one value, as people read it -------------------------------------------------------------- */

struct showing { struct civil *c; struct txn *t; const struct schema *s; bool english; struct json_writer *w; };

/* Codes joined by '|' by their names. */
static void groups(const struct field *f, struct span codes, bool english, struct buf *out) {
    for (const char *p = codes.at, *end = codes.at + codes.size; p < end;) {
        const char *bar = memchr(p, '|', (size_t)(end - p));
        struct span one = {p, (size_t)((bar ? bar : end) - p)};
        buf_adds(out, out->size ? english ? ", " : "、" : "");
        const char *name = NULL;
        for (size_t i = 0; f->codes && i < f->codes->size; i++)
            if (span_is(one, json_str(f->codes->item[i], "code", "")))
                name = json_str(f->codes->item[i], english ? "en" : "zh", "");
        buf_add(out, name ? span_of(name) : one);
        p = one.at + one.size + 1;
    }
}

static enum status value(struct showing *x, const struct field *f, const char *key, struct sql_value v, struct diag *d) {
    BUF_AUTO text;
    const char *name = NULL;
    enum status s = OK;
    buf_init(&text, 65536);
    if (v.type != SQL_NULL && f->type == FIELD_DIVISION) {
        s = division_name(x->t, txn_arena(x->t), v.bytes.at, &name, d);
        buf_adds(&text, name ? name : v.bytes.at);
    } else if (v.type == SQL_TEXT && f->type == FIELD_TEXT && f->codes && f->codes->size) {
        groups(f, v.bytes, x->english, &text);
    } else if (s == OK) {
        s = field_show(f, v, x->english, &text, d);
    }
    json_key(x->w, key);
    if (v.type == SQL_NULL)
        json_nothing(x->w);
    else
        json_span(x->w, buf_span(&text));
    return s;
}

static bool equal(struct sql_value a, struct sql_value b) {
    return a.type == b.type && (a.type == SQL_NULL || (a.type == SQL_INT ? a.number == b.number : span_eq(a.bytes, b.bytes)));
}

static enum status change(struct showing *x, const struct field *f, struct sql_value from, struct sql_value to, struct diag *d) {
    if (equal(from, to))
        return OK;
    json_object(x->w);
    json_kboth(x->w, "field", f->zh, f->en);
    enum status s = value(x, f, "from", from, d);
    if (s == OK)
        s = value(x, f, "to", to, d);
    json_object_end(x->w);
    return s;
}

/* ---- people ---------------------------------------------------------------------------------------- */

static const char *const told[] = {"division", "address", "registered_division", "registered_address", "service_groups", "hukou", "marriage", "died_on", "moved_out_on"};
enum { TOLD = ARRAY_LEN(told), COLUMN_HOME = 2 + 2 * TOLD };

static struct sql_value cell(struct txn *t, struct rows *r, int column, const struct field *f) {
    if (rows_null(r, column))
        return SQL_NIL;
    if (f->type == FIELD_DATE)
        return SQL_I(rows_int(r, column));
    char *copy = rows_dup(r, column, txn_arena(t));
    return SQL_S(copy ? copy : "");
}

/* A household's number; a digest of the head's is nobody's to read. */
static struct sql_value number(struct txn *t, struct rows *r, int column, const struct field *f) {
    return !rows_null(r, column) && rows_text(r, column).size && rows_text(r, column).at[0] != '#' ? cell(t, r, column, f) : SQL_NIL;
}

static const struct field *field_of(const struct schema *s, const char *column) {
    int i = schema_field(s, span_of(column));
    return i < 0 ? NULL : &s->field[i];
}

static enum status one_person(struct showing *x, struct access *look, struct rows *r, struct diag *d) {
    struct person p;
    enum status s = person_read(x->c, x->t, look, txn_arena(x->t), x->c->district, rows_int(r, 0), &p, d);
    if (s != OK)
        return s;
    BUF_AUTO title;
    buf_init(&title, 1024);
    person_name_masked(&title, p.name);
    buf_addf(&title, " %s", p.id_masked);
    json_object(x->w);
    json_kid(x->w, "id", p.id);
    json_kspan(x->w, "title", buf_span(&title));
    json_key(x->w, "changes");
    json_array(x->w);
    for (int i = 0; s == OK && i < TOLD; i++) {
        const struct field *f = field_of(x->s, told[i]);
        if (f && !rows_null(r, 1)) /* a row of the batch is about him, not about his household alone */
            s = change(x, f, cell(x->t, r, 2 + i, f), cell(x->t, r, 2 + TOLD + i, f), d);
    }
    const struct field *home = field_of(x->s, "household_number"), *relation = field_of(x->s, "relation");
    if (s == OK && home && relation && !rows_null(r, COLUMN_HOME + 1)) {
        s = change(x, home, number(x->t, r, COLUMN_HOME + 2, home), number(x->t, r, COLUMN_HOME + 3, home), d);
        if (s == OK)
            s = change(x, relation, cell(x->t, r, COLUMN_HOME, relation), cell(x->t, r, COLUMN_HOME + 1, relation), d);
    }
    json_array_end(x->w);
    json_object_end(x->w);
    return s;
}

static void select_people(struct buf *sql) {
    buf_adds(sql, "SELECT f.person, n.person");
    for (int i = 0; i < TOLD; i++)
        buf_addf(sql, ", f.%s", told[i]);
    for (int i = 0; i < TOLD; i++)
        buf_addf(sql, ", n.%s", told[i]);
    buf_adds(sql, ", m.relation, w.relation, hm.number, hw.number FROM (SELECT person FROM person_record WHERE batch = ? AND superseded_at = 0 UNION SELECT person FROM household_member WHERE batch = ?) b "
        "JOIN person_record f ON f.district = ? AND f.person = b.person AND f.superseded_at IS NULL AND f.valid_to IS NULL AND " REGISTER_SHOWN("f") " "
        "LEFT JOIN person_record n ON n.district = f.district AND n.person = f.person AND n.batch = ? AND n.superseded_at = 0 "
        "LEFT JOIN household_member w ON w.district = f.district AND w.person = f.person AND w.batch = ? AND (w.superseded_at = 0 OR w.superseded_at IS NULL) "
        "LEFT JOIN household_member m ON m.district = f.district AND m.person = f.person AND m.superseded_at IS NULL AND m.valid_to IS NULL AND " REGISTER_SHOWN("m") " "
        "LEFT JOIN household hw ON hw.district = f.district AND hw.id = w.household LEFT JOIN household hm ON hm.district = f.district AND hm.id = m.household "
        "WHERE f.person > ? AND f.division >= ? AND f.division < ? ORDER BY f.person LIMIT ?");
}

enum status population_changes_json(struct civil *c, struct txn *t, struct access *look, const struct schema *schema, int64_t batch, const char *scope, int64_t after, int max,
    bool english, struct json_writer *w, int64_t *ret_last, struct diag *d) {
    struct showing x = {c, t, schema, english, w};
    struct sql_value b = SQL_I(batch);
    char *to = arena_printf(txn_arena(t), "%s:", scope); /* ':' follows '9' */
    BUF_AUTO sql;
    buf_init(&sql, 8192);
    select_people(&sql);
    *ret_last = 0;
    if (!to || !buf_ok(&sql))
        return arena_full(d);
    struct sql_value v[] = {b, b, SQL_I(c->district), b, b, SQL_I(after), SQL_S(scope), SQL_S(to), SQL_I(max + 1)};
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query_(t, &r, d, buf_str(&sql), v, ARRAY_LEN(v));
    int64_t last = 0;
    json_array(w);
    int n = 0;
    for (bool more = true; s == OK && (s = rows_next(r, &more, d)) == OK && more; n++) {
        if (n == max) {
            *ret_last = last;
            break;
        }
        last = rows_int(r, 0);
        s = one_person(&x, look, r, d);
    }
    json_array_end(w);
    return s;
}

/* ---- records ----------------------------------------------------------------------------------------- */

static enum status one_record(struct showing *x, int64_t district, int64_t id, struct diag *d) {
    struct record now, next;
    BUF_AUTO title;
    buf_init(&title, 65536);
    enum status s = record_read(x->c, x->t, x->s, id, &now, d);
    if (s == OK)
        s = record_waiting(x->c, x->t, x->s, district, id, &next, d);
    if (s == OK)
        s = field_show(&x->s->field[x->s->title], now.v[x->s->title], x->english, &title, d);
    if (s != OK)
        return s;
    json_object(x->w);
    json_kid(x->w, "id", id);
    json_kspan(x->w, "title", buf_span(&title));
    json_key(x->w, "changes");
    json_array(x->w);
    for (size_t i = 0; s == OK && i < x->s->fields; i++)
        s = change(x, &x->s->field[i], now.v[i], next.v[i], d);
    json_array_end(x->w);
    json_object_end(x->w);
    return s;
}

enum status record_changes_json(struct civil *c, struct txn *t, const struct schema *schema, int64_t batch, int64_t after, int max, bool english, struct json_writer *w,
    int64_t *ret_last, struct diag *d) {
    struct showing x = {c, t, schema, english, w};
    char sql[300];
    snprintf(sql, sizeof sql, "SELECT n.district, n.id FROM reg_%s n JOIN reg_%s f ON f.id = n.id AND f.superseded_at IS NULL AND f.version = -n.version "
        "WHERE n.batch = ? AND n.superseded_at = 0 AND n.id > ? ORDER BY n.id LIMIT ?", schema->name, schema->name);
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, sql, SQL_I(batch), SQL_I(after), SQL_I(max + 1));
    int64_t last = 0;
    *ret_last = 0;
    json_array(w);
    int n = 0;
    for (bool more = true; s == OK && (s = rows_next(r, &more, d)) == OK && more; n++) {
        if (n == max) {
            *ret_last = last;
            break;
        }
        last = rows_int(r, 1);
        s = one_record(&x, rows_int(r, 0), last, d);
    }
    json_array_end(w);
    return s;
}
