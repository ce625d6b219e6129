/* Rows that have no evidence: of a store from before, or made many at once. */
#include "civil/evidence/keep.h"

#include "civil/evidence/keep_internal.h"
#include "tlog/log.h"

#include <stdio.h>

struct adopt {
    struct civil *civil;
    const struct actor *who;
    const struct kept *kept;
    const char *action;
    int64_t taken;
    struct place { bool any; int64_t district, id; } from, to; /* behind which row it goes on; `to`: where this run came to */
};

#define LIMIT "500"
_Static_assert(EVIDENCE_KEPT_MAX == 500, "LIMIT is EVIDENCE_KEPT_MAX");

/* Goes through the table once, behind `from`: each run looks at the rows that no run before it has seen. */
static enum status adopt_some(struct txn *t, void *arg, struct diag *d) {
    struct adopt *x = arg;
    const struct kept *k = x->kept;
    struct arena *a = txn_arena(t);
    struct many *m = arena_array(a, EVIDENCE_KEPT_MAX, sizeof *m);
    char where[1024], sql[SQL_BYTES];
    size_t n = 0;
    bool row = true;
    AUTO(rows) struct rows *r = NULL;
    x->to = (struct place){0};
    int at = snprintf(where, sizeof where, "(%s) AND NOT EXISTS (SELECT 1 FROM evidence_row e WHERE e.name = '%s' AND e.district = %s AND e.id = %s)", k->which, k->name, k->district, k->id);
    if (x->from.any && strcmp(k->district, "0") == 0)
        at += snprintf(where + at, sizeof where - (size_t)at, " AND %s > %lld", k->id, (long long)x->from.id);
    else if (x->from.any)
        at += snprintf(where + at, sizeof where - (size_t)at, " AND (%s, %s) > (%lld, %lld)", k->district, k->id, (long long)x->from.district, (long long)x->from.id);
    at += snprintf(where + at, sizeof where - (size_t)at, " ORDER BY 1, 2");
    /* A group is never cut. */
    snprintf(where + at, sizeof where - (size_t)at, k->order ? ", %s" : " LIMIT %s", k->order ? k->order : LIMIT);
    kept_select(k, where, sql);
    enum status s = m ? sql_query(t, &r, d, sql) : arena_full(d);
    if (s == OK)
        s = rows_next(r, &row, d);
    while (s == OK && row && n < EVIDENCE_KEPT_MAX) {
        if (n && rows_int(r, 0) != x->to.district)
            break; /* an entry is of one district */
        x->to = (struct place){true, rows_int(r, 0), rows_int(r, 1)};
        s = kept_seal(x->civil, t, k, r, &row, &m[n++], d);
    }
    rows_free(TAKE(r));
    return s == OK && n ? kept_record(x->civil, t, x->who, k, x->action, x->to.district, m, n, d) : s;
}

static enum status count_taken(struct txn *t, void *arg, struct diag *d) {
    struct adopt *x = arg;
    return sql_int(t, &x->taken, 0, d, "SELECT count(*) FROM evidence_row WHERE name = ?", SQL_S(x->kept->name));
}

static enum status adopt(struct adopt *x, int64_t *ret_taken, struct diag *d) {
    int64_t before = 0;
    enum status s = ret_taken ? store_read(x->civil->store, count_taken, x, d) : OK;
    before = x->taken;
    do {
        x->from = x->to;
        s = s == OK ? store_write(x->civil->store, adopt_some, x, d) : s;
    } while (s == OK && x->to.any);
    if (s == OK && ret_taken)
        s = store_read(x->civil->store, count_taken, x, d);
    if (s == OK && ret_taken)
        *ret_taken = x->taken - before;
    return s;
}

enum status evidence_adopt(struct civil *c, const char *name, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct actor system = actor_system();
    struct adopt x = {.civil = c, .who = &system, .action = "adopted"};
    x.kept = a ? kept_named(c, a, name) : NULL;
    return x.kept ? adopt(&x, NULL, d) : arena_full(d);
}

enum status evidence_adopt_registers(struct civil *c, struct diag *d) {
    static const char *const people[] = {KEPT_HOUSEHOLD, KEPT_PERSON_RECORD, KEPT_MEMBER, KEPT_RELATION};
    enum status s = OK;
    for (size_t i = 0; s == OK && i < ARRAY_LEN(people); i++)
        s = evidence_adopt(c, people[i], d);
    for (size_t i = 0; s == OK && i < kept_count(c); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        const struct kept *k = a ? kept_at(c, a, i) : NULL;
        if (!k)
            return arena_full(d);
        if (kept_is_register(k))
            s = evidence_adopt(c, k->name, d);
    }
    return s;
}

/* ---- names ------------------------------------------------------------------------ */

enum status kept_names_json(struct txn *t, int64_t entry, const struct json **ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct json_writer w;
    BUF_AUTO b;
    buf_init(&b, 0);
    json_begin(&w, &b, false);
    json_object(&w);
    enum status s = sql_query(t, &r, d, "SELECT name, since FROM evidence_name WHERE entry = ? ORDER BY name", SQL_I(entry));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", SPAN_ARG(rows_text(r, 0)));
        json_key(&w, name);
        json_stringf(&w, "%lld", (long long)rows_int(r, 1));
    }
    json_object_end(&w);
    return s != OK ? s : buf_ok(&b) ? json_parse(txn_arena(t), buf_span(&b), ret, d) : arena_full(d);
}

struct naming { struct civil *civil; bool known, wanted; const char *name; int64_t named; };

/* Known, or once known: rows under evidence whose name is gone are a finding and stay one. */
static enum status is_known(struct txn *t, void *arg, struct diag *d) {
    struct naming *x = arg;
    int64_t n = 0, rows = 0;
    enum status s = sql_int(t, &n, 0, d, "SELECT count(*) FROM evidence_name WHERE name = ?", SQL_S(x->name));
    if (s == OK && !n)
        s = sql_int(t, &rows, 0, d, "SELECT count(*) FROM (SELECT 1 FROM evidence_name LIMIT 1) n, (SELECT 1 FROM evidence_row WHERE name = ? LIMIT 1) e", SQL_S(x->name));
    x->known = n > 0;
    x->wanted = n == 0 && rows == 0;
    return s;
}

/* All that came new, by one entry. */
static enum status names_written(struct txn *t, void *arg, struct diag *d) {
    struct naming *x = arg;
    const struct json *value = NULL;
    struct tlog_commitment payload;
    int64_t entry = 0, open = 0;
    struct actor system = actor_system();
    enum status s = sql_int(t, &open, 0, d, "SELECT count(*) FROM evidence_name WHERE entry IS NULL");
    if (s != OK || !open)
        return s;
    s = sql_exec(t, d, "UPDATE evidence_name SET entry = 0 WHERE entry IS NULL"); /* the names, before there is a number */
    if (s == OK)
        s = kept_names_json(t, 0, &value, d);
    if (s == OK)
        s = tlog_entry_commit(span_bytes(kept_no_salt, TLOG_SALT_BYTES), value, &payload, d);
    if (s == OK)
        s = kept_entry(x->civil, t, &system, "adopted_all", 0, &payload, &entry, d);
    return s == OK ? sql_exec(t, d, "UPDATE evidence_name SET entry = ? WHERE entry = 0", SQL_I(entry)) : s;
}

static enum status name_new(struct txn *t, void *arg, struct diag *d) {
    struct naming *x = arg;
    return sql_exec(t, d, "INSERT INTO evidence_name (name, since) VALUES (?, ?) ON CONFLICT DO NOTHING", SQL_S(x->name), SQL_I(txn_now(t)));
}

/* Of a name rows are taken in once: what comes later without evidence is told of. */
enum status evidence_adopt_all(struct civil *c, struct diag *d) {
    struct naming x = {.civil = c};
    enum status s = OK;
    for (size_t i = 0; s == OK && i < kept_count(c); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        const struct kept *k = a ? kept_at(c, a, i) : NULL;
        if (!k)
            return arena_full(d);
        x.name = k->name;
        s = store_read(c->store, is_known, &x, d);
        if (s == OK && x.wanted)
            s = evidence_adopt(c, k->name, d);
        if (s == OK && x.wanted)
            s = store_write(c->store, name_new, &x, d);
    }
    return s == OK ? store_write(c->store, names_written, &x, d) : s;
}

enum status evidence_take_in(struct civil *c, const struct actor *who, int64_t *ret_taken, struct diag *d) {
    enum status s = OK;
    *ret_taken = 0;
    for (size_t i = 0; s == OK && i < kept_count(c); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        int64_t taken = 0;
        struct adopt x = {.civil = c, .who = who, .action = "taken_in"};
        x.kept = a ? kept_at(c, a, i) : NULL;
        if (!x.kept)
            return arena_full(d);
        s = adopt(&x, &taken, d);
        *ret_taken += taken;
    }
    return s;
}
