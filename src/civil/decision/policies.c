#include "civil/decision/policies.h"

#include "base/buf.h"
#include "base/vec.h"
#include "base/xml.h"
#include "civil/decision/bulk.h"
#include "crypto/hash.h"
#include "dmn/check.h"

#define DRAFT_FILE "draft.dmn"

enum { POLICIES_BYTES_MAX = 512 << 20 }; /* a policy of 2,000 lines takes about 2 MB */

static bool is_fact(const struct vocabulary *v, struct span name) {
    return vocabulary_find(v, SPAN("输入"), name) != NULL;
}

/* A policy that only partly compiles would answer null where an official wrote a rule. */
static enum status refuse_problems(const struct dmn_model *m, const struct pack_file *file, struct diag *d) {
    if (!dmn_problem_count(m))
        return OK;
    const struct diag *first = dmn_problem(m, 0);
    diag_fail(d, E_INPUT, "decision.policy_faulty", DIAG_S("file", file->name), DIAG_S("element", first->where), DIAG_S("code", first->code));
    return diag_at(d, "%s", file->name);
}

static enum status refuse_faulty(const struct dmn_model *m, const struct pack_file *file, struct diag *d) {
    if (refuse_problems(m, file, d) != OK)
        return d->status;
    for (size_t i = 0; i < dmn_element_count(m); i++)
        if (dmn_element(m, i).kind == DMN_DECISION && span_eq(dmn_element(m, i).name, DECISION_ANSWER))
            return OK;
    diag_fail(d, E_INPUT, "decision.policy_result", DIAG_S("file", file->name));
    return diag_at(d, "%s", file->name);
}

static enum status parameters_of(const struct policies *p, struct arena *a, struct policy *x, struct diag *d) {
    const struct span *input;
    size_t count;
    VEC(struct span) names = {0};
    enum status s = dmn_inputs_of(a, x->model, DECISION_ANSWER, &input, &count, d);
    for (size_t i = 0; s == OK && i < count; i++) {
        if (is_fact(&p->words, input[i]))
            continue;
        struct span *name = vec_push_in(a, &names);
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
static enum status policy_read(const struct policies *p, struct arena *a, const struct import_sources *sources, const struct edition *e, size_t f,
    policy_list *list, struct diag *d) {
    const struct pack_file *file = &e->file[f];
    date_t end = f + 1 < e->count ? e->file[f + 1].valid_from : DATE_NONE;
    for (date_t day = file->valid_from; day != DATE_NONE && (end == DATE_NONE || day < end);) {
        struct policy x = {.matter = e->matter, .file = file, .valid_from = day};
        date_t next;
        enum status s = import_load(a, sources, file, day, &x.model, &next, d);
        if (s == OK)
            s = refuse_faulty(x.model, file, d);
        if (s == OK)
            s = parameters_of(p, a, &x, d);
        if (s != OK)
            return s;
        struct policy *slot = vec_push_in(a, list);
        if (!slot)
            return arena_full(d);
        *slot = x;
        day = next;
    }
    return OK;
}

static enum status all_policies(struct policies *p, struct arena *a, const struct matter *only, struct diag *d) {
    policy_list list = {0};
    struct import_sources sources;
    enum status s = import_sources_read(a, p->packs, &p->editions, &sources, d);
    for (size_t i = 0; s == OK && i < p->editions.size; i++)
        for (size_t f = 0; f < p->editions.at[i].count && (!only || p->editions.at[i].matter == only); f++)
            if ((s = policy_read(p, a, &sources, &p->editions.at[i], f, &list, d)) != OK)
                return s;
    p->policy = list.at;
    p->count = list.size;
    return s;
}

enum status policies_of_sources(const struct policies *base, struct arena *a, const struct import_sources *sources, const struct edition *e,
    struct policies **ret, struct diag *d) {
    struct policies *p = ARENA_NEW(a, struct policies);
    policy_list list = {0};
    if (!p)
        return arena_full(d);
    *p = *base;
    p->arena = NULL;
    p->published = NULL;
    enum status s = OK;
    for (size_t f = 0; s == OK && f < e->count; f++)
        s = policy_read(p, a, sources, e, f, &list, d);
    p->policy = list.at;
    p->count = list.size;
    *ret = p;
    return s;
}

/* ---- editions --------------------------------------------------------------------- */

static enum status editions_of_packs(struct policies *p, struct diag *d) {
    VEC(struct edition) list = {0};
    for (size_t i = 0; i < packs_count(p->packs); i++) {
        const struct pack *k = packs_at(p->packs, i);
        for (size_t j = 0; j < k->matter_count; j++) {
            struct edition *e = vec_push_in(p->arena, &list);
            if (!e)
                return arena_full(d);
            *e = (struct edition){&k->matter[j], k->matter[j].decision, k->matter[j].decision_count};
        }
    }
    p->editions = (struct editions){.at = list.at, .size = list.size};
    return OK;
}

enum status editions_with(struct arena *a, const struct editions *from, const struct matter *m, const struct pack_file *file,
    struct editions *ret, struct diag *d) {
    struct edition *list = ARENA_ARRAY(a, from->size, struct edition);
    if (!list)
        return arena_full(d);
    memcpy(list, from->at, from->size * sizeof *list);
    *ret = (struct editions){list, from->size, from->shared, from->shared_count};
    for (size_t i = 0; i < from->size; i++)
        if (list[i].matter == m)
            return series_with(a, &list[i].file, &list[i].count, file, d);
    return OK;
}

enum status policies_build(const struct policies *base, struct arena *a, const struct editions *editions, const struct matter *only,
    struct policies **ret, struct diag *d) {
    struct policies *p = ARENA_NEW(a, struct policies);
    if (!p)
        return arena_full(d);
    *p = *base;
    p->arena = NULL;
    p->published = NULL;
    p->editions = *editions;
    *ret = p;
    return all_policies(p, a, only, d);
}

static const struct edition *edition_of(const struct policies *p, const char *scheme) {
    for (size_t i = 0; i < p->editions.size; i++)
        if (strcmp(p->editions.at[i].matter->scheme, scheme) == 0)
            return &p->editions.at[i];
    return NULL;
}

static struct pack_file draft_file(const char *name, struct span text, date_t from) {
    struct hash h = hash_one(HASH_SHA256, text);
    struct pack_file file = {.name = name, .valid_from = from, .text = text};
    hash_hex(&h, file.sha256);
    return file;
}

enum status policies_of_draft(const struct policies *p, struct arena *a, const struct matter *m, struct span text,
    const struct policies **ret, struct diag *d) {
    const struct edition *e = edition_of(p, m->scheme);
    assert(e && e->count);
    struct edition *list = ARENA_ARRAY(a, p->editions.size, struct edition);
    struct pack_file *file = ARENA_NEW(a, struct pack_file);
    struct policies *x;
    if (!list || !file)
        return arena_full(d);
    *file = draft_file(DRAFT_FILE, text, e->file[0].valid_from);
    memcpy(list, p->editions.at, p->editions.size * sizeof *list);
    list[e - p->editions.at] = (struct edition){e->matter, file, 1};
    struct editions editions = {list, p->editions.size, p->editions.shared, p->editions.shared_count};
    enum status s = policies_build(p, a, &editions, m, &x, d);
    *ret = x;
    return s;
}

enum status policies_admit(const struct policies *p, struct arena *a, const struct matter *m, struct span text, date_t from, struct diag *d) {
    struct pack_file file = draft_file(DRAFT_FILE, text, from);
    struct editions editions;
    struct policies *x;
    enum status s = editions_with(a, &p->editions, m, &file, &editions, d);
    return s == OK ? policies_build(p, a, &editions, NULL, &x, d) : s;
}

/* ---- texts in place of others --------------------------------------------------------- */

/* Whose place a text takes: a matter's, or (NULL) a shared model's. */
static enum status place_of(const struct policies *p, struct arena *a, const struct pack_file *file, const struct matter **ret, struct diag *d) {
    struct span uri, other;
    enum status s = namespace_of_file(a, file, &uri, d);
    *ret = NULL;
    for (size_t i = 0; s == OK && i < p->count; i++)
        if (span_eq(dmn_namespace(p->policy[i].model), uri))
            return *ret = p->policy[i].matter, OK;
    for (size_t i = 0; s == OK && i < packs_count(p->packs); i++)
        for (size_t k = 0; s == OK && k < packs_at(p->packs, i)->model_count; k++) {
            const struct pack_model *m = &packs_at(p->packs, i)->model[k];
            if (m->file_count && (s = namespace_of_file(a, &m->file[0], &other, d)) == OK && span_eq(uri, other))
                return OK;
        }
    if (s == OK) {
        s = diag_fail(d, E_NOT_FOUND, "decision.no_policy_of", DIAG_SPAN("namespace", uri));
        diag_at(d, "%s", file->name);
    }
    return s;
}

/* A shared model with a fault would be null wherever a policy asks it. */
static enum status shared_whole(const struct policies *p, struct arena *a, const struct editions *editions, date_t day, struct diag *d) {
    struct import_sources sources;
    enum status s = import_sources_read(a, p->packs, editions, &sources, d);
    for (size_t i = 0; s == OK && i < editions->shared_count; i++) {
        const struct dmn_model *m;
        date_t next;
        s = import_load(a, &sources, &editions->shared[i], day, &m, &next, d);
        if (s == OK)
            s = refuse_problems(m, &editions->shared[i], d);
    }
    return s;
}

enum status policies_reform(const struct policies *p, struct arena *a, const struct policy_text *text, size_t count, date_t from,
    const struct policies **ret, struct diag *d) {
    struct editions editions = p->editions;
    struct pack_file *file = ARENA_ARRAY(a, count + 1, struct pack_file), *shared = ARENA_ARRAY(a, count + 1, struct pack_file);
    struct policies *x;
    if (!file || !shared)
        return arena_full(d);
    editions.shared = shared;
    editions.shared_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct matter *m;
        file[i] = draft_file(text[i].name, text[i].text, from);
        enum status s = place_of(p, a, &file[i], &m, d);
        if (s == OK && m)
            s = editions_with(a, &editions, m, &file[i], &editions, d);
        else if (s == OK)
            shared[editions.shared_count++] = file[i];
        if (s != OK)
            return s;
    }
    enum status s = shared_whole(p, a, &editions, from, d);
    if (s == OK)
        s = policies_build(p, a, &editions, NULL, &x, d);
    if (s == OK)
        *ret = x;
    return s;
}

enum status policies_check(const struct policies *p, struct arena *a, const struct matter *m, struct span text,
    const struct dmn_findings **ret, struct diag *d) {
    struct import_sources sources;
    struct dmn_imports imports;
    const struct edition *e = edition_of(p, m->scheme);
    assert(e && e->count);
    enum status s = import_sources_read(a, p->packs, &p->editions, &sources, d);
    if (s == OK)
        s = import_finder(a, &sources, e->file[e->count - 1].valid_from, &imports, d);
    struct dmn_check_options options = {.policy = true, .imports = &imports, .vocabulary = p->vocabulary};
    return s == OK ? dmn_check(a, text, &options, ret, d) : s;
}

static enum status text_sound(const struct policies *p, struct arena *a, const struct policy_text *text, const struct matter *m, struct diag *d) {
    const struct dmn_findings *f = NULL;
    enum status s = policies_check(p, a, m, text->text, &f, d);
    for (size_t i = 0; s == OK && i < f->count; i++)
        if (f->at[i].severity == DMN_ERROR) {
            s = diag_fail(d, E_INPUT, "decision.text_wrong", DIAG_N("line", f->at[i].line), DIAG_SPAN("element", f->at[i].element_name), DIAG_SPAN("text", f->at[i].text));
            diag_at(d, "%s", text->name);
        }
    return s;
}

enum status policies_sound(const struct policies *p, struct arena *a, const struct policy_text *text, size_t count, struct diag *d) {
    struct span *uri = ARENA_ARRAY(a, count + 1, struct span);
    enum status s = uri ? OK : arena_full(d);
    for (size_t i = 0; s == OK && i < count; i++) {
        const struct matter *m;
        struct pack_file file = draft_file(text[i].name, text[i].text, 0);
        s = namespace_of_file(a, &file, &uri[i], d);
        for (size_t k = 0; s == OK && k < i; k++)
            if (span_eq(uri[k], uri[i]))
                s = diag_fail(d, E_INPUT, "decision.text_twice", DIAG_S("one", text[k].name), DIAG_S("other", text[i].name));
        if (s == OK)
            s = place_of(p, a, &file, &m, d);
        if (s == OK && m)
            s = text_sound(p, a, &text[i], m, d);
    }
    return s;
}

const struct pack_file *policies_file(const struct policies *p, const char *scheme, date_t day) {
    const struct edition *e = edition_of(p, scheme);
    return e ? pack_file_on(e->file, e->count, day) : NULL;
}

/* What names are called: labels.csv; what they are counted in: also the vocabulary and the parameters. */
static enum status labels_of_pack(struct policies *p, const struct pack *k, struct diag *d) {
    enum status s = k->labels.size ? dmn_label_table_add(p->labels, k->labels, d) : OK;
    if (s != OK)
        return diag_at(d, "%s/labels.csv", k->id), s;
    for (size_t i = 0; s == OK && i < k->parameter_count; i++)
        s = dmn_label_table_unit(p->labels, span_of(k->parameter[i].name), span_of(k->parameter[i].unit), d);
    return s;
}

static enum status labels_of_facts(struct policies *p, struct diag *d) {
    enum status s = packs_labels(p->packs).size ? dmn_label_table_add(p->labels, packs_labels(p->packs), d) : OK;
    if (s != OK)
        return diag_at(d, "labels.csv"), s;
    for (size_t i = 0; s == OK && i < p->words.count; i++) {
        const struct fact *f = &p->words.fact[i];
        char *path = arena_printf(p->arena, "%.*s.%.*s", SPAN_ARG(f->entity), SPAN_ARG(f->name));
        if (!path)
            return arena_full(d);
        s = f->unit.size ? dmn_label_table_unit(p->labels, span_of(path), f->unit, d) : OK;
        if (s == OK && f->unit.size)
            s = dmn_label_table_unit(p->labels, f->name, f->unit, d);
    }
    return s;
}

static enum status all_labels(struct policies *p, struct diag *d) {
    enum status s = dmn_label_table_new(p->arena, &p->labels, d);
    if (s == OK)
        s = labels_of_facts(p, d);
    for (size_t i = 0; s == OK && i < packs_count(p->packs); i++)
        s = labels_of_pack(p, packs_at(p->packs, i), d);
    return s;
}

/* A fact is missing when it can change the outcome or the amount, in fen. */
static enum status compared_parts(struct policies *p, struct diag *d) {
    static const char TEXT[] = "{ 结论: 结果.结论, 月: " DECISION_MONTHLY_TEXT ", 一次: " DECISION_ONCE_TEXT " }";
    struct feel_scope *scope = feel_scope_new(p->arena, NULL);
    if (!scope || !feel_scope_global(scope, DECISION_ANSWER, 0, NULL))
        return arena_full(d);
    return feel_compile(p->arena, scope, span_of(TEXT), DECISION_ANSWER, &p->compared, d);
}

enum status policies_load(const struct packs *packs, struct policies **ret, struct diag *d) {
    AUTO(policies) struct policies *p = calloc(1, sizeof *p);
    if (!p || !(p->arena = arena_new(POLICIES_BYTES_MAX)) || !(p->published = published_new()))
        return arena_full(d);
    p->packs = packs;
    enum status s = vocabulary_load(p->arena, packs_vocabulary(packs), &p->words, d);
    if (s == OK)
        s = dmn_vocabulary_load(p->arena, packs_vocabulary(packs), SPAN("输入"), &p->vocabulary, d);
    if (s == OK)
        s = all_labels(p, d);
    if (s == OK)
        s = editions_of_packs(p, d);
    if (s == OK)
        s = between_load(p->arena, packs, &p->between, d);
    if (s == OK)
        s = compared_parts(p, d);
    if (s == OK)
        s = all_policies(p, p->arena, NULL, d);
    if (s == OK)
        *ret = TAKE(p);
    return s;
}

struct policies *policies_free(struct policies *p) {
    if (p) {
        published_free(p->published);
        arena_free(p->arena);
    }
    free(p);
    return NULL;
}

const struct vocabulary *policies_vocabulary(const struct policies *p) { return &p->words; }
struct dmn_labels policies_labels(const struct policies *p) { return dmn_label_table_labels(p->labels); }

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
