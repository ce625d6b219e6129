/* Whom to ask (有问题找谁): an office's window, telephone, address and hours, which anybody may read.
 * Written by a leader of the place; what stands there is under evidence (KEPT_CONTACT), since
 * whoever puts another number there speaks to applicants in the office's name. */
#ifndef CIVIL_REGISTER_CONTACT_H
#define CIVIL_REGISTER_CONTACT_H

#include "base/json.h"
#include "civil/civil.h"

struct txn;

/* The English may be NULL or empty: the Chinese is shown. */
struct contact { const char *division, *office, *office_en, *telephone, *address, *address_en, *hours, *hours_en; };

/* The one of before gives way.  E_FORBIDDEN contact.who; E_INPUT contact.text, contact.telephone (where: the field);
 * E_NOT_FOUND outline.unknown. */
NODISCARD enum status contact_put(struct civil *c, const struct actor *who, const struct contact *k, struct diag *d);
NODISCARD enum status contact_put_in(struct civil *c, struct txn *t, const struct actor *who, const struct contact *k, struct diag *d);

/* API Contact: of the division or the nearest above it that has one.  E_NOT_FOUND contact.none, outline.unknown, and nothing is written. */
NODISCARD enum status contact_json(struct txn *t, const char *division, struct json_writer *w, struct diag *d);

/* The same in one line for a written notice: {"zh","en"} with office, telephone, address and hours;
 * where no office has written its own, the place's name alone. */
NODISCARD enum status contact_line(struct txn *t, const char *division, struct json_writer *w, struct diag *d);

#endif
