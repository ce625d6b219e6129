/* A plan as it stands on a day, for the command, the API, the board and the report: one computation. */
#ifndef CIVIL_INDICATOR_STATUS_H
#define CIVIL_INDICATOR_STATUS_H

#include "civil/indicator/observation.h"

struct standing_row {
    const struct indicator *indicator;
    struct indicator_standing standing;
    const struct series_point *series; size_t series_count; /* of the source that is shown */
    bool has_forecast;
    struct indicator_forecast forecast;                     /* for the end of the target year */
};
struct plan_state {
    const struct plan *plan;
    date_t as_of;
    struct standing_row *row; size_t count;
};
/* c NULL: without a store, so nothing has a value. */
NODISCARD enum status plan_state_read(struct civil *c, struct txn *t, struct arena *a, const struct plans *p, const struct plan *plan, date_t as_of, struct plan_state *ret, struct diag *d);

/* {"plan","name","as_of","summary":{...},"indicators":[…]}; `series`: with the points behind each. */
void plan_state_json(const struct plan_state *s, bool series, struct json_writer *w);

/* Every division right below the plan's on the day: its value and what it would have to add for the whole to reach
 * the target (its share of the gap: by value of a sum, by denominator of a ratio). */
NODISCARD enum status indicator_divisions_json(struct civil *c, struct txn *t, struct arena *a, const struct plans *p, const struct indicator *i, date_t as_of, struct json_writer *w, struct diag *d);

/* API PlanMap: one indicator over every day that has figures, for the whole and for every division right below it, with the place of each on
 * the map (a tile; an outline where one is imported).  Computed figures, or imported ones where there are none. */
NODISCARD enum status indicator_map_json(struct civil *c, struct txn *t, struct arena *a, const struct plans *p, const struct indicator *i, struct json_writer *w, struct diag *d);

#endif
