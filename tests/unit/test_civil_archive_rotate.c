/* A new master key: everything under it, the former one gone, one entry; and
 * what cannot be opened stops it. */
#include "../support/civil_world.h"
#include "../support/papers.h"

#include "civil/archive/archive.h"
#include "civil/archive/rotate.h"
#include "civil/archive/sealed.h"
#include "civil/evidence/evidence.h"
#include "civil/register/record.h"

enum { PEOPLE = 5 };

static void key_path(const struct fixture *f, char out[128]) { snprintf(out, 128, "%s/key", f->folder); }

/* As the command does it. */
static void change_key(struct world *w, struct fixture *f) {
    char file[128];
    key_path(f, file);
    w->vault = vault_free(w->vault);
    expect_ok(vault_rotate(file, &f->diag), &f->diag);
    expect_ok(vault_open(file, &w->vault, &f->diag), &f->diag);
    w->civil.vault = w->vault;
}

static void reopen(struct world *w, struct fixture *f) {
    char file[128];
    key_path(f, file);
    w->vault = vault_free(w->vault);
    expect_ok(vault_open(file, &w->vault, &f->diag), &f->diag);
    w->civil.vault = w->vault;
}

static enum status rotate(struct world *w, struct fixture *f, bool keep, struct archive_rotation *ret) {
    char file[128];
    struct actor system = actor_system();
    key_path(f, file);
    diag_clear(&f->diag);
    return archive_rotate(&w->civil, &system, file, keep, ret, &f->diag);
}

struct look { struct world *w; int64_t person, file; struct span number, paper; };
static enum status look(struct txn *t, void *arg, struct diag *d) {
    struct look *x = arg;
    struct access *access = NULL;
    const char *media, *name;
    enum status s = access_begin(x->w->arena, &x->w->clerk, "clerk", "case_handling", 0, 0, &access, d);
    if (s == OK)
        s = person_reveal(&x->w->civil, t, access, x->w->arena, DISTRICT, x->person, ACCESS_NUMBER, &x->number, d);
    if (s == OK)
        s = archive_open_in(&x->w->civil, t, access, x->w->arena, DISTRICT, x->file, &x->paper, &media, &name, d);
    return s;
}
static enum status add(struct txn *t, void *arg, struct diag *d) {
    struct look *x = arg;
    return archive_add_in(&x->w->civil, t, &x->w->clerk, DISTRICT, x->person, 0, "a.pdf", "id_card", PAPER_PDF, &x->file, d);
}
static enum status by_number(struct txn *t, void *arg, struct diag *d) {
    struct look *x = arg;
    struct access *access = NULL;
    int64_t district, person;
    enum status s = access_begin(x->w->arena, &x->w->clerk, "clerk", "case_handling", 0, 0, &access, d);
    if (s == OK)
        s = person_by_number(&x->w->civil, t, access, x->number, &district, &person, d);
    return s == OK && person != x->person ? E_CORRUPT : s;
}

static void finding(void *arg, const struct diag *d) { fail_msg("%s", d->code); }
static enum status evidence(struct txn *t, void *arg, struct diag *d) {
    struct world *w = arg;
    struct evidence_check x = {.civil = &w->civil, .txn = t, .finding = finding};
    return archive_act_evidence(&x, d);
}

static void a_new_key(void **state) {
    FIXTURE(f);
    struct world w;
    struct archive_rotation x;
    world_open(&w, f);
    struct look p = {.w = &w};
    for (int i = 0; i < PEOPLE; i++)
        p.person = world_person(&w, "王", i + 1);
    expect_ok(WRITE(&w, add, &p), &f->diag);

    expect_ok(rotate(&w, f, false, &x), &f->diag); /* one key: checked, nothing to do */
    assert_true(x.persons == PEOPLE && x.values == 4 * PEOPLE && x.renewed == 0 && !x.retired);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM archive_act"), 0);

    change_key(&w, f);
    expect_ok(READ(&w, look, &p), &f->diag); /* between the two keys too */
    expect_ok(rotate(&w, f, true, &x), &f->diag);
    assert_true(x.persons == PEOPLE && x.renewed == 4 * PEOPLE && !x.retired);
    assert_string_not_equal(x.from, x.to);
    assert_int_equal(vault_key_count(w.vault), 2);
    expect_ok(rotate(&w, f, false, &x), &f->diag); /* kept until now: only the file changes */
    assert_true(x.renewed == 0 && x.retired);
    reopen(&w, f);
    assert_int_equal(vault_key_count(w.vault), 1);
    expect_ok(READ(&w, look, &p), &f->diag);
    assert_true(span_eq(p.paper, PAPER_PDF));
    expect_ok(READ(&w, by_number, &p), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM archive_act a JOIN log_pending l ON l.id = a.entry AND l.kind = 'archive'"), 1);

    change_key(&w, f);
    expect_ok(rotate(&w, f, false, &x), &f->diag);
    assert_true(x.retired && x.renewed == 4 * PEOPLE);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM archive_act"), 2);
    expect_ok(READ(&w, evidence, &w), &f->diag);
    reopen(&w, f);
    expect_ok(READ(&w, look, &p), &f->diag);
    world_close(&w);
}

static void what_does_not_open(void **state) {
    FIXTURE(f);
    struct world w;
    struct archive_rotation x;
    world_open(&w, f);
    for (int i = 0; i < PEOPLE; i++)
        (void)world_person(&w, "王", i + 1);
    must_run(f, "UPDATE person SET phone = bank_account WHERE id = (SELECT max(id) FROM person)");
    change_key(&w, f);
    expect_fail(rotate(&w, f, false, &x), &f->diag, E_CORRUPT, "archive.sealed");
    reopen(&w, f);
    assert_int_equal(vault_key_count(w.vault), 2); /* the former key is still needed */
    assert_int_equal(ask_int(f, "SELECT count(*) FROM archive_act"), 0);
    must_run(f, "UPDATE person SET phone = NULL WHERE id = (SELECT max(id) FROM person)");
    expect_ok(rotate(&w, f, false, &x), &f->diag);
    assert_true(x.retired);
    world_close(&w);
}

/* ---- nothing is forgotten ------------------------------------------------------------ */

/* Sealed with a person's data key, which hangs on the master key as person.data_key. */
static const char *const PERSONS[] = {
    "access_question.text", "access_question.answer", "archive_file.body", "archive_key.wrapped", "case_draft.data", "case_event.body", "case_file.agent_name", "case_file.form",
    "case_party.stated", "certificate.body", "decision_record.input", "decision_record.result", "decision_record.trace", "decision_record.written_reasons",
    "entitlement_note.body", "linkage_act.words", "recheck_finding.detail", "recheck_finding.words", "notice.opening", "remedy.text", "task_draft.data", "verification_request.answer",
};
/* Not sealed: digests, trees and entries of the log, which hold commitments only. */
static const char *const PLAIN[] = {
    "archive_file.sm3", "certificate.sm3", "case_idempotency.body_sha", "evidence_row.digest", "exchange_token.hash", "log_entry.bytes", "log_head.root", "log_pending.bytes", "log_tile.hashes", "log_tree.frontier",
    "schema_migration.sha256", "session.token",
};
/* Salts of commitments and blind indexes are called so. */
static const char *const ENDINGS[] = {"salt", "_blind"};

struct columns { struct world *w; const struct sealed_table *table; size_t tables; int seen, unlisted; };

static bool named(const char *const *list, size_t n, const char *table, const char *column) {
    size_t m = strlen(table);
    for (size_t i = 0; i < n; i++)
        if (strncmp(list[i], table, m) == 0 && list[i][m] == '.' && strcmp(list[i] + m + 1, column) == 0)
            return true;
    return false;
}

static bool listed(const struct columns *x, const char *table, const char *column) {
    for (size_t i = 0; i < x->tables; i++)
        for (size_t k = 0; k < x->table[i].columns; k++)
            if (strcmp(x->table[i].name, table) == 0 && strcmp(x->table[i].column[k], column) == 0)
                return true;
    for (size_t i = 0; i < ARRAY_LEN(ENDINGS); i++)
        if (strlen(column) >= strlen(ENDINGS[i]) && strcmp(column + strlen(column) - strlen(ENDINGS[i]), ENDINGS[i]) == 0)
            return true;
    return named(PERSONS, ARRAY_LEN(PERSONS), table, column) || named(PLAIN, ARRAY_LEN(PLAIN), table, column);
}

static enum status all_listed(struct txn *t, void *arg, struct diag *d) {
    struct columns *x = arg;
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sealed_tables(t, x->w->arena, &x->table, &x->tables, d);
    if (s == OK)
        s = sql_blob_columns(t, &r, d);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        const char *table = rows_dup(r, 0, x->w->arena), *column = rows_dup(r, 1, x->w->arena);
        x->seen++;
        if (!listed(x, table, column)) {
            x->unlisted++;
            print_error("not listed: %s.%s\n", table, column);
        }
    }
    return s;
}

static void every_column_has_its_place(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    struct columns x = {.w = &w};
    expect_ok(READ(&w, all_listed, &x), &f->diag);
    assert_true(x.seen > 60 && x.unlisted == 0);
    world_close(&w);
}

/* A value in each listed table, sealed as its capability seals it. */
static enum status fill_every_table(struct txn *t, void *arg, struct diag *d) {
    struct look *x = arg;
    struct civil *c = &x->w->civil;
    struct vault *v = x->w->vault;
    struct arena *a = txn_arena(t);
    struct span acted, body, look, file;
    struct sql_value salt = SQL_B(SPAN("0123456789abcdef"));
    enum status s = vault_seal(v, SPAN("a reason"), SPAN("secrecy_act.reason|7"), a, &acted, d);
    if (s == OK)
        s = vault_seal(v, SPAN("[]"), SPAN("case_protected.body|5"), a, &body, d);
    if (s == OK)
        s = vault_seal(v, SPAN("another"), SPAN("case_protected_look.reason|8"), a, &look, d);
    if (s == OK)
        s = vault_seal(v, SPAN("bytes"), SPAN("payment_file.body|110102|9"), a, &file, d);
    if (s == OK)
        s = sql_exec(t, d,
            "INSERT INTO case_file (district, id, number, matter, scheme, process_file, process_sha, decision_file, state, channel, applicant, division, subdistrict, "
            "applied_at, due_provisional, form, form_salt, version, entered_by) VALUES (110102, 5, 'C5', 'dibao', 'dibao', 'p', 'p', 'd', 'open', 'counter', ?, '110102001001', '110102001', 1, 0, ?, ?, 1, 11)",
            SQL_I(x->person), salt, salt);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO secrecy_order (district, id, kind, ground, case_id, office, role, ordered_by, ordered_at, holder) "
                           "VALUES (110102, 6, 'place', 'witness_protection', 5, '110102', 'leader', 21, 1, 21)");
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO secrecy_act (district, id, order_id, action, at, account, office, role, reason, salt, entry) VALUES (110102, 7, 6, 'ordered', 1, 21, '110102', 'leader', ?, ?, 1)",
            SQL_B(acted), salt);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO case_protected (district, case_id, at, body, salt, entry) VALUES (110102, 5, 1, ?, ?, 1)", SQL_B(body), salt);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO case_protected_look (district, id, case_id, at, account, office, role, reason, salt, entry) VALUES (110102, 8, 5, 1, 21, '110102', 'clerk', ?, ?, 1)",
            SQL_B(look), salt);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO payment_batch (district, id, month, scheme, state, prepared_by, prepared_at, count, total_fen, blocked, complete, cursor, version) "
                           "VALUES (110102, 9, 24321, 'dibao', 'draft', 1, 1, 0, 0, '', 1, 0, 1)");
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO payment_file (district, batch, sm3, body, made_at, made_by) VALUES (110102, 9, 'x', ?, 1, 1)", SQL_B(file));
    struct actor who = world_actor(21, "district_clerk", "110102");
    struct record_act place = {.act = "new", .on = date_from_ymd(2026, 1, 1), .reason = "登记"};
    if (s == OK)
        s = json_parse(a, SPAN("{\"name\":\"东街养老驿站\",\"kind\":\"care_station\",\"division\":\"110102001001\",\"state\":\"open\",\"phone\":\"19012345678\"}"), &place.values, d);
    return s == OK ? record_write_json(c, t, &who, "facility", &place, &x->file, d) : s;
}

static void every_listed_table_is_renewed(void **state) {
    FIXTURE(f);
    struct world w;
    struct archive_rotation x;
    world_open(&w, f);
    struct look p = {.w = &w, .person = world_person(&w, "王", 1)};
    expect_ok(WRITE(&w, fill_every_table, &p), &f->diag);
    change_key(&w, f);
    expect_ok(rotate(&w, f, false, &x), &f->diag);
    assert_true(x.retired && x.values == 4 + 3 + 1 && x.bank_files == 1 && x.renewed == 9);
    reopen(&w, f);
    expect_ok(rotate(&w, f, false, &x), &f->diag); /* everything opens under the only key */
    assert_true(x.values == 8 && x.bank_files == 1 && x.renewed == 0);
    /* A column in no list: found by what its value begins with, and the former key stays. */
    must_run(f, "UPDATE archive_act SET salt = (SELECT phone FROM person)");
    change_key(&w, f);
    expect_fail(rotate(&w, f, false, &x), &f->diag, E_CORRUPT, "archive.sealed_left");
    reopen(&w, f);
    assert_int_equal(vault_key_count(w.vault), 2);
    world_close(&w);
}

static void a_city_is_no_district(void **state) {
    FIXTURE(f);
    struct world w;
    struct archive_rotation x;
    world_open(&w, f);
    w.civil.district = 0;
    change_key(&w, f);
    expect_ok(rotate(&w, f, true, &x), &f->diag);
    assert_int_equal(ask_int(f, "SELECT district FROM archive_act"), 110000);
    must_run(f, "DELETE FROM setting WHERE name = 'master_key'");
    must_run(f, "DELETE FROM division");
    expect_fail(rotate(&w, f, false, &x), &f->diag, E_NOT_FOUND, "archive.no_division");
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {ON_BOTH(a_new_key), ON_BOTH(what_does_not_open), ON_BOTH(every_column_has_its_place), ON_BOTH(every_listed_table_is_renewed), ON_BOTH(a_city_is_no_district)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
