/* A Chinese name, in characters or in pinyin, as one 64-bit word.
 *
 * Blanks and the point of long names (·) do not count; traditional forms are
 * taken for simplified ones. Four characters are compared, the hash covers all. */
#ifndef LINK_NAME_H
#define LINK_NAME_H

#include "base/base.h"

struct link_name {
    uint64_t chars; /* four codes (han.h), the first lowest */
    uint32_t hash;
    uint8_t count, hidden; /* characters at most 4; hidden: one is a placeholder */
    uint16_t rest;         /* digest of what follows the fourth */
};

bool link_name_read(struct span text, struct link_name *ret); /* false: nothing there */

/* 7 equal · 6 every character alike (sound without tone, shape, placeholder)
 * · 5 other order, or alike to a dialect's ear · 4 one character more · 3 all but one of at
 * least three alike · 2 family name alike · 1 other */
int link_name_compare(const struct link_name *a, const struct link_name *b);

enum link_name_part { LINK_NAME_ALL, LINK_NAME_SOUND, LINK_NAME_FAMILY, LINK_NAME_GIVEN };
/* For blocking; SOUND is of all characters in any order. 0: a placeholder hides it. */
uint32_t link_name_key(const struct link_name *n, enum link_name_part part);

#endif
