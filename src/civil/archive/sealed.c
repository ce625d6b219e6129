#include "civil/archive/sealed.h"

#include "base/json.h"
#include "civil/register/schema.h"
#include "crypto/vault.h"
#include "store/store.h"

enum { ROWS_A_WRITE = 400 }; /* four values each: some 20 ms, so that the writer is not held */

static const struct sealed_table OWN[] = {
    {.name = "person", .id = "id", .district_in_place = true, .column = {"data_key", "id_number", "phone", "bank_account"}, .columns = 4},
    {.name = "payment_file", .id = "batch", .district_in_place = true, .large = true, .column = {"body"}, .columns = 1},
    {.name = "exchange_submission", .id = "id", .district_in_place = true, .large = true, .column = {"body"}, .columns = 1},
    {.name = "bank_entry", .id = "statement", .version = "line", .district_in_place = true, .column = {"text"}, .columns = 1},
    {.name = "secrecy_act", .id = "id", .column = {"reason"}, .columns = 1},
    {.name = "case_protected", .id = "case_id", .column = {"body"}, .columns = 1},
    {.name = "case_protected_look", .id = "id", .column = {"reason"}, .columns = 1},
};

/* By the schema that the table was made from: the pack may be gone. */
static enum status of_register(struct arena *a, const char *name, struct span text, const char *pack, struct sealed_table *ret, struct diag *d) {
    const struct json *j = NULL;
    struct schema *s = arena_alloc(a, sizeof *s);
    *ret = (struct sealed_table){.id = "id", .version = "version", .district_in_place = true};
    enum status st = s ? json_parse(a, text, &j, d) : arena_full(d);
    if (st == OK && schema_is_self(j))
        st = schema_read(a, j, pack, s, d);
    else
        return st;
    ret->name = arena_printf(a, "reg_%s", name);
    for (size_t i = 0; st == OK && i < s->fields; i++)
        if (field_sealed(&s->field[i]))
            ret->column[ret->columns++] = s->field[i].column;
    return st == OK && !ret->name ? arena_full(d) : st;
}

enum status sealed_tables(struct txn *t, struct arena *a, const struct sealed_table **ret, size_t *ret_n, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    int64_t registers = 0;
    bool row = false;
    enum status s = sql_int(t, &registers, 0, d, "SELECT count(*) FROM register_table");
    size_t n = ARRAY_LEN(OWN);
    struct sealed_table *list = s == OK ? arena_alloc(a, (n + (size_t)registers) * sizeof *list) : NULL;
    if (s == OK && !list)
        s = arena_full(d);
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT name, schema, pack FROM register_table ORDER BY name");
    for (int64_t i = 0; s == OK && i < registers && (s = rows_next(r, &row, d)) == OK && row; i++) {
        char *name = rows_dup(r, 0, a), *text = rows_dup(r, 1, a), *pack = rows_dup(r, 2, a);
        s = name && text && pack ? of_register(a, name, span_of(text), pack, &list[n], d) : arena_full(d);
        n += s == OK && list[n].columns > 0;
    }
    if (s != OK)
        return s;
    memcpy(list, OWN, sizeof OWN);
    *ret = list;
    *ret_n = n;
    return OK;
}

/* ---- under the newest key ---------------------------------------------------------- */

struct sealed_row { int64_t district, id, version; struct span value[SEALED_COLUMNS_MAX]; };

static const char *select_of(struct arena *a, const struct sealed_table *x) {
    BUF_AUTO sql;
    const char *version = x->version ? x->version : "0";
    buf_init(&sql, 0);
    buf_addf(&sql, "SELECT district, %s, %s", x->id, version);
    for (size_t i = 0; i < x->columns; i++)
        buf_addf(&sql, ", %s", x->column[i]);
    buf_addf(&sql, " FROM %s WHERE (district, %s%s%s) > (?, ?%s) ORDER BY district, %s%s%s LIMIT ?", x->name, x->id, x->version ? ", " : "", x->version ? version : "",
        x->version ? ", ?" : "", x->id, x->version ? ", " : "", x->version ? version : "");
    return buf_ok(&sql) ? arena_dup(a, buf_span(&sql)) : NULL;
}

/* All read before one is changed. */
static enum status read_rows(struct txn *t, const struct sealed_table *x, int64_t max, const struct renewal *at, struct sealed_row *row, int64_t *ret_n, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct arena *a = txn_arena(t);
    const char *sql = select_of(a, x);
    bool more = false;
    if (!sql)
        return arena_full(d);
    enum status s = x->version ? sql_query(t, &r, d, sql, SQL_I(at->district), SQL_I(at->id), SQL_I(at->version), SQL_I(max))
                               : sql_query(t, &r, d, sql, SQL_I(at->district), SQL_I(at->id), SQL_I(max));
    while (s == OK && (s = rows_next(r, &more, d)) == OK && more) {
        struct sealed_row *y = &row[(*ret_n)++];
        *y = (struct sealed_row){.district = rows_int(r, 0), .id = rows_int(r, 1), .version = rows_int(r, 2)};
        for (size_t i = 0; i < x->columns; i++) {
            struct span v = rows_blob(r, 3 + (int)i);
            y->value[i] = (struct span){v.at ? arena_dup(a, v) : NULL, v.size};
            if (v.at && !y->value[i].at)
                return arena_full(d);
        }
    }
    return s;
}

static enum status put(struct txn *t, const struct sealed_table *x, const struct sealed_row *row, const char *column, struct span fresh, struct diag *d) {
    char *sql = x->version ? arena_printf(txn_arena(t), "UPDATE %s SET %s = ? WHERE district = ? AND %s = ? AND %s = ?", x->name, column, x->id, x->version)
                           : arena_printf(txn_arena(t), "UPDATE %s SET %s = ? WHERE district = ? AND %s = ?", x->name, column, x->id);
    if (!sql)
        return arena_full(d);
    return x->version ? sql_exec(t, d, sql, SQL_B(fresh), SQL_I(row->district), SQL_I(row->id), SQL_I(row->version))
                      : sql_exec(t, d, sql, SQL_B(fresh), SQL_I(row->district), SQL_I(row->id));
}

static enum status renew_row(struct civil *c, struct txn *t, const struct sealed_table *x, const struct sealed_row *row, struct renewal *at, struct diag *d) {
    struct arena *a = txn_arena(t);
    enum status s = OK;
    for (size_t i = 0; s == OK && i < x->columns; i++) {
        struct span fresh = row->value[i];
        if (!fresh.at)
            continue;
        char *place = x->district_in_place ? arena_printf(a, "%s.%s|%lld|%lld", x->name, x->column[i], (long long)row->district, (long long)row->id)
                                           : arena_printf(a, "%s.%s|%lld", x->name, x->column[i], (long long)row->id);
        if (!place)
            return arena_full(d);
        if (vault_renew(c->vault, row->value[i], span_of(place), a, &fresh, NULL) != OK)
            return diag_fail(d, E_CORRUPT, "archive.sealed", DIAG_S("table", x->name), DIAG_S("column", x->column[i]), DIAG_N("id", row->id));
        at->values++;
        if (fresh.at != row->value[i].at) {
            at->renewed++;
            s = put(t, x, row, x->column[i], fresh, d);
        }
    }
    return s;
}

enum status sealed_renew_in(struct civil *c, struct txn *t, const struct sealed_table *x, struct renewal *at, struct diag *d) {
    int64_t n = 0, max = x->large ? 1 : ROWS_A_WRITE;
    struct sealed_row *row = ARENA_ARRAY(txn_arena(t), (size_t)max, struct sealed_row);
    enum status s = row ? read_rows(t, x, max, at, row, &n, d) : arena_full(d);
    for (int64_t i = 0; s == OK && i < n; i++)
        s = renew_row(c, t, x, &row[i], at, d);
    if (s != OK)
        return s;
    at->rows += n;
    at->end = n < max;
    if (n) {
        at->district = row[n - 1].district;
        at->id = row[n - 1].id;
        at->version = row[n - 1].version;
    }
    return OK;
}

/* ---- what was forgotten ------------------------------------------------------------- */

struct blob_column { char *table, *column; };

/* The log's own tables hold hashes, entries and signatures, and are the bulk of a store. */
static enum status blob_columns(struct txn *t, struct blob_column **ret, size_t *ret_n, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct arena *a = txn_arena(t);
    enum { MAX = 1024 };
    bool row = false;
    *ret = ARENA_ARRAY(a, MAX, struct blob_column);
    enum status s = *ret ? sql_blob_columns(t, &r, d) : arena_full(d);
    while (s == OK && *ret_n < MAX && (s = rows_next(r, &row, d)) == OK && row) {
        struct blob_column *x = &(*ret)[*ret_n];
        *x = (struct blob_column){rows_dup(r, 0, a), rows_dup(r, 1, a)};
        if (!x->table || !x->column)
            return arena_full(d);
        *ret_n += strncmp(x->table, "log_", 4) != 0;
    }
    return s == OK && row ? diag_fail(d, E_LIMIT, "base.memory") : s;
}

enum status sealed_left(struct civil *c, struct txn *t, struct diag *d) {
    struct blob_column *x = NULL;
    size_t n = 0, former = 2 * (vault_key_count(c->vault) - 1);
    enum status s = blob_columns(t, &x, &n, d);
    for (size_t i = 0; s == OK && i < n; i++)
        for (size_t k = 0; s == OK && k < former; k++) {
            uint8_t head[VAULT_HEAD_BYTES];
            int64_t found = 0;
            vault_head(c->vault, k / 2, k % 2, head);
            char *sql = arena_printf(txn_arena(t), "SELECT 1 FROM %s WHERE substr(%s, 1, %d) = ? LIMIT 1", x[i].table, x[i].column, VAULT_HEAD_BYTES);
            s = sql ? sql_int(t, &found, 0, d, sql, SQL_B(span_bytes(head, sizeof head))) : arena_full(d);
            if (s == OK && found)
                s = diag_fail(d, E_CORRUPT, "archive.sealed_left", DIAG_S("table", x[i].table), DIAG_S("column", x[i].column));
        }
    return s;
}
