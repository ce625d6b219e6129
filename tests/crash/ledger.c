/* Transfers between accounts by several threads, refusals among them.
 *
 * Each transfer changes three tables, so a half-written one shows.  A refused
 * transfer writes first and refuses then, so a trace of it shows. */
#include "crash.h"

#include "base/vec.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

enum { THREADS = 4, ACCOUNTS = 40, OPENING_FEN = 100000, TRANSFERS_MAX = 5000 };

/* One acknowledgement. */
struct ack {
    int32_t thread, number;
    enum answer { UNKNOWN, ACCEPTED, REFUSED } answer;
};

static const char *const schema[] = {
    "CREATE TABLE account (id BIGINT NOT NULL CONSTRAINT account_pk PRIMARY KEY,"
    " balance BIGINT NOT NULL CONSTRAINT account_not_negative CHECK (balance >= 0)) STRICT",
    "CREATE TABLE transfer (id BIGINT NOT NULL CONSTRAINT transfer_pk PRIMARY KEY, thread BIGINT NOT NULL,"
    " number BIGINT NOT NULL, memo TEXT NOT NULL, CONSTRAINT transfer_once UNIQUE (thread, number)) STRICT",
    "CREATE TABLE posting (transfer BIGINT NOT NULL CONSTRAINT posting_transfer REFERENCES transfer (id),"
    " account BIGINT NOT NULL CONSTRAINT posting_account REFERENCES account (id), amount BIGINT NOT NULL,"
    " CONSTRAINT posting_pk PRIMARY KEY (transfer, account)) STRICT, WITHOUT ROWID",
};

static enum status make_accounts(struct txn *t, void *arg, struct diag *d) {
    (void)arg;
    enum status s = OK;
    for (size_t i = 0; s == OK && i < sizeof schema / sizeof *schema; i++)
        s = sql_exec(t, d, schema[i]);
    for (int i = 1; s == OK && i <= ACCOUNTS; i++)
        s = sql_exec(t, d, "INSERT INTO account (id, balance) VALUES (?, ?)", SQL_I(i), SQL_I(OPENING_FEN));
    return s;
}

static enum status prepare(struct store *s, void *arg, struct diag *d) {
    return store_write(s, make_accounts, arg, d);
}

/* ---- writing ------------------------------------------------------------------------ */

struct clerk {
    struct store *store;
    const struct crash_client *client;
    pthread_t thread;
    int index, number;
    uint64_t random;
    int64_t from, to, amount;
    bool refuse;
    char memo[1500];
};

static uint64_t draw(struct clerk *c) {
    uint64_t z = (c->random += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    return z ^ (z >> 29);
}

static enum status post(struct txn *t, int64_t transfer, int64_t account, int64_t amount, struct diag *d) {
    enum status s = sql_exec(t, d, "UPDATE account SET balance = balance + ? WHERE id = ?", SQL_I(amount), SQL_I(account));
    return s != OK ? s : sql_exec(t, d, "INSERT INTO posting (transfer, account, amount) VALUES (?, ?, ?)",
        SQL_I(transfer), SQL_I(account), SQL_I(amount));
}

static enum status transfer(struct txn *t, void *arg, struct diag *d) {
    struct clerk *c = arg;
    int64_t id = txn_new_id(t);
    enum status s = sql_exec(t, d, "INSERT INTO transfer (id, thread, number, memo) VALUES (?, ?, ?, ?)",
        SQL_I(id), SQL_I(c->index), SQL_I(c->number), SQL_S(c->memo));
    if (s == OK)
        s = post(t, id, c->to, c->amount, d);
    if (s == OK)
        s = post(t, id, c->from, -c->amount, d);
    if (s == OK && c->refuse)
        return diag_fail(d, E_FORBIDDEN, "store.constraint");
    return s;
}

static void choose(struct clerk *c) {
    c->from = 1 + (int64_t)(draw(c) % ACCOUNTS);
    do
        c->to = 1 + (int64_t)(draw(c) % ACCOUNTS);
    while (c->to == c->from);
    c->refuse = draw(c) % 6 == 0;
    /* Now and then more than anybody has: the CHECK refuses after two writes. */
    c->amount = draw(c) % 8 == 0 ? OPENING_FEN * 50 : 1 + (int64_t)(draw(c) % 3000);
    size_t n = draw(c) % (sizeof c->memo - 1);
    memset(c->memo, 'a' + (int)(draw(c) % 26), n);
    c->memo[n] = '\0';
}

static void *clerk_main(void *arg) {
    struct clerk *c = arg;
    struct diag d = {0};
    for (c->number = 1; c->number <= TRANSFERS_MAX; c->number++) {
        choose(c);
        enum status s = store_write(c->store, transfer, c, &d);
        bool refused = s == E_FORBIDDEN || s == E_CONFLICT;
        if (s != OK && !refused && !(s == E_SYSTEM && c->client->faults))
            _exit(4);
        crash_ack(c->client, &(struct ack){c->index, c->number, s == OK ? ACCEPTED : refused ? REFUSED : UNKNOWN});
    }
    return NULL;
}

static void run(struct store *s, const struct crash_client *client) {
    static struct clerk clerk[THREADS];
    for (int i = 0; i < THREADS; i++) {
        clerk[i] = (struct clerk){.store = s, .client = client, .index = i, .random = client->seed * THREADS + (uint64_t)i};
        if (pthread_create(&clerk[i].thread, NULL, clerk_main, &clerk[i]) != 0)
            _exit(4);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(clerk[i].thread, NULL);
}

/* ---- looking afterwards ------------------------------------------------------------------ */

struct seen {
    const struct crash_acks *acks;
    char (*told)[TRANSFERS_MAX + 2]; /* [thread][number]: the answer */
    int last[THREADS];
};

static enum status expect_zero(struct txn *t, const char *rule, const char *sql, struct diag *d) {
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d, sql);
    return s == OK && n != 0 ? diag_fail(d, E_CORRUPT, rule, DIAG_N("count", n)) : s;
}

static enum status check_balances(struct txn *t, struct diag *d) {
    char total[128];
    snprintf(total, sizeof total, "SELECT sum(balance) - %d FROM account", ACCOUNTS * OPENING_FEN);
    enum status s = expect_zero(t, "ledger.total", total, d);
    if (s == OK)
        s = expect_zero(t, "ledger.account",
            "SELECT count(*) FROM account a WHERE balance <> 100000 +"
            " (SELECT coalesce(sum(amount), 0) FROM posting p WHERE p.account = a.id)", d);
    if (s == OK)
        s = expect_zero(t, "ledger.transfer",
            "SELECT count(*) FROM transfer t WHERE (SELECT count(*) FROM posting p WHERE p.transfer = t.id) <> 2"
            " OR (SELECT sum(amount) FROM posting p WHERE p.transfer = t.id) <> 0", d);
    return s;
}

/* What is there must have been acknowledged or be the one in flight. */
static enum status check_rows(struct txn *t, struct seen *seen, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, "SELECT thread, number FROM transfer");
    bool row = false;
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        int thread = (int)rows_int(r, 0), number = (int)rows_int(r, 1);
        char *told = &seen->told[thread][number];
        if (*told == REFUSED)
            return diag_fail(d, E_CORRUPT, "ledger.refused_is_there", DIAG_N("thread", thread), DIAG_N("number", number));
        if (number > seen->last[thread] + 1)
            return diag_fail(d, E_CORRUPT, "ledger.ahead", DIAG_N("thread", thread), DIAG_N("number", number));
        *told = UNKNOWN; /* found */
    }
    for (int i = 0; s == OK && i < THREADS; i++)
        for (int n = 1; n <= seen->last[i]; n++)
            if (seen->told[i][n] == ACCEPTED)
                return diag_fail(d, E_CORRUPT, "ledger.lost", DIAG_N("thread", i), DIAG_N("number", n), DIAG_N("last", seen->last[i]));
    return s;
}

static enum status check_all(struct txn *t, void *arg, struct diag *d) {
    enum status s = check_balances(t, d);
    return s == OK ? check_rows(t, arg, d) : s;
}

/* And the store goes on. */
static enum status write_again(struct txn *t, void *arg, struct diag *d) {
    (void)arg;
    return sql_exec(t, d, "INSERT INTO transfer (id, thread, number, memo) VALUES (?, 99, 1, '')", SQL_I(txn_new_id(t)));
}

static bool verify(struct store *s, const struct crash_acks *acks, void *arg, struct diag *d) {
    (void)arg;
    static char told[THREADS][TRANSFERS_MAX + 2];
    memset(told, 0, sizeof told);
    struct seen seen = {.acks = acks, .told = told};
    for (size_t i = 0; i < acks->count; i++) {
        struct ack a;
        memcpy(&a, acks->at + i * acks->ack_size, sizeof a);
        assert(a.thread >= 0 && a.thread < THREADS && a.number >= 1 && a.number <= TRANSFERS_MAX);
        told[a.thread][a.number] = (char)a.answer;
        seen.last[a.thread] = a.number;
    }
    return store_read(s, check_all, &seen, d) == OK && store_write(s, write_again, NULL, d) == OK;
}

const struct crash_workload crash_ledger = {
    .name = "ledger",
    .ack_size = sizeof(struct ack),
    .prepare = prepare,
    .run = run,
    .verify = verify,
};
