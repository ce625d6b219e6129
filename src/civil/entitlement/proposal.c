/* A change of a benefit: proposed; heard, when it is to the disadvantage of the person; decided by another, served; undone when a remedy says so. */
#include "civil/entitlement/life_internal.h"
#include "civil/evidence/keep.h"
#include "civil/notice/notice.h"

#include "calendar/calendar.h"

struct proposal {
    int64_t district, id, proposed_by, act, decision;
    char *kind, *cause, *state, *lines;
    const char *becomes;
    bool upward;
    month_t month;
    date_t event, answer_due;
    bool served, answered, decided_served;
};

static enum status proposal_read(struct txn *t, const struct actor *who, int64_t id, struct proposal *ret, struct entitlement_row *e, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct arena *a = txn_arena(t);
    enum status s = entitlement_opened(t, who, entitlement_readers,
        "SELECT entitlement, district, proposed_by, act, decision, kind, cause, state, lines, event_on, answer_due, served_at, answered_at, decision_served_at, month FROM entitlement_proposal WHERE id = ?",
        "entitlement.no_proposal", id, &r, e, d);
    if (s != OK)
        return s;
    *ret = (struct proposal){.district = rows_int(r, 1), .id = id, .proposed_by = rows_int(r, 2), .act = rows_int(r, 3), .decision = rows_int(r, 4),
        .kind = rows_dup(r, 5, a), .cause = rows_dup(r, 6, a), .state = rows_dup(r, 7, a), .lines = rows_dup(r, 8, a), .event = rows_date(r, 9), .answer_due = rows_date(r, 10),
        .served = !rows_null(r, 11), .answered = !rows_null(r, 12), .decided_served = !rows_null(r, 13), .month = rows_int(r, 14)};
    ret->becomes = proposal_act(ret->kind, &ret->upward);
    return ret->kind && ret->cause && ret->state && ret->lines ? OK : arena_full(d);
}

static enum status expect(const struct proposal *p, const char *state, struct diag *d) {
    return strcmp(p->state, state) == 0 ? OK : diag_fail(d, E_CONFLICT, "entitlement.proposal_state", DIAG_S("state", p->state));
}

/* What a step wrote comes under evidence, and who said what about it is noted. */
static enum status said_in(struct civil *c, struct txn *t, const struct actor *who, const char *role, const struct entitlement_row *e, int64_t id, const char *kind, const char *words, struct diag *d) {
    enum status s = evidence_keep_one(c, t, who, KEPT_PROPOSAL, e->district, id, d);
    return s == OK ? note_in(c, t, who, role, e, id, kind, words, d) : s;
}

/* A letter has its number from the day on which there is something to write: of the bureau's own two series, whatever the scheme.
 * It is noted, under evidence; who withdraws a proposal leaves its number used, as a register of letters has it. */
static enum status numbered_in(struct civil *c, struct txn *t, const struct actor *who, const char *role, const struct entitlement_row *e, int64_t id, bool hearing, struct diag *d) {
    const char *number = NULL;
    enum status s = notice_number(t, e->district, hearing ? "民待告字〔{year}〕{seq5}号" : "民待决字〔{year}〕{seq5}号", &number, d);
    return s == OK ? note_in(c, t, who, role, e, id, hearing ? NOTE_HEARING_NUMBER : NOTE_DECISION_NUMBER, number, d) : s;
}

/* ---- proposing ------------------------------------------------------------------------- */

struct propose { struct civil *c; const struct actor *who; const struct entitlement_proposal_new *x; int64_t id; };

static enum status propose_of(struct txn *t, struct propose *x, struct diag *d) {
    struct entitlement_row e;
    struct proposed p = {0};
    enum status s = entitlement_open(t, x->who, x->x->entitlement, &e, d);
    if (s == OK)
        s = entitlement_role(x->who, "clerk", &e, d);
    if (s == OK)
        s = entitlement_unbiased(t, x->who, &e, d);
    if (s == OK && strcmp(e.state, "ended") == 0)
        s = diag_fail(d, E_CONFLICT, "entitlement.ended");
    if (s == OK && x->x->event > txn_today(t))
        s = diag_fail(d, E_INPUT, "entitlement.event");
    if (s == OK)
        s = proposal_comes_to(x->c, t, &e, x->x, &p, d);
    char *lines = s == OK ? entitlement_lines_text(txn_arena(t), p.line, p.line_count) : NULL;
    if (s == OK && !lines)
        return arena_full(d);
    x->id = txn_new_id(t);
    if (s == OK)
        s = sql_exec(t, d,
            "INSERT INTO entitlement_proposal (district, id, entitlement, kind, cause, event_on, month, monthly_fen, lines, decision, state, proposed_by, proposed_at, version) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'proposed', ?, ?, 1)",
            SQL_I(e.district), SQL_I(x->id), SQL_I(e.id), SQL_S(x->x->kind), SQL_S(x->x->cause), SQL_D(x->x->event), SQL_I(p.month), SQL_I(p.fen), SQL_S(lines),
            x->x->decision ? SQL_I(x->x->decision) : SQL_NIL, SQL_I(x->who->account), SQL_I(txn_now(t)));
    if (s == E_CONFLICT && sql_broke(d, "entitlement_proposal_open"))
        return diag_fail(d, E_CONFLICT, "entitlement.proposal_open");
    if (s == OK)
        s = said_in(x->c, t, x->who, "clerk", &e, x->id, "proposed", x->x->words, d);
    bool upward = false;
    (void)proposal_act(x->x->kind, &upward);
    return s == OK && !upward ? numbered_in(x->c, t, x->who, "clerk", &e, x->id, true, d) : s;
}

enum status entitlement_propose_in(struct civil *c, struct txn *t, const struct actor *who, const struct entitlement_proposal_new *x, int64_t *ret, struct diag *d) {
    struct propose y = {c, who, x, 0};
    bool upward = false;
    if (!proposal_act(x->kind, &upward))
        return diag_fail(d, E_INPUT, "entitlement.kind");
    if (x->event == DATE_NONE)
        return diag_fail(d, E_INPUT, "entitlement.event");
    enum status s = entitlement_words_check(x->words, d);
    if (s == OK)
        s = entitlement_words_check(x->cause, d);
    if (s == OK)
        s = propose_of(t, &y, d);
    if (s == OK)
        *ret = y.id;
    return s;
}

static enum status propose_in(struct txn *t, void *arg, struct diag *d) {
    struct propose *x = arg;
    return entitlement_propose_in(x->c, t, x->who, x->x, &x->id, d);
}

enum status entitlement_propose(struct civil *c, const struct actor *who, const struct entitlement_proposal_new *x, int64_t *ret, struct diag *d) {
    struct propose y = {c, who, x, 0};
    enum status s = store_write(c->store, propose_in, &y, d);
    if (s == OK)
        *ret = y.id;
    return s;
}

/* ---- hearing ------------------------------------------------------------------------------ */

struct step { struct civil *c; const struct actor *who; int64_t proposal; const char *words; bool adopt; int64_t act; };

static enum status served_in(struct txn *t, void *arg, struct diag *d) {
    struct step *x = arg;
    struct proposal p;
    struct entitlement_row e;
    int days = 0;
    enum status s = proposal_read(t, x->who, x->proposal, &p, &e, d);
    if (s == OK)
        s = entitlement_role(x->who, "clerk", &e, d);
    if (s == OK)
        s = expect(&p, "proposed", d);
    if (s == OK && p.upward) /* nothing to be heard about */
        s = diag_fail(d, E_INPUT, "entitlement.kind");
    if (s == OK)
        s = entitlement_hearing_days(x->c, e.scheme, txn_today(t), &days, d);
    if (s != OK)
        return s;
    date_t due = calendar_add(x->c->calendar, txn_today(t), days).date;
    s = sql_exec(t, d, "UPDATE entitlement_proposal SET state = 'heard', served_at = ?, served_how = ?, answer_due = ?, version = version + 1 WHERE district = ? AND id = ?",
        SQL_I(txn_now(t)), SQL_S(x->words), SQL_D(due), SQL_I(p.district), SQL_I(p.id));
    return s == OK ? said_in(x->c, t, x->who, "clerk", &e, p.id, "hearing_served", x->words, d) : s;
}

enum status entitlement_hearing_served(struct civil *c, const struct actor *who, int64_t proposal, const char *how, struct diag *d) {
    struct step x = {c, who, proposal, how, false, 0};
    enum status s = how_check(how, d);
    return s == OK ? store_write(c->store, served_in, &x, d) : s;
}

static enum status answer_in(struct txn *t, void *arg, struct diag *d) {
    struct step *x = arg;
    struct proposal p;
    struct entitlement_row e;
    bool himself = strcmp(x->who->kind, "resident") == 0;
    enum status s = proposal_read(t, x->who, x->proposal, &p, &e, d);
    if (s == OK && !himself)
        s = entitlement_role(x->who, "clerk", &e, d);
    if (s == OK)
        s = expect(&p, "heard", d);
    if (s == OK) /* he may say more as long as nobody has decided */
        s = sql_exec(t, d, "UPDATE entitlement_proposal SET answered_at = ?, version = version + 1 WHERE district = ? AND id = ?", SQL_I(txn_now(t)), SQL_I(p.district), SQL_I(p.id));
    return s == OK ? said_in(x->c, t, x->who, himself ? "resident" : "clerk", &e, p.id, "answered", x->words, d) : s;
}

enum status entitlement_answer(struct civil *c, const struct actor *who, int64_t proposal, const char *words, struct diag *d) {
    struct step x = {c, who, proposal, words, false, 0};
    enum status s = entitlement_words_check(words, d);
    return s == OK ? store_write(c->store, answer_in, &x, d) : s;
}

/* ---- deciding -------------------------------------------------------------------------------- */

static enum status adopt_upward(struct txn *t, struct step *x, const struct proposal *p, const struct entitlement_row *e, struct diag *d) {
    struct entitlement_lines l;
    struct entitlement_change n = {.entitlement = e->id, .kind = p->becomes, .cause = p->cause, .event = p->event, .month = strcmp(p->kind, "raise") == 0 ? 0 : p->month, .decision = p->decision,
        .words = x->words, .proposal = p->id};
    enum status s = entitlement_lines_parse(txn_arena(t), span_of(p->lines), &l, d);
    n.line = l.line;
    n.line_count = l.count;
    if (s == OK && strcmp(e->state, "suspended") == 0 && strcmp(p->kind, "resume") != 0)
        s = diag_fail(d, E_CONFLICT, "entitlement.suspended");
    return s == OK ? entitlement_change_in(x->c, t, x->who, &n, &x->act, d) : s;
}

static enum status adopt_in(struct txn *t, struct step *x, const struct proposal *p, struct entitlement_row *e, struct diag *d) {
    struct entitlement_lines l;
    bool ends = strcmp(p->kind, "end") == 0, suspends = strcmp(p->kind, "suspend") == 0;
    struct act_new n = {.kind = p->becomes, .cause = p->cause, .event = p->event, .proposal = p->id, .decision = p->decision, .state = ends ? "ended" : suspends ? "suspended" : "active",
        .next_review = DATE_NONE};
    enum status s = entitlement_lines_parse(txn_arena(t), span_of(p->lines), &l, d);
    if (s == OK)
        s = entitlement_month(x->c, e->scheme, "change", p->event, txn_today(t), &n.month, d);
    if (s == OK && n.month < e->from)
        n.month = e->from;
    if (!ends && strcmp(e->state, "suspended") == 0) /* what is suspended stays so until somebody resumes it */
        return s == OK ? diag_fail(d, E_CONFLICT, "entitlement.suspended") : s;
    n.line = l.line;
    n.line_count = l.count;
    if (s == OK)
        s = act_in(x->c, t, x->who, "decider", e, &n, &x->act, d);
    return s;
}

static enum status decide_in(struct txn *t, void *arg, struct diag *d) {
    struct step *x = arg;
    struct proposal p;
    struct entitlement_row e;
    enum status s = proposal_read(t, x->who, x->proposal, &p, &e, d);
    if (s == OK)
        s = entitlement_role(x->who, "decider", &e, d);
    if (s == OK)
        s = entitlement_unbiased(t, x->who, &e, d);
    if (s == OK && p.proposed_by == x->who->account)
        s = diag_fail(d, E_FORBIDDEN, "entitlement.two_people");
    if (s == OK && strcmp(p.state, "proposed") == 0 && x->adopt && !p.upward)
        s = diag_fail(d, E_CONFLICT, "entitlement.not_heard");
    if (s == OK && strcmp(p.state, "proposed") != 0)
        s = expect(&p, "heard", d);
    if (s == OK && x->adopt && !p.upward && !p.answered && txn_today(t) <= p.answer_due)
        s = diag_fail(d, E_CONFLICT, "entitlement.not_heard");
    if (s == OK && x->adopt)
        s = p.upward ? adopt_upward(t, x, &p, &e, d) : adopt_in(t, x, &p, &e, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE entitlement_proposal SET state = ?, decided_by = ?, decided_at = ?, act = ?, version = version + 1 WHERE district = ? AND id = ?",
            SQL_S(x->adopt ? "adopted" : "dropped"), SQL_I(x->who->account), SQL_I(txn_now(t)), x->act ? SQL_I(x->act) : SQL_NIL, SQL_I(p.district), SQL_I(p.id));
    if (s == OK)
        s = said_in(x->c, t, x->who, "decider", &e, p.id, x->adopt ? "adopted" : "dropped", x->words, d);
    return s == OK ? numbered_in(x->c, t, x->who, "decider", &e, p.id, false, d) : s;
}

enum status entitlement_decide(struct civil *c, const struct actor *who, int64_t proposal, bool adopt, const char *words, int64_t *ret_act, struct diag *d) {
    struct step x = {c, who, proposal, words, adopt, 0};
    enum status s = entitlement_words_check(words, d);
    if (s == OK)
        s = store_write(c->store, decide_in, &x, d);
    if (s == OK && ret_act)
        *ret_act = x.act;
    return s;
}

/* Nobody decides: a clerk takes back what should not have been proposed. */
static enum status withdraw_in(struct txn *t, void *arg, struct diag *d) {
    struct step *x = arg;
    struct proposal p;
    struct entitlement_row e;
    enum status s = proposal_read(t, x->who, x->proposal, &p, &e, d);
    if (s == OK)
        s = entitlement_role(x->who, "clerk", &e, d);
    if (s == OK && strcmp(p.state, "proposed") != 0)
        s = expect(&p, "heard", d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE entitlement_proposal SET state = 'dropped', decided_at = ?, version = version + 1 WHERE district = ? AND id = ?",
            SQL_I(txn_now(t)), SQL_I(p.district), SQL_I(p.id));
    return s == OK ? said_in(x->c, t, x->who, "clerk", &e, p.id, "withdrawn", x->words, d) : s;
}

enum status entitlement_withdraw(struct civil *c, const struct actor *who, int64_t proposal, const char *words, struct diag *d) {
    struct step x = {c, who, proposal, words, false, 0};
    enum status s = entitlement_words_check(words, d);
    return s == OK ? store_write(c->store, withdraw_in, &x, d) : s;
}

static enum status decision_served_in(struct txn *t, void *arg, struct diag *d) {
    struct step *x = arg;
    struct proposal p;
    struct entitlement_row e;
    enum status s = proposal_read(t, x->who, x->proposal, &p, &e, d);
    if (s == OK)
        s = entitlement_role(x->who, "clerk", &e, d);
    if (s == OK)
        s = expect(&p, "adopted", d);
    if (s == OK && p.decided_served)
        s = diag_fail(d, E_CONFLICT, "entitlement.served_already");
    if (s == OK)
        s = sql_exec(t, d, "UPDATE entitlement_proposal SET decision_served_at = ?, version = version + 1 WHERE district = ? AND id = ?", SQL_I(txn_now(t)), SQL_I(p.district), SQL_I(p.id));
    return s == OK ? said_in(x->c, t, x->who, "clerk", &e, p.id, "decision_served", x->words, d) : s;
}

enum status entitlement_decision_served(struct civil *c, const struct actor *who, int64_t proposal, const char *how, struct diag *d) {
    struct step x = {c, who, proposal, how, false, 0};
    enum status s = how_check(how, d);
    return s == OK ? store_write(c->store, decision_served_in, &x, d) : s;
}

/* ---- undoing ----------------------------------------------------------------------------------- */

/* Up to where the undone act has effect: a later act that says otherwise stands. */
static enum status undone_until(struct txn *t, const struct entitlement_row *e, int64_t seq, month_t month, month_t *ret, struct diag *d) {
    return sql_int(t, ret, 0, d, "SELECT min(month) FROM entitlement_act WHERE district = ? AND entitlement = ? AND seq > ? AND month > ? AND (until IS NULL OR until > month)",
        SQL_I(e->district), SQL_I(e->id), SQL_I(seq), SQL_I(month));
}

static enum status restore_in(struct txn *t, void *arg, struct diag *d) {
    struct step *x = arg;
    struct proposal p;
    struct entitlement_row e;
    struct entitlement_lines before;
    int64_t seq = 0, done = 0;
    struct act_new n = {.kind = "restored", .cause = "remedy", .event = DATE_NONE, .state = "active", .next_review = DATE_NONE};
    enum status s = proposal_read(t, x->who, x->proposal, &p, &e, d);
    if (s == OK)
        s = entitlement_role(x->who, "decider", &e, d);
    if (s == OK)
        s = entitlement_unbiased(t, x->who, &e, d);
    if (s == OK)
        s = expect(&p, "adopted", d);
    if (s == OK && p.upward)
        s = diag_fail(d, E_INPUT, "entitlement.kind");
    if (s == OK)
        s = sql_int(t, &done, 0, d, "SELECT id FROM entitlement_act WHERE district = ? AND undoes = ?", SQL_I(e.district), SQL_I(p.act));
    if (s == OK && done)
        s = diag_fail(d, E_CONFLICT, "entitlement.restored");
    if (s == OK)
        s = sql_int(t, &seq, 0, d, "SELECT seq FROM entitlement_act WHERE district = ? AND id = ?", SQL_I(e.district), SQL_I(p.act));
    if (s == OK)
        s = sql_int(t, &n.month, 0, d, "SELECT month FROM entitlement_act WHERE district = ? AND id = ?", SQL_I(e.district), SQL_I(p.act));
    if (s == OK)
        s = undone_until(t, &e, seq, n.month, &n.until, d);
    if (s == OK)
        s = entitlement_lines_at(t, e.district, e.id, n.month, seq, &before, d);
    n.proposal = p.id;
    n.undoes = p.act;
    n.line = before.line;
    n.line_count = before.count;
    if (n.until) /* a later decision stands */
        n.state = e.state;
    if (s == OK)
        s = act_in(x->c, t, x->who, "decider", &e, &n, &x->act, d);
    return s == OK ? note_in(x->c, t, x->who, "decider", &e, p.id, "restored", x->words, d) : s;
}

enum status entitlement_restore(struct civil *c, const struct actor *who, int64_t proposal, const char *words, int64_t *ret_act, struct diag *d) {
    struct step x = {c, who, proposal, words, false, 0};
    enum status s = entitlement_words_check(words, d);
    if (s == OK)
        s = store_write(c->store, restore_in, &x, d);
    if (s == OK && ret_act)
        *ret_act = x.act;
    return s;
}
