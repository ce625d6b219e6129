/* One benefit from its grant to today: acts, months, payments, what was said. */
#include "civil/entitlement/life_json.h"

#include "civil/access/access.h"
#include "civil/access/access_list.h"
#include "civil/decision/decision.h"
#include "civil/entitlement/life_internal.h"
#include "civil/pack/pack.h"
#include "civil/register/register.h"
#include "civil/secrecy/secrecy.h"
#include "civil/row_json.h"

/* ---- small things --------------------------------------------------------------------- */

void scheme_name_json(const struct civil *c, const char *scheme, const char *key, struct json_writer *w) {
    json_kstring(w, "scheme", scheme);
    const struct matter *m = packs_scheme(c->packs, scheme);
    json_key(w, key);
    if (m && json_get(m->json, "name")) {
        json_value(w, json_get(m->json, "name"));
        return;
    }
    json_object(w);
    json_kstring(w, "zh", scheme);
    json_kstring(w, "en", scheme);
    json_object_end(w);
}

void month_json(struct json_writer *w, const char *key, month_t m) {
    char text[8];
    month_text(m, text);
    json_kstring(w, key, text);
}

void lines_array_json(const struct civil *c, struct json_writer *w, const char *key, const struct entitlement_lines *l) {
    json_key(w, key);
    json_array(w);
    for (size_t i = 0; i < l->count; i++) {
        json_object(w);
        json_key(w, "member");
        if (l->line[i].member)
            json_id(w, l->line[i].member);
        else
            json_nothing(w);
        json_kstring(w, "item", l->line[i].item);
        policies_name_json(w, "item_name", c->policies, l->line[i].item);
        json_kint(w, "monthly_fen", l->line[i].monthly_fen);
        json_kint(w, "once_fen", 0);
        json_object_end(w);
    }
    json_array_end(w);
}

/* ---- what was said ------------------------------------------------------------------------- */

static enum status note_object(struct civil *c, struct txn *t, const struct entitlement_row *e, const struct rows *r, bool own, struct json_writer *w, struct diag *d) {
    const char *words = NULL;
    bool himself = span_is(rows_text(r, 4), "resident"), coded = span_is(rows_text(r, 1), "recovery_planned");
    enum status s = coded ? OK : note_read(c, t, e->district, e->payee, rows_int(r, 0), rows_blob(r, 5), &words, d);
    if (s == E_NOT_FOUND) /* the person's key was erased */
        s = OK;
    json_object(w);
    json_kspan(w, "kind", rows_text(r, 1));
    json_kinstant(w, "at", rows_int(r, 2));
    json_key(w, "by");
    if (own || rows_null(r, 3))
        json_nothing(w);
    else
        json_span(w, rows_text(r, 3));
    json_kbool(w, "himself", himself);
    json_kstring(w, "words", words);
    json_object_end(w);
    return s;
}

enum status notes_json(struct civil *c, struct txn *t, const struct entitlement_row *e, int64_t about, bool own, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d,
        "SELECT n.id, n.kind, n.at, a.name, a.kind, n.body FROM entitlement_note n LEFT JOIN account a ON a.id = n.account WHERE n.district = ? AND n.entitlement = ? AND (n.about = ? "
        "OR n.about IN (SELECT x.id FROM recovery_part x WHERE x.district = ? AND x.recovery = ?)) ORDER BY n.id",
        SQL_I(e->district), SQL_I(e->id), SQL_I(about), SQL_I(e->district), SQL_I(about));
    json_key(w, "notes");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        s = note_object(c, t, e, r, own, w, d);
    json_array_end(w);
    return s;
}

/* ---- acts ------------------------------------------------------------------------------------ */

enum status proposal_was(struct txn *t, const struct entitlement_row *e, int64_t act, month_t month, int64_t *ret, struct diag *d) {
    int64_t seq = 0;
    struct entitlement_lines l;
    *ret = e->monthly_fen;
    if (!act)
        return OK;
    enum status s = sql_int(t, &seq, 0, d, "SELECT seq FROM entitlement_act WHERE district = ? AND id = ?", SQL_I(e->district), SQL_I(act));
    if (s == OK)
        s = entitlement_lines_at(t, e->district, e->id, month, seq, &l, d);
    if (s == OK)
        *ret = l.fen;
    return s;
}

enum status acts_json(struct civil *c, struct txn *t, const struct entitlement_row *e, bool own, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d,
        "SELECT x.id, x.kind, x.at, a.name, x.month, x.until, x.monthly_fen, x.cause, x.event_on, x.proposal FROM entitlement_act x LEFT JOIN account a ON a.id = x.account "
        "WHERE x.district = ? AND x.entitlement = ? ORDER BY x.seq DESC", SQL_I(e->district), SQL_I(e->id));
    json_key(w, "acts");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        json_object(w);
        json_kid(w, "id", rows_int(r, 0));
        json_kspan(w, "kind", rows_text(r, 1));
        json_kinstant(w, "at", rows_int(r, 2));
        if (!own)
            row_text_or_null(w, "by", r, 3);
        month_json(w, "month", rows_int(r, 4));
        if (rows_null(r, 5))
            json_kstring(w, "until", NULL);
        else
            month_json(w, "until", rows_int(r, 5));
        json_kint(w, "monthly_fen", rows_int(r, 6));
        json_kspan(w, "cause", rows_text(r, 7));
        json_kdate(w, "event", rows_date(r, 8));
        row_id_or_null(w, "proposal", r, 9);
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

/* ---- a recovery's parts ----------------------------------------------------------------------- */

static enum status months_of(struct txn *t, const struct entitlement_row *e, int64_t recovery, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d, "SELECT month, amount_fen, reversed_fen FROM recovery_month WHERE district = ? AND recovery = ? ORDER BY month", SQL_I(e->district), SQL_I(recovery));
    json_key(w, "months");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        json_object(w);
        month_json(w, "month", rows_int(r, 0));
        json_kint(w, "amount_fen", rows_int(r, 1));
        json_kint(w, "reversed_fen", rows_int(r, 2));
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

/* What came since the plan covers its instalments from the first on. */
static enum status plan_of(struct txn *t, const struct entitlement_row *e, int64_t recovery, int64_t open, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    int64_t planned = 0;
    enum status s = sql_int(t, &planned, 0, d, "SELECT sum(amount_fen) FROM recovery_instalment WHERE district = ? AND recovery = ?", SQL_I(e->district), SQL_I(recovery));
    int64_t covered = planned > open ? planned - open : 0;
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT number, due_on, amount_fen FROM recovery_instalment WHERE district = ? AND recovery = ? ORDER BY number", SQL_I(e->district), SQL_I(recovery));
    json_key(w, "plan");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        int64_t fen = rows_int(r, 2), part = covered < fen ? covered : fen;
        covered -= part;
        json_object(w);
        json_kint(w, "number", rows_int(r, 0));
        json_kdate(w, "due_on", rows_date(r, 1));
        json_kint(w, "amount_fen", fen);
        json_kint(w, "covered_fen", part);
        json_kbool(w, "late", part < fen && rows_date(r, 1) < txn_today(t));
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

enum status recovery_parts_json(struct txn *t, const struct actor *who, const struct entitlement_row *e, int64_t recovery, int64_t open, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = months_of(t, e, recovery, w, d);
    if (s == OK)
        s = plan_of(t, e, recovery, open, w, d);
    if (s == OK)
        s = sql_query(t, &r, d,
            "SELECT x.id, x.kind, x.amount_fen, x.state, x.asked_at, x.approved_at, a.name, b.name, x.asked_by FROM recovery_part x LEFT JOIN account a ON a.id = x.asked_by "
            "LEFT JOIN account b ON b.id = x.approved_by WHERE x.district = ? AND x.recovery = ? ORDER BY x.id", SQL_I(e->district), SQL_I(recovery));
    json_key(w, "parts");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        json_object(w);
        json_kid(w, "id", rows_int(r, 0));
        json_kspan(w, "kind", rows_text(r, 1));
        json_kint(w, "amount_fen", rows_int(r, 2));
        json_kspan(w, "state", rows_text(r, 3));
        json_kinstant(w, "asked_at", rows_int(r, 4));
        row_instant_or_null(w, "answered_at", r, 5);
        if (who) {
            row_text_or_null(w, "asked_by", r, 6);
            row_text_or_null(w, "answered_by", r, 7);
            json_kbool(w, "may_answer", span_is(rows_text(r, 3), "asked") && rows_int(r, 8) != who->account && actor_may(who, "finance", e->division));
        }
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

/* ---- the whole -------------------------------------------------------------------------------- */

static enum status payments(struct txn *t, const struct entitlement_row *e, month_t from, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d,
        "SELECT id, month, amount_fen, state, paid_at, return_code, correction FROM payment WHERE district = ? AND entitlement = ? AND state <> 'cancelled' AND month >= ? ORDER BY month DESC, id DESC",
        SQL_I(e->district), SQL_I(e->id), SQL_I(from));
    json_key(w, "payments");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        json_object(w);
        json_kid(w, "id", rows_int(r, 0));
        month_json(w, "month", rows_int(r, 1));
        json_kint(w, "amount_fen", rows_int(r, 2));
        json_kspan(w, "state", rows_text(r, 3));
        row_instant_or_null(w, "paid_at", r, 4);
        if (span_is(rows_text(r, 3), "returned"))
            access_text_pair(w, "reason", "payment.return", span_of(rows_dup(r, 5, txn_arena(t))));
        json_kbool(w, "correction", rows_int(r, 6) != 0);
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

static enum status months(struct txn *t, const struct entitlement_row *e, month_t from, month_t until, struct json_writer *w, struct diag *d) {
    enum status s = OK;
    json_key(w, "months");
    json_array(w);
    for (month_t m = until; s == OK && m >= from; m--) {
        int64_t due = 0, owed = 0, overpaid = 0;
        s = entitlement_due_in(t, e->district, e->id, m, &due, d);
        if (s == OK)
            s = sql_int(t, &owed, 0, d, "SELECT sum(amount_fen) FROM entitlement_adjustment WHERE root = ? AND month = ? AND cancelled_by IS NULL", SQL_I(e->root), SQL_I(m));
        if (s == OK)
            s = sql_int(t, &overpaid, 0, d, "SELECT sum(amount_fen - reversed_fen) FROM recovery_month WHERE root = ? AND month = ?", SQL_I(e->root), SQL_I(m));
        json_object(w);
        month_json(w, "month", m);
        json_kint(w, "due_fen", e->to && m >= e->to ? 0 : due);
        json_kint(w, "owed_fen", owed);
        json_kint(w, "overpaid_fen", overpaid);
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

/* The last month that is over, running or prepared. */
static enum status range(struct txn *t, const struct entitlement_row *e, month_t *ret_from, month_t *ret_until, struct diag *d) {
    month_t next = 0, now = month_of(txn_today(t)), paid = 0;
    enum status s = month_next(t, e, &next, d);
    *ret_until = next > now ? next - 1 : now;
    if (s == OK && e->to) { /* what was paid after its end is seen too */
        s = sql_int(t, &paid, 0, d, "SELECT max(month) FROM payment WHERE district = ? AND entitlement = ? AND state <> 'cancelled'", SQL_I(e->district), SQL_I(e->id));
        *ret_until = paid >= e->to ? paid : *ret_until >= e->to ? e->to - 1 : *ret_until;
    }
    *ret_from = e->from > *ret_until - (LIFE_MONTHS - 1) ? e->from : *ret_until - (LIFE_MONTHS - 1);
    return s;
}

static enum status death_waits(struct txn *t, const struct entitlement_row *e, bool *ret, struct diag *d) {
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d, "SELECT count(*) FROM entitlement_act a WHERE " SUSPENDED_BY_DEATH, SQL_I(e->district), SQL_I(e->id));
    *ret = n > 0 && strcmp(e->state, "suspended") == 0;
    return s;
}

static enum status benefit_head(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct entitlement_row *e, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct person p;
    struct entitlement_lines l;
    const char *division = NULL;
    bool dead = false;
    int64_t open = 0;
    enum status s = person_read(c, t, x, txn_arena(t), e->district, e->payee, &p, d);
    if (s == OK)
        s = access_add(x, e->district, e->payee, ACCESS_PAYMENT, d);
    if (s == OK)
        s = division_name(t, txn_arena(t), e->division, &division, d);
    if (s == OK)
        s = sql_one(t, &r, d, "SELECT e.created_at, e.next_review FROM entitlement e WHERE e.district = ? AND e.id = ?", SQL_I(e->district), SQL_I(e->id));
    if (s == OK)
        s = entitlement_lines_at(t, e->district, e->id, month_of(txn_today(t)) > e->from ? month_of(txn_today(t)) : e->from, 0, &l, d);
    if (s == OK)
        s = death_waits(t, e, &dead, d);
    if (s == OK)
        s = sql_int(t, &open, 0, d, "SELECT count(*) FROM entitlement_proposal WHERE district = ? AND entitlement = ? AND state IN ('proposed', 'heard')", SQL_I(e->district), SQL_I(e->id));
    if (s != OK)
        return s;
    json_kid(w, "id", e->id);
    json_kid(w, "case_id", e->case_id);
    scheme_name_json(c, e->scheme, "scheme_name", w);
    json_kstring(w, "name", p.name);
    json_kstring(w, "division", e->division);
    json_kstring(w, "division_name", division);
    json_kstring(w, "state", e->state);
    month_json(w, "from", e->from);
    json_kdate(w, "to", e->to ? month_first(e->to) - 1 : DATE_NONE);
    json_kint(w, "monthly_fen", e->monthly_fen);
    json_kdate(w, "next_review", rows_date(r, 1));
    json_kinstant(w, "opened_at", rows_int(r, 0));
    lines_array_json(c, w, "lines", &l);
    json_key(w, "may");
    json_array(w);
    if (strcmp(e->state, "ended") != 0 && !open && actor_may(who, "clerk", e->division))
        json_string(w, "propose");
    if (dead && actor_may(who, "decider", e->division))
        json_string(w, "death");
    json_array_end(w);
    return OK;
}

enum status benefit_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    struct entitlement_row e;
    month_t from = 0, until = 0;
    enum status s = entitlement_open(t, who, id, &e, d);
    if (s == OK)
        s = range(t, &e, &from, &until, d);
    if (s != OK)
        return s;
    json_object(w);
    s = benefit_head(c, t, x, who, &e, w, d);
    if (s == OK)
        s = acts_json(c, t, &e, false, w, d);
    if (s == OK)
        s = months(t, &e, from, until, w, d);
    if (s == OK)
        s = payments(t, &e, from, w, d);
    if (s == OK)
        s = benefit_heads_json(c, t, x, who, &e, w, d);
    json_key(w, "words");
    json_object(w);
    json_kint(w, "min", ENTITLEMENT_WORDS_MIN);
    json_kint(w, "max", ENTITLEMENT_WORDS_MAX);
    json_object_end(w);
    json_object_end(w);
    return s;
}
