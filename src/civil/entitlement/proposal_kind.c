/* What may be proposed, and what each kind comes to: a person is heard before his benefit is reduced, suspended or
 * ended; what is to his advantage (raised, corrected, resumed) another officer decides at once. */
#include "civil/entitlement/life_internal.h"

static const struct { const char *kind, *act; bool upward; } kinds[] = {
    {"reduce", "reduced", false}, {"end", "ended", false}, {"suspend", "suspended", false}, {"raise", "raised", true}, {"correct", "corrected", true}, {"resume", "resumed", true}};
enum { MONTHS_AHEAD = 24 };

const char *proposal_act(const char *kind, bool *ret_upward) {
    for (size_t i = 0; kind && i < ARRAY_LEN(kinds); i++)
        if (strcmp(kinds[i].kind, kind) == 0) {
            *ret_upward = kinds[i].upward;
            return kinds[i].act;
        }
    return NULL;
}

/* Who writes lines by hand changes sums of what there is: nothing new; of a reduction nothing more. */
static enum status known_lines(struct txn *t, const struct entitlement_row *e, const struct entitlement_proposal_new *x, month_t m, bool upward, struct diag *d) {
    struct entitlement_lines now;
    enum status s = entitlement_lines_at(t, e->district, e->id, m, 0, &now, d);
    for (size_t i = 0; s == OK && i < x->line_count; i++) {
        bool known = false, twice = false;
        for (size_t k = 0; k < now.count; k++)
            known |= now.line[k].member == x->line[i].member && strcmp(now.line[k].item, x->line[i].item) == 0 && (upward || x->line[i].monthly_fen <= now.line[k].monthly_fen);
        for (size_t k = 0; k < i; k++)
            twice |= x->line[k].member == x->line[i].member && strcmp(x->line[k].item, x->line[i].item) == 0;
        if (!known || twice)
            s = diag_fail(d, E_INPUT, upward ? "entitlement.lines_same" : "entitlement.lines_known");
    }
    return s;
}

/* More than `was` from month `m` on. */
static enum status higher(struct txn *t, const struct entitlement_row *e, const struct entitlement_proposal_new *x, month_t m, int64_t was, struct proposed *ret, struct diag *d) {
    enum status s = entitlement_lines_check(x->line, x->line_count, &ret->fen, d);
    if (s == OK && x->by_hand)
        s = known_lines(t, e, x, m, true, d);
    if (s == OK && ret->fen <= was)
        s = diag_fail(d, E_CONFLICT, "entitlement.not_higher");
    ret->line = x->line;
    ret->line_count = x->line_count;
    return s;
}

static enum status correct(struct txn *t, const struct entitlement_row *e, const struct entitlement_proposal_new *x, struct proposed *ret, struct diag *d) {
    int64_t due = 0;
    ret->month = x->month;
    if (x->month < e->from || x->month > month_of(txn_today(t)) + MONTHS_AHEAD)
        return diag_fail(d, E_INPUT, "entitlement.month_before");
    enum status s = entitlement_due_in(t, e->district, e->id, x->month, &due, d);
    return s == OK ? higher(t, e, x, x->month, due, ret, d) : s;
}

/* It goes on as it was before it was suspended, from the month of that or a later one. */
static enum status resume(struct txn *t, const struct entitlement_row *e, const struct entitlement_proposal_new *x, struct proposed *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct entitlement_lines l;
    if (strcmp(e->state, "suspended") != 0)
        return diag_fail(d, E_CONFLICT, "entitlement.not_suspended");
    enum status s = sql_query(t, &r, d, "SELECT seq, month, cause FROM entitlement_act WHERE district = ? AND entitlement = ? AND kind = 'suspended' ORDER BY seq DESC LIMIT 1",
        SQL_I(e->district), SQL_I(e->id));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s == OK && (!row || span_is(rows_text(r, 2), "death")))
        s = diag_fail(d, E_CONFLICT, "entitlement.death_open");
    if (s != OK)
        return s;
    int64_t seq = rows_int(r, 0), month = rows_int(r, 1);
    ret->month = x->month ? x->month : month;
    if (ret->month < month || ret->month > month_of(txn_today(t)) + MONTHS_AHEAD)
        return diag_fail(d, E_INPUT, "entitlement.month_before");
    rows_free(TAKE(r));
    s = entitlement_lines_at(t, e->district, e->id, month, seq, &l, d);
    ret->line = l.line;
    ret->line_count = l.count;
    ret->fen = l.fen;
    return s == OK ? entitlement_lines_check(l.line, l.count, &ret->fen, d) : s;
}

enum status proposal_comes_to(const struct civil *c, struct txn *t, const struct entitlement_row *e, const struct entitlement_proposal_new *x, struct proposed *ret, struct diag *d) {
    bool upward = false, suspended = strcmp(e->state, "suspended") == 0;
    const char *act = proposal_act(x->kind, &upward);
    *ret = (struct proposed){0};
    if (!act)
        return diag_fail(d, E_INPUT, "entitlement.kind");
    if (strcmp(x->kind, "resume") == 0)
        return resume(t, e, x, ret, d);
    if (suspended && (upward || strcmp(x->kind, "suspend") == 0))
        return diag_fail(d, E_CONFLICT, "entitlement.suspended");
    if (strcmp(x->kind, "correct") == 0)
        return correct(t, e, x, ret, d);
    enum status s = OK;
    if (strcmp(x->kind, "raise") == 0)
        s = higher(t, e, x, month_of(txn_today(t)), e->monthly_fen, ret, d);
    else if (strcmp(x->kind, "reduce") == 0) {
        s = entitlement_lines_check(x->line, x->line_count, &ret->fen, d);
        if (s == OK && x->by_hand)
            s = known_lines(t, e, x, month_of(txn_today(t)), false, d);
        if (s == OK && ret->fen >= e->monthly_fen)
            s = diag_fail(d, E_CONFLICT, "entitlement.not_lower");
        ret->line = x->line;
        ret->line_count = x->line_count;
    }
    /* as it would be if it were decided today */
    return s == OK ? entitlement_month(c, e->scheme, "change", x->event, txn_today(t), &ret->month, d) : s;
}

/* ---- lines that a person wrote ------------------------------------------------------- */

enum status entitlement_lines_of(struct arena *a, const struct json *list, struct entitlement_line_new **ret, size_t *ret_n, struct diag *d) {
    enum { MANY = 64 };
    *ret_n = 0;
    if (!list || json_is_null(list))
        return OK;
    size_t n = list->type == JSON_ARRAY ? list->size : MANY + 1;
    struct entitlement_line_new *line = n <= MANY ? ARENA_ARRAY(a, n + 1, struct entitlement_line_new) : NULL;
    for (size_t i = 0; line && i < n; i++) {
        const struct json *j = list->item[i], *member = json_get(j, "member");
        const char *item = json_str(j, "item", NULL);
        int64_t fen = json_int(j, "monthly_fen", -1);
        bool none = json_is_null(member);
        if (j->type != JSON_OBJECT || !item || fen < 0 || (!none && member->type != JSON_STRING))
            line = NULL;
        else
            line[i] = (struct entitlement_line_new){none ? 0 : strtoll(member->text.at, NULL, 10), item, fen};
    }
    if (!line)
        return diag_fail(d, E_INPUT, "entitlement.lines");
    *ret = line;
    *ret_n = n;
    return OK;
}
