/* The left table, resident: records, and for every pass the rows of each key.
 *
 * Right records are looked up in batches: first all filters are asked for, then the buckets, the entries and the candidates, so
 * that memory answers many questions at once. A pair that several passes bring together is
 * seen once, in the first of them. */
#ifndef LINK_INDEX_H
#define LINK_INDEX_H

#include "link/crew.h"
#include "link/record.h"

enum { LINK_BATCH = 64 };

struct link_entry { uint32_t key, row; };
struct link_index {
    const struct link_layout *layout;
    char *record;              /* rows * layout->size, 32-aligned */
    size_t rows;               /* a row with no presence and no keys is no record */
    int shift;                 /* a bucket is the key's high bits */
    uint32_t *bucket[LINK_PASSES_MAX];  /* first entry; one more than there are buckets */
    struct link_entry *entry[LINK_PASSES_MAX];
    uint8_t *filter[LINK_PASSES_MAX];   /* a byte a bucket: which of the next three bits occur. Most keys are not there, and this is small */
};

/* Memory for `rows` records, not yet written; those that stay without one must be made empty (link_index_empty). */
NODISCARD enum status link_index_init(struct link_index *x, struct arena *a, const struct link_layout *l, size_t rows, const struct link_crew *crew, struct diag *d);
static inline char *link_record(const struct link_index *x, size_t row) { return x->record + row * x->layout->size; }

static inline void link_index_empty(const struct link_index *x, size_t from, size_t to) {
    memset(link_record(x, from), 0, (to - from) * x->layout->size);
}

/* Reads the keys of all records. Blocks above `block_max` are refined, or left out where the pass cannot be:
 * the layout's passes learn which. Keys of refined blocks change in the records. */
NODISCARD enum status link_index_build(struct link_index *x, struct arena *a, struct link_layout *l, uint32_t block_max, const struct link_crew *crew, struct diag *d);

/* A pair that shares a key. Levels are the caller's to find. */
typedef void link_candidate_fn(void *context, const char *left, uint32_t left_row, const char *right, uint32_t right_index);

/* All candidates of `n` right records (n <= LINK_BATCH, layout->size apart). `below`: only left rows below the
 * right's row (de-duplication). */
void link_index_probe(const struct link_index *x, const char *right, size_t n, bool below, link_candidate_fn *found, void *context);

#endif
