/* A step half filled in: one draft a task and officer, sealed with the
 * applicant's key, gone when the task is. */
#include "civil/case/case_internal.h"

enum { TASK_DRAFT_BYTES_MAX = 256 * 1024 }; /* a visit of ten members is 10 kB */

struct task_draft {
    struct civil *c;
    const struct actor *who;
    int64_t task;
    const struct json *content; /* NULL: it is dropped */
    struct span canonical;      /* of the content */
    int64_t over;
};

/* The account is part of the place: a draft opens for its writer only. */
static const char *place(struct arena *a, const struct actor *who) { return arena_printf(a, "task_draft.data|%lld", (long long)who->account); }

struct kept { const struct json *content; instant_t saved_at; int64_t revision; }; /* revision 0: there is none */

static enum status read_kept(struct civil *c, struct txn *t, const struct actor *who, struct case_row *k, int64_t task, struct kept *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    const char *where = place(txn_arena(t), who);
    bool row = false;
    *ret = (struct kept){0};
    enum status s = where ? sql_query(t, &r, d, "SELECT data, saved_at, revision FROM task_draft WHERE district = ? AND task = ? AND account = ?", SQL_I(k->district), SQL_I(task),
        SQL_I(who->account)) : arena_full(d);
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s != OK || !row)
        return s;
    ret->saved_at = rows_int(r, 1);
    ret->revision = rows_int(r, 2);
    return case_unseal_json(c, t, k, where, task, rows_blob(r, 0), &ret->content, d);
}

/* Somebody's other device has written since: the same is no loss, another is shown before one goes. */
static enum status overwrites(const struct task_draft *x, const struct kept *kept, bool *ret_same, struct diag *d) {
    BUF_AUTO b;
    buf_init(&b, TASK_DRAFT_BYTES_MAX);
    *ret_same = false;
    if (!kept->revision || kept->revision == x->over)
        return OK;
    json_canonical(&b, kept->content);
    *ret_same = buf_ok(&b) && span_eq(buf_span(&b), x->canonical);
    return *ret_same ? OK : diag_fail(d, E_CONFLICT, "case.draft_changed");
}

static enum status save(struct txn *t, struct task_draft *x, struct case_row *k, struct diag *d) {
    const char *where = place(txn_arena(t), x->who);
    struct span sealed = {0};
    struct kept kept;
    bool same = false;
    enum status s = read_kept(x->c, t, x->who, k, x->task, &kept, d);
    if (s == OK)
        s = overwrites(x, &kept, &same, d);
    if (s == OK && !same)
        s = where ? case_seal_json(x->c, t, k, where, x->task, x->content, &sealed, d) : arena_full(d);
    if (s != OK || same)
        return s;
    return sql_exec(t, d,
        "INSERT INTO task_draft (district, task, account, data, saved_at, revision) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (district, task, account) DO UPDATE SET data = excluded.data, saved_at = excluded.saved_at, revision = excluded.revision",
        SQL_I(k->district), SQL_I(x->task), SQL_I(x->who->account), SQL_B(sealed), SQL_I(txn_now(t)), SQL_I(x->over + 1));
}

enum status task_draft_carry(struct civil *c, struct txn *t, const struct actor *who, struct case_row *from, int64_t from_task, struct case_row *into, int64_t task, struct diag *d) {
    struct kept there, here;
    enum status s = read_kept(c, t, who, from, from_task, &there, d);
    if (s == OK)
        s = read_kept(c, t, who, into, task, &here, d);
    if (s != OK || !there.revision || here.revision)
        return s;
    struct task_draft x = {.c = c, .who = who, .task = task, .content = there.content};
    return save(t, &x, into, d);
}

static enum status draft_closure(struct txn *t, void *arg, struct diag *d) {
    struct task_draft *x = arg;
    struct task_row row;
    struct case_row k;
    enum status s = task_read(t, x->who, x->task, &row, d);
    if (s == OK && !x->content)
        return sql_exec(t, d, "DELETE FROM task_draft WHERE district = ? AND task = ? AND account = ?", SQL_I(row.district), SQL_I(row.id), SQL_I(x->who->account));
    if (s == OK)
        s = task_may(t, x->who, &row, d);
    if (s == OK)
        s = case_row_read(x->c, t, row.case_id, &k, d);
    return s == OK ? save(t, x, &k, d) : s;
}

enum status task_draft_save(struct civil *c, struct arena *a, const struct actor *who, int64_t task, const char *outcome, const char *note, const struct json *data,
    int64_t over, struct diag *d) {
    if (!data || data->type != JSON_OBJECT)
        return diag_fail(d, E_INPUT, "case.task_data");
    BUF_AUTO b;
    buf_init(&b, TASK_DRAFT_BYTES_MAX);
    const struct json *content = EVENT_ARGS(a, "outcome", outcome && *outcome ? outcome : NULL, "note", note && *note ? note : NULL);
    if (!content || !(content = json_with(a, content, "data", data)))
        return arena_full(d);
    json_canonical(&b, content);
    if (!buf_ok(&b))
        return diag_fail(d, E_LIMIT, "case.draft_size");
    struct task_draft x = {c, who, task, content, buf_span(&b), over};
    return store_write(c->store, draft_closure, &x, d);
}

enum status task_draft_delete(struct civil *c, const struct actor *who, int64_t task, struct diag *d) {
    struct task_draft x = {.c = c, .who = who, .task = task};
    return store_write(c->store, draft_closure, &x, d);
}

enum status task_draft_write(struct civil *c, struct txn *t, const struct actor *who, struct case_row *k, int64_t task, struct json_writer *w, struct diag *d) {
    struct kept kept;
    enum status s = read_kept(c, t, who, k, task, &kept, d);
    if (s != OK)
        return s;
    if (!kept.revision) {
        json_nothing(w);
        return OK;
    }
    json_object(w);
    json_key(w, "data");
    json_value(w, json_get(kept.content, "data"));
    json_key(w, "outcome");
    json_string(w, json_str(kept.content, "outcome", NULL));
    json_key(w, "note");
    json_string(w, json_str(kept.content, "note", NULL));
    json_kinstant(w, "saved_at", kept.saved_at);
    json_kint(w, "revision", kept.revision);
    json_object_end(w);
    return OK;
}

enum status task_draft_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t task, struct json_writer *w, struct diag *d) {
    struct task_row row;
    struct case_row k;
    enum status s = task_read(t, who, task, &row, d);
    if (s == OK)
        s = task_may(t, who, &row, d);
    if (s == OK)
        s = case_row_read(c, t, row.case_id, &k, d);
    if (s == OK)
        s = access_add(x, k.district, k.applicant, ACCESS_CASE, d);
    return s == OK ? task_draft_write(c, t, who, &k, task, w, d) : s;
}

enum status task_drafts_drop(struct txn *t, int64_t district, int64_t task, struct diag *d) {
    return sql_exec(t, d, "DELETE FROM task_draft WHERE district = ? AND task = ?", SQL_I(district), SQL_I(task));
}
