#include "unit.h"

#include "bpmn/check.h"
#include "bpmn/trace.h"
#include "mini_feel.h"

/* Processes in tests/bpmn with what must happen in them: "enter", "cancel" and
 * "end" lines; leaving and flows would only repeat them. */
static const struct { const char *file, *answers; enum bpmn_status status; const char *trace; } RUN[] = {
    {"approve", "{}", BPMN_COMPLETED,
        "start P|enter start|enter accept|enter accepted|enter decide|enter sign|enter signed|enter granted|end P"},
    {"approve", "{\"accept\":{\"outcome\":\"不予受理\"}}", BPMN_COMPLETED,
        "start P|enter start|enter accept|enter accepted|enter rejected|end P"},
    {"approve", "{\"sign\":[{\"outcome\":\"退回\"},{\"outcome\":\"批准\"}]}", BPMN_COMPLETED,
        "start P|enter start|enter accept|enter accepted|enter decide|enter sign|enter signed|enter accept|enter accepted|"
        "enter decide|enter sign|enter signed|enter granted|end P"},
    {"parallel", "{\"check\":{\"check\":{\"ok\":true}},\"visit\":{\"visit\":{\"ok\":true}}}", BPMN_COMPLETED,
        "start P|enter start|enter split|enter check|enter visit|enter join|enter sum|enter end|end P"},
    {"race", "{}", BPMN_COMPLETED, "start P|enter start|enter ask|enter wait|enter late|enter closed|end P"},
    {"waits", "{}", BPMN_RUNNING, "start P|enter start|enter reply"},
    {"subprocess", "{\"verify\":{\"ok\":true}}", BPMN_COMPLETED,
        "start P|enter start|enter sub|enter inner|enter verify|enter found|enter fine|enter end|end P"},
    {"subprocess", "{\"verify\":{\"ok\":false}}", BPMN_COMPLETED,
        "start P|enter start|enter sub|enter inner|enter verify|enter found|enter wrong|cancel sub|enter caught|"
        "enter explain|enter end|end P"},
    {"call", "{}", BPMN_COMPLETED,
        "start P|enter start|enter ask|start Child|enter cs|enter set|enter ce|end Child|enter any|enter left|enter right|"
        "enter all|enter end|end P"},
    {"pools", "{}", BPMN_COMPLETED,
        "start P|enter start|enter ask|enter answered|start B|enter asked|enter think|enter answer|end B|enter end|end P"},
};

static char *slurp(const char *name) {
    char path[512];
    const char *root = getenv("SOURCE_ROOT");
    snprintf(path, sizeof path, "%s/tests/bpmn/%s.bpmn", root ? root : ".", name);
    FILE *f = fopen(path, "rb");
    if (!f)
        fail_msg("%s is missing", path);
    BUF_AUTO b;
    buf_init(&b, 0);
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;)
        buf_add(&b, (struct span){part, n});
    fclose(f);
    return buf_take(&b);
}

static void fixtures(void **state) {
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(RUN); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        char *text = slurp(RUN[i].file);
        const struct bpmn_model *m;
        const struct json *answers;
        struct bpmn_trace t;
        struct diag d = {0};
        expect_ok(bpmn_load(a, span_of(text), NULL, &MINI_FEEL, &m, &d), &d);
        expect_ok(json_parse(a, span_of(RUN[i].answers), &answers, &d), &d);
        expect_ok(bpmn_run(a, span_of(text), m, SPAN(""), NULL, answers, &MINI_FEEL, &t, &d), &d);
        BUF_AUTO b;
        buf_init(&b, 0);
        for (uint32_t k = 0; k < t.line_count; k++) {
            const struct bpmn_trace_line *l = &t.line[k];
            assert_int_equal(l->seq, k + 1);
            if (strcmp(l->event, "leave") != 0 && strcmp(l->event, "take") != 0)
                buf_addf(&b, "%s%s %s", b.size ? "|" : "", l->event, l->element);
        }
        assert_string_equal(buf_str(&b), RUN[i].trace);
        assert_int_equal(t.status, RUN[i].status);
        if (t.status == BPMN_RUNNING) {
            assert_string_equal(t.waits_for, "reply");
            assert_string_equal(t.waits_at, "reply");
        }
        free(text);
    }
}

static void lines_are_json(void **state) {
    (void)state;
    struct bpmn_trace_line line[] = {{1, "enter", "A\"b", "bpmn:Task"}};
    struct bpmn_trace t = {.line = line, .line_count = 1};
    BUF_AUTO b;
    buf_init(&b, 0);
    bpmn_trace_write(&b, &t);
    assert_string_equal(buf_str(&b), "{\"seq\":1,\"event\":\"enter\",\"element\":\"A\\\"b\",\"type\":\"bpmn:Task\"}\n");
}

#define HEAD "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:mz='https://minzheng.example/bpmn'>"

static void runs_that_never_end(void **state) {
    (void)state;
    static const char *const FILE_TEXT[][2] = {
        /* round through a timer */
        {HEAD "<process id='P'><startEvent id='s'/><intermediateCatchEvent id='t'><timerEventDefinition><timeDuration>P1D"
              "</timeDuration></timerEventDefinition></intermediateCatchEvent><exclusiveGateway id='m'/>"
              "<sequenceFlow sourceRef='s' targetRef='m'/><sequenceFlow sourceRef='m' targetRef='t'/>"
              "<sequenceFlow sourceRef='t' targetRef='m'/></process></definitions>", "bpmn.endless"},
        /* a process that calls itself */
        {HEAD "<process id='P'><startEvent id='s'/><callActivity id='c' calledElement='P'/>"
              "<sequenceFlow sourceRef='s' targetRef='c'/></process></definitions>", "bpmn.call_depth"},
        {HEAD "<process id='P'><startEvent id='s'/><callActivity id='c' calledElement='Q'/>"
              "<sequenceFlow sourceRef='s' targetRef='c'/></process></definitions>", "bpmn.no_process"},
        /* two pools that wake each other */
        {HEAD "<collaboration id='C'><participant id='p' processRef='P'/><participant id='q' processRef='Q'/>"
              "<participant id='r' processRef='R'/><messageFlow id='m' sourceRef='a' targetRef='t'/>"
              "<messageFlow id='n' sourceRef='b' targetRef='u'/><messageFlow id='o' sourceRef='c' targetRef='t'/></collaboration>"
              "<process id='P'><startEvent id='s'/><sendTask id='a'/><sequenceFlow sourceRef='s' targetRef='a'/></process>"
              "<process id='Q'><startEvent id='t'><messageEventDefinition/></startEvent><sendTask id='b'/>"
              "<sequenceFlow sourceRef='t' targetRef='b'/></process>"
              "<process id='R'><startEvent id='u'><messageEventDefinition/></startEvent><sendTask id='c'/>"
              "<sequenceFlow sourceRef='u' targetRef='c'/></process></definitions>", "bpmn.endless"},
    };
    for (size_t i = 0; i < ARRAY_LEN(FILE_TEXT); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        const struct bpmn_model *m;
        struct bpmn_trace t;
        struct diag d = {0};
        expect_ok(bpmn_load(a, span_of(FILE_TEXT[i][0]), NULL, NULL, &m, &d), &d);
        enum status s = bpmn_run(a, span_of(FILE_TEXT[i][0]), m, SPAN(""), NULL, NULL, NULL, &t, &d);
        assert_int_not_equal(s, OK);
        assert_string_equal(d.code, FILE_TEXT[i][1]);
        assert_true(t.line_count > 0); /* what was done is shown */
    }
}

/* ---- checks ------------------------------------------------------------------------- */

static void expect_findings(const char *xml, const char *wanted) {
    AUTO(arena) struct arena *a = arena_new(0);
    const struct bpmn_model *m;
    struct bpmn_finding *f;
    uint32_t n;
    struct diag d = {0};
    expect_ok(bpmn_load(a, span_of(xml), NULL, NULL, &m, &d), &d);
    expect_ok(bpmn_check(a, m, &f, &n, &d), &d);
    BUF_AUTO b;
    buf_init(&b, 0);
    for (uint32_t i = 0; i < n; i++)
        if (strcmp(f[i].code, "bpmn.check_not_drawn") != 0)
            buf_addf(&b, "%s%s %s %s", b.size ? "|" : "", f[i].code + strlen("bpmn.check_"), f[i].element, f[i].other);
    assert_string_equal(buf_str(&b), wanted);
}

#define CHECKED(body) HEAD "<process id='P' name='p' isExecutable='true'>" body "</process></definitions>"
#define ARROW(a, b) "<sequenceFlow id='" a b "' sourceRef='" a "' targetRef='" b "'/>"
#define IF(a, b, c)                                                                                                    \
    "<sequenceFlow id='" a b "' sourceRef='" a "' targetRef='" b "'><conditionExpression>" c                            \
    "</conditionExpression></sequenceFlow>"
#define PERSON "<userTask id='T' mz:role='r' mz:outcomes='a,b'/>"

static void findings(void **state) {
    (void)state;
    expect_findings(CHECKED("<startEvent id='S'/><task id='A'/><endEvent id='E'/>" ARROW("S", "A") ARROW("A", "E")), "");
    expect_findings(CHECKED("<startEvent id='S'/><task id='A'/><task id='B'/><endEvent id='E'/>" ARROW("S", "E")
                        ARROW("A", "B") ARROW("B", "A")),
        "unreachable A |unreachable B |no_end A |no_end B ");
    expect_findings(CHECKED("<task id='A'/><task id='B'/>" ARROW("A", "B") ARROW("B", "A")),
        "no_start  |no_end A |no_end B |no_end_event  ");
    expect_findings(CHECKED("<startEvent id='S'/><userTask id='A' mz:limit='P1D'/><serviceTask id='B'/>"
                            "<businessRuleTask id='C'/><endEvent id='E'/>" ARROW("S", "A") ARROW("A", "B") ARROW("B", "C")
                                ARROW("C", "E")),
        "task_role A |limit_article A P1D|service_handler B |rule_decision C ");
    expect_findings(CHECKED("<startEvent id='S'/><exclusiveGateway id='X'/><task id='A'/><endEvent id='E'/>" ARROW("S", "X")
                        ARROW("X", "A") IF("X", "E", "n = 1") ARROW("A", "E")),
        "gateway_condition X XA");
    expect_findings(CHECKED("<startEvent id='S'/><exclusiveGateway id='X'/><task id='A'/><endEvent id='E'/>" ARROW("S", "X")
                        IF("X", "A", "n = 2") IF("X", "E", "n = 1") ARROW("A", "E")),
        "gateway_default X ");
    /* what people may choose, compared with the ways */
    expect_findings(CHECKED("<startEvent id='S'/>" PERSON "<exclusiveGateway id='X'/><task id='A'/><endEvent id='E'/>"
                        ARROW("S", "T") ARROW("T", "X") IF("X", "A", "outcomes.T = \"a\"")
                            IF("X", "E", "outcomes.T = \"b\"") ARROW("A", "E")),
        "");
    expect_findings(CHECKED("<startEvent id='S'/>" PERSON "<exclusiveGateway id='X'/><task id='A'/><endEvent id='E'/>"
                        ARROW("S", "T") ARROW("T", "X") IF("X", "A", "outcomes.T = \"a\" or outcomes.T = \"c\"")
                            IF("X", "E", "outcomes.T=\"a\"") ARROW("A", "E")),
        "outcome_unknown X c|outcome_uncovered X b");
    expect_findings(CHECKED("<startEvent id='S'/>" PERSON "<exclusiveGateway id='X'/><task id='A'/><endEvent id='E'/>"
                        ARROW("S", "T") ARROW("T", "X") IF("X", "A", "outcomes.U = \"a\"") IF("X", "E", "n = 1")
                            ARROW("A", "E")),
        "outcome_task X U|gateway_default X ");
}

/* What playing the model finds. */
static void states_explored(void **state) {
    (void)state;
#define BEGIN "<startEvent id='S'/><endEvent id='E'/>"
#define SPLIT "<parallelGateway id='G'/><task id='A'/><task id='B'/>" ARROW("S", "G") ARROW("G", "A") ARROW("G", "B")
    /* split and join are a pair */
    expect_findings(CHECKED(BEGIN SPLIT "<parallelGateway id='J'/>" ARROW("A", "J") ARROW("B", "J") ARROW("J", "E")), "");
    expect_findings(CHECKED(BEGIN SPLIT "<inclusiveGateway id='J'/>" ARROW("A", "J") ARROW("B", "J") ARROW("J", "E")), "");
    /* a choice never brings both */
    expect_findings(CHECKED(BEGIN "<exclusiveGateway id='G' default='GB'/><task id='A'/><task id='B'/>" ARROW("S", "G")
                        IF("G", "A", "n = 1") ARROW("G", "B") "<parallelGateway id='J'/>" ARROW("A", "J") ARROW("B", "J")
                            ARROW("J", "E")),
        "deadlock J ");
    expect_findings(CHECKED(BEGIN "<exclusiveGateway id='G' default='GB'/><task id='A'/><task id='B'/>" ARROW("S", "G")
                        IF("G", "A", "n = 1") ARROW("G", "B") "<inclusiveGateway id='J'/>" ARROW("A", "J") ARROW("B", "J")
                            ARROW("J", "E")),
        "");
    /* what was split is not joined */
    expect_findings(CHECKED(BEGIN SPLIT "<exclusiveGateway id='J'/><task id='C'/>" ARROW("A", "J") ARROW("B", "J") ARROW("J", "C")
                        ARROW("C", "E")),
        "unsynchronised C ");
    /* whoever is first ends it for all */
    expect_findings(CHECKED(BEGIN SPLIT "<endEvent id='T'><terminateEventDefinition/></endEvent><parallelGateway id='J'/>"
                        ARROW("A", "T") ARROW("B", "J") "<task id='C'/>" ARROW("C", "J") ARROW("J", "E")),
        "unreachable C ");
    /* back into the join: it waits for what has not been split */
    expect_findings(CHECKED(BEGIN "<parallelGateway id='J'/><exclusiveGateway id='X' default='XE'/>" ARROW("S", "J") ARROW("J", "X")
                        ARROW("X", "E") IF("X", "J", "n = 1")),
        "deadlock J ");
    /* a border that does not interrupt leaves one more token */
    expect_findings(CHECKED(BEGIN "<userTask id='A' mz:role='r'/><boundaryEvent id='B' attachedToRef='A' cancelActivity='false'>"
                            "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>"
                            "<exclusiveGateway id='X'/><task id='C'/>" ARROW("S", "A") ARROW("A", "X") ARROW("B", "X") ARROW("X", "C")
                                ARROW("C", "E")),
        "unsynchronised C ");
    /* inside a sub-process, and over a link */
    expect_findings(CHECKED(BEGIN "<subProcess id='U'><startEvent id='s'/><exclusiveGateway id='G' default='Ga'/><task id='a'/>"
                            "<intermediateThrowEvent id='t'><linkEventDefinition name='l'/></intermediateThrowEvent>"
                            "<intermediateCatchEvent id='c'><linkEventDefinition name='l'/></intermediateCatchEvent>"
                            "<parallelGateway id='j'/>" ARROW("s", "G") ARROW("G", "a") IF("G", "t", "n = 1") ARROW("a", "j") ARROW("c", "j")
                                "</subProcess>" ARROW("S", "U") ARROW("U", "E")),
        "deadlock j ");
    /* each start event begins a case of its own */
    expect_findings(CHECKED("<startEvent id='S'/><startEvent id='R'/><parallelGateway id='J'/><endEvent id='E'/>" ARROW("S", "J")
                        ARROW("R", "J") ARROW("J", "E")),
        "deadlock J ");
}

/* Forty choices one after the other are 2^40 ways; side by side their states
 * are too many, and the check says so. */
static void states_without_end(void **state) {
    (void)state;
    BUF_AUTO xml;
    buf_init(&xml, 0);
    buf_adds(&xml, HEAD "<process id='P' isExecutable='true'><startEvent id='S'/><parallelGateway id='G'/><parallelGateway id='J'/>"
                   "<endEvent id='E'/>" ARROW("S", "G") ARROW("J", "E"));
    for (int i = 0; i < 20; i++) {
        buf_addf(&xml, "<exclusiveGateway id='X%d' default='d%d'/><task id='A%d'/><task id='B%d'/><exclusiveGateway id='M%d'/>", i, i, i, i, i);
        buf_addf(&xml, "<sequenceFlow id='g%d' sourceRef='G' targetRef='X%d'/><sequenceFlow id='d%d' sourceRef='X%d' targetRef='A%d'/>", i, i, i, i, i);
        buf_addf(&xml, "<sequenceFlow id='c%d' sourceRef='X%d' targetRef='B%d'><conditionExpression>n</conditionExpression></sequenceFlow>", i, i, i);
        buf_addf(&xml, "<sequenceFlow id='a%d' sourceRef='A%d' targetRef='M%d'/><sequenceFlow id='b%d' sourceRef='B%d' targetRef='M%d'/>", i, i, i, i, i, i);
        buf_addf(&xml, "<sequenceFlow id='m%d' sourceRef='M%d' targetRef='J'/>", i, i);
    }
    buf_adds(&xml, "</process></definitions>");
    expect_findings(buf_str(&xml), "budget S ");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fixtures),
        cmocka_unit_test(lines_are_json),
        cmocka_unit_test(runs_that_never_end),
        cmocka_unit_test(findings),
        cmocka_unit_test(states_explored),
        cmocka_unit_test(states_without_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
