#ifndef CIVIL_LEAD_LEAD_INTERNAL_H
#define CIVIL_LEAD_LEAD_INTERNAL_H

#include "civil/lead/lead.h"
#include "store/store.h"

/* The roles that work on leads of a division. */
extern const char *const lead_roles[]; /* NULL ends them */
bool lead_may(const struct actor *who, const char *division);

#endif
