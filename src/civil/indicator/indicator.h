/* Indicators of plans (指标): what a plan promised, what registers say, and where it stands.
 *
 * packs/plans holds eight files, read whole at start:
 *   plans.json       the plans: id, name, division, years, evaluations, appraisal
 *   indicators.csv   what they promise, keyed by plan, section and number, as printed
 *   definitions.csv  how a figure is computed: numerator and denominator in FEEL over measures
 *   measures.csv     what is counted in a register: a condition and an amount in FEEL over a row
 *   status.dmn       the rule that tells ahead, on track, at risk, missed
 *   tasks.csv        what a plan asks to be done: section, measures, the indicators it serves (civil/plan/task.h)
 *   tasks.dmn        the rules of a task's light and of a unit's appraisal
 *   indexes.csv      indexes made of several series by weight (composite.h)
 *
 * Values are exact decimals in the indicator's own unit.  A ratio is never averaged: a division's is
 * made of the sums of numerators and denominators below it.  A value is `computed` (from registers)
 * or `imported` (a series that an office keeps), and both are shown where both exist.
 *
 * A period ends on a day: a year on 31 December, a month on its last day. */
#ifndef CIVIL_INDICATOR_INDICATOR_H
#define CIVIL_INDICATOR_INDICATOR_H

#include "base/date.h"
#include "base/decimal.h"
#include "base/json.h"
#include "civil/civil.h"

struct packs;
struct txn;
struct composite_part;

enum { INDICATOR_VALUE_MAX = 40 /* characters of a decimal as written: 34 digits, sign, point, exponent */ };

enum indicator_kind {
    INDICATOR_NUMBER,    /* a figure with a target */
    INDICATOR_MILESTONE, /* a target in words: reached (1) or not (0) */
    INDICATOR_BASELINE,  /* a figure that is reported, without target */
    INDICATOR_OUTLOOK    /* what the plan expects to happen */
};
enum indicator_rollup { INDICATOR_SUM, INDICATOR_RATIO, INDICATOR_SAME /* one figure for all, as a standard */ };

struct indicator_definition;

struct indicator {
    const char *key, *plan, *section, *no, *domain, *name, *name_en, *unit;
    const char *base, *op, *target, *attribute; /* as printed; "": not printed */
    bool binding;            /* 约束性; else expected (预期性), or not said */
    int base_year, target_year;                 /* as printed; 0: not printed */
    int due_year;                               /* target_year, or the last of the plan */
    enum indicator_kind kind;
    enum indicator_rollup rollup;
    bool down;                                  /* less is better */
    bool year_assumed;                          /* the sentence prints no year: the period's end is taken */
    const struct indicator_definition *definition; /* NULL: an imported series */
    const char *note, *note_en;
    bool has_base, has_target;                  /* they are numbers */
    struct dec base_value, target_value;
};

enum indicator_grain { INDICATOR_MONTH, INDICATOR_QUARTER, INDICATOR_YEAR };

struct indicator_definition {
    const char *key, *name, *name_en, *unit, *numerator, *denominator /* "": none */;
    enum indicator_grain grain;                 /* the periods it is computed for: sums of months and of years are no one series */
    int places;                                 /* digits after the point */
};
struct indicator_measure { const char *name, *source, *condition, *amount; bool during; };

struct plan {
    const char *id, *name, *name_en, *division;
    int from, to;                               /* years, both included */
    const struct json *json;
};

/* What a plan asks to be done. */
struct plan_source { const char *key, *plan, *section, *domain, *name, *name_en, *measures, *measures_en, *indicators /* keys, a blank between */; };

struct plans {
    const struct plan *plan; size_t plan_count;
    const struct indicator *indicator; size_t indicator_count; /* by plan, in the order of the file */
    const struct indicator_definition *definition; size_t definition_count;
    const struct indicator_measure *measure; size_t measure_count;
    const struct plan_source *source; size_t source_count;
    const struct composite_part *composite; size_t composite_count; /* the parts of an index stand together */
    const struct dmn_model *status, *tasks;
};

/* Everything lives in `a`.  E_NOT_FOUND plan.no_pack; E_INPUT plan.file and those of CSV and JSON, with file and line. */
NODISCARD enum status plans_read(struct arena *a, const struct packs *packs, struct plans *ret, struct diag *d);
const struct plan *plans_find(const struct plans *p, const char *id);             /* NULL: none */
const struct indicator *plans_indicator(const struct plans *p, const char *key);  /* NULL: none */
const struct plan_source *plans_source(const struct plans *p, const char *key);  /* NULL: none */
date_t plan_year_end(int year);

struct feel_value;
/* Asks a decision that answers with a text; why: the rule that told, as the file says it.  E_INPUT plan.rule. */
NODISCARD enum status plans_rule(const struct dmn_model *m, const char *decision, const char *const *name, const struct feel_value *value, size_t n, struct arena *a,
    const char **ret, const char **ret_why, struct diag *d);

/* ---- where an indicator stands ------------------------------------------------------ */

struct indicator_standing {
    bool has_value;
    struct dec value;
    date_t day;              /* of the value */
    const char *source;      /* "computed", "imported" */
    bool has_other;          /* both kinds exist: the other one, for the same or an earlier day */
    struct dec other;
    const char *status;      /* "met", "ahead", "on_track", "at_risk", "missed", "no_data"; NULL: nothing is promised */
    bool has_progress;
    struct dec done, time;   /* share of the way from base to target, share of the period: 0.5 is half */
    const char *why;         /* the rule that told, as status.dmn says it; "" */
};
/* Fills status, progress and why from the value. */
NODISCARD enum status indicator_judge(const struct plans *p, const struct indicator *i, date_t as_of, struct arena *a, struct indicator_standing *io, struct diag *d);
/* Is the target reached? */
bool indicator_met(const struct indicator *i, struct dec value);

/* ---- the future ------------------------------------------------------------------------ */

struct indicator_point { date_t day; struct dec value; };
/* A straight line through the points by least squares and its 95 % prediction interval on `day`
 * (Student's t with n - 2 degrees of freedom).  false: fewer than three points, or all on one day. */
struct indicator_forecast { double value, low, high; size_t points; };
bool indicator_forecast(const struct indicator_point *point, size_t n, date_t day, struct indicator_forecast *ret);

#endif
