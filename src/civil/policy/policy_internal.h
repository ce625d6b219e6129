/* Private to civil/policy. */
#ifndef CIVIL_POLICY_POLICY_INTERNAL_H
#define CIVIL_POLICY_POLICY_INTERNAL_H

#include "civil/decision/decision.h"
#include "civil/policy/policy.h"
#include "store/store.h"

struct draft {
    int64_t id, author, version, reform; /* reform: 0, none */
    char *matter_id, *base, *sha256, *article, *retroactive, *note, *differences, *state, *reason;
    struct span text;
    const struct json *cases; /* of its own, or NULL */
    date_t valid_from;
    instant_t created_at, updated_at, submitted_at;
    const struct matter *matter;
};

/* E_NOT_FOUND policy.draft, policy.matter (its pack is gone). */
NODISCARD enum status draft_read(struct civil *c, struct txn *t, int64_t id, struct draft *ret, struct diag *d);
/* May this officer write drafts, or publish them, here?  E_FORBIDDEN policy.role. */
NODISCARD enum status policy_may(const struct civil *c, const struct actor *who, bool publish, struct diag *d);
NODISCARD enum status draft_expect(const struct draft *x, const char *state, int64_t version, struct diag *d);
NODISCARD enum status policy_matter(const struct civil *c, const char *id, const struct matter **ret, struct diag *d);
NODISCARD enum status policy_size(struct span text, struct diag *d);

/* An array of at most POLICY_CASES_MAX objects {id, title_zh, why, input, expected: {outcome, monthly_fen, once_fen[, lines, missing]}},
 * or null.  E_INPUT policy.case; E_LIMIT policy.cases. */
NODISCARD enum status policy_cases_check(const struct json *cases, struct diag *d);
/* As it is stored (NULL: none), and back. */
NODISCARD enum status policy_cases_text(struct arena *a, const struct json *cases, const char **ret, struct diag *d);
NODISCARD enum status policy_cases_read(struct arena *a, struct span text, const struct json **ret, struct diag *d);
/* The pack's (the first `of_pack`), those published since, and `more`. */
struct policy_cases { const struct json *const *at; size_t count, of_pack; };
NODISCARD enum status policy_cases_of(struct txn *t, const struct matter *m, const struct json *more, struct policy_cases *ret, struct diag *d);

/* How a text stands the worked cases and the TCK cases; `w` may be NULL. */
struct policy_score { size_t passed, failed; };
NODISCARD enum status policy_tests(const struct policies *draft, const struct packs *packs, const struct matter *m, const struct policy_cases *cases, struct span text,
    struct policy_score *ret, struct json_writer *w, struct diag *d);
/* How many findings stop a publication. */
NODISCARD enum status policy_findings(const struct policies *in_force, struct arena *a, const struct matter *m, struct span text, size_t *ret_count,
    struct diag *d);

/* What the log commits to. */
struct policy_evidence {
    const char *matter, *file, *sha256, *base, *article, *retroactive, *note, *differences;
    int64_t version, author, published_by, reform; /* 0: none, and nothing is said of it */
    const char *reform_name, *reform_sha;
    date_t valid_from;
};
const struct json *policy_payload(struct arena *a, const struct policy_evidence *e); /* NULL: memory */

#endif
