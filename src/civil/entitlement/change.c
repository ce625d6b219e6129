/* What one officer decides: to the advantage of the person, and a death that is found, confirmed or refuted. */
#include "civil/entitlement/life_internal.h"

static enum status one_of(const char *kind, const char *const *known, size_t n) {
    for (size_t i = 0; kind && i < n; i++)
        if (strcmp(kind, known[i]) == 0)
            return OK;
    return E_INPUT;
}

/* ---- raising, resuming, correcting, reviewing -------------------------------------------- */

struct change { struct civil *c; const struct actor *who; const struct entitlement_change *x; int64_t act; };

/* No month of it may become less than it was: that takes a hearing. */
static enum status not_lower(struct txn *t, const struct entitlement_row *e, month_t from, month_t until, int64_t fen, struct diag *d) {
    for (month_t m = from; m < until; m++) {
        int64_t due = 0;
        enum status s = entitlement_due_in(t, e->district, e->id, m, &due, d);
        if (s != OK)
            return s;
        if (fen < due)
            return diag_fail(d, E_CONFLICT, "entitlement.lower");
    }
    return OK;
}

static enum status change_month(struct txn *t, const struct change *x, const struct entitlement_row *e, month_t *ret, struct diag *d) {
    date_t event = x->x->event == DATE_NONE ? txn_today(t) : x->x->event;
    *ret = x->x->month;
    enum status s = *ret ? OK : entitlement_month(x->c, e->scheme, "change", event, txn_today(t), ret, d);
    if (s == OK && (*ret < e->from || (strcmp(x->x->kind, "resumed") != 0 && *ret > month_of(txn_today(t)) + 24)))
        s = diag_fail(d, E_INPUT, "entitlement.month_before");
    return s;
}

static enum status change_of(struct txn *t, struct change *x, struct diag *d) {
    struct entitlement_row e;
    month_t month = 0, next = 0;
    int64_t fen = 0;
    bool resumes = strcmp(x->x->kind, "resumed") == 0, reviews = strcmp(x->x->kind, "reviewed") == 0;
    struct act_new n = {.kind = x->x->kind, .cause = x->x->cause, .event = x->x->event, .proposal = x->x->proposal, .decision = x->x->decision, .next_review = DATE_NONE, .line = x->x->line, .line_count = x->x->line_count};
    enum status s = entitlement_open(t, x->who, x->x->entitlement, &e, d);
    if (s == OK)
        s = entitlement_role(x->who, "decider", &e, d);
    if (s == OK && strcmp(e.state, "ended") == 0)
        s = diag_fail(d, E_CONFLICT, "entitlement.ended");
    if (s == OK && resumes && strcmp(e.state, "suspended") != 0)
        s = diag_fail(d, E_CONFLICT, "entitlement.not_suspended");
    if (s == OK)
        s = change_month(t, x, &e, &month, d);
    if (s == OK && reviews) { /* it stays as it is */
        n.until = month;
        s = entitlement_review_on(x->c, e.scheme, txn_today(t), &n.next_review, d);
    } else if (s == OK)
        s = entitlement_lines_check(x->x->line, x->x->line_count, &fen, d);
    if (s == OK)
        s = month_next(t, &e, &next, d);
    if (s == OK && !reviews)
        s = not_lower(t, &e, month, (next > month ? next : month) + 1, fen, d);
    n.month = month;
    n.state = reviews ? e.state : "active";
    if (s == OK)
        s = act_in(x->c, t, x->who, "decider", &e, &n, &x->act, d);
    return s == OK && !x->x->proposal ? note_in(x->c, t, x->who, "decider", &e, x->act, "decided", x->x->words, d) : s;
}

enum status entitlement_change_in(struct civil *c, struct txn *t, const struct actor *who, const struct entitlement_change *x, int64_t *ret_act, struct diag *d) {
    static const char *const known[] = {"raised", "resumed", "corrected", "reviewed"};
    struct change y = {c, who, x, 0};
    if (one_of(x->kind, known, ARRAY_LEN(known)) != OK)
        return diag_fail(d, E_INPUT, "entitlement.kind");
    enum status s = entitlement_words_check(x->words, d);
    if (s == OK)
        s = entitlement_words_check(x->cause, d);
    if (s == OK)
        s = change_of(t, &y, d);
    if (s == OK)
        *ret_act = y.act;
    return s;
}

static enum status change_in(struct txn *t, void *arg, struct diag *d) {
    struct change *x = arg;
    return entitlement_change_in(x->c, t, x->who, x->x, &x->act, d);
}

enum status entitlement_change(struct civil *c, const struct actor *who, const struct entitlement_change *x, int64_t *ret_act, struct diag *d) {
    struct change y = {c, who, x, 0};
    enum status s = store_write(c->store, change_in, &y, d);
    if (s == OK && ret_act)
        *ret_act = y.act;
    return s;
}

/* ---- death --------------------------------------------------------------------------------------- */

struct death { struct civil *c; const struct actor *who; int64_t entitlement; date_t died; const char *words; int64_t act; };

static enum status death_month(struct txn *t, const struct death *x, const struct entitlement_row *e, month_t *ret, struct diag *d) {
    if (x->died == DATE_NONE || x->died > txn_today(t))
        return diag_fail(d, E_INPUT, "entitlement.died");
    return entitlement_month(x->c, e->scheme, "death", x->died, x->died, ret, d);
}

static enum status found_in(struct txn *t, void *arg, struct diag *d) {
    struct death *x = arg;
    struct entitlement_row e;
    month_t month = 0, next = 0;
    struct act_new n = {.kind = "suspended", .cause = "death", .event = x->died, .state = "suspended", .next_review = DATE_NONE};
    enum status s = entitlement_open(t, x->who, x->entitlement, &e, d);
    x->act = 0;
    if (s == OK)
        s = entitlement_role(x->who, "clerk", &e, d);
    if (s == OK && strcmp(e.state, "active") != 0) /* it is out of payment already */
        return OK;
    if (s == OK)
        s = death_month(t, x, &e, &month, d);
    if (s == OK)
        s = month_next(t, &e, &next, d);
    n.month = next > month ? next : month < e.from ? e.from : month; /* what was paid is not taken back by a machine */
    if (s == OK)
        s = act_in(x->c, t, x->who, "clerk", &e, &n, &x->act, d);
    return s == OK ? note_in(x->c, t, x->who, "clerk", &e, x->act, "death_found", x->words, d) : s;
}

static enum status suspended_for_death(struct txn *t, struct death *x, struct entitlement_row *e, int64_t *ret_act, struct diag *d) {
    enum status s = entitlement_open(t, x->who, x->entitlement, e, d);
    if (s == OK)
        s = entitlement_role(x->who, "decider", e, d);
    if (s == OK)
        s = sql_int(t, ret_act, 0, d, "SELECT max(a.id) FROM entitlement_act a WHERE " SUSPENDED_BY_DEATH, SQL_I(e->district), SQL_I(e->id));
    if (s == OK && (!*ret_act || strcmp(e->state, "suspended") != 0))
        s = diag_fail(d, E_CONFLICT, "entitlement.not_suspended");
    return s;
}

static enum status confirm_in(struct txn *t, void *arg, struct diag *d) {
    struct death *x = arg;
    struct entitlement_row e;
    struct act_new n = {.kind = "ended", .cause = "death", .event = x->died, .state = "ended", .next_review = DATE_NONE};
    int64_t found = 0;
    enum status s = suspended_for_death(t, x, &e, &found, d);
    if (s == OK)
        s = death_month(t, x, &e, &n.month, d);
    if (s == OK && n.month < e.from)
        n.month = e.from;
    if (s == OK)
        s = act_in(x->c, t, x->who, "decider", &e, &n, &x->act, d);
    return s == OK ? note_in(x->c, t, x->who, "decider", &e, x->act, "death_confirmed", x->words, d) : s;
}

/* The lines that were due before the finding, from its month on; what was held back is paid. */
static enum status refute_in(struct txn *t, void *arg, struct diag *d) {
    struct death *x = arg;
    struct entitlement_row e;
    struct entitlement_lines before;
    struct act_new n = {.kind = "resumed", .cause = "death", .event = DATE_NONE, .state = "active", .next_review = DATE_NONE};
    int64_t found = 0, seq = 0;
    enum status s = suspended_for_death(t, x, &e, &found, d);
    if (s == OK)
        s = sql_int(t, &seq, 0, d, "SELECT seq FROM entitlement_act WHERE district = ? AND id = ?", SQL_I(e.district), SQL_I(found));
    if (s == OK)
        s = sql_int(t, &n.month, 0, d, "SELECT month FROM entitlement_act WHERE district = ? AND id = ?", SQL_I(e.district), SQL_I(found));
    if (s == OK)
        s = entitlement_lines_at(t, e.district, e.id, n.month, seq, &before, d);
    n.undoes = found;
    n.line = before.line;
    n.line_count = before.count;
    if (s == OK)
        s = act_in(x->c, t, x->who, "decider", &e, &n, &x->act, d);
    return s == OK ? note_in(x->c, t, x->who, "decider", &e, x->act, "death_refuted", x->words, d) : s;
}

static enum status death(struct civil *c, const struct actor *who, int64_t entitlement, date_t died, const char *words, txn_fn fn, int64_t *ret_act, struct diag *d) {
    struct death x = {c, who, entitlement, died, words, 0};
    enum status s = entitlement_words_check(words, d);
    if (s == OK)
        s = store_write(c->store, fn, &x, d);
    if (s == OK && ret_act)
        *ret_act = x.act;
    return s;
}

enum status entitlement_death_found(struct civil *c, const struct actor *who, int64_t entitlement, date_t died, const char *source, int64_t *ret_act, struct diag *d) {
    return death(c, who, entitlement, died, source, found_in, ret_act, d);
}

enum status entitlement_death_confirm(struct civil *c, const struct actor *who, int64_t entitlement, date_t died, const char *paper, int64_t *ret_act, struct diag *d) {
    return death(c, who, entitlement, died, paper, confirm_in, ret_act, d);
}

enum status entitlement_death_refute(struct civil *c, const struct actor *who, int64_t entitlement, const char *words, int64_t *ret_act, struct diag *d) {
    return death(c, who, entitlement, DATE_NONE, words, refute_in, ret_act, d);
}

/* ---- moving ------------------------------------------------------------------------------------------ */

struct move { struct civil *c; const struct actor *who; const struct entitlement_move *x; int64_t id; };

static enum status open_there(struct txn *t, struct move *x, const struct entitlement_row *e, month_t month, const struct entitlement_lines *l, struct diag *d) {
    struct entitlement_line_new *line = ARENA_ARRAY(txn_arena(t), l->count + 1, struct entitlement_line_new);
    date_t review = DATE_NONE;
    if (!line)
        return arena_full(d);
    for (size_t i = 0; i < l->count; i++) /* people have other numbers there: all of it is the payee's or the household's */
        line[i] = (struct entitlement_line_new){l->line[i].member ? x->x->payee : 0, l->line[i].item, l->line[i].monthly_fen};
    struct entitlement_new n = {.district = x->x->district, .case_id = x->x->case_id, .decision = x->x->decision, .household = x->x->household, .payee = x->x->payee,
        .scheme = e->scheme, .subdistrict = x->x->subdistrict, .division = x->x->division, .from = month, .line = line, .line_count = l->count, .root = e->root};
    enum status s = entitlement_review_on(x->c, e->scheme, txn_today(t), &review, d);
    n.next_review = review;
    return s == OK ? entitlement_open_in(x->c, t, x->who, &n, &x->id, d) : s;
}

static enum status move_in(struct txn *t, void *arg, struct diag *d) {
    struct move *x = arg;
    struct entitlement_row e;
    struct entitlement_lines l;
    month_t month = 0, next = 0;
    struct act_new n = {.kind = "moved_out", .cause = "moved", .event = x->x->moved, .state = "ended", .next_review = DATE_NONE};
    enum status s = entitlement_open(t, x->who, x->x->entitlement, &e, d);
    if (s == OK)
        s = entitlement_role(x->who, "decider", &e, d);
    if (s == OK && strcmp(e.state, "active") != 0)
        s = diag_fail(d, E_CONFLICT, "entitlement.ended");
    if (s == OK && (x->x->district == e.district || !x->x->payee || !x->x->case_id || !x->x->decision))
        s = diag_fail(d, E_INPUT, "entitlement.move");
    if (s == OK)
        s = entitlement_month(x->c, e.scheme, "move", x->x->moved, txn_today(t), &month, d);
    if (s == OK)
        s = month_next(t, &e, &next, d);
    n.month = next > month ? next : month;
    if (s == OK)
        s = entitlement_lines_at(t, e.district, e.id, n.month, 0, &l, d);
    int64_t act = 0;
    if (s == OK)
        s = act_in(x->c, t, x->who, "decider", &e, &n, &act, d);
    if (s == OK)
        s = note_in(x->c, t, x->who, "decider", &e, act, "moved", x->x->words, d);
    return s == OK ? open_there(t, x, &e, n.month, &l, d) : s;
}

enum status entitlement_move(struct civil *c, const struct actor *who, const struct entitlement_move *x, int64_t *ret_entitlement, struct diag *d) {
    struct move y = {c, who, x, 0};
    enum status s = entitlement_words_check(x->words, d);
    if (s == OK)
        s = store_write(c->store, move_in, &y, d);
    if (s == OK)
        *ret_entitlement = y.id;
    return s;
}
