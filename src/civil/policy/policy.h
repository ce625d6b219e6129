/* Policies as people change them: drafts, checks, tests, publication.
 *
 * The packs' files are the first versions of each policy.  A draft is written by
 * a policy officer from one of the versions, checked and tried, submitted, and
 * published by a SECOND person (policy officer or leader; the schema refuses the
 * author), with an effective date and the article it rests on.  A version never
 * changes after; its publication is an entry of the evidence log that commits to
 * the digest of the text.
 *
 * Two times.  valid_from says from which day cases are decided by it; published_at
 * since when it was known.  Decisions already made keep the version and digest
 * they were made by, whatever is published later.  A day before the
 * publication is refused unless the draft names the article that orders it; then
 * decisions made from now on as of those days use it, and nothing is recomputed.
 *
 * Nothing here reads a person's data: the households tried are made up. */
#ifndef CIVIL_POLICY_POLICY_H
#define CIVIL_POLICY_POLICY_H

#include "base/json.h"
#include "base/message.h"
#include "civil/civil.h"

struct txn;
struct matter;
struct policy_text;

enum {
    POLICY_TEXT_MAX = 768 << 10, /* dibao has 160 kB; beside it a body of JSON stays below HTTP's 1 MiB */
    POLICY_WORDS_MAX = 2000,     /* characters of a note or reason */
    POLICY_DRAFTS_MAX = 200,     /* open ones of a matter; a page of them helps nobody */
    POLICY_CASES_MAX = 60,       /* worked cases that one draft brings with it */
    POLICY_CASES_BYTES_MAX = 96 << 10 /* of their JSON: a household of ten has 8 kB */
};

/* What the author writes.  Texts may be NULL or "" until it is submitted. */
struct policy_edit {
    const char *text, *note, *article, *retroactive, *differences;
    date_t valid_from; /* DATE_NONE: not yet decided */
    const struct json *cases; /* worked cases of its own, as policy_cases_check wants them; NULL: none */
    int64_t reform; /* the computation that shows what it would do (civil/simulation/saved.h); 0: none */
};

/* ---- drafts.  Everything takes the version seen (ETag): E_CONFLICT policy.changed.
 * E_NOT_FOUND policy.draft; E_FORBIDDEN policy.role, policy.not_author; E_CONFLICT policy.state. -------- */

/* A copy of the version called `file`.  E_NOT_FOUND policy.matter, policy.file; E_LIMIT policy.drafts. */
NODISCARD enum status policy_draft_new(struct civil *c, const struct actor *who, const char *matter, const char *file, int64_t *ret, struct diag *d);
/* E_INPUT policy.words, xml.*, dmn.no_definitions: a draft may be unfinished, but it is a DMN file; policy.case
 * (where: cases[2].why); E_LIMIT policy.size, policy.cases; E_NOT_FOUND simulation.none (where: reform). */
NODISCARD enum status policy_draft_save(struct civil *c, const struct actor *who, int64_t id, int64_t version, const struct policy_edit *e, struct diag *d);
NODISCARD enum status policy_draft_delete(struct civil *c, const struct actor *who, int64_t id, int64_t version, struct diag *d);
/* Checks and tests it first.  E_INPUT: policy.findings (count), policy.note, policy.article,
 * policy.valid_from, policy.past (a day before today without the article that orders it),
 * policy.differences (count: worked cases come out differently and nobody says why), policy.unchanged,
 * and what stops the text from being compiled. */
NODISCARD enum status policy_draft_submit(struct civil *c, const struct actor *who, int64_t id, int64_t version, struct diag *d);
/* Back to the author, with a reason; the author may take it back himself. */
NODISCARD enum status policy_draft_return(struct civil *c, const struct actor *who, int64_t id, int64_t version, const char *reason, struct diag *d);
/* E_FORBIDDEN policy.two_people; E_CONFLICT policy.moved (another version was published since it was
 * submitted); policy.past; as submit.  In one transaction: the version, its log entry, the draft's end. */
NODISCARD enum status policy_draft_publish(struct civil *c, const struct actor *who, int64_t id, int64_t version, struct diag *d);

/* ---- reading ---------------------------------------------------------------------- */

/* API PolicyList */
NODISCARD enum status policies_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d);
/* API PolicyDraft */
NODISCARD enum status policy_draft_json(struct civil *c, struct txn *t, const struct actor *who, int64_t id, struct json_writer *w, int64_t *ret_version, struct diag *d);
/* A published text by its file's name.  E_NOT_FOUND policy.file. */
NODISCARD enum status policy_text(struct txn *t, const char *matter, const char *file, struct arena *a, struct span *ret, char ret_sha256[65], struct diag *d);
/* A draft's text as it stands, `name` its matter; in `a`.  E_NOT_FOUND policy.draft. */
NODISCARD enum status policy_draft_text(struct civil *c, struct txn *t, int64_t id, struct arena *a, struct policy_text *ret, struct diag *d);
/* The receipt of a publication, with its opening.  E_NOT_FOUND policy.entry; E_BUSY tlog.not_yet. */
NODISCARD enum status policy_receipt(struct txn *t, int64_t entry, struct arena *a, struct span *ret, struct diag *d);
/* API PolicyCases: the matter's worked cases, published ones included, and the vocabulary of facts. */
NODISCARD enum status policy_cases_json(struct civil *c, struct txn *t, const char *matter, struct json_writer *w, struct diag *d);
/* Findings for `minzheng check-store`: a text that is not what its digest or the log says. */
NODISCARD enum status policy_check_in(struct civil *c, struct txn *t, enum lang l, struct buf *out, int *count, struct diag *d);

/* ---- trying a text; nothing is stored.  E_NOT_FOUND policy.matter; E_LIMIT policy.size. ----------- */

/* API PolicyFindings; a text that cannot be read at all is a finding too. */
NODISCARD enum status policy_findings_json(struct civil *c, struct arena *a, enum lang lang, const char *matter, const char *text, struct json_writer *w, struct diag *d);
/* API PolicyTests: the worked cases, `cases` (may be NULL) with them, and the cases in TCK format; expected
 * beside actual.  E_INPUT policy.case. */
NODISCARD enum status policy_tests_json(struct civil *c, struct txn *t, const char *matter, const char *text, const struct json *cases, struct json_writer *w, struct diag *d);
/* decision_json with its trace.  `text` NULL: the policy in force on the day. */
NODISCARD enum status policy_try_json(struct civil *c, struct txn *t, const char *matter, const char *text, const struct json *facts, date_t day,
    struct json_writer *w, struct diag *d);

#endif
