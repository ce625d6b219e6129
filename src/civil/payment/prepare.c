/* Preparing a batch: everybody is asked again (civil/recheck/recheck.h), then the lines are written in chunks,
 * resumed where it stopped, visible when whole.
 *
 * An entitlement is left out and listed as blocked when its decision rests on
 * a parameter that waits for confirmation, or when nobody knows the payee's
 * bank account: saying so is better than paying wrongly. */
#include "civil/payment/payment_internal.h"
#include "civil/recheck/recheck.h"

#include "base/json.h"
#include "civil/pack/pack.h"
#include "civil/parameter/parameter.h"
#include "store/store.h"

#include <stdio.h>

enum { BLOCKED_LISTED_MAX = 200 }; /* more than a page of them means the parameter itself must be confirmed first */

struct prepare {
    struct civil *civil;
    const struct actor *who;
    int64_t district, batch;
    const char *scheme, *compartment; /* NULL: what is in none */
    month_t month;
    bool made;    /* by this call */
    bool nothing; /* there was nobody to pay: the batch is gone, or was never there */
    int64_t others; /* then: batches of the month that paid already */
};

/* ---- opening -------------------------------------------------------------------- */

/* A former run was interrupted.  Its own preparer goes on where it stopped;
 * anybody else begins again, so that prepared_by has prepared all of it (the
 * approver must be another). */
static enum status resume(struct txn *t, struct prepare *x, int64_t batch, int64_t prepared_by, struct diag *d) {
    x->batch = batch;
    x->made = false;
    if (prepared_by == x->who->account)
        return OK;
    enum status s = sql_exec(t, d, "DELETE FROM payment WHERE district = ? AND batch = ?", SQL_I(x->district), SQL_I(batch));
    return s == OK ? sql_exec(t, d,
                         "UPDATE payment_batch SET prepared_by = ?, prepared_at = ?, count = 0, total_fen = 0, blocked = '[]', cursor = 0 WHERE district = ? AND id = ?",
                         SQL_I(x->who->account), SQL_I(txn_now(t)), SQL_I(x->district), SQL_I(batch)) : s;
}

static enum status find_or_open(struct txn *t, struct prepare *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool found = false;
    enum status s = batch_role(x->who, "cashier", x->district, d);
    if (s == OK && x->month > month_of(txn_today(t)) + 1)
        s = diag_fail(d, E_CONFLICT, "payment.month_future");
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT id, complete, prepared_by FROM payment_batch WHERE district = ? AND scheme = ? AND month = ? AND state = 'draft' AND COALESCE(compartment, '') = ?",
            SQL_I(x->district), SQL_S(x->scheme), SQL_I(x->month), SQL_S(x->compartment ? x->compartment : ""));
    if (s == OK)
        s = rows_next(r, &found, d);
    if (s != OK)
        return s;
    if (found && rows_int(r, 1))
        return diag_fail(d, E_CONFLICT, "payment.batch_exists");
    if (found) {
        int64_t batch = rows_int(r, 0), by = rows_int(r, 2);
        rows_free(TAKE(r));
        return resume(t, x, batch, by, d);
    }
    x->batch = txn_new_id(t);
    x->made = true;
    return sql_exec(t, d,
        "INSERT INTO payment_batch (district, id, month, scheme, state, prepared_by, prepared_at, count, total_fen, blocked, complete, cursor, version, compartment) "
        "VALUES (?, ?, ?, ?, 'draft', ?, ?, 0, 0, '[]', 0, 0, 1, ?)",
        SQL_I(x->district), SQL_I(x->batch), SQL_I(x->month), SQL_S(x->scheme), SQL_I(x->who->account), SQL_I(txn_now(t)),
        SQL_S(x->compartment));
}

/* ---- one entitlement --------------------------------------------------------------- */

/* The first of the decision's parameters that must be confirmed and is not; "" none. */
static enum status open_parameter(struct prepare *x, struct txn *t, struct span json, const char **ret, struct diag *d) {
    const struct json *list = NULL;
    *ret = "";
    enum status s = json_parse(txn_arena(t), json, &list, d);
    for (size_t i = 0; s == OK && list->type == JSON_ARRAY && i < list->size; i++) {
        const char *name = json_str(list->item[i], "name", "");
        date_t from = DATE_NONE;
        bool confirmed = false;
        if (date_parse(span_of(json_str(list->item[i], "valid_from", "")), &from, NULL) != OK)
            continue;
        const struct parameter *p = packs_parameter(x->civil->packs, name, from);
        if (!p || !p->to_confirm)
            continue;
        s = parameter_confirmed(t, p, &confirmed, NULL, d);
        if (s == OK && !confirmed) {
            *ret = p->name;
            return OK;
        }
    }
    return s;
}

struct candidate { int64_t id, root, payee, amount /* of the month itself; 0: none */; bool has_account, corrected; struct span parameters; };
struct due_line { month_t month; int64_t fen, correction; };
enum { CHUNK_ROWS = 500 };

static enum status block(struct txn *t, struct prepare *x, const struct candidate *e, const char *reason, const char *name, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    const struct json *list = NULL;
    enum status s = sql_one(t, &r, d, "SELECT blocked FROM payment_batch WHERE district = ? AND id = ?", SQL_I(x->district), SQL_I(x->batch));
    if (s == OK)
        s = json_parse(txn_arena(t), rows_text(r, 0), &list, d);
    if (s != OK || list->size >= BLOCKED_LISTED_MAX)
        return s;
    BUF_AUTO b;
    buf_init(&b, 1 << 20);
    struct json_writer w;
    json_begin(&w, &b, false);
    json_array(&w);
    for (size_t i = 0; i < list->size; i++)
        json_value(&w, list->item[i]);
    json_object(&w);
    json_kid(&w, "entitlement", e->id);
    json_kstring(&w, "reason", reason);
    json_kstring(&w, "name", name);
    json_kint(&w, "amount_fen", e->amount);
    json_object_end(&w);
    json_array_end(&w);
    return buf_ok(&b) ? sql_exec(t, d, "UPDATE payment_batch SET blocked = ? WHERE district = ? AND id = ?", SQL_T(buf_span(&b)), SQL_I(x->district), SQL_I(x->batch)) : arena_full(d);
}

/* Two entitlements of one root (a move in the middle of the month): the first is paid. */
static enum status add_line(struct txn *t, struct prepare *x, const struct candidate *e, const struct due_line *l, struct diag *d) {
    int64_t added = 0;
    enum status s = sql_exec_count(t, &added, d,
        "INSERT INTO payment (district, id, batch, entitlement, root, month, amount_fen, payee, state, correction) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'prepared', ?) "
        "ON CONFLICT DO NOTHING",
        SQL_I(x->district), SQL_I(txn_new_id(t)), SQL_I(x->batch), SQL_I(e->id), SQL_I(e->root), SQL_I(l->month), SQL_I(l->fen), SQL_I(e->payee), SQL_I(l->correction));
    return s == OK && added ? sql_exec(t, d, "UPDATE payment_batch SET count = count + 1, total_fen = total_fen + ? WHERE district = ? AND id = ?",
                                  SQL_I(l->fen), SQL_I(x->district), SQL_I(x->batch)) : s;
}

/* In a payment already, unless that came back and was ordered to be paid again. */
#define IN_A_PAYMENT(root, month, correction)                                                                                        \
    "EXISTS (SELECT 1 FROM payment y WHERE y.root = " root " AND y.month = " month " AND y.correction = " correction " AND y.state <> 'cancelled' " \
    "AND NOT (y.state = 'returned' AND EXISTS (SELECT 1 FROM payment_reissue o WHERE o.district = y.district AND o.payment = y.id)))"
#define OWED "j.district = e.district AND j.entitlement = e.id AND j.cancelled_by IS NULL AND j.month <= ? AND NOT " IN_A_PAYMENT("j.root", "j.month", "j.id")

enum { CORRECTIONS_MAX = 240 }; /* twenty years of months; what is more waits for the next batch */

static enum status corrections(struct txn *t, const struct prepare *x, const struct candidate *e, struct due_line list[CORRECTIONS_MAX], size_t *ret_n, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT j.month, j.amount_fen, j.id FROM entitlement_adjustment j JOIN entitlement e ON e.district = ? AND e.id = ? WHERE " OWED " ORDER BY j.month, j.id LIMIT ?",
        SQL_I(x->district), SQL_I(e->id), SQL_I(x->month), SQL_I(CORRECTIONS_MAX));
    *ret_n = 0;
    while (s == OK && *ret_n < CORRECTIONS_MAX && (s = rows_next(r, &row, d)) == OK && row)
        list[(*ret_n)++] = (struct due_line){rows_int(r, 0), rows_int(r, 1), rows_int(r, 2)};
    return s;
}

static enum status add(struct txn *t, struct prepare *x, const struct candidate *e, struct diag *d) {
    const char *parameter = "";
    enum status s = open_parameter(x, t, e->parameters, &parameter, d);
    if (s != OK)
        return s;
    if (*parameter)
        return block(t, x, e, "parameter", parameter, d);
    bool held = false;
    if ((s = recheck_holds_in(t, x->district, e->id, &held, d)) != OK)
        return s;
    if (held)
        return block(t, x, e, "rules", "", d);
    if (!e->has_account)
        return block(t, x, e, "account", "", d);
    if (e->amount > 0)
        s = add_line(t, x, e, &(struct due_line){x->month, e->amount, 0}, d);
    if (s != OK || !e->corrected)
        return s;
    struct due_line list[CORRECTIONS_MAX];
    size_t n = 0;
    s = corrections(t, x, e, list, &n, d);
    for (size_t i = 0; s == OK && i < n; i++)
        s = add_line(t, x, e, &list[i], d);
    return s;
}

/* ---- the chunks ------------------------------------------------------------------------ */

/* What is due of the month: by the latest act that speaks of it, else as it was opened; less what
 * is owed of it by a line of its own, and with what was overpaid of it (both 0 but after corrections). */
#define DUE_OF_MONTH                                                                                                                                             \
    "COALESCE((SELECT a.monthly_fen FROM entitlement_act a WHERE a.district = e.district AND a.entitlement = e.id AND a.month <= ? AND (a.until IS NULL OR a.until > ?) " \
    "ORDER BY a.seq DESC LIMIT 1), (SELECT sum(l.monthly_fen) FROM entitlement_line l WHERE l.district = e.district AND l.entitlement = e.id), 0) " \
    "- COALESCE((SELECT sum(w.amount_fen) FROM entitlement_adjustment w WHERE w.root = e.root AND w.month = ? AND w.cancelled_by IS NULL), 0) " \
    "+ COALESCE((SELECT sum(k.amount_fen - k.reversed_fen) FROM recovery_month k WHERE k.root = e.root AND k.month = ?), 0)"
#define OF_MONTH "e.from_month <= ? AND (e.to_month IS NULL OR e.to_month > ?) AND NOT " IN_A_PAYMENT("e.root", "?", "0")

/* Not in a payment of the month already (a supplementary batch takes up only
 * what is new), or in one that came back and was ordered to be paid again; and
 * what is owed of former months. */
static enum status candidates(struct txn *t, const struct prepare *x, int64_t cursor, struct candidate list[CHUNK_ROWS], size_t *ret_n, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct sql_value m = SQL_I(x->month);
    enum status s = sql_query(t, &r, d,
        "SELECT e.id, e.root, e.payee, CASE WHEN " OF_MONTH " THEN " DUE_OF_MONTH " ELSE 0 END, "
        "CASE WHEN p.bank_account IS NULL THEN 0 ELSE 1 END, (SELECT q.parameters FROM decision_record q WHERE q.district = e.district AND q.id = COALESCE((SELECT a.decision "
        "FROM entitlement_act a WHERE a.district = e.district AND a.entitlement = e.id AND a.decision IS NOT NULL ORDER BY a.seq DESC LIMIT 1), e.decision)), CASE WHEN EXISTS (SELECT 1 FROM entitlement_adjustment j WHERE " OWED ") THEN 1 ELSE 0 END FROM entitlement e "
        "JOIN person p ON p.district = e.district AND p.id = e.payee "
        "WHERE e.district = ? AND e.scheme = ? AND e.id > ? AND (SELECT COALESCE(f.compartment, '') FROM case_file f WHERE f.district = e.district AND f.id = e.case_id) = ? "
        "AND ((" OF_MONTH ") OR EXISTS (SELECT 1 FROM entitlement_adjustment j WHERE " OWED ")) ORDER BY e.id LIMIT ?",
        m, m, m, m, m, m, m, m, SQL_I(x->district), SQL_S(x->scheme), SQL_I(cursor), SQL_S(x->compartment ? x->compartment : ""), m, m, m, m, SQL_I(CHUNK_ROWS));
    size_t n = 0;
    for (bool more = true; s == OK && n < CHUNK_ROWS;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        struct candidate *e = &list[n++];
        *e = (struct candidate){rows_int(r, 0), rows_int(r, 1), rows_int(r, 2), rows_int(r, 3), rows_int(r, 4) != 0, rows_int(r, 6) != 0, {0}};
        char *parameters = rows_dup(r, 5, txn_arena(t));
        if (!parameters)
            return arena_full(d);
        e->parameters = span_of(parameters);
    }
    *ret_n = n;
    return s;
}

/* A batch with nothing in it and nothing blocked is no batch. */
static enum status drop_empty(struct txn *t, struct prepare *x, struct diag *d) {
    int64_t dropped = 0;
    enum status s = sql_exec_count(t, &dropped, d, "DELETE FROM payment_batch WHERE district = ? AND id = ? AND count = 0 AND blocked = '[]'", SQL_I(x->district), SQL_I(x->batch));
    x->nothing = s == OK && dropped > 0;
    return x->nothing ? sql_exec(t, d, "INSERT INTO payment_run_empty (district, scheme, compartment, month, at, account) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                            SQL_I(x->district), SQL_S(x->scheme), SQL_S(x->compartment ? x->compartment : ""), SQL_I(x->month), SQL_I(txn_now(t)), SQL_I(x->who->account)) : s;
}

/* Where nobody is to be paid nobody is asked again either. */
static enum status open_batch(struct txn *t, void *arg, struct diag *d) {
    struct prepare *x = arg;
    size_t n = 0;
    struct candidate *list = ARENA_ARRAY(txn_arena(t), CHUNK_ROWS, struct candidate);
    x->nothing = false;
    enum status s = list ? find_or_open(t, x, d) : arena_full(d);
    if (s != OK || !x->made)
        return s;
    s = candidates(t, x, 0, list, &n, d);
    return s == OK && n == 0 ? drop_empty(t, x, d) : s;
}

/* At least one entitlement a chunk, however slow the machine is. */
static enum status chunk(struct txn *t, void *arg, bool *done, struct diag *d) {
    struct prepare *x = arg;
    int64_t cursor = 0, complete = 0;
    size_t n = 0, i = 0;
    *done = false;
    x->nothing = false;
    enum status s = sql_int(t, &complete, -1, d, "SELECT complete FROM payment_batch WHERE district = ? AND id = ?", SQL_I(x->district), SQL_I(x->batch));
    if (s == OK && complete) { /* by the same officer in another window, who may have found nothing (no row) */
        *done = true;
        x->nothing = complete < 0;
        return OK;
    }
    if (s == OK)
        s = sql_int(t, &cursor, 0, d, "SELECT cursor FROM payment_batch WHERE district = ? AND id = ?", SQL_I(x->district), SQL_I(x->batch));
    struct candidate *list = ARENA_ARRAY(txn_arena(t), CHUNK_ROWS, struct candidate);
    if (!list)
        return arena_full(d);
    if (s == OK)
        s = candidates(t, x, cursor, list, &n, d);
    for (; s == OK && i < n && (i == 0 || !txn_late(t)); i++) {
        if (list[i].amount > 0 || list[i].corrected)
            s = add(t, x, &list[i], d);
        cursor = list[i].id;
    }
    *done = s == OK && i == n && n < CHUNK_ROWS;
    if (*done && (s = drop_empty(t, x, d)) == OK && x->nothing)
        return OK;
    return s == OK ? sql_exec(t, d, "UPDATE payment_batch SET cursor = ?, complete = ? WHERE district = ? AND id = ?", SQL_I(cursor), SQL_I(*done), SQL_I(x->district), SQL_I(x->batch)) : s;
}

enum status payment_batch_prepare(struct civil *c, const struct actor *who, int64_t district, const char *scheme, month_t m, int64_t *ret_batch,
    bool *ret_made, struct diag *d) {
    return payment_batch_prepare_of(c, who, district, scheme, NULL, m, ret_batch, ret_made, d);
}

/* Was all of it paid in other batches, or was nobody ever entitled? */
static enum status count_others(struct txn *t, void *arg, struct diag *d) {
    struct prepare *x = arg;
    return sql_int(t, &x->others, 0, d, "SELECT COUNT(*) FROM payment_batch WHERE district = ? AND scheme = ? AND month = ? AND state <> 'cancelled'", SQL_I(x->district),
        SQL_S(x->scheme), SQL_I(x->month));
}

static enum status nobody_to_pay(struct prepare *x, struct diag *d) {
    enum status s = store_read(x->civil->store, count_others, x, d);
    return s != OK ? s : diag_fail(d, E_CONFLICT, x->others ? "payment.nothing_new" : "payment.nobody", DIAG_N("year", x->month / 12), DIAG_N("month", x->month % 12 + 1));
}

enum status payment_batch_prepare_of(struct civil *c, const struct actor *who, int64_t district, const char *scheme, const char *compartment, month_t m, int64_t *ret_batch,
    bool *ret_made, struct diag *d) {
    struct prepare x = {.civil = c, .who = who, .district = district, .scheme = scheme, .compartment = compartment && *compartment ? compartment : NULL, .month = m};
    if (!packs_scheme_known(c->packs, scheme))
        return diag_fail(d, E_INPUT, "payment.scheme");
    if (!actor_inside(who, x.compartment)) { /* one that he is not in is to him none at all */
        (void)!diag_fail(d, E_INPUT, "payment.compartment");
        return diag_at(d, "compartment");
    }
    enum status s = store_write(c->store, open_batch, &x, d);
    if (s == OK && !x.nothing)
        s = recheck_month(c, who, district, scheme, m, NULL, d);
    if (s == OK && !x.nothing)
        s = store_write_chunks(c->store, chunk, &x, d);
    if (s == OK && x.nothing)
        return nobody_to_pay(&x, d);
    if (s == OK)
        *ret_batch = x.batch;
    if (s == OK && ret_made)
        *ret_made = x.made;
    return s;
}
