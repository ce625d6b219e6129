/* One made-up household as plain values (city*.c only).  Codes are enum city_word. */
#ifndef CIVIL_SCREENING_CITY_MODEL_H
#define CIVIL_SCREENING_CITY_MODEL_H

#include "base/date.h"
#include "civil/demo/random.h"
#include "civil/screening/city.h"
#include "civil/screening/city_columns.h"

enum { CITY_MEMBERS_MAX = 8, CITY_INCOMES_MAX = 6, CITY_SUPPORTERS_MAX = 2, CITY_BENEFITS_MAX = 16, CITY_NEVER = -1 };

struct city_income { enum city_word kind; int64_t fen; };
struct city_person {
    enum city_word relation;
    bool male;
    int age;
    date_t birth;
    bool local, permit, collective;
    enum city_word marriage, work, school, excluded, living, child_category;
    int capacity, ability, selfcare;       /* enum city_word, or CITY_NEVER: nobody assessed it */
    bool ill, lone_parent, kept, kept_known;
    int identity;                          /* or CITY_NEVER */
    struct city_income income[CITY_INCOMES_MAX];
    int incomes;
    bool income_unknown;
    int disabilities;
    enum city_word disability[2];
    int grade[2];
    int parent[2];                         /* children: state of each; CITY_NEVER: nobody knows */
    int parent_months[2];
    bool daycare, home_aid;
    date_t died, moved;                    /* DATE_NONE: not */
    date_t reported;                       /* a job, by a recipient; DATE_NONE: nobody knows */
};
struct city_supporter { int people, homes, families; int64_t income, property_each, area_each; bool ill, assisted; enum city_word duty; int64_t document, paid; };
struct city_home { int64_t area; enum city_word tenure, use; };
struct city_benefit { enum city_word benefit; int member; /* 0: the household, else 1.. */ date_t since; int64_t fen; int cause; };

struct city_household {
    enum made made;
    struct city_person person[CITY_MEMBERS_MAX];
    int people;
    bool verified;                         /* deposits and supporters are known */
    int64_t money, medical;                /* fen */
    int64_t rent;                          /* CITY_NEVER: unknown */
    struct city_home home[3];
    int homes;
    bool car, car_disabled, car_business;
    int64_t car_value;
    bool business, business_active;
    int64_t capital;
    struct city_supporter supporter[CITY_SUPPORTERS_MAX];
    int supporters;
    struct city_benefit benefit[CITY_BENEFITS_MAX];
    int benefits;
};

/* What is common to all blocks. */
struct city_frame {
    const struct city_config *config;
    struct city_columns columns;
};
/* How a place differs from the city. */
struct city_place {
    double old;                            /* weight of old people's households, 1: the city's */
    double local;                          /* share of households registered here, at the city's mix */
};

/* At most `people_max` members. */
void city_people(struct chance *c, const struct city_frame *f, const struct city_place *place, enum made made, int people_max, struct city_household *ret);
void city_work(struct chance *c, const struct city_household *h, struct city_person *p); /* what an adult or child does and earns */
void city_means(struct chance *c, const struct city_frame *f, struct city_household *h);
void city_benefits(struct chance *c, const struct city_frame *f, struct city_household *h);
int64_t city_income_of(const struct city_household *h); /* fen a month */
void city_pay(struct city_person *p, enum city_word kind, int64_t fen);
bool city_severe(const struct city_person *p); /* grades 1 and 2, and 3 of mind and intellect */
/* false: memory ended. */
NODISCARD bool city_rows(struct batch *b, const struct city_frame *f, const struct city_household *h, int64_t first_person, int64_t division);

static inline int64_t city_lognormal(struct chance *c, double median_yuan, double sigma) {
    double x = median_yuan * exp(sigma * chance_normal(c));
    return (int64_t)(x / 10) * 1000; /* whole tens of yuan, in fen */
}
static inline bool city_poor(const struct city_household *h) { return h->made != MADE_ORDINARY; }

#endif
