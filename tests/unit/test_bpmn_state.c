#include "bpmn_unit.h"

#define DEEP                                                                                                           \
    MODEL(START NODE("parallelGateway", "G") "<userTask id='A' mz:notSameAs='U'/>" USER("U") NODE("parallelGateway", "J")  \
        "<subProcess id='Sub'><startEvent id='SS'/>" USER("B") "<serviceTask id='V'/>" FLOW("SS", "B") FLOW("SS", "V")     \
        "</subProcess>" BOUNDARY("T", "Sub", "false",                                                                     \
            "<timerEventDefinition><timeCycle>R/P1D</timeCycle></timerEventDefinition>")                                 \
        NODE("eventBasedGateway", "R") CATCH("C", TIMER("P1D")) CATCH("D", "<timerEventDefinition><timeDate>2030-01-01"   \
        "</timeDate></timerEventDefinition>")                                                                            \
        FLOW("S", "G") FLOW("G", "A") FLOW("G", "U") FLOW("G", "Sub") FLOW("G", "R") FLOW("R", "C") FLOW("R", "D")         \
        FLOW("U", "J") FLOW("A", "J") FLOW("Sub", "J"))

/* A state with everything in it: a join half full, a sub-process, a race. */
static struct play deep(void) {
    struct play p = play_begin(DEEP, "{\"n\":1.50,\"text\":\"申请\",\"list\":[null,true]}");
    struct bpmn_event e = play_event(&p, BPMN_EVENT_COMPLETE, "U", NULL);
    e.who = SPAN("u1");
    play_step(&p, e);
    return p;
}

static char *text_of(struct play *p) {
    BUF_AUTO b;
    buf_init(&b, 0);
    bpmn_state_write(&b, p->m, p->state);
    return arena_dup(p->a, buf_span(&b));
}

static void shape(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START USER("A") FLOW("S", "A")), "{\"n\":1.50}");
    assert_string_equal(text_of(&p),
        "{\"v\":2,\"process\":\"P\",\"status\":\"running\",\"next\":5,\"end\":null,\"error\":\"\",\"variables\":{\"n\":1.50},"
        "\"scopes\":[{\"id\":1,\"at\":null,\"token\":0}],"
        "\"tokens\":[{\"id\":3,\"scope\":1,\"at\":\"A\",\"flow\":\"S.A\"}],"
        "\"waits\":[{\"key\":4,\"kind\":\"task\",\"at\":\"A\",\"token\":3,\"scope\":1,\"left\":0,\"text\":\"\",\"correlation\":\"\"}],"
        "\"done\":{}}");
    play_done(&p);
}

/* Replaces the first `from`; the text must then be refused. */
static void spoil(struct play *p, const char *good, const char *from, const char *to) {
    const char *at = strstr(good, from);
    if (!at)
        fail_msg("no %s in %s", from, good);
    BUF_AUTO b;
    buf_init(&b, 0);
    buf_add(&b, (struct span){good, (size_t)(at - good)});
    buf_adds(&b, to);
    buf_adds(&b, at + strlen(from));
    const struct bpmn_state *s = NULL;
    struct diag d = {0};
    enum status st = bpmn_state_read(p->m, buf_span(&b), p->a, &s, &d);
    if (st != E_CORRUPT && st != E_INPUT)
        fail_msg("%s -> %s: %s", from, to, status_name(st));
    assert_null(s);
}

static void hostile_states(void **state) {
    (void)state;
    struct play p = deep();
    char *good = text_of(&p);
    static const char *const CHANGE[][2] = {
        {"{\"v\":2", "{\"v\":3"},
        {"{\"v\":2", "[{\"v\":2"},
        {"\"process\":\"P\"", "\"process\":\"Q\""},
        {"\"running\"", "\"completed\""},
        {"\"running\"", "\"resting\""},
        {"\"end\":null", "\"end\":\"A\""},
        {"\"end\":null", "\"end\":7"},
        {"\"error\":\"\"", "\"error\":null"},
        {"\"variables\":{", "\"variables\":[],\"x\":{"},
        {"\"next\":", "\"next\":1,\"x\":"},
        {"\"next\":", "\"next\":-1,\"x\":"},
        {"\"next\":", "\"next\":1.5,\"x\":"},
        {"\"next\":", "\"next\":90071992547409930,\"x\":"},
        {"\"next\":", "\"next\":\"9\",\"x\":"},
        {"{\"id\":1,\"at\":null,\"token\":0}", "{\"id\":1,\"at\":\"Sub\",\"token\":0}"},
        {"{\"id\":1,\"at\":null,\"token\":0}", "{\"id\":1,\"at\":null,\"token\":3}"},
        {"{\"id\":1,\"at\":null,\"token\":0},", ""},
        {"{\"id\":1,\"at\":null,\"token\":0}", "{\"id\":1,\"at\":null,\"token\":0},{\"id\":1,\"at\":null,\"token\":0}"},
        {"\"at\":\"Sub\",\"token\":", "\"at\":\"Sub\",\"token\":1,\"x\":"},
        {"\"at\":\"Sub\",\"token\":", "\"at\":\"A\",\"token\":7,\"x\":"},
        {"\"scopes\":[", "\"scopes\":{},\"x\":["},
        {"\"tokens\":[", "\"tokens\":[7,"},
        {"\"tokens\":[", "\"tokens\":[{\"id\":1,\"scope\":1,\"at\":\"A\",\"flow\":null},"},
        {"\"at\":\"A\",\"flow\":\"G.A\"", "\"at\":\"A\",\"flow\":\"G.U\""},
        {"\"at\":\"A\",\"flow\":\"G.A\"", "\"at\":\"Nowhere\",\"flow\":\"G.A\""},
        {"\"at\":\"A\",\"flow\":\"G.A\"", "\"at\":\"S\",\"flow\":null"},
        {"\"at\":\"A\",\"flow\":\"G.A\"", "\"at\":\"B\",\"flow\":null"},
        {"\"at\":\"J\",\"flow\":\"U.J\"", "\"at\":\"J\",\"flow\":null"},
        {"\"kind\":\"task\"", "\"kind\":\"timer\""},
        {"\"kind\":\"task\"", "\"kind\":\"nap\""},
        {"\"kind\":\"task\",\"at\":\"A\"", "\"kind\":\"task\",\"at\":\"B\""},
        {"\"kind\":\"timer\",\"at\":\"T\"", "\"kind\":\"timer\",\"at\":\"C\""},
        {"\"left\":0", "\"left\":-2"},
        {"\"left\":0", "\"left\":99999999"},
        {"\"left\":0,\"text\":", "\"left\":0,\"text\":7,\"x\":"},
        {"\"waits\":[", "\"waits\":[],\"x\":["},
        {"\"done\":{\"U\"", "\"done\":{\"V\""},
        {"\"done\":{\"U\":\"u1\"", "\"done\":{\"U\":1"},
        {"\"done\":{", "\"done\":[],\"x\":{"},
    };
    for (size_t i = 0; i < ARRAY_LEN(CHANGE); i++)
        spoil(&p, good, CHANGE[i][0], CHANGE[i][1]);
    static const char *const TEXT[] = {"", "null", "[]", "{}", "7", "{\"v\":2}"};
    for (size_t i = 0; i < ARRAY_LEN(TEXT); i++) {
        const struct bpmn_state *s;
        assert_int_not_equal(bpmn_state_read(p.m, span_of(TEXT[i]), p.a, &s, NULL), OK);
    }
    play_done(&p);
}

static void another_model(void **state) {
    (void)state;
    struct play p = deep(), q = play_load(MODEL(START USER("A") FLOW("S", "A")));
    const struct bpmn_state *s;
    struct diag d = {0};
    expect_fail(bpmn_state_read(q.m, span_of(text_of(&p)), q.a, &s, &d), &d, E_CORRUPT, "bpmn.state_broken");
    play_done(&p);
    play_done(&q);
}

/* Any damage is refused, or is a state that the engine can go on with. */
static void damaged_states(void **state) {
    (void)state;
    struct play p = deep();
    char *good = text_of(&p);
    size_t size = strlen(good);
    uint64_t seed = unit_seed("damaged_states");
    int survived = 0;
    for (int i = 0; i < 20000; i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        char *text = arena_dup(a, span_of(good));
        for (uint64_t k = 0; k <= unit_random(&seed) % 2; k++) {
            char *digit = text + unit_random(&seed) % size;
            while (digit < text + size && (*digit < '0' || *digit > '9'))
                digit++;
            if (digit < text + size && unit_random(&seed) % 4)
                *digit = (char)('0' + unit_random(&seed) % 10);
            else
                text[unit_random(&seed) % size] = good[unit_random(&seed) % size];
        }
        const struct bpmn_state *s;
        struct bpmn_result r;
        if (bpmn_state_read(p.m, span_of(text), a, &s, NULL) != OK)
            continue;
        survived++;
        for (uint32_t w = 0; w < s->wait_count; w++)
            for (int kind = BPMN_EVENT_COMPLETE; kind <= BPMN_EVENT_CANCEL; kind++)
                (void)!bpmn_step(p.m, s,
                    &(struct bpmn_event){.kind = (enum bpmn_event_kind)kind, .key = s->wait[w].key, .name = SPAN("x")},
                    &MINI_FEEL, a, &r, NULL);
    }
    assert_true(survived > 0); /* unchanged bytes at least */
    play_done(&p);
}

/* Chance moves through a process with everything in it: the state read back is
 * the state written, whatever happens (bpmn_unit.h checks it at each step). */
static void random_walks(void **state) {
    (void)state;
    uint64_t seed = unit_seed("random_walks");
    for (int walk = 0; walk < 60; walk++) {
        struct play p = deep();
        for (int i = 0; i < 25 && p.state->status == BPMN_RUNNING; i++) {
            const struct bpmn_wait *w = &p.state->wait[unit_random(&seed) % p.state->wait_count];
            struct bpmn_event e = {.key = w->key};
            e.kind = w->kind == BPMN_WAIT_TASK    ? BPMN_EVENT_COMPLETE
                     : w->kind == BPMN_WAIT_TIMER ? BPMN_EVENT_TIMER
                                                  : BPMN_EVENT_ANSWER;
            e.who = unit_random(&seed) % 2 ? SPAN("u1") : SPAN("u2");
            if (unit_random(&seed) % 40 == 0)
                e.kind = BPMN_EVENT_CANCEL;
            enum status s = play_try(&p, e);
            assert_true(s == OK || s == E_FORBIDDEN || (s == E_INPUT && strcmp(p.d.code, "bpmn.deadlock") == 0));
        }
        play_done(&p);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shape),
        cmocka_unit_test(hostile_states),
        cmocka_unit_test(another_model),
        cmocka_unit_test(damaged_states),
        cmocka_unit_test(random_walks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
