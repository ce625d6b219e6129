/* Reforms that were computed and kept, with a name, to be compared. */
#ifndef CIVIL_SIMULATION_SAVED_H
#define CIVIL_SIMULATION_SAVED_H

#include "base/json.h"
#include "civil/civil.h"
#include "civil/decision/decision.h"

struct txn;
struct snapshot;

enum { REFORM_NAME_MAX = 60 /* characters */, REFORMS_MAX = 500 /* kept; a list of more helps nobody */, REFORM_TEXTS_MAX = 8 /* more at once nobody could judge */ };

/* A draft of a policy in the place of what is in force: `text.name` is the matter. */
struct reform_text { int64_t draft; struct policy_text text; };

struct reform_ask {
    const char *name;
    const struct json *figures;   /* object: name of a parameter -> number; NULL or empty with texts alone */
    const struct reform_text *text;
    size_t text_count;            /* at most REFORM_TEXTS_MAX */
    int64_t line_fen, margin_fen; /* 0: the dibao standard; none */
};
/* Computes over `snapshot` (NULL: the cliff alone) with the policies in force today, and keeps it.  Policy officers and
 * leaders.  E_FORBIDDEN simulation.role; E_INPUT simulation.name, simulation.figures, those of reform_run; E_LIMIT simulation.kept. */
NODISCARD enum status reform_keep(struct civil *c, struct arena *a, const struct actor *who, const struct snapshot *snapshot,
    const struct reform_ask *ask, int64_t *ret, struct diag *d);
/* API ReformList, the latest first; API Reform.  E_NOT_FOUND simulation.none. */
NODISCARD enum status reforms_json(struct civil *c, struct txn *t, struct json_writer *w, struct diag *d);
NODISCARD enum status reform_json(struct civil *c, struct txn *t, int64_t id, struct json_writer *w, struct diag *d);
/* What a publication names of it; the digest is of its figures, day, snapshot and report.  In the transaction's arena.
 * E_NOT_FOUND simulation.none. */
struct reform_seal { const char *name; char sha256[65]; };
NODISCARD enum status reform_seal(struct civil *c, struct txn *t, int64_t id, struct reform_seal *ret, struct diag *d);
/* Its maker alone.  E_NOT_FOUND simulation.none; E_CONFLICT simulation.attached (a draft or a publication names it). */
NODISCARD enum status reform_delete(struct civil *c, const struct actor *who, int64_t id, struct diag *d);

#endif
