#include "civil/case/duty.h"

#include "civil/access/access.h"
#include "civil/account/absence.h"
#include "civil/account/account.h"
#include "civil/account/post.h"
#include "civil/case/case_internal.h"
#include "civil/scope.h"
#include "civil/secrecy/secrecy.h"
#include "civil/row_json.h"

#include <stdio.h>

enum { POSTS_MAX = 500 }; /* a district has some hundred desks; more is no page */

struct where { struct buf sql; struct sql_value v[8 * ACTOR_GRANTS_MAX + 8]; size_t n; };

/* Divisions below the actor's own and those that contain them. */
static enum status near(struct where *q, struct txn *t, const struct actor *who, const char *column, const char *also, bool above, struct diag *d) {
    static const size_t levels[] = {2, 4, 6, 9, 12};
    buf_adds(&q->sql, "(");
    scope_of(&q->sql, q->v, &q->n, txn_arena(t), who, column, NULL, also);
    for (int i = 0; above && i < who->grant_count; i++) {
        const char *division = who->grant[i].division;
        for (size_t k = 0; k < ARRAY_LEN(levels) && levels[k] < strlen(division); k++) {
            buf_addf(&q->sql, " OR %s = ?", column);
            q->v[q->n++] = SQL_T(((struct span){division, levels[k]}));
        }
    }
    buf_adds(&q->sql, ")");
    return buf_ok(&q->sql) ? OK : arena_full(d);
}

/* ---- posts ----------------------------------------------------------------------------- */

static enum status desks_json(struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d) {
    struct where q = {.n = 0};
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    int n = 0;
    date_t today = txn_today(t);
    const char *powers = account_powers_sql(t);
    buf_init(&q.sql, 32768);
    buf_addf(&q.sql,
        "SELECT a.id, a.login, a.name, g.role, g.division, v.name, (SELECT COUNT(*) FROM case_task k WHERE k.claimed_by = a.id AND k.state = 'open' "
        "AND k.role = g.role AND k.division >= g.division AND k.division < g.division || ':'), x.until_on, y.name "
        "FROM %s g JOIN account a ON a.id = g.account AND a.kind = 'staff' AND a.state = 'active' LEFT JOIN division v ON v.code = g.division "
        "LEFT JOIN absence x ON x.account = a.id AND x.ended_at IS NULL AND x.from_on <= ? AND x.until_on >= ? LEFT JOIN account y ON y.id = x.deputy WHERE ", powers ? powers : "");
    q.v[q.n++] = SQL_D(today);
    q.v[q.n++] = SQL_D(today);
    enum status s = near(&q, t, who, "g.division", NULL, true, d);
    buf_adds(&q.sql, " ORDER BY g.division, g.role, a.login LIMIT ?");
    q.v[q.n++] = SQL_I(POSTS_MAX + 1);
    if (s == OK)
        s = sql_query_(t, &r, d, buf_str(&q.sql), q.v, q.n);
    buf_release(&q.sql);
    json_key(w, "items");
    json_array(w);
    for (; s == OK; n++) {
        if ((s = rows_next(r, &row, d)) != OK || !row || n == POSTS_MAX)
            break;
        json_object(w);
        json_kid(w, "account", rows_int(r, 0));
        json_kspan(w, "login", rows_text(r, 1));
        json_kspan(w, "name", rows_text(r, 2));
        json_kspan(w, "role", rows_text(r, 3));
        json_kspan(w, "division", rows_text(r, 4));
        json_kspan(w, "division_name", rows_null(r, 5) ? rows_text(r, 4) : rows_text(r, 5));
        json_kint(w, "taken", rows_int(r, 6));
        json_kdate(w, "away_until", rows_date(r, 7));
        row_text_or_null(w, "deputy_name", r, 8);
        json_kbool(w, "me", rows_int(r, 0) == who->account);
        json_object_end(w);
    }
    json_array_end(w);
    json_kbool(w, "more", n == POSTS_MAX && row);
    return s;
}

/* Work that waits where nobody has the post. */
static enum status vacant_json(struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d) {
    struct where q = {.n = 0};
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    const char *open = secrecy_open_case(txn_arena(t), who, "k.case_id");
    buf_init(&q.sql, 16384);
    buf_addf(&q.sql, "SELECT k.role, k.division, MAX(v.name), COUNT(*) FROM case_task k LEFT JOIN division v ON v.code = k.division WHERE k.state = 'open' AND %s AND ", open ? open : "1 = 0");
    enum status s = near(&q, t, who, "k.division", "k.state = 'open'", false, d);
    const char *powers = account_powers_sql(t);
    buf_addf(&q.sql,
        " AND NOT EXISTS (SELECT 1 FROM %s g JOIN account a ON a.id = g.account AND a.state = 'active' WHERE g.role = k.role "
        "AND SUBSTR(k.division, 1, LENGTH(g.division)) = g.division) GROUP BY k.role, k.division ORDER BY k.division, k.role LIMIT 100", powers ? powers : "");
    if (s == OK)
        s = sql_query_(t, &r, d, buf_str(&q.sql), q.v, q.n);
    buf_release(&q.sql);
    json_key(w, "vacant");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        json_object(w);
        json_kspan(w, "role", rows_text(r, 0));
        json_kspan(w, "division", rows_text(r, 1));
        json_kspan(w, "division_name", rows_null(r, 2) ? rows_text(r, 1) : rows_text(r, 2));
        json_kint(w, "tasks", rows_int(r, 3));
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

/* Of colleagues near; over and ended ones are in the log. */
static enum status absences_json(struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d) {
    struct where q = {.n = 0};
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    date_t today = txn_today(t);
    buf_init(&q.sql, 32768);
    const char *powers = account_powers_sql(t);
    buf_addf(&q.sql,
        "SELECT x.id, a.login, a.name, y.login, y.name, x.from_on, x.until_on, x.account FROM absence x JOIN account a ON a.id = x.account JOIN account y ON y.id = x.deputy "
        "WHERE x.ended_at IS NULL AND x.until_on >= ? AND EXISTS (SELECT 1 FROM %s g WHERE g.account = x.account AND ", powers ? powers : "");
    q.v[q.n++] = SQL_D(today);
    enum status s = near(&q, t, who, "g.division", NULL, true, d);
    buf_adds(&q.sql, ") ORDER BY x.from_on, x.id LIMIT 200");
    if (s == OK)
        s = sql_query_(t, &r, d, buf_str(&q.sql), q.v, q.n);
    buf_release(&q.sql);
    json_key(w, "absences");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        bool leads = false;
        s = absence_leads(t, who, rows_int(r, 7), &leads, d);
        json_object(w);
        json_kid(w, "id", rows_int(r, 0));
        json_kspan(w, "login", rows_text(r, 1));
        json_kspan(w, "name", rows_text(r, 2));
        json_kspan(w, "deputy", rows_text(r, 3));
        json_kspan(w, "deputy_name", rows_text(r, 4));
        json_kdate(w, "from", rows_date(r, 5));
        json_kdate(w, "until", rows_date(r, 6));
        json_kbool(w, "now", rows_date(r, 5) <= today);
        json_kbool(w, "may_end", leads || rows_int(r, 7) == who->account);
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

enum status duty_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d) {
    json_object(w);
    enum status s = desks_json(t, who, w, d);
    if (s == OK)
        s = vacant_json(t, who, w, d);
    if (s == OK)
        s = absences_json(t, who, w, d);
    json_kbool(w, "leads", actor_may(who, "leader", NULL));
    json_object_end(w);
    return s;
}

/* ---- recusal ------------------------------------------------------------------------------ */

enum status recusals_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d, "SELECT person_district, person, relation, declared_at FROM recusal WHERE account = ? AND withdrawn_at IS NULL ORDER BY declared_at, person LIMIT 200", SQL_I(who->account));
    json_object(w);
    json_key(w, "items");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct person p = {0};
        s = person_read(c, t, x, txn_arena(t), rows_int(r, 0), rows_int(r, 1), &p, d);
        if (s == OK)
            s = access_add(x, rows_int(r, 0), rows_int(r, 1), ACCESS_NAME, d);
        json_object(w);
        json_kstring(w, "name", p.name);
        json_kspan(w, "relation", rows_text(r, 2));
        json_kinstant(w, "declared_at", rows_int(r, 3));
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
    return s;
}

/* Of the colleagues whom this leader leads. */
enum status recusals_led_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d, "SELECT r.person_district, r.person, r.relation, r.declared_at, a.login, a.name, r.account FROM recusal r JOIN account a ON a.id = r.account "
        "WHERE r.withdrawn_at IS NULL ORDER BY r.declared_at DESC, r.person LIMIT 1000");
    json_object(w);
    json_key(w, "items");
    json_array(w);
    for (int shown = 0; s == OK && shown < RECUSALS_LED_MAX && (s = rows_next(r, &row, d)) == OK && row;) {
        struct person p = {0};
        bool leads = false;
        s = absence_leads(t, who, rows_int(r, 6), &leads, d);
        if (s != OK || !leads)
            continue;
        shown++;
        s = person_read(c, t, x, txn_arena(t), rows_int(r, 0), rows_int(r, 1), &p, d);
        if (s == OK)
            s = access_add(x, rows_int(r, 0), rows_int(r, 1), ACCESS_NAME, d);
        json_object(w);
        json_kspan(w, "login", rows_text(r, 4));
        json_kspan(w, "officer", rows_text(r, 5));
        json_kid(w, "district", rows_int(r, 0));
        json_kid(w, "person", rows_int(r, 1));
        json_kstring(w, "name", p.name);
        json_kspan(w, "relation", rows_text(r, 2));
        json_kinstant(w, "declared_at", rows_int(r, 3));
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
    return s;
}

/* ---- handover ------------------------------------------------------------------------------ */

struct handing { struct civil *c; const struct actor *who; const struct handover *h; struct actor from, to; struct buf out; };

static enum status may_hand_over(struct txn *t, struct handing *x, struct diag *d) {
    bool leads = false;
    enum status s = account_actor_in(t, x->h->from, &x->from, d);
    if (s == OK)
        s = account_actor_in(t, x->h->to, &x->to, d);
    if (s == OK && x->from.account == x->to.account)
        return diag_fail(d, E_INPUT, "duty.same");
    if (s == OK)
        s = absence_leads(t, x->who, x->from.account, &leads, d);
    if (s == OK && !leads && x->from.account != x->who->account)
        return diag_fail(d, E_FORBIDDEN, "absence.who");
    return s == OK && x->h->close && (!leads || x->from.account == x->who->account) ? diag_fail(d, E_FORBIDDEN, "duty.close") : s;
}

static enum status hand_one(struct txn *t, struct handing *x, int64_t task, struct json_writer *w, struct diag *d) {
    struct task_row row;
    struct case_row k = {0};
    struct diag why = {0};
    enum status s = task_read(t, &x->from, task, &row, d);
    if (s == OK)
        s = case_row_read(x->c, t, row.case_id, &k, d);
    if (s != OK)
        return s;
    enum status fits = task_may_take(x->c, t, &x->to, &row, &k, &why);
    if (fits != OK && fits != E_FORBIDDEN && fits != E_CONFLICT) {
        *d = why;
        return fits;
    }
    if (!x->h->preview)
        s = fits == OK ? task_give(x->c, t, x->who, &x->to, &row, &k, d) : task_claim_in(x->c, t, x->who, &row, false, d);
    task_item_json(w, task, actor_inside(x->who, k.compartment) ? k.number : NULL, fits == OK ? NULL : &why, x->who->lang);
    json_object_end(w);
    return s;
}

static enum status taken_by(struct txn *t, int64_t account, int64_t id[HANDOVER_MAX], size_t *ret_n, int64_t *ret_all, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_int(t, ret_all, 0, d, "SELECT COUNT(*) FROM case_task WHERE claimed_by = ? AND state = 'open'", SQL_I(account));
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT id FROM case_task WHERE claimed_by = ? AND state = 'open' ORDER BY COALESCE(due_on, 9999999), id LIMIT ?", SQL_I(account), SQL_I(HANDOVER_MAX));
    for (*ret_n = 0; s == OK && (s = rows_next(r, &row, d)) == OK && row; ++*ret_n)
        id[*ret_n] = rows_int(r, 0);
    return s;
}

static enum status hand_closure(struct txn *t, void *arg, struct diag *d) {
    struct handing *x = arg;
    struct json_writer w;
    int64_t id[HANDOVER_MAX], all = 0;
    size_t n = 0;
    buf_clear(&x->out); /* it may run again */
    json_begin(&w, &x->out, false);
    enum status s = may_hand_over(t, x, d);
    if (s == OK)
        s = taken_by(t, x->from.account, id, &n, &all, d);
    json_object(&w);
    json_key(&w, "items");
    json_array(&w);
    for (size_t i = 0; s == OK && i < n; i++)
        s = hand_one(t, x, id[i], &w, d);
    json_array_end(&w);
    json_kint(&w, "left", all - (int64_t)n);
    bool closes = x->h->close && all == (int64_t)n;
    json_kbool(&w, "closed", closes && !x->h->preview);
    json_object_end(&w);
    return s == OK && closes && !x->h->preview ? account_close_in(x->c, t, x->from.account, d) : s;
}

enum status case_handover(struct civil *c, struct arena *a, const struct actor *who, const struct handover *h, const struct json **ret, struct diag *d) {
    struct handing x = {.c = c, .who = who, .h = h};
    buf_init(&x.out, 0);
    enum status s = h->preview ? store_read(c->store, hand_closure, &x, d) : store_write(c->store, hand_closure, &x, d);
    if (s == OK)
        s = json_parse(a, buf_span(&x.out), ret, d);
    buf_release(&x.out);
    return s;
}
