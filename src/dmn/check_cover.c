/* Boxes over finite dimensions: is a box covered by others, do two touch.
 *
 * Coverage walks the dimensions in order and carries the set of rules that
 * accept all atoms chosen so far.  Atoms that leave the same set are one branch;
 * a set that was found covered at a dimension is not searched again.  This is
 * the decision diagram of the table, built as it is needed. */
#include "dmn/check_table.h"

enum { MEMO_BYTES_MAX = 32 << 20 };

struct seen { struct seen *next; size_t dim; uint64_t set[]; };

struct search {
    struct arena *arena;
    const struct check_boxes *box;
    const uint64_t *const *within;
    size_t words;
    uint64_t **free_from; /* rules that accept everything `within` from dimension d on */
    uint64_t *steps;
    size_t *point;
    struct seen **memo;
    size_t memo_bytes;
    bool full;
};

enum { MEMO_BUCKETS = 4096 };

static const uint64_t *cell(const struct check_boxes *b, size_t rule, size_t dim) { return b->cell[rule * b->dims + dim]; }

static size_t bucket(const struct search *s, size_t dim, const uint64_t *set) {
    uint64_t h = 0x9E3779B97F4A7C15u * (dim + 1);
    for (size_t i = 0; i < s->words; i++)
        h = (h ^ set[i]) * 0xD6E8FEB86659FD93u, h ^= h >> 32;
    return h % MEMO_BUCKETS;
}

static bool was_covered(const struct search *s, size_t dim, const uint64_t *set) {
    for (const struct seen *m = s->memo[bucket(s, dim, set)]; m; m = m->next)
        if (m->dim == dim && memcmp(m->set, set, s->words * sizeof *set) == 0)
            return true;
    return false;
}

static void remember(struct search *s, size_t dim, const uint64_t *set) {
    size_t size = sizeof(struct seen) + s->words * sizeof *set;
    struct seen *m = s->memo_bytes + size <= MEMO_BYTES_MAX ? arena_alloc(s->arena, size) : NULL;
    if (!m)
        return; /* it is searched again: slower, not wrong */
    struct seen **at = &s->memo[bucket(s, dim, set)];
    s->memo_bytes += size;
    m->dim = dim;
    m->next = *at;
    memcpy(m->set, set, s->words * sizeof *set);
    *at = m;
}

static bool take_step(struct search *s) {
    uint64_t cost = 1 + s->words / 16;
    if (*s->steps < cost)
        return *s->steps = 0, false;
    *s->steps -= cost;
    return true;
}

static bool meets(const uint64_t *a, const uint64_t *b, size_t words) {
    for (size_t i = 0; i < words; i++)
        if (a[i] & b[i])
            return true;
    return false;
}

static bool empty(const uint64_t *a, size_t words) {
    for (size_t i = 0; i < words; i++)
        if (a[i])
            return false;
    return true;
}

/* Any atoms do from dimension `dim` on. */
static void fill_point(struct search *s, size_t dim) {
    for (; dim < s->box->dims; dim++) {
        size_t a = 0;
        while (!check_bit(s->within[dim], a))
            a++;
        s->point[dim] = a;
    }
}

static bool already(uint64_t *const *tried, size_t n, const uint64_t *set, size_t words) {
    for (size_t i = 0; i < n; i++)
        if (memcmp(tried[i], set, words * sizeof *set) == 0)
            return true;
    return false;
}

static enum check_answer covered_from(struct search *s, size_t dim, const uint64_t *set);

/* The rules of `set` that accept atom `a`. */
static void accepting(const struct search *s, size_t dim, size_t a, const uint64_t *set, uint64_t *ret) {
    if (s->box->accept) {
        const uint64_t *rules = check_accept(s->box, dim, a);
        for (size_t w = 0; w < s->words; w++)
            ret[w] = set[w] & rules[w];
        return;
    }
    memset(ret, 0, s->words * sizeof *ret);
    for (size_t w = 0; w < s->words; w++)
        for (uint64_t left = set[w]; left; left &= left - 1) {
            size_t r = w * 64 + (size_t)__builtin_ctzll(left);
            if (check_bit(cell(s->box, r, dim), a))
                check_set(ret, r);
        }
}

/* The last dimension: nothing is left below an atom that some rule of the set accepts. */
static enum check_answer last_branch(struct search *s, size_t dim, const uint64_t *set) {
    enum { ATOMS_A_STEP = 8 };
    size_t done = 0;
    for (size_t a = 0; a < s->box->atoms[dim]; a++) {
        if (!check_bit(s->within[dim], a))
            continue;
        if (done++ % ATOMS_A_STEP == 0 && !take_step(s))
            return OUT_OF_BUDGET;
        s->point[dim] = a;
        if (!meets(set, check_accept(s->box, dim, a), s->words))
            return OPEN_POINT;
    }
    return COVERED;
}

static enum check_answer branch(struct search *s, size_t dim, const uint64_t *set) {
    enum { TRIED_MAX = 64 };
    if (s->box->accept && dim + 1 == s->box->dims)
        return last_branch(s, dim, set);
    uint64_t *tried[TRIED_MAX];
    size_t n = 0;
    for (size_t a = 0; a < s->box->atoms[dim]; a++) {
        if (!check_bit(s->within[dim], a))
            continue;
        if (!take_step(s))
            return OUT_OF_BUDGET;
        uint64_t *next = ARENA_ARRAY(s->arena, s->words, uint64_t);
        if (!next)
            return s->full = true, OUT_OF_BUDGET;
        accepting(s, dim, a, set, next);
        if (already(tried, n, next, s->words))
            continue;
        if (n < TRIED_MAX)
            tried[n++] = next;
        s->point[dim] = a;
        enum check_answer answer = covered_from(s, dim + 1, next);
        if (answer != COVERED)
            return answer;
    }
    return COVERED;
}

static enum check_answer covered_from(struct search *s, size_t dim, const uint64_t *set) {
    if (empty(set, s->words)) {
        fill_point(s, dim);
        return OPEN_POINT;
    }
    if (meets(set, s->free_from[dim], s->words) || was_covered(s, dim, set))
        return COVERED;
    enum check_answer answer = branch(s, dim, set);
    if (answer == COVERED)
        remember(s, dim, set);
    return answer;
}

static bool accepts_all(const struct search *s, size_t rule, size_t dim) {
    for (size_t w = 0; w < check_words(s->box->atoms[dim]); w++)
        if (s->within[dim][w] & ~cell(s->box, rule, dim)[w])
            return false;
    return true;
}

/* Of the rules in `set`, which stays as it is, those that accept all there is at `dim`. */
static void accepting_all(const struct search *s, size_t dim, const uint64_t *set, uint64_t *ret) {
    memcpy(ret, set, s->words * sizeof *ret);
    for (size_t w = 0; w < check_words(s->box->atoms[dim]); w++)
        for (uint64_t left = s->within[dim][w]; left; left &= left - 1) {
            accepting(s, dim, w * 64 + (size_t)__builtin_ctzll(left), ret, ret);
            if (empty(ret, s->words))
                return;
        }
}

static bool find_free(struct search *s, const uint64_t *by) {
    size_t dims = s->box->dims;
    s->free_from = ARENA_ARRAY(s->arena, dims + 1, uint64_t *);
    for (size_t d = dims + 1; s->free_from && d-- > 0;) {
        s->free_from[d] = ARENA_ARRAY(s->arena, s->words, uint64_t);
        if (!s->free_from[d])
            return false;
        if (d == dims)
            memcpy(s->free_from[d], by, s->words * sizeof *by);
        else if (s->box->accept)
            accepting_all(s, d, s->free_from[d + 1], s->free_from[d]);
        for (size_t r = 0; d < dims && !s->box->accept && r < s->box->rules; r++)
            if (check_bit(by, r) && check_bit(s->free_from[d + 1], r) && accepts_all(s, r, d))
                check_set(s->free_from[d], r);
    }
    return s->free_from != NULL;
}

enum check_answer check_covered(struct arena *a, const struct check_boxes *b, const uint64_t *const *within,
    const uint64_t *by, uint64_t *steps, size_t *ret_point) {
    for (size_t d = 0; d < b->dims; d++)
        if (empty(within[d], check_words(b->atoms[d])))
            return COVERED; /* nothing is there */
    struct arena_mark mark = arena_mark(a);
    struct search s = {.arena = a, .box = b, .within = within, .words = check_words(b->rules ? b->rules : 1),
        .steps = steps, .point = ret_point};
    enum check_answer answer = OUT_OF_BUDGET;
    s.memo = ARENA_ARRAY(a, MEMO_BUCKETS, struct seen *);
    if (s.memo && find_free(&s, by))
        answer = covered_from(&s, 0, by);
    arena_rewind(a, mark);
    return answer;
}

bool check_overlap(const struct check_boxes *b, const uint64_t *const *within, size_t r, size_t q, size_t *ret_point) {
    for (size_t d = 0; d < b->dims; d++) {
        size_t w = 0, words = check_words(b->atoms[d]);
        while (w < words && !(cell(b, r, d)[w] & cell(b, q, d)[w] & within[d][w]))
            w++;
        if (w == words)
            return false;
        ret_point[d] = w * 64 + (size_t)__builtin_ctzll(cell(b, r, d)[w] & cell(b, q, d)[w] & within[d][w]);
    }
    return true;
}
