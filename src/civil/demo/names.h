/* Made-up names: common surnames by their share, given names by the fashion
 * of the birth decade.  Writes UTF-8 into `out`. */
#ifndef CIVIL_DEMO_NAMES_H
#define CIVIL_DEMO_NAMES_H

#include "civil/demo/random.h"

/* `surname`: index from demo_surname; out: 32 bytes. */
size_t demo_surname(struct chance *c);
void demo_name(struct chance *c, size_t surname, bool male, int birth_year, char out[32]);

#endif
