/* Family finding (寻亲): who in a register may be the person of whom only little is known.
 *
 * A person without papers gives an age, a sex, a province or its dialect, and how the name sounds.
 * Every row of the register is one 64-bit word; a question becomes a few small tables, and one pass over the words
 * gives the best rows, exactly. It proposes; people decide. */
#ifndef LINK_FIND_H
#define LINK_FIND_H

#include "base/arena.h"
#include "link/crew.h"

enum { LINK_FIND_TOP_MAX = 1000, LINK_SEX_UNKNOWN = 0, LINK_MALE = 1, LINK_FEMALE = 2 };

/* Year of birth (0 unknown, 1850 to 2104), sex, province (GB/T 2260, two digits, 0 unknown) and the sounds of three characters. */
uint64_t link_find_row(struct span name, int year, int sex, int province);

struct link_find_question {
    struct span name;        /* characters or pinyin, empty: unknown; "?" stands for a character that is not remembered */
    bool given_only;         /* the family name is not known */
    int year, year_error;    /* estimated year of birth, 0 unknown; the error is one standard deviation */
    int sex;
    int province;            /* 0 unknown */
    double province_sure;    /* 0 to 1: a dialect says less than a memory; 0: 0.8 */
};
struct link_find_hit { uint64_t row; float score; }; /* bits of evidence over a row drawn at random */

/* The `top` best rows (at most LINK_FIND_TOP_MAX), best first; equal scores by row. *ret_count may be less when there are fewer rows.
 * E_LIMIT: memory. E_USAGE: link.find_nothing (nothing is known). */
NODISCARD enum status link_find(const uint64_t *rows, size_t count, const struct link_find_question *q, size_t top, const struct link_crew *crew,
    struct arena *a, struct link_find_hit *ret, size_t *ret_count, struct diag *d);

#endif
