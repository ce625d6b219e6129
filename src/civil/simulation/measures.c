#include "civil/simulation/measures.h"

#include "base/arena.h"

#include <stdlib.h>

/* Income a head in hundredths of a fen, so that a division by the household's size loses less than a fen in all. */
enum { HEAD_UNITS = 100, DIGIT_BITS = 16, DIGITS = 1 << DIGIT_BITS };
static const int64_t INCOME_MAX = INT64_C(1) << 40; /* fen a month: 11 thousand million yuan */

struct head { uint64_t income; uint64_t persons; };

static void sort_pass(const struct head *from, struct head *to, size_t n, unsigned shift, size_t *count) {
    memset(count, 0, DIGITS * sizeof *count);
    for (size_t i = 0; i < n; i++)
        count[from[i].income >> shift & (DIGITS - 1)]++;
    size_t sum = 0;
    for (size_t k = 0; k < DIGITS; k++) {
        size_t c = count[k];
        count[k] = sum;
        sum += c;
    }
    for (size_t i = 0; i < n; i++)
        to[count[from[i].income >> shift & (DIGITS - 1)]++] = from[i];
}

/* By income, ascending; `other` is as long.  Returns where the sorted ones are. */
static struct head *sorted(struct head *list, struct head *other, size_t n, size_t *count) {
    for (unsigned shift = 0; shift < 48; shift += DIGIT_BITS) {
        sort_pass(list, other, n, shift, count);
        struct head *swap = list;
        list = other;
        other = swap;
    }
    return list;
}

static void poverty(const struct head *list, size_t n, int64_t line_fen, struct measures *m) {
    double line = (double)line_fen * HEAD_UNITS;
    for (size_t i = 0; i < n && (double)list[i].income < line; i++) {
        double gap = (line - (double)list[i].income) / line, persons = (double)list[i].persons;
        m->poor += list[i].persons;
        m->fgt[1] += persons * gap;
        m->fgt[2] += persons * gap * gap;
    }
    m->fgt[0] = (double)m->poor;
    for (int k = 0; k < 3; k++)
        m->fgt[k] /= (double)m->persons;
}

/* Twice the area under the Lorenz curve, taken from one. */
static void inequality(const struct head *list, size_t n, struct measures *m) {
    double sum = 0, area = 0;
    for (size_t i = 0; i < n; i++) {
        double before = sum;
        sum += (double)list[i].income * (double)list[i].persons;
        area += (double)list[i].persons * (before + sum);
    }
    m->gini = sum > 0 ? 1 - area / ((double)m->persons * sum) : 0;
    m->mean_fen = (int64_t)(sum / HEAD_UNITS / (double)m->persons + 0.5);
}

enum status measures_of(const int64_t *income_fen, const uint8_t *persons, size_t n, int64_t line_fen, struct measures *ret, struct diag *d) {
    struct head *list = malloc((n + 1) * sizeof *list), *other = malloc((n + 1) * sizeof *other);
    size_t *count = malloc(DIGITS * sizeof *count), used = 0;
    *ret = (struct measures){0};
    if (!list || !other || !count) {
        free(list);
        free(other);
        free(count);
        return arena_full(d);
    }
    for (size_t i = 0; i < n; i++) {
        int64_t fen = income_fen[i] < 0 ? 0 : income_fen[i] > INCOME_MAX ? INCOME_MAX : income_fen[i];
        if (persons[i])
            list[used++] = (struct head){(uint64_t)fen * HEAD_UNITS / persons[i], persons[i]};
        ret->persons += persons[i];
    }
    if (ret->persons) {
        const struct head *s = sorted(list, other, used, count);
        poverty(s, used, line_fen, ret);
        inequality(s, used, ret);
    }
    free(list);
    free(other);
    free(count);
    return OK;
}
