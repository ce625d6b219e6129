/* Where a case is, as a line of steps: from what was done, from where the process may
 * still go, and, for notice and payment, from what stands and was paid. */
#include "civil/case/case_internal.h"

enum { STEPS_MAX = 32 };

struct line {
    const struct case_row *k;
    const struct json *steps;
    size_t count, last_now;      /* last_now: SIZE_MAX when nothing is going on */
    bool seen[STEPS_MAX], cut[STEPS_MAX], now[STEPS_MAX]; /* cut: the last thing in it was broken off */
    bool ahead[STEPS_MAX], must[STEPS_MAX];
    instant_t left[STEPS_MAX];
    date_t until[STEPS_MAX];
    const char *fact[STEPS_MAX]; /* what stands instead of what the process says; NULL: nothing */
};

static size_t step_of(const struct line *x, const char *element) {
    const char *id = json_str(desk_element(x->k->matter, element), "step", "");
    for (size_t i = 0; i < x->count; i++)
        if (strcmp(json_str(x->steps->item[i], "id", ""), id) == 0)
            return i;
    return SIZE_MAX;
}

/* ---- what was -------------------------------------------------------------------- */

static enum status read_trace(struct txn *t, struct line *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d, "SELECT element, at, event FROM case_trace WHERE district = ? AND case_id = ? AND event IN ('leave', 'cancel') ORDER BY seq",
        SQL_I(x->k->district), SQL_I(x->k->id));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        size_t i = step_of(x, rows_dup(r, 0, txn_arena(t)));
        if (i == SIZE_MAX)
            continue;
        x->cut[i] = span_is(rows_text(r, 2), "cancel");
        if (!x->cut[i]) {
            x->seen[i] = true;
            x->left[i] = rows_int(r, 1);
        }
    }
    return s;
}

/* ---- where it may go --------------------------------------------------------------- */

/* Nodes that follow at once.  Calls `fn` for each. */
static void after(const struct bpmn_model *m, uint32_t node, void (*fn)(void *arg, uint32_t to), void *arg) {
    const struct bpmn_node *n = &m->node[node];
    for (uint32_t i = 0; i < n->out_count; i++)
        fn(arg, bpmn_out(m, node, i)->to);
    for (uint32_t i = 0; i < n->boundary_count; i++)
        fn(arg, m->boundary[n->boundary + i]);
    if (n->kind == BPMN_SUBPROCESS)
        for (uint32_t i = 0; i < m->node_count; i++)
            if (m->node[i].parent == node && m->node[i].in_count == 0)
                fn(arg, i);
    if (n->out_count == 0 && n->parent != BPMN_NONE)
        fn(arg, n->parent);
}

/* A walk over all ways from where the case is.  `avoid`: a step that is not entered
 * (SIZE_MAX: none).  A node is met twice: after only what is going on now, and after something later. */
struct walk {
    const struct line *x;
    const struct bpmn_model *m;
    size_t avoid;
    uint8_t *met;
    uint32_t *stack;
    size_t n;
    bool later;       /* of the node whose followers are looked at */
    bool around;      /* a way past the step avoided was found */
    bool reached[STEPS_MAX];
};
enum { MET_NOW = 1, MET_LATER = 2 };

static void step_to(void *arg, uint32_t to) {
    struct walk *w = arg;
    size_t at = step_of(w->x, w->m->node[to].id);
    if (at != SIZE_MAX) {
        if (at == w->avoid)
            return;
        w->reached[at] = true;
        w->around |= w->avoid != SIZE_MAX && at > w->avoid;
    }
    bool later = w->later || (at != SIZE_MAX && at > w->x->last_now);
    /* an end that comes while only this step goes on is a breaking off, no way past the later ones */
    w->around |= w->m->node[to].kind == BPMN_END && later;
    uint8_t bit = later ? MET_LATER : MET_NOW;
    if (w->met[to] & bit)
        return;
    w->met[to] |= bit;
    w->stack[w->n++] = to << 1 | later;
}

static enum status walk(struct walk *w, const struct bpmn_state *state, struct arena *a, struct diag *d) {
    w->met = ARENA_ARRAY(a, w->m->node_count, uint8_t);
    w->stack = ARENA_ARRAY(a, (size_t)w->m->node_count * 2, uint32_t);
    if (!w->met || !w->stack)
        return arena_full(d);
    memset(w->met, 0, w->m->node_count);
    for (uint32_t i = 0; i < state->wait_count; i++) {
        w->later = false;
        after(w->m, state->wait[i].node, step_to, w);
    }
    while (w->n) {
        uint32_t top = w->stack[--w->n];
        w->later = top & 1;
        after(w->m, top >> 1, step_to, w);
    }
    return OK;
}

static enum status look_ahead(struct civil *c, struct txn *t, struct line *x, struct diag *d) {
    const struct bpmn_state *state = NULL;
    if (!*x->k->process_file || x->k->closed_at)
        return OK;
    enum status s = case_state_read(c, t, x->k, &state, NULL, d);
    if (s != OK || !state)
        return s;
    const struct bpmn_model *m = x->k->process->model;
    for (uint32_t i = 0; i < state->wait_count; i++) {
        size_t at = step_of(x, m->node[state->wait[i].node].id);
        if (at == SIZE_MAX)
            continue;
        x->now[at] = true;
        x->last_now = x->last_now == SIZE_MAX || at > x->last_now ? at : x->last_now;
    }
    struct walk all = {.x = x, .m = m, .avoid = SIZE_MAX};
    s = walk(&all, state, txn_arena(t), d);
    for (size_t i = 0; s == OK && i < x->count; i++) {
        struct walk past = {.x = x, .m = m, .avoid = i};
        x->ahead[i] = all.reached[i];
        if (x->ahead[i] && (s = walk(&past, state, txn_arena(t), d)) == OK)
            x->must[i] = !past.around;
    }
    return s;
}

/* ---- until when ------------------------------------------------------------------------ */

static void sooner(date_t *at, date_t day) { *at = *at == DATE_NONE || day < *at ? day : *at; }

static enum status read_limits(struct txn *t, struct line *x, struct diag *d) {
    static const char *const sql[] = {"SELECT element, due_on FROM case_task WHERE district = ? AND case_id = ? AND state = 'open' AND due_on IS NOT NULL",
        "SELECT element, due_at FROM case_timer WHERE district = ? AND case_id = ? AND due_at IS NOT NULL"};
    enum status s = OK;
    for (size_t i = 0; s == OK && i < ARRAY_LEN(sql); i++) {
        AUTO(rows) struct rows *r = NULL;
        bool row = true;
        s = sql_query(t, &r, d, sql[i], SQL_I(x->k->district), SQL_I(x->k->id));
        while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
            size_t at = step_of(x, rows_dup(r, 0, txn_arena(t)));
            if (at != SIZE_MAX && x->now[at])
                sooner(&x->until[at], i == 0 ? rows_date(r, 1) : instant_date(rows_int(r, 1)));
        }
    }
    return s;
}

/* ---- what stands and was paid ------------------------------------------------------------- */

/* A notice that hangs goes on, whatever the process waits for. */
static enum status read_publications(struct txn *t, struct line *x, size_t at, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d, "SELECT until_on, ended_at FROM publication WHERE district = ? AND case_id = ? ORDER BY id", SQL_I(x->k->district), SQL_I(x->k->id));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        if (rows_null(r, 1) && rows_date(r, 0) >= txn_today(t)) {
            x->fact[at] = "now";
            x->until[at] = rows_date(r, 0);
        } else {
            x->left[at] = rows_null(r, 1) ? day_end(rows_date(r, 0)) : rows_int(r, 1);
            x->fact[at] = x->ahead[at] && x->must[at] ? NULL : "done";
        }
    }
    return s;
}

/* An entitlement that was opened is a promise; done is what the bank has paid. */
static enum status read_payments(struct txn *t, struct line *x, size_t at, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d,
        "SELECT (SELECT MIN(p.paid_at) FROM payment p JOIN entitlement e ON e.district = p.district AND e.id = p.entitlement WHERE e.district = ? AND e.case_id = ? AND p.state = 'paid'), "
        "(SELECT COUNT(*) FROM entitlement e WHERE e.district = ? AND e.case_id = ? AND e.state <> 'ended'), (SELECT COUNT(*) FROM entitlement e WHERE e.district = ? AND e.case_id = ?)",
        SQL_I(x->k->district), SQL_I(x->k->id), SQL_I(x->k->district), SQL_I(x->k->id), SQL_I(x->k->district), SQL_I(x->k->id));
    if (s != OK || rows_int(r, 2) == 0)
        return s;
    bool paid = !rows_null(r, 0);
    x->left[at] = paid ? rows_int(r, 0) : 0;
    x->fact[at] = paid ? "done" : rows_int(r, 1) ? "next" : "skipped";
    return s;
}

static enum status read_facts(struct txn *t, struct line *x, struct diag *d) {
    if (!*x->k->process_file)
        return OK;
    const struct bpmn_model *m = x->k->process->model;
    enum status s = OK;
    bool published = false;
    for (uint32_t i = 0; s == OK && i < m->node_count; i++) {
        const char *handler = m->node[i].handler ? m->node[i].handler : "";
        size_t at = step_of(x, m->node[i].id);
        if (at == SIZE_MAX)
            continue;
        if (strcmp(handler, "publication.start") == 0 && !published) {
            s = read_publications(t, x, at, d);
            published = true;
        } else if (strcmp(handler, "entitlement.open") == 0)
            s = read_payments(t, x, at, d);
    }
    return s;
}

/* ---- the line -------------------------------------------------------------------------------- */

static const char *state_of(const struct line *x, size_t i) {
    if (x->fact[i])
        return x->fact[i];
    if (x->now[i])
        return "now";
    if (x->ahead[i] && x->must[i])
        return "later"; /* the first of them is the next */
    if (x->seen[i] && !(x->k->closed_at && x->cut[i]))
        return "done";
    return x->ahead[i] ? "may" : "skipped";
}

enum status case_steps_json(struct civil *c, struct txn *t, const struct case_row *k, struct json_writer *w, struct diag *d) {
    struct line x = {.k = k, .steps = json_get(k->matter->json, "steps"), .last_now = SIZE_MAX};
    x.count = x.steps ? x.steps->size < STEPS_MAX ? x.steps->size : STEPS_MAX : 0;
    for (size_t i = 0; i < x.count; i++)
        x.until[i] = DATE_NONE;
    enum status s = read_trace(t, &x, d);
    if (s == OK)
        s = look_ahead(c, t, &x, d);
    if (s == OK)
        s = read_limits(t, &x, d);
    if (s == OK)
        s = read_facts(t, &x, d);
    json_array(w);
    bool first = true;
    for (size_t i = 0; s == OK && i < x.count; i++) {
        const char *state = state_of(&x, i);
        if (strcmp(state, "later") == 0 && first)
            state = "next";
        first &= strcmp(state, "next") != 0;
        json_object(w);
        json_kstring(w, "id", json_str(x.steps->item[i], "id", ""));
        text_json(w, "name", json_get(x.steps->item[i], "name"));
        json_kstring(w, "state", state);
        text_json(w, "who", json_get(x.steps->item[i], "who"));
        json_kinstant_or_null(w, "at", strcmp(state, "done") == 0 ? x.left[i] : 0);
        json_kdate(w, "until", strcmp(state, "now") == 0 ? x.until[i] : DATE_NONE);
        json_kstring_or_null(w, "article", json_str(x.steps->item[i], "article", NULL));
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}
