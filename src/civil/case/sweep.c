/* The sweeper: due clocks, answers, ends of publications.  Each in a write of
 * its own, so that a case that fails holds up no other; it waits longer and
 * keeps its error. */
#include "civil/case/case_internal.h"

#include "civil/notice/notice.h"
#include "civil/publication/publication.h"
#include "civil/verification/verification.h"

/* One pass; the server comes back a second later. */
enum { STEPS_MAX = 50, RETRY_US = 60 * 1000000 };

struct timer { struct civil *c; int64_t district, case_id; uint64_t key; bool there; };

static enum status due_closure(struct txn *t, void *arg, struct diag *d) {
    struct timer *x = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, "SELECT district, case_id, key FROM case_timer WHERE due_at <= ? ORDER BY due_at, case_id LIMIT 1", SQL_I(txn_now(t)));
    if (s == OK)
        s = rows_next(r, &x->there, d);
    if (s == OK && x->there) {
        x->district = rows_int(r, 0);
        x->case_id = rows_int(r, 1);
        x->key = strtoull(rows_dup(r, 2, txn_arena(t)), NULL, 10);
    }
    return s;
}

static const char *element_of(const struct bpmn_state *state, uint64_t key, const struct bpmn_model *m) {
    for (uint32_t i = 0; i < state->wait_count; i++)
        if (state->wait[i].key == key)
            return m->node[state->wait[i].node].id;
    return NULL;
}

static enum status fire_closure(struct txn *t, void *arg, struct diag *d) {
    struct timer *x = arg;
    struct actor who = actor_system();
    struct case_row k;
    const struct bpmn_state *state = NULL;
    enum status s = case_row_read(x->c, t, x->case_id, &k, d);
    if (s == OK)
        s = case_state_read(x->c, t, &k, &state, NULL, d);
    const char *element = s == OK ? element_of(state, x->key, k.process->model) : NULL;
    if (s == OK && !element) /* overtaken */
        return sql_exec(t, d, "DELETE FROM case_timer WHERE district = ? AND case_id = ? AND key = ?", SQL_I(x->district), SQL_I(x->case_id),
            SQL_S(arena_printf(txn_arena(t), "%llu", (unsigned long long)x->key)));
    if (s != OK)
        return s;
    uint32_t n = bpmn_node_find(k.process->model, span_of(element));
    const struct json *args = EVENT_ARGS(txn_arena(t), "what", k.process->model->node[n].name, "what_en", json_str(desk_element(k.matter, element), "en", element));
    s = args ? case_event_of(x->c, t, &who, "system", &k, "time_over", element, args, NULL, NULL, d) : arena_full(d);
    struct drive drive = {.c = x->c, .t = t, .who = &who, .role = "system", .k = &k};
    struct bpmn_event e = {.kind = BPMN_EVENT_TIMER, .key = x->key};
    return s == OK ? drive_step(&drive, &e, d) : s;
}

struct failure { const struct timer *timer; const struct diag *why; };

static enum status failure_closure(struct txn *t, void *arg, struct diag *d) {
    struct failure *x = arg;
    char *key = arena_printf(txn_arena(t), "%llu", (unsigned long long)x->timer->key);
    int64_t tries = 0;
    enum status s = sql_int(t, &tries, 0, d, "SELECT tries FROM case_timer WHERE district = ? AND case_id = ? AND key = ?", SQL_I(x->timer->district),
        SQL_I(x->timer->case_id), SQL_S(key));
    if (s != OK)
        return s;
    return sql_exec(t, d, "UPDATE case_timer SET tries = tries + 1, error = ?, due_at = ? WHERE district = ? AND case_id = ? AND key = ?", SQL_S(x->why->code),
        SQL_I(txn_now(t) + ((int64_t)RETRY_US << (tries < 8 ? tries : 8))), SQL_I(x->timer->district), SQL_I(x->timer->case_id), SQL_S(key));
}

static enum status timer_sweep(struct civil *c, bool *ret_did, struct diag *d) {
    struct timer x = {.c = c};
    struct diag why = {0};
    enum status s = store_read(c->store, due_closure, &x, d);
    *ret_did = s == OK && x.there;
    if (!*ret_did)
        return s;
    s = store_write(c->store, fire_closure, &x, &why);
    if (s == OK)
        return OK;
    struct failure f = {&x, &why};
    return store_write(c->store, failure_closure, &f, d);
}

enum status case_sweep(struct civil *c, bool *ret_did, struct diag *d) {
    *ret_did = false;
    enum status s = OK;
    bool did = true;
    for (int i = 0; s == OK && did && i < STEPS_MAX; i++) {
        bool answered = false, fired = false;
        s = verification_sweep(c, &answered, d);
        if (s == OK)
            s = timer_sweep(c, &fired, d);
        did = answered || fired;
        *ret_did |= did;
    }
    did = s == OK;
    for (int i = 0; s == OK && did && i < STEPS_MAX; i++)
        if ((s = notice_sweep(c, &did, d)) == OK)
            *ret_did |= did;
    if (s == OK && (s = publication_sweep(c, &did, d)) == OK)
        *ret_did |= did;
    if (s == OK && (s = clocks_again(c, &did, d)) == OK)
        *ret_did |= did;
    return s;
}
