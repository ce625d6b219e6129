#include "civil/case/models.h"

#include "base/vec.h"
#include "civil/evaluate/evaluate.h"

struct case_form { const struct matter *matter; const char *task; const struct form *form; }; /* task: NULL, the application */

struct case_models {
    struct arena *arena;
    VEC(struct process) process;
    VEC(struct case_form) form;
};

/* ---- can every step be carried out? ------------------------------------------------- */

static enum status cannot(const struct bpmn_node *n, struct diag *d) {
    diag_fail(d, E_INPUT, "case.process_element", DIAG_S("element", n->id));
    if (d) {
        d->line = n->line;
        diag_at(d, "%s", n->id);
    }
    return E_INPUT;
}

static bool message_known_here(const struct matter *m, const char *name) {
    const struct json *list = json_get(json_get(m->json, "desk"), "messages");
    for (size_t i = 0; list && i < list->size; i++)
        if (list->item[i]->type == JSON_STRING && span_is(list->item[i]->text, name))
            return true;
    return false;
}

static bool waits_for_message(const struct bpmn_node *n) {
    return n->kind == BPMN_RECEIVE_TASK || (n->trigger == BPMN_MESSAGE && (n->kind == BPMN_START || n->kind == BPMN_CATCH || n->kind == BPMN_BOUNDARY));
}

/* What the law asks at a step, as conditions: an expression that cannot be
 * read would refuse everybody. */
static enum status check_law(const struct matter *m, const struct bpmn_node *n, struct diag *d) {
    const struct json *law = json_get(desk_element(m, n->id), "law");
    enum status s = OK;
    for (size_t i = 0; s == OK && law && i < law->size; i++) {
        struct span holds = span_of(json_str(law->item[i], "holds", ""));
        if (holds.size && evaluate_feel.check)
            s = evaluate_feel.check(evaluate_feel.user, holds, d);
    }
    const struct json *given = json_get(desk_element(m, n->id), "given");
    for (size_t i = 0; s == OK && given && i < given->size; i++)
        if (given->item[i]->type != JSON_STRING || !(span_is(given->item[i]->text, "members") || span_is(given->item[i]->text, "differences") ||
                span_is(given->item[i]->text, "papers")))
            return cannot(n, d);
    if (s != OK)
        diag_at(d, "%s", n->id);
    return s;
}

/* A process that could get stuck in the middle of somebody's case is refused
 * at the start of the program. */
static enum status check_node(const struct matter *m, const struct bpmn_node *n, struct diag *d) {
    bool service = n->kind == BPMN_SERVICE_TASK || n->kind == BPMN_SEND_TASK;
    bool throws = (n->kind == BPMN_THROW || n->kind == BPMN_END) && (n->trigger == BPMN_MESSAGE || n->trigger == BPMN_SIGNAL);
    if (service && !case_handler_known(n->handler))
        return cannot(n, d);
    if (service && case_handler_closes(n->handler) && !*json_str(json_get(json_get(m->json, "desk"), "closings"), n->note, ""))
        return cannot(n, d);
    if ((n->kind == BPMN_RULE_TASK && !*n->decision) || n->kind == BPMN_CALL || n->trigger == BPMN_SIGNAL || throws)
        return cannot(n, d);
    if (waits_for_message(n) && !message_known_here(m, n->reference))
        return cannot(n, d);
    if (bpmn_by_person(n) && (!*n->role || (*n->form && !matter_task(m, n->form))))
        return cannot(n, d);
    return bpmn_by_person(n) ? check_law(m, n, d) : OK;
}

static enum status check_process(const struct process *p, struct diag *d) {
    enum status s = OK;
    for (uint32_t i = 0; s == OK && i < p->model->node_count; i++)
        s = check_node(p->matter, &p->model->node[i], d);
    return s;
}

static enum status load_process(struct case_models *x, const struct matter *m, const struct pack_file *f, struct diag *d) {
    struct process *p = vec_push_in(x->arena, &x->process);
    if (!p)
        return arena_full(d);
    p->matter = m;
    p->file = f;
    enum status s = bpmn_load(x->arena, f->text, NULL, &evaluate_feel, &p->model, d);
    if (s == OK)
        s = check_process(p, d);
    if (s != OK)
        return diag_under(d, "%s/%s", m->id, f->name), s;
    return OK;
}

static enum status load_form(struct case_models *x, const struct matter *m, const char *task, struct span text, struct diag *d) {
    struct case_form *f = vec_push_in(x->arena, &x->form);
    if (!f)
        return arena_full(d);
    *f = (struct case_form){m, task, NULL};
    enum status s = form_load(x->arena, text, &evaluate_feel, &f->form, d);
    if (s != OK)
        diag_under(d, task ? "%s/tasks/%s.json" : "%s/form.json", m->id, task);
    return s;
}

static enum status load_matter(struct case_models *x, const struct matter *m, struct diag *d) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < m->process_count; i++)
        s = load_process(x, m, &m->process[i], d);
    if (s != OK || m->form_text.size == 0)
        return s;
    s = load_form(x, m, NULL, m->form_text, d);
    for (size_t i = 0; s == OK && i < m->task_count; i++)
        s = load_form(x, m, m->task[i].name, m->task[i].text, d);
    return s;
}

enum status case_models_load(const struct packs *packs, struct case_models **ret, struct diag *d) {
    struct arena *a = arena_new(0);
    struct case_models *x = a ? ARENA_NEW(a, struct case_models) : NULL;
    if (!x) {
        arena_free(a);
        return arena_full(d);
    }
    x->arena = a;
    enum status s = OK;
    for (size_t i = 0; s == OK && i < packs_count(packs); i++) {
        const struct pack *p = packs_at(packs, i);
        for (size_t k = 0; s == OK && k < p->matter_count; k++)
            s = load_matter(x, &p->matter[k], d);
    }
    if (s != OK) {
        case_models_free(x);
        return s;
    }
    *ret = x;
    return OK;
}

struct case_models *case_models_free(struct case_models *m) {
    if (m)
        arena_free(m->arena);
    return NULL;
}

const struct process *case_process_named(const struct case_models *m, const struct matter *matter, const char *file) {
    for (size_t i = 0; i < m->process.size; i++)
        if (m->process.at[i].matter == matter && strcmp(m->process.at[i].file->name, file) == 0)
            return &m->process.at[i];
    return NULL;
}

const struct process *case_process_on(const struct case_models *m, const struct matter *matter, date_t day) {
    const struct pack_file *f = pack_file_on(matter->process, matter->process_count, day);
    return f ? case_process_named(m, matter, f->name) : NULL;
}

const struct bpmn_node *case_step_named(const struct case_models *m, const struct process *p, const char *element) {
    uint32_t n = bpmn_node_find(p->model, span_of(element));
    if (n != BPMN_NONE)
        return &p->model->node[n];
    for (size_t i = m->process.size; i-- > 0;)
        if (m->process.at[i].matter == p->matter && (n = bpmn_node_find(m->process.at[i].model, span_of(element))) != BPMN_NONE)
            return &m->process.at[i].model->node[n];
    return NULL;
}

static const struct form *form_of(const struct case_models *m, const struct matter *matter, const char *task) {
    for (size_t i = 0; i < m->form.size; i++) {
        const struct case_form *f = &m->form.at[i];
        if (f->matter == matter && (task ? f->task && strcmp(f->task, task) == 0 : !f->task))
            return f->form;
    }
    return NULL;
}

const struct form *case_form(const struct case_models *m, const struct matter *matter) { return form_of(m, matter, NULL); }

const struct form *case_task_form(const struct case_models *m, const struct matter *matter, const char *name) {
    return *name ? form_of(m, matter, name) : NULL;
}

const struct evaluator *case_feel(const struct case_models *m) { return &evaluate_feel; }

const struct json *desk_element(const struct matter *m, const char *element) {
    return json_get(json_get(json_get(m->json, "desk"), "elements"), element);
}

const struct json *desk_example(struct arena *a, const struct matter *m, const char *element, date_t today) {
    const struct json *example = json_get(desk_element(m, element), "example");
    char text[DATE_TEXT_MAX];
    date_t day;
    date_text(today, text);
    for (size_t i = 0; example && i < example->size; i++)
        if (example->item[i]->type == JSON_STRING && date_parse(example->item[i]->text, &day, NULL) == OK) {
            const struct json *on = json_new_string(a, span_of(text));
            example = on ? json_with(a, example, example->key[i].at, on) : NULL;
        }
    return example;
}

const struct json *desk_outcome(const struct matter *m, const char *outcome) {
    return json_get(json_get(json_get(m->json, "desk"), "outcomes"), outcome);
}

const char *desk_message(const struct matter *m, const char *role) {
    return json_str(json_get(json_get(m->json, "desk"), "messages"), role, "");
}
