/* Running a model: what is needed is marked backwards through the order, then
 * evaluated forwards, each element once. */
#include "dmn/internal.h"

static enum status stopped(const struct feel_env *env, struct diag *d) {
    if (env->steps_left)
        return arena_full(d);
    (void)diag_fail(d, E_LIMIT, "feel.budget", DIAG_SPAN("where", env->where));
    return diag_at(d, "%.*s", SPAN_ARG(env->where));
}

static bool run_open(struct dmn_run *run) {
    run->value = feel_items(run->env, run->model->slot_count);
    run->state = arena_alloc(run->env->arena, run->model->slot_count + 1);
    return run->value && run->state;
}

static void mark(struct dmn_run *run) {
    const struct dmn_model *m = run->model;
    /* an element's requirements come before it in the order, knowledge aside */
    for (int again = 1; again;) {
        again = 0;
        for (size_t i = m->slot_count; i-- > 0;) {
            uint32_t at = m->order[i];
            const struct dmn_slot *s = &m->slot[at];
            if (run->state[at] != 1)
                continue;
            for (size_t k = 0; k < s->element->need_count; k++) {
                uint32_t need = s->base + s->element->need[k];
                if (run->state[need] == 0) {
                    run->state[need] = 1;
                    again |= s->element->kind != DMN_DECISION;
                }
            }
        }
    }
}

/* ---- inputs -------------------------------------------------------------------------------- */

/* Inside the contexts named as the imports are: {model B: {model A: {person: …}}}. */
static const struct feel_value *given_inside(const struct dmn_model *m, const struct feel_value *values, uint32_t slot) {
    if (slot >= m->own)
        return feel_get_key(values, &m->element[slot - m->own].key);
    for (size_t i = 0; i < m->import_count; i++) {
        const struct dmn_import *im = &m->import[i];
        const struct feel_value *inside = slot >= im->base && slot < im->base + im->model->slot_count
            ? feel_get(values, im->name) : NULL;
        if (inside)
            return given_inside(im->model, inside, slot - im->base);
    }
    return NULL;
}

static const struct feel_value *given_qualified(const struct feel_value *values, const struct dmn_slot *s) {
    for (size_t i = 0; i < values->shape->count; i++)
        if (dmn_is_qualified(values->shape->key[i].text, s))
            return &values->value[i];
    return NULL;
}

/* One input that is imported on several ways is one input: what is given on one of them counts. */
static const struct feel_value *given_elsewhere(const struct dmn_run *run, uint32_t slot) {
    const struct dmn_model *m = run->model;
    const struct feel_value *v = NULL;
    for (uint32_t i = 0; !v && i < m->own; i++)
        if (i != slot && m->slot[i].element == m->slot[slot].element)
            v = given_inside(m, &run->inputs, i);
    return v;
}

static const struct feel_value *given(const struct dmn_run *run, uint32_t slot) {
    const struct dmn_slot *s = &run->model->slot[slot];
    const struct feel_value *v = NULL;
    if (run->inputs.kind != FEEL_CONTEXT)
        return NULL;
    if (s->model == run->model)
        return feel_get_key(&run->inputs, &s->element->key);
    v = given_qualified(&run->inputs, s);
    if (!v)
        v = given_inside(run->model, &run->inputs, slot);
    if (!v && s->element->kind == DMN_INPUT)
        v = feel_get_key(&run->inputs, &s->element->key);
    if (!v && s->element->kind == DMN_INPUT)
        v = given_elsewhere(run, slot);
    return v;
}

static struct feel_value input_value(struct dmn_run *run, const struct dmn_element *e, const struct feel_value *v) {
    struct feel_value x = v ? *v : feel_null();
    bool ok = run->text_inputs ? feel_coerce_text(run->env, e->type, &x) : feel_coerce(run->env, e->type, &x);
    return ok ? x : dmn_unfit(run->env, e->type, v, run->text_inputs, e->name);
}

/* ---- decision services as functions ------------------------------------------------------------ */

static struct feel_value service_result(struct dmn_run *run, const struct dmn_element *e, uint32_t base) {
    if (e->output_count == 1)
        return run->value[base + e->output[0]];
    struct span *key = ARENA_ARRAY(run->env->arena, e->output_count + 1, struct span);
    struct feel_value *value = feel_items(run->env, e->output_count);
    if (!key || !value)
        return feel_stop(run->env);
    for (size_t i = 0; i < e->output_count; i++) {
        key[i] = run->model->slot[base + e->output[i]].element->name;
        value[i] = run->value[base + e->output[i]];
    }
    return feel_made_context(run->env, key, value, e->output_count);
}

static struct feel_value service_checked(struct dmn_run *run, const struct dmn_element *e, uint32_t base) {
    struct feel_value v = service_result(run, e, base);
    return feel_coerce(run->env, e->type && e->type->kind == FEEL_TYPE_FUNCTION ? NULL : e->type, &v)
        ? v : feel_error(run->env, "feel.type_mismatch", e->name);
}

static void evaluate_needed(struct dmn_run *run);

struct service { const struct dmn_model *model; const struct dmn_element *element; uint32_t base; };

/* Its slots are those of the model that called it: it counts as having read whatever it needed. */
static void service_reads(const struct dmn_run *run, struct feel_reads *reads) {
    for (size_t i = 0; reads && i < run->model->slot_count && i < reads->count; i++)
        reads->at[i] |= run->state[i] == 2;
}

static struct feel_value call_service(struct feel_env *env, const struct feel_function *f,
    const struct feel_value *arg, size_t n) {
    const struct service *sv = f->host_data;
    const struct dmn_element *e = sv->element;
    struct dmn_run run = {.model = sv->model, .env = env}, *outer = env->user;
    if (!run_open(&run))
        return feel_stop(env);
    for (size_t i = 0; i < n; i++) {
        struct feel_value v = arg[i];
        if (e->param_type[i] && !feel_coerce(env, e->param_type[i], &v))
            return feel_error(env, "feel.argument_type", e->param[i].text);
        run.value[sv->base + e->input[i]] = v;
        run.state[sv->base + e->input[i]] = 2;
    }
    for (size_t i = 0; i < e->output_count; i++)
        if (run.state[sv->base + e->output[i]] == 0)
            run.state[sv->base + e->output[i]] = 1;
    struct feel_reads *reads = env->reads;
    env->user = &run;
    env->reads = NULL;
    mark(&run);
    evaluate_needed(&run);
    env->user = outer;
    env->reads = reads;
    if (env->status != OK)
        return feel_null();
    service_reads(&run, reads);
    return service_checked(&run, e, sv->base);
}

static struct feel_value service_value(struct dmn_run *run, uint32_t slot) {
    const struct dmn_slot *s = &run->model->slot[slot];
    struct feel_function *f = ARENA_NEW(run->env->arena, struct feel_function);
    struct service *sv = ARENA_NEW(run->env->arena, struct service);
    if (!f || !sv)
        return feel_stop(run->env);
    *sv = (struct service){run->model, s->element, s->base};
    *f = (struct feel_function){.kind = FEEL_FUNCTION_HOST, .host = call_service, .host_data = sv, .name = s->element->name,
        .param_count = s->element->input_count, .param = s->element->param, .param_type = s->element->param_type,
        .result = s->element->type && s->element->type->kind == FEEL_TYPE_FUNCTION ? s->element->type->element : s->element->type};
    struct feel_value v = {.kind = FEEL_FUNCTION};
    v.function = f;
    return v;
}

/* ---- evaluation --------------------------------------------------------------------------------- */

static struct feel_value run_element(struct dmn_run *run, const struct dmn_slot *s) {
    struct feel_value v = feel_null();
    struct feel_reads reads = {.base = run->value, .count = run->model->slot_count};
    if (!s->element->program)
        return s->element->faulty ? feel_error(run->env, "dmn.faulty", s->element->name) : v;
    if (run->trace) {
        reads.at = run->read + (size_t)(s - run->model->slot) * reads.count;
        run->env->reads = &reads;
    }
    enum status status = feel_run(s->element->program, run->env, run->value + s->base, NULL, &v, NULL);
    run->env->reads = NULL;
    return status == OK ? v : feel_stop(run->env);
}

static void trace_decision(struct dmn_run *run, const struct dmn_element *e, struct feel_value v, size_t first, uint64_t steps) {
    struct dmn_trace_decision *t = vec_push_in(run->env->arena, &run->decisions);
    if (!t) {
        feel_stop(run->env);
        return;
    }
    *t = (struct dmn_trace_decision){e->id, e->name, v, first, run->tables.size - first, steps};
}

static void evaluate_slot(struct dmn_run *run, uint32_t at) {
    const struct dmn_slot *s = &run->model->slot[at];
    if (run->known && run->known_slot[at]) {
        run->value[at] = run->known[at];
        return;
    }
    const struct feel_value *v = given(run, at);
    size_t tables = run->tables.size;
    uint64_t steps = run->env->steps_left;
    if (s->element->kind == DMN_INPUT || (v && s->element->kind == DMN_DECISION))
        run->value[at] = input_value(run, s->element, v);
    else if (s->element->kind == DMN_SERVICE)
        run->value[at] = service_value(run, at);
    else
        run->value[at] = run_element(run, s);
    if (run->trace && s->element->kind == DMN_DECISION && run->env->status == OK)
        trace_decision(run, s->element, run->value[at], tables, steps - run->env->steps_left);
}

static void evaluate_needed(struct dmn_run *run) {
    const struct dmn_model *m = run->model;
    for (size_t i = 0; i < m->slot_count && run->env->status == OK; i++)
        if (run->state[m->order[i]] == 1) {
            evaluate_slot(run, m->order[i]);
            run->state[m->order[i]] = 2;
        }
}

static bool find_named(const struct dmn_model *m, struct span name, uint32_t *ret) {
    const struct dmn_element *e = map_get(m->by_name, name);
    if (e) {
        *ret = m->own + (uint32_t)(e - m->element);
        return true;
    }
    for (size_t i = 0; i < m->own; i++)
        if (dmn_is_qualified(name, &m->slot[i])) {
            *ret = (uint32_t)i;
            return true;
        }
    return false;
}

/* Its name is another decision's, before it in the model: there is one value by a name. */
static bool named_before(const struct dmn_model *m, const struct dmn_element *e) {
    const struct dmn_element *first = map_get(m->by_name, e->name);
    return first && first != e && first->kind == DMN_DECISION && span_eq(first->name, e->name);
}

static enum status request_slots(struct dmn_run *run, const struct dmn_request *r, uint32_t *slot,
    size_t *ret_count, struct diag *d) {
    const struct dmn_model *m = r->model;
    size_t n = 0;
    for (size_t i = 0; i < r->decision_count; i++, n++)
        if (!find_named(m, r->decision[i], &slot[n]))
            return diag_fail(d, E_NOT_FOUND, "dmn.no_such_decision", DIAG_SPAN("name", r->decision[i]));
    for (size_t i = 0; r->decision_count == 0 && i < m->element_count; i++) {
        const struct dmn_element *e = &m->element[i];
        if (e->kind == DMN_DECISION && named_before(m, e))
            (void)feel_error(run->env, "dmn.decision_twice", e->name);
        else if (e->kind == DMN_DECISION)
            slot[n++] = m->own + (uint32_t)i;
    }
    for (size_t i = 0; i < n; i++)
        run->state[slot[i]] = 1;
    *ret_count = n;
    return OK;
}

static struct feel_value collect(struct dmn_run *run, const uint32_t *slot, size_t n) {
    struct span *key = ARENA_ARRAY(run->env->arena, n + 1, struct span);
    struct feel_value *value = feel_items(run->env, n);
    if (!key || !value)
        return feel_stop(run->env);
    for (size_t i = 0; i < n; i++) {
        key[i] = run->model->slot[slot[i]].element->name;
        value[i] = run->value[slot[i]];
    }
    return feel_made_context(run->env, key, value, n);
}

/* One decision that has a plan: nothing is marked, nothing looked for. */
static enum status evaluate_planned(struct dmn_run *run, const struct dmn_element *e, uint32_t slot, struct feel_value *ret, struct diag *d) {
    run->value = ARENA_ARRAY(run->env->arena, run->model->slot_count, struct feel_value);
    if (!run->value)
        return arena_full(d);
    for (size_t i = 0; i < e->plan_count && run->env->status == OK; i++)
        evaluate_slot(run, e->plan[i]);
    *ret = run->value[slot];
    run->asked = &e->plan[e->plan_count - 1];
    run->asked_count = 1;
    return OK;
}

/* A service asked for by its name: its inputs are those given, its decisions are evaluated in this run. */
static enum status evaluate_service(struct dmn_run *run, uint32_t slot, struct feel_value *ret, struct diag *d) {
    const struct dmn_slot *s = &run->model->slot[slot];
    const struct dmn_element *e = s->element;
    if (!run_open(run))
        return arena_full(d);
    for (size_t i = 0; i < e->input_count; i++) {
        uint32_t at = s->base + e->input[i];
        run->value[at] = input_value(run, run->model->slot[at].element, given(run, at));
        run->state[at] = 2;
    }
    for (size_t i = 0; i < e->output_count; i++)
        if (run->state[s->base + e->output[i]] == 0)
            run->state[s->base + e->output[i]] = 1;
    mark(run);
    evaluate_needed(run);
    if (run->env->status == OK)
        *ret = service_checked(run, e, s->base);
    uint32_t *asked = ARENA_ARRAY(run->env->arena, e->output_count + 1, uint32_t);
    if (!asked)
        return arena_full(d);
    for (size_t i = 0; i < e->output_count; i++)
        asked[i] = s->base + e->output[i];
    run->asked = asked;
    run->asked_count = e->output_count;
    return OK;
}

static enum status evaluate_marked(struct dmn_run *run, const struct dmn_request *r, struct feel_value *ret, struct diag *d) {
    size_t n = r->decision_count > r->model->element_count ? r->decision_count : r->model->element_count;
    uint32_t *slot = ARENA_ARRAY(run->env->arena, n + 1, uint32_t);
    if (!slot || !run_open(run))
        return arena_full(d);
    enum status s = request_slots(run, r, slot, &n, d);
    if (s != OK)
        return s;
    mark(run);
    evaluate_needed(run);
    if (run->env->status == OK)
        *ret = r->decision_count == 1 ? run->value[slot[0]] : collect(run, slot, n);
    run->asked = slot;
    run->asked_count = n;
    return OK;
}

enum status dmn_evaluate(struct feel_env *env, const struct dmn_request *r, struct dmn_result *ret,
    struct diag *d) {
    struct dmn_run run = {.model = r->model, .env = env, .inputs = r->inputs, .text_inputs = r->text_inputs, .trace = r->trace,
        .known = r->known, .known_slot = r->known_slot};
    struct dmn_result result = {.value = feel_null()};
    uint32_t slot;
    bool one = r->decision_count == 1 && find_named(r->model, r->decision[0], &slot);
    /* an imported element's plan is for its own model's slots */
    const struct dmn_element *e = one && slot >= r->model->own ? r->model->slot[slot].element : NULL;
    void *outer = env->user;
    enum status s;
    if (!dmn_reads_open(&run))
        return arena_full(d);
    env->user = &run;
    if (one && r->model->slot[slot].element->kind == DMN_SERVICE)
        s = evaluate_service(&run, slot, &result.value, d);
    else
        s = e && e->plan ? evaluate_planned(&run, e, slot, &result.value, d) : evaluate_marked(&run, r, &result.value, d);
    env->user = outer;
    if (s != OK)
        return s;
    if (env->status != OK)
        return stopped(env, d);
    result.slot = run.value;
    if (r->trace) {
        struct dmn_trace *t = ARENA_NEW(env->arena, struct dmn_trace);
        if (!t)
            return arena_full(d);
        *t = (struct dmn_trace){run.decisions.at, run.decisions.size, run.tables.at, run.tables.size, run.value, r->model->slot_count,
            env->notes, dmn_reads(&run, run.asked, run.asked_count)};
        if (!t->read)
            return arena_full(d);
        result.trace = t;
    }
    *ret = result;
    return OK;
}

/* By the parameter's name, or by where a service's input comes from. */
static const struct feel_value *argument(const struct feel_value *args, const struct service *sv, size_t i, const struct feel_key *param) {
    const struct feel_value *x = feel_get_key(args, param);
    if (x || !sv || args->kind != FEEL_CONTEXT)
        return x;
    uint32_t slot = sv->base + sv->element->input[i];
    x = given_qualified(args, &sv->model->slot[slot]);
    return x ? x : given_inside(sv->model, args, slot);
}

enum status dmn_invoke(struct feel_env *env, const struct dmn_model *m, struct span name,
    const struct feel_value *args, struct feel_value *ret, struct diag *d) {
    uint32_t slot;
    struct dmn_run run = {.model = m, .env = env};
    if (!find_named(m, name, &slot))
        return diag_fail(d, E_NOT_FOUND, "dmn.no_such_decision", DIAG_SPAN("name", name));
    if (!run_open(&run))
        return stopped(env, d);
    run.state[slot] = 1;
    env->user = &run;
    mark(&run);
    evaluate_needed(&run);
    struct feel_value f = run.value[slot], v = feel_null();
    if (env->status == OK && f.kind == FEEL_FUNCTION) {
        const struct feel_function *fn = f.function;
        bool user = fn->kind == FEEL_FUNCTION_USER;
        size_t n = user ? fn->proto->param_count : fn->param_count;
        const struct feel_key *param = user ? fn->proto->param : fn->param;
        struct feel_value *arg = feel_items(env, n);
        for (size_t i = 0; arg && i < n; i++) {
            const struct feel_value *x = argument(args, user ? NULL : fn->host_data, i, &param[i]);
            arg[i] = x ? *x : feel_null(); /* what is not supplied is null (10.3.2.13.5) */
        }
        if (arg)
            v = feel_apply(env, &f, arg, n);
    } else if (env->status == OK) {
        v = feel_error(env, "feel.not_a_function", name);
    }
    env->user = NULL;
    if (env->status != OK)
        return stopped(env, d);
    *ret = v;
    return OK;
}
