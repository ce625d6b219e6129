/* One mutant against the worked cases. */
#include "civil/decision/mutants_internal.h"

enum { MODEL_BYTES_MAX = 256 << 20, CASE_BYTES_MAX = 256 << 20, CASE_BUDGET = 1500 };

/* ---- is it what the case expects? ---------------------------------------------------- */

static bool same_member(const struct json *want, const char *got) {
    const struct json *m = json_get(want, "member");
    return json_is_null(m) ? got == NULL : got && m->type == JSON_STRING && span_is(m->text, got);
}

static bool has_line(const struct decision *r, const struct json *want) {
    for (size_t i = 0; i < r->line_count; i++) {
        const struct decision_line *x = &r->line[i];
        if (same_member(want, x->member) && strcmp(json_str(want, "item", ""), x->item) == 0 &&
            json_int(want, "monthly_fen", 0) == x->monthly_fen && json_int(want, "once_fen", 0) == x->once_fen)
            return true;
    }
    return false;
}

/* A fact's own name: cases may write it with or without its entity. */
static struct span field_of(struct span name) {
    const char *dot = name.size ? memrchr(name.at, '.', name.size) : NULL;
    return dot ? (struct span){dot + 1, (size_t)(span_end(name) - dot - 1)} : name;
}

static bool lists_field(const struct json *list, struct span field) {
    for (size_t i = 0; list && i < list->size; i++)
        if (span_eq(field_of(list->item[i]->text), field))
            return true;
    return false;
}

static bool same_missing(const struct json *want, const struct decision *r) {
    for (size_t i = 0; i < r->missing_count; i++)
        if (!lists_field(want, field_of(span_of(r->missing[i]))))
            return false;
    for (size_t i = 0; want && i < want->size; i++) {
        bool found = false;
        for (size_t k = 0; k < r->missing_count && !found; k++)
            found = span_eq(field_of(want->item[i]->text), field_of(span_of(r->missing[k])));
        if (!found)
            return false;
    }
    return true;
}

static bool has_articles(const struct json *want, const struct decision *r) {
    for (size_t i = 0; want && i < want->size; i++) {
        bool found = false;
        for (size_t k = 0; k < r->reason_count && !found; k++)
            found = span_is(want->item[i]->text, r->reason[k].article);
        if (!found)
            return false;
    }
    return true;
}

static bool as_expected(const struct json *want, const struct decision *r) {
    const struct json *lines = json_get(want, "lines");
    if (strcmp(json_str(want, "outcome", ""), decision_outcome_name(r->outcome)) != 0 || json_int(want, "monthly_fen", 0) != r->monthly_fen ||
        json_int(want, "once_fen", 0) != r->once_fen || (lines ? lines->size : 0) != r->line_count)
        return false;
    for (size_t i = 0; i < r->line_count; i++)
        if (!has_line(r, lines->item[i]))
            return false;
    return same_missing(json_get(want, "missing"), r) && has_articles(json_get(want, "articles"), r);
}

/* ---- trying ------------------------------------------------------------------------------ */

static enum status differs(struct mutants *m, const struct policies *p, const struct mutant_case *c, bool *ret, struct diag *d) {
    struct diag why = {0};
    struct decision r;
    struct decision_request q = {.scheme = c->scheme, .facts = json_get(c->json, "input"), .as_of = DATE_NONE, .budget = CASE_BUDGET};
    arena_reset(m->scratch);
    enum status s = decision_make(p, m->scratch, &q, &r, &why);
    if (s == E_LIMIT) {
        *d = why;
        return s;
    }
    *ret = s != OK || !as_expected(c->expected, &r); /* a rule error is no answer */
    return OK;
}

/* The case that killed is tried first for the next one: neighbours die of the same. */
static void to_front(struct mutant_case *list, size_t i) {
    struct mutant_case x = list[i];
    memmove(list + 1, list, i * sizeof *list);
    list[0] = x;
}

static enum status try_scheme(struct mutants *m, const struct policies *p, size_t e, bool undecided, const char **ret, struct diag *d) {
    for (size_t i = 0; i < m->cases[e].size; i++) {
        bool killed = false;
        if (m->cases[e].at[i].undecided != undecided)
            continue;
        enum status s = differs(m, p, &m->cases[e].at[i], &killed, d);
        if (s != OK)
            return s;
        if (killed) {
            *ret = m->cases[e].at[i].id;
            to_front(m->cases[e].at, i);
            return OK;
        }
    }
    return OK;
}

/* The edition and the sources with the mutant's text in place of its file. */
static enum status with_text(struct mutants *m, const struct mutant_entry *x, struct import_sources *sources, struct edition *e, struct diag *d) {
    const struct import_source *from = &m->sources.at[x->source];
    struct import_source *list = ARENA_ARRAY(m->model, m->sources.size, struct import_source);
    struct pack_file *file = ARENA_ARRAY(m->model, from->count, struct pack_file);
    if (!list || !file)
        return arena_full(d);
    memcpy(list, m->sources.at, m->sources.size * sizeof *list);
    memcpy(file, from->file, from->count * sizeof *file);
    file[x->file].text = dmn_mutated(m->model, file[x->file].text, x->change);
    if (!file[x->file].text.at)
        return arena_full(d);
    list[x->source].file = file;
    if (e->file == from->file)
        e->file = file;
    *sources = (struct import_sources){list, m->sources.size};
    return OK;
}

static enum status compiled(struct mutants *m, const struct mutant_entry *x, size_t e, const struct policies **ret, bool *broken, struct diag *d) {
    struct edition edition = m->policies->editions.at[e];
    struct import_sources sources;
    struct policies *p = NULL;
    struct diag why = {0};
    *broken = false;
    *ret = m->policies;
    if (!x->change)
        return OK;
    arena_reset(m->model);
    enum status s = with_text(m, x, &sources, &edition, d);
    if (s == OK)
        s = policies_of_sources(m->policies, m->model, &sources, &edition, &p, &why);
    if (s == E_LIMIT)
        return *d = why, s;
    *broken = s != OK;
    *ret = p;
    return OK;
}

static enum status try_all(struct mutants *m, const struct mutant_entry *x, enum mutant_fate *fate, const char **ret, struct diag *d) {
    *fate = MUTANT_SURVIVED;
    for (int undecided = 0; undecided <= 1; undecided++)
        for (size_t e = 0; e < m->policies->editions.size; e++) {
            const struct policies *p;
            bool broken;
            if (!(x->schemes >> e & 1))
                continue;
            enum status s = compiled(m, x, e, &p, &broken, d);
            if (s == OK && !broken)
                s = try_scheme(m, p, e, undecided, ret, d);
            if (s != OK)
                return s;
            if (broken || *ret)
                return *fate = broken ? MUTANT_BROKEN : MUTANT_KILLED, OK;
        }
    return OK;
}

static enum status arenas(struct mutants *m, struct diag *d) {
    if (!m->model && !(m->model = arena_new(MODEL_BYTES_MAX)))
        return arena_full(d);
    if (!m->scratch && !(m->scratch = arena_new(CASE_BYTES_MAX)))
        return arena_full(d);
    return OK;
}

static void release(struct mutants *m) {
    m->model = arena_free(m->model);
    m->scratch = arena_free(m->scratch);
}

enum status mutants_try(struct mutants *m, size_t i, enum mutant_fate *ret, const char **ret_case, struct diag *d) {
    struct mutant_entry *x = &m->list.at[i];
    const char *kept = x->row ? x->row->value : NULL;
    *ret_case = NULL;
    enum status s = arenas(m, d);
    if (x->row)
        x->row->value = x->value;
    if (s == OK)
        s = try_all(m, x, ret, ret_case, d);
    if (x->row)
        x->row->value = kept;
    release(m);
    return s;
}

enum status mutants_unchanged(struct mutants *m, const char **ret, struct diag *d) {
    *ret = NULL;
    enum status s = arenas(m, d);
    for (size_t e = 0; s == OK && !*ret && e < m->policies->editions.size; e++)
        for (int undecided = 0; s == OK && !*ret && undecided <= 1; undecided++)
            s = try_scheme(m, m->policies, e, undecided, ret, d);
    release(m);
    return s;
}
