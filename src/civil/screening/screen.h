/* 主动发现: a policy asked of everybody in the register.
 *
 *   lead       qualifies and does not receive
 *   possible   does not receive, and may qualify: facts are missing that nobody has asked
 *   review     receives and no longer qualifies
 *   receiving  receives and qualifies (also where a missing fact leaves it open)
 *
 * A row where a rule gives an error has none of these; it is counted and kept with
 * its reason, and the rest goes on.  A lead decides nothing. */
#ifndef CIVIL_SCREENING_SCREEN_H
#define CIVIL_SCREENING_SCREEN_H

#include "civil/screening/sweep.h"

enum screen_class { SCREEN_NOTHING, SCREEN_LEAD, SCREEN_POSSIBLE, SCREEN_REVIEW, SCREEN_RECEIVING, SCREEN_RULE_ERROR, SCREEN_CLASSES };
const char *screen_class_name(enum screen_class c); /* "lead" … "error" */

struct screened {
    uint64_t row;              /* of the program */
    enum screen_class class;
    int64_t monthly_fen, once_fen; /* what it would be now; 0 where that is open or nothing */
    const char *const *missing; /* possible: "户.货币财产", sorted */
    uint8_t missing_count;     /* at most SCREEN_MISSING_MAX, the rest is cut */
    bool missing_exact;
    uint16_t effort;           /* what it costs to learn them (vocabulary_effort): few and easy ones first */
};
enum { SCREEN_MISSING_MAX = 40 }; /* the vocabulary has 87 facts; a possible lead that lacks more is no lead */

struct screening {
    const struct screening_program *program;
    const struct screened *found; /* in the order of rows, without SCREEN_NOTHING */
    size_t count;
    uint64_t rows, of_class[SCREEN_CLASSES];
    uint64_t scalar;           /* rows that the scalar engine decided in the end */
};

/* What was found lives in *ret's own memory: screening_free.  E_LIMIT; no rule's error ends it. */
NODISCARD enum status screening_screen(const struct screening_program *x, const struct screening_run *how, struct screening **ret, struct diag *d);
/* The possible ones, those that need least first, else in the order of rows: indices into found, in malloc's memory, as many
 * as of_class says.  NULL: memory ended. */
uint32_t *screening_ranked(const struct screening *s);
struct screening *screening_free(struct screening *s); /* NULL */
DEFINE_AUTO(screening)

#endif
