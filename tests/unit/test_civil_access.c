/* Who looked, at whom, why: no purpose no look, one entry a response, nothing
 * for a look at nobody; and what the person sees of it. */
#include "../support/civil_world.h"

#include "civil/access/access_list.h"

static struct access *begin(struct world *w, const char *purpose) {
    struct access *x = NULL;
    expect_ok(access_begin(w->arena, &w->clerk, "clerk", purpose, 0, 0, &x, &w->f->diag), &w->f->diag);
    return x;
}

static void no_purpose_no_access(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    static const char *const bad[] = {"", "curiosity", "Self", "case_handling ", "self; DROP"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct access *x = NULL;
        expect_fail(access_begin(w.arena, &w.clerk, "clerk", bad[i], 0, 0, &x, &f->diag), &f->diag, E_INPUT, "access.purpose");
        assert_null(x);
    }
    static const char *const nobody[] = {NULL, "", "janitor", "clerk ", "system"}; /* without a role of its own purpose */
    for (size_t i = 0; i < ARRAY_LEN(nobody); i++) {
        struct access *x = NULL;
        expect_fail(access_begin(w.arena, &w.clerk, nobody[i], NULL, 0, 0, &x, &f->diag), &f->diag, E_INPUT, "access.purpose");
        assert_null(x);
    }
    world_close(&w);
}

/* A role looks for its own purposes only, and who oversees does not handle. */
static void a_role_has_its_purposes(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    static const struct { const char *role, *own, *not; } of[] = {
        {"clerk", "case_handling", "audit"}, {"leader", "supervision", "case_handling"}, {"auditor", "audit", "case_handling"},
        {"cashier", "payment", "enquiry"}, {"city", "statistics", "supervision"}, {"policy", "statistics", "case_handling"}, {"decider", "case_handling", "self"},
        {"resident", "self", "case_handling"}};
    for (size_t i = 0; i < ARRAY_LEN(of); i++) {
        struct access *x = NULL;
        assert_string_equal(access_purposes(of[i].role)[0], of[i].own);
        expect_ok(access_begin(w.arena, &w.clerk, of[i].role, of[i].own, 0, 0, &x, &f->diag), &f->diag);
        expect_ok(access_act_as(x, of[i].role, &f->diag), &f->diag);
        expect_ok(access_begin(w.arena, &w.clerk, of[i].role, of[i].not, 0, 0, &x, &f->diag), &f->diag);
        expect_fail(access_act_as(x, of[i].role, &f->diag), &f->diag, E_FORBIDDEN, "access.purpose_role");
    }
    assert_null(access_purposes("janitor"));
    /* Stated none: the purpose follows the role in which the look is made. */
    struct access *x = NULL;
    expect_ok(access_begin(w.arena, &w.clerk, "clerk", NULL, 0, 0, &x, &f->diag), &f->diag);
    expect_ok(access_act_as(x, "auditor", &f->diag), &f->diag);
    expect_ok(access_add(x, DISTRICT, 5, ACCESS_NAME, &f->diag), &f->diag);
    expect_ok(access_commit(&w.civil, x, &f->diag), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM access_entry WHERE role = 'auditor' AND purpose = 'audit'"), 1);
    world_close(&w);
}

static void a_look_is_one_entry(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    struct access *x = begin(&w, "case_handling");
    expect_ok(access_add(x, DISTRICT, 5, ACCESS_NAME, &f->diag), &f->diag);
    expect_ok(access_add(x, DISTRICT, 6, ACCESS_FAMILY, &f->diag), &f->diag);
    expect_ok(access_add(x, DISTRICT, 5, ACCESS_HEALTH, &f->diag), &f->diag); /* the same person again */
    int64_t before = ask_int(f, "SELECT count(*) FROM log_pending");
    expect_ok(access_commit(&w.civil, x, &f->diag), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM access_entry WHERE fields = 'name|family|health' AND subjects = 2 AND office = '110102001'"), 1);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM access_subject"), 2);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM log_pending") - before, 1);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM access_entry a JOIN log_pending l ON l.id = a.entry"), 1);
    world_close(&w);
}

static void a_look_at_nobody_leaves_nothing(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    struct access *x = begin(&w, "enquiry");
    assert_true(access_empty(x));
    expect_ok(access_commit(&w.civil, x, &f->diag), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM access_entry"), 0);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM log_pending"), 0);
    world_close(&w);
}

/* Every row lives with its person, so each district has its entry. */
static void a_look_across_districts(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    struct access *x = begin(&w, "case_handling");
    expect_ok(access_add(x, 110115, 9, ACCESS_NUMBER, &f->diag), &f->diag);
    expect_ok(access_add(x, DISTRICT, 5, ACCESS_NAME, &f->diag), &f->diag);
    expect_ok(access_commit(&w.civil, x, &f->diag), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM access_entry"), 2);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM access_subject WHERE district = 110115 AND person = 9"), 1);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM access_entry WHERE district = 110115 AND fields = 'number'"), 1);
    world_close(&w);
}

static void more_than_a_page_is_refused(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    struct access *x = begin(&w, "statistics");
    enum status s = OK;
    int n = 0;
    while (s == OK && n < 3000)
        s = access_add(x, DISTRICT, ++n, ACCESS_NAME, &f->diag);
    assert_int_equal(s, E_LIMIT);
    assert_string_equal(f->diag.code, "access.subjects");
    assert_int_equal(n, 2001);
    world_close(&w);
}

/* ---- what the person sees ------------------------------------------------------------- */

struct list { struct world *w; struct actor who; const char *cursor; struct buf out; };
static enum status list(struct txn *t, void *arg, struct diag *d) {
    struct list *x = arg;
    struct json_writer w;
    buf_clear(&x->out);
    json_begin(&w, &x->out, false);
    return access_list_json(&x->w->civil, t, &x->who, x->cursor, &w, d);
}

static const struct json *listed(struct list *x) {
    const struct json *j = NULL;
    struct world *w = x->w;
    expect_ok(READ(w, list, x), &w->f->diag);
    expect_ok(json_parse(w->arena, buf_span(&x->out), &j, &w->f->diag), &w->f->diag);
    return j;
}

static void the_person_sees_every_look_once(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    for (int i = 0; i < 60; i++) { /* two whole pages */
        struct access *x = begin(&w, i % 2 ? "case_handling" : "payment");
        expect_ok(access_add(x, DISTRICT, 5, ACCESS_NAME, &f->diag), &f->diag);
        expect_ok(access_commit(&w.civil, x, &f->diag), &f->diag);
    }
    struct list x = {.w = &w, .who = {.kind = "resident", .district = DISTRICT, .person = 5}};
    buf_init(&x.out, 0);
    int seen = 0, pages = 0;
    for (const char *next = ""; next; pages++) {
        x.cursor = next;
        const struct json *j = listed(&x);
        seen += (int)json_get(j, "items")->size;
        next = json_str(j, "next", NULL);
        assert_string_equal(json_str(json_get(json_at(json_get(j, "items"), 0), "office"), "zh", ""), "东街道");
    }
    assert_int_equal(seen, 60);
    assert_int_equal(pages, 2); /* and no empty one behind */
    x.who.person = 6;
    x.cursor = NULL;
    assert_int_equal(json_get(listed(&x), "items")->size, 0);
    x.cursor = "12x";
    expect_fail(READ(&w, list, &x), &f->diag, E_INPUT, "access.cursor");
    buf_release(&x.out);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(no_purpose_no_access),
        ON_BOTH(a_role_has_its_purposes),
        ON_BOTH(a_look_is_one_entry),
        ON_BOTH(a_look_at_nobody_leaves_nothing),
        ON_BOTH(a_look_across_districts),
        ON_BOTH(more_than_a_page_is_refused),
        ON_BOTH(the_person_sees_every_look_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
