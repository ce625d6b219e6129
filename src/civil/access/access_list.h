/* The resident's list of who looked (API AccessList), newest first. */
#ifndef CIVIL_ACCESS_ACCESS_LIST_H
#define CIVIL_ACCESS_ACCESS_LIST_H

#include "base/json.h"
#include "civil/civil.h"

struct txn;

/* The resident's own record only; other people's cases show no number.
 * E_INPUT access.cursor. */
NODISCARD enum status access_list_json(struct civil *c, struct txn *t, const struct actor *who, const char *cursor, struct json_writer *w, struct diag *d);
/* {"zh","en"} of the catalogue's <prefix>.<code>; `key` NULL inside an array. */
/* A member "fields": the catalogue's words for "name|income". */
void access_fields_json(struct json_writer *w, struct span fields);
void access_text_pair(struct json_writer *w, const char *key, const char *prefix, struct span code);

#endif
