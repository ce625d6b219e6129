/* Reforms in the studio. */
#include "server/server_internal.h"

#include "civil/policy/policy.h"
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

struct texts { struct call *call; struct reform_text *list; size_t count; };

static enum status read_texts(struct txn *t, void *arg, struct diag *d) {
    struct texts *x = arg;
    enum status s = OK;
    for (size_t i = 0; s == OK && i < x->count; i++)
        if ((s = policy_draft_text(x->call->civil, t, x->list[i].draft, x->call->arena, &x->list[i].text, d)) != OK)
            diag_at(d, "drafts[%zu]", i);
    return s;
}

/* The drafts named, as they stand now. */
static enum status drafts(struct call *c, struct reform_ask *ask) {
    const struct json *list = json_get(c->body, "drafts");
    if (json_is_null(list))
        return OK;
    if (list->type != JSON_ARRAY || list->size > REFORM_TEXTS_MAX)
        return diag_at(&c->diag, "drafts"), diag_fail(&c->diag, E_INPUT, "simulation.drafts", DIAG_N("most", REFORM_TEXTS_MAX));
    struct texts x = {c, ARENA_ARRAY(c->arena, list->size + 1, struct reform_text), list->size};
    enum status s = x.list ? OK : arena_full(&c->diag);
    for (size_t i = 0; s == OK && i < x.count; i++) {
        const char *id = list->item[i]->type == JSON_STRING ? arena_dup(c->arena, list->item[i]->text) : "";
        if ((s = id ? call_id(c, id, &x.list[i].draft) : arena_full(&c->diag)) != OK)
            diag_at(&c->diag, "drafts[%zu]", i);
    }
    if (s == OK && x.count)
        s = store_read(c->civil->store, read_texts, &x, &c->diag);
    ask->text = x.list;
    ask->text_count = x.count;
    return s;
}

void api_reform_new(struct call *c) {
    struct reform_ask ask = {.name = json_str(c->body, "name", ""), .figures = json_is_null(json_get(c->body, "figures")) ? NULL : json_get(c->body, "figures"),
        .line_fen = json_int(c->body, "line_fen", 0), .margin_fen = json_int(c->body, "margin_fen", 0)};
    int64_t id = 0;
    enum status s = drafts(c, &ask);
    if (s != OK) {
        call_fail(c, s);
        return;
    }
    if (atomic_flag_test_and_set(&computing)) {
        call_fail(c, diag_fail(&c->diag, E_BUSY, "simulation.busy"));
        return;
    }
    s = reform_keep(c->civil, c->arena, c->actor, c->civil->snapshot, &ask, &id, &c->diag);
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
