/* What people earn, own and owe each other.  Medians are yuan a month or yuan, general
 * knowledge of the city's wages and a modelling choice; they are set so that disposable
 * income a head comes to the published 81,752 yuan a year (2023) and its Gini to 0.36..0.40. */
#include "civil/screening/city_model.h"

void city_pay(struct city_person *p, enum city_word kind, int64_t fen) {
    if (fen > 0 && p->incomes < CITY_INCOMES_MAX)
        p->income[p->incomes++] = (struct city_income){kind, fen};
}

int64_t city_income_of(const struct city_household *h) {
    int64_t sum = 0;
    for (int i = 0; i < h->people; i++)
        for (int k = 0; k < h->person[i].incomes; k++)
            sum += h->person[i].income[k].fen;
    return sum;
}

/* ---- work ------------------------------------------------------------------------------- */

static void school(struct chance *c, struct city_person *p) {
    int age = p->age;
    p->work = age < 6 ? W_INFANT : W_STUDENT;
    p->school = age < 3 ? W_NO_SCHOOL : age < 6 ? W_KINDERGARTEN : age < 15 ? W_COMPULSORY : age < 18 ? W_SENIOR_SCHOOL : age < 22 ? W_COLLEGE : W_GRADUATE;
    if (age >= 18 && chance_of(c, 0.08))
        city_pay(p, W_GRANT, chance_between(c, 2, 8) * 10000);
}

/* The body is lognormal; of three in a hundred the wage lies in a Pareto tail (index 2.2). */
static int64_t wage(struct chance *c, double median, double sigma) {
    int64_t fen = city_lognormal(c, median, sigma);
    if (chance_of(c, 0.03))
        fen = (int64_t)(30000 / pow(1 - chance_unit(c) * 0.9995, 1 / 2.2) / 10) * 1000;
    return fen > 0 ? fen : 1000;
}

static double by_age(int age) { return age < 25 ? 0.62 : age < 30 ? 0.85 : age < 45 ? 1.1 : age < 55 ? 1.0 : 0.85; }

static void poor_work(struct chance *c, struct city_person *p) {
    double u = chance_unit(c);
    p->work = u < 0.35 ? W_JOBLESS : u < 0.62 ? W_NO_WORK : u < 0.86 ? W_FLEXIBLE : W_EMPLOYED;
    if (u < 0.35 && chance_of(c, 0.4))
        city_pay(p, W_UNEMPLOYMENT, chance_between(c, 150, 220) * 1000);
    else if (u >= 0.62)
        city_pay(p, W_WAGE, city_lognormal(c, u < 0.86 ? 1500 : 2200, 0.25));
}

static void retired(struct chance *c, struct city_person *p, bool poor) {
    p->work = W_RETIRED;
    if (poor ? chance_of(c, 0.55) : p->local && chance_of(c, 0.09)) /* the residents' basic pension only */
        city_pay(p, W_PENSION, chance_between(c, 90, 110) * 1000);
    else if (p->local || chance_of(c, 0.75))
        city_pay(p, W_PENSION, poor ? city_lognormal(c, 1250, 0.2) : city_lognormal(c, p->local ? 4700 : 3400, 0.36));
}

void city_work(struct chance *c, const struct city_household *h, struct city_person *p) {
    bool poor = city_poor(h);
    int age = p->age;
    if (age < 18 || (age < 25 && chance_of(c, age < 22 ? 0.62 : 0.28))) {
        school(c, p);
        return;
    }
    if (age >= 60 || (!p->male && age >= 55)) {
        retired(c, p, poor);
        return;
    }
    if (city_severe(p) && chance_of(c, 0.72)) {
        p->work = W_NO_WORK;
        return;
    }
    if (poor) {
        poor_work(c, p);
        return;
    }
    double u = chance_unit(c), k = by_age(age);
    p->work = u < 0.74 ? W_EMPLOYED : u < 0.87 ? W_FLEXIBLE : u < 0.93 ? W_OWN_BUSINESS : u < 0.97 ? W_NO_WORK : W_JOBLESS;
    if (u < 0.74)
        city_pay(p, W_WAGE, wage(c, 6050 * k, 0.80));
    else if (u < 0.87)
        city_pay(p, W_WAGE, wage(c, 4900 * k, 0.6));
    else if (u < 0.93)
        city_pay(p, W_BUSINESS, city_lognormal(c, 8500 * k, 0.9));
    else if (u >= 0.97 && chance_of(c, 0.6))
        city_pay(p, W_UNEMPLOYMENT, chance_between(c, 170, 220) * 1000);
    p->income_unknown = (p->work == W_FLEXIBLE || p->work == W_OWN_BUSINESS) && chance_of(c, 0.15);
}

/* ---- property ------------------------------------------------------------------------------ */

static void ordinary_property(struct chance *c, struct city_household *h) {
    int age = h->person[0].age;
    bool local = h->person[0].local;
    for (int i = 0; i < h->people; i++)
        if (h->person[i].age >= 25 && chance_of(c, 0.10 + 0.002 * h->person[i].age))
            city_pay(&h->person[i], W_PROPERTY, city_lognormal(c, 900, 0.9));
    h->money = city_lognormal(c, 50000 + 3000.0 * age, 1.1);
    bool owns = chance_of(c, local ? (age < 32 ? 0.5 : 0.8) : 0.22);
    bool leased = !owns && local && chance_of(c, 0.5);
    if (owns || leased)
        h->home[h->homes++] = (struct city_home){chance_between(c, 3800, 12500), owns ? W_OWNED : chance_of(c, 0.7) ? W_PUBLIC_LEASE : W_PUBLIC_RENT, W_LIVED_IN};
    if (owns && chance_of(c, 0.17))
        h->home[h->homes++] = (struct city_home){chance_between(c, 3500, 11000), W_OWNED, chance_of(c, 0.6) ? W_LET : W_VACANT};
    h->car = chance_of(c, local ? 0.40 : 0.28);
    h->car_business = h->car && chance_of(c, 0.03);
    h->car_value = h->car ? chance_between(c, 20, 260) * 100000 : 0;
    h->business = chance_of(c, 0.075);
    h->business_active = h->business && chance_of(c, 0.85);
    h->capital = h->business ? chance_between(c, 3, 200) * 1000000 : 0;
}

static void poor_property(struct chance *c, const struct city_frame *f, struct city_household *h) {
    int64_t limit = f->config->dibao_fen * 24 * h->people * 9 / 10;
    h->money = city_lognormal(c, 7000, 0.8);
    h->money = h->money > limit ? limit : h->money;
    bool owns = chance_of(c, 0.4);
    if (chance_of(c, 0.9))
        h->home[h->homes++] = (struct city_home){chance_between(c, 1600, 6200), owns ? W_OWNED : chance_of(c, 0.6) ? W_PUBLIC_LEASE : W_PUBLIC_RENT, W_LIVED_IN};
    for (int i = 0; i < h->people && !h->car; i++)
        if (h->person[i].disabilities && h->person[i].disability[0] == W_LIMB && chance_of(c, 0.05)) {
            h->car = h->car_disabled = true;
            h->car_value = chance_between(c, 3, 20) * 100000;
        }
}

/* Old people's children who live apart; and the other parent of a divorced parent's child. */
static void supporters(struct chance *c, struct city_household *h) {
    bool poor = city_poor(h), old = false, child = false;
    for (int i = 0; i < h->people; i++) {
        old |= h->person[i].age >= 60;
        child |= h->person[i].relation == W_CHILD;
    }
    int n = h->made == MADE_TEKUN ? 0 : old && !child ? (chance_of(c, 0.75) ? 1 + chance_of(c, 0.35) : 0) : 0;
    enum city_word duty = W_DUTY_PARENTS;
    if (h->person[0].lone_parent && h->person[0].marriage == W_DIVORCED && chance_of(c, 0.8)) {
        n = 1;
        duty = W_DUTY_CHILDREN;
    }
    for (int i = 0; i < n; i++) {
        struct city_supporter *s = &h->supporter[h->supporters++];
        *s = (struct city_supporter){.people = (int)chance_between(c, 2, 4), .families = (int)chance_between(c, 1, 2), .duty = duty};
        /* Those of the poor are poor enough to owe little: 1.5 standards a head are theirs. */
        s->income = poor ? chance_between(c, 120, 210) * 1000 * s->people : city_lognormal(c, 15000, 0.5);
        if (poor && duty == W_DUTY_CHILDREN)
            s->income /= 3;
        s->homes = chance_of(c, poor ? 0 : 0.25) ? 2 : 1;
        s->area_each = chance_between(c, 1200, poor ? 2800 : 4600);
        s->property_each = city_lognormal(c, poor ? 12000 : 70000, 0.8);
        s->ill = chance_of(c, 0.05);
        s->assisted = poor && chance_of(c, 0.06);
        s->document = duty == W_DUTY_CHILDREN && chance_of(c, 0.3) ? chance_between(c, 2, 6) * 10000 : 0;
        s->paid = s->document && chance_of(c, 0.6) ? s->document : 0;
    }
}

/* ---- so that they qualify, or no longer do --------------------------------------------------- */

static int64_t support_due(const struct city_frame *f, const struct city_household *h) {
    int64_t sum = 0;
    for (int i = 0; i < h->supporters; i++) {
        const struct city_supporter *s = &h->supporter[i];
        int64_t spare = s->income - f->config->dibao_fen * 3 / 2 * s->people;
        int64_t due = s->document ? s->document : s->duty == W_DUTY_CHILDREN ? s->income / 5 : spare > 0 ? spare / 5 : 0;
        sum += due > s->paid ? due : s->paid;
    }
    return sum;
}

static int64_t above_dibao(struct chance *c, const struct city_frame *f, const struct city_household *h, int64_t counted) {
    int64_t least = f->config->dibao_fen * counted * 102 / 100, most = f->config->low_income_fen * counted * 97 / 100;
    for (int i = 0; i < h->people; i++)
        for (int k = 0; k < h->person[i].incomes; k++)
            least += h->person[i].income[k].kind == W_WAGE ? f->config->dibao_fen * 8 / 10 : 0;
    return least >= most ? most : least + (int64_t)((double)(most - least) * chance_unit(c));
}

/* Incomes below the standard with everything that counts. */
static void hold_below(struct chance *c, const struct city_frame *f, struct city_household *h) {
    int64_t standard = h->made == MADE_LOW_INCOME ? f->config->low_income_fen : f->config->dibao_fen, counted = 0;
    for (int i = 0; i < h->people; i++)
        counted += h->person[i].excluded == W_COUNTED;
    int64_t limit = (int64_t)((double)(standard * counted) * (0.35 + 0.6 * chance_unit(c)));
    if (h->made == MADE_LOW_INCOME) /* above dibao, though four fifths of a standard of each wage are not counted there */
        limit = above_dibao(c, f, h, counted);
    int64_t due = support_due(f, h), have = city_income_of(h);
    if (due > limit / 2) {
        h->supporters = 0;
        due = 0;
    }
    limit -= due;
    if (have <= limit && !(h->made == MADE_LOW_INCOME && have + due < f->config->dibao_fen * counted))
        return;
    if (have == 0) {
        city_pay(&h->person[0], W_WAGE, limit / 1000 * 1000);
        return;
    }
    for (int i = 0; i < h->people; i++)
        for (int k = 0; k < h->person[i].incomes; k++)
            h->person[i].income[k].fen = (int64_t)((double)h->person[i].income[k].fen * ((double)limit / (double)have) / 1000) * 1000;
}

static void lapse(struct chance *c, const struct city_frame *f, struct city_household *h) {
    struct city_person *adult = NULL;
    for (int i = 0; i < h->people && !adult; i++)
        if (h->person[i].age >= 18 && h->person[i].age < 60 && !city_severe(&h->person[i]) && h->person[i].school == W_NO_SCHOOL)
            adult = &h->person[i];
    double u = chance_unit(c);
    date_t today = f->config->today;
    if (adult && u < 0.5) {
        adult->work = W_EMPLOYED;
        adult->reported = today - (date_t)chance_between(c, 200, 500); /* the taper of six months is over */
        adult->incomes = 0;
        city_pay(adult, W_WAGE, (f->config->dibao_fen * (2 + h->people) + chance_between(c, 1000, 5000) * 100) / 1000 * 1000);
    } else if (u < 0.75 && !h->car) {
        h->car = true;
        h->car_value = chance_between(c, 20, 120) * 100000;
    } else if (h->people == 1 && u < 0.9) {
        h->person[0].died = today - (date_t)chance_between(c, 32, 200);
    } else {
        h->homes = 2;
        h->home[0] = (struct city_home){4500 * h->people, W_OWNED, W_LIVED_IN};
        h->home[1] = (struct city_home){chance_between(c, 3500, 9000), W_OWNED, W_LET};
    }
}

/* Low earnings without want: rents and interest, or savings carry them, and where somebody looked he found those. */
static void savings(struct chance *c, const struct city_frame *f, struct city_household *h) {
    int64_t limit = f->config->dibao_fen * 24 * h->people, need = f->config->low_income_fen * h->people - city_income_of(h);
    if (need > 0 && chance_of(c, 0.6))
        city_pay(&h->person[0], W_PROPERTY, (need + f->config->low_income_fen * h->people / 4 + chance_between(c, 0, 300) * 1000) / 1000 * 1000);
    if (city_income_of(h) < f->config->low_income_fen * h->people && h->money <= limit)
        h->money = limit + limit / 10 + city_lognormal(c, 60000, 0.8);
}

void city_means(struct chance *c, const struct city_frame *f, struct city_household *h) {
    if (city_poor(h))
        poor_property(c, f, h);
    else
        ordinary_property(c, h);
    supporters(c, h);
    if (city_poor(h))
        hold_below(c, f, h);
    else
        savings(c, f, h);
    if (h->made == MADE_LAPSED)
        lapse(c, f, h);
    static const double looked[] = {[MADE_ORDINARY] = 0.012, [MADE_PAID] = 1, [MADE_MISSED] = 0.4, [MADE_LAPSED] = 1, [MADE_LOW_INCOME] = 1, [MADE_TEKUN] = 1};
    h->verified = chance_of(c, looked[h->made]);
    h->medical = chance_of(c, 0.3) ? city_lognormal(c, 2500, 1.0) : 0;
    h->rent = !h->homes && h->verified ? city_lognormal(c, 2200, 0.4) : CITY_NEVER;
    for (int i = 0; i < h->people; i++) {
        struct city_person *p = &h->person[i];
        if (h->verified && p->capacity == CITY_NEVER && p->age >= 16 && p->age < 60)
            p->capacity = W_CAPABLE;
        p->kept_known = h->verified;
        p->kept = h->verified && city_poor(h) && city_severe(p) && p->age >= 18 && p->work == W_NO_WORK && (p->relation == W_SIBLING || p->relation == W_CHILD);
    }
}
