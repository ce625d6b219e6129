/* Emergencies at night: a task that asks for it goes to whoever is on duty, and what he had
 * not done in the morning is everybody's again. */
#include "civil/case/case_internal.h"

#include "civil/account/account.h"
#include "civil/account/post.h"
#include "civil/account/shift.h"

enum status task_to_duty(struct drive *x, const struct bpmn_node *n, const struct task_row *row, struct diag *d) {
    const char *login = "";
    struct actor to;
    const struct actor system = actor_system();
    enum status s = shift_now(x->t, row->role, row->division, &login, d);
    if (s == OK && *login)
        s = account_actor_in(x->t, login, &to, d);
    if (s != OK || !*login || !actor_inside(&to, x->k->compartment) || task_four_eyes(x->k->process->model, x->state, n, &to))
        return s;
    s = task_may(x->t, &to, row, d);
    if (s == E_FORBIDDEN) { /* a relative's: not his */
        diag_clear(d);
        return OK;
    }
    if (s == OK)
        s = sql_exec(x->t, d, "UPDATE case_task SET claimed_by = ?, claimed_at = ? WHERE district = ? AND id = ?", SQL_I(to.account), SQL_I(txn_now(x->t)), SQL_I(row->district),
            SQL_I(row->id));
    const struct json *args = EVENT_ARGS(txn_arena(x->t), "task", n->name, "task_en", json_str(desk_element(x->k->matter, n->id), "en", n->name), "to", to.name);
    if (s == OK)
        s = args ? case_event_of(x->c, x->t, &system, "system", x->k, "task_on_duty", n->id, args, NULL, NULL, d) : arena_full(d);
    return s;
}

enum status task_claim_over(struct txn *t, int64_t district, int64_t task, bool *ret, struct diag *d) {
    int64_t over = 0;
    const char *powers = account_powers_sql(t), *sql = powers ? arena_printf(txn_arena(t),
        "SELECT COUNT(*) FROM case_task k JOIN post_shift h ON h.account = k.claimed_by AND h.from_at <= k.claimed_at AND h.until_at > k.claimed_at "
        "WHERE k.district = ? AND k.id = ? AND (h.ended_at IS NOT NULL OR h.until_at <= ?) AND NOT EXISTS (SELECT 1 FROM %s g WHERE g.account = k.claimed_by "
        "AND g.role = k.role AND SUBSTR(k.division, 1, LENGTH(g.division)) = g.division)", powers) : NULL;
    enum status s = sql ? sql_int(t, &over, 0, d, sql, SQL_I(district), SQL_I(task), SQL_I(txn_now(t))) : arena_full(d);
    *ret = over > 0;
    return s;
}
