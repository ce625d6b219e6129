/* Places, blocks and threads: the city is written block after block in the order of
 * its divisions, by as many threads as there are; each block is drawn from a seed of
 * its own, so it is the same whoever draws it. */
#include "civil/screening/city.h"

#include "base/arena.h"
#include "base/csv.h"
#include "base/vec.h"
#include "civil/screening/city_model.h"
#include "civil/screening/snapshot_files.h"

#include <pthread.h>

enum { BLOCK_PEOPLE = 8192, THREADS_MAX = 64 };

/* Households of the city, in thousandths: 55,000 on dibao of 9.5 million, some 19,000 with low
 * income, 9,000 on destitute support. */
static const double PAID = 0.0058, LOW_INCOME = 0.0020, TEKUN = 0.00098;

/* Permanent residents by district, census 2020, and how the district differs from the city. */
static const struct district { int64_t code, people; double old, local; } districts[] = {
    {110101, 708829, 1.45, 1.28}, {110102, 1106214, 2.12, 1.28}, {110105, 3452460, 1.05, 0.94}, {110106, 2019764, 1.20, 1.02},
    {110107, 567851, 1.25, 1.06}, {110108, 3133469, 0.90, 1.04}, {110109, 392606, 1.25, 1.12}, {110111, 1312778, 0.95, 1.02},
    {110112, 1840295, 0.85, 0.88}, {110113, 1324044, 0.85, 0.86}, {110114, 2269487, 0.65, 0.66}, {110115, 1993591, 0.70, 0.78},
    {110116, 441040, 1.10, 1.08}, {110117, 457313, 1.20, 1.22}, {110118, 527683, 1.15, 1.20}, {110119, 345671, 1.20, 1.20},
};

struct community { int64_t code; const struct district *district; double end; /* share of the city's people up to it */ };

struct city {
    struct city_frame frame;
    const struct schema *schema;
    struct snapshot_writer *writer;
    struct community *community;
    size_t communities;
    double made_share[MADE_TEKUN + 1];
    pthread_mutex_t lock;
    pthread_cond_t turn;
    int64_t blocks, taken, written; /* under the lock */
    int64_t people;
    enum status status;
    struct diag diag;
};

/* ---- columns -------------------------------------------------------------------------------- */

#define NAME(x) #x
#define X(id, table, column) {NAME(table), NAME(column)},
static const struct { const char *table, *name; } column_name[] = {CITY_COLUMNS(X)};
#undef X
#define X(id, table) NAME(table),
static const char *const table_name[] = {CITY_TABLES(X)};
#undef X
#define X(column, id, word) {C_##column, NAME(word)},
static const struct { enum city_column column; const char *word; } word_name[] = {CITY_WORDS(X)};
#undef X

static enum status number_words(struct city *x, struct diag *d) {
    struct city_columns *k = &x->frame.columns;
    enum status s = snapshot_word(x->writer, k->column[C_R_FOR], SPAN("户"), &k->subject[0], d);
    for (size_t i = 0; s == OK && i < CITY_MEMBERS_MAX; i++) {
        char digit[2] = {(char)('1' + i), 0};
        s = snapshot_word(x->writer, k->column[C_M_NUMBER], span_of(digit), &k->number[i], d);
        if (s == OK)
            s = snapshot_word(x->writer, k->column[C_R_FOR], span_of(digit), &k->subject[i + 1], d);
    }
    return s;
}

static enum status find_columns(struct city *x, struct diag *d) {
    struct city_columns *k = &x->frame.columns;
    for (size_t i = 0; i < CITY_TABLE_COUNT; i++)
        k->table[i] = schema_table(x->schema, table_name[i]);
    for (size_t i = 0; i < CITY_COLUMN_COUNT; i++)
        k->column[i] = schema_column(x->schema, schema_table(x->schema, column_name[i].table), column_name[i].name);
    enum status s = OK;
    for (size_t i = 0; s == OK && i < CITY_WORD_COUNT; i++) {
        assert(schema_word(x->schema, k->column[word_name[i].column], span_of(word_name[i].word)) != UINT32_MAX);
        s = snapshot_word(x->writer, k->column[word_name[i].column], span_of(word_name[i].word), &k->word[i], d);
    }
    return s == OK ? number_words(x, d) : s;
}

/* ---- places ----------------------------------------------------------------------------------- */

static const struct district *district_of(int64_t code) {
    for (size_t i = 0; i < ARRAY_LEN(districts); i++)
        if (districts[i].code == code / 1000000)
            return &districts[i];
    return NULL;
}

static int by_code(const void *a, const void *b) {
    const struct community *x = a, *y = b;
    return (x->code > y->code) - (x->code < y->code);
}

/* Communities of a district differ in size as its number tells: one to four. */
static double size_of(int64_t code) {
    struct chance c = {(uint64_t)code};
    return 1 + 3 * chance_unit(&c);
}

static enum status read_places(struct city *x, struct arena *a, struct diag *d) {
    struct csv csv;
    VEC(struct community) list = {0};
    enum status s = csv_open(&csv, a, x->frame.config->divisions, "code,name,level,parent", d);
    for (bool more = true; s == OK;) {
        if ((s = csv_next(&csv, &more, d)) != OK || !more)
            break;
        if (csv.field[0].size != 12)
            continue;
        int64_t code = strtoll(csv.field[0].at, NULL, 10);
        const struct district *in = district_of(code);
        struct community *c = in ? vec_push_in(a, &list) : NULL;
        if (in && !c)
            return arena_full(d);
        if (in)
            *c = (struct community){code, in, 0};
    }
    if (s == OK && list.size == 0)
        s = diag_fail(d, E_INPUT, "snapshot.divisions");
    if (s != OK)
        return s;
    qsort(list.at, list.size, sizeof *list.at, by_code);
    double total = 0, in_district[ARRAY_LEN(districts)] = {0}, sum = 0;
    for (size_t i = 0; i < list.size; i++)
        in_district[list.at[i].district - districts] += size_of(list.at[i].code);
    for (size_t i = 0; i < ARRAY_LEN(districts); i++)
        total += in_district[i] > 0 ? (double)districts[i].people : 0;
    for (size_t i = 0; i < list.size; i++) {
        const struct district *in = list.at[i].district;
        sum += (double)in->people / total * size_of(list.at[i].code) / in_district[in - districts];
        list.at[i].end = sum;
    }
    x->community = list.at;
    x->communities = list.size;
    return OK;
}

/* ---- a block --------------------------------------------------------------------------------------- */

static uint64_t block_seed(uint64_t seed, int64_t block) {
    struct chance c = {seed * 0x9e3779b97f4a7c15u + (uint64_t)block};
    chance_next(&c);
    return chance_next(&c) ^ seed;
}

static const struct community *community_at(const struct city *x, double share) {
    size_t low = 0, high = x->communities - 1;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (x->community[mid].end > share)
            high = mid;
        else
            low = mid + 1;
    }
    return &x->community[low];
}

static bool draw_block(const struct city *x, int64_t block, struct batch *b) {
    int64_t people = x->frame.config->people, first = block * BLOCK_PEOPLE, end = first + BLOCK_PEOPLE < people ? first + BLOCK_PEOPLE : people;
    struct chance c = {block_seed(x->frame.config->seed, block)};
    bool ok = true;
    for (int64_t at = first; ok && at < end;) {
        const struct community *where = community_at(x, (double)at / (double)people);
        struct city_place place = {where->district->old, where->district->local};
        struct city_household h = {0};
        int64_t left = end - at;
        enum made made = (enum made)chance_pick(&c, x->made_share, ARRAY_LEN(x->made_share));
        city_people(&c, &x->frame, &place, made, left < CITY_MEMBERS_MAX ? (int)left : CITY_MEMBERS_MAX, &h);
        city_means(&c, &x->frame, &h);
        city_benefits(&c, &x->frame, &h);
        ok = city_rows(b, &x->frame, &h, at + 1, where->code);
        at += h.people;
    }
    return ok;
}

/* ---- threads ----------------------------------------------------------------------------------------- */

static int64_t take(struct city *x) {
    pthread_mutex_lock(&x->lock);
    int64_t block = x->status == OK && x->taken < x->blocks ? x->taken++ : -1;
    pthread_mutex_unlock(&x->lock);
    return block;
}

/* Blocks are appended in their order; the writer serves one thread at a time, which
 * holds the turn, not the lock. */
static void append(struct city *x, int64_t block, const struct batch *b, bool drawn) {
    struct diag d = {0};
    pthread_mutex_lock(&x->lock);
    while (x->written != block && x->status == OK)
        pthread_cond_wait(&x->turn, &x->lock);
    bool mine = x->status == OK;
    pthread_mutex_unlock(&x->lock);
    if (!mine)
        return;
    enum status s = drawn ? snapshot_append(x->writer, b, &d) : arena_full(&d);
    int64_t people = (int64_t)b->table[x->frame.columns.table[T_MEMBER]].rows;
    if (s == OK && x->frame.config->progress && x->frame.config->progress(x->frame.config->arg, x->people + people))
        s = diag_fail(&d, E_SYSTEM, "snapshot.interrupted");
    pthread_mutex_lock(&x->lock);
    x->people += people;
    x->written++;
    if (s != OK) {
        x->status = s;
        x->diag = d;
    }
    pthread_cond_broadcast(&x->turn);
    pthread_mutex_unlock(&x->lock);
}

static void *work(void *arg) {
    struct city *x = arg;
    struct batch b;
    struct diag d = {0};
    bool ready = batch_init(&b, x->schema, &d) == OK;
    for (int64_t block; (block = take(x)) >= 0;) {
        bool drawn = ready && draw_block(x, block, &b);
        append(x, block, &b, drawn);
        if (ready)
            batch_clear(&b);
    }
    if (ready)
        batch_release(&b);
    return NULL;
}

static enum status run(struct city *x, unsigned threads, struct diag *d) {
    pthread_t thread[THREADS_MAX];
    unsigned started = 0;
    threads = threads > THREADS_MAX ? THREADS_MAX : threads;
    while (started + 1 < threads && pthread_create(&thread[started], NULL, work, x) == 0)
        started++;
    work(x); /* this thread too: one that could not be started is not missed */
    while (started)
        pthread_join(thread[--started], NULL);
    if (x->status != OK && d)
        *d = x->diag;
    return x->status;
}

static void shares(struct city *x) {
    const struct city_config *c = x->frame.config;
    double missed = (double)c->missed_millionths / 1e6, lapsed = (double)c->lapsed_millionths / 1e6, right = PAID * (1 - lapsed);
    x->made_share[MADE_PAID] = right;
    x->made_share[MADE_LAPSED] = PAID * lapsed;
    x->made_share[MADE_MISSED] = right * missed / (1 - missed);
    x->made_share[MADE_LOW_INCOME] = LOW_INCOME;
    x->made_share[MADE_TEKUN] = TEKUN;
    double sum = 0;
    for (int i = 1; i <= MADE_TEKUN; i++)
        sum += x->made_share[i];
    x->made_share[MADE_ORDINARY] = sum < 1 ? 1 - sum : 0;
}

enum status city_write(const struct city_config *c, const struct schema *schema, struct snapshot_writer *w, struct diag *d) {
    if (c->people < 1 || c->people > CITY_PEOPLE_MAX)
        return diag_fail(d, E_USAGE, "snapshot.people", DIAG_N("max", CITY_PEOPLE_MAX));
    if (c->missed_millionths < 0 || c->missed_millionths > 990000 || c->lapsed_millionths < 0 || c->lapsed_millionths > 1000000)
        return diag_fail(d, E_USAGE, "snapshot.share");
    AUTO(arena) struct arena *a = arena_new(0);
    struct city *x = a ? ARENA_NEW(a, struct city) : NULL;
    if (!x)
        return arena_full(d);
    *x = (struct city){.frame = {.config = c}, .schema = schema, .writer = w, .blocks = (c->people + BLOCK_PEOPLE - 1) / BLOCK_PEOPLE,
        .lock = PTHREAD_MUTEX_INITIALIZER, .turn = PTHREAD_COND_INITIALIZER};
    shares(x);
    enum status s = find_columns(x, d);
    if (s == OK)
        s = read_places(x, a, d);
    if (s == OK)
        s = run(x, c->threads ? c->threads : 1, d);
    pthread_mutex_destroy(&x->lock);
    pthread_cond_destroy(&x->turn);
    return s;
}
