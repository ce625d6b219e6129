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
 * crosses between two such.  Facts that it leaves in doubt, since leaves are
 * open or the partition is too large, are swept one by one (case_sweep.c). */
#include "dmn/case_internal.h"

#include "feel/vm.h"

enum { BUDGET_DEFAULT = 1500, LEAVES_PAIRED_MAX = 1000, LINES_MAX = 4, ELEMENTS_MAX = 256, PARTITION_SHARE = 3, WHETHER_CORNERS = 16 };

/* ---- evaluating ------------------------------------------------------------------------ */

static const uint64_t error_hash = 0xE770; /* all rule errors are one answer: none */

static void first_note(const struct search *s, const struct feel_notes *notes, struct diag *why) {
    diag_fail(why, E_INPUT, "dmn.rule_error", DIAG_SPAN("name", s->c->answer),
        DIAG_S("reason", notes->count ? notes->note[0].code : "dmn.null_answer"),
        DIAG_SPAN("detail", notes->count ? notes->note[0].detail : (struct span){0}));
    struct span where = notes->count ? notes->note[0].where : s->c->answer;
    diag_at(why, "%.*s", SPAN_ARG(where));
}

/* Hints and their texts outlive the evaluation. */
static void keep_hints(struct search *s, const struct feel_unknown_hints *from, struct answer *a) {
    struct feel_hint *hint = ARENA_ARRAY(s->keep, from->count + 1, struct feel_hint);
    if (!hint) {
        s->status = E_LIMIT;
        return;
    }
    memcpy(hint, from->hint, from->count * sizeof *hint);
    for (size_t i = 0; i < from->count; i++)
        if (hint[i].at.kind == FEEL_STRING) {
            struct span *text = &hint[i].at.string;
            text->at = arena_dup(s->keep, *text);
            if (!text->at)
                s->status = E_LIMIT;
        }
    a->hint = hint;
    a->hint_count = from->count;
}

/* What some completion may make an error in a part that is not compared. */
static void doubts(const struct feel_env *env, const struct feel_value *v, struct answer *a) {
    size_t n = v->kind == FEEL_LIST ? v->count : v->kind == FEEL_CONTEXT ? v->shape->count : 0;
    const struct feel_value *part = v->kind == FEEL_LIST ? v->item : v->value;
    if (feel_is_unknown(v) && v->unknown->may_error) {
        a->known = false;
        a->hash = a->hash * 31 + v->unknown->hash;
        feel_unknown_deps(env, v, a->deps);
    }
    for (size_t i = 0; i < n; i++)
        doubts(env, &part[i], a);
}

static struct feel_value compared(struct search *s, struct feel_env *env, const struct feel_value *answer) {
    struct feel_value v = *answer;
    if (s->c->compared && !feel_is_null(*answer) && feel_run(s->c->compared, env, answer, NULL, &v, s->d) != OK)
        s->status = E_LIMIT;
    return v;
}

static void read_answer(struct search *s, struct feel_env *env, const struct feel_value *answer, struct answer *a) {
    struct feel_value v = compared(s, env, answer);
    a->deps = ARENA_ARRAY(s->keep, s->words, uint64_t);
    if (!a->deps || s->status != OK) {
        s->status = E_LIMIT;
        return;
    }
    a->known = !feel_has_unknown(&v);
    a->hash = feel_value_hash(&v);
    feel_unknown_deps(env, &v, a->deps);
    if (s->c->compared)
        doubts(env, answer, a);
    a->error = a->known && (feel_is_null(v) || feel_find_error(&v) || feel_find_error(answer));
    if (a->error) {
        a->hash = error_hash;
        first_note(s, env->notes, &s->why);
    }
    if (!a->known)
        keep_hints(s, env->hints, a);
}

/* The steps ended in the middle of the search: what it knows by now is the answer. */
static void give_up(struct search *s, struct answer *a) {
    diag_clear(s->d);
    s->status = OK;
    s->exhausted = true;
    a->hash = s->evaluations;
    a->deps = ARENA_ARRAY(s->keep, s->words, uint64_t);
    if (a->deps)
        memset(a->deps, 0xFF, s->words * sizeof *a->deps);
    else
        s->status = arena_full(s->d);
}

/* One evaluation; its memory is the scratch arena's, or `arena`'s with a trace. */
static void evaluate(struct search *s, const struct box *box, struct arena *arena, struct dmn_result *ret,
    struct answer *a) {
    arena_reset(s->scratch);
    struct feel_notes *notes = ARENA_NEW(s->scratch, struct feel_notes);
    struct feel_unknown_hints *hints = ARENA_NEW(s->scratch, struct feel_unknown_hints);
    struct feel_env env;
    if (!notes || !hints) {
        s->status = E_LIMIT;
        return;
    }
    s->evaluations++;
    feel_env_init(&env, arena, notes);
    env.steps_left = s->steps_left;
    env.now = s->env->now;
    env.now_offset = s->env->now_offset;
    env.case_mode = true;
    hints->words = s->words;
    hints->question = case_question;
    hints->user = s;
    hints->element = ARENA_ARRAY(s->scratch, ELEMENTS_MAX, const struct feel_unknown *);
    hints->elements_room = hints->element ? ELEMENTS_MAX : 0;
    env.hints = hints;
    struct dmn_request r = {.model = s->c->model, .decision = &s->c->answer, .decision_count = 1,
        .trace = ret != NULL && s->c->trace};
    if (!ret && s->known) { /* nobody looks at its trace */
        r.known = s->known_value;
        r.known_slot = s->known;
    }
    r.inputs = case_input(s, &env, box);
    struct dmn_result result;
    if (s->status == OK)
        s->status = env.status != OK ? arena_full(s->d) : dmn_evaluate(&env, &r, &result, s->d);
    s->steps_left = env.steps_left;
    if (s->status == E_LIMIT && env.steps_left == 0 && !ret) {
        give_up(s, a);
        return;
    }
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

struct answer case_look(struct search *s, const struct box *box) {
    struct answer a = {0};
    evaluate(s, box, s->scratch, NULL, &a);
    return a;
}

bool case_spent(const struct search *s) {
    return s->status != OK || s->exhausted || s->evaluations >= s->budget || (s->open && s->c->whether_only);
}

static void add_leaf(struct search *s, const struct leaf *leaf) {
    for (size_t i = 0; i < s->leaves.size && i < LEAVES_PAIRED_MAX; i++) {
        const struct leaf *other = &s->leaves.at[i];
        if (other->answer.hash == leaf->answer.hash)
            continue;
        int32_t g = case_neighbours(s, &leaf->box, &other->box);
        if (g < 0 || s->proven[g])
            continue;
        bool known = leaf->answer.known && other->answer.known;
        if (known && !case_derived(s, &leaf->box) && !case_derived(s, &other->box))
            case_proven(s, g);
        else
            s->possible[g] = 1;
    }
    struct leaf *at = vec_push_in(s->keep, &s->leaves);
    if (at)
        *at = *leaf;
    else
        s->status = arena_full(s->d);
}

/* ---- the search ------------------------------------------------------------------------------------- */

size_t case_open_groups(const struct search *s, const uint64_t *deps, int32_t *ret) {
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
    size_t n = case_open_groups(s, l->answer.deps, group);
    for (size_t i = 0; i < n && !case_spent(s); i++)
        if (s->tried[group[i]] < LINES_MAX)
            case_prove(s, &l->box, group[i]);
    n = case_open_groups(s, l->answer.deps, group);
    struct parts *out = n ? ARENA_NEW(s->keep, struct parts) : NULL;
    if (n == 0 || !out || !case_split(s, &l->box, &l->answer, -1, -1, out)) {
        for (size_t i = 0; i < n; i++)
            s->possible[group[i]] = 1; /* cannot be split further */
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

/* A partition of all completions; true: whole. */
static bool partition(struct search *s, const struct answer *root, int32_t *group) {
    unsigned budget = s->budget;
    struct leaf first = {.answer = *root};
    s->budget = s->evaluations + (budget - s->evaluations) / PARTITION_SHARE;
    open_box(s, &first, group);
    /* breadth first: the large boxes prove most */
    size_t at = 0;
    for (; at < s->work.size && !case_spent(s) && s->leaves.size < LEAVES_PAIRED_MAX; at++) {
        if (case_open_groups(s, root->deps, group) == 0)
            break; /* every candidate is proven */
        struct leaf here = s->work.at[at];
        here.answer = case_look(s, &here.box);
        if (s->status != OK)
            break;
        if (here.answer.known)
            add_leaf(s, &here);
        else
            open_box(s, &here, group);
    }
    s->budget = budget;
    return s->status == OK && at == s->work.size;
}

/* Two completions that answer differently: on the way from one to the other, fact by fact, some
 * single change changes the answer, and that fact is missing; which one is not asked. */
static bool corners_differ(struct search *s) {
    struct answer first = {0};
    for (int corner = 0; corner < WHETHER_CORNERS && !case_spent(s); corner++) {
        struct box all = {.point = true, .corner = corner, .free_group = -1, .free_corner = -1};
        struct answer here = case_look(s, &all);
        if (s->status != OK || !here.known)
            continue;
        if (first.known && first.hash != here.hash)
            return true;
        first = here;
    }
    return false;
}

/* What the partition left in doubt is looked at one by one. */
static void search(struct search *s, const struct answer *root) {
    int32_t *group = ARENA_ARRAY(s->keep, s->words * 64, int32_t);
    if (!group) {
        s->status = arena_full(s->d);
        return;
    }
    s->open = s->c->whether_only && corners_differ(s);
    bool whole = !s->open && partition(s, root, group);
    size_t n = case_open_groups(s, root->deps, group), doubts = 0;
    for (size_t i = 0; i < n; i++) {
        if (!whole)
            s->possible[group[i]] = 1;
        doubts += s->possible[group[i]] != 0;
    }
    for (size_t i = 0; i < n && s->status == OK; i++) {
        if (!s->possible[group[i]])
            continue;
        unsigned left = s->budget > s->evaluations ? s->budget - s->evaluations : 0;
        s->pause = s->evaluations + left / (unsigned)doubts--;
        if (!s->proven[group[i]] && left)
            dmn_case_sweep(s, group[i]);
    }
}

/* ---- the answer ----------------------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b) {
    const struct span *x = a, *y = b;
    size_t n = x->size < y->size ? x->size : y->size;
    int c = memcmp(x->at, y->at, n);
    return c ? c : (x->size > y->size) - (x->size < y->size);
}

/* All that the answer may hang on is proven: texts that were not tried would add nothing. */
static bool all_proven(const struct search *s, const struct answer *root) {
    for (size_t i = 0; i < s->cells.size; i++)
        if (has_bit(root->deps, i) && !s->proven[s->cells.at[i].group])
            return false;
    return true;
}

static enum status missing_facts(struct search *s, const struct answer *root, struct dmn_case_answer *ret) {
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
    if (s->approximate || (s->texts && !all_proven(s, root)))
        ret->exact = false;
    return OK;
}

/* One evaluation of everything unknown decides most cases, and its trace says
 * nothing of facts that nobody knows. */
static enum status decide(struct search *s, struct dmn_case_answer *ret) {
    struct box all = {.free_group = -1, .free_corner = -1};
    struct dmn_result whole = {0};
    struct answer root = {0};
    evaluate(s, &all, s->env->arena, &whole, &root);
    if (s->status != OK)
        return s->status;
    ret->exact = true;
    ret->trace = whole.trace;
    if (!root.known) {
        s->known_value = whole.slot;
        s->known = dmn_known(s->keep, s->c->model, &whole);
    }
    const struct case_lacks *lacks = !root.known && s->recalls ? case_memory_lacks(s, &root) : NULL;
    if (lacks) {
        ret->missing = lacks->name;
        ret->missing_count = lacks->count;
        ret->certain = s->open;
        ret->value = feel_null();
        ret->evaluations = s->evaluations;
        return s->status;
    }
    if (!root.known && s->recalls)
        s->doubt = case_recall(s, &root) == CASE_IN_DOUBT;
    else if (!root.known)
        search(s, &root);
    if (s->doubt)
        return s->status;
    enum status st = s->status == OK ? missing_facts(s, &root, ret) : s->status;
    if (st != OK)
        return st;
    ret->decided = ret->missing_count == 0;
    if (!root.known && s->recalls && !ret->decided && ret->exact)
        case_memory_keep(s, &root, ret->missing, ret->missing_count);
    ret->certain = ret->decided ? ret->exact : s->open;
    if (ret->decided && feel_has_unknown(&whole.value)) { /* every completion's answer is any one's */
        struct box one = all;
        one.point = true;
        struct dmn_result at;
        evaluate(s, &one, s->env->arena, &at, &root);
        if (s->status != OK)
            return s->status;
        whole.value = at.value;
    }
    if (ret->decided && root.error) {
        *s->d = s->why;
        return E_INPUT;
    }
    ret->value = ret->decided ? whole.value : feel_null();
    ret->evaluations = s->evaluations;
    return OK;
}

/* The cells of the input, before anything is evaluated: how wide sets must be. */
static enum status count_cells(struct search *s) {
    struct feel_unknown_hints hints = {.words = 64};
    struct feel_env env;
    struct box all = {.free_group = -1, .free_corner = -1};
    feel_env_init(&env, s->scratch, NULL);
    env.hints = &hints;
    s->words = 64;
    s->counting = true;
    case_input(s, &env, &all);
    s->counting = false;
    s->words = (s->cells.size + CELLS_SPARE) / 64 + 1;
    if (s->status == OK && env.status != OK)
        s->status = arena_full(s->d);
    return s->status;
}

/* What an attempt that ended in doubt proved missing all the same; the cells of the input are the same in the next. */
struct handed { const uint8_t *proven; size_t count; };

static void hand_over(const struct search *s, size_t cells, struct handed *h) {
    uint8_t *copy = arena_alloc(s->env->arena, cells + 1);
    if (!copy)
        return;
    memcpy(copy, s->proven, cells);
    *h = (struct handed){copy, cells};
}

/* With what other cases showed, it may end in doubt. */
static enum status attempt(struct feel_env *env, const struct dmn_case *c, bool recalls, bool *doubt, struct handed *h,
    struct dmn_case_answer *ret, struct diag *d) {
    AUTO(arena) struct arena *keep = arena_new(512 << 20);
    AUTO(arena) struct arena *scratch = arena_new(256 << 20);
    struct diag unused = {0};
    unsigned budget = c->evaluation_budget ? c->evaluation_budget : BUDGET_DEFAULT;
    struct search s = {.env = env, .c = c, .steps_left = env->steps_left, .keep = keep, .scratch = scratch, .d = d ? d : &unused,
        .budget = recalls ? 1000000 : budget, .recalls = recalls};
    if (!keep || !scratch || !(s.questions = map_new(keep, 0)) || !(s.root = case_spot(keep)) ||
        !(s.absent = arena_alloc(keep, c->vocabulary->fact_count + 1)) || case_narrow(&s) != OK)
        return arena_full(d);
    enum status st = count_cells(&s);
    size_t cells = s.cells.size;
    if (st != OK)
        return st;
    s.proven = arena_alloc(keep, s.words * 64);
    s.possible = arena_alloc(keep, s.words * 64);
    s.tried = arena_alloc(keep, s.words * 64);
    if (!s.proven || !s.possible || !s.tried)
        return arena_full(d);
    if (h->count && h->count <= cells)
        memcpy(s.proven, h->proven, h->count);
    struct dmn_case_answer answer = {0};
    st = decide(&s, &answer);
    *doubt = s.doubt || s.exhausted;
    if (recalls && s.doubt)
        hand_over(&s, cells, h);
    if (st == OK)
        *ret = answer;
    return st;
}

enum status dmn_case_decide(struct feel_env *env, const struct dmn_case *c, struct dmn_case_answer *ret,
    struct diag *d) {
    bool recalls = c->memory && !c->whether_only, doubt = false;
    struct handed proven = {0};
    enum status st = attempt(env, c, recalls, &doubt, &proven, ret, d);
    if (st != OK || !recalls || !doubt)
        return st;
    st = attempt(env, c, false, &doubt, &proven, ret, d);
    if (st == OK)
        case_memory_searched(c->memory, ret->missing_count);
    return st;
}
