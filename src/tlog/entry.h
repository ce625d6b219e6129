/* What one entry of the evidence log says (docs/formats/log-entry.md).
 *
 * An entry is canonical JSON and holds no personal data: who it concerns and
 * what was said are salted commitments.  The caller keeps the opening (salt
 * and value) sealed with the person's key; when the key is erased the entry
 * stays and says nothing of anybody. */
#ifndef TLOG_ENTRY_H
#define TLOG_ENTRY_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/json.h"
#include "crypto/hash.h"

/* Short enough for a QR code; 128 bits hide a value that can be guessed. */
enum { TLOG_SALT_BYTES = 16 };

/* Both hashes over salt | canonical JSON, so that the commitment binds while
 * one of the two stands. */
struct tlog_commitment { struct hash sha256, sm3; };

/* salt: TLOG_SALT_BYTES from random_bytes, fresh for every commitment.  E_LIMIT. */
NODISCARD enum status tlog_entry_commit(struct span salt, const struct json *value, struct tlog_commitment *ret,
    struct diag *d);
bool tlog_commitment_eq(const struct tlog_commitment *a, const struct tlog_commitment *b);

/* The kinds of today; each says which of the fields below it must have. */
#define TLOG_CASE_EVENT "case.event"
#define TLOG_DECISION "decision"
#define TLOG_PAYMENT "payment"
#define TLOG_ACCESS "access"
#define TLOG_VERIFICATION "verification"
#define TLOG_NOTICE "notice"
#define TLOG_POLICY_PUBLISH "policy.publish"
#define TLOG_ACCESS_QUESTION "access.question"
#define TLOG_ACCOUNT "account"
#define TLOG_ARCHIVE "archive"
#define TLOG_SECRECY "secrecy"
#define TLOG_INDICATOR "indicator"
#define TLOG_PLAN "plan"
#define TLOG_RECORD "record"
bool tlog_entry_kind_known(struct span kind);

/* Texts are codes of the house, never names of people. */
struct tlog_entry {
    const char *kind;
    instant_t time;
    int64_t district;        /* six digits */
    const char *office;      /* code of the acting office, "system" for jobs */
    const char *role;        /* the role it acted in */
    const char *action;      /* what happened: "submitted", "approved", "read" */
    const char *purpose;     /* access only: why it was read */
    const char *const *field;/* access only: names of the fields read */
    size_t field_count;
    const struct tlog_commitment *matter;  /* the case; NULL: none */
    const struct tlog_commitment *subject; /* one each, or one over the list of them */
    size_t subject_count;
    int64_t subjects;        /* how many people: subject may commit to a list */
    const struct tlog_commitment *payload; /* the document behind it; NULL: none */
};

/* Writes the canonical text.  E_USAGE tlog.entry_field: a field that the kind
 * must have is missing, or one it may not have is there.  E_LIMIT tlog.entry_size. */
NODISCARD enum status tlog_entry_write(const struct tlog_entry *e, struct buf *out, struct diag *d);
/* Reads and checks: canonical, known fields only, kind's fields complete.
 * Everything points into the arena.  E_INPUT json.*, tlog.entry_bad with the
 * field, tlog.entry_spelling; E_LIMIT. */
NODISCARD enum status tlog_entry_read(struct arena *a, struct span text, struct tlog_entry *ret, struct diag *d);

#endif
