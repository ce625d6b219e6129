/* Drafts of residents: one a matter, sealed with their own key. */
#include "civil/case/case_internal.h"
#include "civil/row_json.h"

enum { DRAFT_BYTES_MAX = 512 * 1024 }; /* a form of ten members with their incomes is 30 kB */

struct draft {
    struct civil *c;
    const struct actor *who;
    const char *matter, *page;
    struct span data;
};

static enum status place(struct arena *a, const struct draft *x, struct span *ret, struct diag *d) {
    char *text = arena_printf(a, "case_draft.data|%lld|%lld|%s", (long long)x->who->district, (long long)x->who->person, x->matter);
    *ret = span_of(text);
    return text ? OK : arena_full(d);
}

static enum status check(const struct draft *x, struct diag *d) {
    if (!x->who->person)
        return diag_fail(d, E_FORBIDDEN, "case.residents_only");
    return packs_matter(x->c->packs, x->matter) ? OK : diag_fail(d, E_NOT_FOUND, "case.no_matter");
}

static enum status save_closure(struct txn *t, void *arg, struct diag *d) {
    struct draft *x = arg;
    struct person_key key;
    struct span sealed, where;
    enum status s = person_data_key(x->c, t, x->who->district, x->who->person, &key, d);
    if (s == OK)
        s = place(txn_arena(t), x, &where, d);
    if (s == OK)
        s = person_seal(&key, x->data, where, txn_arena(t), &sealed, d);
    if (s != OK)
        return s;
    return sql_exec(t, d,
        "INSERT INTO case_draft (account, matter, district, person, page, data, saved_at) VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (account, matter) DO UPDATE SET page = excluded.page, data = excluded.data, saved_at = excluded.saved_at",
        SQL_I(x->who->account), SQL_S(x->matter), SQL_I(x->who->district), SQL_I(x->who->person), SQL_S(x->page), SQL_B(sealed), SQL_I(txn_now(t)));
}

enum status draft_save(struct civil *c, const struct actor *who, const char *matter, const struct json *data, const char *page, struct diag *d) {
    struct draft x = {.c = c, .who = who, .matter = matter, .page = page};
    if (!data || data->type != JSON_OBJECT)
        return diag_fail(d, E_INPUT, "case.no_data");
    BUF_AUTO b;
    buf_init(&b, DRAFT_BYTES_MAX);
    json_canonical(&b, data);
    if (!buf_ok(&b))
        return diag_fail(d, E_LIMIT, "case.draft_size");
    x.data = buf_span(&b);
    enum status s = check(&x, d);
    return s == OK ? store_write(c->store, save_closure, &x, d) : s;
}

enum status draft_json(struct civil *c, struct txn *t, struct access *access, const struct actor *who, const char *matter, struct json_writer *w, struct diag *d) {
    struct draft x = {.c = c, .who = who, .matter = matter};
    struct person_key key;
    struct span where, plain;
    const struct json *data = NULL;
    AUTO(rows) struct rows *r = NULL;
    enum status s = check(&x, d);
    if (s == OK)
        s = sql_one(t, &r, d, "SELECT page, data, saved_at FROM case_draft WHERE account = ? AND matter = ?", SQL_I(who->account), SQL_S(matter));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "case.no_draft");
    if (s == OK)
        s = person_data_key(c, t, who->district, who->person, &key, d);
    if (s == OK)
        s = place(txn_arena(t), &x, &where, d);
    if (s == OK)
        s = person_unseal(&key, rows_blob(r, 1), where, txn_arena(t), &plain, d);
    if (s == OK)
        s = json_parse(txn_arena(t), plain, &data, d);
    if (s == OK)
        s = access_add(access, who->district, who->person, ACCESS_CASE, d);
    if (s != OK)
        return s;
    json_object(w);
    json_kstring(w, "matter", matter);
    json_key(w, "data");
    json_value(w, data);
    row_text_or_null(w, "page", r, 0);
    json_kinstant(w, "saved_at", rows_int(r, 2));
    json_object_end(w);
    return OK;
}

static enum status delete_closure(struct txn *t, void *arg, struct diag *d) {
    struct draft *x = arg;
    return sql_exec(t, d, "DELETE FROM case_draft WHERE account = ? AND matter = ?", SQL_I(x->who->account), SQL_S(x->matter));
}

enum status draft_delete(struct civil *c, const struct actor *who, const char *matter, struct diag *d) {
    struct draft x = {.c = c, .who = who, .matter = matter};
    enum status s = check(&x, d);
    return s == OK ? store_write(c->store, delete_closure, &x, d) : s;
}
