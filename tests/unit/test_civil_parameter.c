/* Confirming parameters: what may be, once, on record, and of a value. */
#include "../support/civil_world.h"

#include "civil/parameter/parameter.h"

struct confirm { struct world *w; const char *name, *basis; date_t from; bool assumption; };
static enum status confirm(struct txn *t, void *arg, struct diag *d) {
    struct confirm *x = arg;
    return parameter_confirm_in(&x->w->civil, t, &x->w->finance, x->name, x->from, x->basis, x->assumption, d);
}

struct open { struct world *w; date_t day; const char *waiting; };
static enum status open_ones(struct txn *t, void *arg, struct diag *d) {
    static const char *const names[] = {"低保标准", "就业奖励比例", "没有的参数"};
    struct open *x = arg;
    return parameters_open(&x->w->civil, t, x->day, names, 3, &x->waiting, d);
}

struct list { struct world *w; date_t day; struct buf out; };
static enum status list(struct txn *t, void *arg, struct diag *d) {
    struct list *x = arg;
    struct json_writer w;
    buf_clear(&x->out);
    json_begin(&w, &x->out, false);
    return parameters_json(&x->w->civil, t, x->day, &w, d);
}

static void confirmed_once_and_of_a_value(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    date_t from = date_from_ymd(2025, 7, 1);
    static const struct { const char *name; int year; const char *basis, *code; } bad[] = {
        {"没有的参数", 2025, "京民发〔2025〕1号", "parameter.unknown"}, {"低保标准", 2024, "京民发〔2025〕1号", "parameter.certain"},
        {"低保标准", 2023, "京民发〔2025〕1号", "parameter.certain"}, {"低保标准", 1999, "京民发〔2025〕1号", "parameter.unknown"},
        {"低保标准", 2025, "京民", "parameter.basis"}, {"低保标准", 2025, "", "parameter.basis"}, {"低保标准", 2025, "\xff\xff\xff\xff\xff", "parameter.basis"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct confirm x = {&w, bad[i].name, bad[i].basis, date_from_ymd(bad[i].year, 7, 1), false};
        diag_clear(&f->diag);
        if (WRITE(&w, confirm, &x) == OK || strcmp(f->diag.code, bad[i].code) != 0)
            fail_msg("%zu: %s", i, f->diag.code);
    }
    struct open o = {&w, date_from_ymd(2026, 1, 1), NULL};
    expect_ok(READ(&w, open_ones, &o), &f->diag);
    assert_string_equal(o.waiting, "低保标准");
    struct confirm x = {&w, "低保标准", "示范数据的假设", from, true};
    expect_ok(WRITE(&w, confirm, &x), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM parameter_confirmation c JOIN log_pending l ON l.id = c.entry"), 1);
    expect_ok(READ(&w, open_ones, &o), &f->diag);
    assert_null(o.waiting);
    expect_fail(WRITE(&w, confirm, &x), &f->diag, E_CONFLICT, "parameter.confirmed");
    struct list l = {.w = &w, .day = o.day};
    const struct json *j;
    buf_init(&l.out, 0);
    expect_ok(READ(&w, list, &l), &f->diag);
    expect_ok(json_parse(w.arena, buf_span(&l.out), &j, &f->diag), &f->diag);
    const struct json *items = json_get(j, "items"), *found = NULL;
    for (size_t i = 0; i < items->size; i++)
        if (strcmp(json_str(items->item[i], "name", ""), "低保标准") == 0)
            found = items->item[i];
    assert_true(json_bool(found, "assumption", false));
    assert_string_equal(json_str(found, "basis", ""), "示范数据的假设");
    buf_release(&l.out);

    must_run(f, "UPDATE parameter_confirmation SET value = '1400'"); /* the pack had another figure then */
    expect_ok(READ(&w, open_ones, &o), &f->diag);
    assert_string_equal(o.waiting, "低保标准");
    expect_ok(WRITE(&w, confirm, &x), &f->diag);
    expect_ok(READ(&w, open_ones, &o), &f->diag);
    assert_null(o.waiting);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {ON_BOTH(confirmed_once_and_of_a_value)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
