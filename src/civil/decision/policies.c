#include "civil/decision/policies.h"

#include "base/buf.h"
#include "base/csv.h"
#include "base/vec.h"
#include "civil/decision/imports.h"

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

static enum status parameters_of(struct policies *p, struct policy *x, struct diag *d) {
    const struct span *input;
    size_t count;
    VEC(struct span) names = {0};
    enum status s = dmn_inputs_of(p->arena, x->model, DECISION_ANSWER, &input, &count, d);
    for (size_t i = 0; s == OK && i < count; i++) {
        if (is_fact(&p->words, input[i]))
            continue;
        struct span *name = vec_push_in(p->arena, &names);
        if (!name)
            return arena_full(d);
        *name = input[i];
    }
    x->parameter = names.at;
    x->parameter_count = names.size;
    return s;
}

typedef VEC(struct policy) policy_list;

/* The file, once for each day from which it or what it imports is another text. */
static enum status policy_read(struct policies *p, const struct import_sources *sources, const struct matter *m, size_t f, policy_list *list, struct diag *d) {
    const struct pack_file *file = &m->decision[f];
    date_t end = f + 1 < m->decision_count ? m->decision[f + 1].valid_from : DATE_NONE;
    for (date_t day = file->valid_from; day != DATE_NONE && (end == DATE_NONE || day < end);) {
        struct policy x = {.matter = m, .file = file, .valid_from = day};
        date_t next;
        enum status s = import_load(p->arena, sources, file, day, &x.model, &next, d);
        if (s == OK)
            s = refuse_faulty(x.model, file, d);
        if (s == OK)
            s = parameters_of(p, &x, d);
        if (s != OK)
            return s;
        struct policy *slot = vec_push_in(p->arena, list);
        if (!slot)
            return arena_full(d);
        *slot = x;
        day = next;
    }
    return OK;
}

static enum status all_policies(struct policies *p, struct diag *d) {
    policy_list list = {0};
    struct import_sources sources;
    enum status s = import_sources_read(p->arena, p->packs, &sources, d);
    for (size_t i = 0; s == OK && i < packs_count(p->packs); i++) {
        const struct pack *k = packs_at(p->packs, i);
        for (size_t j = 0; j < k->matter_count; j++)
            for (size_t f = 0; f < k->matter[j].decision_count; f++)
                if ((s = policy_read(p, &sources, &k->matter[j], f, &list, d)) != OK)
                    return s;
    }
    p->policy = list.at;
    p->count = list.size;
    return s;
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
        if (*ret_first == DATE_NONE || x->valid_from < *ret_first)
            *ret_first = x->valid_from;
        if (x->valid_from <= day && (!best || x->valid_from > best->valid_from))
            best = x;
    }
    return best;
}
