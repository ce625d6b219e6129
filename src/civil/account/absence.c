#include "civil/account/absence.h"

#include "civil/account/account_internal.h"
#include "civil/account/post.h"
#include "civil/evidence/keep.h"
#include "store/store.h"

#include <stdio.h>

/* The roles that a deputy has for another; those of civil/case that work on cases. */
#define PASSED_ON_SQL "('community','clerk','reviewer','decider','district_clerk','district_decider')"

/* ---- who may --------------------------------------------------------------------- */

enum status absence_leads(struct txn *t, const struct actor *who, int64_t account, bool *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    int n = 0;
    *ret = true;
    const char *powers = account_powers_sql(t), *sql = powers ? arena_printf(txn_arena(t), "SELECT division FROM %s g WHERE account = ?", powers) : NULL;
    enum status s = sql ? sql_query(t, &r, d, sql, SQL_I(account)) : arena_full(d);
    for (; s == OK; n++) {
        if ((s = rows_next(r, &row, d)) != OK || !row)
            break;
        char *division = rows_dup(r, 0, txn_arena(t));
        if (!division)
            return arena_full(d);
        *ret = *ret && actor_may(who, "leader", division);
    }
    *ret = *ret && n > 0;
    return s;
}

static enum status may_decide(struct txn *t, const struct actor *who, int64_t account, struct diag *d) {
    bool leads = false;
    if (account == who->account)
        return OK;
    enum status s = absence_leads(t, who, account, &leads, d);
    return s == OK && !leads ? diag_fail(d, E_FORBIDDEN, "absence.who") : s;
}

static enum status staff_named(struct txn *t, const char *login, int64_t *ret, struct diag *d) {
    enum status s = sql_int(t, ret, 0, d, "SELECT id FROM account WHERE login = ? AND kind = 'staff' AND state = 'active'", SQL_S(login));
    return s == OK && !*ret ? diag_fail(d, E_NOT_FOUND, "account.unknown") : s;
}

/* Both handle cases in one place: one's division contains the other's. */
enum status absence_colleagues(struct txn *t, int64_t account, int64_t deputy, struct diag *d) {
    int64_t n = 0;
    const char *powers = account_powers_sql(t), *sql = powers ? arena_printf(txn_arena(t),
        "SELECT COUNT(*) FROM %s a JOIN %s b ON SUBSTR(a.division, 1, LENGTH(b.division)) = b.division "
        "OR SUBSTR(b.division, 1, LENGTH(a.division)) = a.division WHERE a.account = ? AND b.account = ? AND a.role IN " PASSED_ON_SQL
        " AND b.role IN " PASSED_ON_SQL, powers, powers) : NULL;
    enum status s = sql ? sql_int(t, &n, 0, d, sql, SQL_I(account), SQL_I(deputy)) : arena_full(d);
    return s == OK && (n == 0 || account == deputy) ? diag_fail(d, E_INPUT, "absence.deputy") : s;
}

/* ---- declaring ---------------------------------------------------------------------- */

struct declaring { struct civil *c; const struct actor *who; const struct absence_new *n; int64_t id; };

static enum status free_then(struct txn *t, int64_t account, const struct absence_new *n, const char *code, struct diag *d) {
    int64_t other = 0;
    enum status s = sql_int(t, &other, 0, d, "SELECT COUNT(*) FROM absence WHERE account = ? AND ended_at IS NULL AND until_on >= ? AND from_on <= ?", SQL_I(account),
        SQL_D(n->from), SQL_D(n->until));
    return s == OK && other ? diag_fail(d, E_CONFLICT, code) : s;
}

static enum status declare_closure(struct txn *t, void *arg, struct diag *d) {
    struct declaring *x = arg;
    const struct absence_new *n = x->n;
    int64_t account = x->who->account, deputy = 0;
    date_t today = txn_today(t);
    if (n->from == DATE_NONE || n->until == DATE_NONE || n->until < n->from || n->from < today || n->until - n->from > ABSENCE_DAYS_MAX || n->from - today > ABSENCE_DAYS_MAX)
        return diag_fail(d, E_INPUT, "absence.days", DIAG_N("limit", ABSENCE_DAYS_MAX));
    enum status s = n->login && *n->login ? staff_named(t, n->login, &account, d) : OK;
    if (s == OK)
        s = may_decide(t, x->who, account, d);
    if (s == OK)
        s = staff_named(t, n->deputy, &deputy, d);
    if (s == OK)
        s = absence_colleagues(t, account, deputy, d);
    if (s == OK)
        s = free_then(t, account, n, "absence.overlap", d);
    if (s == OK)
        s = free_then(t, deputy, n, "absence.deputy_away", d);
    /* nor does somebody count on who goes away now */
    int64_t counted = 0;
    if (s == OK)
        s = sql_int(t, &counted, 0, d, "SELECT COUNT(*) FROM absence WHERE deputy = ? AND ended_at IS NULL AND until_on >= ? AND from_on <= ?", SQL_I(account), SQL_D(n->from),
            SQL_D(n->until));
    if (s == OK && counted)
        return diag_fail(d, E_CONFLICT, "absence.is_deputy");
    x->id = txn_new_id(t);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO absence (id, account, deputy, from_on, until_on, declared_by, declared_at) VALUES (?, ?, ?, ?, ?, ?, ?)", SQL_I(x->id),
            SQL_I(account), SQL_I(deputy), SQL_D(n->from), SQL_D(n->until), SQL_I(x->who->account), SQL_I(txn_now(t)));
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_ABSENCE, 0, x->id, d);
    if (s == OK)
        s = account_record(t, x->c->district, "away", account, d);
    return s == OK ? account_record(t, x->c->district, "deputy", deputy, d) : s;
}

enum status absence_declare(struct civil *c, const struct actor *who, const struct absence_new *n, int64_t *ret, struct diag *d) {
    struct declaring x = {c, who, n, 0};
    if (strcmp(who->kind, "staff") != 0)
        return diag_fail(d, E_FORBIDDEN, "absence.staff_only");
    enum status s = store_write(c->store, declare_closure, &x, d);
    if (s == OK)
        *ret = x.id;
    return s;
}

struct ending { struct civil *c; const struct actor *who; int64_t id; };

static enum status end_closure(struct txn *t, void *arg, struct diag *d) {
    struct ending *x = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT account, deputy, ended_at, until_on FROM absence WHERE id = ?", SQL_I(x->id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "absence.none");
    if (s != OK)
        return s;
    int64_t account = rows_int(r, 0), deputy = rows_int(r, 1);
    bool over = !rows_null(r, 2) || rows_date(r, 3) < txn_today(t);
    r = rows_free(r);
    s = may_decide(t, x->who, account, d);
    if (s == OK && over)
        return diag_fail(d, E_CONFLICT, "absence.ended");
    if (s == OK)
        s = sql_exec(t, d, "UPDATE absence SET ended_at = ? WHERE id = ?", SQL_I(txn_now(t)), SQL_I(x->id));
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_ABSENCE, 0, x->id, d);
    if (s == OK)
        s = account_record(t, x->c->district, "back", account, d);
    return s == OK ? account_record(t, x->c->district, "deputy_ended", deputy, d) : s;
}

enum status absence_end(struct civil *c, const struct actor *who, int64_t id, struct diag *d) {
    struct ending x = {c, who, id};
    return store_write(c->store, end_closure, &x, d);
}

/* ---- the actor ----------------------------------------------------------------------- */

enum status absence_grants(struct txn *t, struct actor *a, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    date_t today = txn_today(t);
    const char *powers = account_powers_sql(t), *sql = powers ? arena_printf(txn_arena(t),
        "SELECT g.role, g.division, x.account, b.name FROM absence x JOIN account b ON b.id = x.account AND b.state = 'active' JOIN %s g ON g.account = x.account "
        "WHERE x.deputy = ? AND x.ended_at IS NULL AND x.until_on >= ? AND x.from_on <= ? AND g.role IN " PASSED_ON_SQL " ORDER BY x.id, g.role, g.division", powers) : NULL;
    enum status s = sql ? sql_query(t, &r, d, sql, SQL_I(a->account), SQL_D(today), SQL_D(today)) : arena_full(d);
    while (s == OK && a->grant_count < ACTOR_GRANTS_MAX && (s = rows_next(r, &row, d)) == OK && row) {
        struct grant *g = &a->grant[a->grant_count++];
        *g = (struct grant){.deputy_for = rows_int(r, 2)};
        snprintf(g->role, sizeof g->role, "%.*s", SPAN_ARG(rows_text(r, 0)));
        snprintf(g->division, sizeof g->division, "%.*s", SPAN_ARG(rows_text(r, 1)));
        snprintf(g->deputy_for_name, sizeof g->deputy_for_name, "%.*s", SPAN_ARG(rows_text(r, 3)));
    }
    return s;
}

/* ---- leaving ---------------------------------------------------------------------------- */

/* What ended with the account, in this transaction. */
static enum status keep_ended(struct civil *c, struct txn *t, int64_t account, struct diag *d) {
    AUTO(rows) struct rows *absences = NULL;
    AUTO(rows) struct rows *holdings = NULL;
    AUTO(rows) struct rows *shifts = NULL;
    struct actor who = actor_system();
    enum status s = evidence_keep_one(c, t, &who, KEPT_ACCOUNT, 0, account, d);
    if (s == OK)
        s = sql_query(t, &absences, d, "SELECT id FROM absence WHERE (account = ? OR deputy = ?) AND ended_at = ?", SQL_I(account), SQL_I(account), SQL_I(txn_now(t)));
    if (s == OK)
        s = evidence_keep_found(c, t, &who, KEPT_ABSENCE, 0, absences, d);
    if (s == OK)
        s = sql_query(t, &holdings, d, "SELECT id FROM post_holder WHERE account = ? AND ended_at = ?", SQL_I(account), SQL_I(txn_now(t)));
    if (s == OK)
        s = evidence_keep_found(c, t, &who, KEPT_POST_HOLDER, 0, holdings, d);
    if (s == OK)
        s = sql_query(t, &shifts, d, "SELECT id FROM post_shift WHERE account = ? AND ended_at = ?", SQL_I(account), SQL_I(txn_now(t)));
    return s == OK ? evidence_keep_found(c, t, &who, KEPT_POST_SHIFT, 0, shifts, d) : s;
}

enum status account_close_in(struct civil *c, struct txn *t, int64_t account, struct diag *d) {
    int64_t changed = 0;
    enum status s = sql_exec_count(t, &changed, d, "UPDATE account SET state = 'closed' WHERE id = ? AND state <> 'closed'", SQL_I(account));
    if (s == OK)
        s = sql_exec(t, d, "DELETE FROM session WHERE account = ?", SQL_I(account));
    if (s == OK)
        s = sql_exec(t, d, "UPDATE absence SET ended_at = ? WHERE (account = ? OR deputy = ?) AND ended_at IS NULL", SQL_I(txn_now(t)), SQL_I(account), SQL_I(account));
    if (s == OK)
        s = sql_exec(t, d, "UPDATE post_holder SET ended_at = ? WHERE account = ? AND ended_at IS NULL", SQL_I(txn_now(t)), SQL_I(account));
    if (s == OK)
        s = sql_exec(t, d, "UPDATE post_shift SET ended_at = ? WHERE account = ? AND ended_at IS NULL AND until_at > ?", SQL_I(txn_now(t)), SQL_I(account), SQL_I(txn_now(t)));
    if (s == OK)
        s = keep_ended(c, t, account, d);
    return s == OK && changed ? account_record(t, c->district, "closed", account, d) : s;
}

enum status account_note_in(struct civil *c, struct txn *t, int64_t account, const char *action, struct diag *d) {
    return account_record(t, c->district, action, account, d);
}
