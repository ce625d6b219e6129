#include "civil/budget/allotment.h"

#include "base/utf8.h"
#include "civil/books/books.h"
#include "civil/budget/factors.h"
#include "civil/evidence/keep.h"
#include "civil/payment/payment_internal.h"
#include "ledger/ledger.h"
#include "store/store.h"

#include <stdio.h>

/* ---- reckoning ------------------------------------------------------------------------------ */

static enum status wrong(const char *code, const char *where, struct diag *d) {
    (void)!diag_fail(d, E_INPUT, code);
    return diag_at(d, "%s", where);
}

/* Letters of any script and digits: an account's code is made of it, and a ledger elsewhere reads that. */
static bool fund_good(const char *fund) {
    struct span s = span_of(fund);
    size_t n = utf8_valid(s) ? utf8_length(s) : 0;
    for (size_t i = 0; i < s.size; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if (c < 0x80 && !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')))
            return false;
    }
    return n >= 2 && n <= ALLOTMENT_FUND_MAX && utf8_written(s) == n && !utf8_has_hidden(s, false);
}

static bool words_good(const char *text) {
    struct span s = span_of(text ? text : "");
    return utf8_valid(s) && utf8_written(s) >= 2 && utf8_length(s) <= ALLOTMENT_WORDS_MAX;
}

static enum status divisions_known(struct civil *c, struct txn *t, const struct allocation *x, struct diag *d) {
    char home[16];
    snprintf(home, sizeof home, "%lld", (long long)c->district);
    for (size_t i = 0; i < x->row_count; i++) {
        int64_t known = 0;
        enum status s = sql_int(t, &known, 0, d, "SELECT count(*) FROM division WHERE code = ?", SQL_S(x->row[i].division));
        if (s != OK)
            return s;
        if (!known || strncmp(x->row[i].division, home, strlen(home)) != 0 || strlen(x->row[i].division) == strlen(home))
            return diag_fail(d, E_INPUT, "allotment.division", DIAG_N("line", x->row[i].line), DIAG_S("division", x->row[i].division));
    }
    return OK;
}

static enum status reckon(struct arena *a, const struct allotment_new *n, struct allocation *ret, struct diag *d) {
    *ret = (struct allocation){.total_fen = n->total_fen, .unit_fen = n->unit_fen};
    if (n->unit_fen != 1 && n->unit_fen != 100 && n->unit_fen != 1000000)
        return wrong("allotment.unit", "unit_fen", d);
    if (n->factors.size > ALLOTMENT_TABLE_MAX)
        return diag_fail(d, E_LIMIT, "allotment.size", DIAG_N("most", ALLOTMENT_TABLE_MAX >> 10));
    enum status s = factors_read(a, n->factors, ret, d);
    return s == OK ? factors_allocate(a, ret, d) : s;
}

enum status allotment_try_json(struct civil *c, struct txn *t, const struct actor *who, const struct allotment_new *x, struct json_writer *w, struct diag *d) {
    struct allocation result;
    enum status s = batch_role(who, NULL, c->district, d);
    if (s == OK)
        s = reckon(txn_arena(t), x, &result, d);
    if (s == OK)
        s = divisions_known(c, t, &result, d);
    if (s == OK)
        factors_json(&result, w);
    return s;
}

/* ---- drafting --------------------------------------------------------------------------------- */

struct drafting { struct civil *c; const struct actor *who; const struct allotment_new *x; int64_t id; };

static enum status keep(const struct civil *c, struct txn *t, const struct actor *who, int64_t id, struct diag *d) {
    return evidence_keep_one((struct civil *)c, t, who, KEPT_ALLOTMENT, c->district, id, d);
}

static enum status write_rows(struct txn *t, const struct drafting *x, const struct allocation *result, struct diag *d) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < result->row_count; i++)
        s = sql_exec(t, d, "INSERT INTO allotment_row (district, id, allotment, division, amount_fen) VALUES (?, ?, ?, ?, ?)", SQL_I(x->c->district), SQL_I(txn_new_id(t)), SQL_I(x->id),
            SQL_S(result->row[i].division), SQL_I(result->row[i].amount_fen));
    return s == OK ? evidence_keep_one(x->c, t, x->who, KEPT_ALLOTMENT_ROW, x->c->district, x->id, d) : s;
}

static enum status draft_in(struct txn *t, void *arg, struct diag *d) {
    struct drafting *x = arg;
    struct allocation result;
    enum status s = batch_role(x->who, "cashier", x->c->district, d);
    if (s == OK)
        s = reckon(txn_arena(t), x->x, &result, d);
    if (s == OK)
        s = divisions_known(x->c, t, &result, d);
    if (s != OK)
        return s;
    x->id = txn_new_id(t);
    s = sql_exec(t, d, "INSERT INTO allotment (district, id, year, fund, document, total_fen, unit_fen, factors, state, drafted_by, drafted_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'drafted', ?, ?)",
        SQL_I(x->c->district), SQL_I(x->id), SQL_I(x->x->year), SQL_S(x->x->fund), SQL_S(x->x->document), SQL_I(x->x->total_fen), SQL_I(x->x->unit_fen), SQL_T(x->x->factors),
        SQL_I(x->who->account), SQL_I(txn_now(t)));
    if (s == OK)
        s = keep(x->c, t, x->who, x->id, d);
    return s == OK ? write_rows(t, x, &result, d) : s;
}

enum status allotment_draft(struct civil *c, const struct actor *who, const struct allotment_new *x, int64_t *ret, struct diag *d) {
    struct drafting draft = {c, who, x, 0};
    if (x->year < 2000 || x->year > 2100)
        return wrong("budget.year", "year", d);
    if (!fund_good(x->fund))
        return wrong("allotment.fund", "fund", d);
    if (!words_good(x->document))
        return wrong("budget.document", "document", d);
    if (!utf8_valid(x->factors))
        return wrong("factors.header", "factors", d);
    enum status s = store_write(c->store, draft_in, &draft, d);
    if (s == OK)
        *ret = draft.id;
    return s;
}

/* ---- what happens to one ------------------------------------------------------------------------- */

struct acting { struct civil *c; const struct actor *who; int64_t id; const char *act, *reason; };

/* Who may; from which state to which; not the person who did the step before. */
static const struct step { const char *act, *role, *from, *to, *not_by, *posted; bool own; const char *set; } steps[] = {
    {"withdraw", "cashier", "drafted", "withdrawn", NULL, NULL, true, "ended_at = ?"},
    {"approve", "finance", "drafted", "approved", "drafted_by", "fund.allotted", false, "approved_at = ?, approved_by = ?"},
    {"ask", "cashier", "approved", "revoking", NULL, NULL, false, "asked_at = ?, asked_by = ?, reason = ?"},
    {"keep", "finance", "revoking", "approved", NULL, NULL, false, "asked_at = NULL, asked_by = NULL, reason = NULL"},
    {"revoke", "finance", "revoking", "revoked", "asked_by", "fund.recalled", false, "revoked_at = ?, revoked_by = ?"},
};

static const struct step *step_of(const char *act) {
    for (size_t i = 0; i < ARRAY_LEN(steps); i++)
        if (strcmp(steps[i].act, act) == 0)
            return &steps[i];
    return NULL;
}

struct standing { int64_t year, drafted_by, before; const char *fund, *state; };

static enum status read_standing(struct txn *t, const struct acting *x, const struct step *step, struct standing *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT year, drafted_by, fund, state, asked_by FROM allotment WHERE district = ? AND id = ?", SQL_I(x->c->district), SQL_I(x->id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "allotment.none");
    if (s != OK)
        return s;
    bool asked = step->not_by && strcmp(step->not_by, "asked_by") == 0;
    *ret = (struct standing){rows_int(r, 0), rows_int(r, 1), !step->not_by ? 0 : asked && !rows_null(r, 4) ? rows_int(r, 4) : rows_int(r, 1), rows_dup(r, 2, txn_arena(t)), rows_dup(r, 3, txn_arena(t))};
    return ret->fund && ret->state ? OK : arena_full(d);
}

static enum status post_one(struct txn *t, const struct acting *x, const struct standing *at, const char *kind, int64_t row, const char *division, int64_t fen, struct diag *d) {
    char out[224], in[256]; /* a fund has 160 bytes at most */
    struct ledger_account shared, own;
    snprintf(out, sizeof out, "8401.%lld.%s", (long long)at->year, at->fund);
    snprintf(in, sizeof in, "8501.%s.%lld.%s", division, (long long)at->year, at->fund);
    enum status s = ledger_account_get(t, x->c->district, out, "allotting", "debit", &shared, d);
    if (s == OK)
        s = ledger_account_get(t, x->c->district, in, "allotted", "credit", &own, d);
    bool back = strcmp(kind, "fund.recalled") == 0;
    struct ledger_transfer move = {x->c->district, back ? own.id : shared.id, back ? shared.id : own.id, fen, kind, row, 0};
    return s == OK ? ledger_post(t, &move, d) : s;
}

static enum status post(struct txn *t, const struct acting *x, const struct standing *at, const char *kind, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT id, division, amount_fen FROM allotment_row WHERE district = ? AND allotment = ? AND amount_fen > 0 ORDER BY division", SQL_I(x->c->district), SQL_I(x->id));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        const char *division = rows_dup(r, 1, txn_arena(t));
        s = division ? post_one(t, x, at, kind, rows_int(r, 0), division, rows_int(r, 2), d) : arena_full(d);
    }
    return s == OK ? books_keep_in(x->c, t, x->who, d) : s;
}

static enum status change(struct txn *t, const struct acting *x, const struct step *step, struct diag *d) {
    char *sql = arena_printf(txn_arena(t), "UPDATE allotment SET state = ?, %s WHERE district = ? AND id = ?", step->set);
    struct sql_value v[8];
    size_t n = 0, marks = 0;
    for (const char *p = step->set; *p; p++)
        marks += *p == '?';
    v[n++] = SQL_S(step->to);
    if (marks > 0)
        v[n++] = SQL_I(txn_now(t));
    if (marks > 1)
        v[n++] = SQL_I(x->who->account);
    if (marks > 2)
        v[n++] = SQL_S(x->reason);
    v[n++] = SQL_I(x->c->district);
    v[n++] = SQL_I(x->id);
    return sql ? sql_exec_(t, NULL, d, sql, v, n) : arena_full(d);
}

static enum status act_in(struct txn *t, void *arg, struct diag *d) {
    struct acting *x = arg;
    const struct step *step = step_of(x->act);
    struct standing at = {0};
    enum status s = batch_role(x->who, step->role, x->c->district, d);
    if (s == OK)
        s = read_standing(t, x, step, &at, d);
    if (s != OK)
        return s;
    if (strcmp(at.state, step->from) != 0)
        return diag_fail(d, E_CONFLICT, "allotment.state");
    if (step->own && at.drafted_by != x->who->account)
        return diag_fail(d, E_FORBIDDEN, "allotment.own");
    if (at.before && at.before == x->who->account)
        return diag_fail(d, E_FORBIDDEN, "payment.two_people");
    s = change(t, x, step, d);
    if (s == OK && step->posted)
        s = post(t, x, &at, step->posted, d);
    return s == OK ? keep(x->c, t, x->who, x->id, d) : s;
}

enum status allotment_act(struct civil *c, const struct actor *who, int64_t id, const char *act, const char *reason, struct diag *d) {
    struct acting x = {c, who, id, act, reason};
    if (!step_of(act))
        return wrong("allotment.act", "act", d);
    if (strcmp(act, "ask") == 0 && !words_good(reason))
        return wrong("allotment.reason", "reason", d);
    return store_write(c->store, act_in, &x, d);
}

/* ---- shown ------------------------------------------------------------------------------------------ */

static const char COLUMNS[] =
    "SELECT k.id, k.year, k.fund, k.document, k.total_fen, k.unit_fen, k.state, k.drafted_by, k.drafted_at, COALESCE(a.name, ''), COALESCE(b.name, ''), k.approved_at, k.reason, COALESCE(q.name, ''), "
    "k.asked_at, COALESCE(v.name, ''), k.revoked_at, k.asked_by, k.factors FROM allotment k LEFT JOIN account a ON a.id = k.drafted_by LEFT JOIN account b ON b.id = k.approved_by "
    "LEFT JOIN account q ON q.id = k.asked_by LEFT JOIN account v ON v.id = k.revoked_by WHERE k.district = ?";

static void may_json(struct json_writer *w, const struct civil *c, const struct actor *who, const struct rows *r) {
    json_key(w, "may");
    json_array(w);
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        const struct step *step = &steps[i];
        bool asked = step->not_by && strcmp(step->not_by, "asked_by") == 0;
        int64_t before = !step->not_by ? 0 : asked ? (rows_null(r, 17) ? 0 : rows_int(r, 17)) : rows_int(r, 7);
        if (span_is(rows_text(r, 6), step->from) && batch_role(who, step->role, c->district, NULL) == OK && (!step->own || rows_int(r, 7) == who->account) && before != who->account)
            json_string(w, step->act);
    }
    json_array_end(w);
}

static void head_json(struct json_writer *w, const struct civil *c, const struct actor *who, const struct rows *r) {
    static const struct { const char *name, *at; int name_column, at_column; } by[] = {{"drafted_by", "drafted_at", 9, 8}, {"approved_by", "approved_at", 10, 11}, {"asked_by", "asked_at", 13, 14}, {"revoked_by", "revoked_at", 15, 16}};
    json_kid(w, "id", rows_int(r, 0));
    json_kint(w, "year", rows_int(r, 1));
    json_kspan(w, "fund", rows_text(r, 2));
    json_kspan(w, "document", rows_text(r, 3));
    json_kint(w, "total_fen", rows_int(r, 4));
    json_kint(w, "unit_fen", rows_int(r, 5));
    json_kspan(w, "state", rows_text(r, 6));
    if (!rows_null(r, 12))
        json_kspan(w, "reason", rows_text(r, 12));
    for (size_t i = 0; i < ARRAY_LEN(by); i++)
        if (!rows_null(r, by[i].at_column)) {
            json_kspan(w, by[i].name, rows_text(r, by[i].name_column));
            json_kinstant(w, by[i].at, rows_int(r, by[i].at_column));
        }
    may_json(w, c, who, r);
}

enum status allotments_json(struct civil *c, struct txn *t, const struct actor *who, int64_t year, struct json_writer *w, struct diag *d) {
    enum { LIST_MAX = 500 };
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    char *sql = arena_printf(txn_arena(t), "%s AND k.year = ? ORDER BY k.id DESC LIMIT %d", COLUMNS, LIST_MAX);
    enum status s = batch_role(who, NULL, c->district, d);
    if (s == OK)
        s = sql ? sql_query(t, &r, d, sql, SQL_I(c->district), SQL_I(year)) : arena_full(d);
    json_object(w);
    json_kint(w, "year", year);
    json_kbool(w, "may_draft", batch_role(who, "cashier", c->district, NULL) == OK);
    json_key(w, "items");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        json_object(w);
        head_json(w, c, who, r);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
    return s;
}

enum status allotment_json(struct civil *c, struct txn *t, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct allocation result;
    char *sql = arena_printf(txn_arena(t), "%s AND k.id = ?", COLUMNS), *factors = NULL;
    enum status s = batch_role(who, NULL, c->district, d);
    if (s == OK)
        s = sql ? sql_one(t, &r, d, sql, SQL_I(c->district), SQL_I(id)) : arena_full(d);
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "allotment.none");
    if (s != OK)
        return s;
    if (!(factors = rows_dup(r, 18, txn_arena(t))))
        return arena_full(d);
    struct allotment_new n = {.total_fen = rows_int(r, 4), .unit_fen = rows_int(r, 5), .factors = span_of(factors)};
    s = reckon(txn_arena(t), &n, &result, d);
    json_object(w);
    head_json(w, c, who, r);
    json_kstring(w, "factors", factors);
    json_key(w, "result");
    if (s == OK)
        factors_json(&result, w);
    else
        json_nothing(w);
    json_object_end(w);
    return s;
}
