/* What a household or person receives, from when to when. */
#ifndef CIVIL_ENTITLEMENT_ENTITLEMENT_H
#define CIVIL_ENTITLEMENT_ENTITLEMENT_H

#include "civil/civil.h"
#include "base/json.h"

struct txn;
struct access;

/* A month as a number: year * 12 + month - 1. */
typedef int64_t month_t;
month_t month_of(date_t d);
date_t month_first(month_t m);
void month_text(month_t m, char out[8]); /* "2026-12" */
NODISCARD enum status month_parse(struct span text, month_t *ret, struct diag *d);

struct entitlement_line_new { int64_t member; /* 0: the household */ const char *item; int64_t monthly_fen; };
struct entitlement_new {
    int64_t district, case_id, decision, household, payee;
    const char *scheme, *subdistrict, *division;
    month_t from;            /* the month after the decision, 445号 八(四) */
    month_t to;              /* 0: open */
    date_t next_review;
    const struct entitlement_line_new *line;
    size_t line_count;
    int64_t root;            /* carried on from another district; 0: this is the first */
};
NODISCARD enum status entitlement_open_in(struct civil *c, struct txn *t, const struct actor *who, const struct entitlement_new *n, int64_t *ret, struct diag *d);
/* A payment of this month came back: what was overpaid of it never was. */
NODISCARD enum status entitlement_returned_in(struct civil *c, struct txn *t, const struct actor *who, int64_t district, int64_t entitlement, month_t m, struct diag *d);
/* API EntitlementList of one person's household. */
NODISCARD enum status entitlements_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, struct json_writer *w, struct diag *d);

#endif
