/* Batches as the API shows them (src/server/api.json). */
#include "civil/import/import_internal.h"

#include "civil/register/population.h"

enum { SHOWN_MAX = 200 };

#define BATCH_COLUMNS "b.id, b.register, b.file, b.valid_from, b.state, b.begun_at, b.begun_by, (SELECT a.name FROM account a WHERE a.id = b.begun_by), b.added, b.changed, b.same, b.rejected, " \
    "b.undone, b.kept, b.possible, b.ready_at, b.done_line"

static void members(struct rows *r, const struct schema *s, bool may_act, struct json_writer *w) {
    bool waits = span_is(rows_text(r, 4), "running") && !rows_null(r, 15);
    json_kid(w, "id", rows_int(r, 0));
    json_kspan(w, "register", rows_text(r, 1));
    json_kboth(w, "title", s->zh, s->en);
    json_kspan(w, "file", rows_text(r, 2));
    json_kdate(w, "valid_from", rows_date(r, 3));
    if (waits)
        json_kstring(w, "state", "waiting");
    else
        json_kspan(w, "state", rows_text(r, 4));
    json_key(w, "begun_at");
    json_instant(w, rows_int(r, 5));
    json_kspan(w, "begun_by", rows_text(r, 7));
    json_kint(w, "lines", rows_int(r, 16));
    json_kint(w, "added", rows_int(r, 8));
    json_kint(w, "changed", rows_int(r, 9));
    json_kint(w, "same", rows_int(r, 10));
    json_kint(w, "rejected", rows_int(r, 11));
    json_kint(w, "possible", rows_int(r, 14));
    json_kint(w, "undone", rows_int(r, 12));
    json_kint(w, "kept", rows_int(r, 13));
    json_kbool(w, "may_act", may_act);
}

static enum status known(struct civil *c, struct txn *t, const struct actor *who, struct rows *r, struct schema *s, bool *ret, struct diag *d) {
    char *reg = rows_dup(r, 1, txn_arena(t));
    struct diag own = {0};
    if (!reg)
        return arena_full(d);
    enum status st = people_is(reg) ? schema_population(c, txn_arena(t), s, &own) : schema_find(c, txn_arena(t), reg, s, &own);
    *ret = st == OK && (people_is(reg) || schema_known(s, who)) && batch_writable(c, s, who, rows_int(r, 6));
    return st == E_NOT_FOUND ? OK : st == OK ? OK : (*d = own, st); /* a pack has gone since */
}

enum status import_batches_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d) {
    struct schema *schema = ARENA_NEW(txn_arena(t), struct schema);
    AUTO(rows) struct rows *r = NULL;
    enum status s = schema ? sql_query(t, &r, d, "SELECT " BATCH_COLUMNS " FROM import_batch b WHERE b.district = ? ORDER BY b.id DESC LIMIT 100", SQL_I(c->district)) : arena_full(d);
    json_object(w);
    json_key(w, "items");
    json_array(w);
    for (bool more = true, his = false; s == OK && (s = rows_next(r, &more, d)) == OK && more;) {
        if ((s = known(c, t, who, r, schema, &his, d)) != OK || !his)
            continue;
        json_object(w);
        members(r, schema, true, w);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
    return s;
}

static enum status rejects(struct civil *c, struct txn *t, int64_t batch, int64_t most, struct rows **ret, struct diag *d) {
    return sql_query(t, ret, d, "SELECT line, heading, reason FROM import_reject WHERE district = ? AND batch = ? ORDER BY line LIMIT ?", SQL_I(c->district), SQL_I(batch), SQL_I(most));
}

static enum status rejects_json(struct civil *c, struct txn *t, int64_t batch, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = rejects(c, t, batch, SHOWN_MAX, &r, d);
    json_array(w);
    for (bool more = true; s == OK && (s = rows_next(r, &more, d)) == OK && more;) {
        json_object(w);
        json_kint(w, "line", rows_int(r, 0));
        json_kspan(w, "heading", rows_text(r, 1));
        json_kspan(w, "reason", rows_text(r, 2));
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

/* The batch's row, and whether he may see it. */
static enum status open_batch(struct civil *c, struct txn *t, const struct actor *who, int64_t batch, struct rows **ret, struct schema **ret_schema, struct diag *d) {
    struct schema *schema = *ret_schema = ARENA_NEW(txn_arena(t), struct schema);
    enum status s = schema ? batch_schema(c, t, who, batch, txn_arena(t), schema, d) : arena_full(d);
    if (s == OK)
        s = sql_one(t, ret, d, "SELECT " BATCH_COLUMNS " FROM import_batch b WHERE b.district = ? AND b.id = ?", SQL_I(c->district), SQL_I(batch));
    return s == OK && !batch_writable(c, schema, who, rows_int(*ret, 6)) ? diag_fail(d, E_NOT_FOUND, "import.batch") : s;
}

enum status import_batch_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t batch, int64_t after, struct json_writer *w, struct diag *d) {
    struct schema *schema = NULL;
    AUTO(rows) struct rows *r = NULL;
    int64_t last = 0;
    enum status s = open_batch(c, t, who, batch, &r, &schema, d);
    bool people = s == OK && people_is(schema->name), english = who->lang == LANG_EN;
    if (s == OK && people && !x)
        s = diag_fail(d, E_INPUT, "access.purpose");
    if (s != OK)
        return s;
    const char *role = schema_role(schema->write, who);
    json_object(w);
    members(r, schema, true, w);
    json_key(w, "changes");
    s = people ? population_changes_json(c, t, x, schema, batch, role ? actor_division(who, role) : "-", after, SHOWN_MAX, english, w, &last, d)
               : record_changes_json(c, t, schema, batch, after, SHOWN_MAX, english, w, &last, d);
    json_key(w, "next");
    if (last)
        json_id(w, last);
    else
        json_nothing(w);
    json_key(w, "rejects");
    if (s == OK)
        s = rejects_json(c, t, batch, w, d);
    json_object_end(w);
    return s;
}

enum status import_is_people(struct civil *c, struct txn *t, int64_t batch, bool *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT register FROM import_batch WHERE district = ? AND id = ?", SQL_I(c->district), SQL_I(batch));
    *ret = s == OK && span_is(rows_text(r, 0), "population");
    return s == E_NOT_FOUND ? diag_fail(d, E_NOT_FOUND, "import.batch") : s;
}

enum status import_rejects_csv(struct civil *c, struct txn *t, const struct actor *who, int64_t batch, struct buf *out, struct diag *d) {
    static const char *const words[] = {"import.column.line", "import.column.cell", "import.column.reason"};
    struct schema *schema = NULL;
    AUTO(rows) struct rows *of = NULL;
    AUTO(rows) struct rows *r = NULL;
    enum status s = open_batch(c, t, who, batch, &of, &schema, d);
    if (s == OK)
        s = rejects(c, t, batch, INT64_MAX, &r, d);
    buf_adds(out, "\xEF\xBB\xBF");
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        buf_adds(out, i ? "," : "");
        message_text(out, who->lang, words[i], NULL, 0);
    }
    buf_adds(out, "\r\n");
    for (bool more = true; s == OK && (s = rows_next(r, &more, d)) == OK && more;) {
        buf_addf(out, "%lld,", (long long)rows_int(r, 0));
        reject_cell(out, rows_text(r, 1));
        buf_addc(out, ',');
        reject_cell(out, rows_text(r, 2));
        buf_adds(out, "\r\n");
    }
    return s == OK && !buf_ok(out) ? arena_full(d) : s;
}
