/* Batches as the API shows them. */
#include "civil/payment/payment_internal.h"

#include "base/json.h"
#include "calendar/calendar.h"
#include "civil/access/access.h"
#include "civil/access/access_list.h"
#include "civil/pack/pack.h"
#include "civil/register/register.h"
#include "civil/secrecy/secrecy.h"
#include "civil/row_json.h"
#include "store/store.h"

#include <stdio.h>

enum { PAGE = 100 };

static enum status account_name(struct txn *t, int64_t account, struct json_writer *w, const char *key, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool found = false;
    json_key(w, key);
    enum status s = account ? sql_query(t, &r, d, "SELECT name FROM account WHERE id = ?", SQL_I(account)) : OK;
    if (s == OK && r)
        s = rows_next(r, &found, d);
    if (found)
        json_span(w, rows_text(r, 0));
    else
        json_nothing(w);
    return s;
}

static enum status sum_state(struct txn *t, const struct batch *b, const char *state, int64_t *ret, struct diag *d) {
    return sql_int(t, ret, 0, d, "SELECT sum(amount_fen) FROM payment WHERE district = ? AND batch = ? AND state = ?", SQL_I(b->district), SQL_I(b->id), SQL_S(state));
}

static void blocked_json(struct txn *t, const struct batch *b, struct json_writer *w) {
    const struct json *list = NULL;
    json_key(w, "blocked");
    json_array(w);
    if (json_parse(txn_arena(t), span_of(b->blocked), &list, NULL) == OK)
        for (size_t i = 0; i < list->size; i++) {
            char code[64];
            snprintf(code, sizeof code, "payment.blocked.%s", json_str(list->item[i], "reason", ""));
            json_object(w);
            json_kstring(w, "entitlement", json_str(list->item[i], "entitlement", ""));
            json_key(w, "reason");
            json_object(w);
            for (int l = LANG_ZH; l <= LANG_EN; l++) {
                BUF_AUTO text;
                buf_init(&text, 4096);
                struct diag_arg arg = DIAG_S("name", json_str(list->item[i], "name", ""));
                message_text(&text, (enum lang)l, code, &arg, 1);
                json_kspan(w, l == LANG_ZH ? "zh" : "en", buf_span(&text));
            }
            json_object_end(w);
            json_kint(w, "amount_fen", json_int(list->item[i], "amount_fen", 0));
            json_object_end(w);
        }
    json_array_end(w);
}

/* What this officer can do with it now. */
static void may_json(const struct actor *who, const struct batch *b, struct json_writer *w) {
    bool draft = strcmp(b->state, "draft") == 0, approved = strcmp(b->state, "approved") == 0, sent = strcmp(b->state, "sent") == 0;
    bool cashier = batch_role(who, "cashier", b->district, NULL) == OK, finance = batch_role(who, "finance", b->district, NULL) == OK;
    json_key(w, "may");
    json_array(w);
    if (draft && finance && who->account != b->prepared_by && b->count)
        json_string(w, "approve");
    if (draft && (cashier || finance) && !b->approved_by)
        json_string(w, "cancel");
    if (cashier && (approved || sent || strcmp(b->state, "settled") == 0))
        json_string(w, "file");
    if (cashier && sent)
        json_string(w, "returns");
    json_array_end(w);
}

/* 445号 九(三): paid by the 10th; on a day off the working day before. */
date_t batch_due_on(struct civil *c, const struct batch *b) {
    const struct parameter *p = packs_parameter(c->packs, "发放截止日", month_first(b->month));
    int64_t day = p ? strtoll(p->value, NULL, 10) : 10;
    date_t due = month_first(b->month) + (date_t)(day >= 1 && day <= 28 ? day : 10) - 1;
    bool provisional = false;
    while (!calendar_working(c->calendar, due, &provisional))
        due--;
    return due;
}

static enum status batch_json(struct civil *c, struct txn *t, const struct actor *who, const struct batch *b, struct json_writer *w, struct diag *d) {
    int64_t paid = 0, returned = 0;
    bool draft = strcmp(b->state, "draft") == 0; /* an approval under way is not one yet */
    char month[8];
    month_text(b->month, month);
    enum status s = sum_state(t, b, "paid", &paid, d);
    if (s == OK)
        s = sum_state(t, b, "returned", &returned, d);
    if (s != OK)
        return s;
    json_object(w);
    json_kid(w, "id", b->id);
    json_kstring(w, "month", month);
    json_kstring(w, "scheme", b->scheme);
    json_kstring(w, "compartment", *b->compartment ? b->compartment : NULL);
    json_kstring(w, "state", b->state);
    json_kint(w, "count", b->count);
    json_kint(w, "total_fen", b->total_fen);
    json_kint(w, "paid_fen", paid);
    json_kint(w, "returned_fen", returned);
    blocked_json(t, b, w);
    s = account_name(t, b->prepared_by, w, "prepared_by", d);
    json_kinstant(w, "prepared_at", b->prepared_at);
    if (s == OK)
        s = account_name(t, draft ? 0 : b->approved_by, w, "approved_by", d);
    json_key(w, "approved_at");
    if (b->approved_at && !draft)
        json_instant(w, b->approved_at);
    else
        json_nothing(w);
    json_kstring(w, "file_sha", *b->file_sha ? b->file_sha : NULL);
    json_kint(w, "version", b->version);
    may_json(who, b, w);
    json_kdate(w, "due_on", batch_due_on(c, b));
    json_object_end(w);
    return s;
}

enum status payment_batches_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    const char *open = secrecy_open_column(txn_arena(t), who, "compartment");
    char *sql = open ? arena_printf(txn_arena(t), "SELECT id, district FROM payment_batch WHERE complete = 1 AND %s ORDER BY month DESC, id DESC LIMIT 120", open) : NULL;
    enum status s = sql ? sql_query(t, &r, d, sql) : arena_full(d);
    json_object(w);
    json_key(w, "items");
    json_array(w);
    for (bool more = true; s == OK;) {
        struct batch b;
        char code[16];
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        snprintf(code, sizeof code, "%lld", (long long)rows_int(r, 1));
        if (!actor_may(who, NULL, code))
            continue;
        s = batch_read(t, who, rows_int(r, 0), &b, d);
        if (s == OK)
            s = batch_json(c, t, who, &b, w, d);
    }
    json_array_end(w);
    json_object_end(w);
    return s;
}

static enum status read_scoped(struct txn *t, const struct actor *who, int64_t id, struct batch *ret, struct diag *d) {
    char code[24];
    enum status s = batch_read(t, who, id, ret, d);
    snprintf(code, sizeof code, "%lld", (long long)ret->district);
    return s == OK && !actor_may(who, NULL, code) ? diag_fail(d, E_FORBIDDEN, "payment.role") : s;
}

enum status payment_batch_one_json(struct civil *c, struct txn *t, const struct actor *who, int64_t batch, struct json_writer *w, struct diag *d) {
    struct batch b = {0};
    enum status s = read_scoped(t, who, batch, &b, d);
    return s == OK ? batch_json(c, t, who, &b, w, d) : s;
}

/* ---- lines --------------------------------------------------------------------------- */

static enum status line_json(struct civil *c, struct txn *t, struct access *x, const struct batch *b, bool cashier, struct rows *r, struct json_writer *w, struct diag *d) {
    struct person p;
    struct span account = {0};
    struct arena *a = txn_arena(t);
    enum status s = person_read(c, t, x, a, b->district, rows_int(r, 1), &p, d);
    if (s == OK)
        s = person_reveal(c, t, x, a, b->district, rows_int(r, 1), ACCESS_ACCOUNT, &account, d);
    if (s == E_NOT_FOUND)
        s = OK;
    if (s != OK)
        return s;
    json_object(w);
    json_kid(w, "id", rows_int(r, 0));
    json_kstring(w, "name", p.name);
    json_key(w, "account_masked");
    json_stringf(w, "**** %.*s", account.size >= 4 ? 4 : 0, account.size >= 4 ? account.at + account.size - 4 : "");
    json_kint(w, "amount_fen", rows_int(r, 2));
    json_kspan(w, "state", rows_text(r, 3));
    if (!rows_null(r, 4))
        access_text_pair(w, "reason", "payment.return", span_of(rows_dup(r, 4, a)));
    row_text_or_null(w, "reissued", r, 6);
    json_kbool(w, "may_reissue", cashier && rows_int(r, 5) != 0);
    json_object_end(w);
    return OK;
}

void account_name_json(struct json_writer *w, struct span code) {
    char name[24];
    snprintf(name, sizeof name, "%.*s", code.at[0] == '8' && code.size > 4 ? 4 : (int)code.size, code.at); /* the budget's have a fund behind it */
    for (char *p = name; *p; p++)
        if (*p == '.')
            *p = '_';
    access_text_pair(w, "name", "payment.account", span_of(name));
}

static enum status ledger_json(struct txn *t, const struct batch *b, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d,
        "SELECT a.code, COALESCE((SELECT sum(x.amount_fen) FROM ledger_transfer x WHERE x.district = a.district AND x.debit = a.id AND x.batch = ?), 0), "
        "COALESCE((SELECT sum(y.amount_fen) FROM ledger_transfer y WHERE y.district = a.district AND y.credit = a.id AND y.batch = ?), 0) "
        "FROM ledger_account a WHERE a.district = ? ORDER BY a.code", SQL_I(b->id), SQL_I(b->id), SQL_I(b->district));
    json_key(w, "ledger");
    json_array(w);
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        json_object(w);
        json_kspan(w, "account", rows_text(r, 0));
        account_name_json(w, rows_text(r, 0));
        json_kint(w, "debit_fen", rows_int(r, 1));
        json_kint(w, "credit_fen", rows_int(r, 2));
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

enum status payment_batch_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t batch, const char *cursor, const char *state,
    struct json_writer *w, int64_t *ret_version, struct diag *d) {
    struct batch b = {0};
    enum status s = read_scoped(t, who, batch, &b, d);
    int64_t after = 0, last = 0;
    *ret_version = b.version;
    if (s == OK && cursor && *cursor) {
        char *end = NULL;
        after = strtoll(cursor, &end, 10);
        if (*end || after < 0) {
            (void)diag_fail(d, E_INPUT, "payment.cursor");
            s = diag_at(d, "cursor");
        }
    }
    if (s != OK)
        return s;
    json_object(w);
    json_key(w, "batch");
    if (s == OK)
        s = batch_json(c, t, who, &b, w, d);
    json_key(w, "lines");
    json_array(w);
    AUTO(rows) struct rows *r = NULL;
    if (s == OK)
        s = sql_query(t, &r, d,
            "SELECT id, payee, amount_fen, state, return_code, CASE WHEN state = 'returned' AND NOT EXISTS (SELECT 1 FROM payment_reissue o "
            "WHERE o.district = payment.district AND o.payment = payment.id) THEN 1 ELSE 0 END, (SELECT o.reason FROM payment_reissue o WHERE o.district = payment.district AND o.payment = payment.id) FROM payment WHERE district = ? AND batch = ? AND id > ? AND (? = '' OR state = ?) ORDER BY id LIMIT ?",
            SQL_I(b.district), SQL_I(b.id), SQL_I(after), SQL_S(state ? state : ""), SQL_S(state ? state : ""), SQL_I(PAGE + 1));
    bool more = true;
    for (int n = 0; s == OK; n++) {
        if ((s = rows_next(r, &more, d)) != OK || !more || n == PAGE)
            break;
        last = rows_int(r, 0);
        s = line_json(c, t, x, &b, batch_role(who, "cashier", b.district, NULL) == OK, r, w, d);
    }
    json_array_end(w);
    json_key(w, "next");
    if (more && s == OK)
        json_stringf(w, "%lld", (long long)last);
    else
        json_nothing(w);
    if (s == OK)
        s = ledger_json(t, &b, w, d);
    json_object_end(w);
    return s;
}
