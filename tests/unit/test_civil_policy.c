/* Policies by two people: drafts, what is refused, publication, which version decides when, evidence. */
#include "../support/civil_world.h"

#include "civil/evidence/evidence.h"
#include "civil/decision/decision.h"
#include "civil/policy/policy.h"
#include "civil/simulation/saved.h"
#include "tlog/log.h"

static struct policies *policies;

/* The world's packs are loaded for each test; compiled policies must be of the same. */
struct bureau { struct world w; struct actor author, second, leader; };

static void open_bureau(struct bureau *b, struct fixture *f) {
    world_open(&b->w, f);
    expect_ok(policies_load(b->w.packs, &policies, &f->diag), &f->diag);
    b->w.civil.policies = policies;
    b->author = world_actor(21, "policy", "110102");
    b->second = world_actor(22, "policy", "110102");
    b->leader = world_actor(23, "leader", "11");
}

static void close_bureau(struct bureau *b) {
    policies = policies_free(policies);
    world_close(&b->w);
}

/* ---- texts --------------------------------------------------------------------------- */

static struct span pack_text(struct bureau *b) { return packs_matter(b->w.packs, "dibao")->decision[0].text; }

/* The pack's text with the n-th occurrence (from 0) of `from` replaced. */
static char *edited(struct bureau *b, const char *from, const char *to, int n) {
    struct span t = pack_text(b);
    const char *at = strstr(t.at, from); /* a file's text ends in a null */
    for (int i = 0; at && i < n; i++)
        at = strstr(at + strlen(from), from);
    assert_non_null(at);
    if (!at)
        return NULL;
    return arena_printf(b->w.arena, "%.*s%s%.*s", (int)(at - t.at), t.at, to, (int)(span_end(t) - at - (ptrdiff_t)strlen(from)), at + strlen(from));
}

#define BELOW "<text>&lt; 低保标准</text>"
static char *stricter(struct bureau *b) { return edited(b, BELOW, "<text>&lt; 低保标准 - 1000</text>", 0); }

#define HOUSEHOLD                                                              \
    "{\"日期\":\"2026-01-01\",\"户\":{\"成员\":[{\"编号\":\"1\",\"与申请人关系\":\"本人\",\"性别\":\"男\",\"出生日期\":\"1979-03-02\",\"户籍\":\"本市\"," \
    "\"就学迁入集体户\":false,\"婚姻状况\":\"未婚\",\"就业状态\":\"失业\",\"收入\":[{\"类别\":\"失业金\",\"月金额\":900}],\"残疾\":[],\"重大疾病\":false," \
    "\"劳动能力\":\"有\",\"在读\":\"无\",\"单独抚养\":false,\"依靠兄弟姐妹或老人扶养\":false,\"特殊身份\":[],\"不计入事由\":\"无\"}]," \
    "\"货币财产\":3000,\"机动车\":[],\"住房\":[],\"工商登记\":[],\"赡养人家庭\":[]},\"在享\":[],\"申请\":{}}"

/* ---- steps ------------------------------------------------------------------------------ */

static struct policy_edit complete(struct bureau *b, const char *text) {
    return (struct policy_edit){.text = text, .note = "收紧收入条件，试验用", .article = "试验文件 第一条", .differences = "标准降低，结果应当不同", .valid_from = date_from_ymd(2027, 1, 1)};
}

static int64_t drafted(struct bureau *b, const struct policy_edit *e) {
    int64_t id = 0;
    struct diag *d = &b->w.f->diag;
    diag_clear(d);
    expect_ok(policy_draft_new(&b->w.civil, &b->author, "dibao", "decision.dmn", &id, d), d);
    expect_ok(policy_draft_save(&b->w.civil, &b->author, id, 1, e, d), d);
    return id;
}

static int64_t submitted(struct bureau *b, const struct policy_edit *e) {
    int64_t id = drafted(b, e);
    expect_ok(policy_draft_submit(&b->w.civil, &b->author, id, 2, &b->w.f->diag), &b->w.f->diag);
    return id;
}

static void published(struct bureau *b, const struct policy_edit *e) {
    int64_t id = submitted(b, e);
    expect_ok(policy_draft_publish(&b->w.civil, &b->leader, id, 3, &b->w.f->diag), &b->w.f->diag);
}

struct asked { struct bureau *b; date_t day; instant_t known_at; enum decision_outcome outcome; int64_t version; char file[48]; };

static enum status ask(struct txn *t, void *arg, struct diag *d) {
    struct asked *x = arg;
    const struct policies *p;
    const struct json *facts;
    struct decision r;
    enum status s = policies_published(policies, t, x->known_at, &p, d);
    if (s == OK)
        s = json_parse(txn_arena(t), SPAN(HOUSEHOLD), &facts, d);
    struct decision_request q = {.scheme = "dibao", .facts = s == OK ? facts : NULL, .as_of = x->day};
    if (s == OK)
        s = decision_make(p, txn_arena(t), &q, &r, d);
    if (s != OK)
        return s;
    x->outcome = r.outcome;
    x->version = r.policy->version;
    snprintf(x->file, sizeof x->file, "%s", r.policy->name);
    return OK;
}

static struct asked decided(struct bureau *b, int year, int month, int day, instant_t known_at) {
    struct asked x = {.b = b, .day = date_from_ymd(year, month, day), .known_at = known_at};
    expect_ok(READ(&b->w, ask, &x), &b->w.f->diag);
    return x;
}

#define EXPECT_DECIDED(b, y, m, d, known, want_outcome, want_version)          \
    do {                                                                       \
        struct asked asked_ = decided((b), (y), (m), (d), (known));            \
        assert_int_equal(asked_.outcome, (want_outcome));                      \
        assert_int_equal(asked_.version, (want_version));                      \
    } while (0)

/* ---- tests ------------------------------------------------------------------------------- */

static void a_version_decides_from_its_day_on(void **state) {
    FIXTURE(f);
    struct bureau b;
    open_bureau(&b, f);
    EXPECT_DECIDED(&b, 2026, 12, 31, 0, DECISION_ELIGIBLE, 1);
    struct policy_edit e = complete(&b, stricter(&b));
    published(&b, &e);
    EXPECT_DECIDED(&b, 2026, 12, 31, 0, DECISION_ELIGIBLE, 1);
    EXPECT_DECIDED(&b, 2027, 1, 1, 0, DECISION_NOT_ELIGIBLE, 2);
    EXPECT_DECIDED(&b, 2027, 1, 1, test_instant - 1, DECISION_ELIGIBLE, 1); /* as it was known before */
    assert_string_equal(decided(&b, 2027, 3, 1, 0).file, "decision-v2.dmn");

    /* a later version of the same day takes its place; one of a later day follows it */
    __atomic_add_fetch(&test_instant, 1000000, __ATOMIC_RELAXED);
    instant_t between = test_instant - 1;
    struct policy_edit milder = complete(&b, edited(&b, BELOW, "<text>&lt; 低保标准 - 1</text>", 0));
    published(&b, &milder);
    EXPECT_DECIDED(&b, 2027, 1, 1, 0, DECISION_ELIGIBLE, 3);
    EXPECT_DECIDED(&b, 2027, 1, 1, between, DECISION_NOT_ELIGIBLE, 2);
    __atomic_add_fetch(&test_instant, 1000000, __ATOMIC_RELAXED);
    e.valid_from = date_from_ymd(2027, 7, 1);
    published(&b, &e);
    EXPECT_DECIDED(&b, 2027, 6, 30, 0, DECISION_ELIGIBLE, 3);
    EXPECT_DECIDED(&b, 2027, 7, 1, 0, DECISION_NOT_ELIGIBLE, 4);
    close_bureau(&b);
}

/* Another process has a set of its own and learns of the publication from the store. */
static void another_process_notices(void **state) {
    FIXTURE(f);
    struct bureau b;
    open_bureau(&b, f);
    struct policies *other = NULL, *own = policies;
    expect_ok(policies_load(b.w.packs, &other, &f->diag), &f->diag);
    policies = other;
    EXPECT_DECIDED(&b, 2027, 1, 1, 0, DECISION_ELIGIBLE, 1);
    policies = own;
    struct policy_edit e = complete(&b, stricter(&b));
    published(&b, &e);
    policies = other;
    EXPECT_DECIDED(&b, 2027, 1, 1, 0, DECISION_NOT_ELIGIBLE, 2);
    policies_free(other);
    policies = own;
    close_bureau(&b);
}

static void two_people_and_nobody_else(void **state) {
    FIXTURE(f);
    struct bureau b;
    open_bureau(&b, f);
    struct civil *c = &b.w.civil;
    struct policy_edit e = complete(&b, stricter(&b));
    int64_t id = 0;
    expect_fail(policy_draft_new(c, &b.leader, "dibao", "decision.dmn", &id, &f->diag), &f->diag, E_FORBIDDEN, "policy.role");
    expect_fail(policy_draft_new(c, &b.w.clerk, "dibao", "decision.dmn", &id, &f->diag), &f->diag, E_FORBIDDEN, "policy.role");
    struct actor elsewhere = world_actor(24, "policy", "110115");
    expect_fail(policy_draft_new(c, &elsewhere, "dibao", "decision.dmn", &id, &f->diag), &f->diag, E_FORBIDDEN, "policy.role");
    expect_fail(policy_draft_new(c, &b.author, "none", "decision.dmn", &id, &f->diag), &f->diag, E_NOT_FOUND, "policy.matter");
    expect_fail(policy_draft_new(c, &b.author, "dibao", "decision-v9.dmn", &id, &f->diag), &f->diag, E_NOT_FOUND, "policy.file");
    id = drafted(&b, &e);
    expect_fail(policy_draft_save(c, &b.second, id, 2, &e, &f->diag), &f->diag, E_FORBIDDEN, "policy.not_author");
    expect_fail(policy_draft_delete(c, &b.second, id, 2, &f->diag), &f->diag, E_FORBIDDEN, "policy.not_author");
    expect_fail(policy_draft_submit(c, &b.second, id, 2, &f->diag), &f->diag, E_FORBIDDEN, "policy.not_author");
    expect_fail(policy_draft_publish(c, &b.second, id, 2, &f->diag), &f->diag, E_CONFLICT, "policy.state");
    expect_fail(policy_draft_save(c, &b.author, id, 1, &e, &f->diag), &f->diag, E_CONFLICT, "policy.changed");
    expect_ok(policy_draft_submit(c, &b.author, id, 2, &f->diag), &f->diag);
    expect_fail(policy_draft_save(c, &b.author, id, 3, &e, &f->diag), &f->diag, E_CONFLICT, "policy.state");
    expect_fail(policy_draft_publish(c, &b.author, id, 3, &f->diag), &f->diag, E_FORBIDDEN, "policy.two_people");
    expect_fail(policy_draft_publish(c, &b.w.clerk, id, 3, &f->diag), &f->diag, E_FORBIDDEN, "policy.role");
    expect_fail(policy_draft_return(c, &b.second, id, 3, "", &f->diag), &f->diag, E_INPUT, "policy.reason");
    expect_ok(policy_draft_return(c, &b.second, id, 3, "条款写错了", &f->diag), &f->diag);
    expect_ok(policy_draft_submit(c, &b.author, id, 4, &f->diag), &f->diag);
    expect_ok(policy_draft_publish(c, &b.second, id, 5, &f->diag), &f->diag);
    expect_fail(policy_draft_publish(c, &b.leader, id, 6, &f->diag), &f->diag, E_CONFLICT, "policy.state");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM policy_version WHERE author = 21 AND published_by = 22"), 1);
    close_bureau(&b);
}

/* What no page and no code can get round: the schema's own refusal. */
static enum status by_hand(struct txn *t, void *arg, struct diag *d) {
    return sql_exec(t, d, arg);
}

static void the_schema_itself_refuses(void **state) {
    FIXTURE(f);
    struct bureau b;
    open_bureau(&b, f);
    struct policy_edit e = complete(&b, stricter(&b));
    submitted(&b, &e);
    static const char *const bad[] = {
        "INSERT INTO policy_version (id, matter, version, file, valid_from, text, sha256, base, article, note, author, published_by, published_at, published_on, salt, entry) "
        "SELECT id, matter, 2, 'x', valid_from, text, sha256, base, article, note, author, author, 1, 1, CAST('s' AS BLOB), 1 FROM policy_draft",
        "INSERT INTO policy_version (id, matter, version, file, valid_from, text, sha256, base, article, note, author, published_by, published_at, published_on, salt, entry) "
        "SELECT id, matter, 2, 'x', 99, text, sha256, base, article, note, author, 99, 1, 100, CAST('s' AS BLOB), 1 FROM policy_draft",
    };
    static const char *const name[] = {"policy_version_two_people", "policy_version_ahead"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        char sql[700];
        snprintf(sql, sizeof sql, "%s", bad[i]);
        if (f->backend == ON_POSTGRES) { /* a literal of bytes */
            char *at = strstr(sql, "CAST('s' AS BLOB)");
            memcpy(at, "CAST('s' AS BYTEA)", 18);
            memmove(at + 18, bad[i] + (at - sql) + 17, strlen(bad[i] + (at - sql) + 17) + 1);
        }
        assert_int_equal(WRITE(&b.w, by_hand, sql), E_CONFLICT);
        if (!sql_broke(&f->diag, name[i]))
            fail_msg("%s: %s", name[i], f->diag.code);
    }
    close_bureau(&b);
}

static void what_is_unfinished_is_refused(void **state) {
    FIXTURE(f);
    struct bureau b;
    open_bureau(&b, f);
    const char *good = stricter(&b);
    struct policy_edit full = complete(&b, good);
#define WITHOUT(field, value) ({ struct policy_edit e_ = full; e_.field = (value); e_; })
    char *huge = arena_alloc(b.w.arena, POLICY_TEXT_MAX + 2);
    memset(huge, ' ', POLICY_TEXT_MAX + 1);
    struct { struct policy_edit edit; const char *code; } bad[] = {
        {WITHOUT(note, ""), "policy.note"},
        {WITHOUT(article, NULL), "policy.article"},
        {WITHOUT(valid_from, DATE_NONE), "policy.valid_from"},
        {WITHOUT(valid_from, date_from_ymd(2026, 11, 21)), "policy.past"},
        {WITHOUT(differences, NULL), "policy.differences"},
        {WITHOUT(text, arena_dup(b.w.arena, pack_text(&b))), "policy.unchanged"},
        {WITHOUT(note, " \t\n"), "policy.note"},
        {WITHOUT(note, "\u3000"), "policy.note"},
        {WITHOUT(text, edited(&b, "<decision id=\"d_result\" name=\"结果\">\n    <variable id=\"v_d_result\" name=\"结果\"/>",
             "<decision id=\"d_result\" name=\"没有结果\">\n    <variable id=\"v_d_result\" name=\"没有结果\"/>", 0)), "decision.policy_result"},
        {WITHOUT(text, edited(&b, BELOW, "<text>&lt; 低保标淮</text>", 0)), "policy.findings"},
        {WITHOUT(text, edited(&b, "https://minzheng.example/dmn/assistance/dibao", "https://elsewhere.example/", 0)), "decision.namespace"},
        {WITHOUT(text, edited(&b, "<requiredDecision href=\"#d_size\"/>", "<requiredDecision href=\"#d_result\"/>", 0)), "policy.findings"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int64_t id = drafted(&b, &bad[i].edit);
        diag_clear(&f->diag);
        enum status s = policy_draft_submit(&b.w.civil, &b.author, id, 2, &f->diag);
        if (s == OK || strcmp(f->diag.code, bad[i].code) != 0)
            print_message("%zu: %s %s\n", i, status_name(s), f->diag.code);
        assert_true(s != OK && strcmp(f->diag.code, bad[i].code) == 0);
    }
    int64_t id = 0;
    expect_ok(policy_draft_new(&b.w.civil, &b.author, "dibao", "decision.dmn", &id, &f->diag), &f->diag);
    struct policy_edit big = WITHOUT(text, huge), long_words = WITHOUT(note, huge);
    expect_fail(policy_draft_save(&b.w.civil, &b.author, id, 1, &big, &f->diag), &f->diag, E_LIMIT, "policy.size");
    expect_fail(policy_draft_save(&b.w.civil, &b.author, id, 1, &long_words, &f->diag), &f->diag, E_INPUT, "policy.words");
    /* What is no DMN file at all is refused when it is saved. */
    char *deep = arena_alloc(b.w.arena, 30001), *many = arena_alloc(b.w.arena, POLICY_TEXT_MAX + 1);
    for (size_t i = 0; i < 10000; i++)
        memcpy(deep + 3 * i, "<a>", 4);
    for (size_t i = 0; i < POLICY_TEXT_MAX / 4; i++)
        memcpy(many + 4 * i, "<a/>", 5);
    memcpy(many, "<h> ", 4);
    memcpy(many + POLICY_TEXT_MAX - 4, "</h>", 4);
    struct { const char *text, *code; } none[] = {{"", "xml.syntax"}, {NULL, "xml.syntax"}, {"x", "xml.syntax"}, {"<definitions", "xml.syntax"}, {"{}", "xml.syntax"}, {"<html/>", "dmn.no_definitions"},
        {"<definitions/>", "dmn.no_definitions"}, {"<!DOCTYPE x [<!ENTITY a \"b\">]><definitions>&a;</definitions>", "xml.doctype"}, {deep, "xml.depth"}, {many, "dmn.no_definitions"},
        {"<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\"/>trailing", "xml.syntax"}, {"<definitions>\xff</definitions>", "xml.syntax"}};
    for (size_t i = 0; i < ARRAY_LEN(none); i++) {
        struct policy_edit e = WITHOUT(text, none[i].text);
        diag_clear(&f->diag);
        if (policy_draft_save(&b.w.civil, &b.author, id, 1, &e, &f->diag) != E_INPUT || strcmp(f->diag.code, none[i].code) != 0)
            fail_msg("%zu: %s", i, f->diag.code);
    }
    assert_int_equal(ask_int(f, "SELECT count(*) FROM policy_version"), 0);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM policy_draft WHERE state <> 'draft'"), 0);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM log_pending"), 0);
    EXPECT_DECIDED(&b, 2027, 1, 1, 0, DECISION_ELIGIBLE, 1);
    close_bureau(&b);
}

static void reaching_back_needs_an_article(void **state) {
    FIXTURE(f);
    struct bureau b;
    open_bureau(&b, f);
    struct policy_edit e = complete(&b, stricter(&b));
    e.valid_from = date_from_ymd(2026, 7, 1);
    e.retroactive = "试验文件 第九条：自2026年7月1日起执行";
    published(&b, &e);
    EXPECT_DECIDED(&b, 2026, 6, 30, 0, DECISION_ELIGIBLE, 1);
    EXPECT_DECIDED(&b, 2026, 7, 1, 0, DECISION_NOT_ELIGIBLE, 2);
    EXPECT_DECIDED(&b, 2026, 7, 1, test_instant - 1, DECISION_ELIGIBLE, 1);
    close_bureau(&b);
}

/* Waiting too long, or somebody else having been quicker. */
static void what_was_true_when_submitted_is_asked_again(void **state) {
    FIXTURE(f);
    struct bureau b;
    open_bureau(&b, f);
    instant_t then = test_instant;
    struct policy_edit e = complete(&b, stricter(&b));
    e.valid_from = date_from_ymd(2026, 11, 23);
    int64_t first = submitted(&b, &e), second = submitted(&b, &e);
    __atomic_add_fetch(&test_instant, INT64_C(1000000), __ATOMIC_RELAXED);
    expect_ok(policy_draft_publish(&b.w.civil, &b.leader, first, 3, &f->diag), &f->diag);
    expect_fail(policy_draft_publish(&b.w.civil, &b.leader, second, 3, &f->diag), &f->diag, E_CONFLICT, "policy.moved");
    int64_t third = submitted(&b, &e);
    __atomic_add_fetch(&test_instant, INT64_C(3) * 86400 * 1000000, __ATOMIC_RELAXED);
    expect_fail(policy_draft_publish(&b.w.civil, &b.leader, third, 3, &f->diag), &f->diag, E_INPUT, "policy.past");
    __atomic_store_n(&test_instant, then, __ATOMIC_RELAXED);
    close_bureau(&b);
}

struct found { struct civil *civil; struct buf out; int count; };
static void one_more(void *arg, const struct diag *d) { ++*(int *)arg; }
static enum status check_versions(struct txn *t, void *arg, struct diag *d) {
    struct found *x = arg;
    struct evidence_check e = {.civil = x->civil, .txn = t, .finding = one_more, .arg = &x->count};
    enum status s = policy_check_in(x->civil, t, LANG_EN, &x->out, &x->count, d);
    return s == OK ? policy_evidence(&e, d) : s;
}

static int findings_of(struct bureau *b) {
    struct found x = {.civil = &b->w.civil, .count = 0};
    buf_init(&x.out, 0);
    expect_ok(READ(&b->w, check_versions, &x), &b->w.f->diag);
    buf_release(&x.out);
    return x.count;
}

static void the_log_commits_to_the_text(void **state) {
    FIXTURE(f);
    struct bureau b;
    open_bureau(&b, f);
    struct policy_edit e = complete(&b, stricter(&b));
    published(&b, &e);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM log_pending p JOIN policy_version v ON v.entry = p.id WHERE p.kind = 'policy.publish'"), 1);
    assert_int_equal(findings_of(&b), 0);
    must_run(f, "UPDATE policy_version SET text = text || ' '");
    assert_int_equal(findings_of(&b), 1);
    must_run(f, "UPDATE policy_version SET text = substr(text, 1, length(text) - 1), valid_from = valid_from + 1");
    assert_int_equal(findings_of(&b), 1);
    must_run(f, "UPDATE policy_version SET valid_from = valid_from - 1");
    assert_int_equal(findings_of(&b), 0);
    must_run(f, "DELETE FROM log_pending");
    assert_int_equal(findings_of(&b), 1);
    close_bureau(&b);
}

/* What it was weighed with stands in the publication and in the log; it cannot go, and a change of it is found. */
static void a_publication_names_its_reform(void **state) {
    FIXTURE(f);
    struct bureau b;
    open_bureau(&b, f);
    char sql[200];
    snprintf(sql, sizeof sql, "INSERT INTO reform (district, id, name, made_at, made_by, day, figures, report) VALUES (%lld, 77, '收紧', 1, 21, 20000, '{\"低保标准\":450}', '{}')",
        (long long)b.w.civil.district);
    must_run(f, sql);
    struct policy_edit e = complete(&b, stricter(&b));
    e.reform = 78;
    int64_t id = drafted(&b, &(struct policy_edit){.text = e.text});
    expect_fail(policy_draft_save(&b.w.civil, &b.author, id, 2, &e, &f->diag), &f->diag, E_NOT_FOUND, "simulation.none");
    assert_string_equal(f->diag.where, "reform");
    e.reform = 77;
    published(&b, &e);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM policy_version WHERE reform = 77 AND reform_name = '收紧' AND length(reform_sha) = 64"), 1);
    assert_int_equal(findings_of(&b), 0);
    expect_fail(reform_delete(&b.w.civil, &b.author, 77, &f->diag), &f->diag, E_CONFLICT, "simulation.attached");
    must_run(f, "UPDATE reform SET report = '{\"x\":1}'");
    assert_int_equal(findings_of(&b), 1);
    must_run(f, "DELETE FROM reform");
    assert_int_equal(findings_of(&b), 1);
    must_run(f, sql);
    assert_int_equal(findings_of(&b), 0);
    must_run(f, "UPDATE policy_version SET reform_name = '放宽'"); /* the log says otherwise */
    assert_int_equal(findings_of(&b), 1);
    close_bureau(&b);
}

static void worked_cases_are_green_as_the_pack_has_them(void **state) {
    FIXTURE(f);
    struct bureau b;
    open_bureau(&b, f);
    /* a text that differs in a comment only: nothing to explain */
    struct policy_edit e = complete(&b, edited(&b, "<decision id=\"d_size\"", "<!-- x --><decision id=\"d_size\"", 0));
    e.differences = NULL;
    submitted(&b, &e);
    close_bureau(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(a_version_decides_from_its_day_on), ON_BOTH(another_process_notices), ON_BOTH(two_people_and_nobody_else), ON_BOTH(the_schema_itself_refuses),
        ON_BOTH(what_is_unfinished_is_refused), ON_BOTH(reaching_back_needs_an_article), ON_BOTH(what_was_true_when_submitted_is_asked_again),
        ON_BOTH(the_log_commits_to_the_text), ON_BOTH(a_publication_names_its_reform), ON_BOTH(worked_cases_are_green_as_the_pack_has_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
