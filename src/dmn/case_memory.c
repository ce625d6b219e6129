/* What proved facts missing in other cases is tried first.
 *
 * A completion is a choice for every fact of the vocabulary, taken by all unknowns
 * of that fact: a code, an amount, a length of a list.  So what was found in one
 * household means something in the next.  A trick is such a completion and another,
 * which one unknown takes alone: where the answer changes, that fact is missing.
 *
 * All that the answer may depend on proven, the search could not say otherwise: it names
 * no more than that, and drops nothing that is missing.  If a doubt remains, it
 * searches as if nothing had been tried; unless it did so in vain for enough cases of the
 * same pattern: then all is named, and it is not exact. */
#include "dmn/case_internal.h"

#include "feel/vm.h"

enum { GUESSES_MAX = 96, TRICKS_MAX = 96, TEXTS_MAX = 6, INVOLVED_MAX = 96, GROUPS_TRIED = 6,
    RECALLED_MAX = 60,  /* evaluations of what is remembered */
    SOUGHT_MAX = 400,   /* evaluations in search of a new trick */
    PATTERNS_MAX = 256, LACKS_MAX = 4096, SOUGHT_VAIN_MAX = 4, SEARCHED_MAX = 6 }; /* so often in vain for a pattern, it is left */

struct trick { const struct fact *fact; uint16_t base, other; };

struct pattern { uint64_t key; unsigned sought, searched; /* in vain */ bool narrows; /* a search found that not all is missing */ };

struct dmn_case_memory {
    struct arena *arena;
    size_t facts;
    uint64_t dice;
    uint8_t *guess[GUESSES_MAX];    /* by fact: its choice */
    size_t guess_count;
    struct trick trick[TRICKS_MAX]; /* what helped last stands first */
    size_t trick_count;
    struct feel_value (*text)[TEXTS_MAX]; /* by fact: what policies compare a text without codes with */
    struct pattern pattern[PATTERNS_MAX], *open; /* open: of the case at hand */
    struct map *lacks;              /* key of an answer -> struct case_lacks */
    size_t lacks_count;
    size_t pattern_count, names;    /* names: how many facts the case at hand may lack */
};

struct recall {
    struct search *s;
    struct dmn_case_memory *m;
    int32_t *group;                 /* what the answer may depend on */
    size_t groups;
    const struct fact *involved[INVOLVED_MAX];
    size_t involved_count;
    struct { bool looked; struct answer answer; } seen[GUESSES_MAX];
    unsigned stop;                  /* evaluations */
};

static uint64_t roll(struct dmn_case_memory *m) {
    m->dice += 0x9E3779B97F4A7C15u;
    uint64_t x = (m->dice ^ m->dice >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

/* Of those there are already, the same; NONE: no room or no memory. */
enum { NO_GUESS = UINT16_MAX };
static uint16_t remembered(struct dmn_case_memory *m, const uint8_t *choice) {
    for (size_t i = 0; i < m->guess_count; i++)
        if (memcmp(m->guess[i], choice, m->facts) == 0)
            return (uint16_t)i;
    uint8_t *own = m->guess_count < GUESSES_MAX ? arena_alloc(m->arena, m->facts + 1) : NULL;
    if (!own)
        return NO_GUESS;
    memcpy(own, choice, m->facts);
    m->guess[m->guess_count] = own;
    return (uint16_t)m->guess_count++;
}

struct dmn_case_memory *dmn_case_memory_new(struct arena *a, const struct dmn_vocabulary *v) {
    struct dmn_case_memory *m = ARENA_NEW(a, struct dmn_case_memory);
    if (!m)
        return NULL;
    m->arena = a;
    m->facts = v->fact_count;
    m->text = arena_array(a, m->facts + 1, sizeof *m->text);
    uint8_t *choice = arena_alloc(a, m->facts + 1);
    if (!m->text || !choice || !(m->lacks = map_new(a, 0)))
        return NULL;
    for (unsigned k = 0; k < 4; k++) { /* nobody has anything; and three others */
        for (size_t i = 0; i < m->facts; i++)
            choice[i] = (uint8_t)(k ? roll(m) % CASE_CHOICES : 0);
        if (remembered(m, choice) == NO_GUESS)
            return NULL;
    }
    return m;
}

const struct feel_value *case_memory_text(const struct dmn_case_memory *m, const struct fact *f, unsigned choice) {
    const struct feel_value *text = m->text[f->id];
    size_t n = 0;
    while (n < TEXTS_MAX && text[n].kind == FEEL_STRING)
        n++;
    return n && choice ? &text[(choice - 1) % n] : NULL;
}

static void learn_text(struct dmn_case_memory *m, const struct fact *f, const struct feel_value *v) {
    struct feel_value *text = m->text[f->id];
    for (size_t i = 0; i < TEXTS_MAX; i++) {
        if (text[i].kind == FEEL_STRING && feel_same(&text[i], v))
            return;
        if (text[i].kind == FEEL_STRING)
            continue;
        char *copy = arena_dup(m->arena, v->string);
        if (copy)
            text[i] = feel_string((struct span){copy, v->string.size});
        return;
    }
}

/* ---- looking ------------------------------------------------------------------------- */

static struct box completion(const uint8_t *choice) {
    return (struct box){.point = true, .choice = choice, .free_group = -1, .free_corner = -1};
}

static const struct answer *look_at(struct recall *r, size_t guess) {
    if (!r->seen[guess].looked) {
        struct box b = completion(r->m->guess[guess]);
        r->seen[guess].looked = true;
        r->seen[guess].answer = case_look(r->s, &b);
    }
    return &r->seen[guess].answer;
}

/* Does one unknown of the fact, taking `other`'s choices alone, change the answer? */
static bool changes(struct recall *r, const struct fact *f, const uint8_t *base, const struct answer *at, const uint8_t *other) {
    size_t tried = 0;
    if (!at->known || r->s->status != OK)
        return false;
    for (size_t i = 0; i < r->groups && tried < GROUPS_TRIED && !case_spent(r->s); i++) {
        if (r->s->cells.at[r->group[i]].fact != f)
            continue;
        struct box b = completion(base);
        b.free_group = r->group[i];
        b.choice_free = other;
        struct answer there = case_look(r->s, &b);
        if (r->s->status == OK && there.known && there.hash != at->hash)
            return case_proven(r->s, r->group[i]), true;
        tried++;
    }
    return false;
}

static bool over(const struct recall *r) { return case_spent(r->s) || r->s->evaluations >= r->stop; }

/* The first fact from *at on that is not proven yet; NULL: none. */
static const struct fact *doubted(const struct recall *r, size_t *at) {
    for (; *at < r->groups; ++*at)
        if (!r->s->proven[r->group[*at]])
            return r->s->cells.at[r->group[(*at)++]].fact;
    return NULL;
}

static bool settled(const struct recall *r) {
    size_t at = 0;
    return !doubted(r, &at);
}

static bool in_doubt(const struct recall *r, const struct fact *f) {
    size_t at = 0;
    for (const struct fact *x; (x = doubted(r, &at));)
        if (x == f)
            return true;
    return false;
}

static void to_front(struct dmn_case_memory *m, size_t i) {
    struct trick t = m->trick[i];
    memmove(&m->trick[1], &m->trick[0], i * sizeof t);
    m->trick[0] = t;
}

static void recalled(struct recall *r) {
    struct dmn_case_memory *m = r->m;
    for (size_t i = 0; i < m->trick_count && !over(r); i++) {
        struct trick t = m->trick[i];
        if (in_doubt(r, t.fact) && changes(r, t.fact, m->guess[t.base], look_at(r, t.base), m->guess[t.other]))
            to_front(m, i);
    }
}

/* ---- seeking --------------------------------------------------------------------------- */

static void involve(struct recall *r, const struct fact *f) {
    for (size_t i = 0; i < r->involved_count; i++)
        if (r->involved[i] == f)
            return;
    if (r->involved_count < INVOLVED_MAX)
        r->involved[r->involved_count++] = f;
    for (size_t i = 0; f->list && f->entity && i < f->entity->count; i++)
        involve(r, &f->entity->fact[i]);
}

static void reroll(struct dmn_case_memory *m, uint8_t *choice, const struct fact *f, int depth) {
    choice[f->id] = (uint8_t)(roll(m) % CASE_CHOICES);
    for (size_t i = 0; f->list && f->entity && depth < 3 && i < f->entity->count; i++)
        if (roll(m) % 2)
            reroll(m, choice, &f->entity->fact[i], depth + 1);
}

static void learn_trick(struct dmn_case_memory *m, const struct fact *f, const uint8_t *base, const uint8_t *other) {
    struct trick t = {f, remembered(m, base), remembered(m, other)};
    if (t.base == NO_GUESS || t.other == NO_GUESS)
        return;
    if (m->trick_count < TRICKS_MAX)
        m->trick_count++;
    m->trick[m->trick_count - 1] = t;
    to_front(m, m->trick_count - 1);
}

static bool of_fact(const struct fact *f, const struct fact *x, int depth) {
    if (x == f)
        return true;
    for (size_t i = 0; f->list && f->entity && depth < 3 && i < f->entity->count; i++)
        if (of_fact(&f->entity->fact[i], x, depth + 1))
            return true;
    return false;
}

/* Chooses for one fact after the other, so that the answer stays open; what is left to choose is `f`. */
static void narrow(struct recall *r, const struct fact *f, uint8_t *base) {
    struct dmn_case_memory *m = r->m;
    size_t n = r->involved_count;
    const uint8_t *like = m->guess[roll(m) % m->guess_count];
    memset(base, CASE_OPEN, m->facts);
    for (size_t i = n; i > 1; i--) {
        size_t k = roll(m) % i;
        const struct fact *x = r->involved[k];
        r->involved[k] = r->involved[i - 1];
        r->involved[i - 1] = x;
    }
    for (size_t i = 0; i < n && !over(r); i++) {
        const struct fact *x = r->involved[i];
        for (int tries = 0; tries < 4 && !of_fact(f, x, 0) && !over(r); tries++) {
            base[x->id] = tries || roll(m) % 4 == 0 ? (uint8_t)(roll(m) % CASE_CHOICES) : like[x->id];
            struct box b = completion(base);
            if (!case_look(r->s, &b).known)
                break;
        }
    }
    for (size_t i = 0; i < m->facts; i++)
        if (base[i] == CASE_OPEN)
            base[i] = like[i];
}

static void seek_once(struct recall *r, const struct fact *f, uint8_t *base, uint8_t *other) {
    struct dmn_case_memory *m = r->m;
    narrow(r, f, base);
    reroll(m, base, f, 0);
    struct box b = completion(base);
    struct answer at = case_look(r->s, &b);
    for (int alternative = 0; alternative < 4 && !over(r); alternative++) {
        memcpy(other, base, m->facts);
        reroll(m, other, f, 0);
        if (changes(r, f, base, &at, other)) {
            learn_trick(m, f, base, other);
            return;
        }
    }
}

static void seek(struct recall *r) {
    struct dmn_case_memory *m = r->m;
    uint8_t *base = arena_alloc(r->s->keep, m->facts + 1), *other = arena_alloc(r->s->keep, m->facts + 1);
    if (!base || !other)
        r->s->status = arena_full(r->s->d);
    for (size_t i = 0; i < r->groups; i++)
        involve(r, r->s->cells.at[r->group[i]].fact);
    while (!over(r) && !settled(r)) {
        size_t at = 0;
        for (const struct fact *f; !over(r) && (f = doubted(r, &at));)
            seek_once(r, f, base, other);
    }
}

/* ---- the same answer again ----------------------------------------------------------------- */

/* Answers with one hash are one function of their cells; so what they are of must be the same too.  Questions
 * asked of unknown lists are not told apart here: 0. */
static uint64_t key_of(const struct search *s, const struct answer *root) {
    uint64_t key = root->hash;
    for (size_t i = 0; i < s->cells.size; i++) {
        const struct cell *c = &s->cells.at[i];
        if (!has_bit(root->deps, i))
            continue;
        if (c->derived || c->length)
            return 0;
        const uint64_t of[3] = {i, c->fact->id, (uint64_t)(uint32_t)c->group};
        key = hash_bytes((struct span){(const char *)of, sizeof of}, key);
        for (size_t k = 0; case_narrowed(s, c->fact) && k < c->fact->code_count; k++)
            key = hash_bytes(c->fact->code[k].string, key);
    }
    return s->approximate || s->texts ? 0 : key;
}

const struct case_lacks *case_memory_lacks(const struct search *s, const struct answer *root) {
    uint64_t key = key_of(s, root);
    return key ? map_get(s->c->memory->lacks, (struct span){(const char *)&key, sizeof key}) : NULL;
}

void case_memory_keep(const struct search *s, const struct answer *root, const struct span *name, size_t count) {
    struct dmn_case_memory *m = s->c->memory;
    uint64_t key = key_of(s, root), *own = key && m->lacks_count < LACKS_MAX ? ARENA_NEW(m->arena, uint64_t) : NULL;
    struct case_lacks *l = own ? ARENA_NEW(m->arena, struct case_lacks) : NULL;
    struct span *copy = l ? ARENA_ARRAY(m->arena, count + 1, struct span) : NULL;
    if (!copy)
        return;
    memcpy(copy, name, count * sizeof *copy); /* the vocabulary's own words */
    *own = key;
    *l = (struct case_lacks){copy, count};
    m->lacks_count += map_put(m->lacks, (struct span){(const char *)own, sizeof *own}, l);
}

/* ---- what is in vain ------------------------------------------------------------------------ */

/* Cases of one pattern may lack the same facts. */
static struct pattern *pattern_of(struct recall *r, size_t *ret_names) {
    struct dmn_case_memory *m = r->m;
    uint64_t key = 0;
    *ret_names = 0;
    for (size_t i = 0; i < r->groups; i++) {
        const struct fact *f = r->s->cells.at[r->group[i]].fact;
        bool again = false;
        for (size_t k = 0; k < i && !again; k++)
            again = r->s->cells.at[r->group[k]].fact == f;
        key += again ? 0 : hash_bytes(f->label, 1);
        *ret_names += !again;
    }
    for (size_t i = 0; i < m->pattern_count; i++)
        if (m->pattern[i].key == key)
            return &m->pattern[i];
    if (m->pattern_count == PATTERNS_MAX)
        m->pattern_count = 0; /* forgets, and learns again */
    struct pattern *p = &m->pattern[m->pattern_count++];
    *p = (struct pattern){.key = key};
    return p;
}

static void learn_texts(struct recall *r, const struct answer *root) {
    for (size_t i = 0; i < root->hint_count; i++) {
        const struct feel_hint *h = &root->hint[i];
        const struct cell *c = &r->s->cells.at[h->cell];
        if (h->at.kind == FEEL_STRING && !c->derived && !c->fact->code_count)
            learn_text(r->m, c->fact, &h->at);
    }
}

enum case_recalled case_recall(struct search *s, const struct answer *root) {
    struct recall *r = ARENA_NEW(s->keep, struct recall);
    if (!r || !(r->group = ARENA_ARRAY(s->keep, s->words * 64, int32_t))) {
        s->status = arena_full(s->d);
        return CASE_IN_DOUBT;
    }
    r->s = s;
    r->m = s->c->memory;
    r->groups = case_open_groups(s, root->deps, r->group);
    learn_texts(r, root);
    struct pattern *p = r->m->open = pattern_of(r, &r->m->names);
    bool listed = p->searched >= SEARCHED_MAX;
    r->stop = s->evaluations + RECALLED_MAX;
    if (!listed || p->sought < SOUGHT_VAIN_MAX)
        recalled(r);
    if (!settled(r) && p->sought < SOUGHT_VAIN_MAX) {
        r->stop = s->evaluations + SOUGHT_MAX;
        seek(r);
        p->sought += !settled(r);
    }
    if (s->status != OK || settled(r))
        return s->status == OK ? CASE_PROVEN : CASE_IN_DOUBT;
    if (!listed)
        return CASE_IN_DOUBT;
    for (size_t i = 0; i < r->groups; i++)
        s->possible[r->group[i]] = 1;
    return CASE_LISTED;
}

void case_memory_searched(struct dmn_case_memory *m, size_t missing) {
    if (missing < m->names)
        m->open->narrows = true;
    m->open->searched = m->open->narrows ? 0 : m->open->searched + 1;
}
