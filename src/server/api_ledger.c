/* The books and the budget: months, balances, statements.  The journal is a command's (minzheng ledger export): it shows every transfer, also of compartments. */
#include "server/server_internal.h"

#include "civil/books/statement.h"
#include "civil/budget/appropriation.h"
#include "store/store.h"

#include <stdio.h>

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

/* ---- statements as files ------------------------------------------------------------------- */

static enum status statement_range(struct call *c, month_t *from, month_t *to) {
    enum status s = call_query_month(c, "from", 0, from);
    return s == OK ? call_query_month(c, "to", 0, to) : s;
}

static enum status reply_file(struct call *c, struct txn *t, const struct statement *x, struct diag *d) {
    const char *media = NULL, *format = http_query(c->request, "format");
    char name[64], from[8], to[8];
    BUF_AUTO out;
    buf_init(&out, 64u << 20);
    month_text(x->from, from);
    month_text(x->to, to);
    snprintf(name, sizeof name, "statement-%s-%s-%s.%s", x->name ? "person" : x->by, from, to, format ? format : "");
    enum status s = statement_file(c->civil, t, x, format ? format : "", c->actor->lang, &out, &media, d);
    if (s == OK) {
        c->reply->body.size = 0; /* a closure may run again */
        call_file(c, buf_span(&out), media, "attachment", name);
    }
    return s;
}

static enum status read_statement_file(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    month_t from = 0, to = 0;
    struct statement x = {0};
    const char *by = http_query(c->request, "by");
    enum status s = statement_range(c, &from, &to);
    if (s == OK)
        s = statement_read(c->civil, t, c->actor, by ? by : "scheme", from, to, &x, d);
    return s == OK ? reply_file(c, t, &x, d) : s;
}
void api_ledger_statement_file(struct call *c) { call_show(c, OK, read_statement_file); }

static enum status read_person_file(struct txn *t, struct call *c, int64_t entitlement, struct diag *d) {
    month_t from = 0, to = 0;
    struct statement x = {0};
    enum status s = statement_range(c, &from, &to);
    if (s == OK)
        s = statement_person(c->civil, t, c->access, c->actor, entitlement, from, to, &x, d);
    return s == OK ? reply_file(c, t, &x, d) : s;
}
static enum status read_benefit_file(struct txn *t, void *arg, struct diag *d) { return read_person_file(t, arg, call_path_id(arg, 0), d); }
static enum status read_my_file(struct txn *t, void *arg, struct diag *d) { return read_person_file(t, arg, 0, d); }

void api_benefit_statement(struct call *c) {
    int64_t id;
    enum status s = call_id(c, c->request->param[0], &id);
    call_look(c, s, NULL, 0, read_benefit_file);
}
void api_my_statement(struct call *c) { call_look(c, OK, NULL, 0, read_my_file); }

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
