/* The past year of the demonstration: day by day, through the same functions
 * that people use.  Applications come in, staff work on their tasks (not all
 * at once), timers run, months are paid.  What is left at the end is what a
 * desk looks like on an ordinary morning. */
#include "civil/demo/demo.h"

#include "base/vec.h"
#include "calendar/calendar.h"
#include "civil/case/case.h"
#include "civil/case/models.h"
#include "civil/demo/demo_form.h"
#include "civil/demo/random.h"
#include "civil/evidence/keep.h"
#include "civil/bank/bank.h"
#include "civil/demo/demo_bank.h"
#include "civil/payment/payment.h"
#include "store/store.h"
#include "tlog/log.h"

#include <stdio.h>

enum { DAYS = 270, PEOPLE_A_CASE = 400 };

struct household { int64_t id, head, income_fen; char subdistrict[13], login[24]; /* of the head's account; "" none */ };
struct work { int64_t task, case_id; bool forgotten, disputed, turned_away; char element[32], role[24], division[13]; };

struct year {
    struct civil *c;
    const struct demo_config *config;
    instant_t *clock;
    /* Who applies when is the seed's alone; what staff do with it also hangs on
     * draws by the log. */
    struct chance chance, arrivals;
    struct arena *arena;
    VEC(struct household) household;
    VEC(struct actor) staff;
    VEC(struct work) work;
    int64_t district, cases, batches;
    month_t stated; /* the month in which the last statement came */
    struct diag *d;
};

static const char *const roles[] = {"community", "clerk", "clerk", "reviewer", "reviewer", "decider"};

/* ---- who works there ------------------------------------------------------------ */

/* Staff of the subdistricts that have no demonstration login: accounts that
 * nobody can sign in to. */
static enum status add_staff(struct txn *t, void *arg, struct diag *d) {
    struct year *y = arg;
    AUTO(rows) struct rows *r = NULL;
    char *prefix = arena_printf(txn_arena(t), "%s%%", y->config->district);
    enum status s = sql_query(t, &r, d, "SELECT code, name FROM division WHERE level = 3 AND code LIKE ? ORDER BY code", SQL_S(prefix));
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        char *code = rows_dup(r, 0, txn_arena(t)), *place = rows_dup(r, 1, txn_arena(t));
        for (size_t i = 0; s == OK && i < ARRAY_LEN(roles); i++) {
            int64_t id = txn_new_id(t);
            char *login = arena_printf(txn_arena(t), "%s-%s-%zu", code, roles[i], i);
            s = sql_exec(t, d,
                "INSERT INTO account (id, login, password, name, kind, district, person, state, demo, must_change, failed, locked_until, created_at) "
                "VALUES (?, ?, '!', ?, 'staff', NULL, NULL, 'active', 0, 1, 0, NULL, ?)", SQL_I(id), SQL_S(login), SQL_S(place), SQL_I(txn_now(t)));
            if (s == OK)
                s = sql_exec(t, d, "INSERT INTO account_role (account, role, division) VALUES (?, ?, ?)", SQL_I(id), SQL_S(roles[i]), SQL_S(code));
        }
    }
    return s;
}

static enum status load_staff(struct txn *t, void *arg, struct diag *d) {
    struct year *y = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d,
        "SELECT a.id, a.login, a.name, g.role, g.division FROM account a JOIN account_role g ON g.account = a.id WHERE a.kind = 'staff' ORDER BY a.demo DESC, a.id");
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        struct actor *a = vec_push_in(y->arena, &y->staff);
        if (!a)
            return arena_full(d);
        a->account = rows_int(r, 0);
        a->grant_count = 1;
        snprintf(a->login, sizeof a->login, "%.*s", SPAN_ARG(rows_text(r, 1)));
        snprintf(a->name, sizeof a->name, "%.*s", SPAN_ARG(rows_text(r, 2)));
        snprintf(a->kind, sizeof a->kind, "staff");
        snprintf(a->grant[0].role, sizeof a->grant[0].role, "%.*s", SPAN_ARG(rows_text(r, 3)));
        snprintf(a->grant[0].division, sizeof a->grant[0].division, "%.*s", SPAN_ARG(rows_text(r, 4)));
    }
    return s;
}

/* Candidates: little money and income; half of them from the two subdistricts with logins. */
static enum status load_households(struct txn *t, void *arg, struct diag *d) {
    struct year *y = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d,

        "SELECT m.household, m.person, substr(h.division, 1, 9), "
        "CAST(COALESCE((SELECT sum(i.monthly_fen) FROM household_member k JOIN reg_income i ON i.district = k.district AND i.owner = k.person "
        "WHERE k.district = h.district AND k.household = h.id), 0) AS BIGINT), "
        "(SELECT a.login FROM account a WHERE a.district = m.district AND a.person = m.person) FROM household h "
        "JOIN household_member m ON m.district = h.district AND m.household = h.id AND m.relation = '本人' AND m.superseded_at IS NULL AND m.valid_to IS NULL "
        "JOIN person_record p ON p.district = m.district AND p.person = m.person AND p.superseded_at IS NULL AND p.valid_to IS NULL AND p.hukou = '本市' "
        "JOIN reg_money q ON q.district = h.district AND q.owner = h.id "
        "AND (q.amount_fen < 12000000 OR EXISTS (SELECT 1 FROM account x WHERE x.district = m.district AND x.person = m.person)) "
        /* nobody who was not born yet when the year began */
        "WHERE NOT EXISTS (SELECT 1 FROM household_member b JOIN person_record n ON n.district = b.district AND n.person = b.person AND n.superseded_at IS NULL AND n.valid_to IS NULL "
        "WHERE b.district = h.district AND b.household = h.id AND n.birth > ?) "
        "ORDER BY m.household", SQL_D(y->config->today - DAYS - 1));
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        struct household *h = vec_push_in(y->arena, &y->household);
        if (!h)
            return arena_full(d);
        h->id = rows_int(r, 0);
        h->head = rows_int(r, 1);
        h->income_fen = rows_int(r, 3);
        snprintf(h->login, sizeof h->login, "%.*s", SPAN_ARG(rows_text(r, 4)));
        snprintf(h->subdistrict, sizeof h->subdistrict, "%.*s", SPAN_ARG(rows_text(r, 2)));
    }
    return s;
}

static struct actor *staff_of(struct year *y, const char *role, const char *division, int skip) {
    for (size_t i = 0; i < y->staff.size; i++)
        if (actor_may(&y->staff.at[i], role, division) && skip-- == 0)
            return &y->staff.at[i];
    return NULL;
}

/* ---- applying ------------------------------------------------------------------------ */

struct fill { struct year *y; struct household *h; bool understate; const struct json *form; struct arena *a; };

static enum status fill_form(struct txn *t, void *arg, struct diag *d) {
    struct fill *f = arg;
    return demo_form(f->y->c, t, f->a, f->y->district, f->h->id, f->h->head, txn_today(t), f->understate, &f->form, d);
}

/* `subdistrict` "": anywhere, and only who has little; else whoever lives
 * there.  Who has an account applies only when `login` names it. */
static bool fits(const struct household *h, const char *subdistrict, const char *login) {
    if (login)
        return strcmp(h->login, login) == 0;
    return !*h->login && strncmp(h->subdistrict, subdistrict, strlen(subdistrict)) == 0 && (*subdistrict || h->income_fen <= 500000);
}

static enum status apply(struct year *y, const char *subdistrict, const char *login) {
    size_t n = y->household.size, first = n ? chance_next(&y->arrivals) % n : 0, i = 0;
    while (i < n && !fits(&y->household.at[(first + i) % n], subdistrict, login))
        i++;
    if (i == n)
        return OK;
    i = (first + i) % n;
    struct household h = y->household.at[i];
    y->household.at[i] = y->household.at[--y->household.size];
    AUTO(arena) struct arena *a = arena_new(64 << 20);
    struct fill f = {.y = y, .h = &h, .a = a, .understate = chance_of(&y->arrivals, 0.1)};
    struct actor *clerk = staff_of(y, "clerk", h.subdistrict, (int)chance_between(&y->arrivals, 0, 1));
    if (!a)
        return arena_full(y->d);
    enum status s = store_read(y->c->store, fill_form, &f, y->d);
    static const char *const channels[] = {"counter", "counter", "phone", "community", "agent"};
    const char *channel = channels[chance_next(&y->arrivals) % ARRAY_LEN(channels)];
    bool agent = strcmp(channel, "agent") == 0 || strcmp(channel, "community") == 0;
    struct application ap = {.matter = "dibao", .channel = channel, .data = f.form, .applicant_district = y->district, .applicant = h.head,
        .agent_name = agent ? "示范代理人" : NULL, .agent_kind = agent ? (strcmp(channel, "agent") == 0 ? "person" : "community") : NULL};
    struct case_ref ref;
    const struct json *errors = NULL;
    if (s == OK)
        s = case_apply(y->c, a, clerk, &ap, &ref, &errors, y->d);
    y->cases += s == OK;
    return s;
}

/* ---- a day's work ----------------------------------------------------------------------- */

/* Of a case's number: ids are not the same when the seed is. */
static int digit_sum(struct span text) {
    int n = 0;
    for (size_t i = 0; i < text.size; i++)
        n += text.at[i] >= '0' && text.at[i] <= '9' ? text.at[i] - '0' : 0;
    return n;
}

/* Of one of the residents one can sign in as: those go their way. */
#define OWN_CASE "EXISTS (SELECT 1 FROM account a WHERE a.kind = 'resident' AND a.district = f.district AND a.person = f.applicant)"

static enum status load_work(struct txn *t, void *arg, struct diag *d) {
    struct year *y = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, "SELECT k.id, k.case_id, k.element, k.role, k.division, f.number, CASE WHEN " OWN_CASE " THEN 1 ELSE 0 END FROM case_task k JOIN case_file f ON f.district = k.district AND f.id = k.case_id WHERE k.state = 'open' ORDER BY k.id");
    y->work.size = 0;
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        struct work *w = vec_push_in(y->arena, &y->work);
        if (!w)
            return arena_full(d);
        int sum = digit_sum(rows_text(r, 5));
        bool ordinary = rows_int(r, 6) == 0;
        *w = (struct work){.task = rows_int(r, 0), .case_id = rows_int(r, 1), .forgotten = sum % 9 == 0, .disputed = ordinary && sum % 8 == 5, .turned_away = ordinary && sum % 16 == 12};
        snprintf(w->element, sizeof w->element, "%.*s", SPAN_ARG(rows_text(r, 2)));
        snprintf(w->role, sizeof w->role, "%.*s", SPAN_ARG(rows_text(r, 3)));
        snprintf(w->division, sizeof w->division, "%.*s", SPAN_ARG(rows_text(r, 4)));
    }
    return s;
}

struct facts { int64_t case_id; char outcome[24]; int64_t party[16]; int parties; int64_t notice; };

static enum status load_facts(struct txn *t, void *arg, struct diag *d) {
    struct facts *f = arg;
    AUTO(rows) struct rows *q = NULL;
    bool found = false;
    enum status s = sql_query(t, &q, d, "SELECT outcome FROM decision_record WHERE case_id = ? ORDER BY id DESC LIMIT 1", SQL_I(f->case_id));
    if (s == OK && (s = rows_next(q, &found, d)) == OK && found)
        snprintf(f->outcome, sizeof f->outcome, "%.*s", SPAN_ARG(rows_text(q, 0)));
    AUTO(rows) struct rows *p = NULL;
    if (s == OK)
        s = sql_query(t, &p, d, "SELECT person FROM case_party WHERE case_id = ? AND consent_needed = 1 AND authorised_at IS NULL", SQL_I(f->case_id));
    for (bool more = true; s == OK && f->parties < (int)ARRAY_LEN(f->party);) {
        if ((s = rows_next(p, &more, d)) != OK || !more)
            break;
        f->party[f->parties++] = rows_int(p, 0);
    }
    return s == OK ? sql_int(t, &f->notice, 0, d, "SELECT max(id) FROM notice WHERE case_id = ? AND served_at IS NULL", SQL_I(f->case_id)) : s;
}

/* What an ordinary officer would choose, now and then something else. */
static const char *choose(struct year *y, const struct work *w, const struct facts *f) {
    bool eligible = strcmp(f->outcome, "eligible") == 0;
    static const char *const fixed[][2] = {{"accept_again", "受理"}, {"authorise", "全部授权"}, {"visit", "已调查"}, {"visit_second", "属实"}, {"explain_review", "说明不成立"},
        {"appraise", "结果真实"}, {"reinvestigate", "已重新核实"}, {"submit", "已上报"}, {"spotcheck_visit", "属实"}, {"review", "同意"}, {"serve_approval", "已送达"}, {"serve_refusal", "已送达"},
        {"serve_rejection", "已送达"}, {"serve_lapse", "已送达"}};
    if (strcmp(w->element, "accept") == 0)
        return w->turned_away ? "不予受理" : chance_of(&y->chance, 0.1) ? "补正" : "受理";
    if (strcmp(w->element, "findings") == 0)
        return !eligible ? "不符合" : w->disputed ? "有争议" : "符合"; /* nobody is refused unheard */
    if (strcmp(w->element, "opinion") == 0)
        return eligible ? "拟同意" : "拟不同意";
    if (strcmp(w->element, "decide") == 0)
        return eligible ? "批准" : "不予批准";
    for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
        if (strcmp(fixed[i][0], w->element) == 0)
            return fixed[i][1];
    return "";
}

static enum status prepare(struct year *y, const struct work *w, struct actor *who, struct facts *f) {
    enum status s = OK;
    if (strcmp(w->element, "authorise") == 0)
        for (int i = 0; s == OK && i < f->parties; i++)
            s = case_authorise(y->c, who, w->case_id, f->party[i], "paper", 0, y->d);
    if (strncmp(w->element, "serve_", 6) == 0 && f->notice)
        s = case_notice_served(y->c, who, w->case_id, f->notice, "in_person", *y->clock, 0, y->d);
    return s;
}

/* Four eyes may refuse the first colleague; the next one tries. */
static enum status complete(struct year *y, const struct work *w) {
    struct facts f = {.case_id = w->case_id};
    AUTO(arena) struct arena *a = arena_new(64 << 20);
    enum status s = a ? store_read(y->c->store, load_facts, &f, y->d) : arena_full(y->d);
    const char *outcome = choose(y, w, &f);
    if (s != OK)
        return s;
    for (int k = 0; k < 6; k++) {
        struct actor *who = staff_of(y, w->role, w->division, k);
        if (!who)
            return OK; /* nobody here yet: the task waits */
        s = prepare(y, w, who, &f);
        f.parties = 0;
        f.notice = 0;
        if (s == OK)
            s = case_task_complete(y->c, a, who, w->task, outcome,
                strcmp(outcome, "不予受理") == 0 ? "示范数据：申请书没有成年家庭成员的签字，经告知仍不补签" : "示范数据：按规定办理",
                desk_example(a, packs_matter(y->c->packs, "dibao"), w->element, instant_date(*y->clock)), NULL, y->d);
        if (s != E_FORBIDDEN)
            break;
        diag_clear(y->d);
    }
    if (s == E_FORBIDDEN || s == E_CONFLICT) {
        diag_clear(y->d);
        s = OK;
    }
    return s;
}

/* ---- papers that were asked for -------------------------------------------------------- */

/* The smallest page there is: it says that it is made up. */
static const char PAPER[] =
    "%PDF-1.4\n"
    "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>/Contents 4 0 R>>endobj\n"
    "4 0 obj<</Length 52>>stream\n"
    "BT /F 18 Tf 20 100 Td (SYNTHETIC PAPER, demo) Tj ET\n"
    "endstream endobj\n"
    "xref\n"
    "0 5\n"
    "0000000000 65535 f \n"
    "0000000009 00000 n \n"
    "0000000052 00000 n \n"
    "0000000101 00000 n \n"
    "0000000251 00000 n \n"
    "trailer<</Root 1 0 R/Size 5>>\n"
    "startxref\n"
    "348\n"
    "%%EOF\n";

struct waiting { int64_t id; char subdistrict[13]; };
struct waiting_list { struct waiting at[64]; int n; };

static enum status load_waiting(struct txn *t, void *arg, struct diag *d) {
    struct waiting_list *x = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, "SELECT id, subdistrict FROM case_file WHERE state = 'supplement' ORDER BY id LIMIT 64");
    x->n = 0;
    for (bool more = true; s == OK && x->n < (int)ARRAY_LEN(x->at);) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        x->at[x->n].id = rows_int(r, 0);
        snprintf(x->at[x->n++].subdistrict, sizeof x->at[0].subdistrict, "%.*s", SPAN_ARG(rows_text(r, 1)));
    }
    return s;
}

static enum status bring_papers(struct year *y) {
    struct waiting_list x;
    enum status s = store_read(y->c->store, load_waiting, &x, y->d);
    for (int i = 0; s == OK && i < x.n; i++) {
        struct actor *clerk = staff_of(y, "clerk", x.at[i].subdistrict, 0);
        int64_t file;
        if (!clerk || !chance_of(&y->chance, 0.25))
            continue;
        s = case_paper_add(y->c, clerk, x.at[i].id, "补正材料.pdf", "supplement", (struct span){PAPER, sizeof PAPER - 1}, &file, y->d);
    }
    return s;
}

static enum status sweep(struct year *y) {
    bool did = true;
    enum status s = OK;
    for (int i = 0; s == OK && did && i < 1000; i++)
        s = case_sweep(y->c, &did, y->d);
    return s;
}

/* The last three weeks are worked slowly, so that every list has somebody. */
static enum status work_day(struct year *y, int days_left) {
    enum status s = store_read(y->c->store, load_work, y, y->d);
    double pace = days_left < 20 ? 0.22 : 0.7;
    for (size_t i = 0; s == OK && i < y->work.size; i++) {
        struct work w = y->work.at[i];
        /* Every ninth task of the last weeks is forgotten, so that something is late. */
        if (!chance_of(&y->chance, pace) || (days_left < 30 && w.forgotten))
            continue;
        if (days_left < 15 && strcmp(w.element, "appraise") == 0) /* the next meeting is yet to come */
            continue;
        *y->clock += chance_between(&y->chance, 1, 20) * 1000000;
        s = complete(y, &w);
    }
    return s;
}

/* ---- letters ------------------------------------------------------------------------------- */

struct letter { int64_t notice, case_id; char subdistrict[13]; };
struct letters { struct letter at[64]; int n; };

/* Those that no task of their own serves; legal clocks start with the service. */
static enum status load_letters(struct txn *t, void *arg, struct diag *d) {
    struct letters *x = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d,
        "SELECT n.id, n.case_id, f.subdistrict FROM notice n JOIN case_file f ON f.district = n.district AND f.id = n.case_id "
        "WHERE n.served_at IS NULL AND n.kind NOT IN ('approval', 'refusal', 'rejection', 'lapse') ORDER BY n.id LIMIT 64");
    x->n = 0;
    for (bool more = true; s == OK && x->n < (int)ARRAY_LEN(x->at);) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        struct letter *l = &x->at[x->n++];
        *l = (struct letter){.notice = rows_int(r, 0), .case_id = rows_int(r, 1)};
        snprintf(l->subdistrict, sizeof l->subdistrict, "%.*s", SPAN_ARG(rows_text(r, 2)));
    }
    return s;
}

static enum status serve_letters(struct year *y) {
    struct letters x;
    enum status s = store_read(y->c->store, load_letters, &x, y->d);
    for (int i = 0; s == OK && i < x.n; i++) {
        struct actor *clerk = staff_of(y, "clerk", x.at[i].subdistrict, 0);
        if (clerk && chance_of(&y->chance, 0.6))
            s = case_notice_served(y->c, clerk, x.at[i].case_id, x.at[i].notice, "post", *y->clock, 0, y->d);
        if (s == E_CONFLICT) { /* the case ended meanwhile */
            diag_clear(y->d);
            s = OK;
        }
    }
    return s;
}

/* Somebody changes his mind now and then. */
static enum status newest_open(struct txn *t, void *arg, struct diag *d) {
    struct waiting *x = arg;
    AUTO(rows) struct rows *r = NULL;
    bool found = false;
    enum status s = sql_query(t, &r, d, "SELECT f.id, f.subdistrict FROM case_file f WHERE f.closed_at IS NULL AND f.decided_at IS NULL AND NOT " OWN_CASE " ORDER BY applied_at DESC, number DESC LIMIT 1");
    x->id = 0;
    if (s == OK && (s = rows_next(r, &found, d)) == OK && found) {
        x->id = rows_int(r, 0);
        snprintf(x->subdistrict, sizeof x->subdistrict, "%.*s", SPAN_ARG(rows_text(r, 1)));
    }
    return s;
}

static enum status withdraw_one(struct year *y) {
    struct waiting x;
    enum status s = store_read(y->c->store, newest_open, &x, y->d);
    struct actor *clerk = s == OK && x.id ? staff_of(y, "clerk", x.subdistrict, 0) : NULL;
    if (!clerk)
        return s;
    s = case_withdraw(y->c, clerk, x.id, "申请人书面撤回", 0, y->d);
    if (s == E_CONFLICT) {
        diag_clear(y->d);
        s = OK;
    }
    return s;
}

/* ---- the month's payment ------------------------------------------------------------------- */

/* Few come back; the tenth always, so that a small district has one to order again. */
static enum status returns_file(struct year *y, struct span bank, struct buf *out) {
    buf_adds(out, "付款编号,金额,状态,原因\r\n");
    const char *p = bank.at, *end = bank.at + bank.size;
    int lines = 0;
    while (p < end) {
        const char *nl = memchr(p, '\n', (size_t)(end - p));
        if (!nl)
            break;
        if (*p >= '0' && *p <= '9') {
            struct span f[8] = {{0}};
            int n = 0;
            for (const char *q = p; n < 8; n++) {
                const char *comma = memchr(q, ',', (size_t)(nl - q));
                f[n] = (struct span){q, (size_t)((comma ? comma : nl) - q)};
                if (!comma)
                    break;
                q = comma + 1;
            }
            bool failed = chance_of(&y->chance, 0.015) || ++lines == 10;
            buf_addf(out, "%.*s,%.*s,%s,%s\r\n", SPAN_ARG(f[0]), SPAN_ARG(f[4]), failed ? "失败" : "成功", failed ? "closed" : "");
        }
        p = nl + 1;
    }
    return buf_ok(out) ? OK : arena_full(y->d);
}

struct due { month_t month; int64_t count; };

static enum status count_due(struct txn *t, void *arg, struct diag *d) {
    struct due *x = arg;
    return sql_int(t, &x->count, 0, d, "SELECT count(*) FROM entitlement WHERE state = 'active' AND from_month <= ?", SQL_I(x->month));
}

static enum status pay_month(struct year *y, month_t m) {
    struct actor *cashier = staff_of(y, "cashier", y->config->district, 0), *finance = staff_of(y, "finance", y->config->district, 0);
    AUTO(arena) struct arena *a = arena_new(256 << 20);
    int64_t batch = 0;
    struct span bank;
    const char *name;
    BUF_AUTO file, report;
    buf_init(&file, 0);
    buf_init(&report, 0);
    struct json_writer w;
    struct due due = {.month = m};
    enum status s = a ? store_read(y->c->store, count_due, &due, y->d) : arena_full(y->d);
    if (s != OK || !cashier || !finance || !due.count)
        return s;
    s = payment_batch_prepare(y->c, cashier, y->district, "dibao", m, &batch, NULL, y->d);
    if (s == OK)
        s = payment_batch_approve(y->c, finance, batch, 0, y->d);
    if (s == OK)
        s = payment_batch_file(y->c, a, cashier, batch, &bank, &name, y->d);
    if (s == OK)
        s = returns_file(y, bank, &file);
    *y->clock += 2 * 3600000000;
    json_begin(&w, &report, false);
    if (s == OK)
        s = payment_batch_returns(y->c, a, cashier, batch, buf_span(&file), &w, y->d);
    y->batches += s == OK;
    return s;
}

/* ---- last month's statement ---------------------------------------------------------------- */

struct stating { struct year *y; date_t from, to; bool loose; struct buf out; int64_t batches; VEC(int64_t) funding; };

static enum status state_in(struct txn *t, void *arg, struct diag *d) {
    struct stating *x = arg;
    enum status s = sql_int(t, &x->batches, 0, d, "SELECT count(*) FROM payment_file");
    return s == OK ? demo_bank_statement(x->y->c, t, x->from, x->to, x->loose, &x->out, d) : s;
}

static enum status load_funding(struct txn *t, void *arg, struct diag *d) {
    struct stating *x = arg;
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT id FROM bank_entry WHERE state = 'open' AND reference LIKE '" DEMO_BANK_FUNDING "%' ORDER BY id");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        int64_t *id = vec_push_in(x->y->arena, &x->funding);
        if (!id)
            return arena_full(d);
        *id = rows_int(r, 0);
    }
    return s;
}

/* The cashier imports it, finance settles what the treasury sent; of the last month there is more that nobody looked at yet. */
static enum status bank_month(struct year *y, month_t m) {
    struct actor *cashier = staff_of(y, "cashier", y->config->district, 0), *finance = staff_of(y, "finance", y->config->district, 0);
    AUTO(arena) struct arena *a = arena_new(64 << 20);
    struct stating x = {.y = y, .from = month_first(m), .to = month_first(m + 1) - 1, .loose = month_of(y->config->today) == m + 1};
    struct json_writer w;
    BUF_AUTO report;
    buf_init(&report, 0);
    buf_init(&x.out, 0);
    json_begin(&w, &report, false);
    enum status s = a ? store_read(y->c->store, state_in, &x, y->d) : arena_full(y->d);
    if (s == OK && x.batches && cashier && finance)
        s = bank_import(y->c, a, cashier, NULL, buf_span(&x.out), &w, y->d);
    if (s == OK)
        s = store_read(y->c->store, load_funding, &x, y->d);
    for (size_t i = 0; s == OK && i < x.funding.size; i++)
        s = bank_settle(y->c, finance, x.funding.at[i], "funding", "财政拨款到账", y->d);
    buf_release(&x.out);
    return s;
}

/* ---- the year --------------------------------------------------------------------------------- */

static enum status one_day(struct year *y, date_t day, int days_left, double per_day) {
    const int64_t day_us = 86400000000;
    struct ymd ymd = date_ymd(day);
    *y->clock = (int64_t)day * day_us + 3600000000; /* nine in the morning in Shanghai */
    enum status s = sweep(y);
    bool provisional;
    if (s != OK || !calendar_working(y->c->calendar, day, &provisional))
        return s;
    double n = per_day;
    for (; s == OK && n > 0; n--)
        if (n >= 1 || chance_of(&y->arrivals, n))
            s = apply(y, "", NULL);
    /* The desk that a newcomer opens first has work on it, however small the district. */
    for (int i = 0; s == OK && days_left < 40 && i < 2; i++)
        s = apply(y, actor_division(&y->staff.at[1], "clerk"), NULL);
    /* Some of the residents one can sign in as have a case: paid, refused or on its way. */
    static const struct { const char *login; int days_left; } own[] = {{"resident3", 200}, {"resident4", 150}, {"resident5", 24}, {"resident6", 9}, {DEMO_EARNING, 180}};
    for (size_t i = 0; s == OK && i < ARRAY_LEN(own); i++)
        if (days_left <= own[i].days_left && days_left > own[i].days_left - 7)
            s = apply(y, "", own[i].login);
    if (s == OK && chance_of(&y->chance, 0.03))
        s = withdraw_one(y);
    if (s == OK)
        s = serve_letters(y);
    if (s == OK)
        s = bring_papers(y);
    if (s == OK)
        s = work_day(y, days_left);
    if (s == OK)
        s = sweep(y);
    /* The eighth or the first working day after it. */
    if (s == OK && ymd.day >= 8 && ymd.day <= 10) {
        date_t first = day - (ymd.day - 8);
        while (first < day && !calendar_working(y->c->calendar, first, &provisional))
            first++;
        if (first == day)
            s = pay_month(y, month_of(day));
    }
    if (s == OK && ymd.day >= 2 && ymd.day <= 8 && month_of(day) != y->stated) { /* the first working day from the second on */
        y->stated = month_of(day);
        s = bank_month(y, month_of(day) - 1);
    }
    if (s == OK)
        s = tlog_sequence(y->c->store, NULL, y->d);
    return s;
}

enum status demo_cases(struct civil *c, const struct demo_config *config, instant_t *clock, struct demo_result *ret, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    if (!a)
        return arena_full(d);
    struct year y = {.c = c, .config = config, .clock = clock, .chance = {config->seed ^ 0xca5e5u}, .arrivals = {config->seed ^ 0xa991e5u}, .arena = a, .district = strtoll(config->district, NULL, 10), .d = d};
    *clock = (int64_t)(config->today - DAYS) * 86400000000;
    enum status s = store_write(c->store, add_staff, &y, d);
    if (s == OK)
        s = evidence_adopt(c, KEPT_ACCOUNT, d);
    if (s == OK)
        s = evidence_adopt(c, KEPT_ACCOUNT_ROLE, d);
    if (s == OK)
        s = store_read(c->store, load_staff, &y, d);
    if (s == OK)
        s = store_read(c->store, load_households, &y, d);
    double per_day = (double)config->people / PEOPLE_A_CASE / (DAYS * 5 / 7);
    if (per_day < 0.12) /* a small town still has some */
        per_day = 0.12;
    for (int i = 0; s == OK && i < DAYS; i++) {
        s = one_day(&y, config->today - DAYS + i, DAYS - i, per_day);
        if (config->progress)
            config->progress(config->arg, "demo.cases", (i + 1) * 1000 / DAYS);
    }
    ret->cases = y.cases;
    ret->batches = y.batches;
    return s;
}
