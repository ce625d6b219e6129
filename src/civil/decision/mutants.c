/* Which mutants there are. */
#include "civil/decision/mutants_internal.h"

#include "base/map.h"

#include <stdio.h>

struct listing {
    struct mutants *m;
    struct map *by_key;      /* mutation -> its entry's number + 1 */
    struct dmn_mutate_options options;
    uint64_t wanted;
    struct diag *d;
};

/* ---- names ------------------------------------------------------------------------- */

static const char *file_name(struct mutants *m, const struct import_source *x, size_t file) {
    for (size_t i = 0; i < m->policies->editions.size; i++) {
        const struct edition *e = &m->policies->editions.at[i];
        if (e->file == x->file)
            return arena_printf(m->arena, "%s/matters/%s/%s", e->matter->pack->id, e->matter->id, x->file[file].name);
    }
    for (size_t i = 0; i < packs_count(m->packs); i++) {
        const struct pack *p = packs_at(m->packs, i);
        for (size_t k = 0; k < p->model_count; k++)
            if (p->model[k].file == x->file)
                return arena_printf(m->arena, "%s/models/%s", p->id, x->file[file].name);
    }
    return NULL;
}

static const char *change_name(struct mutants *m, const struct dmn_mutation *c) {
    if (c->from.size == 0)
        return arena_printf(m->arena, "%.*s delete", SPAN_ARG(c->at));
    if (c->nth)
        return arena_printf(m->arena, "%.*s: %.*s (%zu) → %.*s", SPAN_ARG(c->at), SPAN_ARG(c->from), c->nth, SPAN_ARG(c->to));
    return arena_printf(m->arena, "%.*s: %.*s → %.*s", SPAN_ARG(c->at), SPAN_ARG(c->from), SPAN_ARG(c->to));
}

/* ---- rules ----------------------------------------------------------------------------- */

static bool source_of(const struct mutants *m, struct span uri, date_t day, size_t *ret_source, size_t *ret_file) {
    for (size_t i = 0; i < m->sources.size; i++) {
        const struct import_source *x = &m->sources.at[i];
        const struct pack_file *f = span_eq(x->uri, uri) ? pack_file_on(x->file, x->count, day) : NULL;
        if (!f)
            continue;
        *ret_source = i;
        *ret_file = (size_t)(f - x->file);
        return true;
    }
    return false;
}

static enum status add_change(struct listing *l, const struct dmn_mutation *c, date_t day, uint64_t scheme) {
    struct mutants *m = l->m;
    struct mutant_entry x = {.schemes = scheme, .change = c};
    if (!source_of(m, c->uri, day, &x.source, &x.file))
        return OK; /* not of the packs */
    char *key = arena_printf(m->arena, "%zu %zu %zu %zu %.*s", x.source, x.file, c->start, c->end, SPAN_ARG(c->text));
    if (!key)
        return arena_full(l->d);
    size_t known = (size_t)(uintptr_t)map_get(l->by_key, span_of(key));
    if (known) {
        m->list.at[known - 1].schemes |= scheme;
        return OK;
    }
    x.shown = (struct mutant){.file = file_name(m, &m->sources.at[x.source], x.file), .name = change_name(m, c),
        .element = arena_dup(m->arena, c->element_name), .article = arena_dup(m->arena, c->article), .rule = c->rule};
    struct mutant_entry *slot = vec_push_in(m->arena, &m->list);
    if (!slot || !x.shown.file || !x.shown.name || !x.shown.element || !x.shown.article ||
        !map_put(l->by_key, span_of(key), (void *)(uintptr_t)m->list.size))
        return arena_full(l->d);
    *slot = x;
    return OK;
}

/* ---- parameters ---------------------------------------------------------------------------- */

static const char *one_unit(struct mutants *m, const char *value, int by) {
    const char *point = strchr(value, '.');
    struct dec n, unit = dec_int(by);
    char text[DEC_TEXT_MAX];
    if (dec_parse(span_of(value), &n, NULL) != OK)
        return NULL;
    for (size_t i = point ? strlen(point + 1) : 0; i > 0; i--)
        unit = dec_div(unit, dec_int(10));
    n = dec_add(n, unit);
    return dec_sign(n) < 0 ? "" : arena_dup(m->arena, (struct span){text, dec_text(n, text)});
}

static enum status add_row(struct listing *l, const struct pack *pack, struct parameter *row, uint64_t scheme) {
    struct mutants *m = l->m;
    char day[DATE_TEXT_MAX];
    date_text(row->valid_from, day);
    for (int by = -1; by <= 1; by += 2) {
        struct mutant_entry x = {.schemes = scheme, .row = row, .value = one_unit(m, row->value, by)};
        if (!x.value)
            return arena_full(l->d);
        if (!*x.value)
            continue; /* no figure is negative */
        x.shown = (struct mutant){.file = arena_printf(m->arena, "%s/parameters.csv", pack->id), .element = row->name, .article = row->citation,
            .name = arena_printf(m->arena, "%s %s: %s → %s", row->name, day, row->value, x.value)};
        if (!x.shown.file || !x.shown.name)
            return arena_full(l->d);
        size_t known = (size_t)(uintptr_t)map_get(l->by_key, span_of(x.shown.name));
        if (known) {
            m->list.at[known - 1].schemes |= scheme;
            continue;
        }
        struct mutant_entry *slot = vec_push_in(m->arena, &m->list);
        if (!slot || !map_put(l->by_key, span_of(x.shown.name), (void *)(uintptr_t)m->list.size))
            return arena_full(l->d);
        *slot = x;
    }
    return OK;
}

static enum status add_parameter(struct listing *l, struct span name, uint64_t scheme) {
    enum status s = OK;
    for (size_t i = 0; i < packs_count(l->m->packs); i++) {
        const struct pack *k = packs_at(l->m->packs, i);
        for (size_t j = 0; s == OK && j < k->parameter_count; j++)
            if (span_is(name, k->parameter[j].name))
                s = add_row(l, k, &k->parameter[j], scheme);
    }
    return s;
}

/* ---- schemes ---------------------------------------------------------------------------------- */

static size_t edition_number(const struct policies *p, const char *scheme) {
    for (size_t i = 0; i < p->editions.size; i++)
        if (strcmp(p->editions.at[i].matter->scheme, scheme) == 0)
            return i;
    return p->editions.size;
}

static enum status add_policy(struct listing *l, const struct policy *x) {
    const struct dmn_mutation *c;
    size_t count;
    uint64_t scheme = 1ull << edition_number(l->m->policies, x->matter->scheme);
    enum status s = dmn_mutations(l->m->arena, x->model, DECISION_ANSWER, &l->options, &c, &count, l->d);
    for (size_t i = 0; s == OK && i < count; i++)
        s = add_change(l, &c[i], x->valid_from, scheme);
    for (size_t i = 0; s == OK && i < x->parameter_count; i++)
        s = add_parameter(l, x->parameter[i], scheme);
    return s;
}

/* Of the mutants that any scheme reaches, those that a wanted one does. */
static void keep_wanted(struct mutants *m, uint64_t wanted) {
    size_t n = 0;
    for (size_t i = 0; i < m->list.size; i++)
        if (m->list.at[i].schemes & wanted)
            m->list.at[n++] = m->list.at[i];
    m->list.size = n;
}

static enum status codes_of(struct mutants *m, struct dmn_mutate_options *o, struct diag *d) {
    const struct vocabulary *v = &m->policies->words;
    struct dmn_codes *list = ARENA_ARRAY(m->arena, v->count, struct dmn_codes);
    if (!list)
        return arena_full(d);
    for (size_t i = 0; i < v->count; i++)
        if (v->fact[i].code_count)
            list[o->codes_count++] = (struct dmn_codes){v->fact[i].code, v->fact[i].code_count};
    o->codes = list;
    return OK;
}

static enum status wanted_of(const struct policies *p, const char *const *scheme, size_t n, uint64_t *ret, struct diag *d) {
    *ret = n ? 0 : ~0ull;
    for (size_t i = 0; i < n; i++) {
        size_t e = edition_number(p, scheme[i]);
        if (e == p->editions.size)
            return diag_fail(d, E_NOT_FOUND, "decision.no_scheme", DIAG_S("scheme", scheme[i]));
        *ret |= 1ull << e;
    }
    return OK;
}

/* ---- cases ------------------------------------------------------------------------------------- */

static enum status add_case(struct mutants *m, const struct json *j, struct diag *d) {
    struct mutant_case x = {.json = j, .id = json_str(j, "id", ""), .scheme = json_str(j, "scheme", ""), .expected = json_get(j, "expected")};
    size_t e = edition_number(m->policies, x.scheme);
    if (e == m->policies->editions.size || !x.expected)
        return OK;
    x.undecided = strcmp(json_str(x.expected, "outcome", ""), "undecided") == 0;
    struct mutant_case *slot = vec_push_in(m->arena, &m->cases[e]);
    if (!slot)
        return arena_full(d);
    *slot = x;
    return OK;
}

/* Those that are decided first: an undecided one takes hundreds of evaluations. */
static enum status cases_of(struct mutants *m, const struct json *const *extra, size_t n, struct diag *d) {
    enum status s = OK;
    for (size_t i = 0; i < m->policies->editions.size; i++) {
        const struct matter *x = m->policies->editions.at[i].matter;
        for (size_t k = 0; s == OK && k < x->example_count; k++)
            s = add_case(m, x->example[k], d);
    }
    for (size_t i = 0; s == OK && i < n; i++)
        s = add_case(m, extra[i], d);
    for (size_t e = 0; e < m->policies->editions.size; e++)
        for (size_t i = 0, to = 0; i < m->cases[e].size; i++)
            if (!m->cases[e].at[i].undecided) {
                struct mutant_case x = m->cases[e].at[i];
                m->cases[e].at[i] = m->cases[e].at[to];
                m->cases[e].at[to++] = x;
            }
    return s;
}

enum status mutants_new(struct arena *a, const struct policies *p, const struct packs *packs, const char *const *scheme, size_t schemes,
    const struct json *const *cases, size_t case_count, struct mutants **ret, struct diag *d) {
    struct mutants *m = ARENA_NEW(a, struct mutants);
    struct listing l = {.m = m, .by_key = map_new(a, 0), .options = {.annotation = SPAN("条款")}, .d = d};
    if (!m || !l.by_key)
        return arena_full(d);
    assert(p->editions.size <= MUTANT_SCHEMES_MAX);
    *m = (struct mutants){.arena = a, .policies = p, .packs = packs};
    enum status s = wanted_of(p, scheme, schemes, &l.wanted, d);
    if (s == OK)
        s = import_sources_read(a, packs, &p->editions, &m->sources, d);
    if (s == OK)
        s = codes_of(m, &l.options, d);
    for (size_t i = 0; s == OK && i < p->count; i++)
        s = add_policy(&l, &p->policy[i]);
    if (s == OK)
        s = cases_of(m, cases, case_count, d);
    keep_wanted(m, l.wanted);
    *ret = m;
    return s;
}

size_t mutants_count(const struct mutants *m) { return m->list.size; }

const struct mutant *mutants_at(const struct mutants *m, size_t i) {
    assert(i < m->list.size);
    return &m->list.at[i].shown;
}
