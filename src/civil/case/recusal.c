/* Recusal (回避): who is a close relative of somebody in a case, or has an
 * interest in it, does nothing in it.  Officers declare; the check is made
 * inside every transaction that acts on a task. */
#include "civil/case/case_internal.h"

#include "civil/account/absence.h"
#include "civil/evidence/keep.h"

struct declaring { struct civil *c; const struct actor *who; struct span number; const char *relation; };

static bool relation_known(const char *relation) {
    static const char *const known[] = {"spouse", "blood", "in_law", "interest"};
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strcmp(known[i], relation) == 0)
            return true;
    return false;
}

static enum status declare_closure(struct txn *t, void *arg, struct diag *d) {
    struct declaring *x = arg;
    struct access *access = NULL;
    int64_t district = 0, person = 0;
    enum status s = access_begin(txn_arena(t), x->who, x->who->grant_count ? x->who->grant[0].role : NULL, NULL, 0, 0, &access, d);
    if (s == OK)
        s = person_by_number(x->c, t, access, x->number, &district, &person, d);
    if (s == OK && !access_empty(access))
        s = access_commit_in(x->c, t, access, NULL, d);
    if (s != OK)
        return s;
    s = sql_exec(t, d,
        "INSERT INTO recusal (account, person_district, person, relation, declared_at, declared_by) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (account, person_district, person) DO UPDATE SET relation = excluded.relation, withdrawn_at = NULL, withdrawn_by = NULL, withdrawn_reason = NULL",
        SQL_I(x->who->account), SQL_I(district), SQL_I(person), SQL_S(x->relation), SQL_I(txn_now(t)), SQL_I(x->who->account));
    return s == OK ? evidence_keep_one(x->c, t, x->who, KEPT_RECUSAL, 0, x->who->account, d) : s;
}

enum status recusal_declare(struct civil *c, const struct actor *who, struct span id_number, const char *relation, struct diag *d) {
    struct declaring x = {c, who, id_number, relation};
    if (strcmp(who->kind, "staff") != 0)
        return diag_fail(d, E_FORBIDDEN, "case.staff_only");
    if (!relation_known(relation))
        return diag_fail(d, E_INPUT, "case.recusal_relation");
    return store_write(c->store, declare_closure, &x, d);
}

struct withdrawing { struct civil *c; const struct actor *who; const char *login; int64_t district, person; const char *reason; };

static enum status withdraw_closure(struct txn *t, void *arg, struct diag *d) {
    struct withdrawing *x = arg;
    int64_t account = 0, changed = 0;
    bool leads = false;
    enum status s = sql_int(t, &account, 0, d, "SELECT id FROM account WHERE login = ? AND kind = 'staff'", SQL_S(x->login));
    if (s == OK && !account)
        return diag_fail(d, E_NOT_FOUND, "account.unknown");
    if (s == OK)
        s = absence_leads(t, x->who, account, &leads, d);
    if (s == OK && (!leads || account == x->who->account))
        return diag_fail(d, E_FORBIDDEN, "absence.who");
    if (s == OK)
        s = sql_exec_count(t, &changed, d, "UPDATE recusal SET withdrawn_at = ?, withdrawn_by = ?, withdrawn_reason = ? WHERE account = ? AND person_district = ? AND person = ? AND withdrawn_at IS NULL",
            SQL_I(txn_now(t)), SQL_I(x->who->account), SQL_S(x->reason), SQL_I(account), SQL_I(x->district), SQL_I(x->person));
    if (s == OK && !changed)
        return diag_fail(d, E_NOT_FOUND, "case.recusal_none");
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_RECUSAL, 0, account, d);
    return s == OK ? account_note_in(x->c, t, account, "recusal_withdrawn", d) : s;
}

enum status recusal_withdraw(struct civil *c, const struct actor *who, const char *login, int64_t district, int64_t person, const char *reason, struct diag *d) {
    struct withdrawing x = {c, who, login, district, person, reason};
    size_t size = strlen(reason);
    if (size == 0 || size > 2000 || strspn(reason, " \t\n") == size)
        return diag_fail(d, E_INPUT, "case.recusal_reason");
    return store_write(c->store, withdraw_closure, &x, d);
}

enum status task_recused(struct txn *t, const struct actor *who, int64_t case_id, bool *ret, struct diag *d) {
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d,
        "SELECT COUNT(*) FROM recusal r JOIN case_party p ON p.person_district = r.person_district AND p.person = r.person WHERE r.account = ? AND r.withdrawn_at IS NULL AND p.case_id = ?",
        SQL_I(who->account), SQL_I(case_id));
    *ret = n > 0;
    return s;
}
