/* One made-up household as plain values; drawing it is pure, writing it to the
 * store is population.c's. */
#ifndef CIVIL_DEMO_HOUSEHOLD_MODEL_H
#define CIVIL_DEMO_HOUSEHOLD_MODEL_H

#include "base/date.h"
#include "civil/demo/random.h"

enum { MODEL_PEOPLE_MAX = 8, MODEL_INCOMES_MAX = 3 };

struct model_income { const char *kind; int64_t yuan; };
struct model_person {
    char name[32];
    const char *relation; /* to the head */
    bool male;
    date_t birth;
    bool local, permit, collective;
    const char *marriage, *work, *capacity, *schooling;
    bool ill, single_parent, kept;
    const char *not_counted, *identity; /* identity: "" or one code */
    struct model_income income[MODEL_INCOMES_MAX];
    int incomes;
    const char *disability; /* NULL: none */
    int grade;
};
struct model_supporter { int people, homes, families; int64_t income, property_each; double area_each; bool ill, assisted; };
struct model_household {
    struct model_person person[MODEL_PEOPLE_MAX];
    int people;
    int64_t money;
    int homes;
    double area[2];
    const char *tenure;
    bool car, car_for_disabled;
    int64_t car_value;
    bool business;
    int64_t capital;
    int supporters;
    struct model_supporter supporter[2];
    bool poor; /* made poor on purpose, so that every list has somebody */
};

/* `poor`: a household that probably qualifies. */
void model_draw(struct chance *c, date_t today, bool poor, struct model_household *ret);

#endif
