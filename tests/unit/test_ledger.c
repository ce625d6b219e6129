/* Double entry: random transfers against a model, refusals, findings. */
#include "../support/test_store.h"

#include "base/buf.h"
#include "ledger/ledger.h"
#include "store/migrations.h"

enum { ACCOUNTS = 6, DISTRICT = 110102 };
static const char *const codes[ACCOUNTS] = {"1001", "1002", "2001", "2002", "9001", "9002"};
static const char *const normals[ACCOUNTS] = {"debit", "debit", "credit", "credit", "either", "either"};

struct post { int from, to; int64_t amount, reference; int64_t debit[ACCOUNTS], credit[ACCOUNTS]; };

static enum status accounts(struct txn *t, struct ledger_account a[ACCOUNTS], struct diag *d) {
    enum status s = OK;
    for (int i = 0; s == OK && i < ACCOUNTS; i++)
        s = ledger_account_get(t, DISTRICT, codes[i], "test", normals[i], &a[i], d);
    return s;
}

static enum status post(struct txn *t, void *arg, struct diag *d) {
    struct post *p = arg;
    struct ledger_account a[ACCOUNTS];
    enum status s = accounts(t, a, d);
    struct ledger_transfer x = {DISTRICT, a[p->from].id, a[p->to].id, p->amount, "move", p->reference, 0};
    return s == OK ? ledger_post(t, &x, d) : s;
}

static enum status read_balances(struct txn *t, void *arg, struct diag *d) {
    struct post *p = arg;
    struct ledger_account a[ACCOUNTS];
    enum status s = accounts(t, a, d);
    for (int i = 0; i < ACCOUNTS; i++) {
        p->debit[i] = a[i].debit_fen;
        p->credit[i] = a[i].credit_fen;
    }
    return s;
}

struct check { struct buf out; int count; };
static enum status check(struct txn *t, void *arg, struct diag *d) {
    struct check *c = arg;
    return ledger_check(t, LANG_ZH, &c->out, &c->count, d);
}

static int findings(struct fixture *f) {
    struct check c = {.count = 0};
    buf_init(&c.out, 0);
    expect_ok(store_read(f->store, check, &c, &f->diag), &f->diag);
    if (c.count)
        assert_non_null(strstr(buf_str(&c.out), "不符"));
    buf_release(&c.out);
    return c.count;
}

static void set_up_books(struct fixture *f) {
    struct post p = {0};
    expect_ok(store_migrate(f->store, store_migrations, store_migration_count, &f->diag), &f->diag);
    expect_ok(store_write(f->store, read_balances, &p, &f->diag), &f->diag);
}

static bool allowed(const struct post *p, int64_t debit[ACCOUNTS], int64_t credit[ACCOUNTS]) {
    int64_t d = debit[p->from] + p->amount, c = credit[p->to] + p->amount;
    return (strcmp(normals[p->from], "credit") != 0 || credit[p->from] >= d) && (strcmp(normals[p->to], "debit") != 0 || debit[p->to] >= c);
}

static void random_transfers_follow_the_model(void **state) {
    FIXTURE(f);
    set_up_books(f);
    uint64_t seed = unit_seed(__func__);
    int64_t debit[ACCOUNTS] = {0}, credit[ACCOUNTS] = {0};
    int refused = 0, again = 0, done = 0;
    /* 300 transfers at least, and as many more as it takes until the seed at hand has shown every outcome. */
    for (int i = 1; i <= 300 || (i <= 5000 && (done <= 50 || refused <= 10 || again == 0)); i++) {
        struct post p = {.from = (int)(unit_random(&seed) % ACCOUNTS), .amount = 1 + (int64_t)(unit_random(&seed) % 5000), .reference = i};
        p.to = (int)((unsigned)p.from + 1 + unit_random(&seed) % (ACCOUNTS - 1)) % ACCOUNTS;
        if (unit_random(&seed) % 10 == 0 && done)
            p.reference = 1 + (int64_t)(unit_random(&seed) % (uint64_t)i);
        diag_clear(&f->diag);
        enum status s = store_write(f->store, post, &p, &f->diag);
        if (s == OK) {
            assert_true(allowed(&p, debit, credit));
            debit[p.from] += p.amount;
            credit[p.to] += p.amount;
            done++;
        } else if (strcmp(f->diag.code, "ledger.done_already") == 0) {
            again++;
        } else {
            assert_string_equal(f->diag.code, "ledger.overdrawn");
            assert_false(allowed(&p, debit, credit));
            refused++;
        }
        if (i % 50 == 0) {
            assert_int_equal(findings(f), 0);
            assert_int_equal(ask_int(f, "SELECT sum(debit_fen) - sum(credit_fen) FROM ledger_account"), 0);
        }
    }
    struct post p = {0};
    expect_ok(store_write(f->store, read_balances, &p, &f->diag), &f->diag);
    assert_memory_equal(p.debit, debit, sizeof debit);
    assert_memory_equal(p.credit, credit, sizeof credit);
    assert_true(done > 50 && refused > 10 && again > 0);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM ledger_transfer"), done);
}

static void a_transfer_happens_once(void **state) {
    FIXTURE(f);
    set_up_books(f);
    struct post p = {.from = 4, .to = 5, .amount = 100, .reference = 7};
    expect_ok(store_write(f->store, post, &p, &f->diag), &f->diag);
    expect_fail(store_write(f->store, post, &p, &f->diag), &f->diag, E_CONFLICT, "ledger.done_already");
    p.amount = 5; /* even with another amount */
    expect_fail(store_write(f->store, post, &p, &f->diag), &f->diag, E_CONFLICT, "ledger.done_already");
    assert_int_equal(ask_int(f, "SELECT sum(amount_fen) FROM ledger_transfer"), 100);
}

static void nobody_gives_what_he_has_not(void **state) {
    FIXTURE(f);
    set_up_books(f);
    struct post out = {.from = 2, .to = 4, .amount = 1, .reference = 1}; /* a liability is debited before it is owed */
    expect_fail(store_write(f->store, post, &out, &f->diag), &f->diag, E_CONFLICT, "ledger.overdrawn");
    struct post in = {.from = 0, .to = 2, .amount = 100, .reference = 2};
    expect_ok(store_write(f->store, post, &in, &f->diag), &f->diag);
    out.amount = 101;
    expect_fail(store_write(f->store, post, &out, &f->diag), &f->diag, E_CONFLICT, "ledger.overdrawn");
    out.amount = 100;
    expect_ok(store_write(f->store, post, &out, &f->diag), &f->diag);
    assert_int_equal(findings(f), 0);
}

/* ---- many at once ------------------------------------------------------------------- */

enum { MANY_ACCOUNTS = 21, MANY = 90 }; /* more than one round of sums holds */
struct many { uint64_t seed; int64_t reference; bool one_by_one, short_of; };

static enum status post_many(struct txn *t, void *arg, struct diag *d) {
    struct many *m = arg;
    struct ledger_account a[MANY_ACCOUNTS];
    struct ledger_transfer x[MANY];
    uint64_t seed = m->seed;
    int64_t district = m->one_by_one ? DISTRICT + 1 : DISTRICT; /* two books that must come to the same */
    char code[8];
    enum status s = OK;
    for (int i = 0; s == OK && i < MANY_ACCOUNTS; i++) {
        snprintf(code, sizeof code, "%d", 9000 + i);
        s = ledger_account_get(t, district, code, "test", i ? "either" : "credit", &a[i], d);
    }
    for (int i = 0; i < MANY; i++) {
        size_t from = 1 + unit_random(&seed) % (MANY_ACCOUNTS - 1), to = 1 + (from + unit_random(&seed) % (MANY_ACCOUNTS - 2)) % (MANY_ACCOUNTS - 1);
        x[i] = (struct ledger_transfer){district, a[from].id, a[to].id, 1 + (int64_t)(unit_random(&seed) % 1000), "move", m->reference + i, 0};
    }
    if (m->short_of)
        x[MANY / 2].debit = a[0].id; /* a liability that nobody owes */
    for (int i = 0; m->one_by_one && s == OK && i < MANY; i++)
        s = ledger_post(t, &x[i], d);
    return s == OK && !m->one_by_one ? ledger_post_all(t, x, MANY, d) : s;
}

static void many_at_once_are_what_they_are_one_by_one(void **state) {
    FIXTURE(f);
    set_up_books(f);
    uint64_t seed = unit_seed(__func__);
    for (int i = 0; i < 10; i++) {
        struct many m = {.seed = unit_random(&seed), .reference = i * MANY};
        expect_ok(store_write(f->store, post_many, &m, &f->diag), &f->diag);
        m.one_by_one = true;
        expect_ok(store_write(f->store, post_many, &m, &f->diag), &f->diag);
    }
    assert_int_equal(findings(f), 0);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM ledger_transfer"), 20 * MANY);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM ledger_account a JOIN ledger_account b ON b.code = a.code AND b.district = a.district + 1 "
                                "WHERE a.debit_fen <> b.debit_fen OR a.credit_fen <> b.credit_fen"), 0);
    assert_true(ask_int(f, "SELECT count(*) FROM ledger_account WHERE debit_fen > 0") > 16);
}

static void of_many_none_is_posted_when_one_is_refused(void **state) {
    FIXTURE(f);
    set_up_books(f);
    struct many m = {.seed = unit_seed(__func__), .reference = 1, .short_of = true};
    expect_fail(store_write(f->store, post_many, &m, &f->diag), &f->diag, E_CONFLICT, "ledger.overdrawn");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM ledger_transfer"), 0);
    m.short_of = false;
    expect_ok(store_write(f->store, post_many, &m, &f->diag), &f->diag);
    m.reference += MANY - 1; /* the first of them was the last of those */
    expect_fail(store_write(f->store, post_many, &m, &f->diag), &f->diag, E_CONFLICT, "ledger.done_already");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM ledger_transfer"), MANY);
    assert_int_equal(findings(f), 0);
}

/* A conflict that is neither keeps its own name. */
static enum status nowhere(struct txn *t, void *arg, struct diag *d) {
    struct ledger_transfer x = {DISTRICT, 1, 2, 100, "move", 1, 0};
    return ledger_post(t, &x, d);
}

static void unknown_accounts_are_not_overdrawn(void **state) {
    FIXTURE(f);
    set_up_books(f);
    expect_fail(store_write(f->store, nowhere, NULL, &f->diag), &f->diag, E_CONFLICT, "store.constraint");
}

static void the_check_finds_what_was_changed(void **state) {
    FIXTURE(f);
    set_up_books(f);
    struct post p = {.from = 4, .to = 5, .amount = 100, .reference = 7};
    expect_ok(store_write(f->store, post, &p, &f->diag), &f->diag);
    assert_int_equal(findings(f), 0);
    must_run(f, "UPDATE ledger_account SET debit_fen = debit_fen + 1 WHERE code = '9001'");
    assert_int_equal(findings(f), 1);
    must_run(f, "UPDATE ledger_transfer SET amount_fen = 101");
    assert_int_equal(findings(f), 1); /* the other account now */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(random_transfers_follow_the_model),
        ON_BOTH(a_transfer_happens_once),
        ON_BOTH(nobody_gives_what_he_has_not),
        ON_BOTH(many_at_once_are_what_they_are_one_by_one),
        ON_BOTH(of_many_none_is_posted_when_one_is_refused),
        ON_BOTH(unknown_accounts_are_not_overdrawn),
        ON_BOTH(the_check_finds_what_was_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
