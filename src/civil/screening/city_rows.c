/* From a household's plain values to rows, and what of them nobody knows. */
#include "civil/screening/city_model.h"

struct out {
    struct batch *b;
    const struct city_columns *k;
};

static void set(struct out *o, enum city_column c, int64_t v) { batch_set(o->b, o->k->column[c], v); }
static void code(struct out *o, enum city_column c, int w) { batch_set(o->b, o->k->column[c], o->k->word[w]); }
static void code_known(struct out *o, enum city_column c, int w) {
    if (w != CITY_NEVER)
        code(o, c, w);
}
static void null(struct out *o, enum city_column c) { batch_null(o->b, o->k->column[c]); }
static bool row(struct out *o, enum city_table t) { return batch_row(o->b, o->k->table[t]); }
static void known(struct out *o, enum city_table t) { batch_known(o->b, o->k->table[t]); }

static void day(struct out *o, enum city_column c, date_t d) {
    if (d == DATE_NONE)
        null(o, c);
    else
        set(o, c, d);
}

static bool incomes(struct out *o, const struct city_person *p) {
    bool ok = true;
    if (p->income_unknown)
        return true;
    known(o, T_INCOME);
    for (int i = 0; ok && i < p->incomes; i++)
        if ((ok = row(o, T_INCOME))) {
            code(o, C_I_KIND, p->income[i].kind);
            set(o, C_I_AMOUNT, p->income[i].fen);
        }
    return ok;
}

static bool disabilities(struct out *o, const struct city_person *p) {
    bool ok = true;
    known(o, T_DISABILITY);
    for (int i = 0; ok && i < p->disabilities; i++)
        if ((ok = row(o, T_DISABILITY))) {
            code(o, C_D_KIND, p->disability[i]);
            set(o, C_D_GRADE, p->grade[i]);
        }
    return ok;
}

/* An element for each parent; one of whom nobody knows anything is an unknown element. */
static bool parents(struct out *o, const struct city_person *p) {
    bool ok = true;
    if (p->age >= 18)
        return true;
    for (int i = 0; ok && i < 2; i++) {
        ok = row(o, T_PARENTS) && row(o, T_MONTHS);
        if (ok && p->parent[i] != CITY_NEVER) {
            code(o, C_P_STATE, p->parent[i]);
            set(o, C_P_MONTHS, p->parent_months[i]);
        }
    }
    return ok;
}

static void facts(struct out *o, const struct city_household *h, const struct city_person *p) {
    code(o, C_M_RELATION, p->relation);
    code(o, C_M_SEX, p->male ? W_MALE : W_FEMALE);
    set(o, C_M_BIRTH, p->birth);
    code(o, C_M_HUKOU, p->local ? W_LOCAL : W_ELSEWHERE);
    set(o, C_M_PERMIT, p->permit);
    set(o, C_M_COLLECTIVE, p->collective);
    code(o, C_M_MARRIAGE, p->marriage);
    code(o, C_M_WORK, p->work);
    code(o, C_M_SCHOOL, p->school);
    set(o, C_M_ILL, p->ill);
    code_known(o, C_M_CAPACITY, p->capacity);
    code_known(o, C_M_ABILITY, p->ability);
    code_known(o, C_M_SELFCARE, p->selfcare);
    set(o, C_M_LONE, p->lone_parent);
    if (p->kept_known)
        set(o, C_M_KEPT, p->kept);
    if (h->made == MADE_TEKUN) {
        set(o, C_M_DUTY, 0);
        set(o, C_M_ABLE, 0);
    } else if (h->verified) {
        set(o, C_M_DUTY, h->supporters > 0 || h->people > 1);
    }
    code(o, C_M_EXCLUDED, p->excluded);
    code(o, C_M_CHILD, p->child_category);
    code(o, C_M_LIVING, p->living);
    set(o, C_M_INJURY, 0);
    set(o, C_M_DAYCARE, p->daycare);
    set(o, C_M_HOMEAID, p->home_aid);
    set(o, C_M_BRAVE, 0);
    day(o, C_M_DIED, p->died);
    day(o, C_M_MOVED, p->moved);
    if (p->reported != DATE_NONE)
        set(o, C_M_REPORTED, p->reported);
    if (p->disabilities && p->local) { /* asked when a subsidy was applied for */
        int64_t stable = 0;
        for (int i = 0; i < p->incomes; i++)
            stable += p->income[i].kind == W_WAGE || p->income[i].kind == W_PENSION || p->income[i].kind == W_BUSINESS ? p->income[i].fen : 0;
        set(o, C_M_STABLE, stable);
    }
    if (p->age < 18) {
        set(o, C_M_GUARDIAN, 0);
        set(o, C_M_TEMPORARY, 0);
        set(o, C_M_INSTITUTION, 0);
    } else {
        null(o, C_M_TEMPORARY);
    }
}

static bool member(struct out *o, const struct city_household *h, int i, int64_t id) {
    const struct city_person *p = &h->person[i];
    if (!row(o, T_MEMBER))
        return false;
    set(o, C_M_ID, id);
    set(o, C_M_NUMBER, o->k->number[i]);
    facts(o, h, p);
    known(o, T_IDENTITIES);
    if (p->identity != CITY_NEVER) {
        if (!row(o, T_IDENTITIES))
            return false;
        code(o, C_T_IDENTITY, p->identity);
    }
    return incomes(o, p) && disabilities(o, p) && parents(o, p);
}

static bool property(struct out *o, const struct city_household *h) {
    bool ok = true;
    known(o, T_VEHICLE);
    known(o, T_HOME);
    known(o, T_BUSINESS);
    if (h->car && (ok = row(o, T_VEHICLE))) {
        code(o, C_V_USE, h->car_disabled ? W_CAR_DISABLED : h->car_business ? W_CAR_BUSINESS : W_CAR_LIVING);
        set(o, C_V_VALUE, h->car_value);
    }
    for (int i = 0; ok && i < h->homes; i++)
        if ((ok = row(o, T_HOME))) {
            set(o, C_O_AREA, h->home[i].area);
            code(o, C_O_TENURE, h->home[i].tenure);
            code(o, C_O_USE, h->home[i].use);
        }
    if (ok && h->business && (ok = row(o, T_BUSINESS))) {
        set(o, C_B_CAPITAL, h->capital);
        set(o, C_B_ACTIVE, h->business_active);
    }
    return ok;
}

static bool supporters(struct out *o, const struct city_household *h) {
    if (!h->verified)
        return true;
    known(o, T_SUPPORTER);
    for (int i = 0; i < h->supporters; i++) {
        const struct city_supporter *s = &h->supporter[i];
        if (!row(o, T_SUPPORTER))
            return false;
        set(o, C_S_PEOPLE, s->people);
        set(o, C_S_INCOME, s->income);
        set(o, C_S_HOMES, s->homes);
        set(o, C_S_AREA, s->area_each);
        set(o, C_S_PROPERTY, s->property_each);
        set(o, C_S_ILL, s->ill);
        set(o, C_S_ASSISTED, s->assisted);
        set(o, C_S_FAMILIES, s->families);
        code(o, C_S_DUTY, s->duty);
        set(o, C_S_DOCUMENT, s->document);
        set(o, C_S_PAID, s->paid);
    }
    return true;
}

static bool benefits(struct out *o, const struct city_household *h) {
    known(o, T_BENEFIT);
    for (int i = 0; i < h->benefits; i++) {
        const struct city_benefit *x = &h->benefit[i];
        if (!row(o, T_BENEFIT))
            return false;
        code(o, C_R_BENEFIT, x->benefit);
        set(o, C_R_FOR, o->k->subject[x->member]);
        set(o, C_R_SINCE, x->since);
        set(o, C_R_AMOUNT, x->fen);
        code_known(o, C_R_CAUSE, x->cause);
    }
    return true;
}

bool city_rows(struct batch *b, const struct city_frame *f, const struct city_household *h, int64_t first_person, int64_t division) {
    struct out o = {b, &f->columns};
    if (!row(&o, T_HOUSEHOLD))
        return false;
    set(&o, C_H_ID, first_person);
    set(&o, C_H_DIVISION, division);
    set(&o, C_H_MADE, h->made);
    if (h->verified) {
        set(&o, C_H_MONEY, h->money);
        set(&o, C_H_MEDICAL, h->medical);
        code(&o, C_H_HEATING, h->person[0].age % 5 ? W_HEAT_CENTRAL : W_HEAT_CLEAN);
    }
    if (h->rent != CITY_NEVER)
        set(&o, C_H_RENT, h->rent);
    bool ok = true;
    for (int i = 0; ok && i < h->people; i++)
        ok = member(&o, h, i, first_person + i);
    return ok && property(&o, h) && supporters(&o, h) && benefits(&o, h);
}
