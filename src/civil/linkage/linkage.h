/* Duplicates in the population register (重复登记核实): which rows may be one person, what people say of them, and what follows.
 *
 * The machine only proposes: src/link compares everybody with everybody by the weights of the packs' linkage.json, and the pairs above a
 * tenth of certainty stand in a list.  One officer says same (and which row is kept), different, or undecided, with his reason; that two are
 * the same is confirmed or refused by another, and only then they are merged (civil/register/merge.h).  Taking a merge apart goes the same
 * way, by two people, and nothing is lost: everything the registers said before they say again.
 *
 * What was called different does not come up again by itself.  Verdicts are learned from: the probabilities are shifted so that
 * they fit what people said (linkage_shift), and every pair shows by which fields it came about.
 *
 * Pairs stand in the list of officers who see both people's divisions; names are masked until a purpose is stated.  A run is one look of
 * the bulk kind in the log; every row of every table here is under evidence. */
#ifndef CIVIL_LINKAGE_LINKAGE_H
#define CIVIL_LINKAGE_LINKAGE_H

#include "base/json.h"
#include "civil/civil.h"
#include "link/crew.h"

struct txn;
struct access;

enum {
    LINKAGE_WORDS_MIN = 4, LINKAGE_WORDS_MAX = 500,
    LINKAGE_PAIRS_MAX = 5000,         /* of a run, the heaviest: some days' work of an office; the next run brings the rest */
    LINKAGE_SERVED_MAX = 200000,      /* people that a request may wait for: about two seconds; more is the command's */
    LINKAGE_PAGE = 50,
};

struct linkage_report { int64_t run, people, candidates, found, fresh, gone, verdicts, shift_milli; bool cut; };
/* By a district clerk, or the system.  `crew` NULL: in the caller's thread.  `people_max` 0: no ceiling.  Pairs that nobody said anything of and that are
 * no longer found are gone.  E_FORBIDDEN linkage.role; E_LIMIT linkage.people; E_INPUT linkage.model (the pack's linkage.json). */
NODISCARD enum status linkage_run(struct civil *c, const struct actor *who, const struct link_crew *crew, int64_t people_max, struct linkage_report *ret, struct diag *d);

/* how: "same" (`kept`: the person whose row stays), "different", "undecided"; of what is proposed "confirm", "refuse" by another; of what is merged
 * "part".  `version` as the pair was shown.  E_NOT_FOUND linkage.none (also where one of the two is outside his divisions); E_CONFLICT linkage.changed,
 * linkage.state, linkage.merged (one of them was merged elsewhere), those of person_merge_in; E_FORBIDDEN linkage.same_person; E_INPUT linkage.how, linkage.kept, linkage.words. */
struct linkage_verdict { int64_t pair, version, kept; const char *how, *words; };
NODISCARD enum status linkage_say(struct civil *c, const struct actor *who, const struct linkage_verdict *v, struct diag *d);

/* API DuplicateList: `list` "open" (nobody decided), "confirm" (waits for another), "merged", "different"; the heaviest first, behind `cursor` (NULL: the first).
 * E_INPUT linkage.cursor, linkage.list. */
NODISCARD enum status linkage_list_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const char *list, const char *cursor, struct json_writer *w, struct diag *d);
/* API DuplicateDetail; `whole`: with names, birthdays, addresses.  E_NOT_FOUND linkage.none. */
NODISCARD enum status linkage_pair_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t pair, bool whole, struct json_writer *w, struct diag *d);
void linkage_report_json(const struct linkage_report *r, struct json_writer *w); /* API DuplicateRun */

/* Thousandths of a bit to be added to all weights so that probabilities fit the verdicts: one intercept, learned by Newton's method, drawn towards none
 * by a normal prior of two bits.  `same[i]`: people said so. */
int64_t linkage_shift(const int64_t *weight_milli, const bool *same, size_t n);

/* For check-store: every merge in force has its pair, and the other way round. */
struct buf;
NODISCARD enum status linkage_check_in(struct txn *t, enum lang l, struct buf *findings, int *ret_count, struct diag *d);

#endif
