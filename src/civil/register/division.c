/* Divisions: city, districts, subdistricts, communities with their statistical codes. */
#include "civil/register/register.h"

#include "base/csv.h"
#include "base/vec.h"
#include "store/store.h"

#include <math.h>
#include <stdio.h>

/* Neighbouring codes are usually neighbours on the ground, so a square-ish
 * walk in code order (boustrophedon) keeps most of them side by side.  A
 * bureau that brings outlines replaces these tiles. */
static void tile(size_t i, size_t n, int64_t *x, int64_t *y) {
    int64_t width = (int64_t)ceil(sqrt((double)n));
    *y = (int64_t)i / width;
    *x = (int64_t)i % width;
    if (*y % 2)
        *x = width - 1 - *x;
}

struct place { const char *code, *name, *parent; int64_t level, x, y; };

static enum status read_places(struct arena *a, struct span csv, struct place **ret, size_t *ret_n, struct diag *d) {
    struct csv c;
    VEC(struct place) list = {0};
    enum status s = csv_open(&c, a, csv, "code,name,level,parent", d);
    for (bool more = true; s == OK;) {
        if ((s = csv_next(&c, &more, d)) != OK || !more)
            break;
        size_t n = c.field[0].size;
        int64_t level = strtoll(c.field[2].at, NULL, 10);
        if (c.field[1].size == 0 || strspn(c.field[0].at, "0123456789") != n || n != (size_t[]){0, 2, 6, 9, 12}[level >= 1 && level <= 4 ? level : 0])
            return diag_fail(d, E_INPUT, "register.division", DIAG_N("line", c.line));
        struct place *p = vec_push_in(a, &list);
        if (!p)
            return arena_full(d);
        *p = (struct place){c.field[0].at, c.field[1].at, c.field[3].at, level, 0, 0};
    }
    *ret = list.at;
    *ret_n = list.size;
    return s;
}

/* Brothers are together in code order. */
static void lay_out(struct place *p, size_t n) {
    for (size_t i = 0; i < n;) {
        size_t k = i;
        while (k < n && p[k].level == p[i].level && strcmp(p[k].parent, p[i].parent) == 0)
            k++;
        for (size_t j = i; j < k; j++)
            tile(j - i, k - i, &p[j].x, &p[j].y);
        i = k;
    }
}

static int by_level(const void *a, const void *b) {
    const struct place *x = a, *y = b;
    if (x->level != y->level)
        return x->level < y->level ? -1 : 1;
    return strcmp(x->code, y->code);
}

enum status division_load(struct civil *c, struct txn *t, struct span csv, struct diag *d) {
    struct place *p = NULL;
    size_t n = 0;
    enum status s = read_places(txn_arena(t), csv, &p, &n, d);
    if (s != OK)
        return s;
    qsort(p, n, sizeof *p, by_level);
    lay_out(p, n);
    for (size_t i = 0; s == OK && i < n; i++)
        s = sql_exec(t, d,
            "INSERT INTO division (code, name, level, parent, tile_x, tile_y) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (code) DO UPDATE SET name = excluded.name, parent = excluded.parent",
            SQL_S(p[i].code), SQL_S(p[i].name), SQL_I(p[i].level), *p[i].parent ? SQL_S(p[i].parent) : SQL_NIL, SQL_I(p[i].x), SQL_I(p[i].y));
    return s;
}

enum status division_name(struct txn *t, struct arena *a, const char *code, const char **ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool found = false;
    enum status s = sql_query(t, &r, d, "SELECT name FROM division WHERE code = ?", SQL_S(code));
    if (s == OK)
        s = rows_next(r, &found, d);
    if (s != OK)
        return s;
    char *name = found ? rows_dup(r, 0, a) : arena_dup(a, span_of(code));
    if (!name)
        return arena_full(d);
    *ret = name;
    return OK;
}
