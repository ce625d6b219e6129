/* Living through a history and comparing. */
#include "civil/life/life_internal.h"

#include "civil/check/check.h"
#include "civil/pack/pack.h"
#include "civil/payment/payment.h"

#include <stdio.h>

enum { PAYDAY = 8, PAY_HOUR = 17, ACT_HOUR = 10 };

/* ---- the run of a month -------------------------------------------------------------- */

struct answered { struct life *x; int64_t batch; bool good; struct buf out; int64_t fen; };

static enum status answers(struct txn *t, void *arg, struct diag *d) {
    struct answered *y = arg;
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT id, amount_fen FROM payment WHERE batch = ? AND state <> 'cancelled' ORDER BY id", SQL_I(y->batch));
    buf_clear(&y->out);
    y->fen = 0;
    buf_adds(&y->out, "付款编号,金额,状态,原因\n");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        buf_addf(&y->out, "%lld,%lld.%02lld,%s\n", (long long)rows_int(r, 0), (long long)(rows_int(r, 1) / 100), (long long)(rows_int(r, 1) % 100), y->good ? "成功," : "失败,账户已销户");
        y->fen += rows_int(r, 1);
    }
    return s;
}

static enum status pay_in(struct life *x, int64_t district, month_t m, bool good, int64_t *ret_fen, struct diag *d) {
    int64_t batch = 0;
    struct span file;
    const char *name;
    BUF_AUTO report;
    struct json_writer w;
    enum status s = payment_batch_prepare(&x->civil, &x->cashier, district, x->scheme, m, &batch, NULL, d);
    if (s == E_CONFLICT && (strcmp(d->code, "payment.nothing_new") == 0 || strcmp(d->code, "payment.nobody") == 0)) {
        diag_clear(d);
        return OK;
    }
    if (s == OK)
        s = payment_batch_approve(&x->civil, &x->finance, batch, 0, d);
    if (s == OK)
        s = payment_batch_file(&x->civil, x->a, &x->cashier, batch, &file, &name, d);
    struct answered y = {.x = x, .batch = batch, .good = good};
    buf_init(&y.out, 0);
    buf_init(&report, 0);
    json_begin(&w, &report, false);
    if (s == OK)
        s = store_read(x->store, answers, &y, d);
    if (s == OK)
        s = payment_batch_returns(&x->civil, x->a, &x->cashier, batch, buf_span(&y.out), &w, d);
    buf_release(&y.out);
    if (s == OK && good)
        *ret_fen += y.fen;
    return s;
}

enum status life_pay(struct life *x, month_t m, struct diag *d) {
    bool good = true;
    int64_t fen = 0;
    for (size_t i = 0; i < x->come_backs; i++)
        good = good && x->come_back[i] != m;
    enum status s = OK;
    for (month_t k = x->first; s == OK && k < m; k++) /* a month that came back is paid again by a batch of that month */
        if (life_ask(x, "SELECT count(*) FROM payment p JOIN payment_reissue o ON o.district = p.district AND o.payment = p.id WHERE p.month = ? AND p.correction = 0 AND NOT EXISTS "
            "(SELECT 1 FROM payment n WHERE n.root = p.root AND n.month = p.month AND n.correction = 0 AND n.id > p.id AND n.state <> 'cancelled')", k) > 0 &&
            (s = pay_in(x, 110102, k, true, &fen, d)) == OK)
            s = pay_in(x, 110115, k, true, &fen, d);
    if (s == OK)
        s = pay_in(x, 110102, m, good, &fen, d);
    if (s == OK)
        s = pay_in(x, 110115, m, good, &fen, d);
    x->paid[m - x->first] = fen;
    return s;
}

/* ---- comparing ----------------------------------------------------------------------------- */

static int64_t due_of(struct life *x, month_t m) {
    char sql[900];
    snprintf(sql, sizeof sql,
        "SELECT COALESCE(sum(COALESCE((SELECT a.monthly_fen FROM entitlement_act a WHERE a.district = e.district AND a.entitlement = e.id AND a.month <= %lld "
        "AND (a.until IS NULL OR a.until > %lld) ORDER BY a.seq DESC LIMIT 1), "
        "CASE WHEN e.from_month <= %lld THEN (SELECT sum(l.monthly_fen) FROM entitlement_line l WHERE l.district = e.district AND l.entitlement = e.id) ELSE 0 END)), 0) "
        "FROM entitlement e WHERE e.root = ?", (long long)m, (long long)m, (long long)m);
    return life_ask(x, sql, x->root);
}

static bool compare(const char *what, const char *month, const struct json *expected, int64_t fen, struct json_writer *w) {
    int64_t want = 0; /* not named: nothing */
    if (expected && (expected->type != JSON_NUMBER || dec_to_int(expected->number, &want, NULL) != OK))
        want = -1;
    if (want == fen)
        return true;
    json_object(w);
    json_kstring(w, "what", what);
    json_kstring(w, "month", month);
    json_kint(w, "expected_fen", want);
    json_kint(w, "fen", fen);
    json_object_end(w);
    return false;
}

static bool compare_all(struct life *x, const struct json *expected, struct json_writer *w) {
    bool same = true;
    static const struct { const char *key, *sql; } sums[] = {
        {"overpaid_fen", "SELECT COALESCE(sum(amount_fen - reversed_fen), 0) FROM recovery WHERE root = ?"},
        {"received_fen", "SELECT COALESCE(sum(received_fen), 0) FROM recovery WHERE root = ?"},
        {"waived_fen", "SELECT COALESCE(sum(waived_fen), 0) FROM recovery WHERE root = ?"}};
    json_key(w, "differences");
    json_array(w);
    for (month_t m = x->first; m <= x->last; m++) {
        char month[8];
        month_text(m, month);
        same &= compare("due", month, json_get(json_get(expected, "due"), month), due_of(x, m), w);
        same &= compare("paid", month, json_get(json_get(expected, "paid"), month), x->paid[m - x->first], w);
    }
    for (size_t i = 0; i < ARRAY_LEN(sums); i++)
        same &= compare(sums[i].key, "", json_get(expected, sums[i].key), life_ask(x, sums[i].sql, x->root), w);
    json_array_end(w);
    return same;
}

static void came_out(struct life *x, struct json_writer *w) {
    for (int due = 1; due >= 0; due--) {
        json_key(w, due ? "due" : "paid");
        json_object(w);
        for (month_t m = x->first; m <= x->last; m++) {
            char month[8];
            month_text(m, month);
            int64_t fen = due ? due_of(x, m) : x->paid[m - x->first];
            if (fen)
                json_kint(w, month, fen);
        }
        json_object_end(w);
    }
}

/* ---- living -------------------------------------------------------------------------------------- */

/* Events of a day before the day's run; in the order of the file, which is the order of the days. */
static enum status live(struct life *x, const struct json *events, struct diag *d) {
    size_t next = 0;
    date_t last = DATE_NONE;
    for (month_t m = x->first; m <= x->last; m++) {
        date_t payday = month_first(m) + PAYDAY - 1;
        for (; next < events->size; next++) {
            date_t on = DATE_NONE;
            enum status s = date_parse(span_of(json_str(events->item[next], "on", "")), &on, d);
            if (s == OK && last != DATE_NONE && on < last)
                s = diag_fail(d, E_INPUT, "life.file", DIAG_S("key", "events.on"));
            if (s == OK && on > payday)
                break;
            last = on;
            life_clock(x, on, ACT_HOUR);
            if (s == OK)
                s = life_event(x, events->item[next], on, d);
            if (s != OK) {
                d->line = (int)next + 1;
                return s;
            }
        }
        life_clock(x, payday, PAY_HOUR);
        enum status s = life_pay(x, m, d);
        if (s != OK)
            return s;
    }
    return next == events->size ? OK : diag_fail(d, E_INPUT, "life.file", DIAG_S("key", "last"));
}

static enum status read_head(struct life *x, const struct json *h, struct diag *d) {
    x->scheme = json_str(h, "scheme", "");
    x->facts = json_get(h, "facts");
    const struct json *events = json_get(h, "events");
    if (!packs_matter(x->world->packs, x->scheme) || !x->facts || x->facts->type != JSON_OBJECT)
        return diag_fail(d, E_INPUT, "life.file", DIAG_S("key", "scheme, facts"));
    if (!events || events->type != JSON_ARRAY || events->size == 0 || json_is_null(json_get(h, "expected")))
        return diag_fail(d, E_INPUT, "life.file", DIAG_S("key", "events, expected"));
    enum status s = month_parse(span_of(json_str(h, "first", "")), &x->first, d);
    if (s == OK)
        s = month_parse(span_of(json_str(h, "last", "")), &x->last, d);
    if (s == OK && (x->last < x->first || x->last - x->first >= LIFE_MONTHS_MAX))
        s = diag_fail(d, E_INPUT, "life.file", DIAG_S("key", "first, last"));
    return s;
}

enum status life_run(const struct life_world *world, struct arena *a, const struct json *history, struct json_writer *w, bool *ret_same, struct diag *d) {
    struct life x = {.world = world, .a = a};
    BUF_AUTO findings;
    int count = 0;
    buf_init(&findings, 0);
    enum status s = read_head(&x, history, d);
    if (s != OK)
        return s;
    life_clock(&x, month_first(x.first) - 40, ACT_HOUR);
    s = life_open(&x, d);
    if (s == OK)
        s = live(&x, json_get(history, "events"), d);
    if (s == OK)
        s = check_store(&x.civil, LANG_EN, &findings, &count, d);
    if (s == OK) {
        json_object(w);
        json_kstring(w, "id", json_str(history, "id", ""));
        *ret_same = compare_all(&x, json_get(history, "expected"), w) && count == 0;
        json_kbool(w, "same", *ret_same);
        json_kint(w, "findings", count);
        json_kspan(w, "said", buf_span(&findings));
        came_out(&x, w);
        json_object_end(w);
    }
    life_close(&x);
    return s;
}
