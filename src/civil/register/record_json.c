/* Registers and records as the API shows and takes them (src/server/api.json). */
#include "civil/register/record_internal.h"

#include "civil/access/access.h"
#include "civil/pack/pack.h"
#include "civil/register/register.h"

#include <stdio.h>

enum { COUNT_MOST = 100000, PAGE_DEFAULT = 50, PAGE_MAX = 200, HISTORY_MAX = 200, REASON_MAX = 500 };

enum status record_schema(struct civil *c, struct txn *t, const struct actor *who, const char *name, const struct schema **ret, struct diag *d) {
    struct schema *s = ARENA_NEW(txn_arena(t), struct schema);
    enum status st = s ? schema_find(c, txn_arena(t), name, s, d) : arena_full(d);
    if (st == OK && !schema_known(s, who))
        return diag_fail(d, E_NOT_FOUND, "register.unknown", DIAG_S("name", name));
    if (st == OK && !schema_readable(s, who))
        st = diag_fail(d, E_FORBIDDEN, "register.read");
    *ret = s;
    return st;
}

/* ---- the register ------------------------------------------------------------------------ */

static const char *const type_names[] = {"text", "code", "division", "credit_code", "int", "decimal", "money", "bool", "date", "ref", "id_number", "phone"};

static void codes_json(const struct field *f, struct json_writer *w) {
    json_key(w, "codes");
    json_array(w);
    for (size_t i = 0; f->codes && i < f->codes->size; i++) {
        json_object(w);
        json_kstring(w, "code", json_str(f->codes->item[i], "code", ""));
        json_kboth(w, "name", json_str(f->codes->item[i], "zh", ""), json_str(f->codes->item[i], "en", ""));
        json_object_end(w);
    }
    json_array_end(w);
}

static void field_object(const struct schema *s, const struct field *f, const struct actor *who, struct json_writer *w) {
    bool key = false;
    for (size_t i = 0; i < s->keys; i++)
        key |= &s->field[s->key[i]] == f;
    json_object(w);
    json_kstring(w, "column", f->column);
    json_kboth(w, "name", f->zh, f->en);
    json_kstring(w, "type", type_names[f->type]);
    json_kbool(w, "required", f->required);
    json_kbool(w, "list", f->listed);
    json_kbool(w, "key", key);
    json_kbool(w, "personal", f->personal);
    json_kbool(w, "may_reveal", f->personal && schema_role(f->reveal, who));
    codes_json(f, w);
    json_kint(w, "scale", f->type == FIELD_MONEY ? 2 : f->scale);
    json_kstring(w, "register", *f->other ? f->other : NULL);
    json_kboth(w, "unit", f->unit_zh, f->unit_en);
    json_object_end(w);
}

static void register_head(const struct schema *s, const struct actor *who, struct json_writer *w) {
    json_kstring(w, "name", s->name);
    json_kboth(w, "title", s->zh, s->en);
    json_kbool(w, "may_write", schema_role(s->write, who) != NULL);
}

static enum status open_count(struct civil *c, struct txn *t, const struct schema *s, int64_t *ret, struct diag *d) {
    struct record_query all = {.on = txn_today(t)};
    return records_count(c, t, s, &all, COUNT_MOST, ret, d);
}

enum status registers_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d) {
    struct schema *s = ARENA_NEW(txn_arena(t), struct schema);
    enum status st = s ? OK : arena_full(d);
    json_object(w);
    json_key(w, "items");
    json_array(w);
    for (size_t i = 0; st == OK && i < packs_count(c->packs); i++) {
        const struct pack *p = packs_at(c->packs, i);
        for (size_t k = 0; st == OK && k < p->reg_count; k++) {
            int64_t n = 0;
            if (!schema_is_self(p->reg[k]) || (st = schema_read(txn_arena(t), p->reg[k], p->id, s, d)) != OK || !schema_known(s, who) || !schema_readable(s, who))
                continue;
            st = open_count(c, t, s, &n, d);
            json_object(w);
            register_head(s, who, w);
            json_kint(w, "records", n);
            json_object_end(w);
        }
    }
    json_array_end(w);
    json_object_end(w);
    return st;
}

enum status register_json(struct civil *c, struct txn *t, const struct actor *who, const char *name, struct json_writer *w, struct diag *d) {
    const struct schema *s;
    int64_t n = 0;
    enum status st = record_schema(c, t, who, name, &s, d);
    if (st == OK)
        st = open_count(c, t, s, &n, d);
    if (st != OK)
        return st;
    json_object(w);
    register_head(s, who, w);
    json_kint(w, "records", n);
    json_kstring(w, "title_column", s->field[s->title].column);
    json_kboth(w, "summary", json_str(json_get(s->json, "summary"), "zh", ""), json_str(json_get(s->json, "summary"), "en", ""));
    json_key(w, "fields");
    json_array(w);
    for (size_t i = 0; i < s->fields; i++)
        field_object(s, &s->field[i], who, w);
    json_array_end(w);
    json_object_end(w);
    return OK;
}

/* ---- a record ----------------------------------------------------------------------------- */

static enum status ref_title(struct civil *c, struct txn *t, const struct field *f, int64_t id, char **ret, struct diag *d) {
    struct schema *other = ARENA_NEW(txn_arena(t), struct schema);
    enum status st = other ? schema_find(c, txn_arena(t), f->other, other, d) : arena_full(d);
    char sql[240];
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    *ret = NULL;
    if (st != OK)
        return st;
    snprintf(sql, sizeof sql, "SELECT %s FROM reg_%s r WHERE id = ? AND superseded_at IS NULL AND " REGISTER_SHOWN("r") " ORDER BY valid_from DESC LIMIT 1", other->field[other->title].column, other->name);
    st = sql_query(t, &r, d, sql, SQL_I(id));
    if (st == OK)
        st = rows_next(r, &row, d);
    if (st == OK && row && !(*ret = rows_dup(r, 0, txn_arena(t))))
        st = arena_full(d);
    return st;
}

/* {column: how the place or the other record is called}. */
static enum status names_json(struct civil *c, struct txn *t, const struct schema *s, const struct record *r, struct json_writer *w, struct diag *d) {
    enum status st = OK;
    json_key(w, "names");
    json_object(w);
    for (size_t i = 0; st == OK && i < s->fields; i++) {
        const struct field *f = &s->field[i];
        const char *name = NULL;
        char *title = NULL;
        if (r->v[i].type == SQL_NULL || (f->type != FIELD_DIVISION && f->type != FIELD_REF))
            continue;
        if (f->type == FIELD_DIVISION)
            st = division_name(t, txn_arena(t), r->v[i].bytes.at, &name, d);
        else if ((st = ref_title(c, t, f, r->v[i].number, &title, d)) == OK)
            name = title;
        json_kstring(w, f->column, name);
    }
    json_object_end(w);
    return st;
}

static enum status record_object(struct civil *c, struct txn *t, const struct schema *s, const struct record *r, struct json_writer *w, struct diag *d) {
    json_object(w);
    json_kid(w, "id", r->id);
    json_kint(w, "version", r->version);
    json_kdate(w, "valid_from", r->valid_from);
    json_kdate(w, "valid_to", r->valid_to);
    json_kinstant(w, "recorded_at", r->recorded_at);
    json_key(w, "superseded_at");
    if (r->superseded_at)
        json_instant(w, r->superseded_at);
    else
        json_nothing(w);
    json_kstring(w, "source", r->source);
    json_kstring(w, "reason", r->reason);
    json_key(w, "values");
    json_object(w);
    for (size_t i = 0; i < s->fields; i++) {
        json_key(w, s->field[i].column);
        field_json(&s->field[i], r->v[i], w);
    }
    json_object_end(w);
    enum status st = names_json(c, t, s, r, w, d);
    json_object_end(w);
    return st;
}

struct listing { struct civil *c; struct txn *t; const struct schema *s; struct json_writer *w; int shown, limit; int64_t last; bool more; };

static enum status list_one(void *arg, const struct record *r, struct diag *d) {
    struct listing *x = arg;
    if (x->shown == x->limit) {
        x->more = true;
        return OK;
    }
    x->shown++;
    x->last = r->id;
    return record_object(x->c, x->t, x->s, r, x->w, d);
}

enum status records_json(struct civil *c, struct txn *t, const struct actor *who, const char *name, const struct record_query *q, struct json_writer *w, struct diag *d) {
    const struct schema *s;
    struct record_query page = *q;
    int64_t total = 0;
    enum status st = record_schema(c, t, who, name, &s, d);
    if (st != OK)
        return st;
    if (page.on == DATE_NONE)
        page.on = txn_today(t);
    struct listing x = {.c = c, .t = t, .s = s, .w = w, .limit = q->limit < 1 ? PAGE_DEFAULT : q->limit > PAGE_MAX ? PAGE_MAX : q->limit};
    page.limit = x.limit + 1;
    json_object(w);
    json_key(w, "items");
    json_array(w);
    st = records_walk(c, t, s, &page, list_one, &x, d);
    json_array_end(w);
    if (st == OK)
        st = records_count(c, t, s, &page, COUNT_MOST, &total, d);
    char next[24];
    snprintf(next, sizeof next, "%lld", (long long)x.last);
    json_kstring(w, "next", x.more ? next : NULL);
    json_kint(w, "total", total);
    json_kbool(w, "total_more", total == COUNT_MOST);
    json_object_end(w);
    return st;
}

static enum status history(struct civil *c, struct txn *t, const struct schema *s, int64_t id, struct json_writer *w, int64_t *ret_rows, struct diag *d) {
    BUF_AUTO sql;
    buf_init(&sql, 65536);
    buf_adds(&sql, "SELECT " RECORD_HEAD);
    record_columns(&sql, s);
    buf_addf(&sql, ", (SELECT name FROM account WHERE account.id = r.recorded_by) FROM reg_%s r WHERE id = ? AND (superseded_at IS NULL OR superseded_at > 0) AND " REGISTER_SHOWN("r")
        " ORDER BY version DESC LIMIT %d", s->name, HISTORY_MAX);
    AUTO(rows) struct rows *r = NULL;
    enum status st = buf_ok(&sql) ? sql_query(t, &r, d, buf_str(&sql), SQL_I(id)) : arena_full(d);
    json_key(w, "history");
    json_array(w);
    for (bool row = true; st == OK && (st = rows_next(r, &row, d)) == OK && row;) {
        struct record one;
        st = record_take(c, s, r, txn_arena(t), &one, d);
        if (st != OK)
            break;
        ++*ret_rows;
        json_object(w);
        json_kspan(w, "by", rows_text(r, RECORD_HEAD_COLUMNS + (int)s->fields));
        json_key(w, "batch");
        if (one.batch)
            json_id(w, one.batch);
        else
            json_nothing(w);
        json_key(w, "record");
        st = record_object(c, t, s, &one, w, d);
        json_object_end(w);
    }
    json_array_end(w);
    return st;
}

enum status record_json(struct civil *c, struct txn *t, const struct actor *who, const char *name, int64_t id, date_t on, instant_t known,
    struct json_writer *w, int64_t *ret_version, struct diag *d) {
    const struct schema *s;
    struct record r, last = {0};
    int64_t rows = 0;
    struct diag none = {0};
    enum status st = record_schema(c, t, who, name, &s, d);
    if (st != OK)
        return st;
    enum status believed = record_read(c, t, s, id, &last, &none);
    enum status found = on == DATE_NONE && !known ? believed : record_as_of(c, t, s, id, on == DATE_NONE ? txn_today(t) : on, known, txn_arena(t), &r, &none);
    if (on == DATE_NONE && !known)
        r = last;
    if (believed != OK && believed != E_NOT_FOUND)
        return *d = none, believed;
    if (found != OK && found != E_NOT_FOUND)
        return *d = none, found;
    json_object(w);
    json_key(w, "record");
    if (found == OK)
        st = record_object(c, t, s, &r, w, d);
    else
        json_nothing(w);
    json_kbool(w, "may_write", believed == OK && last.valid_to == DATE_NONE &&
        schema_writable(c, s, who, s->division >= 0 && last.v[s->division].type == SQL_TEXT ? last.v[s->division].bytes.at : ""));
    if (st == OK)
        st = history(c, t, s, id, w, &rows, d);
    json_object_end(w);
    *ret_version = last.version;
    return st == OK && !rows ? diag_fail(d, E_NOT_FOUND, "register.record") : st;
}

/* ---- acts ----------------------------------------------------------------------------------- */

static enum status values_from(struct civil *c, struct txn *t, const struct schema *s, const struct json *values, struct sql_value *v, bool whole, struct diag *d) {
    if (!values || values->type != JSON_OBJECT)
        return diag_fail(d, E_INPUT, "register.facts");
    for (size_t k = 0; k < values->size; k++)
        if (schema_field(s, values->key[k]) < 0)
            return diag_fail(d, E_INPUT, "register.fact_unknown", DIAG_SPAN("fact", values->key[k]));
    enum status st = OK;
    for (size_t i = 0; st == OK && i < s->fields; i++) {
        const struct json *j = json_get(values, s->field[i].column);
        struct field_value x;
        if (!j && !whole)
            continue;
        if ((st = field_parse_json(c, t, s, &s->field[i], j, &x, d)) == OK)
            v[i] = x.v;
    }
    return st;
}

enum status record_write_json(struct civil *c, struct txn *t, const struct actor *who, const char *name, const struct record_act *x, int64_t *ret_id, struct diag *d) {
    const struct schema *s;
    struct record former;
    struct sql_value v[SCHEMA_FIELDS_MAX];
    struct record_writing w = {.civil = c, .who = who, .source = x->source && *x->source ? x->source : "entered", .reason = x->reason ? x->reason : ""};
    bool fresh = strcmp(x->act, "new") == 0, end = strcmp(x->act, "end") == 0;
    enum status st = record_schema(c, t, who, name, &s, d);
    w.schema = s;
    if (st == OK && strlen(w.reason) > (size_t)REASON_MAX * 4)
        st = diag_fail(d, E_INPUT, "register.reason");
    if (st == OK && !fresh && !*w.reason) /* a register is evidence: who changes it says why */
        st = diag_fail(d, E_INPUT, "register.reason");
    if (st == OK && !fresh)
        st = record_read(c, t, s, x->id, &former, d);
    if (st == OK && !fresh && former.version != x->version)
        st = diag_fail(d, E_CONFLICT, "register.changed");
    if (st != OK)
        return st;
    *ret_id = x->id;
    if (end)
        return record_end(t, &w, &former, x->on, d);
    if (!fresh)
        memcpy(v, former.v, sizeof v);
    st = values_from(c, t, s, x->values, v, fresh, d);
    if (st != OK)
        return st;
    return fresh ? record_add(t, &w, v, x->on, ret_id, d) : record_change(t, &w, &former, v, x->on, strcmp(x->act, "correct") == 0, d);
}

enum status record_reveal(struct civil *c, struct txn *t, const struct actor *who, const char *purpose, const char *name, int64_t id,
    const char *column, struct arena *a, struct span *ret, int64_t *ret_entry, struct diag *d) {
    const struct schema *s;
    struct record r;
    struct access *x = NULL;
    enum status st = record_schema(c, t, who, name, &s, d);
    int at = st == OK ? schema_field(s, span_of(column)) : -1;
    if (st == OK && (at < 0 || !s->field[at].personal))
        st = diag_fail(d, E_INPUT, "register.fact_unknown", DIAG_S("fact", column));
    const char *role = st == OK ? schema_role(s->field[at].reveal, who) : NULL;
    if (st == OK && !role)
        st = diag_fail(d, E_FORBIDDEN, "register.reveal");
    if (st == OK) /* the purpose must be one of the role's */
        st = access_begin(txn_arena(t), who, role, purpose, c->district, 0, &x, d);
    if (st == OK)
        st = access_act_as(x, role, d);
    if (st == OK)
        st = record_read(c, t, s, id, &r, d);
    if (st != OK)
        return st;
    struct span v = r.v[at].bytes;
    char *copy = arena_dup(a, v), *query = arena_printf(txn_arena(t), "register %s %lld %s", name, (long long)id, column);
    if (!copy || !query)
        return arena_full(d);
    *ret = (struct span){copy, r.v[at].type == SQL_NULL ? 0 : v.size};
    return access_bulk_in(c, t, who, role, purpose, query, 1, ret_entry, d);
}
