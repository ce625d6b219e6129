/* The evidence log under power loss, kill -9 and a failing disk: appending,
 * sequencing, signing, and witnesses' lines being kept.
 *
 * Acknowledged are entries by their number and heads by size and root.
 * Afterwards all of them are there, each head with its root (nothing forked),
 * the audit finds nothing, tiles made anew from the entries are the same, and
 * the log goes on. */
#include "crash.h"

#include "crypto/sign.h"
#include "store/migrations.h"
#include "tlog/log.h"

#include <stdio.h>
#include <unistd.h>

enum { BATCH_MAX = 40, ROUNDS = 400, PEM_MAX = 4096 };

/* roots[0] all zero: entries; else a head. */
struct ack { int64_t size; struct hash root; };

static const char key_file[] = "crash-tlog.pem";

struct keys { struct sign_key *ed25519, *sm2, *witness; struct tlog_keys log; struct tlog_vkey vkey; };

/* The same keys before and after: three PEM texts behind one another. */
static enum status read_keys(struct keys *k, struct diag *d) {
    char text[PEM_MAX];
    FILE *f = fopen(key_file, "rb");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
    if (f)
        fclose(f);
    text[n] = 0;
    *k = (struct keys){0};
    struct sign_key **into[] = {&k->ed25519, &k->sm2, &k->witness};
    const char *at = text;
    enum status s = OK;
    for (size_t i = 0; s == OK && i < ARRAY_LEN(into); i++) {
        const char *end = strstr(at, "-----END");
        end = end ? strchr(end, '\n') : NULL;
        if (!end)
            return diag_fail(d, E_SYSTEM, "crash.keys");
        s = sign_key_read((struct span){at, (size_t)(end + 1 - at)}, into[i], d);
        at = end + 1;
    }
    k->log = (struct tlog_keys){"crash.example/log", k->ed25519, k->sm2};
    return s == OK ? tlog_vkey_of("crash.example/w", k->witness, true, &k->vkey, d) : s;
}

static void free_keys(struct keys *k) {
    sign_key_free(k->ed25519);
    sign_key_free(k->sm2);
    sign_key_free(k->witness);
}

static enum status prepare(struct store *s, void *arg, struct diag *d) {
    static const enum sign_kind kinds[] = {SIGN_ED25519, SIGN_SM2, SIGN_ED25519};
    AUTO(arena) struct arena *a = arena_new(1 << 20);
    FILE *f = fopen(key_file, "wb");
    enum status st = f && a ? store_migrate(s, store_migrations, store_migration_count, d) : diag_fail(d, E_SYSTEM, "crash.keys");
    for (size_t i = 0; st == OK && i < ARRAY_LEN(kinds); i++) {
        AUTO(sign_key) struct sign_key *k = NULL;
        struct span pem;
        st = sign_key_new(kinds[i], &k, d);
        if (st == OK)
            st = sign_key_write(k, a, &pem, d);
        if (st == OK && fwrite(pem.at, 1, pem.size, f) != pem.size)
            st = diag_fail(d, E_SYSTEM, "crash.keys");
    }
    if (f && fclose(f) != 0 && st == OK)
        st = diag_fail(d, E_SYSTEM, "crash.keys");
    return st;
}

/* ---- the work ------------------------------------------------------------------ */

struct add { int count; int64_t from; };
static enum status add(struct txn *t, void *arg, struct diag *d) {
    const struct add *x = arg;
    enum status s = OK;
    for (int i = 0; s == OK && i < x->count; i++) {
        struct tlog_commitment c = {{{0}}, {{0}}};
        int64_t n = x->from + i, id;
        memcpy(c.sha256.byte, &n, sizeof n);
        struct tlog_entry e = {.kind = TLOG_CASE_EVENT, .time = txn_now(t), .district = 110102, .office = "110102003000", .role = "clerk",
            .action = "accepted", .matter = &c, .payload = &c};
        s = tlog_record(t, &e, &id, d);
    }
    return s;
}

struct latest { struct tlog_head head; char note[4096]; };
static enum status latest(struct txn *t, void *arg, struct diag *d) {
    struct latest *x = arg;
    enum status s = tlog_head_get(t, HASH_SHA256, 0, txn_arena(t), &x->head, d);
    if (s == OK)
        snprintf(x->note, sizeof x->note, "%.*s", SPAN_ARG(x->head.note));
    return s;
}

static enum status cosign(struct store *s, const struct keys *k, struct latest *x, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(1 << 20);
    struct tlog_note n;
    BUF_AUTO line;
    buf_init(&line, 0);
    enum status st = a ? tlog_note_parse(a, span_of(x->note), &n, d) : arena_full(d);
    if (st == OK)
        st = tlog_note_sign(&line, n.text, &k->vkey, k->witness, 1795314700, d);
    return st == OK ? tlog_cosignature_add(s, HASH_SHA256, x->head.size, &k->vkey, buf_span(&line), d) : st;
}

static enum status one_round(struct store *s, const struct crash_client *client, const struct keys *k, unsigned *seed, int64_t *total, struct diag *d) {
    struct add x = {1 + rand_r(seed) % BATCH_MAX, *total};
    struct latest now;
    enum status st = store_write(s, add, &x, d);
    if (st == OK) {
        *total += x.count;
        crash_ack(client, &(struct ack){.size = *total});
        st = tlog_sequence(s, NULL, d);
    }
    if (st == OK)
        st = tlog_checkpoint_make(s, &k->log, NULL, d);
    if (st == OK)
        st = store_read(s, latest, &now, d);
    if (st != OK)
        return st;
    crash_ack(client, &(struct ack){(int64_t)now.head.size, now.head.root});
    return rand_r(seed) % 3 ? OK : cosign(s, k, &now, d);
}

static void run(struct store *s, const struct crash_client *client) {
    struct keys k;
    struct diag d = {0};
    unsigned seed = (unsigned)client->seed;
    int64_t total = 0;
    enum status st = read_keys(&k, &d);
    for (int n = 0; st == OK && n < ROUNDS; n++) {
        diag_clear(&d);
        st = one_round(s, client, &k, &seed, &total, &d);
        if (st == E_SYSTEM && client->faults)
            st = OK;
    }
    free_keys(&k);
    if (st != OK) {
        fprintf(stderr, "tlog: %s %s\n", status_name(st), d.code);
        _exit(4);
    }
}

/* ---- after ----------------------------------------------------------------------- */

static enum status check_ack(struct txn *t, const struct ack *x, struct diag *d) {
    static const struct hash none;
    int64_t n = 0;
    enum status s;
    if (hash_eq(&x->root, &none)) {
        int64_t waiting = 0;
        s = sql_int(t, &n, 0, d, "SELECT count(*) FROM log_entry");
        if (s == OK)
            s = sql_int(t, &waiting, 0, d, "SELECT count(*) FROM log_pending");
        return s == OK && n + waiting < x->size ? diag_fail(d, E_CORRUPT, "crash.entries", DIAG_N("size", x->size), DIAG_N("found", n + waiting)) : s;
    }
    s = sql_int(t, &n, 0, d, "SELECT count(*) FROM log_head WHERE tree = 'sha256' AND size = ? AND root = ?", SQL_I(x->size), SQL_B(span_bytes(x->root.byte, HASH_BYTES)));
    return s == OK && n != 1 ? diag_fail(d, E_CORRUPT, "crash.head", DIAG_N("size", x->size)) : s;
}

static enum status check(struct txn *t, void *arg, struct diag *d) {
    const struct crash_acks *acks = arg;
    enum status s = OK;
    for (size_t i = 0; s == OK && i < acks->count; i++) {
        struct ack x;
        memcpy(&x, acks->at + i * acks->ack_size, sizeof x);
        s = check_ack(t, &x, d);
    }
    return s;
}

static void finding(void *arg, const struct diag *d) {
    struct diag *first = arg;
    if (first->status == OK)
        *first = *d;
}

static enum status sound(struct store *s, struct diag *d) {
    struct tlog_audit a;
    struct diag first = {0};
    enum status st = tlog_verify_store(s, NULL, 0, finding, &first, &a, d);
    if (st == OK && a.findings) {
        *d = first;
        return E_CORRUPT;
    }
    return st;
}

static enum status go_on(struct store *s, const struct crash_acks *acks, struct diag *d) {
    struct keys k;
    struct add more = {7, 1 << 30};
    enum status st = read_keys(&k, d);
    if (st == OK)
        st = store_write(s, add, &more, d);
    if (st == OK)
        st = tlog_sequence(s, NULL, d);
    if (st == OK)
        st = tlog_checkpoint_make(s, &k.log, NULL, d);
    if (st == OK)
        st = tlog_rebuild_tiles(s, d);
    if (st == OK)
        st = sound(s, d);
    free_keys(&k);
    return st == OK ? store_read(s, check, (void *)acks, d) : st;
}

static bool verify(struct store *s, const struct crash_acks *acks, void *arg, struct diag *d) {
    enum status st = store_read(s, check, (void *)acks, d);
    if (st == OK)
        st = sound(s, d);
    if (st == OK)
        st = go_on(s, acks, d);
    return st == OK;
}

const struct crash_workload crash_tlog = {
    .name = "tlog",
    .ack_size = sizeof(struct ack),
    .prepare = prepare,
    .run = run,
    .verify = verify,
};
