/* Reforms in the studio. */
#include "server/server_internal.h"

#include "civil/simulation/saved.h"
#include "store/store.h"

#include <stdatomic.h>

/* One at a time: a reform of a whole city takes both cores for seconds. */
static atomic_flag computing = ATOMIC_FLAG_INIT;

static enum status read_reforms(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return reforms_json(c->civil, t, &c->w, d);
}

void api_reforms(struct call *c) { call_show(c, OK, read_reforms); }

struct one { struct call *call; int64_t id; };

static enum status read_reform(struct txn *t, void *arg, struct diag *d) {
    struct one *x = arg;
    return reform_json(x->call->civil, t, x->id, &x->call->w, d);
}

static void reply_reform(struct call *c, enum status s, int64_t id) {
    struct one x = {c, id};
    if (s == OK)
        s = store_read(c->civil->store, read_reform, &x, &c->diag);
    if (s != OK)
        call_fail(c, s);
}

void api_reform(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    reply_reform(c, s, id);
}

void api_reform_new(struct call *c) {
    struct reform_ask ask = {.name = json_str(c->body, "name", ""), .figures = json_get(c->body, "figures"),
        .line_fen = json_int(c->body, "line_fen", 0), .margin_fen = json_int(c->body, "margin_fen", 0)};
    int64_t id = 0;
    if (atomic_flag_test_and_set(&computing)) {
        call_fail(c, diag_fail(&c->diag, E_BUSY, "simulation.busy"));
        return;
    }
    enum status s = reform_keep(c->civil, c->arena, c->actor, c->civil->snapshot, &ask, &id, &c->diag);
    atomic_flag_clear(&computing);
    reply_reform(c, s, id);
}

void api_reform_delete(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = reform_delete(c->civil, c->actor, id, &c->diag);
    call_done(c, s);
}
