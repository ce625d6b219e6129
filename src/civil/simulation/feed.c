#include "civil/simulation/feed.h"

#include "civil/decision/policies.h"

#include <stdlib.h>

#define HELD SPAN("在享")

struct feeding {
    const struct simulation_request *request;
    struct simulation *s;
    struct fed *fed;
    struct arena *arena;       /* of one scheme's second look */
    const struct cohort_list *held;
    const struct cohort_column *benefit, *object, *number;
};

/* One scheme's turns in a household, beside what is held there. */
struct beginning { const struct simulated_scheme *scheme; const struct turned *turn; bool drawing; };

/* ---- whose households ------------------------------------------------------------------------ */

static bool feeds(const struct between *b, const struct matter *scheme, const struct matter *other) {
    for (size_t i = 0; i < b->count; i++)
        if ((b->row[i].kind == BETWEEN_FEEDS || b->row[i].kind == BETWEEN_EXCLUDES) && b->row[i].scheme == scheme && b->row[i].other == other)
            return true;
    return false;
}

static int by_household(const void *a, const void *b) {
    const struct beginning *x = a, *y = b;
    if (x->turn->household != y->turn->household)
        return x->turn->household < y->turn->household ? -1 : 1;
    if (x->scheme != y->scheme)
        return x->scheme < y->scheme ? -1 : 1;
    return (x->turn->row > y->turn->row) - (x->turn->row < y->turn->row);
}

static int64_t word_index(const struct cohort_column *c, struct span word) {
    for (uint32_t i = 0; c && i < c->word_count; i++)
        if (span_eq(c->word[i], word))
            return i;
    return -1;
}

static const char *benefit_of(const struct simulated_scheme *x) { return json_str(x->matter->json, "benefit", ""); }

static struct span subject(const struct feeding *f, const struct beginning *b) {
    if (!b->scheme->of_person)
        return SPAN("户");
    bool known = f->number && f->number->kind == COHORT_STRING && cohort_known(f->number, b->turn->row);
    return known ? f->number->word[cohort_stored(f->number, b->turn->row)] : SPAN("");
}

/* Is the entry that of the turn's subject?  A household's scheme is whoever's entry. */
static bool concerns(const struct feeding *f, const struct beginning *b, uint64_t entry) {
    if (!cohort_known(f->benefit, entry) || !span_eq(f->benefit->word[cohort_stored(f->benefit, entry)], span_of(benefit_of(b->scheme))))
        return false;
    return !b->scheme->of_person || (cohort_known(f->object, entry) && span_eq(f->object->word[cohort_stored(f->object, entry)], subject(f, b)));
}

static bool draws(const struct feeding *f, const struct beginning *b) {
    for (uint64_t i = f->held->offset[b->turn->household]; i < f->held->offset[b->turn->household + 1]; i++)
        if (concerns(f, b, i))
            return true;
    return false;
}

struct beginnings { struct beginning *at; size_t count; uint64_t *household; size_t households; };

/* What begins or ends of the schemes before this one; a turn that changes nothing that is held is none. */
static enum status gather(struct feeding *f, const size_t *order, size_t upto, const struct matter *of, struct beginnings *ret, struct diag *d) {
    const struct between *b = &f->request->before->between;
    size_t n = 0;
    for (size_t i = 0; i < upto; i++)
        if (feeds(b, f->s->scheme[order[i]].matter, of))
            n += f->fed[order[i]].turns.size;
    ret->at = ARENA_ARRAY(f->arena, n + 1, struct beginning);
    ret->household = ARENA_ARRAY(f->arena, n + 1, uint64_t);
    if (!ret->at || !ret->household)
        return arena_full(d);
    for (size_t i = 0; i < upto; i++) {
        const struct simulated_scheme *x = &f->s->scheme[order[i]];
        for (size_t k = 0; feeds(b, x->matter, of) && k < f->fed[order[i]].turns.size; k++) {
            struct beginning g = {x, &f->fed[order[i]].turns.at[k], false};
            g.drawing = draws(f, &g);
            if (g.drawing != g.turn->now)
                ret->at[ret->count++] = g;
        }
    }
    qsort(ret->at, ret->count, sizeof *ret->at, by_household);
    for (size_t i = 0; i < ret->count; i++)
        if (!ret->households || ret->household[ret->households - 1] != ret->at[i].turn->household)
            ret->household[ret->households++] = ret->at[i].turn->household;
    return OK;
}

/* ---- what would be held -------------------------------------------------------------------------- */

/* A row of the new list: an entry that stays, or what begins. */
struct holding { uint64_t entry; const struct beginning *begins; };

struct filling { struct cohort_column *to; void *value; uint64_t *unknown, *null; struct span *word; };

static int64_t word_for(struct filling *x, struct span text) {
    int64_t at = word_index(x->to, text);
    if (at >= 0)
        return at;
    x->word[x->to->word_count] = text;
    return x->to->word_count++;
}

/* false: nobody knows it. */
static bool begun(const struct feeding *f, struct filling *x, const struct beginning *b, int64_t *ret) {
    if (span_is(x->to->name, "待遇"))
        *ret = word_for(x, span_of(benefit_of(b->scheme)));
    else if (span_is(x->to->name, "对象") && x->to->kind == COHORT_STRING)
        *ret = word_for(x, subject(f, b));
    else if (span_is(x->to->name, "起") && x->to->kind == COHORT_DATE)
        *ret = f->request->date;
    else if (span_is(x->to->name, "月金额") && x->to->kind == COHORT_NUMBER)
        *ret = cohort_units(x->to, b->turn->fen);
    else
        return false;
    return true;
}

static void put(struct filling *x, uint64_t at, int64_t k) {
    if (x->to->low > x->to->high)
        x->to->low = x->to->high = k;
    x->to->low = k < x->to->low ? k : x->to->low;
    x->to->high = k > x->to->high ? k : x->to->high;
    if (x->to->width == 1)
        ((int8_t *)x->value)[at] = (int8_t)k;
    else
        ((int64_t *)x->value)[at] = k;
}

static enum status fill(struct feeding *f, const struct cohort_column *from, const struct holding *row, uint64_t n, size_t more, struct cohort_column *to, struct diag *d) {
    struct filling x = {.to = to};
    *to = *from;
    to->width = from->kind == COHORT_BOOLEAN ? 1 : 8;
    to->low = 1;
    to->high = 0;
    to->distinct = false;
    to->value = x.value = arena_alloc(f->arena, (n + 8) * to->width + 64);
    to->unknown = x.unknown = arena_alloc(f->arena, n / 8 + 16);
    to->null = x.null = arena_alloc(f->arena, n / 8 + 16);
    to->word = x.word = ARENA_ARRAY(f->arena, from->word_count + more + 1, struct span);
    if (!x.value || !x.unknown || !x.null || !x.word)
        return arena_full(d);
    if (from->word_count)
        memcpy(x.word, from->word, from->word_count * sizeof *x.word);
    for (uint64_t i = 0; i < n; i++) {
        int64_t k = 0;
        bool known = row[i].begins ? begun(f, &x, row[i].begins, &k) : cohort_known(from, row[i].entry);
        bool null = !row[i].begins && cohort_bit(from->null, row[i].entry) && !cohort_bit(from->unknown, row[i].entry);
        if (known)
            put(&x, i, row[i].begins ? k : cohort_stored(from, row[i].entry));
        else
            (null ? x.null : x.unknown)[i / 64] |= (uint64_t)1 << (i % 64);
    }
    return OK;
}

/* The households' list as the reform would leave it. */
static enum status holdings(struct feeding *f, const struct beginnings *b, struct cohort_list *ret, struct diag *d) {
    uint64_t n = 0, *offset = ARENA_ARRAY(f->arena, b->households + 1, uint64_t);
    for (size_t i = 0; i < b->households; i++)
        n += f->held->offset[b->household[i] + 1] - f->held->offset[b->household[i]];
    struct holding *row = ARENA_ARRAY(f->arena, n + b->count + 1, struct holding);
    struct cohort_table *of = ARENA_NEW(f->arena, struct cohort_table);
    struct cohort_column *column = ARENA_ARRAY(f->arena, f->held->of->column_count + 1, struct cohort_column);
    if (!offset || !row || !of || !column)
        return arena_full(d);
    n = 0;
    for (size_t i = 0, at = 0; i < b->households; i++) {
        size_t first = at;
        while (at < b->count && b->at[at].turn->household == b->household[i])
            at++;
        for (uint64_t e = f->held->offset[b->household[i]]; e < f->held->offset[b->household[i] + 1]; e++) {
            bool ends = false;
            for (size_t k = first; k < at && !ends; k++)
                ends = !b->at[k].turn->now && concerns(f, &b->at[k], e);
            if (!ends)
                row[n++] = (struct holding){.entry = e};
        }
        for (size_t k = first; k < at; k++)
            if (b->at[k].turn->now)
                row[n++] = (struct holding){.begins = &b->at[k]};
        offset[i + 1] = n;
    }
    enum status s = OK;
    for (size_t i = 0; s == OK && i < f->held->of->column_count; i++)
        s = fill(f, &f->held->of->column[i], row, n, b->count, &column[i], d);
    *of = (struct cohort_table){.name = f->held->of->name, .count = n, .column = column, .column_count = f->held->of->column_count};
    *ret = (struct cohort_list){.name = f->held->name, .of = of, .offset = offset};
    return s;
}

/* ---- asked again ------------------------------------------------------------------------------------ */

struct looked { struct screening_program x; struct settled *rows; };

static enum status look(struct feeding *f, size_t scheme, const struct cohort_table *t, struct looked *ret, struct diag *d) {
    const struct simulation_request *r = f->request;
    enum status s = screening_compile(r->after, f->arena, t, f->s->scheme[scheme].matter->scheme, r->date, r->set, r->set_count, &ret->x, d);
    if (s != OK || !ret->x.program)
        return s;
    if (!(ret->rows = ARENA_ARRAY(f->arena, screening_rows(&ret->x) + 1, struct settled)))
        return arena_full(d);
    struct count c = {.x = &ret->x, .scheme = &f->s->scheme[scheme], .rows = ret->rows};
    return count_all(r, f->arena, &c, d);
}

static int in_order(const void *a, const void *b) {
    const struct turned *x = a, *y = b;
    return (x->household > y->household) - (x->household < y->household);
}

/* The scheme's own turns are those of other households; these follow again. */
static void forget_turns(struct turns *t, const struct beginnings *b) {
    size_t kept = 0;
    if (t->size)
        qsort(t->at, t->size, sizeof *t->at, in_order);
    for (size_t i = 0, at = 0; i < t->size; i++) {
        while (at < b->households && b->household[at] < t->at[i].household)
            at++;
        if (at == b->households || b->household[at] != t->at[i].household)
            t->at[kept++] = t->at[i];
    }
    t->size = kept;
}

/* What the row was counted as, what it is without the other schemes' turns, and with them.  The first two may differ where evaluations were
 * used up; then nothing follows. */
static bool corrects(struct settled counted, const struct settled *before, const struct settled *after) {
    if (counted.is != before->is || before->is == SETTLED_ERROR || after->is == SETTLED_ERROR)
        return false;
    return before->is != after->is || (before->is == SETTLED_YES && before->fen != after->fen);
}

struct second { struct feeding *f; size_t scheme; const struct receiving *receiving; uint64_t household, row; };

static void correct(const struct second *x, const struct settled *counted, const struct settled *after) {
    struct simulated_scheme *out = &x->f->s->scheme[x->scheme];
    const struct people *p = &x->f->s->people;
    struct tally *t[] = {&out->all.after, &out->division[p->division[x->household]].after, &out->type[p->type[x->household]].after};
    int64_t paid = receiving_fen(x->receiving, x->row, x->household);
    for (size_t i = 0; i < ARRAY_LEN(t); i++) {
        tally_add(t[i], counted, paid, -1);
        tally_add(t[i], after, paid, 1);
    }
    bool was_open = cohort_bit(x->f->fed[x->scheme].was.open, x->row);
    if (was_open != (after->is == SETTLED_OPEN))
        x->f->s->one_sided[x->household] = true;
    x->f->s->after_fen[x->household] += settled_fen(after, paid) - settled_fen(counted, paid);
}

static enum status settle_again(struct feeding *f, size_t scheme, const struct beginnings *b, const struct looked *before, const struct looked *after, struct diag *d) {
    struct screening_program x = after->x; /* of the whole register: who draws */
    struct fed *own = &f->fed[scheme];
    const struct marks *counted_in = own->now.yes ? &own->now : &own->was;
    struct receiving receiving;
    const struct cohort_list *member = cohort_list_find(f->request->household, SPAN("成员"));
    x.household = f->request->household;
    x.member = member;
    enum status s = receiving_open(f->arena, &x, &receiving, d);
    forget_turns(&own->turns, b);
    uint64_t at = 0;
    for (size_t i = 0; s == OK && i < b->households; i++) {
        uint64_t h = b->household[i], row = x.policy.of_person ? member->offset[h] : h, end = x.policy.of_person ? member->offset[h + 1] : h + 1;
        for (; s == OK && row < end; row++, at++) {
            struct settled counted = marks_of(counted_in, row);
            bool yes = counted.is == SETTLED_YES;
            counted.fen = before->rows[at].fen;
            if (corrects(counted, &before->rows[at], &after->rows[at])) {
                correct(&(struct second){f, scheme, &receiving, h, row}, &counted, &after->rows[at]);
                yes = after->rows[at].is == SETTLED_YES;
            }
            if (yes != cohort_bit(own->was.yes, row) && !turns_add(&own->turns, (struct turned){row, h, yes, after->rows[at].fen}))
                s = arena_full(d);
        }
    }
    return s;
}

static bool same(const struct tally *a, const struct tally *b) { return memcmp(a, b, sizeof *a) == 0; }

/* The table with the list as the reform would leave it. */
static enum status with_holdings(struct feeding *f, const struct beginnings *b, const struct cohort_table *old, struct cohort_table *ret, struct diag *d) {
    struct cohort_list *list = ARENA_ARRAY(f->arena, old->list_count + 1, struct cohort_list);
    enum status s = list ? OK : arena_full(d);
    if (list)
        memcpy(list, old->list, old->list_count * sizeof *list);
    for (size_t i = 0; s == OK && i < old->list_count; i++)
        if (span_eq(list[i].name, HELD)) {
            const uint64_t *unknown = list[i].unknown;
            s = holdings(f, b, &list[i], d);
            list[i].unknown = unknown;
        }
    *ret = *old;
    ret->list = list;
    return s;
}

static enum status again(struct feeding *f, const size_t *order, size_t at, struct diag *d) {
    size_t scheme = order[at];
    struct simulated_scheme *x = &f->s->scheme[scheme];
    struct beginnings b = {0};
    struct cohort_table old, now;
    struct looked before = {0}, after = {0};
    enum status s = gather(f, order, at, x->matter, &b, d);
    if (s != OK || !b.households || x->undecidable)
        return s;
    s = cohort_pick(f->arena, f->request->household, b.household, b.households, &old, d);
    if (s == OK)
        s = with_holdings(f, &b, &old, &now, d);
    if (s == OK)
        s = look(f, scheme, &old, &before, d);
    if (s == OK)
        s = look(f, scheme, &now, &after, d);
    if (s != OK || !before.rows || !after.rows)
        return s;
    x->fed = b.households;
    s = settle_again(f, scheme, &b, &before, &after, d);
    x->changed = x->changed || !same(&x->all.before, &x->all.after);
    return s;
}

/* Each after those that feed it. */
static size_t in_turn(const struct feeding *f, size_t *ret) {
    const struct between *b = &f->request->before->between;
    size_t n = 0;
    for (size_t i = 0; i < b->matters; i++)
        for (size_t k = 0; k < f->s->scheme_count; k++)
            if (f->s->scheme[k].matter == b->order[i])
                ret[n++] = k;
    return n;
}

enum status feed_schemes(const struct simulation_request *r, struct simulation *s, struct fed *fed, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct feeding f = {.request = r, .s = s, .fed = fed, .arena = a, .held = cohort_list_find(r->household, HELD)};
    const struct cohort_list *member = cohort_list_find(r->household, SPAN("成员"));
    size_t order[SIMULATION_SCHEMES_MAX];
    if (!a)
        return arena_full(d);
    f.benefit = f.held ? cohort_column_find(f.held->of, SPAN("待遇")) : NULL;
    f.object = f.held ? cohort_column_find(f.held->of, SPAN("对象")) : NULL;
    f.number = member ? cohort_column_find(member->of, SPAN("编号")) : NULL;
    if (!f.benefit || f.benefit->kind != COHORT_STRING || !f.object || f.object->kind != COHORT_STRING)
        return OK; /* the register does not say who receives what: no scheme asks it */
    size_t n = in_turn(&f, order);
    enum status st = OK;
    for (size_t i = 1; st == OK && i < n; i++) {
        arena_reset(a);
        st = again(&f, order, i, d);
    }
    return st;
}

void feed_free(struct fed *f, size_t count) {
    for (size_t i = 0; i < count; i++) {
        marks_free(&f[i].was);
        marks_free(&f[i].now);
        free(f[i].turns.at);
    }
}
