/* Rows against the evidence log: what a row says now must be what its entry
 * committed to when it was written, every row that is evidence must have its
 * entry, and every entry its row.
 *
 * A capability opens its own commitments: it fills a struct evidence_row for
 * each of its rows and hands it to evidence_expect.  The log against itself is
 * tlog_verify_store. */
#ifndef CIVIL_EVIDENCE_EVIDENCE_H
#define CIVIL_EVIDENCE_EVIDENCE_H

#include "civil/civil.h"
#include "tlog/log.h"

struct evidence_check {
    struct civil *civil;
    struct txn *txn;
    tlog_finding_fn finding;
    void *arg;
    int64_t rows, findings;
    int64_t ended;  /* publications that were emptied when their time was over */
    int64_t sealed; /* rows whose content could not be opened: the person's key is erased or there is no vault */
};

enum evidence_part { EVIDENCE_MATTER, EVIDENCE_SUBJECT, EVIDENCE_PAYLOAD };
struct evidence_claim {
    enum evidence_part part;
    struct span salt;         /* of this commitment */
    const struct json *value;  /* NULL: memory ended */
    const struct json *former; /* as entries of an earlier version committed to it; NULL: the same way */
};
struct evidence_row {
    const char *what;  /* evidence.what.<what> of the catalogue; the table's name */
    int64_t id;        /* of the row, as the finding names it */
    int64_t entry;
    const char *kind;  /* the entry's */
    /* Columns that the entry says too; NULL and 0: not compared. */
    const char *action, *role, *office, *purpose, *fields;
    instant_t at;
    int64_t subjects; /* 0: not compared */
    int64_t district; /* 0: not compared */
    size_t claims;
    struct evidence_claim claim[3];
};
/* Findings: evidence.no_entry; evidence.kind, evidence.column, evidence.differs
 * with what, id, entry and the column or part. */
NODISCARD enum status evidence_expect(struct evidence_check *x, const struct evidence_row *r, struct diag *d);

/* Every row of every capability, then every entry without a row. */
NODISCARD enum status evidence_check_in(struct evidence_check *x, struct diag *d);

/* Of the capabilities. */
NODISCARD enum status access_evidence(struct evidence_check *x, struct diag *d);
NODISCARD enum status account_evidence(struct evidence_check *x, struct diag *d);
NODISCARD enum status appropriation_evidence(struct evidence_check *x, struct diag *d);
NODISCARD enum status archive_act_evidence(struct evidence_check *x, struct diag *d);
NODISCARD enum status archive_evidence(struct evidence_check *x, struct diag *d);
NODISCARD enum status books_evidence(struct evidence_check *x, struct diag *d);
NODISCARD enum status case_evidence(struct evidence_check *x, struct diag *d);
NODISCARD enum status certificate_evidence(struct evidence_check *x, struct diag *d);
NODISCARD enum status entitlement_evidence(struct evidence_check *x, struct diag *d);
NODISCARD enum status entitlement_life_evidence(struct evidence_check *x, struct diag *d);
NODISCARD enum status indicator_evidence(struct evidence_check *x, struct diag *d);
NODISCARD enum status kept_evidence(struct evidence_check *x, struct diag *d); /* keep.h */
NODISCARD enum status notice_evidence(struct evidence_check *x, struct diag *d);
NODISCARD enum status plan_evidence(struct evidence_check *x, struct diag *d);
NODISCARD enum status payment_evidence(struct evidence_check *x, struct diag *d);
NODISCARD enum status question_evidence(struct evidence_check *x, struct diag *d);
NODISCARD enum status protected_evidence(struct evidence_check *x, struct diag *d);
NODISCARD enum status secrecy_evidence(struct evidence_check *x, struct diag *d);
NODISCARD enum status policy_evidence(struct evidence_check *x, struct diag *d);

#endif
