/* Which leaves of the partition touch. */
#include "dmn/case_internal.h"

#include "feel/vm.h"

static bool bounds_apart(const struct feel_bound *hi, const struct feel_bound *lo) {
    if (feel_is_null(hi->value) || feel_is_null(lo->value))
        return false;
    int o = feel_order(&hi->value, &lo->value);
    return o < 0 || (o == 0 && (hi->open || lo->open));
}

static bool domains_apart(const struct domain *a, const struct domain *b) {
    if (a->codes || b->codes)
        return (a->codes & b->codes) == 0;
    if (!feel_is_null(a->exactly) || !feel_is_null(b->exactly))
        return !feel_is_null(a->exactly) && !feel_is_null(b->exactly) && !feel_same(&a->exactly, &b->exactly);
    if (a->length != b->length || a->tail != b->tail)
        return !((a->tail && b->length >= a->length) || (b->tail && a->length >= b->length));
    return bounds_apart(&a->hi, &b->lo) || bounds_apart(&b->hi, &a->lo);
}

/* The one group in whose cells two boxes are apart; -1: none or several. */
int32_t case_neighbours(const struct search *s, const struct box *a, const struct box *b) {
    size_t n = a->count < b->count ? a->count : b->count;
    int32_t group = -1;
    for (size_t i = 0; i < n; i++) {
        if (!a->domain[i].set || !b->domain[i].set || !domains_apart(&a->domain[i], &b->domain[i]))
            continue;
        int32_t g = s->cells.at[i].group;
        if (group >= 0 && group != g)
            return -1;
        group = g;
    }
    return group;
}
