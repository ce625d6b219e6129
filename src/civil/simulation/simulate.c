#include "civil/simulation/simulation.h"

#include "civil/simulation/feed.h"
#include "civil/simulation/margin.h"

#include <stdlib.h>

static const int64_t BAND_FEN[SIMULATION_BANDS + 1] = {INT64_MIN, -50000, -20000, -5000, 0, 1, 5001, 20001, 50001, INT64_MAX};

/* ---- what a reform changes ------------------------------------------------------------------- */

static bool reads(const struct decision_policy *p, struct span name) { return feel_get(&p->figures, name) != NULL; }

static bool changed(const struct simulation_request *r, const struct decision_policy *p) {
    for (size_t i = 0; i < r->changed_text_count; i++)
        if (strcmp(r->changed_text[i], p->matter->scheme) == 0)
            return true;
    for (size_t i = 0; i < r->set_count; i++)
        if (reads(p, r->set[i].name))
            return true;
    return false;
}

/* Those that were and are no longer. */
static bool ended(const struct screening_program *x, const struct fed *fed, struct turns *ret) {
    uint64_t rows = screening_rows(x);
    for (uint64_t word = 0; word * 64 < rows; word++)
        for (uint64_t bits = fed->was.yes[word] & ~fed->now.yes[word]; bits; bits &= bits - 1) {
            uint64_t row = word * 64 + (uint64_t)__builtin_ctzll(bits);
            if (!turns_add(ret, (struct turned){.row = row, .household = screening_household_of(x, row)}))
                return false;
        }
    return true;
}

/* Before other schemes' turns: what those change, feed_schemes marks itself. */
static void mark_one_sided(struct simulation *s, const struct screening_program *x, const struct fed *fed) {
    uint64_t rows = screening_rows(x);
    for (uint64_t word = 0; word * 64 < rows; word++)
        for (uint64_t bits = fed->was.open[word] ^ fed->now.open[word]; bits; bits &= bits - 1)
            s->one_sided[screening_household_of(x, word * 64 + (uint64_t)__builtin_ctzll(bits))] = true;
}

static enum status changed_scheme(const struct simulation_request *r, struct arena *a, const struct screening_program *after, struct simulation *s,
    struct simulated_scheme *out, struct fed *fed, struct diag *d) {
    struct count c = {.x = after, .people = &s->people, .scheme = out, .after = true, .fen = s->after_fen, .marks = &fed->now, .was = fed->was.yes};
    enum status st = marks_new(&fed->now, screening_rows(after)) ? count_all(r, a, &c, d) : arena_full(d);
    bool ok = st != OK || ended(after, fed, &fed->turns);
    for (size_t i = 0; i < SWEEP_THREADS_MAX; i++) {
        for (size_t k = 0; st == OK && ok && k < c.turns[i].size; k++)
            ok = turns_add(&fed->turns, c.turns[i].at[k]);
        free(c.turns[i].at);
    }
    if (st == OK && ok)
        mark_one_sided(s, after, fed);
    return ok ? st : arena_full(d);
}

static enum status one_scheme(const struct simulation_request *r, struct arena *a, const char *scheme, struct simulation *s, struct simulated_scheme *out, struct fed *fed, bool *used, struct diag *d) {
    struct screening_program before, after;
    enum status st = screening_compile(r->before, a, r->household, scheme, r->date, NULL, 0, &before, d);
    if (st == OK)
        st = screening_compile(r->after, a, r->household, scheme, r->date, r->set, r->set_count, &after, d);
    if (st != OK)
        return st;
    *out = (struct simulated_scheme){.matter = before.policy.matter, .of_person = before.policy.of_person, .changed = changed(r, &after.policy)};
    for (size_t i = 0; i < r->set_count; i++)
        used[i] |= reads(&after.policy, r->set[i].name);
    if (!(out->division = calloc(s->people.divisions + 1, sizeof *out->division)))
        return arena_full(d);
    if (!marks_new(&fed->was, screening_rows(&before)))
        return arena_full(d);
    struct count c = {.x = &before, .people = &s->people, .scheme = out, .fen = s->before_fen, .marks = &fed->was};
    st = count_all(r, a, &c, d);
    return st == OK && out->changed ? changed_scheme(r, a, &after, s, out, fed, d) : st;
}

/* A scheme that does not change pays the same on both sides. */
static void carry_over(struct simulation *s, struct simulated_scheme *x, const int64_t *paid_before) {
    if (x->changed)
        return;
    x->all.after = x->all.before;
    for (size_t i = 0; i < s->people.divisions; i++)
        x->division[i].after = x->division[i].before;
    for (int i = 0; i < HOUSEHOLD_TYPES; i++)
        x->type[i].after = x->type[i].before;
    for (size_t h = 0; h < s->people.count; h++)
        s->after_fen[h] += s->before_fen[h] - paid_before[h];
}

static enum status every_scheme(const struct simulation_request *r, struct arena *a, struct simulation *s, struct diag *d) {
    bool *used = ARENA_ARRAY(a, r->set_count + 1, bool);
    struct fed *fed = ARENA_ARRAY(a, r->scheme_count + 1, struct fed);
    int64_t *paid = malloc((s->people.count + 1) * sizeof *paid);
    enum status st = used && fed && paid ? OK : arena_full(d);
    for (size_t i = 0; st == OK && i < r->scheme_count; i++) {
        memcpy(paid, s->before_fen, s->people.count * sizeof *paid);
        st = one_scheme(r, a, r->scheme[i], s, &s->scheme[i], &fed[i], used, d);
        s->scheme_count = i + 1;
        if (st == OK)
            carry_over(s, &s->scheme[i], paid);
    }
    free(paid);
    if (st == OK)
        st = feed_schemes(r, s, fed, d);
    if (fed)
        feed_free(fed, r->scheme_count);
    for (size_t i = 0; st == OK && i < r->set_count; i++)
        if (!used[i])
            st = diag_fail(d, E_INPUT, "simulation.unused", DIAG_SPAN("name", r->set[i].name));
    return st;
}

/* ---- households ------------------------------------------------------------------------------- */

static void bands(struct simulation *s) {
    for (int k = 0; k < SIMULATION_BANDS; k++)
        s->band[k] = (struct simulated_band){.low_fen = BAND_FEN[k], .high_fen = BAND_FEN[k + 1]};
    for (size_t h = 0; h < s->people.count; h++) {
        int64_t change = s->after_fen[h] - s->before_fen[h];
        int k = 0;
        while (k < SIMULATION_BANDS - 1 && change >= BAND_FEN[k + 1])
            k++;
        struct simulated_band *in = s->one_sided[h] ? &s->unsettled : &s->band[k];
        in->households++;
        in->persons += s->people.persons[h];
        in->sum_fen += change;
    }
}

static enum status distribution(const struct people *p, const int64_t *benefit_fen, int64_t line_fen, struct measures *ret, struct diag *d) {
    int64_t *income = malloc((p->count + 1) * sizeof *income);
    if (!income)
        return arena_full(d);
    for (size_t h = 0; h < p->count; h++)
        income[h] = p->income_fen[h] + (benefit_fen ? benefit_fen[h] : 0);
    enum status s = measures_of(income, p->persons, p->count, line_fen, ret, d);
    free(income);
    return s;
}

enum status simulate(const struct simulation_request *r, struct arena *a, struct simulation **ret, struct diag *d) {
    AUTO(simulation) struct simulation *s = calloc(1, sizeof *s);
    if (!s)
        return arena_full(d);
    enum status st = people_of(r->household, r->date, &s->people, d);
    size_t n = s->people.count + 1;
    if (st == OK && (!(s->scheme = calloc(r->scheme_count + 1, sizeof *s->scheme)) || !(s->before_fen = calloc(n, sizeof *s->before_fen)) ||
        !(s->after_fen = calloc(n, sizeof *s->after_fen)) || !(s->one_sided = calloc(n, sizeof *s->one_sided))))
        st = arena_full(d);
    if (st == OK)
        st = every_scheme(r, a, s, d);
    if (st == OK && r->margin_fen > 0)
        st = margin_measure(s, a, r, d);
    if (st == OK) {
        bands(s);
        st = distribution(&s->people, NULL, r->line_fen, &s->none, d);
    }
    if (st == OK)
        st = distribution(&s->people, s->before_fen, r->line_fen, &s->before, d);
    if (st == OK)
        st = distribution(&s->people, s->after_fen, r->line_fen, &s->after, d);
    if (st == OK)
        *ret = TAKE(s);
    return st;
}

struct simulation *simulation_free(struct simulation *s) {
    if (!s)
        return NULL;
    for (size_t i = 0; i < s->scheme_count; i++)
        free(s->scheme[i].division);
    free(s->scheme);
    free(s->before_fen);
    free(s->after_fen);
    free(s->one_sided);
    people_free(&s->people);
    free(s);
    return NULL;
}
