/* The evidence log beside plain hashing of the same entries with SHA-256 and SM3:
 * what the log does more is to be durable, in order, in two trees, and provable.
 * Every proof is verified, and the whole log is audited at the end. */
#include "bench.h"

#include "crypto/hash.h"
#include "store/migrations.h"
#include "tlog/log.h"
#include "tlog/receipt.h"

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
    double alone = bench_now() - t;
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
    BENCH_CHECK(audit.findings == 0 && audit.entries == n + single);
    struct plain plain = {0};
    BENCH_OK(store_read(s, hash_all, &plain, &bench_diag));
    BENCH_CHECK(plain.entries == n + single);

    double beside = (double)plain.entries / plain.seconds;
    char note[64];
    bench_machine();
    bench_head("SHA-256 + SM3");
    bench_row("append, 1,000 a transaction", n / appended, "/s", beside, NULL);
    bench_row("append and sequence, 1,000 a transaction", n / both, "/s", beside, NULL);
    bench_row("append and sequence, one by one", single / alone, "/s", beside, NULL);
    bench_row("audit of the whole log", (double)audit.entries / audited, "/s", beside, NULL);
    bench_row("checkpoint of both trees", checkpoint * 1e3, "ms", NAN, NULL);
    snprintf(note, sizeof note, "%zu bytes", bytes);
    bench_row("proof", proving / proofs * 1e3, "ms", NAN, note);
    bench_row("proof verified", verifying / proofs * 1e3, "ms", NAN, NULL);
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
