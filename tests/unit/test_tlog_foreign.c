/* Our export before verifiers that we did not write: Go's note and tlog
 * libraries (support/verify_log.go) for the C2SP log, Python's hashlib
 * (support/verify_log_sm3.py) for its twin.  Forgeries must be refused. */
#include "tlog_world.h"

#include <sys/wait.h>

enum { FIRST = 300, SIZE = 66000 }; /* beyond 65,536 there is a tile of level 2: once is enough, on SQLite */

static char out[80];

PRINTF(1, 2)
static int run(const char *fmt, ...) {
    char command[800];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(command, sizeof command, fmt, ap);
    va_end(ap);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const char *source_root(void) {
    const char *root = getenv("SOURCE_ROOT");
    if (!root)
        fail_msg("SOURCE_ROOT is not set");
    return root;
}

/* The program is built once; Go's cache stays in the build's folder. */
static void build_verifier(void) {
    static bool built;
    if (built)
        return;
    if (run("GO111MODULE=off GOPATH=/usr/share/gocode GOPROXY=off GOFLAGS= CGO_ENABLED=0 GOCACHE=\"$PWD/go-cache\""
            " go build -o verify_log %s/tests/support/verify_log.go", source_root()) != 0)
        fail_msg("verify_log.go was not built");
    built = true;
}

static int go(void) { return run("./verify_log %s >%s.log 2>&1", out, out); }
static int python(const char *folder, const char *algorithm) {
    return run("python3 %s/tests/support/verify_log_sm3.py %s%s %s >>%s.log 2>&1", source_root(), out, folder, algorithm, out);
}

static void make_export(int size) {
    struct diag d = {0};
    struct tlog_vkey witness;
    build_verifier();
    snprintf(out, sizeof out, "%s/out", w.dir);
    world_grow(FIRST, NULL);
    world_grow(size - FIRST, NULL);
    expect_ok(tlog_vkey_of("audit.example/w1", w.witness, true, &witness, &d), &d);
    expect_ok(tlog_export(w.store, out, &witness, 1, &d), &d);
}

static enum status latest(struct txn *t, void *arg, struct diag *d) {
    return tlog_head_get(t, HASH_SHA256, 0, w.arena, arg, d);
}

static void cosign(void) {
    struct diag d = {0};
    struct tlog_head head;
    struct tlog_note note;
    struct tlog_vkey witness;
    BUF_AUTO line;
    buf_init(&line, 0);
    expect_ok(store_read(w.store, latest, &head, &d), &d);
    expect_ok(tlog_note_parse(w.arena, head.note, &note, &d), &d);
    expect_ok(tlog_vkey_of("audit.example/w1", w.witness, true, &witness, &d), &d);
    expect_ok(tlog_note_sign(&line, note.text, &witness, w.witness, 1795314700, &d), &d);
    expect_ok(tlog_cosignature_add(w.store, HASH_SHA256, head.size, &witness, buf_span(&line), &d), &d);
    expect_ok(tlog_export(w.store, out, &witness, 1, &d), &d);
}

static void accepted(void **state) {
    WORLD;
    int size = w.postgres ? 1000 : SIZE;
    make_export(size);
    assert_int_equal(go(), 0);
    cosign();
    assert_int_equal(go(), 0);
    assert_int_equal(run("grep -q 'signed by audit.example/w1' %s.log", out), 0);
    assert_int_equal(run("grep -q '300 is a prefix of %d' %s.log", size, out), 0);
    assert_int_equal(run("test -f %s/tile/2/000.p/1 -a -f %s/sm3/tile/2/000.p/1", out, out), w.postgres);
    assert_int_equal(python("", "sha256"), 0);
    assert_int_equal(python("/sm3", "sm3"), 0);
    assert_int_equal(python("/sm3", "sha256"), 1);
}

/* ---- forgeries -------------------------------------------------------------- */

/* A Python line over p(name): the file's path; b: read, w: write. */
#define CHANGE                                                                 \
    "python3 -c \"import hashlib, os, pathlib, shutil, sys\n"                  \
    "def p(n): return pathlib.Path('%s') / n\n"                                \
    "def b(n): return bytearray(p(n).read_bytes())\n"                          \
    "def w(n, v): p(n).write_bytes(bytes(v))\n"                                \
    "%s\""

static void forgeries(void **state) {
    static const struct { const char *what, *change; bool go, python; } row[] = {
        {"an entry", "v = b('tile/entries/000'); v[100] ^= 1; w('tile/entries/000', v)", true, true},
        {"a leaf's hash", "v = b('tile/0/001'); v[100] ^= 1; w('tile/0/001', v)", true, false},
        {"a hash above", "v = b('tile/1/000.p/3'); v[0] ^= 1; w('tile/1/000.p/3', v)", true, false},
        {"an entry and its tile together",
            "v = b('tile/entries/000'); n = int.from_bytes(v[:2], 'big'); v[50] ^= 1; w('tile/entries/000', v);"
            " t = b('tile/0/000'); t[:32] = hashlib.sha256(b'\\0' + v[2:2+n]).digest(); w('tile/0/000', t)",
            true, true},
        {"two entries in each other's place",
            "v = b('tile/entries/000'); n = 2 + int.from_bytes(v[:2], 'big'); m = 2 + int.from_bytes(v[n:n+2], 'big');"
            " w('tile/entries/000', v[n:n+m] + v[:n] + v[n+m:])",
            true, true},
        {"an entry left out", "v = b('tile/entries/003.p/32'); n = 2 + int.from_bytes(v[:2], 'big'); w('tile/entries/003.p/32', v[n:])",
            true, true},
        {"an entry more", "v = b('tile/entries/003.p/32'); w('tile/entries/003.p/32', v + b'\\0\\1x')", true, true},
        {"a torn bundle", "v = b('tile/entries/003.p/32'); w('tile/entries/003.p/32', v[:-1])", true, true},
        {"a lost tile", "p('tile/0/001').unlink()", true, false},
        {"a lost bundle", "p('tile/entries/001').unlink()", true, true},
        {"another root", "v = b('checkpoint').split(b'\\n'); v[2] = v[2][::-1][1:] + b'='; w('checkpoint', b'\\n'.join(v))", true, true},
        {"another size", "v = b('checkpoint').replace(b'\\n800\\n', b'\\n799\\n'); w('checkpoint', v)", true, true},
        {"another origin", "v = b('checkpoint').replace(b'110102\\n', b'110101\\n', 1); w('checkpoint', v)", true, false},
        {"a byte of the signature", "v = b('checkpoint'); i = v.rindex(b'audit') - 12; v[i] = 65 if v[i] != 65 else 66; w('checkpoint', v)",
            true, false},
        {"a byte of the cosignature", "v = b('checkpoint'); v[-12] = 65 if v[-12] != 65 else 66; w('checkpoint', v)", true, false},
        {"no signature of the log", "v = b('checkpoint').split(b'\\n'); del v[4]; w('checkpoint', b'\\n'.join(v))", true, false},
        {"the log shrank", "v = b('checkpoint'); w('checkpoint', b('checkpoint.old')); w('checkpoint.old', v);"
            " os.makedirs(p('tile/entries/001.p')); e = b('tile/entries/001');\nat = 0\nfor i in range(44): at += 2 + int.from_bytes(e[at:at+2], 'big')\n"
            "w('tile/entries/001.p/44', e[:at]); os.makedirs(p('tile/0/001.p')); w('tile/0/001.p/44', b('tile/0/001')[:44*32]);"
            " w('tile/1/000.p/1', b('tile/1/000.p/3')[:32])",
            true, false},
    };
    WORLD;
    make_export(800);
    cosign();
    assert_int_equal(go(), 0);
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        assert_int_equal(run("rm -rf %s.kept && cp -r %s %s.kept", out, out, out), 0);
        if (run(CHANGE, out, row[i].change) != 0)
            fail_msg("%s: was not forged", row[i].what);
        if (go() != row[i].go || python("", "sha256") != row[i].python) {
            (void)!run("cat %s.log", out);
            fail_msg("%s: not as expected", row[i].what);
        }
        assert_int_equal(run("rm -rf %s && mv %s.kept %s", out, out, out), 0);
    }
}

/* Another history of the same size, signed by another key under the same name:
 * refused by who knows the key.  With the same key, a fork: refused by who
 * remembers a checkpoint. */
static void other_histories(void **state) {
    WORLD;
    struct diag d = {0};
    make_export(800);
    char own[80];
    snprintf(own, sizeof own, "%s/own", w.dir);
    assert_int_equal(run("mv %s %s", out, own), 0);
    /* the log begins anew in the same store, with other entries */
    world_run("DELETE FROM log_head");
    world_run("DELETE FROM log_tile");
    world_run("DELETE FROM log_tree");
    world_run("DELETE FROM log_entry");
    world_grow(10, NULL);
    world_grow(900, NULL);
    expect_ok(tlog_export(w.store, out, NULL, 0, &d), &d);
    assert_int_equal(go(), 0);
    assert_int_equal(run("cp %s/checkpoint %s/checkpoint.old", own, out), 0);
    assert_int_equal(go(), 1);
    assert_int_equal(run("grep -q 'not of one history' %s.log", out), 0);

    AUTO(sign_key) struct sign_key *forger = NULL;
    expect_ok(sign_key_new(SIGN_ED25519, &forger, &d), &d);
    world_run("DELETE FROM log_head");
    world_run("UPDATE log_tree SET origin = NULL, vkey = NULL");
    w.keys.ed25519 = forger;
    expect_ok(tlog_checkpoint_make(w.store, &w.keys, NULL, &d), &d);
    assert_int_equal(run("rm -rf %s", out), 0);
    expect_ok(tlog_export(w.store, out, NULL, 0, &d), &d);
    assert_int_equal(go(), 0); /* consistent with itself */
    assert_int_equal(run("cp %s/vkeys %s/vkeys", own, out), 0);
    assert_int_equal(go(), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WORLD_TEST(accepted),
        WORLD_TEST_SQLITE(forgeries), /* the files are the same whatever store they came from */
        WORLD_TEST_SQLITE(other_histories),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
