/* Certificates: signed, in the log, checked offline, revoked. */
#include "../support/civil_world.h"

#include "civil/archive/certificate.h"
#include "civil/evidence/evidence.h"
#include "crypto/sign.h"

enum { CASE = 101, BARE, OTHER };

struct desk { struct world w; struct sign_key *key; int64_t person, id; };
struct made { struct desk *k; int64_t case_id; const char *matter; bool granted; };

static enum status add_case(struct txn *t, void *arg, struct diag *d) {
    struct made *m = arg;
    char number[16];
    snprintf(number, sizeof number, "C%lld", (long long)m->case_id);
    enum status s = sql_exec(t, d,
        "INSERT INTO case_file (district, id, number, matter, scheme, process_file, process_sha, decision_file, state, channel, applicant, division, subdistrict, "
        "applied_at, due_provisional, form, form_salt, version, entered_by, closed_at) "
        "VALUES (?, ?, ?, ?, 'dibao', 'p', 'p', 'd', 'approved', 'counter', ?, '110102001001', '110102001', 1, 0, ?, ?, 1, 11, 1)",
        SQL_I(DISTRICT), SQL_I(m->case_id), SQL_S(number), SQL_S(m->matter), SQL_I(m->k->person), SQL_B(SPAN("x")), SQL_B(SPAN("x")));
    if (s == OK && m->granted)
        s = sql_exec(t, d,
            "INSERT INTO decision_record (district, id, case_id, scheme, as_of, policy_sha, policy_file, parameters, outcome, monthly_fen, once_fen, input, result, trace, "
            "salt, state, computed_at, entry) VALUES (?, ?, ?, 'dibao', 1, 'p', 'p', '[]', 'eligible', 1, 0, ?, ?, ?, ?, 'proposed', 1, 1)",
            SQL_I(DISTRICT), SQL_I(m->case_id), SQL_I(m->case_id), SQL_B(SPAN("x")), SQL_B(SPAN("x")), SQL_B(SPAN("x")), SQL_B(SPAN("x")));
    if (s == OK && m->granted)
        s = sql_exec(t, d,
            "INSERT INTO entitlement (district, id, root, scheme, payee, case_id, decision, subdistrict, division, from_month, to_month, state, created_at, salt, entry) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, '110102001', '110102001001', 23640, ?, 'active', 1, ?, 1)",
            SQL_I(DISTRICT), SQL_I(m->case_id), SQL_I(m->case_id), SQL_S(m->matter), SQL_I(m->k->person), SQL_I(m->case_id), SQL_I(m->case_id), SQL_NIL, SQL_B(SPAN("x")));
    return s;
}

static void open_desk(struct desk *k, struct fixture *f) {
    *k = (struct desk){0};
    world_open(&k->w, f);
    k->person = world_person(&k->w, "王小明", 1);
    expect_ok(sign_key_new(SIGN_SM2, &k->key, &f->diag), &f->diag);
    k->w.civil.certificate_sm2 = k->key;
    struct made all[] = {{k, CASE, "dibao", true}, {k, BARE, "dibao", false}, {k, OTHER, "temporary", true}};
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        expect_ok(WRITE(&k->w, add_case, &all[i]), &f->diag);
}

static void close_desk(struct desk *k) {
    k->key = sign_key_free(k->key);
    world_close(&k->w);
}

struct got { struct desk *k; int64_t id, entry; struct span note, salt, sm3; const char *code; struct buf out; struct json_writer w; };
static enum status get(struct txn *t, void *arg, struct diag *d) {
    struct got *x = arg;
    struct access *access = NULL;
    enum status s = access_begin(x->k->w.arena, &x->k->w.clerk, "clerk", "case_handling", 0, 0, &access, d);
    if (s == OK)
        s = certificate_read_in(&x->k->w.civil, t, access, x->k->w.arena, x->id, &x->note, &x->code, d);
    assert_int_equal(access_empty(access), s != OK);
    return s;
}
static enum status status_of(struct txn *t, void *arg, struct diag *d) {
    struct got *x = arg;
    buf_clear(&x->out);
    json_begin(&x->w, &x->out, false);
    return certificate_status_json(&x->k->w.civil, t, x->entry, x->salt, x->sm3, &x->w, d);
}
static enum status revoked_list(struct txn *t, void *arg, struct diag *d) {
    struct got *x = arg;
    buf_clear(&x->out);
    json_begin(&x->w, &x->out, false);
    return certificate_revoked_json(&x->k->w.civil, t, &x->w, d);
}
static void finding(void *arg, const struct diag *d) { fail_msg("%s", d->code); }
static enum status evidence(struct txn *t, void *arg, struct diag *d) {
    struct evidence_check x = {.civil = arg, .txn = t, .finding = finding};
    return certificate_evidence(&x, d);
}

/* mz1:<origin>:<entry>:<salt>:<sm3> */
static void take_code(struct got *x) {
    const char *at[5] = {x->code};
    for (int i = 1; i < 5; i++)
        at[i] = strchr(at[i - 1], ':') + 1;
    assert_true(strncmp(x->code, "mz1:test.example/log:", 21) == 0);
    x->entry = strtoll(at[2], NULL, 10);
    x->salt = span_bytes(at[3], (size_t)(at[4] - at[3]) - 1);
    x->sm3 = span_of(at[4]);
}

static void a_certificate(void **state) {
    FIXTURE(f);
    struct desk k;
    open_desk(&k, f);
    struct got x = {.k = &k};
    struct tlog_vkey vkey;
    struct certificate_seen seen;
    expect_ok(certificate_issue(&k.w.civil, &k.w.clerk, CASE, &x.id, &f->diag), &f->diag);
    expect_ok(READ(&k.w, get, &x), &f->diag);
    expect_ok(certificate_vkey(&k.w.civil, &vkey, &f->diag), &f->diag);
    expect_ok(certificate_check(k.w.arena, x.note, &vkey, &seen, &f->diag), &f->diag);
    assert_string_equal(json_str(json_get(seen.json, "holder"), "name", ""), "王小明");
    assert_string_equal(json_str(json_get(seen.json, "name"), "zh", ""), "城乡居民最低生活保障金领取证");
    assert_string_equal(json_str(seen.json, "case", ""), "C101");
    BUF_AUTO canonical; /* as the format says */
    buf_init(&canonical, 0);
    json_canonical(&canonical, seen.json);
    assert_true(x.note.size > canonical.size && memcmp(x.note.at, canonical.at, canonical.size) == 0);
    /* Its plain text is nowhere in the store. */
    assert_int_equal(ask_int(f, "SELECT count(*) FROM certificate WHERE length(body) > 100"), 1);

    for (size_t i = 0; i < x.note.size; i += 7) { /* no byte of it is free */
        char *copy = arena_dup(k.w.arena, x.note);
        copy[i] ^= 1;
        assert_true(certificate_check(k.w.arena, span_bytes(copy, x.note.size), &vkey, &seen, NULL) != OK);
    }
    struct sign_key *other = NULL;
    struct tlog_vkey forged;
    expect_ok(sign_key_new(SIGN_SM2, &other, &f->diag), &f->diag);
    expect_ok(tlog_vkey_of("test.example/log/certificates", other, false, &forged, &f->diag), &f->diag);
    expect_fail(certificate_check(k.w.arena, x.note, &forged, &seen, &f->diag), &f->diag, E_NOT_FOUND, "tlog.not_signed");
    sign_key_free(other);

    buf_init(&x.out, 0);
    take_code(&x);
    expect_ok(READ(&k.w, status_of, &x), &f->diag);
    assert_non_null(strstr(buf_str(&x.out), "\"status\":\"valid\""));
    struct got wrong = x;
    wrong.sm3 = SPAN("0000000000000000000000000000000000000000000000000000000000000000");
    expect_fail(READ(&k.w, status_of, &wrong), &f->diag, E_NOT_FOUND, "certificate.unknown");
    wrong = x;
    wrong.salt = SPAN("AAAAAAAAAAAAAAAAAAAAAA==");
    expect_fail(READ(&k.w, status_of, &wrong), &f->diag, E_NOT_FOUND, "certificate.unknown");
    wrong = x;
    wrong.entry++;
    expect_fail(READ(&k.w, status_of, &wrong), &f->diag, E_NOT_FOUND, "certificate.unknown");

    diag_clear(&f->diag);
    expect_ok(certificate_revoke(&k.w.civil, &k.w.clerk, x.id, "ended", &f->diag), &f->diag);
    expect_fail(certificate_revoke(&k.w.civil, &k.w.clerk, x.id, "ended", &f->diag), &f->diag, E_CONFLICT, "certificate.revoked");
    expect_ok(READ(&k.w, status_of, &x), &f->diag);
    assert_non_null(strstr(buf_str(&x.out), "\"status\":\"revoked\""));
    expect_ok(READ(&k.w, revoked_list, &x), &f->diag);
    char *digest = arena_printf(k.w.arena, "\"sm3\":\"%s\"", seen.sm3);
    assert_non_null(strstr(buf_str(&x.out), digest));
    assert_null(strstr(buf_str(&x.out), "王"));
    expect_ok(READ(&k.w, evidence, &k.w.civil), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM log_pending WHERE kind = 'archive'"), 2);
    diag_clear(&f->diag);
    expect_ok(certificate_issue(&k.w.civil, &k.w.clerk, CASE, &x.id, &f->diag), &f->diag); /* another after it */
    buf_release(&x.out);
    close_desk(&k);
}

static void refused(void **state) {
    FIXTURE(f);
    struct desk k;
    int64_t id = 0, first = 0;
    open_desk(&k, f);
    struct actor elsewhere = world_actor(31, "clerk", "110102002");
    struct civil *c = &k.w.civil;
    expect_ok(certificate_issue(c, &k.w.clerk, CASE, &first, &f->diag), &f->diag);
    const struct { const struct actor *who; int64_t case_id; enum status s; const char *code; } row[] = {
        {&k.w.clerk, 999, E_NOT_FOUND, "archive.case"}, {&elsewhere, CASE, E_NOT_FOUND, "archive.case"}, {&k.w.finance, CASE, E_FORBIDDEN, "archive.role"},
        {&k.w.clerk, BARE, E_CONFLICT, "certificate.nothing"}, {&k.w.clerk, OTHER, E_CONFLICT, "certificate.none"}, {&k.w.clerk, CASE, E_CONFLICT, "certificate.exists"},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        diag_clear(&f->diag);
        expect_fail(certificate_issue(c, row[i].who, row[i].case_id, &id, &f->diag), &f->diag, row[i].s, row[i].code);
    }
    static const char *const bad[] = {"", "lost", "ENDED", NULL};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        diag_clear(&f->diag);
        expect_fail(certificate_revoke(c, &k.w.clerk, first, bad[i], &f->diag), &f->diag, E_INPUT, "certificate.reason");
    }
    diag_clear(&f->diag);
    expect_fail(certificate_revoke(c, &elsewhere, first, "ended", &f->diag), &f->diag, E_NOT_FOUND, "certificate.unknown");
    diag_clear(&f->diag);
    expect_fail(certificate_revoke(c, &k.w.clerk, first + 1, "ended", &f->diag), &f->diag, E_NOT_FOUND, "certificate.unknown");
    c->certificate_sm2 = NULL;
    must_run(f, "UPDATE certificate SET revoked_at = 1, revoked_by = 1, reason = 'error', revoke_salt = salt, revoke_entry = 1");
    expect_fail(certificate_issue(c, &k.w.clerk, CASE, &id, &f->diag), &f->diag, E_USAGE, "certificate.no_key");
    close_desk(&k);
}

/* ---- who sees it, on paper and in lists ------------------------------------------------ */

struct seen { struct desk *k; struct actor who; const char *role, *purpose; int64_t id, case_id; const char *state; struct span pdf; struct buf out; struct json_writer w; };
static enum status paper(struct txn *t, void *arg, struct diag *d) {
    struct seen *x = arg;
    struct access *access = NULL;
    enum status s = access_begin(x->k->w.arena, &x->who, x->role, x->purpose, 0, 0, &access, d);
    return s == OK ? certificate_pdf_in(&x->k->w.civil, t, access, x->k->w.arena, x->id, &x->pdf, d) : s;
}
static enum status page(struct txn *t, void *arg, struct diag *d) {
    struct seen *x = arg;
    struct access *access = NULL;
    struct certificate_query q = {.case_id = x->case_id, .state = x->state, .max = 1};
    buf_clear(&x->out);
    json_begin(&x->w, &x->out, false);
    enum status s = access_begin(x->k->w.arena, &x->who, x->role, x->purpose, 0, 0, &access, d);
    return s == OK ? certificate_list_json(&x->k->w.civil, t, access, &q, &x->w, d) : s;
}
static const char *list_of(struct seen *x, struct actor who, const char *role, const char *purpose) {
    x->who = who;
    x->role = role;
    x->purpose = purpose;
    diag_clear(&x->k->w.f->diag);
    expect_ok(READ(&x->k->w, page, x), &x->k->w.f->diag);
    return buf_str(&x->out);
}
static bool drawn(struct seen *x, struct actor who, const char *role, const char *purpose) {
    x->who = who;
    x->role = role;
    x->purpose = purpose;
    diag_clear(&x->k->w.f->diag);
    if (READ(&x->k->w, paper, x) == OK)
        return true;
    assert_string_equal(x->k->w.f->diag.code, "certificate.unknown");
    return false;
}

static void who_sees_it(void **state) {
    FIXTURE(f);
    struct desk k;
    open_desk(&k, f);
    struct civil *c = &k.w.civil;
    struct seen x = {.k = &k};
    buf_init(&x.out, 0);
    struct actor mine = {.account = 41, .kind = "resident", .district = DISTRICT, .person = k.person}, other = mine;
    other.person = world_person(&k.w, "赵", 2);
    struct actor member = k.w.clerk, elsewhere = world_actor(31, "clerk", "110102002");
    member.compartment_count = 1;
    snprintf(member.compartment[0], sizeof member.compartment[0], "adoption");
    x.case_id = CASE;
    assert_non_null(strstr(list_of(&x, k.w.clerk, "clerk", "case_handling"), "\"items\":[],\"may_issue\":true"));
    expect_ok(certificate_issue(c, &k.w.clerk, CASE, &x.id, &f->diag), &f->diag);
    assert_non_null(strstr(list_of(&x, k.w.clerk, "clerk", "case_handling"), "\"holder\":\"王小明\""));
    assert_non_null(strstr(buf_str(&x.out), "\"may_issue\":false"));
    x.case_id = 0;
    assert_non_null(strstr(list_of(&x, mine, "resident", "self"), "\"status\":\"valid\""));
    assert_non_null(strstr(buf_str(&x.out), "\"may_revoke\":false"));
    assert_non_null(strstr(list_of(&x, other, "resident", "self"), "\"items\":[]"));
    assert_non_null(strstr(list_of(&x, elsewhere, "clerk", "case_handling"), "\"items\":[]"));
    assert_true(drawn(&x, mine, "resident", "self") && memcmp(x.pdf.at, "%PDF-", 5) == 0);
    assert_true(drawn(&x, k.w.clerk, "clerk", "case_handling"));
    assert_false(drawn(&x, other, "resident", "self"));
    assert_false(drawn(&x, elsewhere, "clerk", "case_handling"));
    x.state = "revoked";
    assert_non_null(strstr(list_of(&x, k.w.clerk, "clerk", "case_handling"), "\"items\":[]"));
    x.state = "valid";
    assert_non_null(strstr(list_of(&x, k.w.clerk, "clerk", "case_handling"), "\"holder\""));
    x.state = NULL;

    /* In a compartment: its members and its holder. */
    must_run(f, "UPDATE case_file SET compartment = 'adoption'");
    assert_non_null(strstr(list_of(&x, k.w.clerk, "clerk", "case_handling"), "\"items\":[]"));
    assert_non_null(strstr(list_of(&x, member, "clerk", "case_handling"), "\"holder\""));
    assert_false(drawn(&x, k.w.clerk, "clerk", "case_handling"));
    assert_true(drawn(&x, member, "clerk", "case_handling") && drawn(&x, mine, "resident", "self"));
    diag_clear(&f->diag);
    expect_fail(certificate_revoke(c, &k.w.clerk, x.id, "ended", &f->diag), &f->diag, E_NOT_FOUND, "certificate.unknown");
    diag_clear(&f->diag);
    expect_fail(certificate_issue(c, &k.w.clerk, CASE, &x.id, &f->diag), &f->diag, E_NOT_FOUND, "archive.case");

    /* Sealed from the child's account and its guardian. */
    must_run(f, "INSERT INTO secrecy_order (district, id, kind, ground, person, against, open_on, office, role, ordered_by, ordered_at, holder, confirmed_by, confirmed_at) "
                "SELECT district, 9, 'seal', 'guardian_conflict', id, id + 1, 90000, '110102', 'leader', 1, 1, 1, 2, 2 FROM person ORDER BY id LIMIT 1");
    assert_non_null(strstr(list_of(&x, mine, "resident", "self"), "\"items\":[]"));
    assert_false(drawn(&x, mine, "resident", "self"));
    buf_release(&x.out);
    close_desk(&k);
}

struct asked { struct desk *k; struct span text; bool file; struct buf out; struct json_writer w; };
static enum status ask(struct txn *t, void *arg, struct diag *d) {
    struct asked *x = arg;
    buf_clear(&x->out);
    json_begin(&x->w, &x->out, false);
    return x->file ? certificate_file_json(&x->k->w.civil, t, x->text, &x->w, d) : certificate_code_json(&x->k->w.civil, t, x->text, &x->w, d);
}

/* The door for everybody: what it says, what it does not, and what it refuses. */
static void the_public_door(void **state) {
    FIXTURE(f);
    struct desk k;
    open_desk(&k, f);
    struct got x = {.k = &k};
    struct asked a = {.k = &k};
    buf_init(&a.out, 0);
    expect_ok(certificate_issue(&k.w.civil, &k.w.clerk, CASE, &x.id, &f->diag), &f->diag);
    expect_ok(READ(&k.w, get, &x), &f->diag);
    a.text = span_of(x.code);
    expect_ok(READ(&k.w, ask, &a), &f->diag);
    assert_non_null(strstr(buf_str(&a.out), "\"status\":\"valid\""));
    static const char *const hidden[] = {"王", "C101", "1101", "holder", "person"};
    for (size_t i = 0; i < ARRAY_LEN(hidden); i++)
        assert_null(strstr(buf_str(&a.out), hidden[i]));
    struct asked file = {.k = &k, .file = true, .text = x.note, .out = a.out};
    expect_ok(READ(&k.w, ask, &file), &f->diag);
    assert_non_null(strstr(buf_str(&file.out), "\"status\":\"valid\""));

    for (size_t i = 0; i < x.note.size; i += 5) { /* no byte of the file is free */
        char *copy = arena_dup(k.w.arena, x.note);
        copy[i] ^= 1;
        file.text = span_bytes(copy, x.note.size);
        diag_clear(&f->diag);
        expect_fail(READ(&k.w, ask, &file), &f->diag, E_INPUT, "certificate.forged");
    }
    for (size_t n = 0; n < strlen(x.code); n++) { /* nor of the code */
        char *copy = arena_dup(k.w.arena, span_of(x.code));
        copy[n] = copy[n] == '0' ? '1' : '0';
        a.text = span_of(copy);
        diag_clear(&f->diag);
        a.out = file.out;
        /* base64 has bits that say nothing in its last digit; none of them changes the bytes here */
        expect_fail(READ(&k.w, ask, &a), &f->diag, E_NOT_FOUND, "certificate.unknown");
        file.out = a.out;
    }
    static const char *const bad[] = {"", ":", "::::", "mz1", "mz1:test.example/log", "mz1:test.example/log:::", "mz1:test.example/log:99999999999999999999:AA:00", "mz1:other.example:1:AA:00", "\xff"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        a.text = span_of(bad[i]);
        diag_clear(&f->diag);
        expect_fail(READ(&k.w, ask, &a), &f->diag, E_NOT_FOUND, "certificate.unknown");
    }
    /* Signed and not on record, as when the key was taken. */
    a.out = file.out;
    file.text = x.note;
    must_run(f, "DELETE FROM certificate");
    diag_clear(&f->diag);
    file.out = a.out;
    expect_fail(READ(&k.w, ask, &file), &f->diag, E_NOT_FOUND, "certificate.unknown");
    buf_release(&file.out);
    close_desk(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {ON_BOTH(a_certificate), ON_BOTH(refused), ON_BOTH(who_sees_it), ON_BOTH(the_public_door)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
