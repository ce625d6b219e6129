/* What was observed of an indicator, in the store: recorded, superseded, never changed.
 *
 * A series is told by `key`: of an indicator, or "definition:<key>" of a definition (indicator.h). */
#ifndef CIVIL_INDICATOR_OBSERVATION_H
#define CIVIL_INDICATOR_OBSERVATION_H

#include "civil/indicator/indicator.h"

struct observation {
    const char *key, *division;
    date_t day;
    struct dec value;
    bool has_ratio;                       /* numerator and denominator are known: it can be rolled up */
    struct dec numerator, denominator;
};

enum { OBSERVATION_ROWS_MAX = 200000 /* five plans, every community, every year: some 100,000 */ };

/* Records all rows or none, as one batch with one entry in the log.  What is recorded already is
 * left; another value of the same key, division and day supersedes.  source: computed, imported.
 * Leaders, policy officers and the system.  E_FORBIDDEN plan.role; E_LIMIT plan.rows.
 * ret_changed: rows that said something new (0: no batch is written). */
NODISCARD enum status observations_record(struct civil *c, const struct actor *who, const struct observation *row, size_t n, const char *source, const char *origin,
    int64_t *ret_changed, struct diag *d);

/* CSV: key,division,day,value,numerator,denominator.  value may be empty where numerator and denominator
 * are given.  Rows that are wrong are told one by one and left out; a file whose header is wrong is refused. */
struct observation_reject { int line; struct diag why; };
NODISCARD enum status observations_read(struct arena *a, const struct plans *p, struct span text, struct observation **ret, size_t *ret_n,
    struct observation_reject **ret_reject, size_t *ret_rejected, struct diag *d);

/* Current observations up to a day whose division is `division` or lies below it, by key, division, day. */
struct observed { struct observation o; const char *source; int64_t batch; };
NODISCARD enum status observations_load(struct civil *c, struct txn *t, struct arena *a, const char *division, date_t until, struct observed **ret, size_t *ret_n, struct diag *d);

/* The series of one indicator over one division: computed values, or imported ones where there are none;
 * where the division itself has none on a day, those of the divisions right below it are rolled up (sum,
 * ratio of sums; `same` needs one value).  By day. */
struct series_point { date_t day; struct dec value; const char *source; int below; /* 0: its own value; else divisions rolled up */ };
NODISCARD enum status observation_series(struct arena *a, const struct indicator *i, const struct observed *o, size_t n, const char *division, const char *source,
    struct series_point **ret, size_t *ret_n, struct diag *d);
/* Length of the codes right below this one: codes have 2, 6, 9 or 12 digits. */
size_t division_digits_below(const char *division);
/* The key of the series that computed (true) or imported values have; NULL: none. */
const char *observation_key(struct arena *a, const struct indicator *i, bool computed);
/* What a ratio is multiplied with: 100 for %, 1000 for ‰, else 1. */
struct dec indicator_scale(const char *unit);

#endif
