/* Which columns are compared, and as what. */
#ifndef LINK_SCHEMA_H
#define LINK_SCHEMA_H

#include "link/table.h"

enum { LINK_FIELDS_MAX = 20, LINK_LEVELS = 8, LINK_FIELD_NAME = 64 };

enum link_kind { LINK_SKIP, LINK_NAME, LINK_TEXT, LINK_MAIL, LINK_CITIZEN, LINK_PHONE, LINK_NUMBER, LINK_DAY, LINK_ADDRESS, LINK_CODE, LINK_KINDS };
const char *link_kind_name(enum link_kind k); /* "name", "citizen" */
enum link_kind link_kind_of(struct span name); /* LINK_SKIP: unknown, or "skip" */

struct link_field {
    char name[LINK_FIELD_NAME]; /* of the left column, cut */
    enum link_kind kind;
    int column[2];       /* in the left and the right table */
    int swap;            /* field that people mistake for this one (given name, surname), -1: none */
    bool month_first[2]; /* DAY: 12/31/1949 in that table */
    bool inside;         /* DAY, CODE: the citizen number says it too */
};

struct link_schema {
    int count;
    struct link_field field[LINK_FIELDS_MAX];
    int id[2];           /* columns of the record's own name */
};

/* Guesses from the names of the columns and a sample of their values. `right` may be `left`
 * (de-duplication). A column of both tables is compared when its name is the same, or when it is the only one of
 * its kind in each. Left out: the id columns, columns of one value, counters, what repeats another column,
 * and `ignore`d names and those of an earlier result (cluster, label).
 * E_INPUT: link.id (no such column), link.no_fields, link.empty; and what link_cursor_next refuses in the sample. */
NODISCARD enum status link_guess(struct link_schema *s, struct arena *a, const struct link_table *left, const struct link_table *right, struct span id,
    const struct span *ignore, size_t ignored, struct diag *d);

#endif
