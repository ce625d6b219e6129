/* Duplicates of the population register, on both backends: found by their fields, judged by two people, merged and taken apart
 * with nothing lost. */
#include "../support/civil_world.h"

#include "civil/check/check.h"
#include "civil/linkage/family.h"
#include "civil/linkage/linkage.h"
#include "civil/register/linkable.h"
#include "civil/register/merge.h"
#include "civil/register/search.h"

#include <stdio.h>

static struct actor first, second, elsewhere, stranger;

static void open_world(struct world *w, struct fixture *f) {
    world_open(w, f);
    first = world_actor(31, "district_clerk", "110102");
    second = world_actor(32, "reviewer", "110102");
    elsewhere = world_actor(33, "clerk", "110102002");
    stranger = world_actor(34, "cashier", "110102");
}

/* ---- people -------------------------------------------------------------------------------------- */

static const char *const FAMILY[] = {"王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙"};
static const char *const GIVEN[] = {"建国", "秀英", "志强", "玉兰", "明辉", "桂芳", "海涛", "丽华", "国庆", "春梅", "晓东", "静怡", "文斌"};

struct making { struct world *w; int from, to; int64_t id[400]; };

static void number_of(char out[19], date_t birth, bool male, int n) { world_number(out, birth, male, n); }

static enum status make(struct txn *t, void *arg, struct diag *d) {
    struct making *x = arg;
    const struct actor system = actor_system();
    enum status s = OK;
    for (int i = x->from; s == OK && i < x->to; i++) {
        char name[32], number[19], phone[16], address[80];
        date_t birth = date_from_ymd(1940 + i % 60, 1 + i % 12, 1 + i % 28);
        snprintf(name, sizeof name, "%s%s", FAMILY[i % 12], GIVEN[i % 13]);
        snprintf(phone, sizeof phone, "139%08d", i * 7919 % 100000000);
        snprintf(address, sizeof address, "示范路%d号%d单元%d室", i % 90 + 1, i % 4 + 1, 101 + i);
        number_of(number, birth, i % 2, i);
        struct person_new p = {.id_number = span_of(number), .name = name, .male = i % 2, .birth = birth, .division = i % 3 ? "110102001001" : "110102002001", .phone = phone,
            .address = address, .source = "entered"};
        s = person_add(&x->w->civil, t, &system, DISTRICT, &p, &x->id[i], d);
    }
    return s;
}

/* Person i once more: another number of the same day, everything else as it was. */
struct double_of { struct world *w; int i; const char *division; int64_t id; };
static enum status make_double(struct txn *t, void *arg, struct diag *d) {
    struct double_of *x = arg;
    const struct actor system = actor_system();
    char name[32], number[19], phone[16], address[80];
    int i = x->i;
    date_t birth = date_from_ymd(1940 + i % 60, 1 + i % 12, 1 + i % 28);
    snprintf(name, sizeof name, "%s%s", FAMILY[i % 12], GIVEN[i % 13]);
    snprintf(phone, sizeof phone, "139%08d", i * 7919 % 100000000);
    snprintf(address, sizeof address, "示范路%d号%d单元%d室", i % 90 + 1, i % 4 + 1, 101 + i);
    number_of(number, birth, i % 2, i + 1);
    struct person_new p = {.id_number = span_of(number), .name = name, .male = i % 2, .birth = birth, .division = x->division, .phone = phone, .address = address, .source = "entered"};
    return person_add(&x->w->civil, t, &system, DISTRICT, &p, &x->id, d);
}

static struct making *people(struct world *w, int n) {
    struct making *x = arena_alloc(w->arena, sizeof *x);
    *x = (struct making){.w = w, .to = n};
    expect_ok(WRITE(w, make, x), &w->f->diag);
    return x;
}

static int64_t twice(struct world *w, int i, const char *division) {
    struct double_of x = {.w = w, .i = i, .division = division};
    expect_ok(WRITE(w, make_double, &x), &w->f->diag);
    return x.id;
}

static struct linkage_report run(struct world *w) {
    struct linkage_report r;
    diag_clear(&w->f->diag);
    expect_ok(linkage_run(&w->civil, &first, NULL, 0, &r, &w->f->diag), &w->f->diag);
    return r;
}

static int64_t pair_of(struct world *w, int64_t a, int64_t b) {
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT COALESCE(max(id), 0) FROM linkage_pair WHERE one = %lld AND other = %lld", (long long)(a < b ? a : b), (long long)(a < b ? b : a));
    return ask_int(w->f, sql);
}

static int64_t version_of(struct world *w, int64_t pair) {
    char sql[120];
    snprintf(sql, sizeof sql, "SELECT version FROM linkage_pair WHERE id = %lld", (long long)pair);
    return ask_int(w->f, sql);
}

static enum status say(struct world *w, const struct actor *who, int64_t pair, const char *how, int64_t kept) {
    struct linkage_verdict v = {.pair = pair, .version = version_of(w, pair), .kept = kept, .how = how, .words = "看过户口簿"};
    diag_clear(&w->f->diag);
    return linkage_say(&w->civil, who, &v, &w->f->diag);
}
#define REFUSED(call, status, code_) (assert_int_equal((call), (status)), assert_string_equal(w.f->diag.code, (code_)))

static bool in_state(struct world *w, int64_t pair, const char *state) {
    char sql[160];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM linkage_pair WHERE id = %lld AND state = '%s'", (long long)pair, state);
    return ask_int(w->f, sql) == 1;
}

/* ---- what is shown ----------------------------------------------------------------------------------- */

struct showing { struct world *w; const struct actor *who; const char *list, *cursor; int64_t pair; bool whole; struct buf out; const struct json *json; };

static enum status show_in(struct txn *t, void *arg, struct diag *d) {
    struct showing *x = arg;
    struct access *look = NULL;
    struct json_writer w;
    buf_clear(&x->out);
    json_begin(&w, &x->out, false);
    enum status s = access_begin(txn_arena(t), x->who, x->who->grant[0].role, "duplicate_check", 0, 0, &look, d);
    if (s == OK)
        s = x->pair ? linkage_pair_json(&x->w->civil, t, look, x->who, x->pair, x->whole, &w, d) : linkage_list_json(&x->w->civil, t, look, x->who, x->list, x->cursor, &w, d);
    return s;
}

static const struct json *shown(struct showing *x) {
    buf_init(&x->out, 0);
    enum status s = READ(x->w, show_in, x);
    expect_ok(s, &x->w->f->diag);
    expect_ok(json_parse(x->w->arena, span_of(arena_dup(x->w->arena, buf_span(&x->out))), &x->json, &x->w->f->diag), &x->w->f->diag);
    buf_release(&x->out);
    return x->json;
}

static const struct json *list(struct world *w, const struct actor *who, const char *name) {
    struct showing x = {.w = w, .who = who, .list = name};
    return json_get(shown(&x), "items");
}

/* ---- what the registers say ----------------------------------------------------------------------------- */

struct asking { struct world *w; const char *text; int64_t found; size_t n; };
static enum status search_in(struct txn *t, void *arg, struct diag *d) {
    struct asking *x = arg;
    struct access *look = NULL;
    struct person *list = NULL;
    bool more = false;
    enum status s = access_begin(txn_arena(t), &first, "district_clerk", "duplicate_check", 0, 0, &look, d);
    if (s == OK)
        s = search_persons(&x->w->civil, t, look, txn_arena(t), span_of(x->text), "110102", &list, &x->n, &more, d);
    x->found = s == OK && x->n ? list[0].id : 0;
    return s;
}
static int64_t search(struct world *w, const char *text, size_t want) {
    struct asking x = {.w = w, .text = text};
    expect_ok(READ(w, search_in, &x), &w->f->diag);
    assert_int_equal(x.n, want);
    return x.found;
}

static enum status count_in(struct txn *t, void *arg, struct diag *d) {
    struct asking *x = arg;
    return people_count(&x->w->civil, t, &x->found, d);
}
static int64_t counted(struct world *w) {
    struct asking x = {.w = w};
    expect_ok(READ(w, count_in, &x), &w->f->diag);
    return x.found;
}

struct home { struct world *w; int64_t person, household; const char *relation; };
static enum status settle(struct txn *t, void *arg, struct diag *d) {
    struct home *h = arg;
    enum status s = h->household ? OK : household_add(&h->w->civil, t, &h->w->clerk, DISTRICT, "110102001001", "一号楼", true, &h->household, d);
    return s == OK ? household_join(&h->w->civil, t, &h->w->clerk, DISTRICT, h->household, h->person, h->relation, txn_today(t) - 100, d) : s;
}

static int64_t living(struct world *w, int64_t person) {
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT COALESCE(max(household), 0) FROM household_member WHERE person = %lld AND superseded_at IS NULL AND valid_to IS NULL", (long long)person);
    return ask_int(w->f, sql);
}

static void whole(struct world *w) {
    BUF_AUTO said;
    int n = 0;
    buf_init(&said, 0);
    expect_ok(check_store(&w->civil, LANG_EN, &said, &n, &w->f->diag), &w->f->diag);
    for (const char *line = buf_str(&said); *line; line = strchr(line, '\n') + 1)
        if (strncmp(line, "The log", 7) != 0) /* of a log that nobody signs here */
            print_error("%.*s\n", (int)strcspn(line, "\n"), line);
    assert_null(strstr(buf_str(&said), "erge"));
    assert_null(strstr(buf_str(&said), "vidence"));
}

/* ---- tests ------------------------------------------------------------------------------------------------ */

static void doubles_are_found_and_others_are_not(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    struct making *m = people(&w, 300);
    int64_t a = twice(&w, 10, "110102001001"), b = twice(&w, 55, "110102001001"), c = twice(&w, 77, "110102001001");
    struct linkage_report r = run(&w);
    assert_int_equal(r.people, 303);
    assert_true(pair_of(&w, m->id[10], a) && pair_of(&w, m->id[55], b) && pair_of(&w, m->id[77], c));
    assert_true(r.found >= 3 && r.found <= 4);
    assert_int_equal(r.fresh, r.found);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM access_entry WHERE purpose = 'duplicate_check' AND subjects = 303"), 1);
    const struct json *items = list(&w, &first, "open");
    assert_int_equal((int)items->size, (int)r.found);
    const struct json *top = items->item[0];
    assert_true(json_int(top, "probability_milli", 0) > 900);
    assert_non_null(strstr(json_str(json_get(top, "one"), "name", ""), "＊")); /* masked */
    assert_true(json_get(top, "why")->size >= 3);
    /* again: nothing new, and nothing is gone */
    struct linkage_report again = run(&w);
    assert_int_equal(again.fresh, 0);
    assert_int_equal(again.gone, 0);
    assert_int_equal(again.found, r.found);
    whole(&w);
    world_close(&w);
}

static void two_people_merge_and_two_take_apart(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    struct making *m = people(&w, 60);
    int64_t kept = m->id[10], merged = twice(&w, 10, "110102001001");
    struct home h = {.w = &w, .person = m->id[20], .relation = "本人"};
    expect_ok(WRITE(&w, settle, &h), &f->diag);
    h.person = merged;
    h.relation = "子女";
    expect_ok(WRITE(&w, settle, &h), &f->diag);
    int64_t before = counted(&w);
    run(&w);
    int64_t pair = pair_of(&w, kept, merged);
    assert_true(pair != 0);
    REFUSED(say(&w, &first, pair, "confirm", 0), E_CONFLICT, "linkage.state");
    REFUSED(say(&w, &first, pair, "same", m->id[20]), E_INPUT, "linkage.kept");
    REFUSED(say(&w, &elsewhere, pair, "same", kept), E_NOT_FOUND, "linkage.none");
    REFUSED(say(&w, &stranger, pair, "same", kept), E_NOT_FOUND, "linkage.none");
    REFUSED(say(&w, &first, pair, "destroy", kept), E_INPUT, "linkage.how");
    struct linkage_verdict stale = {.pair = pair, .version = 99, .kept = kept, .how = "same", .words = "看过户口簿"};
    REFUSED(linkage_say(&w.civil, &first, &stale, &f->diag), E_CONFLICT, "linkage.changed");
    stale.words = "好";
    REFUSED(linkage_say(&w.civil, &first, &stale, &f->diag), E_INPUT, "linkage.words");
    expect_ok(say(&w, &first, pair, "same", kept), &f->diag);
    assert_int_equal(counted(&w), before); /* proposed is not merged */
    REFUSED(say(&w, &first, pair, "confirm", 0), E_FORBIDDEN, "linkage.same_person");
    expect_ok(say(&w, &second, pair, "confirm", 0), &f->diag);
    assert_true(in_state(&w, pair, "merged"));
    assert_int_equal(counted(&w), before - 1);
    assert_int_equal(living(&w, merged), 0);
    char text[40], number[19];
    snprintf(text, sizeof text, "%s%s 1950年", FAMILY[10], GIVEN[10]);
    assert_int_equal(search(&w, text, 1), kept);
    number_of(number, date_from_ymd(1950, 11, 11), false, 11);
    assert_int_equal(search(&w, number, 1), kept); /* the merged one's number leads to the kept one */
    assert_int_equal((int)list(&w, &first, "merged")->size, 1);
    /* a run leaves it alone */
    run(&w);
    assert_true(in_state(&w, pair, "merged"));
    whole(&w);
    /* and apart */
    expect_ok(say(&w, &second, pair, "part", 0), &f->diag);
    assert_int_equal(counted(&w), before - 1);
    REFUSED(say(&w, &second, pair, "confirm", 0), E_FORBIDDEN, "linkage.same_person");
    expect_ok(say(&w, &first, pair, "refuse", 0), &f->diag);
    assert_true(in_state(&w, pair, "merged"));
    expect_ok(say(&w, &second, pair, "part", 0), &f->diag);
    expect_ok(say(&w, &first, pair, "confirm", 0), &f->diag);
    assert_true(in_state(&w, pair, "different"));
    assert_int_equal(counted(&w), before);
    assert_int_equal(living(&w, merged), h.household);
    assert_int_equal(search(&w, number, 1), merged);
    run(&w);
    assert_true(in_state(&w, pair, "different")); /* it does not come up again */
    struct showing x = {.w = &w, .who = &first, .pair = pair, .whole = true};
    const struct json *detail = shown(&x), *acts = json_get(detail, "acts");
    assert_int_equal((int)acts->size, 6);
    assert_string_equal(json_str(acts->item[0], "words", ""), "看过户口簿");
    assert_null(strstr(json_str(json_get(detail, "one"), "name", ""), "＊"));
    whole(&w);
    world_close(&w);
}

static void what_is_in_use_is_not_merged_away(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    struct making *m = people(&w, 60);
    int64_t one = m->id[10], other = twice(&w, 10, "110102001001");
    struct home h = {.w = &w, .person = other, .relation = "本人"};
    expect_ok(WRITE(&w, settle, &h), &f->diag);
    h.person = m->id[30];
    h.relation = "子女";
    expect_ok(WRITE(&w, settle, &h), &f->diag);
    run(&w);
    int64_t pair = pair_of(&w, one, other);
    expect_ok(say(&w, &first, pair, "same", one), &f->diag);
    REFUSED(say(&w, &second, pair, "confirm", 0), E_CONFLICT, "register.merge_head");
    assert_true(in_state(&w, pair, "proposed")); /* what is refused leaves nothing */
    expect_ok(say(&w, &second, pair, "refuse", 0), &f->diag);
    char sql[400];
    snprintf(sql, sizeof sql, "INSERT INTO account (id, login, password, name, kind, district, person, state, demo, must_change, failed, created_at) VALUES (77, 'r', 'x', 'r', 'resident', 110102, %lld, 'active', 0, 0, 0, 1)", (long long)one);
    must_run(f, sql);
    expect_ok(say(&w, &first, pair, "same", other), &f->diag);
    REFUSED(say(&w, &second, pair, "confirm", 0), E_CONFLICT, "register.merge_in_use");
    must_run(f, "UPDATE account SET state = 'closed' WHERE id = 77");
    expect_ok(say(&w, &second, pair, "confirm", 0), &f->diag);
    assert_int_equal(living(&w, other), h.household);
    world_close(&w);
}

static void what_was_corrected_is_gone(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    struct making *m = people(&w, 60);
    int64_t other = twice(&w, 10, "110102001001");
    run(&w);
    int64_t pair = pair_of(&w, m->id[10], other);
    char sql[200];
    snprintf(sql, sizeof sql, "UPDATE person_record SET name = '欧阳别人', address = '别处' WHERE person = %lld", (long long)other);
    must_run(f, sql);
    snprintf(sql, sizeof sql, "UPDATE person SET phone = NULL WHERE id = %lld", (long long)other);
    must_run(f, sql);
    struct linkage_report r = run(&w);
    assert_int_equal(r.gone, 1);
    assert_true(in_state(&w, pair, "gone"));
    world_close(&w);
}

static void verdicts_move_the_probabilities(void **state) {
    const int64_t weight[] = {2000, 2500, 3000, 1500, 9000, 12000};
    const bool none[] = {false, false, false, false, true, true}, all[] = {true, true, true, true, true, true};
    assert_int_equal(linkage_shift(weight, none, 0), 0);
    int64_t down = linkage_shift(weight, none, 6), up = linkage_shift(weight, all, 6);
    assert_true(down < -1500 && down > -6000);
    assert_true(up > 100 && up < 3000);
    /* one verdict does not turn the world */
    const int64_t high = 20000;
    const bool no = false;
    assert_true(linkage_shift(&high, &no, 1) > -8000);
}

static void pages_and_scopes(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    people(&w, 240);
    for (int i = 0; i < 180; i += 3)
        (void)twice(&w, i, "110102002001"); /* those divisible by three live in 110102002001 */
    run(&w);
    struct showing x = {.w = &w, .who = &first, .list = "open"};
    const struct json *page = shown(&x);
    assert_int_equal((int)json_get(page, "items")->size, LINKAGE_PAGE);
    int total = (int)json_int(json_get(page, "counts"), "open", 0);
    x.cursor = json_str(page, "next_cursor", NULL);
    assert_non_null(x.cursor);
    const struct json *rest = shown(&x);
    assert_int_equal((int)json_get(rest, "items")->size, total - LINKAGE_PAGE);
    assert_string_not_equal(json_str(json_get(rest, "items")->item[0], "id", ""), json_str(json_get(page, "items")->item[LINKAGE_PAGE - 1], "id", ""));
    struct showing y = {.w = &w, .who = &elsewhere, .list = "open"};
    assert_true(json_get(shown(&y), "items")->size > 40); /* both of his place */
    assert_int_equal((int)list(&w, &stranger, "open")->size, 0);
    x.cursor = "1 2";
    buf_init(&x.out, 0);
    assert_int_equal(READ(&w, show_in, &x), E_INPUT);
    buf_release(&x.out);
    struct linkage_report r;
    REFUSED(linkage_run(&w.civil, &elsewhere, NULL, 0, &r, &f->diag), E_FORBIDDEN, "linkage.role");
    REFUSED(linkage_run(&w.civil, &first, NULL, 100, &r, &f->diag), E_LIMIT, "linkage.people");
    world_close(&w);
}

/* ---- family finding ----------------------------------------------------------------------------------------- */

static struct access *family_look;
static const struct json *family(struct world *w, const struct actor *who, const struct family_asked *q) {
    const struct json *j = NULL;
    struct json_writer jw;
    BUF_AUTO out;
    buf_init(&out, 0);
    json_begin(&jw, &out, false);
    expect_ok(access_begin(w->arena, who, who->grant[0].role, "family_finding", 0, 0, &family_look, &w->f->diag), &w->f->diag);
    diag_clear(&w->f->diag);
    if (family_find(&w->civil, who, family_look, NULL, q, &jw, &w->f->diag) != OK)
        return NULL;
    expect_ok(json_parse(w->arena, span_of(arena_dup(w->arena, buf_span(&out))), &j, &w->f->diag), &w->f->diag);
    return j;
}

static void a_family_is_found_by_little(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    struct making *m = people(&w, 300);
    char id[24];
    char name[32];
    snprintf(name, sizeof name, "%s%s", FAMILY[57 % 12], GIVEN[57 % 13]);
    struct family_asked q = {.name = name, .year = 1940 + 57 % 60, .year_error = 3};
    const struct json *found = family(&w, &first, &q), *items = json_get(found, "items");
    assert_int_equal(json_int(found, "people", 0), 300);
    assert_true(items->size > 0 && items->size <= FAMILY_TOP);
    snprintf(id, sizeof id, "%lld", (long long)m->id[57]);
    assert_string_equal(json_str(items->item[0], "person", ""), id);
    assert_non_null(strstr(json_str(items->item[0], "name_masked", ""), "＊"));
    assert_true(access_count(family_look) == items->size);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM access_entry WHERE purpose = 'family_finding' AND subjects = 300"), 1);
    /* his own place alone; another's question is refused */
    struct actor clerk = world_actor(35, "clerk", "110102002");
    assert_int_equal(json_int(family(&w, &clerk, &q), "people", 0), 100);
    assert_null(family(&w, &second, &q));
    assert_string_equal(f->diag.code, "register.read");
    static const struct { struct family_asked q; const char *code; } bad[] = {
        {{0}, "linkage.family_nothing"}, {{.year = 1700}, "linkage.family_year"}, {{.year = 1960, .year_error = 99}, "linkage.family_year"}, {{.sex = "x"}, "linkage.family_sex"},
        {{.province = 99}, "linkage.family_province"}, {{.name = "\xff"}, "linkage.family_name"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_null(family(&w, &first, &bad[i].q));
        assert_string_equal(f->diag.code, bad[i].code);
    }
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(doubles_are_found_and_others_are_not), ON_BOTH(two_people_merge_and_two_take_apart), ON_BOTH(what_is_in_use_is_not_merged_away),
        ON_BOTH(a_family_is_found_by_little), ON_BOTH(what_was_corrected_is_gone), ON_BOTH(pages_and_scopes), cmocka_unit_test(verdicts_move_the_probabilities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
