/* Rows under evidence that have no column for an entry, or that say something
 * else later: who is paid on which account, who signed, what went to the bank.
 *
 * keep.c lists what of which table.  Whoever writes such a row calls
 * evidence_keep_in in the same transaction, after the write: the row is read
 * back, a salted commitment to it is kept (evidence_row), and an entry of kind
 * "record" commits to that.  `minzheng log verify` compares each row with the
 * last of its commitments, and wants one for each row that there is.
 *
 * Personal values under the vault are committed to as they read opened, with a
 * salt that is derived with the vault's key: the store alone tells nothing. */
#ifndef CIVIL_EVIDENCE_KEEP_H
#define CIVIL_EVIDENCE_KEEP_H

#include "civil/civil.h"
#include "store/store.h"

#define KEPT_PERSON_ACCOUNT "person_account"  /* id: the person */
#define KEPT_ENTITLEMENT "entitlement_payee"  /* id: the entitlement */
#define KEPT_DECISION "decision_signed"       /* id: the decision; of decisions that are confirmed */
#define KEPT_BATCH "batch_approved"           /* id: the batch; when it is approved */
#define KEPT_BANK_FILE "payment_file"         /* id: the batch */
#define KEPT_BANK_STATEMENT "bank_statement"  /* id: the statement */
#define KEPT_BANK_ENTRY "bank_entry"          /* id: the statement, with all its entries */
#define KEPT_BANK_SETTLEMENT "bank_settlement" /* id: the settlement */
#define KEPT_BANK_ACCEPTANCE "bank_acceptance" /* id: the acceptance */
#define KEPT_EXCHANGE_RUN "exchange_run"      /* id: the run; again when it ends */
#define KEPT_EXCHANGE_TOKEN "exchange_token"  /* id: the token; again when it is revoked */
#define KEPT_EXCHANGE_READ "exchange_read"    /* id: a page that held nobody */
#define KEPT_SUBMISSION "exchange_submission"  /* id: the file; again when it is answered */
#define KEPT_SUBMISSION_ROW "exchange_submission_row" /* id: the file, with all its rows; again when some were answered */
#define KEPT_SUBMISSION_RETURN "exchange_return" /* id: what came back */
#define KEPT_PAYMENT_RESULT "payment_result"  /* id: the payment; when it is paid or returned */
#define KEPT_PUBLICATION "publication_shown"  /* id: the publication; again when it ends */
#define KEPT_PARAMETER "parameter_value"      /* id: the entry of the confirmation; district 0 */
#define KEPT_FILE "file_kept"                 /* id: the file; again when it is destroyed */
#define KEPT_HANDED_IN "file_handed_in"       /* id: the file; of files that another office handed on */
#define KEPT_HOLD "archive_hold"              /* id: the hold; again when it is released */
#define KEPT_DESTRUCTION "archive_destruction" /* id: the list; again when it is decided */
#define KEPT_DESTROYED "archive_listed"       /* id: the list, with all its cases */
#define KEPT_NUMBER "archive_number"          /* id: the case; again when it is moved */
#define KEPT_NOTICE "notice_sent"             /* id: the notice; again when it is drawn and served */
#define KEPT_ACCOUNT "account_held"           /* id: the account; district 0 */
#define KEPT_ACCOUNT_ROLE "account_role"      /* id: the account, with all its roles; district 0 */
#define KEPT_POST "post"                      /* id: the post; district 0 */
#define KEPT_POST_ROLE "post_role"            /* id: the post, with all its roles; district 0 */
#define KEPT_POST_HOLDER "post_holder"        /* id: the holding; district 0 */
#define KEPT_POST_SHIFT "post_shift"          /* id: the shift; district 0 */
#define KEPT_ABSENCE "absence"                /* id: the absence; district 0 */
#define KEPT_RECUSAL "recusal"                /* id: the account, with all whom it may not judge; district 0 */
#define KEPT_CONTACT "division_contact"       /* id: the row; again when it is written anew; district 0 */
#define KEPT_REMEDY "remedy"                  /* id: the remedy */
#define KEPT_CASE "case_file"                 /* id: the case; each time it is saved */
#define KEPT_TAKEN_IN "case_taken_in"         /* id: the case; of cases that another office took in */
#define KEPT_PARTIES "case_party"             /* id: the case, with all its parties */
#define KEPT_TASKS "case_task"                /* id: the case, with all its tasks */
#define KEPT_CASE_MERGE "case_merge"          /* id: the merge; again when it is taken apart */
#define KEPT_PROPOSAL "entitlement_proposal"  /* id: the proposal */
#define KEPT_ADJUSTMENT "entitlement_adjustment" /* id: the adjustment */
#define KEPT_RECOVERY "recovery"              /* id: the recovery */
#define KEPT_RECOVERY_MONTH "recovery_month"  /* id: the recovery, with all its months */
#define KEPT_RECOVERY_PART "recovery_part"    /* id: the receipt or waiver */
#define KEPT_RECOVERY_PLAN "recovery_instalment" /* id: the recovery, with all its instalments */
#define KEPT_HOUSEHOLD "household"            /* id: the household */
#define KEPT_PERSON_RECORD "person_record"    /* id: the person, with all that was ever recorded of him */
#define KEPT_MEMBER "household_member"        /* id: the person, with all households he was ever of */
#define KEPT_RELATION "person_relation"       /* id: the person, with all his guardians */
#define KEPT_MERGE "person_merge"              /* id: the merge; again when it is taken apart */
#define KEPT_LINKAGE_RUN "linkage_run"        /* id: the run; again as it goes on */
#define KEPT_LINKAGE_PAIR "linkage_pair"      /* id: the pair, each time something is said of it */
#define KEPT_LINKAGE_ACT "linkage_act"        /* id: what was said */
#define KEPT_IMPORT "import_batch"            /* id: the batch; from when it is ready, each time it changes */
#define KEPT_TRANSFER "ledger_transfer"       /* id: the transfer; books_keep_in */
#define KEPT_LEDGER_ACCOUNT "ledger_account"  /* id: the account, without its sums; books_keep_in */
#define KEPT_ALLOTMENT "allotment"            /* id: the allotment; each time something happens to it */
#define KEPT_ALLOTMENT_ROW "allotment_row"    /* id: the allotment, with all its divisions */
#define KEPT_LEAD "lead"                      /* id: the lead */
#define KEPT_RECHECK "recheck_run"            /* id: the month, with its runs of all schemes as far as each is */
#define KEPT_RECHECK_FINDING "recheck_finding" /* id: the finding */
#define KEPT_PLAN_TASK "plan_task"            /* id: the task */
#define KEPT_MILESTONE "plan_milestone"       /* id: the milestone */
#define KEPT_ADJUSTMENT_ASKED "plan_adjustment" /* id: the adjustment */
#define KEPT_QUESTION "access_asked"          /* id: the question; again when it is answered */
#define KEPT_VERIFICATION "verification_asked" /* id: the case, with all that was asked for it */
#define KEPT_TERMS "entitlement_terms"        /* id: the entitlement, as it is in force; again with each act */
#define KEPT_ACT "entitlement_act_row"        /* id: the act */
#define KEPT_NOTE "entitlement_said"          /* id: the note */
#define KEPT_CERTIFICATE "certificate_held"   /* id: the certificate; again when it is revoked */
#define KEPT_APPROPRIATION "appropriation_held" /* id: the appropriation; again when it is registered */
#define KEPT_CLOSING "ledger_month"           /* id: the month; again when it is closed */
#define KEPT_CANCEL "payment_cancelled"       /* id: the batch */
#define KEPT_REISSUE "payment_ordered_anew"   /* id: the payment */
#define KEPT_ARCHIVE_ACT "archive_done"       /* id: the act */
#define KEPT_PLAN_ACT "plan_done"             /* id: the act */
#define KEPT_SECRECY_ORDER "secrecy_ordered"  /* id: the order; again with each act on it */
#define KEPT_SECRECY_ACT "secrecy_done"       /* id: the act */
#define KEPT_POLICY "policy_published"        /* id: the version; district 0 */
#define KEPT_PROTECTED_LOOK "protected_seen"  /* id: the look */
#define KEPT_INDICATOR "indicator_given"      /* id: the batch of observations */
#define KEPT_FORMER "log_former"              /* id: the how-many-th name of the log; district 0 */
#define KEPT_SETTING "setting"                /* id 0: what a bureau decides of the installation; district 0 */
/* And "reg_<name>" for each register of the packs; id: its owner, or the record where it stands for itself. */
enum { EVIDENCE_KEPT_MAX = 500 }; /* rows of one entry */

/* The rows `id`, distinct, as they are now, by one entry.  n up to EVIDENCE_KEPT_MAX; 0: nothing happens.
 * E_NOT_FOUND store.no_row: there is no such row, or it is not one to keep. */
NODISCARD enum status evidence_keep_in(struct civil *c, struct txn *t, const struct actor *who, const char *name, int64_t district, const int64_t *id, size_t n, struct diag *d);
NODISCARD enum status evidence_keep_one(struct civil *c, struct txn *t, const struct actor *who, const char *name, int64_t district, int64_t id, struct diag *d);
/* All rows that `rows` finds ("SELECT id ..."): n of them at most; a row may change for many at once. */
NODISCARD enum status evidence_keep_found(struct civil *c, struct txn *t, const struct actor *who, const char *name, int64_t district, struct rows *rows, struct diag *d);
/* Of one register of the packs: name "income". */
NODISCARD enum status evidence_keep_register(struct civil *c, struct txn *t, const struct actor *who, const char *name, int64_t district, int64_t id, struct diag *d);
/* Rows that have none: of a store from before, or made many at once.  action "adopted". */
NODISCARD enum status evidence_adopt(struct civil *c, const char *name, struct diag *d);
NODISCARD enum status evidence_adopt_registers(struct civil *c, struct diag *d); /* people, households, the packs' registers */
/* A store that has nothing under this kind of evidence yet: all of every name, once.  That it happened is in the log:
 * a name that is deleted afterwards is missing there (evidence.no_row) and here (evidence.no_name), and is not taken in again. */
NODISCARD enum status evidence_adopt_all(struct civil *c, struct diag *d);
/* What `who` decides to believe: every row of every name that stands there without evidence.  action "taken_in". */
NODISCARD enum status evidence_take_in(struct civil *c, const struct actor *who, int64_t *ret_taken, struct diag *d);
/* Content that is destroyed by law, or the person's key is erased: what was committed to cannot be opened any more. */
NODISCARD enum status evidence_forget_in(struct txn *t, const char *name, int64_t district, int64_t id, struct diag *d);

#endif
