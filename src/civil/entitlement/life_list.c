/* Lists of proposals, recoveries and back payments, and one of them. */
#include "civil/entitlement/life_json.h"

#include "civil/access/access.h"
#include "civil/entitlement/life_internal.h"
#include "civil/register/register.h"
#include "civil/scope.h"
#include "civil/secrecy/secrecy.h"
#include "civil/row_json.h"

enum { VALUES_MAX = SCOPE_VALUES_MAX + 12 };
struct where { struct buf sql; struct sql_value v[VALUES_MAX]; size_t n; };

/* What is in his divisions, asked for, in no compartment of others, before the cursor. */
static void conditions(struct where *q, struct arena *a, const struct actor *who, const char *const *readers, const struct life_query *f, const char *id) {
    const char *open = secrecy_open_column(a, who, "k.compartment");
    buf_adds(&q->sql, "WHERE ");
    scope_of(&q->sql, q->v, &q->n, a, who, "e.division", readers, NULL);
    buf_addf(&q->sql, " AND %s", open ? open : "1 = 0");
    if (f->division && *f->division) {
        buf_adds(&q->sql, " AND ");
        scope_under(&q->sql, q->v, &q->n, a, "e.division", f->division);
    }
    if (f->cursor && *f->cursor) {
        buf_addf(&q->sql, " AND %s < ?", id);
        q->v[q->n++] = SQL_I(strtoll(f->cursor, NULL, 10));
    }
}

static void page(struct where *q, const char *id) {
    buf_addf(&q->sql, " ORDER BY %s DESC LIMIT ?", id);
    q->v[q->n++] = SQL_I(LIFE_PAGE + 1);
}

/* Whose it is, of what, where. */
static enum status about(struct civil *c, struct txn *t, struct access *x, const struct entitlement_row *e, struct json_writer *w, struct diag *d) {
    struct person p;
    enum status s = person_read(c, t, x, txn_arena(t), e->district, e->payee, &p, d);
    if (s == OK)
        s = access_add(x, e->district, e->payee, ACCESS_PAYMENT, d);
    json_kid(w, "entitlement", e->id);
    json_kid(w, "case_id", e->case_id);
    scheme_name_json(c, e->scheme, "scheme_name", w);
    json_kstring(w, "name", s == OK ? p.name : "");
    json_kstring(w, "division", e->division);
    return s;
}

typedef enum status (*row_fn)(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct rows *r, struct json_writer *w, struct diag *d);
enum { REVIEW_SOON_DAYS = 30 };
enum { ID = 2 }; /* the column, in all of them */

static enum status items(struct civil *c, struct txn *t, struct access *x, const struct actor *who, struct where *q, row_fn row_json, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    int64_t last = 0;
    int n = 0;
    if (!buf_ok(&q->sql))
        return arena_full(d);
    enum status s = sql_query_(t, &r, d, buf_str(&q->sql), q->v, q->n);
    json_object(w);
    json_key(w, "items");
    json_array(w);
    for (; s == OK && (s = rows_next(r, &row, d)) == OK && row && n < LIFE_PAGE; n++) {
        last = rows_int(r, ID);
        s = row_json(c, t, x, who, r, w, d);
    }
    json_array_end(w);
    json_key(w, "words");
    json_object(w);
    json_kint(w, "min", ENTITLEMENT_WORDS_MIN);
    json_kint(w, "max", ENTITLEMENT_WORDS_MAX);
    json_object_end(w);
    json_key(w, "next_cursor");
    if (s == OK && row)
        json_stringf(w, "%lld", (long long)last);
    else
        json_nothing(w);
    json_object_end(w);
    return s;
}

static void may(struct json_writer *w, bool yes, const char *act) {
    if (yes)
        json_string(w, act);
}

/* ---- proposals ------------------------------------------------------------------------------- */

static void proposal_may(struct txn *t, const struct actor *who, const struct rows *r, const struct entitlement_row *e, struct json_writer *w) {
    bool clerk = actor_may(who, "clerk", e->division), decider = actor_may(who, "decider", e->division), other = rows_int(r, P_PROPOSED_BY) != who->account;
    bool proposed = span_is(rows_text(r, P_STATE), "proposed"), heard = span_is(rows_text(r, P_STATE), "heard"), adopted = span_is(rows_text(r, P_STATE), "adopted");
    bool upward = false;
    char *kind = rows_dup(r, P_KIND, txn_arena(t));
    if (kind)
        (void)proposal_act(kind, &upward);
    bool ripe = upward ? proposed : heard && (!rows_null(r, P_ANSWERED_AT) || txn_today(t) > rows_date(r, P_ANSWER_DUE));
    json_key(w, "may");
    json_array(w);
    may(w, clerk && proposed && !upward, "serve");
    may(w, clerk && heard, "answer");
    may(w, decider && other && ripe, "adopt");
    may(w, decider && other && (proposed || heard), "drop");
    may(w, clerk && (proposed || heard), "withdraw");
    may(w, clerk && adopted && rows_null(r, P_DECISION_SERVED_AT), "serve_decision");
    may(w, decider && adopted && !upward && rows_int(r, P_RESTORED) == 0, "restore");
    json_array_end(w);
}

static enum status proposal_head(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct rows *r, struct json_writer *w, struct diag *d) {
    struct entitlement_row e;
    int64_t was = 0;
    enum status s = entitlement_read(t, who, rows_int(r, P_ENTITLEMENT), &e, d);
    if (s == OK)
        s = proposal_was(t, &e, rows_int(r, P_ACT), rows_int(r, P_MONTH), &was, d);
    if (s != OK)
        return s;
    json_object(w);
    json_kid(w, "id", rows_int(r, P_ID));
    s = about(c, t, x, &e, w, d);
    row_text_or_null(w, "division_name", r, P_DIVISION_NAME);
    json_kspan(w, "kind", rows_text(r, P_KIND));
    json_kspan(w, "state", rows_text(r, P_STATE));
    json_kbool(w, "withdrawn", span_is(rows_text(r, P_STATE), "dropped") && rows_null(r, P_DECIDED_BY));
    json_kbool(w, "restored", rows_int(r, P_RESTORED) > 0);
    month_json(w, "month", rows_int(r, P_MONTH));
    json_kint(w, "was_fen", was);
    json_kint(w, "monthly_fen", rows_int(r, P_FEN));
    json_kinstant(w, "proposed_at", rows_int(r, P_PROPOSED_AT));
    row_text_or_null(w, "proposed_by", r, P_PROPOSED_NAME);
    row_instant_or_null(w, "served_at", r, P_SERVED_AT);
    json_kdate(w, "answer_due", rows_date(r, P_ANSWER_DUE));
    row_instant_or_null(w, "answered_at", r, P_ANSWERED_AT);
    row_instant_or_null(w, "decided_at", r, P_DECIDED_AT);
    row_text_or_null(w, "decided_by", r, P_DECIDED_NAME);
    row_instant_or_null(w, "decision_served_at", r, P_DECISION_SERVED_AT);
    proposal_may(t, who, r, &e, w);
    json_object_end(w);
    return s;
}

enum status proposals_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct life_query *f, struct json_writer *w, struct diag *d) {
    struct where q = {.n = 0};
    buf_init(&q.sql, 1 << 16);
    buf_adds(&q.sql, PROPOSAL_SELECT);
    conditions(&q, txn_arena(t), who, entitlement_readers, f, "p.id");
    if (f->state && *f->state) {
        buf_adds(&q.sql, " AND p.state = ?");
        q.v[q.n++] = SQL_S(f->state);
    }
    page(&q, "p.id");
    enum status s = items(c, t, x, who, &q, proposal_head, w, d);
    buf_release(&q.sql);
    return s;
}

enum status proposal_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct entitlement_row e;
    struct entitlement_lines l;
    enum status s = entitlement_opened(t, who, entitlement_readers, PROPOSAL_SELECT "WHERE p.id = ?", "entitlement.no_proposal", id, &r, &e, d);
    if (s == OK)
        s = entitlement_lines_parse(txn_arena(t), rows_text(r, P_LINES), &l, d);
    if (s != OK)
        return s;
    json_object(w);
    json_key(w, "head");
    s = proposal_head(c, t, x, who, r, w, d);
    json_kspan(w, "cause", rows_text(r, P_CAUSE));
    json_kdate(w, "event", rows_date(r, P_EVENT));
    row_text_or_null(w, "served_how", r, P_SERVED_HOW);
    lines_array_json(c, w, "lines", &l);
    if (s == OK)
        s = notes_json(c, t, &e, id, false, w, d);
    json_object_end(w);
    return s;
}

/* ---- recoveries ------------------------------------------------------------------------------- */

static void recovery_may(const struct actor *who, const struct rows *r, const struct entitlement_row *e, struct json_writer *w) {
    bool open = rows_int(r, R_OPEN) > 0;
    json_key(w, "may");
    json_array(w);
    may(w, open && actor_may(who, "clerk", e->division), "plan");
    may(w, open && actor_may(who, "cashier", e->division), "receive");
    may(w, open && actor_may(who, "clerk", e->division), "ask_waiver");
    json_array_end(w);
}

static enum status recovery_head(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct rows *r, struct json_writer *w, struct diag *d) {
    struct entitlement_row e;
    static const struct { const char *key; int column; } sums[] = {{"amount_fen", R_AMOUNT}, {"reversed_fen", R_REVERSED}, {"received_fen", R_RECEIVED}, {"waived_fen", R_WAIVED}, {"open_fen", R_OPEN}};
    enum status s = entitlement_read(t, who, rows_int(r, R_ENTITLEMENT), &e, d);
    if (s != OK)
        return s;
    json_object(w);
    json_kid(w, "id", rows_int(r, R_ID));
    s = about(c, t, x, &e, w, d);
    row_text_or_null(w, "division_name", r, R_DIVISION_NAME);
    json_kinstant(w, "found_at", rows_int(r, R_FOUND_AT));
    for (size_t i = 0; i < ARRAY_LEN(sums); i++)
        json_kint(w, sums[i].key, rows_int(r, sums[i].column));
    json_kspan(w, "state", rows_text(r, R_STATE));
    json_kbool(w, "waiver_asked", rows_int(r, R_ASKED) > 0);
    json_kspan(w, "act", rows_text(r, R_KIND));
    json_kspan(w, "cause", rows_text(r, R_CAUSE));
    recovery_may(who, r, &e, w);
    json_object_end(w);
    return s;
}

enum status recoveries_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct life_query *f, struct json_writer *w, struct diag *d) {
    struct where q = {.n = 1};
    q.v[0] = SQL_D(txn_today(t));
    buf_init(&q.sql, 1 << 16);
    buf_adds(&q.sql, RECOVERY_SELECT);
    conditions(&q, txn_arena(t), who, entitlement_money_readers, f, "r.id");
    if (f->state && *f->state) {
        buf_adds(&q.sql, " AND " RECOVERY_STATE " = ?");
        q.v[q.n++] = SQL_S(f->state);
    }
    page(&q, "r.id");
    enum status s = items(c, t, x, who, &q, recovery_head, w, d);
    buf_release(&q.sql);
    return s;
}

enum status recovery_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *found = NULL, *r = NULL;
    struct entitlement_row e;
    enum status s = entitlement_opened(t, who, entitlement_money_readers, "SELECT entitlement FROM recovery WHERE id = ?", "recovery.none", id, &found, &e, d);
    if (s == OK)
        s = sql_one(t, &r, d, RECOVERY_SELECT "WHERE r.id = ?", SQL_D(txn_today(t)), SQL_I(id));
    if (s != OK)
        return s;
    json_object(w);
    json_key(w, "head");
    s = recovery_head(c, t, x, who, r, w, d);
    if (s == OK)
        s = recovery_parts_json(t, who, &e, id, rows_int(r, R_OPEN), w, d);
    if (s == OK)
        s = notes_json(c, t, &e, id, false, w, d);
    json_kint(w, "instalments_max", INSTALMENTS_MAX);
    json_object_end(w);
    return s;
}

/* ---- back payments ------------------------------------------------------------------------------ */

#define PAID_BY "(SELECT p.state FROM payment p WHERE p.district = j.district AND p.root = j.root AND p.month = j.month AND p.correction = j.id AND p.state <> 'cancelled' ORDER BY p.id DESC LIMIT 1)"
#define BACK_STATE "CASE COALESCE(" PAID_BY ", 'owed') WHEN 'owed' THEN 'owed' WHEN 'paid' THEN 'paid' ELSE 'ordered' END"

static enum status back_payment(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct rows *r, struct json_writer *w, struct diag *d) {
    struct entitlement_row e;
    enum status s = entitlement_read(t, who, rows_int(r, 0), &e, d);
    if (s != OK)
        return s;
    json_object(w);
    json_kid(w, "id", rows_int(r, ID));
    s = about(c, t, x, &e, w, d);
    row_text_or_null(w, "division_name", r, 5);
    month_json(w, "month", rows_int(r, 3));
    json_kint(w, "amount_fen", rows_int(r, 4));
    json_kspan(w, "state", rows_text(r, 6));
    row_text_or_null(w, "act", r, 7);
    row_text_or_null(w, "cause", r, 8);
    json_object_end(w);
    return s;
}

enum status back_payments_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct life_query *f, struct json_writer *w, struct diag *d) {
    struct where q = {.n = 0};
    buf_init(&q.sql, 1 << 16);
    buf_adds(&q.sql, "SELECT j.entitlement, j.district, j.id, j.month, j.amount_fen, v.name, " BACK_STATE ", a.kind, a.cause FROM entitlement_adjustment j "
        "JOIN entitlement e ON e.district = j.district AND e.id = j.entitlement JOIN case_file k ON k.district = e.district AND k.id = e.case_id "
        "LEFT JOIN entitlement_act a ON a.district = j.district AND a.id = j.act LEFT JOIN division v ON v.code = e.division ");
    conditions(&q, txn_arena(t), who, entitlement_money_readers, f, "j.id");
    buf_adds(&q.sql, " AND j.cancelled_by IS NULL");
    if (f->state && *f->state) {
        buf_adds(&q.sql, " AND " BACK_STATE " = ?");
        q.v[q.n++] = SQL_S(f->state);
    }
    page(&q, "j.id");
    enum status s = items(c, t, x, who, &q, back_payment, w, d);
    buf_release(&q.sql);
    return s;
}

/* ---- benefits ------------------------------------------------------------------------------------- */

/* Who among colleagues declared whom is not told to colleagues. */
static const char *const supervisors[] = {"leader", "auditor", NULL};

static enum status benefit_ref(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct rows *r, struct json_writer *w, struct diag *d) {
    struct entitlement_row e;
    enum status s = entitlement_read(t, who, rows_int(r, 0), &e, d);
    if (s != OK)
        return s;
    json_object(w);
    json_kid(w, "id", e.id);
    s = about(c, t, x, &e, w, d);
    row_text_or_null(w, "division_name", r, 3);
    json_kstring(w, "state", e.state);
    month_json(w, "from", e.from);
    json_kint(w, "monthly_fen", e.monthly_fen);
    json_kdate(w, "next_review", rows_date(r, 4));
    json_object_end(w);
    return s;
}

enum status benefits_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, const struct life_query *f, struct json_writer *w, struct diag *d) {
    struct where q = {.n = 0};
    buf_init(&q.sql, 1 << 16);
    buf_adds(&q.sql, "SELECT e.id, e.district, e.id, v.name, e.next_review FROM entitlement e JOIN case_file k ON k.district = e.district AND k.id = e.case_id LEFT JOIN division v ON v.code = e.division ");
    bool relatives = f->state && strcmp(f->state, "relatives") == 0;
    conditions(&q, txn_arena(t), who, relatives ? supervisors : entitlement_money_readers, f, "e.id");
    if (case_id) {
        buf_adds(&q.sql, " AND e.case_id = ?");
        q.v[q.n++] = SQL_I(case_id);
    }
    if (relatives)
        buf_adds(&q.sql, " AND EXISTS (SELECT 1 FROM recusal s JOIN case_party y ON y.person_district = s.person_district AND y.person = s.person "
            "WHERE y.district = e.district AND y.case_id = e.case_id AND s.withdrawn_at IS NULL AND s.relation <> 'interest')");
    else if (f->state && strcmp(f->state, "due") == 0) { /* whose review falls due within a month, or did */
        buf_adds(&q.sql, " AND e.state <> 'ended' AND e.next_review <= ?");
        q.v[q.n++] = SQL_D(txn_today(t) + REVIEW_SOON_DAYS);
    } else if (f->state && *f->state) {
        buf_adds(&q.sql, " AND e.state = ?");
        q.v[q.n++] = SQL_S(f->state);
    }
    page(&q, "e.id");
    enum status s = items(c, t, x, who, &q, benefit_ref, w, d);
    buf_release(&q.sql);
    return s;
}

/* ---- of one benefit -------------------------------------------------------------------------------- */

static enum status heads(struct civil *c, struct txn *t, struct access *x, const struct actor *who, struct rows *r, row_fn row_json, const char *key, struct json_writer *w, struct diag *d) {
    bool row = true;
    enum status s = OK;
    json_key(w, key);
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        s = row_json(c, t, x, who, r, w, d);
    json_array_end(w);
    return s;
}

enum status benefit_heads_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct entitlement_row *e, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *p = NULL, *v = NULL;
    enum status s = sql_query(t, &p, d, PROPOSAL_SELECT "WHERE p.district = ? AND p.entitlement = ? ORDER BY p.id DESC", SQL_I(e->district), SQL_I(e->id));
    if (s == OK)
        s = heads(c, t, x, who, p, proposal_head, "proposals", w, d);
    if (s == OK)
        s = sql_query(t, &v, d, RECOVERY_SELECT "WHERE r.district = ? AND r.entitlement = ? ORDER BY r.id DESC", SQL_D(txn_today(t)), SQL_I(e->district), SQL_I(e->id));
    return s == OK ? heads(c, t, x, who, v, recovery_head, "recoveries", w, d) : s;
}
