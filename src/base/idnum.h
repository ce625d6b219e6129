/* Numbers that carry a check digit: GB 11643-1999 citizen numbers (18 digits,
 * and the 15-digit form before 1999) and GB 32100-2015 unified social credit
 * codes (ISO 7064 MOD 11-2 and MOD 31-3). */
#ifndef BASE_IDNUM_H
#define BASE_IDNUM_H

#include "base/date.h"

struct citizen_number {
    char text[19];   /* 18 characters, upper-case X, normalised from 15 */
    char division[7];
    date_t birth;
    bool male;
};

/* E_INPUT: idnum.character, idnum.length, idnum.division, idnum.birth,
 * idnum.check_digit.  A final lower-case x is taken for X.
 * The number itself is never put into the diag. */
NODISCARD enum status citizen_number_parse(struct span text, struct citizen_number *ret, struct diag *d);
char citizen_check_digit(const char first17[17]); /* '0'..'9','X' */
/* The one mask of numbers that screens show, in place: "110102********1234" of 18
 * characters, else "138****5678"; too short to keep its ends, or no plain
 * digits and letters: all of it. */
void number_mask(char *text, size_t size);
/* The same into `out`, 19 bytes. */
void citizen_mask(const char *number18, char out[19]);

NODISCARD enum status credit_code_check(struct span text, struct diag *d); /* idnum.credit_* */
char credit_check_digit(const char first17[17]);

#endif
