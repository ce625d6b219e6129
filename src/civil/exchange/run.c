/* Asking a source: what came goes through the import; a row under evidence before and after. */
#include "civil/exchange/exchange_internal.h"

#include "base/message.h"
#include "civil/evidence/keep.h"
#include "civil/import/import.h"
#include "crypto/hash.h"

#include <stdio.h>

static const int64_t STALE_US = 3600LL * 1000000;

struct run {
    struct civil *c;
    const struct actor *who;
    struct arena *a;
    const struct exchange_asked *x;
    const struct json *source;
    struct arrival got;
    char sha256[65];
    int64_t id;
    bool known;                  /* this very file was taken or refused before */
    const char *state, *error;
    struct import_result r;
    int64_t made[EXCHANGE_FILES_MAX]; /* the runs of this asking */
    size_t count;
};

static enum status keep(struct txn *t, const struct run *r, struct diag *d) { return evidence_keep_one(r->c, t, r->who, KEPT_EXCHANGE_RUN, r->c->district, r->id, d); }

/* Why, in both languages, a line each: what a code alone would leave out is said in its place. */
static const char *both(struct arena *a, const struct diag *why) {
    BUF_AUTO b;
    buf_init(&b, 4096);
    message_render(&b, LANG_ZH, why);
    buf_addc(&b, '\n');
    message_render(&b, LANG_EN, why);
    return arena_dup(a, buf_span(&b));
}

/* ---- the row ------------------------------------------------------------------------------------ */

/* A run whose program is gone; what it brought, if anything, is the import's to go on with. */
static enum status give_up(struct txn *t, struct run *r, struct diag *d) {
    AUTO(rows) struct rows *q = NULL;
    struct diag why = {0};
    (void)diag_fail(&why, E_BUSY, "exchange.interrupted");
    const char *text = both(txn_arena(t), &why);
    enum status s = !text ? arena_full(d) : sql_exec(t, d, "UPDATE exchange_run SET state = 'failed', error = ?, ended_at = ? WHERE district = ? AND source = ? AND state = 'running' AND begun_at < ? AND sha256 <> ?",
        SQL_S(text), SQL_I(txn_now(t)), SQL_I(r->c->district), SQL_S(r->x->source), SQL_I(txn_now(t) - STALE_US), SQL_S(r->sha256));
    if (s == OK)
        s = sql_query(t, &q, d, "SELECT id FROM exchange_run WHERE district = ? AND source = ? AND error = ? AND ended_at = ?", SQL_I(r->c->district), SQL_S(r->x->source), SQL_S(text), SQL_I(txn_now(t)));
    return s == OK ? evidence_keep_found(r->c, t, r->who, KEPT_EXCHANGE_RUN, r->c->district, q, d) : s;
}

static enum status former(struct txn *t, const struct run *r, bool *ret_running, bool *ret_known, int64_t *ret_id, struct diag *d) {
    AUTO(rows) struct rows *q = NULL;
    bool row = false;
    enum status s = sql_query(t, &q, d, "SELECT id, state FROM exchange_run WHERE district = ? AND source = ? AND sha256 = ? AND way = ? ORDER BY id DESC LIMIT 1", SQL_I(r->c->district),
        SQL_S(r->x->source), SQL_S(r->sha256), SQL_S(r->got.way));
    if (s == OK)
        s = rows_next(q, &row, d);
    *ret_running = s == OK && row && span_is(rows_text(q, 1), "running");
    *ret_known = s == OK && row && !*ret_running && strcmp(r->got.way, "file") == 0;
    if (*ret_running)
        *ret_id = rows_int(q, 0);
    return s;
}

static enum status begin_in(struct txn *t, void *arg, struct diag *d) {
    struct run *r = arg;
    bool running = false;
    int64_t rows = -1;
    r->id = txn_new_id(t);
    enum status s = give_up(t, r, d);
    if (s == OK)
        s = former(t, r, &running, &r->known, &r->id, d);
    if (s != OK || running || r->known)
        return s;
    s = sql_int(t, &rows, -1, d, "SELECT rows FROM exchange_run WHERE district = ? AND source = ? AND state = 'done' ORDER BY id DESC LIMIT 1", SQL_I(r->c->district), SQL_S(r->x->source));
    date_t as_of = r->got.as_of == DATE_NONE || r->got.as_of > txn_today(t) ? txn_today(t) : r->got.as_of;
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO exchange_run (district, id, source, way, name, sha256, begun_at, begun_by, as_of, state, rows, added, changed, same, rejected, former_rows, simulated) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', 0, 0, 0, 0, 0, ?, ?)", SQL_I(r->c->district), SQL_I(r->id), SQL_S(r->x->source), SQL_S(r->got.way), SQL_S(r->got.name),
            SQL_S(r->sha256), SQL_I(txn_now(t)), SQL_I(r->who->account), SQL_D(as_of), rows < 0 ? SQL_NIL : SQL_I(rows), SQL_I(r->got.simulated));
    return s == OK ? keep(t, r, d) : s;
}

static enum status end_in(struct txn *t, void *arg, struct diag *d) {
    struct run *r = arg;
    enum status s = sql_exec(t, d, "UPDATE exchange_run SET state = ?, error = ?, ended_at = ?, batch = ?, rows = ?, added = ?, changed = ?, same = ?, rejected = ? WHERE district = ? AND id = ? AND state = 'running'",
        SQL_S(r->state), SQL_S(r->error), SQL_I(txn_now(t)), r->r.batch ? SQL_I(r->r.batch) : SQL_NIL, SQL_I(r->r.rows), SQL_I(r->r.added), SQL_I(r->r.changed), SQL_I(r->r.same),
        SQL_I(r->r.rejected), SQL_I(r->c->district), SQL_I(r->id));
    return s == OK ? keep(t, r, d) : s;
}

/* What was never reached: begun and ended at once. */
static enum status unreached_in(struct txn *t, void *arg, struct diag *d) {
    enum status s = begin_in(t, arg, d);
    return s == OK ? end_in(t, arg, d) : s;
}

/* ---- the import ---------------------------------------------------------------------------------- */

/* The same content was taken in today already: those are its figures. */
static enum status figures_in(struct txn *t, void *arg, struct diag *d) {
    struct run *r = arg;
    AUTO(rows) struct rows *q = NULL;
    enum status s = sql_one(t, &q, d, "SELECT id, added, changed, same, rejected FROM import_batch WHERE district = ? AND register = ? AND sha256 = ? AND state = 'done' ORDER BY begun_at DESC LIMIT 1",
        SQL_I(r->c->district), SQL_S(json_str(r->source, "register", "")), SQL_S(r->sha256));
    if (s != OK)
        return s;
    r->r = (struct import_result){.batch = rows_int(q, 0), .added = rows_int(q, 1), .changed = rows_int(q, 2), .same = rows_int(q, 3), .rejected = rows_int(q, 4)};
    r->r.rows = r->r.added + r->r.changed + r->r.same + r->r.rejected;
    return OK;
}

static enum status take_in(struct run *r, struct diag *d) {
    char *name = arena_printf(r->a, "%s %s", json_str(json_get(r->source, "counterpart"), "zh", ""), r->got.name);
    BUF_AUTO none;
    struct import_asked ask = {.reg = json_str(r->source, "register", ""), .file = r->got.body, .name = name, .valid_from = DATE_NONE, .purpose = "statistics", .stop_after = r->x->stop_after};
    buf_init(&none, EXCHANGE_BYTES_MAX * 2);
    struct buf *rejected = r->x->rejected ? r->x->rejected : &none;
    buf_clear(rejected);
    enum status s = name ? import_run(r->c, r->who, r->a, &ask, rejected, &r->r, d) : arena_full(d);
    if (s == E_CONFLICT && strcmp(d->code, "import.done") == 0) {
        diag_clear(d);
        s = store_read(r->c->store, figures_in, r, d);
    }
    return s;
}

/* What the other side is to blame for ends the run; what we are stays, and goes on the next time. */
static bool theirs(enum status s) { return s == E_INPUT || s == E_LIMIT || s == E_CONFLICT; }

static enum status one(struct run *r, struct diag *d) {
    struct hash h = hash_one(HASH_SHA256, r->got.body);
    hash_hex(&h, r->sha256);
    r->r = (struct import_result){0};
    r->error = NULL;
    r->known = false;
    enum status s = store_write(r->c->store, begin_in, r, d);
    if (s != OK || r->known)
        return s;
    if (r->got.rows != 0 && r->got.body.size)
        s = take_in(r, d);
    if (theirs(s)) {
        bool empty = strcmp(d->code, "sheet.empty") == 0;
        r->error = empty ? NULL : both(r->a, d);
        r->r = (struct import_result){.batch = r->r.batch};
        s = empty || r->error ? OK : arena_full(d);
        if (s == OK)
            diag_clear(d);
    }
    if (s == OK && !r->error && r->r.rows && r->r.rejected == r->r.rows) { /* not one row can be used: that is no answer */
        struct diag why = {0};
        (void)diag_fail(&why, E_INPUT, "exchange.all_rejected", DIAG_N("rows", r->r.rows));
        r->error = both(r->a, &why);
    }
    r->state = r->error ? "failed" : r->r.rows ? "done" : "empty";
    r->made[r->count++] = r->id;
    return s == OK ? store_write(r->c->store, end_in, r, d) : s;
}

static enum status files(struct run *r, struct diag *d) {
    struct drop list;
    enum status s = exchange_drop_list(r->a, r->x->place, &list, d);
    for (size_t i = 0; s == OK && i < list.count; i++) {
        AUTO(arena) struct arena *own = arena_new(0);
        struct arena *outer = r->a;
        bool whole = false;
        if (!own)
            return arena_full(d);
        r->a = own;
        s = exchange_drop_read(own, r->x->place, &list.file[i], &whole, d);
        r->got = (struct arrival){.way = "file", .name = list.file[i].name, .body = list.file[i].body, .as_of = list.file[i].as_of, .rows = -1};
        if (s == OK && whole)
            s = one(r, d);
        r->a = outer;
    }
    return s;
}

/* An answer by SQL or HTTP, or why there was none. */
static enum status answer(struct run *r, bool http, struct diag *d) {
    BUF_AUTO csv;
    struct diag why = {0};
    buf_init(&csv, EXCHANGE_BYTES_MAX + 65536);
    enum status s = http ? exchange_by_http(r->source, r->a, r->x, &csv, &r->got, &why) : exchange_by_sql(r->source, r->a, r->x->place, &csv, &r->got, &why);
    if (s == OK)
        return one(r, d);
    if (strcmp(why.code, "exchange.way") == 0 || strcmp(why.code, "base.memory") == 0 || strcmp(why.code, "http.url") == 0) {
        *d = why;
        return s;
    }
    /* Nothing of what came before it broke off is taken. */
    r->got = (struct arrival){.way = http ? "http" : "sql", .name = json_str(r->source, "id", ""), .as_of = DATE_NONE};
    r->state = "failed";
    if (!(r->error = both(r->a, &why)))
        return arena_full(d);
    s = store_write(r->c->store, unreached_in, r, d);
    r->made[r->count++] = r->id;
    return s;
}

struct showing { struct run *r; struct json_writer *w; };

static enum status show_in(struct txn *t, void *arg, struct diag *d) {
    struct showing *x = arg;
    return exchange_runs_named(x->r->c, t, x->r->who, x->r->made, x->r->count, x->w, d);
}

enum status exchange_ask(struct civil *c, const struct actor *who, struct arena *a, const struct exchange_asked *x, struct json_writer *w, struct diag *d) {
    struct run r = {.c = c, .who = who, .a = a, .x = x, .source = exchange_item(c, "sources", x->source)};
    struct showing show = {.r = &r, .w = w};
    bool http = strncmp(x->place, "http://", 7) == 0 || strncmp(x->place, "https://", 8) == 0;
    bool sql = strncmp(x->place, "sqlite:", 7) == 0 || strncmp(x->place, "postgresql://", 13) == 0;
    enum status s = exchange_role(who, "district_clerk", d);
    if (s == OK && !r.source)
        s = diag_fail(d, E_NOT_FOUND, "exchange.source");
    if (s == OK)
        s = exchange_check(c, a, d);
    if (s == OK)
        s = http || sql ? answer(&r, http, d) : files(&r, d);
    return s == OK ? store_read(c->store, show_in, &show, d) : s;
}
