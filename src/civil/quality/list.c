/* Figures, work and the rows behind them, as officers see them. */
#include "civil/quality/quality_internal.h"

#include "civil/access/access.h"
#include "civil/register/register.h"

#include <stdio.h>

/* ---- of which division ---------------------------------------------------------------------------- */

/* All of it: what of a place he may see is what his post covers. */
static enum status place_of(const struct civil *c, const struct actor *who, const char *asked, char ret[16], struct diag *d) {
    const char *own = "";
    for (int i = 0; i < who->grant_count; i++)
        if (!*own || strlen(who->grant[i].division) < strlen(own))
            own = who->grant[i].division;
    char home[24];
    snprintf(home, sizeof home, "%lld", (long long)c->district);
    const char *place = asked && *asked ? asked : strlen(own) < strlen(home) ? home : own;
    if (!actor_may(who, NULL, place) || strlen(place) > 12)
        return diag_fail(d, E_FORBIDDEN, "quality.scope");
    snprintf(ret, 16, "%s", place);
    return OK;
}

struct range { char from[16], to[24]; };
static struct range range_of(const char *place) {
    struct range r;
    snprintf(r.from, sizeof r.from, "%s", place);
    snprintf(r.to, sizeof r.to, "%.16s:", place); /* ':' follows '9' */
    return r;
}

/* ---- figures ------------------------------------------------------------------------------------------ */

static enum status latest(struct txn *t, int64_t district, date_t *ret, struct diag *d) {
    int64_t n = 0;
    enum status s = sql_int(t, &n, INT64_MIN, d, "SELECT max(day) FROM quality_figure WHERE district = ?", SQL_I(district));
    *ret = s == OK && n != INT64_MIN ? (date_t)n : DATE_NONE;
    return s;
}

static enum status rule_json(struct civil *c, struct txn *t, const struct quality_rule *q, const struct range *in, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true, first = true;
    json_object(w);
    json_kstring(w, "id", q->id);
    json_kstring(w, "kind", q->kind);
    json_kboth(w, "title", q->zh, q->en);
    json_kint(w, "allowed", q->allowed);
    enum status s = sql_query(t, &r, d, "SELECT day, sum(rows), sum(bad) FROM quality_figure WHERE district = ? AND rule = ? AND division >= ? AND division < ? GROUP BY day ORDER BY day DESC LIMIT ?",
        SQL_I(c->district), SQL_S(q->id), SQL_S(in->from), SQL_S(in->to), SQL_I(QUALITY_TREND));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        if (first) {
            json_kint(w, "rows", rows_int(r, 1));
            json_kint(w, "bad", rows_int(r, 2));
            json_key(w, "trend");
            json_array(w);
            first = false;
        }
        json_object(w);
        json_kdate(w, "day", rows_date(r, 0));
        json_kint(w, "rows", rows_int(r, 1));
        json_kint(w, "bad", rows_int(r, 2));
        json_object_end(w);
    }
    if (first) {
        json_kint(w, "rows", 0);
        json_kint(w, "bad", 0);
        json_key(w, "trend");
        json_array(w);
    }
    json_array_end(w);
    json_object_end(w);
    return s;
}

static enum status register_title(struct civil *c, struct txn *t, const char *reg, struct json_writer *w, struct diag *d) {
    struct schema *s = ARENA_NEW(txn_arena(t), struct schema);
    if (strcmp(reg, "population") == 0) {
        json_kboth(w, "title", "人口登记", "Population");
        return OK;
    }
    enum status st = s ? schema_find(c, txn_arena(t), reg, s, d) : arena_full(d);
    if (st == OK)
        json_kboth(w, "title", s->zh, s->en);
    return st;
}

/* Registers that he may not know of are not there. */
static enum status seen(struct civil *c, struct txn *t, const struct actor *who, const char *reg, bool *ret, struct diag *d) {
    struct schema *s = ARENA_NEW(txn_arena(t), struct schema);
    *ret = true;
    if (strcmp(reg, "population") == 0)
        return OK;
    enum status st = s ? schema_find(c, txn_arena(t), reg, s, d) : arena_full(d);
    *ret = st == OK && schema_known(s, who) && schema_readable(s, who);
    return st;
}

static enum status registers_json(struct civil *c, struct txn *t, const struct actor *who, const struct quality_rules *rules, const struct range *in, struct json_writer *w, struct diag *d) {
    enum status s = OK;
    const char *open = NULL;
    json_key(w, "registers");
    json_array(w);
    for (size_t i = 0; s == OK && i < rules->n; i++) { /* rules of one register stand together */
        const struct quality_rule *q = &rules->rule[i];
        bool shown = false;
        if ((s = seen(c, t, who, q->reg, &shown, d)) != OK || !shown)
            continue;
        if (!open || strcmp(open, q->reg) != 0) {
            if (open) {
                json_array_end(w);
                json_object_end(w);
            }
            json_object(w);
            json_kstring(w, "name", q->reg);
            s = register_title(c, t, q->reg, w, d);
            json_key(w, "rules");
            json_array(w);
            open = q->reg;
        }
        if (s == OK)
            s = rule_json(c, t, q, in, w, d);
    }
    if (open) {
        json_array_end(w);
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

static enum status name_json(struct txn *t, const char *key, const char *code, struct json_writer *w, struct diag *d) {
    const char *name = code;
    enum status s = division_name(t, txn_arena(t), code, &name, d);
    json_kstring(w, key, s == OK ? name : code);
    if (s == E_NOT_FOUND)
        diag_clear(d);
    return s == E_NOT_FOUND ? OK : s;
}

/* The places below, the worst first. */
static enum status places_json(struct civil *c, struct txn *t, const char *place, date_t day, const struct range *in, struct json_writer *w, struct diag *d) {
    int below = strlen(place) >= 12 ? 0 : strlen(place) >= 9 ? 12 : strlen(place) >= 6 ? 9 : 6;
    AUTO(rows) struct rows *r = NULL;
    bool row = below > 0;
    char sql[400];
    snprintf(sql, sizeof sql, "SELECT substr(division, 1, %d), sum(rows), sum(bad) FROM quality_figure WHERE district = ? AND day = ? AND division >= ? AND division < ? AND length(division) >= %d "
        "GROUP BY substr(division, 1, %d) ORDER BY 3 DESC, 1", below, below, below);
    enum status s = below && day != DATE_NONE ? sql_query(t, &r, d, sql, SQL_I(c->district), SQL_D(day), SQL_S(in->from), SQL_S(in->to)) : OK;
    json_key(w, "places");
    json_array(w);
    while (s == OK && r && (s = rows_next(r, &row, d)) == OK && row) {
        char *code = rows_dup(r, 0, txn_arena(t));
        json_object(w);
        json_kstring(w, "division", code ? code : "");
        s = name_json(t, "division_name", code ? code : "", w, d);
        json_kint(w, "rows", rows_int(r, 1));
        json_kint(w, "bad", rows_int(r, 2));
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

static const struct quality_rule *rule_named(const struct quality_rules *rules, const char *id) {
    for (size_t i = 0; i < rules->n; i++)
        if (strcmp(rules->rule[i].id, id) == 0)
            return &rules->rule[i];
    return NULL;
}

static enum status work_json(struct civil *c, struct txn *t, const struct actor *who, const struct quality_rules *rules, const struct range *in, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d, "SELECT rule, division, rows, bad, opened_on, due_on FROM quality_work WHERE district = ? AND state = 'open' AND division >= ? AND division < ? ORDER BY due_on, bad DESC, rule, division LIMIT 200",
        SQL_I(c->district), SQL_S(in->from), SQL_S(in->to));
    json_key(w, "work");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        char *rule = rows_dup(r, 0, txn_arena(t)), *division = rows_dup(r, 1, txn_arena(t));
        const struct quality_rule *q = rule ? rule_named(rules, rule) : NULL;
        bool shown = false;
        if (!rule || !division)
            return arena_full(d);
        if (!q || (s = seen(c, t, who, q->reg, &shown, d)) != OK || !shown)
            continue; /* a rule that the packs no longer have */
        json_object(w);
        json_kstring(w, "rule", rule);
        json_kboth(w, "title", q->zh, q->en);
        json_kstring(w, "owner", q->owner);
        json_kstring(w, "division", division);
        s = name_json(t, "division_name", division, w, d);
        json_kint(w, "rows", rows_int(r, 2));
        json_kint(w, "bad", rows_int(r, 3));
        json_kdate(w, "opened_on", rows_date(r, 4));
        json_kdate(w, "due_on", rows_date(r, 5));
        json_kbool(w, "mine", actor_may(who, q->owner, division));
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

enum status quality_json(struct civil *c, struct txn *t, const struct actor *who, const char *division, struct json_writer *w, struct diag *d) {
    struct quality_rules *rules = ARENA_NEW(txn_arena(t), struct quality_rules);
    char place[16], home[24];
    date_t day = DATE_NONE;
    snprintf(home, sizeof home, "%lld", (long long)c->district);
    enum status s = rules ? place_of(c, who, division, place, d) : arena_full(d);
    if (s == OK)
        s = quality_rules(c, txn_arena(t), rules, d);
    if (s == OK)
        s = latest(t, c->district, &day, d);
    if (s != OK)
        return s;
    struct range in = range_of(place);
    json_object(w);
    json_kstring(w, "division", place);
    s = name_json(t, "division_name", place, w, d);
    json_kdate(w, "day", day);
    json_kbool(w, "may_run", actor_may(who, "district_clerk", home));
    if (s == OK)
        s = registers_json(c, t, who, rules, &in, w, d);
    if (s == OK)
        s = places_json(c, t, place, day, &in, w, d);
    if (s == OK)
        s = work_json(c, t, who, rules, &in, w, d);
    json_object_end(w);
    return s;
}

/* ---- the rows ---------------------------------------------------------------------------------------- */

struct listing {
    struct civil *c;
    struct txn *t;
    struct access *look;
    const struct quality_rule *rule;
    struct arena *scratch;
    struct feel_notes *notes;
    struct json_writer *w;
    size_t shown;
    int64_t last;
    bool more;
};

static enum status failing(void *arg, const struct quality_row *r, struct diag *d) {
    struct listing *x = arg;
    bool asked = false, bad = false, people = strcmp(x->rule->reg, "population") == 0;
    enum status s = quality_fails(x->rule, r, x->scratch, x->notes, &asked, &bad, d);
    if (s != OK || !bad)
        return s;
    if ((x->more = x->shown == QUALITY_PAGE))
        return E_BUSY; /* the page is full: ends the walk */
    struct person p = {0};
    BUF_AUTO title;
    buf_init(&title, 4096);
    char division[16];
    snprintf(division, sizeof division, "%.*s", SPAN_ARG(r->division));
    buf_add(&title, r->title);
    if (people) {
        s = person_read(x->c, x->t, x->look, txn_arena(x->t), x->c->district, r->id, &p, d);
        if (s == OK) {
            person_name_masked(&title, p.name);
            buf_addf(&title, " %s", p.id_masked);
        }
    }
    if (s != OK)
        return s;
    json_object(x->w);
    json_kid(x->w, "id", r->id);
    json_kspan(x->w, "title", buf_span(&title));
    s = name_json(x->t, "division_name", division, x->w, d);
    json_object_end(x->w);
    x->shown++;
    x->last = r->id;
    return s;
}

enum status quality_rows_json(struct civil *c, struct txn *t, struct access *look, const struct actor *who, const char *rule, const char *division, int64_t after, struct json_writer *w, struct diag *d) {
    AUTO(arena) struct arena *scratch = arena_new(0);
    struct quality_rules *rules = ARENA_NEW(txn_arena(t), struct quality_rules);
    char place[16];
    bool shown = false;
    enum status s = rules && scratch ? place_of(c, who, division, place, d) : arena_full(d);
    if (s == OK)
        s = quality_rules(c, txn_arena(t), rules, d);
    if (s != OK)
        return s;
    struct listing x = {.c = c, .t = t, .look = look, .rule = rule_named(rules, rule), .scratch = scratch, .notes = ARENA_NEW(txn_arena(t), struct feel_notes), .w = w};
    if (x.rule)
        s = seen(c, t, who, x.rule->reg, &shown, d);
    if (s == OK && !shown)
        return diag_fail(d, E_NOT_FOUND, "quality.none");
    if (s != OK || !x.notes)
        return s != OK ? s : arena_full(d);
    json_object(w);
    json_kstring(w, "register", x.rule->reg);
    json_kboth(w, "title", x.rule->zh, x.rule->en);
    s = name_json(t, "division_name", place, w, d);
    json_key(w, "items");
    json_array(w);
    if (s == OK)
        s = quality_rows(c, t, x.rule->reg, place, after, failing, &x, d);
    if (s == E_BUSY && x.more)
        s = OK;
    json_array_end(w);
    json_key(w, "next_cursor");
    if (x.more)
        json_id(w, x.last);
    else
        json_nothing(w);
    json_object_end(w);
    return s;
}
