#include "dmn/labels.h"

#include "base/csv.h"
#include "base/map.h"

struct row { struct dmn_label label; enum dmn_change change; };
struct dmn_label_table { struct arena *arena; struct map *row; };

enum status dmn_label_table_new(struct arena *a, struct dmn_label_table **ret, struct diag *d) {
    struct dmn_label_table *t = ARENA_NEW(a, struct dmn_label_table);
    if (!t || !(t->row = map_new(a, 0)))
        return arena_full(d);
    t->arena = a;
    *ret = t;
    return OK;
}

static struct row *row_of(struct dmn_label_table *t, struct span name) {
    struct row *r = map_get(t->row, name);
    char *key = r ? NULL : arena_dup(t->arena, name);
    if (r)
        return r;
    r = ARENA_NEW(t->arena, struct row);
    return r && key && map_put(t->row, (struct span){key, name.size}, r) ? r : NULL;
}

static void take(struct span *to, struct span from) {
    if (!to->size)
        *to = from;
}

static bool change_of(struct span word, enum dmn_change *ret) {
    static const char *const NAME[] = {"", "yes", "reason"};
    for (size_t i = 0; i < ARRAY_LEN(NAME); i++)
        if (span_is(word, NAME[i])) {
            *ret = (enum dmn_change)i;
            return true;
        }
    return false;
}

/* Expressions name a field without its entity. */
static bool field_alone(struct dmn_label_table *t, struct span name, const struct dmn_label *label) {
    const char *dot = memchr(name.at, '.', name.size);
    if (!dot || dot + 1 == name.at + name.size)
        return true;
    struct row *r = row_of(t, (struct span){dot + 1, (size_t)(name.at + name.size - dot - 1)});
    if (r) {
        take(&r->label.en, label->en);
        take(&r->label.unit, label->unit);
    }
    return r != NULL;
}

enum status dmn_label_table_add(struct dmn_label_table *t, struct span text, struct diag *d) {
    struct csv c;
    enum status s = csv_open(&c, t->arena, text, "name,zh,en,unit,change", d);
    for (bool more = s == OK; more && s == OK;) {
        if ((s = csv_next(&c, &more, d)) != OK || !more)
            break;
        enum dmn_change change;
        if (!c.field[0].size)
            return diag_fail(d, E_INPUT, "dmn.label_empty"), diag_line(d, c.line);
        if (!change_of(c.field[4], &change))
            return diag_fail(d, E_INPUT, "dmn.label_change", DIAG_SPAN("word", c.field[4])), diag_line(d, c.line);
        struct row *r = row_of(t, c.field[0]);
        if (!r)
            return arena_full(d);
        take(&r->label.zh, c.field[1]);
        take(&r->label.en, c.field[2]);
        take(&r->label.unit, c.field[3]);
        if (r->change == DMN_CHANGE_NONE)
            r->change = change;
        if (!field_alone(t, c.field[0], &r->label))
            return arena_full(d);
    }
    return s;
}

enum status dmn_label_table_unit(struct dmn_label_table *t, struct span name, struct span unit, struct diag *d) {
    struct row *r = row_of(t, name);
    char *kept = arena_dup(t->arena, unit);
    if (!r || !kept)
        return arena_full(d);
    take(&r->label.unit, (struct span){kept, unit.size});
    return OK;
}

static bool find(const void *data, struct span name, struct dmn_label *ret) {
    const struct dmn_label_table *t = data;
    const struct row *r = map_get(t->row, name);
    if (r)
        *ret = r->label;
    return r != NULL;
}

struct dmn_labels dmn_label_table_labels(const struct dmn_label_table *t) { return (struct dmn_labels){find, t}; }

enum dmn_change dmn_label_table_change(const struct dmn_label_table *t, struct span name) {
    const struct row *r = map_get(t->row, name);
    return r ? r->change : DMN_CHANGE_NONE;
}
