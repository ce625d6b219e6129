/* A new master key: everything under it, the former one gone, one entry; and
 * what cannot be opened stops it. */
#include "../support/civil_world.h"
#include "../support/papers.h"

#include "civil/archive/archive.h"
#include "civil/archive/rotate.h"
#include "civil/evidence/evidence.h"

enum { PEOPLE = 5 };

static void key_path(const struct fixture *f, char out[128]) { snprintf(out, 128, "%s/key", f->folder); }

/* As the command does it. */
static void change_key(struct world *w, struct fixture *f) {
    char file[128];
    key_path(f, file);
    w->vault = vault_free(w->vault);
    expect_ok(vault_rotate(file, &f->diag), &f->diag);
    expect_ok(vault_open(file, &w->vault, &f->diag), &f->diag);
    w->civil.vault = w->vault;
}

static void reopen(struct world *w, struct fixture *f) {
    char file[128];
    key_path(f, file);
    w->vault = vault_free(w->vault);
    expect_ok(vault_open(file, &w->vault, &f->diag), &f->diag);
    w->civil.vault = w->vault;
}

static enum status rotate(struct world *w, struct fixture *f, bool keep, struct archive_rotation *ret) {
    char file[128];
    struct actor system = actor_system();
    key_path(f, file);
    diag_clear(&f->diag);
    return archive_rotate(&w->civil, &system, file, keep, ret, &f->diag);
}

struct look { struct world *w; int64_t person, file; struct span number, paper; };
static enum status look(struct txn *t, void *arg, struct diag *d) {
    struct look *x = arg;
    struct access *access = NULL;
    const char *media, *name;
    enum status s = access_begin(x->w->arena, &x->w->clerk, "clerk", "case_handling", 0, 0, &access, d);
    if (s == OK)
        s = person_reveal(&x->w->civil, t, access, x->w->arena, DISTRICT, x->person, ACCESS_NUMBER, &x->number, d);
    if (s == OK)
        s = archive_open_in(&x->w->civil, t, access, x->w->arena, DISTRICT, x->file, &x->paper, &media, &name, d);
    return s;
}
static enum status add(struct txn *t, void *arg, struct diag *d) {
    struct look *x = arg;
    return archive_add_in(&x->w->civil, t, &x->w->clerk, DISTRICT, x->person, 0, "a.pdf", "id_card", PAPER_PDF, &x->file, d);
}
static enum status by_number(struct txn *t, void *arg, struct diag *d) {
    struct look *x = arg;
    struct access *access = NULL;
    int64_t district, person;
    enum status s = access_begin(x->w->arena, &x->w->clerk, "clerk", "case_handling", 0, 0, &access, d);
    if (s == OK)
        s = person_by_number(&x->w->civil, t, access, x->number, &district, &person, d);
    return s == OK && person != x->person ? E_CORRUPT : s;
}

static void finding(void *arg, const struct diag *d) { fail_msg("%s", d->code); }
static enum status evidence(struct txn *t, void *arg, struct diag *d) {
    struct world *w = arg;
    struct evidence_check x = {.civil = &w->civil, .txn = t, .finding = finding};
    return archive_act_evidence(&x, d);
}

static void a_new_key(void **state) {
    FIXTURE(f);
    struct world w;
    struct archive_rotation x;
    world_open(&w, f);
    struct look p = {.w = &w};
    for (int i = 0; i < PEOPLE; i++)
        p.person = world_person(&w, "王", i + 1);
    expect_ok(WRITE(&w, add, &p), &f->diag);

    expect_ok(rotate(&w, f, false, &x), &f->diag); /* one key: checked, nothing to do */
    assert_true(x.persons == PEOPLE && x.values == 4 * PEOPLE && x.renewed == 0 && !x.retired);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM archive_act"), 0);

    change_key(&w, f);
    expect_ok(READ(&w, look, &p), &f->diag); /* between the two keys too */
    expect_ok(rotate(&w, f, true, &x), &f->diag);
    assert_true(x.persons == PEOPLE && x.renewed == 4 * PEOPLE && !x.retired);
    assert_string_not_equal(x.from, x.to);
    assert_int_equal(vault_key_count(w.vault), 2);
    expect_ok(rotate(&w, f, false, &x), &f->diag); /* kept until now: only the file changes */
    assert_true(x.renewed == 0 && x.retired);
    reopen(&w, f);
    assert_int_equal(vault_key_count(w.vault), 1);
    expect_ok(READ(&w, look, &p), &f->diag);
    assert_true(span_eq(p.paper, PAPER_PDF));
    expect_ok(READ(&w, by_number, &p), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM archive_act a JOIN log_pending l ON l.id = a.entry AND l.kind = 'archive'"), 1);

    change_key(&w, f);
    expect_ok(rotate(&w, f, false, &x), &f->diag);
    assert_true(x.retired && x.renewed == 4 * PEOPLE);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM archive_act"), 2);
    expect_ok(READ(&w, evidence, &w), &f->diag);
    reopen(&w, f);
    expect_ok(READ(&w, look, &p), &f->diag);
    world_close(&w);
}

static void what_does_not_open(void **state) {
    FIXTURE(f);
    struct world w;
    struct archive_rotation x;
    world_open(&w, f);
    for (int i = 0; i < PEOPLE; i++)
        (void)world_person(&w, "王", i + 1);
    must_run(f, "UPDATE person SET phone = bank_account WHERE id = (SELECT max(id) FROM person)");
    change_key(&w, f);
    expect_fail(rotate(&w, f, false, &x), &f->diag, E_CORRUPT, "register.sealed");
    reopen(&w, f);
    assert_int_equal(vault_key_count(w.vault), 2); /* the former key is still needed */
    assert_int_equal(ask_int(f, "SELECT count(*) FROM archive_act"), 0);
    must_run(f, "UPDATE person SET phone = NULL WHERE id = (SELECT max(id) FROM person)");
    expect_ok(rotate(&w, f, false, &x), &f->diag);
    assert_true(x.retired);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {ON_BOTH(a_new_key), ON_BOTH(what_does_not_open)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
