/* What a screening found, for files and for people. */
#ifndef CIVIL_SCREENING_REPORT_H
#define CIVIL_SCREENING_REPORT_H

#include "base/message.h"
#include "civil/screening/screen.h"
#include "civil/screening/skip.h"
#include "civil/screening/snapshot_files.h"

/* scheme,household,member,class,monthly_fen,missing (names joined by ' '),missing_exact (1: proven to be just these; 0: at most
 * these, and perhaps fewer).  Rows in error are of class error; the possible ones come last, those that need the fewest and
 * easiest facts first.  Piece after piece, below a heading the caller wrote. */
#define SCREENING_CSV_HEADING "scheme,household,member,class,monthly_fen,missing,missing_exact\n"
typedef enum status screening_write(void *arg, struct span text, struct diag *d);
NODISCARD enum status screening_csv(screening_write *write, void *arg, const struct snapshot *from, const struct screening *s, struct diag *d);

/* {"scheme","rows","lead","possible","review","receiving","error","scalar","lead_monthly_fen","to_confirm","missing_parameters",
 *  "divisions":[{"division","lead","possible","review","receiving"}]} */
NODISCARD enum status screening_json(struct json_writer *w, const struct snapshot *from, const struct screening *s, struct diag *d);
/* {"date","sha256","synthetic","log_origin","log_size","log_root"} */
void screening_snapshot_json(struct json_writer *w, const struct snapshot *from);

#endif
