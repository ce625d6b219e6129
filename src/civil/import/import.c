/* An import from beginning to end: find the headings, begin or go on with the batch, chunk by chunk, close it. */
#include "civil/import/import_internal.h"

#include "base/csv.h"
#include "base/vec.h"
#include "civil/access/access.h"
#include "civil/evidence/keep.h"
#include "civil/register/population.h"
#include "crypto/hash.h"

struct rejection { int line; struct span heading, reason; };
struct run {
    struct civil *c;
    const struct actor *who;
    struct arena *a, *rows_arena;   /* the second dies with each chunk */
    const struct import_asked *x;
    struct import_result *ret;
    bool people;
    struct schema schema;
    struct mapping map;
    char sha256[65];
    date_t valid_from;
    int64_t done_line, chunks;
    VEC(struct import_row) row;
    struct { int64_t added, changed, same, rejected, possible; } count; /* of the chunk's last run */
    struct population_touched touched;                        /* the same */
    VEC(struct rejection) reject;                             /* the same */
    VEC(struct rejection) all;                                /* of a dry run */
};

/* ---- the batch ------------------------------------------------------------------------------ */

static enum status begin(struct txn *t, void *arg, struct diag *d) {
    struct run *r = arg;
    AUTO(rows) struct rows *q = NULL;
    bool row = false;
    enum status s = sql_query(t, &q, d,
        "SELECT id, state, done_line, added, changed, same, rejected, possible, ready_at FROM import_batch WHERE register = ? AND sha256 = ? AND valid_from = ? AND state IN ('running', 'done')",
        SQL_S(r->schema.name), SQL_S(r->sha256), SQL_D(r->valid_from));
    if (s == OK)
        s = rows_next(q, &row, d);
    if (s != OK)
        return s;
    if (row && span_is(rows_text(q, 1), "done"))
        return diag_fail(d, E_CONFLICT, "import.done", DIAG_N("batch", rows_int(q, 0)));
    r->ret->resumed = row;
    if (row) {
        r->ret->batch = rows_int(q, 0);
        r->done_line = rows_int(q, 2);
        r->ret->added = rows_int(q, 3);
        r->ret->changed = rows_int(q, 4);
        r->ret->same = rows_int(q, 5);
        r->ret->rejected = rows_int(q, 6);
        r->ret->possible = rows_int(q, 7);
        r->ret->waits = !rows_null(q, 8);
        return OK;
    }
    rows_free(TAKE(q));
    r->ret->batch = txn_new_id(t);
    s = sql_exec(t, d,
        "INSERT INTO import_batch (district, id, register, file, sha256, valid_from, state, begun_at, begun_by, done_line, added, changed, same, rejected, undone, kept, undo_after, possible) "
        "VALUES (?, ?, ?, ?, ?, ?, 'running', ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0)",
        SQL_I(r->c->district), SQL_I(r->ret->batch), SQL_S(r->schema.name), SQL_S(r->x->name), SQL_S(r->sha256), SQL_D(r->valid_from), SQL_I(txn_now(t)),
        SQL_I(r->who->account), SQL_I(r->map.line));
    if (s == OK)
        s = population_hide(t, r->ret->batch, d);
    return s == OK ? mapping_keep(t, r->who, &r->schema, &r->map, d) : s;
}

static enum status finish(struct txn *t, void *arg, struct diag *d) {
    struct run *r = arg;
    char *query = arena_printf(txn_arena(t), "import %s %s", r->schema.name, r->sha256);
    const char *role = schema_role(r->schema.write, r->who);
    if (!query)
        return arena_full(d);
    enum status s = access_bulk_in(r->c, t, r->who, role, r->x->purpose, query, r->ret->added + r->ret->changed + r->ret->same, &r->ret->entry, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE import_batch SET ready_at = ?, entry = ? WHERE district = ? AND id = ?", SQL_I(txn_now(t)), r->ret->entry ? SQL_I(r->ret->entry) : SQL_NIL,
            SQL_I(r->c->district), SQL_I(r->ret->batch));
    return s == OK ? evidence_keep_one(r->c, t, r->who, KEPT_IMPORT, r->c->district, r->ret->batch, d) : s;
}

/* ---- chunks ----------------------------------------------------------------------------------- */

/* What was left undone of a row that was taken: told beside the rejected ones. */
static enum status remark(struct txn *t, struct run *r, int line, const char *code, struct diag *d) {
    BUF_AUTO text;
    buf_init(&text, 4096);
    message_text(&text, r->who->lang, code, NULL, 0);
    return sql_exec(t, d, "INSERT INTO import_reject (district, batch, line, heading, reason) VALUES (?, ?, ?, '', ?) ON CONFLICT DO NOTHING", SQL_I(r->c->district), SQL_I(r->ret->batch),
        SQL_I(line), SQL_T(buf_span(&text)));
}

static struct population_batch batch_of(struct run *r) {
    return (struct population_batch){.civil = r->c, .who = r->who, .id = r->ret->batch, .valid_from = r->valid_from, .source = r->x->name, .schema = &r->schema, .dry = r->x->dry_run, .touched = &r->touched};
}

static enum status take_one(struct txn *t, struct run *r, const struct import_row *row, enum row_outcome *outcome, struct row_reason *why, struct diag *d) {
    if (r->people) {
        struct population_batch b = batch_of(r);
        const char *left = NULL;
        enum status s = people_import(t, &b, &r->schema, &r->map, row, outcome, why, &left, d);
        return s == OK && left && !r->x->dry_run ? remark(t, r, row->line, left, d) : s;
    }
    struct record_writing w = {.civil = r->c, .schema = &r->schema, .who = r->who, .source = r->x->name, .reason = "", .batch = r->x->dry_run ? 0 : r->ret->batch};
    return row_import(t, &w, &r->map, row, r->valid_from, r->x->dry_run, outcome, why, d);
}

static enum status no_guardian(void *arg, struct txn *t, int line, struct diag *d) { return remark(t, arg, line, "import.no_guardian", d); }

struct guardians { struct run *r; int64_t after, next; };

static enum status guardians(struct txn *t, void *arg, struct diag *d) {
    struct guardians *x = arg;
    struct population_batch b = batch_of(x->r);
    return population_guardians(t, &b, x->after, &x->next, no_guardian, x->r, d);
}

static enum status keep_reject(struct run *r, int line, const struct row_reason *why, struct diag *d) {
    BUF_AUTO text;
    buf_init(&text, 65536);
    message_text(&text, r->who->lang, why->diag.code, NULL, 0);
    buf_clear(&text);
    struct diag plain = why->diag;
    plain.where[0] = 0; /* the heading says where */
    message_render(&text, r->who->lang, &plain);
    struct rejection *slot = vec_push_in(r->rows_arena, &r->reject);
    char *copy = arena_dup(r->rows_arena, buf_span(&text));
    if (!slot || !copy)
        return arena_full(d);
    *slot = (struct rejection){line, why->heading, {copy, text.size}};
    return OK;
}

static enum status chunk(struct txn *t, void *arg, struct diag *d) {
    struct run *r = arg;
    enum status s = OK;
    r->reject.size = 0;
    memset(&r->count, 0, sizeof r->count);
    r->touched = (struct population_touched){0};
    for (size_t i = 0; s == OK && i < r->row.size; i++) {
        enum row_outcome outcome;
        struct row_reason why;
        s = take_one(t, r, &r->row.at[i], &outcome, &why, d);
        if (s == OK && outcome == ROW_REJECTED)
            s = keep_reject(r, r->row.at[i].line, &why, d);
        r->count.added += outcome == ROW_ADDED;
        r->count.changed += outcome == ROW_CHANGED;
        r->count.same += outcome == ROW_SAME;
        r->count.rejected += outcome == ROW_REJECTED;
        r->count.possible += outcome == ROW_REJECTED && strcmp(why.diag.code, "import.possible") == 0;
    }
    for (size_t i = 0; s == OK && !r->x->dry_run && i < r->reject.size; i++)
        s = sql_exec(t, d, "INSERT INTO import_reject (district, batch, line, heading, reason) VALUES (?, ?, ?, ?, ?)", SQL_I(r->c->district), SQL_I(r->ret->batch),
            SQL_I(r->reject.at[i].line), SQL_T(r->reject.at[i].heading), SQL_T(r->reject.at[i].reason));
    if (s != OK || r->x->dry_run)
        return s;
    int64_t changed = 0;
    struct population_batch b = batch_of(r);
    if ((s = population_keep(t, &b, d)) != OK)
        return s;
    s = sql_exec_count(t, &changed, d, "UPDATE import_batch SET done_line = ?, added = added + ?, changed = changed + ?, same = same + ?, rejected = rejected + ?, possible = COALESCE(possible, 0) + ? "
        "WHERE district = ? AND id = ? AND done_line = ? AND state = 'running'",
        SQL_I(r->row.at[r->row.size - 1].line), SQL_I(r->count.added), SQL_I(r->count.changed), SQL_I(r->count.same), SQL_I(r->count.rejected), SQL_I(r->count.possible), SQL_I(r->c->district),
        SQL_I(r->ret->batch), SQL_I(r->done_line));
    return s == OK && changed != 1 ? diag_fail(d, E_BUSY, "import.elsewhere") : s;
}

static enum status flush(struct run *r, struct diag *d) {
    if (!r->row.size)
        return OK;
    enum status s = r->x->dry_run ? store_read(r->c->store, chunk, r, d) : store_write(r->c->store, chunk, r, d);
    if (s != OK)
        return s;
    r->ret->added += r->count.added;
    r->ret->changed += r->count.changed;
    r->ret->same += r->count.same;
    r->ret->rejected += r->count.rejected;
    r->ret->possible += r->count.possible;
    r->done_line = r->row.at[r->row.size - 1].line;
    for (size_t i = 0; i < r->reject.size; i++) {
        struct rejection *slot = r->x->dry_run ? vec_push_in(r->a, &r->all) : NULL;
        if (!r->x->dry_run)
            break;
        char *reason = arena_dup(r->a, r->reject.at[i].reason);
        if (!slot || !reason)
            return arena_full(d);
        *slot = (struct rejection){r->reject.at[i].line, r->reject.at[i].heading, {reason, r->reject.at[i].reason.size}};
    }
    r->row = (__typeof__(r->row)){0};
    r->reject = (__typeof__(r->reject)){0};
    arena_reset(r->rows_arena);
    if (r->x->progress)
        r->x->progress(r->x->progress_arg, r->ret->rows);
    return r->x->stop_after && ++r->chunks >= r->x->stop_after ? diag_fail(d, E_BUSY, "import.stopped") : OK;
}

static enum status take_row(void *arg, const struct sheet_row *row, struct diag *d) {
    struct run *r = arg;
    if (row->line <= r->map.line)
        return OK;
    r->ret->rows++;
    if (row->line <= r->done_line)
        return OK;
    struct import_row *slot = vec_push_in(r->rows_arena, &r->row);
    struct sheet_cell *cell = ARENA_ARRAY(r->rows_arena, row->cells ? row->cells : 1, struct sheet_cell);
    if (!slot || !cell)
        return arena_full(d);
    for (size_t i = 0; i < row->cells; i++) {
        cell[i] = row->cell[i];
        if (!(cell[i].text.at = arena_dup(r->rows_arena, row->cell[i].text)))
            return arena_full(d);
    }
    *slot = (struct import_row){row->line, cell, row->cells, row->unfinished};
    return r->row.size >= IMPORT_CHUNK_ROWS ? flush(r, d) : OK;
}

/* ---- what was rejected ----------------------------------------------------------------------------- */

struct writing_back { struct run *r; struct buf *out; struct rejection *list; size_t n, at; };

static enum status read_rejects(struct txn *t, void *arg, struct diag *d) {
    struct run *r = arg;
    AUTO(rows) struct rows *q = NULL;
    r->all.size = 0;
    enum status s = sql_query(t, &q, d, "SELECT line, heading, reason FROM import_reject WHERE district = ? AND batch = ? ORDER BY line", SQL_I(r->c->district), SQL_I(r->ret->batch));
    for (bool row = true; s == OK && (s = rows_next(q, &row, d)) == OK && row;) {
        struct rejection *slot = vec_push_in(r->a, &r->all);
        char *heading = rows_dup(q, 1, r->a), *reason = rows_dup(q, 2, r->a);
        if (!slot || !heading || !reason)
            return arena_full(d);
        *slot = (struct rejection){(int)rows_int(q, 0), span_of(heading), span_of(reason)};
    }
    return s;
}

/* The file goes back to who sent it, and a spreadsheet opens it: no cell a formula. */
void reject_cell(struct buf *out, struct span text) {
    BUF_AUTO b;
    buf_init(&b, SHEET_CELL_MAX * 2);
    if (text.size && strchr("=+-@\t\r", text.at[0]) && text.at[0])
        buf_addc(&b, '\'');
    buf_add(&b, text);
    csv_write(out, buf_span(&b));
}

static enum status row_back(void *arg, const struct sheet_row *row, struct diag *d) {
    struct writing_back *x = arg;
    bool heading = row->line == x->r->map.line, hit = x->at < x->n && row->line == x->list[x->at].line;
    if (!heading && !hit)
        return OK;
    for (size_t i = 0; i < row->cells || i < x->r->map.columns; i++) {
        if (i)
            buf_addc(x->out, ',');
        reject_cell(x->out, i < row->cells ? row->cell[i].text : SPAN(""));
    }
    static const char *const words[] = {"import.column.line", "import.column.cell", "import.column.reason"};
    for (size_t i = 0; heading && i < ARRAY_LEN(words); i++) {
        buf_addc(x->out, ',');
        message_text(x->out, x->r->who->lang, words[i], NULL, 0);
    }
    if (hit) {
        buf_addf(x->out, ",%d,", row->line);
        reject_cell(x->out, x->list[x->at].heading);
        buf_addc(x->out, ',');
        reject_cell(x->out, x->list[x->at].reason);
        x->at++;
    }
    buf_adds(x->out, "\r\n");
    return buf_ok(x->out) ? OK : arena_full(d);
}

static enum status write_back(struct run *r, struct buf *out, struct diag *d) {
    enum status s = r->x->dry_run ? OK : store_read(r->c->store, read_rejects, r, d);
    if (s != OK || !r->all.size)
        return s;
    struct sheet_info info;
    struct writing_back x = {r, out, r->all.at, r->all.size, 0};
    buf_adds(out, "\xEF\xBB\xBF");
    return sheet_read(r->x->file, r->a, row_back, &x, &info, d);
}

/* ---- all ------------------------------------------------------------------------------------------------ */

static enum status columns_json(struct run *r, struct diag *d) {
    const struct json **item = ARENA_ARRAY(r->a, r->map.columns + 1, const struct json *);
    for (size_t i = 0; item && i < r->map.columns; i++) {
        struct span key[2] = {SPAN("heading"), SPAN("column")};
        const struct json *value[2] = {json_new_string(r->a, r->map.heading[i]),
            r->map.field[i] >= 0 ? json_new_string(r->a, span_of(r->schema.field[r->map.field[i]].column)) : json_null()};
        item[i] = value[0] && value[1] ? json_new_object(r->a, key, value, 2) : NULL;
        if (!item[i])
            return arena_full(d);
    }
    r->ret->columns = item ? json_new_array(r->a, item, r->map.columns) : NULL;
    return r->ret->columns ? OK : arena_full(d);
}

static enum status fields_json(struct run *r, struct diag *d) {
    const struct json **item = ARENA_ARRAY(r->a, r->schema.fields + 1, const struct json *);
    for (size_t i = 0; item && i < r->schema.fields; i++) {
        const struct field *f = &r->schema.field[i];
        struct span words[2] = {SPAN("zh"), SPAN("en")}, key[2] = {SPAN("column"), SPAN("name")};
        const struct json *text[2] = {json_new_string(r->a, span_of(f->zh)), json_new_string(r->a, span_of(f->en))};
        const struct json *value[2] = {json_new_string(r->a, span_of(f->column)), text[0] && text[1] ? json_new_object(r->a, words, text, 2) : NULL};
        item[i] = value[0] && value[1] ? json_new_object(r->a, key, value, 2) : NULL;
        if (!item[i])
            return arena_full(d);
    }
    r->ret->fields = item ? json_new_array(r->a, item, r->schema.fields) : NULL;
    return r->ret->fields ? OK : arena_full(d);
}

static enum status today(struct txn *t, void *arg, struct diag *d) {
    struct run *r = arg;
    r->valid_from = r->x->valid_from == DATE_NONE ? txn_today(t) : r->x->valid_from;
    return r->valid_from > txn_today(t) ? diag_fail(d, E_INPUT, "register.future") : OK;
}

enum status import_run(struct civil *c, const struct actor *who, struct arena *a, const struct import_asked *x, struct buf *rejected, struct import_result *ret, struct diag *d) {
    struct run *r = ARENA_NEW(a, struct run);
    AUTO(arena) struct arena *rows_arena = arena_new(0);
    struct sheet_info info = {0};
    if (!r || !rows_arena)
        return arena_full(d);
    *ret = (struct import_result){0};
    *r = (struct run){.c = c, .who = who, .a = a, .rows_arena = rows_arena, .x = x, .ret = ret};
    r->people = people_is(x->reg);
    enum status s = r->people ? schema_population(c, a, &r->schema, d) : schema_find(c, a, x->reg, &r->schema, d);
    if (s == OK && !r->people && strcmp(who->kind, "system") != 0 && !schema_known(&r->schema, who))
        s = diag_fail(d, E_NOT_FOUND, "register.unknown", DIAG_S("name", x->reg));
    if (s == OK && strcmp(who->kind, "system") != 0 && !schema_role(r->schema.write, who))
        s = diag_fail(d, E_FORBIDDEN, "register.write");
    if (s == OK && r->people)
        s = people_allowed(c, a, &r->schema, who, x->purpose, d);
    if (s == OK)
        s = store_read(c->store, today, r, d);
    if (s == OK)
        s = mapping_find(c, a, &r->schema, x, &r->map, &info, d);
    if (s == OK)
        s = columns_json(r, d);
    if (s == OK)
        s = fields_json(r, d);
    struct hash h = hash_one(HASH_SHA256, x->file);
    hash_hex(&h, r->sha256);
    ret->heading_line = r->map.line;
    r->done_line = r->map.line;
    if (s == OK && !x->dry_run)
        s = store_write(c->store, begin, r, d);
    if (s == OK)
        s = sheet_read(x->file, a, take_row, r, &info, d);
    if (s == OK)
        s = flush(r, d);
    ret->format = info.format;
    ret->encoding = info.encoding;
    ret->macros = info.macros;
    struct guardians g = {.r = r, .next = r->people && !x->dry_run && !ret->waits};
    while (s == OK && g.next) {
        s = store_write(c->store, guardians, &g, d);
        g.after = g.next;
    }
    if (s == OK && !x->dry_run && !ret->waits)
        s = store_write(c->store, finish, r, d);
    ret->waits |= s == OK && !x->dry_run;
    if (s == OK)
        s = write_back(r, rejected, d);
    if (s != OK || !ret->waits || !x->at_once)
        return s;
    s = import_confirm(c, who, ret->batch, &ret->overtaken, d);
    ret->waits = s != OK;
    return s;
}
