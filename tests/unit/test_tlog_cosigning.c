/* The log and its witnesses: when a head is final, strange answers, an old copy of the store
 * that a witness notices, witnesses that lie. */
#include "witness_world.h"

#include "tlog/cosign.h"
#include "tlog/doubt.h"

#include <unistd.h>

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
        WORLD_TEST(becomes_final), WORLD_TEST(finds_again), WORLD_TEST(strange_answers), WORLD_TEST_SQLITE(old_backup),
        WORLD_TEST_SQLITE(newer_copy), WORLD_TEST_SQLITE(grown_fork), WORLD_TEST_SQLITE(equal_fork), WORLD_TEST(lying_witness),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
