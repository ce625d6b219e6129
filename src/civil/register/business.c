/* Business registers: a pack's registers/<name>.json becomes table reg_<name>.
 *
 *   owner    person | household; "self": civil/register/schema.h
 *   target   the fact the rows state (收入 of a 成员, 货币财产 of a 户)
 *   list     rows are the entries of a list; else one row is the fact itself
 *   complete no row means an empty list; else it means nobody knows
 *   source   which department would answer for it
 *   held     whether the bureau keeps it, or only the department does
 *   fields   column, fact, type: text, int, number, money, bool, date */
#include "civil/register/register_internal.h"
#include "civil/register/touched.h"

#include "base/vec.h"
#include "civil/access/access.h"
#include "civil/evidence/keep.h"
#include "civil/pack/pack.h"
#include "civil/register/schema.h"
#include "crypto/hash.h"
#include "store/store.h"

#include <ctype.h>
#include <stdio.h>

enum { FIELDS_MAX = 24 };

/* Columns every register has, and words that are SQL on either backend. */
static const char *const taken[] = {
    "district", "owner", "id", "recorded_at", "valid_from", "valid_to", "superseded_at", "recorded_by", "source", "rowid", "oid", "ctid", "xmin", "xmax", "cmin",
    "cmax", "version", "superseded_by", "reason", "batch", "tableoid", "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "both", "case", "cast", "check", "collate", "column", "constraint",
    "create", "default", "deferrable", "desc", "distinct", "do", "drop", "else", "end", "except", "exists", "false", "fetch", "for", "foreign", "from", "grant", "group", "having",
    "in", "index", "initially", "insert", "intersect", "into", "is", "isnull", "join", "lateral", "leading", "left", "like", "limit", "not", "notnull", "null", "offset", "on",
    "only", "or", "order", "placing", "primary", "references", "returning", "right", "select", "set", "some", "symmetric", "table", "then", "to", "trailing", "transaction",
    "true", "union", "unique", "update", "user", "using", "values", "variadic", "when", "where", "window", "with",
};

/* Identifiers go into SQL text: letters, digits and underscores only. */
bool register_identifier(const char *s) {
    size_t n = strlen(s);
    for (size_t i = 0; i < ARRAY_LEN(taken); i++)
        if (strcmp(s, taken[i]) == 0)
            return false;
    for (size_t i = 0; i < n; i++)
        if (!islower((unsigned char)s[i]) && !(i && (isdigit((unsigned char)s[i]) || s[i] == '_')))
            return false;
    return n >= 2 && n <= 40;
}

static const struct json *find(const struct civil *c, const char *name) {
    for (size_t i = 0; i < packs_count(c->packs); i++) {
        const struct pack *p = packs_at(c->packs, i);
        for (size_t k = 0; k < p->reg_count; k++)
            if (!schema_is_self(p->reg[k]) && strcmp(json_str(p->reg[k], "name", ""), name) == 0)
                return p->reg[k];
    }
    return NULL;
}

/* ---- tables ------------------------------------------------------------------------ */

static const char *sql_type(const char *type) {
    return strcmp(type, "text") == 0 || strcmp(type, "number") == 0 ? "TEXT" : "BIGINT";
}

static bool field_ok(const struct json *fields, size_t i) {
    static const char *const types[] = {"text", "int", "number", "money", "bool", "date"};
    const char *type = json_str(fields->item[i], "type", ""), *column = json_str(fields->item[i], "column", ""), *fact = json_str(fields->item[i], "fact", "");
    bool known = false;
    for (size_t k = 0; k < ARRAY_LEN(types); k++)
        known |= strcmp(type, types[k]) == 0;
    for (size_t k = 0; k < i; k++)
        if (strcmp(json_str(fields->item[k], "column", ""), column) == 0 || strcmp(json_str(fields->item[k], "fact", ""), fact) == 0)
            return false;
    return known && register_identifier(column) && *fact;
}

static enum status check_schema(const struct json *schema, struct diag *d) {
    const char *name = json_str(schema, "name", ""), *owner = json_str(schema, "owner", "");
    const struct json *fields = json_get(schema, "fields");
    bool ok = register_identifier(name) && (strcmp(owner, "person") == 0 || strcmp(owner, "household") == 0) && *json_str(schema, "target", "") &&
              fields && fields->type == JSON_ARRAY && fields->size >= 1 && fields->size <= FIELDS_MAX &&
              (json_bool(schema, "list", true) || fields->size == 1); /* one row is the fact: it has one value */
    for (size_t i = 0; ok && i < fields->size; i++)
        ok = field_ok(fields, i);
    return ok ? OK : diag_fail(d, E_INPUT, "register.schema", DIAG_S("name", name));
}

static enum status create_table(struct txn *t, const struct json *schema, struct diag *d) {
    const char *name = json_str(schema, "name", "");
    const struct json *fields = json_get(schema, "fields");
    BUF_AUTO sql;
    buf_init(&sql, 65536);
    buf_addf(&sql, "CREATE TABLE reg_%s (district BIGINT NOT NULL, owner BIGINT NOT NULL, id BIGINT NOT NULL, recorded_at BIGINT NOT NULL, "
        "valid_from BIGINT NOT NULL, valid_to BIGINT, superseded_at BIGINT, recorded_by BIGINT NOT NULL, source TEXT NOT NULL", name);
    for (size_t i = 0; i < fields->size; i++)
        buf_addf(&sql, ", %s %s", json_str(fields->item[i], "column", ""), sql_type(json_str(fields->item[i], "type", "")));
    buf_addf(&sql, ", CONSTRAINT reg_%s_pk PRIMARY KEY (district, owner, id), CONSTRAINT reg_%s_owner FOREIGN KEY (district, owner) REFERENCES %s (district, id)) STRICT",
        name, name, json_str(schema, "owner", ""));
    return buf_ok(&sql) ? sql_exec(t, d, buf_str(&sql)) : arena_full(d);
}

static const struct json *field_named(const struct json *fields, const char *column) {
    for (size_t i = 0; fields && i < fields->size; i++)
        if (strcmp(json_str(fields->item[i], "column", ""), column) == 0)
            return fields->item[i];
    return NULL;
}

static enum status changed(const char *name, const char *field, struct diag *d) {
    return diag_fail(d, E_CONFLICT, "register.schema_changed", DIAG_S("name", name), DIAG_S("field", field));
}

/* The table follows its schema: what is new becomes a column, what was there stays. */
static enum status alter_table(struct txn *t, const struct json *former, const struct json *schema, struct diag *d) {
    const char *name = json_str(schema, "name", "");
    const struct json *was = json_get(former, "fields"), *is = json_get(schema, "fields");
    enum status s = strcmp(json_str(former, "owner", ""), json_str(schema, "owner", "")) == 0 ? OK : changed(name, "owner", d);
    for (size_t i = 0; s == OK && i < was->size; i++) {
        const char *column = json_str(was->item[i], "column", "");
        const struct json *f = field_named(is, column);
        if (!f || strcmp(json_str(f, "type", ""), json_str(was->item[i], "type", "")) != 0)
            s = changed(name, column, d);
    }
    for (size_t i = 0; s == OK && i < is->size; i++) {
        const char *column = json_str(is->item[i], "column", "");
        char sql[160];
        if (field_named(was, column))
            continue;
        snprintf(sql, sizeof sql, "ALTER TABLE reg_%s ADD COLUMN %s %s", name, column, sql_type(json_str(is->item[i], "type", "")));
        s = sql_exec(t, d, sql);
    }
    return s;
}

/* A register that stands for itself; `former` NULL: it is new. */
static enum status make_self(struct txn *t, const struct pack *p, const struct json *schema, const struct json *former, struct diag *d) {
    struct schema *was = ARENA_NEW(txn_arena(t), struct schema), *is = ARENA_NEW(txn_arena(t), struct schema);
    if (!was || !is)
        return arena_full(d);
    enum status s = schema_read(txn_arena(t), schema, p->id, is, d);
    if (s != OK || !former)
        return s == OK ? schema_create_table(t, is, d) : s;
    s = schema_is_self(former) ? schema_read(txn_arena(t), former, p->id, was, d) : changed(is->name, "owner", d);
    return s == OK ? schema_alter_table(t, was, is, d) : s;
}

static enum status make_table(struct txn *t, const struct pack *p, size_t k, struct diag *d) {
    const char *name = json_str(p->reg[k], "name", "");
    struct hash h = hash_one(HASH_SHA256, span_of(p->reg_text[k]));
    char hex[2 * HASH_BYTES + 1];
    hash_hex(&h, hex);
    AUTO(rows) struct rows *r = NULL;
    const struct json *former = NULL;
    bool there = false;
    enum status s = sql_query(t, &r, d, "SELECT sha256, schema, pack FROM register_table WHERE name = ?", SQL_S(name));
    if (s == OK)
        s = rows_next(r, &there, d);
    if (s == OK && there && !span_is(rows_text(r, 2), p->id)) /* two packs with one name would share a table */
        s = diag_fail(d, E_INPUT, "register.schema", DIAG_S("name", name));
    if (s != OK || (there && span_is(rows_text(r, 0), hex)))
        return s;
    if (there)
        s = json_parse(txn_arena(t), rows_text(r, 1), &former, d);
    rows_free(TAKE(r));
    if (s == OK)
        s = schema_is_self(p->reg[k]) ? make_self(t, p, p->reg[k], former, d) : there ? alter_table(t, former, p->reg[k], d) : create_table(t, p->reg[k], d);
    return s == OK ? sql_exec(t, d,
                         "INSERT INTO register_table (name, pack, schema, sha256, created_at) VALUES (?, ?, ?, ?, ?) "
                         "ON CONFLICT (name) DO UPDATE SET schema = excluded.schema, sha256 = excluded.sha256",
                         SQL_S(name), SQL_S(p->id), SQL_S(p->reg_text[k]), SQL_S(hex), SQL_I(txn_now(t))) : s;
}

enum status register_create_tables(struct civil *c, struct txn *t, struct diag *d) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < packs_count(c->packs); i++) {
        const struct pack *p = packs_at(c->packs, i);
        for (size_t k = 0; s == OK && k < p->reg_count; k++)
            if (schema_is_self(p->reg[k]) || (s = check_schema(p->reg[k], d)) == OK)
                s = make_table(t, p, k, d);
    }
    return s;
}

/* ---- writing ------------------------------------------------------------------------- */

static enum status bad_field(const char *fact, struct diag *d) {
    return diag_fail(d, E_INPUT, "register.fact_type", DIAG_S("fact", fact));
}

static enum status field_value(struct arena *a, const struct json *field, const struct json *j, struct sql_value *ret, struct diag *d) {
    const char *type = json_str(field, "type", ""), *fact = json_str(field, "fact", "");
    int64_t n = 0;
    date_t day;
    *ret = SQL_NIL;
    if (json_is_null(j))
        return OK;
    if (strcmp(type, "text") == 0 && j->type == JSON_STRING) {
        *ret = SQL_T(j->text);
        return OK;
    }
    if (strcmp(type, "bool") == 0 && (j->type == JSON_TRUE || j->type == JSON_FALSE)) {
        *ret = SQL_I(j->type == JSON_TRUE);
        return OK;
    }
    if (strcmp(type, "date") == 0 && j->type == JSON_STRING && date_parse(j->text, &day, d) == OK) {
        *ret = SQL_D(day);
        return OK;
    }
    if (j->type != JSON_NUMBER || dec_sign(j->number) < 0)
        return bad_field(fact, d);
    if (strcmp(type, "number") == 0) {
        char text[DEC_TEXT_MAX];
        size_t len = dec_text_short(j->number, text);
        *ret = SQL_T(((struct span){arena_dup(a, (struct span){text, len}), len}));
        return ret->bytes.at ? OK : arena_full(d);
    }
    enum status s = strcmp(type, "money") == 0 ? dec_to_fen(j->number, &n, d) : strcmp(type, "int") == 0 ? dec_to_int(j->number, &n, d) : bad_field(fact, d);
    *ret = SQL_I(n);
    return s;
}

enum status register_add(struct civil *c, struct txn *t, const struct actor *who, const char *name, int64_t district, int64_t owner,
    const struct json *values, date_t valid_from, const char *source, struct diag *d) {
    const struct json *schema = find(c, name);
    if (!schema)
        return diag_fail(d, E_NOT_FOUND, "register.unknown", DIAG_S("name", name));
    const struct json *fields = json_get(schema, "fields");
    for (size_t k = 0; values && values->type == JSON_OBJECT && k < values->size; k++) {
        bool known = false;
        for (size_t i = 0; i < fields->size; i++)
            known |= span_is(values->key[k], json_str(fields->item[i], "fact", ""));
        if (!known)
            return diag_fail(d, E_INPUT, "register.fact_unknown", DIAG_SPAN("fact", values->key[k]));
    }
    struct sql_value v[9 + FIELDS_MAX] = {SQL_I(district), SQL_I(owner), SQL_I(txn_new_id(t)), SQL_I(txn_now(t)), SQL_D(valid_from), SQL_NIL, SQL_NIL,
        SQL_I(who->account), SQL_S(source)};
    BUF_AUTO sql, marks;
    buf_init(&sql, 65536);
    buf_init(&marks, 4096);
    buf_addf(&sql, "INSERT INTO reg_%s (district, owner, id, recorded_at, valid_from, valid_to, superseded_at, recorded_by, source", name);
    enum status s = OK;
    for (size_t i = 0; s == OK && i < fields->size; i++) {
        buf_addf(&sql, ", %s", json_str(fields->item[i], "column", ""));
        buf_adds(&marks, ", ?");
        s = field_value(txn_arena(t), fields->item[i], json_get(values, json_str(fields->item[i], "fact", "")), &v[9 + i], d);
    }
    buf_addf(&sql, ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?%s)", buf_str(&marks));
    if (s == OK && !buf_ok(&sql))
        s = arena_full(d);
    if (s == OK)
        s = sql_exec_(t, NULL, d, buf_str(&sql), v, 9 + fields->size);
    char of_owner[64];
    snprintf(of_owner, sizeof of_owner, "reg_%s_owner", name);
    if (s == E_CONFLICT && sql_broke(d, of_owner))
        return diag_fail(d, E_NOT_FOUND, "register.owner", DIAG_S("name", name));
    if (s == OK && !who->keeps_later)
        s = strcmp(json_str(schema, "owner", ""), "household") == 0 ? register_touched_household(t, district, owner, d) : register_touched_person(t, district, owner, d);
    return s == OK && !who->keeps_later ? evidence_keep_register(c, t, who, name, district, owner, d) : s;
}

/* ---- reading --------------------------------------------------------------------------- */

static const struct json *cell_json(struct arena *a, struct rows *r, int column, const char *type) {
    struct dec n;
    if (rows_null(r, column))
        return json_null();
    if (strcmp(type, "text") == 0)
        return json_new_string(a, span_of(rows_dup(r, column, a)));
    if (strcmp(type, "bool") == 0)
        return json_new_bool(rows_int(r, column) != 0);
    if (strcmp(type, "money") == 0)
        return json_new_number(a, dec_from_fen(rows_int(r, column)));
    if (strcmp(type, "int") == 0)
        return json_new_number(a, dec_int(rows_int(r, column)));
    if (strcmp(type, "number") == 0)
        return dec_parse(rows_text(r, column), &n, NULL) == OK ? json_new_number(a, n) : json_null();
    char text[DATE_TEXT_MAX];
    size_t len = date_text(rows_date(r, column), text);
    char *copy = arena_dup(a, (struct span){text, len});
    return copy ? json_new_string(a, (struct span){copy, len}) : NULL;
}

const struct json *business_row(struct arena *a, struct rows *r, int first, const struct json *schema) {
    const struct json *fields = json_get(schema, "fields");
    struct span key[FIELDS_MAX];
    const struct json *value[FIELDS_MAX];
    for (size_t i = 0; i < fields->size; i++) {
        key[i] = span_of(json_str(fields->item[i], "fact", ""));
        value[i] = cell_json(a, r, first + (int)i, json_str(fields->item[i], "type", ""));
        if (!value[i])
            return NULL;
    }
    return json_new_object(a, key, value, fields->size);
}

/* A fact stated by two registers: lists are joined, else the first stays. */
static bool put(struct fact_list *f, struct arena *a, const char *target, const struct json *value, bool *ret_new) {
    *ret_new = false;
    for (size_t i = 0; i < f->n; i++) {
        if (!span_is(f->key[i], target))
            continue;
        if (f->value[i]->type != JSON_ARRAY || value->type != JSON_ARRAY || value->size == 0)
            return true;
        size_t n = f->value[i]->size + value->size;
        const struct json **item = ARENA_ARRAY(a, n, const struct json *);
        if (!item)
            return false;
        for (size_t k = 0; k < n; k++)
            item[k] = k < f->value[i]->size ? f->value[i]->item[k] : value->item[k - f->value[i]->size];
        f->value[i] = json_new_array(a, item, n);
        return f->value[i] != NULL;
    }
    *ret_new = true;
    return fact_add(f, a, target, value);
}

static const struct json *source_json(struct arena *a, const char *source, date_t as_of) {
    char text[DATE_TEXT_MAX];
    size_t n = date_text(as_of, text);
    char *copy = arena_dup(a, (struct span){text, n});
    struct span key[2] = {SPAN("source"), SPAN("as_of")};
    const struct json *value[2] = {json_new_string(a, span_of(source)), copy ? json_new_string(a, (struct span){copy, n}) : NULL};
    return value[0] && value[1] ? json_new_object(a, key, value, 2) : NULL;
}

void business_columns(struct buf *sql, const struct json *schema) {
    const struct json *fields = json_get(schema, "fields");
    for (size_t i = 0; i < fields->size; i++)
        buf_addf(sql, ", %s", json_str(fields->item[i], "column", ""));
}

enum status business_put(struct arena *a, const struct json *schema, const struct json **row, size_t n, struct fact_list *facts, bool *ret_new, struct diag *d) {
    bool list = json_bool(schema, "list", true), fresh = false;
    const struct json *value = list ? json_new_array(a, row, n) : n ? row[n - 1]->item[0] : NULL;
    if (ret_new)
        *ret_new = false;
    if (n == 0 && !(list && json_bool(schema, "complete", false)))
        return OK;
    if (!value || !put(facts, a, json_str(schema, "target", ""), value, &fresh))
        return arena_full(d);
    if (ret_new)
        *ret_new = fresh;
    return OK;
}

static enum status read_register(struct txn *t, struct arena *a, const struct json *schema, int64_t district, int64_t owner, date_t as_of,
    struct fact_list *facts, struct fact_list *sources, struct diag *d) {
    BUF_AUTO sql;
    buf_init(&sql, 65536);
    buf_adds(&sql, "SELECT recorded_at");
    business_columns(&sql, schema);
    buf_addf(&sql, " FROM reg_%s WHERE district = ? AND owner = ? AND superseded_at IS NULL AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?) ORDER BY id",
        json_str(schema, "name", ""));
    VEC(const struct json *) list = {0};
    AUTO(rows) struct rows *r = NULL;
    instant_t recorded = 0;
    enum status s = sql_query(t, &r, d, buf_str(&sql), SQL_I(district), SQL_I(owner), SQL_D(as_of), SQL_D(as_of));
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        const struct json **slot = vec_push_in(a, &list);
        if (!slot || !(*slot = business_row(a, r, 1, schema)))
            s = arena_full(d);
        recorded = rows_int(r, 0);
    }
    bool fresh = false;
    if (s == OK)
        s = business_put(a, schema, list.at, list.size, facts, &fresh, d);
    if (s == OK && sources && fresh &&
        !fact_add(sources, a, json_str(schema, "target", ""), source_json(a, json_str(schema, "source", ""), recorded ? instant_date(recorded) : as_of)))
        return arena_full(d);
    return s;
}

enum status business_facts(struct civil *c, struct txn *t, struct arena *a, const char *owner_kind, const char *source, int64_t district, int64_t owner,
    date_t as_of, struct fact_list *facts, struct fact_list *sources, struct diag *d) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < packs_count(c->packs); i++) {
        const struct pack *p = packs_at(c->packs, i);
        for (size_t k = 0; s == OK && k < p->reg_count; k++) {
            const struct json *schema = p->reg[k];
            bool wanted = source ? strcmp(json_str(schema, "source", ""), source) == 0 : json_bool(schema, "held", true);
            if (wanted && strcmp(json_str(schema, "owner", ""), owner_kind) == 0)
                s = read_register(t, a, schema, district, owner, as_of, facts, sources, d);
        }
    }
    return s;
}

bool source_known(const struct civil *c, const char *source) {
    for (size_t i = 0; i < packs_count(c->packs); i++) {
        const struct pack *p = packs_at(c->packs, i);
        for (size_t k = 0; k < p->reg_count; k++)
            if (strcmp(json_str(p->reg[k], "source", ""), source) == 0)
                return true;
    }
    return false;
}

enum status source_facts(struct civil *c, struct txn *t, struct access *x, struct arena *a, const char *source, int64_t district, int64_t person,
    date_t as_of, const struct json **ret, struct diag *d) {
    struct fact_list own = {0}, shared = {0};
    *ret = json_null();
    if (!source_known(c, source))
        return OK;
    struct household h;
    enum status s = access_add(x, district, person, ACCESS_VERIFICATION, d);
    if (s == OK)
        s = business_facts(c, t, a, "person", source, district, person, as_of, &own, NULL, d);
    enum status found = s == OK ? household_of(c, t, x, a, district, person, &h, d) : s;
    if (found == OK)
        s = business_facts(c, t, a, "household", source, district, h.id, as_of, &shared, NULL, d);
    else if (found != E_NOT_FOUND)
        s = found;
    if (s != OK)
        return s;
    struct span key[2] = {SPAN("成员"), SPAN("户")};
    const struct json *value[2] = {json_new_object(a, own.key, own.value, own.n), json_new_object(a, shared.key, shared.value, shared.n)};
    *ret = value[0] && value[1] ? json_new_object(a, key, value, 2) : NULL;
    return *ret ? OK : arena_full(d);
}
