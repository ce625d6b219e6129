#include "civil/budget/funding.h"

#include "base/csv.h"
#include "base/decimal.h"
#include "civil/pack/pack.h"

enum { WHOLE = 10000 };

static enum status wrong(const char *scheme, struct diag *d) { return diag_fail(d, E_INPUT, "budget.funding", DIAG_S("scheme", scheme)); }

static bool share_of(struct span text, int64_t *ret) {
    struct dec n;
    if (dec_parse(text, &n, NULL) != OK || dec_sign(n) < 0)
        return false;
    int64_t whole = 0; /* a fen is a hundredth: hundred times the share, as fen, are its ten-thousandths */
    struct dec scaled = dec_mul(n, dec_from_fen(WHOLE));
    return dec_to_fen(scaled, &whole, NULL) == OK && dec_cmp(dec_from_fen(whole), scaled) == 0 && (*ret = whole) <= WHOLE;
}

static enum status one_pack(struct arena *a, struct span text, const char *scheme, date_t day, int64_t ret[BUDGET_LEVELS], bool *found, struct diag *d) {
    struct csv c;
    bool row = false;
    enum status s = csv_open(&c, a, text, "scheme,level,share,valid_from,valid_to,citation,confidence", d);
    while (s == OK && (s = csv_next(&c, &row, d)) == OK && row) {
        date_t from = DATE_NONE, to = DATE_NONE;
        int64_t share = 0;
        int level = 0;
        if (!span_is(c.field[0], scheme))
            continue;
        while (level < BUDGET_LEVELS && !span_is(c.field[1], budget_level[level]))
            level++;
        if (level == BUDGET_LEVELS || !share_of(c.field[2], &share) || date_parse(c.field[3], &from, NULL) != OK || (c.field[4].size && date_parse(c.field[4], &to, NULL) != OK))
            return wrong(scheme, d);
        if (from > day || (to != DATE_NONE && to < day))
            continue;
        ret[level] += share;
        *found = true;
    }
    return s;
}

enum status funding_shares(const struct packs *p, const char *scheme, month_t m, int64_t ret[BUDGET_LEVELS], struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(1 << 20);
    bool found = false;
    int64_t sum = 0;
    enum status s = a ? OK : arena_full(d);
    for (int i = 0; i < BUDGET_LEVELS; i++)
        ret[i] = 0;
    for (size_t i = 0; s == OK && i < packs_count(p); i++)
        if (packs_at(p, i)->funding.size)
            s = one_pack(a, packs_at(p, i)->funding, scheme, month_first(m), ret, &found, d);
    if (s == OK && !found)
        ret[BUDGET_LEVELS - 1] = WHOLE;
    for (int i = 0; i < BUDGET_LEVELS; i++)
        sum += ret[i];
    return s == OK && sum != WHOLE ? wrong(scheme, d) : s;
}

void funding_split(const int64_t share[BUDGET_LEVELS], int64_t fen, int64_t ret[BUDGET_LEVELS]) {
    int64_t rest[BUDGET_LEVELS], left = fen;
    for (int i = 0; i < BUDGET_LEVELS; i++) {
        ret[i] = fen / WHOLE * share[i] + fen % WHOLE * share[i] / WHOLE;
        rest[i] = fen % WHOLE * share[i] % WHOLE;
        left -= ret[i];
    }
    for (; left > 0; left--) { /* fewer than there are levels */
        int most = 0;
        for (int i = 1; i < BUDGET_LEVELS; i++)
            if (rest[i] > rest[most])
                most = i;
        ret[most]++;
        rest[most] = -1;
    }
}
