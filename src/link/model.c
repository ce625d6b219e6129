#include "link/model.h"

#include <math.h>

/* A level that training never saw is neither impossible nor certain. */
static const double first_m[LINK_LEVELS] = {0, 0.03, 0.01, 0.02, 0.03, 0.04, 0.07, 0.80};
enum { PRIOR_PAIRS = 3, KIN_PRIOR_PAIRS = 30 };
static const double LEAST_U = 1e-7, LEAST_M = 1e-4;

/* What kin agree on: hardly ever the number and the day, at most the family name, mostly address and telephone. */
static const double first_kin[LINK_KINDS][LINK_LEVELS] = {
    [LINK_NAME] = {0, .38, .52, .07, .01, .01, .005, .005}, [LINK_TEXT] = {0, .8, .05, .03, .02, .02, .02, .06}, [LINK_MAIL] = {0, .9, .02, .02, .01, .01, .01, .03},
    [LINK_CITIZEN] = {0, .965, .01, .005, .001, .003, .001, .015}, [LINK_PHONE] = {0, .45, .01, .01, .01, .01, .01, .5}, [LINK_NUMBER] = {0, .8, .02, .02, .02, .02, .02, .1},
    [LINK_DAY] = {0, .93, .025, .005, .01, .005, .005, .02}, [LINK_ADDRESS] = {0, .2, .02, .02, .06, .15, .05, .5}, [LINK_CODE] = {0, .5, .01, .01, .01, .01, .01, .45},
};
/* Beyond these shares a class of kin would be the matches once more. */
static double kin_most(enum link_kind kind, int level) {
    if (kind == LINK_CITIZEN)
        return level >= 4 ? 0.015 : 1;
    if (kind == LINK_DAY)
        return level >= 5 ? 0.03 : 1;
    return kind == LINK_NAME && level >= 4 ? 0.03 : 1;
}

void link_model_weights(struct link_model *m) {
    m->base = (float)log2(m->prior / (1 - m->prior));
    m->kin_base = m->kin > 0 ? (float)log2(m->kin) : -1000;
    for (int f = 0; f < m->count; f++) {
        m->best[f] = 0;
        m->weight[f][0] = m->kin_weight[f][0] = 0;
        for (int k = 1; k < LINK_LEVELS; k++) {
            bool rarity = k == LINK_LEVELS - 1 && m->by_rarity[f];
            m->weight[f][k] = (float)log2(m->m[f][k] / (rarity ? 1 : m->u[f][k]));
            m->kin_weight[f][k] = m->kin > 0 ? (float)log2(m->k[f][k] / (rarity ? 1 : m->u[f][k])) : 0;
            float most = m->weight[f][k] + (rarity ? 32 : 0);
            if (most > m->best[f])
                m->best[f] = most;
        }
    }
}

double link_pattern_weight(const struct link_model *m, uint64_t levels) {
    double w = log2(m->prior / (1 - m->prior)), kin = m->kin > 0 ? log2(m->kin) : -1000;
    for (int f = 0; f < m->count; f++) {
        int k = link_pattern_level(levels, f);
        if (!k || (k == LINK_LEVELS - 1 && link_implied(m, levels, f)))
            continue;
        w += log2(m->m[f][k] / m->u[f][k]);
        kin += m->kin > 0 ? log2(m->k[f][k] / m->u[f][k]) : 0;
    }
    return (double)link_against_kin((float)w, (float)kin);
}

/* u of the pairs that are no match: the random ones less the matches among them. */
static void set_u(struct link_model *m, const struct link_evidence *e) {
    for (int f = 0; f < m->count; f++) {
        double all = 0, left = 0, n[LINK_LEVELS] = {0};
        for (int k = 1; k < LINK_LEVELS; k++)
            all += e->random[f][k];
        for (int k = 1; k < LINK_LEVELS; k++) {
            double seen = e->random[f][k], matched = all * m->prior * m->m[f][k];
            if (k == LINK_LEVELS - 1 && e->equal[f] > 0)
                seen = e->equal[f] * all;
            n[k] = seen - matched > 0.05 * seen ? seen - matched : 0.05 * seen;
            n[k] += 0.25;
            left += n[k];
        }
        for (int k = 1; k < LINK_LEVELS; k++) {
            m->u[f][k] = n[k] / left;
            if (k == LINK_LEVELS - 1 && e->equal[f] > 0)
                m->u[f][k] = (n[k] - 0.25 * (e->equal[f] * all < 0.25)) / left;
            if (m->u[f][k] < LEAST_U)
                m->u[f][k] = LEAST_U;
        }
    }
}

struct logs { double m[LINK_FIELDS_MAX][LINK_LEVELS], k[LINK_FIELDS_MAX][LINK_LEVELS]; };
struct sums { double m[LINK_FIELDS_MAX][LINK_LEVELS], k[LINK_FIELDS_MAX][LINK_LEVELS], matches, kin; };

static void add_pattern(const struct link_model *m, const struct logs *w, const struct link_pattern *p, double base, double kin_base, struct sums *s) {
    double odds = base, kin = kin_base;
    for (int f = 0; f < m->count; f++) {
        int k = link_pattern_level(p->levels, f);
        if (k == LINK_LEVELS - 1 && link_implied(m, p->levels, f))
            continue;
        odds += w->m[f][k];
        kin += w->k[f][k];
    }
    double a = exp2(odds < 200 ? odds : 200), b = m->kin > 0 ? exp2(kin < 200 ? kin : 200) : 0;
    double expected = a / (a + b + 1) * p->count, of_kin = b / (a + b + 1) * p->count;
    if (expected + of_kin < 1e-9)
        return;
    s->matches += expected;
    s->kin += of_kin;
    for (int f = 0; f < m->count; f++)
        if (!link_implied(m, p->levels, f)) {
            s->m[f][link_pattern_level(p->levels, f)] += expected;
            s->k[f][link_pattern_level(p->levels, f)] += of_kin;
        }
}

static void set_m(double to[LINK_LEVELS], const double sum[LINK_LEVELS], const double *first, double prior_pairs) {
    double all = 0;
    for (int k = 1; k < LINK_LEVELS; k++)
        all += sum[k] + prior_pairs * first[k];
    for (int k = 1; k < LINK_LEVELS; k++) {
        to[k] = (sum[k] + prior_pairs * first[k]) / all;
        if (to[k] < LEAST_M)
            to[k] = LEAST_M;
    }
}

/* One round: expected matches with the present weights, then the weights from them. Returns the matches. */
static double round_of(struct link_model *m, const struct link_schema *schema, const struct link_evidence *e) {
    struct sums s = {0};
    struct logs w = {0};
    for (int f = 0; f < m->count; f++)
        for (int k = 1; k < LINK_LEVELS; k++) {
            w.m[f][k] = log2(m->m[f][k] / m->u[f][k]);
            w.k[f][k] = m->kin > 0 ? log2(m->k[f][k] / m->u[f][k]) : 0;
        }
    double base = log2(m->prior / (1 - m->prior)), kin_base = m->kin > 0 ? log2(m->kin) : -1000;
    for (size_t i = 0; i < e->patterns; i++)
        add_pattern(m, &w, &e->pattern[i], base, kin_base, &s);
    for (int f = 0; f < m->count; f++) {
        enum link_kind kind = schema->field[f].kind;
        set_m(m->m[f], s.m[f], first_m, PRIOR_PAIRS);
        if (m->kin <= 0)
            continue;
        set_m(m->k[f], s.k[f], first_kin[kind], KIN_PRIOR_PAIRS);
        for (int k = 1; k < LINK_LEVELS; k++)
            if (m->k[f][k] > kin_most(kind, k))
                m->k[f][k] = kin_most(kind, k);
    }
    if (m->kin > 0)
        m->kin = (s.kin + 0.5) / (e->space + 1);
    return s.matches;
}

/* Kin can be told from matches only where a household's fields and a person's are compared. */
static bool has_kin(const struct link_schema *s) {
    bool shared = false, own = false;
    for (int f = 0; f < s->count; f++) {
        shared |= s->field[f].kind == LINK_ADDRESS || s->field[f].kind == LINK_PHONE;
        own |= s->field[f].kind == LINK_DAY || s->field[f].kind == LINK_CITIZEN;
    }
    return shared && own;
}

void link_learn(struct link_model *m, const struct link_schema *schema, const struct link_evidence *e, struct link_report *r) {
    m->prior = e->expected / e->space;
    m->kin = has_kin(schema) ? m->prior / 4 : 0;
    for (int f = 0; f < m->count; f++) {
        memcpy(m->m[f], first_m, sizeof first_m);
        memcpy(m->k[f], first_kin[schema->field[f].kind], sizeof m->k[f]);
    }
    r->settled = false;
    r->space = e->space;
    for (r->iterations = 0; r->iterations < LINK_ROUNDS && !r->settled; r->iterations++) {
        set_u(m, e);
        double matches = round_of(m, schema, e), prior = (matches + 0.5) / (e->space + 1);
        if (prior > 0.5)
            prior = 0.5;
        r->settled = fabs(prior - m->prior) < 1e-5 * m->prior;
        r->matches = matches;
        m->prior = prior;
    }
    link_model_weights(m);
}
