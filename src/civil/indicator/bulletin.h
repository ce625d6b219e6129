/* The bulletin of a month (月报): every running figure beside the month before and the same month of the year
 * before, and by division; a PDF to read and an XLSX to reckon with. */
#ifndef CIVIL_INDICATOR_BULLETIN_H
#define CIVIL_INDICATOR_BULLETIN_H

#include "civil/indicator/measure.h"
#include "civil/indicator/report.h"

struct bulletin_figure { bool has; struct dec value; };
struct bulletin_line {
    const struct indicator_definition *definition;
    struct bulletin_figure now, before, year_ago;
    struct bulletin_figure *part;   /* of each division below */
};
struct bulletin {
    date_t last;                    /* day of the month */
    const char *const *division;    /* names of those right below the district */
    size_t divisions;
    struct bulletin_line *line;     /* definitions by the month, in the order of the pack */
    size_t lines;
    enum lang lang;
    instant_t made_at;
    struct report_base base;
};
/* Everything but lang and what it rests on.  E_INPUT plan.bulletin_month: the period is no month. */
NODISCARD enum status bulletin_read(struct civil *c, struct txn *t, struct arena *a, const struct plans *p, const struct period *month, struct bulletin *ret, struct diag *d);
/* Appended to `out`.  E_LIMIT doc.pages; E_SYSTEM doc.render. */
NODISCARD enum status bulletin_pdf(const struct bulletin *b, struct arena *a, struct buf *out, struct diag *d);
/* At `path`, which must not be there.  E_SYSTEM plan.file_write. */
NODISCARD enum status bulletin_xlsx(const struct bulletin *b, struct arena *a, const char *path, struct diag *d);

#endif
