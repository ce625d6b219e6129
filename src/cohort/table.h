/* Columns of a register, in memory: what a cohort program reads.
 *
 * A table holds the rows of one entity (户, 成员, 收入 …), a column a field, each
 * value in a fixed number of bytes.  A list field is a table of its own: its rows
 * lie in the order of their parents, and offsets say whose they are.  All of it is
 * read-only and may lie in a mapped file; a table owns nothing.
 *
 * A row's value is known, null (it is known that there is none: 死亡日期 of the
 * living) or unknown (nobody has told); unknown goes before null.  The stored
 * value of a row without one is 0. */
#ifndef COHORT_TABLE_H
#define COHORT_TABLE_H

#include "base/arena.h"
#include "base/base.h"

enum cohort_kind { COHORT_BOOLEAN, COHORT_NUMBER, COHORT_DATE, COHORT_STRING };

struct cohort_column {
    struct span name;          /* 出生日期; "" where the elements of a list are plain values */
    enum cohort_kind kind;
    uint8_t width;             /* bytes of a value: 1, 2, 4 or 8, signed, the machine's order */
    uint8_t scale;             /* number: value = stored / 10^scale, 0..6; else 0 */
    const void *value;         /* table.count values, aligned to 64 bytes.  Boolean 0, 1; date:
                                  days since 1970-01-01; string: index into word */
    const uint64_t *unknown;   /* a bit a row, row r is bit r % 64 of word r / 64; NULL: none */
    const uint64_t *null;      /* the same; NULL: none */
    int64_t low, high;         /* of the known values as stored; low > high: there is none */
    const struct span *word;   /* string: the dictionary, each word once; a NUL stands behind each */
    uint32_t word_count;
    bool distinct;             /* looked at, and no two elements of a list have the same (cohort_distinct); false: not looked at */
};

struct cohort_table;
struct cohort_list {
    struct span name;          /* 成员 */
    const struct cohort_table *of;
    const uint64_t *offset;    /* parent's count + 1: elements of row r are offset[r] … offset[r + 1] - 1 */
    const uint64_t *unknown;   /* rows whose list nobody knows (empty here); NULL: none */
    bool measured;             /* shortest and longest are cohort_list_lengths' */
    uint64_t shortest, longest;
};

struct cohort_table {
    struct span name;          /* 户 */
    uint64_t count;
    const struct cohort_column *column;
    size_t column_count;
    const struct cohort_list *list;
    size_t list_count;
};

const struct cohort_column *cohort_column_find(const struct cohort_table *t, struct span name);
const struct cohort_list *cohort_list_find(const struct cohort_table *t, struct span name);

static inline bool cohort_bit(const uint64_t *bits, uint64_t row) {
    return bits && (bits[row / 64] >> (row % 64) & 1);
}
static inline bool cohort_known(const struct cohort_column *c, uint64_t row) { /* false also without a column */
    return c && !cohort_bit(c->unknown, row) && !cohort_bit(c->null, row);
}
/* The parent row, of `parents`, that an element belongs to. */
uint64_t cohort_owner(const struct cohort_list *l, uint64_t parents, uint64_t element);
/* Of the lists of all parents; without any, UINT64_MAX and 0. */
void cohort_list_lengths(const struct cohort_list *l, uint64_t parents, uint64_t *ret_shortest, uint64_t *ret_longest);
/* Has every element a value in the column, and no two of a list the same? */
bool cohort_distinct(const struct cohort_list *l, uint64_t parents, const struct cohort_column *c);
/* The rows `row` of a table, in that order, with their lists: columns of their own, words shared.  Lives in `a`, with the table; the
 * columns and lists of *ret may be replaced.  E_LIMIT. */
NODISCARD enum status cohort_pick(struct arena *a, const struct cohort_table *t, const uint64_t *row, uint64_t n, struct cohort_table *ret, struct diag *d);
/* The value as stored; meaningless where it is null or unknown. */
int64_t cohort_stored(const struct cohort_column *c, uint64_t row);
/* A column of yuan: the value in fen, half up where the column is finer; and fen in the column's units, cut. */
int64_t cohort_fen(const struct cohort_column *c, uint64_t row);
int64_t cohort_units(const struct cohort_column *c, int64_t fen);

#endif
