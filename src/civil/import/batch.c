/* A batch confirmed, or taken back. */
#include "civil/import/import_internal.h"

#include "civil/evidence/keep.h"
#include "civil/register/population.h"

struct acting { struct civil *c; const struct actor *who; int64_t batch, count; struct schema *schema; bool people; };
struct state { bool running, ready, done, undoing, undone; date_t valid_from; int64_t undo_after; };

static enum status state_of(struct txn *t, const struct acting *x, struct state *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT state, ready_at, valid_from, undo_after FROM import_batch WHERE district = ? AND id = ?", SQL_I(x->c->district), SQL_I(x->batch));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "import.batch");
    if (s != OK)
        return s;
    struct span is = rows_text(r, 0);
    *ret = (struct state){span_is(is, "running"), !rows_null(r, 1), span_is(is, "done"), span_is(is, "undoing"), span_is(is, "undone"), rows_date(r, 2), rows_int(r, 3)};
    return OK;
}

bool batch_writable(struct civil *c, const struct schema *s, const struct actor *who, int64_t begun_by) {
    bool own = begun_by == who->account && schema_role(s->write, who);
    return strcmp(who->kind, "system") == 0 || own || schema_writable(c, s, who, "");
}

/* Who began it, or who may write for the whole district; to others it does not exist. */
static enum status may(struct txn *t, const struct acting *x, struct diag *d) {
    int64_t by = 0;
    enum status s = sql_int(t, &by, -1, d, "SELECT begun_by FROM import_batch WHERE district = ? AND id = ?", SQL_I(x->c->district), SQL_I(x->batch));
    return s == OK && !batch_writable(x->c, x->schema, x->who, by) ? diag_fail(d, E_NOT_FOUND, "import.batch") : s;
}

enum status batch_schema(struct civil *c, struct txn *t, const struct actor *who, int64_t batch, struct arena *a, struct schema *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT register FROM import_batch WHERE district = ? AND id = ?", SQL_I(c->district), SQL_I(batch));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "import.batch");
    char *reg = s == OK ? rows_dup(r, 0, a) : NULL;
    if (s == OK && !reg)
        return arena_full(d);
    if (s == OK)
        s = people_is(reg) ? schema_population(c, a, ret, d) : schema_find(c, a, reg, ret, d);
    if (s == OK && !people_is(reg) && strcmp(who->kind, "system") != 0 && !schema_known(ret, who))
        return diag_fail(d, E_NOT_FOUND, "import.batch");
    return s;
}

struct finding { struct acting *x; struct arena *a; };

static enum status find(struct txn *t, void *arg, struct diag *d) {
    struct finding *f = arg;
    enum status s = batch_schema(f->x->c, t, f->x->who, f->x->batch, f->a, f->x->schema, d);
    f->x->people = s == OK && people_is(f->x->schema->name);
    return s;
}

static enum status acting_on(struct acting *x, struct arena *a, struct diag *d) {
    struct finding f = {x, a};
    x->schema = a ? ARENA_NEW(a, struct schema) : NULL;
    return x->schema ? store_read(x->c->store, find, &f, d) : arena_full(d);
}

static struct population_batch batch_of(const struct acting *x, const struct state *s) {
    return (struct population_batch){.civil = x->c, .who = x->who, .id = x->batch, .valid_from = s->valid_from, .source = "undo", .schema = x->schema};
}

/* One that is not all in is nothing yet. */
static enum status keep(struct txn *t, const struct acting *x, bool ready, struct diag *d) {
    return ready ? evidence_keep_one(x->c, t, x->who, KEPT_IMPORT, x->c->district, x->batch, d) : OK;
}

/* ---- confirming ---------------------------------------------------------------------------------- */

static enum status confirm(struct txn *t, void *arg, struct diag *d) {
    struct acting *x = arg;
    struct state now;
    enum status s = state_of(t, x, &now, d);
    if (s == OK)
        s = may(t, x, d);
    if (s == OK && !now.running)
        s = diag_fail(d, E_CONFLICT, now.done ? "import.confirmed" : "import.undone");
    if (s == OK && !now.ready)
        s = diag_fail(d, E_CONFLICT, "import.unfinished");
    if (s != OK)
        return s;
    struct population_batch b = batch_of(x, &now);
    struct record_writing w = {.civil = x->c, .schema = x->schema, .who = x->who, .source = "", .reason = "", .batch = x->batch};
    s = x->people ? population_confirm(t, &b, &x->count, d) : record_confirm_batch(t, &w, &x->count, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE import_batch SET state = 'done', ended_at = ?, shown_at = ? WHERE district = ? AND id = ?", SQL_I(txn_now(t)), SQL_I(txn_now(t)),
            SQL_I(x->c->district), SQL_I(x->batch));
    return s == OK ? keep(t, x, now.ready, d) : s;
}

enum status import_confirm(struct civil *c, const struct actor *who, int64_t batch, int64_t *ret_overtaken, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct acting x = {.c = c, .who = who, .batch = batch};
    enum status s = acting_on(&x, a, d);
    if (s == OK)
        s = store_write(c->store, confirm, &x, d);
    *ret_overtaken = x.count;
    return s;
}

/* ---- people taken back ----------------------------------------------------------------------------- */

static enum status take_back(struct txn *t, void *arg, struct diag *d) {
    struct acting *x = arg;
    struct state now;
    int64_t undone = 0, kept = 0;
    enum status s = state_of(t, x, &now, d);
    if (s == OK)
        s = may(t, x, d);
    if (s == OK && now.undone)
        s = diag_fail(d, E_CONFLICT, "import.undone");
    if (s != OK || now.undoing) /* broken off: the rest is put away */
        return s;
    struct population_batch b = batch_of(x, &now);
    if (x->people)
        s = population_take_back(t, &b, now.done, &undone, &kept, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE import_batch SET state = 'undoing', undo_after = 0, undone = ?, kept = ? WHERE district = ? AND id = ?", SQL_I(undone), SQL_I(kept),
            SQL_I(x->c->district), SQL_I(x->batch));
    return s == OK ? keep(t, x, now.ready, d) : s;
}

static enum status undone(struct txn *t, const struct acting *x, bool ready, bool done, int64_t after, int64_t undone, int64_t kept, struct diag *d) {
    enum status s = sql_exec(t, d, "UPDATE import_batch SET state = ?, undo_after = ?, undone = undone + ?, kept = kept + ?, ended_at = ? WHERE district = ? AND id = ?",
        SQL_S(done ? "undone" : "undoing"), SQL_I(after), SQL_I(undone), SQL_I(kept), SQL_I(txn_now(t)), SQL_I(x->c->district), SQL_I(x->batch));
    return s == OK ? keep(t, x, ready, d) : s;
}

static enum status clean_people(struct txn *t, void *arg, bool *done, struct diag *d) {
    struct acting *x = arg;
    struct state now;
    int64_t last = 0, n = 0;
    enum status s = state_of(t, x, &now, d);
    if (s != OK)
        return s;
    struct population_batch b = batch_of(x, &now);
    s = population_clean(t, &b, now.undo_after, &last, &n, d);
    *done = last == 0;
    return s == OK ? undone(t, x, now.ready, *done, last, n, 0, d) : s;
}

/* ---- records taken back ------------------------------------------------------------------------------ */

static enum status undo_each(struct txn *t, const struct acting *x, const int64_t *id, size_t n, int64_t *ret_undone, int64_t *ret_kept, struct diag *d) {
    struct record_writing w = {.civil = x->c, .schema = x->schema, .who = x->who, .source = "undo", .reason = ""};
    enum status s = OK;
    for (size_t i = 0; s == OK && i < n; i++) {
        bool back = false;
        struct diag own = {0};
        s = record_undo(t, &w, id[i], x->batch, &back, &own);
        if (s == E_NOT_FOUND && strcmp(own.code, "register.record") == 0)
            s = OK; /* nothing of it is believed any more */
        else if (s != OK)
            return *d = own, s;
        *ret_undone += back;
        *ret_kept += !back;
    }
    return s == OK && n ? record_undone(t, &w, x->batch, id[0] - 1, id[n - 1], d) : s;
}

static enum status clean_records(struct txn *t, void *arg, bool *done, struct diag *d) {
    struct acting *x = arg;
    struct state now;
    int64_t id[IMPORT_CHUNK_ROWS], gone = 0, kept = 0;
    size_t n = 0;
    bool hidden = false;
    enum status s = state_of(t, x, &now, d);
    if (s == OK)
        s = record_ids_of_batch(t, x->schema, x->batch, now.undo_after, id, IMPORT_CHUNK_ROWS, &n, d);
    if (s == OK)
        s = population_hidden(t, x->batch, &hidden, d);
    if (s != OK)
        return s;
    int64_t last = n ? id[n - 1] : now.undo_after;
    *done = n < IMPORT_CHUNK_ROWS;
    if (hidden) {
        gone = (int64_t)n;
        s = record_drop_batch(t, x->schema, x->batch, now.undo_after, last, d);
        if (s == OK && *done)
            s = population_show(t, x->batch, d); /* there is nothing left to hide */
    } else {
        s = undo_each(t, x, id, n, &gone, &kept, d);
    }
    return s == OK ? undone(t, x, now.ready, *done, last, gone, kept, d) : s;
}

static enum status read_counts(struct txn *t, int64_t district, int64_t batch, int64_t *ret_undone, int64_t *ret_kept, struct diag *d) {
    AUTO(rows) struct rows *q = NULL;
    enum status s = sql_one(t, &q, d, "SELECT undone, kept FROM import_batch WHERE district = ? AND id = ?", SQL_I(district), SQL_I(batch));
    if (s == OK) {
        *ret_undone = rows_int(q, 0);
        *ret_kept = rows_int(q, 1);
    }
    return s;
}

struct counts { struct acting *x; int64_t *undone, *kept; };

static enum status counts(struct txn *t, void *arg, struct diag *d) {
    struct counts *k = arg;
    return read_counts(t, k->x->c->district, k->x->batch, k->undone, k->kept, d);
}

enum status import_undo(struct civil *c, const struct actor *who, int64_t batch, int64_t *ret_undone, int64_t *ret_kept, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct acting x = {.c = c, .who = who, .batch = batch};
    struct counts k = {&x, ret_undone, ret_kept};
    *ret_undone = *ret_kept = 0;
    enum status s = acting_on(&x, a, d);
    if (s == OK)
        s = store_write(c->store, take_back, &x, d);
    if (s == OK)
        s = store_write_chunks(c->store, x.people ? clean_people : clean_records, &x, d);
    return s == OK ? store_read(c->store, counts, &k, d) : s;
}
