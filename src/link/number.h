/* Numbers of people as packed decimal digits: citizen numbers (GB 11643), telephones, and any other. */
#ifndef LINK_NUMBER_H
#define LINK_NUMBER_H

#include "base/base.h"

/* ---- citizen numbers ---- */

/* Division (6), birth without the century (6), sequence (3), check digit: 16 nibbles,
 * the first highest. A masked digit is 0 in `known`. */
struct link_citizen {
    uint64_t digits, known;
    uint32_t birth;   /* year << 16 | month << 8 | day; year 0: not read */
    uint8_t century;  /* 0 of the 15-digit form */
    uint8_t valid;    /* 18 digits with the right check digit */
    uint8_t count;    /* digits written; other than 15 and 18: `digits` has the first 16 */
    uint8_t tail;     /* of such: the last two */
};
/* The number without its check digit, which follows from the others; never 0. */
uint32_t link_citizen_hash(const struct link_citizen *c);
bool link_citizen_read(struct span text, struct link_citizen *ret);
/* 7 equal (15 and 18 digits of one number are) · 6 one digit, two swapped neighbours · 5 a digit
 * more or less, a masked number that fits, two digits not both valid · 4 one of 15-digit form and one digit
 * · 3 both valid, one division and birth · 2 one birth · 1 other */
int link_citizen_compare(const struct link_citizen *a, const struct link_citizen *b);
enum link_citizen_part { LINK_CITIZEN_ALL, LINK_CITIZEN_HEAD, LINK_CITIZEN_TAIL };
/* HEAD division and birth, TAIL birth (month and day) and sequence. */
uint32_t link_citizen_key(const struct link_citizen *c, enum link_citizen_part part);

/* ---- other numbers ---- */

struct link_number { uint64_t digits; uint32_t hash; uint8_t count, whole; uint16_t spare; }; /* last 16 digits as nibbles, the last lowest */
bool link_number_read(struct span text, struct link_number *ret);
bool link_phone_read(struct span text, struct link_number *ret); /* the first of several; without +86 */
/* 7 equal · 6 one digit other, more, less, or two swapped · 5 the last seven equal · 4 two digits
 * · 2 the first half equal · 1 other */
int link_number_compare(const struct link_number *a, const struct link_number *b);
enum link_number_part { LINK_NUMBER_ALL, LINK_NUMBER_HEAD, LINK_NUMBER_TAIL };
uint32_t link_number_key(const struct link_number *n, enum link_number_part part);

#endif
