/* Passwords, lock-out, sessions: with a clock the test moves. */
#include "../support/civil_world.h"

#include "civil/account/account.h"

#include <pthread.h>

static const instant_t MINUTE = 60 * INT64_C(1000000);
#define GOOD SPAN("correct horse battery")
#define WRONG SPAN("wrong horse battery")

static void pass(instant_t t) { __atomic_add_fetch(&test_instant, t, __ATOMIC_RELAXED); }

struct add { struct world *w; const char *login; struct span password; int64_t person, id; };
static enum status add(struct txn *t, void *arg, struct diag *d) {
    struct add *x = arg;
    struct grant g = {"clerk", "110102001"};
    struct account_new n = {.login = x->login, .name = "李静", .kind = x->person ? "resident" : "staff", .password = x->password, .grant = &g,
        .grant_count = x->person ? 0 : 1, .district = x->person ? DISTRICT : 0, .person = x->person};
    return account_add_in(&x->w->civil, t, &n, &x->id, d);
}

static int64_t account(struct world *w, const char *login) {
    struct add x = {.w = w, .login = login, .password = GOOD};
    expect_ok(WRITE(w, add, &x), &w->f->diag);
    return x.id;
}

static enum status open_session(struct world *w, struct span login, struct span password, struct session *ret) {
    diag_clear(&w->f->diag);
    return session_open(&w->civil, login, password, ret, &w->f->diag);
}

static void what_is_stored_is_argon2id(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    account(&w, "clerk");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM account WHERE password LIKE '$argon2id$v=19$m=19456,t=2,p=1$%'"), 1);
    struct session s;
    expect_ok(open_session(&w, SPAN("clerk"), GOOD, &s), &f->diag);
    assert_int_equal(strlen(s.token), 43);
    assert_string_equal(s.actor.grant[0].role, "clerk");
    assert_string_equal(s.actor.name, "李静");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM session WHERE length(token) = 32"), 1); /* the hash, not the token */
    world_close(&w);
}

static void new_accounts_that_cannot_be(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    account(&w, "clerk");
    static const struct { const char *login; struct span password; const char *code; enum status status; } bad[] = {
        {"c", GOOD, "account.login", E_INPUT}, {"two words", GOOD, "account.login", E_INPUT}, {"tab\tbed", GOOD, "account.login", E_INPUT},
        {"bad\xff", GOOD, "account.login", E_INPUT}, {"clerk", GOOD, "account.taken", E_CONFLICT}, {"short", SPAN("123456789"), "password.short", E_INPUT},
        {"longer", SPAN("bad\xff bytes in it"), "password.utf8", E_INPUT},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct add x = {.w = &w, .login = bad[i].login, .password = bad[i].password};
        expect_fail(WRITE(&w, add, &x), &f->diag, bad[i].status, bad[i].code);
    }
    struct add a = {.w = &w, .login = "resident", .password = GOOD, .person = 5}, b = {.w = &w, .login = "resident2", .password = GOOD, .person = 5};
    expect_ok(WRITE(&w, add, &a), &f->diag);
    expect_fail(WRITE(&w, add, &b), &f->diag, E_CONFLICT, "account.taken");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM account"), 2);
    world_close(&w);
}

static double cpu_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Unknown, misspelt, not even text: one answer, and the work of a real check. */
static void an_unknown_login_gets_the_same_answer(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    account(&w, "clerk");
    static const struct { struct span login; } logins[] = {
        {SPAN("clerk")}, {SPAN("nobody")}, {SPAN("")}, {SPAN("cl\0rk")}, {SPAN("\xff\xfe")}, {SPAN("' OR 1=1 --")},
        {SPAN("a login that is far longer than any login could be, and then some more of it, to be sure")},
    };
    double known = 0;
    for (size_t i = 0; i < ARRAY_LEN(logins); i++) {
        struct session s;
        double start = cpu_ms();
        expect_fail(open_session(&w, logins[i].login, WRONG, &s), &f->diag, E_AUTH, "account.refused");
        double took = cpu_ms() - start;
        assert_int_equal(f->diag.arg_count, 0);
        if (i == 0)
            known = took;
        else
            assert_true(took > known / 3 && took < known * 3);
    }
    world_close(&w);
}

static void lock_out_doubles_and_ends(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    account(&w, "clerk");
    struct session s;
    for (int i = 0; i < 5; i++)
        assert_int_equal(open_session(&w, SPAN("clerk"), WRONG, &s), E_AUTH);
    static const int minutes[] = {1, 2, 4, 8, 16, 32, 60, 60};
    for (size_t i = 0; i < ARRAY_LEN(minutes); i++) {
        expect_fail(open_session(&w, SPAN("clerk"), GOOD, &s), &f->diag, E_BUSY, "account.locked"); /* even the right one */
        assert_int_equal(strtol(f->diag.arg[0].value, NULL, 10), minutes[i]);
        pass(minutes[i] * MINUTE - 1000000);
        assert_int_equal(open_session(&w, SPAN("clerk"), GOOD, &s), E_BUSY);
        pass(1000000);
        assert_int_equal(open_session(&w, SPAN("clerk"), WRONG, &s), E_AUTH);
    }
    assert_int_equal(ask_int(f, "SELECT count(*) FROM session"), 0);
    pass(61 * MINUTE);
    expect_ok(open_session(&w, SPAN("clerk"), GOOD, &s), &f->diag);
    assert_int_equal(ask_int(f, "SELECT failed FROM account"), 0);
    assert_int_equal(open_session(&w, SPAN("clerk"), WRONG, &s), E_AUTH); /* and it begins anew */
    world_close(&w);
}

struct guesser { struct world *w; int refused, locked, opened; };
static void *guess(void *arg) {
    struct guesser *g = arg;
    for (int i = 0; i < 3; i++) {
        struct session s;
        struct diag d = {0};
        enum status st = session_open(&g->w->civil, SPAN("clerk"), WRONG, &s, &d);
        g->refused += st == E_AUTH;
        g->locked += st == E_BUSY && strcmp(d.code, "account.locked") == 0;
        g->opened += st == OK;
    }
    return NULL;
}

static void guesses_side_by_side_are_counted(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    account(&w, "clerk");
    struct guesser g[4];
    pthread_t thread[4];
    for (int i = 0; i < 4; i++) {
        g[i] = (struct guesser){.w = &w};
        assert_int_equal(pthread_create(&thread[i], NULL, guess, &g[i]), 0);
    }
    int refused = 0, locked = 0;
    for (int i = 0; i < 4; i++) {
        pthread_join(thread[i], NULL);
        refused += g[i].refused;
        locked += g[i].locked;
        assert_int_equal(g[i].opened, 0);
    }
    assert_true(refused <= 5 && refused + locked == 12);
    assert_true(ask_int(f, "SELECT failed FROM account") == 5);
    world_close(&w);
}

/* ---- sessions ----------------------------------------------------------------------------- */

static enum status find(struct world *w, const char *token, struct session *ret) {
    diag_clear(&w->f->diag);
    return session_find(&w->civil, span_of(token), ret, &w->f->diag);
}

static void sessions_end_by_idling_and_by_age(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    account(&w, "clerk");
    struct session s, found;
    expect_ok(open_session(&w, SPAN("clerk"), GOOD, &s), &f->diag);
    pass(30 * MINUTE);
    expect_ok(find(&w, s.token, &found), &f->diag); /* this touches it */
    assert_string_equal(found.csrf, s.csrf);
    pass(30 * MINUTE);
    expect_ok(find(&w, s.token, &found), &f->diag);
    pass(30 * MINUTE + 1);
    expect_fail(find(&w, s.token, &found), &f->diag, E_AUTH, "account.no_session");

    expect_ok(open_session(&w, SPAN("clerk"), GOOD, &s), &f->diag);
    for (int i = 0; i < 12 * 3 - 1; i++) { /* busy all day */
        pass(20 * MINUTE);
        expect_ok(find(&w, s.token, &found), &f->diag);
    }
    pass(20 * MINUTE);
    expect_fail(find(&w, s.token, &found), &f->diag, E_AUTH, "account.no_session");
    expect_ok(session_sweep(&w.civil, &f->diag), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM session"), 0);
    world_close(&w);
}

static void a_session_is_made_at_sign_in_only(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    account(&w, "clerk");
    struct session a, b, found;
    expect_ok(open_session(&w, SPAN("clerk"), GOOD, &a), &f->diag);
    expect_ok(open_session(&w, SPAN("clerk"), GOOD, &b), &f->diag);
    assert_string_not_equal(a.token, b.token);
    assert_string_not_equal(a.csrf, b.csrf);
    static const char *const planted[] = {"", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
    for (size_t i = 0; i < ARRAY_LEN(planted); i++)
        expect_fail(find(&w, planted[i], &found), &f->diag, E_AUTH, "account.no_session");
    expect_ok(session_close(&w.civil, span_of(a.token), &f->diag), &f->diag);
    expect_fail(find(&w, a.token, &found), &f->diag, E_AUTH, "account.no_session");
    expect_ok(find(&w, b.token, &found), &f->diag);
    must_run(f, "UPDATE account SET state = 'closed'");
    expect_fail(find(&w, b.token, &found), &f->diag, E_AUTH, "account.no_session");
    expect_fail(open_session(&w, SPAN("clerk"), GOOD, &a), &f->diag, E_AUTH, "account.refused");
    world_close(&w);
}

static void a_new_password_closes_every_session(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    int64_t id = account(&w, "clerk");
    struct session a, b, found;
    expect_ok(open_session(&w, SPAN("clerk"), GOOD, &a), &f->diag);
    expect_ok(open_session(&w, SPAN("clerk"), GOOD, &b), &f->diag);
    expect_fail(account_change_password(&w.civil, id, WRONG, SPAN("another horse altogether"), &f->diag), &f->diag, E_AUTH, "account.refused");
    expect_fail(account_change_password(&w.civil, id, GOOD, SPAN("short"), &f->diag), &f->diag, E_INPUT, "password.short");
    expect_fail(account_change_password(&w.civil, 4711, GOOD, SPAN("another horse altogether"), &f->diag), &f->diag, E_NOT_FOUND, "account.unknown");
    expect_ok(find(&w, a.token, &found), &f->diag);
    expect_ok(account_change_password(&w.civil, id, GOOD, SPAN("another horse altogether"), &f->diag), &f->diag);
    expect_fail(find(&w, a.token, &found), &f->diag, E_AUTH, "account.no_session");
    expect_fail(find(&w, b.token, &found), &f->diag, E_AUTH, "account.no_session");
    expect_fail(open_session(&w, SPAN("clerk"), GOOD, &a), &f->diag, E_AUTH, "account.refused");
    expect_ok(open_session(&w, SPAN("clerk"), SPAN("another horse altogether"), &a), &f->diag);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(what_is_stored_is_argon2id),
        ON_BOTH(new_accounts_that_cannot_be),
        ON_BOTH(an_unknown_login_gets_the_same_answer),
        ON_BOTH(lock_out_doubles_and_ends),
        ON_BOTH(guesses_side_by_side_are_counted),
        ON_BOTH(sessions_end_by_idling_and_by_age),
        ON_BOTH(a_session_is_made_at_sign_in_only),
        ON_BOTH(a_new_password_closes_every_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
