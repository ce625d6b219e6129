/* Closures: what was answered OK is there, what was refused left nothing. */
#include "../support/test_store.h"

#include <pthread.h>
#include <semaphore.h>

static const char account_sql[] =
    "CREATE TABLE account (id BIGINT NOT NULL CONSTRAINT account_pk PRIMARY KEY,"
    " balance BIGINT NOT NULL CONSTRAINT account_not_negative CHECK (balance >= 0)) STRICT";
static const char entry_sql[] =
    "CREATE TABLE entry (id BIGINT NOT NULL CONSTRAINT entry_pk PRIMARY KEY, thread BIGINT NOT NULL, n BIGINT NOT NULL,"
    " CONSTRAINT entry_once UNIQUE (thread, n)) STRICT";

/* ---- committing and refusing ------------------------------------------------- */

static void committed_is_there_after_reopening(void **state) {
    FIXTURE(f);
    must_run(f, account_sql);
    must_run(f, "INSERT INTO account (id, balance) VALUES (1, 5)");
    assert_int_equal(ask_int(f, "SELECT balance FROM account"), 5);
    f->store = store_free(f->store);
    assert_true(fixture_open(f));
    assert_int_equal(ask_int(f, "SELECT balance FROM account"), 5);
    expect_ok(store_check(f->store, &f->diag), &f->diag);
}

static enum status write_then_refuse(struct txn *t, void *arg, struct diag *d) {
    (void)arg;
    enum status s = sql_exec(t, d, "INSERT INTO account (id, balance) VALUES (?, 1)", SQL_I(9));
    if (s == OK)
        s = sql_exec(t, d, "CREATE TABLE half_done (a BIGINT)");
    assert_int_equal(s, OK);
    return diag_fail(d, E_CONFLICT, "case.state", DIAG_S("state", "closed"));
}

static void a_refusal_leaves_nothing(void **state) {
    FIXTURE(f);
    must_run(f, account_sql);
    diag_clear(&f->diag);
    diag_at(&f->diag, "申请.家庭");
    assert_int_equal(store_write(f->store, write_then_refuse, NULL, &f->diag), E_CONFLICT);
    assert_string_equal(f->diag.code, "case.state");
    assert_string_equal(f->diag.arg[0].value, "closed");
    assert_string_equal(f->diag.where, "申请.家庭");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM account"), 0);
    assert_int_equal(run_sql(f, "SELECT * FROM half_done"), E_SYSTEM);
    assert_int_equal(store_write(f->store, write_then_refuse, NULL, NULL), E_CONFLICT); /* without a diag */
}

static enum status swallow_a_failure(struct txn *t, void *arg, struct diag *d) {
    enum status s = sql_exec(t, d, "INSERT INTO account (id, balance) VALUES (2, 1)");
    assert_int_equal(s, OK);
    struct diag own = {0};
    s = sql_exec(t, &own, "INSERT INTO account (id, balance) VALUES (?, -1)", SQL_I(3));
    assert_int_equal(s, E_CONFLICT);
    for (int i = 0; i < 3; i++) { /* from here on always the same answer */
        diag_clear(&own);
        s = sql_exec(t, &own, "INSERT INTO account (id, balance) VALUES (4, 1)");
        assert_int_equal(s, E_CONFLICT);
        assert_string_equal(own.code, "store.constraint");
        int64_t n = 0;
        assert_int_equal(sql_int(t, &n, 0, NULL, "SELECT 1"), E_CONFLICT);
    }
    return *(enum status *)arg;
}

static void a_failed_statement_ends_the_run(void **state) {
    FIXTURE(f);
    must_run(f, account_sql);
    enum status says = OK;
    expect_fail(store_write(f->store, swallow_a_failure, &says, &f->diag), &f->diag, E_CONFLICT, "store.constraint");
    assert_string_equal(f->diag.arg[0].value, "account_not_negative");
    says = E_FORBIDDEN; /* its own refusal counts */
    assert_int_equal(store_write(f->store, swallow_a_failure, &says, &f->diag), E_FORBIDDEN);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM account"), 0);
}

static enum status write_while_reading(struct txn *t, void *arg, struct diag *d) {
    return sql_exec(t, d, arg);
}

static void reading_cannot_write(void **state) {
    FIXTURE(f);
    must_run(f, account_sql);
    static const char *const writes[] = {"INSERT INTO account (id, balance) VALUES (1, 1)",
        "DELETE FROM account", "DROP TABLE account", "CREATE TABLE x (a BIGINT)"};
    for (size_t i = 0; i < ARRAY_LEN(writes); i++)
        expect_fail(store_read(f->store, write_while_reading, (void *)(uintptr_t)writes[i], &f->diag),
            &f->diag, E_FORBIDDEN, "store.read_only");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM account"), 0);
}

/* ---- constraints ---------------------------------------------------------------- */

static void broken_constraints_have_names(void **state) {
    FIXTURE(f);
    must_run(f, "CREATE TABLE person (district BIGINT NOT NULL, id BIGINT NOT NULL, code TEXT CONSTRAINT person_code UNIQUE,"
        " CONSTRAINT person_pk PRIMARY KEY (district, id), CONSTRAINT \"person_一\" CHECK (id > 0)) STRICT, WITHOUT ROWID");
    must_run(f, "CREATE TABLE plain (id BIGINT PRIMARY KEY, a BIGINT, b TEXT, UNIQUE (a, b)) STRICT");
    must_run(f, "CREATE TABLE \"case\" (id BIGINT NOT NULL CONSTRAINT case_pk PRIMARY KEY, district BIGINT NOT NULL,"
        " person BIGINT, agent BIGINT, plain BIGINT CONSTRAINT case_plain REFERENCES plain (id), month BIGINT, kind TEXT DEFAULT ('a,(b'),"
        " CONSTRAINT case_person FOREIGN KEY (district, person) REFERENCES person (district, id),"
        " CONSTRAINT case_agent FOREIGN KEY (district, agent) REFERENCES person (district, id)) STRICT");
    must_run(f, "CREATE UNIQUE INDEX case_month ON \"case\" (person, month)");
    must_run(f, "CREATE UNIQUE INDEX case_kind ON \"case\" (lower(kind)) WHERE kind <> 'a,(b'");
    must_run(f, "INSERT INTO person VALUES (110102, 1, 'a'), (110102, 2, 'b')");
    must_run(f, "INSERT INTO plain VALUES (1, 1, 'x')");
    must_run(f, "INSERT INTO \"case\" (id, district, person, agent, plain, month, kind) VALUES (1, 110102, 1, 2, 1, 5, 'K')");
    static const char *const cases[][2] = {
        {"INSERT INTO person VALUES (110102, 1, 'c')", "person_pk"},
        {"INSERT INTO person VALUES (110102, 3, 'a')", "person_code"},
        {"UPDATE person SET code = 'a'", "person_code"},
        {"INSERT INTO person VALUES (110102, 0, 'd')", "person_一"},
        {"INSERT INTO person VALUES (NULL, 3, 'd')", "person.district"},
        {"INSERT INTO plain VALUES (1, 2, 'x')", "plain_pkey"},
        {"INSERT INTO plain VALUES (2, 1, 'x')", "plain_a_b_key"},
        {"INSERT INTO \"case\" (id, district) VALUES (1, 1)", "case_pk"},
        {"INSERT INTO \"case\" (id, district, person) VALUES (2, 110102, 7)", "case_person"},
        {"INSERT INTO \"case\" (id, district, agent) VALUES (2, 110102, 7)", "case_agent"},
        {"INSERT INTO \"case\" (id, district, plain) VALUES (2, 110102, 7)", "case_plain"},
        {"UPDATE \"case\" SET agent = 9 WHERE id = 1", "case_agent"},
        {"DELETE FROM person WHERE id = 1", "case_person"},
        {"DELETE FROM person WHERE id = 2", "case_agent"},
        {"UPDATE plain SET id = 8", "case_plain"},
        {"INSERT INTO \"case\" (id, district, person, month) VALUES (2, 110102, 1, 5)", "case_month"},
        {"INSERT INTO \"case\" (id, district, kind) VALUES (2, 110102, 'k')", "case_kind"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(run_sql(f, cases[i][0]), E_CONFLICT);
        assert_string_equal(f->diag.code, "store.constraint");
        assert_string_equal(f->diag.arg[0].name, "name");
        assert_string_equal(f->diag.arg[0].value, cases[i][1]);
    }
    assert_int_equal(ask_int(f, "SELECT count(*) FROM person"), 2);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM \"case\""), 1);
}

/* ---- many threads ------------------------------------------------------------------ */

enum { THREADS = 8, PER_THREAD = 60 };

struct worker {
    struct fixture *f;
    pthread_t thread;
    int number, n;
    int accepted, refused, wrong;
    struct diag diag;
};

static void run_workers(struct fixture *f, void *(*main)(void *), struct worker w[THREADS]) {
    for (int i = 0; i < THREADS; i++) {
        w[i] = (struct worker){.f = f, .number = i};
        assert_int_equal(pthread_create(&w[i].thread, NULL, main, &w[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(w[i].thread, NULL);
}

/* Every third breaks a constraint after it has written something. */
static enum status insert_entry(struct txn *t, void *arg, struct diag *d) {
    struct worker *w = arg;
    enum status s = sql_exec(t, d, "INSERT INTO entry (id, thread, n) VALUES (?, ?, ?)",
        SQL_I(txn_new_id(t)), SQL_I(w->number), SQL_I(w->n));
    if (s != OK || w->n % 3 != 0)
        return s;
    return w->n % 2 ? sql_exec(t, d, "INSERT INTO entry (id, thread, n) VALUES (?, 1000, 1)", SQL_I(txn_new_id(t)))
                    : diag_fail(d, E_FORBIDDEN, "test.refused");
}

static void *insert_entries(void *arg) {
    struct worker *w = arg;
    for (w->n = 1; w->n <= PER_THREAD; w->n++) {
        diag_clear(&w->diag);
        enum status s = store_write(w->f->store, insert_entry, w, &w->diag);
        enum status wanted = w->n % 3 ? OK : w->n % 2 ? E_CONFLICT : E_FORBIDDEN;
        w->accepted += s == OK;
        w->refused += s != OK;
        if (s != wanted || (s == E_CONFLICT && strcmp(w->diag.arg[0].value, "entry_once") != 0))
            w->wrong++;
    }
    return NULL;
}

static void neighbours_in_a_group_do_not_matter(void **state) {
    FIXTURE(f);
    must_run(f, entry_sql);
    must_run(f, "INSERT INTO entry (id, thread, n) VALUES (1, 1000, 1)");
    struct worker w[THREADS];
    run_workers(f, insert_entries, w);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(w[i].wrong, 0);
        assert_int_equal(w[i].accepted, PER_THREAD - PER_THREAD / 3);
    }
    assert_int_equal(ask_int(f, "SELECT count(*) FROM entry"), 1 + THREADS * (PER_THREAD - PER_THREAD / 3));
    assert_int_equal(ask_int(f, "SELECT count(*) FROM entry WHERE n % 3 = 0"), 0);
}

/* Reads, then writes what follows from it: lost updates would show. */
static enum status increment(struct txn *t, void *arg, struct diag *d) {
    (void)arg;
    int64_t balance = 0;
    enum status s = sql_int(t, &balance, -1, d, "SELECT balance FROM account WHERE id = ?", SQL_I(1));
    return s != OK ? s : sql_exec(t, d, "UPDATE account SET balance = ? WHERE id = ?", SQL_I(balance + 1), SQL_I(1));
}

static void *increments(void *arg) {
    struct worker *w = arg;
    for (int i = 0; i < 25; i++) {
        enum status s = store_write(w->f->store, increment, w, &w->diag);
        w->accepted += s == OK;
        w->wrong += s != OK && s != E_BUSY;
    }
    return NULL;
}

static void no_update_is_lost(void **state) {
    FIXTURE(f);
    must_run(f, account_sql);
    must_run(f, "INSERT INTO account (id, balance) VALUES (1, 0)");
    struct worker w[THREADS];
    run_workers(f, increments, w);
    int accepted = 0;
    for (int i = 0; i < THREADS; i++) {
        accepted += w[i].accepted;
        assert_int_equal(w[i].wrong, 0);
    }
    assert_int_equal(ask_int(f, "SELECT balance FROM account"), accepted);
    assert_int_equal(accepted, THREADS * 25); /* thirty reruns are enough for eight threads on one row */
}

/* Write skew: each transaction is right alone, both together break the rule
 * that one of the two stays on duty.  Serializable stores never allow it. */
static enum status leave_duty(struct txn *t, void *arg, struct diag *d) {
    int64_t others = 0;
    enum status s = sql_int(t, &others, 0, d, "SELECT count(*) FROM account WHERE balance = 1 AND id <> ?", SQL_I(*(int *)arg));
    if (s != OK)
        return s;
    if (others == 0)
        return diag_fail(d, E_CONFLICT, "test.last_one");
    return sql_exec(t, d, "UPDATE account SET balance = 0 WHERE id = ?", SQL_I(*(int *)arg));
}

static void *leaver(void *arg) {
    struct worker *w = arg;
    int id = w->number + 1;
    enum status s = store_write(w->f->store, leave_duty, &id, &w->diag);
    w->accepted = s == OK;
    w->wrong = s != OK && s != E_CONFLICT;
    return NULL;
}

static void closures_are_serializable(void **state) {
    FIXTURE(f);
    must_run(f, account_sql);
    for (int round = 0; round < 10; round++) {
        must_run(f, "DELETE FROM account");
        must_run(f, "INSERT INTO account (id, balance) VALUES (1,1),(2,1),(3,1),(4,1),(5,1),(6,1),(7,1),(8,1)");
        struct worker w[THREADS];
        run_workers(f, leaver, w);
        int left = 0;
        for (int i = 0; i < THREADS; i++) {
            left += w[i].accepted;
            assert_int_equal(w[i].wrong, 0);
        }
        assert_int_equal(left, THREADS - 1);
        assert_int_equal(ask_int(f, "SELECT sum(balance) FROM account"), 1);
    }
}

/* ---- a lost group -------------------------------------------------------------------- */

/* The first closure holds the writer until the others stand in the queue, so
 * that they run as one group. */
static sem_t gate;

static enum status hold(struct txn *t, void *arg, struct diag *d) {
    (void)t, (void)arg, (void)d;
    while (sem_wait(&gate) != 0)
        ;
    return OK;
}

static void *holder(void *arg) {
    struct fixture *f = arg;
    struct diag d = {0};
    return store_write(f->store, hold, NULL, &d) == OK ? f : NULL;
}

struct member {
    struct fixture *f;
    pthread_t thread;
    int number, runs;
    bool orphan; /* breaks a deferred foreign key: only the commit notices */
    enum status status;
    struct diag diag;
};

static enum status insert_member(struct txn *t, void *arg, struct diag *d) {
    struct member *m = arg;
    m->runs++;
    return sql_exec(t, d, "INSERT INTO child (id, parent) VALUES (?, ?)", SQL_I(m->number), SQL_I(m->orphan ? 99 : 1));
}

static void *member_main(void *arg) {
    struct member *m = arg;
    m->status = store_write(m->f->store, insert_member, m, &m->diag);
    return NULL;
}

static void a_lost_group_is_run_again(void **state) {
    FIXTURE(f);
    must_run(f, "CREATE TABLE parent (id BIGINT NOT NULL CONSTRAINT parent_pk PRIMARY KEY) STRICT");
    must_run(f, "CREATE TABLE child (id BIGINT NOT NULL CONSTRAINT child_pk PRIMARY KEY, parent BIGINT NOT NULL,"
        " CONSTRAINT child_parent FOREIGN KEY (parent) REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED) STRICT");
    must_run(f, "INSERT INTO parent VALUES (1)");
    sem_init(&gate, 0, 0);
    pthread_t first;
    assert_int_equal(pthread_create(&first, NULL, holder, f), 0);
    usleep(50000);
    enum { MEMBERS = 7 };
    struct member m[MEMBERS];
    for (int i = 0; i < MEMBERS; i++) {
        m[i] = (struct member){.f = f, .number = i, .orphan = i == 3};
        assert_int_equal(pthread_create(&m[i].thread, NULL, member_main, &m[i]), 0);
    }
    usleep(100000);
    sem_post(&gate);
    pthread_join(first, NULL);
    for (int i = 0; i < MEMBERS; i++)
        pthread_join(m[i].thread, NULL);
    for (int i = 0; i < MEMBERS; i++) {
        assert_int_equal(m[i].status, m[i].orphan ? E_CONFLICT : OK);
        if (f->backend == ON_SQLITE)
            assert_int_equal(m[i].runs, 2);
    }
    assert_string_equal(m[3].diag.code, "store.constraint");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM child"), MEMBERS - 1);
    expect_ok(store_check(f->store, &f->diag), &f->diag);
}

/* ---- snapshots -------------------------------------------------------------------------- */

struct reader {
    struct fixture *f;
    sem_t has_read, may_go_on;
    int64_t first, second;
    enum status status;
};

static enum status read_twice(struct txn *t, void *arg, struct diag *d) {
    struct reader *r = arg;
    enum status s = sql_int(t, &r->first, -1, d, "SELECT balance FROM account WHERE id = 1");
    sem_post(&r->has_read);
    while (sem_wait(&r->may_go_on) != 0)
        ;
    return s != OK ? s : sql_int(t, &r->second, -1, d, "SELECT balance FROM account WHERE id = 1");
}

static void *reader_main(void *arg) {
    struct reader *r = arg;
    r->status = store_read(r->f->store, read_twice, r, NULL);
    return NULL;
}

static void a_reader_sees_one_moment(void **state) {
    FIXTURE(f);
    must_run(f, account_sql);
    must_run(f, "INSERT INTO account (id, balance) VALUES (1, 10)");
    struct reader r = {.f = f};
    sem_init(&r.has_read, 0, 0);
    sem_init(&r.may_go_on, 0, 0);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, reader_main, &r), 0);
    while (sem_wait(&r.has_read) != 0)
        ;
    must_run(f, "UPDATE account SET balance = 20"); /* does not wait for the reader */
    assert_int_equal(ask_int(f, "SELECT balance FROM account"), 20);
    sem_post(&r.may_go_on);
    pthread_join(thread, NULL);
    assert_int_equal(r.status, OK);
    assert_int_equal(r.first, 10);
    assert_int_equal(r.second, 10);
}

/* More readers than connections wait for one another. */
static void *many_reads(void *arg) {
    struct worker *w = arg;
    for (int i = 0; i < 50; i++) {
        struct ask_ a = {.sql = "SELECT sum(balance) FROM account"};
        w->wrong += store_read(w->f->store, ask_int_, &a, &w->diag) != OK || a.answer != 100;
    }
    return NULL;
}

static void more_readers_than_connections(void **state) {
    FIXTURE(f);
    must_run(f, account_sql);
    must_run(f, "INSERT INTO account (id, balance) VALUES (1, 40), (2, 60)");
    struct worker w[THREADS];
    run_workers(f, many_reads, w);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(w[i].wrong, 0);
}

/* ---- chunks ------------------------------------------------------------------------------- */

struct job {
    int64_t total;
    int chunks;
    int fail_in_chunk;
};

/* Finds its place in the store and writes until it is late. */
static enum status fill_chunk(struct txn *t, void *arg, bool *done, struct diag *d) {
    struct job *j = arg;
    int64_t at = 0;
    enum status s = sql_int(t, &at, 0, d, "SELECT max(id) FROM account");
    j->chunks++;
    while (s == OK && at < j->total && !txn_late(t)) {
        at++;
        s = sql_exec(t, d, "INSERT INTO account (id, balance) VALUES (?, 0)", SQL_I(at));
        if (at % 1000 == 0)
            usleep(5000);
    }
    if (s == OK && j->chunks == j->fail_in_chunk)
        return diag_fail(d, E_LIMIT, "test.enough");
    *done = at >= j->total;
    return s;
}

static void long_jobs_write_in_chunks(void **state) {
    FIXTURE(f);
    must_run(f, account_sql);
    struct job j = {.total = 15000};
    expect_ok(store_write_chunks(f->store, fill_chunk, &j, &f->diag), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM account"), j.total);
    assert_true(j.chunks > 1);

    must_run(f, "DELETE FROM account");
    j = (struct job){.total = 1000000, .fail_in_chunk = 3};
    expect_fail(store_write_chunks(f->store, fill_chunk, &j, &f->diag), &f->diag, E_LIMIT, "test.enough");
    int64_t kept = ask_int(f, "SELECT count(*) FROM account");
    assert_true(kept > 0); /* the first two */
    assert_int_equal(ask_int(f, "SELECT max(id) FROM account"), kept);
}

static enum status never_late(struct txn *t, void *arg, struct diag *d) {
    (void)arg, (void)d;
    usleep(60000);
    assert_false(txn_late(t));
    return OK;
}

static void other_writes_are_never_late(void **state) {
    FIXTURE(f);
    expect_ok(store_write(f->store, never_late, NULL, &f->diag), &f->diag);
}

/* ---- clock, arena, ids ----------------------------------------------------------------------- */

static enum status look_at_clock(struct txn *t, void *arg, struct diag *d) {
    (void)arg, (void)d;
    instant_t before = txn_now(t);
    assert_true(before == test_instant);
    test_instant += 1000000;
    assert_true(txn_now(t) == before);
    test_instant -= 1000000;
    assert_int_equal(txn_today(t), instant_date(before));
    assert_non_null(txn_store(t));
    char *text = arena_printf(txn_arena(t), "%d", 5);
    assert_string_equal(text, "5");
    return OK;
}

static void one_moment_a_run(void **state) {
    FIXTURE(f);
    expect_ok(store_write(f->store, look_at_clock, NULL, &f->diag), &f->diag);
    expect_ok(store_read(f->store, look_at_clock, NULL, &f->diag), &f->diag);
}

enum { IDS = 20000 };
static int64_t ids[THREADS][IDS];

static enum status make_ids(struct txn *t, void *arg, struct diag *d) {
    (void)d;
    struct worker *w = arg;
    for (int i = 0; i < IDS; i++)
        ids[w->number][i] = txn_new_id(t);
    return OK;
}

static void *id_main(void *arg) {
    struct worker *w = arg;
    w->wrong = store_read(w->f->store, make_ids, w, &w->diag) != OK;
    return NULL;
}

static int compare_ids(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void ids_are_unique_and_ordered(void **state) {
    FIXTURE(f);
    struct worker w[THREADS];
    run_workers(f, id_main, w);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(w[i].wrong, 0);
        for (int k = 1; k < IDS; k++)
            assert_true(ids[i][k] > ids[i][k - 1]);
        assert_true(ids[i][0] > 0);
    }
    qsort(ids, THREADS * IDS, sizeof ids[0][0], compare_ids);
    for (int i = 1; i < THREADS * IDS; i++)
        assert_true((&ids[0][0])[i] != (&ids[0][0])[i - 1]);
    /* milliseconds since 2020 in the upper 41 bits */
    int64_t years = (ids[0][0] >> 22) / 1000 / 86400 / 365;
    assert_true(years >= 0 && years < 69);
}

/* ---- closing ------------------------------------------------------------------------------------ */

static enum status slow_insert(struct txn *t, void *arg, struct diag *d) {
    sem_post(arg);
    usleep(100000);
    return sql_exec(t, d, "INSERT INTO account (id, balance) VALUES (1, 1)");
}

struct closing { struct fixture *f; sem_t running; enum status status; };

static void *slow_main(void *arg) {
    struct closing *c = arg;
    c->status = store_write(c->f->store, slow_insert, &c->running, NULL);
    return NULL;
}

static void closing_waits_for_what_runs(void **state) {
    FIXTURE(f);
    must_run(f, account_sql);
    struct closing c = {.f = f};
    sem_init(&c.running, 0, 0);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, slow_main, &c), 0);
    while (sem_wait(&c.running) != 0)
        ;
    f->store = store_free(f->store);
    pthread_join(thread, NULL);
    assert_int_equal(c.status, OK);
    assert_true(fixture_open(f));
    assert_int_equal(ask_int(f, "SELECT count(*) FROM account"), 1);
}

static void backups_are_whole(void **state) {
    FIXTURE(f);
    must_run(f, account_sql);
    must_run(f, "INSERT INTO account (id, balance) VALUES (1, 10), (2, 20)");
    char file[128], partial[140];
    snprintf(file, sizeof file, "%s/backup", f->folder);
    snprintf(partial, sizeof partial, "%s.partial", file);
    FILE *left = fopen(partial, "w"); /* by a backup that was broken off */
    assert_non_null(left);
    fclose(left);
    expect_ok(store_backup(f->store, file, &f->diag), &f->diag);
    assert_int_equal(access(partial, F_OK), -1);
    struct stat st;
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    expect_fail(store_backup(f->store, file, &f->diag), &f->diag, E_CONFLICT, "store.backup_exists");
    assert_int_equal(store_backup(f->store, "no/such/folder/backup", &f->diag), E_SYSTEM);
    if (f->backend == ON_POSTGRES) {
        char text[4096] = "";
        FILE *tar = fopen(file, "r");
        assert_non_null(tar);
        assert_true(fread(text, 1, sizeof text - 1, tar) > 1024);
        fclose(tar);
        assert_int_equal(st.st_size % 512, 0);
        assert_string_equal(text, "account.csv");
        assert_int_equal(memcmp(text + 257, "ustar", 5), 0);
        assert_int_equal(strncmp(text + 512, "id,balance\n1,10\n2,20\n", 21), 0);
        return;
    }
    struct fixture copy = {0};
    snprintf(copy.url, sizeof copy.url, "%s", file);
    assert_true(fixture_open(&copy));
    assert_int_equal(ask_int(&copy, "SELECT sum(balance) FROM account"), 30);
    store_free(copy.store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(committed_is_there_after_reopening),
        ON_BOTH(a_refusal_leaves_nothing),
        ON_BOTH(a_failed_statement_ends_the_run),
        ON_BOTH(reading_cannot_write),
        ON_BOTH(broken_constraints_have_names),
        ON_BOTH(neighbours_in_a_group_do_not_matter),
        ON_BOTH(no_update_is_lost),
        ON_BOTH(closures_are_serializable),
        ON_BOTH(a_lost_group_is_run_again),
        ON_BOTH(a_reader_sees_one_moment),
        ON_BOTH(more_readers_than_connections),
        ON_BOTH(long_jobs_write_in_chunks),
        ON_BOTH(other_writes_are_never_late),
        ON_BOTH(one_moment_a_run),
        ON_BOTH(ids_are_unique_and_ordered),
        ON_BOTH(closing_waits_for_what_runs),
        ON_BOTH(backups_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
