/* Writing records: add, change, correct, end, take back. */
#include "civil/register/record_internal.h"

#include "base/vec.h"
#include "civil/evidence/keep.h"
#include "civil/register/population.h"
#include "crypto/vault.h"

#include <stdio.h>

struct span record_place(const struct schema *s, const struct field *f, int64_t district, int64_t id, char out[160]) {
    snprintf(out, 160, "reg_%s.%s|%lld|%lld", s->name, f->column, (long long)district, (long long)id);
    return span_of(out);
}

static const char *division_of(const struct schema *s, const struct sql_value *v) {
    return s->division >= 0 && v[s->division].type == SQL_TEXT ? v[s->division].bytes.at : "";
}

static enum status may(struct civil *c, const struct record_writing *w, const struct sql_value *v, struct diag *d) {
    return schema_writable(c, w->schema, w->who, division_of(w->schema, v)) ? OK : diag_fail(d, E_FORBIDDEN, "register.write");
}

static int64_t district_of(const struct record_writing *w, const struct sql_value *v) {
    const char *division = division_of(w->schema, v);
    char six[7] = "";
    snprintf(six, sizeof six, "%s", division);
    return strlen(six) == 6 ? strtoll(six, NULL, 10) : w->civil->district;
}

/* ---- one row ----------------------------------------------------------------------------- */

static void insert_sql(struct buf *sql, const struct schema *s, size_t *ret_columns) {
    size_t n = 12;
    buf_addf(sql, "INSERT INTO reg_%s (" RECORD_HEAD ", superseded_by", s->name);
    for (size_t i = 0; i < s->fields; i++) {
        buf_addf(sql, ", %s", s->field[i].column);
        n++;
        if (field_sealed(&s->field[i])) {
            buf_addf(sql, ", %s_blind", s->field[i].column);
            n++;
        }
    }
    buf_adds(sql, ") VALUES (?");
    for (size_t i = 1; i < n; i++)
        buf_adds(sql, ", ?");
    buf_addc(sql, ')');
    *ret_columns = n;
}

static enum status seal(const struct record_writing *w, struct txn *t, const struct field *f, const struct record *r, struct sql_value plain,
    struct sql_value *ret, struct hash *blind, struct sql_value *ret_blind, struct diag *d) {
    char place[160];
    struct span sealed;
    *ret = *ret_blind = SQL_NIL;
    if (plain.type == SQL_NULL)
        return OK;
    enum status s = vault_seal(w->civil->vault, plain.bytes, record_place(w->schema, f, r->district, r->id, place), txn_arena(t), &sealed, d);
    if (s != OK)
        return s;
    *blind = vault_blind(w->civil->vault, f->type == FIELD_ID_NUMBER ? BLIND_ID_NUMBER : BLIND_PHONE, plain.bytes);
    *ret = SQL_B(sealed);
    *ret_blind = SQL_B(span_bytes(blind->byte, HASH_BYTES));
    return OK;
}

static enum status insert_as(struct txn *t, const struct record_writing *w, const struct record *r, const struct sql_value *v, struct sql_value superseded_at, struct diag *d) {
    const struct schema *sc = w->schema;
    struct sql_value p[12 + 2 * SCHEMA_FIELDS_MAX] = {SQL_I(r->district), SQL_I(r->id), SQL_I(r->version), SQL_I(r->recorded_at), superseded_at, SQL_D(r->valid_from),
        SQL_D(r->valid_to), SQL_I(w->who->account), w->batch ? SQL_I(w->batch) : SQL_NIL, SQL_S(w->source ? w->source : "entered"), SQL_S(w->reason ? w->reason : ""), SQL_NIL};
    struct hash blind[SCHEMA_FIELDS_MAX];
    size_t n = 12, columns = 0;
    enum status s = OK;
    for (size_t i = 0; s == OK && i < sc->fields; i++) {
        if (!field_sealed(&sc->field[i])) {
            p[n++] = v[i];
            continue;
        }
        s = seal(w, t, &sc->field[i], r, v[i], &p[n], &blind[i], &p[n + 1], d);
        n += 2;
    }
    BUF_AUTO sql;
    buf_init(&sql, 65536);
    insert_sql(&sql, sc, &columns);
    assert(columns == n);
    if (s == OK && !buf_ok(&sql))
        s = arena_full(d);
    if (s == OK)
        s = sql_exec_(t, NULL, d, buf_str(&sql), p, n);
    char key[64];
    snprintf(key, sizeof key, "reg_%s_key", sc->name);
    return s == E_CONFLICT && sql_broke(d, key) ? diag_fail(d, E_CONFLICT, "register.key_taken", DIAG_S("field", sc->field[sc->key[0]].zh)) : s;
}

static enum status insert(struct txn *t, const struct record_writing *w, const struct record *r, const struct sql_value *v, struct diag *d) {
    return insert_as(t, w, r, v, SQL_NIL, d);
}

static instant_t later(struct txn *t, const struct record *former) {
    return txn_now(t) > former->recorded_at ? txn_now(t) : former->recorded_at + 1;
}

/* No longer believed; `version` must be believed still. */
static enum status supersede(struct txn *t, const struct record_writing *w, const struct record *former, instant_t at, struct diag *d) {
    char sql[200];
    int64_t n = 0;
    snprintf(sql, sizeof sql, "UPDATE reg_%s SET superseded_at = ?, superseded_by = ? WHERE district = ? AND id = ? AND version = ? AND superseded_at IS NULL", w->schema->name);
    enum status s = sql_exec_count(t, &n, d, sql, SQL_I(at), w->batch ? SQL_I(w->batch) : SQL_NIL, SQL_I(former->district), SQL_I(former->id), SQL_I(former->version));
    return s == OK && n != 1 ? diag_fail(d, E_CONFLICT, "register.changed") : s;
}

/* Of a batch all come under evidence together, when it is confirmed or taken back. */
static enum status keep(struct txn *t, const struct record_writing *w, int64_t district, int64_t id, struct diag *d) {
    return w->batch || w->who->keeps_later ? OK : evidence_keep_register(w->civil, t, w->who, w->schema->name, district, id, d);
}

/* ---- acts --------------------------------------------------------------------------------- */

enum status record_add(struct txn *t, const struct record_writing *w, const struct sql_value *v, date_t valid_from, int64_t *ret_id, struct diag *d) {
    struct record r = {.district = district_of(w, v), .id = txn_new_id(t), .version = 1, .recorded_at = txn_now(t), .valid_from = valid_from, .valid_to = DATE_NONE};
    if (valid_from == DATE_NONE || valid_from > txn_today(t))
        return diag_fail(d, E_INPUT, "register.future");
    enum status s = may(w->civil, w, v, d);
    if (s == OK)
        s = insert(t, w, &r, v, d);
    if (s == OK)
        *ret_id = r.id;
    return s == OK ? keep(t, w, r.district, r.id, d) : s;
}

static enum status may_change(struct txn *t, const struct record_writing *w, const struct record *former, const struct sql_value *v, date_t valid_from, bool correction, struct diag *d) {
    if (former->valid_to != DATE_NONE)
        return diag_fail(d, E_CONFLICT, "register.ended");
    if (!correction && (valid_from == DATE_NONE || valid_from > txn_today(t)))
        return diag_fail(d, E_INPUT, "register.future");
    if (!correction && valid_from < former->valid_from)
        return diag_fail(d, E_CONFLICT, "register.valid_from");
    enum status s = may(w->civil, w, former->v, d);
    return s == OK ? may(w->civil, w, v, d) : s;
}

enum status record_change(struct txn *t, const struct record_writing *w, const struct record *former, const struct sql_value *v, date_t valid_from,
    bool correction, struct diag *d) {
    instant_t at = later(t, former);
    struct record before = *former, now = *former;
    bool keeps = !correction && valid_from > former->valid_from; /* a day of its own is left to what was so before */
    before.version = former->version + 1;
    before.recorded_at = now.recorded_at = at;
    before.valid_to = valid_from;
    now.version = former->version + 1 + keeps;
    now.valid_from = correction ? former->valid_from : valid_from;
    now.district = district_of(w, v);
    enum status s = may_change(t, w, former, v, valid_from, correction, d);
    if (s == OK)
        s = supersede(t, w, former, at, d);
    if (s == OK && keeps)
        s = insert(t, w, &before, former->v, d);
    if (s == OK)
        s = insert(t, w, &now, v, d);
    if (s == OK && now.district != former->district) /* it went to another district; what it was stays there */
        s = keep(t, w, former->district, former->id, d);
    return s == OK ? keep(t, w, now.district, now.id, d) : s;
}

enum status record_end(struct txn *t, const struct record_writing *w, const struct record *former, date_t on, struct diag *d) {
    if (former->valid_to != DATE_NONE)
        return diag_fail(d, E_CONFLICT, "register.ended");
    if (on == DATE_NONE || on > txn_today(t))
        return diag_fail(d, E_INPUT, "register.future");
    if (on <= former->valid_from)
        return diag_fail(d, E_CONFLICT, "register.valid_from");
    struct record r = *former;
    r.version++;
    r.recorded_at = later(t, former);
    r.valid_to = on;
    enum status s = may(w->civil, w, former->v, d);
    if (s == OK)
        s = supersede(t, w, former, r.recorded_at, d);
    if (s == OK)
        s = insert(t, w, &r, former->v, d);
    return s == OK ? keep(t, w, r.district, r.id, d) : s;
}

/* ---- taking back ---------------------------------------------------------------------------- */

static enum status rows_of(struct txn *t, const struct record_writing *w, int64_t id, const char *where, int64_t batch, struct record **ret, size_t *ret_n, struct diag *d) {
    BUF_AUTO sql;
    buf_init(&sql, 65536);
    buf_adds(&sql, "SELECT " RECORD_HEAD);
    record_columns(&sql, w->schema);
    buf_addf(&sql, " FROM reg_%s WHERE id = ? AND %s = ? ORDER BY version", w->schema->name, where);
    VEC(struct record) list = {0};
    AUTO(rows) struct rows *r = NULL;
    enum status s = buf_ok(&sql) ? sql_query(t, &r, d, buf_str(&sql), SQL_I(id), SQL_I(batch)) : arena_full(d);
    for (bool row = true; s == OK && (s = rows_next(r, &row, d)) == OK && row;) {
        struct record *slot = vec_push_in(txn_arena(t), &list);
        s = slot ? record_take(w->civil, w->schema, r, txn_arena(t), slot, d) : arena_full(d);
    }
    *ret = list.at;
    *ret_n = list.size;
    return s;
}

enum status record_undo(struct txn *t, const struct record_writing *w, int64_t id, int64_t batch, bool *ret_done, struct diag *d) {
    struct record last, *written = NULL, *before = NULL;
    size_t writes = 0, befores = 0;
    *ret_done = false;
    enum status s = record_read(w->civil, t, w->schema, id, &last, d);
    if (s != OK)
        return s;
    if (last.batch != batch)
        return OK;
    s = rows_of(t, w, id, "batch", batch, &written, &writes, d);
    if (s == OK)
        s = rows_of(t, w, id, "superseded_by", batch, &before, &befores, d);
    instant_t at = later(t, &last);
    int64_t version = last.version;
    for (size_t i = 0; s == OK && i < writes; i++)
        if (!written[i].superseded_at)
            s = supersede(t, w, &written[i], at, d);
    /* What the batch itself had written and then changed comes back not at all. */
    for (size_t i = 0; s == OK && i < befores; i++) {
        if (before[i].batch == batch)
            continue;
        struct record_writing again = *w;
        again.batch = before[i].batch; /* an earlier batch's row is that one's again, and goes with it when it is taken back too */
        before[i].version = ++version;
        before[i].recorded_at = at;
        s = insert(t, &again, &before[i], before[i].v, d);
    }
    *ret_done = s == OK;
    return s;
}

/* ---- a batch that waits --------------------------------------------------------------------- */

enum status record_pend(struct txn *t, const struct record_writing *w, const struct record *former, const struct sql_value *v, date_t valid_from, struct diag *d) {
    struct record r = {.district = former->district, .id = former->id, .version = -former->version, .recorded_at = txn_now(t), .valid_from = valid_from, .valid_to = DATE_NONE};
    enum status s = may_change(t, w, former, v, valid_from, false, d);
    return s == OK ? insert_as(t, w, &r, v, SQL_I(0), d) : s;
}

struct pending { int64_t district, id; };

static enum status pending_of(struct txn *t, const struct record_writing *w, struct pending **ret, size_t *ret_n, struct diag *d) {
    char sql[200];
    VEC(struct pending) list = {0};
    AUTO(rows) struct rows *r = NULL;
    snprintf(sql, sizeof sql, "SELECT district, id FROM reg_%s WHERE batch = ? AND superseded_at = 0 ORDER BY id", w->schema->name);
    enum status s = sql_query(t, &r, d, sql, SQL_I(w->batch));
    for (bool row = true; s == OK && (s = rows_next(r, &row, d)) == OK && row;) {
        struct pending *slot = vec_push_in(txn_arena(t), &list);
        if (!slot)
            return arena_full(d);
        *slot = (struct pending){rows_int(r, 0), rows_int(r, 1)};
    }
    *ret = list.at;
    *ret_n = list.size;
    return s;
}

/* One pending change becomes a change, unless somebody changed the record since. */
static enum status confirm_one(struct txn *t, const struct record_writing *w, const struct pending *p, int64_t *ret_overtaken, struct diag *d) {
    char sql[200];
    struct record next, former;
    struct diag own = {0};
    enum status s = record_waiting(w->civil, t, w->schema, p->district, p->id, &next, d);
    snprintf(sql, sizeof sql, "DELETE FROM reg_%s WHERE district = ? AND id = ? AND superseded_at = 0", w->schema->name);
    if (s == OK)
        s = sql_exec(t, d, sql, SQL_I(p->district), SQL_I(p->id));
    if (s != OK)
        return s;
    s = record_read(w->civil, t, w->schema, p->id, &former, &own);
    if (s != OK && s != E_NOT_FOUND)
        return *d = own, s;
    if (s == E_NOT_FOUND || former.version != -next.version || former.valid_to != DATE_NONE) {
        ++*ret_overtaken;
        return OK;
    }
    struct record_writing as = *w;
    as.source = next.source;
    return record_change(t, &as, &former, next.v, next.valid_from, false, d);
}

/* Rows: district, id; each once, in this order. */
static enum status keep_found(struct txn *t, const struct record_writing *w, struct rows *r, struct diag *d) {
    struct arena *a = txn_arena(t);
    const char *name = arena_printf(a, "reg_%s", w->schema->name);
    int64_t *id = arena_array(a, EVIDENCE_KEPT_MAX, sizeof *id), district = 0;
    enum status s = name && id ? OK : arena_full(d);
    bool row = true;
    size_t n = 0;
    while (s == OK && row && (s = rows_next(r, &row, d)) == OK) {
        if (n && (!row || n == EVIDENCE_KEPT_MAX || rows_int(r, 0) != district)) {
            struct arena_mark mark = arena_mark(a);
            s = evidence_keep_in(w->civil, t, w->who, name, district, id, n, d);
            arena_rewind(a, mark);
            n = 0;
        }
        if (row) {
            district = rows_int(r, 0);
            id[n++] = rows_int(r, 1);
        }
    }
    return s;
}

/* What the batch wrote, and what it put an end to. */
static enum status keep_batch(struct txn *t, const struct record_writing *w, struct diag *d) {
    char sql[400];
    AUTO(rows) struct rows *r = NULL;
    snprintf(sql, sizeof sql, "SELECT district, id FROM reg_%s WHERE batch = ? UNION SELECT district, id FROM reg_%s WHERE superseded_by = ? ORDER BY 1, 2", w->schema->name, w->schema->name);
    enum status s = sql_query(t, &r, d, sql, SQL_I(w->batch), SQL_I(w->batch));
    return s == OK ? keep_found(t, w, r, d) : s;
}

/* What is taken back is of the batch, and what it was before is believed again. */
enum status record_undone(struct txn *t, const struct record_writing *w, int64_t batch, int64_t after, int64_t last, struct diag *d) {
    char sql[400];
    AUTO(rows) struct rows *r = NULL;
    snprintf(sql, sizeof sql, "SELECT district, id FROM reg_%s WHERE batch = ? AND id > ? AND id <= ? UNION SELECT district, id FROM reg_%s WHERE superseded_at IS NULL AND id > ? AND id <= ? "
        "AND id IN (SELECT id FROM reg_%s WHERE batch = ?) ORDER BY 1, 2", w->schema->name, w->schema->name, w->schema->name);
    enum status s = sql_query(t, &r, d, sql, SQL_I(batch), SQL_I(after), SQL_I(last), SQL_I(after), SQL_I(last), SQL_I(batch));
    return s == OK ? keep_found(t, w, r, d) : s;
}

enum status record_confirm_batch(struct txn *t, const struct record_writing *w, int64_t *ret_overtaken, struct diag *d) {
    char sql[200];
    struct pending *list = NULL;
    size_t n = 0;
    *ret_overtaken = 0;
    snprintf(sql, sizeof sql, "UPDATE reg_%s SET recorded_at = ? WHERE batch = ? AND superseded_at IS NULL", w->schema->name); /* nobody knew of it before */
    enum status s = sql_exec(t, d, sql, SQL_I(txn_now(t)), SQL_I(w->batch));
    if (s == OK)
        s = pending_of(t, w, &list, &n, d);
    for (size_t i = 0; s == OK && i < n; i++) {
        struct arena_mark mark = arena_mark(txn_arena(t));
        s = confirm_one(t, w, &list[i], ret_overtaken, d);
        arena_rewind(txn_arena(t), mark);
    }
    if (s == OK)
        s = population_show(t, w->batch, d);
    return s == OK ? keep_batch(t, w, d) : s;
}

enum status record_drop_batch(struct txn *t, const struct schema *s, int64_t batch, int64_t after, int64_t last, struct diag *d) {
    char sql[200];
    snprintf(sql, sizeof sql, "DELETE FROM reg_%s WHERE batch = ? AND id > ? AND id <= ?", s->name);
    return sql_exec(t, d, sql, SQL_I(batch), SQL_I(after), SQL_I(last));
}

enum status record_ids_of_batch(struct txn *t, const struct schema *s, int64_t batch, int64_t after, int64_t *ret, size_t max, size_t *ret_n, struct diag *d) {
    char sql[200];
    AUTO(rows) struct rows *r = NULL;
    *ret_n = 0;
    snprintf(sql, sizeof sql, "SELECT DISTINCT id FROM reg_%s WHERE batch = ? AND id > ? ORDER BY id LIMIT ?", s->name);
    enum status st = sql_query(t, &r, d, sql, SQL_I(batch), SQL_I(after), SQL_I((int64_t)max));
    for (bool row = true; st == OK && (st = rows_next(r, &row, d)) == OK && row;)
        ret[(*ret_n)++] = rows_int(r, 0);
    return st;
}
