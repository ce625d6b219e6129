/* Who lives together, and what each is and does. */
#include "civil/screening/city_model.h"

/* Households by kind, in thousandths; so that sizes average 2.31 and the ages of the
 * census come out (0-14 11.84 %, 15-59 68.53 %, 60-64 6.33 %, 65+ 13.30 %). */
enum kind { ALONE, ALONE_OLD, COUPLE, COUPLE_OLD, COUPLE_CHILD, COUPLE_TWO_CHILDREN, LONE_PARENT, THREE_GENERATIONS, ADULT_CHILD, FLATMATES, SIBLINGS, GRANDPARENTS, KINDS };
static const double ordinary_kind[KINDS] = {184, 43, 197, 118, 165, 38, 26, 62, 84, 78, 2, 3};
static const double poor_kind[KINDS] = {310, 160, 40, 95, 115, 35, 120, 15, 80, 0, 22, 8};
static const bool old_kind[KINDS] = {[ALONE_OLD] = true, [COUPLE_OLD] = true, [ADULT_CHILD] = true};
static const int kind_people[KINDS] = {1, 1, 2, 2, 3, 4, 2, 5, 3, 3, 2, 3};

struct drawing {
    struct chance *c;
    const struct city_frame *f;
    struct city_household *h;
};

static date_t born(struct chance *c, date_t today, int age) {
    struct ymd y = date_ymd(today);
    int year = y.year - age, day = y.month == 2 && y.day == 29 ? 28 : y.day;
    return date_from_ymd(year, y.month, day) - (date_t)chance_between(c, 0, 364); /* the birthday was within the last year */
}

static struct city_person *add(struct drawing *w, enum city_word relation, bool male, int age) {
    struct city_household *h = w->h;
    assert(h->people < CITY_MEMBERS_MAX);
    if (age < 0)
        age = 0;
    struct city_person *p = &h->person[h->people++];
    *p = (struct city_person){.relation = relation, .male = male, .age = age, .birth = born(w->c, w->f->config->today, age), .local = true,
        .marriage = W_SINGLE, .school = W_NO_SCHOOL, .excluded = W_COUNTED, .living = W_AT_HOME, .child_category = W_NO_CATEGORY,
        .capacity = CITY_NEVER, .ability = CITY_NEVER, .selfcare = CITY_NEVER, .identity = CITY_NEVER, .parent = {CITY_NEVER, CITY_NEVER},
        .died = DATE_NONE, .moved = DATE_NONE, .reported = DATE_NONE};
    return p;
}

static int between(struct drawing *w, int low, int high) { return (int)chance_between(w->c, low, high); }

/* Old ages thin out as the census has them: half of the 60+ are below 69. */
static int old_age(struct drawing *w, int from) {
    double u = chance_unit(w->c);
    int age = from + (int)(-11.5 * log(1 - 0.965 * u));
    return age > 101 ? 101 : age;
}

static void couple(struct drawing *w, int age) {
    bool head_male = chance_of(w->c, 0.72);
    int other = age + (head_male ? -1 : 1) * between(w, -1, 4);
    struct city_person *a = add(w, W_SELF, head_male, age), *b = add(w, W_SPOUSE, !head_male, other < 20 ? 20 : other);
    a->marriage = b->marriage = W_MARRIED;
}

static void children(struct drawing *w, int n, int parent_age) {
    int age = parent_age - between(w, 25, 34);
    for (int i = 0; i < n; i++) {
        int a = i ? age - between(w, 2, 5) : age;
        if (a < 0)
            a = between(w, 0, 3);
        add(w, W_CHILD, chance_of(w->c, 0.525), a > 24 ? 24 : a);
    }
}

static void draw_kind(struct drawing *w, enum kind kind) {
    struct city_person *p;
    int age;
    switch (kind) {
    case ALONE: /* who comes to the city alone is more often a man */
        p = add(w, W_SELF, chance_of(w->c, 0.62), city_poor(w->h) ? between(w, 35, 59) : between(w, 22, 59));
        p->marriage = p->age > 35 && chance_of(w->c, 0.45) ? W_DIVORCED : W_SINGLE;
        break;
    case ALONE_OLD:
        p = add(w, W_SELF, chance_of(w->c, 0.36), old_age(w, 63));
        p->marriage = chance_of(w->c, p->age > 70 ? 0.85 : 0.6) ? W_WIDOWED : chance_of(w->c, 0.8) ? W_DIVORCED : W_SINGLE;
        break;
    case COUPLE:
        couple(w, between(w, 26, 58));
        break;
    case COUPLE_OLD:
        couple(w, old_age(w, 60));
        break;
    case COUPLE_CHILD:
    case COUPLE_TWO_CHILDREN:
        age = between(w, 28, 50);
        couple(w, age);
        children(w, kind == COUPLE_CHILD ? 1 : 2, age);
        break;
    case LONE_PARENT:
        age = between(w, 28, 50);
        p = add(w, W_SELF, chance_of(w->c, 0.28), age);
        p->marriage = chance_of(w->c, 0.8) ? W_DIVORCED : W_WIDOWED;
        p->lone_parent = true;
        children(w, 1, age);
        break;
    case THREE_GENERATIONS:
        age = between(w, 29, 44);
        couple(w, age);
        children(w, chance_of(w->c, 0.25) ? 2 : 1, age);
        p = add(w, W_PARENT, chance_of(w->c, 0.4), age + between(w, 25, 31));
        p->marriage = W_WIDOWED;
        if (chance_of(w->c, 0.45) && w->h->people < CITY_MEMBERS_MAX) {
            struct city_person *q = add(w, W_PARENT, !p->male, p->age + between(w, -3, 3));
            p->marriage = q->marriage = W_MARRIED;
        }
        break;
    case ADULT_CHILD:
        age = between(w, 52, 74);
        couple(w, age);
        add(w, W_CHILD, chance_of(w->c, 0.55), age - between(w, 25, 32));
        break;
    case FLATMATES: /* colleagues and kin who keep house together */
        age = between(w, 21, 40);
        for (int i = 0, n = between(w, 2, 3); i < n; i++)
            add(w, i ? W_OTHER : W_SELF, chance_of(w->c, 0.58), age + between(w, 0, 6));
        break;
    case SIBLINGS: /* brothers and sisters keep a disabled adult */
        age = between(w, 42, 66);
        add(w, W_SELF, chance_of(w->c, 0.5), age);
        p = add(w, W_SIBLING, chance_of(w->c, 0.5), age - between(w, 1, 8));
        p->disabilities = 1;
        p->disability[0] = chance_of(w->c, 0.5) ? W_INTELLECTUAL : W_MENTAL;
        p->grade[0] = between(w, 1, 3);
        break;
    case GRANDPARENTS: /* grandparents with a grandchild whose parents are away or dead */
        couple(w, between(w, 58, 70));
        add(w, W_GRANDCHILD, chance_of(w->c, 0.525), between(w, 3, 16));
        break;
    case KINDS: break;
    }
}

/* With a lone parent's or a disabled adult's allowances most low incomes are within dibao. */
static const double low_kind[KINDS] = {250, 90, 60, 110, 230, 80, 5, 40, 130, 0, 0, 5};

static enum kind pick_kind(struct drawing *w, const struct city_place *place, int people_max) {
    const double *share = w->h->made == MADE_LOW_INCOME ? low_kind : city_poor(w->h) ? poor_kind : ordinary_kind;
    double weight[KINDS];
    bool any = false;
    if (w->h->made == MADE_TEKUN)
        return chance_of(w->c, 0.8) && people_max >= 1 ? ALONE_OLD : ALONE;
    for (int i = 0; i < KINDS; i++) {
        weight[i] = kind_people[i] > people_max || (i == THREE_GENERATIONS && people_max < 6) ? 0 : share[i] * (old_kind[i] ? place->old : 1);
        any |= weight[i] > 0;
    }
    assert(any);
    return (enum kind)chance_pick(w->c, weight, KINDS);
}

/* ---- where they are registered --------------------------------------------------------- */

static void registered(struct drawing *w, enum kind kind, const struct city_place *place) {
    struct city_household *h = w->h;
    if (city_poor(h)) {
        if (h->people > 1 && h->person[1].relation == W_SPOUSE && chance_of(w->c, 0.05)) {
            h->person[1].local = false;
            h->person[1].permit = true;
        }
        return;
    }
    double old = kind == ALONE_OLD || kind == COUPLE_OLD || kind == ADULT_CHILD || kind == GRANDPARENTS ? 0.86 : kind == FLATMATES ? 0.16 : kind == ALONE ? 0.48 : 0.71;
    double p = old * place->local;
    bool local = chance_of(w->c, p < 0.97 ? p : 0.97);
    for (int i = 0; !local && i < h->people; i++) {
        h->person[i].local = false;
        h->person[i].permit = chance_of(w->c, 0.6);
    }
    if (local && h->people > 1 && h->person[1].relation == W_SPOUSE && h->person[0].age < 60 && chance_of(w->c, 0.11)) {
        h->person[1].local = false;
        h->person[1].permit = chance_of(w->c, 0.85);
    }
}

/* ---- health ---------------------------------------------------------------------------------- */

static void disable(struct drawing *w, struct city_person *p) {
    static const enum city_word kind[] = {W_LIMB, W_SIGHT, W_HEARING, W_MENTAL, W_INTELLECTUAL, W_SPEECH};
    static const double share[] = {52, 15, 14, 8, 7, 4}, young[] = {30, 6, 13, 16, 30, 5}, grades[] = {16, 24, 27, 33};
    p->disability[0] = kind[chance_pick(w->c, p->age < 18 ? young : share, ARRAY_LEN(share))];
    p->grade[0] = (int)chance_pick(w->c, grades, 4) + 1;
    p->disabilities = 1;
    if (chance_of(w->c, 0.07)) {
        p->disability[1] = p->disability[0] == W_LIMB ? W_SPEECH : W_LIMB;
        p->grade[1] = (int)chance_pick(w->c, grades, 4) + 1;
        p->disabilities = 2;
    }
}

bool city_severe(const struct city_person *p) {
    for (int i = 0; i < p->disabilities; i++)
        if (p->grade[i] <= 2 || (p->grade[i] == 3 && (p->disability[i] == W_MENTAL || p->disability[i] == W_INTELLECTUAL)))
            return true;
    return false;
}

/* Only residents hold the city's certificate: 2.6 % of all are 4 % of those registered. */
static void health(struct drawing *w, struct city_person *p) {
    bool poor = city_poor(w->h);
    double rate = p->age < 18 ? 0.008 : p->age < 60 ? 0.0265 : 0.077;
    if (p->local && !p->disabilities && chance_of(w->c, poor ? (rate * 9 < 0.45 ? rate * 9 : 0.45) : rate))
        disable(w, p);
    p->ill = chance_of(w->c, poor ? 0.16 : p->age >= 60 ? 0.025 : 0.006);
    if (w->h->made == MADE_LOW_INCOME && (city_severe(p) || p->ill) && chance_of(w->c, 0.85)) { /* else dibao would be theirs, with its allowances */
        p->disabilities = 0;
        p->ill = false;
    }
    if (p->disabilities && p->age >= 16 && p->age < 60)
        p->capacity = !city_severe(p) ? W_PARTLY_LOST : p->grade[0] == 1 ? W_WHOLLY_LOST : W_MOSTLY_LOST;
    if (p->age >= 60 && p->local && chance_of(w->c, p->age >= 80 ? 0.35 : p->disabilities ? 0.4 : 0.03)) {
        static const enum city_word level[] = {W_ABLE, W_ABILITY_LIGHT, W_ABILITY_MIDDLE, W_ABILITY_SEVERE, W_ABILITY_NONE};
        static const double share[] = {30, 34, 16, 14, 6};
        p->ability = level[chance_pick(w->c, share, ARRAY_LEN(share))];
    }
}

/* ---- children's parents, odd situations -------------------------------------------------------- */

static void parents(struct drawing *w, struct city_person *p) {
    const struct city_household *h = w->h;
    if (p->age >= 18)
        return;
    if (p->relation == W_CHILD) {
        p->parent[0] = W_LIVES;
        p->parent[1] = h->person[0].lone_parent ? (h->person[0].marriage == W_WIDOWED ? W_DEAD : W_LIVES) : W_LIVES;
        if (h->person[0].lone_parent && chance_of(w->c, 0.03)) {
            p->parent[1] = chance_of(w->c, 0.5) ? W_OUT_OF_CONTACT : W_IN_PRISON;
            p->parent_months[1] = between(w, 4, 60);
        }
    } else if (p->relation == W_GRANDCHILD) {
        static const double share[] = {60, 18, 8, 8, 6};
        static const int state[] = {W_LIVES, W_DEAD, W_IN_PRISON, W_OUT_OF_CONTACT, CITY_NEVER};
        for (int i = 0; i < 2; i++) {
            p->parent[i] = state[chance_pick(w->c, share, ARRAY_LEN(share))];
            p->parent_months[i] = p->parent[i] == W_IN_PRISON || p->parent[i] == W_OUT_OF_CONTACT ? between(w, 4, 90) : 0;
        }
        if (p->parent[0] == W_DEAD && p->parent[1] == W_DEAD)
            p->child_category = chance_of(w->c, 0.8) ? W_ORPHAN : W_NO_CATEGORY;
        else if (p->parent[0] != W_LIVES && p->parent[1] != W_LIVES && p->parent[0] != CITY_NEVER && p->parent[1] != CITY_NEVER)
            p->child_category = chance_of(w->c, 0.7) ? W_WITHOUT_CARE : W_NO_CATEGORY;
    }
    if (p->child_category == W_NO_CATEGORY && p->local && city_severe(p) && chance_of(w->c, 0.6))
        p->child_category = W_CHILD_ILL;
}

/* A few households in a thousand in every situation an article names. */
static void odd(struct drawing *w) {
    static const enum city_word reason[] = {W_CONSCRIPT, W_PRISONER, W_MISSING, W_CLERGY};
    static const enum city_word identity[] = {W_ID_REDUCED, W_ID_RETURNED_YOUTH, W_ID_UPRISING, W_ID_OLD_OVERSEAS, W_ID_OVERSEAS, W_ID_MARTYRS, W_ID_ONE_CHILD, W_ID_VETERAN_CADRE};
    static const double identity_share[] = {1, 1, 1, 2, 20, 8, 60, 30};
    const int relief = 3; /* the first are on regular relief by themselves: they stand among those in payment */
    struct city_household *h = w->h;
    struct city_person *last = &h->person[h->people - 1];
    if (h->people > 1 && last->age >= 18 && chance_of(w->c, 0.004))
        last->excluded = reason[chance_next(w->c) % ARRAY_LEN(reason)];
    if (h->person[0].age >= 50 && h->person[0].local && chance_of(w->c, 0.012))
        h->person[0].identity = h->made == MADE_PAID ? identity[chance_pick(w->c, identity_share, ARRAY_LEN(identity_share))]
                                                    : identity[relief + (int)chance_pick(w->c, identity_share + relief, ARRAY_LEN(identity_share) - (size_t)relief)];
    if (last->school == W_COLLEGE && chance_of(w->c, 0.03)) {
        last->local = false;
        last->collective = true;
    }
}

void city_people(struct chance *c, const struct city_frame *f, const struct city_place *place, enum made made, int people_max, struct city_household *h) {
    struct drawing w = {c, f, h};
    h->made = made;
    enum kind kind = pick_kind(&w, place, people_max);
    draw_kind(&w, kind);
    registered(&w, kind, place);
    for (int i = 0; i < h->people; i++) {
        health(&w, &h->person[i]);
        city_work(c, h, &h->person[i]);
        parents(&w, &h->person[i]);
    }
    odd(&w);
}
