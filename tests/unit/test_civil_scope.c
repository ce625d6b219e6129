/* Lists by the places an actor looks after, and what the sweeper asks every second, go by their
 * indexes: what SQLite says of every statement that they ask. */
#include "../support/civil_world.h"

#include "civil/case/case.h"
#include "civil/case/duty.h"
#include "civil/case/migrate.h"
#include "civil/case/models.h"
#include "civil/decision/decision.h"
#include "civil/entitlement/life_json.h"
#include "civil/lead/lead.h"
#include "civil/recheck/recheck.h"
#include "civil/scope.h"

#include <sqlite3.h>

/* ---- what is asked ------------------------------------------------------------------- */

enum { ASKED_MAX = 200 };
static char *asked[ASKED_MAX];
static size_t asked_count;
static bool listening;

static int heard(unsigned what, void *context, void *stmt, void *text) {
    (void)context;
    (void)text;
    const char *sql = sqlite3_sql(stmt);
    if (listening && what == SQLITE_TRACE_STMT && sql && strncmp(sql, "SELECT", 6) == 0) {
        assert_true(asked_count < ASKED_MAX);
        char *whole = sqlite3_expanded_sql(stmt);
        asked[asked_count++] = strdup(whole);
        sqlite3_free(whole);
    }
    return 0;
}

static int listen_to(sqlite3 *db, const char **error, const struct sqlite3_api_routines *api) {
    (void)error;
    (void)api;
    return sqlite3_trace_v2(db, SQLITE_TRACE_STMT, heard, NULL);
}

static struct world w;
static struct policies *policies;
static struct case_models *models;

static void open_world(struct fixture *f) {
    world_open(&w, f);
    expect_ok(policies_load(w.packs, &policies, &f->diag), &f->diag);
    expect_ok(case_models_load(w.packs, &models, &f->diag), &f->diag);
    w.civil.policies = policies;
    w.civil.models = models;
}

static void close_world(void) {
    policies = policies_free(policies);
    models = case_models_free(models);
    world_close(&w);
}

static void forget(void) {
    while (asked_count)
        free(asked[--asked_count]);
}

/* ---- the plan ---------------------------------------------------------------------------- */

struct plan { const char *sql; struct buf text; };

static enum status plan_in(struct txn *t, void *arg, struct diag *d) {
    struct plan *x = arg;
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    char *sql = arena_printf(txn_arena(t), "EXPLAIN QUERY PLAN %s", x->sql);
    buf_clear(&x->text);
    enum status s = sql ? sql_query(t, &r, d, sql) : arena_full(d);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        buf_addf(&x->text, "%.*s\n", SPAN_ARG(rows_text(r, 3)));
    return s;
}

/* Every statement that names `table` reads it (as `alias`) by a condition of an index, or along one
 * in the list's own order until the page is full. */
static void by_index(const char *table, const char *alias, size_t least) {
    struct plan x;
    size_t seen = 0;
    char scan[64], from[64];
    snprintf(scan, sizeof scan, "SCAN %s", alias);
    snprintf(from, sizeof from, "FROM %s ", table);
    buf_init(&x.text, 0);
    listening = false;
    for (size_t i = 0; i < asked_count; i++) {
        if (!strstr(asked[i], from))
            continue;
        x.sql = asked[i];
        expect_ok(READ(&w, plan_in, &x), &w.f->diag);
        const char *at = strstr(buf_str(&x.text), scan), *rest = at ? at + strlen(scan) : "x";
        bool in_order = strncmp(rest, " USING", 6) == 0 && !strstr(buf_str(&x.text), "TEMP B-TREE");
        if (at && (*rest == '\n' || *rest == ' ') && !in_order) {
            print_error("%s\n%s", asked[i], buf_str(&x.text));
            fail_msg("%s is walked through", table);
        }
        seen++;
    }
    if (seen < least)
        fail_msg("%zu statements asked for %s, not %zu", seen, table, least);
    buf_release(&x.text);
}

/* ---- the lists ------------------------------------------------------------------------------ */

typedef enum status (*list_fn)(struct txn *t, struct access *x, const struct actor *who, struct json_writer *out, struct diag *d);
struct look { struct actor who; const char *role; list_fn fn; };

static enum status look_in(struct txn *t, void *arg, struct diag *d) {
    struct look *l = arg;
    struct access *x = NULL;
    struct json_writer json;
    BUF_AUTO out;
    buf_init(&out, 0);
    json_begin(&json, &out, false);
    enum status s = access_begin(w.arena, &l->who, l->role, NULL, DISTRICT, 0, &x, d);
    if (s == OK)
        s = access_act_as(x, l->role, d);
    return s == OK ? l->fn(t, x, &l->who, &json, d) : s;
}

/* An officer with two places: their ranges are an OR. */
static void look(const char *role, list_fn fn) {
    struct look l = {.who = w.clerk, .role = role, .fn = fn};
    l.who.grant_count = 2;
    for (int i = 0; i < 2; i++) {
        snprintf(l.who.grant[i].role, sizeof l.who.grant[i].role, "%s", role);
        snprintf(l.who.grant[i].division, sizeof l.who.grant[i].division, "%s", i ? "110102004" : "110102003");
    }
    forget();
    listening = true;
    expect_ok(READ(&w, look_in, &l), &w.f->diag);
    listening = false;
}

#define LIST(name, ...) \
    static enum status name(struct txn *t, struct access *x, const struct actor *who, struct json_writer *out, struct diag *d) { __VA_ARGS__; }
LIST(leads, return leads_json(&w.civil, t, x, who, &(struct lead_query){0}, out, d))
LIST(cases, return case_list_json(&w.civil, t, x, who, &(struct case_query){0}, out, d))
LIST(tasks, return task_list_json(&w.civil, t, x, who, &(struct task_query){0}, out, d))
LIST(duty, (void)x; return duty_json(&w.civil, t, who, out, d))
LIST(versions, (void)x; return case_processes_json(&w.civil, t, who, out, d))
LIST(findings, return recheck_list_json(&w.civil, t, x, who, 0, NULL, out, d))
LIST(proposals, return proposals_json(&w.civil, t, x, who, &(struct life_query){0}, out, d))
LIST(recoveries, return recoveries_json(&w.civil, t, x, who, &(struct life_query){0}, out, d))
LIST(back_payments, return back_payments_json(&w.civil, t, x, who, &(struct life_query){0}, out, d))
LIST(benefits, return benefits_json(&w.civil, t, x, who, 0, &(struct life_query){0}, out, d))

static void every_list_goes_by_its_index(void **state) {
    static const struct { const char *role; list_fn fn; const char *table, *alias; size_t least; } list[] = {
        {"clerk", leads, "lead", "lead", 1}, {"clerk", cases, "case_file", "case_file", 1}, {"clerk", tasks, "case_task", "k", 2}, {"leader", duty, "case_task", "k", 1},
        {"leader", versions, "case_file", "f", 4}, {"clerk", findings, "recheck_finding", "f", 1}, {"clerk", proposals, "entitlement_proposal", "e", 1},
        {"clerk", recoveries, "recovery", "e", 1}, {"clerk", back_payments, "entitlement_adjustment", "e", 1}, {"clerk", benefits, "entitlement", "e", 1},
    };
    FIXTURE(f);
    open_world(f);
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        look(list[i].role, list[i].fn);
        by_index(list[i].table, list[i].alias, list[i].least);
    }
    forget();
    close_world();
}

/* A million open cases are not counted every second. */
static void a_pass_of_the_sweeper_walks_through_nothing(void **state) {
    static const char *const table[] = {"case_file", "case_task", "case_timer", "outbox", "verification_request", "publication", "notice"};
    bool did = false;
    FIXTURE(f);
    open_world(f);
    forget();
    listening = true;
    expect_ok(case_sweep(&w.civil, &did, &f->diag), &f->diag);
    listening = false;
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        by_index(table[i], table[i], 1);
    struct plan x = {.sql = "SELECT COUNT(*) FROM case_file WHERE closed_at IS NULL AND due_provisional = 1 AND due_on >= 1 AND due_on <= 2"};
    buf_init(&x.text, 0);
    expect_ok(READ(&w, plan_in, &x), &w.f->diag);
    assert_non_null(strstr(buf_str(&x.text), "case_file_provisional"));
    buf_release(&x.text);
    forget();
    close_world();
}

/* Nowhere is nothing, and not everything. */
static void who_has_no_place_sees_nothing(void **state) {
    static const char *const roles[] = {"clerk", NULL};
    struct sql_value v[SCOPE_VALUES_MAX];
    size_t n = 0;
    struct actor who = {.grant_count = 1, .grant = {{.role = "cashier", .division = "110102"}}};
    BUF_AUTO sql;
    AUTO(arena) struct arena *a = arena_new(0);
    buf_init(&sql, 1024);
    scope_of(&sql, v, &n, a, &who, "x", roles, NULL);
    assert_string_equal(buf_str(&sql), "(1 = 0)");
    assert_int_equal(n, 0);
    buf_clear(&sql);
    scope_of(&sql, v, &n, a, &who, "x", NULL, NULL);
    assert_string_equal(buf_str(&sql), "((x >= ? AND x < ?))");
    assert_int_equal(n, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_SQLITE_ONLY(every_list_goes_by_its_index),
        ON_SQLITE_ONLY(a_pass_of_the_sweeper_walks_through_nothing),
        cmocka_unit_test(who_has_no_place_sees_nothing),
    };
    sqlite3_auto_extension((void (*)(void))listen_to); /* every connection from here on */
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
