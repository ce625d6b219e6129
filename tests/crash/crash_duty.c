/* The desk's own house-keeping while the power fails: drafts are kept, tasks are
 * handed on by the dozen, colleagues go away and come back, nights of duty are planned and taken over, one leaves, the leader writes
 * whom residents are to ask, all running cases go to another version of their process and back, and one to another office and back.
 *
 * What was acknowledged is there; a deed that touches many cases touched all of
 * them or none; check-store finds nothing; the work goes on. */
#include "bureau.h"
#include "crash.h"

#include "base/buf.h"
#include "base/json.h"
#include "civil/account/absence.h"
#include "civil/account/account.h"
#include "civil/account/post.h"
#include "civil/account/shift.h"
#include "civil/case/case.h"
#include "civil/case/duty.h"
#include "civil/case/migrate.h"
#include "civil/check/check.h"
#include "civil/register/contact.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CASES = 6, ROUNDS_MAX = 400 }; /* and one more, which goes from office to office */
#define WANDERER "(SELECT MAX(id) FROM case_file)"

enum what { DRAFTED = 1, ASSIGNED, AWAY, BACK, HANDED, MOVED, TOLD, ON_DUTY, PLACED };
struct ack { int64_t id, at; int32_t what, round; };

struct desk {
    struct store *store;
    const struct crash_client *client; /* NULL: nobody listens */
    struct civil civil;
    struct diag d;
};

static struct desk desk_of(struct store *s, const struct crash_client *c) { return (struct desk){.store = s, .client = c, .civil = bureau_in(s)}; }

static void tell(const struct desk *x, enum what what, int round, int64_t id, int64_t at) {
    struct ack a = {.id = id, .at = at, .what = what, .round = round};
    if (x->client)
        crash_ack(x->client, &a);
}

/* ---- what is there ------------------------------------------------------------------- */

struct view {
    int64_t task[CASES];
    int tasks;
    int64_t moved, assigned;  /* events, of all cases */
    int64_t absence;          /* of the first clerk, not ended; 0 */
    int64_t versions;         /* that open cases run on */
    int64_t post, shift, night; /* the post with a roster; a shift that nobody took over yet, 0; the end of the last */
    int64_t case_id, away, placed; /* one open; the one that is at another office, 0; how often one went */
    int64_t told;             /* how often the leader wrote the telephone: its last four digits */
    char file[64];
};

static enum status look(struct txn *t, void *arg, struct diag *d) {
    struct view *v = arg;
    AUTO(rows) struct rows *r = NULL, *f = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d, "SELECT id FROM case_task WHERE state = 'open' AND role = 'clerk' AND case_id <> " WANDERER " ORDER BY id");
    for (v->tasks = 0; s == OK && v->tasks < CASES && (s = rows_next(r, &row, d)) == OK && row;)
        v->task[v->tasks++] = rows_int(r, 0);
    if (s == OK)
        s = sql_int(t, &v->moved, 0, d, "SELECT COUNT(*) FROM case_event WHERE kind = 'migrated'");
    if (s == OK)
        s = sql_int(t, &v->assigned, 0, d, "SELECT COUNT(*) FROM case_event WHERE kind = 'task_assigned'");
    if (s == OK)
        s = sql_int(t, &v->absence, 0, d, "SELECT MAX(id) FROM absence WHERE ended_at IS NULL");
    if (s == OK)
        s = sql_int(t, &v->versions, 0, d, "SELECT COUNT(DISTINCT process_file) FROM case_file");
    if (s == OK)
        s = sql_int(t, &v->told, 0, d, "SELECT MAX(CAST(substr(telephone, 10) AS BIGINT)) FROM division_contact");
    if (s == OK)
        s = sql_int(t, &v->post, 0, d, "SELECT MAX(id) FROM post");
    if (s == OK)
        s = sql_int(t, &v->shift, 0, d, "SELECT MAX(id) FROM post_shift WHERE ended_at IS NULL AND replaces IS NULL AND until_at > ?", SQL_I(txn_now(t)));
    if (s == OK)
        s = sql_int(t, &v->night, 0, d, "SELECT MAX(until_at) FROM post_shift");
    if (s == OK)
        s = sql_int(t, &v->case_id, 0, d, "SELECT " WANDERER);
    if (s == OK)
        s = sql_int(t, &v->away, 0, d, "SELECT MAX(id) FROM case_file WHERE division <> '110102003001'");
    if (s == OK)
        s = sql_int(t, &v->placed, 0, d, "SELECT COUNT(*) FROM case_event WHERE kind = 'transferred'");
    if (s == OK)
        s = sql_one(t, &f, d, "SELECT MIN(process_file) FROM case_file");
    if (s == OK)
        snprintf(v->file, sizeof v->file, "%.*s", SPAN_ARG(rows_text(f, 0)));
    return s;
}

/* ---- the work --------------------------------------------------------------------------- */

static bool expected(const struct desk *x, enum status s, const char *doing) {
    bool disk = x->client && x->client->faults && (s == E_SYSTEM || s == E_BUSY || s == E_CORRUPT);
    if (s == OK || disk)
        return true;
    fprintf(stderr, "%s: %s %s\n", doing, status_name(s), x->d.code);
    return false;
}

static const struct json *task_list(struct arena *a, const struct view *v) {
    const struct json *id[CASES];
    for (int i = 0; i < v->tasks; i++) {
        char *text = arena_printf(a, "%lld", (long long)v->task[i]);
        if (!text || !(id[i] = json_new_string(a, span_of(text))))
            return NULL;
    }
    return json_new_array(a, id, (size_t)v->tasks);
}

struct seen { int64_t task, account, revision; };

static enum status revision_of(struct txn *t, void *arg, struct diag *d) {
    struct seen *x = arg;
    return sql_int(t, &x->revision, 0, d, "SELECT MAX(revision) FROM task_draft WHERE task = ? AND account = ?", SQL_I(x->task), SQL_I(x->account));
}

static enum status draft(struct desk *x, struct arena *a, const struct view *v, int round) {
    const struct actor *clerk = bureau_officer("clerk", "110102003", round % 2);
    char text[64];
    const struct json *data = NULL;
    snprintf(text, sizeof text, "{\"round\":%d}", round);
    enum status s = json_parse(a, span_of(text), &data, &x->d);
    instant_t at = bureau_now(NULL);
    /* whoever has it keeps it; the other is refused */
    struct seen seen = {.task = v->task[0], .account = clerk->account};
    if (s == OK)
        s = store_read(x->civil.store, revision_of, &seen, &x->d);
    if (s == OK)
        s = task_draft_save(&x->civil, a, clerk, v->task[0], NULL, NULL, data, seen.revision, &x->d);
    if (s == OK)
        tell(x, DRAFTED, round, v->task[0], at);
    return s == E_CONFLICT ? OK : s;
}

static enum status assign(struct desk *x, struct arena *a, const struct view *v, int round) {
    const struct actor *from = bureau_officer("clerk", "110102003", (int)(v->assigned / CASES % 2)), *to = bureau_officer("clerk", "110102003", (int)((v->assigned / CASES + 1) % 2));
    const struct json *list = task_list(a, v), *ret = NULL;
    enum status s = list ? case_tasks_act(&x->civil, a, from, list, TASKS_ASSIGN, to->login, false, &ret, &x->d) : arena_full(&x->d);
    if (s == OK)
        tell(x, ASSIGNED, round, 0, v->assigned + v->tasks);
    return s;
}

static enum status away_and_back(struct desk *x, const struct view *v, int round) {
    const struct actor *clerk = bureau_officer("clerk", "110102003", 2);
    date_t today = instant_date(bureau_now(NULL));
    struct absence_new n = {.deputy = bureau_officer("clerk", "110102003", 0)->login, .from = today, .until = today + 3};
    int64_t id = v->absence;
    enum status s = id ? absence_end(&x->civil, clerk, id, &x->d) : absence_declare(&x->civil, clerk, &n, &id, &x->d);
    if (s == OK)
        tell(x, v->absence ? BACK : AWAY, round, id, 0);
    return s == E_CONFLICT ? OK : s; /* its days are over */
}

static enum status hand_over(struct desk *x, struct arena *a, const struct view *v, int round) {
    const struct actor *from = bureau_officer("clerk", "110102003", (int)(v->assigned / CASES % 2)), *to = bureau_officer("clerk", "110102003", (int)((v->assigned / CASES + 1) % 2));
    struct handover h = {from->login, to->login, false, false};
    const struct json *ret = NULL;
    enum status s = case_handover(&x->civil, a, bureau_officer("leader", "110102", 0), &h, &ret, &x->d);
    if (s == OK)
        tell(x, HANDED, round, 0, v->assigned + (int64_t)json_get(ret, "items")->size);
    return s;
}

static enum status migrate(struct desk *x, struct arena *a, const struct view *v, int round) {
    bool new = strcmp(v->file, "process-2026.bpmn") == 0;
    struct case_migration m = {.matter = "dibao", .from = v->file, .to = new ? "process-2020.bpmn" : "process-2026.bpmn", .reason = "试验"};
    const struct json *ret = NULL;
    enum status s = case_migrate(&x->civil, a, bureau_officer("leader", "110102", 0), &m, &ret, &x->d);
    if (s == OK && json_int(ret, "moved", 0) != CASES + 1)
        return diag_fail(&x->d, E_CORRUPT, "crash.moved");
    if (s == OK)
        tell(x, MOVED, round, 0, v->moved + CASES + 1);
    return s;
}

/* The number counts up, so that a later one is never taken for an earlier. */
static enum status contact(struct desk *x, struct arena *a, const struct view *v, int round) {
    int64_t n = v->told + 1;
    char *telephone = arena_printf(a, "010-0000 %04lld", (long long)n);
    struct contact k = {.division = "110102003", .office = "试验窗口", .telephone = telephone, .address = "试验路 1 号", .hours = "工作日"};
    enum status s = telephone ? contact_put(&x->civil, bureau_officer("leader", "110102", 0), &k, &x->d) : arena_full(&x->d);
    if (s == OK)
        tell(x, TOLD, round, n, 0);
    return s;
}

/* The night after the last one planned, or somebody takes it over. */
static enum status on_duty(struct desk *x, const struct view *v, int round) {
    const struct actor *leader = bureau_officer("leader", "110102", 0);
    date_t today = instant_date(bureau_now(NULL)), after = v->night ? instant_date(v->night) : today, from = after > today ? after : today;
    struct shift_plan p = {.post = v->post, .login = {bureau_officer("clerk", "110102003", 0)->login}, .logins = 1, .from = from, .until = from + 1, .begins = "17:00", .ends = "09:00",
        .days = "all", .telephone = "12345"};
    struct shift_replacement r = {.shift = v->shift, .login = bureau_officer("clerk", "110102003", 1)->login, .reason = "试验"};
    int made = 0;
    int64_t id = 0;
    enum status s = v->shift ? shift_replace(&x->civil, leader, &r, &id, &x->d) : shift_plan(&x->civil, leader, &p, &made, &x->d);
    if (s == OK && v->shift)
        tell(x, ON_DUTY, round, id, 0);
    return s;
}

/* To the subdistrict beside it and, in the same round, back: the others find it where they look for it. */
static enum status elsewhere(struct desk *x, const struct view *v, int round) {
    static const char *const place[] = {"110102004001", "110102003001"};
    const struct actor *leader = bureau_officer("leader", "110102", 0);
    enum status s = OK;
    for (size_t i = v->away ? 1 : 0; s == OK && i < ARRAY_LEN(place); i++) {
        s = case_transfer(&x->civil, leader, v->away ? v->away : v->case_id, place[i], "试验移交", 0, &x->d);
        if (s == OK)
            tell(x, PLACED, round, 0, v->placed + (int64_t)i + 1 - (v->away ? 1 : 0));
    }
    return s;
}

static enum status one_round(struct desk *x, int round) {
    struct view v = {.tasks = 0};
    AUTO(arena) struct arena *a = arena_new(0);
    diag_clear(&x->d);
    enum status s = a ? store_read(x->store, look, &v, &x->d) : arena_full(&x->d);
    if (s == OK && v.tasks != CASES)
        return diag_fail(&x->d, E_CORRUPT, "crash.tasks", DIAG_N("tasks", v.tasks));
    bureau_pass(1);
    if (s != OK)
        return s;
    switch (v.away ? 6 : round % 8) { /* one that is away after a crash comes back first */
    case 0: return assign(x, a, &v, round);
    case 1: return draft(x, a, &v, round);
    case 2: return migrate(x, a, &v, round);
    case 3: return away_and_back(x, &v, round);
    case 4: return contact(x, a, &v, round);
    case 5: return on_duty(x, &v, round);
    case 6: return elsewhere(x, &v, round);
    default: return hand_over(x, a, &v, round);
    }
}

static void run(struct store *s, const struct crash_client *c) {
    struct desk x = desk_of(s, c);
    for (int round = 0; round < ROUNDS_MAX; round++)
        if (!expected(&x, one_round(&x, round), "round"))
            _exit(4);
}

static enum status prepare(struct store *s, void *arg, struct diag *d) {
    enum status st = bureau_make(s, d);
    struct desk x = desk_of(s, NULL);
    struct post_new post = {.name = "值班岗", .division = "110102003", .role = {"reviewer"}, .role_count = 1};
    int64_t id = 0;
    if (st == OK)
        st = post_add(&x.civil, bureau_officer("leader", "110102", 0), &post, &id, d);
    for (int home = 0; st == OK && home < CASES + 1; home++) {
        const struct bureau_household *h = &bureau()->home[home];
        const struct json *errors = NULL;
        struct case_ref ref;
        struct application ap = {.matter = "dibao", .channel = "portal", .data = h->form, .applicant_district = BUREAU_DISTRICT, .applicant = h->person};
        AUTO(arena) struct arena *a = arena_new(0);
        st = a ? case_apply(&x.civil, a, &h->resident, &ap, &ref, &errors, d) : arena_full(d);
    }
    return st;
}

/* ---- afterwards ----------------------------------------------------------------------------- */

struct asking { const struct crash_acks *acks; };

/* A deed of many cases is of all of them. */
static enum status whole(struct txn *t, struct diag *d) {
    static const char *const rules[] = {
        "SELECT COUNT(DISTINCT process_file) - 1 FROM case_file",
        "SELECT COUNT(DISTINCT n) - 1 FROM (SELECT COUNT(e.seq) AS n FROM case_file f LEFT JOIN case_event e ON e.district = f.district AND e.case_id = f.id AND e.kind = 'migrated' GROUP BY f.id) x",
        "SELECT COUNT(DISTINCT n) - 1 FROM (SELECT COUNT(e.seq) AS n FROM case_file f LEFT JOIN case_event e ON e.district = f.district AND e.case_id = f.id AND e.kind = 'task_assigned' WHERE f.id <> " WANDERER " GROUP BY f.id) x",
        ("SELECT COUNT(DISTINCT COALESCE(claimed_by, 0)) - 1 FROM case_task WHERE state = 'open' AND case_id <> " WANDERER),
        /* a beginning and an end are two entries each */
        "SELECT (SELECT COUNT(*) FROM account_entry WHERE action IN ('away', 'deputy')) - 2 * (SELECT COUNT(*) FROM absence)",
        "SELECT (SELECT COUNT(*) FROM account_entry WHERE action IN ('back', 'deputy_ended')) - 2 * (SELECT COUNT(*) FROM absence WHERE ended_at IS NOT NULL)",
        "SELECT (SELECT COUNT(*) FROM account_entry WHERE action = 'on_duty') - (SELECT COUNT(*) FROM post_shift)",
        "SELECT (SELECT COUNT(*) FROM account_entry WHERE action = 'off_duty') - (SELECT COUNT(*) FROM post_shift WHERE ended_at IS NOT NULL)",
        /* what was taken over was ended in the same write, and two nights were planned at once */
        "SELECT (SELECT COUNT(*) FROM post_shift WHERE replaces IS NOT NULL) - (SELECT COUNT(*) FROM post_shift WHERE ended_at IS NOT NULL)",
        "SELECT COUNT(*) % 2 FROM post_shift WHERE replaces IS NULL",
        /* a case is where its tasks are, and went as often as it says */
        "SELECT COUNT(*) FROM case_file f JOIN case_task k ON k.district = f.district AND k.case_id = f.id WHERE k.state = 'open' AND SUBSTR(f.division, 1, LENGTH(k.division)) <> k.division",
        "SELECT COUNT(*) FROM case_file f WHERE SUBSTR(f.division, 1, 9) <> f.subdistrict",
        "SELECT COUNT(*) FROM case_file f WHERE (SELECT COUNT(*) FROM case_event e WHERE e.district = f.district AND e.case_id = f.id AND e.kind = 'transferred') % 2 <> CASE f.division WHEN '110102003001' THEN 0 ELSE 1 END",
    };
    enum status s = OK;
    for (size_t i = 0; s == OK && i < ARRAY_LEN(rules); i++) {
        int64_t n = 0;
        s = sql_int(t, &n, 0, d, rules[i]);
        if (s == OK && n)
            return diag_fail(d, E_CORRUPT, "crash.torn", DIAG_N("rule", (long long)i), DIAG_N("by", (long long)n));
    }
    return s;
}

static enum status check_ack(struct txn *t, const struct ack *a, struct diag *d) {
    int64_t n = 0;
    enum status s = OK;
    switch ((enum what)a->what) {
    case DRAFTED: s = sql_int(t, &n, 0, d, "SELECT COUNT(*) FROM task_draft WHERE task = ? AND saved_at >= ?", SQL_I(a->id), SQL_I(a->at)); break;
    case ASSIGNED:
    case HANDED: s = sql_int(t, &n, 0, d, "SELECT CASE WHEN COUNT(*) >= ? THEN 1 ELSE 0 END FROM case_event WHERE kind = 'task_assigned'", SQL_I(a->at)); break;
    case AWAY: s = sql_int(t, &n, 0, d, "SELECT COUNT(*) FROM absence WHERE id = ?", SQL_I(a->id)); break;
    case BACK: s = sql_int(t, &n, 0, d, "SELECT COUNT(*) FROM absence WHERE id = ? AND ended_at IS NOT NULL", SQL_I(a->id)); break;
    case TOLD: s = sql_int(t, &n, 0, d, "SELECT COUNT(*) FROM division_contact WHERE division = '110102003' AND CAST(substr(telephone, 10) AS BIGINT) >= ?", SQL_I(a->id)); break;
    case ON_DUTY: s = sql_int(t, &n, 0, d, "SELECT COUNT(*) FROM post_shift n JOIN post_shift o ON o.id = n.replaces WHERE n.id = ? AND o.ended_at IS NOT NULL", SQL_I(a->id)); break;
    case PLACED: s = sql_int(t, &n, 0, d, "SELECT CASE WHEN COUNT(*) >= ? THEN 1 ELSE 0 END FROM case_event WHERE kind = 'transferred'", SQL_I(a->at)); break;
    case MOVED: s = sql_int(t, &n, 0, d, "SELECT CASE WHEN COUNT(*) >= ? THEN 1 ELSE 0 END FROM case_event WHERE kind = 'migrated'", SQL_I(a->at)); break;
    }
    return s == OK && n < 1 ? diag_fail(d, E_CORRUPT, "crash.lost", DIAG_N("what", a->what), DIAG_N("round", a->round)) : s;
}

static enum status check(struct txn *t, void *arg, struct diag *d) {
    const struct asking *x = arg;
    enum status s = whole(t, d);
    for (size_t i = 0; s == OK && i < x->acks->count; i++) {
        struct ack a;
        memcpy(&a, x->acks->at + i * sizeof a, sizeof a);
        s = check_ack(t, &a, d);
    }
    return s;
}

static bool nothing_found(struct civil *c, struct diag *d) {
    BUF_AUTO findings;
    int count = 0;
    buf_init(&findings, 0);
    if (check_store(c, LANG_EN, &findings, &count, d) != OK)
        return false;
    if (count)
        diag_fail(d, E_CORRUPT, "crash.found", DIAG_N("count", count), DIAG_S("first", buf_str(&findings)));
    return count == 0;
}

/* The child's clock ran on: after it is after what it wrote. */
static enum status last_moment(struct txn *t, void *arg, struct diag *d) {
    int64_t event = 0, absence = 0, shift = 0;
    enum status s = sql_int(t, &event, 0, d, "SELECT MAX(at) FROM case_event");
    if (s == OK)
        s = sql_int(t, &absence, 0, d, "SELECT MAX(declared_at) FROM absence");
    if (s == OK)
        s = sql_int(t, &shift, 0, d, "SELECT MAX(made_at) FROM post_shift");
    event = event > shift ? event : shift;
    bureau_set_clock((event > absence ? event : absence) + INT64_C(60000000));
    return s;
}

static bool verify(struct store *s, const struct crash_acks *acks, void *arg, struct diag *d) {
    struct desk x = desk_of(s, NULL);
    struct asking asking = {acks};
    instant_t was = bureau_now(NULL);
    bool ok = store_read(s, last_moment, NULL, d) == OK && store_read(s, check, &asking, d) == OK && nothing_found(&x.civil, d);
    for (int round = 0; ok && round < 14; round++)
        if (one_round(&x, round) != OK) {
            *d = x.d;
            ok = false;
        }
    ok = ok && store_read(s, check, &asking, d) == OK && nothing_found(&x.civil, d);
    bureau_set_clock(was);
    return ok;
}

const struct crash_workload crash_duty = {
    .name = "duty",
    .ack_size = sizeof(struct ack),
    .now = bureau_now,
    .prepare = prepare,
    .run = run,
    .verify = verify,
};
