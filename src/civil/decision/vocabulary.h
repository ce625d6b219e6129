/* The vocabulary of facts (packs/vocabulary.csv), and whether an input speaks it.
 *
 * Checked at the door, before any rule runs: names, types, codes and what no
 * household can be (a person of 151, a member without a number, a benefit
 * of nobody).  A fact that is absent or null is unknown and always allowed. */
#ifndef CIVIL_DECISION_VOCABULARY_H
#define CIVIL_DECISION_VOCABULARY_H

#include "base/date.h"
#include "base/json.h"

enum fact_kind { FACT_DATE, FACT_NUMBER, FACT_BOOLEAN, FACT_STRING, FACT_ENTITY };

/* One row: an entity's field. */
struct fact {
    struct span entity, name;
    enum fact_kind kind;
    bool list;
    struct span of;          /* FACT_ENTITY: its entity */
    const struct span *code; /* FACT_STRING with codes */
    size_t code_count;
    struct span codes;       /* the codes as written: "男|女" */
    bool ranged;             /* FACT_NUMBER written a..b: whole numbers */
    int64_t low, high;
    struct span unit;
    struct span meaning[2];  /* by enum lang */
    bool absent_no;          /* absent means that it has not happened: null, not unknown */
    struct span asked_after; /* a fact of the entity that it says more of; "": none.  As long as that is not
                                known whole, it alone is asked for */
    size_t entries;          /* how many a list has when it is stated; 0: any number */
    unsigned effort;         /* what it costs to learn it: 1 (another register tells) … FACT_EFFORT_MAX (an assessment) */
    struct span label;       /* "成员.死亡日期" */
};

enum { FACT_EFFORT_MAX = 6 };

struct vocabulary {
    const struct fact *fact;
    size_t count;
    const struct span *absent_no; /* labels of the facts that are so */
    size_t absent_no_count;
};

/* E_INPUT: csv.*, decision.vocabulary_entity, decision.vocabulary_absent, decision.vocabulary_after,
 * decision.vocabulary_entries, decision.vocabulary_obtained, with the line. */
NODISCARD enum status vocabulary_load(struct arena *a, struct span csv, struct vocabulary *ret, struct diag *d);
const struct fact *vocabulary_find(const struct vocabulary *v, struct span entity, struct span name);
/* What it costs to learn the facts that are named by their labels, together; what the vocabulary does not know costs most. */
unsigned vocabulary_effort(const struct vocabulary *v, const char *const *label, size_t count);

/* Checks `facts` as decided on `day`.  E_INPUT with the path in d->where
 * ("户.成员[2].出生日期", positions from 0 as in JSON):
 *   decision.fact_unknown, decision.fact_near (nearest), decision.not_number, not_string, not_date,
 *   not_boolean, not_list, not_object, decision.fact_code (codes),
 *   decision.fact_range (low, high), decision.fact_negative, decision.fact_amount, decision.fact_fen, decision.fact_whole (1.5 people),
 *   date.syntax, date.impossible, decision.born_later, decision.age, decision.died_before_birth,
 *   decision.too_young_to_work (limit),
 *   decision.member_number, decision.member_household (called 户), decision.member_twice, decision.no_members, decision.applicants, decision.spouses (two living), decision.no_applicant,
 *   decision.entries (count), decision.subject_unknown (a benefit of nobody), decision.examined_unknown. */
NODISCARD enum status vocabulary_check(const struct vocabulary *v, const struct json *facts, date_t day, struct diag *d);

/* The day on which the facts were written; the day of the decision when that is later or they bear none. */
date_t vocabulary_known_on(const struct json *facts, date_t day);

#endif
