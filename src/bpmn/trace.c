#include "bpmn/trace.h"

#include "base/date.h"
#include "base/vec.h"
#include "bpmn/pools.h"

/* Called processes inside called processes; a process that calls itself ends
 * here. */
enum { CALL_DEPTH_MAX = 16 };

struct timer { uint64_t key; int64_t due; };
struct letter {
    const char *name, *correlation;
    const char *to; /* the element its message flow leads to, NULL */
    bool signal;
};
struct runner;
struct runners { struct runner **at; size_t size, room; };

/* What the pools and the processes they call share. */
struct stage {
    struct arena *a;
    struct span file;
    const struct evaluator *feel;
    const struct json *answers;
    int64_t now; /* virtual seconds since 1970 */
    uint32_t steps;
    VEC(struct bpmn_trace_line) line;
    struct pools pools;
    struct runners peer; /* one a pool that has begun */
    const char *waits_for, *waits_at;
    struct diag *d;
};

/* One instance. */
struct runner {
    struct stage *stage;
    const struct bpmn_model *m;
    const struct bpmn_state *state;
    uint32_t *visits;          /* by node: which of its answers comes next */
    VEC(struct timer) timer;
    VEC(struct letter) letter; /* sent and not yet delivered */
    int depth;
    bool stuck; /* a process that it called waits */
};

static enum status begin(struct stage *st, const struct bpmn_model *m, struct span start, const struct json *variables,
    int depth, struct runners *all, struct runner **ret);
static enum status run_called(struct stage *st, const struct bpmn_model *m, const struct json *variables, int depth,
    const struct bpmn_state **ret);

/* ---- the trace ---------------------------------------------------------------------- */

static enum status line(struct stage *st, const char *event, const char *element, const char *type) {
    struct bpmn_trace_line *l = vec_push_in(st->a, &st->line);
    if (!l)
        return arena_full(st->d);
    *l = (struct bpmn_trace_line){st->line.size, event, element, type};
    return OK;
}

/* The clock begins on 2026-01-01 in Shanghai, so that a run is reproducible
 * and dates of the past fire at once. */
static const int64_t CLOCK_START = 1767196800;

static bool date_seconds(const char *text, int64_t *ret) {
    instant_t t;
    char zoned[64];
    if (instant_parse(span_of(text), &t, NULL) != OK) {
        if (strlen(text) > 40)
            return false;
        strcpy(zoned, text);
        strcat(zoned, "+08:00");
        if (instant_parse(span_of(zoned), &t, NULL) != OK)
            return false;
    }
    *ret = t / 1000000;
    return true;
}

/* Only the order matters here: a month is 30 days, five working days a week. */
static int64_t due_at(int64_t now, const struct bpmn_effect *e) {
    struct bpmn_duration p;
    int64_t when;
    if (e->time_kind == BPMN_TIME_DATE)
        return date_seconds(e->text, &when) ? when : now;
    if (bpmn_duration_parse(span_of(e->text), &p, NULL) != OK)
        return now;
    int64_t days = (int64_t)p.months * 30 + p.days + ((int64_t)p.working_days * 7 + 4) / 5;
    return now + days * 86400 + p.seconds;
}

static enum status note(struct runner *r, const struct bpmn_effect *e) {
    struct stage *st = r->stage;
    switch (e->kind) {
    case BPMN_ENTERED:
        return line(st, "enter", r->m->node[e->node].id, bpmn_type(&r->m->node[e->node]));
    case BPMN_LEFT:
        return line(st, "leave", r->m->node[e->node].id, bpmn_type(&r->m->node[e->node]));
    case BPMN_CANCELLED_NODE:
        return line(st, "cancel", r->m->node[e->node].id, bpmn_type(&r->m->node[e->node]));
    case BPMN_TAKEN:
        return line(st, "take", r->m->flow[e->node].id, "bpmn:SequenceFlow");
    case BPMN_ENDED:
        return line(st, "end", r->m->id, "bpmn:Process");
    case BPMN_TIMER_SET: {
        struct timer *t = vec_push_in(st->a, &r->timer);
        if (!t)
            return arena_full(st->d);
        *t = (struct timer){e->key, due_at(st->now, e)};
        return OK;
    }
    case BPMN_TIMER_CLOSED:
        for (size_t i = 0; i < r->timer.size; i++)
            if (r->timer.at[i].key == e->key)
                r->timer.at[i] = r->timer.at[--r->timer.size];
        return OK;
    case BPMN_MESSAGE_SENT:
    case BPMN_SIGNAL_SENT: {
        struct letter *l = vec_push_in(st->a, &r->letter);
        if (!l)
            return arena_full(st->d);
        *l = (struct letter){e->text, e->correlation, pools_target(&st->pools, r->m->node[e->node].id),
            e->kind == BPMN_SIGNAL_SENT};
        return OK;
    }
    default:
        return OK;
    }
}

static enum status take_result(struct runner *r, const struct bpmn_result *result) {
    enum status s = OK;
    r->state = result->state;
    for (uint32_t i = 0; s == OK && i < result->effect_count; i++)
        s = note(r, &result->effect[i]);
    return s;
}

static enum status step(struct runner *r, const struct bpmn_event *e) {
    struct stage *st = r->stage;
    if (++st->steps > BPMN_TRACE_STEPS_MAX)
        return diag_fail(st->d, E_LIMIT, "bpmn.endless", DIAG_N("limit", BPMN_TRACE_STEPS_MAX));
    struct bpmn_result result;
    enum status s = bpmn_step(r->m, r->state, e, st->feel, st->a, &result, st->d);
    return s == OK ? take_result(r, &result) : s;
}

/* ---- what the world answers ------------------------------------------------------------ */

static const struct json *given_answer(struct runner *r, uint32_t node) {
    const struct json *v = json_get(r->stage->answers, r->m->node[node].id);
    if (!v || v->type != JSON_ARRAY)
        return v;
    uint32_t visit = r->visits[node]++;
    return v->size == 0 ? NULL : json_at(v, visit < v->size ? visit : v->size - 1);
}

static const struct json *first_outcome(struct runner *r, uint32_t node) {
    const struct bpmn_node *n = &r->m->node[node];
    const struct json *empty = json_new_object(r->stage->a, NULL, NULL, 0);
    if (n->outcome_count == 0 || !empty)
        return empty;
    const struct json *v = json_new_string(r->stage->a, span_of(n->outcome[0]));
    return v ? json_with(r->stage->a, empty, "outcome", v) : NULL;
}

static enum status answer_call(struct runner *r, const struct bpmn_wait *w, bool *ret_waits) {
    struct stage *st = r->stage;
    const struct bpmn_model *called;
    const struct bpmn_state *end;
    if (r->depth >= CALL_DEPTH_MAX)
        return diag_fail(st->d, E_LIMIT, "bpmn.call_depth", DIAG_N("limit", CALL_DEPTH_MAX));
    enum status s = bpmn_load(st->a, st->file, r->m->node[w->node].called, st->feel, &called, st->d);
    if (s == E_NOT_FOUND) /* in another file */
        diag_at(st->d, "%s", r->m->node[w->node].id);
    const struct json *seen = bpmn_variables_at(r->m, r->state, w->key, st->a);
    if (s == OK && !seen)
        return arena_full(st->d);
    if (s == OK)
        s = run_called(st, called, seen, r->depth + 1, &end);
    if (s != OK)
        return s;
    *ret_waits = end->status == BPMN_RUNNING;
    if (*ret_waits)
        return OK;
    struct bpmn_event e = {.kind = BPMN_EVENT_ANSWER, .key = w->key, .payload = end->variables};
    if (end->status == BPMN_FAILED) {
        e.kind = BPMN_EVENT_FAIL;
        e.name = span_of(end->error);
    }
    return step(r, &e);
}

static enum status answer_wait(struct runner *r, const struct bpmn_wait *w, bool *ret_waits) {
    if (w->kind == BPMN_WAIT_CALL)
        return answer_call(r, w, ret_waits);
    struct bpmn_event e = {.kind = w->kind == BPMN_WAIT_TASK ? BPMN_EVENT_COMPLETE : BPMN_EVENT_ANSWER,
        .key = w->key, .payload = given_answer(r, w->node)};
    if (!e.payload && w->kind == BPMN_WAIT_TASK) {
        e.payload = first_outcome(r, w->node);
        if (!e.payload)
            return arena_full(r->stage->d);
    }
    /* each task has its own person, so four eyes are always met */
    if (w->kind == BPMN_WAIT_TASK) {
        const char *name = arena_printf(r->stage->a, "%llu", (unsigned long long)w->key);
        if (!name)
            return arena_full(r->stage->d);
        e.who = span_of(name);
    }
    return step(r, &e);
}

static const struct bpmn_wait *next_question(const struct bpmn_state *s) {
    for (uint32_t i = 0; i < s->wait_count; i++)
        if (s->wait[i].kind <= BPMN_WAIT_CALL)
            return &s->wait[i];
    return NULL;
}

/* ---- letters ------------------------------------------------------------------------------ */

/* The wait of `r` that this letter is for: at the element its message flow
 * leads to, or by its name. */
static const struct bpmn_wait *addressee(const struct runner *r, const struct letter *l) {
    if (r->state->status != BPMN_RUNNING)
        return NULL;
    for (uint32_t i = 0; i < r->state->wait_count; i++) {
        const struct bpmn_wait *w = &r->state->wait[i];
        bool kind = w->kind == (l->signal ? BPMN_WAIT_SIGNAL : BPMN_WAIT_MESSAGE);
        bool flow = l->to && strcmp(r->m->node[w->node].id, l->to) == 0;
        bool correlated = w->correlation[0] == '\0' || l->signal || strcmp(w->correlation, l->correlation) == 0;
        if (kind && (flow || (correlated && strcmp(w->text, l->name) == 0)))
            return w;
    }
    return NULL;
}

static enum status hand(struct runner *r, const struct letter *l, const struct bpmn_wait *w) {
    if (l->signal)
        return step(r, &(struct bpmn_event){.kind = BPMN_EVENT_SIGNAL, .name = span_of(l->name)});
    return step(r, &(struct bpmn_event){.kind = BPMN_EVENT_MESSAGE, .key = w->key, .name = span_of(w->text),
                       .correlation = span_of(w->correlation)});
}

/* A pool that begins with this message begins. */
static enum status wake(struct runner *r, const struct letter *l, bool *ret_done) {
    struct stage *st = r->stage;
    for (size_t i = 0; !l->signal && i < st->pools.pool.size; i++) {
        const struct bpmn_model *m = st->pools.pool.at[i].m;
        uint32_t start = pools_start(m, l->to, l->name);
        if (start == BPMN_NONE)
            continue;
        *ret_done = true;
        struct runner *made;
        return begin(st, m, span_of(m->node[start].id), NULL, 0, &st->peer, &made);
    }
    return OK;
}

/* The oldest letter of `r` that somebody waits for; signals go to all, and are
 * gone when nobody waits; messages stay. */
static enum status deliver(struct runner *r, struct runners *all, bool *ret_done) {
    *ret_done = false;
    enum status s = OK;
    for (size_t i = 0; s == OK && !*ret_done && i < r->letter.size; i++) {
        struct letter l = r->letter.at[i];
        for (size_t k = 0; s == OK && k < all->size && (l.signal || !*ret_done); k++) {
            if (l.signal && all->at[k] == r)
                continue; /* told when it was thrown */
            const struct bpmn_wait *w = addressee(all->at[k], &l);
            *ret_done |= w != NULL;
            s = w ? hand(all->at[k], &l, w) : OK;
        }
        if (s == OK && !*ret_done && r->depth == 0)
            s = wake(r, &l, ret_done);
        if (*ret_done || l.signal) {
            memmove(r->letter.at + i, r->letter.at + i + 1, (r->letter.size - i - 1) * sizeof l);
            r->letter.size--;
            i--;
        }
    }
    return s;
}

/* ---- timers -------------------------------------------------------------------------------- */

static enum status fire_next_timer(struct runners *all, bool *ret_done) {
    struct runner *who = NULL;
    struct timer t = {0};
    for (size_t i = 0; i < all->size; i++) {
        struct runner *r = all->at[i];
        for (size_t k = 0; r->state->status == BPMN_RUNNING && k < r->timer.size; k++) {
            const struct timer *x = &r->timer.at[k];
            if (!who || x->due < t.due || (x->due == t.due && r == who && x->key < t.key)) {
                who = r;
                t = *x;
            }
        }
    }
    *ret_done = who != NULL;
    if (!who)
        return OK;
    if (t.due > who->stage->now)
        who->stage->now = t.due;
    return step(who, &(struct bpmn_event){.kind = BPMN_EVENT_TIMER, .key = t.key});
}

/* What a token stands still for, rather than what could happen besides. */
static void note_waiting(struct runner *r) {
    const struct bpmn_wait *best = NULL;
    for (uint32_t i = 0; i < r->state->wait_count; i++) {
        const struct bpmn_wait *w = &r->state->wait[i];
        bool besides = w->token == 0 || r->m->node[w->node].kind == BPMN_BOUNDARY;
        if (!best || (!besides && (best->token == 0 || r->m->node[best->node].kind == BPMN_BOUNDARY)))
            best = w;
    }
    if (!best)
        return;
    r->stage->waits_for = best->text;
    r->stage->waits_at = r->m->node[best->node].id;
}

/* Everything one instance does without the clock. */
static enum status act_on(struct runner *r, struct runners *all, bool *ret_done) {
    enum status s = deliver(r, all, ret_done);
    while (s == OK && r->state->status == BPMN_RUNNING && !r->stuck) {
        const struct bpmn_wait *w = next_question(r->state);
        if (!w)
            break;
        *ret_done = true;
        s = answer_wait(r, w, &r->stuck);
        bool sent;
        if (s == OK)
            s = deliver(r, all, &sent);
    }
    return s;
}

/* Until nothing moves: first what can be done now, then the clock. */
static enum status live(struct runners *all) {
    enum status s = OK;
    for (bool moved = true; s == OK && moved;) {
        moved = false;
        for (size_t i = 0; s == OK && i < all->size; i++) {
            bool done = false;
            s = act_on(all->at[i], all, &done);
            moved |= done;
        }
        if (s == OK && !moved)
            s = fire_next_timer(all, &moved);
    }
    for (size_t i = 0; s == OK && i < all->size; i++)
        if (all->at[i]->state->status == BPMN_RUNNING && !all->at[i]->stuck) {
            note_waiting(all->at[i]);
            break;
        }
    return s;
}

/* The start event a run takes when there are several: the first plain one,
 * else the first. */
static struct span first_start(const struct bpmn_model *m) {
    uint32_t first = BPMN_NONE;
    for (uint32_t i = 0; i < m->node_count; i++) {
        const struct bpmn_node *n = &m->node[i];
        if (n->kind != BPMN_START || n->parent != BPMN_NONE)
            continue;
        if (n->trigger == BPMN_PLAIN)
            return span_of(n->id);
        if (first == BPMN_NONE)
            first = i;
    }
    return first == BPMN_NONE ? SPAN("") : span_of(m->node[first].id);
}

/* Starts an instance and adds it to `all`. */
static enum status begin(struct stage *st, const struct bpmn_model *m, struct span start, const struct json *variables,
    int depth, struct runners *all, struct runner **ret) {
    struct bpmn_result result;
    if (++st->steps > BPMN_TRACE_STEPS_MAX) /* pools may wake each other for ever */
        return diag_fail(st->d, E_LIMIT, "bpmn.endless", DIAG_N("limit", BPMN_TRACE_STEPS_MAX));
    struct runner **slot = vec_push_in(st->a, all), *r = ARENA_NEW(st->a, struct runner);
    if (!slot || !r)
        return arena_full(st->d);
    /* until it has begun it is nobody */
    static const struct bpmn_state NOTHING = {.status = BPMN_TERMINATED};
    *r = (struct runner){.stage = st, .m = m, .state = &NOTHING, .depth = depth,
        .visits = ARENA_ARRAY(st->a, m->node_count, uint32_t)};
    *slot = *ret = r;
    if (!r->visits)
        return arena_full(st->d);
    enum status s = line(st, "start", m->id, "bpmn:Process");
    if (s == OK)
        s = bpmn_start(m, start.size > 0 ? start : first_start(m), SPAN(""), variables, st->feel, st->a, &result, st->d);
    return s == OK ? take_result(r, &result) : s;
}

/* A called process: nobody but itself. */
static enum status run_called(struct stage *st, const struct bpmn_model *m, const struct json *variables, int depth,
    const struct bpmn_state **ret) {
    struct runners alone = {0};
    struct runner *r;
    enum status s = begin(st, m, SPAN(""), variables, depth, &alone, &r);
    if (s == OK)
        s = live(&alone);
    if (s == OK)
        *ret = r->state;
    return s;
}

static enum status run_all(struct stage *st, const struct bpmn_model *model, struct span start,
    const struct json *variables, struct runner **ret) {
    enum status s = pools_read(st->a, st->file, model, st->feel, &st->pools, st->d);
    if (s == OK)
        s = begin(st, model, start, variables, 0, &st->peer, ret);
    for (size_t i = 0; s == OK && i < st->pools.pool.size; i++) {
        struct runner *other;
        if (st->pools.pool.at[i].begins)
            s = begin(st, st->pools.pool.at[i].m, SPAN(""), NULL, 0, &st->peer, &other);
    }
    return s == OK ? live(&st->peer) : s;
}

/* It waits when anybody does. */
static enum bpmn_status common_status(const struct stage *st, const struct runner *main) {
    for (size_t i = 0; i < st->peer.size; i++)
        if (st->peer.at[i]->state->status == BPMN_RUNNING)
            return BPMN_RUNNING;
    return main->state->status;
}

enum status bpmn_run(struct arena *a, struct span file, const struct bpmn_model *model, struct span start,
    const struct json *variables, const struct json *answers, const struct evaluator *feel, struct bpmn_trace *ret, struct diag *d) {
    assert(a && model && ret);
    struct diag scratch = {0};
    struct stage st = {.a = a, .file = file, .feel = feel, .answers = answers, .now = CLOCK_START, .waits_for = "",
        .waits_at = "", .d = d ? d : &scratch};
    struct runner *main = NULL;
    enum status s = run_all(&st, model, start, variables, &main);
    /* what was done before a mistake is shown too */
    *ret = (struct bpmn_trace){.status = s == OK ? common_status(&st, main) : BPMN_RUNNING, .waits_for = st.waits_for,
        .waits_at = st.waits_at, .variables = main ? main->state->variables : NULL, .line = st.line.at,
        .line_count = (uint32_t)st.line.size, .steps = st.steps};
    return s;
}

void bpmn_trace_write(struct buf *out, const struct bpmn_trace *t) {
    for (uint32_t i = 0; i < t->line_count; i++) {
        struct json_writer w;
        json_begin(&w, out, false);
        json_object(&w);
        json_kint(&w, "seq", (int64_t)t->line[i].seq);
        json_kstring(&w, "event", t->line[i].event);
        json_kstring(&w, "element", t->line[i].element);
        json_kstring(&w, "type", t->line[i].type);
        json_object_end(&w);
        buf_addc(out, '\n');
    }
}
