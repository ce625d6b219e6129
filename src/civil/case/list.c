/* Lists of cases: the desk's by scope, the resident's own. */
#include "civil/case/case_internal.h"

#include "base/vec.h"
#include "civil/scope.h"
#include "civil/secrecy/secrecy.h"

#include <stdio.h>

enum { PAGE_DEFAULT = 50, PAGE_MAX = 200, MY_CASES_MAX = 200 };

struct ids { VEC(int64_t) list; };

static enum status read_ids(struct txn *t, const char *sql, const struct sql_value *v, size_t n, struct ids *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query_(t, &r, d, sql, v, n);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        int64_t *slot = vec_push_in(txn_arena(t), &ret->list);
        if (!slot)
            return arena_full(d);
        *slot = rows_int(r, 0);
    }
    return s;
}

static enum status write_page(struct civil *c, struct txn *t, struct access *x, const struct ids *ids, size_t shown, struct json_writer *w, struct diag *d) {
    enum status s = OK;
    json_key(w, "items");
    json_array(w);
    for (size_t i = 0; s == OK && i < shown; i++) {
        struct case_row k;
        if ((s = case_row_read(c, t, ids->list.at[i], &k, d)) == OK)
            s = case_summary_json(c, t, x, &k, w, d);
    }
    json_array_end(w);
    return s;
}

/* ---- the desk -------------------------------------------------------------------------- */

struct where { struct buf sql; struct sql_value v[2 * ACTOR_GRANTS_MAX + 12]; size_t n; };

/* The states are the packs' words: one that no matter has is a mistake, not an empty list. */
static bool state_known(const struct civil *c, const char *state) {
    if (strcmp(state, CASE_MERGED) == 0)
        return true;
    for (size_t i = 0; i < packs_count(c->packs); i++) {
        const struct pack *p = packs_at(c->packs, i);
        for (size_t k = 0; k < p->matter_count; k++)
            if (json_get(json_get(p->matter[k].json, "states"), state))
                return true;
    }
    return false;
}

static enum status conditions(struct where *q, const struct civil *c, struct txn *t, const struct case_query *f, struct diag *d) {
    if (f->state && *f->state && !state_known(c, f->state)) {
        (void)diag_fail(d, E_INPUT, "case.state_unknown");
        return diag_at(d, "state");
    }
    if (f->state && *f->state)
        buf_adds(&q->sql, " AND state = ?"), q->v[q->n++] = SQL_S(f->state);
    if (f->number && *f->number)
        buf_adds(&q->sql, " AND number = ?"), q->v[q->n++] = SQL_S(f->number);
    if (f->division && *f->division) {
        buf_adds(&q->sql, " AND ");
        scope_under(&q->sql, q->v, &q->n, txn_arena(t), "division", f->division);
    }
    if (f->late)
        buf_adds(&q->sql, " AND closed_at IS NULL AND due_on < ?"), q->v[q->n++] = SQL_D(txn_today(t));
    if (f->cursor && *f->cursor) {
        long long at, id;
        char rest;
        if (sscanf(f->cursor, "%lld.%lld%c", &at, &id, &rest) != 2) {
            (void)diag_fail(d, E_INPUT, "case.cursor");
            return diag_at(d, "cursor");
        }
        buf_adds(&q->sql, " AND (applied_at < ? OR (applied_at = ? AND id < ?))");
        q->v[q->n++] = SQL_I(at);
        q->v[q->n++] = SQL_I(at);
        q->v[q->n++] = SQL_I(id);
    }
    return OK;
}

static enum status next_json(struct civil *c, struct txn *t, const struct ids *ids, size_t shown, struct json_writer *w, struct diag *d) {
    struct case_row last;
    json_key(w, "next");
    if (ids->list.size <= shown) {
        json_nothing(w);
        return OK;
    }
    enum status s = case_row_read(c, t, ids->list.at[shown - 1], &last, d);
    if (s == OK)
        json_stringf(w, "%lld.%lld", (long long)last.applied_at, (long long)last.id);
    return s;
}

enum status case_list_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct case_query *f, struct json_writer *w, struct diag *d) {
    struct where q = {.n = 0};
    struct ids ids = {0};
    size_t limit = f->limit > 0 && f->limit <= PAGE_MAX ? (size_t)f->limit : PAGE_DEFAULT;
    buf_init(&q.sql, 16384);
    buf_adds(&q.sql, "SELECT id FROM case_file WHERE ");
    scope_of(&q.sql, q.v, &q.n, txn_arena(t), who, "division", case_reader_roles, NULL);
    const char *open = secrecy_open_column(txn_arena(t), who, "compartment");
    if (!open) {
        buf_release(&q.sql);
        return arena_full(d);
    }
    buf_addf(&q.sql, " AND %s", open);
    enum status s = conditions(&q, c, t, f, d);
    buf_adds(&q.sql, " ORDER BY applied_at DESC, id DESC LIMIT ?");
    q.v[q.n++] = SQL_I((int64_t)limit + 1);
    if (s == OK)
        s = read_ids(t, buf_str(&q.sql), q.v, q.n, &ids, d);
    buf_release(&q.sql);
    size_t shown = ids.list.size > limit ? limit : ids.list.size;
    json_object(w);
    if (s == OK)
        s = write_page(c, t, x, &ids, shown, w, d);
    if (s == OK)
        s = next_json(c, t, &ids, shown, w, d);
    json_key(w, "total");
    json_nothing(w);
    json_object_end(w);
    return s;
}

/* ---- the resident ------------------------------------------------------------------------ */

enum status my_cases_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, struct json_writer *w, struct diag *d) {
    struct ids ids = {0};
    const struct sql_value v[] = {SQL_I(who->district), SQL_I(who->person), SQL_I(who->person), SQL_I(who->person), SQL_D(txn_today(t)), SQL_I(MY_CASES_MAX)};
    if (!who->person)
        return diag_fail(d, E_FORBIDDEN, "case.residents_only");
    enum status s = read_ids(t,
        "SELECT f.id FROM case_party p JOIN case_file f ON f.district = p.district AND f.id = p.case_id "
        "WHERE p.person_district = ? AND p.person = ? AND (p.party <> 'supporter' OR (f.closed_at IS NULL AND f.decided_at IS NULL)) "
        "AND NOT " SECRECY_CASE_SEALED("f.district", "f.applicant") " ORDER BY f.applied_at DESC, f.id DESC LIMIT ?",
        v, ARRAY_LEN(v), &ids, d);
    json_object(w);
    if (s == OK)
        s = write_page(c, t, x, &ids, ids.list.size, w, d);
    json_key(w, "next");
    json_nothing(w);
    json_kint(w, "total", (int64_t)ids.list.size);
    json_object_end(w);
    return s;
}
