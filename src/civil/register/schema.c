#include "civil/register/schema.h"

#include "civil/pack/pack.h"
#include "civil/register/register_internal.h"

#include <stdio.h>

enum { TEXT_MAX = 2000, TEXT_DEFAULT = 200, SCALE_MAX = 9 };
static const int64_t NUMBER_MAX = (int64_t)1 << 53; /* what JSON carries exactly */

static const struct { const char *name; enum field_type type; } type_names[] = {
    {"text", FIELD_TEXT}, {"code", FIELD_CODE}, {"division", FIELD_DIVISION}, {"credit_code", FIELD_CREDIT_CODE}, {"int", FIELD_INT},
    {"decimal", FIELD_DECIMAL}, {"money", FIELD_MONEY}, {"bool", FIELD_BOOL}, {"date", FIELD_DATE}, {"ref", FIELD_REF},
    {"id_number", FIELD_ID_NUMBER}, {"phone", FIELD_PHONE},
};

bool field_sealed(const struct field *f) { return f->type == FIELD_ID_NUMBER || f->type == FIELD_PHONE; }
bool schema_is_self(const struct json *json) { return strcmp(json_str(json, "owner", ""), "self") == 0; }

int schema_field(const struct schema *s, struct span column) {
    for (size_t i = 0; i < s->fields; i++)
        if (span_is(column, s->field[i].column))
            return (int)i;
    return -1;
}

static enum status wrong(const struct schema *s, const char *column, struct diag *d) {
    (void)diag_fail(d, E_INPUT, "register.schema", DIAG_S("name", s->name));
    return *column ? diag_at(d, "%s.%s", s->name, column) : diag_at(d, "%s", s->name);
}

static bool codes_ok(const struct json *codes) {
    bool ok = codes && codes->type == JSON_ARRAY && codes->size >= 1;
    for (size_t i = 0; ok && i < codes->size; i++) {
        const char *code = json_str(codes->item[i], "code", "");
        ok = *code && *json_str(codes->item[i], "zh", "") && *json_str(codes->item[i], "en", "");
        for (size_t k = 0; ok && k < i; k++)
            ok = strcmp(json_str(codes->item[k], "code", ""), code) != 0;
    }
    return ok;
}

static bool roles_ok(const struct json *roles) {
    bool ok = roles && roles->type == JSON_ARRAY && roles->size >= 1;
    for (size_t i = 0; ok && i < roles->size; i++)
        ok = roles->item[i]->type == JSON_STRING && roles->item[i]->text.size;
    return ok;
}

/* A bound is written as the field's own values are. */
static int64_t bound(const struct field *f, const struct json *j, int64_t otherwise) {
    int64_t n = 0;
    if (!j || j->type != JSON_NUMBER)
        return otherwise;
    struct dec x = j->number;
    for (int i = 0; f->type == FIELD_DECIMAL && i < f->scale; i++)
        x = dec_mul(x, dec_int(10));
    enum status s = f->type == FIELD_MONEY ? dec_to_fen(x, &n, NULL) : dec_to_int(x, &n, NULL);
    return s == OK ? n : otherwise;
}

static enum status read_field(const struct schema *s, const struct json *j, struct field *f, struct diag *d) {
    *f = (struct field){.column = json_str(j, "column", ""), .zh = json_str(j, "zh", ""), .en = json_str(j, "en", ""), .required = json_bool(j, "required", false),
        .listed = json_bool(j, "list", false), .codes = json_get(j, "codes"), .other = json_str(j, "register", ""), .names = json_get(j, "names"),
        .reveal = json_get(j, "reveal"), .unit_zh = json_str(json_get(j, "unit"), "zh", ""), .unit_en = json_str(json_get(j, "unit"), "en", "")};
    const char *type = json_str(j, "type", "");
    bool known = false;
    for (size_t i = 0; i < ARRAY_LEN(type_names); i++)
        if (strcmp(type, type_names[i].name) == 0) {
            f->type = type_names[i].type;
            known = true;
        }
    f->scale = (int)json_int(j, "scale", 0);
    f->personal = field_sealed(f) || json_bool(j, "personal", false);
    bool number = f->type == FIELD_INT || f->type == FIELD_DECIMAL || f->type == FIELD_MONEY;
    f->min = bound(f, json_get(j, "min"), number ? 0 : 0);
    f->max = bound(f, json_get(j, "max"), number ? NUMBER_MAX : TEXT_DEFAULT);
    bool ok = known && register_identifier(f->column) && *f->zh && *f->en && f->scale >= 0 && f->scale <= SCALE_MAX && f->min <= f->max &&
              (number || f->max <= TEXT_MAX) && (f->type != FIELD_CODE || codes_ok(f->codes)) && (f->type != FIELD_REF || register_identifier(f->other)) &&
              (!f->personal || ((f->type == FIELD_TEXT || field_sealed(f)) && roles_ok(f->reveal))) && (!f->names || f->names->type == JSON_ARRAY);
    for (const struct field *k = s->field; ok && k < f; k++)
        ok = strcmp(k->column, f->column) != 0;
    return ok ? OK : wrong(s, f->column, d);
}

static enum status read_key(struct schema *s, const struct json *key, struct diag *d) {
    if (!key)
        return OK;
    bool ok = key->type == JSON_ARRAY && key->size >= 1 && key->size <= ARRAY_LEN(s->key);
    for (size_t i = 0; ok && i < key->size; i++) {
        int at = key->item[i]->type == JSON_STRING ? schema_field(s, key->item[i]->text) : -1;
        ok = at >= 0 && s->field[at].required && !s->field[at].personal;
        if (ok)
            s->key[s->keys++] = (size_t)at;
    }
    return ok ? OK : wrong(s, "key", d);
}

enum status schema_read(struct arena *a, const struct json *json, const char *pack, struct schema *s, struct diag *d) {
    const struct json *fields = json_get(json, "fields");
    *s = (struct schema){.name = json_str(json, "name", ""), .zh = json_str(json, "zh", ""), .en = json_str(json, "en", ""), .pack = pack, .json = json,
        .read = json_get(json, "read"), .write = json_get(json, "write"), .division = -1};
    if (!register_identifier(s->name) || !*s->zh || !*s->en || !fields || fields->type != JSON_ARRAY || fields->size < 1 || fields->size > SCHEMA_FIELDS_MAX ||
        !roles_ok(s->read) || !roles_ok(s->write))
        return wrong(s, "", d);
    for (size_t i = 0; i < fields->size; i++) {
        enum status st = read_field(s, fields->item[i], &s->field[i], d);
        if (st != OK)
            return st;
        s->fields = i + 1;
    }
    int title = schema_field(s, span_of(json_str(json, "title", "")));
    if (title < 0 || s->field[title].type != FIELD_TEXT || !s->field[title].required || s->field[title].personal)
        return wrong(s, "title", d);
    s->title = (size_t)title;
    if (json_get(json, "division")) {
        s->division = schema_field(s, span_of(json_str(json, "division", "")));
        if (s->division < 0 || s->field[s->division].type != FIELD_DIVISION || !s->field[s->division].required)
            return wrong(s, "division", d);
    }
    return read_key(s, json_get(json, "key"), d);
}

enum status schema_find(const struct civil *c, struct arena *a, const char *name, struct schema *ret, struct diag *d) {
    for (size_t i = 0; i < packs_count(c->packs); i++) {
        const struct pack *p = packs_at(c->packs, i);
        for (size_t k = 0; k < p->reg_count; k++)
            if (schema_is_self(p->reg[k]) && strcmp(json_str(p->reg[k], "name", ""), name) == 0)
                return schema_read(a, p->reg[k], p->id, ret, d);
    }
    return diag_fail(d, E_NOT_FOUND, "register.unknown", DIAG_S("name", name));
}

enum status schema_population(const struct civil *c, struct arena *a, struct schema *ret, struct diag *d) {
    for (size_t i = 0; i < packs_count(c->packs); i++)
        if (packs_at(c->packs, i)->population)
            return schema_read(a, packs_at(c->packs, i)->population, packs_at(c->packs, i)->id, ret, d);
    return diag_fail(d, E_NOT_FOUND, "register.unknown", DIAG_S("name", "population"));
}

/* ---- who ------------------------------------------------------------------------------- */

static bool listed(const struct json *roles, const char *role) {
    for (size_t i = 0; roles && i < roles->size; i++)
        if (span_is(roles->item[i]->text, role))
            return true;
    return false;
}

const char *schema_role(const struct json *roles, const struct actor *who) {
    for (int i = 0; i < who->grant_count; i++)
        if (listed(roles, who->grant[i].role))
            return who->grant[i].role;
    return NULL;
}

bool schema_known(const struct schema *s, const struct actor *who) { return actor_inside(who, json_str(s->json, "compartment", NULL)); }

bool schema_readable(const struct schema *s, const struct actor *who) {
    return schema_role(s->read, who) || schema_role(s->write, who) || strcmp(who->kind, "system") == 0;
}

bool schema_writable(const struct civil *c, const struct schema *s, const struct actor *who, const char *division) {
    char home[24];
    snprintf(home, sizeof home, "%lld", (long long)c->district);
    if (strcmp(who->kind, "system") == 0)
        return true;
    for (int i = 0; i < who->grant_count; i++)
        if (listed(s->write, who->grant[i].role) && actor_may(&(struct actor){.grant_count = 1, .grant = {who->grant[i]}}, NULL, *division ? division : home))
            return true;
    return false;
}

/* ---- tables ------------------------------------------------------------------------------ */

static const char *sql_type(const struct field *f) {
    return field_sealed(f) ? "BLOB" : f->type <= FIELD_CREDIT_CODE ? "TEXT" : "BIGINT";
}

static void column_index(struct buf *sql, const struct schema *s, const struct field *f) {
    buf_clear(sql);
    if (field_sealed(f))
        buf_addf(sql, "CREATE INDEX reg_%s_%s ON reg_%s (%s_blind) WHERE superseded_at IS NULL", s->name, f->column, s->name, f->column);
    else if (f->type == FIELD_DIVISION || f->type == FIELD_REF)
        buf_addf(sql, "CREATE INDEX reg_%s_%s ON reg_%s (%s) WHERE superseded_at IS NULL", s->name, f->column, s->name, f->column);
}

static enum status run(struct txn *t, struct buf *sql, struct diag *d) {
    if (!buf_ok(sql))
        return arena_full(d);
    return sql->size ? sql_exec(t, d, buf_str(sql)) : OK;
}

enum status schema_create_table(struct txn *t, const struct schema *s, struct diag *d) {
    BUF_AUTO sql;
    buf_init(&sql, 65536);
    buf_addf(&sql, "CREATE TABLE reg_%s (district BIGINT NOT NULL, id BIGINT NOT NULL, version BIGINT NOT NULL, recorded_at BIGINT NOT NULL, valid_from BIGINT NOT NULL, "
        "valid_to BIGINT, superseded_at BIGINT, superseded_by BIGINT, recorded_by BIGINT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL, batch BIGINT", s->name);
    for (size_t i = 0; i < s->fields; i++) {
        const struct field *f = &s->field[i];
        buf_addf(&sql, ", %s %s%s", f->column, sql_type(f), f->required ? " NOT NULL" : "");
        if (field_sealed(f))
            buf_addf(&sql, ", %s_blind BLOB", f->column);
    }
    buf_addf(&sql, ", CONSTRAINT reg_%s_pk PRIMARY KEY (district, id, version), CONSTRAINT reg_%s_valid CHECK (valid_to IS NULL OR valid_to > valid_from)) STRICT", s->name, s->name);
    enum status st = run(t, &sql, d);
    buf_clear(&sql);
    if (s->keys) {
        buf_addf(&sql, "CREATE UNIQUE INDEX reg_%s_key ON reg_%s (", s->name, s->name);
        for (size_t i = 0; i < s->keys; i++)
            buf_addf(&sql, "%s%s", i ? ", " : "", s->field[s->key[i]].column);
        buf_adds(&sql, ") WHERE superseded_at IS NULL AND valid_to IS NULL");
    }
    if (st == OK)
        st = run(t, &sql, d);
    buf_clear(&sql);
    buf_addf(&sql, "CREATE INDEX reg_%s_now ON reg_%s (id) WHERE superseded_at IS NULL", s->name, s->name);
    if (st == OK)
        st = run(t, &sql, d);
    buf_clear(&sql);
    buf_addf(&sql, "CREATE INDEX reg_%s_batch ON reg_%s (batch) WHERE batch IS NOT NULL", s->name, s->name);
    if (st == OK)
        st = run(t, &sql, d);
    for (size_t i = 0; st == OK && i < s->fields; i++) {
        column_index(&sql, s, &s->field[i]);
        st = run(t, &sql, d);
    }
    return st;
}

static enum status changed(const struct schema *s, const char *field, struct diag *d) {
    return diag_fail(d, E_CONFLICT, "register.schema_changed", DIAG_S("name", s->name), DIAG_S("field", field));
}

enum status schema_alter_table(struct txn *t, const struct schema *former, const struct schema *s, struct diag *d) {
    BUF_AUTO sql;
    buf_init(&sql, 65536);
    enum status st = former->keys == s->keys ? OK : changed(s, "key", d);
    for (size_t i = 0; st == OK && i < s->keys; i++)
        if (strcmp(former->field[former->key[i]].column, s->field[s->key[i]].column) != 0)
            st = changed(s, "key", d);
    for (size_t i = 0; st == OK && i < former->fields; i++) {
        int at = schema_field(s, span_of(former->field[i].column));
        if (at < 0 || s->field[at].type != former->field[i].type || s->field[at].scale != former->field[i].scale)
            st = changed(s, former->field[i].column, d);
    }
    for (size_t i = 0; st == OK && i < s->fields; i++) {
        const struct field *f = &s->field[i];
        int was = schema_field(former, span_of(f->column));
        if (was >= 0 && former->field[was].required == f->required)
            continue;
        if (was >= 0 || f->required) /* the records that are there lack it, or the column wants it */
            return changed(s, f->column, d);
        for (int blind = 0; st == OK && blind <= field_sealed(f); blind++) {
            buf_clear(&sql);
            buf_addf(&sql, "ALTER TABLE reg_%s ADD COLUMN %s%s %s", s->name, f->column, blind ? "_blind" : "", sql_type(f));
            st = run(t, &sql, d);
        }
        column_index(&sql, s, f);
        if (st == OK)
            st = run(t, &sql, d);
    }
    return st;
}
