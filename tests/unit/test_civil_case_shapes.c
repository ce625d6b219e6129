/* What civil/case writes has the shape that the route table promises
 * (src/server/api.json): every field there, none more, of its type. */
#include "case_world.h"

#include "../support/papers.h"

#include "civil/archive/archive.h"

static const struct json *types;

/* ---- a reader of the types ---------------------------------------------------------- */

static void check(const struct json *j, struct span type, const char *path);

static void wrong(const char *path, struct span type, const struct json *j) {
    BUF_AUTO text;
    buf_init(&text, 0);
    if (j)
        json_canonical(&text, j);
    fail_msg("%s is no %.*s: %.200s", path, SPAN_ARG(type), j ? buf_str(&text) : "absent");
}

static void check_object(const struct json *j, const struct json *fields, struct span type, const char *path) {
    char where[300];
    if (!j || j->type != JSON_OBJECT)
        wrong(path, type, j);
    for (size_t i = 0; i < fields->size; i++) {
        if (span_is(fields->key[i], "comment"))
            continue;
        snprintf(where, sizeof where, "%s.%.*s", path, SPAN_ARG(fields->key[i]));
        check(json_get_span(j, fields->key[i]), fields->item[i]->text, where);
    }
    for (size_t i = 0; i < j->size; i++)
        if (!json_get_span(fields, j->key[i]))
            fail_msg("%s.%.*s is not in the type %.*s", path, SPAN_ARG(j->key[i]), SPAN_ARG(type));
}

static bool is_code(const struct json *j, struct span type) {
    for (const char *p = type.at, *end = type.at + type.size; j->type == JSON_STRING && p <= end;) {
        const char *bar = memchr(p, '|', (size_t)(end - p));
        size_t n = (size_t)((bar ? bar : end) - p);
        if (span_eq(j->text, (struct span){p, n}))
            return true;
        p += n + 1;
    }
    return false;
}

static bool plain(const struct json *j, struct span type) {
    struct diag d = {0};
    date_t day;
    instant_t at;
    if (span_is(type, "string"))
        return j->type == JSON_STRING;
    if (span_is(type, "id"))
        return j->type == JSON_STRING && j->text.size && strspn(j->text.at, "0123456789") == j->text.size;
    if (span_is(type, "int") || span_is(type, "fen"))
        return j->type == JSON_NUMBER && dec_is_int(j->number);
    if (span_is(type, "bool"))
        return j->type == JSON_TRUE || j->type == JSON_FALSE;
    if (span_is(type, "date"))
        return j->type == JSON_STRING && date_parse(j->text, &day, &d) == OK;
    if (span_is(type, "instant"))
        return j->type == JSON_STRING && j->text.size > 10 && instant_parse(j->text, &at, &d) == OK;
    return span_is(type, "json");
}

static void check(const struct json *j, struct span type, const char *path) {
    char where[320];
    if (type.size && type.at[type.size - 1] == '?') {
        if (!json_is_null(j))
            check(j, (struct span){type.at, type.size - 1}, path);
        return;
    }
    if (type.size > 2 && memcmp(type.at + type.size - 2, "[]", 2) == 0) {
        if (!j || j->type != JSON_ARRAY)
            wrong(path, type, j);
        for (size_t i = 0; i < j->size; i++) {
            snprintf(where, sizeof where, "%.250s[%u]", path, (unsigned)i);
            check(j->item[i], (struct span){type.at, type.size - 2}, where);
        }
        return;
    }
    const struct json *named = json_get_span(types, type);
    if (named)
        check_object(j, named, type, path);
    else if (!j || !(memchr(type.at, '|', type.size) ? is_code(j, type) : plain(j, type)))
        wrong(path, type, j);
}

static int load_types(void **state) {
    static struct arena *a;
    struct diag d = {0};
    char path[1024];
    const struct json *j;
    snprintf(path, sizeof path, "%s/src/server/api.json", getenv("SOURCE_ROOT"));
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    BUF_AUTO text;
    buf_init(&text, 0);
    char chunk[65536];
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, f)) > 0;)
        buf_add(&text, span_bytes(chunk, n));
    fclose(f);
    a = arena_new(0);
    expect_ok(json_parse(a, buf_span(&text), &j, &d), &d);
    types = json_get(j, "types");
    return load_packs(state);
}

/* ---- a case at every stage --------------------------------------------------------------- */

static enum status process_reader(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    return case_process_json(c, t, x, who, id, w, d);
}
static enum status remedy_reader(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    return case_remedy_json(c, t, who, id, w, d);
}
static enum status draft_reader(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t none, struct json_writer *w, struct diag *d) {
    return draft_json(c, t, x, who, "dibao", w, d);
}
static enum status cases_reader(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t none, struct json_writer *w, struct diag *d) {
    struct case_query q = {.late = false};
    return case_list_json(c, t, x, who, &q, w, d);
}
static enum status mine_reader(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t none, struct json_writer *w, struct diag *d) {
    return my_cases_json(c, t, x, who, w, d);
}
static enum status tasks_reader(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t none, struct json_writer *w, struct diag *d) {
    struct task_query q = {.mine = false};
    return task_list_json(c, t, x, who, &q, w, d);
}

#define SHAPE(type, fn, who, id) check(shown((fn), &(who), (id)), SPAN(type), type)

static void everything_about(int64_t id) {
    struct actor *const staff_[] = {&b.clerk, &b.reviewer, &b.decider, &b.district_clerk, &b.community};
    for (size_t i = 0; i < ARRAY_LEN(staff_); i++) {
        SHAPE("Case", case_reader, *staff_[i], id);
        SHAPE("TaskList", tasks_reader, *staff_[i], 0);
    }
    SHAPE("Case", case_reader, b.resident, id);
    SHAPE("EventList", case_events_json, b.resident, id);
    SHAPE("Household", case_household_json, b.clerk, id);
    SHAPE("Verification", case_verification_json, b.resident, id);
    SHAPE("ProcessView", process_reader, b.clerk, id);
    SHAPE("CaseList", cases_reader, b.district_clerk, 0);
    SHAPE("CaseList", mine_reader, b.resident, 0);
    int64_t task = ask("SELECT MIN(id) FROM case_task WHERE case_id = %lld AND state = 'open'", (long long)id);
    if (task > 0)
        SHAPE("Task", task_json, b.clerk, task);
    if (ask("SELECT COUNT(*) FROM decision_record WHERE case_id = %lld AND state <> 'superseded'", (long long)id) > 0)
        SHAPE("Decision", case_decision_json, b.clerk, id);
}

static void at_every_stage(void **state) {
    CASE_WORLD;
    clock_at(2025, 3, 10, 9);
    struct made m[] = {{"冯试一", 1979, 3, 2, true, "本人", FACTS("有配偶", "无业"), 0, ""}, {"陈试二", 1981, 3, 3, false, "配偶", FACTS("有配偶", "无业"), 0, ""}};
    b.household = household(m, 2, "{\"货币财产\":3001}", NULL);
    b.person = m[0].id;
    b.resident = resident_of(b.person, "feng");
    must(draft_save(&b.civil, &b.resident, "dibao", form_data(true), NULL, &b.d));
    SHAPE("Draft", draft_reader, b.resident, 0);
    struct case_ref r;
    must(apply_as(&b.resident, "portal", form_data(true), NULL, &r));
    everything_about(r.id);
    done(b.clerk, r.id, "accept", "补正", "缺收入证明");
    int64_t paper = 0, remedy = 0;
    must(case_paper_add(&b.civil, &b.resident, r.id, "收入.pdf", "income", PAPER_PDF, &paper, &b.d));
    everything_about(r.id);
    done(b.clerk, r.id, "accept_again", "受理", NULL);
    must(case_authorise(&b.civil, &b.clerk, r.id, m[1].id, "paper", paper, &b.d));
    done(b.clerk, r.id, "authorise", "全部授权", NULL);
    everything_about(r.id);
    done(b.clerk, r.id, "visit", "已调查", NULL);
    done(b.second, r.id, "visit_second", "属实", NULL);
    for (int i = 0; i < 20 && task_at(r.id, "findings") < 0; i++) {
        clock_days(1);
        sweep();
        everything_about(r.id);
    }
    done(b.clerk, r.id, "findings", "有争议", "邻居有异议");
    everything_about(r.id);
    done(b.community, r.id, "appraise", "结果真实", NULL);
    done(b.reviewer, r.id, "opinion", "拟同意", NULL);
    must(case_remedy_file(&b.civil, &b.resident, r.id, "complaint", "办得太慢", &remedy, &b.d));
    everything_about(r.id);
    SHAPE("Remedy", remedy_reader, b.resident, remedy);
    clock_days(11);
    sweep();
    done(b.reviewer, r.id, "submit", "已上报", NULL);
    spot_checked(r.id);
    done(b.second_reviewer, r.id, "review", "同意", NULL);
    done(b.decider, r.id, "decide", "批准", NULL);
    everything_about(r.id);
    serve_latest(&b.clerk, r.id);
    done(b.clerk, r.id, "serve_approval", "已送达", NULL);
    everything_about(r.id);
    SHAPE("Decision", case_decision_json, b.resident, r.id);
    assert_string_equal(state_of(r.id), "approved");
}

int main(void) {
    const struct CMUnitTest tests[] = {CASE_TEST(at_every_stage)};
    return cmocka_run_group_tests(tests, load_types, unload_packs);
}
