/* The processes of the packs, walked from application to end: each scenario says
 * what people answer, which messages come and which clocks run out. */
#include "unit.h"

#include "base/json.h"
#include "bpmn/check.h"
#include "bpmn/engine.h"
#include "feel/feel.h"

static enum status feel_value_of(void *user, struct arena *a, struct span text, const struct json *names, const struct json **ret, struct diag *d) {
    struct feel_notes notes = {0};
    struct feel_env env;
    struct feel_value scope, value;
    feel_env_init(&env, a, &notes);
    enum status s = feel_from_json(a, names, &scope, d);
    if (s == OK)
        s = feel_eval_text(&env, text, &scope, &value, d);
    if (s == OK && !(*ret = feel_to_json(a, &value)))
        s = arena_full(d);
    return s;
}
static const struct evaluator FEEL = {NULL, feel_value_of, NULL};

struct answer { const char *at, *says; }; /* task: outcome; message or timer node: "comes" */
struct scenario {
    const char *file, *end;
    const char *passes[8], *avoids[4];
    struct answer answer[12]; /* each used once, in order; else the first outcome */
    bool drawn;
};

struct walk {
    struct arena *a;
    const struct bpmn_model *m;
    const struct scenario *s;
    const struct bpmn_state *state;
    bool used[12];
    char trail[8192];
    int steps;
};

static const char *said(struct walk *w, const char *id) {
    for (size_t i = 0; i < ARRAY_LEN(w->used); i++)
        if (!w->used[i] && w->s->answer[i].at && strcmp(w->s->answer[i].at, id) == 0) {
            w->used[i] = true;
            return w->s->answer[i].says;
        }
    return NULL;
}

/* Messages and clocks happen in the order of the scenario. */
static bool comes_next(struct walk *w, const char *id) {
    for (size_t i = 0; i < ARRAY_LEN(w->used) && w->s->answer[i].at; i++)
        if (!w->used[i])
            return strcmp(w->s->answer[i].at, id) == 0 && (w->used[i] = true);
    return false;
}

static const struct json *object(struct arena *a, const char *text) {
    const struct json *j;
    struct diag d = {0};
    expect_ok(json_parse(a, span_of(text), &j, &d), &d);
    return j;
}

static void take(struct walk *w, const struct bpmn_result *r) {
    w->state = r->state;
    for (uint32_t i = 0; i < r->effect_count; i++)
        if (r->effect[i].kind == BPMN_ENTERED) {
            size_t n = strlen(w->trail);
            snprintf(w->trail + n, sizeof w->trail - n, " %s ", w->m->node[r->effect[i].node].id);
        }
}

static void step(struct walk *w, struct bpmn_event e) {
    struct bpmn_result r;
    struct diag d = {0};
    if (bpmn_step(w->m, w->state, &e, &FEEL, w->a, &r, &d) != OK)
        fail_msg("%s: %s at %s after %s", w->s->file, d.code, d.where, w->trail);
    take(w, &r);
}

/* Answers one wait; false: nobody answers any. */
static bool answer_one(struct walk *w) {
    for (uint32_t i = 0; i < w->state->wait_count; i++) {
        const struct bpmn_wait *x = &w->state->wait[i];
        const struct bpmn_node *n = &w->m->node[x->node];
        if (x->kind == BPMN_WAIT_TASK) {
            const char *outcome = said(w, n->id);
            const struct json *o = object(w->a, "{}");
            o = json_with(w->a, o, "outcome", json_new_string(w->a, span_of(outcome ? outcome : n->outcome[0])));
            step(w, (struct bpmn_event){.kind = BPMN_EVENT_COMPLETE, .key = x->key, .payload = o, .who = span_of(n->id)});
            return true;
        }
        if (x->kind == BPMN_WAIT_SERVICE || x->kind == BPMN_WAIT_DECISION) {
            bool draw = strcmp(n->handler, "draw.spotcheck") == 0;
            step(w, (struct bpmn_event){.kind = BPMN_EVENT_ANSWER, .key = x->key,
                .payload = object(w->a, draw && w->s->drawn ? "{\"drawn\":true}" : draw ? "{\"drawn\":false}" : "{}")});
            return true;
        }
        bool report = x->kind == BPMN_WAIT_MESSAGE && strcmp(x->text, "核对报告") == 0;
        if (report || comes_next(w, n->id)) {
            step(w, (struct bpmn_event){.kind = x->kind == BPMN_WAIT_TIMER ? BPMN_EVENT_TIMER : BPMN_EVENT_MESSAGE, .key = x->key, .name = span_of(x->text)});
            return true;
        }
    }
    return false;
}

static void walk_through(const struct scenario *s) {
    AUTO(arena) struct arena *a = arena_new(0);
    char path[1024];
    struct diag d = {0};
    snprintf(path, sizeof path, "%s/packs/assistance/matters/dibao/%s", getenv("SOURCE_ROOT"), s->file);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    char *text = arena_alloc(a, 1 << 20);
    size_t n = fread(text, 1, 1 << 20, f);
    fclose(f);
    struct walk w = {.a = a, .s = s};
    expect_ok(bpmn_load(a, (struct span){text, n}, NULL, &FEEL, &w.m, &d), &d);
    struct bpmn_result r;
    expect_ok(bpmn_start(w.m, SPAN(""), SPAN(""), object(a, "{}"), &FEEL, a, &r, &d), &d);
    take(&w, &r);
    while (w.state->status == BPMN_RUNNING && answer_one(&w))
        if (++w.steps > 200)
            fail_msg("%s goes round: %s", s->file, w.trail);
    if (w.state->status != BPMN_COMPLETED || strcmp(w.m->node[w.state->end].id, s->end) != 0)
        fail_msg("%s: %s at %s, wanted %s, after %s", s->file, bpmn_status_name(w.state->status),
            w.state->end == BPMN_NONE ? "-" : w.m->node[w.state->end].id, s->end, w.trail);
    for (size_t i = 0; i < ARRAY_LEN(s->passes) && s->passes[i]; i++) {
        snprintf(path, sizeof path, " %s ", s->passes[i]);
        if (!strstr(w.trail, path))
            fail_msg("%s never came to %s: %s", s->file, s->passes[i], w.trail);
    }
    for (size_t i = 0; i < ARRAY_LEN(s->avoids) && s->avoids[i]; i++) {
        snprintf(path, sizeof path, " %s ", s->avoids[i]);
        if (strstr(w.trail, path))
            fail_msg("%s came to %s: %s", s->file, s->avoids[i], w.trail);
    }
    for (size_t i = 0; i < ARRAY_LEN(w.used); i++)
        if (s->answer[i].at && !w.used[i])
            fail_msg("%s: %s was never asked", s->file, s->answer[i].at);
}

#define SCENARIO(name, ...) static void name(void **state) { walk_through(&(struct scenario){__VA_ARGS__}); }

SCENARIO(granted_2019, .file = "process-2019.bpmn", .end = "end_approved", .answer = {{"publication_over", "comes"}},
    .passes = {"publication", "publication_end", "submit", "review", "serve_approval", "entitlement_open", "announce"}, .avoids = {"spotcheck_visit", "appraise"})
SCENARIO(granted_2020, .file = "process-2020.bpmn", .end = "end_approved", .answer = {{"publication_over", "comes"}},
    .passes = {"publication", "submit", "review", "serve_approval", "entitlement_open"}, .avoids = {"spotcheck_visit"})
SCENARIO(granted_2026, .file = "process-2026.bpmn", .end = "end_approved",
    .passes = {"authorise", "verification_request", "visit_second", "opinion", "entitlement_open", "announce"}, .avoids = {"publication", "submit"})
SCENARIO(refused_with_service, .file = "process-2026.bpmn", .end = "end_refused", .answer = {{"decide", "不予批准"}}, .passes = {"issue_refusal", "serve_refusal"}, .avoids = {"entitlement_open"})
SCENARIO(papers_asked_once, .file = "process-2026.bpmn", .end = "end_approved", .answer = {{"accept", "补正"}, {"supplement_received", "comes"}}, .passes = {"issue_supplement", "accept_again", "issue_acceptance"})
SCENARIO(papers_never_came, .file = "process-2019.bpmn", .end = "end_lapsed", .answer = {{"accept", "补正"}, {"supplement_late", "comes"}}, .passes = {"issue_lapse", "serve_lapse"}, .avoids = {"issue_acceptance"})
SCENARIO(not_accepted, .file = "process-2026.bpmn", .end = "end_rejected", .answer = {{"accept", "不予受理"}}, .passes = {"issue_rejection", "serve_rejection"}, .avoids = {"issue_acceptance"})
SCENARIO(not_accepted_with_papers, .file = "process-2020.bpmn", .end = "end_rejected", .answer = {{"accept", "补正"}, {"supplement_received", "comes"}, {"accept_again", "不予受理"}},
    .passes = {"issue_rejection", "serve_rejection"}, .avoids = {"issue_acceptance"})
SCENARIO(heard_and_right, .file = "process-2026.bpmn", .end = "end_approved", .answer = {{"findings", "不符合"}, {"explained", "comes"}, {"explain_review", "说明成立"}}, .passes = {"issue_findings"})
SCENARIO(silent_after_findings, .file = "process-2019.bpmn", .end = "end_refused",
    .answer = {{"findings", "不符合"}, {"explain_late", "comes"}, {"opinion", "拟不同意"}, {"decide", "不予批准"}}, .passes = {"issue_findings", "submit"}, .avoids = {"publication"})
SCENARIO(disputed_and_appraised, .file = "process-2026.bpmn", .end = "end_approved", .answer = {{"findings", "有争议"}, {"appraise", "争议较大"}}, .passes = {"appraise", "reinvestigate"})
SCENARIO(objection_to_the_notice, .file = "process-2019.bpmn", .end = "end_approved", .answer = {{"objection", "comes"}, {"publication_over", "comes"}}, .passes = {"publication_stop", "reinvestigate", "publication_end"})
SCENARIO(spot_check_finds_otherwise, .file = "process-2019.bpmn", .end = "end_approved", .drawn = true,
    .answer = {{"publication_over", "comes"}, {"spotcheck_visit", "不属实"}, {"publication_over", "comes"}}, .passes = {"spotcheck_visit", "reinvestigate"})
SCENARIO(supporter_does_not_consent, .file = "process-2026.bpmn", .end = "end_approved", .answer = {{"authorise", "义务人未同意"}}, .passes = {"verification_request"}, .avoids = {"issue_findings"})
SCENARIO(member_does_not_authorise, .file = "process-2026.bpmn", .end = "end_refused",
    .answer = {{"authorise", "成员未授权"}, {"explain_late", "comes"}, {"opinion", "拟不同意"}, {"decide", "不予批准"}}, .passes = {"issue_findings"}, .avoids = {"verification_request"})
SCENARIO(second_visit, .file = "process-2026.bpmn", .end = "end_approved", .answer = {{"visit_second", "补充调查"}})
SCENARIO(withdrawn_while_visited, .file = "process-2026.bpmn", .end = "end_withdrawn", .answer = {{"withdrawn", "comes"}}, .avoids = {"decide"})

static void nothing_to_find_fault_with(void **state) {
    static const char *const FILES[] = {"process-2019.bpmn", "process-2020.bpmn", "process-2026.bpmn"};
    for (size_t i = 0; i < ARRAY_LEN(FILES); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        char path[1024];
        struct diag d = {0};
        snprintf(path, sizeof path, "%s/packs/assistance/matters/dibao/%s", getenv("SOURCE_ROOT"), FILES[i]);
        FILE *f = fopen(path, "rb");
        assert_non_null(f);
        char *text = arena_alloc(a, 1 << 20);
        size_t n = fread(text, 1, 1 << 20, f);
        fclose(f);
        const struct bpmn_model *m;
        struct bpmn_finding *finding;
        uint32_t count;
        expect_ok(bpmn_load(a, (struct span){text, n}, NULL, &FEEL, &m, &d), &d);
        expect_ok(bpmn_check(a, m, &finding, &count, &d), &d);
        if (count)
            fail_msg("%s: %s at %s %s", FILES[i], finding[0].code, finding[0].element, finding[0].other);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(granted_2019),
        cmocka_unit_test(granted_2020),
        cmocka_unit_test(granted_2026),
        cmocka_unit_test(refused_with_service),
        cmocka_unit_test(papers_asked_once),
        cmocka_unit_test(papers_never_came),
        cmocka_unit_test(not_accepted),
        cmocka_unit_test(not_accepted_with_papers),
        cmocka_unit_test(heard_and_right),
        cmocka_unit_test(silent_after_findings),
        cmocka_unit_test(disputed_and_appraised),
        cmocka_unit_test(objection_to_the_notice),
        cmocka_unit_test(spot_check_finds_otherwise),
        cmocka_unit_test(supporter_does_not_consent),
        cmocka_unit_test(member_does_not_authorise),
        cmocka_unit_test(second_visit),
        cmocka_unit_test(withdrawn_while_visited),
        cmocka_unit_test(nothing_to_find_fault_with),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
