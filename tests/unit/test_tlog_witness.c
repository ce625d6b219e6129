/* The witness by the letter of C2SP tlog-witness: every answer, the race that
 * would roll it back, forks and shrinking, kill -9; and the log's side of it. */
#include "tlog_world.h"

#include "tlog/cosign.h"
#include "tlog/doubt.h"
#include "tlog/witness.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static struct tlog_witness witness;
static struct tlog_vkey followed[2];
static char witness_db[200];
static instant_t clock_at = 1795314700000000;

static instant_t witness_clock(void *arg) { return clock_at; }

static void witness_open(void) {
    struct diag d = {0};
    struct store_options o = {.now = witness_clock};
    snprintf(witness_db, sizeof witness_db, "%s/witness.db", w.dir);
    expect_ok(store_open(witness_db, &o, &witness.store, &d), &d);
    expect_ok(tlog_witness_migrate(witness.store, &d), &d);
}

/* The witness follows the world's two logs. */
static void witness_start(void) {
    struct diag d = {0};
    expect_ok(tlog_vkey_of("minzheng.example/110102", w.ed25519, false, &followed[0], &d), &d);
    expect_ok(tlog_vkey_of("minzheng.example/110102/sm3", w.sm2, false, &followed[1], &d), &d);
    witness = (struct tlog_witness){.key = w.witness, .log = followed, .logs = 2};
    expect_ok(tlog_vkey_of("audit.example/w1", w.witness, true, &witness.vkey, &d), &d);
    witness_open();
}
#define WITNESS                                                                \
    WORLD;                                                                     \
    witness_start()
#define WITNESS_END witness.store = store_free(witness.store)

static struct tlog_witness_reply ask(struct span body) {
    struct diag d = {0};
    struct tlog_witness_reply r;
    expect_ok(tlog_witness_add(&witness, body, w.arena, &r, &d), &d);
    return r;
}
static int status_of(struct span body) { return ask(body).status; }

/* ---- requests ---------------------------------------------------------------- */

struct build { enum hash_kind tree; uint64_t old, below; struct tlog_witness_request q; };

static enum status build(struct txn *t, void *arg, struct diag *d) {
    struct build *b = arg;
    struct tlog_head head;
    struct tlog_reader r;
    enum status s = tlog_head_get(t, b->tree, b->below, w.arena, &head, d);
    b->q = (struct tlog_witness_request){.old = b->old, .note = head.note};
    if (s == OK)
        s = tlog_reader_new(t, b->tree, txn_arena(t), &r, d);
    return s == OK && b->old <= head.size ? tlog_prove_consistency(&r, b->tree, b->old, head.size, &b->q.proof, d) : s;
}

static struct span text_of(const struct tlog_witness_request *q) {
    BUF_AUTO b;
    buf_init(&b, 0);
    tlog_witness_request_write(&b, q);
    return (struct span){arena_dup(w.arena, buf_span(&b)), b.size};
}

/* From `old` to the latest head below `below` (0: the latest). */
static struct span request(enum hash_kind tree, uint64_t old, uint64_t below) {
    struct diag d = {0};
    struct build b = {.tree = tree, .old = old, .below = below};
    expect_ok(store_read(w.store, build, &b, &d), &d);
    return text_of(&b.q);
}

/* A note over any size and root, signed by `key`. */
static struct span signed_note(const char *origin, const struct sign_key *key, uint64_t size, struct hash root) {
    struct diag d = {0};
    struct tlog_vkey v;
    BUF_AUTO text;
    BUF_AUTO note;
    buf_init(&text, 0);
    buf_init(&note, 0);
    expect_ok(tlog_vkey_of(origin, key, false, &v, &d), &d);
    tlog_checkpoint_text(&text, &(struct tlog_checkpoint){span_of(origin), size, root});
    buf_add(&note, buf_span(&text));
    buf_addc(&note, '\n');
    expect_ok(tlog_note_sign(&note, buf_span(&text), &v, key, 0, &d), &d);
    return (struct span){arena_dup(w.arena, buf_span(&note)), note.size};
}

static uint64_t witnessed(int log, int64_t *ret_evidence) {
    struct diag d = {0};
    struct tlog_witnessed *list;
    expect_ok(tlog_witness_state(&witness, w.arena, &list, &d), &d);
    if (ret_evidence)
        *ret_evidence = list[log].evidence;
    return list[log].size;
}

/* ---- answers ------------------------------------------------------------------- */

static void cosigns(void **state) {
    WITNESS;
    struct diag d = {0};
    world_grow(300, NULL);
    for (int tree = 0; tree < TLOG_TREES; tree++) {
        struct tlog_witness_reply r = ask(request((enum hash_kind)tree, 0, 0));
        assert_int_equal(r.status, 200);
        assert_int_equal(witnessed(tree, NULL), 300);
        expect_ok(tlog_cosignature_add(w.store, (enum hash_kind)tree, 300, &witness.vkey, r.body, &d), &d);
    }
    world_grow(77, NULL);
    assert_int_equal(status_of(request(HASH_SHA256, 300, 0)), 200);
    assert_int_equal(status_of(request(HASH_SHA256, 377, 0)), 200); /* the same again: a new time, no proof */
    world_sound();
    WITNESS_END;
}

static void refuses(void **state) {
    WITNESS;
    struct hash other = {{7}};
    AUTO(sign_key) struct sign_key *stranger = NULL;
    struct diag d = {0};
    int64_t evidence;
    world_grow(100, NULL);
    expect_ok(sign_key_new(SIGN_ED25519, &stranger, &d), &d);
    struct tlog_witness_request q = {.note = signed_note("unknown.example/log", w.ed25519, 5, other)};
    assert_int_equal(status_of(text_of(&q)), 404);
    q.note = signed_note("minzheng.example/110102", stranger, 5, other);
    assert_int_equal(status_of(text_of(&q)), 403);
    q.note = signed_note("minzheng.example/110102", w.ed25519, 5, other);
    q.old = 6;
    assert_int_equal(status_of(text_of(&q)), 400);
    /* first contact says zero; the size in the answer is what to begin with */
    struct tlog_witness_reply r = ask(request(HASH_SHA256, 50, 0));
    assert_int_equal(r.status, 409);
    assert_string_equal(r.media, "text/x.tlog.size");
    assert_true(span_is(r.body, "0\n"));
    assert_int_equal(status_of(request(HASH_SHA256, 0, 0)), 200);
    r = ask(request(HASH_SHA256, 0, 0));
    assert_int_equal(r.status, 409);
    assert_true(span_is(r.body, "100\n"));
    /* the same size with another root: a fork, whoever's proof */
    q = (struct tlog_witness_request){.old = 100, .note = signed_note("minzheng.example/110102", w.ed25519, 100, other)};
    r = ask(text_of(&q));
    assert_int_equal(r.status, 409);
    assert_true(span_is(r.body, "100\n"));
    /* longer, with a proof that does not lead there */
    q.note = signed_note("minzheng.example/110102", w.ed25519, 120, other);
    q.proof.count = 2;
    assert_int_equal(status_of(text_of(&q)), 422);
    /* shorter */
    q = (struct tlog_witness_request){.old = 100, .note = signed_note("minzheng.example/110102", w.ed25519, 90, other)};
    assert_int_equal(status_of(text_of(&q)), 400);
    q.old = 90;
    assert_int_equal(status_of(text_of(&q)), 409);
    assert_int_equal(witnessed(0, &evidence), 100);
    assert_int_equal(evidence, 1); /* the other root; of the longer one nothing is shown */
    assert_int_equal(witnessed(1, &evidence), 0);
    assert_int_equal(evidence, 0);
    WITNESS_END;
}

/* ---- what is evidence --------------------------------------------------------- */

/* Leaves of a history of its own: `branch` 0 is the one the witness knows up to leaf `fork`. */
struct history { unsigned branch, fork; };

static enum status read_history(void *arg, unsigned height, uint64_t index, struct hash *ret, struct diag *d) {
    const struct history *x = arg;
    struct hash l, r;
    if (height == 0) {
        char text[40];
        snprintf(text, sizeof text, "leaf %u of %u", (unsigned)index, index < x->fork ? 0 : x->branch);
        *ret = tlog_leaf_hash(HASH_SHA256, span_of(text));
        return OK;
    }
    enum status s = read_history(arg, height - 1, 2 * index, &l, d);
    if (s == OK)
        s = read_history(arg, height - 1, 2 * index + 1, &r, d);
    *ret = tlog_node_hash(HASH_SHA256, &l, &r);
    return s;
}

/* From `old` to `size` in that history, signed by the log; `whole`: with the first hash even where it is left out. */
static struct tlog_witness_request told(struct history *x, uint64_t old, uint64_t size, bool whole) {
    struct diag d = {0};
    struct tlog_reader r = {read_history, x};
    struct tlog_witness_request q = {.old = old};
    struct hash root, first;
    expect_ok(tlog_root(&r, HASH_SHA256, size, &root, &d), &d);
    expect_ok(tlog_prove_consistency(&r, HASH_SHA256, old, size, &q.proof, &d), &d);
    if (whole) {
        expect_ok(tlog_root(&r, HASH_SHA256, old, &first, &d), &d);
        memmove(q.proof.hash + 1, q.proof.hash, q.proof.count++ * sizeof first);
        q.proof.hash[0] = first;
    }
    q.note = signed_note("minzheng.example/110102", w.ed25519, size, root);
    return q;
}

static int64_t evidence(void) {
    int64_t n;
    (void)witnessed(0, &n);
    return n;
}

/* Anybody can send the log's public notes with a proof of his own making: that
 * accuses nobody, and takes no place from what does. */
static void junk_is_no_evidence(void **state) {
    WITNESS;
    struct history honest = {0, 0}, forked = {1, 50};
    unsigned seed = 11;
    struct tlog_witness_request q = told(&honest, 0, 100, false);
    assert_int_equal(status_of(text_of(&q)), 200);
    for (int i = 0; i < 150; i++) {
        q = told(&honest, 100, 101 + (uint64_t)i, false);
        switch (i % 5) {
        case 0: q.proof.hash[(unsigned)rand_r(&seed) % q.proof.count].byte[rand_r(&seed) % HASH_BYTES] ^= 1; break;
        case 1: q.proof.count--; break;
        case 2: q.proof.hash[q.proof.count++] = (struct hash){{1}}; break;
        case 3: q.proof.count = 0; break;
        default: q.proof = told(&forked, 100, 101 + (uint64_t)i, false).proof; break;
        }
        assert_int_equal(status_of(text_of(&q)), 422);
    }
    q = told(&honest, 0, 177, false); /* whoever begins elsewhere is told where to begin */
    assert_int_equal(status_of(text_of(&q)), 409);
    assert_int_equal(evidence(), 0);
    q = told(&honest, 100, 177, false);
    assert_int_equal(status_of(text_of(&q)), 200);
    assert_int_equal(evidence(), 0);
    WITNESS_END;
}

/* Each of the ways in which two notes of the log contradict each other. */
static void forks_are_evidence(void **state) {
    WITNESS;
    struct history honest = {0, 0}, forked = {1, 50};
    struct tlog_witness_request q = told(&honest, 0, 100, false);
    assert_int_equal(status_of(text_of(&q)), 200);
    q = told(&forked, 100, 100, false);
    assert_int_equal(status_of(text_of(&q)), 409);
    assert_int_equal(evidence(), 1);
    for (int i = 0; i < 3; i++)
        assert_int_equal(status_of(text_of(&q)), 409);
    assert_int_equal(evidence(), 1); /* once */
    q = told(&(struct history){2, 50}, 7, 100, false); /* whatever it says to begin with */
    assert_int_equal(status_of(text_of(&q)), 409);
    assert_int_equal(evidence(), 2);
    q = told(&forked, 100, 130, false); /* longer, and its own hashes tell that it began otherwise */
    assert_int_equal(status_of(text_of(&q)), 422);
    assert_int_equal(evidence(), 3);
    assert_int_equal(status_of(text_of(&q)), 422);
    assert_int_equal(evidence(), 3);
    q = told(&honest, 100, 128, false);
    assert_int_equal(status_of(text_of(&q)), 200);
    /* From a power of two the proof leaves the first hash out: nothing is shown until somebody shows it. */
    q = told(&forked, 128, 200, false);
    assert_int_equal(status_of(text_of(&q)), 422);
    assert_int_equal(evidence(), 3);
    q = told(&forked, 128, 200, true);
    assert_int_equal(status_of(text_of(&q)), 422);
    assert_int_equal(evidence(), 4);
    q = told(&honest, 128, 200, true); /* an honest one with a hash too many is no more than that */
    assert_int_equal(status_of(text_of(&q)), 422);
    assert_int_equal(evidence(), 4);
    q = told(&honest, 128, 200, false);
    assert_int_equal(status_of(text_of(&q)), 200);
    WITNESS_END;
}

struct kept { struct span note; int64_t n; };
static enum status kept(struct txn *t, void *arg, struct diag *d) {
    struct kept *x = arg;
    return sql_int(t, &x->n, 0, d, "SELECT count(*) FROM witness_evidence WHERE note = ? AND proof = '' AND known_size = 20", SQL_T(x->note));
}

/* A log that forks without end does not push out where it began, and its latest has a place too. */
static void room_for_evidence(void **state) {
    WITNESS;
    struct diag d = {0};
    struct history honest = {0, 0};
    struct tlog_witness_request q = told(&honest, 0, 20, false);
    assert_int_equal(status_of(text_of(&q)), 200);
    for (unsigned i = 1; i <= TLOG_WITNESS_EVIDENCE_MAX + 20; i++) {
        q = told(&(struct history){i, 3}, 20, 20, false);
        assert_int_equal(status_of(text_of(&q)), 409);
    }
    assert_int_equal(evidence(), TLOG_WITNESS_EVIDENCE_MAX);
    struct span last = q.note, first = told(&(struct history){1, 3}, 20, 20, false).note;
    for (int i = 0; i < 2; i++) {
        struct kept x = {i ? first : last, 0};
        expect_ok(store_read(witness.store, kept, &x, &d), &d);
        assert_int_equal(x.n, 1);
    }
    WITNESS_END;
}

/* From nothing: an empty proof only, and the empty tree has one root. */
static void from_nothing(void **state) {
    WITNESS;
    struct hash other = {{7}};
    struct tlog_witness_request q = {.note = signed_note("minzheng.example/110102", w.ed25519, 0, other)};
    assert_int_equal(status_of(text_of(&q)), 422);
    q.note = signed_note("minzheng.example/110102", w.ed25519, 0, tlog_empty_root(HASH_SHA256));
    assert_int_equal(status_of(text_of(&q)), 200);
    q.note = signed_note("minzheng.example/110102", w.ed25519, 3, other);
    q.proof.count = 1;
    assert_int_equal(status_of(text_of(&q)), 422);
    q.proof.count = 0;
    assert_int_equal(status_of(text_of(&q)), 200);
    WITNESS_END;
}

/* A proof over SHA-256 says nothing of the SM3 log. */
static void trees_apart(void **state) {
    WITNESS;
    world_grow(100, NULL);
    assert_int_equal(status_of(request(HASH_SM3, 0, 0)), 200);
    world_grow(30, NULL);
    struct diag d = {0};
    struct build sha = {.tree = HASH_SHA256, .old = 100}, sm3 = {.tree = HASH_SM3, .old = 100};
    expect_ok(store_read(w.store, build, &sha, &d), &d);
    expect_ok(store_read(w.store, build, &sm3, &d), &d);
    sm3.q.proof = sha.q.proof;
    assert_int_equal(status_of(text_of(&sm3.q)), 422);
    assert_int_equal(status_of(request(HASH_SM3, 100, 0)), 200);
    WITNESS_END;
}

static void bad_bodies(void **state) {
    WITNESS;
    world_grow(10, NULL);
    struct span good = request(HASH_SHA256, 0, 0);
    char note[2000], many[8000];
    size_t n = 0;
    snprintf(note, sizeof note, "%.*s", (int)(good.size - strlen("old 0\n\n")), good.at + strlen("old 0\n\n"));
    n += (size_t)snprintf(many, sizeof many, "old 1\n");
    for (int i = 0; i < 64; i++)
        n += (size_t)snprintf(many + n, sizeof many - n, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
    snprintf(many + n, sizeof many - n, "\n%s", note);
    static const char *const head[] = {
        "", "\n", "old\n\n", "old \n\n", "old 00\n\n", "old 01\n\n", "old -1\n\n", "old +1\n\n", "old 0 \n\n", " old 0\n\n", "Old 0\n\n", "old 0x1\n\n",
        "old 99999999999999999999\n\n", "old 9223372036854775808\n\n", "old 0\r\n\r\n", "old 0\nAAAA\n\n", "old 0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n\n",
        "old 0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n\n", "old 0\nnot base64 at all!\n\n", "old 0\n \n\n", "old 0\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(head); i++) {
        char body[4000];
        snprintf(body, sizeof body, "%s%s", head[i], note);
        if (status_of(span_of(body)) != 400)
            fail_msg("%s: %d", head[i], status_of(span_of(body)));
    }
    assert_int_equal(status_of(span_of(many)), 400);
    assert_int_equal(status_of(SPAN("old 0\n\n")), 400);
    assert_int_equal(status_of(SPAN("old 0\n\nno checkpoint\n")), 400);
    for (size_t cut = 0; cut < good.size; cut++)
        if (status_of((struct span){good.at, cut}) == 200)
            fail_msg("cut at %zu", cut);
    assert_int_equal(witnessed(0, NULL), 0);
    assert_int_equal(status_of(good), 200);
    WITNESS_END;
}

/* ---- the race -------------------------------------------------------------------- */

enum { RACERS = 8 };
struct racer { struct span body; int status; pthread_t thread; };

static void *race(void *arg) {
    struct racer *r = arg;
    AUTO(arena) struct arena *a = arena_new(0);
    struct tlog_witness_reply reply = {0};
    struct diag d = {0};
    if (tlog_witness_add(&witness, r->body, a, &reply, &d) == OK)
        r->status = reply.status;
    return NULL;
}

/* Eight heads on top of one and the same: whichever comes first, the others are
 * told that the size is another, and the record never goes back. */
static void no_roll_back(void **state) {
    WITNESS;
    for (int round = 0; round < 6; round++) {
        uint64_t from = witnessed(0, NULL);
        struct racer racer[RACERS] = {{{0}}};
        for (int i = 0; i < RACERS; i++) {
            world_grow(3, NULL);
            racer[i].body = request(HASH_SHA256, from, 0);
        }
        for (int i = 0; i < RACERS; i++)
            assert_int_equal(pthread_create(&racer[i].thread, NULL, race, &racer[i]), 0);
        int won = 0, conflicts = 0;
        for (int i = 0; i < RACERS; i++) {
            pthread_join(racer[i].thread, NULL);
            won += racer[i].status == 200;
            conflicts += racer[i].status == 409;
        }
        assert_int_equal(won, 1);
        assert_int_equal(conflicts, RACERS - 1);
        assert_true(witnessed(0, NULL) > from);
    }
    WITNESS_END;
}

/* ---- what it remembers -------------------------------------------------------------- */

/* Answers are written to the pipe after they were given; after SIGKILL the
 * record is at least there. */
static void witness_work(int out, const struct span *body, int n) {
    struct store_options o = {.now = witness_clock};
    struct diag d = {0};
    if (store_open(witness_db, &o, &witness.store, &d) != OK)
        _exit(1);
    for (int i = 0; i < n; i++) {
        struct tlog_witness_reply r;
        if (tlog_witness_add(&witness, body[i], w.arena, &r, &d) != OK || (r.status != 200 && r.status != 409))
            _exit(2);
        if (r.status == 200 && write(out, &i, sizeof i) != sizeof i)
            _exit(3);
    }
    for (;;)
        pause();
}

static void survives_kill(void **state) {
    enum { HEADS = 40 };
    WITNESS;
    struct span body[HEADS];
    unsigned seed = 7;
    for (int i = 0; i < HEADS; i++) {
        world_grow(1 + i % 5, NULL);
        body[i] = request(HASH_SHA256, i ? (uint64_t)world_int("SELECT size FROM log_head WHERE tree = 'sha256' ORDER BY size DESC LIMIT 1 OFFSET 1") : 0, 0);
    }
    int last = -1;
    for (int round = 0; round < 8; round++) {
        int pipe_[2], got, seen = 0;
        witness.store = store_free(witness.store);
        w.fixture->store = w.store = store_free(w.store);
        assert_int_equal(pipe2(pipe_, O_CLOEXEC), 0);
        pid_t pid = fork();
        if (pid == 0)
            witness_work(pipe_[1], body + (last + 1), HEADS - last - 1);
        close(pipe_[1]);
        int stop = 1 + rand_r(&seed) % 4, at = -1;
        while (seen < stop && last + 1 + seen < HEADS && read(pipe_[0], &got, sizeof got) == sizeof got)
            at = got, seen++;
        kill(pid, SIGKILL);
        while (read(pipe_[0], &got, sizeof got) == sizeof got)
            at = got;
        close(pipe_[0]);
        waitpid(pid, NULL, 0);
        last += at + 1;
        witness_open();
        assert_true(fixture_open(w.fixture));
        w.store = w.fixture->store;
        uint64_t size = witnessed(0, NULL);
        char sql[160];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM log_head WHERE tree = 'sha256' AND size <= %llu", (unsigned long long)size);
        int known = (int)world_int(sql) - 1;
        assert_true(known >= last); /* one more may be recorded and not answered */
        last = known;
    }
    WITNESS_END;
}

/* A clock that goes back changes times, not what is cosigned. */
static void clock_back(void **state) {
    WITNESS;
    struct diag d = {0};
    world_grow(10, NULL);
    struct tlog_witness_reply first = ask(request(HASH_SHA256, 0, 0));
    assert_int_equal(first.status, 200);
    expect_ok(tlog_cosignature_add(w.store, HASH_SHA256, 10, &witness.vkey, first.body, &d), &d);
    clock_at -= 86400000000;
    struct tlog_witness_reply again = ask(request(HASH_SHA256, 10, 0));
    assert_int_equal(again.status, 200);
    expect_ok(tlog_cosignature_add(w.store, HASH_SHA256, 10, &witness.vkey, again.body, &d), &d);
    assert_int_equal(world_int("SELECT time_s FROM log_cosignature"), (clock_at + 86400000000) / 1000000); /* the newest stays */
    world_grow(10, NULL);
    assert_int_equal(status_of(request(HASH_SHA256, 10, 0)), 200);
    clock_at += 86400000000;
    world_sound();
    WITNESS_END;
}

/* ---- the log's side ------------------------------------------------------------------- */

static const struct tlog_trust_file *trust_of(const char *quorum, int extra) {
    struct diag d = {0};
    const struct tlog_trust_file *f;
    static struct sign_key *more[3];
    BUF_AUTO b;
    char vkey[TLOG_VKEY_MAX];
    buf_init(&b, 0);
    tlog_vkey_text(&witness.vkey, vkey);
    buf_addf(&b, "witness a %s http://127.0.0.1:1/\n", vkey);
    for (int i = 0; i < extra; i++) {
        struct tlog_vkey v;
        char name[32];
        if (!more[i])
            expect_ok(sign_key_new(SIGN_ED25519, &more[i], &d), &d);
        snprintf(name, sizeof name, "audit.example/x%d", i);
        expect_ok(tlog_vkey_of(name, more[i], true, &v, &d), &d);
        tlog_vkey_text(&v, vkey);
        buf_addf(&b, "witness x%d %s\n", i, vkey);
    }
    buf_adds(&b, quorum);
    struct span text = {arena_dup(w.arena, buf_span(&b)), b.size};
    expect_ok(tlog_trust_parse(w.arena, text, &f, &d), &d);
    for (int i = 0; i < 3; i++)
        more[i] = sign_key_free(more[i]);
    return f;
}

/* One exchange without a network. */
static bool exchange(const struct tlog_trust_file *f, enum hash_kind tree) {
    struct diag d = {0};
    struct tlog_cosign_request q;
    bool again;
    expect_ok(tlog_cosign_ask(w.store, tree, &witness.vkey, true, w.arena, &q, &d), &d);
    assert_false(q.done);
    struct tlog_witness_reply r = ask(q.body);
    expect_ok(tlog_cosign_take(w.store, tree, f, 0, q.size, &(struct tlog_cosign_answer){r.status, r.body}, &again, &d), &d);
    return again;
}

struct seen { enum hash_kind tree; struct tlog_cosign_state state; struct tlog_final final; };
static enum status see(struct txn *t, void *arg, struct diag *d) {
    struct seen *x = arg;
    enum status s = tlog_cosign_state_get(t, x->tree, &witness.vkey, w.arena, &x->state, d);
    return s == OK ? tlog_final_get(t, x->tree, &x->final, d) : s;
}
static struct seen seen(enum hash_kind tree) {
    struct diag d = {0};
    struct seen x = {.tree = tree};
    expect_ok(store_read(w.store, see, &x, &d), &d);
    return x;
}

static void becomes_final(void **state) {
    WITNESS;
    struct diag d = {0};
    struct tlog_cosign_request q;
    const struct tlog_trust_file *f = trust_of("quorum a\n", 0), *two = trust_of("group g 2 a x0\nquorum g\n", 1);
    assert_string_equal(seen(HASH_SHA256).state.state, "unasked");
    world_grow(300, NULL);
    assert_false(exchange(two, HASH_SHA256));
    assert_int_equal(seen(HASH_SHA256).final.size, 0); /* one of two */
    world_grow(10, NULL);
    assert_false(exchange(f, HASH_SHA256));
    assert_false(exchange(f, HASH_SM3));
    assert_int_equal(seen(HASH_SHA256).final.size, 310);
    assert_int_equal(seen(HASH_SM3).final.size, 310);
    assert_string_equal(seen(HASH_SHA256).state.state, "cosigned");
    assert_int_equal(seen(HASH_SHA256).state.cosigned_at, clock_at);
    expect_ok(tlog_cosign_ask(w.store, HASH_SHA256, &witness.vkey, false, w.arena, &q, &d), &d);
    assert_true(q.done);
    world_sound();
    WITNESS_END;
}

/* The log forgot what the witness has: the answer tells, the second question hits. */
static void finds_again(void **state) {
    WITNESS;
    const struct tlog_trust_file *f = trust_of("quorum a\n", 0);
    world_grow(20, NULL);
    assert_false(exchange(f, HASH_SHA256));
    world_run("DELETE FROM log_witness");
    world_grow(5, NULL);
    assert_true(exchange(f, HASH_SHA256));
    assert_false(exchange(f, HASH_SHA256));
    assert_int_equal(seen(HASH_SHA256).final.size, 25);
    WITNESS_END;
}

/* Whatever comes instead of an honest answer: it is on record, nothing is final,
 * and the next honest answer counts. */
static void strange_answers(void **state) {
    static const struct { int status; const char *body, *state; } row[] = {
        {0, "", "away"}, {500, "", "away"}, {503, "busy", "away"}, {429, "", "away"}, {200, "", "invalid"}, {200, "yes\n", "invalid"},
        {200, "\xe2\x80\x94 audit.example/w1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", "invalid"},
        {301, "", "refused"}, {400, "", "refused"}, {403, "", "refused"}, {404, "", "refused"}, {422, "", "refused"},
        {409, "", "invalid"}, {409, "many\n", "invalid"}, {409, "7", "invalid"}, {409, "99999999999999999999\n", "invalid"},
        {409, "400\n", "ahead"}, {409, "8\n", "refused"},
    };
    WITNESS;
    struct diag d = {0};
    const struct tlog_trust_file *f = trust_of("quorum a\n", 0);
    world_grow(20, NULL);
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct tlog_cosign_request q;
        bool again;
        expect_ok(tlog_cosign_ask(w.store, HASH_SHA256, &witness.vkey, false, w.arena, &q, &d), &d);
        expect_ok(tlog_cosign_take(w.store, HASH_SHA256, f, 0, q.size, &(struct tlog_cosign_answer){row[i].status, span_of(row[i].body)}, &again, &d), &d);
        if (strcmp(seen(HASH_SHA256).state.state, row[i].state) != 0)
            fail_msg("%d %s: %s", row[i].status, row[i].body, seen(HASH_SHA256).state.state);
        assert_int_equal(seen(HASH_SHA256).final.size, 0);
        assert_int_equal(world_int("SELECT count(*) FROM log_cosignature"), 0);
    }
    assert_true(exchange(f, HASH_SHA256)); /* it believed 8; the witness says 0 */
    assert_false(exchange(f, HASH_SHA256));
    assert_int_equal(seen(HASH_SHA256).final.size, 20);
    WITNESS_END;
}

/* ---- an old copy of the store ----------------------------------------------------------- */

static struct store *whole;

/* The store of 50 entries is back; the witness has seen 100. */
static void put_back(const struct tlog_trust_file *f) {
    struct diag d = {0};
    struct store_options o = {.now = witness_clock};
    char copy[200];
    world_grow(50, NULL);
    assert_false(exchange(f, HASH_SHA256));
    snprintf(copy, sizeof copy, "%s/backup.db", w.dir);
    expect_ok(store_backup(w.store, copy, &d), &d);
    world_grow(50, NULL);
    assert_false(exchange(f, HASH_SHA256));
    whole = w.store;
    expect_ok(store_open(copy, &o, &w.store, &d), &d);
    w.fixture->store = w.store;
}
static void take_away(void) {
    w.store = store_free(w.store);
    w.fixture->store = w.store = whole;
}

/* Entries are taken in and have their indices; no head is signed, for this reason. */
static void stopped(const char *code) {
    struct diag d = {0};
    int64_t heads = world_int("SELECT count(*) FROM log_head"), n;
    bool made = false;
    world_add(3, NULL);
    expect_ok(tlog_sequence(w.store, &n, &d), &d);
    assert_int_equal(n, 3);
    expect_fail(tlog_checkpoint_make(w.store, &w.keys, &made, &d), &d, E_CORRUPT, code);
    assert_int_equal(world_int("SELECT count(*) FROM log_head"), heads);
}

static void last_code(void *arg, const struct diag *d) { snprintf(arg, 64, "%s", d->code); }

/* What the audit says that is wrong: the last finding's code, "" when nothing is. */
static const char *audited(void) {
    static char code[64];
    struct tlog_audit a;
    struct diag d = {0};
    code[0] = 0;
    expect_ok(tlog_verify_store(w.store, NULL, 0, last_code, code, &a, &d), &d);
    return code;
}

static void show_it(struct span note) {
    struct diag d = {0};
    expect_ok(tlog_doubt_show(w.store, HASH_SHA256, &witness.vkey, note, &d), &d);
}

static enum status restart_log(struct txn *t, void *arg, struct diag *d) { return tlog_restart_in(t, arg, d); }

/* It may not sign on; it shows in the audit; and there is a way out. */
static void old_backup(void **state) {
    WITNESS;
    struct diag d = {0};
    struct tlog_witnessed *list;
    struct hash other = {{7}};
    bool claims, made;
    put_back(trust_of("quorum a\n", 0));
    const struct tlog_trust_file *f = trust_of("quorum a\n", 0);
    world_sound(); /* in itself */
    assert_false(exchange(f, HASH_SHA256));
    assert_string_equal(seen(HASH_SHA256).state.state, "ahead");
    assert_string_equal(seen(HASH_SHA256).state.detail, "100");
    stopped("tlog.doubt_claimed");
    assert_string_equal(audited(), "tlog.doubt_claimed");
    expect_ok(tlog_doubt_unshown(w.store, HASH_SHA256, &witness.vkey, &claims, &d), &d);
    assert_true(claims);
    /* what shows nothing: no note, another's log, another's key, a head that is here */
    AUTO(sign_key) struct sign_key *stranger = NULL;
    expect_ok(sign_key_new(SIGN_ED25519, &stranger, &d), &d);
    show_it(SPAN(""));
    show_it(SPAN("junk\n"));
    show_it(signed_note("unknown.example/log", w.ed25519, 100, other));
    show_it(signed_note("minzheng.example/110102", stranger, 100, other));
    struct build here = {.tree = HASH_SHA256};
    expect_ok(store_read(w.store, build, &here, &d), &d);
    show_it(here.q.note);
    stopped("tlog.doubt_claimed");
    expect_ok(tlog_witness_state(&witness, w.arena, &list, &d), &d);
    show_it(list[0].note);
    stopped("tlog.doubt_shown");
    assert_string_equal(audited(), "tlog.doubt_shown");
    expect_ok(tlog_doubt_unshown(w.store, HASH_SHA256, &witness.vkey, &claims, &d), &d);
    assert_false(claims);
    /* the witness is away, or says nothing any more: what it showed stands */
    struct tlog_cosign_request q;
    bool again;
    expect_ok(tlog_cosign_ask(w.store, HASH_SHA256, &witness.vkey, true, w.arena, &q, &d), &d);
    expect_ok(tlog_cosign_take(w.store, HASH_SHA256, f, 0, q.size, &(struct tlog_cosign_answer){0, SPAN("")}, &again, &d), &d);
    stopped("tlog.doubt_shown");
    /* lost for good: another name, from here on */
    struct tlog_restarted r;
    expect_ok(store_write(w.store, restart_log, &r, &d), &d);
    assert_int_equal(r.n, 1);
    assert_int_equal(r.size, 50);
    expect_fail(tlog_cosign_ask(w.store, HASH_SHA256, &witness.vkey, true, w.arena, &q, &d), &d, E_NOT_FOUND, "tlog.head");
    expect_ok(tlog_cosign_take(w.store, HASH_SHA256, f, 0, 50, &(struct tlog_cosign_answer){409, SPAN("100\n")}, &again, &d), &d); /* late, about the old name */
    expect_ok(tlog_checkpoint_make(w.store, &w.keys, &made, &d), &d);
    assert_true(made);
    assert_int_equal(world_int("SELECT count(*) FROM log_head WHERE note LIKE 'minzheng.example/110102/r1%'"), 2);
    world_sound();
    expect_ok(tlog_cosign_ask(w.store, HASH_SHA256, &witness.vkey, true, w.arena, &q, &d), &d);
    assert_int_equal(status_of(q.body), 404); /* until its operator knows the new keys */
    assert_int_equal(evidence(), 0);
    take_away();
    WITNESS_END;
}

/* The newer copy is put in its place: what was shown is contained, and no doubt is left. */
static void newer_copy(void **state) {
    WITNESS;
    struct diag d = {0};
    struct tlog_witnessed *list;
    put_back(trust_of("quorum a\n", 0));
    expect_ok(tlog_witness_state(&witness, w.arena, &list, &d), &d);
    show_it(list[0].note);
    stopped("tlog.doubt_shown");
    take_away();
    show_it(list[0].note); /* here it is no news */
    assert_int_equal(world_int("SELECT count(*) FROM log_doubt"), 0);
    world_run("INSERT INTO log_doubt (tree, vkey, size, note, stops, seen_at) SELECT tree, 'x', size, note, 1, 0 FROM log_head WHERE size = 100");
    world_grow(5, NULL);
    assert_string_equal(audited(), "");
    WITNESS_END;
}

/* It grew beyond the witness before anybody asked: 422 to a right proof, and the witness's note says the rest. */
static void grown_fork(void **state) {
    WITNESS;
    struct diag d = {0};
    struct tlog_witnessed *list;
    const struct tlog_trust_file *none = trust_of("quorum none\n", 0);
    put_back(none);
    world_grow(60, NULL);
    assert_true(exchange(none, HASH_SHA256));
    assert_false(exchange(none, HASH_SHA256));
    assert_string_equal(seen(HASH_SHA256).state.state, "refused");
    assert_string_equal(seen(HASH_SHA256).state.detail, "422");
    assert_int_equal(witnessed(0, NULL), 100);
    assert_int_equal(evidence(), 1);
    assert_string_equal(audited(), "tlog.doubt_noted");
    world_grow(1, NULL); /* a word alone does not stop a log that asks for no quorum */
    expect_ok(tlog_witness_state(&witness, w.arena, &list, &d), &d);
    show_it(list[0].note);
    stopped("tlog.doubt_shown");
    take_away();
    WITNESS_END;
}

/* The same size, another root. */
static void equal_fork(void **state) {
    WITNESS;
    const struct tlog_trust_file *f = trust_of("quorum a\n", 0);
    put_back(f);
    world_grow(50, NULL);
    assert_true(exchange(f, HASH_SHA256));
    assert_false(exchange(f, HASH_SHA256));
    stopped("tlog.doubt_claimed");
    assert_int_equal(evidence(), 1);
    take_away();
    WITNESS_END;
}

/* One of three that lies does not stop the log, two do; and they may take it back. */
static void lying_witness(void **state) {
    WITNESS;
    struct diag d = {0};
    struct tlog_cosign_request q;
    bool again;
    const struct tlog_trust_file *f = trust_of("group g 2 a x0 x1\nquorum g\n", 2);
    const struct tlog_cosign_answer lie = {409, SPAN("400\n")};
    world_grow(20, NULL);
    for (size_t i = 1; i < 3; i++) {
        expect_ok(tlog_cosign_ask(w.store, HASH_SHA256, &f->witness[i].vkey, true, w.arena, &q, &d), &d);
        expect_ok(tlog_cosign_take(w.store, HASH_SHA256, f, i, q.size, &lie, &again, &d), &d);
        if (i == 1) {
            world_grow(3, NULL);
            assert_string_equal(audited(), "tlog.doubt_noted");
        }
    }
    stopped("tlog.doubt_claimed");
    assert_false(exchange(f, HASH_SHA256));
    stopped("tlog.doubt_claimed"); /* the honest one alone is no quorum */
    expect_ok(tlog_cosign_take(w.store, HASH_SHA256, f, 1, q.size, &(struct tlog_cosign_answer){200, SPAN("")}, &again, &d), &d); /* no signature */
    stopped("tlog.doubt_claimed");
    assert_false(exchange(f, HASH_SHA256));
    assert_int_equal(world_int("SELECT count(*) FROM log_doubt"), 2);
    assert_false(exchange(trust_of("quorum a\n", 0), HASH_SHA256)); /* both taken out of the file: their word no longer counts */
    assert_string_equal(audited(), "tlog.doubt_noted");
    world_grow(1, NULL);
    WITNESS_END;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WORLD_TEST(cosigns), WORLD_TEST_SQLITE(refuses), WORLD_TEST_SQLITE(from_nothing), WORLD_TEST_SQLITE(junk_is_no_evidence), WORLD_TEST_SQLITE(forks_are_evidence),
        WORLD_TEST_SQLITE(room_for_evidence), WORLD_TEST_SQLITE(trees_apart),
        WORLD_TEST_SQLITE(bad_bodies), WORLD_TEST_SQLITE(no_roll_back), WORLD_TEST_SQLITE(survives_kill), WORLD_TEST_SQLITE(clock_back),
        WORLD_TEST(becomes_final), WORLD_TEST(finds_again), WORLD_TEST(strange_answers), WORLD_TEST_SQLITE(old_backup),
        WORLD_TEST_SQLITE(newer_copy), WORLD_TEST_SQLITE(grown_fork), WORLD_TEST_SQLITE(equal_fork), WORLD_TEST(lying_witness),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
