/* Every benefit of a scheme that is due in a month, asked again. */
#include "civil/recheck/recheck_internal.h"

#include "base/message.h"
#include "civil/decision/policies.h"
#include "civil/entitlement/life.h"
#include "civil/evidence/keep.h"
#include "civil/pack/pack.h"
#include "civil/register/register.h"
#include "dmn/case.h"

#include <stdio.h>

enum { CHUNK_ROWS = 100 }; /* a decision with its registers takes below a millisecond */

static const char *const NAME[RECHECK_KINDS] = {"same", "higher", "lower", "ends", "undecided", "failed", "death"};
const char *recheck_kind_name(enum recheck_kind k) { return NAME[k]; }

struct run {
    struct civil *c;
    const struct actor *who;
    int64_t district;
    const char *scheme;
    month_t month;
    struct recheck_report report;
    int64_t found[CHUNK_ROWS]; /* findings that the chunk wrote: the last run of its closure */
    size_t founds;
    struct dmn_case_memory *memory; /* what the run's cases showed of which facts are missing */
};

/* What one benefit comes to now. */
struct answer {
    enum recheck_kind kind;
    int64_t fen;
    date_t event;             /* the day that it hangs on: today; of a death that day */
    const struct json *detail;
};

/* ---- the run's own row --------------------------------------------------------------- */

static enum status open_run(struct txn *t, void *arg, struct diag *d) {
    struct run *x = arg;
    char division[24];
    snprintf(division, sizeof division, "%lld", (long long)x->district);
    if (strcmp(x->who->kind, "system") != 0 && !actor_may(x->who, "cashier", division))
        return diag_fail(d, E_FORBIDDEN, "recheck.role");
    if (x->month > month_of(txn_today(t)) + 1)
        return diag_fail(d, E_CONFLICT, "recheck.month");
    enum status s = sql_exec(t, d,
        "INSERT INTO recheck_run (district, scheme, month, at, account, cursor, complete, people, asked, same, higher, lower, ends, undecided, failed, death) "
        "VALUES (?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) ON CONFLICT (district, scheme, month) DO UPDATE SET at = excluded.at, account = excluded.account, "
        "cursor = 0, complete = 0, people = 0, asked = 0, same = 0, higher = 0, lower = 0, ends = 0, undecided = 0, failed = 0, death = 0, entry = NULL "
        "WHERE recheck_run.complete = 1",
        SQL_I(x->district), SQL_S(x->scheme), SQL_I(x->month), SQL_I(txn_now(t)), SQL_I(x->who->account));
    return s == OK ? evidence_keep_one(x->c, t, x->who, KEPT_RECHECK, x->district, x->month, d) : s;
}

/* ---- one benefit ------------------------------------------------------------------------ */

static const struct json *list_of(struct arena *a, const char *const *text, size_t n) {
    const struct json **item = ARENA_ARRAY(a, n + 1, const struct json *);
    for (size_t i = 0; item && i < n; i++)
        if (!(item[i] = json_new_string(a, span_of(text[i]))))
            return NULL;
    return item ? json_new_array(a, item, n) : NULL;
}

static int64_t person_of(const struct granted *g, const char *number) {
    for (size_t i = 0; number && i < g->party_count; i++)
        if (strcmp(g->party[i].number, number) == 0)
            return g->party[i].person;
    return number ? strtoll(number, NULL, 10) : 0; /* who joined later goes by his row */
}

static const struct json *lines_json(struct arena *a, const struct granted *g, const struct decision *r) {
    const struct json **item = ARENA_ARRAY(a, r->line_count + 1, const struct json *);
    struct span key[] = {SPAN("member"), SPAN("item"), SPAN("monthly_fen")};
    size_t n = 0;
    for (size_t i = 0; item && i < r->line_count; i++) {
        int64_t fen = r->line[i].monthly_fen + r->line[i].once_fen; /* a decision has the one or the other */
        const struct json *value[] = {json_new_number(a, dec_int(person_of(g, r->line[i].member))), json_new_string(a, span_of(r->line[i].item)), json_new_number(a, dec_int(fen))};
        if (fen <= 0)
            continue;
        if (!value[0] || !value[1] || !value[2] || !(item[n++] = json_new_object(a, key, value, ARRAY_LEN(key))))
            return NULL;
    }
    return item ? json_new_array(a, item, n) : NULL;
}

/* The sentence, in both languages. */
static const struct json *problem_json(struct arena *a, const struct diag *why) {
    struct span key[] = {SPAN("zh"), SPAN("en")};
    const struct json *value[2];
    for (int l = LANG_ZH; l <= LANG_EN; l++) {
        BUF_AUTO b;
        buf_init(&b, 0);
        message_render(&b, (enum lang)l, why);
        char *text = buf_ok(&b) ? arena_dup(a, buf_span(&b)) : NULL;
        if (!text || !(value[l] = json_new_string(a, span_of(text))))
            return NULL;
    }
    return json_new_object(a, key, value, ARRAY_LEN(key));
}

static enum status detail_of(struct arena *a, const struct granted *g, const struct json *changes, const struct decision *r, const struct diag *problem, struct answer *ret, struct diag *d) {
    struct span key[] = {SPAN("changes"), SPAN("lines"), SPAN("missing"), SPAN("problem")};
    const struct json *value[] = {changes, r ? lines_json(a, g, r) : json_new_array(a, NULL, 0), list_of(a, r ? r->missing : NULL, r ? r->missing_count : 0),
        problem ? problem_json(a, problem) : json_null()};
    ret->detail = value[1] && value[2] && value[3] ? json_new_object(a, key, value, ARRAY_LEN(key)) : NULL;
    return ret->detail ? OK : arena_full(d);
}

static enum recheck_kind kind_of(const struct decision *r, int64_t due, int64_t *ret_fen) {
    *ret_fen = r->outcome == DECISION_ELIGIBLE ? r->monthly_fen + r->once_fen : 0;
    if (r->outcome == DECISION_UNDECIDED)
        return *ret_fen = due, RECHECK_UNDECIDED;
    if (*ret_fen == due)
        return RECHECK_SAME;
    return *ret_fen > due ? RECHECK_HIGHER : *ret_fen == 0 ? RECHECK_ENDS : RECHECK_LOWER;
}

/* What the rules cannot compute stops this benefit alone. */
static enum status failed(struct txn *t, const struct diag *why, const struct due *e, struct answer *ret, struct diag *d) {
    struct granted nobody = {0};
    const struct json *none = json_new_array(txn_arena(t), NULL, 0);
    *ret = (struct answer){.kind = RECHECK_FAILED, .fen = e->fen, .event = txn_today(t)};
    return none ? detail_of(txn_arena(t), &nobody, none, NULL, why, ret, d) : arena_full(d);
}

static bool of_this_case(enum status s) { return s == E_INPUT || s == E_LIMIT || s == E_NOT_FOUND || s == E_CORRUPT; }

/* Most are decided and stay as they are, and nobody asks why: only what is left open is asked again for the facts that are missing. */
static enum status decide(struct run *x, const struct policies *policies, struct arena *a, const struct json *facts, struct decision *ret, struct diag *d) {
    struct decision_request q = {.scheme = x->scheme, .facts = facts, .as_of = month_first(x->month), .whether_only = true};
    enum status s = decision_make(policies, a, &q, ret, d);
    if (s != OK || ret->outcome != DECISION_UNDECIDED)
        return s;
    q.whether_only = false;
    q.memory = x->memory;
    return decision_make(policies, a, &q, ret, d);
}

static enum status ask(struct run *x, struct txn *t, const struct policies *policies, struct access *access, const struct due *e, struct answer *ret, struct diag *d) {
    struct arena *a = txn_arena(t);
    struct granted g;
    struct decision r;
    struct diag why = {0};
    const struct json *facts = NULL, *changes = NULL;
    date_t died = DATE_NONE;
    enum status s = person_died(t, access, x->district, e->payee, &died, d);
    if (s != OK)
        return s;
    if ((s = case_granted(x->c, t, x->district, e->decision, &g, &why)) == OK)
        s = recheck_facts(x->c, t, access, x->district, e, &g, txn_today(t), &facts, &changes, &why);
    if (s == OK && died != DATE_NONE) {
        *ret = (struct answer){.kind = RECHECK_DEATH, .fen = 0, .event = died};
        return detail_of(a, &g, changes, NULL, NULL, ret, d);
    }
    if (s == OK)
        s = decide(x, policies, a, facts, &r, &why);
    if (of_this_case(s))
        return failed(t, &why, e, ret, d);
    if (s != OK) {
        *d = why;
        return s;
    }
    *ret = (struct answer){.event = txn_today(t)};
    ret->kind = kind_of(&r, e->fen, &ret->fen);
    return detail_of(a, &g, changes, &r, NULL, ret, d);
}

/* ---- keeping what came out ---------------------------------------------------------------- */

/* A person looked at just this already: he kept it as it is for this month, or proposed it and nobody has decided yet. */
static enum status seen_before(struct run *x, struct txn *t, const struct due *e, const struct answer *r, bool *ret, struct diag *d) {
    int64_t n = 0;
    enum status s = r->kind == RECHECK_DEATH ? OK : sql_int(t, &n, 0, d,
        "SELECT count(*) FROM recheck_finding f WHERE f.district = ? AND f.entitlement = ? AND f.kind = ? AND f.found_fen = ? AND ((f.state = 'kept' AND f.month = ?) "
        "OR (f.state = 'proposed' AND EXISTS (SELECT 1 FROM entitlement_proposal p WHERE p.district = f.district AND p.entitlement = f.entitlement AND p.state IN ('proposed', 'heard'))))",
        SQL_I(x->district), SQL_I(e->id), SQL_S(NAME[r->kind]), SQL_I(r->fen), SQL_I(x->month));
    *ret = n > 0;
    return s;
}

/* The finding of an earlier run is what it is now, or gone. */
static enum status keep(struct run *x, struct txn *t, const struct due *e, const struct answer *r, struct diag *d) {
    int64_t id = 0;
    struct span sealed = {0};
    enum status s = sql_int(t, &id, 0, d, "SELECT id FROM recheck_finding WHERE district = ? AND entitlement = ? AND state = 'open'", SQL_I(x->district), SQL_I(e->id));
    if (s == OK && r->kind == RECHECK_SAME) {
        x->found[x->founds] = id;
        x->founds += id != 0;
        return id ? sql_exec(t, d, "UPDATE recheck_finding SET state = 'gone', closed_at = ? WHERE district = ? AND id = ?", SQL_I(txn_now(t)), SQL_I(x->district), SQL_I(id)) : OK;
    }
    bool new = id == 0, seen = false;
    if (s == OK && new && ((s = seen_before(x, t, e, r, &seen, d)) != OK || seen))
        return s;
    if (new)
        id = txn_new_id(t);
    if (s == OK)
        s = finding_seal(x->c, t, x->district, e->payee, id, r->detail, &sealed, d);
    if (s == E_NOT_FOUND) { /* the person's record was erased: nothing of it is kept */
        diag_clear(d);
        return OK;
    }
    if (s == OK)
        x->found[x->founds++] = id;
    if (s == OK && new)
        return sql_exec(t, d,
            "INSERT INTO recheck_finding (district, id, entitlement, scheme, division, payee, month, kind, due_fen, found_fen, event_on, detail, found_at, state) "
            "SELECT ?, ?, id, scheme, division, payee, ?, ?, ?, ?, ?, ?, ?, 'open' FROM entitlement WHERE district = ? AND id = ?",
            SQL_I(x->district), SQL_I(id), SQL_I(x->month), SQL_S(NAME[r->kind]), SQL_I(e->fen), SQL_I(r->fen), SQL_D(r->event), SQL_B(sealed), SQL_I(txn_now(t)),
            SQL_I(x->district), SQL_I(e->id));
    return s == OK ? sql_exec(t, d, "UPDATE recheck_finding SET month = ?, kind = ?, due_fen = ?, found_fen = ?, event_on = ?, detail = ? WHERE district = ? AND id = ?",
                         SQL_I(x->month), SQL_S(NAME[r->kind]), SQL_I(e->fen), SQL_I(r->fen), SQL_D(r->event), SQL_B(sealed), SQL_I(x->district), SQL_I(id)) : s;
}

static enum status count(struct run *x, struct txn *t, const struct due *e, enum recheck_kind k, int64_t people, struct diag *d) {
    BUF_AUTO sql;
    buf_init(&sql, 0);
    buf_addf(&sql, "UPDATE recheck_run SET asked = asked + 1, %s = %s + 1, people = people + ?, cursor = ? WHERE district = ? AND scheme = ? AND month = ?", NAME[k], NAME[k]);
    return sql_exec(t, d, buf_str(&sql), SQL_I(people), SQL_I(e->id), SQL_I(x->district), SQL_S(x->scheme), SQL_I(x->month));
}

static enum status one(struct run *x, struct txn *t, const struct policies *policies, const struct due *e, struct diag *d) {
    struct access *access = NULL;
    struct answer r;
    enum status s = access_begin(txn_arena(t), x->who, NULL, "review", 0, 0, &access, d);
    if (s == OK)
        s = ask(x, t, policies, access, e, &r, d);
    if (s == OK)
        s = keep(x, t, e, &r, d);
    return s == OK ? count(x, t, e, r.kind, (int64_t)access_count(access), d) : s;
}

/* ---- the chunks ---------------------------------------------------------------------------- */

static enum status due_after(struct run *x, struct txn *t, int64_t cursor, struct due list[CHUNK_ROWS], size_t *ret_n, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d,
        "SELECT e.id, e.payee, COALESCE(e.household, 0), COALESCE((SELECT a.decision FROM entitlement_act a WHERE a.district = e.district AND a.entitlement = e.id AND a.decision IS NOT NULL "
        "ORDER BY a.seq DESC LIMIT 1), e.decision), e.monthly_fen FROM entitlement e WHERE e.district = ? AND e.scheme = ? AND e.id > ? AND e.state = 'active' AND e.from_month <= ? "
        "AND (e.to_month IS NULL OR e.to_month > ?) ORDER BY e.id LIMIT ?",
        SQL_I(x->district), SQL_S(x->scheme), SQL_I(cursor), SQL_I(x->month), SQL_I(x->month), SQL_I(CHUNK_ROWS));
    *ret_n = 0;
    while (s == OK && *ret_n < CHUNK_ROWS && (s = rows_next(r, &row, d)) == OK && row)
        list[(*ret_n)++] = (struct due){rows_int(r, 0), rows_int(r, 1), rows_int(r, 2), rows_int(r, 3), rows_int(r, 4)};
    return s;
}

static enum status complete(struct run *x, struct txn *t, struct diag *d) {
    char query[80], month[8];
    int64_t people = 0, entry = 0;
    month_text(x->month, month);
    snprintf(query, sizeof query, "recheck %s %s", x->scheme, month);
    enum status s = sql_int(t, &people, 0, d, "SELECT people FROM recheck_run WHERE district = ? AND scheme = ? AND month = ?", SQL_I(x->district), SQL_S(x->scheme), SQL_I(x->month));
    if (s == OK)
        s = access_bulk_in(x->c, t, x->who, "cashier", "review", query, people, &entry, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE recheck_run SET complete = 1, entry = ? WHERE district = ? AND scheme = ? AND month = ?", entry ? SQL_I(entry) : SQL_NIL,
            SQL_I(x->district), SQL_S(x->scheme), SQL_I(x->month));
    return s == OK ? evidence_keep_one(x->c, t, x->who, KEPT_RECHECK, x->district, x->month, d) : s;
}

static enum status chunk(struct txn *t, void *arg, bool *done, struct diag *d) {
    struct run *x = arg;
    struct due *list = ARENA_ARRAY(txn_arena(t), CHUNK_ROWS, struct due);
    const struct policies *policies = NULL;
    int64_t cursor = 0;
    size_t n = 0, i = 0;
    if (!list)
        return arena_full(d);
    enum status s = sql_int(t, &cursor, 0, d, "SELECT cursor FROM recheck_run WHERE district = ? AND scheme = ? AND month = ?", SQL_I(x->district), SQL_S(x->scheme), SQL_I(x->month));
    if (s == OK)
        s = policies_published(x->c->policies, t, 0, &policies, d);
    if (s == OK)
        s = due_after(x, t, cursor, list, &n, d);
    x->founds = 0;
    for (; s == OK && i < n && (i == 0 || !txn_late(t)); i++)
        s = one(x, t, policies, &list[i], d);
    if (s == OK)
        s = evidence_keep_in(x->c, t, x->who, KEPT_RECHECK_FINDING, x->district, x->found, x->founds, d);
    *done = s == OK && i == n && n < CHUNK_ROWS;
    if (s != OK)
        return s;
    return *done ? complete(x, t, d) : evidence_keep_one(x->c, t, x->who, KEPT_RECHECK, x->district, x->month, d);
}

/* ---- who died -------------------------------------------------------------------------------- */

struct next { struct run *run; int64_t entitlement; date_t died; };

static enum status next_death(struct txn *t, void *arg, struct diag *d) {
    struct next *x = arg;
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d,
        "SELECT f.entitlement, f.event_on FROM recheck_finding f JOIN entitlement e ON e.district = f.district AND e.id = f.entitlement AND e.state = 'active' "
        "WHERE f.district = ? AND f.scheme = ? AND f.state = 'open' AND f.kind = 'death' AND f.entitlement > ? ORDER BY f.entitlement LIMIT 1",
        SQL_I(x->run->district), SQL_S(x->run->scheme), SQL_I(x->entitlement));
    if (s == OK)
        s = rows_next(r, &row, d);
    x->entitlement = s == OK && row ? rows_int(r, 0) : 0;
    x->died = s == OK && row ? rows_date(r, 1) : DATE_NONE;
    return s;
}

/* Whom the register calls dead is suspended; the finding stays open until a person confirms or refutes it. */
static enum status suspend_the_dead(struct run *x, struct diag *d) {
    struct next n = {.run = x};
    const struct actor system = actor_system();
    enum status s;
    while ((s = store_read(x->c->store, next_death, &n, d)) == OK && n.entitlement) {
        s = entitlement_death_found(x->c, &system, n.entitlement, n.died, "人口登记", NULL, d);
        if (s == E_CONFLICT) /* its batch is being approved: the next run takes it up */
            diag_clear(d);
        else if (s != OK)
            return s;
    }
    return s;
}

static enum status read_report(struct txn *t, void *arg, struct diag *d) {
    struct run *x = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT asked, same, higher, lower, ends, undecided, failed, death FROM recheck_run WHERE district = ? AND scheme = ? AND month = ?",
        SQL_I(x->district), SQL_S(x->scheme), SQL_I(x->month));
    x->report.asked = s == OK ? rows_int(r, 0) : 0;
    for (int i = 0; s == OK && i < RECHECK_KINDS; i++)
        x->report.count[i] = rows_int(r, i + 1);
    return s;
}

enum status recheck_month(struct civil *c, const struct actor *who, int64_t district, const char *scheme, month_t m, struct recheck_report *ret, struct diag *d) {
    AUTO(arena) struct arena *learnt = arena_new(0);
    struct run x = {.c = c, .who = who, .district = district, .scheme = scheme, .month = m};
    assert(c->policies);
    if (!packs_scheme_known(c->packs, scheme))
        return diag_fail(d, E_INPUT, "recheck.scheme");
    x.memory = learnt ? dmn_case_memory_new(learnt, c->policies->vocabulary) : NULL;
    if (!x.memory)
        return arena_full(d);
    enum status s = store_write(c->store, open_run, &x, d);
    if (s == OK)
        s = store_write_chunks(c->store, chunk, &x, d);
    if (s == OK)
        s = suspend_the_dead(&x, d);
    if (s == OK)
        s = store_read(c->store, read_report, &x, d);
    if (s == OK && ret)
        *ret = x.report;
    return s;
}

/* ---- one, because a register changed (asked.c) --------------------------------------------------- */

enum status recheck_one_in(struct civil *c, struct txn *t, const struct actor *who, int64_t district, const char *scheme, month_t m, const struct due *e, int64_t *people, bool *ret_died, struct diag *d) {
    struct run x = {.c = c, .who = who, .district = district, .scheme = scheme, .month = m, .memory = dmn_case_memory_new(txn_arena(t), c->policies->vocabulary)};
    const struct policies *policies = NULL;
    struct access *access = NULL;
    struct answer r;
    enum status s = x.memory ? policies_published(c->policies, t, 0, &policies, d) : arena_full(d);
    if (s == OK)
        s = access_begin(txn_arena(t), who, NULL, "review", 0, 0, &access, d);
    if (s == OK)
        s = ask(&x, t, policies, access, e, &r, d);
    if (s == OK)
        s = keep(&x, t, e, &r, d);
    if (s == OK)
        s = evidence_keep_in(c, t, who, KEPT_RECHECK_FINDING, district, x.found, x.founds, d);
    *ret_died = s == OK && r.kind == RECHECK_DEATH;
    *people += s == OK ? (int64_t)access_count(access) : 0;
    return s;
}

enum status recheck_suspend_the_dead(struct civil *c, int64_t district, const char *scheme, struct diag *d) {
    struct run x = {.c = c, .district = district, .scheme = scheme};
    return suspend_the_dead(&x, d);
}
