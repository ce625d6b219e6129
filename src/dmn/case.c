/* Which facts are missing: a search over boxes of completions.
 *
 * A box restricts some unknown facts and leaves the rest free.  Evaluating the
 * decision on a box gives one answer for all of it, or an open one with the
 * cells it depends on.  Open boxes are first probed along one fact at a time
 * (everything else at a point), which proves most missing facts at once, and
 * then split where a condition stayed open.  What is left of the space is a
 * partition into leaves; two leaves that differ in one fact's cells alone and
 * answer differently prove that fact missing, and if no pair does so for a
 * fact, no completion can: every change of one fact stays inside a leaf or
 * crosses between two such. */
#include "dmn/case_internal.h"

#include "feel/vm.h"

enum { BUDGET_DEFAULT = 4000, CORNERS = 3, PARTS_MAX = 64, LEAVES_PAIRED_MAX = 3000, ROUNDS_MAX = 8 };

/* ---- evaluating ------------------------------------------------------------------------ */

static const uint64_t error_hash = 0xE770; /* all rule errors are one answer: none */

static bool has_bit(const uint64_t *set, size_t i) { return set[i / 64] >> (i % 64) & 1; }

static void first_note(const struct search *s, const struct feel_notes *notes, struct diag *why) {
    diag_fail(why, E_INPUT, "dmn.rule_error", DIAG_SPAN("name", s->c->answer),
        DIAG_S("reason", notes->count ? notes->note[0].code : "dmn.null_answer"),
        DIAG_SPAN("detail", notes->count ? notes->note[0].detail : (struct span){0}));
    struct span where = notes->count ? notes->note[0].where : s->c->answer;
    diag_at(why, "%.*s", SPAN_ARG(where));
}

static void read_answer(struct search *s, const struct feel_env *env, const struct feel_value *v, struct answer *a) {
    a->known = !feel_has_unknown(v);
    a->error = a->known && (feel_is_null(*v) || feel_find_error(v));
    a->hash = a->error ? error_hash : feel_value_hash(v);
    a->deps = ARENA_ARRAY(s->keep, s->words, uint64_t);
    if (!a->deps) {
        s->status = E_LIMIT;
        return;
    }
    feel_unknown_deps(env, v, a->deps);
    if (a->error)
        first_note(s, env->notes, &a->why);
    a->hints = *env->hints;
}

/* One evaluation; its memory is the scratch arena's, or `arena`'s with a trace. */
static void evaluate(struct search *s, const struct box *box, struct arena *arena, struct dmn_result *ret,
    struct answer *a) {
    struct feel_notes *notes = ARENA_NEW(arena, struct feel_notes);
    struct feel_unknown_hints *hints = ARENA_NEW(arena, struct feel_unknown_hints);
    struct feel_env env;
    if (!notes || !hints) {
        s->status = E_LIMIT;
        return;
    }
    s->evaluations++;
    feel_env_init(&env, arena, notes);
    env.steps_left = s->env->steps_left;
    env.now = s->env->now;
    env.now_offset = s->env->now_offset;
    env.case_mode = true;
    hints->words = s->words;
    env.hints = hints;
    struct dmn_request r = {.model = s->c->model, .decision = &s->c->answer, .decision_count = 1,
        .trace = ret != NULL && s->c->trace};
    r.inputs = case_input(s, &env, box);
    struct dmn_result result;
    if (s->status == OK)
        s->status = env.status != OK ? arena_full(s->d) : dmn_evaluate(&env, &r, &result, s->d);
    if (s->status != OK)
        return;
    if (a)
        read_answer(s, &env, &result.value, a);
    if (ret) {
        *ret = result;
        if (s->env->notes)
            *s->env->notes = *notes;
    }
}

static struct answer look(struct search *s, const struct box *box) {
    struct answer a = {0};
    arena_reset(s->scratch);
    evaluate(s, box, s->scratch, NULL, &a);
    return a;
}

static bool spent(const struct search *s) { return s->status != OK || s->evaluations >= s->budget; }

/* ---- boxes ------------------------------------------------------------------------------- */

/* A copy whose cell `cell` can be written. */
static struct box box_copy(struct search *s, const struct box *b, int32_t cell) {
    struct box copy = *b;
    size_t n = (size_t)(cell + 1) > b->count ? (size_t)(cell + 1) : b->count;
    copy.domain = ARENA_ARRAY(s->keep, n + 1, struct domain);
    copy.count = n;
    if (!copy.domain) {
        s->status = arena_full(s->d);
        copy.count = 0;
        return copy;
    }
    if (b->count)
        memcpy(copy.domain, b->domain, b->count * sizeof *b->domain);
    return copy;
}

static struct box restricted(struct search *s, const struct box *b, int32_t cell, struct domain d) {
    struct box copy = box_copy(s, b, cell);
    d.set = true;
    if (copy.count)
        copy.domain[cell] = d;
    return copy;
}

/* Everything at a point but the group, which is free over its whole domain. */
static struct box line(struct search *s, const struct box *b, int32_t group, int corner) {
    struct box copy = box_copy(s, b, group);
    for (size_t i = 0; i < copy.count; i++)
        if (s->cells.at[i].group == group)
            copy.domain[i].set = false;
    copy.point = true;
    copy.corner = corner;
    copy.free_group = group;
    copy.free_corner = -1;
    return copy;
}

static struct box point(struct box b, int corner) {
    b.point = true;
    b.corner = corner;
    b.free_group = -1;
    b.free_corner = -1;
    return b;
}

/* ---- splitting ------------------------------------------------------------------------------ */

typedef struct { struct box box[PARTS_MAX]; size_t count; } parts;

static void add_part(struct search *s, const struct box *b, int32_t cell, struct domain d, parts *out) {
    if (out->count < PARTS_MAX)
        out->box[out->count++] = restricted(s, b, cell, d);
}

static void split_codes(struct search *s, const struct box *b, int32_t cell, struct domain d, parts *out) {
    uint64_t all = d.codes;
    for (int i = 0; i < 64; i++)
        if (all >> i & 1) {
            d.codes = 1ULL << i;
            add_part(s, b, cell, d, out);
        }
}

static void split_dates(struct search *s, const struct box *b, int32_t cell, struct domain d,
    const struct feel_value *at, parts *out) {
    int64_t lo = d.lo.value.day + d.lo.open, hi = d.hi.value.day - d.hi.open, mid;
    d.lo.open = d.hi.open = false;
    if (hi <= lo)
        return;
    bool given = at && at->kind == FEEL_DATE && at->day >= lo && at->day <= hi;
    mid = given ? at->day : lo + (hi - lo) / 2;
    int64_t edge[4][2] = {{lo, given ? mid - 1 : mid}, {mid, mid}, {mid + 1, hi}, {1, 0}};
    for (int i = 0; i < 3; i++) {
        if ((i == 1 && !given) || edge[i][0] > edge[i][1])
            continue;
        d.lo.value = feel_date(edge[i][0]);
        d.hi.value = feel_date(edge[i][1]);
        add_part(s, b, cell, d, out);
    }
}

static bool inside(const struct domain *d, struct dec x) {
    int low = dec_cmp(x, d->lo.value.number);
    if (low < 0 || (low == 0 && d->lo.open))
        return false;
    if (feel_is_null(d->hi.value))
        return true;
    int high = dec_cmp(x, d->hi.value.number);
    return high < 0 || (high == 0 && !d->hi.open);
}

/* Below, at, above; empty parts are left out. */
static void split_numbers(struct search *s, const struct box *b, int32_t cell, struct domain d,
    const struct feel_value *at, parts *out) {
    struct dec lo = d.lo.value.number, x;
    if (at && at->kind == FEEL_NUMBER && inside(&d, at->number)) {
        x = at->number;
    } else if (feel_is_null(d.hi.value)) {
        if (dec_cmp(lo, dec_int(1000000000000)) > 0)
            return;
        x = dec_add(dec_mul(lo, dec_int(10)), dec_int(1000));
    } else {
        struct dec width = dec_sub(d.hi.value.number, lo);
        if (dec_cmp(dec_mul(width, dec_int(100)), dec_int(1)) < 0) /* below a fen */
            return;
        x = dec_add(lo, dec_div(width, dec_int(2)));
    }
    struct domain low = d, mid = d, high = d;
    low.hi = (struct feel_bound){feel_number(x), true};
    mid.lo = mid.hi = (struct feel_bound){feel_number(x), false};
    high.lo = (struct feel_bound){feel_number(x), true};
    if (dec_cmp(x, lo) > 0)
        add_part(s, b, cell, low, out);
    add_part(s, b, cell, mid, out);
    if (feel_is_null(d.hi.value) || dec_cmp(x, d.hi.value.number) < 0)
        add_part(s, b, cell, high, out);
}

static void split_length(struct search *s, const struct box *b, int32_t cell, struct domain d, parts *out) {
    if (!d.tail || d.length >= LIST_TRIED)
        return;
    struct domain rest = d;
    d.tail = false;
    rest.length++;
    add_part(s, b, cell, d, out);
    add_part(s, b, cell, rest, out);
}

/* A string without codes: the texts it was compared with, and another one. */
static void split_text(struct search *s, const struct box *b, int32_t cell, struct domain d,
    const struct feel_unknown_hints *hints, parts *out) {
    if (!feel_is_null(d.exactly))
        return;
    s->approximate = true;
    for (size_t i = 0; i < hints->count; i++) {
        if (hints->hint[i].cell != cell || hints->hint[i].at.kind != FEEL_STRING)
            continue;
        char *copy = arena_dup(s->keep, hints->hint[i].at.string);
        d.exactly = copy ? feel_string((struct span){copy, hints->hint[i].at.string.size}) : feel_null();
        add_part(s, b, cell, d, out);
    }
    d.exactly = feel_string(SPAN("\x01"));
    add_part(s, b, cell, d, out);
}

static bool split_cell(struct search *s, const struct box *b, int32_t cell, const struct feel_value *at,
    const struct feel_unknown_hints *hints, parts *out) {
    struct domain d = cell_domain(s, b, cell);
    const struct cell *c = &s->cells.at[cell];
    out->count = 0;
    if (c->length)
        split_length(s, b, cell, d, out);
    else if (d.codes)
        split_codes(s, b, cell, d, out);
    else if (c->fact->kind == FACT_DATE)
        split_dates(s, b, cell, d, at, out);
    else if (c->fact->kind == FACT_NUMBER)
        split_numbers(s, b, cell, d, at, out);
    else if (c->fact->kind == FACT_STRING)
        split_text(s, b, cell, d, hints, out);
    return out->count > 1 && s->status == OK;
}

/* Worth of splitting a cell without a hint: small sets first. */
static int eagerness(struct search *s, const struct box *b, int32_t cell) {
    const struct cell *c = &s->cells.at[cell];
    struct domain d = cell_domain(s, b, cell);
    if (d.codes)
        return 100 - __builtin_popcountll(d.codes);
    return c->length ? 30 : c->fact->kind == FACT_DATE ? 20 : 10;
}

/* Splits an open box; `group` >= 0: along that group's cells only. */
static bool split(struct search *s, const struct box *b, const struct answer *a, int32_t group, parts *out) {
    for (int preferred = 1; preferred >= 0; preferred--)
        for (size_t i = 0; i < a->hints.count; i++) {
            int32_t cell = a->hints.hint[i].cell, g = s->cells.at[cell].group;
            bool fits = group >= 0 ? g == group : (!preferred || !s->proven[g]);
            if (fits && has_bit(a->deps, (size_t)cell) &&
                split_cell(s, b, cell, &a->hints.hint[i].at, &a->hints, out))
                return true;
        }
    for (int least = 100; least > 0; least -= 10)
        for (size_t cell = 0; cell < s->cells.size; cell++) {
            int32_t g = s->cells.at[cell].group;
            if (!has_bit(a->deps, cell) || (group >= 0 && g != group))
                continue;
            int e = eagerness(s, b, (int32_t)cell);
            if (e >= least - 9 && e <= least && split_cell(s, b, (int32_t)cell, NULL, &a->hints, out))
                return true;
        }
    return false;
}

/* ---- proving along one fact ------------------------------------------------------------------- */

struct seen { bool any; uint64_t hash; };

/* true: this answer differs from one seen before. */
static bool differs(struct seen *seen, const struct answer *a) {
    if (!a->known)
        return false;
    if (seen->any && seen->hash != a->hash)
        return true;
    seen->any = true;
    seen->hash = a->hash;
    return false;
}

/* Does the answer change along `group` with the rest at a point?  Splits the
 * line a few times, best hints first. */
static bool varies(struct search *s, const struct box *b, int32_t group, struct seen *seen, int depth) {
    struct answer a = look(s, b);
    if (s->status != OK || a.known)
        return s->status == OK && differs(seen, &a);
    for (int corner = 0; corner < CORNERS && !spent(s); corner++) {
        struct box p = *b;
        p.free_corner = corner;
        struct answer x = look(s, &p);
        if (s->status == OK && differs(seen, &x))
            return true;
    }
    if (depth == 0 || spent(s))
        return false;
    parts *out = ARENA_NEW(s->keep, parts);
    if (!out || !split(s, b, &a, group, out))
        return false;
    for (size_t i = 0; i < out->count && !spent(s); i++)
        if (varies(s, &out->box[i], group, seen, depth - 1))
            return true;
    return false;
}

static void prove(struct search *s, const struct box *b, int32_t group) {
    for (int corner = 0; corner < CORNERS && !spent(s) && !s->proven[group]; corner++) {
        struct box l = line(s, b, group, corner);
        struct seen seen = {0};
        if (s->status == OK && varies(s, &l, group, &seen, 3))
            s->proven[group] = 1;
    }
}

/* ---- pairs of leaves ----------------------------------------------------------------------------- */

static bool bounds_apart(const struct feel_bound *hi, const struct feel_bound *lo) {
    if (feel_is_null(hi->value) || feel_is_null(lo->value))
        return false;
    int o = feel_order(&hi->value, &lo->value);
    return o < 0 || (o == 0 && (hi->open || lo->open));
}

static bool domains_apart(const struct domain *a, const struct domain *b) {
    if (a->codes || b->codes)
        return (a->codes & b->codes) == 0;
    if (!feel_is_null(a->exactly) || !feel_is_null(b->exactly))
        return !feel_is_null(a->exactly) && !feel_is_null(b->exactly) && !feel_same(&a->exactly, &b->exactly);
    if (a->length != b->length || a->tail != b->tail)
        return !((a->tail && b->length >= a->length) || (b->tail && a->length >= b->length));
    return bounds_apart(&a->hi, &b->lo) || bounds_apart(&b->hi, &a->lo);
}

/* The one group in whose cells two boxes are apart; -1: none or several. */
static int32_t neighbours(const struct search *s, const struct box *a, const struct box *b) {
    size_t n = a->count < b->count ? a->count : b->count;
    int32_t group = -1;
    for (size_t i = 0; i < n; i++) {
        if (!a->domain[i].set || !b->domain[i].set || !domains_apart(&a->domain[i], &b->domain[i]))
            continue;
        int32_t g = s->cells.at[i].group;
        if (group >= 0 && group != g)
            return -1;
        group = g;
    }
    return group;
}

static struct feel_bound tighter(struct feel_bound a, struct feel_bound b, int sign) {
    if (feel_is_null(a.value))
        return b;
    if (feel_is_null(b.value))
        return a;
    int o = feel_order(&a.value, &b.value);
    if (o == 0)
        a.open = a.open || b.open;
    return o * sign >= 0 ? a : b;
}

static struct domain both(const struct domain *a, const struct domain *b) {
    struct domain d = *a;
    d.codes = a->codes & b->codes;
    d.lo = tighter(a->lo, b->lo, 1);
    d.hi = tighter(a->hi, b->hi, -1);
    if (feel_is_null(d.exactly))
        d.exactly = b->exactly;
    if (b->length > a->length || !b->tail) {
        d.length = b->length > a->length ? b->length : a->length;
        d.tail = a->tail && b->tail;
    }
    return d;
}

/* Two completions in `a` and `b` that differ in `group` alone. */
static bool witness(struct search *s, const struct box *a, const struct box *b, int32_t group) {
    struct box x = *a, y = *b;
    size_t n = a->count > b->count ? a->count : b->count;
    if (n == 0)
        return false;
    x = box_copy(s, a, (int32_t)n - 1);
    y = box_copy(s, b, (int32_t)n - 1);
    for (size_t i = 0; s->status == OK && i < n; i++) {
        if (s->cells.at[i].group == group || (!x.domain[i].set && !y.domain[i].set))
            continue;
        struct domain dx = cell_domain(s, &x, (int32_t)i), dy = cell_domain(s, &y, (int32_t)i);
        x.domain[i] = y.domain[i] = both(&dx, &dy);
    }
    for (int corner = 0; corner < CORNERS && !spent(s); corner++) {
        struct box px = point(x, corner), py = point(y, corner);
        struct answer ax = look(s, &px), ay = s->status == OK ? look(s, &py) : ax;
        if (s->status == OK && ax.known && ay.known && ax.hash != ay.hash)
            return true;
    }
    return false;
}

static void add_leaf(struct search *s, const struct leaf *leaf) {
    for (size_t i = 0; i < s->leaves.size && i < LEAVES_PAIRED_MAX && !spent(s); i++) {
        const struct leaf *other = &s->leaves.at[i];
        if (other->answer.hash == leaf->answer.hash)
            continue;
        int32_t g = neighbours(s, &leaf->box, &other->box);
        if (g < 0 || s->proven[g])
            continue;
        if (leaf->answer.known && other->answer.known)
            s->proven[g] = 1;
        else if (witness(s, &leaf->box, &other->box, g))
            s->proven[g] = 1;
        else if (!s->possible[g])
            s->possible[g] = 1;
    }
    struct leaf *at = vec_push_in(s->keep, &s->leaves);
    if (at)
        *at = *leaf;
    else
        s->status = arena_full(s->d);
    if (s->leaves.size > LEAVES_PAIRED_MAX)
        s->approximate = true;
}

/* ---- the search ------------------------------------------------------------------------------------- */

/* Groups the answer may depend on that are not proven missing yet. */
static size_t open_groups(const struct search *s, const uint64_t *deps, int32_t *ret) {
    size_t n = 0;
    for (size_t i = 0; i < s->cells.size; i++) {
        int32_t g = s->cells.at[i].group;
        bool dup = false;
        if (!has_bit(deps, i) || s->proven[g])
            continue;
        for (size_t k = 0; k < n && !dup; k++)
            dup = ret[k] == g;
        if (!dup)
            ret[n++] = g;
    }
    return n;
}

static void open_box(struct search *s, struct leaf *l, int32_t *group) {
    size_t n = open_groups(s, l->answer.deps, group);
    for (size_t i = 0; i < n && !spent(s); i++)
        prove(s, &l->box, group[i]);
    n = open_groups(s, l->answer.deps, group);
    parts *out = n ? ARENA_NEW(s->keep, parts) : NULL;
    if (n == 0 || !out || !split(s, &l->box, &l->answer, -1, out)) {
        for (size_t i = 0; i < n; i++)
            s->possible[group[i]] = 2; /* cannot be split further */
        add_leaf(s, l);
        return;
    }
    for (size_t i = 0; i < out->count && s->status == OK; i++) {
        struct leaf *w = vec_push_in(s->keep, &s->work);
        if (!w) {
            s->status = arena_full(s->d);
            return;
        }
        w->box = out->box[i];
    }
}

/* Leaves stay open when all they depend on is proven missing.  Should a pair of
 * them leave another fact in doubt, they are split once more. */
static bool reopen(struct search *s, const struct answer *root, int32_t *group) {
    bool doubt = false, any = false;
    size_t n = open_groups(s, root->deps, group);
    for (size_t i = 0; i < n; i++)
        doubt = doubt || (s->possible[group[i]] == 1);
    if (!doubt || spent(s))
        return false;
    for (size_t i = 0; i < n; i++)
        if (s->possible[group[i]] == 1)
            s->possible[group[i]] = 0;
    size_t count = s->leaves.size;
    struct leaf *old = s->leaves.at;
    s->leaves.at = NULL;
    s->leaves.size = s->leaves.room = 0;
    for (size_t i = 0; i < count && !spent(s); i++) {
        parts *out = old[i].answer.known ? NULL : ARENA_NEW(s->keep, parts);
        if (!out || !split(s, &old[i].box, &old[i].answer, -1, out)) {
            add_leaf(s, &old[i]);
            continue;
        }
        any = true;
        for (size_t k = 0; k < out->count && !spent(s); k++) {
            struct leaf here = {.box = out->box[k]};
            here.answer = look(s, &here.box);
            if (s->status == OK)
                add_leaf(s, &here);
        }
    }
    return any;
}

static void search(struct search *s, const struct answer *root) {
    int32_t *group = ARENA_ARRAY(s->keep, s->words * 64, int32_t);
    struct leaf first = {.answer = *root}, *l = &first;
    if (!group) {
        s->status = arena_full(s->d);
        return;
    }
    open_box(s, l, group);
    /* breadth first: the large boxes prove most */
    for (size_t at = 0; at < s->work.size && !spent(s); at++) {
        if (open_groups(s, root->deps, group) == 0)
            return; /* every candidate is proven */
        struct leaf here = s->work.at[at];
        here.answer = look(s, &here.box);
        if (s->status != OK)
            return;
        if (here.answer.known)
            add_leaf(s, &here);
        else
            open_box(s, &here, group);
    }
    for (int round = 0; round < ROUNDS_MAX && reopen(s, root, group); round++)
        ;
    if (spent(s) && s->status == OK) {
        size_t n = open_groups(s, root->deps, group);
        for (size_t i = 0; i < n; i++)
            s->possible[group[i]] = 1;
    }
}

/* ---- the answer ----------------------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b) {
    const struct span *x = a, *y = b;
    size_t n = x->size < y->size ? x->size : y->size;
    int c = memcmp(x->at, y->at, n);
    return c ? c : (x->size > y->size) - (x->size < y->size);
}

static enum status missing_facts(struct search *s, struct dmn_case_answer *ret) {
    struct span *name = ARENA_ARRAY(s->env->arena, s->cells.size + 1, struct span);
    size_t n = 0, unique = 0;
    if (!name)
        return arena_full(s->d);
    for (size_t g = 0; g < s->cells.size; g++)
        if (s->proven[g] || s->possible[g]) {
            name[n++] = s->cells.at[g].fact->label;
            if (!s->proven[g])
                ret->exact = false;
        }
    qsort(name, n, sizeof *name, by_text);
    for (size_t i = 0; i < n; i++)
        if (unique == 0 || !span_eq(name[unique - 1], name[i]))
            name[unique++] = name[i];
    ret->missing = name;
    ret->missing_count = unique;
    if (s->approximate)
        ret->exact = false;
    return OK;
}

/* Evaluates once more where the result may live on, with the trace. */
static enum status finish(struct search *s, const struct box *box, bool decided, struct dmn_case_answer *ret) {
    struct dmn_result result = {0};
    evaluate(s, box, s->env->arena, &result, NULL);
    if (s->status != OK)
        return s->status;
    ret->value = decided ? result.value : feel_null();
    ret->trace = result.trace;
    return OK;
}

static enum status decide(struct search *s, struct dmn_case_answer *ret) {
    struct box all = {.free_group = -1, .free_corner = -1};
    struct answer root = look(s, &all);
    if (s->status != OK)
        return s->status;
    ret->exact = true;
    if (!root.known)
        search(s, &root);
    if (s->status != OK)
        return s->status;
    enum status st = missing_facts(s, ret);
    if (st != OK)
        return st;
    ret->decided = ret->missing_count == 0;
    const struct leaf *leaf = !root.known && s->leaves.size ? &s->leaves.at[0] : NULL;
    const struct answer *answer = leaf ? &leaf->answer : &root;
    if (ret->decided && answer->error) {
        if (s->d)
            *s->d = answer->why;
        return E_INPUT;
    }
    st = finish(s, ret->decided && leaf ? &leaf->box : &all, ret->decided, ret);
    ret->evaluations = s->evaluations;
    return st;
}

/* The cells of the input, before anything is evaluated: how wide sets must be. */
static enum status count_cells(struct search *s) {
    struct feel_unknown_hints hints = {.words = 64};
    struct feel_env env;
    struct box all = {.free_group = -1, .free_corner = -1};
    feel_env_init(&env, s->scratch, NULL);
    env.hints = &hints;
    s->words = 64;
    case_input(s, &env, &all);
    s->words = (s->cells.size + CELLS_SPARE) / 64 + 1;
    if (s->status == OK && env.status != OK)
        s->status = arena_full(s->d);
    return s->status;
}

enum status dmn_case_decide(struct feel_env *env, const struct dmn_case *c, struct dmn_case_answer *ret,
    struct diag *d) {
    AUTO(arena) struct arena *keep = arena_new(512 << 20);
    AUTO(arena) struct arena *scratch = arena_new(256 << 20);
    struct diag unused = {0};
    struct search s = {.env = env, .c = c, .keep = keep, .scratch = scratch, .d = d ? d : &unused,
        .budget = c->evaluation_budget ? c->evaluation_budget : BUDGET_DEFAULT};
    if (!keep || !scratch || !(s.by_path = map_new(keep, 0)))
        return arena_full(d);
    enum status st = count_cells(&s);
    if (st != OK)
        return st;
    s.proven = arena_alloc(keep, s.words * 64);
    s.possible = arena_alloc(keep, s.words * 64);
    if (!s.proven || !s.possible)
        return arena_full(d);
    struct dmn_case_answer answer = {0};
    st = decide(&s, &answer);
    if (st == OK)
        *ret = answer;
    return st;
}
