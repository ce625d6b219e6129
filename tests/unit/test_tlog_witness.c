/* The witness by the letter of C2SP tlog-witness: every answer, the race that
 * would roll it back, forks and shrinking, kill -9. */
#include "witness_world.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

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

int main(void) {
    const struct CMUnitTest tests[] = {
        WORLD_TEST(cosigns), WORLD_TEST_SQLITE(refuses), WORLD_TEST_SQLITE(from_nothing), WORLD_TEST_SQLITE(junk_is_no_evidence), WORLD_TEST_SQLITE(forks_are_evidence),
        WORLD_TEST_SQLITE(room_for_evidence), WORLD_TEST_SQLITE(trees_apart),
        WORLD_TEST_SQLITE(bad_bodies), WORLD_TEST_SQLITE(no_roll_back), WORLD_TEST_SQLITE(survives_kill), WORLD_TEST_SQLITE(clock_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
