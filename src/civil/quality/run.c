/* Counting, and what follows for whom. */
#include "civil/quality/quality_internal.h"

#include "base/map.h"
#include "civil/access/access.h"
#include "civil/register/linkable.h"

#include <stdio.h>

struct cell { int64_t rows, bad; };
struct tally { const struct quality_rule *rule; struct map *places; }; /* division -> struct cell */

struct counting {
    struct civil *c;
    const struct actor *who;
    struct arena *arena, *scratch;
    struct feel_notes *notes;
    int64_t people_max, people;
    struct quality_rules *rules;
    struct tally tally[QUALITY_RULES_MAX];
    const char *reg;
    struct quality_report report;
};

static enum status count(struct counting *x, struct tally *y, const struct quality_row *r, struct diag *d) {
    bool asked = false, bad = false;
    struct cell *cell = map_get(y->places, r->division); /* one that asks nobody any more counts as nothing, not as yesterday */
    if (!cell && (!(cell = ARENA_NEW(x->arena, struct cell)) || !map_put(y->places, r->division, cell)))
        return arena_full(d);
    enum status s = quality_fails(y->rule, r, x->scratch, x->notes, &asked, &bad, d);
    if (s != OK || !asked)
        return s;
    cell->rows++;
    cell->bad += bad;
    x->report.asked++;
    x->report.bad += bad;
    return OK;
}

static enum status row(void *arg, const struct quality_row *r, struct diag *d) {
    struct counting *x = arg;
    enum status s = OK;
    x->report.rows++;
    for (size_t i = 0; s == OK && i < x->rules->n; i++)
        if (strcmp(x->tally[i].rule->reg, x->reg) == 0)
            s = count(x, &x->tally[i], r, d);
    return s;
}

static enum status count_all(struct txn *t, void *arg, struct diag *d) {
    struct counting *x = arg;
    enum status s = people_count(x->c, t, &x->people, d);
    if (s == OK && x->people_max && x->people > x->people_max)
        return diag_fail(d, E_LIMIT, "quality.people", DIAG_N("n", x->people), DIAG_N("max", x->people_max));
    x->report = (struct quality_report){.day = txn_today(t)};
    for (size_t i = 0; s == OK && i < x->rules->n; i++) {
        x->tally[i] = (struct tally){&x->rules->rule[i], map_new(x->arena, 0)};
        s = x->tally[i].places ? OK : arena_full(d);
    }
    for (size_t i = 0; s == OK && i < x->rules->n; i++) {
        bool first = true;
        for (size_t k = 0; k < i; k++)
            first &= strcmp(x->rules->rule[k].reg, x->rules->rule[i].reg) != 0;
        x->reg = x->rules->rule[i].reg;
        if (first)
            s = quality_rows(x->c, t, x->reg, "", 0, row, x, d);
    }
    return s;
}

/* ---- keeping ------------------------------------------------------------------------------------- */

static enum status keep_figures(struct counting *x, struct txn *t, const struct tally *y, struct diag *d) {
    enum status s = sql_exec(t, d, "DELETE FROM quality_figure WHERE district = ? AND rule = ? AND day = ?", SQL_I(x->c->district), SQL_S(y->rule->id), SQL_D(x->report.day));
    for (size_t i = 0; s == OK && i < map_size(y->places); i++) {
        const struct cell *cell = map_value(y->places, i);
        s = sql_exec(t, d, "INSERT INTO quality_figure (district, rule, day, division, rows, bad) VALUES (?, ?, ?, ?, ?, ?)", SQL_I(x->c->district), SQL_S(y->rule->id), SQL_D(x->report.day),
            SQL_T(map_key(y->places, i)), SQL_I(cell->rows), SQL_I(cell->bad));
    }
    return s;
}

/* Too many of a place fail: it is somebody's work until they do not. */
static enum status keep_work(struct counting *x, struct txn *t, const struct quality_rule *q, struct span place, const struct cell *cell, struct diag *d) {
    bool much = cell->bad * 1000 > q->allowed * cell->rows;
    int64_t n = 0;
    struct sql_value district = SQL_I(x->c->district), rule = SQL_S(q->id), division = SQL_T(place), today = SQL_D(x->report.day), due = SQL_D(x->report.day + (date_t)q->days);
    enum status s;
    if (!much) {
        s = sql_exec_count(t, &n, d, "UPDATE quality_work SET rows = ?, bad = ?, state = 'done', done_on = ? WHERE district = ? AND rule = ? AND division = ? AND state = 'open'", SQL_I(cell->rows),
            SQL_I(cell->bad), today, district, rule, division);
        x->report.done += n;
        return s;
    }
    s = sql_exec_count(t, &n, d, "UPDATE quality_work SET rows = ?, bad = ? WHERE district = ? AND rule = ? AND division = ? AND state = 'open'", SQL_I(cell->rows), SQL_I(cell->bad), district, rule, division);
    if (s != OK || n)
        return s;
    x->report.opened++;
    return sql_exec(t, d, "INSERT INTO quality_work (district, rule, division, rows, bad, state, opened_on, due_on) VALUES (?, ?, ?, ?, ?, 'open', ?, ?) ON CONFLICT (district, rule, division) DO UPDATE SET "
        "rows = excluded.rows, bad = excluded.bad, state = 'open', opened_on = excluded.opened_on, due_on = excluded.due_on, done_on = NULL", district, rule, division, SQL_I(cell->rows), SQL_I(cell->bad), today, due);
}

static enum status keep_rule(struct counting *x, struct txn *t, const struct tally *y, struct diag *d) {
    char district[24];
    struct map *above = map_new(txn_arena(t), 0);
    snprintf(district, sizeof district, "%lld", (long long)x->c->district);
    enum status s = above ? keep_figures(x, t, y, d) : arena_full(d);
    for (size_t i = 0; s == OK && i < map_size(y->places); i++) {
        struct span code = map_key(y->places, i), place = code.size >= 9 ? (struct span){code.at, 9} : span_of(district);
        const struct cell *of = map_value(y->places, i);
        struct cell *cell = map_get(above, place);
        if (!cell && (!(cell = ARENA_NEW(txn_arena(t), struct cell)) || !map_put(above, place, cell)))
            return arena_full(d);
        cell->rows += of->rows;
        cell->bad += of->bad;
    }
    for (size_t i = 0; s == OK && i < map_size(above); i++)
        s = keep_work(x, t, y->rule, map_key(above, i), map_value(above, i), d);
    return s;
}

static enum status keep(struct txn *t, void *arg, struct diag *d) {
    struct counting *x = arg;
    enum status s = access_bulk_in(x->c, t, x->who, "district_clerk", "data_quality", "data quality of the registers", x->people, NULL, d);
    x->report.opened = x->report.done = 0;
    for (size_t i = 0; s == OK && i < x->rules->n; i++)
        s = keep_rule(x, t, &x->tally[i], d);
    return s;
}

enum status quality_run(struct civil *c, const struct actor *who, int64_t people_max, struct quality_report *ret, struct diag *d) {
    char district[24];
    AUTO(arena) struct arena *a = arena_new(0), *scratch = arena_new(0);
    struct counting *x = a && scratch ? ARENA_NEW(a, struct counting) : NULL;
    snprintf(district, sizeof district, "%lld", (long long)c->district);
    if (strcmp(who->kind, "system") != 0 && !actor_may(who, "district_clerk", district))
        return diag_fail(d, E_FORBIDDEN, "quality.role");
    if (!x)
        return arena_full(d);
    *x = (struct counting){.c = c, .who = who, .arena = a, .scratch = scratch, .notes = ARENA_NEW(a, struct feel_notes), .people_max = people_max, .rules = ARENA_NEW(a, struct quality_rules)};
    enum status s = x->notes && x->rules ? quality_rules(c, a, x->rules, d) : arena_full(d);
    if (s == OK)
        s = store_read(c->store, count_all, x, d);
    if (s == OK)
        s = store_write(c->store, keep, x, d);
    if (s == OK && ret)
        *ret = x->report;
    return s;
}

void quality_report_json(const struct quality_report *r, struct json_writer *w) {
    json_object(w);
    json_kdate(w, "day", r->day);
    json_kint(w, "rows", r->rows);
    json_kint(w, "asked", r->asked);
    json_kint(w, "bad", r->bad);
    json_kint(w, "opened", r->opened);
    json_kint(w, "done", r->done);
    json_object_end(w);
}
