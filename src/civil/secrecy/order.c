/* Ordering, confirming, renewing, ending. */
#include "civil/secrecy/secrecy_internal.h"

#include "base/utf8.h"
#include "civil/access/access.h"
#include "civil/case/case.h"
#include "civil/register/register.h"

#include <stdio.h>

/* ---- who ------------------------------------------------------------------------ */

const char *secrecy_role(const struct civil *c, const struct actor *who) {
    static const char *const roles[] = {"leader", "district_decider"};
    char home[16];
    snprintf(home, sizeof home, "%lld", (long long)c->district);
    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        if (actor_may(who, roles[i], home))
            return roles[i];
    return NULL;
}

enum secrecy_phase secrecy_phase(const struct secrecy_row *o, date_t today) {
    if (o->ended_at || (o->until_on != DATE_NONE && o->until_on < today))
        return SECRECY_OVER;
    return o->confirmed_at ? SECRECY_IN_FORCE : SECRECY_PROPOSED;
}

static enum status not_himself(const struct secrecy_row *o, const struct actor *who, struct diag *d) {
    return o->account && o->account == who->account ? diag_fail(d, E_FORBIDDEN, "secrecy.himself") : OK;
}

static enum status wrong_state(struct diag *d) { return diag_fail(d, E_CONFLICT, "secrecy.state"); }

enum status secrecy_may_confirm(const struct secrecy_row *o, const struct actor *who, date_t today, struct diag *d) {
    if (secrecy_phase(o, today) != SECRECY_PROPOSED)
        return wrong_state(d);
    if (o->ordered_by == who->account)
        return diag_fail(d, E_FORBIDDEN, "secrecy.two_people");
    return not_himself(o, who, d);
}

enum status secrecy_may_renew(const struct secrecy_row *o, const struct actor *who, date_t today, struct diag *d) {
    if (secrecy_phase(o, today) != SECRECY_IN_FORCE || o->until_on == DATE_NONE)
        return wrong_state(d);
    if (o->holder == who->account)
        return diag_fail(d, E_FORBIDDEN, "secrecy.renewer");
    return not_himself(o, who, d);
}

enum status secrecy_may_end(const struct secrecy_row *o, const struct actor *who, date_t today, struct diag *d) {
    enum secrecy_phase now = secrecy_phase(o, today);
    bool opens = strcmp(o->kind, "seal") == 0 || strcmp(o->kind, "place") == 0; /* ending it shows what it kept */
    if (now == SECRECY_OVER)
        return wrong_state(d);
    return now == SECRECY_IN_FORCE && opens && o->ordered_by == who->account ? diag_fail(d, E_FORBIDDEN, "secrecy.two_people") : OK;
}

/* ---- what is asked ---------------------------------------------------------------- */

static enum status fault(const char *code, const char *where, struct diag *d) {
    (void)!diag_fail(d, E_INPUT, code);
    return diag_at(d, "%s", where);
}

static enum status check_reason(const char *text, struct diag *d) {
    struct span s = span_of(text ? text : "");
    if (utf8_valid(s) && utf8_length(s) >= SECRECY_REASON_MIN && utf8_length(s) <= SECRECY_REASON_MAX)
        return OK;
    (void)!diag_fail(d, E_INPUT, "secrecy.reason", DIAG_N("min", SECRECY_REASON_MIN), DIAG_N("max", SECRECY_REASON_MAX));
    return diag_at(d, "reason");
}

static enum status check_until(const struct secrecy_ground *g, date_t from, date_t today, date_t until, struct diag *d) {
    if (until >= from && until <= today + (date_t)g->limit)
        return OK;
    (void)!diag_fail(d, E_INPUT, "secrecy.until", DIAG_N("days", g->limit), DIAG_S("citation", g->citation));
    return diag_at(d, "until");
}

struct asking {
    struct civil *civil;
    const struct actor *who;
    const struct secrecy_new *n;
    const char *role;
    int64_t id;
};

static enum status person_named(struct asking *x, struct txn *t, struct access *look, const char *number, const char *where, int64_t *ret, struct diag *d) {
    int64_t district = 0;
    enum status s = person_by_number(x->civil, t, look, span_of(number ? number : ""), &district, ret, d);
    if (s == E_NOT_FOUND || s == E_INPUT || (s == OK && district != x->civil->district)) {
        (void)!diag_fail(d, E_NOT_FOUND, "secrecy.person");
        return diag_at(d, "%s", where);
    }
    return s;
}

static enum status seal_days(struct asking *x, struct txn *t, struct access *look, const struct secrecy_ground *g, struct secrecy_row *o, struct diag *d) {
    struct person p;
    enum status s = person_read(x->civil, t, look, txn_arena(t), o->district, o->person, &p, d);
    if (s != OK)
        return s;
    struct ymd born = date_ymd(p.birth);
    bool leap_day = born.month == 2 && born.day == 29;
    o->open_on = date_from_ymd(born.year + (int)g->limit, leap_day ? 3 : born.month, leap_day ? 1 : born.day);
    if (o->open_on <= txn_today(t))
        return fault("secrecy.of_age", "id_number", d);
    return o->person == o->against ? fault("secrecy.same", "against_number", d) : OK;
}

static enum status account_named(struct txn *t, const char *login, struct secrecy_row *o, struct diag *d) {
    enum status s = sql_int(t, &o->account, 0, d, "SELECT id FROM account WHERE login = ? AND kind = 'staff' AND state = 'active'", SQL_S(login ? login : ""));
    if (s == OK && !o->account) {
        (void)!diag_fail(d, E_NOT_FOUND, "secrecy.account");
        return diag_at(d, "login");
    }
    return s;
}

static enum status case_numbered(struct asking *x, struct txn *t, struct secrecy_row *o, struct diag *d) {
    enum status s = case_numbered_for(x->civil, t, x->who, x->n->case_number ? x->n->case_number : "", &o->district, &o->case_id, d);
    if (s == E_NOT_FOUND || s == E_FORBIDDEN) {
        (void)!diag_fail(d, E_NOT_FOUND, "secrecy.case");
        return diag_at(d, "case_number");
    }
    return s;
}

/* Whom it concerns, and for how long. */
static enum status fill(struct asking *x, struct txn *t, struct access *look, const struct secrecy_ground *g, struct secrecy_row *o, struct diag *d) {
    const struct secrecy_new *n = x->n;
    date_t today = txn_today(t);
    bool delay = strcmp(n->kind, "delay") == 0, seal = strcmp(n->kind, "seal") == 0, member = strcmp(n->kind, "member") == 0;
    enum status s = OK;
    if (delay || seal)
        s = person_named(x, t, look, n->id_number, "id_number", &o->person, d);
    if (s == OK && seal)
        s = person_named(x, t, look, n->against_number, "against_number", &o->against, d);
    if (s == OK && seal)
        s = seal_days(x, t, look, g, o, d);
    if (s == OK && member)
        s = account_named(t, n->login, o, d);
    if (s == OK && member)
        s = not_himself(o, x->who, d);
    if (s == OK && strcmp(n->kind, "place") == 0)
        s = case_numbered(x, t, o, d);
    if (s != OK || !(delay || member))
        return s;
    if (delay && !(o->purpose = arena_dup(txn_arena(t), span_of(g->purpose))))
        return arena_full(d);
    o->until_on = n->until == DATE_NONE ? today + (date_t)g->limit : n->until;
    return check_until(g, today, today, o->until_on, d);
}

#define OR_NIL(n) ((n) ? SQL_I(n) : SQL_NIL)

/* One order at a time says the same; else a new one would be a renewal by oneself. */
static enum status once(struct txn *t, const struct secrecy_row *o, struct diag *d) {
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d,
        "SELECT count(*) FROM secrecy_order WHERE kind = ? AND district = ? AND ended_at IS NULL AND (until_on IS NULL OR until_on >= ?) AND COALESCE(person, 0) = ? AND "
        "COALESCE(against, 0) = ? AND COALESCE(account, 0) = ? AND COALESCE(case_id, 0) = ? AND (kind = 'delay' OR kind = 'place' OR ground = ?) AND COALESCE(purpose, '') = ?",
        SQL_S(o->kind), SQL_I(o->district), SQL_D(txn_today(t)), SQL_I(o->person), SQL_I(o->against), SQL_I(o->account), SQL_I(o->case_id), SQL_S(o->ground),
        SQL_S(o->purpose ? o->purpose : ""));
    return s == OK && n ? diag_fail(d, E_CONFLICT, "secrecy.exists") : s;
}

static enum status insert(struct txn *t, const struct secrecy_row *o, struct diag *d) {
    enum status s = once(t, o, d);
    return s == OK ? sql_exec(t, d,
        "INSERT INTO secrecy_order (district, id, kind, ground, person, against, account, case_id, purpose, until_on, open_on, ordered_by, ordered_at, office, role, holder) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        SQL_I(o->district), SQL_I(o->id), SQL_S(o->kind), SQL_S(o->ground), OR_NIL(o->person), OR_NIL(o->against), OR_NIL(o->account), OR_NIL(o->case_id),
        SQL_S(o->purpose), SQL_D(o->until_on), SQL_D(o->open_on), SQL_I(o->ordered_by), SQL_I(o->ordered_at), SQL_S(o->office), SQL_S(o->role), SQL_I(o->holder)) : s;
}

static enum status order(struct txn *t, void *arg, struct diag *d) {
    struct asking *x = arg;
    struct arena *a = txn_arena(t);
    struct access *look = NULL;
    const struct secrecy_ground *g = secrecy_ground(x->civil, x->n->kind, x->n->ground, txn_today(t));
    if (!g)
        return fault("secrecy.ground", "ground", d);
    struct secrecy_row o = {.district = x->civil->district, .id = txn_new_id(t), .kind = arena_dup(a, span_of(x->n->kind)), .ground = arena_dup(a, span_of(g->id)),
        .office = arena_dup(a, span_of(actor_division(x->who, x->role))), .role = arena_dup(a, span_of(x->role)), .until_on = DATE_NONE, .open_on = DATE_NONE,
        .ordered_by = x->who->account, .holder = x->who->account, .ordered_at = txn_now(t)};
    if (!o.kind || !o.ground || !o.office || !o.role)
        return arena_full(d);
    enum status s = access_begin(a, x->who, x->role, "secrecy_order", x->civil->district, 0, &look, d);
    if (s == OK)
        s = fill(x, t, look, g, &o, d);
    if (s == OK)
        s = insert(t, &o, d);
    struct secrecy_act act = {.action = "ordered", .role = o.role, .office = o.office, .reason = x->n->reason, .until = o.until_on};
    if (s == OK)
        s = secrecy_act(x->civil, t, x->who, &o, &act, d);
    x->id = o.id;
    return s == OK ? access_commit_in(x->civil, t, look, NULL, d) : s;
}

enum status secrecy_order(struct civil *c, const struct actor *who, const struct secrecy_new *n, int64_t *ret_id, struct diag *d) {
    static const char *const kinds[] = {"delay", "seal", "member", "place"};
    bool known = false;
    struct asking x = {c, who, n, secrecy_role(c, who), 0};
    if (!x.role)
        return diag_fail(d, E_FORBIDDEN, "secrecy.role");
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        known |= strcmp(kinds[i], n->kind) == 0;
    enum status s = known ? check_reason(n->reason, d) : fault("secrecy.kind", "kind", d);
    if (s == OK)
        s = store_write(c->store, order, &x, d);
    if (s == OK)
        *ret_id = x.id;
    return s;
}

/* ---- acting on one -------------------------------------------------------------------- */

struct acting { struct civil *civil; const struct actor *who; int64_t id; date_t until; const char *reason, *role; };

static enum status read_one(struct txn *t, int64_t id, struct secrecy_row *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT " SECRECY_COLUMNS " FROM secrecy_order o WHERE o.id = ?", SQL_I(id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "secrecy.none");
    return s == OK ? secrecy_row_take(r, txn_arena(t), ret, d) : s;
}

static enum status record(struct txn *t, struct acting *x, const struct secrecy_row *o, const char *action, date_t until, struct diag *d) {
    struct secrecy_act act = {.action = action, .role = x->role, .office = actor_division(x->who, x->role), .reason = x->reason, .until = until};
    return secrecy_act(x->civil, t, x->who, o, &act, d);
}

static enum status confirm(struct txn *t, void *arg, struct diag *d) {
    struct acting *x = arg;
    struct secrecy_row o;
    enum status s = read_one(t, x->id, &o, d);
    if (s == OK)
        s = secrecy_may_confirm(&o, x->who, txn_today(t), d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE secrecy_order SET confirmed_by = ?, confirmed_at = ? WHERE district = ? AND id = ?", SQL_I(x->who->account), SQL_I(txn_now(t)),
            SQL_I(o.district), SQL_I(o.id));
    if (s == OK && strcmp(o.kind, "place") == 0)
        s = case_compartment_set(x->civil, t, o.case_id, o.ground, d);
    return s == OK ? record(t, x, &o, "confirmed", o.until_on, d) : s;
}

static enum status renew(struct txn *t, void *arg, struct diag *d) {
    struct acting *x = arg;
    struct secrecy_row o;
    enum status s = read_one(t, x->id, &o, d);
    if (s == OK)
        s = secrecy_may_renew(&o, x->who, txn_today(t), d);
    const struct secrecy_ground *g = s == OK ? secrecy_ground(x->civil, o.kind, o.ground, txn_today(t)) : NULL;
    if (s == OK && !g)
        return fault("secrecy.ground", "ground", d);
    if (s == OK)
        s = check_until(g, o.until_on + 1, txn_today(t), x->until, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE secrecy_order SET until_on = ?, holder = ? WHERE district = ? AND id = ?", SQL_D(x->until), SQL_I(x->who->account), SQL_I(o.district), SQL_I(o.id));
    return s == OK ? record(t, x, &o, "renewed", x->until, d) : s;
}

static enum status end(struct txn *t, void *arg, struct diag *d) {
    struct acting *x = arg;
    struct secrecy_row o;
    enum status s = read_one(t, x->id, &o, d);
    if (s == OK)
        s = secrecy_may_end(&o, x->who, txn_today(t), d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE secrecy_order SET ended_at = ? WHERE district = ? AND id = ?", SQL_I(txn_now(t)), SQL_I(o.district), SQL_I(o.id));
    if (s == OK && strcmp(o.kind, "place") == 0 && o.confirmed_at)
        s = case_compartment_set(x->civil, t, o.case_id, NULL, d);
    return s == OK ? record(t, x, &o, "ended", o.until_on, d) : s;
}

static enum status act_on(struct acting *x, txn_fn fn, struct diag *d) {
    x->role = secrecy_role(x->civil, x->who);
    return x->role ? store_write(x->civil->store, fn, x, d) : diag_fail(d, E_FORBIDDEN, "secrecy.role");
}

enum status secrecy_confirm(struct civil *c, const struct actor *who, int64_t id, struct diag *d) {
    struct acting x = {.civil = c, .who = who, .id = id, .reason = ""};
    return act_on(&x, confirm, d);
}

enum status secrecy_renew(struct civil *c, const struct actor *who, int64_t id, date_t until, const char *reason, struct diag *d) {
    struct acting x = {.civil = c, .who = who, .id = id, .until = until, .reason = reason};
    enum status s = check_reason(reason, d);
    return s == OK ? act_on(&x, renew, d) : s;
}

enum status secrecy_end(struct civil *c, const struct actor *who, int64_t id, const char *reason, struct diag *d) {
    struct acting x = {.civil = c, .who = who, .id = id, .reason = reason};
    enum status s = check_reason(reason, d);
    return s == OK ? act_on(&x, end, d) : s;
}
