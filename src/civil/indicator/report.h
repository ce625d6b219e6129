/* The evaluation of a plan as a document: what was promised, what was reached, why, and the log head it rests on. */
#ifndef CIVIL_INDICATOR_REPORT_H
#define CIVIL_INDICATOR_REPORT_H

#include "civil/indicator/status.h"

/* What a document of this store rests on. */
struct report_base { uint64_t log_size; /* 0: no log */ const char *log_root; /* hex of SHA-256; "" */ bool demo; /* the figures are made up */ };
NODISCARD enum status report_base_read(struct txn *t, struct arena *a, struct report_base *ret, struct diag *d);

struct plan_report {
    const struct plan_state *state;
    enum lang lang;
    instant_t made_at;
    struct report_base base;
};

/* PDF, appended to `out`.  E_LIMIT doc.pages; E_SYSTEM doc.render. */
NODISCARD enum status plan_report_pdf(const struct plan_report *r, struct arena *a, struct buf *out, struct diag *d);
/* XLSX with a chart a series, at `path`, which must not be there.  E_SYSTEM plan.file_write. */
NODISCARD enum status plan_report_xlsx(const struct plan_report *r, struct arena *a, const char *path, struct diag *d);

/* "mid-term", "final" or none, by the plan's own rules of evaluation for the year of the day: a key of plan.report.*. */
const char *plan_report_kind(const struct plan_state *s);
/* As a report shows it: two digits after the point at most; "—": nothing. */
const char *plan_report_value(struct arena *a, bool has, struct dec value);

#endif
