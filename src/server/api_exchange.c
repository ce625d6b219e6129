/* What other departments send and fetch. */
#include "server/server_internal.h"

#include "civil/exchange/exchange.h"
#include "store/store.h"

static enum status read_list(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return exchange_list_json(c->civil, t, c->actor, &c->w, d);
}
void api_exchanges(struct call *c) { call_show(c, OK, read_list); }

static enum status read_runs(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return exchange_runs_json(c->civil, t, c->actor, http_query(c->request, "source"), &c->w, d);
}
void api_exchange_runs(struct call *c) { call_show(c, OK, read_runs); }

void api_exchange_token_new(struct call *c) {
    char token[EXCHANGE_TOKEN_CHARS + 1];
    int64_t id = 0;
    struct exchange_token_new n = {.offer = json_str(c->body, "offer", ""), .consumer = json_str(c->body, "consumer", ""), .name = json_str(c->body, "name", ""),
        .division = json_str(c->body, "division", ""), .basis = json_str(c->body, "basis", ""), .per_minute = json_int(c->body, "per_minute", 0)};
    enum status s = call_body_date(c, "expires_on", &n.expires_on);
    if (s == OK)
        s = exchange_token_make(c->civil, c->actor, &n, token, &id, &c->diag);
    if (s != OK) {
        call_fail(c, s);
        return;
    }
    json_object(&c->w);
    json_kid(&c->w, "id", id);
    json_kstring(&c->w, "token", token);
    json_object_end(&c->w);
}

void api_exchange_token_revoke(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = exchange_token_revoke(c->civil, c->actor, id, &c->diag);
    call_done(c, s);
}

/* A session's cookie opens nothing here: the token alone. */
void api_exchange_page(struct call *c) {
    const char *header = http_header(c->request, "Authorization");
    bool bearer = header && strncasecmp(header, "Bearer ", 7) == 0;
    enum status s = exchange_fetch(c->civil, bearer ? span_of(header + 7) : SPAN(""), c->request->param[0], call_query_int(c, "cursor", 0), &c->reply->body, &c->diag);
    if (s == E_AUTH)
        http_reply_header(c->reply, "WWW-Authenticate", "Bearer");
    if (s != OK)
        call_fail(c, s);
}
