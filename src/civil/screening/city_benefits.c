/* What is in payment.  Amounts are of the right order, not computed by the policies:
 * those judge the register, they do not make it. */
#include "civil/screening/city_model.h"

static void give(struct chance *c, const struct city_frame *f, struct city_household *h, enum city_word benefit, int member, int64_t fen) {
    if (h->benefits == CITY_BENEFITS_MAX)
        return;
    struct ymd y = date_ymd(f->config->today);
    date_t since = date_add_months(date_from_ymd(y.year, y.month, 1), -(int)chance_between(c, 0, 72));
    h->benefit[h->benefits++] = (struct city_benefit){benefit, member, since, fen, CITY_NEVER};
}

static void household_benefits(struct chance *c, const struct city_frame *f, struct city_household *h) {
    int64_t gap = f->config->dibao_fen * h->people - city_income_of(h);
    switch (h->made) {
    case MADE_PAID:
    case MADE_LAPSED:
        give(c, f, h, W_B_DIBAO, 0, gap > 5000 ? gap / 100 * 100 : 5000);
        break;
    case MADE_LOW_INCOME:
        give(c, f, h, W_B_LOW_INCOME, 0, 0);
        break;
    case MADE_TEKUN:
        give(c, f, h, W_B_TEKUN, 1, f->config->dibao_fen * 3 / 2);
        break;
    case MADE_ORDINARY:
    case MADE_MISSED:
        break;
    }
    if (chance_of(c, city_poor(h) ? 0.05 : 0.0004)) {
        static const enum city_word cause[] = {W_CAUSE_ILL, W_CAUSE_MEDICAL, W_CAUSE_EDUCATION};
        give(c, f, h, W_B_TEMPORARY, 1, 0);
        h->benefit[h->benefits - 1].cause = (int)cause[chance_next(c) % ARRAY_LEN(cause)];
        h->benefit[h->benefits - 1].since = f->config->today - (date_t)chance_between(c, 1, 700);
    }
}

static bool incapable(const struct city_person *p) { return p->ability == W_ABILITY_SEVERE || p->ability == W_ABILITY_NONE; }

static void old_age(struct chance *c, const struct city_frame *f, struct city_household *h, int i, bool assisted) {
    struct city_person *p = &h->person[i];
    int64_t sum = 0;
    if (p->age >= 80 && chance_of(c, 0.97)) {
        sum = p->age >= 100 ? 80000 : p->age >= 90 ? 50000 : 10000;
        give(c, f, h, W_B_OLD_AGE, i + 1, sum);
    }
    if ((assisted || p->identity == W_ID_ONE_CHILD) && chance_of(c, 0.9))
        give(c, f, h, W_B_ELDER_SERVICE, i + 1, h->made == MADE_LOW_INCOME ? 20000 : assisted ? 30000 : 10000);
    if (incapable(p) && chance_of(c, 0.85)) {
        give(c, f, h, W_B_ELDER_CARE, i + 1, 60000);
        sum += 60000;
    }
    city_pay(p, W_OLD_AGE_ALLOWANCE, sum);
}

static int64_t stable_income(const struct city_person *p) {
    int64_t sum = 0;
    for (int i = 0; i < p->incomes; i++)
        sum += p->income[i].kind == W_WAGE || p->income[i].kind == W_PENSION || p->income[i].kind == W_BUSINESS ? p->income[i].fen : 0;
    return sum;
}

/* Those whom the living subsidy is for: on assistance, minors, students, without work or means. */
static int64_t living_subsidy(const struct city_frame *f, const struct city_household *h, const struct city_person *p, bool assisted) {
    bool severe = city_severe(p), without = (p->work == W_NO_WORK || p->work == W_JOBLESS) && stable_income(p) == 0;
    if (assisted)
        return h->made == MADE_LOW_INCOME ? (severe ? f->config->dibao_fen : 30000) : severe ? 40000 : 32000;
    if (p->age < 16)
        return severe ? 30000 : 20000;
    if ((p->age < 60 && without) || p->work == W_STUDENT)
        return severe ? f->config->dibao_fen : 20000;
    int64_t short_by = f->config->dibao_fen - stable_income(p);
    return p->age >= (p->male ? 60 : 55) && severe && short_by > 0 ? short_by : 0;
}

static void disability(struct chance *c, const struct city_frame *f, struct city_household *h, int i, bool assisted) {
    struct city_person *p = &h->person[i];
    int64_t sum = 0, living = p->child_category == W_NO_CATEGORY ? living_subsidy(f, h, p, assisted) : 0;
    p->daycare = p->age >= 16 && p->age < 60 && city_severe(p) && chance_of(c, 0.03);
    if (city_severe(p) && !incapable(p) && !p->daycare && chance_of(c, 0.86)) {
        bool first = p->grade[0] == 1 && p->disability[0] != W_HEARING && p->disability[0] != W_SPEECH;
        if (p->age >= 60 && chance_of(c, 0.30)) { /* one of the two care benefits, not both */
            give(c, f, h, W_B_ELDER_CARE, i + 1, first ? 60000 : 40000);
            sum += first ? 60000 : 40000;
        } else {
            give(c, f, h, W_B_DISABLED_CARE, i + 1, first ? 30000 : 10000);
            sum += first ? 30000 : 10000;
        }
    }
    if (living && chance_of(c, 0.9)) {
        give(c, f, h, W_B_DISABLED_LIVING, i + 1, living);
        sum += living;
    }
    city_pay(p, W_DISABILITY_SUBSIDY, sum);
}

void city_benefits(struct chance *c, const struct city_frame *f, struct city_household *h) {
    household_benefits(c, f, h);
    bool assisted = h->made == MADE_PAID || h->made == MADE_LAPSED || h->made == MADE_LOW_INCOME;
    for (int i = 0; i < h->people; i++) {
        struct city_person *p = &h->person[i];
        if (h->made == MADE_TEKUN) {
            static const enum city_word level[] = {W_SELFCARE_FULL, W_SELFCARE_HALF, W_SELFCARE_NONE};
            static const double share[] = {60, 22, 18};
            p->selfcare = level[chance_pick(c, share, ARRAY_LEN(share))];
            p->living = chance_of(c, 0.4) ? W_IN_INSTITUTION : W_AT_HOME;
        }
        if (!p->local || h->made == MADE_TEKUN)
            continue;
        if (p->age >= 60)
            old_age(c, f, h, i, assisted);
        if (p->disabilities)
            disability(c, f, h, i, assisted);
        if (p->age < 18 && p->child_category != W_NO_CATEGORY)
            give(c, f, h, W_B_CHILD, i + 1, p->child_category == W_ORPHAN || p->child_category == W_WITHOUT_CARE ? 245000 : 145000);
        else if (p->age < 18 && assisted)
            p->child_category = h->made == MADE_LOW_INCOME ? W_CHILD_LOW : W_CHILD_DIBAO;
    }
}
