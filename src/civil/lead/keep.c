/* What a run found becomes leads. */
#include "civil/lead/lead_internal.h"

#include "civil/access/access.h"
#include "civil/evidence/keep.h"
#include "civil/pack/pack.h"
#include "civil/screening/snapshot_files.h"

#include <stdio.h>

enum { CHUNK = 500 }; /* rows of three statements stay within the 50 ms of a write */

struct keeping {
    struct civil *civil;
    const struct actor *who;
    const struct snapshot *from;
    const struct screening *s;
    int64_t run;
};

static bool kept_class(enum screen_class c) { return c == SCREEN_LEAD || c == SCREEN_POSSIBLE || c == SCREEN_REVIEW; }

static int64_t total(const struct screening *s) {
    return (int64_t)(s->of_class[SCREEN_LEAD] + s->of_class[SCREEN_POSSIBLE] + s->of_class[SCREEN_REVIEW]);
}

/* ---- the run ----------------------------------------------------------------------------- */

static enum status may_keep(const struct keeping *x, struct diag *d) {
    char district[16];
    snprintf(district, sizeof district, "%lld", (long long)x->civil->district);
    if (strcmp(x->who->kind, "system") == 0 || actor_may(x->who, "policy", district) || actor_may(x->who, "leader", district))
        return OK;
    return diag_fail(d, E_FORBIDDEN, "lead.role");
}

static enum status begin(struct txn *t, void *arg, struct diag *d) {
    struct keeping *x = arg;
    const struct decision_policy *p = &x->s->program->policy;
    const struct cohort_snapshot *c = snapshot_content(x->from);
    int64_t entry = 0;
    char *query = arena_printf(txn_arena(t), "screen %s snapshot %s", p->matter->scheme, snapshot_sha256(x->from));
    enum status s = query ? may_keep(x, d) : arena_full(d);
    if (s == OK && (c->source.synthetic || !span_is(c->log_origin, x->civil->log_origin)))
        s = diag_fail(d, E_INPUT, "lead.foreign_snapshot");
    if (s == OK)
        s = access_bulk_in(x->civil, t, x->who, x->who->grant_count ? x->who->grant[0].role : NULL, "screening", query, (int64_t)x->s->rows, &entry, d);
    if (s != OK)
        return s;
    x->run = txn_new_id(t);
    return sql_exec(t, d,
        "INSERT INTO screen_run (district, id, scheme, made_at, made_by, snapshot, snapshot_date, log_size, policy_sha, found, kept, complete, entry) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?)",
        SQL_I(x->civil->district), SQL_I(x->run), SQL_S(p->matter->scheme), SQL_I(txn_now(t)), SQL_I(x->who->account), SQL_S(snapshot_sha256(x->from)),
        SQL_D(c->date), SQL_I(c->log_size), SQL_S(p->file->sha256), SQL_I(total(x->s)), SQL_I(entry));
}

/* ---- one lead ------------------------------------------------------------------------------- */

static char *missing_text(struct arena *a, const struct screened *f) {
    BUF_AUTO b;
    buf_init(&b, 0);
    for (size_t i = 0; i < f->missing_count; i++)
        buf_addf(&b, "%s%s", i ? " " : "", f->missing[i]);
    return arena_dup(a, buf_span(&b));
}

/* Where it lives is asked of the store: a snapshot may be days old. */
static enum status division_of(struct txn *t, int64_t district, int64_t household, char **ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT division FROM household WHERE district = ? AND id = ?", SQL_I(district), SQL_I(household));
    *ret = s == OK ? rows_dup(r, 0, txn_arena(t)) : NULL;
    return s == E_NOT_FOUND ? (diag_clear(d), OK) : s; /* gone since */
}

static enum status refused_lately(struct txn *t, const struct keeping *x, int64_t household, int64_t person, const char *scheme, bool *ret, struct diag *d) {
    int64_t n = 0, since = ((int64_t)date_add_months(txn_today(t), -LEAD_REFUSED_MONTHS) * 86400 - 28800) * 1000000;
    enum status s = sql_int(t, &n, 0, d,
        "SELECT count(*) FROM lead WHERE district = ? AND household = ? AND person = ? AND scheme = ? AND state = 'closed' AND cause = 'refused' AND handled_at > ?",
        SQL_I(x->civil->district), SQL_I(household), SQL_I(person), SQL_S(scheme), SQL_I(since));
    *ret = n > 0;
    return s;
}

/* *ret_id 0: nothing is kept of it. */
static enum status keep_one(struct txn *t, const struct keeping *x, const struct screened *f, int64_t *ret_id, struct diag *d) {
    const struct screening_program *p = x->s->program;
    int64_t household = snapshot_ids(x->from)[screening_household_of(p, f->row)];
    int64_t person = p->policy.of_person ? snapshot_member_ids(x->from)[f->row] : 0, id = 0;
    const char *scheme = p->policy.matter->scheme, *class = screen_class_name(f->class);
    char *missing = missing_text(txn_arena(t), f), *division = NULL;
    bool refused = false;
    *ret_id = 0;
    if (!missing)
        return arena_full(d);
    enum status s = sql_int(t, &id, 0, d, "SELECT id FROM lead WHERE district = ? AND household = ? AND person = ? AND scheme = ? AND state <> 'closed'", SQL_I(x->civil->district),
        SQL_I(household), SQL_I(person), SQL_S(scheme));
    if (s == OK && id) {
        *ret_id = id;
        return sql_exec(t, d, "UPDATE lead SET run = ?, class = ?, monthly_fen = ?, missing = ?, effort = ?, version = version + 1 WHERE district = ? AND id = ?", SQL_I(x->run), SQL_S(class),
            SQL_I(f->monthly_fen), SQL_S(missing), SQL_I(f->effort), SQL_I(x->civil->district), SQL_I(id));
    }
    if (s == OK)
        s = refused_lately(t, x, household, person, scheme, &refused, d);
    if (s == OK && !refused)
        s = division_of(t, x->civil->district, household, &division, d);
    if (s != OK || !division)
        return s;
    *ret_id = txn_new_id(t);
    return sql_exec(t, d,
        "INSERT INTO lead (district, id, scheme, household, person, division, class, monthly_fen, missing, effort, found_at, run, state, version) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', 1)",
        SQL_I(x->civil->district), SQL_I(*ret_id), SQL_S(scheme), SQL_I(household), SQL_I(person), SQL_S(division), SQL_S(class),
        SQL_I(f->monthly_fen), SQL_S(missing), SQL_I(f->effort), SQL_I(txn_now(t)), SQL_I(x->run));
}

/* ---- in chunks ---------------------------------------------------------------------------------- */

static enum status finish(struct txn *t, const struct keeping *x, struct diag *d) {
    const char *scheme = x->s->program->policy.matter->scheme;
    AUTO(rows) struct rows *gone = NULL;
    enum status s = sql_exec(t, d,
        "UPDATE lead SET state = 'closed', cause = 'not_found_again', handled_at = ?, version = version + 1 WHERE district = ? AND scheme = ? AND state = 'open' AND run <> ?",
        SQL_I(txn_now(t)), SQL_I(x->civil->district), SQL_S(scheme), SQL_I(x->run));
    if (s == OK)
        s = sql_query(t, &gone, d, "SELECT id FROM lead WHERE district = ? AND scheme = ? AND state = 'closed' AND cause = 'not_found_again' AND handled_at = ? AND run <> ?", SQL_I(x->civil->district),
            SQL_S(scheme), SQL_I(txn_now(t)), SQL_I(x->run));
    if (s == OK)
        s = evidence_keep_found(x->civil, t, x->who, KEPT_LEAD, x->civil->district, gone, d);
    return s == OK ? sql_exec(t, d, "UPDATE screen_run SET complete = 1 WHERE district = ? AND id = ?", SQL_I(x->civil->district), SQL_I(x->run)) : s;
}

static enum status chunk(struct txn *t, void *arg, bool *done, struct diag *d) {
    struct keeping *x = arg;
    int64_t kept = 0, at = 0;
    enum status s = sql_int(t, &kept, 0, d, "SELECT kept FROM screen_run WHERE district = ? AND id = ?", SQL_I(x->civil->district), SQL_I(x->run));
    int64_t until = kept + CHUNK, id[CHUNK];
    size_t n = 0;
    _Static_assert((int)CHUNK <= (int)EVIDENCE_KEPT_MAX, "an entry a chunk");
    for (size_t i = 0; s == OK && i < x->s->count && at < until; i++) {
        if (!kept_class(x->s->found[i].class) || at++ < kept)
            continue;
        s = keep_one(t, x, &x->s->found[i], &id[n], d);
        n += id[n] != 0;
        if (s == OK && txn_late(t))
            until = at;
    }
    if (s == OK)
        s = evidence_keep_in(x->civil, t, x->who, KEPT_LEAD, x->civil->district, id, n, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE screen_run SET kept = ? WHERE district = ? AND id = ?", SQL_I(at), SQL_I(x->civil->district), SQL_I(x->run));
    *done = s == OK && at >= total(x->s);
    return *done ? finish(t, x, d) : s;
}

enum status leads_keep(struct civil *c, const struct actor *who, const struct snapshot *from, const struct screening *found, int64_t *ret_run, struct diag *d) {
    struct keeping x = {c, who, from, found, 0};
    enum status s = store_write(c->store, begin, &x, d);
    if (s == OK)
        s = store_write_chunks(c->store, chunk, &x, d);
    *ret_run = x.run;
    return s;
}
