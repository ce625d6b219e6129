/* Random small decision tables whose cells are known twice: as text, and as the
 * truth of every value of a grid.  Numbers are counted in halves, so that the
 * grid has the bounds of intervals and what lies between them. */
#ifndef RANDOM_TABLE_H
#define RANDOM_TABLE_H

#include "base/buf.h"

enum { RT_COLUMNS_MAX = 3, RT_RULES_MAX = 6, RT_VALUES_MAX = 24 };
enum rt_kind { RT_NUMBER, RT_STRING, RT_BOOLEAN, RT_KINDS };
/* What the column's expression can give; each leaves the values alone that it can give. */
enum rt_domain { RT_PLAIN, RT_WHOLE, RT_COUNT, RT_MONTH, RT_NOT_NEGATIVE, RT_BRANCHES };
enum rt_truth { RT_FALSE, RT_TRUE, RT_NULL };
enum rt_hit { RT_UNIQUE, RT_ANY, RT_FIRST, RT_PRIORITY, RT_COLLECT, RT_HITS };

struct rt_value {
    bool null, foreign; /* foreign: of a kind that no cell of the column speaks of */
    int at;             /* number in halves, number of the code, 0 or 1 */
};
struct rt_column {
    enum rt_kind kind;
    enum rt_domain domain;
    int same_as;        /* an earlier column with the same expression, or -1 */
    bool typed;         /* the input is declared with its type */
    bool named_type;    /* the type lists its values */
    bool null_named;    /* some cell or allowed value is null */
    struct rt_value value[RT_VALUES_MAX];
    size_t values;
    uint8_t comes[RT_VALUES_MAX];                /* may be an input of the table */
    uint8_t inside[RT_VALUES_MAX];               /* and is no surprise there */
    uint8_t truth[RT_RULES_MAX][RT_VALUES_MAX];
};
struct rt_table {
    enum rt_hit hit;
    size_t columns, rules;
    bool has_default;
    bool loose;         /* cells or columns that the checker only samples */
    struct rt_column column[RT_COLUMNS_MAX];
    int output[RT_RULES_MAX]; /* its value; 0: an expression of the input */
    struct buf xml;
};

void rt_table_make(struct rt_table *t, uint64_t *seed);
void rt_table_release(struct rt_table *t);
/* "7.5", "\"B\"", "true", "null". */
void rt_value_text(struct buf *out, enum rt_kind kind, struct rt_value v);
/* Place of an output in the order of a PRIORITY table. */
int rt_rank(int output);

#endif
