/* A made-up city of any size, straight into a snapshot: nobody in it exists.
 *
 * Its marginals follow published ones (census 2020 and the plans;
 * tests/unit/test_civil_screening_city.c prints target and reached); how the facts go
 * together is a model: income with age, work, disability and household type, deposits and
 * homes with age, couples of similar age, old people without children near.
 *
 * What nobody would have told the bureau is unknown: deposits and supporters' households but
 * of those who were verified, ability but of those who were assessed.
 *
 * Everything derives from seed and size, whatever the number of threads.  People are drawn
 * in blocks of BLOCK_PEOPLE, each from a seed of its own, in the order of the
 * divisions, so that a division is a contiguous range of households. */
#ifndef CIVIL_SCREENING_CITY_H
#define CIVIL_SCREENING_CITY_H

#include "civil/screening/rows.h"

struct snapshot_writer;

/* What a household was made to be; 户._made.  What the policies say of it is theirs to say. */
enum made { MADE_ORDINARY, MADE_PAID, MADE_MISSED, MADE_LAPSED, MADE_LOW_INCOME, MADE_TEKUN };

struct city_config {
    int64_t people;              /* 1..CITY_PEOPLE_MAX */
    uint64_t seed;
    date_t today;
    int64_t missed_millionths;   /* of the households made to qualify for dibao: not receiving it; below 1,000,000 */
    int64_t lapsed_millionths;   /* of those receiving it: made to qualify no longer */
    int64_t dibao_fen, low_income_fen; /* the standards of the day, a head and month */
    struct span divisions;       /* data/divisions.csv: code,name,level,parent */
    unsigned threads;            /* 0: 1 */
    /* Called now and then, by one thread at a time; true stops the work (E_SYSTEM snapshot.interrupted).  May be NULL. */
    bool (*progress)(void *arg, int64_t people);
    void *arg;
};
enum { CITY_PEOPLE_MAX = 200000000 };

/* Appends the whole city.  E_USAGE snapshot.people, snapshot.share; E_INPUT csv.*, snapshot.divisions; else the writer's. */
NODISCARD enum status city_write(const struct city_config *c, const struct schema *schema, struct snapshot_writer *w, struct diag *d);

#endif
