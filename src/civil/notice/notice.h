/* Written notices: numbered, under the seal of the organ of that date, as a
 * PDF in the archive, with a QR code that holds the receipt id and the opening of
 * the commitment (docs/formats/notice-qr.md).
 *
 * A notice's entry in the log commits to what the notice says (its blocks as
 * canonical JSON), not to the PDF's bytes; the code on the paper lets whoever
 * holds it show that.  So the PDF, which takes 10 to 30 ms, is not drawn in the
 * write that issues the notice: the sweeper draws it from what was committed,
 * outside every transaction, and archives it once; who asks before gets the
 * same drawn for him. */
#ifndef CIVIL_NOTICE_NOTICE_H
#define CIVIL_NOTICE_NOTICE_H

#include "civil/civil.h"
#include "base/json.h"
#include "tlog/receipt.h"

struct txn;

struct notice_request {
    int64_t district, case_id, person; /* person: whom it is addressed to */
    const char *matter, *kind;         /* template packs/<pack>/matters/<matter>/notices/<kind>.json */
    /* What the template's {placeholders} and lists are filled with: a text, a number, {"zh","en"}
     * or, for tables, lists and reasons, an array. Dates as 2026-11-22 and months as 2026-11 are
     * written as Chinese writes them. A block that is one placeholder alone vanishes when its
     * value is ""; elsewhere an empty value is as wrong as a missing one. */
    const struct json *values;
    const char *organ_name, *seal, *in_name_of;
};
/* E_NOT_FOUND notice.template; E_INPUT notice.placeholder (missing or empty; its name as argument
 * and place), notice.reasons (a refusal without any), notice.template_bad, doc.control ...;
 * E_LIMIT doc.pages.  A refusal uses up no number. */
NODISCARD enum status notice_issue_in(struct civil *c, struct txn *t, const struct actor *who, const struct notice_request *r,
    int64_t *ret_notice, struct diag *d);
/* `how`: in_person, post, left, electronic, publication.  Served on the day of issue or later, not
 * in the future.  E_NOT_FOUND notice.none; E_CONFLICT notice.already_served; E_INPUT notice.how,
 * notice.served_when, notice.paper (no paper of this case; 0: none). */
NODISCARD enum status notice_served_in(struct civil *c, struct txn *t, const struct actor *who, int64_t district, int64_t notice,
    const char *how, instant_t at, int64_t paper, struct diag *d);

/* The openings of a notice's entry, of its issue or its service, for a receipt: matter, subject,
 * payload.  Who asks was checked by the caller.  E_NOT_FOUND notice.none, register.erased. */
enum { NOTICE_OPENINGS = 3 };
NODISCARD enum status notice_openings_in(struct civil *c, struct txn *t, struct arena *a, int64_t district, int64_t entry,
    struct tlog_opening ret[NOTICE_OPENINGS], struct diag *d);
/* The notice as PDF, from the archive or, before it is there, drawn now; in `a`.  `x` learns
 * whose paper was opened.  E_NOT_FOUND notice.none, register.erased. */
struct access;
NODISCARD enum status notice_pdf_in(struct civil *c, struct txn *t, struct access *x, struct arena *a, int64_t district, int64_t notice,
    struct span *ret, struct diag *d);
/* Draws and archives one notice that has no PDF yet; *ret_did false: there is none.  A notice that
 * cannot be drawn (its person was erased) is passed over. */
NODISCARD enum status notice_sweep(struct civil *c, bool *ret_did, struct diag *d);

/* The next number of a district's series of this pattern and year, without gaps, in this transaction: 低保准字〔{year}〕{seq5}号; {division6} too.
 * In the transaction's arena.  E_INPUT notice.template_bad. */
NODISCARD enum status notice_number(struct txn *t, int64_t district, const char *pattern, const char **ret, struct diag *d);

/* What a notice says, as it was committed to. */
NODISCARD enum status notice_content_in(struct civil *c, struct txn *t, struct arena *a, int64_t district, int64_t notice,
    const struct json **ret, struct diag *d);

#endif
