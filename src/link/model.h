/* Weights of agreement: Fellegi and Sunter 1969, learned by expectation and maximisation
 * (Winkler 1988) without a single labelled pair.
 *
 * m is the share of a level among matches, u among all other pairs. u comes from random
 * pairs; m and the share of matches (prior) from the candidates of the blocking. A pair that no key
 * brings together counts as no match, so the prior holds for a pair drawn at random. A value's rarity takes
 * the place of u where two values are equal: two 张伟 say less than two 上官婉儿.
 *
 * Members of a household agree on address, telephone and family name all at once, which no product of
 * independent u foresees. Where fields of both sorts are there, pairs are of three classes: one
 * person, kin (k: other people of one household), strangers (u). */
#ifndef LINK_MODEL_H
#define LINK_MODEL_H

#include "base/json.h"
#include "link/schema.h"

struct link_model {
    int count;
    double prior;                        /* probability that a random pair is a match */
    double kin;                          /* probability that a random pair is kin; 0: no such class */
    double m[LINK_FIELDS_MAX][LINK_LEVELS], u[LINK_FIELDS_MAX][LINK_LEVELS], k[LINK_FIELDS_MAX][LINK_LEVELS]; /* level 0 (nothing to compare) unused */
    bool by_rarity[LINK_FIELDS_MAX];     /* level 7 is weighed by the value's frequency */
    int implied_by[LINK_FIELDS_MAX];     /* citizen number that says it too, -1; a day from level 2 on, a sex from 4 */
    int implied_from[LINK_FIELDS_MAX];
    /* from these: log2(m / u); of level 7 by rarity log2(m) alone */
    float weight[LINK_FIELDS_MAX][LINK_LEVELS];
    float kin_weight[LINK_FIELDS_MAX][LINK_LEVELS]; /* log2(k / u) likewise */
    float best[LINK_FIELDS_MAX];         /* the most that the field can add */
    float base, kin_base;                /* log2 of the prior odds */
};

/* What the training saw. */
struct link_report {
    uint64_t sampled, candidates, random; /* right rows, their candidates, random pairs */
    double space;                        /* all pairs that the sample stands for */
    double matches;                      /* expected among them */
    int iterations;
    bool settled;                        /* the prior moved less than a hundred thousandth */
    uint64_t level[LINK_FIELDS_MAX][LINK_LEVELS]; /* candidates by level */
};

/* A vector of levels, three bits a field, the first lowest, and how many pairs have it. */
struct link_pattern { uint64_t levels; double count; };
static inline int link_pattern_level(uint64_t levels, int field) { return (int)(levels >> 3 * field & 7); }

struct link_evidence {
    const struct link_pattern *pattern;  /* of the candidates */
    size_t patterns;
    double random[LINK_FIELDS_MAX][LINK_LEVELS]; /* random pairs by level */
    double equal[LINK_FIELDS_MAX];       /* share of equal values among all pairs with both present; 0: take the random pairs' */
    double space;                        /* pairs that the candidates were chosen from */
    double expected;                     /* a first guess of the matches among them */
};

enum { LINK_ROUNDS = 100 };
/* Whether field f of these levels only repeats what the citizen number says. */
static inline bool link_implied(const struct link_model *m, uint64_t levels, int f) {
    return m->implied_by[f] >= 0 && link_pattern_level(levels, m->implied_by[f]) >= m->implied_from[f];
}

/* Sets m, u, prior and weights; by_rarity and implied_* stay as they are. */
void link_learn(struct link_model *m, const struct link_schema *s, const struct link_evidence *e, struct link_report *r);
void link_model_weights(struct link_model *m);
double link_pattern_weight(const struct link_model *m, uint64_t levels); /* log2 of the posterior odds, without rarity */
/* Odds against strangers alone, and those of kin: into odds against both. */
static inline float link_against_kin(float weight, float kin) { return kin < -6 ? weight : weight - __builtin_log2f(1 + __builtin_exp2f(kin)); }
static inline double link_probability(double weight) { return weight > 60 ? 1 : 1 / (1 + __builtin_exp2(-weight)); }

/* {"fields":[{"name","kind","left","right","rarity","m":[7],"u":[7]}],"prior"}: the model with its schema. */
void link_model_write(struct json_writer *w, const struct link_schema *s, const struct link_model *m, const struct link_table *left, const struct link_table *right);
/* E_INPUT: link.model (not such a file; `where` says which member), link.model_column (a column is missing). */
NODISCARD enum status link_model_read(const struct json *j, const struct link_table *left, const struct link_table *right, struct span id,
    struct link_schema *s, struct link_model *m, struct diag *d);

#endif
