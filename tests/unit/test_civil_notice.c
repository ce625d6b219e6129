/* Written notices: numbers, content, evidence, service; on both backends. */
#include "case_world.h"

#include "civil/archive/archive.h"
#include "civil/notice/notice.h"
#include "doc/pdf.h"
#include "tlog/entry.h"

#include <pthread.h>

/* Some rooms of the world are not used here. */
static UNUSED const void *const not_used[] = {(const void *)household, (const void *)pensioner, (const void *)case_reader, (const void *)shown,
    (const void *)serve_latest, (const void *)investigated, (const void *)spot_checked, (const void *)state_of, (const void *)clock_days};

static struct case_ref open_case(void) {
    poor_man();
    return applied();
}

/* ---- issuing ------------------------------------------------------------------------- */

#define BASE                                                                   \
    "\"name\":\"张试一\",\"applied_on\":\"2026-08-01\",\"contact\":\"新街口街道\",\"entrusted_note\":\"\",\"written_reasons\":\"\",\"subdistrict\":\"新街口街道\","       \
    "\"reconsideration_organ\":{\"zh\":\"西城区人民政府\",\"en\":\"the district government\"},\"court\":{\"zh\":\"人民法院\",\"en\":\"the court\"}"
#define REASONS "\"reasons\":[{\"rule\":\"r\",\"article\":\"445号 二(一)\",\"zh\":\"收入低于标准。\",\"en\":\"Income is below the standard.\"}]"
static const char APPROVAL[] = "{" BASE "," REASONS ",\"covered\":2,\"pay_from\":\"2026-09\",\"monthly\":\"1450.00\",\"review_on\":\"2027-02-10\","
                               "\"lines\":[{\"item\":\"低保金\",\"member\":\"\",\"amount\":\"1450.00\"}]}";

struct issue {
    const char *kind, *values;
    int64_t case_id, id;
    bool then_fail;
    int count;
};

static enum status issue_closure(struct txn *t, void *arg, struct diag *d) {
    struct issue *x = arg;
    const struct json *values;
    enum status s = json_parse(txn_arena(t), span_of(x->values), &values, d);
    for (int i = 0; s == OK && i < (x->count ? x->count : 1); i++) {
        struct notice_request r = {.district = DISTRICT, .case_id = x->case_id, .person = b.person, .matter = "dibao", .kind = x->kind, .values = values,
            .organ_name = "街道办事处（乡镇人民政府）", .in_name_of = "区民政局", .seal = "区民政局社会救助审批专用章（街道、乡镇），编号管理"};
        s = notice_issue_in(&b.civil, t, &b.clerk, &r, &x->id, d);
    }
    return s == OK && x->then_fail ? diag_fail(d, E_CONFLICT, "case.closed") : s;
}

static enum status issue(int64_t case_id, const char *kind, const char *values, int64_t *ret) {
    struct issue x = {.kind = kind, .values = values, .case_id = case_id};
    diag_clear(&b.d);
    enum status s = store_write(b.civil.store, issue_closure, &x, &b.d);
    if (ret)
        *ret = x.id;
    return s;
}

struct text_of { const char *sql; int64_t id; const char *text; };
static enum status text_closure(struct txn *t, void *arg, struct diag *d) {
    struct text_of *x = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, x->sql, SQL_I(x->id));
    if (s == OK)
        x->text = rows_dup(r, 0, b.arena);
    return s;
}
static const char *text_of(const char *sql, int64_t id) {
    struct text_of x = {sql, id, NULL};
    must(store_read(b.civil.store, text_closure, &x, &b.d));
    return x.text;
}

struct look { int64_t notice, entry; const struct json *content; struct tlog_opening open[NOTICE_OPENINGS]; struct span pdf; const char *media, *name; struct tlog_stored stored; };
static enum status look_closure(struct txn *t, void *arg, struct diag *d) {
    struct look *x = arg;
    struct access *access = NULL;
    int64_t file = 0, entry = x->entry;
    enum status s = notice_content_in(&b.civil, t, b.arena, DISTRICT, x->notice, &x->content, d);
    if (s == OK && !entry)
        s = sql_int(t, &entry, 0, d, "SELECT entry FROM notice WHERE id = ?", SQL_I(x->notice));
    if (s == OK)
        s = notice_openings_in(&b.civil, t, b.arena, DISTRICT, entry, x->open, d);
    if (s == OK)
        s = tlog_entry_get(t, entry, b.arena, &x->stored, d);
    if (s == OK)
        s = sql_int(t, &file, 0, d, "SELECT file FROM notice WHERE id = ?", SQL_I(x->notice));
    if (s == OK)
        s = access_begin(txn_arena(t), &b.clerk, "clerk", "case_handling", DISTRICT, 0, &access, d);
    if (s == OK)
        s = archive_open_in(&b.civil, t, access, b.arena, DISTRICT, file, &x->pdf, &x->media, &x->name, d);
    x->entry = entry;
    return s;
}
static void draw_all(void) {
    bool did = true;
    while (did)
        must(notice_sweep(&b.civil, &did, &b.d));
}

static struct look look_at(int64_t notice, int64_t entry) {
    draw_all();
    struct look x = {.notice = notice, .entry = entry};
    must(store_read(b.civil.store, look_closure, &x, &b.d));
    return x;
}

static const struct json *block_of(const struct json *content, const char *type) {
    const struct json *list = json_get(content, "blocks");
    for (size_t i = 0; i < list->size; i++)
        if (strcmp(json_str(list->item[i], "type", ""), type) == 0)
            return list->item[i];
    return NULL;
}

static bool says(const struct json *content, const char *text) {
    BUF_AUTO out;
    buf_init(&out, 0);
    json_canonical(&out, content);
    return strstr(buf_str(&out), text) != NULL;
}

static void opens(const struct look *x) {
    struct tlog_entry e;
    must(tlog_entry_read(b.arena, x->stored.bytes, &e, &b.d));
    assert_string_equal(e.kind, TLOG_NOTICE);
    const struct tlog_commitment *in_entry[] = {e.matter, e.subject, e.payload};
    for (int i = 0; i < NOTICE_OPENINGS; i++) {
        struct tlog_commitment made;
        must(tlog_entry_commit(x->open[i].salt, x->open[i].value, &made, &b.d));
        assert_true(tlog_commitment_eq(&made, in_entry[i]));
    }
}

static void an_approval_is_numbered_committed_and_archived(void **state) {
    CASE_WORLD;
    struct case_ref k = open_case();
    int64_t id;
    must(issue(k.id, "approval", APPROVAL, &id));
    struct look x = look_at(id, 0);
    assert_string_equal(text_of("SELECT number FROM notice WHERE id = ?", id), "低保准字〔2026〕00001号");
    assert_string_equal(x.media, "application/pdf");
    assert_string_equal(x.name, "城乡居民最低生活保障批准决定书 低保准字〔2026〕00001号.pdf");
    assert_memory_equal(x.pdf.at, "%PDF-", 5);
    /* What it says. */
    assert_string_equal(json_at(json_get(block_of(x.content, "letterhead"), "title"), 0)->text.at, "西城区民政局");
    assert_true(says(x.content, "您于2026年8月1日提出的"));
    assert_true(says(x.content, "of 2026-08-01 has been"));
    assert_true(says(x.content, "保障人口2人，自2026年9月起每月发放1450.00元"));
    assert_true(says(x.content, "西城区人民政府"));
    const struct json *table = block_of(x.content, "table"), *sign = block_of(x.content, "signature");
    assert_int_equal(json_get(table, "rows")->size, 2);
    assert_true(json_bool(table, "total", false));
    assert_string_equal(json_str(sign, "seal", ""), "sample"); /* the person is made up, and the seal says so */
    assert_string_equal(json_str(sign, "seal_name", ""), "社会救助审批专用章");
    assert_string_equal(json_at(json_get(sign, "text"), 0)->text.at, "2026年8月10日");
    assert_null(json_get(sign, "note"));
    assert_null(block_of(x.content, "code"));
    /* The entry commits to it, and the code on the paper opens the commitment. */
    opens(&x);
    assert_string_equal(text_of("SELECT CASE WHEN served_at IS NULL THEN 'open' ELSE 'served' END FROM notice WHERE id = ?", id), "open");
}

/* The paper is what its content renders to with the code's text: recompute it. */
static void the_code_opens_the_entry(void **state) {
    CASE_WORLD;
    struct case_ref k = open_case();
    int64_t id;
    must(issue(k.id, "supplement", "{" BASE ",\"supplement_until\":\"2026-09-09\",\"papers\":[{\"zh\":\"诊断证明\",\"en\":\"A diagnosis\"},\"其他说明\"]}", &id));
    struct look x = look_at(id, 0);
    /* mz1:<origin>:<entry>:<salt>:<sm3>, with nothing but what the paper shows and the log. */
    BUF_AUTO canonical;
    buf_init(&canonical, 0);
    json_canonical(&canonical, x.content);
    struct hash h = hash_one(HASH_SM3, buf_span(&canonical));
    char hex[2 * HASH_BYTES + 1];
    hash_hex(&h, hex);
    char *value = arena_printf(b.arena, "{\"document\":\"%s\"}", hex);
    const struct json *payload;
    must(json_parse(b.arena, span_of(value), &payload, &b.d));
    struct tlog_commitment made;
    struct tlog_entry e;
    must(tlog_entry_commit(x.open[2].salt, payload, &made, &b.d));
    must(tlog_entry_read(b.arena, x.stored.bytes, &e, &b.d));
    assert_true(tlog_commitment_eq(&made, e.payload));
    /* One character of the content changed opens nothing. */
    value[strlen(value) - 3] = value[strlen(value) - 3] == '0' ? '1' : '0';
    must(json_parse(b.arena, span_of(value), &payload, &b.d));
    must(tlog_entry_commit(x.open[2].salt, payload, &made, &b.d));
    assert_false(tlog_commitment_eq(&made, e.payload));
    /* The salts are unlike each other, and nothing in the entry is readable. */
    assert_false(span_eq(x.open[0].salt, x.open[2].salt));
    assert_null(memmem(x.stored.bytes.at, x.stored.bytes.size, "张", 3));
    assert_null(memmem(x.stored.bytes.at, x.stored.bytes.size, hex, 16));
}

static void what_it_says_is_sealed_with_the_persons_key(void **state) {
    CASE_WORLD;
    struct case_ref k = open_case();
    int64_t id;
    must(issue(k.id, "approval", APPROVAL, &id));
    must_run(b.fixture, "UPDATE person SET data_key = NULL");
    struct look x = {.notice = id};
    refused(store_read(b.civil.store, look_closure, &x, &b.d), E_NOT_FOUND, "register.erased");
}

/* ---- refusals ------------------------------------------------------------------------------ */

static void refuses_holes(void **state) {
    CASE_WORLD;
    struct case_ref k = open_case();
    static const struct { const char *kind, *values, *name; } holes[] = {
        {"acceptance", "{\"name\":\"张\"}", "applied_on"},
        {"acceptance", "{\"applied_on\":\"2026-08-01\"}", "name"},
        {"acceptance", "{\"name\":\"\",\"applied_on\":\"2026-08-01\"}", "name"},
        {"acceptance", "{\"name\":null}", "name"},
        {"acceptance", "{\"name\":[\"张\"]}", "name"},
        {"acceptance", "{\"name\":true}", "name"},
        {"acceptance", "[]", "name"},
        {"supplement", "{" BASE ",\"supplement_until\":\"2026-09-09\"}", "papers"},
        {"supplement", "{" BASE ",\"supplement_until\":\"2026-09-09\",\"papers\":[]}", "papers"},
        {"supplement", "{" BASE ",\"supplement_until\":\"2026-09-09\",\"papers\":[\"\"]}", "papers"},
        {"supplement", "{" BASE ",\"supplement_until\":\"2026-09-09\",\"papers\":[[]]}", "papers[0]"},
        {"approval", "{" BASE "," REASONS ",\"covered\":1,\"pay_from\":\"2026-09\",\"monthly\":\"1.00\",\"review_on\":\"2027-02-10\",\"lines\":[{\"item\":\"低保金\",\"amount\":\"1.00\"}]}",
            "lines[0].member"},
    };
    for (size_t i = 0; i < ARRAY_LEN(holes); i++) {
        refused(issue(k.id, holes[i].kind, holes[i].values, NULL), E_INPUT, "notice.placeholder");
        assert_string_equal(b.d.where, holes[i].name);
        assert_string_equal(b.d.arg[0].value, holes[i].name);
    }
    refused(issue(k.id, "refusal", "{" BASE ",\"reasons\":[]}", NULL), E_INPUT, "notice.reasons");
    refused(issue(k.id, "praise", "{" BASE "}", NULL), E_NOT_FOUND, "notice.template");
    refused(issue(k.id, "acceptance", "{" BASE ",\"case_number\":\"1\",\"accepted_on\":\"2026-08-10\",\"investigate_until\":\"\",\"due_on\":\"2026-09-10\"}", NULL), E_INPUT,
        "notice.placeholder");
    assert_int_equal(ask("SELECT COUNT(*) FROM notice"), 0);
    assert_int_equal(ask("SELECT COUNT(*) FROM number_series WHERE name LIKE 'notice.%%'"), 0);
    assert_int_equal(ask("SELECT COUNT(*) FROM archive_file"), 0);
}

static void refuses_what_cannot_be_printed(void **state) {
    CASE_WORLD;
    struct case_ref k = open_case();
    refused(issue(k.id, "refusal", "{" BASE "," REASONS ",\"name\":\"x\"}", NULL), E_INPUT, "json.duplicate_key");
    char *values = arena_printf(b.arena, "{\"name\":\"张\\u202e试\",%s}", strchr(APPROVAL + 1, ',') + 1);
    values[strlen(values) - 1] = 0;
    refused(issue(k.id, "approval", values, NULL), E_INPUT, "doc.control");
    BUF_AUTO many;
    buf_init(&many, 0);
    buf_adds(&many, "{" BASE ",\"supplement_until\":\"2026-09-09\",\"papers\":[");
    for (int i = 0; i < 5000; i++)
        buf_addf(&many, "%s\"第%d份材料\"", i ? "," : "", i);
    buf_adds(&many, "]}");
    refused(issue(k.id, "supplement", buf_str(&many), NULL), E_LIMIT, "doc.pages");
    assert_int_equal(ask("SELECT COUNT(*) FROM notice"), 0);
}

/* Text boxes send CR LF and tabs; braces in a value are no placeholders; own words stand once. */
static void takes_what_people_type(void **state) {
    CASE_WORLD;
    struct case_ref k = open_case();
    int64_t id;
    char *values = arena_printf(b.arena, "{%s}", BASE ",\"reasons\":[]");
    char *at = strstr(values, "\"written_reasons\":\"\"");
    char *typed = arena_printf(b.arena, "%.*s\"written_reasons\":\"一、收入{monthly}过高。\\r\\n二、\\t有车。\"%s", (int)(at - values), values, at + strlen("\"written_reasons\":\"\""));
    must(issue(k.id, "refusal", typed, &id));
    struct look x = look_at(id, 0);
    assert_true(says(x.content, "一、收入{monthly}过高。\\n二、 有车。"));
    assert_true(says(x.content, "您还可以向新街口街道了解"));
    assert_null(block_of(x.content, "reasons"));
}

/* Drawn outside the write: before the sweep from what was committed, afterwards the archived one,
 * the same bytes; archived once, whoever sweeps. */
struct opening_pdf { int64_t notice; struct span pdf; };
static enum status pdf_closure(struct txn *t, void *arg, struct diag *d) {
    struct opening_pdf *x = arg;
    struct access *access = NULL;
    enum status s = access_begin(txn_arena(t), &b.clerk, "clerk", "case_handling", DISTRICT, 0, &access, d);
    if (s == OK)
        s = notice_pdf_in(&b.civil, t, access, b.arena, DISTRICT, x->notice, &x->pdf, d);
    if (s == OK)
        assert_false(access_empty(access));
    return s;
}
static void *sweeper(void *arg) {
    bool did = true;
    struct diag d = {0};
    for (int i = 0; did && i < 20; i++)
        if (notice_sweep(&b.civil, &did, &d) != OK)
            *(int *)arg += 1;
    return NULL;
}
static void drawn_after_the_write_and_once(void **state) {
    CASE_WORLD;
    struct case_ref k = open_case();
    int64_t id, other;
    must(issue(k.id, "approval", APPROVAL, &id));
    assert_int_equal(ask("SELECT COUNT(*) FROM archive_file"), 0);
    assert_int_equal(ask("SELECT COUNT(*) FROM notice WHERE file IS NULL"), 1);
    struct opening_pdf before = {id, {0}}, after = {id, {0}}, none = {id + 1, {0}};
    must(store_read(b.civil.store, pdf_closure, &before, &b.d));
    assert_memory_equal(before.pdf.at, "%PDF-", 5);
    refused(store_read(b.civil.store, pdf_closure, &none, &b.d), E_NOT_FOUND, "notice.none");
    must(issue(k.id, "approval", APPROVAL, &other));
    pthread_t thread[2];
    int failed[2] = {0};
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, sweeper, &failed[i]), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
    assert_int_equal(failed[0] + failed[1], 0);
    assert_int_equal(ask("SELECT COUNT(*) FROM notice WHERE file IS NULL"), 0);
    assert_int_equal(ask("SELECT COUNT(*) FROM archive_file WHERE kind = 'notice'"), 2);
    must(store_read(b.civil.store, pdf_closure, &after, &b.d));
    assert_int_equal(before.pdf.size, after.pdf.size);
    assert_memory_equal(before.pdf.at, after.pdf.at, after.pdf.size);
    bool did = true;
    must(notice_sweep(&b.civil, &did, &b.d));
    assert_false(did);
}

/* ---- numbers --------------------------------------------------------------------------------- */

static void a_refused_write_uses_no_number(void **state) {
    CASE_WORLD;
    struct case_ref k = open_case();
    struct issue x = {.kind = "approval", .values = APPROVAL, .case_id = k.id, .then_fail = true, .count = 3};
    refused(store_write(b.civil.store, issue_closure, &x, &b.d), E_CONFLICT, "case.closed");
    int64_t id;
    must(issue(k.id, "approval", APPROVAL, &id));
    assert_string_equal(text_of("SELECT number FROM notice WHERE id = ?", id), "低保准字〔2026〕00001号");
    x = (struct issue){.kind = "approval", .values = APPROVAL, .case_id = k.id, .count = 3};
    must(store_write(b.civil.store, issue_closure, &x, &b.d));
    assert_string_equal(text_of("SELECT number FROM notice WHERE id = ?", x.id), "低保准字〔2026〕00004号");
    /* Another kind, another year: series of their own. */
    must(issue(k.id, "supplement", "{" BASE ",\"supplement_until\":\"2026-09-09\",\"papers\":[\"诊断证明\"]}", &id));
    assert_string_equal(text_of("SELECT number FROM notice WHERE id = ?", id), "低保补字〔2026〕00001号");
    clock_at(2027, 1, 1, 0);
    must(issue(k.id, "approval", APPROVAL, &id));
    assert_string_equal(text_of("SELECT number FROM notice WHERE id = ?", id), "低保准字〔2027〕00001号");
}

enum { EACH = 8, THREADS = 2 };
struct issuer { int64_t case_id; int failed; };
static void *issuer(void *arg) {
    struct issuer *x = arg;
    for (int i = 0; i < EACH; i++) {
        struct diag d = {0};
        struct issue one = {.kind = "approval", .values = APPROVAL, .case_id = x->case_id, .then_fail = i % 4 == 3};
        enum status s = store_write(b.civil.store, issue_closure, &one, &d);
        x->failed += s != (one.then_fail ? E_CONFLICT : OK);
    }
    return NULL;
}

static void two_clerks_leave_no_gap(void **state) {
    CASE_WORLD;
    struct case_ref k = open_case();
    pthread_t thread[THREADS];
    struct issuer x[THREADS];
    for (int i = 0; i < THREADS; i++) {
        x[i] = (struct issuer){k.id, 0};
        assert_int_equal(pthread_create(&thread[i], NULL, issuer, &x[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(x[i].failed, 0);
    int issued = THREADS * EACH * 3 / 4;
    assert_int_equal(ask("SELECT COUNT(*) FROM notice"), issued);
    assert_int_equal(ask("SELECT COUNT(DISTINCT number) FROM notice"), issued);
    assert_int_equal(ask("SELECT MAX(last) FROM number_series WHERE name LIKE 'notice.%%'"), issued);
    for (int i = 1; i <= issued; i++)
        assert_int_equal(ask("SELECT COUNT(*) FROM notice WHERE number = '低保准字〔2026〕%05d号'", i), 1);
}

/* ---- service ------------------------------------------------------------------------------------ */

struct serve { int64_t notice; const char *how; instant_t at; int64_t paper; };
static enum status serve_closure(struct txn *t, void *arg, struct diag *d) {
    struct serve *x = arg;
    return notice_served_in(&b.civil, t, &b.clerk, DISTRICT, x->notice, x->how, x->at, x->paper, d);
}
static enum status serve(int64_t notice, const char *how, instant_t at, int64_t paper) {
    struct serve x = {notice, how, at, paper};
    diag_clear(&b.d);
    return store_write(b.civil.store, serve_closure, &x, &b.d);
}

static void served_once_and_in_time(void **state) {
    CASE_WORLD;
    struct case_ref k = open_case();
    int64_t id;
    const instant_t day = INT64_C(86400000000);
    must(issue(k.id, "approval", APPROVAL, &id));
    draw_all();
    int64_t paper = ask("SELECT file FROM notice WHERE id = %lld", (long long)id);
    refused(serve(id + 1, "post", test_instant, 0), E_NOT_FOUND, "notice.none");
    static const char *const bad[] = {"", "pigeon", "IN_PERSON", "post ", NULL};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        refused(serve(id, bad[i], test_instant, 0), E_INPUT, "notice.how");
    refused(serve(id, "post", test_instant + 1, 0), E_INPUT, "notice.served_when");
    refused(serve(id, "post", test_instant - day, 0), E_INPUT, "notice.served_when");
    refused(serve(id, "post", 0, 0), E_INPUT, "notice.served_when");
    refused(serve(id, "post", test_instant, paper + 1), E_INPUT, "notice.paper");
    assert_int_equal(ask("SELECT COUNT(*) FROM notice WHERE served_at IS NOT NULL"), 0);
    clock_at(2026, 8, 12, 9);
    must(serve(id, "left", test_instant - day, paper));
    refused(serve(id, "left", test_instant, 0), E_CONFLICT, "notice.already_served");
    assert_string_equal(text_of("SELECT served_how FROM notice WHERE id = ?", id), "left");
    assert_int_equal(ask("SELECT service_paper FROM notice"), paper);
    /* Its own entry, that opens too and is not to be joined with the first. */
    struct look issued = look_at(id, 0), served = look_at(id, ask("SELECT service_entry FROM notice WHERE id = %lld", (long long)id));
    assert_int_not_equal(issued.entry, served.entry);
    opens(&issued);
    opens(&served);
    assert_string_equal(json_str(served.open[2].value, "how", ""), "left");
    for (int i = 0; i < NOTICE_OPENINGS; i++)
        assert_false(span_eq(issued.open[i].salt, served.open[i].salt));
}

static void on_the_day_of_issue(void **state) {
    CASE_WORLD;
    struct case_ref k = open_case();
    static const char *const how[] = {"in_person", "post", "left", "electronic", "publication"};
    for (size_t i = 0; i < ARRAY_LEN(how); i++) {
        int64_t id;
        must(issue(k.id, "approval", APPROVAL, &id));
        must(serve(id, how[i], test_instant - 9 * INT64_C(3600000000), 0)); /* 2026-08-10 as a bare day */
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE_TEST(an_approval_is_numbered_committed_and_archived),
        CASE_TEST(the_code_opens_the_entry),
        CASE_TEST(what_it_says_is_sealed_with_the_persons_key),
        CASE_TEST(refuses_holes),
        CASE_TEST(refuses_what_cannot_be_printed),
        CASE_TEST(takes_what_people_type),
        CASE_TEST(drawn_after_the_write_and_once),
        CASE_TEST(a_refused_write_uses_no_number),
        CASE_TEST(two_clerks_leave_no_gap),
        CASE_TEST(served_once_and_in_time),
        CASE_TEST(on_the_day_of_issue),
    };
    return cmocka_run_group_tests(tests, load_packs, unload_packs);
}
