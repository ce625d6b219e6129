/* Boxes seen from their atoms: which rules accept an atom, and which pairs of rules meet.
 *
 * The rows of a table say which atoms a rule accepts; turned around they say which rules
 * accept an atom, so that "all rules that accept these atoms" is an AND of words.  A tree
 * of ORs over the atoms of a dimension gives the rules that accept anything in a stretch of
 * them.  A rule's cell is a few stretches, so that all rules which meet it are found in
 * (stretches x log atoms x rules/64) words, and no pair is looked at that does not meet. */
#include "dmn/check_table.h"

/* In place; bit i of word k becomes bit k of word i. */
static void turn_block(uint64_t *b) {
    uint64_t mask = 0x00000000FFFFFFFFu;
    for (unsigned half = 32; half; half /= 2, mask ^= mask << half)
        for (unsigned k = 0; k < 64; k = (k + half + 1) & ~half) {
            uint64_t t = ((b[k] >> half) ^ b[k + half]) & mask;
            b[k] ^= t << half;
            b[k + half] ^= t;
        }
}

/* The rules are in blocks of 64 and the atoms, too. */
static void turn(const struct check_boxes *b, size_t rules, size_t dim, size_t words, uint64_t *accept) {
    uint64_t block[64];
    for (size_t rw = 0; rw < check_words(rules); rw++)
        for (size_t aw = 0; aw < check_words(b->atoms[dim]); aw++) {
            for (size_t i = 0; i < 64; i++) {
                size_t r = rw * 64 + i;
                block[i] = r < rules ? b->cell[r * b->dims + dim][aw] : 0;
            }
            turn_block(block);
            for (size_t i = 0; i < 64 && aw * 64 + i < b->atoms[dim]; i++)
                accept[(aw * 64 + i) * words + rw] = block[i];
        }
}

bool check_accept_make(struct arena *a, struct check_boxes *b, size_t rules) {
    size_t words = check_words(b->rules ? b->rules : 1);
    uint64_t **accept = ARENA_ARRAY(a, b->dims + 1, uint64_t *);
    for (size_t d = 0; accept && d < b->dims; d++) {
        accept[d] = ARENA_ARRAY(a, b->atoms[d] * words + 1, uint64_t);
        if (!accept[d])
            return false;
        turn(b, rules, d, words, accept[d]);
    }
    b->accept = accept;
    return accept != NULL;
}

/* ---- pairs -------------------------------------------------------------------------------- */

struct check_meeting {
    const struct check_boxes *box;
    const uint64_t *const *within;
    size_t words;
    uint64_t **tree; /* by dimension: 2 * atoms nodes; a leaf that is not `within` is empty */
    uint64_t *some;
};

static void or_into(uint64_t *to, const uint64_t *from, size_t words) {
    for (size_t w = 0; w < words; w++)
        to[w] |= from[w];
}

struct check_meeting *check_meeting_new(struct arena *a, const struct check_boxes *b, const uint64_t *const *within) {
    struct check_boxes turned = *b;
    struct check_meeting *m = ARENA_NEW(a, struct check_meeting);
    size_t words = check_words(b->rules ? b->rules : 1);
    if (!m || !check_accept_make(a, &turned, b->rules))
        return NULL;
    *m = (struct check_meeting){b, within, words, ARENA_ARRAY(a, b->dims + 1, uint64_t *), ARENA_ARRAY(a, words, uint64_t)};
    for (size_t d = 0; m->tree && d < b->dims; d++) {
        size_t n = b->atoms[d];
        uint64_t *t = m->tree[d] = ARENA_ARRAY(a, 2 * n * words + 1, uint64_t);
        if (!t)
            return NULL;
        for (size_t i = 0; i < n; i++)
            if (check_bit(within[d], i))
                memcpy(t + (n + i) * words, turned.accept[d] + i * words, words * sizeof *t);
        for (size_t i = n; i-- > 1;)
            for (size_t w = 0; w < words; w++)
                t[i * words + w] = t[2 * i * words + w] | t[(2 * i + 1) * words + w];
    }
    return m->tree && m->some ? m : NULL;
}

/* Atoms from..to-1. */
static void add_stretch(struct check_meeting *m, size_t dim, size_t from, size_t to) {
    size_t n = m->box->atoms[dim];
    for (from += n, to += n; from < to; from /= 2, to /= 2) {
        if (from & 1)
            or_into(m->some, m->tree[dim] + from++ * m->words, m->words);
        if (to & 1)
            or_into(m->some, m->tree[dim] + --to * m->words, m->words);
    }
}

void check_meeting_of(struct check_meeting *m, size_t rule, uint64_t *ret) {
    memset(ret, 0xFF, m->words * sizeof *ret);
    for (size_t d = 0; d < m->box->dims; d++) {
        const uint64_t *row = m->box->cell[rule * m->box->dims + d];
        size_t atoms = m->box->atoms[d];
        memset(m->some, 0, m->words * sizeof *m->some);
        for (size_t a = 0; a < atoms;) {
            if (!(row[a / 64] >> (a % 64))) {
                a = (a / 64 + 1) * 64;
                continue;
            }
            size_t from = a += (size_t)__builtin_ctzll(row[a / 64] >> (a % 64));
            while (a < atoms && check_bit(row, a))
                a = a % 64 == 0 && row[a / 64] == UINT64_MAX ? a + 64 : a + 1;
            add_stretch(m, d, from, a < atoms ? a : atoms);
        }
        for (size_t w = 0; w < m->words; w++)
            ret[w] &= m->some[w];
    }
}
