/* A person's key is erased by law: what was said of him opens no more, the log and every row under evidence stay sound,
 * and what is changed afterwards is still told of. */
#include "case_world.h"

#include "civil/evidence/evidence.h"
#include "civil/register/register.h"

struct looked { int64_t rows, sealed, findings; char first[400]; };

static void remember(void *arg, const struct diag *f) {
    struct looked *x = arg;
    if (!*x->first)
        snprintf(x->first, sizeof x->first, "%s %s", f->code, f->arg_count ? f->arg[0].value : "");
}

static enum status look_in(struct txn *t, void *arg, struct diag *d) {
    struct looked *x = arg;
    struct evidence_check e = {.civil = &b.civil, .txn = t, .finding = remember, .arg = x};
    enum status s = evidence_check_in(&e, d);
    x->rows = e.rows;
    x->sealed = e.sealed;
    x->findings = e.findings;
    return s;
}

static struct looked look(void) {
    struct looked x = {0};
    must(store_read(b.civil.store, look_in, &x, &b.d));
    return x;
}

static enum status erase(struct txn *t, void *arg, struct diag *d) { return person_erase_key(&b.civil, t, DISTRICT, *(int64_t *)arg, d); }

static void the_log_outlives_a_person(void **state) {
    CASE_WORLD;
    struct made m[] = {{"周试七", 1975, 2, 2, true, "本人", FACTS("丧偶", "无业"), 0, ""}, {"周试九", 2016, 4, 4, false, "子女", FACTS("未婚", "无业"), 0, ""}};
    b.household = household(m, 2, "{\"货币财产\":1000}", NULL);
    b.person = m[0].id;
    b.resident = resident_of(b.person, "zhou");
    struct case_ref r = applied();
    investigated(r.id);
    done(b.clerk, r.id, "findings", "符合", NULL);
    done(b.reviewer, r.id, "opinion", "拟同意", NULL);
    spot_checked(r.id);
    done(b.second_reviewer, r.id, "review", "同意", NULL);
    done(b.decider, r.id, "decide", "批准", NULL);
    serve_latest(&b.clerk, r.id);
    done(b.clerk, r.id, "serve_approval", "已送达", NULL);
    assert_string_equal(state_of(r.id), "approved");
    struct looked whole = look();
    assert_string_equal(whole.first, "");
    assert_int_equal(whole.findings, 0);
    int64_t entries = ask("SELECT count(*) FROM log_pending");

    must(store_write(b.civil.store, erase, &b.person, &b.d));
    struct looked after = look();
    assert_string_equal(after.first, "");
    assert_int_equal(after.findings, 0);
    assert_int_equal(after.rows, whole.rows);
    assert_true(after.sealed > whole.sealed + 5); /* his account, his notices, what was done on his case */
    assert_int_equal(ask("SELECT count(*) FROM log_pending"), entries);
    assert_int_equal(ask("SELECT count(*) FROM evidence_row WHERE name = 'person_account' AND id = %lld AND length(salt) > 0", (long long)b.person), 0);

    must_run(b.fixture, "UPDATE case_file SET outcome = 'refused'");
    struct looked changed = look();
    assert_int_equal(changed.findings, 1);
    assert_string_equal(changed.first, "evidence.differs case_file");
}

int main(void) {
    const struct CMUnitTest tests[] = {CASE_TEST(the_log_outlives_a_person)};
    return cmocka_run_group_tests(tests, load_packs, unload_packs);
}
