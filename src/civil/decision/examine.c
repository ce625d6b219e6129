#include "civil/decision/examine.h"

#include "base/vec.h"
#include "civil/decision/policies.h"

enum { PASSES_MAX = 4 }; /* an exclusion can lift another: children, tekun, dibao */

/* A benefit of a person that keeps him out of a household's: the household is asked as if he received it. */
struct taken { const struct between_row *row; const struct examined *by; };

struct examiner {
    const struct policies *p;
    struct arena *arena;
    const struct json *facts;
    date_t as_of;
    const struct figure_set *set;
    size_t set_count;
    const char *member[EXAMINE_MEMBERS_MAX];
    size_t members;
    VEC(struct examined) list;
    VEC(const struct json *) held;  /* 在享 with what was assumed so far */
    size_t known;                   /* of these, the household's own */
    VEC(struct taken) taken;        /* of the pass before */
    bool held_known;
    bool whether_only;              /* states and amounts alone */
    struct diag *d;
};

const char *examined_state_name(enum examined_state s) {
    static const char *const NAME[] = {"proposed", "not_chosen", "excluded", "undecided", "not_eligible"};
    return NAME[s];
}

static bool of_person(const struct matter *m) { return strcmp(json_str(m->json, "unit", ""), "person") == 0; }
static const char *benefit(const struct matter *m) { return json_str(m->json, "benefit", ""); }
static bool eligible(const struct examined *x) { return x->decision.outcome == DECISION_ELIGIBLE && x->state != EXAMINED_EXCLUDED; }
static int64_t worth(const struct examined *x) { return x->decision.monthly_fen + x->decision.once_fen; }

/* ---- who is examined for what ------------------------------------------------------------- */

static enum status add(struct examiner *e, const struct matter *m, const char *member) {
    struct examined *x = vec_push_in(e->arena, &e->list);
    if (!x)
        return arena_full(e->d);
    *x = (struct examined){.matter = m, .member = member};
    return OK;
}

static enum status everything(struct examiner *e, const struct between *b) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < b->matters; i++) {
        if (!of_person(b->order[i]))
            s = add(e, b->order[i], NULL);
        for (size_t k = 0; s == OK && of_person(b->order[i]) && k < e->members; k++)
            s = add(e, b->order[i], e->member[k]);
    }
    return s;
}

static enum status read_members(struct examiner *e) {
    const struct json *members = json_get(json_get(e->facts, "户"), "成员");
    for (size_t i = 0; members && members->type == JSON_ARRAY && i < members->size; i++) {
        if (e->members == EXAMINE_MEMBERS_MAX)
            return diag_fail(e->d, E_INPUT, "decision.too_many_members", DIAG_N("limit", EXAMINE_MEMBERS_MAX)), diag_at(e->d, "户.成员");
        e->member[e->members++] = json_str(members->item[i], "编号", "");
    }
    return OK;
}

static enum status read_held(struct examiner *e) {
    const struct json *held = json_get(e->facts, "在享");
    e->held_known = held && held->type == JSON_ARRAY;
    for (size_t i = 0; e->held_known && i < held->size; i++) {
        const struct json **slot = vec_push_in(e->arena, &e->held);
        if (!slot)
            return arena_full(e->d);
        *slot = held->item[i];
    }
    e->known = e->held.size;
    return OK;
}

/* ---- what is assumed for the schemes after ---------------------------------------------------- */

static bool is_held(const struct examiner *e, const char *name, const char *who) {
    for (size_t i = 0; i < e->held.size; i++)
        if (strcmp(json_str(e->held.at[i], "待遇", ""), name) == 0 && strcmp(json_str(e->held.at[i], "对象", ""), who) == 0)
            return true;
    return false;
}

static enum status held_entry(struct examiner *e, const struct matter *m, const char *who, date_t from, int64_t fen, const struct json **ret) {
    static const struct span KEYS[] = {{"待遇", sizeof "待遇" - 1}, {"对象", sizeof "对象" - 1}, {"起", sizeof "起" - 1}, {"月金额", sizeof "月金额" - 1}};
    char day[DATE_TEXT_MAX];
    size_t n = date_text(from, day);
    const struct json **value = ARENA_ARRAY(e->arena, ARRAY_LEN(KEYS), const struct json *);
    char *kept = arena_dup(e->arena, (struct span){day, n});
    if (!value || !kept)
        return arena_full(e->d);
    value[0] = json_new_string(e->arena, span_of(benefit(m)));
    value[1] = json_new_string(e->arena, span_of(who));
    value[2] = json_new_string(e->arena, (struct span){kept, n});
    value[3] = json_new_number(e->arena, dec_from_fen(fen));
    bool made = value[0] && value[1] && value[2] && value[3];
    *ret = made ? json_new_object(e->arena, KEYS, value, ARRAY_LEN(KEYS)) : NULL;
    return *ret ? OK : arena_full(e->d);
}

static enum status assume(struct examiner *e, const struct matter *m, const char *who, date_t from, int64_t fen) {
    if (is_held(e, benefit(m), who))
        return OK;
    const struct json **slot = vec_push_in(e->arena, &e->held);
    return slot ? held_entry(e, m, who, from, fen, slot) : arena_full(e->d);
}

static bool feeds(const struct between *b, const struct matter *m) {
    for (size_t i = 0; i < b->count; i++)
        if (b->row[i].kind == BETWEEN_FEEDS && b->row[i].scheme == m)
            return true;
    return false;
}

/* A household's benefit is the household's unless every line is one member's. */
static enum status assume_granted(struct examiner *e, const struct examined *x) {
    const struct decision *r = &x->decision;
    bool whole = !x->member && (r->line_count == 0 || strcmp(x->matter->scheme, "low_income") == 0);
    enum status s = OK;
    if (x->member)
        return assume(e, x->matter, x->member, r->date, r->monthly_fen);
    for (size_t i = 0; i < r->line_count; i++)
        whole |= r->line[i].member == NULL;
    if (whole)
        return assume(e, x->matter, "户", r->date, r->monthly_fen);
    for (size_t i = 0; s == OK && i < r->line_count; i++) {
        int64_t fen = 0;
        for (size_t k = 0; k < r->line_count; k++)
            fen += strcmp(r->line[k].member, r->line[i].member) == 0 ? r->line[k].monthly_fen : 0;
        s = assume(e, x->matter, r->line[i].member, r->date, fen);
    }
    return s;
}

/* ---- deciding one ---------------------------------------------------------------------------------- */

static bool to_choose(const struct between *b, const struct matter *m) {
    for (size_t i = 0; i < b->count; i++)
        if (b->row[i].kind == BETWEEN_CHOOSE && (b->row[i].scheme == m || b->row[i].other == m))
            return true;
    return false;
}

/* What keeps a person out holds for every scheme but itself, which is asked afresh. */
static enum status add_taken(struct examiner *e, const struct examined *x, const struct json **list, size_t *n) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < e->taken.size; i++) {
        const struct taken *t = &e->taken.at[i];
        bool again = false;
        for (size_t k = 0; k < i; k++)
            again |= e->taken.at[k].by == t->by;
        if (!again && t->by->matter != x->matter && !is_held(e, benefit(t->by->matter), t->by->member))
            s = held_entry(e, t->by->matter, t->by->member, t->by->decision.date, t->by->decision.monthly_fen, &list[(*n)++]);
    }
    return s;
}

static enum status facts_for(struct examiner *e, const struct between *b, struct examined *x, const struct json **ret) {
    const struct json *application = json_get(e->facts, "申请"), *facts = e->facts, *name;
    if (x->member) {
        if (!application || application->type != JSON_OBJECT)
            application = json_new_object(e->arena, NULL, NULL, 0);
        name = json_new_string(e->arena, span_of(x->member));
        application = application && name ? json_with(e->arena, application, "对象", name) : NULL;
        if (application && to_choose(b, x->matter)) {
            const struct json **one = ARENA_ARRAY(e->arena, 1, const struct json *);
            const struct json *chosen = one && (*one = json_new_string(e->arena, span_of(benefit(x->matter)))) ? json_new_array(e->arena, one, 1) : NULL;
            application = chosen ? json_with(e->arena, application, "选择", chosen) : NULL;
        }
        facts = application ? json_with(e->arena, facts, "申请", application) : NULL;
    }
    size_t n = e->held.size;
    const struct json **list = ARENA_ARRAY(e->arena, n + e->taken.size + 1, const struct json *);
    if (!list || !facts)
        return arena_full(e->d);
    if (n)
        memcpy(list, e->held.at, n * sizeof *list);
    enum status s = add_taken(e, x, list, &n);
    if (s != OK)
        return s;
    x->assumed = json_new_array(e->arena, list + e->known, n - e->known);
    const struct json *held = json_new_array(e->arena, list, n);
    *ret = !e->held_known ? facts : held ? json_with(e->arena, facts, "在享", held) : NULL;
    return *ret && x->assumed ? OK : arena_full(e->d);
}

/* The row by which somebody's own benefit keeps him out of this household's. */
static const struct between_row *kept_out(const struct examiner *e, const struct examined *x) {
    for (size_t i = 0; i < e->taken.size; i++)
        if (e->taken.at[i].row->other == x->matter)
            return e->taken.at[i].row;
    return NULL;
}

static enum status decide(struct examiner *e, const struct between *b, struct examined *x) {
    const struct json *facts = NULL;
    enum status s = facts_for(e, b, x, &facts);
    struct decision_request q = {.scheme = x->matter->scheme, .facts = facts, .as_of = e->as_of, .budget = EXAMINE_BUDGET,
        .set = e->set, .set_count = e->set_count, .whether_only = e->whether_only};
    struct decision r;
    if (s == OK)
        s = decision_make(e->p, e->arena, &q, &r, e->d);
    if (s != OK)
        return s;
    const struct between_row *by = r.outcome == DECISION_NOT_ELIGIBLE ? kept_out(e, x) : NULL;
    if (by && x->decision.outcome == DECISION_ELIGIBLE) { /* what it would have been stays to be shown */
        x->state = EXAMINED_EXCLUDED;
        x->because = by;
        return OK;
    }
    x->decision = r;
    x->because = NULL;
    x->state = r.outcome == DECISION_ELIGIBLE ? EXAMINED_PROPOSED : r.outcome == DECISION_UNDECIDED ? EXAMINED_UNDECIDED : EXAMINED_NOT_ELIGIBLE;
    return e->held_known && x->state == EXAMINED_PROPOSED && feeds(b, x->matter) ? assume_granted(e, x) : OK;
}

static enum status pass(struct examiner *e, const struct between *b) {
    e->held.size = e->known;
    enum status s = OK;
    for (size_t i = 0; s == OK && i < e->list.size; i++)
        s = decide(e, b, &e->list.at[i]);
    return s;
}

/* ---- what is received together ------------------------------------------------------------------------ */

/* Both are one person's, or both the household's. */
static bool same_people(const struct examined *x, const struct examined *y) {
    return x->member && y->member ? strcmp(x->member, y->member) == 0 : !x->member && !y->member;
}

static void exclude(struct examiner *e, const struct between_row *r) {
    for (size_t i = 0; i < e->list.size; i++)
        for (size_t k = 0; k < e->list.size; k++) {
            struct examined *x = &e->list.at[i], *y = &e->list.at[k];
            if (x->matter == r->scheme && y->matter == r->other && eligible(x) && eligible(y) && same_people(x, y)) {
                y->state = EXAMINED_EXCLUDED;
                y->because = r;
            }
        }
}

/* A person's benefit against a household's: whether he still counts there, the household's policy says. */
static enum status take(struct examiner *e, const struct between_row *r) {
    for (size_t i = 0; i < e->list.size; i++) {
        const struct examined *x = &e->list.at[i];
        if (x->matter != r->scheme || !x->member || of_person(r->other) || x->state != EXAMINED_PROPOSED)
            continue;
        struct taken *slot = vec_push_in(e->arena, &e->taken);
        if (!slot)
            return arena_full(e->d);
        *slot = (struct taken){.row = r, .by = x};
    }
    return OK;
}

/* `ret_hash` is the same when the next pass would find the same. */
static enum status excluded(struct examiner *e, const struct between *b, uint64_t *ret_hash) {
    enum status s = OK;
    uint64_t hash = 0;
    e->taken.size = 0;
    for (size_t i = 0; s == OK && i < b->count; i++)
        if (b->row[i].kind == BETWEEN_EXCLUDES) {
            exclude(e, &b->row[i]);
            s = e->held_known ? take(e, &b->row[i]) : OK;
        }
    for (size_t i = 0; i < e->list.size; i++)
        hash = hash * 31 + (e->list.at[i].state == EXAMINED_EXCLUDED ? i + 1 : 0);
    for (size_t i = 0; i < e->taken.size; i++)
        hash = hash * 31 + (size_t)(e->taken.at[i].by - e->list.at) + 1;
    *ret_hash = hash;
    return s;
}

static void choose(struct examiner *e, const struct between_row *r) {
    for (size_t i = 0; i < e->list.size; i++)
        for (size_t k = 0; k < e->list.size; k++) {
            struct examined *x = &e->list.at[i], *y = &e->list.at[k];
            if (x->matter != r->scheme || y->matter != r->other || !eligible(x) || !eligible(y) || !same_people(x, y))
                continue;
            struct examined *less = worth(x) < worth(y) ? x : y;
            less->state = EXAMINED_NOT_CHOSEN;
            less->because = r;
        }
}

static enum status propose(struct examiner *e, const struct between *b, struct examination *ret) {
    VEC(const struct between_row *) notes = {0};
    for (size_t i = 0; i < b->count; i++)
        if (b->row[i].kind == BETWEEN_CHOOSE)
            choose(e, &b->row[i]);
    for (size_t i = 0; i < b->count; i++) {
        const struct between_row *r = &b->row[i];
        bool one = false, other = false;
        for (size_t k = 0; k < e->list.size; k++) {
            one |= e->list.at[k].matter == r->scheme && e->list.at[k].state == EXAMINED_PROPOSED;
            other |= e->list.at[k].matter == r->other && e->list.at[k].state == EXAMINED_PROPOSED;
        }
        if (!one || !other || r->kind == BETWEEN_FEEDS || r->kind == BETWEEN_CHOOSE)
            continue;
        const struct between_row **slot = vec_push_in(e->arena, &notes);
        if (!slot)
            return arena_full(e->d);
        *slot = r;
    }
    ret->note = notes.at;
    ret->note_count = notes.size;
    for (size_t i = 0; i < e->list.size; i++)
        if (e->list.at[i].state == EXAMINED_PROPOSED) {
            ret->monthly_fen += e->list.at[i].decision.monthly_fen;
            ret->once_fen += e->list.at[i].decision.once_fen;
            ret->to_confirm |= e->list.at[i].decision.to_confirm;
        }
    return OK;
}

static enum status examine(struct examiner *e, struct examination *ret) {
    const struct between *b = &e->p->between;
    if (!e->facts || e->facts->type != JSON_OBJECT)
        return diag_at(e->d, "输入"), diag_fail(e->d, E_INPUT, "decision.not_object");
    enum status s = read_members(e);
    if (s == OK)
        s = read_held(e);
    if (s == OK)
        s = everything(e, b);
    uint64_t before = 0;
    for (int i = 0; s == OK && i < PASSES_MAX; i++) {
        s = pass(e, b);
        uint64_t now = before;
        if (s == OK)
            s = excluded(e, b, &now);
        if (now == before)
            break;
        before = now;
    }
    struct examination x = {.item = e->list.at, .count = e->list.size, .date = e->list.size ? e->list.at[0].decision.date : DATE_NONE};
    if (s == OK)
        s = propose(e, b, &x);
    if (s == OK)
        *ret = x;
    return s;
}

enum status decision_examine(const struct policies *p, struct arena *a, const struct json *facts, date_t as_of, struct examination *ret, struct diag *d) {
    struct examiner e = {.p = p, .arena = a, .facts = facts, .as_of = as_of, .d = d};
    return examine(&e, ret);
}

enum status decision_examine_amounts(const struct policies *p, struct arena *a, const struct json *facts, date_t as_of,
    const struct figure_set *set, size_t set_count, struct examination *ret, struct diag *d) {
    struct examiner e = {.p = p, .arena = a, .facts = facts, .as_of = as_of, .set = set, .set_count = set_count, .whether_only = true, .d = d};
    return examine(&e, ret);
}
