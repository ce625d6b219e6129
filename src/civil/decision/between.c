#include "civil/decision/between.h"

#include "base/csv.h"
#include "base/vec.h"

typedef VEC(struct between_row) row_list;

const char *between_kind_name(enum between_kind k) {
    static const char *const NAME[] = {"feeds", "excludes", "choose", "not_income", "together", "review"};
    assert(k < BETWEEN_KINDS);
    return NAME[k];
}

static bool kind_of(struct span name, enum between_kind *ret) {
    for (int k = 0; k < BETWEEN_KINDS; k++)
        if (span_is(name, between_kind_name((enum between_kind)k))) {
            *ret = (enum between_kind)k;
            return true;
        }
    return false;
}

static enum status row_read(const struct packs *packs, const struct csv *c, struct between_row *ret, struct diag *d) {
    *ret = (struct between_row){.scheme = packs_matter(packs, c->field[1].at), .other = packs_matter(packs, c->field[2].at),
        .article = c->field[3].at, .zh = c->field[4].at, .en = c->field[5].at};
    enum status s = OK;
    if (!kind_of(c->field[0], &ret->kind))
        s = diag_fail(d, E_INPUT, "decision.between_kind", DIAG_SPAN("kind", c->field[0]));
    else if (!ret->scheme || !ret->other || ret->scheme == ret->other)
        s = diag_fail(d, E_INPUT, "decision.between_scheme", DIAG_SPAN("scheme", c->field[1]), DIAG_SPAN("other", c->field[2]));
    if (s != OK)
        diag_line(d, c->line);
    return s;
}

static enum status rows_read(struct arena *a, const struct packs *packs, const struct pack *p, row_list *list, struct diag *d) {
    struct csv c;
    enum status s = csv_open(&c, a, p->between, "kind,scheme,other,article,zh,en", d);
    for (bool more = true; s == OK;) {
        if ((s = csv_next(&c, &more, d)) != OK || !more)
            break;
        struct between_row *row = vec_push_in(a, list);
        s = row ? row_read(packs, &c, row, d) : arena_full(d);
    }
    return s == OK ? OK : (diag_at(d, "%s/between.csv", p->id), s);
}

static bool placed(const struct matter *const *order, size_t n, const struct matter *m) {
    for (size_t i = 0; i < n; i++)
        if (order[i] == m)
            return true;
    return false;
}

static bool ready(const row_list *rows, const struct matter *const *order, size_t n, const struct matter *m) {
    for (size_t i = 0; i < rows->size; i++)
        if (rows->at[i].kind == BETWEEN_FEEDS && rows->at[i].other == m && !placed(order, n, rows->at[i].scheme))
            return false;
    return true;
}

/* The first in the packs' order of which nothing that feeds it is left. */
static const struct matter *next(const struct packs *packs, const row_list *rows, const struct matter *const *order, size_t n) {
    for (size_t i = 0; i < packs_count(packs); i++) {
        const struct pack *p = packs_at(packs, i);
        for (size_t k = 0; k < p->matter_count; k++)
            if (!placed(order, n, &p->matter[k]) && ready(rows, order, n, &p->matter[k]))
                return &p->matter[k];
    }
    return NULL;
}

enum status between_load(struct arena *a, const struct packs *packs, struct between *ret, struct diag *d) {
    row_list rows = {0};
    size_t total = 0, n = 0;
    for (size_t i = 0; i < packs_count(packs); i++) {
        enum status s = packs_at(packs, i)->between.size ? rows_read(a, packs, packs_at(packs, i), &rows, d) : OK;
        if (s != OK)
            return s;
        total += packs_at(packs, i)->matter_count;
    }
    const struct matter **order = ARENA_ARRAY(a, total + 1, const struct matter *);
    if (!order)
        return arena_full(d);
    for (; n < total; n++)
        if (!(order[n] = next(packs, &rows, order, n)))
            return diag_fail(d, E_INPUT, "decision.between_circle");
    *ret = (struct between){rows.at, rows.size, order, total};
    return OK;
}
