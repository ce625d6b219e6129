#include "link/find.h"

#include "link/name.h"
#include "link/han.h"

#include <math.h>

/* Bits of a row: year 0-7, sex 8-9, province 10-16, sounds 17-25, 26-34, 35-43. */
enum { YEAR_FIRST = 1849, YEARS = 256, PROVINCES = 128, SOUNDS = 512, CHARS = 3, STRIP = 1 << 18 };
static_assert(SOUNDS >= 416, "every syllable has a number");

static unsigned at_sound(uint64_t row, int i) { return (unsigned)(row >> (17 + 9 * i)) & (SOUNDS - 1); }

uint64_t link_find_row(struct span name, int year, int sex, int province) {
    struct link_name n = {0};
    uint64_t row = 0;
    (void)link_name_read(name, &n);
    for (int i = 0; i < CHARS && i < n.count; i++)
        row |= (uint64_t)link_sound((uint16_t)(n.chars >> 16 * i)) << (17 + 9 * i);
    row |= (uint64_t)(province > 0 && province < PROVINCES ? province : 0) << 10;
    row |= (uint64_t)(sex == LINK_MALE || sex == LINK_FEMALE ? sex : 0) << 8;
    return row | (year > YEAR_FIRST && year < YEAR_FIRST + YEARS ? (uint64_t)(year - YEAR_FIRST) : 0);
}

/* Bits of evidence by value, with what is unknown in the row at 0. */
struct tables { float year[YEARS], sex[4], province[PROVINCES], sound[CHARS][SOUNDS], rest[4]; };

/* A name of which nothing is known at that place says nothing. Rates: a sound is remembered rightly seven times in ten, to a dialect's ear
 * two more; by chance a syllable agrees once in a hundred, the frequent family names once in twenty. */
static void set_sound(float table[SOUNDS], uint16_t code, bool family) {
    uint16_t sound = link_sound(code), ear = link_sound_ear(code);
    for (int s = 0; s < SOUNDS && sound; s++) {
        bool same = s == sound, near = s < link_sound_count && s && link_sound_coarse[s] == ear;
        table[s] = s == 0 ? -1 : (float)log2(same ? .7 / (family ? .04 : .012) : near ? .2 / (family ? .05 : .02) : .1);
    }
}

static bool make_tables(const struct link_find_question *q, struct tables *t) {
    struct link_name n = {0};
    bool known = link_name_read(q->name, &n);
    *t = (struct tables){0};
    for (int i = 0; i < CHARS; i++) {
        int from = q->given_only ? i - 1 : i;
        if (from >= 0 && from < n.count)
            set_sound(t->sound[i], (uint16_t)(n.chars >> 16 * from), i == 0);
        else if (n.count && from == n.count) /* nothing was said of a third character: a name of two fits better */
            for (int s = 1; s < SOUNDS; s++)
                t->sound[i][s] = -1;
    }
    double error = q->year_error > 0 ? q->year_error : 3;
    for (int y = 1; y < YEARS && q->year; y++) {
        double apart = (y + YEAR_FIRST - q->year) / error;
        t->year[y] = (float)log2((exp(-apart * apart / 2) * 0.38 / error + 0.0003) / 0.0125);
        known = true;
    }
    if (q->sex == LINK_MALE || q->sex == LINK_FEMALE) {
        t->sex[q->sex] = 1;
        t->sex[3 - q->sex] = -6;
        known = true;
    }
    double sure = q->province_sure > 0 && q->province_sure < 1 ? q->province_sure : 0.8;
    for (int p = 1; p < PROVINCES && q->province; p++) {
        t->province[p] = (float)log2(p == q->province ? sure / 0.05 : (1 - sure) / 0.95);
        known = true;
    }
    float best[4] = {0};
    for (int s = 0; s < SOUNDS; s++)
        for (int i = 0; i < CHARS; i++)
            best[i] = t->sound[i][s] > best[i] ? t->sound[i][s] : best[i];
    float others = 0;
    for (int y = 0; y < YEARS; y++)
        others = t->year[y] > others ? t->year[y] : others;
    for (int p = 0; p < PROVINCES; p++)
        best[3] = t->province[p] > best[3] ? t->province[p] : best[3];
    others += best[3] + (q->sex ? 1 : 0);
    t->rest[2] = others;
    t->rest[1] = t->rest[2] + best[2];
    t->rest[0] = t->rest[1] + best[0];
    return known;
}

/* The best of one worker: a heap with the worst on top. */
struct best { struct link_find_hit *at; size_t count, top; float least; };

static bool worse(struct link_find_hit a, struct link_find_hit b) { return a.score < b.score || (a.score <= b.score && a.row > b.row); }

static void sift_down(struct best *b) {
    for (size_t i = 0;;) {
        size_t k = 2 * i + 1;
        if (k >= b->count)
            return;
        if (k + 1 < b->count && worse(b->at[k + 1], b->at[k]))
            k++;
        if (!worse(b->at[k], b->at[i]))
            return;
        struct link_find_hit keep = b->at[i];
        b->at[i] = b->at[k];
        b->at[k] = keep;
        i = k;
    }
}

static void offer(struct best *b, struct link_find_hit hit) {
    if (b->count < b->top) {
        size_t i = b->count++;
        b->at[i] = hit;
        for (; i > 0 && worse(b->at[i], b->at[(i - 1) / 2]); i = (i - 1) / 2) {
            struct link_find_hit keep = b->at[i];
            b->at[i] = b->at[(i - 1) / 2];
            b->at[(i - 1) / 2] = keep;
        }
    } else if (worse(b->at[0], hit)) {
        b->at[0] = hit;
        sift_down(b);
    }
    b->least = b->count == b->top ? b->at[0].score : -1000;
}

struct finding { const uint64_t *row; size_t count; const struct tables *t; struct best *best; };

static void scan(void *context, int worker, size_t strip) {
    const struct finding *w = context;
    const struct tables *t = w->t;
    struct best *b = &w->best[worker];
    size_t end = (strip + 1) * STRIP < w->count ? (strip + 1) * STRIP : w->count;
    for (size_t r = strip * STRIP; r < end; r++) {
        uint64_t x = w->row[r];
        float score = t->sound[1][at_sound(x, 1)]; /* the given name first: it divides best */
        if (score + t->rest[0] < b->least)
            continue;
        score += t->sound[0][at_sound(x, 0)];
        if (score + t->rest[1] < b->least)
            continue;
        score += t->sound[2][at_sound(x, 2)];
        if (score + t->rest[2] < b->least)
            continue;
        score += t->year[x & 255] + t->sex[x >> 8 & 3] + t->province[x >> 10 & 127];
        if (score >= b->least)
            offer(b, (struct link_find_hit){r, score});
    }
}

static int best_first(const void *a, const void *b) {
    const struct link_find_hit *x = a, *y = b;
    return worse(*y, *x) ? -1 : worse(*x, *y);
}

enum status link_find(const uint64_t *rows, size_t count, const struct link_find_question *q, size_t top, const struct link_crew *crew, struct arena *a,
    struct link_find_hit *ret, size_t *ret_count, struct diag *d) {
    struct arena_mark mark = arena_mark(a);
    int workers = link_crew_size(crew);
    top = top > LINK_FIND_TOP_MAX ? LINK_FIND_TOP_MAX : top;
    struct tables *t = arena_alloc(a, sizeof *t);
    struct best *best = arena_alloc(a, (size_t)workers * sizeof *best);
    struct link_find_hit *all = arena_alloc(a, ((size_t)workers * top + 1) * sizeof *all);
    if (!t || !best || !all)
        return arena_full(d);
    if (!make_tables(q, t))
        return diag_fail(d, E_USAGE, "link.find_nothing");
    for (int i = 0; i < workers; i++)
        best[i] = (struct best){all + (size_t)i * top, 0, top, -1000};
    struct finding w = {rows, count, t, best};
    if (top)
        link_crew_run(crew, (count + STRIP - 1) / STRIP, scan, &w);
    size_t n = 0;
    for (int i = 0; i < workers; i++) {
        memmove(all + n, best[i].at, best[i].count * sizeof *all);
        n += best[i].count;
    }
    qsort(all, n, sizeof *all, best_first);
    *ret_count = n < top ? n : top;
    memcpy(ret, all, *ret_count * sizeof *ret);
    arena_rewind(a, mark);
    return OK;
}
