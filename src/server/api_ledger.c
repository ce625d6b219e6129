/* The books and the budget: months, balances, statements.  The journal is a command's (minzheng ledger export): it shows every transfer, also of compartments. */
#include "server/server_internal.h"

#include "civil/books/books.h"
#include "civil/budget/appropriation.h"
#include "store/store.h"

static enum status read_months(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return books_months_json(c->civil, t, c->actor, &c->w, d);
}
void api_ledger_months(struct call *c) { call_show(c, OK, read_months); }

static void closing(struct call *c, enum status (*act)(struct civil *, const struct actor *, month_t, struct diag *)) {
    month_t m = 0;
    enum status s = month_parse(span_of(c->request->param[0]), &m, &c->diag);
    if (s == OK)
        s = act(c->civil, c->actor, m, &c->diag);
    call_done(c, s);
}
void api_ledger_month_ask(struct call *c) { closing(c, books_closing_ask); }
void api_ledger_month_close(struct call *c) { closing(c, books_closing_close); }

static enum status read_balances(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    month_t m = 0;
    enum status s = call_query_month(c, "month", 0, &m);
    return s == OK ? books_balances_json(c->civil, t, c->actor, m, &c->w, d) : s;
}
void api_ledger_balances(struct call *c) { call_show(c, OK, read_balances); }

static enum status read_statement(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    month_t from = 0, to = 0;
    const char *by = http_query(c->request, "by");
    enum status s = call_query_month(c, "from", 0, &from);
    if (s == OK)
        s = call_query_month(c, "to", 0, &to);
    return s == OK ? books_statement_json(c->civil, t, c->actor, by ? by : "scheme", from, to, &c->w, d) : s;
}
void api_ledger_statement(struct call *c) { call_show(c, OK, read_statement); }

struct budget_call { struct call *call; int64_t year; };
static enum status read_budget(struct txn *t, void *arg, struct diag *d) {
    struct budget_call *x = arg;
    return budget_json(x->call->civil, t, x->call->actor, x->year, &x->call->w, d);
}
static void reply_budget(struct call *c, enum status s, int64_t year) {
    struct budget_call x = {c, year};
    if (s == OK)
        s = store_read(c->civil->store, read_budget, &x, &c->diag);
    if (s != OK)
        call_fail(c, s);
}

static enum status this_year(struct txn *t, void *arg, struct diag *d) {
    (void)d;
    *(int64_t *)arg = date_ymd(txn_today(t)).year;
    return OK;
}
void api_budget(struct call *c) {
    int64_t year = 0;
    const char *text = http_query(c->request, "year");
    enum status s = OK;
    if (text && *text)
        year = strtoll(text, NULL, 10);
    else
        s = store_read(c->civil->store, this_year, &year, &c->diag);
    reply_budget(c, s, year);
}

void api_appropriation_new(struct call *c) {
    int64_t id = 0;
    struct appropriation_new x = {json_int(c->body, "year", 0), json_str(c->body, "scheme", ""), json_str(c->body, "level", ""), json_str(c->body, "document", ""), json_int(c->body, "amount_fen", 0)};
    reply_budget(c, appropriation_enter(c->civil, c->actor, &x, &id, &c->diag), x.year);
}

void api_appropriation_register(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = appropriation_register(c->civil, c->actor, id, &c->diag);
    call_done(c, s);
}
