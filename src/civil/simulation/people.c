#include "civil/simulation/people.h"

#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>

enum { ADULT = 18, OLD = 60, DISTRICT_DIGITS = 6, SUBDISTRICT_DIGITS = 9, DIVISIONS_MAX = 65535 };

const char *household_type_name(enum household_type t) {
    static const char *const NAME[] = {"alone", "alone_old", "old", "lone_parent", "children", "adults"};
    return NAME[t];
}

/* ---- kinds of household ------------------------------------------------------------------- */

static enum household_type type_of(size_t children, size_t adults, size_t old) {
    if (children)
        return adults + old <= 1 ? HOUSEHOLD_LONE_PARENT : HOUSEHOLD_CHILDREN;
    if (adults + old <= 1)
        return old ? HOUSEHOLD_ALONE_OLD : HOUSEHOLD_ALONE;
    return adults ? HOUSEHOLD_ADULTS : HOUSEHOLD_OLD;
}

static void kinds(const struct cohort_list *members, date_t day, struct people *p) {
    const struct cohort_column *born = cohort_column_find(members->of, SPAN("出生日期"));
    date_t adult = date_add_months(day, -12 * ADULT), old = date_add_months(day, -12 * OLD);
    for (size_t h = 0; h < p->count; h++) {
        uint64_t first = members->offset[h], end = members->offset[h + 1];
        size_t group[3] = {0};
        for (uint64_t m = first; m < end; m++) {
            int64_t b = cohort_known(born, m) ? cohort_stored(born, m) : adult;
            group[b > adult ? 0 : b > old ? 1 : 2]++;
        }
        p->persons[h] = (uint8_t)(end - first < UINT8_MAX ? end - first : UINT8_MAX);
        p->type[h] = (uint8_t)type_of(group[0], group[1], group[2]);
    }
}

/* ---- incomes ---------------------------------------------------------------------------------- */

static void incomes(const struct cohort_list *members, struct people *p) {
    const struct cohort_list *list = cohort_list_find(members->of, SPAN("收入"));
    const struct cohort_column *amount = list ? cohort_column_find(list->of, SPAN("月金额")) : NULL;
    for (size_t h = 0; amount && h < p->count; h++) {
        bool unknown = false;
        for (uint64_t m = members->offset[h]; m < members->offset[h + 1]; m++) {
            unknown |= cohort_bit(list->unknown, m);
            for (uint64_t i = list->offset[m]; i < list->offset[m + 1]; i++)
                if (cohort_known(amount, i))
                    p->income_fen[h] += cohort_fen(amount, i);
        }
        p->income_unknown += unknown;
    }
    if (!amount)
        p->income_unknown = p->count;
}

/* ---- divisions ----------------------------------------------------------------------------------- */

/* The first digits of the 12-digit code of a household. */
static void code_of(const struct cohort_column *c, uint64_t row, int digits, char ret[13]) {
    memset(ret, 0, 13);
    if (!cohort_known(c, row))
        return;
    char text[24] = "";
    if (c->kind == COHORT_STRING) {
        struct span w = c->word[cohort_stored(c, row)];
        memcpy(text, w.at, w.size < 12 ? w.size : 12);
    } else
        snprintf(text, sizeof text, "%012lld", (long long)cohort_stored(c, row));
    memcpy(ret, text, (size_t)digits);
}

static size_t division_index(struct people *p, const char code[13], size_t last) {
    if (last < p->divisions && memcmp(p->code[last], code, 13) == 0)
        return last; /* neighbours live next to each other */
    for (size_t i = 0; i < p->divisions; i++)
        if (memcmp(p->code[i], code, 13) == 0)
            return i;
    if (p->divisions == DIVISIONS_MAX)
        return 0;
    memcpy(p->code[p->divisions], code, 13);
    return p->divisions++;
}

static void divisions(const struct cohort_table *household, int digits, struct people *p) {
    const struct cohort_column *c = cohort_column_find(household, SPAN("_division"));
    size_t last = 0;
    char code[13];
    p->divisions = 0;
    for (size_t h = 0; h < p->count; h++) {
        code_of(c, h, digits, code);
        p->division[h] = (uint16_t)(last = division_index(p, code, last));
    }
}

enum status people_of(const struct cohort_table *household, date_t day, struct people *ret, struct diag *d) {
    const struct cohort_list *members = cohort_list_find(household, SPAN("成员"));
    *ret = (struct people){.count = household->count};
    if (!members)
        return diag_fail(d, E_INPUT, "screening.no_members");
    size_t n = ret->count + 1;
    ret->persons = calloc(n, sizeof *ret->persons);
    ret->type = calloc(n, sizeof *ret->type);
    ret->income_fen = calloc(n, sizeof *ret->income_fen);
    ret->division = calloc(n, sizeof *ret->division);
    ret->code = calloc(DIVISIONS_MAX, sizeof *ret->code);
    if (!ret->persons || !ret->type || !ret->income_fen || !ret->division || !ret->code)
        return arena_full(d);
    kinds(members, day, ret);
    incomes(members, ret);
    divisions(household, DISTRICT_DIGITS, ret);
    if (ret->divisions == 1)
        divisions(household, SUBDISTRICT_DIGITS, ret);
    return OK;
}

void people_free(struct people *p) {
    free(p->persons);
    free(p->type);
    free(p->income_fen);
    free(p->division);
    free(p->code);
    *p = (struct people){0};
}
