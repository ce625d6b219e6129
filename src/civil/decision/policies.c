#include "civil/decision/policies.h"

#include "base/buf.h"
#include "base/csv.h"
#include "base/vec.h"

enum { POLICIES_BYTES_MAX = 512 << 20 }; /* a policy of 2,000 lines takes about 2 MB */

static bool is_fact(const struct vocabulary *v, struct span name) {
    return vocabulary_find(v, SPAN("输入"), name) != NULL;
}

/* A policy that only partly compiles would answer null where an official wrote a rule. */
static enum status refuse_faulty(const struct dmn_model *m, const struct pack_file *file, struct diag *d) {
    if (dmn_problem_count(m)) {
        const struct diag *first = dmn_problem(m, 0);
        diag_fail(d, E_INPUT, "decision.policy_faulty", DIAG_S("file", file->name), DIAG_S("element", first->where), DIAG_S("code", first->code));
        return diag_at(d, "%s", file->name);
    }
    for (size_t i = 0; i < dmn_element_count(m); i++)
        if (dmn_element(m, i).kind == DMN_DECISION && span_eq(dmn_element(m, i).name, DECISION_ANSWER))
            return OK;
    diag_fail(d, E_INPUT, "decision.policy_result", DIAG_S("file", file->name));
    return diag_at(d, "%s", file->name);
}

static enum status policy_read(struct policies *p, const struct matter *m, const struct pack_file *file, struct policy *x, struct diag *d) {
    *x = (struct policy){.matter = m, .file = file};
    enum status s = dmn_load(p->arena, file->text, NULL, &x->model, d);
    if (s != OK)
        return s;
    if ((s = refuse_faulty(x->model, file, d)) != OK)
        return s;
    VEC(struct span) names = {0};
    for (size_t i = 0; i < dmn_element_count(x->model); i++) {
        struct dmn_element_info e = dmn_element(x->model, i);
        if (e.kind != DMN_INPUT || is_fact(&p->words, e.name))
            continue;
        struct span *name = vec_push_in(p->arena, &names);
        if (!name)
            return arena_full(d);
        *name = e.name;
    }
    x->parameter = names.at;
    x->parameter_count = names.size;
    return OK;
}

static enum status all_policies(struct policies *p, struct diag *d) {
    VEC(struct policy) list = {0};
    for (size_t i = 0; i < packs_count(p->packs); i++) {
        const struct pack *k = packs_at(p->packs, i);
        for (size_t j = 0; j < k->matter_count; j++)
            for (size_t f = 0; f < k->matter[j].decision_count; f++) {
                struct policy *x = vec_push_in(p->arena, &list);
                if (!x)
                    return arena_full(d);
                enum status s = policy_read(p, &k->matter[j], &k->matter[j].decision[f], x, d);
                if (s != OK)
                    return s;
            }
    }
    p->policy = list.at;
    p->count = list.size;
    return OK;
}

/* The engine's table has one meaning; packs carry two languages. */
static enum status engine_vocabulary(struct policies *p, struct diag *d) {
    BUF_AUTO text;
    buf_init(&text, 0);
    struct csv c;
    enum status s = csv_open(&c, p->arena, packs_vocabulary(p->packs), NULL, d);
    buf_adds(&text, "entity,name,type,codes_or_unit,meaning\n");
    for (bool more = s == OK; more && s == OK;)
        if ((s = csv_next(&c, &more, d)) == OK && more)
            for (size_t i = 0; i < 5; i++) {
                csv_write(&text, c.field[i]);
                buf_addc(&text, i < 4 ? ',' : '\n');
            }
    char *kept = s == OK && buf_ok(&text) ? arena_dup(p->arena, buf_span(&text)) : NULL;
    if (s != OK)
        return s;
    return kept ? dmn_vocabulary_load(p->arena, span_of(kept), SPAN("输入"), &p->vocabulary, d) : arena_full(d);
}

enum status policies_load(const struct packs *packs, struct policies **ret, struct diag *d) {
    AUTO(policies) struct policies *p = calloc(1, sizeof *p);
    if (!p || !(p->arena = arena_new(POLICIES_BYTES_MAX)))
        return arena_full(d);
    p->packs = packs;
    enum status s = vocabulary_load(p->arena, packs_vocabulary(packs), &p->words, d);
    if (s == OK)
        s = engine_vocabulary(p, d);
    if (s == OK)
        s = all_policies(p, d);
    if (s == OK)
        *ret = TAKE(p);
    return s;
}

struct policies *policies_free(struct policies *p) {
    if (p)
        arena_free(p->arena);
    free(p);
    return NULL;
}

const struct vocabulary *policies_vocabulary(const struct policies *p) { return &p->words; }

const struct policy *policies_find(const struct policies *p, const char *scheme, date_t day, date_t *ret_first) {
    const struct policy *best = NULL;
    *ret_first = DATE_NONE;
    for (size_t i = 0; i < p->count; i++) {
        const struct policy *x = &p->policy[i];
        if (strcmp(x->matter->scheme, scheme) != 0)
            continue;
        if (*ret_first == DATE_NONE || x->file->valid_from < *ret_first)
            *ret_first = x->file->valid_from;
        if (x->file->valid_from <= day && (!best || x->file->valid_from > best->file->valid_from))
            best = x;
    }
    return best;
}
