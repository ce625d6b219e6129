/* Preparing a batch: in chunks, resumed where it stopped, visible when whole.
 *
 * An entitlement is left out and listed as blocked when its decision rests on
 * a parameter that waits for confirmation, or when nobody knows the payee's
 * bank account: saying so is better than paying wrongly. */
#include "civil/payment/payment_internal.h"

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
    const char *scheme;
    month_t month;
};

/* ---- opening -------------------------------------------------------------------- */

static enum status open_batch(struct txn *t, void *arg, struct diag *d) {
    struct prepare *x = arg;
    AUTO(rows) struct rows *r = NULL;
    bool found = false;
    enum status s = batch_role(x->who, "cashier", x->district, d);
    if (s == OK && x->month > month_of(txn_today(t)) + 1)
        s = diag_fail(d, E_CONFLICT, "payment.month_future");
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT id, complete FROM payment_batch WHERE district = ? AND scheme = ? AND month = ? AND state = 'draft'", SQL_I(x->district),
            SQL_S(x->scheme), SQL_I(x->month));
    if (s == OK)
        s = rows_next(r, &found, d);
    if (s != OK)
        return s;
    if (found && rows_int(r, 1))
        return diag_fail(d, E_CONFLICT, "payment.batch_exists");
    if (found) { /* a former run was interrupted: go on where it stopped */
        x->batch = rows_int(r, 0);
        return OK;
    }
    x->batch = txn_new_id(t);
    return sql_exec(t, d,
        "INSERT INTO payment_batch (district, id, month, scheme, state, prepared_by, prepared_at, count, total_fen, blocked, complete, cursor, version) "
        "VALUES (?, ?, ?, ?, 'draft', ?, ?, 0, 0, '[]', 0, 0, 1)",
        SQL_I(x->district), SQL_I(x->batch), SQL_I(x->month), SQL_S(x->scheme), SQL_I(x->who->account), SQL_I(txn_now(t)));
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
        s = parameter_confirmed(t, p->pack, p->name, p->valid_from, &confirmed, NULL, d);
        if (s == OK && !confirmed) {
            *ret = p->name;
            return OK;
        }
    }
    return s;
}

struct candidate { int64_t id, root, payee, amount; bool has_account; struct span parameters; };

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

static enum status add(struct txn *t, struct prepare *x, const struct candidate *e, struct diag *d) {
    const char *parameter = "";
    enum status s = open_parameter(x, t, e->parameters, &parameter, d);
    if (s != OK)
        return s;
    if (*parameter)
        return block(t, x, e, "parameter", parameter, d);
    if (!e->has_account)
        return block(t, x, e, "account", "", d);
    s = sql_exec(t, d,
        "INSERT INTO payment (district, id, batch, entitlement, root, month, amount_fen, payee, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'prepared')",
        SQL_I(x->district), SQL_I(txn_new_id(t)), SQL_I(x->batch), SQL_I(e->id), SQL_I(e->root), SQL_I(x->month), SQL_I(e->amount), SQL_I(e->payee));
    return s == OK ? sql_exec(t, d, "UPDATE payment_batch SET count = count + 1, total_fen = total_fen + ? WHERE district = ? AND id = ?", SQL_I(e->amount),
                         SQL_I(x->district), SQL_I(x->batch)) : s;
}

/* ---- the chunks ------------------------------------------------------------------------ */

static enum status chunk(struct txn *t, void *arg, bool *done, struct diag *d) {
    struct prepare *x = arg;
    int64_t cursor = 0;
    enum status s = sql_int(t, &cursor, 0, d, "SELECT cursor FROM payment_batch WHERE district = ? AND id = ?", SQL_I(x->district), SQL_I(x->batch));
    AUTO(rows) struct rows *r = NULL;
    /* Not in a live payment of the month already: a supplementary batch takes up only what is new. */
    if (s == OK)
        s = sql_query(t, &r, d,
            "SELECT e.id, e.root, e.payee, (SELECT sum(l.monthly_fen) FROM entitlement_line l WHERE l.district = e.district AND l.entitlement = e.id), "
            "CASE WHEN p.bank_account IS NULL THEN 0 ELSE 1 END, q.parameters FROM entitlement e "
            "JOIN person p ON p.district = e.district AND p.id = e.payee JOIN decision_record q ON q.district = e.district AND q.id = e.decision "
            "WHERE e.district = ? AND e.scheme = ? AND e.state = 'active' AND e.from_month <= ? AND (e.to_month IS NULL OR e.to_month > ?) AND e.id > ? "
            "AND NOT EXISTS (SELECT 1 FROM payment y WHERE y.root = e.root AND y.month = ? AND y.state <> 'cancelled') ORDER BY e.id LIMIT 500",
            SQL_I(x->district), SQL_S(x->scheme), SQL_I(x->month), SQL_I(x->month), SQL_I(cursor), SQL_I(x->month));
    bool more = true;
    int64_t n = 0;
    while (s == OK && !txn_late(t)) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        struct candidate e = {rows_int(r, 0), rows_int(r, 1), rows_int(r, 2), rows_int(r, 3), rows_int(r, 4) != 0, {0}};
        e.parameters = span_of(rows_dup(r, 5, txn_arena(t)));
        if (e.amount > 0)
            s = add(t, x, &e, d);
        cursor = e.id;
        n++;
    }
    *done = s == OK && !more && n < 500;
    return s == OK ? sql_exec(t, d, "UPDATE payment_batch SET cursor = ?, complete = ? WHERE district = ? AND id = ?", SQL_I(cursor), SQL_I(*done), SQL_I(x->district), SQL_I(x->batch)) : s;
}

enum status payment_batch_prepare(struct civil *c, const struct actor *who, int64_t district, const char *scheme, month_t m, int64_t *ret_batch, struct diag *d) {
    struct prepare x = {.civil = c, .who = who, .district = district, .scheme = scheme, .month = m};
    if (!packs_matter(c->packs, scheme))
        return diag_fail(d, E_INPUT, "payment.scheme");
    enum status s = store_write(c->store, open_batch, &x, d);
    if (s == OK)
        s = store_write_chunks(c->store, chunk, &x, d);
    if (s == OK)
        *ret_batch = x.batch;
    return s;
}
