#include "civil/demo/household_model.h"

#include "civil/demo/names.h"

#include <stdio.h>

/* Age targets, census 2020 (Beijing) with Xicheng's older shape: 0-14 11.8 %, 60+
 * between the city's 19.6 and Xicheng's 30 %.  Household types and their shares
 * are chosen so that sizes average 2.31 and these ages come out. */
enum type { ALONE_YOUNG, ALONE_OLD, COUPLE_YOUNG, COUPLE_OLD, COUPLE_CHILD, COUPLE_TWO_CHILDREN, LONE_PARENT, THREE_GENERATIONS, ADULT_CHILD, SIBLINGS };
static const double type_share[] = {180, 65, 112, 170, 215, 55, 28, 62, 106, 7};

static date_t born(struct chance *c, date_t today, int age) {
    struct ymd y = date_ymd(today);
    return date_from_ymd(y.year - age, 1, 1) - (date_t)chance_between(c, 0, 364) + (date_t)(y.month - 1) * 30;
}

static int64_t lognormal(struct chance *c, double median, double sigma) {
    double x = median * exp(sigma * chance_normal(c));
    return (int64_t)(x / 10) * 10;
}

/* ---- people ------------------------------------------------------------------- */

static struct model_person *add(struct chance *c, struct model_household *h, const char *relation, size_t surname, bool male, int age, date_t today) {
    assert(h->people < MODEL_PEOPLE_MAX);
    struct model_person *p = &h->person[h->people++];
    memset(p, 0, sizeof *p);
    p->relation = relation;
    p->male = male;
    p->birth = born(c, today, age);
    p->local = true;
    p->marriage = "未婚";
    p->capacity = "有";
    p->not_counted = "无";
    p->identity = "";
    p->schooling = "无";
    demo_name(c, surname, male, date_ymd(p->birth).year, p->name);
    return p;
}

static void pay(struct model_person *p, const char *kind, int64_t yuan) {
    if (yuan > 0 && p->incomes < MODEL_INCOMES_MAX)
        p->income[p->incomes++] = (struct model_income){kind, yuan};
}

static void school(struct chance *c, struct model_person *p, int age) {
    p->work = age < 6 ? "学龄前" : "学生";
    p->schooling = age < 3 ? "无" : age < 6 ? "学前" : age < 15 ? "义务教育" : age < 18 ? "高中" : age < 22 ? "本科及以下" : "研究生";
    if (age >= 18 && chance_of(c, 0.08))
        pay(p, "奖助学金", chance_between(c, 2, 8) * 100);
}

/* Work and income of an adult; medians are yuan a month, general knowledge of
 * the city's wages, a modelling choice. */
static void work(struct chance *c, struct model_person *p, int age, bool poor) {
    if (age >= 60 || (!p->male && age >= 55)) {
        p->work = "退休";
        if (poor && chance_of(c, 0.45)) /* residents' basic pension only */
            pay(p, "养老金", chance_between(c, 90, 110) * 10);
        else
            pay(p, "养老金", lognormal(c, poor ? 1500 : 4900, poor ? 0.25 : 0.32));
        if (age >= 80)
            pay(p, "养老补贴津贴", age >= 90 ? 500 : 100);
        return;
    }
    double u = chance_unit(c);
    if (poor) {
        p->work = u < 0.35 ? "失业" : u < 0.6 ? "无业" : u < 0.85 ? "灵活就业" : "在职职工";
        if (u < 0.35 && chance_of(c, 0.5))
            pay(p, "失业金", chance_between(c, 150, 220) * 10);
        else if (u >= 0.6)
            pay(p, "工资性", lognormal(c, u < 0.85 ? 1700 : 2700, 0.25));
        return;
    }
    p->work = u < 0.72 ? "在职职工" : u < 0.86 ? "灵活就业" : u < 0.91 ? "自主创业" : u < 0.95 ? "无业" : "失业";
    if (u < 0.72)
        pay(p, "工资性", lognormal(c, 8600, 0.6));
    else if (u < 0.86)
        pay(p, "工资性", lognormal(c, 5200, 0.55));
    else if (u < 0.91)
        pay(p, "经营净", lognormal(c, 9500, 0.8));
    else if (u >= 0.95)
        pay(p, "失业金", chance_between(c, 170, 220) * 10);
    if (chance_of(c, 0.12))
        pay(p, "财产净", lognormal(c, 1200, 0.7));
}

/* About 2.6 % hold a certificate; limb half, then sight, hearing, mental,
 * intellectual, speech; grades 1-2 about 40 %. */
static void health(struct chance *c, struct model_person *p, int age, bool poor) {
    static const char *const kinds[] = {"肢体", "视力", "听力", "精神", "智力", "言语"};
    static const double share[] = {58, 14, 13, 6, 5, 4}; /* the siblings kept by relatives add to the last but one */
    static const double grades[] = {17, 24, 27, 32};
    double rate = age < 18 ? 0.006 : age < 60 ? 0.015 : 0.050;
    if (chance_of(c, poor ? rate * 9 : rate)) {
        p->disability = kinds[chance_pick(c, share, ARRAY_LEN(share))];
        p->grade = (int)chance_pick(c, grades, 4) + 1;
        if (p->grade <= 2 && age >= 18 && age < 60 && chance_of(c, 0.7)) {
            p->work = "无业";
            p->incomes = 0;
            p->capacity = p->grade == 1 ? "完全丧失" : "大部分丧失";
        }
    }
    p->ill = chance_of(c, poor ? 0.16 : age >= 60 ? 0.025 : 0.006);
}

static void adult(struct chance *c, struct model_person *p, date_t today, bool poor) {
    int age = date_age(p->birth, today);
    if (age < 18 || (age < 24 && chance_of(c, age < 22 ? 0.8 : 0.35)))
        school(c, p, age);
    else
        work(c, p, age, poor);
    health(c, p, age, poor);
}

/* ---- types of household ---------------------------------------------------------- */

static void couple(struct chance *c, struct model_household *h, size_t surname, int age, date_t today, bool poor) {
    bool head_male = chance_of(c, 0.72);
    struct model_person *a = add(c, h, "本人", surname, head_male, age, today);
    struct model_person *b = add(c, h, "配偶", demo_surname(c), !head_male, age + (int)chance_between(c, -4, 3) - (head_male ? 1 : -2), today);
    a->marriage = b->marriage = "有配偶";
    adult(c, a, today, poor);
    adult(c, b, today, poor);
    if (age < 60 && chance_of(c, 0.11)) { /* a spouse from elsewhere */
        b->local = false;
        b->permit = chance_of(c, 0.85);
    }
}

static void children(struct chance *c, struct model_household *h, size_t surname, int n, int parent_age, date_t today, bool poor) {
    int age = parent_age - (int)chance_between(c, 25, 33);
    for (int i = 0; i < n; i++) {
        int a = age - i * (int)chance_between(c, 2, 5);
        if (a < 0)
            a = (int)chance_between(c, 0, 3);
        adult(c, add(c, h, "子女", surname, chance_of(c, 0.53), a > 24 ? 24 : a, today), today, poor);
    }
}

static void draw_type(struct chance *c, struct model_household *h, enum type type, date_t today, bool poor) {
    size_t surname = demo_surname(c);
    struct model_person *p;
    int age;
    switch (type) {
    case ALONE_YOUNG:
        p = add(c, h, "本人", surname, chance_of(c, 0.65), (int)chance_between(c, 22, 59), today); /* who moves to the city alone is more often a man */
        adult(c, p, today, poor);
        p->marriage = date_age(p->birth, today) > 35 && chance_of(c, 0.4) ? "离婚" : "未婚";
        break;
    case ALONE_OLD:
        p = add(c, h, "本人", surname, chance_of(c, 0.36), (int)chance_between(c, 62, 92), today);
        adult(c, p, today, poor);
        p->marriage = chance_of(c, 0.75) ? "丧偶" : "离婚";
        break;
    case COUPLE_YOUNG:
        couple(c, h, surname, (int)chance_between(c, 26, 58), today, poor);
        break;
    case COUPLE_OLD:
        couple(c, h, surname, (int)chance_between(c, 60, 84), today, poor);
        break;
    case COUPLE_CHILD:
    case COUPLE_TWO_CHILDREN:
        age = (int)chance_between(c, 29, 50);
        couple(c, h, surname, age, today, poor);
        children(c, h, surname, type == COUPLE_CHILD ? 1 : 2, age, today, poor);
        break;
    case LONE_PARENT:
        age = (int)chance_between(c, 28, 48);
        p = add(c, h, "本人", surname, chance_of(c, 0.28), age, today);
        p->marriage = chance_of(c, 0.8) ? "离婚" : "丧偶";
        adult(c, p, today, poor);
        p->single_parent = true;
        children(c, h, surname, 1, age, today, poor);
        break;
    case THREE_GENERATIONS:
        age = (int)chance_between(c, 30, 45);
        couple(c, h, surname, age, today, poor);
        children(c, h, surname, 1, age, today, poor);
        p = add(c, h, "父母", surname, chance_of(c, 0.4), age + (int)chance_between(c, 25, 32), today);
        p->marriage = chance_of(c, 0.6) ? "有配偶" : "丧偶";
        adult(c, p, today, poor);
        break;
    case ADULT_CHILD:
        age = (int)chance_between(c, 52, 72);
        couple(c, h, surname, age, today, poor);
        p = add(c, h, "子女", surname, chance_of(c, 0.55), age - (int)chance_between(c, 25, 31), today);
        adult(c, p, today, poor);
        if (p->disability && p->grade <= 2)
            p->kept = chance_of(c, 0.7);
        break;
    case SIBLINGS: /* siblings keeping a disabled adult */
        age = (int)chance_between(c, 40, 62);
        p = add(c, h, "本人", surname, chance_of(c, 0.5), age, today);
        adult(c, p, today, poor);
        p = add(c, h, "兄弟姐妹", surname, chance_of(c, 0.5), age - (int)chance_between(c, 1, 8), today);
        p->work = "无业";
        p->disability = chance_of(c, 0.5) ? "智力" : "精神";
        p->grade = (int)chance_between(c, 1, 3);
        p->capacity = "完全丧失";
        p->kept = true;
        break;
    }
}

/* ---- what a household owns ----------------------------------------------------------- */

static void property(struct chance *c, struct model_household *h, date_t today, bool poor) {
    int head_age = date_age(h->person[0].birth, today);
    h->money = poor ? lognormal(c, 9000, 0.8) : lognormal(c, 60000 + 3500.0 * head_age, 1.0);
    bool owns = chance_of(c, poor ? 0.35 : head_age < 32 ? 0.45 : 0.74);
    h->homes = 1;
    h->tenure = owns ? "自有" : chance_of(c, poor ? 0.75 : 0.35) ? "公有承租" : "其他";
    h->area[0] = (double)chance_between(c, poor ? 18 : 38, poor ? 58 : 120);
    if (!poor && owns && chance_of(c, 0.17)) {
        h->homes = 2;
        h->area[1] = (double)chance_between(c, 35, 110);
    }
    h->car = chance_of(c, poor ? 0.02 : 0.36);
    h->car_value = h->car ? chance_between(c, 20, 260) * 1000 : 0;
    bool limb = false;
    for (int i = 0; i < h->people; i++)
        limb |= h->person[i].disability && strcmp(h->person[i].disability, "肢体") == 0;
    if (limb && !h->car && chance_of(c, 0.15)) {
        h->car = h->car_for_disabled = true;
        h->car_value = chance_between(c, 3, 20) * 1000;
    }
    h->business = !poor && chance_of(c, 0.07);
    h->capital = h->business ? chance_between(c, 3, 200) * 10000 : 0;
}

/* Old people's children who live apart. */
static void supporters(struct chance *c, struct model_household *h, date_t today, bool poor) {
    bool old = false, child = false;
    for (int i = 0; i < h->people; i++) {
        old |= date_age(h->person[i].birth, today) >= 60;
        child |= strcmp(h->person[i].relation, "子女") == 0;
    }
    if (!old || child)
        return;
    int n = chance_of(c, poor ? 0.55 : 0.8) ? (chance_of(c, 0.35) ? 2 : 1) : 0;
    for (int i = 0; i < n; i++) {
        struct model_supporter *s = &h->supporter[h->supporters++];
        s->people = (int)chance_between(c, 2, 4);
        s->income = lognormal(c, poor ? 6200 : 16000, 0.45);
        s->homes = chance_of(c, poor ? 0.08 : 0.25) ? 2 : 1;
        s->area_each = (double)chance_between(c, 14, 46);
        s->property_each = lognormal(c, poor ? 15000 : 70000, 0.9);
        s->ill = chance_of(c, 0.05);
        s->assisted = poor && chance_of(c, 0.06);
        s->families = (int)chance_between(c, 1, 2);
    }
}

/* A few households in a thousand in every situation an article names. */
static void odd(struct chance *c, struct model_household *h) {
    static const char *const reasons[] = {"义务兵", "服刑", "宣告失踪", "宗教教职三年以上"};
    static const char *const identities[] = {"精减退职老职工", "因公致残返城知青", "起义投诚人员", "老归侨", "归侨侨眷", "优抚孤老烈属", "计划生育特殊家庭", "离休"};
    struct model_person *last = &h->person[h->people - 1];
    if (h->people > 1 && chance_of(c, 0.005))
        last->not_counted = reasons[chance_next(c) % ARRAY_LEN(reasons)];
    if (chance_of(c, 0.006))
        h->person[0].identity = identities[chance_next(c) % ARRAY_LEN(identities)];
    if (last->schooling && strcmp(last->schooling, "本科及以下") == 0 && chance_of(c, 0.03)) {
        last->local = false;
        last->collective = true;
    }
}

void model_draw(struct chance *c, date_t today, bool poor, struct model_household *ret) {
    static const double poor_share[] = {215, 150, 40, 105, 150, 40, 150, 35, 95, 20};
    memset(ret, 0, sizeof *ret);
    ret->poor = poor;
    draw_type(c, ret, (enum type)chance_pick(c, poor ? poor_share : type_share, ARRAY_LEN(type_share)), today, poor);
    /* About a third of the residents are registered elsewhere; whole households. */
    if (!poor && chance_of(c, 0.33))
        for (int i = 0; i < ret->people; i++) {
            ret->person[i].local = false;
            ret->person[i].permit = chance_of(c, 0.6);
        }
    property(c, ret, today, poor);
    supporters(c, ret, today, poor);
    odd(c, ret);
}
