/* A benefit corrected and reduced by proposal, ended by a death, and what was overpaid recovered, while the power fails:
 * every step is whole with its postings and entries or not there at all, is there once, and the next can be taken. */
#include "crash_homes.h"

#include "base/json.h"
#include "civil/budget/appropriation.h"
#include "civil/demo/demo.h"
#include "civil/entitlement/life.h"
#include "civil/payment/payment.h"

enum { HOMES = 7, GRANTED_DAYS_AGO = 60, DIED_DAYS_AGO = 50 }; /* the last is asked about when all is over */
enum step { CORRECTION_PROPOSED = 1, CORRECTED, PROPOSED, HEARD, ANSWERED, ADOPTED, SERVED, DEATH_FOUND, ENDED, PLANNED, RECEIVED, WAIVER_ASKED, WAIVED };

/* How many steps of entitlement e are there. */
#define STEPS_OF_E                                                                                                                        \
    "((SELECT count(*) FROM entitlement_act a WHERE a.entitlement = e.id AND a.kind IN ('suspended', 'ended')) + "           \
    "(SELECT count(p.id) + count(p.served_at) + count(p.answered_at) + count(p.act) + count(p.decision_served_at) "                       \
    "FROM entitlement_proposal p WHERE p.entitlement = e.id) + "                                                                          \
    "(SELECT count(DISTINCT i.recovery) FROM recovery_instalment i JOIN recovery r ON r.id = i.recovery WHERE r.entitlement = e.id) + "   \
    "(SELECT count(q.id) + count(CASE WHEN q.kind = 'waived' THEN q.approved_by END) FROM recovery_part q JOIN recovery r ON r.id = q.recovery WHERE r.entitlement = e.id))"

static struct crash_home home[HOMES];

/* ---- before: one month is paid ------------------------------------------------------------ */

static enum status settled_rows(struct txn *t, void *arg, struct diag *d) {
    struct buf *out = arg;
    AUTO(rows) struct rows *r = NULL;
    bool more = true;
    enum status s = sql_query(t, &r, d, "SELECT id, amount_fen FROM payment ORDER BY id");
    buf_adds(out, "付款编号,金额,状态,原因\n");
    while (s == OK && (s = rows_next(r, &more, d)) == OK && more)
        buf_addf(out, "%lld,%lld.%02lld,成功,\n", (long long)rows_int(r, 0), (long long)(rows_int(r, 1) / 100), (long long)(rows_int(r, 1) % 100));
    return s;
}

static enum status first_month(struct txn *t, void *arg, struct diag *d) {
    return sql_int(t, arg, 0, d, "SELECT min(from_month) FROM entitlement");
}

static enum status pay(struct civil *c, struct arena *a, month_t m, struct diag *d) {
    const struct actor cashier = crash_officer(12, "cashier"), finance = crash_officer(13, "finance");
    struct span file;
    const char *name;
    struct json_writer w;
    int64_t batch = 0;
    BUF_AUTO rows;
    BUF_AUTO out;
    buf_init(&rows, 0);
    buf_init(&out, 0);
    json_begin(&w, &out, false);
    enum status s = OK;
    for (int level = 1; s == OK && level < BUDGET_LEVELS; level++) {
        int64_t id = 0;
        s = appropriation_enter(c, &cashier, &(struct appropriation_new){m / 12, "dibao", budget_level[level], "试验1号", 100000000}, &id, d);
        if (s == OK)
            s = appropriation_register(c, &finance, id, d);
    }
    if (s == OK)
        s = payment_batch_prepare(c, &cashier, CRASH_DISTRICT, "dibao", m, &batch, NULL, d);
    if (s == OK)
        s = payment_batch_approve(c, &finance, batch, 0, d);
    if (s == OK)
        s = payment_batch_file(c, a, &cashier, batch, &file, &name, d);
    if (s == OK)
        s = store_read(c->store, settled_rows, &rows, d);
    return s == OK ? payment_batch_returns(c, a, &cashier, batch, buf_span(&rows), &w, d) : s;
}

static enum status prepare(struct store *store, const struct packs *packs, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct civil c = {.store = store, .packs = packs, .log_origin = "crash.example/log", .district = CRASH_DISTRICT};
    month_t m = 0;
    enum status s = a ? crash_homes_make(store, packs, GRANTED_DAYS_AGO, home, HOMES, d) : arena_full(d);
    crash_homes_fill(&c);
    if (s == OK)
        s = demo_confirm_parameters(&c, d);
    if (s == OK)
        s = store_read(store, first_month, &m, d);
    return s == OK ? pay(&c, a, m, d) : s;
}

/* ---- the work --------------------------------------------------------------------------------- */

struct now { int64_t entitlement, step, from, fen, proposal, recovery, open_fen, waiver; date_t today; };

static enum status look(struct txn *t, void *arg, struct diag *d) {
    struct now *x = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d,
        "SELECT " STEPS_OF_E ", e.from_month, e.monthly_fen, COALESCE((SELECT max(p.id) FROM entitlement_proposal p WHERE p.entitlement = e.id), 0), "
        "COALESCE((SELECT max(v.id) FROM recovery v WHERE v.entitlement = e.id), 0), "
        "COALESCE((SELECT max(v.amount_fen - v.reversed_fen - v.received_fen - v.waived_fen) FROM recovery v WHERE v.entitlement = e.id), 0), "
        "COALESCE((SELECT max(q.id) FROM recovery_part q JOIN recovery v ON v.id = q.recovery WHERE v.entitlement = e.id AND q.kind = 'waived'), 0) "
        "FROM entitlement e WHERE e.id = ?", SQL_I(x->entitlement));
    if (s != OK)
        return s;
    *x = (struct now){x->entitlement, rows_int(r, 0), rows_int(r, 1), rows_int(r, 2), rows_int(r, 3), rows_int(r, 4), rows_int(r, 5), rows_int(r, 6), txn_today(t)};
    return OK;
}

static enum status take(struct civil *c, const struct now *x, enum step step, struct diag *d) {
    const struct actor clerk = crash_officer(11, "clerk"), cashier = crash_officer(12, "cashier"), finance = crash_officer(13, "finance"), decider = crash_officer(21, "decider");
    struct entitlement_line_new line = {0, "低保金", step == CORRECTION_PROPOSED ? x->fen + 10000 : x->fen - 20000};
    struct entitlement_proposal_new up = {.entitlement = x->entitlement, .kind = "correct", .cause = "standard", .event = x->today - 5, .month = x->from, .line = &line, .line_count = 1, .words = "标准算错"};
    struct entitlement_proposal_new down = {.entitlement = x->entitlement, .kind = "reduce", .cause = "income", .event = x->today - 5, .line = &line, .line_count = 1, .words = "收入增加"};
    struct instalment plan[] = {{x->today + 30, x->open_fen / 2}, {x->today + 60, x->open_fen - x->open_fen / 2}};
    int64_t id = 0;
    switch (step) {
    case CORRECTION_PROPOSED: return entitlement_propose(c, &clerk, &up, &id, d);
    case CORRECTED: return entitlement_decide(c, &decider, x->proposal, true, "核对无误", NULL, d);
    case PROPOSED: return entitlement_propose(c, &clerk, &down, &id, d);
    case HEARD: return entitlement_hearing_served(c, &clerk, x->proposal, "in_person", d);
    case ANSWERED: return entitlement_answer(c, &clerk, x->proposal, "知道了", d);
    case ADOPTED: return entitlement_decide(c, &decider, x->proposal, true, "理由不成立", NULL, d);
    case SERVED: return entitlement_decision_served(c, &clerk, x->proposal, "in_person", d);
    case DEATH_FOUND: return entitlement_death_found(c, &clerk, x->entitlement, x->today - DIED_DAYS_AGO, "殡葬比对", NULL, d);
    case ENDED: return entitlement_death_confirm(c, &decider, x->entitlement, x->today - DIED_DAYS_AGO, "死亡证明", NULL, d);
    case PLANNED: return recovery_plan(c, &clerk, x->recovery, plan, ARRAY_LEN(plan), d);
    case RECEIVED: return recovery_receive(c, &cashier, x->recovery, 1000, "家属退回", d);
    case WAIVER_ASKED: return recovery_waiver_ask(c, &clerk, x->recovery, x->open_fen, "无遗产", &id, d);
    case WAIVED: return recovery_waiver_answer(c, &finance, x->waiver, true, "同意", d);
    }
    return E_CORRUPT;
}

/* From wherever it stands to the end. */
static enum status finish(struct civil *c, const struct crash_client *client, int64_t entitlement, struct diag *d) {
    for (struct now x = {.entitlement = entitlement};;) {
        enum status s = store_read(c->store, look, &x, d);
        if (s != OK || x.step >= WAIVED)
            return s;
        int64_t step = x.step + 1;
        s = take(c, &x, (enum step)step, d);
        if (s != OK)
            return s;
        s = store_read(c->store, look, &x, d);
        if (s == OK && x.step != step) /* one step is one more, of the kind that was next */
            s = diag_fail(d, E_CORRUPT, "crash.step", DIAG_N("acknowledged", step), DIAG_N("reached", x.step));
        if (s != OK)
            return s;
        crash_step_done(client, entitlement, (int)step);
    }
}

/* Afterwards (the last) what was interrupted is taken up too. */
static enum status one(struct civil *c, const struct crash_client *client, int n, struct diag *d) {
    enum status s = OK;
    for (int i = client ? n : 0; s == OK && i <= n; i++)
        s = finish(c, client, home[i].entitlement, d);
    return s;
}

/* ---- afterwards ------------------------------------------------------------------------------ */

static enum status check(struct civil *c, struct txn *t, struct diag *d) {
    return crash_homes_check(c, t, "SELECT count(*) FROM entitlement e WHERE " STEPS_OF_E " > 13", d);
}

static struct crash_steps steps = {
    .name = "life", .items = HOMES - 1, .prepare = prepare, .fill = crash_homes_fill, .one = one, .again = true, .check = check,
    .reached = "SELECT " STEPS_OF_E " FROM entitlement e WHERE e.id = ?",
};
const struct crash_workload crash_life = CRASH_STEPS("life", &steps);
