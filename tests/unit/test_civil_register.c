/* The population register: two times, sealed numbers, blind indexes, scope,
 * erasure; business registers from their schemas. */
#include "../support/civil_world.h"

#include "civil/register/register_check.h"
#include "civil/register/register_json.h"

#include <pthread.h>

#define PHONE "19012349876"
#define BANK "6888777766665555"

static struct world_person somebody(struct world *w) {
    return (struct world_person){.w = w, .name = "王建国", .birth = date_from_ymd(1970, 5, 17), .male = true, .n = 1, .phone = PHONE, .account = BANK,
        .facts = "{\"婚姻状况\":\"未婚\",\"就业状态\":\"失业\",\"特殊身份\":[\"老归侨\",\"离休\"],\"重大疾病\":false}"};
}

static struct access *looking(struct world *w) {
    struct access *x = NULL;
    expect_ok(access_begin(w->arena, &w->clerk, "clerk", "case_handling", 0, 0, &x, &w->f->diag), &w->f->diag);
    return x;
}

/* ---- what is in the file ------------------------------------------------------------------ */

static bool in_file(const char *path, struct span what) {
    FILE *in = fopen(path, "rb");
    if (!in)
        return false;
    fseek(in, 0, SEEK_END);
    size_t n = (size_t)ftell(in);
    rewind(in);
    char *all = malloc(n ? n : 1);
    n = fread(all, 1, n, in);
    fclose(in);
    bool found = n && memmem(all, n, what.at, what.size);
    free(all);
    return found;
}

static void numbers_are_not_in_the_file(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    struct world_person p = somebody(&w);
    expect_ok(WRITE(&w, world_person_in, &p), &f->diag);
    struct span secret[] = {span_of(p.number), SPAN(PHONE), SPAN(BANK)};
    static const char *const parts[] = {"store.db", "store.db-wal"};
    bool name = false;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", f->folder, parts[i]);
        name |= in_file(path, SPAN("王建国")); /* the scan finds what is there */
        for (size_t k = 0; k < ARRAY_LEN(secret); k++)
            assert_false(in_file(path, secret[k]));
    }
    assert_true(name);
    world_close(&w);
}

/* ---- finding -------------------------------------------------------------------------------- */

struct find { struct world *w; struct access *x; struct person_query q; struct span number; struct person *list; size_t n; bool more; int64_t district, person; struct span plain; unsigned field; };

static enum status search(struct txn *t, void *arg, struct diag *d) {
    struct find *x = arg;
    return person_search(&x->w->civil, t, x->x, x->w->arena, &x->q, 2, &x->list, &x->n, &x->more, d);
}
static enum status by_number(struct txn *t, void *arg, struct diag *d) {
    struct find *x = arg;
    return person_by_number(&x->w->civil, t, x->x, x->number, &x->district, &x->person, d);
}
static enum status reveal(struct txn *t, void *arg, struct diag *d) {
    struct find *x = arg;
    return person_reveal(&x->w->civil, t, x->x, x->w->arena, DISTRICT, x->person, x->field, &x->plain, d);
}

static void found_by_index_and_revealed_on_record(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    struct world_person p = somebody(&w);
    expect_ok(WRITE(&w, world_person_in, &p), &f->diag);
    world_person(&w, "李静", 2);
    struct find x = {.w = &w, .x = looking(&w), .number = span_of(p.number)};
    expect_ok(READ(&w, by_number, &x), &f->diag);
    assert_true(x.person == p.id && x.district == DISTRICT);
    char lower[19];
    world_number(lower, date_from_ymd(1980, 1, 1), true, 3);
    x.number = span_of(lower);
    expect_fail(READ(&w, by_number, &x), &f->diag, E_NOT_FOUND, "register.person");
    x.number = SPAN("123");
    expect_fail(READ(&w, by_number, &x), &f->diag, E_INPUT, "idnum.length");

    x.person = p.id;
    static const unsigned fields[] = {ACCESS_NUMBER, ACCESS_PHONE, ACCESS_ACCOUNT};
    const char *plain[] = {p.number, PHONE, BANK};
    for (size_t i = 0; i < 3; i++) {
        x.field = fields[i];
        expect_ok(READ(&w, reveal, &x), &f->diag);
        assert_true(span_is(x.plain, plain[i]));
    }
    expect_ok(access_commit(&w.civil, x.x, &f->diag), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM access_entry WHERE fields = 'number|phone|account'"), 1);
    world_close(&w);
}

static void search_keeps_to_its_division(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    for (int i = 1; i <= 4; i++) {
        struct world_person p = {.w = &w, .name = i < 4 ? "王建国" : "王建", .birth = date_from_ymd(1970, 5, 17), .n = i, .division = i == 3 ? "110102002001" : "110102001002"};
        expect_ok(WRITE(&w, world_person_in, &p), &f->diag);
    }
    struct find x = {.w = &w, .x = looking(&w), .q = {.name = "王建国", .birth = date_from_ymd(1970, 5, 17), .division = "110102001"}};
    expect_ok(READ(&w, search, &x), &f->diag);
    assert_int_equal(x.n, 2);
    assert_false(x.more);
    x.q.division = "110102";
    expect_ok(READ(&w, search, &x), &f->diag);
    assert_true(x.n == 2 && x.more);
    x.q.division = "110115";
    expect_ok(READ(&w, search, &x), &f->diag);
    assert_int_equal(x.n, 0);
    x.q.division = "11010200100%";
    expect_fail(READ(&w, search, &x), &f->diag, E_INPUT, "register.query");
    x.q = (struct person_query){.last4 = "0000", .birth = date_from_ymd(1970, 5, 17), .division = "11"};
    expect_ok(READ(&w, search, &x), &f->diag);
    assert_int_equal(x.n, 0);
    world_close(&w);
}

/* ---- adding ----------------------------------------------------------------------------------- */

static void people_that_cannot_be_added(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    static const struct { const char *name, *division, *phone, *account, *facts, *number, *code; } bad[] = {
        {"", NULL, NULL, NULL, NULL, NULL, "register.name"},
        {"a\nb", NULL, NULL, NULL, NULL, NULL, "register.name"},
        {"\xe7\x8e", NULL, NULL, NULL, NULL, NULL, "register.name"},
        {"王", "110115001001", NULL, NULL, NULL, NULL, "register.place"},
        {"王", "1101020010", NULL, NULL, NULL, NULL, "register.place"},
        {"王", NULL, "call me", NULL, NULL, NULL, "register.phone"},
        {"王", NULL, NULL, "12ab", NULL, NULL, "register.bank_account"},
        {"王", NULL, NULL, NULL, NULL, "11010219700517001", "idnum.length"},
        {"王", NULL, NULL, NULL, "{\"存款\":3}", NULL, "register.fact_unknown"},
        {"王", NULL, NULL, NULL, "{\"重大疾病\":\"是\"}", NULL, "register.fact_type"},
        {"王", NULL, NULL, NULL, "{\"特殊身份\":[\"a|b\"]}", NULL, "register.fact_type"},
        {"王", NULL, NULL, NULL, "{\"死亡日期\":\"2024-02-30\"}", NULL, "register.fact_type"},
        {"王", NULL, NULL, NULL, "[]", NULL, "register.facts"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct world_person p = {.w = &w, .name = bad[i].name, .birth = date_from_ymd(1970, 5, 17), .male = true, .n = 1, .division = bad[i].division, .phone = bad[i].phone,
            .account = bad[i].account, .facts = bad[i].facts};
        if (bad[i].number)
            snprintf(p.number, sizeof p.number, "%s", bad[i].number);
        diag_clear(&f->diag);
        if (WRITE(&w, world_person_in, &p) != E_INPUT || strcmp(f->diag.code, bad[i].code) != 0)
            fail_msg("%zu: %s", i, f->diag.code);
    }
    struct world_person p = somebody(&w);
    world_number(p.number, date_from_ymd(1971, 5, 17), true, 1);
    expect_fail(WRITE(&w, world_person_in, &p), &f->diag, E_INPUT, "register.number_differs");
    assert_int_equal(ask_int(f, "SELECT (SELECT count(*) FROM person) + (SELECT count(*) FROM person_record)"), 0);
    world_close(&w);
}

struct racer { struct world_person p; struct store *store; enum status status; char code[64]; };
static void *race(void *arg) {
    struct racer *r = arg;
    struct diag d = {0};
    r->status = store_write(r->store, world_person_in, &r->p, &d);
    snprintf(r->code, sizeof r->code, "%s", d.code);
    return NULL;
}

static void a_number_is_given_once_in_a_race_too(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    struct racer r[4];
    pthread_t thread[4];
    for (int i = 0; i < 4; i++) {
        r[i] = (struct racer){.p = somebody(&w), .store = f->store};
        assert_int_equal(pthread_create(&thread[i], NULL, race, &r[i]), 0);
    }
    int ok = 0, taken = 0;
    for (int i = 0; i < 4; i++) {
        pthread_join(thread[i], NULL);
        ok += r[i].status == OK;
        taken += r[i].status == E_CONFLICT && strcmp(r[i].code, "register.number_taken") == 0;
    }
    assert_int_equal(ok, 1);
    assert_int_equal(taken, 3);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM person"), 1);
    world_close(&w);
}

/* ---- two times ---------------------------------------------------------------------------------- */

struct change { struct world *w; int64_t person; date_t from; const char *facts; bool correction; };
static enum status change(struct txn *t, void *arg, struct diag *d) {
    struct change *x = arg;
    const struct json *facts = NULL;
    enum status s = json_parse(txn_arena(t), span_of(x->facts), &facts, d);
    return s == OK ? person_change(&x->w->civil, t, &x->w->clerk, DISTRICT, x->person, x->from, facts, "entered", x->correction, d) : s;
}

struct home { struct world *w; int64_t household, head; date_t as_of; const struct json *facts, *sources; };
static enum status settle(struct txn *t, void *arg, struct diag *d) {
    struct home *x = arg;
    enum status s = household_add(&x->w->civil, t, &x->w->clerk, DISTRICT, "110102001001", "一号楼", true, &x->household, d);
    return s == OK ? household_join(&x->w->civil, t, &x->w->clerk, DISTRICT, x->household, x->head, "本人", date_from_ymd(2000, 1, 1), d) : s;
}
static enum status facts(struct txn *t, void *arg, struct diag *d) {
    struct home *x = arg;
    return household_facts(&x->w->civil, t, looking(x->w), x->w->arena, DISTRICT, x->household, x->head, x->as_of, &x->facts, &x->sources, d);
}

static const char *work_on(struct home *x, date_t day) {
    struct world *w = x->w;
    x->as_of = day;
    expect_ok(READ(w, facts, x), &w->f->diag);
    return json_str(json_at(json_get(x->facts, "成员"), 0), "就业状态", "");
}

static void a_change_keeps_the_past_and_a_correction_does_not(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    struct world_person p = somebody(&w);
    expect_ok(WRITE(&w, world_person_in, &p), &f->diag);
    struct home home = {.w = &w, .head = p.id};
    expect_ok(WRITE(&w, settle, &home), &f->diag);
    date_t day = date_from_ymd(2026, 6, 1);
    struct change c = {.w = &w, .person = p.id, .from = day, .facts = "{\"就业状态\":\"在职职工\"}"};
    expect_ok(WRITE(&w, change, &c), &f->diag);
    assert_string_equal(work_on(&home, day - 1), "失业");
    assert_string_equal(work_on(&home, day), "在职职工");
    c.correction = true; /* the same instant: the clock of the test stands */
    c.facts = "{\"就业状态\":\"灵活就业\"}";
    expect_ok(WRITE(&w, change, &c), &f->diag);
    assert_string_equal(work_on(&home, day), "灵活就业");
    assert_string_equal(work_on(&home, day - 1), "失业");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM person_record"), 3); /* nothing is overwritten */
    assert_int_equal(ask_int(f, "SELECT count(*) FROM person_record WHERE superseded_at IS NOT NULL AND work = '在职职工'"), 1);

    static const struct { date_t from; const char *facts, *code; } bad[] = {
        {10, "{\"就业状态\":\"失业\"}", "register.valid_from"}, {100000, "{\"就业状态\":\"失业\"}", "register.future"}, {DATE_NONE, "{}", "register.future"},
        {20700, "{\"性别\":\"女\"}", "register.number_differs"}, {20700, "{\"出生日期\":\"1971-01-01\"}", "register.number_differs"},
        {20700, "{\"户籍\":null}", "register.fact_type"}, {20700, "{\"姓名\":\"x\"}", "register.fact_unknown"},
    };
    c.correction = false;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        c.from = bad[i].from;
        c.facts = bad[i].facts;
        diag_clear(&f->diag);
        if (WRITE(&w, change, &c) == OK || strcmp(f->diag.code, bad[i].code) != 0)
            fail_msg("%zu: %s", i, f->diag.code);
    }
    assert_int_equal(ask_int(f, "SELECT count(*) FROM person_record"), 3);
    world_close(&w);
}

/* ---- erasure ---------------------------------------------------------------------------------------- */

struct erase { struct world *w; int64_t person; struct span sealed; };
static enum status seal_something(struct txn *t, void *arg, struct diag *d) {
    struct erase *x = arg;
    struct person_key key;
    enum status s = person_data_key(&x->w->civil, t, DISTRICT, x->person, &key, d);
    return s == OK ? person_seal(&key, SPAN("病历"), SPAN("x"), x->w->arena, &x->sealed, d) : s;
}
static enum status open_something(struct txn *t, void *arg, struct diag *d) {
    struct erase *x = arg;
    struct person_key key;
    struct span plain;
    enum status s = person_data_key(&x->w->civil, t, DISTRICT, x->person, &key, d);
    return s == OK ? person_unseal(&key, x->sealed, SPAN("x"), x->w->arena, &plain, d) : s;
}
static enum status erase(struct txn *t, void *arg, struct diag *d) {
    struct erase *x = arg;
    return person_erase_key(&x->w->civil, t, DISTRICT, x->person, d);
}

static void erasing_the_key_erases(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    struct erase x = {.w = &w, .person = world_person(&w, "王", 1)};
    expect_ok(READ(&w, seal_something, &x), &f->diag);
    expect_ok(READ(&w, open_something, &x), &f->diag);
    expect_ok(WRITE(&w, erase, &x), &f->diag);
    expect_fail(READ(&w, open_something, &x), &f->diag, E_NOT_FOUND, "register.erased");
    expect_fail(WRITE(&w, erase, &x), &f->diag, E_NOT_FOUND, "register.erased");
    x.person = 5;
    expect_fail(READ(&w, open_something, &x), &f->diag, E_NOT_FOUND, "register.person");
    world_close(&w);
}

/* ---- households, business registers ------------------------------------------------------------------- */

struct row { struct world *w; const char *name, *fields; int64_t owner; };
static enum status add_row(struct txn *t, void *arg, struct diag *d) {
    struct row *x = arg;
    const struct json *fields = NULL;
    enum status s = json_parse(txn_arena(t), span_of(x->fields), &fields, d);
    return s == OK ? register_add(&x->w->civil, t, &x->w->clerk, x->name, DISTRICT, x->owner, fields, date_from_ymd(2020, 1, 1), "entered", d) : s;
}

static void facts_by_their_names(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    struct world_person p = somebody(&w);
    expect_ok(WRITE(&w, world_person_in, &p), &f->diag);
    struct home home = {.w = &w, .head = p.id};
    expect_ok(WRITE(&w, settle, &home), &f->diag);
    struct home second = home;
    expect_fail(WRITE(&w, settle, &second), &f->diag, E_CONFLICT, "register.has_household");
    struct row income = {.w = &w, .name = "income", .fields = "{\"类别\":\"养老金\",\"月金额\":1234.56}", .owner = p.id};
    expect_ok(WRITE(&w, add_row, &income), &f->diag);
    static const struct { const char *name, *fields, *code; } bad[] = {
        {"nothing", "{}", "register.unknown"}, {"income", "{\"月薪\":1}", "register.fact_unknown"}, {"income", "{\"月金额\":\"1\"}", "register.fact_type"},
        {"income", "{\"月金额\":-1}", "register.fact_type"}, {"income", "{\"类别\":true}", "register.fact_type"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct row x = {.w = &w, .name = bad[i].name, .fields = bad[i].fields, .owner = p.id};
        diag_clear(&f->diag);
        if (WRITE(&w, add_row, &x) == OK || strcmp(f->diag.code, bad[i].code) != 0)
            fail_msg("%zu: %s", i, f->diag.code);
    }
    income.owner = 77;
    expect_fail(WRITE(&w, add_row, &income), &f->diag, E_NOT_FOUND, "register.owner");

    home.as_of = date_from_ymd(2026, 11, 1);
    expect_ok(READ(&w, facts, &home), &f->diag);
    const struct json *m = json_at(json_get(home.facts, "成员"), 0), *i = json_at(json_get(m, "收入"), 0);
    assert_string_equal(json_str(m, "与申请人关系", ""), "本人");
    assert_string_equal(json_str(m, "出生日期", ""), "1970-05-17");
    assert_int_equal(json_get(m, "特殊身份")->size, 2);
    assert_string_equal(json_str(i, "类别", ""), "养老金");
    int64_t fen = 0;
    expect_ok(dec_to_fen(json_get(i, "月金额")->number, &fen, &f->diag), &f->diag);
    assert_int_equal(fen, 123456);
    assert_non_null(json_get(home.facts, "住房"));     /* complete: none means an empty list */
    assert_null(json_get(home.facts, "货币财产"));      /* nobody knows */
    assert_string_equal(json_str(json_get(home.sources, "收入"), "source", ""), "hrss");
    home.as_of = date_from_ymd(1999, 1, 1); /* before he moved in */
    expect_ok(READ(&w, facts, &home), &f->diag);
    assert_int_equal(json_get(home.facts, "成员")->size, 0);
    world_close(&w);
}

/* A schema of its own: the pack's list is replaced by one made here. */
struct schema { struct world *w; const char *text; };
static enum status create(struct txn *t, void *arg, struct diag *d) {
    struct schema *x = arg;
    return register_create_tables(&x->w->civil, t, d);
}

static enum status with_schema(struct world *w, const char *text) {
    struct pack *p = (struct pack *)(uintptr_t)packs_at(w->packs, 0);
    const struct json *j = NULL;
    expect_ok(json_parse(w->arena, span_of(text), &j, &w->f->diag), &w->f->diag);
    p->reg[0] = j;
    p->reg_text[0] = text;
    p->reg_count = 1;
    struct schema x = {w, text};
    return WRITE(w, create, &x);
}

#define FIELD(column, type) "{\"column\":\"" column "\",\"fact\":\"" column "\",\"type\":\"" type "\"}"
#define SCHEMA(name, owner, fields) "{\"name\":\"" name "\",\"owner\":\"" owner "\",\"target\":\"x\",\"fields\":[" fields "]}"

static void schemas_good_bad_and_changed(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    static const char *const bad[] = {
        SCHEMA("", "person", FIELD("aa", "text")), SCHEMA("Drop", "person", FIELD("aa", "text")), SCHEMA("x; DROP TABLE person", "person", FIELD("aa", "text")),
        SCHEMA("pets", "dog", FIELD("aa", "text")), SCHEMA("pets", "person", ""), SCHEMA("pets", "person", FIELD("aa", "blob")), SCHEMA("pets", "person", FIELD("owner", "text")),
        SCHEMA("pets", "person", FIELD("select", "text")), SCHEMA("pets", "person", FIELD("aa", "text") "," FIELD("aa", "int")), SCHEMA("pets", "person", FIELD("a b", "text")),
        "{\"name\":\"pets\",\"owner\":\"person\",\"target\":\"x\",\"list\":false,\"fields\":[" FIELD("aa", "text") "," FIELD("bb", "text") "]}",
        "{\"name\":\"pets\",\"owner\":\"person\",\"fields\":[" FIELD("aa", "text") "]}",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (with_schema(&w, bad[i]) != E_INPUT || strcmp(f->diag.code, "register.schema") != 0)
            fail_msg("%s: %s", bad[i], f->diag.code);
    expect_ok(with_schema(&w, SCHEMA("pets", "person", FIELD("kind", "text"))), &f->diag);
    expect_ok(with_schema(&w, SCHEMA("pets", "person", FIELD("kind", "text"))), &f->diag);
    expect_ok(with_schema(&w, SCHEMA("pets", "person", FIELD("kind", "text") "," FIELD("legs", "int"))), &f->diag);
    struct row r = {.w = &w, .name = "pets", .fields = "{\"kind\":\"猫\",\"legs\":4}", .owner = world_person(&w, "王", 1)};
    expect_ok(WRITE(&w, add_row, &r), &f->diag);
    assert_int_equal(ask_int(f, "SELECT legs FROM reg_pets"), 4);
    expect_fail(with_schema(&w, SCHEMA("pets", "person", FIELD("legs", "int"))), &f->diag, E_CONFLICT, "register.schema_changed");
    expect_fail(with_schema(&w, SCHEMA("pets", "person", FIELD("kind", "text") "," FIELD("legs", "text"))), &f->diag, E_CONFLICT, "register.schema_changed");
    world_close(&w);
}

/* ---- the check ------------------------------------------------------------------------------------------- */

struct checked { struct world *w; struct buf out; int n; };
static enum status check(struct txn *t, void *arg, struct diag *d) {
    struct checked *x = arg;
    return register_check_in(&x->w->civil, t, LANG_EN, &x->out, &x->n, d);
}
static int findings(struct world *w) {
    struct checked x = {.w = w};
    buf_init(&x.out, 0);
    expect_ok(READ(w, check, &x), &w->f->diag);
    buf_release(&x.out);
    return x.n;
}

static void the_check_finds_moved_numbers_and_overlaps(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    world_person(&w, "王", 1);
    world_person(&w, "李", 2);
    assert_int_equal(findings(&w), 0);
    must_run(f, "UPDATE person SET id_number = (SELECT p.id_number FROM person p WHERE p.id = (SELECT min(q.id) FROM person q)) WHERE id = (SELECT max(r.id) FROM person r)");
    assert_int_equal(findings(&w), 1); /* sealed for another place */
    must_run(f, "INSERT INTO person_record (district, person, recorded_at, valid_from, valid_to, recorded_by, source, name, sex, birth, hukou, identities, division) "
        "SELECT district, person, recorded_at, valid_from + 5, valid_from + 9, 1, 'x', name, sex, birth, hukou, identities, division FROM person_record WHERE name = '王'");
    assert_int_equal(findings(&w), 2);
    world_close(&w);
}

static void households_are_counted_as_they_come(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    struct home one = {.w = &w, .head = world_person(&w, "王", 1)}, two = {.w = &w, .head = world_person(&w, "李", 2)}, again = {.w = &w, .head = one.head};
    expect_ok(WRITE(&w, settle, &one), &f->diag);
    expect_ok(WRITE(&w, settle, &two), &f->diag);
    expect_fail(WRITE(&w, settle, &again), &f->diag, E_CONFLICT, "register.has_household"); /* taken back whole */
    assert_int_equal(ask_int(f, "SELECT n FROM household_count WHERE district = 110102 AND division = '110102001001'"), 2);
    assert_int_equal(findings(&w), 0);
    must_run(f, "UPDATE household_count SET n = n + 1");
    assert_int_equal(findings(&w), 1);
    must_run(f, "DELETE FROM household_count");
    assert_int_equal(findings(&w), 1);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_SQLITE_ONLY(numbers_are_not_in_the_file),
        ON_BOTH(found_by_index_and_revealed_on_record),
        ON_BOTH(search_keeps_to_its_division),
        ON_BOTH(households_are_counted_as_they_come),
        ON_BOTH(people_that_cannot_be_added),
        ON_BOTH(a_number_is_given_once_in_a_race_too),
        ON_BOTH(a_change_keeps_the_past_and_a_correction_does_not),
        ON_BOTH(erasing_the_key_erases),
        ON_BOTH(facts_by_their_names),
        ON_BOTH(schemas_good_bad_and_changed),
        ON_BOTH(the_check_finds_moved_numbers_and_overlaps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
