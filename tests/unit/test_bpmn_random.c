/* Random processes, random events.
 *
 * After every step: the state read back goes on exactly as the one in memory;
 * tokens come from somewhere and go somewhere; and a process whose drawing was
 * found sound never deadlocks. */
#include "bpmn_unit.h"

#include "bpmn/check.h"
#include "random_process.h"

enum { PROCESSES = 250, STEPS = 40 };

/* ---- events ------------------------------------------------------------------------ */

static const struct json *random_output(struct arena *a, uint64_t *seed) {
    char text[48];
    const struct json *v;
    snprintf(text, sizeof text, "{\"x\":%d,\"y\":%d}", (int)(unit_random(seed) % 3), (int)(unit_random(seed) % 4));
    return json_parse(a, span_of(text), &v, NULL) == OK ? v : NULL;
}

/* Mostly what the state waits for, sometimes nonsense. */
static struct bpmn_event random_event(struct arena *a, const struct bpmn_state *s, uint64_t *seed) {
    static const enum bpmn_event_kind FOR[] = {[BPMN_WAIT_TASK] = BPMN_EVENT_COMPLETE, [BPMN_WAIT_SERVICE] = BPMN_EVENT_ANSWER,
        [BPMN_WAIT_DECISION] = BPMN_EVENT_ANSWER, [BPMN_WAIT_CALL] = BPMN_EVENT_ANSWER, [BPMN_WAIT_TIMER] = BPMN_EVENT_TIMER,
        [BPMN_WAIT_MESSAGE] = BPMN_EVENT_MESSAGE, [BPMN_WAIT_SIGNAL] = BPMN_EVENT_SIGNAL, [BPMN_WAIT_CONDITION] = BPMN_EVENT_COMPLETE};
    const struct bpmn_wait *w = &s->wait[unit_random(seed) % s->wait_count];
    struct bpmn_event e = {.kind = FOR[w->kind], .key = w->key, .name = span_of(w->text)};
    if (e.kind != BPMN_EVENT_TIMER)
        e.payload = random_output(a, seed);
    if (e.kind == BPMN_EVENT_SIGNAL)
        e.key = 0;
    if (e.kind == BPMN_EVENT_ANSWER && unit_random(seed) % 8 == 0) {
        e.kind = BPMN_EVENT_FAIL;
        e.name = SPAN("e");
    }
    if (unit_random(seed) % 30 == 0)
        e.kind = (enum bpmn_event_kind)(unit_random(seed) % (BPMN_EVENT_CANCEL + 1));
    return e;
}

/* ---- the same continuation ------------------------------------------------------------- */

static const struct bpmn_state *read_back(struct play *p, const struct bpmn_state *s) {
    BUF_AUTO b;
    buf_init(&b, 0);
    const struct bpmn_state *again;
    bpmn_state_write(&b, p->m, s);
    expect_ok(bpmn_state_read(p->m, span_bytes(arena_dup(p->a, buf_span(&b)), b.size), p->a, &again, &p->d), &p->d);
    return again;
}

static char *written(struct play *p, const struct bpmn_state *s) {
    BUF_AUTO b;
    buf_init(&b, 0);
    bpmn_state_write(&b, p->m, s);
    return arena_dup(p->a, buf_span(&b));
}

static void expect_same_effects(const struct bpmn_result *a, const struct bpmn_result *b) {
    assert_int_equal(a->effect_count, b->effect_count);
    for (uint32_t i = 0; i < a->effect_count; i++) {
        assert_int_equal(a->effect[i].kind, b->effect[i].kind);
        assert_int_equal(a->effect[i].node, b->effect[i].node);
        assert_int_equal(a->effect[i].key, b->effect[i].key);
        assert_string_equal(a->effect[i].text, b->effect[i].text);
    }
}

/* ---- tokens ------------------------------------------------------------------------------- */

struct counts {
    int *entered, *left, *cancelled, *taken; /* by node; taken by flow */
    bool killed;                             /* something was interrupted: tokens on their way are gone */
};

static void count_effects(struct counts *c, const struct bpmn_model *m, const struct bpmn_result *r) {
    for (uint32_t i = 0; i < r->effect_count; i++) {
        const struct bpmn_effect *e = &r->effect[i];
        if (e->kind == BPMN_ENTERED)
            c->entered[e->node]++;
        if (e->kind == BPMN_LEFT) {
            c->left[e->node]++;
            c->killed |= m->node[e->node].kind == BPMN_END && m->node[e->node].trigger != BPMN_PLAIN;
        }
        if (e->kind == BPMN_TAKEN)
            c->taken[e->node]++;
        if (e->kind == BPMN_CANCELLED_NODE)
            c->cancelled[e->node]++;
        c->killed |= e->kind == BPMN_CANCELLED_NODE ||
                     (e->kind == BPMN_ENTERED && (m->node[e->node].kind == BPMN_BOUNDARY || m->node[e->node].kind == BPMN_EVENT_SUBPROCESS));
        /* a multi-instance activity that ends early takes what is inside with it */
        c->killed |= e->kind == BPMN_LEFT && m->node[e->node].loop != BPMN_ONCE;
    }
}

static int standing(const struct bpmn_state *s, uint32_t node, uint32_t flow) {
    int n = 0;
    for (uint32_t i = 0; i < s->token_count; i++)
        n += s->token[i].node == node && s->token[i].index < 0 && (flow == BPMN_NONE || s->token[i].flow == flow);
    return n;
}

static void expect_conserved(const struct counts *c, const struct bpmn_model *m, const struct bpmn_state *s) {
    for (uint32_t i = 0; i < m->node_count; i++) {
        const struct bpmn_node *n = &m->node[i];
        bool join = (n->kind == BPMN_PARALLEL || n->kind == BPMN_INCLUSIVE) && n->in_count > 1;
        int came = 0;
        for (uint32_t k = 0; k < n->in_count; k++) {
            uint32_t f = m->in[n->in + k];
            came += c->taken[f];
            /* one from each way makes one */
            if (join && n->kind == BPMN_PARALLEL && !c->killed)
                assert_int_equal(c->taken[f], c->entered[i] + standing(s, i, f));
        }
        if (join)
            assert_int_equal(c->entered[i], c->left[i]);
        else if (n->kind != BPMN_END)
            assert_int_equal(c->entered[i], c->left[i] + c->cancelled[i] + standing(s, i, BPMN_NONE));
        if (!join && n->in_count > 0 && !c->killed)
            assert_int_equal(came, c->entered[i]);
        assert_true(came >= c->entered[i] || n->in_count == 0);
    }
}

/* ---- one process ------------------------------------------------------------------------------ */

static bool found_sound(struct play *p) {
    struct bpmn_finding *f;
    uint32_t n;
    expect_ok(bpmn_check(p->a, p->m, &f, &n, &p->d), &p->d);
    for (uint32_t i = 0; i < n; i++)
        if (strcmp(f[i].code, "bpmn.check_deadlock") == 0 || strcmp(f[i].code, "bpmn.check_unsynchronised") == 0 ||
            strcmp(f[i].code, "bpmn.check_budget") == 0)
            return false;
    return true;
}

static struct counts counts_new(struct play *p) {
    return (struct counts){ARENA_ARRAY(p->a, p->m->node_count, int), ARENA_ARRAY(p->a, p->m->node_count, int),
        ARENA_ARRAY(p->a, p->m->node_count, int), ARENA_ARRAY(p->a, p->m->flow_count, int), false};
}

static int steps_done, sound, deadlocks, ended;

static void one_process(uint64_t *seed, bool wild) {
    BUF_AUTO xml;
    buf_init(&xml, 0);
    random_process(&xml, seed, wild);
    struct play p = play_load(buf_str(&xml));
    struct counts c = counts_new(&p);
    bool is_sound = found_sound(&p);
    sound += is_sound;
    enum status s = bpmn_start(p.m, SPAN(""), SPAN("u"), random_output(p.a, seed), &MINI_FEEL, p.a, &p.last, &p.d);
    for (int i = 0; s == OK; i++) {
        count_effects(&c, p.m, &p.last);
        const struct bpmn_state *now = p.last.state, *copy = read_back(&p, now);
        assert_string_equal(written(&p, now), written(&p, copy));
        if (now->status != BPMN_RUNNING) {
            ended++;
            break;
        }
        expect_conserved(&c, p.m, now);
        if (i == STEPS)
            break;
        struct bpmn_event e = random_event(p.a, now, seed);
        struct bpmn_result other = {0};
        struct diag d = {0};
        diag_clear(&p.d);
        s = bpmn_step(p.m, now, &e, &MINI_FEEL, p.a, &p.last, &p.d);
        assert_int_equal(bpmn_step(p.m, copy, &e, &MINI_FEEL, p.a, &other, &d), s);
        if (s == OK) {
            expect_same_effects(&p.last, &other);
            assert_string_equal(written(&p, p.last.state), written(&p, other.state));
            steps_done++;
        } else if (strcmp(p.d.code, "bpmn.deadlock") != 0) {
            assert_string_equal(p.d.code, d.code);
            p.last = (struct bpmn_result){.state = now}; /* refused: the case stays where it was */
            s = OK;
        }
    }
    if (s != OK && strcmp(p.d.code, "bpmn.deadlock") == 0) {
        deadlocks++;
        if (is_sound)
            fail_msg("found sound, and deadlocks at %s: %s", p.d.where, buf_str(&xml));
    }
    play_done(&p);
}

static void processes(bool wild, const char *name) {
    uint64_t seed = unit_seed(name);
    steps_done = sound = deadlocks = ended = 0;
    for (int i = 0; i < PROCESSES; i++)
        one_process(&seed, wild);
    fprintf(stderr, "%d processes, %d found sound; %d steps, %d ended, %d deadlocks\n", PROCESSES, sound, steps_done, ended, deadlocks);
    assert_true(steps_done > PROCESSES);
}

static void well_formed(void **state) {
    (void)state;
    processes(false, "well_formed");
    assert_int_equal(deadlocks, 0);
}

static void wild(void **state) {
    (void)state;
    processes(true, "wild");
    assert_true(sound < PROCESSES);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(well_formed), cmocka_unit_test(wild)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
