/* The evidence log beside plain hashing of the same entries with SHA-256 and SM3:
 * what the log does more is to be durable, in order, in two trees, and provable.
 * Every proof is verified, and the whole log is audited at the end. */
#include "bench.h"

#include "crypto/hash.h"
#include "crypto/vault.h"
#include "store/migrations.h"
#include "tlog/log.h"
#include "tlog/receipt.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct add { int n; int64_t *id; };

static instant_t now(void *arg) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (instant_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static enum status add(struct txn *t, void *arg, struct diag *d) {
    struct add *a = arg;
    static const char *field[] = {"name", "income", "id_number"};
    enum status s = OK;
    for (int i = 0; s == OK && i < a->n; i++) {
        struct tlog_commitment c;
        random_bytes(&c, sizeof c);
        struct tlog_entry e = {.kind = TLOG_ACCESS, .time = txn_now(t), .district = 110102, .office = "110102003000", .role = "clerk", .action = "read",
            .purpose = "casework", .field = field, .field_count = ARRAY_LEN(field), .matter = &c, .subject = &c, .subject_count = 1, .subjects = 1};
        s = tlog_record(t, &e, &a->id[i], d);
    }
    return s;
}

struct proof { int64_t id; struct arena *a; struct span out; };
static enum status prove(struct txn *t, void *arg, struct diag *d) {
    struct proof *p = arg;
    return tlog_prove(t, p->id, NULL, 0, p->a, &p->out, d);
}
static void finding(void *arg, const struct diag *d) { fprintf(stderr, "finding: %s\n", d->code); }

/* Seconds to hash the stored entries with both. */
struct plain { double seconds; int64_t entries; };
static enum status hash_all(struct txn *t, void *arg, struct diag *d) {
    struct plain *p = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, "SELECT bytes FROM log_entry ORDER BY idx");
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        double began = bench_now();
        struct hash a = hash_one(HASH_SHA256, rows_blob(r, 0)), b = hash_one(HASH_SM3, rows_blob(r, 0));
        p->seconds += bench_now() - began;
        p->entries += !hash_eq(&a, &b);
    }
    return s;
}

/* What the disk gives: writes of a page, each made durable by itself, a second. */
static double raw_syncs(const char *folder) {
    char path[96], page[4096] = {0};
    int n = bench_tiny() ? 10 : 500;
    snprintf(path, sizeof path, "%s/raw", folder);
    int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    BENCH_CHECK(fd >= 0);
    double t = bench_now();
    for (int i = 0; i < n; i++)
        BENCH_CHECK(pwrite(fd, page, sizeof page, (off_t)i * (off_t)sizeof page) == (ssize_t)sizeof page && fdatasync(fd) == 0);
    t = bench_now() - t;
    close(fd);
    unlink(path);
    return n / t;
}

/* ---- proofs in large trees --------------------------------------------------- */

/* A tree whose leaves are all the same has one hash a height, so a tree of any
 * size is at hand: what is measured is the work of making and checking a proof,
 * without reading rows. */
struct uniform { struct hash at[TLOG_HEIGHT_MAX + 1]; };

static enum status uniform_read(void *arg, unsigned height, uint64_t index, struct hash *ret, struct diag *d) {
    *ret = ((struct uniform *)arg)->at[height];
    return OK;
}

static void large(uint64_t size) {
    struct uniform u;
    struct tlog_reader r = {uniform_read, &u};
    struct tlog_proof p;
    struct hash root, old;
    char name[80], note[40];
    int n = bench_tiny() ? 20 : 20000;
    u.at[0] = tlog_leaf_hash(HASH_SHA256, SPAN("leaf"));
    for (int h = 0; h < TLOG_HEIGHT_MAX; h++)
        u.at[h + 1] = tlog_node_hash(HASH_SHA256, &u.at[h], &u.at[h]);
    BENCH_OK(tlog_root(&r, HASH_SHA256, size, &root, &bench_diag));
    BENCH_OK(tlog_root(&r, HASH_SHA256, size / 3, &old, &bench_diag));
    double making = 0, checking = 0, consistent = 0, t;
    for (int i = 0; i < n; i++) {
        uint64_t index = (uint64_t)i * 7919 % size;
        t = bench_now();
        BENCH_OK(tlog_prove_inclusion(&r, HASH_SHA256, index, size, &p, &bench_diag));
        making += bench_now() - t;
        t = bench_now();
        bool good = tlog_check_inclusion(HASH_SHA256, &u.at[0], index, size, &p, &root);
        checking += bench_now() - t;
        BENCH_CHECK(good);
    }
    size_t hashes = p.count;
    for (int i = 0; i < n; i++) {
        t = bench_now();
        BENCH_OK(tlog_prove_consistency(&r, HASH_SHA256, size / 3, size, &p, &bench_diag));
        bool good = tlog_check_consistency(HASH_SHA256, size / 3, &old, size, &root, &p);
        consistent += bench_now() - t;
        BENCH_CHECK(good);
    }
    snprintf(note, sizeof note, "%zu hashes", hashes);
    snprintf(name, sizeof name, "inclusion made, %llu leaves", (unsigned long long)size);
    bench_row(name, making / n * 1e6, "us", NAN, note);
    snprintf(name, sizeof name, "inclusion checked, %llu leaves", (unsigned long long)size);
    bench_row(name, checking / n * 1e6, "us", NAN, NULL);
    snprintf(name, sizeof name, "consistency made and checked, %llu leaves", (unsigned long long)size);
    bench_row(name, consistent / n * 1e6, "us", NAN, NULL);
}

/* ---- the price of evidence ------------------------------------------------------ */

struct business { int n; bool log, sealed; };

/* A row of a kilobyte, with its entry or without; plain, or sealed with a person's key as an event of
 * a case is (civil/case/event.c). */
static enum status business(struct txn *t, void *arg, struct diag *d) {
    struct business *b = arg;
    static uint8_t body[1000];
    static const struct person_key key;
    enum status s = OK;
    for (int i = 0; s == OK && i < b->n; i++) {
        int64_t id = txn_new_id(t), entry;
        struct arena_mark mark = arena_mark(txn_arena(t));
        struct span stored = span_bytes(memset(body, 'x', sizeof body), sizeof body);
        if (b->sealed)
            s = person_seal(&key, stored, SPAN("case_event.body|110102|912386207470776320"), txn_arena(t), &stored, d);
        if (s == OK)
            s = b->sealed ? sql_exec(t, d, "INSERT INTO bench_event (district, id, body) VALUES (110102, ?, ?)", SQL_I(id), SQL_B(stored))
                          : sql_exec(t, d, "INSERT INTO outbox (id, district, kind, key, body, created_at, not_before, tries) VALUES (?, 110102, 'bench', 'x', ?, 1, 1, 0)", SQL_I(id), SQL_T(stored));
        arena_rewind(txn_arena(t), mark);
        if (s == OK && b->log)
            s = add(t, &(struct add){1, &entry}, d);
    }
    return s;
}

static enum status make_event_table(struct txn *t, void *arg, struct diag *d) {
    return sql_exec(t, d, "CREATE TABLE bench_event (district BIGINT NOT NULL, id BIGINT NOT NULL, body BLOB NOT NULL, CONSTRAINT bench_event_pk PRIMARY KEY (district, id)) STRICT");
}

static void price(struct store *s, int rounds, int batch, bool sealed, const char *what) {
    double seconds[2] = {0}, cpu[2] = {0};
    char name[80];
    for (int i = 0; i < rounds; i++)
        for (int turn = 0; turn < 2; turn++) { /* in turn, so that the machine's other work and checkpoints fall on both */
            int log = (i + turn) % 2;
            struct business b = {batch, log != 0, sealed};
            double t = bench_now(), c = bench_cpu();
            BENCH_OK(store_write(s, business, &b, &bench_diag));
            seconds[log] += bench_now() - t;
            cpu[log] += bench_cpu() - c;
        }
    snprintf(name, sizeof name, "%s with the log beside without", what);
    bench_row(name, seconds[1] / rounds * 1e3, "ms", seconds[0] / rounds * 1e3, "time");
    bench_row("", cpu[1] / rounds * 1e3, "ms", cpu[0] / rounds * 1e3, "processor");
    BENCH_OK(tlog_sequence(s, NULL, &bench_diag));
}

int main(void) {
    char folder[] = "/var/tmp/minzheng-bench-XXXXXX", file[64];
    BENCH_CHECK(mkdtemp(folder));
    snprintf(file, sizeof file, "%s/log.db", folder);
    struct store_options o = {.now = now};
    struct store *s = NULL;
    struct sign_key *ed = NULL, *sm = NULL;
    BENCH_OK(store_open(file, &o, &s, &bench_diag));
    BENCH_OK(store_migrate(s, store_migrations, store_migration_count, &bench_diag));
    BENCH_OK(sign_key_new(SIGN_ED25519, &ed, &bench_diag));
    BENCH_OK(sign_key_new(SIGN_SM2, &sm, &bench_diag));
    struct tlog_keys keys = {"minzheng.example/110102", ed, sm};
    enum { BATCH = 1000 };
    int n = bench_tiny() ? 300 : 50000, single = bench_tiny() ? 10 : 500, proofs = bench_tiny() ? 10 : 300;
    int64_t *id = calloc((size_t)n, sizeof *id), one, sequenced = 0;
    BENCH_CHECK(id);

    double t = bench_now();
    for (int at = 0; at < n; at += BATCH) {
        struct add a = {n - at < BATCH ? n - at : BATCH, id + at};
        BENCH_OK(store_write(s, add, &a, &bench_diag));
    }
    double appended = bench_now() - t;
    BENCH_OK(tlog_sequence(s, &sequenced, &bench_diag));
    double both = bench_now() - t;
    BENCH_CHECK(sequenced == n);
    t = bench_now();
    BENCH_OK(tlog_checkpoint_make(s, &keys, NULL, &bench_diag));
    double checkpoint = bench_now() - t;
    t = bench_now();
    for (int i = 0; i < single; i++) {
        struct add a = {1, &one};
        BENCH_OK(store_write(s, add, &a, &bench_diag));
        BENCH_OK(tlog_sequence(s, NULL, &bench_diag));
    }
    double alone = bench_now() - t, syncs = raw_syncs(folder);
    t = bench_now();
    for (int i = 0; i < single; i++) {
        struct add a = {1, &one};
        BENCH_OK(store_write(s, add, &a, &bench_diag));
    }
    double lone = bench_now() - t;
    BENCH_OK(tlog_sequence(s, NULL, &bench_diag));
    BENCH_OK(tlog_checkpoint_make(s, &keys, NULL, &bench_diag));

    AUTO(arena) struct arena *a = arena_new(0);
    struct tlog_trust trust = {0};
    double proving = 0, verifying = 0;
    size_t bytes = 0;
    for (int i = 0; i < proofs; i++) {
        struct proof p = {id[(long)i * 7919 % n], a, {0}};
        struct tlog_receipt receipt;
        struct tlog_verdict verdict;
        t = bench_now();
        BENCH_OK(store_read(s, prove, &p, &bench_diag));
        proving += bench_now() - t;
        t = bench_now();
        BENCH_OK(tlog_receipt_read(a, p.out, &receipt, &bench_diag));
        BENCH_OK(tlog_receipt_verify(a, &receipt, &trust, &verdict, &bench_diag));
        verifying += bench_now() - t;
        bytes = p.out.size;
        arena_reset(a);
    }
    struct tlog_audit audit;
    t = bench_now();
    BENCH_OK(tlog_verify_store(s, NULL, 0, finding, NULL, &audit, &bench_diag));
    double audited = bench_now() - t;
    BENCH_CHECK(audit.findings == 0 && audit.entries == n + 2 * single);
    struct plain plain = {0};
    BENCH_OK(store_read(s, hash_all, &plain, &bench_diag));
    BENCH_CHECK(plain.entries == n + 2 * single);

    double beside = (double)plain.entries / plain.seconds;
    char note[64];
    bench_machine();
    bench_head("SHA-256 + SM3");
    bench_row("append, 1,000 a transaction", n / appended, "/s", beside, NULL);
    bench_row("append and sequence, 1,000 a transaction", n / both, "/s", beside, NULL);
    bench_row("append one by one", single / lone, "/s", syncs, "beside: pages synced one by one");
    bench_row("append and sequence, one by one", single / alone, "/s", syncs, NULL);
    bench_row("audit of the whole log", (double)audit.entries / audited, "/s", beside, NULL);
    bench_row("checkpoint of both trees", checkpoint * 1e3, "ms", NAN, NULL);
    snprintf(note, sizeof note, "%zu bytes", bytes);
    bench_row("proof", proving / proofs * 1e3, "ms", NAN, note);
    bench_row("proof verified", verifying / proofs * 1e3, "ms", NAN, NULL);
    large(10000);
    large(1000000);
    large(100000000);
    BENCH_OK(store_write(s, make_event_table, NULL, &bench_diag));
    price(s, bench_tiny() ? 5 : 300, 1, false, "a write of one row");
    price(s, bench_tiny() ? 5 : 300, 1, true, "a write of one sealed event");
    price(s, bench_tiny() ? 2 : 101, 1000, false, "a write of 1,000 rows");
    price(s, bench_tiny() ? 2 : 101, 1000, true, "a write of 1,000 sealed events");
    store_free(s);
    sign_key_free(ed);
    sign_key_free(sm);
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        char path[96];
        snprintf(path, sizeof path, "%s%s", file, ends[i]);
        unlink(path);
    }
    rmdir(folder);
    free(id);
    return 0;
}
