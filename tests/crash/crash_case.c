/* The product's own work while the power fails: residents apply, officers
 * complete tasks, serve notices and pay, the sweeper fires clocks and fetches
 * answers, the log signs heads; all at once on one store.
 *
 * Everything that was answered is acknowledged.  Afterwards every acknowledged
 * step is there, check-store finds nothing (no case between two steps, no event
 * without its log entry, books that balance), nothing happened twice, the
 * same application with the same key is the same case, and the work goes on. */
#include "bureau.h"
#include "crash.h"

#include "../support/papers.h"

#include "base/buf.h"
#include "base/json.h"
#include "civil/case/models.h"
#include "civil/check/check.h"
#include "civil/payment/payment.h"
#include "store/store.h"
#include "tlog/log.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { DESKS = 3, STEPS_MAX = 600, TASKS_MAX = 8, SWEEPS_MAX = 80, DAY_S = 86400 };

enum what { APPLIED = 1, REFUSED, TASK_DONE, AUTHORISED, SERVED, PAPER, WITHDRAWN, HEAD, PREPARED, APPROVED, SENT, CANCELLED };
struct ack {
    int32_t what, home;
    int64_t id, other;
    char text[80];
};

struct desk {
    struct store *store;
    const struct crash_client *client; /* NULL: before the first crash, nobody listens */
    struct civil civil;
    int first, last; /* households */
    uint64_t chance;
    int applications;
    int64_t open[BUREAU_HOUSEHOLDS]; /* case, 0: none */
    struct diag d;
};

static uint64_t draw(struct desk *x, uint64_t below) {
    uint64_t z = (x->chance += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (z ^ z >> 31) % below;
}

static void tell(const struct desk *x, enum what what, int home, int64_t id, int64_t other, const char *text) {
    struct ack a = {.what = what, .home = home, .id = id, .other = other};
    snprintf(a.text, sizeof a.text, "%s", text ? text : "");
    if (x->client)
        crash_ack(x->client, &a);
}

/* What others or a clock overtook is no failure, and neither is a disk that
 * was told to fail; all else is a bug of the test or of the product. */
static bool expected(const struct desk *x, enum status s, const char *doing) {
    bool disk = x->client && x->client->faults && (s == E_SYSTEM || s == E_BUSY || s == E_CORRUPT);
    if (s == OK || s == E_CONFLICT || s == E_FORBIDDEN || disk)
        return true;
    fprintf(stderr, "%s: %s %s %s=%s\n", doing, status_name(s), x->d.code, x->d.arg_count ? x->d.arg[0].name : "", x->d.arg_count ? x->d.arg[0].value : "");
    return false;
}

/* ---- seeing what is to be done ----------------------------------------------------------- */

struct task { int64_t id; char element[32], role[24], division[13]; };
struct view {
    int64_t case_id;
    char state[24], outcome[24];
    bool closed;
    struct task task[TASKS_MAX];
    int tasks;
    int64_t notice, party;
};

static void take(char *out, size_t size, const struct rows *r, int column) { snprintf(out, size, "%.*s", SPAN_ARG(rows_text(r, column))); }

static enum status see_case(struct txn *t, void *arg, struct diag *d) {
    struct view *v = arg;
    AUTO(rows) struct rows *f = NULL, *r = NULL, *q = NULL;
    enum status s = sql_one(t, &f, d, "SELECT state, closed_at FROM case_file WHERE id = ?", SQL_I(v->case_id));
    if (s != OK)
        return s;
    take(v->state, sizeof v->state, f, 0);
    v->closed = !rows_null(f, 1);
    v->tasks = 0;
    s = sql_query(t, &r, d, "SELECT id, element, role, division FROM case_task WHERE case_id = ? AND state = 'open' ORDER BY id", SQL_I(v->case_id));
    for (bool more = true; s == OK && v->tasks < TASKS_MAX;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        struct task *k = &v->task[v->tasks++];
        k->id = rows_int(r, 0);
        take(k->element, sizeof k->element, r, 1);
        take(k->role, sizeof k->role, r, 2);
        take(k->division, sizeof k->division, r, 3);
    }
    bool found = false;
    v->outcome[0] = 0;
    if (s == OK)
        s = sql_query(t, &q, d, "SELECT outcome FROM decision_record WHERE case_id = ? ORDER BY id DESC LIMIT 1", SQL_I(v->case_id));
    if (s == OK && (s = rows_next(q, &found, d)) == OK && found)
        take(v->outcome, sizeof v->outcome, q, 0);
    if (s == OK)
        s = sql_int(t, &v->notice, 0, d, "SELECT MIN(id) FROM notice WHERE case_id = ? AND served_at IS NULL", SQL_I(v->case_id));
    return s == OK ? sql_int(t, &v->party, 0, d, "SELECT MIN(person) FROM case_party WHERE case_id = ? AND consent_needed = 1 AND authorised_at IS NULL", SQL_I(v->case_id)) : s;
}

/* ---- doing it --------------------------------------------------------------------------------- */

static const char *choice(struct desk *x, const struct view *v, const char *element) {
    static const char *const fixed[][2] = {{"accept_again", "受理"}, {"authorise", "全部授权"}, {"visit", "已调查"}, {"visit_second", "属实"}, {"explain_review", "说明不成立"},
        {"appraise", "结果真实"}, {"reinvestigate", "已重新核实"}, {"submit", "已上报"}, {"spotcheck_visit", "属实"}, {"review", "同意"}, {"serve_approval", "已送达"}, {"serve_refusal", "已送达"},
        {"serve_rejection", "已送达"}, {"serve_lapse", "已送达"}};
    bool eligible = strcmp(v->outcome, "eligible") == 0;
    if (strcmp(element, "accept") == 0)
        return draw(x, 10) ? "受理" : "补正";
    if (strcmp(element, "findings") == 0)
        return !eligible ? "不符合" : draw(x, 10) ? "符合" : "有争议";
    if (strcmp(element, "opinion") == 0)
        return eligible ? "拟同意" : "拟不同意";
    if (strcmp(element, "decide") == 0)
        return eligible ? "批准" : "不予批准";
    for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
        if (strcmp(fixed[i][0], element) == 0)
            return fixed[i][1];
    return "";
}

static enum status apply(struct desk *x, int home, const char *key, struct case_ref *ret) {
    const struct bureau_household *h = &bureau()->home[home];
    const struct json *errors = NULL;
    struct application ap = {.matter = "dibao", .channel = "portal", .data = h->form, .applicant_district = BUREAU_DISTRICT, .applicant = h->person, .idempotency_key = key};
    AUTO(arena) struct arena *a = arena_new(0);
    diag_clear(&x->d);
    return a ? case_apply(&x->civil, a, &h->resident, &ap, ret, &errors, &x->d) : arena_full(&x->d);
}

static void key_of(const struct desk *x, char out[80], int home, int n) { snprintf(out, 80, "%llu-%d-%d", (unsigned long long)(x->client ? x->client->seed : 0), home, n); }

static bool open_case(struct desk *x, int home) {
    char key[80];
    struct case_ref ref;
    key_of(x, key, home, ++x->applications);
    enum status s = apply(x, home, key, &ref);
    if (s == OK) {
        x->open[home] = ref.id;
        tell(x, APPLIED, home, ref.id, ref.entry, key);
    }
    return expected(x, s, "apply");
}

/* A second one beside an open one is refused, and leaves no trace. */
static bool open_twice(struct desk *x, int home) {
    char key[80];
    struct case_ref ref;
    key_of(x, key, home, ++x->applications);
    enum status s = apply(x, home, key, &ref);
    if (s == E_CONFLICT && strcmp(x->d.code, "case.already_open") == 0)
        tell(x, REFUSED, home, 0, 0, key);
    else if (s == OK)
        tell(x, APPLIED, home, ref.id, ref.entry, key); /* it had just been closed */
    return expected(x, s, "apply again");
}

static bool complete(struct desk *x, int home, const struct view *v, const struct task *k) {
    const char *outcome = choice(x, v, k->element);
    enum status s = E_FORBIDDEN; /* four eyes may refuse the first colleague */
    for (int i = 0; s == E_FORBIDDEN; i++) {
        const struct actor *who = bureau_officer(k->role, k->division, i);
        AUTO(arena) struct arena *a = arena_new(0);
        if (!who || !a)
            break;
        diag_clear(&x->d);
        s = case_task_complete(&x->civil, a, who, k->id, outcome, "按规定办理",
            desk_example(a, packs_matter(x->civil.packs, "dibao"), k->element, instant_date(bureau_now(NULL))), NULL, &x->d);
        if (s == OK)
            tell(x, TASK_DONE, home, k->id, who->account, outcome);
    }
    return expected(x, s, k->element);
}

static bool serve(struct desk *x, const struct view *v) {
    const struct actor *clerk = bureau_officer("clerk", "110102003001", 0);
    enum status s = case_notice_served(&x->civil, clerk, v->case_id, v->notice, "in_person", 0, 0, &x->d);
    if (s == OK)
        tell(x, SERVED, 0, v->notice, v->case_id, NULL);
    return expected(x, s, "serve");
}

static bool bring_paper(struct desk *x, const struct view *v, int home) {
    int64_t id = 0;
    enum status s = case_paper_add(&x->civil, &bureau()->home[home].resident, v->case_id, "收入.pdf", "income", PAPER_PDF, &id, &x->d);
    if (s == OK)
        tell(x, PAPER, home, id, v->case_id, NULL);
    return expected(x, s, "paper");
}

static bool authorise(struct desk *x, const struct view *v) {
    enum status s = case_authorise(&x->civil, bureau_officer("clerk", "110102003001", 0), v->case_id, v->party, "paper", 0, &x->d);
    if (s == OK)
        tell(x, AUTHORISED, 0, v->party, v->case_id, NULL);
    return expected(x, s, "authorise");
}

static bool withdraw(struct desk *x, const struct view *v, int home) {
    enum status s = case_withdraw(&x->civil, &bureau()->home[home].resident, v->case_id, "找到工作了", 0, &x->d);
    if (s == OK)
        tell(x, WITHDRAWN, home, v->case_id, 0, NULL);
    return expected(x, s, "withdraw");
}

/* One step of one household's case; *ret_idle when it waits for a clock. */
static bool step(struct desk *x, int home, bool *ret_idle) {
    struct view v = {.case_id = x->open[home]};
    *ret_idle = false;
    diag_clear(&x->d);
    if (!v.case_id)
        return open_case(x, home);
    enum status s = store_read(x->store, see_case, &v, &x->d);
    if (s != OK)
        return expected(x, s, "look");
    diag_clear(&x->d);
    if (v.closed) {
        x->open[home] = 0;
        return true;
    }
    if (draw(x, 40) == 0)
        return withdraw(x, &v, home);
    if (draw(x, 12) == 0)
        return open_twice(x, home);
    if (v.notice && (v.tasks == 0 || draw(x, 2) || strncmp(v.task[0].element, "serve", 5) == 0))
        return serve(x, &v);
    if (strcmp(v.state, "supplement") == 0 && !v.notice)
        return bring_paper(x, &v, home);
    if (v.party)
        return authorise(x, &v);
    if (v.tasks)
        return complete(x, home, &v, &v.task[draw(x, (uint64_t)v.tasks)]);
    *ret_idle = true;
    return true;
}

/* ---- the threads ---------------------------------------------------------------------------------- */

static void went_wrong(void) { _exit(3); }

static void *work(void *arg) {
    struct desk *x = arg;
    for (int i = 0; i < STEPS_MAX; i++) {
        bool idle = false;
        int home = x->first + (int)draw(x, (uint64_t)(x->last - x->first));
        if (!step(x, home, &idle))
            went_wrong();
        if (idle)
            usleep(500);
        else
            bureau_pass(300);
    }
    return NULL;
}

static enum status newest_head(struct txn *t, void *arg, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct tlog_head h;
    struct ack *ack = arg;
    enum status s = a ? tlog_head_get(t, HASH_SHA256, 0, a, &h, d) : arena_full(d);
    if (s == OK) {
        ack->id = (int64_t)h.size;
        memcpy(ack->text, h.root.byte, HASH_BYTES);
    }
    return s;
}

/* A head that was shown may never be taken back. */
static bool sweep_once(struct desk *x, bool *ret_did) {
    struct tlog_keys keys = {x->civil.log_origin, x->civil.log_ed25519, x->civil.log_sm2};
    struct ack a = {.what = HEAD};
    diag_clear(&x->d);
    enum status s = case_sweep(&x->civil, ret_did, &x->d);
    if (s == OK)
        s = tlog_sequence(x->store, NULL, &x->d);
    if (s == OK)
        s = tlog_checkpoint_make(x->store, &keys, NULL, &x->d);
    if (s == OK)
        s = store_read(x->store, newest_head, &a, &x->d);
    if (s == OK && x->client)
        crash_ack(x->client, &a);
    return expected(x, s, "sweep");
}

static void *sweep(void *arg) {
    struct desk *x = arg;
    for (int i = 0; i < STEPS_MAX; i++) {
        bool did = false;
        if (!sweep_once(x, &did))
            went_wrong();
        bureau_pass(6 * 3600);
        usleep(1000);
    }
    return NULL;
}

static enum status pay_step(struct desk *x, month_t m, bool *ret_paid) {
    const struct actor *cashier = bureau_officer("cashier", "110102", 0), *finance = bureau_officer("finance", "110102", 0);
    AUTO(arena) struct arena *a = arena_new(0);
    int64_t batch = 0;
    struct span file;
    const char *name;
    *ret_paid = false;
    enum status s = a ? payment_batch_prepare(&x->civil, cashier, BUREAU_DISTRICT, "dibao", m, &batch, NULL, &x->d) : arena_full(&x->d);
    if (s != OK)
        return s;
    tell(x, PREPARED, 0, batch, m, NULL);
    s = payment_batch_approve(&x->civil, finance, batch, 0, &x->d);
    if (s == E_CONFLICT) { /* nobody to pay yet */
        diag_clear(&x->d);
        s = payment_batch_cancel(&x->civil, cashier, batch, 0, "没有对象", &x->d);
        if (s == OK)
            tell(x, CANCELLED, 0, batch, m, NULL);
        return s;
    }
    if (s != OK)
        return s;
    tell(x, APPROVED, 0, batch, m, NULL);
    s = payment_batch_file(&x->civil, a, cashier, batch, &file, &name, &x->d);
    if (s == OK)
        tell(x, SENT, 0, batch, (int64_t)file.size, NULL);
    *ret_paid = s == OK;
    return s;
}

static void *pay(void *arg) {
    struct desk *x = arg;
    month_t first = 2026 * 12 + 8, m = first; /* September */
    for (int i = 0; i < STEPS_MAX; i++) {
        bool paid = false;
        diag_clear(&x->d);
        if (!expected(x, pay_step(x, m, &paid), "pay"))
            went_wrong();
        m = paid || draw(x, 3) == 0 ? first + (month_t)draw(x, 4) : m;
        usleep(5000);
    }
    return NULL;
}

static struct desk desk_of(struct store *s, const struct crash_client *c, int k) {
    struct desk x = {.store = s, .client = c, .civil = bureau_in(s), .chance = (c ? c->seed : 7) * 31 + (uint64_t)k};
    x.first = k * BUREAU_HOUSEHOLDS / DESKS;
    x.last = (k + 1) * BUREAU_HOUSEHOLDS / DESKS;
    return x;
}

/* The cases that were open before; each desk knows its households'. */
static enum status find_open(struct txn *t, void *arg, struct diag *d) {
    struct desk *x = arg;
    enum status s = OK;
    for (int i = x->first; s == OK && i < x->last; i++)
        s = sql_int(t, &x->open[i], 0, d, "SELECT MAX(id) FROM case_file WHERE applicant = ? AND closed_at IS NULL", SQL_I(bureau()->home[i].person));
    return s;
}

static void run(struct store *s, const struct crash_client *c) {
    struct desk desk[DESKS + 2];
    pthread_t thread[DESKS + 2];
    for (int i = 0; i < DESKS + 2; i++) {
        desk[i] = desk_of(s, c, i < DESKS ? i : 0);
        desk[i].chance += (uint64_t)i << 32;
        if (i < DESKS && store_read(s, find_open, &desk[i], &desk[i].d) != OK)
            went_wrong();
    }
    for (int i = 0; i < DESKS + 2; i++)
        if (pthread_create(&thread[i], NULL, i < DESKS ? work : i == DESKS ? sweep : pay, &desk[i]) != 0)
            went_wrong();
    for (int i = 0; i < DESKS + 2; i++)
        pthread_join(thread[i], NULL);
}

/* Cases in many states, so that a short life meets every step. */
static enum status prepare(struct store *s, void *arg, struct diag *d) {
    enum status st = bureau_make(s, d);
    if (st != OK)
        return st;
    struct desk x = desk_of(s, NULL, 0);
    for (int home = 0; home < BUREAU_HOUSEHOLDS; home++)
        for (int i = 0, steps = home % 8 == 0 ? 0 : home * 4; i < steps; i++) {
            bool idle = false, did = true;
            if (!step(&x, home, &idle))
                return diag_fail(d, E_SYSTEM, "crash.prepare");
            for (int k = 0; idle && did && k < 20; k++)
                if (!sweep_once(&x, &did))
                    return diag_fail(d, E_SYSTEM, "crash.prepare");
            bureau_pass(idle ? DAY_S : 300);
        }
    return OK;
}

/* ---- afterwards ------------------------------------------------------------------------------------- */

struct asking { const struct ack *ack; bool there; };

static enum status is_there(struct txn *t, void *arg, struct diag *d) {
    struct asking *x = arg;
    const struct ack *a = x->ack;
    int64_t n = 0;
    enum status s = OK;
    switch ((enum what)a->what) {
    case APPLIED:
        s = sql_int(t, &n, 0, d, "SELECT COUNT(*) FROM case_idempotency i JOIN case_event e ON e.district = i.district AND e.case_id = i.case_id "
            "WHERE i.key = ? AND i.case_id = ? AND e.seq = 1 AND e.entry = ?", SQL_S(a->text), SQL_I(a->id), SQL_I(a->other));
        break;
    case REFUSED: s = sql_int(t, &n, 0, d, "SELECT 1 - COUNT(*) FROM case_idempotency WHERE key = ?", SQL_S(a->text)); break;
    case TASK_DONE:
        s = sql_int(t, &n, 0, d, "SELECT COUNT(*) FROM case_task k WHERE id = ? AND state = 'done' AND done_by = ? AND outcome = ? AND EXISTS "
            "(SELECT 1 FROM case_event e WHERE e.district = k.district AND e.case_id = k.case_id AND e.element = k.element AND e.account = k.done_by)",
            SQL_I(a->id), SQL_I(a->other), SQL_S(a->text));
        break;
    case AUTHORISED: s = sql_int(t, &n, 0, d, "SELECT COUNT(*) FROM case_party WHERE person = ? AND case_id = ? AND authorised_at IS NOT NULL", SQL_I(a->id), SQL_I(a->other)); break;
    case SERVED: s = sql_int(t, &n, 0, d, "SELECT COUNT(*) FROM notice WHERE id = ? AND case_id = ? AND served_at IS NOT NULL", SQL_I(a->id), SQL_I(a->other)); break;
    case PAPER: s = sql_int(t, &n, 0, d, "SELECT COUNT(*) FROM archive_file WHERE id = ?", SQL_I(a->id)); break;
    case WITHDRAWN: s = sql_int(t, &n, 0, d, "SELECT COUNT(*) FROM case_file WHERE id = ? AND state = 'withdrawn' AND closed_at IS NOT NULL", SQL_I(a->id)); break;
    case HEAD:
        s = sql_int(t, &n, 0, d, "SELECT COUNT(*) FROM log_head WHERE tree = 'sha256' AND size = ? AND root = ?", SQL_I(a->id), SQL_B(span_bytes(a->text, HASH_BYTES)));
        break;
    case PREPARED: s = sql_int(t, &n, 0, d, "SELECT COUNT(*) FROM payment_batch WHERE id = ? AND month = ? AND complete = 1", SQL_I(a->id), SQL_I(a->other)); break;
    case APPROVED: s = sql_int(t, &n, 0, d, "SELECT COUNT(*) FROM payment_batch WHERE id = ? AND state IN ('approved', 'sent')", SQL_I(a->id)); break;
    case SENT: s = sql_int(t, &n, 0, d, "SELECT COUNT(*) FROM payment_batch WHERE id = ? AND state = 'sent' AND file_sha IS NOT NULL", SQL_I(a->id)); break;
    case CANCELLED: s = sql_int(t, &n, 0, d, "SELECT COUNT(*) FROM payment_batch WHERE id = ? AND state = 'cancelled'", SQL_I(a->id)); break;
    }
    x->there = n == 1;
    return s;
}

static bool all_there(struct store *s, const struct crash_acks *acks, struct diag *d) {
    for (size_t i = 0; i < acks->count; i++) {
        struct ack a;
        memcpy(&a, acks->at + i * sizeof a, sizeof a);
        struct asking x = {&a, false};
        if (store_read(s, is_there, &x, d) != OK)
            return false;
        if (!x.there) {
            diag_fail(d, E_CORRUPT, "crash.lost", DIAG_N("what", a.what), DIAG_N("id", a.id), DIAG_N("nth", (long long)i), DIAG_N("of", (long long)acks->count));
            return false;
        }
    }
    return true;
}

/* Things that this workload never does twice to one case. */
static enum status twice(struct txn *t, void *arg, struct diag *d) {
    static const char *const rules[] = {
        "SELECT COUNT(*) FROM (SELECT case_id, kind FROM notice GROUP BY case_id, kind HAVING COUNT(*) > 1) x",
        "SELECT COUNT(*) FROM (SELECT case_id, name FROM archive_file WHERE kind = 'notice' GROUP BY case_id, name HAVING COUNT(*) > 1) x",
        "SELECT COUNT(*) FROM archive_file f WHERE kind = 'notice' AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.district = f.district AND n.file = f.id)",
        "SELECT COUNT(*) FROM (SELECT case_id FROM entitlement GROUP BY case_id HAVING COUNT(*) > 1) x",
        "SELECT COUNT(*) FROM (SELECT entitlement, month FROM payment WHERE state <> 'cancelled' GROUP BY entitlement, month HAVING COUNT(*) > 1) x",
        "SELECT COUNT(*) FROM (SELECT applicant FROM case_file WHERE closed_at IS NULL GROUP BY applicant, matter HAVING COUNT(*) > 1) x",
        "SELECT COUNT(*) FROM (SELECT case_id FROM case_idempotency GROUP BY case_id HAVING COUNT(*) > 1) x",
        "SELECT COUNT(*) FROM (SELECT number FROM case_file GROUP BY number HAVING COUNT(*) > 1) x",
    };
    enum status s = OK;
    for (size_t i = 0; s == OK && i < ARRAY_LEN(rules); i++) {
        int64_t n = 0;
        s = sql_int(t, &n, 0, d, rules[i]);
        if (s == OK && n)
            s = diag_fail(d, E_CORRUPT, "crash.twice", DIAG_N("rule", (long long)i), DIAG_N("count", (long long)n));
    }
    return s;
}

/* After the sweeper went on, every notice that was issued has its PDF. */
static enum status drawn(struct txn *t, void *arg, struct diag *d) {
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d, "SELECT COUNT(*) FROM notice WHERE file IS NULL");
    return s == OK && n ? diag_fail(d, E_CORRUPT, "crash.undrawn", DIAG_N("count", (long long)n)) : s;
}

static bool nothing_found(struct civil *c, const char *when, struct diag *d) {
    BUF_AUTO findings;
    int count = 0;
    buf_init(&findings, 0);
    if (check_store(c, LANG_EN, &findings, &count, d) != OK)
        return false;
    if (count)
        diag_fail(d, E_CORRUPT, "crash.found", DIAG_S("when", when), DIAG_N("count", count), DIAG_S("first", buf_str(&findings)));
    return count == 0;
}

/* Whoever did not see the answer asks again: the same key is the same case. */
static bool same_again(struct desk *x, const struct crash_acks *acks, struct diag *d) {
    int asked = 0;
    for (size_t i = acks->count; i-- > 0 && asked < 3;) {
        struct ack a;
        struct case_ref ref = {0};
        memcpy(&a, acks->at + i * sizeof a, sizeof a);
        if (a.what != APPLIED)
            continue;
        asked++;
        if (apply(x, a.home, a.text, &ref) != OK || ref.id != a.id) {
            diag_fail(d, E_CORRUPT, "crash.other_case", DIAG_N("case", (long long)a.id), DIAG_N("now", (long long)ref.id), DIAG_S("code", x->d.code));
            return false;
        }
    }
    return true;
}

/* Clocks run on and every household's case takes a step. */
static bool goes_on(struct desk *x, struct diag *d) {
    bool did = true, ok = store_read(x->store, find_open, x, d) == OK;
    for (int i = 0; ok && did && i < SWEEPS_MAX; i++) {
        ok = sweep_once(x, &did);
        bureau_pass(DAY_S);
    }
    if (ok && store_read(x->store, drawn, NULL, d) != OK)
        return false;
    for (int home = 0; ok && home < BUREAU_HOUSEHOLDS; home++) {
        bool idle = false;
        ok = step(x, home, &idle);
    }
    if (!ok)
        diag_fail(d, E_CORRUPT, "crash.stuck", DIAG_S("code", x->d.code));
    return ok;
}

/* The child's clock ran on: after it is after what it wrote. */
static enum status last_moment(struct txn *t, void *arg, struct diag *d) {
    int64_t event = 0, head = 0, batch = 0;
    enum status s = sql_int(t, &event, 0, d, "SELECT MAX(at) FROM case_event");
    if (s == OK)
        s = sql_int(t, &head, 0, d, "SELECT MAX(signed_at) FROM log_head");
    if (s == OK)
        s = sql_int(t, &batch, 0, d, "SELECT MAX(prepared_at) FROM payment_batch");
    int64_t last = event > head ? event : head;
    bureau_set_clock((last > batch ? last : batch) + INT64_C(3600000000));
    return s;
}

static bool verify(struct store *s, const struct crash_acks *acks, void *arg, struct diag *d) {
    struct desk x = desk_of(s, NULL, 0);
    x.last = BUREAU_HOUSEHOLDS;
    x.applications = 1000000; /* keys of its own */
    instant_t was = bureau_now(NULL);
    bool ok = store_read(s, last_moment, NULL, d) == OK && all_there(s, acks, d) && store_read(s, twice, NULL, d) == OK && nothing_found(&x.civil, "after the crash", d)
        && same_again(&x, acks, d) && goes_on(&x, d) && nothing_found(&x.civil, "after going on", d) && all_there(s, acks, d)
        && store_read(s, twice, NULL, d) == OK;
    bureau_set_clock(was);
    return ok;
}

const struct crash_workload crash_case = {
    .name = "case",
    .ack_size = sizeof(struct ack),
    .now = bureau_now,
    .prepare = prepare,
    .run = run,
    .verify = verify,
};
