/* What would have made a refusal a grant: one fact different, then two.
 *
 * The policy is a black box here: it is asked again, and believed.  A threshold is
 * found between a point that is granted and one that is not, down to one step. */
#include "civil/decision/change.h"

#include "base/vec.h"

#include <stdio.h>

enum {
    DEPTH_MAX = 12,          /* 户.成员[0].收入[0].月金额 is six deep */
    ASK_BUDGET = 200,        /* evaluations of one question that leaves facts open */
    DATE_FIRST_Y = 1900, DATE_LAST_Y = 2100,
    CHANGES_MAX = 12, MOVES_MAX = 120
};

/* A fact that may be made different. */
struct candidate {
    struct decision_move move;
    const struct fact *fact;
    bool reason;             /* nobody can change it */
    int64_t at, low, high;   /* number, date: where it is, and where it can be, in steps */
    int scale;               /* fractional digits of a step */
    struct decision_move found[2]; /* numbers: the threshold below and above, when alone enough */
    size_t found_count;
};

struct search {
    const struct policies *p;
    struct arena *keep, *scratch;
    struct decision_explanation *x;
    struct diag *d;
    enum status status;
    VEC(struct candidate) list;
    VEC(struct decision_change) changes, reasons;
};

static void full(struct search *s) { s->status = arena_full(s->d); }
static bool spent(const struct search *s) { return s->status != OK || s->x->tried >= s->x->budget; }

/* ---- other facts ------------------------------------------------------------------------ */

/* A copy in which what is at `step` is `to`, or is not there. */
static const struct json *replaced(struct arena *a, const struct json *j, const struct decision_step *step, size_t n, const struct json *to) {
    if (n == 0)
        return to;
    bool list = !step->key.at;
    size_t kept = 0;
    const struct json **item = (const struct json **)ARENA_ARRAY(a, j->size + 1, struct json *);
    if (!item)
        return NULL;
    for (size_t i = 0; i < j->size; i++) {
        bool here = list ? i == step->index : span_eq(j->key[i], step->key);
        if (here && n == 1 && list && !to)
            continue;
        item[kept] = here ? replaced(a, j->item[i], step + 1, n - 1, to) : j->item[i];
        if (!item[kept++])
            return NULL;
    }
    return list ? json_new_array(a, item, kept) : json_new_object(a, j->key, item, kept);
}

static const struct json *moved(struct arena *a, const struct json *facts, const struct decision_move *m) {
    const struct json *to = m->kind == MOVE_REMOVE_ALL ? json_new_array(a, NULL, 0) : m->to;
    return facts ? replaced(a, facts, m->step, m->step_count, to) : NULL;
}

/* Positions shift when an item goes: the later one goes first. */
const struct json *decision_changed(struct arena *a, const struct json *facts, const struct decision_change *c) {
    bool turn = c->count == 2 && c->move[0].kind == MOVE_REMOVE;
    for (size_t i = 0; i < c->count; i++)
        facts = moved(a, facts, &c->move[turn ? c->count - 1 - i : i]);
    return facts;
}

static bool would(struct search *s, const struct decision_change *c) {
    bool eligible = false;
    if (spent(s))
        return false;
    arena_reset(s->scratch);
    s->x->tried++;
    const struct json *facts = decision_changed(s->scratch, s->x->decision->facts, c);
    if (!facts)
        return full(s), false;
    s->status = decision_would(s->p, s->scratch, s->x->decision, facts, ASK_BUDGET, &eligible, s->d);
    return s->status == OK && eligible;
}

/* ---- what may be made different --------------------------------------------------------------- */

struct path { struct decision_step step[DEPTH_MAX]; size_t count; };

static bool is_money_or_area(const struct fact *f) {
    struct span u = f->unit;
    return (u.size >= 3 && memcmp(u.at, "元", 3) == 0) || span_is(u, "m²");
}

static bool grid(struct candidate *c, const struct json *value) {
    const struct fact *f = c->fact;
    if (f->kind == FACT_DATE) {
        date_t day;
        c->low = date_from_ymd(DATE_FIRST_Y, 1, 1);
        c->high = date_from_ymd(DATE_LAST_Y, 1, 1);
        if (value->type != JSON_STRING || date_parse(value->text, &day, NULL) != OK)
            return false;
        c->at = day;
        return true;
    }
    if (value->type != JSON_NUMBER)
        return false;
    c->scale = is_money_or_area(f) ? 2 : 0;
    struct dec steps = dec_round(dec_mul(value->number, dec_int(c->scale ? 100 : 1)), 0, DEC_FLOOR);
    if (dec_to_int(steps, &c->at, NULL) != OK)
        return false;
    c->low = f->ranged ? f->low : 0;
    c->high = f->ranged ? f->high : c->at > INT64_MAX / 16 ? c->at : c->at * 8 + 100 * (c->scale ? 100 : 1);
    return true;
}

static void add(struct search *s, const struct path *at, const struct fact *f, const struct json *value, enum decision_move_kind kind, bool reason) {
    struct decision_step *step = ARENA_ARRAY(s->keep, at->count + 1, struct decision_step);
    struct candidate c = {.fact = f, .reason = reason, .move = {.kind = kind, .step = step, .step_count = at->count, .entity = f->entity,
        .field = f->name, .type = f->kind, .from = value}};
    c.move.number = kind == MOVE_SET && (f->kind == FACT_NUMBER || f->kind == FACT_DATE);
    if (c.move.number && !grid(&c, value))
        return;
    c.move.step_size = c.scale ? dec_div(dec_int(1), dec_int(100)) : dec_int(1);
    struct candidate *slot = step ? vec_push_in(s->keep, &s->list) : NULL;
    if (!slot)
        return full(s);
    memcpy(step, at->step, at->count * sizeof *step);
    *slot = c;
}

static void visit(struct search *s, struct path *at, struct span entity, const struct json *j);

static void visit_list(struct search *s, struct path *at, const struct fact *f, const struct json *list, bool may, bool reason) {
    if (at->count == DEPTH_MAX || list->type != JSON_ARRAY)
        return;
    for (size_t i = 0; i < list->size; i++) {
        at->step[at->count++] = (struct decision_step){.index = i};
        if (may)
            add(s, at, f, list->item[i], MOVE_REMOVE, reason);
        visit(s, at, f->of, list->item[i]);
        at->count--;
    }
    if (may && list->size > 1)
        add(s, at, f, list, MOVE_REMOVE_ALL, reason);
}

static enum dmn_change changeable(const struct search *s, const struct fact *f) {
    char name[256];
    int n = snprintf(name, sizeof name, "%.*s.%.*s", SPAN_ARG(f->entity), SPAN_ARG(f->name));
    return dmn_label_table_change(s->p->labels, (struct span){name, (size_t)n});
}

/* The benefits that a person picked where an article lets him: a list that is one answer. */
static bool is_choice(const struct fact *f) { return f->list && span_is(f->entity, "申请") && span_is(f->name, "选择"); }

static void visit(struct search *s, struct path *at, struct span entity, const struct json *j) {
    for (size_t i = 0; j->type == JSON_OBJECT && i < j->size && at->count < DEPTH_MAX; i++) {
        const struct fact *f = vocabulary_find(&s->p->words, entity, j->key[i]);
        if (!f || json_is_null(j->item[i]))
            continue;
        enum dmn_change change = changeable(s, f);
        at->step[at->count++] = (struct decision_step){.key = j->key[i]};
        if (f->kind == FACT_ENTITY && f->list)
            visit_list(s, at, f, j->item[i], change != DMN_CHANGE_NONE, change == DMN_CHANGE_REASON);
        else if (f->kind == FACT_ENTITY)
            visit(s, at, f->of, j->item[i]);
        else if ((!f->list || is_choice(f)) && change != DMN_CHANGE_NONE)
            add(s, at, f, j->item[i], MOVE_SET, change == DMN_CHANGE_REASON);
        at->count--;
    }
}

/* ---- numbers -------------------------------------------------------------------------------------- */

static const struct json *point(struct arena *a, const struct candidate *c, int64_t at) {
    if (c->fact->kind == FACT_DATE) {
        char text[DATE_TEXT_MAX];
        size_t n = date_text((date_t)at, text);
        char *kept = arena_dup(a, (struct span){text, n});
        return kept ? json_new_string(a, (struct span){kept, n}) : NULL;
    }
    return json_new_number(a, c->scale ? dec_from_fen(at) : dec_int(at));
}

static struct decision_move at_point(struct search *s, const struct candidate *c, int64_t at) {
    struct decision_move m = c->move;
    m.to = point(s->keep, c, at);
    m.direction = at < c->at ? -1 : 1;
    if (!m.to)
        full(s);
    return m;
}

/* Points between where it is and the end on one side, nearest first. */
enum { POINTS = 14 };
static size_t points(const struct candidate *c, int side, int64_t *ret) {
    static const int part[POINTS] = {1, 2, 4, 6, 10, 16, 24, 32, 44, 58, 72, 86, 96, 100}; /* hundredths of the way */
    int64_t end = side < 0 ? c->low : c->high, last = c->at;
    size_t n = 0;
    for (size_t i = 0; i < POINTS; i++) {
        __int128 way = (__int128)(end - c->at) * part[i] / 100;
        int64_t at = c->at + (int64_t)way;
        if (at != last)
            ret[n++] = last = at;
    }
    return n;
}

static bool granted(struct search *s, const struct candidate *c, int64_t at, const struct decision_move *with) {
    struct decision_change x = {.count = with ? 2 : 1, .move = {at_point(s, c, at)}};
    if (with)
        x.move[1] = *with;
    return s->status == OK && would(s, &x);
}

/* The threshold between `no`, refused, and `yes`, granted: the granted point next to a refused one. */
static int64_t threshold(struct search *s, const struct candidate *c, int64_t no, int64_t yes, const struct decision_move *with) {
    while (!spent(s) && (yes > no ? yes - no : no - yes) > 1) {
        int64_t middle = no + (yes - no) / 2;
        if (granted(s, c, middle, with))
            yes = middle;
        else
            no = middle;
    }
    return yes;
}

static bool solve_side(struct search *s, const struct candidate *c, int side, const struct decision_move *with, struct decision_move *ret) {
    int64_t at[POINTS], no = c->at;
    size_t n = points(c, side, at), first = n;
    bool all = true;
    for (size_t i = 0; i < n && !spent(s); i++) {
        bool yes = granted(s, c, at[i], with);
        if (yes && first == n)
            first = i;
        if (first == n)
            no = at[i];
        all = all && (first == n || yes);
    }
    if (first == n || spent(s))
        return false;
    int64_t found = threshold(s, c, no, at[first], with);
    if (spent(s))
        return false; /* not to the step: nothing is told */
    *ret = at_point(s, c, found);
    ret->beyond = all;
    return s->status == OK;
}

static void solve_number(struct search *s, struct candidate *c) {
    for (int side = -1; side <= 1; side += 2)
        if (solve_side(s, c, side, NULL, &c->found[c->found_count]))
            c->found_count++;
}

/* ---- everything else ---------------------------------------------------------------------------------- */

/* The other values of a code or a yes-or-no. */
static size_t others(struct search *s, const struct candidate *c, const struct json **ret, size_t room) {
    size_t n = 0;
    const struct json *from = c->move.from;
    if (c->fact->kind == FACT_BOOLEAN && (from->type == JSON_TRUE || from->type == JSON_FALSE))
        ret[n++] = json_new_bool(from->type == JSON_FALSE);
    for (size_t i = 0; c->fact->kind == FACT_STRING && from->type == JSON_STRING && i < c->fact->code_count && n < room; i++)
        if (!span_eq(from->text, c->fact->code[i]) && !(ret[n++] = json_new_string(s->keep, c->fact->code[i])))
            return full(s), 0;
    return n;
}

enum { OTHERS_MAX = 32 };

/* This benefit among those picked: beside them, and in the place of each. */
static size_t choices(struct search *s, const struct candidate *c, const struct json **ret, size_t room) {
    const struct json *from = c->move.from, *own = json_new_string(s->keep, span_of(json_str(s->x->decision->matter->json, "benefit", "")));
    const struct json **list = (const struct json **)ARENA_ARRAY(s->keep, from->size + 1, struct json *);
    size_t n = 0, all = 0;
    if (!own || !list)
        return full(s), 0;
    bool picked = false;
    for (size_t i = 0; from->type == JSON_ARRAY && i < from->size; i++)
        picked = picked || json_same(from->item[i], own);
    for (size_t skip = 0; own->text.size && from->type == JSON_ARRAY && skip <= from->size && n < room; skip++) { /* at the end none is skipped */
        if (skip == from->size ? picked : json_same(from->item[skip], own))
            continue;
        all = 0;
        for (size_t i = 0; i < from->size; i++)
            if (i != skip)
                list[all++] = from->item[i];
        if (!picked)
            list[all++] = own;
        if (!(ret[n++] = json_new_array(s->keep, list, all)))
            return full(s), 0;
    }
    return n;
}

static size_t plain_moves(struct search *s, const struct candidate *c, struct decision_move *ret, size_t room) {
    const struct json *value[OTHERS_MAX];
    if (c->move.kind != MOVE_SET) {
        *ret = c->move;
        return room > 0;
    }
    size_t n = is_choice(c->fact) ? choices(s, c, value, OTHERS_MAX) : others(s, c, value, OTHERS_MAX);
    n = n < room ? n : room;
    for (size_t i = 0; i < n; i++) {
        ret[i] = c->move;
        ret[i].to = value[i];
    }
    return n;
}

static void keep(struct search *s, const struct decision_change *c, bool reason) {
    if ((reason ? s->reasons.size : s->changes.size) >= CHANGES_MAX)
        return;
    struct decision_change *slot = reason ? vec_push_in(s->keep, &s->reasons) : vec_push_in(s->keep, &s->changes);
    if (slot)
        *slot = *c;
    else
        full(s);
}

static void single(struct search *s, struct candidate *c) {
    struct decision_move move[OTHERS_MAX];
    if (c->move.number) {
        solve_number(s, c);
        for (size_t i = 0; i < c->found_count; i++)
            keep(s, &(struct decision_change){{c->found[i]}, 1}, c->reason);
        return;
    }
    size_t n = plain_moves(s, c, move, OTHERS_MAX);
    for (size_t i = 0; i < n; i++) {
        struct decision_change x = {{move[i]}, 1};
        if (would(s, &x))
            keep(s, &x, c->reason);
    }
}

/* ---- two at once ------------------------------------------------------------------------------------------ */

struct option { struct candidate *of; struct decision_move move; };
typedef VEC(struct option) options;

static void add_option(struct search *s, options *list, struct candidate *c, struct decision_move m) {
    struct option *slot = list->size < MOVES_MAX ? vec_push_in(s->keep, list) : NULL;
    if (slot)
        *slot = (struct option){c, m};
    else
        s->x->complete = false;
}

static void options_of(struct search *s, options *list, struct candidate *c) {
    struct decision_move move[OTHERS_MAX];
    if (c->move.number) { /* as far as it goes; brought back to the threshold afterwards */
        if (c->low < c->at)
            add_option(s, list, c, at_point(s, c, c->low));
        if (c->high > c->at)
            add_option(s, list, c, at_point(s, c, c->high));
        return;
    }
    size_t n = plain_moves(s, c, move, OTHERS_MAX);
    for (size_t i = 0; i < n; i++)
        add_option(s, list, c, move[i]);
}

/* Does the path of one lead through the other?  Then they are not two facts. */
static bool nested(const struct decision_move *a, const struct decision_move *b) {
    size_t n = a->step_count < b->step_count ? a->step_count : b->step_count;
    for (size_t i = 0; i < n; i++) {
        const struct decision_step *x = &a->step[i], *y = &b->step[i];
        bool same = (x->key.at != NULL) == (y->key.at != NULL) && (x->key.at ? span_eq(x->key, y->key) : x->index == y->index);
        if (!same)
            return false;
    }
    return true;
}

/* Numbers of a pair come back as near as the other allows, the first one first. */
static bool tighten(struct search *s, struct decision_change *x, const struct option *a, const struct option *b) {
    const struct option *of[] = {a, b};
    for (size_t i = 0; i < 2; i++) {
        struct decision_move m;
        if (!x->move[i].number)
            continue;
        if (!solve_side(s, of[i]->of, x->move[i].direction, &x->move[1 - i], &m))
            return false;
        x->move[i] = m;
    }
    return true;
}

static void pairs(struct search *s) {
    options list = {0};
    for (size_t i = 0; i < s->list.size; i++)
        if (!s->list.at[i].reason)
            options_of(s, &list, &s->list.at[i]);
    for (size_t i = 0; i < list.size; i++)
        for (size_t k = i + 1; k < list.size && s->changes.size < CHANGES_MAX && !spent(s); k++) {
            struct decision_change x = {{list.at[i].move, list.at[k].move}, 2};
            if (list.at[i].of == list.at[k].of || nested(&x.move[0], &x.move[1]) || !would(s, &x))
                continue;
            if (tighten(s, &x, &list.at[i], &list.at[k]))
                keep(s, &x, false);
        }
}

enum status decision_changes(const struct policies *p, struct arena *a, struct decision_explanation *x, struct diag *d) {
    AUTO(arena) struct arena *scratch = arena_new(256 << 20);
    struct search s = {.p = p, .keep = a, .scratch = scratch, .x = x, .d = d};
    struct path at = {0};
    if (!scratch)
        return arena_full(d);
    x->complete = true;
    visit(&s, &at, SPAN("输入"), x->decision->facts);
    for (size_t i = 0; i < s.list.size && !spent(&s); i++)
        single(&s, &s.list.at[i]);
    if (!s.changes.size && !spent(&s))
        pairs(&s);
    if (spent(&s))
        x->complete = false;
    x->change = s.changes.at;
    x->change_count = s.changes.size;
    x->reason = s.reasons.at;
    x->reason_count = s.reasons.size;
    return s.status;
}
