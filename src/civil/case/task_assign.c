/* Many tasks at once: to a colleague, to oneself, or back to where everybody sees
 * them, with a preview that says of each what would happen.  Role, scope, four eyes and recusal hold for who gets it as
 * if he had taken it himself. */
#include "civil/case/case_internal.h"

#include "civil/account/account.h"

struct assigning {
    struct civil *c;
    const struct actor *who;
    const struct json *tasks;
    enum tasks_act act;
    const char *to;
    bool preview;
    struct buf out;
    struct actor target;
};

void task_item_json(struct json_writer *w, int64_t task, const char *number, const struct diag *why, enum lang l) {
    json_object(w);
    json_kid(w, "task", task);
    json_key(w, "number");
    json_string(w, number);
    json_kbool(w, "done", !why);
    json_key(w, "because");
    if (why) {
        BUF_AUTO b;
        buf_init(&b, 4096);
        message_render(&b, l, why);
        json_span(w, buf_span(&b));
    } else
        json_nothing(w);
}

enum status task_may_take(struct civil *c, struct txn *t, const struct actor *to, const struct task_row *row, struct case_row *k, struct diag *d) {
    const struct bpmn_state *state = NULL;
    struct task_row free_row = *row;
    free_row.claimed_by = 0;
    if (!actor_inside(to, k->compartment)) /* kept secret from him */
        return diag_fail(d, E_FORBIDDEN, "case.scope");
    enum status s = task_may(t, to, &free_row, d);
    if (s == OK)
        s = case_state_read(c, t, k, &state, NULL, d);
    if (s != OK)
        return s;
    uint32_t n = bpmn_node_find(k->process->model, span_of(row->element));
    const struct bpmn_node *did = n == BPMN_NONE ? NULL : task_four_eyes(k->process->model, state, &k->process->model->node[n], to);
    return did ? diag_fail(d, E_FORBIDDEN, "case.assign_four_eyes", DIAG_S("name", to->name), DIAG_S("task", did->name)) : OK;
}

enum status task_give(struct civil *c, struct txn *t, const struct actor *who, const struct actor *to, const struct task_row *row, struct case_row *k, struct diag *d) {
    enum status s = sql_exec(t, d, "UPDATE case_task SET claimed_by = ?, claimed_at = ? WHERE district = ? AND id = ?", SQL_I(to->account), SQL_I(txn_now(t)),
        SQL_I(row->district), SQL_I(row->id));
    if (s == OK)
        s = case_tasks_keep(c, t, who, row->district, row->case_id, d);
    uint32_t n = bpmn_node_find(k->process->model, span_of(row->element));
    const char *name = n == BPMN_NONE ? row->element : k->process->model->node[n].name;
    const char *role = actor_may(who, row->role, row->division) ? row->role : case_role(who, row->division);
    const struct json *args = EVENT_ARGS(txn_arena(t), "task", name, "task_en", json_str(desk_element(k->matter, row->element), "en", name), "to", to->login);
    if (s == OK)
        s = args ? case_event_of(c, t, who, role, k, "task_assigned", row->element, args, NULL, NULL, d) : arena_full(d);
    return s;
}

/* What cannot be handed over is said and left; what fails otherwise stops all. */
static enum status one(struct txn *t, struct assigning *x, struct json_writer *w, int64_t task, struct diag *d) {
    struct task_row row;
    struct case_row k = {0};
    enum status s = task_read(t, x->who, task, &row, d);
    if (s == OK)
        s = case_row_read(x->c, t, row.case_id, &k, d);
    if (s == OK)
        s = task_may(t, x->who, &row, d);
    if (s == OK && x->act != TASKS_RELEASE)
        s = task_may_take(x->c, t, &x->target, &row, &k, d);
    if (s == OK && !x->preview)
        s = x->act == TASKS_ASSIGN ? task_give(x->c, t, x->who, &x->target, &row, &k, d) : task_claim_in(x->c, t, x->who, &row, x->act == TASKS_CLAIM, d);
    if (s != OK && s != E_NOT_FOUND && s != E_FORBIDDEN && s != E_CONFLICT)
        return s;
    /* Of a case that is out of reach not even the number is told. */
    bool scope = s == OK || (k.division && case_reader_may(x->who, k.division));
    task_item_json(w, task, scope ? k.number : NULL, s == OK ? NULL : d, x->who->lang);
    json_object_end(w);
    diag_clear(d);
    return OK;
}

static enum status assign_closure(struct txn *t, void *arg, struct diag *d) {
    struct assigning *x = arg;
    struct json_writer w;
    buf_clear(&x->out); /* it may run again */
    json_begin(&w, &x->out, false);
    enum status s = OK;
    x->target = *x->who;
    if (x->act == TASKS_ASSIGN)
        s = account_actor_in(t, x->to, &x->target, d);
    json_object(&w);
    json_key(&w, "items");
    json_array(&w);
    for (size_t i = 0; s == OK && i < x->tasks->size; i++)
        s = one(t, x, &w, strtoll(x->tasks->item[i]->text.at, NULL, 10), d);
    json_array_end(&w);
    json_object_end(&w);
    return s;
}

static bool is_id(const struct json *j) {
    return j->type == JSON_STRING && j->text.size > 0 && j->text.size <= 19 && strspn(j->text.at, "0123456789") == j->text.size;
}

enum status case_tasks_act(struct civil *c, struct arena *a, const struct actor *who, const struct json *tasks, enum tasks_act act,
    const char *to, bool preview, const struct json **ret, struct diag *d) {
    struct assigning x = {.c = c, .who = who, .tasks = tasks, .act = act, .to = to, .preview = preview};
    if (!tasks || tasks->type != JSON_ARRAY || tasks->size == 0 || tasks->size > CASE_ASSIGN_MAX)
        return diag_fail(d, E_INPUT, "case.assign_list", DIAG_N("limit", CASE_ASSIGN_MAX));
    for (size_t i = 0; i < tasks->size; i++) {
        if (!is_id(tasks->item[i]))
            return diag_fail(d, E_INPUT, "case.assign_list", DIAG_N("limit", CASE_ASSIGN_MAX));
        for (size_t k = 0; k < i; k++)
            if (span_eq(tasks->item[i]->text, tasks->item[k]->text))
                return diag_fail(d, E_INPUT, "case.assign_list", DIAG_N("limit", CASE_ASSIGN_MAX));
    }
    buf_init(&x.out, 0);
    enum status s = preview ? store_read(c->store, assign_closure, &x, d) : store_write(c->store, assign_closure, &x, d);
    if (s == OK)
        s = json_parse(a, buf_span(&x.out), ret, d);
    buf_release(&x.out);
    return s;
}
