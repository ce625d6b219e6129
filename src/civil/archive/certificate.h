/* Certificates (电子证照): what somebody receives, signed by the bureau.
 *
 * A certificate is a signed note (C2SP signed-note): canonical JSON in one line,
 * and an SM2 signature by `<origin>/certificates` (docs/formats/certificate.md).
 * Which matters have one is data: "certificate" in matter.json.  Its issue and
 * its end are entries of the log that commit to the text's SM3, so that a code
 * mz1:... (docs/formats/notice-qr.md) opens them. */
#ifndef CIVIL_ARCHIVE_CERTIFICATE_H
#define CIVIL_ARCHIVE_CERTIFICATE_H

#include "civil/civil.h"
#include "base/json.h"
#include "tlog/note.h"

struct txn;
struct access;

/* For the applicant of a case under which something is granted now.  Roles clerk,
 * district_clerk.  E_NOT_FOUND archive.case; E_CONFLICT certificate.none (the matter has
 * no certificate), certificate.nothing (nothing is granted), certificate.exists. */
NODISCARD enum status certificate_issue(struct civil *c, const struct actor *who, int64_t case_id, int64_t *ret_id, struct diag *d);
/* reason: ended, error, death, replaced.  E_CONFLICT certificate.revoked; E_INPUT certificate.reason. */
NODISCARD enum status certificate_revoke(struct civil *c, const struct actor *who, int64_t id, const char *reason, struct diag *d);
/* The note, and the text of its code: for its holder, and for staff of its division
 * inside its compartment.  E_NOT_FOUND certificate.unknown. */
NODISCARD enum status certificate_read_in(struct civil *c, struct txn *t, struct access *x, struct arena *a, int64_t id, struct span *ret_note,
    const char **ret_code, struct diag *d);

/* As a PDF, with the seal's place and the code. */
NODISCARD enum status certificate_pdf_in(struct civil *c, struct txn *t, struct access *x, struct arena *a, int64_t id, struct span *ret, struct diag *d);

/* API CertificateList.  `case_id` 0: all of the actor's divisions (clerk, district_clerk, leader, auditor); a
 * resident gets his own.  state: valid, expired, revoked, NULL for all; after: the last one's id, 0 at first. */
struct certificate_query { int64_t case_id, after, max; const char *state; };
NODISCARD enum status certificate_list_json(struct civil *c, struct txn *t, struct access *x, const struct certificate_query *q, struct json_writer *w, struct diag *d);
/* Is something granted under the case this month? */
NODISCARD enum status certificate_granted(struct txn *t, int64_t district, int64_t case_id, bool *ret, struct diag *d);

/* For anybody who holds the code: {"status": valid|expired|revoked, "matter", "name", "issued_on", "valid_until", "revoked_at", "reason"}.
 * Nothing of whom it is about.  E_NOT_FOUND certificate.unknown: no such entry, or salt and digest do not open it. */
NODISCARD enum status certificate_status_json(struct civil *c, struct txn *t, int64_t entry, struct span salt_base64, struct span sm3_hex,
    struct json_writer *w, struct diag *d);
/* The same by the text of the code, mz1:..., and by the file.  E_INPUT certificate.forged: its signature is not the bureau's. */
NODISCARD enum status certificate_code_json(struct civil *c, struct txn *t, struct span code, struct json_writer *w, struct diag *d);
NODISCARD enum status certificate_file_json(struct civil *c, struct txn *t, struct span file, struct json_writer *w, struct diag *d);
/* {"items": [{"sm3", "revoked_at", "reason"}]}: nobody is named; who has a certificate finds its digest. */
NODISCARD enum status certificate_revoked_json(struct civil *c, struct txn *t, struct json_writer *w, struct diag *d);

/* Without a store.  E_CORRUPT tlog.signature, E_NOT_FOUND tlog.not_signed, E_INPUT tlog.note_*, certificate.text. */
struct certificate_seen { const struct json *json; date_t valid_until; char sm3[65]; };
NODISCARD enum status certificate_check(struct arena *a, struct span file, const struct tlog_vkey *key, struct certificate_seen *ret, struct diag *d);
/* The bureau's own.  E_USAGE certificate.no_key: the program has no key to sign with. */
NODISCARD enum status certificate_vkey(const struct civil *c, struct tlog_vkey *ret, struct diag *d);

#endif
