#include "civil/board/board.h"

#include "calendar/calendar.h"
#include "civil/access/access_list.h"
#include "civil/case/case.h"
#include "civil/register/register.h"
#include "civil/secrecy/secrecy.h"
#include "store/store.h"
#include "tlog/log.h"

#include <stdio.h>

/* The board counts; it reads nobody.  The widest grant is what an officer sees, without the
 * compartments that he is not in.  */
struct view { struct civil *c; struct txn *t; struct json_writer *w; char prefix[16]; month_t month; date_t today;
    const char *open, *open_case; /* conditions on case_file.compartment, and on e.case_id: what this officer may count */
};

static enum status count(struct view *v, int64_t *ret, struct diag *d, const char *sql) {
    char *whole = arena_printf(txn_arena(v->t), "%s AND %s", sql, v->open);
    return whole ? sql_int(v->t, ret, 0, d, whole, SQL_S(v->prefix)) : arena_full(d);
}

/* Most bureaux have nothing in a compartment that somebody is not in: then the indexes alone answer. */
static enum status conditions(struct view *v, const struct actor *who, struct diag *d) {
    struct arena *a = txn_arena(v->t);
    int64_t closed = 0;
    v->open = secrecy_open_column(a, who, "compartment");
    v->open_case = secrecy_open_case(a, who, "e.case_id");
    char *sql = v->open ? arena_printf(a, "SELECT count(*) FROM case_file WHERE compartment IS NOT NULL AND NOT (%s)", v->open) : NULL;
    enum status s = sql && v->open_case ? sql_int(v->t, &closed, 0, d, sql) : arena_full(d);
    if (s == OK && !closed)
        v->open = v->open_case = "1 = 1";
    return s;
}

static void number_json(struct view *v, const char *id, int64_t value, const char *unit, int64_t before, bool has_before, const char *better) {
    json_object(v->w);
    json_kstring(v->w, "id", id);
    access_text_pair(v->w, "name", "board.number", span_of(id));
    json_kint(v->w, "value", value);
    json_kstring(v->w, "unit", unit);
    json_key(v->w, "before");
    if (has_before)
        json_int64(v->w, before);
    else
        json_nothing(v->w);
    json_kstring(v->w, "better", better);
    json_object_end(v->w);
}

static enum status paid_in(struct view *v, month_t m, int64_t *ret, struct diag *d) {
    char *sql = arena_printf(txn_arena(v->t),
        "SELECT sum(p.amount_fen) FROM payment p JOIN entitlement e ON e.district = p.district AND e.id = p.entitlement "
        "WHERE p.state = 'paid' AND p.month = ? AND e.subdistrict LIKE ? AND %s", v->open_case);
    return sql ? sql_int(v->t, ret, 0, d, sql, SQL_I(m), SQL_S(v->prefix)) : arena_full(d);
}

static enum status applied_in(struct view *v, month_t m, int64_t *ret, struct diag *d) {
    const int64_t day = 86400000000, shanghai = 8 * 3600000000;
    char *sql = arena_printf(txn_arena(v->t), "SELECT count(*) FROM case_file WHERE applied_at >= ? AND applied_at < ? AND subdistrict LIKE ? AND %s", v->open);
    return !sql ? arena_full(d) : sql_int(v->t, ret, 0, d, sql, SQL_I((int64_t)month_first(m) * day - shanghai), SQL_I((int64_t)month_first(m + 1) * day - shanghai), SQL_S(v->prefix));
}

static enum status count_late(struct view *v, int64_t *ret, struct diag *d) {
    char *sql = arena_printf(txn_arena(v->t), "SELECT count(*) FROM case_file WHERE closed_at IS NULL AND due_on < ? AND subdistrict LIKE ? AND %s", v->open);
    return sql ? sql_int(v->t, ret, 0, d, sql, SQL_D(v->today), SQL_S(v->prefix)) : arena_full(d);
}

static enum status count_households(struct view *v, int64_t *ret, struct diag *d) {
    char *sql = arena_printf(txn_arena(v->t), "SELECT count(*) FROM entitlement e WHERE e.state = 'active' AND e.subdistrict LIKE ? AND %s", v->open_case);
    return sql ? sql_int(v->t, ret, 0, d, sql, SQL_S(v->prefix)) : arena_full(d);
}

static enum status numbers(struct view *v, struct diag *d) {
    int64_t open = 0, late = 0, households = 0, paid = 0, paid_before = 0, applied = 0, applied_before = 0;
    enum status s = count(v, &open, d, "SELECT count(*) FROM case_file WHERE closed_at IS NULL AND subdistrict LIKE ?");
    if (s == OK)
        s = count_late(v, &late, d);
    if (s == OK)
        s = count_households(v, &households, d);
    if (s == OK)
        s = paid_in(v, v->month, &paid, d);
    if (s == OK)
        s = paid_in(v, v->month - 1, &paid_before, d);
    if (s == OK)
        s = applied_in(v, v->month, &applied, d);
    if (s == OK)
        s = applied_in(v, v->month - 1, &applied_before, d);
    json_key(v->w, "numbers");
    json_array(v->w);
    number_json(v, "applied", applied, "", applied_before, true, "none");
    number_json(v, "open", open, "", 0, false, "none");
    number_json(v, "late", late, "", 0, false, "down");
    number_json(v, "households", households, "", 0, false, "none");
    number_json(v, "paid", paid, "fen", paid_before, true, "none");
    json_array_end(v->w);
    return s;
}

static enum status states(struct view *v, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    char *sql = arena_printf(txn_arena(v->t), "SELECT state, count(*) FROM case_file WHERE subdistrict LIKE ? AND %s GROUP BY state ORDER BY 2 DESC, 1", v->open);
    enum status s = sql ? sql_query(v->t, &r, d, sql, SQL_S(v->prefix)) : arena_full(d);
    json_key(v->w, "states");
    json_array(v->w);
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        char *state = rows_dup(r, 0, txn_arena(v->t));
        json_object(v->w);
        json_kstring(v->w, "id", state);
        access_text_pair(v->w, "name", "board.state", span_of(state));
        json_kint(v->w, "count", rows_int(r, 1));
        json_object_end(v->w);
    }
    json_array_end(v->w);
    return s;
}

/* Closed cases: on time when decided on or before the legal day. */
static enum status on_time(struct view *v, struct diag *d) {
    const int64_t day = 86400000000, shanghai = 8 * 3600000000;
    int64_t done = 0, good = 0;
    enum status s = count(v, &done, d, "SELECT count(*) FROM case_file WHERE decided_at IS NOT NULL AND due_on IS NOT NULL AND subdistrict LIKE ?");
    char *sql = arena_printf(txn_arena(v->t),
        "SELECT count(*) FROM case_file WHERE decided_at IS NOT NULL AND due_on IS NOT NULL AND (decided_at + ?) / ? <= due_on AND subdistrict LIKE ? AND %s", v->open);
    if (s == OK)
        s = !sql ? arena_full(d) : sql_int(v->t, &good, 0, d, sql, SQL_I(shanghai), SQL_I(day), SQL_S(v->prefix));
    json_key(v->w, "on_time");
    json_object(v->w);
    json_kint(v->w, "done", done);
    json_kint(v->w, "on_time", good);
    json_key(v->w, "permille");
    if (done)
        json_int64(v->w, good * 1000 / done);
    else
        json_nothing(v->w);
    json_object_end(v->w);
    return s;
}

static enum status closed_in(struct view *v, month_t m, const char *outcome, int64_t *ret, struct diag *d) {
    const int64_t day = 86400000000, shanghai = 8 * 3600000000;
    char *sql = arena_printf(txn_arena(v->t), "SELECT count(*) FROM case_file WHERE decided_at >= ? AND decided_at < ? AND outcome = ? AND subdistrict LIKE ? AND %s", v->open);
    return !sql ? arena_full(d) : sql_int(v->t, ret, 0, d, sql, SQL_I((int64_t)month_first(m) * day - shanghai), SQL_I((int64_t)month_first(m + 1) * day - shanghai), SQL_S(outcome), SQL_S(v->prefix));
}

static enum status months(struct view *v, struct diag *d) {
    enum status s = OK;
    json_key(v->w, "months");
    json_array(v->w);
    for (month_t m = v->month - 11; s == OK && m <= v->month; m++) {
        int64_t applied = 0, approved = 0, refused = 0, paid = 0;
        char text[8];
        month_text(m, text);
        s = applied_in(v, m, &applied, d);
        if (s == OK)
            s = closed_in(v, m, "approved", &approved, d);
        if (s == OK)
            s = closed_in(v, m, "refused", &refused, d);
        if (s == OK)
            s = paid_in(v, m, &paid, d);
        json_object(v->w);
        json_kstring(v->w, "month", text);
        json_kint(v->w, "applied", applied);
        json_kint(v->w, "approved", approved);
        json_kint(v->w, "refused", refused);
        json_kint(v->w, "paid_fen", paid);
        json_object_end(v->w);
    }
    json_array_end(v->w);
    return s;
}

/* One row a subdistrict, or a community when the officer sees one subdistrict. */
static enum status divisions(struct view *v, struct diag *d) {
    int level = strlen(v->prefix) >= 10 ? 4 : 3;
    AUTO(rows) struct rows *r = NULL;
    const char *key = level == 3 ? "subdistrict" : "division";
    char *sql = arena_printf(txn_arena(v->t),
        "SELECT v.code, v.name, v.tile_x, v.tile_y, "
        "COALESCE(c.n, 0), COALESCE(c.open, 0), COALESCE(c.late, 0), COALESCE(h.n, 0), COALESCE(n.n, 0), COALESCE(p.fen, 0) FROM division v "
        "LEFT JOIN (SELECT %s AS code, count(*) AS n, sum(CASE WHEN closed_at IS NULL THEN 1 ELSE 0 END) AS open, "
        "sum(CASE WHEN closed_at IS NULL AND due_on < ? THEN 1 ELSE 0 END) AS late FROM case_file WHERE %s GROUP BY 1) c ON c.code = v.code "
        "LEFT JOIN (SELECT substr(g.division, 1, %d) AS code, sum(g.n) AS n FROM household_count g GROUP BY 1) h "
        "ON h.code = v.code "
        "LEFT JOIN (SELECT e.%s AS code, count(*) AS n FROM entitlement e WHERE e.state = 'active' AND %s GROUP BY 1) n ON n.code = v.code "
        "LEFT JOIN (SELECT e.%s AS code, sum(y.amount_fen) AS fen FROM payment y JOIN entitlement e ON e.district = y.district AND e.id = y.entitlement "
        "WHERE y.state = 'paid' AND y.month = ? AND %s GROUP BY 1) p ON p.code = v.code "
        "WHERE v.level = ? AND v.code LIKE ? ORDER BY v.code", key, v->open, level == 3 ? 9 : 12, key, v->open_case, key, v->open_case);
    enum status s = sql ? sql_query(v->t, &r, d, sql, SQL_D(v->today), SQL_I(v->month), SQL_I(level), SQL_S(v->prefix)) : arena_full(d);
    json_key(v->w, "divisions");
    json_array(v->w);
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        int64_t households = rows_int(r, 7), recipients = rows_int(r, 8);
        json_object(v->w);
        json_kspan(v->w, "division", rows_text(r, 0));
        json_kspan(v->w, "name", rows_text(r, 1));
        json_kint(v->w, "x", rows_int(r, 2));
        json_kint(v->w, "y", rows_int(r, 3));
        json_kint(v->w, "cases", rows_int(r, 4));
        json_kint(v->w, "open", rows_int(r, 5));
        json_kint(v->w, "late", rows_int(r, 6));
        json_kint(v->w, "households", households);
        json_kint(v->w, "recipients", recipients);
        json_kint(v->w, "paid_fen", rows_int(r, 9));
        json_key(v->w, "per_thousand");
        if (households)
            json_int64(v->w, (recipients * 1000 + households / 2) / households);
        else
            json_nothing(v->w);
        json_object_end(v->w);
    }
    json_array_end(v->w);
    return s;
}

static enum status late_cases(struct view *v, struct access *x, const struct actor *who, struct diag *d) {
    struct case_query q = {.late = true, .limit = 10};
    BUF_AUTO list;
    buf_init(&list, 1 << 20);
    struct json_writer w;
    const struct json *j = NULL;
    json_begin(&w, &list, false);
    enum status s = case_list_json(v->c, v->t, x, who, &q, &w, d);
    if (s == OK)
        s = json_parse(txn_arena(v->t), buf_span(&list), &j, d);
    json_key(v->w, "late");
    if (s == OK)
        json_value(v->w, json_get(j, "items"));
    else
        json_nothing(v->w);
    return s;
}

static void widest(const struct actor *who, char out[16]) {
    const char *best = "-";
    for (int i = 0; i < who->grant_count; i++)
        if (strcmp(best, "-") == 0 || strlen(who->grant[i].division) < strlen(best))
            best = who->grant[i].division;
    snprintf(out, 16, "%.13s%%", best);
}

enum status board_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, month_t month, struct json_writer *w, struct diag *d) {
    struct view v = {.c = c, .t = t, .w = w, .month = month ? month : month_of(txn_today(t)), .today = txn_today(t)};
    widest(who, v.prefix);
    struct tlog_head head = {0};
    enum status found = tlog_head_get(t, HASH_SHA256, 0, txn_arena(t), &head, d);
    if (found != OK && found != E_NOT_FOUND)
        return found;
    diag_clear(d);
    char code[16], hex[2 * HASH_BYTES + 1] = "";
    snprintf(code, sizeof code, "%.*s", (int)(strlen(v.prefix) - 1), v.prefix);
    const char *name = code;
    enum status s = division_name(t, txn_arena(t), code, &name, d);
    if (found == OK)
        hash_hex(&head.root, hex);
    json_object(w);
    json_kinstant(w, "as_of", txn_now(t));
    json_key(w, "log_head");
    json_stringf(w, "%llu %.16s", (unsigned long long)head.size, hex);
    json_kstring(w, "district_name", name);
    if (s == OK)
        s = conditions(&v, who, d);
    if (s == OK)
        s = numbers(&v, d);
    if (s == OK)
        s = states(&v, d);
    if (s == OK)
        s = on_time(&v, d);
    if (s == OK)
        s = months(&v, d);
    if (s == OK)
        s = divisions(&v, d);
    if (s == OK)
        s = late_cases(&v, x, who, d);
    json_object_end(w);
    return s;
}
